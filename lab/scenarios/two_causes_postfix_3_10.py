# SPDX-License-Identifier: ISC
"""Two causes at once on Postfix 3.10: a botnet on a stolen account, and a
program in the crontab of a local user that hands spam to sendmail."""
import random

from lab.crime import HOUR, botnet
from lab.load import Mail
from lab.people import ABUSE

SETTING = {"days": 3, "people": 20, "server": "postfix_trixie.Trixie",
           "stamps": "rfc3339"}


def build(s):
    ana = s.world.person("ana@tienda.example")
    s.open()
    s.quiet_days()
    s.habits(ana)
    botnet(s, ana.address, s.world.bots(60, 30), s.now - 6 * HOUR,
           s.now - 240, 80)

    def cron(n):
        for _ in range(n):
            to = s.world.addresses(ABUSE, random.choice((1, 1, 2, 3)))
            s.load.sendmail(1004, Mail("luis", to, size=900),
                            "local-user:uid=1004", "abuse")
    for i in range(40):
        s.at(s.now - (i + .5) * 900, cron, random.randrange(4, 8),
             inside=True)
    for h in range(-5, 0):
        s.flush(s.now + h * HOUR + 600)
    s.innocents |= {"local-user:uid=0"}
    s.expect("sending", "account:" + ana.address, "stolen-login", "abuse")
    s.expect("sending", "local-user:uid=1004", "local-user")
