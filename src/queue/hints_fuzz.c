/* SPDX-License-Identifier: ISC */
/* The input is the header of a message that an account handed in. */
#include "queue/hints.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
is_ours(const void *arg, struct str domain)
{
	(void)arg;
	return queue_hints_is_above(domain, S("mx.tienda.example"));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct queue_root root = {.path = {"/q", 2}};
	static struct queue_message m;
	static struct hints h;
	struct queue_parts parts = {.id = "1"};
	const struct received received = {.message = &m, .root = &root};
	struct queue_hints *q = queue_hints_new(is_ours, NULL);

	queue_message_begin(&m, &parts);
	m.head = (struct str){(const char *)data, size};
	m.account = S("ana@solo.example");
	queue_hints_take(q, &received);
	queue_hints_take(q, &received);
	queue_hints_tell(q, &h);
	for (size_t i = 0; i < h.selectors_n; i++) {
		struct str domain = h.selectors[i].domain;

		assert(h.selectors[i].n == 2);
		assert(hints_is_name(h.selectors[i].selector) ||
		       str_chr(h.selectors[i].selector, '.') ==
			   h.selectors[i].selector.n);
		assert(is_ours(NULL, domain) ||
		       queue_hints_is_above(domain, S("solo.example")));
	}
	for (size_t i = 0; i < h.senders_n; i++)
		assert(str_eq_fold(h.senders[i].domain, S("solo.example")));
	hints_done(&h);
	queue_hints_free(q);
	return 0;
}
