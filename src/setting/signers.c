/* SPDX-License-Identifier: ISC */
/*
 * Formats: opendkim.conf(5), rspamd.com/doc/modules/dkim_signing.html, the
 * Exim specification chapter 58, amavisd.conf, opensmtpd-filter-dkimsign(8).
 * What is a macro or a lookup is left out: its value is known at run time
 * only.
 */
#include "setting/signers_part.h"

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

struct signer *
signers_add(struct signers *s, struct str domain, struct str selector,
    struct str file, uint32_t line)
{
	struct signer *items;

	if (!is_name(selector) || (domain.n > 0 && !is_name(domain)) ||
	    s->n == SIGNERS_MAX)
		return NULL;
	if (s->n == s->cap) {
		size_t cap = s->cap * 2 + 16;

		items = arena_alloc(s->arena, cap * sizeof(*items));
		if (s->n > 0)
			memcpy(items, s->items, s->n * sizeof(*items));
		s->items = items;
		s->cap = cap;
	}
	s->items[s->n] =
	    (struct signer){.selector = str_keep(s->arena, selector),
		.domain = str_keep(s->arena, domain),
		.file = str_keep(s->arena, file),
		.line = line};
	return &s->items[s->n++];
}

/* What may stand for the domain in a path: rspamd, Exim, OpenDKIM. */
static const struct str domain_words[] = {S0("${dkim_domain}"),
    S0("$dkim_domain"), S0("${sender_address_domain}"),
    S0("$sender_address_domain"), S0("${domain}"), S0("$domain"), S0("%")};

static const struct str selector_words[] = {S0("${dkim_selector}"),
    S0("$dkim_selector"), S0("${selector}"), S0("$selector")};

static bool
eat_word(struct str *rest, const struct str *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eat(rest, words[i]))
			return true;
	return false;
}

struct str
signers_path(struct arena *a, struct str path)
{
	char *to;
	size_t n = 0;

	if (path.n == 0 || path.p[0] != '/' || path.n >= FILE_PATH_MAX / 10)
		return (struct str){NULL, 0};
	to = arena_alloc(a, path.n * 10 + 1);
	while (path.n > 0) {
		struct str word = {path.p, 1};

		if (eat_word(&path, domain_words, ARRAY_LEN(domain_words)))
			word = S("$domain");
		else if (eat_word(
			     &path, selector_words, ARRAY_LEN(selector_words)))
			word = S("$selector");
		else if (path.p[0] == '$' || path.p[0] == '{' ||
			 path.p[0] == '\0')
			return (struct str){NULL, 0};
		else
			path = str_skip(path, 1);
		memcpy(to + n, word.p, word.n);
		n += word.n;
	}
	return (struct str){to, n};
}

void
signers_put(struct signers *s, struct str domain, struct str selector,
    struct str path, struct str file, uint32_t line)
{
	struct signer *signer = signers_add(s, domain, selector, file, line);

	if (signer != NULL)
		signer->path = signers_path(s->arena, str_trim(path));
}

/* The next line without its comment, trimmed. */
bool
signers_line(struct str *rest, uint32_t *line, struct str *ret_line)
{
	if (rest->n == 0)
		return false;
	*ret_line = str_take(rest, '\n');
	*ret_line = str_trim(str_head(*ret_line, str_chr(*ret_line, '#')));
	++*line;
	return true;
}

/* A word up to a blank off the front. */
struct str
signers_word(struct str *s)
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

/* What is behind the '=', the ':' (UCL) or the blank, without quotes and
 * semicolon. */
struct str
signers_value(struct str rest)
{
	rest = str_trim(rest);
	if (!str_eat(&rest, S("=")))
		(void)str_eat(&rest, S(":"));
	rest = str_trim(rest);
	if (rest.n > 0 && (rest.p[0] == '"' || rest.p[0] == '\'')) {
		char quote = rest.p[0];

		rest = str_skip(rest, 1);
		return str_head(rest, str_chr(rest, quote));
	}
	return str_trim(str_head(rest, str_chr(rest, ';')));
}

/* Is the line "KEY = ...", with nothing of a name behind KEY? */
bool
signers_setting(struct str line, struct str key, struct str *ret_value)
{
	if (!str_eat(&line, key) || (line.n > 0 && is_label_byte(line.p[0])))
		return false;
	*ret_value = signers_value(line);
	return true;
}

void
signers_key_table(struct signers *s, struct str file, struct str text)
{
	struct str line;
	uint32_t number = 0;

	while (signers_line(&text, &number, &line)) {
		struct str domain, selector;

		(void)signers_word(&line);
		domain = str_trim(str_take(&line, ':'));
		selector = str_trim(str_take(&line, ':'));
		/* "%": the domain of the sender */
		if (str_eq(domain, S("%")))
			domain = (struct str){NULL, 0};
		else if (domain.n == 0)
			continue;
		signers_put(s, domain, selector, line, file, number);
	}
}

