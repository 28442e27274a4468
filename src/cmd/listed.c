/* SPDX-License-Identifier: ISC */
#include "show/listed.h"

#include "base/lang.h"
#include "base/text.h"
#include "check/dnsbl_confirm.h"
#include "cmd/examination.h"
#include "cmd/inquiry.h"
#include "cmd/keep_listings.h"
#include "cmd/outside.h"
#include "cmd/queued.h"
#include "cmd/sends_as.h"
#include "cmd/targets.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum {
	DOUBTS = 8
};

/* What the command knows before its child begins. */
struct listed {
	struct sends_as_set own;
	bool own_too;  /* not only what is named */
	span_us watch; /* 0: once */
	char host[256];
	struct keep keep;
	struct source_set logs; /* for hints */
	struct queued queued;   /* the same */
};

/* What was listed and is not confirmed to be gone. */
struct held {
	struct arena arena;
	struct held_entry {
		struct str zone, target;
		wall_us since;
	} * items;
	size_t n, cap;
};

/* In the child. */
struct listed_work {
	struct inquiry *x;
	struct listed *l;
	struct targets targets;
	struct hints hints;
	struct report said;        /* what could not be read of the queues */
	struct str doubts[DOUBTS]; /* addresses that could be ours */
	size_t doubts_n;
	struct listed_change *changes;
	size_t changes_n, changes_cap;
	struct held held; /* in the round before */
};

static void
fill(struct listed_work *w, struct dnsbl *d)
{
	const struct options *o = w->x->options;
	const struct option_value *lists = &o->values[OPT_LIST];

	d->resolver = w->x->resolver;
	d->rate = inquiry_rate(o);
	d->fresh = options_has(o, OPT_NO_CACHE);
	for (size_t i = 0; i < o->words.n; i++)
		targets_add(&w->targets, d, o->words.texts[i], S(""));
	for (size_t i = 0; i < w->l->own.n; i++)
		targets_add(&w->targets, d, w->l->own.items[i].text,
		    w->l->own.items[i].why);
	if (o->words.n == 0 && sends_as_private(&w->l->own))
		targets_note(&w->targets, str_z(w->l->host),
		    _("the interfaces have private addresses only; name the "
		      "address that the world sees, with --own"));
	for (size_t i = 0; i < w->doubts_n; i++)
		targets_note(&w->targets,
		    arena_printf(&w->targets.arena, "NAT %zu", i + 1),
		    w->doubts[i].p);
	for (size_t i = 0; i < w->said.not_examined_n; i++)
		targets_note(&w->targets, w->said.not_examined[i].what,
		    w->said.not_examined[i].sentence.p);
	for (size_t i = 0; i < w->l->keep.notes_n; i++)
		targets_note(&w->targets, w->l->keep.notes[i].what,
		    w->l->keep.notes[i].sentence.p);
	if (lists->n > 0)
		dnsbl_choose_named(d, &w->x->lists, lists->texts, lists->n);
	else
		dnsbl_choose(d, &w->x->lists, options_has(o, OPT_EXTENDED));
}

static int
show(struct listed_work *w, const struct dnsbl *d, wall_us begun)
{
	const struct options *o = w->x->options;
	struct arena scratch = {0};
	const struct listed_view view = {.d = d,
	    .host = str_z(w->l->host),
	    .at = begun,
	    .took = time_now() - begun,
	    .asked = resolver_asked(w->x->resolver),
	    .resolver = inquiry_resolver_text(w->x, &scratch),
	    .recursion = w->x->conf.servers_n == 0,
	    .known = &w->l->keep.listings,
	    .changes = w->changes,
	    .changes_n = w->changes_n,
	    .notes = w->targets.notes,
	    .notes_n = w->targets.notes_n};
	int code = listed_exit(&view);
	struct screen screen;

	if (options_has(o, OPT_NAGIOS)) {
		code = listed_nagios(&view, stdout);
	} else if (options_has(o, OPT_JSON) && !options_has(o, OPT_QUIET)) {
		listed_json(&view, stdout);
	} else if (!options_has(o, OPT_QUIET)) {
		examination_screen(o, &scratch, &screen);
		listed_text(&view, &screen);
	}
	arena_done(&scratch);
	return code;
}

/* ---- what is remembered ---- */

static void
remember(struct listed_work *w, enum slip_kind kind, const struct dnsbl *d,
    size_t probe, size_t target, const struct dnsbl_entry *e)
{
	keep_listing(&w->l->keep, kind, time_now(), d, probe, target, e);
}

