# SPDX-License-Identifier: ISC
"""sereno check with a queue: what waits is evidence, and only that."""

import shlex

import pytest

import queue_mail
from test_queue_campaigns import Filler, ana

SPAM = "host mx.%s[192.0.2.9] said: 451 4.7.1 message rejected as spam"


def check(sereno, *args):
    r = sereno("check", "--json", "--offline", *args)
    return r, r.json()


def found(said):
    return {f["code"]: f for f in said["findings"]}


def stolen(path):
    f = Filler(path)
    f.people(60)
    for i in range(200):
        f.put("pills", queue_mail.pills(f.rng), rcpts=3, reason=SPAM,
              **ana(i))
    return f


def test_stolen_account_by_the_queue_alone(sereno, tmp_path):
    f = stolen(tmp_path / "a spool")
    r, said = check(sereno, "--queue", f.queue.path)
    assert r.code == 1
    assert said["verdicts"][0]["kind"] == "sending"
    [culprit] = said["culprits"]
    assert culprit["origin"]["name"] == "ana@tienda.example"
    assert culprit["messages"] == 200 and culprit["queued"] == 200
    finding = found(said)["queue-campaign"]
    words = " ".join(x["sentence"] for x in finding["reasons"])
    assert "200 messages to 600 recipients in the queue are alike" in words
    assert "200 of them wait because receivers take them for spam" in words
    assert finding["evidence"][0]["source"].startswith(str(f.queue.path))
    [campaign] = said["queue"]["campaigns"]
    command = finding["remedies"][0]["command"]
    assert command.startswith(
        "sereno queue list --campaign %s --queue " % campaign["id"])
    listed = sereno(*shlex.split(command)[1:], "--json").json()
    assert {m["id"] for m in listed["messages"]} == f.ids["pills"]
    assert said["queue"]["messages"] == 260
    out = sereno("check", "--queue", f.queue.path).out
    assert "260 messages wait in the queue" in out
    es = sereno("check", "--lang", "es", "--queue", f.queue.path).out
    assert "260 mensajes esperan en la cola" in es


def test_similar_alone_accuses_nobody(sereno, tmp_path):
    """A shop's invoices: alike, from one address, and nobody complains."""
    f = Filler(tmp_path / "spool")
    for i in range(300):
        f.put("invoice", ("Invoice %d" % i, queue_mail.loan(f.rng)[1]),
              sender="shop@tienda.example", client="10.0.0.7",
              attrs=["sasl_username=shop@tienda.example"])
    r, said = check(sereno, "--queue", f.queue.path)
    assert said["culprits"] == [] and said["verdicts"][0]["kind"] == "clean"
    assert len(said["queue"]["campaigns"]) == 1
    assert r.code == 0


def test_newsletter_with_a_few_complaints(sereno, tmp_path):
    f = Filler(tmp_path / "spool")
    for i in range(300):
        f.put("news", queue_mail.news(f.rng), sender="news@garden.example",
              head=["List-Id: <letter.garden.example>"], client="10.0.0.7",
              attrs=["sasl_username=news@garden.example"],
              **({"reason": SPAM} if i % 50 == 0 else {}))
    _, said = check(sereno, "--queue", f.queue.path)
    assert said["culprits"] == []


def test_log_alone_reads_no_queue(sereno, honest_log):
    _, said = check(sereno, "--log", honest_log)
    assert "queue" not in said
    assert not [n for n in said["not_examined"] if n["what"] == "queue"]


def test_log_and_queue(sereno, honest_log, tmp_path):
    f = stolen(tmp_path / "spool")
    r, said = check(sereno, "--log", honest_log, "--queue", f.queue.path)
    assert r.code == 1
    assert [c["origin"]["name"] for c in said["culprits"]] == [
        "ana@tienda.example"]


def test_queue_that_cannot_be_read(sereno, honest_log, tmp_path):
    r, said = check(sereno, "--log", honest_log, "--queue", tmp_path / "gone")
    assert r.code == 0
    assert ["cannot be opened" in n["sentence"] for n in said["not_examined"]
            if n["what"].endswith("gone")] == [True]


@pytest.mark.parametrize("hour, before", [(30, 5)])
def test_growth(sereno, tmp_path, hour, before):
    f = Filler(tmp_path / "spool")
    at = 1795671903
    for n, start in ((hour, at - 600), (before, at - 5400)):
        for i in range(n):
            f.queue.put(at=start + i)
    _, said = check(sereno, "--queue", f.queue.path, "--now", "@%d" % at)
    assert said["queue"]["last_hour"] == hour
    assert said["queue"]["hour_before"] == before
