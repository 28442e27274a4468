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
#include "mta/opensmtpd_part.h"

#include "base/lang.h"
#include "setting/logical.h"

static const char me[] = "opensmtpd";

enum {
	DEPTH = 8,  /* of includes */
	HOPS = 20,  /* of macros in one line */
	WORDS = 64, /* of one line */
	LINES_MAX = 1000,
	ITEMS_MAX = 20000,
};

struct rule_line {
	struct str text, file;
	uint32_t line;
	bool is_macro;
	struct rule_line *next;
};

struct conf {
	struct facts *facts;
	struct files *files;
	struct arena *a;
	struct rule_line *first, **last;
	uint32_t lines, items;
	bool unseen; /* a table's keys were not to be had */
};

/* One line in words: quotes are off, "<x>" is kept, and so are '{' and '}'. */
struct words {
	struct str items[WORDS];
	size_t n;
};

/* How long the word is that text begins with. */
static size_t
word_length(struct str text)
{
	static const struct str ends = S0(" \t\r\n\v\f,{}=\"");
	size_t n = 0;

	if (str_chr(S("{}!="), text.p[0]) < 4)
		return 1;
	while (n < text.n && str_chr(ends, text.p[n]) == ends.n)
		n++;
	return n;
}

static struct words
words_of(struct str text)
{
	struct words w = {.n = 0};

	while (w.n < WORDS) {
		size_t n;

		while (text.n > 0 && (is_blank(text.p[0]) || text.p[0] == ','))
			text = str_skip(text, 1);
		if (text.n == 0)
			break;
		if (str_eat(&text, S("\""))) {
			w.items[w.n++] = str_take(&text, '"');
			continue;
		}
		n = word_length(text);
		w.items[w.n++] = str_head(text, n);
		text = str_skip(text, n);
	}
	return w;
}

static struct str
word_at(const struct words *w, size_t i)
{
	return i < w->n ? w->items[i] : (struct str){NULL, 0};
}

/* ---- lines ---- */

/* Length of what stands in front of a comment. */
static size_t
before_comment(struct str line)
{
	bool quoted = false;

	for (size_t i = 0; i < line.n; i++) {
		if (line.p[i] == '"')
			quoted = !quoted;
		else if (line.p[i] == '#' && !quoted)
			return i;
	}
	return line.n;
}

static void
add_line(struct conf *c, struct str text, struct str file, uint32_t line)
{
	struct rule_line *r;
	struct words w = words_of(text);

	if (c->lines++ == LINES_MAX)
		facts_gap(c->facts, file,
		    _("more than %d lines: the rest was not read"), LINES_MAX);
	if (c->lines > LINES_MAX)
		return;
	r = arena_alloc(c->a, sizeof(*r));
	*r = (struct rule_line){.text = text,
	    .file = file,
	    .line = line,
	    .is_macro = str_eq(word_at(&w, 1), S("="))};
	*c->last = r;
	c->last = &r->next;
}

static void
read_lines(struct conf *c, struct str path, unsigned depth)
{
	struct str text, whole = {NULL, 0};
	uint32_t number = 0, begin = 0;

	if (depth > DEPTH || !files_text(c->files, path, &text))
		return;
	while (text.n > 0) {
		struct str line = str_take(&text, '\n');
		bool goes_on;

		number++;
		line = str_trim(str_head(line, before_comment(line)));
		goes_on = str_ends(line, S("\\"));
		if (goes_on)
			line = str_trim(str_head(line, line.n - 1));
		if (whole.n == 0)
			begin = number;
		whole = whole.n == 0 ? line
				     : arena_printf(c->a, "%.*s %.*s",
					   STR_ARG(whole), STR_ARG(line));
		if (goes_on && text.n > 0)
			continue;
		if (str_starts(whole, S("include "))) {
			struct words w = words_of(whole);

			if (word_at(&w, 1).n > 0 && word_at(&w, 1).p[0] == '/')
				read_lines(c, word_at(&w, 1), depth + 1);
		} else if (whole.n > 0) {
			add_line(c, whole, path, begin);
		}
		whole = (struct str){NULL, 0};
	}
}

