# SPDX-License-Identifier: ISC
"""What the servers of a lab write, stamped with the lab's clock.

A syslogd that reads /dev/log, and readers of logs that a server writes into a
pipe of its own. Lines are kept in memory, and the server under test sees each
of them, so that the player knows when everything has been said.
"""
import os
import select
import socket
import threading
import time


class Syslog:
    """lines: (wall, text) of syslog; own: name -> [(wall, line)] of others.
    The server under test has see(text), called with each line, and busy():
    is any message in work?"""

    def __init__(self, path, clock, server):
        self.server, self.lock = server, threading.Lock()
        self.clock, self.lines, self.own = clock, [], {}
        self.last = time.monotonic()
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        self.sock.bind(path)
        os.chmod(path, 0o666)
        self.unread = [self.sock]
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
                self.server.see(text)

    def follow(self, path, name, stamp):
        """Make path a pipe that a server takes for its log file; the case has
        it as name. stamp(wall, line) is the line with another stamp."""
        os.mkfifo(path)
        fd = os.open(path, os.O_RDWR)
        self.own[name] = []
        self.unread.append(fd)
        threading.Thread(target=self.read, args=(fd, name, stamp),
                         daemon=True).start()

    def read(self, fd, name, stamp):
        rest = b""
        while True:
            select.select([fd], [], [])
            with self.lock:
                data = rest + os.read(fd, 65536)
                self.last = time.monotonic()
                *whole, rest = data.split(b"\n")
                for line in whole:
                    text, wall = line.decode("latin-1"), self.clock.wall()
                    self.own[name].append((wall, stamp(wall, text)))
                    self.server.see(text)

    def settle(self, quiet=0.015, limit=6.0):
        """Wait until no message is in work and nothing is being said."""
        end = time.monotonic() + limit
        while time.monotonic() < end:
            # In this order: what is in work no longer has been logged.
            if not self.server.busy() and self.silent(quiet):
                return True
            time.sleep(0.005)
        if os.environ.get("LAB_VERBOSE"):
            print("lab: not settled:", self.server.work)
        self.server.work.clear()
        return False

    def silent(self, quiet):
        """Nothing in work, nothing said for a while, nothing unread."""
        with self.lock:
            return not self.server.work and \
                time.monotonic() - self.last > quiet and \
                not select.select(self.unread, [], [], 0)[0]
