/* SPDX-License-Identifier: ISC */
/*
 * The order of the sources, and the year of stamps that have none.
 *
 * A stamp without a year is given the latest year in which it is not behind
 * its bound. The bound of the last line of a file is the least of
 *   - the moment of this run (--now): no line is of the future;
 *   - the file's modification time: a copy makes it later, never earlier;
 *   - the date in a rotation's name: it was rotated behind its last line;
 *   - the first line of the rotation that follows it.
 * From there backwards through the file each line bounds the one before it,
 * so a file that crosses New Year, even several, is dated right. The slack is
 * half a year inside a file, as in line.c: clocks step and lines come late,
 * but never by so much.
 */
#include "base/fd.h"
#include "base/lang.h"
#include "source/inner.h"
#include "source/peek.h"
#include "source/rotation.h"

#include <stdlib.h>

enum {
	PROBES = 64,        /* lines looked at inside a file */
	TURNS_MAX = PROBES, /* of the year, in one file */
	PASSES = 64,        /* over files that follow each other */
};

/* Zones of other machines, and clocks that were wrong. */
static const span_us SLACK = 2 * US_DAY;
static const span_us SLACK_INSIDE = 180 * US_DAY;
/* A modification time before that was set by a tool that forgets times. */
static const wall_us MTIME_SANE = 10000 * US_DAY; /* 1997 */

struct item {
	struct source source;
	struct peek peek;
	struct str folder;
	struct rotation rotation;
	wall_us bound; /* no line is later */
	bool exact;    /* source.last is a stamp */
	bool dated;
	size_t newer; /* the rotation that follows; itself: none */
};

struct items {
	struct source_set *set;
	struct item *p;
	size_t n;
};

static wall_us
earlier(wall_us a, wall_us b)
{
	return a < b ? a : b;
}

/* The end of the day, or the second, that the name tells; INT64_MAX: none. */
static wall_us
name_bound(const struct rotation *r)
{
	uint64_t day = r->date / 1000000, clock = r->date % 1000000;

	if (r->date == 0)
		return INT64_MAX;
	if (r->epoch != 0)
		return (wall_us)r->epoch * US_SECOND;
	if (clock / 10000 > 23)
		clock = 235959;
	return time_of_local((int)(day / 10000), (int)(day / 100 % 100),
	    (int)(day % 100), (int)(clock / 10000), (int)(clock / 100 % 100),
	    (int)(clock % 100));
}

static wall_us
item_bound(const struct item *item, wall_us now)
{
	wall_us bound = earlier(now, name_bound(&item->rotation));

	if (item->source.mtime > MTIME_SANE)
		bound = earlier(bound, item->source.mtime);
	return bound + SLACK;
}

static struct item
item_of(const struct source *source, wall_us now)
{
	struct item item = {.source = *source};
	size_t slash = str_rchr(source->path, '/');
	struct str name = slash < source->path.n
			      ? str_skip(source->path, slash + 1)
			      : source->path;

	item.folder =
	    slash < source->path.n ? str_head(source->path, slash) : S("");
	rotation_split(name, &item.rotation);
	source_peek(source, &item.peek);
	item.bound = item_bound(&item, now);
	return item;
}

/* ---- the years inside one file ---- */

static void
turn_add(struct source_set *set, struct source *source, uint64_t at, int year)
{
	if (source->turns == NULL)
		source->turns = arena_alloc(
		    &set->arena, TURNS_MAX * sizeof(*source->turns));
	if (source->turns_n == TURNS_MAX)
		return;
	/* Found from the last to the first, kept in the order of the file. */
	memmove(source->turns + 1, source->turns,
	    source->turns_n * sizeof(*source->turns));
	source->turns[0] = (struct source_turn){.at = at, .year = year};
	source->turns_n++;
}

struct dated {
	struct stamp stamp;
	wall_us at;
	int year;
};

/* Date a line that is followed by right, not much before that. */
static void
date_before(struct dated *ret_left, const struct dated *right)
{
	ret_left->at = stamp_latest(
	    &ret_left->stamp, right->at + SLACK_INSIDE, &ret_left->year);
	if (ret_left->at == WALL_NONE)
		*ret_left = *right;
}

