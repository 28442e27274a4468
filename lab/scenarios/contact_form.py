# SPDX-License-Identifier: ISC
"""An honest contact form with a "copy to yourself" carries an advert to people
the site never wrote to: one script, POSTs from hundreds of addresses."""
import random

from lab import php
from lab.people import HONEST
from lab.scenarios.php_script import shop

SETTING = {"people": 24}
HOST, PATH = "gestoria.example", "contacto.php"
FATES = {"ok": 560, "unknown": 300, "spam": 70, "rate": 30, "gone": 40}


def build(s):
    s.open()
    web = php.Web(s)
    web.start()
    s.quiet_days()
    shop(s, web)
    actor = "script:" + web.site(HOST, PATH, php.FORM)

    def visit(ip, to, part):
        web.mail(ip, HOST, PATH, actor, [to], "web@gestoria.example",
                 "Copia de su mensaje", part)
    begin = s.now - 8 * 3600
    for day in range(5):
        for _ in range(3):
            # Visitors come by day: nobody could tell theirs from a copy
            # that a bot had sent in the same minute.
            if (wall := s.hours(day)) < begin:
                s.at(wall, visit, "198.51.100.%d" % random.randrange(1, 255),
                     s.world.address(HONEST), "visitors")
    bots = s.world.bots(220)
    for i in range(320):
        s.at(begin + i * 85 + random.random() * 60, visit,
             bots[i % len(bots)], s.world.address(FATES), "abuse")
    s.flush(s.now - 200)
    s.expect("feature-abuse", actor, "feature-abuse", "abuse")
