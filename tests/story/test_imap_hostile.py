# SPDX-License-Identifier: ISC
"""A mail server that lies, talks nonsense or without end, on loopback or in a
network of its own: nothing is left out in silence, nothing grows."""

import os
import resource
import subprocess
import sys
import time

import pytest

import bounce_mail
import conftest
import imap_fake
from test_imap import bounce

NONSENSE = "the server sends what no mail server does"
FEW = "and gave"


def fetch(*bodies):
    return b"".join(b"* %d FETCH (UID %d BODY[]<0> %s)\r\n" % (i, i + 6, body)
                    for i, body in enumerate(bodies, 1))


def literal(text):
    text = text if isinstance(text, bytes) else text.encode()
    return b"{%d}\r\n" % len(text) + text


@pytest.fixture(name="ask")
def fixture_ask(sereno, tmp_path):
    """A run against such answers: its JSON, with code and seconds."""
    (tmp_path / "empty.log").write_text("")
    servers = []

    def ask(folder="INBOX", greeting=None, how="fine", **answers):
        server = imap_fake.Fake(how, b"Subject: hello\r\n\r\nhello\r\n", {
            name.replace("_", " ").encode(): answer
            for name, answer in answers.items()})
        server.greeting = greeting or server.greeting
        servers.append(server)
        began = time.monotonic()
        done = sereno("bounces", "imap://ana@localhost:%d/%s" % (
            server.port, folder), "--offline", "--log",
            tmp_path / "empty.log", "--json",
            env={"SERENO_IMAP_PASSWORD": "geheim"})
        found = done.json() if done.raw else {"not_examined": []}
        found["gaps"] = " ".join(conftest.gaps(found))
        found["seconds"] = time.monotonic() - began
        found["said"] = server.said
        assert b"\x1b" not in done.raw
        return found
    yield ask
    for server in servers:
        server.stop()


def peak():
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss


# ---- what is allowed, and seldom done ----

def test_body_in_quotes_and_nil(ask):
    found = ask(EXAMINE=b"* 3 EXISTS\r\n", UID_FETCH=fetch(
        b'"Subject: \\"x\\""', b"NIL", literal(bounce(1))))
    assert found["messages"] == 2  # nothing is nothing
    assert found["kinds"]["bounce"] == 1
    assert FEW not in found["gaps"]


def test_other_literals_in_an_answer(ask):
    """A label that is a literal is no message."""
    found = ask(EXAMINE=b"* 1 EXISTS\r\n", UID_FETCH=(
        b"* 1 FETCH (X-LABELS ({6}\r\nS9 OK\n) UID 7 BODY[]<0> " +
        literal(bounce(1)) + b" FLAGS (\\Seen))\r\n"))
    assert found["messages"] == 1 and found["kinds"]["bounce"] == 1


def test_folder_names_that_are_literals(ask):
    found = ask("*", LIST=b'* LIST () "/" {5}\r\nINBOX\r\n'
                b'* LIST () "/" {11}\r\nSent "Items\r\n'
                b'* LIST (\\Noselect) "/" {3}\r\nTop\r\n',
                EXAMINE=b"* 1 EXISTS\r\n", UID_FETCH=fetch(literal(bounce(1))))
    assert found["messages"] == 2
    assert b'EXAMINE "Sent \\"Items"' in found["said"]
    assert b'EXAMINE "Top"' not in found["said"]


# ---- less, or more, than it says ----

def test_fewer_than_it_says(ask):
    found = ask(EXAMINE=b"* 40 EXISTS\r\n",
                UID_FETCH=fetch(literal(bounce(1))))
    assert found["messages"] == 1
    assert "there are 40 messages, and gave 1" in found["gaps"]


def test_closes_inside_of_a_message(ask):
    body = literal(bounce(1))
    found = ask(EXAMINE=b"* 2 EXISTS\r\n", UID_FETCH=[
        fetch(body), b"* 2 FETCH (UID 8 BODY[]<0> ", body[:300], None])
    assert found["kinds"]["bounce"] == 1
    assert "the connection broke off" in found["gaps"]


def test_closes_between_folders(ask):
    found = ask("*", LIST=b'* LIST () "/" a\r\n* LIST () "/" b\r\n',
                EXAMINE=[b"* 1 EXISTS\r\n", None])
    assert "the connection broke off" in found["gaps"]


def test_refuses(ask):
    found = ask(EXAMINE=b"* 1 EXISTS\r\n", UID_FETCH=[
        b"S2 NO [LIMIT] \x1b[31m come back tomorrow\r\n", None])
    assert "come back tomorrow" in found["gaps"]


def test_huge_literal(ask):
    """It was asked for a part; more is not taken, and not waited for."""
    before = peak()
    found = ask(EXAMINE=b"* 2 EXISTS\r\n", UID_FETCH=[
        b"* 1 FETCH (UID 7 BODY[]<0> {99999999999}\r\n",
        *[b"x" * 1000000] * 20])
    assert NONSENSE in found["gaps"]
    assert found["seconds"] < 30
    assert peak() - before < 100 * 1024


def test_whole_message_where_a_part_was_asked_for(ask):
    """Old servers do not know of parts."""
    big = b"Subject: big\r\n\r\n" + b"0123456789\r\n" * 400000
    found = ask(EXAMINE=b"* 2 EXISTS\r\n",
                UID_FETCH=fetch(literal(big), literal(bounce(1))))
    assert found["messages"] == 2 and found["kinds"]["bounce"] == 1
    assert "first part" in found["gaps"]


