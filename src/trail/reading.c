/* SPDX-License-Identifier: ISC */
#include "trail/reading_part.h"

#include "base/heap.h"
#include "base/limits.h"
#include "base/scan.h"
#include "event/shape.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum {
	PROGRAMS = 128,   /* names remembered, direct mapped */
	PROGRAM_MAX = 63, /* longer names are asked each time */
	NEWLINES = 16384, /* of a block at a time */
	/* Less than this for each thread is not worth starting one. */
	STRETCH_MIN = 4 * 1024 * 1024,
};

/* struct segment counts the lines of each. */
enum {
#define MTA(name) MTA_NUMBER_##name,
#include "mta/mta_list.h"
#undef MTA
	MTAS
};
_Static_assert(MTAS <= ARRAY_LEN(((struct segment *)0)->by_mta), "by_mta");

struct program {
	uint8_t n;
	char text[PROGRAM_MAX];
	const struct mta *mta;
	uint8_t number;       /* in mtas[] */
	uint32_t line_number; /* struct line */
};

/* What one thread needs. */
struct worker {
	struct reading *reading;
	struct segment *segments; /* in order */
	size_t segments_n;
	struct join *join; /* NULL: each is called instead */
	bool notes;        /* the first of two readings (links.h) */
	void (*each)(void *arg, const struct event *event, struct str raw,
	    struct ref ref);
	void *each_arg;
	wall_us since, until; /* both inclusive */
	struct program programs[PROGRAMS];
	struct program own; /* of a segment that is no syslog */
	uint32_t newlines[NEWLINES];
	struct event events[JOIN_AHEAD]; /* of this block, not yet joined */
	struct ref refs[JOIN_AHEAD];
	size_t events_n;
	struct reading_shape *shapes;
	size_t shapes_n;
	uint64_t shapes_missed;
	struct arena scratch;
	pthread_t thread;
	bool started;
};

/* ---- which program wrote it ---- */

/* "postfix/smtpd": the end tells one from the other. */
static size_t
program_slot(struct str name)
{
	uint64_t end = 0;

	if (name.n >= sizeof(end))
		memcpy(&end, name.p + name.n - sizeof(end), sizeof(end));
	else if (name.n > 0)
		end = (uint64_t)(unsigned char)name.p[0] << 8 |
		      (unsigned char)name.p[name.n - 1];
	return (size_t)((end + name.n) * UINT64_C(0x9e3779b97f4a7c15) >> 32) %
	       PROGRAMS;
}

/* memcmp without the call: names have some twenty bytes. */
static bool
is_same(const char *a, const char *b, size_t n)
{
	uint64_t x, y;

	if (n < sizeof(x))
		return memcmp(a, b, n) == 0;
	for (size_t at = 0; at + sizeof(x) < n; at += sizeof(x)) {
		memcpy(&x, a + at, sizeof(x));
		memcpy(&y, b + at, sizeof(y));
		if (x != y)
			return false;
	}
	memcpy(&x, a + n - sizeof(x), sizeof(x));
	memcpy(&y, b + n - sizeof(y), sizeof(y));
	return x == y;
}

static struct program
program_of(const struct mta *mta)
{
	struct program p = {.mta = mta};

	for (uint8_t i = 0; mtas[i] != NULL; i++)
		if (mtas[i] == mta)
			p.number = i;
	return p;
}

static const struct program *
program_find(struct worker *w, struct str name)
{
	struct program *p = &w->programs[program_slot(name)];

	if (p->n == name.n && name.n > 0 && is_same(p->text, name.p, name.n))
		return p;
	*p = program_of(mta_of_program(name));
	if (p->mta != NULL && p->mta->number != NULL)
		p->line_number = p->mta->number(name);
	if (name.n <= PROGRAM_MAX) {
		p->n = (uint8_t)name.n;
		if (name.n > 0)
			memcpy(p->text, name.p, name.n);
	}
	return p;
}

/* ---- lines that are not understood ---- */

static void
shape_add(struct reading_shape *shapes, size_t *n, uint64_t *missed,
    const struct reading_shape *shape)
{
	for (size_t i = 0; i < *n; i++)
		if (shapes[i].hash == shape->hash) {
			shapes[i].n += shape->n;
			return;
		}
	if (*n == READING_SHAPES) {
		*missed += shape->n;
		return;
	}
	shapes[(*n)++] = *shape;
}

static void
note_unknown(struct worker *w, struct segment *segment, const struct line *line,
    struct ref ref)
{
	struct reading_shape shape = {.n = 1, .ref = ref};
	struct str text = line_shape(&w->scratch, line->text);

