# SPDX-License-Identifier: ISC
"""Exim: relay_from_hosts lets everybody in, and strangers find it."""
import random

from lab.load import Mail
from lab.people import ABUSE, hexid

SETTING = {"people": 8, "days": 2, "server": "exim"}
ACTOR = "relayed-network:0.0.0.0/0"


def build(s):
    s.server.options["relay_from"] = "0.0.0.0/0"
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
    for i in range(60):
        s.at(s.now - 24 * 3600 + i * 1400 + random.random() * 600, strangers,
             random.choice(bots))
    s.flush(s.now - 200)
    s.expect("relay", ACTOR, "open-relay", "abuse",
             setting="hostlist relay_from_hosts = 0.0.0.0/0")
