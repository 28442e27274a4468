# SPDX-License-Identifier: ISC
"""Real name servers for a lab: nsd, rbldnsd, unbound, and two that misbehave.

Each runs in the internet of a lab (lab/net.py) on addresses of its own, on port
53. Zones are text; a zone may be signed (ldns-signzone), and have its
signatures broken afterwards.
"""
import os
import re
import select
import shutil
import signal
import socket
import struct
import subprocess
import threading
import time

TOOLS = ("nsd", "unbound", "rbldnsd", "ldns-keygen", "ldns-signzone")
# As libunbound knows them, old addresses too (IANA, root.hints).
ROOTS = {
    "a": ("198.41.0.4", "2001:503:ba3e::2:30"),
    "b": ("199.9.14.201", "2001:500:200::b"),
    "b2": ("170.247.170.2", "2801:1b8:10::b"),
    "c": ("192.33.4.12", "2001:500:2::c"),
    "d": ("199.7.91.13", "2001:500:2d::d"),
    "e": ("192.203.230.10", "2001:500:a8::e"),
    "f": ("192.5.5.241", "2001:500:2f::f"),
    "g": ("192.112.36.4", "2001:500:12::d0d"),
    "h": ("198.97.190.53", "2001:500:1::53"),
    "i": ("192.36.148.17", "2001:7fe::53"),
    "j": ("192.58.128.30", "2001:503:c27::2:30"),
    "k": ("193.0.14.129", "2001:7fd::1"),
    "l": ("199.7.83.42", "2001:500:9f::42"),
    "m": ("202.12.27.33", "2001:dc3::35"),
}


def missing():
    """None if all servers are installed, else which one is not."""
    for tool in TOOLS:
        if not shutil.which(tool, path=os.environ["PATH"] + ":/usr/sbin"):
            return tool + " is not installed"
    return None


def query(address, name=".", kind=2, timeout=0.2):
    """Ask in the namespace of the calling thread; the answer or None."""
    wire = b"".join(bytes([len(p)]) + p.encode()
                    for p in name.split(".") if p) + b"\0"
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET,
                       socket.SOCK_DGRAM) as s:
        s.settimeout(timeout)
        try:
            s.connect((address, 53))
            s.send(struct.pack("!HHHHHH", 7, 0x100, 1, 0, 0, 0) + wire +
                   struct.pack("!HH", kind, 1))
            return s.recv(4096)
        except OSError:
            return None


class Server:
    """place is called with a function and runs it where the server lives
    (Internet.call, or lambda f: f() for the mail server's side)."""

    def __init__(self, place, folder):
        self.place, self.folder = place, folder
        os.makedirs(folder, exist_ok=True)
        os.chmod(folder, 0o755)

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w") as f:
            f.write(text)
        return path

    def again(self):
        """Read the zones once more."""
        self.process.send_signal(signal.SIGHUP)

    def launch(self, *args):
        with open(os.path.join(self.folder, "log"), "ab") as log:
            self.process = self.place(lambda: subprocess.Popen(
                args, stdin=subprocess.DEVNULL, stdout=log, stderr=log))

    def await_answer(self, address, limit=20):
        end = time.monotonic() + limit
        while self.place(lambda: query(address)) is None:
            if self.process.poll() is not None or time.monotonic() > end:
                with open(os.path.join(self.folder, "log")) as f:
                    raise RuntimeError("%s: %s" % (
                        self.folder, f.read()[-600:]))
            time.sleep(.02)


class Nsd(Server):
    """zones: name -> text of its file."""

    def __init__(self, place, folder, addresses, zones):
        super().__init__(place, folder)
        self.files = {}
        conf = ["server:", " server-count: 1", " username: \"\"",
                " zonesdir: \"%s\"" % folder, " pidfile: \"\"",
                " database: \"\"", " xfrdfile: \"\"",
                " zonelistfile: \"%s/zones\"" % folder,
                " xfrdir: \"%s\"" % folder, " rrl-ratelimit: 0"]
        conf += [" ip-address: %s@53" % a for a in addresses]
        conf += ["remote-control:", " control-enable: no"]
        for n, (name, text) in enumerate(sorted(zones.items())):
            self.files[name] = self.write("%d.zone" % n, text)
            conf += ["zone:", " name: \"%s\"" % name,
                     " zonefile: \"%d.zone\"" % n]
        self.launch("/usr/sbin/nsd", "-d", "-c",
                    self.write("nsd.conf", "\n".join(conf) + "\n"))
        self.first = addresses[0]

    def ready(self):
        self.await_answer(self.first)


