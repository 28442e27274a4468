/* SPDX-License-Identifier: ISC */
#include "show/queue.h"

#include "base/lang.h"
#include "base/text.h"
#include "cmd/examination.h"
#include "cmd/queued.h"
#include "queue/filter.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	TOP = 10,
	TOP_LIST = 50,
	TOP_RCPTS = 20,
	WORDS_MAX = 100, /* ids of one show */
};

/* One run of the command. */
struct run {
	struct examination *x;
	const struct options *options;
	struct receive_sums *sums;
	struct shelf *shelf;
	struct filter filter;
	struct campaigns campaigns;
	const struct waiting *items; /* all, the oldest first */
	size_t n;
	struct report report;
	/* whole messages, for show */
	pthread_mutex_t lock;
	struct arena arena;
	const struct shown **shown;
	size_t shown_n, shown_cap;
	bool found;
};

/* ---- reading ---- */

static void
put(void *arg, const struct received *received)
{
	struct run *run = arg;
	struct waiting *w = shelf_put(run->shelf, received);

	w->rcpt_meant = filter_meets_rcpts(&run->filter, received->message);
}

static void
put_whole(void *arg, const struct received *received)
{
	struct run *run = arg;
	struct shown *shown;

	pthread_mutex_lock(&run->lock);
	shown = arena_alloc(&run->arena, sizeof(*shown));
	shown_keep(&run->arena, received, shown);
	VEC_ROOM(run->shown, run->shown_n, run->shown_cap);
	run->shown[run->shown_n++] = shown;
	pthread_mutex_unlock(&run->lock);
}

static void
read_queues(
    struct run *run, void (*visit)(void *arg, const struct received *received))
{
	if (run->x->usher.jobs > 0)
		receive_run(&run->x->usher, visit, run, run->sums);
	run->items = shelf_items(run->shelf, &run->n);
}

/* The newest time in a copied queue is its clock. */
static wall_us
newest(const struct run *run)
{
	wall_us last = WALL_NONE;

	for (size_t i = 0; i < run->n; i++) {
		if (run->items[i].arrived > last)
			last = run->items[i].arrived;
		if (run->items[i].tried > last)
			last = run->items[i].tried;
	}
	for (size_t i = 0; i < run->shown_n; i++) {
		const struct queue_message *m = run->shown[i]->message;

		if (m->arrived > last)
			last = m->arrived;
		if (m->tried > last)
			last = m->tried;
	}
	return last == WALL_NONE ? time_now() : last;
}

static void
begin_report(struct run *run, const struct sandbox *sandbox)
{
	const struct examination *x = run->x;
	struct report *report = &run->report;

	*report = (struct report){.from = WALL_NONE,
	    .to = WALL_NONE,
	    .at = x->now != WALL_NONE ? x->now : newest(run)};
	if (x->roots.n == 0 && x->roots.gaps_n == 0)
		report_not_examined(report, S("queue"), "%s",
		    _("no mail queue was found on this machine; name a copy "
		      "with --queue DIR"));
	queued_say(report, &x->roots, run->sums);
	examination_say_sandbox(report, sandbox);
	run->filter.before = options_time(run->options, OPT_OLDER, report->at);
}

static struct queue_seen
seen(const struct run *run)
{
	return (struct queue_seen){&run->x->roots, run->sums};
}

/* ---- what is shown ---- */

enum form {
	FORM_NONE,
	FORM_TEXT,
	FORM_JSON
};

static enum form
form_of(struct run *run, struct screen *ret_screen)
{
	if (options_has(run->options, OPT_JSON))
		return FORM_JSON;
	if (options_has(run->options, OPT_QUIET))
		return FORM_NONE;
	examination_screen(run->options, &run->arena, ret_screen);
	return FORM_TEXT;
}

static void
show_summary(struct run *run)
{
	struct queue_view view = {.seen = seen(run),
	    .items = run->items,
	    .n = run->n,
	    .top = (size_t)options_count(run->options, OPT_TOP, TOP)};
	struct report *report = &run->report;
	struct screen screen;
	enum form form = form_of(run, &screen);

	view.domains = shelf_domains(run->shelf, &view.domains_n);
	summary_make(
	    &view.summary, &report->arena, view.items, view.n, report->at);
	report->from = view.summary.first;
	report->to = view.summary.last;
	report->took = time_now() - run->x->begun;
	run->found = view.n > 0;
	if (form == FORM_JSON)
		queue_json(report, &view, stdout);
	else if (form == FORM_TEXT)
		queue_text(report, &view, &screen);
}

