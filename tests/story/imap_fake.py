# SPDX-License-Identifier: ISC
"""An IMAP server that misbehaves on purpose, on loopback, for stories."""

import socket
import threading


class Fake:
    """how: "dead" says nothing, "login" nothing once it was greeted, "fetch"
    falls silent inside of a message, "talks" answers without end, "fine"
    does what it should. said: all lines that it was sent. answers: by the
    first words of a command, what it gets instead, without the end."""

    capability = b"IMAP4rev1"
    greeting = b"* OK [CAPABILITY IMAP4rev1] hello\r\n"

    def __init__(self, how, message=b"", answers=None, host="127.0.0.1"):
        self.how, self.message, self.said = how, message, []
        self.answers = answers or {}
        self.socket = socket.create_server((host, 0))
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
        out.write(self.greeting)
        if self.how == "login":
            self.hang()
        while True:
            words = out.readline().split()
            if len(words) < 2:
                return
            self.said.append(b" ".join(words[1:]))
            for head, answer in self.answers.items():
                if self.said[-1].startswith(head):
                    break
            else:
                head = answer = None
            if answer is not None:
                for part in [answer] if isinstance(answer, bytes) else answer:
                    if part is None:  # cut
                        return
                    out.write(part)
                if answer is self.answers.get(b"STARTTLS"):
                    continue
            elif words[1] == b"CAPABILITY":
                out.write(b"* CAPABILITY " + self.capability + b"\r\n")
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
