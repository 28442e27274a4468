# SPDX-License-Identifier: ISC
"""A stolen login, a script of a site, a local user and innocents on servers
that a panel set up: who is named, and whether what is told to be typed is that
panel's own, with the way back."""

import subprocess

import pytest

import every_log
import panel_disk
import qmail_log
from panel_disk import MAIN, MASTER, NOW
from postfix_log import PostfixLog
from test_found import put, servers_of
from test_panels import CPANEL, DIRECTADMIN, docker

POSTFIX = {"etc/postfix/main.cf": MAIN % "", "etc/postfix/master.cf": MASTER}
HESTIA = {"usr/local/hestia/conf/hestia.conf": "VERSION='1.8.11'\n"}
VMAIL = ("UPDATE mailbox SET enablesmtp=%s, enablesmtpsecured=%s WHERE "
         "username='ana@tienda.example'")
COMPOSE = "docker compose -f /opt/mailcow-dockerized/docker-compose.yml "


def judge(sereno, disk, *more):
    run = sereno("check", "--json", "--offline", "--root", disk, *NOW, *more)
    report = run.json()
    assert sum(e["unknown_lines"] for e in report["examined"]) == 0
    return run.code, report


def commands(report, code):
    return [r["command"] for f in report["findings"] if f["code"] == code
            for r in f["remedies"]]


def postfix_disk(tmp_path, files, lines=panel_disk.Lines(), log="maillog",
                 users=True):
    out = PostfixLog(lines.host)
    panel_disk.people(out)
    if users:
        panel_disk.thieves(out, {"uid": 10003}, {"uid": 10017})
    else:
        for n in range(200):
            out.message(panel_disk.after(days=8, hours=11, seconds=20 * n),
                        "ana@tienda.example",
                        [every_log.victim(n, k) for k in range(4)],
                        account="ana@tienda.example", ip=every_log.bot(n))
    out.sort()
    text = "".join(line + "\n" for line in lines.write(out.lines))
    disk = tmp_path / "disk"
    for name, content in files.items():
        put(disk, name, content)
    put(disk, "var/log/" + log, text)
    return disk, text


def test_plesk_with_postfix(sereno, tmp_path):
    disk, _ = postfix_disk(tmp_path, {
        **POSTFIX, "usr/local/psa/version": "18.0.57 Debian 12 1800231\n"},
        panel_disk.PleskLines())
    code, report = judge(sereno, disk)
    assert code == 1 and set(servers_of(report)) == {"Plesk", "Postfix"}
    assert sorted(f["origin"]["name"] for f in report["findings"]) == [
        "ana@tienda.example", "uid=10003", "uid=10017"]
    assert commands(report, "stolen-login")[:2] == [
        "plesk bin mail --update ana@tienda.example -passwd "
        "\"$(openssl rand -base64 18)#1aB\"", "postfix reload"]


def test_a_second_user_does_not_let_the_first_in_again(sereno, tmp_path):
    """Typed into a shell that knows history, where "!$" is a word of the line
    before; one after the other, and back."""
    disk, _ = postfix_disk(tmp_path, POSTFIX)
    _, report = judge(sereno, disk)
    told = [c for c in commands(report, "local-user") if "postconf" in c]
    assert len(told) == 4
    tools = tmp_path / "tools"
    put(tools, "id", "#!/bin/sh\necho u$2\n")
    put(tools, "postconf", "#!/bin/sh\ncase $1 in\n-h) cat %s ;;\n"
        "-e) echo \"${2#*=}\" > %s ;;\nesac\n" % ((tmp_path / "set",) * 2))
    for name in ("id", "postconf"):
        (tools / name).chmod(0o755)
    put(tmp_path, "set", "static:anyone\n")

    def typed(*lines):
        subprocess.run(["bash", "--norc", "-i"], input="\n".join(
            ["export PATH=%s:$PATH" % tools, "echo word", *lines, ""]).encode(),
            capture_output=True, timeout=60)
        return (tmp_path / "set").read_text().strip()
    assert typed(told[0]) == "!u10003, static:anyone"
    assert typed(told[2]) == "!u10017, !u10003, static:anyone"
    assert typed(told[1]) == "!u10017, static:anyone"
    assert typed(told[3]) == "static:anyone"


