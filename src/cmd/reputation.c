/* SPDX-License-Identifier: ISC */
#include "cmd/reputation.h"

#include "base/lang.h"
#include "cmd/inquiry.h"
#include "cmd/outside.h"
#include "cmd/own_keys.h"
#include "cmd/policies.h"
#include "cmd/queued.h"
#include "cmd/sends_as.h"
#include "cmd/targets.h"
#include "letter/bag.h"

#include <pthread.h>
#include <stdlib.h>

enum {
	DOUBTS = 8,
	NAMES = 40, /* more would not be answered in seconds */
};

struct reputation {
	struct arena arena;
	struct inquiry *inquiry; /* NULL: could not be started */
	struct err err;          /* why */
	struct sends_as_set own;
	/* The thread's own, until it has ended. */
	struct targets targets;
	struct dnsbl d;
	struct arena case_arena, round;
	struct own_case own_case;
	struct policies policies;
	struct hints hints;
	struct queue_hints *queue; /* while it is read */
	struct str doubts[DOUBTS]; /* addresses that could be ours */
	size_t doubts_n;
	struct dns_book book;
	const struct posture *posture;
	const struct facts *facts;
	const struct signers *signers;
	struct keep *keep;
	pthread_t thread;
	bool begun, joined;
	bool waits; /* for bounces */
};

/* A file that nobody named in this run must not stop a check. */
static bool
is_asked_for(const struct options *o)
{
	return options_has(o, OPT_RESOLVER) || options_has(o, OPT_STUB) ||
	       options_has(o, OPT_ANCHOR) || options_has(o, OPT_LISTS_CONF);
}

bool
reputation_open(const struct options *options, bool live,
    struct inquiry *beside, struct reputation **ret_reputation, struct err *err)
{
	struct reputation *r;
	bool good;

	*ret_reputation = NULL;
	if (options_has(options, OPT_OFFLINE) ||
	    (!live && !options_has(options, OPT_OWN)))
		return true;
	if (!targets_check_own(options, err))
		return false;
	r = xcalloc(1, sizeof(*r));
	good = beside != NULL ? inquiry_beside(beside, &r->inquiry, &r->err)
			      : inquiry_open(options, &r->inquiry, &r->err);
	if (!good && is_asked_for(options)) {
		*err = r->err;
		reputation_close(r);
		return false;
	}
	if (r->inquiry != NULL && !inquiry_open_policies(r->inquiry, err)) {
		reputation_close(r);
		return false;
	}
	if (live)
		sends_as_find(&r->own, &r->arena, options);
	else
		sends_as_named(&r->own, &r->arena, options);
	*ret_reputation = r;
	return true;
}

void
reputation_close(struct reputation *r)
{
	if (r == NULL)
		return;
	inquiry_close(r->inquiry);
	sends_as_done(&r->own);
	arena_done(&r->arena);
	free(r);
}

/* PTR, HELO, SPF, DMARC, MX, and the keys that this server signs with; guesses
 * at keys are left to 'sereno dns', since there are many names of them. */
static void
ask_posture(struct reputation *r)
{
	const struct options *options = r->inquiry->options;
	const struct option_value *helos = &options->values[OPT_HELO];
	struct own_case *o = &r->own_case;

	own_case_init(o, &r->case_arena);
	o->c.no_guesses = true;
	o->c.at = r->inquiry->begun;
	for (size_t i = 0; i < helos->n; i++)
		own_case_helo(o, helos->texts[i], S("--helo"));
	own_case_take(o, &r->own, r->facts, true);
	own_keys_take(o, &options->values[OPT_SELECTOR], r->signers,
	    options_text(options, OPT_ROOT), r->facts != NULL);
	own_keys_hints(o, &r->hints);
	if (o->c.domains_n > NAMES) {
		o->more_domains += o->c.domains_n - NAMES;
		o->c.domains_n = NAMES;
	}
	for (;;) {
		r->posture = posture_read(&r->book, &r->round, &o->c);
		if (!dns_book_ask(&r->book, r->inquiry->resolver))
			break;
		arena_done(&r->round);
	}
	policies_begin(
	    &r->policies, r->inquiry, &r->book, &r->case_arena, r->posture);
}

/* The same with the policies of MTA-STS. */
static void
read_posture(struct reputation *r)
{
	struct own_case *o = &r->own_case;

	policies_end(&r->policies, r->inquiry, &r->case_arena, r->keep);
	o->c.policies = r->policies.items;
	o->c.policies_n = r->policies.n;
	r->posture = posture_read(&r->book, &r->round, &o->c);
}

