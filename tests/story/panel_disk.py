# SPDX-License-Identifier: ISC
"""Disks of servers that a panel set up, with the lines that its own programs
write between those of the mail server. All is composed after documentation
and sources: none of these panels wrote them."""

import datetime
import itertools
import re

from every_log import bot, victim
from postfix_log import MONTHS, PostfixLog, START

NOW = ["--now", "2026-11-20T12:00:00Z"]
MAIN = ("mydestination = localhost\nvirtual_mailbox_domains = tienda.example\n"
        "mynetworks = 127.0.0.0/8%s\n")
MASTER = ("smtp inet n - n - - smtpd\nsubmission inet n - n - - smtpd\n"
          "  -o syslog_name=postfix/submission\n")


def after(**when):
    return START + datetime.timedelta(**when)


def stamp(at):
    return "%s %2d %s" % (MONTHS[at.month - 1], at.day,
                          at.strftime("%H:%M:%S"))


def people(log, days=9):
    """Innocents: people at work, and a newsletter to its readers."""
    for day in range(days):
        for n in range(30):
            log.message(after(days=day, minutes=17 * n),
                        "user%d@tienda.example" % (n % 6),
                        ["friend%d@customer%d.example" % (n % 4, n % 6)],
                        account="user%d@tienda.example" % (n % 6),
                        ip="192.0.2.%d" % (10 + n % 6))
        log.message(after(days=day, minutes=1), "ana@tienda.example",
                    ["pepe@cliente.example"], account="ana@tienda.example",
                    ip="192.0.2.77")
    for n in range(600):
        to = "reader%d@list%d.example" % (n, n % 50)
        log.message(after(days=7, hours=3, seconds=9 * n),
                    "news@tienda.example",
                    [(to, "550 5.1.1 <%s>: user unknown" % to)
                     if n % 120 == 0 else to],
                    account="news@tienda.example", ip="192.0.2.40")


def thieves(log, script, user):
    """A stolen login, a script of a site and a local user; what log.message
    needs to name the last two."""
    for n in range(200):
        log.message(after(days=8, hours=11, seconds=20 * n),
                    "ana@tienda.example", [victim(n, k) for k in range(4)],
                    account="ana@tienda.example", ip=bot(n))
        log.message(after(days=8, hours=2, seconds=20 * n),
                    "web3@tienda.example",
                    [victim(n + 500, k) for k in range(3)], **script)
        log.message(after(days=8, hours=6, seconds=20 * n),
                    "luis@tienda.example",
                    [victim(n + 900, k) for k in range(3)], **user)


class Lines:
    """Between the lines of Postfix; each gets what was parsed of one."""
    host = "mx1"

    def login(self, at, qid, ip, account):
        return []

    def pickup(self, at, qid, uid, sender):
        return []

    def often(self, at, n):
        return []

    def write(self, lines):
        out = []
        for line in lines:
            at, text = line[:15], line[16 + len(self.host) + 1:]
            m = re.match(r"postfix/submission/smtpd\[\d+\]: (\w+): client="
                         r"\S+\[(\S+)\], sasl_method=PLAIN, sasl_username="
                         r"(\S+)", text)
            out.append(line)
            if m:
                out += ["%s %s %s" % (at, self.host, more)
                        for more in self.login(at, *m.groups())]
            m = re.match(r"postfix/pickup\[\d+\]: (\w+): uid=(\d+) from=<(.*)>",
                         text)
            if m:
                out[-1:-1] = ["%s %s %s" % (at, self.host, more)
                              for more in self.pickup(at, *m.groups())]
        for n in range(60):
            at = stamp(after(days=n % 9, hours=5, seconds=30 * n))
            out += ["%s %s %s" % (at, self.host, more)
                    for more in self.often(at, n)]
        return sorted(out, key=lambda line: line[:15])


class PleskLines(Lines):
    def login(self, at, qid, ip, account):
        return ["psa-pc-remote[812]: %s: from=<%s> to=<x@y.example>" % (
                    qid, account),
                "psa-pc-remote[812]: %s: py-limit-out: stderr: PASS" % qid,
                "check-quota[9917]: Starting the check-quota filter...",
                "/usr/lib64/plesk-9.0/psa-pc-remote[13591]: handlers_stderr: "
                "SKIP",
                "/usr/lib64/plesk-9.0/psa-pc-remote[13591]: SKIP during call "
                "'check-quota' handler"]

    def pickup(self, at, qid, uid, sender):
        return ["plesk sendmail[7123]: S7123: from=<%s> to=<x@y.example>"
                % sender,
                "plesk-sendmail[7123]: S7123: py-limit-out: stderr: PASS"]

    def often(self, at, n):
        return ["plesk_saslauthd[4434]: listen=6, status=5, dbpath="
                "'/plesk/passwd.db', keypath='/plesk/passwd_db_key', chroot=1,"
                " unprivileged=1",
                "plesk_saslauthd[4434]: failed mail authentication attempt for"
                " user 'user%d@tienda.example' (password len=6)" % (n % 6),
                "postfix/smtpd[77]: warning: unknown[198.18.77.%d]: SASL LOGIN"
                " authentication failed: authentication failure" % (n + 1),
                "postfix-local[912]: postfix-local: from=x@far.example, "
                "to=user1@tienda.example, dirname=/var/qmail/mailnames"]


