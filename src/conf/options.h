/* SPDX-License-Identifier: ISC */
/* The options of a command line, read by the table in options_list.h. */
#ifndef CONF_OPTIONS_H
#define CONF_OPTIONS_H

#include "base/arena.h"
#include "base/err.h"
#include "base/time.h"

enum option_kind {
	OPTION_FLAG,
	OPTION_TEXT,
	OPTION_PATH,   /* completed as a folder */
	OPTION_LIST,   /* files and the like, up to the next option */
	OPTION_COUNT,  /* from 1 */
	OPTION_TIME,   /* see time_parse */
	OPTION_CHOICE, /* one of the words of its value, parted by '|' */
};

enum option_id {
#define OPTION(id, name, value, kind, fallback, commands, help) OPT_##id,
#include "conf/options_list.h"
#undef OPTION
	OPTIONS_N,
};

struct option_def {
	const char *name;
	const char *value; /* NULL: it takes none */
	enum option_kind kind;
	const char *fallback; /* NULL: none worth saying */
	const char *commands; /* "check trace", "*" */
	const char *help;
};

/* In the order of enum option_id; texts are marked, not translated. */
extern const struct option_def option_defs[OPTIONS_N];

struct option_value {
	struct str *texts; /* slices of argv */
	size_t n, cap;
	uint64_t count; /* OPTION_COUNT */
};

struct options {
	struct arena arena;
	struct option_value values[OPTIONS_N];
	/* Words that are no options: "PATTERN" of trace. */
	struct option_value words;
};

void options_done(struct options *o);

/*
 * Read what follows the command's name, of which argv[0] is the first.
 * Abbreviations are refused. Slices live as long as argv.
 */
bool options_parse(struct options *o, const char *command, int argc,
    const char *const argv[], struct err *err) MUST_CHECK;

/*
 * Position of the command's name in argv: the first word that is neither an
 * option nor the single value of one; argc when there is none. argv[0] is the
 * program.
 */
int options_find_command(int argc, const char *const argv[]);

/* Is the word ("--log", "--log=FILE") an option of any command? */
bool options_is_known(struct str word);

/* Was it given? */
bool options_has(const struct options *o, enum option_id id);
/* The last value given; empty when there is none. */
struct str options_text(const struct options *o, enum option_id id);
/* The same as a count; fallback when it was not given. */
uint64_t options_count(
    const struct options *o, enum option_id id, uint64_t fallback);
/* Has the last value of a choice this word? */
bool options_is(const struct options *o, enum option_id id, struct str word);
/* A time; relative ones count back from now. WALL_NONE: not given. */
wall_us options_time(const struct options *o, enum option_id id, wall_us now);

/* " --log mail.log": what this command looks at, for another command to look at
 * the same; empty: at this machine. */
struct str options_again(
    struct arena *a, const struct options *o, const char *command);

/* The same of one option. */
struct str options_again_one(
    struct arena *a, const struct options *o, enum option_id id);
/* As a shell takes it for one word; empty when none could. */
struct str options_word(struct arena *a, struct str value);

/* Does the command know the option? */
bool option_of(const struct option_def *def, const char *command);

/*
 * The one of n words that word was probably meant to be, or NULL: it begins
 * one of them only, or is one or two slips of the finger away.
 */
const char *word_guess(struct str word, const char *const words[], size_t n);

#endif
