/* SPDX-License-Identifier: ISC */
/*
 * gen: stretches the recording to a log of any size.
 *
 *	zcat data/postfix.log.gz > rec && gen --recording rec --out mail.log
 *	    --truth truth.json --bytes 1G --days 7
 *
 * Every story of the recording (story.h) is told again and again with other
 * queue ids, processes, addresses and times, thousands at a time; one heap of
 * open stories yields the lines in order of time. Some stories began before
 * the first line and some are open after the last, as in any rotated file.
 *
 * The numbers of the incident are those of a 1 GB log and shrink with the
 * size: 30,000 messages of the stolen account in the last nine hours, 14,000
 * of an honest newsletter, 23,000 of an honest web shop.
 */
#include "stage.h"

#include <fcntl.h>
#include <getopt.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum {
	ABUSE_HOURS = 9,
	PREFILL_HOURS = 6,
	LETTER_FROM = 9,
	LETTER_HOURS = 4
};

struct event {
	uint64_t at;
	uint32_t seq;
	struct inst *inst;
};

struct planned {
	uint64_t at;
	const struct story *story;
};

struct pick {
	const struct story **v;
	size_t n;
	double bytes, messages; /* of one telling of the average story */
};

struct gen {
	struct stage g;
	struct pick by_class[CLASSES], ordinary;
	struct planned *plan;
	size_t n_plan;
	struct event *heap;
	size_t n_heap;
	uint32_t seq;
};

static bool
before(const struct event *a, const struct event *b)
{
	return a->at != b->at ? a->at < b->at : a->seq < b->seq;
}

static void
heap_down(struct gen *g, size_t i)
{
	struct event e = g->heap[i];

	for (;;) {
		size_t c = 2 * i + 1;
		if (c >= g->n_heap)
			break;
		if (c + 1 < g->n_heap && before(&g->heap[c + 1], &g->heap[c]))
			c++;
		if (!before(&g->heap[c], &e))
			break;
		g->heap[i] = g->heap[c];
		i = c;
	}
	g->heap[i] = e;
}

