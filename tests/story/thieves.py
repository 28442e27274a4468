# SPDX-License-Identifier: ISC
"""Guilty ones of the town who take care to look honest. Each adds what he does
and returns who must be named, with the number of messages."""

import datetime

from town import BEGIN, DOMAIN, GONE, SPAM, Person

VICTIM = "ana@" + DOMAIN


def owner(town, name=VICTIM, mails=None):
    me = Person(town, name, "203.0.113.200")
    for day in range(town.days):
        town.day_of(me, day, phone=True, mails=mails)
    return me


def prey(town, dead=0.12, spam=0.04):
    return town.answered(town.stranger(), dead, spam)


def low_and_slow(town):
    """Three mails an hour from one machine of many, for a week."""
    owner(town)
    for n in range(7 * 72):
        at = BEGIN + datetime.timedelta(days=7, minutes=n * 20)
        town.send(at, VICTIM, [prey(town, 0.08, 0.02)], town.abroad())
    return {VICTIM: 504}


def neighbour(town):
    """One machine in the owner's own /24, in her city."""
    owner(town)
    at = BEGIN + datetime.timedelta(days=town.days - 2, hours=10)
    for n in range(300):
        town.send(at + datetime.timedelta(seconds=n * 60), VICTIM,
                  [prey(town) for _ in range(3)], "203.0.113.201")
    return {VICTIM: 300}


def between_her_own(town):
    """One rented server, in her hours, beside her own mail, for four days."""
    owner(town, mails=25)
    for day in range(town.days - 4, town.days):
        for _ in range(60):
            town.send(town.when(day), VICTIM, [prey(town, 0.1, 0.02)],
                      "198.19.40.40")
    return {VICTIM: 240}


def one_message_each(town):
    """A botnet in which no machine sends twice."""
    owner(town)
    at = BEGIN + datetime.timedelta(days=town.days - 2, hours=1)
    for n in range(500):
        town.send(at + datetime.timedelta(seconds=n * 60), VICTIM,
                  [prey(town)], "198.19.%d.%d" % (n % 250, 1 + n // 250))
    return {VICTIM: 500}


def office_hours(town):
    """A botnet that works when the owner does."""
    owner(town)
    for n in range(600):
        town.send(town.when(town.days - 4 + n % 4), VICTIM, [prey(town)],
                  town.abroad())
    return {VICTIM: 600}


def all_accepted(town):
    """Nothing is refused: the addresses are fresh, the text is new."""
    owner(town)
    for n in range(400):
        town.send(town.when(town.days - 2, 2, 20), VICTIM,
                  [town.stranger(), town.stranger()], town.abroad())
    return {VICTIM: 400}


def all_accepted_one_server(town):
    """The same from one rented server."""
    owner(town)
    for n in range(800):
        town.send(town.when(town.days - 2, 2, 20), VICTIM,
                  [town.stranger(), town.stranger()], "198.19.40.41",
                  message_id="%d@WIN-7KD" % n)
    return {VICTIM: 800}


def plus_addresses(town):
    """Another plus address of the owner's as sender for each mail."""
    owner(town)
    for n in range(400):
        town.send(town.when(town.days - 3, 0, 24), VICTIM, [prey(town)],
                  town.abroad(), sender="ana+%d@%s" % (n, DOMAIN))
    return {VICTIM: 400}


def webmail_too(town):
    """Half of it through the webmail on this host."""
    owner(town)
    at = BEGIN + datetime.timedelta(days=town.days - 2, hours=3)
    for n in range(600):
        town.send(at + datetime.timedelta(seconds=n * 40), VICTIM,
                  [prey(town)], "127.0.0.1" if n % 2 else town.abroad())
    return {VICTIM: 600}


def two_at_once(town):
    """Two accounts, two thieves, the same night."""
    owner(town)
    owner(town, "luis@" + DOMAIN)
    for n in range(500):
        at = town.when(town.days - 2, 0, 6)
        town.send(at, VICTIM, [prey(town)], town.abroad())
        town.send(at, "luis@" + DOMAIN, [prey(town, 0.2, 0.08)],
                  "198.19.9.%d" % (n % 3 + 1))
    return {VICTIM: 500, "luis@" + DOMAIN: 500}


def in_a_joe_job(town):
    """Bounces of forged mail come in by the thousand; a thief sends, too."""
    owner(town)
    for n in range(3000):
        town.arrive(town.when(town.days - 2, 0, 24), "",
                    "sales%d@%s" % (n % 9, DOMAIN))
    for n in range(500):
        town.send(town.when(town.days - 2, 0, 24), VICTIM, [prey(town)],
                  town.abroad())
    return {VICTIM: 500}


def script_of_a_valid_sender(town):
    """A script of the web server, always under the shop's own address."""
    owner(town)
    for day in range(town.days):  # the shop's own mail
        for _ in range(6):
            town.log.message(town.when(day), "info@" + DOMAIN,
                             [town.stranger()], uid=33)
    for n in range(900):
        town.log.message(town.when(town.days - 2, 0, 24), "info@" + DOMAIN,
                         [prey(town)], uid=33)
    return {"uid=33": 900}


def no_history(town):
    """An account that never sent before: of somebody who left long ago."""
    for n in range(300):
        town.send(town.when(town.days - 2, 0, 24), VICTIM, [prey(town)],
                  town.abroad())
    return {VICTIM: 300}


def one_server_no_history(town):
    for n in range(300):
        town.send(town.when(town.days - 2, 9, 18), VICTIM, [prey(town)],
                  "198.19.33.3")
    return {VICTIM: 300}


def four_weeks_of_ten_a_day(town):
    """Ten mails a day, from two machines, since before the log begins."""
    owner(town)
    for day in range(town.days):
        for n in range(10):
            town.send(town.when(day, 0, 24), VICTIM, [prey(town)],
                      "198.19.50.%d" % (n % 2 + 1))
    return {VICTIM: None}


def sells_to_her_friends(town):
    """Reads her address book and writes to it: nobody new, all refuse."""
    me = owner(town)
    for n in range(200):
        who = town.rng.choice(me.book)
        town.send(town.when(town.days - 2, 0, 24), VICTIM,
                  [(who, SPAM) if n % 8 == 0 else who], town.abroad())
    return {VICTIM: 200}


# Whom the answers of receivers give away, and whom they do not.
LOUD = [low_and_slow, neighbour, one_message_each, office_hours, all_accepted,
        plus_addresses, webmail_too, two_at_once, in_a_joe_job,
        script_of_a_valid_sender, no_history, one_server_no_history,
        sells_to_her_friends]
SPREAD = [one_message_each, office_hours, all_accepted, plus_addresses,
          webmail_too, in_a_joe_job, no_history]
# One machine, few refusals: nobody could tell from the log alone. They may be
# named or not, but nobody else.
QUIET = [between_her_own, all_accepted_one_server, four_weeks_of_ten_a_day]
ALL = LOUD + QUIET
