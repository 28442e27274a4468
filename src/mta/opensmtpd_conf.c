/* SPDX-License-Identifier: ISC */
/*
 * What OpenSMTPD's configuration says, smtpd.conf(5) of 6.4 to 7.6 and the
 * rules of 5.x:
 *
 *	table domains file:/etc/mail/domains
 *	table partners { 192.0.2.0/24, 198.51.100.7 }
 *	listen on eth0 port 587 tls-require pki mx1 auth <logins>
 *	action "out" relay host smtp://smtp.isp.example src 192.0.2.25
 *	action "in" maildir virtual <mailboxes>
 *	match from src <partners> for any action "out"
 *	match from any for domain <domains> action "in"
 *	accept from any for domain <domains> virtual <mailboxes> deliver to maildir
 *	accept from any for any relay
 *
 * A rule without from is for mail of this host, one without for stays here. One
 * that relays for any from any, and asks neither for a login nor for anything
 * else that a stranger cannot know, is an open relay.
 */
#include "mta/opensmtpd_conf.h"

#include "setting/logical.h"

static const char me[] = "opensmtpd";

enum {
	ITEMS_MAX = 20000,
};

/* ---- tables ---- */

static const struct smtpd_line *
find(struct smtpd_conf *c, struct str kind, struct str name,
    struct smtpd_words *ret_words)
{
	for (struct smtpd_line *r = c->first; r != NULL; r = r->next) {
		*ret_words = smtpd_words(r->text);
		if (str_eq(smtpd_word(ret_words, 0), kind) &&
		    str_eq(smtpd_word(ret_words, 1), name))
			return r;
	}
	return NULL;
}

typedef void item_fn(
    struct smtpd_conf *c, struct str item, const void *context);

/* Each key of a file "key" or "key: value"; a table of another kind holds what
 * we cannot see. */
static void
each_key(
    struct smtpd_conf *c, struct str source, item_fn *fn, const void *context)
{
	struct str text;

	if (!str_eat(&source, S("file:")) && !str_eat(&source, S("db:")) &&
	    !str_starts(source, S("/"))) {
		c->unseen = true;
		return;
	}
	if (str_ends(source, S(".db")))
		source.n -= 3; /* makemap(8) made it from a text beside it */
	if (!files_text(c->files, source, &text)) {
		c->unseen = true;
		return;
	}
	while (text.n > 0 && c->items < ITEMS_MAX) {
		struct str line = str_trim(str_take(&text, '\n')), key;

		key = word_take(&line, ":");
		if (key.n == 0 || key.p[0] == '#')
			continue;
		c->items++;
		fn(c, key, context);
	}
}

/* What "<name>", "{ a, b }" or "a" at *i stands for; *i is left behind it. */
static void
each_item(struct smtpd_conf *c, const struct smtpd_words *w, size_t *i,
    item_fn *fn, const void *context)
{
	struct str word = smtpd_word(w, (*i)++);

	if (str_eq(word, S("{"))) {
		while (*i < w->n && !str_eq(smtpd_word(w, *i), S("}")))
			fn(c, smtpd_word(w, (*i)++), context);
		(*i)++;
	} else if (str_eat(&word, S("<")) && str_ends(word, S(">"))) {
		struct smtpd_words table;

		word.n--;
		if (find(c, S("table"), word, &table) == NULL)
			return;
		if (!str_eq(smtpd_word(&table, 2), S("{"))) {
			each_key(c, smtpd_word(&table, 2), fn, context);
			return;
		}
		for (size_t k = 3;
		     k < table.n && !str_eq(table.items[k], S("}")); k++) {
			fn(c, table.items[k], context);
			if (str_eq(smtpd_word(&table, k + 1), S("=")))
				k += 2;
		}
	} else if (word.n > 0) {
		fn(c, word, context);
	}
}

/* ---- rules ---- */

struct spot {
	enum fact_kind kind;
	struct str name;
	const struct smtpd_line *at;
};

