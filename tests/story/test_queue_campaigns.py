# SPDX-License-Identifier: ISC
"""sereno queue campaigns: messages that are alike, and nothing else."""

import base64
import quopri
import shlex
import shutil

import pytest

import queue_mail
from postfix_queue import PostfixQueue

AT = 1795671903


class Filler:
    """Puts mail into a queue and remembers which is which."""

    def __init__(self, path, seed=1):
        self.queue, self.rng = PostfixQueue(path), queue_mail.rng(seed)
        self.ids, self.n = {}, 0

    def put(self, name, made, encode=None, head=(), rcpts=1, **kw):
        subject, body = made
        head = ["Subject: " + subject, *head]
        if encode == "base64":
            body = base64.encodebytes(body.encode()).decode()
            head += ["Content-Type: text/plain; charset=utf-8",
                     "Content-Transfer-Encoding: base64"]
        elif encode == "quoted":
            body = quopri.encodestring(body.encode()).decode()
            head += ["Content-Transfer-Encoding: quoted-printable"]
        elif encode == "html":
            body = ("<html><style>p {color: red}</style><body>" +
                    body.replace("\n", "<br>\n") + "</body></html>")
            head += ["Content-Type: text/html"]
        self.n += 1
        qid = self.queue.put(
            at=AT + self.n, head=head, body=body,
            rcpts=["r%d.%d@web%d.example" % (self.n, i, i % 7)
                   for i in range(rcpts)], **kw)
        self.ids.setdefault(name, set()).add(qid)
        return qid

    def people(self, n, **kw):
        for i in range(n):
            self.put("people", queue_mail.letter(self.rng, **kw),
                     sender="user%d@tienda.example" % (i % 17),
                     attrs=["sasl_username=user%d@tienda.example" % (i % 17)],
                     client="203.0.113.%d" % (i % 200))


def campaigns(sereno, queue, *args):
    r = sereno("queue", "campaigns", "--json", "--queue", queue.path, *args)
    assert r.code in (0, 1), r.err
    said = r.json()
    assert said["schema"] == "sereno/queue-campaigns/1"
    return said


def members(sereno, queue, campaign):
    r = sereno("queue", "list", "--json", "--queue", queue.path,
               "--campaign", campaign)
    return {m["id"] for m in r.json()["messages"]}


def ana(i=0):
    return dict(sender="ana@tienda.example", client="198.51.100.%d" % (i % 250),
                attrs=["sasl_method=LOGIN",
                       "sasl_username=ana@tienda.example"])


def test_two_campaigns_of_one_sender(sereno, tmp_path):
    """One account, two templates with random words and links, among people:
    each is found whole and clean."""
    f = Filler(tmp_path / "spool")
    f.people(150)
    for i in range(120):
        f.put("pills", queue_mail.pills(f.rng), rcpts=5, **ana(i))
        f.put("loan", queue_mail.loan(f.rng), **ana(i))
    for i in range(3):  # what she writes herself
        f.put("people", queue_mail.letter(f.rng), **ana())
    said = campaigns(sereno, f.queue)
    assert said["queued"] == 393
    assert [c["messages"] for c in said["campaigns"]] == [120, 120]
    assert said["others"]["messages"] == 153
    found = {frozenset(members(sereno, f.queue, c["id"]))
             for c in said["campaigns"]}
    assert found == {frozenset(f.ids["pills"]), frozenset(f.ids["loan"])}
    by_size = sorted(said["campaigns"], key=lambda c: -c["recipients"])
    pills, loan = by_size
    assert pills["recipients"] == 600
    assert pills["origins"]["top"] == [
        {"origin": {"kind": "account", "name": "ana@tienda.example"},
         "messages": 120, "others": 3}]
    assert pills["links"]["top"][0] == {
        "domain": "pills.example", "messages": 120, "others": 0}
    assert loan["links"]["distinct"] == 0
    assert loan["subjects"]["top"][0]["subject"] == "Your application"
    assert pills["clients"]["distinct"] == 120
    assert pills["sample"]["id"] in f.ids["pills"]
    assert "pharmacy" in pills["sample"]["text"] or "offer you" in \
        pills["sample"]["text"]


def test_encodings_make_no_difference(sereno, tmp_path):
    f = Filler(tmp_path / "spool")
    f.people(20)
    for encode in (None, "base64", "quoted", "html"):
        for i in range(10):
            f.put("pills", queue_mail.pills(f.rng), encode=encode, **ana(i))
    said = campaigns(sereno, f.queue)
    assert [c["messages"] for c in said["campaigns"]] == [40]
    assert said["campaigns"][0]["links"]["top"][0]["domain"] == "pills.example"
    assert members(sereno, f.queue, said["campaigns"][0]["id"]) == \
        f.ids["pills"]