class ZimbraLines(Lines):
    """Zimbra's chain: each message goes through amavis and comes back under
    another id; webmail hands in without a login."""
    host = "mx"

    def __init__(self):
        self.ids = itertools.count(0xA0000)

    def login(self, at, qid, ip, account):
        return ["saslauthd[2322]: zmauth: authenticating against elected url "
                "'https://mx.tienda.example:7073/service/admin/soap/' ...",
                "saslauthd[2322]: zmpost: url='https://mx.tienda.example:7073/"
                "service/admin/soap/' returned buffer->data='<soap:Envelope>"
                "</soap:Envelope>', hti->error=''",
                "saslauthd[2322]: auth_zimbra: %s auth OK" % account]

    def often(self, at, n):
        return ["zimbramon[1234]: 1234:info: 2026-11-18 13:00:00, STATUS: "
                "mx.tienda.example: mta: Running",
                "zmconfigd[44]: Watchdog: service antivirus status is OK.",
                "saslauthd[2322]: auth_zimbra: user%d auth failed: "
                "authentication failed for [user%d]" % (n % 6, n % 6),
                "postfix/smtps/smtpd[7]: warning: unknown[198.18.77.%d]: SASL "
                "LOGIN authentication failed: authentication failure" % n]

    def again(self, lines):
        """Each message twice: up to the filter, and from there on."""
        groups = {}
        for line in lines:
            groups.setdefault(line.split(": ")[1], []).append(line)
        out = []
        for second, ls in groups.items():
            first = "%X" % next(self.ids)
            at, sent = ls[0][:15], [x for x in ls if ": to=<" in x]
            out += [ls[0].replace(second, first, 1),
                    ls[1].replace(second, first, 1),
                    ls[2].replace(second, first, 1),
                    "%s mx postfix/dkimmilter/smtpd[4]: %s: client=localhost"
                    "[127.0.0.1]" % (at, second), ls[1],
                    "%s mx opendkim[99]: %s: DKIM-Signature field added (s=A, "
                    "d=tienda.example)" % (at, second), ls[2]]
            for line in sent:
                to = re.search("to=<(.*?)>", line)[1]
                out.append(
                    "%s mx postfix/smtp[5]: %s: to=<%s>, relay=127.0.0.1"
                    "[127.0.0.1]:10026, delay=0.5, delays=0/0/0/0.5, dsn=2.0.0"
                    ", status=sent (250 2.0.0 from MTA(smtp:[127.0.0.1]:10030)"
                    ": 250 2.0.0 Ok: queued as %s)" % (at, first, to, second))
            out.append("%s mx postfix/qmgr[3]: %s: removed" % (at, first))
            out += ls[3:]
        return sorted(out, key=lambda line: line[:15])


def arrivals(own):
    """Mail for the mailboxes here, which their server takes by LMTP."""
    lines = []
    for n in range(200):
        qid, at = "%X" % (0xC0000 + n), after(days=n % 9, hours=n % 7,
                                              seconds=n).strftime(
            "%b %d %H:%M:%S mx postfix/")
        lines += ["%ssmtpd[7]: %s: client=mail.far%d.example[198.51.100.%d]" %
                  (at, qid, n % 40, n % 200 + 1),
                  "%sqmgr[3]: %s: from=<pal@far%d.example>, size=2000, nrcpt=1"
                  " (queue active)" % (at, qid, n % 40),
                  "%slmtp[6]: %s: to=<box%d@tienda.example>, relay="
                  "mx.tienda.example[%s]:7025, delay=0.1, delays=0/0/0/0.1, "
                  "dsn=2.1.5, status=sent (250 2.1.5 Delivery OK)" %
                  (at, qid, n % 9, own),
                  "%sqmgr[3]: %s: removed" % (at, qid)]
    return lines


def zimbra_log(webmail=True, own="10.0.0.5"):
    """webmail: eva's login to it is stolen; others use it, too."""
    log, lines = PostfixLog("mx"), ZimbraLines()
    people(log)
    for n in range(300):
        log.message(after(days=n % 9, hours=n % 7, seconds=n),
                    "box%d@tienda.example" % (n % 9),
                    ["pal%d@customer.example" % (n % 9)], ip=own)
    for n in range(150 if webmail else 0):
        log.message(after(days=8, hours=5, seconds=20 * n),
                    "eva@tienda.example",
                    [victim(n + 3000, k) for k in range(3)], ip=own)
    log.sort()
    return sorted(lines.write(lines.again(log.lines)) + arrivals(own),
                  key=lambda line: line[:15])
