# SPDX-License-Identifier: ISC
"""A password is stolen: 150 addresses of a botnet send through port 465.

The owner goes on working. A probe message was sent two days before. From
some hour on Microsoft refuses the whole server, honest mail included.
"""
from lab.crime import HOUR, botnet, machine, spam

SETTING = {"people": 28}


def build(s):
    ana = s.world.person("ana@tienda.example")
    s.open()
    s.quiet_days()
    s.habits(ana)
    s.tell("%d honest accounts write, read and are written to: four days ..."
           % (len(s.world.people) - 1))
    bots = s.world.bots(150, 60)
    host = machine()
    s.at(s.now - 55 * HOUR, s.load.submit, ana.address, bots[0], 465, host,
         [spam(s, ana.address, host=host, fates={"ok": 1})], "abuse")
    begin = s.now - 8.5 * HOUR
    s.at(begin, s.tell, "a botnet logs in as %s from %d addresses in 60 "
         "networks ..." % (ana.address, len(bots)))
    botnet(s, ana.address, bots, begin, s.now - 240, 200)
    for h in (-7, -5.5, -2):
        s.at(s.now + h * HOUR, s.write, ana)
    s.at(begin + 4 * HOUR, s.tell,
         "Microsoft has enough and refuses the whole server ...")
    s.at(begin + 4 * HOUR, s.sinks.blocked.add, "microsoft")
    for h in range(-8, 0):
        s.flush(s.now + h * HOUR + 600)
    s.expect("sending", "account:" + ana.address, "stolen-login", "abuse")
