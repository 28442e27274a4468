/* SPDX-License-Identifier: ISC */
/*
 * The file is read by the process that may, as every command does it; what is
 * in it, texts of strangers, is looked at behind the sandbox.
 */
#include "show/history.h"

#include "base/lang.h"
#include "check/list.h"
#include "cmd/confine.h"
#include "cmd/examination.h"
#include "cmd/inquiry.h"
#include "cmd/keep.h"

#include <stdlib.h>
#include <unistd.h>

enum {
	TOP = 30,
};

struct history {
	const struct options *options;
	struct keep keep;
	char host[256];
	wall_us now;
};

/* An address, a domain, a list or a request whose name the word is, or begins
 * with it up to a '/': "spamhaus-xbl". */
static bool
is_meant(const struct option_value *words, struct str list, struct str target)
{
	const struct list *known = list_find(list);

	for (size_t i = 0; i < words->n; i++) {
		struct str word = words->texts[i];
		struct str way = str_head(list, str_chr(list, '/'));
		struct str about = str_skip(list, way.n + 1);

		if (str_eq_fold(word, list) || str_eq_fold(word, target) ||
		    str_eq_fold(word, way) || str_eq_fold(word, about) ||
		    (known != NULL && str_eq_fold(word, str_z(known->zone))))
			return true;
	}
	return words->n == 0;
}

static void
fill(const struct history *h, struct arena *a, struct history_view *view)
{
	const struct option_value *words = &h->options->words;
	wall_us since = options_time(h->options, OPT_SINCE, h->now);
	const struct keep *keep = &h->keep;

	view->listings =
	    arena_alloc(a, (keep->listings.n + 1) * sizeof(*view->listings));
	for (size_t i = 0; i < keep->listings.n; i++) {
		const struct listing *l = &keep->listings.items[i];

		if (!is_meant(words, l->list, l->target) ||
		    (since != WALL_NONE && l->gone != WALL_NONE &&
			l->gone < since))
			continue;
		view->listings[view->listings_n++] = l;
		view->listed += l->gone == WALL_NONE;
	}
	view->requests =
	    arena_alloc(a, (keep->requests.n + 1) * sizeof(*view->requests));
	for (size_t i = 0; i < keep->requests.n; i++)
		if (is_meant(words, keep->requests.items[i].id, S("")) &&
		    (since == WALL_NONE ||
			keep->requests.items[i].seen >= since))
			view->requests[view->requests_n++] =
			    &keep->requests.items[i];
	view->changes =
	    arena_alloc(a, (keep->changes.n + 1) * sizeof(*view->changes));
	for (size_t i = 0; i < keep->changes.n; i++) {
		const struct change *c = &keep->changes.items[i];

		if (is_meant(words, c->list, c->target) &&
		    (since == WALL_NONE || c->at >= since))
			view->changes[view->changes_n++] = c;
	}
}

static int
by_state(const void *a, const void *b)
{
	const struct listing *x = *(const struct listing *const *)a;
	const struct listing *y = *(const struct listing *const *)b;
	bool open_x = x->gone == WALL_NONE, open_y = y->gone == WALL_NONE;

	if (open_x != open_y)
		return open_x ? -1 : 1;
	if (open_x)
		return x->first < y->first ? -1 : x->first > y->first;
	return x->gone > y->gone ? -1 : x->gone < y->gone;
}

static int
history_work(void *arg, const struct sandbox *sandbox)
{
	const struct history *h = arg;
	const struct options *o = h->options;
	struct arena a = {0}, scratch = {0};
	struct history_view view = {.host = str_z(h->host),
	    .path = h->keep.path,
	    .at = h->now,
	    .notes = h->keep.notes,
	    .notes_n = h->keep.notes_n,
	    .top = (size_t)options_count(o, OPT_TOP, TOP),
	    .filtered = o->words.n > 0 || options_has(o, OPT_SINCE)};
	struct screen screen;

	inquiry_say_sandbox(sandbox);
	fill(h, &a, &view);
	if (view.listings_n > 1)
		qsort(view.listings, view.listings_n, sizeof(*view.listings),
		    by_state);
	if (options_has(o, OPT_JSON) && !options_has(o, OPT_QUIET)) {
		history_json(&view, stdout);
	} else if (!options_has(o, OPT_QUIET)) {
		examination_screen(o, &scratch, &screen);
		history_text(&view, &screen);
	}
	arena_done(&scratch);
	arena_done(&a);
	if (!h->keep.readable)
		return OUTCOME_FAILED;
	return view.listed > 0 ? OUTCOME_FOUND : OUTCOME_NOTHING;
}

static int
history_run(const struct options *o)
{
	struct history *h = xcalloc(1, sizeof(*h));
	int code;

	h->options = o;
	h->now = time_now();
	(void)gethostname(h->host, sizeof(h->host) - 1);
	keep_open_to_read(&h->keep, o);
	code = confine_run(&(struct confined){.work = history_work, .arg = h});
	keep_close(&h->keep);
	free(h);
	return code;
}

const struct command command_history = {
    .name = "history",
    .words = "[IP|DOMAIN|LIST|REQUEST...]",
    .summary = N_("what is remembered: since when listed, what was cleared"),
    .help = N_("Shows what the store has kept of earlier runs of listed and "
	       "delist: what is on which list since when, what was cleared and "
	       "how long it took, what was asked of whom, and each change. "
	       "With words, only about these addresses, domains, lists or "
	       "requests. Nothing is asked and nothing is changed. Exit code 1 "
	       "means that something was listed when it was last looked at, 3 "
	       "that there is no store that can be read."),
    .words_max = 100,
    .run = history_run,
};
