# SPDX-License-Identifier: ISC
"""A stolen account used through the webmail: every client is localhost, for
the thief as for everybody else."""
import random

from lab.load import Mail
from lab.people import ABUSE, hexid

SETTING = {"people": 26}


def build(s):
    eva = s.world.person("eva.navarro@clinica.example")
    s.open()
    s.quiet_days(per_day=1.0)

    def webmail(account, mails, part):
        s.load.submit(account, "127.0.0.1", 587, "webmail.tienda.example",
                      mails, part, "127.0.0.1")

    def own(p):
        m = s.letter(p)
        m.mid = hexid(32) + "@" + p.domain
        webmail(p.address, [m], "owner")

    def thief():
        to = s.world.addresses(ABUSE, random.choice((10, 15, 20)))
        webmail(eva.address, [Mail(eva.address, to,
                                   hexid(32) + "@clinica.example")], "abuse")
    for day in range(5):
        for p in list(s.world.people.values())[::2] + [eva]:
            if (wall := s.hours(day)) < s.now:
                s.at(wall, own, p, inside=True)
    begin = s.now - 5 * 3600
    for i in range(110):
        s.at(begin + i * 150 + random.random() * 60, thief, inside=True)
    s.flush(s.now - 200)
    s.expect("sending", "account:" + eva.address, "stolen-login", "abuse")
