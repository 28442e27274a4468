#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""80 lists x 256 addresses from a local rbldnsd: sereno listed, adnshost.

Called by script/bench. Both ask the same 20,480 names in one run, in a
network namespace of their own; sereno tests each list first and asks TXT for
what is listed, adnshost does not. Politeness is off.

Exit 0: the goals are met; 1: one was missed; 2: it could not be measured.
"""
import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LISTS, HITS = 80, 5
ZONES = ["l%02d.bench.example" % i for i in range(LISTS)]


def write_zones(folder):
    chance = random.Random(5)
    hits = 0
    for zone in ZONES:
        listed = chance.sample(range(256), HITS)
        hits += len(listed)
        with open(os.path.join(folder, zone), "w") as f:
            f.write(":127.0.0.2:bench\n127.0.0.2\n")
            f.writelines("198.18.7.%d\n" % n for n in listed)
    with open(os.path.join(folder, "names"), "w") as f:
        f.writelines("%d.7.18.198.%s\n" % (n, zone)
                     for zone in ZONES for n in range(256))
    return hits


def measure(command, stdin=None, limit=300):
    began, before = time.monotonic(), os.times()
    done = subprocess.run(command, stdin=stdin, capture_output=True,
                          timeout=limit)
    after = os.times()
    cpu = after.children_user + after.children_system \
        - before.children_user - before.children_system
    return time.monotonic() - began, cpu, done


def run_sereno(sereno, folder):
    stubs = ["%s=127.0.0.1" % zone for zone in ZONES]
    return measure([sereno, "listed", "198.18.7.0/24", "--nagios",
                    "--no-cache", "--no-store", "--rate", "1000000", "--list", *ZONES,
                    "--stub", *stubs])


def run_adnshost(folder):
    with open(os.path.join(folder, "names")) as names:
        return measure(["adnshost", "--config", "nameserver 127.0.0.1",
                        "-a", "-f"], stdin=names)


def inside(args):
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    folder = tempfile.mkdtemp(prefix="bench-listed.", dir="/var/tmp")
    os.chmod(folder, 0o755)
    hits = write_zones(folder)
    server = subprocess.Popen(
        [shutil.which("rbldnsd") or "/usr/sbin/rbldnsd", "-n", "-b",
         "127.0.0.1/53", "-w", folder,
         *["%s:ip4set:%s" % (z, z) for z in ZONES]],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        time.sleep(1)
        return report(args, folder, hits)
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(folder)


def report(args, folder, hits):
    runs = [run_sereno(args.sereno, folder) for _ in range(args.runs)]
    wall, cpu, done = min(runs, key=lambda run: run[0])
    theirs = run_adnshost(folder)
    questions = LISTS * 256
    print("%d lists x 256 addresses, %d questions, %d entries" % (
        LISTS, questions, hits))
    print("%-24s %8s %8s %10s" % ("", "wall s", "cpu s", "questions/s"))
    for name, run in (("sereno listed", (wall, cpu)),
                      ("adnshost, one run", theirs[:2])):
        print("%-24s %8.2f %8.2f %10d" % (name, run[0], run[1],
                                          questions / run[0]))
    text = done.stdout.decode()
    goals = [("every entry is found", "listings=%d " % hits in text),
             ("no question stays open", "unknown=0 " in text),
             ("within two seconds", wall <= 2),
             ("faster than adnshost", wall < theirs[0])]
    for line, met in goals:
        print("  %s %s" % ("met   " if met else "MISSED", line))
    return 0 if all(met for _, met in goals) else 1


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sereno", default=os.path.join(
        ROOT, "build-bench", "sereno"))
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--inside", action="store_true")
    args = parser.parse_args()
    if args.inside:
        return inside(args)
    for tool in ("rbldnsd", "adnshost", "ip", "unshare"):
        if shutil.which(tool, path=os.environ["PATH"] + ":/usr/sbin") is None:
            print("bench/listed.py: there is no " + tool, file=sys.stderr)
            return 2
    return subprocess.call(["unshare", "-n", sys.executable, __file__,
                            "--inside", "--sereno", args.sereno,
                            "--runs", str(args.runs)])


if __name__ == "__main__":
    sys.exit(main())
