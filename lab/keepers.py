# SPDX-License-Identifier: ISC
"""Servers that take everything from this host and can deliver nothing of it:
what is in their queues is what a queue of theirs looks like.

A keeper starts in a room (lab/room.py) and listens on 127.0.0.1:25. KEPT finds
the id of a message in the answer to its DATA, spool is the folder to examine.
"""
import os
import re
import subprocess
import threading

from lab.exim import GROUPS as EXIM_GROUPS, USERS as EXIM_USERS, WHO
from lab.exim import Exim
from lab.opensmtpd import Opensmtpd, make_spool
from lab.opensmtpd import GROUPS as SMTPD_GROUPS, USERS as SMTPD_USERS
from lab.postfix import write
from lab.sendmail import GROUPS as MTA_GROUPS, MTA, PROGRAM
from lab.sendmail import Sendmail, USERS as MTA_USERS
from lab.sinks import Line, listen

# The next hop: it puts everything off.
HOP = 2626
ANSWERS = {"EHLO": "250 hop", "HELO": "250 hop", "QUIT": "221 bye",
           "RSET": "250 ok", "NOOP": "250 ok"}


def put_off(sock):
    io = Line(sock)
    io.put("220 hop ESMTP")
    while True:
        verb = (io.get() or "QUIT").upper()[:4]
        io.put(ANSWERS.get(verb, "451 4.7.1 too much mail that looks like "
                                 "spam, try again later"))
        if verb == "QUIT":
            return


def hop():
    """In a thread of its own, as long as the process lives."""
    threading.Thread(target=listen, args=("127.0.0.1", HOP, put_off),
                     daemon=True).start()


class Keeper:
    daemon = None

    def run(self, *args):
        r = subprocess.run(self.ROOT.command(*args), text=True,
                           stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT)
        if r.returncode != 0:
            raise RuntimeError("%s: %s" % (" ".join(args), r.stdout[-400:]))

    def launch(self, *args):
        self.daemon = subprocess.Popen(self.ROOT.command(*args),
                                       stdin=subprocess.DEVNULL)

    def stop(self):
        if self.daemon:
            self.daemon.terminate()
            self.daemon.wait()


class KeepingExim(Keeper):
    ROOT, KEPT = Exim.ROOT, re.compile(r"OK id=(\S+)")
    CONF = """primary_hostname = mx1.lab.example
daemon_smtp_ports = 25
local_interfaces = 127.0.0.1
exim_user = Debian-exim
exim_group = Debian-exim
log_file_path = /var/log/exim4/%%slog
acl_smtp_rcpt = accept
acl_smtp_data = accept
queue_only
smtp_accept_max = 0
smtp_accept_queue_per_connection = 0
split_spool_directory
rfc1413_hosts =
host_lookup =
keep_environment =
begin acl
begin routers
away:
  driver = manualroute
  route_list = * 127.0.0.1
  self = send
  transport = away
begin transports
away:
  driver = smtp
  port = %d
  hosts_try_fastopen =
begin retry
* * F,4d,1h
"""

    def start(self, room):
        top = self.ROOT.mount(room, EXIM_USERS, EXIM_GROUPS)
        for path in ("/var/spool/exim4", "/var/log/exim4"):
            os.makedirs(top + path, exist_ok=True)
            os.chown(top + path, *WHO)
        os.makedirs(top + "/etc/exim4", exist_ok=True)
        write(top + "/etc/exim4/exim4.conf", self.CONF % HOP)
        self.spool = top + "/var/spool/exim4"
        self.launch("/usr/sbin/exim4", "-bdf", "-oP", "/run/exim.pid")

    def attempt(self):
        self.run("/usr/sbin/exim4", "-q")


