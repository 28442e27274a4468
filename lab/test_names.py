# SPDX-License-Identifier: ISC
"""sereno listed, dns and spf in a DNS of real servers (lab/nameworld.py), by
recursion of its own from the root down, and where something stands in the way.
"""
import json
import os
import re
import subprocess
import sys
import time

import pytest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(
    __file__))))
from lab import court, nameservers, room  # noqa: E402
from lab.nametrees import HELO  # noqa: E402
from lab.net import OWN, OWN6  # noqa: E402

WHY_NOT = room.possible() or nameservers.missing()
pytestmark = pytest.mark.skipif(WHY_NOT is not None, reason=str(WHY_NOT))


class Place:
    """A room with a world of names; sereno runs on its mail server."""

    def __init__(self, kind, folder):
        self.folder = str(folder)
        self.process = room.spawn(
            [court.ROOT + "/lab/nameroom.py", self.folder, kind],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        assert line, "the room of %s did not come up" % kind
        self.told = json.loads(line)
        pid = self.process.pid
        with open("/proc/%d/task/%d/children" % (pid, pid)) as f:
            self.inside = ["nsenter", "-n", "-p", "-t", f.read().split()[0],
                           "--"]

    def start(self, *args):
        words = list(map(str, args))
        if words[0] == "listed" and "--store" not in words:
            words.append("--no-store")
        if "anchor" in self.told:
            words += ["--anchor", self.told["anchor"]]
        return subprocess.Popen(
            self.inside + [court.program(), *words, "--no-cache"], text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=self.folder,
            env={"PATH": "/usr/sbin:/usr/bin", "TZ": "UTC", "COLUMNS": "80",
                 "LC_ALL": "C.UTF-8"})

    def ask(self, *args):
        """What a user reads: (text, exit code, seconds)."""
        began = time.monotonic()
        p = self.start(*args)
        out, err = p.communicate(timeout=60)
        assert err == "" and "Sanitizer" not in err
        return out, p.returncode, time.monotonic() - began

    def json(self, *args):
        return json.loads(self.ask(*args, "--json")[0])

    def read_again(self, server):
        """The lists of the first or the second server have changed."""
        subprocess.run(self.inside + ["kill", "-HUP",
                                      str(self.told["pids"][server])],
                       check=True)

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=30)


def flat(text):
    return " ".join(text.split())


@pytest.fixture(scope="module", name="world")
def fixture_world(tmp_path_factory):
    place = Place("world", tmp_path_factory.mktemp("world"))
    yield place
    place.close()


# Lists.

@pytest.fixture(scope="module", name="everything")
def fixture_everything(world):
    """Every list of the catalogue about this server, nothing else said."""
    began = time.monotonic()
    report = world.json("listed", OWN, OWN6)
    return report | {"seconds": time.monotonic() - began}


def test_listed_by_several_with_different_codes(everything):
    assert {(e["target"], e["list"], tuple(sorted(
        c["label"] for c in e["codes"])))
        for e in everything["listings"]} == {
        (OWN, "spamhaus-zen", ("SBL", "XBL")), (OWN, "spamcop", ("",)),
        (OWN, "uceprotect-3", ("L3",)), (OWN, "spamrats", ("Dyna", "Spam")),
        (OWN6, "spamhaus-zen", ("CSS",)), (OWN6, "sem-ipv6", ("",))}
    by = {(e["list"], e["target"]): e for e in everything["listings"]}
    assert by["spamcop", OWN]["text"] == \
        "Blocked - see https://www.spamcop.net/bl.shtml?" + OWN
    # the whole provider is listed: no accusation
    assert not by["uceprotect-3", OWN]["counts"]


