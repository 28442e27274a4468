# SPDX-License-Identifier: ISC
"""Many may relay without a password: a provider's customers, offices, the peers
of a VPN. One of them is infected. Who is named, and with how much?"""

import datetime
import subprocess

import pytest

import test_settings
from every_log import EVERY, EximLog, SendmailLog, SmtpdLog
from postfix_log import START, PostfixLog

UNKNOWN = "550 5.1.1 <%s>: Recipient address rejected: User unknown"
SPAM = "554 5.7.1 Message rejected as spam"


def after(**when):
    return START + datetime.timedelta(**when)


def v4(n):
    return "203.0.113.%d" % (n + 10)


def v6(n):
    return "2001:db8:%x::25" % (n + 10)


def peer(n):
    return "10.8.0.%d" % (n + 2)


def customers(log, address=v4, count=30, days=9, each=4):
    """They write to people they know; one in 70 has left."""
    for day in range(days):
        for n in range(count):
            for k in range(each):
                to = "pal%d@cust%d.example" % (k + n % 3, n)
                if (day * count + n) * each % 70 == k:
                    to = (to, UNKNOWN % to)
                log.message(after(days=day, hours=k, minutes=n, seconds=day),
                            "info@firma%d.example" % n, [to], ip=address(n))
    return log


def spam(log, address, messages=400, day=8, free_mail=3, tag="v",
         sender="x%d@brand.example"):
    """From 13:00 on: a message each 20 seconds, a third of them refused."""
    for n in range(messages):
        ip = address(n) if callable(address) else address
        to = "%s%d@%s" % (tag, n, "gmail.com" if free_mail and n % free_mail
                          == 0 else "victim%d.example" % (n % 150))
        if n % 5 == 0:
            to = (to, UNKNOWN % to)
        elif n % 7 == 0:
            to = (to, SPAM)
        log.message(after(days=day, hours=6, seconds=20 * n),
                    sender.replace("%d", str(n)), [to], ip=ip)
    return log


def judge(sereno, log, tmp_path, *more):
    if isinstance(log, PostfixLog):
        log.sort()
        where = ["--log", log.write(tmp_path / "mail.log")]
    else:
        where = log.logs(tmp_path)
    run = sereno("check", "--json", "--offline", *where, *more)
    return run.code, run.json()


def named(report):
    return {c["origin"]["name"]: (c["findings"], c["messages"])
            for c in report["culprits"]}


def commands(report):
    return [r["command"] for f in report["findings"]
            if f["code"] == "relay-client" for r in f["remedies"]]


@pytest.mark.parametrize("address", [v4, v6, peer])
def test_one_of_many_is_infected(sereno, tmp_path, address):
    log = spam(customers(PostfixLog(), address), address(7))
    code, report = judge(sereno, log, tmp_path)
    assert code == 1
    assert [v["kind"] for v in report["verdicts"]] == ["sending"]
    assert named(report) == {address(7): (["relay-client"], 400)}
    [culprit] = report["culprits"]
    assert culprit["refused_unknown"] == 80
    [finding] = [f for f in report["findings"] if f["code"] == "relay-client"]
    assert finding["sentence"] == "%s, which may relay here without a " \
        "password, sends spam" % address(7)
    told = commands(report)
    assert told[0] == (
        "postconf -e \"smtpd_client_restrictions=check_client_access inline:{"
        "%s=REJECT} $(postconf -h smtpd_client_restrictions)\" && postfix "
        "reload" % address(7))
    assert "inline:{%s=REJECT} *//" % address(7) in told[1]
    assert "mynetworks" not in str(finding)


@pytest.mark.parametrize("address", [v4, v6, peer])
def test_without_spam_nobody_is(sereno, tmp_path, address):
    code, report = judge(sereno, customers(PostfixLog(), address), tmp_path)
    assert code == 0 and report["culprits"] == []


@pytest.mark.parametrize("make", EVERY, ids=[s.name for s in EVERY])
def test_on_every_server(sereno, tmp_path, make):
    log = spam(customers(make()), v4(7))
    code, report = judge(sereno, log, tmp_path)
    assert code == 1
    assert named(report) == {v4(7): (["relay-client"], 400)}
    assert v4(7) in commands(report)[0]


@pytest.mark.parametrize("make, told", [
    (EximLog, "host_reject_connection = <; " + v6(7)), (SendmailLog, ""),
    (SmtpdLog, "match from src \"%s\" for any reject" % v6(7))])
