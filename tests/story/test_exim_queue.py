# SPDX-License-Identifier: ISC
"""sereno queue on a queue of Exim."""
import pytest

from exim_queue import EximQueue

AT = 1795671903
SHAPES = {
    "plain": {},
    "split": {"split": True, "long": True},
    "named": {"split": True, "named": "bulk"},
}


def fill(q):
    for i in range(30):
        q.put(AT + i, "ana@tienda.example", client="203.0.113.%d" % (i + 1),
              account="ana@tienda.example", head=["Subject: Offer"],
              rcpts=["x%d@gmail.example" % i, "y%d@yahoo.example" % i],
              done=["z%d@gmail.example" % i])
    for i in range(5):
        q.put(AT - 7200, "www-data@mx1.tienda.example", user="www-data",
              uid=33, tried=False,
              head=["X-PHP-Originating-Script: 33:mailer.php"])
    q.put(AT, "", options=["-localerror", "-frozen 1795671999"],
          rcpts=["forged@far.example"], reason="F=<> R=dnslookup "
          "T=remote_smtp H=mx [203.0.113.9]: SMTP error from remote mail "
          "server after RCPT TO:<forged@far.example>: 550 5.1.1 no such user")
    q.put(AT, "luis@tienda.example", user="luis")
    q.put(AT, "carla@far.example", client="198.51.100.9",
          rcpts=["info@tienda.example", "b@tienda.example"],
          journal=["info@tienda.example"])
    return q


@pytest.fixture(params=list(SHAPES))
def queue(request, tmp_path):
    return fill(EximQueue(tmp_path / "exim", **SHAPES[request.param]))


def test_sums(sereno, queue):
    said = sereno("queue", "--queue", queue.path, "--json").json()
    assert said["queues"][0]["mta"] == "exim"
    assert said["messages"] == 38
    assert said["recipients"] == 68
    assert said["notices"] == 1
    assert {k: n for k, n in said["states"].items() if n} == {
        "deferred": 31, "incoming": 5, "held": 1, "active": 1}
    # a build with sanitizers is not wholly confined, and says so
    assert [gap for gap in said["not_examined"]
            if gap["what"] != "sandbox"] == []
    named = {(o["origin"]["kind"], o["origin"]["name"]): o["messages"]
             for o in said["origins"]}
    assert named == {("account", "ana@tienda.example"): 30,
                     ("script", "mailer.php"): 5, ("system", "bounces"): 1,
                     ("local-user", "luis"): 1, ("client", "198.51.100.9"): 1}
    assert {d["domain"]: d["recipients"] for d in said["domains"]} == {
        "gmail.example": 36, "yahoo.example": 30, "far.example": 1,
        "tienda.example": 1}


def test_why(sereno, queue):
    said = sereno("queue", "--queue", queue.path).out
    assert "read the Exim queue" in said
    assert "550 5.1.1 no such user" in said
    assert "try again later" in said


def test_vanished_and_damaged_files(sereno, queue):
    for end in ("-H", "-D"):  # of two that are just being delivered
        queue.n += 1
        queue.file("input", queue.id(AT), end, "x")
    qid = queue.put(AT)
    queue.file("input", qid, "-D", "").unlink()
    said = sereno("queue", "--queue", queue.path, "--json").json()
    assert said["messages"] == 38
    assert "1 message of the queue could not be read" in [
        gap["sentence"] for gap in said["not_examined"]
        if gap["what"] != "sandbox"][0]


def test_its_folder_alone(sereno, tmp_path):
    queue = fill(EximQueue(tmp_path / "exim"))
    said = sereno("queue", "--queue", queue.path / "input", "--json").json()
    assert said["messages"] == 38
    assert said["reasons"] == []  # msglog is beside it


def test_found_where_it_lies(sereno, tmp_path):
    for name in ("exim", "exim4"):
        fill(EximQueue(tmp_path / "var/spool" / name))
    said = sereno("queue", "--root", tmp_path, "--json").json()
    assert said["messages"] == 76
