/* SPDX-License-Identifier: ISC */
/*
 * RFC 7208. Where it leaves a choice: names that cannot be asked for do not
 * match (4.8); of voids, terms are counted that got nothing at all (4.6.4,
 * 11.1); an mx of more than ten names is an error whether or not one of the
 * first ten matches, because their order is chance.
 */
#include "check/spf.h"

#include "check/spf_macro.h"

#include <stdio.h>

enum {
	VALUE_MAX = 1000, /* of sender and HELO; SMTP allows 320 and 255 */
};

struct run {
	struct dns_book *book;
	struct arena *arena;
	const struct spf_query *query;
	struct spf_outcome *out;
	struct str sender, local, sender_domain;
	struct spf_ask **asks; /* where the next question is noted */
	bool missing;          /* an answer is not known yet */
	bool void_term;        /* the term at work got nothing */
	bool stop;             /* an error has been told in out */
};

static enum spf_result check_host(
    struct run *r, struct str domain, bool top, struct spf_trace **ret_trace);

static enum spf_result
give_up(struct run *r, enum spf_result result, enum spf_cause cause)
{
	r->stop = true;
	r->out->cause = cause;
	return result;
}

static enum spf_result
give_up_dns(struct run *r, struct str name, enum dns_status status)
{
	r->out->name = name;
	r->out->status = status;
	return give_up(r, SPF_TEMPERROR, SPF_DNS);
}

/* NULL: not known yet. */
static const struct dns_answer *
ask(struct run *r, struct str name, enum dns_type type)
{
	const struct dns_answer *answer = dns_book_get(r->book, name, type);
	struct spf_ask *note;

	if (answer == NULL) {
		r->missing = true;
		return NULL;
	}
	note = arena_alloc(r->arena, sizeof(*note));
	*note = (struct spf_ask){.name = name,
	    .type = type,
	    .status = answer->status,
	    .records = answer->n};
	*r->asks = note;
	r->asks = &note->next;
	return answer;
}

static bool
is_void(enum dns_status status)
{
	return status == DNS_NO_DATA || status == DNS_NO_NAME;
}

static enum dns_type
address_type(const struct run *r)
{
	return ip_is_v4(&r->query->ip) ? DNS_A : DNS_AAAA;
}

/* ---- macros ---- */

static struct str
letter_i(struct run *r)
{
	static const char hex[] = "0123456789ABCDEF";
	const struct ip *ip = &r->query->ip;
	char text[IP_TEXT], *p;

	if (ip_is_v4(ip))
		return str_keep(r->arena, str_z(ip_text(ip, text)));
	p = arena_alloc(r->arena, 64);
	for (size_t i = 0; i < 16; i++) {
		p[4 * i] = hex[ip->b[i] >> 4];
		p[4 * i + 1] = p[4 * i + 3] = '.';
		p[4 * i + 2] = hex[ip->b[i] & 15];
	}
	return (struct str){p, 63};
}

/*
 * Names of the client that lead back to it (5.5), the first ten; false: an
 * answer is missing. Errors leave names out.
 */
static bool
validated_names(struct run *r, struct str names[SPF_NAMES_MAX], size_t *ret_n)
{
	struct str reverse = dns_reverse_name(r->arena, &r->query->ip);
	const struct dns_answer *ptr = ask(r, reverse, DNS_PTR);
	size_t n = 0;

	if (ptr == NULL)
		return false;
	r->void_term = is_void(ptr->status);
	for (size_t i = 0; i < ptr->n && i < SPF_NAMES_MAX; i++) {
		const struct dns_answer *back =
		    ask(r, ptr->records[i].name, address_type(r));

		for (size_t k = 0; back != NULL && k < back->n; k++)
			if (ip_eq(&back->records[k].ip, &r->query->ip)) {
				names[n++] = ptr->records[i].name;
				break;
			}
	}
	*ret_n = n;
	return !r->missing;
}

/* The same name, one below it, any (7.3). */
static struct str
letter_p(struct run *r, struct str domain)
{
	struct str names[SPF_NAMES_MAX], best = S("unknown");
	size_t n;

	if (!validated_names(r, names, &n))
		return best;
	if (n > 0)
		best = names[0];
	for (size_t i = n; i-- > 0;)
		if (dns_name_within(names[i], domain))
			best = names[i];
	for (size_t i = n; i-- > 0;)
		if (dns_name_eq(names[i], domain))
			best = names[i];
	return best;
}

