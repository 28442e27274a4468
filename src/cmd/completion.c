/* SPDX-License-Identifier: ISC */
#include "cmd/completion.h"

#include "cmd/command.h"

static void
put_commands(FILE *out)
{
	for (size_t i = 0; commands[i] != NULL; i++)
		fprintf(out, "%s%s", i > 0 ? " " : "", commands[i]->name);
}

static void
put_options(FILE *out, const char *command)
{
	const char *gap = "";

	for (size_t i = 0; i < OPTIONS_N; i++) {
		if (!option_of(&option_defs[i], command))
			continue;
		fprintf(out, "%s--%s", gap, option_defs[i].name);
		gap = " ";
	}
}

/* The words of a choice, parted by blanks. */
static void
put_choice(FILE *out, const char *value)
{
	for (const char *p = value; *p != '\0'; p++)
		putc(*p == '|' ? ' ' : *p, out);
}

/* "--log|--php-log": the options of this kind as a shell pattern. */
static void
put_kind(FILE *out, enum option_kind kind)
{
	const char *bar = "";

	for (size_t i = 0; i < OPTIONS_N; i++) {
		if (option_defs[i].kind != kind)
			continue;
		fprintf(out, "%s--%s", bar, option_defs[i].name);
		bar = " | ";
	}
}

/* The words of each command: other commands, or its options. */
static void
put_words(FILE *out)
{
	fputs(
	    "\tesac\n\tlocal words=\n\tcase $command in\n\t'') words=\"", out);
	put_commands(out);
	fputs(" --help --version\" ;;\n", out);
	for (size_t i = 0; commands[i] != NULL; i++) {
		fprintf(out, "\t%s) words=\"", commands[i]->name);
		if (str_eq(str_z(commands[i]->name), S("help"))) {
			put_commands(out);
			putc(' ', out);
		}
		if (commands[i]->verbs != NULL)
			fprintf(out, "%s ", commands[i]->verbs);
		put_options(out, commands[i]->name);
		fputs("\" ;;\n", out);
	}
}

void
completion_bash(FILE *out)
{
	fputs("# bash completion for sereno(1)\n"
	      "# printed by sereno config --bash; do not edit\n"
	      "_sereno()\n{\n"
	      "\tlocal cur=${COMP_WORDS[COMP_CWORD]} option= command= i\n"
	      "\tlocal prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
	      "\t# bash cuts --log=FILE into three words\n"
	      "\t[[ $prev != = ]] || prev=${COMP_WORDS[COMP_CWORD - 2]}\n"
	      "\t[[ $cur != = ]] || cur=\n"
	      "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	      "\t\tcase ${COMP_WORDS[i]} in\n"
	      "\t\t-*) option=${COMP_WORDS[i]} ;;\n"
	      "\t\t*) [[ -n $command ]] || command=${COMP_WORDS[i]} ;;\n"
	      "\t\tesac\n"
	      "\tdone\n"
	      "\tCOMPREPLY=()\n",
	    out);
	/* A list goes on until the next option. */
	fputs("\tif [[ $cur != -* ]]; then\n\t\tcase $option in\n\t\t", out);
	put_kind(out, OPTION_LIST);
	fputs(")\n\t\t\tcompopt -o filenames 2>/dev/null\n"
	      "\t\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
	      "\t\t\treturn\n\t\t\t;;\n\t\tesac\n\tfi\n"
	      "\tcase $prev in\n\t",
	    out);
	put_kind(out, OPTION_PATH);
	fputs(")\n\t\tcompopt -o filenames 2>/dev/null\n"
	      "\t\tmapfile -t COMPREPLY < <(compgen -d -- \"$cur\")\n"
	      "\t\treturn\n\t\t;;\n\t",
	    out);
	put_kind(out, OPTION_TEXT);
	fputs(" | ", out);
	put_kind(out, OPTION_COUNT);
	fputs(" | ", out);
	put_kind(out, OPTION_TIME);
	fputs(")\n\t\treturn\n\t\t;;\n", out);
	for (size_t i = 0; i < OPTIONS_N; i++) {
		if (option_defs[i].kind != OPTION_CHOICE)
			continue;
		fprintf(out,
		    "\t--%s)\n\t\tmapfile -t COMPREPLY < <(compgen "
		    "-W \"",
		    option_defs[i].name);
		put_choice(out, option_defs[i].value);
		fputs("\" -- \"$cur\")\n\t\treturn\n\t\t;;\n", out);
	}
	put_words(out);
	fputs("\tesac\n"
	      "\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
	      "}\n"
	      "complete -F _sereno sereno\n",
	    out);
}

/* Inside '...' of zsh's _arguments: its own signs lose their meaning. */
static void
put_zsh(FILE *out, const char *text)
{
	for (const char *p = text; *p != '\0'; p++) {
		if (*p == '\'') {
			fputs("'\\''", out);
			continue;
		}
		if (*p == '[' || *p == ']' || *p == ':' || *p == '\\')
			putc('\\', out);
		putc(*p, out);
	}
}

static void
put_zsh_option(FILE *out, const struct option_def *def)
{
	const char *star =
	    def->kind == OPTION_LIST || def->kind == OPTION_TEXT ? "*" : "";

	fprintf(out, "\t\t\t'%s--%s[", star, def->name);
	put_zsh(out, def->help);
	putc(']', out);
	if (def->value != NULL && def->kind != OPTION_CHOICE) {
		putc(':', out);
		put_zsh(out, def->value);
	}
	switch (def->kind) {
	case OPTION_FLAG:
		break;
	case OPTION_TEXT:
	case OPTION_COUNT:
	case OPTION_TIME:
		fputs(": ", out);
		break;
	case OPTION_PATH:
		fputs(":_files -/", out);
		break;
	case OPTION_LIST:
		fputs(":_files", out);
		break;
	case OPTION_CHOICE:
		fprintf(out, ":%s:(", def->name);
		put_choice(out, def->value);
		putc(')', out);
		break;
	}
	fputs("' \\\n", out);
}

void
completion_zsh(FILE *out)
{
	fputs("#compdef sereno\n"
	      "# printed by sereno config --zsh; do not edit\n"
	      "local -a commands\n"
	      "commands=(\n",
	    out);
	for (size_t i = 0; commands[i] != NULL; i++) {
		fprintf(out, "\t'%s:", commands[i]->name);
		put_zsh(out, commands[i]->summary);
		fputs("'\n", out);
	}
	fputs(")\n"
	      "if ((CURRENT == 2)); then\n"
	      "\t_describe command commands\n"
	      "else\n"
	      "\tlocal command=$words[2]\n"
	      "\tshift words\n"
	      "\t((CURRENT--))\n"
	      "\tcase $command in\n",
	    out);
	for (size_t i = 0; commands[i] != NULL; i++) {
		fprintf(out, "\t%s)\n\t\t_arguments \\\n", commands[i]->name);
		for (size_t k = 0; k < OPTIONS_N; k++)
			if (option_of(&option_defs[k], commands[i]->name))
				put_zsh_option(out, &option_defs[k]);
		if (commands[i]->verbs != NULL)
			fprintf(out, "\t\t\t'1:word:(%s)' \\\n",
			    commands[i]->verbs);
		fputs("\t\t\t'*:word: '\n\t\t;;\n", out);
	}
	fputs("\tesac\nfi\n", out);
}
