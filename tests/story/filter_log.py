# SPDX-License-Identifier: ISC
"""Logs of servers whose mail passes a filter, a list or another program: one
class for each way, all with the same people. The words of a filter are those
of its source or of a public log."""

import datetime
import itertools

START = datetime.datetime(2026, 11, 10, 8, 0, 0)
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
HERE = "@tienda.example"
FAR = "mx.far.example"
SPAM = "550 5.7.1 Message rejected as spam"


def later(at, **more):
    return at + datetime.timedelta(**more)


def bot(n):
    return "198.18.%d.%d" % (n % 97, n % 13 + 1)


class Postfix:
    """No filter: what all others are made of. A way is a list of hops, each
    of which hands the message on to the next."""

    def __init__(self):
        self.groups = []
        self.numbers = itertools.count(0x3F2A0)
        self.pids = itertools.count(1000)

    # ---- one line, one queue file ----

    def say(self, at, program, text, pid=None):
        stamp = "%s %2d %s" % (MONTHS[at.month - 1], at.day,
                               at.strftime("%H:%M:%S"))
        self.groups[-1].append("%s mx1 %s[%d]: %s" % (
            stamp, program, pid or 77, text))

    def new(self):
        return "%X" % next(self.numbers)

    def enter(self, at, client, sender, message_id, nrcpt=1, qid=None,
              name="postfix", service="smtpd"):
        qid = qid or self.new()
        self.say(at, "%s/%s" % (name, service), "%s: client=%s" % (
            qid, client), 30)
        return self.queued(at, qid, sender, message_id, nrcpt, name)

    def pickup(self, at, uid, sender, message_id, nrcpt=1, name="postfix"):
        qid = self.new()
        self.say(at, name + "/pickup", "%s: uid=%d from=<%s>" % (
            qid, uid, sender), 31)
        return self.queued(at, qid, sender, message_id, nrcpt, name)

    def queued(self, at, qid, sender, message_id, nrcpt=1, name="postfix"):
        self.say(at, name + "/cleanup", "%s: message-id=<%s>" % (
            qid, message_id), 32)
        self.say(at, name + "/qmgr", "%s: from=<%s>, size=2000, nrcpt=%d "
                 "(queue active)" % (qid, sender, nrcpt), 3)
        return qid

    def sent(self, at, qid, to, relay, said, agent="smtp", orig="",
             name="postfix", status="sent", dsn="2.0.0"):
        self.say(at, "%s/%s" % (name, agent), "%s: to=<%s>, %srelay=%s, delay="
                 "0.5, delays=0.1/0/0.1/0.3, dsn=%s, status=%s (%s)" % (
                     qid, to, "orig_to=<%s>, " % orig if orig else "", relay,
                     dsn, status, said))

    def removed(self, at, qid, name="postfix"):
        self.say(at, name + "/qmgr", "%s: removed" % qid, 3)

    # ---- the end of the way ----

    def deliver(self, at, qid, to, reply=None, orig="", name="postfix"):
        """To a mailbox here or to a server elsewhere."""
        if to.endswith(HERE):
            self.sent(at, qid, to, "virtual", "delivered to maildir",
                      "virtual", orig, name)
        elif reply:
            self.sent(at, qid, to, "%s[198.51.100.9]:25" % FAR, "host %s"
                      "[198.51.100.9] said: %s (in reply to end of DATA "
                      "command)" % (FAR, reply), "smtp", orig, name,
                      "bounced", reply.split()[1])
        else:
            self.sent(at, qid, to, "%s[198.51.100.9]:25" % FAR,
                      "250 2.0.0 Ok: queued as 4F%08X" % next(self.pids),
                      "smtp", orig, name)

    # ---- whole messages ----

    #: postfix passes orig_to only where the alias is expanded
    def way(self, at, first, sender, to, message_id, reply, orig):
        """From the first queue file, qid, to the end."""
        for one, answer in zip(to, reply):
            self.deliver(at, first, one, answer, orig)
        self.removed(at, first)

    def first(self, at, client, sender, message_id, n, account):
        return self.enter(at, client, sender, message_id, n,
                          service="submission/smtpd" if account else "smtpd")

    def message(self, at, sender, to, account=None, ip="192.0.2.1",
                reply=None, orig="", message_id=None):
        """to: addresses; reply: a refusal of the receiver; orig: the address
        here that forwards to the others."""
        self.groups.append([])
        to = [to] if isinstance(to, str) else to
        reply = reply if isinstance(reply, list) else [reply] * len(to)
        client = "h.isp.example[%s]" % ip
        if account:
            client += ", sasl_method=PLAIN, sasl_username=" + account
        message_id = message_id or "%d.x@%s" % (
            next(self.numbers), sender.split("@")[-1] or "far.example")
        qid = self.first(at, client, sender, message_id, len(to), account)
        self.way(at, qid, sender, to, message_id, reply, orig)

    def write(self, folder, name="mail.log"):
        self.groups.sort(key=lambda group: group[0][:15])
        path = folder / name
        path.write_text("".join(line + "\n" for group in self.groups
                                for line in group))
        return path


