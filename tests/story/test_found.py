# SPDX-License-Identifier: ISC
"""What is found on a machine, and why it is believed."""

import test_settings


def put(root, name, text):
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(text, str):
        path.write_text(text)
    else:
        path.write_bytes(text)


def servers_of(report):
    return {s["name"]: s for s in report["servers"]}


def test_servers_and_panels_of_a_disk(sereno, honest_log, tmp_path):
    root = tmp_path / "disk"
    put(root, "var/log/mail.log", honest_log.read_bytes())
    put(root, "etc/rsyslog.conf", "# x\nmail.*  -/srv/log/post\n")
    put(root, "srv/log/post", honest_log.read_bytes())
    put(root, "etc/postfix/main.cf", test_settings.DEBIAN)
    put(root, "etc/postfix/master.cf", test_settings.MASTER)
    put(root, "usr/local/psa/version", "18.0.57 Debian 12.0 1800231\n")
    put(root, "var/lib/dpkg/status", "Package: postfix\n"
        "Status: install ok installed\nVersion: 3.7.11-0+deb12u1\n")
    run = sereno("check", "--json", "--offline", "--root", "disk", "--now",
                 "2026-11-19T22:20:00Z")
    report = run.json()
    assert [e["source"] for e in report["examined"]] == ["disk/srv/log/post"]
    assert report["examined"][0]["why"] == \
        "syslog puts mail there: disk/etc/rsyslog.conf line 2"
    found = servers_of(report)
    assert set(found) == {"Postfix", "Plesk"}
    assert found["Postfix"]["version"] == "3.7.11"
    assert found["Postfix"]["mta"] == "postfix"
    assert found["Postfix"]["why"] == [
        "disk/etc/postfix/main.cf is there", "it wrote disk/srv/log/post",
        "syslog puts mail there: disk/etc/rsyslog.conf line 2"]
    assert found["Plesk"] == {
        "name": "Plesk", "kind": "panel", "mta": None, "version": "18.0.57",
        "why": ["disk/usr/local/psa/version is there"]}
    text = " ".join(sereno("check", "--offline", "--root", "disk").out.split())
    assert "found: Postfix 3.7.11: disk/etc/postfix/main.cf is there; " in text
    assert "found: Plesk 18.0.57: disk/usr/local/psa/version is there" in text


def test_a_named_log_tells_its_server(sereno, honest_log):
    run = sereno("check", "--json", "--offline", "--log", honest_log)
    [server] = run.json()["servers"]
    assert server["name"] == "Postfix" and server["kind"] == "mail"
    assert server["why"] == ["it wrote %s" % honest_log]
    assert "why" not in run.json()["examined"][0]
    text = sereno("check", "--offline", "--log", honest_log).out
    assert "found:" not in text


def test_names_of_a_disk_are_escaped(sereno, honest_log, tmp_path):
    root = tmp_path / "disk"
    put(root, "srv/\x1b[7mlog", honest_log.read_bytes())
    put(root, "etc/rsyslog.conf", "mail.* /srv/\x1b[7mlog\n")
    run = sereno("check", "--offline", "--root", "disk")
    assert "\x1b" not in run.out and "[7mlog" in run.out
