/* SPDX-License-Identifier: ISC */
/*
 * Runs at build time: turns rejections.tsv into a C table, sorted by prio,
 * and refuses a line that is not in order. For each pattern it works out
 * words of which every matching text must hold one, so that most rules are
 * passed over without running their expression.
 *
 * Usage: embed rejections.tsv > rejections_table.h
 */
#include <ctype.h>
#include <regex.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum column {
	ID,
	PRIO,
	REPLY,
	ENHANCED,
	PATTERN,
	MX_HINT,
	PROVIDER,
	SCOPE,
	CLASS,
	MEANING,
	ACTION,
	URL,
	RETRY,
	EXAMPLE,
	SOURCE,
	DATE,
	COLUMNS,
};

static const char *const column_names[COLUMNS] = {"id", "prio", "reply",
    "enhanced", "pattern", "mx_hint", "provider", "scope", "class", "meaning",
    "action", "url", "retry", "example", "source", "date"};

enum {
	ROWS = 2000,
	HINTS = 64,
	WORDS = 512, /* bytes of the words of one rule */
	WORD_MIN = 3,
};

struct row {
	char *at[COLUMNS];
	int prio, line, hint;
};

struct table {
	struct row rows[ROWS];
	int n;
	const char *hints[HINTS];
	int n_hints;
};

static void __attribute__((noreturn))
fail(int line, const char *what, const char *value)
{
	(void)fprintf(
	    stderr, "rejections.tsv:%d: %s: '%s'\n", line, what, value);
	exit(1);
}

/* Behind the bracket expression that begins at p. */
static const char *
skip_class(const char *p, const char *end)
{
	p++;
	if (p < end && *p == '^')
		p++;
	if (p < end && *p == ']')
		p++;
	while (p < end && *p != ']')
		p++;
	return p < end ? p + 1 : end;
}

/* The next character of depth 0 that is in stop, or end. */
static const char *
skip_to(const char *p, const char *end, char stop)
{
	int depth = 0;

	while (p < end) {
		if (depth == 0 && *p == stop)
			return p;
		if (*p == '\\') {
			p += 2;
			continue;
		}
		if (*p == '[') {
			p = skip_class(p, end);
			continue;
		}
		if (*p == '(')
			depth++;
		if (*p == ')')
			depth--;
		p++;
	}
	return end;
}

static bool needs_of(const char *p, const char *end, char *out);

/*
 * One alternative: its longest run of plain characters; without one, what a
 * group of it needs. Appends lines to out.
 */
static bool
needs_of_branch(const char *p, const char *end, char *out)
{
	char run[WORDS] = "", best[WORDS] = "";
	size_t n = 0;
	const char *group = NULL, *group_end = NULL;

	while (p < end && end - p < WORDS) {
		bool plain = strchr("\\[(.^$?*+{", *p) == NULL || *p == '\\';

		if (plain) {
			if (*p == '\\')
				p++;
			run[n++] = *p++;
			run[n] = '\0';
		}
		if (p < end && (*p == '?' || *p == '*' || *p == '{') && n > 0)
			run[n - 1] = '\0'; /* it may be missing */
		if (strlen(run) > strlen(best))
			memcpy(best, run, sizeof(best));
		if (plain && (p == end || strchr("[(.^$?*+{", *p) == NULL))
			continue;
		n = 0;
		run[0] = '\0';
		if (p == end)
			break;
		if (*p == '[') {
			p = skip_class(p, end);
		} else if (*p == '(') {
			const char *close = skip_to(p + 1, end, ')');
			char next = close + 1 < end ? close[1] : '\0';

			if (next != '?' && next != '*' && next != '{') {
				group = p + 1;
				group_end = close;
			}
			p = close < end ? close + 1 : end;
		} else if (*p == '{') {
			p = skip_to(p, end, '}');
		} else {
			p++;
		}
	}
	if (strlen(best) < WORD_MIN)
		return group != NULL && needs_of(group, group_end, out);
	if (strlen(out) + strlen(best) + 2 > WORDS)
		return false;
	memcpy(out + strlen(out), best, strlen(best) + 1);
	memcpy(out + strlen(out), "\n", 2);
	return true;
}

static bool
needs_of(const char *p, const char *end, char *out)
{
	while (p <= end) {
		const char *bar = skip_to(p, end, '|');

		if (!needs_of_branch(p, bar, out))
			return false;
		p = bar + 1;
	}
	return true;
}

static void
put_string(const char *name, const char *s)
{
	if (name[0] != '\0')
		printf("\t.%s = ", name);
	putchar('"');
	for (; *s != '\0'; s++) {
		if (*s == '\n')
			printf("\\n");
		else if (*s == '"' || *s == '\\' || *s == '?')
			printf("\\%c", *s);
		else
			putchar(*s);
	}
	printf("\",\n");
}

static void
put_upper(const char *name, const char *prefix, const char *s)
{
	printf("\t.%s = %s", name, prefix);
	for (; *s != '\0'; s++)
		putchar(*s == '-' ? '_' : toupper((unsigned char)*s));
	printf(",\n");
}

