# SPDX-License-Identifier: ISC
"""sereno dns: a world of name servers on the loopback, right and wrong."""
import pytest

from dns_world import Fake, zone_of

IP, IP6 = "203.0.113.25", "2001:db8::25"
RSA = ("MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC/ypDiFE/CUnIwG0NjFuUBPcbpmp1eE"
       "Bj3hNZSMPQYFGmxrIlqe+EP4FI4lhb+d5i4FLPlSG+r1LmdHTwdkF84/aQWDwdaiE8brb"
       "tArKSx2jEMDm4pPzuxjiwSqFUodcl1klxtZyt7u0kx8u5xsYBs2NAD8wm6iyqpIIwJyQpX"
       "SwIDAQAB")
WORLD = """
25.113.0.203.in-addr.arpa PTR mail.tienda.example
5.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa PTR mail.tienda.example
mail.tienda.example A 203.0.113.25
mail.tienda.example AAAA 2001:db8::25
mail.tienda.example TXT v=spf1 a -all

## everything is as it should be
tienda.example MX 10 mail.tienda.example
tienda.example TXT "v=spf1 ip4:203.0.113.25 " "ip6:2001:db8::25 include:_spf.google.com -all"
_spf.google.com TXT v=spf1 include:_netblocks.google.com ~all
_netblocks.google.com TXT v=spf1 ip4:192.0.2.0/24 ~all
mail._domainkey.tienda.example TXT v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
default._domainkey.tienda.example CNAME keys.tienda.example
_dmarc.tienda.example TXT v=DMARC1; p=reject; rua=mailto:dmarc@tienda.example

## the old record and the one of the wizard, only IPv4 in both
doble.example MX 10 mail.tienda.example
doble.example TXT v=spf1 ip4:203.0.113.25 -all
doble.example TXT v=spf1 a:mail.tienda.example include:_spf.google.com ~all

alias.example MX 10 mx.alias.example
mx.alias.example CNAME mail.tienda.example
alias.example TXT v=spf1 ip4:203.0.113.25 -all

parked.example A 192.0.2.80

evil.example MX 10 mail.tienda.example
evil.example TXT v=spf1 a:\x1b]0;owned\x07.x.example \u202eall <script>
_dmarc.evil.example TXT v=DMARC1; p=\x1b[2Jnone; rua=javascript:alert(1)

lento.example FAILS

sendgrid.net TXT v=spf1 ip4:198.51.100.0/24 ~all
smtp.sendgrid.net A 198.51.100.7

mira.example MX 10 mail.tienda.example
mira.example TXT v=spf1 ip4:203.0.113.25 ip6:2001:db8::25 -all
_dmarc.mira.example TXT v=DMARC1; p=none; rua=mailto:d@mira.example

largo.example MX 10 mail.tienda.example
largo.example TXT v=spf1 {largo} ip4:2001:db8::25 ip4:203.0.113.25 -all

muchas.example MX 10 mail.tienda.example
muchas.example TXT v=spf1 {includes} ~all
"""
INCLUDES = " ".join("include:s%d.muchas.example" % i for i in range(12))
LARGO = " ".join("ip4:198.51.100.%d" % i for i in range(1, 16))
WORLD = WORLD.replace("{includes}", INCLUDES).replace("{largo}", LARGO) + "".join(
    "s%d.muchas.example TXT v=spf1 ip4:192.0.2.%d ~all\n" % (i, i)
    for i in range(12)) + "keys.tienda.example TXT v=DKIM1; p=%s\n" % RSA


@pytest.fixture(scope="module")
def world():
    server = Fake(zone_of(WORLD.encode("utf-8").decode("latin-1")))
    yield server
    server.close()


@pytest.fixture
def dns(sereno, world):
    def run(*args, own=(IP, IP6), **more):
        words = ["dns", *args]
        if own:
            words += ["--own", *own, "--helo", "mail.tienda.example"]
        return sereno(*words, "--no-cache", "--resolver", world.at, **more)
    return run


def codes(report, *kinds):
    """weakness codes of these severities, without those of DKIM's guesses"""
    kinds = kinds or ("critical", "warning")
    return [f["weakness"] for f in report["findings"]
            if f["severity"] in kinds]


def test_all_good(dns):
    done = dns("tienda.example", "--json")
    report = done.json()
    assert report["schema"] == "sereno/dns/1"
    assert codes(report) == []
    assert done.code == 0, report["findings"]
    domain, = report["domains"]
    assert [r["result"] for r in domain["spf"]["results"]] == ["pass"] * 2
    assert domain["spf"]["lookups"] == 2
    include = domain["spf"]["tree"]["terms"][2]
    assert include["service"] == "Google Workspace"
    assert include["record"]["terms"][0]["lookups"] == 2
    # through a CNAME, too; and a key found by its usual name
    keys = {k["selector"]: k for k in domain["dkim"]["keys"]}
    assert keys["default"]["bits"] == 1024 and keys["default"]["valid"]
    assert keys["mail"]["algorithm"] == "ed25519"
    assert "dkim-1024" in codes(report, "info")
    assert domain["dmarc"]["policy"] == "reject"
    assert report["not_examined"] == []


