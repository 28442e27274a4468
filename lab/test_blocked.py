# SPDX-License-Identifier: ISC
"""sereno check and sereno delist on a real Postfix that many lists and
receivers block (lab/blockedroom.py), in a DNS of real servers."""
import json
import os
import re
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(
    __file__))))
from lab import blocks, court, nameservers, room, test_delist  # noqa: E402
from lab.blockedroom import (BOT, CLEAN, NO_NAME,  # noqa: E402
                             OFTEN, TWO_RECORDS)
from lab.nameplace import Place, flat  # noqa: E402
from lab.nameworld import table  # noqa: E402
from lab.net import OWN  # noqa: E402

WHY_NOT = room.possible() or nameservers.missing()
pytestmark = pytest.mark.skipif(WHY_NOT is not None, reason=str(WHY_NOT))
CASES = blocks.blocks()


class Blocked(Place):
    def __init__(self, folder):
        super().__init__(folder, "blockedroom.py")
        self.case = self.folder + "/case"
        self.logs = [w if w.startswith("--") else "%s/%s" % (self.case, w)
                     for w in self.told["args"]]

    def check(self, *words, own=()):
        """About the log, and as its server these addresses and names."""
        log = self.logs[:self.logs.index("--root")] if own else self.logs
        return ("check", *log, *(("--own", *own) if own else ()), "--rate",
                "1000", "--now", self.told["now"], *words)

    def delist(self, *words, now=None):
        return ("delist", *self.logs, "--own", OWN, "tienda.example",
                "--rate", "1000", "--now", now or self.told["now"], *words)


@pytest.fixture(scope="module", name="blocked")
def fixture_blocked(tmp_path_factory):
    place = Blocked(tmp_path_factory.mktemp("blocked"))
    assert place.told["failures"] == []
    yield place
    place.close()


def helo(ip):
    return "mx%s.tienda.example" % ip.rpartition(".")[2]


def of(report, code):
    return [f for f in report["findings"] if f["code"] == code]


# sereno check.

def test_own_addresses_of_the_configuration(blocked):
    """A mounted disk: its log, what its Postfix sends as, and the lists."""
    report = blocked.json("check", "--root", blocked.case + "/root", "--rate",
                          "1000", "--now", blocked.told["now"])
    listed = {f["sentence"].split(" is on ")[0]: f
              for f in of(report, "listed")}
    # OWN6 is clean; the domain is on a list of names
    assert set(listed) == {OWN, "tienda.example"}
    told = " ".join(r["sentence"] for r in listed[OWN]["reasons"])
    for b in CASES:
        if b.list is None or b.domain:
            continue
        # zen has a code for each of its lists, in one answer
        assert "%s answers " % b.zone in told and re.search(
            r"\b%s( \(\w+\))?: " % re.escape(b.code), told), b.list
    assert listed[OWN]["severity"] == "critical"
    # one bot among the causes, one missing name: and the mail is in order
    assert {v["kind"] for v in report["verdicts"]} == {"neighbour", "not-mail"}
    assert report["culprits"] == []
    assert not of(report, "dns-weakness"), of(report, "dns-weakness")


def test_what_receivers_say_in_the_log(blocked):
    """Each refusal as the rule that it is an example of."""
    report = blocked.json(*blocked.check("--offline"))
    rules = {r["id"]: r for r in table("rejections.tsv")}
    told = of(report, "provider-block")
    missing = []
    for b in CASES:
        rule = rules.get(b.rule)
        if rule is None or rule["class"] == "rate":
            continue  # who asks us to slow down does not block us
        found = [f for f in told if rule["meaning"] in f["sentence"] and any(
            r["sentence"].startswith(rule["action"]) for r in f["remedies"])]
        if not found:
            missing.append((b.rule, rule["class"]))
        elif b.way == OFTEN:
            [f] = found
            assert f["severity"] == "warning"
            assert "6 answers of ff-ip4.mx.att.net" in str(f["reasons"])
    assert missing == []
    assert "{ip}" not in json.dumps(report["findings"])
    assert report["culprits"] == []
    assert [v["kind"] for v in report["verdicts"]] == ["clean"]


@pytest.mark.parametrize("ip, verdict, words, spanish", [
    (BOT, "neighbour", "THE SPAM DOES NOT COME FROM THE MAIL SERVER",
     BOT + " figura en 1 lista de bloqueo: zen.spamhaus.org"),
    (NO_NAME, "not-mail", NO_NAME + " is listed for something else than its "
     "mail", NO_NAME + " figura en 1 lista de bloqueo: all.spamrats.com"),
    (CLEAN, "clean", "", "")])
