# SPDX-License-Identifier: ISC
"""Answers of a vacation program to mail that was forged in the name of
victima.example, for lab/test_bounces.py; its people are innocent."""
import os
import random

from lab.load import Mail
from lab.net import HOST
from lab.people import hexid, v4
from lab.postfix import write
from lab.scenarios import _bounced
from lab.scenarios.autoresponder import VACATION, del_alias

SETTING = _bounced.setting("postfix")


def build(s):
    s.postfix.virtual["luis@tienda.example"] = "luis@" + HOST
    del_alias(s)
    s.open()
    write("/home/luis/vacation", VACATION)
    write("/home/luis/.forward", "\\luis, \"|/home/luis/vacation\"\n")
    os.chmod("/home/luis/vacation", 0o755)
    for name in ("vacation", ".forward"):
        os.chown("/home/luis/" + name, 1004, 1004)
    _bounced.catch_all(s, "answers")

    def inbound(i):
        s.load.deliver(v4(100 + i), "mail." + hexid(4), [Mail(
            "x%d@%s" % (i, _bounced.VICTIM), ["luis@tienda.example"],
            hexid(16) + "@" + hexid(6), size=200)])
    for i in range(40):
        s.at(s.now - 3000 + i * 60 + random.random(), inbound, i)
