/* SPDX-License-Identifier: ISC */
/*
 * Who put mail in, and what became of it. An origin holds sums, never single
 * messages: memory follows the number of origins, not the length of the log.
 *
 * Times are whole seconds since 1970 in 32 bits (until 2106); 0: never.
 */
#ifndef TRAIL_ORIGIN_H
#define TRAIL_ORIGIN_H

#include "base/arena.h"
#include "base/ip.h"
#include "base/sketch.h"
#include "mail/reply.h"
#include "trail/ref.h"

enum origin_kind {
	ORIGIN_UNKNOWN,    /* its beginning is not in the log */
	ORIGIN_ACCOUNT,    /* SASL user */
	ORIGIN_LOCAL_USER, /* uid that called sendmail */
	ORIGIN_SCRIPT,     /* web script, or the web server's uid */
	ORIGIN_CLIENT,     /* public address that relays without a password */
	ORIGIN_NETWORK,    /* the same from a private address, or from where
			    * mailboxes of ours are kept */
	ORIGIN_FORWARD,    /* address here whose mail goes on elsewhere */
	ORIGIN_LIST,       /* list manager here */
	ORIGIN_SYSTEM,     /* bounces and notices of the server itself */
	ORIGIN_KINDS,
};

/* As in reports: "account", "local-user", ... */
const char *origin_kind_name(enum origin_kind kind);
/* A uid that web servers run under? */
bool origin_is_web_uid(int64_t uid);

/* What every sum is made of. */
struct counts {
	uint32_t messages;   /* entered */
	uint32_t recipients; /* of them, envelope */
	uint32_t accepted;   /* recipients delivered */
	uint32_t bounced;    /* recipients refused for good, or given up */
	uint32_t deferred;   /* recipients waiting at the end of the log */
	uint32_t queued;     /* messages in the queue at the end of the log */
	uint32_t unknown;    /* recipients refused as not existing */
	uint32_t spam;       /* answers that call it spam, or the sender
				listed, 4xx included */
};
void counts_add(struct counts *to, const struct counts *from);

struct origin_hour {
	uint32_t hour;    /* since 1970 */
	uint32_t fresh;   /* recipients nobody here had written to before */
	uint32_t strange; /* messages whose sender is not the account's */
	struct counts counts;
};

/* A client address of the origin. */
struct origin_ip {
	struct ip ip;
	struct counts counts;
	uint32_t logins;      /* IMAP, POP: without a message */
	uint32_t strange;     /* as above */
	uint32_t foreign_ids; /* as below */
	uint32_t first, last; /* any use */
	/* Hash of the first name without a dot that it called itself by
	 * (HELO), 0: none; HELO_FRESH set or not. */
	uint32_t helo;
	struct ref ref; /* of the first use */
};
enum {
	HELO_FRESH = 1 /* as Windows calls a server by itself: "WIN-..." */
};
/* As origin_ip.helo has it. */
uint32_t origin_helo(struct str name);

/* The most frequent texts of some field: exact for up to ORIGIN_TOP of them,
 * beyond that the Space-Saving estimate (Metwally et al. 2005). */
enum {
	ORIGIN_TOP = 6,
	ORIGIN_TEXT = 63
};
struct origin_top {
	uint32_t n; /* entries used */
	uint32_t total;
	uint32_t marks[ORIGIN_TOP]; /* of their texts, to be looked at first */
	struct {
		uint32_t count;
		uint32_t blamed; /* refusals of them; senders of
				    ORIGIN_NETWORK only */
		uint8_t length;
		char text[ORIGIN_TEXT];
	} items[ORIGIN_TOP];
};
void origin_top_add(struct origin_top *top, struct str text, uint32_t count);
/* The most frequent; empty: none. */
struct str origin_top_most(const struct origin_top *top);
/* The one that at least 7 of 10 refusals are about, of those that are counted;
 * empty: there is none. */
struct str origin_top_blamed(const struct origin_top *top, uint32_t refusals);
void origin_top_merge(struct origin_top *to, const struct origin_top *from);

enum origin_field {
	TOP_SENDER,  /* envelope senders */
	TOP_ID_HOST, /* right sides of Message-IDs */
	TOP_USER,    /* local users who called a script's sendmail */
	ORIGIN_TOPS,
};

/* One line worth citing for each of these. */
enum origin_mark {
	MARK_FIRST,   /* first message */
	MARK_UNKNOWN, /* a recipient that does not exist */
	MARK_SPAM,    /* a receiver calls it spam */
	MARK_LISTED,  /* a receiver does not like this server */
	MARK_STRANGE, /* a sender that is not the account's */
	MARK_PROGRAM, /* a Message-ID of a foreign machine */
	MARK_MANY,    /* the message with most recipients */
	MARK_BOUNCE,  /* any refusal */
	ORIGIN_MARKS,
};

