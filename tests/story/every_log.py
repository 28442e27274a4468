# SPDX-License-Identifier: ISC
"""One story in the log of every server: who handed a message in, and what
became of it. Exim's and Sendmail's lines have the form that Exim 4.96 and
Sendmail 8.17 wrote in the lab; for the other servers see their own modules."""

import datetime
import itertools

import qmail_log
import test_opensmtpd
import windows_log

MONTHS = qmail_log.MONTHS
START = qmail_log.START
HERE = "@tienda.example"
TICK = datetime.timedelta(seconds=1)


def mx_of(to):
    return ("hotmail-com.olc.protection.outlook.com"
            if to.endswith("@hotmail.example") else "mx.far.example")


def pairs(recipients):
    return [r if isinstance(r, tuple) else (r, None) for r in recipients]


def id_of(n):
    """A number in base 62, six digits."""
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    text = ""
    for _ in range(6):
        n, k = divmod(n, 62)
        text = digits[k] + text
    return text


class EximLog:
    """arguments: is log_selector +arguments set?"""
    name = "exim"

    def __init__(self, arguments=True):
        self.lines, self.ids = [], itertools.count(1000000)
        self.arguments = arguments

    def say(self, at, text):
        self.lines.append((at, "%s %s" % (
            at.strftime("%Y-%m-%d %H:%M:%S"), text)))

    def begin(self, at, sender, recipients, how, message_id=None, subject="x"):
        n = next(self.ids)
        qid = "1%s-%s-%02d" % (id_of(n)[1:], id_of(n * 7), n % 90)
        self.say(at, "%s <= %s %s S=900%s T=\"%s\" for %s" % (
            qid, sender or "<>", how,
            " id=" + (message_id or "%d@%s" % (
                n, sender.split("@")[-1])) if sender else "", subject,
            " ".join(r[0] for r in recipients)))
        return qid

    def finish(self, at, qid, sender, recipients, notice=True):
        failed = False
        for to, reply in recipients:
            way = "R=dnslookup T=remote_smtp H=%s [198.51.100.9]" % mx_of(to)
            if reply and reply[0] in "45":
                said = ("SMTP error from remote mail server after RCPT TO:"
                        "<%s>: %s" % (to, reply))
            if to.endswith(HERE) and not reply:
                self.say(at, "%s => %s <%s> R=virtual_user T=virtual_delivery"
                         % (qid, to.split("@")[0], to))
            elif to.endswith(HERE):
                self.say(at, "%s ** %s R=virtual_user: Unknown user" % (
                    qid, to))
                failed = True
            elif not reply:
                self.say(at, "%s => %s %s C=\"250 2.0.0 Ok: queued\"" % (
                    qid, to, way))
            elif reply[0] == "5":
                self.say(at, "%s ** %s %s: %s" % (qid, to, way, said))
                failed = True
            else:
                self.say(at, "%s == %s %s: %s" % (
                    qid, to, way.replace(" H=", " defer (-44) H="), said))
        if failed and notice and sender:
            self.notice(at, qid, sender)
        self.say(at, "%s Completed" % qid)

    notice_reply = None

    def notice(self, at, qid, sender):
        child = self.begin(at, "", [(sender, None)], "R=%s U=Debian-exim "
                           "P=local" % qid, subject="Mail delivery failed")
        self.finish(at, child, "", [(sender, None if sender.endswith(HERE)
                                     else self.notice_reply)])

    def message(self, at, sender, recipients, account=None, ip=None,
                user=None, folder=None, message_id=None):
        recipients = pairs(recipients)
        if user:
            if self.arguments:
                self.say(at, "cwd=%s 3 args: /usr/sbin/sendmail -t -i" % (
                    folder or "/home/" + user))
            how = "U=%s P=local" % user
        else:
            how = "H=(pc) [%s] P=%s" % (ip, "esmtpsa A=plain:" + account
                                        if account else "esmtp")
        qid = self.begin(at, sender, recipients, how, message_id)
        self.finish(at + TICK, qid, sender, recipients)

    def forward(self, at, ip, sender, here, there, reply=None,
                message_id=None):
        qid = self.begin(at, sender, [(here, None)], "H=mx (mx) [%s] P=esmtp"
                         % ip, message_id)
        way = "<%s> R=dnslookup T=remote_smtp H=mx.far.example " \
            "[198.51.100.9]" % here
        if reply:
            self.say(at, "%s ** %s %s: SMTP error from remote mail server "
                     "after end of data: %s" % (qid, there, way, reply))
        else:
            self.say(at, "%s => %s %s C=\"250 ok\"" % (qid, there, way))
        self.say(at, "%s Completed" % qid)

    def guess(self, at, ip, account):
        self.say(at, "plain authenticator failed for (pc) [%s]: 535 Incorrect "
                 "authentication data (set_id=%s)" % (ip, account))

    def login(self, at, ip, account):
        self.say(at, "no MAIL in SMTP connection from (pc) [%s] D=1s "
                 "A=plain:%s X=TLS1.3:x:256 CV=no C=EHLO,AUTH,QUIT" % (
                     ip, account))

    def logs(self, folder, name="mainlog"):
        path = folder / name
        self.lines.sort(key=lambda line: line[0])
        path.write_text("".join(text + "\n" for _, text in self.lines))
        return ["--log", path]


