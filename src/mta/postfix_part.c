/* SPDX-License-Identifier: ISC */
#include "mta/postfix_part.h"

#include "event/bytes.h"

enum {
	ID_MIN = 5,    /* five digits of microseconds, and the inode */
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
	    ((kind & SHORT_ID) == 0 && n < LONG_MIN) ||
	    (n < text.n && ((text.p[n] >= 'a' && text.p[n] <= 'z') ||
			       (text.p[n] >= 'A' && text.p[n] <= 'Z'))))
		return (struct str){NULL, 0};
	return (struct str){text.p, n};
}

/*
 * The same in sixteen bytes at a time, of a text that has them; 0 when it is
 * no id, or one that is longer.
 */
static inline size_t
id_length(const char *p)
{
	bytes_lane lane = bytes_load16(p), low = lane | 0x20;
	bytes_lane digit = (bytes_lane)(lane - '0' <= 9);
	bytes_lane id = digit | (bytes_lane)(lane - 'A' <= 5);
	size_t n = bytes_first(~id);

	if (n < 16 && p[n] == ':')
		return n;
	id = digit | (bytes_lane)(low - 'a' <= 25);
	id &= ~((bytes_lane)(low == 'a') | (bytes_lane)(low == 'e') |
		(bytes_lane)(low == 'i') | (bytes_lane)(low == 'o') |
		(bytes_lane)(low == 'u'));
	n = bytes_first(~id);
	return n < 16 && p[n] == ':' ? n : 0;
}

bool
postfix_eat_id(struct str *text, struct str *ret_id)
{
	struct str s = *text;
	size_t n = 0;

	/* Both kinds begin with a digit or a capital: a long one with '4' to
	 * '9' until the year 2090. */
	if (s.n < ID_MIN + 2 || s.p[0] > 'F')
		return false;
	if (s.n >= 16)
		n = id_length(s.p);
	if (n == 0)
		n = postfix_id_at(s).n;
	if (n < ID_MIN || n + 2 > s.n || s.p[n] != ':' || s.p[n + 1] != ' ')
		return false;
	*ret_id = (struct str){s.p, n};
	*text = bytes_from(s, n + 2);
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

/*
 * The usual address: four numbers and the ']' that ends them. False when it is
 * any other; then ip_parse decides. ip_parse's rule of leading zeros holds.
 */
static inline bool
parse_v4(const char *p, const char *end, struct ip *ret_ip)
{
	uint32_t all = 0;

	if (end - p < 7 || end - p > 15)
		return false;
	for (int i = 0; i < 4; i++) {
		/* *end is ']', so each look ahead stays in the text */
		unsigned value = (unsigned)(p[0] - '0'), next;

		if (value > 9)
			return false;
		if ((next = (unsigned)(p[1] - '0')) <= 9 && value != 0) {
			value = value * 10 + next;
			p++;
			if ((next = (unsigned)(p[1] - '0')) <= 9) {
				value = value * 10 + next;
				p++;
			}
		}
		if (value > 255 || p[1] != (i < 3 ? '.' : ']'))
			return false;
		all = all << 8 | value;
		p += 2;
	}
	if (p != end + 1)
		return false;
	all = htobe32(all);
	*ret_ip = (struct ip){{[10] = 0xff, [11] = 0xff}};
	memcpy(ret_ip->b + 12, &all, sizeof(all));
	return true;
}

bool
postfix_eat_peer(struct str *text, struct postfix_peer *ret_peer)
{
	struct str s = *text, ip;
	size_t open, close;
	uint64_t port;

	/* A name of a host has neither blanks nor brackets. */
	open = bytes_find(s, '[', ' ', '[', '[');
	if (open >= s.n || s.p[open] == ' ')
		return false;
	ip = bytes_from(s, open + 1);
	close = bytes_find(ip, ']', ' ', ']', ']');
	if (close >= ip.n || ip.p[close] == ' ')
		return false;
	s = bytes_from(ip, close + 1);
	ip.n = close;
	ret_peer->name = (struct str){text->p, open};
	ret_peer->port = 0;
	/* "[unknown]", "[local]", "[private/lmtp]" are none. */
	if (!parse_v4(ip.p, ip.p + ip.n, &ret_peer->ip)) {
		ret_peer->ip = (struct ip){0};
		if (ip.n > 0 && ip.p[0] != 'u' && ip.p[0] != 'l' &&
		    ip.p[0] != 'p')
			(void)ip_parse(ip, &ret_peer->ip);
	}
	if (s.n > 1 && s.p[0] == ':' && s.p[1] != ' ') {
		struct str behind = bytes_from(s, 1);

		if (s.n > 3 && memcmp(s.p, ":25,", 4) == 0) {
			ret_peer->port = 25;
			s = bytes_from(s, 3);
		} else if (str_u64(&behind, 5, &port)) {
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
	char first = s->n > 0 ? s->p[0] : '\0';

	for (size_t i = 0; i < n; i++)
		if (words[i].p[0] == first && str_eat(s, words[i]))
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

bool
postfix_eat_number(struct str *s, uint64_t *ret_value)
{
	size_t n = s->n < 8 ? 0 : bytes_number(s->p, ret_value);

	if (n == 0 || n == 8)
		return str_u64(s, 19, ret_value);
	*s = bytes_from(*s, n);
	return true;
}
