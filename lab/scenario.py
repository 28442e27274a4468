# SPDX-License-Identifier: ISC
"""One scenario: a server, its honest days, what goes wrong, and the truth.

A file lab/scenarios/NAME.py has build(s), which is given a Scenario. It may
change s.postfix (or s.server, if that is another one) before s.open();
afterwards it puts happenings on the time line with s.at() and says what is to
be found with s.expect(). The recorder (lab/recorder.py) plays the time line and
writes the case.
"""
import gzip
import importlib
import json
import os
import random
import shutil
import threading

from lab import clock as clocks
from lab.clock import Clock, rfc3339, unix
from lab.dns import Dns
from lab.dovecot import Dovecot, has_imap
from lab.ledger import Ledger
from lab.load import Load, Mail
from lab.net import HOST, Internet, NAMESERVER, OWN, OWN6
from lab.people import DOMAINS, HONEST, World, hexid, v4
from lab.room import Room
from lab.sinks import Sinks, listen
from lab.syslog import Syslog

HOUR, DAY = 3600, 86400
NOW = "2026-11-21 03:41"


def server_class(setting):
    """The mail server that a scenario's SETTING names: "exim" is class Exim
    of lab/exim.py, "exim.Trixie" class Trixie of the same."""
    module, _, name = setting.get("server", "postfix").partition(".")
    return getattr(importlib.import_module("lab." + module),
                   name or module.capitalize())


