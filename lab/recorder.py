#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""recorder SCENARIO FOLDER: plays one scenario and writes its case.

To be started in a room (lab/room.py); lab/run and lab/play do it.
"""
import importlib
import os
import signal
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(
    __file__))))
from lab import room  # noqa: E402
from lab.scenario import Scenario  # noqa: E402


def tell(text):
    print(text, flush=True)


def main(name, folder, tell=lambda *_: None):
    module = importlib.import_module("lab.scenarios." + name)
    began = time.monotonic()
    s = Scenario(name, tell=tell, **getattr(module, "SETTING", {}))
    try:
        module.build(s)
        s.play()
        s.save(folder)
    finally:
        s.close()
    unexpected = s.load.failures
    for who, what in unexpected[:10]:
        print("lab: %s: %s: %s" % (name, who, what), file=sys.stderr)
    if os.environ.get("LAB_VERBOSE"):
        print("lab: %s: %d lines, %d messages, %d bursts (%d stuck), %.1f s"
              % (name, len(s.log.lines), s.ledger.messages(),
                 s.bursts, s.stuck, time.monotonic() - began),
              file=sys.stderr)
    return 1 if unexpected else 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    room.leave_with(lambda: main(
        sys.argv[1], os.path.abspath(sys.argv[2]),
        tell if os.environ.get("LAB_TELL") else lambda *_: None))
