# SPDX-License-Identifier: ISC
"""Where did one message really come from, and is it ours?"""
import datetime
import shlex

import pytest

import header_mail as mail
import postfix_log

OWN = ("--own", "203.0.113.5", "tienda.example")
NOW = ("--now", "2026-11-22T00:00:00Z")
OURS = "mx1.tienda.example (mx1.tienda.example [203.0.113.5])"


@pytest.fixture(name="empty")
def fixture_empty(tmp_path):
    path = tmp_path / "empty.log"
    path.write_text("")
    return ("--log", path)


@pytest.fixture(name="ask")
def fixture_ask(sereno, empty):
    def ask(text, *args, log=None):
        raw = text if isinstance(text, bytes) else text.encode()
        done = sereno("headers", "-", *args, *(log or empty), "--json",
                      stdin=raw)
        return done.json() | {"code": done.code}
    return ask


def log_of(tmp_path, sender="ana@tienda.example", login=True, **how):
    """Days of a log in which one message was put in; its path, its queue
    id."""
    log = postfix_log.PostfixLog()
    postfix_log.own_days(log, days=2)
    used = log.message(mail.START, sender, ["bob@other.example"],
                       account=sender if login else None, **how)
    log.message(mail.START + datetime.timedelta(hours=1), "z@tienda.example",
                ["y@x.example"], account="z@tienda.example")
    log.sort()
    return ("--log", log.write(tmp_path / "mail.log"), *NOW), used


# ---- hops ----

@pytest.mark.parametrize("form", mail.FORMS)
def test_forms(ask, form):
    """Every server's line is read for what it says."""
    line, want = mail.received(form)
    found = ask(mail.message(line))
    got = found["hops"][0]
    assert {k: got[k] for k in want} == want
    assert got["at"] == "2026-11-21T03:40:00+00:00"


def test_two_hops(ask):
    """The whole chain of an own mail that a receiver shows us."""
    found = ask(mail.message(
        mail.hop(OURS, "mx.other.example", "R1", 7),
        mail.hop("pc (unknown [192.0.2.77])", "mx1.tienda.example", "A1",
                 5, "ESMTPSA")), *OWN)
    assert [h["believed"] for h in found["hops"]] == [True, True]
    assert found["hops"][0]["delay"] == 2
    assert found["boundary"]["end"]
    assert found["verdict"] == "ours"
    assert not found["proved_by_log"]
    assert found["code"] == 1


def test_forged_hop(ask):
    """A botnet writes our line below the receiver's: it is named."""
    found = ask(mail.message(
        mail.hop("tienda.example (dyn7.isp.example [198.18.0.7])",
                 "mx.other.example", "R1", 7),
        mail.hop("pc (unknown [192.0.2.77])", "mx1.tienda.example", "A1",
                 5, "ESMTPSA"), message_id="x@tienda.example"), *OWN)
    assert found["verdict"] == "forged"
    assert found["code"] == 0
    assert found["boundary"]["below"] == 1
    assert "mx.other.example" in found["boundary"]["sentence"]
    assert [h["forged"] for h in found["hops"]] == [False, True]
    assert {d["doubt"] for d in found["hops"][1]["doubts"]} >= {"our-name"}
    assert {s["signal"] for s in found["signals"]} >= {"foreign-ip",
                                                       "bare-helo"}
    assert any(n["command"] == "sereno listed 198.18.0.7"
               for n in found["next"])


def test_forwarder_between(ask):
    """Our own mail that a forwarder sent on: our line is not called forged,
    for the line above says that our address brought it."""
    found = ask(mail.message(
        mail.hop("fw.list.example (fw.list.example [192.0.2.40])",
                 "mx.other.example", "R1", 9),
        mail.hop(OURS, "fw.list.example", "F1", 7),
        mail.hop("pc (unknown [192.0.2.77])", "mx1.tienda.example", "A1",
                 5, "ESMTPSA")), *OWN)
    assert not found["hops"][2]["forged"]
    # without the log of that day nobody is declared innocent
    assert found["verdict"] == "unknown"
    assert "only the log of that time can tell" in found["sentence"]
    assert any("--log" in n["sentence"] for n in found["next"])


def test_foreign(ask):
    """Somebody else's spam that was sent to the wrong desk."""
    found = ask(mail.message(
        mail.hop("x (dyn7.isp.example [198.18.0.7])", "mx.other.example",
                 "R1"), sender="eve@stranger.example"), *OWN)
    assert found["verdict"] == "foreign"
    assert found["code"] == 0


