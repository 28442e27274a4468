# SPDX-License-Identifier: ISC
"""What the newest logs say of this server: selectors, domains, and the address
behind NAT."""
import gzip

import pytest

from dns_world import A, TXT, Fake, zone_of

IP = "203.0.113.25"
KEY = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
WORLD = """
25.113.0.203.in-addr.arpa PTR mail.tienda.example
mail.tienda.example A 203.0.113.25
mail.tienda.example TXT v=spf1 a -all
tienda.example MX 10 mail.tienda.example
tienda.example TXT v=spf1 mx -all
raro._domainkey.tienda.example TXT {key}
solo.example MX 10 mail.tienda.example
solo.example TXT v=spf1 mx -all
gmail.example MX 10 mx.gmail.example
66.113.0.203.in-addr.arpa PTR mail.victima.example
mail.victima.example A 203.0.113.66
67.113.0.203.in-addr.arpa PTR mail.tienda.example
""".replace("{key}", KEY)
LOG = """\
Nov 26 10:00:0{n} mail postfix/submission/smtpd[1{n}]: A1B2C3D{n}: client=x[198.51.100.9], sasl_method=PLAIN, sasl_username=ana@solo.example
Nov 26 10:00:0{n} mail postfix/qmgr[2]: A1B2C3D{n}: from=<{sender}>, size=500, nrcpt=1 (queue active)
"""
SIGNED = "Nov 26 10:00:03 mail opendkim[7]: A1: DKIM-Signature field added " \
    "(s=raro, d=tienda.example)\n"


def refusal(n, relay, relay_ip, words):
    return ("Nov 26 10:01:%02d mail postfix/smtp[9]: B1C2D%04d: to=<x@%s>, "
            "relay=%s[%s]:25, delay=1, delays=0/0/1/0, dsn=5.7.1, "
            "status=bounced (host %s[%s] said: 550 5.7.1 %s (in reply to "
            "MAIL FROM command))\n" % (n, n, relay, relay, relay_ip, relay,
                                       relay_ip, words))


@pytest.fixture
def host(sereno, tmp_path):
    class Host:
        root = tmp_path / "root"
        world = Fake(zone_of(WORLD))

        def log(self, text):
            log = self.root / "var" / "log" / "mail.log"
            log.parent.mkdir(parents=True, exist_ok=True)
            log.write_text(text)

        def config(self, text):
            main = self.root / "etc" / "postfix" / "main.cf"
            main.parent.mkdir(parents=True, exist_ok=True)
            main.write_text(text)

        def run(self, *words):
            return sereno(*words, "--root", self.root, "--no-cache",
                          "--resolver", self.world.at)
    each = Host()
    each.config("myhostname = mail.tienda.example\n"
                "mydestination = localhost\n")
    yield each
    each.world.close()


def test_selectors_and_domains(host):
    host.log(LOG.format(n=1, sender="ana@solo.example")
             + LOG.format(n=2, sender="premio@gmail.example") + SIGNED)
    report = host.run("dns", "--json").json()
    whys = {d["domain"]: d["why"] for d in report["domains"]}
    # what an account only claims to be is nobody's domain here
    assert set(whys) == {"tienda.example", "solo.example"}
    assert whys["solo.example"].startswith("accounts sent 1 message as it, in")
    assert whys["tienda.example"].startswith("1 signature in ")
    tienda = next(d for d in report["domains"]
                  if d["domain"] == "tienda.example")
    key, = tienda["dkim"]["keys"]
    assert key["selector"] == "raro" and key["valid"]
    assert whys["tienda.example"] == key["why"]


