# SPDX-License-Identifier: ISC
"""sereno listed: real rbldnsd, and servers that lie, refuse or keep silent."""
import os
import subprocess
import threading
import time

import pytest

import conftest
from dns_world import A, AAAA, NS, TXT, Fake, Rbldnsd, free_port

IP, CLEAN = "203.0.113.25", "203.0.113.26"
TEST = ":127.0.0.2:Test entry\n127.0.0.2\n"
ZONES = {
    "zen.spamhaus.org": ("ip4set",
                         ":127.0.0.4:https://check.test/ip/$\n%s\n"
                         ":127.0.0.2:SBL\n127.0.0.2\n%s\n" % (IP, IP)),
    "bl.spamcop.net": ("ip4set", TEST + ":127.0.0.2:Blocked - see $\n"
                       + IP + "\n"),
    "psbl.surriel.com": ("ip4set", TEST),
    "dnsbl-3.uceprotect.net": ("ip4set", TEST + "203.0.113.0/24\n"),
    "list.dnswl.org": ("ip4set", ":127.0.5.2:shop\n%s\n" % IP),
    # closed: its own test entry is gone
    "b.barracudacentral.org": ("ip4set", ":127.0.0.2:x\n%s\n" % IP),
    "world.test": ("ip4set", ":127.0.0.2:x\n0.0.0.0/1\n128.0.0.0/1\n"),
    "six.test": ("ip6trie", "::ffff:7f00:2\n2001:db8:66::/64\n"),
    "multi.surbl.org": ("dnset", ":127.0.0.2:x\n:127.0.0.80:x\n"
                        "test.surbl.org\nspam-shop.example\n"),
    "dbl.spamhaus.org": ("dnset", ":127.0.1.102:hacked\ndbltest.com\n"
                         "blog.tienda.example\n.tienda.example\n"),
    "own.test": ("ip4set", TEST + ":127.0.0.9:odd\n%s\n" % IP),
}


@pytest.fixture(scope="module")
def lists(tmp_path_factory):
    server = Rbldnsd(tmp_path_factory.mktemp("lists"), ZONES)
    yield server
    server.close()


@pytest.fixture(scope="module")
def liars():
    """zone -> a server that must not be believed."""
    made = {
        "hijacked.test": Fake(
            lambda name, kind: [(A, "192.0.2.80")] if kind == A else []),
        "wild.test": Fake(
            lambda name, kind: [(A, "127.0.0.2")] if kind == A else []),
        "refuses.test": Fake(
            lambda name, kind: [(A, "127.255.255.254")] if kind == A
            else [(TXT, "Error: open resolver")]),
        # listed, and TXT says that it was no answer at all
        "words.test": Fake(
            lambda name, kind: 3 if name.startswith("1.0.0.127.") else
            [(A, "127.0.0.2")] if kind == A else
            [(TXT, "Query Refused, rate limit exceeded")]),
        "silent.test": Fake(lambda name, kind: None),
        "broken.test": Fake(lambda name, kind: 2),
        "gone.test": Fake(lambda name, kind: 3),
    }
    yield made
    for server in made.values():
        server.close()


@pytest.fixture
def listed(sereno, lists, liars, tmp_path):
    conf = tmp_path / "lists.conf"
    conf.write_text("key spamhaus-dqs sekret\n"
                    "zone six.test ip6\nzone own.test ip4\n"
                    + "".join("zone %s\n" % z for z in liars))

    nobody = liars["gone.test"]  # so that nothing leaves this machine

    def run(*args, names=(), **more):
        stubs = ["%s=%s" % (zone, lists.at) for zone in ZONES]
        stubs += ["%s=%s" % (zone, fake.at) for zone, fake in liars.items()]
        words = list(args) + ["--lists-conf", conf, "--no-cache",
                              "--resolver", nobody.at, "--stub", *stubs]
        if names:
            words += ["--list", *names]
        return sereno("listed", *words, **more)
    return run


def state(report, zone):
    return next(each["state"] for each in report["lists"]
                if each["zone"] == zone)


