/* SPDX-License-Identifier: ISC */
#include "trail/test_story.h"

#include "base/limits.h"
#include "mta/mta.h"
#include "source/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	BEFORE = 2000, /* as worker.c looks back */
};

static void
read_events(struct story *s, const struct mta *mta, struct line *line)
{
	enum line_result result;

	do {
		VEC_ROOM(s->events, s->n, s->cap);
		result = mta->line(line, &s->events[s->n]);
		if (result == LINE_EVENT || result == LINE_MORE)
			line->from = s->events[s->n++].more;
	} while (result == LINE_MORE);
}

void
story_read(struct story *s, struct str text)
{
	struct line line;
	const struct mta *mta;

	if (s->clock.year == 0)
		line_clock_init(&s->clock, 2026);
	while (text.n > 0) {
		struct str raw = str_take(&text, '\n');

		s->lines++;
		if (!line_split(&s->clock, raw, &line))
			continue;
		mta = mta_of_program(line.program);
		if (mta != NULL)
			read_events(s, mta, &line);
	}
}

void
story_done(struct story *s)
{
	free(s->events);
	arena_done(&s->arena);
	*s = (struct story){0};
}

/* As a reading does: as many as may be taken in together. */
static size_t
take_in(struct join *part, const struct story *s, size_t from, size_t to)
{
	struct event events[JOIN_AHEAD];
	struct ref refs[JOIN_AHEAD];
	size_t n = to - from < JOIN_AHEAD ? to - from : JOIN_AHEAD;

	for (size_t i = 0; i < n; i++) {
		events[i] = s->events[from + i];
		refs[i] = (struct ref){1, (uint32_t)(from + i)};
	}
	join_events(part, events, refs, n);
	return n;
}

struct join *
story_join(const struct story *s, const struct scripts *scripts,
    const size_t *cuts, size_t cuts_n)
{
	struct join *whole = NULL;
	size_t at = 0;

	for (size_t i = 0; i <= cuts_n; i++) {
		size_t to = i < cuts_n ? cuts[i] : s->n;
		struct join *part = join_new(i == 0, scripts, BY_ORIGIN);

		for (size_t k = at > BEFORE ? at - BEFORE : 0; k < at; k++)
			calls_before(&part->calls, &s->events[k]);
		while (at < to)
			at += take_in(part, s, at, to);
		if (whole == NULL)
			whole = part;
		else
			join_append(whole, part);
	}
	join_finish(whole);
	return whole;
}

/* ---- as text ---- */

struct lines {
	struct arena *a;
	struct str *items;
	size_t n, cap;
};

#define SAY(lines, ...)                                                        \
	do {                                                                   \
		VEC_ROOM((lines)->items, (lines)->n, (lines)->cap);            \
		(lines)->items[(lines)->n++] =                                 \
		    arena_printf((lines)->a, __VA_ARGS__);                     \
	} while (0)

static struct str
counts_text(struct arena *a, const struct counts *c)
{
	return arena_printf(a,
	    "messages=%u recipients=%u accepted=%u bounced=%u deferred=%u "
	    "queued=%u unknown=%u spam=%u",
	    c->messages, c->recipients, c->accepted, c->bounced, c->deferred,
	    c->queued, c->unknown, c->spam);
}

static bool
is_empty(const struct counts *c)
{
	static const struct counts none;

	return memcmp(c, &none, sizeof(none)) == 0;
}

static void
dump_ips(struct lines *l, const char *who, const struct origin *o)
{
	for (uint32_t i = 0; i < o->ips_n; i++) {
		const struct origin_ip *ip = &o->ips[i];
		char text[IP_TEXT];

		if (ip->logins == 0 && is_empty(&ip->counts))
			continue;
		SAY(l,
		    "%s ip %s %s logins=%u first=%u "
		    "last=%u",
		    who, ip_text(&ip->ip, text),
		    counts_text(l->a, &ip->counts).p, ip->logins, ip->first,
		    ip->last);
	}
}

