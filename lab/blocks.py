# SPDX-License-Identifier: ISC
"""One case for each way off a block (data/delist.tsv): an entry on a list, or
what a receiver answers, in the words of data/rejections.tsv."""
import re

from lab.nameworld import catalogue, table
from lab.net import OWN

# A host name of the receiver, for each form of mx_hint that is needed.
HOSTS = {
    "": "mx.receptor.example", "google": "aspmx.l.google.com",
    "outlook": "uno.olc.protection.outlook.com", "yahoodns":
    "mta7.am0.yahoodns.net", "icloud": "mx01.mail.icloud.com", "pphosted":
    "mxa-1.gslb.pphosted.com", "gmx": "mx00.emig.gmx.net", "t-online":
    "mx00.t-online.de", "att": "ff-ip4.mx.att.net", "comcast":
    "mx1.comcast.net", "orange": "smtp-in.orange.fr"}
STATE = {"auto": "expires", "none": "nothing-to-ask",
         "theirs": "receiver-error"}  # of each how; else "ready"


class Block:
    """way: its row. Either list, zone, code: an entry; or rule, host, reply:
    an answer to RCPT TO, as lines of SMTP."""

    def __init__(self, way):
        self.way, self.list, self.rule = way["id"], None, None
        self.state = STATE.get(way["how"], "ready")
        words = way["for"].split()
        for word in words:
            kind, _, name = word.partition(":")
            if kind == "reply" and self.rule is None:
                self.answered(*name.partition("/")[::2])
            elif kind == "list" and self.list is None:
                self.listed(*name.partition("/")[::2])

    def listed(self, name, label):
        """The first code with that label that is bad, of a list that is
        asked."""
        for row in catalogue():
            if row["id"] != name:
                continue
            code = next(w for w in row["codes"].split()
                        if not re.search("=(good|neutral|test)", w) and
                        (not label or w.endswith(":" + label)))
            self.list, self.zone = name, row["zone"]
            self.code = code.partition("=")[0].partition("-")[0]
            self.domain = row["target"] == "domain"

    def answered(self, name, word):
        """The first rule of that name that this way is the first one for."""
        for rule in table("rejections.tsv"):
            if rule["id"] != name and not (
                    name[-1] == "*" and rule["id"].startswith(name[:-1])):
                continue
            text = rule["example"].replace("192.0.2.1", OWN)
            if word and word not in text:
                text += " (%s)" % word
            if first_way(rule["id"], text) != self.way:
                continue
            self.rule, self.reply = rule["id"], lines(text)
            self.host = next(
                h for h in HOSTS.values()
                if re.search(rule["mx_hint"] or "receptor", h))
            return


def first_way(rule, text):
    for way in table("delist.tsv"):
        for word in way["for"].split():
            name, _, part = word.removeprefix("reply:").partition("/")
            if word.startswith("reply:") and part in text and (
                    name == rule or
                    name[-1] == "*" and rule.startswith(name[:-1])):
                return way["id"]
    return None


def lines(text):
    """"550-5.7.1 a b 550 5.7.1 c" is a reply of two lines."""
    code = text[:3]
    parts = re.split(r" (?=%s[ -])" % code, text)
    return "\n".join(code + ("-" if n < len(parts) - 1 else " ") + p[4:]
                     for n, p in enumerate(parts))


def blocks():
    return [Block(way) for way in table("delist.tsv")]