/* Recipients beyond those that are kept were not compared. */
static void
say_recipients(struct run *run)
{
	uint64_t n = 0;

	for (size_t i = 0; i < run->n; i++)
		n += run->items[i].rcpts_more && !run->items[i].rcpt_meant;
	if (n > 0)
		report_not_examined(&run->report, S("recipients"),
		    _n("%s message has more than %s recipients: only the "
		       "first of them were compared",
			"%s messages have more than %s recipients: only the "
			"first of them were compared",
			n),
		    lang_number(&run->report.arena, n),
		    lang_number(&run->report.arena, QUEUE_RCPTS));
}

static void
show_list(struct run *run)
{
	const struct waiting **meant =
	    arena_alloc(&run->arena, (run->n + 1) * sizeof(struct waiting *));
	struct queue_list_view view = {
	    .seen = seen(run), .items = meant, .all = run->n};
	struct report *report = &run->report;
	struct screen screen;
	enum form form = form_of(run, &screen);

	for (size_t i = 0; i < run->n; i++)
		if (filter_meets(&run->filter, &run->items[i]))
			meant[view.n++] = &run->items[i];
	say_recipients(run);
	view.top = (size_t)options_count(
	    run->options, OPT_TOP, form == FORM_JSON ? view.n + 1 : TOP_LIST);
	report->took = time_now() - run->x->begun;
	run->found = view.n > 0;
	if (form == FORM_JSON)
		queue_list_json(report, &view, stdout);
	else if (form == FORM_TEXT)
		queue_list_text(report, &view, &screen);
}

/* With filters, those that a message that is meant belongs to. */
static bool
is_meant(const struct run *run, const struct campaign *c)
{
	for (size_t i = 0; i < c->messages; i++)
		if (filter_meets(&run->filter, c->items[i]))
			return true;
	return false;
}

static void
show_campaigns(struct run *run)
{
	const struct campaigns *cs = &run->campaigns;
	const struct campaign **meant =
	    arena_alloc(&run->arena, (cs->n + 1) * sizeof(struct campaign *));
	struct queue_campaigns_view view = {
	    .seen = seen(run), .campaigns = cs, .items = meant, .all = run->n};
	struct report *report = &run->report;
	struct screen screen;
	enum form form = form_of(run, &screen);

	for (size_t i = 0; i < cs->n; i++)
		if (is_meant(run, &cs->items[i]))
			meant[view.n++] = &cs->items[i];
	say_recipients(run);
	view.again = options_again(&run->arena, run->options, "queue");
	view.top = (size_t)options_count(
	    run->options, OPT_TOP, form == FORM_JSON ? view.n + 1 : TOP);
	report->took = time_now() - run->x->begun;
	run->found = view.n > 0;
	if (form == FORM_JSON)
		queue_campaigns_json(report, &view, stdout);
	else if (form == FORM_TEXT)
		queue_campaigns_text(report, &view, &screen);
}

static void
show_messages(struct run *run)
{
	struct screen screen;
	enum form form = form_of(run, &screen);
	struct queue_show_view view = {.seen = seen(run),
	    .items = run->shown,
	    .n = run->shown_n,
	    .top = (size_t)options_count(run->options, OPT_TOP,
		form == FORM_JSON ? QUEUE_RCPTS : TOP_RCPTS)};

	run->report.took = time_now() - run->x->begun;
	run->found = view.n > 0;
	if (form == FORM_JSON)
		queue_show_json(&run->report, &view, stdout);
	else if (form == FORM_TEXT)
		queue_show_text(&run->report, &view, &screen);
}

/* ---- the command ---- */

static const struct verb {
	const char *name; /* behind "queue" */
	void (*read)(void *arg, const struct received *received);
	void (*show)(struct run *run);
	bool alike; /* reads the texts, to find campaigns */
} verbs[] = {
    {"", put, show_summary, false},
    {"list", put, show_list, true},
    {"campaigns", put, show_campaigns, true},
    {"show", put_whole, show_messages, false},
};

static struct wishes
wishes_of(const struct options *o, enum option_id id)
{
	return (struct wishes){o->values[id].texts, o->values[id].n};
}

static struct filter
filter_of(const struct options *o)
{
	return (struct filter){.sender = wishes_of(o, OPT_SENDER),
	    .recipient = wishes_of(o, OPT_RECIPIENT),
	    .origin = wishes_of(o, OPT_ORIGIN),
	    .subject = wishes_of(o, OPT_SUBJECT),
	    .state = wishes_of(o, OPT_STATE),
	    .campaign = wishes_of(o, OPT_CAMPAIGN),
	    .before = options_time(o, OPT_OLDER, time_now())};
}