def test_clock(ask):
    """Clocks that are wrong are told, inside and outside of what is
    believed."""
    found = ask(mail.message(
        mail.hop("mx.reader.example (mx.reader.example [10.0.0.2])",
                 "store.reader.example", "S1", -3600, "LMTP"),
        mail.hop("x.other.example (x.other.example [198.51.100.9])",
                 "mx.reader.example", "R1", 0),
        mail.hop("pc (unknown [192.0.2.9])", "x.other.example", "O1", 7200)))
    doubts = [{d["doubt"] for d in h["doubts"]} for h in found["hops"]]
    assert "clock" in doubts[0]
    assert "future" in doubts[2]
    assert found["hops"][0]["delay"] == -3600


def test_provider(ask):
    """A name of Google in a form that is not Google's."""
    found = ask(mail.message(
        mail.hop("x (dyn7.isp.example [198.18.0.7])", "mx.other.example",
                 "R1", 9),
        mail.hop("y ([198.51.100.1])", "mail-1.google.com", "G1", 5)))
    assert found["hops"][1]["forged"]


def test_microsoft(ask):
    """Spam in a mailbox of Microsoft 365: the believed lines end where it
    came in, not at the first host inside."""
    found = ask(
        "Received: from A.eurprd01.prod.exchangelabs.com (2603:10a6:208::20)\n"
        " by B.eurprd01.prod.exchangelabs.com with HTTPS; %(at)s\n"
        "Received: from C.eop-EUR01.prod.protection.outlook.com\n"
        " (2603:10a6:6:1:cafe::1) by D.outlook.office365.com\n"
        " (2603:10a6:6:1::11) with Microsoft SMTP\n Server id 15.20.1.1; "
        "%(at)s\nAuthentication-Results: spf=fail (sender IP is 198.18.0.7)\n"
        " smtp.mailfrom=tienda.example; dkim=none\n"
        "Received: from evil.example (198.18.0.7) by\n"
        " C.mail.protection.outlook.com (10.152.1.1) with Microsoft SMTP\n"
        " Server id 15.20.1.1; %(at)s\n"
        "X-Forefront-Antispam-Report: CIP:198.18.0.7;CTRY:;\n"
        "From: ana@tienda.example\n\nx\n" % {"at": mail.date()}, *OWN)
    assert found["boundary"]["below"] == 3
    assert found["verdict"] == "forged"
    assert "198.18.0.7" in found["sentence"]
    assert found["authentication"][0]["believed"]
    assert found["hops"][1]["with"] == "Microsoft SMTP Server"
    assert found["fields"][0]["reliability"] == "agrees"


def test_no_received(sereno, ask, empty):
    found = ask("From: a@b.example\nSubject: draft\n\nx\n")
    assert found["hops"] == []
    assert found["boundary"] is None
    assert found["verdict"] == "unknown"
    out = sereno("headers", "-", *empty, stdin=b"From: a@b\n\nx\n").out
    assert "has no Received line" in out


def test_thousands_of_lines(ask):
    """A trap of 5,000 lines costs nothing and hides nothing."""
    line = "Received: from a.x.example by b.x.example; %s\n" % mail.date()
    found = ask(mail.message(
        mail.hop("x (dyn7.isp.example [198.18.0.7])", "mx.other.example",
                 "R1", 9), line * 5000), *OWN)
    assert len(found["hops"]) == 64
    assert found["hops_missed"] == 5001 - 64
    assert found["hops"][0]["ip"] == "198.18.0.7"


# ---- what it came in ----

SPAM = mail.message(
    mail.hop(OURS, "mx.other.example", "R1", 7),
    mail.hop("pc (unknown [192.0.2.77])", "mx1.tienda.example", "A1", 5,
             "ESMTPSA"))


@pytest.mark.parametrize("name, text", [
    ("complaint", mail.complaint(SPAM)),
    ("attached", mail.attached(SPAM)),
    ("attached", mail.attached(SPAM, "application/octet-stream; "
                                     "name=\"spam.eml\"", encode=True)),
    ("attached", mail.attached(mail.attached(SPAM))),
    ("pasted", mail.pasted(SPAM)),
    ("pasted", mail.pasted(SPAM, "")),
    ("pasted", mail.pasted(SPAM, "    ")),
    ("pasted", mail.pasted(SPAM, "> > ")),
    # a window that lost the blanks in front of folded lines
    ("pasted", mail.pasted("\n".join(
        line.strip() for line in SPAM.splitlines()))),
], ids=["arf", "rfc822", "eml file", "twice", "quoted", "plain", "indented",
        "quoted twice", "folds lost"])
