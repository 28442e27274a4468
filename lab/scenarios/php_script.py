# SPDX-License-Identifier: ISC
"""A mailer uploaded into a web site; honest scripts under the same uid."""
import random

from lab import php
from lab.people import ABUSE, HONEST

SETTING = {"people": 24}
BAD = "wp-content/uploads/2026/11/wp-cache.php"


def shop(s, web, host="botiga.example", orders=5):
    """An honest shop's order mails on every day; its actor."""
    path = web.site(host, "order.php", php.FORM)
    actor = "script:" + path

    def order():
        web.mail("198.51.100.%d" % random.randrange(1, 255), host,
                 "order.php", actor, [s.world.address(HONEST)],
                 "pedidos@" + host, "Pedido", "shop", agent="Mozilla/5.0")
    for day in range(int((s.now - s.start) // 86400) + 1):
        for _ in range(orders):
            if (wall := s.hours(day)) < s.now:
                s.at(wall, order)
    s.innocents.add(actor)
    return actor


def mailer(s, web, posts=70, host="blog.example", begin=7 * 3600):
    """The spam run of an uploaded script; its actor."""
    actor = "script:" + web.site(host, BAD, php.MAILER)
    bots = s.world.bots(6, 4)

    def post(ip):
        web.mail(ip, host, BAD, actor,
                 s.world.addresses(ABUSE, random.randrange(4, 9)),
                 random.choice((s.world.victim(), "www-data")),
                 "Invoice", agent="python-requests/2.31")
    for i in range(posts):
        s.at(s.now - begin + (begin - 300) * (i + random.random()) / posts,
             post, random.choice(bots))
    return actor


def build(s):
    s.open()
    web = php.Web(s)
    web.start()
    s.quiet_days()
    shop(s, web)
    actor = mailer(s, web)
    s.flush(s.now - 200)
    s.expect("sending", actor, "web-script")
