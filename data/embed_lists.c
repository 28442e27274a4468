/* SPDX-License-Identifier: ISC */
/*
 * Runs at build time: turns dnsbl.tsv and dead_lists.tsv into C tables, and
 * refuses a line that is not in order; or delist.tsv.
 *
 * Usage: embed_lists dnsbl.tsv dead_lists.tsv > lists_table.h
 *        embed_lists delist.tsv > ways_table.h
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum column {
	ID,
	ZONE,
	OPERATOR,
	KIND,
	TARGET,
	PART_OF,
	USE,
	CODES,
	DECODE,
	REFUSAL,
	TEST,
	CLEAN,
	RATE,
	SEVERITY,
	EXPIRY,
	REMOVAL,
	URL,
	PAID,
	NOTE,
	SOURCE,
	DATE,
	COLUMNS,
};

static const char *const column_names[COLUMNS] = {"id", "zone", "operator",
    "kind", "target", "part_of", "use", "codes", "decode", "refusal", "test",
    "clean", "rate", "severity", "expiry", "removal", "url", "paid", "note",
    "source", "date"};

static const char *const dead_names[] = {
    "zone", "operator", "why", "since", "source"};

enum way_column {
	WAY_ID,
	WAY_NAME,
	WAY_FOR,
	WAY_HOW,
	WAY_TO,
	WAY_NEEDS,
	WAY_QUIET,
	WAY_EXPIRY,
	WAY_WAIT,
	WAY_READS,
	WAY_PAID,
	WAY_NOTE,
	WAY_SOURCE,
	WAY_DATE,
	WAY_COLUMNS,
};

static const char *const way_names[WAY_COLUMNS] = {"id", "name", "for", "how",
    "to", "needs", "quiet", "expiry", "wait", "reads", "paid", "note", "source",
    "date"};

enum {
	DEAD_COLUMNS = 5,
	ROWS = 1000,
};

/* The words that a column may hold, each the end of an enum's name. */
static const struct {
	enum column column;
	const char *words;
} choices[] = {
    {KIND, " block allow score info "},
    {USE, " on key extended "},
    {DECODE, " exact bits score dnswl hours "},
    {SEVERITY, " critical high medium low info "},
    {REMOVAL, " auto self form mail account owner none "},
    {PAID, " never  "},
};

static const char *file;
static int line;
static const char *ids[ROWS];
static int ids_n;

static void __attribute__((noreturn)) fail(const char *what, const char *value)
{
	(void)fprintf(stderr, "%s:%d: %s: '%s'\n", file, line, what, value);
	exit(1);
}

static bool
has_word(const char *words, const char *word)
{
	char spaced[80];

	if (strlen(word) > 70)
		return false;
	(void)snprintf(spaced, sizeof(spaced), " %s ", word);
	return strstr(words, spaced) != NULL;
}

static unsigned long
number(const char **p, unsigned long max)
{
	const char *start = *p;
	unsigned long value = 0;

	while (isdigit((unsigned char)**p) && value <= max)
		value = value * 10 + (unsigned long)(*(*p)++ - '0');
	if (*p == start || value > max)
		fail("no number", start);
	return value;
}

static void
put_string(const char *name, const char *s)
{
	printf("\t.%s = \"", name);
	for (; *s != '\0'; s++) {
		if (*s == '"' || *s == '\\' || *s == '?')
			putchar('\\');
		putchar(*s);
	}
	printf("\",\n");
}

static void
put_word(const char *prefix, const char *s)
{
	printf("%s", prefix);
	for (; *s != '\0'; s++)
		putchar(*s == '-' ? '_' : toupper((unsigned char)*s));
}

/* "127.0.0.2": the four numbers in one. */
static unsigned long
address(const char **p)
{
	unsigned long value = 0;

	for (int i = 0; i < 4; i++) {
		if (i > 0 && *(*p)++ != '.')
			fail("no address", *p - 1);
		value = value << 8 | number(p, 255);
	}
	return value;
}

