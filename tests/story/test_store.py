# SPDX-License-Identifier: ISC
"""What sereno remembers between runs, and what becomes of a damaged memory."""
import os
import subprocess

import pytest

import conftest
from dns_world import A, TXT, Fake

IP = "203.0.113.25"


class World:
    """One list, asked at two name servers of its own."""

    def __init__(self):
        self.listed = {IP}
        self.server = Fake(self.answer)
        self.server.ttl = 0

    def answer(self, name, kind):
        if not name.endswith(".kept.test"):
            return 3
        address = ".".join(reversed(name.split(".")[:4]))
        if address in self.listed | {"127.0.0.2"}:
            return [(A, "127.0.0.2")] if kind == A else \
                [(TXT, "seen in spam")] if kind == TXT else []
        return 3


@pytest.fixture
def world():
    made = World()
    yield made
    made.server.close()


@pytest.fixture
def listed(sereno, world, tmp_path):
    def run(*args, target=IP, store=tmp_path / "store" / "sereno.db", **more):
        return sereno("listed", target, "--no-cache", "--list", "kept.test",
                      "--stub", "kept.test=" + world.server.at, "--resolver",
                      world.server.at, "--store", store, *args, **more)
    return run


def test_since_when(listed, tmp_path):
    first = listed("--json").json()
    assert first["listings"][0]["first_seen"] is None
    assert first["changes"] == [] and first["not_examined"] == []
    second = listed("--json").json()
    assert second["listings"][0]["first_seen"] is not None
    assert second["listings"][0]["first_seen"] <= second["at"]
    assert second["changes"] == []
    assert "First seen there on " in listed().out
    assert os.listdir(tmp_path / "store") == ["sereno.db"]
    assert oct((tmp_path / "store" / "sereno.db").stat().st_mode & 0o777) \
        == "0o600"


def test_new(listed, world):
    world.listed.clear()
    assert listed().code == 0
    world.listed.add(IP)
    [change] = listed("--json").json()["changes"]
    assert (change["change"], change["target"], change["list"]) == (
        "new", IP, "kept.test")
    # it is news once
    assert listed("--json").json()["changes"] == []


def test_other_targets_are_no_news(listed):
    listed()
    report = listed("--json", target="203.0.113.26").json()
    assert report["changes"] == []


def test_one_server_is_not_enough(listed, world):
    listed()
    world.listed.clear()
    done = listed()
    # the zone's servers cannot be found here: nobody confirms it
    assert "may be gone from kept.test" in done.out
    world.listed.add(IP)
    assert listed("--json").json()["listings"][0]["first_seen"] is not None


def test_no_store(listed, tmp_path):
    assert listed("--no-store").code == 1
    assert not (tmp_path / "store").exists()


def test_damaged_is_moved_aside(listed, tmp_path):
    listed()
    path = tmp_path / "store" / "sereno.db"
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xa5" * 2000 + whole[6096:])
    damaged = path.read_bytes()
    done = listed("--json")
    assert done.code == 1
    [note] = done.json()["not_examined"]
    assert note["what"] == "store" and "was damaged" in note["sentence"]
    aside = [p for p in path.parent.iterdir() if "damaged" in p.name]
    assert [p.read_bytes() for p in aside] == [damaged]
    assert listed("--json").json()["not_examined"] == []


@pytest.mark.parametrize("text", [b"root:x:0:0:root:/root:/bin/sh\n", b"x"])
def test_a_file_of_others_is_left_alone(listed, tmp_path, text):
    path = tmp_path / "passwd"
    path.write_bytes(text)
    done = listed("--json", store=path)
    assert done.code == 1
    assert "is no database of sereno" in \
        done.json()["not_examined"][0]["sentence"]
    assert path.read_bytes() == text
    assert os.listdir(tmp_path) == ["passwd"]


def test_nobody_may_write(listed, tmp_path):
    done = listed("--json", store="/proc/1/no/sereno.db")
    assert done.code == 1 and "sereno.db" not in done.err
    assert "nothing new is remembered" in \
        done.json()["not_examined"][0]["sentence"]


def mounts(kind):
    return subprocess.run(
        ["unshare", "-m", "sh", "-c", "mount -t tmpfs -o %s x /mnt" % kind],
        capture_output=True).returncode == 0


@pytest.mark.skipif(not mounts("size=64k"), reason="cannot mount")
@pytest.mark.parametrize("mount, words", [
    ("mount -t tmpfs -o size=1m x $D; cp $S $D/s.db; "
     "dd if=/dev/zero of=$D/fill bs=4k status=none 2>&1",
     "the disk is full"),
    ("mount -t tmpfs x $D; cp $S $D/s.db; mount -o remount,ro $D",
     "cannot be written"),
])
def test_full_and_read_only(listed, world, tmp_path, mount, words):
    """A real file system that is full, or may not be written to."""
    store = tmp_path / "store" / "sereno.db"
    listed()
    room = tmp_path / "room"
    room.mkdir()
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", mount + '; exec "$@"', "sh",
         conftest.BINARY, "listed", IP, "--no-cache", "--list", "kept.test",
         "--stub", "kept.test=" + world.server.at, "--resolver",
         world.server.at, "--store", str(room / "s.db"), "--json"],
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "TZ": "UTC",
             "LC_ALL": "C.UTF-8", "D": str(room), "S": str(store)},
        capture_output=True, text=True)
    assert done.returncode == 1
    assert words in done.stdout + done.stderr
    # what was known is still used
    assert '"first_seen": null' not in done.stdout


def test_disk_of_another_machine_is_not_changed(sereno, world, tmp_path):
    kept = tmp_path / "disk" / "var" / "lib" / "sereno"
    kept.mkdir(parents=True)
    words = ("listed", IP, "--no-cache", "--list", "kept.test", "--stub",
             "kept.test=" + world.server.at, "--resolver", world.server.at,
             "--json")
    sereno(*words, "--store", kept / "sereno.db")
    before = (kept / "sereno.db").read_bytes()
    # --store stands for itself, so take the default below --root
    done = subprocess.run(
        [conftest.BINARY, *words, "--root", str(tmp_path / "disk")],
        env={"PATH": "/usr/bin:/bin", "TZ": "UTC", "LC_ALL": "C.UTF-8"},
        capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    assert '"first_seen": null' not in done.stdout
    assert (kept / "sereno.db").read_bytes() == before
    assert os.listdir(kept) == ["sereno.db"]
