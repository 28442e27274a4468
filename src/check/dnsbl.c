/* SPDX-License-Identifier: ISC */
/*
 * The questions: first each list's test entries, then the targets, a few at a
 * time and more as answers come, so that a list that falls silent on the way
 * costs seconds and not minutes; TXT for what is listed.
 */
#include "check/dnsbl.h"

#include "base/lang.h"
#include "base/map.h"

#include <stdlib.h>

enum {
	TEST_PATIENCE = 4 * 1000 * 1000,
	TARGET_PATIENCE = 4 * 1000 * 1000,
	TEXT_PATIENCE = 3 * 1000 * 1000,
	WINDOW_FIRST = 4,
	WINDOW_MAX = 64,
	SILENT_MAX = 4, /* targets in a row without an answer: give up */
	PARALLEL = 4,   /* questions at a time to one operator */
	RATE_NO_PAUSE = 1000,
};

enum role {
	ROLE_TEST,
	ROLE_CLEAN,
	ROLE_WILD,
	ROLE_TARGET,
	ROLE_TEXT,
};

/* A question on its way. */
struct ask {
	struct dnsbl *d;
	enum role role;
	size_t probe, target;
	struct dnsbl_entry *entry; /* ROLE_TEXT */
};

static const struct {
	const char *name, *sentence;
} healths[HEALTHS] = {
    [HEALTH_NEW] = {"new", N_("It was not asked.")},
    [HEALTH_GOOD] = {"good", ""},
    [HEALTH_UNTESTED] = {"untested",
	N_("It has no test entry; its answers are taken as they are.")},
    [HEALTH_REFUSED] = {"refused",
	N_("It does not answer this resolver, or wants a key.")},
    [HEALTH_EMPTY] = {"empty",
	N_("Its own test entry is missing: it is closed, or broken.")},
    [HEALTH_WORLD] = {"lists-the-world",
	N_("It lists what must never be listed.")},
    [HEALTH_WILDCARD] = {"wildcard",
	N_("It has an answer for any name: its domain was taken over, or a "
	   "resolver on the way makes up answers.")},
    [HEALTH_HIJACKED] = {"hijacked",
	N_("It answers with an address that no list uses (outside 127/8): "
	   "its domain was taken over, or a resolver on the way makes up "
	   "answers.")},
    [HEALTH_SILENT] = {"silent", N_("It did not answer in time.")},
    [HEALTH_FAILED] = {"failed",
	N_("No name server of it gave a usable answer.")},
    [HEALTH_BOGUS] = {"bogus",
	N_("The DNSSEC signatures of its answers do not fit.")},
    [HEALTH_NO_KEY] = {"no-key", N_("It needs a key in lists.conf.")},
    [HEALTH_DEAD] = {"dead", N_("It must not be asked.")},
    [HEALTH_OFFLINE] = {"offline",
	N_("There is no network: no name server answered.")},
    [HEALTH_HELD_UP] = {"held-up",
	N_("Somebody else answers for the root servers: a firewall, a hotspot "
	   "or a provider keeps port 53 for itself. Name a resolver that may "
	   "be asked from here with --resolver.")},
    [HEALTH_GONE] = {"gone", N_("The process that asks has ended.")},
};

const char *
dnsbl_health_name(enum dnsbl_health health)
{
	return healths[health].name;
}

const char *
dnsbl_health_sentence(enum dnsbl_health health)
{
	return healths[health].sentence;
}

bool
dnsbl_usable(const struct dnsbl_probe *probe)
{
	return probe->health == HEALTH_GOOD || probe->health == HEALTH_UNTESTED;
}

enum dnsbl_cell
dnsbl_cell_of(const struct dnsbl *d, size_t probe, size_t target)
{
	return (enum dnsbl_cell)d->cells[probe * d->targets_n + target];
}

static void
set_cell(struct dnsbl *d, size_t probe, size_t target, enum dnsbl_cell cell)
{
	d->cells[probe * d->targets_n + target] = (uint8_t)cell;
}