def test_what_it_came_in(ask, name, text):
    found = ask(text, *OWN)
    assert found["examined_part"] == name
    assert found["message"]["message_id"] == "1@pc"
    assert [h["by"] for h in found["hops"]] == ["mx.other.example",
                                                "mx1.tienda.example"]
    assert found["verdict"] == "ours"


def test_bounce(ask):
    import bounce_mail
    found = ask(bounce_mail.dsn(mail.START, "ana@tienda.example",
                                "mx.other.example", "bob@other.example",
                                SPAM), *OWN)
    assert found["examined_part"] == "returned"
    assert found["came_in"]["kind"] == "bounce"
    assert found["verdict"] == "ours"


def test_outer(ask):
    """The complaint's own way, when that is wanted."""
    found = ask(mail.attached(SPAM), *OWN, "--outer")
    assert found["examined_part"] == "itself"
    assert found["hops"][0]["id"] == "INB1"
    assert found["verdict"] == "inbound"


def test_quoted_reply_is_no_header(ask):
    """Who quotes From and Subject, as every answer does, quotes no header."""
    found = ask(mail.pasted("From: a@b.example\nSubject: x\nTo: c\n\nhi\n"))
    assert found["examined_part"] == "itself"


def test_complaint_is_told(ask):
    found = ask(mail.complaint(SPAM), *OWN)
    assert found["came_in"] == {
        "kind": "complaint", "form": "RFC 5965",
        "reporter": "feedback.example", "type": "abuse",
        "source_ip": "203.0.113.5", "sender": "", "recipient": "",
        "domain": "", "arrival": None}


# ---- fields ----

def test_fields(ask):
    """Above the boundary a field is the receiver's; below, the sender's."""
    found = ask(mail.message(
        "X-Forefront-Antispam-Report: CIP:198.18.0.7;CTRY:ES;\n",
        mail.hop("x (dyn7.isp.example [198.18.0.7])", "mx.other.example",
                 "R1", 9),
        extra="X-PHP-Originating-Script: 33:mailer.php\n"
              "X-Originating-IP: [192.0.2.1]\nX-AuthUser: ana\n"
              "X-Get-Message-Sender-Via: web1: authenticated_id: ana\n"
              "X-Source: /usr/bin/php\nX-Sender-IP: 192.0.2.1\n"
              "X-Authenticated-Sender: web1: ana\nX-PHP-Script: "
              "tienda.example/x.php for 192.0.2.1\nX-Mailer: PHPMailer\n"),
        *OWN)
    got = {f["field"]: f["reliability"] for f in found["fields"]}
    assert got == {
        "X-Forefront-Antispam-Report": "seen", "X-Mailer": "never",
        "X-PHP-Originating-Script": "told", "X-Originating-IP": "told",
        "X-AuthUser": "told", "X-Get-Message-Sender-Via": "told",
        "X-Source": "told", "X-Sender-IP": "told",
        "X-Authenticated-Sender": "told", "X-PHP-Script": "told"}
    assert all(f["sentence"] and f["meaning"] for f in found["fields"])


def test_results(ask):
    """A result counts when a believed host wrote it; the sender's own does
    not, though it stands there too."""
    found = ask(mail.message(
        "Authentication-Results: mx.other.example; spf=fail "
        "smtp.mailfrom=tienda.example; dmarc=fail (p=none)\n",
        mail.hop("x (dyn7.isp.example [198.18.0.7])", "mx.other.example",
                 "R1", 9),
        extra="Authentication-Results: mx.liar.example; dkim=pass "
              "header.d=tienda.example\n"), *OWN)
    got = [(r["method"], r["result"], r["believed"])
           for r in found["authentication"]]
    assert got == [("spf", "fail", True), ("dmarc", "fail", True),
                   ("dkim", "pass", False)]


# ---- the log ----

