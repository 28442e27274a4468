# SPDX-License-Identifier: ISC
"""Mail that passes a filter is of whom it was before, is counted once, and
what an address here sends on stays a forward, however the filter hands it
back. The lines are composed, see filter_log.py."""

import pytest

import filter_log
from filter_log import forwarded, honest, own_days, stolen


def judge(sereno, log, folder, *more):
    run = sereno("check", "--json", "--offline", "--log",
                 log.write(folder, "mail.log"), *more)
    report = run.json()
    assert sum(e["unknown_lines"] for e in report["examined"]) == 0
    return run.code, report


def codes(report):
    return [f["code"] for f in report["findings"]
            if f["code"] != "provider-block"]


def origins(sereno, path):
    return {(o["origin"]["kind"], o["origin"]["name"]): o
            for o in sereno("origins", "--json", "--log", path).json()[
                "origins"]}


WAYS = [filter_log.Postfix, filter_log.Hops, filter_log.HopsAliasLate,
        filter_log.Silent, filter_log.SilentAliasEarly, filter_log.Dspam,
        filter_log.Pmg, filter_log.PmgSasl, filter_log.PipeSmtp,
        filter_log.PipeFinal, filter_log.Instances, filter_log.Exim,
        filter_log.EximSpamd, filter_log.EximAmavis, filter_log.EximAmavisOld,
        filter_log.EximMailScanner, filter_log.SieveSmtp,
        filter_log.SieveInside, filter_log.SieveSendmail,
        filter_log.SieveSendmailLate]


def every(*ways):
    return pytest.mark.parametrize("way", ways,
                                   ids=[way.__name__ for way in ways])


@every(*WAYS)
def test_nothing_wrong(sereno, tmp_path, way):
    log = way()
    honest(log)
    code, report = judge(sereno, log, tmp_path)
    assert code == 0 and codes(report) == []
    found = origins(sereno, tmp_path / "mail.log")
    assert {key: (o["messages"], o["recipients"], o["accepted"])
            for key, o in found.items()} == {
        ("account", "user%d@tienda.example" % n): (54, 54, 54)
        for n in range(6)}


@every(*WAYS)
@pytest.mark.parametrize("rcpts", [1, 3])
def test_a_stolen_account(sereno, tmp_path, way, rcpts):
    log = way()
    honest(log)
    own_days(log)
    stolen(log, rcpts=rcpts)
    code, report = judge(sereno, log, tmp_path)
    assert code == 1 and codes(report) == ["stolen-login"]
    [culprit] = report["culprits"]
    assert culprit["origin"]["name"] == "ana@tienda.example"
    assert culprit["messages"] == 700
    assert culprit["recipients"] == 700 * rcpts


@every(*WAYS, filter_log.PmgBefore, filter_log.ProxyInFront)
def test_a_forward(sereno, tmp_path, way):
    log = way()
    honest(log)
    forwarded(log)
    code, report = judge(sereno, log, tmp_path)
    assert code == 1 and codes(report) == ["forwarded-spam"]
    [culprit] = report["culprits"]
    assert culprit["origin"]["name"] == "ventas@tienda.example"
    assert culprit["messages"] == culprit["recipients"] == 200


@every(*WAYS, filter_log.PmgBefore, filter_log.ProxyInFront)
def test_a_forward_that_nobody_minds(sereno, tmp_path, way):
    log = way()
    honest(log)
    forwarded(log, spam=100)
    code, report = judge(sereno, log, tmp_path)
    assert code == 0 and codes(report) == []


def test_a_filter_is_no_script(sereno, tmp_path):
    """Exim tells of the filter's call, too; a page's mail follows at once."""
    log = filter_log.EximSpamd()
    log.how = "U=mail P=spam-scanned"
    honest(log)
    for n in range(300):
        at = filter_log.later(filter_log.START, days=8, seconds=9 * n)
        log.message(at, "x%d@far.example" % n, "user1@tienda.example",
                    ip="203.0.113.9")
        log.groups[-1].insert(1, log.groups[-1][0][:20] + "cwd=/var/spool/"
                              "exim 4 args: /usr/sbin/exim -oMr spam-scanned "
                              "-bS")
        log.say(at, "cwd=/var/www/shop 4 args: /usr/sbin/sendmail -t -i")
        qid = log.received(at, "www-data@mx1", "U=www-data P=local",
                           "%d@mx1" % n, ["v%d@victim.example" % n])
        log.deliver(at, qid, "v%d@victim.example" % n,
                    filter_log.SPAM if n % 3 else None)
        log.removed(at, qid)
    code, report = judge(sereno, log, tmp_path)
    assert code == 1
    [culprit] = report["culprits"]
    assert culprit["origin"]["name"] == "/var/www/shop"
    assert culprit["messages"] == 300
