# SPDX-License-Identifier: ISC
"""What the queue says of this server's own names: selectors and domains, of
each server whose queue is read."""
import subprocess

import pytest

from dns_world import A, TXT, Fake, zone_of
from exim_queue import EximQueue
from postfix_queue import PostfixQueue
from test_hints import IP, WORLD
from test_other_queues import SendmailQueue, SmtpdQueue
from test_qmail_queue import QmailQueue

AT = 1795671903
SIGNED = ("DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/simple;"
          " d={d}; s={s}; t=%d; h=from:to; bh=YQ==; b=YWJj" % AT)
FROM = "From: Ana <ana@%s>"


def signed(s="raro", d="tienda.example"):
    return SIGNED.format(s=s, d=d)


@pytest.fixture
def host(sereno, tmp_path):
    """Its configuration names mail.tienda.example and no domain."""
    class Host:
        root = tmp_path / "root"
        world = Fake(zone_of(WORLD))

        def config(self, text):
            main = self.root / "etc" / "postfix" / "main.cf"
            main.parent.mkdir(parents=True, exist_ok=True)
            main.write_text(text)

        def queue(self, kind=PostfixQueue, at="postfix"):
            spool = self.root / "var" / "spool"
            spool.mkdir(parents=True, exist_ok=True)
            return kind(spool / at)

        def run(self, *words, **more):
            return sereno(*words, "--root", self.root, "--no-cache",
                          "--resolver", self.world.at, **more)

        def dns(self, *words):
            report = self.run("dns", "--json", *words).json()
            return report, {d["domain"]: d for d in report["domains"]}
    each = Host()
    each.config("myhostname = mail.tienda.example\n"
                "mydestination = localhost\n")
    yield each
    each.world.close()


def put_postfix(host):
    q = host.queue()
    q.put(AT, "ana@tienda.example", client="203.0.113.77",
          attrs=["sasl_username=ana@tienda.example"],
          head=[signed(), FROM % "tienda.example"])
    return q.path


def put_exim(host):
    q = host.queue(EximQueue, "exim4")
    q.put(AT, "ana@tienda.example", client="203.0.113.77",
          account="ana@tienda.example",
          head=["Received: from pc by mail", signed(),
                FROM % "tienda.example"])
    return q.path


def put_sendmail(host):
    """The queue does not say whose login it was."""
    q = host.queue(SendmailQueue, "mqueue")
    q.put("ana@tienda.example", "b@far.example", subject="x\nH??" + signed()
          + "\nH??" + FROM % "tienda.example")
    for path in q.path.glob("qf*"):
        path.write_text(path.read_text("latin-1").replace(
            "$rESMTP", "$rESMTPSA"), "latin-1")
    return q.path


def put_qmail(host):
    spool = host.root / "var" / "qmail"
    spool.mkdir(parents=True)
    q = QmailQueue(spool / "queue")
    q.put(AT, "ana@tienda.example", uid=1004,
          subject="x\n" + signed() + "\n" + FROM % "tienda.example")
    return q.path


def put_opensmtpd(host):
    q = host.queue(SmtpdQueue, "smtpd")
    q.put("ana@tienda.example", "b@far.example", user="ana",
          subject="x\n" + signed() + "\n" + FROM % "tienda.example")
    return q.path


@pytest.mark.parametrize("put", [put_postfix, put_exim, put_sendmail,
                                 put_qmail, put_opensmtpd])
def test_a_selector_of_each_server(host, put):
    path = put(host)
    report, domains = host.dns()
    key, = domains["tienda.example"]["dkim"]["keys"]
    assert key["selector"] == "raro" and key["valid"]
    assert key["why"] == "1 signature in %s" % path
    assert domains["tienda.example"]["why"] == key["why"]
    assert not [n for n in report["not_examined"]
                if "queue" in n["sentence"]]


def test_domains_of_accounts(host):
    q = host.queue()
    for n in range(3):
        q.put(AT + n, "ana@solo.example", client="203.0.113.77",
              attrs=["sasl_username=ana@solo.example"])
    # a thief's, a stranger's that is passed on, a program's
    for n in range(40):
        q.put(AT + n, "x@forged%d.example" % n, client="198.51.100.9",
              attrs=["sasl_username=ana@solo.example"],
              head=[signed("evil%d" % n, "forged%d.example" % n),
                    FROM % ("forged%d.example" % n)])
    q.put(AT, "c@stranger.example", client="198.51.100.9",
          original="info@tienda.example", rcpts=["info@far.example"],
          head=[signed("evil", "tienda.example"), FROM % "tienda.example"])
    for n in range(4):
        q.put(AT, "shop@tienda-web.example", uid=33)
    report, domains = host.dns()
    assert set(domains) == {"solo.example"}
    assert domains["solo.example"]["why"] == \
        "accounts sent 3 messages as it, in %s" % q.path
    assert "evil" not in str(report)
    notes = {n["what"]: n["sentence"] for n in report["not_examined"]}
    assert notes["tienda-web.example"].startswith("4 messages in the queue")
    assert not any(what.startswith("forged") for what in notes)


