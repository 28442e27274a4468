# SPDX-License-Identifier: ISC
"""What receivers report is evidence of sereno check, too."""

import datetime

import pytest

import postfix_log
import report_mail as m

NOW = ("--offline", "--now", "2026-11-21T00:00:00Z")


@pytest.fixture(name="log", scope="module")
def fixture_log(tmp_path_factory):
    """20 honest days, 5 mails a day to other hosts."""
    log = postfix_log.PostfixLog()
    for d in range(20):
        for i in range(5):
            at = datetime.datetime(2026, 11, 1 + d, 9, i, 7)
            log.message(at, "ana@tienda.example", ["u%d@r.example" % i],
                        account="ana@tienda.example", ip="192.0.2.77")
    log.sort()
    return log.write(tmp_path_factory.mktemp("log") / "mail.log")


def reports(path, each, receivers=("a.example", "b.example")):
    return m.mbox(path, [
        m.mail(m.gz(m.dmarc(each(d), org=org, id_="%s%d" % (org, d), day=d)),
               "r.xml.gz")
        for d in range(20) for org in receivers])


@pytest.fixture(name="check")
def fixture_check(sereno, tmp_path, log):
    def check(each, *args, own=("203.0.113.5",)):
        box = tmp_path / "box"
        if not box.exists():
            reports(box, each)
        return sereno("check", "--log", log, *NOW, "--reports", box, "--own",
                      *own, *args)
    return check


def codes(done):
    return [f["code"] for f in done.json()["findings"]]


def key_used(d):
    """From the tenth day on others have the key, and some is put in spam."""
    out = [m.own(3)]
    if d >= 10:
        out += [m.own(400, ip="198.51.100.9"), m.own(300, ip="192.0.2.200"),
                m.record("198.51.100.9", 200,
                         [("tienda.example", "s1", "pass")],
                         ("tienda.example", "pass"), disposition="quarantine",
                         reason="local_policy")]
    return out


def test_key_abuse(check):
    done = check(key_used, "--json")
    assert done.code == 1
    found = done.json()
    assert codes(done) == ["key-abuse"]
    assert found["verdicts"][0]["kind"] == "spoofed"
    finding = found["findings"][0]
    assert "s1" in finding["sentence"]
    assert finding["severity"] == "critical"
    assert finding["confidence"] > 0.95
    assert any("10 Nov" in r["sentence"] or "11 Nov" in r["sentence"]
               for r in finding["reasons"])
    text = check(key_used, "--why").out
    assert "DKIM key of this server (selector s1)" in " ".join(text.split())
    assert "new selector" in " ".join(text.split())
    spanish = check(key_used, "--lang", "es").out
    assert "clave DKIM" in spanish and "selector" in spanish


def test_second_server_is_innocent(check):
    """It has the key since ever, from one network."""
    done = check(lambda d: [m.own(3), m.own(40, ip="198.51.100.9")], "--json")
    assert done.code == 0
    assert codes(done) == []


def test_new_server_is_innocent(check):
    """One that was set up in between, and nobody minds its mail."""
    done = check(lambda d: [m.own(3)] +
                 ([m.own(40, ip="198.51.100.9")] if d > 8 else []), "--json")
    assert codes(done) == []


def signed(ip, n, **more):
    return m.record(ip, n, [("tienda.example", "s1", "pass")],
                    ("evil.example", "pass"), **more)


def test_replay(check):
    def each(d):
        return [m.own(3)] + [signed("198.18.%d.4" % k, 300)
                             for k in range(10) if 12 < d < 17]
    done = check(each, "--json")
    assert done.code == 1
    assert codes(done) == ["dkim-replay"]
    reasons = " ".join(r["sentence"] for r in
                       done.json()["findings"][0]["reasons"])
    assert "24,000 messages" in reasons
    assert "10 networks" in reasons


def test_forwarding_is_innocent(check):
    """Customers have their mail forwarded; a list sends to a thousand."""
    done = check(lambda d: [m.own(3), signed("209.85.220.41", 3),
                            signed("40.107.3.4", 2, reason="forwarded"),
                            signed("192.0.2.88", 1000, reason="mailing_list"),
                            signed("192.0.2.89", 500)], "--json")
    assert codes(done) == []


def test_nothing_is_known_as_ours(sereno, log, tmp_path):
    """Then nobody is accused, and it is said why."""
    box = reports(tmp_path / "box", key_used)
    done = sereno("check", "--log", log, *NOW, "--reports", box, "--json")
    assert codes(done) == []
    assert any("--own" in n["sentence"] for n in done.json()["not_examined"])


def test_no_report(sereno, log, tmp_path):
    done = sereno("check", "--log", log, *NOW, "--reports",
                  tmp_path / "missing", "--json")
    assert any("missing" in n["what"] for n in done.json()["not_examined"])
