# SPDX-License-Identifier: ISC
"""sereno queue on a queue of qmail, composed after INTERNALS of its source."""

import os

import pytest

AT = 1795671903


class QmailQueue:
    def __init__(self, path, split=23):
        self.path, self.split, self.number = path, split, 93800
        for name in ("bounce", "intd", "pid", "todo", "lock"):
            (path / name).mkdir(parents=True)
        for name in ("mess", "info", "local", "remote"):
            for k in range(split):
                (path / name / str(k)).mkdir(parents=True)

    def write(self, name, data, at, hashed=True):
        parts = [name] + ([str(self.number % self.split)] if hashed else [])
        path = self.path.joinpath(*parts, str(self.number))
        path.write_bytes(data)
        os.utime(path, (at, at))

    def put(self, at=AT, sender="", rcpts=("a@far.example",), local=(),
            done=(), uid=None, client=None, account=None, todo=False,
            subject="Hello"):
        self.number += 1
        by = "from network" if uid is None else "by uid %d" % uid
        head = "Received: (qmail 18695 invoked %s); 16 Nov 2026\n" % by
        if client:
            head += ("Received: from unknown (HELO pc) (%s%s)\n  by mx1 with "
                     "ESMTP%s; 16 Nov 2026\n" % (
                         account + "@" if account else "", client,
                         "A" if account else ""))
        head += "Subject: %s\n" % subject
        self.write("mess", (head + "\nBuy now %d\n" % self.number).encode(),
                   at)
        if todo:
            self.write("todo", b"".join(
                part.encode() + b"\0" for part in (
                    ["u%d" % (uid or 7791), "p18695", "F" + sender] +
                    ["T" + to for to in rcpts])), at, False)
            return
        self.write("info", b"F%s\0" % sender.encode(), at)
        if local:
            self.write("local", b"".join(
                b"T%s\0" % to.encode() for to in local), at)
        self.write("remote", b"".join(
            [b"T%s\0" % to.encode() for to in rcpts] +
            [b"D%s\0" % to.encode() for to in done]), at)


@pytest.fixture
def queue(tmp_path):
    q = QmailQueue(tmp_path / "queue")
    for i in range(30):
        q.put(AT + i, "ana@tienda.example", client="203.0.113.%d" % (i + 1),
              account="ana@tienda.example", subject="Offer",
              rcpts=["x%d@gmail.example" % i, "y%d@yahoo.example" % i],
              done=["z%d@gmail.example" % i])
    for i in range(5):
        q.put(AT - 7200, "www@tienda.example", uid=10003)
    q.put(AT, "")
    q.put(AT, "luis@tienda.example", uid=1004, todo=True)
    q.put(AT, "carla@far.example", client="198.51.100.9", rcpts=(),
          local=["tienda.example-luis@tienda.example"])
    return q


def test_sums(sereno, queue):
    said = sereno("queue", "--queue", queue.path, "--json").json()
    assert said["messages"] == 38
    assert said["recipients"] == 68
    assert said["states"]["deferred"] == 37
    assert said["states"]["incoming"] == 1
    # a build with sanitizers is not wholly confined, and says so
    assert [gap for gap in said["not_examined"]
            if gap["what"] != "sandbox"] == []
    named = {(o["origin"]["kind"], o["origin"]["name"]): o["messages"]
             for o in said["origins"]}
    assert named[("account", "ana@tienda.example")] == 30
    assert named[("local-user", "uid=10003")] == 5
    assert named[("local-user", "uid=1004")] == 1
    assert named[("system", "bounces")] == 1


def test_half_written_and_vanished_files_are_no_messages(sereno, queue):
    queue.number += 1
    queue.write("mess", b"Received: (qmail 1 invoked by uid 0)\n\n", AT)
    queue.number += 1
    queue.write("info", b"Fgone@x\0", AT)
    said = sereno("queue", "--queue", queue.path, "--json").json()
    assert said["messages"] == 38


def as_stranger(sereno, *args):
    """The same as a user who is nobody here (root may open anything)."""
    return sereno(*args, uid=65534)


def test_no_permission(sereno, queue, tmp_path):
    """Folders may be listed, files not: that is no queue whose messages have
    been delivered meanwhile."""
    for path in [tmp_path, *tmp_path.parents[:-2]]:
        path.chmod(path.stat().st_mode | 0o055)
    for name in ("mess", "info", "local", "remote"):
        for folder in (queue.path / name).iterdir():
            folder.chmod(0o744)
    run = as_stranger(sereno, "queue", "--json", "--queue", queue.path)
    said = " ".join(gap["sentence"] for gap in run.json()["not_examined"])
    assert "files or folders of the queue may not be opened" in said
    assert "run the same command as root, with sudo" in said
    assert "damaged" not in said
    text = as_stranger(sereno, "queue", "--queue", queue.path).out
    assert "run the same command as root, with sudo" in " ".join(text.split())