@pytest.mark.parametrize("release,folder,told", [
    ("1.6.8 MARIADB edition.", "mysql", [
        "mysql vmail -e \"%s\"" % (VMAIL % ("0", "0")),
        "mysql vmail -e \"%s\"" % (VMAIL % ("1", "1"))]),
    ("1.7.1", "pgsql", [
        "su - postgres -c \"psql -d vmail -c \\\"%s\\\"\"" % (
            VMAIL % ("0", "0")),
        "su - postgres -c \"psql -d vmail -c \\\"%s\\\"\"" % (
            VMAIL % ("1", "1"))]),
    ("1.7.1", "ldap", [""])])
def test_iredmail_by_its_database(sereno, tmp_path, release, folder, told):
    disk, _ = postfix_disk(tmp_path, {
        **POSTFIX, "etc/iredmail-release": release + "\n",
        "etc/postfix/%s/virtual_mailbox_maps.cf" % folder: "x = y\n"},
        users=False)
    code, report = judge(sereno, disk)
    assert code == 1
    assert commands(report, "stolen-login")[:len(told)] == told
    if folder == "ldap":
        assert "enabledService of ana@tienda.example" in str(
            report["findings"])


@pytest.mark.parametrize("files,told", [
    (HESTIA, ["/usr/local/hestia/bin/v-%ssuspend-mail-account \"$(/usr/local/"
              "hestia/bin/v-search-domain-owner tienda.example)\" "
              "tienda.example ana" % un for un in ("", "un")]),
    ({"etc/dms-settings": "x\n"},
     ["docker exec mailserver setup email restrict %s send ana@tienda.example"
      % how for how in ("add", "del")])], ids=["HestiaCP", "docker-mailserver"])
def test_other_panels(sereno, tmp_path, files, told):
    disk, _ = postfix_disk(tmp_path, {**POSTFIX, **files}, users=False)
    _, report = judge(sereno, disk)
    assert commands(report, "stolen-login")[:2] == told


def test_mailcow(sereno, tmp_path):
    conf = "opt/mailcow-dockerized/data/conf/postfix/"
    disk, text = postfix_disk(tmp_path, {
        conf + "main.cf": MAIN % " 198.18.0.0/15", conf + "master.cf": MASTER},
        users=False)
    put(disk, "var/lib/docker/containers/ab12/ab12-json.log", docker(text))
    (disk / "var/log/maillog").unlink()
    code, report = judge(sereno, disk)
    assert code == 1
    told = commands(report, "stolen-login")
    assert told[0].startswith(COMPOSE + "exec mysql-mailcow ")
    assert 'active=2 WHERE username=\\"ana@tienda.example\\"' in told[0]
    assert 'active=1 WHERE username=\\"ana@tienda.example\\"' in told[1]
    assert told[2] == COMPOSE + "exec postfix-mailcow postfix reload"
    assert commands(report, "relay-weakness") == [
        "echo 'mynetworks = 127.0.0.0/8' >> /%sextra.cf" % conf,
        COMPOSE + "restart postfix-mailcow"]


def zimbra_disk(tmp_path, webmail, networks=" 10.0.0.0/24", own="10.0.0.5"):
    disk = tmp_path / "disk"
    put(disk, "opt/zimbra/conf/localconfig.xml", "<x/>")
    put(disk, "opt/zimbra/common/conf/main.cf", MAIN % networks)
    put(disk, "opt/zimbra/common/conf/master.cf", MASTER)
    put(disk, "var/log/zimbra.log", "".join(
        line + "\n" for line in panel_disk.zimbra_log(webmail, own)))
    return disk


def test_zimbra_when_a_webmail_login_is_stolen(sereno, tmp_path):
    """Its mail comes from the server's own address, beside that of others,
    and through amavis."""
    disk = zimbra_disk(tmp_path, True)
    code, report = judge(sereno, disk)
    [finding] = report["findings"]
    assert code == 1 and finding["code"] == "webmail-sender"
    assert [v["kind"] for v in report["verdicts"]] == ["sending"]
    assert finding["sentence"].startswith(
        "mail of eva@tienda.example that comes from 10.0.0.5")
    assert commands(report, "webmail-sender")[:3] == [
        "su - zimbra -c 'zmprov ma eva@tienda.example zimbraAccountStatus "
        "%s'" % how for how in ("locked", "active")] + [
        "zgrep -ho 'name=eva@tienda.example;.*oip=[^;]*' "
        "/opt/zimbra/log/mailbox.log* | grep -o 'oip=.*' | sort | uniq -c | "
        "sort -n"]
    assert "mynetworks" not in str(finding["remedies"])


