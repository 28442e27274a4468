# SPDX-License-Identifier: ISC
"""OpenSMTPD 7.6: honest mail of many people, a forward, a monthly letter to all
customers, wrong passwords and strangers at the door. Nothing is wrong."""
import random

from lab.load import Mail
from lab.people import HONEST

SETTING = {"people": 14, "days": 2, "server": "opensmtpd"}


def build(s):
    boss = s.world.person("laura@clinica.example")
    away = s.world.person("eva@taller.example")
    s.server.virtual["ventas@taller.example"] = "eva.outside@firma-0001.example"
    s.world.fates["eva.outside@firma-0001.example"] = "ok"
    s.open()
    s.quiet_days(per_day=3.0)
    s.habits(boss)
    customers = s.world.addresses(HONEST, 60)

    def customers_letter(some):
        s.load.submit(boss.address, boss.home, boss.port, boss.helo, [
            Mail(boss.address, [to], boss.mid()) for to in some])

    def enquiry():
        sender = random.choice(away.contacts)
        host = "mail." + sender.rpartition("@")[2]
        s.load.deliver("203.0.113.%d" % random.randrange(150, 240), host,
                       [Mail(sender, ["ventas@taller.example"])])
    begin = s.now - 16 * 3600
    for i in range(0, 60, 10):
        s.at(begin + i * 40, customers_letter, customers[i:i + 10])
    for i in range(12):
        s.at(s.now - 30 * 3600 + i * 7500, enquiry)
    s.flush(s.now - 200)
    s.expect("clean")
