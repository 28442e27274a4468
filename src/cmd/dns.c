/* SPDX-License-Identifier: ISC */
#include "show/dns.h"

#include "base/lang.h"
#include "base/text.h"
#include "cmd/examination.h"
#include "cmd/inquiry.h"
#include "cmd/outside.h"
#include "cmd/own_keys.h"
#include "cmd/policies.h"
#include "cmd/queued.h"
#include "cmd/targets.h"

#include <stdlib.h>
#include <unistd.h>

enum {
	NOTES = 32,
	SILENT = 6, /* questions without an answer that are named */
};

/* What the command knows before its child begins. */
struct dns {
	struct sends_as_set own;
	bool live; /* this machine is looked at for domains, too */
	bool wizard;
	size_t first; /* word that is a domain */
	char host[256];
	struct keep keep;       /* of policies */
	struct source_set logs; /* for hints; none: of other machines */
	struct queued queued;   /* the same */
};

/* In the child. */
struct dns_work {
	struct inquiry *x;
	struct dns *d;
	struct arena arena; /* the case; rounds have their own */
	struct dns_book book;
	struct own_case own;
	struct policies policies;
	struct hints hints;
	struct not_examined notes[NOTES];
	size_t notes_n;
};

static void
note(struct dns_work *w, struct str what, struct str sentence)
{
	for (size_t i = 0; i < w->notes_n; i++)
		if (str_eq(w->notes[i].what, what) &&
		    str_eq(w->notes[i].sentence, sentence))
			return;
	if (w->notes_n < NOTES)
		w->notes[w->notes_n++] = (struct not_examined){
		    str_keep(&w->arena, what), str_keep(&w->arena, sentence)};
}

static void
add_selectors(struct dns_work *w)
{
	struct str path, why;
	size_t unread;

	own_keys_take(&w->own, &w->x->options->values[OPT_SELECTOR],
	    &w->x->signers, w->x->place.root, w->d->live);
	own_keys_hints(&w->own, &w->hints);
	path = own_keys_unlooked(&w->arena, &w->x->signers);
	if (path.n > 0)
		note(w, S("DKIM"), path);
	unread = own_keys_unread(&w->own, &path, &why);
	if (unread > 0)
		note(w, path,
		    arena_printf(&w->arena,
			_n("%zu private key of DKIM cannot be compared with "
			   "the published one: %.*s",
			    "%zu private keys of DKIM cannot be compared with "
			    "the published ones: %.*s",
			    unread),
			unread, STR_ARG(why)));
}

/* What the newest logs and the queues say. Where domains were named, of these:
 * others are not asked about. */
static void
take_hints(struct dns_work *w)
{
	struct str doubts[NOTES];
	struct report said = {0};
	size_t n;

	source_order(&w->d->logs, WALL_NONE, WALL_NONE, WALL_NONE);
	hints_read(&w->hints, &w->d->logs);
	sends_as_hints(&w->d->own, &w->arena, &w->hints);
	queued_read(&w->d->queued, &w->d->own, &w->arena, &w->hints, &said);
	for (size_t i = 0; i < said.not_examined_n && w->d->live; i++)
		note(w, said.not_examined[i].what,
		    said.not_examined[i].sentence);
	free(said.not_examined);
	arena_done(&said.arena);
	n = outside_find(&w->d->own, &w->arena, &w->hints, w->x->resolver,
	    doubts, ARRAY_LEN(doubts));
	for (size_t i = 0; i < n; i++)
		note(w, arena_printf(&w->arena, "NAT %zu", i + 1), doubts[i]);
}