class Scenario:
    def __init__(self, name, now=NOW, days=4, people=30, stamps="syslog",
                 server="postfix", tell=lambda *_: None):
        # A string seeds the same in every run; hash() would not.
        random.seed(name)
        self.name, self.now, self.stamps = name, unix(now), stamps
        self.start = self.now // DAY * DAY - days * DAY
        self.tell = tell
        self.clock = Clock(self.start)
        self.room = Room()
        self.d = self.room.d
        self.server = server_class({"server": server})(self.room)
        self.postfix = self.server if server == "postfix" else None
        self.log = Syslog("/dev/log", self.clock, self.server)
        self.ledger = Ledger()
        self.dovecot = Dovecot(self.d)
        self.sinks = Sinks(self.clock, self.ledger, None)
        # Some wait for that before they go on.
        self.sinks.closes = getattr(self.server, "WAITS_AFTER_421", False)
        self.world = World(self.sinks.fates)
        self.world.settle(people)
        self.passwords = {}
        self.events, self.cleanup, self.collectors = [], [], []
        self.php_log, self.web_log = [], []
        self.verdicts, self.culprits, self.innocents = [], [], set()
        self.maybe_verdicts, self.maybe, self.findings = [], [], []
        self.settings = []
        self.exit = False
        self.rotate, self.bursts, self.stuck = True, 0, 0

    # The stage.

    def open(self):
        """Start everything; people and the server's settings are final."""
        self.tell("starting a private %s and Dovecot ..."
                  % type(self.server).__name__)
        self.internet = Internet()
        self.room.certificate()
        domains = list(dict.fromkeys(
            DOMAINS + [p.domain for p in self.world.people.values()]))
        server = self.server
        server.domains += domains
        server.accounts += list(self.world.people)
        server.aliases.setdefault("root", list(self.world.people)[0])
        for name in ("postmaster", "www-data", "luis", "marta"):
            server.aliases.setdefault(name, "root")
        server.aliases["nobody"] = "/dev/null"
        for a in self.world.people:
            self.passwords.setdefault(a, "pw" + hexid(8))
        server.passwords = self.passwords
        server.configure()
        self.room.etc()
        self.dovecot.configure(self.passwords)
        self.sinks.tls = tls_context(self.d)
        self.dns = Dns(domains, HOST, OWN, OWN6)
        self.internet.thread(self.sinks.serve)
        self.internet.thread(self.dns.serve, NAMESERVER)
        self.load = Load(self.ledger, self.passwords, server)
        server.log = self.log
        server.start()
        self.dovecot.start()

    def listen(self, address, port, handler, inside=True):
        """A server of the lab, on the mail server's side or outside."""
        if inside:
            threading.Thread(target=listen, args=(address, port, handler),
                             daemon=True).start()
        else:
            self.internet.thread(listen, address, port, handler)

    # The time line.

    def at(self, wall, action, *args, inside=False):
        """action(*args) happens at this wall time; inside: on the server
        itself, else somewhere in the internet."""
        self.events.append((wall, len(self.events), inside, action, args))

    def flush(self, wall):
        """Deferred mail is tried again."""
        self.at(wall, self.server.flush, inside=True)

    def play(self):
        self.events.sort()
        batch = []
        for e in self.events:
            # What happens within four minutes happens at once, up to 8.
            if batch and (e[0] > batch[0][0] + 240 or len(batch) >= 8):
                self.burst(batch)
                batch = []
            batch.append(e)
        if batch:
            self.burst(batch)
        if hasattr(self.server, "finish"):
            self.server.finish()
        if not self.log.settle(0.3):
            self.stuck += 1

    def burst(self, batch):
        if batch[0][0] // DAY > self.clock.wall() // DAY:
            self.tell("%s: %d messages so far" % (
                clocks.day(self.clock.wall()), self.ledger.messages()))
        self.clock.jump(batch[0][0])
        threads = []
        for _, _, inside, action, args in batch:
            if inside:
                t = threading.Thread(target=self.act, args=(action, args),
                                     daemon=True)
                t.start()
            else:
                t = self.internet.thread(self.act, action, args)
            threads.append(t)
        for t in threads:
            t.join()
        self.bursts += 1
        if not self.log.settle():
            self.stuck += 1

    def act(self, action, args):
        try:
            action(*args)
        except Exception as e:  # a lost session is news, not the end
            self.load.failures.append((getattr(action, "__name__", "?"),
                                       repr(e)))

    # Honest life.

    def hours(self, day):
        """A wall time of the working day number day, busiest at noon."""
        return self.start + day * DAY + HOUR * min(
            23.5, max(0.2, random.gauss(13, 3.2)))

    def quiet_days(self, until=None, per_day=2.0, skip=()):
        """Everybody's ordinary mail from start to until (default: now)."""
        until = until or self.now
        for day in range(int((until - self.start) // DAY) + 1):
            walls = []
            for p in self.world.people.values():
                if p.address in skip:
                    continue
                for _ in range(round(random.expovariate(1 / per_day))):
                    walls.append((self.hours(day), self.write, p))
                if random.random() < .4 and has_imap():
                    walls.append((self.hours(day), self.look, p))
                for _ in range(round(random.expovariate(1 / per_day))):
                    walls.append((self.hours(day), self.receive, p))
            for _ in range(8):
                walls.append((self.start + day * DAY + random.random() * DAY,
                              self.knock, None))
            for wall, action, p in walls:
                if wall < until:
                    self.at(wall, action, *([p] if p else []))
            for hour in (0, 6, 9, 12, 15, 18, 21):
                wall = self.start + day * DAY + hour * HOUR + 1500
                if wall < until:
                    self.flush(wall)
            if (wall := self.start + day * DAY + 23100) < until:
                self.at(wall, self.cron, inside=True)
        self.innocents |= {"account:" + a for a in self.world.people}

    def habits(self, p):
        """p is seen on each of the first two days from both his networks:
        else nobody could tell them from a thief's."""
        for day in (0, 1):
            for ip in (p.home, p.phone):
                self.at(self.hours(day), self.write, p, ip)

    def letter(self, p, rcpts=None):
        if rcpts is None:
            n = random.choice((1, 1, 1, 1, 2, 2, 3))
            rcpts = random.sample(p.contacts, n)
            if random.random() < .15:
                rcpts = [random.choice(list(self.world.people))]
            elif random.random() < .1:
                rcpts[0] = self.world.address(HONEST)
        return Mail(p.address, rcpts, p.mid())

    def write(self, p, ip=None):
        ip = ip or (p.phone if random.random() < .2 else p.home)
        self.load.submit(p.address, ip, p.port, p.helo, [
            self.letter(p) for _ in range(random.choice((1, 1, 2)))])

    def look(self, p):
        self.load.imap(p.address, random.choice((p.home, p.phone)))

    def receive(self, p):
        sender = random.choice(p.contacts)
        host = "mail." + sender.rpartition("@")[2]
        self.load.deliver(
            "203.0.113.%d" % random.randrange(150, 240), host,
            [Mail(sender, [p.address], hexid(20) + "@" + host)])

    def knock(self):
        """A stranger who is refused, or guesses."""
        ip = v4(random.randrange(400, 500))
        if random.random() < .5:
            self.load.guess(ip, "WIN-" + hexid(10).upper(), [
                (random.choice(("admin", "test", "info@tienda.example")),
                 hexid(6))])
            return
        if random.random() < .5:
            self.dns.listed.add(ip)
        to = random.choice(("x%s@elsewhere.example" % hexid(4),
                            "nobody%s@tienda.example" % hexid(2),
                            random.choice(list(self.world.people))))
        self.load.deliver(ip, "ylmf-pc", [Mail(self.world.victim(), [to])])

    def cron(self):
        self.load.sendmail(0, Mail(
            "root", ["root"], size=400, subject="Cron <root@mx1>"),
            self.local(0))

    def local(self, uid):
        """The actor that a local user is in the reports on this server."""
        return "local-user:" + self.server.local(uid)

    # The truth.

    def expect(self, verdict, actor=None, finding=None, part=None,
               total=True, setting=None, remedy=None):
        """verdict must be given. actor is "kind:name" as sereno names it;
        of its mail the part is the abuse (None: all there is); without
        total nobody counted the rest. setting, a line of main.cf, must be
        named with its place, remedy be a command to type."""
        if setting:
            self.settings.append({"code": finding, "setting": setting,
                                  "remedy": remedy})
        if verdict not in self.verdicts:
            self.verdicts.append(verdict)
        self.exit |= verdict != "clean"
        if actor:
            self.culprits.append((actor, finding, part, total))

    def may(self, verdict=None, actor=None):
        """No mistake if it is named as well."""
        if verdict:
            self.maybe_verdicts.append(verdict)
        if actor:
            self.maybe.append(actor)

    def find(self, finding, actor=None):
        """A precursor that is to be found, though nobody is accused."""
        self.findings.append({"code": finding})
        if actor:
            self.findings[-1]["origin"] = actor
            self.maybe.append(actor)
        self.exit = True

    def culprit(self, actor, finding, part, total):
        """Who, why, and how much: of the abuse, and of everything."""
        kind, name = actor.split(":", 1)
        parts = self.ledger.actors.get(actor, {})
        chosen = [parts[part]] if part else list(parts.values())
        c = {"kind": kind, "name": name, "finding": finding}
        for key in ("messages", "recipients", "accepted"):
            c[key] = sum(p[key] for p in chosen)
        if total:
            c["total_messages"] = sum(p["messages"] for p in parts.values())
        c["parts"] = parts
        return c

    def truth(self):
        out = [self.culprit(*c) for c in self.culprits]
        guilty = {c[0] for c in self.culprits} | set(self.maybe)
        return {"scenario": self.name, "args": self.args,
                "now": rfc3339(self.now), "verdicts": self.verdicts,
                "verdicts_maybe": self.maybe_verdicts, "culprits": out,
                "culprits_maybe": self.maybe, "findings": self.findings,
                "settings": self.settings, "enters": self.server.ENTERS,
                "innocents": sorted(self.innocents - guilty),
                "actors": self.actors(),
                "exit": int(self.exit)}

    def actors(self):
        """Everybody who has a name here: what he sent, all parts."""
        return {actor: {key: sum(p[key] for p in parts.values())
                        for key in ("messages", "recipients")}
                for actor, parts in sorted(self.ledger.actors.items())
                if actor.startswith(("account:", "local-user:", "script:"))}

    # The case.

    def save(self, folder):
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        self.folder, self.args = folder, []
        if hasattr(self.server, "save"):
            self.server.save(folder + "/root")
        for s in self.settings:
            s["source"], s["line"] = self.server.line(s["setting"])
        for collect in self.collectors:
            collect()
        for name, lines in self.rotations():
            path = os.path.join(folder, name)
            data = "".join(t for _, t in lines).encode("latin-1")
            with open(path, "wb") as f:
                f.write(gzip.compress(data, 6, mtime=int(lines[-1][0]))
                        if name.endswith(".gz") else data)
            os.utime(path, (lines[-1][0], lines[-1][0]))
            self.args += ["--log", name]
        for name, option, lines in (
                ("php-mail.log", "--php-log", self.php_log),
                ("access.log", "--web-log", self.web_log)):
            if lines:
                path = os.path.join(folder, name)
                with open(path, "w", encoding="latin-1") as f:
                    f.writelines(t for _, t in lines)
                os.utime(path, (lines[-1][0], lines[-1][0]))
                self.args += [option, name]
        if hasattr(self.server, "save"):
            self.args += ["--root", "root"]
        with open(os.path.join(folder, "expect.json"), "w") as f:
            json.dump(self.truth(), f, indent=1)
            f.write("\n")

    def stamp(self, wall, text):
        if self.stamps == "rfc3339":
            return "%s mx1 %s\n" % (rfc3339(wall, True), text)
        return "%s mx1 %s\n" % (clocks.syslog(wall), text)

    def rotations(self):
        """Yesterday and before apart, the older ones compressed."""
        logs = {"mail.log": [(w, self.stamp(w, t))
                             for w, t in self.log.lines], **self.log.own}
        files, last = {}, int(self.now // DAY)
        for base, lines in logs.items():
            for wall, text in lines:
                age = max(0, last - int(wall // DAY) - 1)
                if not self.rotate:
                    age = 0
                name = base + ("" if age == 0 else ".%d" % age) + (
                    ".gz" if age > 1 else "")
                files.setdefault(name, []).append((wall, text))
        return sorted(files.items())

    def close(self):
        for c in self.cleanup:
            c()
        if hasattr(self, "load"):
            self.server.stop()
            self.dovecot.stop()
        self.room.leave()


def tls_context(d):
    import ssl
    ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ctx.load_cert_chain(d + "/cert.pem", d + "/key.pem")
    return ctx
