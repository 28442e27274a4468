# SPDX-License-Identifier: ISC
"""Each scenario as a test: real servers, real traffic, sereno, the truth.

A scenario mostly waits for its servers, so two per processor are recorded at a
time; a test waits for its own.
"""
import concurrent.futures
import copy
import os
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(
    __file__))))
from lab import court, room, root, witness  # noqa: E402
from lab.postfix import Postfix  # noqa: E402

WHY_NOT = room.possible()
JOBS = int(os.environ.get("LAB_JOBS", 2 * os.cpu_count()))


@pytest.fixture(scope="session")
def recordings(request, tmp_path_factory):
    """Scenario -> future of (what went wrong, folder)."""
    assert os.access(court.program(), os.X_OK), court.program()
    cases = str(tmp_path_factory.mktemp("cases"))
    names = [i.callspec.params["name"] for i in request.session.items
             if i.name.startswith("test_scenario[")]

    def record(name):
        folder = os.path.join(cases, name)
        return court.record(name, folder), folder
    pool = concurrent.futures.ThreadPoolExecutor(JOBS)
    yield {n: pool.submit(record, n) for n in names}
    pool.shutdown(cancel_futures=True)


@pytest.mark.skipif(WHY_NOT is not None, reason=str(WHY_NOT))
@pytest.mark.parametrize("name", court.scenarios())
def test_scenario(name, recordings):
    wrong, folder = recordings[name].result()
    assert not wrong
    assert not court.judge(folder)


# The judge of the tests, judged: every kind of mistake is seen.

TRUTH = {"verdicts": ["sending"], "verdicts_maybe": ["loop"], "culprits": [
    {"kind": "account", "name": "ana@a.example", "messages": 7,
     "recipients": 9, "finding": "stolen-login"}],
    "culprits_maybe": ["forward:b@a.example"], "findings": [],
    "innocents": ["account:eva@a.example"]}
SAID = {"verdicts": [{"kind": "sending"}], "culprits": [
    {"origin": {"kind": "account", "name": "ana@a.example"}, "messages": 7,
     "recipients": 9, "findings": ["stolen-login"]}],
    "findings": [{"code": "stolen-login"}]}


def culprit(said, kind, name):
    said["culprits"].append({"origin": {"kind": kind, "name": name},
                             "messages": 1, "recipients": 1, "findings": []})


def test_judge_accepts_the_truth():
    said = copy.deepcopy(SAID)
    said["verdicts"].append({"kind": "loop"})
    culprit(said, "forward", "b@a.example")
    assert court.compare(TRUTH, said) == []


@pytest.mark.parametrize("change, words", [
    (lambda s: s["verdicts"].clear(), "verdict sending is missing"),
    (lambda s: s["verdicts"].append({"kind": "bulk"}), "verdict bulk is"),
    (lambda s: s["culprits"].clear(), "is missing"),
    (lambda s: s["culprits"][0].update(messages=8), "8 messages"),
    (lambda s: s["culprits"][0].update(recipients=1), "1 recipients"),
    (lambda s: s["culprits"][0].update(findings=["bulk-mail"]), "found by"),
    (lambda s: culprit(s, "account", "eva@a.example"), "is innocent"),
    (lambda s: culprit(s, "client", "198.18.0.1"), "has done nothing"),
])
def test_judge_sees_mistakes(change, words):
    said = copy.deepcopy(SAID)
    change(said)
    assert any(words in w for w in court.compare(TRUTH, said))


@pytest.mark.parametrize("lines, doubts", [(2, 0), (1, 1), (3, 1)])
def test_witness_counts(tmp_path, lines, doubts):
    line = "Nov 20 10:00:00 mx1 postfix/smtps/smtpd[7]: 1A2B3C: client=" \
        "x[198.18.0.1], sasl_method=PLAIN, sasl_username=%s\n"
    (tmp_path / "mail.log").write_text(
        line % "ana@a.example" * lines + line % "banana@a.example")
    truth = {"args": ["--log", "mail.log"], "enters": Postfix.ENTERS,
             "culprits": [
        {"kind": "account", "name": "ana@a.example", "total_messages": 2}]}
    assert len(witness.doubts(str(tmp_path), truth)) == doubts


# Roots come from where this machine's own packages do.

@pytest.mark.parametrize("text, uri", [
    ("Types: deb\nURIs: http://d.example/debian\n"
     "Suites: bookworm bookworm-updates\nComponents: main\n",
     "http://d.example/debian"),
    ("# deb http://old.example bookworm main\n"
     "deb http://s.example/debian-security bookworm-security main\n"
     "deb [arch=amd64] http://d.example/debian bookworm main contrib\n",
     "http://d.example/debian"),
    ("Types: deb\nURIs: https://node.example\nSuites: nodistro\n"
     "Components: main\n\ndeb https://sdk.example/apt sdk-bookworm main\n",
     None),
])
def test_mirror(text, uri):
    assert root.mirror(text) == uri
