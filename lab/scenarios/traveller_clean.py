# SPDX-License-Identifier: ISC
"""The owner of a shop travels for a week: hotels, trains, airports and cafes of
nine networks, phone and laptop, new customers. An office of twelve people
behind one address besides. Nobody is a thief."""
import random

SETTING = {"days": 7, "people": 26}
FATES = {"ok": 950, "unknown": 25, "grey": 25}


def build(s):
    olga = s.world.person("olga.vega@tienda.example")
    for n, p in enumerate(s.world.people.values()):
        if p is not olga and n % 2:
            p.home = "198.18.77.10"
    s.open()
    s.quiet_days(per_day=1.5)
    networks = s.world.bots(9)

    def somewhere(ip):
        mails = [s.letter(olga, [s.world.address(FATES)])
                 for _ in range(random.choice((1, 2, 4)))]
        s.load.submit(olga.address, ip, 587, random.choice(
            ("smtpclient.apple", olga.helo)), mails)
    for i, ip in enumerate(networks):
        for _ in range(5):
            wall = s.now - (6 - i * .7) * 86400 + random.random() * 50000
            if wall < s.now:
                s.at(wall, somewhere, ip)
    s.expect("clean")
