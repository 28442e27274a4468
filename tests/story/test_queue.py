# SPDX-License-Identifier: ISC
"""sereno queue on composed queues."""

import os

import pytest

from postfix_queue import PostfixQueue, record

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


def listed(sereno, queue, *filters):
    r = run(sereno, queue, "list", "--json", *filters)
    said = r.json()
    assert said["schema"] == "sereno/queue-list/1"
    assert r.code == (1 if said["messages"] else 0)
    assert said["meant"] == len(said["messages"])
    return said["messages"]


@pytest.mark.parametrize("filters, n", [
    ([], 38),
    (["--sender", "ana@tienda.example"], 30),
    (["--sender", "ANA@*"], 30),
    (["--sender", "<>"], 1),
    (["--sender", "luis", "--sender", "carla"], 2),
    (["--recipient", "y7@yahoo.example"], 1),
    (["--recipient", "yahoo.example"], 30),
    (["--origin", "mailer.php"], 5),
    (["--origin", "uid=1004"], 1),
    (["--origin", "203.0.113.9"], 1),
    (["--subject", "\u00c1RBOL"], 5),
    (["--subject", "offer", "--recipient", "x1?@*"], 10),
    (["--state", "held"], 1),
    (["--state", "hold"], 1),
    (["--state", "maildrop"], 0),
    (["--state", "held", "--state", "active"], 1),
    (["--older", "@%d" % (AT - 3600)], 6),
    (["--older", "@%d" % (AT - 3600), "--subject", "rbol"], 5),
    (["--sender", "ana@tienda.example", "--state", "held"], 0),
])
def test_list(sereno, queue, filters, n):
    assert len(listed(sereno, queue, *filters)) == n


def test_list_tells_of_each(sereno, queue):
    first = listed(sereno, queue, "--origin", "ana@tienda.example")[0]
    assert first["subject"] == "Offer" and first["recipients"] == 2
    assert first["recipient"] == "x0@gmail.example"
    assert first["origin"]["kind"] == "account"
    assert first["state"] == "deferred"
    assert first["reason"].startswith("host mx.gmail.example")
    # a filter alone is the list, too
    out = run(sereno, queue, "--subject", "rbol").out
    assert "5 of 38 messages are meant" in out and "subject: \u00c1rbol" in out
    out = run(sereno, queue, "list", "--top", "3").out
    assert "and 35 more: --top N, or --json" in out
    es = run(sereno, queue, "list", "--lang", "es", "--top", "1").out
    assert "motivo:" in es and "y 37 m\u00e1s" in es


def test_recipients_beyond_a_thousand(sereno, tmp_path):
    q = PostfixQueue(tmp_path / "spool")
    q.put(rcpts=["r%d@x.example" % i for i in range(1200)])
    q.put(rcpts=["other@x.example"])
    r = run(sereno, q, "list", "--json", "--recipient", "r900@x.example")
    assert r.json()["meant"] == 1
    assert r.json()["messages"][0]["recipients"] == 1200
    r = run(sereno, q, "list", "--json", "--recipient", "r1100@x.example")
    assert r.json()["meant"] == 0
    told = " ".join(n["sentence"] for n in r.json()["not_examined"])
    assert "only the first of them were compared" in told


BOTH = ["MIME-Version: 1.0",
        'Content-Type: multipart/alternative; boundary="b 1"']
TEXT = """--b 1
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: base64

PGI+UMOhZ2luYTwvYj4gZGVsIDxpPmhvZ2FyPC9pPg==
--b 1
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

P=C3=A1gina =
llana\x1b[31m
\twith a tab
--b 1--
"""


