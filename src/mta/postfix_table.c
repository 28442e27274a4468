/* SPDX-License-Identifier: ISC */
/*
 * Lookup tables of Postfix, from the text they are made of: "hash:/etc/x" is
 * /etc/x.db, which postmap(1) made of /etc/x. What lies in a database of
 * another program is a gap. DATABASE_README, postmap(1), inline(5) of 3.7.
 *
 *	# hash, texthash, lmdb, btree, dbm, cdb, cidr, regexp, pcre
 *	@tienda.example    info@tienda.example
 *	192.0.2.0/24       OK
 */
#include "mta/postfix_conf.h"

#include "base/lang.h"
#include "setting/logical.h"

/* Types whose source is a text of keys and values. */
static const struct str texts[] = {S0("hash"), S0("texthash"), S0("lmdb"),
    S0("btree"), S0("dbm"), S0("cdb"), S0("sdbm"), S0("cidr"), S0("regexp"),
    S0("pcre")};
/* Types in front of another: "proxy:hash:/etc/x". */
static const struct str wrappers[] = {S0("proxy:"), S0("maildrop:")};
/* Types that hold no entries, or none of interest. */
static const struct str empty[] = {S0("static"), S0("unix"), S0("environ"),
    S0("fail"), S0("socketmap"), S0("tcp"), S0("netinfo"), S0("nis"),
    S0("nisplus")};

static bool
is_one_of(struct str word, const struct str *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(word, list[i]))
			return true;
	return false;
}

bool
table_is_spec(struct str word)
{
	size_t colon = str_chr(word, ':');

	if (colon == 0 || colon >= word.n || word.p[0] == '[')
		return false;
	for (size_t i = 0; i < colon; i++)
		if (word.p[i] < 'a' || word.p[i] > 'z')
			return false;
	/* "a:b::1" is an address without its brackets. */
	return !ip_parse(word, &(struct ip){{0}}) &&
	       !ip_prefix_parse(word, &(struct ip_prefix){0});
}

/* "inline:{ {key = value}, key=value }" */
static bool
open_inline(struct str text, struct table *ret)
{
	text = str_trim(text);
	if (text.n < 2 || text.p[0] != '{')
		return false;
	ret->inlined = true;
	ret->rest = (struct str){text.p + 1, text.n - 2};
	return true;
}

bool
table_open(struct postfix_conf *conf, struct str spec, struct str setting,
    struct table *ret_table)
{
	struct str path = spec, type, text;

	for (size_t i = 0; i < ARRAY_LEN(wrappers); i++)
		(void)str_eat(&path, wrappers[i]);
	type = str_take(&path, ':');
	*ret_table = (struct table){.a = conf->a, .line = 1, .file = path};
	if (str_eq(type, S("inline")))
		return open_inline(path, ret_table);
	if (is_one_of(type, empty, ARRAY_LEN(empty)))
		return false;
	if (!is_one_of(type, texts, ARRAY_LEN(texts))) {
		facts_gap(conf->facts, spec,
		    _("%.*s is in a database; its entries were not looked at"),
		    STR_ARG(setting));
		return false;
	}
	if (files_try(conf->files, FILE_TEXT, path, &text)) {
		ret_table->rest = text;
		return true;
	}
	facts_gap(conf->facts, spec,
	    _("the text of this table of %.*s cannot be read; its entries were "
	      "not looked at"),
	    STR_ARG(setting));
	return false;
}

static bool
next_inline(struct table *table, struct str *ret_key, struct str *ret_value)
{
	struct str entry;

	while (table->rest.n > 0 &&
	       (is_blank(table->rest.p[0]) || table->rest.p[0] == ','))
		table->rest = str_skip(table->rest, 1);
	if (table->rest.n == 0)
		return false;
	if (str_eat(&table->rest, S("{")))
		entry = str_take(&table->rest, '}');
	else
		entry = word_take(&table->rest, ",");
	*ret_value = entry;
	*ret_key = str_trim(str_take(ret_value, '='));
	*ret_value = str_trim(*ret_value);
	return true;
}

bool
table_next(struct table *table, struct str *ret_key, struct str *ret_value,
    uint32_t *ret_line)
{
	struct logical lines = {table->a, table->rest, table->line};
	struct logical_line line;

	*ret_line = 0;
	if (table->inlined)
		return next_inline(table, ret_key, ret_value);
	if (!logical_next(&lines, &line))
		return false;
	table->rest = lines.rest;
	table->line = lines.line;
	*ret_value = line.text;
	/* A pattern may hold blanks: it ends at its second slash. */
	if (line.text.n > 1 && line.text.p[0] == '/') {
		size_t end = str_chr(str_skip(line.text, 1), '/') + 1;

		while (end < line.text.n && !is_blank(line.text.p[end]))
			end++;
		*ret_key = str_head(line.text, end);
		*ret_value = str_skip(line.text, end);
	} else {
		*ret_key = word_take(ret_value, "");
	}
	*ret_value = str_trim(*ret_value);
	*ret_line = line.line;
	return true;
}
