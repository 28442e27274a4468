# SPDX-License-Identifier: ISC
"""Composes logs of Exchange and MailEnable after their makers' documentation:
no such server wrote these lines."""

import csv
import datetime
import io
import itertools

START = datetime.datetime(2026, 11, 10, 8, 0, 0)

# https://learn.microsoft.com/exchange/mail-flow/transport-logs/message-tracking
FIELDS = {
    "2010": "date-time,client-ip,client-hostname,server-ip,server-hostname,"
            "source-context,connector-id,source,event-id,internal-message-id,"
            "message-id,recipient-address,recipient-status,total-bytes,"
            "recipient-count,related-recipient-address,reference,"
            "message-subject,sender-address,return-path,message-info,"
            "directionality,tenant-id,original-client-ip,original-server-ip,"
            "custom-data",
    "2019": "date-time,client-ip,client-hostname,server-ip,server-hostname,"
            "source-context,connector-id,source,event-id,internal-message-id,"
            "message-id,network-message-id,recipient-address,recipient-status,"
            "total-bytes,recipient-count,related-recipient-address,reference,"
            "message-subject,sender-address,return-path,message-info,"
            "directionality,tenant-id,original-client-ip,original-server-ip,"
            "custom-data,transport-traffic-type,log-id,schema-version",
}
VERSIONS = {"2010": "14.03.0513.000", "2019": "15.02.1544.004"}


