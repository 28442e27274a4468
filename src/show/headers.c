/* SPDX-License-Identifier: ISC */
/* What the text and the JSON of `sereno headers` have in common. */
#include "show/headers.h"

#include "base/lang.h"
#include "base/text.h"

int
headers_exit(const struct headers_view *view)
{
	if (!view->found)
		return 3;
	switch (view->x->verdict) {
	case INSPECTION_OURS:
	case INSPECTION_THROUGH:
	case INSPECTION_INBOUND:
		return 1;
	case INSPECTION_UNKNOWN:
	case INSPECTION_FORGED:
	case INSPECTION_FOREIGN:
	case INSPECTION_VERDICTS:
		break;
	}
	return 0;
}

static const struct {
	unsigned bit;
	const char *name, *sentence;
} doubts[] = {
    {DOUBT_GAP, "gap",
	N_("the line above says that somebody else handed it over")},
    {DOUBT_FUTURE, "future",
	N_("its time is later than that of the line above")},
    {DOUBT_NO_DATE, "no-date", N_("its time cannot be read")},
    {DOUBT_OUR_NAME, "our-name",
	N_("it claims to be of your server, but stands below a stranger's "
	   "line")},
    {DOUBT_PROVIDER, "provider",
	N_("it names a large provider, but is not written as that one "
	   "writes")},
    {DOUBT_NO_CLIENT, "no-client",
	N_("it does not tell who handed the mail over")},
    {DOUBT_PRIVATE, "private",
	N_("a public host that was reached from a private address")},
    {DOUBT_CLOCK, "clock", N_("a clock is wrong, there or at the next host")},
};

const char *
headers_doubt(unsigned bit)
{
	for (size_t i = 0; i < ARRAY_LEN(doubts); i++)
		if (doubts[i].bit == bit)
			return doubts[i].sentence;
	return NULL;
}

const char *
headers_doubt_name(unsigned bit)
{
	for (size_t i = 0; i < ARRAY_LEN(doubts); i++)
		if (doubts[i].bit == bit)
			return doubts[i].name;
	return NULL;
}

/* "mail.example.org [192.0.2.1]" */
static struct str
client_text(struct arena *a, const struct ip *ip, struct str name)
{
	char buf[IP_TEXT];

	if (ip_is_none(ip))
		return name.n > 0 ? name : str_z(_("an unknown host"));
	if (name.n == 0)
		return str_keep(a, str_z(ip_text(ip, buf)));
	return arena_printf(a, "%.*s [%s]", STR_ARG(name), ip_text(ip, buf));
}

static struct str
entry_text(const struct inspection *x, struct arena *a)
{
	const struct received_field *r;

	if (x->chain.n == 0)
		return str_z(_("an unknown host"));
	r = &x->chain.hops[x->chain.entry].received;
	return client_text(a, &r->ip, r->rdns.n > 0 ? r->rdns : r->helo);
}

/* Who put it in, as the log says. */
static struct str
origin_text(const struct passage *p, struct arena *a)
{
	switch (p->origin) {
	case PASSAGE_BY_ACCOUNT:
		return arena_printf(a,
		    _("put in with the login %.*s from %.*s"),
		    STR_ARG(p->account),
		    STR_ARG(client_text(a, &p->client, S(""))));
	case PASSAGE_BY_USER:
		if (p->user.n > 0)
			return arena_printf(a,
			    _("put in by the local user %.*s"),
			    STR_ARG(p->user));
		return arena_printf(a, _("put in by the local user uid %lld"),
		    (long long)p->uid);
	case PASSAGE_BY_CLIENT:
		return arena_printf(a, _("taken without a login from %.*s"),
		    STR_ARG(client_text(a, &p->client, p->client_name)));
	case PASSAGE_BY_SYSTEM:
		return str_z(_("made by your server itself, as a notice"));
	case PASSAGE_BY_NOBODY:
		break;
	}
	return str_z(_("the log does not show how it came in"));
}

/* "ana@a.example, bob@b.example and others" */
static struct str
recipients_text(const struct passage *p, struct arena *a)
{
	struct str line = p->recipients_n > 0 ? p->recipients[0] : S("?");

	for (size_t i = 1; i < p->recipients_n; i++)
		line = arena_printf(
		    a, "%.*s, %.*s", STR_ARG(line), STR_ARG(p->recipients[i]));
	return p->recipients_more
		   ? arena_printf(a, _("%.*s and others"), STR_ARG(line))
		   : line;
}

