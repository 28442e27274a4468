# SPDX-License-Identifier: ISC
"""Sendmail: FEATURE(promiscuous_relay), and strangers find it."""
import random

from lab.load import Mail
from lab.people import ABUSE, hexid

SETTING = {"people": 8, "days": 2, "server": "sendmail"}
ACTOR = "relayed-network:0.0.0.0/0"
FEATURE = "FEATURE(`promiscuous_relay')"


def build(s):
    s.server.features.append(FEATURE)
    s.open()
    bots = s.world.bots(15) + ["203.0.113.%d" % i for i in range(160, 165)]
    s.knock = lambda: None  # who knocks is let in: only the bots do
    s.quiet_days()

    def strangers(ip):
        mails = [Mail(s.world.victim(), s.world.addresses(
            ABUSE, random.choice((1, 3, 5))),
            "%s@mail.%s" % (hexid(12), hexid(4)))
            for _ in range(random.choice((2, 3)))]
        s.load.deliver(ip, "host" + hexid(3), mails, ACTOR, "abuse")
    for i in range(50):
        s.at(s.now - 24 * 3600 + i * 1680 + random.random() * 600, strangers,
             random.choice(bots))
    s.flush(s.now - 200)
    s.expect("relay", ACTOR, "open-relay", "abuse", setting=FEATURE)
