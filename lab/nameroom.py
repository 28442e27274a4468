#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""nameroom FOLDER KIND: a mail server's network with a DNS around it.

To be started in a room (lab/room.py); lab/nameplace.py does it. Says what a
test must know as one line of JSON, and lives until its input ends. What leaves
the mail server is written to FOLDER/wire; a line of input is answered when all
that left before it is there.
"""
import json
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(
    __file__))))
from lab import namekinds, room  # noqa: E402
from lab.net import Internet  # noqa: E402
from lab.wire import Wire  # noqa: E402


def serve(told, wire):
    print(json.dumps(told), flush=True)
    for _ in sys.stdin:
        print(json.dumps(wire.mark()), flush=True)


def main():
    folder, kind = sys.argv[1:]
    internet = Internet()
    wire = Wire(folder + "/wire")
    serve(namekinds.KINDS[kind](internet, folder), wire)


if __name__ == "__main__":
    room.leave_with(main)
