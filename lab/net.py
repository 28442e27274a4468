# SPDX-License-Identifier: ISC
"""Two network namespaces joined by a cable: the server and the internet.

The process of a lab already lives in namespaces of its own (lab/room.py); its
network is the server's. The internet is a second namespace that exists as
long as one thread of this process holds it. Whole documentation prefixes are
local there (AnyIP), so hundreds of clients and receiving servers need no
address each. When the process ends, the kernel removes everything.
"""
import ctypes
import os
import subprocess
import threading

OWN = "192.0.2.25"
OWN6 = "2001:db8:25::25"
ROUTER, ROUTER6 = "192.0.2.1", "2001:db8:25::1"
HOST = "mx1.tienda.example"
NAMESERVER = "203.0.113.53"
GATEWAY = "172.18.0.1"  # what docker calls its side of the bridge
INSIDE = "172.18.0.2"
ANYIP = ("192.0.2.128/25", "198.51.100.0/24", "203.0.113.0/24",
         "198.18.0.0/15")
ANYIP6 = "2001:db8:8000::/33"
CLONE_NEWNET = 0x40000000

libc = ctypes.CDLL(None, use_errno=True)


def run(*cmd):
    subprocess.run(cmd, check=True)


def sysctl(name, value):
    with open("/proc/sys/" + name, "w") as f:
        f.write(value)


def checked(result):
    if result != 0:
        e = ctypes.get_errno()
        raise OSError(e, os.strerror(e))


class Internet:
    """The other end of the cable; thread() starts threads that live there."""

    def __init__(self):
        self.ready = threading.Event()
        self.error = None
        threading.Thread(target=self.hold, daemon=True).start()
        self.ready.wait()
        if self.error:
            raise self.error
        self.cable()

    def hold(self):
        try:
            checked(libc.unshare(CLONE_NEWNET))
            self.tid = threading.get_native_id()
            self.fd = os.open("/proc/self/task/%d/ns/net" % self.tid,
                              os.O_RDONLY)
        except OSError as e:
            self.error = e
        self.ready.set()
        threading.Event().wait()

    def cable(self):
        run("ip", "link", "set", "lo", "up")
        run("ip", "link", "add", "srv0", "type", "veth", "peer", "name",
            "inet0")
        run("ip", "link", "set", "inet0", "netns", str(self.tid))
        self.call(self.far_end)
        run("ip", "link", "set", "srv0", "up")
        for a in (OWN + "/32", INSIDE + "/16"):
            run("ip", "addr", "add", a, "dev", "srv0")
        run("ip", "-6", "addr", "add", OWN6 + "/64", "dev", "srv0", "nodad")
        run("ip", "route", "add", ROUTER, "dev", "srv0", "src", OWN)
        run("ip", "route", "add", "default", "via", ROUTER, "src", OWN)
        run("ip", "-6", "route", "add", "default", "via", ROUTER6, "src",
            OWN6)

    def far_end(self):
        run("ip", "link", "set", "lo", "up")
        run("ip", "link", "set", "inet0", "up")
        run("ip", "addr", "add", GATEWAY + "/16", "dev", "inet0")
        for prefix in ANYIP:
            run("ip", "route", "add", "local", prefix, "dev", "lo")
        run("ip", "route", "add", OWN + "/32", "dev", "inet0")
        run("ip", "addr", "add", ROUTER + "/32", "dev", "inet0")
        run("ip", "-6", "addr", "add", ROUTER6 + "/64", "dev", "inet0",
            "nodad")
        run("ip", "-6", "route", "add", "local", ANYIP6, "dev", "lo")
        for name in ("ipv6/ip_nonlocal_bind", "ipv4/ip_nonlocal_bind"):
            sysctl("net/" + name, "1\n")

    def enter(self):
        """Move the calling thread into the internet."""
        checked(libc.setns(self.fd, CLONE_NEWNET))

    def thread(self, target, *args):
        def body():
            self.enter()
            target(*args)
        t = threading.Thread(target=body, daemon=True)
        t.start()
        return t

    def call(self, target, *args):
        """Run target in the internet and hand back what it returns."""
        out = []

        def body():
            try:
                out.append((True, target(*args)))
            except BaseException as e:  # passed on to the caller
                out.append((False, e))
        self.thread(body).join()
        done, value = out[0]
        if not done:
            raise value
        return value
