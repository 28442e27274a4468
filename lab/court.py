# SPDX-License-Identifier: ISC
"""Records a case, lets sereno judge it, and compares with the truth."""
import importlib
import json
import os
import shutil
import subprocess
import sys
import tempfile

from lab import room, scenario, witness

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LIMIT = 180  # seconds for one recording


def program():
    return os.environ.get("SERENO", ROOT + "/build/sereno")


def scenarios():
    return sorted(f[:-3] for f in os.listdir(ROOT + "/lab/scenarios")
                  if f.endswith(".py") and f[0] != "_")


def record(name, folder, tell=False):
    """Play a scenario into folder, telling what happens on stdout or not;
    what went wrong, as sentences."""
    new = "%s/.%s.new" % os.path.split(folder)
    shutil.rmtree(new, ignore_errors=True)
    # A room has no network to fetch packages from.
    module = importlib.import_module("lab.scenarios." + name)
    server = scenario.server_class(getattr(module, "SETTING", {}))
    if server.ROOT:
        server.ROOT.ready()
    room_dir = tempfile.mkdtemp(prefix="lab.")
    p = room.spawn([ROOT + "/lab/recorder.py", name, new],
                   stdout=None if tell else subprocess.PIPE,
                   stderr=None if tell else subprocess.STDOUT,
                   text=True, errors="replace",
                   env={**os.environ, "LAB_ROOM": room_dir,
                        "LAB_TELL": "1" if tell else ""})
    try:
        out, _ = p.communicate(timeout=LIMIT)
    except subprocess.TimeoutExpired:
        return ["the recording took more than %d seconds" % LIMIT]
    finally:
        p.kill()  # takes the whole room with it
        p.wait()
        shutil.rmtree(room_dir, ignore_errors=True)
        if p.returncode != 0:
            shutil.rmtree(new, ignore_errors=True)
    if p.returncode != 0:
        return ["the recording failed:"] + (out or "").splitlines()[-12:]
    if os.environ.get("LAB_VERBOSE"):
        sys.stderr.write(out or "")
    # Whoever reads the folder finds the old case or the new one.
    shutil.rmtree(folder, ignore_errors=True)
    os.rename(new, folder)
    return ["the recording is wrong: " + w
            for w in witness.doubts(folder, truth(folder))]


def truth(folder):
    with open(folder + "/expect.json") as f:
        return json.load(f)


def judge(folder):
    """Let sereno judge the case in folder; differences as sentences."""
    if not os.path.exists(folder + "/expect.json"):
        return ["no case in " + folder]
    case = truth(folder)
    cmd = [program(), "check", "--json", "--offline", *case["args"], "--now",
           case["now"]]
    r = subprocess.run(cmd, cwd=folder, stdout=subprocess.PIPE,
                       stderr=subprocess.PIPE, timeout=120,
                       env={**os.environ, "TZ": "UTC", "LC_ALL": "C.UTF-8"})
    try:
        said = json.loads(r.stdout)
    except ValueError as e:
        return ["no JSON (exit %d): %s; %s" % (
            r.returncode, e, r.stderr.decode("utf-8", "replace")[-300:])]
    wrong = compare(case, said) + census(case, folder)
    if r.returncode != case["exit"]:
        wrong.append("exit %d instead of %d" % (r.returncode, case["exit"]))
    return wrong


def census(case, folder):
    """Does `sereno origins` count everybody's mail rightly?"""
    r = subprocess.run([program(), "origins", "--json", "--top", "100000",
                        *case["args"], "--now", case["now"]], cwd=folder,
                       stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                       timeout=120, env={**os.environ, "TZ": "UTC"})
    try:
        rows = json.loads(r.stdout)["origins"]
    except ValueError:
        return ["origins: no JSON (exit %d)" % r.returncode]
    said = {"%s:%s" % (o["origin"]["kind"], o["origin"]["name"]): o
            for o in rows}
    wrong = []
    for name, truth in case.get("actors", {}).items():
        o = said.pop(name, {"messages": 0, "recipients": 0})
        for key in ("messages", "recipients"):
            if o[key] != truth[key]:
                wrong.append("origins: %s: %d %s instead of %d" % (
                    name, o[key], key, truth[key]))
    if "actors" not in case:  # kept from an older lab
        return wrong
    return wrong + ["origins: %s is nobody" % name for name in said
                    if name.startswith("account:") and said[name]["messages"]]


def compare(truth, said):
    """Everything in which a report differs from the truth."""
    wrong = []
    kinds = {v["kind"] for v in said["verdicts"]}
    for kind in set(truth["verdicts"]) - kinds:
        wrong.append("verdict %s is missing" % kind)
    for kind in kinds - set(truth["verdicts"]) - set(truth["verdicts_maybe"]):
        wrong.append("verdict %s is wrong" % kind)
    named = {"%s:%s" % (c["origin"]["kind"], c["origin"]["name"]): c
             for c in said["culprits"]}
    wanted = {"%s:%s" % (c["kind"], c["name"]): c for c in truth["culprits"]}
    for name, c in wanted.items():
        if name not in named:
            wrong.append("culprit %s is missing" % name)
        else:
            wrong += ["%s: %s" % (name, w) for w in differ(c, named[name])]
    for name in set(named) - set(wanted):
        if name in truth["innocents"]:
            wrong.append("%s is innocent" % name)
        elif name not in truth["culprits_maybe"]:
            wrong.append("%s is accused and has done nothing" % name)
    for f in truth["findings"]:
        if not any(matches(f, s) for s in said["findings"]):
            wrong.append("finding %s is missing" % " of ".join(f.values()))
    for s in truth.get("settings", ()):
        wrong += unnamed(s, said)
    return wrong


def unnamed(truth, said):
    """Is the setting cited with its line, and the command that ends it?"""
    found = [f for f in said["findings"] if f["code"] == truth["code"]]
    place = "root%s line %d" % (truth["source"], truth["line"])
    wrong = []
    if not any("%s line %d" % (e["source"], e["line"]) == place
               for f in found for e in f["evidence"]):
        wrong.append("%s does not cite %s" % (truth["code"], place))
    if truth["remedy"] and not any(
            r["command"] == truth["remedy"] and place in r["sentence"]
            for f in found for r in f["remedies"]):
        wrong.append("%s does not say: %s" % (truth["code"], truth["remedy"]))
    return wrong


def matches(truth, said):
    """Is this the finding that was meant?"""
    o = said["origin"]
    return said["code"] == truth["code"] and truth.get("origin") in (
        None, o and "%s:%s" % (o["kind"], o["name"]))


def differ(truth, said):
    wrong = []
    for key in ("messages", "recipients", "accepted", "total_messages"):
        if key in truth and said[key] != truth[key]:
            wrong.append("%d %s instead of %d" % (said[key], key, truth[key]))
    if "finding" in truth and truth["finding"] not in said["findings"]:
        wrong.append("found by %s, not by %s" % (
            ", ".join(said["findings"]), truth["finding"]))
    return wrong
