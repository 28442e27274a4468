/* SPDX-License-Identifier: ISC */
/*
 * main.cf, read without Postfix: below another root, or as a user who may not
 * run postconf, there is nobody to ask.
 *
 *	# comments and empty lines count nowhere
 *	maillog_file = /var/log/${multi_instance_name:postfix}.log
 *	multi_instance_directories = /etc/postfix-out,
 *	    /etc/postfix-lists        a blank in front continues the line
 *
 * postconf(5) of Postfix 3.7. The last setting of a name wins. Not done: the
 * comparisons of 3.0 ("${a}=={b}?..."), which nobody has in the name of a log.
 */
#include "source/main_cf.h"

enum {
	VALUE_MAX = 4096, /* a list of instances; longer is a trap */
	MACROS_MAX = 100, /* in all, so that no file costs much */
	DEPTH_MAX = 8,    /* $a = $b, $b = $c, ...: or a circle */
};

struct value {
	char *p; /* VALUE_MAX bytes */
	size_t n;
};

static void
value_add(struct value *v, struct str s)
{
	s = str_head(s, VALUE_MAX - v->n);
	if (s.n > 0)
		memcpy(v->p + v->n, s.p, s.n);
	v->n += s.n;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\v' ||
	       c == '\f';
}

static bool
is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_';
}

/* Empty, or a comment: in front of it a logical line goes on. */
static bool
is_nothing(struct str line)
{
	line = str_trim(line);
	return line.n == 0 || line.p[0] == '#';
}

/* The raw value of name, its continuation lines joined; false: not set. */
static bool
raw_get(struct str text, struct str name, struct value *ret)
{
	bool found = false, inside = false;

	while (text.n > 0) {
		struct str line = str_take(&text, '\n');
		struct str key, value = line;

		if (is_nothing(line))
			continue;
		if (is_blank(line.p[0])) {
			if (inside) {
				value_add(ret, S(" "));
				value_add(ret, str_trim(line));
			}
			continue;
		}
		key = str_take(&value, '=');
		inside = key.n < line.n && str_eq(str_trim(key), name);
		if (!inside)
			continue;
		found = true;
		ret->n = 0;
		value_add(ret, str_trim(value));
	}
	return found;
}

/* The end of what stands in the brackets that begin at s.p[0]; s.n when they
 * are not closed. */
static size_t
bracket_end(struct str s, char open, char close)
{
	int depth = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == open)
			depth++;
		else if (s.p[i] == close && --depth == 0)
			return i;
	}
	return s.n;
}

/* What a '$' is followed by, taken off *s. */
struct macro {
	struct str name, rest;
	char test; /* '?', ':' or 0 */
};

static struct macro
take_macro(struct str *s)
{
	struct macro m = {0};
	struct str inner;
	size_t n = 0;

	if (s->n > 0 && (s->p[0] == '{' || s->p[0] == '(')) {
		size_t end =
		    bracket_end(*s, s->p[0], s->p[0] == '{' ? '}' : ')');

		inner = str_skip(str_head(*s, end), 1);
		*s = str_skip(*s, end + 1);
	} else {
		while (n < s->n && is_name(s->p[n]))
			n++;
		inner = str_head(*s, n);
		*s = str_skip(*s, n);
	}
	for (n = 0; n < inner.n && is_name(inner.p[n]);)
		n++;
	m.name = str_head(inner, n);
	m.rest = str_skip(inner, n);
	if (m.rest.n > 0 && (m.rest.p[0] == '?' || m.rest.p[0] == ':')) {
		m.test = m.rest.p[0];
		m.rest = str_skip(m.rest, 1);
	}
	return m;
}

/* "{a}:{b}" behind a '?': a goes to *s, b to *ret_other. */
static void
split_choice(struct str *s, struct str *ret_other)
{
	size_t end;
	struct str other;

	*ret_other = (struct str){NULL, 0};
	if (s->n == 0 || s->p[0] != '{')
		return;
	end = bracket_end(*s, '{', '}');
	other = str_skip(*s, end + 1);
	*s = str_skip(str_head(*s, end), 1);
	if (str_eat(&other, S(":{")) && other.n > 0)
		*ret_other = str_head(other, other.n - 1);
}

struct expansion {
	struct arena *arena;
	struct str text; /* of the file */
	int left;        /* macros that may still be looked up */
};

static void
expand(struct expansion *e, struct str s, int depth, struct value *ret)
{
	while (s.n > 0 && ret->n < VALUE_MAX) {
		size_t dollar = str_chr(s, '$');
		struct value inner = {0};
		struct macro m;
		struct str other;
		bool set;

		value_add(ret, str_head(s, dollar));
		s = str_skip(s, dollar + 1);
		if (str_eat(&s, S("$"))) {
			value_add(ret, S("$"));
			continue;
		}
		m = take_macro(&s);
		if (depth >= DEPTH_MAX || m.name.n == 0 || e->left-- <= 0)
			continue;
		inner.p = arena_alloc(e->arena, VALUE_MAX);
		set = raw_get(e->text, m.name, &inner) && inner.n > 0;
		split_choice(&m.rest, &other);
		if (m.test == 0 && set)
			expand(
			    e, (struct str){inner.p, inner.n}, depth + 1, ret);
		else if (m.test != 0 && set == (m.test == '?'))
			expand(e, m.rest, depth + 1, ret);
		else if (m.test == '?')
			expand(e, other, depth + 1, ret);
	}
}

bool
main_cf_get(
    struct arena *a, struct str text, struct str name, struct str *ret_value)
{
	struct arena scratch = {0};
	struct value raw = {.p = arena_alloc(&scratch, VALUE_MAX)};
	struct value value = {.p = arena_alloc(&scratch, VALUE_MAX)};
	struct expansion e = {&scratch, text, MACROS_MAX};
	bool found = raw_get(text, name, &raw);

	if (found) {
		expand(&e, (struct str){raw.p, raw.n}, 0, &value);
		*ret_value =
		    str_keep(a, str_trim((struct str){value.p, value.n}));
	}
	arena_done(&scratch);
	return found;
}

struct str
main_cf_word(struct str *list)
{
	struct str word;
	size_t n = 0;

	while (list->n > 0 && (is_blank(list->p[0]) || list->p[0] == ','))
		*list = str_skip(*list, 1);
	while (n < list->n && !is_blank(list->p[n]) && list->p[n] != ',')
		n++;
	word = str_head(*list, n);
	*list = str_skip(*list, n);
	return word;
}