@pytest.mark.parametrize("own", ["203.0.113.5", "2001:db8::5"])
def test_zimbra_with_a_public_address_only(sereno, tmp_path, own):
    """Its own address is no stranger that relays."""
    log = tmp_path / "mail.log"
    log.write_text("".join(line + "\n"
                           for line in panel_disk.zimbra_log(True, own)))
    run = sereno("check", "--json", "--offline", "--log", log)
    [finding] = run.json()["findings"]
    assert run.code == 1 and finding["code"] == "webmail-sender"
    assert finding["sentence"].startswith(
        "mail of eva@tienda.example that comes from " + own)
    assert "own address " + own in sereno("check", "--offline", "--log",
                                          log).out
    log.write_text("".join(line + "\n"
                           for line in panel_disk.zimbra_log(False, own)))
    run = sereno("check", "--json", "--offline", "--log", log)
    assert run.code == 0 and run.json()["findings"] == []


def test_zimbra_when_nothing_is_wrong(sereno, tmp_path):
    code, report = judge(sereno, zimbra_disk(tmp_path, False))
    assert code == 0 and report["findings"] == []


def test_zimbra_keeps_its_networks_elsewhere(sereno, tmp_path):
    disk = zimbra_disk(tmp_path, False, " 198.18.0.0/15")
    _, report = judge(sereno, disk)
    assert commands(report, "relay-weakness") == [
        "su - zimbra -c 'zmprov ms $(zmhostname) zimbraMtaMyNetworks "
        "\"127.0.0.0/8\"'", "su - zimbra -c 'zmmtactl reload'"]


@pytest.mark.parametrize("address", ["10.0.0.7", "127.0.0.1"])
def test_a_newsletter_of_a_trusted_machine(sereno, tmp_path, address):
    log = PostfixLog()
    panel_disk.people(log)
    for day in (1, 4, 8):
        for n in range(900):
            to = "reader%d@list%d.example" % (n, n % 50)
            log.message(panel_disk.after(days=day, hours=1, seconds=9 * n),
                        "shop@tienda.example",
                        [(to, "550 5.1.1 <%s>: user unknown" % to)
                         if n % 120 == 0 else to], ip=address)
    log.sort()
    path = log.write(tmp_path / "mail.log")
    run = sereno("check", "--json", "--offline", "--log", path)
    assert run.code == 0 and run.json()["findings"] == []


def test_strangers_behind_a_gateway_are_not_one_sender(sereno, tmp_path):
    """A name of somebody else: then it is the address that is to be closed."""
    log = PostfixLog()
    panel_disk.people(log)
    for n in range(200):
        log.message(panel_disk.after(days=8, hours=5, seconds=20 * n),
                    "offer@brand.example",
                    [every_log.victim(n, k) for k in range(3)],
                    ip="172.22.1.1")
    log.sort()
    path = log.write(tmp_path / "mail.log")
    report = sereno("check", "--json", "--offline", "--log", path).json()
    assert [f["code"] for f in report["findings"]] == ["proxied-relay"]


def exim_disk(tmp_path, files, log):
    out = every_log.EximLog()
    panel_disk.people(out)
    panel_disk.thieves(
        out, {"user": "web3", "folder": "/home/web3/public_html/old"},
        {"user": "luis", "folder": "/home/luis"})
    disk = tmp_path / "disk"
    for name, content in files.items():
        put(disk, name, content)
    put(disk, log, "")
    out.logs((disk / log).parent, (disk / log).name)
    return disk


