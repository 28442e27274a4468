/* SPDX-License-Identifier: ISC */
/*
 * What a command looks at: the logs that were named or found, opened while
 * there are rights; then, without them, what they say.
 */
#ifndef CMD_EXAMINATION_H
#define CMD_EXAMINATION_H

#include "base/sandbox.h"
#include "check/dkim_keys.h"
#include "cmd/command.h"
#include "cmd/inquiry.h"
#include "cmd/reputation.h"
#include "host/geo.h"
#include "host/servers.h"
#include "mta/facts.h"
#include "queue/hints.h"
#include "queue/receive.h"
#include "show/progress.h"
#include "show/screen.h"
#include "source/feeder.h"
#include "trail/reading.h"
#include "verdict/verdict.h"

/* What a command looks at. */
enum look {
	LOOK_LOGS = 1,
	LOOK_QUEUE = 2,
	LOOK_CONFIGURATION = 4,
	LOOK_LETTERS = 8, /* the mailboxes that the words name */
	/* Of the queue only the messages that the words behind the first
	 * one name. */
	LOOK_QUEUE_IDS = 16,
	LOOK_REPORTS = 32,   /* with LOOK_LETTERS: whole large messages */
	LOOK_WORLD = 64,     /* what lists say of this server */
	LOOK_KEYS = 128,     /* keys of DKIM: the DNS, and files of --key */
	LOOK_EVIDENCE = 256, /* what --bounces and --reports name */
	/* Texts of messages, too, not only who wrote to whom. */
	LOOK_QUEUE_TEXTS = 1024,
};

struct examination {
	const struct options *options;
	unsigned look; /* of enum look */
	struct source_set sources;
	struct queue_roots roots;
	struct usher usher;  /* jobs 0: no queue is read */
	struct shelf *shelf; /* NULL: they were not read yet */
	struct receive_sums *sums;
	const struct mta *mta; /* --mta; NULL: all */
	bool live;             /* this machine, not copied logs */
	bool as_root;
	wall_us begun;
	wall_us now; /* --now, or the clock when live; else NONE */
	wall_us since, until;
	struct progress progress;
	struct geo *geo;               /* NULL: none */
	struct reputation *reputation; /* NULL: nothing is asked */
	/* What configurations say: of this machine, or below --root. Read in
	 * the child, before the first line of a log. */
	bool configured;
	struct place place;
	struct arena arena; /* of files and facts */
	struct files files;
	struct facts facts;
	struct signers signers; /* only when reputation asks */
	struct servers servers;
	struct inquiry *inquiry; /* NULL: the DNS is not asked */
	struct str *key_texts;   /* of --key, one per file */
	size_t key_texts_n;
	struct feeder letters;  /* mailboxes; its pid is 0 when none is named */
	struct feeder reported; /* the same of --reports */
	uint64_t letters_size;  /* bytes of both, as far as they are files */
	struct keep *keep;      /* NULL: nothing is remembered */
	int (*work)(void *arg, const struct sandbox *sandbox);
};

/* Open all sources, and look into none of them: that is for the child. False:
 * used wrongly; *err says how. */
bool examination_open(struct examination *x, const struct options *options,
    struct err *err) MUST_CHECK;
void examination_close(struct examination *x);

/* Start to feed the mailboxes that are named: while there are rights, and
 * before any other process, which would inherit their passwords. */
bool examination_open_letters(
    struct examination *x, struct err *err) MUST_CHECK;
/* The queues that were named, or those of this machine. */
void examination_open_queues(struct examination *x);
/* Threads that read at the same time. */
size_t examination_jobs(const struct options *options);

/* In the child: what to read, for reading_run or trace_run. */
void examination_reading(
    struct examination *x, enum origins_by by, struct reading *ret_reading);
/* After it, the parts of every report: what was read, and what was not. */
void examination_begin_report(const struct examination *x,
    const struct sandbox *sandbox, const struct reading *reading,
    struct report *ret_report);
/* Adds to the servers that were found those who wrote what was examined. */
void examination_writers(struct report *report);
/* Sentences about what did not fit into the tables. join: NULL is nothing. */
void examination_limits(struct report *report, const struct join *join);
/* Sentences about what the servers were not told to log, each with the line of
 * the configuration that changes it. */
void examination_details(struct report *report, const struct reading *reading);
/* The same for a report on logs: up to what is judged. */
void examination_report(const struct examination *x,
    const struct sandbox *sandbox, const struct reading *reading,
    struct report *ret_report);

/*
 * Open what the options name, and do the work in a confined child, which gets
 * the struct examination as its arg. look: of enum look. Returns the exit
 * code.
 */
int examination_run(const struct options *options, unsigned look,
    int (*work)(void *arg, const struct sandbox *sandbox));
/* The same, and what the work wants remembered goes to keep. */
int examination_run_kept(const struct options *options, unsigned look,
    struct keep *keep, int (*work)(void *arg, const struct sandbox *sandbox));
/* With LOOK_KEYS, before anything is opened: the asking process is forked
 * while it can hold nothing. */
bool examination_open_keys(struct examination *x, struct err *err) MUST_CHECK;
void examination_close_keys(struct examination *x);
/* In the child: where keys come from. */
void examination_keys(const struct examination *x, struct dkim_keys *ret_keys);
/* In not_examined: signatures whose keys were not asked for. */
void examination_say_keys(struct report *report, const struct examination *x,
    const struct dkim_keys *keys, uint64_t unasked);

/* Read the queues, before anything else asks for them; what they say of names
 * goes to hints, too, or NULL. Once; without it examination_shelf does it. */
void examination_read_queue(struct examination *x, struct queue_hints *hints);

/* The queues, where there are any, as evidence of the report; the shelf keeps
 * what it says, and is the caller's to free. NULL: none. */
struct shelf *examination_shelf(struct examination *x, struct report *report,
    struct queue_evidence *ret_evidence);
/* Every line that a reason of a finding rests on is looked up again. */
void examination_cites(struct report *report, const struct reading *reading);

/* In not_examined: the rights that could not be given up. */
void examination_say_sandbox(
    struct report *report, const struct sandbox *sandbox);

/* Exit code of a command that searches: 3 when nothing could be read. */
int examination_code(const struct report *report, bool found);

/* Give back what both made. */
void examination_done(struct reading *reading, struct report *report);

/* The screen that the options ask for, on standard output. */
void examination_screen(
    const struct options *o, struct arena *scratch, struct screen *ret_screen);

#endif
