# SPDX-License-Identifier: ISC
"""The mail server under test: OpenSMTPD in a root of its own, with mailboxes
of several domains and logins from a file."""
import os
import re
import shutil
import subprocess
import time

from lab.net import HOST, INSIDE, OWN, OWN6
from lab.postfix import write
from lab.root import Root

CONF = """pki mx1 cert "{d}/smtpd/cert.pem"
pki mx1 key "{d}/smtpd/key.pem"
table aliases file:{d}/smtpd/aliases
table domains file:{d}/smtpd/domains
table logins file:{d}/smtpd/logins
table mailboxes file:{d}/smtpd/mailboxes
{tables}
queue ttl 4d
mta limit conn-delay-relay 0
mta limit reconn-delay-route 0
mta limit max-conn-per-source 1000
smtp limit max-mails 1000
smtp limit max-rcpt 1000
listen on socket
listen on 127.0.0.1 hostname {host}
listen on {inside} hostname {host}
listen on {ip} port 25 tls pki mx1 hostname {host}
listen on {ip6} port 25 tls pki mx1 hostname {host}
listen on {ip} port 465 smtps pki mx1 auth <logins> hostname {host}
listen on {ip} port 587 tls-require pki mx1 auth <logins> hostname {host}
listen on {ip6} port 465 smtps pki mx1 auth <logins> hostname {host}
action "local" mbox alias <aliases>
action "virtual" maildir "{d}/mail/%{{dest.domain}}/%{{dest.user}}" virtual <mailboxes>
action "outbound" relay
match from any for local action "local"
match from any for domain <domains> action "virtual"
{first}
match from local for any action "outbound"
match from any auth for any action "outbound"
"""
SMTPD, QUEUE = (101, 103), (102, 104)  # uid and gid
USERS = "opensmtpd:x:101:103::/var/empty:/usr/sbin/nologin\n" \
    "opensmtpq:x:102:104::/var/empty:/usr/sbin/nologin\n"
GROUPS = "opensmtpd:x:103:\nopensmtpq:x:104:\n"
SPOOL = "/var/spool/smtpd"
PORTS = (25, 465, 587)
FOLDERS = {"": (0o711, 0, 0), "/offline": (0o770, 0, QUEUE[1]),
           "/queue": (0o700, QUEUE[0], 0), "/incoming": (0o700, QUEUE[0], 0),
           "/purge": (0o700, QUEUE[0], 0), "/corrupt": (0o700, QUEUE[0], 0),
           "/temporary": (0o700, QUEUE[0], 0)}
ENVELOPE = re.compile(r"^smtpd\[\d+\]: \w{16} smtp envelope evpid=(\w{16})")
# smtpctl show routes: "44. [] <-> 203.0.113.250 (mx.example) ND-- nconn=0 ..."
DISABLED = re.compile(r"^(\d+)\. .* \S?D\S* nconn=", re.M)
TRIED = re.compile(r"^smtpd\[\d+\]: \w{16} m[td]a delivery evpid=(\w{16})")


def listening():
    """How many sockets listen on its ports here."""
    found = 0
    for name in ("tcp", "tcp6"):
        with open("/proc/thread-self/net/" + name) as f:
            rows = [line.split() for line in f][1:]
        found += sum(r[3] == "0A" and int(r[1][-4:], 16) in PORTS
                     for r in rows)
    return found