/* "127.0.0.4-7=bot:XBL" or, of decode bits, "4=phish:PH". */
static void
put_code(const char *code, bool bits)
{
	const char *p = code, *label;
	unsigned long first, last;
	char cause[32];
	size_t n = 0;

	first = last = bits ? number(&p, 255) : address(&p);
	if (!bits && *p == '-') {
		p++;
		last = (first & ~0xffUL) | number(&p, 255);
	}
	if (*p++ != '=' || last < first)
		fail("no code", code);
	while (islower((unsigned char)*p) && n < sizeof(cause) - 1)
		cause[n++] = *p++;
	cause[n] = '\0';
	if (n == 0 || (*p != ':' && *p != '\0'))
		fail("no cause", code);
	label = *p == ':' ? p + 1 : "";
	printf("{%#lx, %#lx, ", first, last);
	put_word("CAUSE_", cause);
	printf(", \"%s\"}, ", label);
}

static char *
next_word(char **p)
{
	char *word = *p, *end = strchr(word, ' ');

	if (*word == '\0')
		return NULL;
	*p = end == NULL ? word + strlen(word) : end + 1;
	if (end != NULL)
		*end = '\0';
	return word;
}

static void
put_codes(char *text, bool bits)
{
	int n = 0;
	char *word;

	printf("\t.codes = (const struct list_code[]){");
	while ((word = next_word(&text)) != NULL) {
		put_code(word, bits);
		n++;
	}
	printf("},\n\t.codes_n = %d,\n", n);
}

static void
put_refusals(char *text)
{
	int n = 0;
	char *word;

	printf("\t.refusals = (const uint32_t[]){");
	while ((word = next_word(&text)) != NULL) {
		const char *p = word;

		printf("%#lx, ", address(&p));
		n++;
	}
	printf("0},\n\t.refusals_n = %d,\n", n);
}

static void
put_target(char *text)
{
	char *p = text;

	printf("\t.targets = 0");
	for (; *p != '\0'; p++)
		if (*p == ',')
			*p = ' ';
	while ((p = next_word(&text)) != NULL) {
		if (!has_word(" ip4 ip6 domain ", p))
			fail("no target", p);
		put_word(" | TARGET_", p);
	}
	printf(",\n");
}

/* "24h" or "3d", in hours. */
static unsigned long
hours(const char *text)
{
	const char *p = text;
	unsigned long n;

	if (*text == '\0')
		return 0;
	n = number(&p, 10000);
	if ((*p != 'h' && *p != 'd') || p[1] != '\0')
		fail("no time", text);
	return *p == 'd' ? n * 24 : n;
}

static void
put_row(char *at[COLUMNS])
{
	const char *rate = at[RATE];

	for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++)
		if (!has_word(choices[i].words, at[choices[i].column]))
			fail(column_names[choices[i].column],
			    at[choices[i].column]);
	for (int i = 0; i < ids_n; i++)
		if (strcmp(ids[i], at[ID]) == 0)
			fail("id used twice", at[ID]);
	if (ids_n == ROWS)
		fail("too many lists", at[ID]);
	ids[ids_n++] = strdup(at[ID]);
	printf("{\n");
	put_string("id", at[ID]);
	put_string("zone", at[ZONE]);
	put_string("operator", at[OPERATOR]);
	put_string("part_of", at[PART_OF]);
	put_string("test", at[TEST]);
	put_string("clean", at[CLEAN]);
	put_string("url", at[URL]);
	put_string("note", at[NOTE]);
	put_string("source", at[SOURCE]);
	put_string("date", at[DATE]);
	put_word("\t.kind = LIST_", at[KIND]);
	put_word(",\n\t.use = USE_", at[USE]);
	put_word(",\n\t.decode = DECODE_", at[DECODE]);
	put_word(",\n\t.severity = LIST_SEVERITY_", at[SEVERITY]);
	put_word(",\n\t.removal = REMOVAL_", at[REMOVAL]);
	printf(",\n\t.paid = %d,\n", at[PAID][0] != '\0');
	printf("\t.rate = %lu,\n", *rate == '\0' ? 0 : number(&rate, 1000));
	printf("\t.expiry_hours = %lu,\n", hours(at[EXPIRY]));
	put_target(at[TARGET]);
	put_codes(at[CODES], strcmp(at[DECODE], "bits") == 0);
	put_refusals(at[REFUSAL]);
	printf("},\n");
}

static void
put_dead(char *at[COLUMNS])
{
	if (!has_word(
		" closed world parked silent replaced private fraud ", at[2]))
		fail("why", at[2]);
	printf("{\n");
	put_string("zone", at[0]);
	put_string("operator", at[1]);
	put_word("\t.why = DEAD_", at[2]);
	printf(",\n");
	put_string("since", at[3]);
	printf("},\n");
}

