# SPDX-License-Identifier: ISC
"""Language, colours, width; and nothing of a stranger on the terminal."""

import os
import pty
import re
import select
import subprocess

import conftest
import every_log
import postfix_log

SPANISH = "ESTE SERVIDOR ESTÁ ENVIANDO SPAM (99 %): unos desconocidos"


def test_spanish_by_option_without_a_spanish_locale(sereno, stolen_log):
    run = sereno("check", "--lang", "es", "--offline", "--log", stolen_log,
                 env={"LC_ALL": "C", "LANG": None})
    assert run.code == 1
    assert SPANISH in run.out
    assert "600 mensajes a 2400 destinatarios" in run.out
    assert "qué hacer ahora" in run.out
    for word in ("the ", " of ", "what"):
        assert word not in run.out


def test_spanish_by_environment(sereno, stolen_log):
    for env in ({"LC_ALL": "es_ES.UTF-8"},
                {"LC_ALL": None, "LANG": "es_MX.UTF-8"},
                {"LC_ALL": None, "LC_MESSAGES": "es"},
                {"LC_ALL": "en_US.UTF-8", "LANGUAGE": "es:en"}):
        run = sereno("check", "--offline", "--log", stolen_log, env=env)
        assert SPANISH in run.out, env
    english = sereno("check", "--offline", "--log", stolen_log, "--lang",
                     "en", env={"LC_ALL": "es_ES.UTF-8"})
    assert "THIS SERVER IS SENDING SPAM" in english.out


def test_what_cannot_be_read_is_said_in_spanish(sereno, tmp_path):
    (tmp_path / "cut.log.gz").write_bytes(b"\x1f\x8b\x08\x00" + b"x" * 40)
    (tmp_path / "logs").mkdir()
    run = sereno("check", "--lang", "es", "--offline", "--log", "logs",
                 "gone.log", "cut.log.gz")
    assert run.code == 3
    said = " ".join(run.out.split())
    assert "es una carpeta, no un archivo de registro" in said
    assert "no se puede abrir 'gone.log'" in said
    assert "está dañado hacia el byte" in said
    for word in ("cannot", " is ", "damaged", "folder"):
        assert word not in said


def test_errors_are_spanish_too(sereno):
    run = sereno("--lang", "es", "chekc")
    assert "no existe la orden 'chekc'; ¿tal vez 'sereno check'?" in run.err
    run = sereno("check", "--lang=es", "--sicne")
    assert "no existe la opción --sicne" in run.err


def test_names_in_json_are_not_translated(sereno, stolen_log):
    one, other = (sereno("check", "--json", "--offline", "--lang", lang,
                         "--log", stolen_log).json() for lang in ("en", "es"))
    assert one["verdicts"][0]["kind"] == other["verdicts"][0]["kind"]
    assert one["verdicts"][0]["sentence"] != other["verdicts"][0]["sentence"]
    assert one.keys() == other.keys()


def test_colour_never_in_a_pipe_unless_asked(sereno, stolen_log):
    args = ["check", "--offline", "--log", stolen_log]
    assert "\x1b" not in sereno(*args).out
    assert "\x1b[1;31m" in sereno(*args, "--color", "always").out
    assert "\x1b" not in sereno(*args, "--color=never").out


def on_a_terminal(args, env):
    """Output of a run whose standard output is a terminal."""
    parent, child = pty.openpty()
    full = {"PATH": "/usr/bin:/bin", "TZ": "UTC", "LC_ALL": "C.UTF-8",
            "TERM": "xterm", **env}
    for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS"):
        if name in os.environ:
            full[name] = os.environ[name]
    process = subprocess.Popen([conftest.BINARY, *map(str, args)],
                               stdout=child, stdin=subprocess.DEVNULL,
                               stderr=subprocess.PIPE, env=full)
    os.close(child)
    data = b""
    while True:
        ready, _, _ = select.select([parent], [], [], 60)
        assert ready, "the program hangs"
        try:
            more = os.read(parent, 65536)
        except OSError:
            break
        if not more:
            break
        data += more
    os.close(parent)
    process.stderr.close()
    process.wait()
    return data.decode()


def test_colour_on_a_terminal_unless_no_color(stolen_log):
    args = ["check", "--offline", "--log", stolen_log]
    assert "\x1b[1;31m" in on_a_terminal(args, {})
    assert "\x1b" not in on_a_terminal(args, {"NO_COLOR": "1"})
    assert "\x1b" not in on_a_terminal(args, {"TERM": "dumb"})
    assert "\x1b" in on_a_terminal(args + ["--color=always"],
                                   {"NO_COLOR": "1"})


