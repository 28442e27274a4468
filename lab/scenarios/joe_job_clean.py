# SPDX-License-Identifier: ISC
"""Somebody elsewhere sends spam in the name of an address here: bounces of mail
that never passed this server pour in. It sends nothing, nobody is to blame."""
import random

from lab.load import Mail
from lab.people import hexid

SETTING = {"people": 24, "days": 3}
DSN = "Auto-Submitted: auto-replied\n" \
    "Content-Type: multipart/report; report-type=delivery-status\n"


def build(s):
    marta = s.world.person("marta.rossi@tienda.example")
    s.open()
    s.quiet_days()

    def bounces(n):
        host = "mail.firma-%04d.example" % random.randrange(80)
        s.load.deliver("203.0.113.%d" % random.randrange(150, 240), host, [
            Mail("", [marta.address], "%s@%s" % (hexid(14), host),
                 subject="Undelivered Mail Returned to Sender", headers=DSN)
            for _ in range(n)])
    for i in range(160):
        s.at(s.now - 30 * 3600 + (i + random.random()) * 650, bounces,
             random.choice((1, 2, 3, 5)))
    s.expect("clean")
