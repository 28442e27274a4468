# SPDX-License-Identifier: ISC
"""A stolen account used over IPv6 from 50 networks, with its own sender
address; RFC 3339 stamps and long queue ids."""
import random

from lab.crime import HOUR, botnet

SETTING = {"days": 3, "people": 24, "stamps": "rfc3339"}


def build(s):
    jorge = s.world.person("jorge.gil@clinica.example")
    for n, p in enumerate(s.world.people.values()):
        if n % 3 == 0:
            p.home = "2001:db8:%x::%x" % (0x9000 + n, random.randrange(1, 999))
    s.look = lambda p: s.load.imap(p.address, p.phone)
    s.postfix.long_ids = True
    s.open()
    s.quiet_days()
    s.habits(jorge)
    bots = ["2001:db8:%x:%x::%x" % (net, random.randrange(16),
                                    random.randrange(1, 65535))
            for net in random.sample(range(0xa000, 0xf000), 50)]
    botnet(s, jorge.address, bots, s.now - 10 * HOUR, s.now - 300, 130,
           rcpts=(1, 1, 2, 3), forged=0, port=587)
    s.flush(s.now - 200)
    s.expect("sending", "account:" + jorge.address, "stolen-login", "abuse")
