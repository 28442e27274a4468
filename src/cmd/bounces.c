/* SPDX-License-Identifier: ISC */
#include "show/bounces.h"

#include "base/lang.h"
#include "cmd/examination.h"
#include "cmd/inquiry.h"
#include "cmd/letters.h"
#include "letter/bag_world.h"

enum {
	/* Sources on one command line. */
	WORDS_MAX = 10000,
	/* Kept whole for the example in the text. */
	ITEMS_MIN = 200,
	ITEMS_JSON = 1000,
};

static int
print(const struct report *report, struct bounces_view *view,
    const struct options *o)
{
	struct arena scratch = {0};
	struct screen screen;

	if (options_has(o, OPT_QUIET))
		return bounces_exit(view->bag);
	if (options_has(o, OPT_JSON)) {
		bounces_json(report, view, stdout);
		return bounces_exit(view->bag);
	}
	examination_screen(o, &scratch, &screen);
	view->trace_again = options_again(&scratch, o, "trace");
	view->check_again = options_again(&scratch, o, "check");
	bounces_text(report, view, &screen);
	arena_done(&scratch);
	return bounces_exit(view->bag);
}

static int
bounces_work(void *arg, const struct sandbox *sandbox)
{
	struct examination *x = arg;
	bool json = options_has(x->options, OPT_JSON);
	struct reading reading;
	struct report report;
	struct own own = {0};
	struct match match;
	struct dkim_keys keys;
	struct bag bag = {.own = &own, .geo = x->geo, .keys = &keys};
	struct mailbox *mailbox;
	struct bounces_view view = {.bag = &bag, .match = &match};
	struct err err;
	uint64_t unasked = 0;
	int code;

	if (!letters_find_own(&own, x->options, x->live, &err))
		return command_fail(&err);
	view.top =
	    (size_t)options_count(x->options, OPT_TOP, json ? ITEMS_JSON : 0);
	bag.items_max = view.top > ITEMS_MIN ? view.top : ITEMS_MIN;
	examination_reading(x, BY_ORIGIN, &reading);
	match_look(&reading, &own, &match);
	examination_keys(x, &keys);
	mailbox = mailbox_open_fd(x->letters.fd);
	bag_read(&bag, mailbox, x->progress.done);
	mailbox_close(mailbox);
	match_run(&match, &reading, &bag);
	if (x->inquiry != NULL)
		unasked = bag_ask(&bag, x->inquiry->resolver);
	bag_settle(&bag);
	examination_begin_report(x, sandbox, &reading, &report);
	if (x->inquiry != NULL)
		view.domains_n = domain_states(
		    &bag, x->inquiry->resolver, &report.arena, view.domains);
	letters_say_gaps(&report, &bag);
	letters_say_unasked(&report, unasked);
	examination_say_keys(&report, x, &keys, bag.unasked);
	code = print(&report, &view, x->options);
	examination_done(&reading, &report);
	bag_done(&bag);
	dkim_keys_done(&keys);
	own_done(&own);
	return code;
}

static int
bounces_run(const struct options *o)
{
	return examination_run(
	    o, LOOK_LOGS | LOOK_LETTERS | LOOK_KEYS, bounces_work);
}

const struct command command_bounces = {
    .name = "bounces",
    .words = "SOURCE...",
    .summary = N_("whose mail is it that bounces: forged, or really ours?"),
    .help = N_("Reads bounces in mbox files, Maildirs, folders, single "
	       "messages, standard input (-) or a mailbox on a server "
	       "(imaps://USER@HOST/FOLDER, left as it is), and says whether "
	       "the mail "
	       "that bounced was forged elsewhere or really left this server, "
	       "how that is known, and what to do. The originals are looked "
	       "up in the mail logs of this machine, or those named with "
	       "--log. Exit code 1 means that there are bounces or "
	       "complaints."),
    .words_min = 1,
    .words_max = WORDS_MAX,
    .run = bounces_run,
};