	segment->unknown++;
	text = str_head(text, sizeof(shape.text) - 1);
	if (text.n > 0)
		memcpy(shape.text, text.p, text.n);
	shape.hash = str_hash(text);
	shape_add(w->shapes, &w->shapes_n, &w->shapes_missed, &shape);
	if (w->scratch.used > 1 << 20)
		arena_done(&w->scratch);
}

/* ---- one line, one block, one segment ---- */

/* The block that the events point into is about to go. */
static void
take_in_all(struct worker *w)
{
	if (w->join != NULL)
		join_events(w->join, w->events, w->refs, w->events_n);
	w->events_n = 0;
}

/* One more event. */
static inline void
take_in(struct worker *w, struct ref ref)
{
	w->refs[w->events_n++] = ref;
	if (w->events_n == JOIN_AHEAD)
		take_in_all(w);
}

/* An event whose lines lean on others. False: it tells nothing yet. */
static bool
lean(struct worker *w, struct event *event)
{
	struct links *links = w->reading->links;

	if (w->notes)
		links_note(links, event);
	return !w->notes && (links == NULL || links_fill(links, event));
}

/* What the line tells: mostly one event. */
static inline void
read_events(struct worker *w, struct segment *segment, const struct mta *mta,
    struct line *line, struct ref ref)
{
	for (;;) {
		struct event *event = &w->events[w->events_n];
		enum line_result result = mta->line(line, event);

		if (result == LINE_UNKNOWN)
			note_unknown(w, segment, line, ref);
		if (result != LINE_EVENT && result != LINE_MORE)
			return;
		line->from = event->more;
		if (mta->leans ? !lean(w, event) : w->notes)
			;
		else if (w->join == NULL)
			w->each(w->each_arg, event, line->raw, ref);
		else
			take_in(w, ref);
		if (result == LINE_EVENT)
			return;
	}
}

static void
read_line(struct worker *w, struct segment *segment, struct line_clock *clock,
    struct str raw, struct ref ref)
{
	const struct reading *reading = w->reading;
	const struct program *program;
	struct line line;

	if (!segment_split(segment, clock, raw, &line)) {
		segment->no_stamp++;
		return;
	}
	if (line.at < w->since || line.at > w->until)
		return;
	program =
	    segment->own != NULL ? &w->own : program_find(w, line.program);
	if (program->mta == NULL ||
	    (reading->mta != NULL && program->mta != reading->mta))
		return;
	segment->by_mta[program->number]++;
	line.number = program->line_number;
	line.no_sessions = w->join != NULL;
	read_events(w, segment, program->mta, &line, ref);
}

static void
note_times(struct tally *tally, const struct line_clock *clock)
{
	if (clock->last == WALL_NONE)
		return;
	if (tally->first == WALL_NONE || clock->last < tally->first)
		tally->first = clock->last;
	if (tally->last == WALL_NONE || clock->last > tally->last)
		tally->last = clock->last;
}

/* The first stamp and host of a block stand for it: asking every line for
 * what never changes would cost a tenth of the time. */
static void
note_block(struct worker *w, const struct segment *segment,
    struct line_clock *clock, struct str block)
{
	struct line line;
	struct str first = str_head(block, str_chr(block, '\n'));

	if (!segment_split(segment, clock, first, &line))
		return;
	note_times(&w->join->tally, clock);
	if (line.host.n > 0)
		origin_top_add(&w->join->tally.hosts, line.host, 1);
}

static void
read_block(struct worker *w, struct segment *segment, struct line_clock *clock,
    struct str block)
{
	struct ref ref = {(uint32_t)(segment - w->reading->segments) + 1, 0};
	size_t n, begin;

	if (w->join != NULL)
		note_block(w, segment, clock, block);
	while (block.n > 0) {
		begin = 0;
		n = scan_newlines(block, w->newlines, NEWLINES);
		for (size_t i = 0; i < n; i++) {
			size_t end = w->newlines[i];

			ref.line = (uint32_t)segment->lines++;
			read_line(w, segment, clock,
			    (struct str){block.p + begin, end - begin}, ref);
			begin = end + 1;
		}
		block = str_skip(block, begin);
		if (n < NEWLINES && block.n > 0) { /* no newline at its end */
			ref.line = (uint32_t)segment->lines++;
			read_line(w, segment, clock, block, ref);
			break;
		}
	}
	take_in_all(w);
}

void
reading_block(struct segment *segment, uint64_t offset)
{
	VEC_ROOM(segment->blocks, segment->blocks_n, segment->blocks_cap);
	segment->blocks[segment->blocks_n++] =
	    (struct segment_block){offset, (uint32_t)segment->lines};
}