def test_two_records_become_one(dns):
    done = dns("doble.example", "--json")
    assert done.code == 1
    report = done.json()
    assert "spf-two" in codes(report, "critical")
    spf = report["domains"][0]["spf"]
    assert {r["result"] for r in spf["results"]} == {"permerror"}
    # one record with what both have, and with IPv6, which neither had
    assert spf["proposal"]["value"] == (
        "v=spf1 a:mail.tienda.example include:_spf.google.com "
        "ip4:203.0.113.25 ~all")
    assert {r["result"] for r in spf["proposal"]["results"]} == {"pass"}
    assert all(f["code"] == "dns-weakness" and f["sentence"] and f["why"]
               for f in report["findings"])


def test_text_says_what_to_publish(dns):
    done = dns("doble.example", "parked.example")
    assert done.code == 1
    lines = [line.strip() for line in done.out.splitlines()]
    assert "broken  there are 2 SPF records" in lines
    assert ('doble.example. TXT "v=spf1 a:mail.tienda.example '
            'include:_spf.google.com ip4:203.0.113.25 ~all"') in lines
    assert "203.0.113.25 permerror -> pass, 2001:db8::25 permerror -> pass" \
        in lines
    assert 'parked.example. TXT "v=spf1 -all"' in lines
    assert '_dmarc.parked.example. TXT "v=DMARC1; p=reject"' in lines


def test_long_proposal_is_written_as_strings(dns):
    done = dns("largo.example")
    line = next(line for line in done.out.splitlines()
                if line.strip().startswith('largo.example. TXT "v=spf1'))
    strings = line.strip().split(" ", 2)[2].strip('"').split('" "')
    assert [len(s) for s in strings][0] == 255 and len(strings) == 2
    assert "".join(strings).endswith(
        LARGO + " ip6:2001:db8::25 ip4:203.0.113.25 -all")


def test_too_many_lookups(dns):
    done = dns("muchas.example")
    assert "the record needs 12 lookups, 2 too many" in done.out
    # the tree with its counter is shown, because it matters here
    assert "12 include:s11.muchas.example" in done.out
    # includes of others are never replaced by their addresses
    assert "publish this SPF record in place" not in done.out


def test_the_server(dns):
    report = dns("tienda.example", "--json",
                 own=("203.0.113.26", "10.0.0.1")).json()
    assert codes(report, "critical") == ["ptr-none", "helo-spf-fails",
                                         "spf-source-fails"]
    assert "helo-other-address" in codes(report, "warning")
    assert [n["what"] for n in report["not_examined"]] == ["10.0.0.1"]
    ptr = report["findings"][0]
    assert ptr["publish"] == {"name": "26.113.0.203.in-addr.arpa",
                              "type": "PTR", "value": "mail.tienda.example."}


def test_only_ipv4_is_listed(dns):
    report = dns("alias.example", "--json").json()
    assert {"spf-source-fails", "mx-cname"} <= set(codes(report))
    assert report["domains"][0]["spf"]["proposal"]["value"] == (
        "v=spf1 ip6:2001:db8::25 ip4:203.0.113.25 -all")


def test_no_answer_accuses_nobody(dns):
    report = dns("lento.example", "--json").json()
    about = [f for f in report["findings"]
             if f["about"] == "lento.example" and f["severity"] != "info"]
    assert about == []
    # what is not known is not in order
    done = dns("lento.example", "--nagios")
    assert (done.code, done.out[:17]) == (3, "SERENO UNKNOWN - ")
    assert "as far as an answer came" in done.out
    notes = report["not_examined"]
    assert "TXT lento.example" in [n["what"] for n in notes]
    # not one line for each of the guesses
    assert len(notes) == 7
    assert notes[-1]["sentence"].endswith(" more questions had no answer")


def test_no_network(sereno):
    done = sereno("dns", "tienda.example", "--own", IP, "--helo",
                  "mail.tienda.example", "--no-cache",
                  "--resolver", "127.0.0.1@1")
    assert done.code == 3
    assert "nothing could be asked" in done.out
    assert "has no reverse name" not in done.out


def test_records_cannot_write_to_the_terminal(dns):
    for lang in ("en", "es"):
        done = dns("evil.example", "--why", "--lang", lang)
        assert done.code == 1
        assert not set("\x1b\x07\u202e") & set(done.out)
        assert "\\x1b]0;owned" in done.out
    dns("evil.example", "--json").json()


def test_nagios(dns):
    done = dns("doble.example", "--nagios")
    assert done.code == 2
    assert done.out.startswith("SERENO CRITICAL - ")
    assert len(done.out.splitlines()) == 1 and "| broken=" in done.out
    assert dns("tienda.example", "--nagios").code == 0
    assert dns("-x", "--nagios").code == 3


