#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""nameroom FOLDER KIND: a mail server's network with a DNS around it.

To be started in a room (lab/room.py). Says "ready" and what a test must know as
one line of JSON, and lives until its input ends.
"""
import json
import os
import sys
import traceback

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(
    __file__))))
from lab import namekinds  # noqa: E402
from lab.net import Internet  # noqa: E402


def main():
    folder, kind = sys.argv[1:]
    told = namekinds.KINDS[kind](Internet(), folder)
    print(json.dumps(told), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    try:
        main()
    except Exception:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(0)
