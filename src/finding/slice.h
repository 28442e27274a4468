/* SPDX-License-Identifier: ISC */
/*
 * A part of an origin's mail, told from the rest by where it came from or
 * when: the abuse and the honest use of one account.
 */
#ifndef FINDING_SLICE_H
#define FINDING_SLICE_H

#include "finding/judge.h"

struct slice {
	struct counts counts;
	uint32_t strange, foreign; /* messages */
	uint32_t fresh, fresh_of;  /* recipients new here, of so many, in the
				      hours of it */
	uint32_t peers_fresh, peers_fresh_of; /* of others at that time */
	uint32_t peers_listed, peers_tried;   /* answers that blame this server,
					       of so many recipients */
	uint32_t ips, networks;
	uint32_t first, last; /* seconds */
	struct ref ref;       /* first line of it */
	double hours;         /* in which there was mail */
};

enum slice_cut {
	CUT_NONE,     /* all of it; the rest is empty */
	CUT_NETWORKS, /* from the time when new networks appear */
	CUT_NETWORK,  /* one network */
	CUT_TIME,     /* some hours in a row */
};

struct split {
	enum slice_cut cut;
	struct slice part; /* what may be abuse */
	struct slice rest;
};

enum {
	SPLITS = 4
};

/* The ways in which this origin's mail may be split; at least one. Returns
 * how many were written. */
size_t slice_splits(const struct judging *j, const struct origin *origin,
    struct split ret_splits[SPLITS]);

/* For the report. */
struct share slice_share(const struct slice *slice);

#endif
