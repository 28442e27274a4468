# SPDX-License-Identifier: ISC
"""Two users forward their mail, spam included, to Gmail; Gmail refuses it."""
import random

from lab.load import Mail
from lab.people import hexid, v4

SETTING = {"people": 24}
USERS = {"pedro@taller.example": "pedro.taller-901@gmail.com",
         "sofia@bodega.example": "sofia.bodega-902@gmail.com"}


def build(s):
    s.postfix.virtual.update(USERS)
    s.world.settle(24)
    s.open()
    s.quiet_days()

    def inbound(to, spam):
        ip = v4(random.randrange(100, 400)) if spam else \
            "203.0.113.%d" % random.randrange(150, 240)
        sender = s.world.address({"ok": 5, "unknown": 2})
        s.load.deliver(ip, "mail." + sender.rpartition("@")[2], [Mail(
            sender, [to], hexid(16) + "@" + sender.rpartition("@")[2],
            headers="X-Lab-Fate: spam\n" if spam else "")],
            "forward:" + to)
    for to in USERS:
        for day in range(5):
            for i in range(22):
                if (wall := s.hours(day)) < s.now:
                    s.at(wall, inbound, to, i % 3 > 0)
        s.expect("forwarding", "forward:" + to, "forwarded-spam")
    # What Gmail refuses goes back to senders that are forged.
    s.may("backscatter", "system:bounces")
