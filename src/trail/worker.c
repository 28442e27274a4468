/* SPDX-License-Identifier: ISC */
#include "trail/worker.h"

#include "base/bytes.h"
#include "base/heap.h"
#include "base/limits.h"
#include "base/scan.h"
#include "event/shape.h"

#include <assert.h>

/* struct segment counts the lines of each. */
enum {
#define MTA(name) MTA_NUMBER_##name,
#include "mta/mta_list.h"
#undef MTA
	MTAS
};
_Static_assert(MTAS <= ARRAY_LEN(((struct segment *)0)->by_mta), "by_mta");

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

static struct program
program_of(const struct mta *mta)
{
	struct program p = {
	    .mta = mta, .has_details = mta != NULL && mta_has_details(mta)};

	for (uint8_t i = 0; mtas[i] != NULL; i++)
		if (mtas[i] == mta)
			p.number = i;
	return p;
}

/* Apart from what finds it again, and so is all else here that few lines need:
 * registers would be saved for it at every line. */
static __attribute__((noinline)) void
program_learn(struct worker *w, struct program *p, struct str name)
{
	for (size_t i = 0; i < ARRAY_LEN(w->tags.at); i++)
		if (w->tags.at[i].known == p)
			w->tags.at[i].known = NULL;
	*p = program_of(mta_of_program(name));
	if (p->mta != NULL && p->mta->number != NULL)
		p->line_number = p->mta->number(name);
	if (name.n <= PROGRAM_MAX) {
		p->n = (uint8_t)name.n;
		if (name.n > 0)
			memcpy(p->text, name.p, name.n);
	}
}

static __attribute__((noinline)) const struct program *
program_find(struct worker *w, struct str name)
{
	struct program *p = &w->programs[program_slot(name)];

	if (p->n != name.n || name.n == 0 ||
	    !bytes_is_same(p->text, name.p, name.n))
		program_learn(w, p, name);
	return p;
}

/* The program that wrote the line; mostly its tag is known. */
static inline const struct program *
program_of_line(
    struct worker *w, const struct segment *segment, const struct line *line)
{
	struct line_tag *tag = &w->tags.at[line->tag];
	const struct program *p = tag->known;

	if (segment->own != NULL)
		return &w->own;
	if (p != NULL)
		return p;
	p = program_find(w, line->program);
	if (line->tag != 0)
		tag->known = p;
	return p;
}

/* ---- lines that are not understood ---- */

void
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

/* Asked only for lines that cannot be used: what a crash or a full disk left
 * behind, not a line that means nothing to us. */
static bool
is_damaged(struct str raw)
{
	return raw.n > LIMIT_LINE || memchr(raw.p, '\0', raw.n) != NULL;
}

static __attribute__((noinline)) void
note_unknown(struct worker *w, struct segment *segment, const struct line *line,
    struct ref ref)
{
	struct reading_shape shape = {.n = 1, .ref = ref};
	struct str text = line_shape(&w->scratch, line->text);

	segment->unknown++;
	segment->damaged += is_damaged(line->raw);
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

/* One more event. Each line's: not to be shared with those that few need. */
static inline __attribute__((always_inline)) void
take_in(struct worker *w, struct ref ref)
{
	w->refs[w->events_n++] = ref;
	if (w->events_n == JOIN_AHEAD)
		take_in_all(w);
}

/* Take in what was held of this message, or the oldest n of all. */
static __attribute__((noinline)) void
release(struct worker *w, const struct event *message, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < w->held_n; i++) {
		const struct held *h = &w->held[i];

		if (message == NULL
			? i >= n
			: !str_eq(h->event.queue_id, message->queue_id) ||
			      !str_eq(h->event.host, message->host)) {
			w->held[kept++] = *h;
			continue;
		}
		w->events[w->events_n] = h->event;
		take_in(w, h->ref);
	}
	w->held_n = kept;
}

/* A message that is delivered while it comes in (Exim's cutthrough) is there
 * when it has come in: whose it is, and to whom it goes, is told once. */
