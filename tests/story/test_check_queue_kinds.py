# SPDX-License-Identifier: ISC
"""sereno check with a queue alone and the configuration of the machine: who
handed it in without a login, webmail, forwards, bounces; and their innocents."""

import pytest

import queue_mail
from test_check_queue import SPAM, check, found
from test_queue_campaigns import AT, Filler

LATER = "host mx.%s[192.0.2.9] said: 451 4.7.1 try again later"


@pytest.fixture
def disk(tmp_path):
    """A Postfix below a root; mail of tienda.example stays there."""
    etc = tmp_path / "disk/etc/postfix"
    etc.mkdir(parents=True)
    (etc / "main.cf").write_text("mydestination = tienda.example\n")
    (etc / "master.cf").write_text("smtp inet n - n - - smtpd\n")
    filler = Filler(tmp_path / "disk/var/spool/postfix")
    filler.people(40)
    return filler


def judged(sereno, tmp_path, now=AT + 600):
    r, said = check(sereno, "--root", tmp_path / "disk", "--queue",
                    tmp_path / "disk/var/spool/postfix", "--now", "@%d" % now)
    return r.code, said


def words(finding):
    return " ".join(r["sentence"] for r in finding["reasons"])


def test_strangers_for_strangers(sereno, disk, tmp_path):
    """An open relay that a botnet uses: no address put in many."""
    for i in range(90):
        disk.put("pills", queue_mail.pills(disk.rng), reason=SPAM,
                 sender="x%d@spam%d.example" % (i, i % 9),
                 client="198.51.%d.%d" % (i % 7, i))
    code, said = judged(sereno, tmp_path)
    assert code == 1 and said["verdicts"][0]["kind"] == "sending"
    [culprit] = said["culprits"]
    assert culprit["origin"]["kind"] == "relayed-network"
    assert culprit["origin"]["name"] == "198.51.0.0/21"
    assert culprit["queued"] == 90
    why = words(found(said)["queue-campaign"])
    assert "came in from 90 addresses" in why
    assert "90 of 90 have a sender that nobody here has" in why


def test_a_machine_of_ours(sereno, disk, tmp_path):
    for i in range(90):
        disk.put("pills", queue_mail.pills(disk.rng), reason=SPAM,
                 sender="x%d@spam.example" % i, client="10.0.0.7")
    code, said = judged(sereno, tmp_path)
    [culprit] = said["culprits"]
    assert code == 1 and culprit["origin"]["name"] == "10.0.0.7"


def test_a_filter_that_hands_back_is_not_the_sender(sereno, honest_log, disk,
                                                    tmp_path):
    """The log was read and knows no such machine as one that sends."""
    for i in range(90):
        disk.put("pills", queue_mail.pills(disk.rng), reason=SPAM,
                 sender="x%d@spam.example" % i, client="10.0.0.7")
    _, said = check(sereno, "--root", tmp_path / "disk", "--queue",
                    tmp_path / "disk/var/spool/postfix", "--log", honest_log)
    assert said["culprits"] == []


@pytest.mark.parametrize("reason", [SPAM, LATER])
def test_spam_that_came_in_accuses_nobody(sereno, disk, tmp_path, reason):
    """It waits for a mailbox here."""
    for i in range(90):
        subject, body = queue_mail.pills(disk.rng)
        disk.queue.put(at=AT + i, head=["Subject: " + subject], body=body,
                       rcpts=["user%d@tienda.example" % i], reason=reason,
                       sender="x@spam.example", client="198.51.100.9")
    code, said = judged(sereno, tmp_path)
    assert said["culprits"] == [] and code == 0


def test_without_knowing_what_is_ours_no_client_is_accused(sereno, tmp_path):
    f = Filler(tmp_path / "spool")
    for i in range(90):
        f.put("pills", queue_mail.pills(f.rng), reason=SPAM,
              sender="x@spam.example", client="198.51.100.%d" % i)
    _, said = check(sereno, "--queue", f.queue.path)
    assert said["culprits"] == []


def test_a_newsletter_by_a_smart_host_client(sereno, disk, tmp_path):
    for i in range(90):
        disk.put("news", queue_mail.news(disk.rng), client="203.0.113.40",
                 sender="news@garden.example",
                 head=["List-Id: <letter.garden.example>"], reason=LATER)
    _, said = judged(sereno, tmp_path)
    assert said["culprits"] == []


def test_webmail_names_the_writers(sereno, disk, tmp_path):
    """The client is the web server; X-Originating-IP is all over the net."""
    for i in range(90):
        disk.put("pills", queue_mail.pills(disk.rng), client="127.0.0.1",
                 sender="ana@tienda.example",
                 head=["X-Originating-IP: [198.51.100.%d]" % i],
                 attrs=["sasl_username=ana@tienda.example"], reason=LATER)
    code, said = judged(sereno, tmp_path)
    assert code == 1
    assert said["culprits"][0]["origin"]["name"] == "ana@tienda.example"
    why = words(found(said)["queue-campaign"])
    assert "90 addresses, says the webmail (X-Originating-IP)" in why
    assert "of them came in within the last 3 hours" in why


