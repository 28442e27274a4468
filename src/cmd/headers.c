/* SPDX-License-Identifier: ISC */
#include "show/headers.h"

#include "base/lang.h"
#include "cmd/examination.h"
#include "cmd/letters.h"

#include <stdlib.h>

static int
print(const struct report *report, const struct headers_view *view,
    const struct options *o)
{
	struct arena scratch = {0};
	struct screen screen;

	if (options_has(o, OPT_QUIET))
		return headers_exit(view);
	if (options_has(o, OPT_JSON)) {
		headers_json(report, view, stdout);
		return headers_exit(view);
	}
	examination_screen(o, &scratch, &screen);
	headers_text(report, view, &screen);
	arena_done(&scratch);
	return headers_exit(view);
}

/* What could not be read is told as in bounces. */
struct gaps {
	struct arena arena;
	struct bag_gap items[8];
	size_t n;
};

static void
on_gap(void *arg, struct str path, struct str sentence)
{
	struct gaps *gaps = arg;

	if (gaps->n < ARRAY_LEN(gaps->items))
		gaps->items[gaps->n++] =
		    (struct bag_gap){str_keep(&gaps->arena, path),
			str_keep(&gaps->arena, sentence)};
}

static void
say_gaps(struct report *report, const struct gaps *gaps)
{
	for (size_t i = 0; i < gaps->n; i++)
		report_not_examined(report, gaps->items[i].path, "%.*s",
		    STR_ARG(gaps->items[i].sentence));
}

/* Whoever's they are: each is shown. */
static uint64_t
unasked(const struct seals *seals)
{
	uint64_t n = 0;

	for (size_t i = 0; i < seals->n; i++)
		n += seals->items[i].verdict.state == DKIM_UNASKED;
	return n;
}

/* The first message of what was named; its bytes live as long as mailbox. */
static void
read_message(struct examination *x, struct mailbox *mailbox,
    struct inspection *in, struct headers_view *view, bool *ret_cut)
{
	struct letter_place place;
	struct str message;

	view->found = mailbox_next(mailbox, &message, &place);
	*ret_cut = view->found && place.cut;
	if (!view->found)
		return;
	view->source = str_keep(&in->arena, place.path);
	view->found = inspection_read(in, str_keep(&in->arena, message),
	    options_has(x->options, OPT_OUTER));
}

static int
headers_work(void *arg, const struct sandbox *sandbox)
{
	struct examination *x = arg;
	struct own own = {0};
	struct inspection *in = xcalloc(1, sizeof(*in));
	struct headers_view view = {
	    .x = in, .source = x->options->words.texts[0]};
	struct reading reading;
	struct report report;
	struct match match;
	struct gaps gaps = {0};
	struct dkim_keys keys;
	struct mailbox *mailbox;
	struct letter_place place;
	struct str more;
	struct err err;
	bool cut;
	int code;

	if (!letters_find_own(&own, x->options, x->live, &err))
		return command_fail(&err);
	examination_keys(x, &keys);
	in->own = &own;
	in->keys = &keys;
	view.match = &match;
	mailbox = mailbox_open_fd(x->letters.fd);
	mailbox_on_gap(mailbox, on_gap, &gaps);
	read_message(x, mailbox, in, &view, &cut);
	examination_reading(x, BY_ORIGIN, &reading);
	match_look(&reading, &own, &match);
	if (view.found)
		inspection_judge(in, &reading, &match);
	examination_begin_report(x, sandbox, &reading, &report);
	if (in->passage.cite.ref.segment != 0)
		cite_resolve(&reading, &report.arena,
		    &(struct cite *){&in->passage.cite}, 1);
	if (view.found && mailbox_next(mailbox, &more, &place))
		report_not_examined(&report, view.source, "%s",
		    _("there is more than one message; only the first was "
		      "looked at"));
	if (cut)
		report_not_examined(&report, view.source, "%s",
		    _("the message is large; only its first part was read"));
	say_gaps(&report, &gaps);
	examination_say_keys(&report, x, &keys, unasked(&in->seals));
	view.trace_again = options_again(&report.arena, x->options, "trace");
	view.check_again = options_again(&report.arena, x->options, "check");
	code = print(&report, &view, x->options);
	mailbox_close(mailbox);
	examination_done(&reading, &report);
	inspection_done(in);
	dkim_keys_done(&keys);
	arena_done(&gaps.arena);
	own_done(&own);
	free(in);
	return code;
}

static int
headers_run(const struct options *o)
{
	return examination_run(
	    o, LOOK_LOGS | LOOK_LETTERS | LOOK_KEYS, headers_work);
}

const struct command command_headers = {
    .name = "headers",
    .words = "FILE|-",
    .summary = N_("where did one message really come from, and is it ours?"),
    .help = N_("Reads one message, complaint or spam sample, or standard "
	       "input (-), and shows the way it took, how far its header can "
	       "be believed and why, which lines are forged, what fields like "
	       "X-Originating-IP are worth, and whether it passed this server: "
	       "its ids are looked up in the mail logs of this machine, or "
	       "those named with --log. A message that is attached or quoted "
	       "in it is looked at instead. Exit code 1 means that it passed "
	       "this server, 0 that it did not or that nobody can tell."),
    .words_min = 1,
    .words_max = 1,
    .run = headers_run,
};