class Rbldnsd(Server):
    """zones: name -> [(type, text of its file)]; several make one zone."""

    def __init__(self, place, folder, addresses, zones):
        super().__init__(place, folder)
        specs = []
        for name, parts in zones.items():
            for kind, text in parts:
                self.write("%s.%s" % (name, kind), text)
                specs.append("%s:%s:%s.%s" % (name, kind, name, kind))
        binds = [w for a in addresses for w in ("-b", a + "/53")]
        self.launch("/usr/sbin/rbldnsd", "-n", "-e", "-t", "1:1:1", "-c", "1h",
                    *binds, "-w", folder, *specs)
        self.first = addresses[0]

    def ready(self):
        self.await_answer(self.first)


class Unbound(Server):
    """A resolver that recurses from the root of the lab; more: lines of
    unbound.conf behind its server clause's own; anchor: it validates."""

    def __init__(self, place, folder, addresses, more=(), anchor=None,
                 access="allow"):
        super().__init__(place, folder)
        lines = ["server:", " do-daemonize: no", " username: \"\"",
                 " chroot: \"\"", " pidfile: \"\"", " use-syslog: no",
                 " directory: \"%s\"" % folder, " num-threads: 1",
                 " access-control: 0.0.0.0/0 " + access,
                 " access-control: ::/0 " + access, " do-not-query-localhost: no",
                 " unblock-lan-zones: yes", " qname-minimisation: no"]
        lines += [" interface: " + a for a in addresses]
        if anchor:
            lines.append(" trust-anchor: \"%s\"" % anchor)
        else:
            lines.append(" module-config: \"iterator\"")
        # The documentation ranges are the lab's internet.
        lines += [" local-zone: \"%s\" nodefault" % z for z in (
            "2.0.192.in-addr.arpa.", "100.51.198.in-addr.arpa.",
            "113.0.203.in-addr.arpa.", "8.b.d.0.1.0.0.2.ip6.arpa.")]
        lines += [" " + line for line in more]
        lines += ["remote-control:", " control-enable: no"]
        self.launch("/usr/sbin/unbound", "-d", "-c",
                    self.write("unbound.conf", "\n".join(lines) + "\n"))
        self.first = addresses[0]

    def ready(self, address=None):
        self.await_answer(address or self.first)


class Slow:
    """Hands questions on to another server, seconds late: an overloaded
    list. (The kernel of many test machines has no netem.)"""

    def __init__(self, internet, address, to, seconds):
        self.to, self.seconds = to, seconds
        internet.thread(self.serve, internet, address)

    def serve(self, internet, address):
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.bind((address, 53))
        while True:
            question, peer = s.recvfrom(4096)
            internet.thread(self.hand_on, s, question, peer)

    def hand_on(self, s, question, peer):
        time.sleep(self.seconds)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as up:
            up.settimeout(5)
            up.connect((self.to, 53))
            up.send(question)
            try:
                s.sendto(up.recv(4096), peer)
            except OSError:
                pass


class Silent:
    """Takes questions and answers none; says how many there were."""

    def __init__(self, internet, address):
        self.sockets = []
        internet.call(self.open, address)

    def open(self, address):
        for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
            s = socket.socket(socket.AF_INET, kind)
            s.bind((address, 53))
            if kind == socket.SOCK_STREAM:
                s.listen(64)
            self.sockets.append(s)
        threading.Thread(target=self.swallow, daemon=True).start()

    def swallow(self):
        while True:
            select.select([self.sockets[0]], [], [])
            self.sockets[0].recv(4096)


def soa(server, ttl=60):
    return ("$TTL %d\n@ SOA %s hostmaster.%s 1 3600 600 864000 %d\n"
            "@ NS %s\n" % (ttl, server, server, ttl, server))


class Key:
    """A key of a zone; ds is what its parent publishes."""

    def __init__(self, folder, zone):
        os.makedirs(folder, exist_ok=True)
        self.folder, self.zone = folder, zone
        self.name = subprocess.run(
            ["ldns-keygen", "-a", "ECDSAP256SHA256", "-k", zone or "."],
            cwd=folder, check=True, capture_output=True,
            text=True).stdout.strip()
        with open("%s/%s.ds" % (folder, self.name)) as f:
            self.ds = f.read().strip()

    def sign(self, text):
        path = "%s/%s.zone" % (self.folder, self.name)
        with open(path, "w") as f:
            f.write("$ORIGIN %s.\n" % self.zone + text)
        subprocess.run(["ldns-signzone", "-o", self.zone or ".", "-f",
                        path + ".signed", path, self.name], cwd=self.folder,
                       check=True, capture_output=True)
        with open(path + ".signed") as f:
            return f.read()


def broken(signed):
    """The same zone with the first digits of its signatures exchanged, those
    of DNSKEY apart: so it looks when a signer and its key went apart."""
    def spoil(m):
        return m[1] + ("B" if m[2] != "B" else "C")
    return re.sub(r"(?m)^(\S+\s+\d+\s+IN\s+RRSIG\s+(?!DNSKEY)\S+(?: \S+){7} )"
                  r"(\S)", spoil, signed)
