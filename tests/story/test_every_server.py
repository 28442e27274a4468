# SPDX-License-Identifier: ISC
"""The same story on every server: what its log can tell is found there, and
who is innocent stays so. The lines are composed, see every_log.py."""

import datetime
import re

import pytest

from every_log import (EVERY, EximLog, ExchangeLog, MailEnableLog, QmailLog,
                       START, SmtpdLog, SendmailLog, bot, honest_days, night)

SPAM = "554 5.7.1 Message rejected as spam"
BLOCK = ("550 5.7.1 Unfortunately, messages from [192.0.2.25] weren't sent. "
         "Please contact your Internet service provider since part of their "
         "network is on our block list (S3140).")


def after(**when):
    return START + datetime.timedelta(**when)


def on(*servers):
    return pytest.mark.parametrize("make", servers,
                                   ids=[s.name for s in servers])


def judge(sereno, log, tmp_path, *more):
    run = sereno("check", "--json", "--offline", *log.logs(tmp_path), *more)
    report = run.json()
    assert sum(e["unknown_lines"] for e in report["examined"]) == 0
    return run.code, report


def codes(report):
    return [f["code"] for f in report["findings"]
            if f["code"] != "provider-block"]


@on(*EVERY)
def test_stolen_login(sereno, tmp_path, make):
    log = make()
    honest_days(log)
    night(log, sender="ana@tienda.example", account="ana@tienda.example",
          ip=bot)
    code, report = judge(sereno, log, tmp_path)
    assert code == 1 and codes(report) == ["stolen-login"]


@on(*EVERY)
def test_a_user_of_the_server(sereno, tmp_path, make):
    log = make()
    honest_days(log)
    night(log, sender="luis@tienda.example", user="luis")
    code, report = judge(sereno, log, tmp_path)
    assert code == 1 and codes(report) == ["local-user"]
    assert report["culprits"][0]["messages"] == 400


@on(*EVERY)
def test_open_relay(sereno, tmp_path, make):
    log = make()
    honest_days(log)
    night(log, sender=lambda n: "offer%d@brand%d.example" % (n, n % 40),
          ip=bot)
    code, report = judge(sereno, log, tmp_path)
    assert code == 1 and codes(report) == ["open-relay"]
    assert report["culprits"][0]["messages"] == 400


@on(EximLog, SendmailLog, SmtpdLog, QmailLog)
def test_forwarded_spam(sereno, tmp_path, make):
    log = make()
    honest_days(log)
    for n in range(200):
        log.forward(after(days=8, minutes=4 * n), "203.0.113.%d" % n,
                    "x%d@opfer%d.example" % (n, n % 90),
                    "ventas@tienda.example", "eva@firma.example",
                    SPAM if n % 3 == 0 else None)
    code, report = judge(sereno, log, tmp_path)
    assert code == 1 and codes(report) == ["forwarded-spam"]
    assert report["culprits"][0]["recipients"] == 200


@on(EximLog, SendmailLog, SmtpdLog, QmailLog)
def test_a_forward_that_nobody_minds(sereno, tmp_path, make):
    log = make()
    honest_days(log)
    for n in range(400):
        log.forward(after(days=8, minutes=2 * n), "203.0.113.%d" % (n % 200),
                    "x%d@cliente%d.example" % (n % 70, n % 70),
                    "ventas@tienda.example", "eva@firma.example",
                    SPAM if n == 77 else None)
    code, report = judge(sereno, log, tmp_path)
    assert code == 0 and codes(report) == []


@on(EximLog, SendmailLog, SmtpdLog, QmailLog)
def test_backscatter(sereno, tmp_path, make):
    log = make()
    log.notice_reply = "550 5.1.1 user unknown"
    honest_days(log)
    for n in range(500):
        log.message(after(days=9, seconds=20 * n),
                    "forged%d@victim%d.example" % (n, n % 300),
                    [("nobody%d@tienda.example" % n,
                      "550 no mailbox here by that name")],
                    ip="203.0.113.%d" % (n % 250))
    code, report = judge(sereno, log, tmp_path)
    assert code == 1 and codes(report) == ["backscatter-source"]


@on(EximLog, SendmailLog)
def test_mail_that_circles(sereno, tmp_path, make):
    log = make()
    honest_days(log)
    for n in range(30):
        log.forward(after(days=9, seconds=20 * n), "203.0.113.9",
                    "x@far.example", "ventas@tienda.example",
                    "ventas@firma.example", message_id="same@far.example")
    code, report = judge(sereno, log, tmp_path)
    assert code == 1 and codes(report) == ["mail-loop"]


@on(EximLog, SendmailLog, SmtpdLog, QmailLog, MailEnableLog)
def test_passwords_are_tried(sereno, tmp_path, make):
    log = make()
    honest_days(log)
    for n in range(900):
        log.guess(after(days=8, minutes=n), "198.18.%d.7" % (n % 60),
                  "user%d@tienda.example" % (n % 17))
    code, report = judge(sereno, log, tmp_path)
    assert code == 0 and codes(report) == ["password-spraying"]


