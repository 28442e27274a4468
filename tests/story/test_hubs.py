# SPDX-License-Identifier: ISC
"""Gateways and backup MX of every server: by the log alone, with the
configuration, abused by strangers, or by one of its own people. Those of Postfix
are in test_gateway.py."""

import conftest
import every_log
import hub_log
import pytest

NAMES = [kind.name for kind in every_log.EVERY]
DOMAINS = ["casa.example"] + ["casa%d.example" % n for n in range(1, 60)]

EXIM = """primary_hostname = gw.casa.example
%s
hostlist relay_from_hosts = 127.0.0.1 : 203.0.113.77
acl_smtp_rcpt = acl_check_rcpt
begin acl
acl_check_rcpt:
  accept hosts = +relay_from_hosts
         control = submission
  accept authenticated = *
%s
begin routers
hubbed:
  driver = manualroute
  domains = +relay_to_domains
  transport = remote_smtp
  route_list = * 203.0.113.77
"""
RELAYED = """  require message = relay not permitted
          domains = +local_domains : +relay_to_domains
  require verify = recipient/callout
  accept"""
SMTPD = """listen on all
action "in" relay host smtp://203.0.113.77
action "out" relay
%s
match from src 203.0.113.77 for any action "out"
match for any action "out"
"""
CONTROL = "/var/qmail/control/"


def lines(text="%s", domains=DOMAINS):
    return "".join(text % d + "\n" for d in domains)


def exim(lists, acl=RELAYED):
    return {"/etc/exim4/exim4.conf": EXIM % (
        "domainlist local_domains = @\n" + lists, acl),
        "/etc/exim4/hubbed": lines("%s: 203.0.113.77")}


def sendmail(conf, **files):
    return {"/etc/mail/sendmail.cf":
            "Djgw\nO DaemonPortOptions=Name=MTA, Port=smtp\n" + conf,
            "/etc/mail/mailertable": lines("%s\tesmtp:[203.0.113.77]"),
            **{"/etc/mail/" + name: text for name, text in files.items()}}


def opensmtpd(rules):
    return {"/etc/smtpd.conf": SMTPD % rules, "/etc/mail/domains": lines(),
            "/etc/mail/people": "".join(
                "user%d@%s\n" % (n, d) for n in range(40) for d in DOMAINS)}


def qmail(**files):
    return {CONTROL + "me": "gw.casa.example\n",
            CONTROL + "locals": "gw.casa.example\n",
            CONTROL + "smtproutes": lines("%s:203.0.113.77"),
            "/etc/tcp.smtp": '203.0.113.77:allow,RELAYCLIENT=""\n:allow\n',
            **{CONTROL + name.replace("_", "."): text
               for name, text in files.items()}}


LIST = " : ".join(DOMAINS)
CONFIGURED = {
    "exim": exim("domainlist relay_to_domains = " + LIST),
    "sendmail": sendmail("FR-o /etc/mail/relay-domains %[^\\#]\n", **{
        "relay-domains": lines() + "203.0.113.77\n"}),
    "opensmtpd": opensmtpd('table inside file:/etc/mail/domains\n'
                           'match from any for domain <inside> action "in"'),
    "qmail": qmail(rcpthosts=lines()),
}
ALL = [(name, None) for name in NAMES] + list(CONFIGURED.items())
IDS = ["%s-%s" % (name, "configured" if files else "log")
       for name, files in ALL]


def hub(name, notice=False, servers=1):
    kind = {kind.name: kind for kind in every_log.EVERY}[name]
    return hub_log.Hub(kind(), notice, servers)


def judge(sereno, folder, log, files):
    words = log.logs(folder)
    for path, text in (files or {}).items():
        path = folder / "root" / path.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    if files:
        words += ["--root", folder / "root"]
    run = sereno("check", "--json", "--offline", *words)
    return run, run.json()


def reservations(report):
    return [s for s in conftest.gaps(report) if "as a gateway does" in s]


