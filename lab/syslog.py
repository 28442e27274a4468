# SPDX-License-Identifier: ISC
"""The syslogd of a lab: reads /dev/log and stamps with the lab's clock.

Keeps the lines in memory as (wall, text) and watches which messages Postfix
has in work, so that the player knows when everything has been said.
"""
import os
import re
import select
import socket
import threading
import time

QID = re.compile(r"^\S+\[\d+\]: ([0-9A-Za-z]{6,20}): (.*)", re.S)


class Syslog:
    def __init__(self, path, clock, maildrop):
        self.maildrop, self.lock = maildrop, threading.Lock()
        self.clock, self.lines, self.work = clock, [], {}
        self.last = time.monotonic()
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        self.sock.bind(path)
        os.chmod(path, 0o666)
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            select.select([self.sock], [], [])
            with self.lock:
                data = self.sock.recv(65536)
                self.last = time.monotonic()
                text = data.decode("latin-1").rstrip("\n\0")
                # "<22>Nov 20 19:12:01 postfix/...": libc's stamp is dropped.
                text = text[text.index(">") + 17:]
                self.lines.append((self.clock.wall(), text))
                self.watch(text)

    def watch(self, text):
        m = QID.match(text)
        if not m:
            return
        qid, rest = m.groups()
        if qid == "warning":
            qid, _, rest = rest.partition(": ")
        if rest == "removed" or "status=deferred" in rest or \
                rest.startswith(("milter-hold", "hold:", "message rejected")):
            self.work.pop(qid, None)
        elif rest.startswith(("client=", "uid=", "message-id=", "from=<")):
            self.work[qid] = True

    def settle(self, quiet=0.015, limit=6.0):
        """Wait until no message is in work and nothing is being said."""
        end = time.monotonic() + limit
        while time.monotonic() < end:
            # In this order: what has left maildrop has been logged.
            if not self.unseen() and self.silent(quiet):
                return True
            time.sleep(0.005)
        if os.environ.get("LAB_VERBOSE"):
            print("lab: not settled:", self.work)
        self.work.clear()
        return False

    def silent(self, quiet):
        """Nothing in work, nothing said for a while, nothing unread."""
        with self.lock:
            return not self.work and \
                time.monotonic() - self.last > quiet and \
                not select.select([self.sock], [], [], 0)[0]

    def unseen(self):
        """Did sendmail leave mail that pickup has not named yet?"""
        try:
            return os.listdir(self.maildrop)
        except FileNotFoundError:
            return []