static __attribute__((noinline)) void
take_in_order(struct worker *w, struct ref ref)
{
	const struct event event = w->events[w->events_n];

	if (event.early) {
		if (w->held_n == WORKER_HELD)
			release(w, NULL, 1);
		w->held[w->held_n++] = (struct held){event, ref};
		return;
	}
	take_in(w, ref);
	if (event.kind == EVENT_RECEIVED)
		release(w, &event, 0);
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

/* What the line tells: mostly one event. Returns what the last look at it
 * gave. */
static inline __attribute__((always_inline)) enum line_result
read_events(struct worker *w, struct segment *segment,
    const struct program *program, struct line *line, struct ref ref)
{
	const struct mta *mta = program->mta;

	for (;;) {
		struct event *event = &w->events[w->events_n];
		enum line_result result = mta->line(line, event);

		if (result != LINE_EVENT && result != LINE_MORE)
			return result;
		line->from = event->more;
		if (program->has_details)
			told_note(&segment->told, event);
		if (mta->leans ? !lean(w, event) : w->notes) {
			/* links.c leaves these alone, or knows that there are
			 * no more of them */
			if (event->endless)
				return LINE_EVENT;
		} else if (w->join == NULL) {
			w->each(w->each_arg, event, line->raw, ref);
		} else if (event->early || w->held_n > 0) {
			take_in_order(w, ref);
		} else {
			take_in(w, ref);
		}
		if (result == LINE_EVENT)
			return result;
	}
}

/* A line that tells nothing as it stands. */
static __attribute__((noinline)) void
read_other(struct worker *w, struct segment *segment,
    const struct program *program, struct line *line, struct ref ref,
    enum line_result result)
{
	uint32_t times;

	if (line_inside(line, &times)) {
		/* Who wants single lines wants this one once. */
		if (w->join == NULL)
			times = 1;
		for (uint32_t i = 0; i < times; i++) {
			line->from = 0;
			result = read_events(w, segment, program, line, ref);
		}
	}
	if (result == LINE_UNKNOWN)
		note_unknown(w, segment, line, ref);
}

/* Could a syslog daemon have written something around the text? */
static inline bool
may_have_inside(const struct line *line)
{
	return line->text.n > 0 &&
	       (line->text.p[0] == 'm' || line->text.p[0] == '[');
}

/* No stamp is at its front; but behind the blocks that a crash left empty a
 * line may go on. */
static bool
split_damaged(struct segment *segment, struct line_clock *clock, struct str raw,
    struct line *ret_line)
{
	struct str rest = raw;

	if (raw.n > 0)
		segment->damaged += is_damaged(raw);
	while (rest.n > 0 && rest.p[0] == '\0')
		rest = str_skip(rest, 1);
	if (rest.n > 0 && rest.n < raw.n &&
	    segment_split(segment, clock, rest, ret_line))
		return true;
	segment->no_stamp++;
	return false;
}

/* Each line's: inlined where most lines are read. */
static inline __attribute__((always_inline)) void
read_line(struct worker *w, struct segment *segment, struct line_clock *clock,
    struct str raw, struct ref ref)
{
	const struct reading *reading = w->reading;
	const struct program *program;
	enum line_result result;
	struct line line;

	if (!segment_split(segment, clock, raw, &line) &&
	    !split_damaged(segment, clock, raw, &line))
		return;
	if (line.at < w->since || line.at > w->until)
		return;
	program = program_of_line(w, segment, &line);
	if (program->mta == NULL ||
	    (reading->mta != NULL && program->mta != reading->mta))
		return;
	segment->by_mta[program->number]++;
	line.number = program->line_number;
	line.no_sessions = w->join != NULL;
	result = read_events(w, segment, program, &line, ref);
	if (result == LINE_UNKNOWN ||
	    (result == LINE_SKIP && may_have_inside(&line)))
		read_other(w, segment, program, &line, ref, result);
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

enum {
	HEAD_LINES = 20
};

/* The first stamp and host of a block stand for it: asking every line for
 * what never changes would cost a tenth of the time. */
static void
note_block(struct worker *w, const struct segment *segment,
    struct line_clock *clock, struct str block)
{
	struct line line;
	bool found = false;

	/* Exchange has a head above its first line. */
	for (int i = 0; i < HEAD_LINES && !found && block.n > 0; i++)
		found = segment_split(
		    segment, clock, str_take(&block, '\n'), &line);
	if (!found)
		return;
	note_times(&w->join->tally, clock);
	if (line.host.n > 0)
		origin_top_add(&w->join->tally.hosts, line.host, 1);
}

/* A line without a newline: the file's last one, which is being written, or was
 * cut off. If it can be read, nothing is lost. */
static __attribute__((noinline)) void
read_last(struct worker *w, struct segment *segment, struct line_clock *clock,
    struct str raw, struct ref ref)
{
	uint64_t unread = segment->unknown + segment->no_stamp;

	ref.line = (uint32_t)segment->lines++;
	read_line(w, segment, clock, raw, ref);
	if (segment->unknown + segment->no_stamp > unread && !is_damaged(raw))
		segment->damaged++;
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
			read_last(w, segment, clock, block, ref);
			break;
		}
	}
	release(w, NULL, w->held_n);
	take_in_all(w);
}

