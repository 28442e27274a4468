/* SPDX-License-Identifier: ISC */
/*
 *	opendkim[7]: 4jYq: DKIM-Signature field added (s=mail, d=example.org)
 *	amavis[8]: (08-1) Passed CLEAN ... dkim_new=mail:example.org, 210 ms
 *	rspamd[9]: <a1>; task; rspamd_task_write_log: ... DKIM_SIGNED(0.00)
 *	    {example.org:s=mail;}, ...
 *	postfix/smtp[5]: 4jYq: to=<a@b>, relay=mx.b[192.0.2.9]:25, dsn=5.7.1,
 *	    status=bounced (host mx.b[192.0.2.9] said: 550 5.7.1 blocked, your
 *	    IP [203.0.113.5] is listed (in reply to MAIL FROM command))
 *
 * All of it can be written by strangers, or by who controls an account. A
 * selector or a domain is asked about in the DNS and nothing more; an address
 * is believed on conditions (cmd/outside.h).
 */
#include "trail/hints.h"

#include "base/lang.h"
#include "check/suffix.h"
#include "mail/address.h"
#include "mta/mta.h"

#include <stdlib.h>

static bool
is_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			(c >= '0' && c <= '9') || c == '-' || c == '_' ||
			c == '.'))
			return false;
	}
	return s.n > 0 && s.n < 254;
}

bool
hints_is_name(struct str domain)
{
	return is_name(domain) && str_chr(domain, '.') < domain.n;
}

void
hints_selector(struct hints *h, struct str selector, struct str domain,
    struct str source, uint64_t n)
{
	if (!is_name(selector) || !hints_is_name(domain))
		return;
	for (size_t i = 0; i < h->selectors_n; i++)
		if (str_eq_fold(h->selectors[i].selector, selector) &&
		    str_eq_fold(h->selectors[i].domain, domain)) {
			/* What another source has is not the same again. */
			if (str_eq(h->selectors[i].source, source))
				h->selectors[i].n += n;
			return;
		}
	if (h->selectors_n < HINTS_SELECTORS)
		h->selectors[h->selectors_n++] =
		    (struct hint_selector){str_keep(&h->arena, selector),
			str_keep(&h->arena, domain), source, n};
}

/* The word behind head, up to one of the ends. */
static struct str
behind(struct str text, struct str head, const char *ends)
{
	struct str rest = str_skip(text, str_find(text, head) + head.n);
	size_t n = 0;

	while (n < rest.n && strchr(ends, rest.p[n]) == NULL)
		n++;
	return str_head(rest, n);
}

void
hints_signer(
    struct hints *h, struct str program, struct str text, struct str source)
{
	static const struct str added = S0("DKIM-Signature field added (");
	static const struct str symbol = S0("DKIM_SIGNED(");
	struct str pair;

	if (str_starts(program, S("opendkim")) ||
	    str_starts(program, S("dkimpy"))) {
		size_t at = str_find(text, added);

		if (at == text.n)
			return;
		text = str_skip(text, at + added.n);
		hints_selector(h, behind(text, S("s="), " ,)"),
		    behind(text, S("d="), " ,)"), source, 1);
	} else if (str_starts(program, S("rspamd"))) {
		size_t at = str_find(text, symbol);

		if (at == text.n)
			return;
		pair = behind(str_skip(text, at), S("{"), "}");
		hints_selector(h, behind(pair, S(":s="), ";,"),
		    str_head(pair, str_chr(pair, ':')), source, 1);
	} else if (str_starts(program, S("amavis"))) {
		if (!str_has(text, S("dkim_new=")))
			return;
		pair = behind(text, S("dkim_new="), " ,");
		hints_selector(h, str_head(pair, str_chr(pair, ':')),
		    str_skip(pair, str_chr(pair, ':') + 1), source, 1);
	}
}

/* ---- senders ---- */

bool
hints_is_here(const struct hints *h, struct str domain)
{
	return map_get(&h->here, str_hash_fold(domain)) != NULL;
}

bool
hints_is_own(const struct hints *h, const struct hint_sender *sender)
{
	return sender->own || hints_is_here(h, sender->domain);
}

/* A stolen account writes as thousands of domains: they must not leave those
 * that are ours without room. One that mail ends at later comes in again. */
static void
forget_strange(struct hints *h)
{
	size_t n = 0;

	for (size_t i = 0; i < h->senders_n; i++)
		if (hints_is_own(h, &h->senders[i]))
			h->senders[n++] = h->senders[i];
	h->senders_n = n;
	map_done(&h->sender_numbers);
	h->sender_numbers = (struct map){0};
	for (size_t i = 0; i < n; i++) {
		bool is_new;

		*map_put(&h->sender_numbers,
		    str_hash_fold(h->senders[i].domain), &is_new) = (uint32_t)i;
	}
}

