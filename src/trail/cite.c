/* SPDX-License-Identifier: ISC */
#include "trail/cite.h"

#include "base/limits.h"
#include "source/unwrap.h"
#include "trail/reading.h"

#include <stdlib.h>

static int
by_ref(const void *left, const void *right)
{
	const struct cite *a = *(struct cite *const *)left;
	const struct cite *b = *(struct cite *const *)right;

	if (a->ref.segment != b->ref.segment)
		return a->ref.segment < b->ref.segment ? -1 : 1;
	if (a->ref.line != b->ref.line)
		return a->ref.line < b->ref.line ? -1 : 1;
	return 0;
}

/* Lines of the same source in the segments before this one. */
static uint64_t
lines_before(const struct reading *reading, const struct segment *segment)
{
	uint64_t lines = 0;

	for (const struct segment *s = reading->segments; s < segment; s++)
		if (s->source == segment->source)
			lines += s->lines;
	return lines;
}

/* Number of the block that holds the line. */
static uint32_t
block_of(const struct segment *segment, uint32_t line)
{
	uint32_t low = 0, high = segment->blocks_n;

	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;

		if (segment->blocks[middle].line <= line)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* What the line says, without what a container's keeper put around it. */
static struct str
bare(struct arena *a, const struct segment *segment, struct str line)
{
	char *copy;

	if (segment->source->wrap == WRAP_NONE)
		return line;
	copy = arena_alloc(a, line.n + 1);
	if (line.n > 0)
		memcpy(copy, line.p, line.n);
	return unwrap_line(segment->source->wrap, copy, line.n);
}

/* Where a segment is being read again. */
struct spot {
	struct reader *reader; /* NULL: nowhere yet */
	struct str block;      /* what of it is still to come */
	uint32_t line;         /* number of the first line of that */
	uint64_t offset;       /* and of its first byte */
	uint32_t blocks;       /* read so far, of a source that is no file */
};

/* At a line of a plain source, or of one that is read from its beginning. */
static void
spot_open(struct spot *at, const struct source *source,
    const struct segment *segment, uint32_t block)
{
	reader_close(at->reader);
	*at = (struct spot){.line = segment->blocks[block].line};
	at->reader =
	    reader_open(source, segment->blocks[block].offset, segment->to);
}

static bool
spot_next_block(struct spot *at)
{
	struct err err;

	at->blocks++;
	return reader_next(at->reader, &at->block, &at->offset, &err);
}

/* To a line that is still to come. */
static bool
spot_seek(struct spot *at, uint32_t line)
{
	for (;;) {
		/* Blocks may end sooner than at the first reading, which came
		 * with a part of a line to where this one begins. */
		if (at->block.n == 0 && !spot_next_block(at))
			return false;
		if (at->line == line)
			return true;
		at->offset += str_take(&at->block, '\n').n + 1;
		at->line++;
	}
}

static void
fill(struct arena *a, struct cite *cite, const struct segment *segment,
    const struct spot *at, struct line_clock *clock)
{
	struct str line = str_head(at->block, str_chr(at->block, '\n'));
	struct line split;

	cite->offset = at->offset;
	line = bare(a, segment, line);
	cite->whole = str_keep(a, str_head(line, LIMIT_CITED));
	cite->excerpt = str_keep(a, str_head(line, LIMIT_EXCERPT));
	if (segment_split(segment, clock, line, &split))
		cite->at = split.at;
}

/*
 * Cites of one segment, ascending. A plain source is opened anew at the block
 * of each; another one is read once, from its beginning, and its blocks are the
 * same again: those before are not looked at.
 */
static void
fill_segment(struct arena *a, const struct segment *segment,
    struct cite **cites, size_t n)
{
	bool plain = segment->source->form == SOURCE_PLAIN;
	/* Offsets are those of the file: its lines are unwrapped one by one. */
	struct source wrapped = *segment->source;
	struct spot at = {0};
	struct line_clock clock;
	bool found = segment->blocks_n > 0;

	wrapped.wrap = WRAP_NONE;
	line_clock_init(&clock, segment->year);
	for (size_t i = 0; i < n && found; i++) {
		uint32_t want = block_of(segment, cites[i]->ref.line);

		if (at.reader == NULL ||
		    (plain && segment->blocks[want].line > at.line))
			spot_open(&at, &wrapped, segment, plain ? want : 0);
		while (found && !plain && at.blocks <= want) {
			found = spot_next_block(&at);
			at.line = segment->blocks[at.blocks - 1].line;
		}
		found = found && spot_seek(&at, cites[i]->ref.line);
		if (found)
			fill(a, cites[i], segment, &at, &clock);
	}
	reader_close(at.reader);
}

void
cite_resolve(const struct reading *reading, struct arena *a,
    struct cite **cites, size_t n)
{
	size_t from = 0;

	qsort(cites, n, sizeof(struct cite *), by_ref);
	while (from < n && cites[from]->ref.segment == 0)
		from++;
	while (from < n) {
		uint32_t number = cites[from]->ref.segment;
		const struct segment *segment;
		uint64_t before;
		size_t to = from;

		if (number > reading->segments_n)
			return;
		segment = &reading->segments[number - 1];
		before = lines_before(reading, segment);
		for (; to < n && cites[to]->ref.segment == number; to++) {
			cites[to]->source = segment->source->path;
			cites[to]->line = before + cites[to]->ref.line + 1;
			cites[to]->at = WALL_NONE;
		}
		fill_segment(a, segment, cites + from, to - from);
		from = to;
	}
}
