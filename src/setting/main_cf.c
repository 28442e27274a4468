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
 * comparisons of 3.0 ("${{$a} == {b} ? {c} : {d}}"), which only defaults have.
 */
#include "setting/main_cf.h"

#include "setting/logical.h"

enum {
	MACROS_MAX = 100, /* in all, so that no file costs much */
	DEPTH_MAX = 8,    /* $a = $b, $b = $c, ...: or a circle */
};

struct value {
	char *p; /* MAIN_CF_VALUE_MAX bytes */
	size_t n;
};

static void
value_add(struct value *v, struct str s)
{
	for (size_t i = 0; i < s.n && v->n < MAIN_CF_VALUE_MAX; i++) {
		char c = s.p[i];

		if (c != '\n')
			v->p[v->n++] = c;
		else if (v->n > 0 && v->p[v->n - 1] != ' ')
			v->p[v->n++] = ' ';
	}
}

static bool
is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_';
}

void
main_cf_add(struct arena *a, struct main_cf *cf, struct main_cf_entry entry)
{
	if (cf->n == MAIN_CF_ENTRIES_MAX)
		return;
	if (cf->n == cf->cap) {
		struct main_cf_entry *more;

		cf->cap = cf->cap * 2 + 16;
		more = arena_alloc(a, cf->cap * sizeof(*more));
		if (cf->n > 0)
			memcpy(more, cf->entries, cf->n * sizeof(*more));
		cf->entries = more;
	}
	cf->entries[cf->n++] = entry;
}

void
main_cf_parse(struct arena *a, struct str text, struct main_cf *cf)
{
	struct logical lines = logical_of(a, text);
	struct logical_line line;

	while (logical_next(&lines, &line)) {
		struct str value = line.text;
		struct str name = str_take(&value, '=');

		if (name.n == line.text.n)
			continue;
		/* A line break at its front counts. */
		while (
		    value.n > 0 && value.p[0] != '\n' && is_blank(value.p[0]))
			value = str_skip(value, 1);
		main_cf_add(a, cf,
		    (struct main_cf_entry){str_trim(name), value, line.line});
	}
}

const struct main_cf_entry *
main_cf_find(const struct main_cf *cf, struct str name)
{
	for (; cf != NULL; cf = cf->below)
		for (size_t i = cf->n; i > 0; i--)
			if (str_eq(cf->entries[i - 1].name, name))
				return &cf->entries[i - 1];
	return NULL;
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
	const struct main_cf *cf;
	int left; /* macros that may still be looked up */
};

static void
expand(struct expansion *e, struct str s, int depth, struct value *ret)
{
	while (s.n > 0 && ret->n < MAIN_CF_VALUE_MAX) {
		size_t dollar = str_chr(s, '$');
		const struct main_cf_entry *entry;
		struct macro m;
		struct str other;
		bool set;

		value_add(ret, str_head(s, dollar));
		if (dollar == s.n)
			return;
		s = str_skip(s, dollar + 1);
		if (str_eat(&s, S("$"))) {
			value_add(ret, S("$"));
			continue;
		}
		m = take_macro(&s);
		if (depth >= DEPTH_MAX || m.name.n == 0 || e->left-- <= 0)
			continue;
		entry = main_cf_find(e->cf, m.name);
		set = entry != NULL && str_trim(entry->raw).n > 0;
		split_choice(&m.rest, &other);
		if (m.test == 0 && set)
			expand(e, entry->raw, depth + 1, ret);
		else if (m.test != 0 && set == (m.test == '?'))
			expand(e, m.rest, depth + 1, ret);
		else if (m.test == '?')
			expand(e, other, depth + 1, ret);
	}
}

struct str
main_cf_expand(struct arena *a, const struct main_cf *cf, struct str raw)
{
	struct arena scratch = {0};
	struct value value = {.p = arena_alloc(&scratch, MAIN_CF_VALUE_MAX)};
	struct expansion e = {cf, MACROS_MAX};
	struct str result;

	expand(&e, raw, 0, &value);
	result = str_keep(a, str_trim((struct str){value.p, value.n}));
	arena_done(&scratch);
	return result;
}

struct str
main_cf_value(struct arena *a, const struct main_cf *cf, struct str name)
{
	const struct main_cf_entry *entry = main_cf_find(cf, name);

	return entry == NULL ? (struct str){NULL, 0}
			     : main_cf_expand(a, cf, entry->raw);
}

bool
main_cf_get(
    struct arena *a, struct str text, struct str name, struct str *ret_value)
{
	struct arena scratch = {0};
	struct main_cf cf = {0};
	const struct main_cf_entry *entry;

	main_cf_parse(&scratch, text, &cf);
	entry = main_cf_find(&cf, name);
	if (entry != NULL)
		*ret_value = main_cf_expand(a, &cf, entry->raw);
	arena_done(&scratch);
	return entry != NULL;
}

struct str
main_cf_word(struct str *list)
{
	return word_take(list, ",");
}