class SendmailLog:
    name = "sendmail"
    notice_reply = None

    def __init__(self):
        self.lines, self.ids = [], itertools.count(41000)

    def say(self, at, pid, text, program="sm-mta"):
        self.lines.append((at, qmail_log.syslog(
            at, "%s[%d]" % (program, pid), text)))

    def new(self):
        pid = next(self.ids)
        return "6AQJ%c%c%c%c%06d" % (
            65 + pid // 17576 % 26, 65 + pid // 676 % 26,
            97 + pid // 26 % 26, 65 + pid % 26, pid), pid

    def begin(self, at, sender, recipients, how, message_id=None):
        qid, pid = self.new()
        if "authid=" in how:
            who, _, how = how.partition(" ")
            self.say(at, pid, "AUTH=server, relay=%s, %s, mech=PLAIN, bits=0"
                     % (how.partition("relay=")[2], who))
        self.say(at, pid, "%s: from=<%s>, size=900, class=0, nrcpts=%d, msgid="
                 "<%s>, %s" % (qid, sender, len(recipients), message_id or
                               "%s@%s" % (qid, sender.split("@")[-1]), how))
        return qid, pid

    def delivery(self, at, qid, pid, to, reply, owner=""):
        if to.endswith(HERE):
            self.say(at, pid, "%s: to=<%s>, %sdelay=00:00:00, xdelay=00:00:00,"
                     " mailer=local, pri=30900, dsn=%s" % (
                         qid, to, owner, "5.1.1, stat=User unknown" if reply
                         else "2.0.0, stat=Sent"))
            return
        said = "dsn=2.0.0, stat=Sent (Ok: queued)"
        if reply:
            dsn = reply.split()[1]
            said = "dsn=%s, reply=%s, stat=%s" % (
                dsn, reply, "Deferred: " + reply if reply[0] == "4" else
                "User unknown" if dsn == "5.1.1" else "Service unavailable")
        self.say(at, pid, "%s: to=<%s>, %sdelay=00:00:00, xdelay=00:00:00, "
                 "mailer=esmtp, pri=30900, relay=%s. [198.51.100.9], %s" % (
                     qid, to, owner, mx_of(to), said))

    def finish(self, at, qid, pid, sender, recipients, owner=""):
        failed = False
        for to, reply in recipients:
            self.delivery(at, qid, pid, to, reply, owner)
            failed |= bool(reply) and reply[0] == "5"
        if failed and sender:
            child = self.new()[0]
            self.say(at, pid, "%s: %s: DSN: User unknown" % (qid, child))
            self.delivery(at, child, pid, sender, None if sender.endswith(HERE)
                          else self.notice_reply)

    def message(self, at, sender, recipients, account=None, ip=None,
                user=None, folder=None, message_id=None):
        recipients, owner = pairs(recipients), ""
        if user:
            owner = "ctladdr=<%s> (1005/1005), " % sender
            qid, pid = self.new()
            message_id = message_id or qid + "@mx1"
            self.say(at, pid, "%s: from=%s, size=400, class=0, nrcpts=%d, "
                     "msgid=<%s>, relay=%s@localhost" % (
                         qid, sender, len(recipients), message_id, user),
                     "sendmail")
            inner = self.begin(at, sender, recipients, "proto=ESMTPS, daemon="
                               "MTA-lo, relay=localhost [127.0.0.1]",
                               message_id)
            self.say(at, pid, "%s: to=%s, ctladdr=%s (1005/1005), delay="
                     "00:00:00, xdelay=00:00:00, mailer=relay, pri=30400, "
                     "relay=[127.0.0.1] [127.0.0.1], dsn=2.0.0, stat=Sent (%s "
                     "Message accepted for delivery)" % (
                         qid, ",".join(r[0] for r in recipients), user,
                         inner[0]), "sendmail")
            qid, pid = inner
        else:
            qid, pid = self.begin(
                at, sender, recipients, "%sproto=ESMTP%s, daemon=MTA, "
                "relay=[%s]" % ("authid=%s " % account if account else "",
                                "SA" if account else "", ip), message_id)
        self.finish(at + TICK, qid, pid, sender, recipients, owner)

    def forward(self, at, ip, sender, here, there, reply=None,
                message_id=None):
        qid, pid = self.begin(at, sender, [here], "proto=ESMTP, daemon=MTA, "
                              "relay=mx.sender.example [%s]" % ip, message_id)
        self.delivery(at, qid, pid, there, reply,
                      "ctladdr=<%s> (8/0), " % here)

    def guess(self, at, ip, account):
        qid, pid = self.new()
        self.say(at, pid, "%s: AUTH failure (PLAIN): user not found (-20) "
                 "SASL(-13): user not found: Password verification failed, "
                 "user=%s, relay=[%s]" % (qid, account, ip))

    def login(self, at, ip, account):
        pid = next(self.ids)
        self.say(at, pid, "AUTH=server, relay=[%s], authid=%s, mech=PLAIN, "
                 "bits=0" % (ip, account))
        self.say(at, pid, "[%s] did not issue MAIL/EXPN/VRFY/ETRN during "
                 "connection to MSA" % ip)

    logs = EximLog.logs


class Sessions(test_opensmtpd.SmtpdLog):
    """Of its newest form, with deliveries to people here."""

    def delivery(self, evpid, sender, to, reply):
        if not to.endswith(HERE):
            return super().delivery(evpid, sender, to, reply).replace(
                "mx.y.example", mx_of(to))
        return "%016x mda delivery evpid=%s from=<%s> to=<%s> rcpt=<%s> " \
            "user=vmail delay=0s result=%s" % (
                next(self.ids), evpid, sender, to, to,
                "PermFail stat=Error (\"no such box\")" if reply else
                "Ok stat=Delivered")


class SmtpdLog:
    name = "opensmtpd"
    notice_reply = None

    def __init__(self):
        self.inner = Sessions("7.6")
        self.lines, self.session = self.inner.lines, self.inner.session
        self.ids, self.say = self.inner.ids, self.inner.say

    def message(self, at, sender, recipients, account=None, ip=None,
                user=None, folder=None, message_id=None):
        recipients = pairs(recipients)
        self.session(at, ip, account, [(sender, recipients)],
                     local=bool(user))
        if any(r and r[0] == "5" for _, r in recipients):
            self.session(at + TICK, None, None, [
                ("", [(sender, self.notice_reply)])], local=True)

    def forward(self, at, ip, sender, here, there, reply=None,
                message_id=None):
        """to= is where it goes, rcpt= the address here."""
        s, m = "%016x" % next(self.ids), "%08x" % (
            next(self.inner.messages) & 0xffffffff)
        evpid, out = m + "7bbf02be", "%016x" % next(self.ids)
        how = "Ok" if not reply else "PermFail"
        for text in (
                "%s smtp connected address=%s host=h.example" % (s, ip),
                "%s smtp message msgid=%s size=700 nrcpt=1 proto=ESMTP" % (
                    s, m),
                "%s smtp envelope evpid=%s from=<%s> to=<%s>" % (
                    s, evpid, sender, here),
                "%s smtp disconnected reason=quit" % s,
                "%s mta delivery evpid=%s from=<%s> to=<%s> rcpt=<%s> source="
                "\"192.0.2.25\" relay=\"198.51.100.9 (mx.far.example)\" "
                "delay=1s result=\"%s\" stat=\"%s\"" % (
                    out, evpid, sender, there, here, how,
                    reply or "250 2.0.0 Ok")):
            self.say(at, text)

    def guess(self, at, ip, account):
        s = "%016x" % next(self.ids)
        self.say(at, "%s smtp connected address=%s host=<unknown>" % (s, ip))
        self.say(at, "%s smtp authentication user=%s result=permfail" % (
            s, account))
        self.say(at, "%s smtp disconnected reason=quit" % s)

    def login(self, at, ip, account):
        self.session(at, ip, account, [])

    logs = EximLog.logs


class QmailLog(qmail_log.QmailLog):
    name = "qmail"

    def message(self, at, sender, recipients, account=None, ip=None,
                user=None, folder=None, message_id=None):
        super().message(at, sender, recipients, account, ip,
                        uid=10003 if user else None)

    def forward(self, at, ip, sender, here, there, reply=None,
                message_id=None):
        pid, qp = self.login(at, None, ip), next(self.pids) % 30000
        inode, second = next(self.inodes), next(self.inodes)
        first, then = next(self.deliveries), next(self.deliveries)
        if self.door == "recv":
            self.smtpd.append((at, qmail_log.tai64n(
                at, "mail recv: pid %d from <%s> qp %d" % (pid, sender, qp))))
        for text in (
                "new msg %d" % inode, "info msg %d: bytes 900 from <%s> qp %d "
                "uid %d" % (inode, sender, qp, self.smtp_uid),
                "starting delivery %d: msg %d to local tienda.example-%s" % (
                    first, inode, here), "new msg %d" % second,
                "info msg %d: bytes 1000 from <%s> qp %d uid 89" % (
                    second, sender, qp + 1),
                "delivery %d: success: did_0+1+0/qp_%d/" % (first, qp + 1),
                "end msg %d" % inode,
                "starting delivery %d: msg %d to remote %s" % (
                    then, second, there),
                "delivery %d: %s" % (then, self.report(False, reply)),
                "end msg %d" % second):
            self.say(at, text)

    def guess(self, at, ip, account):
        pid = next(self.pids) % 30000
        self.log(at, "vpopmail[%d]" % pid, "vchkpw-smtp: password fail (pass: "
                 "'x') %s:%s" % (account, ip))

    def login(self, at, ip=None, account=None):
        if account and "@" not in account:  # called as (at, account, ip)
            account, ip = ip, account
        return super().login(at, account, ip)


class MailEnableLog(windows_log.MailEnableLog):
    name = "mailenable"

    def message(self, at, sender, recipients, account=None, ip=None,
                user=None, folder=None, message_id=None):
        super().message(at, sender, recipients, account, ip,
                        webmail=bool(user))

    def guess(self, at, ip, account):
        self.refused(at, ip, account)


class ExchangeLog(windows_log.ExchangeLog):
    name = "exchange"

    def message(self, at, sender, recipients, account=None, ip=None,
                user=None, folder=None, message_id=None):
        super().message(at, sender, recipients, account, ip,
                        pickup=bool(user))


EVERY = [EximLog, SendmailLog, SmtpdLog, QmailLog, MailEnableLog, ExchangeLog]


def honest_days(log, days=9, accounts=6):
    qmail_log.honest_days(log, days, accounts)


def victim(n, k):
    address = "victim%d-%d@gmail.example" % (n, k)
    if (n + k) % 5 == 0:
        return address, "550 5.1.1 <%s>: user unknown" % address
    if (n + k) % 11 == 0:
        return address, "550 5.7.1 Our system has detected that this " \
            "message is likely unsolicited mail"
    return address


def night(log, messages=400, recipients=3, day=9, **who):
    """A burst of spam; who: values, or functions of n."""
    start = START + datetime.timedelta(days=day, hours=11)
    for n in range(messages):
        log.message(start + datetime.timedelta(seconds=n * 20),
                    recipients=[victim(n, k) for k in range(recipients)],
                    **{key: value(n) if callable(value) else value
                       for key, value in who.items()})


def bot(n):
    return "198.18.%d.%d" % (n % 97, n % 13 + 1)
