# SPDX-License-Identifier: ISC
"""Exim: a program in a local user's crontab sends spam through sendmail, while
another local user and the mailboxes write honest mail."""
import random

from lab.load import Mail
from lab.people import ABUSE

SETTING = {"people": 8, "days": 2, "server": "exim"}


def build(s):
    s.open()
    s.quiet_days()

    def cron(n):
        for _ in range(n):
            to = s.world.addresses(ABUSE, random.choice((1, 1, 2, 3)))
            s.load.sendmail(1004, Mail("luis", to, size=900),
                            s.local(1004), "abuse", cwd="/home/luis")

    def marta():
        s.load.sendmail(1005, Mail("marta", [s.world.address({"ok": 1})]),
                        s.local(1005), cwd="/home/marta")
    for day in range(2):
        s.at(s.hours(day), marta, inside=True)
    for i in range(40):
        s.at(s.now - (i + .5) * 900, cron, random.randrange(3, 6),
             inside=True)
    s.flush(s.now - 200)
    s.innocents |= {s.local(1005), s.local(0)}
    s.expect("sending", s.local(1004), "local-user")
