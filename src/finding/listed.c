/* SPDX-License-Identifier: ISC */
/*
 * An address or a name of this server is on lists that receivers ask. The
 * evidence is the answer of each list, which was tested before it was
 * believed. It says that mail is refused, not that this server sends spam: a
 * neighbour, a range, or what was mended a day ago looks the same.
 */
#include "finding/judge.h"

#include "base/text.h"
#include "check/dnsbl.h"

enum {
	WORDS_MAX = 200, /* of what a list says itself */
};

static enum severity
severity_of(enum list_severity severity)
{
	return severity <= LIST_SEVERITY_CRITICAL ? SEVERITY_CRITICAL
	       : severity <= LIST_SEVERITY_MEDIUM ? SEVERITY_WARNING
						  : SEVERITY_INFO;
}

/* "127.0.0.4 (XBL): A machine behind it is infected." for each reading that is
 * bad. */
static struct str
meaning_of(struct judging *j, const struct dnsbl_entry *e)
{
	struct str text = {NULL, 0};

	for (size_t i = 0; i < e->n; i++) {
		const struct list_reading *r = &e->readings[i];
		bool label = r->label[0] != '\0';

		if (r->kind == READING_BAD)
			text = arena_printf(j->arena,
			    "%.*s%s127.%u.%u.%u%s%s%s: %s", STR_ARG(text),
			    text.n > 0 ? " " : "", r->code >> 16 & 255,
			    r->code >> 8 & 255, r->code & 255,
			    label ? " (" : "", r->label, label ? ")" : "",
			    _(cause_sentence(r->cause)));
	}
	return text;
}

static void
tell_entry(struct judging *j, struct finding *f, const struct dnsbl_entry *e)
{
	struct arena *a = j->arena;
	struct str zone = j->listings->probes[e->probe].shown;
	struct str words = text_safe(a, str_head(e->text, WORDS_MAX));

	if (words.n > 0)
		finding_proof(j, f, GROUND_LISTS, 6, (struct ref){0},
		    _("%s answers %s Its words: %s"), text_safe(a, zone).p,
		    meaning_of(j, e).p, words.p);
	else
		finding_proof(j, f, GROUND_LISTS, 6, (struct ref){0},
		    _("%s answers %s"), text_safe(a, zone).p,
		    meaning_of(j, e).p);
}

static void
judge_target(struct judging *j, size_t target)
{
	const struct dnsbl *d = j->listings;
	const struct dnsbl_entry *worst = NULL;
	enum list_severity severity = LIST_SEVERITIES;
	const char *name = text_safe(j->arena, d->targets[target].name).p;
	struct finding *f = finding_new(j, &finding_listed, NULL);
	size_t n = 0;

	for (size_t i = 0; i < d->entries_n; i++) {
		const struct dnsbl_entry *e = d->entries[i];

		if (e->target != target || !dnsbl_counts(d, e))
			continue;
		n++;
		tell_entry(j, f, e);
		if (dnsbl_entry_severity(d, e) < severity) {
			severity = dnsbl_entry_severity(d, e);
			worst = e;
		}
	}
	if (worst == NULL)
		return;
	f->severity = severity_of(severity);
	finding_say(j, f,
	    _n("%s is on %zu block list: %s (%s)",
		"%s is on %zu block lists, the worst: %s (%s)", n),
	    name, n, text_safe(j->arena, d->probes[worst->probe].shown).p,
	    _(list_severity_word(severity)));
	finding_remedy(j, f,
	    shell_command(j, "sereno listed", d->targets[target].name),
	    _("what each list says, and the way off it; not before the cause "
	      "is gone"));
	(void)finding_add(j, f);
}

static void
judge(struct judging *j)
{
	if (j->listings == NULL)
		return;
	for (size_t i = 0; i < j->listings->targets_n; i++)
		judge_target(j, i);
}

const struct finding_kind finding_listed = {
    .code = "listed",
    .title = N_("on a block list"),
    .help = N_("Lists that receivers ask name an address or a name of this "
	       "server."),
    .prior = 0,
    .judge = judge,
};
