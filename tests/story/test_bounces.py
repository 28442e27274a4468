# SPDX-License-Identifier: ISC
"""Whose mail is it that bounces?"""

import datetime
import os
import socket

import pytest

import bounce_mail
import dns_world
import postfix_log
import test_geo

START = datetime.datetime(2026, 11, 19, 20, 0, 0)
ONLINE = ("--own", "203.0.113.5", "mx1.tienda.example")
OWN = ONLINE + ("--offline",)


def minutes(n):
    return START + datetime.timedelta(minutes=n)


def forged(n):
    """Mail that a botnet sent under names of ours: never seen here."""
    at = minutes(n)
    sender = "%s%d@tienda.example" % ("abcdefgh"[n % 8], n % 37)
    recipient = "user%d@r%d.example" % (n, n % 12)
    daemon = "mx.r%d.example" % (n % 12)
    hop = bounce_mail.received(
        "tienda.example (dyn%d.isp%d.example [198.18.%d.%d])"
        % (n, n % 60, n % 60, n % 250), daemon, "Q%d" % n, at)
    lie = bounce_mail.received("pc (unknown [198.51.100.22])",
                               "mx1.tienda.example (Postfix)", "4AF%02X" % n,
                               at, "ESMTPSA")
    returned = bounce_mail.original(
        at, sender, recipient, [hop] + ([lie] if n % 3 == 0 else []),
        "%d@tienda.example" % n)
    return bounce_mail.FORMS[n % 3](at, sender, daemon, recipient, returned)


def genuine(log, n, account="ana@tienda.example"):
    """Mail that an account of ours really sent, to somebody unknown."""
    at = minutes(n)
    recipient = "nobody%d@r%d.example" % (n, n % 5)
    daemon = "mx.r%d.example" % (n % 5)
    message_id = "real%d@pc" % n
    queue_id = log.message(at, account, [recipient], account=account,
                           ip="192.0.2.77", message_id=message_id)
    hops = [bounce_mail.received(
                "mx1.tienda.example (mx1.tienda.example [203.0.113.5])",
                daemon, "R%d" % n, at),
            bounce_mail.received("pc (unknown [192.0.2.77])",
                                 "mx1.tienda.example (Postfix)", queue_id, at,
                                 "ESMTPSA")]
    returned = bounce_mail.original(at, account, recipient, hops, message_id)
    return bounce_mail.FORMS[n % 3](at, account, daemon, recipient, returned)


@pytest.fixture(name="log")
def fixture_log():
    log = postfix_log.PostfixLog()
    postfix_log.own_days(log, days=10)
    return log


def by_gateway(log, n, logged):
    """Ours, by way of a host of ours whose log is not here; logged: it came
    to that one from mx1."""
    at = minutes(n)
    recipient, daemon = "nobody%d@r1.example" % n, "mx.r1.example"
    message_id = "gate%d@pc" % n
    hops = [bounce_mail.received(
                "gw.tienda.example (gw.tienda.example [203.0.113.5])", daemon,
                "R%d" % n, at),
            bounce_mail.received("mx1 (mx1.tienda.example [203.0.113.6])",
                                 "gw.tienda.example (Postfix)", "6C%03X" % n,
                                 at)]
    if logged:
        queue_id = log.message(at, "ana@tienda.example", [recipient],
                               account="ana@tienda.example", ip="192.0.2.77",
                               message_id=message_id)
        hops.append(bounce_mail.received(
            "pc (unknown [192.0.2.77])", "mx1.tienda.example (Postfix)",
            queue_id, at, "ESMTPSA"))
    returned = bounce_mail.original(at, "ana@tienda.example", recipient, hops,
                                    message_id)
    return bounce_mail.dsn(at, "ana@tienda.example", daemon, recipient,
                           returned)


def test_log_of_one_of_two_hosts(sereno, log, tmp_path):
    """What another host of ours sent is not in this log, and no forgery; what
    this one handed to it is found."""
    box = bounce_mail.mbox(
        tmp_path / "box", [by_gateway(log, n, False) for n in range(5)])
    found = sereno("bounces", box, "--own", "203.0.113.5", "tienda.example",
                   "--offline", "--json", "--log",
                   log.write(tmp_path / "mail.log")).json()
    assert found["originals"]["forged"]["bounces"] == 0
    assert found["originals"]["ours"]["bounces"] == 5
    box = bounce_mail.mbox(
        tmp_path / "box", [by_gateway(log, n, True) for n in range(5)])
    found = sereno("bounces", box, "--own", "203.0.113.5", "tienda.example",
                   "--offline", "--json", "--log",
                   log.write(tmp_path / "mail.log")).json()
    assert all("queue-id" in b["original"]["signals"]
               for b in found["bounces"])
    assert found["originals"]["ours"]["bounces"] == 5


