# SPDX-License-Identifier: ISC
"""Two addresses forward to each other, one here and one at a partner, until the
hop count stops it."""
import random

from lab.load import Mail, Refused, Smtp
from lab.people import v4

SETTING = {"people": 24}
HERE, THERE = "pepe@taller.example", "pepe@partner-loop.example"
FATES = {"ok": 1}


def build(s):
    s.postfix.virtual[HERE] = THERE
    s.open()

    def partner(rcpt, body):
        """Their server sends everything for pepe back to us."""
        c = Smtp("203.0.113.144", 25, "mx.partner-loop.example",
                 s.load.context)
        mail = Mail("someone@partner-loop.example", [HERE])
        mail.text = lambda tag: "Received: from mx1.tienda.example by " \
            "mx.partner-loop.example; x\n" + body.decode(
                "latin-1").replace("\r\n", "\n")
        try:
            c.send(mail, "")
            c.quit()
        except Refused:
            c.close()
    s.sinks.hooks["partner-loop.example"] = partner
    s.quiet_days()

    def start(i):
        s.load.deliver(v4(30), "mail.firma-0030.example", [Mail(
            s.world.address(FATES), [HERE],
            "letter%d.%d@firma-0030.example" % (i, random.getrandbits(40)))])
    for i in range(4):
        s.at(s.now - 20 * 3600 + i * 9000, start, i)
    s.expect("loop")
    s.may("forwarding", "forward:" + HERE)