def test_listed_and_clean(listed):
    names = ["spamhaus-zen", "spamcop", "psbl"]
    done = listed(IP, CLEAN, "--json", names=names)
    assert done.code == 1, done.err
    report = done.json()
    assert report["schema"] == "sereno/listed/1"
    assert [(e["target"], e["list"], e["severity"])
            for e in report["listings"]] == [
        (IP, "spamhaus-zen", "critical"), (IP, "spamcop", "high")]
    zen = report["listings"][0]
    # several answers are kept, each with its meaning
    assert sorted((c["code"], c["label"], c["cause"], c["look"])
                  for c in zen["codes"]) == [
        ("127.0.0.2", "SBL", "spam", "mail"),
        ("127.0.0.4", "XBL", "bot", "neighbour")]
    assert zen["removal"]["url"] == "https://check.spamhaus.org/"
    assert report["listings"][1]["text"] == "Blocked - see " + IP
    assert report["unknown"] == []
    assert report["summary"]["listings"] == 2
    assert listed(CLEAN, names=names).code == 0


def test_text(listed):
    done = listed(IP, CLEAN, names=["spamhaus-zen", "spamcop", "psbl"])
    assert done.code == 1
    assert "is on 2 lists, the worst: zen.spamhaus.org (critical)" in done.out
    row = next(line for line in done.out.splitlines()
               if line.startswith("zen.spamhaus.org  "))
    assert row.split() == ["zen.spamhaus.org", "SBL", "XBL", "-"]
    assert "its words: Blocked - see " + IP in done.out
    assert "1 more list has none of them" in done.out


@pytest.mark.parametrize("zone, health", [
    ("hijacked.test", "hijacked"), ("wild.test", "wildcard"),
    ("refuses.test", "refused"), ("words.test", "refused"),
    ("silent.test", "silent"), ("broken.test", "failed"),
    ("gone.test", "empty"), ("world.test", "lists-the-world"),
    ("b.barracudacentral.org", "empty")])
def test_liars_are_not_believed(listed, zone, health):
    done = listed(IP, "--json", names=[zone, "psbl"])
    report = done.json()
    assert state(report, zone) == health
    assert report["listings"] == []
    assert done.code == 0  # psbl could be used
    # alone it is nothing that could be examined
    if zone != "silent.test":  # that takes its time
        assert listed(IP, names=[zone]).code == 3


def test_targets_are_not_sent_to_liars(listed, liars):
    before = len(liars["wild.test"].asked)
    listed(IP, names=["wild.test"])
    names = [name for name, _ in liars["wild.test"].asked[before:]]
    assert names and not any("113.0.203" in name for name in names)


@pytest.mark.parametrize("zone", [
    "dnsbl.sorbs.net", "dnsbl.ahbl.org", "bl.nszones.com",
    "sip.invaluement.com"])
def test_dead_lists_are_refused_by_name(listed, zone):
    done = listed(IP, "--json", names=[zone])
    report = done.json()
    assert state(report, zone) == "dead"
    assert report["lists"][0]["asked"] == 0
    assert report["resolver"]["questions"] == 0
    assert done.code == 3
    assert "refused: " + zone in listed(IP, names=[zone]).out


def test_ipv6_nibbles_and_its_64(listed):
    names = ["six.test"]
    done = listed("2001:db8:66::25", "2001:db8:67::25", "--json", names=names)
    assert [e["target"] for e in done.json()["listings"]] == [
        "2001:db8:66::25"]
    # a range of IPv6 is asked by the first address of each /64
    done = listed("2001:db8:66::/62", "--json", names=names)
    assert [t["target"] for t in done.json()["targets"]] == [
        "2001:db8:66::", "2001:db8:66:1::", "2001:db8:66:2::",
        "2001:db8:66:3::"]
    assert [e["target"] for e in done.json()["listings"]] == [
        "2001:db8:66::"]


def test_range(listed):
    done = listed("203.0.113.0/26", "--json",
                  names=["spamhaus-zen", "spamcop"])
    report = done.json()
    assert len(report["targets"]) == 64
    assert {e["target"] for e in report["listings"]} == {IP}
    done = listed("203.0.113.0/26", names=["spamhaus-zen", "spamcop"])
    assert "63 of 64 are on no list" in done.out


def test_names_are_asked_of_lists_of_names(listed, liars):
    done = listed("www.spam-shop.example", "tienda.example", "--json",
                  names=["surbl", "spamhaus-dbl", "spamhaus-zen"])
    report = done.json()
    found = {(e["target"], e["list"]): [c["label"] for c in e["codes"]]
             for e in report["listings"]}
    # SURBL knows the owner's domain alone; both bits are told
    assert found == {("spam-shop.example", "surbl"): ["MW", "ABUSE"],
                     ("tienda.example", "spamhaus-dbl"): ["abused"]}
    # an address is never asked of a list of names, nor the other way round
    assert all(each["target_kind"] == "domain" for each in report["lists"])


