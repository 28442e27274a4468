# SPDX-License-Identifier: ISC
"""sereno listed about every list of the catalogue, in a DNS of real servers
(lab/nameworld.py)."""
import json
import os
import re
import signal
import sys
import time

import pytest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(
    __file__))))
from lab import court, listcodes, nameservers, room  # noqa: E402
from lab.listcodes import (BAD, DNSWL, HELD_UP, NAMED,  # noqa: E402
                           SCORES, Codes)
from lab.namekinds import ALONE, KEPT, KEY, KEY_OF_BROKEN  # noqa: E402
from lab.nameplace import Place, await_line, flat  # noqa: E402
from lab.nameworld import LISTS1, LISTS2  # noqa: E402
from lab.net import OWN, OWN6  # noqa: E402

WHY_NOT = room.possible() or nameservers.missing()
pytestmark = pytest.mark.skipif(WHY_NOT is not None, reason=str(WHY_NOT))


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
    assert states == BAD
    good = {e["zone"] for e in everything["lists"] if e["state"] == "good"}
    assert "bl.blocklist.de" in good  # late, and waited for
    assert len(good) > 15


@pytest.mark.parametrize("zone, state", NAMED.items())
def test_states_of_lists_that_are_named(world, zone, state):
    about = "tienda.example" if state == "untested" else OWN
    report = world.json("listed", about, "--list", zone)
    row = report["lists"][0]
    assert (row["zone"], row["state"]) == (zone, state)
    assert row["usable"] == (state in ("good", "untested"))
    out, code, _ = world.ask("listed", about, "--list", zone)
    said = "refused: %s " if state == "dead" else "cannot check: %s:"
    assert (said % zone in flat(out)) != row["usable"]
    # a list that only informs is none that one could be on
    assert code == (1 if state == "good" else 3)


@pytest.mark.parametrize("name, word, state", [
    ("spamhaus-zen", "CRITICAL", 2), ("psbl", "OK", 0),
    ("abusix", "UNKNOWN", 3)])
def test_codes_for_monitoring(world, name, word, state):
    out, code, _ = world.ask("listed", OWN, "--list", name, "--nagios")
    assert code == state and out.startswith("SERENO %s - " % word)
    assert out.count("\n") == 1


def descendants(pid):
    with open("/proc/%d/task/%d/children" % (pid, pid)) as f:
        for child in map(int, f.read().split()):
            yield child
            yield from descendants(child)


def command_line(pid):
    with open("/proc/%d/cmdline" % pid) as f:
        return f.read().split("\0")


def await_question(world, since, part, limit=20):
    end = time.monotonic() + limit
    while not any(part in p.name for p in world.packets(since)):
        assert time.monotonic() < end
        time.sleep(.02)


def test_the_asking_process_is_gone(world):
    """It ends while a silent list is waited for: unknown is not clean."""
    since = world.mark()
    p = world.start("listed", OWN, "--list", "truncate", "psbl", "--json")
    await_question(world, since, "truncate.gbudb.net")
    # the asking process is the first one that is forked
    os.kill(min(pid for pid in descendants(p.pid)
                if command_line(pid)[0].endswith("sereno") and
                list(descendants(pid)) == []), signal.SIGKILL)
    out, _ = p.communicate(timeout=30)
    rows = {e["list"]: e for e in json.loads(out)["lists"]}
    assert rows["truncate"]["state"] == listcodes.KILLED
    assert not rows["truncate"]["usable"]
    assert p.returncode in (0, 3)  # whether psbl was faster


def test_every_code_of_every_list(world):
    """What the catalogue says of each answer is what is told."""
    codes = Codes()
    report = world.json("listed", *sorted({t for t, _ in codes.told}),
                        "--list", *codes.lists(), "--rate", "1000")
    told = {(e["target"], e["list"]): [
        (c["code"], c["cause"], c["label"]) for c in e["codes"]]
        for key in ("listings", "good", "neutral", "scores")
        for e in report[key]}
    assert told == {k: [v] for k, v in codes.told.items()}
    assert all(c["documented"] for e in report["listings"]
               for c in e["codes"])
    assert {e["state"] for e in report["lists"]} <= {"good", "untested"}


def test_scores_and_white_lists(world):
    for name, cases in (("sender-score", SCORES), ("dnswl", DNSWL)):
        report = world.json("listed", *cases, "--list", name)
        for target, (code, where, cause, value) in cases.items():
            [e] = [e for e in report[where] if e["target"] == target]
            assert e["list"] == name
            [c] = e["codes"]
            assert (c["code"], c["cause"], c["value"]) == (
                code, cause, value)
        assert report["listings"] == []
        assert report["summary"]["sentence"] == "no block list could be asked"


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


