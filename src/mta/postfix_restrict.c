/* SPDX-License-Identifier: ISC */
/*
 * Who may relay: smtpd_relay_restrictions and smtpd_recipient_restrictions are
 * walked as smtpd(8) does it for a stranger who writes to a stranger.
 *
 *	permit_mynetworks, permit_sasl_authenticated,
 *	check_sender_access hash:/etc/postfix/friends, reject_unauth_destination
 *
 * Relaying is possible when neither list refuses. What stands behind the first
 * refusal counts for nothing. SMTPD_ACCESS_README, access(5) of Postfix 3.7.
 * Not followed: what a policy service or a database answers.
 */
#include "mta/postfix_conf.h"

#include "setting/logical.h"

enum {
	CLASS_DEPTH = 4,
	FIX_MAX = 2000, /* a longer command nobody types */
};

enum outcome {
	OUTCOME_OPEN,    /* came to its end */
	OUTCOME_REFUSED, /* strangers' mail to strangers stops here */
	OUTCOME_PERMIT,  /* everybody is let through here */
};

struct walk {
	struct postfix_conf *conf;
	const struct service *service;
	const struct conf_value *list;
	bool networks;   /* permit_mynetworks came in front of a refusal */
	bool collect;    /* add facts of tables on the way */
	struct str word; /* the "permit" that was met */
};

static bool
has_word(const struct str *words, size_t n, struct str word)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq_fold(word, words[i]))
			return true;
	return false;
}

/* Refuses every stranger, or every recipient that is not ours. */
static bool
refuses(struct str word)
{
	static const struct str words[] = {S0("reject"), S0("defer"),
	    S0("defer_if_permit"), S0("reject_unauth_destination"),
	    S0("defer_unauth_destination"), S0("check_relay_domains")};

	return has_word(words, ARRAY_LEN(words), word);
}

/* Takes a word of its own behind it. */
static bool
has_argument(struct str word)
{
	return str_starts(word, S("check_")) ||
	       str_starts(word, S("reject_rbl_client")) ||
	       str_starts(word, S("reject_rhsbl_")) ||
	       str_starts(word, S("permit_dnswl_client")) ||
	       str_starts(word, S("permit_rhswl_client")) ||
	       str_eq(word, S("sleep"));
}

/* "OK", "permit", "12345": access(5) lets through. */
static bool
is_ok(struct str result)
{
	struct str word = word_take(&result, ",");
	struct str digits = word;
	uint64_t number;

	if (str_eq_fold(word, S("OK")) || str_eq_fold(word, S("RELAY")) ||
	    str_eq_fold(word, S("permit")))
		return true;
	return str_u64(&digits, 18, &number) && digits.n == 0;
}

static enum fact_kind
kind_of_check(struct str check)
{
	if (str_eq(check, S("check_client_access")))
		return FACT_RELAY_NETWORK;
	if (str_eq(check, S("check_recipient_access")))
		return FACT_RELAY_DOMAIN;
	return FACT_RELAY_SENDER;
}

/* "192.168.1", the old way to write a network in access(5). */
static bool
octets_parse(struct arena *a, struct str key, struct ip_prefix *ret)
{
	size_t dots = 0;

	for (size_t i = 0; i < key.n; i++) {
		if (key.p[i] != '.' && (key.p[i] < '0' || key.p[i] > '9'))
			return false;
		dots += key.p[i] == '.';
	}
	return dots < 3 &&
	       ip_prefix_parse(arena_printf(a, "%.*s%s/%zu", STR_ARG(key),
				   &".0.0.0"[dots * 2], (dots + 1) * 8),
		   ret);
}

/* An entry that lets through what would be refused behind it. */
static void
add_entry(struct walk *w, struct str check, const struct table *table,
    struct str key, struct str value, uint32_t line)
{
	struct fact fact =
	    conf_fact(w->list, kind_of_check(check), key, w->service);

