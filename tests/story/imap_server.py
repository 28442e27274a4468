# SPDX-License-Identifier: ISC
"""Debian's Dovecot on loopback, with mailboxes of its own, for stories."""

import os
import pathlib
import pwd
import shutil
import socket
import subprocess
import tempfile
import time

CONF = """base_dir = {d}/run
state_dir = {d}/state
log_path = {d}/log
protocols = imap
listen = 127.0.0.1
default_login_user = {login}
default_internal_user = {internal}
ssl = {ssl}
ssl_cert = <{d}/cert.pem
ssl_key = <{d}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
mail_location = maildir:{d}/mail
first_valid_uid = 1
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {d}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={d}/home
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
"""


def missing():
    """Why it cannot run here; empty: it can."""
    if os.geteuid() != 0:
        return "Dovecot wants root"
    for name in ("dovenull", "dovecot"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            return "there is no user " + name
    if not os.access("/usr/lib/dovecot/imap-login", os.X_OK):
        return "dovecot-imapd is not installed"
    return "" if shutil.which("dovecot") else "dovecot is not installed"


def openssl(*args):
    subprocess.run(["openssl", *map(str, args)], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def certificates(d):
    """ca.pem, and cert.pem for "localhost" that it signed."""
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", 2,
            "-subj", "/CN=story CA", "-keyout", d / "ca.key",
            "-out", d / "ca.pem")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost",
            "-keyout", d / "key.pem", "-out", d / "cert.csr")
    (d / "ext").write_text("subjectAltName=DNS:localhost\n")
    openssl("x509", "-req", "-in", d / "cert.csr", "-CA", d / "ca.pem",
            "-CAkey", d / "ca.key", "-CAcreateserial", "-days", 2,
            "-extfile", d / "ext", "-out", d / "cert.pem")


def free_ports(n):
    """Ports that nobody had a moment ago."""
    sockets = [socket.socket() for _ in range(n)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class Imap:
    """A running server; folders are made by put(). Its folder is one that
    other users may enter: pytest's own are not."""

    def __init__(self, tls=True):
        self.d = pathlib.Path(tempfile.mkdtemp(prefix="sereno-imap-"))
        self.d.chmod(0o755)
        owner = pwd.getpwnam("nobody")
        self.uid, self.gid = owner.pw_uid, owner.pw_gid
        certificates(self.d)
        self.port, self.tls_port = free_ports(2)
        (self.d / "users").write_text("ana:geheim w0rd::::::\n")
        (self.d / "mail").mkdir()
        (self.d / "home").mkdir()
        for name in ("mail", "home"):
            os.chown(self.d / name, self.uid, self.gid)
        (self.d / "conf").write_text(CONF.format(
            d=self.d, uid=self.uid, gid=self.gid, port=self.port,
            tls_port=self.tls_port, login="dovenull", internal="dovecot",
            ssl="yes" if tls else "no"))
        self.process = None

    def start(self):
        self.process = subprocess.Popen(
            ["dovecot", "-F", "-c", self.d / "conf"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 20
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return self
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("dovecot did not start: "
                           + (self.d / "log").read_text())

    def stop(self):
        self.process.terminate()
        self.process.wait(20)
        shutil.rmtree(self.d, ignore_errors=True)

    def put(self, messages, folder=""):
        """Unread messages in a folder (Maildir++), "" is INBOX."""
        top = self.d / "mail" / ("." + folder if folder else "")
        for name in ("", "cur", "new", "tmp"):
            (top / name).mkdir(parents=True, exist_ok=True)
            os.chown(top / name, self.uid, self.gid)
        for i, one in enumerate(messages):
            path = top / "new" / ("%d.M1P1.x%d" % (1793491200 + i, i))
            path.write_bytes(one if isinstance(one, bytes) else one.encode())
            os.chown(path, self.uid, self.gid)

    def unread(self):
        """Messages of INBOX that nobody has seen, asked as another client
        would."""
        import imaplib
        box = imaplib.IMAP4("127.0.0.1", self.port)
        box.login("ana", "geheim w0rd")
        box.select("INBOX", readonly=True)
        found = box.search(None, "UNSEEN")[1][0].split()
        box.logout()
        return len(found)