# ---- the people ----


def honest(log, days=9, people=6):
    """At work: each from one address, to those whom they know, and they are
    answered. 54 mails each."""
    for day in range(days):
        for hour in range(6):
            for n in range(people):
                at = later(START, days=day, hours=hour, minutes=n * 3)
                user = "user%d%s" % (n, HERE)
                log.message(at, user, "friend%d@customer%d.example" % (
                    hour % 4, n), user, "192.0.2.%d" % (10 + n))
    inbound(log, days, people)


def inbound(log, days=9, people=6, each=60):
    """Strangers write to them."""
    for day in range(days):
        for n in range(each):
            at = later(START, days=day, minutes=n * 7, seconds=30)
            log.message(at, "pal%d@far%d.example" % (n, n % 40),
                        "user%d%s" % (n % people, HERE),
                        ip="203.0.113.%d" % (n % 90 + 1))


def own_days(log, account="ana" + HERE, days=9):
    for day in range(days):
        log.message(later(START, days=day, minutes=1), account,
                    "pepe@cliente.example", account, "192.0.2.77")


def stolen(log, account="ana" + HERE, messages=700, day=8, rcpts=1):
    """Of a botnet, in one day."""
    for n in range(messages):
        at = later(START, days=day, hours=3, seconds=n * 20)
        to = ["v%d-%d@victim%d.example" % (n, k, n % 300)
              for k in range(rcpts)]
        reply = None
        if n % 5 == 0:
            reply = "550 5.1.1 <%s>: user unknown" % to[0]
        elif n % 7 == 0:
            reply = SPAM
        log.message(at, account, to, account, bot(n), [reply] + [None] * (
            rcpts - 1), message_id="%d@WIN-8QK" % n)


def forwarded(log, count=200, spam=3):
    for n in range(count):
        log.message(later(START, days=7, minutes=4 * n),
                    "x%d@opfer%d.example" % (n, n % 90), "eva@firma.example",
                    ip="203.0.113.%d" % (n % 200 + 1),
                    reply=SPAM if n % spam == 0 else None,
                    orig="ventas" + HERE)


# ---- filters behind the queue ----


class Hops(Postfix):
    """clamsmtp, amavis, dkimproxy one behind the other; what the next one
    answers comes through."""
    ports = (10025, 10024, 10028)

    def accepted(self, port, qid):
        if port == 10024:
            return "250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 " \
                "Ok: queued as " + qid
        return "250 2.0.0 Ok: queued as " + qid

    def back(self, at, sender, message_id, n):
        return self.enter(at, "localhost[127.0.0.1]", sender, message_id, n)

    def hand(self, at, qid, to, port, said, orig):
        self.sent(at, qid, to, "127.0.0.1[127.0.0.1]:%d" % port, said,
                  "smtp", orig)

    def way(self, at, first, sender, to, message_id, reply, orig):
        qid = first
        for n, port in enumerate(self.ports):
            child = self.back(at, sender, message_id, len(to))
            for one in to:
                self.hand(at, qid, one, port, self.accepted(port, child),
                          orig if n == 0 else "")
            self.removed(at, qid)
            qid = child
        super().way(at, qid, sender, to, message_id, reply, "")


class HopsAliasLate(Hops):
    """receive_override_options=no_address_mappings in front of the filter, as
    FILTER_README wants it: the alias is expanded behind it."""

    def way(self, at, first, sender, to, message_id, reply, orig):
        qid = first
        inner = [orig] if orig else to
        for port in self.ports:
            child = self.back(at, sender, message_id, len(to))
            for one in inner:
                self.hand(at, qid, one, port, self.accepted(port, child), "")
            self.removed(at, qid)
            qid = child
        Postfix.way(self, at, qid, sender, to, message_id, reply, orig)


class Silent(HopsAliasLate):
    """A filter that answers without the queue id (spampd, spamfilter)."""
    ports = (10025,)

    def accepted(self, port, qid):
        return "250 2.0.0 Ok, message saved"


class SilentAliasEarly(Silent):
    way = Hops.way


class Dspam(Silent):
    """dspam by LMTP at a socket, back by SMTP."""

    def hand(self, at, qid, to, port, said, orig):
        self.sent(at, qid, to, "mx1[/var/run/dspam/dspam.sock]",
                  "250 2.6.0 <%s> Message accepted for delivery" % to, "lmtp",
                  orig)


