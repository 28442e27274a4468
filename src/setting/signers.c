/* SPDX-License-Identifier: ISC */
/*
 * Formats: opendkim.conf(5), rspamd.com/doc/modules/dkim_signing.html, the
 * Exim specification chapter 58, amavisd.conf, opensmtpd-filter-dkimsign(8).
 * What is a macro or a lookup is left out: its value is known at run time
 * only.
 */
#include "setting/signers.h"

static bool
is_label_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

static bool
is_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_label_byte(s.p[i]))
			return false;
	return s.n > 0 && s.n < 254;
}

static void
add(struct signers *s, struct str domain, struct str selector, struct str file,
    uint32_t line)
{
	struct signer *items;

	if (!is_name(selector) || (domain.n > 0 && !is_name(domain)) ||
	    s->n == SIGNERS_MAX)
		return;
	if (s->n == s->cap) {
		size_t cap = s->cap * 2 + 16;

		items = arena_alloc(s->arena, cap * sizeof(*items));
		if (s->n > 0)
			memcpy(items, s->items, s->n * sizeof(*items));
		s->items = items;
		s->cap = cap;
	}
	s->items[s->n++] = (struct signer){str_keep(s->arena, selector),
	    str_keep(s->arena, domain), str_keep(s->arena, file), line};
}

/* The next line without its comment, trimmed. */
static bool
next_line(struct str *rest, uint32_t *line, struct str *ret_line)
{
	if (rest->n == 0)
		return false;
	*ret_line = str_take(rest, '\n');
	*ret_line = str_trim(str_head(*ret_line, str_chr(*ret_line, '#')));
	++*line;
	return true;
}

/* A word up to a blank off the front. */
static struct str
word(struct str *s)
{
	size_t n = 0;
	struct str w;

	*s = str_trim(*s);
	while (n < s->n && s->p[n] != ' ' && s->p[n] != '\t')
		n++;
	w = str_head(*s, n);
	*s = str_trim(str_skip(*s, n));
	return w;
}

void
signers_key_table(struct signers *s, struct str file, struct str text)
{
	struct str line;
	uint32_t number = 0;

	while (next_line(&text, &number, &line)) {
		struct str domain, selector;

		(void)word(&line);
		domain = str_trim(str_take(&line, ':'));
		selector = str_trim(str_take(&line, ':'));
		/* "%": the domain of the sender */
		if (str_eq(domain, S("%")))
			domain = (struct str){NULL, 0};
		else if (domain.n == 0)
			continue;
		add(s, domain, selector, file, number);
	}
}

/* "refile:/etc/opendkim/KeyTable", "file:...", a path. */
static struct str
table_path(struct str value)
{
	size_t at = str_chr(value, '/');

	return at == value.n ? (struct str){NULL, 0} : str_skip(value, at);
}

void
signers_opendkim(
    struct signers *s, struct str file, struct str text, struct str *ret_table)
{
	struct str line, domains = {NULL, 0}, selector = {NULL, 0};
	uint32_t number = 0, selector_line = 0;

	*ret_table = (struct str){NULL, 0};
	while (next_line(&text, &number, &line)) {
		struct str key = word(&line);

		if (str_eq_fold(key, S("KeyTable")))
			*ret_table = table_path(line);
		else if (str_eq_fold(key, S("Domain")))
			domains = line;
		else if (str_eq_fold(key, S("Selector"))) {
			selector = line;
			selector_line = number;
		}
	}
	/* With a KeyTable they do not count. */
	while (ret_table->n == 0 && selector.n > 0 && domains.n > 0) {
		struct str domain = str_trim(str_take(&domains, ','));

		if (is_name(domain))
			add(s, domain, selector, file, selector_line);
	}
}

/* What is behind the '=' or the blank, without quotes and semicolon. */
static struct str
setting_value(struct str rest)
{
	rest = str_trim(rest);
	(void)str_eat(&rest, S("="));
	rest = str_trim(rest);
	if (rest.n > 0 && (rest.p[0] == '"' || rest.p[0] == '\'')) {
		char quote = rest.p[0];

		rest = str_skip(rest, 1);
		return str_head(rest, str_chr(rest, quote));
	}
	return str_trim(str_head(rest, str_chr(rest, ';')));
}

/* Is the line "KEY = ...", with nothing of a name behind KEY? */
static bool
is_setting(struct str line, struct str key, struct str *ret_value)
{
	if (!str_eat(&line, key) || (line.n > 0 && is_label_byte(line.p[0])))
		return false;
	*ret_value = setting_value(line);
	return true;
}

/* Where a reader of rspamd's configuration is. */
struct ucl {
	struct signers *signers;
	struct str file, domain, map;
	uint32_t line;
	int depth;
	bool in_domains;
};

/* What stood before a ';', a brace or the end of the line. */
static void
ucl_statement(struct ucl *u, struct str text)
{
	struct str value;

	text = str_trim(text);
	if (is_setting(text, S("selector_map"), &value))
		u->map = table_path(value);
	else if (is_setting(text, S("selector"), &value))
		add(u->signers, u->domain, value, u->file, u->line);
}

