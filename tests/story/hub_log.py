# SPDX-License-Identifier: ISC
"""Gateways in the log of every server: mail for the people of casa*.example
is passed on to their server, 203.0.113.77, by SMTP."""

import datetime
import itertools

import every_log
import qmail_log

INNER = ("mail.casa.example", "203.0.113.77")
SPAM = "550 5.7.1 Message rejected as spam"
UNKNOWN = "550 5.1.1 <%s>: Recipient address rejected: User unknown"


class Hub:
    """log: one of every_log.EVERY. notice: does it bounce what the server
    behind it refuses? servers: the domains have as many, one after the
    other."""

    def __init__(self, log, notice=True, servers=1):
        self.log, self.is_notice, self.servers = log, notice, servers
        log.inodes = itertools.count(93800)
        self.notice, self.notices = getattr(log, "notice", None), []
        if self.notice:
            log.notice = self.send_notice

    def send_notice(self, *args):
        if not self.is_notice:
            return
        before = self.lengths()
        self.notice(*args)
        self.notices = list(zip(before, self.lengths()))

    def parts(self):
        return [getattr(self.log, name) for name in ("lines", "rows", "send")
                if hasattr(self.log, name)]

    def lengths(self):
        return [len(part) for part in self.parts()]

    def message(self, at, ip, sender, to, reply=None):
        """The composers know one server elsewhere: for our people it is
        another."""
        before, self.notices = self.lengths(), []
        inner = self.inner(to)
        self.log.message(at, sender, [(to, reply) if reply else to], ip=ip)
        if "@casa" not in to:
            return
        for n, part in enumerate(self.parts()):
            for k in range(before[n], len(part)):
                text = part[k][1]
                if any(word % sender in text for word in (
                        " to=<%s>", " => %s ", " ** %s ")) or any(
                            a <= k < b for a, b in self.notices[n:n + 1]):
                    continue
                for old, new in ((every_log.mx_of(to), inner[0]),
                                 ("mx.y.example", inner[0]),
                                 ("198.51.100.9", inner[1]),
                                 ("\"203.0.113.9 ", "\"%s " % inner[1])):
                    text = text.replace(old, new)
                part[k] = (part[k][0], text)

    def inner(self, address):
        """The server of this address."""
        domain = address.split("@")[1].split(".")[0]
        n = int(domain[4:] or 0) if domain.startswith("casa") else 0
        return (INNER[0], INNER[1]) if n % self.servers == 0 else (
            "mail.casa%d.example" % (n % self.servers),
            "203.0.113.%d" % (77 + n % self.servers))

    def inbound(self, count=1500, domains=1, people=40, refuse=True,
                reply=lambda n: None):
        """Mail of 300 servers for the people behind it."""
        for n in range(count):
            far = n % 300
            to = "user%d@casa%s.example" % (
                n % people, n % people % domains or "")
            said = reply(n)
            if refuse and n % 25 == 0:
                said = UNKNOWN % to
            elif refuse and n % 40 == 1:
                said = SPAM
            self.message(at_of(n, 431, 3), "198.%d.%d.9" % (
                18 + far % 2, far % 250),
                "pal%d@far%d.example" % (n % 700, far), to, said)
        return self

    def relayed(self, count=600):
        """Spam of a botnet for the world."""
        for n in range(count):
            to = "v%d@gmail.com" % n if n % 4 == 0 else \
                "v%d@victim%d.example" % (n, n % 150)
            self.message(at_of(n, 997, 7), "198.18.%d.%d" % (
                n % 200, n % 90 + 1), "x%d@brand%d.example" % (n, n % 30), to,
                         SPAM if n % 7 == 0 else None)
        return self

    def outbound(self, count=500, free_mail=4):
        """Their servers hand out what they write."""
        for n in range(count):
            to = "pal%d@far%d.example" % (n % 50, n % 50)
            if n % 10 < free_mail:
                to = "pal%d@gmail.com" % (n % 90)
            sender = "user%d@casa%s.example" % (
                n % 40, n % self.servers or "")
            self.message(at_of(n, 1201, 11), self.inner(sender)[1], sender,
                         to)
        return self

    def stolen(self, count=400):
        for n in range(count):
            self.message(at_of(n, 8, 300000),
                         INNER[1], "eva@casa.example",
                         "v%d@victim%d.example" % (n, n),
                         SPAM if n % 4 == 0 else None)
        return self

    def logs(self, folder):
        return self.log.logs(folder)


def at_of(n, step, first):
    return qmail_log.START + datetime.timedelta(seconds=n * step + first)
