/* SPDX-License-Identifier: ISC */
#include "show/spf.h"

#include "base/lang.h"
#include "base/text.h"
#include "cmd/examination.h"
#include "cmd/inquiry.h"

#include <unistd.h>

enum {
	WORD_MAX = 1000,
};

static int
spf_work(struct inquiry *x, const struct sandbox *sandbox)
{
	const struct options *o = x->options;
	struct spf_query *query = x->arg;
	struct dns_book book = {0};
	struct arena a = {0}, scratch = {0};
	struct spf_outcome outcome;
	struct spf_view view = {.query = query, .outcome = &outcome};
	struct screen screen;

	inquiry_say_sandbox(sandbox);
	while (!spf_check(&book, &a, query, &outcome)) {
		arena_done(&a);
		(void)dns_book_ask(&book, x->resolver);
	}
	view.asked = resolver_asked(x->resolver);
	view.resolver = inquiry_resolver_text(x, &scratch);
	if (options_has(o, OPT_JSON) && !options_has(o, OPT_QUIET)) {
		spf_json(&view, stdout);
	} else if (!options_has(o, OPT_QUIET)) {
		examination_screen(o, &scratch, &screen);
		spf_text(&view, &screen);
	}
	arena_done(&scratch);
	arena_done(&a);
	dns_book_done(&book);
	return spf_exit(&outcome);
}

/* "user@example.org", "example.org", "<>" */
static struct str
sender_of(struct str word)
{
	if (str_starts(word, S("<")) && str_ends(word, S(">")))
		word = str_head(str_skip(word, 1), word.n - 2);
	return str_head(word, WORD_MAX);
}

static int
spf_run(const struct options *o)
{
	struct spf_query query = {.at = time_now()};
	const struct str *words = o->words.texts;
	char host[256] = "";
	struct err err;

	if (!ip_parse(words[0], &query.ip)) {
		struct arena scratch = {0};

		err_set(&err, ERR_CONFIG, _("'%.*s' is no IP address"),
		    STR_ARG(text_safe(&scratch, str_head(words[0], 80))));
		snprintf(err.hint, sizeof(err.hint),
		    "sereno spf 192.0.2.1 user@example.org mail.example.org");
		arena_done(&scratch);
		return command_fail(&err);
	}
	(void)gethostname(host, sizeof(host) - 1);
	query.receiver = str_z(host);
	query.sender = sender_of(words[1]);
	query.helo = o->words.n > 2 ? str_head(words[2], WORD_MAX) : S("");
	return inquiry_run(o, false, &query, spf_work);
}

const struct command command_spf = {
    .name = "spf",
    .words = "IP SENDER [HELO]",
    .summary = N_("may this address send mail as that sender?"),
    .help = N_("Evaluates the SPF record of the sender's domain, or of HELO "
	       "when the sender is <>, for a client with this address, as a "
	       "receiver does (RFC 7208), and shows every question, its "
	       "answer and the counters. Exit code 0 means pass, 3 that a "
	       "question had no answer, 1 all else."),
    .words_min = 2,
    .words_max = 3,
    .run = spf_run,
};