class KeepingSendmail(Keeper):
    ROOT, KEPT = Sendmail.ROOT, re.compile(r"2\.0\.0 (\S+) Message accepted")
    MC = """divert(0)dnl
include(`/usr/share/sendmail/cf/m4/cf.m4')dnl
OSTYPE(`debian')dnl
DOMAIN(`generic')dnl
undefine(`confHOST_STATUS_DIRECTORY')dnl
define(`confDOMAIN_NAME', `mx1.lab.example')dnl
define(`confTRUSTED_USER', `smmta')dnl
define(`confDELIVERY_MODE', `queueonly')dnl
define(`confQUEUE_LA', `200')dnl
define(`confREFUSE_LA', `200')dnl
define(`confDELAY_LA', `0')dnl
define(`confTO_IDENT', `0')dnl
define(`confDONT_BLAME_SENDMAIL', `Safe')dnl
define(`QUEUE_DIR', `/var/spool/mqueue/q*')dnl
define(`SMART_HOST', `esmtp:[127.0.0.1]')dnl
define(`ESMTP_MAILER_ARGS', `TCP $h %d')dnl
FEATURE(`nocanonify')dnl
FEATURE(`no_default_msa')dnl
FEATURE(`accept_unresolvable_domains')dnl
FEATURE(`promiscuous_relay')dnl
DAEMON_OPTIONS(`Family=inet, Name=MTA-lo, Port=25, Addr=127.0.0.1')dnl
MAILER(`local')dnl
MAILER(`smtp')dnl
"""

    def start(self, room):
        top = self.ROOT.mount(room, MTA_USERS, MTA_GROUPS)
        for path in ("/var/spool/mqueue", "/var/spool/mqueue/q1",
                     "/var/spool/mqueue/q2", "/var/lib/sendmail"):
            os.makedirs(top + path, exist_ok=True)
            os.chown(top + path, *MTA)
            os.chmod(top + path, 0o755 if "lib" in path else 0o2750)
        m = top + "/etc/mail/"
        os.makedirs(m, exist_ok=True)
        write(m + "sendmail.mc", self.MC % HOP)
        write(m + "aliases", "postmaster: root\n")
        write(m + "local-host-names", "mx1.lab.example\n")
        with open(m + "sendmail.cf", "w") as f:
            subprocess.run(self.ROOT.command("m4", "/etc/mail/sendmail.mc"),
                           check=True, stdout=f)
        os.chmod(top + PROGRAM, 0o755)
        self.run(PROGRAM, "-bi")
        self.spool = top + "/var/spool/mqueue"
        self.launch(PROGRAM, "-L", "sm-mta", "-bD",
                    "-OPidFile=/run/sendmail.pid")

    def attempt(self):
        self.run(PROGRAM, "-L", "sm-mta", "-q")


class KeepingOpensmtpd(Keeper):
    ROOT = Opensmtpd.ROOT
    KEPT = re.compile(r"2\.0\.0 (\w{8}) Message accepted")
    CONF = """listen on 127.0.0.1 port 25 hostname mx1.lab.example
smtp limit max-mails 10000
mta limit max-failures-per-session 10000
mta limit conn-delay-route 0
mta limit conn-delay-relay 0
mta limit reconn-delay-route 0
mta limit task-hiwat 10000
mta limit task-release 10000
action "away" relay host smtp://127.0.0.1:%d
match from any for any action "away"
"""

    def start(self, room):
        top = self.ROOT.mount(room, SMTPD_USERS, SMTPD_GROUPS)
        make_spool(top)
        write(top + "/etc/smtpd.conf", self.CONF % HOP)
        write(top + "/etc/mailname", "mx1.lab.example\n")
        # It does not start without one, even if it needs none.
        os.makedirs(top + "/etc/ssl/certs", exist_ok=True)
        write(top + "/etc/ssl/certs/ca-certificates.crt", "")
        self.spool = top + "/var/spool/smtpd"
        self.launch("/usr/sbin/smtpd", "-F", "-f", "/etc/smtpd.conf")

    def attempt(self):
        """It does so itself, as soon as it can."""


KEEPERS = {"exim": KeepingExim, "sendmail": KeepingSendmail,
           "opensmtpd": KeepingOpensmtpd}
