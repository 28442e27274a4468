# SPDX-License-Identifier: ISC
"""Who got a mail of ours puts its lines on spam of his."""
import pytest

import header_mail as mail
import postfix_log

OWN = ("--own", "203.0.113.5", "tienda.example")
OURS = "mx1.tienda.example (mx1.tienda.example [203.0.113.5])"
DYN = "x (dyn7.isp.example [198.18.0.7])"
PC = "pc (unknown [192.0.2.77])"
ANA = "ana@tienda.example"


@pytest.fixture(name="sent")
def fixture_sent(tmp_path):
    """A mail of ours in a log: the log's options, its queue id."""
    def sent(*recipients, answer="250 2.0.0 OK"):
        log = postfix_log.PostfixLog()
        postfix_log.own_days(log, days=2)
        queue_id = log.message(mail.START, ANA, list(recipients), account=ANA,
                               ip="192.0.2.77", message_id="real@pc",
                               answer=answer)
        log.sort()
        return ("--log", log.write(tmp_path / "mail.log"), "--now",
                "2026-11-22T00:00:00Z"), queue_id
    return sent


@pytest.fixture(name="ask")
def fixture_ask(sereno):
    def ask(log, *top, own=OWN, extra="", wrap=None):
        text = mail.message(*top, message_id="real@pc", extra=extra)
        done = sereno("headers", "-", *own, *log, "--json",
                      stdin=(wrap(text) if wrap else text).encode())
        return done.json() | {"code": done.code}
    return ask


def hop(client, by, queue_id, seconds, to=None):
    line = mail.hop(client, by, queue_id, seconds)
    return line.replace(";", "\n\tfor <%s>;" % to, 1) if to else line


def own_hop(queue_id):
    return mail.hop(PC, "mx1.tienda.example", queue_id, 2, "ESMTPSA")


# ---- copies ----

@pytest.mark.parametrize("own", [OWN, ("--own", "tienda.example")])
def test_below_a_victim(sereno, ask, sent, own):
    """Our lines right below that of a victim's server."""
    log, queue_id = sent("me@evil.example")
    lines = [hop(DYN, "mx.victim.example", "V1", 90, "vic@victim.example"),
             own_hop(queue_id)]
    found = ask(log, *lines, own=own, extra="X-AuthUser: %s\n" % ANA)
    assert found["verdict"] == "forged"
    assert not found["proved_by_log"]
    assert found["code"] == 0
    assert found["log"]["copied"] == "yes"
    assert found["log"]["recipients"] == ["me@evil.example"]
    assert "went to me@evil.example" in found["sentence"]
    assert "198.18.0.7" in found["sentence"]
    assert not any(h["confirmed"] for h in found["hops"])
    assert found["fields"][0]["reliability"] != "log"
    signals = {s["signal"] for s in found["signals"]}
    assert "copied" in signals and "queue-id" not in signals
    done = sereno("headers", "-", *own, *log, "--lang", "es",
                  stdin=mail.message(*lines, message_id="real@pc").encode())
    assert "ES FALSIFICADO" in done.out
    assert "me@evil.example" in done.out
    assert "ES SUYO" not in done.out


@pytest.mark.parametrize("how", ["Delivered-To: vic@victim.example\n",
                                 "Envelope-To: <vic@victim.example>\n"])
def test_recipient_of_the_mailbox(ask, sent, how):
    """The victim's server tells the mailbox, and has no "for"."""
    log, queue_id = sent("me@evil.example")
    lines = [hop(DYN, "mx.victim.example", "V1", 90), own_hop(queue_id)]
    assert ask(log, how, *lines)["verdict"] == "forged"
    # below the victim's line it is the forger who says it
    forged = how.replace("vic@victim.example", "me@evil.example")
    found = ask(log, *lines, extra=forged)
    assert found["verdict"] == "unknown"
    assert "its lines were copied" in found["sentence"]


