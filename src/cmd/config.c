/* SPDX-License-Identifier: ISC */
#include "cmd/command.h"

#include "base/lang.h"
#include "cmd/completion.h"
#include "conf/options_doc.h"

#include <stdio.h>

/* A section of the manual page for each command. */
static void
print_man(FILE *out)
{
	fputs(".Sh COMMANDS\n", out);
	for (size_t i = 0; commands[i] != NULL; i++) {
		const struct command *command = commands[i];

		fprintf(out, ".Ss sereno %s%s%s\n", command->name,
		    command->words[0] != '\0' ? " " : "", command->words);
		mdoc_text(out, command->help);
		options_print_mdoc(out, command->name);
	}
}

/* What is set: every option with its value and default. */
static void
print_defaults(FILE *out)
{
	for (size_t i = 0; i < OPTIONS_N; i++) {
		const struct option_def *def = &option_defs[i];

		if (def->kind == OPTION_FLAG)
			continue;
		fprintf(out, "%-10s %-40s %s\n", def->name, def->value,
		    def->fallback != NULL ? _(def->fallback) : "-");
	}
}

static int
config_run(const struct options *o)
{
	if (options_has(o, OPT_MAN))
		print_man(stdout);
	else if (options_has(o, OPT_BASH))
		completion_bash(stdout);
	else if (options_has(o, OPT_ZSH))
		completion_zsh(stdout);
	else
		print_defaults(stdout);
	return command_flush(OUTCOME_NOTHING);
}

const struct command command_config = {
    .name = "config",
    .words = "",
    .summary = N_("every option with its default; completions"),
    .help = N_("Prints every option that takes a value, what it takes and "
	       "its default. sereno reads no configuration file yet."),
    .run = config_run,
};
