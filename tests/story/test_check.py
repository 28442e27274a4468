# SPDX-License-Identifier: ISC
"""Log lines in, verdict out."""

import bz2
import gzip
import lzma

import conftest
import pytest
import postfix_log


def test_stolen_account_is_named_with_its_numbers(sereno, stolen_log):
    run = sereno("check", "--json", "--offline", "--log", stolen_log)
    assert run.code == 1, run.err
    report = run.json()
    assert report["schema"] == "sereno/check/1"
    assert [v["kind"] for v in report["verdicts"]] == ["sending"]
    [culprit] = report["culprits"]
    assert culprit["origin"]["kind"] == "account"
    assert culprit["origin"]["name"] == "ana@tienda.example"
    assert culprit["findings"] == ["stolen-login"]
    assert culprit["messages"] == 600
    assert culprit["recipients"] == 2400
    assert culprit["accepted"] + culprit["bounced"] == 2400
    assert culprit["refused_unknown"] == 480
    assert culprit["total_messages"] == 609
    assert len(culprit["origin"]["ips"]) == 10
    assert culprit["origin"]["ips_total"] > 500


def test_evidence_is_the_line_it_names(sereno, stolen_log):
    report = sereno("check", "--json", "--offline", "--log",
                    stolen_log).json()
    lines = stolen_log.read_bytes().split(b"\n")
    cited = 0
    for finding in report["findings"]:
        assert finding["evidence"]
        for proof in finding["evidence"]:
            assert proof["source"] == str(stolen_log)
            line = lines[proof["line"] - 1]
            assert line.decode().startswith(proof["excerpt"][:200])
            at = sum(len(other) + 1 for other in lines[:proof["line"] - 1])
            assert proof["offset"] == at
            cited += 1
    assert cited >= 3


def test_text_names_culprit_proof_and_next_step(sereno, stolen_log):
    run = sereno("check", "--offline", "--log", stolen_log)
    assert run.code == 1
    assert "THIS SERVER IS SENDING SPAM (99 %): the mail account" in run.out
    assert "ana@tienda.example: 600 messages to 2,400 recipients" in run.out
    assert "480 unknown users" in run.out
    assert "mail.log line " in run.out
    todo = run.out[run.out.index("what to do now\n  1  "):]
    assert "ana@tienda.example" in todo


def test_clean_server_gets_a_calm_short_answer(sereno, honest_log):
    run = sereno("check", "--offline", "--log", honest_log)
    assert run.code == 0, run.out
    assert "NOTHING HERE SENDS SPAM" in run.out
    assert "486 messages of 6 accounts" in run.out
    assert len(run.out.splitlines()) <= 12
    report = sereno("check", "--json", "--offline", "--log",
                    honest_log).json()
    assert [v["kind"] for v in report["verdicts"]] == ["clean"]
    assert report["culprits"] == []


def test_order_and_form_of_the_files_do_not_matter(sereno, stolen_log,
                                                   tmp_path):
    lines = stolen_log.read_bytes().splitlines(keepends=True)
    third = len(lines) // 3
    parts = [tmp_path / "mail.log.2.gz", tmp_path / "mail.log.1",
             tmp_path / "mail.log"]
    parts[0].write_bytes(gzip.compress(b"".join(lines[:third])))
    parts[1].write_bytes(b"".join(lines[third:2 * third]))
    parts[2].write_bytes(b"".join(lines[2 * third:]))
    whole = sereno("check", "--json", "--offline", "--log",
                   stolen_log).json()["culprits"]
    args = ["--log", parts[1], parts[2], "--log=" + str(parts[0])]
    split = sereno("check", "--json", "--offline", *args).json()
    assert split["culprits"] == whole
    assert len(split["examined"]) == 3


