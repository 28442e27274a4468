# SPDX-License-Identifier: ISC
"""Writes the lines that Postfix 3.7 writes, for stories of a few messages."""

import datetime
import itertools

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


class PostfixLog:
    """Lines in the order in which they are added; times are UTC."""

    def __init__(self, host="mx1"):
        self.host = host
        self.lines = []
        self.numbers = itertools.count(0x3F2A0)

    def say(self, at, program, text):
        stamp = "%s %2d %s" % (MONTHS[at.month - 1], at.day,
                               at.strftime("%H:%M:%S"))
        self.lines.append("%s %s %s: %s" % (stamp, self.host, program, text))

    def message(self, at, sender, recipients, account=None, ip="192.0.2.1",
                uid=None, answer="250 2.0.0 OK", helo=None, message_id=None,
                removed=True):
        """One message from its first line to "removed"; returns its id.
        recipients: addresses, or pairs of an address and the answer to it."""
        queue_id = "%X" % next(self.numbers)
        pid = 1000 + len(self.lines) % 30000
        if uid is not None:
            self.say(at, "postfix/pickup[%d]" % pid,
                     "%s: uid=%d from=<%s>" % (queue_id, uid, sender))
        else:
            client = "client=unknown[%s]" % ip
            if account:
                client += ", sasl_method=PLAIN, sasl_username=" + account
            self.say(at, "postfix/submission/smtpd[%d]" % pid,
                     "%s: %s" % (queue_id, client))
        message_id = message_id or "%s@%s" % (queue_id, sender.split("@")[-1])
        self.say(at, "postfix/cleanup[%d]" % pid,
                 "%s: message-id=<%s>" % (queue_id, message_id))
        self.say(at, "postfix/qmgr[7]",
                 "%s: from=<%s>, size=2312, nrcpt=%d (queue active)"
                 % (queue_id, sender, len(recipients)))
        done = at + datetime.timedelta(seconds=1)
        for recipient in recipients:
            reply = answer
            if isinstance(recipient, tuple):
                recipient, reply = recipient
            self.delivery(done, queue_id, recipient, reply)
        if removed:
            self.say(done, "postfix/qmgr[7]", "%s: removed" % queue_id)
        return queue_id

    def delivery(self, at, queue_id, recipient, reply):
        domain = recipient.rsplit("@", 1)[-1]
        status = {"2": "sent", "4": "deferred", "5": "bounced"}[reply[0]]
        dsn = reply.split()[1]
        if status == "sent":
            said = "(%s)" % reply
        else:
            said = ("(host mx.%s[198.51.100.9] said: %s (in reply to RCPT TO "
                    "command))" % (domain, reply))
        self.say(at, "postfix/smtp[77]",
                 "%s: to=<%s>, relay=mx.%s[198.51.100.9]:25, delay=1.1, "
                 "delays=0.1/0/0.5/0.5, dsn=%s, status=%s %s"
                 % (queue_id, recipient, domain, dsn, status, said))

    def sort(self):
        """Into the order of time, within one month."""
        self.lines.sort(key=lambda line: line[:15])

    def write(self, path):
        data = "".join(line + "\n" for line in self.lines)
        path.write_bytes(data.encode("utf-8", "surrogateescape"))
        return path


START = datetime.datetime(2026, 11, 10, 8, 0, 0)


def honest_days(log, days=9, accounts=6):
    """A few people at work: each from one address, to people they know."""
    for day in range(days):
        for hour in range(9):
            for n in range(accounts):
                at = START + datetime.timedelta(
                    days=day, hours=hour, minutes=n * 3)
                user = "user%d@tienda.example" % n
                log.message(at, user,
                            ["friend%d@customer%d.example" % (hour % 4, n)],
                            account=user, ip="192.0.2.%d" % (10 + n))


def own_days(log, account="ana@tienda.example", days=9):
    """What the owner of the account does herself: one mail a day."""
    for day in range(days):
        at = START + datetime.timedelta(days=day, minutes=1)
        log.message(at, account, ["pepe@cliente.example"], account=account,
                    ip="192.0.2.77")


def stolen_night(log, account="ana@tienda.example", messages=600, day=9):
    """Strangers use an account: many networks, new recipients, refusals."""
    start = START + datetime.timedelta(days=day, hours=11)
    for n in range(messages):
        at = start + datetime.timedelta(seconds=n * 20)
        recipients = []
        for k in range(4):
            address = "victim%d-%d@gmail.example" % (n, k)
            if (n + k) % 5 == 0:
                recipients.append(
                    (address, "550 5.1.1 <%s>: user unknown" % address))
            elif (n + k) % 11 == 0:
                recipients.append(
                    (address, "550 5.7.1 Our system has detected that this "
                     "message is likely unsolicited mail"))
            else:
                recipients.append(address)
        log.message(at, account, recipients, account=account,
                    ip="198.18.%d.%d" % (n % 97, n % 13 + 1),
                    message_id="%d@WIN-8QK" % n)
