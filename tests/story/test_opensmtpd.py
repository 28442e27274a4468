# SPDX-License-Identifier: ISC
"""OpenSMTPD in the four forms of its log: who sends spam, and who does not.
The newest form is as OpenSMTPD 7.6 writes it (lab/scenarios/opensmtpd_*.py
lets it); the older ones are composed after the sources of 5.4, 5.7 and 6.0."""

import datetime
import itertools

import pytest

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
FORMS = ["7.6", "6.0", "5.7", "5.4"]


class SmtpdLog:
    def __init__(self, form):
        self.form, self.lines = form, []
        self.ids = itertools.count(0x0badd6f80f657630, 0x1357911)
        self.messages = itertools.count(0x1a2b3c4d, 0x01020305)

    def say(self, at, text):
        self.lines.append((at, "%s %2d %s mx1 smtpd[412]: %s" % (
            MONTHS[at.month - 1], at.day, at.strftime("%H:%M:%S"), text)))

    def session(self, at, ip, account, mails, local=False):
        """mails: (sender, [(recipient, reply or None)])."""
        s, f = "%016x" % next(self.ids), self.form
        where = "local" if local else ip
        self.say(at, {
            "7.6": "%s smtp connected address=%s host=h.example",
            "6.0": "%s smtp event=connected address=%s host=h.example",
            "5.7": "smtp-in: session %s: connection from host h.example "
                   "[%s] established",
            "5.4": "smtp-in: New session %s from host h.example [%s]",
        }[f] % (s, where))
        if account:
            self.say(at, {
                "7.6": "%s smtp authentication user=%s result=ok",
                "6.0": "%s smtp event=authentication user=%s result=ok",
                "5.7": "smtp-in: session %s: authentication successful for "
                       "user %s ",
                "5.4": "smtp-in: Accepted authentication for user %s on "
                       "session %s",
            }[f] % ((account, s) if f == "5.4" else (s, account)))
        done = [self.message(at, s, *m) for m in mails]
        self.say(at, {
            "7.6": "%s smtp disconnected reason=quit",
            "6.0": "%s smtp event=closed reason=quit",
            "5.7": "smtp-in: session %s: connection from host h.example [x] "
                   "closed (client sent QUIT)",
            "5.4": "smtp-in: Closing session %s"}[f] % s)
        for message in done:
            for line in message:
                self.say(at + datetime.timedelta(seconds=1), line)

    def message(self, at, s, sender, rcpts):
        m = "%08x" % (next(self.messages) & 0xffffffff)
        if self.form == "7.6":
            self.say(at, "%s smtp message msgid=%s size=700 nrcpt=%d "
                     "proto=ESMTP" % (s, m, len(rcpts)))
        out = []
        for i, (to, reply) in enumerate(rcpts):
            evpid = "%s%08x" % (m, 0x7bbf02be + i)
            self.say(at, {
                "7.6": "{s} smtp envelope evpid={e} from=<{f}> to=<{t}>",
                "6.0": "{s} smtp event=message msgid={m} from=<{f}> to=<{t}> "
                       "size=700 ndest=1 proto=ESMTP",
                "5.7": "smtp-in: session {s}: msgid={m}, status=Ok, from=<{f}>"
                       ", to=<{t}>, size=700, ndest=1, proto=ESMTP",
                "5.4": "smtp-in: Accepted message {m} on session {s}: "
                       "from=<{f}>, to=<{t}>, size=700, ndest=1, proto=ESMTP",
            }[self.form].format(s=s, m=m, e=evpid, f=sender, t=to))
            out.append(self.delivery(evpid, sender, to, reply))
        return out

    def delivery(self, evpid, sender, to, reply):
        how = "Ok" if reply is None else \
            "TempFail" if reply[0] == "4" else "PermFail"
        reply = reply or "250 2.0.0 Ok"
        s = "%016x" % next(self.ids)
        event = "event=" if self.form == "6.0" else ""
        if self.form in ("7.6", "6.0"):
            return "%s mta %sdelivery evpid=%s from=<%s> to=<%s> rcpt=<-> " \
                "source=\"192.0.2.25\" relay=\"203.0.113.9 (mx.y.example)\" " \
                "delay=1s result=\"%s\" stat=\"%s\"" % (
                    s, event, evpid, sender, to, how, reply)
        return "relay: %s for %s: session=%s, from=<%s>, to=<%s>, rcpt=<->, " \
            "source=192.0.2.25, relay=203.0.113.9 (mx.y.example), delay=1s, " \
            "stat=%s" % (how, evpid, s, sender, to, reply)

    def log(self, tmp_path):
        path = tmp_path / "mail.log"
        self.lines.sort(key=lambda x: x[0])
        path.write_text("".join(t + "\n" for _, t in self.lines))
        return path


def honest(log, days=4):
    for day in range(days):
        for i in range(16):
            at = datetime.datetime(2026, 11, 17 + day, 8, 0) + \
                datetime.timedelta(minutes=31 * i + day)
            who = ("ana", "eva", "luis")[i % 3]
            log.session(at, "198.51.100.%d" % (7 + i % 3),
                        who + "@tienda.example", [
                            (who + "@tienda.example", [
                                ("c%d@firma%d.example" % (i % 6, i % 6),
                                 None)])])


