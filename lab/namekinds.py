# SPDX-License-Identifier: ISC
"""The worlds of lab/test_names.py: functions of an internet and a folder that
raise the servers and return what a test must know."""
from lab.listcodes import Codes
from lab.nameservers import Nsd, ROOTS, Unbound, query, soa
from lab.nametrees import Trees
from lab.nameworld import WEB, World, all_lists, catalogue, honest
from lab.net import OWN, OWN6, run
from lab.policyserver import Policies

ALONE = "bl.0spam.org"  # has one name server only


def lists():
    """Every list of the catalogue with its test entry; some have more."""
    more = {
        "zen.spamhaus.org": (
            ":127.0.0.4:https://check.spamhaus.org/listed?ip=$\n%s\n"
            ":127.0.0.2:https://check.spamhaus.org/sbl/$\n%s\n" % (OWN, OWN),
            ":127.0.0.3:https://check.spamhaus.org/css/$\n"
            "2001:db8:25::/64\n"),
        "bl.spamcop.net": (
            ":127.0.0.2:Blocked - see https://www.spamcop.net/bl.shtml?$\n"
            "%s\n" % OWN, ""),
        "dnsbl-3.uceprotect.net": (
            ":127.0.0.2:Your ISP is UCEPROTECT-Level3 listed\n"
            "192.0.2.0/24\n", ""),
        "all.spamrats.com": (
            ":127.0.0.38:SPAMRATS IP Addresses See: http://www.spamrats.com/"
            "bl?$\n%s\n:127.0.0.36:x\n%s\n" % (OWN, OWN), ""),
        "bl.ipv6.spameatingmonkey.net": ("", ":127.0.0.2:x\n%s\n" % OWN6),
        # who asks is told off, whatever he asks
        "b.barracudacentral.org": (
            ":127.255.255.254:Error: open resolver\n0.0.0.0/1\n128.0.0.0/1\n",
            ""),
        # the end of a list: everything is listed, so that all stop asking
        "all.s5h.net": (":127.0.0.2:x\n0.0.0.0/1\n128.0.0.0/1\n", ""),
    }
    codes = Codes().entries
    found = {}
    for row in all_lists():
        if row["use"] != "on" and row["zone"] not in codes:
            continue
        extra, extra6 = more.get(row["zone"], ("", ""))
        if row["target"] == "ip6":
            extra6 += codes.get(row["zone"], "")
        else:
            extra += codes.get(row["zone"], "")
        found[row["zone"]] = honest(row, extra, extra6, *(
            [("lists1",)] if row["zone"] == ALONE else []))
    for zone in ("b.barracudacentral.org", "all.s5h.net"):
        found[zone] = [p for p in found[zone] if p[0] != "ip6trie"]
    # its domain has expired, or a squatter has taken it
    for zone in ("dnsbl.kempt.net", "bl.suomispam.net", "dnsbl.zapbl.net",
                 "bl.nordspam.com", "truncate.gbudb.net"):
        del found[zone]
    return found | keyed()


# Keys of a customer: a list that knows him, and one whose zone is broken. What
# they say of an entry has the key in it.
KEY, KEY_OF_BROKEN = "q7Kz2mxw4dqs", "w8hh4t0abx"


def keyed():
    row = next(r for r in all_lists() if r["id"] == "spamhaus-zen-dqs")
    zone = row["zone"].replace("{spamhaus-dqs}", KEY)
    return {zone: honest(
        {**row, "zone": zone}, ":127.0.0.2:https://check.spamhaus.org/sbl/$ "
        "for %s, asked as 25.2.0.192.%s\n%s\n" % (KEY, zone, OWN))}


KEPT = 3  # seconds that a list lets its entries be kept
BL = "2.0.0.127.bl A 127.0.0.2\n25.2.0.192.bl A 127.0.0.2\n"


