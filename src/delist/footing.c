/* SPDX-License-Identifier: ISC */
#include "delist/footing.h"

#include "base/lang.h"
#include "base/text.h"

/* ---- the logs and queues ---- */

/* Is it about mail that leaves from here and that others suffer from? */
static bool
is_held_against_us(const struct finding *f)
{
	return f->kind->verdict != NULL && f->severity > SEVERITY_INFO &&
	       strcmp(f->kind->verdict, "spoofed") != 0 &&
	       strcmp(f->kind->verdict, "neighbour") != 0 &&
	       strcmp(f->kind->verdict, "not-mail") != 0;
}

static bool
is_relay(const struct finding *f)
{
	return strcmp(f->kind->code, "relay-weakness") == 0 ||
	       (f->kind->verdict != NULL &&
		   strcmp(f->kind->verdict, "relay") == 0);
}

/* The newest line that a reason of it cites. */
static const struct cite *
proof_of(const struct finding *f)
{
	const struct cite *best = NULL;

	for (size_t i = 0; i < f->reasons_n; i++) {
		const struct cite *cite = &f->reasons[i].cite;

		if (cite->ref.segment != 0 &&
		    (best == NULL || cite->at > best->at))
			best = cite;
	}
	return best;
}

/* When it was last seen; WALL_NONE: not known. Some count no times of their
 * own: then what is cited of them says it. */
static wall_us
last_of(const struct finding *f)
{
	const struct cite *proof = proof_of(f);

	if (f->share.last > 0)
		return f->share.last;
	return proof != NULL && proof->source.n > 0 ? proof->at : WALL_NONE;
}

/* "stolen mail account ana@example.org" */
static struct str
source_name(struct arena *a, const struct finding *f)
{
	if (f->origin == NULL)
		return str_z(_(f->kind->title));
	return arena_printf(a, "%s %.*s", _(f->kind->title),
	    STR_ARG(text_safe(a, f->origin->name)));
}

static void
read_quiet(struct footing *f, struct arena *a, const struct report *report,
    wall_us until)
{
	struct standing *s = &f->needs[NEED_QUIET];

	if (f->source == NULL) {
		s->state = STANDING_GOOD;
		s->sentence = arena_printf(a,
		    _("nobody was seen to send spam from %s to %s"),
		    lang_time(a, report->from, true),
		    lang_time(a, report->to, true));
		return;
	}
	s->proof = proof_of(f->source);
	if (f->last == WALL_NONE) {
		s->state = STANDING_BAD;
		s->sentence = arena_printf(a,
		    _("%.*s: when it last sent is "
		      "not known"),
		    STR_ARG(source_name(a, f->source)));
		return;
	}
	/* The hours that are asked for differ: see petition.c. */
	s->state = STANDING_GOOD;
	s->sentence = arena_printf(a,
	    _("%.*s: last seen on %s %s; the logs go on for %s after that"),
	    STR_ARG(source_name(a, f->source)), lang_time(a, f->last, true),
	    lang_zone(a, f->last),
	    lang_span(a, until > f->last ? until - f->last : 0));
}

void
footing_read(struct footing *f, struct arena *a, const struct report *report,
    wall_us until)
{
	struct standing *queue = &f->needs[NEED_QUEUE];
	struct standing *relay = &f->needs[NEED_RELAY];
	const struct finding *open = NULL;

	*f = (struct footing){.last = WALL_NONE, .until = until};
	if (report->from == WALL_NONE) {
		for (int i = 0; i < NEEDS; i++)
			f->needs[i].sentence =
			    str_z(_("no log could be read; name it with "
				    "--log"));
		return;
	}
	for (size_t i = 0; i < report->findings_n; i++) {
		const struct finding *x = report->findings[i];

		if (is_relay(x) && open == NULL)
			open = x;
		if (!is_held_against_us(x))
			continue;
		f->queued += x->share.queued;
		if (f->source == NULL || last_of(x) > f->last) {
			f->source = x;
			f->last = last_of(x);
		}
	}
	read_quiet(f, a, report, until);
	queue->state = f->queued > 0 ? STANDING_BAD : STANDING_GOOD;
	queue->sentence =
	    f->queued == 0
		? str_z(report->queue != NULL
			    ? _("nothing of it waits in the queue")
			    : _("nothing of it waits, says the log; the queue "
				"itself was not read"))
		: arena_printf(a,
		      _n("%s message of it still waits in the queue",
			  "%s messages of it still wait in the queue",
			  f->queued),
		      lang_number(a, f->queued));
	relay->state = open != NULL ? STANDING_BAD : STANDING_GOOD;
	relay->sentence =
	    open != NULL ? open->sentence
	    : report->facts != NULL
		? str_z(_("strangers cannot relay, say log and configuration"))
		: str_z(_("no stranger relayed, says the log; the "
			  "configuration was not read"));
	if (open != NULL)
		relay->proof = proof_of(open);
}

