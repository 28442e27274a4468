# SPDX-License-Identifier: ISC
"""Mail that passes a filter is of whom it was before, is counted once, and
what an address here sends on stays a forward, however the filter hands it
back. The lines are composed, see filter_log.py."""

import pytest

import filter_log
import filter_log_exim
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
        filter_log.PipeFinal, filter_log.Instances, filter_log_exim.Exim,
        filter_log_exim.EximSpamd, filter_log_exim.EximAmavis,
        filter_log_exim.EximAmavisOld,
        filter_log_exim.EximMailScanner, filter_log.SieveSmtp,
        filter_log.SieveInside, filter_log.SieveSendmail,
        filter_log.SieveSendmailLate, filter_log_exim.EximSieve,
        filter_log_exim.EximSieveEarly]


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
    log = filter_log_exim.EximSpamd()
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


def test_two_messages_of_one_application(sereno, tmp_path):
    """A server inside splits a message by its recipients: what stays here and
    what leaves have one Message-ID, and are no halves of each other."""
    log = filter_log.SieveInside()
    honest(log)
    for n in range(200):
        at = filter_log.later(filter_log.START, days=2, minutes=n)
        log.groups.append([])
        box, far = [log.enter(at, "app.tienda.example[10.0.0.9]",
                              "user2@tienda.example", "%d@app" % n)
                    for _ in range(2)]
        log.deliver(at, box, "user1@tienda.example")
        log.removed(at, box)
        log.deliver(at, far, "kunde%d@far.example" % n)
        log.removed(at, far)
    code, report = judge(sereno, log, tmp_path)
    assert code == 0 and codes(report) == []
    found = origins(sereno, tmp_path / "mail.log")
    assert [(kind, name, o["messages"])
            for (kind, name), o in found.items() if kind != "account"] == [
        ("relayed-network", "10.0.0.9", 200)]


# ---- lists ----


def mailman2(log, at, first):
    log.sent(at, first, "lista@tienda.example", "mailman",
             "delivered via mailman service", "pipe")
    return "lista-bounces@tienda.example"


def mailman3(log, at, first):
    log.sent(at, first, "lista@tienda.example",
             "127.0.0.1[127.0.0.1]:8024", "250 Ok", "lmtp")
    return "lista-bounces@tienda.example"


def sympa(log, at, first):
    log.sent(at, first, "lista@tienda.example", "sympa",
             "delivered via sympa service", "pipe")
    return "lista-owner@tienda.example"


def majordomo(log, at, first):
    log.sent(at, first, "lista@tienda.example", "local", "delivered to "
             "command: /usr/lib/majordomo/wrapper resend -l lista lista-list",
             "local")
    return "owner-lista@tienda.example"


def post(log, n, manager, by, late, behind):
    """To thirty subscribers, under the Message-ID of what was posted. late: the
    manager takes its time; behind: an amavis behind it."""
    at = filter_log.later(filter_log.START, days=n % 9, hours=7, minutes=n)
    log.groups.append([])
    posted = "p%d@far.example" % n
    first = log.enter(at, by, "user0@tienda.example" if "sasl" in by
                      else "pal%d@far.example" % n, posted)
    second = None
    if not late:
        second = log.enter(at, "localhost[127.0.0.1]",
                           "lista-bounces@tienda.example", posted, 30)
    sender = manager(log, at, first)
    log.removed(at, first)
    second = second or log.enter(at, "localhost[127.0.0.1]", sender, posted,
                                 30)
    to = ["sub%d@s%d.example" % (k, k) for k in range(30)]
    if behind:
        third = log.enter(at, "localhost[127.0.0.1]", sender, posted, 30)
        for one in to:
            log.sent(at, second, one, "127.0.0.1[127.0.0.1]:10024", "250 2.0.0"
                     " from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued "
                     "as " + third)
        log.removed(at, second)
        second = third
    for k, one in enumerate(to):
        log.deliver(at, second, one, "550 5.1.1 <%s>: user unknown" % one
                    if k == 3 else None)
    log.removed(at, second)


@pytest.mark.parametrize("manager, late, behind", [
    (mailman2, True, False), (mailman2, True, True), (mailman3, True, False),
    (mailman3, False, False), (mailman3, True, True), (sympa, True, False),
    (majordomo, True, False)])
@pytest.mark.parametrize("by", [
    "h[192.0.2.10], sasl_method=PLAIN, sasl_username=user0@tienda.example",
    "mx.far.example[203.0.113.5]"])
def test_a_post_is_the_list_s(sereno, tmp_path, manager, late, behind, by):
    log = filter_log.Postfix()
    honest(log)
    for n in range(40):
        post(log, n, manager, by, late, behind)
    code, report = judge(sereno, log, tmp_path)
    assert code == 0 and codes(report) == []
    found = origins(sereno, tmp_path / "mail.log")
    assert found["account", "user0@tienda.example"]["messages"] == (
        94 if "sasl" in by else 54)
    [mail] = [o for (kind, _), o in found.items() if kind == "list"]
    assert (mail["messages"], mail["recipients"], mail["accepted"]) == (
        40, 1200, 1160)
    assert {kind for kind, _ in found} == {"account", "list"}


@every(filter_log.PmgInside, filter_log.PmgInsideBefore,
       filter_log.AmavisInside)
def test_a_gateway_in_front_of_the_mailboxes(sereno, tmp_path, way):
    """Not the filter, and not all who write by the server inside."""
    log = way()
    honest(log)
    code, report = judge(sereno, log, tmp_path)
    assert code == 0 and codes(report) == []
    own_days(log)
    stolen(log)
    code, report = judge(sereno, log, tmp_path)
    assert code == 1 and codes(report) == ["webmail-sender"]
    [culprit] = report["culprits"]
    assert culprit["origin"]["name"] == "10.0.0.5"
    [finding] = [f for f in report["findings"]
                 if f["code"] == "webmail-sender"]
    assert "ana@tienda.example" in finding["sentence"]


@every(filter_log.Postfix, filter_log_exim.Exim)
def test_senders_of_strangers_are_no_cover(sereno, tmp_path, way):
    """A program of luis' writes under the names of those who wrote to us."""
    log = way()
    honest(log)
    for n in range(400):
        at = filter_log.later(filter_log.START, days=8, minutes=n % 60 * 7,
                              seconds=30 + n % 29)
        sender, to = "pal%d@far%d.example" % (
            n % 60, n % 60 % 40), "v%d@victim%d.example" % (n, n % 90)
        log.groups.append([])
        if way is filter_log_exim.Exim:
            qid = log.received(at, sender, "U=luis P=local", "%d@mx1" % n,
                               [to])
        else:
            qid = log.pickup(at, 1001, sender, "%d@mx1" % n)
        log.deliver(at, qid, to, filter_log.SPAM if n % 4 == 0 else None)
        log.removed(at, qid)
    code, report = judge(sereno, log, tmp_path)
    assert code == 1 and codes(report) == ["local-user"]
    [culprit] = report["culprits"]
    assert culprit["origin"]["name"] == (
        "luis" if way is filter_log_exim.Exim else "uid=1001")
    assert culprit["messages"] == 400
