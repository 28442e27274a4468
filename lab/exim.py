# SPDX-License-Identifier: ISC
"""The mail server under test: Exim in a root of its own, set up as hosting
panels do: mailboxes of several domains, logins by Dovecot."""
import os
import re
import shutil
import subprocess
import time

from lab import clock as clocks
from lab.net import HOST, INSIDE, OWN, OWN6
from lab.postfix import write
from lab.root import at_work, Root

CONF = """primary_hostname = {host}
domainlist local_domains = @ : localhost : lsearch;{d}/exim/domains
domainlist relay_to_domains = {relay_to}
hostlist relay_from_hosts = {relay_from}
daemon_smtp_ports = 25 : 465 : 587
tls_on_connect_ports = 465
local_interfaces = <; {ip} ; {ip6} ; {inside} ; 127.0.0.1
tls_advertise_hosts = *
tls_certificate = {d}/exim/cert.pem
tls_privatekey = {d}/exim/key.pem
exim_user = Debian-exim
exim_group = Debian-exim
never_users =
trusted_users = {trusted}
log_selector = {selector}
{log}
{log_more}
acl_smtp_rcpt = acl_rcpt
acl_smtp_data = acl_data
acl_not_smtp = acl_local
host_lookup = *
helo_allow_chars = _
rfc1413_hosts =
dns_ipv4_lookup = *
dns_dnssec_ok = 0
smtp_accept_max = 0
smtp_enforce_sync = false
queue_run_max = 20
remote_max_parallel = 8
ignore_bounce_errors_after = 2d
message_logs = false
keep_environment =
{main}
begin acl
acl_rcpt:
{first}
  accept hosts = +relay_from_hosts
  accept authenticated = *
  deny message = $sender_host_address is listed at $dnslist_domain
       dnslists = zen.spamhaus.org
  require message = relay not permitted
          domains = +local_domains : +relay_to_domains
  require verify = recipient
  accept
acl_data:
  accept
acl_local:
  accept
begin routers
{routers}
relayed:
  driver = manualroute
  domains = +relay_to_domains
  transport = remote_smtp
  route_list = * {inner} byname
  self = send
dnslookup:
  driver = dnslookup
  domains = ! +local_domains
  transport = remote_smtp
  ignore_target_hosts = 0.0.0.0 : 127.0.0.0/8
  no_more
forwards:
  driver = redirect
  data = ${{lookup{{$local_part@$domain}}lsearch{{{d}/exim/virtual}}}}
virtual_user:
  driver = accept
  address_data = ${{lookup{{$local_part@$domain}}lsearch{{{d}/exim/mailboxes}}{{$value}}fail}}
  transport = virtual_delivery
system_aliases:
  driver = redirect
  domains = {host} : localhost
  data = ${{lookup{{$local_part}}lsearch{{{d}/exim/aliases}}}}
  file_transport = address_file
  pipe_transport = address_pipe
local_user:
  driver = accept
  domains = {host} : localhost
  check_local_user
  transport = local_delivery
begin transports
remote_smtp:
  driver = smtp
  hosts_try_dane =
  hosts_try_fastopen =
virtual_delivery:
  driver = appendfile
  maildir_format
  directory = {d}/mail/$address_data/Maildir
  user = vmail
  group = vmail
local_delivery:
  driver = appendfile
  file = /var/mail/$local_part
address_file:
  driver = appendfile
address_pipe:
  driver = pipe
  return_output
begin retry
* * F,4d,1s
begin authenticators
{plain}:
  driver = dovecot
  public_name = PLAIN
  server_socket = {d}/spool/private/auth
  server_set_id = $auth1
{login}:
  driver = dovecot
  public_name = LOGIN
  server_socket = {d}/spool/private/auth
  server_set_id = $auth1
"""
WHO = (101, 103)  # uid and gid
USERS = "Debian-exim:x:101:103::/var/spool/exim4:/usr/sbin/nologin\n"
GROUPS = "Debian-exim:x:103:\n"
SPOOL = "/var/spool/exim4"
# What hosting panels switch on (cPanel's default; Debian's own is less).
PANEL = "+incoming_port +smtp_connection +all_parents +retry_defer " \
    "+subject +arguments +received_recipients"
STAMP = re.compile(r"^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(\.\d+)?( [+-]\d{4})?")
# 2026-11-20 19:12:01 [123] 1vQ2aB-0000Cd-1x <= ...
ID = re.compile(r"^\S+ [\d:.]+ (?:[+-]\d{4} )?(?:\[\d+\] )?"
                r"(\w{6}-\w{6}-\w\w|\w{6}-\w{11}-\w{4}) (\S+)(.*)")


