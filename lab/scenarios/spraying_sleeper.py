# SPDX-License-Identifier: ISC
"""Passwords are tried on many accounts from many addresses; one fits, and sends
a single probe. No spam yet: the precursors are to be found."""
import random

from lab.load import Mail
from lab.people import hexid

SETTING = {"people": 30}


def build(s):
    ines = s.world.person("ines.torres@bodega.example")
    s.open()
    s.quiet_days()
    accounts = list(s.world.people) + ["admin", "test", "info@tienda.example"]
    bots = s.world.bots(40)

    def spray(ip):
        s.load.guess(ip, "WIN-" + hexid(10).upper(), [
            (a, "Verano2026") for a in random.sample(accounts, 2)])
    # In waves of 8: Dovecot answers a wrong password after half a second.
    for i in range(160):
        s.at(s.now - 60 * 3600 + i // 8 * 9600 + i % 8 * 25, spray,
             bots[i % len(bots)])
    probe = Mail(ines.address, [s.world.address({"ok": 1})],
                 hexid(32).upper() + "@WIN-" + hexid(11).upper())
    s.at(s.now - 6 * 3600, s.load.submit, ines.address, bots[3], 465,
         "WIN-" + hexid(10).upper(), [probe], "abuse")
    s.expect("clean")
    s.find("password-spraying")
    s.find("sleeper-account", "account:" + ines.address)
