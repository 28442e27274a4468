# SPDX-License-Identifier: ISC
"""The same for Exim 4.96, see filter_log.py."""

from filter_log import FAR, HERE, Postfix, later


class Exim(Postfix):
    """Exim 4.96, no filter."""

    def say(self, at, text, *rest):
        self.groups[-1].append("%s %s" % (
            at.strftime("%Y-%m-%d %H:%M:%S"), text))

    def new(self):
        n = next(self.numbers)
        return "1%05d-%06d-%02d" % (n % 100000, n * 7 % 1000000, n % 90)

    def received(self, at, sender, how, message_id, to):
        qid = self.new()
        self.say(at, "%s <= %s %s S=2000 id=%s for %s" % (
            qid, sender, how, message_id, " ".join(to)))
        return qid

    def deliver(self, at, qid, to, reply=None, orig="", name=""):
        old = " <%s>" % orig if orig else ""
        if to.endswith(HERE):
            self.say(at, "%s => %s <%s> R=virtual_user T=virtual_delivery" % (
                qid, to.split("@")[0], orig or to))
        elif reply:
            self.say(at, "%s ** %s%s R=dnslookup T=remote_smtp H=%s "
                     "[198.51.100.9]: SMTP error from remote mail server after "
                     "end of data: %s" % (qid, to, old, FAR, reply))
        else:
            self.say(at, "%s => %s%s R=dnslookup T=remote_smtp H=%s "
                     "[198.51.100.9] C=\"250 2.0.0 Ok: queued as 4F%08X\"" % (
                         qid, to, old, FAR, next(self.pids)))

    def removed(self, at, qid, name=""):
        self.say(at, "%s Completed" % qid)

    def message(self, at, sender, to, account=None, ip="192.0.2.1",
                reply=None, orig="", message_id=None):
        self.groups.append([])
        to = [to] if isinstance(to, str) else to
        reply = reply if isinstance(reply, list) else [reply] * len(to)
        how = "H=h.isp.example (pc) [%s] P=%s" % (
            ip, "esmtpsa A=dovecot_plain:" + account if account else "esmtps")
        message_id = message_id or "%d.x@%s" % (
            next(self.numbers), sender.split("@")[-1])
        qid = self.received(at, sender, how, message_id, [orig] if orig else to)
        self.way(at, qid, sender, to, message_id, reply, orig)

    def write(self, folder, name="mainlog"):
        return super().write(folder, name)


class EximSpamd(Exim):
    """The classic recipe: a router with a transport that runs spamc and "exim
    -oMr spam-scanned -bS". All of it is scanned, for each recipient."""
    how = "U=Debian-exim P=spam-scanned"
    first_way = "R=spamcheck_router T=spamcheck"

    def back(self, at, qid, sender, message_id, to):
        return self.received(at, sender, self.how, message_id, [to])

    def way(self, at, first, sender, to, message_id, reply, orig):
        children = []
        for one, answer in zip(to, reply):
            child = self.back(at, first, sender, message_id, orig or one)
            self.say(at, "%s => %s %s" % (
                first, orig or one, self.first_way))
            children.append((child, one, answer))
        self.removed(at, first)
        for child, one, answer in children:
            self.deliver(at, child, one, answer, orig)
            self.removed(at, child)


class EximAmavis(EximSpamd):
    """amavisd behind Exim: back on port 10025, whose ACL knows it."""
    how = "H=localhost [127.0.0.1] P=scanned-ok"
    said = "250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 OK id="

    def back(self, at, qid, sender, message_id, to):
        child = self.received(at, sender, self.how, message_id, [to])
        self.first_way = "R=amavis T=amavis H=127.0.0.1 [127.0.0.1] C=\"" \
            "%s%s\"" % (self.said, child)
        return child


class EximAmavisOld(EximAmavis):
    how = "H=localhost (mx1) [127.0.0.1] P=esmtp"
    said = "250 2.6.0 Ok, id=22313-09, from MTA([127.0.0.1]:10025): 250 OK id="


class EximMailScanner(Exim):
    """cPanel: two queues, the same ids; the incoming one only queues it."""

    def way(self, at, first, sender, to, message_id, reply, orig):
        super().way(later(at, seconds=8), first, sender, to, message_id,
                    reply, orig)


class EximSieve(Exim):
    """Dovecot's LMTP behind Exim; sieve redirects by sendmail(1)."""
    early = False

    def way(self, at, first, sender, to, message_id, reply, orig):
        if not orig:
            super().way(at, first, sender, to, message_id, reply, orig)
            return
        child = self.received(at, sender, "U=vmail P=local", message_id, to)
        took = "%s => ventas <%s> R=dovecot T=dovecot_lmtp C=\"250 2.0.0 " \
            "<%s> abc Saved\"" % (first, orig, orig)
        if not self.early:
            self.say(at, took)
            self.removed(at, first)
        for one, answer in zip(to, reply):
            self.deliver(at, child, one, answer)
        self.removed(at, child)
        if self.early:
            self.say(at, took)
            self.removed(at, first)


class EximSieveEarly(EximSieve):
    """It is gone before Dovecot answers."""
    early = True