/* The first line of right's year between left, of another one, and right. */
static uint64_t
find_turn(const struct source *source, uint64_t left, struct dated right)
{
	int year = right.year;

	while (right.stamp.at - left > 1) {
		uint64_t middle = left + (right.stamp.at - left) / 2;
		struct dated d = right;

		if (stamp_find(source, middle, right.stamp.at, &d.stamp))
			date_before(&d, &right);
		if (d.stamp.at < right.stamp.at && d.year == year)
			right = d;
		else
			left = middle;
	}
	return right.stamp.at;
}

/* From the last line, whose moment is known, to the first. */
static void
date_inside(struct source_set *set, struct item *item, struct dated right)
{
	struct source *source = &item->source;
	uint64_t first = item->peek.first.at, end = right.stamp.at;

	source->turns_n = 0;
	for (uint64_t i = PROBES; i-- > 0;) {
		uint64_t at = first + (end - first) / PROBES * i;
		struct dated left = {.stamp = item->peek.first};

		if (i > 0 &&
		    (at <= first || at >= right.stamp.at ||
			!stamp_find(source, at, right.stamp.at, &left.stamp)))
			continue;
		date_before(&left, &right);
		if (left.year != right.year)
			turn_add(set, source,
			    find_turn(source, left.stamp.at, right),
			    right.year);
		right = left;
	}
	/* A boot before the clock was set begins with "Jan  1". */
	source->first = earlier(right.at, source->last);
	source->year = right.year;
}

/* Give the source its first, last and year: nothing later than bound. */
static void
item_date(struct source_set *set, struct item *item)
{
	struct source *s = &item->source;
	const struct peek *peek = &item->peek;

	item->dated = true;
	s->last = item->bound - SLACK;
	if (peek->first.n == 0)
		return;
	if (peek->last.n > 0) {
		struct dated last = {.stamp = peek->last};

		last.at = stamp_latest(&peek->last, item->bound, &last.year);
		s->last = last.at;
		item->exact = true;
		if (!peek->first.has_year || !peek->last.has_year) {
			date_inside(set, item, last);
			return;
		}
	}
	s->first = stamp_latest(&peek->first, item->bound, &s->year);
	/* A time of the file that its lines contradict tells nothing. */
	if (!item->exact && s->last < s->first)
		s->last = WALL_NONE;
}

/* ---- the years of files that follow each other ---- */

/* The rotation that directly follows items->p[i], or i. */
static size_t
find_newer(const struct items *items, size_t i)
{
	const struct item *item = &items->p[i];
	size_t best = i;

	for (size_t k = 0; k < items->n; k++) {
		const struct item *other = &items->p[k];

		if (!str_eq(other->folder, item->folder) ||
		    !rotation_same(&other->rotation, &item->rotation) ||
		    rotation_order(&item->rotation, &other->rotation) >= 0)
			continue;
		if (best == i || rotation_order(&other->rotation,
				     &items->p[best].rotation) < 0)
			best = k;
	}
	return best;
}

/* Dates an item behind those that are newer than it. */
static void
date_chain(struct items *items, size_t i)
{
	struct item *item = &items->p[i];
	size_t newer;

	/* Names give a strict order, so this walk has an end. */
	while (!item->dated) {
		for (newer = i; items->p[newer].newer != newer &&
				!items->p[items->p[newer].newer].dated;)
			newer = items->p[newer].newer;
		if (items->p[newer].newer != newer) {
			const struct item *next =
			    &items->p[items->p[newer].newer];

			if (next->source.first != WALL_NONE)
				items->p[newer].bound =
				    earlier(items->p[newer].bound,
					next->source.first + SLACK);
		}
		item_date(items->set, &items->p[newer]);
	}
}

/* How far a span is from whole years. */
static span_us
year_rest(span_us span)
{
	static const span_us year = 31556952 * US_SECOND;
	span_us rest = span % year;

	return rest < year - rest ? rest : year - rest;
}

/*
 * Copies whose times and names tell nothing: the last line of one a moment
 * before the first line of another, but for the year, means that they follow
 * each other. True when the item was moved to an earlier year.
 */
static bool
date_neighbour(struct items *items, struct item *item)
{
	wall_us was = item->source.last;

	if (!item->exact || item->peek.last.has_year ||
	    item->source.mtime - was < SLACK)
		return false;
	for (size_t i = 0; i < items->n; i++) {
		const struct item *next = &items->p[i];
		wall_us bound = next->source.first + US_HOUR, at;
		int year;

		if (next == item || next->source.first == WALL_NONE ||
		    next->source.role != item->source.role || was <= bound)
			continue;
		/* The exact answer takes long to get for thousands. */
		if (year_rest(was - bound) > 3 * US_DAY)
			continue;
		at = stamp_latest(&item->peek.last, bound, &year);
		if (at == WALL_NONE || bound - at > 2 * US_HOUR)
			continue;
		item->bound = bound;
		item_date(items->set, item);
		return true;
	}
	return false;
}

