/* SPDX-License-Identifier: ISC */
/*
 * Other programs' configuration files, as bytes. Who parses them has no right
 * to open anything: he asks, and a parent that parses nothing sends what is
 * in the file. When he has all he needs he gives that right up, too.
 */
#ifndef SETTING_FILES_H
#define SETTING_FILES_H

#include "base/arena.h"
#include "base/place.h"
#include "setting/key_file.h"

enum file_want {
	FILE_TEXT,  /* of a regular file */
	FILE_NAMES, /* of what is in a folder, sorted, a NUL behind each */
	FILE_LINK,  /* where a symbolic link leads */
	FILE_KEY,   /* of a private key the public one: files_key */
};

enum {
	/* Of one file: a hundred thousand aliases. The rest is left out. */
	FILE_BYTES_MAX = 16 * 1024 * 1024,
	FILE_PATH_MAX = 4096,
	/* Asked for in one run: no configuration is that large; a circle of
	 * includes would be. */
	FILES_MAX = 4000,
};

/* A file of a test. */
struct file_text {
	struct str path, text;
};

struct files {
	struct arena *arena; /* what is returned lives there */
	size_t asked;
	/* One of three: the parent's end of a socket, the place itself, or
	 * texts. */
	int socket; /* -1: none */
	const struct place *place;
	const struct file_text *texts;
	size_t texts_n;
	/* Could not be read though it is there. Lives in the arena. */
	struct file_gap {
		struct str path;
		int error;
	} * gaps;
	size_t gaps_n, gaps_cap;
};

/* Zeroed is a struct files that finds nothing. */
void files_init_place(
    struct files *f, struct arena *a, const struct place *place);
void files_init_socket(struct files *f, struct arena *a, int socket);
void files_init_texts(
    struct files *f, struct arena *a, const struct file_text *texts, size_t n);
/* Nothing can be asked any more; the gaps stay. */
void files_done(struct files *f);

/* False: it is not there, or cannot be read, which is a gap. path begins with
 * '/'. */
bool files_get(struct files *f, enum file_want want, struct str path,
    struct str *ret_bytes);

static inline bool
files_text(struct files *f, struct str path, struct str *ret_text)
{
	return files_get(f, FILE_TEXT, path, ret_text);
}

/* The same, without a gap when it cannot be read: an attempt. */
bool files_try(struct files *f, enum file_want want, struct str path,
    struct str *ret_bytes);

/* The public part of a private key, whoever may read the file. 0, or an errno;
 * never a gap. */
int files_key(struct files *f, struct str path, struct key_file *ret_key);

/* The next of the names that FILE_NAMES gave; empty at their end. */
static inline struct str
files_name(struct str *names)
{
	return str_take(names, '\0');
}

/* ---- the other side ---- */

/*
 * Answer one question that came in. False when the other side is gone or
 * talks nonsense. Not given out: what only its owner may read, and what is
 * called a secret by its name; a configuration that may be read by mail
 * servers is neither. Of a private key only the public one is given out, which
 * the world knows.
 */
bool files_serve(int socket, const struct place *place);

/* Read what is asked for below the place. 0, or an errno. The bytes are the
 * caller's, to be freed. */
int files_read(const struct place *place, enum file_want want, struct str path,
    char **ret_bytes, size_t *ret_n);

#endif
