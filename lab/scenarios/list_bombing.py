# SPDX-License-Identifier: ISC
"""Bots enter hundreds of other people's addresses into a newsletter's form,
whose confirmations nobody asked for fill strangers' mailboxes."""
import random

from lab import php
from lab.people import HONEST
from lab.scenarios.php_script import shop

SETTING = {"people": 22}
HOST, PATH = "boletin.example", "suscribir.php"
FATES = {"ok": 700, "unknown": 170, "spam": 60, "rate": 40, "gone": 30}


def build(s):
    s.open()
    web = php.Web(s)
    web.start()
    s.quiet_days()
    shop(s, web)
    actor = "script:" + web.site(HOST, PATH, php.FORM)

    def subscribe(ip, rcpt, part):
        web.mail(ip, HOST, PATH, actor, [rcpt], "confirm@boletin.example",
                 "Por favor confirme su suscripcion", part)
    for day in range(5):
        for _ in range(4):
            if (wall := s.hours(day)) < s.now:
                s.at(wall, subscribe, "198.51.100.%d" % random.randrange(
                    1, 255), s.world.address(HONEST), "readers")
    bots = s.world.bots(150)
    for i in range(420):
        s.at(s.now - 4 * 3600 + i * 30 + random.random() * 20, subscribe,
             bots[i % len(bots)], s.world.address(FATES), "abuse")
    s.flush(s.now - 200)
    s.expect("feature-abuse", actor, "list-bombing", "abuse")
