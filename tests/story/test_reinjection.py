# SPDX-License-Identifier: ISC
"""Filters that hand a message in again under another queue id without a word
about it: SpamAssassin by pipe(8) and sendmail(1), MailScanner by the hold queue.
Whose it was it stays."""

import pytest

HOW_SA = "delivered via spamassassin service"
GMAIL = "gmail-smtp-in.l.google.com[192.0.2.26]"


def reply(n, to, relay):
    """Of a receiver: now and then spam, more often unknown."""
    if n % 5 == 0:
        return "dsn=5.1.1, status=bounced (host %s said: 550 5.1.1 <%s>: " \
            "Recipient address rejected: User unknown (in reply to RCPT TO " \
            "command))" % (relay, to)
    if n % 7 == 0:
        return "dsn=5.7.1, status=bounced (host %s said: 550 5.7.1 Message " \
            "rejected as spam (in reply to end of DATA command))" % relay
    return "dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4F%08X)" % n


class Log:
    """way: which lines of the two halves come first."""

    def __init__(self, way="pickup first"):
        self.way, self.groups, self.qid = way, [], 0xA0000

    def next_id(self):
        self.qid += 1
        return "%X" % self.qid

    def add(self, day, n, lines):
        at = "Nov %d %02d:%02d:%02d mx " % (day, 8 + n // 120 % 12,
                                            n // 2 % 60, n * 7 % 60)
        self.groups.append([at + line for line in lines])

    @staticmethod
    def start(qid, door, sender, mid):
        return ["postfix/%s: %s: client=%s" % (door[0], qid, door[1]),
                "postfix/cleanup[6]: %s: message-id=<%s>" % (qid, mid)]

    def through(self, day, n, door, sender, to, end, service="spamassassin",
                uid=111, resent=None, into=None):
        """In by door; by service to uid, who sends it on; end: agent, relay and
        what is told, for the second half."""
        first, second = self.next_id(), self.next_id()
        mid = "%s.%d@%s" % (first, n, sender.partition("@")[2] or "mx")
        queued = "postfix/qmgr[3]: %s: from=<%s>, size=2000, nrcpt=1 (queue " \
            "active)"
        first_half = self.start(first, door, sender, mid) + [
            queued % (first, sender)]
        handed = ["postfix/pickup[8]: %s: uid=%d from=<%s>" % (
            second, uid, sender if resent is None else resent),
            "postfix/cleanup[6]: %s: message-id=<%s>" % (second, mid)]
        piped = ["postfix/pipe[9]: %s: to=<%s>, relay=%s, delay=0.5, delays="
                 "0/0/0/0.5, dsn=2.0.0, status=sent (delivered via %s service)"
                 % (first, to, service, service),
                 "postfix/qmgr[3]: %s: removed" % first]
        middle = {"pickup first": handed + piped,
                  "between": handed[:1] + piped + handed[1:],
                  "pipe first": piped + handed}[self.way]
        self.add(day, n, first_half + middle + [
            queued % (second, sender if resent is None else resent),
            "postfix/%s: %s: to=<%s>, relay=%s, delay=0.1, delays=0/0/0/0.1, %s"
            % (end[0], second, into or to, end[1], end[2]),
            "postfix/qmgr[3]: %s: removed" % second])

    def scanned(self, day, n, door, sender, to, end):
        """The same through MailScanner."""
        first, second = self.next_id(), self.next_id()
        self.add(day, n, self.start(first, door, sender, "%s@far" % first) + [
            "postfix/cleanup[6]: %s: hold: header Received: from x by mx (Post"
            "fix) from x; from=<%s> to=<%s> proto=ESMTP helo=<x>" % (
                first, sender, to),
            "MailScanner[77]: New Batch: Scanning 1 messages, 2100 bytes",
            "MailScanner[77]: Requeue: %s.A%04X to %s" % (first, n, second),
            "MailScanner[77]: Uninfected: Delivered 1 messages",
            "postfix/qmgr[3]: %s: from=<%s>, size=2300, nrcpt=1 (queue active)"
            % (second, sender),
            "postfix/%s: %s: to=<%s>, relay=%s, delay=0.1, delays=0/0/0/0.1, %s"
            % (end[0], second, to, end[1], end[2]),
            "postfix/qmgr[3]: %s: removed" % second])

    def write(self, folder):
        self.groups.sort(key=lambda g: g[0][:15])
        path = folder / "mail.log"
        path.write_text("".join(line + "\n"
                                for group in self.groups for line in group))
        return path


def login(user, n, host="192.0.2.%d"):
    return ("submission/smtpd[5]", "h[%s], sasl_method=PLAIN, sasl_username=%s"
            % (host % (100 + n % 9), user))


def stranger(n):
    return ("smtpd[5]", "mail.far%d.example[198.18.%d.9]" % (n % 300, n % 250))


BOX = ("virtual[7]", "virtual", "dsn=2.0.0, status=sent (delivered to maildir)")


def people(through):
    """Nine accounts that write, and mail of the world for them."""
    for n in range(900):
        user = "user%d@tienda.example" % (n % 9)
        relay = "mx.cust%d.example[192.0.2.%d]" % (n % 9, n % 9 + 1)
        through(10 + n // 100, n, login(user, n), user,
                "pal%d@cust%d.example" % (n % 27, n % 9),
                ("smtp[7]", relay + ":25", reply(1, "", relay)))
        through(10 + n // 100, n, stranger(n), "pal%d@far%d.example" % (
            n, n % 300), "user%d@tienda.example" % (n * 7 % 11 % 9), BOX)


