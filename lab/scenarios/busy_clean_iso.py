# SPDX-License-Identifier: ISC
"""A busy clean server as newer systems log it: RFC 3339 stamps, long queue ids,
clients with IPv6."""
import random

SETTING = {"people": 40, "stamps": "rfc3339"}


def build(s):
    s.postfix.long_ids = True
    for n, p in enumerate(s.world.people.values()):
        if n % 2:
            p.home = "2001:db8:%x::%x" % (0x9000 + n, random.randrange(1, 999))
    s.look = lambda p: s.load.imap(p.address, p.phone)
    s.open()
    s.quiet_days(per_day=4)
    s.expect("clean")
