# SPDX-License-Identifier: ISC
"""Exchange's and MailEnable's logs, copied to this machine: who sends spam,
and who does not. The lines are composed, see windows_log.py."""

import pytest

import conftest
import windows_log
from windows_log import ExchangeLog, MailEnableLog

LOGS = [lambda: ExchangeLog("2010"), lambda: ExchangeLog("2019"),
        lambda: MailEnableLog(True), lambda: MailEnableLog(False)]
IDS = ["exchange-2010", "exchange-2019", "mailenable", "mailenable-brief"]
every_log = pytest.mark.parametrize("make", LOGS, ids=IDS)


def check(sereno, log, tmp_path):
    run = sereno("check", "--json", "--offline", *log.logs(tmp_path))
    return run, run.json()


def bot(n):
    return "198.18.%d.%d" % (n % 97, n % 13 + 1)


@every_log
def test_stolen_account(sereno, tmp_path, make):
    log = make()
    windows_log.honest_days(log)
    windows_log.night(log, sender="ana@tienda.example",
                      account="ana@tienda.example", ip=bot)
    run, report = check(sereno, log, tmp_path)
    assert run.code == 1
    [culprit] = report["culprits"]
    assert culprit["origin"]["kind"] == "account"
    assert culprit["origin"]["name"] == "ana@tienda.example"
    assert culprit["findings"] == ["stolen-login"]
    assert culprit["messages"] == 600
    assert culprit["recipients"] == 2400
    assert culprit["accepted"] + culprit["bounced"] == 2400
    assert culprit["refused_unknown"] == 480
    assert culprit["origin"]["ips_total"] > 500
    [examined] = report["examined"]
    assert examined["mta"] == log.__class__.__name__[:-3].lower()
    assert examined["unknown_lines"] == 0


@every_log
def test_open_relay(sereno, tmp_path, make):
    log = make()
    windows_log.honest_days(log)
    windows_log.night(log, sender=lambda n: "offer%d@brand%d.example"
                      % (n, n % 40), ip=lambda n: "198.18.7.%d" % (n % 3 + 1))
    run, report = check(sereno, log, tmp_path)
    assert run.code == 1
    [culprit] = report["culprits"]
    assert culprit["findings"] == ["open-relay"]
    assert culprit["messages"] == 600
    assert culprit["recipients"] == 2400


@every_log
def test_program_on_the_server(sereno, tmp_path, make):
    log = make()
    windows_log.honest_days(log)
    where = ({"webmail": True} if isinstance(log, MailEnableLog)
             else {"pickup": True})
    windows_log.night(log, sender="www@tienda.example", **where)
    run, report = check(sereno, log, tmp_path)
    assert run.code == 1
    [culprit] = report["culprits"]
    assert culprit["origin"]["kind"] == "local-user"
    assert culprit["origin"]["name"] in ("PICKUP", "www@tienda.example")
    assert culprit["messages"] == 600


@every_log
def test_clean_and_busy(sereno, tmp_path, make):
    log = make()
    windows_log.honest_days(log, accounts=10)
    run, report = check(sereno, log, tmp_path)
    assert run.code == 0, run.out
    assert report["culprits"] == []
    origins = sereno("origins", "--json", *log.logs(tmp_path)).json()
    rows = {o["origin"]["name"]: o for o in origins["origins"]}
    assert len(rows) == 10
    assert rows["user3@tienda.example"]["messages"] == 81
    assert rows["user3@tienda.example"]["accepted"] == 81
    assert rows["user3@tienda.example"]["queued"] == 0


@every_log
def test_trace(sereno, tmp_path, make):
    log = make()
    windows_log.honest_days(log, days=1)
    windows_log.night(log, 3, sender="ana@tienda.example",
                      account="ana@tienda.example", ip=bot)
    run = sereno("trace", "victim2-1@gmail.example", *log.logs(tmp_path))
    text = " ".join(run.out.split())
    assert "ana@tienda.example" in text and "198.18.2.3" in text
    assert "delivered to <victim2-1@gmail.example>" in text
    assert "refused for <victim2-3@gmail.example>" in text


