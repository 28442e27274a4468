# SPDX-License-Identifier: ISC
"""The way back from a block, on a real Postfix (lab/delistroom.py plays it):
what `sereno delist` says at each station, from the theft to the clean list."""
import glob
import gzip
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile

import pytest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(
    __file__))))
from lab import court, nameservers, room  # noqa: E402
from lab.net import OWN  # noqa: E402

WHY_NOT = room.possible() or nameservers.missing()
pytestmark = pytest.mark.skipif(WHY_NOT is not None, reason=str(WHY_NOT))
XBL = "spamhaus-xbl/" + OWN
# What is told of the block at each station.
STATES = {"sending": "sending", "early": "sending", "no-ptr": "not-ready",
          "ready": "ready", "waiting": "waiting", "gone": "delisted"}
IN_ORDER = {"quiet": "good", "queue": "good", "ptr": "good", "helo": "good",
            "relay": "good"}


@pytest.fixture(scope="module", name="played")
def fixture_played(tmp_path_factory):
    folder = str(tmp_path_factory.mktemp("delist"))
    place = tempfile.mkdtemp(prefix="lab.")
    p = room.spawn([court.ROOT + "/lab/delistroom.py", folder],
                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                   env={**os.environ, "LAB_ROOM": place})
    try:
        out, _ = p.communicate(timeout=court.LIMIT)
    finally:
        p.kill()
        p.wait()
        shutil.rmtree(place, ignore_errors=True)
    assert p.returncode == 0, out[-2000:]
    with open(folder + "/answers.json") as f:
        return json.load(f) | {"folder": folder}


def text(played, station):
    assert played[station]["err"] == ""
    return " ".join(played[station]["out"].split())


def petition(played, station, name=XBL):
    report = json.loads(played[station + "-json"]["out"])
    [found] = [p for p in report["petitions"] if p["id"] == name]
    return found


def needs(found):
    return {n["need"]: n["state"] for n in found["needs"]}


@pytest.mark.parametrize("station, state", STATES.items())
def test_states(played, station, state):
    assert petition(played, station)["state"] == state


def test_it_still_sends(played):
    found = petition(played, "sending")
    assert found["draft"] is None
    assert needs(found) == {"quiet": "bad", "queue": "bad", "ptr": "bad",
                            "helo": "good", "relay": "good"}
    said = text(played, "sending")
    assert played["sending"]["code"] == 1
    for part in ("stolen mail account ana@tienda.example: last seen on Sat 21 "
                 "Nov 2026 03:", "messages of it still wait in the queue",
                 "no letter is drafted: the source still sends",
                 "their words https://check.spamhaus.org/listed?ip=" + OWN):
        assert part in said, part
    assert "Hello," not in said


def test_receivers_refuse_and_name_the_list(played):
    """They asked the list themselves; the log has their words."""
    assert petition(played, "sending", "spamhaus-sbl/" + OWN)["answers"] > 20
    found = petition(played, "gone", "spamhaus-sbl/" + OWN)
    words = "Client host [%s] blocked using zen.spamhaus.org" % OWN
    n = 0
    for name in glob.glob(played["folder"] + "/case/mail.log*"):
        with (gzip.open if name.endswith(".gz") else open)(name, "rt") as f:
            n += sum(words in line and " status=" in line for line in f)
    assert found["answers"] == n


def test_stopped_is_not_silent(played):
    """Two hours after, the queue clean: nobody is to be asked yet."""
    assert played["queue"]["ids"] > 0
    found = petition(played, "early")
    assert found["draft"] is None
    assert needs(found)["queue"] == "good" and needs(found)["quiet"] == "bad"
    assert found["next_at"].startswith("2026-11-22T03:")


def test_what_is_not_in_order_is_seen_live(played):
    """A day later it is silent; the reverse name is asked of the DNS."""
    found = petition(played, "no-ptr")
    assert found["draft"] is None
    assert needs(found) == IN_ORDER | {"ptr": "bad"}
    assert "no letter is drafted before the above is in order" in \
        text(played, "no-ptr")
    found = petition(played, "ready")  # the same minute, the name is there
    assert needs(found) == IN_ORDER


def test_letter(played):
    body = petition(played, "ready")["draft"]["body"]
    for part in ("I run the mail server mx1.tienda.example (%s)." % OWN,
                 "is listed by Spamhaus XBL (zen.spamhaus.org)",
                 "> https://check.spamhaus.org/listed?ip=" + OWN,
                 "it came from 50 addresses",
                 "nothing of it waits in the queue",
                 "its reverse name mx1.tienda.example leads back to it"):
        assert part in " ".join(body.split()), part
    assert "ana@" not in body
    spanish = text(played, "spanish")
    for part in ("Hola:", "Qué pasó", "vino de 50 direcciones",
                 "se cambió la contraseña de la cuenta"):
        assert part in spanish, part
    assert "Hello," not in spanish and "What happened" not in spanish


def test_asked_and_waiting(played):
    assert "%s is asked now" % XBL in text(played, "mark")
    found = petition(played, "waiting")
    assert found["request"]["times"] == 1
    assert found["next_at"] == "2026-11-23T05:41:00+00:00"


def test_gone_and_remembered(played):
    """Off the list: two name servers say so, and the store knows until when."""
    found = petition(played, "gone")
    assert found["draft"] is None
    said = text(played, "gone")
    assert played["gone"]["code"] == 0
    assert "watch it until Sun 29 Nov 14:41" in said
    assert "no letter" not in said and "other ways out" not in said
    assert json.loads(played["listed"]["out"])["listings"] == []
    db = sqlite3.connect(played["folder"] + "/store/sereno.db")
    rows = db.execute("SELECT list, target, labels, first, gone "
                      "FROM listing").fetchall()
    db.close()
    [(name, target, labels, first, gone)] = rows
    assert (name, target, labels) == ("spamhaus-zen", OWN, "XBL")
    # microseconds of the story: 21 Nov 03:41 and 22 Nov 14:41 UTC
    assert (first, gone) == (1795232460 * 10**6, 1795358460 * 10**6)
