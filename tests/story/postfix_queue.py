# SPDX-License-Identifier: ISC
"""A queue as Postfix writes it, composed record by record."""

DIGITS = "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz"
REASON = ("host mx.%s[192.0.2.9] said: 451 4.7.1 try again later "
          "(in reply to RCPT TO command)")


def record(kind, data):
    data = data.encode() if isinstance(data, str) else data
    out, n = kind.encode(), len(data)
    while True:
        low, n = n & 127, n >> 7
        out += bytes([low | (128 if n else 0)])
        if not n:
            return out + data


def long_id(second, usec, number):
    """As enable_long_queue_ids has it, and the subfolder it lies in."""
    def base52(value, width):
        text = ""
        for _ in range(width):
            value, digit = divmod(value, 52)
            text = DIGITS[digit] + text
        return text
    return (base52(second, 6) + base52(usec, 4) + "z" + base52(number, 5),
            ("%05X" % usec)[0])


class PostfixQueue:
    def __init__(self, path):
        self.path, self.n = path, 0
        for name in ("active", "deferred", "defer", "hold", "incoming"):
            (path / name).mkdir(parents=True)

    def put(self, at=1795671903, sender="a@shop.example",
            rcpts=("b@gmail.example",), head=(), body="hello\n", attrs=(),
            state="deferred", reason=REASON, uid=None, client=None,
            original=None):
        """at: seconds. Returns the queue id."""
        self.n += 1
        qid, letter = long_id(at, self.n * 7919 % 1000000, self.n)
        attrs = list(attrs)
        if client:
            attrs += ["log_client_name=unknown",
                      "log_client_address=" + client,
                      "log_helo_name=pc", "log_protocol_name=ESMTP"]
            head = ["Received: from pc (unknown [%s])" % client,
                    "\tby mx1.tienda.example (Postfix) with ESMTP id " + qid,
                    *head]
        if uid is not None:
            head = ["Received: by mx1.tienda.example (Postfix, from userid "
                    "%d)" % uid, *head]
        text = b"".join(record("N", line) for line in
                        [*head, "", *body.splitlines()])
        envelope = record("T", "%d 0" % at)
        envelope += b"".join(record("A", a) for a in attrs)
        envelope += record("S", sender)
        data = record("C", "%15d %15d %15d %15d %15d %15d" % (
            len(text), 0, len(rcpts), 0, len(text), 0)) + envelope
        why = ""
        for rcpt in rcpts:
            why += ("\n<%s>: words\nrecipient=%s\noffset=%d\nstatus=4.7.1\n"
                    "action=delayed\nmta_mname=mx\nreason=%s\n\n" % (
                        rcpt, rcpt, len(data) + 2 + len(original or rcpt),
                        reason % rcpt.rpartition("@")[2]
                        if "%s" in reason else reason))
            data += record("O", original or rcpt) + record("R", rcpt)
        data += record("M", "") + text + record("X", "") + record("E", "")
        folder = self.path / state
        if state == "deferred":
            folder = folder / letter
        folder.mkdir(exist_ok=True)
        (folder / qid).write_bytes(data)
        (folder / qid).chmod(0o700)
        if state == "deferred":
            folder = self.path / "defer" / letter
            folder.mkdir(exist_ok=True)
            (folder / qid).write_text(why)
        return qid
