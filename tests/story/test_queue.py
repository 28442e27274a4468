# SPDX-License-Identifier: ISC
"""sereno queue on composed queues."""

import os

import pytest

from postfix_queue import PostfixQueue

AT = 1795671903


@pytest.fixture
def queue(tmp_path):
    q = PostfixQueue(tmp_path / "spool")
    for i in range(30):
        q.put(at=AT + i * 60, sender="ana@tienda.example",
              attrs=["sasl_method=LOGIN", "sasl_username=ana@tienda.example"],
              client="203.0.113.%d" % (i + 1), head=["Subject: Offer"],
              rcpts=["x%d@gmail.example" % i, "y%d@yahoo.example" % i])
    for i in range(5):
        q.put(at=AT - 7200, uid=33, sender="www-data@mx1.tienda.example",
              head=["X-PHP-Originating-Script: 33:mailer.php",
                    "Subject: =?utf-8?Q?=C3=81rbol?="])
    q.put(at=AT - 90000, uid=1004, sender="luis@tienda.example")
    q.put(at=AT, sender="", rcpts=["forged@web.example"])
    q.put(at=AT, sender="carla@tienda.example", state="hold",
          client="10.0.0.7")
    return q


def run(sereno, queue, *args, **kw):
    return sereno("queue", "--queue", queue.path, *args, **kw)


def test_sums(sereno, queue):
    r = run(sereno, queue, "--json")
    assert r.code == 1, r.err
    said = r.json()
    assert said["schema"] == "sereno/queue/1"
    assert said["messages"] == 38 and said["recipients"] == 68
    assert said["states"] == {"incoming": 0, "active": 0, "deferred": 37,
                              "held": 1, "corrupt": 0}
    assert said["notices"] == 1
    assert [o["messages"] for o in said["origins"]] == [30, 5, 1, 1, 1]
    assert said["origins"][0]["origin"] == {"kind": "account",
                                            "name": "ana@tienda.example"}
    assert said["origins"][1]["origin"] == {
        "kind": "script", "name": "mailer.php", "uid": 33,
        "script": "mailer.php"}
    named = {(o["origin"]["kind"], o["origin"]["name"])
             for o in said["origins"]}
    assert named >= {("local-user", "uid=1004"), ("system", "bounces"),
                     ("relayed-network", "10.0.0.7")}
    assert said["domains"][0] == {"domain": "gmail.example", "messages": 37,
                                  "recipients": 37}
    assert said["reasons"][0]["reason"].startswith("host mx.")
    assert sum(a["messages"] for a in said["ages"]) == 38
    # a build with sanitizers is not wholly confined, and says so
    assert [gap for gap in said["not_examined"]
            if gap["what"] != "sandbox"] == []


def test_text(sereno, queue):
    out = run(sereno, queue).out
    assert "38 messages to 68 recipients wait" in out
    assert "37 put off, 1 held" in out
    assert "ana@tienda.example" in out and "script mailer.php of uid 33" in out
    es = run(sereno, queue, "--lang", "es").out
    assert "38 mensajes para 68 destinatarios esperan" in es


def test_hostile_names_are_shown_as_text(sereno, tmp_path):
    q = PostfixQueue(tmp_path / "spool")
    q.put(sender="\x1b[2Jevil@x.example", client="192.0.2.1",
          rcpts=["a@\x07b.example"], reason="said: \x1b]0;title\x07")
    out = run(sereno, q).out
    assert "\x1b" not in out and "\x07" not in out
    assert "\\x1b[2Jevil@x.example" in out
    assert run(sereno, q, "--json").json()["messages"] == 1


def test_empty(sereno, tmp_path):
    q = PostfixQueue(tmp_path / "spool")
    r = run(sereno, q)
    assert r.code == 0 and "the queue is empty" in r.out


def test_no_queue(sereno, tmp_path):
    r = sereno("queue", "--queue", tmp_path)
    assert r.code == 3
    assert "is not the queue of a mail server" in " ".join(r.out.split())
    r = sereno("queue", "--queue", tmp_path / "gone", "--json")
    assert r.code == 3
    assert "cannot be opened" in r.json()["not_examined"][0]["sentence"]


def test_damaged_and_unfinished(sereno, queue):
    (queue.path / "active" / "3F2A1C00").write_bytes(b"garbage")
    (queue.path / "incoming" / "3F2A1C01").write_bytes(b"")
    (queue.path / "incoming" / "3F2A1C01").chmod(0o600)
    (queue.path / "active" / "README").write_bytes(b"")
    os.mkfifo(queue.path / "active" / "3F2A1C02")
    os.symlink("/etc/passwd", queue.path / "active" / "3F2A1C03")
    said = run(sereno, queue, "--json").json()
    assert said["messages"] == 38
    told = " ".join(n["sentence"] for n in said["not_examined"])
    assert "1 message of the queue could not be read" in told
    assert "active/3F2A1C00" in told
    # a link is never followed, and said
    assert "active/3F2A1C03" in told


def test_two_queues(sereno, queue, tmp_path):
    other = PostfixQueue(tmp_path / "other")
    other.put(client="192.0.2.1")
    said = sereno("queue", "--json", "--queue", queue.path, "--queue",
                  other.path, "--queue", queue.path / ".").json()
    assert len(said["queues"]) == 2
    assert said["messages"] == 39


def test_threads_make_no_difference(sereno, queue):
    one = run(sereno, queue, "--json", "--jobs", "1").raw
    assert one == run(sereno, queue, "--json", "--jobs", "7").raw
