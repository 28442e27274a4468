# SPDX-License-Identifier: ISC
"""The world around the recorded Postfix: threads that answer on the wire.

syslogd      reads /dev/log and writes what rsyslog writes (RFC 3339 stamps)
sink         receiving mail servers that answer like large and small providers
lmtp         the mailbox server behind Postfix
filter       an after-queue content filter that re-injects, like amavis

Nothing here invents a Postfix log line: Postfix writes them all.
"""
import datetime
import os
import random
import socket
import ssl
import threading
import time

OWN = "192.0.2.25"


def syslogd(path, out):
    s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
    s.bind(path)
    os.chmod(path, 0o666)

    def run():
        with open(out, "w", buffering=1 << 16) as f:
            s.settimeout(0.5)
            while True:
                try:
                    data = s.recv(65536)
                except TimeoutError:
                    f.flush()
                    continue
                text = data.decode("latin-1").rstrip("\n\0")
                text = text[text.index(">") + 17:]
                now = datetime.datetime.now(datetime.timezone.utc)
                f.write(now.strftime("%Y-%m-%dT%H:%M:%S.%f+00:00 mx1 ")
                        + text + "\n")
    threading.Thread(target=run, daemon=True).start()


REPLY = {
    "google": {
        "unknown": ("rcpt", "550-5.1.1 The email account that you tried to "
                    "reach does not exist. Please try\n550-5.1.1 double-"
                    "checking the recipient's email address for typos or\n"
                    "550-5.1.1 unnecessary spaces. For more information, go to"
                    "\n550 5.1.1  https://support.google.com/mail/"
                    "?p=NoSuchUser {id} - gsmtp"),
        "spam": ("data", "550-5.7.1 [{own}      12] Gmail has detected that "
                 "this message is\n550-5.7.1 likely unsolicited mail. To "
                 "reduce the amount of spam sent to Gmail,\n550-5.7.1 this "
                 "message has been blocked. For more information, go to\n"
                 "550 5.7.1  https://support.google.com/mail/"
                 "?p=UnsolicitedMessageError {id} - gsmtp"),
        "rate": ("data", "421-4.7.28 Gmail has detected an unusual rate of "
                 "unsolicited mail originating\n421-4.7.28 from your IP "
                 "address [{own}      15]. To protect our users from\n"
                 "421-4.7.28 spam, mail has been temporarily rate limited. "
                 "Please visit\n421 4.7.28  https://support.google.com/mail/"
                 "?p=UnsolicitedRateLimitError {id} - gsmtp"),
        "full": ("rcpt", "452-4.2.2 The recipient's inbox is out of storage "
                 "space.\n452 4.2.2  https://support.google.com/mail/"
                 "?p=OverQuotaTemp {id} - gsmtp"),
        "ok": ("data", "250 2.0.0 OK  {unix} {id} - gsmtp"),
    },
    "microsoft": {
        "unknown": ("rcpt", "550 5.5.0 Requested action not taken: mailbox "
                    "unavailable (S2017062302). [{id} {date}]"),
        "spam": ("mail", "550 5.7.1 Unfortunately, messages from [{own}] "
                 "weren't sent. Please contact your Internet service provider "
                 "since part of their network is on our block list (S3150). "
                 "You can also refer your provider to http://mail.live.com/"
                 "mail/troubleshooting.aspx#errors. [{id} {date}]"),
        "rate": ("mail", "451 4.7.650 The mail server [{own}] has been "
                 "temporarily rate limited due to IP reputation. For e-mail "
                 "delivery information, see https://aka.ms/postmaster (S775) "
                 "[{id} {date}]"),
        "full": ("rcpt", "452 4.2.2 The recipient's mailbox is full"),
        "ok": ("data", "250 2.6.0 <{id}@mx1> [InternalId={unix}00112] 8721 "
               "bytes in 0.131, 64.932 KB/sec Queued mail for delivery -> "
               "250 2.1.5"),
    },
    "yahoo": {
        "unknown": ("rcpt", "552 1 Requested mail action aborted, mailbox not "
                    "found"),
        "spam": ("data", "554 5.7.9 Message not accepted for policy reasons. "
                 "See https://postmaster.yahooinc.com/error-codes [PH01]"),
        "rate": ("mail", "421 4.7.0 [TSS04] Messages from {own} temporarily "
                 "deferred due to unexpected volume or user complaints - "
                 "4.16.55.1; see https://postmaster.yahooinc.com/error-codes"),
        "full": ("rcpt", "452 4.2.2 Mailbox over quota"),
        "ok": ("data", "250 ok dirdel"),
    },
    "gmx": {
        "unknown": ("rcpt", "550-Requested action not taken: mailbox "
                    "unavailable\n550 For explanation visit https://postmaster"
                    ".gmx.net/en/case?c=r0103&i=ip&v={own}&r={id}"),
        "spam": ("data", "554-Transaction failed\n554-Reject due to policy "
                 "restrictions.\n554 For explanation visit https://postmaster."
                 "gmx.net/en/case?c=hi&i=ip&v={own}&r={id}"),
        "rate": ("rcpt", "450-Requested mail action not taken: mailbox "
                 "unavailable\n450 For explanation visit https://postmaster."
                 "gmx.net/en/case?c=r0003&i=ip&v={own}&r={id}"),
        "full": ("rcpt", "552-Requested mail action aborted: exceeded storage "
                 "allocation\n552 Quota exceeded"),
        "ok": ("data", "250 Requested mail action okay, completed: id={id}"),
    },
    "plain": {
        "unknown": ("rcpt", "550 5.1.1 <{rcpt}>: Recipient address rejected: "
                    "User unknown in virtual mailbox table"),
        "spam": ("data", "554 5.7.1 Service unavailable; Client host [{own}] "
                 "blocked using zen.spamhaus.org; https://www.spamhaus.org/"
                 "query/ip/{own}"),
        "rate": ("rcpt", "450 4.7.1 <{rcpt}>: Recipient address rejected: "
                 "Throttled, try again later"),
        "full": ("rcpt", "452 4.2.2 <{rcpt}>: Recipient address rejected: "
                 "Mailbox is full"),
        "ok": ("data", "250 2.0.0 Ok: queued as {qid}"),
    },
}
GREY = "450 4.2.0 <{rcpt}>: Recipient address rejected: Greylisted, see " \
    "http://postgrey.schweikert.ch/help/{dom}.html"