def test_cpanel(sereno, tmp_path):
    disk = exim_disk(tmp_path, {
        "usr/local/cpanel/version": "11.110.0.5\n", "etc/exim.conf": CPANEL,
        "etc/localdomains": "tienda.example\n"}, "var/log/exim_mainlog")
    code, report = judge(sereno, disk)
    assert code == 1
    owner = "uapi --user=\"$(/usr/local/cpanel/scripts/whoowns " \
        "tienda.example)\" Email %s email=ana@tienda.example"
    assert commands(report, "stolen-login")[:2] == [
        owner % "suspend_login", owner % "unsuspend_login"]
    told = commands(report, "web-script")
    assert told[2:] == ["whmapi1 %ssuspend_outgoing_email user='web3'" % un
                        for un in ("", "un")]
    assert "custom_begin_outgoing_notsmtp_checkall" in str(report["findings"])
    assert commands(report, "local-user")[1:] == [
        "whmapi1 %ssuspend_outgoing_email user='luis'" % un
        for un in ("", "un")]


def test_directadmin(sereno, tmp_path):
    disk = exim_disk(tmp_path, {
        "usr/local/directadmin/conf/directadmin.conf": "x=y\n",
        "etc/exim.conf": DIRECTADMIN,
        "etc/virtual/domains": "tienda.example\n"}, "var/log/exim/mainlog")
    code, report = judge(sereno, disk)
    assert code == 1
    told = commands(report, "stolen-login")[:2]
    script = commands(report, "web-script")[2:]
    # they do what they say, and back
    virtual = tmp_path / "virtual"
    virtual.mkdir()
    kept = virtual / "blacklist_smtp_usernames"
    kept.write_text("anaXtienda.example:1\n")

    def typed(command):
        subprocess.run(["bash", "-c", command.replace(
            "/etc/virtual", str(virtual))], check=True, timeout=60)
    typed(told[0])
    assert "\nana@tienda.example:1" in kept.read_text()
    typed(told[1])
    assert kept.read_text() == "anaXtienda.example:1\n"
    typed(script[0])
    assert (virtual / "blacklist_script_usernames").read_text().startswith(
        "web3:1")
    typed(script[1])
    assert (virtual / "blacklist_script_usernames").read_text() == ""


def qmail_disk(tmp_path, log, files):
    qmail_log.honest_days(log)
    qmail_log.stolen_night(log)
    disk = tmp_path / "disk"
    for name, content in files.items():
        put(disk, name, content)
    logs = disk / "var/log"
    logs.mkdir(parents=True)
    return disk, log.write(logs)


def test_qmail_with_vpopmail(sereno, tmp_path):
    disk, paths = qmail_disk(tmp_path, qmail_log.QmailLog("syslog", "vpopmail"),
                             {"var/qmail/control/me": "mx1.tienda.example\n",
                              "home/vpopmail/bin/vmoduser": "x"})
    code, report = judge(sereno, disk)
    assert code == 1 and servers_of(report)["vpopmail"]["kind"] == "helper"
    assert commands(report, "stolen-login")[:2] == [
        "/home/vpopmail/bin/vmoduser -%s ana@tienda.example" % how
        for how in "sx"]


def test_plesk_with_qmail(sereno, tmp_path):
    disk, _ = qmail_disk(tmp_path, qmail_log.QmailLog("syslog", "plesk", 2020),
                         {"var/qmail/control/me": "mx1.tienda.example\n",
                          "usr/local/psa/version": "11.5.30 Debian 7\n"})
    code, report = judge(sereno, disk)
    assert code == 1 and set(servers_of(report)) == {"Plesk", "qmail"}
    assert commands(report, "stolen-login")[0].startswith("plesk bin mail ")


@pytest.mark.parametrize("account", [
    "ana$(reboot)@tienda.example", "-rf@tienda.example", "ana'@tienda.example",
    "ana", "{user}{uid}@tienda.example", "an a@tienda.example"])
def test_a_name_that_is_not_to_be_typed(sereno, tmp_path, account):
    """Then it is said in words alone."""
    log = PostfixLog()
    for n in range(200):
        log.message(panel_disk.after(days=8, seconds=20 * n),
                    "ana@tienda.example",
                    [every_log.victim(n, k) for k in range(4)],
                    account=account, ip=every_log.bot(n))
    disk = tmp_path / "disk"
    for name, content in {**POSTFIX, **HESTIA}.items():
        put(disk, name, content)
    (disk / "var/log").mkdir(parents=True)
    log.write(disk / "var/log/maillog")
    _, report = judge(sereno, disk)
    told = commands(report, "stolen-login")
    assert told[0] == ""
    assert not any("v-suspend" in command for command in told)
