# SPDX-License-Identifier: ISC
"""The recorded logs against the ledger, by plain search.

If a line was lost while recording, sereno could not be right: such a case is a
failure of the lab, and is told as one before sereno is asked. Which line says
that mail enters, the server knows (ENTERS).
"""
import gzip
import os
import re

def lines(folder, names):
    for name in names:
        path = os.path.join(folder, name)
        opener = gzip.open if name.endswith(".gz") else open
        with opener(path, "rt", encoding="latin-1", newline="\n") as f:
            yield from f


def doubts(folder, truth):
    """Sentences on culprits whose messages are not all in the logs."""
    enters = truth["enters"]
    counted = [(c, re.compile(enters[c["kind"]] % re.escape(c["name"])), [])
               for c in truth["culprits"]
               if c["kind"] in enters and "total_messages" in c]
    for line in lines(folder, [
            a for a in truth["args"]
            if os.path.isfile(os.path.join(folder, a))]):
        for _, pattern, found in counted:
            if pattern.search(line):
                found.append(line)
    return ["%s sent %d messages, the logs have %d" % (
        c["name"], c["total_messages"], len(found))
            for c, _, found in counted if len(found) != c["total_messages"]]
