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

    def of(self, actor):
        return self.actors.setdefault(actor, {
            "messages": 0, "recipients": 0, "accepted": 0, "parts": {},
            "local": False})

    def submitted(self, actor, recipients, part, local):
        """One message was accepted by the server under test."""
        with self.lock:
            a = self.of(actor)
            p = a["parts"].setdefault(part, {"messages": 0, "recipients": 0})
            for x in (a, p):
                x["messages"] += 1
                x["recipients"] += recipients
            a["local"] |= local

    def delivered(self, actor, recipients):
        """A sink took one message for so many recipients."""
        with self.lock:
            self.of(actor)["accepted"] += recipients
