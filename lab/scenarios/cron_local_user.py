# SPDX-License-Identifier: ISC
"""A program in a local user's crontab sends spam through sendmail."""
import random

from lab.load import Mail
from lab.people import ABUSE

SETTING = {"people": 24}


def build(s):
    s.open()
    s.quiet_days()

    def cron(n):
        for _ in range(n):
            to = s.world.addresses(ABUSE, random.choice((1, 1, 2, 3)))
            s.load.sendmail(1004, Mail("luis", to, size=900),
                            "local-user:uid=1004", "abuse")

    def marta(day):
        s.load.sendmail(1005, Mail("marta", [s.world.address({"ok": 1})]),
                        "local-user:uid=1005")
    for day in range(4):
        s.at(s.hours(day), marta, day, inside=True)
    for i in range(60):
        s.at(s.now - (i + .5) * 900, cron, random.randrange(4, 8),
             inside=True)
    s.flush(s.now - 200)
    s.innocents |= {"local-user:uid=1005", "local-user:uid=0"}
    s.expect("sending", "local-user:uid=1004", "local-user")
