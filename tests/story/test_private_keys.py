# SPDX-License-Identifier: ISC
"""The private key that signs against the key that the world verifies with."""
import base64
import os
import subprocess

import pytest

from dns_world import Fake, zone_of

IP = "203.0.113.25"


def openssl(*args, data=None):
    return subprocess.run(["openssl", *args], input=data, check=True,
                          capture_output=True).stdout


class Key:
    def __init__(self, bits=2048, ed25519=False):
        self.pem = openssl(*(
            ["genpkey", "-algorithm", "ed25519"] if ed25519 else
            ["genpkey", "-algorithm", "rsa", "-pkeyopt",
             "rsa_keygen_bits:%d" % bits]))
        der = openssl("pkey", "-pubout", "-outform", "DER", data=self.pem)
        self.p = base64.b64encode(der[-32:] if ed25519 else der).decode()
        self.record = "v=DKIM1; k=%s; p=%s" % (
            "ed25519" if ed25519 else "rsa", self.p)


@pytest.fixture(scope="module")
def keys():
    return {"a": Key(), "b": Key(), "short": Key(768),
            "ed": Key(ed25519=True)}


class Host:
    """A root folder with a mail server, and a DNS that knows its domains."""

    def __init__(self, folder, sereno):
        self.root, self.sereno, self.zone = folder, sereno, []
        self.write("etc/postfix/main.cf", "myhostname = mail.tienda.example\n"
                   "smtp_bind_address = %s\n"
                   "virtual_mailbox_domains = tienda.example\n" % IP)
        self.publish("25.113.0.203.in-addr.arpa PTR mail.tienda.example",
                     "mail.tienda.example A " + IP,
                     "mail.tienda.example TXT v=spf1 a -all",
                     "tienda.example MX 10 mail.tienda.example",
                     "tienda.example TXT v=spf1 mx -all",
                     "_dmarc.tienda.example TXT v=DMARC1; p=reject; "
                     "rua=mailto:d@tienda.example")

    def write(self, path, text, mode=0o644):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(text, str):
            text = text.encode()
        file.write_bytes(text)
        file.chmod(mode)

    def opendkim(self, path="/etc/dkimkeys/mail.private"):
        self.write("etc/opendkim.conf", "Domain tienda.example\n"
                   "Selector mail\nKeyFile %s\n" % path)

    def publish(self, *lines):
        self.zone += lines

    def run(self, *words, **more):
        server = Fake(zone_of("\n".join(self.zone)))
        try:
            return self.sereno(
                *words, "--root", self.root, "--no-cache",
                "--resolver", server.at, **more)
        finally:
            server.close()

    def dns(self):
        report = self.run("dns", "--json").json()
        return report, [f["weakness"] for f in report["findings"]
                        if f["weakness"].startswith("dkim")]


@pytest.fixture
def host(tmp_path, sereno):
    return Host(tmp_path / "root", sereno)


def test_the_right_key_is_told_and_nothing_else(host, keys):
    host.opendkim()
    host.write("etc/dkimkeys/mail.private", keys["a"].pem, 0o600)
    host.publish("mail._domainkey.tienda.example TXT " + keys["a"].record)
    report, weak = host.dns()
    assert weak == []
    key, = report["domains"][0]["dkim"]["keys"]
    signer, = key["signer_keys"]
    assert signer == {"path": "%s/etc/dkimkeys/mail.private" % host.root,
                      "why": "%s/etc/opendkim.conf line 2" % host.root,
                      "state": "read", "algorithm": "rsa", "bits": 2048,
                      "published": True}
    assert "RSA 2048, of this server's signer" in host.run("dns").out


def test_another_key_is_published(host, keys):
    host.opendkim()
    host.write("etc/dkimkeys/mail.private", keys["b"].pem, 0o600)
    host.publish("mail._domainkey.tienda.example TXT " + keys["a"].record)
    report, weak = host.dns()
    assert weak == ["dkim-other-key"]
    found = next(f for f in report["findings"]
                 if f["weakness"] == "dkim-other-key")
    assert found["severity"] == "critical"
    # the record to publish is the one that openssl makes of the file
    assert found["publish"] == {"name": "mail._domainkey.tienda.example",
                                "type": "TXT", "value": keys["b"].record}
    text = host.run("dns").out
    assert "has the public half of another one" in " ".join(text.split())
    assert not any(line in text for line in
                   keys["b"].pem.decode().splitlines()[1:-1])


def test_no_record_yet(host, keys):
    host.opendkim()
    host.write("etc/dkimkeys/mail.private", keys["ed"].pem, 0o600)
    report, weak = host.dns()
    assert weak == ["dkim-missing"]
    assert report["findings"][0]["publish"]["value"] == keys["ed"].record


def test_other_algorithm(host, keys):
    host.opendkim()
    host.write("etc/dkimkeys/mail.private", keys["ed"].pem, 0o600)
    host.publish("mail._domainkey.tienda.example TXT " + keys["a"].record)
    assert host.dns()[1] == ["dkim-other-key"]