static void
add_change(struct listed_work *w, enum listed_what what, size_t probe,
    size_t target, wall_us since)
{
	VEC_ROOM(w->changes, w->changes_n, w->changes_cap);
	w->changes[w->changes_n++] =
	    (struct listed_change){what, probe, target, since};
}

static void
remember_entries(struct listed_work *w, const struct dnsbl *d)
{
	const struct listings *known = &w->l->keep.listings;

	for (size_t i = 0; i < d->entries_n; i++) {
		const struct dnsbl_entry *e = d->entries[i];
		struct str target = d->targets[e->target].name;
		const struct listing *before = listings_find(
		    known, str_z(d->probes[e->probe].list->id), target);
		wall_us asked = listings_asked(known, target);

		if (e->cell != CELL_LISTED)
			continue;
		remember(w, SLIP_SEEN, d, e->probe, e->target, e);
		if (before != NULL && before->gone != WALL_NONE)
			add_change(
			    w, LISTED_AGAIN, e->probe, e->target, before->gone);
		else if (before == NULL && asked != WALL_NONE)
			add_change(w, LISTED_NEW, e->probe, e->target, asked);
	}
}

/* What was listed when it was last looked at and is clean now: believed when
 * a second name server says so, too. */
static void
remember_gone(struct listed_work *w, struct dnsbl *d)
{
	const struct listings *known = &w->l->keep.listings;

	for (size_t p = 0; p < d->probes_n && known->n > 0; p++)
		for (size_t t = 0; t < d->targets_n; t++) {
			const struct listing *before;

			if (dnsbl_cell_of(d, p, t) != CELL_CLEAN)
				continue;
			before = listings_find(known,
			    str_z(d->probes[p].list->id), d->targets[t].name);
			if (before == NULL || before->gone != WALL_NONE)
				continue;
			if (dnsbl_confirm(d, p, t) > CONFIRM_ALONE) {
				add_change(
				    w, LISTED_UNSURE, p, t, before->first);
				continue;
			}
			remember(w, SLIP_GONE, d, p, t, NULL);
			add_change(w, LISTED_GONE, p, t, before->first);
		}
}

static void
remember_round(struct listed_work *w, struct dnsbl *d)
{
	w->changes_n = 0;
	if (w->l->keep.off)
		return;
	for (size_t t = 0; t < d->targets_n; t++)
		remember(w, SLIP_ASKED, d, 0, t, NULL);
	remember_entries(w, d);
	remember_gone(w, d);
}

/* ---- --watch ---- */

static const struct dnsbl_entry *
entry_of(const struct dnsbl *d, const struct dnsbl_probe *probe,
    const struct dnsbl_target *target)
{
	for (size_t i = 0; i < d->entries_n; i++) {
		const struct dnsbl_entry *e = d->entries[i];

		if (e->cell == CELL_LISTED &&
		    str_eq(d->probes[e->probe].zone, probe->zone) &&
		    str_eq(d->targets[e->target].name, target->name))
			return e;
	}
	return NULL;
}

/* Since when it was listed, so that it counts, before this round; WALL_NONE:
 * it was not. */
static wall_us
was_listed(const struct listed_work *w, const struct dnsbl *before,
    const struct dnsbl_probe *probe, const struct dnsbl_target *target)
{
	const struct listing *known = listings_find(
	    &w->l->keep.listings, str_z(probe->list->id), target->name);
	const struct dnsbl_entry *e = entry_of(before, probe, target);

	for (size_t i = 0; i < w->held.n; i++)
		if (str_eq(w->held.items[i].zone, probe->zone) &&
		    str_eq(w->held.items[i].target, target->name))
			return w->held.items[i].since;
	if (e == NULL || !dnsbl_counts(before, e))
		return WALL_NONE;
	return known != NULL && known->gone == WALL_NONE ? known->first
							 : w->x->begun;
}

static void
hold(struct listed_work *w, struct held *held, enum listed_what what,
    const struct dnsbl *d, size_t probe, size_t target, wall_us since)
{
	VEC_ROOM(held->items, held->n, held->cap);
	held->items[held->n++] =
	    (struct held_entry){str_keep(&held->arena, d->probes[probe].zone),
		str_keep(&held->arena, d->targets[target].name), since};
	add_change(w, what, probe, target, since);
}

static void
held_done(struct held *held)
{
	free(held->items);
	arena_done(&held->arena);
	*held = (struct held){0};
}