def test_an_address_that_its_table_does_not_take(sereno, tmp_path, make, told):
    """Sendmail's access table wants IPv6 written out."""
    log = spam(customers(make(), v6), v6(7))
    _, report = judge(sereno, log, tmp_path)
    assert named(report) == {v6(7): (["relay-client"], 400)}
    [finding] = [f for f in report["findings"] if f["code"] == "relay-client"]
    first, warned = finding["remedies"][:2]
    assert first["command"] == told
    assert v6(7) in first["command"] + first["sentence"]
    assert "36 more messages" in warned["sentence"]


def test_two_are_infected(sereno, tmp_path):
    log = spam(customers(PostfixLog()), v4(7))
    spam(log, v4(21), messages=250, day=7, tag="w")
    code, report = judge(sereno, log, tmp_path)
    assert code == 1
    assert named(report) == {v4(7): (["relay-client"], 400),
                             v4(21): (["relay-client"], 250)}


def test_each_is_refused_and_let_in_again(sereno, tmp_path):
    """What is told, typed into a shell: one after the other, and back."""
    log = spam(spam(customers(PostfixLog()), v4(7)), v4(21), day=7, tag="w")
    _, report = judge(sereno, log, tmp_path)
    told = [c for c in commands(report) if "postconf" in c]
    assert len(told) == 4
    tools, value = tmp_path / "tools", tmp_path / "value"
    tools.mkdir()
    for name, text in (("postfix", "true\n"), ("postconf", (
            "case $1 in\n-h) cat %s ;;\n-e) printf '%%s\\n' \"${2#*=}\" | "
            "sed 's/ *$//' >%s.new && mv %s.new %s ;;\nesac\n")
            % ((value,) * 4))):
        (tools / name).write_text("#!/bin/sh\n" + text)
        (tools / name).chmod(0o755)
    refuse = {n: "check_client_access inline:{%s=REJECT}" % n
              for n in (v4(7), v4(21))}
    first, second = [n for c in told[::2] for n in refuse if n in c]
    for before in ("", "permit_mynetworks, reject_unknown_client_hostname"):
        value.write_text(before + "\n")
        for command, wanted in (
                (told[0], (first,)), (told[2], (second, first)),
                (told[1], (second,)), (told[3], ())):
            subprocess.run(["sh", "-c", command], check=True, env={
                "PATH": "%s:/usr/bin:/bin" % tools})
            assert value.read_text().strip() == " ".join(
                [refuse[n] for n in wanted] + [before]).strip()


