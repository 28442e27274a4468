/* SPDX-License-Identifier: ISC */
/* OpenSMTPD's configuration, shared by the files that read it. */
#ifndef MTA_OPENSMTPD_CONF_H
#define MTA_OPENSMTPD_CONF_H

#include "mta/opensmtpd_part.h"

enum {
	SMTPD_WORDS = 64 /* of one line */
};

/* A logical line, without its comment. */
struct smtpd_line {
	struct str text, file;
	uint32_t line;
	bool is_macro;
	struct smtpd_line *next;
};

struct smtpd_conf {
	struct facts *facts;
	struct files *files;
	struct arena *a;
	struct smtpd_line *first, **last;
	uint32_t lines, items;
	bool unseen; /* a table's keys were not to be had */
};

/* One line in words: quotes are off, "<x>" is kept, and so are '{' and '}'. */
struct smtpd_words {
	struct str items[SMTPD_WORDS];
	size_t n;
};

struct smtpd_words smtpd_words(struct str text);
/* The i-th one; empty behind the last. */
struct str smtpd_word(const struct smtpd_words *w, size_t i);

/* The lines of this file, and of those that it includes, behind conf's;
 * depth: 0. */
void smtpd_read(struct smtpd_conf *c, struct str path, unsigned depth);
/* "$name" replaced by what "name = value" said. */
struct str smtpd_expand(struct smtpd_conf *c, struct str text);

#endif
