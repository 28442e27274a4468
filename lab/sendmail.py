# SPDX-License-Identifier: ISC
"""The mail server under test: Sendmail in a root of its own, with its local
submission program, mailboxes of several domains and logins by Cyrus SASL."""
import os
import shutil
import subprocess
import time

from lab.net import HOST, INSIDE, OWN, OWN6
from lab.postfix import write
from lab.root import at_work, Root

MC = """divert(0)dnl
include(`/usr/share/sendmail/cf/m4/cf.m4')dnl
OSTYPE(`debian')dnl
DOMAIN(`generic')dnl
undefine(`confHOST_STATUS_DIRECTORY')dnl
define(`confDOMAIN_NAME', `{host}')dnl
define(`confTRUSTED_USER', `smmta')dnl
define(`confLOG_LEVEL', `{level}')dnl
define(`confAUTH_MECHANISMS', `PLAIN LOGIN')dnl
TRUST_AUTH_MECH(`PLAIN LOGIN')dnl
define(`confAUTH_OPTIONS', `A')dnl
define(`confSERVER_CERT', `/etc/mail/cert.pem')dnl
define(`confSERVER_KEY', `/etc/mail/key.pem')dnl
define(`confCACERT', `/etc/mail/cert.pem')dnl
define(`confCACERT_PATH', `/etc/mail')dnl
define(`confTLS_SRV_OPTIONS', `V')dnl
define(`confTO_IDENT', `0')dnl
define(`confTO_QUEUERETURN', `4d')dnl
define(`confQUEUE_LA', `200')dnl
define(`confREFUSE_LA', `200')dnl
define(`confDELAY_LA', `0')dnl
define(`confMCI_CACHE_TIMEOUT', `1s')dnl
define(`confDONT_BLAME_SENDMAIL', `Safe')dnl
define(`ALIAS_FILE', `/etc/mail/aliases')dnl
define(`QUEUE_DIR', `{queue}')dnl
FEATURE(`access_db')dnl
FEATURE(`virtusertable')dnl
FEATURE(`nocanonify')dnl
FEATURE(`no_default_msa')dnl
FEATURE(`accept_unresolvable_domains')dnl
FEATURE(`use_cw_file')dnl
VIRTUSER_DOMAIN_FILE(`/etc/mail/virtual-domains')dnl
{features}
DAEMON_OPTIONS(`Family=inet, Name=MTA-v4, Port=25, Addr={ip}')dnl
DAEMON_OPTIONS(`Family=inet6, Name=MTA-v6, Port=25, Addr={ip6}')dnl
DAEMON_OPTIONS(`Family=inet, Name=MTA-in, Port=25, Addr={inside}')dnl
DAEMON_OPTIONS(`Family=inet, Name=MTA-lo, Port=25, Addr=127.0.0.1')dnl
DAEMON_OPTIONS(`Family=inet, Name=MSA, Port=587, Addr={ip}, M=Ea')dnl
DAEMON_OPTIONS(`Family=inet, Name=MSP-s, Port=465, Addr={ip}, M=Eas')dnl
MAILER(`local')dnl
MAILER(`smtp')dnl
"""
SUBMIT = """divert(0)dnl
include(`/usr/share/sendmail/cf/m4/cf.m4')dnl
define(`__OSTYPE__', `')dnl
DOMAIN(`generic')dnl
define(`_USE_ETC_MAIL_')dnl
define(`confRUN_AS_USER', `smmsp')dnl
define(`confTRUSTED_USER', `smmsp')dnl
define(`confPID_FILE', `/run/sm-client.pid')dnl
define(`confDOMAIN_NAME', `{host}')dnl
undefine(`confHOST_STATUS_DIRECTORY')dnl
undefine(`STATUS_FILE')dnl
define(`MSP_QUEUE_DIR', `/var/spool/mqueue-client')dnl
FEATURE(`use_ct_file')dnl
FEATURE(`msp', `[127.0.0.1]')dnl
"""
MTA, MSP, MAIL = (105, 107), (106, 108), (8, 8)  # uid and gid
USERS = "smmta:x:105:107::/var/lib/sendmail:/usr/sbin/nologin\n" \
    "smmsp:x:106:108::/var/lib/sendmail:/usr/sbin/nologin\n"
GROUPS = "smmta:x:107:\nsmmsp:x:108:\n"
PROGRAM = "/usr/libexec/sendmail/sendmail"


