# SPDX-License-Identifier: ISC
"""A gateway: it takes the world's mail for the domains of its people, filters it
and passes it on to their servers by smtp(8). That looks like an open relay, and
now and then it is one, too."""

import conftest
import pytest

MAIN = """myhostname = gw.tienda.example
mydestination =
relay_domains = %s
mynetworks = 127.0.0.0/8 203.0.113.77/32
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
"""
SERVER = "mail.tienda.example[203.0.113.77]"
SPAM = "550 5.7.1 Message rejected as spam (in reply to end of DATA command)"
UNKNOWN = "550 5.1.1 <%s>: Recipient address rejected: User unknown (in reply " \
    "to RCPT TO command)"


class Gateway:
    def __init__(self):
        self.groups = []

    def message(self, n, client, sender, to, relay, refused=None):
        at = "Nov %d %02d:%02d:%02d gw postfix/" % (
            10 + n % 9, 8 + n % 9, n * 13 % 60, n * 7 % 60)
        qid = "%X" % (0xC0000 + len(self.groups))
        said = "dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4F%08X)" % n
        if refused if refused is not None else n % 25 == 0 or n % 40 == 1:
            reply = SPAM if n % 25 else UNKNOWN % to
            said = "dsn=%s, status=bounced (host %s said: %s)" % (
                reply[4:9], relay, reply)
        self.groups.append([
            "%ssmtpd[7]: %s: client=%s" % (at, qid, client),
            "%scleanup[8]: %s: message-id=<%d.%s@far.example>" % (
                at, qid, n, qid),
            "%sqmgr[3]: %s: from=<%s>, size=2000, nrcpt=1 (queue active)" % (
                at, qid, sender),
            "%ssmtp[6]: %s: to=<%s>, relay=%s:25, delay=0.1, "
            "delays=0/0/0/0.1, %s" % (at, qid, to, relay, said),
            "%sqmgr[3]: %s: removed" % (at, qid)])

    def inbound(self, count=1500, domains=1, people=40):
        """Mail of 300 servers for the people behind it."""
        for n in range(count):
            far = n % 300
            self.message(n, "mail.far%d.example[198.%d.%d.9]" % (
                far, 18 + far % 2, far % 250),
                "pal%d@far%d.example" % (n % 700, far),
                "user%d@tienda%s.example" % (
                    n % people, n % people % domains or ""), SERVER)
        return self

    def relayed(self, count=600, free_mail=True):
        """Spam of a botnet for the world."""
        for n in range(count):
            to = "v%d@victim%d.example" % (n, n % 150)
            if free_mail and n % 4 == 0:
                to = "v%d@gmail.com" % n
            self.message(n, "h%d.isp.example[198.18.%d.%d]" % (
                n % 200, n % 200, n % 90 + 1), "x%d@brand%d.example" % (
                n, n % 30), to, "mx.far.example[192.0.2.%d]" % (n % 99 + 1))
        return self

    def write(self, folder):
        self.groups.sort(key=lambda g: g[0][:15])
        path = folder / "mail.log"
        path.write_text("".join(line + "\n"
                                for group in self.groups for line in group))
        return path


def root(folder, domains):
    etc = folder / "root" / "etc" / "postfix"
    etc.mkdir(parents=True)
    (etc / "main.cf").write_text(MAIN % domains)
    (etc / "master.cf").write_text(
        "smtp inet n - y - - smtpd\nsmtp unix - - y - - smtp\n")
    return folder / "root"


def judge(sereno, *words):
    run = sereno("check", "--json", "--offline", *words)
    return run, run.json()


@pytest.mark.parametrize("count, domains, people", [
    (1500, 1, 40), (1500, 60, 400), (120, 1, 100), (300, 3, 200)])
def test_a_gateway_is_no_open_relay(sereno, tmp_path, count, domains, people):
    log = Gateway().inbound(count, domains, people).write(tmp_path)
    run, report = judge(sereno, "--log", log)
    assert run.code == 0, run.out
    assert [v["kind"] for v in report["verdicts"]] == ["clean"]
    [said] = [s for s in conftest.gaps(report) if "as a gateway does" in s]
    assert "first of all for tienda" in said


