# SPDX-License-Identifier: ISC
"""The process that asks the DNS: it may die, and there may be two."""
import contextlib
import os
import pathlib
import signal
import subprocess
import time

import pytest

import bounce_mail
import conftest
import dkim_signer as signer
import dns_world
import header_mail as mail
from test_bounces import forged

ENV = {"PATH": "/usr/sbin:/usr/bin", "TZ": "UTC", "LC_ALL": "C.UTF-8",
       "COLUMNS": "200"}
for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS"):
    if name in os.environ:
        ENV[name] = os.environ[name]
BOT = "203.0.113.25"


def start(*args):
    return subprocess.Popen([conftest.BINARY, *map(str, args)], env=ENV,
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE)


def finish(process, data=b""):
    out, err = process.communicate(data, timeout=60)
    return process.returncode, out.decode(), err.decode()


def unsaid(err):
    """A build with sanitizers is not wholly confined, and says so."""
    return "".join(line for line in err.splitlines(True)
                   if "this build has a sanitizer" not in line)


def descriptors(pid):
    """What each descriptor of a process is."""
    found = set()
    with contextlib.suppress(FileNotFoundError):
        for each in pathlib.Path("/proc/%d/fd" % pid).iterdir():
            with contextlib.suppress(FileNotFoundError):
                found.add(os.readlink(each))
    return found


def sockets(pid):
    return {d for d in descriptors(pid) if d.startswith("socket:")}


def children(process):
    path = "/proc/%d/task/%d/children" % (process.pid, process.pid)
    return [int(n) for n in pathlib.Path(path).read_text().split()]


def wait_until(condition):
    limit = time.monotonic() + 30
    while time.monotonic() < limit:
        found = condition()
        if found:
            return found
        time.sleep(0.005)
    raise AssertionError("it did not happen")


def askers(process, n=1):
    """Processes with an event loop; they have their sockets by then."""
    def look():
        found = [c for c in children(process)
                 if any("eventpoll" in d for d in descriptors(c))]
        return found if len(found) == n else None
    return wait_until(look)


def has_ended(pid):
    with contextlib.suppress(FileNotFoundError):
        text = pathlib.Path("/proc/%d/stat" % pid).read_text()
        return text.rsplit(")", 1)[1].split()[0] == "Z"
    return True


def kill(pids):
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: all(has_ended(pid) for pid in pids))


@pytest.fixture
def silent():
    """A server that says nothing, except that there is a network."""
    made = dns_world.Fake(lambda name, kind: None if name else [])
    yield made
    made.close()


@pytest.fixture
def empty(tmp_path):
    path = tmp_path / "empty.log"
    path.write_text("")
    return path


def test_it_dies_before_it_is_asked(tmp_path, empty, silent):
    """A key is asked for when the letter has come, long after the start."""
    raw = signer.sign("From: ana@tienda.example\nDate: %s\n\nx\n"
                      % mail.date(), signer.Key(tmp_path, "rsa"))
    process = start("headers", "-", "--log", empty, "--no-cache", "--stub",
                    "tienda.example=" + silent.at)
    kill(askers(process))
    code, out, err = finish(process, raw)
    assert code in (0, 1) and err == ""
    assert "the DNS gave no answer about the key of 1 signature" in out


def test_it_dies_at_work(honest_log, silent):
    process = start("check", "--log", honest_log, "--own", BOT, "--no-cache",
                    "--resolver", silent.at)
    found = askers(process)
    wait_until(lambda: any(name for name, _ in silent.asked))
    kill(found)
    code, out, err = finish(process)
    assert code == 0 and unsaid(err) == ""
    assert "NOTHING HERE SENDS SPAM" in out
    assert "The process that asks has ended" in out


@pytest.mark.parametrize("command", ["dns", "listed"])
def test_it_dies_and_nothing_else_is_done(command, silent):
    words = ["tienda.example"] if command == "dns" else [BOT]
    process = start(command, *words, "--own", BOT, "--no-cache",
                    "--resolver", silent.at)
    found = askers(process)
    wait_until(lambda: any(name for name, _ in silent.asked))
    kill(found)
    code, out, err = finish(process)
    assert code == 3 and unsaid(err) == ""
    assert "the process that asks has ended" in out.lower()


def test_one_for_keys_and_lists(tmp_path, honest_log, silent):
    """Keys of bounces and block lists have one asking process and one cache,
    which holds nothing of the log, and ends when both have hung up."""
    cache = tmp_path / "cache"
    world = dns_world.Fake(lambda name, kind: 3)
    box = bounce_mail.mbox(tmp_path / "box", [forged(n) for n in range(3)])
    box = box.read_bytes()

    def run():
        process = start("check", "--log", honest_log, "--own", BOT,
                        "tienda.example", "--bounces", "-", "--cache", cache,
                        "--resolver", world.at)
        with contextlib.ExitStack() as stack:
            stack.callback(process.kill)
            pid, = askers(process, 1)
            # both ends are ours for a moment
            wait_until(lambda: sockets(pid) and
                       not sockets(pid) & sockets(process.pid))
            assert str(honest_log) not in descriptors(pid)
            begun = time.monotonic()
            code, _, err = finish(process, box)
            # who waits for the cache gives up after 2 s, behind all the rest
            assert time.monotonic() - begun < 3.5
            stack.pop_all()
        assert code in (0, 1) and err == ""

    run()
    world.close()
    assert cache.stat().st_size > 0


