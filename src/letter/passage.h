/* SPDX-License-Identifier: ISC */
/* Did one message pass this server, and who put it in: by the log. */
#ifndef LETTER_PASSAGE_H
#define LETTER_PASSAGE_H

#include "letter/match.h"
#include "trail/trace.h"

enum passage_state {
	PASSAGE_NO_LOG,    /* no line with a stamp was read */
	PASSAGE_UNCOVERED, /* the log does not cover its time */
	PASSAGE_NO_ID,     /* nothing to look for */
	PASSAGE_ABSENT,
	PASSAGE_FOUND,
	PASSAGE_STATES,
};

enum passage_origin {
	PASSAGE_BY_NOBODY, /* the log does not show how it came in */
	PASSAGE_BY_ACCOUNT,
	PASSAGE_BY_USER,   /* a local user or script */
	PASSAGE_BY_CLIENT, /* without a login */
	PASSAGE_BY_SYSTEM, /* a notice of the server itself */
};

enum {
	PASSAGE_IDS = 8, /* queue ids that are looked for */
	PASSAGE_SHOWN = 12,
};

/* What is looked for. */
struct passage_wanted {
	struct str queue_ids[PASSAGE_IDS]; /* of hops that may be ours */
	size_t n;
	struct str message_id; /* without <> */
	wall_us sent;
};

/* Slices live in the trace. */
struct passage {
	enum passage_state state;
	bool by_queue_id, by_message_id;
	struct trace trace;   /* of the story; empty unless found */
	uint32_t story;       /* its number there */
	struct str queue_id;  /* the first one */
	struct str queue_ids; /* "A -> B"; in the trace's arena */
	enum passage_origin origin;
	struct str account, user, client_name;
	int64_t uid; /* -1 */
	struct ip client;
	wall_us at;
	struct cite cite; /* of the line with which it came in */
	uint64_t delivered, bounced, deferred; /* recipients */
	bool left; /* some were sent to other hosts */
	struct str recipients[PASSAGE_SHOWN]; /* each once; the first of them */
	size_t recipients_n;
	bool recipients_more;
};

/* reading as for trace_run; match as match_look found it. */
void passage_find(struct reading *reading, const struct match *match,
    const struct passage_wanted *wanted, struct passage *ret_passage);
void passage_done(struct passage *passage);

/* Is it a queue id of the message that was found? */
bool passage_has_id(const struct passage *passage, struct str id);

const char *passage_state_name(enum passage_state state);

#endif
