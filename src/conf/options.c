/* SPDX-License-Identifier: ISC */
#include "conf/options.h"

#include "base/lang.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>

const struct option_def option_defs[OPTIONS_N] = {
#define OPTION(id, name, value, kind, fallback, commands, help)                \
	[OPT_##id] = {name, value, kind, fallback, commands, help},
#include "conf/options_list.h"
#undef OPTION
};

void
options_done(struct options *o)
{
	for (size_t i = 0; i < OPTIONS_N; i++)
		free(o->values[i].texts);
	free(o->words.texts);
	arena_done(&o->arena);
	*o = (struct options){0};
}

bool
option_of(const struct option_def *def, const char *command)
{
	struct str rest = str_z(def->commands);

	if (str_eq(rest, S("*")))
		return true;
	while (rest.n > 0)
		if (str_eq(str_take(&rest, ' '), str_z(command)))
			return true;
	return false;
}

static int
option_find(struct str name)
{
	for (int i = 0; i < OPTIONS_N; i++)
		if (str_eq(str_z(option_defs[i].name), name))
			return i;
	return -1;
}

bool
options_is_known(struct str word)
{
	return str_eat(&word, S("--")) &&
	       option_find(str_take(&word, '=')) >= 0;
}

static void
value_add(struct option_value *value, struct str text)
{
	VEC_ROOM(value->texts, value->n, value->cap);
	value->texts[value->n++] = text;
}

/* Why there is no such option, and which one was meant. */
static bool
refuse_name(
    struct options *o, const char *command, struct str name, struct err *err)
{
	const char *names[OPTIONS_N];
	struct str shown = text_safe(&o->arena, str_head(name, 60));
	const char *guess;
	size_t n = 0;
	int known = option_find(name);

	for (size_t i = 0; i < OPTIONS_N; i++)
		if (option_of(&option_defs[i], command))
			names[n++] = option_defs[i].name;
	guess = word_guess(name, names, n);
	if (known >= 0) {
		struct str first = str_z(option_defs[known].commands);

		first = str_take(&first, ' ');
		err_set(err, ERR_CONFIG,
		    _("'sereno %s' has no option --%.*s; 'sereno %.*s' has it"),
		    command, STR_ARG(shown), STR_ARG(first));
	} else if (guess != NULL) {
		err_set(err, ERR_CONFIG,
		    _("there is no option --%.*s; did you mean --%s?"),
		    STR_ARG(shown), guess);
	} else {
		err_set(err, ERR_CONFIG, _("there is no option --%.*s"),
		    STR_ARG(shown));
	}
	snprintf(err->hint, sizeof(err->hint), "sereno %s --help", command);
	return false;
}

static bool
refuse_value(struct options *o, const struct option_def *def, struct str text,
    struct err *err)
{
	struct str shown;

	if (text.n == 0 && def->value != NULL)
		return err_set(err, ERR_CONFIG,
		    _("--%s needs a value: --%s %s"), def->name, def->name,
		    def->value);
	shown = text_safe(&o->arena, str_head(text, 60));
	switch (def->kind) {
	case OPTION_COUNT:
		return err_set(err, ERR_CONFIG,
		    _("--%s takes a whole number from 1, not '%.*s'"),
		    def->name, STR_ARG(shown));
	case OPTION_TIME:
		err_set(err, ERR_CONFIG, _("--%s: '%.*s' is no time"),
		    def->name, STR_ARG(shown));
		snprintf(err->hint, sizeof(err->hint),
		    "--%s 2026-11-20, --%s \"2026-11-20 18:00\", --%s 12h",
		    def->name, def->name, def->name);
		return false;
	case OPTION_CHOICE:
		return err_set(err, ERR_CONFIG,
		    _("--%s is one of %s, not '%.*s'"), def->name, def->value,
		    STR_ARG(shown));
	case OPTION_FLAG:
		return err_set(err, ERR_CONFIG,
		    _("--%s takes no value, so not '%.*s'"), def->name,
		    STR_ARG(shown));
	case OPTION_TEXT:
	case OPTION_PATH:
	case OPTION_LIST:
		break;
	}
	return false;
}

static bool
choice_has(const struct option_def *def, struct str word)
{
	struct str rest = str_z(def->value);

	while (rest.n > 0)
		if (str_eq(str_take(&rest, '|'), word))
			return true;
	return false;
}

/* Check one value by its kind and keep it. */
static bool
value_take(struct options *o, int id, struct str text, struct err *err)
{
	const struct option_def *def = &option_defs[id];
	struct option_value *value = &o->values[id];
	struct str rest = text;
	wall_us at;
	bool good = text.n > 0;

	switch (def->kind) {
	case OPTION_COUNT:
		good = str_u64(&rest, 9, &value->count) && rest.n == 0 &&
		       value->count > 0;
		break;
	case OPTION_TIME:
		good = time_parse(text, time_now(), &at);
		break;
	case OPTION_CHOICE:
		good = choice_has(def, text);
		break;
	case OPTION_FLAG:
		good = false;
		break;
	case OPTION_TEXT:
	case OPTION_PATH:
	case OPTION_LIST:
		break;
	}
	if (!good)
		return refuse_value(o, def, text, err);
	value_add(value, text);
	return true;
}

/* "-" alone is standard input, so a value. */
static bool
is_option(struct str word)
{
	return word.n > 1 && word.p[0] == '-';
}

/* argv[*at] is an option: read it and its values, leave *at behind them. */
static bool
option_take(struct options *o, const char *command, int argc,
    const char *const argv[], int *at, struct err *err)
{
	struct str value = str_skip(str_z(argv[*at]), 2);
	bool joined = str_chr(value, '=') < value.n;
	struct str name = str_take(&value, '=');
	const struct option_def *def;
	int id = option_find(name);

	if (id < 0 || !option_of(&option_defs[id], command))
		return refuse_name(o, command, name, err);
	def = &option_defs[id];
	*at += 1;
	if (joined)
		return value_take(o, id, value, err);
	if (def->kind == OPTION_FLAG) {
		value_add(&o->values[id], (struct str){NULL, 0});
		return true;
	}
	if (*at >= argc || is_option(str_z(argv[*at])))
		return refuse_value(o, def, (struct str){NULL, 0}, err);
	do {
		if (!value_take(o, id, str_z(argv[*at]), err))
			return false;
		*at += 1;
	} while (def->kind == OPTION_LIST && *at < argc &&
		 !is_option(str_z(argv[*at])));
	return true;
}

bool
options_parse(struct options *o, const char *command, int argc,
    const char *const argv[], struct err *err)
{
	int at = 0;

	while (at < argc) {
		struct str word = str_z(argv[at]);

		if (str_eq(word, S("--"))) {
			while (++at < argc)
				value_add(&o->words, str_z(argv[at]));
		} else if (str_eq(word, S("-h")) || str_eq(word, S("-?"))) {
			value_add(&o->values[OPT_HELP], word);
			at++;
		} else if (str_starts(word, S("--"))) {
			if (!option_take(o, command, argc, argv, &at, err))
				return false;
		} else if (is_option(word)) {
			struct str shown =
			    text_safe(&o->arena, str_head(word, 60));

			err_set(err, ERR_CONFIG,
			    _("'%.*s': options have two dashes and a whole "
			      "name"),
			    STR_ARG(shown));
			snprintf(err->hint, sizeof(err->hint),
			    "sereno %s --help", command);
			return false;
		} else {
			value_add(&o->words, word);
			at++;
		}
	}
	return true;
}

int
options_find_command(int argc, const char *const argv[])
{
	int at = 1;

	while (at < argc) {
		struct str word = str_z(argv[at]);
		int id;

		if (!is_option(word))
			return at;
		at++;
		id = option_find(str_skip(word, 2));
		if (id >= 0 && option_defs[id].kind != OPTION_FLAG)
			at++;
	}
	return argc;
}

bool
options_has(const struct options *o, enum option_id id)
{
	return o->values[id].n > 0;
}

struct str
options_text(const struct options *o, enum option_id id)
{
	const struct option_value *value = &o->values[id];

	return value->n > 0 ? value->texts[value->n - 1]
			    : (struct str){NULL, 0};
}

uint64_t
options_count(const struct options *o, enum option_id id, uint64_t fallback)
{
	return options_has(o, id) ? o->values[id].count : fallback;
}

bool
options_is(const struct options *o, enum option_id id, struct str word)
{
	return options_has(o, id) && str_eq(options_text(o, id), word);
}

wall_us
options_time(const struct options *o, enum option_id id, wall_us now)
{
	wall_us at;

	/* The form was checked when it was read. */
	if (!options_has(o, id) || !time_parse(options_text(o, id), now, &at))
		return WALL_NONE;
	return at;
}
