/* SPDX-License-Identifier: ISC */
/* source.state of the systemd journal: its files, open. */
#ifndef SOURCE_JOURNAL_H
#define SOURCE_JOURNAL_H

#include "build_config.h"
#include "source/inner.h"

enum {
	JOURNAL_FILES = 1024 /* SystemMaxFiles is 100 unless it was changed */
};

struct journal {
	int fds[JOURNAL_FILES];
	size_t n;
	wall_us since, until;
};

/* Is it one, by its first bytes (systemd.io/JOURNAL_FILE_FORMAT)? */
bool journal_is(struct str head);

/*
 * One file of a journal, named by the user. All of them that have the same
 * role are one source: entries of a server lie in several. Closes fd when it
 * is not wanted; false with a gap.
 */
bool journal_add(
    struct source_set *set, struct str path, enum source_role role, int fd);

/* A folder of journal files, or of folders of machines. False: it has none. */
bool journal_add_folder(
    struct source_set *set, struct str path, enum source_role role);

#endif
