#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""script/bench [--quick] [--size 1G] [--keep DIR] [--write]

Stretches the recorded Postfix log, runs sereno and the tools that people use
instead on the same file in the page cache, and prints one table, the goals
with what was measured, and whether the report was right.

  --quick      100 MB, one run each; the ratios hold, the memory says little
  --size N     another size (K, M or G); 4 GB is added from 1 GB on
  --keep DIR   leave the logs there, and use them again if they are the same
  --write      also write the tables to bench/results.md
  --sereno P   the program to measure (default build-bench/sereno)

Exit 0: all goals met; 1: one was missed or the report was wrong; 2: wrong
use; 3: sereno was not there to be measured.
"""
import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
from tools import BENCH, ROOT, measure, stretch  # noqa: E402

PLAIN = os.path.join(BENCH, "peers", "plain.awk")
TRAIL = os.path.join(BENCH, "peers", "trail.awk")
COUNTS = "grep sasl_username= {log} | awk -F sasl_username= " \
    "'{{ sub(/,.*/, \"\", $2); print $2 }}' | sort | uniq -c | sort -rn"
# name, command, what it answers, runs of a full bench
PEERS = [
    ("wc -l", "wc -l {log}", "a number", 3),
    ("grep -c", "grep -c status=sent {log}", "a number", 3),
    ("grep|awk|sort|uniq", COUNTS, "messages per account", 3),
    ("mawk trail", "mawk -f " + PLAIN + " {log}",
     "messages, addresses, results per account", 3),
    ("mawk trail, tuned", "mawk -f " + TRAIL + " {log}", "the same", 3),
    ("pflogsumm", "pflogsumm {log}", "a report by envelope sender", 1),
]
TRAILS = ("mawk trail", "mawk trail, tuned")
SENDERS = ("account ", "local-user ", "script ", "None ")
UNITS = {"K": 10**3, "M": 10**6, "G": 10**9}


class Bench:
    def __init__(self, args):
        self.args = args
        self.folder = args.keep or tempfile.mkdtemp(prefix="bench.",
                                                    dir="/var/tmp")
        # One that takes a second meets more of what else the host does than
        # pflogsumm, which takes most of a minute: its median is of more.
        self.runs = 1 if args.quick else 7
        self.missed = 0
        self.text = []

    def say(self, line=""):
        print(line, flush=True)
        self.text.append(line)

    def goal(self, met, line):
        self.missed += not met
        self.say(f"  {'met   ' if met else 'MISSED'} {line}")

    def row(self, name, size, r, answer, base=None):
        walls = "/".join(f"{w:.2f}" for w in (r.walls[0], r.wall, r.walls[-1]))
        ratio = f"{r.cpu / base.cpu:7.1f}x" if base else "       -"
        failed = "" if r.ok else f"  EXIT {r.status}"
        self.say(f"{name:<22}{walls:>17}{r.cpu:>8.2f}{ratio}{r.rss:>8.1f}"
                 f"{size / 1e6 / r.wall:>8.0f}  {answer}{failed}")

    def sereno(self, logs, truth, *options):
        """Measures a check; returns (result, report or None)."""
        argv = [self.args.sereno, "check", "--offline", "--json", *options,
                "--now", truth["to"]]
        for log in logs:
            argv += ["--log", log]
        r = measure(self.folder, argv, self.runs, logs)
        try:
            with open(r.out, "rb") as f:
                report = json.load(f)
        except ValueError:
            with open(r.out + ".err", errors="replace") as f:
                self.say(f"  sereno printed no JSON: {f.read(300).strip()}")
            report = None
            r.ok = False
        return r, report


def size(text):
    unit = UNITS.get(text[-1:].upper(), 1)
    n = int(text[:-1] if unit > 1 else text) * unit
    if n < UNITS["M"]:
        raise ValueError
    return n


def by_role(truth):
    return {t["role"]: t for t in truth["tracked"]}


def near(a, b, share):
    return abs(a - b) <= share * b


def check_report(b, report, truth, what):
    """Is the report on the log right? Counts of messages and deliveries
    exactly, of distinct recipients within 3 % (a sketch may count them)."""
    if report is None:
        b.goal(False, f"{what}: no report")
        return
    roles = by_role(truth)
    stolen, own = roles["stolen-total"], roles["stolen"]
    culprits = {(c["origin"].get("kind"), c["origin"].get("name")): c
                for c in report.get("culprits", [])}
    others = sorted(f"{kind} {name}" for kind, name in culprits
                    if (kind, name) != ("account", stolen["name"]))
    # Strangers that guess passwords or knock for relay are in the log, too.
    innocent = [o for o in others if o.startswith(SENDERS)]
    b.goal(not innocent, f"{what}: no innocent is accused"
           + (f", but {', '.join(innocent)[:200]}" if innocent else ""))
    if len(others) > len(innocent):
        b.say(f"         {what}: also named: "
              + ", ".join(o for o in others if o not in innocent)[:200])
    c = culprits.get(("account", stolen["name"]))
    b.goal(c is not None, f"{what}: {stolen['name']} is named")
    if c is None:
        return
    want = stolen if c["messages"] != own["messages"] else own
    for key, ways in (
            ("messages", [want["messages"]]),
            ("accepted", [want["accepted"]]),
            ("bounced", [want["bounced"],
                         want["bounced"] + want["expired"]])):
        b.goal(c.get(key) in ways,
               f"{what}: {key} {c.get(key)}, true is {ways[0]}")
    b.goal(near(c.get("recipients", 0), want["recipients"], .03),
           f"{what}: recipients {c.get('recipients')}, true is "
           f"{want['recipients']}")


def check_peer(b, results, name, truth):
    """A mawk script must agree with the truth, or one of them is wrong."""
    if name not in results:
        return
    want, out = by_role(truth)["stolen-total"], results[name].kept
    with open(out) as f:
        rows = {r[-1]: r for r in map(str.split, f)}
    got = [int(v) for v in rows[want["name"]][:5]]
    b.goal(got == [want[k] for k in ("messages", "ips", "sent_lines",
                                     "deferred_lines", "bounced_lines")],
           f"the truth agrees with the {name}: {got}")


def note_pflogsumm(b, out, truth):
    """What the usual report says instead; no goal, but worth a line."""
    rows, inside = [], False
    with open(out, errors="replace") as f:
        for line in f:
            if line.startswith("Senders by message count"):
                inside = True
            elif inside and not line.strip():
                break
            elif inside and not line.startswith("-"):
                rows.append(line.split())
    for place, (count, sender) in enumerate(rows, 1):
        for t in truth["tracked"]:
            if t["name"] == sender and t["role"] in ("newsletter",
                                                     "stolen-total"):
                b.say(f"         pflogsumm: sender number {place} is {sender}"
                      f" with {count} messages, true is {t['messages']}")


def head(b, truth):
    own = by_role(truth)["stolen"]
    cpu = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo")
                if line.startswith("model name")), "unknown")
    b.say(f"{truth['bytes'] / 1e6:.0f} MB of Postfix log, {truth['lines']} "
          f"lines, {truth['queue_ids']} queue ids, in the page cache")
    b.say(f"{truth['correspondents']} recipients, {truth['clients']} client "
          f"addresses; {own['name']}: {own['messages']} messages from "
          f"{own['ips']} addresses")
    b.say(f"{cpu}, {os.cpu_count()} cores, Linux {platform.release()}")
    b.say()
    b.say(f"{'':<22}{'wall s':>17}{'cpu s':>8}{'cpu':>8}{'RSS MB':>8}"
          f"{'MB/s':>8}")


def peers(b, log, truth, base):
    size, results = os.path.getsize(log), {}
    for name, command, answer, runs in PEERS:
        tool = command.split()[0]
        if shutil.which(tool) is None:
            b.say(f"{name:<22} not installed")
            continue
        r = measure(b.folder, command.format(log=log), min(runs, b.runs),
                    [log])
        results[name] = r
        b.row(name, size, r, answer, base)
        if name in (*TRAILS, "pflogsumm"):
            r.kept = os.path.join(b.folder, name.replace(" ", "-") + ".out")
            shutil.copy(r.out, r.kept)
    return results


def packed(b, log, base, truth):
    """The same log as gzip: is the reader faster than zcat alone?"""
    gz = log + ".gz"
    if not os.path.exists(gz) or os.path.getmtime(gz) < os.path.getmtime(log):
        subprocess.run(f"gzip -6 -c '{log}' >'{gz}'", shell=True, check=True)
    z = measure(b.folder, f"zcat {gz}", b.runs, [gz])
    b.row("zcat of the .gz", truth["bytes"], z, "the text alone", base)
    r, again = b.sereno([gz], truth)
    b.row("sereno, the .gz", truth["bytes"], r, "the same report", base)
    return z, r, again


def halves(b, log):
    """The log as two rotations; cut at a line."""
    old, new = log + ".old", log + ".new"
    if os.path.exists(new) and os.path.getmtime(new) > os.path.getmtime(log):
        return [new, old]
    with open(log, "rb") as f:
        f.seek(os.path.getsize(log) // 2)
        f.readline()
        cut = f.tell()
    subprocess.run(f"head -c {cut} '{log}' >'{old}' && "
                   f"tail -c +{cut + 1} '{log}' >'{new}'", shell=True,
                   check=True)
    return [new, old]


def counts(report):
    keys = ("messages", "accepted", "deferred", "bounced")
    return report and sorted(
        (str(c["origin"].get("name")), *(c.get(k) for k in keys))
        for c in report.get("culprits", []))


def judge_speed(b, base, one, results):
    flog, trail = results.get("pflogsumm"), results.get("mawk trail")
    if flog:
        ratio = flog.cpu / base.cpu
        b.goal(ratio >= 40, f"CPU at most 1/40 of pflogsumm's (aim 1/80): "
               f"1/{ratio:.1f}")
    if trail:
        ratio = base.cpu / trail.cpu
        b.goal(ratio < 1 / 3, f"CPU below a third of the mawk trail's: "
               f"{ratio:.2f}")
    if "mawk trail, tuned" in results:
        ratio = base.cpu / results["mawk trail, tuned"].cpu
        b.say(f"         and of the trail that is tuned to mawk: {ratio:.2f}")
    if (os.cpu_count() or 1) >= 2:
        ratio = base.wall / base.cpu
        b.goal(ratio <= .6, f"wall on two cores at most 0.6 of the CPU: "
               f"{ratio:.2f} ({base.wall:.2f} s; with --jobs 1 "
               f"{one.wall:.2f} s)")


def four(b):
    log, truth = stretch(b.folder, "postfix_4g", "--bytes", "4G",
                         "--days", "28")
    r, report = b.sereno([log], truth)
    b.say()
    b.row("sereno, 4 GB", truth["bytes"], r, f"{truth['lines']} lines")
    b.goal(r.rss <= 100, f"memory at most 100 MB on 4 GB: {r.rss:.1f}")
    check_report(b, report, truth, "4 GB")


def whole(b):
    size = b.args.size
    log, truth = stretch(b.folder, "postfix", "--bytes", str(size))
    head(b, truth)
    if not os.access(b.args.sereno, os.X_OK):
        results = peers(b, log, truth, None)
        for name in TRAILS:
            check_peer(b, results, name, truth)
        b.say(f"'{b.args.sereno}' is not there: only the peers were measured")
        return 3
    base, report = b.sereno([log], truth)
    b.row("sereno check", truth["bytes"], base, "who, why, proof", base)
    one, single = b.sereno([log], truth, "--jobs", "1")
    b.row("sereno --jobs 1", truth["bytes"], one, "the same", base)
    results = peers(b, log, truth, base)
    # Before and after the peers: a machine's speed may change in between.
    later, _ = b.sereno([log], truth)
    b.row("sereno, again", truth["bytes"], later, "the same", base)
    base = base.joined(later)
    z, gz, unpacked = packed(b, log, base, truth)
    two, joined = b.sereno(halves(b, log), truth)
    b.row("sereno, 2 rotations", truth["bytes"], two, "the same report", base)
    b.say()
    judge_speed(b, base, one, results)
    b.goal(base.rss <= 64, f"memory at most 64 MB: {base.rss:.1f}")
    b.goal(gz.wall < z.wall, f"the .gz faster than zcat alone: "
           f"{gz.wall:.2f} s, zcat {z.wall:.2f} s")
    b.goal(two.wall <= base.wall * 1.15, f"two rotations as fast as one "
           f"file: {two.wall:.2f} s, {base.wall:.2f} s")
    for name in TRAILS:
        check_peer(b, results, name, truth)
    if "pflogsumm" in results:
        note_pflogsumm(b, results["pflogsumm"].kept, truth)
    check_report(b, report, truth, "report")
    for what, other in (("--jobs 1", single), (".gz", unpacked),
                        ("two rotations", joined)):
        b.goal(report is not None and counts(other) == counts(report),
               f"{what}: the same culprits with the same counts")
    if size >= UNITS["G"] and not b.args.quick:
        four(b)
    return 1 if b.missed else 0


def main():
    p = argparse.ArgumentParser(
        usage=__doc__.split("\n")[0], description=__doc__.split("\n", 2)[2],
        formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--quick", action="store_true")
    p.add_argument("--size", type=size)
    p.add_argument("--keep")
    p.add_argument("--write", action="store_true")
    p.add_argument("--sereno",
                   default=os.path.join(ROOT, "build-bench", "sereno"))
    args = p.parse_args()
    args.size = args.size or (10**8 if args.quick else 10**9)
    if args.keep:
        os.makedirs(args.keep, exist_ok=True)
    b = Bench(args)
    try:
        rc = whole(b)
        b.say()
        if rc != 3:
            b.say(f"{b.missed} missed" if b.missed else "all goals met")
        if args.write:
            with open(os.path.join(BENCH, "results.md"), "w") as f:
                f.write("# script/bench, the last run that was kept\n\n```\n"
                        + "\n".join(b.text) + "\n```\n")
    finally:
        if not args.keep:
            shutil.rmtree(b.folder)
    return rc


if __name__ == "__main__":
    sys.exit(main())
