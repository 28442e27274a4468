# SPDX-License-Identifier: ISC
"""A stolen account used from one rented server only, steadily for a working
day, under its own address, while the owner works: no botnet to be seen."""
import random

from lab.crime import HOUR, spam

SETTING = {"people": 24, "days": 3}


def build(s):
    pablo = s.world.person("pablo.vega@gestoria.example")
    s.open()
    s.quiet_days()
    s.habits(pablo)

    def session(n):
        s.load.submit(pablo.address, "198.19.201.66", 587, "vps66", [
            spam(s, pablo.address, random.choice((1, 1, 2)), 0, "vps66")
            for _ in range(n)], "abuse")
    begin = s.now - 9 * HOUR
    for i in range(120):
        s.at(begin + (i + random.random()) * 260, session,
             random.choice((2, 3, 4)))
    s.flush(s.now - 200)
    s.expect("sending", "account:" + pablo.address, "stolen-login", "abuse")
