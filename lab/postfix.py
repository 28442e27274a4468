# SPDX-License-Identifier: ISC
"""The mail server under test: a private Postfix, configured like many."""
import os
import re
import shutil
import subprocess

from lab.net import HOST, INSIDE, OWN, OWN6

MAIN = """compatibility_level = 3.6
queue_directory = {d}/spool
data_directory = {d}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = {ip}, {ip6}, {inside}, 127.0.0.1
inet_protocols = all
smtp_address_preference = ipv4
myhostname = {host}
myorigin = $myhostname
mydestination = $myhostname, localhost
alias_maps = texthash:{d}/aliases
alias_database =
local_recipient_maps = $alias_maps, unix:passwd.byname
home_mailbox = Maildir/
mynetworks = 127.0.0.0/8
virtual_mailbox_domains = texthash:{d}/domains
virtual_mailbox_maps = texthash:{d}/mailboxes
virtual_alias_maps = texthash:{d}/virtual
virtual_mailbox_base = {d}/mail
virtual_uid_maps = static:5000
virtual_gid_maps = static:5000
transport_maps = texthash:{d}/transport
smtp_tls_security_level = may
smtpd_tls_security_level = may
smtpd_tls_cert_file = {d}/cert.pem
smtpd_tls_key_file = {d}/key.pem
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated,
 reject_unauth_destination
smtpd_recipient_restrictions = permit_mynetworks, permit_sasl_authenticated,
 reject_rbl_client zen.spamhaus.org
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
smtpd_error_sleep_time = 0
smtpd_delay_open_until_valid_rcpt = yes
enable_long_queue_ids = {long}
in_flow_delay = 0
queue_run_delay = 3600s
minimal_backoff_time = 1s
maximal_backoff_time = 3600s
default_process_limit = 80
"""
MASTER = """{ip}:25 inet n - n - - smtpd
[{ip6}]:25 inet n - n - - smtpd
127.0.0.1:25 inet n - n - - smtpd
{inside}:25 inet n - n - - smtpd
submission inet n - n - - smtpd
  -o syslog_name=postfix/submission -o smtpd_sasl_auth_enable=yes
  -o smtpd_tls_security_level=encrypt {submission}
465 inet n - n - - smtpd
  -o syslog_name=postfix/smtps -o smtpd_tls_wrappermode=yes
  -o smtpd_sasl_auth_enable=yes {submission}
{more}
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
"""
QID = re.compile(r"^\S+\[\d+\]: ([0-9A-Za-z]{6,20}): (.*)", re.S)


def write(path, text):
    with open(path, "w") as f:
        f.write(text)


class Postfix:
    """main: settings instead of the default ones; more: master.cf lines;
    submission: -o options of 587 and 465."""

    ROOT = None  # it is installed on this machine
    ENTERS = {  # kind of culprit: how its mail enters a log, once each
        "account": r": client=\S+, .*sasl_username=%s$",
        "local-user": r"/pickup\[\d+\]: \w+: %s from=",
        "script": r"mail\(\) on \[%s:\d+\]",
    }

    def __init__(self, room, main=None, more="", submission="",
                 long_ids=False):
        self.d, self.main, self.more = room.d, main or {}, more
        self.submission, self.long_ids = submission, long_ids
        self.work = {}  # queue id -> True, of messages in work
        self.aliases, self.virtual, self.transport = {}, {}, {}
        self.accounts, self.domains = [], []

    def configure(self):
        d = self.d
        for sub in ("etc", "spool", "data", "mail"):
            os.makedirs("%s/%s" % (d, sub))
        shutil.copy("/etc/postfix/postfix-files", d + "/etc")
        shutil.chown(d + "/data", "postfix", "postfix")
        os.chmod(d + "/data", 0o700)
        os.chown(d + "/mail", 5000, 5000)
        names = {"d": d, "ip": OWN, "ip6": OWN6, "inside": INSIDE,
                 "host": HOST, "long": "yes" if self.long_ids else "no",
                 "more": self.more, "submission": self.submission}
        lines = MAIN.format(**names)
        for key, value in self.main.items():
            lines = "".join(e for e in entries(lines)
                            if e.split(" =")[0] != key)
            lines += "%s = %s\n" % (key, value)
        write(d + "/etc/main.cf", lines)
        write(d + "/etc/master.cf", MASTER.format(**names))
        self.maps()

    def maps(self):
        d = self.d
        write(d + "/domains", "".join(x + " ok\n" for x in self.domains))
        write(d + "/mailboxes", "".join("%s %s/%s/Maildir/\n" % (
            a, a.rpartition("@")[2], a.partition("@")[0])
            for a in self.accounts))
        for name, table in (("aliases", self.aliases),
                            ("virtual", self.virtual),
                            ("transport", self.transport)):
            write("%s/%s" % (d, name), "".join(
                "%s %s\n" % kv for kv in table.items()))

    def save(self, root):
        """A copy of the configuration, as it would lie on a disk."""
        for source, to in (
                [(self.d + "/etc/" + n, "/etc/postfix/" + n)
                 for n in ("main.cf", "master.cf")] +
                [("%s/%s" % (self.d, n),) * 2 for n in (
                    "aliases", "domains", "mailboxes", "transport",
                    "virtual")]):
            os.makedirs(os.path.dirname(root + to), exist_ok=True)
            shutil.copyfile(source, root + to)

    def line(self, setting):
        """File and number of the line that begins so."""
        with open(self.d + "/etc/main.cf") as f:
            for number, line in enumerate(f, 1):
                if line.startswith(setting):
                    return "/etc/postfix/main.cf", number
        raise ValueError("main.cf has no " + setting)

    def command(self, *args):
        subprocess.run(args, check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)

    def start(self):
        # By its default folder, which is the lab's own here: programs that
        # Postfix starts may then call sendmail.
        self.command("postfix", "start")

    def stop(self):
        subprocess.run(["postfix", "stop"],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def flush(self):
        """Try everything that is deferred again."""
        self.command("postqueue", "-f")

    def sendmail(self, args, uid, gid, cwd="/"):
        """What a local user types: arguments for subprocess.run."""
        return {"args": ["/usr/sbin/sendmail"] + args, "user": uid,
                "group": gid, "extra_groups": [], "cwd": cwd,
                "env": {"PATH": "/usr/bin"}}

    @staticmethod
    def local(uid):
        """How the log names a local user."""
        return "uid=%d" % uid

    # What the log says of its messages.

    def see(self, text):
        m = QID.match(text)
        if not m:
            return
        qid, rest = m.groups()
        if qid == "warning":
            qid, _, rest = rest.partition(": ")
        if rest == "removed" or "status=deferred" in rest or \
                rest.startswith(("milter-hold", "hold:", "message rejected")):
            self.work.pop(qid, None)
        elif rest.startswith(("client=", "uid=", "message-id=", "from=<")):
            self.work[qid] = True

    def busy(self):
        """Did sendmail leave mail that pickup has not named yet?"""
        try:
            return bool(os.listdir(self.d + "/spool/maildrop"))
        except FileNotFoundError:
            return False


def entries(text):
    """main.cf as its entries, continuation lines included."""
    out = []
    for line in text.splitlines(True):
        if line[0] == " ":
            out[-1] += line
        else:
            out.append(line)
    return out
