# SPDX-License-Identifier: ISC
"""An IMAP server that misbehaves on purpose, on loopback, for stories."""

import socket
import threading


class Fake:
    """how: "dead" says nothing, "login" nothing once it was greeted, "fetch"
    falls silent inside of a message, "talks" answers without end, "fine"
    does what it should. said: all lines that it was sent."""

    def __init__(self, how, message=b""):
        self.how, self.message, self.said = how, message, []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.reached = threading.Event()
        self.over = threading.Event()
        threading.Thread(target=self.accept, daemon=True).start()

    def stop(self):
        self.over.set()
        self.socket.close()

    def accept(self):
        while True:
            try:
                peer = self.socket.accept()[0]
            except OSError:
                return
            threading.Thread(target=self.serve, args=(peer,),
                             daemon=True).start()

    def serve(self, peer):
        with peer, peer.makefile("rwb", 0) as line:
            try:
                self.talk(line)
            except OSError:
                pass

    def hang(self):
        self.reached.set()
        self.over.wait(120)

    def talk(self, out):
        if self.how == "dead":
            self.hang()
        out.write(b"* OK [CAPABILITY IMAP4rev1] hello\r\n")
        if self.how == "login":
            self.hang()
        while True:
            words = out.readline().split()
            if len(words) < 2:
                return
            self.said.append(b" ".join(words[1:]))
            if words[1] == b"CAPABILITY":
                out.write(b"* CAPABILITY IMAP4rev1\r\n")
            elif words[1] == b"EXAMINE":
                out.write(b"* 1 EXISTS\r\n")
            elif words[1] == b"UID":
                self.fetch(out)
            out.write(words[0] + b" OK\r\n")

    def fetch(self, out):
        if self.how == "talks":
            self.reached.set()
            while not self.over.is_set():
                out.write(b"* OK still here\r\n" * 100)
        if self.how == "fetch":
            out.write(b"* 1 FETCH (UID 7 BODY[]<0> {9999}\r\nSubject")
            self.hang()
        out.write(b"* 1 FETCH (UID 7 BODY[]<0> {%d}\r\n" % len(self.message)
                  + self.message + b")\r\n")
