# SPDX-License-Identifier: ISC
"""The same night as other syslog daemons write it down."""

import datetime

NOW = "2026-11-19T22:20:00Z"


def parts(line):
    """Moment, program, pid and text of a line of PostfixLog."""
    at = datetime.datetime.strptime("2026 " + line[:15], "%Y %b %d %H:%M:%S")
    tag, text = line[20:].split(": ", 1)
    program, pid = tag.rstrip("]").split("[")
    return at, program, pid, text


def busybox(line):
    return line.replace(" mx1 ", " mx1 mail.info ", 1)


def freebsd(line):
    return line.replace(" mx1 ", " <mail.info> mx1 ", 1)


def solaris(line):
    return line.replace("]: ", "]: [ID 197553 mail.info] ", 1)


def rsyslog_5424(line):
    """The name of a program ends at its slash there."""
    at, program, pid, text = parts(line)
    return "<22>1 %s.123456+00:00 mx1 %s %s - -  %s" % (
        at.isoformat(), program.split("/")[0], pid, text)


def syslog_ng_unix(line):
    at = parts(line)[0].replace(tzinfo=datetime.timezone.utc)
    return "%d%s" % (at.timestamp(), line[15:])


def small_letters(line):
    return "%sz%s" % (parts(line)[0].isoformat().lower(), line[15:])


def grep(line):
    return "/var/log/mail.log.1:" + line


def numbered(line):
    return "mail.log:12:" + line


def pasted(line):
    return "    " + line


def culprits(report):
    return [(c["origin"]["name"], c["messages"], c["recipients"],
             c["accepted"], c["first"][:19], c["last"][:19])
            for c in report["culprits"]]


def test_every_daemon_tells_the_same(sereno, stolen_log, tmp_path):
    plain = culprits(sereno("check", "--json", "--offline", "--now", NOW,
                            "--log", stolen_log).json())
    assert plain
    lines = stolen_log.read_text().splitlines()
    for way in (busybox, freebsd, solaris, rsyslog_5424, syslog_ng_unix,
                small_letters, grep, numbered, pasted):
        path = tmp_path / way.__name__
        path.write_text("".join(way(line) + "\n" for line in lines))
        run = sereno("check", "--json", "--offline", "--now", NOW, "--log",
                     path)
        assert run.code == 1, (way, run.out)
        report = run.json()
        assert culprits(report) == plain, way
        assert report["host"] == "mx1", way
        assert report["examined"][0]["unknown_lines"] == 0, way


def test_failed_logins_that_rsyslog_sums_up(sereno, tmp_path):
    failed = ("Nov 19 23:%02d:%02d mx1 postfix/smtps/smtpd[%d]: %s"
              "warning: unknown[203.0.113.%d]: SASL LOGIN authentication "
              "failed: UGFz, sasl_username=user%d@tienda.example%s\n")
    whole, reduced = [], []
    for n in range(120):
        where = (n // 60, n % 60, n + 1)
        who = (n % 5 + 1, n % 24)
        whole += [failed % (*where, "", *who, "")] * 5
        reduced += [failed % (*where, "", *who, ""),
                    failed % (*where, "message repeated 4 times: [ ", *who,
                              "]")]
    said = []
    for name, lines in (("whole", whole), ("reduced", reduced)):
        (tmp_path / name).write_text("".join(lines))
        report = sereno("check", "--json", "--offline", "--log",
                        tmp_path / name).json()
        [finding] = report["findings"]
        said += [reason["sentence"] for reason in finding["reasons"]]
        assert report["examined"][0]["unknown_lines"] == 0
    assert said[0] == said[1]
    assert "600 failures" in said[0]


def test_a_forged_count_gains_little(sereno, tmp_path):
    (tmp_path / "forged").write_text(
        "Nov 19 23:00:00 mx1 postfix/smtpd[7]: message repeated 999999999 "
        "times: [ warning: unknown[203.0.113.7]: SASL LOGIN authentication "
        "failed: UGFz]\n" * 300)
    run = sereno("check", "--json", "--offline", "--log", tmp_path / "forged",
                 timeout=20)
    assert run.code == 3, run.out


def test_any_number_of_other_programs_between(sereno, stolen_log, tmp_path):
    """What is known of a process's tag must not outlive what is known of its
    program, of which only some are remembered."""
    lines = stolen_log.read_text().splitlines()
    path = tmp_path / "mail.log"
    path.write_text("".join(
        "%s\n%s mx1 job%04d/run[77]: nothing that tells of mail\n"
        % (line, line[:15], n % 3000) for n, line in enumerate(lines)))
    plain, mixed = (
        culprits(sereno("check", "--json", "--offline", "--now", NOW, "--log",
                        log).json()) for log in (stolen_log, path))
    assert plain and mixed == plain
