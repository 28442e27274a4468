/* SPDX-License-Identifier: ISC */
/*
 * The recording as stories: one client session with every message that came
 * out of it (re-injected, forwarded, bounced), its lines cut into literal
 * text and slots for what changes from one telling to the next.
 */
#ifndef BENCH_STORY_H
#define BENCH_STORY_H

#include "base/str.h"

#include <stdint.h>

#define STOLEN "alex.taylor@kunde-0666.example"
#define LETTER "anna.rossi@kunde-0000.example"

enum story_class {
	CLASS_STOLEN, /* the stolen account in strangers' hands */
	CLASS_EARLY,  /* the same account in its owner's */
	CLASS_LETTER, /* the honest newsletter */
	CLASS_SHOP,   /* uid=33, the honest web shop */
	CLASS_HONEST, /* every other account */
	CLASS_LOCAL,  /* cron and shell users */
	CLASS_INBOUND,
	CLASS_NOISE, /* refused strangers, password guessers, statistics */
	CLASSES,
};

enum slot_kind {
	SLOT_PID,
	SLOT_QID,
	SLOT_ADDR,    /* local part of a correspondent's address */
	SLOT_NUMBER,  /* NNNN of firma-NNNN.example, opfer-NNNN.example */
	SLOT_IP,      /* address of a client */
	SLOT_ACCOUNT, /* local@kunde-NNNN.example */
	SLOT_MSGID,
};

struct slot {
	enum slot_kind kind;
	struct str text;  /* as recorded; the key within the story */
	uint32_t last;    /* line of the story that uses it last */
	uint32_t owner;   /* number: the address slot it follows */
	uint32_t era;     /* pid: a process does not wait for a retry */
	uint32_t prog;    /* pid: whose pool it is taken from */
	uint8_t provider; /* address: index of its provider, or FIRMS */
	bool dead;        /* address: its mail bounced in the end */
	bool victim;      /* address: of an opfer- domain */
	bool removed;     /* qid: else its mail stays in the queue */
};
#define FIRMS   6 /* providers below, firms' own domains from here on */
#define NO_SLOT ~0u

enum seg_kind {
	SEG_TEXT,
	SEG_SLOT,
	SEG_HOST,
	SEG_DOMAIN_NUMBER
};

struct seg {
	enum seg_kind kind;
	uint32_t slot;
	struct str text;
};

/* What a line means for the truth file. */
enum act {
	ACT_NONE,
	ACT_CLIENT,  /* a message that came in from elsewhere */
	ACT_MESSAGE, /* arg: index of the message within the story */
	ACT_SENT,    /* arg: index of the delivery within the story */
	ACT_DEFERRED,
	ACT_BOUNCED,
	ACT_EXPIRED, /* arg: message; what was deferred is given up */
};

struct line {
	uint64_t dt; /* us after the story's first line, waits stretched */
	uint32_t seg, segs;
	enum act act;
	uint32_t arg;
	uint32_t client; /* message: slot of the client's address, NO_SLOT */
	bool forged;     /* message: the envelope sender is not the account */
};

struct delivery {
	uint32_t message;
	uint32_t slot; /* of the recipient; NO_SLOT: a fixed address */
	struct str rcpt;
};

struct story {
	enum story_class class;
	struct line *lines;
	struct seg *segs;
	struct slot *slots;
	struct delivery *deliveries;
	uint32_t n_lines, n_segs, n_slots, n_deliveries, n_messages;
	uint32_t account; /* slot of the SASL user, NO_SLOT without */
};

/* All stories, and program names by slot.prog, as in "postfix/smtpd". */
#define PROGS_MAX 64
struct repertoire {
	struct story *stories;
	uint32_t n, n_progs;
	struct str progs[PROGS_MAX];
};

/* Reads the recording at path (plain text); exits with a sentence if it
 * cannot. Everything lives until the end of the program. */
void story_load(const char *path, struct repertoire *ret_all);

void *grow(void *array, size_t n, size_t size);
_Noreturn void die(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
