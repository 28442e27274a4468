# SPDX-License-Identifier: ISC
"""Used wrongly: one clear sentence, the next command, exit code 2."""

import pytest

REFUSED = [
    (["check", "--sicne", "1d"], "did you mean --since?"),
    (["check", "--jso"], "did you mean --json?"),
    (["check", "--xyzzy"], "there is no option --xyzzy"),
    (["check", "--by", "ip"], "'sereno origins' has it"),
    (["check", "--log"], "--log needs a value"),
    (["check", "--since", "soon"], "'soon' is no time"),
    (["check", "--since", "2026-11-20", "--until", "2026-11-19", "--log",
      "x"], "--since is not before --until"),
    (["check", "--jobs", "0"], "from 1, not '0'"),
    (["check", "--mta", "lotus"], "--mta"),
    (["check", "mail.log"], "a log file is named with --log"),
    (["check", "-v"], "two dashes"),
    (["chekc"], "did you mean 'sereno check'?"),
    (["frobnicate"], "there is no command 'frobnicate'"),
    (["trace"], "'sereno trace' needs a PATTERN"),
    (["trace", "a", "b"], "'b'"),
    (["origins", "--sort", "size"], "--sort is one of"),
    (["origins", "--lang", "de"], "--lang is one of en|es"),
    (["--json"], "no command is named"),
    (["--verison"], "no option --verison; did you mean --version?"),
    (["help", "chekc"], "did you mean 'sereno check'?"),
    (["trace", ""], "'sereno trace' needs a PATTERN"),
]


@pytest.mark.parametrize("args,says", REFUSED, ids=lambda a: str(a))
def test_refused(sereno, args, says):
    run = sereno(*args)
    assert run.code == 2, (run.out, run.err)
    assert run.out == ""
    assert says in run.err
    assert run.err.startswith("sereno: ")
    assert len(run.err.splitlines()) <= 2


def test_hint_is_a_command_that_works(sereno):
    run = sereno("check", "--sicne", "1d")
    assert run.err.splitlines()[1] == "try: sereno check --help"
    assert sereno("check", "--help").code == 0


def test_without_a_command_the_help_is_shown(sereno):
    run = sereno()
    assert run.code == 2 and run.out == ""
    assert "usage: sereno COMMAND" in run.err
    asked = sereno("--help")
    assert asked.code == 0 and asked.out == run.err and asked.err == ""
    assert sereno("help").out == asked.out


@pytest.mark.parametrize("verb", ["check", "trace", "origins", "config",
                                  "help"])
def test_every_command_explains_itself(sereno, verb):
    run = sereno(verb, "--help")
    assert run.code == 0 and run.err == ""
    assert run.out.startswith("usage: sereno " + verb)
    assert "--lang en|es" in run.out
    assert sereno("help", verb).out == run.out
    assert all(len(line) <= 80 for line in run.out.splitlines())


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("columns", ["60", "80", "200"])
def test_the_list_of_commands_keeps_its_columns(sereno, lang, columns):
    """What a command is for begins in one column, however long its usage."""
    run = sereno("--help", "--lang", lang, env={"COLUMNS": columns})
    lines = run.out.splitlines()
    assert all(len(line) <= int(columns) for line in lines)
    begin = next(n for n, line in enumerate(lines)
                 if line.startswith("  check "))
    listed = lines[begin:lines.index("", begin)]
    assert len(listed) >= 13
    for n, line in enumerate(listed):
        if len(line) > 20 and line[19] != " ":
            usage = line.split(None, 1)[1]
            assert usage.isupper() or usage.endswith("]"), line
            assert listed[n + 1].startswith(" " * 20), line
        elif line.startswith("  "):
            assert line[19] == " " and line[20:21] != " ", line


def test_version_names_features(sereno):
    run = sereno("--version")
    assert run.code == 0
    assert run.out.startswith("sereno 0.")
    assert "journal" in run.out and "maxminddb" in run.out


def test_options_stand_before_or_behind_the_command(sereno, honest_log):
    before = sereno("--lang", "es", "--json", "check", "--offline", "--log",
                    honest_log)
    behind = sereno("check", "--offline", "--log", honest_log, "--json",
                    "--lang", "es")
    assert before.code == behind.code == 0
    assert before.out == behind.out


def test_nothing_to_read_is_exit_3_and_a_sentence(sereno, tmp_path):
    (tmp_path / "empty.log").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    for name, word in (("missing.log", "No such file"),
                       ("folder", "folder"), ("empty.log", "")):
        run = sereno("check", "--offline", "--log", name)
        assert run.code == 3, (name, run.out)
        assert "not examined: " + name in run.out, run.out
        assert word in run.out
        report = sereno("check", "--json", "--offline", "--log", name).json()
        assert [v["kind"] for v in report["verdicts"]] == ["undetermined"]
        assert report["not_examined"][0]["what"] == name


def test_standard_input_is_called_so(sereno):
    run = sereno("check", "--offline", "--log", "-", stdin=b"x\n")
    assert run.code == 3
    assert run.out.count("not examined: standard input: ") == 1
    assert "  seen  " not in run.out
    spanish = sereno("check", "--lang=es", "--log", "-", stdin=b"x\n")
    assert "sin examinar: entrada estándar: " in spanish.out


def test_the_good_files_are_read_all_the_same(sereno, honest_log):
    run = sereno("check", "--offline", "--log", "missing.log", honest_log)
    assert run.code == 0
    assert "486 messages" in run.out
    assert "not examined: missing.log" in run.out


def test_full_disk_is_not_success(sereno, honest_log):
    import os
    import subprocess
    binary = os.environ.get("SERENO", "build/sereno")
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [os.path.abspath(binary), "check", "--offline", "--log",
             str(honest_log)], stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 3
    assert b"could not be written" in done.stderr
