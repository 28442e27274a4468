# SPDX-License-Identifier: ISC
"""A noisy monitoring: a local user's program sends hundreds of alarms in a bad
night, always to the administrator's two mailboxes elsewhere. A nuisance, no
spam; one of the mailboxes runs full."""
import random

from lab.load import Mail

SETTING = {"people": 24}


def build(s):
    s.open()
    s.quiet_days()
    boxes = [s.world.address({"ok": 1}), s.world.address({"full": 1})]

    def alarm(n):
        for _ in range(n):
            s.load.sendmail(1005, Mail("monitor@tienda.example", boxes,
                                       size=700, subject="** PROBLEM **"),
                            "local-user:uid=1005")
    for day in range(4):
        for _ in range(4):
            s.at(s.hours(day), alarm, random.choice((1, 2)), inside=True)
    for i in range(70):
        s.at(s.now - 6 * 3600 + i * 300, alarm, random.choice((2, 4, 6)),
             inside=True)
    s.flush(s.now - 200)
    s.innocents.add("local-user:uid=1005")
    s.expect("clean")
