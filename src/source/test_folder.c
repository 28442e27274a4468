/* SPDX-License-Identifier: ISC */
#include "source/test_folder.h"

#include "base/fd.h"
#include "base/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

void
test_folder_make(struct test_folder *f)
{
	(void)snprintf(f->path, sizeof(f->path), "/tmp/sereno-test-XXXXXX");
	assert_non_null(mkdtemp(f->path));
	/* Some tests look from another user. */
	assert_int_equal(chmod(f->path, 0755), 0);
}

static int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

void
test_folder_remove(struct test_folder *f)
{
	assert_int_equal(
	    nftw(f->path, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

const char *
test_path(const struct test_folder *f, const char *name)
{
	static char paths[8][512];
	static size_t next;
	char *path = paths[next++ % ARRAY_LEN(paths)];

	(void)snprintf(path, sizeof(paths[0]), "%s/%s", f->path, name);
	return path;
}

static void
make_folders(const struct test_folder *f, const char *name)
{
	for (const char *p = strchr(name, '/'); p != NULL;
	     p = strchr(p + 1, '/')) {
		char part[256];

		(void)snprintf(
		    part, sizeof(part), "%.*s", (int)(p - name), name);
		if (mkdir(test_path(f, part), 0755) != 0)
			assert_int_equal(errno, EEXIST);
	}
}

static void
write_file(const struct test_folder *f, const char *name, const char *mode,
    struct str text)
{
	CLEANUP(file_close) FILE *file = NULL;

	make_folders(f, name);
	file = fopen(test_path(f, name), mode);
	assert_non_null(file);
	assert_int_equal(fwrite(text.p, 1, text.n, file), text.n);
}

void
test_put(const struct test_folder *f, const char *name, struct str text)
{
	write_file(f, name, "wb", text);
}

void
test_append(const struct test_folder *f, const char *name, struct str text)
{
	write_file(f, name, "ab", text);
}

struct str
test_get(const struct test_folder *f, const char *name, struct arena *a)
{
	CLEANUP(file_close) FILE *file = fopen(test_path(f, name), "rb");
	struct stat st;
	char *p;

	assert_non_null(file);
	assert_int_equal(fstat(fileno(file), &st), 0);
	p = arena_alloc(a, (size_t)st.st_size + 1);
	assert_int_equal(
	    fread(p, 1, (size_t)st.st_size, file), (size_t)st.st_size);
	return (struct str){p, (size_t)st.st_size};
}

wall_us
test_time(const char *text)
{
	wall_us at;

	assert_true(time_parse(str_z(text), time_now(), &at));
	return at;
}

void
test_touch(const struct test_folder *f, const char *name, const char *time)
{
	time_t at = (time_t)(test_time(time) / US_SECOND);
	struct timespec times[2] = {{.tv_sec = at}, {.tv_sec = at}};

	assert_int_equal(utimensat(AT_FDCWD, test_path(f, name), times, 0), 0);
}

const char *
test_pack(const struct test_folder *f, const char *name, const char *program,
    const char *suffix)
{
	static char packed[256];
	char args[4][256];
	char *argv[] = {args[0], args[1], args[2], NULL, NULL};
	pid_t pid;
	int status;

	(void)snprintf(args[0], sizeof(args[0]), "%s", program);
	(void)snprintf(args[1], sizeof(args[1]), "-fq");
	(void)snprintf(args[2], sizeof(args[2]), "%s", test_path(f, name));
	/* lz4 writes to standard output unless it is told the name. */
	(void)snprintf(args[3], sizeof(args[3]), "%s%s", args[2], suffix);
	if (strcmp(program, "lz4") == 0)
		argv[3] = args[3];
	if (posix_spawnp(&pid, program, NULL, NULL, argv, environ) != 0) {
		print_message("%s is not installed\n", program);
		skip();
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (status == 127 << 8) {
		print_message("%s is not installed\n", program);
		skip();
	}
	assert_int_equal(status, 0);
	(void)snprintf(packed, sizeof(packed), "%s%s", name, suffix);
	return packed;
}

struct str
test_lines(struct arena *a, const char *first, size_t n, span_us step)
{
	wall_us at = test_time(first);
	char *p = arena_alloc(a, n * 128 + 1);
	size_t used = 0;

	for (size_t i = 0; i < n; i++, at += step) {
		time_t seconds = (time_t)(at / US_SECOND);
		struct tm tm;

		assert_non_null(localtime_r(&seconds, &tm));
		used += strftime(p + used, 32, "%b %e %H:%M:%S", &tm);
		used += (size_t)snprintf(p + used, 96,
		    " mx1 postfix/smtpd[%zu]: connect from "
		    "unknown[198.51.100.%zu]%.*s\n",
		    i + 1, i % 250, (int)(i % 17), "-----------------");
	}
	return (struct str){p, used};
}

struct str
test_read(struct arena *a, const struct source *source, uint64_t from,
    uint64_t to, struct err *err)
{
	struct reader *reader = reader_open(source, from, to);
	char *all = NULL;
	size_t n = 0, cap = 0;
	uint64_t at, next = UINT64_MAX;
	struct str block, kept;
	bool partial = false;

	*err = (struct err){0};
	while (reader_next(reader, &block, &at, err)) {
		assert_false(partial);
		assert_in_range(block.n, 1, LIMIT_BLOCK);
		/* A line that was cut leaves a hole. */
		if (next != UINT64_MAX)
			assert_true(at >= next);
		next = at + block.n;
		partial = block.p[block.n - 1] != '\n';
		if (n + block.n > cap) {
			cap = (n + block.n) * 2;
			all = xrealloc(all, cap, 1);
		}
		memcpy(all + n, block.p, block.n);
		n += block.n;
	}
	/* The end stays the end. */
	assert_false(reader_next(reader, &block, &at, err));
	reader_close(reader);
	kept = str_keep(a, (struct str){all == NULL ? "" : all, n});
	free(all);
	return kept;
}
