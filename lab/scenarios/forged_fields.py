# SPDX-License-Identifier: ISC
"""A thief who knows what reads the log: his Message-IDs, HELO names, sender and
recipient addresses look like fields of log lines that accuse somebody else.
"""
import random

from lab.crime import HOUR
from lab.load import Mail
from lab.people import ABUSE, hexid

SETTING = {"people": 24, "days": 3}


def build(s):
    ana = s.world.person("ana@tienda.example")
    eva = s.world.person("eva.navarro@clinica.example")
    s.open()
    s.quiet_days()
    s.habits(ana)
    ids = ("<%s@x>, sasl_method=PLAIN, sasl_username=" + eva.address,
           "<%s@x>: client=unknown[198.18.7.7], sasl_username=" + eva.address,
           "<%s@x> postfix/pickup[1]: 3F2A11B2: uid=1005 from=<marta>",
           "\x1b[31m<%s@x>\x07 removed", "<%s@\u202ex> status=sent (250 ok)",
           "%s", "")
    senders = ('"x, size=1, nrcpt=900 (queue active)"@firma-0001.example',
               '"x> sasl_username=%s"@firma-0002.example' % eva.address,
               eva.address, ana.address)
    helos = ("x[198.18.7.7],sasl_username=" + eva.address,
             "[198.18.7.7]:25:status=sent", "removed", "WIN-" + hexid(6))

    def rcpt():
        to = s.world.address(ABUSE)
        if random.random() < .2:
            odd = '"%s, relay=none, status=bounced (5.1.1 x)"@%s' % tuple(
                to.split("@"))
            s.world.fates[odd] = "ok"
            return odd
        return to

    def session(ip):
        s.load.submit(ana.address, ip, random.choice((465, 587)),
                      random.choice(helos), [
            Mail(random.choice(senders), [rcpt() for _ in range(4)],
                 headers="Message-ID: %s\n" % random.choice(ids).replace(
                     "%s", hexid(16))) for _ in range(3)], "abuse")
    bots = s.world.bots(60, 45)
    for i in range(110):
        s.at(s.now - 7 * HOUR + (i + random.random()) * 220, session,
             bots[i % len(bots)])
    s.flush(s.now - 200)
    s.innocents |= {"local-user:uid=1005"}
    s.expect("sending", "account:" + ana.address, "stolen-login", "abuse")
