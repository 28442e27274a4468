/* SPDX-License-Identifier: ISC */
/*
 * Everything that was counted over one reading: what findings are made from.
 * Each thread fills one of its own; tally_merge adds them up, in any order
 * with the same result.
 */
#ifndef TRAIL_TALLY_H
#define TRAIL_TALLY_H

#include "base/map.h"
#include "base/time.h"
#include "trail/origin.h"
#include "trail/recipients.h"

/* What password checks of one account or one address came to. */
struct auth {
	struct str name; /* account; empty when this is about ip */
	struct ip ip;
	uint32_t failures;
	uint32_t first, last; /* of failures */
	struct sketch others; /* addresses of an account, accounts of one */
	struct ref ref;       /* of a failure */
};

/* Answers of receivers that one rule of the catalogue explains. */
struct block {
	const struct reply_rule *rule;
	uint32_t n;
	uint32_t first, last;
	struct ref ref;
	char relay[64]; /* of the last one */
};

/* Mail whose (Message-ID, recipient) came by again and again. */
struct circle {
	uint64_t key; /* of both */
	uint32_t n;   /* times, each under a queue id of its own */
	uint32_t origin;
	uint32_t first, last;
	struct ref ref;
	char recipient[80];
};

/* Recipients, each time, of mail that public clients handed in without a login
 * and that went on to other servers. */
struct passed_on {
	uint32_t recipients;
	uint32_t free_mail; /* of them, where anybody has an address */
	struct origin_top domains;
	struct map servers; /* that it went to: ip_hash -> recipients */
	struct map homes;   /* str_hash_fold of a domain -> half of ip_hash of
			       the server that it went to last */
};

/* Bounces we made for mail of strangers: backscatter. */
struct backscatter {
	uint32_t made; /* notices for mail that came without login */
	uint32_t delivered, refused, waiting; /* of them */
	struct sketch targets; /* distinct receivers of notices */
	uint32_t first, last;
	struct ref ref;
	struct origin_top causes; /* recipients here that failed */
	struct ref cause_ref;
	struct origin_top replies; /* addresses here that answer by themselves:
				      those are no bounces */
	struct ref reply_ref;
};

/* A path that was POSTed in the seconds when the web server sent mail. */
struct post {
	struct str path;
	uint32_t hits; /* submissions of the web server it explains */
	uint32_t requests;
	struct sketch clients;
	struct ref ref;
};

enum {
	TALLY_NAME = 255,        /* bytes of the name of an origin */
	TALLY_AUTHS = 65536,     /* accounts or addresses with failures kept */
	TALLY_DOMAINS = 1 << 20, /* that mail stays here for */
	TALLY_BLOCKS = 64,
	TALLY_CIRCLES = 64,
	TALLY_HOMES = 1 << 16, /* domains that mail was passed on for */
	TALLY_SERVERS = 4096,  /* of mailboxes, or that mail was passed on to */
	TALLY_CLIENTS = 4000,  /* unauthenticated origins kept apart */
};

struct tally {
	struct arena arena; /* names */
	struct map by_name; /* hash of kind and name -> 1 + number */
	struct origin **origins;
	uint32_t origins_n, origins_cap;
	uint32_t clients_n;      /* of kind client, network and forward */
	uint64_t origins_missed; /* uses of origins beyond LIMIT_ORIGINS: those
				    are counted as unknown */

	struct recipients recipients;
	struct map our_domains; /* hash of domains delivered to here;
				   the values mean nothing */
	/* Public addresses that keep our mailboxes: mail is brought there by
	 * LMTP, or all strangers' mail is passed on to where other mail comes
	 * from. What comes from them without a login is our people's. */
	struct map mailboxes; /* ip_hash -> deliveries */
	struct map auth_by;   /* hash of account or address -> 1 + number */
	struct auth *auths;
	uint32_t auths_n, auths_cap, auths_missed;
	struct block blocks[TALLY_BLOCKS];
	uint32_t blocks_n;
	struct circle circles[TALLY_CIRCLES];
	uint32_t circles_n;
	struct backscatter backscatter;
	struct passed_on passed_on;
	struct post *posts;
	uint32_t posts_n;
	uint32_t web_submissions; /* pickups of web uids */

	struct counts inbound; /* mail for us, without login */
	uint32_t rejected;     /* refused at the door */
	uint32_t relay_denied; /* of them: strangers who tried to relay */
	uint32_t lost_trails;  /* id used again before it ended */
	uint32_t loops_said;   /* "too many hops", "forwarding loop" */
	struct ref loop_ref;
	uint32_t loops_here; /* of them, and of what was refused at the door:
				those that this server stopped itself */
	struct ref loop_here_ref;
	uint32_t vacations; /* "sent vacation response" */
	struct ref vacation_ref;
	struct origin_top hosts; /* that wrote the log */
	wall_us first, last;     /* of the first and last line; WALL_NONE */
};

void tally_init(struct tally *tally);
void tally_done(struct tally *tally);

/* The origin of this kind and name, made when it is new; beyond the limits one
 * that it shares with others. Never NULL. */
struct origin *tally_origin(
    struct tally *tally, enum origin_kind kind, struct str name, int64_t uid);
/* The same for an account; hash: str_hash_fold of its name. */
struct origin *tally_account(
    struct tally *tally, uint64_t hash, struct str name);
/* Bring what tally_account will look at into the cache. */
void tally_expect_account(const struct tally *tally, uint64_t hash);
/* The account of this hash; NULL when it is not there. */
struct origin *tally_find_account(const struct tally *tally, uint64_t hash);
/* NULL when it is not there. */
struct origin *tally_find(
    const struct tally *tally, enum origin_kind kind, struct str name);
/* Of the account, or, when that is empty, of the address; key: tally_auth_key
 * of them. NULL when there are too many. */
struct auth *tally_auth(
    struct tally *tally, uint64_t key, struct str account, const struct ip *ip);
static inline uint64_t
tally_auth_key(struct str account, const struct ip *ip)
{
	return account.n > 0 ? str_hash_fold(account) : ip_hash(ip);
}
/* Bring what tally_auth will look at into the cache: first its key, then, when
 * that is there, its sums. */
void tally_expect_auth_key(const struct tally *tally, uint64_t key);
void tally_expect_auth(const struct tally *tally, uint64_t key);
/* Of more than TALLY_SERVERS the first ones are kept. */
void tally_mailbox(struct tally *tally, const struct ip *ip);
/* Mail for this domain was passed on to this server. */
void tally_passed_to(
    struct tally *tally, struct str domain, const struct ip *ip);
void tally_block(struct tally *tally, const struct reply_rule *rule,
    uint32_t at, struct ref ref, struct str relay);
/* The circle of key, made when it is new; NULL when there are too many. */
struct circle *tally_circle(struct tally *tally, uint64_t key);
/*
 * Add from to to, and free what from held. ret_map: from's origin n is number
 * ret_map[n] in to; from->origins_n entries.
 */
void tally_merge(struct tally *to, struct tally *from, uint32_t *ret_map);
/* After the last merge: first-time recipients go to their hours. */
void tally_finish(struct tally *tally);
/* Is this domain one whose mail ends here? */
bool tally_is_ours(const struct tally *tally, struct str domain);
/* Are the notices to strangers automatic answers rather than bounces? */
static inline bool
tally_answers(const struct tally *tally)
{
	const struct backscatter *b = &tally->backscatter;

	return (uint64_t)b->replies.total * 2 > b->made &&
	       (uint64_t)b->causes.total * 2 < b->made;
}

#endif