class Pmg(Silent):
    """Proxmox Mail Gateway: mail of the world is passed on to a server inside,
    which hands in what its people write."""

    def first(self, at, client, sender, message_id, n, account):
        self.orig = client.split(",")[0]
        return self.enter(at, client, sender, message_id, n)

    def back(self, at, sender, message_id, n):
        logid = "8E%07X5F3B6C1D0E4" % next(self.pids)
        self.logid = logid
        self.say(at, "pmg-smtp-filter", "%s: new mail message-id=<%s>#012" % (
            logid, message_id), 10)
        self.say(at, "pmg-smtp-filter", "%s: SA score=0/5 time=1.312 bayes="
                 "undefined autolearn=no autolearn_force=no hits=DMARC_PASS"
                 "(-0.1)" % logid, 10)
        qid = self.enter(at, "localhost.localdomain[127.0.0.1], orig_client="
                         + self.orig, sender, message_id, n)
        return qid

    def hand(self, at, qid, to, port, said, orig):
        self.say(at, "pmg-smtp-filter", "%s: accept mail to <%s> (%s) (rule: "
                 "default-accept)" % (self.logid, to, qid), 10)
        self.sent(at, qid, to, "127.0.0.1[127.0.0.1]:10024",
                  "250 2.5.0 OK (%s)" % self.logid, "lmtp", orig, dsn="2.5.0")


class PmgSasl(Pmg):
    """The same without XFORWARD, where people log in."""

    def back(self, at, sender, message_id, n):
        self.logid = "8E%07X5F3B6C1D0E4" % next(self.pids)
        return self.enter(at, "localhost.localdomain[127.0.0.1]", sender,
                          message_id, n)


class PmgBefore(Postfix):
    """Before the queue: the filter's answer has no queue id."""

    def first(self, at, client, sender, message_id, n, account):
        pid = 5000 + next(self.pids) % 20000
        logid = "2C%07X817C7EEE1481" % pid
        self.say(at, "postfix/smtpd", "connect from " + client.split(",")[0],
                 pid)
        self.say(at, "postfix/smtpd", "NOQUEUE: client=" + client, pid)
        qid = self.enter(at, "localhost.localdomain[127.0.0.1], orig_client="
                         + client.split(",")[0], sender, message_id, n)
        self.say(at, "pmg-smtp-filter", "%s: accept mail to <x@y> (%s) (rule: "
                 "default-accept)" % (logid, qid), 10)
        self.say(at, "postfix/smtpd", "proxy-accept: END-OF-MESSAGE: 250 2.5.0"
                 " OK (%s); from=<%s> to=<x@y.example> proto=ESMTP helo=<pc>"
                 % (logid, sender), pid)
        self.say(at, "postfix/smtpd", "disconnect from %s ehlo=1 auth=1 mail=1"
                 " rcpt=1 data=1 quit=1 commands=6" % client.split(",")[0],
                 pid)
        return qid


class Inside:
    """Proxmox as it is used: a server inside has the mailboxes, and hands in
    what its people write."""
    box, box_ip = "mail.tienda.example[10.0.0.5]", "10.0.0.5[10.0.0.5]"

    def first(self, at, client, sender, message_id, n, account):
        if sender.endswith(HERE):
            client = self.box
        return super().first(at, client, sender, message_id, n, None)

    def deliver(self, at, qid, to, reply=None, orig="", name="postfix"):
        if to.endswith(HERE):
            self.sent(at, qid, to, self.box_ip + ":25", "250 2.0.0 Ok: queued "
                      "as 4F%08X" % next(self.pids))
        else:
            super().deliver(at, qid, to, reply, orig, name)


class PmgInside(Inside, Pmg):
    pass


class PmgInsideBefore(Inside, PmgBefore):
    pass


class AmavisInside(Inside, HopsAliasLate):
    ports = (10024,)


# ---- pipes ----


class Pipe(Postfix):
    """A disclaimer by altermime, a signature, encryption: pipe(8) and back by
    "sendmail -G -i", under the filter's uid."""
    name, uid, changes = "dfilt", 111, False

    def back(self, at, sender, message_id, n):
        return self.pickup(at, self.uid, sender, message_id, n)

    def way(self, at, first, sender, to, message_id, reply, orig):
        inner = [orig] if orig else to
        child = self.back(at, sender, message_id, len(to))
        for one in inner:
            self.sent(at, first, one, self.name, "delivered via %s service"
                      % self.name, "pipe")
        self.removed(at, first)
        Postfix.way(self, at, child, sender, to, message_id, reply, orig)


