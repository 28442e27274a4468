# SPDX-License-Identifier: ISC
"""The policy of MTA-STS, fetched from an HTTPS server of our own."""
import http.server
import socket
import sqlite3
import ssl
import subprocess
import threading
import time

import pytest

from conftest import ROOT
from dns_world import A, Fake, zone_of

IP = "203.0.113.25"
POLICY = ("version: STSv1\r\nmode: enforce\r\nmx: mail.tienda.example\r\n"
          "max_age: 604800\r\n")
WORLD = """
25.113.0.203.in-addr.arpa PTR mail.tienda.example
mail.tienda.example A 203.0.113.25
mail.tienda.example TXT v=spf1 a -all
tienda.example MX 10 mail.tienda.example
tienda.example MX 20 mx2.tienda.example
mx2.tienda.example A 203.0.113.26
tienda.example TXT v=spf1 mx -all
_dmarc.tienda.example TXT v=DMARC1; p=reject; rua=mailto:d@tienda.example
_mta-sts.tienda.example TXT v=STSv1; id=20261126;
mta-sts.tienda.example A 203.0.113.80
dentro.example MX 10 mail.tienda.example
dentro.example TXT v=spf1 mx -all
_mta-sts.dentro.example TXT v=STSv1; id=20261126;
mta-sts.dentro.example A 127.0.0.1
"""


def openssl(*args):
    subprocess.run(["openssl", *map(str, args)], check=True,
                   capture_output=True)


def certificate(d, name, *, ca="ca", days=2):
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=" + name,
            "-keyout", d / (name + ".key"), "-out", d / "csr")
    (d / "ext").write_text("subjectAltName=DNS:" + name)
    openssl("x509", "-req", "-in", d / "csr", "-CA", d / (ca + ".pem"),
            "-CAkey", d / (ca + ".key"), "-CAcreateserial", "-days", days,
            "-extfile", d / "ext", "-out", d / (name + ".pem"))


class Web:
    """One that answers every path with what the test says."""

    def __init__(self, d, name):
        self.status, self.headers, self.body = 200, {
            "Content-Type": "text/plain"}, POLICY
        self.seen, self.delay = [], 0
        web = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                web.seen.append((self.headers["Host"], self.path))
                time.sleep(web.delay)
                self.send_response(web.status)
                for key, value in web.headers.items():
                    self.send_header(key, value)
                self.end_headers()
                body = web.body
                try:
                    self.wfile.write(body if isinstance(body, bytes)
                                     else body.encode())
                except OSError:
                    pass

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), Handler)
        self.server.handle_error = lambda *args: None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(d / (name + ".pem"), d / (name + ".key"))
        self.server.socket = context.wrap_socket(
            self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever,
                         daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    d = tmp_path_factory.mktemp("sts")
    for ca in ("ca", "other"):
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", 2,
                "-subj", "/CN=" + ca, "-keyout", d / (ca + ".key"),
                "-out", d / (ca + ".pem"))
    certificate(d, "mta-sts.tienda.example")
    certificate(d, "www.tienda.example")
    d.chmod(0o755)
    (d / "ca.pem").chmod(0o644)
    return d


@pytest.fixture(scope="module")
def world():
    server = Fake(zone_of(WORLD))
    yield server
    server.close()


@pytest.fixture
def fetch(sereno, certificates, world):
    class Fetch:
        web = Web(certificates, "mta-sts.tienda.example")
        ca = certificates / "ca.pem"

        def __call__(self, *words, domain="tienda.example", **more):
            return sereno(
                "dns", domain, "--own", IP, "--helo", "mail.tienda.example",
                "--no-cache", "--resolver", world.at, "--sts-ca", self.ca,
                "--sts-server", "127.0.0.1@%d" % self.web.port, *words,
                **more)

        def weak(self):
            report = self("--json").json()
            return report, [f["weakness"] for f in report["findings"]
                            if f["weakness"].startswith("mta-sts")]
    each = Fetch()
    yield each
    each.web.close()


def test_a_good_one(fetch):
    fetch.web.body = POLICY.replace("max_age", "mx: *.tienda.example\r\nmax_age")
    report, weak = fetch.weak()
    assert weak == []
    policy = report["domains"][0]["inbound"]["mta_sts_policy"]
    assert policy == {"state": "fetched", "http": 200, "mode": "enforce",
                      "max_age": 604800, "mx": ["mail.tienda.example",
                                                "*.tienda.example"]}
    assert fetch.web.seen == [("mta-sts.tienda.example:%d" % fetch.web.port,
                               "/.well-known/mta-sts.txt")]
    assert "MTA-STS enforce" in " ".join(fetch().out.split())