static void *
ask(void *arg)
{
	struct reputation *r = arg;
	const struct options *o = r->inquiry->options;

	r->doubts_n = outside_find(&r->own, &r->arena, &r->hints,
	    r->inquiry->resolver, r->doubts, DOUBTS);
	r->d.resolver = r->inquiry->resolver;
	r->d.rate = inquiry_rate(o);
	for (size_t i = 0; i < r->own.n && i < NAMES; i++)
		targets_add(&r->targets, &r->d, r->own.items[i].text,
		    r->own.items[i].why);
	dnsbl_choose(&r->d, &r->inquiry->lists, false);
	/* Policies come while the lists are asked. */
	ask_posture(r);
	if (r->d.targets_n > 0)
		dnsbl_run(&r->d, NULL, NULL);
	read_posture(r);
	return NULL;
}

void
reputation_prepare(struct reputation *r, const struct facts *facts,
    const struct signers *signers, const struct source_set *logs,
    struct keep *keep)
{
	if (r == NULL || r->inquiry == NULL)
		return;
	if (facts != NULL)
		sends_as_facts(&r->own, &r->arena, facts);
	/* Of a copied log only what --own names is ours. Before the others
	 * read: a journal has one place where it is read. */
	if (facts != NULL)
		hints_read(&r->hints, logs);
	sends_as_hints(&r->own, &r->arena, &r->hints);
	r->facts = facts;
	r->signers = signers;
	r->keep = keep;
	if (facts != NULL)
		r->queue = queue_hints_new(queued_is_ours, &r->own);
}

struct queue_hints *
reputation_queue(struct reputation *r)
{
	return r != NULL ? r->queue : NULL;
}

void
reputation_begin(struct reputation *r, bool bounces)
{
	if (r == NULL || r->inquiry == NULL)
		return;
	if (r->queue != NULL) {
		queue_hints_tell(r->queue, &r->hints);
		sends_as_hints(&r->own, &r->arena, &r->hints);
		queue_hints_free(r->queue);
		r->queue = NULL;
	}
	r->waits = bounces && r->facts != NULL && !r->own.public;
	if (r->waits)
		return;
	r->begun = pthread_create(&r->thread, NULL, ask, r) == 0;
	if (!r->begun)
		(void)ask(r);
}

void
reputation_bounces(struct reputation *r, const struct bag *bag)
{
	const struct ip nowhere = {0};

	if (r == NULL || !r->waits)
		return;
	for (size_t i = 0; i < bag->items_n; i++) {
		const struct bag_item *item = &bag->items[i];
		const struct bag_record *record;
		struct ip ip;

		if (item->record >= bag->records_n)
			continue;
		record = &bag->records[item->record];
		/* Ours by the log: the id of a message that left here. */
		if ((record->signals & 1U << SIGNAL_QUEUE_ID) == 0 ||
		    !ip_parse(item->from_ip, &ip) || ip_is_private(&ip) ||
		    ip_is_loopback(&ip))
			continue;
		hints_named(&r->hints, &ip, item->reporter, &nowhere,
		    S("Received"), item->path);
	}
}

/* Lists that could not be used, by the commonest reason. True: none could. */
static bool
say_broken(const struct reputation *r, struct report *report)
{
	size_t by[HEALTHS] = {0}, broken = 0, usable = 0, worst = 0;

	for (size_t i = 0; i < r->d.probes_n; i++) {
		enum dnsbl_health health = r->d.probes[i].health;

		usable += dnsbl_usable(&r->d.probes[i]);
		if (dnsbl_usable(&r->d.probes[i]) || health == HEALTH_DEAD ||
		    health == HEALTH_NO_KEY || health == HEALTH_NEW)
			continue;
		broken++;
		if (++by[health] > by[worst])
			worst = health;
	}
	if (broken > 0 && usable == 0)
		report_not_examined(report, S("network"),
		    _("no block list could be asked: %s"),
		    _(dnsbl_health_sentence((enum dnsbl_health)worst)));
	else if (broken > 0)
		report_not_examined(report, S("network"),
		    _n("%zu block list could not be asked; 'sereno listed' "
		       "says why",
			"%zu block lists could not be asked; 'sereno listed' "
			"says why",
			broken),
		    broken);
	return broken > 0 && usable == 0;
}