static bool
expand(struct run *r, struct str spec, struct str domain, struct str *ret_text)
{
	struct spf_values v = {{{NULL, 0}}};
	char text[IP_TEXT];

	v.of['s' - 'a'] = r->sender;
	v.of['l' - 'a'] = r->local;
	v.of['o' - 'a'] = r->sender_domain;
	v.of['d' - 'a'] = domain;
	v.of['i' - 'a'] = letter_i(r);
	v.of['c' - 'a'] = str_z(ip_text(&r->query->ip, text));
	v.of['v' - 'a'] = ip_is_v4(&r->query->ip) ? S("in-addr") : S("ip6");
	v.of['h' - 'a'] = str_head(r->query->helo, VALUE_MAX);
	v.of['r' - 'a'] =
	    r->query->receiver.n > 0 ? r->query->receiver : S("unknown");
	v.of['t' - 'a'] = arena_printf(
	    r->arena, "%lld", (long long)(r->query->at / US_SECOND));
	if (spf_macro_has(spec, 'p')) {
		bool was_void = r->void_term;

		v.of['p' - 'a'] = letter_p(r, domain);
		r->void_term = was_void;
		if (r->missing)
			return false;
	}
	return spf_macro_expand(r->arena, spec, &v, ret_text);
}

/* The name that a term is about; false: an answer is missing, or there can be
 * no such name. */
static bool
target_of(struct run *r, const struct spf_term *t, struct str domain,
    struct spf_step *step)
{
	struct str text;

	step->name = domain;
	if (t->value.n == 0)
		return true;
	if (!expand(r, t->value, domain, &text))
		return false;
	step->name = spf_macro_name(r->arena, text);
	return true;
}

/* ---- mechanisms: true when they match ---- */

static bool
in_prefix(const struct run *r, const struct ip *net, const struct spf_term *t)
{
	bool v4 = ip_is_v4(&r->query->ip);
	struct ip_prefix prefix = {
	    .net = *net, .bits = v4 ? 96 + t->bits4 : t->bits6};

	return ip_is_v4(net) == v4 && ip_in_prefix(&r->query->ip, &prefix);
}

static bool
match_addresses(struct run *r, const struct spf_term *t, struct spf_step *step,
    const struct dns_answer *answer)
{
	char text[IP_TEXT];

	for (size_t i = 0; i < answer->n; i++)
		if (in_prefix(r, &answer->records[i].ip, t)) {
			step->match = str_keep(r->arena,
			    str_z(ip_text(&answer->records[i].ip, text)));
			return true;
		}
	return false;
}

/* Is there an answer to go on with? An error has been told if not. */
static bool
usable(struct run *r, struct str name, const struct dns_answer *answer)
{
	if (answer == NULL)
		return false;
	/* 4.8: what cannot be asked for is not there. */
	if (answer->status == DNS_BAD_NAME)
		return false;
	if (!dns_is_known(answer->status)) {
		r->out->result = give_up_dns(r, name, answer->status);
		return false;
	}
	return true;
}

static bool
match_a(struct run *r, const struct spf_term *t, struct spf_step *step)
{
	const struct dns_answer *answer = ask(r, step->name, address_type(r));

	if (!usable(r, step->name, answer))
		return false;
	r->void_term = is_void(answer->status);
	return match_addresses(r, t, step, answer);
}

static bool
match_mx(struct run *r, const struct spf_term *t, struct spf_step *step)
{
	const struct dns_answer *mx = ask(r, step->name, DNS_MX);
	bool found = false;

	if (!usable(r, step->name, mx))
		return false;
	if (mx->n > SPF_NAMES_MAX) {
		r->out->result = give_up(r, SPF_PERMERROR, SPF_MX_NAMES);
		return false;
	}
	r->void_term = true;
	for (size_t i = 0; i < mx->n; i++) {
		struct str name = mx->records[i].name;
		const struct dns_answer *answer;

		if (name.n == 0) /* RFC 7505: takes no mail */
			continue;
		answer = ask(r, name, address_type(r));
		if (found || r->stop || !usable(r, name, answer))
			continue;
		r->void_term &= is_void(answer->status);
		found = match_addresses(r, t, step, answer);
	}
	return found && !r->missing && !r->stop;
}

static bool
match_ptr(struct run *r, struct spf_step *step)
{
	struct str names[SPF_NAMES_MAX];
	size_t n;

	if (!validated_names(r, names, &n))
		return false;
	for (size_t i = 0; i < n; i++)
		if (dns_name_within(names[i], step->name)) {
			step->match = names[i];
			return true;
		}
	return false;
}

static bool
match_exists(struct run *r, struct spf_step *step)
{
	const struct dns_answer *answer = ask(r, step->name, DNS_A);

	if (!usable(r, step->name, answer))
		return false;
	r->void_term = is_void(answer->status);
	return answer->n > 0;
}

