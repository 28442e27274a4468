# SPDX-License-Identifier: ISC
"""qmail in its shapes of log: who sends spam, and who does not. The lines are
composed, see qmail_log.py."""

import pytest

import qmail_log
from qmail_log import QmailLog

SHAPES = [("tai64n", "recv", 7791), ("local", "recv", 7791),
          ("tai64n", "spamdyke", 7791), ("tai64n", "vpopmail", 89),
          ("syslog", "vpopmail", 7791), ("syslog", "plesk", 2020)]


def check(sereno, logs, *more):
    run = sereno("check", "--json", "--offline", *logs, *more)
    return run, run.json()


@pytest.mark.parametrize("form,door,uid", SHAPES)
def test_stolen_account(sereno, tmp_path, form, door, uid):
    log = QmailLog(form, door, uid)
    qmail_log.honest_days(log)
    qmail_log.stolen_night(log)
    run, report = check(sereno, log.logs(tmp_path))
    assert run.code == 1
    assert [v["kind"] for v in report["verdicts"]] == ["sending"]
    [culprit] = report["culprits"]
    assert culprit["origin"]["kind"] == "account"
    assert culprit["origin"]["name"] == "ana@tienda.example"
    assert culprit["findings"] == ["stolen-login"]
    assert culprit["messages"] == 600
    assert culprit["recipients"] == 2400
    assert culprit["accepted"] + culprit["bounced"] == 2400
    assert culprit["refused_unknown"] == 480
    assert culprit["origin"]["ips_total"] > 500
    assert {s["mta"] for s in report["examined"]} == {"qmail"}
    assert all(s["unknown_lines"] == 0 for s in report["examined"])


@pytest.mark.parametrize("form,door,uid", SHAPES[:5])
def test_stolen_account_under_other_names(sereno, tmp_path, form, door, uid):
    log = QmailLog(form, door, uid)
    qmail_log.honest_days(log)
    qmail_log.stolen_night(log, sender="billing@bank.example")
    run, report = check(sereno, log.logs(tmp_path))
    [culprit] = report["culprits"]
    assert culprit["origin"]["name"] == "ana@tienda.example"
    assert culprit["messages"] == 600
    assert culprit["recipients"] == 2400


@pytest.mark.parametrize("form,door,uid", SHAPES)
def test_script_of_a_local_user(sereno, tmp_path, form, door, uid):
    log = QmailLog(form, door, uid)
    qmail_log.honest_days(log)
    qmail_log.script_night(log, 10003)
    run, report = check(sereno, log.logs(tmp_path))
    assert run.code == 1
    [culprit] = report["culprits"]
    assert culprit["origin"]["kind"] == "local-user"
    assert culprit["origin"]["name"] == "uid=10003"
    assert culprit["messages"] == 600
    assert culprit["refused_unknown"] == 480


@pytest.mark.parametrize("form,door,uid", SHAPES[:3])
def test_open_relay(sereno, tmp_path, form, door, uid):
    log = QmailLog(form, door, uid)
    qmail_log.honest_days(log)
    qmail_log.relay_night(log)
    run, report = check(sereno, log.logs(tmp_path))
    assert run.code == 1
    [culprit] = report["culprits"]
    assert culprit["findings"] == ["open-relay"]
    assert culprit["messages"] == 600
    assert culprit["origin"]["ips_total"] == 3
    # The relayed messages are counted once, though a report sums them up.
    origins = sereno("origins", "--json", *log.logs(tmp_path)).json()
    messages = sum(o["messages"] for o in origins["origins"])
    short = sereno("check", "--nagios", "--offline", *log.logs(tmp_path))
    assert f"messages={messages} " in short.out


@pytest.mark.parametrize("form,door,uid", SHAPES + [("tai64n", None, 7791)])
def test_clean_and_busy(sereno, tmp_path, form, door, uid):
    log = QmailLog(form, door, uid)
    qmail_log.honest_days(log, accounts=10)
    run, report = check(sereno, log.logs(tmp_path))
    assert run.code == 0, run.out
    assert report["culprits"] == []
    if door is not None:
        origins = sereno("origins", "--json", *log.logs(tmp_path)).json()
        rows = {o["origin"]["name"]: o for o in origins["origins"]}
        assert sum(r["messages"] for r in rows.values()) == 810
        assert rows["user3@tienda.example"]["messages"] == 81


def test_without_the_door_nobody_is_accused(sereno, tmp_path):
    """qmail-send's log alone: spam is seen, its sender is not."""
    log = QmailLog("tai64n", None)
    qmail_log.honest_days(log)
    qmail_log.stolen_night(log, sender="billing@bank.example")
    run, report = check(sereno, log.logs(tmp_path))
    assert run.code == 1
    [culprit] = report["culprits"]
    assert culprit["findings"] == ["unnamed-sender"]
    assert culprit["origin"]["kind"] == "unknown"
    text = sereno("check", "--offline", *log.logs(tmp_path)).out
    assert "these logs do not tell who handed it in" in " ".join(text.split())
    assert "tcpserver" in text


