/* SPDX-License-Identifier: ISC */
#include "show/listed.h"

#include "base/lang.h"
#include "base/text.h"

static bool
target_counts(const struct dnsbl *d, size_t target)
{
	for (size_t i = 0; i < d->entries_n; i++)
		if (d->entries[i]->target == target &&
		    dnsbl_counts(d, d->entries[i]))
			return true;
	return false;
}

static bool
is_unsure(const struct listed_change *change)
{
	return change->what == LISTED_UNSURE || change->what == LISTED_UNSEEN;
}

void
listed_sum(const struct listed_view *view, struct listed_sums *ret_sums)
{
	const struct dnsbl *d = view->d;
	struct listed_sums sums = {.worst = LIST_SEVERITY_INFO};

	for (size_t i = 0; i < d->entries_n; i++) {
		enum list_severity severity =
		    dnsbl_entry_severity(d, d->entries[i]);

		if (!dnsbl_counts(d, d->entries[i]))
			continue;
		sums.entries++;
		if (severity < sums.worst)
			sums.worst = severity;
	}
	for (size_t i = 0; i < d->targets_n && sums.entries > 0; i++)
		sums.targets += target_counts(d, i);
	for (size_t i = 0; i < d->probes_n; i++) {
		bool usable = dnsbl_usable(&d->probes[i]);

		/* On no white list: that says nothing. */
		sums.lists += usable && d->probes[i].list->kind == LIST_BLOCK;
		sums.others += usable && d->probes[i].list->kind != LIST_BLOCK;
		sums.broken += !usable;
		sums.unknown += d->probes[i].unknown;
	}
	for (size_t i = 0; i < view->changes_n; i++)
		sums.unsure += is_unsure(&view->changes[i]);
	*ret_sums = sums;
}

wall_us
listed_since(const struct listed_view *view, const struct dnsbl_entry *entry)
{
	const struct dnsbl *d = view->d;
	const struct listing *before =
	    view->known == NULL ? NULL
				: listings_find(view->known,
				      str_z(d->probes[entry->probe].list->id),
				      d->targets[entry->target].name);

	return before == NULL || before->gone != WALL_NONE ? WALL_NONE
							   : before->first;
}

const char *
listed_what_name(enum listed_what what)
{
	static const char *const names[] = {
	    "new", "again", "gone", "unsure", "unseen"};

	return names[what];
}

int
listed_exit(const struct listed_view *view)
{
	struct listed_sums sums;

	listed_sum(view, &sums);
	if (sums.entries + sums.unsure > 0)
		return 1;
	return sums.lists > 0 ? 0 : 3;
}

struct str
listed_labels(struct arena *a, const struct dnsbl_entry *entry)
{
	struct str text = {NULL, 0};

	for (size_t i = 0; i < entry->n; i++) {
		struct str label = str_z(entry->readings[i].label);

		if (label.n == 0 || str_has(text, label) ||
		    (entry->cell == CELL_LISTED &&
			entry->readings[i].kind != READING_BAD))
			continue;
		text = arena_printf(a, "%.*s%s%.*s", STR_ARG(text),
		    text.n > 0 ? " " : "", STR_ARG(label));
	}
	return text.n > 0 ? text : str_z(_("listed"));
}

/* The list of the worst entry that counts. */
static const struct dnsbl_probe *
worst_list(const struct dnsbl *d, enum list_severity worst)
{
	for (size_t i = 0; i < d->entries_n; i++)
		if (dnsbl_counts(d, d->entries[i]) &&
		    dnsbl_entry_severity(d, d->entries[i]) == worst)
			return &d->probes[d->entries[i]->probe];
	return &d->probes[0];
}

static const struct dnsbl_target *
first_listed(const struct dnsbl *d)
{
	for (size_t i = 0; i < d->entries_n; i++)
		if (dnsbl_counts(d, d->entries[i]))
			return &d->targets[d->entries[i]->target];
	return NULL;
}

static struct str
unsure_headline(const struct listed_view *view, struct arena *a, size_t unsure)
{
	const struct listed_change *c = view->changes;
	struct str who, where;

	while (!is_unsure(c))
		c++;
	who = text_safe(a, view->d->targets[c->target].name);
	where = text_safe(a, view->d->probes[c->probe].shown);
	return arena_printf(a,
	    _n("%.*s may still be on %.*s: nobody has confirmed that it is "
	       "gone",
		"%.*s may still be on %.*s: nobody has confirmed that it is "
		"gone; %zu such entries in all",
		unsure),
	    STR_ARG(who), STR_ARG(where), unsure);
}

struct str
listed_headline(const struct listed_view *view, struct arena *a)
{
	const struct dnsbl *d = view->d;
	const struct dnsbl_target *first = first_listed(d);
	struct listed_sums sums;
	struct str worst;

	listed_sum(view, &sums);
	if (d->targets_n == 0)
		return str_z(_("there is nothing that a list could be asked "
			       "about"));
	if (sums.entries == 0 && sums.unsure > 0)
		return unsure_headline(view, a, sums.unsure);
	if (sums.entries == 0 && sums.lists == 0)
		return sums.others == 0
			   ? str_z(_("no list could be asked"))
			   : str_z(_("no block list could be asked"));
	if (sums.entries == 0)
		return arena_printf(a,
		    _n("on none of the lists: %zu list could be used",
			"on none of the lists: %zu lists could be used",
			sums.lists),
		    sums.lists);
	worst = arena_printf(a, "%.*s (%s)",
	    STR_ARG(worst_list(d, sums.worst)->shown),
	    _(list_severity_word(sums.worst)));
	if (sums.targets == 1 && first != NULL)
		return arena_printf(a,
		    _n("%.*s is on %zu list: %.*s",
			"%.*s is on %zu lists, the worst: %.*s", sums.entries),
		    STR_ARG(text_safe(a, first->name)), sums.entries,
		    STR_ARG(worst));
	return arena_printf(a,
	    _("%zu of %zu addresses and names are listed, %zu times in all; "
	      "the worst: %.*s"),
	    sums.targets, d->targets_n, sums.entries, STR_ARG(worst));
}

enum {
	NAGIOS_OK,
	NAGIOS_WARNING,
	NAGIOS_CRITICAL,
	NAGIOS_UNKNOWN
};

static int
nagios_state(const struct listed_sums *sums)
{
	if (sums->entries > 0)
		return sums->worst <= LIST_SEVERITY_HIGH ? NAGIOS_CRITICAL
							 : NAGIOS_WARNING;
	if (sums->unsure > 0)
		return NAGIOS_WARNING;
	return sums->lists > 0 ? NAGIOS_OK : NAGIOS_UNKNOWN;
}

int
listed_nagios(const struct listed_view *view, FILE *out)
{
	static const char *const words[] = {
	    "OK", "WARNING", "CRITICAL", "UNKNOWN"};
	struct listed_sums sums;
	struct arena scratch = {0};
	struct str line = listed_headline(view, &scratch);
	int state;

	listed_sum(view, &sums);
	state = nagios_state(&sums);
	fprintf(out, "SERENO %s - ", words[state]);
	for (size_t i = 0; i < line.n; i++)
		putc(line.p[i] == '|' ? '/' : line.p[i], out);
	fprintf(out,
	    " | listings=%zu targets=%zu lists=%zu broken_lists=%zu "
	    "unknown=%zu time=%.1fs\n",
	    sums.entries, view->d->targets_n, sums.lists, sums.broken,
	    sums.unknown, (double)view->took / 1e6);
	arena_done(&scratch);
	return state;
}
