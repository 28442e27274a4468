# SPDX-License-Identifier: ISC
"""Who sent what, and the life of one message."""

import datetime
import shlex

import postfix_log


def names(report):
    return [row["origin"]["name"] for row in report["origins"]]


def test_origins_are_sorted_and_cut(sereno, stolen_log):
    report = sereno("origins", "--json", "--top", "3", "--log",
                    stolen_log).json()
    assert report["schema"] == "sereno/origins/1"
    assert report["total"] == 7
    assert len(report["origins"]) == 3
    assert names(report)[0] == "ana@tienda.example"
    first = report["origins"][0]
    assert (first["messages"], first["recipients"]) == (609, 2409)
    assert sum(hour["messages"] for hour in first["hours"]) == 609


def test_every_order(sereno, stolen_log):
    keys = {"messages": "messages", "recipients": "recipients",
            "refused": "bounced", "spam": "refused_spam", "ips": "ips"}
    for word, key in keys.items():
        rows = sereno("origins", "--json", "--sort", word, "--log",
                      stolen_log).json()["origins"]
        values = [row[key] for row in rows]
        assert values == sorted(values, reverse=True), word
    report = sereno("origins", "--json", "--sort", "name", "--log",
                    stolen_log).json()
    assert names(report) == sorted(names(report))


def test_every_grouping(sereno, stolen_log):
    expect = {"account": ("ana@tienda.example", 609),
              "sender": ("ana@tienda.example", 609),
              "domain": ("tienda.example", 609 + 486)}
    for by, (name, messages) in expect.items():
        report = sereno("origins", "--json", "--by", by, "--log",
                        stolen_log).json()
        assert report["by"] == by
        rows = {row["origin"]["name"]: row["messages"]
                for row in report["origins"]}
        assert rows[name] == messages, (by, rows)
    report = sereno("origins", "--json", "--by", "ip", "--top", "9999",
                    "--log", stolen_log).json()
    rows = {row["origin"]["name"]: row["messages"]
            for row in report["origins"]}
    assert rows["192.0.2.77"] == 9
    assert sum(rows.values()) == 609 + 486


def test_grouping_leaves_out_who_has_none(sereno, tmp_path):
    log = postfix_log.PostfixLog()
    postfix_log.honest_days(log, days=1)
    for n in range(5):
        log.message(postfix_log.START, "root@mx1.example", ["a@far.example"],
                    uid=1004)
    path = log.write(tmp_path / "mail.log")
    report = sereno("origins", "--json", "--by", "uid", "--log", path).json()
    [row] = report["origins"]
    assert (row["origin"]["uid"], row["messages"]) == (1004, 5)
    report = sereno("origins", "--json", "--by", "account", "--log",
                    path).json()
    assert len(report["origins"]) == 6
    assert {row["origin"]["kind"] for row in report["origins"]} == {"account"}
    run = sereno("origins", "--by", "script", "--log", path)
    assert run.code == 0 and "without --by" in " ".join(run.out.split())


def test_nobody_of_that_kind_is_not_nobody(sereno, honest_log):
    run = sereno("origins", "--by", "uid", "--log", honest_log)
    assert "no message was seen" not in run.out
    assert "without --by all who sent are shown" in " ".join(run.out.split())
    # an address is not known of who is told by the sender: not 0 of them
    assert "addresses" not in sereno("origins", "--by", "domain", "--log",
                                     honest_log).out
    assert "addresses" in sereno("origins", "--by", "account", "--log",
                                 honest_log).out


def test_table_has_a_row_for_each(sereno, honest_log):
    out = sereno("origins", "--log", honest_log).out
    rows = [line.split() for line in out.splitlines()
            if line.startswith("user")]
    assert len(rows) == 6
    assert all(row[1:5] == ["81", "81", "0", "1"] for row in rows)


