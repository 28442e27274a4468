/* SPDX-License-Identifier: ISC */
/*
 * Questions to the world: the resolver that the options ask for, its process
 * and its cache, and the work in a confined child that holds its socket.
 */
#ifndef CMD_INQUIRY_H
#define CMD_INQUIRY_H

#include "check/list_conf.h"
#include "cmd/command.h"
#include "cmd/confine.h"
#include "cmd/queued.h"
#include "mta/facts.h"
#include "net/policy.h"
#include "net/resolver.h"
#include "setting/signers.h"

/* What a command wants beside the DNS. */
enum inquiry_look {
	INQUIRY_CONFIGURED =
	    1,                /* the child has read the configurations first */
	INQUIRY_POLICIES = 2, /* policies of MTA-STS can be fetched */
};

struct inquiry {
	const struct options *options;
	struct arena arena;
	struct resolver_conf conf;
	struct resolver *resolver;
	struct policy_conf policy_conf;
	struct policy_fetcher *fetcher; /* NULL: no policies are fetched */
	struct list_conf lists;
	/* What the configurations of this machine, or below --root, say; empty
	 * unless they were asked for. For the child. */
	struct facts facts;
	struct signers signers;
	struct arena facts_arena;
	struct files files;
	struct place place;
	bool configured;
	struct queued *queued; /* NULL: no queue is looked into */
	wall_us begun;
	int (*work)(struct inquiry *x, const struct sandbox *sandbox);
	void *arg; /* the command's own */
};

/* Start the asking process as the options say; its questions can be put behind
 * any fork. inquiry_close waits until the cache is written, and accepts NULL.
 */
bool inquiry_open(const struct options *options, struct inquiry **ret_inquiry,
    struct err *err) MUST_CHECK;
/* The same for who asks on another thread: with an asking process that
 * inquiry_beside serves, too, so that there is one cache. */
bool inquiry_open_shared(const struct options *options,
    struct inquiry **ret_inquiry, struct err *err) MUST_CHECK;
/* The second one; to be closed before the first. Once. */
bool inquiry_beside(struct inquiry *first, struct inquiry **ret_inquiry,
    struct err *err) MUST_CHECK;
void inquiry_close(struct inquiry *x);

/*
 * The same around the work in a confined child, and wait until the cache is
 * written. look: of enum inquiry_look. Returns the exit code.
 */
int inquiry_run(const struct options *options, unsigned look, void *arg,
    int (*work)(struct inquiry *x, const struct sandbox *sandbox));

/* The same, and what the work wants remembered goes to keep; it reads queued,
 * or NULL. */
int inquiry_run_kept(const struct options *options, unsigned look, void *arg,
    struct keep *keep, struct queued *queued,
    int (*work)(struct inquiry *x, const struct sandbox *sandbox));

/* With the policies of MTA-STS; to be called after inquiry_open, and before
 * rights are given up. Where this build has no HTTPS nothing is done. */
bool inquiry_open_policies(struct inquiry *x, struct err *err) MUST_CHECK;

/* "own recursion" or the servers that were named; lives in the arena. */
struct str inquiry_resolver_text(const struct inquiry *x, struct arena *a);
/* What could not be given up, one sentence each, to standard error. */
void inquiry_say_sandbox(const struct sandbox *sandbox);
/* The options of both: --rate; 0: no limit. */
uint32_t inquiry_rate(const struct options *o);

#endif
