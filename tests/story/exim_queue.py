# SPDX-License-Identifier: ISC
"""A queue as Exim writes it, composed after what 4.96 and 4.98 wrote."""
import os

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
DEFER = ("R=dnslookup T=remote_smtp defer (-44) H=mx.%s [203.0.113.9]: SMTP "
         "error from remote mail server after RCPT TO:<%s>: 451 4.7.1 try "
         "again later")


def base62(value, width):
    text = ""
    for _ in range(width):
        value, digit = divmod(value, 62)
        text = DIGITS[digit] + text
    return text


class EximQueue:
    """split: as split_spool_directory; long: ids of 4.97 and later; named: a
    queue with a name."""

    def __init__(self, path, split=False, long=False, named=""):
        self.path, self.split, self.long, self.n = path, split, long, 0
        self.top = path / named
        for name in ("input", "msglog", "db"):
            (path / name).mkdir(parents=True, exist_ok=True)
            (self.top / name).mkdir(parents=True, exist_ok=True)

    def id(self, at):
        self.n += 1
        if self.long:
            return "%s-%s-%s" % (base62(at, 6), base62(self.n, 11), "0abc")
        return "%s-%s-00" % (base62(at, 6), base62(self.n, 6))

    def file(self, kind, qid, end, text):
        folder = self.top / kind / (qid[5] if self.split else "")
        folder.mkdir(exist_ok=True)
        path = folder / (qid + end)
        path.write_text(text)
        return path

    def put(self, at=1795671903, sender="a@shop.example",
            rcpts=("b@gmail.example",), done=(), head=(), body="hello\n",
            account=None, client=None, user=None, uid=1004, options=(),
            tried=True, journal=None, reason=None):
        """at: seconds. Returns the message id."""
        qid = self.id(at)
        lines = [qid + "-H", "%s %d %d" % (user or "Debian-exim", uid, uid)
                 if user else "Debian-exim 101 103", "<%s>" % sender,
                 "%d 0" % at, "-received_time_usec .5"]
        if client:
            lines += ["--helo_name pc", "-host_address [%s]:4711" % client,
                      "-received_protocol esmtp" + ("sa" if account else "")]
            lines += ["-host_auth login"] if account else []
        else:
            lines += ["-ident %s" % (user or "Debian-exim"),
                      "-received_protocol local", "-local"]
        lines += ["--auth_id " + (account or user)] if account or user else []
        lines += ["-deliver_firsttime"] if not tried else []
        lines += list(options)
        lines += ["%s %s" % ("NY" if i + 1 < len(done) else "NN", address)
                  for i, address in enumerate(done)] or ["XX"]
        lines += [str(len(rcpts) + len(done)), *rcpts, *done, ""]
        for field in head:
            lines.append("%03d  %s" % (len(field) + 1, field))
        self.file("input", qid, "-H", "\n".join(lines) + "\n")
        self.file("input", qid, "-D", qid + "-D\n" + body)
        if journal is not None:
            self.file("input", qid, "-J", "".join(
                a + "\n" for a in journal))
        log = "2026-11-26 11:18:57 Received from %s\n" % (sender or "<>")
        for address in rcpts if tried else ():
            log += "2026-11-26 11:18:58 %s %s\n" % (
                address, reason or DEFER % (address.rpartition("@")[2],
                                            address))
        path = self.file("msglog", qid, "", log)
        os.utime(path, (at + 60, at + 60))
        return qid
