# SPDX-License-Identifier: ISC
"""The load maker: speaks SMTP, IMAP and sendmail for whoever is on stage.

It is the lab's witness: what the server accepted is entered in the ledger at
the moment of its 250.
"""
import base64
import random
import socket
import ssl
import subprocess

from lab.net import OWN, OWN6


class Refused(Exception):
    """The server said no; args[0] is its reply."""


class Mail:
    """One message to be sent: envelope, Message-ID, body size in bytes."""

    def __init__(self, sender, rcpts, mid=None, size=None, subject="mensaje",
                 headers="", body=None):
        self.sender, self.rcpts, self.mid = sender, list(rcpts), mid
        self.size = size or int(min(30000, random.lognormvariate(7, 1)))
        self.subject, self.headers, self.body = subject, headers, body

    def text(self, tag):
        head = "From: <%s>\nTo: <%s>\nSubject: %s\nX-Lab-Actor: %s\n%s" % (
            self.sender, self.rcpts[0], self.subject, tag, self.headers)
        if self.mid:
            head += "Message-ID: <%s>\n" % self.mid
        body = self.body or "lorem ipsum dolor sit amet %d\n" % self.size * (
            self.size // 30 + 1)
        return head + "\n" + body


class Smtp:
    """One connection. With port 465 TLS comes first, with 587 STARTTLS."""

    def __init__(self, source, port, helo, context, server=None):
        six = ":" in source
        s = socket.socket(socket.AF_INET6 if six else socket.AF_INET)
        s.settimeout(30)
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        s.setsockopt(socket.SOL_IP, socket.IP_FREEBIND
                     if hasattr(socket, "IP_FREEBIND") else 15, 1)
        s.bind((source, 0))
        s.connect((server or (OWN6 if six else OWN), port))
        self.file = None
        if port == 465:
            s = context.wrap_socket(s)
        self.use(s)
        self.expect("2")
        self.say("EHLO " + helo)
        self.features = self.expect("2")
        if port == 587:
            self.say("STARTTLS")
            self.expect("2")
            self.use(context.wrap_socket(s))
            self.say("EHLO " + helo)
            self.expect("2")

    def use(self, sock):
        self.sock = sock
        self.file = sock.makefile("rb")

    def say(self, *lines):
        self.sock.sendall("".join(x + "\r\n" for x in lines).encode())

    def reply(self):
        text = ""
        while True:
            # Postfix writes small pieces and waits for each one's ACK.
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
            line = self.file.readline().decode("latin-1")
            text += line
            if line[3:4] != "-":
                return text.rstrip("\r\n")

    def expect(self, digit):
        r = self.reply()
        if r[:1] != digit:
            raise Refused(r)
        return r

    def ask(self, *lines):
        """The replies, to all at once where the server likes that."""
        if "PIPELINING" in self.features:
            self.say(*lines)
            return [self.reply() for _ in lines]
        out = []
        for line in lines:
            self.say(line)
            out.append(self.reply())
        return out

    def login(self, user, password):
        self.say("AUTH PLAIN " + base64.b64encode(
            ("\0%s\0%s" % (user, password)).encode()).decode())
        self.expect("2")

    def send(self, mail, tag):
        """The number of recipients accepted; Refused if the message was."""
        first, *answers, data = self.ask(
            "MAIL FROM:<%s>" % mail.sender,
            *["RCPT TO:<%s>" % r for r in mail.rcpts], "DATA")
        taken = sum(a[:1] == "2" for a in answers)
        if data[:1] != "3":
            bad = [a for a in [first] + answers if a[:1] != "2"]
            raise Refused((bad or [data])[0])
        self.sock.sendall(mail.text(tag).replace("\n", "\r\n").encode() +
                          b"\r\n.\r\n")
        self.expect("2")
        return taken

    def quit(self):
        self.say("QUIT")
        self.reply()
        self.close()

    def close(self):
        self.file.close()
        self.sock.close()


class Load:
    """passwords: of the accounts; server: the one under test."""

    def __init__(self, ledger, passwords, server):
        self.ledger, self.passwords = ledger, passwords
        self.server = server
        self.context = ssl.create_default_context()
        self.context.check_hostname = False
        self.context.verify_mode = ssl.CERT_NONE
        self.failures = []

    def entry(self, actor, rcpts, part, taken=None):
        self.ledger.submitted(actor, len(rcpts) if taken is None else taken,
                              part)

    def submit(self, account, source, port, helo, mails, part="owner",
               server=None):
        """Authenticated submission of some mails in one session."""
        actor = "account:" + account
        s = Smtp(source, port, helo, self.context, server)
        s.login(account, self.passwords[account])
        for m in mails:
            try:
                self.entry(actor, m.rcpts, part, s.send(m, actor + "|" + part))
            except Refused as e:
                self.failures.append((actor, e.args[0]))
        s.quit()

    def deliver(self, source, helo, mails, actor=None, part="inbound",
                server=None):
        """Unauthenticated mail to port 25; returns the refusals."""
        actor = actor or "client:" + source
        refused = []
        s = Smtp(source, 25, helo, self.context, server)
        for m in mails:
            try:
                self.entry(actor, m.rcpts, part, s.send(m, actor + "|" + part))
            except Refused as e:
                refused.append(e.args[0])
                s.say("RSET")
                s.reply()
        s.quit()
        return refused

    def guess(self, source, helo, tries):
        """Wrong passwords, one connection."""
        s = Smtp(source, 587, helo, self.context)
        for user, password in tries:
            try:
                s.login(user, password)
            except Refused:
                pass
        s.close()

    def imap(self, account, source):
        """The owner looks at his mailbox."""
        with socket.socket() as s:
            s.settimeout(30)
            s.bind((source, 0))
            s.connect((OWN, 993))
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
            with self.context.wrap_socket(s) as t, t.makefile("rb") as f:
                f.readline()
                for tag, cmd in (("a", "LOGIN %s %s" % (
                        account, self.passwords[account])),
                        ("b", "SELECT INBOX"), ("c", "LOGOUT")):
                    t.sendall(("%s %s\r\n" % (tag, cmd)).encode())
                    while not f.readline().startswith(tag.encode() + b" "):
                        pass

    def sendmail(self, uid, mail, actor, part="owner", gid=None, cwd="/"):
        """A local user pipes a message into /usr/sbin/sendmail."""
        subprocess.run(
            **self.server.sendmail(
                ["-i", "-f", mail.sender, "--"] + mail.rcpts, uid,
                uid if gid is None else gid, cwd),
            check=True, input=mail.text(actor + "|" + part).encode())
        self.entry(actor, mail.rcpts, part)
