# SPDX-License-Identifier: ISC
"""sereno dns and spf in a DNS of real servers (lab/nameworld.py), by
recursion of its own from the root down, and where something stands in the way.
"""
import json
import os
import re
import sys
import time

import pytest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(
    __file__))))
from lab import court, nameservers, room  # noqa: E402
from lab.listcodes import HELD_UP  # noqa: E402
from lab.nameplace import Place, flat  # noqa: E402
from lab.nametrees import HELO  # noqa: E402
from lab.net import OWN, OWN6  # noqa: E402

WHY_NOT = room.possible() or nameservers.missing()
pytestmark = pytest.mark.skipif(WHY_NOT is not None, reason=str(WHY_NOT))


# DNSSEC.

@pytest.mark.parametrize("zone, state, dnssec", [
    ("bl.firmada.example", "good", "secure"),
    ("bl.llana.example", "good", "insecure"),
    ("bl.rota.example", "bogus", "unchecked")])
def test_signatures(world, zone, state, dnssec):
    report = world.json("listed", OWN, "--list", zone)
    [row] = report["lists"]
    assert (row["state"], row["dnssec"]) == (state, dnssec)
    assert len(report["listings"]) == (zone == "bl.firmada.example")
    if state == "bogus":
        assert re.search("signature verification failed", row["said"])
        out, code, _ = world.ask("listed", OWN, "--list", zone)
        assert code == 3
        assert "cannot check: %s: The DNSSEC signatures of its answers do " \
            "not fit." % zone in flat(out)


def test_resolver_of_the_house(world):
    """An unbound that checks signatures itself: the same is told by way of it,
    except that what it holds back has no more to say."""
    report = world.json("listed", OWN, "--resolver", "127.0.0.1", "--list",
                        "spamhaus-zen", "bl.firmada.example",
                        "bl.llana.example", "bl.rota.example", "zapbl")
    assert report["resolver"]["kind"] == "servers"
    states = {e["zone"]: (e["state"], e["dnssec"]) for e in report["lists"]}
    assert states["bl.firmada.example"] == ("good", "secure")
    assert states["bl.llana.example"] == ("good", "insecure")
    assert states["bl.rota.example"][0] in ("bogus", "failed")
    assert states["dnsbl.zapbl.net"][0] == "hijacked"
    assert {(e["list"], tuple(c["label"] for c in e["codes"]))
            for e in report["listings"] if e["list"] == "spamhaus-zen"} == {
        ("spamhaus-zen", ("SBL", "XBL"))}


def test_without_the_key_the_root_is_a_forgery(world):
    """The keys of the world's root are trusted, not whoever has its place."""
    anchor = world.told.pop("anchor")
    try:
        report = world.json("listed", OWN, "--list", "psbl")
    finally:
        world.told["anchor"] = anchor
    assert report["lists"][0]["state"] == "bogus"


# Names: PTR, HELO, SPF, DKIM, DMARC, MX.

@pytest.fixture(scope="module", name="trees")
def fixture_trees(world):
    """All domains at once: domain or address -> what is told of it."""
    report = world.json("dns", *world.told["expected"], "--own", OWN, OWN6,
                        "--helo", HELO, "--selector", "default",
                        "--sts-ca", world.told["sts_ca"])
    found = {}
    for f in report["findings"]:
        found.setdefault(f["about"], set()).add(f["weakness"])
    return found, report


def test_domains_wrong_in_every_way(trees, world):
    """What is wrong is told, and nothing else: some 80 domains."""
    found, _ = trees
    expected = world.told["expected"]
    assert {d: found.get(d, set()) for d in expected} == {
        d: set(codes) for d, codes in expected.items()}
    assert set(found) <= set(expected)  # the server itself is in order
    assert len(expected) > 75


def test_every_weakness_has_a_case(world):
    """Each is told of a domain, an address or a greeting of this file."""
    with open(os.path.join(court.ROOT, "src/check/weakness_list.h")) as f:
        all_codes = set(re.findall(r'WEAKNESS\(\s*\w+,\s*"([^"]+)"', f.read()))
    assert len(all_codes) > 90
    cases = {code for codes in world.told["expected"].values()
             for code in codes}
    for expected in world.told["disks"].values():
        cases |= {code for codes in expected.values() for code in codes}
    cases |= {case[1] for case in REVERSE}
    cases |= {code for _, codes in GREETINGS for code in codes}
    assert all_codes == cases | {SAME_ID}


SAME_ID = "mta-sts-same-id"


def test_a_policy_that_changes_under_its_id(world, tmp_path):
    """It takes two runs and a memory to see it."""
    words = ("dns", SAME_ID + ".example", "--own", OWN, OWN6, "--helo", HELO,
             "--sts-ca", world.told["sts_ca"], "--store", tmp_path / "s.db")
    assert world.json(*words)["findings"] == []
    [found] = world.json(*words)["findings"]
    assert found["weakness"] == SAME_ID
    assert found["sentence"].endswith("but its id is still 1")


