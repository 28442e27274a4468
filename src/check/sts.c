/* SPDX-License-Identifier: ISC */
/*
 *	version: STSv1
 *	mode: enforce
 *	mx: mail.example.org
 *	mx: *.backup.example.org
 *	max_age: 604800
 */
#include "check/sts.h"

#include "base/lang.h"
#include "base/time.h"
#include "net/dns_body.h"

#include <ctype.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const mode_names[STS_MODES] = {[STS_NO_MODE] = "",
    [STS_NONE] = "none",
    [STS_TESTING] = "testing",
    [STS_ENFORCE] = "enforce"};

const char *
sts_mode_name(enum sts_mode mode)
{
	return mode_names[mode];
}

static void
fault(struct sts_policy *p, enum sts_fault what)
{
	if (p->fault == STS_FINE)
		p->fault = what;
}

static void
read_mode(struct sts_policy *p, struct str value)
{
	for (int i = STS_NONE; i < STS_MODES; i++)
		if (str_eq(value, str_z(mode_names[i])))
			p->mode = (enum sts_mode)i;
}

static void
read_field(struct sts_policy *p, struct str name, struct str value)
{
	uint64_t age;

	if (str_eq(name, S("mode")) && p->mode == STS_NO_MODE)
		read_mode(p, value);
	else if (str_eq(name, S("max_age")) && p->max_age == 0 &&
		 str_u64(&value, 10, &age) && value.n == 0)
		p->max_age = age;
	else if (str_eq(name, S("mx")) && value.n > 0 && p->mx_n < STS_PATTERNS)
		p->mx[p->mx_n++] = value;
}

void
sts_policy_read(struct str text, struct sts_policy *ret_policy)
{
	struct sts_policy p = {0};
	bool version = false;

	while (text.n > 0) {
		struct str line = str_trim(str_take(&text, '\n'));
		size_t at = str_chr(line, ':');
		struct str name = str_trim(str_head(line, at));
		struct str value = str_trim(str_skip(line, at + 1));

		if (line.n == 0)
			continue;
		if (at == line.n)
			fault(&p, STS_BAD_LINE);
		else if (str_eq(name, S("version")))
			version |= str_eq(value, S("STSv1"));
		else
			read_field(&p, name, value);
	}
	if (!version)
		p.fault = STS_BAD_VERSION;
	if (p.mode == STS_NO_MODE)
		fault(&p, STS_BAD_MODE);
	if (p.max_age == 0 || p.max_age > STS_AGE_MAX)
		fault(&p, STS_BAD_AGE);
	if (p.mx_n == 0 && p.mode != STS_NONE)
		fault(&p, STS_NO_MX);
	*ret_policy = p;
}

bool
sts_matches(struct str pattern, struct str host)
{
	host = dns_name_trim(host);
	pattern = dns_name_trim(pattern);
	if (!str_eat(&pattern, S("*.")))
		return dns_name_eq(pattern, host);
	if (str_chr(host, '.') == 0)
		return false;
	return dns_name_eq(pattern, str_skip(host, str_chr(host, '.') + 1));
}

const struct sts *
sts_find(const struct sts *all, size_t n, struct str domain)
{
	for (size_t i = 0; i < n; i++)
		if (dns_name_eq(all[i].domain, domain))
			return &all[i];
	return NULL;
}

static const char *
fault_words(enum sts_fault fault)
{
	static const char *const words[STS_FAULTS] = {[STS_FINE] = "",
	    [STS_BAD_VERSION] = N_("\"version: STSv1\" is missing"),
	    [STS_BAD_MODE] = N_("mode must be enforce, testing or none"),
	    [STS_BAD_AGE] = N_("max_age must be a number of seconds, at most "
			       "31557600"),
	    [STS_NO_MX] = N_("it names no mx"),
	    [STS_BAD_LINE] = N_("a line is not of the form \"name: value\"")};

	return words[fault];
}

static int
by_name(const void *left, const void *right)
{
	const struct str *a = left, *b = right;
	size_t n = a->n < b->n ? a->n : b->n;
	int order = n == 0 ? 0 : memcmp(a->p, b->p, n);

	return order != 0 ? order : (a->n > b->n) - (a->n < b->n);
}

void
sts_policy_hash(const struct sts_policy *policy, char ret_hash[STS_HASH])
{
	struct arena a = {0};
	struct str names[STS_PATTERNS], text;
	unsigned char hash[EVP_MAX_MD_SIZE] = {0};

	for (size_t i = 0; i < policy->mx_n; i++) {
		names[i] = dns_name_trim(policy->mx[i]);
		text = names[i] = arena_printf(&a, "%.*s", STR_ARG(names[i]));
		for (size_t k = 0; k < text.n; k++)
			((char *)(uintptr_t)text.p)[k] =
			    (char)tolower((unsigned char)text.p[k]);
	}
	qsort(names, policy->mx_n, sizeof(*names), by_name);
	text = arena_printf(&a, "%s %llu", mode_names[policy->mode],
	    (unsigned long long)policy->max_age);
	for (size_t i = 0; i < policy->mx_n; i++)
		text = arena_printf(
		    &a, "%.*s %.*s", STR_ARG(text), STR_ARG(names[i]));
	(void)EVP_Digest(text.p, text.n, hash, NULL, EVP_sha256(), NULL);
	for (size_t i = 0; i < (STS_HASH - 1) / 2; i++)
		(void)snprintf(ret_hash + 2 * i, 3, "%02x", hash[i]);
	arena_done(&a);
}

