# SPDX-License-Identifier: ISC
"""Domains that are right, and wrong in every way that `sereno dns` knows: zone
text and the weaknesses that must be told, all of them and no other.

Each is good() with one thing changed, so that what is told is that thing.
"""
import subprocess

from lab import namehosts
from lab.nameworld import WEB
from lab.net import OWN, OWN6
from lab.policyserver import GOOD

HELO = "mx1.tienda.example"
SPF = "v=spf1 ip4:%s ip6:%s -all" % (OWN, OWN6)
DMARC = "v=DMARC1; p=reject; rua=mailto:dmarc@tienda.example"
ED25519 = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
# Reverse zones; .26 has no name, .27 another's, .28 one of a customer's line.
REVERSE = {
    "2.0.192.in-addr.arpa": "25 PTR mx1.tienda.example.\n"
    "27 PTR www.otra.example.\n"
    "28 PTR pool-192-0-2-28.dsl.otra.example.\n"
    "29 PTR mx1.tienda.example.\n29 PTR mx2.tienda.example.\n"
    "30 PTR mx.norte.muda.example.\n31 PTR mx.sur.averia.example.\n"
    "32 PTR mx3.tienda.example.\n32 PTR mx.norte.muda.example.\n",
    "5.2.0.0.8.b.d.0.1.0.0.2.ip6.arpa":
    "5.2" + 18 * ".0" + " PTR mx1.tienda.example.\n",
}
OTHERS = {
    "otra.example": "www A 192.0.2.99\nrelay A 192.0.2.98\npool-192-0-2-28.dsl A 192.0.2.28\n"
    "mx A 192.0.2.99\nwrongspf A 192.0.2.25\nwrongspf AAAA %s\n"
    "wrongspf TXT \"v=spf1 -all\"\n" % OWN6,
    "google.com": "_spf TXT \"v=spf1 ip4:198.51.100.0/24 ~all\"\n"
    "smtp A 198.51.100.1\naspmx.l A 198.51.100.1\n",
    "sendgrid.net": "@ TXT \"v=spf1 ip4:198.51.100.8 ~all\"\n"
    "smtp A 198.51.100.8\n",
}


def pair(bits):
    """A new private key as PEM, and its public half as p= has it."""
    private = subprocess.run(["openssl", "genrsa", str(bits)], check=True,
                             capture_output=True).stdout
    text = subprocess.run(["openssl", "rsa", "-pubout"], input=private,
                          check=True, capture_output=True).stdout.decode()
    return private.decode(), "".join(text.splitlines()[1:-1])


def rsa(bits):
    return pair(bits)[1]


def txt(name, text):
    parts = [text[i:i + 250] for i in range(0, len(text), 250)] or [""]
    return "%s TXT %s\n" % (name, " ".join(
        '"%s"' % p.replace('"', '\\"') for p in parts))