def is_clean(run, report, reserved):
    assert run.code == 0, run.out
    assert [v["kind"] for v in report["verdicts"]] == ["clean"]
    assert len(reservations(report)) == reserved
    assert all(s["unknown_lines"] == 0 for s in report["examined"])


@pytest.mark.parametrize("count, domains, people", [
    (1500, 1, 40), (1500, 60, 400), (120, 1, 100), (300, 3, 200)])
@pytest.mark.parametrize("name, files", ALL, ids=IDS)
def test_a_gateway(sereno, tmp_path, name, files, count, domains, people):
    log = hub(name).inbound(count, domains, people)
    is_clean(*judge(sereno, tmp_path, log, files), files is None)


@pytest.mark.parametrize("name, files", ALL, ids=IDS)
def test_a_backup_mx(sereno, tmp_path, name, files):
    """The server that it waits for is often away."""
    log = hub(name).inbound(400, 3, 40, False, lambda n: "451 4.3.0 later"
                            if n % 2 else None)
    is_clean(*judge(sereno, tmp_path, log, files), files is None)


@pytest.mark.parametrize("name, files", ALL, ids=IDS)
def test_their_server_hands_out(sereno, tmp_path, name, files):
    log = hub(name).inbound().outbound()
    is_clean(*judge(sereno, tmp_path, log, files), files is None)


@pytest.mark.parametrize("free_mail", [0, 10])
@pytest.mark.parametrize("name", NAMES)
def test_to_whomever_they_like(sereno, tmp_path, name, free_mail):
    log = hub(name).inbound(1500, 60, 400).outbound(900, free_mail)
    is_clean(*judge(sereno, tmp_path, log, None), True)


def many(files):
    """All of 203.0.113.64/26 may relay."""
    return files and {path: text.replace(
        "203.0.113.77\nacl", "203.0.113.64/26\nacl").replace(
        "src 203.0.113.77", "src 203.0.113.64/26").replace(
        "\n203.0.113.77\n", "\n203.0.113\n").replace(
        "203.0.113.77:allow", "203.0.113.:allow")
        for path, text in files.items()}


@pytest.mark.parametrize("name, files", ALL, ids=IDS)
def test_forty_customers(sereno, tmp_path, name, files):
    """Each has a server of his own, which hands out what he writes."""
    log = hub(name, servers=40).inbound(2000, 60, 400).outbound(1500)
    is_clean(*judge(sereno, tmp_path, log, many(files)), files is None)


@pytest.mark.parametrize("name, files", ALL, ids=IDS)
def test_forty_customers_and_strangers(sereno, tmp_path, name, files):
    log = hub(name, servers=40).inbound(2000, 60, 400).outbound(1500)
    log.relayed()
    run, report = judge(sereno, tmp_path, log, many(files))
    assert run.code == 1
    [culprit] = report["culprits"]
    assert culprit["findings"] == ["open-relay"]
    assert culprit["messages"] == (600 if files else 2600)


@pytest.mark.parametrize("name, files", ALL, ids=IDS)
def test_one_of_forty_customers(sereno, tmp_path, name, files):
    log = hub(name, servers=40).inbound(2000, 60, 400).outbound(1500).stolen()
    run, report = judge(sereno, tmp_path, log, many(files))
    assert run.code == 1
    [culprit] = report["culprits"]
    assert culprit["origin"]["name"] == hub_log.INNER[1]
    assert 400 <= culprit["messages"] < 410
    assert culprit["findings"] == ["webmail-sender"]


@pytest.mark.parametrize("name", NAMES)
def test_a_relay_that_two_friends_use(sereno, tmp_path, name):
    """One client that is written to, too, does not hide a botnet."""
    log = hub(name).relayed().outbound(90)
    for n in range(30):
        log.message(hub_log.at_of(n, 3001, 17), "198.18.7.%d" % n,
                    "x%d@brand.example" % n, "user%d@casa.example" % n)
    run, report = judge(sereno, tmp_path, log, None)
    assert run.code == 1
    [culprit] = report["culprits"]
    assert culprit["findings"] == ["open-relay"]
    assert culprit["messages"] >= 630


