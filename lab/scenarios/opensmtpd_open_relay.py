# SPDX-License-Identifier: ISC
"""OpenSMTPD 7.6: a rule lets everybody relay, and strangers find it."""
import random

from lab.load import Mail
from lab.people import ABUSE, hexid

SETTING = {"people": 8, "days": 2, "server": "opensmtpd"}
RULE = 'match from any for any action "outbound"'


def build(s):
    s.server.first = RULE
    s.open()
    bots = s.world.bots(15) + ["203.0.113.%d" % i for i in range(160, 165)]
    s.knock = lambda: None  # who knocks is let in: only the bots do
    s.quiet_days()

    def strangers(ip):
        mails = [Mail(s.world.victim(), s.world.addresses(
            ABUSE, random.choice((1, 3, 5))),
            "%s@mail.%s" % (hexid(12), hexid(4)))
            for _ in range(random.choice((2, 3)))]
        s.load.deliver(ip, "host" + hexid(3), mails,
                       "relayed-network:0.0.0.0/0", "abuse")
    for i in range(60):
        s.at(s.now - 24 * 3600 + i * 1400 + random.random() * 600, strangers,
             random.choice(bots))
    s.flush(s.now - 200)
    s.expect("relay", "relayed-network:0.0.0.0/0", "open-relay", "abuse",
             setting=RULE)