def test_an_mx_that_is_not_named(fetch):
    report, weak = fetch.weak()
    assert weak == ["mta-sts-mx"]
    found = next(f for f in report["findings"]
                 if f["weakness"] == "mta-sts-mx")
    assert found["severity"] == "critical"
    assert "mx2.tienda.example" in found["sentence"]
    assert "mx: mx2.tienda.example" in found["advice"]
    # while it is a test mail still arrives
    fetch.web.body = POLICY.replace("enforce", "testing")
    assert fetch.weak()[1] == ["mta-sts-mx-testing", "mta-sts-mode"]


NAMES_BOTH = POLICY.replace("max_age", "mx: mx2.tienda.example\r\nmax_age")


@pytest.mark.parametrize("change, weak", [
    (dict(status=404, body="not here"), ["mta-sts-fetch"]),
    (dict(status=301, headers={"Location": "https://x.example/p"}),
     ["mta-sts-fetch"]),
    (dict(headers={"Content-Type": "text/html"}), ["mta-sts-type"]),
    (dict(headers={"Content-Type": "TEXT/plain; charset=utf-8"}), []),
    (dict(body=NAMES_BOTH.replace("604800", "3600")), ["mta-sts-age"]),
    (dict(body=NAMES_BOTH.replace("STSv1", "STSv2")), ["mta-sts-policy"]),
    (dict(body=b"\x1b[2J\xff\0" * 30), ["mta-sts-policy"]),
    (dict(body="x" * (64 * 1024 + 1)), ["mta-sts-fetch"]),
    (dict(body=NAMES_BOTH + " " * (64 * 1024 - len(NAMES_BOTH))), []),
    (dict(body="version: STSv1\nmode: none\nmax_age: 86400\n"),
     ["mta-sts-mode"]),
])
def test_what_is_wrong(fetch, change, weak):
    fetch.web.body = NAMES_BOTH
    for name, value in change.items():
        setattr(fetch.web, name, value)
    assert fetch.weak()[1] == weak
    assert "\x1b" not in fetch().out


def test_a_redirect_is_told_and_not_followed(fetch, certificates):
    other = Web(certificates, "mta-sts.tienda.example")
    fetch.web.status = 302
    fetch.web.headers = {"Location": "https://mta-sts.tienda.example:%d/a\x1b"
                         % other.port}
    report, weak = fetch.weak()
    other.close()
    assert weak == ["mta-sts-fetch"] and other.seen == []
    assert "answers 302 and leads to https://mta-sts.tienda.example" in str(
        report["findings"])


def test_certificates(fetch, certificates):
    fetch.web.body = NAMES_BOTH
    fetch.ca = certificates / "other.pem"
    assert fetch.weak()[1] == ["mta-sts-certificate"]
    assert fetch.web.seen == []
    fetch.ca = certificates / "ca.pem"
    fetch.web.close()
    fetch.web = Web(certificates, "www.tienda.example")
    report, weak = fetch.weak()
    assert weak == ["mta-sts-certificate"]
    assert fetch.web.seen == []


def test_what_cannot_be_reached_accuses_nobody(fetch):
    fetch.web.close()
    report, weak = fetch.weak()
    assert weak == []
    assert [n["what"] for n in report["not_examined"]] == [
        "MTA-STS tienda.example"]
    assert "cannot be fetched from here" in report["not_examined"][0][
        "sentence"]


def test_a_silent_host_takes_seconds(fetch):
    fetch.web.delay = 30
    begun = time.monotonic()
    report, weak = fetch.weak()
    assert weak == [] and 5 < time.monotonic() - begun < 20
    assert report["not_examined"]


