# SPDX-License-Identifier: ISC
"""An authoritative DNS server for the lab's whole internet (UDP).

Answers A, AAAA, MX, PTR and a DNSBL from rules instead of zone files: the
receiving providers under their real names, every other domain ending in
.example with an MX of its own, clients' reverse names that match forwards.
"""
import ipaddress
import socket
import struct
import zlib

A, PTR, MX, TXT, AAAA = 1, 12, 15, 16, 28
PROVIDER = {  # domain: kind, host name of its MX, address
    "gmail.com": ("google", "gmail-smtp-in.l.google.com", "203.0.113.26"),
    "hotmail.com": ("microsoft", "hotmail-com.olc.protection.outlook.com",
                    "203.0.113.33"),
    "outlook.com": ("microsoft", "outlook-com.olc.protection.outlook.com",
                    "203.0.113.34"),
    "yahoo.com": ("yahoo", "mta5.am0.yahoodns.net", "203.0.113.73"),
    "gmx.de": ("gmx", "mx00.emig.gmx.net", "203.0.113.4"),
    "web.de": ("gmx", "mx-ha02.web.de", "203.0.113.7"),
    "t-online.de": ("tonline", "mx00.t-online.de", "203.0.113.8"),
}
BY_HOST = {host: ip for _, host, ip in PROVIDER.values()}


def crc(text):
    return zlib.crc32(text.encode())


def name_of(ip):
    """The reverse name of a client, None when its network has none."""
    if crc(ip) % 10 < 4:
        return None
    if ":" in ip:
        return "h-%s.pool6.isp.example" % ipaddress.ip_address(ip).packed.hex()
    return "host-%s.pool%d.isp.example" % (ip.replace(".", "-"), crc(ip) % 7)


def address_of(name):
    """Forward of what name_of() made up, of receivers, of anything else."""
    head = name.split(".", 1)[0]
    if head.startswith("host-"):
        return head[5:].replace("-", ".")
    if head.startswith("h-") and len(head) == 34:
        return str(ipaddress.ip_address(bytes.fromhex(head[2:])))
    if name in BY_HOST:
        return BY_HOST[name]
    if name.startswith("mx.dead-"):
        return "203.0.113.250"
    return "203.0.113.%d" % (100 + crc(name) % 140)


class Dns:
    """own: domain -> host name of this server's MX; listed: set of IPs."""

    def __init__(self, own, host, host_ip, host_ip6):
        self.own, self.listed = set(own), set()
        self.mx = {}  # domain -> host name, of receivers that one case needs
        self.host, self.ip, self.ip6 = host, host_ip, host_ip6

    def lookup(self, name, kind):
        """None: no such name. Otherwise a list of record texts."""
        if name.endswith((".in-addr.arpa", ".ip6.arpa")):
            return self.reverse(name, kind)
        if ".zen.spamhaus.org" in name:
            return self.blocklist(name, kind)
        if name == self.host:
            return {A: [self.ip], AAAA: [self.ip6]}.get(kind, [])
        if name.split(".")[-2:-1] == ["gone"] or name.startswith("gone-"):
            return None
        if kind == MX:
            if name in self.own:
                return [self.host]
            if name in self.mx:
                return [self.mx[name]]
            if name in PROVIDER:
                return [PROVIDER[name][1]]
            return [] if name.count(".") > 1 else ["mx." + name]
        if kind in (A, AAAA):
            ip = address_of(name)
            return [ip] if (":" in ip) == (kind == AAAA) else []
        return []

    def reverse(self, name, kind):
        labels = name.split(".")[:-2][::-1]
        if name.endswith(".ip6.arpa"):
            text = "".join(labels)
            if len(text) != 32:
                return None
            ip = str(ipaddress.ip_address(bytes.fromhex(text)))
        else:
            ip = ".".join(labels)
        if ip in (self.ip, self.ip6):
            return [self.host] if kind == PTR else []
        found = name_of(ip)
        if found is None:
            return None
        return [found] if kind == PTR else []

    def blocklist(self, name, kind):
        ip = ".".join(name.split(".")[:-3][::-1])
        if ip not in self.listed:
            return None
        if kind == A:
            return ["127.0.0.4"]
        if kind == TXT:
            return ["https://www.spamhaus.org/query/ip/" + ip]
        return []

    def serve(self, address):
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.bind((address, 53))
        while True:
            query, peer = s.recvfrom(4096)
            try:
                s.sendto(self.answer(query), peer)
            except (IndexError, struct.error, ValueError) as e:
                print("lab: dns: %r" % e)

    def answer(self, query):
        end = 12
        labels = []
        while query[end]:
            labels.append(query[end + 1:end + 1 + query[end]].decode("ascii"))
            end += 1 + query[end]
        kind, = struct.unpack("!H", query[end + 1:end + 3])
        found = self.lookup(".".join(labels).lower(), kind)
        rcode = 3 if found is None else 0
        head = query[:2] + struct.pack("!HHHHH", 0x8580 | rcode, 1,
                                       len(found or []), 0, 0)
        body = query[12:end + 5]
        for text in found or []:
            data = record(kind, text)
            body += struct.pack("!HHHIH", 0xc00c, kind, 1, 300,
                                len(data)) + data
        return head + body


def wire(name):
    return b"".join(bytes([len(p)]) + p.encode()
                    for p in name.split(".")) + b"\0"


def record(kind, text):
    if kind in (A, AAAA):
        return ipaddress.ip_address(text).packed
    if kind == MX:
        return struct.pack("!H", 10) + wire(text)
    if kind == PTR:
        return wire(text)
    return bytes([len(text)]) + text.encode()
