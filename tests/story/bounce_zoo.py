# SPDX-License-Identifier: ISC
"""One bounce of each mail system that writes its own kind, for a person.

Composed: the words by which a system is known are those of its manuals, help
pages or source, all else is ours. Each is (name, mail, recipient, reason);
reason as `sereno bounces --json` names it, or None where the text gives none.
"""

import email.utils
import datetime

AT = datetime.datetime(2026, 11, 19, 20, 0, 0, tzinfo=datetime.timezone.utc)
DATE = email.utils.format_datetime(AT)
TO = "ana@tienda.example"
WHO = "nobody@r.example"
ORIGINAL = ("Received: from pc (unknown [198.51.100.22]) by mx.r.example with "
            "ESMTP id 4AF2; %s\nFrom: <%s>\nTo: <%s>\nSubject: Offer\n"
            "Message-ID: <1@tienda.example>\nDate: %s\n\nbuy now\n"
            % (DATE, TO, WHO, DATE))
ZOO = []


def add(name, body, reason, sender="Mail Delivery System <MAILER-DAEMON@"
        "mx.r.example>", subject="Undelivered mail", extra="", who=WHO):
    """body: {w} recipient, {o} original, {t} its sender, {d} a date."""
    text = body.replace("{w}", who).replace("{o}", ORIGINAL)
    text = text.replace("{t}", TO).replace("{d}", DATE)
    ZOO.append((name,
                "Return-Path: <>\nReceived: from mx.r.example (mx.r.example "
                "[198.51.100.77]) by mx1.tienda.example (Postfix) with ESMTP "
                "id 77AA7 for <%s>; %s\nFrom: %s\nTo: %s\nSubject: %s\n"
                "Date: %s\nMessage-ID: <b%d@mx.r.example>\n%s\n%s"
                % (TO, DATE, sender, TO, subject, DATE, len(ZOO), extra,
                   text), who, reason))


def report(name, text, reason, diagnostic, status="5.1.1", **more):
    """With a part for machines (RFC 3464)."""
    add(name, "--b1\n\n" + text + "\n--b1\nContent-Type: message/"
        "delivery-status\n\nReporting-MTA: dns; mx.r.example\n\n"
        "Final-Recipient: rfc822; {w}\nAction: failed\nStatus: " + status +
        "\nDiagnostic-Code: smtp; " + diagnostic + "\n\n--b1\nContent-Type: "
        "message/rfc822\n\n{o}--b1--\n", reason,
        extra="MIME-Version: 1.0\nContent-Type: multipart/report; "
        "report-type=delivery-status; boundary=b1\n", **more)


report("Postfix", "This is the mail system at host mx.r.example.\n\n"
       "I'm sorry to have to inform you that your message could not\nbe "
       "delivered to one or more recipients.\n\n<{w}>: host mx.r.example said: "
       "550 5.1.1 User unknown", "unknown-user",
       "550 5.1.1 <nobody@r.example>: Recipient address rejected: User "
       "unknown", subject="Undelivered Mail Returned to Sender")
report("Office 365", "Your message to {w} couldn't be delivered.\n\nnobody "
       "wasn't found at r.example.", "unknown-user",
       "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient nobody@r.example "
       "not found by SMTP address lookup", "5.1.10",
       sender="Microsoft Outlook <postmaster@r.example>",
       subject="Undeliverable: Offer")
report("Gmail", "** Address not found **\n\nYour message wasn't delivered to "
       "{w} because the address couldn't be found.", "unknown-user",
       "550-5.1.1 The email account that you tried to reach does not exist",
       sender="Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
       subject="Delivery Status Notification (Failure)",
       who="nobody@gmail.com")
report("full mailbox", "The mailbox is full.", "mailbox-full",
       "552 5.2.2 Mailbox full", "5.2.2")
report("Oracle Messaging Server", "This report relates to a message you sent "
       "with the following header fields:\n\n  Message-id: <1@tienda.example>"
       "\n  Date: {d}\n  From: {t}\n  To: {w}\n\nYour message cannot be "
       "delivered to the following recipients:\n\n  Recipient address: {w}\n"
       "  Reason: Remote SMTP server has rejected address\n  Diagnostic code: "
       "smtp;550 5.1.1 unknown or illegal alias: {w}", "unknown-user",
       "550 5.1.1 unknown or illegal alias: nobody@r.example",
       sender="Internet Mail Delivery <postmaster@r.example>",
       subject="Delivery Notification: Delivery has failed")