def test_versions_of_exchange_together(sereno, tmp_path):
    old, new = ExchangeLog("2010"), ExchangeLog("2019")
    windows_log.honest_days(old, days=2)
    windows_log.honest_days(new, days=2)
    origins = sereno("origins", "--json",
                     *old.logs(tmp_path, "MSGTRK2026110900-1.LOG"),
                     *new.logs(tmp_path)).json()
    assert {o["origin"]["name"] for o in origins["origins"]} == {
        "user%d@tienda.example" % n for n in range(6)}


def test_mail_that_exchange_redirects_is_a_forward(sereno, tmp_path):
    log = ExchangeLog()
    windows_log.honest_days(log, days=1)
    for n in range(30):
        at = windows_log.START + windows_log.datetime.timedelta(minutes=n)
        common = {"internal_message_id": 9000 + n,
                  "message_id": "<redirect%d@far.example>" % n,
                  "sender_address": "news@far.example", "total_bytes": 900}
        log.say(at, "RECEIVE", "SMTP", client_ip="203.0.113.77",
                connector_id="EX01\\Default EX01", directionality="Incoming",
                recipient_address="info@tienda.example", recipient_count=1,
                return_path="news@far.example", **common)
        log.say(at, "REDIRECT", "ROUTING", recipient_address="boss@home"
                ".example", related_recipient_address="info@tienda.example",
                recipient_count=1, **common)
        log.say(at, "SEND", "SMTP", server_ip="198.51.100.9",
                server_hostname="mx.home.example", connector_id="Internet",
                recipient_address="boss@home.example",
                recipient_status="250 2.1.5 OK", recipient_count=1, **common)
    origins = sereno("origins", "--json", *log.logs(tmp_path)).json()
    rows = {(o["origin"]["kind"], o["origin"]["name"]): o["messages"]
            for o in origins["origins"]}
    assert rows[("forward", "info@tienda.example")] == 30
    assert not any(kind == "client" for kind, _ in rows)


def test_hops_between_servers_count_once(sereno, tmp_path):
    log = ExchangeLog()
    for n in range(20):
        at = windows_log.START + windows_log.datetime.timedelta(minutes=n)
        common = {"internal_message_id": n, "sender_address":
                  "user1@tienda.example", "return_path":
                  "user1@tienda.example", "message_id": "<h%d@x>" % n,
                  "recipient_address": "a@far.example", "recipient_count": 1}
        log.say(at, "RECEIVE", "SMTP", client_hostname="EX01.corp.example",
                connector_id="EX01\\Default EX01", client_ip="10.0.0.5",
                directionality="Originating", **common)
        log.say(at, "SEND", "SMTP", connector_id="Intra-Organization SMTP "
                "Send Connector", server_ip="10.0.0.6",
                recipient_status="250 2.1.5 OK", **common)
        log.say(at, "RECEIVE", "SMTP", client_hostname="EX02.corp.example",
                connector_id="EX01\\Default EX01", client_ip="10.0.0.6",
                directionality="Originating", **common)
        log.say(at, "SEND", "SMTP", connector_id="Internet",
                server_ip="10.0.0.99", server_hostname="smarthost",
                recipient_status="250 2.1.5 OK", **common)
    [origin] = sereno("origins", "--json",
                      *log.logs(tmp_path)).json()["origins"]
    assert origin["origin"]["name"] == "user1@tienda.example"
    assert origin["messages"] == 20
    assert origin["accepted"] == 20


def test_guessed_passwords_of_mailenable_are_seen(sereno, tmp_path):
    log = MailEnableLog()
    windows_log.honest_days(log, days=2)
    for n in range(900):
        log.refused(windows_log.START + windows_log.datetime.timedelta(
            minutes=n), "198.18.%d.7" % (n % 60), "user%d@tienda.example"
            % (n % 17))
    run, report = check(sereno, log, tmp_path)
    assert {f["code"] for f in report["findings"]} == {"password-spraying"}


