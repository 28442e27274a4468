/* SPDX-License-Identifier: ISC */
/* A word behind "sereno", and what it does. */
#ifndef CMD_COMMAND_H
#define CMD_COMMAND_H

#include "conf/options.h"

/* What a run came to; the exit code of every command. */
enum outcome {
	OUTCOME_NOTHING, /* nothing found */
	OUTCOME_FOUND,
	OUTCOME_USAGE,  /* used wrongly */
	OUTCOME_FAILED, /* could not examine */
};

struct command {
	const char *name;
	const char *words;   /* "PATTERN" behind the name; "" for none */
	const char *verbs;   /* "list show", for completion; NULL: none */
	const char *summary; /* N_(): half a line for the list of commands */
	const char *help;    /* N_(): a paragraph */
	int words_min, words_max;
	/* Returns the exit code. */
	int (*run)(const struct options *o);
};

/* One command_NAME per line of the list; each lives in cmd/NAME.c. */
#define COMMAND(name) extern const struct command command_##name;
#include "cmd/command_list.h"
#undef COMMAND

/* Ends with NULL. */
extern const struct command *const commands[];

/* Returns NULL when there is none of that name. */
const struct command *command_find(struct str name);

/* The whole program: the exit code of main. */
int command_main(int argc, char *const argv[]);

/* "sereno: text" and the hint on standard error; returns the exit code that
 * belongs to it. */
int command_fail(const struct err *err);

/* The same for a word that is no command, with what was probably meant. */
int command_unknown(struct str word);

/* The same for a run with --nagios: a wrong option must not look CRITICAL (2),
 * it is UNKNOWN (3), said on standard output (Monitoring Plugins Guidelines
 * 2.2). */
int command_refuse(const struct err *err, bool nagios);

/* Standard output to the disk or the pipe: OUTCOME_FAILED with a sentence
 * when that cannot be done, else code. */
int command_flush(int code);

#endif
