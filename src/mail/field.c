/* SPDX-License-Identifier: ISC */
/*
 * Headers as they arrive, not as RFC 5322 wants them: lines end in CRLF or LF,
 * names may be followed by blanks, and what is no field at all is passed over:
 *
 *	Received: from pc (unknown [198.51.100.22])
 *		by mx1.tienda.example with ESMTPSA id 4jYqNN4wbzz1bY3F;
 *	name    : value, folded (2.2.3)
 *
 * Comments in parameters are not looked for: nobody writes them there.
 */
#include "mail/field.h"

/* RFC 5322 2.2: printable, no colon. */
static bool
is_name(char c)
{
	return c > ' ' && c < 0x7f && c != ':';
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Bytes of the first line, its end included. */
static size_t
line_size(struct str s)
{
	const char *end = s.n > 0 ? memchr(s.p, '\n', s.n) : NULL;

	return end == NULL ? s.n : (size_t)(end - s.p) + 1;
}

bool
field_line(struct str *rest, struct str *ret_line)
{
	size_t size = line_size(*rest);
	struct str line = str_head(*rest, size);

	if (size == 0)
		return false;
	*rest = str_skip(*rest, size);
	if (line.n > 0 && line.p[line.n - 1] == '\n')
		line.n--;
	if (line.n > 0 && line.p[line.n - 1] == '\r')
		line.n--;
	*ret_line = line;
	return true;
}

/* The name and its colon: bytes up to behind the colon, 0 when none. */
static size_t
name_size(struct str line, size_t *ret_name)
{
	size_t n = 0, colon;

	while (n < line.n && is_name(line.p[n]))
		n++;
	for (colon = n; colon < line.n && is_blank(line.p[colon]); colon++)
		;
	*ret_name = n;
	return n > 0 && colon < line.n && line.p[colon] == ':' ? colon + 1 : 0;
}

bool
field_next(struct str *rest, struct field *ret_field)
{
	while (rest->n > 0) {
		size_t size = line_size(*rest), name = 0, colon;
		struct str start = *rest;

		if (start.p[0] == '\n' ||
		    (start.n > 1 && start.p[0] == '\r' && start.p[1] == '\n')) {
			*rest = str_skip(start, size);
			return false;
		}
		colon = name_size(str_head(start, size), &name);
		while (size < start.n && is_blank(start.p[size]))
			size += line_size(str_skip(start, size));
		*rest = str_skip(start, size);
		if (colon == 0)
			continue;
		*ret_field = (struct field){
		    .name = str_head(start, name),
		    .value = str_trim(str_skip(str_head(start, size), colon)),
		    .raw = str_head(start, size),
		};
		return true;
	}
	return false;
}

void
field_split(struct str message, struct str *ret_header, struct str *ret_body)
{
	struct str rest = message;

	while (rest.n > 0 && rest.p[0] != '\n' &&
	       !(rest.n > 1 && rest.p[0] == '\r' && rest.p[1] == '\n'))
		rest = str_skip(rest, line_size(rest));
	*ret_header = str_head(message, message.n - rest.n);
	*ret_body = str_skip(rest, line_size(rest));
}

struct str
field_find(struct str header, struct str name)
{
	struct field field;

	while (field_next(&header, &field))
		if (str_eq_fold(field.name, name))
			return field.value;
	return (struct str){NULL, 0};
}

struct str
field_word(struct str value)
{
	size_t n = 0;

	value = str_trim(value);
	while (n < value.n && value.p[n] != ';' && value.p[n] != '(' &&
	       (unsigned char)value.p[n] > ' ')
		n++;
	return str_head(value, n);
}

/* "name=value" or "name=\"value\"" off the front of *rest; true: a name. */
static bool
eat_param(struct str *rest, struct str *ret_name, struct str *ret_value)
{
	size_t n = str_chr(*rest, '='), semicolon = str_chr(*rest, ';');
	struct str value;

	if (semicolon < n || n == rest->n) {
		*rest = str_skip(*rest, semicolon + 1);
		return false;
	}
	*ret_name = str_trim(str_head(*rest, n));
	value = str_trim(str_skip(*rest, n + 1));
	if (str_eat(&value, S("\""))) {
		for (n = 0; n < value.n && value.p[n] != '"'; n++)
			n += value.p[n] == '\\' && n + 1 < value.n;
		*ret_value = str_head(value, n);
		value = str_skip(value, n);
		*rest = str_skip(value, str_chr(value, ';') + 1);
		return true;
	}
	n = str_chr(value, ';');
	*ret_value = str_trim(str_head(value, n));
	*rest = str_skip(value, n + 1);
	return true;
}

struct str
field_param(struct str value, struct str name)
{
	struct str rest = str_skip(value, str_chr(value, ';') + 1);
	struct str found_name, found;

	while (rest.n > 0)
		if (eat_param(&rest, &found_name, &found) &&
		    str_eq_fold(found_name, name))
			return found.p != NULL ? found : S("");
	return (struct str){NULL, 0};
}
