/* SPDX-License-Identifier: ISC */
/* Lines of PHP's mail.log and of access logs, of any bytes. The first byte
 * says which; the second is added to the time that is asked for. */
#include "trail/scripts.h"

#include "mail/address.h"

#include <assert.h>

static void
ask(const struct scripts *scripts, uint32_t at, struct str text)
{
	struct tally tally;
	struct str path =
	    scripts_of(scripts, address_hash(S("x@b.example")), at);

	/* a path is some bytes of the log */
	assert(path.n == 0 || str_has(text, path));
	tally_init(&tally);
	scripts_init_posts(scripts, &tally);
	scripts_count_posts(scripts, &tally, at);
	for (uint32_t i = 0; i < tally.posts_n; i++) {
		assert(tally.posts[i].hits <= 1);
		assert(tally.posts[i].hits <= tally.posts[i].requests);
		assert(sketch_count(&tally.posts[i].clients) <=
		       tally.posts[i].requests);
	}
	tally_done(&tally);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size}, rest;
	struct scripts *scripts;
	struct ref ref = {1, 0};

	if (size < 2)
		return 0;
	scripts = scripts_new();
	text = rest = str_skip(text, 2);
	while (rest.n > 0) {
		struct str line = str_take(&rest, '\n');

		if ((data[0] & 1) == 0)
			(void)scripts_add_php(scripts, line, ref);
		else
			(void)scripts_add_web(scripts, line, ref);
		ref.line++;
	}
	scripts_ready(scripts);
	ask(scripts, 1794823204u + data[1], text);
	ask(scripts, 0, text);
	ask(scripts, UINT32_MAX, text);
	scripts_free(scripts);
	return 0;
}