def copied(log, n, queue_id, message_id):
    """Spam with all lines of one mail of ours on top, as its recipient had
    them."""
    at = minutes(30 + n)
    recipient, daemon = "user%d@r%d.example" % (n, n % 9), "mx.r.example"
    hops = [bounce_mail.received(
                "x (dyn%d.isp.example [198.18.%d.9])" % (n, n), daemon,
                "Q%d" % n, at),
            bounce_mail.received(
                "mx1.tienda.example (mx1.tienda.example [203.0.113.5])",
                "mx.evil.example", "E1", at),
            bounce_mail.received("pc (unknown [192.0.2.77])",
                                 "mx1.tienda.example (Postfix)", queue_id, at,
                                 "ESMTPSA")]
    returned = bounce_mail.original(at, "ana@tienda.example", recipient, hops,
                                    message_id)
    return bounce_mail.dsn(at, "ana@tienda.example", daemon, recipient,
                           returned)


def test_copied_lines(sereno, log, tmp_path):
    """Queue id and Message-ID of a real mail of ours, on the spam of a
    botnet: nothing of it is ours, and nobody here is named."""
    queue_id = log.message(minutes(0), "ana@tienda.example",
                           ["me@evil.example"], account="ana@tienda.example",
                           ip="192.0.2.77", message_id="one@pc")
    spam = [copied(log, n, queue_id, "one@pc") for n in range(40)]
    own = [genuine(log, n) for n in range(4)]
    path = log.write(tmp_path / "mail.log")
    found = sereno("bounces", bounce_mail.mbox(tmp_path / "box", spam + own),
                   *OWN, "--json", "--log", path).json()
    assert found["originals"]["forged"]["bounces"] == 40
    assert found["originals"]["ours"]["bounces"] == 4
    # one of them alone may be somebody's forwarding
    found = sereno("bounces", bounce_mail.mbox(tmp_path / "one", spam[:1]),
                   *OWN, "--json", "--log", path).json()
    assert found["verdict"] == "undetermined"


def test_joe_job(sereno, tmp_path):
    box = bounce_mail.mbox(tmp_path / "box", [forged(n) for n in range(300)])
    done = sereno("bounces", box, *OWN, "--json")
    assert done.code == 1
    found = done.json()
    assert found["schema"] == "sereno/bounces/1"
    assert found["verdict"] == "spoofed"
    assert found["kinds"]["bounce"] == 300
    assert found["originals"]["forged"]["bounces"] == 300
    assert found["reasons"] == {"unknown-user": 300} or \
        found["reasons"]["unknown-user"] >= 200
    assert found["forged_networks"]["different"] >= 50
    first = found["bounces"][0]
    assert first["recipients"][0]["address"] == "user0@r0.example"
    assert first["recipients"][0]["status"] == "5.1.1"
    assert first["original"]["from_ip"] == "198.18.0.0"
    assert first["original"]["state"] == "forged"


def test_joe_job_in_words(sereno, tmp_path):
    box = bounce_mail.mbox(tmp_path / "box", [forged(n) for n in range(300)])
    done = sereno("bounces", box, *OWN)
    assert "YOU ARE BEING SPOOFED (300 of 300 bounces)" in done.out
    assert "what to do now" in done.out
    assert "catch-all" in done.out
    assert all(len(line) <= 80 for line in done.out.splitlines())
    done = sereno("bounces", box, *OWN, "--lang", "es")
    assert "LE ESTÁN SUPLANTANDO (300 de 300 rebotes)" in done.out
    assert "bounce" not in done.out.split("plot")[0]


def test_mailbox_only(sereno, tmp_path):
    """Who owns nothing but a mailbox is told all the same."""
    box = bounce_mail.mbox(tmp_path / "box", [forged(n) for n in range(300)])
    empty = tmp_path / "empty.log"
    empty.write_text("")
    found = sereno("bounces", box, "--offline", "--log", empty, "--json").json()
    assert found["verdict"] == "spoofed"
    assert found["originals"]["ours"]["bounces"] == 0