void
footing_add(struct footing *f, struct arena *a, struct str text)
{
	struct ip ip;

	if (!ip_parse(text, &ip)) {
		for (size_t i = 0; i < f->domains_n; i++)
			if (dns_name_eq(f->domains[i], text))
				return;
		if (f->domains_n < FOOTING_DOMAINS)
			f->domains[f->domains_n++] = str_keep(a, text);
		return;
	}
	for (size_t i = 0; i < f->hosts_n; i++)
		if (ip_eq(&f->hosts[i].ip, &ip))
			return;
	if (f->hosts_n < FOOTING_HOSTS)
		f->hosts[f->hosts_n++] = (struct host_footing){
		    .ip = ip, .target = str_keep(a, text)};
}

/* ---- the DNS ---- */

struct asking {
	struct footing *f;
	struct arena *a;
	struct dns_book *book;
	const struct facts *facts;
};

static void
set(struct standing *s, enum standing_state state, struct str sentence)
{
	*s = (struct standing){.state = state, .sentence = sentence};
}

/* Does the name lead to the address? UNKNOWN while that is not answered. */
static enum standing_state
leads_to(struct dns_book *book, struct str name, const struct ip *ip)
{
	const struct dns_answer *answer =
	    dns_book_get(book, name, ip_is_v4(ip) ? DNS_A : DNS_AAAA);

	if (answer == NULL || !dns_is_known(answer->status))
		return STANDING_UNKNOWN;
	for (size_t i = 0; i < answer->n; i++)
		if (ip_eq(&answer->records[i].ip, ip))
			return STANDING_GOOD;
	return STANDING_BAD;
}

/* RFC 1912 2.1, RFC 8601 3: there and back. */
static void
ask_ptr(const struct asking *x, struct host_footing *host)
{
	const struct dns_answer *answer =
	    dns_book_get(x->book, dns_reverse_name(x->a, &host->ip), DNS_PTR);
	struct standing *s = &host->needs[NEED_PTR];
	bool lost = false;

	if (answer == NULL)
		return;
	if (!dns_is_known(answer->status)) {
		set(s, STANDING_UNKNOWN,
		    str_z(_("its reverse name could not be asked for")));
		return;
	}
	if (answer->n == 0) {
		set(s, STANDING_BAD,
		    str_z(_("it has no reverse name: only the owner of the "
			    "network can set one")));
		return;
	}
	for (size_t i = 0; i < answer->n && i < 8; i++) {
		struct str name = answer->records[i].name;
		enum standing_state back = leads_to(x->book, name, &host->ip);

		lost |= back == STANDING_UNKNOWN;
		if (host->ptr.n == 0 || back == STANDING_GOOD)
			host->ptr = name;
		if (back != STANDING_GOOD)
			continue;
		set(s, STANDING_GOOD,
		    arena_printf(x->a,
			_("its reverse name %.*s leads back to it"),
			STR_ARG(text_safe(x->a, name))));
		return;
	}
	set(s, lost ? STANDING_UNKNOWN : STANDING_BAD,
	    arena_printf(x->a,
		_("its reverse name %.*s does not lead back to it"),
		STR_ARG(text_safe(x->a, host->ptr))));
}

/* The name that the configuration greets with, or the first of our names that
 * leads to the address. */
static void
ask_helo(const struct asking *x, struct host_footing *host)
{
	struct standing *s = &host->needs[NEED_HELO];
	struct str configured = {NULL, 0};
	struct ip ip;

	for (size_t i = 0; x->facts != NULL && i < x->facts->n; i++) {
		const struct fact *fact = &x->facts->items[i];

		if (fact->kind != FACT_SOURCE || ip_parse(fact->value, &ip) ||
		    str_chr(fact->value, '.') == fact->value.n)
			continue;
		if (configured.n == 0 ||
		    str_eq(fact->name, S("smtp_helo_name")))
			configured = fact->value;
	}
	for (size_t i = 0; configured.n == 0 && i < x->f->domains_n; i++)
		if (leads_to(x->book, x->f->domains[i], &host->ip) ==
		    STANDING_GOOD)
			configured = x->f->domains[i];
	if (configured.n == 0) {
		set(s, STANDING_UNKNOWN,
		    str_z(_("the name it greets with is not known; name it "
			    "with --own")));
		return;
	}
	host->helo = configured;
	s->state = leads_to(x->book, configured, &host->ip);
	s->sentence = arena_printf(x->a,
	    s->state == STANDING_GOOD
		? _("it greets as %.*s, which leads to it")
	    : s->state == STANDING_BAD
		? _("it greets as %.*s, which does not lead to it")
		: _("it greets as %.*s, whose address could not be asked for"),
	    STR_ARG(text_safe(x->a, configured)));
}

static void
keep_record(struct footing *f, struct str domain, const struct spf_trace *trace)
{
	if (trace == NULL || trace->record.n == 0 || f->record.n > 0)
		return;
	f->record = trace->record;
	f->record_of = domain;
}