void
hints_sender(
    struct hints *h, struct str domain, bool own, struct str source, uint64_t n)
{
	bool is_new;
	uint32_t *at;

	if (!hints_is_name(domain))
		return;
	at = map_get(&h->sender_numbers, str_hash_fold(domain));
	if (at != NULL) {
		struct hint_sender *s = &h->senders[*at];

		if (own && !s->own)
			s->source = source;
		s->n += n;
		s->own |= own;
		return;
	}
	if (h->senders_n == HINTS_SENDERS)
		forget_strange(h);
	if (h->senders_n == HINTS_SENDERS)
		return;
	*map_put(&h->sender_numbers, str_hash_fold(domain), &is_new) =
	    (uint32_t)h->senders_n;
	h->senders[h->senders_n++] =
	    (struct hint_sender){str_keep(&h->arena, domain), source, n, own};
}

static void
add_sender(
    struct hints *h, struct str sender, struct str account, struct str source)
{
	struct str domain = address_domain(sender);

	hints_sender(
	    h, domain, str_eq_fold(address_domain(account), domain), source, 1);
}

static uint64_t
id_of(const struct event *e)
{
	return str_hash(e->queue_id) * 31 + str_hash(e->host);
}

static void
accept_id(struct hints *h, const struct event *e)
{
	uint32_t *at;
	bool is_new;

	if (e->account.n == 0 || e->queue_id.n == 0 ||
	    h->accounts_n == HINTS_IDS)
		return;
	at = map_put(&h->accepted, id_of(e), &is_new);
	VEC_ROOM(h->accounts, h->accounts_n, h->accounts_cap);
	h->accounts[h->accounts_n++] = str_keep(&h->arena, e->account);
	*at = (uint32_t)h->accounts_n;
}

static void
take_queued(struct hints *h, const struct event *e, struct str source)
{
	const uint32_t *at = map_get(&h->accepted, id_of(e));

	if (at != NULL && e->sender.n > 0)
		add_sender(h, e->sender, h->accounts[*at - 1], source);
}

struct str
hints_signed_why(struct arena *a, const struct hint_selector *s)
{
	return arena_printf(a,
	    _n("%s signature in %.*s", "%s signatures in %.*s", s->n),
	    lang_number(a, s->n), STR_ARG(s->source));
}

/* ---- our address ---- */

static bool
is_ip_byte(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
	       (c >= 'A' && c <= 'F') || c == '.' || c == ':';
}

/* The next public address in the words of somebody, off the front. */
static bool
next_ip(struct str *rest, struct ip *ret_ip)
{
	while (rest->n > 0) {
		struct str word;
		size_t n = 0;

		/* "10.1.2.3.example": a part of a name is no address. */
		while (n < rest->n && is_ip_byte(rest->p[n]))
			n++;
		word = str_head(*rest, n);
		*rest = str_skip(*rest, n);
		n = 0;
		while (n < rest->n && !is_ip_byte(rest->p[n]))
			n++;
		while (word.n > 0 && strchr(".:", word.p[word.n - 1]) != NULL)
			word.n--;
		if (word.n >= 7 && ip_parse(word, ret_ip) &&
		    !ip_is_private(ret_ip) && !ip_is_loopback(ret_ip) &&
		    !ip_is_none(ret_ip)) {
			*rest = str_skip(*rest, n);
			return true;
		}
		*rest = str_skip(*rest, n > 0 ? n : rest->n > 0);
	}
	return false;
}

/* Are both in one network of a size that one customer may have? */
static bool
is_near(const struct ip *a, const struct ip *b)
{
	/* An IPv4 address has its bytes behind the twelfth: a /16 of it, and a
	 * /32 of IPv6. */
	static const unsigned char v4[12] = {[10] = 0xff, [11] = 0xff};
	bool old = memcmp(a->b, v4, sizeof(v4)) == 0;

	return memcmp(a->b, b->b, old ? 14 : 4) == 0;
}

void
hints_named(struct hints *h, const struct ip *ip, struct str receiver,
    const struct ip *network, struct str said, struct str source)
{
	struct hint_outside *o = NULL;

	receiver = suffix_organisation(receiver);
	for (size_t i = 0; i < h->outside_n && o == NULL; i++)
		if (ip_eq(&h->outside[i].ip, ip))
			o = &h->outside[i];
	if (o == NULL) {
		if (h->outside_n == HINTS_OUTSIDE)
			return;
		o = &h->outside[h->outside_n++];
		*o = (struct hint_outside){.ip = *ip,
		    .said = str_keep(&h->arena, str_head(said, 300)),
		    .source = str_keep(&h->arena, source)};
	}
	o->n++;
	for (size_t i = 0; i < o->receivers_n; i++)
		if (str_eq_fold(o->receivers[i], receiver) ||
		    (!ip_is_none(network) && is_near(&o->networks[i], network)))
			return;
	if (o->receivers_n == HINTS_RECEIVERS)
		return;
	o->receivers[o->receivers_n] = str_keep(&h->arena, receiver);
	o->networks[o->receivers_n++] = *network;
}

