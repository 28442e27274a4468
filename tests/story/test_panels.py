# SPDX-License-Identifier: ISC
"""Disks of servers that a panel set up: logs, configuration and queue are found
in the panel's own places, and its defaults are no weakness."""

import json

import pytest

from exim_queue import EximQueue
from postfix_queue import PostfixQueue
from test_found import put, servers_of

EXIM = ("2026-11-20 08:00:00 1vLx00-000001-00 <= ana@shop.example H=pc (pc) "
        "[198.51.100.9] P=esmtpsa A=dovecot_plain:ana@shop.example S=900 "
        "T=\"x\" for b@far.example\n"
        "2026-11-20 08:00:01 1vLx00-000001-00 => b@far.example R=dnslookup "
        "T=remote_smtp H=mx.far [203.0.113.9] C=\"250 ok\"\n"
        "2026-11-20 08:00:01 1vLx00-000001-00 Completed\n")
POSTFIX = ("Nov 20 08:00:00 mx postfix/smtpd[12]: 4jYqNN50Ckz1bY3G: "
           "client=pc[198.51.100.9], sasl_method=PLAIN, "
           "sasl_username=ana@shop.example\n"
           "Nov 20 08:00:00 mx postfix/qmgr[9]: 4jYqNN50Ckz1bY3G: "
           "from=<ana@shop.example>, size=900, nrcpt=1 (queue active)\n"
           "Nov 20 08:00:01 mx postfix/smtp[13]: 4jYqNN50Ckz1bY3G: "
           "to=<b@far.example>, relay=mx.far[203.0.113.9]:25, delay=1, "
           "delays=0/0/0/1, dsn=2.0.0, status=sent (250 ok)\n"
           "Nov 20 08:00:01 mx postfix/qmgr[9]: 4jYqNN50Ckz1bY3G: removed\n")
# As cPanel's own templates and DirectAdmin's exim.conf 4.5 have these parts.
CPANEL = """domainlist local_domains = lsearch;/etc/localdomains
domainlist secondarymx_domains = lsearch;/etc/secondarymx
domainlist relay_domains = +local_domains : +secondarymx_domains
hostlist loopback = <; @[]; 127.0.0.0/8 ; 0.0.0.0 ; ::1 ; \
0000:0000:0000:0000:0000:ffff:7f00:0000/8
hostlist relay_hosts = net-iplsearch;/etc/relayhosts : +loopback
acl_smtp_rcpt = acl_smtp_rcpt
log_selector = +arguments +subject +received_recipients
begin acl
acl_smtp_rcpt:
  accept hosts = :
  accept hosts = +relay_hosts
  accept authenticated = *
  require domains = +relay_domains
  require verify = recipient
  accept
"""
DIRECTADMIN = """.include_if_exists /etc/exim.variables.conf
domainlist local_domains = lsearch;/etc/virtual/domains
domainlist relay_domains = lsearch;/etc/virtual/domains : localhost
hostlist relay_hosts = net-lsearch;/etc/virtual/pophosts : 127.0.0.1
hostlist auth_relay_hosts = *
acl_smtp_rcpt = acl_check_recipient
begin acl
acl_check_recipient:
  accept hosts = :
  accept hosts = +relay_hosts
  accept authenticated = *
  require domains = +relay_domains
  require verify = recipient
  accept
"""
MAIN = "mydestination = shop.example\nmynetworks = 127.0.0.0/8\n"
MASTER = "smtp inet n - n - - smtpd\n"


def docker(text):
    return "".join(json.dumps(
        {"log": line + "\n", "stream": "stdout",
         "time": "2026-11-20T08:00:01.5Z"}, separators=(",", ":")) + "\n"
        for line in text.splitlines())


VOLUME = "var/lib/docker/volumes/mailcowdockerized_postfix-vol-1/_data"
MAILCOW = "opt/mailcow-dockerized/data/conf/postfix/"
CASES = {
    "cPanel": ({
        "usr/local/cpanel/version": "11.110.0.5\n", "etc/exim.conf": CPANEL,
        "etc/localdomains": "shop.example\n",
        "etc/userdomains": "shop.example: shop\n*: nobody\n",
        "var/log/exim_mainlog": EXIM}, "Exim", "var/log/exim_mainlog",
        EximQueue, "var/spool/exim"),
    "DirectAdmin": ({
        "usr/local/directadmin/conf/directadmin.conf": "x=y\n",
        "etc/exim.conf": DIRECTADMIN, "etc/virtual/domains": "shop.example\n",
        "etc/virtual/domainowners": "shop.example: shop\n",
        "etc/exim.variables.conf":
        "log_selector = +arguments +subject +received_recipients\n",
        "var/log/exim/mainlog": EXIM}, "Exim", "var/log/exim/mainlog",
        EximQueue, "var/spool/exim"),
    "Zimbra": ({
        "opt/zimbra/conf/localconfig.xml": "<x/>",
        "opt/zimbra/common/conf/main.cf": MAIN,
        "opt/zimbra/common/conf/master.cf": MASTER,
        "var/log/zimbra.log": POSTFIX}, "Postfix", "var/log/zimbra.log",
        PostfixQueue, "opt/zimbra/data/postfix/spool"),
    "iRedMail": ({
        "etc/iredmail-release": "1.6.8 MARIADB edition.\n",
        "etc/postfix/main.cf": MAIN, "etc/postfix/master.cf": MASTER,
        "var/log/maillog": POSTFIX}, "Postfix", "var/log/maillog",
        PostfixQueue, "var/spool/postfix"),
    "mailcow": ({
        MAILCOW + "main.cf": MAIN, MAILCOW + "master.cf": MASTER,
        "var/lib/docker/containers/ab12/ab12-json.log": docker(POSTFIX)},
        "Postfix", "var/lib/docker/containers/ab12/ab12-json.log",
        PostfixQueue, VOLUME),
    "Plesk": ({
        "usr/local/psa/version": "18.0.57 CentOS 7 1800231\n",
        "etc/postfix/main.cf": MAIN, "etc/postfix/master.cf": MASTER,
        "usr/local/psa/var/log/maillog": POSTFIX}, "Postfix",
        "usr/local/psa/var/log/maillog", PostfixQueue, "var/spool/postfix"),
}


@pytest.mark.parametrize("panel", sorted(CASES))
def test_a_panel_and_what_is_its_own(sereno, tmp_path, panel):
    files, server, log, kind, queue = CASES[panel]
    for name, text in files.items():
        put(tmp_path / "disk", name, text)
    spool = kind(tmp_path / "disk" / queue)
    spool.put()
    run = sereno("check", "--json", "--offline", "--root", "disk", "--now",
                 "2026-11-20T09:00:00Z")
    report = run.json()
    assert run.code == 0, report["findings"]
    assert set(servers_of(report)) == {panel, server}
    assert [e["source"] for e in report["examined"]] == ["disk/" + log]
    assert report["queue"]["messages"] == 1
    assert (server.lower(), "destination", "shop.example") in {
        (s["mta"], s["kind"], s["value"]) for s in report["settings"]}
    assert [o["origin"]["name"] for o in sereno(
        "origins", "--json", "--root", "disk", "--now",
        "2026-11-20T09:00:00Z").json()["origins"]] == ["ana@shop.example"]
    assert [n["what"] for n in report["not_examined"]
            if n["what"] in ("Exim", "queue", "mail log")] == []