/* "$name" replaced by what "name = value" said. */
static struct str
expand(struct conf *c, struct str text)
{
	for (int hops = 0; hops < HOPS; hops++) {
		size_t at = str_chr(text, '$'), n = at + 1;
		struct str name, value = {NULL, 0};

		while (n < text.n && !is_blank(text.p[n]) && text.p[n] != ',' &&
		       text.p[n] != '}' && text.p[n] != '"' && text.p[n] != '$')
			n++;
		if (at == text.n || n > 4096)
			return text;
		name = str_skip(str_head(text, n), at + 1);
		for (struct rule_line *r = c->first; r != NULL; r = r->next) {
			struct words w;

			if (!r->is_macro)
				continue;
			w = words_of(r->text);
			if (str_eq(word_at(&w, 0), name))
				value = word_at(&w, 2);
		}
		text = arena_printf(c->a, "%.*s%.*s%.*s",
		    STR_ARG(str_head(text, at)), STR_ARG(value),
		    STR_ARG(str_skip(text, n)));
	}
	return text;
}

/* ---- tables ---- */

static const struct rule_line *
find(struct conf *c, struct str kind, struct str name, struct words *ret_words)
{
	for (struct rule_line *r = c->first; r != NULL; r = r->next) {
		*ret_words = words_of(r->text);
		if (str_eq(word_at(ret_words, 0), kind) &&
		    str_eq(word_at(ret_words, 1), name))
			return r;
	}
	return NULL;
}

typedef void item_fn(struct conf *c, struct str item, const void *context);

/* Each key of a file "key" or "key: value"; a table of another kind holds what
 * we cannot see. */
