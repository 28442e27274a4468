#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""[--size BYTES] [--messages N] [--sereno P]: Exim's own tools beside sereno.

The log: bench/data/exim.log.gz, what Exim 4.96 wrote in four scenarios of the
lab, is stretched: message ids and domains are new in each copy, stamps follow
each other over four weeks. eximstats and sereno check read it from the page
cache. The queue: a real Exim, in a root of its own (lab/root.py) and a network
namespace, puts off some messages, whose files are cloned under new ids; exim
-bp and sereno queue list it.

Called by script/bench. Exit 0: the goals are met; 1: one was missed; 2: it
could not be measured.
"""
import argparse
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
BENCH = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(BENCH)
sys.path[:0] = [BENCH, ROOT]
from tools import measure  # noqa: E402
from lab import root as roots  # noqa: E402

WEEKS, SAMPLES, BEGIN = 4, 20, 1793750400
TREE = roots.Root("bookworm", "exim4-base", "exim4-daemon-light", "perl-base")
DIGITS = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
ID = rb"\b(1[A-Za-z0-9]{5}-[A-Za-z0-9]{6}-[A-Za-z0-9]{2})\b"
CONF = """primary_hostname = mx1.bench.example
local_interfaces = 127.0.0.1
exim_user = Debian-exim
exim_group = Debian-exim
log_selector = +subject
begin routers
away:
  driver = manualroute
  transport = smtp
  route_list = * 127.0.0.1::9 byname
  self = send
begin transports
smtp:
  driver = smtp
