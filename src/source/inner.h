/* SPDX-License-Identifier: ISC */
/* What the files of this folder share and nobody else needs. */
#ifndef SOURCE_INNER_H
#define SOURCE_INNER_H

#include "base/place.h"
#include "source/source.h"

#include <sys/stat.h>

/* Remember that path cannot be used, and why. */
void source_gap_add(
    struct source_set *set, struct str path, const struct err *err);

/* The next free item, zeroed, with path kept; NULL (and a gap) at the limit.
 * It counts only when the caller adds 1 to set->n. */
struct source *source_new(
    struct source_set *set, struct str path, enum source_role role);

/*
 * Take the file behind fd in as a source, whatever the path says. Closes fd
 * when it is not wanted: not a regular file (a gap), or in the set already
 * (true). choice: see struct source.
 */
bool source_take(struct source_set *set, struct str path, enum source_role role,
    int fd, int choice);

/* Close what a source that left the set held. */
void source_free(struct source *source);

/* Does b hold the text of a, from its begin on, whatever their names are? Plain
 * files and gzip only. */
bool source_is_copy(const struct source *a, const struct source *b);

/* "No mail log was found", and what to do. */
void source_gap_none(struct source_set *set);

/* Copy standard input to an unlinked file; -1 and err when nothing is there.
 * When the disk is full what was read is kept and err says so. */
int spool_stdin(struct err *err);

/* A path of the place, for people: the root is in front. */
struct str place_path(
    struct source_set *set, const struct place *place, struct str path);

/* Open path below place and take it; gap unless it is not there at all.
 * Returns false when nothing was taken. */
bool place_take(struct source_set *set, const struct place *place,
    struct str path, enum source_role role, int choice);

/* Take a file below a place and every rotation of it (.1 .2.gz .xz .zst .bz2,
 * dateext, Postfix's own "NAME.YYYYMMDD-HHMMSS[.gz]"), not twice the same
 * inode. How many files were taken. */
size_t rotations_take(struct source_set *set, const struct place *place,
    struct str path, enum source_role role, int choice);

/* The main logs of Exim (find_exim.c). */
void exim_take(struct source_set *set, const struct place *place);

/* Whether a log's lines of that program make it a mail log. */
bool source_is_mail(struct str program);

/* The files of the journal below place, as one source. */
bool journal_take(
    struct source_set *set, const struct place *place, int choice);
void journal_done(struct source *source);
/* The front of the line of its newest entry of mail; 0 bytes: none. */
size_t journal_newest(const struct source *source, char *to, size_t n);
/* What a reader of it needs not give out; accepts any source. */
void journal_limit(struct source *source, wall_us since, wall_us until);

#endif