@pytest.mark.parametrize("name", ["signer", "by-sendgrid", "by-otra"])
def test_what_the_servers_disk_says(world, name):
    """Private keys and relay hosts that do not go with the records."""
    path, expected = next(d for d in world.told["disks"].items()
                          if d[0].endswith("/" + name))
    report = world.json("dns", "--root", path)
    found = {}
    for f in report["findings"]:
        found.setdefault(f["about"], []).append(f["weakness"])
    assert found == expected
    assert {d["domain"] for d in report["domains"]} == set(expected)


def test_a_tree_that_is_right(trees):
    _, report = trees
    tienda = next(d for d in report["domains"]
                  if d["domain"] == "tienda.example")
    assert {r["result"] for r in tienda["spf"]["results"]} == {"pass"}
    [key] = [k for k in tienda["dkim"]["keys"] if k["valid"]]
    assert (key["selector"], key["bits"]) == ("default", 2048)
    assert tienda["dmarc"]["policy"] == "reject"
    [mx] = tienda["inbound"]["mx"]
    assert (mx["tlsa"], mx["tlsa_dnssec"]) == (1, "secure")
    assert tienda["inbound"]["mta_sts_policy"]["mode"] == "enforce"


def test_proposals_let_every_address_send(trees):
    """Where a record is proposed for SPF, it is right for both addresses; for
    a domain that sends nothing it lets nobody send."""
    _, report = trees
    proposed = [d for d in report["domains"] if d["spf"].get("proposal")]
    assert len(proposed) > 15
    for d in proposed:
        after = {r["result"] for r in d["spf"]["proposal"]["results"]}
        assert after == {"fail" if d["domain"].startswith("spf-parked.")
                         else "pass"}, (d["domain"], d["spf"]["proposal"])


def test_nothing_is_asked_twice_before_its_time(world, tmp_path):
    """What is there and what is not, of all kinds of records."""
    words = ("dns", "tienda.example", "--own", OWN, OWN6, "--helo", HELO,
             "--cache", tmp_path / "cache", "--sts-ca", world.told["sts_ca"])
    since = world.mark()
    first = world.ask(*words)[0]
    assert len(world.questions(since, "tienda.example")) > 40
    since = world.mark()
    second = world.ask(*words)[0]
    assert {(p.proto, p.port) for p in world.packets(since)} == {
        ("tcp", 443)}  # its policy of MTA-STS
    assert flat(second).split("the server", 1)[1] == \
        flat(first).split("the server", 1)[1]


def test_broken_signatures_of_a_domain(world):
    """Nobody who checks them can read it: that is broken, not unknown."""
    out, code, _ = world.ask("dns", "rota.example", "--own", OWN, OWN6,
                             "--helo", HELO)
    assert code == 1
    for part in ("1 thing is broken",
                 "SPF unknown: the DNSSEC signatures do not fit",
                 "DKIM unknown: a question had no answer",
                 "mail to unknown: a question had no answer",
                 "broken the DNSSEC signatures of rota.example do not fit: "
                 "validation failure"):
        assert part in flat(out), part


REVERSE = [
    ("192.0.2.26", "ptr-none", "192.0.2.26 has no reverse name (PTR)"),
    ("192.0.2.27", "ptr-not-back", "the reverse name www.otra.example does "
     "not have the address 192.0.2.27"),
    ("192.0.2.28", "ptr-generic", "the reverse name "
     "pool-192-0-2-28.dsl.otra.example looks like one that a provider made "
     "up"),
    ("192.0.2.29", "ptr-many", "192.0.2.29 has 2 reverse names"),
    ("2001:db8:25::99", "ptr-none",
     "2001:db8:25::99 has no reverse name (PTR)")]


@pytest.mark.parametrize("address, code, sentence", REVERSE)
def test_reverse_names(world, address, code, sentence):
    report = world.json("dns", "tienda.example", "--own", address,
                        "--helo", HELO)
    found = {f["weakness"]: f["sentence"] for f in report["findings"]}
    assert found[code] == sentence
    assert {c for c in found if c.startswith("ptr-")} == {code}


# Whose zone, or that of their name, is silent or broken.
SILENT, LOST = "no answer in time", "no server gave a usable answer"
UNANSWERED = {
    "203.0.113.25": ("reverse name unknown: " + SILENT,
                     "PTR 25.113.0.203.in-addr.arpa", SILENT),
    "2001:db8:67::25": ("reverse name unknown: " + SILENT, "PTR 5.2" +
                        18 * ".0" + ".7.6.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
                        SILENT),
    "198.51.100.25": ("reverse name unknown: " + LOST,
                      "PTR 25.100.51.198.in-addr.arpa", LOST),
    "192.0.2.30": ("mx.norte.muda.example (whether back, is not known)",
                   "A mx.norte.muda.example", SILENT),
    "192.0.2.31": ("mx.sur.averia.example (whether back, is not known)",
                   "A mx.sur.averia.example", LOST)}