def test_copies_are_counted_once(sereno, stolen_log, tmp_path):
    data = stolen_log.read_bytes()
    lines = data.splitlines(keepends=True)
    once = sereno("check", "--json", "--offline", "--log",
                  stolen_log).json()["culprits"]
    (tmp_path / "mail.log").write_bytes(data)
    copies = {"mail.log.bak": b"".join(lines[:3000]), "copy": data,
              "mail.log.gz": gzip.compress(data),
              "other.gz": gzip.compress(data, mtime=7),
              "cut.gz": gzip.compress(data)[:20000],
              "earlier.gz": gzip.compress(b"".join(lines[:3000])),
              "mail.log.xz": lzma.compress(data),
              "mail.log.bz2": bz2.compress(b"".join(lines[:3000])),
              "longer.xz": lzma.compress(b"".join(lines[:3000]) +
                                         b"".join(lines[3001:]))}
    for name, content in copies.items():
        (tmp_path / name).write_bytes(content)
    for names in (["mail.log", "mail.log.bak"], ["mail.log.bak", "mail.log"],
                  ["copy", "mail.log"], ["mail.log", "mail.log.gz"],
                  ["mail.log.gz", "mail.log", "copy", "mail.log.bak"],
                  ["other.gz", "mail.log.gz"], ["mail.log", "mail.log.xz"],
                  ["mail.log.xz", "mail.log.bz2"],
                  ["mail.log", "cut.gz"], ["earlier.gz", "mail.log"],
                  ["earlier.gz", "mail.log.gz", "cut.gz"],
                  ["mail.log.bz2", "mail.log.xz", "mail.log.gz"]):
        report = sereno("check", "--json", "--offline", "--log",
                        *names).json()
        assert [(c["messages"], c["recipients"], c["accepted"])
                for c in report["culprits"]] == \
            [(c["messages"], c["recipients"], c["accepted"]) for c in once]
        assert len(report["examined"]) == 1, names
        said = conftest.gaps(report)
        assert len(said) == len(names) - 1, said
        assert all("holds the same lines as" in s for s in said)
    # what goes on otherwise is no copy
    (tmp_path / "longer").write_bytes(b"".join(lines[:3000]) +
                                      b"".join(lines[3001:]))
    for names in (["mail.log", "longer"], ["mail.log", "longer.xz"],
                  ["longer.xz", "mail.log.xz"]):
        report = sereno("check", "--json", "--offline", "--log",
                        *names).json()
        assert len(report["examined"]) == 2


@pytest.mark.parametrize("end", [" ", "  ", "\t", "\r", " \r"])
def test_blanks_at_the_end_of_lines(sereno, stolen_log, tmp_path, end):
    """As collectors leave them."""
    once = sereno("check", "--json", "--offline", "--log", stolen_log).json()
    (tmp_path / "case.log").write_text("".join(
        line + end + "\n" for line in stolen_log.read_text().splitlines()),
        newline="")
    report = sereno("check", "--json", "--offline", "--log",
                    "case.log").json()
    assert [(c["origin"]["name"], c["messages"], c["accepted"])
            for c in report["culprits"]] == \
        [(c["origin"]["name"], c["messages"], c["accepted"])
         for c in once["culprits"]]
    assert report["examined"][0]["unknown_lines"] == \
        once["examined"][0]["unknown_lines"]


def test_text_of_windows_is_told(sereno, stolen_log, tmp_path):
    (tmp_path / "case.log").write_bytes(
        stolen_log.read_text().encode("utf-16"))
    run = sereno("check", "--json", "--offline", "--log", "case.log")
    assert run.code == 3
    [said] = conftest.gaps(run.json())
    assert said.startswith("'case.log' is text in UTF-16")
    assert "iconv -f UTF-16" in said


def test_number_of_jobs_does_not_matter(sereno, stolen_log):
    one, many = (sereno("check", "--json", "--offline", "--jobs", n, "--log",
                        stolen_log).json() for n in (1, 7))
    assert one == many


def test_standard_input_is_a_log(sereno, stolen_log):
    run = sereno("check", "--json", "--offline", "--log", "-",
                 stdin=stolen_log.read_bytes())
    assert run.code == 1, run.err
    assert run.json()["culprits"][0]["messages"] == 600


