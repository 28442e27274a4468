/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as a string and as a number: what is written must be JSON to
 * another program's parser, and mean what was put in.
 */
#include "base/json.h"

#include "base/text.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

/* These names of ours are jansson's too; its own are not called here. */
#define json_array  jansson_array
#define json_null   jansson_null
#define json_object jansson_object
#include <jansson.h>
#undef json_array
#undef json_null
#undef json_object

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What must come back: s with U+FFFD for each byte that is no UTF-8. */
static struct str
expected(struct arena *a, struct str s)
{
	char *out = arena_alloc(a, s.n * 3 + 1);
	size_t n, total = 0;
	uint32_t rune;

	for (; (n = text_rune(s, &rune)) > 0; s = str_skip(s, n)) {
		struct str part = str_head(s, n);

		if (rune == UINT32_MAX)
			part = S("\xef\xbf\xbd");
		memcpy(out + total, part.p, part.n);
		total += part.n;
	}
	return (struct str){out, total};
}

/* One line for a terminal: the report is looked at too. */
static void
check_shown(struct str text)
{
	uint32_t rune;
	size_t n;

	for (; (n = text_rune(text, &rune)) > 0; text = str_skip(text, n))
		assert(rune == '\n' || !text_must_show(rune));
}

static void
check_parsed(const json_t *root, struct str want, double number)
{
	const json_t *list = json_object_get(root, "list");
	const json_t *first = json_array_get(list, 0);
	const json_t *got = json_object_get(root, "number");
	struct str text = {json_string_value(first), json_string_length(first)};

	assert(json_is_string(first) && str_eq(text, want));
	if (!isfinite(number))
		assert(json_is_null(got));
	else
		assert(fabs(json_number_value(got) - number) <=
		       0.0006 + fabs(number) * 1e-15);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str s = {(const char *)data, size};
	struct arena a;
	struct json j;
	double number = 0;
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);
	json_t *root;

	if (out == NULL)
		abort();
	if (size >= sizeof(number))
		memcpy(&number, data, sizeof(number));
	json_init(&j, out);
	json_object(&j, NULL);
	json_array(&j, "list");
	json_str(&j, NULL, s);
	json_end(&j);
	json_number(&j, "number", number);
	json_end(&j);
	json_done(&j);
	(void)fclose(out);
	check_shown((struct str){text, n});
	root =
	    json_loadb(text, n, JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, NULL);
	assert(root != NULL);
	arena_init(&a, 0);
	check_parsed(root, expected(&a, s), number);
	arena_done(&a);
	json_decref(root);
	free(text);
	return 0;
}
