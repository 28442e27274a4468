# SPDX-License-Identifier: ISC
"""What abusers do, for scenarios to put on their time line."""
import random

from lab.load import Mail
from lab.people import ABUSE, hexid

HOUR = 3600


def machine():
    """The name of a rented or infected Windows."""
    return random.choice(("win-" + hexid(11), "WIN-" + hexid(11).upper(),
                          "DESKTOP-" + hexid(7).upper()))


def spam(s, account, rcpts=1, forged=0.0, host=None, fates=None):
    sender = s.world.victim() if random.random() < forged else account
    return Mail(sender, s.world.addresses(fates or ABUSE, rcpts),
                "%s@%s" % (hexid(32).upper(), host or machine()),
                subject="Invoice overdue")


def botnet(s, account, bots, begin, end, sessions, rcpts=range(1, 11),
           per=(2, 3, 4), port=465, forged=.4):
    """Sessions of bots between two wall times, all with one account."""
    def session(ip):
        host = machine()
        mails = [spam(s, account, random.choice(rcpts), forged, host)
                 for _ in range(random.choice(per))]
        s.load.submit(account, ip, port, host, mails, part="abuse")
    for i in range(sessions):
        wall = begin + (end - begin) * (i + random.random()) / sessions
        s.at(wall, session, bots[i % len(bots)])
