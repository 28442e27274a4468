/* SPDX-License-Identifier: ISC */
/*
 * By which names the clients of an account call themselves (HELO), where the
 * log has them. A person has a few machines, each with its name; what guessed
 * or bought a password sends from rented servers that nobody named, and from
 * hundreds of strangers' computers.
 */
#include "finding/reasons.h"

#include <math.h>

enum {
	USUAL_NAMES = 4 /* a family's or a small office's machines */
};

struct names {
	struct map seen;
	uint32_t fresh; /* distinct, of HELO_FRESH */
	struct ref ref;
};

static void
add(struct names *names, const struct origin_ip *ip)
{
	bool is_new;

	if (ip->helo == 0)
		return;
	(void)map_put(&names->seen, ip->helo, &is_new);
	names->fresh += is_new && (ip->helo & HELO_FRESH) != 0;
	if (names->ref.segment == 0)
		names->ref = ip->ref;
}

void
reason_helo(struct judging *j, struct finding *f, const struct split *split)
{
	const struct origin *o = f->origin;
	struct names now = {0}, before = {0};
	double most = split->cut == CUT_NONE ? 1 : 2.5;

	for (uint32_t i = 0; i < o->ips_n; i++)
		if (o->ips[i].counts.messages > 0)
			add(o->ips[i].first >= split->part.first ? &now
								 : &before,
			    &o->ips[i]);
	finding_reason(j, f, GROUND_PROGRAM,
	    within(log((double)now.seen.n /
		       (USUAL_NAMES + 2.0 * (double)before.seen.n)),
		0, most),
	    now.ref,
	    _("its clients call themselves by %s different names (HELO); "
	      "before: %s"),
	    lang_number(j->arena, now.seen.n),
	    lang_number(j->arena, before.seen.n));
	if (now.fresh > 1 && before.fresh == 0)
		finding_reason(j, f, GROUND_PROGRAM,
		    within(0.5 + log(now.fresh) / 2, 0, 1.5), now.ref,
		    _("%s of these names are those of servers that nobody "
		      "named (WIN-...)"),
		    lang_number(j->arena, now.fresh));
	map_done(&now.seen);
	map_done(&before.seen);
}