def test_in_log_by_queue_id(sereno, ask, tmp_path):
    log, queue_id = log_of(tmp_path, ip="192.0.2.77", message_id="real@pc")
    text = mail.message(
        mail.hop("nat.other.example (nat.other.example [198.51.100.77])",
                 "mx.other.example", "R1", 7),
        mail.hop("pc (unknown [192.0.2.77])", "mx1.tienda.example", queue_id,
                 5, "ESMTPSA"), message_id="real@pc",
        extra="X-AuthUser: ana@tienda.example\n"
              "X-Originating-IP: [192.0.2.77]\n")
    found = ask(text, log=log)
    assert found["verdict"] == "ours"
    assert found["proved_by_log"]
    assert found["log"]["queue_id"] == queue_id
    assert found["log"]["origin"]["kind"] == "account"
    assert found["log"]["origin"]["name"] == "ana@tienda.example"
    assert found["log"]["by_queue_id"] and found["log"]["by_message_id"]
    assert found["log"]["evidence"]["line"] > 0
    # our line is believed by its id, though a stranger's address brought it
    assert found["hops"][1]["confirmed"]
    assert {f["field"]: f["reliability"] for f in found["fields"]} == {
        "X-AuthUser": "log", "X-Originating-IP": "log"}
    words = shlex.split(found["next"][0]["command"])
    assert words[:3] == ["sereno", "trace", queue_id]
    # the command works as it is printed
    assert sereno(*words[1:]).code == 1
    done = sereno("headers", "-", *log, stdin=text.encode())
    assert "IT IS YOURS: it passed your server as %s" % queue_id in done.out
    assert "ana@tienda.example" in done.out
    assert "true: your log has this line's id" in done.out


def test_in_log_without_received(ask, tmp_path):
    """A header without any Received line: its Message-ID leads to it."""
    log, queue_id = log_of(tmp_path, message_id="real@pc")
    found = ask(mail.message(message_id="real@pc"), log=log)
    assert found["log"]["queue_id"] == queue_id
    assert found["verdict"] == "ours"


def test_copied_message_id(ask, tmp_path):
    """A forger who copied a Message-ID of ours is not taken for us."""
    log, queue_id = log_of(tmp_path, message_id="real@pc")
    found = ask(mail.message(
        mail.hop("x (dyn7.isp.example [198.18.0.7])", "mx.other.example",
                 "R1", 9), message_id="real@pc"), *OWN, log=log)
    assert found["log"]["queue_id"] == queue_id
    assert found["verdict"] == "unknown"
    assert "Message-ID was copied" in found["sentence"]


def test_copied_queue_id_of_another_time(ask, tmp_path):
    """Short queue ids come again: one of another month proves nothing."""
    log, queue_id = log_of(tmp_path)
    text = mail.message(
        mail.hop(OURS, "mx.other.example", "R1", 9),
        mail.hop("pc (unknown [192.0.2.77])", "mx1.tienda.example", queue_id,
                 5, "ESMTPSA"), message_id="none@pc")
    found = ask(text.replace("21 Nov 2026", "21 Sep 2026"), log=log)
    assert found["log"]["state"] == "uncovered"


def test_not_in_log(ask, tmp_path):
    log, _ = log_of(tmp_path)
    found = ask(mail.message(
        mail.hop("x (dyn7.isp.example [198.18.0.7])", "mx.other.example",
                 "R1", 9),
        mail.hop("pc (unknown [192.0.2.77])", "mx1.tienda.example", "NOPE1",
                 5, "ESMTPSA"), message_id="none@pc"), *OWN, log=log)
    assert found["log"]["state"] == "absent"
    assert found["verdict"] == "forged"
    assert {s["signal"] for s in found["signals"]} >= {
        "no-queue-id", "no-message-id"}


def test_inbound(ask, tmp_path):
    """Spam that came to us, from a stranger, and is in our log."""
    log, queue_id = log_of(tmp_path, "eve@x.example", login=False,
                           message_id="in@x", ip="198.18.0.7")
    found = ask(mail.message(
        mail.hop("x (unknown [198.18.0.7])", "mx1.tienda.example", queue_id),
        sender="eve@x.example", message_id="in@x"), *OWN, log=log)
    assert found["log"]["state"] == "found"
    assert found["log"]["origin"] == {"kind": "client", "name": "",
                                      "ip": "198.18.0.7"}
    # the log of this story has it sent on to another host
    assert found["verdict"] == "through"


