/* SPDX-License-Identifier: ISC */
#include "base/ip.h"

#include "base/bytes.h"

#include <arpa/inet.h>
#include <endian.h>
#include <stdio.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

enum {
	V4_AT = 12, /* where the IPv4 address begins in its mapped form */
	V4_BITS = 8 * V4_AT,
	V4_MIN = 7, /* "0.0.0.0" */
	V4_MAX = 15,
	GROUPS = 8,
	SCOPE_MAX = 16, /* IF_NAMESIZE */
};

static const uint8_t mapped[V4_AT] = {[10] = 0xff, [11] = 0xff};

/* The number of n digits (1-3) at p, of which four bytes can be read. */
static inline uint32_t
octet(const char *p, unsigned n)
{
	uint32_t d = (bytes_load4(p) ^ UINT32_C(0x30303030)) << (32 - 8 * n);

	return (d >> 24) + (d >> 16 & 0xff) * 10 + (d >> 8 & 0xff) * 100;
}

/*
 * The first of sixteen bytes up to the lowest bit of end: four decimal numbers
 * to 255 without leading zeros. Some readers take "010" for 8, so whoever writes
 * it is refused. All bytes are judged at once: a branch for each digit is
 * guessed wrong too often, and every line has an address. Returns the length; 0:
 * it is none.
 */
static inline size_t
parse_v4(const char *p, unsigned end, uint8_t ret_b[4])
{
	bytes_lane lane = bytes_load16(p);
	unsigned last = end & (~end + 1), inside = last - 1;
	unsigned dots = bytes_mask((bytes_lane)(lane == '.')) & inside;
	unsigned digits = bytes_mask((bytes_lane)(lane - '0' <= 9)) & inside;
	unsigned zeros = bytes_mask((bytes_lane)(lane == '0'));
	unsigned dots2 = dots & (dots - 1), dots3 = dots2 & (dots2 - 1);
	unsigned ends = dots | last, begins = ends << 1 | 1, bad, a, b, c, d;
	uint32_t v[4], all;

	/* what is neither, nothing between two dots, four digits, "01" */
	bad = (~(digits | ends) & inside) | (begins & ends) |
	      (digits & digits >> 1 & digits >> 2 & digits >> 3) |
	      (begins & zeros & digits >> 1);
	if (bad != 0 || dots3 == 0 || (dots3 & (dots3 - 1)) != 0)
		return 0;
	a = (unsigned)__builtin_ctz(dots);
	b = (unsigned)__builtin_ctz(dots2);
	c = (unsigned)__builtin_ctz(dots3);
	d = (unsigned)__builtin_ctz(last);
	v[0] = octet(p, a);
	v[1] = octet(p + a + 1, b - a - 1);
	v[2] = octet(p + b + 1, c - b - 1);
	v[3] = octet(p + c + 1, d - c - 1);
	if ((v[0] | v[1] | v[2] | v[3]) > 255)
		return 0;
	all = htonl(v[0] << 24 | v[1] << 16 | v[2] << 8 | v[3]);
	memcpy(ret_b, &all, sizeof(all));
	return d;
}

static inline size_t
take_v4(const char *p, char end, struct ip *ret_ip)
{
	size_t n = parse_v4(p,
	    bytes_mask((bytes_lane)(bytes_load16(p) == (uint8_t)end)) |
		1u << sizeof(bytes_lane),
	    ret_ip->b + V4_AT);

	if (n > 0)
		memcpy(ret_ip->b, mapped, V4_AT);
	return n;
}

/* At the end of a line. */
static __attribute__((noinline)) size_t
take_last_v4(struct str s, char end, struct ip *ret_ip)
{
	char copy[sizeof(bytes_lane)] = {0};

	if (s.n > 0)
		memcpy(copy, s.p, s.n);
	return take_v4(copy, end, ret_ip);
}

size_t
ip_take_v4(struct str s, char end, struct ip *ret_ip)
{
	return s.n >= sizeof(bytes_lane) ? take_v4(s.p, end, ret_ip)
					 : take_last_v4(s, end, ret_ip);
}

