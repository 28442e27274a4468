/* SPDX-License-Identifier: ISC */
#include "mta/postfix_part.h"

enum {
	LONG_MIN = 10, /* six of the second, four of the microsecond */
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

/* The run of bytes at the front of text that ids of one kind, returned in
 * *ret_kind, are made of. */
static size_t
id_run(struct str text, unsigned *ret_kind)
{
	size_t n = 0;

	*ret_kind = BOTH;
	while (n < text.n && n <= ID_MAX) {
		unsigned is = id_bytes[(unsigned char)text.p[n]];

		if ((*ret_kind & is) == 0)
			break;
		*ret_kind &= is;
		n++;
	}
	return n;
}

/* The same as id_run for sixteen bytes at a time; 16: there may be more. */
static inline size_t
id_run16(const char *p, unsigned *ret_kind)
{
	bytes_lane lane = bytes_load16(p), low = lane | 0x20, id;
	size_t n = postfix_hex_run16(lane), n_long;

	*ret_kind = SHORT_ID;
	if (n < 16 && p[n] == ':')
		return n;
	id = (bytes_lane)(lane - '0' <= 9) | (bytes_lane)(low - 'a' <= 25);
	id &= ~((bytes_lane)(low == 'a') | (bytes_lane)(low == 'e') |
		(bytes_lane)(low == 'i') | (bytes_lane)(low == 'o') |
		(bytes_lane)(low == 'u'));
	n_long = bytes_first(~id);
	if (n_long < n)
		return n;
	*ret_kind = n_long == n ? BOTH : LONG_ID;
	return n_long;
}

/* The length of an id at the front of text; 0: none. */
static size_t
id_length(struct str text)
{
	char copy[16] = {0};
	const char *p = text.n >= sizeof(copy) ? text.p : copy;
	unsigned kind;
	size_t n;
	char c;

	if (p == copy && text.n > 0) /* at the end of a line */
		memcpy(copy, text.p, text.n);
	n = id_run16(p, &kind);
	if (n == 16)
		n = id_run(text, &kind);
	if (n < POSTFIX_ID_MIN || n > ID_MAX ||
	    ((kind & SHORT_ID) == 0 && n < LONG_MIN))
		return 0;
	/* A letter of the other kind or of none: a word, not an id. */
	c = n < text.n ? (char)(text.p[n] | 0x20) : '\0';
	return c >= 'a' && c <= 'z' ? 0 : n;
}

struct str
postfix_id_at(struct str text)
{
	size_t n = id_length(text);

	return n == 0 ? (struct str){NULL, 0} : (struct str){text.p, n};
}

size_t
postfix_any_id(struct str s)
{
	size_t n = id_length(s);

	return n + 2 > s.n || s.p[n] != ':' || s.p[n + 1] != ' ' ? 0 : n;
}

size_t
postfix_skip_quoted(struct str s, size_t from)
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
		i = postfix_skip_quoted(s, 1);
	while (i < s.n) {
		struct str rest;

		i += bytes_chr(bytes_from(s, i), '>');
		if (i == s.n)
			return false;
		rest = bytes_from(s, i + 1);
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

/* "192.0.2.1]", "2001:db8::1]", "unknown]", "private/lmtp]". Returns the length
 * with the bracket; 0: it is not closed. */
static inline size_t
eat_address(struct str s, struct ip *ret_ip)
{
	size_t close = ip_take_v4(s, ']', ret_ip);

	if (close > 0)
		return close + 1;
	close = bytes_find(s, ']', ' ', ']', ']');
	if (close >= s.n || s.p[close] == ' ')
		return 0;
	*ret_ip = (struct ip){0};
	if (close > 0 && s.p[0] != 'u' && s.p[0] != 'l' && s.p[0] != 'p')
		(void)ip_parse(str_head(s, close), ret_ip);
	return close + 1;
}

/* ":25" off the front of *s; 0 when none stands there. */
static inline unsigned
eat_port(struct str *s)
{
	uint64_t port;
	size_t n;

	if (s->n < 2 || s->p[0] != ':' || s->p[1] == ' ')
		return 0;
	if (str_starts(*s, S(":25,"))) { /* as nearly all */
		*s = bytes_from(*s, 3);
		return 25;
	}
	if (s->n > 9) {
		n = bytes_number(s->p + 1, &port);
		if (n == 0 || n > 5)
			return 0;
		*s = bytes_from(*s, n + 1);
	} else {
		struct str behind = bytes_from(*s, 1);

		if (!str_u64(&behind, 5, &port))
			return 0;
		*s = behind;
	}
	return (unsigned)port;
}

bool
postfix_eat_peer(struct str *text, struct postfix_peer *ret_peer)
{
	struct str s = *text;
	size_t open, n;

	/* A name of a host has neither blanks nor brackets. */
	open = bytes_find32(s, '[', ' ', '[', '[');
	if (open >= s.n || s.p[open] == ' ')
		return false;
	ret_peer->name = (struct str){s.p, open};
	s = bytes_from(s, open + 1);
	n = eat_address(s, &ret_peer->ip);
	if (n == 0)
		return false;
	s = bytes_from(s, n);
	ret_peer->port = eat_port(&s);
	*text = s;
	return true;
}

bool
postfix_is_remark(struct str text)
{
	struct postfix_peer peer;

	return postfix_eat_peer(&text, &peer) && peer.name.n > 0 &&
	       str_starts(text, S(": "));
}

bool
postfix_eat_one(struct str *s, const struct str *words, size_t n)
{
	char first = s->n > 0 ? s->p[0] : '\0';

	for (size_t i = 0; i < n; i++)
		if (words[i].p[0] == first && str_eat(s, words[i]))
			return true;
	return false;
}

static inline bool
is_digit(char c)
{
	return (unsigned char)(c - '0') < 10;
}

bool
postfix_eat_number(struct str *s, uint64_t *ret_value)
{
	size_t n;

	if (s->n > 1 && is_digit(s->p[0]) && !is_digit(s->p[1])) {
		*ret_value = (uint64_t)(s->p[0] - '0');
		*s = bytes_from(*s, 1);
		return true;
	}
	n = s->n < 8 ? 0 : bytes_number(s->p, ret_value);
	if (n == 0 || n == 8)
		return str_u64(s, 19, ret_value);
	*s = bytes_from(*s, n);
	return true;
}