/* A filter alone asks for the list. NULL: there is no such verb. */
static const struct verb *
verb_of(const struct options *o)
{
	struct filter filter = filter_of(o);
	struct str word = o->words.n > 0           ? o->words.texts[0]
			  : filter_is_set(&filter) ? S("list")
						   : S("");

	for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
		if (str_eq(str_z(verbs[i].name), word))
			return &verbs[i];
	return NULL;
}

static int
queue_work(void *arg, const struct sandbox *sandbox)
{
	struct examination *x = arg;
	const struct verb *verb = verb_of(x->options);
	struct run run = {.x = x,
	    .options = x->options,
	    .sums = xcalloc(QUEUE_ROOTS + 1, sizeof(*run.sums)),
	    .shelf = shelf_new(LIMIT_JOBS, verb->alike),
	    .filter = filter_of(x->options),
	    .lock = PTHREAD_MUTEX_INITIALIZER};

	read_queues(&run, verb->read);
	begin_report(&run, sandbox);
	if (verb->alike)
		campaigns_find(&run.campaigns, &run.arena, run.shelf);
	verb->show(&run);
	arena_done(&run.arena);
	shelf_free(run.shelf);
	free(run.shown);
	free(run.sums);
	free(run.report.not_examined);
	arena_done(&run.report.arena);
	if (x->roots.n == 0)
		return OUTCOME_FAILED;
	return run.found ? OUTCOME_FOUND : OUTCOME_NOTHING;
}

/* What stands behind the command and makes no sense. */
static bool
refuse_word(struct str word, bool knows_verb, struct err *err)
{
	struct arena scratch = {0};

	word = text_safe(&scratch, str_head(word, 60));
	err_set(err, ERR_CONFIG,
	    _("'sereno queue' does not know what '%.*s' is for"),
	    STR_ARG(word));
	snprintf(err->hint, sizeof(err->hint),
	    knows_verb ? "sereno queue --help" : "sereno queue show %.*s",
	    STR_ARG(word));
	arena_done(&scratch);
	return false;
}

static bool
check_verb(const struct options *o, struct err *err)
{
	const struct option_value *words = &o->words;
	const struct verb *verb = verb_of(o);
	struct filter filter = filter_of(o);
	struct arena scratch = {0};

	if (verb == NULL)
		return refuse_word(words->texts[0], false, err);
	for (size_t i = 0; i < filter.campaign.n; i++)
		if (campaign_id_parse(filter.campaign.items[i]) == 0) {
			err_set(err, ERR_CONFIG, "%s",
			    _("--campaign takes an id of 8 signs, as 'sereno "
			      "queue campaigns' tells it"));
			return false;
		}
	if (verb->show != show_messages)
		return words->n < 2 || refuse_word(words->texts[1], true, err);
	if (words->n > 1 && !filter_is_set(&filter))
		return true;
	if (words->n > 1)
		return err_set(err, ERR_CONFIG, "%s",
		    _("'sereno queue show' takes ids alone; filters are for "
		      "'sereno queue list'"));
	err_set(err, ERR_CONFIG, "%s",
	    _("'sereno queue show' needs the id of a message"));
	snprintf(err->hint, sizeof(err->hint), "sereno queue list%.*s",
	    STR_ARG(options_again(&scratch, o, "queue")));
	arena_done(&scratch);
	return false;
}

static int
queue_run(const struct options *o)
{
	const struct verb *verb = verb_of(o);
	bool shows = verb != NULL && verb->show == show_messages;
	struct err err;

	if (!check_verb(o, &err))
		return command_fail(&err);
	return examination_run(o,
	    LOOK_QUEUE | (shows ? LOOK_QUEUE_IDS : 0) |
		(shows || verb->alike ? LOOK_QUEUE_TEXTS : 0),
	    queue_work);
}

const struct command command_queue = {
    .name = "queue",
    .words = "[list | campaigns | show ID...]",
    .verbs = "list campaigns show",
    .summary = N_("what waits in the queue, whose, since when, and why?"),
    .help = N_("Reads the queue of this machine's mail server, or the copy "
	       "named with --queue, without the server's help and without "
	       "disturbing it. Alone, it sums up; \"list\" names the messages "
	       "that the filters mean (a filter alone does the same); "
	       "\"campaigns\" puts messages together that are alike, and "
	       "says how they differ from the others; \"show\" "
	       "shows envelope, header and the beginning of the text. Exit "
	       "code 1 means that something is there."),
    .words_max = WORDS_MAX,
    .run = queue_run,
};