class ExchangeLog:
    def __init__(self, version="2019"):
        self.version = version
        self.fields = FIELDS[version].split(",")
        self.rows = []
        self.numbers = itertools.count(1000)

    def say(self, at, event, source, **values):
        row = {"date-time": at.strftime("%Y-%m-%dT%H:%M:%S.")
               + "%03dZ" % (at.microsecond // 1000),
               "event-id": event, "source": source,
               "server-hostname": "EX01.corp.example"}
        for name, value in values.items():
            row[name.replace("_", "-")] = value
        out = io.StringIO()
        csv.writer(out, lineterminator="").writerow(
            [row.get(name, "") for name in self.fields])
        self.rows.append((at, out.getvalue()))

    def message(self, at, sender, recipients, account=None, ip=None,
                pickup=False, connector=None, subject=None):
        number = next(self.numbers)
        message_id = "<%08d@%s>" % (number, sender.split("@")[-1])
        names = [r[0] if isinstance(r, tuple) else r for r in recipients]
        common = {"internal_message_id": number, "message_id": message_id,
                  "message_subject": subject or 'Offer, "as agreed"; %d'
                  % number, "sender_address": sender, "total_bytes": 4711}
        incoming = dict(common, recipient_address=";".join(names),
                        recipient_count=len(names), return_path=sender)
        if pickup:
            self.say(at, "RECEIVE", "PICKUP", **incoming)
        elif account:
            self.say(at, "RECEIVE", "SMTP", client_ip="10.0.0.5",
                     client_hostname="EX01.corp.example",
                     connector_id="EX01\\Client Proxy EX01",
                     directionality="Originating", original_client_ip=ip,
                     **incoming)
        else:
            self.say(at, "RECEIVE", "SMTP", client_ip=ip,
                     client_hostname="mail.far.example",
                     connector_id=connector or "EX01\\Default EX01",
                     directionality="Incoming", **incoming)
        done = at + datetime.timedelta(seconds=2)
        sent = [r for r in recipients if not isinstance(r, tuple)]
        far = [r for r in sent if not r.endswith("@tienda.example")]
        near = [r for r in sent if r.endswith("@tienda.example")]
        if far:
            self.say(done, "SEND", "SMTP", client_ip="10.0.0.5",
                     client_hostname="EX01", server_ip="198.51.100.9",
                     server_hostname="mx.far.example",
                     connector_id="Internet",
                     recipient_address=";".join(far),
                     recipient_status=";".join(
                         ["250 2.1.5 Recipient OK"] * len(far)),
                     recipient_count=len(far), **common)
        for name in near:
            self.say(done, "DELIVER", "STOREDRIVER", client_hostname="EX01",
                     recipient_address=name, recipient_count=1, **common)
        for name, reply in [r for r in recipients if isinstance(r, tuple)]:
            status = reply if self.version == "2010" else (
                "[{LED=%s};{MSG=};{FQDN=mx.far.example};{IP=198.51.100.9};"
                "{LRT=11/10/2026 8:00:00 AM}]" % reply)
            self.say(done, "FAIL", "SMTP", server_hostname="mx.far.example",
                     connector_id="Internet", recipient_address=name,
                     recipient_status=status, recipient_count=1, **common)
            self.say(done, "DSN", "DSN", recipient_address=sender,
                     recipient_count=1, reference=message_id,
                     internal_message_id=next(self.numbers),
                     message_id="<%d@corp.example>" % next(self.numbers),
                     sender_address="postmaster@corp.example",
                     return_path="<>", total_bytes=9000)

    def logs(self, folder, name="MSGTRK2026111008-1.LOG"):
        head = ("#Software: Microsoft Exchange Server\r\n#Version: %s\r\n"
                "#Log-type: Message Tracking Log\r\n"
                "#Date: 2026-11-10T08:00:00.000Z\r\n#Fields: %s\r\n"
                % (VERSIONS[self.version], FIELDS[self.version]))
        path = folder / name
        path.write_bytes(("\ufeff" + head + "".join(
            row + "\r\n" for _, row in sorted(self.rows, key=lambda r: r[0]))
        ).encode())
        return ["--log", path]


class MailEnableLog:
    """SMTP Activity log; final: is the reply to the message itself logged?"""

    def __init__(self, final=True):
        self.final = final
        self.lines = []
        self.numbers = itertools.count(0x8E6A1000)
        self.sockets = itertools.count(400, 4)

    def say(self, at, way, name, socket, ip, command, words, reply,
            mailbox=""):
        self.lines.append((at, "\t".join([
            at.strftime("%m/%d/%y %H:%M:%S"), way, name, str(socket), ip,
            command, words, reply, str(len(reply) + 2), str(len(words) + 2),
            mailbox, ""])))

    def refused(self, at, ip, mailbox):
        name = "%032X.MAI" % next(self.numbers)
        self.say(at, "SMTP-IN", name, 812, ip, "AUTH", "MTIzNDU2Nzg5",
                 "535 Invalid Username or Password", mailbox)

    def message(self, at, sender, recipients, account=None, ip=None,
                webmail=False):
        name = "%032X.MAI" % next(self.numbers)
        ok = "250 Requested mail action okay, completed"
        names = [r[0] if isinstance(r, tuple) else r for r in recipients]
        if not webmail:
            socket = next(self.sockets) % 2000
            box = account or ""
            self.say(at, "SMTP-IN", name, socket, ip, "", "", "220 "
                     "mx1.tienda.example ESMTP MailEnable Service, Version: "
                     "9.76-- ready at " + at.strftime("%m/%d/%y %H:%M:%S"))
            self.say(at, "SMTP-IN", name, socket, ip, "EHLO", "EHLO pc",
                     "250-mx1.tienda.example [%s], this server offers 4 "
                     "extensions" % ip)
            if account:
                self.say(at, "SMTP-IN", name, socket, ip, "AUTH",
                         "{encoded}", "235 Authenticated", box)
            self.say(at, "SMTP-IN", name, socket, ip, "MAIL",
                     "MAIL FROM:<%s> SIZE=2343" % sender, ok, box)
            for to in names:
                self.say(at, "SMTP-IN", name, socket, ip, "RCPT",
                         "RCPT TO:<%s>" % to, ok, box)
            self.say(at, "SMTP-IN", name, socket, ip, "DATA", "DATA",
                     "354 Start mail input; end with <CRLF>.<CRLF>", box)
            if self.final:
                self.say(at, "SMTP-IN", name, socket, ip, "DATA", "", ok, box)
            self.say(at, "SMTP-IN", name, socket, ip, "QUIT", "QUIT",
                     "221 Service closing transmission channel", box)
        at += datetime.timedelta(seconds=2)
        far = [r for r in recipients if not (
            r[0] if isinstance(r, tuple) else r).endswith("@tienda.example")]
        if not far:
            return
        socket, peer = next(self.sockets) % 2000, "198.51.100.9"
        self.say(at, "SMTP-OU", name, socket, peer, "", "",
                 "220 mx.far.example ESMTP ready")
        self.say(at, "SMTP-OU", name, socket, peer, "EHLO",
                 "EHLO mx1.tienda.example", "250-mx.far.example")
        self.say(at, "SMTP-OU", name, socket, peer, "MAIL",
                 "MAIL FROM:<%s> SIZE=2343" % sender, "250 2.1.0 OK")
        accepted = 0
        for to in far:
            reply = "250 2.1.5 OK"
            if isinstance(to, tuple):
                to, reply = to
            accepted += reply.startswith("2")
            self.say(at, "SMTP-OU", name, socket, peer, "RCPT",
                     "RCPT TO:<%s>" % to, reply)
        if accepted:
            self.say(at, "SMTP-OU", name, socket, peer, "DATA", "DATA",
                     "354 go ahead")
            if self.final:
                self.say(at, "SMTP-OU", name, socket, peer, "DATA", "",
                         "250 2.0.0 OK queued")
        self.say(at, "SMTP-OU", name, socket, peer, "QUIT", "QUIT",
                 "221 2.0.0 bye")

    def logs(self, folder, name="SMTP-Activity-261110.log"):
        path = folder / name
        path.write_text("".join(line + "\r\n" for _, line in sorted(
            self.lines, key=lambda pair: pair[0])), newline="")
        return ["--log", path]


def spam(n, log, at, sender, **who):
    to = []
    for k in range(4):
        address = "victim%d-%d@gmail.example" % (n, k)
        if (n + k) % 5 == 0:
            to.append((address, "550 5.1.1 <%s>: user unknown" % address))
        elif (n + k) % 11 == 0:
            to.append((address, "550 5.7.1 Our system has detected that this "
                       "message is likely unsolicited mail"))
        else:
            to.append(address)
    log.message(at, sender, to, **who)


def honest_days(log, days=9, accounts=6):
    for day in range(days):
        for hour in range(9):
            for n in range(accounts):
                at = START + datetime.timedelta(
                    days=day, hours=hour, minutes=n * 3)
                user = "user%d@tienda.example" % n
                log.message(at, user,
                            ["friend%d@customer%d.example" % (hour % 4, n)],
                            account=user, ip="192.0.2.%d" % (10 + n))
                log.message(at + datetime.timedelta(minutes=1),
                            "friend%d@customer%d.example" % (hour % 4, n),
                            [user], ip="203.0.113.%d" % (n + 1))


def night(log, messages=600, **who):
    """who: functions of n, or values, for ExchangeLog.message."""
    start = START + datetime.timedelta(days=9, hours=11)
    for n in range(messages):
        spam(n, log, start + datetime.timedelta(seconds=n * 20),
             **{key: value(n) if callable(value) else value
                for key, value in who.items()})
