# SPDX-License-Identifier: ISC
"""Mailboxes on a real server (Dovecot), read and left as they were."""

import datetime

import pytest

import bounce_mail
import imap_server
import report_mail as m

AT = datetime.datetime(2026, 11, 19, 20, 0, 0)
SECRET = {"SERENO_IMAP_PASSWORD": "geheim w0rd"}


def bounce(n):
    returned = bounce_mail.original(
        AT, "ana@tienda.example", "u%d@r.example" % n,
        [bounce_mail.received("pc (x [198.18.1.%d])" % n, "mx.r.example",
                              "Q%d" % n, AT)], "%d@tienda.example" % n)
    return bounce_mail.dsn(AT, "ana@tienda.example", "mx.r.example",
                           "u%d@r.example" % n, returned)


@pytest.fixture(name="imap", scope="module")
def fixture_imap():
    why = imap_server.missing()
    if why:
        pytest.skip(why)
    server = imap_server.Imap()
    server.put([bounce(n) for n in range(20)] +
               ["Subject: large\n\n" + "0123456789abcdef\n" * 200000])
    server.put([bounce(n) for n in range(5)], "Entw&APw-rfe &- mehr")
    server.put([m.mail(m.gz(m.dmarc([m.own(7)], id_=str(i))), "r.xml.gz")
                for i in range(3)], "Reports")
    server.put([], "Empty")
    server.start()
    yield server
    server.stop()


@pytest.fixture(name="read")
def fixture_read(sereno, imap, tmp_path):
    (tmp_path / "empty.log").write_text("")

    def read(folder, *args, verb="bounces", scheme="imaps", user="ana",
             host="localhost", env=None, ca=True):
        port = imap.tls_port if scheme == "imaps" else imap.port
        more = ("--imap-ca", imap.d / "ca.pem") if ca else ()
        return sereno(verb, "%s://%s@%s:%d/%s" % (scheme, user, host, port,
                                                  folder),
                      *args, *more, "--offline", "--log",
                      tmp_path / "empty.log",
                      env=SECRET if env is None else env)
    return read


@pytest.mark.parametrize("scheme", ["imaps", "imap"])
def test_inbox(read, imap, scheme):
    done = read("INBOX", "--json", scheme=scheme)
    assert done.code == 1, done.err
    found = done.json()
    assert found["messages"] == 21
    assert found["kinds"]["bounce"] == 20
    # of the large one the first MiB only
    assert any("first part" in n["sentence"] for n in found["not_examined"])
    assert "INBOX;UID=" in found["bounces"][0]["source"]
    # not one of them was marked as read
    assert imap.unread() == 21


def test_folders(read):
    assert read("Entw%C3%BCrfe%20&%20mehr", "--json").json()["messages"] == 5
    assert read("*", "--json").json()["kinds"]["bounce"] == 25
    found = read("Empty", "--json")
    assert found.code == 3


def test_reports(read):
    found = read("Reports", "--own", "203.0.113.5", "--json",
                 verb="reports").json()
    assert found["reports"]["dmarc"] == 3
    assert found["senders"]["ours"]["messages"] == 21


def test_password_file(read, tmp_path):
    (tmp_path / "pw").write_text("geheim w0rd\n")
    done = read("Reports", "--imap-password-file", tmp_path / "pw", "--json",
                verb="reports", env={})
    assert done.json()["reports"]["dmarc"] == 3


def words(done):
    return " ".join(done.out.split())


def test_wrong_password(read):
    done = read("INBOX", env={"SERENO_IMAP_PASSWORD": "wrong"})
    assert done.code == 3
    assert "refuses this user or password" in words(done)
    assert "nothing could be read" in words(done)


def test_no_such_folder(read):
    done = read("Spam")
    assert done.code == 3
    assert "there is no such folder; there are:" in words(done)
    for name in ("'INBOX'", "'Reports'", "'Entwürfe & mehr'"):
        assert name in words(done)


def test_certificate(read):
    done = read("INBOX", ca=False)
    assert done.code == 3
    assert "is not trusted" in words(done)
    assert "--imap-ca FILE" in words(done)
    # signed by whom we trust, and for somebody else
    done = read("INBOX", host="127.0.0.1")
    assert done.code == 3
    assert "is not trusted" in words(done)


def test_used_wrongly(read, sereno):
    done = sereno("bounces", "imaps://ana:geheim@localhost/INBOX")
    assert done.code == 2
    assert "seen by all users" in done.err
    assert "geheim" not in done.err
    done = sereno("bounces", "imaps://localhost/INBOX", env=SECRET)
    assert done.code == 2
    assert "names no user" in done.err
    done = sereno("bounces", "imaps://ana@nowhere.invalid/INBOX", env=SECRET)
    assert done.code == 3
    assert "nowhere.invalid" in done.err
    done = sereno("bounces", "imap://ana@localhost:1/INBOX", env=SECRET)
    assert done.code == 3
    assert "cannot connect to port 1" in words(done)


def test_no_password(sereno):
    import os
    import subprocess
    import conftest
    done = subprocess.run(
        [conftest.BINARY, "bounces", "imaps://ana@localhost/INBOX"],
        stdin=subprocess.DEVNULL, capture_output=True, start_new_session=True,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}, timeout=60)
    assert done.returncode == 2
    assert b"--imap-password-file" in done.stderr


def test_server_without_tls(sereno, tmp_path):
    """Without TLS a password goes to this machine only."""
    why = imap_server.missing()
    if why:
        pytest.skip(why)
    server = imap_server.Imap(tls=False)
    server.put([bounce(1)])
    server.start()
    try:
        (tmp_path / "empty.log").write_text("")
        done = sereno("bounces", "imap://ana@127.0.0.1:%d" % server.port,
                      "--log", tmp_path / "empty.log", "--offline", "--json",
                      env=SECRET)
        assert done.json()["messages"] == 1
    finally:
        server.stop()
