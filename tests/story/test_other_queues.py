# SPDX-License-Identifier: ISC
"""sereno queue on queues of Sendmail and OpenSMTPD. The files are composed as
Sendmail 8.17 and OpenSMTPD 7.6 wrote them on a private server."""

import pytest

AT = 1795671903


class SendmailQueue:
    """split: q1 and q2 with qf and df folders of their own."""

    mta = "sendmail"

    def __init__(self, path, split=False):
        self.path, self.split, self.n = path, split, 41000
        path.mkdir()
        (path / "ignored").write_text("x")

    def put(self, sender, to, client="pc.example [203.0.113.7]", user=None,
            reason="Deferred: 450 4.7.1 later", kind="qf", subject="Hello",
            original=None):
        self.n += 1
        name = "6AQCRNDP0%d" % self.n
        top = self.path
        if self.split:
            top = top / ("q%d" % (self.n % 2 + 1))
        for sub in ("qf", "df"):
            folder = top / sub if self.split else top
            folder.mkdir(parents=True, exist_ok=True)
            text = "Buy now %d\n" % self.n if sub == "df" else (
                "V8\nT%d\nK%d\nN3\nP1\nM%s\nFbs\n$_%s\n$rESMTP\n$spc\nS<%s>\n"
                "rRFC822; %s\nRPFD:<%s>\nH?P?Return-Path: <\x81g>\n"
                "H??Received: from pc\n\tby mx1 id %s\n%sH??Subject: %s\n.\n"
                % (AT + self.n - 41000, AT + 900, reason,
                   "localhost [127.0.0.1]" if user else client, sender,
                   original or to, to, name,
                   "H??Received: (from %s@localhost)\n\tby mx1 id 1\n" % user
                   if user else "", subject))
            (folder / ((kind if sub == "qf" else sub) + name)).write_bytes(
                text.encode("latin-1"))


class SmtpdQueue:
    mta = "opensmtpd"

    def __init__(self, path, split=False):
        self.path, self.n = path, 0x1a2b3c4d
        for name in ("queue", "incoming", "purge", "corrupt", "offline"):
            (path / name).mkdir(parents=True)

    def put(self, sender, to, client="203.0.113.7", user=None,
            reason="450 4.7.1 later", kind="qf", subject="Hello",
            original=None):
        self.n += 0x01010101
        name = "%08x" % (self.n & 0xffffffff)
        folder = self.path / "queue" / name[:2] / name
        folder.mkdir(parents=True)
        (folder / "message").write_text(
            "Received: from pc\n\tby mx1 (OpenSMTPD) with ESMTP id %s\n"
            "Subject: %s\n\nBuy now %d\n" % (name, subject, self.n))
        (folder / (name + "00000001")).write_text(
            "version: 3\ntype: mta\nsmtpname: mx1.tienda.example\nhelo: pc\n"
            "hostname: pc.example\nerrorline: %s\nsockaddr: %s\nsender: %s\n"
            "rcpt: %s\ndest: %s\nctime: %d\nretry: 3\nflags: \n" % (
                reason, "local" if user else client.split("[")[-1].strip("]"),
                sender, original or to, to, AT))


@pytest.fixture(params=[(SendmailQueue, False), (SendmailQueue, True),
                        (SmtpdQueue, False)])
def queue(request, tmp_path):
    q = request.param[0](tmp_path / "queue", request.param[1])
    for i in range(20):
        q.put("luis@mx1.tienda.example", "v%d@far.example" % i, user="luis")
    for i in range(3):
        q.put("eva@firma.example", "out%d@firma.example" % i,
              original="ventas@taller.example")
    return q


def test_summary(sereno, queue):
    run = sereno("queue", "--json", "--queue", queue.path)
    said = run.json()
    assert said["queues"][0]["mta"] == queue.mta
    assert said["messages"] == 23
    assert said["recipients"] == 23
    origins = {o["origin"]["name"]: o for o in said["origins"]}
    assert origins["luis"]["origin"]["kind"] == "local-user"
    assert origins["luis"]["messages"] == 20
    assert origins["ventas@taller.example"]["origin"]["kind"] == "forward"
    assert origins["ventas@taller.example"]["messages"] == 3
    assert said["states"] == {**said["states"], "deferred": 23}


def test_list_and_show(sereno, queue):
    said = sereno("queue", "list", "--json", "--queue", queue.path,
                  "--recipient", "v7@far.example").json()
    [m] = said["messages"]
    assert m["subject"] == "Hello"
    run = sereno("queue", "show", m["id"], "--queue", queue.path)
    assert "450 4.7.1 later" in run.out
    assert "v7@far.example" in run.out
    assert "Buy now" in run.out


def test_quarantined(sereno, tmp_path):
    q = SendmailQueue(tmp_path / "queue")
    q.put("a@x.example", "b@y.example", kind="hf")
    q.put("a@x.example", "c@y.example", kind="Qf")
    q.put("a@x.example", "d@y.example")
    said = sereno("queue", "--json", "--queue", q.path).json()
    assert said["states"]["held"] == 1
    assert said["states"]["corrupt"] == 1
    assert said["states"]["deferred"] == 1
