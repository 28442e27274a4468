# SPDX-License-Identifier: ISC
"""A server's own bounces for lab/test_bounces.py: its people mistype, and a
thief writes to addresses that are no more. Some come from this server; others
from receivers who took the mail first: those are composed, around the mail as
it really arrived there. Beside them, ordinary mail."""
import glob
import os
import random
import re
import sys

from lab.load import Mail
from lab.people import hexid
from lab.scenarios import _bounced

sys.path.append(os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__)))), "tests", "story"))
import bounce_mail  # noqa: E402

SETTING = _bounced.setting("postfix")
LATE = "tarde.example"  # takes all mail and bounces it later


def composed(letters):
    """As Postfix, qmail and Exim would bounce what they took."""
    import datetime
    now = datetime.datetime.utcnow()
    for i, (rcpt, body) in enumerate(letters):
        text = _bounced.unstuffed(body).decode("latin-1").replace("\r", "")
        sender = re.search(r"^From: <(.*)>$", text, re.M)[1]
        # what the receiver puts on top
        text = "Return-Path: <%s>\n%s%s" % (sender, bounce_mail.received(
            "mx1.tienda.example (mx1.tienda.example [192.0.2.25])",
            "mx.tarde.example", "T%d" % i, now), text)
        yield bounce_mail.FORMS[i % 3](
            now, sender, "mx.tarde.example", rcpt, text).encode("latin-1")


def build(s):
    ana = s.world.person("ana@tienda.example")
    eva = s.world.person("eva@tienda.example")
    s.open()
    late = []
    s.sinks.hooks[LATE] = lambda rcpt, body: late.append((rcpt, body))

    def write(who, bot, fates, n, part):
        rcpts = [s.world.address(fates) for _ in range(n)]
        rcpts[::4] = ["x%s@%s" % (hexid(4), LATE) for _ in rcpts[::4]]
        s.load.submit(who.address, bot, 465, "pc" + hexid(3), [
            Mail(who.address, [r], hexid(12) + "@pc", size=300)
            for r in rcpts], part)

    def receive(i):
        s.load.deliver("203.0.113.177", "mail.firma-0007.example", [
            Mail("gente%d@firma-0007.example" % i, [eva.address],
                 subject="hola %d" % i) for _ in range(5)])
    for i in range(4):
        s.at(s.now - 3000 + i * 300, write, eva, eva.home,
             {"unknown": 1}, 4, "owner")
        s.at(s.now - 2900 + i * 300, receive, i)
    for i, bot in enumerate(s.world.bots(12)):
        s.at(s.now - 2400 + i * 120, write, ana, bot,
             {"unknown": 70, "gone": 30}, 10, "abuse")
    s.flush(s.now - 30)

    def collect():
        for name, who in (("ana", ana), ("eva", eva)):
            letters = []
            for path in sorted(glob.glob("%s/mail/tienda.example/%s/Maildir/"
                                         "new/*" % (s.d, name))):
                with open(path, "rb") as f:
                    letters.append(f.read())
            _bounced.save(s.folder, name, letters)
        _bounced.save(s.folder, "composed", composed(late))
    s.collectors.append(collect)
