/* SPDX-License-Identifier: ISC */
/* For the tests of this folder: a temporary folder with real files. */
#ifndef SOURCE_TEST_FOLDER_H
#define SOURCE_TEST_FOLDER_H

#include "source/source.h"

struct test_folder {
	char path[64];
};

void test_folder_make(struct test_folder *f);
void test_folder_remove(struct test_folder *f);
/* "PATH/name"; lives until the eighth next call. */
const char *test_path(const struct test_folder *f, const char *name);
/* Writes a file, the folders in its name included. */
void test_put(const struct test_folder *f, const char *name, struct str text);
void test_append(
    const struct test_folder *f, const char *name, struct str text);
struct str test_get(
    const struct test_folder *f, const char *name, struct arena *a);
/* The modification time: what time_parse reads. */
void test_touch(
    const struct test_folder *f, const char *name, const char *time);
/* Runs "program -f path"; the name of what it made. Skips the test when the
 * program is not installed. */
const char *test_pack(const struct test_folder *f, const char *name,
    const char *program, const char *suffix);

wall_us test_time(const char *text);
/* n lines of about 90 bytes, seconds apart, the first at the time given;
 * without a year in their stamps. */
struct str test_lines(
    struct arena *a, const char *first, size_t n, span_us step);
/* All that a reader of the range gives; checks that blocks are whole lines
 * and follow each other. */
struct str test_read(struct arena *a, const struct source *source,
    uint64_t from, uint64_t to, struct err *err);

#endif