	fact.whole =
	    arena_printf(w->conf->a, "%.*s %.*s", STR_ARG(key), STR_ARG(value));
	if (!table->inlined) {
		fact.file = table->file;
		fact.line = line;
	}
	fact.name = check;
	if (fact.kind == FACT_RELAY_NETWORK) {
		fact.has_prefix = ip_prefix_parse(key, &fact.prefix) ||
				  octets_parse(w->conf->a, key, &fact.prefix);
		if (!fact.has_prefix)
			fact.kind = FACT_RELAY_NAME;
	}
	facts_add(w->conf->facts, fact);
}

static void
walk_table(struct walk *w, struct str check, struct str spec)
{
	struct str key, value;
	struct table table;
	uint32_t line;

	if (!w->collect || !table_is_spec(spec) ||
	    !str_ends(check, S("_access")))
		return;
	if (!table_open(w->conf, spec, check, &table)) {
		if (kind_of_check(check) == FACT_RELAY_DOMAIN)
			facts_more_domains(w->conf->facts);
		return;
	}
	while (table_next(&table, &key, &value, &line))
		if (is_ok(value))
			add_entry(w, check, &table, key, value, line);
}

static enum outcome walk_list(struct walk *w, struct str list, int depth);

/* A name that smtpd_restriction_classes gives to a list of others. */
static enum outcome
walk_class(struct walk *w, struct str word, int depth)
{
	const struct main_cf *cf =
	    w->service != NULL ? &w->service->over : &w->conf->main;
	const struct main_cf_entry *entry = main_cf_find(cf, word);

	if (entry == NULL || depth >= CLASS_DEPTH)
		return OUTCOME_OPEN;
	return walk_list(
	    w, main_cf_expand(w->conf->a, cf, entry->raw), depth + 1);
}

static enum outcome
walk_list(struct walk *w, struct str list, int depth)
{
	struct str word;
	enum outcome outcome;

	while ((word = main_cf_word(&list)).n > 0) {
		if (str_eq(word, S("warn_if_reject"))) {
			/* The next one refuses nobody. */
			word = main_cf_word(&list);
			if (has_argument(word))
				(void)main_cf_word(&list);
			continue;
		}
		if (str_eq(word, S("permit"))) {
			w->word = word;
			return OUTCOME_PERMIT;
		}
		if (refuses(word))
			return OUTCOME_REFUSED;
		if (str_eq(word, S("permit_mynetworks")))
			w->networks = true;
		/* for whatever names this host in its MX */
		if (str_eq(word, S("permit_mx_backup")))
			facts_more_domains(w->conf->facts);
		if (has_argument(word)) {
			walk_table(w, word, main_cf_word(&list));
			continue;
		}
		outcome = walk_class(w, word, depth);
		if (outcome != OUTCOME_OPEN)
			return outcome;
	}
	return OUTCOME_OPEN;
}

/* ---- mynetworks ---- */

struct networks {
	struct postfix_conf *conf;
	const struct service *service;
	const struct conf_value *value;
};

static void
add_network(
    const struct networks *n, struct str word, struct str file, uint32_t line)
{
	struct postfix_conf *conf = n->conf;
	struct fact fact =
	    conf_fact(n->value, FACT_RELAY_NETWORK, word, n->service);
	struct str rest;

	fact.excluded = str_eat(&word, S("!"));
	fact.has_prefix = ip_prefix_parse(word, &fact.prefix);
	if (!fact.has_prefix)
		fact.kind = FACT_RELAY_NAME;
	if (file.n > 0) {
		fact.file = file;
		fact.line = line;
		fact.whole = word;
	} else if (!fact.excluded && n->value->text.n <= FIX_MAX) {
		rest = conf_without(conf->a, n->value, word);
		fact.fix = conf_fix(conf, n->value, n->service,
		    rest.n > 0 ? rest : S("127.0.0.0/8 [::1]/128"));
		fact.apply = conf_apply(conf);
	}
	facts_add(conf->facts, fact);
}

