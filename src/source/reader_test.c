/* SPDX-License-Identifier: ISC */
#include "base/fd.h"
#include "base/limits.h"
#include "source/test_folder.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
	struct test_folder folder;
	struct arena arena;
	struct source_set set;
};

static int
set_up(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	test_folder_make(&f->folder);
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	source_set_done(&f->set);
	arena_done(&f->arena);
	test_folder_remove(&f->folder);
	free(f);
	return 0;
}

/* The one source of a new set. */
static const struct source *
one(struct fixture *f, const char *name)
{
	source_set_done(&f->set);
	assert_true(source_add(
	    &f->set, str_z(test_path(&f->folder, name)), SOURCE_MAIL));
	assert_int_equal(f->set.n, 1);
	return &f->set.items[0];
}

static void
expect_text(struct str got, struct str want)
{
	if (!str_eq(got, want))
		fail_msg("%zu bytes instead of %zu", got.n, want.n);
}

/* A generator that is the same in every run. */
static uint64_t
random_next(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005U + 1442695040888963407U;
	return *seed >> 33;
}

static struct str
random_text(struct fixture *f, uint64_t *seed, size_t n)
{
	char *p = arena_alloc(&f->arena, n + 1);
	uint64_t rare = 1 + random_next(seed) % 300;

	for (size_t i = 0; i < n; i++) {
		uint64_t r = random_next(seed);

		p[i] = r % rare == 0 ? '\n' : (char)(r >> 8);
	}
	return (struct str){p, n};
}

static void
read_whole(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *name;
		struct str text;
	} rows[] = {
	    {"empty", S0("")},
	    {"newline", S0("\n")},
	    {"newlines", S0("\n\n\n")},
	    {"no end", S0("a\nb")},
	    {"one", S0("a")},
	    {"nul", S0("a\0b\n\0\0\n")},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct err err;

		test_put(&f->folder, rows[i].name, rows[i].text);
		expect_text(test_read(&f->arena, one(f, rows[i].name), 0,
				UINT64_MAX, &err),
		    rows[i].text);
		assert_int_equal(err.kind, ERR_NONE);
	}
}

/* Whatever the ranges are, each line is given exactly once. */
static void
join_ranges(void **state)
{
	struct fixture *f = *state;
	uint64_t seed = 1;

	for (int round = 0; round < 60; round++) {
		size_t n = (size_t)(random_next(&seed) %
				    (round % 10 == 0 ? 1500000 : 3000));
		struct str text = random_text(f, &seed, n), joined;
		const struct source *source;
		char *all = arena_alloc(&f->arena, n + 1);
		size_t have = 0;
		uint64_t from = 0;
		struct err err;

		test_put(&f->folder, "log", text);
		source = one(f, "log");
		while (from <= n) {
			uint64_t to =
			    from + 1 + random_next(&seed) % (n / 4 + 2);
			struct str part;

			if (to > n || random_next(&seed) % 20 == 0)
				to = UINT64_MAX;
			part = test_read(&f->arena, source, from, to, &err);
			assert_int_equal(err.kind, ERR_NONE);
			assert_true(have + part.n <= n);
			memcpy(all + have, part.p, part.n);
			have += part.n;
			if (to == UINT64_MAX)
				break;
			from = to;
		}
		joined = (struct str){all, have};
		expect_text(joined, text);
		arena_done(&f->arena);
	}
}

static void
join_every_cut(void **state)
{
	struct fixture *f = *state;
	struct str text = S("a\n\nbc\ndef\n\n\ng");
	const struct source *source;

	test_put(&f->folder, "log", text);
	source = one(f, "log");
	for (uint64_t cut = 0; cut <= text.n + 2; cut++) {
		struct err err;
		struct str a = test_read(&f->arena, source, 0, cut, &err);
		struct str b =
		    test_read(&f->arena, source, cut, UINT64_MAX, &err);

		expect_text(arena_printf(&f->arena, STR_FMT STR_FMT, STR_ARG(a),
				STR_ARG(b)),
		    text);
		if (cut == 0)
			assert_int_equal(a.n, 0);
		/* Lines that begin at the cut belong to the second. */
		if (cut > 0 && cut < text.n && text.p[cut - 1] == '\n')
			assert_int_equal(a.n, cut);
	}
}