def test_ipv6_is_asked_by_nibbles(world):
    since = world.mark()
    report = world.json("listed", OWN, OWN6, "--list", "sem-ipv6", "psbl")
    asked = {p.name for p in world.questions(since, "spameatingmonkey.net")}
    assert "5.2" + 18 * ".0" + ".5.2.0.0.8.b.d.0.1.0.0.2." \
        "bl.ipv6.spameatingmonkey.net" in asked
    # its test entry, ::FFFF:7F00:2, and no address of IPv4
    assert "2.0.0.0.0.0.f.7.f.f.f.f" + 20 * ".0" + \
        ".bl.ipv6.spameatingmonkey.net" in asked
    assert not any(n.startswith("25.2.0.192.") for n in asked)
    assert not any(".8.b.d.0.1.0.0.2." in p.name for p in world.questions(
        since, "psbl.surriel.com"))
    assert [e["target"] for e in report["listings"]] == [OWN6]


# Keys.

def keys_file(tmp_path, *lines):
    path = tmp_path / "lists.conf"
    path.write_text("".join(line + "\n" for line in lines))
    return path


def has_key(text, key=KEY):
    return key.lower() in text.lower()


def test_key_works_and_is_never_shown(world, tmp_path):
    """Not even where the list's own words have it."""
    conf = keys_file(tmp_path, "key spamhaus-dqs " + KEY)
    words = ("listed", OWN, "--list", "spamhaus-zen-dqs", "--lists-conf",
             conf)
    since = world.mark()
    report = world.json(*words)
    assert has_key(world.questions(since, "spamhaus.net")[-1].name)
    [entry] = report["listings"]
    assert (entry["list"], [c["label"] for c in entry["codes"]]) == (
        "spamhaus-zen-dqs", ["SBL"])
    assert entry["text"].startswith("https://check.spamhaus.org/sbl/" + OWN)
    assert not has_key(json.dumps(report))
    store = tmp_path / "sereno.db"
    for more in ((), ("--nagios",), ("--lang", "es"), ("--store", store),
                 ("--store", store)):
        out, code, _ = world.ask(*words, *more)
        assert OWN in out and not has_key(out), out
    assert not has_key(store.read_bytes().decode("latin-1"))
    log = tmp_path / "mail.log"
    log.write_text(LOG)
    conf = keys_file(tmp_path, "key spamhaus-dqs " + KEY, "skip spamhaus-zen",
                     "skip truncate", "skip nordspam")
    for command, part in (("check", "{spamhaus-dqs}.zen.dq.spamhaus.net "
                           "answers 127.0.0.2 (SBL)"),
                          ("delist", "spamhaus-sbl/" + OWN)):
        text = json.dumps(world.json(
            command, "--log", log, "--own", OWN, "--lists-conf", conf,
            "--rate", "1000"))
        assert part in text and not has_key(text), text


def test_key_is_not_in_the_list_of_processes(world, tmp_path):
    conf = keys_file(tmp_path, "key spamhaus-dqs " + KEY)
    since = world.mark()
    p = world.start("listed", OWN, "--list", "spamhaus-zen-dqs", "truncate",
                    "--lists-conf", conf)
    await_question(world, since, KEY.lower())
    of_it = list(descendants(p.pid))
    assert len(of_it) >= 3
    for pid in [p.pid, *of_it]:
        for name in ("cmdline", "environ", "comm"):
            with open("/proc/%d/%s" % (pid, name), errors="replace") as f:
                assert not has_key(f.read())
    p.kill()
    p.communicate()


def test_key_of_a_zone_with_broken_signatures(world, tmp_path):
    """What is wrong is told with the name that was asked, but not the key."""
    conf = keys_file(tmp_path, "key abusix " + KEY_OF_BROKEN)
    words = ("listed", OWN, "--list", "abusix", "--lists-conf", conf)
    report = world.json(*words)
    [row] = report["lists"]
    assert row["state"] == "bogus"
    assert "validation failure" in row["said"]
    assert not has_key(json.dumps(report), KEY_OF_BROKEN)
    out, code, _ = world.ask(*words)
    assert code == 3 and not has_key(out, KEY_OF_BROKEN)


# Politeness: the cache, and how often a list is asked.