report("Amavis", "A message from <{t}> to:\n-> {w}\n\nwas considered "
       "unsolicited bulk e-mail (UBE).", "spam",
       "554 5.7.0 Reject, id=1-2 - spam", "5.7.0",
       subject="Considered UNSOLICITED BULK EMAIL, apparently from you")
add("qmail", "Hi. This is the qmail-send program at mx.r.example.\nI'm afraid "
    "I wasn't able to deliver your message to the following addresses.\nThis "
    "is a permanent error; I've given up. Sorry it didn't work out.\n\n<{w}>:\n"
    "Sorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a "
    "copy of the message.\n\n{o}", "unknown-user", subject="failure notice")
add("Exim", "This message was created automatically by mail delivery software."
    "\n\nA message that you sent could not be delivered to one or more of its\n"
    "recipients. This is a permanent error. The following address(es) failed:"
    "\n\n  {w}\n    host mx.r.example [198.51.100.7]\n    SMTP error from "
    "remote mail server after RCPT TO:<{w}>:\n    550 5.1.1 User unknown\n\n"
    "------ This is a copy of the message, including all the headers. ------"
    "\n\n{o}", "unknown-user", subject="Mail delivery failed: returning "
    "message to sender", extra="X-Failed-Recipients: nobody@r.example\n")
add("Sendmail", "The original message was received at {d}\nfrom pc "
    "[198.51.100.22]\n\n   ----- The following addresses had permanent fatal "
    "errors -----\n<{w}>\n    (reason: 550 5.1.1 <{w}>... User unknown)\n\n"
    "   ----- Transcript of session follows -----\n... while talking to "
    "mx.r.example.:\n>>> DATA\n<<< 550 5.1.1 <{w}>... User unknown\n550 5.1.1 "
    "<{w}>... User unknown\n\n   ----- Original message follows -----\n\n{o}",
    "unknown-user", subject="Returned mail: see transcript for details")
add("Sendmail 5", "   ----- Transcript of session follows -----\n>>> RCPT "
    "To:<{w}>\n<<< 550 <{w}>... User unknown\n550 <{w}>... User unknown\n\n"
    "   ----- Unsent message follows -----\n{o}", "unknown-user",
    subject="Returned mail: User unknown")
add("OpenSMTPD", "    Hi!\n\n    This is the MAILER-DAEMON, please DO NOT "
    "REPLY to this email.\n\n    An error has occurred while attempting to "
    "deliver a message for\n    the following list of recipients:\n\n{w}: 550 "
    "5.1.1 User unknown\n\n    Below is a copy of the original message:\n\n{o}",
    "unknown-user", subject="Delivery status notification: error")
add("Exchange 2003", "Your message\n\n  To:      {w}\n  Subject: Offer\n  "
    "Sent:    {d}\n\ndid not reach the following recipient(s):\n\n{w} on {d}\n"
    "    The e-mail account does not exist at the organization this message\n"
    "    was sent to.  Check the e-mail address, or contact the recipient\n"
    "    directly to find out the correct address.\n"
    "            <mx.r.example #5.1.1>\n", "unknown-user",
    sender="System Administrator <postmaster@r.example>",
    subject="Undeliverable: Offer")
add("Exchange 2007", "Delivery has failed to these recipients or distribution "
    "lists:\n\n{w}<mailto:{w}>\nThe recipient's e-mail address was not found in "
    "the recipient's e-mail system.\n\nDiagnostic information for "
    "administrators:\n\nGenerating server: mx.r.example\n\n{w}\n#550 5.1.1 "
    "RESOLVER.ADR.RecipNotFound; not found ##\n\nOriginal message headers:\n\n"
    "{o}", "unknown-user", sender="Microsoft Exchange <postmaster@r.example>",
    subject="Undeliverable: Offer")
add("Domino", "Your message\n\n  Subject: Offer\n\nwas not delivered to:\n\n  "
    "{w}\n\nbecause:\n\n  User nobody (nobody@r.example) not listed in Domino "
    "Directory\n\n{o}", "unknown-user",
    subject="DELIVERY FAILURE: User nobody not listed in Domino Directory")
add("Yahoo", "Sorry, we were unable to deliver your message to the following "
    "address.\n\n<{w}>:\n550: 5.1.1 <{w}>: Recipient address rejected: User "
    "unknown\n\n--- Below this line is a copy of the message.\n\n{o}",
    "unknown-user", sender="MAILER-DAEMON@yahoo.com",
    subject="Failure Notice")