static void
heap_push(struct gen *g, struct inst *in)
{
	size_t i = g->n_heap;
	struct event e = {in->start, g->seq++, in};

	g->heap = grow(g->heap, i, sizeof(*g->heap));
	g->n_heap++;
	while (i > 0 && before(&e, &g->heap[(i - 1) / 2])) {
		g->heap[i] = g->heap[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	g->heap[i] = e;
}

/* Tells the line on top of the heap. */
static void
step(struct gen *g)
{
	struct event *e = &g->heap[0];
	struct inst *in = e->inst;

	stage_tell(&g->g, in, e->at);
	if (in->next < in->story->n_lines) {
		e->at = in->start + in->story->lines[in->next].dt;
	} else {
		inst_end(&g->g, in);
		*e = g->heap[--g->n_heap];
	}
	if (g->n_heap != 0)
		heap_down(g, 0);
}

/* Bytes of one telling, by telling it before the log begins. */
static double
measure(struct gen *g, const struct story *s)
{
	uint64_t at = g->g.from - HOUR;
	struct inst *in = inst_new(&g->g, s, at);
	size_t n = 0;

	while (in->next < s->n_lines)
		n += stage_tell(&g->g, in, at);
	inst_end(&g->g, in);
	return (double)n;
}

static void
pick_add(struct pick *p, const struct story *s, double bytes)
{
	p->v = grow(p->v, p->n, sizeof(*p->v));
	p->v[p->n++] = s;
	p->bytes += (bytes - p->bytes) / (double)p->n;
	p->messages += (s->n_messages - p->messages) / (double)p->n;
}

static void
sort_out(struct gen *g, const struct story *s, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		enum story_class class = s[i].class;
		double bytes = measure(g, &s[i]);
		pick_add(&g->by_class[class], &s[i], bytes);
		if (class >= CLASS_HONEST)
			pick_add(&g->ordinary, &s[i], bytes);
	}
	for (int i = 0; i < CLASSES; i++) {
		if (g->by_class[i].n == 0)
			die("the recording has no story of class %d", i);
	}
	g->g.fresh = 0;
}

/* Nobody writes at night, few at the weekend. */
static uint64_t
time_ordinary(struct gen *g)
{
	static const double of_hour[24] = {.2, .15, .12, .12, .15, .25, .4, .7,
	    .95, 1, 1, .95, .8, .85, .9, .9, .85, .75, .6, .5, .45, .4, .35,
	    .25};
	uint64_t first = g->g.from - PREFILL_HOURS * HOUR;

	for (;;) {
		uint64_t at = first + rng_below(&g->g.rng, g->g.to - first);
		uint64_t day = (at / HOUR / 24 + 4) % 7; /* 0: Sunday */
		double p = of_hour[at / HOUR % 24];
		if (day == 0 || day == 6)
			p *= .4;
		if (rng_unit(&g->g.rng) < p)
			return at;
	}
}

/* The newsletter goes out on Tuesday and Thursday mornings. */
static uint64_t
time_letter(struct gen *g)
{
	for (int tries = 0; tries < 10000; tries++) {
		uint64_t at =
		    g->g.from + rng_below(&g->g.rng, g->g.to - g->g.from);
		uint64_t day = (at / HOUR / 24 + 4) % 7, hour = at / HOUR % 24;
		if ((day == 2 || day == 4) && hour >= LETTER_FROM &&
		    hour < LETTER_FROM + LETTER_HOURS)
			return at;
	}
	return time_ordinary(g); /* a log without such a morning */
}

static uint64_t
time_of(struct gen *g, enum story_class class)
{
	uint64_t abuse = ABUSE_HOURS * HOUR;

	if (class == CLASS_STOLEN) {
		if (abuse > g->g.to - g->g.from)
			abuse = g->g.to - g->g.from;
		return g->g.to - 1 - rng_below(&g->g.rng, abuse);
	}
	return class == CLASS_LETTER ? time_letter(g) : time_ordinary(g);
}

/* Plans about as many messages; returns the bytes they will take. */
static double
plan_class(struct gen *g, enum story_class class, double messages)
{
	const struct pick *p = &g->by_class[class];
	size_t n = (size_t)(messages / p->messages + 1);

	for (size_t i = 0; i < n; i++) {
		g->plan = grow(g->plan, g->n_plan, sizeof(*g->plan));
		g->plan[g->n_plan++] = (struct planned){
		    time_of(g, class), p->v[rng_below(&g->g.rng, p->n)]};
	}
	return (double)n * p->bytes;
}

static int
by_time(const void *a, const void *b)
{
	const struct planned *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

static void
plan(struct gen *g)
{
	double bytes = (double)g->g.o.bytes, scale = bytes / 1e9;
	double burst = scale < 1 ? scale : 1; /* one incident in any log */
	double days = (double)g->g.o.days;
	double span = (days * 24 + PREFILL_HOURS) / (days * 24);

	bytes -= plan_class(g, CLASS_STOLEN, 30000 * burst);
	bytes -= plan_class(g, CLASS_EARLY, 20 + 10 * days * burst);
	bytes -= plan_class(g, CLASS_LETTER, 14000 * scale);
	bytes -= plan_class(g, CLASS_SHOP, 23000 * scale);
	if (bytes > 0)
		bytes = bytes * span / g->ordinary.bytes;
	for (double i = 0; i < bytes; i++) {
		size_t k = rng_below(&g->g.rng, g->ordinary.n);
		g->plan = grow(g->plan, g->n_plan, sizeof(*g->plan));
		g->plan[g->n_plan++] =
		    (struct planned){time_ordinary(g), g->ordinary.v[k]};
	}
	qsort(g->plan, g->n_plan, sizeof(*g->plan), by_time);
}

static void
play(struct gen *g)
{
	size_t next = 0;

	for (;;) {
		bool begin =
		    next < g->n_plan &&
		    (g->n_heap == 0 || g->plan[next].at <= g->heap[0].at);
		if (begin) {
			heap_push(g, inst_new(&g->g, g->plan[next].story,
					 g->plan[next].at));
			next++;
		} else if (g->n_heap != 0 && g->heap[0].at < g->g.to) {
			step(g);
		} else {
			break;
		}
	}
	while (g->n_heap != 0)
		inst_end(&g->g, g->heap[--g->n_heap].inst);
	stage_flush(&g->g);
}

static uint64_t
number(const char *text, const char *option)
{
	struct str s = str_z(text);
	uint64_t v, unit = 1;

	if (!str_u64(&s, 19, &v))
		die("%s needs a number, not '%s'", option, text);
	if (str_eq(s, S("K")))
		unit = 1000;
	else if (str_eq(s, S("M")))
		unit = 1000000;
	else if (str_eq(s, S("G")))
		unit = 1000000000;
	else if (s.n != 0)
		die("%s: '%s' is not a number", option, text);
	return v * unit;
}

static const struct option longs[] = {
    {"bytes", required_argument, NULL, 'b'},
    {"days", required_argument, NULL, 'd'},
    {"accounts", required_argument, NULL, 'a'},
    {"recipients", required_argument, NULL, 'r'},
    {"clients", required_argument, NULL, 'c'},
    {"seed", required_argument, NULL, 's'},
    {"end", required_argument, NULL, 'e'},
    {"recording", required_argument, NULL, 'R'},
    {"out", required_argument, NULL, 'o'},
    {"truth", required_argument, NULL, 't'},
    {"iso", no_argument, NULL, 'i'},
    {"long-ids", no_argument, NULL, 'l'},
    {NULL, 0, NULL, 0},
};

static uint64_t *
number_option(struct options *o, int c)
{
	switch (c) {
	case 'b':
		return &o->bytes;
	case 'd':
		return &o->days;
	case 'a':
		return &o->accounts;
	case 'r':
		return &o->recipients;
	case 'c':
		return &o->clients;
	case 's':
		return &o->seed;
	case 'e':
		return &o->end;
	default:
		return NULL;
	}
}

static void
options_read(struct options *o, int argc, char **argv)
{
	int c, at;

	while ((c = getopt_long(argc, argv, "", longs, &at)) != -1) {
		uint64_t *v = number_option(o, c);
		if (v != NULL)
			*v = number(optarg, longs[at].name);
		else if (c == 'R')
			o->recording = optarg;
		else if (c == 'o')
			o->out = optarg;
		else if (c == 't')
			o->truth = optarg;
		else if (c == 'i')
			o->iso = true;
		else if (c == 'l')
			o->long_ids = true;
		else
			die("see the head of bench/gen.c");
	}
	if (optind != argc || o->recording == NULL || o->out == NULL)
		die("wanted: --recording FILE --out FILE [--truth FILE] "
		    "[--bytes N[KMG]] [--days N] [--iso] [--long-ids] "
		    "[--accounts N] [--recipients N] [--clients N] [--seed N] "
		    "[--end SECONDS]");
	if (o->bytes < 100000 || o->days < 1 || o->days > 360 ||
	    o->accounts < 2 || o->clients < 10)
		die("too small, or a log longer than a year");
}

static void
truth_save(const struct gen *g)
{
	FILE *f = fopen(g->g.o.truth, "w");

	if (f == NULL)
		die("cannot write '%s'", g->g.o.truth);
	truth_write(&g->g.truth, f);
	if (fclose(f) != 0)
		die("cannot write '%s'", g->g.o.truth);
}

int
main(int argc, char **argv)
{
	struct gen g = {.g.o = {
			    .bytes = 1000000000,
			    .days = 7,
			    .accounts = 2000,
			    .recipients = 300000,
			    .clients = 20000,
			    .seed = 1,
			    .end = 1795232460, /* Sat 21 Nov 2026 03:41 UTC */
			}};
	double scale;
	struct repertoire all;

	options_read(&g.g.o, argc, argv);
	scale = (double)g.g.o.bytes / 1e9;
	g.g.to = g.g.o.end * SEC;
	g.g.from = g.g.to - g.g.o.days * 24 * HOUR;
	/* 400 machines, but a botnet in the smallest log, too */
	g.g.bots = scale >= 1 ? 400 : 60 + (uint64_t)(340 * scale);
	g.g.fd =
	    open(g.g.o.out, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (g.g.fd < 0)
		die("cannot write '%s'", g.g.o.out);
	story_load(g.g.o.recording, &all);
	g.g.progs = all.progs;
	stage_init(&g.g);
	sort_out(&g, all.stories, all.n);
	plan(&g);
	play(&g);
	if (close(g.g.fd) != 0)
		die("cannot write '%s'", g.g.o.out);
	if (g.g.o.truth != NULL)
		truth_save(&g);
	return 0;
}
