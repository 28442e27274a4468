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

static void
fill_from_block(struct arena *a, struct cite *cite,
    const struct segment *segment, uint32_t block_number, struct str block,
    struct line_clock *clock)
{
	uint32_t skip = cite->ref.line - segment->blocks[block_number].line;
	uint64_t offset = segment->blocks[block_number].offset;
	struct str line = {NULL, 0};
	struct line split;

	for (uint32_t i = 0; i <= skip && block.n > 0; i++) {
		offset += line.p == NULL ? 0 : line.n + 1;
		line = str_take(&block, '\n');
	}
	cite->offset = offset;
	line = bare(a, segment, line);
	cite->whole = str_keep(a, str_head(line, LIMIT_CITED));
	cite->excerpt = str_keep(a, str_head(line, LIMIT_EXCERPT));
	if (segment_split(segment, clock, line, &split))
		cite->at = split.at;
}

/*
 * Cites of one segment, ascending. A plain source is opened anew at each
 * block; another one is read once, from its beginning.
 */
static void
fill_segment(struct arena *a, const struct segment *segment,
    struct cite **cites, size_t n)
{
	bool plain = segment->source->form == SOURCE_PLAIN;
	/* Offsets are those of the file: its lines are unwrapped one by one. */
	struct source wrapped = *segment->source;
	struct reader *reader = NULL;
	struct line_clock clock;
	struct str block = {NULL, 0};
	uint64_t offset;
	uint32_t have = UINT32_MAX;
	struct err err;

	wrapped.wrap = WRAP_NONE;
	line_clock_init(&clock, segment->year);
	for (size_t i = 0; i < n && segment->blocks_n > 0; i++) {
		uint32_t want = block_of(segment, cites[i]->ref.line);

		if (want != have && (plain || reader == NULL)) {
			reader_close(reader);
			reader = reader_open(&wrapped,
			    plain ? segment->blocks[want].offset : 0,
			    segment->to);
			have = plain ? want - 1 : UINT32_MAX;
		}
		while (have != want) {
			if (!reader_next(reader, &block, &offset, &err))
				goto out;
			have++;
		}
		fill_from_block(a, cites[i], segment, want, block, &clock);
	}
out:
	reader_close(reader);
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
