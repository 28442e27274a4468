# SPDX-License-Identifier: ISC
"""luis is on holiday; his vacation program answers spam, whose senders are
forged."""
import os
import random

from lab.load import Mail
from lab.net import HOST
from lab.people import hexid, v4
from lab.postfix import write

SETTING = {"people": 24}
FATES = {"ok": 450, "unknown": 420, "grey": 40, "gone": 50, "dead": 40}
ACTOR = "local-user:uid=1004"
VACATION = """#!/bin/sh
# Answers everybody, always: what a careless one does.
[ -n "$SENDER" ] || exit 0
printf 'From: luis@tienda.example\\nTo: <%s>\\nAuto-Submitted: auto-replied
Subject: Estoy de vacaciones\\nX-Lab-Actor: local-user:uid=1004|answers\\n
Vuelvo el lunes.\\n' "$SENDER" |
\t/usr/sbin/sendmail -i -f '' -- "$SENDER" &&
\techo "$SENDER" >>/home/luis/answered
exit 0
"""


def build(s):
    s.postfix.virtual["luis@tienda.example"] = "luis@" + HOST
    del_alias(s)
    s.open()
    home = "/home/luis"
    write(home + "/vacation", VACATION)
    write(home + "/.forward", "\\luis, \"|%s/vacation\"\n" % home)
    os.chmod(home + "/vacation", 0o755)
    for name in ("vacation", ".forward"):
        os.chown(home + "/" + name, 1004, 1004)
    s.quiet_days()

    def inbound(spam):
        sender = s.world.address(FATES if spam else {"ok": 1})
        ip = v4(random.randrange(100, 400)) if spam else "203.0.113.177"
        s.load.deliver(ip, "mail." + sender.rpartition("@")[2], [Mail(
            sender, ["luis@tienda.example"], hexid(16) + "@" + hexid(6))])
    for i in range(150):
        s.at(s.now - 60 * 3600 + i * 1400 + random.random() * 900, inbound,
             i % 12 > 0)
    s.flush(s.now - 200)

    def count():
        with open(home + "/answered") as f:
            n = len(f.readlines())
        s.ledger.submitted(ACTOR, n, "answers", n)
    s.collectors.append(count)
    s.expect("backscatter", ACTOR, "autoresponder")


def del_alias(s):
    """Mail for luis stays with luis."""
    s.postfix.aliases["luis"] = "luis"