def test_compromise(sereno, tmp_path, log):
    """All are in the log: the account is named."""
    box = bounce_mail.mbox(tmp_path / "box",
                           [genuine(log, n) for n in range(100)])
    log.sort()
    path = log.write(tmp_path / "mail.log")
    done = sereno("bounces", box, "--offline", "--log", path, "--now",
                  "2026-11-21T00:00:00Z", "--json")
    found = done.json()
    assert found["verdict"] == "ours"
    assert found["originals"]["ours"]["bounces"] == 100
    assert found["own_origins"]["top"] == [
        {"name": "ana@tienda.example", "bounces": 100}]
    signals = {s["signal"]: s["bounces"]
               for s in found["originals"]["ours"]["signals"]}
    assert signals["queue-id"] == 100
    assert signals["message-id"] == 100
    text = sereno("bounces", box, "--offline", "--log", path, "--now",
                  "2026-11-21T00:00:00Z").out
    assert "THESE BOUNCES ARE OF YOUR OWN MAIL (100 of 100)" in text
    assert "sereno trace 'ana@tienda.example'" in text


def test_both(sereno, tmp_path, log):
    """A Joe job, and 2 % that are real: none is taken for the other."""
    messages = [forged(n) for n in range(490)]
    messages[100:100] = [genuine(log, n) for n in range(10)]
    box = bounce_mail.mbox(tmp_path / "box", messages)
    log.sort()
    path = log.write(tmp_path / "mail.log")
    found = sereno("bounces", box, "--offline", "--log", path, "--now",
                   "2026-11-21T00:00:00Z", *OWN, "--json").json()
    assert found["verdict"] == "both"
    assert found["originals"]["forged"]["bounces"] == 490
    assert found["originals"]["ours"]["bounces"] == 10
    assert found["own_origins"]["top"][0]["name"] == "ana@tienda.example"


def test_log_alone_tells(sereno, tmp_path, log):
    """No address of ours is named: the log of that time is enough."""
    for n in range(0, 600, 20):
        log.message(minutes(n), "ana@tienda.example", ["x@y.example"],
                    account="ana@tienda.example", ip="192.0.2.77")
    box = bounce_mail.mbox(tmp_path / "box",
                           [forged(n) for n in range(90)] +
                           [genuine(log, n) for n in range(10)])
    log.sort()
    path = log.write(tmp_path / "mail.log")
    found = sereno("bounces", box, "--offline", "--log", path, "--now",
                   "2026-11-21T00:00:00Z", "--json").json()
    assert found["verdict"] == "both"
    assert found["originals"]["ours"]["bounces"] == 10
    assert found["originals"]["forged"]["bounces"] == 90


def test_uncovered(sereno, tmp_path):
    """A log of another week says nothing about these: not foreign by it."""
    log = postfix_log.PostfixLog()
    log.message(datetime.datetime(2026, 10, 1, 8), "a@tienda.example",
                ["b@c.example"], account="a@tienda.example")
    path = log.write(tmp_path / "mail.log")
    other = postfix_log.PostfixLog()
    box = bounce_mail.mbox(tmp_path / "box",
                           [genuine(other, n) for n in range(5)])
    found = sereno("bounces", box, "--offline", "--log", path, "--json", "--now",
                   "2026-11-21T00:00:00Z").json()
    states = [b["original"] for b in found["bounces"]]
    assert all("uncovered" in s["signals"] for s in states)
    assert all("no-queue-id" not in s["signals"] for s in states)
    assert found["originals"]["forged"]["bounces"] == 0


def test_own_server_bounces_strangers(sereno, tmp_path):
    """Our server took spam from outside and bounces it to a name of ours:
    the queue id is ours, the mail is not."""
    at = minutes(0)
    hop = bounce_mail.received("x (dyn.isp.example [198.18.0.9])",
                               "mx1.tienda.example (Postfix)", "9A0B2", at)
    returned = bounce_mail.original(at, "ana@tienda.example",
                                    "gone@tienda.example", [hop], "1@x")
    message = bounce_mail.dsn(at, "ana@tienda.example", "mx1.tienda.example",
                              "gone@tienda.example", returned, local=True)
    log = postfix_log.PostfixLog()
    log.say(at, "postfix/smtpd[9]", "9A0B2: client=dyn[198.18.0.9]")
    log.say(at, "postfix/cleanup[9]", "9A0B2: message-id=<1@x>")
    path = log.write(tmp_path / "mail.log")
    box = bounce_mail.mbox(tmp_path / "box", [message])
    found = sereno("bounces", box, "--offline", "--log", path, "--json", "--now",
                   "2026-11-21T00:00:00Z").json()
    original = found["bounces"][0]["original"]
    assert "from-outside" in original["signals"]
    assert "queue-id" in original["signals"]
    assert original["state"] != "ours"


