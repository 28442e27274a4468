/* SPDX-License-Identifier: ISC */
#include "cmd/command.h"

#include "base/lang.h"
#include "base/secret.h"
#include "base/text.h"
#include "cmd/help.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

const struct command *const commands[] = {
#define COMMAND(name) &command_##name,
#include "cmd/command_list.h"
#undef COMMAND
    NULL};

enum {
	COMMANDS_N = ARRAY_LEN(commands) - 1
};

const struct command *
command_find(struct str name)
{
	for (size_t i = 0; i < COMMANDS_N; i++)
		if (str_eq(str_z(commands[i]->name), name))
			return commands[i];
	return NULL;
}

int
command_fail(const struct err *err)
{
	fprintf(stderr, "sereno: %s\n", err->text);
	if (err->hint[0] != '\0')
		/* TRANSLATORS: followed by a command or an example. */
		fprintf(stderr, "%s: %s\n", _("try"), err->hint);
	return err->kind == ERR_CONFIG ? OUTCOME_USAGE : OUTCOME_FAILED;
}

int
command_refuse(const struct err *err, bool nagios)
{
	if (!nagios)
		return command_fail(err);
	printf("SERENO UNKNOWN - %s\n", err->text);
	return command_flush(OUTCOME_FAILED);
}

int
command_flush(int code)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return code;
	fprintf(stderr, _("sereno: the report could not be written: %s\n"),
	    strerror(errno));
	return OUTCOME_FAILED;
}

/* Language comes first: even "no such option" is said in it. */
static void
choose_language(int argc, const char *const argv[])
{
	const char *language = NULL;

	for (int i = 1; i < argc; i++) {
		struct str word = str_z(argv[i]);

		if (str_eq(word, S("--")))
			break;
		if (str_eat(&word, S("--lang=")))
			language = word.p;
		else if (str_eq(word, S("--lang")) && i + 1 < argc)
			language = argv[i + 1];
	}
	lang_init(language);
}

int
command_unknown(struct str word)
{
	const char *names[COMMANDS_N];
	struct arena scratch = {0};
	struct str shown = text_safe(&scratch, str_head(word, 60));
	struct err err;
	const char *guess;

	for (size_t i = 0; i < COMMANDS_N; i++)
		names[i] = commands[i]->name;
	guess = word_guess(word, names, COMMANDS_N);
	if (guess != NULL)
		err_set(&err, ERR_CONFIG,
		    _("there is no command '%.*s'; did you mean 'sereno %s'?"),
		    STR_ARG(shown), guess);
	else
		err_set(&err, ERR_CONFIG, _("there is no command '%.*s'"),
		    STR_ARG(shown));
	snprintf(err.hint, sizeof(err.hint), "sereno --help");
	arena_done(&scratch);
	return command_fail(&err);
}

/* As many words as the command takes? */
static bool
check_words(
    const struct command *command, const struct options *o, struct err *err)
{
	struct option_value words = o->words;
	struct arena scratch = {0};
	struct str shown;

	if (words.n < (size_t)command->words_min ||
	    (command->words_min > 0 && words.texts[0].n == 0)) {
		err_set(err, ERR_CONFIG, _("'sereno %s' needs a %s"),
		    command->name, command->words);
		snprintf(err->hint, sizeof(err->hint),
		    options_has(o, OPT_LOG) ? "sereno %s %s --log FILE..."
					    : "sereno %s %s",
		    command->name, command->words);
		return false;
	}
	if (words.n <= (size_t)command->words_max)
		return true;
	shown =
	    text_safe(&scratch, str_head(words.texts[command->words_max], 60));
	if (command->words_max == 0 &&
	    option_of(&option_defs[OPT_LOG], command->name)) {
		err_set(err, ERR_CONFIG,
		    _("'%.*s' is no option; a log file is named with --log"),
		    STR_ARG(shown));
		snprintf(err->hint, sizeof(err->hint), "sereno %s --log %.*s",
		    command->name, STR_ARG(shown));
	} else {
		err_set(err, ERR_CONFIG,
		    _("'sereno %s' does not know what '%.*s' is for"),
		    command->name, STR_ARG(shown));
		snprintf(err->hint, sizeof(err->hint), "sereno %s --help",
		    command->name);
	}
	arena_done(&scratch);
	return false;
}

