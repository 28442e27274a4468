# SPDX-License-Identifier: ISC
"""sereno spf: what a record says, asked of a name server on the loopback."""
import pytest

from dns_world import A, MX, TXT, Fake

IP = "203.0.113.25"
ZONE = {
    ("tienda.example", TXT): ["v=spf1 mx include:_spf.relay.example -all "
                              "exp=why.tienda.example", "other text"],
    ("tienda.example", MX): [(10, "mx1.tienda.example")],
    ("mx1.tienda.example", A): ["203.0.113.26"],
    ("_spf.relay.example", TXT): ["v=spf1 ip4:198.51.100.0/24 ?all"],
    ("why.tienda.example", TXT): ["%{i} is not ours, ask %{l}"],
    ("long.example", TXT): ["v=spf1 " + "ip4:192.0.2.1 " * 40
                            + "ip4:203.0.113.25 -all"],
    ("evil.example", TXT): ["v=spf1 a:\x1b]0;owned\x07.x.example -all"],
    ("slow.example", TXT): None,
}


@pytest.fixture(scope="module")
def world():
    def answer(name, kind):
        if (name, kind) not in ZONE:
            return [] if any(n == name for n, _ in ZONE) else 3
        values = ZONE[name, kind]
        return 2 if values is None else [(kind, v) for v in values]
    server = Fake(answer)
    yield server
    server.close()


@pytest.fixture
def spf(sereno, world):
    def run(*args, **more):
        return sereno("spf", *args, "--no-cache", "--resolver", world.at,
                      **more)
    return run


def test_pass_through_an_include(spf):
    done = spf("198.51.100.7", "ana@tienda.example", "--json")
    assert done.code == 0, done.err
    report = done.json()
    assert report["schema"] == "sereno/spf/1"
    assert report["result"] == "pass"
    assert report["term"] == "include:_spf.relay.example"
    assert report["lookups"] == 2
    mx, include = report["trace"]["terms"]
    assert [(q["type"], q["name"], q["status"]) for q in mx["asked"]] == [
        ("MX", "tienda.example", "ok"), ("A", "mx1.tienda.example", "ok")]
    assert not mx["matched"] and include["matched"]
    assert include["record"]["domain"] == "_spf.relay.example"


def test_refused_with_the_domains_own_words(spf):
    done = spf(IP, "ana@tienda.example")
    assert done.code == 1
    assert done.out.startswith(
        IP + " as tienda.example: fail, it may not send")
    assert "'-all' of tienda.example matches" in done.out
    assert IP + " is not ours, ask ana" in done.out
    assert "2  include:_spf.relay.example" in done.out


def test_record_longer_than_a_string(spf):
    assert spf(IP, "x@long.example", "--quiet").code == 0


def test_bounces_are_judged_by_helo(spf):
    report = spf(IP, "<>", "tienda.example", "--json").json()
    assert (report["domain"], report["result"]) == ("tienda.example", "fail")
    report = spf(IP, "<>", "--json").json()
    assert report["result"] == "none"


def test_a_record_cannot_write_to_the_terminal(spf):
    done = spf(IP, "x@evil.example", env={"LC_ALL": "es_ES.UTF-8"})
    assert done.code == 1
    assert "\x1b" not in done.out and "\\x1b]0;owned" in done.out
    assert "permerror" in done.out


def test_no_answer_is_no_verdict(spf):
    done = spf(IP, "x@slow.example")
    assert done.code == 3
    assert "temperror" in done.out and "(no answer)" in done.out


def test_used_wrongly(spf):
    done = spf("203.0.113.256", "x@tienda.example")
    assert done.code == 2
    assert "'203.0.113.256' is no IP address" in done.err
    assert spf(IP).code == 2
