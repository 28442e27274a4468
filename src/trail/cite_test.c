/* SPDX-License-Identifier: ISC */
/* Evidence is found again: in one piece, in parts, compressed, unterminated. */
#include "trail/cite.h"

#include "base/limits.h"
#include "source/reader.h"
#include "trail/reading.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum {
	LINES = 120000, /* 10 MB: several blocks, two threads */
	LONG = 7        /* each 1000th line behind it is a long one */
};

struct fixture {
	char folder[32];
	char plain[64], packed[80];
	uint64_t *offsets; /* of each line */
};

static size_t
line_text(size_t i, char *to, size_t n)
{
	int length = snprintf(to, n,
	    "Nov 16 %02zu:%02zu:%02zu mx1 postfix/qmgr[7]: %zX: "
	    "from=<s%zu@a.example>, size=9, nrcpt=1 (queue active)",
	    i / 3600 % 24, i / 60 % 60, i % 60, i + 0x3F2A0, i);

	if (i % 1000 == LONG) {
		memset(to + length, 'x', 2000);
		length += 2000;
	}
	return (size_t)length;
}

static void
write_log(struct fixture *f)
{
	FILE *file = fopen(f->plain, "wb");
	char line[4096];
	uint64_t at = 0;

	assert_non_null(file);
	for (size_t i = 0; i < LINES; i++) {
		size_t n = line_text(i, line, sizeof(line));

		f->offsets[i] = at;
		at += n + 1;
		assert_int_equal(fwrite(line, 1, n, file), n);
		if (i + 1 < LINES) /* the last one is unterminated */
			assert_int_equal(fputc('\n', file), '\n');
	}
	assert_int_equal(fclose(file), 0);
}