class Line:
    """A socket as lines of SMTP."""

    def __init__(self, sock):
        self.sock = sock
        self.file = sock.makefile("rb")

    def get(self):
        line = self.file.readline(65536)
        return line.decode("latin-1").rstrip("\r\n") if line else None

    def put(self, text):
        self.sock.sendall(text.replace("\n", "\r\n").encode() + b"\r\n")

    def body(self):
        out = bytearray()
        while True:
            line = self.file.readline(1 << 20)
            if line in (b"", b".\r\n"):
                return bytes(out)
            out += line


def serve(addr, port, handler):
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind((addr, port))
    s.listen(128)

    def guarded(conn):
        try:
            conn.settimeout(120)
            handler(conn)
        except OSError:
            pass
        finally:
            conn.close()

    def run():
        while True:
            conn, _ = s.accept()
            threading.Thread(target=guarded, args=(conn,), daemon=True).start()
    threading.Thread(target=run, daemon=True).start()


def fill(text, rcpt):
    ident = "%08x%06x" % (random.getrandbits(32), random.getrandbits(24))
    return text.format(
        own=OWN, rcpt=rcpt, dom=rcpt.rpartition("@")[2], unix=int(time.time()),
        id=ident, date=time.strftime("%Y-%m-%dT%H:%M:%S"),
        qid="4" + "".join(random.choice("BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnp")
                          for _ in range(10)) + "z1x")