static void
cut_long_lines(void **state)
{
	struct fixture *f = *state;
	static const size_t lengths[] = {LIMIT_BLOCK - 2, LIMIT_BLOCK - 1,
	    LIMIT_BLOCK, LIMIT_BLOCK + 1, 3 * LIMIT_BLOCK + 7};

	for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
		size_t n = lengths[i],
		       want = n < LIMIT_BLOCK ? n : LIMIT_BLOCK - 1;
		char *p = arena_alloc(&f->arena, n + 16);
		const struct source *source;
		struct str got;
		struct err err;

		memset(p, 'x', n);
		memcpy(p + n, "\nnext\n", 6);
		test_put(&f->folder, "log", (struct str){p, n + 6});
		source = one(f, "log");
		got = test_read(&f->arena, source, 0, UINT64_MAX, &err);
		assert_int_equal(err.kind, ERR_NONE);
		assert_int_equal(got.n, want + 6);
		assert_true(str_ends(got, S("x\nnext\n")));
		/* A part that begins inside it gives what follows. */
		got = test_read(&f->arena, source, n / 2, UINT64_MAX, &err);
		expect_text(got, S("next\n"));
		got = test_read(&f->arena, source, 0, n / 2, &err);
		assert_int_equal(got.n, want + 1);
	}
}

static void
read_growing(void **state)
{
	struct fixture *f = *state;
	struct reader *reader;
	const struct source *source;
	struct str block;
	struct err err = {0};
	uint64_t at;

	test_put(&f->folder, "log", S("one\n"));
	source = one(f, "log");
	reader = reader_open(source, 0, UINT64_MAX);
	assert_true(reader_next(reader, &block, &at, &err));
	test_append(&f->folder, "log", S("two\nthr"));
	assert_true(reader_next(reader, &block, &at, &err));
	expect_text(block, S("two\n"));
	assert_int_equal(at, 4);
	assert_true(reader_next(reader, &block, &at, &err));
	expect_text(block, S("thr"));
	assert_false(reader_next(reader, &block, &at, &err));
	assert_int_equal(err.kind, ERR_NONE);
	assert_int_equal(reader_consumed(reader), 11);
	reader_close(reader);
	/* A part with an end does not run into what was added. */
	expect_text(test_read(&f->arena, source, 0, 4, &err), S("one\n"));
}

static void
read_shrinking(void **state)
{
	struct fixture *f = *state;
	struct str text = test_lines(&f->arena, "2026-03-01", 20000, US_SECOND);
	struct reader *reader;
	struct str block;
	struct err err = {0};
	uint64_t at;

	test_put(&f->folder, "log", text);
	reader = reader_open(one(f, "log"), 0, UINT64_MAX);
	assert_true(reader_next(reader, &block, &at, &err));
	assert_int_equal(truncate(test_path(&f->folder, "log"), 300000), 0);
	while (reader_next(reader, &block, &at, &err))
		assert_memory_equal(block.p, text.p + at, block.n);
	assert_int_equal(err.kind, ERR_INPUT);
	assert_non_null(strstr(err.text, "truncated while it was read"));
	reader_close(reader);
}

static void
read_rotated(void **state)
{
	struct fixture *f = *state;
	const struct source *source;
	struct err err;

	test_put(&f->folder, "log", S("old\n"));
	source = one(f, "log");
	assert_int_equal(rename(test_path(&f->folder, "log"),
			     test_path(&f->folder, "log.1")),
	    0);
	test_put(&f->folder, "log", S("new\n"));
	test_append(&f->folder, "log.1", S("late\n"));
	assert_int_equal(unlink(test_path(&f->folder, "log.1")), 0);
	expect_text(test_read(&f->arena, source, 0, UINT64_MAX, &err),
	    S("old\nlate\n"));
}

static const struct {
	const char *program, *suffix;
	enum source_form form;
} packers[] = {
    {"gzip", ".gz", SOURCE_GZIP},
    {"xz", ".xz", SOURCE_ARCHIVE},
    {"zstd", ".zst", SOURCE_ARCHIVE},
    {"bzip2", ".bz2", SOURCE_ARCHIVE},
    {"lz4", ".lz4", SOURCE_ARCHIVE},
};