void
reading_block(struct segment *segment, uint64_t offset)
{
	VEC_ROOM(segment->blocks, segment->blocks_n, segment->blocks_cap);
	segment->blocks[segment->blocks_n++] =
	    (struct segment_block){offset, (uint32_t)segment->lines};
}

void
worker_read(struct worker *w, struct segment *segment)
{
	struct reader *reader =
	    reader_open(segment->source, segment->from, segment->to);
	struct line_clock clock = {0};
	struct str block;
	uint64_t offset, seen = 0, consumed;

	w->own = program_of(segment->own);
	segment->year = source_year_at(segment->source, segment->from);
	line_clock_init(&clock, segment->year);
	clock.tags = &w->tags;
	segment->blocks_n = 0;
	segment->lines = segment->bytes = segment->unknown = 0;
	memset(segment->by_mta, 0, sizeof(segment->by_mta));
	segment->told = (struct told){0};
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

/* ---- what stands before a worker's part ---- */

static void
look_at_line(struct worker *w, const struct segment *segment,
    struct line_clock *clock, struct str raw)
{
	struct event *event = &w->events[0];
	const struct mta *mta = segment->own;
	struct line line;

	if (!segment_split(segment, clock, raw, &line) || line.at < w->since)
		return;
	if (mta == NULL)
		mta = program_find(w, line.program)->mta;
	if (mta == NULL || !mta->calls)
		return;
	if (mta->line(&line, event) == LINE_EVENT)
		calls_before(&w->join->calls, event);
}

/* The end of what the worker before this one reads, where it is no work to
 * come there. */
static bool
segment_before(const struct worker *w, struct segment *ret_segment)
{
	const struct segment *first = w->segments;
	uint64_t end = first->from;

	if (w->join == NULL || first == w->reading->segments)
		return false;
	if (end == 0) {
		first--;
		end = first->source->size;
	}
	*ret_segment = *first;
	ret_segment->to = end;
	ret_segment->from = end > LOOK_BACK ? end - LOOK_BACK : 0;
	return first->source->form == SOURCE_PLAIN && end > 0 &&
	       (first->own == NULL || first->own->calls);
}

/* A message whose call another worker reads is joined to it all the same. */
static void
look_back(struct worker *w)
{
	struct segment segment;
	struct line_clock clock;
	struct reader *reader;
	struct str block;
	uint64_t offset;
	struct err err = {0}; /* told by who reads it */

	if (w->segments_n == 0 || !segment_before(w, &segment))
		return;
	line_clock_init(&clock, source_year_at(segment.source, segment.from));
	reader = reader_open(segment.source, segment.from, segment.to);
	while (reader_next(reader, &block, &offset, &err))
		while (block.n > 0)
			look_at_line(
			    w, &segment, &clock, str_take(&block, '\n'));
	reader_close(reader);
}

void *
worker_run(void *arg)
{
	struct worker *w = arg;

	look_back(w);
	for (size_t i = 0; i < w->segments_n; i++)
		worker_read(w, &w->segments[i]);
	return NULL;
}
