/* SPDX-License-Identifier: ISC */
/*
 * What a message that came in is: a bounce, a notice of delay, a complaint,
 * an answering machine, or ordinary mail; and what a notice says about which
 * recipients and which original.
 */
#ifndef MAIL_NOTICE_H
#define MAIL_NOTICE_H

#include "mail/arf.h"
#include "mail/mime.h"
#include "mail/reply.h"

enum {
	/* Recipients of one notice; the others are counted. */
	NOTICE_RECIPIENTS = 32,
	/* Bytes of one part that are looked at. */
	NOTICE_TEXT = 64 * 1024,
};

enum notice_kind {
	NOTICE_ORDINARY,
	NOTICE_BOUNCE,    /* a recipient did not get it, for good */
	NOTICE_DELAY,     /* not yet */
	NOTICE_DELIVERED, /* a success that was asked for, or a read receipt */
	NOTICE_COMPLAINT, /* RFC 5965 */
	NOTICE_FAILURE,   /* RFC 9991: authentication failed, a DMARC report */
	NOTICE_AUTOREPLY, /* out of office and its like */
	NOTICE_CHALLENGE, /* "confirm that you are a person" */
	NOTICE_KINDS,
};

/* Slices of the message or of the arena; "" where nothing is said. */
struct notice_recipient {
	struct str address;  /* as the reporter knows it */
	struct str original; /* as the sender wrote it; empty: the same */
	struct str action;   /* failed, delayed, delivered, relayed, expanded */
	struct str status;   /* "5.1.1" (RFC 3463) */
	struct str reply;    /* the answer, folded as it came */
	struct str remote;   /* the host that gave it */
	unsigned code;       /* 3 digits of SMTP; 0: not said */
	struct reply_reading reading;
};

/* How much of the original came back. */
enum notice_original {
	ORIGINAL_NONE,
	ORIGINAL_QUOTED,  /* as text behind a mark: it may be cut anywhere */
	ORIGINAL_HEADERS, /* text/rfc822-headers */
	ORIGINAL_WHOLE,   /* message/rfc822; the body may be cut all the same */
};

struct notice {
	enum notice_kind kind;
	const char *form;    /* who writes so: "RFC 3464", "qmail" */
	struct str header;   /* of the notice itself */
	struct str subject;  /* of the notice, folded */
	wall_us at;          /* its Date; WALL_NONE */
	struct str reporter; /* Reporting-MTA */
	struct str queue_id; /* X-Postfix-Queue-ID: of the original, there */
	struct str sender;   /* envelope sender of the original, if said */
	bool nested;         /* forwarded once, or wrapped by a list */
	bool cut;            /* the message ends before its last boundary */
	struct notice_recipient recipients[NOTICE_RECIPIENTS];
	size_t recipients_n, recipients_missed;
	struct arf arf; /* of complaints and failures */
	enum notice_original original;
	struct str original_header, original_body;
};

/*
 * Read one message. a is reset by the caller, once per message; what ret_notice
 * holds lives as long as both. cache: of this thread (mail/reply.h); NULL: no
 * reason classes.
 */
void notice_read(struct arena *a, struct reply_cache *cache, struct str message,
    struct notice *ret_notice);

const char *notice_kind_name(enum notice_kind kind);

/* "failed" and the like, by what a free-form notice or DSN said; false: the
 * limit is reached. For the readers of the forms. */
struct notice_recipient *notice_add(struct notice *notice, struct str address);

#endif
