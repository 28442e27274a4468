# SPDX-License-Identifier: ISC
"""The manual page and the completions are printed from the tables."""

import os
import re
import shlex
import shutil
import subprocess

import pytest

import conftest


def test_page_and_completions_are_up_to_date():
    done = subprocess.run(
        [conftest.ROOT / "man" / "update", "--check",
         os.path.abspath(conftest.BINARY)], capture_output=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(not shutil.which("mandoc"), reason="no mandoc")
def test_page_is_good_mdoc(sereno):
    page = conftest.ROOT / "man" / "sereno.1"
    done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", page],
                          capture_output=True)
    assert done.returncode == 0, done.stdout
    text = subprocess.run(["mandoc", "-T", "ascii", page],
                          capture_output=True).stdout
    plain = re.sub(b".\b", b"", text)
    for option in (b"--php-log", b"--unknown", b"--color"):
        assert option in plain


def examples():
    """Commands as the manual and the README print them."""
    page = (conftest.ROOT / "man" / "sereno.1").read_text()
    readme = (conftest.ROOT / "README.md").read_text()
    found = re.findall(r'^\.Dl "?[#$] (sereno .*)$', page, re.M)
    found += re.findall(r"^\$ (sereno .*)$", readme, re.M)
    return [command.split(" | ")[0] for command in found]


def test_there_are_examples():
    assert len(examples()) >= 15


@pytest.mark.parametrize("command", examples())
def test_examples_are_understood(sereno, command):
    """Words and values are looked at before --help is answered."""
    words = shlex.split(command)[1:]
    run = sereno(*words, "--help")
    assert run.code == 0, run.err
    assert run.out.startswith("usage: sereno " + words[0])
    # it would tell if one of them were wrong
    assert sereno(*words, "--hlep").code == 2


COMPLETE = r"""
source "$1"
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_sereno
printf '%s\n' "${COMPREPLY[@]}"
"""


def complete(tmp_path, *words):
    done = subprocess.run(
        ["bash", "-c", COMPLETE, "bash",
         conftest.ROOT / "etc" / "completions" / "sereno.bash", *words],
        capture_output=True, cwd=tmp_path, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_bash_completes(tmp_path):
    (tmp_path / "mail.log").touch()
    (tmp_path / "queue").mkdir()
    assert complete(tmp_path, "sereno", "or") == ["origins"]
    assert "--nagios" in complete(tmp_path, "sereno", "check", "--n")
    assert "--nagios" not in complete(tmp_path, "sereno", "trace", "--n")
    assert complete(tmp_path, "sereno", "check", "--log", "ma") == \
        ["mail.log"]
    assert complete(tmp_path, "sereno", "check", "--log", "x", "ma") == \
        ["mail.log"]
    assert complete(tmp_path, "sereno", "check", "--queue", "") == ["queue"]
    assert complete(tmp_path, "sereno", "origins", "--by", "s") == \
        ["sender", "script"]
    assert complete(tmp_path, "sereno", "origins", "--by", "=", "s") == \
        ["sender", "script"]
    assert "auto" in complete(tmp_path, "sereno", "check", "--color", "=")
    assert complete(tmp_path, "sereno", "check", "--log", "=", "ma") == \
        ["mail.log"]


@pytest.mark.skipif(not shutil.which("zsh"), reason="no zsh")
def test_zsh_parses():
    done = subprocess.run(
        ["zsh", "-n", conftest.ROOT / "etc" / "completions" / "_sereno"])
    assert done.returncode == 0