def test_lists_that_must_not_be_believed(everything):
    states = {e["zone"]: e["state"] for e in everything["lists"]
              if e["state"] not in ("good", "untested", "no-key")}
    assert states == {
        "b.barracudacentral.org": "refused", "dnsbl.kempt.net": "empty",
        "all.s5h.net": "lists-the-world", "bl.suomispam.net": "wildcard",
        "dnsbl.zapbl.net": "hijacked", "bl.nordspam.com": "silent",
        "truncate.gbudb.net": "silent"}
    good = {e["zone"] for e in everything["lists"] if e["state"] == "good"}
    assert "bl.blocklist.de" in good  # late, and waited for
    assert len(good) > 15


def test_what_a_user_reads(world):
    out, code, _ = world.ask("listed", OWN, OWN6)
    text = flat(out)
    assert code == 1
    assert "zen.spamhaus.org (critical): " + OWN in text
    for part in (
            "its words: https://check.spamhaus.org/listed?ip=%s; "
            "https://check.spamhaus.org/sbl/%s" % (OWN, OWN),
            "cannot check: b.barracudacentral.org: It does not answer this "
            "resolver, or wants a key.",
            "cannot check: dnsbl.kempt.net: Its own test entry is missing",
            "cannot check: all.s5h.net: It lists what must never be listed.",
            "cannot check: bl.suomispam.net: It has an answer for any name",
            "cannot check: dnsbl.zapbl.net: It answers with an address that "
            "no list uses (outside 127/8)",
            "bl.nordspam.com, truncate.gbudb.net: It did not answer in time"):
        assert part in text, part
    row = next(line for line in out.splitlines()
               if line.startswith("all.spamrats.com  "))
    assert row.split()[1:] == ["Dyna", "Spam"]


def test_the_64_of_ipv6(world):
    """zen has all of the /64, the other list one address of it."""
    report = world.json("listed", OWN6, "2001:db8:25::26", "2001:db8:26::1",
                        "--list", "spamhaus-zen", "sem-ipv6")
    assert {(e["target"], e["list"]) for e in report["listings"]} == {
        (OWN6, "spamhaus-zen"), (OWN6, "sem-ipv6"),
        ("2001:db8:25::26", "spamhaus-zen")}


def test_a_third_times_out(tmp_path):
    """Every third list of the catalogue is silent."""
    place = Place("third", tmp_path)
    out, code, seconds = place.ask("listed", OWN, "--json")
    place.close()
    report = json.loads(out)
    asked = [e for e in report["lists"] if e["state"] != "no-key"]
    silent = [e for e in asked if e["state"] == "silent"]
    assert len(silent) * 3 >= len(asked) - 3 and len(asked) > 20
    assert {e["state"] for e in asked} <= {"silent", "good", "untested"}
    assert [e["list"] for e in report["listings"]] == ["spamcop"]
    assert code == 1 and seconds < 15


def test_clean_on_one_server_listed_on_the_second(world):
    """The second server has an old copy: not clean yet."""
    listed = ":127.0.0.2:Blocked - see $\n203.0.113.200\n"
    files = [os.path.join(world.folder, s, "psbl.surriel.com.ip4set")
             for s in ("lists1", "lists2")]
    before = [open(f).read() for f in files]

    def put(which, text):
        with open(files[which], "w") as f:
            f.write(before[which] + text)
        world.read_again(which)
    try:
        put(0, listed)
        put(1, listed)
        p = world.start("listed", "203.0.113.200", "--list", "psbl",
                        "--watch", "1s")
        out = await_line(p, "is on 1 list")
        put(0, "")
        out += await_line(p, "a second one still lists it")
        assert "clean" not in out.split("is on 1 list")[0]
        put(1, "")
        out += await_line(p, "a second name server says so too")
        assert p.wait(timeout=30) == 0
    finally:
        p.kill()
        put(0, "")
        put(1, "")


def await_line(p, part, limit=30):
    lines, end = "", time.monotonic() + limit
    while part not in flat(lines):
        line = p.stdout.readline()
        assert line and time.monotonic() < end, lines
        lines += line
    return lines


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
                        "--helo", HELO, "--selector", "default")
    found = {}
    for f in report["findings"]:
        found.setdefault(f["about"], set()).add(f["weakness"])
    return found, report