static struct str
copied_sentence(const struct inspection *x, struct arena *a)
{
	return arena_printf(a,
	    x->verdict == INSPECTION_FORGED
		? _("IT IS FORGED: its lines were copied from a mail of yours, "
		    "%.*s, that went to %.*s; it came from %.*s")
		: _("NOT CLEAR: its lines are those of a mail that passed your "
		    "server as %.*s and went to %.*s, but this copy came by "
		    "way of %.*s: it was sent on, or its lines were copied"),
	    STR_ARG(x->passage.queue_ids),
	    STR_ARG(recipients_text(&x->passage, a)),
	    STR_ARG(entry_text(x, a)));
}

static struct str
ours_sentence(const struct inspection *x, struct arena *a)
{
	const struct received_field *r;

	if (x->by_log && x->handed_on)
		return arena_printf(a,
		    _("IT IS YOURS, BY ITS LINES: it passed your server as "
		      "%.*s, %.*s, and went to %.*s; it was sent on from "
		      "there, and no signature proves that the text is still "
		      "the same"),
		    STR_ARG(x->passage.queue_ids),
		    STR_ARG(origin_text(&x->passage, a)),
		    STR_ARG(recipients_text(&x->passage, a)));
	if (x->by_log)
		return arena_printf(a,
		    _("IT IS YOURS: it passed your server as %.*s, %.*s"),
		    STR_ARG(x->passage.queue_ids),
		    STR_ARG(origin_text(&x->passage, a)));
	if (x->own_hop == x->chain.n)
		return str_z(_("IT IS PROBABLY YOURS: see the signs below; the "
			       "log does not show it"));
	r = &x->chain.hops[x->own_hop].received;
	if (r->account.n > 0)
		return arena_printf(a,
		    _("IT IS YOURS: by its header your server %.*s took it "
		      "with the login %.*s; no log was there to prove it"),
		    STR_ARG(r->by), STR_ARG(r->account));
	if (r->uid >= 0)
		return arena_printf(a,
		    _("IT IS YOURS: by its header the local user uid %lld put "
		      "it in on %.*s; no log was there to prove it"),
		    (long long)r->uid, STR_ARG(r->by));
	return arena_printf(a,
	    _("IT IS YOURS: by its header it was put in on your server %.*s; "
	      "no log was there to prove it"),
	    STR_ARG(r->by.n > 0 ? r->by : S("?")));
}

static struct str
passed_sentence(const struct inspection *x, struct arena *a)
{
	bool through = x->verdict == INSPECTION_THROUGH;
	struct str from = entry_text(x, a);

	if (x->by_log && x->passage.origin == PASSAGE_BY_CLIENT)
		from =
		    client_text(a, &x->passage.client, x->passage.client_name);
	else if (x->own_hop < x->chain.n)
		from = client_text(a, &x->chain.hops[x->own_hop].received.ip,
		    x->chain.hops[x->own_hop].received.rdns);
	return arena_printf(a,
	    through
		? _("IT PASSED YOUR SERVER, but was not put in there: %.*s "
		    "handed it in without a login, and it went on to others: "
		    "a forward, a mailing list, or an open relay")
		: _("IT CAME IN FROM OUTSIDE: %.*s handed it to your server, "
		    "for somebody here"),
	    STR_ARG(from));
}

static struct str
unknown_sentence(const struct inspection *x, struct arena *a)
{
	if (x->passage.state == PASSAGE_FOUND)
		return arena_printf(a,
		    _("NOT CLEAR: a mail with this Message-ID passed your "
		      "server as %.*s, but this copy came by way of %.*s: it "
		      "was sent on, or its Message-ID was copied"),
		    STR_ARG(x->passage.queue_ids), STR_ARG(entry_text(x, a)));
	if (x->chain.n == 0)
		return str_z(_("NOT CLEAR: it has no Received line, and so "
			       "tells nothing about its way"));
	if (x->own->names_n == 0 && x->own->nets_n == 0)
		return arena_printf(a,
		    _("IT ENTERED AT %.*s, from %.*s; what is yours is not "
		      "known"),
		    STR_ARG(x->chain.hops[x->chain.entry].received.by.n > 0
				? x->chain.hops[x->chain.entry].received.by
				: S("?")),
		    STR_ARG(entry_text(x, a)));
	if (inspection_needs_log(x))
		return str_z(_("NOT CLEAR: it says that it passed your server; "
			       "so does a careful forgery, and only the log "
			       "of that time can tell"));
	return str_z(_("NOT CLEAR: what it says is not enough to tell whether "
		       "it is yours"));
}

