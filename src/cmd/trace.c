/* SPDX-License-Identifier: ISC */
#include "show/trace.h"

#include "base/lang.h"
#include "cmd/examination.h"

#include <stdlib.h>

static void
resolve_cites(
    struct report *report, const struct reading *reading, struct trace *trace)
{
	struct cite **cites = xcalloc(trace->events_n + 1, sizeof(*cites));

	for (size_t i = 0; i < trace->events_n; i++)
		cites[i] = &trace->events[i].cite;
	if (trace->events_n > 0)
		cite_resolve(reading, &report->arena, cites, trace->events_n);
	free(cites);
}

/* The window of a trace is that of its lines. */
static void
set_window(struct report *report, const struct trace *trace)
{
	for (size_t i = 0; i < trace->events_n; i++) {
		wall_us at = trace->events[i].event.at;

		if (at == WALL_NONE)
			continue;
		if (report->from == WALL_NONE || at < report->from)
			report->from = at;
		if (report->to == WALL_NONE || at > report->to)
			report->to = at;
	}
	if (trace->events_n > 0)
		report->host = trace->events[0].event.host;
	if (report->to != WALL_NONE)
		report->at = report->to;
}

static int
trace_work(void *arg, const struct sandbox *sandbox)
{
	struct examination *x = arg;
	const struct options *o = x->options;
	struct reading reading;
	struct report report;
	struct trace trace;
	struct trace_view view = {.trace = &trace,
	    .pattern = o->words.texts[0],
	    .top = (size_t)options_count(o, OPT_TOP, 50)};
	struct arena scratch = {0};
	struct screen screen;
	bool quiet = options_has(o, OPT_QUIET);
	int code;

	examination_reading(x, BY_ORIGIN, &reading);
	trace_run(&reading, view.pattern, &trace);
	examination_report(x, sandbox, &reading, &report);
	resolve_cites(&report, &reading, &trace);
	set_window(&report, &trace);
	code = examination_code(&report, trace.stories_n > 0);
	if (options_has(o, OPT_JSON) && !quiet) {
		trace_json(&report, &view, stdout);
	} else if (!quiet) {
		examination_screen(o, &scratch, &screen);
		trace_text(&report, &view, &screen);
	}
	arena_done(&scratch);
	trace_done(&trace);
	examination_done(&reading, &report);
	return code;
}

static int
trace_run_command(const struct options *o)
{
	return examination_run(o, LOOK_LOGS, trace_work);
}

const struct command command_trace = {
    .name = "trace",
    .words = "PATTERN",
    .summary = N_("the whole life of a message, joined from all its lines"),
    .help = N_("Shows every line of the messages that PATTERN names: a queue "
	       "id, a Message-ID, an address, an account, an IP address. The "
	       "halves before and behind a content filter are joined. Exit "
	       "code 1 means that there are some."),
    .words_min = 1,
    .words_max = 1,
    .run = trace_run_command,
};
