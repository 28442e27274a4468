/* SPDX-License-Identifier: ISC */
/*
 * The rotations of a log: by name alone, since nobody writes down how a log
 * is rotated in a way that could be read for all of logrotate, newsyslog,
 * savelog and "postfix logrotate".
 */
#include "source/rotation.h"
#include "base/lang.h"

#include "base/arena.h"
#include "base/fd.h"
#include "source/inner.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

enum {
	DAY_END = 999999, /* a day without the time of it */
	NUMBER_DIGITS = 4,
};

static uint64_t
number_of(struct str digits)
{
	uint64_t value = 0;

	(void)str_u64(&digits, 18, &value);
	return value;
}

/* Take the digits at the end of *s, at most max, off it. */
static struct str
digits_off(struct str *s, size_t max)
{
	size_t n = 0;

	if (s->n == 0)
		return *s;
	while (n < s->n && n < max && s->p[s->n - n - 1] >= '0' &&
	       s->p[s->n - n - 1] <= '9')
		n++;
	s->n -= n;
	return (struct str){s->p + s->n, n};
}

static bool
end_off(struct str *s, struct str end)
{
	if (s->n <= end.n || !str_ends(*s, end))
		return false;
	s->n -= end.n;
	return true;
}

static bool
separator_off(struct str *s)
{
	if (s->n < 2 || memchr("-._", s->p[s->n - 1], 3) == NULL)
		return false;
	s->n--;
	return true;
}

/* "20260301" or "2026-03-01" at the end of *s, with its separator. */
static bool
day_off(struct str *s, uint64_t *ret_day)
{
	struct str rest = *s, digits = digits_off(&rest, 8);
	uint64_t day = number_of(digits);

	if (digits.n == 2) {
		struct str month, year;

		if (!end_off(&rest, S("-")))
			return false;
		month = digits_off(&rest, 2);
		if (!end_off(&rest, S("-")))
			return false;
		year = digits_off(&rest, 4);
		if (month.n != 2 || year.n != 4)
			return false;
		day += number_of(year) * 10000 + number_of(month) * 100;
	} else if (digits.n != 8) {
		return false;
	}
	if (day < 19900101 || day > 22000000 || day / 100 % 100 < 1 ||
	    day / 100 % 100 > 12 || day % 100 < 1 || day % 100 > 31 ||
	    !separator_off(&rest))
		return false;
	*s = rest;
	*ret_day = day;
	return true;
}

/* A day at the end of *s, and the time or the seconds behind it if any. */
static bool
date_off(struct str *s, struct rotation *r)
{
	struct str rest = *s, time = digits_off(&rest, 10);
	uint64_t day;

	if ((time.n == 6 || time.n == 4 || time.n == 2 || time.n == 10) &&
	    rest.n > 0 && memchr("-_T.", rest.p[rest.n - 1], 4) != NULL) {
		rest.n--;
		if (day_off(&rest, &day)) {
			uint64_t clock = number_of(time);

			if (time.n == 10) {
				r->epoch = clock;
				clock = DAY_END;
			}
			for (size_t n = time.n; n < 6; n += 2)
				clock = clock * 100 + 99;
			r->date = day * 1000000 + clock;
			*s = rest;
			return true;
		}
	}
	if (!day_off(s, &day))
		return false;
	r->date = day * 1000000 + DAY_END;
	return true;
}

/* ".3", ".old", ".processed" at the end of *s. */
static bool
number_off(struct str *s, struct rotation *r)
{
	struct str rest = *s, digits = digits_off(&rest, NUMBER_DIGITS);

	/* Twice the number: ".processed" stands between 0 and 1. */
	if (digits.n > 0 && end_off(&rest, S("."))) {
		r->number = number_of(digits) * 2 + 2;
		*s = rest;
		(void)end_off(s, S(".processed"));
		return true;
	}
	if (end_off(s, S(".processed")))
		r->number = 1;
	else if (end_off(s, S(".old")))
		r->number = 4;
	return r->number > 0;
}

void
rotation_split(struct str name, struct rotation *ret_rotation)
{
	static const struct str packed[] = {S0(".gz"), S0(".xz"), S0(".zst"),
	    S0(".bz2"), S0(".lz4"), S0(".zstd")};
	static const struct str tails[] = {S0(""), S0(".log")};
	struct rotation *r = ret_rotation;
	struct str rest = name;

	*r = (struct rotation){.head = name};
	for (size_t i = 0; i < ARRAY_LEN(packed); i++)
		if (end_off(&rest, packed[i])) {
			r->packed = packed[i];
			break;
		}
	for (size_t i = 0; i < ARRAY_LEN(tails); i++) {
		struct str head = rest;

		if (tails[i].n > 0 && !end_off(&head, tails[i]))
			continue;
		if (date_off(&head, r) ||
		    (tails[i].n == 0 && number_off(&head, r))) {
			/* "mail.log-20260301.2": the second of that day */
			if (r->number > 0)
				(void)date_off(&head, r);
			r->head = head;
			r->tail = tails[i];
			return;
		}
	}
	r->packed = (struct str){NULL, 0};
}

/* Byte i of head and tail joined. */
static char
joined(const struct rotation *r, size_t i)
{
	return i < r->head.n ? r->head.p[i] : r->tail.p[i - r->head.n];
}