def test_white_and_whole_provider_do_not_count(listed):
    done = listed(IP, "--json", names=["dnswl", "uceprotect-3", "psbl"])
    report = done.json()
    assert done.code == 0
    assert [(e["list"], e["codes"][0]["value"])
            for e in report["good"]] == [("dnswl", 2)]
    assert [(e["list"], e["counts"]) for e in report["listings"]] == [
        ("uceprotect-3", False)]


def test_undocumented_code_is_said(listed):
    done = listed(IP, "--json", names=["spamhaus-zen"])
    assert all(c["documented"] for c in done.json()["listings"][0]["codes"])


def test_key_is_never_shown(listed):
    for args in ((), ("--json",), ("--nagios",)):
        done = listed(IP, *args, names=["spamhaus-zen-dqs", "psbl"])
        assert "sekret" not in done.out + done.err


def test_key_missing(listed, tmp_path):
    done = listed(IP, "--json", names=["abusix", "psbl"])
    assert state(done.json(), "{abusix}.combined.mail.abusix.zone") == "no-key"


def test_nagios(listed):
    done = listed(IP, "--nagios", names=["spamhaus-zen", "psbl"])
    assert done.code == 2
    assert done.out.startswith("SERENO CRITICAL - " + IP + " is on 1 list")
    assert " | listings=1 targets=1 lists=2 " in done.out
    assert listed(CLEAN, "--nagios", names=["psbl"]).code == 0
    assert listed(IP, "--nagios", names=["own.test"]).code == 1
    assert listed(IP, "--nagios", names=["wild.test"]).code == 3
    assert listed("x", "--nagios").code == 3


def test_private_addresses_are_kept_at_home(listed, liars):
    done = listed("10.0.0.5", "192.168.1.1", CLEAN, "--json", names=["psbl"])
    report = done.json()
    assert [t["target"] for t in report["targets"]] == [CLEAN]
    assert {n["what"] for n in report["not_examined"]} == {
        "10.0.0.5", "192.168.1.1"}


@pytest.mark.parametrize("word", [
    "nodot", "203.0.113.0/8", "http://x.example/", "a@b.example",
    "203.0.113.256.", "x..y", "-"])
def test_words_that_are_none(listed, word):
    done = listed(word)
    assert done.code == 2
    assert "sereno: " in done.err


def test_hostile_text(listed, liars, sereno, tmp_path):
    fake = Fake(lambda name, kind: 3 if name.startswith("1.0.0.127.") else
                [(A, "127.0.0.2")] if kind == A else
                [(TXT, b"\x1b[31mred\x07 <script>\xff\n")])
    done = sereno("listed", IP, "--no-cache", "--list", "evil.test",
                  "--stub", "evil.test=" + fake.at)
    assert done.code == 1
    assert b"\x1b" not in done.raw and b"\x07" not in done.raw
    assert "\\x1b[31mred" in done.out
    done = sereno("listed", IP, "--no-cache", "--json", "--list",
                  "evil.test", "--stub", "evil.test=" + fake.at)
    assert "red" in done.json()["listings"][0]["text"]
    fake.close()


def test_a_third_of_the_zones_is_silent(sereno, lists, liars):
    """Politely, and still within seconds."""
    zones = ["s%d.test" % i for i in range(14)]
    stubs = ["%s=%s" % (z, liars["silent.test"].at) for z in zones]
    stubs += ["%s=%s" % (z, lists.at) for z in ZONES]
    began = time.monotonic()
    done = sereno("listed", IP, "--json", "--no-cache", "--list", *zones,
                  *[z for z in ZONES if z != "multi.surbl.org"],
                  "--stub", *stubs)
    assert time.monotonic() - began < 15
    report = done.json()
    assert sum(each["state"] == "silent" for each in report["lists"]) == 14
    assert report["summary"]["listings"] >= 2


def test_a_list_that_falls_silent_on_the_way(sereno):
    """After its test entries nothing comes: not minutes for a range."""
    fake = Fake(lambda name, kind: [(A, "127.0.0.2")]
                if name.startswith("2.0.0.127.") else
                3 if name.startswith("1.0.0.127.") else None)
    began = time.monotonic()
    done = sereno("listed", "203.0.113.0/24", "--json", "--no-cache",
                  "--list", "half.test", "--stub", "half.test=" + fake.at)
    assert time.monotonic() - began < 15
    report = done.json()
    assert state(report, "half.test") == "silent"
    assert len(report["unknown"]) == 256  # none of them is called clean
    fake.close()


