# SPDX-License-Identifier: ISC
"""The people of a lab: account holders with their habits, and strangers."""
import random

from lab import dns

FIRST = "anna luis maria jose peter hans julia laura marta paul eva " \
    "oskar nina david sara tom ines pablo carla jorge rosa".split()
LAST = "rossi garcia lopez muster schmidt weber silva martin bauer vega " \
    "koch ruiz moreno klein haas torres navarro gil".split()
DOMAINS = ["tienda.example", "escuela.example", "taller.example",
           "gestoria.example", "clinica.example", "bodega.example"]
HONEST = {"ok": 955, "unknown": 10, "grey": 25, "full": 4, "dead": 3,
          "gone": 3}
ABUSE = {"ok": 620, "unknown": 190, "spam": 85, "rate": 55, "grey": 30,
         "full": 8, "dead": 6, "gone": 6}
PROVIDERS = list(dns.PROVIDER)


def hexid(n):
    return "%0*x" % (n, random.getrandbits(4 * n))


def v4(net):
    """An address of 198.18.0.0/15, net naming its /24 by a number."""
    return "198.%d.%d.%d" % (18 + net // 256 % 2, net % 256,
                             random.randrange(1, 255))


class Person:
    """Somebody with a mailbox here, his machines and correspondents."""

    def __init__(self, address, world, number):
        self.address = address
        self.domain = address.rpartition("@")[2]
        self.home = v4(number)
        self.phone = "198.51.100.%d" % random.randrange(1, 255)
        self.helo = random.choice(("[192.168.1.%d]" % random.randrange(2, 99),
                                   "DESKTOP-" + hexid(7).upper(),
                                   "smtpclient.apple"))
        self.style = random.randrange(3)
        self.port = random.choice((465, 587))
        self.contacts = [world.address(HONEST) for _ in range(12)]

    def mid(self):
        if self.style == 0:
            return "%s-%s-%s-%s-%s@%s" % (
                hexid(8), hexid(4), hexid(4), hexid(4), hexid(12),
                self.domain)
        if self.style == 1:
            return "000001dd%s$%s$%s$@%s" % (hexid(4), hexid(8), hexid(8),
                                             self.domain)
        return "%s-%s@%s" % (hexid(8).upper(), hexid(12).upper(), self.domain)


class World:
    """Everybody; fates maps an address of the outside to what its server
    does with mail for it (lab/sinks.py)."""

    def __init__(self, fates):
        self.fates, self.serial, self.people = fates, 0, {}

    def settle(self, accounts):
        """About so many people over DOMAINS."""
        while len(self.people) < accounts:
            self.person("%s.%s@%s" % (random.choice(FIRST),
                                      random.choice(LAST),
                                      random.choice(DOMAINS)))

    def person(self, address):
        if address not in self.people:
            self.people[address] = Person(address, self, len(self.people))
        return self.people[address]

    def address(self, fates):
        """A new correspondent outside with a fate drawn from fates."""
        fate = random.choices(list(fates), list(fates.values()))[0]
        self.serial += 1
        # With a hyphen and a number: nobody's real mailbox.
        local = "%s.%s-%d" % (random.choice(FIRST), random.choice(LAST),
                              self.serial)
        domain = random.choice(PROVIDERS + ["firma"] * 6)
        if fate in ("dead", "gone"):
            domain = "%s-%02d.example" % (fate, random.randrange(100))
            fate = "ok"
        elif domain == "firma":
            domain = "firma-%04d.example" % random.randrange(80)
        self.fates[local + "@" + domain] = fate
        return local + "@" + domain

    def addresses(self, fates, n):
        return [self.address(fates) for _ in range(n)]

    def victim(self):
        """Somebody whose name is forged."""
        return "%s.%s@opfer-%04d.example" % (
            random.choice(FIRST), random.choice(LAST), random.randrange(60))

    @staticmethod
    def bots(n, networks=None):
        """n addresses of n or so many /24 networks all over the world."""
        networks = networks or n
        nets = random.sample(range(100, 480), min(networks, 380))
        return [v4(nets[i % len(nets)]) for i in range(n)]
