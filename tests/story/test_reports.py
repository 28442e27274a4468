# SPDX-License-Identifier: ISC
"""Who sends under our name, by the reports of receivers?"""

import gzip
import random

import pytest

import postfix_log
import report_mail as m
from dns_world import A, PTR, TXT, Fake

OWN = ("--own", "203.0.113.5")


@pytest.fixture(name="empty")
def fixture_empty(tmp_path):
    """A log without lines: nothing of this machine is looked at."""
    path = tmp_path / "empty.log"
    path.write_text("")
    return path


@pytest.fixture(name="run")
def fixture_run(sereno, empty):
    def run(*args, own=OWN, log=None, dns=("--offline",)):
        return sereno("reports", *args, *own, *dns, "--log", log or empty)
    return run


def month(tmp_path, each, **more):
    """20 daily reports in an mbox; each(day) gives the records."""
    return m.mbox(tmp_path / "box", [
        m.mail(m.gz(m.dmarc(each(d), id_="r%d" % d, day=d,
                            form=9990 if d % 2 else 7489, **more)),
               "receiver.example!tienda.example!%d.xml.gz" % d)
        for d in range(20)])


def usual(d):
    return [m.own(100), m.forged(d, 30 + d),
            # Mailchimp, and the newsletter is signed for itself only
            m.record("205.201.131.5", 12, [("mcsv.net", "k2", "pass")],
                     ("rsgsv.net", "pass")),
            # SendGrid signs for us, too
            m.record("149.72.3.4", 5, [("tienda.example", "sg", "pass"),
                                       ("sendgrid.net", "x", "pass")],
                     ("em.sendgrid.net", "pass")),
            # a customer has his mail forwarded
            m.record("209.85.220.41", 3, [("tienda.example", "s1", "pass")],
                     ("gmail.com", "pass")),
            m.record("192.0.2.88", 4, [], ("tienda.example", "fail"),
                     reason="mailing_list")]


def test_who_sends(run, tmp_path):
    done = run(month(tmp_path, usual), "--json")
    assert done.code == 1
    found = done.json()
    assert found["schema"] == "sereno/reports/1"
    assert found["reports"]["dmarc"] == 20
    senders = {k: v["messages"] for k, v in found["senders"].items()}
    assert senders == {
        "ours": 2000, "service": 100, "passing": 0, "forwarder": 140,
        "unsure": 240, "stranger": sum(30 + d for d in range(20))}
    assert found["senders"]["service"]["top"][0]["service"] == "sendgrid"
    assert found["senders"]["unsure"]["top"][0]["name"] == "Mailchimp"
    assert len(found["days"]) == 20
    assert found["days"][3]["stranger"] == 33
    assert found["domains"][0]["policy"] == "none"
    assert found["domains"][0]["reject_is_safe"] is False  # the newsletter
    assert found["faults"] == []


def test_in_words(run, tmp_path):
    box = month(tmp_path, usual)
    done = run(box)
    assert done.code == 1
    assert "STRANGERS USE YOUR NAME: 790 of 3,270 messages" in done.out
    assert "Mailchimp (240)" in " ".join(done.out.split())
    assert "what to do now" in done.out
    assert all(len(line) <= 80 for line in done.out.splitlines())
    done = run(box, "--lang", "es")
    assert "EXTRAÑOS USAN SU NOMBRE" in done.out
    for english in ("messages", "nothing", "receivers", "what to do"):
        assert english not in done.out


def test_faults_first(run, tmp_path):
    """A server of ours without signature, another with a broken one."""
    def each(d):
        return usual(d) + [
            m.record("203.0.113.6", 9, [("tienda.example", "s1", "fail")],
                     ("tienda.example", "softfail")),
            m.record("203.0.113.5", 2, [], ("tienda.example", "pass"))]
    done = run(month(tmp_path, each), own=("--own", "203.0.113.0/24"))
    assert "YOUR OWN MAIL FAILS: 180 of 2,320" in done.out
    wrong = done.out.index("what is wrong with your own mail")
    assert wrong < done.out.index("  forged ")
    assert "203.0.113.6, as tienda.example: 180 messages" in done.out
    assert "does not verify" in done.out
    assert "passes by SPF alone" in " ".join(done.out.split())
    found = run(tmp_path / "box", "--json",
                own=("--own", "203.0.113.0/24")).json()
    assert [f["fault"] for f in found["faults"]] == \
        ["bad-signature", "spf-only"]
    assert found["domains"][0]["would_hurt"] == 180


