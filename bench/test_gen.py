# SPDX-License-Identifier: ISC
"""The generator's truth against an independent reading of its log, and the
properties that a real log has: time never runs backwards, no queue id names
two messages at once."""
import datetime
import os
import re
import sys

import pytest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tools  # noqa: E402

WAYS = {"short": [], "iso": ["--iso"], "long": ["--long-ids"],
        "both": ["--iso", "--long-ids", "--seed", "7"]}
LINE = re.compile(r"(?P<at>\w{3} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\S+) mx1 "
                  r"(?P<prog>[\w/-]+)(\[(?P<pid>\d+)\])?: "
                  r"((?P<qid>[0-9A-Za-z]{6,20}): )?(?P<rest>.*)")
FILTER = "relay=127.0.0.1[127.0.0.1]:10024"
STATUS = {"sent": "accepted", "deferred": "deferred", "bounced": "bounced"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return str(tmp_path_factory.mktemp("bench"))


@pytest.fixture(scope="module", params=WAYS, ids=list(WAYS))
def made(request, folder):
    log, truth = tools.stretch(folder, "log-" + request.param, "--bytes",
                               "5M", *WAYS[request.param])
    with open(log) as f:
        return request.param, f.read().split("\n")[:-1], truth


class Reading:
    """Follows every message, the slow and simple way."""

    def __init__(self, lines):
        self.of = {}        # open queue id -> (owner, message number)
        self.open = set()   # queue ids that have a file
        self.clashes = []
        self.owners = {}    # owner -> what the truth has
        self.fate = {}      # (owner, message, recipient) -> last status
        self.clients = 0
        for line in lines:
            m = LINE.fullmatch(line)
            assert m, line
            self.line(m, line)

    def owner(self, name):
        return self.owners.setdefault(name, {
            "messages": 0, "ips": set(), "recipients": set(), "sent_lines": 0,
            "deferred_lines": 0, "bounced_lines": 0})

    def begin(self, qid, name, line):
        if qid in self.open:
            self.clashes.append(line)
        self.open.add(qid)
        o = self.owner(name)
        o["messages"] += 1
        self.of[qid] = (name, o["messages"])
        return o

    def line(self, m, line):
        qid, rest = m["qid"], m["rest"]
        if qid is None or qid == "NOQUEUE":
            return
        if rest.startswith("client="):
            self.client(qid, rest, line)
        elif rest.startswith("uid="):
            self.begin(qid, "uid " + rest[4:].split()[0], line)
        elif rest == "removed":
            self.of.pop(qid, None)
            self.open.discard(qid)
        elif rest.startswith("to=<") and qid in self.of and FILTER not in rest:
            self.delivery(qid, rest)
        elif "status=expired" in rest and qid in self.of:
            for key, status in self.fate.items():
                if key[:2] == self.of[qid] and status == "deferred":
                    self.fate[key] = "expired"

    def client(self, qid, rest, line):
        user = re.search(r"sasl_username=([^,]+)", rest)
        first = re.search(r"orig_queue_id=([^,]+)", rest)
        if user:
            ip = re.search(r"\[([^]]+)\]", rest)[1]
            self.begin(qid, user[1], line)["ips"].add(ip)
            return
        if qid in self.open:
            self.clashes.append(line)
        self.open.add(qid)
        self.of.pop(qid, None)
        if first is None:
            self.clients += 1
        elif first[1] in self.of:
            self.of[qid] = self.of[first[1]]

    def delivery(self, qid, rest):
        name, number = self.of[qid]
        rcpt = rest[4:rest.index(">")]
        status = re.search(r"status=(\w+)", rest)[1]
        o = self.owners[name]
        o["recipients"].add(rcpt)
        o[status + "_lines"] += 1
        self.fate[name, number, rcpt] = status


@pytest.fixture(scope="module")
def reading(made):
    return Reading(made[1])


def role(truth, name):
    return next(t for t in truth["tracked"] if t["role"] == name)


@pytest.mark.parametrize("who", ["stolen-total", "newsletter", "web"])
def test_truth(made, reading, who):
    want = role(made[2], who)
    name = want["name"] if want["kind"] == "account" else "uid 33"
    got = reading.owners[name]
    fates = [v for k, v in reading.fate.items() if k[0] == name]
    assert got["messages"] == want["messages"] > 0
    assert len(got["ips"]) == want["ips"]
    assert len(got["recipients"]) == want["recipients"]
    for key in ("sent_lines", "deferred_lines", "bounced_lines"):
        assert got[key] == want[key], key
    for status, key in STATUS.items():
        assert fates.count(status) == want[key], key
    assert fates.count("expired") == want["expired"]


def test_truth_is_split_in_time(made):
    total, parts = role(made[2], "stolen-total"), [
        role(made[2], r) for r in ("stolen", "stolen-own-mail")]
    for key in ("messages", "accepted", "bounced", "deferred"):
        assert total[key] == sum(p[key] for p in parts)
    assert parts[0]["ips"] > 40 and parts[1]["ips"] <= 2


def test_messages_by_kind(made, reading):
    kinds = {"account": 0, "local-user": 0, "client": reading.clients}
    for name, o in reading.owners.items():
        kind = "local-user" if name.startswith("uid ") else "account"
        kinds[kind] += o["messages"]
    assert kinds == made[2]["messages"]


def test_size(made):
    _, lines, truth = made
    assert truth["lines"] == len(lines)
    assert truth["bytes"] == sum(len(line) + 1 for line in lines)
    assert abs(truth["bytes"] - 5e6) < .15 * 5e6


def test_no_queue_id_twice_at_once(reading):
    assert reading.clashes == []


def test_time_never_runs_backwards(made):
    way, lines, truth = made
    before = datetime.datetime.min
    for line in lines:
        if "--iso" in WAYS[way]:
            at = datetime.datetime.fromisoformat(line[:26])
        else:
            at = datetime.datetime.strptime("2026 " + line[:15],
                                            "%Y %b %d %H:%M:%S")
        assert at >= before, line
        before = at
    last = datetime.datetime.fromisoformat(truth["to"][:-1])
    assert last - datetime.timedelta(hours=1) < before < last


def test_nothing_of_the_recording_is_left(made, folder):
    """An id or address of the recording would be the same in every telling."""
    with open(tools.recording(folder)) as f:
        recorded = set(re.findall(r"\b[0-9A-Za-z]{10,12}z1[0-9A-Za-z]{4}\b",
                                  f.read()))
    assert len(recorded) > 1000
    ids = set(re.findall(r"\b[0-9A-Za-z]{14,18}\b", "\n".join(made[1])))
    assert not ids & recorded


def test_same_options_same_log(folder):
    logs = []
    for name in ("one", "two"):
        log, _ = tools.stretch(folder, name, "--bytes", "200K")
        with open(log, "rb") as f:
            logs.append(f.read())
    log, _ = tools.stretch(folder, "three", "--bytes", "200K", "--seed", "2")
    with open(log, "rb") as f:
        assert logs[0] == logs[1] != f.read()


@pytest.mark.parametrize("bad", [["--bytes", "12X"], ["--bytes", "1"],
                                 ["--days", "0"], ["--nonsense"],
                                 ["--bytes", "99999999999999999999"]])
def test_wrong_use(folder, bad):
    with pytest.raises(tools.subprocess.CalledProcessError) as e:
        tools.stretch(folder, "bad", *bad)
    assert e.value.returncode == 2