static void
ucl_open(struct ucl *u, struct str name)
{
	name = setting_value(name);
	if (u->depth == 0)
		u->in_domains = str_eq(name, S("domain"));
	else if (u->depth == 1 && u->in_domains)
		u->domain = name;
	u->depth++;
}

void
signers_rspamd(
    struct signers *s, struct str file, struct str text, struct str *ret_map)
{
	struct ucl u = {.signers = s, .file = file};
	struct str line;

	while (next_line(&text, &u.line, &line)) {
		while (line.n > 0) {
			size_t n = 0;
			struct str head;

			while (n < line.n && strchr(";{}", line.p[n]) == NULL)
				n++;
			head = str_head(line, n);
			if (n < line.n && line.p[n] == '{')
				ucl_open(&u, head);
			else
				ucl_statement(&u, head);
			if (n < line.n && line.p[n] == '}' && u.depth > 0 &&
			    --u.depth <= 1)
				u.domain = (struct str){NULL, 0};
			line = str_skip(line, n + 1);
		}
	}
	*ret_map = u.map;
}

void
signers_map(struct signers *s, struct str file, struct str text)
{
	struct str line;
	uint32_t number = 0;

	while (next_line(&text, &number, &line)) {
		struct str domain = word(&line), selector = word(&line);

		if (domain.n > 0)
			add(s, domain, selector, file, number);
	}
}

/* dkim_key('example.org', 'mail', '/path'); */
static void
amavis_line(
    struct signers *s, struct str line, struct str file, uint32_t number)
{
	struct str parts[2];
	size_t n = 0;

	if (!str_eat(&line, S("dkim_key(")))
		return;
	while (n < 2 && line.n > 0) {
		(void)str_take(&line, '\'');
		parts[n++] = str_take(&line, '\'');
	}
	if (n == 2)
		add(s, parts[0], parts[1], file, number);
}

/* ... filter-dkimsign -d example.org -s mail -k /path */
static void
dkimsign_line(
    struct signers *s, struct str line, struct str file, uint32_t number)
{
	struct str domain = {NULL, 0}, selector = {NULL, 0};

	line = str_skip(line, str_find(line, S("filter-dkimsign")));
	while (line.n > 0) {
		struct str w = word(&line);

		if (str_eq(w, S("-d")))
			domain = word(&line);
		else if (str_eq(w, S("-s")))
			selector = word(&line);
	}
	add(s, domain, selector, file, number);
}

void
signers_lines(struct signers *s, struct str file, struct str text)
{
	struct str line, value;
	uint32_t number = 0;

	while (next_line(&text, &number, &line)) {
		if (is_setting(line, S("dkim_selector"), &value) ||
		    is_setting(line, S("DKIM_SELECTOR"), &value))
			add(s, (struct str){NULL, 0}, value, file, number);
		else if (str_has(line, S("filter-dkimsign")))
			dkimsign_line(s, line, file, number);
		else
			amavis_line(s, line, file, number);
	}
}

void
signers_read(struct signers *s, struct arena *a, struct files *files)
{
	static const struct str opendkim[] = {
	    S0("/etc/opendkim.conf"), S0("/etc/opendkim/opendkim.conf")};
	static const struct str rspamd[] = {
	    S0("/etc/rspamd/local.d/dkim_signing.conf"),
	    S0("/etc/rspamd/override.d/dkim_signing.conf")};
	static const struct str lines[] = {S0("/etc/exim4/exim4.conf"),
	    S0("/etc/exim4/exim4.conf.template"),
	    S0("/etc/exim4/exim4.conf.localmacros"),
	    S0("/etc/exim4/conf.d/main/00_local_macros"), S0("/etc/exim.conf"),
	    S0("/etc/exim/exim.conf"), S0("/etc/amavis/conf.d/50-user"),
	    S0("/etc/amavisd/amavisd.conf"), S0("/etc/amavisd.conf"),
	    S0("/etc/smtpd.conf"), S0("/etc/opensmtpd/smtpd.conf"),
	    S0("/etc/mail/smtpd.conf")};
	struct str text, table;

	*s = (struct signers){.arena = a};
	for (size_t i = 0; i < ARRAY_LEN(opendkim); i++) {
		if (!files_try(files, FILE_TEXT, opendkim[i], &text))
			continue;
		signers_opendkim(s, opendkim[i], text, &table);
		if (table.n > 0 && files_try(files, FILE_TEXT, table, &text))
			signers_key_table(s, table, text);
	}
	for (size_t i = 0; i < ARRAY_LEN(rspamd); i++) {
		if (!files_try(files, FILE_TEXT, rspamd[i], &text))
			continue;
		signers_rspamd(s, rspamd[i], text, &table);
		if (table.n > 0 && files_try(files, FILE_TEXT, table, &text))
			signers_map(s, table, text);
	}
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		if (files_try(files, FILE_TEXT, lines[i], &text))
			signers_lines(s, lines[i], text);
}
