# SPDX-License-Identifier: ISC
"""sereno check asks the lists about what the server sends as."""
import pytest

from dns_world import TXT, A, Fake, Rbldnsd, zone_of

TEST = ":127.0.0.2:Test entry\n127.0.0.2\n"
BOT, NOREV, SPAM, CLEAN = ("203.0.113.25", "203.0.113.26", "203.0.113.27",
                           "203.0.113.28")
ZONES = {
    "zen.spamhaus.org": ("ip4set", TEST
                         + ":127.0.0.4:see $ \x1b[31m|\n%s\n" % BOT),
    "bl.spamcop.net": ("ip4set", TEST + ":127.0.0.2:Blocked\n%s\n%s\n"
                       % (SPAM, BOT)),
    "all.spamrats.com": ("ip4set", TEST + ":127.0.0.37:noptr\n%s\n" % NOREV),
}


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    lists = Rbldnsd(tmp_path_factory.mktemp("lists"), ZONES)
    # nothing leaves this machine
    nobody = Fake(zone_of("""
28.113.0.203.in-addr.arpa PTR mail.tienda.example
mail.tienda.example A 203.0.113.28
doble.example MX 10 mail.tienda.example
doble.example TXT v=spf1 ip4:203.0.113.28 -all
doble.example TXT v=spf1 a \x1b[31m ~all
_dmarc.doble.example TXT v=DMARC1; p=reject; rua=mailto:d@doble.example
"""))
    yield lists, nobody
    lists.close()
    nobody.close()


@pytest.fixture
def check(sereno, world):
    lists, nobody = world

    def run(log, *args, own=(), **more):
        return sereno("check", "--log", log, "--own", *own, "--no-cache",
                      "--resolver", nobody.at, "--rate", "1000",
                      "--stub", *["%s=%s" % (z, lists.at) for z in ZONES],
                      *args, **more)
    return run


def found(said, code):
    return [f for f in said["findings"] if f["code"] == code]


def test_a_bot_behind_an_honest_server(check, honest_log):
    done = check(honest_log, "--json", own=[BOT])
    said = done.json()
    assert done.code == 1
    [finding] = found(said, "listed")
    assert finding["severity"] == "critical"
    assert finding["sentence"] == BOT + " is on 2 block lists, the worst: " \
        "zen.spamhaus.org (critical)"
    words = " ".join(r["sentence"] for r in finding["reasons"])
    assert "zen.spamhaus.org answers 127.0.0.4 (XBL): " in words
    assert "\x1b" not in done.out
    assert finding["remedies"][0]["command"].startswith(
        "sereno listed '%s'" % BOT)
    assert [v["kind"] for v in said["verdicts"]] == ["neighbour"]
    assert said["culprits"] == []
    out = check(honest_log, own=[BOT]).out
    assert "THE SPAM DOES NOT COME FROM THE MAIL SERVER" in out
    assert "\x1b" not in out
    es = check(honest_log, "--lang", "es", own=[BOT]).out
    assert "figura en 2 listas de bloqueo" in es


def test_listed_for_its_missing_name(check, honest_log):
    said = check(honest_log, "--json", own=[NOREV]).json()
    assert [v["kind"] for v in said["verdicts"]] == ["not-mail"]
    assert found(said, "listed")


def test_two_causes_stand_side_by_side(check, honest_log):
    said = check(honest_log, "--json", own=[BOT, NOREV]).json()
    assert {v["kind"] for v in said["verdicts"]} == {"neighbour", "not-mail"}


def test_the_stolen_account_explains_it(check, stolen_log):
    """Whoever sends spam is listed: no neighbour is looked for."""
    said = check(stolen_log, "--json", own=[BOT, NOREV]).json()
    assert [v["kind"] for v in said["verdicts"]] == ["sending"]
    assert len(found(said, "listed")) == 2
    assert not found(said, "neighbour") and not found(said, "not-mail")


