/* SPDX-License-Identifier: ISC */
/*
 * Runs a fuzz target once over each file of the folders and files it is given:
 * the corpus as an ordinary test. Some of each file's truncations and one-byte
 * changes are run too, so that a small corpus still reaches the edges.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	FILE_MAX = 1 << 20,
	CHANGES = 64,
};

/* An own copy, so that a sanitizer sees a read behind its end. */
static void
run_one(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size == 0 ? 1 : size);

	if (copy == NULL)
		abort();
	if (size > 0)
		memcpy(copy, data, size);
	(void)LLVMFuzzerTestOneInput(copy, size);
	free(copy);
}

static int
run_file(const char *path)
{
	static uint8_t data[FILE_MAX];
	FILE *f = fopen(path, "rb");
	size_t size, step;

	if (f == NULL) {
		perror(path);
		return 1;
	}
	size = fread(data, 1, sizeof(data), f);
	(void)fclose(f);
	run_one(data, size);
	step = size / CHANGES + 1;
	for (size_t i = 0; i < size; i += step) {
		uint8_t old = data[i];

		run_one(data, i);
		data[i] = (uint8_t)(old ^ 0x80);
		run_one(data, size);
		data[i] = 0;
		run_one(data, size);
		data[i] = old;
	}
	return 0;
}

static int
run_path(const char *path)
{
	struct stat st;
	struct dirent *entry;
	DIR *dir;
	int bad = 0, files = 0;

	if (stat(path, &st) != 0) {
		perror(path);
		return 1;
	}
	if (!S_ISDIR(st.st_mode))
		return run_file(path);
	dir = opendir(path);
	if (dir == NULL) {
		perror(path);
		return 1;
	}
	while ((entry = readdir(dir)) != NULL) {
		char full[4096];

		if (entry->d_name[0] == '.')
			continue;
		(void)snprintf(
		    full, sizeof(full), "%s/%s", path, entry->d_name);
		bad |= run_file(full);
		files++;
	}
	(void)closedir(dir);
	printf("%s: %d files\n", path, files);
	return bad != 0 || files == 0;
}

int
main(int argc, char **argv)
{
	int bad = argc < 2;

	for (int i = 1; i < argc; i++)
		bad |= run_path(argv[i]);
	return bad;
}