add("GMX", "This message was created automatically by mail delivery "
    "software.\n\nA message that you sent could not be delivered to\none or "
    "more of its recipients. The following addresses failed:\n\n<{w}>\n\nSMTP "
    "error from remote server after RCPT command:\nhost mx.r.example[1.2.3.4]:"
    "\n550 5.1.1 unknown user\n\n--- The header of the original message is "
    "following. ---\n\n{o}", "unknown-user",
    sender="GMX Mailer Daemon <mailer-daemon@gmx.net>",
    subject="Mail delivery failed: returning message to sender")
add("T-Online", "|------------------------- Message log follows: ------------"
    "-------------|\n no valid recipients were found for this message\n|------"
    "------------------- Failed addresses follow: ---------------------|\n "
    "<{w}> ... unknown user\n|------------------------- Message text follows: "
    "------------------------|\n{o}", "unknown-user",
    subject="mail failed, returning to sender")
add("Courier", "This is a delivery status notification from mx.r.example,\n"
    "running the Courier mail server, version 0.65.\n\nThe original message "
    "was received on {d}\nfrom pc\n\n----------------------------------------"
    "\n\n                           UNDELIVERABLE MAIL\n\nYour message to the "
    "following recipients cannot be delivered:\n\n<{w}>:\n    mx.r.example "
    "[198.51.100.7]:\n>>> RCPT TO:<{w}>\n<<< 550 User <{w}> unknown\n\n"
    "---------------------------------------------------------------------\n\n"
    "If your message was also sent to additional recipients, their delivery\n"
    "status is not included in this report.\n\nThe original message follows as "
    "a separate attachment.\n\n{o}", "unknown-user",
    subject="NOTICE: mail delivery status.")
add("MDaemon", "The attached message had PERMANENT fatal delivery errors!\n\n"
    "After one or more unsuccessful delivery attempts the attached message\n"
    "has been removed from the mail queue on this server.\n\nYOUR MESSAGE WAS "
    "NOT DELIVERED TO ONE OR MORE RECIPIENTS!\n\nFailed address: {w}\n\n--- "
    "Session Transcript ---\n --> RCPT To:<{w}>\n <-- 550 {w}, Recipient "
    "unknown\n--- End Transcript ---\n\n: Message contains [1] file "
    "attachments\n", "unknown-user", sender="MDaemon@r.example",
    subject="Permanent Delivery Failure")
add("IMail", "Unknown user: {w}\n\nOriginal message follows.\n\n{o}",
    "unknown-user", sender="Postmaster <postmaster@r.example>",
    subject="Undeliverable Mail",
    extra="X-Mailer: <SMTP32 v8.22>\n")
add("PowerMTA", "Hello, this is the mail server on mx.r.example.\n\nI am "
    "sending you this message to inform you on the delivery status of a\n"
    "message you previously sent.  Immediately below you will find a list of\n"
    "the affected recipients;  also attached is a Delivery Status Notification"
    "\n(DSN) report in standard format, as well as the headers of the original"
    "\nmessage.\n\n  <{w}>  delivery failed; will not continue trying\n\n{o}",
    None, subject="Delivery report")
add("James", "Hi. This is the James mail server at mx.r.example.\nI'm afraid I "
    "wasn't able to deliver your message to the following addresses.\nThis is "
    "a permanent error; I've given up. Sorry it didn't work out.  Below\nI "
    "include the list of recipients and the reason why I was unable to "
    "deliver\nyour message.\n\nFailed recipient(s):\n{w}\n\nError message:\n"
    "550 5.1.1 User unknown\n\n{o}", "unknown-user",
    subject="[BOUNCE]")
add("MailMarshal", "Your message:\n   From:    {t}\n   Subject: Offer\n\n"
    "Could not be delivered because of\n\n550 5.1.1 User unknown\n\nThe "
    "following recipients were affected:\n   {w}\n\n"
    "Additional Information\n======================\n\nOriginal Sender:    "
    "<{t}>\nSender-MTA:         <198.51.100.22>\nRemote-MTA:         "
    "<198.51.100.7>\nReporting-MTA:      <mx.r.example>\nMessageName:        "
    "<B549996730000.1>\nLast-Attempt-Date:  <16:21:07 seg, 22 Dezembro 2014>\n"
    "\n{o}", "unknown-user", sender="postmaster@r.example",
    subject='Undeliverable Mail: "Offer"')