/* text as "log.SUFFIX" has it. */
static struct str
pack(struct fixture *f, size_t i, struct str text)
{
	const char *name;

	test_put(&f->folder, "log", text);
	name =
	    test_pack(&f->folder, "log", packers[i].program, packers[i].suffix);
	return test_get(&f->folder, name, &f->arena);
}

static void
read_packed(void **state)
{
	struct fixture *f = *state;
	struct str text = test_lines(&f->arena, "2026-03-01", 8000, US_SECOND);
	static const struct str texts[] = {
	    S0(""), S0("a"), S0("a\n"), S0("a\nb")};

	for (size_t i = 0; i < ARRAY_LEN(packers); i++) {
		for (size_t k = 0; k <= ARRAY_LEN(texts); k++) {
			struct str want =
			    k < ARRAY_LEN(texts) ? texts[k] : text;
			struct err err;

			/* Not by its name. */
			test_put(&f->folder, "x.1", pack(f, i, want));
			one(f, "x.1");
			assert_int_equal(f->set.items[0].form, packers[i].form);
			expect_text(test_read(&f->arena, &f->set.items[0], 0,
					UINT64_MAX, &err),
			    want);
			if (err.kind != ERR_NONE)
				fail_msg(
				    "%s: %s", packers[i].program, err.text);
		}
	}
}

/* Logs that were joined with cat. */
static void
read_members(void **state)
{
	struct fixture *f = *state;
	struct str a = test_lines(&f->arena, "2026-03-01", 1000, US_SECOND);
	struct str b = test_lines(&f->arena, "2026-04-01", 3, US_SECOND);

	for (size_t i = 0; i < ARRAY_LEN(packers); i++) {
		struct str pa = pack(f, i, a), pb = pack(f, i, b), got;
		struct str none = pack(f, i, S(""));
		struct err err;

		test_put(&f->folder, "joined", pa);
		for (int k = 0; k < 50; k++)
			test_append(&f->folder, "joined", pb);
		test_append(&f->folder, "joined", none);
		test_append(&f->folder, "joined", pb);
		got =
		    test_read(&f->arena, one(f, "joined"), 0, UINT64_MAX, &err);
		/* What libarchive leaves behind an empty frame is told. */
		if (strcmp(packers[i].program, "lz4") == 0 &&
		    got.n == a.n + 50 * b.n && err.kind == ERR_INPUT &&
		    strstr(err.text, "could not be unpacked") != NULL)
			continue;
		if (err.kind != ERR_NONE || got.n != a.n + 51 * b.n)
			fail_msg("%s: %zu bytes, %s", packers[i].program, got.n,
			    err.text);
		assert_memory_equal(got.p, a.p, a.n);
		assert_true(str_ends(got, b));
	}
}

/* The next member's header begins in one buffer and ends in the next. */
static void
split_headers(void **state)
{
	struct fixture *f = *state;
	struct str packed = pack(f, 0, S("a line\n")), member;
	enum {
		BUFFER = 128 * 1024,
		HEAD = 10
	};
	char *p = arena_alloc(&f->arena, BUFFER + HEAD);

	/* RFC 1952 2.3: flag 8 says that a name follows, up to its NUL. */
	member = str_skip(packed, HEAD + (packed.p[3] == 8 ? 4 : 0));
	for (size_t left = 0; left < 24; left++) {
		size_t name = BUFFER - left - HEAD - member.n;
		struct err err;

		memcpy(p, packed.p, HEAD);
		p[3] = 8;
		memset(p + HEAD, 'n', name - 1);
		p[HEAD + name - 1] = '\0';
		memcpy(p + HEAD + name, member.p, member.n);
		test_put(&f->folder, "x", (struct str){p, BUFFER - left});
		test_append(&f->folder, "x", packed);
		expect_text(
		    test_read(&f->arena, one(f, "x"), 0, UINT64_MAX, &err),
		    S("a line\na line\n"));
		assert_int_equal(err.kind, ERR_NONE);
	}
}

