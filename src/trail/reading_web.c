/* SPDX-License-Identifier: ISC */
/* Web logs, read first: they tell what a mail came from. */
#include "trail/reading_part.h"

static void
read_web(struct reading *reading, struct segment *segment)
{
	struct reader *reader = reader_open(segment->source, 0, UINT64_MAX);
	bool php = segment->source->role == SOURCE_PHP;
	struct ref ref = {(uint32_t)(segment - reading->segments) + 1, 0};
	struct str block;
	uint64_t offset;

	while (reader_next(reader, &block, &offset, &segment->err)) {
		reading_block(segment, offset);
		segment->bytes += block.n;
		while (block.n > 0) {
			struct str line = str_take(&block, '\n');
			bool known;

			ref.line = (uint32_t)segment->lines++;
			known =
			    php ? scripts_add_php(reading->scripts, line, ref)
				: scripts_add_web(reading->scripts, line, ref);
			segment->unknown += !known && line.n > 0;
		}
	}
	reader_close(reader);
}

void
reading_scripts(struct reading *reading)
{
	for (size_t i = 0; i < reading->sources->n; i++) {
		const struct source *s = &reading->sources->items[i];

		if (s->role == SOURCE_MAIL)
			continue;
		if (reading->scripts == NULL)
			reading->scripts = scripts_new();
		read_web(reading, reading_segment(reading, s, 0, UINT64_MAX));
	}
	if (reading->scripts != NULL)
		scripts_ready(reading->scripts);
}
