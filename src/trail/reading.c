/* SPDX-License-Identifier: ISC */
#include "trail/reading.h"

#include "base/heap.h"
#include "base/limits.h"
#include "mail/free_mail.h"
#include "trail/worker.h"

#include <stdlib.h>

enum {
	/* Less than this for each thread is not worth starting one. */
	STRETCH_MIN = 4 * 1024 * 1024,
};

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
		segment->instead = segment[-1].instead;
	} else if (source->role == SOURCE_MAIL &&
		   source->form != SOURCE_JOURNAL)
		segment->own = reading_own(
		    reading, source, &segment->form, &segment->instead);
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
		w->join->forwards = &reading->forwards;
		if (reading->ours.n > 0)
			w->join->ours = &reading->ours;
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
			worker_read(w, &w->segments[i]);
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

static void
read_forwards(struct reading *reading)
{
	const struct facts *facts = reading->facts;
	bool is_new;

	for (size_t i = 0; facts != NULL && i < facts->n; i++)
		if (facts->items[i].kind == FACT_FORWARD)
			*map_put(&reading->forwards,
			    str_hash_fold(facts->items[i].value), &is_new) = 1;
}

/* "tienda.example"; ".tienda.example" and "*.tienda.example" are what is below
 * it, as relay_domains of Postfix is anyway (parent_domain_matches_subdomains).
 * Where anybody may have an address the configuration is wrong: that domain is
 * nobody's here, and neither is all of "com". */
static void
add_domain(struct map *domains, struct str name, bool and_below)
{
	uint32_t how = OURS_ITSELF | (and_below ? OURS_BELOW : 0);
	bool is_new;

	(void)str_eat(&name, S("*"));
	if (str_eat(&name, S(".")))
		how = OURS_BELOW;
	if (free_mail_has(name) || str_chr(name, '.') == name.n)
		return;
	*map_put(domains, str_hash_fold(name), &is_new) |= how;
}

static void
read_domains(struct reading *reading)
{
	const struct facts *facts = reading->facts;

	for (size_t i = 0; facts != NULL && i < facts->n; i++) {
		const struct fact *fact = &facts->items[i];

		if (fact_is_domain(fact->kind))
			add_domain(&reading->ours, fact->value,
			    fact->kind == FACT_RELAY_DOMAIN);
	}
}

void
reading_run(struct reading *reading)
{
	read_forwards(reading);
	read_domains(reading);
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
	map_done(&reading->forwards);
	map_done(&reading->ours);
	*reading = (struct reading){0};
}