def test_nothing_is_asked_twice_before_its_time(world, tmp_path):
    """A list keeps its entries for seconds; after that it is asked."""
    words = ("listed", OWN, "--list", "bl.guardada.example", "--cache",
             tmp_path / "cache")
    since = world.mark()
    first = world.json(*words)
    asked = world.questions(since, "bl.guardada.example")
    assert [e["target"] for e in first["listings"]] == [OWN]
    assert any(p.name.startswith("25.2.0.192.") for p in asked)
    since = world.mark()
    again = world.json(*words)
    assert world.packets(since) == []
    assert [e["target"] for e in again["listings"]] == [OWN]
    assert again["listings"][0]["ttl"] <= first["listings"][0]["ttl"]
    # TTL of the zone, since the last answer came
    time.sleep(max(0, asked[-1].at + KEPT + 1.1 - time.monotonic()))
    since = world.mark()
    assert len(world.json(*words)["listings"]) == 1
    # what is not there may be kept for longer
    assert {p.name for p in world.questions(since, "bl.guardada.example")} \
        >= {p.name for p in asked
            if p.name.startswith(("2.0.0.127.", "25.2.0.192."))}


def seconds_of(packets):
    """The most that went out within one second."""
    at = sorted(p.at for p in packets)
    return max(sum(begin <= t < begin + 1 for t in at) for begin in at)


def test_a_list_is_asked_so_often_a_second(world):
    """--rate counts for each operator; what the catalogue says of a list that
    wants less goes before."""
    since = world.mark()
    world.json("listed", "203.0.113.96/28", "--rate", "8", "--list", "psbl",
               "swinog", "sem")
    for zone, rate in (("psbl.surriel.com", 8), ("dnsrbl.swinog.ch", 8),
                       ("bl.spameatingmonkey.net", 5)):
        asked = [p for p in world.questions(since, zone) if p.kind == 1]
        assert len({p.name for p in asked}) == 18
        # what is asked again for want of an answer is no new question
        first = {p.name: p for p in reversed(asked)}.values()
        # the first four may have waited for the way to the list
        assert seconds_of(first) <= rate + 4, zone
        at = sorted(p.at for p in first)
        assert at[-1] - at[0] >= (len(at) - 1 - 4) / rate, zone


LOG = "Nov 26 10:00:00 mx1 postfix/smtpd[1]: connect from x[192.0.2.9]\n"


def test_a_third_times_out(tmp_path):
    """Every third list of the catalogue is silent, and who has the reverse
    zone: the lists, the DNS and both in a check, all at once."""
    place = Place(tmp_path, "nameroom.py", "third")
    log = tmp_path / "mail.log"
    log.write_text(LOG)
    of_it = ("--own", OWN, "tienda.example", "--helo", "mx1.tienda.example")
    began = time.monotonic()
    running = [place.start(*words, "--json") for words in (
        ("listed", OWN), ("dns", "tienda.example", "--own", OWN, *of_it[3:]),
        ("check", "--log", log, *of_it))]
    listed, dns, check = [json.loads(p.communicate(timeout=60)[0])
                          for p in running]
    assert time.monotonic() - began < 15
    place.close()
    asked = [e for e in listed["lists"] if e["state"] != "no-key"]
    silent = [e for e in asked if e["state"] == "silent"]
    assert len(silent) * 3 >= len(asked) - 3 and len(asked) > 20
    assert {e["state"] for e in asked} <= {"silent", "good", "untested"}
    assert [e["list"] for e in listed["listings"]] == ["spamcop"]
    assert running[0].returncode == 1
    assert [(n["what"], n["sentence"]) for n in dns["not_examined"]] == [
        ("PTR 25.2.0.192.in-addr.arpa", "no answer in time")]
    assert not any(f["weakness"].startswith("ptr-") for f in dns["findings"])
    assert [f["code"] for f in check["findings"]] == ["listed"]
    said = [n["sentence"] for n in check["not_examined"]
            if n["what"] == "network"]
    assert len(said) == 2 and said[0].endswith(
        " block lists could not be asked; 'sereno listed' says why")
    assert said[1].startswith("1 question about PTR, SPF or DMARC had no")


PSBL = "psbl.surriel.com"
ENTRY = ":127.0.0.2:Blocked - see $\n203.0.113.200\n"


@pytest.fixture(name="put")
def fixture_put(world):
    """put(0 or 1, text): what the first or second server has more."""
    before = {}

    def put(which, text, zone=PSBL):
        path = os.path.join(world.folder, ("lists1", "lists2")[which],
                            zone + ".ip4set")
        if path not in before:
            with open(path) as f:
                before[path] = f.read()
        with open(path, "w") as f:
            f.write(before[path] + text)
        world.read_again(which)
    yield put
    for path, text in before.items():
        with open(path, "w") as f:
            f.write(text)
    world.read_again(0)
    world.read_again(1)