def columns(line):
    return len(line)  # every character here is one column wide


def test_every_width_is_kept(sereno, stolen_log):
    for width in (60, 67, 80, 132):
        for verb in (["check", "--why"], ["origins"],
                     ["trace", "victim3-1@gmail.example"]):
            for lang in ("en", "es"):
                run = sereno(*verb, "--lang", lang, "--log", stolen_log,
                             env={"COLUMNS": str(width)})
                long = [line for line in run.out.splitlines()
                        if columns(line) > width
                        # to be copied: a break would be typed, too
                        and "  sereno trace '" not in line]
                assert long == [], (width, verb, lang)
    narrow = sereno("check", "--log", stolen_log, env={"COLUMNS": "7"})
    assert max(columns(line) for line in narrow.out.splitlines()
               if "  sereno trace '" not in line) <= 60


def test_plot_is_ascii_without_utf8(sereno, stolen_log):
    run = sereno("check", "--offline", "--log", stolen_log,
                 env={"LC_ALL": "C"})
    assert run.raw.isascii()
    assert re.search(r"^  plot     [_.:!|]+$", run.out, re.M), run.out
    blocks = sereno("check", "--offline", "--log", stolen_log)
    assert "█" in blocks.out


HOSTILE = ["\x1b[2J\x1b]0;owned\x07", "\u202egpj.exe", "\u200b", "a\x00b",
           "<script>alert(1)</script>", "%n%s", "\udcff\udcfe", "\x9b31m",
           '"},{"kind":"clean', "\u2028"]


def hostile_log(tmp_path):
    log = postfix_log.PostfixLog()
    postfix_log.honest_days(log, days=9)
    postfix_log.own_days(log)
    log.sort()
    at = postfix_log.START.replace(day=19, hour=20)
    for n, text in enumerate(HOSTILE * 40):
        log.message(at, "x%s@tienda.example" % text,
                    [("v%d%s@gmail.example" % (n, text),
                      "550 5.1.1 unknown %s" % text)] * 3,
                    account="eva%s@tienda.example" % HOSTILE[n // 200],
                    ip="198.18.%d.9" % (n % 99), message_id=text)
        log.say(at, "postfix/smtpd[1]", "%s: reject: %s" % (text, text))
    return log.write(tmp_path / "mail.log")


def test_no_raw_byte_of_a_stranger_in_any_view(sereno, tmp_path):
    path = hostile_log(tmp_path)
    views = [["check", "--why", "--unknown"], ["origins"],
             ["origins", "--by", "sender", "--top", "99"],
             ["trace", "gmail.example"], ["trace", "\x1b[2J"],
             ["check", "--nagios"]]
    for view in views:
        run = sereno(*view, "--log", path)
        assert run.code in (0, 1, 2), (view, run.err)
        text = run.raw.decode("utf-8")  # valid UTF-8, or this raises
        bad = re.findall("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f"
                         "\u2028-\u202e\u2066-\u2069\ufeff]", text)
        assert bad == [], (view, bad)
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f]", run.err)


def test_json_is_valid_whatever_came_in(sereno, tmp_path):
    path = hostile_log(tmp_path)
    for view in (["check"], ["origins", "--by", "sender"],
                 ["trace", "gmail.example"]):
        run = sereno(*view, "--json", "--log", path)
        run.json()
        assert not re.search(rb"[\x00-\x09\x0b-\x1f\x7f]", run.raw), view


def test_file_names_are_foreign_text_too(sereno, tmp_path):
    path = tmp_path / "a\x1b[31mb.log"
    run = sereno("check", "--offline", "--log", path)
    assert run.code == 3
    assert "\x1b" not in run.out + run.err
    assert "\\x1b[31m" in run.out
    run = sereno("check", "a\x1b[31mb.log")
    assert run.code == 2 and "\x1b" not in run.err


def test_words_for_a_log_that_was_not_read(sereno, tmp_path):
    (tmp_path / "odd.log").write_text("garbage\n")
    out = sereno("check", "--offline", "--unknown", "--log", "odd.log").out
    assert "was understood" not in out
    assert "no line of a mail server was read" in out
    log = every_log.EximLog()
    every_log.honest_days(log, days=1)
    out = sereno("check", "--offline", "--mta", "postfix",
                 *log.logs(tmp_path)).out
    assert "is of postfix, which --mta asks for" in " ".join(out.split())