def test_verdicts_by_lists(blocked, ip, verdict, words, spanish):
    command = blocked.check("--helo", helo(ip), own=[ip])
    report = blocked.json(*command)
    assert [v["kind"] for v in report["verdicts"]] == [verdict]
    assert len(of(report, "listed")) == (verdict != "clean")
    assert bool(of(report, verdict)) == (verdict != "clean")
    assert not of(report, "dns-weakness") and report["culprits"] == []
    assert of(report, "provider-block")
    text, code, _ = blocked.ask(*command)
    assert words in flat(text) and code == 1
    text, code, _ = blocked.ask(*command, "--lang", "es")
    assert spanish in flat(text) and code == 1
    assert "block list" not in text and "receiver" not in text


def test_weak_names_in_the_one_report(blocked):
    """Beside lists and refusals; a hint is not told."""
    command = blocked.check("--helo", "mx9.tienda.example", own=[
        BOT, TWO_RECORDS])
    report = blocked.json(*command)
    by = {f["sentence"].split(":")[0]: f for f in of(report, "dns-weakness")}
    assert set(by) == {"DNS of this server", "DNS of " + TWO_RECORDS}
    assert any(r["sentence"].startswith("there are 2 SPF records. ")
               for r in by["DNS of " + TWO_RECORDS]["reasons"])
    assert any(r["sentence"].startswith(
        "the server greets as mx9.tienda.example, which has no address. ")
        for r in by["DNS of this server"]["reasons"])
    assert of(report, "listed") and of(report, "neighbour")
    text, _, _ = blocked.ask(*command, "--lang", "es")
    assert "DNS de %s: hay 2 registros SPF" % TWO_RECORDS in flat(text)


def test_offline_leaves_the_world_out(blocked):
    """Not one packet leaves the server, and the report says what is missing;
    without the option the same command asks."""
    command = blocked.check("--helo", helo(BOT), own=[BOT, TWO_RECORDS])
    for more in ((), ("--json",), ("--lang", "es")):
        since = blocked.mark()
        text, code, _ = blocked.ask(*command, "--offline", *more)
        assert blocked.packets(since) == []
        assert "zen.spamhaus.org answers" not in text
        assert code == 1  # the refusals are in the log
    since = blocked.mark()
    report = blocked.json(*command, "--offline")
    assert [v["kind"] for v in report["verdicts"]] == ["clean"]
    assert {f["code"] for f in report["findings"]} == {"provider-block"}
    assert [n["what"] for n in report["not_examined"]] == ["--own"]
    assert blocked.packets(since) == []
    blocked.ask(*command)
    assert len(blocked.questions(since, "zen.spamhaus.org")) > 3


# sereno delist: each way, each state.

def test_each_way_off(blocked):
    """Everything is in order: who is to be asked is asked, what goes by itself
    is waited for, and what is nobody's to ask is told so."""
    report = blocked.json(*blocked.delist())
    told = {p["id"].partition("/")[0]: p["state"]
            for p in report["petitions"]}
    assert told == {b.way: b.state for b in CASES}
    names = {p["id"].partition("/")[2] for p in report["petitions"]}
    assert names == {OWN, "tienda.example"}


def test_every_way_has_a_case():
    ways = table("delist.tsv")
    assert {b.way for b in CASES if b.list is not None or
            b.rule is not None} == {w["id"] for w in ways}
    with open(os.path.join(court.ROOT, "src/check/way.c")) as f:
        hows = set(re.findall(r'\[WAY_\w+\]\s*=\s*\{"([^"]+)"', f.read()))
    assert hows == {w["how"] for w in ways}


# What the store makes of one and the same block.
ASKED = "microsoft-365"
STATES = [  # command before it, hours later, words more, state
    ((), 0, (), "ready"), (("asked",), 1, (), "waiting"),
    ((), 24 * 6, (), "overdue"), (("refused",), 24 * 6, (), "refused"),
    (("open",), 24 * 6, ("--offline",), "ready")]


def later(now, hours):
    day, hour = divmod(int(now[11:13]) + hours, 24)
    return "%s%02dT%02d%s" % (now[:8], int(now[8:10]) + day, hour, now[13:])


def test_states_of_what_was_asked(blocked, tmp_path):
    store = ("--store", tmp_path / "db")
    for mark, hours, more, state in STATES:
        now = later(blocked.told["now"], hours)
        for word in mark:
            blocked.ask("delist", ASKED, "--mark", word, "--now", now, *store)
        report = blocked.json(*blocked.delist(*store, *more, now=now))
        [p] = [p for p in report["petitions"]
               if p["id"].startswith(ASKED + "/")]
        assert (p["state"], hours) == (state, hours)
    # lists were not asked in the last run
    unseen = {p["id"]: p["state"] for p in report["petitions"]}
    assert unseen["spamhaus-css/" + OWN] == NOT_SEEN


NOT_SEEN = "not-seen"


def test_every_state_has_a_case():
    with open(os.path.join(court.ROOT, "src/delist/petition.c")) as f:
        states = set(re.findall(r'\[PETITION_\w+\]\s*=\s*\{"([^"]+)"',
                                f.read()))
    assert len(states) > 10
    assert {b.state for b in CASES} | {s for *_, s in STATES} | {NOT_SEEN} | \
        set(test_delist.STATES.values()) == states