@pytest.mark.parametrize("name", CONFIGURED)
def test_an_open_relay_too(sereno, tmp_path, name):
    log = hub(name).inbound().relayed()
    run, report = judge(sereno, tmp_path, log, CONFIGURED[name])
    assert run.code == 1
    [culprit] = report["culprits"]
    assert culprit["findings"] == ["open-relay"]
    assert culprit["messages"] == culprit["recipients"] == 600


@pytest.mark.parametrize("name", NAMES)
def test_an_open_relay(sereno, tmp_path, name):
    run, report = judge(sereno, tmp_path, hub(name).relayed(), None)
    assert run.code == 1
    [culprit] = report["culprits"]
    assert culprit["findings"] == ["open-relay"]
    assert culprit["messages"] == 600


@pytest.mark.parametrize("name, files", ALL, ids=IDS)
def test_a_mailbox_behind_it(sereno, tmp_path, name, files):
    """By the log alone, too: where strangers' mail goes to is no stranger."""
    log = hub(name).inbound().outbound().stolen()
    run, report = judge(sereno, tmp_path, log, files)
    assert run.code == 1
    [culprit] = report["culprits"]
    assert culprit["findings"] == ["webmail-sender"]
    assert 400 <= culprit["messages"] < 410
    [finding] = [f for f in report["findings"]
                 if f["code"] == "webmail-sender"]
    assert finding["sentence"].startswith("mail of eva@casa.example that "
                                          "comes from 203.0.113.77")


@pytest.mark.parametrize("name", CONFIGURED)
def test_it_bounces_what_they_refuse(sereno, tmp_path, name):
    """That is no open relay, but spam to whom spammers named."""
    log = hub(name, notice=True)
    log.log.notice_reply = "550 5.1.1 User unknown"
    log.inbound(reply=lambda n: hub_log.UNKNOWN % "x" if n % 3 == 1 else None)
    run, report = judge(sereno, tmp_path, log, CONFIGURED[name])
    assert run.code == 1
    assert [f["code"] for f in report["findings"]] == ["backscatter-source"]


# What takes the same mail by other words; whether it is known which.
@pytest.mark.parametrize("name, files, known", [
    ("exim", exim("domainlist relay_to_domains = lsearch;/etc/exim4/hubbed"),
     True),
    ("exim", exim("domainlist hubs = %s\n"
                  "domainlist relay_to_domains = +hubs" % LIST), True),
    ("exim", exim("domainlist relay_domains = " + LIST,
                  "  accept domains = +relay_domains\n    endpass\n"
                  "    verify = recipient\n  deny message = no relay"), True),
    ("exim", exim("domainlist hubs = " + LIST,
                  "  deny domains = !+local_domains : !+hubs\n  accept"),
     True),
    ("exim", exim("", "  accept domains = lsearch;/etc/exim4/hubbed\n  deny"),
     True),
    ("exim", exim("domainlist relay_to_domains = @mx_any"), False),
    ("exim", exim("domainlist relay_to_domains = ^casa\\d*[.]example"),
     False),
    ("exim", exim("domainlist relay_to_domains = mysql;SELECT a FROM b"),
     False),
    ("sendmail", sendmail("CR" + " ".join(DOMAINS) + "\n"), True),
    ("sendmail", sendmail("FR-o /etc/mail/hubs\n", hubs=lines()), True),
    ("sendmail", sendmail("Cw" + " ".join(DOMAINS) + "\nDH[203.0.113.77]\n"),
     True),
    ("sendmail", sendmail("", access=lines("To:%s\tRELAY")), True),
    ("sendmail", sendmail("Kmxserved bestmx -z: -T<TEMP>\n"), False),
    ("opensmtpd", opensmtpd(
        'table who file:/etc/mail/people\n'
        'match from any for rcpt-to <who> action "in"'), True),
    ("opensmtpd", opensmtpd(
        'match from any for domain regex "^casa.*example$" action "in"'),
     False),
    ("opensmtpd", opensmtpd(
        'match from any for domain "casa*.example" action "in"'), False),
    ("opensmtpd", {"/etc/smtpd.conf": "listen on all\n"
                   "table inside { %s }\n"
                   "accept from any for domain <inside> relay backup\n"
                   "accept from local for any relay\n" % ", ".join(
                       '"%s"' % d for d in DOMAINS[:40])}, True),
    ("qmail", qmail(rcpthosts="x.example\n", morercpthosts=lines(),
                    morercpthosts_cdb="x"), True),
    ("qmail", qmail(rcpthosts="x.example\n", morercpthosts_cdb="x"), False),
])
def test_other_words(sereno, tmp_path, name, files, known):
    log = hub(name).inbound(1500, 3, 39)
    is_clean(*judge(sereno, tmp_path, log, files), not known)