def test_the_largest_sender_is_infected(sereno, tmp_path):
    """Its honest mail hides how much is refused."""
    log = customers(PostfixLog())
    for n in range(9000):
        log.message(after(minutes=n % 1440, days=n // 1440 % 8, seconds=n % 50),
                    "staff%d@firma7.example" % (n % 60),
                    ["pal%d@cust%d.example" % (n % 300, n % 40)], ip=v4(7))
    spam(log, v4(7))
    code, report = judge(sereno, log, tmp_path)
    assert code == 1 and list(named(report)) == [v4(7)]
    [culprit] = report["culprits"]
    assert culprit["findings"] == ["relay-client"]
    assert 400 <= culprit["messages"] <= 500


def test_a_newsletter_to_new_people_is_none(sereno, tmp_path):
    """One of 40 recipients does not exist, one of 400 calls it spam."""
    log = customers(PostfixLog())
    for n in range(800):
        to = "reader%d@%s" % (n, "gmail.com" if n % 3 == 0 else
                              "home%d.example" % (n % 200))
        if n % 40 == 0:
            to = (to, UNKNOWN % to)
        elif n % 400 == 1:
            to = (to, SPAM)
        log.message(after(days=8, hours=6, seconds=9 * n),
                    "news@firma9.example", [to], ip=v4(9))
    code, report = judge(sereno, log, tmp_path)
    assert code == 0 and report["culprits"] == []


def test_a_server_that_forwards_through_us_is_none(sereno, tmp_path):
    """A customer's server sends his mail on to his mailbox at a provider, and
    of the spam among it one in ten is refused."""
    log = customers(PostfixLog())
    for n in range(900):
        to = "owner%d@gmail.com" % (n % 6)
        log.message(after(days=n % 9, minutes=7 * (n % 140)),
                    "pal%d@far%d.example" % (n % 700, n % 300),
                    [(to, SPAM) if n % 10 == 0 else to], ip=v4(9))
    code, report = judge(sereno, log, tmp_path)
    assert code == 0 and report["culprits"] == []


def bots(n):
    return "198.18.%d.%d" % (n % 200, n % 90 + 1)


@pytest.mark.parametrize("infected", [True, False])
def test_the_world_relays_beside_customers(sereno, tmp_path, infected):
    """The customers are in neither number."""
    log = spam(customers(PostfixLog()), bots, messages=600, tag="b")
    if infected:
        spam(log, v4(7), day=7)
    code, report = judge(sereno, log, tmp_path)
    assert code == 1
    found = named(report)
    if infected:
        assert found.pop(v4(7)) == (["relay-client"], 400)
    assert found == {"198.18.0.0/16": (["open-relay"], 600)}
    assert [v["kind"] for v in report["verdicts"]].count("relay") == 1


@pytest.mark.parametrize("address", ["198.18.7.4", "2001:db9::4"])
def test_a_stranger_beside_customers(sereno, tmp_path, address):
    """He is of no network that anybody else is of."""
    log = spam(customers(PostfixLog()), address)
    code, report = judge(sereno, log, tmp_path)
    assert code == 1
    assert [v["kind"] for v in report["verdicts"]] == ["relay"]
    [culprit] = report["culprits"]
    assert culprit["findings"] == ["open-relay"]
    assert culprit["messages"] == 400


@pytest.mark.parametrize("count, messages", [(3, 400), (100, 400), (200, 8000)])
def test_strangers_of_one_network(sereno, tmp_path, count, messages):
    """Nobody of it is honest: that is an open relay, and all of it counts."""
    log = spam(PostfixLog(), lambda n: "198.18.7.%d" % (n % count + 1),
               messages=messages)
    code, report = judge(sereno, log, tmp_path)
    assert code == 1
    [culprit] = report["culprits"]
    assert culprit["findings"] == ["open-relay"]
    assert culprit["messages"] == messages
    assert culprit["origin"]["ips_total"] == count


OFFICES = ["203.0.113.9", "198.51.100.70", "192.0.2.200"]


def test_an_office_that_was_honest_before(sereno, tmp_path):
    """Three offices, each with another provider."""
    log = customers(PostfixLog(), OFFICES.__getitem__, count=3, each=9)
    spam(log, OFFICES[1])
    code, report = judge(sereno, log, tmp_path)
    assert code == 1
    [culprit] = report["culprits"]
    assert culprit["origin"]["name"] == OFFICES[1]
    assert culprit["findings"] == ["relay-client"]
    assert 400 <= culprit["messages"] <= 410


def test_a_tester_has_no_past(sereno, tmp_path):
    """For days a stranger looked whether the relay is still open."""
    log = PostfixLog()
    for n in range(60):
        log.message(after(hours=3 * n), "t@x.example", ["me@drop.example"],
                    ip="198.18.7.4")
    spam(log, "198.18.7.4")
    code, report = judge(sereno, log, tmp_path)
    assert code == 1 and [c["findings"] for c in report["culprits"]] == [
        ["open-relay"]]


def test_a_proxy_beside_honest_containers(sereno, tmp_path):
    """Nothing honest is relayed through it: to refuse it would refuse the mail
    of the world for the people here."""
    log = customers(PostfixLog(), lambda n: "172.18.0.%d" % (n + 10), count=6)
    spam(log, "172.18.0.5", day=7)
    code, report = judge(sereno, log, tmp_path)
    assert code == 1
    assert named(report) == {"172.18.0.5": (["proxied-relay"], 400)}


@pytest.mark.parametrize("networks, wanted", [
    ("203.0.113.17/32", "relay-client"), ("203.0.113.0/24", "relay-client"),
    ("0.0.0.0/0", "open-relay"), ("203.0.0.0/9", "open-relay")])
def test_configuration_names_it(sereno, tmp_path, networks, wanted):
    """Nobody else relays: was it wanted that he does?"""
    test_settings.disk(tmp_path, test_settings.DEBIAN.replace(
        "[::1]/128", "[::1]/128 " + networks))
    log = spam(PostfixLog(), "203.0.113.17")
    code, report = judge(sereno, log, tmp_path, "--root", tmp_path / "disk")
    assert code == 1
    [culprit] = report["culprits"]
    assert culprit["findings"] == [wanted] and culprit["messages"] == 400
    assert any("mynetworks" in r["sentence"] for f in report["findings"]
               if f["code"] == wanted for r in f["reasons"])
    if networks.endswith("/32"):
        assert commands(report)[0] == "postconf -e 'mynetworks = 127.0.0.0/8 " \
            "[::1]/128'"
    elif wanted == "relay-client":
        assert "check_client_access" in commands(report)[0]


def test_an_open_relay_to_which_customers_belong(sereno, tmp_path):
    """One of them is named, and that everybody may relay is told."""
    test_settings.disk(tmp_path, test_settings.OPEN)
    log = spam(customers(PostfixLog()), v4(7))
    code, report = judge(sereno, log, tmp_path, "--root", tmp_path / "disk")
    assert code == 1
    assert named(report) == {v4(7): (["relay-client"], 400)}
    assert len(test_settings.weaknesses(report)) == 1


def test_the_gateway_of_containers(sereno, tmp_path):
    """Behind it is the world, though its neighbours are honest."""
    log = customers(PostfixLog(), lambda n: "172.18.0.%d" % (n + 2), count=6)
    spam(log, "172.18.0.1", day=7)
    code, report = judge(sereno, log, tmp_path)
    assert code == 1
    assert named(report) == {"172.18.0.1": (["proxied-relay"], 400)}


@pytest.mark.parametrize("domains", [1, 60])
def test_a_spammer_at_a_gateway(sereno, tmp_path, domains):
    """Who writes to the people behind it is no client of it, whoever his
    neighbours are: half of the world's mail comes from a few providers."""
    log = PostfixLog()
    for n in range(3000):
        ip = ("198.18.16.%d" % (n % 60) if n % 2 else
              "198.%d.%d.9" % (18 + n // 32 % 2, n // 2 % 16 * 16 + 1))
        log.message(after(minutes=4 * n), "pal%d@far%d.example" % (
            n % 900, n % 300), ["user%d@tienda%d.example" % (
                n % 300, n % domains)], ip=ip)
    for n in range(400):
        to = "guess%d@tienda%d.example" % (n, n % domains)
        log.message(after(days=8, hours=6, seconds=9 * n), "x%d@brand.example"
                    % n, [(to, UNKNOWN % to if n % 2 else SPAM)],
                    ip="198.18.16.7")
    _, report = judge(sereno, log, tmp_path)
    assert all(c["findings"] != ["relay-client"] for c in report["culprits"])


def test_a_log_of_one_day(sereno, tmp_path):
    """Nobody was written to before; of the others hardly any mail is
    refused."""
    log = PostfixLog()
    for n in range(600):
        log.message(after(seconds=40 * n), "info@firma%d.example" % (n % 30),
                    ["pal%d@cust%d.example" % (n // 30, n % 30)],
                    ip=v4(n % 30))
    spam(log, v4(7), day=0)
    code, report = judge(sereno, log, tmp_path)
    assert code == 1
    [culprit] = report["culprits"]
    assert culprit["origin"]["name"] == v4(7)
    assert culprit["findings"] == ["relay-client"]
    assert 400 <= culprit["messages"] <= 420


def test_ten_of_thirty_are_infected(sereno, tmp_path):
    log = customers(PostfixLog())
    for n in range(10):
        spam(log, v4(3 * n), messages=150, tag="t%d-" % n, day=5 + n % 4)
    code, report = judge(sereno, log, tmp_path)
    assert code == 1
    assert named(report) == {v4(3 * n): (["relay-client"], 150)
                             for n in range(10)}


def test_most_of_them_are_infected(sereno, tmp_path):
    """Then the relay is what they have in common."""
    log = customers(PostfixLog())
    for n in range(25):
        spam(log, v4(n), messages=100, tag="t%d-" % n)
    code, report = judge(sereno, log, tmp_path)
    assert code == 1
    assert named(report) == {"203.0.113.0/26": (["open-relay"], 3580)}


@pytest.mark.parametrize("free_mail", [0, 3])
@pytest.mark.parametrize("sender", ["x%d@brand.example", "info@firma7.example"])
def test_thirty_messages_are_enough(sereno, tmp_path, free_mail, sender):
    log = spam(customers(PostfixLog()), v4(7), messages=30,
               free_mail=free_mail, sender=sender)
    code, report = judge(sereno, log, tmp_path)
    assert code == 1
    assert named(report) == {v4(7): (["relay-client"], 30)}


@pytest.mark.parametrize("address", [v4, peer])
def test_some_each_evening(sereno, tmp_path, address):
    log = customers(PostfixLog(), address)
    for day in range(2, 9):
        for n in range(60):
            to = "s%d-%d@victim%d.example" % (day, n, n % 50)
            reply = {0: UNKNOWN % to, 3: SPAM}.get(n % 6)
            log.message(after(days=day, hours=10, minutes=2 * n % 60),
                        "x%d@brand.example" % n,
                        [(to, reply) if reply else to], ip=address(7))
    code, report = judge(sereno, log, tmp_path)
    assert code == 1 and list(named(report)) == [address(7)]
    assert report["culprits"][0]["findings"] == ["relay-client"]
    assert 420 <= report["culprits"][0]["messages"] <= 456


@pytest.mark.parametrize("infected", [True, False])
def test_what_blames_this_server_blames_no_customer(sereno, tmp_path,
                                                    infected):
    """The day after, all meet receivers that have listed it."""
    log = customers(PostfixLog(), days=8)
    if infected:
        spam(log, v4(7), day=7)
    for n in range(30):
        for k in range(10):
            to = "pal%d@cust%d.example" % (k % 4 + n % 3, n)
            log.message(after(days=8, hours=k, minutes=n),
                        "info@firma%d.example" % n,
                        [to if k % 3 else (
                            to, "550 5.7.1 Service unavailable; Client host "
                            "[192.0.2.25] blocked using zen.spamhaus.org")],
                        ip=v4(n))
    _, report = judge(sereno, log, tmp_path)
    assert named(report) == (
        {v4(7): (["relay-client"], 400)} if infected else {})


@pytest.mark.parametrize("new", [True, False])
def test_a_company_behind_one_address(sereno, tmp_path, new):
    """200 people, half of whose recipients may be new."""
    log = customers(PostfixLog())
    for n in range(4500):
        to = "c%d@firm%d.example" % (n if new and n % 2 else n % 100,
                                     n % 400)
        if n % 33 == 0:
            to = (to, UNKNOWN % to)
        elif n % 150 == 7:
            to = (to, SPAM)
        log.message(after(days=n % 9, minutes=n // 9),
                    "w%d@big.example" % (n % 200), [to], ip=v4(8))
    code, report = judge(sereno, log, tmp_path)
    assert code == 0 and report["culprits"] == []


def test_strangers_of_one_provider(sereno, tmp_path):
    """IPv6 addresses of a /32 where nobody is honest."""
    log = spam(PostfixLog(), lambda n: "2001:db8:%x::%x" % (
        n % 50, n % 3 + 1), messages=600)
    code, report = judge(sereno, log, tmp_path)
    assert code == 1
    [culprit] = report["culprits"]
    assert culprit["findings"] == ["open-relay"]
    assert culprit["messages"] == 600


@pytest.mark.parametrize("people, wanted", [
    (1, "relay-client"), (20, "webmail-sender")])
def test_under_its_own_sender(sereno, tmp_path, people, wanted):
    """Of a machine of one person, or of the webmail of many."""
    log = customers(PostfixLog(), peer)
    for n in range(40):
        log.message(after(hours=5 * n), "far@far.example", [
            "info@firma7.example"], ip="198.18.7.4")
    for n in range(300):
        log.message(after(minutes=40 * n), "%s@firma7.example" % (
            "info" if n % people == 0 else "staff%d" % (n % people)),
            ["pal%d@cust%d.example" % (n % 8, n % 40)], ip=peer(7))
    log.lines = [line.replace("smtp[77]", "virtual[77]") if
                 "@firma7.example>, relay" in line else line
                 for line in log.lines]
    spam(log, peer(7), sender="info@firma7.example")
    code, report = judge(sereno, log, tmp_path)
    assert code == 1
    [(name, (found, messages))] = named(report).items()
    assert name == peer(7) and found == [wanted] and 400 <= messages <= 405


def test_more_addresses_than_are_kept_apart(sereno, tmp_path):
    log = spam(PostfixLog(), lambda n: "198.%d.%d.%d" % (
        18 + n % 2, n // 2 % 200, n // 400 % 15 + 1), messages=6000)
    code, report = judge(sereno, log, tmp_path)
    assert code == 1
    assert named(report) == {"198.18.0.0/15": (["open-relay"], 6000)}
