# SPDX-License-Identifier: ISC
"""What an administrator of Exim or Sendmail is told to type."""

import test_helo


def spam_of(log, user):
    for i in range(150):
        log.n += 1
        qid = "1vM%03d-%06d-00" % (log.n % 1000, log.n)
        to = "x%d@other%d.example" % (i, i % 30)
        at = test_helo.BEGIN + test_helo.datetime.timedelta(
            minutes=9 * 1440 + i)
        log.lines += [
            "%s %s <= %s@mx1 U=%s P=local S=900 T=\"hello\" for %s" % (
                at, qid, user, user, to),
            "%s %s ** %s R=dnslookup T=remote_smtp H=mx [203.0.113.9]: SMTP "
            "error from remote mail server after end of data: 554 5.7.1 "
            "message rejected as spam" % (at, qid, to),
            "%s %s Completed" % (at, qid)]


def commands(report, code):
    return [r["command"] for f in report["findings"] if f["code"] == code
            for r in f["remedies"]]


def test_a_local_user_of_exim(sereno, tmp_path):
    log = test_helo.Log()
    log.honest()
    spam_of(log, "luis")
    report = test_helo.judge(sereno, log, tmp_path)
    assert commands(report, "local-user") == [
        "crontab -l -u 'luis'", "setfacl -m u:'luis':--- "
        "\"$(readlink -f /usr/sbin/sendmail)\""]


def test_a_name_that_is_an_option_or_a_command(sereno, tmp_path):
    for user in ("-r", "$(reboot)'", "a`b"):
        log = test_helo.Log()
        log.honest()
        spam_of(log, user)
        report = test_helo.judge(sereno, log, tmp_path)
        told = commands(report, "local-user")
        assert report["culprits"] and "reboot" not in " ".join(told)
        assert told in ([], ["crontab -l -u 'a`b'", "setfacl -m u:'a`b':--- "
                             "\"$(readlink -f /usr/sbin/sendmail)\""])


def test_sessions_of_a_stolen_login(sereno, tmp_path):
    log = test_helo.Log()
    log.honest()
    for i in range(120):
        log.send(9 * 1440 + i, "user3@shop.example", "198.18.%d.7" % i,
                 "box%d" % i, "x%d@other.example" % i,
                 "550 5.7.1 message rejected as spam")
    report = test_helo.judge(sereno, log, tmp_path)
    assert "exiwhat" in commands(report, "stolen-login")