static void
ignore_padding(void **state)
{
	struct fixture *f = *state;
	static const struct str tails[] = {S0("\0\0\0\0"), S0("x"),
	    S0("garbage that is longer than any header of a member"),
	    S0("\x1f"), S0("\x1f\x8b"), S0("\x1f\x8b\x07 and so on")};
	struct str text = S("a line\n");

	for (size_t i = 0; i < ARRAY_LEN(tails); i++) {
		struct err err;

		test_put(&f->folder, "x", pack(f, 0, text));
		test_append(&f->folder, "x", tails[i]);
		expect_text(
		    test_read(&f->arena, one(f, "x"), 0, UINT64_MAX, &err),
		    text);
		assert_int_equal(err.kind, ERR_NONE);
	}
}

/* All whole lines in front of the damage, then a sentence. */
static void
read_cut_packed(void **state)
{
	struct fixture *f = *state;
	struct str text = test_lines(&f->arena, "2026-03-01", 8000, US_SECOND);

	for (size_t i = 0; i < ARRAY_LEN(packers); i++) {
		struct str packed = pack(f, i, text);

		for (size_t tenth = 1; tenth < 10; tenth++) {
			struct str got;
			struct err err;

			test_put(&f->folder, "cut",
			    str_head(packed, packed.n * tenth / 10));
			got = test_read(
			    &f->arena, one(f, "cut"), 0, UINT64_MAX, &err);
			if (err.kind != ERR_INPUT)
				fail_msg("%s cut at %zu/10: no error",
				    packers[i].program, tenth);
			assert_true(str_starts(text, got));
			assert_true(got.n == 0 || got.p[got.n - 1] == '\n');
			/* bzip2, lz4, zstd: whole blocks only. */
			if (packers[i].form == SOURCE_GZIP)
				assert_in_range(
				    got.n, text.n / 20 * tenth, text.n);
		}
	}
}

static void
read_damaged_gzip(void **state)
{
	struct fixture *f = *state;
	struct str text = test_lines(&f->arena, "2026-03-01", 5000, US_SECOND);
	struct str packed = pack(f, 0, text), got;
	char *p = arena_alloc(&f->arena, packed.n);
	struct err err;

	/* The checksum, the size, the middle, the header. */
	static const int from_end[] = {-8, -1, 0};

	for (size_t i = 0; i < ARRAY_LEN(from_end); i++) {
		size_t at = from_end[i] < 0 ? packed.n - (size_t)-from_end[i]
					    : packed.n / 2;

		memcpy(p, packed.p, packed.n);
		p[at] = (char)(p[at] ^ 0x55);
		test_put(&f->folder, "bad", (struct str){p, packed.n});
		got = test_read(&f->arena, one(f, "bad"), 0, UINT64_MAX, &err);
		if (err.kind != ERR_INPUT)
			fail_msg("row %zu: %zu bytes, no error", i, got.n);
		assert_true(got.n <= text.n + LIMIT_BLOCK);
	}
}

/* 64 MiB of one letter, 64 KiB on disk: memory stays where it is. */
static void
stream_bomb(void **state)
{
	struct fixture *f = *state;
	size_t n = 64 << 20, lines = 0;
	char *p = malloc(n);
	struct reader *reader;
	struct str block;
	struct err err = {0};
	uint64_t at, total = 0;

	assert_non_null(p);
	memset(p, 'x', n);
	for (size_t i = 99; i < n; i += 100)
		p[i] = '\n';
	test_put(&f->folder, "log", (struct str){p, n});
	free(p);
	(void)test_pack(&f->folder, "log", "gzip", ".gz");
	reader = reader_open(one(f, "log.gz"), 0, UINT64_MAX);
	while (reader_next(reader, &block, &at, &err)) {
		assert_int_equal(at, total);
		total += block.n;
		lines++;
	}
	assert_int_equal(total, n);
	assert_true(lines >= 64);
	assert_int_equal(reader_consumed(reader), f->set.items[0].size);
	reader_close(reader);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(read_whole),
	    TEST(join_ranges),
	    TEST(join_every_cut),
	    TEST(cut_long_lines),
	    TEST(read_growing),
	    TEST(read_shrinking),
	    TEST(read_rotated),
	    TEST(read_packed),
	    TEST(read_members),
	    TEST(split_headers),
	    TEST(ignore_padding),
	    TEST(read_cut_packed),
	    TEST(read_damaged_gzip),
	    TEST(stream_bomb),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
