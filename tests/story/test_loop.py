# SPDX-License-Identifier: ISC
"""One Message-ID again and again: a loop, or a program without imagination."""


def log(seconds, recipient="x@b.example"):
    text = ""
    for k in range(12):
        at = k * seconds
        stamp = "Nov %d %02d:%02d:%02d mx1 postfix/" % (
            16 + at // 86400, at // 3600 % 24, at // 60 % 60, at % 60)
        qid = "3F00%02X" % k
        for line in (f"pickup[3]: {qid}: uid=1000 from=<a@a.example>",
                     f"cleanup[4]: {qid}: message-id=<fixed@a.example>",
                     f"qmgr[2]: {qid}: from=<a@a.example>, size=9, nrcpt=1 "
                     "(queue active)",
                     f"smtp[9]: {qid}: to=<{recipient}>, relay=mx.b.example"
                     "[203.0.113.9]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, "
                     "status=sent (250 2.0.0 Ok)",
                     f"qmgr[2]: {qid}: removed"):
            text += stamp + line + "\n"
    return text


def codes(sereno, tmp_path, seconds):
    (tmp_path / "mail.log").write_text(log(seconds))
    report = sereno("check", "--json", "--offline", "--log", "mail.log",
                    "--now", "2026-11-24T00:00:00Z").json()
    return [f["code"] for f in report["findings"]]


def test_back_within_a_minute_is_a_loop(sereno, tmp_path):
    assert "mail-loop" in codes(sereno, tmp_path, 60)


def test_every_few_hours_is_none(sereno, tmp_path):
    assert codes(sereno, tmp_path, 4 * 3600) == []


def test_no_command_of_a_stranger(sereno, tmp_path):
    """What is offered to be typed must not run what a sender wrote."""
    for evil in ("$(reboot)@b.example", "`id`@b.example", "a;id@b.example",
                 "it's@b.example"):
        (tmp_path / "mail.log").write_text(log(60, evil))
        report = sereno("check", "--json", "--offline", "--log", "mail.log",
                        "--now", "2026-11-24T00:00:00Z").json()
        loop = [f for f in report["findings"] if f["code"] == "mail-loop"]
        assert loop
        command = loop[0]["remedies"][0]["command"]
        assert command == "" or \
            command.startswith(f"sereno trace '{evil}' --log mail.log")
        assert "'" not in evil or command == ""
