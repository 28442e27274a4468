# SPDX-License-Identifier: ISC
"""Received fields as mail servers write them, and messages around them.

The forms are those of the programs' own sources and manuals; names, addresses
and ids are made up.
"""
import base64
import datetime
import email.utils

START = datetime.datetime(2026, 11, 21, 3, 40, 0)


def date(seconds=0):
    at = START + datetime.timedelta(seconds=seconds)
    return email.utils.format_datetime(at.replace(
        tzinfo=datetime.timezone.utc))


# form, then what is to be read from it: by, ip, helo, rdns, id, and more
FORMS = {
    "postfix": (
        "from HELO.x.example (rdns.x.example [198.51.100.9])\n"
        "\tby mx.a.example (Postfix) with ESMTPS id 4jYqNN50Ckz1bY3G\n"
        "\tfor <bob@a.example>; DATE (UTC)",
        {"by": "mx.a.example", "ip": "198.51.100.9", "helo": "HELO.x.example",
         "rdns": "rdns.x.example", "id": "4jYqNN50Ckz1bY3G",
         "for": "bob@a.example", "with": "ESMTPS", "program": "Postfix"}),
    "postfix login": (
        "from [192.168.1.7] (dyn.isp.example [198.51.100.9])\n"
        "\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))\n"
        "\t(No client certificate requested)\n"
        "\t(Authenticated sender: ana@a.example)\n"
        "\tby mx.a.example (Postfix) with ESMTPSA id 9A0B2; DATE",
        {"ip": "198.51.100.9", "account": "ana@a.example", "id": "9A0B2"}),
    "postfix local": (
        "by mx.a.example (Postfix, from userid 33)\n\tid 9A0B2; DATE",
        {"by": "mx.a.example", "uid": 33, "ip": ""}),
    "exim": (
        "from rdns.x.example ([198.51.100.9]:51234 helo=x.example)\n"
        "\tby mx.a.example with esmtps  (TLS1.3) tls "
        "TLS_AES_256_GCM_SHA384\n\t(Exim 4.96)\n"
        "\t(envelope-from <eve@x.example>)\n\tid 1vMabc-00000001abc-1D2e\n"
        "\tfor bob@a.example; DATE",
        {"by": "mx.a.example", "ip": "198.51.100.9", "helo": "x.example",
         "rdns": "rdns.x.example", "id": "1vMabc-00000001abc-1D2e",
         "sender": "eve@x.example", "program": "Exim"}),
    "exim local": (
        "from www-data by web.a.example with local (Exim 4.96)\n"
        "\t(envelope-from <www-data@web.a.example>)\n\tid 1vMabc-00-1D; DATE",
        {"by": "web.a.example", "with": "local", "ip": ""}),
    "sendmail": (
        "from x.example (rdns.x.example [198.51.100.9] (may be forged))\n"
        "\tby mx.a.example (8.17.1/8.17.1) with ESMTP id 4AL3e2xx012345\n"
        "\tfor <bob@a.example>; DATE",
        {"ip": "198.51.100.9", "rdns": "rdns.x.example",
         "rdns_confirmed": False, "program": "Sendmail"}),
    "qmail": (
        "from rdns.x.example (HELO x.example) (198.51.100.9)\n"
        "  by mx.a.example with SMTP; DATE",
        {"ip": "198.51.100.9", "helo": "x.example"}),
    "exchange": (
        "from EX1.x.example (198.51.100.9) by EX2.a.example (10.0.0.2) with "
        "Microsoft SMTP\n Server (version=TLS1_2, cipher=TLS_ECDHE_RSA) id "
        "15.1.2507.6; DATE",
        {"ip": "198.51.100.9", "by": "EX2.a.example", "program": "Exchange"}),
    "google": (
        "from mail.x.example (mail.x.example. [198.51.100.9])\n"
        "        by mx.google.com with ESMTPS id d2e1a72fcca58-6ab.1.2026"
        "\n        for <bob@a.example>\n        (version=TLS1_3 cipher=X); "
        "DATE",
        {"ip": "198.51.100.9", "by": "mx.google.com", "program": "Google"}),
    "opensmtpd": (
        "from x.example (rdns.x.example [198.51.100.9])\n"
        "\tby mx.a.example (OpenSMTPD) with ESMTPS id 1a2b3c4d "
        "(TLSv1.3:AEAD-AES256-GCM-SHA384:256:NO)\n\tfor <bob@a.example>;\n"
        "\tDATE",
        {"ip": "198.51.100.9", "id": "1a2b3c4d", "program": "OpenSMTPD"}),
    "ipv6": (
        "from x.example (rdns.x.example [IPv6:2001:db8::9])\n"
        "\tby mx.a.example (Postfix) with ESMTP id 1; DATE",
        {"ip": "2001:db8::9"}),
    "courier": (
        "from x.example (rdns.x.example [198.51.100.9])\n"
        "  (TLS: TLSv1.3,256bits,X)\n  by mx.a.example with ESMTPS\n"
        "  id 00000000000123.0000000065; DATE",
        {"ip": "198.51.100.9"}),
    "domino": (
        "from x.example ([198.51.100.9])\n          by mx.a.example (IBM "
        "Domino Release 9.0.1)\n          with ESMTP id 2026112103400012-7 ;\n"
        "          DATE",
        {"ip": "198.51.100.9", "program": "Domino"}),
}


