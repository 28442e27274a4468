/* SPDX-License-Identifier: ISC */
/*
 * The catalogue of lists on the DNS (data/dnsbl.tsv), what their answers mean,
 * and those that must not be asked (data/dead_lists.tsv).
 */
#ifndef CHECK_LIST_H
#define CHECK_LIST_H

#include "base/arena.h"
#include "base/ip.h"

enum list_kind {
	LIST_BLOCK, /* an entry is bad */
	LIST_ALLOW, /* an entry is good */
	LIST_SCORE, /* either */
	LIST_INFO,  /* neither */
};

enum {
	TARGET_IP4 = 1,
	TARGET_IP6 = 2,
	TARGET_DOMAIN = 4,
};

enum list_use {
	USE_ON,
	USE_KEY,      /* with a key only, or when it is asked for by name */
	USE_EXTENDED, /* with --extended, or by name */
};

enum list_decode {
	DECODE_EXACT,
	DECODE_BITS,  /* of the last octet */
	DECODE_SCORE, /* the last octet is 0-100, 100 the best */
	DECODE_DNSWL, /* 127.0.CATEGORY.TRUST */
	DECODE_HOURS, /* the last octet is an age in hours */
};

enum list_severity {
	LIST_SEVERITY_CRITICAL, /* most of the world refuses or junks */
	LIST_SEVERITY_HIGH,
	LIST_SEVERITY_MEDIUM,
	LIST_SEVERITY_LOW,
	LIST_SEVERITY_INFO,
	LIST_SEVERITIES,
};

enum list_removal {
	REMOVAL_AUTO,    /* by itself alone */
	REMOVAL_SELF,    /* at once, by whoever asks */
	REMOVAL_FORM,    /* a form that somebody reads */
	REMOVAL_MAIL,    /* a letter */
	REMOVAL_ACCOUNT, /* a form behind an account */
	REMOVAL_OWNER,   /* the owner of the network must ask */
	REMOVAL_NONE,
	REMOVALS,
};

/* Why something is on a list. */
enum list_cause {
	CAUSE_LISTED, /* the list does not say by its code */
	CAUSE_SPAM,
	CAUSE_TRAP,
	CAUSE_SNOWSHOE,
	CAUSE_REPUTATION,
	CAUSE_BOT,
	CAUSE_HIJACK,
	CAUSE_POLICY,
	CAUSE_NOREV,
	CAUSE_MISCONF,
	CAUSE_BACKSCATTER,
	CAUSE_PROXY,
	CAUSE_ATTACK,
	CAUSE_NEIGHBOURS,
	CAUSE_PROVIDER,
	CAUSE_DOMAIN,
	CAUSE_PHISH,
	CAUSE_MALWARE,
	CAUSE_HACKED,
	CAUSE_REDIRECT,
	CAUSE_BULK,
	CAUSE_YOUNG,
	CAUSE_GOOD,
	CAUSE_NEUTRAL,
	CAUSE_TEST,
	CAUSES,
};

/* Where the cause says to look; HINT_NONE: at the mail. */
enum cause_hint {
	HINT_NONE,
	HINT_NEIGHBOUR, /* another machine behind this address, or a range */
	HINT_NOT_MAIL,  /* HELO, a proxy, the web: not mail of this server */
	HINT_BACKSCATTER,
};

struct list_code {
	uint32_t first, last; /* 127.0.0.2 as 0x7f000002; or one bit */
	enum list_cause cause;
	const char *label; /* the operator's word for it: "SBL"; or "" */
};

struct list {
	const char *id, *zone, *operator, * part_of;
	const char *test, *clean; /* see dnsbl.tsv */
	const char *url, *note, *source, *date;
	enum list_kind kind;
	unsigned targets;
	enum list_use use;
	enum list_decode decode;
	enum list_severity severity;
	enum list_removal removal;
	bool paid; /* somebody takes money for it: never pay */
	unsigned rate, expiry_hours;
	const struct list_code *codes;
	size_t codes_n;
	const uint32_t *refusals;
	size_t refusals_n;
};

enum dead_why {
	DEAD_CLOSED,
	DEAD_WORLD,
	DEAD_PARKED,
	DEAD_SILENT,
	DEAD_REPLACED,
	DEAD_PRIVATE,
	DEAD_FRAUD,
	DEAD_WHYS,
};

struct dead_list {
	const char *zone, *operator, * since;
	enum dead_why why;
};

const struct list *list_all(size_t *ret_n);
/* By id or zone, letters folded; NULL: not in the catalogue. */
const struct list *list_find(struct str name);
/* The zone or one above it must not be asked; NULL: it may. */
const struct dead_list *list_dead(struct str zone);
const char *dead_sentence(enum dead_why why); /* N_() */

const char *list_kind_name(enum list_kind kind);
const char *list_severity_name(enum list_severity severity);
const char *list_severity_word(enum list_severity severity); /* N_() */
const char *list_removal_name(enum list_removal removal);
const char *list_removal_sentence(enum list_removal removal); /* N_() */
const char *cause_name(enum list_cause cause);
const char *cause_sentence(enum list_cause cause); /* N_() */
const char *cause_look(enum list_cause cause);     /* where: "neighbour" */
enum cause_hint cause_hint(enum list_cause cause);

/* What one answer means. */
enum reading_kind {
	READING_BAD,
	READING_GOOD,
	READING_NEUTRAL,
	READING_REFUSED,  /* the list does not answer us */
	READING_HIJACKED, /* no answer of any list: outside 127/8 */
};

struct list_reading {
	enum reading_kind kind;
	uint32_t code;
	enum list_cause cause;
	const char *label;
	int value;       /* score, trust, hours; -1: none */
	bool documented; /* the catalogue knows this code */
};

enum {
	LIST_READINGS = 8
};

/*
 * Read one A record of the list; up to LIST_READINGS, more than one when the
 * answer has several bits. Returns how many.
 */
size_t list_read(const struct list *list, const struct ip *answer,
    struct list_reading ret_readings[LIST_READINGS]);

/* Do the words of a TXT record say that the list refused to answer? */
bool list_text_refuses(struct str text);

#endif
