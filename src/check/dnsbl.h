/* SPDX-License-Identifier: ISC */
/*
 * Who is on which list. Each list is tested through the same resolver before
 * it is believed: its test entry must be there, its clean entry must not (RFC
 * 5782 5). What a list does not answer is unknown, never clean.
 */
#ifndef CHECK_DNSBL_H
#define CHECK_DNSBL_H

#include "check/list.h"
#include "check/list_conf.h"
#include "net/resolver.h"

struct dnsbl_target {
	unsigned kind;   /* one of TARGET_ */
	struct str name; /* as shown: "192.0.2.1", "example.org" */
	struct ip ip;
	struct str why; /* where it was found; empty: it was named */
};

enum dnsbl_health {
	HEALTH_NEW,
	HEALTH_GOOD,     /* its test entries are as they must be */
	HEALTH_UNTESTED, /* it has none; its answers are taken as they are */
	HEALTH_REFUSED,  /* it does not answer this resolver */
	HEALTH_EMPTY,    /* the test entry is missing: closed, most likely */
	HEALTH_WORLD,    /* the clean entry is listed */
	HEALTH_WILDCARD, /* so is any name below the zone */
	HEALTH_HIJACKED, /* answers outside 127/8 */
	HEALTH_SILENT,   /* no answer in time */
	HEALTH_FAILED,   /* no usable answer */
	HEALTH_BOGUS,    /* DNSSEC does not fit */
	HEALTH_NO_KEY,   /* the key is not there */
	HEALTH_DEAD,     /* it is on the list of dead lists: not asked */
	HEALTH_OFFLINE,
	HEALTH_HELD_UP, /* somebody else answers for the root servers */
	HEALTH_GONE,    /* the process that asks has ended */
	HEALTHS,
};

enum dnsbl_cell {
	CELL_NOT_ASKED, /* another kind of target, or the list is not usable */
	CELL_WAITING,
	CELL_CLEAN,
	CELL_LISTED,
	CELL_GOOD,
	CELL_NEUTRAL,
	CELL_UNKNOWN, /* no answer */
};

/* One list for one kind of target. */
struct dnsbl_probe {
	const struct list *list;
	struct str zone;  /* what is asked, with the key */
	struct str shown; /* without it */
	unsigned kind;
	bool own; /* of lists.conf or --list, not of the catalogue */
	enum dnsbl_health health;
	enum dns_security security;
	const struct dead_list *dead; /* HEALTH_DEAD */
	struct str said; /* REFUSED: its words; BOGUS: why; without the key */
	size_t asked, clean, unknown; /* targets */
	/* private */
	uint16_t lane;
	unsigned tests; /* that are on their way */
	bool test_seen, clean_seen;
	enum dnsbl_health fault; /* of the last target without an answer */
	size_t next, running, window, silent;
};

/* Something that a list said about a target. */
struct dnsbl_entry {
	size_t probe, target;
	enum dnsbl_cell cell; /* LISTED, GOOD or NEUTRAL */
	struct list_reading readings[LIST_READINGS];
	size_t n;
	uint32_t ttl;
	struct str text; /* its TXT record, without the key; hostile */
};

struct dnsbl {
	struct arena arena;
	struct resolver *resolver;
	struct dnsbl_target *targets;
	size_t targets_n, targets_cap;
	struct dnsbl_probe *probes;
	size_t probes_n, probes_cap;
	struct dnsbl_entry **entries;
	size_t entries_n, entries_cap;
	uint8_t *cells; /* probes_n x targets_n, enum dnsbl_cell */
	uint32_t rate;  /* questions a second and list; 0: no limit */
	bool fresh;     /* not from the cache */
};

/* Everything is kept in the arena of d. The zeroed struct is empty. */
void dnsbl_done(struct dnsbl *d);

void dnsbl_add_ip(struct dnsbl *d, const struct ip *ip, struct str why);
/* The name and, for lists that know only the owner's domain, the names above
 * it that still have two labels. */
void dnsbl_add_domain(struct dnsbl *d, struct str name, struct str why);

/*
 * Which lists to ask: those of the catalogue that are on, what conf says, with
 * extended all of them. Dead ones that conf names become HEALTH_DEAD.
 */
void dnsbl_choose(struct dnsbl *d, const struct list_conf *conf, bool extended);
/* These only: ids or zones, also of one's own. */
void dnsbl_choose_named(struct dnsbl *d, const struct list_conf *conf,
    const struct str *names, size_t n);

/* A copy of what was said of the list's names, with {NAME} in place of the
 * key, which stands in each of them. */
struct str dnsbl_hide_key(
    struct dnsbl *d, const struct dnsbl_probe *probe, struct str text);

/* Ask them all. */
void dnsbl_run(struct dnsbl *d, void (*tick)(void *arg), void *arg);

enum dnsbl_cell dnsbl_cell_of(
    const struct dnsbl *d, size_t probe, size_t target);
/* Its answers can be used. */
bool dnsbl_usable(const struct dnsbl_probe *probe);
const char *dnsbl_health_name(enum dnsbl_health health);
/* One sentence on why it cannot be used; N_(). */
const char *dnsbl_health_sentence(enum dnsbl_health health);

/* The worst severity that an entry has; codes that only inform are INFO. */
enum list_severity dnsbl_entry_severity(
    const struct dnsbl *d, const struct dnsbl_entry *entry);
/* The entry blocks, and is not one of a list that another one holds. */
bool dnsbl_counts(const struct dnsbl *d, const struct dnsbl_entry *entry);

#endif