/* The table of 5.2. */
static bool
match_include(struct run *r, struct spf_step *step)
{
	enum spf_result result = check_host(r, step->name, false, &step->inner);

	if (r->missing || r->stop) {
		r->out->result = result;
		return false;
	}
	if (result == SPF_NONE) {
		r->out->name = step->name;
		r->out->result = give_up(r, SPF_PERMERROR, SPF_INCLUDE_NONE);
	}
	return result == SPF_PASS;
}

static bool
match(struct run *r, const struct spf_term *t, struct spf_step *step)
{
	switch (t->kind) {
	case SPF_ALL:
		return true;
	case SPF_INCLUDE:
		return match_include(r, step);
	case SPF_A:
		return match_a(r, t, step);
	case SPF_MX:
		return match_mx(r, t, step);
	case SPF_PTR:
		return match_ptr(r, step);
	case SPF_IP4:
	case SPF_IP6:
		return in_prefix(r, &t->ip, t);
	case SPF_EXISTS:
		return match_exists(r, step);
	case SPF_REDIRECT:
	case SPF_EXP:
	case SPF_OTHER:
		break;
	}
	return false;
}

/* ---- a record ---- */

static struct spf_step *
new_step(struct run *r, const struct spf_term *t, struct spf_step ***at)
{
	struct spf_step *step = arena_alloc(r->arena, sizeof(*step));

	step->term = t->text;
	**at = step;
	*at = &step->next;
	r->asks = &step->asks;
	r->void_term = false;
	r->out->term = t->text;
	return step;
}

/* One of the ten lookups. */
static bool
count_lookup(struct run *r, const struct spf_term *t)
{
	if (!spf_asks(t->kind))
		return true;
	if (++r->out->lookups <= SPF_LOOKUPS_MAX)
		return true;
	r->out->result = give_up(r, SPF_PERMERROR, SPF_LOOKUPS);
	return false;
}

static void
count_void(struct run *r)
{
	if (r->void_term && ++r->out->voids > SPF_VOIDS_MAX)
		r->out->result = give_up(r, SPF_PERMERROR, SPF_VOIDS);
}

/* A directive; true when it decides. */
static bool
work_directive(struct run *r, const struct spf_term *t, struct str domain,
    struct spf_step *step)
{
	bool matched = count_lookup(r, t) && target_of(r, t, domain, step) &&
		       match(r, t, step);

	if (!r->stop && !r->missing && t->kind != SPF_INCLUDE)
		count_void(r);
	step->lookups = r->out->lookups;
	step->voids = r->out->voids;
	step->matched = matched && !r->stop && !r->missing;
	return step->matched;
}

static enum spf_result
result_of(char qualifier)
{
	return qualifier == '-'   ? SPF_FAIL
	       : qualifier == '~' ? SPF_SOFTFAIL
	       : qualifier == '?' ? SPF_NEUTRAL
				  : SPF_PASS;
}

/* 6.2: words of the domain for whom it refuses. Whatever goes wrong, there
 * are none. */
static void
explain(struct run *r, struct str record, struct str domain)
{
	struct str terms = spf_terms(record), text;
	const struct dns_answer *answer;
	struct spf_ask *unused = NULL;
	struct spf_term t;

	r->asks = &unused;
	while (spf_term_next(&terms, &t) && t.kind != SPF_EXP)
		;
	if (t.kind != SPF_EXP || !expand(r, t.value, domain, &text))
		return;
	answer = ask(r, spf_macro_name(r->arena, text), DNS_TXT);
	if (answer == NULL || answer->n != 1)
		return;
	if (spf_macro_check(answer->records[0].text, SPF_IN_TEXT) != SPF_FINE ||
	    !expand(r, answer->records[0].text, domain, &text))
		return;
	r->out->explanation = text;
}

/* 6.1 */
static enum spf_result
work_redirect(struct run *r, const struct spf_term *t, struct str domain,
    bool top, struct spf_step *step)
{
	enum spf_result result;

	if (!count_lookup(r, t) || !target_of(r, t, domain, step)) {
		step->lookups = r->out->lookups;
		return r->stop ? r->out->result : SPF_PERMERROR;
	}
	step->lookups = r->out->lookups;
	step->voids = r->out->voids;
	result = check_host(r, step->name, top, &step->inner);
	if (result == SPF_NONE && !r->missing && !r->stop) {
		r->out->name = step->name;
		r->out->term = t->text;
		return give_up(r, SPF_PERMERROR, SPF_REDIRECT_NONE);
	}
	return result;
}

static enum spf_result
check_record(struct run *r, struct str record, struct str domain, bool top,
    struct spf_trace *trace)
{
	struct str terms = spf_terms(record);
	struct spf_term t, redirect = {.fault = SPF_BAD_WORD};
	struct spf_step **at = &trace->steps;

