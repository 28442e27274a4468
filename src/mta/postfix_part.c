/* SPDX-License-Identifier: ISC */
#include "mta/postfix_part.h"

enum {
	ID_MIN = 5, /* five digits of microseconds, and the inode */
	ID_MAX = 24,
	/* What a byte may be part of. */
	SHORT_ID = 1,
	LONG_ID = 2,
};

#define BOTH (SHORT_ID | LONG_ID)

/* Hexadecimal digits; letters and digits without vowels. */
static const uint8_t id_bytes[256] = {
    ['0'] = BOTH,
    ['1'] = BOTH,
    ['2'] = BOTH,
    ['3'] = BOTH,
    ['4'] = BOTH,
    ['5'] = BOTH,
    ['6'] = BOTH,
    ['7'] = BOTH,
    ['8'] = BOTH,
    ['9'] = BOTH,
    ['A'] = SHORT_ID,
    ['B'] = BOTH,
    ['C'] = BOTH,
    ['D'] = BOTH,
    ['E'] = SHORT_ID,
    ['F'] = BOTH,
    ['G'] = LONG_ID,
    ['H'] = LONG_ID,
    ['J'] = LONG_ID,
    ['K'] = LONG_ID,
    ['L'] = LONG_ID,
    ['M'] = LONG_ID,
    ['N'] = LONG_ID,
    ['P'] = LONG_ID,
    ['Q'] = LONG_ID,
    ['R'] = LONG_ID,
    ['S'] = LONG_ID,
    ['T'] = LONG_ID,
    ['V'] = LONG_ID,
    ['W'] = LONG_ID,
    ['X'] = LONG_ID,
    ['Y'] = LONG_ID,
    ['Z'] = LONG_ID,
    ['b'] = LONG_ID,
    ['c'] = LONG_ID,
    ['d'] = LONG_ID,
    ['f'] = LONG_ID,
    ['g'] = LONG_ID,
    ['h'] = LONG_ID,
    ['j'] = LONG_ID,
    ['k'] = LONG_ID,
    ['l'] = LONG_ID,
    ['m'] = LONG_ID,
    ['n'] = LONG_ID,
    ['p'] = LONG_ID,
    ['q'] = LONG_ID,
    ['r'] = LONG_ID,
    ['s'] = LONG_ID,
    ['t'] = LONG_ID,
    ['v'] = LONG_ID,
    ['w'] = LONG_ID,
    ['x'] = LONG_ID,
    ['y'] = LONG_ID,
    ['z'] = LONG_ID,
};

struct str
postfix_id_at(struct str text)
{
	unsigned kind = BOTH;
	size_t n = 0;

	while (n < text.n && n <= ID_MAX) {
		unsigned is = id_bytes[(unsigned char)text.p[n]];

		if ((kind & is) == 0)
			break;
		kind &= is;
		n++;
	}
	/* A letter of the other kind or of none: a word, not an id. */
	if (n < ID_MIN || n > ID_MAX ||
	    (n < text.n && ((text.p[n] >= 'a' && text.p[n] <= 'z') ||
			       (text.p[n] >= 'A' && text.p[n] <= 'Z'))))
		return (struct str){NULL, 0};
	return (struct str){text.p, n};
}

bool
postfix_eat_id(struct str *text, struct str *ret_id)
{
	struct str id = postfix_id_at(*text);

	if (id.n == 0 || id.n + 2 > text->n || text->p[id.n] != ':' ||
	    text->p[id.n + 1] != ' ')
		return false;
	*ret_id = id;
	*text = (struct str){text->p + id.n + 2, text->n - id.n - 2};
	return true;
}

/* Behind the quoted part that begins at from; from when it has no end. */
static size_t
skip_quoted(struct str s, size_t from)
{
	for (size_t i = from + 1; i < s.n; i++) {
		if (s.p[i] == '\\')
			i++;
		else if (s.p[i] == '"')
			return i + 1;
	}
	return from;
}

static bool
is_delimited(struct str rest, struct str delimiter)
{
	return delimiter.n == 0 ? rest.n == 0 : str_starts(rest, delimiter);
}

bool
postfix_eat_address(struct str *text, struct str delimiter, struct str other,
    struct str *ret_address)
{
	struct str s = *text;
	size_t i = 1;

	if (s.n < 2 || s.p[0] != '<')
		return false;
	if (s.p[1] == '"')
		i = skip_quoted(s, 1);
	while (i < s.n) {
		const char *hit = memchr(s.p + i, '>', s.n - i);
		struct str rest;

		if (hit == NULL)
			return false;
		i = (size_t)(hit - s.p);
		rest = (struct str){hit + 1, s.n - i - 1};
		if (is_delimited(rest, delimiter) ||
		    is_delimited(rest, other)) {
			*ret_address = (struct str){s.p + 1, i - 1};
			*text = rest;
			return true;
		}
		i++;
	}
	return false;
}

bool
postfix_eat_peer(struct str *text, struct postfix_peer *ret_peer)
{
	struct str s = *text, ip;
	size_t open = 0, close;
	uint64_t port;

	/* A name of a host has neither blanks nor brackets. */
	while (open < s.n && s.p[open] != '[' && s.p[open] != ' ')
		open++;
	if (open >= s.n || s.p[open] == ' ')
		return false;
	close = open + 1;
	while (close < s.n && s.p[close] != ']' && s.p[close] != ' ')
		close++;
	if (close >= s.n || s.p[close] == ' ')
		return false;
	ip = (struct str){s.p + open + 1, close - open - 1};
	*ret_peer = (struct postfix_peer){.name = {s.p, open}};
	/* "[unknown]", "[local]", "[private/lmtp]" are none. */
	if (ip.n > 0 && ip.p[0] != 'u' && ip.p[0] != 'l' && ip.p[0] != 'p')
		(void)ip_parse(ip, &ret_peer->ip);
	s = (struct str){s.p + close + 1, s.n - close - 1};
	if (s.n > 1 && s.p[0] == ':' && s.p[1] != ' ') {
		struct str behind = {s.p + 1, s.n - 1};

		if (str_u64(&behind, 5, &port)) {
			ret_peer->port = (unsigned)port;
			s = behind;
		}
	}
	*text = s;
	return true;
}

bool
postfix_eat_one(struct str *s, const struct str *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eat(s, words[i]))
			return true;
	return false;
}

/*
 * n is sizeof(*e). Passed in, so that libc clears it with vectors; for a size
 * that it knows gcc 12 writes "rep stos", which costs a third of the parsing.
 */
void
postfix_begin(struct event *e, size_t n, const struct line *line)
{
	(void)memset(e, 0, n);
	e->at = line->at;
	e->host = line->host;
	e->pid = line->pid;
	e->uid = -1;
}