begin retry
* * F,4d,1h
"""


def number(value, width):
    text = b""
    for _ in range(width):
        value, digit = divmod(value, 62)
        text = DIGITS[digit:digit + 1] + text
    return text


def stretch(path, size):
    """Writes the log; how many messages each account sent in it."""
    with gzip.open(BENCH + "/data/exim.log.gz") as f:
        source = f.read()
    lines = [line[19:] for line in source.splitlines()]
    parts = re.split(ID + rb"|(\.example\b)", b"\n".join(lines))
    copies = max(1, size // len(source))
    step = WEEKS * 7 * 86400 / (copies * len(lines))
    sent, second, stamp, n = {}, -1, b"", 0
    with open(path, "wb") as out:
        for copy in range(copies):
            mark, kind = number(copy, 3), b"-%02d.example" % (copy % 89)
            text = b"".join(
                part if i % 3 == 0 else b"" if part is None else
                part[:7] + mark + part[10:] if i % 3 == 1 else kind
                for i, part in enumerate(parts))
            for account in re.findall(rb" <= .* A=\w+:(\S+) ", text):
                sent[account.decode()] = sent.get(account.decode(), 0) + 1
            page = []
            for line in text.split(b"\n"):
                now = int(BEGIN + n * step)
                if now != second:
                    second, stamp = now, time.strftime(
                        "%Y-%m-%d %H:%M:%S", time.gmtime(now)).encode()
                page.append(stamp + line)
                n += 1
            out.write(b"\n".join(page) + b"\n")
    return sent


class Table:
    """What was measured, and which goals were met."""

    def __init__(self):
        self.missed = 0

    def row(self, name, r):
        print("%-24s %8.2f %8.2f %8.1f%s" % (
            name, r.wall, r.cpu, r.rss, "" if r.ok else "  EXIT %s" % r.status))

    def goal(self, met, line):
        self.missed += not met
        print("  %s %s" % ("met   " if met else "MISSED", line))


def log(args, folder, table):
    path = folder + "/mainlog"
    sent = stretch(path, args.size)
    print("%d MB of Exim's main log" % (os.path.getsize(path) / 1e6))
    print("%-24s %8s %8s %8s" % ("", "wall s", "cpu s", "MB"))
    theirs = measure(folder, ["perl", TREE.path + "/usr/sbin/eximstats", path],
                     1, [path])
    table.row("eximstats", theirs)
    for jobs in (1, 2):
        ours = measure(folder, [args.sereno, "check", "--offline", "--json",
                                "--jobs", str(jobs), "--log", path], 3, [path])
        table.row("sereno check --jobs %d" % jobs, ours)
        table.goal(ours.ok and ours.cpu * 15 <= theirs.cpu,
                   "at most 1/15 of the CPU of eximstats: 1/%.1f" % (
                       theirs.cpu / ours.cpu))
    said = json.loads(subprocess.run(
        [args.sereno, "origins", "--json", "--by", "account", "--top",
         "1000000", "--log", path], stdout=subprocess.PIPE).stdout)
    counted = {o["origin"]["name"]: o["messages"] for o in said["origins"]}
    table.goal(counted == sent, "messages of all %d accounts are right" %
               len(sent))
    os.unlink(path)


class Room:
    """As much of lab/room.py as a root of its own asks for."""

    def __init__(self, folder):
        self.d = folder
        for name, text in (("hosts", "127.0.0.1 localhost\n"),
                           ("nsswitch.conf", "hosts: files\n"),
                           ("resolv.conf", "")):
            with open(os.path.join(folder, name), "w") as f:
                f.write(text)

    @staticmethod
    def lines(name):
        return ("Debian-exim:x:101:103::/var/spool/exim4:/usr/sbin/nologin\n"
                if name == "passwd" else "Debian-exim:x:103:\n")


def fill(top, messages):
    """Real messages, put off, and their clones. Returns how many."""
    spool = top + "/var/spool/exim4"
    os.makedirs(spool, exist_ok=True)
    os.makedirs(top + "/var/log/exim4", exist_ok=True)
    os.makedirs(top + "/etc/exim4", exist_ok=True)
    for path in (spool, top + "/var/log/exim4"):
        os.chown(path, 101, 103)
    with open(top + "/etc/exim4/exim4.conf", "w") as f:
        f.write(CONF)
    for n in range(SAMPLES):
        subprocess.run(TREE.command(
            "/usr/sbin/exim4", "-odi", "-f", "ana@tienda.example",
            "b%d@kunde.example" % n), check=True, input=(
                "Subject: offer %d\n\n" % n + "Dear customer, buy it.\n" * 100
            ).encode())
    samples = []
    for name in sorted(os.listdir(spool + "/input")):
        if name.endswith("-H"):
            files = [(kind, end) for kind, end in (
                ("input", "-H"), ("input", "-D"), ("msglog", ""))]
            samples.append((name[:-2].encode(), [
                (kind, end, open("%s/%s/%s%s" % (spool, kind, name[:-2], end),
                                 "rb").read()) for kind, end in files]))
    if len(samples) != SAMPLES:
        raise SystemExit("bench/exim.py: Exim has put off %d of %d" % (
            len(samples), SAMPLES))
    for n in range(messages - SAMPLES):
        like, files = samples[n % SAMPLES]
        qid = like[:7] + b"z" + number(n, 5) + like[13:]
        for kind, end, data in files:
            path = "%s/%s/%s%s" % (spool, kind, qid.decode(), end)
            with open(path, "wb") as f:
                f.write(data.replace(like, qid))
                os.fchmod(f.fileno(), 0o640)
                os.fchown(f.fileno(), 101, 103)
    return messages


def queue(args, folder, table):
    os.mkdir(folder + "/room")
    os.chmod(folder, 0o755)
    os.chmod(folder + "/room", 0o755)
    top = TREE.mount(Room(folder + "/room"))
    n = fill(top, args.messages)
    print("%d messages in Exim's queue" % n)
    print("%-24s %8s %8s %8s" % ("", "wall s", "cpu s", "MB"))
    theirs = measure(folder, TREE.command("/usr/sbin/exim4", "-bp"), 3, [])
    listed = open(theirs.out, "rb").read().count(b"<ana@tienda.example>")
    ours = measure(folder, [args.sereno, "queue", "--json", "--queue",
                            top + "/var/spool/exim4"], 3, [])
    said = json.load(open(ours.out, "rb"))
    table.row("exim -bp", theirs)
    table.row("sereno queue", ours)
    table.goal(said["messages"] == n == listed,
               "every message is counted: %d, exim %d" % (
                   said["messages"], listed))
    table.goal(ours.wall < theirs.wall, "faster than exim -bp")


def inside(args):
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    folder = tempfile.mkdtemp(prefix="bench-exim.", dir="/var/tmp")
    table = Table()
    try:
        if args.size:
            log(args, folder, table)
        if args.messages:
            queue(args, folder, table)
    finally:
        # overlays and /proc are mounted below it, in this namespace only
        subprocess.run("grep -o ' %s[^ ]*' /proc/mounts | sort -r | "
                       "xargs -r umount -l" % folder, shell=True)
        shutil.rmtree(folder)
    return 1 if table.missed else 0


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--sereno", default=os.path.join(
        ROOT, "build-bench", "sereno"))
    parser.add_argument("--size", type=int, default=10**9)
    parser.add_argument("--messages", type=int, default=50000)
    parser.add_argument("--inside", action="store_true")
    args = parser.parse_args()
    if args.inside:
        return inside(args)
    try:
        TREE.ready()
    except (RuntimeError, OSError) as e:
        print("bench/exim.py: %s" % e, file=sys.stderr)
        return 2
    return subprocess.call(["unshare", "-nm", sys.executable, __file__,
                            "--inside", "--sereno", args.sereno, "--size",
                            str(args.size), "--messages", str(args.messages)])


if __name__ == "__main__":
    sys.exit(main())