def test_with_the_next_line(ask, sent):
    """All lines that the forger has: so does who sends it on by way of a host
    that the log does not know."""
    log, queue_id = sent("me@evil.example")
    found = ask(log,
                hop(DYN, "mx.victim.example", "V1", 90, "vic@victim.example"),
                hop(OURS, "mx.evil.example", "E1", 5, "me@evil.example"),
                own_hop(queue_id),
                extra="Authentication-Results: mx.victim.example; dkim=pass "
                      "header.d=tienda.example\n")
    assert found["verdict"] == "unknown"
    assert found["log"]["copied"] == "perhaps"
    assert "me@evil.example" in found["sentence"]
    assert found["code"] == 0


def test_result_between_the_lines(ask, sent):
    """A forger's own "dkim=pass" between copied lines is not believed."""
    log, queue_id = sent("me@evil.example")
    found = ask(log,
                hop(DYN, "mx.victim.example", "V1", 90, "vic@victim.example"),
                hop(OURS, "mx.evil.example", "E1", 5),
                "Authentication-Results: mx.evil.example; dkim=pass "
                "header.d=tienda.example\n",
                own_hop(queue_id))
    assert found["verdict"] == "unknown"


def test_chain_of_the_forger(ask, sent):
    """A line by the network that the spam came from is no proof either."""
    log, queue_id = sent("me@evil.example")
    found = ask(log,
                hop(DYN, "mx.victim.example", "V1", 90, "vic@victim.example"),
                hop("mx.evil.example (mx.evil.example [198.51.100.9])",
                    "dyn7.isp.example", "I1", 7),
                hop(OURS, "mx.evil.example", "E1", 5), own_hop(queue_id))
    assert found["verdict"] == "unknown"


def test_same_provider(ask, sent):
    """Forger and victim have mailboxes at the same provider."""
    log, queue_id = sent("me@evil.example",
                         answer="250 2.0.0 Ok: queued as 4jYqRealOne")
    found = ask(log, hop(DYN, "mx.evil.example", "4jYqOther", 9,
                         "you@evil.example"), own_hop(queue_id))
    assert found["verdict"] == "forged"
    # to the same mailbox: by its id it is not what was sent there
    found = ask(log, hop(DYN, "mx.evil.example", "4jYqOther", 9,
                         "me@evil.example"), own_hop(queue_id))
    assert found["verdict"] == "unknown"


def test_neighbours(ask, sent):
    """Forger and botnet are customers of one provider: nobody hands it on
    under its name without a line."""
    log, queue_id = sent("me@isp.example")
    found = ask(log, hop(DYN, "mx.victim.example", "V1", 90,
                         "vic@victim.example"), own_hop(queue_id))
    assert found["verdict"] == "unknown"


def test_spam_to_us(ask, sent):
    """Copied lines on spam that came in here."""
    log, queue_id = sent("me@evil.example")
    found = ask(log, hop(DYN, "mx1.tienda.example", "INB77", 90, ANA),
                own_hop(queue_id))
    assert found["verdict"] == "inbound"
    assert "198.18.0.7" in found["sentence"]


def test_thousands_of_recipients(ask, sent):
    """A trap of many names against a mail to many."""
    log, queue_id = sent(*("u%d@many.example" % n for n in range(2000)))
    found = ask(log, *("Delivered-To: v%d@victim.example\n" % n
                       for n in range(20000)),
                hop(DYN, "mx.victim.example", "V1", 90), own_hop(queue_id))
    assert found["verdict"] == "forged"
    assert len(found["log"]["recipients"]) == 12
    assert found["log"]["more_recipients"]
    assert "and others" in found["sentence"]


def test_in_a_complaint(ask, sent):
    log, queue_id = sent("me@evil.example")
    found = ask(log, hop(DYN, "mx.victim.example", "V1", 90,
                         "vic@victim.example"), own_hop(queue_id),
                wrap=mail.complaint)
    assert found["verdict"] == "forged"


# ---- by the forger's own server, which got the mail ----

EVIL = "mx.evil.example (mx.evil.example [198.51.100.9])"


def from_evil(queue_id, to_us="E1REAL", seconds=9):
    return [hop(EVIL, "mx.victim.example", "V1", seconds, "vic@victim.example"),
            hop(OURS, "mx.evil.example", to_us, 5, "me@evil.example"),
            own_hop(queue_id)]