static struct fact
fact_at(const struct spot *place, struct str value)
{
	return (struct fact){.kind = place->kind,
	    .mta = me,
	    .name = place->name,
	    .value = value,
	    .whole = place->at->text,
	    .excerpt = place->at->text,
	    .file = place->at->file,
	    .line = place->at->line,
	    .apply = S("systemctl restart opensmtpd")};
}

static void
add_item(struct smtpd_conf *c, struct str item, const void *context)
{
	facts_add(c->facts, fact_at(context, item));
}

/* "a.example", "*.a.example"; other patterns, and regular expressions, stand
 * for more. */
static void
add_domain(struct smtpd_conf *c, struct str item, const void *context)
{
	struct str rest = item;

	if (str_eat(&rest, S("*")) && !str_starts(rest, S(".")))
		rest = item;
	if (str_chr(rest, '*') < rest.n)
		facts_more_domains(c->facts);
	else
		add_item(c, item, context);
}

/* "ana@a.example", "@a.example": of the others there no mail is taken. */
static void
add_recipient(struct smtpd_conf *c, struct str item, const void *context)
{
	size_t at = str_rchr(item, '@');

	if (at < item.n)
		add_domain(c, str_skip(item, at + 1), context);
}

/* A network of "from src", or a name of "from rdns". */
static void
add_network(struct smtpd_conf *c, struct str item, const void *context)
{
	struct fact fact = fact_at(context, item);

	(void)str_eat(&item, S("["));
	if (str_ends(item, S("]")))
		item.n--;
	fact.has_prefix = ip_prefix_parse(item, &fact.prefix);
	if (!fact.has_prefix)
		fact.kind = FACT_RELAY_NAME;
	facts_add(c->facts, fact);
}

/* A key of a table of addresses that takes a whole domain's. */
static void
add_catch_all(struct smtpd_conf *c, struct str item, const void *context)
{
	if (str_starts(item, S("@")))
		add_item(c, item, context);
}

static size_t
index_of(const struct smtpd_words *w, struct str word)
{
	size_t i = 0;

	while (i < w->n && !str_eq(w->items[i], word))
		i++;
	return i;
}

/* What a rule is about. */
struct rule {
	const struct smtpd_line *at;
	bool is_relay, from_any, for_any, is_guarded, by_login;
	/* words; 0: none */
	size_t src, rdns, sender, domain, recipient, virtual;
	struct smtpd_words words;  /* of the rule */
	struct smtpd_words action; /* where virtual stands */
};

/* A word that asks for what a stranger does not have, or does not know. */
static bool
is_guard(struct str word)
{
	static const struct str guards[] = {S0("auth"), S0("authenticated"),
	    S0("tag"), S0("tagged"), S0("mail-from"), S0("sender"),
	    S0("rcpt-to"), S0("recipient"), S0("helo"), S0("tls"),
	    S0("forward-only")};

	for (size_t i = 0; i < ARRAY_LEN(guards); i++)
		if (str_eq(word, guards[i]))
			return true;
	return false;
}

static void
read_from(struct rule *r, size_t i)
{
	struct str what = smtpd_word(&r->words, i);

	if (str_eq(what, S("any")))
		r->from_any = true;
	else if (str_eq(what, S("src")) || str_eq(what, S("source")))
		r->src = i + 1;
	else if (str_eq(what, S("rdns")))
		r->rdns = i + 1;
	else if (!str_eq(what, S("local")) && !str_eq(what, S("socket")) &&
		 !is_guard(what))
		r->is_guarded = true;
}

/* "! for domain" of 6.4, "for ! domain" of 5.x */
static bool
is_negated(const struct smtpd_words *w, size_t i)
{
	return str_eq(smtpd_word(w, i - 1), S("!")) ||
	       (str_eq(smtpd_word(w, i - 1), S("for")) && i > 1 &&
		   str_eq(smtpd_word(w, i - 2), S("!")));
}

