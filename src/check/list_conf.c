/* SPDX-License-Identifier: ISC */
#include "check/list_conf.h"

#include "base/lang.h"

enum {
	KEY_MAX = 63 /* a label */
};

static struct str
take_word(struct str *line)
{
	struct str s = str_trim(*line);
	size_t n = 0;

	while (n < s.n && s.p[n] != ' ' && s.p[n] != '\t')
		n++;
	*line = str_trim(str_skip(s, n));
	return str_head(s, n);
}

/* A key is one label of a name that is asked. */
static bool
is_key(struct str value)
{
	if (value.n == 0 || value.n > KEY_MAX)
		return false;
	for (size_t i = 0; i < value.n; i++) {
		char c = value.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
		    !(c >= '0' && c <= '9') && c != '-' && c != '_')
			return false;
	}
	return true;
}

static unsigned
targets_of(struct str word)
{
	if (word.n == 0)
		return TARGET_IP4 | TARGET_IP6;
	if (str_eq(word, S("ip4")))
		return TARGET_IP4;
	if (str_eq(word, S("ip6")))
		return TARGET_IP6;
	return str_eq(word, S("domain")) ? TARGET_DOMAIN : 0;
}

static bool
read_zone(struct list_conf *conf, struct str zone, struct str kind)
{
	unsigned targets = targets_of(kind);

	if (zone.n == 0 || zone.n > 200 || targets == 0)
		return false;
	if (str_ends(zone, S(".")))
		zone.n--;
	conf->zones[conf->zones_n].zone = zone;
	conf->zones[conf->zones_n++].targets = targets;
	return true;
}

static bool
read_line(struct list_conf *conf, struct str line)
{
	struct str verb = take_word(&line), first = take_word(&line),
		   second = take_word(&line);

	if (line.n > 0 || conf->keys_n == LIST_CONF_MAX ||
	    conf->uses_n == LIST_CONF_MAX || conf->skips_n == LIST_CONF_MAX ||
	    conf->zones_n == LIST_CONF_MAX)
		return false;
	if (str_eq(verb, S("key")) && is_key(second)) {
		conf->keys[conf->keys_n++] = (struct list_key){first, second};
		return true;
	}
	if (str_eq(verb, S("use")) && second.n == 0 &&
	    list_find(first) != NULL) {
		conf->uses[conf->uses_n++] = first;
		return true;
	}
	if (str_eq(verb, S("skip")) && second.n == 0 && first.n > 0) {
		conf->skips[conf->skips_n++] = first;
		return true;
	}
	return str_eq(verb, S("zone")) && read_zone(conf, first, second);
}

bool
list_conf_read(struct list_conf *conf, struct str text, struct err *err)
{
	unsigned number = 0;

	while (text.n > 0) {
		struct str line = str_take(&text, '\n');

		number++;
		line = str_trim(str_head(line, str_chr(line, '#')));
		/* The line is not shown: it may hold a key. */
		if (line.n > 0 && !read_line(conf, line))
			return err_set(err, ERR_CONFIG,
			    _("line %u is none of: key NAME VALUE, use LIST, "
			      "skip LIST, zone ZONE [ip4|ip6|domain]"),
			    number);
	}
	return true;
}

struct str
list_conf_key(const struct list_conf *conf, struct str name)
{
	for (size_t i = 0; i < conf->keys_n; i++)
		if (str_eq_fold(conf->keys[i].name, name))
			return conf->keys[i].value;
	return (struct str){NULL, 0};
}

static bool
is_named(const struct str *names, size_t n, const struct list *list)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq_fold(names[i], str_z(list->id)) ||
		    str_eq_fold(names[i], str_z(list->zone)))
			return true;
	return false;
}

bool
list_conf_uses(const struct list_conf *conf, const struct list *list)
{
	return is_named(conf->uses, conf->uses_n, list);
}

bool
list_conf_skips(const struct list_conf *conf, const struct list *list)
{
	return is_named(conf->skips, conf->skips_n, list);
}