static void
say_change(struct listed_work *w, const char *what, const struct dnsbl *d,
    size_t probe, size_t target)
{
	struct arena a = {0};

	if (!options_has(w->x->options, OPT_NAGIOS) &&
	    !options_has(w->x->options, OPT_JSON) &&
	    !options_has(w->x->options, OPT_QUIET))
		printf("%s  %.*s: %.*s %s\n", lang_moment(&a, time_now()),
		    STR_ARG(text_safe(&a, d->targets[target].name)),
		    STR_ARG(text_safe(&a, d->probes[probe].shown)), what);
	arena_done(&a);
}

/* What was listed and is not now: one server may be behind the others, so a
 * second one is asked before it is believed. */
static void
look_whether_gone(struct listed_work *w, struct held *held, struct dnsbl *now,
    size_t probe, size_t target, wall_us since)
{
	const char *what = NULL;
	bool is_gone = false;

	switch (dnsbl_confirm(now, probe, target)) {
	case CONFIRM_CLEAN:
		is_gone = true;
		what = _("has let it go; a second name server says so too");
		break;
	case CONFIRM_ALONE:
		is_gone = true;
		what = _("has let it go, says the only name server that it "
			 "has");
		break;
	case CONFIRM_LISTED:
		what = _("has let it go, says one name server, but a second "
			 "one still lists it");
		break;
	case CONFIRM_UNKNOWN:
		what = _("has let it go, says one name server; no second one "
			 "could be asked");
		break;
	}
	if (is_gone)
		remember(w, SLIP_GONE, now, probe, target, NULL);
	else
		hold(w, held, LISTED_UNSURE, now, probe, target, since);
	say_change(w, what, now, probe, target);
}

/* What is not confirmed is held for the next round. */
static void
compare(struct listed_work *w, const struct dnsbl *before, struct dnsbl *now)
{
	struct held held = {0};

	for (size_t p = 0; p < now->probes_n; p++)
		for (size_t t = 0; t < now->targets_n; t++) {
			enum dnsbl_cell cell = dnsbl_cell_of(now, p, t);
			wall_us since = was_listed(
			    w, before, &now->probes[p], &now->targets[t]);

			if (cell == CELL_LISTED && since == WALL_NONE &&
			    entry_of(before, &now->probes[p],
				&now->targets[t]) == NULL)
				say_change(w, _("lists it now"), now, p, t);
			if (since == WALL_NONE)
				continue;
			if (cell == CELL_CLEAN)
				look_whether_gone(w, &held, now, p, t, since);
			else if (cell == CELL_UNKNOWN || cell == CELL_NOT_ASKED)
				hold(w, &held, LISTED_UNSEEN, now, p, t, since);
		}
	held_done(&w->held);
	w->held = held;
}

static int
watch(struct listed_work *w, struct dnsbl *before, int code)
{
	struct timespec pause = {.tv_sec = w->l->watch / US_SECOND,
	    .tv_nsec = w->l->watch % US_SECOND * 1000};

	while (code != 0) {
		struct dnsbl now = {0};
		wall_us begun;

		if (command_flush(code) != code)
			return OUTCOME_FAILED;
		(void)nanosleep(&pause, NULL);
		begun = time_now();
		w->targets.notes_n = 0;
		fill(w, &now);
		now.fresh = true;
		dnsbl_run(&now, NULL, NULL);
		remember_entries(w, &now);
		w->changes_n = 0;
		compare(w, before, &now);
		if (options_has(w->x->options, OPT_NAGIOS) ||
		    options_has(w->x->options, OPT_JSON))
			code = show(w, &now, begun);
		else
			code = listed_exit(&(struct listed_view){.d = &now,
			    .changes = w->changes,
			    .changes_n = w->changes_n});
		dnsbl_done(before);
		*before = now;
	}
	held_done(&w->held);
	return code;
}

/* Without words: what the configurations, the newest logs and the queues
 * say. */
static void
take_own(struct listed_work *w)
{
	struct inquiry *x = w->x;

	sends_as_facts(&w->l->own, &x->arena, &x->facts);
	source_order(&w->l->logs, WALL_NONE, WALL_NONE, WALL_NONE);
	hints_read(&w->hints, &w->l->logs);
	sends_as_hints(&w->l->own, &x->arena, &w->hints);
	queued_read(&w->l->queued, &w->l->own, &x->arena, &w->hints, &w->said);
	w->doubts_n = outside_find(
	    &w->l->own, &x->arena, &w->hints, x->resolver, w->doubts, DOUBTS);
}