static void
read_for(struct rule *r, size_t i)
{
	struct str word = r->words.items[i];

	if (is_negated(&r->words, i))
		return;
	if (str_eq(word, S("domain")))
		r->domain = i + 1;
	if (str_eq(word, S("rcpt-to")) || str_eq(word, S("recipient")))
		r->recipient = i + 1;
}

static struct rule
rule_of(const struct smtpd_line *at, struct smtpd_words words)
{
	struct rule r = {.at = at, .words = words};

	for (size_t i = 1; i < words.n; i++) {
		struct str word = words.items[i];

		if (str_eq(word, S("!")) || str_eq(word, S("auth")) ||
		    is_guard(word))
			r.is_guarded = true;
		r.by_login |= str_starts(word, S("auth"));
		if (str_eq(word, S("mail-from")) || str_eq(word, S("sender")))
			r.sender = i + 1;
		if (str_eq(word, S("from")))
			read_from(&r, i + 1);
		if (str_eq(word, S("for")))
			r.for_any |=
			    str_eq(smtpd_word(&words, i + 1), S("any"));
		read_for(&r, i);
	}
	return r;
}

/* Whose mail it is about. What may be relayed for a domain by people here only
 * has another way out, and is not theirs. */
static void
add_domains(struct smtpd_conf *c, struct rule *r, struct str name)
{
	struct spot place = {
	    r->is_relay ? FACT_RELAY_DOMAIN : FACT_DESTINATION, name, r->at};
	size_t i = r->recipient != 0 ? r->recipient : r->domain;

	if (i == 0 || (r->is_relay && (!r->from_any || r->by_login)))
		return;
	c->unseen = str_eq(smtpd_word(&r->words, i), S("regex"));
	if (!c->unseen)
		each_item(c, &r->words, &i,
		    r->recipient != 0 ? add_recipient : add_domain, &place);
	if (c->unseen)
		facts_more_domains(c->facts);
}

static void
add_rule(struct smtpd_conf *c, struct rule *r, struct str name)
{
	struct spot place = {.name = name, .at = r->at};
	size_t i;

	add_domains(c, r, name);
	if (r->virtual != 0 && (r->domain != 0 || r->for_any)) {
		i = r->virtual;
		place.kind = FACT_CATCH_ALL;
		each_item(c, &r->action, &i, add_catch_all, &place);
	}
	if (!r->is_relay || !r->for_any)
		return;
	if (r->from_any && !r->is_guarded) {
		place.kind = FACT_RELAY_ANYBODY;
		add_item(c, str_skip(r->at->text, name.n + 1), &place);
	} else if (r->from_any && r->sender != 0 &&
		   index_of(&r->words, S("auth")) == r->words.n &&
		   index_of(&r->words, S("authenticated")) == r->words.n) {
		i = r->sender;
		place.kind = FACT_RELAY_SENDER;
		each_item(c, &r->words, &i, add_item, &place);
	}
	place.kind = FACT_RELAY_NETWORK;
	if (!r->is_guarded && (i = r->src) != 0)
		each_item(c, &r->words, &i, add_network, &place);
	if (!r->is_guarded && (i = r->rdns) != 0)
		each_item(c, &r->words, &i, add_network, &place);
}

/* "match from any for any action "out"" */
static void
read_match(
    struct smtpd_conf *c, const struct smtpd_line *at, struct smtpd_words words)
{
	struct rule r = rule_of(at, words);
	size_t action = index_of(&words, S("action"));

	if (find(c, S("action"), smtpd_word(&words, action + 1), &r.action) ==
	    NULL)
		return; /* "match ... reject" */
	r.is_relay = str_eq(smtpd_word(&r.action, 2), S("relay"));
	r.virtual = index_of(&r.action, S("virtual")) + 1;
	if (r.virtual > r.action.n)
		r.virtual = 0;
	add_rule(c, &r, S("match"));
}