@on(EximLog, SendmailLog, SmtpdLog, QmailLog)
def test_a_guessed_password_that_waits(sereno, tmp_path, make):
    """Who guessed it logs in once and sends nothing."""
    log = make()
    honest_days(log)
    for n in range(40):
        log.guess(after(days=8, minutes=n), "198.18.9.7",
                  "user%d@tienda.example" % (n % 17))
    log.login(after(days=8, hours=1), "198.18.9.7", "user3@tienda.example")
    code, report = judge(sereno, log, tmp_path)
    assert code == 1 and codes(report) == ["sleeper-account"]
    assert "user3@tienda.example" in report["findings"][0]["sentence"]


@on(*EVERY)
def test_a_provider_that_refuses(sereno, tmp_path, make):
    log = make()
    honest_days(log)
    for n in range(60):
        log.message(after(days=8, minutes=9 * n), "user1@tienda.example",
                    [("friend%d@hotmail.example" % (n % 4), BLOCK)],
                    account="user1@tienda.example", ip="192.0.2.11")
    code, report = judge(sereno, log, tmp_path)
    assert code == 1
    [finding] = report["findings"]
    assert finding["code"] == "provider-block"
    assert finding["sentence"].startswith("Microsoft: ")


def newsletter(log, dead, bad=0, days=(1, 4, 8), **who):
    """bad: every which recipient's server calls it spam; dead: does not
    exist."""
    for day in days:
        for n in range(900):
            to = "reader%d@list%d.example" % (n, n % 50)
            if n % dead == 0:
                to = (to, "550 5.1.1 <%s>: user unknown" % to)
            elif bad and n % bad == 1:
                to = (to, "550 5.7.1 message is likely unsolicited mail")
            log.message(after(days=day, seconds=9 * n), "news@tienda.example",
                        [to], **who)


@on(*EVERY)
def test_a_bought_list(sereno, tmp_path, make):
    log = make()
    honest_days(log)
    newsletter(log, 8, 30, (8,), account="news@tienda.example",
               ip="192.0.2.40")
    code, report = judge(sereno, log, tmp_path)
    assert code == 1 and codes(report) == ["bulk-mail"]


@on(*EVERY)
@pytest.mark.parametrize("who", [
    dict(account="news@tienda.example", ip="192.0.2.40"),
    dict(user="news", folder="/home/news/public_html")],
    ids=["account", "script"])
def test_an_honest_newsletter(sereno, tmp_path, make, who):
    log = make()
    honest_days(log)
    newsletter(log, 120, **who)
    code, report = judge(sereno, log, tmp_path)
    assert code == 0 and report["findings"] == []


@on(*EVERY)
def test_a_traveller(sereno, tmp_path, make):
    """To the people she knows, from forty networks."""
    log = make()
    honest_days(log)
    for n in range(120):
        log.message(after(hours=2 * n % 216), "user2@tienda.example",
                    ["friend%d@customer2.example" % (n % 6)],
                    account="user2@tienda.example",
                    ip="198.18.%d.%d" % (n % 40, n % 30 + 1))
    code, report = judge(sereno, log, tmp_path)
    assert code == 0 and report["findings"] == []


@on(EximLog, SendmailLog, SmtpdLog, MailEnableLog)
def test_a_program_that_invents_senders(sereno, tmp_path, make):
    """Where the log has no user, each sender would be somebody else."""
    log = make()
    honest_days(log)
    night(log, sender=lambda n: "x%d@tienda.example" % (n * 7919 % 100000),
          user="web3", folder="/home/web3/public_html")
    code, report = judge(sereno, log, tmp_path)
    assert code == 1 and len(codes(report)) == 1
    [culprit] = report["culprits"]
    assert culprit["messages"] == 400
    assert culprit["origin"]["name"] == {
        "exim": "/home/web3/public_html", "sendmail": "web3"}.get(
            make.name, "*")
    # an estimate, but no more senders than messages
    [senders] = [int(n) for n in re.findall(r"(\d+) different senders in 400",
                                            str(report))]
    assert 380 < senders <= 400


@on(SmtpdLog, MailEnableLog)
def test_one_sender_of_many_is_told(sereno, tmp_path, make):
    """Webmail of twelve people, one of whom lost her password."""
    log = make()
    honest_days(log)
    for n in range(900):
        log.message(after(minutes=14 * n), "box%d@tienda.example" % (n % 12),
                    ["pal%d@customer%d.example" % (n % 5, n % 12)],
                    user="web")
    night(log, sender="box3@tienda.example", user="web")
    code, report = judge(sereno, log, tmp_path)
    assert code == 1 and codes(report) == ["local-user"]
    assert report["culprits"][0]["origin"]["name"] == "box3@tienda.example"