def two_halves(tmp_path):
    """A message before and behind a content filter."""
    log = postfix_log.PostfixLog()
    at = postfix_log.START
    log.say(at, "postfix/submission/smtpd[5]", "AAAA1: client=pc[192.0.2.7], "
            "sasl_method=PLAIN, sasl_username=ana@tienda.example")
    log.say(at, "postfix/cleanup[6]", "AAAA1: message-id=<m1@tienda.example>")
    log.say(at, "postfix/qmgr[7]", "AAAA1: from=<ana@tienda.example>, "
            "size=900, nrcpt=1 (queue active)")
    log.say(at, "postfix/smtpd[8]", "BBBB2: client=localhost[127.0.0.1]")
    log.say(at, "postfix/cleanup[6]", "BBBB2: message-id=<m1@tienda.example>")
    log.say(at, "postfix/qmgr[7]", "BBBB2: from=<ana@tienda.example>, "
            "size=990, nrcpt=1 (queue active)")
    log.say(at, "postfix/smtp[9]", "AAAA1: to=<bo@far.example>, "
            "relay=127.0.0.1[127.0.0.1]:10024, delay=1, delays=0/0/0/1, "
            "dsn=2.0.0, status=sent (250 2.0.0 from MTA(smtp:[127.0.0.1]:"
            "10025): 250 2.0.0 Ok: queued as BBBB2)")
    log.say(at, "postfix/qmgr[7]", "AAAA1: removed")
    log.delivery(at, "BBBB2", "bo@far.example", "250 2.0.0 OK")
    log.say(at, "postfix/qmgr[7]", "BBBB2: removed")
    postfix_log.honest_days(log, days=1)
    return log.write(tmp_path / "mail.log")


def test_trace_joins_both_halves(sereno, tmp_path):
    path = two_halves(tmp_path)
    for pattern in ("AAAA1", "bbbb2", "m1@tienda.example", "192.0.2.7",
                    "bo@far.example"):
        run = sereno("trace", pattern, "--json", "--log", path)
        assert run.code == 1, (pattern, run.err)
        report = run.json()
        assert report["schema"] == "sereno/trace/1"
        assert report["total"] == 1, pattern
        [message] = report["messages"]
        assert sorted(message["queue_ids"]) == ["AAAA1", "BBBB2"], pattern
        kinds = [event["kind"] for event in message["events"]]
        assert kinds.count("removed") == 2
        assert "accept" in kinds and "delivery" in kinds
        lines = path.read_text().splitlines()
        for event in message["events"]:
            cited = lines[event["evidence"]["line"] - 1]
            assert cited == event["evidence"]["excerpt"]


def test_pattern_may_stand_behind_the_files(sereno, tmp_path):
    path = two_halves(tmp_path)
    for args in (["--log", path, "AAAA1"], ["--json", "--log", path, "AAAA1"],
                 ["--log", path, "--", "AAAA1"], ["AAAA1", "--log", path]):
        run = sereno("trace", *args)
        assert run.code == 1, (args, run.err)
        assert "BBBB2" in run.out
    run = sereno("trace", "--log", path, path)
    assert run.code == 2 and "needs a PATTERN" in run.err


def test_trace_as_text(sereno, tmp_path):
    run = sereno("trace", "AAAA1", "--log", two_halves(tmp_path))
    assert "message 1 of 1: AAAA1 -> BBBB2" in run.out
    assert "taken from pc [192.0.2.7], logged in as ana@tienda.example" in \
        " ".join(run.out.split())
    assert "\n  Tue 10 Nov\n  08:00:00  AAAA1  taken" in run.out
    assert "delivered to <bo@far.example>" in run.out


def test_trace_of_nothing(sereno, honest_log):
    run = sereno("trace", "nobody@nowhere.example", "--log", honest_log)
    assert run.code == 0
    assert "no line has 'nobody@nowhere.example'" in run.out


def test_mail_that_stays_here_has_no_origin_however_late(sereno, tmp_path):
    """A mailbox was busy for ten minutes: nobody relayed."""
    log = postfix_log.PostfixLog()
    at = postfix_log.START
    for i in range(3):
        queue_id = log.message(at, "eva@firma.example", [], ip="203.0.113.9",
                               removed=False)
        at += datetime.timedelta(minutes=10)
        log.say(at, "postfix/lmtp[9]",
                "%s: to=<ana@tienda.example>, relay=mx1[private/lmtp], "
                "delay=600, delays=599/0/0.5/0.5, dsn=2.0.0, status=sent "
                "(250 2.0.0 <ana@tienda.example> x Saved)" % queue_id)
        log.say(at, "postfix/qmgr[7]", "%s: removed" % queue_id)
    run = sereno("origins", "--json", "--log", log.write(tmp_path / "log"))
    assert run.json()["origins"] == []
    log.message(at, "eva@firma.example", ["bob@far.example"],
                ip="203.0.113.9")
    run = sereno("origins", "--json", "--log", log.write(tmp_path / "log"))
    assert names(run.json()) == ["203.0.113.9"]


def test_the_command_that_check_tells_traces_the_same_log(sereno, stolen_log):
    said = sereno("check", "--json", "--log", stolen_log).json()
    [command] = {r["command"] for f in said["findings"]
                 for r in f["remedies"] if "sereno trace" in r["command"]}
    run = sereno(*shlex.split(command)[1:], "--json")
    assert run.code == 1 and run.json()["messages"]