def watch(world, *more, lists=("psbl",)):
    return world.start("listed", "203.0.113.200", "--list", *lists,
                       "--watch", "1s", *more)


def read_while(p, begin):
    """The first line that does not begin so."""
    line = p.stdout.readline()
    while line.startswith(begin):
        line = p.stdout.readline()
    return line


def test_clean_on_one_server_listed_on_the_second(world, put):
    """The second server has an old copy: not clean yet, neither for people nor
    for monitoring. A list with one server has nobody else to ask; what is told
    is told once, while the other list is waited for."""
    put(0, ENTRY)
    put(1, ENTRY)
    put(0, ENTRY, ALONE)
    text = watch(world, lists=("psbl", "0spam"))
    lines = watch(world, "--nagios")
    try:
        out = await_line(text, "is on 2 lists")
        assert "clean" not in out
        begin = "SERENO WARNING - 203.0.113.200 is on 1 list: " \
            "psbl.surriel.com (medium) | listings=1 "
        assert lines.stdout.readline().startswith(begin)
        put(0, "", ALONE)
        put(0, "")
        since = world.mark()
        out += await_line(text, "says the only name server that it has")
        out += await_line(text, "a second one still lists it")
        out += await_line(text, "a second one still lists it")
        # of four answers one at least comes from the server without it
        for _ in range(4):
            assert lines.stdout.readline().startswith("SERENO WARNING - ")
        assert lines.poll() is None
        assert {p.to for p in world.questions(since, PSBL)} >= {
            LISTS1, LISTS2}
        put(1, "")
        out += await_line(text, "a second name server says so too")
        assert text.wait(timeout=30) == 0
        assert flat(out).count("the only name server") == 1
        assert re.match(r"SERENO OK - on none of the lists: 1 list could be "
                        r"used \| listings=0 targets=1 lists=1 "
                        r"broken_lists=0 unknown=0 time=",
                        read_while(lines, "SERENO WARNING"))
        assert lines.stdout.readline() == "" and lines.wait(timeout=30) == 0
    finally:
        text.kill()
        lines.kill()


def test_watch_of_a_list_that_falls_silent(world, put):
    """What was listed is not clean because nobody answers."""
    put(0, ENTRY)
    put(1, ENTRY)
    p = watch(world, "--nagios")
    try:
        assert p.stdout.readline().startswith("SERENO WARNING - ")
        world.signal("STOP")
        line = read_while(p, "SERENO WARNING - 203.0.113.200 is on 1 list")
        assert line.startswith("SERENO WARNING - 203.0.113.200 may still be "
                               "on psbl.surriel.com: nobody has confirmed "
                               "that it is gone | listings=0 "), line
        assert p.poll() is None
        put(0, "")
        put(1, "")
        world.signal("CONT")
        assert read_while(p, "SERENO WARNING").startswith("SERENO OK - ")
        assert p.wait(timeout=30) == 0
    finally:
        world.signal("CONT")
        p.kill()


def test_once_for_monitoring_remembers(world, put, tmp_path):
    """Without --watch, with a store: the same holds from run to run."""
    words = ("listed", "203.0.113.200", "--list", "psbl", "--nagios",
             "--store", tmp_path / "db")
    put(0, ENTRY)
    put(1, ENTRY)
    assert world.ask(*words)[1] == 1
    put(0, "")
    codes = {world.ask(*words)[1] for _ in range(5)}
    assert codes == {1}
    put(1, "")
    assert world.ask(*words)[1] == 0


# Is there a case for everything that can be said of a list?

def test_every_state_and_cause_has_a_case():
    with open(os.path.join(court.ROOT, "src/check/dnsbl.c")) as f:
        states = set(re.findall(r'\[HEALTH_\w+\]\s*=\s*\{"([^"]+)"',
                                f.read()))
    assert len(states) > 14
    assert {*BAD.values(), *NAMED.values(), *HELD_UP.values(),
            listcodes.KILLED} == states - {"new"}  # new is never shown
    with open(os.path.join(court.ROOT, "src/check/list.c")) as f:
        causes = set(re.findall(r'\[CAUSE_\w+\]\s*=\s*\{\s*"([^"]+)"',
                                f.read()))
    assert len(causes) > 20
    assert {cause for _, cause, _ in Codes().told.values()} | {
        c[2] for c in (*SCORES.values(), *DNSWL.values())} == causes
