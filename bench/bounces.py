#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""A mailbox of bounces: sereno bounces beside Debian's libsisimai-perl.

Called by script/bench. Composed bounces of the stories (three forms of DSN and
text, and one of each of three dozen mail systems) make one mailbox, which both
read in the same run, sereno several times and the best counts. Then each is
asked who every bounce was for, and why. With --big N a mailbox of N GB is read.

Exit 0: the goals are met; 1: one was missed; 2: it could not be measured.
"""
import argparse
import collections
import datetime
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, ROOT + "/tests/story")
import bounce_mail  # noqa: E402
import bounce_zoo  # noqa: E402

MESSAGES, TIMES, GROWTH = 20000, 10, 1.2
START = datetime.datetime(2026, 11, 19, 20, 0, 0)
SISIMAI = """
use Sisimai;
my $list = Sisimai->make($ARGV[0]) || [];
printf("%s\\t%s\\n", $_->recipient->address, $_->reason) for @$list;
"""
# What Sisimai calls them; several of its names are one of ours.
REASONS = {"userunknown": "unknown-user", "mailboxfull": "mailbox-full",
           "spamdetected": "spam"}


def bounce(n):
    at = START + datetime.timedelta(seconds=n)
    who = "user%d@r%d.example" % (n, n % 50)
    daemon = "mx.r%d.example" % (n % 50)
    hop = bounce_mail.received("pc (dyn%d.isp.example [198.18.%d.%d])"
                               % (n, n % 200, n % 250), daemon, "Q%d" % n, at)
    returned = bounce_mail.original(at, "ana@tienda.example", who, [hop],
                                    "%d@tienda.example" % n)
    return bounce_mail.FORMS[n % 3](at, "ana@tienda.example", daemon, who,
                                    returned)


def zoo():
    """(name, mail, recipient, reason) with a recipient of its own each."""
    out = []
    for n, (name, mail, who, reason) in enumerate(bounce_zoo.ZOO):
        mine = "nobody%d@%s" % (n, who.split("@")[1])
        out.append((name, mail.replace(who, mine), mine, reason))
    return out


def write(path, messages):
    with open(path, "w", encoding="utf-8") as box:
        for one in messages:
            box.write("From MAILER-DAEMON Thu Nov 19 20:00:00 2026\n")
            box.write(one.rstrip("\n").replace("\nFrom ", "\n>From "))
            box.write("\n\n")
    return os.path.getsize(path)


def measure(command, runs, output):
    """Best wall time, most memory in MB of any process of it."""
    best, memory = None, 0
    for _ in range(runs):
        with open(output, "wb") as out:
            began = time.monotonic()
            child = subprocess.Popen(command, stdout=out,
                                     stderr=subprocess.DEVNULL)
            _, status, usage = os.wait4(child.pid, 0)
            wall = time.monotonic() - began
        child.returncode = 0
        if os.waitstatus_to_exitcode(status) not in (0, 1):
            raise RuntimeError("%s failed" % command[0])
        memory = max(memory, usage.ru_maxrss / 1024)
        best = wall if best is None else min(best, wall)
    return best, memory


def ours(args, box, folder):
    return [args.sereno, "bounces", box, "--log", folder + "/empty", "--json",
            "--offline", "--top", "1000"]


def recognise(args, folder):
    """For each of the zoo: does each tool know recipient and reason?"""
    box, out = folder + "/zoo", folder + "/out"
    animals = zoo()
    write(box, [z[1] for z in animals])
    measure(ours(args, box, folder), 1, out)
    with open(out, encoding="utf-8") as f:
        mine = {r["address"]: r["reason"] for b in json.load(f)["bounces"]
                for r in b["recipients"]}
    theirs = {}
    if args.sisimai:
        done = subprocess.run(["perl", "-e", SISIMAI, box], check=False,
                              capture_output=True, text=True)
        for line in done.stdout.splitlines():
            who, reason = line.split("\t")
            theirs[who] = REASONS.get(reason, reason)
    lines, counts = [], [0, 0, 0, 0]
    for name, _, who, reason in animals:
        row = []
        for i, found in enumerate((mine, theirs)):
            good = reason is None or found.get(who) == reason
            counts[2 * i] += who in found
            counts[2 * i + 1] += who in found and good
            row.append("-" if who not in found else
                       "found" if reason is None else found[who])
        lines.append("%-28s %-16s %-16s" % (name, *row))
    return len(animals), counts, lines


def compare(args, folder):
    """Two tools on mailboxes whose truth nobody wrote down: what each finds,
    and with which reason."""
    for path in args.box:
        out = folder + "/out"
        measure([args.sereno, "bounces", path, "--log", folder + "/empty",
                 "--json", "--offline", "--top", "1000000"], 1, out)
        with open(out, encoding="utf-8") as f:
            mine = collections.Counter(
                (r["address"], r["reason"]) for b in json.load(f)["bounces"]
                for r in b["recipients"])
        done = subprocess.run(["perl", "-e", SISIMAI, path], check=False,
                              capture_output=True, text=True)
        theirs = collections.Counter(
            tuple(line.split("\t")) for line in done.stdout.splitlines())
        print("%s: recipients found: sereno %d, Sisimai %d" % (
            os.path.basename(path), mine.total(), theirs.total()))
        for tool, found in (("sereno", mine), ("Sisimai", theirs)):
            reasons = collections.Counter()
            for (_, reason), n in found.items():
                reasons[reason] += n
            print("  %-8s %s" % (tool, ", ".join(
                "%s %d" % x for x in reasons.most_common())))
        only = [{a for a, _ in x} for x in (mine, theirs)]
        print("  addresses that only sereno has: %d, only Sisimai: %d" % (
            len(only[0] - only[1]), len(only[1] - only[0])))
    return 0


def goal(text, met, missed):
    print("  %s %s" % ("met   " if met else "MISSED", text))
    if not met:
        missed.append(text)


def big(args, folder, small, missed):
    """The same messages again and again, up to so many GB."""
    path = folder + "/big"
    size = 0
    with open(path, "wb") as out:
        while size < args.big * 1000 ** 3:
            with open(folder + "/box", "rb") as box:
                shutil.copyfileobj(box, out, 1 << 20)
            size = out.tell()
    wall, memory = measure(ours(args, path, folder), 1, folder + "/out")
    print("%-22s %8.2f s %8.0f MB read %8.1f MB of memory"
          % ("sereno, %.1f GB" % (size / 1e9), wall, size / 1e6, memory))
    os.unlink(path)
    goal("memory of %.1f GB as of %.0f MB: %.1f and %.1f MB" %
         (size / 1e9, small[0] / 1e6, memory, small[1]),
         memory < max(small[1] * GROWTH, small[1] + 30), missed)


def report(args, folder):
    missed = []
    open(folder + "/empty", "w", encoding="utf-8").close()
    box = folder + "/box"
    animals = [z[1] for z in zoo()]
    size = write(box, (animals[n // 20 % len(animals)] if n % 20 == 0
                       else bounce(n) for n in range(args.messages)))
    wall, memory = measure(ours(args, box, folder), args.runs, folder + "/out")
    print("%d bounces, %.0f MB" % (args.messages, size / 1e6))
    print("%-22s %8.2f s %8.0f messages/s %8.1f MB"
          % ("sereno bounces", wall, args.messages / wall, memory))
    if args.sisimai:
        slow, peer = measure(["perl", "-e", SISIMAI, box], 1, folder + "/out")
        print("%-22s %8.2f s %8.0f messages/s %8.1f MB"
              % ("libsisimai-perl", slow, args.messages / slow, peer))
        goal("at least %d times as fast: %.0f" % (TIMES, slow / wall),
             slow >= TIMES * wall, missed)
    if args.big > 0:
        big(args, folder, (size, memory), missed)
    total, counts, lines = recognise(args, folder)
    print("recognised, of %d systems: sereno %d, reason of %d right; Sisimai "
          "%d, %d" % (total, *counts))
    if args.sisimai:
        goal("at least as much recognised", counts[0] >= counts[2] and
             counts[1] >= counts[3], missed)
    if args.list:
        print("%-28s %-16s %-16s" % ("", "sereno", "Sisimai"))
        print("\n".join(line.rstrip() for line in lines))
    return 1 if missed else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sereno", default=ROOT + "/build-bench/sereno")
    parser.add_argument("--messages", type=int, default=MESSAGES)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--big", type=float, default=0, metavar="GB")
    parser.add_argument("--list", action="store_true",
                        help="what each tool says of each system")
    parser.add_argument("--box", nargs="+", metavar="FILE",
                        help="compare the two on these mailboxes instead")
    args = parser.parse_args()
    args.sisimai = subprocess.run(
        ["perl", "-MSisimai", "-e", "1"], check=False,
        stderr=subprocess.DEVNULL).returncode == 0
    if not os.access(args.sereno, os.X_OK):
        print("bench/bounces.py: there is no " + args.sereno, file=sys.stderr)
        return 2
    if not args.sisimai:
        print("libsisimai-perl is not installed: nothing to compare with")
    folder = tempfile.mkdtemp(prefix="sereno-bounces-")
    try:
        if args.box:
            open(folder + "/empty", "w", encoding="utf-8").close()
            return compare(args, folder)
        return report(args, folder)
    except (OSError, RuntimeError, ValueError) as why:
        print("bench/bounces.py: %s" % why, file=sys.stderr)
        return 2
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
