# SPDX-License-Identifier: ISC
"""Honest people of the town who look guilty, each as a function that adds what
he does to it."""

import datetime

from town import BEGIN, DOMAIN, GONE, LATER, Person, minutes


def school_letter(town):
    """A teacher writes from her phone, in the train, to all parents."""
    me = Person(town, "teacher@" + DOMAIN, "203.0.113.80")
    for day in range(town.days):
        town.day_of(me, day, mails=0 if day % 7 > 4 else 3)
    parents = [town.stranger() for _ in range(480)]
    at = BEGIN + datetime.timedelta(days=town.days - 2, hours=19)
    for n in range(12):
        part = [town.answered(p, 0.04, 0.002)
                for p in parents[n * 40:n * 40 + 40]]
        town.send(at + minutes(n * 3), me.name, part,
                  "198.18.%d.%d" % (40 + n // 3, 7 + n))


def busy_shop(town):
    """Orders of people never written to, four times as many on one day."""
    for day in range(town.days):
        orders = 900 if day == town.days - 2 else 220
        for _ in range(orders):
            buyer = town.answered(town.stranger(), 0.015, 0.003)
            town.send(town.when(day, 0, 24), "shop@" + DOMAIN, [buyer],
                      "203.0.113.90")


def crm(town):
    """One account for all sellers, in three offices and at home."""
    sellers = [Person(town, "%s@%s" % (name, DOMAIN), ip)
               for name, ip in [("anna", "203.0.113.100"),
                                ("ben", "192.0.2.20"),
                                ("carla", "198.51.100.140"),
                                ("dora", "198.18.60.9")]]
    for day in range(town.days):
        for seller in sellers:
            if day % 7 > 4 or (seller.home == "198.51.100.140" and day < 8):
                continue
            for _ in range(25):
                town.send(town.when(day), "crm@" + DOMAIN,
                          [seller.recipient(0.5)], seller.home,
                          sender=seller.name)


def monitoring(town):
    """Ten thousand alarms to one address, from a program at all hours."""
    for n in range(10000):
        at = BEGIN + datetime.timedelta(
            seconds=town.rng.uniform(0, town.days * 86400))
        town.send(at, "monitor@" + DOMAIN, ["oncall@pager.example"],
                  "203.0.113.5", message_id="%d.alarm@mon01" % n)


def moved(town):
    """A new flat, a new provider, a new computer; the same person."""
    me = Person(town, "moved@" + DOMAIN, "203.0.113.120")
    for day in range(town.days):
        if day == 8:
            me.home = "198.19.7.14"
        for _ in range(0 if day % 7 > 4 else 15):
            town.send(town.when(day), me.name, [me.recipient(0.2)], me.home,
                      message_id=None if day < 8 else
                      "%d@DESKTOP-4F2" % town.rng.randrange(10**9))


def vpn_user(town):
    """A paid VPN: other addresses, other countries, many times a day."""
    me = Person(town, "privacy@" + DOMAIN, "203.0.113.121")
    for day in range(town.days):
        for _ in range(15):
            town.send(town.when(day), me.name, [me.recipient(0.25)],
                      town.abroad())


def vpn_newcomer(town):
    """The same, begun a week ago."""
    me = Person(town, "private@" + DOMAIN, "203.0.113.122")
    for day in range(town.days):
        for _ in range(15):
            town.send(town.when(day), me.name, [me.recipient(0.25)],
                      me.home if day < 7 else town.abroad())


def traveller(town):
    """Ten hotels in six days, greetings to everybody, two of them gone."""
    me = Person(town, "travel@" + DOMAIN, "203.0.113.123", friends=40)
    for day in range(town.days):
        away = day >= town.days - 6
        for _ in range(12):
            town.send(town.when(day, 7, 23), me.name, [me.recipient(0.1)],
                      town.abroad() if away else me.home)
    at = town.when(town.days - 3, 20, 22)
    town.send(at, me.name, [(f, GONE % f) if n in (3, 30) else f
                            for n, f in enumerate(me.book)], town.abroad())


def list_manager(town):
    """Mailing lists: each member gets a mail with a sender of its own."""
    members = [town.stranger() for _ in range(700)]
    gone = set(town.rng.sample(members, 12))
    for day in range(town.days):
        for _ in range(2):
            at = town.when(day)
            for n, who in enumerate(members):
                town.send(at + datetime.timedelta(seconds=n // 4),
                          "lists@" + DOMAIN,
                          [(who, GONE % who) if who in gone
                           else town.answered(who, 0, 0.002)],
                          "203.0.113.6", sender="friends-bounces+%s@lists.%s"
                          % (who.replace("@", "="), DOMAIN))


def tickets(town):
    """Answers and follow-ups to people who never had mail from here."""
    for day in range(town.days):
        for n in range(40 if day % 7 > 4 else 180):
            who = town.stranger()
            at = town.when(day, 6, 22)
            town.arrive(at, who, "support@" + DOMAIN)
            for step in range(town.rng.choice([1, 1, 2, 3])):
                town.send(at + minutes(step * 25 + 1), "desk@" + DOMAIN,
                          [town.answered(who, 0.02, 0.003)], "203.0.113.7",
                          sender="support+%d@%s" % (day * 1000 + n, DOMAIN))


def invoices(town):
    """On the tenth, 1500 invoices in two hours; the addresses are old."""
    me = Person(town, "invoice@" + DOMAIN, "203.0.113.130")
    for day in range(town.days):
        town.day_of(me, day, mails=0 if day % 7 > 4 else 8)
    at = BEGIN + datetime.timedelta(days=9, hours=9)
    for n in range(1500):
        who = town.stranger()
        town.send(at + datetime.timedelta(seconds=n * 5), me.name,
                  [town.answered(who, 0.08, 0.002)], me.home)


def newcomer(town):
    """First days at work: from the office and from home, to all customers."""
    me = Person(town, "new@" + DOMAIN, "203.0.113.131")
    for day in range(9, town.days):
        for _ in range(25):
            town.send(town.when(day, 8, 20), me.name, [me.recipient(0.6)],
                      town.rng.choice([me.home, "198.18.77.4"]))
    at = BEGIN + datetime.timedelta(days=10, hours=9)
    for n in range(150):
        who = town.stranger()
        town.send(at + minutes(n / 2), me.name,
                  [town.answered(who, 0.05, 0.003)], me.home)


def shared_office(town):
    """Thirty people behind one address that guesses passwords, too: one of
    them has an old one in his phone."""
    me = Person(town, "office@" + DOMAIN, "203.0.113.140")
    for day in range(town.days):
        town.day_of(me, day, mails=18)
        for n in range(6):
            town.log.say(town.when(day), "postfix/submission/smtpd[9]",
                         "warning: unknown[203.0.113.140]: SASL LOGIN "
                         "authentication failed: UGFzc3dvcmQ6, "
                         "sasl_username=col%d@%s" % (n, DOMAIN))


def phone_only(town):
    """Never anywhere but in mobile networks, twenty mails a day."""
    me = Person(town, "phone@" + DOMAIN, "")
    for day in range(town.days):
        for _ in range(20):
            town.send(town.when(day, 6, 24), me.name, [me.recipient(0.2)],
                      town.mobile())


def campaign_of_club(town):
    """A club invites 600 members once, half of them over the phone; the
    provider puts many off for a while."""
    me = Person(town, "club@" + DOMAIN, "198.18.90.5")
    for day in range(town.days):
        town.day_of(me, day, mails=1)
    at = BEGIN + datetime.timedelta(days=town.days - 3, hours=20)
    for n in range(60):
        who = [town.stranger() for _ in range(10)]
        town.send(at + minutes(n * 2), me.name,
                  [(w, LATER) if k == 3 else town.answered(w, 0.05, 0.004)
                   for k, w in enumerate(who)],
                  me.home if n % 2 else "198.18.91.6")


def alias_sender(town):
    """Logs in under his own name and writes as the firm: other domains,
    plus addresses, all of this server."""
    me = Person(town, "boss@" + DOMAIN, "203.0.113.150")
    for day in range(town.days):
        for n in range(15):
            town.send(town.when(day), me.name, [me.recipient(0.3)], me.home,
                      sender=town.rng.choice([
                          "info@" + DOMAIN, "boss+shop@" + DOMAIN,
                          "office@zapatos.example"]))


def cloud_shop(town):
    """The shop moves to a cloud, whose addresses change all the time."""
    for day in range(town.days):
        for _ in range(220):
            ip = ("203.0.113.91" if day < 8 else
                  "198.19.%d.%d" % (town.rng.randrange(30),
                                    town.rng.randrange(1, 255)))
            town.send(town.when(day, 0, 24), "shop@" + DOMAIN,
                      [town.answered(town.stranger(), 0.015, 0.003)], ip)


def cloud_signups(town):
    """A web application in a cloud asks newcomers to confirm their address;
    many mistype it."""
    for day in range(town.days):
        for _ in range(120):
            town.send(town.when(day, 0, 24), "app@" + DOMAIN,
                      [town.answered(town.stranger(), 0.06, 0.003)],
                      "198.19.%d.%d" % (60 + town.rng.randrange(12),
                                        town.rng.randrange(1, 255)))


ALL = [school_letter, busy_shop, crm, monitoring, moved, vpn_user,
       vpn_newcomer, traveller, list_manager, tickets, invoices, newcomer,
       shared_office, phone_only, campaign_of_club, alias_sender,
       cloud_shop, cloud_signups]