static void
take_reply(struct hints *h, const struct event *e, struct str source)
{
	struct str rest = e->reply;
	struct ip ip, first = {0};
	bool any = false;

	if (e->code < 400 || e->relay.n == 0 || ip_is_none(&e->relay_ip) ||
	    str_chr(e->relay, '.') == e->relay.n || ip_is_private(&e->relay_ip))
		return;
	/* One address is ours; of several nobody can tell which. */
	while (next_ip(&rest, &ip)) {
		if (ip_eq(&ip, &e->relay_ip))
			continue;
		if (any && !ip_eq(&ip, &first))
			return;
		first = ip;
		any = true;
	}
	if (any)
		hints_named(
		    h, &first, e->relay, &e->relay_ip, e->reply, source);
}

void
hints_event(struct hints *h, const struct event *e, struct str source)
{
	struct str domain;
	bool is_new;

	switch ((int)e->kind) {
	case EVENT_ACCEPT:
		accept_id(h, e);
		break;
	case EVENT_QUEUED:
		take_queued(h, e, source);
		break;
	case EVENT_RECEIVED:
		if (e->account.n > 0 && e->sender.n > 0)
			add_sender(h, e->sender, e->account, source);
		break;
	case EVENT_DELIVERY:
		domain = address_domain(e->recipient);
		if (e->status == STATUS_SENT && domain.n > 0 &&
		    (e->agent == AGENT_LOCAL || e->agent == AGENT_LMTP))
			(void)map_put(&h->here, str_hash_fold(domain), &is_new);
		else if (e->agent == AGENT_SMTP && e->status != STATUS_SENT)
			take_reply(h, e, source);
		break;
	default:
		break;
	}
}

/* ---- reading ---- */

static void
take_line(struct hints *h, const struct mta *own, struct line_clock *clock,
    struct str raw, struct str source)
{
	const struct mta *mta = own;
	struct event event;
	struct line line;

	if (own != NULL ? !own->split(clock, raw, &line)
			: !line_split(clock, raw, &line))
		return;
	if (mta == NULL) {
		hints_signer(h, line.program, line.text, source);
		mta = mta_of_program(line.program);
	}
	if (mta == NULL || mta->leans)
		return;
	line.number = mta->number != NULL ? mta->number(line.program) : 0;
	line.from = 0;
	line.form = NULL;
	for (;;) {
		enum line_result result = mta->line(&line, &event);

		if (result != LINE_EVENT && result != LINE_MORE)
			return;
		hints_event(h, &event, source);
		if (result == LINE_EVENT)
			return;
		line.from = event.more;
	}
}

static bool
is_packed(const struct source *s)
{
	return s->form != SOURCE_PLAIN && s->form != SOURCE_JOURNAL;
}

/* The last bytes of a plain log, the first of a packed one, of which *budget
 * are left. */
static void
read_source(struct hints *h, const struct source *s, uint64_t *budget)
{
	uint64_t from = s->size > *budget ? s->size - *budget : 0;
	const struct mta *own = NULL;
	struct line_clock clock;
	struct reader *reader;
	struct str block;
	uint64_t offset;
	bool first = true;
	struct err err;

	reader = reader_open(s, s->form == SOURCE_PLAIN ? from : 0, UINT64_MAX);
	line_clock_init(&clock, s->year);
	while (*budget > 0 && reader_next(reader, &block, &offset, &err)) {
		if (first)
			own = mta_of_head(str_head(block, MTA_HEAD));
		/* Where columns stand is told at the head of the file. */
		if (own != NULL && own->form != NULL)
			break;
		first = false;
		*budget -= block.n < *budget ? block.n : *budget;
		while (block.n > 0)
			take_line(
			    h, own, &clock, str_take(&block, '\n'), s->path);
	}
	reader_close(reader);
}

void
hints_read(struct hints *h, const struct source_set *sources)
{
	uint64_t budget = HINTS_BYTES;

	for (size_t i = sources->n; i-- > 0;)
		if (sources->items[i].role == SOURCE_MAIL &&
		    !is_packed(&sources->items[i]))
			read_source(h, &sources->items[i], &budget);
	/* What is packed is old, and has to be unpacked from its beginning: it
	 * is looked at when the others have just been begun. */
	if (HINTS_BYTES - budget > HINTS_YOUNG)
		return;
	for (size_t i = sources->n; i-- > 0;)
		if (sources->items[i].role == SOURCE_MAIL &&
		    is_packed(&sources->items[i]))
			read_source(h, &sources->items[i], &budget);
}

void
hints_done(struct hints *h)
{
	map_done(&h->accepted);
	map_done(&h->here);
	map_done(&h->sender_numbers);
	free(h->accounts);
	arena_done(&h->arena);
	*h = (struct hints){0};
}
