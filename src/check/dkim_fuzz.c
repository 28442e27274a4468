/* SPDX-License-Identifier: ISC */
/*
 * A message, and the record of a key on its first line. What verifies must
 * verify again, and not any more when the signed From is another one.
 */
#include "check/dkim_keys.h"
#include "mail/field.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
count(void *arg, const char *p, size_t n)
{
	(void)p;
	*(size_t *)arg += n;
}

static void
look(const struct dkim_signature *s, const struct dkim_key *key,
    struct str header, struct str body)
{
	struct dkim_verdict whole, cut;
	size_t n = 0;

	dkim_verify(s, key, header, body, true, WALL_NONE, &whole);
	dkim_verify(s, key, header, body, false, WALL_NONE, &cut);
	assert(dkim_is_signed(whole.state) == dkim_is_signed(cut.state));
	assert(cut.state != DKIM_GOOD && cut.state != DKIM_BODY_CHANGED);
	if (s->fault != DKIM_READABLE)
		return;
	(void)dkim_header(s, header, count, &n);
	/* each field once, each LF at most doubled; ends and colons */
	assert(n <= 2 * header.n + 8);
	n = 0;
	(void)dkim_body(s, body, count, &n);
	assert(n <= 2 * body.n + 2);
	assert(s->length < 0 || n <= (uint64_t)s->length);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = {(const char *)data, size}, line, header, body;
	struct dkim_keys keys = {0};
	struct dkim_signature s;
	struct dkim_key key;
	int signatures = 0;

	dkim_start();
	(void)dkim_keys_add(&keys, rest);
	dkim_keys_done(&keys);
	if (!field_line(&rest, &line))
		return 0;
	dkim_key_parse(line, &key);
	assert(key.n < sizeof(key.data));
	field_split(rest, &header, &body);
	rest = header;
	while (dkim_next(&rest, &s) && signatures++ < 4)
		look(&s, &key, header, body);
	return 0;
}
