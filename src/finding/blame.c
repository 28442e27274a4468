/* SPDX-License-Identifier: ISC */
#include "finding/blame.h"

#include "base/text.h"
#include "check/dnsbl.h"

#include <math.h>

enum {
	ENOUGH = 20, /* messages: fewer are no proof of innocence */
};

/* A finding that leads to a verdict explains a listing better; a bot behind the
 * address does not explain why its name is missing, nor the contrary. */
static bool
is_explained(const struct judging *j)
{
	for (size_t i = 0; i < j->findings_n; i++) {
		const struct finding_kind *kind = j->findings[i]->kind;

		if (kind->verdict != NULL && kind != &finding_neighbour &&
		    kind != &finding_not_mail)
			return true;
	}
	return false;
}

static uint64_t
messages_seen(const struct tally *tally)
{
	uint64_t n = tally->inbound.messages;

	for (uint32_t i = 0; i < tally->origins_n; i++)
		n += tally->origins[i]->counts.messages;
	return n;
}

/* How many lists give a cause of that sort for the address, and none other. */
static size_t
lists_of(const struct dnsbl *d, size_t target,
    bool (*is_cause)(enum list_cause cause), const struct dnsbl_entry **ret)
{
	size_t n = 0;

	for (size_t i = 0; i < d->entries_n; i++) {
		const struct dnsbl_entry *e = d->entries[i];
		bool fits = false;

		if (e->target != target || !dnsbl_counts(d, e))
			continue;
		for (size_t k = 0; k < e->n; k++)
			fits |= e->readings[k].kind == READING_BAD &&
				is_cause(e->readings[k].cause);
		if (fits && n++ == 0)
			*ret = e;
	}
	return n;
}

void
blame_judge(struct judging *j, const struct finding_kind *kind,
    bool (*is_cause)(enum list_cause cause),
    void (*say)(struct judging *j, struct finding *f, const char *address))
{
	const struct dnsbl *d = j->listings;
	uint64_t messages = messages_seen(j->tally);

	if (d == NULL || messages < ENOUGH || is_explained(j))
		return;
	for (size_t t = 0; t < d->targets_n; t++) {
		const struct dnsbl_entry *first = NULL;
		const char *name = text_safe(j->arena, d->targets[t].name).p;
		struct finding *f;
		size_t n;

		if (d->targets[t].kind == TARGET_DOMAIN)
			continue;
		n = lists_of(d, t, is_cause, &first);
		if (n == 0)
			continue;
		f = finding_new(j, kind, NULL);
		f->severity = SEVERITY_WARNING;
		finding_reason(j, f, GROUND_LISTS, 2 + log((double)n),
		    (struct ref){0},
		    _n("%zu list gives that cause: %s",
			"%zu lists give that cause, among them %s", n),
		    n, text_safe(j->arena, d->probes[first->probe].shown).p);
		finding_reason(j, f, GROUND_VOLUME, 2, (struct ref){0},
		    _n("%s message was seen in the logs, and it is nothing "
		       "that would bring a server on such a list",
			"%s messages were seen in the logs, and nothing among "
			"them would bring a server on such a list",
			messages),
		    lang_number(j->arena, messages));
		say(j, f, name);
		(void)finding_add(j, f);
	}
}