def test_another_message_by_the_forger(sereno, sent):
    """The log has that queue id, with another Message-ID."""
    log, queue_id = sent("me@evil.example")
    text = mail.message(*from_evil(queue_id), message_id="spam@evil")
    found = sereno("headers", "-", *OWN, *log, "--json",
                   stdin=text.encode()).json()
    assert found["verdict"] == "unknown"
    assert found["log"]["copied"] == "perhaps"


def test_another_id_by_the_forger(ask, sent):
    """His server told ours under which id it took the mail."""
    log, queue_id = sent("me@evil.example",
                         answer="250 2.0.0 Ok: queued as E1REAL")
    found = ask(log, *from_evil(queue_id, "E2MADE"))
    assert found["verdict"] == "unknown"
    assert found["log"]["copied"] == "perhaps"
    found = ask(log, *from_evil(queue_id))
    assert found["verdict"] == "ours" and found["log"]["handed_on"]


def test_days_later_by_the_forger(ask, sent):
    log, queue_id = sent("me@evil.example")
    found = ask(log, *from_evil(queue_id, seconds=30 * 3600))
    assert found["verdict"] == "unknown"
    assert "its lines were copied" in found["sentence"]


def test_the_same_in_all_by_the_forger(sereno, ask, sent):
    """So looks who sends on. Nothing is said that is not known."""
    log, queue_id = sent("me@evil.example")
    lines = from_evil(queue_id)
    found = ask(log, *lines)
    assert found["verdict"] == "ours" and found["log"]["handed_on"]
    assert "went to me@evil.example; it was sent on" in found["sentence"]
    assert "no signature proves that the text" in found["sentence"]
    done = sereno("headers", "-", *OWN, *log, "--lang", "es",
                  stdin=mail.message(*lines, message_id="real@pc").encode())
    assert "ninguna firma prueba" in " ".join(done.out.split())


# ---- who looks like one ----

def ours(found):
    assert found["verdict"] == "ours", found["sentence"]
    assert found["proved_by_log"]
    assert found["log"]["copied"] == "no"
    return True


@pytest.mark.parametrize("own", [OWN, ("--own", "tienda.example")])
def test_genuine(ask, sent, own):
    log, queue_id = sent("bob@other.example", "eva@third.example")
    for to in ("bob@other.example", "eva@third.example"):
        by = "mx." + to.split("@")[1]
        assert ours(ask(log, hop(OURS, by, "R1", 5, to), own_hop(queue_id),
                        own=own))
        # a mailbox behind an alias of the receiver
        assert ours(ask(log, "Delivered-To: real.name@inner.example\n",
                        hop("mx (mx [10.0.0.1])", "store.inner.example", "S1",
                            6, "real.name@inner.example"),
                        hop(OURS, by, "R1", 5), own_hop(queue_id), own=own))
    assert ours(ask(log, hop(OURS, "mx.other.example", "R1", 5,
                             "bob@other.example"), own_hop(queue_id),
                    own=own, wrap=mail.complaint))


def test_behind_nat(ask, sent):
    """An address that nobody told is ours when the log says the rest."""
    log, queue_id = sent("bob@other.example")
    nat = "nat (unknown [198.51.100.77])"
    assert ours(ask(log, hop(nat, "mx.other.example", "R1", 5),
                    own_hop(queue_id), own=("--own", "tienda.example")))
    assert ours(ask(log, hop(nat, "in.filter.example", "R1", 5,
                             "bob@other.example"), own_hop(queue_id)))


def test_nothing_known(ask, sent):
    """Away from the server, without --own: the DNS names our host."""
    log, queue_id = sent("bob@other.example")
    assert ours(ask(log, hop(OURS, "srv1.hoster.example", "R1", 5),
                    own_hop(queue_id), own=("--own", "shop.example")))
    found = ask(log, hop(DYN, "srv1.hoster.example", "R1", 5),
                own_hop(queue_id), own=("--own", "shop.example"))
    assert found["verdict"] == "unknown"


