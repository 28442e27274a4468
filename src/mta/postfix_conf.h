/* SPDX-License-Identifier: ISC */
/* Postfix's configuration, shared by the files that read it. */
#ifndef MTA_POSTFIX_CONF_H
#define MTA_POSTFIX_CONF_H

#include "mta/facts.h"
#include "setting/main_cf.h"

enum {
	SERVICES_MAX = 128 /* real ones have 60 */
};

/* A line of master.cf. */
struct service {
	struct str name, type, command;
	uint32_t line;
	struct main_cf over; /* its -o options, above main.cf */
};

struct postfix_conf {
	struct facts *facts;
	struct files *files;
	struct arena *a;
	struct str dir;
	struct str main_file, master_file;
	struct main_cf defaults, main;
	struct service *services;
	size_t services_n;
};

/* A setting as one service sees it. */
struct conf_value {
	struct str name;
	struct str text; /* expanded */
	struct str raw;  /* to find the line of a word; see logical.h */
	struct str file;
	uint32_t line; /* 0: a default */
	bool over;     /* of master.cf */
};

/* service NULL: main.cf alone. */
struct conf_value conf_get(const struct postfix_conf *conf,
    const struct service *service, struct str name);
bool conf_yes(const struct postfix_conf *conf, const struct service *service,
    struct str name);
/* Where the word stands in it. */
uint32_t conf_line(const struct conf_value *value, struct str word);
/* A fact with its name, whole, file and line from the setting. */
struct fact conf_fact(const struct conf_value *value, enum fact_kind kind,
    struct str word, const struct service *service);
/* "postconf -e 'name = text'", for a setting of master.cf "postconf -P";
 * empty when it cannot be typed safely. */
struct str conf_fix(const struct postfix_conf *conf,
    const struct conf_value *value, const struct service *service,
    struct str text);
/* "postfix reload" of this instance. */
struct str conf_apply(const struct postfix_conf *conf);
/* The value without that word. */
struct str conf_without(
    struct arena *a, const struct conf_value *value, struct str word);

/* postfix_master.c */
void master_parse(struct postfix_conf *conf, struct str text);
/* Whether strangers cannot reach it: bound to this host, or no TCP at all. */
bool service_is_local(
    const struct postfix_conf *conf, const struct service *service);
/* It speaks SMTP with clients. */
bool service_is_smtpd(const struct service *service);

/* postfix_table.c: the entries of "hash:/etc/postfix/virtual", from its source
 * text. False: there is none that we can read; a gap says so. */
struct table {
	struct arena *a;
	struct str rest; /* of the text */
	uint32_t line;
	bool inlined;
	struct str file;
};
bool table_open(struct postfix_conf *conf, struct str spec, struct str setting,
    struct table *ret_table);
bool table_next(struct table *table, struct str *ret_key, struct str *ret_value,
    uint32_t *ret_line);
/* "type:name" and not an address or a word. */
bool table_is_spec(struct str word);

/* "/file/name", or a pattern: stands for any number of domains. */
bool domain_is_many(struct str word);

/* postfix_domains.c: destinations, and domains that are passed on. */
void domain_facts(struct postfix_conf *conf);

/* postfix_restrict.c: what lets clients relay through this service. */
void restrict_facts(struct postfix_conf *conf, const struct service *service);
/* Does one of its restrictions look whether recipients exist? */
bool restrict_verifies(
    const struct postfix_conf *conf, const struct service *service);

#endif
