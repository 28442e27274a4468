# SPDX-License-Identifier: ISC
"""What is found on a machine, and why it is believed."""

import datetime
import json

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


def docker(log):
    """The lines as dockerd keeps them, their stamps an hour ahead."""
    out = []
    for line in log.read_text().splitlines():
        at = datetime.datetime.strptime("2026 " + line[:15],
                                        "%Y %b %d %H:%M:%S")
        ahead = (at + datetime.timedelta(hours=1)).strftime("%b %e %H:%M:%S")
        text = json.dumps(ahead + line[15:] + "\n")
        for plain, escaped in (("<", "\\u003c"), (">", "\\u003e"),
                               ("&", "\\u0026")):
            text = text.replace(plain, escaped)
        out.append('{"log":%s,"stream":"stdout","time":"%s.123456789Z"}\n'
                   % (text, at.isoformat()))
    return "".join(out)


def same(report, other):
    """What two reports of the same mail must have in common."""
    return [(c["origin"]["name"], c["messages"], c["recipients"],
             c["accepted"], c["first"][:16], c["last"][:16])
            for c in report["culprits"]] == \
        [(c["origin"]["name"], c["messages"], c["recipients"], c["accepted"],
          c["first"][:16], c["last"][:16]) for c in other["culprits"]]


def test_a_container_of_docker(sereno, stolen_log, tmp_path):
    plain = sereno("check", "--json", "--offline", "--log", stolen_log,
                   "--now", "2026-11-19T22:20:00Z").json()
    assert plain["culprits"]
    name = "var/lib/docker/containers/0a1b/0a1b-json.log"
    put(tmp_path / "disk", name, docker(stolen_log))
    run = sereno("check", "--json", "--offline", "--root", "disk", "--now",
                 "2026-11-19T22:20:00Z")
    report = run.json()
    assert run.code == 1 and same(report, plain)
    [examined] = report["examined"]
    assert examined["source"] == "disk/" + name
    assert examined["why"] == "the log of a container"
    assert examined["unknown_lines"] == 0
    evidence = [e for f in report["findings"] for e in f["evidence"]]
    data = (tmp_path / "disk" / name).read_bytes()
    lines = data.splitlines()
    assert evidence
    for e in evidence:
        kept = json.loads(lines[e["line"] - 1])
        assert data[e["offset"]:].startswith(lines[e["line"] - 1])
        assert e["excerpt"][28:] and \
            kept["log"][16:].startswith(e["excerpt"][28:])
        assert e["at"] == kept["time"][:19] + "+00:00"


def test_other_ways_to_write_the_same(sereno, stolen_log, tmp_path):
    plain = sereno("check", "--json", "--offline", "--log", stolen_log,
                   "--now", "2026-11-19T22:20:00Z").json()
    lines = stolen_log.read_text().splitlines(keepends=True)

    def at(line):
        return datetime.datetime.strptime("2026 " + line[:15],
                                          "%Y %b %d %H:%M:%S")
    ways = {
        "compose": lambda n: "postfix-mailcow-1  | " + n,
        "times": lambda n: at(n).isoformat() + ".123456789Z " + n,
        "cri": lambda n: at(n).isoformat() + ".123456789Z stdout F " + n,
        # journalctl -o short-iso, of Debian and with a colon in the zone
        "short-iso": lambda n: at(n).isoformat() + "+0000" + n[15:],
        "short-iso-colon": lambda n: at(n).isoformat() + "+00:00" + n[15:],
        "short-precise": lambda n: n[:15] + ".123456" + n[15:],
    }
    for name, way in ways.items():
        path = tmp_path / name
        path.write_text("".join(map(way, lines)))
        run = sereno("check", "--json", "--offline", "--log", path, "--now",
                     "2026-11-19T22:20:00Z")
        assert run.code == 1, name
        assert same(run.json(), plain), name
        assert run.json()["examined"][0]["unknown_lines"] == 0, name
