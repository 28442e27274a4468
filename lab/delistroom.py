#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""delistroom FOLDER: a stolen account, a block, and the way back.

To be started in a room (lab/room.py). A real Postfix sends the spam of a thief;
a real rbldnsd begins to list it; receivers that ask the list refuse, naming it.
Then the account is stopped, its queue is cleaned, hours pass, the reverse name
is put in order, the list forgets. At each station sereno is asked; its answers
are written to FOLDER/answers.json for lab/test_delist.py.
"""
import json
import os
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(
    __file__))))
from lab import court, room  # noqa: E402
from lab.clock import rfc3339  # noqa: E402
from lab.crime import HOUR, botnet  # noqa: E402
from lab.nameservers import query  # noqa: E402
from lab.nameworld import HOSTS, LISTS1, World, catalogue, honest  # noqa: E402
from lab.net import HOST, OWN, OWN6  # noqa: E402
from lab.people import DOMAINS  # noqa: E402
from lab.scenario import Scenario  # noqa: E402

THIEFS, LIST = "ana@tienda.example", "zen.spamhaus.org"
NAME = "25.2.0.192.zen.spamhaus.org"
ENTRY = ":127.0.0.4:https://check.spamhaus.org/listed?ip=$\n%s\n" % OWN
PTR = "25.2.0.192.in-addr.arpa"
ZONES = {
    "tienda.example": "@ MX 10 mx1\nmx1 A %s\nmx1 AAAA %s\nmx1 TXT \"v=spf1 "
    "a -all\"\n@ TXT \"v=spf1 ip4:%s ip6:%s -all\"\n_dmarc TXT \"v=DMARC1; "
    "p=none; rua=mailto:dmarc@tienda.example\"\n" % (OWN, OWN6, OWN, OWN6),
    **{d: "@ MX 10 mx1.tienda.example.\n@ TXT \"v=spf1 ip4:%s ip6:%s -all\"\n"
       "_dmarc TXT \"v=DMARC1; p=none; rua=mailto:dmarc@%s\"\n" % (
           OWN, OWN6, d) for d in DOMAINS if d != "tienda.example"},
    "2.0.192.in-addr.arpa": "26 PTR %s.\n" % HOST,
    "5.2.0.0.8.b.d.0.1.0.0.2.ip6.arpa": "5.2" + 18 * ".0" +
    " PTR %s.\n" % HOST,
}


class Way:
    def __init__(self, folder):
        self.folder, self.answers = folder, {}
        self.s = s = Scenario("delist", people=14, days=2)
        self.ana = s.world.person(THIEFS)
        s.open()
        rows = {r["zone"]: r for r in catalogue()}
        self.world = World(s.internet, s.d + "/world", ZONES, {
            zone: honest(rows[zone]) for zone in (
                LIST, "bl.spamcop.net", "psbl.surriel.com")})
        s.sinks.refuses = lambda kind: kind == "plain" and self.is_listed()
        self.asked_at = self.listed = 0

    def is_listed(self):
        """As a receiver asks, at most ten times a second."""
        if time.monotonic() - self.asked_at > .1:
            said = self.s.internet.call(lambda: query(LISTS1, NAME, 1))
            self.listed = said is not None and said[6:8] != b"\0\0"
            self.asked_at = time.monotonic()
        return self.listed

    def put_entry(self, text):
        """The list learns it, or forgets it."""
        row = next(r for r in catalogue() if r["zone"] == LIST)
        for server in (self.world.lists1, self.world.lists2):
            for kind, zone in honest(row, text):
                server.write("%s.%s" % (LIST, kind), zone)
            server.again()
        self.await_dns(LISTS1, NAME, 1, bool(text))

    def put_reverse_name(self):
        with open(self.world.hosts.files["2.0.192.in-addr.arpa"], "a") as f:
            f.write("25 PTR %s.\n" % HOST)
        self.world.hosts.again()
        self.await_dns(HOSTS, PTR, 12, True)

    def await_dns(self, server, name, kind, there):
        end = time.monotonic() + 20
        while True:
            said = self.s.internet.call(lambda: query(server, name, kind))
            if said is not None and (said[6:8] != b"\0\0") == there:
                return
            if time.monotonic() > end:
                raise RuntimeError("%s did not learn %s" % (server, name))
            time.sleep(.05)

    def play(self, until):
        """Up to this wall time; what was on the time line is over then."""
        s = self.s
        s.now = until
        s.play()
        s.events.clear()
        s.clock.jump(until)
        s.save(self.folder + "/case")

    def sereno(self, station, *words, case=True):
        s = self.s
        args = list(words) + ["--store", self.folder + "/store/sereno.db"]
        if case:
            args += [*s.args, "--queue", s.d + "/spool", "--own", OWN, "--rate", "1000",
                     "--now", rfc3339(s.now), "--no-cache",
                     "--anchor", self.world.anchor]
        done = subprocess.run(
            [court.program(), *args], cwd=self.folder + "/case", text=True,
            capture_output=True, timeout=60,
            env={"PATH": "/usr/sbin:/usr/bin:/bin", "TZ": "UTC",
                 "COLUMNS": "80", "LC_ALL": "C.UTF-8"})
        self.answers[station] = {"out": done.stdout, "err": done.stderr,
                                 "code": done.returncode,
                                 "now": rfc3339(s.now)}
        return done.stdout

    def ask(self, station):
        self.sereno(station, "delist", "spamhaus-xbl")
        self.sereno(station + "-json", "delist", "--json")

    # The stations.

    def theft(self):
        s = self.s
        s.quiet_days()
        s.habits(self.ana)
        begin = s.now - 8 * HOUR
        botnet(s, THIEFS, s.world.bots(50, 30), begin, s.now - 60, 70)
        s.at(begin + 3 * HOUR, self.put_entry, ENTRY, inside=True)
        for h in range(-8, 0):
            s.flush(s.now + h * HOUR + 600)
        self.play(s.now)
        self.ask("sending")

    def stop(self):
        """The account gets another password; its mail leaves the queue."""
        s = self.s
        s.passwords[THIEFS] = "another-one"
        s.dovecot.users(s.passwords)
        ids = [m["id"] for m in json.loads(subprocess.run(
            [court.program(), "queue", "list", "--queue", s.d + "/spool",
             "--origin", THIEFS, "--top", "5000", "--json"],
            capture_output=True, check=False).stdout)["messages"]]
        self.answers["queue"] = {"ids": len(ids)}
        subprocess.run(["postsuper", "-d", "-"], input="\n".join(ids),
                       text=True, check=True, capture_output=True)
        self.honest_hours(2)
        self.ask("early")

    def honest_hours(self, hours):
        """Everybody else goes on; who guesses the old password is refused."""
        s = self.s
        people = [p for p in s.world.people.values() if p is not self.ana]
        for h in range(hours):
            s.at(s.now + h * HOUR + 900, s.write, people[h % len(people)])
            s.at(s.now + h * HOUR + 1200, s.load.guess, "198.18.200.7",
                 "WIN-1", [(THIEFS, "old")])
        self.play(s.now + hours * HOUR)

    def later(self):
        self.honest_hours(24)
        self.ask("no-ptr")
        self.put_reverse_name()
        self.ask("ready")
        self.sereno("spanish", "delist", "spamhaus-xbl", "--lang", "es",
                    "--done", "se cambió la contraseña de la cuenta")
        self.sereno("mark", "delist", "spamhaus-xbl", "--mark", "asked",
                    "--now", rfc3339(self.s.now), case=False)
        self.honest_hours(3)
        self.ask("waiting")

    def gone(self):
        self.put_entry("")
        self.honest_hours(6)
        self.ask("gone")
        self.sereno("listed", "listed", OWN, "--list", "spamhaus-zen",
                    "--json", "--no-cache", "--anchor", self.world.anchor,
                    case=False)


def main():
    way = Way(os.path.abspath(sys.argv[1]))
    try:
        for station in (way.theft, way.stop, way.later, way.gone):
            began = time.monotonic()
            station()
            print("%s %.1f s" % (station.__name__,
                                 time.monotonic() - began), flush=True)
        with open(way.folder + "/answers.json", "w") as f:
            json.dump(way.answers, f)
    finally:
        way.s.close()


if __name__ == "__main__":
    room.leave_with(main)
