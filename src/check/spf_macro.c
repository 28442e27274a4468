/* SPDX-License-Identifier: ISC */
#include "check/spf_macro.h"

#include "net/dns.h"

#include <assert.h>

enum {
	DIGITS_MAX = 9, /* of a number of parts; RFC 7208 7.3 asks for 127 */
};

/* One piece of a macro-string. */
struct piece {
	enum {
		PIECE_LITERAL,
		PIECE_ESCAPE, /* %% %_ %- */
		PIECE_MACRO,
		PIECE_BAD,
	} kind;
	struct str text; /* LITERAL; ESCAPE: what it stands for */
	char letter;
	uint64_t parts; /* 0: all */
	bool reverse;
	struct str delimiters; /* empty: "." */
};

static char
fold(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool
is_alpha(char c)
{
	return fold(c) >= 'a' && fold(c) <= 'z';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The inside of "%{...}", all of it. */
static struct piece
read_macro(struct str inside)
{
	struct piece p = {.kind = PIECE_MACRO};

	if (inside.n == 0 || !is_alpha(inside.p[0]) ||
	    str_chr(S("slodiphcrtv"), fold(inside.p[0])) == 11)
		return (struct piece){.kind = PIECE_BAD};
	p.letter = inside.p[0];
	inside = str_skip(inside, 1);
	if (inside.n > 0 && is_digit(inside.p[0]) &&
	    (!str_u64(&inside, DIGITS_MAX, &p.parts) || p.parts == 0))
		return (struct piece){.kind = PIECE_BAD};
	if (inside.n > 0 && fold(inside.p[0]) == 'r') {
		p.reverse = true;
		inside = str_skip(inside, 1);
	}
	p.delimiters = inside;
	for (size_t i = 0; i < inside.n; i++)
		if (str_chr(S(".-+,/_="), inside.p[i]) == 7)
			p.kind = PIECE_BAD;
	return p;
}

static struct piece
read_percent(struct str *s)
{
	static const struct {
		struct str text, stands_for;
	} escapes[] = {
	    {S0("%%"), S0("%")}, {S0("%_"), S0(" ")}, {S0("%-"), S0("%20")}};
	size_t end;
	struct piece p;

	for (size_t i = 0; i < ARRAY_LEN(escapes); i++)
		if (str_eat(s, escapes[i].text))
			return (struct piece){.kind = PIECE_ESCAPE,
			    .text = escapes[i].stands_for};
	end = str_chr(*s, '}');
	if (!str_starts(*s, S("%{")) || end == s->n) {
		*s = (struct str){NULL, 0};
		return (struct piece){.kind = PIECE_BAD};
	}
	p = read_macro(str_skip(str_head(*s, end), 2));
	*s = str_skip(*s, end + 1);
	return p;
}

/* The next piece off the front of *s, which is not empty. */
static struct piece
take_piece(struct str *s)
{
	struct piece p = {.kind = PIECE_LITERAL};
	size_t n = str_chr(*s, '%');

	if (n == 0)
		return read_percent(s);
	p.text = str_head(*s, n);
	*s = str_skip(*s, n);
	return p;
}

static bool
literal_is_good(struct str text, enum spf_macro_use use)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] < (use == SPF_IN_TEXT ? ' ' : '!') ||
		    text.p[i] > '~')
			return false;
	return true;
}

/* ( *alphanum ALPHA *alphanum ) / ( 1*alphanum "-" *( alphanum / "-" )
 * alphanum ) */
static bool
is_toplabel(struct str label)
{
	bool digits = true;

	if (label.n == 0 || label.p[0] == '-' || label.p[label.n - 1] == '-')
		return false;
	for (size_t i = 0; i < label.n; i++) {
		char c = label.p[i];

		if (!is_alpha(c) && !is_digit(c) && c != '-')
			return false;
		digits &= is_digit(c);
	}
	return !digits;
}

/* The end of a domain-spec is "." toplabel [ "." ], behind the last macro. */
static bool
end_is_good(struct str literal)
{
	size_t dot;

	if (literal.n > 0 && literal.p[literal.n - 1] == '.')
		literal.n--;
	dot = str_rchr(literal, '.');
	return dot < literal.n && is_toplabel(str_skip(literal, dot + 1));
}

enum spf_fault
spf_macro_check(struct str spec, enum spf_macro_use use)
{
	struct piece p = {.kind = PIECE_LITERAL};

	while (spec.n > 0) {
		p = take_piece(&spec);
		if (p.kind == PIECE_BAD)
			return SPF_BAD_MACRO;
		if (p.kind == PIECE_LITERAL && !literal_is_good(p.text, use))
			return SPF_BAD_BYTE;
		/* RFC 7208 7.2: c, r and t are for explanations. */
		if (p.kind == PIECE_MACRO && use == SPF_IN_DOMAIN &&
		    str_chr(S("crt"), fold(p.letter)) < 3)
			return SPF_EXP_MACRO;
	}
	if (use == SPF_IN_DOMAIN && p.kind == PIECE_LITERAL &&
	    !end_is_good(p.text))
		return SPF_BAD_DOMAIN;
	return SPF_FINE;
}