def test_the_field_of_a_stranger_is_not_believed(sereno, disk, tmp_path):
    for i in range(90):
        disk.put("pills", queue_mail.pills(disk.rng), client="203.0.113.5",
                 sender="ana@tienda.example",
                 head=["X-Originating-IP: 198.51.100.%d" % i],
                 attrs=["sasl_username=ana@tienda.example"], reason=LATER)
    _, said = judged(sereno, tmp_path)
    assert said["culprits"] == []


def test_invoices_of_an_hour_under_many_subjects(sereno, disk, tmp_path):
    """Alike, new, and each with its customer's name: still no spam."""
    for i in range(900):
        disk.put("invoice", ("Invoice for %s %s" % (
            queue_mail.WORDS[i % 60], queue_mail.WORDS[i % 7]),
            queue_mail.loan(disk.rng)[1]), sender="shop@tienda.example",
            client="10.0.0.7", reason=LATER,
            attrs=["sasl_username=shop@tienda.example"])
    code, said = judged(sereno, tmp_path)
    assert said["culprits"] == [] and code == 0
    assert said["queue"]["campaigns"][0]["messages"] == 900


def test_forwards_whose_target_calls_it_spam(sereno, disk, tmp_path):
    for i in range(60):
        disk.queue.put(
            at=AT + i, head=["Subject: offer %d" % i], body="x%d\n" % i,
            rcpts=["luis%d@gmail.example" % (i % 2)],
            original="user%d@tienda.example" % (i % 2),
            sender="x@spam.example", client="198.51.100.%d" % i,
            reason=SPAM if i % 2 else LATER)
    code, said = judged(sereno, tmp_path)
    assert [v["kind"] for v in said["verdicts"]] == ["forwarding"]
    finding = found(said)["forwarded-spam"]
    assert finding["origin"]["name"] == "user1@tienda.example"
    assert "30 of 30 forwarded mails in the queue" in words(finding)
    assert code == 1


def test_bounces_to_forged_senders(sereno, disk, tmp_path):
    for i in range(80):
        disk.queue.put(at=AT + i, sender="", reason=LATER,
                       head=["Subject: Undelivered Mail"],
                       rcpts=["a%d@forged%d.example" % (i, i)])
    code, said = judged(sereno, tmp_path)
    assert [v["kind"] for v in said["verdicts"]] == ["backscatter"]
    why = words(found(said)["backscatter-source"])
    assert "80 of 80 bounces in the queue are for addresses that nobody" in why
    assert "they wait for 80 different domains" in why


def test_real_bounces(sereno, disk, tmp_path):
    """To our own people, and to one partner whose server is down."""
    for i in range(80):
        disk.queue.put(at=AT + i, sender="", reason=LATER,
                       head=["Subject: Undelivered Mail"],
                       rcpts=["user%d@tienda.example" % i if i % 2 else
                              "clerk%d@partner.example" % i])
    code, said = judged(sereno, tmp_path)
    assert said["findings"] == [] and code == 0


DATABASE = "virtual_mailbox_domains = mysql:/etc/postfix/domains.cf\n"


def in_a_database(tmp_path):
    main = tmp_path / "disk/etc/postfix/main.cf"
    main.write_text(main.read_text() + DATABASE)


def test_bounces_to_domains_of_a_database(sereno, disk, tmp_path):
    """Any of them may be ours: our own people's mailbox server is down."""
    in_a_database(tmp_path)
    for i in range(80):
        disk.queue.put(at=AT + i, sender="", reason=LATER,
                       head=["Subject: Undelivered Mail"],
                       rcpts=["a%d@customer%d.example" % (i, i)])
    code, said = judged(sereno, tmp_path)
    assert code == 0 and said["findings"] == []
    assert [v["kind"] for v in said["verdicts"]] == ["clean"]
    assert any("is in a database" in gap["sentence"]
               for gap in said["not_examined"])


def test_spam_to_domains_of_a_database(sereno, disk, tmp_path):
    in_a_database(tmp_path)
    for i in range(90):
        subject, body = queue_mail.pills(disk.rng)
        disk.queue.put(at=AT + i, head=["Subject: " + subject], body=body,
                       rcpts=["user%d@customer.example" % i], reason=LATER,
                       sender="x%d@spam%d.example" % (i, i % 9),
                       client="198.51.%d.%d" % (i % 7, i))
    code, said = judged(sereno, tmp_path)
    assert said["culprits"] == [] and code == 0
    assert any("1 campaign that came in without a login" in gap["sentence"]
               for gap in said["not_examined"])


MX = "host mx1.far%d.example[198.%d.7.9] said: 451 4.7.1 try again later"
NOT_JUDGED = "came in without a login was not judged"


def relay(disk, to, reason, n=90):
    """A botnet hands in spam for others and nobody logs in."""
    for i in range(n):
        subject, body = queue_mail.pills(disk.rng)
        disk.queue.put(at=AT + i, head=["Subject: " + subject], body=body,
                       rcpts=[to(i)], reason=reason(i),
                       sender="x%d@spam%d.example" % (i, i % 9),
                       client="198.51.%d.%d" % (i % 7, i))


