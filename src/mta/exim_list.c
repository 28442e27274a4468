/* SPDX-License-Identifier: ISC */
/*
 * Lists of Exim and what their items stand for:
 *
 *	hostlist relay_from_hosts = <; 127.0.0.1 ; ::1 ; 10.0.0.0/8
 *	hostlist friends = !192.0.2.9 : 192.0.2.0/24 : *.example.org : +other
 *	domainlist relay_to_domains = lsearch;/etc/exim/relay : a.example
 *
 * Exim specification 4.98, chapter "Domain, host, address, and local part
 * lists". Lookups in databases are gaps.
 */
#include "mta/exim_conf.h"

#include "base/lang.h"
#include "setting/logical.h"

enum {
	LIST_DEPTH = 5,
	/* Lists may name each other, and themselves many times. */
	HOSTS_MAX = 20000,
	VALUE_MAX = 64 * 1024
};

const struct exim_setting *
exim_find(
    const struct exim_conf *conf, enum exim_setting_kind kind, struct str name)
{
	for (size_t i = conf->settings_n; i > 0; i--)
		if (conf->settings[i - 1].kind == kind &&
		    str_eq(conf->settings[i - 1].name, name))
			return &conf->settings[i - 1];
	return NULL;
}

static bool
is_name(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c >= '0' && c <= '9') || c == '_';
}

/* Append what fits. */
static size_t
put(char *to, size_t n, struct str text)
{
	text = str_head(text, VALUE_MAX - n);
	if (text.n > 0)
		memcpy(to + n, text.p, text.n);
	return n + text.n;
}

/* Macros are replaced wherever they stand, once: one that holds another was
 * expanded when it was set. */
struct str
exim_expand(const struct exim_conf *conf, struct str value)
{
	struct arena scratch = {0};
	char *out = NULL;
	size_t n = 0, from = 0;

	for (size_t i = 0; i < value.n;) {
		const struct exim_setting *macro = NULL;
		size_t length = 0;

		while (i + length < value.n && is_name(value.p[i + length]))
			length++;
		if (length > 0 && value.p[i] >= 'A' && value.p[i] <= 'Z')
			macro = exim_find(conf, EXIM_MACRO,
			    (struct str){value.p + i, length});
		if (macro != NULL) {
			if (out == NULL)
				out = arena_alloc(&scratch, VALUE_MAX);
			n = put(out, n, (struct str){value.p + from, i - from});
			n = put(out, n, macro->value);
			from = i + length;
		}
		i += length > 0 ? length : 1;
	}
	if (out != NULL) {
		n = put(out, n, str_skip(value, from));
		value = str_keep(conf->a, (struct str){out, n});
	}
	arena_done(&scratch);
	return value;
}

struct exim_list
exim_list_of(struct arena *a, struct str value)
{
	struct exim_list list = {a, str_trim(value), ':'};

	if (list.rest.n > 1 && list.rest.p[0] == '<') {
		list.separator = list.rest.p[1];
		list.rest = str_skip(list.rest, 2);
	}
	return list;
}

/* A doubled separator is one of the item's own: "::::1" is the address ::1. */
bool
exim_list_next(struct exim_list *list, struct str *ret_item)
{
	while (list->rest.n > 0) {
		struct str raw = list->rest;
		size_t end = 0, n = 0;
		char *item;

		for (; end < raw.n; end++)
			if (raw.p[end] != list->separator)
				continue;
			else if (end + 1 < raw.n &&
				 raw.p[end + 1] == list->separator)
				end++;
			else
				break;
		list->rest = str_skip(raw, end + 1);
		raw = str_trim(str_head(raw, end));
		if (raw.n == 0)
			continue;
		item = arena_alloc(list->a, raw.n + 1);
		for (size_t i = 0; i < raw.n; i++) {
			item[n++] = raw.p[i];
			i += raw.p[i] == list->separator;
		}
		*ret_item = (struct str){item, n};
		return true;
	}
	return false;
}

/* ---- hosts ---- */

/* "0000:0000:0000:0000:0000:ffff:7f00:0000/8", as cPanel has it for loopback:
 * no client is in ::/8, and IPv4 is compared as IPv4 (match_check_list). */
static bool
is_nobody(struct str item, const struct ip_prefix *prefix)
{
	return str_chr(item, ':') < item.n && prefix->net.b[0] == 0 &&
	       prefix->bits >= 8 && prefix->bits < 96;
}

static void
add_host(struct exim_conf *conf, const struct exim_setting *list,
    struct str item, struct str whole)
{
	struct fact fact = {.kind = FACT_RELAY_NETWORK,
	    .mta = "exim",
	    .name = list->name,
	    .whole = whole,
	    .file = list->file,
	    .line = list->line};

	fact.excluded = str_eat(&item, S("!"));
	item = str_trim(item);
	fact.value = item;
	if (str_eq(item, S("@")) || str_eq(item, S("@[]")))
		return; /* this host itself */
	if (str_eq(item, S("*")) && !fact.excluded)
		fact.kind = FACT_RELAY_ANYBODY;
	else
		fact.has_prefix = ip_prefix_parse(item, &fact.prefix);
	if (fact.has_prefix && is_nobody(item, &fact.prefix))
		return;
	if (fact.kind == FACT_RELAY_NETWORK && !fact.has_prefix)
		fact.kind = FACT_RELAY_NAME;
	/* What the administrator of a Debian edits is another file. */
	if (conf->relay_nets.value.n > 0 &&
	    str_has(conf->relay_nets.value, item)) {
		fact.name = conf->relay_nets.name;
		fact.whole = conf->relay_nets.value;
		fact.file = conf->relay_nets.file;
		fact.line = conf->relay_nets.line;
		fact.apply = S("update-exim4.conf && systemctl reload exim4");
	}
	facts_add(conf->facts, fact);
}

