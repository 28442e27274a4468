# SPDX-License-Identifier: ISC
"""A room with a world of names, for tests: sereno runs on its mail server, and
what leaves that is seen."""
import json
import os
import shutil
import subprocess
import tempfile
import time

from lab import court, room, wire


def flat(text):
    return " ".join(text.split())


def await_line(p, part, limit=30):
    """Read until part was said; what was."""
    lines, end = "", time.monotonic() + limit
    while part not in flat(lines):
        line = p.stdout.readline()
        assert line and time.monotonic() < end, lines
        lines += line
    return lines


class Place:
    """args: a program of the lab that says what it has as a line of JSON,
    among that "anchor", and after that serves as nameroom.py does."""

    def __init__(self, folder, *args):
        self.folder = str(folder)
        # Servers that are not root's must get there.
        self.room = tempfile.mkdtemp(prefix="lab.")
        self.process = room.spawn(
            [court.ROOT + "/lab/" + args[0], self.folder, *args[1:]],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "LAB_ROOM": self.room})
        line = self.process.stdout.readline()
        assert line, "the room of %s did not come up" % " ".join(args)
        self.told = json.loads(line)
        pid = self.process.pid
        with open("/proc/%d/task/%d/children" % (pid, pid)) as f:
            self.inside = ["nsenter", "-n", "-p", "-t", f.read().split()[0],
                           "--"]

    def start(self, *args):
        words = list(map(str, args))
        if words[0] in ("listed", "delist") and "--store" not in words:
            words.append("--no-store")
        if "anchor" in self.told:
            words += ["--anchor", self.told["anchor"]]
        if "--cache" not in words:
            words.append("--no-cache")
        return subprocess.Popen(
            self.inside + [court.program(), *words], text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=self.folder,
            env={"PATH": "/usr/sbin:/usr/bin", "TZ": "UTC", "COLUMNS": "80",
                 "LC_ALL": "C.UTF-8"})

    def ask(self, *args):
        """What a user reads: (text, exit code, seconds)."""
        began = time.monotonic()
        p = self.start(*args)
        out, err = p.communicate(timeout=60)
        assert err == "" and "Sanitizer" not in err
        return out, p.returncode, time.monotonic() - began

    def json(self, *args):
        return json.loads(self.ask(*args, "--json")[0])

    def mark(self):
        """A point in time for packets()."""
        self.process.stdin.write("mark\n")
        self.process.stdin.flush()
        lines, missed = json.loads(self.process.stdout.readline())
        assert missed == 0
        return lines

    def packets(self, since):
        """All that left the mail server since then."""
        end = self.mark()
        with open(os.path.join(self.folder, "wire"), encoding="latin-1") as f:
            return [wire.read(line) for line in f.readlines()[since:end]]

    def questions(self, since, zone):
        """Those about this name and all below it."""
        return [p for p in self.packets(since)
                if ("." + p.name).endswith("." + zone)]

    def read_again(self, server):
        """The lists of the first or the second server have changed."""
        self.signal("HUP", [self.told["pids"][server]])

    def signal(self, name, pids=None):
        """To the servers of lists."""
        subprocess.run(self.inside + ["kill", "-" + name, *map(
            str, pids or self.told["pids"])], check=True)

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=30)
        shutil.rmtree(self.room, ignore_errors=True)