enum list_severity
dnsbl_entry_severity(const struct dnsbl *d, const struct dnsbl_entry *entry)
{
	const struct list *list = d->probes[entry->probe].list;
	enum list_severity severity = LIST_SEVERITY_INFO;

	if (entry->cell != CELL_LISTED)
		return severity;
	for (size_t i = 0; i < entry->n; i++) {
		const struct list_reading *r = &entry->readings[i];
		enum list_severity own = list->severity;

		if (r->kind != READING_BAD)
			continue;
		/* What its operator never wrote about accuses softly. */
		if (!r->documented && own < LIST_SEVERITY_LOW)
			own = LIST_SEVERITY_LOW;
		if (own < severity)
			severity = own;
	}
	return severity;
}

static void answered(void *arg, const struct dns_answer *answer);

static void
ask(struct dnsbl *d, const struct ask *like, struct str head, uint16_t type)
{
	static const span_us patience[] = {[ROLE_TEST] = TEST_PATIENCE,
	    [ROLE_CLEAN] = TEST_PATIENCE,
	    [ROLE_WILD] = TEST_PATIENCE,
	    [ROLE_TARGET] = TARGET_PATIENCE,
	    [ROLE_TEXT] = TEXT_PATIENCE};
	struct dnsbl_probe *p = &d->probes[like->probe];
	struct ask *a = arena_alloc(&d->arena, sizeof(*a));
	char name[DNS_NAME_TEXT];
	struct dns_question q = {.type = type,
	    .lane = p->lane,
	    .flags = d->fresh ? DNS_FRESH : 0,
	    .patience = patience[like->role]};

	*a = *like;
	a->d = d;
	if (head.n + p->zone.n + 2 > sizeof(name)) {
		answered(a, &(struct dns_answer){.status = DNS_BAD_NAME});
		return;
	}
	memcpy(name, head.p, head.n);
	name[head.n] = '.';
	memcpy(name + head.n + 1, p->zone.p, p->zone.n);
	q.name = (struct str){name, head.n + 1 + p->zone.n};
	resolver_ask(d->resolver, &q, answered, a);
}

/* 127.0.0.2 or 127.0.0.1 as the list's kind of target writes it, or a name. */
static struct str
test_head(const struct dnsbl_probe *p, bool clean, char buf[DNS_REVERSE])
{
	const char *word = clean ? p->list->clean : p->list->test;
	struct ip ip = {
	    .b = {[10] = 0xff, [11] = 0xff, [12] = 127, [15] = clean ? 1 : 2}};

	if (!str_eq(str_z(word), S("std")))
		return str_z(word);
	return p->kind == TARGET_IP6 ? dns_nibbles(&ip, buf)
				     : dns_reverse(&ip, buf);
}

static void
ask_test(struct dnsbl *d, size_t probe, enum role role)
{
	struct dnsbl_probe *p = &d->probes[probe];
	const struct ask like = {.role = role, .probe = probe};
	char buf[DNS_REVERSE];
	struct str head = role == ROLE_WILD
			      ? S("sereno-asks-whether-any-name-is-listed")
			      : test_head(p, role == ROLE_CLEAN, buf);

	if (head.n == 0)
		return;
	p->tests++;
	ask(d, &like, head, DNS_A);
}

/* The targets of this list, as many as may be on their way. */
static void
feed(struct dnsbl *d, size_t probe)
{
	struct dnsbl_probe *p = &d->probes[probe];

	while (dnsbl_usable(p) && p->running < p->window &&
	       p->next < d->targets_n) {
		size_t target = p->next++;
		const struct dnsbl_target *t = &d->targets[target];
		const struct ask like = {
		    .role = ROLE_TARGET, .probe = probe, .target = target};
		char buf[DNS_REVERSE];

		if (t->kind != p->kind)
			continue;
		set_cell(d, probe, target, CELL_WAITING);
		p->running++;
		p->asked++;
		ask(d, &like,
		    t->kind == TARGET_DOMAIN ? t->name
					     : dns_reverse(&t->ip, buf),
		    DNS_A);
	}
}

