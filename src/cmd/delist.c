/* SPDX-License-Identifier: ISC */
#include "show/delist.h"

#include "base/lang.h"
#include "base/text.h"
#include "cmd/examination.h"
#include "cmd/keep_listings.h"
#include "queue/evidence.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- in the child ---- */

static void
remember(struct keep *keep, const struct petitions *p)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct petition *x = p->items[i];
		struct slip slip = {.kind = x->state == PETITION_GONE
						? SLIP_BACK
						: SLIP_REQUEST,
		    .at = p->now,
		    .texts = {x->id}};

		if (x->state == PETITION_UNSEEN ||
		    (x->state == PETITION_GONE && x->asked == REQUEST_DELISTED))
			continue;
		keep_slip(keep, &slip);
	}
}

static void
fill_footing(
    struct petitions *p, const struct examination *x, struct report *report)
{
	const struct option_value *own = &x->options->values[OPT_OWN];
	const struct dnsbl *d = report->listings;
	struct footing *f = &p->footing;

	/* The logs of this machine end now; a copy ends where it was made. */
	footing_read(f, p->arena, report,
	    x->live || p->now < report->to ? p->now : report->to);
	for (size_t i = 0; i < own->n; i++)
		footing_add(f, p->arena, own->texts[i]);
	for (size_t i = 0; d != NULL && i < d->targets_n; i++)
		footing_add(f, p->arena, d->targets[i].name);
	footing_dns(f, p->arena, report->posture);
	if (x->reputation == NULL && !options_has(x->options, OPT_OFFLINE))
		report_not_examined(report, S("network"), "%s",
		    _("lists and DNS were not asked, for nothing is known of "
		      "the server that the log is of; name its addresses and "
		      "domains with --own"));
	if (f->left_out > 0)
		report_not_examined(report, S("--own"),
		    _n("%zu more address or domain was left out",
			"%zu more addresses and domains were left out",
			f->left_out),
		    f->left_out);
}

static int
print(const struct delist_view *view, const struct options *o)
{
	struct arena scratch = {0};
	struct screen screen;

	if (options_has(o, OPT_QUIET))
		return delist_exit(view);
	if (options_has(o, OPT_JSON)) {
		delist_json(view, stdout);
	} else {
		examination_screen(o, &scratch, &screen);
		delist_text(view, &screen);
	}
	arena_done(&scratch);
	return delist_exit(view);
}

static int
delist_work(void *arg, const struct sandbox *sandbox)
{
	struct examination *x = arg;
	const struct options *o = x->options;
	struct queue_evidence evidence;
	struct report report;
	struct reading reading;
	struct petitions p = {.arena = &report.arena};
	struct shelf *shelf;
	struct delist_view view = {.report = &report, .p = &p};
	int code;

	reputation_prepare(x->reputation, x->configured ? &x->facts : NULL,
	    &x->signers, &x->sources, x->keep);
	if (reputation_queue(x->reputation) != NULL)
		examination_read_queue(x, reputation_queue(x->reputation));
	reputation_begin(x->reputation, false);
	examination_reading(x, BY_ORIGIN, &reading);
	reading_run(&reading);
	examination_report(x, sandbox, &reading, &report);
	shelf = examination_shelf(x, &report, &evidence);
	if (x->progress.waits != NULL)
		atomic_store(x->progress.waits, x->reputation != NULL);
	reputation_end(x->reputation, &report);
	verdict_judge(&report, &reading.join->tally, x->geo);
	examination_cites(&report, &reading);
	for (size_t i = 0; i < x->keep->notes_n; i++)
		report_not_examined(&report, x->keep->notes[i].what, "%.*s",
		    STR_ARG(x->keep->notes[i].sentence));
	p.now = x->now != WALL_NONE ? x->now : report.at;
	fill_footing(&p, x, &report);
	keep_listings(x->keep, p.now, reputation_lists(x->reputation));
	petitions_make(&p, &report, &x->keep->listings, &x->keep->requests);
	remember(x->keep, &p);
	if (o->words.n > 0)
		view.word = o->words.texts[0];
	view.done = o->values[OPT_DONE].texts;
	view.done_n = o->values[OPT_DONE].n;
	view.again = options_again(&report.arena, o, "delist");
	view.kept = x->keep->writable;
	view.store = options_again_one(&report.arena, o, OPT_STORE);
	view.mta = report_server(&report);
	report.took = time_now() - x->begun;
	code = print(&view, o);
	petitions_done(&p);
	examination_done(&reading, &report);
	reputation_done(x->reputation);
	shelf_free(shelf);
	return code;
}

