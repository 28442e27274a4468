# SPDX-License-Identifier: ISC
"""What the configuration says, as evidence and as a warning."""

import os

MASTER = "smtp inet n - y - - smtpd\n"
DEBIAN = """compatibility_level = 3.6
mydestination = localhost
mynetworks = 127.0.0.0/8 [::1]/128
"""
OPEN = DEBIAN.replace("[::1]/128", "\n  0.0.0.0/0")


def disk(tmp_path, main=DEBIAN, master=MASTER, **more):
    etc = tmp_path / "disk" / "etc" / "postfix"
    etc.mkdir(parents=True)
    (etc / "main.cf").write_text(main)
    (etc / "master.cf").write_text(master)
    for name, text in more.items():
        (etc / name).write_text(text)
    return "disk"


def weaknesses(report):
    return [f for f in report["findings"] if f["code"] == "relay-weakness"]


def check(sereno, log, *more, **kw):
    return sereno("check", "--offline", "--log", log, *more, **kw)


def test_an_open_relay_that_nobody_used_is_a_warning(sereno, honest_log,
                                                     tmp_path):
    disk(tmp_path, OPEN)
    run = check(sereno, honest_log, "--json", "--root", "disk")
    report = run.json()
    assert run.code == 1
    assert [v["kind"] for v in report["verdicts"]] == ["clean"]
    assert report["culprits"] == []
    [finding] = weaknesses(report)
    assert finding["severity"] == "warning" and finding["origin"] is None
    [evidence] = finding["evidence"]
    assert evidence["source"] == "disk/etc/postfix/main.cf"
    assert evidence["line"] == 4
    assert evidence["excerpt"] == "mynetworks = 127.0.0.0/8 0.0.0.0/0"
    assert finding["remedies"][0]["command"] == \
        "postconf -e 'mynetworks = 127.0.0.0/8'"
    assert {"mta": "postfix", "kind": "relay-network",
            "setting": "mynetworks", "value": "0.0.0.0/0",
            "source": "disk/etc/postfix/main.cf",
            "line": 4} in report["settings"]
    text = " ".join(check(sereno, honest_log, "--root", "disk").out.split())
    assert "everybody may send through this server without a password" in text
    assert "(disk/etc/postfix/main.cf line 4)" in text


def test_what_is_usual_is_no_weakness(sereno, honest_log, tmp_path):
    disk(tmp_path, DEBIAN.replace(
        "[::1]/128", "[::1]/128 10.0.0.0/8 203.0.113.7 198.51.100.0/24"))
    run = check(sereno, honest_log, "--json", "--root", "disk")
    assert run.code == 0
    assert weaknesses(run.json()) == []


def test_named_logs_are_of_another_machine(sereno, honest_log):
    report = check(sereno, honest_log, "--json").json()
    assert report["settings"] == []


def test_a_forgeable_sender_opens_the_relay(sereno, honest_log, tmp_path):
    disk(tmp_path, DEBIAN + "smtpd_relay_restrictions = permit_mynetworks,\n"
         "  check_sender_access hash:/etc/postfix/friends\n"
         "  reject_unauth_destination\n",
         friends="# old partners\npartner.example OK\n")
    run = check(sereno, honest_log, "--json", "--root", "disk")
    [finding] = weaknesses(run.json())
    assert "partner.example" in finding["sentence"]
    assert finding["evidence"][0]["source"] == "disk/etc/postfix/friends"
    assert finding["evidence"][0]["line"] == 2
    assert finding["remedies"][0]["command"] == ""


def test_a_setting_reaches_no_terminal_unescaped(sereno, honest_log,
                                                 tmp_path):
    disk(tmp_path, "mynetworks = 0.0.0.0/0 \x1b]0;pwned\x07$(reboot)`id`\n"
         "relayhost = \x9b31m\n")
    run = check(sereno, honest_log, "--root", "disk")
    assert "\x1b" not in run.out and "\x07" not in run.out
    run = check(sereno, honest_log, "--json", "--root", "disk")
    for finding in weaknesses(run.json()):
        for remedy in finding["remedies"]:
            assert "\x1b" not in remedy["command"]


def test_what_cannot_be_read_is_said(sereno, honest_log, tmp_path):
    disk(tmp_path, DEBIAN + "virtual_alias_maps = mysql:/etc/postfix/sql.cf\n"
         "relay_domains = hash:/etc/postfix/none\n")
    (tmp_path / "disk/etc/postfix/master.cf").chmod(0o600)
    report = check(sereno, honest_log, "--json", "--root", "disk").json()
    said = {gap["what"]: gap["sentence"] for gap in report["not_examined"]}
    assert "is in a database" in said["mysql:/etc/postfix/sql.cf"]
    assert "cannot be read" in said["hash:/etc/postfix/none"]
    assert "cannot be read" in said["disk/etc/postfix/master.cf"]


def test_links_of_another_disk_stay_there(sereno, honest_log, tmp_path):
    disk(tmp_path)
    main = tmp_path / "disk/etc/postfix/main.cf"
    outside = tmp_path / "outside.cf"
    outside.write_text(OPEN)
    main.unlink()
    os.symlink(outside, main)
    report = check(sereno, honest_log, "--json", "--root", "disk").json()
    assert report["settings"] == []


def test_in_spanish(sereno, honest_log, tmp_path):
    disk(tmp_path, OPEN)
    run = check(sereno, honest_log, "--root", "disk", "--lang", "es")
    text = " ".join(run.out.split())
    assert "sin contraseña" in text and "línea 4" in text


def test_a_root_that_is_no_folder(sereno, honest_log):
    run = check(sereno, honest_log, "--root", "nowhere")
    assert run.code == 2 and "nowhere" in run.err
