/* SPDX-License-Identifier: ISC */
#include "source/imap_reply.h"

#include "base/arena.h"
#include "source/imap_url.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t
read_some(void *arg, char *to, size_t n)
{
	struct str *rest = arg;

	if (n > rest->n)
		n = rest->n;
	if (n > 100)
		n = 100;
	if (n > 0)
		memcpy(to, rest->p, n);
	*rest = str_skip(*rest, n);
	return n;
}

/* As a client reads: lines, and the literals that they announce. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = {(const char *)data, size}, line, name;
	struct imap_in *in = xcalloc(1, sizeof(*in));
	struct arena a = {0};
	struct str text;
	uint64_t n, uid, left, seen = 0;

	in->read = read_some;
	in->arg = &rest;
	while (imap_line(in, &line)) {
		assert(line.n < IMAP_LINE);
		(void)imap_fetch(line, &n, &uid);
		(void)imap_exists(line, &n);
		if (imap_literal(line, &left))
			for (struct str b; (b = imap_bytes(in, &left)).n > 0;)
				seen += b.n;
		else if (imap_list(in->line, line.n, &name, &n))
			(void)imap_name_encode(&a, imap_name_decode(&a, name));
		else if (imap_body(in->line, line.n, &text, &n) ==
			 IMAP_BODY_QUOTED)
			assert(text.n < IMAP_LINE);
	}
	assert(seen <= size);
	arena_done(&a);
	free(in);
	return 0;
}
