# SPDX-License-Identifier: ISC
"""sereno delist: from the block to the letter, step by step."""
import datetime
import sqlite3
import subprocess

import pytest

import postfix_log
from dns_world import A, PTR, TXT, Fake, Rbldnsd

IP, OTHER = "203.0.113.25", "203.0.113.26"
MX, DOMAIN = "mx1.tienda.example", "tienda.example"
TEST = ":127.0.0.2:Test entry\n127.0.0.2\n"
LISTS = {
    "zen.spamhaus.org": "127.0.0.4:https://check.test/ip/$",
    "bl.spamcop.net": "127.0.0.2:Blocked - see $",
    "dnsbl-1.uceprotect.net": "127.0.0.2:x",
    "b.barracudacentral.org": "127.0.0.2:x",
}
MICROSOFT = ("550 5.7.1 Unfortunately, messages from [%s] weren't sent. part "
             "of their network is on our block list (S3140)." % IP)
SORBS = ("554 5.7.1 Service unavailable; Client host [%s] blocked using "
         "dnsbl.sorbs.net; see http://www.sorbs.net/lookup.shtml" % IP)
EARLY, LATE = "2026-11-20 03:00", "2026-11-22 00:00"


@pytest.fixture(scope="module")
def lists(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lists")
    server = Rbldnsd(folder / "zones", {
        zone: ("ip4set", TEST + (":%s\n%s\n" % (entry, IP)))
        for zone, entry in LISTS.items()})
    yield server
    server.close()


class Names:
    """The rest of the DNS, in order until a test takes something away."""

    def __init__(self):
        self.records = {
            ("25.113.0.203.in-addr.arpa", PTR): [(PTR, MX)],
            (MX, A): [(A, IP)],
            (DOMAIN, A): [(A, IP)],
            (DOMAIN, TXT): [(TXT, "v=spf1 ip4:%s -all" % IP)],
            ("_dmarc." + DOMAIN, TXT): [(TXT, "v=DMARC1; p=none")],
        }
        self.server = Fake(self.answer)
        self.server.ttl = 0

    def answer(self, name, kind):
        if (name, kind) in self.records:
            return self.records[name, kind]
        return [] if any(n == name for n, _ in self.records) else 3


@pytest.fixture
def names():
    made = Names()
    yield made
    made.server.close()


def stolen(extra=lambda log: None, account="ana@tienda.example",
           goes_on=True):
    log = postfix_log.PostfixLog()
    postfix_log.honest_days(log)
    postfix_log.own_days(log, account=account)
    log.sort()
    postfix_log.stolen_night(log, account=account)
    extra(log)
    if goes_on:
        log.message(datetime.datetime(2026, 11, 21, 23, 59),
                    "eva@tienda.example", ["friend0@other.example"],
                    account="eva@tienda.example")
    return log


def refusals(answer, domain, n=6, at=datetime.datetime(2026, 11, 19, 22, 30)):
    def add(log):
        for i in range(n):
            log.message(at + datetime.timedelta(minutes=i),
                        "eva@tienda.example",
                        [("friend%d@%s" % (i, domain), answer)],
                        account="eva@tienda.example")
    return add


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    def both(log):
        refusals(MICROSOFT, "olc.protection.outlook.com")(log)
        refusals(SORBS, "old.example")(log)
    return stolen(both).write(tmp_path_factory.mktemp("log") / "mail.log")


@pytest.fixture
def delist(sereno, lists, names, log, tmp_path):
    def run(*args, now=LATE, log=log, zones=LISTS, own=(IP, MX, DOMAIN),
            helo=(MX,), **more):
        return sereno(
            "delist", *args, "--log", log, "--own", *own,
            *(("--helo", *helo) if helo else ()), "--now", now,
            "--no-cache", "--rate", "1000", "--resolver", names.server.at,
            "--stub", *["%s=%s" % (z, lists.at) for z in zones],
            "--store", tmp_path / "st" / "s.db", **more)
    return run


def of(report, way):
    [found] = [p for p in report["petitions"] if p["way"] == way]
    return found


def needs(petition):
    return {n["need"]: n["state"] for n in petition["needs"]}


def test_it_still_sends(delist):
    done = delist("--json", now=EARLY)
    report = done.json()
    assert done.code == 1 and report["schema"] == "sereno/delist/1"
    for way in ("spamhaus-xbl", "spamcop", "barracuda", "microsoft-outlook"):
        petition = of(report, way)
        assert petition["state"] == "sending" and petition["draft"] is None
        [quiet] = [n for n in petition["needs"] if n["need"] == "quiet"]
        assert quiet["state"] == "bad"
        assert "ana@tienda.example" in quiet["sentence"]
        assert quiet["proof"]["line"] > 0
    text = delist("spamhaus-xbl", now=EARLY).out
    assert "no letter is drafted: the source still sends" in text
    assert "Hello," not in text
    assert "the source still sends: nobody is to be asked now" in \
        delist(now=EARLY).out


def test_ready(delist):
    report = delist("--json").json()
    xbl = of(report, "spamhaus-xbl")
    assert xbl["id"] == "spamhaus-xbl/" + IP
    assert xbl["state"] == "ready"
    assert xbl["to"] == "https://check.spamhaus.org/"
    assert needs(xbl) == {"quiet": "good", "queue": "good", "ptr": "good",
                          "helo": "good", "relay": "good"}
    body = xbl["draft"]["body"]
    for part in (IP, MX, "600 messages to 2,400 recipients",
                 "2026-11-19T22:19:40+00:00", "Spamhaus XBL",
                 "its reverse name " + MX, "SPF lets it send"):
        assert part in " ".join(body.split()), part
    # whose account it was is nobody's business, nor is what was not looked at
    assert "ana@" not in body and "not read" not in body
    assert all(len(line) <= 72 for line in body.splitlines()
               if "://" not in line)
    microsoft = of(report, "microsoft-outlook")
    assert microsoft["state"] == "ready" and microsoft["answers"] == 6
    assert microsoft["target"] == IP
    words = " ".join(microsoft["draft"]["body"].split())
    assert "> 550 5.7.1 Unfortunately, messages from [%s]" % IP in words
    assert "on our block list (S3140)." in words
    # of a log line only what they said themselves
    assert "relay=" not in words and "friend" not in words


def test_silence_is_in_the_log_or_not_at_all(delist, tmp_path):
    """A copy that ends with the attack says nothing about the days after."""
    path = stolen(goes_on=False).write(tmp_path / "mail.log")
    xbl = of(delist("--json", log=path).json(), "spamhaus-xbl")
    assert xbl["state"] == "sending" and xbl["draft"] is None


def test_clocks(delist):
    report = delist("--json", now="2026-11-20 23:00").json()
    uce = of(report, "uceprotect-1")
    assert (uce["state"], uce["paid_offer_do_not_pay"]) == ("expires", True)
    assert uce["next_at"] == "2026-11-26T22:19:40+00:00"
    assert uce["draft"] is None
    done = delist(now="2026-11-20 23:00")
    assert "do not pay" in done.out and "wait until Thu 26 Nov 22:19" in \
        done.out


def test_closed_list_is_the_receivers_mistake(delist):
    sorbs = of(delist("--json").json(), "sorbs")
    assert (sorbs["state"], sorbs["draft"]) == ("receiver-error", None)
    assert "closed" in sorbs["note"]


@pytest.mark.parametrize("take, need, words", [
    (("25.113.0.203.in-addr.arpa", PTR), "ptr", "has no reverse name"),
    ((MX, A), "ptr", "does not lead back"),
    ((DOMAIN, TXT), "spf", "none of the domains has an SPF record"),
    (("_dmarc." + DOMAIN, TXT), "dmarc", "has no DMARC record"),
])
def test_what_is_not_in_order(delist, names, take, need, words):
    del names.records[take]
    microsoft = of(delist("--json").json(), "microsoft-outlook")
    assert microsoft["state"] == "not-ready" and microsoft["draft"] is None
    assert needs(microsoft)[need] == "bad"
    done = delist("microsoft-outlook")
    assert words in " ".join(done.out.split())
    assert "no letter is drafted before the above is in order" in done.out


@pytest.mark.parametrize("lost, need, words", [
    ((MX, A), "ptr", "leads back to it could not be asked"),
    (("25.113.0.203.in-addr.arpa", PTR), "ptr", "could not be asked for"),
    ((MX, A), "helo", "whose address could not be asked for"),
    ((DOMAIN, TXT), "spf", "could not be asked for"),
    (("_dmarc." + DOMAIN, TXT), "dmarc", "could not be asked for")])
def test_no_answer_is_no_fault(delist, names, lost, need, words):
    names.records[lost] = 2
    [found] = [n for p in delist("--json").json()["petitions"]
               for n in p["needs"] if n["need"] == need][:1]
    assert found["state"] == "unknown"
    assert words in found["sentence"]


@pytest.fixture
def root(tmp_path):
    """A disk with the configuration of a Postfix."""
    def make(*lines):
        path = tmp_path / "disk/etc/postfix"
        path.mkdir(parents=True)
        (path / "main.cf").write_text("".join(x + "\n" for x in lines))
        return "--root", tmp_path / "disk"
    return make


def helo_of(done):
    [found] = [n for n in of(done.json(), "spamhaus-xbl")["needs"]
               if n["need"] == "helo"]
    return found["state"], found["sentence"]


def test_the_name_it_greets_with(delist, names, root):
    """Of a configuration only what it greets with; listening is something
    else."""
    names.records["inside.tienda.example", A] = [(A, OTHER)]
    disk = root("inet_interfaces = inside.tienda.example",
                "myhostname = " + MX)
    assert helo_of(delist("--json", *disk, helo=())) == (
        "good", "it greets as %s, which leads to it" % MX)


def test_a_greeting_that_is_wrong(delist, names, root):
    names.records["other.tienda.example", A] = [(A, OTHER)]
    state, said = helo_of(delist("--json", *root("myhostname = " + MX,
                                 "smtp_helo_name = other.tienda.example"),
                                 helo=()))
    assert state == "bad" and "other.tienda.example, which does not" in said
    state, said = helo_of(delist("--json", helo=("localhost",)))
    assert state == "bad" and "has no dot" in said
    state, said = helo_of(delist("--json", helo=("[%s]" % IP,)))
    assert state == "unknown"


def test_nobody_says_what_it_greets_with(delist):
    """An own name is not the greeting because it fits."""
    state, said = helo_of(delist("--json", helo=()))
    assert state == "unknown" and "--helo" in said
    text = delist("spamhaus-xbl", helo=()).out
    assert "Hello," in text and "greets as" not in text


def test_no_address_is_known(delist):
    """Each need has its sentence, whatever is not known."""
    report = delist("--json", own=(DOMAIN,), zones=["dbl.test"]).json()
    for petition in report["petitions"]:
        for need in petition["needs"]:
            assert need["sentence"], need
    states = needs(of(report, "microsoft-outlook"))
    assert states["ptr"] == states["spf"] == "unknown"
    assert states["dmarc"] == "good"


def test_strangers_are_not_remembered_as_ours(delist, sereno, lists, names,
                                              log, tmp_path):
    """What 'sereno listed' was asked about is not this server."""
    store = ("--store", tmp_path / "st" / "s.db")
    (tmp_path / "st").mkdir()
    done = sereno("listed", IP, "--no-cache", "--rate", "1000", "--resolver",
                  names.server.at, "--stub",
                  *["%s=%s" % (z, lists.at) for z in LISTS], *store)
    assert done.code == 1
    report = sereno("delist", "--json", "--offline", "--log", log, "--own",
                    OTHER, "--now", LATE, *store).json()
    assert not [p for p in report["petitions"] if p["target"] == IP]


def test_spf_of_others_fails(delist, names):
    names.records[DOMAIN, TXT] = [(TXT, "v=spf1 ip4:192.0.2.1 -all")]
    microsoft = of(delist("--json").json(), "microsoft-outlook")
    assert needs(microsoft)["spf"] == "bad"


def test_states_are_remembered(delist, sereno, tmp_path):
    store = ("--store", tmp_path / "st" / "s.db")
    assert of(delist("--json").json(), "barracuda")["state"] == "ready"
    done = sereno("delist", "barracuda", "--mark", "asked", "--now", LATE,
                  *store)
    assert done.code == 0 and "barracuda/%s is asked" % IP in done.out
    waiting = of(delist("--json").json(), "barracuda")
    assert waiting["state"] == "waiting"
    assert waiting["next_at"] == "2026-11-23T00:00:00+00:00"
    assert waiting["request"]["times"] == 1
    late = of(delist("--json", now="2026-11-25").json(), "barracuda")
    assert late["state"] == "overdue"
    assert "We asked before" in late["draft"]["body"]
    sereno("delist", "barracuda/" + IP, "--mark", "refused", *store)
    assert of(delist("--json").json(), "barracuda")["state"] == "refused"
    sereno("delist", "barracuda/" + IP, "--mark", "done", "--now", LATE,
           *store)
    # it is still listed: it came back
    again = of(delist("--json").json(), "barracuda")
    assert again["request"]["state"] == "again"
    assert again["state"] == "ready"


def test_gone_is_watched(delist, sereno, tmp_path):
    """Marked as gone, and no longer seen: seven days more."""
    delist()
    sereno("delist", "microsoft-outlook", "--mark", "done", "--now", LATE,
           "--store", tmp_path / "st" / "s.db")
    calm = stolen().write(tmp_path / "calm.log")
    gone = of(delist("--json", log=calm).json(), "microsoft-outlook")
    assert gone["state"] == "delisted"
    assert gone["next_at"] == "2026-11-29T00:00:00+00:00"
    report = delist("--json", log=calm, now="2026-12-03").json()
    assert "microsoft-outlook" not in [p["way"] for p in report["petitions"]]


def test_offline_remembers(delist, sereno, log, tmp_path):
    delist()
    done = sereno("delist", "--json", "--offline", "--log", log, "--own", IP,
                  "--now", LATE, "--store", tmp_path / "st" / "s.db")
    report = done.json()
    assert of(report, "microsoft-outlook")["state"] == "ready"
    # as a list was seen last, and since when
    xbl = of(report, "spamhaus-xbl")
    assert xbl["state"] == "ready" and needs(xbl)["ptr"] == "unknown"
    assert needs(of(report, "microsoft-outlook"))["ptr"] == "unknown"


def test_nothing_blocks(delist, honest_log):
    done = delist("--json", log=honest_log, zones=["psbl.surriel.com"],
                  own=(OTHER,))
    assert done.json()["petitions"] == [] and done.code in (0, 3)


def test_no_log_no_letter(delist, tmp_path):
    empty = tmp_path / "empty.log"
    empty.write_text("")
    xbl = of(delist("--json", log=empty).json(), "spamhaus-xbl")
    assert xbl["state"] == "not-ready" and xbl["draft"] is None
    assert needs(xbl)["quiet"] == "unknown"


def test_nothing_was_examined(sereno, tmp_path):
    empty = tmp_path / "empty.log"
    empty.write_text("")
    done = sereno("delist", "--log", empty, "--offline")
    assert done.code == 3
    assert "not known what blocks" in " ".join(done.out.split())


def test_check_leads_here(sereno, log):
    report = sereno("check", "--json", "--offline", "--log", log).json()
    assert any(r["command"].startswith("sereno delist")
               for f in report["findings"] if f["code"] == "provider-block"
               for r in f["remedies"])


def test_spanish_letter(delist):
    done = delist("microsoft-outlook", "--lang", "es",
                  "--done", "se cambió la contraseña")
    for part in ("Hola:", "Asunto:", "se cambió la contraseña",
                 "600 mensajes a 2400 destinatarios", "--lang en"):
        assert part in " ".join(done.out.split()), part
    assert "What happened" not in done.out
    body = of(delist("--json", "--lang", "es").json(),
              "barracuda")["draft"]["body"]
    assert "Qué pasó" in body


@pytest.mark.parametrize("words, sentence", [
    (["--mark", "asked"], "needs the name of a block"),
    (["nosuch", "--mark", "asked"], "no block of that name"),
    (["x", "--mark", "lost"], "asked|refused|done|open"),
    (["a", "b"], "delist"),
])
def test_used_wrongly(sereno, tmp_path, words, sentence):
    done = sereno("delist", *words, "--store", tmp_path / "s.db")
    assert done.code == 2 and sentence in done.err


def test_unknown_name(delist):
    done = delist("no-such-list")
    assert done.code == 0
    assert "nothing of that name blocks this server" in done.out


def test_alternatives(delist):
    text = " ".join(delist("barracuda").out.split())
    assert "relayhost = [RELAY-HOST]:587" in text
    assert "smtp_bind_address = NEW-ADDRESS" in text
    assert "v=spf1 ip4:%s ip4:NEW-ADDRESS -all" % IP in text
    kinds = [a["kind"] for a in delist("--json").json()["alternatives"]]
    assert kinds == ["relay-host", "route", "another-address"]


HOSTILE = "\x1b]0;x\x07\n.\nSubject: forged\u202e"


def test_hostile_words_stay_words(sereno, names, tmp_path):
    """What a list, a receiver or an account's name says breaks no letter."""
    def answer(name, kind):
        if name.startswith("1.0.0.127."):
            return 3
        return [(A, "127.0.0.2")] if kind == A else [(TXT, HOSTILE.encode())]
    liar = Fake(answer)
    evil = "550 5.7.1 messages from [%s] weren't sent (S3140).\r\x1b[2J" % IP
    path = stolen(
        lambda log: refusals(evil + "\x07Subject: x",
                             "olc.protection.outlook.com")(log),
        account="a\x1b[31mna@tienda.example").write(tmp_path / "mail.log")
    args = ("--log", path, "--own", IP, MX, DOMAIN, "--now", LATE,
            "--no-cache", "--resolver", names.server.at, "--stub",
            "b.barracudacentral.org=" + liar.at, "--store", tmp_path / "s.db")
    for word in ((), ("barracuda",), ("microsoft-outlook",)):
        raw = sereno("delist", *word, *args).raw
        assert not any(b in raw for b in (b"\x1b", b"\x07", b"\r",
                                          "\u202e".encode()))
        assert b"\nSubject: forged" not in raw
    report = sereno("delist", "--json", *args).json()
    for petition in report["petitions"]:
        if petition["draft"]:
            body = petition["draft"]["body"]
            assert all(c == "\n" or c >= " " for c in body)
            assert "\u202e" not in body
            assert not any(line.startswith(("Subject:", "."))
                           for line in body.splitlines())
    liar.close()


def test_store_holds_no_sql_of_others(delist, tmp_path):
    delist()
    db = sqlite3.connect(tmp_path / "st" / "s.db")
    ids = {row[0] for row in db.execute("SELECT id FROM request")}
    db.close()
    assert "spamhaus-xbl/" + IP in ids and "barracuda/" + IP in ids


def test_one_block_by_two_names(sereno, delist, log, tmp_path):
    """While no address is known a receiver's block is one of the host."""
    store = ("--store", tmp_path / "st" / "s.db")
    first = sereno("delist", "--json", "--offline", "--log", log, "--now",
                   LATE, *store).json()
    assert of(first, "microsoft-outlook")["target"] == "mx1"
    done = sereno("delist", "microsoft-outlook", "--mark", "asked", "--now",
                  LATE, *store)
    assert done.code == 0
    for _ in range(2):
        found = of(delist("--json").json(), "microsoft-outlook")
        assert (found["target"], found["state"]) == (IP, "waiting")
    # an address that is ours, too, is a block of its own
    sereno("delist", "microsoft-outlook/" + IP, "--mark", "asked", *store)
    report = delist("--json", own=(OTHER, IP, DOMAIN)).json()
    assert [p["target"] for p in report["petitions"]
            if p["way"] == "microsoft-outlook"] == [IP]


def test_an_address_within_another(delist, tmp_path):
    """203.0.113.2 is not 203.0.113.25."""
    report = delist("--json", own=("203.0.113.2", IP, DOMAIN)).json()
    assert of(report, "microsoft-outlook")["target"] == IP


def test_commands_can_be_typed(delist, sereno, log, names, tmp_path):
    """What the report says to type means the same files."""
    folder = tmp_path / "it's a; folder"
    folder.mkdir()
    args = ("delist", "microsoft-outlook", "--log", log, "--own", IP, DOMAIN,
            "--now", LATE, "--no-cache", "--resolver", names.server.at,
            "--store", folder / "s.db", "--lang", "es")
    text = " ".join(sereno(*args).out.split())
    # a quote cannot be shown in quotes
    assert "--mark asked --store FILE" in text
    assert "--own %s %s" % (IP, DOMAIN) in text
    folder = tmp_path / "a; folder"
    folder.mkdir()
    args = args[:-3] + (folder / "s.db",) + args[-2:]
    text = sereno(*args, env={"COLUMNS": "160"}).out
    text = " ".join(text.split())
    assert "--mark asked --store '%s'" % (folder / "s.db") in text
    [line] = [x for x in text.split("sereno delist ")
              if x.rstrip().split(" --lang en")[0] != x.rstrip()]
    for part in ("--log %s" % log, "--own " + IP, "--now '2026-11-22 00:00'",
                 "--resolver " + names.server.at, "--lang en"):
        assert part in line, part


@pytest.mark.parametrize("now, log_of, words", [
    (LATE, stolen, "blocks; all is in order to ask for the removal of"),
    (EARLY, stolen, "the source still sends")])
def test_headline(delist, tmp_path, now, log_of, words):
    path = log_of().write(tmp_path / "x.log")
    assert words in " ".join(delist(now=now, log=path).out.split())


def test_nothing_to_ask_for_today(delist, log, sereno, tmp_path):
    store = ("--store", tmp_path / "st" / "s.db")
    for petition in delist("--json").json()["petitions"]:
        sereno("delist", petition["id"], "--mark", "asked", "--now", LATE,
               *store)
    text = " ".join(delist().out.split())
    assert "blocks; there is nothing to ask for today" in text


def test_what_is_not_known_is_not_in_order(delist, log, sereno):
    silent = Fake(lambda name, kind: 2)
    text = sereno("delist", "--log", log, "--own", IP, DOMAIN, "--now", LATE,
                  "--no-cache", "--resolver", silent.at).out
    silent.close()
    assert "as far as is known, all is in order" in " ".join(text.split())


def test_a_list_that_is_silent_now(delist, sereno, lists, names, log,
                                   tmp_path):
    """What was listed is not forgotten because the network is down."""
    (tmp_path / "st").mkdir()
    store = ("--store", tmp_path / "st" / "s.db")
    sereno("listed", IP, "--no-cache", "--rate", "1000", "--resolver",
           names.server.at, "--stub",
           *["%s=%s" % (z, lists.at) for z in LISTS], *store)
    silent = Fake(lambda name, kind: 2)
    report = sereno("delist", "--json", "--log", log, "--own", IP, "--now",
                    LATE, "--no-cache", "--rate", "1000", "--resolver",
                    silent.at, *store).json()
    silent.close()
    assert of(report, "barracuda")["state"] == "ready"
    # and what answers that it is off is off
    report = delist("--json", own=(OTHER,)).json()
    assert "barracuda" not in [p["way"] for p in report["petitions"]
                               if p["target"] == OTHER]


def test_a_copied_log_of_nobody(sereno, log):
    """Nothing was asked, and the report says what to name."""
    done = sereno("delist", "--json", "--log", log, "--now", LATE)
    assert any("--own" in n["sentence"] for n in done.json()["not_examined"])


def test_a_mark_that_cannot_be_kept(sereno):
    done = sereno("delist", "barracuda", "--mark", "asked", "--store",
                  "/proc/nothing/s.db")
    assert done.code == 3
    assert "cannot be written" in done.err and "--store FILE" in done.err


def test_no_list_answers(sereno, honest_log, tmp_path):
    """Lists that were silent say nothing of this server."""
    silent = Fake(lambda name, kind: 2)
    args = ("--own", IP, "--no-cache", "--rate", "1000", "--resolver",
            silent.at)
    done = sereno("delist", "--log", honest_log, *args)
    assert "the lists were not asked" in " ".join(done.out.split())
    (tmp_path / "empty.log").write_text("")
    done = sereno("delist", "--log", tmp_path / "empty.log", *args)
    assert done.code == 3
    silent.close()


def test_nothing_known_of_a_name(sereno, tmp_path):
    (tmp_path / "empty.log").write_text("")
    done = sereno("delist", "nosuch", "--log", tmp_path / "empty.log",
                  "--offline")
    assert done.code == 3 and "it is not known" in done.out


def test_a_mark_needs_the_store(sereno):
    done = sereno("delist", "x", "--mark", "asked", "--no-store")
    assert done.code == 2 and "--no-store leaves alone" in done.err
