/* SPDX-License-Identifier: ISC */
/* Exim's configuration, shared by the files that read it. */
#ifndef MTA_EXIM_CONF_H
#define MTA_EXIM_CONF_H

#include "mta/facts.h"

enum exim_setting_kind {
	EXIM_OPTION,
	EXIM_MACRO,
	EXIM_HOSTS,
	EXIM_DOMAINS,
};

struct exim_setting {
	enum exim_setting_kind kind;
	struct str name, value;
	struct str file;
	uint32_t line;
};

struct exim_conf {
	struct facts *facts;
	struct files *files;
	struct arena *a;
	struct exim_setting *settings;
	size_t settings_n;
	/* Debian's answers of debconf, which the configuration was made of. */
	struct exim_setting relay_nets;
	bool is_split;    /* made of many small files */
	uint32_t hosts;   /* items of host lists looked at so far */
	uint32_t domains; /* and of domain lists */
	int depth;        /* of domain lists in others */
};

/* The last of that name; NULL: none. */
const struct exim_setting *exim_find(
    const struct exim_conf *conf, enum exim_setting_kind kind, struct str name);
/* Macros replaced by what they stand for. */
struct str exim_expand(const struct exim_conf *conf, struct str value);

/* A list as Exim splits it: by ':' where "::" is a colon, or "<;" in front. */
struct exim_list {
	struct arena *a;
	struct str rest;
	char separator;
};
struct exim_list exim_list_of(struct arena *a, struct str value);
/* Empty items are left out. */
bool exim_list_next(struct exim_list *list, struct str *ret_item);

/* Facts of kind FACT_RELAY_NETWORK for the items of a host list, with named
 * lists and files followed. */
void exim_relay_hosts(struct exim_conf *conf, const struct exim_setting *list);
/* One fact for each domain of a list that is written out. */
void exim_domains(struct exim_conf *conf, enum fact_kind kind, struct str name);
/* For each that this item of a list stands for; fact: all but its value. */
void exim_domain(struct exim_conf *conf, struct fact fact, struct str item);

/* exim_selector.c: what the log is told; path: of the configuration. */
void exim_selector(struct exim_conf *conf, struct str path);

/* exim_acl.c: the ACL section, one logical line after the other. */
struct exim_acl {
	struct str name; /* the ACL of RCPT */
	bool inside;     /* it is being read */
	bool seen;
	bool closed;   /* strangers' mail to strangers ends before this place */
	bool verifies; /* recipients are looked up */
	struct str file;
	uint32_t line; /* where it begins */
	/* the statement */
	struct str verb;
	bool domains, senders, others, any, logged_in, not_domain;
	struct exim_setting hosts, sender, domain, first;
};
void exim_acl_line(struct exim_conf *conf, struct exim_acl *acl,
    struct str text, struct str file, uint32_t line);
void exim_acl_end(struct exim_conf *conf, struct exim_acl *acl);

#endif
