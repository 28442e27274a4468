# SPDX-License-Identifier: ISC
"""A thief who sends a few mails an hour, in the hours in which the owner writes
to his friends; and owners who do the same from another place."""

import pytest
from panel_disk import after, people
from postfix_log import PostfixLog

SPAM = "550 5.7.1 Message rejected as spam"
UNKNOWN = "550 5.1.1 <%s>: Recipient address rejected: User unknown"


def work(log, days=9):
    """Eva and her friends: twelve mails a day."""
    for n in range(12 * days):
        log.message(after(days=n // 12, minutes=30 * (n % 12)),
                    "eva@tienda.example",
                    ["friend%d@firma%d.example" % (n % 7, n % 3)],
                    account="eva@tienda.example", ip="192.0.2.99")


def elsewhere(log, to, count=15 * 8, ip="198.18.44.5"):
    """Fifteen a day, between hers."""
    for n in range(count):
        log.message(after(days=1 + n // 15, minutes=24 * (n % 15), seconds=9),
                    "eva@tienda.example", [to(n)],
                    account="eva@tienda.example", ip=ip)


def victim(n):
    to = "v%d@victim%d.example" % (n, n % 50)
    return to if n % 6 > 1 else (to, UNKNOWN % to if n % 6 else SPAM)


def judge(sereno, log, folder):
    path = folder / "mail.log"
    log.sort()
    log.write(path)
    run = sereno("check", "--json", "--offline", "--log", path)
    return run, run.json()


def test_a_thief(sereno, tmp_path):
    log = PostfixLog("mx")
    people(log)
    work(log)
    elsewhere(log, victim)
    run, report = judge(sereno, log, tmp_path)
    assert run.code == 1
    [culprit] = report["culprits"]
    assert culprit["origin"]["name"] == "eva@tienda.example"
    assert culprit["findings"] == ["stolen-login"]
    assert culprit["messages"] == 120  # his, not hers
    assert culprit["accepted"] == 80 and culprit["bounced"] == 40


@pytest.mark.parametrize("new, refused", [(4, 30), (1, 60)])
def test_her_own_telephone(sereno, tmp_path, new, refused):
    """To the same friends, now and then to somebody new; an old address of a
    list fails."""
    log = PostfixLog("mx")
    people(log)
    work(log)
    elsewhere(log, lambda n: (
        "old%d@firma1.example" % n, UNKNOWN % "old") if n % refused == 7 else
        "new%d@other.example" % n if n % 8 < new else
        "friend%d@firma%d.example" % (n % 7, n % 3))
    run, report = judge(sereno, log, tmp_path)
    assert run.code == 0, run.out
    assert report["culprits"] == []


@pytest.mark.parametrize("ip, here", [("127.0.0.1", True), ("::1", True),
                                      ("198.18.%d.5", False)])
def test_a_form_of_this_host(sereno, tmp_path, ip, here):
    """An account that only a program of this host uses: who is behind it?"""
    log = PostfixLog("mx")
    people(log)
    for n in range(900):
        log.message(after(days=7, hours=3, seconds=40 * n),
                    "web@tienda.example", [victim(n)],
                    account="web@tienda.example",
                    ip=ip % (n % 90) if "%" in ip else ip)
    run, report = judge(sereno, log, tmp_path)
    [finding] = [f for f in report["findings"]
                 if f["code"] == "stolen-login"]
    assert run.code == 1
    assert any("which web form or program has that password" in
               r["sentence"] for r in finding["remedies"]) == here