static unsigned long
hours_of(const char *text)
{
	return *text == '\0' ? 0 : number(&text, 10000);
}

static void
put_way(char *at[COLUMNS])
{
	char *needs = at[WAY_NEEDS], *word;

	for (int i = 0; i < ids_n; i++)
		if (strcmp(ids[i], at[WAY_ID]) == 0)
			fail("id used twice", at[WAY_ID]);
	if (ids_n == ROWS)
		fail("too many ways", at[WAY_ID]);
	ids[ids_n++] = strdup(at[WAY_ID]);
	if (!has_word(
		" auto self form mail account owner none theirs ", at[WAY_HOW]))
		fail("how", at[WAY_HOW]);
	if (!has_word(" en any ", at[WAY_READS]))
		fail("reads", at[WAY_READS]);
	if (!has_word(" never  ", at[WAY_PAID]))
		fail("paid", at[WAY_PAID]);
	printf("{\n");
	put_string("id", at[WAY_ID]);
	put_string("name", at[WAY_NAME]);
	put_string("leads", at[WAY_FOR]);
	put_string("to", at[WAY_TO]);
	put_string("note", at[WAY_NOTE]);
	put_string("source", at[WAY_SOURCE]);
	put_string("date", at[WAY_DATE]);
	put_word("\t.how = WAY_", at[WAY_HOW]);
	printf(",\n\t.needs = 0");
	while ((word = next_word(&needs)) != NULL) {
		if (!has_word(" quiet queue ptr helo spf dmarc relay ", word))
			fail("needs", word);
		put_word(" | 1U << NEED_", word);
	}
	printf(",\n\t.quiet_hours = %lu,\n", hours_of(at[WAY_QUIET]));
	printf("\t.expiry_hours = %lu,\n", hours_of(at[WAY_EXPIRY]));
	printf("\t.wait_hours = %lu,\n", hours_of(at[WAY_WAIT]));
	printf("\t.english_only = %d,\n", at[WAY_READS][0] == 'e');
	printf("\t.paid = %d,\n},\n", at[WAY_PAID][0] != '\0');
}

/* Cut at the tabs; exactly n parts. */
static void
cut(char *text, char *at[COLUMNS], int n)
{
	for (int i = 0; i < n; i++) {
		at[i] = text;
		text = strchr(text, '\t');
		if ((text == NULL) != (i == n - 1))
			fail("wrong number of columns", at[0]);
		if (text != NULL)
			*text++ = '\0';
	}
}

static void
read_file(const char *path, const char *const *names, int n,
    void (*put)(char *at[COLUMNS]))
{
	static char text[8192];
	char *at[COLUMNS];
	bool named = false;
	FILE *f = fopen(path, "r");

	file = path;
	line = 0;
	if (f == NULL)
		fail("cannot open", path);
	while (fgets(text, sizeof(text), f) != NULL) {
		char *end = strchr(text, '\n');

		line++;
		if (end == NULL)
			fail("line too long or cut", text);
		*end = '\0';
		if (text[0] == '#' || text[0] == '\0')
			continue;
		cut(text, at, n);
		for (int i = 0; i < n && !named; i++)
			if (strcmp(at[i], names[i]) != 0)
				fail("not the name of the column", at[i]);
		if (named)
			put(at);
		named = true;
	}
	(void)fclose(f);
}

int
main(int argc, char **argv)
{
	if (argc != 2 && argc != 3) {
		(void)fprintf(
		    stderr, "usage: embed_lists LISTS DEAD, or WAYS\n");
		return 1;
	}
	printf("/* Made by data/embed_lists.c. */\n");
	if (argc == 2) {
		printf("static const struct way ways[] = {\n");
		read_file(argv[1], way_names, WAY_COLUMNS, put_way);
		printf("};\n");
		return ferror(stdout) || fflush(stdout) != 0;
	}
	printf("static const struct list lists[] = {\n");
	read_file(argv[1], column_names, COLUMNS, put_row);
	printf("};\n\nstatic const struct dead_list dead_lists[] = {\n");
	read_file(argv[2], dead_names, DEAD_COLUMNS, put_dead);
	printf("};\n");
	return ferror(stdout) || fflush(stdout) != 0;
}
