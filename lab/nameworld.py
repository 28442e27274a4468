# SPDX-License-Identifier: ISC
"""A whole DNS of real servers: a signed root at the root servers' addresses,
registries, hosts of zones, and every block list of the catalogue. sereno
recurses in it as it does in the world; nothing is said to it about servers.

    root (signed) -> example (signed), org, net, com ... -> a zone -> a list
"""
import os

from lab.nameservers import (ROOTS, Key, Nsd, Rbldnsd, Silent, Slow,
                             broken, soa)
from lab.net import run

DATA = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(
    __file__))), "data")
REGISTRY, HOSTS, RESOLVER = "203.0.113.1", "203.0.113.10", "203.0.113.53"
LISTS1, LISTS2, LATE = "203.0.113.60", "203.0.113.61", "203.0.113.62"
QUIET, DEAD, PARKED = "203.0.113.63", "203.0.113.64", "203.0.113.80"
BROKEN, WEB = "203.0.113.65", "203.0.113.66"
LATENESS = 0.8  # seconds
SERVERS = {"hosts": HOSTS, "lists1": LISTS1, "lists2": LISTS2, "late": LATE,
           "quiet": QUIET, "dead": DEAD, "broken": BROKEN}
BOTH = ("lists1", "lists2")


def table(name):
    """The rows of a file of data/, as dicts."""
    with open(os.path.join(DATA, name)) as f:
        lines = [line.rstrip("\n").split("\t") for line in f
                 if line[0] != "#" and line.strip()]
    return [dict(zip(lines[0], line)) for line in lines[1:]]


def all_lists():
    return table("dnsbl.tsv")


def catalogue():
    """The lists that are asked without being told so."""
    return [r for r in all_lists() if r["use"] == "on"]


def operator(zone):
    """Who delegates it: spamhaus.org for zen.spamhaus.org."""
    return ".".join(zone.split(".")[-2:])


def honest(row, extra="", extra6="", servers=BOTH):
    """A list with its test entry and nothing else: parts for Rbldnsd."""
    code = row["codes"].split("=")[0].split("-")[0]
    if row["decode"] == "bits":
        code = "127.0.0." + code
    value = ":%s:Test entry\n" % code
    ttl = "$TTL 1\n$SOA 1 ns.%s admin.%s 1 600 300 86400 1\n$NS 1 %s\n" % (
        row["zone"], row["zone"],
        " ".join("%s.hosting.example" % s for s in servers))
    test = row["test"] == "std"
    parts = []
    if "domain" in row["target"]:
        parts.append(("dnset", ttl + value + (row["test"] or "") + "\n" +
                      extra))
    if "ip4" in row["target"]:
        parts.append(("ip4set", ttl + value + (
            "127.0.0.2\n" if test else "") + extra))
        ttl = ""
    if "ip6" in row["target"]:
        parts.append(("ip6trie", ttl + value + (
            "::ffff:7f00:2\n" if test else "") + extra6))
    return parts


class World:
    """zones: name -> zone text without SOA and NS; signed: those of them with
    DNSSEC, spoilt: whose signatures are broken; lists: zone -> parts for
    Rbldnsd; broken: zones that their server has no data of; servers: zone -> names of the servers that its parent names, when
    they are not BOTH; second: lists of which the second server knows more."""

    def __init__(self, internet, folder, zones, lists, signed=(), spoilt=(),
                 servers=None, second=None, broken=()):
        self.internet, self.folder = internet, folder
        self.zones, self.lists, self.spoilt = zones, lists, spoilt
        self.servers = {**(servers or {}), **{z: ("broken",) for z in broken}}
        internet.call(self.addresses)
        self.keys = {name: Key(os.path.join(folder, "keys"), name)
                     for name in ("", "example", *signed)}
        self.anchor = self.keys[""].ds
        hosted = self.hosted()
        call = internet.call
        self.root = Nsd(call, folder + "/root",
                        [a for ips in ROOTS.values() for a in ips],
                        {".": self.sealed("", self.root_zone(hosted))})
        self.registry = Nsd(call, folder + "/registry", [REGISTRY],
                            self.registries(hosted))
        self.hosts = Nsd(call, folder + "/hosts", [HOSTS], hosted)
        self.lists1 = Rbldnsd(call, folder + "/lists1", [LISTS1], lists)
        self.lists2 = Rbldnsd(call, folder + "/lists2", [LISTS2],
                              {**lists, **(second or {})})
        Nsd(call, folder + "/broken", [BROKEN],
            {z: "no zone file\n" for z in (*broken, "nothing.example")})
        Slow(internet, LATE, LISTS1, LATENESS)
        self.quiet = Silent(internet, QUIET)
        for server in (self.root, self.registry, self.hosts, self.lists1,
                       self.lists2):
            server.ready()

    @staticmethod
    def addresses():
        for four, six in ROOTS.values():
            run("ip", "route", "add", "local", four, "dev", "lo")
            run("ip", "-6", "route", "add", "local", six, "dev", "lo")

    def hosted(self):
        """What the hosts serve: the zones, and those that delegate lists."""
        head = soa("hosts.hosting.example.")
        found = {"hosting.example": head + "".join(
            "%s A %s\n" % s for s in SERVERS.items())}
        found.update((name, head + text) for name, text in self.zones.items())
        for zone in [*self.lists, *self.servers]:
            top = operator(zone)
            found[top] = found.get(top, head) + "".join(
                "%s. NS %s.hosting.example.\n" % (zone, s)
                for s in self.servers.get(zone, BOTH))
        return {name: self.sealed(name, text) for name, text in found.items()}

    def registries(self, hosted):
        """The zones that delegate those of the hosts."""
        zones = {name.rpartition(".")[2]: soa("registry.nic.example.")
                 for name in [*hosted, "example"]}
        zones["example"] += "registry.nic A %s\nhosts.hosting A %s\n" % (
            REGISTRY, HOSTS)
        for name in hosted:
            top = name.rpartition(".")[2]
            zones[top] += "%s. NS hosts.hosting.example.\n" % name
            if name in self.keys:
                zones[top] += self.keys[name].ds + "\n"
        return {name: self.sealed(name, text) for name, text in zones.items()}

    def root_zone(self, hosted):
        tops = {name.rpartition(".")[2] for name in [*hosted, "example"]}
        return soa("a.root-servers.net.") + "".join(
            "@ NS %s.root-servers.net.\n"
            "%s.root-servers.net. A %s\n%s.root-servers.net. AAAA %s\n" % (
                c, c, four, c, six) for c, (four, six) in ROOTS.items()) + \
            "".join("%s. NS registry.nic.example.\n" % t for t in tops) + \
            "registry.nic.example. A %s\n" % REGISTRY + "".join(
                self.keys[t].ds + "\n" for t in tops if t in self.keys)

    def sealed(self, name, text):
        """Signed, if the zone has a key."""
        if name not in self.keys:
            return text
        text = self.keys[name].sign(text)
        return broken(text) if name in self.spoilt else text