def test_a_configuration_with_domains_out_of_sight(sereno, tmp_path):
    """In a database: what to read is not said again."""
    log = Gateway().inbound().write(tmp_path)
    run, report = judge(sereno, "--log", log, "--root",
                        root(tmp_path, "mysql:/etc/postfix/relay.cf"))
    assert run.code == 0, run.out
    [said] = [s for s in conftest.gaps(report) if "as a gateway does" in s]
    assert "not all domains of this server could be read" in said
    assert "--root" not in said


def test_configuration_tells_it(sereno, tmp_path):
    """All is known: no reservation."""
    log = Gateway().inbound(1500, 60, 400).write(tmp_path)
    run, report = judge(sereno, "--log", log, "--root", root(
        tmp_path, "tienda.example " + " ".join(
            "tienda%d.example" % n for n in range(1, 60))))
    assert run.code == 0, run.out
    assert report["findings"] == []
    assert not any("gateway" in s for s in conftest.gaps(report))


@pytest.mark.parametrize("domains, found", [
    (".example", True), ("tienda.example", False), ("*", True),
    (".tienda.example", True), ("example", True)])
def test_what_is_below_a_domain(sereno, tmp_path, domains, found):
    """As Postfix takes it; a name without a dot is nobody's."""
    log = Gateway()
    for n in range(600):
        log.message(n, "h.isp.example[198.18.%d.4]" % (n % 200),
                    "x%d@brand.example" % n,
                    "v%d@%stienda.example" % (n, "lojas." * (n % 3)),
                    SERVER)
    run, report = judge(sereno, "--log", log.write(tmp_path), "--root",
                        root(tmp_path, domains))
    counts = [c["messages"] for c in report["culprits"]]
    if domains == ".tienda.example":
        assert counts == [200]
    else:
        assert counts == ([600] if found else [])


def test_a_gateway_that_is_an_open_relay_too(sereno, tmp_path):
    """What is for its own people is not counted with the rest."""
    log = Gateway().inbound().relayed().write(tmp_path)
    run, report = judge(sereno, "--log", log, "--root",
                        root(tmp_path, "tienda.example"))
    assert run.code == 1
    [culprit] = report["culprits"]
    assert culprit["findings"] == ["open-relay"]
    assert culprit["messages"] == culprit["recipients"] == 600


@pytest.mark.parametrize("free_mail", [True, False])
def test_an_open_relay_of_a_botnet(sereno, tmp_path, free_mail):
    log = Gateway().relayed(free_mail=free_mail).write(tmp_path)
    run, report = judge(sereno, "--log", log)
    assert run.code == 1
    [culprit] = report["culprits"]
    assert culprit["findings"] == ["open-relay"]
    assert culprit["messages"] == 600


def test_nobody_is_the_gateway_of_a_provider(sereno, tmp_path):
    """relay_domains = gmail.com: somebody wanted to write there."""
    log = Gateway()
    for n in range(600):
        log.message(n, "h.isp.example[198.18.%d.4]" % (n % 200),
                    "x%d@brand.example" % n, "v%d@gmail.com" % n,
                    "gmail-smtp-in.l.google.com[192.0.2.26]")
    run, report = judge(sereno, "--log", log.write(tmp_path), "--root",
                        root(tmp_path, "gmail.com"))
    assert run.code == 1
    [culprit] = report["culprits"]
    assert culprit["findings"] == ["open-relay"]
    assert culprit["messages"] == 600


def test_spam_of_the_server_behind_it(sereno, tmp_path):
    """Its public address is trusted: whose mail of it is spam?"""
    log = Gateway().inbound()
    for n in range(500):
        log.message(n, SERVER, "user%d@tienda.example" % (n % 40),
                    "pal%d@far%d.example" % (n % 50, n % 50),
                    "mx.far.example[192.0.2.9]", False)
    for n in range(8, 9 * 400, 9):  # all in one hour
        log.message(n, SERVER, "eva@tienda.example",
                    "v%d@victim%d.example" % (n, n),
                    "mx.far.example[192.0.2.9]", n % 4 == 0)
    run, report = judge(sereno, "--log", log.write(tmp_path), "--root",
                        root(tmp_path, "tienda.example"))
    assert run.code == 1
    [finding] = [f for f in report["findings"]
                 if f["code"] != "provider-block"]
    assert finding["code"] == "webmail-sender"
    assert finding["sentence"].startswith("mail of eva@tienda.example that "
                                          "comes from 203.0.113.77")
