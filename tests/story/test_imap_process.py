# SPDX-License-Identifier: ISC
"""The processes that read a mailbox on a server: none of them outlives the
one that a person ends, whatever the server does."""

import os
import pathlib
import pty
import signal
import subprocess
import termios
import time

import pytest

import conftest
import imap_fake


@pytest.fixture(name="server", params=["dead", "login", "fetch", "talks"])
def fixture_server(request):
    server = imap_fake.Fake(request.param)
    yield server
    server.stop()


def start(server, *args):
    return subprocess.Popen(
        [conftest.BINARY, "bounces",
         "imap://ana@localhost:%d/INBOX" % server.port,
         *(args or ("--offline",))],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8",
             "SERENO_IMAP_PASSWORD": "geheim"})


def alive(session):
    """Processes of the session that have not ended."""
    found = []
    for one in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            rest = one.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(rest[3]) == session and rest[0] != "Z":
            found.append(int(one.parent.name))
    return found


@pytest.mark.parametrize("number",
                         [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_nobody_is_left(server, number):
    process = start(server)
    try:
        assert server.reached.wait(30)
        assert len(alive(process.pid)) > 2
        process.send_signal(number)
        process.wait(20)
        until = time.monotonic() + 10
        while alive(process.pid) and time.monotonic() < until:
            time.sleep(0.02)
        assert alive(process.pid) == []
    finally:
        for pid in alive(process.pid):
            os.kill(pid, signal.SIGKILL)


@pytest.fixture(name="silent")
def fixture_silent():
    server = imap_fake.Fake("fetch")
    yield server
    server.stop()


def parent_of(pid):
    text = pathlib.Path("/proc/%d/stat" % pid).read_text()
    return int(text.rsplit(")", 1)[1].split()[1])


def holds(pid, secret):
    """Is it in the memory that the process can write, or its environment?"""
    here = pathlib.Path("/proc/%d" % pid)
    with open(here / "mem", "rb", 0) as memory:
        for line in (here / "maps").read_text().splitlines():
            span, rights = line.split()[:2]
            if rights[:2] != "rw" or "[vvar" in line:
                continue
            begin, end = (int(x, 16) for x in span.split("-"))
            memory.seek(begin)
            try:
                if end - begin < 1 << 26 and secret in memory.read(
                        end - begin):
                    return True
            except OSError:
                pass
    return False


@pytest.mark.skipif(os.geteuid() != 0, reason="reads memory of processes")
@pytest.mark.skipif(conftest.sanitized(),
                    reason="the sanitizer keeps the environment")
def test_who_knows_the_password(silent):
    """Only who logs in, and who started it: not who asks the DNS, not who
    reads mail."""
    process = start(silent, "--resolver", "127.0.0.1@9")
    try:
        assert silent.reached.wait(30)
        all_of_them = alive(process.pid)
        assert len(all_of_them) == 5
        know = [pid for pid in all_of_them if holds(pid, b"geheim")]
        assert len(know) == 2
        assert parent_of(know[0]) == process.pid or \
            parent_of(know[1]) == process.pid
        assert parent_of(know[0]) == know[1] or parent_of(know[1]) == know[0]
    finally:
        process.kill()
        process.wait(20)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_prompt_gives_the_echo_back(silent, number):
    pid, terminal = pty.fork()
    if pid == 0:
        # a shell starts what runs in the background without it
        signal.signal(number, signal.SIG_DFL)
        os.environ.pop("SERENO_IMAP_PASSWORD", None)
        os.environ["LC_ALL"] = "C.UTF-8"
        os.execv(conftest.BINARY,
                 [conftest.BINARY, "bounces",
                  "imap://ana@localhost:%d/INBOX" % silent.port])
    try:
        said = b""
        while b"password of ana at localhost: " not in said:
            said += os.read(terminal, 1000)
        assert not termios.tcgetattr(terminal)[3] & termios.ECHO
        os.write(terminal, b"gehei")
        if number == signal.SIGINT:
            os.write(terminal, b"\x03")
        else:
            os.kill(pid, number)
        # before it is waited for: then the terminal may be gone
        until = time.monotonic() + 10
        while not termios.tcgetattr(terminal)[3] & termios.ECHO:
            assert time.monotonic() < until
            time.sleep(0.01)
        assert os.WTERMSIG(os.waitpid(pid, 0)[1]) == number
    finally:
        os.close(terminal)


def test_one_password_for_both(sereno):
    server = imap_fake.Fake("fine", b"Subject: hello\r\n\r\nhello\r\n")
    url = "imap://ana@localhost:%d/INBOX" % server.port
    done = sereno("check", "--bounces", url, "--reports", url, "--offline",
                  "--log", "/dev/null", env={"SERENO_IMAP_PASSWORD": "geheim"})
    server.stop()
    assert "no password" not in done.err, done.err
    assert server.said.count(b"LOGIN ana geheim") == 2