static void
date_all(struct items *items)
{
	bool again = true;

	for (size_t i = 0; i < items->n; i++)
		items->p[i].newer = find_newer(items, i);
	for (size_t i = 0; i < items->n; i++)
		date_chain(items, i);
	/* Each pass moves the next one of a row; a row is seldom long. */
	for (int pass = 0; pass < PASSES && again; pass++) {
		again = false;
		for (size_t i = 0; i < items->n; i++)
			if (items->p[i].newer == i)
				again |= date_neighbour(items, &items->p[i]);
	}
}

/* ---- which of the logs that were found ---- */

/* The newest line of a mail program in the item; WALL_NONE: none. */
static wall_us
mail_at(const struct item *item)
{
	wall_us bound = item->exact ? item->source.last + US_DAY : item->bound;
	int year;

	return item->peek.mail.n == 0
		   ? WALL_NONE
		   : stamp_latest(&item->peek.mail, bound, &year);
}

/*
 * rsyslog writes the same line to mail.log, mail.info and syslog, and the
 * journal has it as well: counted twice, every number would be wrong. So one
 * of them is used: the first in the order of find.c whose newest mail line is
 * not older than another's. A log that nobody writes any more (rsyslog was
 * removed on an upgrade) so loses against the journal.
 */
static int
choose(const struct items *items)
{
	wall_us newest = WALL_NONE;
	int best = 0;

	for (size_t i = 0; i < items->n; i++) {
		wall_us at = mail_at(&items->p[i]);

		if (items->p[i].source.choice > 0 && at > newest)
			newest = at;
	}
	for (size_t i = 0; i < items->n && newest != WALL_NONE; i++) {
		const struct item *item = &items->p[i];
		int choice = item->source.choice;

		if (choice > 0 && mail_at(item) >= newest - US_DAY &&
		    (best == 0 || choice < best))
			best = choice;
	}
	return best;
}

/* The others go, but for what ended before the chosen one began. */
static void
drop_others(struct items *items, int best)
{
	wall_us begin = INT64_MAX;
	size_t n = 0;

	for (size_t i = 0; i < items->n; i++)
		if (items->p[i].source.choice == best &&
		    items->p[i].source.first != WALL_NONE)
			begin = earlier(begin, items->p[i].source.first);
	for (size_t i = 0; i < items->n; i++) {
		struct item *item = &items->p[i];
		bool keep = item->source.choice == 0 ||
			    (item->source.choice == SOURCE_IF_MAIL &&
				item->peek.mail.n > 0) ||
			    item->source.choice == best ||
			    (best != 0 && item->source.choice > 0 &&
				item->peek.mail.n > 0 &&
				item->source.last != WALL_NONE &&
				item->source.last < begin);

		if (keep)
			items->p[n++] = *item;
		else
			source_free(&item->source);
	}
	items->n = n;
}

/* ---- copies ---- */

/* Could one be a copy of the other? Logs that syslog wrote twice are choose's
 * business. */
static bool
begin_alike(const struct item *a, const struct item *b)
{
	const struct stamp *x = &a->peek.first, *y = &b->peek.first;

	return x->n > 0 && x->n == y->n &&
	       memcmp(x->front, y->front, x->n) == 0 &&
	       a->source.role == b->source.role &&
	       a->source.choice == b->source.choice;
}

/* The item that holds all of items->p[i]; i itself: none does. */
static size_t
find_whole(const struct items *items, size_t i)
{
	const struct item *item = &items->p[i];

	for (size_t k = 0; k < items->n; k++) {
		const struct item *other = &items->p[k];

		/* Of two that are the same the first one stays. */
		if (k != i && begin_alike(item, other) &&
		    source_is_copy(&item->source, &other->source) &&
		    (k < i || !source_is_copy(&other->source, &item->source)))
			return k;
	}
	return i;
}