/* ---- --mark ---- */

static int
fail(enum err_kind kind, const char *sentence, struct str id)
{
	struct arena a = {0};
	struct err err;

	(void)snprintf(err.text, sizeof(err.text), "%s%s%.*s", sentence,
	    id.n > 0 ? ": " : "", STR_ARG(text_safe(&a, str_head(id, 80))));
	err.kind = kind;
	(void)snprintf(err.hint, sizeof(err.hint), "%s",
	    kind == ERR_CONFIG ? "sereno delist"
			       : "sereno delist ... --store FILE");
	arena_done(&a);
	return command_fail(&err);
}

static enum request_state
mark_of(const struct options *o)
{
	static const struct {
		struct str word;
		enum request_state state;
	} words[] = {
	    {S0("asked"), REQUEST_ASKED},
	    {S0("refused"), REQUEST_REFUSED},
	    {S0("done"), REQUEST_DELISTED},
	    {S0("open"), REQUEST_OPEN},
	};

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (options_is(o, OPT_MARK, words[i].word))
			return words[i].state;
	return REQUEST_OPEN;
}

/* The one that the word means: its id, or what stands before the slash, when
 * that is one only. */
static const struct request *
request_of(const struct requests *r, struct str word, bool *ret_many)
{
	const struct request *found = requests_find(r, word);
	size_t n = 0;

	*ret_many = false;
	if (found != NULL)
		return found;
	for (size_t i = 0; i < r->n; i++) {
		struct str rest = r->items[i].id;

		if (!str_eq_fold(str_take(&rest, '/'), word))
			continue;
		found = &r->items[i];
		n++;
	}
	*ret_many = n > 1;
	return n == 1 ? found : NULL;
}

static int
mark(const struct options *o, struct keep *keep)
{
	const struct request *r;
	struct store store;
	struct arena a = {0};
	bool many, good;

	if (options_has(o, OPT_NO_STORE))
		return fail(ERR_CONFIG,
		    _("--mark writes into the store that --no-store leaves "
		      "alone"),
		    S(""));
	if (o->words.n == 0)
		return fail(
		    ERR_CONFIG, _("--mark needs the name of a block"), S(""));
	r = request_of(&keep->requests, o->words.texts[0], &many);
	if (r == NULL && keep->notes_n > 0)
		return fail(ERR_DENIED, keep->notes[0].sentence.p, S(""));
	if (r == NULL)
		return fail(ERR_CONFIG,
		    many ? _("that name means several blocks")
			 : _("no block of that name is remembered"),
		    o->words.texts[0]);
	store_open(&store, keep->path, keep->use);
	(void)store_begin(&store);
	good = requests_mark(&store,
	    options_time(o, OPT_NOW, time_now()) == WALL_NONE
		? time_now()
		: options_time(o, OPT_NOW, time_now()),
	    r->id, mark_of(o));
	good = store_commit(&store) && good;
	store_close(&store);
	if (!good)
		return fail(ERR_DENIED, store.err.text, S(""));
	if (!options_has(o, OPT_QUIET))
		printf(_("noted: %.*s is %.*s now\n"),
		    STR_ARG(text_safe(&a, r->id)),
		    STR_ARG(options_text(o, OPT_MARK)));
	arena_done(&a);
	return OUTCOME_NOTHING;
}

static int
delist_run(const struct options *o)
{
	bool copied = options_has(o, OPT_LOG) || options_has(o, OPT_QUEUE);
	struct keep keep;
	int code;

	keep_open(&keep, o, copied);
	if (options_has(o, OPT_MARK))
		code = mark(o, &keep);
	else
		code = examination_run_kept(o,
		    LOOK_LOGS | LOOK_CONFIGURATION | LOOK_QUEUE |
			LOOK_QUEUE_TEXTS | LOOK_WORLD,
		    &keep, delist_work);
	keep_close(&keep);
	return code;
}

const struct command command_delist = {
    .name = "delist",
    .words = "[ID|LIST|IP]",
    .summary = N_("how does this server get off the lists?"),
    .help = N_("Says what blocks this server, on lists and at receivers, "
	       "whether the source is silent and all is in order, what is to "
	       "be done next and when. With a name: that block, the letter "
	       "with the evidence, and other ways out. No letter is drafted "
	       "while the source still sends. Asks nobody and changes nothing "
	       "by itself."),
    .words_max = 1,
    .run = delist_run,
};
