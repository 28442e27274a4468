/* SPDX-License-Identifier: ISC */
#include "cmd/help.h"

#include "base/lang.h"
#include "conf/options_doc.h"
#include "show/screen.h"
#include "source/imap.h"

#include <unistd.h>

#include "build_config.h"

/* How it is called, and behind it, or below when it is long, what it is for. */
static void
print_command(FILE *out, const struct command *command, size_t width)
{
	enum {
		INDENT = 20
	};
	int used = fprintf(out, "  %s%s%s", command->name,
	    command->words[0] != '\0' ? " " : "", command->words);

	if (used < INDENT)
		fprintf(out, "%*s", INDENT - used, "");
	else
		putc('\n', out);
	doc_fill(out, str_z(_(command->summary)), INDENT, width, used < INDENT);
}

static void
print_beginning(
    FILE *out, const char *command, const char *summary, size_t width)
{
	enum {
		INDENT = 32
	};

	fprintf(out, "  %-*s", INDENT - 2, command);
	doc_fill(out, str_z(summary), INDENT, width, true);
}

int
help_all(FILE *out)
{
	size_t width = screen_columns(fileno(out));

	fprintf(out, _("usage: sereno COMMAND [OPTION]...\n\n"));
	doc_fill(out,
	    str_z(_("Tells the keeper of a mail server whether spam leaves "
		    "it, who sends it, and how we know.")),
	    0, width, false);
	putc('\n', out);
	for (size_t i = 0; commands[i] != NULL; i++)
		print_command(out, commands[i], width);
	fprintf(out, "\n%s\n\n", _("Begin with:"));
	print_beginning(
	    out, "sudo sereno check", _("judge this machine"), width);
	print_beginning(out, "sereno check --log FILE...",
	    _("judge copied logs, without root"), width);
	print_beginning(out, "sereno COMMAND --help",
	    _("every option of a command"), width);
	putc('\n', out);
	doc_fill(out,
	    str_z(_("Exit code: 0 nothing found, 1 something found, 2 used "
		    "wrongly, 3 could not examine.")),
	    0, width, false);
	return OUTCOME_NOTHING;
}

int
help_command(FILE *out, const struct command *command)
{
	size_t width = screen_columns(fileno(out));

	fprintf(out, _("usage: sereno %s%s%s [OPTION]...\n\n"), command->name,
	    command->words[0] != '\0' ? " " : "", command->words);
	doc_fill(out, str_z(_(command->help)), 0, width, false);
	putc('\n', out);
	options_print_help(out, command->name, width);
	return OUTCOME_NOTHING;
}

int
help_version(FILE *out)
{
	fprintf(out, "sereno %s\n%s:%s%s%s\n", SERENO_VERSION, _("features"),
#ifdef HAVE_JOURNAL
	    " +journal",
#else
	    " -journal",
#endif
#ifdef HAVE_MAXMINDDB
	    " +maxminddb",
#else
	    " -maxminddb",
#endif
	    imap_is_built() ? " +imap" : " -imap");
	return OUTCOME_NOTHING;
}

static int
help_run(const struct options *o)
{
	const struct command *command;

	if (o->words.n == 0)
		return command_flush(help_all(stdout));
	command = command_find(o->words.texts[0]);
	if (command == NULL)
		return command_unknown(o->words.texts[0]);
	return command_flush(help_command(stdout, command));
}

const struct command command_help = {
    .name = "help",
    .words = "[COMMAND]",
    .summary = N_("explain a command and its options"),
    .help = N_("Explains a command and its options; without one, lists the "
	       "commands."),
    .words_max = 1,
    .run = help_run,
};
