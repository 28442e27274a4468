# SPDX-License-Identifier: ISC
"""Two processes: what happens to one is told by the other."""

import os
import pathlib
import pty
import select
import signal
import subprocess
import time

import pytest

import conftest

ENV = {"PATH": "/usr/bin:/bin", "TZ": "UTC", "LC_ALL": "C.UTF-8"}
for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS"):
    if name in os.environ:
        ENV[name] = os.environ[name]


@pytest.fixture(scope="module")
def big_log(stolen_log, tmp_path_factory):
    """Takes long enough to be interrupted."""
    path = tmp_path_factory.mktemp("big") / "mail.log"
    data = stolen_log.read_bytes()
    with path.open("wb") as out:
        for _ in range(600):
            out.write(data)
    yield path
    path.unlink()


def start(path, stderr=subprocess.PIPE):
    return subprocess.Popen([conftest.BINARY, "check", "--jobs", "1",
                             "--log", str(path)], stdin=subprocess.DEVNULL,
                            stdout=subprocess.DEVNULL, stderr=stderr, env=ENV)


def reader_of(process):
    """The pid of the confined child, as soon as there is one."""
    children = pathlib.Path("/proc/%d/task/%d/children"
                            % (process.pid, process.pid))
    limit = time.monotonic() + 30
    while time.monotonic() < limit:
        words = children.read_text().split()
        if words:
            return int(words[0])
        time.sleep(0.002)
    raise AssertionError("there is no child")


def wait_for_end(pid):
    limit = time.monotonic() + 10
    while time.monotonic() < limit:
        try:
            state = pathlib.Path("/proc/%d/stat" % pid).read_text()
        except FileNotFoundError:
            return
        if state.rsplit(")", 1)[1].split()[0] == "Z":
            return
        time.sleep(0.01)
    raise AssertionError("the reader lives on")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_both(big_log, number):
    process = start(big_log)
    child = reader_of(process)
    process.send_signal(number)
    assert process.wait(20) == -number
    wait_for_end(child)
    assert process.stderr.read() == b""
    process.stderr.close()


def test_reader_dies_with_a_parent_that_is_killed(big_log):
    process = start(big_log)
    child = reader_of(process)
    time.sleep(0.1)  # it has armed itself by then, or the test is void
    process.kill()
    process.wait(20)
    process.stderr.close()
    wait_for_end(child)


def test_a_crash_is_a_sentence_and_exit_3(big_log):
    if conftest.sanitized():
        pytest.skip("the sanitizer takes the signal")
    process = start(big_log)
    os.kill(reader_of(process), signal.SIGSEGV)
    assert process.wait(20) == 3
    said = process.stderr.read().decode()
    process.stderr.close()
    assert said.startswith("sereno: the reading process crashed (signal 11)")
    assert said.count("\n") == 1


def test_closed_pipe_is_quiet(stolen_log):
    done = subprocess.run(
        ["bash", "-c", '"$1" trace example --top 9999 --log "$2" | head -1; '
         'exit ${PIPESTATUS[0]}', "bash", conftest.BINARY, str(stolen_log)],
        env=ENV, capture_output=True)
    assert done.returncode == 128 + signal.SIGPIPE
    assert done.stderr == b""


def test_progress_on_a_terminal_only(big_log):
    parent, child = pty.openpty()
    process = start(big_log, stderr=child)
    os.close(child)
    data = b""
    while True:
        ready, _, _ = select.select([parent], [], [], 120)
        assert ready, "the program hangs"
        try:
            more = os.read(parent, 65536)
        except OSError:
            break
        if not more:
            break
        data += more
    os.close(parent)
    process.wait()
    if data:  # nothing is shown in the first second
        text = data.decode()
        assert " of 625 MB (" in text or " of 62" in text, text[:200]
        assert " left" in text
        assert text.endswith("\r\x1b[K")
    quiet = start(big_log)
    assert quiet.stderr.read() == b""
    quiet.stderr.close()
    quiet.wait()
