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
    assert {f["kind"] for f in report["findings"]} >= {"open-relay"}
    names = {c["origin"]["name"] for c in report["culprits"]}
    assert not any("user" in name or "uid" in name for name in names)


@pytest.mark.parametrize("form,door,uid", SHAPES + [("tai64n", None, 7791)])
def test_clean_and_busy(sereno, tmp_path, form, door, uid):
    log = QmailLog(form, door, uid)
    qmail_log.honest_days(log, accounts=10)
    run, report = check(sereno, log.logs(tmp_path))
    assert run.code == 0, run.out
    assert report["culprits"] == []
    if door is not None:
        origins = sereno("origins", "--json", *log.logs(tmp_path)).json()
        rows = {o["name"]: o for o in origins["origins"]}
        assert sum(r["messages"] for r in rows.values()) == 810
        assert rows["user3@tienda.example"]["messages"] == 81
