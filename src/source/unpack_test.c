/* SPDX-License-Identifier: ISC */
#include "source/unpack.h"

#include "base/arena.h"

#include <archive.h>
#include <archive_entry.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum {
	ROOM = 8 * 1024 * 1024
};

struct seen {
	char log[4096];
	size_t n;
	uint64_t bytes;
	struct err err;
};

static void
on_begin(void *arg, struct str name)
{
	struct seen *seen = arg;

	seen->n += (size_t)snprintf(seen->log + seen->n,
	    sizeof(seen->log) - seen->n, "[%.*s:", STR_ARG(name));
}

static bool
on_bytes(void *arg, struct str bytes)
{
	struct seen *seen = arg;

	seen->bytes += bytes.n;
	if (bytes.n < 20)
		seen->n += (size_t)snprintf(seen->log + seen->n,
		    sizeof(seen->log) - seen->n, "%.*s", STR_ARG(bytes));
	return true;
}

static void
on_end(void *arg, bool whole)
{
	struct seen *seen = arg;

	seen->n += (size_t)snprintf(seen->log + seen->n,
	    sizeof(seen->log) - seen->n, whole ? "]" : "...");
}

static bool
unpack(struct str bytes, struct seen *ret_seen)
{
	struct unpack_sink sink = {on_begin, on_bytes, on_end, ret_seen};
	bool good;

	*ret_seen = (struct seen){0};
	good = unpack_each(bytes, &sink, &ret_seen->err);
	assert_true(good == (ret_seen->err.kind == ERR_NONE));
	return good;
}

static void
put(struct archive *a, const char *name, struct str text)
{
	struct archive_entry *entry = archive_entry_new();

	archive_entry_set_pathname(entry, name);
	archive_entry_set_size(entry, (int64_t)text.n);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, 0644);
	assert_int_equal(archive_write_header(a, entry), ARCHIVE_OK);
	assert_int_equal(
	    archive_write_data(a, text.p, text.n), (la_ssize_t)text.n);
	archive_entry_free(entry);
}

/* A zip of files, or a gzip of the first; in memory that the caller frees. */
static struct str
pack(bool zip, const char *const names[], const struct str texts[], size_t n)
{
	struct archive *a = archive_write_new();
	char *p = xcalloc(1, ROOM);
	size_t used = 0;

	if (zip)
		archive_write_set_format_zip(a);
	else
		archive_write_set_format_raw(a);
	if (!zip)
		archive_write_add_filter_gzip(a);
	assert_int_equal(
	    archive_write_open_memory(a, p, ROOM, &used), ARCHIVE_OK);
	for (size_t i = 0; i < n; i++)
		put(a, names[i], texts[i]);
	assert_int_equal(archive_write_close(a), ARCHIVE_OK);
	archive_write_free(a);
	return (struct str){p, used};
}

static void
give_back(struct str s)
{
	free((char *)(uintptr_t)s.p);
}

static void
test_forms(void **state)
{
	const char *names[] = {"a.xml", "b.xml"};
	struct str texts[] = {S0("<a/>"), S0("<b/>")};
	struct str gz = pack(false, names, texts, 1);
	struct str zip = pack(true, names, texts, 2);
	struct str inner = pack(true, (const char *[]){"x.xml.gz"}, &gz, 1);
	struct seen seen;

	(void)state;
	assert_true(unpack_is_container(gz) && unpack_is_container(zip));
	assert_false(unpack_is_container(S("<a/>")));
	assert_true(unpack(gz, &seen));
	assert_non_null(strstr(seen.log, "<a/>]"));
	assert_true(unpack(zip, &seen));
	assert_string_equal(seen.log, "[a.xml:<a/>][b.xml:<b/>]");
	assert_true(unpack(inner, &seen));
	assert_non_null(strstr(seen.log, "<a/>]"));
	give_back(gz);
	give_back(zip);
	give_back(inner);
}

static void
test_damage(void **state)
{
	const char *names[] = {"a.xml"};
	char text[5000];
	struct str texts[] = {{text, sizeof(text)}};
	struct str gz, zip;
	struct seen seen;

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)('a' + (i * i % 251) % 26);
	gz = pack(false, names, texts, 1);
	zip = pack(true, names, texts, 1);
	assert_false(unpack(str_head(gz, gz.n / 2), &seen));
	assert_true(seen.bytes == 0 || strstr(seen.log, "...") != NULL);
	assert_false(unpack(str_head(zip, zip.n / 3), &seen));
	assert_false(unpack(S("\x1f\x8b"), &seen));
	assert_false(unpack(S("PK\x03\x04"), &seen));
	assert_false(unpack(S("PK\x03\x04 and no more of it"), &seen));
	give_back(gz);
	give_back(zip);
}

/* Zeros grow a thousand times; as gzip in zip a million times. */
static void
test_bombs(void **state)
{
	const char *names[] = {"a.xml"};
	char *zeros = xcalloc(1, ROOM);
	struct str texts[] = {{zeros, ROOM}};
	struct str gz = pack(false, names, texts, 1);
	struct str more = pack(true, (const char *[]){"1.gz"}, &gz, 1);
	struct str deep = more;
	struct seen seen;

	(void)state;
	assert_false(unpack(gz, &seen));
	assert_true(seen.bytes <= UNPACK_FREE + 1024 * 1024);
	assert_false(unpack(more, &seen));
	assert_true(seen.bytes <= UNPACK_FREE + 1024 * 1024);
	for (int i = 0; i < 4; i++) {
		struct str next =
		    pack(true, (const char *[]){"1.zip"}, &deep, 1);

		give_back(deep);
		deep = next;
	}
	assert_false(unpack(deep, &seen));
	assert_int_equal(seen.bytes, 0);
	give_back(gz);
	give_back(deep);
	free(zeros);
}

/* One gzip that grows a thousand times, into one whose blocks are empty: it
 * comes to nothing, and not to its end for minutes. */
static void
test_empty_blocks(void **state)
{
	static const char head[] = "\x1f\x8b\x08\0\0\0\0\0\0\x03";
	const char *names[] = {"a.gz"};
	char *inner = xcalloc(1, ROOM);
	struct str texts[] = {{inner, ROOM}}, gz;
	struct seen seen;

	(void)state;
	memcpy(inner, head, 10);
	for (size_t i = 10; i + 5 <= ROOM; i += 5)
		memcpy(inner + i, "\0\0\0\xff\xff", 5);
	gz = pack(false, names, texts, 1);
	assert_true(gz.n < ROOM / 100);
	assert_false(unpack(gz, &seen));
	assert_int_equal(seen.bytes, 0);
	assert_non_null(strstr(seen.err.text, "refused"));
	give_back(gz);
	free(inner);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_forms),
	    cmocka_unit_test(test_damage),
	    cmocka_unit_test(test_bombs),
	    cmocka_unit_test(test_empty_blocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