static void
pack(const struct fixture *f)
{
	pid_t pid = fork();
	int status = 1;

	if (pid == 0) {
		execlp("gzip", "gzip", "-k", "-n", f->plain, (char *)NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static int
set_up(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	(void)snprintf(f->folder, sizeof(f->folder), "/tmp/cite.XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	(void)snprintf(f->plain, sizeof(f->plain), "%s/mail.log", f->folder);
	(void)snprintf(f->packed, sizeof(f->packed), "%s.gz", f->plain);
	f->offsets = xcalloc(LINES, sizeof(*f->offsets));
	write_log(f);
	pack(f);
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	(void)unlink(f->plain);
	(void)unlink(f->packed);
	(void)rmdir(f->folder);
	free(f->offsets);
	free(f);
	return 0;
}

/* Cite lines here and there, told in a wild order; each must come back. */
static void
check_cites(const struct fixture *f, const char *path, size_t jobs)
{
	enum {
		CITES = 200
	};
	struct source_set set = {0};
	struct reading reading = {.sources = &set,
	    .jobs = jobs,
	    .since = WALL_NONE,
	    .until = WALL_NONE};
	struct cite cites[CITES] = {0}, *order[CITES + 1];
	struct cite none = {0};
	struct arena a = {0};
	uint64_t first = 0;

	assert_true(source_add(&set, str_z(path), SOURCE_MAIL));
	source_order(&set, WALL_NONE, WALL_NONE, WALL_NONE);
	reading_run(&reading);
	for (size_t i = 0; i < CITES; i++) {
		size_t line = i == 0   ? 0
			      : i == 1 ? LINES - 1
				       : i * 7919 % LINES / 2 * 2 + i % 2;
		uint32_t s = 0;

		if (i % 10 == 9)
			line = line / 1000 * 1000 + LONG;
		for (first = 0; line >= first + reading.segments[s].lines; s++)
			first += reading.segments[s].lines;
		cites[i].ref = (struct ref){s + 1, (uint32_t)(line - first)};
		cites[i].line = line; /* what must come out, less 1 */
		order[i * 101 % CITES] = &cites[i];
	}
	order[CITES] = &none;
	{
		size_t want[CITES];

		for (size_t i = 0; i < CITES; i++)
			want[i] = (size_t)cites[i].line;
		cite_resolve(&reading, &a, order, CITES + 1);
		for (size_t i = 0; i < CITES; i++) {
			char text[4096];
			size_t n = line_text(want[i], text, sizeof(text));

			n = n > LIMIT_EXCERPT ? LIMIT_EXCERPT : n;
			assert_int_equal(cites[i].line, want[i] + 1);
			assert_int_equal(cites[i].offset, f->offsets[want[i]]);
			assert_true(str_eq(cites[i].source, str_z(path)));
			if (!str_eq(cites[i].excerpt, (struct str){text, n}))
				fail_msg("line %zu is '" STR_FMT "'", want[i],
				    STR_ARG(cites[i].excerpt));
			assert_true(cites[i].at != WALL_NONE);
		}
	}
	assert_int_equal(none.source.n, 0);
	assert_int_equal(none.excerpt.n, 0);
	reading_done(&reading);
	source_set_done(&set);
	arena_done(&a);
}

static void
test_plain(void **state)
{
	const struct fixture *f = *state;

	check_cites(f, f->plain, 1);
	check_cites(f, f->plain, 2);
}

static void
test_gzip(void **state)
{
	const struct fixture *f = *state;

	check_cites(f, f->packed, 1);
}

/* A block ends with a line where a chunk ends: read again by itself, it begins a
 * byte earlier, and the chunk ends a byte too soon. */
static void
test_edge(void **state)
{
	enum {
		LENGTH = 64,
		LAST = 2 * READER_CHUNK / LENGTH - 1 /* of the second block */
	};
	char path[] = "/tmp/cite-edge.XXXXXX", line[LENGTH + 1];
	struct source_set set = {0};
	struct reading reading = {
	    .sources = &set, .jobs = 1, .since = WALL_NONE, .until = WALL_NONE};
	struct cite first = {.ref = {1, LAST - 1}}, last = {.ref = {1, LAST}},
		    next = {.ref = {1, LAST + 1}};
	struct cite *order[] = {&next, &last, &first};
	struct arena a = {0};
	FILE *file = fdopen(mkstemp(path), "wb");

	(void)state;
	assert_non_null(file);
	for (int i = 0; i < 3 * LAST; i++) {
		(void)snprintf(line, sizeof(line),
		    "Nov 16 00:00:00 mx1 postfix/qmgr[7]: %017X: removed\n",
		    (unsigned)i);
		assert_int_equal(fwrite(line, 1, LENGTH, file), LENGTH);
	}
	assert_int_equal(fclose(file), 0);
	assert_true(source_add(&set, str_z(path), SOURCE_MAIL));
	source_order(&set, WALL_NONE, WALL_NONE, WALL_NONE);
	reading_run(&reading);
	cite_resolve(&reading, &a, order, ARRAY_LEN(order));
	for (size_t i = 0; i < ARRAY_LEN(order); i++) {
		uint64_t number = order[i]->line - 1;

		assert_int_equal(number, LAST - 1 + i); /* sorted */
		assert_int_equal(order[i]->offset, number * LENGTH);
		(void)snprintf(line, sizeof(line), "%017X", (unsigned)number);
		assert_true(str_has(order[i]->excerpt, str_z(line)));
	}
	reading_done(&reading);
	source_set_done(&set);
	arena_done(&a);
	(void)unlink(path);
}

/* The log shrank behind our back: no excerpt, and no crash. */
static void
test_gone(void **state)
{
	const struct fixture *f = *state;
	struct source_set set = {0};
	struct reading reading = {
	    .sources = &set, .jobs = 1, .since = WALL_NONE, .until = WALL_NONE};
	struct cite early = {.ref = {1, 3}}, late = {.ref = {1, LINES - 1}};
	struct cite wild = {.ref = {77, 3}};
	struct cite *order[] = {&wild, &late, &early};
	struct arena a = {0};

	assert_true(source_add(&set, str_z(f->plain), SOURCE_MAIL));
	source_order(&set, WALL_NONE, WALL_NONE, WALL_NONE);
	reading_run(&reading);
	assert_int_equal(truncate(f->plain, 1000), 0);
	cite_resolve(&reading, &a, order, 3);
	assert_int_equal(early.line, 4);
	assert_true(early.excerpt.n > 0);
	assert_int_equal(late.line, LINES);
	assert_int_equal(late.excerpt.n, 0);
	assert_int_equal(wild.source.n, 0);
	reading_done(&reading);
	source_set_done(&set);
	arena_done(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_plain),
	    cmocka_unit_test(test_gzip),
	    cmocka_unit_test(test_edge),
	    cmocka_unit_test(test_gone),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
