/* SPDX-License-Identifier: ISC */
/*
 * Runs at build time: turns services.tsv into C tables, and refuses a line
 * that is not in order.
 *
 * Usage: embed_services services.tsv > services_table.h
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum column {
	ID,
	NAME,
	SPF,
	DKIM,
	PTR,
	NETS,
	SOURCE,
	DATE,
	COLUMNS,
};

static const char *const column_names[COLUMNS] = {
    "id", "name", "spf", "dkim", "ptr", "nets", "source", "date"};

static void __attribute__((noreturn)) fail(int line, const char *what)
{
	(void)fprintf(stderr, "services.tsv:%d: %s\n", line, what);
	exit(1);
}

static void
split(char *text, int line, char *ret_at[COLUMNS])
{
	int n = 0;

	text[strcspn(text, "\n")] = '\0';
	for (char *next = text; next != NULL && n < COLUMNS; n++) {
		ret_at[n] = next;
		next = strchr(next, '\t');
		if (next != NULL)
			*next++ = '\0';
		if (strpbrk(ret_at[n], "\"\\") != NULL)
			fail(line, "a quote or backslash");
		if (n == COLUMNS - 1 && next != NULL)
			fail(line, "too many columns");
	}
	if (n < COLUMNS)
		fail(line, "too few columns");
}

static void
print_row(char *const at[COLUMNS], int line)
{
	if (at[ID][0] == '\0' || at[NAME][0] == '\0' || at[SOURCE][0] == '\0')
		fail(line, "id, name or source is empty");
	if (strlen(at[DATE]) != 10 || at[DATE][4] != '-')
		fail(line, "date is none");
	if (at[SPF][0] == '\0' && at[DKIM][0] == '\0' && at[NETS][0] == '\0')
		fail(line, "nothing recognises it");
	printf("{\"%s\", \"%s\", \"%s\", \"%s\", \"%s\", \"%s\"},\n", at[ID],
	    at[NAME], at[SPF], at[DKIM], at[PTR], at[NETS]);
}

int
main(int argc, char **argv)
{
	FILE *in = argc == 2 ? fopen(argv[1], "r") : NULL;
	char text[4096];
	char *at[COLUMNS];
	int header = 0;

	if (in == NULL)
		fail(0, "cannot be opened");
	for (int line = 1; fgets(text, sizeof(text), in) != NULL; line++) {
		if (text[0] == '#')
			continue;
		split(text, line, at);
		for (int i = 0; i < COLUMNS && !header; i++)
			if (strcmp(at[i], column_names[i]) != 0)
				fail(line, "wrong names of columns");
		if (header)
			print_row(at, line);
		header = 1;
	}
	(void)fclose(in);
	return 0;
}