bool
rotation_same(const struct rotation *a, const struct rotation *b)
{
	size_t n = a->head.n + a->tail.n;

	if (n != b->head.n + b->tail.n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (joined(a, i) != joined(b, i))
			return false;
	return true;
}

int
rotation_order(const struct rotation *a, const struct rotation *b)
{
	bool a_live = a->number == 0 && a->date == 0;
	bool b_live = b->number == 0 && b->date == 0;

	if (a_live || b_live)
		return (int)a_live - (int)b_live;
	if (a->date != 0 && b->date != 0 && a->date != b->date)
		return a->date < b->date ? -1 : 1;
	/* Two of the same day: the one numbered higher is the older. */
	if ((a->date != 0) != (b->date != 0) || a->number == b->number)
		return 0;
	return a->number > b->number ? -1 : 1;
}

/* ---- files ---- */

struct found {
	struct str name, path;
	struct rotation rotation;
};

struct folder {
	struct found *items;
	size_t n, cap;
};

/* Newest first: what is rotated meanwhile is then met twice, not missed, and
 * its inode gives it away. */
static int
found_compare(const void *a, const void *b)
{
	const struct found *x = a, *y = b;
	int order = rotation_order(&y->rotation, &x->rotation);

	if (order != 0)
		return order;
	if (x->rotation.packed.n != y->rotation.packed.n)
		return x->rotation.packed.n < y->rotation.packed.n ? -1 : 1;
	return strcmp(x->path.p, y->path.p);
}

static void
folder_read(struct source_set *set, const struct place *place,
    struct str folder, const struct rotation *wanted, struct folder *ret)
{
	CLEANUP(fd_close)
	int fd = place_file(place, folder, O_RDONLY | O_DIRECTORY);
	const struct dirent *entry;
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	/* The log itself is opened by its name, so a folder that cannot be
	 * listed is only told when it hides rotations. */
	if (dir == NULL) {
		struct err err = {0};

		if (errno != EACCES)
			return;
		(void)err_set(&err, ERR_DENIED,
		    _("cannot look for older logs in '%.*s': %s"),
		    STR_ARG(folder), strerror(errno));
		source_gap_add(set, place_path(set, place, folder), &err);
		return;
	}
	(void)fd_steal(&fd);
	while ((entry = readdir(dir)) != NULL) {
		struct found found = {.name = str_z(entry->d_name)};

		rotation_split(found.name, &found.rotation);
		if (!rotation_same(&found.rotation, wanted) ||
		    (found.rotation.number == 0 && found.rotation.date == 0))
			continue;
		found.path = arena_printf(&set->arena, STR_FMT "/" STR_FMT,
		    STR_ARG(folder), STR_ARG(found.name));
		found.name = str_skip(found.path, folder.n + 1);
		rotation_split(found.name, &found.rotation);
		VEC_ROOM(ret->items, ret->n, ret->cap);
		ret->items[ret->n++] = found;
	}
	(void)closedir(dir);
}

static void
folders_read(struct source_set *set, const struct place *place, struct str dir,
    const struct rotation *wanted, struct folder *ret)
{
	/* Where "olddir" of logrotate mostly points. */
	static const struct str folders[] = {
	    S0(""), S0("/old"), S0("/archive")};

	for (size_t i = 0; i < ARRAY_LEN(folders); i++)
		folder_read(set, place,
		    arena_printf(&set->arena, STR_FMT STR_FMT, STR_ARG(dir),
			STR_ARG(folders[i])),
		    wanted, ret);
	if (ret->n > 0)
		qsort(ret->items, ret->n, sizeof(ret->items[0]), found_compare);
}

/* gzip is at work, or was killed: the same lines in two files. */
static bool
is_packed_twin(const struct found *a, const struct found *b)
{
	size_t packed = b->rotation.packed.n;

	return a->rotation.packed.n == 0 && packed > 0 &&
	       b->path.n == a->path.n + packed && str_starts(b->path, a->path);
}

/* Take those that first (NULL: nothing) does not name. How many were. */
static size_t
take_new(struct source_set *set, const struct place *place, struct folder *all,
    const struct folder *first, enum source_role role, int choice)
{
	size_t taken = 0;

	for (size_t i = 0; i < all->n; i++) {
		bool known = false;

		for (size_t k = 0; first != NULL && k < first->n; k++)
			known |=
			    str_eq(all->items[i].path, first->items[k].path);
		for (size_t k = 0; k < all->n; k++)
			known |= is_packed_twin(&all->items[k], &all->items[i]);
		if (!known)
			taken += place_take(
			    set, place, all->items[i].path, role, choice);
	}
	return taken;
}

size_t
rotations_take(struct source_set *set, const struct place *place,
    struct str path, enum source_role role, int choice)
{
	struct folder all = {0}, later = {0};
	struct rotation wanted = {0};
	size_t slash = str_rchr(path, '/'), taken = 0;
	struct str dir = slash < path.n ? str_head(path, slash) : S(".");

	wanted.head = slash < path.n ? str_skip(path, slash + 1) : path;
	taken += place_take(set, place, path, role, choice);
	folders_read(set, place, dir, &wanted, &all);
	taken += take_new(set, place, &all, NULL, role, choice);
	/* Rotated meanwhile, the oldest has a name that was not there. */
	if (all.n > 0) {
		size_t told = set->gaps_n;

		folders_read(set, place, dir, &wanted, &later);
		set->gaps_n = told; /* what may not be listed was said */
		taken += take_new(set, place, &later, &all, role, choice);
	}
	free(all.items);
	free(later.items);
	return taken;
}