static void
ask_spf(const struct asking *x, struct host_footing *host)
{
	struct standing *s = &host->needs[NEED_SPF];
	size_t passed = 0;

	for (size_t i = 0; i < x->f->domains_n; i++) {
		struct str domain = x->f->domains[i];
		struct spf_query query = {.ip = host->ip,
		    .helo = host->helo,
		    .sender =
			arena_printf(x->a, "postmaster@%.*s", STR_ARG(domain)),
		    .at = time_now()};
		struct spf_outcome outcome;

		if (!spf_check(x->book, x->a, &query, &outcome))
			return;
		keep_record(x->f, domain, outcome.trace);
		passed += outcome.result == SPF_PASS;
		if (outcome.result == SPF_PASS || outcome.result == SPF_NONE ||
		    s->state == STANDING_BAD)
			continue;
		set(s,
		    outcome.result == SPF_TEMPERROR ? STANDING_UNKNOWN
						    : STANDING_BAD,
		    arena_printf(x->a,
			_("SPF of %.*s says %s for %.*s: sereno spf shows "
			  "why"),
			STR_ARG(text_safe(x->a, domain)),
			spf_result_name(outcome.result),
			STR_ARG(host->target)));
	}
	if (s->sentence.n > 0)
		return;
	if (x->f->domains_n == 0)
		set(s, STANDING_UNKNOWN,
		    str_z(_("no domain of senders is known; name it with "
			    "--own")));
	else
		set(s, passed > 0 ? STANDING_GOOD : STANDING_BAD,
		    str_z(passed > 0 ? _("SPF lets it send")
				     : _("none of the domains has an SPF "
					 "record that names it")));
}

/* At the domain or above it, as far as two labels (RFC 9989 4.10). */
static enum standing_state
has_dmarc(const struct asking *x, struct str domain)
{
	bool lost = false;

	for (int i = 0; i < 8 && str_chr(domain, '.') < domain.n; i++) {
		const struct dns_answer *answer = dns_book_get(x->book,
		    arena_printf(x->a, "_dmarc.%.*s", STR_ARG(domain)),
		    DNS_TXT);

		lost |= answer == NULL || !dns_is_known(answer->status);
		for (size_t k = 0; answer != NULL && k < answer->n; k++)
			if (str_starts(answer->records[k].text, S("v=DMARC1")))
				return STANDING_GOOD;
		(void)str_take(&domain, '.');
	}
	return lost ? STANDING_UNKNOWN : STANDING_BAD;
}

static void
ask_dmarc(const struct asking *x, struct standing *s)
{
	bool lost = x->f->domains_n == 0;

	for (size_t i = 0; i < x->f->domains_n; i++) {
		struct str domain = x->f->domains[i];
		enum standing_state state = has_dmarc(x, domain);

		lost |= state == STANDING_UNKNOWN;
		if (state != STANDING_BAD)
			continue;
		set(s, STANDING_BAD,
		    arena_printf(x->a, _("%.*s has no DMARC record"),
			STR_ARG(text_safe(x->a, domain))));
		return;
	}
	set(s, lost ? STANDING_UNKNOWN : STANDING_GOOD,
	    str_z(lost ? _("DMARC could not be asked for")
		       : _("the domains have DMARC records")));
}

void
footing_ask(struct footing *f, struct arena *a, struct dns_book *book,
    struct resolver *resolver, const struct facts *facts)
{
	const struct asking x = {f, a, book, facts};

	/* Until nothing is missing; what leads nowhere ends by the book's
	 * limit. */
	do {
		for (size_t i = 0; i < f->hosts_n; i++) {
			struct host_footing *host = &f->hosts[i];

			memset(host->needs, 0, sizeof(host->needs));
			host->ptr = host->helo = (struct str){NULL, 0};
			if (resolver == NULL) {
				for (int k = 0; k < NEEDS; k++)
					host->needs[k].sentence =
					    str_z(_("the DNS was not asked"));
				continue;
			}
			ask_ptr(&x, host);
			ask_helo(&x, host);
			ask_spf(&x, host);
			ask_dmarc(&x, &host->needs[NEED_DMARC]);
		}
	} while (resolver != NULL && dns_book_ask(book, resolver));
}

const struct host_footing *
footing_host(const struct footing *f, struct str target)
{
	for (size_t i = 0; i < f->hosts_n; i++)
		if (str_eq(f->hosts[i].target, target))
			return &f->hosts[i];
	/* A name's mail leaves from them all. */
	return f->hosts_n > 0 ? &f->hosts[0] : NULL;
}

const struct standing *
footing_of(const struct footing *f, struct str target, enum need need)
{
	const struct host_footing *host = footing_host(f, target);

	if (need == NEED_QUIET || need == NEED_QUEUE || need == NEED_RELAY ||
	    host == NULL)
		return &f->needs[need];
	return &host->needs[need];
}
