# SPDX-License-Identifier: ISC
"""By which names the clients of an account call themselves, in Exim's log."""

import datetime
import random

BEGIN = datetime.datetime(2026, 11, 10, 8)


class Log:
    def __init__(self):
        self.n, self.lines, self.rng = 0, [], random.Random(5)

    def send(self, minutes, account, ip, helo, to, answer="250 ok"):
        self.n += 1
        qid = "1vL%03d-%06d-00" % (self.n % 1000, self.n)
        at = BEGIN + datetime.timedelta(minutes=minutes)
        text = ["<= %s H=(%s) [%s] P=esmtpsa A=plain:%s S=900 id=%d@%s "
                "T=\"hello\" for %s" % (account, helo, ip, account, self.n,
                                        account.split("@")[1], to)]
        how = "%s R=dnslookup T=remote_smtp H=mx [203.0.113.9]" % to
        text += ["=> %s C=\"%s\"" % (how, answer)] if answer[0] == "2" else [
            "** %s: SMTP error from remote mail server after RCPT TO:<%s>: %s"
            % (how, to, answer)]
        self.lines += ["%s %s %s" % (at, qid, t) for t in text + ["Completed"]]

    def honest(self):
        """Nine people at their own machines, nine days."""
        for day in range(9):
            for who in range(9):
                for i in range(6):
                    self.send(day * 1440 + who * 40 + i * 5,
                              "user%d@shop.example" % who,
                              "192.0.2.%d" % (10 + who), "PC-%d" % who,
                              "friend%d.%d@far.example" % (who, i % 4))

    def write(self, path):
        path.write_text("\n".join(self.lines) + "\n")
        return path


def reasons(report):
    return [r["sentence"] for f in report["findings"]
            if f["code"] == "stolen-login" for r in f["reasons"]]


def judge(sereno, log, tmp_path):
    return sereno("check", "--json", "--log",
                  log.write(tmp_path / "mainlog")).json()


def test_many_names_are_a_reason(sereno, tmp_path):
    log = Log()
    log.honest()
    for i in range(120):
        log.send(9 * 1440 + i, "user3@shop.example",
                 "198.%d.%d.7" % (18 + i % 2, i),
                 "WIN-%011d" % (i * 7919) if i % 3 else "box%d" % i,
                 "x%d@other%d.example" % (i, i % 30),
                 "550 5.1.1 unknown user" if i % 6 == 0 else "250 ok")
    report = judge(sereno, log, tmp_path)
    assert [c["origin"]["name"] for c in report["culprits"]] == [
        "user3@shop.example"]
    said = reasons(report)
    assert "its clients call themselves by 120 different names (HELO); " \
        "before: 1" in said
    assert "80 of these names are those of servers that nobody named " \
        "(WIN-...)" in said


def test_one_laptop_all_over_the_world(sereno, tmp_path):
    log = Log()
    log.honest()
    for i in range(60):
        log.send(9 * 1440 + i * 20, "user3@shop.example",
                 "198.%d.%d.7" % (18 + i % 2, i // 2), "LAPTOP-3",
                 "friend3.%d@far.example" % (i % 4))
    report = judge(sereno, log, tmp_path)
    assert report["culprits"] == []
    assert not [s for s in reasons(report) if "HELO" in s]


def test_an_office_that_shares_an_account(sereno, tmp_path):
    """Twelve named machines, each at somebody's home, write to customers."""
    log = Log()
    log.honest()
    for i in range(240):
        log.send(i * 50, "office@shop.example", "198.18.%d.7" % (i % 12),
                 "HOME-%d" % (i % 12), "customer%d@far.example" % (i % 40))
    report = judge(sereno, log, tmp_path)
    assert report["culprits"] == []


def test_a_hostile_name_is_only_shown_as_a_number(sereno, tmp_path):
    log = Log()
    log.honest()
    for i in range(60):
        log.send(9 * 1440 + i, "user3@shop.example", "198.18.%d.7" % i,
                 "\x1b[2J%d" % i, "x%d@other.example" % i,
                 "550 5.7.1 message rejected as spam")
    log.write(tmp_path / "mainlog")
    out = sereno("check", "--why", "--log", "mainlog").out
    assert "\x1b" not in out and "user3@shop.example" in out