struct str
headers_sentence(const struct headers_view *view, struct arena *a)
{
	const struct inspection *x = view->x;

	if (!view->found)
		return str_z(_("no message was found there: it begins with "
			       "lines like 'Received: ...' and 'From: ...'"));
	if (x->copy != COPY_NO && (x->verdict == INSPECTION_FORGED ||
				      x->verdict == INSPECTION_UNKNOWN))
		return copied_sentence(x, a);
	switch (x->verdict) {
	case INSPECTION_OURS:
		return ours_sentence(x, a);
	case INSPECTION_THROUGH:
	case INSPECTION_INBOUND:
		return passed_sentence(x, a);
	case INSPECTION_FORGED:
		return arena_printf(a,
		    _("IT IS FORGED: it bears your name, but did not pass your "
		      "server; it came from %.*s"),
		    STR_ARG(entry_text(x, a)));
	case INSPECTION_FOREIGN:
		return arena_printf(a,
		    _("IT IS NOT YOURS: nothing in it is of your server; it "
		      "came from %.*s"),
		    STR_ARG(entry_text(x, a)));
	case INSPECTION_UNKNOWN:
	case INSPECTION_VERDICTS:
		break;
	}
	return unknown_sentence(x, a);
}

struct str
headers_boundary(const struct inspection *x, struct arena *a)
{
	const struct chain *c = &x->chain;
	const struct received_field *r = &c->hops[c->entry].received;
	struct str from = entry_text(x, a);
	struct str by = r->by.n > 0 ? r->by : S("?");

	if (c->n == 0)
		return (struct str){NULL, 0};
	switch (c->boundary) {
	case BOUNDARY_END:
		break;
	case BOUNDARY_OWNER:
		return arena_printf(a,
		    _("%.*s took it from %.*s, which belongs to somebody else: "
		      "all below is what that host said"),
		    STR_ARG(by), STR_ARG(from));
	case BOUNDARY_NAME:
		return arena_printf(a,
		    _("%.*s took it from %.*s, whose name the DNS does not "
		      "confirm: all below may be made up"),
		    STR_ARG(by), STR_ARG(from));
	case BOUNDARY_WRITER:
		return arena_printf(a,
		    _("%.*s took it from %.*s, but the next line was written "
		      "by another host: all below may be made up"),
		    STR_ARG(by), STR_ARG(from));
	}
	return (struct str){NULL, 0};
}

/* "sereno trace WORD", when the word can be typed. */
static struct str
trace_command(const struct headers_view *view, struct arena *a, struct str text)
{
	struct str word = text.n > 0 ? text_word(a, text) : text;

	return word.n == 0 ? word
			   : arena_printf(a, "sereno trace %.*s%.*s",
				 STR_ARG(word), STR_ARG(view->trace_again));
}

void
headers_next(const struct headers_view *view, struct arena *a,
    void (*each)(void *arg, struct str command, struct str sentence), void *arg)
{
	const struct inspection *x = view->x;
	const struct passage *p = &x->passage;
	bool knows_us = x->own->names_n > 0 || x->own->nets_n > 0;
	struct str command = {NULL, 0}, account = {NULL, 0};
	char ip[IP_TEXT];

	if (!view->found)
		return;
	if (p->state == PASSAGE_FOUND)
		command = trace_command(view, a, p->queue_id);
	if (command.n > 0)
		each(arg, command, str_z(_("every line of the log about it")));
	if (x->by_log && p->origin == PASSAGE_BY_ACCOUNT)
		account = trace_command(view, a, p->account);
	if (account.n > 0)
		each(arg, account, str_z(_("what else this account sent")));
	if (x->verdict == INSPECTION_OURS || x->verdict == INSPECTION_THROUGH)
		each(arg,
		    arena_printf(
			a, "sereno check%.*s", STR_ARG(view->check_again)),
		    str_z(_("is there more of it, and who sends it?")));
	if ((x->verdict == INSPECTION_FORGED ||
		x->verdict == INSPECTION_FOREIGN) &&
	    !ip_is_none(&x->claim.entry) && !ip_is_private(&x->claim.entry))
		each(arg,
		    arena_printf(
			a, "sereno listed %s", ip_text(&x->claim.entry, ip)),
		    str_z(_("whose address that is, and on which lists")));
	if (x->verdict == INSPECTION_FORGED)
		each(arg, S(""),
		    str_z(_("No password has to be changed for this: anybody "
			    "can write your name as sender. SPF that ends in "
			    "-all, DKIM and DMARC with reject keep some of it "
			    "out.")));
	if (p->state == PASSAGE_UNCOVERED && x->verdict != INSPECTION_FOREIGN)
		each(arg, S(""),
		    str_z(_("The log does not cover the time of this mail: "
			    "name an older one (--log FILE).")));
	if (p->state == PASSAGE_NO_LOG && x->verdict == INSPECTION_UNKNOWN &&
	    inspection_needs_log(x))
		each(arg, S(""),
		    str_z(_("Name the mail log of the day when it was sent "
			    "(--log FILE): it tells whether the mail passed "
			    "here, and who put it in.")));
	if (!knows_us)
		each(arg, S(""),
		    str_z(_("Name what is yours (--own IP, host, domain) and "
			    "the mail log (--log FILE): then more can be "
			    "said.")));
}
