# SPDX-License-Identifier: ISC
"""Mailboxes of bounces that real servers made: are they forged or ours?

Four servers (Postfix, Exim, Sendmail, OpenSMTPD) bounce mail that bots sent
under names of victima.example; a Postfix bounces what its own people and a
thief sent. Each is recorded in a room of its own. All rooms have the same names
and addresses, so those of the four are exchanged here before their bounces are
put into one mailbox with the others: each becomes a host of its own, and their
victim becomes tienda.example. Nothing else is changed. What receivers bounced
that accepted first is composed (lab/scenarios/_bounced_own.py says how).
"""
import concurrent.futures
import json
import os
import re
import subprocess
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(
    __file__))))
from lab import court, room  # noqa: E402
from lab.net import INSIDE, OWN, OWN6  # noqa: E402

WHY_NOT = room.possible()
JOBS = int(os.environ.get("LAB_JOBS", 2 * os.cpu_count()))
KEEP = os.environ.get("LAB_BOXES")  # a folder for the mailboxes
SERVERS = ("postfix", "exim", "sendmail", "opensmtpd")
NAMES = ["_bounced_" + s for s in SERVERS] + ["_bounced_own", "_answered"]
OURS = ("--own", OWN, OWN6, "tienda.example")


def exchanged(letter, n):
    """Another host than ours, and ours is the victim."""
    for old, new in ((b"tienda.example", b"fremd%d.example" % n),
                     (b"victima.example", b"tienda.example"),
                     (OWN.encode(), b"198.51.100.%d" % (10 + n)),
                     (OWN6.encode(), b"2001:db8:9::%d" % n),
                     (INSIDE.encode(), b"172.18.0.%d" % (10 + n))):
        letter = letter.replace(old, new)
    return letter


def letters(folder):
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), "rb") as f:
            yield f.read()


def keep(boxes):
    """As mboxes, for bench/bounces.py --box."""
    for name in ("forged", "ana", "eva", "answers", "ordinary"):
        with open(os.path.join(KEEP, name + ".mbox"), "wb") as f:
            for letter in boxes[name]:
                f.write(b"From lab Thu Nov 19 20:00:00 2026\n" + re.sub(
                    rb"(?m)^(>*From )", rb">\1", letter).rstrip(b"\n") +
                    b"\n\n")


@pytest.fixture(scope="module", name="boxes")
def fixture_boxes(tmp_path_factory):
    """Lists of letters by what they are, and the log of our own server."""
    top = str(tmp_path_factory.mktemp("bounces"))
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        wrong = list(pool.map(
            lambda n: court.record(n, os.path.join(top, n)), NAMES))
    assert wrong == [[]] * len(NAMES)
    own = os.path.join(top, "_bounced_own")
    boxes = {name: list(letters(os.path.join(own, name)))
             for name in ("ana", "eva", "composed")}
    boxes["forged"] = [
        exchanged(letter, n) for n, server in enumerate(SERVERS)
        for letter in letters(os.path.join(top, "_bounced_" + server,
                                           "bounces"))]
    boxes["answers"] = [exchanged(letter, 9) for letter in letters(
        os.path.join(top, "_answered", "answers"))]
    boxes["eva"], boxes["ordinary"] = (
        [x for x in boxes["eva"] if (b"multipart/report" in x) == bounce]
        for bounce in (True, False))
    boxes["log"] = [os.path.join(own, name) for name in os.listdir(own)
                    if name.startswith("mail.log")]
    assert len(boxes["forged"]) >= 1500
    assert len(boxes["ana"]) == 84 and len(boxes["eva"]) == 12
    assert len(boxes["composed"]) == 40 and len(boxes["ordinary"]) == 20
    assert len(boxes["answers"]) == 40
    if KEEP:
        keep(boxes)
    return boxes


