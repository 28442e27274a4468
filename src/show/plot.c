/* SPDX-License-Identifier: ISC */
#include "show/plot.h"

#include "base/time.h"

void
plot_span(struct plot *plot, wall_us from, wall_us to, size_t columns)
{
	uint32_t first, last;

	*plot = (struct plot){.step = 1};
	if (from == WALL_NONE || to == WALL_NONE || to < from || from < 0)
		return;
	first = (uint32_t)(from / US_HOUR);
	last = (uint32_t)(to / US_HOUR);
	if (columns > PLOT_MAX)
		columns = PLOT_MAX;
	plot->from = first;
	while ((last - first) / plot->step + 1 > columns)
		plot->step++;
	plot->n = (last - first) / plot->step + 1;
}

void
plot_hours(struct plot *plot, const struct origin *origin, wall_us from,
    wall_us to, size_t columns)
{
	uint32_t last;

	plot_span(plot, from, to, columns);
	if (plot->n == 0)
		return;
	last = (uint32_t)(to / US_HOUR);
	for (uint32_t i = 0; i < origin->hours_n; i++) {
		const struct origin_hour *hour = &origin->hours[i];

		if (hour->hour < plot->from || hour->hour > last)
			continue;
		plot->bars[(hour->hour - plot->from) / plot->step] +=
		    hour->counts.messages;
		if (hour->counts.messages > plot->peak)
			plot->peak = hour->counts.messages;
	}
}

void
plot_show(const struct plot *plot, const struct screen *s)
{
	static const char *const blocks[] = {
	    "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	static const char *const signs[] = {"_", ".", ":", "!", "|"};
	const char *const *levels = s->unicode ? blocks : signs;
	size_t top = (s->unicode ? ARRAY_LEN(blocks) : ARRAY_LEN(signs)) - 1;
	uint64_t most = 0;

	for (size_t i = 0; i < plot->n; i++)
		if (plot->bars[i] > most)
			most = plot->bars[i];
	for (size_t i = 0; i < plot->n; i++) {
		uint64_t bar = plot->bars[i];
		/* Nothing at all is the only lowest level. */
		size_t level =
		    bar == 0 ? 0 : (size_t)((bar * top + most - 1) / most);

		fputs(levels[level], s->out);
	}
}
