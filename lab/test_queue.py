# SPDX-License-Identifier: ISC
"""Thousands of messages in real servers that cannot deliver them: two campaigns
of one sender among people's mail. Which message is of which is known from the
answers of the server itself ("queued as ID"); sereno must separate them
exactly. Everything runs in namespaces of its own.
"""
import importlib.util
import json
import os
import re
import shutil
import smtplib
import socket
import subprocess
import sys
import tempfile
import threading
import time

import pytest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [ROOT, os.path.join(ROOT, "tests", "story")]
import queue_mail  # noqa: E402
from lab import court, room  # noqa: E402
from lab.keepers import hop, KEEPERS  # noqa: E402

# How many messages of each campaign, how many of people; Postfix is quick.
MANY, SOME, SESSIONS = (900, 400), (250, 150), 6
WHY_NOT = room.possible()


def bench():
    """The private Postfix of bench/queue.py."""
    spec = importlib.util.spec_from_file_location(
        "bench_queue", os.path.join(ROOT, "bench", "queue.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def letters(each, people):
    rng = queue_mail.rng(7)
    for i in range(each):
        for name, made in (("pills", queue_mail.pills(rng)),
                           ("loan", queue_mail.loan(rng))):
            yield name, "ana@tienda.example", made
    for i in range(people):
        yield ("people", "user%d@tienda.example" % (i % 23),
               queue_mail.letter(rng, disclaimer=i % 2 == 0))


def send(work, kept, ids, lock):
    """One session; the ids that the server gives."""
    with smtplib.SMTP("127.0.0.1", 25) as smtp:
        smtp.ehlo("pc")
        while True:
            with lock:
                if not work:
                    return
                n, (name, sender, (subject, body)) = work.pop()
            smtp.mail(sender)
            smtp.rcpt("r%d@kunde%d.example" % (n, n % 9))
            code, said = smtp.data("From: %s\r\nSubject: %s\r\n\r\n%s" % (
                sender, subject, body))
            assert code == 250, said
            with lock:
                ids.setdefault(name, set()).add(
                    kept.search(said.decode())[1])


def answers(limit=30):
    """Wait until somebody listens on port 25."""
    end = time.monotonic() + limit
    while True:
        try:
            socket.create_connection(("127.0.0.1", 25)).close()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(.02)


def fill(kept, each, people):
    work = list(enumerate(letters(each, people)))
    queue_mail.rng(8).shuffle(work)
    ids, lock = {}, threading.Lock()
    answers()
    threads = [threading.Thread(target=send, args=(work, kept, ids, lock))
               for _ in range(SESSIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {n: len(x) for n, x in ids.items()} == {
        "pills": each, "loan": each, "people": people}
    return ids


def ask(*args):
    done = subprocess.run([court.program(), "queue", *args, "--json"],
                          capture_output=True, timeout=60)
    return json.loads(done.stdout)


def deferred(spool, total, limit=30):
    """Wait until the server has tried each once, and failed."""
    end = time.monotonic() + limit
    while True:
        said = ask("list", "--queue", spool, "--state", "deferred",
                   "--top", "5000")
        if len(said["messages"]) == total or time.monotonic() > end:
            return len(said["messages"])
        time.sleep(.1)


def judge(spool, ids, shorter=None):
    """shorter: how much of an id of sereno the server tells."""
    total = sum(map(len, ids.values()))
    assert deferred(spool, total) == total
    said = ask("campaigns", "--queue", spool)
    assert said["queued"] == total, said["queued"]
    found = [{m["id"][:shorter] for m in ask(
        "list", "--queue", spool, "--campaign", c["id"],
        "--top", "5000")["messages"]} for c in said["campaigns"]]
    wrong = [name for name in ("pills", "loan") if ids[name] not in found]
    assert not wrong, (wrong, [len(f) for f in found])
    assert len(found) == 2, [c["messages"] for c in said["campaigns"]]
    assert said["others"]["messages"] == len(ids["people"])


def in_postfix():
    postfix = bench()
    # in memory: Postfix waits for the disk after each message
    folder = tempfile.mkdtemp(prefix="lab-queue.", dir="/dev/shm")
    os.chmod(folder, 0o755)
    try:
        postfix.start(folder)
        try:
            judge(folder + "/spool",
                  fill(re.compile(r"queued as (\S+)"), *MANY))
        finally:
            postfix.postfix(folder, "stop")
    finally:
        shutil.rmtree(folder)


def in_keeper(name):
    keeper, place = KEEPERS[name](), room.Room()
    place.etc()
    try:
        hop()
        keeper.start(place)
        ids = fill(keeper.KEPT, *SOME)
        keeper.attempt()
        judge(keeper.spool, ids, shorter=len(next(iter(ids["pills"]))))
    finally:
        keeper.stop()
        place.leave()


@pytest.mark.skipif(WHY_NOT is not None, reason=str(WHY_NOT))
@pytest.mark.parametrize("name", ["postfix", *KEEPERS])
def test_two_campaigns_among_peoples_mail(name):
    if name in KEEPERS:
        KEEPERS[name].ROOT.ready()
    done = subprocess.run([*room.UNSHARE, sys.executable, __file__, name],
                          capture_output=True, timeout=180)
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")


if __name__ == "__main__":
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    if sys.argv[1] in KEEPERS:
        in_keeper(sys.argv[1])
    else:
        in_postfix()
