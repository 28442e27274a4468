# SPDX-License-Identifier: ISC
"""Name servers on the loopback interface that stand for the world.

Lists are served by a real rbldnsd; what no sane server does (answers for any
name, silence, lies) by Fake, a few lines of Python.
"""
import contextlib
import ipaddress
import shutil
import socket
import struct
import subprocess
import threading
import time

A, NS, CNAME, SOA, PTR, MX, TXT, AAAA, SPF = 1, 2, 5, 6, 12, 15, 16, 28, 99
RBLDNSD = shutil.which("rbldnsd") or "/usr/sbin/rbldnsd"


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wire(name):
    name = name.rstrip(".")
    return b"".join(bytes([len(p)]) + p.encode("latin-1")
                    for p in name.split(".") if p) + b"\0"


def text_data(text):
    raw = text if isinstance(text, bytes) else text.encode("latin-1")
    parts = [raw[i:i + 255] for i in range(0, len(raw), 255)] or [b""]
    return b"".join(bytes([len(p)]) + p for p in parts)


def data_of(kind, value):
    if kind in (A, AAAA):
        return ipaddress.ip_address(value).packed
    if kind == MX:
        preference, name = value
        return struct.pack("!H", preference) + wire(name)
    if kind in (TXT, SPF):
        if isinstance(value, (list, tuple)):
            return b"".join(text_data(v) for v in value)
        return text_data(value)
    return wire(value)


class Fake:
    """answer(name, kind) -> list of (kind, value), or an rcode, or None for
    silence. name comes folded and without its last dot."""

    ttl = 60

    def __init__(self, answer, delay=0, bind=("127.0.0.1", 0)):
        self.answer, self.delay, self.asked = answer, delay, []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(bind)
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    @classmethod
    def at_address(cls, address, port, answer):
        return cls(answer, bind=(address, port))

    @property
    def at(self):
        return "127.0.0.1@%d" % self.port

    def serve(self):
        while True:
            try:
                query, peer = self.socket.recvfrom(4096)
            except OSError:
                return
            if self.delay:
                threading.Timer(self.delay, self.reply,
                                (query, peer)).start()
            else:
                self.reply(query, peer)

    def reply(self, query, peer):
        end, labels = 12, []
        while query[end]:
            labels.append(query[end + 1:end + 1 + query[end]])
            end += 1 + query[end]
        kind, = struct.unpack("!H", query[end + 1:end + 3])
        name = b".".join(labels).decode("latin-1").lower()
        self.asked.append((name, kind))
        found = self.answer(name, kind)
        if found is None:
            return
        rcode, records = (found, []) if isinstance(found, int) else (0, found)
        body, owner = b"", query[12:end + 1]
        for each, value in records:
            data = data_of(each, value)
            body += owner + struct.pack("!HHIH", each, 1, self.ttl,
                                        len(data)) + data
            if each == CNAME:
                owner = wire(value)
        message = query[:2] + struct.pack(
            "!HHHHH", 0x8480 | rcode, 1, len(records), 0, 0) \
            + query[12:end + 5] + body
        with contextlib.suppress(OSError):
            self.socket.sendto(message, peer)

    def close(self):
        self.socket.close()


class Rbldnsd:
    """A real one. zones: name -> (type, text of its file)."""

    def __init__(self, folder, zones, address="127.0.0.1", port=None):
        self.port, self.address = port or free_port(), address
        self.folder = folder
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)
        specs = []
        for name, (kind, text) in zones.items():
            self.write(name, text)
            specs.append("%s:%s:%s" % (name, kind, name))
        # -e: entries need not be network addresses; -c 1: look each second
        self.process = subprocess.Popen(
            [RBLDNSD, "-n", "-e", "-c", "1", "-b",
             "%s/%d" % (address, self.port), "-w", str(folder), *specs],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.wait()

    def write(self, name, text):
        (self.folder / name).write_text(text)

    @property
    def at(self):
        return "%s@%d" % (self.address, self.port)

    def wait(self):
        query = struct.pack("!HHHHHH", 1, 0, 1, 0, 0, 0) + b"\1x\0\0\1\0\1"
        limit = time.monotonic() + 20
        while time.monotonic() < limit:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
                s.settimeout(0.2)
                with contextlib.suppress(OSError):
                    s.connect((self.address, self.port))
                    s.send(query)
                    s.recv(512)
                    return
        raise RuntimeError("rbldnsd does not answer")

    def close(self):
        self.process.terminate()
        self.process.wait()


KINDS = {"A": A, "AAAA": AAAA, "CNAME": CNAME, "MX": MX, "NS": NS, "PTR": PTR,
         "SPF": SPF, "TXT": TXT}


def zone_of(text):
    """'name TYPE value' a line -> what answers for Fake. MX: 'name MX 10 x';
    'name FAILS' is SERVFAIL for it and all below it. A value in two quoted
    strings is two strings of TXT. What is not there is NXDOMAIN."""
    zone = {}
    for line in text.strip().splitlines():
        line = line.split("##")[0].strip()
        if not line:
            continue
        name, kind, *rest = line.split(None, 2)
        found = zone.setdefault(name.lower().rstrip("."), {})
        if kind == "FAILS":
            found[None] = True
            continue
        value = rest[0] if rest else ""
        if kind == "MX":
            preference, target = value.split()
            value = (int(preference), target)
        elif kind == "TXT" and value.startswith('"'):
            value = value.strip('"').split('" "')
        found.setdefault(KINDS[kind], []).append(value)

    def answer(name, kind):
        records = []
        for _ in range(8):
            found = zone.get(name)
            if any(None in zone[n] and ("." + name).endswith("." + n)
                   for n in zone):
                return 2
            if found is None:
                # an empty non-terminal exists, too
                below = any(n.endswith("." + name) for n in zone)
                return records or ([] if below else 3)
            if kind in found:
                return records + [(kind, v) for v in found[kind]]
            if CNAME not in found:
                return records
            records.append((CNAME, found[CNAME][0]))
            name = found[CNAME][0].lower().rstrip(".")
        return 2
    return answer
