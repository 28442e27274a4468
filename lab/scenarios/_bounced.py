# SPDX-License-Identifier: ISC
"""Not judged by `sereno check`: makes bounces for lab/test_bounces.py.

Bots misuse a login of some server to send mail under names of victima.example
to addresses that refuse it. The bounces are the server's own; they reach the
sink that stands for victima.example, whose administrator has a catch-all.
"""
import os
import random
import time

from lab.load import Mail
from lab.net import HOST
from lab.people import hexid

VICTIM = "victima.example"
FATES = {"unknown": 60, "spam": 25, "gone": 15}
# The servers stamp mail with this machine's clock: the story is of today.
SETTING = {"people": 2, "days": 1, "now": time.strftime(
    "%Y-%m-%d %H:%M", time.gmtime())}


def setting(server):
    return {**SETTING, "server": server}


def unstuffed(body):
    return (b"\r\n" + body).replace(b"\r\n..", b"\r\n.")[2:]


def save(folder, name, letters):
    os.makedirs("%s/%s" % (folder, name))
    for i, letter in enumerate(letters):
        with open("%s/%s/%06d" % (folder, name, i), "wb") as f:
            f.write(letter)


def catch_all(s, name):
    """Keep what comes for the victim, with the two fields that his server
    puts on top."""
    box = []

    def keep(rcpt, body):
        top = "Return-Path: <>\r\nReceived: from %s (%s [192.0.2.25])\r\n" \
            "\tby mail.%s with ESMTP id C%d\r\n\tfor <%s>; %s\r\n" % (
                HOST, HOST, VICTIM, len(box), rcpt, time.strftime(
                    "%a, %d %b %Y %H:%M:%S +0000", time.gmtime()))
        box.append(top.encode() + unstuffed(body))
    s.sinks.hooks[VICTIM] = keep
    s.collectors.append(lambda: save(s.folder, name, box))
    return box


def builder(sessions, each):
    """build() for so many mails, as many as the server is quick."""
    return lambda s: bounces(s, sessions, each)


def bounces(s, sessions, each):
    ana = s.world.person("ana@tienda.example")
    s.open()
    catch_all(s, "bounces")
    bots = s.world.bots(sessions)

    def spam(bot):
        s.load.submit(ana.address, bot, 465, "pc" + hexid(3), [
            Mail("%s%d@%s" % (random.choice("abcdef"), random.randrange(40),
                              VICTIM),
                 [s.world.address(FATES)], "%s@%s" % (hexid(12), VICTIM),
                 size=400)
            for _ in range(each)], "abuse")
    for i, bot in enumerate(bots):
        s.at(s.now - 3000 + i * 60, spam, bot)
    s.flush(s.now - 30)