static void
fill(struct dns_work *w)
{
	const struct options *o = w->x->options;
	const struct option_value *helos = &o->values[OPT_HELO];

	own_case_init(&w->own, &w->arena);
	w->own.c.at = w->x->begun;
	w->own.c.host = str_z(w->d->host);
	for (size_t i = 0; i < helos->n; i++)
		own_case_helo(&w->own, helos->texts[i], S("--helo"));
	for (size_t i = w->d->first; i < o->words.n; i++)
		own_case_domain(&w->own, o->words.texts[i], S(""));
	if (w->x->configured)
		sends_as_facts(&w->d->own, &w->arena, &w->x->facts);
	take_hints(w);
	own_case_take(&w->own, &w->d->own,
	    w->x->configured ? &w->x->facts : NULL, w->d->live);
	for (size_t i = 0; i < w->own.private_n; i++)
		note(w, w->own.private[i],
		    str_z(_("a private address: the world never sees it")));
	add_selectors(w);
	w->own.more_domains += w->d->live ? w->d->own.more : 0;
	if (own_case_left_out(&w->own).n > 0)
		note(w, S("PTR, SPF, DMARC"), own_case_left_out(&w->own));
	if (w->own.c.ips_n == 0)
		note(w, S("SPF, PTR"),
		    str_z(_("no public address is known that mail leaves "
			    "from; name it with --own")));
	if (w->own.c.domains_n == 0)
		note(w, S("SPF, DKIM, DMARC"),
		    str_z(_("no domain is known; name it: sereno dns "
			    "example.org")));
}

/* No question had an answer, all for the same reason: that is one note. */
static bool
note_nothing(struct dns_work *w)
{
	enum dns_status why = DNS_OK;
	size_t n = 0;

	for (size_t i = 0; i < w->book.n; i++) {
		enum dns_status status = w->book.notes[i]->answer.status;

		if (status == DNS_BAD_NAME)
			continue;
		if (dns_is_known(status) || (n++ > 0 && status != why))
			return false;
		why = status;
	}
	if (n == 0)
		return false;
	note(w, S("DNS"),
	    arena_printf(&w->arena,
		_n("%zu question, and no answer: %s",
		    "%zu questions, and no answer: %s", n),
		n, _(dns_status_words(why))));
	return true;
}

/* What had no answer is neither good nor bad. False: nothing had one. */
static bool
note_silence(struct dns_work *w)
{
	size_t known = 0, silent = 0;

	if (note_nothing(w))
		return false;

	for (size_t i = 0; i < w->book.n; i++) {
		const struct dns_note *n = w->book.notes[i];

		if (dns_is_known(n->answer.status)) {
			known++;
			continue;
		}
		if (n->answer.status == DNS_BAD_NAME)
			continue;
		if (silent++ >= SILENT)
			continue;
		note(w,
		    arena_printf(&w->arena, "%s %.*s", dns_type_name(n->type),
			STR_ARG(n->name)),
		    str_z(_(dns_status_words(n->answer.status))));
	}
	if (silent > SILENT)
		note(w, S("DNS"),
		    arena_printf(&w->arena,
			_n("%zu more question had no answer",
			    "%zu more questions had no answer",
			    silent - SILENT),
			silent - SILENT));
	if (w->book.full)
		note(w, S("DNS"),
		    str_z(_("the records lead to too many others; not all "
			    "were asked")));
	return known > 0;
}

static int
show(struct dns_work *w, const struct posture *p)
{
	const struct options *o = w->x->options;
	struct arena scratch = {0};
	bool known = note_silence(w);
	const struct dns_view view = {.p = p,
	    .host = str_z(w->d->host),
	    .at = w->x->begun,
	    .took = time_now() - w->x->begun,
	    .asked = resolver_asked(w->x->resolver),
	    .resolver = inquiry_resolver_text(w->x, &scratch),
	    .why = options_has(o, OPT_WHY),
	    .notes = w->notes,
	    .notes_n = w->notes_n,
	    .nothing = !known};
	int code = dns_exit(&view);
	struct screen screen;

	if (options_has(o, OPT_NAGIOS)) {
		code = dns_nagios(&view, stdout);
	} else if (options_has(o, OPT_JSON) && !options_has(o, OPT_QUIET)) {
		dns_json(&view, stdout);
	} else if (!options_has(o, OPT_QUIET)) {
		examination_screen(o, &scratch, &screen);
		if (w->d->wizard && !view.nothing)
			dns_wizard(&view, &screen);
		else
			dns_text(&view, &screen);
	}
	arena_done(&scratch);
	return code;
}