def test_numbers_are_used_again(sereno, tmp_path):
    """Sixty inodes serve 1,086 messages; restarts begin with delivery 1."""
    log = QmailLog("tai64n", "recv")
    qmail_log.honest_days(log, days=2)
    log.deliveries = iter(range(1, 100000))
    qmail_log.honest_days(log, days=2)
    origins = sereno("origins", "--json", *log.logs(tmp_path)).json()
    assert sum(o["accepted"] for o in origins["origins"]) == 216
    assert sum(o["queued"] for o in origins["origins"]) == 0


def test_forwards_bounces_and_answers_are_not_the_users(sereno, tmp_path):
    """What an address here sends on is its own, not that of a local user."""
    log = QmailLog("tai64n", "recv")
    qmail_log.honest_days(log, days=2)
    at = qmail_log.START
    for n in range(30):
        qp = 40000 + n
        log.send += [(at, qmail_log.tai64n(at, text)) for text in (
            "info msg %d: bytes 900 from <news@far.example> qp %d uid 7791"
            % (500 + 2 * n, 39000 + n),
            "starting delivery %d: msg %d to local tienda.example-"
            "info@tienda.example" % (9000 + n, 500 + 2 * n),
            "info msg %d: bytes 1000 from <news@far.example> qp %d uid 89"
            % (501 + 2 * n, qp),
            "delivery %d: success: did_0+1+0/qp_%d/" % (9000 + n, qp),
            "end msg %d" % (500 + 2 * n),
            "starting delivery %d: msg %d to remote boss@home.example"
            % (9500 + n, 501 + 2 * n),
            "delivery %d: success: 198.51.100.9_accepted_message./"
            % (9500 + n),
            "end msg %d" % (501 + 2 * n))]
    origins = sereno("origins", "--json", *log.logs(tmp_path)).json()
    rows = {(o["origin"]["kind"], o["origin"]["name"]): o["messages"]
            for o in origins["origins"]}
    assert rows[("forward", "info@tienda.example")] == 30
    assert not any(kind == "local-user" for kind, _ in rows)


def test_trace_tells_the_whole_story(sereno, tmp_path):
    log = QmailLog("tai64n", "recv")
    qmail_log.honest_days(log, days=1)
    qmail_log.stolen_night(log, messages=3)
    logs = log.logs(tmp_path)
    run = sereno("trace", "victim2-1@gmail.example", *logs)
    assert run.code == 1
    assert "ana@tienda.example" in run.out
    assert "198.18.2.3" in run.out
    assert "delivered to <victim2-1@gmail.example>" in run.out
    assert "refused for <victim2-3@gmail.example>" in run.out


def test_mail_log_in_which_qmail_comes_late(sereno, tmp_path):
    """The first lines tell nothing of qmail: the log is read again."""
    log = QmailLog("syslog", "plesk", 2020)
    qmail_log.honest_days(log)
    qmail_log.stolen_night(log)
    [path] = log.write(tmp_path)
    noise = "Nov 10 07:00:00 mx1 kernel: nothing to see here, really\n"
    path.write_text(noise * 400 + path.read_text())
    run, report = check(sereno, ["--log", path])
    [culprit] = report["culprits"]
    assert culprit["origin"]["name"] == "ana@tienda.example"
    assert culprit["messages"] == 600


def test_advice_is_that_of_this_server(sereno, tmp_path):
    log = QmailLog("tai64n", "recv")
    qmail_log.honest_days(log)
    qmail_log.relay_night(log)
    text = sereno("check", "--offline", *log.logs(tmp_path)).out
    assert "grep -n RELAYCLIENT /etc/tcp.smtp" in text
    assert "postconf" not in text and "postfix" not in text


@pytest.mark.parametrize("form,door,uid", SHAPES)
def test_honest_people_work_on_while_strangers_send(sereno, tmp_path, form,
                                                    door, uid):
    """Logins of both lie seconds apart; only a few mails may be taken for
    another's, and only where no line names the process."""
    log = QmailLog(form, door, uid)
    qmail_log.honest_days(log)
    qmail_log.stolen_night(log, sender="billing@bank.example")
    start = qmail_log.START + qmail_log.datetime.timedelta(days=9, hours=11)
    for n in range(300):
        user = "user%d@tienda.example" % (n % 6)
        log.message(start + qmail_log.datetime.timedelta(seconds=n * 40 + 1),
                    user, ["friend%d@customer1.example" % (n % 4)],
                    account=user, ip="192.0.2.%d" % (10 + n % 6))
    logs = log.logs(tmp_path)
    run, report = check(sereno, logs)
    [culprit] = report["culprits"]
    assert culprit["origin"]["name"] == "ana@tienda.example"
    assert culprit["messages"] == 600
    origins = sereno("origins", "--json", *logs).json()["origins"]
    rows = {o["origin"]["name"]: o["messages"] for o in origins}
    assert rows["user1@tienda.example"] == 81 + 50