def theft(through):
    for n in range(700):
        to = "v%d@%s" % (n, "gmail.com" if n % 3 == 0
                         else "victim%d.example" % (n % 200))
        relay = "mx.far.example[192.0.2.%d]" % (n % 90 + 1)
        through(18, n, login("ana@tienda.example", n, "198.18.%d.%%d" % (
            n % 150)), "x%d@brand%d.example" % (n, n % 30), to,
            ("smtp[7]", relay + ":25", reply(n, to, relay)))


def judge(sereno, path):
    run = sereno("check", "--json", "--offline", "--log", path)
    return run, run.json()


def is_ana(report):
    [culprit] = report["culprits"]
    assert culprit["findings"] == ["stolen-login"]
    assert culprit["origin"]["name"] == "ana@tienda.example"
    assert culprit["messages"] == culprit["recipients"] == 700
    assert culprit["accepted"] == 480
    assert culprit["bounced"] == 220


ways = pytest.mark.parametrize("way", ["pickup first", "between",
                                       "pipe first"])


@ways
def test_nothing_is_wrong(sereno, tmp_path, way):
    log = Log(way)
    people(log.through)
    path = log.write(tmp_path)
    run, report = judge(sereno, path)
    assert run.code == 0 and report["findings"] == []
    rows = sereno("origins", "--json", "--top", "99", "--log", path).json()
    sent = {o["origin"]["name"]: (o["messages"], o["accepted"])
            for o in rows["origins"]}
    few = sent.pop("uid=111", (0, 0))[0]
    assert few <= 4  # until it is known as a filter
    assert set(sent) == {"user%d@tienda.example" % n for n in range(9)}
    assert sum(m for m, _ in sent.values()) == 900
    assert 900 <= sum(a for _, a in sent.values()) + few <= 904


@ways
def test_a_stolen_account_behind_spamassassin(sereno, tmp_path, way):
    log = Log(way)
    people(log.through)
    theft(log.through)
    run, report = judge(sereno, log.write(tmp_path))
    assert run.code == 1
    is_ana(report)


@ways
def test_a_forward_behind_it(sereno, tmp_path, way):
    """Spam for one of them goes on to a large provider."""
    log = Log(way)
    people(log.through)
    for n in range(600):
        log.through(12 + n // 150, n, stranger(n), "x%d@spam%d.example" % (
            n, n % 100), "user3@tienda.example",
            ("smtp[7]", GMAIL + ":25", reply(n, "me@gmail.com", GMAIL)),
            into="me@gmail.com>, orig_to=<user3@tienda.example")
    run, report = judge(sereno, log.write(tmp_path))
    assert run.code == 1
    [culprit] = report["culprits"]
    assert culprit["findings"] == ["forwarded-spam"]
    assert culprit["origin"] == culprit["origin"] | {
        "kind": "forward", "name": "user3@tienda.example"}


