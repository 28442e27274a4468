/* SPDX-License-Identifier: ISC */
/* Postfix's main.cf, and what master.cf or a default lays over or under it. */
#ifndef SETTING_MAIN_CF_H
#define SETTING_MAIN_CF_H

#include "base/arena.h"

enum {
	/* Of a value, expanded; what is longer is cut. */
	MAIN_CF_VALUE_MAX = 16 * 1024,
	/* Settings of a file; real ones have less than 300. */
	MAIN_CF_ENTRIES_MAX = 4000,
};

struct main_cf_entry {
	struct str name;
	struct str raw; /* physical lines as in setting/logical.h */
	uint32_t line;  /* where it begins; 0: a default */
};

struct main_cf {
	struct main_cf_entry *entries;
	size_t n, cap;
	const struct main_cf *below; /* asked when it is not here; or NULL */
};

/* All settings of the text, on top of what is there. Slices live as long as
 * the text and the arena. */
void main_cf_parse(struct arena *a, struct str text, struct main_cf *cf);
void main_cf_add(
    struct arena *a, struct main_cf *cf, struct main_cf_entry entry);

/* The setting that counts: the last one. NULL: there is none. */
const struct main_cf_entry *main_cf_find(
    const struct main_cf *cf, struct str name);

/* $name, $(name), ${name}, ${name?if set} and ${name:if not} expanded as in
 * postconf(5), line breaks as one blank. Lives in the arena. */
struct str main_cf_expand(
    struct arena *a, const struct main_cf *cf, struct str raw);

/* Both in one; empty when it is not set. */
struct str main_cf_value(
    struct arena *a, const struct main_cf *cf, struct str name);

/*
 * The value of a parameter in the text of a main.cf. False when it is not set
 * there: the default is the caller's to know. Lives in the arena.
 */
bool main_cf_get(
    struct arena *a, struct str text, struct str name, struct str *ret_value);

/* The next of a list that is separated by commas and blanks; empty at its
 * end. */
struct str main_cf_word(struct str *list);

#endif
