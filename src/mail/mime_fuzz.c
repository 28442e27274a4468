/* SPDX-License-Identifier: ISC */
#include "mail/field.h"
#include "mail/mime.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
inside(struct str part, struct str whole)
{
	assert(part.n == 0 ||
	       (part.p >= whole.p && part.p + part.n <= whole.p + whole.n));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str message = {(const char *)data, size};
	struct arena a = {0};
	struct mime mime;

	mime_parse(message, &mime);
	assert(mime.n >= 1 && mime.n <= MIME_PARTS);
	for (size_t i = 0; i < mime.n; i++) {
		const struct mime_part *part = &mime.parts[i];

		assert(part->parent < (int)i);
		assert(part->depth < MIME_DEPTH);
		inside(part->header, message);
		inside(part->body, message);
		if (part->parent >= 0)
			inside(part->body, mime.parts[part->parent].body);
		assert(mime_body(&a, part, size).n <= part->body.n);
		inside(field_param(part->content_type, S("charset")),
		    part->content_type);
	}
	arena_done(&a);
	return 0;
}
