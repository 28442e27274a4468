/* SPDX-License-Identifier: ISC */
#include "cmd/examination.h"

#include "base/lang.h"
#include "base/limits.h"
#include "base/text.h"
#include "cmd/confine.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

size_t
examination_jobs(const struct options *options)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	uint64_t jobs = cores < 1 ? 1 : (uint64_t)cores;

	jobs = options_count(options, OPT_JOBS, jobs);
	return jobs < LIMIT_JOBS ? (size_t)jobs : LIMIT_JOBS;
}

static void
add_all(struct source_set *set, const struct option_value *value,
    enum source_role role)
{
	/* A path that cannot be used stays in the set as a gap. */
	for (size_t i = 0; i < value->n; i++)
		(void)source_add(set, value->texts[i], role);
}

static bool
find_mta(struct examination *x, struct err *err)
{
	struct str name = options_text(x->options, OPT_MTA);
	size_t used;

	if (name.n == 0)
		return true;
	x->mta = mta_find(name);
	if (x->mta != NULL)
		return true;
	err_set(err, ERR_CONFIG, _("--mta: this build cannot read that log"));
	used = (size_t)snprintf(err->hint, sizeof(err->hint), "--mta");
	for (size_t i = 0; mtas[i] != NULL && used < sizeof(err->hint); i++)
		used +=
		    (size_t)snprintf(err->hint + used, sizeof(err->hint) - used,
			"%s %s", i > 0 ? "," : "", mtas[i]->name);
	return false;
}

static wall_us
newest(const struct source_set *set)
{
	wall_us last = WALL_NONE;

	for (size_t i = 0; i < set->n; i++)
		if (set->items[i].last > last)
			last = set->items[i].last;
	return last;
}

/* Years first, then the window: "12h" counts back from the newest line. */
static bool
set_window(struct examination *x, struct err *err)
{
	const struct options *o = x->options;
	wall_us clock = options_has(o, OPT_NOW)
			    ? options_time(o, OPT_NOW, time_now())
			    : time_now();

	x->now = x->live || options_has(o, OPT_NOW) ? clock : WALL_NONE;
	source_order(&x->sources, WALL_NONE, WALL_NONE, clock);
	if (x->now != WALL_NONE)
		clock = x->now;
	else if (newest(&x->sources) != WALL_NONE)
		clock = newest(&x->sources);
	x->since = options_time(o, OPT_SINCE, clock);
	x->until = options_time(o, OPT_UNTIL, clock);
	if (x->since != WALL_NONE && x->until != WALL_NONE &&
	    x->since >= x->until)
		return err_set(
		    err, ERR_CONFIG, _("--since is not before --until"));
	if (x->since != WALL_NONE || x->until != WALL_NONE)
		source_order(&x->sources, x->since, x->until, clock);
	return true;
}

/* Of this machine; web logs only when none was named. */
static void
find_logs(struct examination *x)
{
	struct str root = options_text(x->options, OPT_ROOT);

	source_find(&x->sources, root);
	if (!options_has(x->options, OPT_PHP_LOG) &&
	    !options_has(x->options, OPT_WEB_LOG))
		source_find_web(&x->sources, root);
}

/* Tables of countries and networks: files of the administrator's choice. */
static bool
add_geo(struct examination *x, struct err *err)
{
	const struct option_value *files = &x->options->values[OPT_GEOIP];

	for (size_t i = 0; i < files->n; i++)
		if (!geo_add(&x->geo, files->texts[i], err))
			return false;
	return true;
}

bool
examination_open(
    struct examination *x, const struct options *options, struct err *err)
{
	const struct option_value *logs = &options->values[OPT_LOG];
	uint64_t total = x->letters_size;

	*x = (struct examination){.begun = time_now(),
	    .options = options,
	    .look = x->look,
	    .inquiry = x->inquiry,
	    .key_texts = x->key_texts,
	    .key_texts_n = x->key_texts_n,
	    .arena = x->arena,
	    .letters = x->letters,
	    .reported = x->reported,
	    .letters_size = x->letters_size,
	    .as_root = geteuid() == 0,
	    .place.fd = -1};
	x->live =
	    !options_has(options, OPT_LOG) && !options_has(options, OPT_QUEUE);
	if (!find_mta(x, err))
		return false;
	if (x->live && (x->look & LOOK_LOGS) != 0)
		find_logs(x);
	if ((x->look & LOOK_QUEUE) != 0)
		examination_open_queues(x);
	add_all(&x->sources, logs, SOURCE_MAIL);
	add_all(&x->sources, &options->values[OPT_PHP_LOG], SOURCE_PHP);
	add_all(&x->sources, &options->values[OPT_WEB_LOG], SOURCE_WEB);
	if (!add_geo(x, err))
		return false;
	if ((x->look & LOOK_WORLD) != 0 &&
	    !reputation_open(options, x->live, x->inquiry, &x->reputation, err))
		return false;
	for (size_t i = 0; i < x->sources.n; i++)
		total += x->sources.items[i].size;
	progress_init(&x->progress, total);
	return true;
}