/* Comments to the end of the line, as many words as wanted on each. */
static void
add_network_file(const struct networks *n, struct str path)
{
	struct str text, word;
	uint32_t line = 0;

	if (!files_text(n->conf->files, path, &text))
		return;
	while (text.n > 0) {
		struct str words = str_take(&text, '\n');

		line++;
		words = str_head(words, str_chr(words, '#'));
		while ((word = main_cf_word(&words)).n > 0)
			add_network(n, word, path, line);
	}
}

static void
add_network_table(const struct networks *n, struct str spec)
{
	struct str key, value;
	struct table table;
	uint32_t line;

	if (!table_open(n->conf, spec, n->value->name, &table))
		return;
	while (table_next(&table, &key, &value, &line))
		add_network(n, key, table.inlined ? n->value->file : table.file,
		    table.inlined ? n->value->line : line);
}

static void
add_networks(struct postfix_conf *conf, const struct service *service)
{
	struct conf_value value = conf_get(conf, service, S("mynetworks"));
	struct networks n = {conf, service, &value};
	struct str list = value.text, word;

	if (value.line == 0) {
		value = conf_get(conf, service, S("mynetworks_style"));
		facts_add(conf->facts,
		    conf_fact(&value, FACT_RELAY_STYLE, value.text, service));
		return;
	}
	while ((word = main_cf_word(&list)).n > 0) {
		if (word.p[0] == '/')
			add_network_file(&n, word);
		else if (table_is_spec(word))
			add_network_table(&n, word);
		else
			add_network(&n, word, (struct str){NULL, 0}, 0);
	}
}

/* ---- both lists ---- */

static void
add_anybody(const struct walk *w)
{
	struct fact fact =
	    conf_fact(w->list, FACT_RELAY_ANYBODY, w->word, w->service);

	fact.fix = conf_fix(w->conf, w->list, w->service,
	    S("permit_mynetworks, permit_sasl_authenticated, "
	      "reject_unauth_destination"));
	fact.apply = conf_apply(w->conf);
	facts_add(w->conf->facts, fact);
}

void
restrict_facts(struct postfix_conf *conf, const struct service *service)
{
	struct conf_value relay =
	    conf_get(conf, service, S("smtpd_relay_restrictions"));
	struct conf_value to =
	    conf_get(conf, service, S("smtpd_recipient_restrictions"));
	struct walk first = {.conf = conf, .service = service, .list = &relay};
	struct walk second = first;
	enum outcome one = walk_list(&first, relay.text, 0), two;

	second.list = &to;
	two = walk_list(&second, to.text, 0);
	/* A list that refuses at its end is passed by what came before; the
	 * other one must let it pass, too. */
	if (first.networks || second.networks)
		add_networks(conf, service);
	if (one != OUTCOME_REFUSED && two != OUTCOME_REFUSED) {
		if (one == OUTCOME_PERMIT)
			add_anybody(&first);
		else if (two == OUTCOME_PERMIT)
			add_anybody(&second);
		return;
	}
	/* Tables matter in the only list that refuses. */
	first.collect = one == OUTCOME_REFUSED && two != OUTCOME_REFUSED;
	second.collect = two == OUTCOME_REFUSED && one != OUTCOME_REFUSED;
	if (first.collect)
		(void)walk_list(&first, relay.text, 0);
	if (second.collect)
		(void)walk_list(&second, to.text, 0);
}

bool
restrict_verifies(
    const struct postfix_conf *conf, const struct service *service)
{
	static const struct str lists[] = {S0("smtpd_relay_restrictions"),
	    S0("smtpd_recipient_restrictions"), S0("smtpd_data_restrictions"),
	    S0("smtpd_client_restrictions"), S0("smtpd_sender_restrictions"),
	    S0("smtpd_helo_restrictions")};

	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		struct str list = conf_get(conf, service, lists[i]).text, word;

		while ((word = main_cf_word(&list)).n > 0)
			if (str_eq(word, S("reject_unverified_recipient")) ||
			    str_starts(word, S("check_recipient_")))
				return true;
	}
	return false;
}
