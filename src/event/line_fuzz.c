/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as the lines of one log: every slice lies inside its line, what
 * the clock remembers never changes what a line means but by its year, and
 * each text has a shape.
 */
#include "event/line.h"
#include "event/shape.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
inside(struct str slice, struct str raw)
{
	assert(slice.n == 0 ||
	       (slice.p >= raw.p && slice.p + slice.n <= raw.p + raw.n));
}

static bool
same(const struct line *a, const struct line *b)
{
	return a->at == b->at && a->precision == b->precision &&
	       a->pid == b->pid && str_eq(a->host, b->host) &&
	       str_eq(a->program, b->program) && str_eq(a->text, b->text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = {(const char *)data, size};
	struct line_tags tags = {0};
	struct line_clock clock;
	struct arena a = {0};

	line_clock_init(&clock, 2025);
	clock.tags = &tags;
	while (rest.n > 0) {
		struct str raw = str_take(&rest, '\n');
		struct line_clock cold;
		struct line line, again;
		bool has_year, ok;
		uint32_t times;
		int month;

		line_clock_init(&cold, clock.year);
		cold.last_month = clock.last_month;
		cold.last = clock.last;
		ok = line_split(&clock, raw, &line);
		assert(line.raw.p == raw.p && line.raw.n == raw.n);
		if (!ok) {
			assert(line.at == WALL_NONE);
			continue;
		}
		assert(line.at != WALL_NONE && line.precision > 0);
		inside(line.host, raw);
		inside(line.program, raw);
		inside(line.text, raw);
		assert(line_stamp(&cold, raw, &has_year, &month) == line.at);
		cold.last_month = clock.last_month;
		cold.year = clock.year;
		assert(line_split(&cold, raw, &again));
		assert(same(&line, &again));
		assert(line_shape(&a, line.text).n <= SHAPE_MAX);
		if (line_inside(&again, &times)) {
			inside(again.text, raw);
			assert(times <= LINE_TIMES_MAX);
		}
	}
	arena_done(&a);
	return 0;
}