/*
 * "sereno trace --log FILE PATTERN": the list of --log took the PATTERN too.
 * What stands last, is wanted, and is no file, is given back.
 */
static void
return_word(const struct command *command, struct options *o, int argc,
    const char *const argv[])
{
	if (o->words.n >= (size_t)command->words_min || argc == 0)
		return;
	for (size_t i = 0; i < OPTIONS_N; i++) {
		struct option_value *value = &o->values[i];
		struct str last;

		if (option_defs[i].kind != OPTION_LIST || value->n < 2)
			continue;
		last = value->texts[value->n - 1];
		/* of files, the last word if it is none; of what is ours, a
		 * file */
		if (i == OPT_OWN
			? access(last.p, F_OK) != 0
			: last.p != argv[argc - 1] || access(last.p, F_OK) == 0)
			continue;
		value->n--;
		VEC_ROOM(o->words.texts, o->words.n, o->words.cap);
		o->words.texts[o->words.n++] = last;
		return;
	}
}

static bool
wants_nagios(int argc, const char *const argv[])
{
	for (int i = 0; i < argc; i++)
		if (str_eq(str_z(argv[i]), S("--nagios")))
			return true;
	return false;
}

static int
run(const struct command *command, int argc, const char *const argv[])
{
	struct options options = {0};
	struct err err;
	bool good;
	int code;

	good = options_parse(&options, command->name, argc, argv, &err);
	if (good)
		return_word(command, &options, argc, argv);
	if (!good)
		code = command_refuse(&err, wants_nagios(argc, argv));
	else if (options_has(&options, OPT_HELP))
		code = command_flush(help_command(stdout, command));
	else if (options_has(&options, OPT_VERSION))
		code = command_flush(help_version(stdout));
	else if (!check_words(command, &options, &err))
		code = command_refuse(&err, wants_nagios(argc, argv));
	else
		code = command->run(&options);
	options_done(&options);
	return code;
}

/* No command: then only --help and --version make sense. */
static int
run_without(int argc, const char *const argv[])
{
	struct options options = {0};
	struct err err;
	int code;

	if (!options_parse(&options, "help", argc - 1, argv + 1, &err)) {
		if (argc > 1 && options_is_known(str_z(argv[1])))
			err_set(&err, ERR_CONFIG, _("no command is named"));
		snprintf(
		    err.hint, sizeof(err.hint), "sereno check, sereno --help");
		code = command_fail(&err);
	} else if (options_has(&options, OPT_VERSION)) {
		code = command_flush(help_version(stdout));
	} else if (options_has(&options, OPT_HELP)) {
		code = command_flush(help_all(stdout));
	} else {
		help_all(stderr);
		code = OUTCOME_USAGE;
	}
	options_done(&options);
	return code;
}

int
command_main(int argc, char *const argv[])
{
	const struct command *command = NULL;
	const char **words = xcalloc((size_t)argc + 1, sizeof(*words));
	int at, code;

	for (int i = 0; i < argc; i++)
		words[i] = argv[i];
	secret_begin();
	tzset();
	choose_language(argc, words);
	at = options_find_command(argc, words);
	if (at < argc)
		command = command_find(str_z(words[at]));
	if (at >= argc) {
		code = run_without(argc, words);
	} else if (command == NULL) {
		code = command_unknown(str_z(words[at]));
	} else {
		/* Options may stand before the command: "sereno --lang es
		 * check". */
		memmove(
		    words + 2, words + 1, (size_t)(at - 1) * sizeof(*words));
		code = run(command, argc - 2, words + 2);
	}
	free(words);
	return code;
}
