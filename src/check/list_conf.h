/* SPDX-License-Identifier: ISC */
/*
 * lists.conf: keys and own choice of lists. One thing a line, '#' begins a
 * comment:
 *
 *   key spamhaus-dqs abcdefghijklmnopqrstuvwxyz
 *   use torexit-dan-me-uk          a list of the catalogue that is not on
 *   skip uceprotect-3              one that is
 *   zone rbl.example.org           a list of one's own, of addresses
 *   zone dbl.example.org domain    of names
 */
#ifndef CHECK_LIST_CONF_H
#define CHECK_LIST_CONF_H

#include "base/err.h"
#include "check/list.h"

enum {
	LIST_CONF_MAX = 256
};

struct list_key {
	struct str name, value;
};

struct list_conf {
	struct list_key keys[LIST_CONF_MAX];
	size_t keys_n;
	struct str uses[LIST_CONF_MAX], skips[LIST_CONF_MAX];
	size_t uses_n, skips_n;
	struct {
		struct str zone;
		unsigned targets;
	} zones[LIST_CONF_MAX];
	size_t zones_n;
};

/* Read the text of such a file; slices of it are kept. False with the number
 * of the line and what is wrong there. */
bool list_conf_read(
    struct list_conf *conf, struct str text, struct err *err) MUST_CHECK;

/* The key of that name; empty: there is none. */
struct str list_conf_key(const struct list_conf *conf, struct str name);
bool list_conf_uses(const struct list_conf *conf, const struct list *list);
bool list_conf_skips(const struct list_conf *conf, const struct list *list);

#endif
