# SPDX-License-Identifier: ISC
"""What an administrator of Exim or Sendmail is told to type."""

import every_log
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
        "\"$(readlink -f /usr/sbin/sendmail)\"", "setfacl -x u:'luis' "
        "\"$(readlink -f /usr/sbin/sendmail)\""]


def test_a_name_that_is_an_option_or_a_command(sereno, tmp_path):
    for user in ("-r", "$(reboot)'", "a`b"):
        log = test_helo.Log()
        log.honest()
        spam_of(log, user)
        report = test_helo.judge(sereno, log, tmp_path)
        told = commands(report, "local-user")
        assert report["culprits"] and "reboot" not in " ".join(told)
        assert told in ([], ["crontab -l -u 'a`b'"] + [
            "setfacl -%s \"$(readlink -f /usr/sbin/sendmail)\"" % how
            for how in ("m u:'a`b':---", "x u:'a`b'")])


def test_sessions_of_a_stolen_login(sereno, tmp_path):
    log = test_helo.Log()
    log.honest()
    for i in range(120):
        log.send(9 * 1440 + i, "user3@shop.example", "198.18.%d.7" % i,
                 "box%d" % i, "x%d@other.example" % i,
                 "550 5.7.1 message rejected as spam")
    report = test_helo.judge(sereno, log, tmp_path)
    assert "exiwhat" in commands(report, "stolen-login")


def script_of(sereno, tmp_path, folder, user="www-data"):
    log = every_log.EximLog()
    every_log.honest_days(log)
    every_log.night(log, sender=lambda n: "x%d@brand%d.example" % (n, n % 9),
                    user=user, folder=folder)
    report = sereno("check", "--json", "--offline",
                    *log.logs(tmp_path)).json()
    [sentence] = [f["sentence"] for f in report["findings"]
                  if f["code"] == "web-script"]
    assert sentence == "a web script in %s sends spam" % folder
    return commands(report, "web-script")


def test_a_script_that_is_known_by_its_folder(sereno, tmp_path):
    """The site stays; what is closed is told exactly, and how to open it."""
    folder = "/home/web3/public_html"
    for user in ("www-data", "web3"):
        told = script_of(sereno, tmp_path, folder, user)
        assert told == [
            "find '%s' -maxdepth 1 -type f -ctime -90 -ls" % folder,
            "deny condition = ${if match{$initial_cwd}{\\N^%s(/|$)\\N}}"
            % folder] + ["setfacl -%s \"$(readlink -f /usr/sbin/sendmail)\""
                         % how for how in ("m u:'%s':---" % user,
                                           "x u:'%s'" % user)]
        assert not any("chmod" in command for command in told)


def test_a_folder_that_is_a_pattern_or_a_command(sereno, tmp_path):
    """In a shell it is quoted, in Exim's configuration it is left out."""
    folder = "/home/web3/public_html/a$(reboot)}}{.*"
    told = script_of(sereno, tmp_path, folder)
    assert told[0] == "find '%s' -maxdepth 1 -type f -ctime -90 -ls" % folder
    assert not any("initial_cwd" in command for command in told)


def test_each_server_of_a_host_has_its_own_commands(sereno, tmp_path,
                                                    honest_log):
    """Most lines are Postfix's; the spam went through Exim, or through a
    Sendmail that logs into the same file."""
    for make, word in ((every_log.EximLog, "setfacl"),
                       (every_log.SendmailLog, "setfacl"),
                       (every_log.QmailLog, "/var/qmail/bin/qmail-queue")):
        log = make()
        every_log.night(log, sender="luis@tienda.example", user="luis")
        logs = log.logs(tmp_path)
        if make is every_log.SendmailLog:
            both = tmp_path / "both.log"
            both.write_text(honest_log.read_text() * 3
                            + logs[1].read_text())
            logs = ["--log", both]
        else:
            logs += ["--log", honest_log]
        report = sereno("check", "--json", "--offline", *logs).json()
        told = commands(report, "local-user")
        assert any(word in command for command in told), make.name
        assert not any("postconf" in command for command in told)
        assert {s["name"].lower() for s in report["servers"]} == {
            "postfix", make.name}


def test_configuration_of_a_server_that_is_not_used(sereno, tmp_path):
    """Two configurations let the world in; the one that was used is told."""
    import test_found
    import test_settings
    exim = ("hostlist relay_from_hosts = 0.0.0.0/0\nacl_smtp_rcpt = check\n"
            "begin acl\ncheck:\n  accept hosts = +relay_from_hosts\n"
            "  deny\n")
    postfix = test_settings.DEBIAN + "mynetworks = 198.18.0.0/15\n"
    for make, wanted in ((every_log.EximLog, "relay_from_hosts"),
                         (every_log.SendmailLog, None)):
        log = make()
        every_log.honest_days(log, days=3)
        every_log.night(log, sender=lambda n: "o%d@brand%d.example" % (
            n, n % 40), ip=every_log.bot, day=3)
        disk = tmp_path / make.name
        test_found.put(disk, "etc/exim4/exim4.conf", exim)
        test_found.put(disk, "etc/postfix/main.cf", postfix)
        test_found.put(disk, "etc/postfix/master.cf", test_settings.MASTER)
        report = sereno("check", "--json", "--offline", "--root", disk,
                        *log.logs(tmp_path)).json()
        [finding] = [f for f in report["findings"]
                     if f["code"] == "open-relay"]
        text = str(finding["remedies"]) + str(finding["reasons"])
        assert "mynetworks" not in text
        assert ("relay_from_hosts" in text) == bool(wanted)
