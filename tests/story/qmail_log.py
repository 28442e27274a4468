# SPDX-License-Identifier: ISC
"""Composes the logs of qmail and of what stands in front of it, after
qmail-log(5), tai64n(8), and the sources of ucspi-tcp, vpopmail, spamdyke and
qlog: no qmail wrote these lines. multilog's stamps and tcpserver's lines are
as daemontools 0.76 and ucspi-tcp 0.88 write them."""

import datetime
import itertools

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
START = datetime.datetime(2026, 11, 10, 8, 0, 0)

QMAILD, QMAILS = 7791, 7796


def seconds_of(at):
    return int(at.replace(tzinfo=datetime.timezone.utc).timestamp())


def tai64n(at, text):
    return "@%016x%08x %s" % (seconds_of(at) + 0x400000000000000a,
                              at.microsecond * 1000, text)


def local(at, text):
    """What tai64nlocal makes of it, where TZ is UTC."""
    return "%s%03d %s" % (at.strftime("%Y-%m-%d %H:%M:%S.%f"), 0, text)


def syslog(at, program, text, host="mx1"):
    return "%s %2d %s %s %s: %s" % (
        MONTHS[at.month - 1], at.day, at.strftime("%H:%M:%S"), host, program,
        text)


class QmailLog:
    """form: "tai64n", "local" or "syslog" for qmail-send's lines. door: how
    the account is told: "recv" (tcpserver, vpopmail and qlog's "mail recv"),
    "spamdyke", "vpopmail" (logins alone), "plesk", None (nowhere)."""

    def __init__(self, form="tai64n", door="recv", smtp_uid=QMAILD):
        self.form, self.door, self.smtp_uid = form, door, smtp_uid
        self.send, self.smtpd, self.mail = [], [], []
        self.notice_reply = None  # to a notice that goes elsewhere
        self.deliveries = itertools.count(1)
        self.pids = itertools.count(2000, 3)
        self.inodes = itertools.cycle(range(93800, 93860))

    def say(self, at, text):
        if self.form == "tai64n":
            self.send.append((at, tai64n(at, text)))
        elif self.form == "local":
            self.send.append((at, local(at, text)))
        else:
            self.log(at, "qmail", "%d.%06d %s"
                     % (seconds_of(at), at.microsecond, text))

    def log(self, at, program, text):
        self.mail.append((at, syslog(at, program, text)))

    def login(self, at, account, ip):
        """A session that logs in; returns the pid of its server."""
        pid = next(self.pids) % 30000
        if self.door == "plesk":
            self.log(at, "/var/qmail/bin/relaylock[%d]" % pid,
                     "/var/qmail/bin/relaylock: mail from %s:51234 "
                     "(not defined)" % ip)
            self.log(at, "smtp_auth", "SMTP connect from unknown@ [%s]" % ip)
            if account:
                user, domain = account.split("@")
                self.log(at, "smtp_auth", "smtp_auth: SMTP user %s : "
                         "/var/qmail/mailnames/%s/%s logged in from unknown@ "
                         "[%s]" % (account, domain, user, ip))
            return pid
        self.smtpd += [
            (at, tai64n(at, "tcpserver: pid %d from %s" % (pid, ip))),
            (at, tai64n(at, "tcpserver: ok %d mx1:192.0.2.25:587 :%s::51234"
                        % (pid, ip)))]
        if account and self.door in ("recv", "vpopmail"):
            self.log(at, "vpopmail[%d]" % (pid + 1), "vchkpw-submission: "
                     "(PLAIN) login success %s:%s" % (account, ip))
        return pid

    def message(self, at, sender, recipients, account=None, ip=None, uid=None,
                size=2343, end=True):
        """One message. recipients: addresses or pairs of an address and the
        reply to it. Those at tienda.example are local."""
        inode, qp = next(self.inodes), next(self.pids) % 30000
        if ip:
            pid = self.login(at, account, ip)
            tick = at + datetime.timedelta(seconds=1)
            if self.door == "recv":
                self.smtpd.append((tick, tai64n(
                    tick, "mail recv: pid %d from <%s> qp %d"
                    % (pid, sender, qp))))
            if self.door == "spamdyke":
                for to in recipients:
                    to = to[0] if isinstance(to, tuple) else to
                    self.log(tick, "spamdyke[%d]" % pid,
                             "ALLOWED from: %s to: %s origin_ip: %s "
                             "origin_rdns: (unknown) auth: %s encryption: "
                             "(none) reason: 250_ok_%d_qp_%d"
                             % (sender, to, ip, account or "(unknown)",
                                seconds_of(tick), qp))
            uid = self.smtp_uid
            at = tick
        self.say(at, "new msg %d" % inode)
        self.say(at, "info msg %d: bytes %d from <%s> qp %d uid %d"
                 % (inode, size, sender, qp, uid))
        failed = False
        started = []
        for to in recipients:
            reply = None
            if isinstance(to, tuple):
                to, reply = to
            number = next(self.deliveries)
            here = to.endswith("@tienda.example")
            self.say(at, "starting delivery %d: msg %d to %s %s" % (
                number, inode, "local" if here else "remote",
                "tienda.example-" + to if here else to))
            self.say(at, "status: local 0/10 remote 1/20")
            started.append((number, here, reply))
        done = at + datetime.timedelta(seconds=1)
        for number, here, reply in reversed(started):
            failed |= bool(reply) and reply[0] == "5"
            self.say(done, "delivery %d: %s" % (number, self.report(
                here, reply)))
            self.say(done, "status: local 0/10 remote 0/20")
        if failed:
            notice = next(self.pids) % 30000
            self.say(done, "bounce msg %d qp %d" % (inode, notice))
        if end:
            self.say(done, "end msg %d" % inode)
        if failed:
            self.notice(done, sender, notice)
        return inode

    def notice(self, at, sender, qp):
        inode, number = next(self.inodes), next(self.deliveries)
        here = sender.endswith("@tienda.example")
        self.say(at, "new msg %d" % inode)
        self.say(at, "info msg %d: bytes 3501 from <> qp %d uid %d"
                 % (inode, qp, QMAILS))
        self.say(at, "starting delivery %d: msg %d to %s" % (
            number, inode, "local tienda.example-" + sender if here
            else "remote " + sender))
        self.say(at, "delivery %d: %s" % (number, self.report(
            here, None if here else self.notice_reply)))
        self.say(at, "end msg %d" % inode)

    @staticmethod
    def report(here, reply):
        if here and not reply:
            return "success: did_1+0+0/"
        if not reply:
            return ("success: 198.51.100.9_accepted_message./Remote_host_said:"
                    "_250_2.0.0_OK_1794825187/")
        said = reply.replace(" ", "_")
        if reply[0] == "5":
            return ("failure: 198.51.100.9_does_not_like_recipient./"
                    "Remote_host_said:_%s/Giving_up_on_198.51.100.9./" % said)
        return ("deferral: 198.51.100.9_does_not_like_recipient./"
                "Remote_host_said:_%s/Giving_up_on_198.51.100.9./" % said)

    def write(self, folder):
        """The logs that this server would have; returns their paths."""
        paths = []
        for name, lines in (("send-current", self.send),
                            ("smtpd-current", self.smtpd),
                            ("maillog", self.mail)):
            if lines:
                path = folder / name
                path.write_text("".join(
                    line + "\n" for _, line in
                    sorted(lines, key=lambda pair: pair[0])))
                paths.append(path)
        return paths

    def logs(self, folder):
        return [arg for path in self.write(folder) for arg in ("--log", path)]