class Opensmtpd:
    """tables, first: lines of smtpd.conf, the latter before rules for any."""

    ROOT = Root("trixie", "opensmtpd")
    ENTERS = {}  # who logged in stands in another line than his messages

    def __init__(self, room):
        self.room, self.d = room, room.d
        self.tables = self.first = ""
        self.aliases, self.virtual = {}, {}
        self.accounts, self.domains = [], []
        # It looks once a second for what is to be sent: nobody waits for
        # that before the end.
        self.work, self.leaving, self.daemon = {}, {}, None

    def configure(self):
        d = self.d
        for sub in ("smtpd", "mail", "spool/private"):
            os.makedirs("%s/%s" % (d, sub))
        os.chown(d + "/mail", 5000, 5000)
        for name in ("cert.pem", "key.pem"):
            shutil.copy("%s/%s" % (d, name), d + "/smtpd")
            os.chmod("%s/smtpd/%s" % (d, name), 0o600)
        s = d + "/smtpd/"
        write(s + "smtpd.conf", CONF.format(
            d=d, ip=OWN, ip6=OWN6, inside=INSIDE, host=HOST,
            tables=self.tables, first=self.first))
        write(s + "domains", "".join(x + "\n" for x in self.domains))
        write(s + "mailboxes", "".join(
            ["%s: vmail\n" % a for a in self.accounts] +
            ["%s: %s\n" % kv for kv in self.virtual.items()]))
        # smtpd writes no list of its own into a file it must be able to open.
        write(s + "aliases", "".join("%s: %s\n" % (
            kv[0], kv[1].replace("/dev/null", "/var/mail/null"))
            for kv in self.aliases.items()))
        write(s + "logins", "".join("%s %s\n" % (a, hashed)
                                    for a, hashed in zip(
            self.passwords, hashes(self.passwords.values()))))

    def save(self, root):
        """A copy of the configuration, as it would lie on a disk."""
        for source, to in (
                (self.d + "/smtpd/smtpd.conf", "/etc/smtpd.conf"),
                *((self.d + "/smtpd/" + n,) * 2
                  for n in ("domains", "mailboxes", "aliases"))):
            os.makedirs(os.path.dirname(root + to), exist_ok=True)
            shutil.copyfile(source, root + to)

    def line(self, setting):
        """File and number of the line that begins so."""
        with open(self.d + "/smtpd/smtpd.conf") as f:
            for number, line in enumerate(f, 1):
                if line.startswith(setting):
                    return "/etc/smtpd.conf", number
        raise ValueError("smtpd.conf has no " + setting)

    def start(self):
        top = self.ROOT.mount(self.room, USERS, GROUPS)
        make_spool(top)
        ctl = top + "/usr/sbin/smtpctl"
        os.chown(ctl, 0, QUEUE[1])
        os.chmod(ctl, 0o2555)
        write(top + "/etc/mailname", HOST + "\n")
        # Their packages' scripts would have put these together.
        os.makedirs(top + "/etc/ssl/certs", exist_ok=True)
        shutil.copy(self.d + "/cert.pem",
                    top + "/etc/ssl/certs/ca-certificates.crt")
        self.daemon = subprocess.Popen(self.ROOT.command(
            "/usr/sbin/smtpd", "-F", "-f", self.d + "/smtpd/smtpd.conf"),
            stdin=subprocess.DEVNULL)
        end = time.monotonic() + 30
        # Its socket is there before it listens.
        while not os.path.exists(top + "/var/run/smtpd.sock") or \
                listening() < CONF.count(" hostname {host}"):
            if self.daemon.poll() is not None or time.monotonic() > end:
                raise RuntimeError("OpenSMTPD does not start")
            time.sleep(.01)

    def command(self, *args):
        return subprocess.run(self.ROOT.command("/usr/sbin/smtpctl", *args),
                              stdout=subprocess.PIPE, text=True).stdout

    def stop(self):
        if self.daemon:
            self.daemon.terminate()
            self.daemon.wait()

    def flush(self):
        """Try everything that is deferred again."""
        self.command("schedule", "all")

    def resume(self):
        """Routes that rest after an error are open again."""
        for number in DISABLED.findall(self.command("show", "routes")):
            self.command("resume", "route", number)

    def finish(self, limit=30.0):
        """Wait until everything was tried once: the log says nothing of a
        message before."""
        end, again = time.monotonic() + limit, 0
        while self.leaving and time.monotonic() < end:
            if time.monotonic() > again:
                self.resume()
                self.flush()
                again = time.monotonic() + 2
            time.sleep(.01)
        if self.leaving:
            raise RuntimeError("OpenSMTPD has not tried %d messages" %
                               len(self.leaving))

    def sendmail(self, args, uid, gid, cwd="/"):
        """What a local user types: arguments for subprocess.run."""
        return {"args": self.ROOT.command(
            "/usr/sbin/sendmail", *args, uid=uid, gid=gid, cwd=cwd),
            "env": {"PATH": "/usr/sbin:/usr/bin"}}

    @staticmethod
    def local(uid):
        """How the log names a local user: by his envelope sender."""
        return {0: "root", 1004: "luis", 1005: "marta"}[uid]

    # What the log says of its messages.

    def see(self, text):
        m = ENVELOPE.match(text)
        if m:
            self.leaving[m[1]] = True
            return
        m = TRIED.match(text)
        if m:
            self.leaving.pop(m[1], None)

    def busy(self):
        return False


def hashes(passwords):
    """As crypt(3) makes them; many at once."""
    return subprocess.run(
        ["openssl", "passwd", "-1", "-stdin"], check=True, text=True,
        input="".join(p + "\n" for p in passwords),
        stdout=subprocess.PIPE).stdout.splitlines()


def make_spool(top):
    """The folders that its package makes, below top."""
    for name, (mode, uid, gid) in FOLDERS.items():
        path = top + SPOOL + name
        os.makedirs(path, exist_ok=True)
        os.chown(path, uid, gid)
        os.chmod(path, mode)
    for path in ("/var/mail", "/var/empty", "/var/lib/opensmtpd/empty"):
        os.makedirs(top + path, exist_ok=True)
        os.chmod(top + path, 0o755)