static void
dump_origin(struct lines *l, const struct origin *o)
{
	const char *who = arena_printf(l->a, "%s '" STR_FMT "'",
	    origin_kind_name(o->kind), STR_ARG(o->name))
			      .p;

	if (o->ips_n == 0 && o->counts.messages == 0 && o->hours_n == 0)
		return; /* named, but nothing came of it */
	SAY(l, "%s %s", who, counts_text(l->a, &o->counts).p);
	SAY(l,
	    "%s size=%llu first=%u last=%u deferrals=%u null=%u list=%u "
	    "confirms=%u most=%u",
	    who, (unsigned long long)o->size, o->first, o->last, o->deferrals,
	    o->null_sender, o->list_sender, o->confirms, o->many_rcpts);
	SAY(l, "%s distinct recipients=%llu senders=%llu", who,
	    (unsigned long long)sketch_count(&o->recipients),
	    (unsigned long long)sketch_count(&o->senders));
	for (size_t i = 0; i < REPLY_CLASSES; i++)
		if (o->refused[i] != 0)
			SAY(l, "%s refused %zu: %u", who, i, o->refused[i]);
	for (uint32_t i = 0; i < o->hours_n; i++)
		if (!is_empty(&o->hours[i].counts))
			SAY(l, "%s hour %u %s", who, o->hours[i].hour,
			    counts_text(l->a, &o->hours[i].counts).p);
	dump_ips(l, who, o);
}

static void
dump_auths(struct lines *l, const struct tally *t)
{
	for (uint32_t i = 0; i < t->auths_n; i++) {
		const struct auth *x = &t->auths[i];
		char text[IP_TEXT];

		SAY(l,
		    "auth '" STR_FMT "' %s failures=%u first=%u last=%u %llu",
		    STR_ARG(x->name), ip_text(&x->ip, text), x->failures,
		    x->first, x->last,
		    (unsigned long long)sketch_count(&x->others));
	}
}

static void
dump_sums(struct lines *l, const struct tally *t)
{
	const struct backscatter *b = &t->backscatter;

	SAY(l, "inbound %s", counts_text(l->a, &t->inbound).p);
	SAY(l,
	    "backscatter made=%u delivered=%u refused=%u waiting=%u "
	    "targets=%llu",
	    b->made, b->delivered, b->refused, b->waiting,
	    (unsigned long long)sketch_count(&b->targets));
	SAY(l, "doors rejected=%u relay=%u web=%u vacations=%u loops=%u",
	    t->rejected, t->relay_denied, t->web_submissions, t->vacations,
	    t->loops_said);
	SAY(l, "recipients=%zu domains=%zu", t->recipients.n, t->our_domains.n);
	for (uint32_t i = 0; i < t->blocks_n; i++)
		SAY(l, "block %p %u", (const void *)t->blocks[i].rule,
		    t->blocks[i].n);
	for (uint32_t i = 0; i < t->posts_n; i++)
		SAY(l, "post '" STR_FMT "' hits=%u", STR_ARG(t->posts[i].path),
		    t->posts[i].hits);
}

static int
by_text(const void *left, const void *right)
{
	return strcmp(
	    ((const struct str *)left)->p, ((const struct str *)right)->p);
}

struct str
story_dump(struct arena *a, const struct tally *tally)
{
	struct lines l = {.a = a};
	size_t n = 0;
	char *text;

	for (uint32_t i = 0; i < tally->origins_n; i++)
		dump_origin(&l, tally->origins[i]);
	dump_auths(&l, tally);
	dump_sums(&l, tally);
	qsort(l.items, l.n, sizeof(*l.items), by_text);
	for (size_t i = 0; i < l.n; i++)
		n += l.items[i].n + 1;
	text = arena_alloc(a, n + 1);
	n = 0;
	for (size_t i = 0; i < l.n; i++) {
		memcpy(text + n, l.items[i].p, l.items[i].n);
		n += l.items[i].n;
		text[n++] = '\n';
	}
	free(l.items);
	return (struct str){text, n};
}

/* ---- the recorded log ---- */

/* The compiler's name of this file is relative to the build directory, and
 * that is where the test program lies. */
static void
recorded_path(char *to, size_t n)
{
	char exe[512];
	ssize_t length = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	const char *base = __FILE__[0] == '/' ? "" : exe;

	if (length < 0)
		length = 0;
	exe[length] = '\0';
	exe[str_rchr(str_z(exe), '/')] = '\0';
	(void)snprintf(to, n, "%s/%.*s../../bench/data/postfix.log.gz", base,
	    (int)(str_rchr(str_z(__FILE__), '/') + 1), __FILE__);
}

void
story_recorded(struct story *s)
{
	struct source_set set = {0};
	struct reader *reader;
	struct str block;
	uint64_t offset;
	struct err err = {0};
	char path[1200];

	recorded_path(path, sizeof(path));
	if (!source_add(&set, str_z(path), SOURCE_MAIL)) {
		(void)fprintf(stderr, "cannot read '%s'\n", path);
		abort();
	}
	reader = reader_open(&set.items[0], 0, UINT64_MAX);
	while (reader_next(reader, &block, &offset, &err))
		story_read(s, str_keep(&s->arena, block));
	reader_close(reader);
	source_set_done(&set);
}
