/* SPDX-License-Identifier: ISC */
#include "show/origins.h"

#include "base/lang.h"
#include "cmd/examination.h"

/* The words of --by and --sort, in the order of their enums. */
static const struct {
	struct str word;
	enum origins_by by;
} by_words[] = {{S0("account"), BY_ACCOUNT}, {S0("ip"), BY_IP},
    {S0("sender"), BY_SENDER}, {S0("script"), BY_SCRIPT}, {S0("uid"), BY_UID},
    {S0("domain"), BY_DOMAIN}};

static const struct {
	struct str word;
	enum origins_sort sort;
} sort_words[] = {{S0("recipients"), SORT_RECIPIENTS},
    {S0("messages"), SORT_MESSAGES}, {S0("refused"), SORT_REFUSED},
    {S0("spam"), SORT_SPAM}, {S0("ips"), SORT_IPS}, {S0("last"), SORT_LAST},
    {S0("name"), SORT_NAME}};

static void
view_of(struct origins_view *view, const struct options *o)
{
	*view =
	    (struct origins_view){.top = (size_t)options_count(o, OPT_TOP, 20)};
	for (size_t i = 0; i < ARRAY_LEN(by_words); i++)
		if (options_is(o, OPT_BY, by_words[i].word))
			view->by = by_words[i].by;
	for (size_t i = 0; i < ARRAY_LEN(sort_words); i++)
		if (options_is(o, OPT_SORT, sort_words[i].word))
			view->sort = sort_words[i].sort;
}

static int
origins_work(void *arg, const struct sandbox *sandbox)
{
	struct examination *x = arg;
	struct origins_view view;
	struct reading reading;
	struct report report;
	struct arena scratch = {0};
	struct screen screen;
	bool quiet = options_has(x->options, OPT_QUIET);
	int code;

	view_of(&view, x->options);
	examination_reading(x, view.by, &reading);
	reading_run(&reading);
	examination_report(x, sandbox, &reading, &report);
	origins_pick(&view, &report);
	code = examination_code(&report, view.total > 0);
	if (options_has(x->options, OPT_JSON) && !quiet) {
		origins_json(&report, &view, stdout);
	} else if (!quiet) {
		examination_screen(x->options, &scratch, &screen);
		origins_text(&report, &view, &screen);
	}
	arena_done(&scratch);
	examination_done(&reading, &report);
	return code;
}

static int
origins_run(const struct options *o)
{
	return examination_run(o, LOOK_LOGS | LOOK_CONFIGURATION, origins_work);
}

const struct command command_origins = {
    .name = "origins",
    .words = "",
    .summary = N_("who sent how much, from where, hour by hour"),
    .help = N_("Lists who put mail in: accounts, local users, scripts, "
	       "clients without login, with their messages, recipients, "
	       "refusals, client addresses and a plot of their hours. Judges "
	       "nobody. Exit code 1 means that there are some."),
    .run = origins_run,
};
