/* SPDX-License-Identifier: ISC */
/*
 * What the configuration of a mail server says, as far as it matters for
 * abuse: who may relay, what listens, which recipients are accepted unseen.
 * A fact names its setting, file and line, so that a finding can.
 */
#ifndef MTA_FACTS_H
#define MTA_FACTS_H

#include "base/ip.h"
#include "setting/files.h"

enum fact_kind {
	FACT_RELAY_NETWORK, /* its clients relay without a password */
	FACT_RELAY_STYLE,   /* a word that stands for such networks */
	FACT_RELAY_NAME,    /* host names that may relay */
	FACT_RELAY_SENDER,  /* whoever writes this sender may relay */
	FACT_RELAY_ANYBODY, /* lets everybody relay */
	FACT_LISTENER,      /* a port or address that takes mail by SMTP */
	FACT_SUBMISSION,    /* one with logins; value: its restrictions */
	FACT_DESTINATION,   /* a domain whose mail stays here */
	FACT_RELAY_DOMAIN,  /* a domain whose mail is passed on */
	FACT_CATCH_ALL,     /* an address that takes a whole domain's */
	FACT_FORWARD,       /* an address here, or "@domain", whose mail goes
			       elsewhere; who sees the log sees this address
			       only */
	FACT_UNCHECKED,     /* recipients that are accepted unseen */
	FACT_SOFT_BOUNCE,   /* refusals become "try again" */
	FACT_FILTER,        /* milter, policy service, content filter */
	FACT_RELAYHOST,     /* another server that our mail leaves by */
	FACT_SOURCE,        /* address or name our mail leaves with */
	FACT_LOG,           /* what is logged (mta.details): name, and value as
			       it stands; file, and scope in it, where it is to
			       be changed */
};

struct fact {
	enum fact_kind kind;
	const char *mta;
	struct str name;    /* of the setting: "mynetworks" */
	struct str value;   /* the part that counts: "0.0.0.0/0" */
	struct str whole;   /* the setting as it stands; may be empty */
	struct str scope;   /* service or domains it is about; may be empty */
	struct str file;    /* as this machine calls it */
	uint32_t line;      /* 0: a default; then file is where it would be */
	struct str excerpt; /* of that line; empty: name = whole */
	bool loopback;      /* FACT_LISTENER: reached from here only */
	bool excluded;      /* FACT_RELAY_NETWORK: not these, of the others */
	bool has_prefix;    /* FACT_RELAY_NETWORK */
	struct ip_prefix prefix;
	/* A command that ends it; empty: an editor is needed. Holds nothing
	 * that a shell could take for something else. */
	struct str fix;
	struct str apply; /* and the one that makes it count; may be empty */
};

/* Something that the configuration says where we cannot look. */
struct fact_gap {
	struct str what, sentence;
};

/* One configuration that was read. */
struct fact_source {
	const char *mta;
	struct str file;
};

enum {
	/* A hoster's domains; more say nothing more. */
	FACTS_MAX = 20000,
	FACT_GAPS_MAX = 50,
	FACT_SOURCES_MAX = 64,
};

struct facts {
	struct arena *arena;
	struct fact *items;
	size_t n, cap;
	struct fact_gap gaps[FACT_GAPS_MAX];
	size_t gaps_n;
	struct fact_source sources[FACT_SOURCES_MAX];
	size_t sources_n;
	/* Domains that are ours, or are passed on, are also where we cannot
	 * look: one that no fact names may be ours. */
	bool more_domains;
	/* Of those, some may be passed on to servers elsewhere: that a mail
	 * leaves this host does not tell that it is for strangers. */
	bool more_relayed;
	struct str root; /* in front of each file when it is shown */
};

/* All that the modules of mta_list.h find below the files' place. */
void facts_read(struct facts *facts, struct arena *a, struct files *files);

/* Some more domains, of FACT_RELAY_DOMAIN perhaps, are where we cannot look. */
void facts_more_domains(struct facts *facts);

/* The words are kept as they are: they must live in the arena. A fact that
 * is there already is not added again. */
void facts_add(struct facts *facts, struct fact fact);
void facts_source(struct facts *facts, const char *mta, struct str file);
void facts_gap(struct facts *facts, struct str what, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Whether facts of this kind name domains whose mail is taken. */
bool fact_is_domain(enum fact_kind kind);
const char *fact_kind_name(enum fact_kind kind); /* "relay-network" */
/* "mynetworks = 0.0.0.0/0" */
struct str fact_text(struct arena *a, const struct fact *fact);
/* "/etc/postfix/main.cf line 23" */
struct str fact_place(
    struct arena *a, const struct facts *facts, const struct fact *fact);
/* The file with the root in front. */
struct str fact_file(
    struct arena *a, const struct facts *facts, const struct fact *fact);

/* The first of a kind; NULL: none. */
const struct fact *facts_find(const struct facts *facts, enum fact_kind kind);
/* The widest network that lets this client relay; NULL: none is named. */
const struct fact *facts_relay_of(
    const struct facts *facts, const struct ip *ip);

/* Whether text in single quotes is one word of a shell, as it looks. */
bool fact_is_shell_safe(struct str text);

#endif
