/* SPDX-License-Identifier: ISC */
/* Commands that a report tells look at what its own command looked at. */
#include "base/text.h"
#include "conf/options.h"

enum {
	VALUES = 8 /* more are not repeated one by one */
};

/* Those that say what is looked at. */
static const struct {
	enum option_id id;
	bool queues_only; /* others know it, and only say so */
} again[] = {{OPT_LOG, false}, {OPT_QUEUE, true}, {OPT_MTA, false},
    {OPT_ROOT, false}, {OPT_PHP_LOG, false}, {OPT_WEB_LOG, false},
    {OPT_SINCE, false}, {OPT_UNTIL, false}, {OPT_NOW, false}, {OPT_OWN, false},
    {OPT_HELO, false}, {OPT_OFFLINE, false}, {OPT_RESOLVER, false},
    {OPT_STUB, false}, {OPT_ANCHOR, false}, {OPT_LISTS_CONF, false},
    {OPT_STORE, false}, {OPT_NO_STORE, false}};

static bool
is_plain(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i], low = (char)(c | 0x20);

		if (!(low >= 'a' && low <= 'z') && !(c >= '0' && c <= '9') &&
		    !str_has(S("/._-+:,=@%"), (struct str){&s.p[i], 1}))
			return false;
	}
	return s.n > 0;
}

struct str
options_word(struct arena *a, struct str value)
{
	return is_plain(value) ? value : text_word(a, value);
}

/* "FILE...", "IP..." of "IP|HOST|DOMAIN...": no shell takes it for a pipe. */
static struct str
placeholder(struct arena *a, const struct option_def *def)
{
	struct str value = str_z(def->value);
	size_t n = str_chr(value, '|');

	return n == value.n
		   ? value
		   : arena_printf(a, "%.*s...", STR_ARG(str_head(value, n)));
}

static struct str
word_of(struct arena *a, struct str value, const struct option_def *def)
{
	struct str word = options_word(a, value);

	return word.n > 0 ? word : placeholder(a, def);
}

static struct str
add(struct arena *a, struct str line, const struct option_def *def,
    const struct option_value *value)
{
	if (def->kind == OPTION_FLAG)
		return value->n == 0 ? line
				     : arena_printf(a, "%.*s --%s",
					   STR_ARG(line), def->name);
	if (def->kind == OPTION_LIST && value->n > VALUES)
		return arena_printf(a, "%.*s --%s %.*s", STR_ARG(line),
		    def->name, STR_ARG(placeholder(a, def)));
	for (size_t i = 0; i < value->n; i++) {
		struct str word = word_of(a, value->texts[i], def);

		/* The last of what is given once counts. */
		if (def->kind != OPTION_LIST && def->kind != OPTION_PATH &&
		    i + 1 < value->n)
			continue;
		if (def->kind == OPTION_LIST && i > 0)
			line = arena_printf(
			    a, "%.*s %.*s", STR_ARG(line), STR_ARG(word));
		else
			line = arena_printf(a, "%.*s --%s %.*s", STR_ARG(line),
			    def->name, STR_ARG(word));
	}
	return line;
}

struct str
options_again_one(struct arena *a, const struct options *o, enum option_id id)
{
	return add(a, S(""), &option_defs[id], &o->values[id]);
}

struct str
options_again(struct arena *a, const struct options *o, const char *command)
{
	bool queues = strcmp(command, "queue") == 0 ||
		      strcmp(command, "check") == 0 ||
		      strcmp(command, "delist") == 0;
	/* Those name what is asked about as words. */
	bool words = strcmp(command, "listed") == 0;
	struct str line = S("");

	for (size_t i = 0; i < ARRAY_LEN(again); i++) {
		const struct option_def *def = &option_defs[again[i].id];

		if (words && again[i].id == OPT_OWN)
			continue;
		if (option_of(def, command) &&
		    (queues || !again[i].queues_only))
			line = add(a, line, def, &o->values[again[i].id]);
	}
	return line;
}