def test_since_and_until_cut_the_window(sereno, stolen_log):
    before = sereno("check", "--json", "--offline", "--until", "2026-11-19",
                    "--now", "2026-11-20", "--log", stolen_log)
    assert before.code == 0, before.out
    assert before.json()["window"]["to"] == "2026-11-19T00:00:00+00:00"
    night = sereno("origins", "--json", "--since", "2026-11-19 18:00",
                   "--now", "2026-11-20", "--log", stolen_log).json()
    assert [o["origin"]["name"] for o in night["origins"]] == \
        ["ana@tienda.example"]


def test_relative_since_counts_from_the_newest_line(sereno, stolen_log):
    run = sereno("origins", "--json", "--since", "1h", "--now",
                 "2026-11-19T22:20:00Z", "--log", stolen_log).json()
    assert run["window"]["from"] >= "2026-11-19T21:20"


def test_now_sets_the_year_of_stamps_without_one(sereno, stolen_log):
    report = sereno("check", "--json", "--offline", "--now", "2019-12-01",
                    "--log", stolen_log).json()
    assert report["at"] == "2019-12-01T00:00:00+00:00"
    assert report["window"]["from"].startswith("2019-11-10T08:00:00")


def test_still_going_depends_on_now(sereno, stolen_log):
    fresh = sereno("check", "--now", "2026-11-19T22:20:00Z", "--log",
                   stolen_log)
    assert "still going" in fresh.out
    stale = sereno("check", "--now", "2026-11-21T22:20:00Z", "--log",
                   stolen_log)
    assert "still going" not in stale.out


def test_why_shows_a_sum_that_is_right(sereno, stolen_log):
    out = sereno("check", "--why", "--offline", "--log", stolen_log).out
    part = out[out.index("why: stolen-login"):]
    rows = []
    for line in part.splitlines()[1:]:
        word = line.split()[:1]
        if word and word[0][0] in "+-" and line.startswith("    "):
            rows.append(float(word[0]))
            if "is the sum" in line:
                break
    assert len(rows) >= 4
    assert abs(sum(rows[:-1]) - rows[-1]) < 0.02


def test_unknown_lines_are_counted_and_shown(sereno, tmp_path):
    log = postfix_log.PostfixLog()
    postfix_log.honest_days(log, days=1)
    for n in range(3):
        log.say(postfix_log.START, "postfix/smtpd[9]",
                "a word never said before, number %d" % n)
    path = log.write(tmp_path / "mail.log")
    report = sereno("check", "--json", "--offline", "--log", path).json()
    assert report["examined"][0]["unknown_lines"] == 3
    out = sereno("check", "--unknown", "--offline", "--log", path).out
    assert "3 lines of" in out and "a word never said before" in out


def test_what_cannot_be_used_is_said(sereno, honest_log, tmp_path):
    (tmp_path / "queue").mkdir()
    args = ("check", "--json", "--log", honest_log, "--queue", "queue",
            "--own", "192.0.2.1", "mx1", "--offline")
    for more, want in (((), {"queue", "--own"}),
                       (("--bounces", "b.mbox"), {"queue", "b.mbox"})):
        run = sereno(*args, *more)
        assert run.code == 0, run.err
        missing = {gap["what"] for gap in run.json()["not_examined"]}
        assert want <= missing