static bool
is_v4(struct str s, uint8_t ret_b[4])
{
	char copy[16] = {0};

	if (s.n < V4_MIN || s.n > V4_MAX)
		return false;
	if (s.n >= 8) { /* twice where they overlap */
		memcpy(copy + s.n - 8, s.p + s.n - 8, 8);
		memcpy(copy, s.p, 8);
	} else {
		memcpy(copy, s.p, V4_MIN);
	}
	return parse_v4(copy, 1u << s.n, ret_b) > 0;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Up to four hex digits off the front of *s. */
static bool
take_group(struct str *s, unsigned *ret_group)
{
	unsigned group = 0;
	size_t i;

	for (i = 0; i < s->n && i < 4; i++) {
		int digit = hex_digit(s->p[i]);

		if (digit < 0)
			break;
		group = group << 4 | (unsigned)digit;
	}
	if (i == 0)
		return false;
	*s = str_skip(*s, i);
	*ret_group = group;
	return true;
}

/* Move the groups behind "::" to the end. n: groups read, gap: before it. */
static bool
spread(uint8_t b[16], size_t n, size_t gap)
{
	size_t behind;

	if (gap > GROUPS)
		return n == GROUPS;
	/* RFC 4291 2.2: "::" stands for one group or more */
	if (n >= GROUPS)
		return false;
	behind = (n - gap) * 2;
	memmove(b + 16 - behind, b + gap * 2, behind);
	memset(b + gap * 2, 0, 16 - n * 2);
	return true;
}

/* RFC 4291 2.2, all three forms */
static bool
parse_v6(struct str s, uint8_t ret_b[16])
{
	uint8_t b[16] = {0};
	size_t n = 0, gap = GROUPS + 1;

	if (str_eat(&s, S("::")))
		gap = 0;
	else if (s.n == 0)
		return false;
	while (s.n > 0) {
		unsigned group;

		if (n <= GROUPS - 2 && is_v4(s, b + n * 2)) {
			n += 2;
			break;
		}
		if (n == GROUPS || !take_group(&s, &group))
			return false;
		b[n * 2] = (uint8_t)(group >> 8);
		b[n * 2 + 1] = (uint8_t)group;
		n++;
		if (s.n == 0)
			break;
		if (gap > GROUPS && str_eat(&s, S("::")))
			gap = n;
		else if (!str_eat(&s, S(":")) || s.n == 0)
			return false;
	}
	if (!spread(b, n, gap))
		return false;
	memcpy(ret_b, b, sizeof(b));
	return true;
}

/* RFC 4007 11: "%eth0" behind a link-local address; we drop it. */
static bool
cut_scope(struct str *s)
{
	size_t at = str_chr(*s, '%');
	size_t n = s->n - at;

	if (n == 0)
		return true;
	if (n < 2 || n > SCOPE_MAX)
		return false;
	for (size_t i = at + 1; i < s->n; i++)
		if (s->p[i] <= ' ' || s->p[i] > '~' || s->p[i] == '%')
			return false;
	s->n = at;
	return true;
}

bool
ip_parse(struct str s, struct ip *ret_ip)
{
	if (is_v4(s, ret_ip->b + V4_AT)) {
		memcpy(ret_ip->b, mapped, V4_AT);
		return true;
	}
	/* RFC 5321 4.1.3: the tag, in any case */
	if (s.n > 5 && str_eq_fold(str_head(s, 5), S("IPv6:")))
		s = str_skip(s, 5);
	return cut_scope(&s) && parse_v6(s, ret_ip->b);
}

const char *
ip_text(const struct ip *ip, char buf[IP_TEXT])
{
	const uint8_t *b = ip->b + V4_AT;

	if (ip_is_v4(ip))
		(void)snprintf(
		    buf, IP_TEXT, "%u.%u.%u.%u", b[0], b[1], b[2], b[3]);
	else
		(void)inet_ntop(AF_INET6, ip->b, buf, IP_TEXT);
	return buf;
}

bool
ip_is_v4(const struct ip *ip)
{
	return memcmp(ip->b, mapped, V4_AT) == 0;
}

bool
ip_is_none(const struct ip *ip)
{
	static const struct ip none;

	return ip_eq(ip, &none);
}

bool
ip_is_loopback(const struct ip *ip)
{
	static const struct ip v6 = {.b = {[15] = 1}};

	return ip_eq(ip, &v6) || (ip_is_v4(ip) && ip->b[V4_AT] == 127);
}

bool
ip_is_private(const struct ip *ip)
{
	const uint8_t *v4 = ip->b + V4_AT;

	/* Asked for every delivery: no table, no loop. */
	if (!ip_is_v4(ip))
		return (ip->b[0] & 0xfe) == 0xfc || /* RFC 4193 */
		       (ip->b[0] == 0xfe &&
			   (ip->b[1] & 0xc0) == 0x80);   /* RFC 4291 */
	return v4[0] == 10 ||                            /* RFC 1918 */
	       (v4[0] == 172 && (v4[1] & 0xf0) == 16) || /* RFC 1918 */
	       (v4[0] == 192 && v4[1] == 168) ||         /* RFC 1918 */
	       (v4[0] == 100 && (v4[1] & 0xc0) == 64) || /* RFC 6598 */
	       (v4[0] == 169 && v4[1] == 254);           /* RFC 3927 */
}

/* Keep the first bits, the rest becomes 0. */
static struct ip
ip_mask(struct ip ip, int bits)
{
	for (int i = 0; i < 16; i++) {
		int keep = bits - i * 8;

		if (keep <= 0)
			ip.b[i] = 0;
		else if (keep < 8)
			ip.b[i] &= (uint8_t)(0xff << (8 - keep));
	}
	return ip;
}

struct ip
ip_network(const struct ip *ip)
{
	return ip_mask(*ip, ip_is_v4(ip) ? V4_BITS + 24 : 48);
}

const char *
ip_network_text(const struct ip *net, char buf[IP_TEXT])
{
	char text[IP_TEXT];

	(void)snprintf(buf, IP_TEXT, "%.41s%s", ip_text(net, text),
	    ip_is_v4(net) ? "/24" : "/48");
	return buf;
}

uint64_t
ip_hash(const struct ip *ip)
{
	return XXH3_64bits(ip->b, sizeof(ip->b));
}

/* "[::1]/128", "[::1/128]", "::1/128": what is inside and behind it. */
static bool
cut_brackets(struct str *addr, struct str *bits)
{
	if (str_eat(addr, S("["))) {
		if (str_ends(*addr, S("]"))) {
			addr->n--;
		} else {
			size_t close = str_chr(*addr, ']');

			*bits = str_skip(*addr, close + 1);
			addr->n = close;
			return str_eat(bits, S("/")) && bits->n > 0;
		}
	}
	if (str_chr(*addr, '/') == addr->n) {
		*bits = (struct str){NULL, 0};
		return true;
	}
	*bits = *addr;
	*addr = str_take(bits, '/');
	return bits->n > 0;
}

bool
ip_prefix_parse(struct str s, struct ip_prefix *ret_prefix)
{
	struct str addr = str_trim(s), bits_text;
	struct ip ip;
	uint64_t bits = 128, base, most;
	bool v4;

	if (!cut_brackets(&addr, &bits_text) || !ip_parse(addr, &ip))
		return false;
	v4 = str_chr(addr, ':') == addr.n;
	base = v4 ? V4_BITS : 0;
	most = 128 - base;
	if (bits_text.n > 0) {
		if (!str_u64(&bits_text, 3, &bits) || bits_text.n != 0 ||
		    bits > most)
			return false;
		bits += base;
	}
	*ret_prefix = (struct ip_prefix){
	    .net = ip_mask(ip, (int)bits), .bits = (int)bits};
	return true;
}

bool
ip_in_prefix(const struct ip *ip, const struct ip_prefix *prefix)
{
	size_t whole = (size_t)prefix->bits / 8;
	unsigned rest = (unsigned)prefix->bits % 8;

	if (memcmp(ip->b, prefix->net.b, whole) != 0)
		return false;
	return rest == 0 ||
	       (unsigned)(ip->b[whole] ^ prefix->net.b[whole]) >> (8 - rest) ==
		   0;
}
