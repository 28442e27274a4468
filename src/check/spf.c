/* SPDX-License-Identifier: ISC */
/*
 * RFC 7208. Where it leaves a choice: names that cannot be asked for do not
 * match (4.8); of voids, terms are counted that got nothing at all (4.6.4,
 * 11.1); an mx of more than ten names is an error whether or not one of the
 * first ten matches, because their order is chance.
 */
#include "check/spf_part.h"

#include "check/spf_macro.h"

static enum spf_result check_host(struct spf_run *r, struct str domain,
    bool top, struct spf_trace **ret_trace);

static enum spf_result
give_up(struct spf_run *r, enum spf_result result, enum spf_cause cause)
{
	r->stop = true;
	r->out->cause = cause;
	return result;
}

static enum spf_result
give_up_dns(struct spf_run *r, struct str name, enum dns_status status)
{
	r->out->name = name;
	r->out->status = status;
	return give_up(r, SPF_TEMPERROR, SPF_DNS);
}

/* The name that a term is about; false: an answer is missing, or there can be
 * no such name. */
static bool
target_of(struct spf_run *r, const struct spf_term *t, struct str domain,
    struct spf_step *step)
{
	struct str text;

	step->name = domain;
	if (t->value.n == 0)
		return true;
	if (!spf_expand(r, t->value, domain, &text))
		return false;
	step->name = spf_macro_name(r->arena, text);
	return true;
}

/* ---- mechanisms: true when they match ---- */

static bool
in_prefix(
    const struct spf_run *r, const struct ip *net, const struct spf_term *t)
{
	bool v4 = ip_is_v4(&r->query->ip);
	struct ip_prefix prefix = {
	    .net = *net, .bits = v4 ? 96 + t->bits4 : t->bits6};

	return ip_is_v4(net) == v4 && ip_in_prefix(&r->query->ip, &prefix);
}

static bool
match_addresses(struct spf_run *r, const struct spf_term *t,
    struct spf_step *step, const struct dns_answer *answer)
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
usable(struct spf_run *r, struct str name, const struct dns_answer *answer)
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
match_a(struct spf_run *r, const struct spf_term *t, struct spf_step *step)
{
	const struct dns_answer *answer =
	    spf_ask(r, step->name, spf_address_type(r));

	if (!usable(r, step->name, answer))
		return false;
	r->void_term = spf_is_void(answer->status);
	return match_addresses(r, t, step, answer);
}

static bool
match_mx(struct spf_run *r, const struct spf_term *t, struct spf_step *step)
{
	const struct dns_answer *mx = spf_ask(r, step->name, DNS_MX);
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
		answer = spf_ask(r, name, spf_address_type(r));
		if (found || r->stop || !usable(r, name, answer))
			continue;
		r->void_term &= spf_is_void(answer->status);
		found = match_addresses(r, t, step, answer);
	}
	return found && !r->missing && !r->stop;
}

static bool
match_ptr(struct spf_run *r, struct spf_step *step)
{
	struct str names[SPF_NAMES_MAX];
	size_t n;

	if (!spf_validated_names(r, names, &n))
		return false;
	for (size_t i = 0; i < n; i++)
		if (dns_name_within(names[i], step->name)) {
			step->match = names[i];
			return true;
		}
	return false;
}

static bool
match_exists(struct spf_run *r, struct spf_step *step)
{
	const struct dns_answer *answer = spf_ask(r, step->name, DNS_A);

	if (!usable(r, step->name, answer))
		return false;
	r->void_term = spf_is_void(answer->status);
	return answer->n > 0;
}

/* The table of 5.2. */
static bool
match_include(struct spf_run *r, struct spf_step *step)
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
match(struct spf_run *r, const struct spf_term *t, struct spf_step *step)
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
new_step(struct spf_run *r, const struct spf_term *t, struct spf_step ***at)
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
count_lookup(struct spf_run *r, const struct spf_term *t)
{
	if (!spf_asks(t->kind))
		return true;
	if (++r->out->lookups <= SPF_LOOKUPS_MAX)
		return true;
	r->out->result = give_up(r, SPF_PERMERROR, SPF_LOOKUPS);
	return false;
}

static void
count_void(struct spf_run *r)
{
	if (r->void_term && ++r->out->voids > SPF_VOIDS_MAX)
		r->out->result = give_up(r, SPF_PERMERROR, SPF_VOIDS);
}

/* A directive; true when it decides. */
static bool
work_directive(struct spf_run *r, const struct spf_term *t, struct str domain,
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
explain(struct spf_run *r, struct str record, struct str domain)
{
	struct str terms = spf_terms(record), text;
	const struct dns_answer *answer;
	struct spf_ask *unused = NULL;
	struct spf_term t;

	r->asks = &unused;
	while (spf_term_next(&terms, &t) && t.kind != SPF_EXP)
		;
	if (t.kind != SPF_EXP || !spf_expand(r, t.value, domain, &text))
		return;
	answer = spf_ask(r, spf_macro_name(r->arena, text), DNS_TXT);
	if (answer == NULL || answer->n != 1)
		return;
	if (spf_macro_check(answer->records[0].text, SPF_IN_TEXT) != SPF_FINE ||
	    !spf_expand(r, answer->records[0].text, domain, &text))
		return;
	r->out->explanation = text;
}

/* 6.1 */
static enum spf_result
work_redirect(struct spf_run *r, const struct spf_term *t, struct str domain,
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
check_record(struct spf_run *r, struct str record, struct str domain, bool top,
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
select_record(struct spf_run *r, const struct dns_answer *answer,
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
check_host(struct spf_run *r, struct str domain, bool top,
    struct spf_trace **ret_trace)
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
	if (r->proposed.n > 0) {
		trace->record = r->proposed;
		r->proposed = (struct str){NULL, 0};
		trace->result =
		    check_record(r, trace->record, domain, top, trace);
		return trace->result;
	}
	answer = spf_ask(r, domain, DNS_TXT);
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
		return str_head(query->helo, SPF_VALUE_MAX);
	return at == query->sender.n ? query->sender
				     : str_skip(query->sender, at + 1);
}

/* 4.3: without a local part it is postmaster. */
static void
set_sender(struct spf_run *r)
{
	struct str sender = str_head(r->query->sender, SPF_VALUE_MAX);
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
	struct spf_run r = {
	    .book = book, .arena = a, .query = query, .out = &out};
	enum spf_result result;

	set_sender(&r);
	r.proposed = query->record;
	result = check_host(&r,
	    spf_macro_name(a, str_head(r.sender_domain, SPF_VALUE_MAX)), true,
	    &out.trace);
	if (r.missing)
		return false;
	out.result = result;
	*ret_outcome = out;
	return true;
}