add("McAfee", "--- The following addresses had delivery problems ---\n\n<{w}>"
    "   (User unknown {w})\n\n-------------- Message Header --------------\n\n"
    "{o}", "unknown-user", subject="Delivery Status",
    extra="X-NAI-Header: Modified by McAfee\n")
add("SurfControl", "Your message could not be sent.\nA transcript of the "
    "attempts to send the message follows.\nThe number of attempts made: 1\n"
    "Addressed To: {w}\n\n{d}\nFailed to send to identified host,\n{w}: "
    "[198.51.100.7], 550 {w}... No such user\n\n--- Message non-deliverable.\n",
    "unknown-user", sender="Mail Delivery <postmaster@r.example>",
    subject="Message could not be delivered",
    extra="X-SEF-ZeroHour-RefID: fgs=000000000\nX-Mailer: SurfControl E-mail "
    "Filter\n")
add("delivery errors in brackets", "The original message was received at {d}\n"
    "from {t}\n\n---The following addresses had delivery errors---\n\n{w} "
    "[User unknown]\n\n---Transcript of the session follows---\n\n{o}",
    "unknown-user", sender='"Mail Deliver System" <MAILER-DAEMON@r.example>',
    subject="Returned Mail: User unknown")
add("MailFoundry", "Unable to deliver message to: <{w}>\nDelivery failed for "
    "the following reason:\nServer mx.r.example[198.51.100.7] failed with: 550 "
    "<{w}> No such user here\n\n\nThis has been a permanent failure.  No "
    "further delivery attempts will be made.\n\n{o}", "unknown-user",
    subject="Message delivery has failed")
add("mFILTER", "-------server message\n550 5.1.1 unknown user <{w}>\n\n"
    "-------SMTP command\nRCPT TO:<{w}>\n\n-------original message\n{o}",
    "unknown-user", subject="failure notice",
    extra="X-Mailer: m-FILTER\n")
add("ActiveHunter", "  ----- The following addresses had permanent fatal errors "
    "-----\n\n>>> {w} <{w}>\n\n550 sorry, no mailbox here by that name "
    "(#5.1.1 - chkusr)\n\n  ----- original message -----\n\n{o}",
    "unknown-user", subject="FAILURE NOTICE :",
    extra="X-AHMAILID: 201011\n")
add("Biglobe", "   ----- The following addresses had delivery problems -----\n"
    "{w}\n\n   ----- Non-delivered information -----\nThe number of messages in "
    "recipient's mailbox exceeded the local limit.\n\n{o}", "mailbox-full",
    sender="postmaster@biglobe.example", subject="Returned mail: Delivery "
    "problem")
add("au by KDDI", "The user(s) account is temporarily over quota.\n\nThe "
    "following recipients did not receive your message:\n<{w}>\n\n{o}",
    "mailbox-full", sender="Postmaster@r.example",
    subject="Mail System Error - Returned Mail")
add("Google Groups", "Hello {t},\n\nWe're writing to let you know that the "
    "group you tried to contact ({g}) may\nnot exist, or you may not have "
    "permission to post messages to the group.\n\nThanks,\n\nr.example "
    "admins\n\n----- Original message -----\n\n{o}".replace("{g}", "nobody"),
    None, sender="Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
    subject="Delivery Status Notification (Failure)",
    extra="X-Failed-Recipients: nobody@r.example\n")
add("Verizon", "Error: No valid recipients for this MM\n\nMessage could not be "
    "delivered to mobile.\nTo: {w}\n\nSubject: Offer\n", None,
    sender="post_master@vtext.example", subject="Undeliverable message")
add("SMTPSVC", "This is an automatically generated Delivery Status "
    "Notification.\n\nDelivery to the following recipients failed.\n\n       "
    "{w}\n\n{o}", None, sender="postmaster@r.example",
    subject="Delivery Status Notification (Failure)")
add("GroupWise", "The message that you sent was undeliverable to the following:"
    "\n\t{w} (user not found)\n\n{o}", "unknown-user",
    sender="Mailer-Daemon@r.example", subject="Message status - undeliverable")
add("Zimbra", "This is the mail system at host mx.r.example.\n\nI'm sorry to "
    "have to inform you that your message could not\nbe delivered to one or "
    "more recipients. It's attached below.\n\n<{w}>: host mx.r.example"
    "[127.0.0.1] said: 552 5.2.2\n    Over quota (in reply to end of DATA "
    "command)\n\n{o}", "mailbox-full",
    subject="Undelivered Mail Returned to Sender")
