#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""blockedroom FOLDER: a mail server that many receivers and lists block.

To be started in a room (lab/room.py); lab/nameplace.py does it. A real Postfix
sends honest mail; receivers of all kinds refuse it, each in its own words
(lab/blocks.py), and the lists that data/delist.tsv has a way off have an entry.
The case is in FOLDER/case, and as a server's disk in FOLDER/case/root; the rest
is as with nameroom.py.
"""
import os
import shutil
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(
    __file__))))
from lab import room  # noqa: E402
from lab.blocks import blocks  # noqa: E402
from lab.clock import rfc3339  # noqa: E402
from lab.delistroom import ZONES  # noqa: E402
from lab.load import Mail  # noqa: E402
from lab.nameroom import serve  # noqa: E402
from lab.nameworld import World, catalogue, honest  # noqa: E402
from lab.net import HOST, OWN  # noqa: E402
from lab.scenario import HOUR, Scenario  # noqa: E402
from lab.wire import Wire  # noqa: E402

# Addresses that could be its own, each with all names in order.
BOT, NO_NAME, CLEAN = "192.0.2.41", "192.0.2.42", "192.0.2.43"
TWO_RECORDS = "doble.example"
OFTEN = "att"  # refuses more than once


def zones():
    found = dict(ZONES)
    found["2.0.192.in-addr.arpa"] += "25 PTR %s.\n" % HOST
    for ip in (BOT, NO_NAME, CLEAN):
        n = ip.rpartition(".")[2]
        found["2.0.192.in-addr.arpa"] += "%s PTR mx%s.tienda.example.\n" % (
            n, n)
        found["tienda.example"] += "mx%s A %s\nmx%s TXT \"v=spf1 a -all\"\n" % (
            n, ip, n)
    found[TWO_RECORDS] = found["escuela.example"] + "@ TXT \"v=spf1 mx ~all\"\n"
    return found


def lists(cases):
    entries = {"zen.spamhaus.org": ":127.0.0.4:bot at $\n%s\n" % BOT,
               "all.spamrats.com": ":127.0.0.37:no name of $\n%s\n" % NO_NAME}
    for b in cases:
        if b.list is not None:
            entries[b.zone] = entries.get(b.zone, "") + ":%s:%s of $\n%s\n" % (
                b.code, b.way, "tienda.example" if b.domain else OWN)
    return {r["zone"]: honest(r, entries.get(r["zone"], ""))
            for r in catalogue()}


def play(s, cases, folder):
    """A morning of honest mail, among it some to all who refuse."""
    people = list(s.world.people.values())
    for n, b in enumerate(c for c in cases if c.rule is not None):
        domain = b.way + ".example"
        s.dns.mx[domain] = b.host
        s.sinks.says[domain] = b.reply
        p = people[n % len(people)]
        s.at(s.start + 8 * HOUR + n * 30, s.load.submit, p.address, p.home,
             p.port, p.helo, [Mail(
                 p.address, ["kunde%d@%s" % (k, domain) for k in range(
                     6 if b.way == OFTEN else 1)], p.mid())])
    for n, p in enumerate(people * 4):
        s.at(s.start + 10 * HOUR + n * 30, s.write, p)
    s.play()
    s.save(folder)
    # the same as the disk of the server
    log = folder + "/root/var/log"
    os.makedirs(log)
    for name in os.listdir(folder):
        if name.startswith("mail.log"):
            shutil.copy2(folder + "/" + name, log)


def main():
    folder = os.path.abspath(sys.argv[1])
    cases = blocks()
    s = Scenario("blocked", people=8, days=1)
    s.open()
    play(s, cases, folder + "/case")
    wire = Wire(folder + "/wire")
    world = World(s.internet, folder + "/world", zones(), lists(cases))
    serve({"anchor": world.anchor, "args": s.args, "now": rfc3339(s.now),
           "failures": s.load.failures,
           "pids": [x.process.pid for x in (world.lists1, world.lists2)]},
          wire)


if __name__ == "__main__":
    room.leave_with(main)