@pytest.mark.parametrize("name, files", [
    ("exim", exim("domainlist relay_to_domains = *")),
    ("exim", exim("domainlist relay_to_domains = other.example")),
    ("exim", exim("domainlist relay_to_domains =",
                  "  accept authenticated = *\n    domains = casa.example\n"
                  "  deny message = no")),
    ("sendmail", sendmail("", access=lines("Connect:%s\tRELAY"))),
    ("opensmtpd", opensmtpd(
        'match from any ! for domain { casa.example } action "in"')),
    ("opensmtpd", opensmtpd('match for domain casa.example action "in"')),
    ("qmail", qmail(rcpthosts="x.example\n")),
])
def test_not_theirs(sereno, tmp_path, name, files):
    """Spam for one domain that no word says is to be passed on."""
    log = hub(name).inbound()
    run, report = judge(sereno, tmp_path, log, files)
    assert run.code == 1
    [culprit] = report["culprits"]
    assert culprit["findings"] == ["open-relay"]
    assert culprit["messages"] == 1500


def cut_through(path):
    """What Exim does with control = cutthrough_delivery: the next server has
    taken the message before this one says that it came in. Other sessions are
    between."""
    blocks = {}
    for line in path.read_text().splitlines():
        blocks.setdefault(line.split()[2], []).append(line)
    lines, late = [], []
    for block in blocks.values():
        if len(block) == 3 and " => " in block[1]:
            came, block[0] = block[0], block[1].replace(" => ", " >> ", 1)
            block[1] = came
        lines += block[:1] + late
        late = block[1:]
    path.write_text("\n".join(lines + late) + "\n")


@pytest.mark.parametrize("configured", [False, True])
@pytest.mark.parametrize("abused", [False, True])
def test_cut_through(sereno, tmp_path, abused, configured):
    log = hub("exim").inbound(1500, 3, 39).outbound()
    if abused:
        log.relayed()
    log.logs(tmp_path)
    cut_through(tmp_path / "mainlog")
    words = ["--log", tmp_path / "mainlog"]
    log.logs = lambda folder: words
    run, report = judge(sereno, tmp_path, log,
                        CONFIGURED["exim"] if configured else None)
    if not abused:
        return is_clean(run, report, not configured)
    [culprit] = report["culprits"]
    assert culprit["findings"] == ["open-relay"]
    # what a block of the log cuts in two is not seen to leave
    count = 600 if configured else 2100
    assert count - 10 < culprit["messages"] <= count


def test_cut_through_of_an_account(sereno, tmp_path):
    log = every_log.EximLog()
    every_log.night(log, 400, 1, sender="eva@tienda.example",
                    account="eva@tienda.example", ip=every_log.bot)
    words = log.logs(tmp_path)
    before = sereno("check", "--json", "--offline", *words).json()
    cut_through(tmp_path / "mainlog")
    after = sereno("check", "--json", "--offline", *words).json()
    for report in before, after:
        [culprit] = report["culprits"]
        assert culprit["findings"] == ["stolen-login"]
        assert 285 <= culprit["accepted"] <= 287
