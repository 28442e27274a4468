/* SPDX-License-Identifier: ISC */
/*
 *	mydestination = mx1.tienda.example, localhost
 *	virtual_mailbox_domains = proxy:mysql:/etc/postfix/domains.cf
 *	virtual_transport = lmtp:unix:private/dovecot-lmtp
 *
 * Whose mail this Postfix takes, and whether it keeps it: postconf(5).
 */
#include "mta/postfix_conf.h"

/* "/file/name", or a pattern of regexp_table(5), which stands for any number
 * of names. */
bool
domain_is_many(struct str word)
{
	return str_starts(word, S("/")) || str_starts(word, S("regexp:")) ||
	       str_starts(word, S("pcre:"));
}

/* Some of them are not in sight. Mail for a destination stays here, unless
 * add_transports finds that it does not. */
static void
more_domains(struct postfix_conf *conf, enum fact_kind kind)
{
	conf->facts->more_domains = true;
	conf->facts->more_relayed |= kind == FACT_RELAY_DOMAIN;
}

/* One fact for each word of a list; tables are read. */
static void
add_list(struct postfix_conf *conf, enum fact_kind kind, struct str name)
{
	struct conf_value value = conf_get(conf, NULL, name);
	struct str list = value.text, word, key, result;
	struct table table;
	uint32_t line;

	while ((word = main_cf_word(&list)).n > 0) {
		struct fact fact = conf_fact(&value, kind, word, NULL);

		if (domain_is_many(word))
			more_domains(conf, kind);
		if (!table_is_spec(word)) {
			facts_add(conf->facts, fact);
			continue;
		}
		if (!table_open(conf, word, name, &table)) {
			more_domains(conf, kind);
			continue;
		}
		while (table_next(&table, &key, &result, &line)) {
			/* A table of addresses stands for their domains. */
			if (str_has(key, S("@")))
				continue;
			fact.value = key;
			if (!table.inlined) {
				fact.file = table.file;
				fact.line = line;
			}
			facts_add(conf->facts, fact);
		}
	}
}

/* "smtp:[10.0.0.5]", "lmtp:inet:store.example:24": our domains' mail leaves
 * this host as that for strangers does. transport(5) tables can do the same to
 * any of them; they are not read for it. */
static void
add_transports(struct postfix_conf *conf)
{
	static const struct str settings[] = {S0("local_transport"),
	    S0("virtual_transport"), S0("mailbox_transport")};
	bool leave = conf_get(conf, NULL, S("transport_maps")).text.n > 0;

	for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
		struct str way = conf_get(conf, NULL, settings[i]).text;

		leave |= str_starts(way, S("smtp")) ||
			 str_starts(way, S("relay")) || str_has(way, S("["));
		leave |= str_starts(way, S("lmtp")) && !str_has(way, S("unix"));
	}
	conf->facts->more_relayed |= leave && conf->facts->more_domains;
}

void
domain_facts(struct postfix_conf *conf)
{
	add_list(conf, FACT_DESTINATION, S("mydestination"));
	add_list(conf, FACT_DESTINATION, S("virtual_mailbox_domains"));
	add_list(conf, FACT_DESTINATION, S("virtual_alias_domains"));
	add_list(conf, FACT_RELAY_DOMAIN, S("relay_domains"));
	add_transports(conf);
}