@pytest.mark.parametrize("word", ["tienda", "192.0.2.1", "a@tienda.example",
                                  "münchen.example", "a..example"])
def test_used_wrongly(dns, word):
    done = dns(word)
    assert done.code == 2
    assert "is no domain" in done.err


def test_what_the_configuration_names(sereno, world, tmp_path):
    """Domains of Postfix, the selectors of OpenDKIM and rspamd."""
    etc = tmp_path / "root" / "etc"
    (etc / "postfix").mkdir(parents=True)
    (etc / "opendkim").mkdir()
    (etc / "rspamd" / "local.d").mkdir(parents=True)
    (etc / "postfix" / "main.cf").write_text(
        "myhostname = mail.tienda.example\n"
        "smtp_bind_address = 203.0.113.25\n"
        "mydestination = $myhostname, localhost\n"
        "virtual_mailbox_domains = tienda.example, doble.example\n")
    (etc / "opendkim.conf").write_text(
        "KeyTable refile:/etc/opendkim/KeyTable\n")
    (etc / "opendkim" / "KeyTable").write_text(
        "a tienda.example:mail:/k\nb doble.example:2026:/k\n")
    (etc / "rspamd" / "local.d" / "dkim_signing.conf").write_text(
        "domain {\n alias.example { selector = \"rs\"; }\n}\n")
    done = sereno("dns", "--json", "--root", tmp_path / "root", "--no-cache",
                  "--resolver", world.at)
    report = done.json()
    assert [d["domain"] for d in report["domains"]] == [
        "tienda.example", "doble.example", "alias.example"]
    assert [h["name"] for h in report["helos"]] == ["mail.tienda.example"]
    assert [s["ip"] for s in report["sources"]] == [IP]
    missing = [f for f in report["findings"]
               if f["weakness"] == "dkim-missing"]
    assert [m["about"] for m in missing] == ["doble.example",
                                             "alias.example"]
    assert "/etc/opendkim/KeyTable line 2" in missing[0]["sentence"]
    named = next(k for k in report["domains"][0]["dkim"]["keys"]
                 if k["selector"] == "mail")
    assert "KeyTable line 1" in named["why"]


def test_wizard(dns):
    done = dns("wizard", "doble.example", "tienda.example")
    assert done.code == 1
    lines = [line.strip() for line in done.out.splitlines()]
    record = ("v=spf1 a:mail.tienda.example include:_spf.google.com "
              "ip4:203.0.113.25 ~all")
    # as a line of a zone, and as the fields of a form
    assert 'doble.example. TXT "%s"' % record in lines
    assert "in a form:  name doble.example  type TXT  value " + record in lines
    # each word explained
    assert [w for w in lines if w.startswith("include:_spf.google.com ")] == [
        "include:_spf.google.com       Google Workspace"]
    assert "ip4:203.0.113.25              this server (--own)" in lines
    # what changes for each known source
    assert "203.0.113.25: permerror -> pass" in lines
    # what is in order stays
    assert "tienda.example. TXT" not in done.out
    assert dns("wizard", "tienda.example").out.splitlines()[0] == \
        "tienda.example"


def test_wizard_for_many_domains(dns):
    """The server's addresses in one place."""
    done = dns("wizard", "alias.example", "largo.example", "doble.example")
    assert "each record has include:_spf.tienda.example" in " ".join(
        done.out.split())
    assert ('_spf.tienda.example. TXT "v=spf1 ip4:203.0.113.25 '
            'ip6:2001:db8::25 ~all"') in done.out
    assert "_spf.tienda.example" not in dns("wizard", "doble.example").out


def test_wizard_takes_dmarc_a_step_further(dns):
    done = dns("wizard", "mira.example")
    assert ('_dmarc.mira.example. TXT "v=DMARC1; p=quarantine; '
            'rua=mailto:d@mira.example"') in done.out


def test_mail_that_leaves_by_a_relay(sereno, world, tmp_path):
    etc = tmp_path / "root" / "etc" / "postfix"
    etc.mkdir(parents=True)
    (etc / "main.cf").write_text(
        "myhostname = mail.tienda.example\n"
        "smtp_bind_address = 203.0.113.25\n"
        "relayhost = [smtp.sendgrid.net]:587\n"
        "virtual_mailbox_domains = tienda.example\n")
    done = sereno("dns", "--json", "--root", tmp_path / "root", "--no-cache",
                  "--resolver", world.at)
    report = done.json()
    finding, = [f for f in report["findings"]
                if f["weakness"] == "spf-relay-missing"]
    assert "smtp.sendgrid.net (SendGrid; relayhost of " in finding["sentence"]
    spf = report["domains"][0]["spf"]
    assert spf["proposal"]["value"] == (
        "v=spf1 include:sendgrid.net ip4:203.0.113.25 ip6:2001:db8::25 "
        "include:_spf.google.com -all")
    assert report["relays"][0]["service"] == "SendGrid"