static int
listed_work(struct inquiry *x, const struct sandbox *sandbox)
{
	struct listed_work w = {.x = x, .l = x->arg};
	struct dnsbl d = {0};
	int code;

	inquiry_say_sandbox(sandbox);
	if (w.l->own_too)
		take_own(&w);
	fill(&w, &d);
	dnsbl_run(&d, NULL, NULL);
	remember_round(&w, &d);
	code = show(&w, &d, x->begun);
	if (w.l->watch > 0)
		code = watch(&w, &d, code);
	dnsbl_done(&d);
	arena_done(&w.targets.arena);
	free(w.changes);
	hints_done(&w.hints);
	free(w.said.not_examined);
	arena_done(&w.said.arena);
	return code;
}

/* "90s", "30m", "2h" */
static bool
read_watch(const struct options *o, span_us *ret_watch, struct err *err)
{
	struct str text = options_text(o, OPT_WATCH);
	struct str rest = text;
	uint64_t n = 0;
	span_us unit = 0;

	if (!options_has(o, OPT_WATCH))
		return true;
	if (str_u64(&rest, 6, &n) && rest.n == 1)
		unit = rest.p[0] == 's'   ? US_SECOND
		       : rest.p[0] == 'm' ? US_MINUTE
		       : rest.p[0] == 'h' ? US_HOUR
					  : 0;
	if (unit == 0 || n == 0) {
		err_set(
		    err, ERR_CONFIG, _("--watch needs a time: 90s, 30m or 2h"));
		snprintf(
		    err->hint, sizeof(err->hint), "sereno listed --watch 30m");
		return false;
	}
	*ret_watch = (span_us)n * unit;
	return true;
}

/* A word without a dot can be a list of the catalogue only. */
static bool
check_lists(const struct options *o, struct err *err)
{
	const struct option_value *lists = &o->values[OPT_LIST];

	for (size_t i = 0; i < lists->n; i++) {
		struct arena scratch = {0};

		if (list_find(lists->texts[i]) != NULL ||
		    str_chr(lists->texts[i], '.') < lists->texts[i].n)
			continue;
		err_set(err, ERR_CONFIG,
		    _("'%.*s' is no list of the catalogue, and no zone"),
		    STR_ARG(
			text_safe(&scratch, str_head(lists->texts[i], 80))));
		snprintf(err->hint, sizeof(err->hint),
		    "--list spamcop zen.spamhaus.org rbl.example.org");
		arena_done(&scratch);
		return false;
	}
	return true;
}

static int
listed_run(const struct options *o)
{
	struct listed l = {0};
	struct arena a = {0};
	struct err err;
	bool good = read_watch(o, &l.watch, &err);
	bool copied = options_has(o, OPT_QUEUE), here;
	int code;

	for (size_t i = 0; good && i < o->words.n; i++)
		good = targets_check(o->words.texts[i], &err);
	good = good && check_lists(o, &err) && targets_check_own(o, &err);
	if (!good)
		return command_refuse(&err, options_has(o, OPT_NAGIOS));
	(void)gethostname(l.host, sizeof(l.host) - 1);
	here = o->words.n == 0 && (!copied || options_has(o, OPT_ROOT));
	l.own_too = here || copied;
	if (here) {
		sends_as_find(&l.own, &a, o);
		source_find(&l.logs, options_text(o, OPT_ROOT));
	} else if (copied) {
		sends_as_named(&l.own, &a, o);
	}
	queued_open(&l.queued, o, here && !copied);
	keep_open(&l.keep, o, copied);
	code = inquiry_run_kept(o, here ? INQUIRY_CONFIGURED : 0U, &l, &l.keep,
	    &l.queued, listed_work);
	keep_close(&l.keep);
	queued_close(&l.queued);
	source_set_done(&l.logs);
	sends_as_done(&l.own);
	arena_done(&a);
	return code;
}

const struct command command_listed = {
    .name = "listed",
    .words = "[IP|RANGE|DOMAIN|HOST...]",
    .summary = N_("is an address or a name on a block list, and why?"),
    .help = N_("Asks the lists that receivers of mail use about these "
	       "addresses, ranges and names; without any, about everything "
	       "that this server sends as. Each list is tested before it is "
	       "believed, and what does not answer is unknown, not clean. "
	       "Exit code 1 means that something is listed."),
    .words_max = 1000,
    .run = listed_run,
};
