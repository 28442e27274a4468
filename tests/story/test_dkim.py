# SPDX-License-Identifier: ISC
"""Signatures of DKIM, on messages and on what bounces return."""
import datetime

import pytest

import bounce_mail
import dkim_signer as signer
import dns_world
import header_mail as mail
import postfix_log

TEXT = ("From: Ana  <ana@tienda.example>\nTo: bob@other.example,\n"
        "\teve@other.example\nSubject: a  b \nDate: %s\n"
        "Message-ID: <1@pc>\n\nHello  there \t\n\n  two\n\n\n" % mail.date())
NAME = "mail._domainkey.tienda.example"
OWN = ("--own", "203.0.113.5", "tienda.example")


@pytest.fixture(name="keys", scope="session")
def fixture_keys(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys")
    return {"rsa": signer.Key(folder, "rsa"),
            "ed25519": signer.Key(folder, "ed", "ed25519"),
            "other": signer.Key(folder, "other", bits=1024),
            "weak": signer.Key(folder, "weak", bits=512)}


@pytest.fixture(name="ask")
def fixture_ask(sereno, tmp_path):
    """The signatures that `sereno headers` finds, with keys of a file."""
    (tmp_path / "empty.log").write_text("")

    def ask(raw, record=None, *args, name=NAME):
        where = ["--offline"]
        if record is not None:
            (tmp_path / "keys").write_text("%s %s\n" % (name, record))
            where += ["--key", tmp_path / "keys"]
        return sereno("headers", "-", "--log", tmp_path / "empty.log", *where,
                      *args, "--json", stdin=raw).json()
    return ask


def states(found):
    return [d["state"] for d in found["dkim"]]


@pytest.mark.parametrize("forms", ["simple/simple", "simple/relaxed",
                                   "relaxed/simple", "relaxed/relaxed"])
@pytest.mark.parametrize("algorithm", signer.ALGORITHMS)
def test_every_form(ask, keys, algorithm, forms):
    """As signed, and with the line ends that a file has."""
    key = keys["ed25519" if algorithm[0] == "e" else "rsa"]
    raw = signer.sign(TEXT, key, algorithm=algorithm, forms=forms)
    for each in (raw, raw.replace(b"\r\n", b"\n")):
        found = ask(each, key.record)
        assert states(found) == ["good"]
        weak = algorithm == "rsa-sha1"
        assert found["dkim"][0]["notes"] == (["weak"] if weak else [])
    # a letter of the text (the blanks: no signature has any), a letter of a
    # signed field, the signature itself
    assert states(ask(raw.replace(b"  two", b"  one"), key.record)) == \
        ["body-changed"]
    assert states(ask(raw.replace(b"Subject: a", b"Subject: A"),
                      key.record)) == ["header-changed"]
    assert states(ask(raw.replace(b"bh=", b"bh=A"), key.record)) == \
        ["header-changed"]
    # blanks count when simple alone
    head, tail = forms.split("/")
    assert states(ask(raw.replace(b"Hello  there", b"Hello there"),
                      key.record)) == \
        ["good" if tail == "relaxed" else "body-changed"]
    assert states(ask(raw.replace(b"Subject: a  b", b"Subject: a b"),
                      key.record)) == \
        ["good" if head == "relaxed" else "header-changed"]


@pytest.mark.parametrize("body", ["", "\n", "\n\n\n", "x", "x\n", " \n", " ",
                                  "x \n \n", "a\n\n\nb"])
@pytest.mark.parametrize("tail", ["simple", "relaxed"])
def test_bodies(ask, keys, body, tail):
    """Empty ones, blanks, no line end, empty lines behind."""
    text = TEXT.split("\n\n")[0] + "\n\n" + body
    raw = signer.sign(text, keys["ed25519"], algorithm="ed25519-sha256",
                      forms="relaxed/" + tail)
    assert states(ask(raw, keys["ed25519"].record)) == ["good"]


def test_length(ask, keys):
    """l=: what stands behind may be anybody's, and is told."""
    raw = signer.sign(TEXT, keys["rsa"], length=10)
    found = ask(raw + b"buy now\r\n", keys["rsa"].record)
    assert states(found) == ["good"]
    assert found["dkim"][0]["notes"] == ["partial"]
    assert states(ask(raw.replace(b"Hello", b"Jello"),
                      keys["rsa"].record)) == ["body-changed"]


def test_oversigned(ask, keys):
    """h= with From twice: a second one breaks it; with From once it does not
    if it stands above."""
    twice = signer.sign(TEXT, keys["rsa"], names="From:To:From")
    once = signer.sign(TEXT, keys["rsa"], names="From:To")
    second = b"From: eve@x.example\r\n"
    record = keys["rsa"].record
    assert states(ask(twice, record)) == ["good"]
    assert states(ask(second + twice, record)) == ["header-changed"]
    assert states(ask(second + once, record)) == ["good"]


def test_keys(ask, keys):
    raw = signer.sign(TEXT, keys["rsa"])
    record = keys["rsa"].record
    assert states(ask(raw)) == ["unasked"]
    assert states(ask(raw, record, name="mail._domainkey")) == ["good"]
    assert states(ask(raw, record, name="x._domainkey.tienda.example")) == \
        ["unasked"]
    assert states(ask(raw, keys["other"].record)) == ["header-changed"]
    assert states(ask(raw, keys["ed25519"].record)) == ["key-useless"]
    assert states(ask(raw, "v=DKIM1; p=")) == ["key-useless"]
    assert states(ask(raw, "v=DKIM1; p=!!!! ")) == ["key-useless"]
    found = ask(raw, record + "; t=y")
    assert found["dkim"][0]["notes"] == ["testing"]
    raw = signer.sign(TEXT, keys["weak"])
    found = ask(raw, keys["weak"].record)
    assert states(found) == ["good"]
    assert found["dkim"][0]["notes"] == ["weak"]


def test_expired(ask, keys):
    raw = signer.sign(TEXT, keys["rsa"], extra=" t=1000; x=2000;")
    hop = mail.hop("x (unknown [198.18.0.7])", "mx.other.example", "R1")
    found = ask(hop.encode() + raw, keys["rsa"].record)
    assert found["dkim"][0]["notes"] == ["expired"]


def test_words(sereno, ask, keys, tmp_path):
    raw = signer.sign(TEXT, keys["rsa"])
    ask(raw, keys["rsa"].record)
    args = ("headers", "-", "--log", tmp_path / "empty.log", *OWN, "--offline")
    done = sereno(*args, "--key", tmp_path / "keys", stdin=raw)
    assert "tienda.example (mail), your domain: verifies" in \
        " ".join(done.out.split())
    done = sereno(*args, stdin=raw)
    assert "not asked for, because of --offline" in \
        " ".join(done.out.split())
    done = sereno(*args, "--key", tmp_path / "empty.log", stdin=raw)
    assert done.code == 2 and "has no key" in done.err
    assert sereno(*args, "--key", "/no/file", stdin=raw).code == 2


def test_dns(sereno, keys, tmp_path):
    """The key of the DNS; gone; silence."""
    (tmp_path / "empty.log").write_text("")
    raw = signer.sign(TEXT, keys["rsa"])
    answers = {NAME: [(dns_world.TXT, [keys["rsa"].record[:200],
                                       keys["rsa"].record[200:]])]}

    def answer(name, kind):
        return answers.get(name, 3)
    world = dns_world.Fake(answer)
    args = ("headers", "-", "--log", tmp_path / "empty.log", "--no-cache",
            "--stub", "tienda.example=" + world.at, "--json")
    try:
        assert states(sereno(*args, stdin=raw).json()) == ["good"]
        assert world.asked == [(NAME, dns_world.TXT)]
        answers.clear()
        assert states(sereno(*args, stdin=raw).json()) == ["key-gone"]
        answers[NAME] = 2  # SERVFAIL
        found = sereno(*args, stdin=raw).json()
        assert states(found) == ["unasked"]
        assert any(n["what"] == "DKIM" for n in found["not_examined"])
    finally:
        world.close()


def test_selectors_without_end(sereno, tmp_path):
    """A flood of signatures with ever new selectors asks the DNS a bounded
    number of questions."""
    world = dns_world.Fake(lambda name, kind: 3)
    messages = []
    for n in range(60):
        seals = "".join(
            "DKIM-Signature: v=1; a=rsa-sha256; d=tienda.example; "
            "s=s%d-%d; h=from; bh=AA; b=AA\n" % (n, k) for k in range(8))
        returned = seals + bounce_mail.original(
            mail.START, "ana@tienda.example", "x@r.example",
            [mail.hop("x (unknown [198.18.0.7])", "mx.r.example", "R")],
            "%d@pc" % n)
        messages.append(bounce_mail.dsn(
            mail.START, "ana@tienda.example", "mx.r.example", "x@r.example",
            returned))
    box = bounce_mail.mbox(tmp_path / "box", messages)
    (tmp_path / "empty.log").write_text("")
    try:
        found = sereno("bounces", box, "--log", tmp_path / "empty.log",
                       "--no-cache", "--stub", "tienda.example=" + world.at,
                       *OWN, "--json").json()
    finally:
        world.close()
    assert found["kinds"]["bounce"] == 60
    # some were asked twice
    keys = {name for name, _ in world.asked if "._domainkey." in name}
    assert len(keys) == 200
    assert any("200 different keys" in n["sentence"]
               for n in found["not_examined"])


# ---- what comes back in bounces ----

def returned(key, n, hops, to="bob@other.example", cut=True, spoil=False):
    text = ("From: ana@tienda.example\nTo: %s\nSubject: x %d\nDate: %s\n"
            "Message-ID: <%d@pc>\n\nbuy now, and a long text\n"
            % (to, n, mail.date(), n))
    raw = signer.sign(text, key, algorithm="ed25519-sha256").replace(
        b"\r\n", b"\n").decode()
    if spoil:
        raw = raw.replace("Subject: x", "Subject: y")
    head, body = raw.split("\n\n", 1)
    return "Return-Path: <ana@tienda.example>\n%s%s\n\n%s" % (
        "".join(hops), head, body[:8] + "\n" if cut else body)


def judge(sereno, tmp_path, originals, *args, log=None):
    box = bounce_mail.mbox(tmp_path / "box", [
        bounce_mail.FORMS[n % 3](
            mail.START, "ana@tienda.example", "mx.other.example",
            "bob@other.example", each)
        for n, each in enumerate(originals)])
    (tmp_path / "empty.log").write_text("")
    return sereno("bounces", box, "--log", log or tmp_path / "empty.log",
                  "--offline", *args, "--json").json()


@pytest.fixture(name="file")
def fixture_file(keys, tmp_path):
    path = tmp_path / "k"
    path.write_text("%s %s\n" % (NAME, keys["ed25519"].record))
    return ("--key", path)


NAT = [mail.hop("out.relay.example (out.relay.example [192.0.2.200])",
                "mx.other.example", "R1", 3)]
BOT = [mail.hop("x (dyn7.isp.example [198.18.0.7])", "mx.other.example",
                "R1", 3)]


def test_signature_says_ours(sereno, tmp_path, keys, file):
    """From a relay that nobody named as ours, in every form of bounce, with
    the text cut: our key signed them."""
    mails = [returned(keys["ed25519"], n, NAT) for n in range(6)]
    found = judge(sereno, tmp_path, mails, *file)
    assert found["verdict"] == "ours"
    assert found["originals"]["ours"]["bounces"] == 6
    assert all("dkim-good" in b["original"]["signals"]
               for b in found["bounces"])
    # without the key nothing is claimed, and it is said
    found = judge(sereno, tmp_path, mails)
    assert found["originals"]["ours"]["bounces"] == 0
    assert any("6 signatures" in n["sentence"]
               for n in found["not_examined"])


def test_broken_signature_is_no_proof(sereno, tmp_path, keys, file):
    mails = [returned(keys["ed25519"], n, BOT, spoil=True) for n in range(6)]
    found = judge(sereno, tmp_path, mails, *file, *OWN)
    assert found["originals"]["forged"]["bounces"] == 6
    assert all("dkim-bad" in b["original"]["signals"]
               for b in found["bounces"])


def test_replay(sereno, tmp_path, keys, file):
    """One mail that we signed for somebody else, sent to thousands by a
    botnet: it is not called our server's."""
    mails = [returned(keys["ed25519"], 1, BOT, to="me@evil.example")] * 6
    found = judge(sereno, tmp_path, mails, *file, *OWN)
    assert found["originals"]["ours"]["bounces"] == 0
    assert all({"dkim-good", "dkim-replay"} <= set(b["original"]["signals"])
               for b in found["bounces"])


def test_replay_under_another_to(sereno, tmp_path, keys, file):
    """The victim's address in a To on top of the one that is signed: the
    signature verifies all the same."""
    mails = [returned(keys["ed25519"], 1,
                      BOT + ["To: bob@other.example\n"],
                      to="me@evil.example")] * 6
    found = judge(sereno, tmp_path, mails, *file, *OWN)
    assert found["originals"]["ours"]["bounces"] == 0
    assert all({"dkim-good", "dkim-replay"} <= set(b["original"]["signals"])
               for b in found["bounces"])


def test_signature_of_others(sereno, tmp_path, keys, file):
    """A spammer signs as himself, correctly: that makes nothing ours."""
    raw = signer.sign("From: ana@tienda.example\nTo: bob@other.example\n\nx\n",
                      keys["ed25519"], domain="evil.example",
                      algorithm="ed25519-sha256").replace(
                          b"\r\n", b"\n").decode()
    path = tmp_path / "k"
    path.write_text("mail._domainkey.evil.example %s\n"
                    % keys["ed25519"].record)
    found = judge(sereno, tmp_path, ["Return-Path: <ana@tienda.example>\n" +
                                     "".join(BOT) + raw] * 3,
                  "--key", path, *OWN)
    assert found["originals"]["forged"]["bounces"] == 3


def test_complaint_with_log(sereno, tmp_path, keys, file):
    """`sereno headers` on a complaint: signature and log agree."""
    log = postfix_log.PostfixLog()
    queue_id = log.message(mail.START, "ana@tienda.example",
                           ["bob@other.example"],
                           account="ana@tienda.example", message_id="7@pc")
    log.message(mail.START + datetime.timedelta(hours=1), "b@tienda.example",
                ["c@d.example"], account="b@tienda.example")
    path = log.write(tmp_path / "mail.log")
    spam = returned(keys["ed25519"], 7, NAT, cut=False)
    found = sereno("headers", "-", "--log", path, "--now",
                   "2026-11-22T00:00:00Z", "--offline", *file, "--json",
                   stdin=mail.complaint(spam).encode()).json()
    assert states(found) == ["good"]
    assert found["verdict"] == "ours"
    assert found["log"]["queue_id"] == queue_id


@pytest.mark.parametrize("bad", [
    b"DKIM-Signature: " + b"=" * 5000 + b"\n\n",
    b"DKIM-Signature: v=1; a=rsa-sha256; d=x; s=y; h=" + b"from:" * 9000 +
    b"; bh=AA; b=AA\nFrom: a@b\n\n",
    b"DKIM-Signature: v=1; a=rsa-sha256; d=x; s=y; h=from; bh=AA; b=AA\n"
    * 3000 + b"From: a@b\n\n",
    b"DKIM-Signature: v=1; a=ed25519-sha256; d=x; s=y; h=from; bh=AA; b=\0\n"
    + b"X: y\n" * 9000 + b"From: a@b\n\n",
    b"DKIM-Signature: v=1; a=rsa-sha256; d=\x1b[31m; s=y; h=from; bh=A; b=A"],
    ids=["equals", "from", "signatures", "lines", "escape"])
def test_hostile(sereno, ask, keys, bad, tmp_path):
    ask(bad, keys["rsa"].record, name="y._domainkey.x")
    done = sereno("headers", "-", "--log", tmp_path / "empty.log", "--offline",
                  stdin=bad)
    assert b"\x1b" not in done.raw