static void
drop_copies(struct items *items)
{
	for (size_t i = items->n; i-- > 0;) {
		struct item *item = &items->p[i];
		size_t whole = find_whole(items, i);
		struct err err = {0};

		if (whole == i)
			continue;
		(void)err_set(&err, ERR_INPUT,
		    _("'%.*s' holds the same lines as '%.*s': they are counted "
		      "once"),
		    STR_ARG(item->source.path),
		    STR_ARG(items->p[whole].source.path));
		source_gap_add(items->set, item->source.path, &err);
		source_free(&item->source);
		items->n--;
		memmove(item, item + 1, (items->n - i) * sizeof(*item));
	}
}

/* ---- all of it ---- */

static void
tell_utf16(struct source_set *set, struct str path)
{
	struct err err = {0};

	(void)err_set(&err, ERR_INPUT,
	    _("'%.*s' is text in UTF-16, as PowerShell writes it: copy the "
	      "file itself, or make it UTF-8"),
	    STR_ARG(path));
	(void)snprintf(err.hint, sizeof(err.hint), "%s",
	    _("iconv -f UTF-16 -t UTF-8 FILE | sereno check --log -"));
	source_gap_add(set, path, &err);
}

static void
tell_strange(struct items *items)
{
	for (size_t i = 0; i < items->n; i++) {
		const struct item *item = &items->p[i];
		struct err err = {0};

		if (item->source.role != SOURCE_MAIL || !item->peek.has_lines ||
		    item->peek.first.n > 0)
			continue;
		if (item->peek.is_utf16) {
			tell_utf16(items->set, item->source.path);
			continue;
		}
		(void)err_set(&err, ERR_INPUT,
		    item->peek.has_nul
			? _("no line at the ends of '%.*s' has a time stamp "
			    "that is known: it looks binary")
			: _("no line at the ends of '%.*s' has a time stamp "
			    "that is known"),
		    STR_ARG(item->source.path));
		source_gap_add(items->set, item->source.path, &err);
	}
}

static int
item_compare(const void *a, const void *b)
{
	const struct source *x = &((const struct item *)a)->source;
	const struct source *y = &((const struct item *)b)->source;
	wall_us x_at = x->first == WALL_NONE ? x->mtime : x->first;
	wall_us y_at = y->first == WALL_NONE ? y->mtime : y->first;

	if (x_at != y_at)
		return x_at < y_at ? -1 : 1;
	if (x->last != y->last)
		return x->last < y->last ? -1 : 1;
	return strcmp(x->path.p, y->path.p);
}

static bool
is_outside(const struct source *s, wall_us since, wall_us until)
{
	/* A second more: the times of some file systems have no fraction. */
	if (since != WALL_NONE && s->last != WALL_NONE &&
	    s->last < since - US_SECOND)
		return true;
	return until != WALL_NONE && s->first != WALL_NONE && s->first > until;
}

/*
 * The items of the set. The journal is the last choice and slow to open: it
 * is not even looked at when a log before it has mail of today.
 */
static struct items
items_of(struct source_set *set, wall_us now)
{
	struct items items = {.set = set};
	bool fresh = false;

	items.p = xcalloc(set->n, sizeof(items.p[0]));
	for (size_t i = 0; i < set->n; i++) {
		struct source *s = &set->items[i];
		struct item *item = &items.p[items.n];
		int year;

		if (s->form == SOURCE_JOURNAL && s->choice > 0 && fresh) {
			source_free(s);
			continue;
		}
		s->wrap = source_wrap_of(s);
		*item = item_of(s, now);
		items.n++;
		if (s->choice > 0 && item->peek.mail.n > 0 &&
		    stamp_latest(&item->peek.mail, item->bound, &year) >=
			now - US_DAY)
			fresh = true;
	}
	return items;
}

void
source_order(struct source_set *set, wall_us since, wall_us until, wall_us now)
{
	struct items items;
	bool found = false;

	if (now == WALL_NONE)
		now = time_now();
	for (size_t i = 0; i < set->n; i++)
		found |= set->items[i].choice != 0;
	items = items_of(set, now);
	drop_copies(&items);
	date_all(&items);
	if (found)
		drop_others(&items, choose(&items));
	tell_strange(&items);
	if (items.n > 0)
		qsort(items.p, items.n, sizeof(items.p[0]), item_compare);
	set->n = 0;
	for (size_t i = 0; i < items.n; i++) {
		struct source *s = &items.p[i].source;

		if (is_outside(s, since, until)) {
			source_free(s);
			continue;
		}
		journal_limit(s, since, until);
		set->items[set->n++] = *s;
	}
	if (set->n == 0 && found && items.n == 0)
		source_gap_none(set);
	free(items.p);
}
