#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""100,000 deferred messages: sereno queue beside postqueue -j.

Called by script/bench. A private Postfix, in a network namespace of its own,
takes in a few messages that it must put off; their queue files are cloned under
new ids, each with its file of reasons, until the queue is full. Both then list
the same files, from the page cache; the best of some runs counts.

Exit 0: the goals are met; 1: one was missed; 2: it could not be measured.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
MESSAGES, SAMPLES, MEMORY = 100000, 20, 200
# mail_queue.h: numbers of base 52, without vowels; the inode is of base 51,
# without the z in front of it
DIGITS = "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz"
MAIN = """compatibility_level = 3.6
queue_directory = {d}/spool
data_directory = {d}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {d}/log/mail.log
maillog_file_prefixes = {d}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx1.bench.example
mydestination =
mynetworks = 127.0.0.0/8
relayhost = [127.0.0.1]:9
alias_maps =
alias_database =
enable_long_queue_ids = yes
queue_run_delay = 30000s
minimal_backoff_time = 30000s
maximal_backoff_time = 30000s
smtpd_peername_lookup = no
"""
MASTER = """127.0.0.1:25 inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


def digits(value, width, base):
    text = ""
    for _ in range(width):
        value, digit = divmod(value, base)
        text = DIGITS[digit] + text
    return text


def make_id(number, like):
    """A queue id of the same length, and the subfolder of hash_queue_names."""
    usec = number * 9973 % 1000000
    head, _, inode = like.rpartition("z")
    return (head[:-4] + digits(usec, 4, 52) + "z" +
            digits(10 ** 8 + number, len(inode), 51), ("%05X" % usec)[0])


def postfix(folder, *args):
    done = subprocess.run(["postfix", "-c", folder + "/etc", *args],
                          capture_output=True)
    if done.returncode != 0:
        raise SystemExit("bench/queue.py: postfix %s: %s" % (
            args[0], done.stderr.decode("utf-8", "replace")))


def start(folder):
    for name in ("etc", "spool", "data", "log"):
        os.mkdir(os.path.join(folder, name))
    shutil.chown(folder + "/data", "postfix")
    for name, text in (("main.cf", MAIN), ("master.cf", MASTER)):
        with open(os.path.join(folder, "etc", name), "w") as f:
            f.write(text.format(d=folder))
    postfix(folder, "check")
    postfix(folder, "start")


def deferred(folder):
    return [os.path.join(top, name)
            for top, _, names in os.walk(folder + "/spool/deferred")
            for name in names]


def fill(folder, messages):
    """Real mail first, then its clones. Returns how many there are."""
    subprocess.run(["smtp-source", "-m", str(SAMPLES), "-s", "4", "-l", "3000",
                    "-f", "ana@tienda.example", "-t", "b@kunde.example",
                    "127.0.0.1:25"], check=True)
    end = time.monotonic() + 30
    while len(deferred(folder)) < SAMPLES:
        if time.monotonic() > end:
            raise SystemExit("bench/queue.py: Postfix defers nothing")
        time.sleep(0.1)
    owner = os.stat(deferred(folder)[0])
    later = time.time() + 86400
    samples = []
    for path in deferred(folder):
        reasons = path.replace("/deferred/", "/defer/")
        with open(path, "rb") as f, open(reasons, "rb") as g:
            samples.append((os.path.basename(path), f.read(), g.read()))
    for n in range(messages - SAMPLES):
        like, message, why = samples[n % SAMPLES]
        qid, letter = make_id(n, like)
        for kind, data, mode in (("deferred", message, 0o700),
                                 ("defer", why, 0o600)):
            top = os.path.join(folder, "spool", kind, letter)
            if not os.path.isdir(top):
                os.mkdir(top, 0o700)
                os.chown(top, owner.st_uid, owner.st_gid)
            path = os.path.join(top, qid)
            with open(path, "wb") as f:
                f.write(data.replace(like.encode(), qid.encode()))
                os.fchmod(f.fileno(), mode)
                os.fchown(f.fileno(), owner.st_uid, owner.st_gid)
            if kind == "deferred":
                os.utime(path, (later, later))
    return len(deferred(folder))


def measure(command, runs, output):
    """Best wall time, CPU of that run, most memory in MB; the output goes into
    a file: what this process holds would count as the memory of its child."""
    best, memory = None, 0
    for _ in range(runs):
        with open(output, "wb") as out:
            began = time.monotonic()
            child = subprocess.Popen(command, stdout=out)
            _, _, usage = os.wait4(child.pid, 0)
            wall = time.monotonic() - began
        child.returncode = 0
        memory = max(memory, usage.ru_maxrss / 1024)
        if best is None or wall < best[0]:
            best = wall, usage.ru_utime + usage.ru_stime
    return *best, memory


def report(args, folder, n):
    spool = folder + "/spool"
    paths = [folder + name for name in ("/theirs", "/ours", "/alike")]
    theirs = measure(["postqueue", "-c", folder + "/etc", "-j"], args.runs,
                     paths[0])
    ours = measure([args.sereno, "queue", "--json", "--queue", spool],
                   args.runs, paths[1])
    alike = measure([args.sereno, "queue", "campaigns", "--json", "--queue",
                     spool], args.runs, paths[2])
    with open(paths[0], "rb") as f:
        listed = sum(line.startswith(b"{") for line in f)
    with open(paths[1], "rb") as f, open(paths[2], "rb") as g:
        said, campaigns = json.load(f), json.load(g)
    print("%d deferred messages in Postfix's queue, %d MB" % (
        n, said["queues"][0]["bytes"] / 1e6))
    print("%-24s %8s %8s %8s" % ("", "wall s", "cpu s", "MB"))
    # what showq, the server of postqueue, takes is not in its CPU
    for name, run in (("postqueue -j", theirs), ("sereno queue", ours),
                      ("sereno queue campaigns", alike)):
        print("%-24s %8.2f %8.2f %8.1f" % (name, *run))
    goals = [
        ("every message is counted: %d, postqueue %d" % (
            said["messages"], listed), said["messages"] == n == listed),
        ("every one is found to be alike",
         [c["messages"] for c in campaigns["campaigns"]] == [n]),
        ("summary in less than half the time of postqueue -j",
         ours[0] < theirs[0] / 2),
        ("memory at most %d MB" % MEMORY, ours[2] <= MEMORY),
        ("memory of campaigns at most %d MB" % MEMORY, alike[2] <= MEMORY)]
    for line, met in goals:
        print("  %s %s" % ("met   " if met else "MISSED", line))
    return 0 if all(met for _, met in goals) else 1


def inside(args):
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    folder = tempfile.mkdtemp(prefix="bench-queue.", dir="/var/tmp")
    os.chmod(folder, 0o755)
    try:
        start(folder)
        try:
            return report(args, folder, fill(folder, args.messages))
        finally:
            postfix(folder, "stop")
    finally:
        shutil.rmtree(folder)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sereno", default=os.path.join(
        ROOT, "build-bench", "sereno"))
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--messages", type=int, default=MESSAGES)
    parser.add_argument("--inside", action="store_true")
    args = parser.parse_args()
    if args.inside:
        return inside(args)
    for tool in ("postfix", "postqueue", "smtp-source", "ip", "unshare"):
        if shutil.which(tool, path=os.environ["PATH"] + ":/usr/sbin") is None:
            print("bench/queue.py: there is no " + tool, file=sys.stderr)
            return 2
    return subprocess.call(["unshare", "-n", sys.executable, __file__,
                            "--inside", "--sereno", args.sereno, "--runs",
                            str(args.runs), "--messages", str(args.messages)])


if __name__ == "__main__":
    sys.exit(main())