@on(SmtpdLog, MailEnableLog)
def test_a_newsletter_with_a_sender_each(sereno, tmp_path, make):
    log = make()
    honest_days(log)
    for n in range(2700):
        to = "reader%d@list%d.example" % (n % 900, n % 50)
        log.message(after(days=1 + n // 900 * 3, seconds=9 * (n % 900)),
                    "bounce+%d@tienda.example" % (n % 900),
                    [(to, "550 5.1.1 <%s>: user unknown" % to)
                     if n % 120 == 0 else to], user="news")
    code, report = judge(sereno, log, tmp_path)
    assert code == 0 and report["findings"] == []


@on(*EVERY)
def test_a_form_that_floods_strangers(sereno, tmp_path, make):
    """Its program is not called one that sends spam, besides."""
    log = make()
    honest_days(log)
    for n in range(600):
        to = "stranger%d@list%d.example" % (n, n % 50)
        log.message(after(days=9, seconds=9 * n),
                    "news-confirm+%d@tienda.example" % n,
                    [(to, "550 5.1.1 user unknown") if n % 7 == 0 else to],
                    user="www-data", folder="/var/www/lists")
    code, report = judge(sereno, log, tmp_path)
    assert code == 1 and codes(report) == ["list-bombing"]


def loops(log, n, name):
    """The server's own words when mail comes round."""
    for i in range(n):
        at = after(days=8, minutes=11 * i)
        if name == "qmail":
            log.message(at, "x%d@far.example" % i, [(
                "ventas@tienda.example", "5")], ip="203.0.113.9")
            log.send = [(t, text.replace(
                "198.51.100.9_does_not_like_recipient./Remote_host_said:_5/"
                "Giving_up_on_198.51.100.9.", "This_message_is_looping:_it_"
                "already_has_my_Delivered-To_line._(#5.4.6)"))
                for t, text in log.send]
        elif name == "opensmtpd":
            s = "%016x" % next(log.ids)
            log.say(at, "%s smtp connected address=203.0.113.9 host=mx" % s)
            log.say(at, "%s smtp failed-command command=\"DATA\" result=\"500 "
                    "5.4.6 Routing loop detected: Loop detected\"" % s)
            log.say(at, "%s smtp disconnected reason=quit" % s)
        else:
            log.say(at, "1%05d-000001-00 rejected from <x@far.example> H=mx "
                    "[203.0.113.9]: Too many \"Received\" headers" % i)


@on(EximLog, SmtpdLog, QmailLog)
def test_mail_that_this_server_stops_as_a_loop(sereno, tmp_path, make):
    log = make()
    honest_days(log)
    loops(log, 12, make.name)
    code, report = judge(sereno, log, tmp_path)
    assert code == 1 and codes(report) == ["mail-loop"]
    [reason] = report["findings"][0]["reasons"]
    assert reason["sentence"] == \
        "this server stopped 12 messages because they came round"


@on(EximLog, SmtpdLog, QmailLog)
def test_a_loop_now_and_then(sereno, tmp_path, make):
    """And many that stop at receivers: a domain whose server is broken."""
    log = make()
    honest_days(log)
    loops(log, 3, make.name)
    for n in range(40):
        log.message(after(days=8, minutes=9 * n), "user1@tienda.example",
                    [("friend%d@broken.example" % n,
                      "554 5.4.6 too many hops, mail loops back to myself")],
                    account="user1@tienda.example", ip="192.0.2.11")
    code, report = judge(sereno, log, tmp_path)
    assert codes(report) == []


def answers(log, bad, how):
    """Exim's autoreply: as it wrote on a private server, in this order."""
    for n in range(300):
        at = after(days=3, minutes=17 * n)
        sender = "x%d@opfer%d.example" % (n, n % 120)
        qid = log.begin(at, sender, [("luis@tienda.example", None)],
                        "H=(h) [203.0.113.%d] P=esmtp" % (n % 250))
        notice = log.begin(at, "", [(sender, None)],
                           "R=%s U=mail P=local" % qid, subject="Away")
        log.say(at, "%s => %s" % (qid, how % {"to": sender}))
        log.say(at, "%s => luis <luis@tienda.example> R=virtual_user "
                "T=virtual_delivery" % qid)
        log.say(at, "%s Completed" % qid)
        log.finish(at, notice, "", [
            (sender, "550 5.1.1 user unknown" if n % bad == 1 else None)])


@pytest.mark.parametrize("how", [
    ">%(to)s <luis@tienda.example> R=userfilter T=address_reply",
    "luis <luis@tienda.example> R=uservacation T=uservacation"])
def test_answers_of_exim_are_no_bounces(sereno, tmp_path, how):
    log = EximLog()
    honest_days(log)
    answers(log, 2, how)
    code, report = judge(sereno, log, tmp_path)
    assert code == 1 and codes(report) == ["autoresponder"]
    assert "luis@tienda.example" in report["findings"][0]["sentence"]
    assert "verify = recipient" not in str(report["findings"])


def test_a_vacation_that_answers_people(sereno, tmp_path):
    log = EximLog()
    honest_days(log)
    answers(log, 150, "luis <luis@tienda.example> R=vac T=uservacation")
    code, report = judge(sereno, log, tmp_path)
    assert code == 0 and codes(report) == []
