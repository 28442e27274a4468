# SPDX-License-Identifier: ISC
"""The world's receiving mail servers, answering in the words of the real.

Sinks.fates says what happens to a recipient: ok, unknown, spam, rate, grey,
full. Sinks.blocked holds the kinds of provider that currently refuse this
server's address altogether, whoever sends. Every message carries the lab's
X-Lab-Actor header (Postfix does not log it); what was accepted is counted by
it in the ledger.
"""
import random
import re
import socket
import threading
import time

from lab import dns
from lab.net import OWN

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
    "tonline": {
        "unknown": ("rcpt", "550 5.1.1 unknown recipient"),
        "spam": ("mail", "554 IP={own} - A problem occurred. (Ask your "
                 "postmaster for help or to contact tobr@rx.t-online.de to "
                 "clarify.)"),
        "rate": ("mail", "421 IP={own} - Dialup/transient IP not allowed. "
                 "Use a mailgateway or contact tobr@rx.t-online.de for help."),
        "full": ("rcpt", "452 4.2.2 mailbox full"),
        "ok": ("data", "250 2.0.0 {id} Message accepted for delivery"),
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
KIND = {ip: (kind, host) for kind, host, ip in dns.PROVIDER.values()}
SPAM = b"\nX-Lab-Fate: spam\r\n"
ACTOR = re.compile(rb"^X-Lab-Actor: (.*?)\r$", re.M)
CLOSING = "closing"
NOTICE = "system:bounces|notices"  # actor and part of a bounce
QIDS = "BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnp"


class Line:
    """A socket as lines of SMTP."""

    def __init__(self, sock):
        self.sock = sock
        self.file = sock.makefile("rb")

    def get(self):
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
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


def listen(address, port, handler):
    """Accept for ever on address:port, one thread a connection."""
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    s.bind((address, port))
    s.listen(256)

    def guarded(conn):
        try:
            conn.settimeout(60)
            conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            handler(conn)
        except OSError:
            pass
        finally:
            conn.close()
    while True:
        conn, _ = s.accept()
        threading.Thread(target=guarded, args=(conn,), daemon=True).start()


class Sinks:
    def __init__(self, clock, ledger, tls):
        self.clock, self.ledger, self.tls = clock, ledger, tls
        self.fates, self.seen, self.blocked = {}, {}, set()
        self.closes = False  # the connection after a 421, as RFC 5321 says
        self.says = {}  # domain -> the reply to each of its recipients
        self.hooks = {}  # domain -> what its server does with a message
        self.lock = threading.Lock()

    def refuses(self, kind):
        """Does this kind of receiver take nothing from us at all?"""
        return kind in self.blocked

    def serve(self):
        listen("0.0.0.0", 25, self.session)

    def fate(self, kind, rcpt):
        f = self.fates.get(rcpt.lower(), "ok")
        with self.lock:
            n = self.seen[rcpt] = self.seen.get(rcpt, 0) + 1
        if f == "grey":
            f = "ok" if n > 1 else "grey"
        elif f == "rate":
            f = "ok" if n > 2 else "rate"
        if f == "ok" and self.refuses(kind):
            return "spam"
        return f

    def fill(self, text, rcpt):
        ident = "%08x%06x" % (random.getrandbits(32), random.getrandbits(24))
        now = self.clock.wall()
        return text.format(
            own=OWN, rcpt=rcpt, dom=rcpt.rpartition("@")[2], unix=int(now),
            id=ident, date=time.strftime("%Y-%m-%dT%H:%M:%S",
                                         time.gmtime(now)),
            qid="4" + "".join(random.choice(QIDS) for _ in range(10)) + "z1x")

    def session(self, conn):
        ip = conn.getsockname()[0]
        if ip == "203.0.113.250":
            return  # a dead host: hangs up at once
        kind, name = KIND.get(ip, ("plain", "mail-%s.example" % ip[10:]))
        tls = self.tls if kind in ("google", "microsoft") else None
        io = Line(conn)
        io.put("220 %s ESMTP" % name)
        rcpts, held = [], None
        while (cmd := io.get()) is not None:
            verb = cmd[:4].upper()
            if verb == "EHLO":
                io.put("250-%s\n250-SIZE 36700160\n250-PIPELINING%s\n"
                       "250-ENHANCEDSTATUSCODES\n250 8BITMIME"
                       % (name, "\n250-STARTTLS" if tls else ""))
            elif verb == "STAR" and tls:
                io.put("220 ready")
                io = Line(tls.wrap_socket(conn, server_side=True))
                tls = None
            elif verb == "MAIL":
                rcpts, held = [], None
                io.put("250 2.1.0 Ok")
            elif verb == "RCPT":
                held = self.rcpt(io, kind, cmd, rcpts) or held
                if held == CLOSING:
                    return
            elif verb == "DATA":
                self.data(io, kind, rcpts, held)
            elif verb == "RSET":
                io.put("250 2.0.0 Ok")
            elif verb == "QUIT":
                io.put("221 2.0.0 Bye")
                return
            else:
                io.put("502 5.5.2 Error: command not recognized")

    def rcpt(self, io, kind, cmd, rcpts):
        rcpt = cmd[cmd.index("<") + 1:cmd.index(">")]
        said = self.says.get(rcpt.rpartition("@")[2])
        if said is not None:
            io.put(said)
            return CLOSING if self.closes and said[:3] == "421" else None
        f = self.fate(kind, rcpt)
        if f == "grey":
            io.put(self.fill(GREY, rcpt))
            return None
        stage, text = REPLY[kind][f]
        if stage != "data":
            io.put(self.fill(text, rcpt))
            return CLOSING if self.closes and text[:3] == "421" else None
        rcpts.append(rcpt)
        io.put("250 2.1.5 Ok")
        return self.fill(text, rcpt) if f != "ok" else None

    def data(self, io, kind, rcpts, held):
        if not rcpts:
            io.put("554 5.5.1 Error: no valid recipients")
            return
        io.put("354 End data with <CR><LF>.<CR><LF>")
        body = io.body()
        if SPAM in body.partition(b"\r\n\r\n")[0] + b"\r\n":
            held = self.fill(REPLY[kind]["spam"][1], rcpts[0])
        io.put(held or self.fill(REPLY[kind]["ok"][1], rcpts[0]))
        for r in rcpts if held is None else ():
            hook = self.hooks.get(r.rpartition("@")[2])
            if hook:
                threading.Thread(target=hook, args=(r, body),
                                 daemon=True).start()
        # A notice carries the header of what it is about further down.
        head = body.partition(b"\r\n\r\n")[0] + b"\r\n"
        m = ACTOR.search(head)
        if held is None and (m or b"multipart/report" in head):
            self.ledger.delivered(m[1].decode() if m else NOTICE, len(rcpts))