def test_listed_and_check_use_it(host):
    def answer(name, kind):
        if name.endswith(".names.test"):
            if name in ("solo.example.names.test", "test.names.test"):
                return [(A, "127.0.0.2")] if kind == A else \
                    [(TXT, "spam")] if kind == TXT else []
            return 3
        return zone_of(WORLD)(name, kind)
    host.world.close()
    host.world = Fake(answer)
    q = host.queue()
    q.put(AT, "ana@solo.example", client="203.0.113.77",
          attrs=["sasl_username=ana@solo.example"],
          head=[signed("nadie", "solo.example"), FROM % "solo.example"])
    report = host.run("listed", "--json", "--no-store").json()
    target = next(t for t in report["targets"]
                  if t["target"] == "solo.example")
    assert target["why"] == "1 signature in %s" % q.path
    report = host.run("check", "--json", "--now", "@%d" % (AT + 60)).json()
    found = [f["sentence"] for f in report["findings"]
             if f["code"] == "dns-weakness"]
    assert any("mail is signed with the selector nadie (1 signature in %s), "
               "but there is no key nadie._domainkey.solo.example" % q.path
               in s for s in found), found


def test_a_copied_queue(sereno, host, tmp_path):
    q = PostfixQueue(tmp_path / "copy")
    q.put(AT, "ana@solo.example", client="203.0.113.77",
          attrs=["sasl_username=ana@solo.example"],
          head=[signed("raro", "tienda.example"), FROM % "solo.example"])
    q.put(AT, "eva@tienda.example", uid=33,
          head=[signed("raro", "tienda.example")])
    words = ["--queue", q.path, "--no-cache", "--resolver", host.world.at,
             "--json"]
    report = sereno("dns", *words).json()
    assert [d["domain"] for d in report["domains"]] == ["solo.example"]
    assert report["sources"] == []
    # what is ours may be said
    report = sereno("dns", *words, "--own", "tienda.example", IP).json()
    domains = {d["domain"]: d for d in report["domains"]}
    assert set(domains) == {"solo.example", "tienda.example"}
    assert [k["selector"] for k in domains["tienda.example"]["dkim"]["keys"]] \
        == ["raro"]
    assert [s["ip"] for s in report["sources"]] == [IP]
    report = sereno("listed", *words, "--list", "kept.test").json()
    assert [t["target"] for t in report["targets"]] == ["solo.example"]
    done = sereno("dns", "--queue", tmp_path / "nowhere", "--resolver",
                  host.world.at, "--no-cache", "--json")
    assert "the queue cannot be opened" in str(done.json()["not_examined"])


def test_only_the_newest(host):
    q = host.queue()
    count = 10050
    for n in range(count):
        q.put(AT + n, "x@far.example")
    q.put(AT + count, "ana@solo.example", client="203.0.113.77",
          attrs=["sasl_username=ana@solo.example"])
    report, domains = host.dns()
    assert set(domains) == {"solo.example"}
    note = next(n for n in report["not_examined"] if n["what"] == "queue")
    assert "in the newest 10,000 messages; 51 older ones" in note["sentence"]


def test_a_signature_of_ten_megabytes(host):
    q = host.queue()
    q.put(AT, "ana@solo.example", client="203.0.113.77",
          attrs=["sasl_username=ana@solo.example"],
          head=[FROM % "solo.example"] + [
              "DKIM-Signature: v=1; s=%s" % ("a" * 4000)] + [
              "\t" + "b" * 4000] * 2500 + [signed()])
    report, domains = host.dns()
    assert set(domains) == {"solo.example"}


@pytest.fixture
def nobody(tmp_path):
    """A run without root's rights."""
    def run(*words):
        import conftest
        done = subprocess.run(
            ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
             conftest.BINARY, *map(str, words)], capture_output=True,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            timeout=60)
        return conftest.Result(done)
    return run


def test_without_permission(host, nobody, tmp_path):
    q = host.queue()
    q.put(AT, "ana@solo.example", client="203.0.113.77",
          attrs=["sasl_username=ana@solo.example"])
    for folder in q.path.iterdir():
        folder.chmod(0o700)
    for folder in [tmp_path, *tmp_path.parents][:-2]:
        folder.chmod(0o755)
    report = nobody("dns", "--root", host.root, "--no-cache", "--resolver",
                    host.world.at, "--json").json()
    assert report["domains"] == [] or "solo.example" not in str(
        report["domains"])
    note = next(n for n in report["not_examined"]
                if n["what"] == str(q.path))
    assert "as root, with sudo" in note["sentence"]
