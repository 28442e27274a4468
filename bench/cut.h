/* SPDX-License-Identifier: ISC */
/*
 * Cutting the lines of one story: literal text stays, what changes from one
 * telling to the next becomes a slot.
 */
#ifndef BENCH_CUT_H
#define BENCH_CUT_H

#include "recording.h"
#include "story.h"

/* State of one story's cutting. */
struct cut {
	const struct recording *recording;
	struct story *s;
	uint32_t line, era;
	uint64_t extra;         /* us that stretching added up to this line */
	uint64_t *qid_extra;    /* the same at the first line of each slot */
	uint32_t *slot_message; /* qid slot -> message + 1, 0: none */
};

bool cut_has(struct str s, struct str needle);
/* What follows key up to any of the stop characters; empty when absent. */
struct str cut_after(struct str s, struct str key, const char *stop);

/* The story's slot of that kind, era, program and text, added when new; the
 * current line becomes its last. */
uint32_t cut_slot(struct cut *c, struct slot want);
void cut_put(struct cut *c, enum seg_kind kind, uint32_t slot, struct str text);

/* The text behind the program; qid is the line's own queue id. */
void cut_text(struct cut *c, struct str text, struct str qid);

#endif
