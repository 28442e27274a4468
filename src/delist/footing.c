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
		else
			f->left_out++;
		return;
	}
	for (size_t i = 0; i < f->hosts_n; i++)
		if (ip_eq(&f->hosts[i].ip, &ip))
			return;
	if (f->hosts_n < FOOTING_HOSTS)
		f->hosts[f->hosts_n++] = (struct host_footing){
		    .ip = ip, .target = str_keep(a, text)};
	else
		f->left_out++;
}

/* ---- the DNS: what check/ has found out, as needs ---- */

struct asked {
	struct arena *a;
	const struct posture *p;
};

static void
set(struct standing *s, enum standing_state state, struct str sentence)
{
	*s = (struct standing){.state = state, .sentence = sentence};
}

static void
set_no_domain(struct standing *s)
{
	set(s, STANDING_UNKNOWN,
	    str_z(_("no domain of senders is known; name it with --own")));
}

static void
read_ptr(
    const struct asked *x, const struct reverse *r, struct host_footing *host)
{
	struct standing *s = &host->needs[NEED_PTR];
	const struct reverse_name *back = reverse_back(r);

	if (r->n > 0)
		host->ptr = back != NULL ? back->name : r->names[0].name;
	if (back != NULL)
		set(s, STANDING_GOOD,
		    arena_printf(x->a,
			_("its reverse name %.*s leads back to it"),
			STR_ARG(back->name)));
	else if (!dns_is_known(r->status))
		set(s, STANDING_UNKNOWN,
		    arena_printf(x->a,
			_("its reverse name could not be asked for: %s"),
			_(dns_status_words(r->status))));
	else if (r->n == 0)
		set(s, STANDING_BAD,
		    str_z(_("it has no reverse name: only the owner of the "
			    "network can set one")));
	else if (reverse_is_lost(r))
		set(s, STANDING_UNKNOWN,
		    arena_printf(x->a,
			_("whether its reverse name %.*s leads back to it "
			  "could not be asked"),
			STR_ARG(host->ptr)));
	else
		set(s, STANDING_BAD,
		    arena_printf(x->a,
			_("its reverse name %.*s does not lead back to it"),
			STR_ARG(host->ptr)));
}

static enum standing_state
helo_state(const struct helo *h, const struct ip *ip)
{
	if (h->fault != NULL)
		return STANDING_BAD;
	if (helo_has(h, ip))
		return STANDING_GOOD;
	return h->literal || h->lost ? STANDING_UNKNOWN : STANDING_BAD;
}

/* Of several names that are greeted with the best: which of the servers sends
 * from this address is not known. */
static void
read_helo(const struct asked *x, struct host_footing *host)
{
	struct standing *s = &host->needs[NEED_HELO];
	const struct helo *best = NULL;

	s->state = STANDING_UNKNOWN;
	for (size_t i = 0; i < x->p->helos_n; i++) {
		const struct helo *h = &x->p->helos[i];
		enum standing_state state = helo_state(h, &host->ip);

		if (best != NULL && state != STANDING_GOOD)
			continue;
		best = h;
		s->state = state;
		if (state == STANDING_GOOD)
			break;
	}
	if (best == NULL) {
		s->sentence = str_z(_("the name it greets with is not known; "
				      "name it with --helo"));
		return;
	}
	host->helo = best->name;
	if (best->fault != NULL)
		s->sentence = arena_printf(x->a, _("it greets as %.*s: %s"),
		    STR_ARG(best->name), _(best->fault));
	else
		s->sentence = arena_printf(x->a,
		    s->state == STANDING_GOOD
			? _("it greets as %.*s, which leads to it")
		    : s->state == STANDING_BAD
			? _("it greets as %.*s, which does not lead to it")
		    : best->literal
			? _("it greets with an address in brackets, %.*s: a "
			    "name is better")
			: _("it greets as %.*s, whose address could not be "
			    "asked for"),
		    STR_ARG(best->name));
}

/* How the domain's SPF judges the address; NONE does not count while another
 * domain lets it send: names of machines are among the domains. */
