/* SPDX-License-Identifier: ISC */
#include "finding/clientele.h"

#include <stdlib.h>

enum {
	RECIPIENTS_LEAST = 5, /* of an address, to say that it behaves */
	NEIGHBOURS = 3,
	FEW_QUARTERS = 8,  /* of branch offices, each somewhere else */
	QUARTER_USUAL = 5, /* customers in each of a provider's quarters */
	/* Recipients that show how much of the mail is refused, even when the
	 * log is too short to show who was written to before. */
	RECIPIENTS_MANY = 50,
};

/* Without what blames this server as a whole. */
static double
bad_of(const struct origin *o)
{
	return o->counts.unknown + o->counts.spam -
	       listed_of(o, o->counts.spam);
}

/* Is hardly anything of it refused? */
static bool
behaves(const struct origin *o)
{
	double bad = bad_of(o);

	return o->counts.recipients >= RECIPIENTS_LEAST &&
	       (bad <= 1 || bad * 20 <= o->counts.recipients);
}

static uint64_t
quarter_key(const struct ip *ip)
{
	struct ip net = *ip;

	if (ip_is_v4(ip)) {
		net.b[14] &= 0xf0;
		net.b[15] = 0;
	} else {
		memset(net.b + 4, 0, sizeof(net.b) - 4);
	}
	return ip_hash(&net);
}

static struct quarter *
quarter_for(struct clientele *c, const struct ip *ip)
{
	bool is_new;
	uint32_t *number = map_put(&c->numbers, quarter_key(ip), &is_new);

	if (is_new) {
		VEC_ROOM(c->quarters, c->n, c->cap);
		c->quarters[c->n++] =
		    (struct quarter){.is_public = !ip_is_private(ip)};
		*number = (uint32_t)c->n;
	}
	return &c->quarters[*number - 1];
}

void
clientele_add(struct clientele *c, const struct origin *o, bool is_suspect)
{
	struct quarter *quarter;
	struct ip ip;

	if (!ip_parse(o->name, &ip))
		return;
	quarter = quarter_for(c, &ip);
	if (is_suspect) {
		quarter->suspects++;
	} else if (behaves(o)) {
		quarter->behaving++;
		quarter->fresh += o->fresh;
		quarter->recipients += o->counts.recipients;
		quarter->bad += bad_of(o);
	} else {
		quarter->doubtful += o->counts.recipients >= RECIPIENTS_LEAST;
	}
}

void
clientele_done(struct clientele *c)
{
	map_done(&c->numbers);
	free(c->quarters);
	*c = (struct clientele){0};
}

const struct quarter *
clientele_quarter(const struct clientele *c, const struct ip *ip)
{
	const uint32_t *number = map_get(&c->numbers, quarter_key(ip));

	return number == NULL ? NULL : &c->quarters[*number - 1];
}

/* They write to the same people again, or to so many that it would show if
 * they were of those who send the spam. */
bool
quarter_is_honest(const struct quarter *b)
{
	uint64_t n = b->recipients;

	return b->behaving >= NEIGHBOURS && b->suspects <= b->behaving &&
	       b->doubtful <= b->behaving &&
	       ((uint64_t)b->fresh * 4 <= n * 3 ||
		   (n >= RECIPIENTS_MANY && b->bad * 50 <= (double)n));
}

bool
clientele_is_world(const struct clientele *c)
{
	uint64_t quarters = 0, behaving = 0, near = 0;

	for (size_t i = 0; i < c->n; i++) {
		const struct quarter *b = &c->quarters[i];

		if (!b->is_public || b->behaving == 0)
			continue;
		quarters++;
		behaving += b->behaving;
		if (b->behaving >= NEIGHBOURS)
			near += b->behaving;
	}
	return quarters > FEW_QUARTERS &&
	       (near * 2 < behaving || quarters * QUARTER_USUAL > behaving);
}

bool
clientele_has_secrets(const struct judging *j)
{
	return j->facts == NULL || j->facts->n == 0 || j->facts->more_relayed;
}

/* Those that did not find room are counted with the rarest: its count is how
 * much too high each may be (Space-Saving). */
uint32_t
clientele_frequent(const struct passed_on *p)
{
	uint32_t n = 0, least = UINT32_MAX;

	for (uint32_t i = 0; i < p->domains.n; i++) {
		n += p->domains.items[i].count;
		if (p->domains.items[i].count < least)
			least = p->domains.items[i].count;
	}
	if (p->domains.n == ORIGIN_TOP)
		n -= least * ORIGIN_TOP;
	return n < p->recipients ? n : p->recipients;
}

bool
clientele_few_domains(const struct passed_on *p)
{
	return p->recipients >= GATEWAY_LEAST && p->free_mail == 0 &&
	       clientele_frequent(p) >= p->recipients / 5 * 4;
}
