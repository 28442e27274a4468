# SPDX-License-Identifier: ISC
"""sereno history: what is remembered, told again."""
import contextlib
import os
import sqlite3

import pytest

from test_store import IP, World


@contextlib.contextmanager
def opened(store):
    with contextlib.closing(sqlite3.connect(store)) as db, db:
        yield db


@pytest.fixture
def world():
    made = World()
    yield made
    made.server.close()


@pytest.fixture
def store(tmp_path):
    return tmp_path / "store" / "sereno.db"


@pytest.fixture
def listed(sereno, world, store):
    return lambda target=IP: sereno(
        "listed", target, "--no-cache", "--list", "kept.test", "--stub",
        "kept.test=" + world.server.at, "--resolver", world.server.at,
        "--store", store, "--json").json()


@pytest.fixture
def history(sereno, store):
    return lambda *words, **more: sereno(
        "history", *words, "--store", store, **more)


def test_since_when_and_what_was_cleared(listed, history, world, store):
    world.listed = {IP, "203.0.113.26"}
    listed(), listed("203.0.113.26")
    listed()
    # as a second name server would have confirmed it (test_check_listed)
    with opened(store) as db:
        row = ("kept.test", "203.0.113.26")
        db.execute("UPDATE listing SET gone = last + 3600000000 "
                   "WHERE list = ? AND target = ?", row)
        db.execute("INSERT INTO change (at, list, target, what, said) "
                   "SELECT gone, list, target, 'gone', '' FROM listing "
                   "WHERE list = ? AND target = ?", row)
    done = history("--json")
    report = done.json()
    assert report["schema"] == "sereno/history/1" and done.code == 1
    assert [(e["target"], e["listed"], e["list"])
            for e in report["listings"]] == [
        (IP, True, "kept.test"), ("203.0.113.26", False, "kept.test")]
    still, gone = report["listings"]
    assert still["gone"] is None and still["first_seen"] <= still["last_seen"]
    assert gone["first_seen"] < gone["gone"]
    # the newest first
    assert [(c["target"], c["change"]) for c in report["changes"]] == [
        ("203.0.113.26", "gone"), ("203.0.113.26", "listed"), (IP, "listed")]
    assert report["changes"][1]["said"] == "seen in spam"
    text = " ".join(history().out.split())
    assert "listed, when last looked at: 1; cleared: 1; requests: 0" in text
    assert "listed %s: kept.test (" % IP in text
    assert "cleared 203.0.113.26: kept.test (" in text
    assert ": 1 hour" in text or ": 60 minutes" in text, text
    assert "qué ocurrió" in history("--lang", "es").out


def test_words_choose(listed, history, world):
    world.listed = {IP, "203.0.113.26"}
    listed(), listed("203.0.113.26")
    for word in ("203.0.113.26", "kept.test"):
        report = history(word, "--json").json()
        assert "203.0.113.26" in [e["target"] for e in report["listings"]]
    assert len(history("203.0.113.26", "--json").json()["changes"]) == 1
    done = history("198.51.100.1")
    assert done.code == 0
    assert "nothing is remembered about that" in done.out
    assert history("--since", "2026-01-01", "--json").json()["listings"]


def test_requests(listed, history, store):
    listed()
    with opened(store) as db:
        at = 1795672669 * 10**6
        db.execute("INSERT INTO request VALUES (?, 'asked', ?, ?, ?, 2)",
                   ("spamhaus-xbl/" + IP, at, at - 10**12, at))
        db.execute("INSERT INTO change (at, list, target, what, said) "
                   "VALUES (?, ?, '', 'asked', '')",
                   (at, "spamhaus-xbl/" + IP))
    report = history("spamhaus-xbl", "--json").json()
    request, = report["requests"]
    assert request["state"] == "asked" and request["times_asked"] == 2
    assert report["listings"] == []
    assert report["changes"][0]["request"] == "spamhaus-xbl/" + IP
    assert "spamhaus-xbl/%s: asked for since" % IP in " ".join(
        history().out.split())
    # of an address all: its listing and its request
    both = history(IP, "--json").json()
    assert len(both["listings"]) == len(both["requests"]) == 1


def test_nothing_is_made(history, store):
    done = history("--json")
    assert done.code == 3 and not store.parent.exists()
    assert done.json()["not_examined"][0]["what"] == "store"
    assert history().code == 3


def test_nothing_is_written(listed, history, store):
    listed()
    before = store.read_bytes()
    history(), history("--json")
    assert store.read_bytes() == before
    assert os.listdir(store.parent) == ["sereno.db"]


def test_what_a_list_says_cannot_write_to_the_terminal(
        listed, history, store):
    listed()
    with opened(store) as db:
        db.execute("UPDATE change SET said = ?, what = ?",
                   ("\x1b[2J\u202ex\ny", "new\x07"))
        db.execute("UPDATE listing SET labels = ?", ("\x1b]0;x\x07",))
    for lang in ("en", "es"):
        out = history("--lang", lang).out
        assert not set("\x1b\x07\u202e") & set(out)
        assert "\\x1b[2J" in out
    history("--json").json()


def test_a_damaged_store_is_left_alone(history, store):
    store.parent.mkdir()
    store.write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    done = history("--json")
    assert done.code == 3 and done.json()["not_examined"]
    assert os.listdir(store.parent) == ["sereno.db"]


def test_top(listed, history, store):
    listed()
    with opened(store) as db:
        for i in range(40):
            db.execute("INSERT INTO change (at, list, target, what, said) "
                       "VALUES (?, 'kept.test', ?, 'listed', '')", (i, IP))
    assert "11 older changes" in history().out
    assert "older change" not in history("--top", "50").out
