# SPDX-License-Identifier: ISC
"""Thousands of messages in a real Postfix that it cannot deliver: two
campaigns of one sender among people's mail. Which message is of which is known
from the answers of Postfix itself ("queued as ID"); sereno must separate them
exactly. Everything runs in a network namespace of its own.
"""
import importlib.util
import json
import os
import shutil
import smtplib
import subprocess
import sys
import tempfile
import threading

import pytest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [ROOT, os.path.join(ROOT, "tests", "story")]
import queue_mail  # noqa: E402
from lab import court, room  # noqa: E402

EACH, PEOPLE, SESSIONS = 900, 400, 6
WHY_NOT = room.possible()


def bench():
    """The private Postfix of bench/queue.py."""
    spec = importlib.util.spec_from_file_location(
        "bench_queue", os.path.join(ROOT, "bench", "queue.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def letters():
    rng = queue_mail.rng(7)
    for i in range(EACH):
        for name, made in (("pills", queue_mail.pills(rng)),
                           ("loan", queue_mail.loan(rng))):
            yield name, "ana@tienda.example", made
    for i in range(PEOPLE):
        yield ("people", "user%d@tienda.example" % (i % 23),
               queue_mail.letter(rng, disclaimer=i % 2 == 0))


def send(work, ids, lock):
    """One session; the ids that Postfix gives."""
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
                ids.setdefault(name, set()).add(said.split()[-1].decode())


def fill():
    work = list(enumerate(letters()))
    queue_mail.rng(8).shuffle(work)
    ids, lock = {}, threading.Lock()
    threads = [threading.Thread(target=send, args=(work, ids, lock))
               for _ in range(SESSIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(map(len, ids.values())) == 2 * EACH + PEOPLE
    return ids


def ask(*args):
    done = subprocess.run([court.program(), "queue", *args, "--json"],
                          capture_output=True, timeout=60)
    return json.loads(done.stdout)


def judge(spool, ids):
    said = ask("campaigns", "--queue", spool)
    assert said["queued"] == 2 * EACH + PEOPLE, said["queued"]
    found = [{m["id"] for m in ask("list", "--queue", spool, "--campaign",
                                   c["id"])["messages"]}
             for c in said["campaigns"]]
    wrong = [name for name in ("pills", "loan") if ids[name] not in found]
    assert not wrong, (wrong, [len(f) for f in found])
    assert len(found) == 2, [c["messages"] for c in said["campaigns"]]
    assert said["others"]["messages"] == PEOPLE


def inside():
    postfix = bench()
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    # in memory: Postfix waits for the disk after each message
    folder = tempfile.mkdtemp(prefix="lab-queue.", dir="/dev/shm")
    os.chmod(folder, 0o755)
    try:
        postfix.start(folder)
        try:
            judge(folder + "/spool", fill())
        finally:
            postfix.postfix(folder, "stop")
    finally:
        shutil.rmtree(folder)


@pytest.mark.skipif(WHY_NOT is not None, reason=str(WHY_NOT))
def test_two_campaigns_among_peoples_mail():
    done = subprocess.run(["unshare", "-n", sys.executable, __file__],
                          capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")


if __name__ == "__main__":
    inside()