def test_rate_is_kept(sereno):
    stamps = []

    def answer(name, kind):
        stamps.append(time.monotonic())
        return [(A, "127.0.0.2")] if name.startswith("2.0.0.127.") else 3
    fake = Fake(answer)
    done = sereno("listed", "203.0.113.0/27", "--json", "--no-cache",
                  "--rate", "10", "--list", "slow.test",
                  "--stub", "slow.test=" + fake.at)
    assert done.json()["summary"]["lists"] == 1
    assert len(stamps) >= 34
    for begin in range(len(stamps) - 15):
        assert stamps[begin + 15] - stamps[begin] > 1.0
    fake.close()


def test_cache(sereno, tmp_path):
    fake = Fake(lambda name, kind: [(A, "127.0.0.2")]
                if name.startswith(("2.0.0.127.", "25.113."))
                and kind == A else [] if kind == TXT else 3)
    args = ("listed", IP, "--json", "--cache", tmp_path / "cache",
            "--list", "kept.test", "--stub", "kept.test=" + fake.at)
    first = sereno(*args)
    asked = len(fake.asked)
    assert first.json()["summary"]["listings"] == 1 and asked > 0
    again = sereno(*args)
    assert again.json()["summary"]["listings"] == 1
    names = [name for name, kind in fake.asked[asked:] if kind == A]
    assert "25.113.0.203.kept.test" not in names
    # a damaged file is an empty one
    raw = bytearray((tmp_path / "cache").read_bytes())
    raw[len(raw) // 2] ^= 0xff
    (tmp_path / "cache").write_bytes(raw)
    asked = len(fake.asked)
    assert sereno(*args).json()["summary"]["listings"] == 1
    assert any(name == "25.113.0.203.kept.test"
               for name, _ in fake.asked[asked:])
    assert oct((tmp_path / "cache").stat().st_mode & 0o777) == "0o600"
    fake.close()


def no_network(*args):
    """In a namespace without any interface that is up."""
    return subprocess.run(
        ["unshare", "-rn", conftest.BINARY, *map(str, args)],
        capture_output=True, timeout=60,
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "TZ": "UTC",
             "LC_ALL": "C.UTF-8", "HOME": "/nonexistent"})


def can_unshare():
    return subprocess.run(["unshare", "-rn", "true"],
                          capture_output=True).returncode == 0


@pytest.mark.skipif(not can_unshare(), reason="no user namespaces")
def test_no_network_is_said_at_once():
    began = time.monotonic()
    done = no_network("listed", IP, "--no-cache", "--no-store", "--json")
    assert time.monotonic() - began < 3
    assert done.returncode == 3
    assert b'"state": "offline"' in done.stdout
    done = no_network("listed", IP, "--no-cache", "--no-store")
    assert b"There is no network" in done.stdout


def test_resolver_that_does_not_answer(sereno):
    """A name server of one's own that is not there: said within a second."""
    began = time.monotonic()
    done = sereno("listed", IP, "--json", "--no-cache", "--list", "psbl",
                  "--resolver", "127.0.0.1@%d" % free_port())
    assert time.monotonic() - began < 5
    assert done.code == 3
    assert state(done.json(), "psbl.surriel.com") == "offline"


def test_forwarder(sereno):
    """--resolver: the server gets the whole question and is believed."""
    fake = Fake(lambda name, kind: [(A, "127.0.0.2")]
                if name.endswith(".surriel.com") and kind == A
                and not name.startswith("1.0.0.127.")
                else [] if kind == TXT else 3)
    done = sereno("listed", IP, "--json", "--no-cache", "--list", "psbl",
                  "--resolver", fake.at)
    assert done.json()["summary"]["listings"] == 1, done.out
    assert done.json()["resolver"]["kind"] == "servers"
    assert done.json()["lists"][0]["dnssec"] == "unchecked"
    fake.close()


@pytest.mark.parametrize("args, word", [
    (("--resolver", "nonsense"), "--resolver"),
    (("--resolver", "127.0.0.1@0"), "--resolver"),
    (("--stub", "x.test"), "--stub"),
    (("--stub", "x..test=127.0.0.1"), "--stub"),
    (("--lists-conf", "/nonexistent/lists.conf"), "/nonexistent/lists.conf"),
    (("--watch", "5x"), "--watch"),
    (("--watch", "0m"), "--watch")])