static void
put_row(const struct row *row)
{
	char needs[WORDS] = "";
	const char *pattern = row->at[PATTERN];
	unsigned digits = 0;

	if (!needs_of(pattern, pattern + strlen(pattern), needs))
		needs[0] = '\0';
	for (const char *p = row->at[REPLY]; *p != '\0'; p++)
		if (p == row->at[REPLY] || p[-1] == '|')
			digits |= 1u << (*p - '0');
	printf("{\n");
	put_string("id", row->at[ID]);
	put_string("provider", row->at[PROVIDER]);
	put_string("scope", row->at[SCOPE]);
	put_string("word", row->at[CLASS]);
	put_string("meaning", row->at[MEANING]);
	put_string("action", row->at[ACTION]);
	put_string("url", row->at[URL]);
	put_upper("class", "WORD_", row->at[CLASS]);
	put_upper("retry", "RETRY_", row->at[RETRY]);
	put_string("pattern", pattern);
	put_string("needs", needs);
	put_string("hint", row->at[MX_HINT]);
	put_string("example", row->at[EXAMPLE]);
	printf("\t.hint_bit = %d,\n\t.digits = %#x,\n},\n", row->hint, digits);
}

static void
lower(char *s)
{
	for (; *s != '\0'; s++)
		*s = (char)tolower((unsigned char)*s);
}

static void
check_pattern(const struct row *row, char *pattern)
{
	regex_t re;

	/* the text is folded before it is matched, so the pattern is too */
	lower(pattern);
	if (regcomp(&re, pattern, REG_EXTENDED | REG_NOSUB) != 0)
		fail(row->line, "no regular expression", pattern);
	regfree(&re);
}

static int
hint_number(struct table *table, const struct row *row)
{
	const char *hint = row->at[MX_HINT];

	if (hint[0] == '\0')
		return 0;
	for (int i = 0; i < table->n_hints; i++)
		if (strcmp(table->hints[i], hint) == 0)
			return i + 1;
	if (table->n_hints == HINTS)
		fail(row->line, "too many different mx_hint", hint);
	table->hints[table->n_hints++] = hint;
	return table->n_hints;
}

static void
check_reply(const struct row *row)
{
	const char *p = row->at[REPLY];

	for (; strlen(p) >= 3; p += 4) {
		if (p[0] < '4' || p[0] > '5')
			break;
		if (p[3] == '\0')
			return;
		if (p[3] != '|')
			break;
	}
	fail(row->line, "no codes", row->at[REPLY]);
}

static void
add_row(struct table *table, char *text, int line)
{
	struct row *row = &table->rows[table->n];
	int column = 0;

	if (table->n == ROWS)
		fail(line, "too many rules", text);
	for (char *p = text; p != NULL && column < COLUMNS; column++) {
		row->at[column] = p;
		p = strchr(p, '\t');
		if (p != NULL)
			*p++ = '\0';
		if (column == COLUMNS - 1 && p != NULL)
			fail(line, "too many columns", p);
	}
	if (column != COLUMNS)
		fail(line, "too few columns", text);
	row->line = line;
	row->prio = 0;
	for (const char *p = row->at[PRIO]; *p != '\0'; p++) {
		if (*p < '0' || *p > '9' || row->prio > 1000)
			fail(line, "no number", row->at[PRIO]);
		row->prio = row->prio * 10 + (*p - '0');
	}
	for (int i = 0; i < table->n; i++)
		if (strcmp(table->rows[i].at[ID], row->at[ID]) == 0)
			fail(line, "id used twice", row->at[ID]);
	check_reply(row);
	check_pattern(row, row->at[PATTERN]);
	check_pattern(row, row->at[MX_HINT]);
	row->hint = hint_number(table, row);
	table->n++;
}

static void
check_names(char *text, int line)
{
	for (int i = 0; i < COLUMNS; i++) {
		char *next = strchr(text, '\t');

		if (next != NULL)
			*next++ = '\0';
		if (strcmp(text, column_names[i]) != 0)
			fail(line, "not the name of the column", text);
		if (next == NULL)
			next = text + strlen(text);
		text = next;
	}
}

static int
by_prio(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	return x->prio != y->prio ? x->prio - y->prio : x->line - y->line;
}

int
main(int argc, char **argv)
{
	static struct table table;
	static char text[8192];
	FILE *f = argc == 2 ? fopen(argv[1], "r") : NULL;
	bool named = false;
	int line = 0;

	if (f == NULL) {
		(void)fprintf(stderr, "usage: embed FILE.tsv\n");
		return 1;
	}
	while (fgets(text, sizeof(text), f) != NULL) {
		char *end = strchr(text, '\n');

		line++;
		if (end == NULL)
			fail(line, "line too long or cut", text);
		*end = '\0';
		if (text[0] == '#' || text[0] == '\0')
			continue;
		if (!named)
			check_names(text, line);
		else
			add_row(&table, strdup(text), line);
		named = true;
	}
	(void)fclose(f);
	qsort(table.rows, (size_t)table.n, sizeof(table.rows[0]), by_prio);
	printf("/* Made by data/embed.c from data/rejections.tsv. */\n");
	printf("static const struct reply_rule rules[] = {\n");
	for (int i = 0; i < table.n; i++)
		put_row(&table.rows[i]);
	printf("};\n\nstatic const char *const hints[] = {\n");
	for (int i = 0; i < table.n_hints; i++)
		put_string("", table.hints[i]);
	printf("};\n");
	return ferror(stdout) || fflush(stdout) != 0;
}