@pytest.mark.parametrize("text, mode, weak", [
    (None, 0, ["dkim-no-private"]),
    (b"", 0o600, ["dkim-no-private"]),
    (b"mail._domainkey IN TXT p=x", 0o600, ["dkim-no-private"]),
    ("a", 0o644, ["dkim-private-open"]),
    ("b", 0o604, ["dkim-private-open", "dkim-other-key"]),
    ("a", 0o640, []),
])
def test_the_file(host, keys, text, mode, weak):
    host.opendkim()
    if text is not None:
        host.write("etc/dkimkeys/mail.private",
                   keys[text].pem if text in keys else text, mode)
    host.publish("mail._domainkey.tienda.example TXT " + keys["a"].record)
    assert host.dns()[1] == weak


def test_short(host, keys):
    host.opendkim()
    host.write("etc/dkimkeys/mail.private", keys["short"].pem, 0o600)
    host.publish("mail._domainkey.tienda.example TXT " + keys["short"].record)
    assert host.dns()[1] == ["dkim-short"]


def test_a_passphrase(host, keys):
    host.opendkim()
    host.write("etc/dkimkeys/mail.private",
               openssl("pkey", "-aes128", "-passout", "pass:x",
                       data=keys["a"].pem), 0o600)
    host.publish("mail._domainkey.tienda.example TXT " + keys["a"].record)
    report, weak = host.dns()
    assert weak == ["dkim-no-private"]
    assert "passphrase" in report["findings"][0]["sentence"]


def test_a_signer_that_was_replaced_accuses_nobody(host, keys):
    """rspamd signs; OpenDKIM's old configuration is still there."""
    host.opendkim()
    host.write("etc/dkimkeys/mail.private", keys["b"].pem, 0o600)
    host.write("etc/rspamd/local.d/dkim_signing.conf",
               'domain { tienda.example { selector = "mail"; '
               'path = "/var/k/tienda.key"; } }\n')
    host.write("var/k/tienda.key", keys["a"].pem, 0o640)
    host.publish("mail._domainkey.tienda.example TXT " + keys["a"].record)
    assert host.dns()[1] == ["dkim-other-left"]


def test_a_folder_of_keys(host, keys):
    """rspamd's default: who has a key is signed. The key of a customer who
    left is no domain of this server."""
    host.write("etc/rspamd/local.d/dkim_signing.conf", 'selector = "r";\n')
    folder = "var/lib/rspamd/dkim/"
    host.write(folder + "tienda.example.r.key", keys["b"].pem, 0o640)
    host.write(folder + "gone.example.r.key", keys["b"].pem, 0o640)
    host.write(folder + "tienda.example.old.key", keys["a"].pem, 0o640)
    host.publish("r._domainkey.tienda.example TXT " + keys["a"].record)
    report, weak = host.dns()
    assert weak == ["dkim-other-key"]
    assert [d["domain"] for d in report["domains"]] == ["tienda.example"]


def test_one_folder_for_each_domain(host, keys):
    """DirectAdmin's Exim."""
    path = "/etc/virtual/${sender_address_domain}/dkim.private.key"
    host.write("etc/exim.conf", "remote_smtp:\n  dkim_selector = x\n"
               "  dkim_private_key = \"${if exists{%s}{%s}{0}}\"\n"
               % (path, path))
    host.write("etc/virtual/tienda.example/dkim.private.key", keys["b"].pem,
               0o600)
    host.write("etc/virtual/other.example/passwd", "x")
    host.publish("x._domainkey.tienda.example TXT " + keys["a"].record)
    assert host.dns()[1] == ["dkim-other-key"]


def test_debian_macros_are_no_selectors(host):
    host.write("etc/exim4/exim4.conf.template",
               "remote_smtp:\n.ifdef DKIM_SELECTOR\n"
               "  dkim_selector = DKIM_SELECTOR\n.endif\n")
    report, weak = host.dns()
    assert weak == ["dkim-none"]
    assert "DKIM_SELECTOR" not in str(report)


def test_a_link_and_a_device_are_no_keys(host, keys):
    host.opendkim()
    (host.root / "etc/dkimkeys").mkdir(parents=True)
    os.mkfifo(host.root / "etc/dkimkeys/mail.private")
    host.publish("mail._domainkey.tienda.example TXT " + keys["a"].record)
    report, weak = host.dns()
    assert weak == []
    assert "mail.private" in report["not_examined"][0]["what"]


def test_check_tells_it(host, keys):
    host.opendkim()
    host.write("etc/dkimkeys/mail.private", keys["b"].pem, 0o600)
    host.write("var/log/mail.log", "")
    host.publish("mail._domainkey.tienda.example TXT " + keys["a"].record)
    report = host.run("check", "--json").json()
    said = [f for f in report["findings"] if f["code"] == "dns-weakness"]
    assert any("has the public half of another one" in f["sentence"]
               for f in said), said