class Sendmail:
    """features: lines of sendmail.mc; access: lines of the access table."""

    ROOT = Root("bookworm", "sendmail-bin", "sendmail-cf", "sasl2-bin",
                "libsasl2-modules", "libsasl2-modules-db", "m4",
                "php-cli", "php-fpm", "nginx-light")
    WAITS_AFTER_421 = True
    ENTERS = {}  # who logged in stands in another line than his messages

    def __init__(self, room):
        self.room, self.d = room, room.d
        self.features, self.access, self.level = [], [], 9
        self.queue, self.queues = "/var/spool/mqueue", ["mqueue"]
        self.aliases, self.virtual = {}, {}
        self.accounts, self.domains = [], []
        self.work, self.daemon = {}, None

    def configure(self):
        s = self.d + "/sendmail/"
        os.makedirs(s)
        os.makedirs(self.d + "/spool/private")
        write(s + "sendmail.mc", MC.format(
            ip=OWN, ip6=OWN6, inside=INSIDE, host=HOST, level=self.level,
            queue=self.queue,
            features="\n".join(x + "dnl" for x in self.features)))
        write(s + "submit.mc", SUBMIT.format(host=HOST))
        write(s + "virtual-domains", "".join(
            x + "\n" for x in self.domains))
        write(s + "local-host-names", "%s\n" % HOST)
        write(s + "trusted-users", "www-data\n")
        write(s + "access", "".join(x + "\n" for x in [
            "Connect:127.0.0.1\tRELAY", *self.access]))
        write(s + "virtusertable", "".join(
            ["%s\tbox\n" % a for a in self.accounts] +
            ["%s\t%s\n" % kv for kv in self.virtual.items()] +
            ["@%s\terror:nouser 550 User unknown\n" % x
             for x in self.domains]))
        write(s + "aliases", "".join(
            ["%s: %s\n" % kv for kv in self.aliases.items()] +
            ["box: /var/spool/boxes/box\n", "mailer-daemon: postmaster\n"]))

    def save(self, root):
        """A copy of the configuration, as it would lie on a disk."""
        os.makedirs(root + "/etc/mail", exist_ok=True)
        for name in ("sendmail.mc", "sendmail.cf", "access", "aliases",
                     "virtusertable", "local-host-names"):
            shutil.copyfile(self.ROOT.top + "/etc/mail/" + name,
                            root + "/etc/mail/" + name)

    def line(self, setting):
        """File and number of the line that begins so."""
        for name in ("access", "sendmail.mc"):
            with open("%s/sendmail/%s" % (self.d, name)) as f:
                for number, line in enumerate(f, 1):
                    if line.startswith(setting):
                        return "/etc/mail/" + name, number
        raise ValueError("Sendmail has no " + setting)

    def inside(self, *args, text=None):
        r = subprocess.run(
            self.ROOT.command(*args), input=text, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if r.returncode != 0:
            raise RuntimeError("%s: %s" % (" ".join(args), r.stderr[-400:]))
        return r.stdout

    def start(self):
        top = self.ROOT.mount(self.room, USERS, GROUPS)
        for path, mode, who in (
                ("/var/spool/mqueue-client", 0o2770, MSP),
                ("/var/lib/sendmail", 0o755, MTA),
                ("/var/spool/boxes", 0o755, MAIL),
                ("/etc/mail/sasl", 0o755, (0, 0)),
                *(("/var/spool/" + q, 0o2750, (MTA[0], MSP[1]))
                  for q in self.queues)):
            os.makedirs(top + path, exist_ok=True)
            os.chmod(top + path, mode)
            os.chown(top + path, *who)
            os.chmod(top + path, mode)
        write(top + "/var/spool/boxes/box", "")
        os.chown(top + "/var/spool/boxes/box", *MAIL)
        m = top + "/etc/mail/"
        for name in os.listdir(self.d + "/sendmail"):
            shutil.copy("%s/sendmail/%s" % (self.d, name), m)
        for name in ("cert.pem", "key.pem"):
            shutil.copy("%s/%s" % (self.d, name), m)
            os.chmod(m + name, 0o600)
        for name in ("sendmail", "submit"):
            write(m + name + ".cf", self.inside(
                "m4", "/etc/mail/%s.mc" % name))
        for name in ("access", "virtusertable"):
            with open(m + name) as f:
                self.inside("/usr/libexec/sendmail/makemap", "hash",
                            "/etc/mail/" + name, text=f.read())
        for folder in (m + "sasl", top + "/usr/lib/sasl2"):
            os.makedirs(folder, exist_ok=True)
            write(folder + "/Sendmail.conf",
                  "pwcheck_method: auxprop\nauxprop_plugin: sasldb\n"
                  "sasldb_path: /etc/sasldb2\nmech_list: PLAIN LOGIN\n")
        self.logins()
        os.chown(top + PROGRAM, 0, MSP[1])
        os.chmod(top + PROGRAM, 0o2755)
        for link in ("/usr/sbin/sendmail", "/usr/lib/sendmail"):
            if not os.path.lexists(top + link):
                os.symlink(PROGRAM, top + link)
        self.inside(PROGRAM, "-bi")
        self.daemon = subprocess.Popen(self.ROOT.command(
            PROGRAM, "-L", "sm-mta", "-bD", "-OPidFile=/run/sendmail.pid"),
            stdin=subprocess.DEVNULL)
        end = time.monotonic() + 30
        while not os.path.exists(top + "/run/sendmail.pid"):
            if self.daemon.poll() is not None or time.monotonic() > end:
                raise RuntimeError("Sendmail does not start")
            time.sleep(.01)

    def logins(self):
        """One process for all of them."""
        script = "".join(
            "echo '%s' | saslpasswd2 -p -c -f /etc/sasldb2 -u %s '%s'\n" % (
                p, a.rpartition("@")[2], a.partition("@")[0])
            for a, p in self.passwords.items())
        self.inside("/bin/bash", "-s", text="PATH=/usr/sbin:/usr/bin\n"
                    "set -e\n" + script)

    def stop(self):
        if self.daemon:
            self.daemon.terminate()
            self.daemon.wait()

    def flush(self):
        """Try everything that is deferred again."""
        self.inside(PROGRAM, "-L", "sm-mta", "-q")

    def sendmail(self, args, uid, gid, cwd="/"):
        """What a local user types: arguments for subprocess.run."""
        return {"args": self.ROOT.command(
            PROGRAM, *args, uid=uid, gid=gid, cwd=cwd),
            "env": {"PATH": "/usr/sbin:/usr/bin"}}

    @staticmethod
    def local(uid):
        """How the log names a local user."""
        return {0: "root", 1004: "luis", 1005: "marta"}[uid]

    # What the log says of its messages.

    def see(self, text):
        pass

    def busy(self):
        """Is a process of Sendmail in work, besides the daemon?"""
        return at_work("sendmail") > 1