def test_ordinary_mail(sereno, tmp_path):
    """A mailbox of people, lists and answering machines has no bounces."""
    messages = [
        "From: bob@x.example\nTo: ana@tienda.example\nSubject: hi %d\n\n"
        "see you\n" % n for n in range(50)]
    messages.append("From: bob@x.example\nSubject: Re: Undelivered Mail "
                    "Returned to Sender\n\nI got this:\n\n> This is the mail "
                    "system at host mx.x.example.\n> <eve@x.example>: host "
                    "said: 550 5.1.1 unknown\n")
    messages.append("From: eve@x.example\nSubject: Out of office\n"
                    "Auto-Submitted: auto-replied\n\naway\n")
    messages.append("From: postmaster@x.example\nSubject: Planned work\n\n"
                    "The mail server will be down; write to "
                    "admin@x.example: thank you.\n")
    box = bounce_mail.mbox(tmp_path / "box", messages)
    done = sereno("bounces", box, *OWN, "--json")
    found = done.json()
    assert done.code == 0
    assert found["verdict"] == "none"
    assert found["kinds"]["autoreply"] == 1
    assert found["kinds"]["ordinary"] == 52
    assert "no bounces" in sereno("bounces", box, *OWN).out


def test_sources(sereno, tmp_path):
    """Maildir, folder, single message, standard input: the same answer."""
    messages = [forged(n) for n in range(6)]
    for n, message in enumerate(messages):
        folder = tmp_path / "M" / ("cur" if n % 2 else "new")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ("%d.x" % n)).write_text(message)
    (tmp_path / "M" / "tmp").mkdir()
    (tmp_path / "M" / "tmp" / "x").write_text(messages[0])
    (tmp_path / "one.eml").write_text(messages[0].replace("\n", "\r\n"))
    box = bounce_mail.mbox(tmp_path / "box", messages)
    for args, count, stdin in (
            (["M"], 6, b""), ([box], 6, b""), (["one.eml"], 1, b""),
            (["-"], 6, box.read_bytes()), (["M", box, "one.eml"], 13, b"")):
        done = sereno("bounces", *args, *OWN, "--json", stdin=stdin)
        assert done.json()["kinds"]["bounce"] == count
        assert done.json()["originals"]["forged"]["bounces"] == count


def test_gaps(sereno, tmp_path):
    box = bounce_mail.mbox(tmp_path / "box", [forged(0)])
    done = sereno("bounces", box, "no/such/box", *OWN, "--json")
    assert done.code == 1
    assert any(gap["what"] == "no/such/box"
               for gap in done.json()["not_examined"])
    assert sereno("bounces", "no/such/box", *OWN).code == 3


def test_usage(sereno, tmp_path):
    assert sereno("bounces").code == 2
    box = bounce_mail.mbox(tmp_path / "box", [forged(0)])
    done = sereno("bounces", box, "--own", "not a name")
    assert done.code == 2
    assert "not a name" in done.err
    # the mailbox behind the list of what is ours is no name of ours
    assert sereno("bounces", *OWN, box, "--json").json()["messages"] == 1


@pytest.mark.parametrize("bad", [
    b"", b"\n", b"From \n", b"\0" * 1000, b"From x 00:00\n\0\xff" * 50,
    b"Content-Type: multipart/report; boundary=x\n\n" + b"--x\n" * 500])
def test_hostile(sereno, tmp_path, bad):
    (tmp_path / "box").write_bytes(bad)
    done = sereno("bounces", "box", *OWN, "--json")
    assert done.code in (0, 1, 3)
    done.json()


def test_escapes(sereno, tmp_path):
    """No escape sequence of a stranger reaches the terminal."""
    message = forged(0).replace("user0@", "\x1b[31muser@").replace(
        "dyn0.isp0", "\x1b]0;x\x07dyn")
    box = bounce_mail.mbox(tmp_path / "box", [message])
    done = sereno("bounces", box, *OWN, "--top", "5")
    assert b"\x1b" not in done.raw
    assert b"\x07" not in done.raw


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_rights(sereno, tmp_path):
    """Links inside of a folder lead nowhere, even for root."""
    (tmp_path / "M").mkdir()
    (tmp_path / "secret").write_text(forged(0))
    os.symlink("../secret", tmp_path / "M" / "link")
    (tmp_path / "M" / "mail").write_text(forged(1))
    assert sereno("bounces", "M", *OWN, "--json").json()["messages"] == 1