def test_addresses_alone(ask, sent):
    """No name in the DNS, and a receiver whose hosts the log does not name."""
    log, queue_id = sent("bob@other.example")
    bare = "mx1 (unknown [203.0.113.5])"
    assert ours(ask(log, hop("in.hoster.example (in.hoster.example "
                             "[198.18.60.1])", "store.hoster.example", "S1",
                             6),
                    hop(bare, "in.hoster.example", "R1", 5),
                    own_hop(queue_id)))
    assert ours(ask(log, hop("mx (unknown [198.51.100.9])",
                             "mx.third.example", "T1", 9),
                    hop(bare, "mx.other.example", "R1", 5),
                    own_hop(queue_id)))


@pytest.mark.parametrize("by", ["mx.other.example", "mx.far.example"])
def test_stranger_to_the_next(ask, sent, by):
    """The line above ours is not the receiver's, and names a stranger."""
    log, queue_id = sent("bob@other.example")
    found = ask(log, hop("mx.other.example (mx.other.example "
                         "[198.51.100.9])", "mx.third.example", "T1", 9,
                         "bob@third.example"),
                hop("x (unknown [198.18.9.9])", by, "R1", 5),
                own_hop(queue_id))
    assert found["verdict"] == "unknown"


def test_next_queue_id(ask, sent):
    """The id that the next server told us proves it, whatever else stands
    there."""
    log, queue_id = sent("bob@other.example",
                         answer="250 2.0.0 Ok: queued as 4jYqReal77")
    assert ours(ask(log, hop(DYN, "mx.strange.example", "4jYqReal77", 5,
                             "alias@strange.example"), own_hop(queue_id)))


@pytest.mark.parametrize("client", [
    "mx.other.example (mx.other.example [198.51.100.9])",
    "out3.other.example (out3.other.example [198.18.44.1])",
    "mx.other.example (unknown [198.51.100.12])"])
def test_sent_on(ask, sent, client):
    """By its recipient's server: it stays ours."""
    log, queue_id = sent("bob@other.example")
    for own in (OWN, ("--own", "tienda.example")):
        assert ours(ask(log,
                        hop(client, "mx.third.example", "T1", 9,
                            "bob@third.example"),
                        hop(OURS, "mx.other.example", "R1", 5),
                        own_hop(queue_id), own=own))


def test_smart_host(ask, sent):
    """Of the log's next host, which leaves no line or sends from another
    address."""
    log, queue_id = sent("bob@other.example")
    out = "out9.other.example (out9.other.example [198.18.44.1])"
    assert ours(ask(log, hop(out, "mx.third.example", "T1", 9,
                             "bob@other.example"), own_hop(queue_id)))
    assert ours(ask(log, hop(out, "mx.third.example", "T1", 9),
                    hop(OURS, "smart.other.example", "R1", 5),
                    own_hop(queue_id)))


def test_mailing_list(ask, sent):
    """Back to us, and to others; by its own server."""
    log, queue_id = sent("club@lists.example")
    out = "out.lists.example (out.lists.example [198.51.100.30])"
    middle = hop(OURS, "mx.lists.example", "L1", 5, "club@lists.example")
    assert ours(ask(log, hop(out, "mx.sub.example", "S1", 30,
                             "sub@sub.example"), middle, own_hop(queue_id)))
    assert ours(ask(log, hop(out, "mx1.tienda.example", "INB78", 30, ANA),
                    middle, own_hop(queue_id)))


def test_own_copy(ask, sent):
    """The sender's own, without a line, or taken from here by a program."""
    log, queue_id = sent("bob@other.example")
    assert ask(log)["verdict"] == "ours"
    assert ours(ask(log, own_hop(queue_id)))
    assert ours(ask(log, "Received: by mx1.tienda.example (Dovecot) id "
                    "x77; %s\n" % mail.date(3), own_hop(queue_id)))


def test_signed_content(ask, sent):
    """The receiver found our signature good: its content is ours."""
    log, queue_id = sent("bob@other.example")
    assert ours(ask(log, "Authentication-Results: mx.third.example; "
                    "dkim=pass header.d=tienda.example\n",
                    hop(DYN, "mx.third.example", "T1", 9,
                        "bob@third.example"), own_hop(queue_id)))
