/* SPDX-License-Identifier: ISC */
#include "conf/options_doc.h"

#include "base/lang.h"
#include "base/text.h"

void
doc_fill(FILE *out, struct str text, size_t indent, size_t width, bool hang)
{
	size_t column = 0;

	if (!hang)
		fprintf(out, "%*s", (int)indent, "");
	while (text.n > 0) {
		struct str word = str_take(&text, ' ');
		size_t columns = text_width(word);

		if (column > 0 && indent + column + 1 + columns > width) {
			fprintf(out, "\n%*s", (int)indent, "");
			column = 0;
		} else if (column > 0) {
			putc(' ', out);
			column++;
		}
		fwrite(word.p, 1, word.n, out);
		column += columns;
	}
	putc('\n', out);
}

void
options_print_help(FILE *out, const char *command, size_t width)
{
	enum {
		INDENT = 22
	};

	for (size_t i = 0; i < OPTIONS_N; i++) {
		const struct option_def *def = &option_defs[i];
		int used;

		if (!option_of(def, command))
			continue;
		used = fprintf(out, "  --%s%s%s", def->name,
		    def->value != NULL ? " " : "",
		    def->value != NULL ? def->value : "");
		if (used < INDENT - 1)
			fprintf(out, "%*s", INDENT - used, "");
		else
			fprintf(out, "\n%*s", INDENT, "");
		doc_fill(out, str_z(_(def->help)), INDENT, width, true);
		if (def->fallback != NULL)
			fprintf(out, "%*s(%s: %s)\n", INDENT, "", _("default"),
			    _(def->fallback));
	}
}

void
mdoc_text(FILE *out, const char *text)
{
	for (const char *p = text; *p != '\0'; p++) {
		if (*p == '\\')
			fputs("\\e", out);
		else if (*p == '-' && p[1] == '-')
			fputs("\\-", out);
		else
			putc(*p, out);
		/* A new line for a new sentence. */
		if (*p == '.' && p[1] == ' ') {
			putc('\n', out);
			p++;
		}
	}
	putc('\n', out);
}

void
options_print_mdoc(FILE *out, const char *command)
{
	fputs(".Bl -tag -width Ds\n", out);
	for (size_t i = 0; i < OPTIONS_N; i++) {
		const struct option_def *def = &option_defs[i];

		if (!option_of(def, command))
			continue;
		fprintf(out, ".It Fl \\-%s", def->name);
		if (def->kind == OPTION_CHOICE)
			fprintf(out, " Cm %s", def->value);
		else if (def->value != NULL)
			fprintf(out, " Ar %s", def->value);
		putc('\n', out);
		mdoc_text(out, def->help);
		if (def->fallback != NULL)
			fprintf(out, "Default: %s.\n", def->fallback);
	}
	fputs(".El\n", out);
}
