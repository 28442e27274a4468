# SPDX-License-Identifier: ISC
"""Composes bounces as several mail systems write them, for stories.

Their shape is that of the systems' documentation; the words are our own where
a system lets its administrator choose them.
"""

import datetime
import email.utils


def date(at):
    return email.utils.format_datetime(
        at.replace(tzinfo=datetime.timezone.utc))


def received(client, by, queue_id, at, with_="ESMTP", rest=""):
    return "Received: from %s by %s with %s id %s%s; %s\n" % (
        client, by, with_, queue_id, rest, date(at))


def original(at, sender, recipient, hops, message_id, subject="Offer"):
    """The returned message; hops: Received fields, the newest first."""
    return ("Return-Path: <%s>\n%sFrom: <%s>\nTo: <%s>\nSubject: %s\n"
            "Message-ID: <%s>\nDate: %s\n\nbuy now\n"
            % (sender, "".join(hops), sender, recipient, subject, message_id,
               date(at)))


def top(at, to, daemon, subject, extra=""):
    return ("Return-Path: <>\nReceived: from %s (%s [198.51.100.77]) by "
            "mx1.tienda.example (Postfix) with ESMTP id 77AA7 for <%s>; %s\n"
            "From: Mail Delivery System <MAILER-DAEMON@%s>\nTo: %s\n"
            "Subject: %s\nDate: %s\n%s"
            % (daemon, daemon, to, date(at), daemon, to, subject, date(at),
               extra))


def dsn(at, to, daemon, recipient, returned, status="5.1.1",
        reply="550 5.1.1 User unknown", local=False):
    head = top(at, to, daemon, "Undelivered Mail Returned to Sender",
               "MIME-Version: 1.0\nContent-Type: multipart/report; "
               "report-type=delivery-status; boundary=\"b=1\"\n")
    if local:
        head = ("Return-Path: <>\nReceived: by %s (Postfix) id 88BB8; %s\n"
                % (daemon, date(at))) + head.split("\n", 2)[2]
    return (head + "\n--b=1\n\n<%s>: %s\n--b=1\n"
            "Content-Type: message/delivery-status\n\n"
            "Reporting-MTA: dns; %s\n\nFinal-Recipient: rfc822; %s\n"
            "Action: failed\nStatus: %s\nDiagnostic-Code: smtp; %s\n--b=1\n"
            "Content-Type: message/rfc822\n\n%s--b=1--\n"
            % (recipient, reply, daemon, recipient, status, reply, returned))


def qmail(at, to, daemon, recipient, returned):
    return (top(at, to, daemon, "failure notice") +
            "\nHi. This is the qmail-send program at %s.\nI'm afraid I wasn't "
            "able to deliver your message to the following addresses.\n\n"
            "<%s>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n"
            "--- Below this line is a copy of the message.\n\n%s"
            % (daemon, recipient, returned))


def exim(at, to, daemon, recipient, returned):
    return (top(at, to, daemon, "Mail delivery failed: returning message to "
                "sender", "X-Failed-Recipients: %s\n" % recipient) +
            "\nThis message was created automatically by mail delivery "
            "software.\n\nA message that you sent could not be delivered to "
            "one or more of its\nrecipients. This is a permanent error. The "
            "following address(es) failed:\n\n  %s\n    Unrouteable address\n"
            "\n------ This is a copy of the message, including all the "
            "headers. ------\n\n%s" % (recipient, returned))


FORMS = (dsn, qmail, exim)


def mbox(path, messages):
    with open(path, "w", encoding="utf-8") as out:
        for message in messages:
            out.write("From MAILER-DAEMON Sat Nov 21 03:41:00 2026\n")
            out.write(message.replace("\nFrom ", "\n>From "))
            out.write("\n")
    return path
