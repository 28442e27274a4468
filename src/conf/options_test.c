/* SPDX-License-Identifier: ISC */
#include "conf/options.h"

#include "base/lang.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
/* cmocka wants the four above first */
#include <cmocka.h>

enum {
	WORDS = 10
};

static int
count(const char *const words[WORDS])
{
	int n = 0;

	while (n < WORDS && words[n] != NULL)
		n++;
	return n;
}

static void
good_lines(void **state)
{
	const char *line[WORDS] = {"--log", "a.log", "-", "--json",
	    "--log=c.log", "--since", "2026-11-20", "--top=5", "--", "--odd"};
	struct options o = {0};
	struct err err;

	(void)state;
	if (!options_parse(&o, "origins", count(line), line, &err))
		fail_msg("%s", err.text);
	assert_int_equal(o.values[OPT_LOG].n, 3);
	assert_true(str_eq(o.values[OPT_LOG].texts[1], S("-")));
	assert_true(str_eq(options_text(&o, OPT_LOG), S("c.log")));
	assert_true(options_has(&o, OPT_JSON));
	assert_false(options_has(&o, OPT_BY));
	assert_int_equal(options_count(&o, OPT_TOP, 20), 5);
	assert_int_equal(options_count(&o, OPT_JOBS, 2), 2);
	assert_true(options_time(&o, OPT_SINCE, 0) != WALL_NONE);
	assert_true(options_time(&o, OPT_UNTIL, 0) == WALL_NONE);
	assert_int_equal(o.words.n, 1);
	assert_true(str_eq(o.words.texts[0], S("--odd")));
	options_done(&o);
}

static void
refused_lines(void **state)
{
	static const struct {
		const char *line[WORDS];
		const char *says;
	} cases[] = {
	    {{"--jso"}, "did you mean --json?"},
	    {{"--sicne", "1d"}, "did you mean --since?"},
	    {{"--unknwon"}, "did you mean --unknown?"},
	    {{"--xyzzy"}, "there is no option --xyzzy"},
	    {{"--by", "ip"}, "'sereno origins' has it"},
	    {{"--log"}, "--log needs a value: --log FILE..."},
	    {{"--log", "--json"}, "--log needs a value"},
	    {{"--log="}, "--log needs a value"},
	    {{"--json=yes"}, "--json takes no value, so not 'yes'"},
	    {{"--jobs", "0"}, "a whole number from 1, not '0'"},
	    {{"--jobs", "3x"}, "a whole number from 1, not '3x'"},
	    {{"--jobs", "99999999999999999999"}, "a whole number from 1"},
	    {{"--jobs", "-1"}, "--jobs needs a value"},
	    {{"--since", "yesterday"}, "'yesterday' is no time"},
	    {{"--color", "red"}, "one of auto|always|never, not 'red'"},
	    {{"--lang", "en|es"}, "one of en|es"},
	    {{"-j"}, "options have two dashes"},
	    {{"--\x1b[2J"}, "there is no option --\\x1b[2J"},
	    {{"--=x"}, "there is no option --"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct options o = {0};
		struct err err = {0};
		const char *const *line = cases[i].line;

		if (options_parse(&o, "check", count(line), line, &err))
			fail_msg("%s was taken", line[0]);
		if (strstr(err.text, cases[i].says) == NULL)
			fail_msg("%s: '%s' and not '%s'", line[0], err.text,
			    cases[i].says);
		assert_int_equal(err.kind, ERR_CONFIG);
		options_done(&o);
	}
}

static void
command_is_found_behind_options(void **state)
{
	static const struct {
		const char *line[WORDS];
		int at;
	} cases[] = {
	    {{"sereno", "check", "--json"}, 1},
	    {{"sereno", "--json", "check"}, 2},
	    {{"sereno", "--lang", "es", "check"}, 3},
	    {{"sereno", "--lang=es", "check"}, 2},
	    {{"sereno", "--help"}, 2},
	    {{"sereno", "--lang"}, 2},
	    {{"sereno"}, 1},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(
		    options_find_command(count(cases[i].line), cases[i].line),
		    cases[i].at);
}

static void
said_again(void **state)
{
	static const struct {
		const char *line[WORDS], *command, *says;
	} cases[] = {
	    {{"--json"}, "queue", ""},
	    {{"--queue", "/a", "--queue", "it s", "--log", "x"}, "queue",
		" --queue /a --queue 'it s'"},
	    {{"--log", "a b", "$(x)", "--queue", "/q", "--json"}, "trace",
		" --log 'a b' '$(x)'"},
	    {{"--now", "1d", "--now", "@5", "--mta", "exim"}, "queue",
		" --mta exim --now @5"},
	    /* what cannot be typed as it is shown */
	    {{"--log", "a'b", "c\033d"}, "check", " --log FILE... FILE..."},
	    {{"--own", "192.0.2.1", "a b", "--offline", "--resolver",
		 "192.0.2.53@5353"},
		"delist",
		" --own 192.0.2.1 'a b' --offline --resolver "
		"192.0.2.53@5353"},
	    {{"--own", "192.0.2.1", "--lists-conf", "l"}, "listed",
		" --lists-conf l"},
	    {{"--own", "1", "2", "3", "4", "5", "6", "7", "8", "9"}, "dns",
		" --own IP..."},
	    {{"--own", "192.0.2.1", "--offline"}, "trace", ""},
	    {{"--queue", "/q"}, "delist", " --queue /q"},
	    {{"--log", "1", "2", "3", "4", "5", "6", "7", "8", "9"}, "check",
		" --log FILE..."},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct options o = {0};
		struct arena a = {0};
		struct err err;
		struct str said;

		if (!options_parse(
			&o, "check", count(cases[i].line), cases[i].line, &err))
			fail_msg("%s", err.text);
		said = options_again(&a, &o, cases[i].command);
		if (!str_eq(said, str_z(cases[i].says)))
			fail_msg("%zu: %.*s", i, STR_ARG(said));
		arena_done(&a);
		options_done(&o);
	}
}

/* Each name once, each choice has words, each command list is well formed. */
static void
table_is_sound(void **state)
{
	(void)state;
	for (size_t i = 0; i < OPTIONS_N; i++) {
		const struct option_def *def = &option_defs[i];

		assert_true(def->kind == OPTION_FLAG || def->value != NULL);
		assert_true(def->kind != OPTION_CHOICE ||
			    strchr(def->value, '|') != NULL);
		assert_true(def->help[strlen(def->help) - 1] == '.');
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(def->name, option_defs[k].name);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(good_lines),
	    cmocka_unit_test(refused_lines),
	    cmocka_unit_test(command_is_found_behind_options),
	    cmocka_unit_test(said_again),
	    cmocka_unit_test(table_is_sound),
	};

	lang_init("en");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