/* What each message touches comes first, in two lines of the cache. */
struct origin {
	enum origin_kind kind;
	uint32_t number; /* in its tally */
	struct counts counts;
	struct origin_hour *hours; /* ascending */
	struct origin_ip *ips;     /* in order of first use */
	uint32_t hours_n, ips_n;

	struct sketch recipients;             /* distinct */
	struct origin_top *tops[ORIGIN_TOPS]; /* NULL: nothing seen */
	uint64_t size;                        /* bytes of all messages */
	uint32_t first, last;                 /* of messages */
	uint32_t many_rcpts;                  /* most of one message */
	uint32_t strange; /* messages with a sender not the account's */

	struct sketch senders; /* distinct */
	uint32_t *ip_index;    /* hash -> 1 + number; size power of two */
	uint32_t ip_index_size;
	uint32_t hours_cap, ips_cap;
	uint32_t ip_last;     /* number of the address asked for last */
	uint32_t ips_missed;  /* uses from addresses beyond the cap */
	uint32_t null_sender; /* messages from <> */
	uint32_t list_sender; /* messages from a list's bounce address */
	uint32_t answers;     /* to somebody who had just written to us */
	uint32_t confirms;    /* whose sender asks for a confirmation */
	uint32_t foreign_ids; /* Message-IDs of a host name without a dot */
	uint32_t listed;      /* of counts.spam: those that blame this server,
				 as they would with anybody's mail */
	uint32_t fresh;       /* recipients; filled by tally_finish */
	uint32_t passed;      /* its part of tally.passed_on: recipients */
	uint32_t passed_free; /* and those of free_mail */
	uint32_t deferrals;   /* 4xx answers */
	uint32_t refused[REPLY_CLASSES]; /* answers by class, 4xx and 5xx */
	struct ref marks[ORIGIN_MARKS];

	struct str name; /* "ana@example.org", "uid=1004", path of a script */
	int64_t uid;     /* -1: none */
	bool is_sum;     /* made of others for a report: not to be counted */
	bool hours_cut;  /* the oldest beyond LIMIT_HOURS are not in hours */
};

enum {
	/* Addresses kept for one origin: a botnet on one account was seen
	 * with 400; a relay for the world may have any number. */
	ORIGIN_IPS = 4096,
};

/* Ask for what the sums of a message are added to. */
static inline void
origin_expect(const struct origin *origin)
{
	__builtin_prefetch(origin, 1);
	__builtin_prefetch((const char *)origin + 64, 1);
	__builtin_prefetch((const char *)origin + 128, 1);
}

/* The hour bucket, made when it is new. Of more than LIMIT_HOURS the oldest go;
 * what is older than all that are kept goes to one that nobody looks at. */
struct origin_hour *origin_hour_find(struct origin *origin, uint32_t hour);

static inline struct origin_hour *
origin_hour(struct origin *origin, uint32_t hour)
{
	/* Nearly always the last one. */
	if (origin->hours_n > 0 &&
	    origin->hours[origin->hours_n - 1].hour == hour)
		return &origin->hours[origin->hours_n - 1];
	return origin_hour_find(origin, hour);
}

/* Messages of the busiest hour. */
uint32_t origin_busiest_hour(const struct origin *origin);

/* Number of the address among ips, made when it is new; UINT32_MAX when
 * there are ORIGIN_IPS already. */
uint32_t origin_ip_find(struct origin *origin, const struct ip *ip);

static inline uint32_t
origin_ip(struct origin *origin, const struct ip *ip)
{
	/* Mostly the one before. */
	if (origin->ip_last < origin->ips_n &&
	    ip_eq(&origin->ips[origin->ip_last].ip, ip))
		return origin->ip_last;
	return origin_ip_find(origin, ip);
}
/* How many senders it used: an estimate, which tells no more than there can
 * be. */
static inline uint64_t
origin_senders(const struct origin *origin)
{
	uint64_t n = sketch_count(&origin->senders);

	return n < origin->counts.messages ? n : origin->counts.messages;
}

/* Count text among the most frequent of field. */
void origin_see(
    struct origin *origin, enum origin_field field, struct str text);
/* Add all of from to to: other part of the log, or other name for it. */
void origin_merge(struct origin *to, const struct origin *from);
void origin_done(struct origin *origin);

#endif