static void
read_segment(struct worker *w, struct segment *segment)
{
	struct reader *reader =
	    reader_open(segment->source, segment->from, segment->to);
	struct line_clock clock = {0};
	struct str block;
	uint64_t offset, seen = 0, consumed;

	w->own = program_of(segment->own);
	segment->year = source_year_at(segment->source, segment->from);
	line_clock_init(&clock, segment->year);
	segment->blocks_n = 0;
	segment->lines = segment->bytes = segment->unknown = 0;
	memset(segment->by_mta, 0, sizeof(segment->by_mta));
	while (reader_next(reader, &block, &offset, &segment->err)) {
		heap_tend();
		reading_block(segment, offset);
		segment->bytes += block.n;
		read_block(w, segment, &clock, block);
		if (w->join != NULL)
			note_times(&w->join->tally, &clock);
		consumed = reader_consumed(reader);
		if (w->reading->progress != NULL)
			atomic_fetch_add(w->reading->progress, consumed - seen);
		seen = consumed;
	}
	reader_close(reader);
}

static void *
worker_run(void *arg)
{
	struct worker *w = arg;

	for (size_t i = 0; i < w->segments_n; i++)
		read_segment(w, &w->segments[i]);
	return NULL;
}

/* ---- dividing the work ---- */

/* About how many bytes of log: what mail logs compress to. */
static uint64_t
weight_of(const struct source *source)
{
	switch (source->form) {
	case SOURCE_GZIP:
		return source->size * 8;
	case SOURCE_ARCHIVE:
		return source->size * 12;
	case SOURCE_PLAIN:
	case SOURCE_JOURNAL:
		break;
	}
	return source->size;
}

struct segment *
reading_segment(struct reading *reading, const struct source *source,
    uint64_t from, uint64_t to)
{
	struct segment *segment;

	VEC_ROOM(reading->segments, reading->segments_n, reading->segments_cap);
	segment = &reading->segments[reading->segments_n++];
	*segment = (struct segment){.source = source, .from = from, .to = to};
	if (reading->segments_n > 1 && segment[-1].source == source) {
		segment->own = segment[-1].own;
		segment->form = segment[-1].form;
	} else if (source->role == SOURCE_MAIL &&
		   source->form != SOURCE_JOURNAL)
		segment->own = reading_own(reading, source, &segment->form);
	return segment;
}

/*
 * Cut at multiples of total / jobs. Compressed sources cannot be cut and go to
 * the thread in whose stretch their middle lies. ret_first[j]: number of the
 * first segment of thread j; jobs + 1 of them.
 */
static void
divide(struct reading *reading, size_t jobs, uint64_t total, size_t *ret_first)
{
	uint64_t stretch = total / jobs + 1, at = 0;
	size_t job = 0;

	ret_first[0] = reading->segments_n;
	for (size_t i = 0; i < reading->sources->n; i++) {
		const struct source *s = &reading->sources->items[i];
		uint64_t weight = weight_of(s), from = 0;

		if (s->role != SOURCE_MAIL)
			continue;
		while (s->form == SOURCE_PLAIN && job + 1 < jobs &&
		       at + weight > stretch * (job + 1)) {
			uint64_t cut = stretch * (job + 1) - at;

			if (cut > from)
				(void)reading_segment(reading, s, from, cut);
			from = cut > from ? cut : from;
			ret_first[++job] = reading->segments_n;
		}
		while (s->form != SOURCE_PLAIN && job + 1 < jobs &&
		       at + weight / 2 > stretch * (job + 1))
			ret_first[++job] = reading->segments_n;
		(void)reading_segment(reading, s, from, UINT64_MAX);
		at += weight;
	}
	while (job < jobs)
		ret_first[++job] = reading->segments_n;
}

/* Without limits every stamp lies between the two. */
static void
worker_init(struct worker *w, struct reading *reading)
{
	w->reading = reading;
	w->since = reading->since;
	w->until = reading->until == WALL_NONE ? INT64_MAX : reading->until - 1;
}

static struct worker *
workers_new(struct reading *reading, size_t jobs, const size_t *first)
{
	struct worker *workers = xcalloc(jobs, sizeof(*workers));

	for (size_t i = 0; i < jobs; i++) {
		struct worker *w = &workers[i];

		worker_init(w, reading);
		w->segments = reading->segments_n == 0
				  ? NULL /* no source at all */
				  : reading->segments + first[i];
		w->segments_n = first[i + 1] - first[i];
		w->join = join_new(i == 0, reading->scripts, reading->by);
		w->shapes = xcalloc(READING_SHAPES, sizeof(*w->shapes));
	}
	return workers;
}

