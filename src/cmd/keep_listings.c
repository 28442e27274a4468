/* SPDX-License-Identifier: ISC */
#include "cmd/keep_listings.h"

#include "check/dnsbl_confirm.h"
#include "show/listed.h"

void
keep_listing(struct keep *keep, enum slip_kind kind, wall_us at,
    const struct dnsbl *d, size_t probe, size_t target,
    const struct dnsbl_entry *entry)
{
	struct arena a = {0};
	struct slip slip = {.kind = kind, .at = at};

	if (kind == SLIP_ASKED) {
		slip.texts[0] = d->targets[target].name;
	} else {
		slip.texts[0] = str_z(d->probes[probe].list->id);
		slip.texts[1] = d->targets[target].name;
	}
	if (entry != NULL) {
		slip.texts[2] = listed_labels(&a, entry);
		slip.texts[3] = entry->text;
	}
	keep_slip(keep, &slip);
	arena_done(&a);
}

static void
look_whether_gone(
    struct keep *keep, wall_us at, struct dnsbl *d, struct listing *known)
{
	for (size_t p = 0; p < d->probes_n; p++)
		for (size_t t = 0; t < d->targets_n; t++) {
			if (dnsbl_cell_of(d, p, t) != CELL_CLEAN ||
			    !str_eq(
				known->list, str_z(d->probes[p].list->id)) ||
			    !str_eq(known->target, d->targets[t].name) ||
			    dnsbl_confirm(d, p, t) > CONFIRM_ALONE)
				continue;
			known->gone = at;
			keep_listing(keep, SLIP_GONE, at, d, p, t, NULL);
			return;
		}
}

void
keep_listings(struct keep *keep, wall_us at, struct dnsbl *d)
{
	if (d == NULL || keep->off)
		return;
	for (size_t t = 0; t < d->targets_n; t++)
		keep_listing(keep, SLIP_ASKED, at, d, 0, t, NULL);
	for (size_t i = 0; i < d->entries_n; i++) {
		const struct dnsbl_entry *e = d->entries[i];

		if (e->cell == CELL_LISTED)
			keep_listing(
			    keep, SLIP_SEEN, at, d, e->probe, e->target, e);
	}
	for (size_t i = 0; i < keep->listings.n; i++)
		if (keep->listings.items[i].gone == WALL_NONE)
			look_whether_gone(
			    keep, at, d, &keep->listings.items[i]);
}
