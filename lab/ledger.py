# SPDX-License-Identifier: ISC
"""The exact truth: what each actor got accepted, counted where it happened.

An actor is "kind:name" as the program is to name it ("account:ana@...",
"script:/var/www/...", "client:198.18.1.2"). part tells the owner's own mail
from the abuse.
"""
import threading


class Ledger:
    def __init__(self):
        self.lock = threading.Lock()
        self.actors = {}

    def part(self, actor, part):
        return self.actors.setdefault(actor, {}).setdefault(
            part, {"messages": 0, "recipients": 0, "accepted": 0})

    def submitted(self, actor, recipients, part, messages=1):
        """A message was accepted by the server under test."""
        with self.lock:
            p = self.part(actor, part)
            p["messages"] += messages
            p["recipients"] += recipients

    def delivered(self, tag, recipients):
        """A sink took one message for so many recipients; tag is
        "actor|part"."""
        actor, _, part = tag.rpartition("|")
        with self.lock:
            self.part(actor, part)["accepted"] += recipients

    def messages(self):
        return sum(p["messages"] for a in self.actors.values()
                   for p in a.values())