/* Keys of a file: a word on each line, of "lsearch" up to a colon. */
static void
add_file(
    struct exim_conf *conf, const struct exim_setting *list, struct str path)
{
	struct exim_setting at = *list;
	struct str text;

	if (!files_text(conf->files, path, &text))
		return;
	at.file = path;
	at.line = 0;
	while (text.n > 0) {
		struct str line = str_take(&text, '\n'), key;

		at.line++;
		line = str_trim(str_head(line, str_chr(line, '#')));
		if (line.n == 0)
			continue;
		key = word_take(&line, "");
		if (key.n > 1 && key.p[key.n - 1] == ':')
			key.n--;
		add_host(conf, &at, key, key);
	}
}

static void
add_hosts(struct exim_conf *conf, const struct exim_setting *setting, int depth)
{
	struct str value = exim_expand(conf, setting->value), item;
	struct exim_list list = exim_list_of(conf->a, value);

	while (conf->hosts < HOSTS_MAX && exim_list_next(&list, &item)) {
		size_t semicolon = str_chr(item, ';');

		conf->hosts++;
		if (item.p[0] == '+') {
			const struct exim_setting *other =
			    exim_find(conf, EXIM_HOSTS, str_skip(item, 1));

			if (other != NULL && depth < LIST_DEPTH)
				add_hosts(conf, other, depth + 1);
		} else if (item.p[0] == '/') {
			add_file(conf, setting, item);
		} else if (semicolon < item.n) {
			struct str path =
			    str_trim(str_skip(item, semicolon + 1));

			if (str_has(str_head(item, semicolon), S("lsearch")))
				add_file(conf, setting, path);
			else
				facts_gap(conf->facts, item,
				    _("%.*s is in a database; its entries "
				      "were not looked at"),
				    STR_ARG(setting->name));
		} else {
			add_host(conf, setting, item, value);
		}
	}
}

void
exim_relay_hosts(struct exim_conf *conf, const struct exim_setting *list)
{
	add_hosts(conf, list, 0);
}

/* ---- domains ---- */

static void
add_domain_file(struct exim_conf *conf, struct fact fact, struct str path)
{
	struct str text;

	if (!files_text(conf->files, path, &text)) {
		facts_more_domains(conf->facts);
		return;
	}
	fact.file = path;
	fact.line = 0;
	while (text.n > 0) {
		struct str line = str_take(&text, '\n');

		fact.line++;
		line = str_head(line, str_chr(line, '#'));
		fact.value = word_take(&line, ":");
		if (fact.value.n > 0)
			facts_add(conf->facts, fact);
	}
}

/* "mysql;...", "dsearch;/etc/vmail", "^mx\d+", "*.example.org", "@mx_any",
 * "${lookup ...}": more names than stand there. */
static bool
is_many(struct str item)
{
	return item.p[0] == '^' || item.p[0] == '*' ||
	       str_starts(item, S("@mx_")) || str_chr(item, ';') < item.n ||
	       str_chr(item, '$') < item.n;
}

/* Lists may name each other, and themselves many times. */
static void
add_domains(struct exim_conf *conf, struct fact fact, struct str name)
{
	const struct exim_setting *setting =
	    exim_find(conf, EXIM_DOMAINS, name);
	struct exim_list list;
	struct str item;

	if (setting == NULL || conf->depth >= LIST_DEPTH) {
		facts_more_domains(conf->facts);
		return;
	}
	fact.name = setting->name;
	fact.whole = setting->value;
	fact.file = setting->file;
	fact.line = setting->line;
	list = exim_list_of(conf->a, exim_expand(conf, setting->value));
	conf->depth++;
	while (conf->domains < FACTS_MAX && exim_list_next(&list, &item)) {
		conf->domains++;
		exim_domain(conf, fact, item);
	}
	conf->depth--;
}

void
exim_domain(struct exim_conf *conf, struct fact fact, struct str item)
{
	size_t semicolon = str_chr(item, ';');

	fact.value = item;
	if (item.p[0] == '+') {
		add_domains(conf, fact, str_skip(item, 1));
	} else if (item.p[0] == '/') {
		add_domain_file(conf, fact, item);
	} else if (semicolon < item.n &&
		   str_has(str_head(item, semicolon), S("lsearch"))) {
		add_domain_file(
		    conf, fact, str_trim(str_skip(item, semicolon + 1)));
	} else if (str_eq(item, S("*")) && fact.kind == FACT_RELAY_DOMAIN) {
		fact.kind = FACT_RELAY_ANYBODY;
		facts_add(conf->facts, fact);
	} else if (is_many(item)) {
		facts_more_domains(conf->facts);
		if (str_starts(item, S("*.")) && fact.kind == FACT_RELAY_DOMAIN)
			facts_add(conf->facts, fact);
	} else if (item.p[0] != '!' && item.p[0] != '@') {
		facts_add(conf->facts, fact); /* "@": this host's own */
	}
}

void
exim_domains(struct exim_conf *conf, enum fact_kind kind, struct str name)
{
	/* A list of destinations that is not there has another name. */
	if (kind == FACT_DESTINATION ||
	    exim_find(conf, EXIM_DOMAINS, name) != NULL)
		add_domains(
		    conf, (struct fact){.kind = kind, .mta = "exim"}, name);
}