/* "refile:/etc/opendkim/KeyTable", "file:...", a path. */
struct str
signers_table(struct str value)
{
	size_t at = str_chr(value, '/');

	return at == value.n ? (struct str){NULL, 0} : str_skip(value, at);
}

/* One pair of opendkim.conf; dkimpy has a second one for Ed25519. */
struct pair {
	struct str selector, path;
	uint32_t line;
};

static void
add_pair(struct signers *s, struct str domains, const struct pair *pair,
    struct str file)
{
	if (pair->selector.n == 0)
		return;
	while (domains.n > 0) {
		struct str domain = str_trim(str_take(&domains, ','));

		if (is_name(domain))
			signers_put(s, domain, pair->selector, pair->path, file,
			    pair->line);
	}
}

void
signers_opendkim(
    struct signers *s, struct str file, struct str text, struct str *ret_table)
{
	struct str line, domains = {NULL, 0};
	struct pair rsa = {0}, ed25519 = {0};
	uint32_t number = 0;

	*ret_table = (struct str){NULL, 0};
	while (signers_line(&text, &number, &line)) {
		struct str key = signers_word(&line);

		if (str_eq_fold(key, S("KeyTable")))
			*ret_table = signers_table(line);
		else if (str_eq_fold(key, S("Domain")))
			domains = line;
		else if (str_eq_fold(key, S("Selector"))) {
			rsa.selector = line;
			rsa.line = number;
		} else if (str_eq_fold(key, S("KeyFile")))
			rsa.path = line;
		else if (str_eq_fold(key, S("SelectorEd25519"))) {
			ed25519.selector = line;
			ed25519.line = number;
		} else if (str_eq_fold(key, S("KeyFileEd25519")))
			ed25519.path = line;
	}
	/* With a KeyTable they do not count. */
	if (ret_table->n > 0)
		return;
	add_pair(s, domains, &rsa, file);
	add_pair(s, domains, &ed25519, file);
}

void
signers_map(struct signers *s, struct str file, struct str text)
{
	struct str line;
	uint32_t number = 0;

	while (signers_line(&text, &number, &line)) {
		struct str domain = signers_word(&line),
			   selector = signers_word(&line);

		if (domain.n > 0)
			signers_put(s, domain, selector, (struct str){NULL, 0},
			    file, number);
	}
}

void
signers_path_map(struct signers *s, struct str text)
{
	struct str line;
	uint32_t number = 0;

	while (signers_line(&text, &number, &line)) {
		struct str domain = signers_word(&line);
		struct str path = signers_path(s->arena, line);

		for (size_t i = 0; i < s->n && path.n > 0; i++)
			if (str_eq_fold(s->items[i].domain, domain))
				s->items[i].path = path;
	}
}

void
signers_paths(struct signers *s, size_t first, struct str path)
{
	path = signers_path(s->arena, path);
	for (size_t i = first; i < s->n; i++)
		if (s->items[i].path.n == 0)
			s->items[i].path = path;
}

static void
read_rspamd(struct signers *s, struct files *files)
{
	static const struct str names[] = {
	    S0("/etc/rspamd/local.d/dkim_signing.conf"),
	    S0("/etc/rspamd/override.d/dkim_signing.conf")};
	struct signers_maps maps;
	struct str text;

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		size_t first = s->n;

		if (!files_try(files, FILE_TEXT, names[i], &text))
			continue;
		signers_rspamd(s, names[i], text, &maps);
		if (maps.selectors.n > 0 &&
		    files_try(files, FILE_TEXT, maps.selectors, &text))
			signers_map(s, maps.selectors, text);
		if (maps.paths.n > 0 &&
		    files_try(files, FILE_TEXT, maps.paths, &text))
			signers_path_map(s, text);
		/* What rspamd takes where nothing is said. */
		signers_paths(s, first,
		    maps.path.n > 0
			? maps.path
			: S("/var/lib/rspamd/dkim/$domain.$selector.key"));
	}
}

void
signers_read(struct signers *s, struct arena *a, struct files *files)
{
	static const struct str opendkim[] = {S0("/etc/opendkim.conf"),
	    S0("/etc/opendkim/opendkim.conf"),
	    S0("/etc/dkimpy-milter/dkimpy-milter.conf"),
	    S0("/etc/dkimpy-milter.conf")};
	static const struct str exim[] = {S0("/etc/exim4/exim4.conf"),
	    S0("/etc/exim4/exim4.conf.template"),
	    S0("/etc/exim4/exim4.conf.localmacros"),
	    S0("/etc/exim4/conf.d/main/00_local_macros"), S0("/etc/exim.conf"),
	    S0("/etc/exim/exim.conf")};
	static const struct str lines[] = {S0("/etc/amavis/conf.d/50-user"),
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
	read_rspamd(s, files);
	for (size_t i = 0; i < ARRAY_LEN(exim); i++)
		if (files_try(files, FILE_TEXT, exim[i], &text))
			signers_exim(s, exim[i], text);
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		if (files_try(files, FILE_TEXT, lines[i], &text))
			signers_lines(s, lines[i], text);
	signers_keys(s, files);
}