static void
say_unasked(const struct reputation *r, struct report *report)
{
	for (size_t i = 0; i < r->doubts_n; i++)
		report_not_examined(
		    report, S("NAT"), "%.*s", STR_ARG(r->doubts[i]));
	for (size_t i = 0; i < r->targets.notes_n; i++)
		report_not_examined(report, r->targets.notes[i].what, "%.*s",
		    STR_ARG(r->targets.notes[i].sentence));
	if (sends_as_private(&r->own))
		report_not_examined(report, S("network"), "%s",
		    _("the interfaces have private addresses only; name the "
		      "address that the world sees, with --own"));
	if (r->own.n > NAMES)
		report_not_examined(report, S("network"),
		    _n("the lists were not asked about %zu more name; 'sereno "
		       "listed' asks about all",
			"the lists were not asked about %zu more names; "
			"'sereno listed' asks about all",
			r->own.n + r->own.more - NAMES),
		    r->own.n + r->own.more - NAMES);
}

static void
say_left_out(const struct reputation *r, struct report *report)
{
	const struct own_case *o = &r->own_case;

	if (own_case_left_out(o).n > 0)
		report_not_examined(report, S("network"),
		    _("PTR, SPF and DMARC were not asked about %zu more "
		      "addresses and %zu more domains; 'sereno dns' asks about "
		      "those that are named"),
		    o->more_ips, o->more_domains + o->more_helos);
}

/* Without root's rights. */
static void
say_unread(const struct reputation *r, struct report *report)
{
	struct str path, why;
	size_t n = own_keys_unread(&r->own_case, &path, &why);
	struct str more = own_keys_unlooked(&report->arena, r->signers);

	if (more.n > 0)
		report_not_examined(report, S("DKIM"), "%.*s", STR_ARG(more));

	if (n > 0)
		report_not_examined(report, path,
		    _n("%zu private key of DKIM cannot be compared with the "
		       "published one: %.*s",
			"%zu private keys of DKIM cannot be compared with the "
			"published ones: %.*s",
			n),
		    n, STR_ARG(why));
}

static void
say_policies(const struct reputation *r, struct report *report)
{
	for (size_t i = 0; i < r->policies.n; i++) {
		const struct sts *sts = &r->policies.items[i];
		struct str why = sts_unknown(&report->arena, sts);

		if (why.n > 0)
			report_not_examined(report,
			    arena_printf(&report->arena, "MTA-STS %.*s",
				STR_ARG(sts->domain)),
			    "%.*s", STR_ARG(why));
	}
}

/* Questions about the DNS itself that had no answer. said: the lists say so
 * already, when it is the network. */
static void
say_silent(const struct reputation *r, struct report *report, bool said)
{
	enum dns_status why = DNS_OK;
	size_t silent = 0;

	for (size_t i = 0; i < r->book.n; i++) {
		enum dns_status status = r->book.notes[i]->answer.status;

		if (dns_is_known(status) || status == DNS_BAD_NAME)
			continue;
		silent++;
		why = status;
	}
	if (silent > 0 && silent == r->book.n && !said)
		report_not_examined(report, S("network"),
		    _("no question about PTR, SPF or DMARC had an answer: %s"),
		    _(dns_status_words(why)));
	else if (silent > 0 && silent < r->book.n)
		report_not_examined(report, S("network"),
		    _n("%zu question about PTR, SPF or DMARC had no answer; "
		       "'sereno dns' says which",
			"%zu questions about PTR, SPF or DMARC had no answer; "
			"'sereno dns' says which",
			silent),
		    silent);
}

void
reputation_end(struct reputation *r, struct report *report)
{
	if (r == NULL)
		return;
	if (r->inquiry == NULL) {
		report_not_examined(report, S("network"), "%s", r->err.text);
		return;
	}
	if (r->waits)
		(void)ask(r);
	if (r->begun && !r->joined)
		r->joined = pthread_join(r->thread, NULL) == 0;
	say_unasked(r, report);
	say_left_out(r, report);
	say_unread(r, report);
	say_policies(r, report);
	say_silent(r, report, r->d.targets_n > 0 && say_broken(r, report));
	report->posture = r->posture;
	if (r->d.targets_n > 0)
		report->listings = &r->d;
}

struct dnsbl *
reputation_lists(struct reputation *r)
{
	return r == NULL || r->inquiry == NULL || r->d.cells == NULL ? NULL
								     : &r->d;
}

void
reputation_done(struct reputation *r)
{
	if (r == NULL)
		return;
	dnsbl_done(&r->d);
	arena_done(&r->targets.arena);
	dns_book_done(&r->book);
	policies_done(&r->policies);
	hints_done(&r->hints);
	arena_done(&r->round);
	arena_done(&r->case_arena);
}
