# SPDX-License-Identifier: ISC
"""Low and slow: 3 to 6 messages an hour for two days, 40 networks, under every
rate limit, always with the account's own sender address."""
import random

from lab.load import Mail
from lab.people import hexid

SETTING = {"days": 6}
HOUR = 3600
FATES = {"ok": 700, "unknown": 170, "spam": 60, "rate": 40, "grey": 30}


def build(s):
    luisa = s.world.person("luisa.vega@gestoria.example")
    s.open()
    s.quiet_days()
    s.habits(luisa)
    bots = s.world.bots(44, 40)

    def one(ip):
        mail = Mail(luisa.address, [s.world.address(FATES)],
                    hexid(24) + "@" + "DESKTOP-" + hexid(7).upper())
        s.load.submit(luisa.address, ip, 587, "[10.0.0.%d]"
                      % random.randrange(2, 250), [mail], "abuse")
    for hour in range(48, 0, -1):
        for _ in range(random.randrange(3, 7)):
            wall = s.now - hour * HOUR + random.random() * HOUR
            if wall < s.now:
                s.at(wall, one, random.choice(bots))
    s.expect("sending", "account:" + luisa.address, "stolen-login", "abuse")