class Sink:
    """One provider. fates: address -> ok unknown spam rate full grey stuck."""

    def __init__(self, name, kind, fates, tls):
        self.name, self.kind, self.fates, self.tls = name, kind, fates, tls
        self.seen = {}
        self.lock = threading.Lock()

    def fate(self, rcpt):
        f = self.fates.get(rcpt.lower(), "ok")
        with self.lock:
            n = self.seen[rcpt] = self.seen.get(rcpt, 0) + 1
        if f == "grey":
            return "ok" if n > 1 else "grey"
        if f == "rate":
            return "ok" if n > 2 else "rate"
        return "full" if f == "stuck" else f

    def __call__(self, conn):
        io = Line(conn)
        io.put("220 %s ESMTP" % self.name)
        rcpts, after = [], None
        held = None
        while (cmd := io.get()) is not None:
            verb = cmd[:4].upper()
            if verb == "EHLO":
                tls = "\n250-STARTTLS" if self.tls else ""
                io.put("250-%s\n250-SIZE 36700160\n250-PIPELINING%s\n"
                       "250-ENHANCEDSTATUSCODES\n250 8BITMIME"
                       % (self.name, tls))
            elif verb == "STAR":
                io.put("220 ready")
                io = Line(self.tls.wrap_socket(conn, server_side=True))
            elif verb == "MAIL":
                rcpts, after, held = [], None, None
                io.put("250 2.1.0 Ok")
            elif verb == "RCPT":
                rcpt = cmd[cmd.index("<") + 1:cmd.index(">")]
                f = self.fate(rcpt)
                if f == "grey":
                    io.put(fill(GREY, rcpt))
                    continue
                stage, text = REPLY[self.kind][f]
                if stage == "mail":
                    stage = "rcpt"
                if stage == "rcpt":
                    io.put(fill(text, rcpt))
                    continue
                if f != "ok":
                    held = fill(text, rcpt)
                rcpts.append(rcpt)
                io.put("250 2.1.5 Ok")
            elif verb == "DATA":
                if not rcpts:
                    io.put("554 5.5.1 Error: no valid recipients")
                    continue
                io.put("354 End data with <CR><LF>.<CR><LF>")
                io.body()
                after = held or fill(REPLY[self.kind]["ok"][1], rcpts[0])
                time.sleep(random.uniform(0.01, 0.25))
                io.put(after)
            elif verb == "RSET":
                io.put("250 2.0.0 Ok")
            elif verb == "QUIT":
                io.put("221 2.0.0 Bye")
                return
            else:
                io.put("502 5.5.2 Error: command not recognized")


def lmtp(conn):
    io = Line(conn)
    io.put("220 mx1.bench.example Dovecot ready.")
    rcpts = []
    while (cmd := io.get()) is not None:
        verb = cmd[:4].upper()
        if verb == "LHLO":
            io.put("250-mx1.bench.example\n250-PIPELINING\n"
                   "250-ENHANCEDSTATUSCODES\n250 8BITMIME")
        elif verb == "MAIL":
            rcpts = []
            io.put("250 2.1.0 OK")
        elif verb == "RCPT":
            rcpts.append(cmd[cmd.index("<") + 1:cmd.index(">")])
            io.put("250 2.1.5 OK")
        elif verb == "DATA":
            io.put("354 OK")
            io.body()
            for r in rcpts:
                io.put("250 2.0.0 <%s> %s Saved" % (r, "".join(
                    random.choice("ABCDEFGHabcdefgh0123456789+")
                    for _ in range(18))))
        elif verb == "QUIT":
            io.put("221 2.0.0 OK")
            return
        else:
            io.put("250 2.0.0 OK")


def content_filter(xforward):
    """Receives, then speaks to port 10025 and hands back its answer."""
    def handler(conn):
        io = Line(conn)
        io.put("220 [127.0.0.1] ESMTP filter service ready")
        todo = []
        while (cmd := io.get()) is not None:
            verb = cmd[:4].upper()
            if verb == "EHLO":
                x = "\n250-XFORWARD NAME ADDR PORT PROTO HELO IDENT SOURCE" \
                    if xforward else ""
                io.put("250-[127.0.0.1]\n250-PIPELINING\n250-8BITMIME%s\n"
                       "250 ENHANCEDSTATUSCODES" % x)
            elif verb in ("XFOR", "MAIL", "RCPT"):
                if verb == "MAIL":
                    todo = [c for c in todo if c[:4].upper() == "XFOR"]
                    cmd = cmd.split(" SIZE")[0].split(" BODY")[0]
                todo.append(cmd)
                io.put("250 2.1.0 Ok")
            elif verb == "DATA":
                io.put("354 End data with <CR><LF>.<CR><LF>")
                answer = reinject(todo, io.body())
                io.put("250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): " + answer)
                todo = []
            elif verb == "QUIT":
                io.put("221 2.0.0 Bye")
                return
            else:
                io.put("250 2.0.0 Ok")
    return handler


def reinject(todo, body):
    with socket.create_connection(("127.0.0.1", 10025)) as s:
        out = Line(s)

        def say(cmd):
            if cmd is not None:
                out.put(cmd)
            while (line := out.get())[3:4] == "-":
                pass
            return line
        say(None)
        say("EHLO localhost")
        for cmd in todo:
            say(cmd)
        say("DATA")
        s.sendall(body + b".\r\n")
        answer = say(None)
        say("QUIT")
        return answer


def tls_context(cert, key):
    ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ctx.load_cert_chain(cert, key)
    return ctx