class Trees:
    """zones for World, and domain -> codes that are expected. silent: zones
    whose server takes questions and answers none; broken: it has lost them."""

    silent = ("norte.muda.example", "113.0.203.in-addr.arpa",
              "7.6.0.0.8.b.d.0.1.0.0.2.ip6.arpa")
    broken = ("sur.averia.example", "100.51.198.in-addr.arpa")

    def __init__(self):
        self.private, public = pair(2048)
        self.key = "v=DKIM1; k=rsa; p=" + public
        self.zones, self.expected = {**REVERSE, **OTHERS}, {}
        self.disks, self.policies = {}, {"tienda.example": (
            200, "text/plain", GOOD)}
        self.zones["tienda.example"] = self.good() + (
            "mx1 A %s\nmx1 AAAA %s\nmx2 A 192.0.2.29\nmx3 A 192.0.2.32\nmx1 TXT \"v=spf1 a "
            "-all\"\n_25._tcp.mx1 TLSA 3 1 1 %s\n"
            "_mta-sts TXT \"v=STSv1; id=20261126\"\nmta-sts A %s\n"
            "_smtp._tls TXT \"v=TLSRPTv1; rua=mailto:tls@tienda.example\"\n"
            "*._report._dmarc TXT \"v=DMARC1\"\n" % (
                OWN, OWN6, 32 * "ab", WEB))
        self.expected["tienda.example"] = set()
        # leads into a silent zone with each step
        self.zones["cadena.example"] = self.good(
            spf="v=spf1 include:a.cadena.example -all") + \
            txt("a", "v=spf1 a:x.norte.muda.example include:b.cadena.example "
                "~all") + txt("b", "v=spf1 a:y.norte.muda.example ~all")
        # nothing is known of it, and nobody is accused
        self.expected[self.broken[0]] = set()
        self.spf()
        self.dkim()
        self.dmarc()
        self.mail()
        self.policy()
        self.hosts()

    def good(self, spf=SPF, dkim=None, dmarc=DMARC, mx=HELO + "."):
        return ("@ MX 10 %s\n" % mx if mx else "") + \
            ("".join(txt("@", s) for s in (
                [spf] if isinstance(spf, str) else spf or ()))) + \
            "".join(txt("default._domainkey", k) for k in (
                [self.key] if dkim is None else dkim)) + \
            "".join(txt("_dmarc", d) for d in (
                [dmarc] if isinstance(dmarc, str) else dmarc or ()))

    def add(self, code, text="", *more, **changes):
        """A domain of the name of the weakness."""
        domain = code + ".example"
        self.zones[domain] = self.good(**changes) + text
        self.expected[domain] = {code, *more}

    def spf(self):
        own = "ip4:%s ip6:%s" % (OWN, OWN6)
        add = self.add
        add("spf-none", spf=None)
        add("spf-two", spf=[SPF, "v=spf1 mx ~all"])
        add("spf-almost", "", "spf-none", spf="v=spf1;ip4:%s -all" % OWN)
        add("spf-wrong-place", txt("_dmarc", SPF), "dmarc-stray")
        add("spf-syntax", spf="v=spf1 ipv4:%s -all" % OWN)
        add("spf-lookups", "".join(
            txt("s%d" % i, "v=spf1 ip4:198.51.100.%d -all" % i)
            for i in range(12)), "spf-long", spf="v=spf1 %s %s -all" % (
                " ".join("include:s%d.spf-lookups.example" % i
                         for i in range(12)), own))
        add("spf-lookups-near", "".join(
            txt("s%d" % i, "v=spf1 ip4:198.51.100.%d -all" % i)
            for i in range(9)), spf="v=spf1 %s %s -all" % (
                " ".join("include:s%d.spf-lookups-near.example" % i
                         for i in range(9)), own))
        add("spf-voids", spf="v=spf1 %s %s -all" % (
            " ".join("a:no%d.spf-voids.example" % i for i in range(3)), own))
        add("spf-void-term", spf="v=spf1 a:no.spf-void-term.example %s -all"
            % own)
        add("spf-loop", spf="v=spf1 include:spf-loop.example %s -all" % own)
        add("spf-include-none", "no A 192.0.2.9\n",
            spf="v=spf1 include:no.spf-include-none.example %s -all" % own)
        add("spf-include-twice", txt("s", "v=spf1 ip4:198.51.100.1 -all"),
            spf="v=spf1 include:s.spf-include-twice.example "
            "include:s.spf-include-twice.example %s -all" % own)
        add("spf-mx-names", "".join(
            "@ MX 20 m%d\nm%d A 192.0.2.%d\n" % (i, i, 40 + i)
            for i in range(11)), spf="v=spf1 mx %s -all" % own)
        add("spf-plus-all", spf="v=spf1 %s +all" % own)
        add("spf-neutral-all", spf="v=spf1 %s ?all" % own)
        add("spf-no-all", spf="v=spf1 %s" % own)
        add("spf-after-all", spf="v=spf1 %s -all ip4:198.51.100.1" % own)
        add("spf-redirect-unused", txt("s", SPF), spf="v=spf1 %s -all "
            "redirect=s.spf-redirect-unused.example" % own)
        add("spf-equals", spf="v=spf1 %s ip4=198.51.100.1 -all" % own)
        add("spf-ptr", spf="v=spf1 %s ptr -all" % own)
        add("spf-wide", spf="v=spf1 %s ip4:198.0.0.0/8 -all" % own)
        add("spf-private", spf="v=spf1 %s ip4:192.168.1.1 -all" % own)
        add("spf-long", spf="v=spf1 %s %s -all" % (own, " ".join(
            "ip4:198.51.100.%d" % i for i in range(100, 130))))
        add("spf-type99", "@ TYPE99 \\# %d %s\n" % (
            len(SPF) + 1, "%02x" % len(SPF) + SPF.encode().hex()))
        add("spf-sender-id", spf=[SPF, "spf2.0/pra %s -all" % own])
        add("spf-cdn", "www A 104.16.0.1\n",
            spf="v=spf1 %s a:www.spf-cdn.example -all" % own)
        add("spf-source-fails", spf="v=spf1 ip4:198.51.100.1 -all")
        add("spf-source-open", spf="v=spf1 ?ip4:%s ip6:%s -all" % (OWN, OWN6))
        add("spf-service-missing", mx="aspmx.l.google.com.")
        add("spf-parked", spf=None, mx=None)

    def dkim(self):
        add = self.add
        add("dkim-none", dkim=[])
        add("dkim-revoked", dkim=["v=DKIM1; p="])
        add("dkim-syntax", dkim=["v=DKIM1; k=rsa; p=!!!"])
        add("dkim-two", dkim=[self.key, "v=DKIM1; k=rsa; p=" + rsa(2048)])
        add("dkim-short", dkim=["v=DKIM1; k=rsa; p=" + rsa(512)])
        add("dkim-1024", dkim=["v=DKIM1; k=rsa; p=" + rsa(1024)])
        add("dkim-test", dkim=[self.key.replace("k=", "t=y; k=")])
        add("dkim-sha1", dkim=[self.key.replace("k=", "h=sha1; k=")])
        add("dkim-service", dkim=[self.key.replace("k=", "s=tlsrpt; k=")])
        add("dkim-ed25519-alone", dkim=["v=DKIM1; k=ed25519; p=" + ED25519])

    def dmarc(self):
        def add(code, dmarc=DMARC, *more, text=""):
            self.add(code, text, *more, dmarc=dmarc)
        rua = " rua=mailto:dmarc@tienda.example"
        add("dmarc-none", None)
        add("dmarc-two", [DMARC, "v=DMARC1; p=none;" + rua], "dmarc-none")
        add("dmarc-syntax", "v=DMARC1 p=reject", "dmarc-none")
        add("dmarc-no-policy", "v=DMARC1;" + rua)
        add("dmarc-p-none", "v=DMARC1; p=none;" + rua)
        add("dmarc-test", "v=DMARC1; p=reject; t=y;" + rua)
        add("dmarc-removed", "v=DMARC1; p=reject; pct=50;" + rua)
        add("dmarc-bad-tag", "v=DMARC1; p=reject; adkim=x;" + rua)
        add("dmarc-no-rua", "v=DMARC1; p=reject")
        add("dmarc-rua-bad", "v=DMARC1; p=reject; rua=dmarc@tienda.example")
        add("dmarc-rua-unauthorised",
            "v=DMARC1; p=reject; rua=mailto:dmarc@dkim-none.example")
        add("dmarc-rua-no-mail",
            "v=DMARC1; p=reject; rua=mailto:dmarc@sin-correo.example")
        add("dmarc-many-uris", "v=DMARC1; p=reject; rua=" + ",".join(
            "mailto:d%d@tienda.example" % i for i in range(3)))
        add("dmarc-sub-weaker", "v=DMARC1; p=reject; sp=none;" + rua)
        add("dmarc-stray", [DMARC, "verify=4711"])
        add("dmarc-wrong-place", None, "dmarc-none",
            text=txt("@", DMARC))
        # the old ones look at the domain and at the organisational one only
        code, text = "dmarc-old-receivers", self.good(dmarc=None)
        self.zones[code + ".example"] = "".join(
            line.replace("@", "a.b", 1) if line[0] == "@" else
            line.replace(" ", ".a.b ", 1)
            for line in text.splitlines(True)) + txt("_dmarc.b", DMARC)
        self.expected["a.b.%s.example" % code] = {code}
        self.zones["sin-correo.example"] = "@ MX 0 .\n" + txt(
            "*._report._dmarc", "v=DMARC1")

    def mail(self):
        add = self.add
        add("mx-no-address", mx="no.mx-no-address.example.")
        add("mx-ip", mx="192.0.2.25.")
        add("mx-cname", "m CNAME mx1.tienda.example.\n",
            mx="m.mx-cname.example.")
        add("mx-private", "m A 192.168.1.1\n", mx="m.mx-private.example.")
        add("mx-none", "@ A %s\n" % OWN, mx=None)
        add("domain-no-mail", mx=None)
        add("mta-sts-no-host", "_mta-sts TXT \"v=STSv1; id=1\"\n")
        add("tls-rpt-bad", "_smtp._tls TXT \"v=TLSRPTv1; rua=nobody\"\n")
        add("tlsa-unsigned", "m A 192.0.2.25\n_25._tcp.m TLSA 3 1 1 %s\n"
            % (32 * "ab"), mx="m.tlsa-unsigned.example.")

    def policy(self):
        def add(code, *more, status=200, kind="text/plain", text=GOOD,
                record="v=STSv1; id=1"):
            self.add(code, "_mta-sts TXT \"%s\"\nmta-sts A %s\n" % (
                record, WEB), *more)
            self.policies[code + ".example"] = (status, kind, text)
        add("mta-sts-bad", record="v=STSv1")
        add("mta-sts-fetch", status=404)
        add("mta-sts-certificate")
        add("mta-sts-type", kind="text/html")
        add("mta-sts-policy", text=GOOD.replace("STSv1", "STSv2"))
        add("mta-sts-mx", text=GOOD.replace("mx1.", "mx9."))
        add("mta-sts-mx-testing", "mta-sts-mode", text=GOOD.replace(
            "mx1.", "mx9.").replace("enforce", "testing"))
        add("mta-sts-age", text=GOOD.replace("604800", "3600"))
        add("mta-sts-mode", text=GOOD.replace("enforce", "testing"))
        # another one from the second time on, which one run cannot see
        add("mta-sts-same-id", text=[GOOD, GOOD.replace("604800", "864000")])
        del self.expected["mta-sts-same-id.example"]

    def hosts(self):
        """Domains that are wrong together with the disk of their server."""
        other, _ = pair(2048)
        keys = {"dkim-missing": (self.private, 0o600),
                "dkim-other-key": (other, 0o600),
                "dkim-no-private": (None, 0),
                "dkim-private-open": (self.private, 0o644),
                "dkim-other-left": (other, 0o600)}
        self.disks["signer"] = disk = namehosts.signer(keys)
        # one that was there before OpenDKIM, or after it
        disk.put("etc/rspamd/local.d/dkim_signing.conf",
                 "domain {\n dkim-other-left.example {\n  selector = "
                 "\"mail\";\n  path = \"/var/lib/rspamd/mail.key\";\n }\n}\n",
                 0o644)
        disk.put("var/lib/rspamd/mail.key", self.private)
        self.disks["by-sendgrid"] = namehosts.relay(
            "spf-relay-missing", "smtp.sendgrid.net")
        self.disks["by-otra"] = namehosts.relay(
            "spf-relay-fails", "relay.otra.example")
        for disk in self.disks.values():
            for domain in disk.expected:
                self.zones[domain] = self.good(dkim=[]) + (
                    "" if domain.startswith("dkim-missing.") else
                    txt("mail._domainkey", self.key))
