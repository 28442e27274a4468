# SPDX-License-Identifier: ISC
"""A target for every code of every list: what the catalogue says of it must be
told. And the states that a list can be found in."""
from lab.nameworld import catalogue

# Lists of the world (lab/namekinds.py) that must not be believed, and as what.
BAD = {"b.barracudacentral.org": "refused", "dnsbl.kempt.net": "empty",
       "all.s5h.net": "lists-the-world", "bl.suomispam.net": "wildcard",
       "dnsbl.zapbl.net": "hijacked", "bl.nordspam.com": "silent",
       "truncate.gbudb.net": "silent"}
# Zones that are asked when they are named.
NAMED = {"bl.firmada.example": "good", "bl.rota.example": "bogus",
         "bl.averiada.example": "failed", "dnsbl.sorbs.net": "dead",
         "{abusix}.combined.mail.abusix.zone": "no-key",
         "fresh15.spameatingmonkey.net": "untested"}
# What answers in place of the root servers.
HELD_UP = {"refuses": "held-up", "fails": "held-up", "portal": "held-up",
           "resolver": "held-up", "nobody": "offline", "dropped": "offline"}
KILLED = "gone"

SCORES = {"198.51.100.201": ("127.0.4.95", "scores", "good", 95),
          "198.51.100.202": ("127.0.4.75", "scores", "neutral", 75),
          "198.51.100.203": ("127.0.4.20", "scores", "reputation", 20)}
DNSWL = {"198.51.100.204": ("127.0.5.3", "good", "good", 3),
         "198.51.100.205": ("127.0.10.1", "neutral", "neutral", 1)}


def spelled(row):
    """(address in 127/8, cause, label) of each code, both ends of ranges."""
    for word in row["codes"].split():
        code, _, meaning = word.partition("=")
        cause, _, label = meaning.partition(":")
        if row["decode"] == "bits":
            yield "127.0.0." + code, cause, label
            continue
        head, _, last = code.partition("-")
        yield head, cause, label
        if last:
            yield head.rpartition(".")[0] + "." + last, cause, label


class Codes:
    """entries: zone -> text for rbldnsd's list (of IPv6 for lists of that
    alone); told: (target, list) -> (code, cause, label)."""

    def __init__(self):
        self.entries, self.told = {}, {}
        addresses = iter("198.51.100.%d" % n for n in range(10, 200))
        for row in catalogue():
            if row["zone"] in BAD or row["id"] == "dnswl":
                continue
            text = ""
            for n, (code, cause, label) in enumerate(spelled(row)):
                if "domain" in row["target"]:
                    target = "c%d.%s.example" % (n, row["id"])
                elif "ip4" in row["target"]:
                    target = next(addresses)
                else:
                    target = "2001:db8:77::%d" % (n + 1)
                text += ":%s:code %s of $\n%s\n" % (code, code, target)
                self.told[target, row["id"]] = (code, cause, label)
            self.entries[row["zone"]] = text
        for zone, by in (("score.senderscore.com", SCORES),
                         ("list.dnswl.org", DNSWL)):
            self.entries[zone] = "".join(
                ":%s:x\n%s\n" % (code, ip) for ip, (code, *_) in by.items())

    def lists(self):
        return sorted({name for _, name in self.told})