@pytest.fixture(scope="module", name="unanswered")
def fixture_unanswered(world):
    """Of all that is silent or broken: text, JSON, and text about domains."""
    words = ("dns", "tienda.example", "--own", *UNANSWERED, "192.0.2.32",
             "--helo", HELO, "--sts-ca", world.told["sts_ca"])
    began = time.monotonic()
    running = [world.start(*words), world.start(*words, "--json"), world.start(
        "dns", "norte.muda.example", "cadena.example", "--own", OWN, OWN6,
        "203.0.113.25", "192.0.2.30", "--helo", "mx.norte.muda.example")]
    said = [p.communicate(timeout=60)[0] for p in running]
    assert [p.returncode for p in running] == [1, 1, 3]
    # what leads from one silent zone to the next is not waited for forever
    assert time.monotonic() - began < 15
    return flat(said[0]), json.loads(said[1]), flat(said[2])


def test_no_answer_about_reverse_names(unanswered):
    """That is told, and it is nobody's fault."""
    text, report, _ = unanswered
    for address, (told, _, _) in UNANSWERED.items():
        assert "%s %s [--own]" % (address, told) in text
    assert {(n["what"], n["sentence"]) for n in report["not_examined"]} == {
        (what, why) for _, what, why in UNANSWERED.values()}
    # one name of .32 is silent, the other one leads back
    assert [(f["weakness"], f["about"]) for f in report["findings"]
            if f["weakness"].startswith("ptr-")] == [
        ("ptr-many", "192.0.2.32")]


@pytest.mark.parametrize("part", [
    "mx.norte.muda.example (address not known)",
    "norte.muda.example SPF unknown: no answer in time",
    "DKIM unknown: a question had no answer",
    "nothing is broken and nothing is weak, as far as an answer came", OWN + " temperror",
    "not examined: MX norte.muda.example: no answer in time"])
def test_no_answer_about_names(unanswered, part):
    """Nothing is known of the domain and the greeting, nor held against it."""
    assert part in unanswered[2]


GREETINGS = [
    (HELO, set()), ("mx1", {"helo-invalid"}),
    ("localhost.localdomain", {"helo-invalid"}),
    ("no.tienda.example", {"helo-no-address"}),
    ("mx.otra.example", {"helo-other-address", "helo-no-spf"}),
    ("wrongspf.otra.example", {"helo-not-ptr", "helo-spf-fails"}),
    ("mx.sur.averia.example", set())]  # its server has lost it


@pytest.mark.parametrize("name, codes", GREETINGS)
def test_greetings(world, name, codes):
    report = world.json("dns", "tienda.example", "--own", OWN, OWN6,
                        "--helo", name, "--sts-ca", world.told["sts_ca"])
    assert {f["weakness"] for f in report["findings"]} == codes


@pytest.mark.parametrize("ip, sender, code, words", [
    (OWN, "ana@tienda.example", 0, "pass"),
    (OWN6, "ana@tienda.example", 0, "pass"),
    ("198.51.100.9", "ana@tienda.example", 1, "fail"),
    (OWN, "ana@spf-two.example", 1, "permerror"),
    (OWN, "ana@spf-lookups.example", 1, "permerror"),
    ("198.51.100.3", "ana@spf-lookups-near.example", 0, "pass"),
    (OWN, "ana@spf-none.example", 1, "none"),
    (OWN, "ana@spf-source-open.example", 1, "neutral"),
    (OWN, "ana@rota.example", 3, "temperror")])
def test_spf(world, ip, sender, code, words):
    out, rc, _ = world.ask("spf", ip, sender)
    assert rc == code and out.split(": ")[1].startswith(words), out


# Something answers in place of the root.

TAKEN = ("Somebody else answers for the root servers: a firewall, a hotspot "
           "or a provider keeps port 53 for itself. Name a resolver that may "
           "be asked from here with --resolver.")
OFFLINE = "There is no network: no name server answered."


@pytest.mark.parametrize("kind, state", HELD_UP.items())
def test_no_way_to_the_root(tmp_path, kind, state):
    words = {"held-up": TAKEN, "offline": OFFLINE}[state]
    place = Place(tmp_path, "nameroom.py", kind)
    try:
        out, code, seconds = place.ask("listed", OWN, "--json")
        assert code == 3 and seconds < 4
        assert {(e["state"], e["sentence"] == words)
                for e in json.loads(out)["lists"]} == {
            (state, True), ("no-key", False)}
        out, code, seconds = place.ask("dns", "tienda.example", "--own", OWN,
                                       "--helo", "mx1.tienda.example")
        assert code == 3 and seconds < 4
        assert "nothing could be asked" in out
        assert ("somebody else answers for the root servers; name a resolver "
                "with --resolver" in flat(out)) == (state == "held-up")
        if kind == "refuses":
            assert words in flat(place.ask("listed", OWN)[0])
            out, code, _ = place.ask("spf", OWN, "ana@tienda.example")
            assert code == 3 and "somebody else answers" in flat(out)
    finally:
        place.close()