@pytest.fixture(name="ask")
def fixture_ask(tmp_path):
    def ask(kind, mails, *args):
        folder = tmp_path / "box" / "new"
        for sub in ("new", "cur", "tmp"):
            (tmp_path / "box" / sub).mkdir(parents=True, exist_ok=True)
        for i, each in enumerate(mails):
            (folder / ("%06d" % i)).write_bytes(each)
        words = {"bounces": [tmp_path / "box"],
                 "check": ["--bounces", tmp_path / "box"]}[kind]
        done = subprocess.run(
            [court.program(), kind, *map(str, words), "--offline", *args,
             "--json"], capture_output=True, timeout=60,
            env={**os.environ, "TZ": "UTC", "LC_ALL": "C.UTF-8"})
        return json.loads(done.stdout) | {"code": done.returncode}
    return ask


def counts(found):
    return {k: v["bounces"] for k, v in found["originals"].items()}


pytestmark = pytest.mark.skipif(WHY_NOT is not None, reason=str(WHY_NOT))


def test_joe_job(boxes, ask):
    """A catch-all: thousands of forged ones, and 2 % that are real."""
    real = boxes["eva"] + boxes["composed"][:20]
    found = ask("bounces", boxes["forged"] + real, "--log", *boxes["log"],
                *OURS)
    n = len(boxes["forged"])
    assert found["kinds"]["bounce"] == n + len(real)
    assert counts(found) == {"forged": n, "ours": len(real), "unknown": 0}
    assert found["verdict"] == "both"
    assert found["forged_reporters"]["different"] == len(SERVERS)
    assert found["reasons"]["unknown-user"] > n / 3


def test_joe_job_for_who_has_only_the_mailbox(boxes, ask, tmp_path):
    """No server, no log, nothing named: the mailbox tells all the same."""
    (tmp_path / "empty").write_text("")
    found = ask("bounces", boxes["forged"], "--log", tmp_path / "empty")
    assert found["verdict"] == "spoofed"
    assert counts(found)["ours"] == 0


def test_compromise_seen_only_from_bounces(boxes, ask, tmp_path):
    """The log is gone; the bounces tell that the server really sent it."""
    (tmp_path / "empty").write_text("")
    ours = boxes["ana"] + boxes["composed"]
    found = ask("bounces", ours, "--log", tmp_path / "empty", *OURS)
    assert found["verdict"] == "ours"
    assert counts(found) == {"forged": 0, "ours": len(ours), "unknown": 0}


def test_compromise_with_its_log(boxes, ask):
    """With the log each bounce leads to the account."""
    ours = boxes["ana"] + boxes["composed"]
    found = ask("bounces", ours, "--log", *boxes["log"], *OURS)
    assert counts(found) == {"forged": 0, "ours": len(ours), "unknown": 0}
    assert {o["name"]: o["bounces"] for o in found["own_origins"]["top"]} == \
        {"ana@tienda.example": 84 + 36, "eva@tienda.example": 4}


def test_both_in_one_check(boxes, ask):
    """A Joe job and a thief at once: the log names him, the bounces say what
    he is innocent of."""
    found = ask("check", boxes["forged"] + boxes["ana"] + boxes["composed"],
                "--log", *boxes["log"], *OURS)
    assert found["bounces"]["forged"] == len(boxes["forged"])
    assert found["bounces"]["ours"] == 84 + 40
    kinds = {v["kind"] for v in found["verdicts"]}
    assert "spoofed" in kinds
    assert {c["origin"]["name"] for c in found["culprits"]} <= \
        {"ana@tienda.example"}
    assert any("ana@tienda.example" in f["sentence"] or
               (f["origin"] or {}).get("name") == "ana@tienda.example"
               for f in found["findings"])


def test_answering_machines(boxes, ask):
    """Answers to forged mail are no bounces, and accuse nobody."""
    found = ask("bounces", boxes["answers"], "--log", *boxes["log"], *OURS)
    assert found["kinds"]["autoreply"] == len(boxes["answers"])
    assert found["kinds"]["bounce"] == 0
    assert found["verdict"] == "none"
    assert found["code"] == 0


def test_ordinary_mail(boxes, ask):
    found = ask("bounces", boxes["ordinary"], "--log", *boxes["log"], *OURS)
    assert found["kinds"]["ordinary"] == len(boxes["ordinary"])
    assert found["verdict"] == "none"
    assert found["code"] == 0