class Exim:
    """options: values of CONF's names instead of the usual ones; main: lines
    of the main part; first: conditions before the others at RCPT; routers:
    before the others."""

    ROOT = Root("bookworm", "exim4-daemon-heavy", "php-cli", "php-fpm",
                "nginx-light")
    LOG = "mainlog"
    ENTERS = {
        "account": r" <= .* A=[^ :]+:%s ",
        "local-user": r" <= .* U=%s ",
        "script": r"mail\(\) on \[%s:\d+\]",
    }

    def __init__(self, room):
        self.room, self.d = room, room.d
        self.options = {
            "relay_to": "", "relay_from": "127.0.0.1", "trusted": "www-data",
            "selector": PANEL, "plain": "dovecot_plain",
            "login": "dovecot_login", "inner": "127.0.0.1::2525",
            "log": "log_file_path = %s/exim/%%slog" % self.d, "log_more": "",
            "main": "", "first": "", "routers": ""}
        self.aliases, self.virtual = {}, {}
        self.accounts, self.domains = [], []
        self.work, self.daemon, self.started = {}, None, False

    def configure(self):
        d = self.d
        for sub in ("exim", "mail", "spool/private"):
            os.makedirs("%s/%s" % (d, sub))
        os.chown(d + "/mail", 5000, 5000)
        os.chown(d + "/exim", *WHO)
        for name in ("cert.pem", "key.pem"):
            shutil.copy("%s/%s" % (d, name), d + "/exim")
            os.chown("%s/exim/%s" % (d, name), *WHO)
        write(d + "/exim4.conf", CONF.format(
            d=d, ip=OWN, ip6=OWN6, inside=INSIDE, host=HOST, **self.options))
        e = d + "/exim/"
        write(e + "domains", "".join(x + "\n" for x in self.domains))
        write(e + "mailboxes", "".join("%s: %s/%s\n" % (
            a, a.rpartition("@")[2], a.partition("@")[0])
            for a in self.accounts))
        for name, table in (("aliases", self.aliases),
                            ("virtual", self.virtual)):
            write(e + name, "".join("%s: %s\n" % kv for kv in table.items()))

    def save(self, root):
        """A copy of the configuration, as it would lie on a disk."""
        for source, to in ((self.d + "/exim4.conf", "/etc/exim4/exim4.conf"),
                           (self.d + "/exim/domains",) * 2):
            os.makedirs(os.path.dirname(root + to), exist_ok=True)
            shutil.copyfile(source, root + to)

    def line(self, setting):
        """File and number of the line that begins so."""
        with open(self.d + "/exim4.conf") as f:
            for number, line in enumerate(f, 1):
                if line.startswith(setting):
                    return "/etc/exim4/exim4.conf", number
        raise ValueError("exim4.conf has no " + setting)

    def start(self):
        top = self.ROOT.mount(self.room, USERS, GROUPS)
        os.makedirs(top + "/etc/exim4", exist_ok=True)
        shutil.copy(self.d + "/exim4.conf", top + "/etc/exim4/exim4.conf")
        for path in (SPOOL, "/var/log/exim4", "/var/mail"):
            os.makedirs(top + path, exist_ok=True)
            os.chown(top + path, *WHO)
        os.chmod(top + "/var/mail", 0o1777)
        pipe = self.d + "/exim/mainlog"
        self.log.follow(pipe, self.LOG, self.stamp)
        os.chown(pipe, *WHO)
        self.daemon = subprocess.Popen(self.ROOT.command(
            "/usr/sbin/exim4", "-bdf", "-oP", "/run/exim.pid"),
            stdin=subprocess.DEVNULL)
        end = time.monotonic() + 30
        while not self.started:
            if self.daemon.poll() is not None or time.monotonic() > end:
                raise RuntimeError("Exim does not start")
            time.sleep(.01)

    def command(self, *args):
        subprocess.run(self.ROOT.command("/usr/sbin/exim4", *args),
                       check=True, stdout=subprocess.DEVNULL)

    def stop(self):
        if self.daemon:
            self.daemon.terminate()
            self.daemon.wait()

    def flush(self):
        """Try everything that is deferred again, frozen mail too."""
        self.command("-qff")

    def sendmail(self, args, uid, gid, cwd="/"):
        """What a local user types: arguments for subprocess.run."""
        return {"args": self.ROOT.command(
            "/usr/sbin/sendmail", *args, uid=uid, gid=gid, cwd=cwd),
            "env": {"PATH": "/usr/sbin:/usr/bin"}}

    @staticmethod
    def stamp(wall, line):
        """The line with the lab's time, in the form that it has."""
        m = STAMP.match(line)
        if not m:
            return line + "\n"
        text = clocks.rfc3339(wall, True)
        return "%s %s%s%s%s\n" % (
            text[:10], text[11:19], text[19:23] if m[2] else "",
            " +0000" if m[3] else "", line[m.end():])

    @staticmethod
    def local(uid):
        """How the log names a local user."""
        return {0: "root", 1004: "luis", 1005: "marta"}[uid]

    # What the log says of its messages.

    def see(self, text):
        m = ID.match(text)
        if not m:
            self.started |= " daemon started: " in text
            return
        if m[2] == "<=":
            self.work[m[1]] = True
        elif m[2] in ("Completed", "==", "Frozen"):
            self.work.pop(m[1], None)

    def busy(self):
        """Is a process of Exim in work, besides the daemon?"""
        return at_work("exim") > 1


class Trixie(Exim):
    """4.98, with its longer message ids."""

    ROOT = Root("trixie", "exim4-daemon-heavy", "php-cli", "php-fpm",
                "nginx-light")