static void
read_spf(const struct asked *x, size_t at, struct host_footing *host)
{
	struct standing *s = &host->needs[NEED_SPF];
	size_t passed = 0, judged = 0;

	for (size_t i = 0; i < x->p->domains_n; i++) {
		const struct posture_domain *d = &x->p->domains[i];
		enum spf_result result = d->outcomes[at].result;

		if (d->parked)
			continue;
		judged++;
		passed += result == SPF_PASS;
		if (result == SPF_PASS || result == SPF_NONE ||
		    s->state == STANDING_BAD)
			continue;
		set(s,
		    result == SPF_TEMPERROR ? STANDING_UNKNOWN : STANDING_BAD,
		    arena_printf(x->a,
			result == SPF_TEMPERROR
			    ? _("SPF of %.*s could not be asked for")
			    : _("SPF of %.*s says %s for %.*s: sereno spf "
				"shows why"),
			STR_ARG(d->name), spf_result_name(result),
			STR_ARG(host->target)));
	}
	if (s->sentence.n > 0)
		return;
	if (judged == 0)
		set_no_domain(s);
	else
		set(s, passed > 0 ? STANDING_GOOD : STANDING_BAD,
		    str_z(passed > 0 ? _("SPF lets it send")
				     : _("none of the domains has an SPF "
					 "record that names it")));
}

static void
read_dmarc(const struct asked *x, struct standing *s)
{
	size_t judged = 0;
	bool lost = false;

	for (size_t i = 0; i < x->p->domains_n; i++) {
		const struct posture_domain *d = &x->p->domains[i];
		bool any = false;

		if (d->parked)
			continue;
		judged++;
		lost |= d->dmarc.lost;
		if (d->dmarc.policy_at != NULL || d->dmarc.lost)
			continue;
		for (size_t k = 0; k < d->dmarc.stops_n; k++)
			any |= d->dmarc.stops[k].records > 0;
		set(s, STANDING_BAD,
		    arena_printf(x->a,
			any ? _("the DMARC record of %.*s cannot be used: "
				"sereno dns says why")
			    : _("%.*s has no DMARC record"),
			STR_ARG(d->name)));
		return;
	}
	if (judged == 0)
		set_no_domain(s);
	else
		set(s, lost ? STANDING_UNKNOWN : STANDING_GOOD,
		    str_z(lost ? _("DMARC could not be asked for")
			       : _("the domains have DMARC records")));
}

/* Needs that a name of the DNS stands for, in one sentence. */
static void
say_all(struct standing needs[NEEDS], const char *sentence)
{
	static const enum need names[] = {
	    NEED_PTR, NEED_HELO, NEED_SPF, NEED_DMARC};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		set(&needs[names[i]], STANDING_UNKNOWN, str_z(sentence));
}

static void
read_host(const struct asked *x, struct host_footing *host)
{
	say_all(host->needs,
	    _("no mail is known to leave from it; if some does, name it with "
	      "--own"));
	read_dmarc(x, &host->needs[NEED_DMARC]);
	for (size_t i = 0; i < x->p->sources_n; i++) {
		if (!ip_eq(&x->p->sources[i].ip, &host->ip))
			continue;
		read_ptr(x, &x->p->sources[i], host);
		read_helo(x, host);
		host->needs[NEED_SPF].sentence = S("");
		read_spf(x, i, host);
	}
}

void
footing_dns(struct footing *f, struct arena *a, const struct posture *posture)
{
	const struct asked x = {a, posture};

	for (size_t i = 0; posture != NULL && i < posture->sources_n; i++) {
		char text[IP_TEXT];

		footing_add(
		    f, a, str_z(ip_text(&posture->sources[i].ip, text)));
	}
	if (posture == NULL)
		say_all(f->needs, _("the DNS was not asked"));
	else
		say_all(f->needs,
		    _("no address is known that mail leaves from; name it "
		      "with --own"));
	if (posture != NULL)
		read_dmarc(&x, &f->needs[NEED_DMARC]);
	for (size_t i = 0; i < f->hosts_n; i++)
		if (posture == NULL)
			say_all(f->hosts[i].needs, _("the DNS was not asked"));
		else
			read_host(&x, &f->hosts[i]);
	for (size_t i = 0; posture != NULL && i < posture->domains_n; i++) {
		const struct posture_domain *d = &posture->domains[i];

		if (f->record.n > 0 || d->tree.top->records != 1)
			continue;
		f->record = d->tree.top->record;
		f->record_of = d->name;
	}
}

bool
footing_owns(const struct footing *f, struct str target)
{
	for (size_t i = 0; i < f->hosts_n; i++)
		if (str_eq(f->hosts[i].target, target))
			return true;
	for (size_t i = 0; i < f->domains_n; i++)
		if (dns_name_eq(f->domains[i], target))
			return true;
	return false;
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
