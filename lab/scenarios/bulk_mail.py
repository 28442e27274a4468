# SPDX-License-Identifier: ISC
"""An own customer mails a bought list: from his own office and with his own
account, every day at ten, to addresses of which a third is dead. Nobody broke
in."""
from lab.load import Mail
from lab.people import hexid, v4

SETTING = {"days": 4, "people": 22}
FATES = {"ok": 600, "unknown": 260, "spam": 60, "rate": 40, "gone": 40}


def build(s):
    seller = s.world.person("ofertas@bodega.example")
    seller.home = seller.phone = ip = v4(610)
    s.open()
    s.quiet_days(per_day=1.5, skip=(seller.address,))

    def part(n):
        s.load.submit(seller.address, ip, 587, "oficina.bodega.example", [
            Mail(seller.address, s.world.addresses(FATES, 5),
                 hexid(16) + "@bodega.example", size=5000,
                 headers="Precedence: bulk\n") for _ in range(n)], "campaign")
    for day in range(4):
        for i in range(12):
            s.at(s.start + day * 86400 + 9 * 3600 + i * 600, part, 6)
        s.flush(s.start + day * 86400 + 14 * 3600)
    s.expect("bulk", "account:" + seller.address, "bulk-mail")