def test_relayed_to_where_nobody_is_ours(sereno, disk, tmp_path):
    """Whatever the database says: gmail.com is not in it."""
    in_a_database(tmp_path)
    relay(disk, lambda i: "user%d@%s" % (i, (
        "gmail.com", "yahoo.com.mx", "customer%d.example" % i)[i % 3]),
        lambda i: SPAM)
    code, said = judged(sereno, tmp_path)
    [culprit] = said["culprits"]
    assert code == 1 and culprit["origin"]["kind"] == "relayed-network"
    assert culprit["queued"] == 60


def test_relayed_to_servers_all_over(sereno, disk, tmp_path):
    """Destinations are in a database, and destinations' mail stays here."""
    in_a_database(tmp_path)
    relay(disk, lambda i: "user%d@far%d.example" % (i, i),
          lambda i: MX % (i, i % 40 + 10))
    code, said = judged(sereno, tmp_path)
    [culprit] = said["culprits"]
    assert code == 1 and culprit["queued"] == 90


def test_relayed_to_names_that_are_not_found(sereno, disk, tmp_path):
    in_a_database(tmp_path)
    relay(disk, lambda i: "user%d@far%d.example" % (i, i), lambda i: (
        "Host or domain name not found. Name service error for "
        "name=far%d.example type=MX: Host not found, try again" % i))
    code, said = judged(sereno, tmp_path)
    assert code == 1 and said["culprits"][0]["queued"] == 90


@pytest.mark.parametrize("more", [
    "relay_domains = proxy:mysql:/etc/postfix/relay.cf\n",
    "transport_maps = ldap:/etc/postfix/ways.cf\n",
    "relayhost = [smart.example]\n"])
def test_a_filter_in_front_of_customers(sereno, disk, tmp_path, more):
    """Their own servers are all over the net, and do not like the spam."""
    in_a_database(tmp_path)
    main = tmp_path / "disk/etc/postfix/main.cf"
    main.write_text(main.read_text() + more)
    relay(disk, lambda i: "user%d@far%d.example" % (i, i),
          lambda i: MX % (i, i % 40 + 10))
    code, said = judged(sereno, tmp_path)
    assert code == 0 and said["culprits"] == []
    assert any(NOT_JUDGED in gap["sentence"] and
               "sereno queue list --campaign" in gap["sentence"]
               for gap in said["not_examined"])


def test_spam_for_mailboxes_that_the_log_has_seen(sereno, disk, tmp_path):
    """The database is out of sight, deliveries by lmtp are not: theirs is the
    domain, and nothing is left open."""
    in_a_database(tmp_path)
    log = tmp_path / "mail.log"
    log.write_text("".join(
        "2026-11-25T00:0%d:01+00:00 mx1 postfix/lmtp[7]: 4jYqNN50Ckz1bY3%d: "
        "to=<user%d@customer.example>, relay=mx1[private/dovecot-lmtp], "
        "delay=1, delays=1/0/0/0, dsn=2.0.0, status=sent (250 2.0.0 Saved)\n"
        % (i, i, i) for i in range(5)))
    relay(disk, lambda i: "user%d@customer.example" % i, lambda i: (
        "connect to mx1[private/dovecot-lmtp]: Connection refused"))
    r, said = check(sereno, "--root", tmp_path / "disk", "--queue",
                    tmp_path / "disk/var/spool/postfix", "--log", log,
                    "--now", "@%d" % (AT + 600))
    assert said["culprits"] == []
    assert not any(NOT_JUDGED in gap["sentence"]
                   for gap in said["not_examined"])


def test_a_stolen_account_beside_a_database(sereno, disk, tmp_path):
    """A login is known whatever domains there are."""
    in_a_database(tmp_path)
    for i in range(90):
        disk.put("pills", queue_mail.pills(disk.rng), reason=SPAM,
                 client="198.51.%d.%d" % (i % 7, i), sender="x@spam.example",
                 attrs=["sasl_username=ana@customer.example"])
    code, said = judged(sereno, tmp_path)
    assert code == 1
    assert said["culprits"][0]["origin"]["name"] == "ana@customer.example"


def test_a_webmail_without_logins_is_one_machine(sereno, disk, tmp_path):
    """Those who wrote are all over the net; what is blamed is the machine
    that handed it in, and no network around them."""
    for i in range(90):
        disk.put("pills", queue_mail.pills(disk.rng), client="10.0.0.7",
                 sender="x%d@spam.example" % i, reason=SPAM,
                 head=["X-Originating-IP: [%d.51.100.%d]" % (i + 11, i)])
    code, said = judged(sereno, tmp_path)
    [culprit] = said["culprits"]
    assert code == 1 and culprit["origin"]["name"] == "10.0.0.7"
    assert culprit["ips"] == 1
    why = words(found(said)["queue-campaign"])
    assert "90 addresses, says the webmail (X-Originating-IP)" in why
