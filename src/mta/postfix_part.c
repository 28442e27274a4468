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
	return n >= LONG_MIN && n < 16 && p[n] == ':' ? n : 0;
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

/* One to three digits that end in front of end; 256: none of a v4. */
static inline unsigned
octet(const char *p, unsigned n)
{
	static const unsigned least[] = {0, 0, 10, 100};
	uint32_t d;
	unsigned value;

	memcpy(&d, p, sizeof(d));
	d = (le32toh(d) ^ UINT32_C(0x30303030)) << (32 - 8 * n);
	value = (d >> 24) + (d >> 16 & 0xff) * 10 + (d >> 8 & 0xff) * 100;
	if ((((d + UINT32_C(0x76767676)) | d) & UINT32_C(0x80808080)) != 0 ||
	    value < least[n] || value > 255)
		return 256;
	return value;
}

/*
 * "192.0.2.1]", without a branch that depends on how long the numbers are.
 * Returns the length without the bracket; 0 when it is anything else: then
 * ip_parse decides. Its rule of leading zeros holds here too.
 */
static inline size_t
parse_v4(struct str s, struct ip *ret_ip)
{
	unsigned dots, close, from = 0, bad = 0;
	uint32_t all = 0;
	char copy[20] = {0};

	if (s.n < sizeof(copy)) { /* at the end of a line */
		if (s.n == 0)
			return 0;
		memcpy(copy, s.p, s.n);
		s.p = copy;
	}
	dots = bytes_which(s.p, '.', '.', '.', '.');
	close = bytes_which(s.p, ']', ']', ']', ']');
	close &= ~close + 1;
	dots = (dots & (close - 1)) | close;
	for (int i = 0; i < 4; i++) {
		unsigned end = (unsigned)__builtin_ctz(dots | 1u << 31);
		unsigned n = end - from, value;

		if (n < 1 || n > 3)
			return 0;
		value = octet(s.p + from, n);
		bad |= value;
		all = all << 8 | value;
		from = end + 1;
		dots &= dots - 1;
	}
	if (dots != 0 || bad > 255)
		return 0;
	all = htobe32(all);
	*ret_ip = (struct ip){{[10] = 0xff, [11] = 0xff}};
	memcpy(ret_ip->b + 12, &all, sizeof(all));
	return from - 1;
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
	ret_peer->name = (struct str){s.p, open};
	ret_peer->port = 0;
	close = parse_v4(ip, &ret_peer->ip);
	if (close == 0) {
		close = bytes_find(ip, ']', ' ', ']', ']');
		if (close >= ip.n || ip.p[close] == ' ')
			return false;
		ret_peer->ip = (struct ip){0};
		/* "[unknown]", "[local]", "[private/lmtp]" are none. */
		if (close > 0 && ip.p[0] != 'u' && ip.p[0] != 'l' &&
		    ip.p[0] != 'p')
			(void)ip_parse(str_head(ip, close), &ret_peer->ip);
	}
	s = bytes_from(ip, close + 1);
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