static void
each_key(struct conf *c, struct str source, item_fn *fn, const void *context)
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
each_item(struct conf *c, const struct words *w, size_t *i, item_fn *fn,
    const void *context)
{
	struct str word = word_at(w, (*i)++);

	if (str_eq(word, S("{"))) {
		while (*i < w->n && !str_eq(word_at(w, *i), S("}")))
			fn(c, word_at(w, (*i)++), context);
		(*i)++;
	} else if (str_eat(&word, S("<")) && str_ends(word, S(">"))) {
		struct words table;

		word.n--;
		if (find(c, S("table"), word, &table) == NULL)
			return;
		if (!str_eq(word_at(&table, 2), S("{"))) {
			each_key(c, word_at(&table, 2), fn, context);
			return;
		}
		for (size_t k = 3;
		     k < table.n && !str_eq(table.items[k], S("}")); k++) {
			fn(c, table.items[k], context);
			if (str_eq(word_at(&table, k + 1), S("=")))
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
	const struct rule_line *at;
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
add_item(struct conf *c, struct str item, const void *context)
{
	facts_add(c->facts, fact_at(context, item));
}

/* A network of "from src", or a name of "from rdns". */
static void
add_network(struct conf *c, struct str item, const void *context)
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
add_catch_all(struct conf *c, struct str item, const void *context)
{
	if (str_starts(item, S("@")))
		add_item(c, item, context);
}

static size_t
index_of(const struct words *w, struct str word)
{
	size_t i = 0;

	while (i < w->n && !str_eq(w->items[i], word))
		i++;
	return i;
}

/* What a rule is about. */
struct rule {
	const struct rule_line *at;
	bool is_relay, from_any, for_any, is_guarded, by_sender;
	size_t src, rdns, sender, domain, virtual; /* words; 0: none */
	struct words words;                        /* of the rule */
	struct words action;                       /* where virtual stands */
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
	struct str what = word_at(&r->words, i);

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

static struct rule
rule_of(const struct rule_line *at, struct words words)
{
	struct rule r = {.at = at, .words = words};

	for (size_t i = 1; i < words.n; i++) {
		struct str word = words.items[i];

		if (str_eq(word, S("!")) || str_eq(word, S("auth")) ||
		    is_guard(word))
			r.is_guarded = true;
		if (str_eq(word, S("mail-from")) || str_eq(word, S("sender")))
			r.sender = i + 1;
		if (str_eq(word, S("from")))
			read_from(&r, i + 1);
		if (str_eq(word, S("for")))
			r.for_any |= str_eq(word_at(&words, i + 1), S("any"));
		if (str_eq(word, S("domain")))
			r.domain = i + 1;
	}
	return r;
}

static void
add_rule(struct conf *c, struct rule *r, struct str name)
{
	struct spot place = {.name = name, .at = r->at};
	size_t i;

	if (r->domain != 0 && (i = r->domain) > 0) {
		place.kind = r->is_relay ? FACT_RELAY_DOMAIN : FACT_DESTINATION;
		c->unseen = false;
		each_item(c, &r->words, &i, add_item, &place);
		if (c->unseen)
			facts_more_domains(c->facts);
	}
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
read_match(struct conf *c, const struct rule_line *at, struct words words)
{
	struct rule r = rule_of(at, words);
	size_t action = index_of(&words, S("action"));

	if (find(c, S("action"), word_at(&words, action + 1), &r.action) ==
	    NULL)
		return; /* "match ... reject" */
	r.is_relay = str_eq(word_at(&r.action, 2), S("relay"));
	r.virtual = index_of(&r.action, S("virtual")) + 1;
	if (r.virtual > r.action.n)
		r.virtual = 0;
	add_rule(c, &r, S("match"));
}

/* "accept from any for any relay" */
static void
read_accept(struct conf *c, const struct rule_line *at, struct words words)
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
		add_item(c, word_at(&words, via + 1), &place);
}

/* ---- the rest ---- */

static void
read_listen(struct conf *c, const struct rule_line *at, const struct words *w)
{
	struct spot place = {FACT_LISTENER, S("listen on"), at};
	struct str where = word_at(w, 2);
	size_t port = index_of(w, S("port")), auth = index_of(w, S("auth"));
	struct fact fact;
	struct ip ip;

	if (str_eq(where, S("socket")))
		return;
	fact = fact_at(&place, port < w->n ? word_at(w, port + 1) : S("25"));
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
read_action(struct conf *c, const struct rule_line *at, const struct words *w)
{
	struct spot place = {FACT_RELAYHOST, S("action"), at};
	size_t host = index_of(w, S("host")), src = index_of(w, S("src"));

	if (!str_eq(word_at(w, 2), S("relay")))
		return;
	if (host < w->n && (host++, true))
		each_item(c, w, &host, add_item, &place);
	place.kind = FACT_SOURCE;
	if (src < w->n && (src++, true))
		each_item(c, w, &src, add_item, &place);
}

static void
read_line(struct conf *c, const struct rule_line *at)
{
	struct words w = words_of(at->text);
	struct str first = word_at(&w, 0);
	struct spot filter = {FACT_FILTER, S("filter"), at};

	if (str_eq(first, S("listen")) && str_eq(word_at(&w, 1), S("on")))
		read_listen(c, at, &w);
	else if (str_eq(first, S("action")))
		read_action(c, at, &w);
	else if (str_eq(first, S("match")))
		read_match(c, at, w);
	else if (str_eq(first, S("accept")))
		read_accept(c, at, w);
	else if (str_eq(first, S("filter")))
		add_item(c, word_at(&w, 1), &filter);
}

void
opensmtpd_facts(struct facts *facts, struct files *files)
{
	static const struct str paths[] = {S0("/etc/smtpd.conf"),
	    S0("/etc/mail/smtpd.conf"), S0("/etc/opensmtpd/smtpd.conf"),
	    S0("/usr/local/etc/mail/smtpd.conf")};
	struct conf c = {.facts = facts, .files = files, .a = facts->arena};

	c.last = &c.first;
	for (size_t i = 0; i < ARRAY_LEN(paths) && c.first == NULL; i++) {
		read_lines(&c, paths[i], 0);
		if (c.first != NULL)
			facts_source(facts, me, paths[i]);
	}
	for (struct rule_line *r = c.first; r != NULL; r = r->next)
		if (!r->is_macro)
			r->text = expand(&c, r->text);
	for (const struct rule_line *r = c.first; r != NULL; r = r->next)
		read_line(&c, r);
}
