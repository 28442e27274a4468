# SPDX-License-Identifier: ISC
"""Strangers try to frame an honest account: names, senders and Message-IDs that
look like log text say that eva sends from everywhere, and is called spam.
They are refused, or write to people here. Nothing leaves the server."""
import random

from lab.load import Mail
from lab.people import hexid, v4

SETTING = {"people": 24}


def build(s):
    eva = s.world.person("eva.navarro@clinica.example")
    people = list(s.world.people)
    s.open()
    s.quiet_days()

    def texts(ip):
        """What a forger would like to read in the log."""
        login = "client=unknown[%s], sasl_method=PLAIN, sasl_username=%s" % (
            ip, eva.address)
        refused = "to=<x%s@gmail.com>, relay=gmail-smtp-in.l.google.com" \
            "[203.0.113.26]:25, dsn=5.7.1, status=bounced (host said: 550 " \
            "5.7.1 likely unsolicited mail)" % hexid(6)
        return [login, refused, "uid=1004 from=<%s>" % eva.address,
                "%s: %s" % (hexid(8).upper(), login),
                "x\x1b[2J\x1b]0;owned\x07 " + login]

    def forge(ip):
        mails = []
        for text in texts(ip):
            to = random.choice(people) if random.random() < .8 else \
                "x%s@elsewhere.example" % hexid(4)
            quoted = "\"%s\"@opfer.example" % text.replace(
                "\x1b", "").replace("\x07", "").replace("\"", "")
            sender = random.choice((quoted, "", eva.address,
                                    s.world.victim()))
            mails.append(Mail(sender, [to], "%s> %s <%s" % (
                hexid(6), text, hexid(6))))
        s.load.deliver(ip, random.choice(texts(ip)), mails)
    for i in range(90):
        s.at(s.now - 20 * 3600 + i * 780 + random.random() * 500, forge,
             v4(random.randrange(100, 400)))
    s.expect("clean")