def test_used_wrongly(sereno, args, word):
    done = sereno("listed", IP, *args)
    assert done.code == 2
    assert word in done.err


def test_spanish(listed):
    done = listed(IP, "--lang", "es", names=["spamhaus-zen", "wild.test"])
    assert "Envió spam, dice la lista." in done.out
    assert "no se puede comprobar:" in done.out


@pytest.mark.skipif(os.geteuid() != 0, reason="port 53 needs root")
def test_watch_asks_a_second_server(tmp_path):
    """One server lets it go, the other has an old copy: not clean yet."""
    # of this process alone: others may run the same test
    net = "127.%d.%d." % (88 + os.getpid() // 256 % 128, os.getpid() % 256)
    listed_at = {net + "1": True, net + "2": True}

    def answers(address):
        def answer(name, kind):
            if kind == NS:
                return [(NS, "ns1.w.test"), (NS, "ns2.w.test")] \
                    if name == "w.test" else 3
            if name.startswith("ns") and kind in (A, AAAA):
                return [(A, net + name[2])] if kind == A else []
            if name.startswith("1.0.0.127."):
                return 3
            if kind != A:
                return []
            if name.startswith("2.0.0.127.") or listed_at[address]:
                return [(A, "127.0.0.2")]
            return 3
        return answer
    servers = [Fake.at_address(address, 53, answers(address))
               for address in listed_at]
    for server in servers:
        server.ttl = 0  # no answer is kept anywhere
    process = subprocess.Popen(
        [conftest.BINARY, "listed", IP, "--no-cache", "--no-store",
         "--list", "w.test",
         "--watch", "1s", "--stub", "w.test=%s1" % net],
        stdout=subprocess.PIPE, text=True,
        env={"PATH": "/usr/bin:/bin", "TZ": "UTC", "LC_ALL": "C.UTF-8"})
    lines = []

    def await_line(part):
        limit = time.monotonic() + 30
        while time.monotonic() < limit:
            line = process.stdout.readline()
            lines.append(line)
            if part in line:
                return
            assert line, lines
        raise AssertionError(lines)
    stop = threading.Timer(60, process.kill)
    stop.start()
    await_line("is on 1 list")
    listed_at[net + "1"] = False
    await_line("a second one still lists it")
    listed_at[net + "2"] = False
    await_line("a second name server says so too")
    assert process.wait(timeout=30) == 0
    stop.cancel()
    for server in servers:
        server.close()


def put(root, path, text):
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def test_what_the_configurations_send_as(listed, tmp_path):
    """Without words: addresses, names and domains of every server."""
    root = tmp_path / "disk"
    put(root, "etc/postfix/main.cf",
        "myhostname = mx.tienda.example\ninet_interfaces = all\n"
        "proxy_interfaces = %s, 10.0.0.1\n"
        "mydestination = $myhostname, localhost.$mydomain, localhost\n"
        "virtual_mailbox_domains = spam-shop.example, hash:/etc/postfix/d\n"
        % IP)
    put(root, "etc/postfix/master.cf", "smtp inet n - y - - smtpd\n")
    put(root, "var/qmail/control/me", "q.tienda.example\n")
    put(root, "var/qmail/control/outgoingip", CLEAN + "\n")
    done = listed("--root", root, "--json",
                  names=["spamhaus-zen", "surbl", "psbl"])
    assert done.code == 1, done.err
    report = done.json()
    why = {t["target"]: t["why"] for t in report["targets"]}
    assert why[IP] == "proxy_interfaces of %s/etc/postfix/main.cf" % root
    assert why[CLEAN].startswith("outgoingip of ")
    assert {"mx.tienda.example", "spam-shop.example"} <= set(why)
    assert not [name for name in why if "localhost" in name or ":" in name
                or name.startswith("10.")]
    assert {(e["target"], e["list"]) for e in report["listings"]} == {
        (IP, "spamhaus-zen"), ("spam-shop.example", "surbl")}
    # the address that the world sees is known: nothing to ask for
    assert "with --own" not in done.out


def test_keys_of_zones(sereno):
    """--anchor takes what dig and ldns-key2ds print, and says what it is not."""
    for word in ("example.org. DS 4711 13 2 XY", "example.org", ""):
        done = sereno("listed", IP, "--anchor", word)
        assert done.code == 2 and "--anchor" in done.err
