# SPDX-License-Identifier: ISC
"""script/run, with programs in place of those that build."""

import os
import shutil
import subprocess

import conftest

PROGRAMS = {
    "bin/id": "echo 0",
    # meson finds its folder of an interrupted setup and leaves it so
    "bin/meson": "[ ! -e build/meson-private ] || exit 0\n"
                 "mkdir -p build/meson-private\ntouch build/build.ninja",
    "bin/ninja": "[ -f build/build.ninja ] || exit 1\ntouch build/sereno",
    "script/deps": ":",
    "lab/play": "echo played",
}


def run(tmp_path, *args):
    for name, text in PROGRAMS.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("#!/bin/sh\n%s\n" % text)
        path.chmod(0o755)
    shutil.copy(conftest.ROOT / "script" / "run", tmp_path / "script" / "run")
    return subprocess.run(
        [tmp_path / "script" / "run", *args], capture_output=True, text=True,
        env=dict(os.environ, PATH="%s/bin:%s" % (tmp_path,
                                                 os.environ["PATH"])))


def test_builds_and_plays(tmp_path):
    done = run(tmp_path, "--play")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "played\n"


def test_goes_on_after_an_interrupted_setup(tmp_path):
    (tmp_path / "build" / "meson-private").mkdir(parents=True)
    done = run(tmp_path, "--play")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "played\n"


def test_help_builds_nothing(tmp_path):
    done = run(tmp_path, "--help")
    assert done.returncode == 0
    assert "Usage: script/run" in done.stdout
    assert "set -eu" not in done.stdout
    assert not (tmp_path / "build").exists()
