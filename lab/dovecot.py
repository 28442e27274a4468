# SPDX-License-Identifier: ISC
"""Dovecot beside the mail server: SASL for submission, IMAP for the mailboxes."""
import os
import subprocess

from lab.net import OWN, OWN6
from lab.postfix import write

CONF = """base_dir = {d}/dc/run
state_dir = {d}/dc
protocols = {protocols}
listen = {ip}, {ip6}, 127.0.0.1
ssl = yes
ssl_cert = <{d}/cert.pem
ssl_key = <{d}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
syslog_facility = mail
mail_location = maildir:{d}/mail/%d/%n/Maildir
mail_uid = 5000
mail_gid = 5000
first_valid_uid = 100
default_process_limit = 100
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {d}/users
}}
userdb {{
  driver = static
  args = uid=5000 gid=5000 home={d}/mail/%d/%n
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
{imap}service auth {{
  unix_listener {d}/spool/private/auth {{
    mode = 0666
  }}
}}
"""
IMAP = """service imap-login {
  service_count = 0
  inet_listener imap {
    port = 143
  }
  inet_listener imaps {
    port = 993
    ssl = yes
  }
}
"""


def has_imap():
    """Is dovecot-imapd installed? Without it nobody reads his mail."""
    return os.access("/usr/lib/dovecot/imap-login", os.X_OK)


class Dovecot:
    def __init__(self, d):
        self.d = d
        self.conf = d + "/dc/dovecot.conf"

    def configure(self, passwords):
        os.makedirs(self.d + "/dc")
        write(self.conf, CONF.format(
            d=self.d, ip=OWN, ip6=OWN6, imap=IMAP if has_imap() else "",
            protocols="imap" if has_imap() else ""))
        self.users(passwords)

    def users(self, passwords):
        """Passwords hold from the next login on."""
        write(self.d + "/users", "".join(
            "%s:{PLAIN}%s\n" % u for u in passwords.items()))

    def start(self):
        subprocess.run(["dovecot", "-c", self.conf], check=True,
                       stdout=subprocess.DEVNULL)

    def stop(self):
        subprocess.run(["doveadm", "-c", self.conf, "stop"],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