/* Of the machine that is examined: of no other one when logs are named. */
static bool
open_configuration(struct examination *x, struct err *err)
{
	if (!x->live && !options_has(x->options, OPT_ROOT))
		return true;
	if (!place_open(&x->place, options_text(x->options, OPT_ROOT), err))
		return false;
	x->configured = true;
	return true;
}

void
examination_close(struct examination *x)
{
	place_done(&x->place);
	arena_done(&x->arena);
	usher_done(&x->usher);
	queue_roots_done(&x->roots);
	source_set_done(&x->sources);
	geo_free(x->geo);
	reputation_close(x->reputation);
}

/* ---- in the child ---- */

enum {
	ALSO_LINES = 3
};

static void
copy_examined(struct report *report, const struct reading *reading)
{
	struct examined *e = NULL;
	uint64_t most = 0;
	const struct source *source = NULL;
	uint64_t lines[ARRAY_LEN(reading->segments[0].by_mta)];

	report->examined = arena_alloc(&report->arena,
	    (reading->segments_n + 1) * sizeof(*report->examined));
	for (size_t i = 0; i < reading->segments_n; i++) {
		const struct segment *segment = &reading->segments[i];

		/* The segments of one source follow each other. */
		if (segment->source != source) {
			source = segment->source;
			e = &report->examined[report->examined_n++];
			e->source = source->path;
			e->why = source->why;
			memset(lines, 0, sizeof(lines));
			most = 0;
		}
		e->bytes += segment->bytes;
		e->lines += segment->lines;
		e->unknown_lines += segment->unknown;
		e->damaged_lines += segment->damaged;
		for (size_t k = 0; k < ARRAY_LEN(lines); k++) {
			lines[k] += segment->by_mta[k];
			if (lines[k] > most) {
				most = lines[k];
				e->mta = str_z(mtas[k]->name);
			}
			/* A line or two may be of somebody who looks like it. */
			if (lines[k] >= ALSO_LINES && mtas[k]->is_server)
				e->also |= UINT32_C(1) << k;
		}
	}
}

/* What is strange about one source that was read, when nothing was said about
 * it before. */
static void
say_source(struct report *report, const struct examined *e,
    const struct segment *segment, const struct mta *only)
{
	enum source_role role = segment->source->role;

	for (size_t i = 0; i < report->not_examined_n; i++)
		if (str_eq(report->not_examined[i].what, e->source))
			return;
	if (e->lines == 0)
		report_not_examined(
		    report, e->source, "%s", _("it has no lines"));
	else if (role == SOURCE_MAIL && e->mta.n == 0 &&
		 segment->instead != NULL)
		report_not_examined(
		    report, e->source, "%s", _(segment->instead));
	else if (role == SOURCE_MAIL && e->mta.n == 0 && only != NULL)
		report_not_examined(report, e->source,
		    _("no line of it is of %s, which --mta asks for"),
		    only->name);
	else if (role == SOURCE_MAIL && e->mta.n == 0)
		report_not_examined(report, e->source, "%s",
		    _("no line of it is of a mail server that sereno can "
		      "read"));
	else if (e->unknown_lines > e->lines / 20)
		report_not_examined(report, e->source,
		    _("%s of its lines were not understood; --unknown shows "
		      "them"),
		    lang_percent(&report->arena,
			(double)e->unknown_lines / (double)e->lines));
	if (e->damaged_lines > 0)
		report_not_examined(report, e->source,
		    _n("%s line of it is damaged (cut off, or no text); the "
		       "rest was used",
			"%s lines of it are damaged (cut off, or no text); the "
			"rest was used",
			e->damaged_lines),
		    lang_number(&report->arena, e->damaged_lines));
}

/* Of logs whose lines lean on others. */
static void
say_links(struct report *report, const struct reading *reading)
{
	uint32_t from = 0;
	uint64_t n =
	    reading->links == NULL ? 0 : links_left_out(reading->links, &from);
	char text[TIME_TEXT];

	if (n == 0)
		return;
	report_not_examined(report, S("log"),
	    _n("%s line that tells who handed in mail was left out, at %s: "
	       "there is room for so many only; look at less at a time with "
	       "--since and --until",
		"%s lines that tell who handed in mail were left out, the "
		"oldest of %s: there is room for so many only; look at less "
		"at a time with --since and --until",
		n),
	    lang_number(&report->arena, n),
	    time_rfc3339((wall_us)from * US_SECOND, text));
}

