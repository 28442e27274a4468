/* SPDX-License-Identifier: ISC */
/*
 * What a receiver's answer to a delivery means, and what to do about it.
 *
 * The catalogue is data/rejections.tsv. What no rule there knows is read by
 * its enhanced status code (RFC 3463), then by its words.
 */
#ifndef MAIL_REPLY_H
#define MAIL_REPLY_H

#include "base/str.h"

enum reply_class {
	REPLY_OTHER, /* refused or put off, for a reason not known */
	REPLY_ACCEPTED,
	REPLY_UNKNOWN_USER,   /* no such mailbox, or a disabled one */
	REPLY_UNKNOWN_DOMAIN, /* no such domain, or it takes no mail there */
	REPLY_MAILBOX_FULL,
	REPLY_SPAM,           /* content or reputation judged as spam */
	REPLY_BLOCKLIST,      /* our address or domain is on a list */
	REPLY_POLICY,         /* a rule of the receiver, not said which */
	REPLY_RECIPIENT,      /* the recipient's own settings refuse us */
	REPLY_AUTH,           /* SPF, DKIM or DMARC failed */
	REPLY_IDENTITY,       /* our PTR, HELO, sender's DNS or TLS */
	REPLY_FORMAT,         /* headers or protocol broken */
	REPLY_RATE,           /* too much, too fast */
	REPLY_GREYLIST,       /* come back later, meant for everybody */
	REPLY_RECEIVER_ERROR, /* the receiver is misconfigured or broken */
	REPLY_TEMPORARY,      /* the receiver is busy or down, says itself */
	REPLY_NETWORK,        /* no answer: timeout, refused, DNS trouble */
	REPLY_LOCAL,          /* a fault of this server's configuration */
	REPLY_LOOP,           /* the mail circles, or would */
	REPLY_SIZE,
	REPLY_EXPIRED, /* given up after days of trying */
	REPLY_CLASSES,
};

enum reply_retry {
	RETRY_STOP,    /* stop, remove the cause, then ask for removal */
	RETRY_SLOW,    /* goes away with less and slower mail */
	RETRY_FIX,     /* correct DNS, authentication or the program */
	RETRY_RELAY,   /* send through another host */
	RETRY_CONTACT, /* only the recipient or his postmaster can help */
};

/* One row of the catalogue; lives as long as the program. */
struct reply_rule {
	const char *id;
	const char *provider; /* "Google"; "any (Postfix)" */
	const char *scope;    /* ip domain url content recipient receiver */
	const char *word;     /* the finer class: "reputation", "dmarc" ... */
	const char *meaning;  /* one English sentence */
	const char *action;   /* one English sentence */
	const char *url;      /* "" or with "{ip}" to be replaced */
	enum reply_class class;
	enum reply_retry retry;
	/* private: how it is found */
	const char *pattern;
	const char *needs; /* words of which one must be there, or "" */
	const char *hint;  /* ERE of the receiver's name, or "" */
	const char *example;
	unsigned hint_bit; /* 0: no hint, else bit number + 1 */
	unsigned digits;   /* bit 4: for 4xx, bit 5: for 5xx */
};

struct reply_reading {
	enum reply_class class;
	const struct reply_rule *rule; /* NULL: by code or words only */
};

/*
 * Remembers readings by the shape of the reply, and the compiled patterns.
 * One per thread, about 64 KiB. Free accepts NULL.
 */
struct reply_cache;
struct reply_cache *reply_cache_new(void);
void reply_cache_free(struct reply_cache *cache);

/*
 * Read one answer. code: 3 digits of SMTP, 0 when not known. dsn: "5.7.1" or
 * empty. relay: name of the receiving host, empty or "none" when not known.
 * text: as logged, with or without "host X[ip] said:", code and "(in reply to
 * ...)"; any bytes. Needs no regular expression when a reply of this shape
 * was read before.
 */
struct reply_reading reply_read(struct reply_cache *cache, unsigned code,
    struct str dsn, struct str relay, struct str text);

/* The code at the front of "550 ..." or "550-...", 200 to 599; 0: none. */
unsigned reply_code(struct str words);

/* "unknown-user", for --json and messages. */
const char *reply_class_name(enum reply_class class);
/* Refused because the receiver thinks that we send spam? */
bool reply_blames_spam(enum reply_class class);
/* And this server as a whole, whoever's mail it was? rule: NULL is none. */
bool reply_blames_server(enum reply_class class, const struct reply_rule *rule);

/* The whole catalogue, in the order of matching. */
const struct reply_rule *reply_rules(size_t *ret_n);

#endif