def received(name, seconds=0):
    form, want = FORMS[name]
    return "Received: %s\n" % form.replace("DATE", date(seconds)), want


def hop(client, by, queue_id, seconds=0, with_="ESMTP", program="(Postfix)"):
    return ("Received: from %s\n\tby %s %s with %s id %s;\n\t%s\n"
            % (client, by, program, with_, queue_id, date(seconds)))


def message(*top, sender="ana@tienda.example", message_id="1@pc", extra="",
            body="buy now\n"):
    return ("Return-Path: <%s>\n%s%sFrom: Ana <%s>\nTo: bob@other.example\n"
            "Subject: Offer\nMessage-ID: <%s>\nDate: %s\n\n%s"
            % (sender, "".join(top), extra, sender, message_id, date(), body))


def complaint(spam, kind="abuse"):
    return ("From: fbl@feedback.example\nTo: abuse@tienda.example\n"
            "Subject: complaint\nMIME-Version: 1.0\n"
            "Content-Type: multipart/report; report-type=feedback-report;\n"
            "\tboundary=\"b1\"\n\n--b1\nContent-Type: text/plain\n\nSpam.\n"
            "--b1\nContent-Type: message/feedback-report\n\n"
            "Feedback-Type: %s\nUser-Agent: x/1\nVersion: 1\n"
            "Source-IP: 203.0.113.5\n"
            "Reporting-MTA: dns; feedback.example\n\n--b1\n"
            "Content-Type: message/rfc822\n\n%s\n--b1--\n" % (kind, spam))


def attached(spam, kind="message/rfc822", encode=None):
    boundary = "b%d" % (spam.count("boundary=") + 2)
    body = spam if not encode else base64.encodebytes(
        spam.encode()).decode()
    return (hop("mail.victim.example (mail.victim.example [192.0.2.50])",
                "mx1.tienda.example", "INB1", 900) +
            "From: victim@victim.example\nTo: abuse@tienda.example\n"
            "Subject: Fwd: stop this\nMIME-Version: 1.0\n"
            "Content-Type: multipart/mixed; boundary=\"%s\"\n\n--%s\n"
            "Content-Type: text/plain\n\nYour server sends spam!\n--%s\n"
            "Content-Type: %s\n%s\n%s\n--%s--\n"
            % (boundary, boundary, boundary, kind, "Content-Transfer-Encoding: base64\n" if encode else "",
               body, boundary))


def pasted(spam, mark="> "):
    lines = "".join((mark + line).rstrip() + "\n"
                    for line in spam.splitlines())
    return (hop("mail.victim.example (mail.victim.example [192.0.2.50])",
                "mx1.tienda.example", "INB1", 900) +
            "From: victim@victim.example\nTo: abuse@tienda.example\n"
            "Subject: spam from your server\n\nHello,\n\nthis came from your "
            "server. Note: it is the third time.\n\n%s\nGreetings\n" % lines)
