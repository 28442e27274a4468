/* SPDX-License-Identifier: ISC */
/* The input is a message: header, empty line, body. */
#include "queue/shown.h"

#include "mail/field.h"
#include "mail/header.h"
#include "queue/likeness.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const struct likeness *l, const struct link_names *links)
{
	assert(links->n <= LIKENESS_LINKS);
	for (size_t i = 0; i < LIKENESS_LINKS; i++)
		assert((l->links[i] != 0) == (i < links->n));
	for (size_t i = 0; i < links->n; i++)
		assert(links->items[i].n > 0 && links->items[i].n <= LINK_MAX);
	/* Whatever it is, it is like itself. */
	if (l->features >= LIKENESS_FEW) {
		assert(likeness_text(l, l) >= 1);
		assert(likeness_opening(l, l) >= 1);
		assert(likeness_alike(l, l));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str message = {(const char *)data, size};
	struct queue_parts parts = {.id = "1"};
	static struct queue_message m;
	struct traits traits;
	struct arena a = {0};
	struct body_text body;
	struct likeness likeness;
	struct link_names links;

	queue_message_begin(&m, &parts);
	field_split(message, &m.head, &m.body);
	traits_read(&m, &traits);
	body_read(&a, &m, &traits, 8192, &body);
	assert(body.text.n <= 8192 + 1 && body.raw.n <= 8192);
	likeness_read(S("x.example"), header_decode(&a, traits.subject),
	    body.raw, body.text, &likeness, &links);
	check(&likeness, &links);
	arena_done(&a);
	return 0;
}