@pytest.mark.parametrize("head", [
    "#Software: Microsoft Exchange Server\r\n#Log-type: Message Tracking "
    "Log\r\n", "#Software: Microsoft Internet Information Services\r\n"
    "#Fields: date time c-ip\r\n2026-11-10 08:00:00 192.0.2.1\r\n"])
def test_what_is_not_such_a_log_is_said(sereno, tmp_path, head):
    path = tmp_path / "odd.log"
    path.write_text(head + "2026-11-10T08:00:00.000Z,a,b,c\r\n")
    run = sereno("check", "--offline", "--log", path)
    assert run.code == 3
    assert "no line of it is of a mail server" in " ".join(run.out.split())


@every_log
@pytest.mark.parametrize("who", [
    dict(sender="ana@tienda.example", account="ana@tienda.example", ip=bot),
    dict(sender="x@brand.example", ip="198.18.7.1")], ids=["stolen", "relay"])
def test_advice_is_not_that_of_postfix(sereno, tmp_path, make, who):
    log = make()
    windows_log.honest_days(log)
    windows_log.night(log, **who)
    text = sereno("check", "--offline", *log.logs(tmp_path)).out
    assert "what to do now" in text
    assert "postconf" not in text and "postfix" not in text
    assert "crontab" not in text


@pytest.mark.parametrize("head,wanted", [
    ("#Software: Microsoft Exchange Server\r\n#Version: 15.0.0.0\r\n"
     "#Log-type: SMTP Receive Protocol Log\r\n#Fields: date-time,connector-id,"
     "session-id\r\n2026-11-10T08:00:00.000Z,EX01\\Default,08D\r\n",
     "MSGTRK*.LOG"),
    ("#Software: MailEnable SMTP Service\r\n#Fields: date time c-ip\r\n"
     "2026-11-10 08:00:00 192.0.2.1\r\n", "SMTP-Activity-*.log")])
def test_another_log_of_the_same_server(sereno, tmp_path, head, wanted):
    """Who copied the wrong one is told which one is meant."""
    (tmp_path / "odd.log").write_text(head)
    run = sereno("check", "--json", "--offline", "--log", "odd.log")
    assert run.code == 3
    [said] = conftest.gaps(run.json())
    assert wanted in said


@every_log
@pytest.mark.parametrize("code,mark", [
    ("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff"),
    ("utf-16-le", b"")], ids=["le", "be", "no mark"])
def test_a_log_that_powershell_copied(sereno, tmp_path, make, code, mark):
    log = make()
    windows_log.honest_days(log, days=1)
    path = log.logs(tmp_path)[-1]
    text = path.read_text("utf-8-sig")
    path.write_bytes(mark + text.encode(code))
    run = sereno("check", "--json", "--offline", "--log", path)
    assert run.code == 3
    [gap] = [g for g in run.json()["not_examined"]
             if "UTF-16" in g["sentence"]]
    assert "iconv -f UTF-16" in str(gap)


@pytest.mark.parametrize("version", ["2010", "2019"])
def test_message_tracking_without_its_head(sereno, tmp_path, version):
    log = windows_log.ExchangeLog(version)
    windows_log.honest_days(log, days=1)
    path = log.logs(tmp_path)[-1]
    rows = path.read_text("utf-8-sig").splitlines()
    for first in (3, 5, len(rows) - 30):  # cut in the head, and behind it
        path.write_text("\n".join(rows[first:]) + "\n")
        run = sereno("check", "--json", "--offline", "--log", path)
        if first == 3 and run.code == 0:
            continue
        assert run.code == 3
        assert "#Fields names the columns" in str(run.json()["not_examined"])


@every_log
def test_the_log_begins_with_its_first_line(sereno, tmp_path, make):
    """Not with the second block: Exchange has a head above it."""
    log = make()
    windows_log.honest_days(log)
    _, report = check(sereno, log, tmp_path)
    assert report["window"]["from"].startswith("2026-11-10T08:00:")