def test_countries(sereno, tmp_path):
    box = bounce_mail.mbox(tmp_path / "box", [forged(n) for n in range(60)])
    test_geo.write_mmdb(tmp_path / "geo.mmdb", {198: "BR", 203: "ES"})
    args = ("bounces", box, *OWN, "--geoip",
            tmp_path / "geo.mmdb")
    found = sereno(*args, "--json").json()
    assert found["forged_countries"]["top"] == [{"name": "BR", "bounces": 60}]
    assert "countries" in sereno(*args).out
    assert "BR (60)" in sereno(*args).out


@pytest.mark.parametrize("policy", ["none", "reject"])
def test_what_the_domain_publishes(sereno, tmp_path, policy):
    """What to do depends on what is done already."""
    box = bounce_mail.mbox(tmp_path / "box", [forged(n) for n in range(60)])
    zone = {"tienda.example": [(dns_world.TXT, "v=spf1 mx ~all")],
            "_dmarc.tienda.example": [(dns_world.TXT,
                                       "v=DMARC1; p=%s" % policy)]}
    world = dns_world.Fake(lambda name, kind: zone.get(name, 3))
    args = ("bounces", box, *ONLINE, "--stub", "tienda.example=" + world.at,
            "--no-cache")
    try:
        found = sereno(*args, "--json").json()
        text = " ".join(sereno(*args).out.split())
    finally:
        world.close()
    assert found["forged_domains"] == [
        {"domain": "tienda.example", "known": True, "spf": True,
         "spf_all": "~", "dmarc": policy}]
    assert "tienda.example: SPF ends in ~all, DMARC p=" + policy in text
    assert ("refuse forged mail already" in text) == (policy == "reject")
    assert ("Publish SPF" in text) == (policy == "none")


def test_spf_record_of_the_domain(sereno, tmp_path):
    """Nothing is known as ours but the DNS: what SPF names is, the rest is
    not."""
    def mine(n):
        at = minutes(n)
        hop = bounce_mail.received(
            "out.example (out.example [203.0.113.%d])" % (5 + n % 2),
            "mx.r.example", "Q%d" % n, at)
        return bounce_mail.dsn(
            at, "ana@tienda.example", "mx.r.example", "u%d@r.example" % n,
            bounce_mail.original(at, "ana@tienda.example",
                                 "u%d@r.example" % n, [hop], "%d@pc" % n))
    box = bounce_mail.mbox(tmp_path / "box", [forged(n) for n in range(40)] +
                           [mine(n) for n in range(6)])
    (tmp_path / "empty.log").write_text("")
    zone = {"tienda.example": [(dns_world.TXT,
                                "v=spf1 ip4:203.0.113.0/28 -all")]}
    world = dns_world.Fake(lambda name, kind: zone.get(name, 3))
    try:
        found = sereno("bounces", box, "--log", tmp_path / "empty.log",
                       "--stub", "tienda.example=" + world.at, "--no-cache",
                       "--json").json()
    finally:
        world.close()
    assert found["verdict"] == "both"
    ours, others = (found["originals"][k] for k in ("ours", "forged"))
    assert (ours["bounces"], others["bounces"]) == (6, 40)
    assert "spf-names" in [s["signal"] for s in ours["signals"]]
    assert "spf-others" in [s["signal"] for s in others["signals"]]


@pytest.mark.parametrize("top", ["", "cur"])
def test_pipes_devices_and_links(sereno, tmp_path, top):
    """Nothing that is no file is opened; it is said that there was some."""
    box = tmp_path / "M"
    for name in ("cur", "new", "tmp"):
        (box / name).mkdir(parents=True)
    folder = box / "cur"
    (folder / "1.real:2,S").write_text("Subject: hi\n\nhello\n")
    os.mkfifo(folder / "2.pipe")
    for i, to in enumerate(("/etc/passwd", ".", "/dev/zero", "/nowhere")):
        os.symlink(to, folder / ("3.link%d" % i))
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(folder / "4.s"))
    (tmp_path / "empty.log").write_text("")
    done = sereno("bounces", box / top if top else box, "--offline", "--log",
                  tmp_path / "empty.log", "--json", timeout=30)
    found = done.json()
    assert found["messages"] == 1
    [said] = [gap for gap in found["not_examined"]
              if "links, pipes, sockets or devices" in gap["sentence"]]
    assert said["sentence"].startswith("6 entries")
    assert said["what"] == str(folder)
