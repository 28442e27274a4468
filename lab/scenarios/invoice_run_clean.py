# SPDX-License-Identifier: ISC
"""The monthly invoices: an account that wrote a few mails a day sends 500 in 40
minutes, to customers it has not written to since last month. Some have gone,
one provider dislikes two of the attachments."""
from lab.load import Mail

SETTING = {"people": 24, "now": "2026-11-20 18:30"}
CUSTOMERS = {"ok": 955, "unknown": 20, "grey": 15, "full": 10}


def build(s):
    desk = s.world.person("facturas@gestoria.example")
    s.open()
    s.quiet_days()
    s.habits(desk)
    customers = s.world.addresses(CUSTOMERS, 498) + \
        s.world.addresses({"spam": 1}, 2)

    def some(rcpts):
        s.load.submit(desk.address, desk.home, desk.port, desk.helo, [
            Mail(desk.address, [r], desk.mid(), size=20000,
                 subject="Factura 2026/11") for r in rcpts])
    begin = s.now - 3 * 3600
    for i in range(0, 500, 10):
        s.at(begin + i * 4.8, some, customers[i:i + 10])
    s.flush(s.now - 1800)
    s.expect("clean")
