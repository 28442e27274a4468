/* SPDX-License-Identifier: ISC */
/* What an SPF result means, in words. */
#include "check/spf.h"

#include "base/lang.h"

static const struct {
	const char *name, *sentence;
} results[SPF_RESULTS] = {
    [SPF_NONE] = {"none", N_("the domain does not say who may send")},
    [SPF_NEUTRAL] = {"neutral", N_("the domain leaves it open")},
    [SPF_PASS] = {"pass", N_("it may send")},
    [SPF_FAIL] = {"fail", N_("it may not send, and receivers refuse it")},
    [SPF_SOFTFAIL] = {"softfail",
	N_("it should not send, and receivers are suspicious")},
    [SPF_TEMPERROR] = {"temperror",
	N_("a question had no answer; receivers try again later")},
    [SPF_PERMERROR] = {"permerror",
	N_("a record is broken; to receivers that is no record, or a "
	   "failure")},
};

static const char *const causes[SPF_CAUSES] = {
    [SPF_BY_TERM] = "term",
    [SPF_BY_DEFAULT] = "default",
    [SPF_BAD_NAME] = "bad-name",
    [SPF_NO_NAME] = "no-name",
    [SPF_NO_RECORD] = "no-record",
    [SPF_TWO_RECORDS] = "two-records",
    [SPF_SYNTAX] = "syntax",
    [SPF_LOOKUPS] = "lookups",
    [SPF_VOIDS] = "void-lookups",
    [SPF_MX_NAMES] = "mx-names",
    [SPF_INCLUDE_NONE] = "include-none",
    [SPF_REDIRECT_NONE] = "redirect-none",
    [SPF_DNS] = "dns",
};

const char *
spf_result_name(enum spf_result result)
{
	return results[result].name;
}

const char *
spf_result_sentence(enum spf_result result)
{
	return results[result].sentence;
}

const char *
spf_cause_name(enum spf_cause cause)
{
	return causes[cause];
}

/* What a term did, or did wrong. */
static struct str
term_sentence(struct arena *a, const struct spf_outcome *o)
{
	struct str term = o->term, domain = o->domain;

	if (o->cause == SPF_LOOKUPS)
		return arena_printf(a,
		    _("with '%.*s' of %.*s there are more than 10 lookups; "
		      "receivers stop there"),
		    STR_ARG(term), STR_ARG(domain));
	if (o->cause == SPF_VOIDS)
		return arena_printf(a,
		    _("with '%.*s' of %.*s more than 2 lookups lead to names "
		      "or records that are not there; receivers stop there"),
		    STR_ARG(term), STR_ARG(domain));
	if (o->cause == SPF_MX_NAMES)
		return arena_printf(a,
		    _("'%.*s' of %.*s leads to more than 10 names"),
		    STR_ARG(term), STR_ARG(domain));
	return arena_printf(
	    a, _("'%.*s' of %.*s matches"), STR_ARG(term), STR_ARG(domain));
}

static struct str
domain_sentence(struct arena *a, const struct spf_outcome *o)
{
	struct str domain = o->domain;

	if (o->cause == SPF_BAD_NAME)
		return arena_printf(a,
		    _("%.*s is no domain that could have a record"),
		    STR_ARG(domain));
	if (o->cause == SPF_NO_NAME)
		return arena_printf(
		    a, _("there is no domain %.*s"), STR_ARG(domain));
	if (o->cause == SPF_NO_RECORD)
		return arena_printf(
		    a, _("%.*s has no SPF record"), STR_ARG(domain));
	if (o->cause == SPF_TWO_RECORDS)
		return arena_printf(a,
		    _("%.*s has more than one SPF record; together they are "
		      "an error"),
		    STR_ARG(domain));
	return arena_printf(a,
	    _("nothing in the record of %.*s matches, and it has no 'all' at "
	      "its end"),
	    STR_ARG(domain));
}

struct str
spf_outcome_sentence(struct arena *a, const struct spf_outcome *o)
{
	switch (o->cause) {
	case SPF_BY_TERM:
	case SPF_LOOKUPS:
	case SPF_VOIDS:
	case SPF_MX_NAMES:
		return term_sentence(a, o);
	case SPF_SYNTAX:
		return arena_printf(a,
		    _("'%.*s' in the record of %.*s (at its byte %zu) is "
		      "wrong: %s"),
		    STR_ARG(o->term), STR_ARG(o->domain), o->at + 1,
		    _(spf_fault_sentence(o->fault)));
	case SPF_INCLUDE_NONE:
	case SPF_REDIRECT_NONE:
		return arena_printf(a,
		    _("'%.*s' leads to %.*s, which has no SPF record"),
		    STR_ARG(o->term), STR_ARG(o->name));
	case SPF_DNS:
		return arena_printf(a,
		    _("the question for %.*s had no answer: %s"),
		    STR_ARG(o->name), _(dns_status_words(o->status)));
	case SPF_BY_DEFAULT:
	case SPF_BAD_NAME:
	case SPF_NO_NAME:
	case SPF_NO_RECORD:
	case SPF_TWO_RECORDS:
	case SPF_CAUSES:
		break;
	}
	return domain_sentence(a, o);
}