def test_service_that_is_used_badly(run, tmp_path):
    """Once SendGrid signs for us, its unsigned mail is ours to mend."""
    def each(d):
        return usual(d) + [m.record(
            "149.72.3.9", 7, [("sendgrid.net", "x", "pass")],
            ("em.sendgrid.net", "pass"))]
    found = run(month(tmp_path, each), "--json").json()
    fault = found["faults"][0]
    assert fault["name"] == "SendGrid"
    assert fault["messages"] == 140
    assert fault["fault"] == "signed-for-others"
    assert fault["signer"] == "sendgrid.net"


def test_policy_is_safe(run, tmp_path):
    def each(d):
        return [m.own(100), m.forged(d, 5)]
    done = run(month(tmp_path, each))
    assert "p=reject is safe: in 20 days all of your 2,000 messages" in \
        " ".join(done.out.split())
    # without knowing what is ours nobody can say so
    done = run(tmp_path / "box", own=())
    assert "p=reject is safe" not in done.out
    assert "--own" in done.out


def test_all_is_well(run, tmp_path):
    done = run(month(tmp_path, lambda d: [m.own(10)], policy="reject"))
    assert done.code == 0
    assert "all mail under your name was yours, and passed" in done.out
    assert "what to do now" not in done.out


def test_twice_is_once(run, tmp_path):
    """The same report in every wrapping there is."""
    text = m.dmarc([m.own(10)])
    files = {"a.xml": text.encode(), "b.xml.gz": m.gz(text),
             "c.zip": m.zipped(r_xml=text),
             "d.eml": m.mail(m.gz(text), "r.xml.gz"),
             "e.eml": m.mail(m.zipped(r_xml=text), "r.zip",
                             "application/zip"),
             "f.eml": m.mail(text.encode(), "r.xml", "text/xml"),
             "g.eml": m.mail(m.gz(text), "r", "application/octet-stream"),
             "h.zip": m.zipped(r_gz=m.gz(text)),
             "i.xml.gz": m.gz(text) + m.gz("\n"),
             "j.eml": m.mail(m.gz(text), "r.gz", "application/x-gzip")}
    for name, data in files.items():
        (tmp_path / "in").mkdir(exist_ok=True)
        (tmp_path / "in" / name).write_bytes(data)
    found = run(tmp_path / "in", "--json").json()
    assert found["reports"]["dmarc"] == 1
    assert found["reports"]["twice"] == len(files) - 1
    assert found["senders"]["ours"]["messages"] == 10
    assert found["letters_without"] == 0


def test_two_in_a_zip(run, tmp_path):
    path = tmp_path / "two.zip"
    path.write_bytes(m.zipped(a_xml=m.dmarc([m.own(1)], id_="a"),
                              b_xml=m.dmarc([m.own(2)], id_="b"),
                              readme_txt="hello"))
    found = run(path, "--json").json()
    assert found["reports"]["dmarc"] == 2
    assert found["senders"]["ours"]["messages"] == 3


