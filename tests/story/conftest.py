# SPDX-License-Identifier: ISC
"""Stories run the program that SERENO names (default: build/sereno)."""

import json
import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BINARY = os.environ.get("SERENO", str(ROOT / "build" / "sereno"))


def sanitized():
    return b"__asan_init" in pathlib.Path(BINARY).read_bytes()


def gaps(report):
    """What was not examined. A build with sanitizers is not wholly confined,
    and says so: that is left out."""
    return [gap["sentence"] for gap in report["not_examined"]
            if "more rights than needed" not in gap["sentence"]]


class Result:
    """What a run printed, as bytes and as text, and its exit code."""

    def __init__(self, done):
        self.code = done.returncode
        self.raw = done.stdout
        self.out = done.stdout.decode("utf-8", "replace")
        self.err = done.stderr.decode("utf-8", "replace")

    def json(self):
        # strict: no byte that is not UTF-8, no key twice
        def no_twins(pairs):
            assert len(dict(pairs)) == len(pairs), pairs
            return dict(pairs)
        return json.loads(self.raw.decode("utf-8"),
                          object_pairs_hook=no_twins)


@pytest.fixture
def sereno(tmp_path):
    """Runs the program with an environment that is the same everywhere."""
    def run(*args, env=None, stdin=b"", cwd=tmp_path, timeout=120,
            uid=None):
        full = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "TZ": "UTC",
                "LC_ALL": "C.UTF-8", "COLUMNS": "80"}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
            if name in os.environ:
                full[name] = os.environ[name]
        for name, value in (env or {}).items():
            if value is None:
                full.pop(name, None)
            else:
                full[name] = value
        # a test must not read or write what this machine remembers
        if args[:1] in (("listed",), ("delist",)) and "--store" not in args:
            args += ("--no-store",)
        done = subprocess.run([BINARY, *map(str, args)], input=stdin, cwd=cwd,
                              env=full, capture_output=True, timeout=timeout,
                              user=uid, group=uid,
                              extra_groups=None if uid is None else [])
        assert b"Sanitizer" not in done.stderr, done.stderr
        assert b"runtime error" not in done.stderr, done.stderr
        return Result(done)
    return run


@pytest.fixture(scope="session")
def stolen_log(tmp_path_factory):
    """Nine honest days, then a night of strangers on one account."""
    import postfix_log
    log = postfix_log.PostfixLog()
    postfix_log.honest_days(log)
    postfix_log.own_days(log)
    log.sort()
    postfix_log.stolen_night(log)
    return log.write(tmp_path_factory.mktemp("stolen") / "mail.log")


@pytest.fixture(scope="session")
def honest_log(tmp_path_factory):
    """Nine days in which nothing happens."""
    import postfix_log
    log = postfix_log.PostfixLog()
    postfix_log.honest_days(log)
    return log.write(tmp_path_factory.mktemp("honest") / "mail.log")