def test_show(sereno, tmp_path):
    q = PostfixQueue(tmp_path / "spool")
    qid = q.put(sender="ana@tienda.example", client="203.0.113.7",
                attrs=["sasl_method=PLAIN", "sasl_username=ana@tienda.example"],
                head=["Subject: =?utf-8?B?w4FyYm9sG1sySg==?=", *BOTH],
                body=TEXT, rcpts=["b@x.example", "c@y.example"])
    other = q.put(sender="luis@tienda.example")
    r = run(sereno, q, "show", qid, "--json")
    assert r.code == 1
    said = r.json()
    assert said["schema"] == "sereno/queue-show/1"
    [message] = said["messages"]
    assert message["id"] == qid and message["sender"] == "ana@tienda.example"
    assert message["client"] == {"ip": "203.0.113.7", "name": None,
                                 "helo": "pc", "protocol": "ESMTP",
                                 "method": "PLAIN"}
    assert [r["address"] for r in message["recipients"]] == [
        "b@x.example", "c@y.example"]
    assert message["recipients"][1]["dsn"] == "4.7.1"
    assert message["recipients"][1]["reason"].startswith("host mx.y.example")
    header = {h["name"]: h["value"] for h in message["header"]}
    assert header["Subject"] == "\u00c1rbol\x1b[2J"
    assert message["body"]["type"] == "text/plain"
    assert message["body"]["text"].startswith("P\u00e1gina llana")
    assert not message["body"]["cut"]
    out = run(sereno, q, "show", qid).out
    assert "\x1b" not in out
    assert "Subject: \u00c1rbol\\x1b[2J" in out
    assert "P\u00e1gina llana\\x1b[31m" in out and " with a tab" in out
    assert "login by PLAIN" in out
    assert [m["id"] for m in run(sereno, q, "show", other, qid, "--json")
            .json()["messages"]] != []
    assert len(run(sereno, q, "show", other, qid, "--json")
               .json()["messages"]) == 2


def test_show_html_and_none(sereno, tmp_path):
    q = PostfixQueue(tmp_path / "spool")
    html = q.put(head=["Content-Type: text/html"],
                 body="<style>x</style><p>Hello <b>you</b></p>")
    none = q.put(head=["Content-Type: application/pdf",
                       "Content-Transfer-Encoding: base64"], body="JVBERi0=")
    long = q.put(body="line of text\n" * 4000)
    shown = run(sereno, q, "show", html, none, long, "--json").json()
    bodies = {m["id"]: m["body"] for m in shown["messages"]}
    assert bodies[html]["text"].strip() == "Hello you"
    assert bodies[none] == {"type": "application/pdf", "text": "",
                            "cut": False}
    assert bodies[long]["cut"]
    assert 4000 < len(bodies[long]["text"]) <= 8192
    assert "no text to show: application/pdf" in run(
        sereno, q, "show", none).out


def test_show_nothing(sereno, queue):
    r = run(sereno, queue, "show", "4jZlqz02wHz99999")
    assert r.code == 0 and "no message of that id is in the queue" in r.out


@pytest.mark.parametrize("args, said", [
    (["show"], "needs the id of a message"),
    (["show", "X", "--sender", "a"], "takes ids alone"),
    (["lst"], "does not know what 'lst' is for"),
    (["list", "x"], "does not know what 'x' is for"),
    (["list", "--state", "dead"], "--state is one of"),
    (["list", "--older", "soon"], "'soon' is no time"),
])
def test_used_wrongly(sereno, queue, args, said):
    r = run(sereno, queue, *args)
    assert r.code == 2 and said in r.err


def test_a_pipe_beside_a_message(sereno, tmp_path):
    """What lies where its reasons should be is no file: the message is told
    all the same, and nobody waits for the pipe."""
    queue = PostfixQueue(tmp_path / "spool")
    queue.put()
    qid = queue.put()
    [reasons] = (tmp_path / "spool/defer").glob("*/" + qid)
    reasons.unlink()
    os.mkfifo(reasons)
    said = sereno("queue", "list", "--queue", queue.path, "--json").json()
    assert qid in {m["id"] for m in said["messages"]}
    assert len(said["messages"]) == 2


def test_a_header_that_names_somebody_else(sereno, tmp_path):
    """As it lies in maildrop/ before Postfix adds its own lines: what a local
    user wrote of whom it is from is not believed."""
    heads = ["Received: from pc (Authenticated sender: boss@tienda.example)",
             "Received: by mx1.tienda.example (Postfix, from userid 1004)"]
    maildrop = tmp_path / "spool/maildrop"
    maildrop.mkdir(parents=True)
    for i, head in enumerate(heads):
        path = maildrop / ("6CDD7A986C%d" % i)
        path.write_bytes(b"".join([
            record("T", "1795726433 445769"),
            record("A", "rewrite_context=local"), record("F", "nobody"),
            record("S", "x@y.example"), record("R", "a@gmail.example"),
            record("M", ""), record("N", head), record("N", "Subject: pills"),
            record("N", ""), record("N", "buy"), record("X", ""),
            record("E", "")]))
        path.chmod(0o744)
    said = sereno("queue", "list", "--queue", tmp_path / "spool",
                  "--json").json()
    assert len(said["messages"]) == 2
    for message in said["messages"]:
        assert message["origin"]["kind"] == "local-user"
        assert message["origin"]["name"] == "uid=%d" % os.getuid()