/* RFC 8461 3.1: who has the old one looks at the id alone. */
static void
find_same_id(const struct sts *sts, struct weaknesses *w)
{
	struct weakness *found;
	char stamp[TIME_TEXT];
	struct str digits;
	char id[16];
	size_t n = 0;

	if (sts->was == WALL_NONE)
		return;
	found = weakness_add(w, WEAKNESS_STS_SAME_ID, sts->domain,
	    _("the policy of MTA-STS has changed between %s, when the old one "
	      "was last seen, and %s, but its id is still %.*s"),
	    lang_time(w->arena, sts->was, true),
	    lang_time(w->arena, sts->since, true), STR_ARG(sts->id));
	/* "2026-11-26T10:00:00Z": its digits are an id that was never there. */
	digits = str_z(time_rfc3339(sts->now, stamp));
	for (size_t i = 0; i < digits.n && n < 14; i++)
		if (digits.p[i] >= '0' && digits.p[i] <= '9')
			id[n++] = digits.p[i];
	found->publish = (struct publish){
	    .name =
		arena_printf(w->arena, "_mta-sts.%.*s", STR_ARG(sts->domain)),
	    .type = "TXT",
	    .value = arena_printf(w->arena, "v=STSv1; id=%.*s;", (int)n, id)};
}

/* The policy is there; does it fit? */
static void
find_in_policy(const struct sts *sts, const struct str *hosts, size_t n,
    struct weaknesses *w)
{
	const struct sts_policy *p = &sts->policy;

	if (p->fault != STS_FINE) {
		(void)weakness_add(w, WEAKNESS_STS_POLICY, sts->domain,
		    _("the policy of MTA-STS: %s"), _(fault_words(p->fault)));
		return;
	}
	for (size_t i = 0; i < n && p->mode >= STS_TESTING; i++) {
		bool named = false;

		for (size_t k = 0; k < p->mx_n; k++)
			named |= sts_matches(p->mx[k], hosts[i]);
		if (!named)
			weakness_add(w,
			    p->mode == STS_ENFORCE ? WEAKNESS_STS_MX
						   : WEAKNESS_STS_MX_TESTING,
			    sts->domain,
			    _("the policy of MTA-STS (%s) does not name the "
			      "MX %.*s"),
			    mode_names[p->mode], STR_ARG(hosts[i]))
			    ->advice = arena_printf(w->arena,
			    _("Add \"mx: %.*s\" to the policy, and give the "
			      "TXT record at _mta-sts a new id."),
			    STR_ARG(hosts[i]));
	}
	if (p->mode >= STS_TESTING && p->max_age < STS_AGE_SHORT)
		(void)weakness_add(w, WEAKNESS_STS_AGE, sts->domain,
		    _("the policy of MTA-STS holds for %llu seconds (max_age)"),
		    (unsigned long long)p->max_age);
	if (p->mode == STS_TESTING || p->mode == STS_NONE)
		(void)weakness_add(w, WEAKNESS_STS_MODE, sts->domain,
		    _("the policy of MTA-STS has the mode %s"),
		    mode_names[p->mode]);
}

static bool
is_text_plain(const char *type)
{
	struct str rest = str_z(type);

	return str_eq_fold(str_trim(str_take(&rest, ';')), S("text/plain"));
}

void
sts_faults_find(const struct sts *sts, const struct str *hosts, size_t n,
    struct weaknesses *w)
{
	const struct policy_answer *answer = sts->answer;

	if (answer == NULL)
		return;
	switch ((enum policy_state)answer->state) {
	case POLICY_FETCHED:
		if (!is_text_plain(answer->type))
			(void)weakness_add(w, WEAKNESS_STS_TYPE, sts->domain,
			    _("the policy of MTA-STS comes as \"%s\""),
			    answer->type);
		find_in_policy(sts, hosts, n, w);
		find_same_id(sts, w);
		break;
	case POLICY_UNTRUSTED:
		(void)weakness_add(w, WEAKNESS_STS_CERTIFICATE, sts->domain,
		    _("the certificate of mta-sts.%.*s is not valid: %s"),
		    STR_ARG(sts->domain), answer->why);
		break;
	case POLICY_HTTP:
		(void)weakness_add(w, WEAKNESS_STS_FETCH, sts->domain,
		    answer->why[0] != '\0'
			? _("https://mta-sts.%.*s/.well-known/mta-sts.txt "
			    "answers %u and leads to %s, which nobody follows")
			: _("https://mta-sts.%.*s/.well-known/mta-sts.txt "
			    "answers %u"),
		    STR_ARG(sts->domain), answer->http, answer->why);
		break;
	case POLICY_TOO_LONG:
		(void)weakness_add(w, WEAKNESS_STS_FETCH, sts->domain,
		    _("https://mta-sts.%.*s/.well-known/mta-sts.txt is longer "
		      "than 64 KB"),
		    STR_ARG(sts->domain));
		break;
	case POLICY_PRIVATE:
		(void)weakness_add(w, WEAKNESS_STS_FETCH, sts->domain,
		    _("mta-sts.%.*s has private addresses only"),
		    STR_ARG(sts->domain));
		break;
	case POLICY_UNREACHED:
	case POLICY_NO_TRUST:
	case POLICY_STATES:
		break;
	}
}

struct str
sts_unknown(struct arena *a, const struct sts *sts)
{
	if (sts->answer == NULL)
		return str_z(_("the process that fetches policies is gone"));
	if (sts->answer->state == POLICY_NO_TRUST)
		return str_z(
		    _("this machine knows no authority at all, so no "
		      "certificate can be checked; install ca-certificates"));
	if (sts->answer->state == POLICY_UNREACHED)
		return arena_printf(
		    a, _("cannot be fetched from here: %s"), sts->answer->why);
	return (struct str){NULL, 0};
}
