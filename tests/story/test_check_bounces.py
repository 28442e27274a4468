# SPDX-License-Identifier: ISC
"""`sereno check --bounces`: what came back and what the log says, in one
verdict."""
import pytest

import bounce_mail
import postfix_log
from test_bounces import OWN, forged, genuine, minutes

NOW = ("--now", "2026-11-21T03:41:00Z")


@pytest.fixture(name="ask")
def fixture_ask(sereno, tmp_path):
    def ask(messages, *args, log=None):
        box = bounce_mail.mbox(tmp_path / "box", messages)
        if log is not None:
            log.sort()
            args += ("--log", log.write(tmp_path / "mail.log"))
        done = sereno("check", "--offline", "--bounces", box, *NOW, *args,
                      "--json")
        return done.json() | {"code": done.code}
    return ask


def honest():
    log = postfix_log.PostfixLog()
    postfix_log.honest_days(log)
    postfix_log.own_days(log)
    return log


def kinds(found):
    return {v["kind"] for v in found["verdicts"]}


def codes(found):
    return {f["code"] for f in found["findings"]}


def test_joe_job(ask):
    """An innocent server: the answer is who is not to blame."""
    found = ask([forged(n) for n in range(300)], *OWN, log=honest())
    assert kinds(found) == {"spoofed"}
    assert found["culprits"] == []
    assert found["code"] == 1
    assert found["bounces"] == {
        "messages": 300, "bytes": found["bounces"]["bytes"], "bounces": 300,
        "verdict": "spoofed", "unknown": 0, "ours": 0, "forged": 300}
    joe, = (f for f in found["findings"] if f["code"] == "joe-job")
    assert joe["confidence"] >= 0.9
    assert joe["evidence"][0]["source"].endswith("box, message 1")
    assert any("none of them yours" in r["sentence"] for r in joe["reasons"])


def test_joe_job_and_theft(ask, stolen_log, sereno, tmp_path):
    """Both at once: 490 forged ones hide ten of a stolen account. Neither is
    taken for the other."""
    found = ask([forged(n) for n in range(490)], *OWN, "--log", stolen_log)
    assert kinds(found) == {"spoofed", "sending"}
    # no sentence contradicts another
    [spoofed] = [v["sentence"] for v in found["verdicts"]
                 if v["kind"] == "spoofed"]
    assert spoofed.startswith("other spam was never here")
    assert [c["origin"]["name"] for c in found["culprits"]] == \
        ["ana@tienda.example"]
    alone = sereno("check", "--offline", "--log", stolen_log, *NOW, "--json")
    alone = alone.json()
    assert alone["culprits"] == found["culprits"]
    assert {f["code"] for f in alone["findings"]} | {"joe-job"} == \
        codes(found)


def test_own_bounces_are_told(ask):
    """Thirty bounces of a newsletter: whose they are, and no verdict."""
    log = honest()
    messages = [genuine(log, n, "lista@tienda.example") for n in range(30)]
    found = ask(messages, *OWN, log=log)
    assert found["bounces"]["ours"] == 30
    assert "bounced-mail" in codes(found)
    assert kinds(found) == {"clean"}
    finding, = (f for f in found["findings"] if f["code"] == "bounced-mail")
    assert "lista@tienda.example" in finding["sentence"]
    assert finding["remedies"][0]["command"].startswith(
        "sereno trace 'lista@tienda.example'")


def test_own_bounces_without_their_log(ask):
    """The log is of another week: only the header tells whose mail it was."""
    log = postfix_log.PostfixLog()
    postfix_log.honest_days(log)
    other = postfix_log.PostfixLog()
    messages = [genuine(other, n).replace(" 19 Nov 2026", " 19 Oct 2026")
                for n in range(40)]
    messages = [m.replace("(unknown [192.0.2.77])", "(unknown [192.0.2.77]) "
                          "(Authenticated sender: eva@tienda.example)")
                for m in messages]
    found = ask(messages, *OWN, log=log)
    assert found["bounces"]["ours"] == 40
    assert any("eva@tienda.example" in f["sentence"]
               for f in found["findings"] if f["code"] == "bounced-mail")


def backscatter(n):
    """Our own server took spam from outside and bounces it to us."""
    at = minutes(n)
    hop = bounce_mail.received(
        "x (dyn.isp.example [198.18.%d.9])" % n, "mx1.tienda.example "
        "(Postfix)", "9A0B%X" % n, at)
    returned = bounce_mail.original(at, "ana@tienda.example",
                                    "gone%d@tienda.example" % n, [hop],
                                    "%d@x" % n)
    return bounce_mail.dsn(at, "ana@tienda.example", "mx1.tienda.example",
                           "gone%d@tienda.example" % n, returned, local=True)


def test_backscatter(ask):
    """Bounces that our own server made are its own fault, and no Joe job of
    others alone."""
    found = ask([backscatter(n) for n in range(60)], *OWN, log=honest())
    assert "backscatter-source" in codes(found)
    assert kinds(found) == {"backscatter"}


def test_domains_in_a_database_have_no_name(ask, tmp_path):
    """A table is not told as if it were a domain."""
    etc = tmp_path / "disk/etc/postfix"
    etc.mkdir(parents=True)
    (etc / "main.cf").write_text("compatibility_level = 3.6\n"
                                 "relay_domains = mysql:/etc/postfix/a.cf\n")
    (etc / "master.cf").write_text("smtp inet n - n - - smtpd\n")
    found = ask([backscatter(n) for n in range(60)], *OWN, "--root",
                tmp_path / "disk", log=honest())
    source, = (f for f in found["findings"]
               if f["code"] == "backscatter-source")
    why = " ".join(r["sentence"] for r in source["reasons"])
    assert "every address of its domains is accepted" in why
    assert "mysql" not in why


@pytest.mark.parametrize("n", [0, 1, 3])
def test_a_few_come_to_everybody(ask, n):
    found = ask([forged(k) for k in range(n)] +
                ["From: bob@x.example\nSubject: hi\n\nsee you\n"] * 5, *OWN,
                log=honest())
    assert kinds(found) == {"clean"}
    assert codes(found) == set()
    assert found["code"] == 0


def test_words(sereno, tmp_path):
    box = bounce_mail.mbox(tmp_path / "box", [forged(n) for n in range(300)])
    honest().write(tmp_path / "mail.log")
    # short names: a long path is not broken
    args = ("check", "--offline", "--log", "mail.log", "--bounces", box.name,
            *NOW, *OWN)
    done = sereno(*args)
    words = " ".join(done.out.split())
    assert "300 bounces came in: 300 of forged mail" in words
    assert "THE SPAM WAS NEVER HERE" in words
    assert "box, message 1" in words
    assert "--own" not in done.out
    assert all(len(line) <= 80 for line in done.out.splitlines())
    words = " ".join(sereno(*args, "--lang", "es").out.split())
    assert "300 rebotes" in words and "bounces" not in words


def test_gaps(sereno, tmp_path):
    path = honest().write(tmp_path / "mail.log")
    found = sereno("check", "--offline", "--log", path, "--bounces", "no/box",
                   *NOW, "--json").json()
    assert any(n["what"] == "no/box" for n in found["not_examined"])
    done = sereno("check", "--offline", "--log", path, "--own", "a b",
                  "--bounces", path, *NOW)
    assert done.code == 2 and "a b" in done.err


def test_mailbox_without_log(ask, tmp_path):
    (tmp_path / "empty.log").write_text("")
    found = ask([forged(n) for n in range(100)], "--log",
                tmp_path / "empty.log", *OWN)
    assert kinds(found) == {"spoofed"}
    assert found["code"] == 1