def test_two_causes_at_once(sereno, tmp_path):
    log = QmailLog("tai64n", "recv")
    qmail_log.honest_days(log)
    qmail_log.stolen_night(log)
    qmail_log.script_night(log, 10003)
    run, report = check(sereno, log.logs(tmp_path))
    assert {c["origin"]["name"]: c["messages"] for c in report["culprits"]} \
        == {"ana@tienda.example": 600, "uid=10003": 600}


def test_a_user_who_sends_much_to_people_here_is_no_smtp_server(sereno,
                                                                tmp_path):
    """A newsletter script writes under many senders, to mailboxes here: its
    uid must not be taken for that of the SMTP server."""
    log = QmailLog("tai64n", "recv")
    qmail_log.honest_days(log)
    for n in range(400):
        log.message(qmail_log.START + qmail_log.datetime.timedelta(
            minutes=5 * n), "form%d@site%d.example" % (n, n),
            ["user%d@tienda.example" % (n % 6)], uid=10007)
    qmail_log.script_night(log, 10007)
    run, report = check(sereno, log.logs(tmp_path))
    [culprit] = report["culprits"]
    assert culprit["origin"]["name"] == "uid=10007"
    assert culprit["messages"] >= 600


def test_bounces_to_forged_senders(sereno, tmp_path):
    """Strangers' mail that cannot be delivered goes back to those who never
    sent it: the notices are counted, and are the server's own."""
    log = QmailLog("tai64n", "recv")
    qmail_log.honest_days(log)
    at = qmail_log.START + qmail_log.datetime.timedelta(days=9)
    log.notice_reply = "550 5.1.1 user unknown"
    for n in range(900):
        log.message(at + qmail_log.datetime.timedelta(seconds=20 * n),
                    "forged%d@victim%d.example" % (n, n % 300),
                    [("nobody%d@tienda.example" % n,
                      "550 no mailbox here by that name")],
                    ip="203.0.113.%d" % (n % 250))
    run, report = check(sereno, log.logs(tmp_path))
    assert [f["code"] for f in report["findings"]] == ["backscatter-source"]
    assert any("900 notices for mail of strangers" in reason["sentence"]
               for reason in report["findings"][0]["reasons"])


def test_beside_the_log_of_another_server(sereno, tmp_path, stolen_log):
    """A relay with qmail in front of a Postfix: both are read at once."""
    log = QmailLog("tai64n", "recv")
    qmail_log.honest_days(log)
    qmail_log.script_night(log, 10003)
    run, report = check(sereno, log.logs(tmp_path) + ["--log", stolen_log])
    assert {c["origin"]["name"]: c["messages"] for c in report["culprits"]} \
        == {"ana@tienda.example": 600, "uid=10003": 600}
    assert {s["mta"] for s in report["examined"]} == {"qmail", "postfix"}
    assert sereno("trace", "victim2-1@gmail.example", "--log", stolen_log,
                  *log.logs(tmp_path)).code == 1


@pytest.mark.parametrize("form,door,uid", [SHAPES[0], SHAPES[5]])
def test_logs_are_found_where_qmail_and_plesk_write(sereno, tmp_path, form,
                                                    door, uid):
    log = QmailLog(form, door, uid)
    qmail_log.honest_days(log)
    qmail_log.stolen_night(log)
    places = {"send-current": "var/log/qmail/send/current",
              "smtpd-current": "var/log/qmail/smtpd/current",
              "maillog": "usr/local/psa/var/log/maillog"
              if door == "plesk" else "var/log/maillog"}
    root = tmp_path / "root"
    for path in log.write(tmp_path):
        to = root / places[path.name]
        to.parent.mkdir(parents=True, exist_ok=True)
        path.rename(to)
    run = sereno("check", "--json", "--offline", "--root", root,
                 "--now", "2026-11-20T00:00:00Z")
    [culprit] = run.json()["culprits"]
    assert culprit["origin"]["name"] == "ana@tienda.example"
    assert culprit["messages"] == 600


@pytest.mark.parametrize("form,door,uid", [SHAPES[3], SHAPES[4], SHAPES[5]])
def test_an_open_relay_is_not_blamed_on_who_logs_in(sereno, tmp_path, form,
                                                    door, uid):
    """Where logins are all that is known, strangers who relay without one
    must not become the mail of people who logged in just before."""
    log = QmailLog(form, door, uid)
    qmail_log.honest_days(log)
    qmail_log.relay_night(log)
    start = qmail_log.START + qmail_log.datetime.timedelta(days=9, hours=11)
    for n in range(300):
        user = "user%d@tienda.example" % (n % 6)
        log.message(start + qmail_log.datetime.timedelta(seconds=n * 40 + 1),
                    user, ["friend%d@customer1.example" % (n % 4)],
                    account=user, ip="192.0.2.%d" % (10 + n % 6))
    run, report = check(sereno, log.logs(tmp_path))
    assert run.code == 1
    assert all(c["origin"]["kind"] != "account" for c in report["culprits"])
    [culprit] = report["culprits"]
    assert culprit["messages"] == 600