static enum dnsbl_health
health_of_status(enum dns_status status)
{
	static const enum dnsbl_health of[DNS_STATUSES] = {
	    [DNS_FAILED] = HEALTH_FAILED,
	    [DNS_REFUSED] = HEALTH_REFUSED,
	    [DNS_TIMEOUT] = HEALTH_SILENT,
	    [DNS_BOGUS] = HEALTH_BOGUS,
	    [DNS_BAD_NAME] = HEALTH_FAILED,
	    [DNS_OFFLINE] = HEALTH_OFFLINE,
	    [DNS_GONE] = HEALTH_GONE,
	    [DNS_HELD_UP] = HEALTH_HELD_UP,
	};

	return of[status];
}

/* What all readings of an answer are, the worst first. */
static enum reading_kind
kind_of(const struct list_reading *readings, size_t n)
{
	enum reading_kind kind = READING_NEUTRAL;

	for (size_t i = 0; i < n; i++) {
		if (readings[i].kind >= READING_REFUSED)
			return readings[i].kind;
		if (readings[i].kind == READING_BAD)
			kind = READING_BAD;
		else if (readings[i].kind == READING_GOOD &&
			 kind != READING_BAD)
			kind = READING_GOOD;
	}
	return kind;
}

static int
record_order(const void *a, const void *b)
{
	const struct dns_record *x = a, *y = b;
	size_t n = x->text.n < y->text.n ? x->text.n : y->text.n;
	int order = memcmp(x->ip.b, y->ip.b, sizeof(x->ip.b));

	if (order == 0 && n > 0)
		order = memcmp(x->text.p, y->text.p, n);
	return order != 0 ? order
			  : (x->text.n > y->text.n) - (x->text.n < y->text.n);
}

/* The records, in an order of their own: servers turn it with each answer. */
static const struct dns_record *
in_order(struct arena *a, const struct dns_answer *answer)
{
	struct dns_record *records;

	if (answer->n < 2)
		return answer->records;
	records = arena_alloc(a, answer->n * sizeof(*records));
	memcpy(records, answer->records, answer->n * sizeof(*records));
	qsort(records, answer->n, sizeof(*records), record_order);
	return records;
}

static size_t
read_all(struct arena *a, const struct list *list,
    const struct dns_answer *answer,
    struct list_reading readings[LIST_READINGS])
{
	const struct dns_record *records = in_order(a, answer);
	size_t n = 0;

	for (size_t i = 0; i < answer->n; i++) {
		struct list_reading some[LIST_READINGS];
		size_t more = list_read(list, &records[i].ip, some);

		for (size_t k = 0; k < more && n < LIST_READINGS; k++)
			readings[n++] = some[k];
	}
	return n;
}

static void
spoil(struct dnsbl_probe *p, enum dnsbl_health health)
{
	/* The first fault that is found is told. */
	if (p->health == HEALTH_NEW || dnsbl_usable(p))
		p->health = health;
}

/* Both test entries have answered. */
static void
test_over(struct dnsbl *d, size_t probe)
{
	struct dnsbl_probe *p = &d->probes[probe];
	bool none = p->list->test[0] == '\0';

	if (p->clean_seen && p->health == HEALTH_NEW) {
		/* Is it this entry, or everything? */
		p->health = HEALTH_WORLD;
		ask_test(d, probe, ROLE_WILD);
		return;
	}
	if (p->health == HEALTH_NEW)
		p->health = none           ? HEALTH_UNTESTED
			    : p->test_seen ? HEALTH_GOOD
					   : HEALTH_EMPTY;
	feed(d, probe);
}

static void
test_answered(
    struct dnsbl *d, const struct ask *a, const struct dns_answer *answer)
{
	struct dnsbl_probe *p = &d->probes[a->probe];
	struct list_reading readings[LIST_READINGS];
	size_t n = 0;

	p->tests--;
	p->security = answer->security;
	if (!dns_is_known(answer->status)) {
		p->said = dnsbl_hide_key(d, p, answer->why);
		spoil(p, health_of_status(answer->status));
	} else if (answer->status == DNS_OK) {
		n = read_all(&d->arena, p->list, answer, readings);
		if (kind_of(readings, n) == READING_HIJACKED)
			spoil(p, HEALTH_HIJACKED);
		else if (kind_of(readings, n) == READING_REFUSED)
			spoil(p, HEALTH_REFUSED);
		else if (a->role == ROLE_TEST)
			p->test_seen = true;
		else if (a->role == ROLE_CLEAN)
			p->clean_seen = true;
		else
			p->health = HEALTH_WILDCARD;
	}
	if (p->tests == 0 && a->role != ROLE_WILD)
		test_over(d, a->probe);
}