	/* 4.6: a fault anywhere is known before anything is asked. */
	if (spf_find_fault(record, &t)) {
		r->out->fault = t.fault;
		r->out->term = t.text;
		r->out->at = (size_t)(t.text.p - record.p);
		return give_up(r, SPF_PERMERROR, SPF_SYNTAX);
	}
	while (spf_term_next(&terms, &t)) {
		struct spf_step *step;

		if (t.kind == SPF_REDIRECT)
			redirect = t;
		if (t.kind >= SPF_REDIRECT)
			continue;
		step = new_step(r, &t, &at);
		if (work_directive(r, &t, domain, step)) {
			enum spf_result result = result_of(t.qualifier);

			r->out->cause = SPF_BY_TERM;
			r->out->term = t.text;
			r->out->domain = domain;
			if (result == SPF_FAIL && top)
				explain(r, record, domain);
			return result;
		}
		if (r->stop || r->missing)
			return r->out->result;
	}
	if (redirect.fault == SPF_FINE)
		return work_redirect(
		    r, &redirect, domain, top, new_step(r, &redirect, &at));
	r->out->cause = SPF_BY_DEFAULT;
	r->out->term = (struct str){NULL, 0};
	return SPF_NEUTRAL;
}

/* 4.5: the one record; false: there is none, *ret_result says what that is. */
static bool
select_record(struct run *r, const struct dns_answer *answer,
    struct str *ret_record, enum spf_result *ret_result)
{
	size_t n = 0;

	for (size_t i = 0; i < answer->n; i++)
		if (spf_is_record(answer->records[i].text) && n++ == 0)
			*ret_record = answer->records[i].text;
	if (n == 1)
		return true;
	if (n > 1)
		*ret_result = give_up(r, SPF_PERMERROR, SPF_TWO_RECORDS);
	else
		r->out->cause =
		    answer->status == DNS_NO_NAME ? SPF_NO_NAME : SPF_NO_RECORD;
	return false;
}

/* 4.3: more than one label, none too long, no address in brackets. */
static bool
can_have_record(struct str domain)
{
	uint8_t wire[DNS_NAME_WIRE];
	size_t n;

	domain = dns_name_trim(domain);
	return domain.n > 0 && domain.p[0] != '[' &&
	       str_chr(domain, '.') < domain.n &&
	       dns_name_wire(domain, wire, &n);
}

static enum spf_result
check_host(
    struct run *r, struct str domain, bool top, struct spf_trace **ret_trace)
{
	struct spf_trace *trace = arena_alloc(r->arena, sizeof(*trace));
	const struct dns_answer *answer;
	enum spf_result result = SPF_NONE;

	*ret_trace = trace;
	trace->domain = r->out->domain = domain;
	if (!can_have_record(domain)) {
		r->out->cause = SPF_BAD_NAME;
		return SPF_NONE;
	}
	r->asks = &trace->asks;
	answer = ask(r, domain, DNS_TXT);
	if (answer == NULL)
		return SPF_NONE;
	if (!dns_is_known(answer->status))
		result = give_up_dns(r, domain, answer->status);
	else if (select_record(r, answer, &trace->record, &result))
		result = check_record(r, trace->record, domain, top, trace);
	trace->result = result;
	return result;
}

struct str
spf_query_domain(const struct spf_query *query)
{
	size_t at = str_rchr(query->sender, '@');

	if (query->sender.n == 0)
		return str_head(query->helo, VALUE_MAX);
	return at == query->sender.n ? query->sender
				     : str_skip(query->sender, at + 1);
}

/* 4.3: without a local part it is postmaster. */
static void
set_sender(struct run *r)
{
	struct str sender = str_head(r->query->sender, VALUE_MAX);
	size_t at = str_rchr(sender, '@');

	r->sender_domain = spf_query_domain(r->query);
	r->local =
	    at < sender.n && at > 0 ? str_head(sender, at) : S("postmaster");
	r->sender = arena_printf(r->arena, "%.*s@%.*s", STR_ARG(r->local),
	    STR_ARG(r->sender_domain));
}

bool
spf_check(struct dns_book *book, struct arena *a, const struct spf_query *query,
    struct spf_outcome *ret_outcome)
{
	struct spf_outcome out = {0};
	struct run r = {.book = book, .arena = a, .query = query, .out = &out};
	enum spf_result result;

	set_sender(&r);
	result = check_host(&r,
	    spf_macro_name(a, str_head(r.sender_domain, VALUE_MAX)), true,
	    &out.trace);
	if (r.missing)
		return false;
	out.result = result;
	*ret_outcome = out;
	return true;
}