@pytest.mark.parametrize("young", ["", LOG.format(n=1, sender="x@y.example")])
def test_a_rotation_that_is_packed(host, young):
    """Right after logrotate the newest log says nothing."""
    host.log(young)
    packed = host.root / "var" / "log" / "mail.log.1.gz"
    packed.write_bytes(gzip.compress(
        (LOG.format(n=1, sender="ana@solo.example") + SIGNED).encode()))
    report = host.run("dns", "--json").json()
    whys = {d["domain"]: d["why"] for d in report["domains"]}
    assert set(whys) == {"tienda.example", "solo.example"}
    assert whys["tienda.example"].endswith("mail.log.1.gz")
    # what is old is not needed where there is enough that is new
    host.log(SIGNED.replace("tienda", "solo")
             + "Nov 26 10:00:04 mail postfix/qmgr[2]: A1: removed\n" * 40000)
    report = host.run("dns", "--json").json()
    assert [d["domain"] for d in report["domains"]] == ["solo.example"]


def test_forged_domains_leave_room_for_ours(host):
    """A thief on one account writes as more domains than are kept."""
    host.log("".join(LOG.format(n=1, sender="x@f%d.example" % n)
                     for n in range(3000))
             + LOG.format(n=2, sender="ana@solo.example"))
    report = host.run("dns", "--json").json()
    assert [d["domain"] for d in report["domains"]] == ["solo.example"]


def test_a_signature_without_a_key(host):
    host.log(SIGNED.replace("raro", "nadie"))
    report = host.run("dns", "--json").json()
    found = next(f for f in report["findings"]
                 if f["weakness"] == "dkim-missing")
    assert "1 signature in" in found["sentence"]


@pytest.mark.parametrize("config, domains", [
    # what local senders are written with, and one that takes mail, too
    ("myorigin = tienda.example\nmydestination = tienda.example\n",
     ["tienda.example"]),
    ("myorigin = tienda.example\nmydestination = localhost\n",
     ["tienda.example"]),
    ("myorigin = mail.tienda.example\nmydestination = mail.tienda.example\n",
     []),
    ("mydestination = mail.tienda.example, tienda.example\n",
     ["tienda.example"]),
])
def test_a_name_that_is_origin_and_domain(host, config, domains):
    host.config("myhostname = mail.tienda.example\n" + config)
    report = host.run("dns", "--json").json()
    assert [d["domain"] for d in report["domains"]] == domains
    assert [h["name"] for h in report["helos"]] == ["mail.tienda.example"]


def test_nat_one_receiver_and_our_own_name(host):
    """The name that we greet with has it."""
    host.log(refusal(1, "mx.uno.example", "192.0.2.1",
                     "Client host [%s] blocked using zen" % IP))
    report = host.run("dns", "--json").json()
    source, = report["sources"]
    assert source["ip"] == IP
    assert "1 receiver names it, uno.example" in source["why"]
    assert "mail.tienda.example has that address in the DNS" in source["why"]
    assert "mail.log" in source["why"]


def test_nat_a_reverse_name_of_our_domain(host):
    """The server says that it is "fuera", the reverse name is "mail"."""
    host.config("myhostname = fuera.tienda.example\n"
                "mydestination = localhost\n")
    host.log(refusal(1, "mx.uno.example", "192.0.2.1", "[%s] blocked" % IP))
    source, = host.run("dns", "--json").json()["sources"]
    assert source["ip"] == IP and "mail.tienda.example has" in source["why"]


@pytest.mark.parametrize("ip", ["203.0.113.66", "203.0.113.67"])
def test_nat_a_hostile_receiver_is_not_believed(host, ip):
    """Somebody else's address, whose PTR leads back, but is not ours; and one
    whose PTR claims to be ours, and does not lead back."""
    host.log(refusal(1, "mx.malo.example", "192.0.2.1", "IP %s is bad" % ip)
             + refusal(2, "mx2.malo.example", "198.51.100.1",
                       "IP %s is bad" % ip)
             + refusal(3, "mx.otro.example", "192.0.2.9",
                       "IP %s is bad" % ip))
    report = host.run("dns", "--json").json()
    assert report["sources"] == []
    doubt = next(n for n in report["not_examined"] if n["what"] == "NAT 1")
    assert ip in doubt["sentence"] and "--own" in doubt["sentence"]