@ways
def test_a_real_local_user_beside_it(sereno, tmp_path, way):
    """uid 1001 sends spam with a program; the filter is no cover for it."""
    log = Log(way)
    people(log.through)
    for n in range(600):
        qid, to = log.next_id(), "v%d@victim%d.example" % (n, n % 200)
        relay = "mx.far.example[192.0.2.%d]" % (n % 90 + 1)
        log.add(18, n, [
            "postfix/pickup[8]: %s: uid=1001 from=<offer%d@brand.example>" % (
                qid, n),
            "postfix/cleanup[6]: %s: message-id=<%s@mx>" % (qid, qid),
            "postfix/qmgr[3]: %s: from=<offer%d@brand.example>, size=9, "
            "nrcpt=1 (queue active)" % (qid, n),
            "postfix/smtp[7]: %s: to=<%s>, relay=%s:25, delay=1, "
            "delays=0/0/0/1, %s" % (qid, to, relay, reply(n, to, relay)),
            "postfix/qmgr[3]: %s: removed" % qid])
    run, report = judge(sereno, log.write(tmp_path))
    assert run.code == 1
    [culprit] = report["culprits"]
    assert culprit["origin"]["name"] == "uid=1001"
    assert culprit["messages"] == 600


@ways
@pytest.mark.parametrize("resent, uid", [
    ("news-bounces@tienda.example", 38), (None, 1003)])
def test_who_sends_on_is_no_filter(sereno, tmp_path, way, resent, uid):
    """A list's program writes under the list's name, and a user's own program
    is for him, who forwards by it: neither makes strangers relay here."""
    log = Log(way)
    for n in range(600):
        to = "news@tienda.example" if resent else "eva@tienda.example"
        log.through(10 + n // 100, n, stranger(n), "pal%d@far%d.example" % (
            n, n % 300), to, ("smtp[7]", GMAIL + ":25", reply(
                1, "me@gmail.com", GMAIL)), service="program", uid=uid,
            resent=resent, into="me%d@gmail.com" % (n % 30))
    path = log.write(tmp_path)
    rows = sereno("origins", "--json", "--top", "99", "--log", path).json()
    kinds = {o["origin"]["kind"]: o["messages"] for o in rows["origins"]}
    assert kinds == {"local-user" if resent else "forward": 600}, kinds
    run, _ = judge(sereno, path)
    assert run.code == 0


def test_mailscanner(sereno, tmp_path):
    log = Log()
    people(log.scanned)
    path = log.write(tmp_path)
    run, report = judge(sereno, path)
    assert run.code == 0 and report["findings"] == []
    rows = sereno("origins", "--json", "--top", "99", "--log", path).json()
    assert {o["origin"]["name"]: (o["messages"], o["accepted"])
            for o in rows["origins"]} == {
        "user%d@tienda.example" % n: (100, 100) for n in range(9)}
    theft(log.scanned)
    run, report = judge(sereno, log.write(tmp_path))
    assert run.code == 1
    is_ana(report)
    assert report["examined"][0]["mta"] == "postfix"
    assert report["examined"][0]["unknown_lines"] == 0


def test_trace_goes_on_behind_mailscanner(sereno, tmp_path):
    log = Log()
    log.scanned(12, 1, login("ana@tienda.example", 1), "ana@tienda.example",
                "pal@far.example", ("smtp[7]", "mx.far.example[192.0.2.9]:25",
                                    reply(1, "", "")))
    path = log.write(tmp_path)
    for pattern in ("A0001", "A0002"):
        told = sereno("trace", pattern, "--log", path).out
        assert "A0001" in told and "A0002" in told
        assert "ana@tienda.example" in told
        assert "goes on in the queue as A0002" in told