static void
workers_collect(struct reading *reading, struct worker *workers, size_t jobs)
{
	for (size_t i = 0; i < jobs; i++) {
		struct worker *w = &workers[i];

		if (i == 0)
			reading->join = w->join;
		else
			join_append(reading->join, w->join);
		for (size_t k = 0; k < w->shapes_n; k++)
			shape_add(reading->shapes, &reading->shapes_n,
			    &reading->shapes_missed, &w->shapes[k]);
		reading->shapes_missed += w->shapes_missed;
		free(w->shapes);
		arena_done(&w->scratch);
	}
	free(workers);
	join_finish(reading->join);
}

/* The first reading of two (links.h): what other lines know is noted. */
static void
read_links(struct reading *reading)
{
	struct worker *w = xcalloc(1, sizeof(*w));

	reading->links = links_new();
	worker_init(w, reading);
	w->notes = true;
	w->segments = reading->segments;
	w->segments_n = reading->segments_n;
	w->shapes = xcalloc(READING_SHAPES, sizeof(*w->shapes));
	for (size_t i = 0; i < w->segments_n; i++)
		if (w->segments[i].source->role == SOURCE_MAIL)
			read_segment(w, &w->segments[i]);
	links_ready(reading->links);
	free(w->shapes);
	arena_done(&w->scratch);
	free(w);
}

/* Were there such lines, although the logs did not begin with any? */
static bool
leant(const struct reading *reading)
{
	for (size_t i = 0; i < reading->segments_n; i++)
		for (size_t k = 0; mtas[k] != NULL; k++)
			if (mtas[k]->leans &&
			    reading->segments[i].by_mta[k] > 0)
				return true;
	return false;
}

static void
forget(struct reading *reading)
{
	for (size_t i = 0; i < reading->segments_n; i++)
		free(reading->segments[i].blocks);
	reading->segments_n = 0;
	join_free(reading->join);
	reading->join = NULL;
	scripts_free(reading->scripts);
	reading->scripts = NULL;
	reading->shapes_n = 0;
	reading->shapes_missed = 0;
}

static void
run_once(struct reading *reading, bool lean)
{
	size_t first[LIMIT_JOBS + 1], jobs = reading->jobs;
	uint64_t total = 0;
	struct worker *workers;

	for (size_t i = 0; i < reading->sources->n; i++)
		if (reading->sources->items[i].role == SOURCE_MAIL)
			total += weight_of(&reading->sources->items[i]);
	if (jobs > total / STRETCH_MIN)
		jobs = total / STRETCH_MIN;
	if (lean)
		jobs = 1;
	jobs = jobs < 1 ? 1 : jobs > LIMIT_JOBS ? LIMIT_JOBS : jobs;
	reading_scripts(reading);
	divide(reading, jobs, total, first);
	if (lean)
		read_links(reading);
	heap_begin();
	workers = workers_new(reading, jobs, first);
	for (size_t i = 1; i < jobs; i++)
		workers[i].started = pthread_create(&workers[i].thread, NULL,
					 worker_run, &workers[i]) == 0;
	(void)worker_run(&workers[0]);
	for (size_t i = 1; i < jobs; i++) {
		if (workers[i].started)
			(void)pthread_join(workers[i].thread, NULL);
		else
			(void)worker_run(&workers[i]);
	}
	workers_collect(reading, workers, jobs);
}

void
reading_run(struct reading *reading)
{
	run_once(reading, reading_leans(reading));
	if (reading->links == NULL && leant(reading)) {
		forget(reading);
		run_once(reading, true);
	}
}

void
reading_each(struct reading *reading,
    void (*each)(
	void *arg, const struct event *event, struct str raw, struct ref ref),
    void *arg)
{
	struct worker *w = xcalloc(1, sizeof(*w));
	size_t first[2];

	if (reading->segments_n == 0) {
		divide(reading, 1, 0, first);
		if (reading_leans(reading))
			read_links(reading);
	}
	worker_init(w, reading);
	w->segments = reading->segments;
	w->segments_n = reading->segments_n;
	w->each = each;
	w->each_arg = arg;
	w->shapes = xcalloc(READING_SHAPES, sizeof(*w->shapes));
	(void)worker_run(w);
	free(w->shapes);
	arena_done(&w->scratch);
	free(w);
}

void
reading_done(struct reading *reading)
{
	for (size_t i = 0; i < reading->segments_n; i++)
		free(reading->segments[i].blocks);
	free(reading->segments);
	join_free(reading->join);
	scripts_free(reading->scripts);
	links_free(reading->links);
	*reading = (struct reading){0};
}