static void
copy_gaps(struct report *report, const struct reading *reading)
{
	const struct source_set *set = reading->sources;
	size_t n = 0;

	say_links(report, reading);
	for (size_t i = 0; i < set->gaps_n; i++) {
		const struct err *err = &set->gaps[i].err;

		report_not_examined(report, set->gaps[i].path, "%s%s%s",
		    err->text, err->hint[0] != '\0' ? ": " : "", err->hint);
	}
	for (size_t i = 0; i < reading->segments_n; i++) {
		const struct segment *segment = &reading->segments[i];

		if (segment->err.kind != ERR_NONE)
			report_not_examined(report, segment->source->path, "%s",
			    segment->err.text);
		/* The last segment of a source: copy_examined made one of
		 * all of them. */
		if (i + 1 == reading->segments_n ||
		    reading->segments[i + 1].source != segment->source)
			say_source(report, &report->examined[n++], segment,
			    reading->mta);
	}
}

static int
compare_shapes(const void *a, const void *b)
{
	const struct unknown_shape *x = a, *y = b;

	return (x->n < y->n) - (x->n > y->n);
}

static void
copy_shapes(struct report *report, const struct reading *reading)
{
	struct cite *cites[READING_SHAPES];

	report->shapes = arena_alloc(
	    &report->arena, (reading->shapes_n + 1) * sizeof(*report->shapes));
	report->shapes_n = reading->shapes_n;
	for (size_t i = 0; i < reading->shapes_n; i++) {
		const struct reading_shape *shape = &reading->shapes[i];

		report->shapes[i].shape =
		    str_keep(&report->arena, str_z(shape->text));
		report->shapes[i].n = shape->n;
		report->shapes[i].cite.ref = shape->ref;
	}
	qsort(report->shapes, report->shapes_n, sizeof(*report->shapes),
	    compare_shapes);
	for (size_t i = 0; i < report->shapes_n; i++)
		cites[i] = &report->shapes[i].cite;
	if (report->shapes_n > 0)
		cite_resolve(reading, &report->arena, cites, report->shapes_n);
}

/* What was asked for, or belongs to a whole check, and is not built yet. */
static void
say_unbuilt(struct report *report, const struct examination *x)
{
	const struct option_value *queues = &x->options->values[OPT_QUEUE];

	for (size_t i = 0; (x->look & LOOK_QUEUE) == 0 && i < queues->n; i++)
		report_not_examined(report, queues->texts[i], "%s",
		    _("mail queues are not read yet; what the log says is "
		      "still in the queue is counted"));
	if (options_has(x->options, OPT_OWN) && x->reputation == NULL &&
	    x->reported.pid == 0 && x->letters.pid == 0)
		report_not_examined(report, S("--own"), "%s",
		    _("only the lists are asked about it, and --offline asks "
		      "none"));
}

static void
say_live(struct report *report, const struct examination *x)
{
	if (!x->live)
		return;
	if (options_has(x->options, OPT_ROOT))
		return;
	report_not_examined(report, S("processes"), "%s",
	    _("programs that send without the mail server are not looked for "
	      "yet"));
	if (!x->as_root)
		report_not_examined(report, S("root"), "%s",
		    _("files that only root may read were not looked for; run "
		      "it as root"));
}

void
examination_reading(
    struct examination *x, enum origins_by by, struct reading *ret_reading)
{
	*ret_reading = (struct reading){.sources = &x->sources,
	    .jobs = examination_jobs(x->options),
	    .by = by,
	    .since = x->since,
	    .until = x->until,
	    .mta = x->mta,
	    .facts = x->configured ? &x->facts : NULL,
	    .progress = x->progress.done};
}

/* Configuration that could not be read, or says where we cannot look. */
static void
say_facts(struct report *report, const struct examination *x)
{
	for (size_t i = 0; i < x->files.gaps_n; i++)
		report_not_examined(report,
		    arena_printf(&report->arena, "%.*s%.*s",
			STR_ARG(x->place.root), STR_ARG(x->files.gaps[i].path)),
		    _("this configuration cannot be read: %s"),
		    strerror(x->files.gaps[i].error));
	for (size_t i = 0; i < x->facts.gaps_n; i++)
		report_not_examined(report, x->facts.gaps[i].what, "%.*s",
		    STR_ARG(x->facts.gaps[i].sentence));
}

void
examination_begin_report(const struct examination *x,
    const struct sandbox *sandbox, const struct reading *reading,
    struct report *ret_report)
{
	const struct tally *tally =
	    reading->join != NULL ? &reading->join->tally : NULL;
	struct report *report = ret_report;