def test_kept_answers_serve_lists_beside_keys(sereno, tmp_path, honest_log):
    world = dns_world.Fake(dns_world.zone_of("""
        tienda.example TXT v=spf1 mx -all
        tienda.example MX 10 mail.tienda.example
        mail.tienda.example A 203.0.113.25"""))
    world.ttl = 3600
    box = bounce_mail.mbox(tmp_path / "box", [forged(n) for n in range(3)])
    words = ["check", "--log", honest_log, "--own", BOT, "tienda.example",
             "--bounces", box, "--cache", tmp_path / "cache", "--resolver",
             world.at]
    first = ("tienda.example", dns_world.TXT)
    assert sereno(*words).code < 2 and first in world.asked
    world.asked.clear()
    assert sereno(*words).code < 2 and first not in world.asked
    world.close()


def test_no_list_and_no_answer(sereno, honest_log, tmp_path):
    """With every list left out nobody else says that the DNS is silent."""
    dead = dns_world.Fake(lambda name, kind: 2)
    asked = sereno("listed", BOT, "tienda.example", "--extended", "--json",
                   "--no-cache", "--rate", "1000", "--resolver", dead.at)
    lists = {each["list"] for each in asked.json()["lists"]}
    conf = tmp_path / "lists.conf"
    conf.write_text("".join("skip %s\n" % each for each in sorted(lists)))
    done = sereno("check", "--json", "--log", honest_log, "--own", BOT,
                  "tienda.example", "--no-cache", "--resolver", dead.at,
                  "--lists-conf", conf)
    dead.close()
    said = [n["sentence"] for n in done.json()["not_examined"]
            if n["what"] == "network"]
    assert said == ["no question about PTR, SPF or DMARC had an answer: no "
                    "server gave a usable answer"]


@pytest.mark.parametrize("command", ["dns", "check"])
def test_what_is_too_much_is_said(sereno, honest_log, command):
    world = dns_world.Fake(lambda name, kind: 3)
    own = ["203.0.113.%d" % n for n in range(1, 41)]
    if command == "dns":
        args = ["a.example", "--own", *own]
    else:
        args = ["--log", honest_log, "--own", *own,
                *("d%d.example" % n for n in range(45)), "--rate", "1000"]
    done = sereno(command, *args, "--json", "--no-cache", "--resolver",
                  world.at)
    world.close()
    said = " ".join(n["sentence"] for n in done.json()["not_examined"])
    assert ("left out: 8 addresses, 0 names of the greeting, 0 domains"
            if command == "dns" else
            "not asked about 8 more addresses and 5 more domains") in said


def test_words_on_the_command_line_are_made_safe(sereno, honest_log):
    evil = "/nowhere/\x1b[31m"
    for words in (["bounces", "imaps://a@192.0.2.1/",
                   "--imap-password-file", evil],
                  ["bounces", "-", "--key", evil],
                  ["bounces", "-", "--own", "a\x1b[31m b"]):
        done = sereno(*words, "--log", honest_log)
        assert done.code == 2 and "\x1b" not in done.err, words


@pytest.mark.parametrize("words, text", [
    (["dns", "a.example", "--own", "bogus"], "'bogus' is no address"),
    (["check", "--own", "b\x1b", "--log", "x"], "is no address"),
    (["listed", "--own", "300.1.1.1"], "'300.1.1.1' is no address"),
    (["listed", BOT, "--list", "nosuch"], "'nosuch' is no list")])
def test_wrong_words(sereno, tmp_path, words, text):
    (tmp_path / "x").write_text("")
    done = sereno(*words)
    assert done.code == 2 and text in done.err and "try: --" in done.err
    assert "\x1b" not in done.err


def test_nothing_to_ask_about(sereno):
    text = sereno("listed", "10.0.0.1", "--no-cache").out
    assert "nothing that a list could be asked about" in text
    assert "a private address" in text


def test_one_note_when_nothing_answers(sereno):
    dead = dns_world.Fake(lambda name, kind: 2)
    args = ("dns", "a.example", "--own", BOT, "--no-cache", "--resolver",
            dead.at, "--helo")
    done = sereno(*args, "a..example", "--json")
    text = sereno(*args, "b.example").out
    dead.close()
    assert "greets as b.example (address not known)" in text
    [note] = done.json()["not_examined"]
    assert note["sentence"].endswith(
        "questions, and no answer: no server gave a usable answer")
    assert done.code == 3
