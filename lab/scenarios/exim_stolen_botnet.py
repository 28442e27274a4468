# SPDX-License-Identifier: ISC
"""Exim: a stolen password, 40 bots; the owner goes on working."""
from lab.crime import HOUR, botnet

SETTING = {"people": 8, "days": 2, "server": "exim"}


def build(s):
    ana = s.world.person("ana@tienda.example")
    s.open()
    s.quiet_days()
    s.habits(ana)
    bots = s.world.bots(40, 30)
    begin = s.now - 8.5 * HOUR
    botnet(s, ana.address, bots, begin, s.now - 240, 45)
    for h in (-7, -5.5, -2):
        s.at(s.now + h * HOUR, s.write, ana)
    for h in range(-7, 0, 3):
        s.flush(s.now + h * HOUR + 600)
    s.expect("sending", "account:" + ana.address, "stolen-login", "abuse")