def test_ids_stay_when_messages_leave(sereno, tmp_path):
    f = Filler(tmp_path / "spool")
    f.people(30)
    for i in range(90):
        f.put("pills", queue_mail.pills(f.rng), **ana(i))
        f.put("loan", queue_mail.loan(f.rng), **ana(i))
    before = {c["id"] for c in campaigns(sereno, f.queue)["campaigns"]}
    assert len(before) == 2
    again = {c["id"] for c in campaigns(sereno, f.queue, "--jobs", "5")
             ["campaigns"]}
    assert again == before
    files = sorted(p for p in f.queue.path.glob("deferred/*/*"))
    for path in f.rng.sample(files, len(files) * 2 // 3):
        path.unlink()
    after = campaigns(sereno, f.queue)
    assert {c["id"] for c in after["campaigns"]} == before
    # and more of it comes in
    for i in range(200):
        f.put("pills", queue_mail.pills(f.rng), **ana(i))
    assert {c["id"] for c in campaigns(sereno, f.queue)["campaigns"]} == before


def test_letters_with_one_disclaimer_are_no_campaign(sereno, tmp_path):
    f = Filler(tmp_path / "spool")
    f.people(100, disclaimer=True)
    said = campaigns(sereno, f.queue)
    assert said["campaigns"] == [] and said["others"]["messages"] == 100
    r = sereno("queue", "campaigns", "--queue", f.queue.path)
    assert r.code == 0
    assert "none of 100 messages is like enough others" in r.out


def test_newsletter_is_a_campaign_and_not_called_spam(sereno, tmp_path):
    f = Filler(tmp_path / "spool")
    f.people(20)
    for i in range(50):
        f.put("news", queue_mail.news(f.rng),
              sender="bounces+r%d=web.example@garden.example" % i,
              head=["List-Id: <letter.garden.example>"], client="10.0.0.7")
    said = campaigns(sereno, f.queue)
    [news] = said["campaigns"]
    assert news["messages"] == 50 and news["list_mail"] == 50
    assert news["called_spam"] == 0
    assert news["senders"]["distinct"] == 1
    out = " ".join(sereno("queue", "campaigns", "--queue",
                          f.queue.path).out.split())
    assert "is not spam for that reason: a newsletter" in out
    assert "all say that they are of a mailing list" in out
    es = " ".join(sereno("queue", "campaigns", "--lang", "es", "--queue",
                         f.queue.path).out.split())
    assert "no es spam por eso" in es


def test_random_words_in_front(sereno, tmp_path):
    """Hash busters: a line of random words before the text, random subjects."""
    f = Filler(tmp_path / "spool")
    f.people(60)
    for i in range(40):
        subject, body = queue_mail.pills(f.rng)
        noise = " ".join(queue_mail.token(f.rng) for _ in range(8))
        words = " ".join(f.rng.choice(queue_mail.WORDS) for _ in range(5))
        f.put("pills", (words, noise + "\n" + body), **ana(i))
    said = campaigns(sereno, f.queue)
    assert [c["messages"] for c in said["campaigns"]] == [40]


@pytest.mark.parametrize("subject, body", [
    ("Hello", "http://x%d.evil.example/\n"),
    ("Photo %d", ""),
    ("Re: %d", "Call me at 555-%d please, I have good news for you\n"),
])
def test_short_ones(sereno, tmp_path, subject, body):
    f = Filler(tmp_path / "spool")
    for i in range(30):
        put = [t % (i + 11) if "%d" in t else t for t in (subject, body)]
        f.put("short", put, **ana(i))
    f.people(20)
    said = campaigns(sereno, f.queue)
    assert [c["messages"] for c in said["campaigns"]] == [30]


def test_bounces_are_left_out(sereno, tmp_path):
    f = Filler(tmp_path / "spool")
    for i in range(30):
        f.put("notice", ("Undelivered Mail Returned to Sender",
                         "This is the mail system at host mx.\n" * 5),
              sender="")
    said = campaigns(sereno, f.queue)
    assert said["campaigns"] == [] and said["others"]["notices"] == 30


def test_filters_choose_campaigns(sereno, tmp_path):
    f = Filler(tmp_path / "spool")
    for i in range(20):
        f.put("pills", queue_mail.pills(f.rng), **ana(i))
        f.put("loan", queue_mail.loan(f.rng), sender="x@y.example",
              client="203.0.113.9")
    [one] = campaigns(sereno, f.queue, "--origin",
                      "ana@tienda.example")["campaigns"]
    assert members(sereno, f.queue, one["id"]) == f.ids["pills"]
    assert members(sereno, f.queue, one["id"].upper()) == f.ids["pills"]
    r = sereno("queue", "--campaign", one["id"], "--subject", "nothing",
               "--queue", f.queue.path, "--json")
    assert r.code == 0 and r.json()["messages"] == []
    r = sereno("queue", "--campaign", "12", "--queue", f.queue.path)
    assert r.code == 2 and "--campaign takes an id" in r.err


def test_hostile(sereno, tmp_path):
    f = Filler(tmp_path / "spool")
    evil = "\x1b[2J \x07<script>\u202e %s http://\x1b]0;x.example/ "
    for i in range(10):
        f.put("evil", ("=?utf-8?B?G1sySg==?= %d" % i, evil % "word" * 400),
              sender="\x1b[1m@x.example", client="192.0.2.7")
    f.put("long", ("x" * 5000, "a" * 100000), client="192.0.2.8")
    out = sereno("queue", "campaigns", "--queue", f.queue.path).out
    assert "\x1b" not in out and "\x07" not in out and "\u202e" not in out
    assert campaigns(sereno, f.queue)["campaigns"][0]["messages"] == 10
    shutil.rmtree(f.queue.path / "defer")
    assert campaigns(sereno, f.queue)["campaigns"][0]["messages"] == 10


def test_the_command_below_a_campaign_lists_it(sereno, tmp_path):
    f = Filler(tmp_path / "it s")
    for i in range(60):
        f.put("pills", queue_mail.pills(f.rng), **ana(i))
    out = sereno("queue", "campaigns", "--queue", f.queue.path).out
    [command] = [line.split(None, 1)[1] for line in out.split("\n")
                 if "--campaign" in line]
    listed = sereno(*shlex.split(command)[1:], "--json").json()["messages"]
    assert {m["id"] for m in listed} == f.ids["pills"]
