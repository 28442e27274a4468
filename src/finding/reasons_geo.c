/* SPDX-License-Identifier: ISC */
/* Where the clients are at home, by the files of --geoip. */
#include "base/map.h"
#include "finding/reasons.h"

#include <math.h>

enum {
	COUNTRIES = 64
};

struct countries {
	char codes[COUNTRIES][3];
	uint32_t times[COUNTRIES];
	size_t n;
};

static void
add_country(struct countries *c, const char *code)
{
	for (size_t i = 0; i < c->n; i++)
		if (memcmp(c->codes[i], code, sizeof(c->codes[i])) == 0) {
			c->times[i]++;
			return;
		}
	if (c->n == COUNTRIES)
		return;
	memcpy(c->codes[c->n], code, sizeof(c->codes[0]));
	c->times[c->n++] = 1;
}

/* "VN 12, BR 9, IN 4 ...": the most frequent first. */
static const char *
list_countries(struct arena *a, struct countries *c)
{
	struct str list = S("");

	for (size_t shown = 0; shown < 5 && shown < c->n; shown++) {
		size_t most = 0;

		for (size_t i = 1; i < c->n; i++)
			if (c->times[i] > c->times[most])
				most = i;
		list = arena_printf(a, "%.*s%s%s %u", STR_ARG(list),
		    shown > 0 ? ", " : "", c->codes[most], c->times[most]);
		c->times[most] = 0;
	}
	return arena_printf(a, "%.*s%s", STR_ARG(list), c->n > 5 ? " ..." : "")
	    .p;
}

void
reason_countries(
    struct judging *j, struct finding *f, const struct split *split)
{
	struct countries before = {0}, now = {0};
	size_t fresh = 0;

	if (j->geo == NULL || split->cut == CUT_TIME)
		return;
	for (uint32_t i = 0; i < f->origin->ips_n; i++) {
		const struct origin_ip *ip = &f->origin->ips[i];
		char code[3];

		if (geo_country(j->geo, &ip->ip, code))
			add_country(
			    ip->first < split->part.first ? &before : &now,
			    code);
	}
	for (size_t i = 0; i < now.n; i++) {
		bool known = false;

		for (size_t k = 0; k < before.n; k++)
			known |= memcmp(now.codes[i], before.codes[k], 3) == 0;
		fresh += !known;
	}
	if (fresh == 0)
		return;
	finding_reason(j, f, GROUND_NETWORKS,
	    within(log((double)fresh + 0.5) * 1.5, 0, 4), split->part.ref,
	    _("from %s countries not seen with it before (%s)"),
	    lang_number(j->arena, fresh), list_countries(j->arena, &now));
}

/* Autonomous systems that only the part came from. */
static uint32_t
new_providers(
    const struct judging *j, const struct finding *f, const struct split *split)
{
	struct map seen = {0};
	uint32_t fresh = 0;

	/* The owner's first, so that they are known. */
	for (int of_part = 0; of_part < 2; of_part++)
		for (uint32_t i = 0; i < f->origin->ips_n; i++) {
			const struct origin_ip *ip = &f->origin->ips[i];
			uint32_t asn = geo_asn(j->geo, &ip->ip);
			bool is_new;

			if (asn == 0 ||
			    (ip->first >= split->part.first) != of_part)
				continue;
			(void)map_put(
			    &seen, asn * UINT64_C(0x9e3779b97f4a7c15), &is_new);
			fresh += is_new && of_part;
		}
	map_done(&seen);
	return fresh;
}

void
reason_providers(
    struct judging *j, struct finding *f, const struct split *split)
{
	uint32_t fresh;

	if (j->geo == NULL || split->cut == CUT_TIME)
		return;
	fresh = new_providers(j, f, split);
	if (fresh == 0)
		return;
	finding_reason(j, f, GROUND_NETWORKS,
	    within(log(fresh / 2.0) * 0.8, 0, 2), split->part.ref,
	    _n("through %s provider not seen with it before",
		"through %s providers not seen with it before", fresh),
	    lang_number(j->arena, fresh));
}
