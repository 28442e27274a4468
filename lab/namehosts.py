# SPDX-License-Identifier: ISC
"""Disks of mail servers, for --root: what their configuration says does not go
with the DNS of their domains (lab/nametrees.py)."""
import os

from lab.net import OWN, OWN6

MAIN = """myhostname = mx1.tienda.example
smtp_bind_address = %s
smtp_bind_address6 = %s
virtual_mailbox_domains = %%s
""" % (OWN, OWN6)


class Disk:
    """expected: domain -> what is to be told of it, and of no other."""

    def __init__(self, domains, main=""):
        self.expected = {d: sorted(codes) for d, codes in domains.items()}
        self.files = {"etc/postfix/main.cf": (
            MAIN % " ".join(domains) + main, 0o644)}

    def put(self, path, text, mode=0o600):
        self.files[path] = (text, mode)

    def write(self, folder):
        for path, (text, mode) in self.files.items():
            path = os.path.join(folder, path)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w") as f:
                f.write(text)
            os.chmod(path, mode)
        return folder


def signer(keys):
    """Signs with OpenDKIM. keys: code -> (text of the private key or None, its
    mode); None for "dkim-missing" is the key of another server."""
    disk = Disk({code + ".example": [code] for code in keys})
    table = signing = ""
    for n, (code, (text, mode)) in enumerate(keys.items()):
        path = "/etc/dkimkeys/%s.private" % code
        table += "k%d %s.example:mail:%s\n" % (n, code, path)
        signing += "*@%s.example k%d\n" % (code, n)
        if text is not None:
            disk.put(path[1:], text, mode)
    disk.put("etc/opendkim.conf", "KeyTable refile:/etc/opendkim/KeyTable\n"
             "SigningTable refile:/etc/opendkim/SigningTable\n", 0o644)
    disk.put("etc/opendkim/KeyTable", table, 0o644)
    disk.put("etc/opendkim/SigningTable", signing, 0o644)
    return disk


def relay(code, host):
    return Disk({code + ".example": [code]}, "relayhost = [%s]:587\n" % host)
