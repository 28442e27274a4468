/* SPDX-License-Identifier: ISC */
/* What the readers of signers.h have in common. */
#ifndef SETTING_SIGNERS_PART_H
#define SETTING_SIGNERS_PART_H

#include "setting/signers.h"

/* The next line without its comment, trimmed. */
bool signers_line(struct str *rest, uint32_t *line, struct str *ret_line);
/* A word up to a blank off the front. */
struct str signers_word(struct str *s);
/* Is the line "KEY = ...", with nothing of a name behind KEY? */
bool signers_setting(struct str line, struct str key, struct str *ret_value);
/* What is behind the '=' or the blank, without quotes and semicolon. */
struct str signers_value(struct str rest);
/* "refile:/etc/opendkim/KeyTable", "file:...", a path. */
struct str signers_table(struct str value);
/* The key of those from first on that have none. */
void signers_paths(struct signers *s, size_t first, struct str path);
/* Add one with its key. */
void signers_put(struct signers *s, struct str domain, struct str selector,
    struct str path, struct str file, uint32_t line);

#endif