def honest_days(log, days=9, accounts=6):
    """A few people at work, and strangers who write to them."""
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


def spam(n, log, at, recipients=4, **who):
    to = []
    for k in range(recipients):
        address = "victim%d-%d@gmail.example" % (n, k)
        if (n + k) % 5 == 0:
            to.append((address, "550 5.1.1 <%s>: user unknown" % address))
        elif (n + k) % 11 == 0:
            to.append((address, "550 5.7.1 Our system has detected that this "
                       "message is likely unsolicited mail"))
        else:
            to.append(address)
    log.message(at, who.pop("sender"), to, **who)


def stolen_night(log, account="ana@tienda.example", messages=600, day=9,
                 sender=None):
    start = START + datetime.timedelta(days=day, hours=11)
    for n in range(messages):
        spam(n, log, start + datetime.timedelta(seconds=n * 20),
             sender=sender or account, account=account,
             ip="198.18.%d.%d" % (n % 97, n % 13 + 1))


def script_night(log, uid, messages=600, day=9):
    start = START + datetime.timedelta(days=day, hours=11)
    for n in range(messages):
        spam(n, log, start + datetime.timedelta(seconds=n * 20), uid=uid,
             sender="www%d@shop.tienda.example" % (n % 3))


def relay_night(log, messages=600, day=9):
    """Strangers from anywhere to anywhere, without a password."""
    start = START + datetime.timedelta(days=day, hours=11)
    for n in range(messages):
        spam(n, log, start + datetime.timedelta(seconds=n * 20),
             sender="offer%d@brand%d.example" % (n, n % 40),
             ip="198.18.7.%d" % (n % 3 + 1))