THREE = [("mx.uno.example", "192.0.2.1"), ("mx.dos.example", "198.51.100.1"),
         ("mx.tres.example", "198.18.0.1")]


def test_nat_three_that_agree(host):
    ip = "203.0.113.99"
    host.log("".join(refusal(n, *r, "Your IP %s is listed" % ip)
                     for n, r in enumerate(THREE)))
    report = host.run("dns", "--json").json()
    assert [s["ip"] for s in report["sources"]] == [ip]
    assert "3 receivers name it" in report["sources"][0]["why"]


def test_nat_two_addresses_that_are_named_alike(host):
    host.log("".join(
        refusal(n, *r, "Your IP 203.0.113.99 is listed")
        + refusal(n + 10, *r, "Your IP 203.0.113.98 is listed")
        for n, r in enumerate(THREE)))
    report = host.run("dns", "--json").json()
    assert report["sources"] == []
    assert len([n for n in report["not_examined"]
                if n["what"].startswith("NAT")]) == 2


def test_own_and_a_public_address_override(host):
    text = refusal(1, "mx.uno.example", "192.0.2.1", "[%s] blocked" % IP)
    host.log(text)
    report = host.run("dns", "--json", "--own", "198.51.100.77").json()
    assert [s["ip"] for s in report["sources"]] == ["198.51.100.77"]
    host.config("myhostname = mail.tienda.example\n"
                "smtp_bind_address = 198.51.100.78\n")
    report = host.run("dns", "--json").json()
    assert [s["ip"] for s in report["sources"]] == ["198.51.100.78"]


def test_listed_and_check_use_it(host, sereno):
    def answer(name, kind):
        if name.endswith(".kept.test"):
            if name in ("99.113.0.203.kept.test", "2.0.0.127.kept.test"):
                return [(A, "127.0.0.2")] if kind == A else \
                    [(TXT, "spam")] if kind == TXT else []
            return 3
        return zone_of(WORLD)(name, kind)
    host.world.close()
    host.world = Fake(answer)
    host.log("".join(refusal(n, *r, "Your IP 203.0.113.99 is listed")
                     for n, r in enumerate(THREE)) + SIGNED)
    report = host.run("listed", "--list", "kept.test", "--json",
                      "--no-store").json()
    assert [e["target"] for e in report["listings"]] == ["203.0.113.99"]
    target = next(t for t in report["targets"]
                  if t["target"] == "203.0.113.99")
    assert "3 receivers name it" in target["why"]
    assert "tienda.example" in [t["target"] for t in report["targets"]]
    report = host.run("check", "--json").json()
    assert any("tienda.example" in f["sentence"]
               for f in report["findings"]
               if f["code"] == "dns-weakness"), report["findings"]


def test_nat_by_what_bounces_return(host, sereno, tmp_path):
    """Messages that our log has came back, and the receivers' Received fields
    name where they came from; forged ones name other places."""
    import bounce_mail
    import postfix_log
    from test_bounces import forged, genuine
    log = postfix_log.PostfixLog()
    postfix_log.own_days(log)
    real = [genuine(log, n) for n in range(5)]
    log.sort()
    (host.root / "var" / "log").mkdir(parents=True)
    log.write(host.root / "var" / "log" / "mail.log")
    host.config("myhostname = mx1.tienda.example\n"
                "mydestination = tienda.example\n")
    box = bounce_mail.mbox(tmp_path / "box",
                           real + [forged(n) for n in range(30)])
    done = host.run("check", "--bounces", box, "--now",
                    "2026-11-21T03:41:00Z", "--json")
    said = str(done.json()["findings"])
    # it has no reverse name in this world, and the server's SPF lacks it
    assert "203.0.113.5 has no reverse name" in said
    assert "198.18." not in said
    # without them nothing is known of the address
    done = host.run("check", "--now", "2026-11-21T03:41:00Z", "--json")
    assert "203.0.113.5 has no" not in str(done.json()["findings"])