	*report = (struct report){
	    .tally = tally, .from = WALL_NONE, .to = WALL_NONE, .at = x->now};
	report->facts = x->configured ? &x->facts : NULL;
	report->reading = reading;
	if (tally != NULL) {
		report->from = tally->first;
		report->to = tally->last;
		if (x->since != WALL_NONE && x->since > report->from)
			report->from = x->since;
		if (x->until != WALL_NONE && x->until < report->to)
			report->to = x->until;
		report->host =
		    str_keep(&report->arena, origin_top_most(&tally->hosts));
	}
	if (report->at == WALL_NONE)
		report->at = report->to;
	if (report->at == WALL_NONE)
		report->at = time_now();
	copy_examined(report, reading);
	report->servers = arena_alloc(&report->arena, sizeof(x->servers));
	*report->servers = x->servers;
	examination_writers(report);
	copy_shapes(report, reading);
	copy_gaps(report, reading);
	examination_say_sandbox(report, sandbox);
	report->took = time_now() - x->begun;
}

void
examination_report(const struct examination *x, const struct sandbox *sandbox,
    const struct reading *reading, struct report *ret_report)
{
	examination_begin_report(x, sandbox, reading, ret_report);
	say_unbuilt(ret_report, x);
	say_live(ret_report, x);
	say_facts(ret_report, x);
	examination_limits(ret_report, reading->join);
	examination_details(ret_report, reading);
}

void
examination_screen(
    const struct options *o, struct arena *scratch, struct screen *ret_screen)
{
	enum screen_color color = COLOR_AUTO;

	if (options_is(o, OPT_COLOR, S("always")))
		color = COLOR_ALWAYS;
	else if (options_is(o, OPT_COLOR, S("never")))
		color = COLOR_NEVER;
	screen_init(ret_screen, stdout, scratch, color);
}

void
examination_done(struct reading *reading, struct report *report)
{
	reading_done(reading);
	free(report->not_examined);
	arena_done(&report->arena);
}

int
examination_code(const struct report *report, bool found)
{
	uint64_t lines = 0;

	for (size_t i = 0; i < report->examined_n; i++)
		lines += report->examined[i].lines;
	if (lines == 0)
		return OUTCOME_FAILED;
	return found ? OUTCOME_FOUND : OUTCOME_NOTHING;
}

/* Before the first line of a log, whose writer might take this process over:
 * then nothing can be asked for any more. */
static void
read_facts(struct examination *x)
{
	int socket = x->files.socket;

	if (!x->configured)
		return;
	files_init_socket(&x->files, &x->arena, socket);
	x->facts.root = x->place.root;
	facts_read(&x->facts, &x->arena, &x->files);
	servers_find(&x->servers, &x->files, x->place.root,
	    x->live && x->place.root.n == 0);
	if (x->reputation != NULL)
		signers_read(&x->signers, &x->arena, &x->files);
	files_done(&x->files);
}

/* Stamps are foreign bytes too: years and windows are found here. */
static int
confined_work(void *arg, const struct sandbox *sandbox)
{
	struct examination *x = arg;
	struct err err;

	usher_confined(&x->usher);
	read_facts(x);
	if (!set_window(x, &err))
		return command_refuse(
		    &err, options_has(x->options, OPT_NAGIOS));
	return x->work(x, sandbox);
}

static void
start_usher(void *arg)
{
	struct examination *x = arg;

	if (x->usher.jobs > 0)
		usher_start(&x->usher);
}

static void
stop_usher(void *arg)
{
	struct examination *x = arg;

	usher_stop(&x->usher);
}

int
examination_run_kept(const struct options *options, unsigned look,
    struct keep *keep, int (*work)(void *arg, const struct sandbox *sandbox))
{
	struct examination x = {.look = look};
	struct err err;
	int code;

	x.options = options;
	if (!examination_open_letters(&x, &err) ||
	    !examination_open_keys(&x, &err) ||
	    !examination_open(&x, options, &err) ||
	    ((look & LOOK_CONFIGURATION) != 0 &&
		!open_configuration(&x, &err))) {
		code = command_refuse(&err, options_has(options, OPT_NAGIOS));
	} else {
		x.work = work;
		x.keep = keep;
		code = confine_run(&(struct confined){.work = confined_work,
		    .started = start_usher,
		    .ended = stop_usher,
		    .arg = &x,
		    .progress = &x.progress,
		    .place = &x.place,
		    .files = x.configured ? &x.files : NULL,
		    .keep = keep});
	}
	/* They hold the sockets of whom the rest waits for. */
	feeder_stop(&x.letters);
	feeder_stop(&x.reported);
	examination_close(&x);
	examination_close_keys(&x);
	return code;
}

int
examination_run(const struct options *options, unsigned look,
    int (*work)(void *arg, const struct sandbox *sandbox))
{
	return examination_run_kept(options, look, NULL, work);
}
