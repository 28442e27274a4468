/* SPDX-License-Identifier: ISC */
#include "letter/inspection.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
look(struct inspection *x, struct str message, bool outer)
{
	struct source_set none = {0};
	struct reading reading = {.sources = &none, .jobs = 1};
	struct match match = {.first = WALL_NONE, .last = WALL_NONE};
	bool believed = true;

	(void)inspection_read(x, message, outer);
	inspection_judge(x, &reading, &match);
	assert(x->chain.n <= CHAIN_HOPS);
	assert(x->own_hop <= x->chain.n);
	/* what is believed is on top, and is not called forged */
	for (size_t i = 0; i < x->chain.n; i++) {
		assert(believed || !x->chain.hops[i].trusted);
		believed = x->chain.hops[i].trusted;
		assert(!believed || !hop_is_forged(&x->chain.hops[i]));
	}
	/* no log: nothing is proved by it */
	assert(!x->by_log && x->passage.state == PASSAGE_NO_LOG);
	for (size_t i = 0; i < x->imprints.n; i++)
		assert(x->imprints.items[i].trust != IMPRINT_LOG);
	assert(x->results_n <= INSPECTION_RESULTS);
	inspection_done(x);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct own own = {0};
	struct dkim_keys keys = {0};
	struct inspection *x = calloc(2, sizeof(*x));
	struct str message = {(const char *)data, size};

	(void)own_add(&own, S("203.0.113.5"));
	(void)own_add(&own, S("tienda.example"));
	x[0].own = x[1].own = &own;
	x[0].keys = x[1].keys = &keys;
	look(&x[0], message, false);
	look(&x[1], message, true);
	own_done(&own);
	dkim_keys_done(&keys);
	free(x);
	return 0;
}
