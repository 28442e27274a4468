/* SPDX-License-Identifier: ISC */
/*
 * Something wrong in the DNS: what, about whom, why it matters, and the record
 * that mends it. All of it lives in one arena.
 */
#ifndef CHECK_WEAKNESS_H
#define CHECK_WEAKNESS_H

#include "base/arena.h"

enum weakness_level {
	LEVEL_BROKEN,
	LEVEL_WEAK,
	LEVEL_HINT,
	LEVELS,
};

enum weakness_id {
#define WEAKNESS(id, code, level, why) WEAKNESS_##id,
#include "check/weakness_list.h"
#undef WEAKNESS
	WEAKNESSES,
};

/* A record to publish in place of what is there. */
struct publish {
	struct str name;  /* empty: nothing to publish */
	const char *type; /* "TXT" */
	struct str value;
};

struct weakness {
	enum weakness_id id;
	struct str about; /* domain, address or name of the greeting */
	struct str
	    sentence; /* what is wrong; holds foreign bytes as they are */
	struct publish publish;
	struct str advice; /* what to do where no record mends it; or empty */
	struct weakness *next;
};

/* Zeroed, with an arena, it is empty. */
struct weaknesses {
	struct arena *arena;
	struct weakness *first, **end;
	size_t n[LEVELS];
};

/* The sentence is printf's. Never NULL. */
struct weakness *weakness_add(struct weaknesses *w, enum weakness_id id,
    struct str about, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

const char *weakness_code(enum weakness_id id); /* "spf-two" */
enum weakness_level weakness_level(enum weakness_id id);
const char *weakness_why(enum weakness_id id);              /* N_() */
const char *weakness_level_word(enum weakness_level level); /* N_() */

#endif
