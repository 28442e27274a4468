/* SPDX-License-Identifier: ISC */
/*
 * Exim's specification, chapter 58; amavisd.conf; opensmtpd-filter-dkimsign(8).
 *
 *	remote_smtp:
 *	  dkim_domain = ${lc:${domain:$h_from:}}
 *	  dkim_selector = mail
 *	  dkim_private_key = ${if exists{/etc/k/$dkim_domain}{/etc/k/$dkim_domain}{0}}
 *
 * Debian's file has macros: DKIM_SELECTOR = mail in one file, dkim_selector =
 * DKIM_SELECTOR in another.
 */
#include "setting/signers_part.h"

/* What a transport, or a file of macros, has said so far. */
struct transport {
	struct str selector, domain, key;
	uint32_t line;
};

static bool
is_macro(struct str value)
{
	bool upper = false;

	for (size_t i = 0; i < value.n; i++) {
		upper |= value.p[i] >= 'A' && value.p[i] <= 'Z';
		if (value.p[i] >= 'a' && value.p[i] <= 'z')
			return false;
	}
	return upper && str_chr(value, '_') < value.n;
}

/* "${if exists{PATH}{PATH}{0}}", or a path. What it expands to may still be
 * more than one knows: then signers_path refuses it. */
static struct str
key_path(struct str value)
{
	static const struct str exists = S0("${if exists{");
	size_t depth = 1, n = 0;

	if (!str_eat(&value, exists))
		return value;
	for (; n < value.n && depth > 0; n++)
		depth += value.p[n] == '{' ? 1 : value.p[n] == '}' ? -1UL : 0;
	return str_head(value, n > 0 ? n - 1 : 0);
}

static void
flush(struct signers *s, struct transport *t, struct str file)
{
	bool known = str_chr(t->domain, '$') == t->domain.n &&
		     str_chr(t->domain, ':') == t->domain.n;

	if (t->selector.n > 0)
		signers_put(s, known ? t->domain : (struct str){NULL, 0},
		    t->selector, key_path(t->key), file, t->line);
	*t = (struct transport){0};
}

void
signers_exim(struct signers *s, struct str file, struct str text)
{
	struct transport t = {0};
	struct str line, value;
	uint32_t number = 0;

	while (signers_line(&text, &number, &line)) {
		if (signers_setting(line, S("dkim_selector"), &value) ||
		    signers_setting(line, S("DKIM_SELECTOR"), &value)) {
			/* Two in a row are two of them. */
			if (t.selector.n > 0)
				flush(s, &t, file);
			t.line = number;
			t.selector = is_macro(value) ? S("") : value;
		} else if (signers_setting(line, S("dkim_domain"), &value) ||
			   signers_setting(line, S("DKIM_DOMAIN"), &value)) {
			t.domain = is_macro(value) ? S("") : value;
		} else if (signers_setting(
			       line, S("dkim_private_key"), &value) ||
			   signers_setting(
			       line, S("DKIM_PRIVATE_KEY"), &value)) {
			t.key = is_macro(value) ? S("") : value;
		} else if (str_ends(line, S(":")) &&
			   str_chr(line, ' ') == line.n) {
			flush(s, &t, file);
		}
	}
	flush(s, &t, file);
}

/* dkim_key('example.org', 'mail', '/path'); */
static void
amavis_line(
    struct signers *s, struct str line, struct str file, uint32_t number)
{
	struct str parts[3] = {{NULL, 0}, {NULL, 0}, {NULL, 0}};
	size_t n = 0;

	if (!str_eat(&line, S("dkim_key(")))
		return;
	while (n < 3 && line.n > 0) {
		(void)str_take(&line, '\'');
		parts[n++] = str_take(&line, '\'');
	}
	if (n >= 2)
		signers_put(s, parts[0], parts[1], parts[2], file, number);
}

/* ... filter-dkimsign -d example.org -s mail -k /path */
static void
dkimsign_line(
    struct signers *s, struct str line, struct str file, uint32_t number)
{
	struct str domain = {NULL, 0}, selector = {NULL, 0}, key = {NULL, 0};

	line = str_skip(line, str_find(line, S("filter-dkimsign")));
	while (line.n > 0) {
		struct str w = signers_word(&line);

		if (str_eq(w, S("-d")))
			domain = signers_word(&line);
		else if (str_eq(w, S("-s")))
			selector = signers_word(&line);
		else if (str_eq(w, S("-k")))
			key = signers_word(&line);
	}
	key = str_head(key, str_chr(key, '"'));
	signers_put(s, domain, selector, key, file, number);
}

void
signers_lines(struct signers *s, struct str file, struct str text)
{
	struct str line;
	uint32_t number = 0;

	while (signers_line(&text, &number, &line)) {
		if (str_has(line, S("filter-dkimsign")))
			dkimsign_line(s, line, file, number);
		else
			amavis_line(s, line, file, number);
	}
}
