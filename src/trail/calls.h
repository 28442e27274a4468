/* SPDX-License-Identifier: ISC */
/*
 * In which folder sendmail was called, for the message that it then handed
 * in. The two are said in two lines, joined by the process where the log has
 * its number, and by their times, sender, recipient and user where not.
 */
#ifndef TRAIL_CALLS_H
#define TRAIL_CALLS_H

#include "event/event.h"

enum {
	/* A message is read within seconds; so many calls at once are those of
	 * a very busy web server. */
	CALLS = 128,
	CALLS_FOLDER = 255,
};

struct call {
	uint64_t pid;               /* 0: not said */
	uint64_t sender, recipient; /* address_hash; 0: not said */
	uint32_t at;
	bool is_taken;
	bool is_web; /* a web server keeps programs in the folder */
	uint8_t folder_n;
	char folder[CALLS_FOLDER];
};

/* Zeroed is empty. */
struct calls {
	struct call ring[CALLS];
	uint32_t next;
};

/* An EVENT_CALL. */
void calls_add(struct calls *calls, const struct event *event);

/* The call that handed in this EVENT_RECEIVED of a local user; NULL: none. Lives
 * until the next calls_add. */
const struct call *calls_take(struct calls *calls, const struct event *event);

/*
 * Any event that stands before the part of the log that is read: where the log
 * was cut, the call of a message may stand on one side, the message on the
 * other. Only calls are noted, and which of them are taken already.
 */
void calls_before(struct calls *calls, const struct event *event);

/* In which it was called; a slice of it. */
static inline struct str
calls_folder(const struct call *call)
{
	return (struct str){call->folder, call->folder_n};
}

#endif
