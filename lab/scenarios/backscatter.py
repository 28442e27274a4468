# SPDX-License-Identifier: ISC
"""A relayed domain whose recipients nobody knows at the door: spam with forged
senders is accepted, refused inside, and bounced to people who never wrote."""
import random

from lab.load import Mail
from lab.people import hexid, v4
from lab.sinks import Line

SETTING = {"people": 24}
FATES = {"ok": 450, "unknown": 400, "grey": 40, "gone": 60, "dead": 50}
ACTOR = "system:bounces"


def inner(conn):
    """The mailbox server behind, which knows only two recipients."""
    io = Line(conn)
    io.put("220 inner.tienda.example ESMTP")
    while (cmd := io.get()) is not None:
        verb = cmd[:4].upper()
        if verb == "RCPT" and "<info@" not in cmd and "<ventas@" not in cmd:
            io.put("550 5.1.1 %s: Recipient address rejected: User unknown"
                   % cmd[8:])
        elif verb == "DATA":
            io.put("354 go on")
            io.body()
            io.put("250 2.0.0 stored")
        elif verb == "QUIT":
            io.put("221 2.0.0 Bye")
            return
        else:
            io.put("250 2.0.0 Ok")


def build(s):
    s.postfix.main["relay_domains"] = "antigua.example"
    s.postfix.transport["antigua.example"] = "smtp:[127.0.0.1]:2525"
    s.open()
    s.dns.own.add("antigua.example")
    s.listen("127.0.0.1", 2525, inner)
    s.quiet_days()

    def spam(ip):
        for _ in range(random.choice((1, 2, 3))):
            to = hexid(5) + "@antigua.example"
            sender = s.world.address(FATES)
            if not s.load.deliver(ip, "host" + hexid(3), [
                    Mail(sender, [to], hexid(12) + "@x" + hexid(3))]):
                s.ledger.submitted(ACTOR, 1, "notices")

    def good():
        s.load.deliver(v4(7), "mail.firma-0007.example", [
            Mail(s.world.address({"ok": 1}), ["info@antigua.example"])])
    for day in range(4):
        s.at(s.hours(day), good)
    for i in range(170):
        s.at(s.now - 40 * 3600 + i * 840 + random.random() * 600, spam,
             v4(random.randrange(100, 400)))
    s.flush(s.now - 200)
    # People here get notices of their own, which are nobody's fault.
    s.expect("backscatter", ACTOR, "backscatter-source", total=False,
             setting="relay_domains = antigua.example",
             remedy="postconf -e 'smtpd_recipient_restrictions = "
             "permit_mynetworks, permit_sasl_authenticated, "
             "reject_rbl_client zen.spamhaus.org, "
             "reject_unverified_recipient'")