/* A list may hold the entry of what is listed, and say why in TXT. */
static void
note_entry(struct dnsbl *d, const struct ask *a,
    const struct dns_answer *answer, const struct list_reading *readings,
    size_t n)
{
	struct dnsbl_entry *e = arena_alloc(&d->arena, sizeof(*e));
	const struct dnsbl_probe *p = &d->probes[a->probe];
	const struct dnsbl_target *t = &d->targets[a->target];
	enum reading_kind kind = kind_of(readings, n);
	struct ask text = *a;
	char buf[DNS_REVERSE];

	*e = (struct dnsbl_entry){
	    .probe = a->probe, .target = a->target, .n = n, .ttl = answer->ttl};
	memcpy(e->readings, readings, n * sizeof(*readings));
	e->cell = kind == READING_BAD    ? CELL_LISTED
		  : kind == READING_GOOD ? CELL_GOOD
					 : CELL_NEUTRAL;
	if (p->list->kind == LIST_INFO)
		e->cell = CELL_NEUTRAL;
	set_cell(d, a->probe, a->target, e->cell);
	VEC_ROOM(d->entries, d->entries_n, d->entries_cap);
	d->entries[d->entries_n++] = e;
	if (e->cell != CELL_LISTED)
		return;
	text.role = ROLE_TEXT;
	text.entry = e;
	ask(d, &text,
	    t->kind == TARGET_DOMAIN ? t->name : dns_reverse(&t->ip, buf),
	    DNS_TXT);
}

static void
set_unknown(struct dnsbl *d, const struct ask *a)
{
	set_cell(d, a->probe, a->target, CELL_UNKNOWN);
	d->probes[a->probe].unknown++;
}

static void
target_answered(
    struct dnsbl *d, const struct ask *a, const struct dns_answer *answer)
{
	struct dnsbl_probe *p = &d->probes[a->probe];
	struct list_reading readings[LIST_READINGS];
	size_t n;
	enum reading_kind kind;

	p->running--;
	if (!dns_is_known(answer->status)) {
		set_unknown(d, a);
		p->fault = health_of_status(answer->status);
		if (++p->silent >= SILENT_MAX || p->fault >= HEALTH_OFFLINE)
			spoil(p, p->fault);
		feed(d, a->probe);
		return;
	}
	p->silent = 0;
	if (p->window < WINDOW_MAX)
		p->window *= 2;
	n = read_all(&d->arena, p->list, answer, readings);
	kind = kind_of(readings, n);
	if (answer->status != DNS_OK) {
		set_cell(d, a->probe, a->target, CELL_CLEAN);
		p->clean++;
	} else if (kind == READING_HIJACKED || kind == READING_REFUSED) {
		set_unknown(d, a);
		spoil(p, kind == READING_HIJACKED ? HEALTH_HIJACKED
						  : HEALTH_REFUSED);
	} else {
		note_entry(d, a, answer, readings, n);
	}
	feed(d, a->probe);
}

/* "Query refused" in the words of the list: then it was no entry at all. */
static void
text_answered(
    struct dnsbl *d, const struct ask *a, const struct dns_answer *answer)
{
	struct dnsbl_entry *e = a->entry;
	const struct dns_record *records;
	struct str text = {NULL, 0};

	if (answer->status != DNS_OK)
		return;
	records = in_order(&d->arena, answer);
	for (size_t i = 0; i < answer->n; i++)
		text = arena_printf(&d->arena, "%.*s%s%.*s", STR_ARG(text),
		    i > 0 ? "; " : "", STR_ARG(records[i].text));
	e->text = dnsbl_hide_key(d, &d->probes[e->probe], text);
	if (!list_text_refuses(e->text))
		return;
	e->cell = CELL_UNKNOWN;
	set_unknown(d, a);
	d->probes[e->probe].said = e->text;
	spoil(&d->probes[e->probe], HEALTH_REFUSED);
}

