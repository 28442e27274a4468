/* SPDX-License-Identifier: ISC */
/*
 * A finding: one thing that is wrong, who it is about, how sure we are and
 * why. Each kind is one file that looks at the whole tally and may add any
 * number of findings.
 *
 * Confidence is the sum of its reasons' weights, natural logarithms of
 * likelihood ratios, on top of the kind's prior, through the logistic
 * function. Nobody is accused on one kind of evidence alone, unless that one
 * is proof: finding_add() enforces it.
 */
#ifndef FINDING_FINDING_H
#define FINDING_FINDING_H

#include "base/arena.h"
#include "trail/cite.h"
#include "trail/tally.h"

/* What a reason rests on; reasons on the same ground are not independent. */
enum ground {
	GROUND_NETWORKS,   /* where the client was */
	GROUND_RECIPIENTS, /* who was written to: new, non-existent */
	GROUND_RECEIVERS,  /* what the receivers said */
	GROUND_SENDERS,    /* envelope senders */
	GROUND_PROGRAM,    /* HELO, Message-ID, script: what submitted it */
	GROUND_VOLUME,     /* rates against history and peers */
	GROUND_LOGINS,     /* password failures, probes */
	GROUND_SETTING,    /* the configuration says it */
	GROUND_QUEUE,      /* what lies in the queue is alike */
	GROUND_LISTS,      /* lists on the DNS say it */
	GROUND_LETTERS,    /* bounces that came in say it */
	GROUND_COUNTER,    /* speaks against; weight below 0 */
};

enum severity {
	SEVERITY_INFO,    /* worth knowing */
	SEVERITY_WARNING, /* will hurt, or is a precursor */
	SEVERITY_CRITICAL,
};

struct reason {
	enum ground ground;
	double weight; /* natural log of a likelihood ratio */
	bool proof;    /* enough alone */
	struct str sentence;
	struct cite cite; /* ref.segment 0: no single line shows it */
};

struct remedy {
	struct str command; /* may be empty: then the sentence is the act */
	struct str sentence;
};

/* How much of the origin's mail the finding is about. */
struct share {
	uint64_t messages, recipients; /* recipients: envelope, not distinct */
	uint64_t accepted, bounced;    /* recipients: taken, refused for good */
	uint64_t deferred;             /* recipients still waiting */
	uint64_t queued;               /* messages still in the queue */
	uint64_t refused_spam, refused_unknown; /* part of bounced, deferred */
	uint64_t ips, networks; /* client addresses it came from */
	wall_us first, last;
};

enum {
	FINDING_REASONS = 20,
	FINDING_REMEDIES = 6
};

struct finding {
	const struct finding_kind *kind;
	enum severity severity;
	double confidence;           /* 0-1 */
	const struct origin *origin; /* NULL: nobody in particular */
	struct share share;
	struct str sentence;
	struct reason reasons[FINDING_REASONS];
	size_t reasons_n;
	struct remedy remedies[FINDING_REMEDIES];
	size_t remedies_n;
};

struct judging; /* what finding kinds are given; judge.h */

struct finding_kind {
	const char *code;    /* "stolen-login" */
	const char *title;   /* N_(): "stolen mail account" */
	const char *help;    /* N_(): one sentence on what it means */
	const char *verdict; /* of a report with it: "sending"; NULL: none */
	double prior;        /* log odds before any evidence */
	void (*judge)(struct judging *j);
};

#define FINDING(name) extern const struct finding_kind finding_##name;
#include "finding/finding_list.h"
#undef FINDING

extern const struct finding_kind *const finding_kinds[]; /* ends with NULL */

#endif