def test_a_list_of_spam_alone_blames_no_neighbour(check, honest_log):
    done = check(honest_log, "--json", own=[SPAM])
    assert [v["kind"] for v in done.json()["verdicts"]] == ["clean"]
    assert found(done.json(), "listed")
    assert done.code == 1


def test_on_no_list(check, honest_log):
    done = check(honest_log, "--json", own=[CLEAN])
    assert done.code == 0
    assert done.json()["findings"] == []


def test_what_is_broken_in_the_dns(check, honest_log):
    done = check(honest_log, "--json", own=[CLEAN, "doble.example"])
    said = done.json()
    assert done.code == 1
    [finding] = said["findings"]
    assert (finding["code"], finding["severity"]) == ("dns-weakness",
                                                      "warning")
    assert finding["sentence"].startswith(
        "DNS of doble.example: there are 2 SPF records (and ")
    assert any(r["sentence"].startswith("there are 2 SPF records. ")
               for r in finding["reasons"])
    assert finding["remedies"][0]["command"].startswith(
        "sereno dns 'doble.example' --own %s doble.example --resolver "
        % CLEAN)
    # it is no spam
    assert [v["kind"] for v in said["verdicts"]] == ["clean"]
    text = check(honest_log, own=[BOT, "doble.example"])
    assert "\x1b" not in text.out
    assert "there are 2 SPF records" in text.out
    assert BOT + " has no reverse name" in text.out


def test_offline_asks_nothing(check, honest_log, world):
    before = len(world[1].asked)
    done = check(honest_log, "--json", "--offline", own=[BOT])
    assert done.code == 0
    assert len(world[1].asked) == before
    assert [n["sentence"] for n in done.json()["not_examined"]
            if n["what"] == "--own"]


def test_a_copied_case_asks_about_nobody(sereno, honest_log):
    """Without --own nothing of this machine is looked at."""
    silent = Fake(lambda name, kind: [(A, "127.0.0.2"), (TXT, "x")])
    done = sereno("check", "--log", honest_log, "--resolver", silent.at)
    silent.close()
    assert done.code == 0
    assert silent.asked == []


def test_no_list_answers(sereno, honest_log):
    refusing = Fake(lambda name, kind: 2)
    done = sereno("check", "--json", "--log", honest_log, "--own", BOT,
                  "--no-cache", "--rate", "1000", "--resolver", refusing.at)
    refusing.close()
    assert done.code == 0
    assert [v["kind"] for v in done.json()["verdicts"]] == ["clean"]
    [said] = [n["sentence"] for n in done.json()["not_examined"]
              if n["what"] == "network"]
    assert said.startswith("no block list could be asked: ")


@pytest.mark.parametrize("words, text", [
    (["--resolver", "nonsense"], "--resolver does not understand 'nonsense'"),
    (["--lists-conf", "/nowhere"], "cannot read '/nowhere'")])
def test_wrong_options_are_refused(sereno, honest_log, words, text):
    done = sereno("check", "--log", honest_log, "--own", BOT, *words)
    assert done.code == 2
    assert text in done.err


def test_addresses_of_the_configuration(sereno, world, honest_log, tmp_path):
    """A mounted disk: its log, and the lists about what it sends as."""
    lists, nobody = world
    root = tmp_path / "disk"
    (root / "var/log").mkdir(parents=True)
    (root / "var/log/mail.log").write_bytes(honest_log.read_bytes())
    (root / "etc/postfix").mkdir(parents=True)
    (root / "etc/postfix/main.cf").write_text(
        "proxy_interfaces = %s\nmyhostname = mx1.tienda.example\n" % BOT)
    done = sereno("check", "--root", root, "--json", "--no-cache",
                  "--resolver", nobody.at, "--rate", "1000", "--stub",
                  *["%s=%s" % (z, lists.at) for z in ZONES])
    assert [v["kind"] for v in done.json()["verdicts"]] == ["neighbour"]
    assert found(done.json(), "listed")[0]["remedies"][0]["command"] \
        .startswith("sereno listed '%s'" % BOT)
