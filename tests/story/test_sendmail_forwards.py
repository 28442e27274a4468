# SPDX-License-Identifier: ISC
"""Addresses here that Sendmail's virtusertable sends elsewhere: its log names
them and the other server, and strangers write to them. The lines are as Sendmail
8.17 wrote them on a private server."""

import datetime

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def line(at, text):
    return "%s %2d %s mx1 sm-mta[%d]: %s\n" % (
        MONTHS[at.month - 1], at.day, at.strftime("%H:%M:%S"),
        41000 + at.minute, text)


def write(tmp_path, n=300):
    """Spam of 300 strangers to ventas@, which the other server refuses."""
    out = []
    for i in range(n):
        at = datetime.datetime(2026, 11, 20, 1) + \
            datetime.timedelta(minutes=4 * i)
        name = "6AQC%c%c%c%c041%03d" % (
            65 + i // 26 % 26, 97 + i % 26, 65 + i % 26, 97 + i // 26, i)
        client = "198.%d.%d.%d" % (18 + i % 2, i % 250, i % 200 + 1)
        out.append(line(at, "%s: from=<x%d@opfer-%d.example>, size=900, "
                        "class=0, nrcpts=1, msgid=<%d@x.example>, proto=ESMTP, "
                        "daemon=MTA-v4, relay=h.isp.example [%s]" % (
                            name, i, i % 90, i, client)))
        said = "dsn=2.0.0, stat=Sent (Ok: queued as 4hR%d)" % i if i % 3 else \
            "dsn=5.7.1, reply=554 5.7.1 Message rejected as spam, " \
            "stat=Service unavailable"
        out.append(line(at, "%s: to=<ventas%d@taller.example>, delay=00:00:00,"
                        " xdelay=00:00:00, mailer=esmtp, pri=31469, "
                        "relay=mx.firma.example. [203.0.113.166], %s" % (
                            name, i % 7, said)))
    (tmp_path / "mail.log").write_text("".join(out))
    etc = tmp_path / "root" / "etc" / "mail"
    etc.mkdir(parents=True)
    (etc / "sendmail.cf").write_text("Djmx1.tienda.example\n")
    (etc / "virtusertable").write_text(
        "ventas0@taller.example\teva@firma.example\n"
        "@taller.example\teva@firma.example\n")
    return ["--log", tmp_path / "mail.log", "--root", tmp_path / "root"]


def test_forwards_are_no_open_relay(sereno, tmp_path):
    where = write(tmp_path)
    report = sereno("check", "--json", "--offline", *where).json()
    assert [v["kind"] for v in report["verdicts"]] != ["relay"]
    assert not any(f["code"] == "open-relay" for f in report["findings"])
    rows = sereno("origins", "--json", "--top", "1000", *where).json()
    kinds = {o["origin"]["kind"] for o in rows["origins"]}
    assert kinds == {"forward"}
    named = {o["origin"]["name"]: o["messages"] for o in rows["origins"]}
    assert sum(named.values()) == 300
    assert named["ventas0@taller.example"] == 43


def test_strangers_to_strangers_still_are(sereno, tmp_path):
    where = write(tmp_path)
    path = tmp_path / "root" / "etc" / "mail" / "virtusertable"
    path.write_text("ventas@other.example\teva@firma.example\n")
    report = sereno("check", "--json", "--offline", *where).json()
    assert any(f["code"] == "open-relay" for f in report["findings"])
