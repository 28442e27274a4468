/* SPDX-License-Identifier: ISC */
/*
 *	mx.other.example 1; spf=fail (not permitted) smtp.mailfrom=tienda.example;
 *	    dkim=pass header.d=tienda.example header.s=mail; dmarc=fail
 *	i=1; mx.other.example; spf=none                    ARC, behind its i=
 *	spf=pass (sender IP is 192.0.2.1) ...; dkim=none   Microsoft: no name
 *	mx.other.example; none                             nothing was checked
 *
 * Comments and quoted strings may hold semicolons.
 */
#include "mail/auth_results.h"

/* Bytes of a comment or quoted string at the front; 1 for any other byte. */
static size_t
step(struct str s)
{
	int depth = 0;

	if (s.p[0] != '(' && s.p[0] != '"')
		return 1;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\\')
			i++;
		else if (s.p[0] == '"' && i > 0 && s.p[i] == '"')
			return i + 1;
		else if (s.p[0] == '(' && s.p[i] == '(')
			depth++;
		else if (s.p[0] == '(' && s.p[i] == ')' && --depth == 0)
			return i + 1;
	}
	return s.n;
}

/* Up to the next semicolon, which is dropped. */
static struct str
take_part(struct str *rest)
{
	struct str all = *rest;
	size_t n = 0;

	while (n < all.n && all.p[n] != ';')
		n += step(str_skip(all, n));
	*rest = str_skip(all, n + 1);
	return str_trim(str_head(all, n));
}

static struct str
skip_comments(struct str s)
{
	s = str_trim(s);
	while (s.n > 0 && s.p[0] == '(')
		s = str_trim(str_skip(s, step(s)));
	return s;
}

static bool
is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

/* Take a word of letters, digits, '-', '_' and '.'. */
static struct str
take_word(struct str *s)
{
	struct str all = *s;
	size_t n = 0;

	while (n < all.n && is_word(all.p[n]))
		n++;
	*s = str_skip(all, n);
	return str_head(all, n);
}

static bool
read_result(struct str part, struct auth_result *out)
{
	struct str rest = skip_comments(part);
	struct str method = take_word(&rest);

	rest = skip_comments(rest);
	/* "dkim/1=pass": the version of the method */
	if (str_eat(&rest, S("/"))) {
		rest = skip_comments(rest);
		(void)take_word(&rest);
		rest = skip_comments(rest);
	}
	if (method.n == 0 || !str_eat(&rest, S("=")))
		return false;
	rest = skip_comments(rest);
	out->method = method;
	out->result = take_word(&rest);
	out->about = str_trim(rest);
	return out->result.n > 0;
}

struct str
auth_results_server(struct str *value)
{
	struct str before = *value, part = take_part(value);
	struct auth_result result;

	/* RFC 8617 4.1.1 */
	if (str_eq_fold(str_head(part, 2), S("i="))) {
		before = *value;
		part = take_part(value);
	}
	if (read_result(part, &result)) {
		*value = before;
		return (struct str){NULL, 0};
	}
	part = skip_comments(part);
	return take_word(&part);
}

bool
auth_results_next(struct str *rest, struct auth_result *ret_result)
{
	while (rest->n > 0)
		if (read_result(take_part(rest), ret_result))
			return true;
	return false;
}

struct str
auth_result_property(struct str about, struct str name)
{
	for (about = skip_comments(about); about.n > 0;
	     about = skip_comments(about)) {
		size_t n = 0;
		struct str word;

		while (n < about.n && (unsigned char)about.p[n] > ' ' &&
		       about.p[n] != ';' && about.p[n] != '(')
			n += step(str_skip(about, n));
		word = str_head(about, n);
		about = str_skip(about, n + (n == 0));
		if (!str_eq_fold(str_head(word, name.n), name))
			continue;
		word = str_skip(word, name.n);
		if (!str_eat(&word, S("=")))
			continue;
		(void)str_eat(&word, S("\""));
		while (word.n > 0 &&
		       (word.p[word.n - 1] == '"' || word.p[word.n - 1] == ','))
			word.n--;
		return word;
	}
	return (struct str){NULL, 0};
}