def test_silent_hosts_are_waited_for_together(sereno, certificates):
    """Twelve dead ones cost no more than one, and each is named."""
    domains = ["d%d.example" % n for n in range(12)]
    world = Fake(zone_of("".join(
        "{0} MX 10 mail.tienda.example\n_mta-sts.{0} TXT v=STSv1; id=1;\n"
        "mta-sts.{0} A 203.0.113.80\n".format(d) for d in domains) + WORLD))
    dead = socket.create_server(("127.0.0.1", 0), backlog=50)
    begun = time.monotonic()
    done = sereno("dns", *domains, "--own", IP, "--json", "--no-cache",
                  "--resolver", world.at, "--sts-ca", certificates / "ca.pem",
                  "--sts-server", "127.0.0.1@%d" % dead.getsockname()[1])
    took = time.monotonic() - begun
    world.close()
    dead.close()
    named = {n["what"] for n in done.json()["not_examined"]}
    assert {"MTA-STS " + d for d in domains} <= named
    assert "MTA-STS" not in named
    assert took < 14, took


def test_check_ends_in_time(sereno, tmp_path):
    """A third of the lists is silent, and so is every host of a policy."""
    rows = [line.split("\t") for line in
            (ROOT / "data" / "dnsbl.tsv").read_text().splitlines()
            if line and not line.startswith("#")]
    zones = sorted({row[rows[0].index("zone")] for row in rows[1:]} - {""})
    domains = ["d%d.example" % n for n in range(8)]
    names = zone_of("".join(
        "{0} MX 10 mail.{0}\nmail.{0} A 203.0.113.25\n_mta-sts.{0} TXT "
        "v=STSv1; id=1;\nmta-sts.{0} A 203.0.113.80\n".format(d)
        for d in domains))

    def answer(name, kind):
        for n, zone in enumerate(zones):
            if ("." + name).endswith("." + zone):
                if n % 3 == 0:
                    return None
                return [(A, "127.0.0.2")] if kind == A and \
                    name.startswith("2.0.0.127.") else 3
        return names(name, kind)
    world = Fake(answer)
    dead = socket.create_server(("127.0.0.1", 0), backlog=50)
    log = tmp_path / "mail.log"
    log.write_text("Nov 26 10:00:00 mx postfix/smtpd[1]: connect from x\n")
    begun = time.monotonic()
    done = sereno("check", "--log", log, "--own", IP, *domains, "--json",
                  "--no-cache", "--resolver", world.at, "--sts-server",
                  "127.0.0.1@%d" % dead.getsockname()[1])
    took = time.monotonic() - begun
    world.close()
    dead.close()
    named = [n["what"] for n in done.json()["not_examined"]]
    assert sum(what.startswith("MTA-STS d") for what in named) == 8
    assert took < 15, took


class Kept:
    """One domain whose policy and whose id can be changed between runs."""

    def __init__(self, sereno, fetch, path):
        self.sereno, self.fetch = sereno, fetch
        self.store = path / "sereno.db"
        self.id = "20261126"
        self.world = Fake(lambda name, kind: zone_of(
            WORLD.replace("id=20261126", "id=" + self.id))(name, kind))
        self.world.ttl = 3600
        fetch.web.body = NAMES_BOTH

    def run(self, *words, cache=("--no-cache",)):
        return self.sereno(
            *(words or ("dns", "tienda.example")), "--own", IP,
            "tienda.example", *cache, "--resolver", self.world.at, "--sts-ca",
            self.fetch.ca, "--sts-server",
            "127.0.0.1@%d" % self.fetch.web.port, "--store", self.store)

    def said(self, *words, **more):
        report = self.run(*words, "--json", **more).json()
        return [f for f in report["findings"]
                if "its id is still" in f["sentence"]]

    def sql(self, text):
        with sqlite3.connect(self.store) as db:
            return db.execute(text).fetchall()


@pytest.fixture
def kept(sereno, fetch, tmp_path):
    each = Kept(sereno, fetch, tmp_path)
    yield each
    each.world.close()


DNS = ("dns", "tienda.example")
SHORT = NAMES_BOTH.replace("604800", "86400")