def test_domains_wrong_in_every_way(trees, world):
    """What is wrong is told, and nothing else: 64 domains."""
    found, _ = trees
    expected = world.told["expected"]
    assert {d: found.get(d, set()) for d in expected} == {
        d: set(codes) for d, codes in expected.items()}
    assert set(found) <= set(expected)  # the server itself is in order
    assert len(expected) > 60


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


def test_proposals_let_every_address_send(trees):
    """Where a record is proposed for SPF, it is right for both addresses."""
    _, report = trees
    proposed = [d for d in report["domains"] if d["spf"].get("proposal")]
    assert len(proposed) > 15
    for d in proposed:
        after = {r["result"] for r in d["spf"]["proposal"]["results"]}
        assert after == {"pass"}, (d["domain"], d["spf"]["proposal"])


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


@pytest.mark.parametrize("address, code, sentence", [
    ("192.0.2.26", "ptr-none", "192.0.2.26 has no reverse name (PTR)"),
    ("192.0.2.27", "ptr-not-back", "the reverse name www.otra.example does "
     "not have the address 192.0.2.27"),
    ("192.0.2.28", "ptr-generic", "the reverse name "
     "pool-192-0-2-28.dsl.otra.example looks like one that a provider made "
     "up"),
    ("192.0.2.29", "ptr-many", "192.0.2.29 has 2 reverse names"),
    ("2001:db8:25::99", "ptr-none",
     "2001:db8:25::99 has no reverse name (PTR)")])
def test_reverse_names(world, address, code, sentence):
    report = world.json("dns", "tienda.example", "--own", address,
                        "--helo", HELO)
    found = {f["weakness"]: f["sentence"] for f in report["findings"]}
    assert found[code] == sentence
    assert {c for c in found if c.startswith("ptr-")} == {code}


@pytest.mark.parametrize("name, codes", [
    (HELO, set()), ("mx1", {"helo-invalid"}),
    ("localhost.localdomain", {"helo-invalid"}),
    ("no.tienda.example", {"helo-no-address"}),
    ("mx.otra.example", {"helo-other-address", "helo-no-spf"}),
    ("wrongspf.otra.example", {"helo-not-ptr", "helo-spf-fails"})])
def test_greetings(world, name, codes):
    report = world.json("dns", "tienda.example", "--own", OWN, OWN6,
                        "--helo", name)
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

HELD_UP = ("Somebody else answers for the root servers: a firewall, a hotspot "
           "or a provider keeps port 53 for itself. Name a resolver that may "
           "be asked from here with --resolver.")
OFFLINE = "There is no network: no name server answered."


@pytest.mark.parametrize("kind, words", [
    ("refuses", HELD_UP), ("fails", HELD_UP), ("portal", HELD_UP),
    ("resolver", HELD_UP), ("nobody", OFFLINE), ("dropped", OFFLINE)])
def test_no_way_to_the_root(tmp_path, kind, words):
    place = Place(kind, tmp_path)
    try:
        out, code, seconds = place.ask("listed", OWN)
        assert code == 3 and seconds < 2
        assert words in flat(out)
        out, code, seconds = place.ask("dns", "tienda.example", "--own", OWN,
                                       "--helo", "mx1.tienda.example")
        assert code == 3 and seconds < 2
        assert "nothing could be asked" in out
        assert ("somebody else answers for the root servers; name a resolver "
                "with --resolver" in flat(out)) == (words == HELD_UP)
        if kind == "refuses":
            report = place.json("listed", OWN)
            assert {e["state"] for e in report["lists"]} == {
                "held-up", "no-key"}
            out, code, _ = place.ask("spf", OWN, "ana@tienda.example")
            assert code == 3 and "somebody else answers" in flat(out)
    finally:
        place.close()