BROKEN = {
    "latin1": m.dmarc([m.own(1)], id_="l", org="x.example", extra="").replace(
        "dmarc@x", "caf\xe9@x").encode("latin-1"),
    "cp1252": m.dmarc([m.own(1)], id_="c").replace(
        "UTF-8", "windows-1252").encode("latin-1"),
    "blank": b"\n\n" + m.dmarc([m.own(1)], id_="b").encode(),
    "bom": b"\xef\xbb\xbf" + m.dmarc([m.own(1)], id_="bom").encode(),
    "utf16": m.dmarc([m.own(1)], id_="u", declaration=False).encode("utf-16"),
    "amp": m.dmarc([m.own(1)], id_="amp", extra="<extra_contact_info>"
                   "https://x.example/?a=1&b=2</extra_contact_info>").encode(),
    "angle": m.dmarc([m.own(1)], id_="an",
                     extra="<email><a@x.example></email>").encode(),
    "schema": m.dmarc([m.own(1)], id_="s").replace(
        "<feedback>", '<xs:schema xmlns:xs="http://www.w3.org/2001/'
        'XMLSchema"><feedback>').encode(),
    "prefix": m.dmarc([m.own(1)], id_="p").replace("<", "<d:").replace(
        "<d:/", "</d:").replace("<d:?", "<?").encode(),
    "doctype": m.dmarc([m.own(1)], id_="d").replace(
        "?>\n", "?>\n<!DOCTYPE feedback>\n").encode(),
    "unclosed": m.dmarc([m.own(1)], id_="n").replace(
        "</auth_results>", "").encode(),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_xml(run, tmp_path, name):
    """What real senders write is understood all the same."""
    path = tmp_path / "r.xml"
    path.write_bytes(BROKEN[name])
    found = run(path, "--json").json()
    assert found["reports"]["dmarc"] == 1
    assert found["senders"]["ours"]["messages"] == 1


def test_cut_gzip(run, tmp_path):
    """What stands before the cut counts; a whole copy takes its place."""
    dice = random.Random(4)
    text = m.dmarc([m.record("198.18.%d.%d" % (i % 200, dice.randrange(250)),
                             dice.randrange(1, 999)) for i in range(2000)])
    data = m.gz(text)
    (tmp_path / "cut.xml.gz").write_bytes(data[:len(data) // 2])
    found = run(tmp_path / "cut.xml.gz", "--json").json()
    assert found["reports"]["cut"] == 1
    half = found["senders"]["stranger"]["messages"]
    assert half > 0
    assert any("damaged" in n["sentence"] for n in found["not_examined"])
    (tmp_path / "whole.xml.gz").write_bytes(data)
    both = run(tmp_path / "cut.xml.gz", tmp_path / "whole.xml.gz",
               "--json").json()
    alone = run(tmp_path / "whole.xml.gz", "--json").json()
    assert both["senders"]["stranger"]["messages"] == \
        alone["senders"]["stranger"]["messages"] > half


LAUGHS = ('<?xml version="1.0"?><!DOCTYPE f [<!ENTITY a "ha">' + "".join(
    '<!ENTITY %s "%s">' % (chr(98 + i), ("&%s;" % chr(97 + i)) * 10)
    for i in range(9)) + "]><feedback><org_name>&j;</org_name></feedback>")


def test_bombs(run, tmp_path):
    zeros = bytes(64 * 1024 * 1024)
    (tmp_path / "laughs.xml").write_text(LAUGHS)
    (tmp_path / "zeros.xml.gz").write_bytes(gzip.compress(zeros, 9))
    (tmp_path / "zeros.zip").write_bytes(m.zipped(a_xml=zeros))
    (tmp_path / "deep.xml").write_text("<feedback>" + "<row>" * 200000)
    (tmp_path / "file.xml").write_text(
        '<!DOCTYPE f [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        "<feedback><report_metadata><org_name>&x;</org_name>"
        "</report_metadata></feedback>")
    (tmp_path / "good.xml").write_text(m.dmarc([m.own(10)]))
    paths = sorted(tmp_path.glob("*.*"))
    done = run(*[p for p in paths if p.suffix != ".log"], "--json")
    found = done.json()
    assert found["reports"]["dmarc"] == 1
    assert found["reports"]["broken"] == 5
    refused = {n["what"].rsplit("/", 1)[1] for n in found["not_examined"]
               if "refused" in n["sentence"]}
    assert refused == {"laughs.xml", "zeros.xml.gz", "zeros.zip", "deep.xml",
                       "file.xml"}
    assert "root:" not in done.out


def test_no_report(run, tmp_path):
    (tmp_path / "note.eml").write_bytes(m.mail(b"%PDF", "a.pdf"))
    (tmp_path / "unused.eml").write_bytes(m.mail(m.gz("unused"), "r.xml.gz"))
    done = run(tmp_path / "note.eml", tmp_path / "unused.eml")
    assert done.code == 3
    assert "no report was found" in done.out
    assert "holds none" in done.out
    done = run(tmp_path / "nothing-here")
    assert done.code == 3
    assert "No such file" in " ".join(done.out.split())


def test_tls(run, tmp_path):
    box = m.mbox(tmp_path / "box", [
        m.mail(m.tls([("certificate-expired", "mx1.tienda.example", 30),
                      ("starttls-not-supported", "mx2.tienda.example", 4)],
                     day=3).encode(), "t.json", "application/tlsrpt+json"),
        m.mail(m.gz(m.tls([("certificate-expired", "mx1.tienda.example", 5)],
                          id_="t2")), "t.json.gz", "application/tlsrpt+gzip")])
    done = run(box)
    assert done.code == 1
    text = " ".join(done.out.split())
    assert "39 of 2,039 sessions failed" in text
    assert "35 sessions to mx1.tienda.example failed: the certificate had " \
        "expired" in text
    assert "did not offer STARTTLS" in text
    found = run(box, "--json").json()
    assert found["tls"]["failures"][0]["sessions"] == 35


def test_failure_reports(run, tmp_path):
    (tmp_path / "f.eml").write_text(
        "From: r@receiver.example\nSubject: FW: hello\nMIME-Version: 1.0\n"
        "Content-Type: multipart/report; report-type=feedback-report; "
        "boundary=b\n\n--b\n\nfailed\n--b\n"
        "Content-Type: message/feedback-report\n\n"
        "Feedback-Type: auth-failure\nVersion: 1\nAuth-Failure: dmarc\n"
        "Source-IP: 198.18.3.4\nReported-Domain: tienda.example\n\n"
        "--b\nContent-Type: text/rfc822-headers\n\nSubject: x\n\n--b--\n")
    done = run(tmp_path / "f.eml")
    assert done.code == 1
    assert "reports about single messages that failed: 1," in \
        " ".join(done.out.split())


def test_hostile_words(run, tmp_path):
    """What reports say of themselves is shown, and does nothing."""
    (tmp_path / "r.xml").write_text(m.dmarc(
        [m.record("198.18.0.1", 5, from_="tienda.example\x1b[2J")]).replace(
            "\x1b", "&#x9b;"))
    done = run(tmp_path / "r.xml", "--top", "5")
    assert "\x1b" not in done.out and "\x9b" not in done.out


def outbound(log, days, n):
    """n deliveries to other hosts on each of the first days of November."""
    import datetime
    for d in range(days):
        for i in range(n):
            at = datetime.datetime(2026, 11, 1 + d, 9, 0, i % 60)
            log.message(at, "ana@tienda.example", ["u%d@r.example" % i],
                        account="ana@tienda.example", ip="192.0.2.77")
    log.sort()


def test_more_than_the_log_knows(run, tmp_path):
    log = postfix_log.PostfixLog()
    outbound(log, 20, 5)
    path = log.write(tmp_path / "mail.log")
    args = ("--now", "2026-11-21T00:00:00Z")
    found = run(month(tmp_path, lambda d: [m.own(100)]), *args, "--json",
                log=path).json()
    evidence = found["evidence"]
    assert evidence["covered_days"] >= 17
    assert evidence["delivered"] == 5 * evidence["covered_days"]
    assert evidence["reported"] == 100 * evidence["covered_days"]
    assert evidence["bypassed"] is True
    done = run(tmp_path / "box", *args, log=path)
    assert "MORE LEAVES YOUR ADDRESSES THAN THE LOG KNOWS" in done.out


def test_key_elsewhere(run, tmp_path):
    """Our own selector, and SPF passes: somebody has the key."""
    def each(d):
        return [m.own(50)] + ([m.own(200, ip="198.51.100.9"),
                               m.own(150, ip="192.0.2.200")] if d > 10 else [])
    done = run(month(tmp_path, each))
    text = " ".join(done.out.split())
    assert "YOUR DKIM KEY IS USED ELSEWHERE: 3,150 messages" in text
    assert "selector s1" in text and "198.51.100.0/24" in text
    # the second server of the house, once it is named, is nothing
    done = run(tmp_path / "box", own=("--own", "203.0.113.5", "198.51.100.9",
                                      "192.0.2.200"))
    assert done.code == 0
    assert "KEY" not in done.out


def test_replay(run, tmp_path):
    """One signed message, sent again by thousands of strangers."""
    def signed(ip, n):
        return m.record(ip, n, [("tienda.example", "s1", "pass")],
                        ("evil.example", "pass"))

    def each(d):
        return [m.own(50)] + [signed("198.18.%d.4" % k, 300)
                              for k in range(10) if d > 15]
    box = m.mbox(tmp_path / "box", [
        m.mail(m.gz(m.dmarc(each(d), org=org, id_="%s%d" % (org, d), day=d)),
               "r.xml.gz")
        for d in range(20) for org in ("a.example", "b.example")])
    done = run(box)
    assert "YOUR SIGNED MAIL IS SENT AGAIN" in done.out
    # a forwarder of some customers is not it
    (tmp_path / "innocent").mkdir()
    box = month(tmp_path / "innocent", usual)
    assert "SENT AGAIN" not in run(box).out


def test_what_the_dns_knows(run, tmp_path):
    """SPF names our second server and two services, one that nobody knows."""
    zone = {
        ("tienda.example", TXT): ["v=spf1 ip4:203.0.113.0/28 "
                                  "include:spf.shop.example "
                                  "include:servers.mcsv.net ~all"],
        ("spf.shop.example", TXT): ["v=spf1 ip4:192.0.2.128/25 -all"],
        ("servers.mcsv.net", TXT): ["v=spf1 ip4:205.201.128.0/20 -all"],
        ("77.100.51.198.in-addr.arpa", PTR): ["mail7.sendgrid.net"],
        ("mail7.sendgrid.net", A): ["198.51.100.77"],
        # claims a name that does not lead back
        ("9.0.18.198.in-addr.arpa", PTR): ["mail.sendgrid.net"],
        ("mail.sendgrid.net", A): ["192.0.2.1"],
    }

    def each(d):
        return [m.own(50, ip="203.0.113.5"), m.own(20, ip="203.0.113.6"),
                m.record("192.0.2.200", 8, [], ("shop.example", "pass")),
                m.record("205.201.131.5", 12, [("mcsv.net", "k2", "pass")],
                         ("rsgsv.net", "pass")),
                m.record("198.51.100.77", 4, [], ("x.example", "none")),
                m.record("198.18.0.9", 3, [], ("x.example", "none"))]
    box = month(tmp_path, each)
    world = Fake(lambda name, kind: [(kind, v) for v in
                                     zone.get((name, kind), [])] or 3)
    dns = ("--resolver", world.at, "--no-cache")
    try:
        done = run(box, "--json", own=(), dns=dns)
        text = run(box, own=(), dns=dns).out
    finally:
        world.close()
    senders = {k: v["messages"] for k, v in done.json()["senders"].items()}
    assert senders["ours"] == 20 * 70
    assert senders["service"] == 20 * 20
    assert senders["unsure"] == 20 * 4  # by its name in the DNS
    assert senders["stranger"] == 20 * 3
    names = {f["name"]: f["fault"] for f in done.json()["faults"]}
    assert names == {"Mailchimp": "signed-for-others",
                     "spf.shop.example": "unsigned"}
    assert "yours" in text and "--own" not in text
    # off line the newsletter is not known as ours
    found = run(box, "--json").json()
    assert found["senders"]["unsure"]["messages"] == 20 * 12


def test_more_addresses_than_are_asked(run, tmp_path):
    """Two hundred are asked about; the report says of how many not."""
    (tmp_path / "r.xml").write_text(m.dmarc(
        [m.record("198.18.1.%d" % (i % 250), 900 - i, [], ("x.example", "fail"))
         if i < 250 else
         m.record("198.18.2.%d" % (i % 250), 900 - i, [], ("x.example", "fail"))
         for i in range(260)]))
    world = Fake(lambda name, kind: 3)
    try:
        done = run("r.xml", "--json",
                   dns=("--resolver", world.at, "--no-cache"))
    finally:
        world.close()
    assert "the DNS was not asked about 60 more addresses, which sent least" \
        in [n["sentence"] for n in done.json()["not_examined"]]