/* "accept from any for any relay" */
static void
read_accept(
    struct smtpd_conf *c, const struct smtpd_line *at, struct smtpd_words words)
{
	struct rule r = rule_of(at, words);
	struct spot place = {FACT_RELAYHOST, S("relay via"), at};
	size_t via = index_of(&words, S("via"));

	r.is_relay = index_of(&words, S("relay")) < words.n;
	r.action = words;
	r.virtual = index_of(&words, S("virtual")) + 1;
	if (r.virtual > words.n)
		r.virtual = 0;
	add_rule(c, &r, S("accept"));
	if (via < words.n)
		add_item(c, smtpd_word(&words, via + 1), &place);
}

/* ---- the rest ---- */

static void
read_listen(struct smtpd_conf *c, const struct smtpd_line *at,
    const struct smtpd_words *w)
{
	struct spot place = {FACT_LISTENER, S("listen on"), at};
	struct str where = smtpd_word(w, 2);
	size_t port = index_of(w, S("port")), auth = index_of(w, S("auth"));
	struct fact fact;
	struct ip ip;

	if (str_eq(where, S("socket")))
		return;
	fact = fact_at(&place, port < w->n ? smtpd_word(w, port + 1) : S("25"));
	fact.scope = where;
	fact.loopback = str_eq(where, S("localhost")) ||
			str_eq(where, S("lo")) || str_eq(where, S("lo0")) ||
			(ip_parse(where, &ip) && ip_is_loopback(&ip));
	facts_add(c->facts, fact);
	if (auth == w->n && index_of(w, S("auth-optional")) == w->n)
		return;
	fact.kind = FACT_SUBMISSION;
	fact.scope = fact.value;
	fact.value = at->text;
	facts_add(c->facts, fact);
}

static void
read_action(struct smtpd_conf *c, const struct smtpd_line *at,
    const struct smtpd_words *w)
{
	struct spot place = {FACT_RELAYHOST, S("action"), at};
	size_t host = index_of(w, S("host")), src = index_of(w, S("src"));

	if (!str_eq(smtpd_word(w, 2), S("relay")))
		return;
	if (host < w->n && (host++, true))
		each_item(c, w, &host, add_item, &place);
	place.kind = FACT_SOURCE;
	if (src < w->n && (src++, true))
		each_item(c, w, &src, add_item, &place);
}

static void
read_line(struct smtpd_conf *c, const struct smtpd_line *at)
{
	struct smtpd_words w = smtpd_words(at->text);
	struct str first = smtpd_word(&w, 0);
	struct spot filter = {FACT_FILTER, S("filter"), at};

	if (str_eq(first, S("listen")) && str_eq(smtpd_word(&w, 1), S("on")))
		read_listen(c, at, &w);
	else if (str_eq(first, S("action")))
		read_action(c, at, &w);
	else if (str_eq(first, S("match")))
		read_match(c, at, w);
	else if (str_eq(first, S("accept")))
		read_accept(c, at, w);
	else if (str_eq(first, S("filter")))
		add_item(c, smtpd_word(&w, 1), &filter);
}

void
opensmtpd_facts(struct facts *facts, struct files *files)
{
	static const struct str paths[] = {S0("/etc/smtpd.conf"),
	    S0("/etc/mail/smtpd.conf"), S0("/etc/opensmtpd/smtpd.conf"),
	    S0("/usr/local/etc/mail/smtpd.conf")};
	struct smtpd_conf c = {
	    .facts = facts, .files = files, .a = facts->arena};

	c.last = &c.first;
	for (size_t i = 0; i < ARRAY_LEN(paths) && c.first == NULL; i++) {
		smtpd_read(&c, paths[i], 0);
		if (c.first != NULL)
			facts_source(facts, me, paths[i]);
	}
	for (struct smtpd_line *r = c.first; r != NULL; r = r->next)
		if (!r->is_macro)
			r->text = smtpd_expand(&c, r->text);
	for (const struct smtpd_line *r = c.first; r != NULL; r = r->next)
		read_line(&c, r);
}