def test_damaged_lines_are_said_and_the_rest_is_used(sereno, stolen_log,
                                                    tmp_path):
    whole = stolen_log.read_bytes()
    half = whole.index(b"\n", len(whole) // 2) + 1
    cases = {
        "cut": whole[:whole.rindex(b" status=")],
        "nul": whole[:half] + bytes(4096) + whole[half:],
        "long": whole + b"x" * 1100000 + b"\n",
    }
    for name, data in cases.items():
        log = tmp_path / name
        log.write_bytes(data)
        report = sereno("check", "--offline", "--json", "--log", log).json()
        assert report["verdicts"][0]["kind"] == "sending", name
        assert report["culprits"][0]["messages"] == 600, name
        said = conftest.gaps(report)
        assert len(said) == 1 and said[0].endswith(
            "damaged (cut off, or no text); the rest was used"), (name, said)
    # a last line that wants nothing but its newline is whole
    log = tmp_path / "whole"
    log.write_bytes(whole.rstrip(b"\n"))
    report = sereno("check", "--offline", "--json", "--log", log).json()
    assert conftest.gaps(report) == []


def test_nagios_line_and_codes(sereno, stolen_log, honest_log):
    bad = sereno("check", "--nagios", "--offline", "--log", stolen_log)
    assert bad.code == 2
    assert bad.out.count("\n") == 1
    assert bad.out.startswith("SERENO CRITICAL - this server is sending")
    assert "| culprits=1 messages=" in bad.out
    good = sereno("check", "--nagios", "--offline", "--log", honest_log)
    assert good.code == 0 and good.out.startswith("SERENO OK - ")
    none = sereno("check", "--nagios", "--offline", "--log", "missing.log")
    assert none.code == 3 and none.out.startswith("SERENO UNKNOWN - ")
    wrong = sereno("check", "--nagios", "--sicne", "1d")
    assert wrong.code == 3, "2 would be CRITICAL"
    assert wrong.out.startswith("SERENO UNKNOWN - there is no option")


def test_quiet_leaves_only_the_code(sereno, stolen_log):
    run = sereno("check", "--quiet", "--offline", "--log", stolen_log)
    assert (run.code, run.out, run.err) == (1, "", "")


def two_at_once(tmp_path):
    log = postfix_log.PostfixLog()
    postfix_log.honest_days(log)
    for name in ("ana", "eva"):
        postfix_log.own_days(log, account=name + "@tienda.example")
    log.sort()
    for name in ("ana", "eva"):
        postfix_log.stolen_night(log, account=name + "@tienda.example",
                                 messages=400)
    return log.write(tmp_path / "mail.log")


def test_two_causes_at_once_are_both_named(sereno, tmp_path):
    path = two_at_once(tmp_path)
    report = sereno("check", "--json", "--offline", "--log", path).json()
    assert sorted(c["origin"]["name"] for c in report["culprits"]) == \
        ["ana@tienda.example", "eva@tienda.example"]
    out = sereno("check", "--offline", "--log", path).out
    assert "and 1 more culprit" in out.replace("\n ", "")
    assert len([x for x in out.splitlines() if x.startswith("  who ")]) == 2


def test_top_limits_the_culprits_of_the_screen(sereno, tmp_path):
    out = sereno("check", "--top", "1", "--offline", "--log",
                 two_at_once(tmp_path)).out
    assert len([x for x in out.splitlines() if x.startswith("  who ")]) == 1
    assert "1 more culprit (--json" in out


def test_log_of_something_else_is_said(sereno, tmp_path):
    path = tmp_path / "kern.log"
    path.write_text("Nov 20 10:00:00 mx1 kernel: [1.0] usb 1-1: new\n" * 50)
    run = sereno("check", "--offline", "--log", path)
    assert run.code == 3
    assert "no line of it is of a mail server" in \
        " ".join(run.out.split())


def test_logs_of_another_disk_are_found(sereno, stolen_log, tmp_path):
    lines = stolen_log.read_bytes().splitlines(keepends=True)
    folder = tmp_path / "disk" / "var" / "log"
    folder.mkdir(parents=True)
    (folder / "mail.log.1").write_bytes(b"".join(lines[:1500]))
    (folder / "mail.log").write_bytes(b"".join(lines[1500:]))
    run = sereno("check", "--json", "--root", "disk", "--offline", "--now",
                 "2026-11-19T22:20:00Z")
    assert run.code == 1, run.out
    report = run.json()
    assert [c["messages"] for c in report["culprits"]] == [600]
    assert sorted(e["source"] for e in report["examined"]) == \
        ["disk/var/log/mail.log", "disk/var/log/mail.log.1"]
    missing = {gap["what"] for gap in report["not_examined"]}
    assert "queue" in missing and "processes" not in missing


def test_times_carry_the_zone(sereno, stolen_log):
    run = sereno("check", "--json", "--offline", "--log", stolen_log,
                 env={"TZ": "Europe/Madrid"})
    assert run.json()["window"]["from"].endswith("T08:00:00+01:00")
    text = sereno("check", "--offline", "--log", stolen_log,
                  env={"TZ": "Europe/Madrid"}).out
    assert text.splitlines()[0].endswith(" CET")