static void
fetch_policies(struct dns_work *w, const struct posture *p)
{
	struct policies *all = &w->policies;

	policies_begin(all, w->x, &w->book, &w->arena, p);
	policies_end(all, w->x, &w->arena, &w->d->keep);
	w->own.c.policies = all->items;
	w->own.c.policies_n = all->n;
	for (size_t i = 0; i < all->n; i++) {
		struct str why = sts_unknown(&w->arena, &all->items[i]);

		if (why.n > 0)
			note(w,
			    arena_printf(&w->arena, "MTA-STS %.*s",
				STR_ARG(all->items[i].domain)),
			    why);
	}
	for (size_t i = 0; i < w->d->keep.notes_n && all->n > 0; i++)
		note(w, w->d->keep.notes[i].what, w->d->keep.notes[i].sentence);
	if (all->more > 0)
		note(w, S("MTA-STS"),
		    arena_printf(&w->arena,
			_n("the policy of %zu more domain was not fetched",
			    "the policies of %zu more domains were not fetched",
			    all->more),
			all->more));
}

static int
dns_work(struct inquiry *x, const struct sandbox *sandbox)
{
	struct dns_work *w = xcalloc(1, sizeof(*w));
	struct arena round = {0};
	const struct posture *p;
	int code;

	inquiry_say_sandbox(sandbox);
	w->x = x;
	w->d = x->arg;
	fill(w);
	for (;;) {
		p = posture_read(&w->book, &round, &w->own.c);
		if (!dns_book_ask(&w->book, x->resolver))
			break;
		arena_done(&round);
	}
	fetch_policies(w, p);
	p = posture_read(&w->book, &round, &w->own.c);
	code = show(w, p);
	arena_done(&round);
	policies_done(&w->policies);
	hints_done(&w->hints);
	dns_book_done(&w->book);
	arena_done(&w->arena);
	free(w);
	return code;
}

static bool
check_words(const struct options *o, size_t first, struct err *err)
{
	for (size_t i = first; i < o->words.n; i++) {
		struct arena scratch = {0};

		if (own_case_is_domain(o->words.texts[i]))
			continue;
		err_set(err, ERR_CONFIG, _("'%.*s' is no domain"),
		    STR_ARG(
			text_safe(&scratch, str_head(o->words.texts[i], 80))));
		snprintf(err->hint, sizeof(err->hint),
		    "sereno dns example.org xn--mnchen-3ya.example");
		arena_done(&scratch);
		return false;
	}
	return true;
}

static int
dns_run(const struct options *o)
{
	bool wizard = o->words.n > 0 && str_eq(o->words.texts[0], S("wizard"));
	struct dns d = {.wizard = wizard,
	    .first = wizard,
	    .live = o->words.n == (size_t)wizard};
	bool copied = options_has(o, OPT_QUEUE);
	bool foreign = (!d.live && (options_has(o, OPT_OWN) ||
				       options_has(o, OPT_HELO))) ||
		       (copied && !options_has(o, OPT_ROOT));
	struct arena a = {0};
	struct err err;
	int code;

	if (!check_words(o, d.first, &err) || !targets_check_own(o, &err))
		return command_refuse(&err, options_has(o, OPT_NAGIOS));
	(void)gethostname(d.host, sizeof(d.host) - 1);
	if (foreign)
		sends_as_named(&d.own, &a, o);
	else
		sends_as_find(&d.own, &a, o);
	if (!foreign)
		source_find(&d.logs, options_text(o, OPT_ROOT));
	queued_open(&d.queued, o, !foreign && !copied);
	keep_open_policies(&d.keep, o, foreign);
	code = inquiry_run_kept(o,
	    INQUIRY_POLICIES | (foreign ? 0U : INQUIRY_CONFIGURED), &d, &d.keep,
	    &d.queued, dns_work);
	keep_close(&d.keep);
	queued_close(&d.queued);
	source_set_done(&d.logs);
	sends_as_done(&d.own);
	arena_done(&a);
	return code;
}

const struct command command_dns = {
    .name = "dns",
    .words = "[wizard] [DOMAIN...]",
    .verbs = "wizard",
    .summary = N_("what is wrong with PTR, HELO, SPF, DKIM and DMARC?"),
    .help = N_("Looks at the addresses that mail leaves from, the name that "
	       "the server greets with, and at SPF, DKIM, DMARC and MX of "
	       "these domains, or of all that the mail server's configuration "
	       "names; says what is broken, why it matters, and which record "
	       "to publish. With --own or --helo and domains, nothing of this "
	       "machine is looked at. The wizard says only what to publish, as "
	       "lines of a zone and as fields of a form, explains each word "
	       "and shows what changes for every known address. Exit code 1 "
	       "means that something is broken or weak, 3 that nothing is, as "
	       "far as an answer came."),
    .words_max = 1000,
    .run = dns_run,
};
