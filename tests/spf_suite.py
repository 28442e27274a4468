#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Runs the published test suite of RFC 7208 against sereno spf.

Usage: tests/spf_suite.py SUITE.yml [SERENO]       (build/sereno)

The suite (rfc7208-tests.yml of openspf.org; Debian has it in the source of
pyspf) is no part of sereno. Its zones are served by a name server on the
loopback interface, scenario by scenario. Prints what differs, and the figures.
Needs python3-yaml.
"""
import json
import os
import pathlib
import subprocess
import sys

import yaml

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "story"))
from dns_world import A, AAAA, CNAME, MX, PTR, SPF, TXT, Fake  # noqa: E402

KINDS = {"A": A, "AAAA": AAAA, "CNAME": CNAME, "MX": MX, "PTR": PTR,
         "SPF": SPF, "TXT": TXT}
SERVFAIL, NXDOMAIN = 2, 3


def zone_of(data):
    """name -> {kind: [values]}; None among the kinds: the rest times out."""
    zone = {}
    for name, records in data.items():
        found = zone.setdefault(str(name).lower().rstrip("."), {})
        for record in records:
            if record == "TIMEOUT":
                found[None] = []
                continue
            (kind, value), = record.items()
            values = found.setdefault(KINDS[kind], [])
            if value == "NONE":
                continue
            if kind == "MX":
                value = (value[0], value[1])
            values.append(value)
    # a record of type SPF stands for TXT, too, unless the suite says which
    for found in zone.values():
        if SPF in found and TXT not in found:
            found[TXT] = list(found[SPF])
    return zone


def answer_of(zone):
    def answer(name, kind):
        name, records = name.lower(), []
        for _ in range(20):
            found = zone.get(name)
            if found is None:
                return records or NXDOMAIN
            if found.get(kind) or (kind in found and None not in found):
                return records + [(kind, v) for v in found[kind]]
            if None in found:
                return SERVFAIL
            if CNAME not in found:
                return records
            records.append((CNAME, found[CNAME][0]))
            name = found[CNAME][0].lower().rstrip(".")
        return SERVFAIL
    return answer


def run(binary, server, test):
    words = [binary, "spf", "--json", "--no-cache", "--resolver", server.at,
             "--", test["host"], test["mailfrom"] or "<>", test["helo"]]
    done = subprocess.run(words, capture_output=True, env={"LC_ALL": "C"},
                          timeout=60)
    return json.loads(done.stdout)


def differs(test, report, explains):
    wanted = test["result"]
    wanted = wanted if isinstance(wanted, list) else [wanted]
    if report["result"] not in wanted:
        return "%s (%s), not %s" % (report["result"], report["sentence"],
                                    " or ".join(wanted))
    said = test.get("explanation")
    if said == "DEFAULT":
        said = ""
    if said is not None and report["explanation"] != said:
        return "explanation %r, not %r" % (report["explanation"], said)
    explains.append(test.get("explanation"))
    return None


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    binary = sys.argv[2] if len(sys.argv) > 2 else str(
        HERE.parent / "build" / "sereno")
    binary = os.path.abspath(binary)
    total = bad = 0
    explains = []
    for scenario in yaml.safe_load_all(open(sys.argv[1], encoding="utf-8")):
        server = Fake(answer_of(zone_of(scenario["zonedata"])))
        for name, test in scenario["tests"].items():
            total += 1
            what = differs(test, run(binary, server, test), explains)
            if what is not None:
                bad += 1
                print("%s: %s: %s" % (scenario["description"], name, what))
        server.close()
    print("%d of %d tests agree, %d of them with their explanation"
          % (total - bad, total, sum(e is not None for e in explains)))
    return bad > 0


if __name__ == "__main__":
    sys.exit(main())