bool
spf_macro_has(struct str spec, char letter)
{
	while (spec.n > 0) {
		struct piece p = take_piece(&spec);

		if (p.kind == PIECE_MACRO && fold(p.letter) == letter)
			return true;
	}
	return false;
}

bool
spf_macro_has_any(struct str spec)
{
	while (spec.n > 0)
		if (take_piece(&spec).kind == PIECE_MACRO)
			return true;
	return false;
}

struct out {
	char p[SPF_EXPANDED_MAX];
	size_t n;
	bool over;
};

static void
put(struct out *out, struct str text)
{
	if (text.n > sizeof(out->p) - out->n) {
		out->over = true;
		return;
	}
	if (text.n > 0)
		memcpy(out->p + out->n, text.p, text.n);
	out->n += text.n;
}

/* A capital letter asks for URL escapes (RFC 7208 7.3, RFC 3986 2.3). */
static void
put_url(struct out *out, struct str text)
{
	static const char hex[] = "0123456789ABCDEF";

	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];
		const char escape[3] = {'%', hex[c >> 4], hex[c & 15]};

		if (is_alpha((char)c) || is_digit((char)c) ||
		    (c != 0 && strchr("-._~", c) != NULL))
			put(out, (struct str){text.p + i, 1});
		else
			put(out, (struct str){escape, 3});
	}
}

static bool
is_delimiter(const struct piece *p, char c)
{
	struct str set = p->delimiters.n > 0 ? p->delimiters : S(".");

	return str_chr(set, c) < set.n;
}

static size_t
count_parts(const struct piece *p, struct str value)
{
	size_t n = 1;

	for (size_t i = 0; i < value.n; i++)
		n += is_delimiter(p, value.p[i]);
	return n;
}

static void
put_part(struct out *out, const struct piece *p, struct str part, bool *first)
{
	if (!*first)
		put(out, S("."));
	*first = false;
	if (p->letter >= 'A' && p->letter <= 'Z')
		put_url(out, part);
	else
		put(out, part);
}

/* RFC 7208 7.3: split, reverse, keep the rightmost, join with dots. */
static void
put_macro(struct out *out, const struct piece *p, struct str value)
{
	size_t parts = count_parts(p, value);
	size_t drop = p->parts > 0 && p->parts < parts ? parts - p->parts : 0;
	bool first = true;
	size_t from = p->reverse ? value.n : 0, to;

	/* As it is: the letter alone keeps its delimiters. */
	if (!p->reverse && p->parts == 0 && p->delimiters.n == 0) {
		put_part(out, p, value, &first);
		return;
	}
	for (size_t i = 0; i < parts && !out->over; i++) {
		struct str part;

		if (p->reverse) {
			to = from;
			while (from > 0 && !is_delimiter(p, value.p[from - 1]))
				from--;
			part = (struct str){value.p + from, to - from};
			from -= from > 0;
		} else {
			to = from;
			while (to < value.n && !is_delimiter(p, value.p[to]))
				to++;
			part = (struct str){value.p + from, to - from};
			from = to + 1;
		}
		if (i >= drop)
			put_part(out, p, part, &first);
	}
}

bool
spf_macro_expand(struct arena *a, struct str spec,
    const struct spf_values *values, struct str *ret_text)
{
	struct out out;

	out.n = 0;
	out.over = false;
	while (spec.n > 0) {
		struct piece p = take_piece(&spec);

		assert(p.kind != PIECE_BAD);
		if (p.kind == PIECE_MACRO)
			put_macro(&out, &p, values->of[fold(p.letter) - 'a']);
		else
			put(&out, p.text);
	}
	if (out.over)
		return false;
	*ret_text = str_keep(a, (struct str){out.p, out.n});
	return true;
}

struct str
spf_macro_name(struct arena *a, struct str text)
{
	char *p;
	size_t n = 0;

	if (text.n > 0 && text.p[text.n - 1] == '.')
		text.n--;
	while (text.n > SPF_NAME_MAX) {
		size_t dot = str_chr(text, '.');

		if (dot == text.n)
			break;
		text = str_skip(text, dot + 1);
	}
	p = arena_alloc(a, 4 * text.n + 1);
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (c == '\\') {
			p[n++] = '\\';
			p[n++] = '\\';
		} else if (c > ' ' && c < 0x7f) {
			p[n++] = (char)c;
		} else {
			p[n++] = '\\';
			p[n++] = (char)('0' + c / 100);
			p[n++] = (char)('0' + c / 10 % 10);
			p[n++] = (char)('0' + c % 10);
		}
	}
	return (struct str){p, n};
}
