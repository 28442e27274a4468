# SPDX-License-Identifier: ISC
"""A town with a mail server: people at work for two weeks, with phones, dead
addresses and now and then a refusal, as real logs have them. A story adds one
more account to it and asks what sereno says of that."""

import datetime
import random
import re

from postfix_log import PostfixLog

BEGIN = datetime.datetime(2026, 11, 2, 0, 0, 0)  # a Monday
DOMAIN = "tienda.example"
GONE = "550 5.1.1 <%s>: Recipient address rejected: User unknown"
SPAM = ("550 5.7.1 [198.51.100.1] Our system has detected that this message "
        "is likely unsolicited mail")
LATER = "451 4.7.1 Greylisting in action, please come back later"


class Person:
    """Who writes from where to whom."""

    def __init__(self, town, name, home, friends=30):
        self.town = town
        self.name = name
        self.home = home
        self.book = [town.stranger() for _ in range(friends)]

    def recipient(self, new):
        rng = self.town.rng
        if rng.random() < new:
            address = self.town.stranger()
            self.book.append(address)
            return self.town.answered(address, 0.02, 0.002)
        # some are written to every day, others hardly ever
        at = int(len(self.book) * rng.random() ** 2.5)
        return self.town.answered(self.book[at], 0.001, 0.001)


class Town:
    def __init__(self, seed=1, days=14, people=20):
        self.log = PostfixLog()
        self.rng = random.Random(seed)
        self.days = days
        self.count = 0
        self.people = []
        for n in range(people):
            person = Person(self, "user%d@%s" % (n, DOMAIN),
                            "203.0.113.%d" % (10 + n))
            self.people.append(person)
            for day in range(days):
                self.day_of(person, day, phone=n % 2 == 0)

    def stranger(self):
        self.count += 1
        domain = self.rng.choice(
            ["gmail.example", "outlook.example", "web%d.example" % self.count,
             "firm%d.example" % (self.count % 97)])
        return "person%d@%s" % (self.count, domain)

    def answered(self, address, dead, spam):
        chance = self.rng.random()
        if chance < dead:
            return (address, GONE % address)
        if chance < dead + spam:
            return (address, SPAM)
        return address

    def mobile(self):
        """An address of a mobile network, another one each time."""
        return "198.18.%d.%d" % (self.rng.randrange(30),
                                 self.rng.randrange(1, 255))

    def abroad(self):
        return "198.%d.%d.%d" % (self.rng.choice([19]),
                                 self.rng.randrange(256),
                                 self.rng.randrange(1, 255))

    def when(self, day, low=8, high=18):
        seconds = self.rng.uniform(low * 3600, high * 3600)
        return BEGIN + datetime.timedelta(days=day, seconds=seconds)

    def day_of(self, person, day, phone=False, mails=None, new=0.2, ip=None):
        """A day at work; less at the weekend, some from the phone."""
        rng = self.rng
        if mails is None:
            mails = rng.randrange(0, 3) if day % 7 > 4 else rng.randrange(4, 22)
        away = self.mobile()
        for _ in range(mails):
            at = self.when(day)
            where = ip or person.home
            if phone and rng.random() < 0.2:
                at, where = self.when(day, 7, 23), away
            self.send(at, person.name,
                      [person.recipient(new)
                       for _ in range(rng.choice([1, 1, 1, 2, 4]))], where)

    def send(self, at, account, recipients, ip, sender=None, **more):
        return self.log.message(at, sender or account, recipients,
                                account=account, ip=ip, **more)

    def arrive(self, at, sender, recipient, ip="198.51.100.77", size=4000):
        """Mail from outside for somebody here."""
        log = self.log
        queue_id = "%X" % next(log.numbers)
        log.say(at, "postfix/smtpd[55]", "%s: client=mx.%s[%s]"
                % (queue_id, sender.split("@")[-1] or "out.example", ip))
        log.say(at, "postfix/cleanup[56]", "%s: message-id=<%s@%s>"
                % (queue_id, queue_id, sender.split("@")[-1] or "out.example"))
        log.say(at, "postfix/qmgr[7]",
                "%s: from=<%s>, size=%d, nrcpt=1 (queue active)"
                % (queue_id, sender, size))
        log.say(at, "postfix/lmtp[57]",
                "%s: to=<%s>, relay=mx1[private/dovecot-lmtp], delay=0.2, "
                "delays=0.1/0/0/0.1, dsn=2.0.0, status=sent (250 2.0.0 <%s> "
                "Saved)" % (queue_id, recipient, recipient))
        log.say(at, "postfix/qmgr[7]", "%s: removed" % queue_id)

    def behind_relay(self):
        """All mail leaves by a relay host, which takes everything."""
        self.log.lines = [
            re.sub(r"relay=\S+, (.*)status=(bounced|deferred).*",
                   r"relay=smtp.hoster.example[198.51.100.2]:587, \1"
                   "status=sent (250 2.0.0 Ok: queued as 4XYZ)", line)
            for line in self.log.lines]

    def listed(self):
        """A list has the server's address: one receiver takes no mail of it,
        whoever writes."""
        answer = ("550 5.7.1 Service unavailable, Client host [203.0.113.25] "
                  "blocked using Spamhaus. To request removal from this list "
                  "see https://www.spamhaus.org/query/ip/203.0.113.25")
        self.log.lines = [
            re.sub(r"dsn=[\d.]*, status=.*",
                   "dsn=5.7.1, status=bounced (host mx.outlook.example"
                   "[198.51.100.9] said: %s (in reply to RCPT TO command))"
                   % answer, line)
            if "@outlook.example>" in line and "status=sent" in line else line
            for line in self.log.lines]

    def write(self, path):
        self.log.sort()
        return self.log.write(path)


def minutes(n):
    return datetime.timedelta(minutes=n)