def test_local_script(ask, tmp_path):
    """PHP of the web server's user: the log knows the uid, too."""
    log = postfix_log.PostfixLog()
    at = mail.START
    log.say(at, "postfix/pickup[9]", "9A0B2: uid=33 from=<www-data>")
    log.say(at, "postfix/cleanup[9]", "9A0B2: message-id=<php@mx1>")
    log.say(at, "postfix/qmgr[9]", "9A0B2: from=<www-data@mx1.tienda.example>"
            ", size=900, nrcpt=1 (queue active)")
    log.say(at + datetime.timedelta(seconds=1), "postfix/smtp[9]",
            "9A0B2: to=<bob@other.example>, relay=mx.other.example"
            "[198.51.100.7]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, "
            "status=sent (250 ok)")
    args = ("--log", log.write(tmp_path / "mail.log"), *NOW)
    found = ask(mail.message(
        mail.hop(OURS, "mx.other.example", "R1", 3),
        "Received: by mx1.tienda.example (Postfix, from userid 33) id "
        "9A0B2; %s\n" % mail.date(), message_id="php@mx1",
        extra="X-PHP-Originating-Script: 33:mailer.php\n"), log=args)
    assert found["verdict"] == "ours"
    assert found["log"]["origin"]["kind"] == "local-user"
    assert found["log"]["origin"]["uid"] == 33
    assert found["log"]["accepted"] == 1
    assert found["fields"][0]["reliability"] == "log"


# ---- how it is used ----

def test_words(sereno, empty):
    text = mail.message(
        mail.hop("tienda.example (dyn7.isp.example [198.18.0.7])",
                 "mx.other.example", "R1", 7),
        mail.hop("pc (unknown [192.0.2.77])", "mx1.tienda.example", "A1",
                 5, "ESMTPSA"), extra="X-AuthUser: ana\n")
    done = sereno("headers", "-", *OWN, *empty, stdin=text.encode())
    assert "IT IS FORGED" in done.out
    assert "boundary" in done.out
    assert "FORGED: it claims to be of your server" in done.out
    assert "what to do now" in done.out
    assert all(len(line) <= 80 for line in done.out.splitlines())
    done = sereno("headers", "-", *OWN, *empty, "--lang", "es",
                  stdin=text.encode())
    assert "ES FALSIFICADO" in done.out
    assert "what to do" not in done.out and "boundary" not in done.out


def test_usage(sereno, tmp_path, empty):
    assert sereno("headers").code == 2
    assert sereno("headers", "a", "b").code == 2
    done = sereno("headers", "no/such/file", *empty, "--json")
    assert done.code == 3
    assert "no/such/file" in [n["what"] for n in done.json()["not_examined"]]
    assert sereno("headers", "-", *empty, stdin=b"").code == 3
    assert "no message was found" in sereno("headers", "-", *empty).out
    # what is no message is not taken for one
    for raw in (b"hello\n", b"\0\xff" * 9999, b"\n\nFrom: a@b\n"):
        done = sereno("headers", "-", *empty, stdin=raw)
        assert done.code == 3 and "no message was found" in done.out
    assert sereno("headers", "-", *empty, "--quiet", *OWN,
                  stdin=SPAM.encode()).out == ""


def test_mbox_of_two(sereno, tmp_path, empty):
    import bounce_mail
    box = bounce_mail.mbox(tmp_path / "box", [SPAM, SPAM])
    found = sereno("headers", box, *empty, "--json").json()
    assert any("more than one message" in n["sentence"]
               for n in found["not_examined"])


@pytest.mark.parametrize("cut", range(20, 1400, 90))
def test_truncated(ask, cut):
    """Cut anywhere, something is said and nothing breaks."""
    ask(mail.complaint(SPAM)[:cut].encode(), *OWN)


@pytest.mark.parametrize("bad", [
    b"\n", b"\0" * 500, b"Received: " + b"(" * 9000 + b"\n\n",
    b"Received:\n" * 3000, b"Received: from \xff\xfe by \x1b[31m; x\n\n",
    b"\n" + b"Received: by\n\n" * 5000,
    b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\n" * 5000,
    b"X-Mailer: a\n" * 5000 + b"\n",
    b"Authentication-Results: a; " + b"spf=pass; " * 5000 + b"\n\n"])
def test_hostile(sereno, ask, empty, bad):
    ask(bad, *OWN)
    done = sereno("headers", "-", *OWN, *empty, stdin=bad)
    assert done.code in (0, 1, 3)


def test_escapes(sereno, empty):
    text = SPAM.replace("R1", "\x1b[31mR1").replace(
        "Offer", "\x1b]0;x\x07").replace("1@pc", "\u202e1@pc")
    done = sereno("headers", "-", *OWN, *empty, stdin=text.encode())
    assert b"\x1b" not in done.raw and b"\x07" not in done.raw
    assert "\u202e" not in done.out