static void
answered(void *arg, const struct dns_answer *answer)
{
	const struct ask *a = arg;

	switch (a->role) {
	case ROLE_TARGET:
		target_answered(a->d, a, answer);
		break;
	case ROLE_TEXT:
		text_answered(a->d, a, answer);
		break;
	case ROLE_TEST:
	case ROLE_CLEAN:
	case ROLE_WILD:
		test_answered(a->d, a, answer);
		break;
	}
}

/* "spamhaus.org" of "zen.spamhaus.org": one operator, one lane. */
static struct str
operator_of(struct str zone)
{
	struct str rest = zone, last = zone;

	while (str_chr(rest, '.') < rest.n) {
		last = rest;
		(void)str_take(&rest, '.');
	}
	return last;
}

static void
set_lanes(struct dnsbl *d)
{
	struct map map = {0};
	uint32_t rates[DNS_LANES] = {0};
	uint16_t lanes = 1;

	for (size_t i = 0; i < d->probes_n; i++) {
		struct dnsbl_probe *p = &d->probes[i];
		bool new;
		uint32_t *lane =
		    map_put(&map, str_hash_fold(operator_of(p->zone)), &new);

		if (new)
			*lane = lanes < DNS_LANES - 1 ? lanes++ : lanes;
		p->lane = (uint16_t)*lane;
		if (rates[*lane] == 0)
			rates[*lane] = d->rate;
		if (p->list->rate > 0 && p->list->rate < rates[*lane])
			rates[*lane] = p->list->rate;
	}
	for (uint16_t lane = 1; lane <= lanes && lane < DNS_LANES; lane++)
		if (d->rate == 0 || d->rate >= RATE_NO_PAUSE)
			resolver_lane(d->resolver, lane, 0, 0);
		else
			resolver_lane(d->resolver, lane, rates[lane], PARALLEL);
	map_done(&map);
}

/* A list that was given up has left the rest of its targets open; one that
 * has no test entry and answered nothing was of no use. */
static void
close_cells(struct dnsbl *d)
{
	for (size_t i = 0; i < d->probes_n; i++) {
		struct dnsbl_probe *p = &d->probes[i];

		if (p->health == HEALTH_UNTESTED && p->asked > 0 &&
		    p->unknown == p->asked)
			spoil(p, p->fault);
	}
	for (size_t i = 0; i < d->probes_n; i++)
		for (size_t t = 0; t < d->targets_n; t++)
			if (d->probes[i].kind == d->targets[t].kind &&
			    dnsbl_cell_of(d, i, t) == CELL_NOT_ASKED &&
			    d->probes[i].asked > 0) {
				set_cell(d, i, t, CELL_UNKNOWN);
				d->probes[i].unknown++;
			}
}

/* What the text of TXT turned into a refusal is no entry. */
static void
drop_refused(struct dnsbl *d)
{
	size_t n = 0;

	for (size_t i = 0; i < d->entries_n; i++)
		if (d->entries[i]->cell != CELL_UNKNOWN)
			d->entries[n++] = d->entries[i];
	d->entries_n = n;
}

static int
entry_order(const void *a, const void *b)
{
	const struct dnsbl_entry *x = *(struct dnsbl_entry *const *)a;
	const struct dnsbl_entry *y = *(struct dnsbl_entry *const *)b;

	if (x->probe != y->probe)
		return x->probe < y->probe ? -1 : 1;
	return x->target < y->target ? -1 : x->target > y->target;
}

void
dnsbl_run(struct dnsbl *d, void (*tick)(void *arg), void *arg)
{
	d->cells = xcalloc(d->probes_n * d->targets_n + 1, 1);
	set_lanes(d);
	for (size_t i = 0; i < d->probes_n; i++) {
		struct dnsbl_probe *p = &d->probes[i];

		p->window = WINDOW_FIRST;
		if (p->health != HEALTH_NEW)
			continue;
		ask_test(d, i, ROLE_TEST);
		ask_test(d, i, ROLE_CLEAN);
		if (p->tests == 0 && p->health == HEALTH_NEW)
			test_over(d, i);
	}
	resolver_run(d->resolver, tick, arg);
	close_cells(d);
	drop_refused(d);
	/* Answers came in any order; a report is the same each time. */
	if (d->entries_n > 0)
		qsort(d->entries, d->entries_n, sizeof(struct dnsbl_entry *),
		    entry_order);
}