def test_a_policy_that_changes_under_its_id(kept):
    assert kept.said(*DNS) == [] and kept.said(*DNS) == []
    (first, last), = kept.sql("SELECT first, last FROM policy")
    assert first < last
    kept.sql("UPDATE policy SET first = 1793620000000000, "
             "last = 1793626862000000")  # 2 November 2026
    kept.fetch.web.body = SHORT
    found, = kept.said(*DNS)
    assert found["weakness"] == "mta-sts-same-id"
    assert "changed between Mon 2 Nov 2026" in found["sentence"]
    assert found["sentence"].endswith("its id is still 20261126")
    assert found["publish"]["name"].startswith("_mta-sts.tienda.example")
    new = found["publish"]["value"].split("id=")[1].strip(";")
    assert len(new) == 14 and new.isdigit()
    # it stays so, with its date, and check says it as well
    (other,), = kept.sql("SELECT other FROM policy")
    again, = kept.said(*DNS)
    assert again["sentence"] == found["sentence"]
    assert kept.sql("SELECT other FROM policy") == [(other,)]
    # until the record has a new id
    kept.id = new
    assert kept.said(*DNS) == []
    assert kept.sql("SELECT id, other FROM policy") == [(new, None)]


def test_check_remembers_policies_too(kept, tmp_path):
    log = tmp_path / "mail.log"
    log.write_text("Nov 26 10:00:00 mx postfix/smtpd[1]: connect from x\n")
    words = ("check", "--log", log)
    assert kept.said(*words) == []
    kept.fetch.web.body = SHORT
    found, = kept.said(*words)
    assert found["code"] == "dns-weakness"


@pytest.mark.parametrize("body, name", [
    (NAMES_BOTH, "20261127"),  # a new id for the same is harmless
    (SHORT, "20261127"),
    (NAMES_BOTH.replace("\r\n", "\n").replace(
        "mx: mail.tienda.example", "mx:  MAIL.tienda.example."), "20261126"),
    ("version: STSv1\nmode: enforce\nmax_age: 604800\n"
     "mx: mx2.tienda.example\nmx: mail.tienda.example\n", "20261126"),
    ("version: STSv1\nmode: broken\n", "20261126"),
])
def test_a_change_that_is_none(kept, body, name):
    assert kept.said(*DNS) == []
    kept.fetch.web.body, kept.id = body, name
    assert kept.said(*DNS) == []


def test_an_id_that_was_kept_is_asked_for_again(kept, tmp_path):
    """Policy and record changed together; our cache has the old record."""
    cache = ("--cache", tmp_path / "cache")
    assert kept.said(*DNS, cache=cache) == []
    kept.fetch.web.body, kept.id = SHORT, "20261127"
    assert kept.said(*DNS, cache=cache) == []
    assert kept.sql("SELECT id FROM policy") == [("20261127",)]


def test_what_is_not_this_machine_is_not_remembered(kept):
    """Without --store a named case leaves no trace."""
    kept.run(*DNS)
    assert kept.store.exists()
    kept.store.unlink()
    done = kept.sereno(
        "dns", "tienda.example", "--own", IP, "--no-cache", "--resolver",
        kept.world.at, "--sts-ca", kept.fetch.ca, "--sts-server",
        "127.0.0.1@%d" % kept.fetch.web.port, "--store", kept.store,
        "--no-store", "--json")
    assert done.code < 2 and not kept.store.exists()


def test_nothing_is_fetched_from_inside(sereno, world, fetch, tmp_path):
    """A zone that names the loopback must not make us ask what is there."""
    report = sereno("dns", "dentro.example", "--own", IP, "--json",
                    "--no-cache", "--resolver", world.at).json()
    weak = [f for f in report["findings"] if f["weakness"] == "mta-sts-fetch"]
    assert "private addresses only" in weak[0]["sentence"]
    assert report["not_examined"] == []


def test_no_file_of_authorities(fetch):
    fetch.ca = "/nowhere/ca.pem"
    done = fetch()
    assert done.code == 2 and "/nowhere/ca.pem" in done.err


def test_check_fetches_it_and_offline_does_not(sereno, world, fetch,
                                               tmp_path):
    fetch.web.body = NAMES_BOTH.replace("mx2.", "mx3.")
    log = tmp_path / "mail.log"
    log.write_text("Nov 26 10:00:00 mx postfix/smtpd[1]: connect from x\n")
    words = ["check", "--log", log, "--own", IP, "tienda.example", "--json",
             "--sts-ca", fetch.ca, "--sts-server",
             "127.0.0.1@%d" % fetch.web.port, "--no-cache",
             "--resolver", world.at]
    report = sereno(*words).json()
    assert any("does not name the MX" in f["sentence"]
               for f in report["findings"]), report["findings"]
    seen = len(fetch.web.seen)
    assert seen == 1
    sereno(*words, "--offline").json()
    assert len(fetch.web.seen) == seen