def world(internet, folder):
    trees = Trees()
    made = World(
        internet, folder, trees.zones | {
            "bl.suomispam.net": "@ A 127.0.0.2\n* A 127.0.0.2\n",
            "dnsbl.zapbl.net": "@ A 203.0.113.80\n* A 203.0.113.80\n",
            "firmada.example": BL, "rota.example": trees.good() + BL,
            "llana.example": "2.0.0.127.bl A 127.0.0.2\n",
            "guardada.example": "$TTL %d\n" % KEPT + BL +
            "25.2.0.192.bl TXT \"kept\"\n",
            "abusix.zone": "2.0.0.127.%s.combined.mail A 127.0.0.2\n"
            % KEY_OF_BROKEN},
        lists(), signed=("tienda.example", "firmada.example", "rota.example",
                         "zone", "abusix.zone"),
        spoilt=("rota.example", "abusix.zone"),
        broken=("bl.averiada.example", *trees.broken),
        servers={"bl.blocklist.de": ("late",), ALONE: ("lists1",),
                 "bl.nordspam.com": ("dead",),
                 "truncate.gbudb.net": ("quiet",),
                 **{z: ("quiet",) for z in trees.silent}})
    Unbound(lambda start: start(), folder + "/house", ["127.0.0.1"],
            anchor=made.anchor).ready()
    web = Policies(internet, folder + "/web", WEB, trees.policies,
                   unnamed=("mta-sts-certificate.example",))
    return told(made) | {
        "sts_ca": web.ca,
        "expected": {d: sorted(codes) for d, codes in trees.expected.items()}
        | {"rota.example": ["dnssec-bogus"],
           "no-existe.example": ["domain-gone"]},
        "disks": {disk.write("%s/disks/%s" % (folder, name)): disk.expected
                  for name, disk in trees.disks.items()}}


def told(made):
    return {"anchor": made.anchor,
            "pids": [s.process.pid for s in (made.lists1, made.lists2)]}


def third(internet, folder):
    """A bad day: every third list of the catalogue does not answer, nor does
    who has the reverse zone."""
    zones = {r["zone"]: honest(r) for r in catalogue()}
    zones["bl.spamcop.net"] = honest(
        next(r for r in catalogue() if r["id"] == "spamcop"),
        ":127.0.0.2:x\n%s\n" % OWN)
    silent = [z for z in sorted(zones) if z != "bl.spamcop.net"][::3]
    tienda = ("@ MX 10 mx1\nmx1 A %s\n@ TXT \"v=spf1 mx -all\"\n"
              "mx1 TXT \"v=spf1 a -all\"\n_dmarc TXT \"v=DMARC1; p=reject; "
              "rua=mailto:d@tienda.example\"\n" % OWN)
    return told(World(
        internet, folder, {"tienda.example": tienda}, zones,
        servers={z: ("quiet",) for z in (*silent, "2.0.192.in-addr.arpa")}))


# What answers on port 53 in place of every server of the world.

def taken(*more, access="allow", warm=False):
    """A firewall or hotspot that leads every question to a server of its
    own, whatever address was asked: an unbound that answers by all of them."""
    def kind(internet, folder):
        internet.call(everywhere)
        box = Unbound(internet.call, folder + "/box", ["0.0.0.0", "::0"],
                      ("interface-automatic: yes", *more), access=access)
        box.ready("127.0.0.1")
        if warm:
            internet.call(lambda: query("127.0.0.1", kind=6, timeout=5))
        return {}
    return kind


def everywhere():
    for words in ((), ("-6",)):
        run("ip", *words, "route", "add", "local", "default", "dev", "lo")


def its_own_root(internet, folder):
    """A resolver that knows all, for everybody who asks any server."""
    Nsd(lambda start: start(), folder + "/root", [OWN], {".": soa(
        "a.root-servers.net.") + "a.root-servers.net. A %s\n" % OWN}).ready()
    return taken("stub-zone:", "name: \".\"", "stub-addr: " + OWN,
                 access="allow_snoop", warm=True)(internet, folder)


def fails(internet, folder):
    """A server that has no zone to show, at the root's addresses."""
    internet.call(World.addresses)
    Nsd(internet.call, folder + "/root",
        [a for ips in ROOTS.values() for a in ips],
        {".": "no zone file\n"}).ready()
    return {}


def nobody(internet, folder):
    """There is a network, and no name server in it: ICMP says so."""
    internet.call(everywhere)
    return {}


def dropped(internet, folder):
    """There is a network; what goes to port 53 is lost."""
    internet.call(lambda: run("ip", "route", "add", "blackhole", "default"))
    return {}


KINDS = {
    "world": world, "third": third, "resolver": its_own_root, "nobody": nobody,
    "dropped": dropped, "refuses": taken(access="refuse"),
    "fails": fails,
    "portal": taken("local-zone: \".\" redirect",
                    "local-data: \". A 192.0.2.80\"",
                    "local-data: \". AAAA 2001:db8:25::80\""),
}
