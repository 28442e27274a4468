/* SPDX-License-Identifier: ISC */
/* What the files of the reading share. */
#ifndef TRAIL_READING_PART_H
#define TRAIL_READING_PART_H

#include "trail/reading.h"

/* One more stretch of a source, behind those that there are. */
struct segment *reading_segment(struct reading *reading,
    const struct source *source, uint64_t from, uint64_t to);
/* A block begins there. */
void reading_block(struct segment *segment, uint64_t offset);

/* Whose own form the source has: seen at its first bytes, or because --mta
 * says so and no syslog says otherwise. NULL: it is a syslog, or, when
 * *ret_instead is not NULL, a log of the kind that mta_other_log knows. */
const struct mta *reading_own(const struct reading *reading,
    const struct source *source, struct line_form *ret_form,
    const char **ret_instead);
/* Do lines of these logs lean on others, as far as their first bytes tell?
 * Those bytes are the secret of sketches, too (base/secret.h). */
bool reading_leans(const struct reading *reading);

/* Reads the web logs into reading->scripts, if there are any. */
void reading_scripts(struct reading *reading);

#endif