@pytest.mark.parametrize("form", FORMS)
def test_stolen_account(sereno, tmp_path, form):
    log = SmtpdLog(form)
    honest(log)
    for i in range(80):
        at = datetime.datetime(2026, 11, 20, 20, 0) + \
            datetime.timedelta(minutes=3 * i)
        log.session(at, "203.0.%d.%d" % (i % 40, 9 + i), "ana@tienda.example", [
            ("ana@tienda.example", [
                ("v%d.%d@y%d.example" % (i, k, k),
                 "550 5.1.1 User unknown" if k == 1 else
                 "550 5.7.1 Message rejected as spam" if k == 2 else None)
                for k in range(5)])])
    run = sereno("check", "--json", "--offline", "--log", log.log(tmp_path))
    report = run.json()
    assert run.code == 1
    assert [v["kind"] for v in report["verdicts"]] == ["sending"]
    [culprit] = report["culprits"]
    assert culprit["origin"]["name"] == "ana@tienda.example"
    assert culprit["findings"] == ["stolen-login"]
    assert culprit["messages"] == 80
    assert culprit["recipients"] == 400
    assert culprit["accepted"] == 240
    assert culprit["refused_unknown"] == 80
    assert {s["mta"] for s in report["examined"]} == {"opensmtpd"}
    assert all(s["unknown_lines"] == 0 for s in report["examined"])


@pytest.mark.parametrize("form", FORMS)
def test_honest_days_are_clean(sereno, tmp_path, form):
    log = SmtpdLog(form)
    honest(log)
    run = sereno("check", "--json", "--offline", "--log", log.log(tmp_path))
    assert run.code == 0
    assert run.json()["culprits"] == []


@pytest.mark.parametrize("form", FORMS)
def test_trace_names_the_login(sereno, tmp_path, form):
    log = SmtpdLog(form)
    honest(log, 1)
    run = sereno("trace", "ana@tienda.example", "--log", log.log(tmp_path))
    assert run.code == 1
    assert "ana@tienda.example" in run.out
    assert "c0@firma0.example" in run.out


@pytest.mark.parametrize("form", FORMS)
def test_local_user_by_sender(sereno, tmp_path, form):
    log = SmtpdLog(form)
    honest(log, 2)
    for i in range(3):
        at = datetime.datetime(2026, 11, 18, 3, i)
        log.session(at, None, None, [
            ("marta@mx1.tienda.example", [("x%d@y.example" % i, None)])],
            local=True)
    run = sereno("origins", "--json", "--log", log.log(tmp_path))
    rows = {o["origin"]["name"]: o for o in run.json()["origins"]}
    assert rows["marta"]["origin"]["kind"] == "local-user"
    assert rows["marta"]["messages"] == 3
    assert rows["marta"]["recipients"] == 3


def vacation(log, at, n, bad, early=True):
    """A stranger's mail to luis, whose .forward calls vacation: as 6.8 and 7.6
    wrote it, the answer comes in while that still runs. early: it does not
    wait for the mailbox."""
    writer = "x%d@opfer%d.example" % (n, n % 120)
    s, m = "%016x" % next(log.ids), "%08x" % (
        next(log.messages) & 0xffffffff)
    log.say(at, "%s smtp connected address=203.0.113.%d host=h.example" % (
        s, n % 250))
    log.say(at, "%s smtp message msgid=%s size=700 nrcpt=1 proto=ESMTP" % (
        s, m))
    log.say(at, "%s smtp envelope evpid=%s7bbf02be from=<%s> to=<luis@tienda."
            "example>" % (s, m, writer))
    log.say(at, "%s smtp disconnected reason=quit" % s)
    tick = at + datetime.timedelta(seconds=1)
    box = ("%016x mda delivery evpid=%s7bbf02be from=<%s> to=<luis@tienda."
           "example> rcpt=<luis@tienda.example> user=luis delay=1s result=Ok "
           "stat=Delivered" % (next(log.ids), m, writer))
    if not early:
        log.say(at, box)
    log.session(tick, None, None, [("", [(
        writer, "550 5.1.1 User unknown" if n % bad == 1 else None)])],
        local=True)
    if early:
        log.say(tick, box)


@pytest.mark.parametrize("early", [True, False])
def test_a_vacation_is_no_bounce(sereno, tmp_path, early):
    """Its answers come from <>, too, but nothing failed before."""
    log = SmtpdLog("7.6")
    honest(log)
    for n in range(200):
        vacation(log, datetime.datetime(2026, 11, 18, 1, 0)
                 + datetime.timedelta(minutes=9 * n), n, 2, early)
    run = sereno("check", "--json", "--offline", "--log", log.log(tmp_path))
    report = run.json()
    assert run.code == 1
    [finding] = report["findings"]
    assert finding["code"] == "autoresponder"
    assert "luis@tienda.example" in finding["sentence"]


def test_a_vacation_that_answers_people(sereno, tmp_path):
    log = SmtpdLog("7.6")
    honest(log)
    for n in range(200):
        vacation(log, datetime.datetime(2026, 11, 18, 1, 0)
                 + datetime.timedelta(minutes=9 * n), n, 100)
    run = sereno("check", "--json", "--offline", "--log", log.log(tmp_path))
    assert run.code == 0 and run.json()["findings"] == []