def test_messages_without_end(ask):
    found = ask(EXAMINE=b"* 2 EXISTS\r\n", UID_FETCH=(
        fetch(b"NIL") for _ in range(1000000)))
    assert NONSENSE in found["gaps"]
    assert found["messages"] < 2000


def test_line_without_end(ask):
    found = ask(EXAMINE=(b"* 1 EXISTS " * 1000 for _ in range(100000)))
    assert NONSENSE in found["gaps"]
    found = ask(EXAMINE=b"* 1 EXISTS\r\n", UID_FETCH=(
        b"* 1 FETCH " * 1000 for _ in range(100000)))
    assert NONSENSE in found["gaps"]


def test_many_lines_and_folders(ask):
    before = peak()
    found = ask("*", LIST=(b'* LIST () "/" f%d\r\n' % i + b"* OK x\r\n" * 9
                           for i in range(100000)))
    assert "more than 500 folders" in found["gaps"]
    assert found["messages"] == 500
    assert peak() - before < 100 * 1024


# ---- names of folders ----

@pytest.mark.parametrize("name", [
    b"&", b"&-", b"&AAA-", b"&2D0-", b"&3gA-", b"&////-", b"&" * 200,
    b"\xff\xfe\x80", b"\x1b]0;x\x07", b"a" * 5000, b"..", b"&AAo-", b"\\\"x"])
def test_malformed_names(ask, name):
    found = ask("*", LIST=b'* LIST () "/" ' + literal(name) + b"\r\n",
                EXAMINE=b"* 1 EXISTS\r\n", UID_FETCH=fetch(literal(bounce(1))))
    if len(name) > 1024:
        assert "names 1 folder in a way" in found["gaps"]
    else:
        assert found["messages"] == 1
    # shown, not asked for: the folder is not there
    ask("Spam", LIST=b'* LIST () "/" ' + literal(name) + b"\r\n",
        EXAMINE=[b"S1 NO none\r\n"])


@pytest.mark.parametrize("name", [b"a\r\nS9 DELETE INBOX", b"a\nb", b"a\0b",
                                  b"\r"])
def test_name_that_is_a_command(ask, name):
    found = ask("*", LIST=b'* LIST () "/" ' + literal(name) + b"\r\n"
                b'* LIST () "/" good\r\n')
    assert "names 1 folder in a way that cannot be asked for" in found["gaps"]
    assert found["messages"] == 1
    assert not any(b"DELETE" in line for line in found["said"])


# ---- without TLS ----

# Runs inside a network of its own, where an address is none of loopback.
AWAY = """
import subprocess, sys
sys.path.insert(0, sys.argv[1])
import imap_fake
subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
subprocess.run(["ip", "addr", "add", "198.51.100.25/32", "dev", "lo"],
               check=True)
server = imap_fake.Fake("fine", b"Subject: x\\r\\n\\r\\nx\\r\\n",
                        {b"STARTTLS": eval(sys.argv[4])},
                        host="198.51.100.25")
server.capability = eval(sys.argv[5])
server.greeting = eval(sys.argv[6])
done = subprocess.run(
    [sys.argv[2], "bounces", "imap://ana@198.51.100.25:%d/INBOX" % server.port,
     "--offline", "--log", "/dev/null", "--json"], capture_output=True,
    env={"SERENO_IMAP_PASSWORD": "geheim", "LC_ALL": "C.UTF-8"}, timeout=100)
sys.stdout.buffer.write(done.stdout)
sys.stderr.buffer.write(done.stderr)
sys.stderr.write("SAID %r\\n" % server.said)
"""
HELLO = b"* OK hello\r\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="makes a network namespace")
@pytest.mark.parametrize("reply, capability, greeting", [
    # nobody offers it
    (b"", b"IMAP4rev1", HELLO),
    # somebody on the way took it out, and lets one in without a password
    (b"", b"IMAP4rev1", b"* PREAUTH welcome\r\n"),
    (b"", b"IMAP4rev1 STARTTLS", b"* PREAUTH welcome\r\n"),
    # it is refused
    (b"%s NO not today\r\n", b"IMAP4rev1 STARTTLS", HELLO),
    # answers of the attacker in front of the server's own
    (b"%s OK begin\r\n* CAPABILITY IMAP4rev1\r\nA003 OK\r\n"
     b"* 1 EXISTS\r\nA004 OK\r\n", b"IMAP4rev1 STARTTLS", HELLO),
    (b"%s OK begin\r\nno TLS at all\r\n", b"IMAP4rev1 STARTTLS", HELLO),
])
def test_no_password_without_tls(tmp_path, reply, capability, greeting):
    """Neither password nor command goes over a line without TLS, and nothing
    that was said there before is taken for the server's word."""
    reply = reply % b"A002" if b"%s" in reply else reply
    done = subprocess.run(
        ["unshare", "-n", sys.executable, "-c", AWAY,
         os.path.dirname(__file__), conftest.BINARY, str(tmp_path),
         repr(reply), repr(capability), repr(greeting)],
        capture_output=True, timeout=120)
    said = done.stderr.decode()
    assert "SAID" in said, said
    assert "geheim" not in said and "LOGIN" not in said
    assert "AUTHENTICATE" not in said and "EXAMINE" not in said, said
    text = done.stdout.decode() + said
    assert "TLS" in text
    assert '"messages": 0' in text or '"messages"' not in text