class PipeSmtp(Pipe):
    """gpg-mailgate, zeyple: a pipe, and back by SMTP at localhost:10028."""
    name = "gpg-mailgate"

    def back(self, at, sender, message_id, n):
        return self.enter(at, "localhost[127.0.0.1]", sender, message_id, n)


class PipeFinal(Postfix):
    """procmail or maildrop puts it into a mailbox."""
    name = "maildrop"

    def deliver(self, at, qid, to, reply=None, orig="", name="postfix"):
        if not to.endswith(HERE):
            super().deliver(at, qid, to, reply, orig, name)
        else:
            self.sent(at, qid, to, self.name, "delivered via %s service"
                      % self.name, "pipe", orig)


# ---- several Postfixes ----


class Instances(HopsAliasLate):
    """postfix-in takes it, postfix-out brings it out: names of their own, one
    log."""
    ports = (10025,)

    def first(self, at, client, sender, message_id, n, account):
        return self.enter(at, client, sender, message_id, n,
                          name="postfix-in")

    def way(self, at, first, sender, to, message_id, reply, orig):
        child = self.enter(at, "localhost[127.0.0.1]", sender, message_id,
                           len(to), name="postfix-out")
        for one in [orig] if orig else to:
            self.sent(at, first, one, "127.0.0.1[127.0.0.1]:10025",
                      "250 2.0.0 Ok: queued as " + child, name="postfix-in")
        self.removed(at, first, "postfix-in")
        for one, answer in zip(to, reply):
            self.deliver(at, child, one, answer, orig, "postfix-out")
        self.removed(at, child, "postfix-out")


class InstancesPublic(Instances):
    """The other one listens at a public address of this host."""

    def way(self, at, first, sender, to, message_id, reply, orig):
        child = self.enter(at, "mx1.tienda.example[192.0.2.25]", sender,
                           message_id, len(to), name="postfix-out")
        for one in [orig] if orig else to:
            self.sent(at, first, one, "mx1.tienda.example[192.0.2.25]:10025",
                      "250 2.0.0 Ok: queued as " + child, name="postfix-in")
        self.removed(at, first, "postfix-in")
        for one, answer in zip(to, reply):
            self.deliver(at, child, one, answer, orig, "postfix-out")
        self.removed(at, child, "postfix-out")


class ProxyInFront(Postfix):
    """ASSP or another proxy in front of all ports: Postfix sees localhost; who
    logs in does so through it."""

    def first(self, at, client, sender, message_id, n, account):
        client = "localhost[127.0.0.1]" + client[client.index("]") + 1:]
        return self.enter(at, client, sender, message_id, n)


# ---- what a mailbox sends on ----


class SieveSmtp(Postfix):
    """Dovecot's sieve redirects by submission_host, before it answers; the
    Message-ID and the sender stay."""
    client, relay = "localhost[127.0.0.1]", "mx1[private/dovecot-lmtp]"

    def back(self, at, sender, message_id, n):
        return self.enter(at, self.client, sender, message_id, n)

    def way(self, at, first, sender, to, message_id, reply, orig):
        if not orig:
            super().way(at, first, sender, to, message_id, reply, orig)
            return
        child = self.back(at, sender, message_id, len(to))
        self.sent(at, first, orig, self.relay, "250 2.0.0 <%s> abc Saved"
                  % orig, "lmtp")
        self.removed(at, first)
        for one, answer in zip(to, reply):
            self.deliver(at, child, one, answer)
        self.removed(at, child)

    def deliver(self, at, qid, to, reply=None, orig="", name="postfix"):
        if to.endswith(HERE):
            self.sent(at, qid, to, self.relay, "250 2.0.0 <%s> abc Saved" % to,
                      "lmtp")
        else:
            super().deliver(at, qid, to, reply, orig, name)


class SieveInside(SieveSmtp):
    """The mailboxes are on a server inside."""
    client, relay = "box.tienda.example[10.0.0.7]", "10.0.0.7[10.0.0.7]:24"


class SieveSendmail(SieveSmtp):
    """By sendmail(1), the default."""

    def back(self, at, sender, message_id, n):
        return self.pickup(at, 5000, sender, message_id, n)


class SieveSendmailLate(SieveSendmail):
    """pickup is slower than Dovecot's answer."""

    def way(self, at, first, sender, to, message_id, reply, orig):
        if not orig:
            super().way(at, first, sender, to, message_id, reply, orig)
            return
        self.sent(at, first, orig, self.relay, "250 2.0.0 <%s> abc Saved"
                  % orig, "lmtp")
        self.removed(at, first)
        child = self.back(at, sender, message_id, len(to))
        for one, answer in zip(to, reply):
            self.deliver(at, child, one, answer)
        self.removed(at, child)
