/* SPDX-License-Identifier: ISC */
#include "base/ip.h"

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

/* One bit for each of the 8 bytes of x that is a dot, the first lowest. */
static unsigned
dots_of(uint64_t x)
{
	const uint64_t low = UINT64_C(0x7f7f7f7f7f7f7f7f);

	x ^= UINT64_C(0x2e2e2e2e2e2e2e2e);
	x = ~(((x & low) + low) | x | low);
	return (unsigned)((x >> 7) * UINT64_C(0x0102040810204080) >> 56);
}

/*
 * The number in the first n bytes (1-3) of x; above 255 when it is none. It
 * is moved up so that its last digit is always on top.
 */
static uint32_t
octet(uint32_t x, unsigned n)
{
	unsigned spare = 8 * (4 - n);
	uint32_t digits = (x ^ 0x30303030) << spare;
	uint32_t first = digits >> spare & 0xff;

	if ((((digits & 0x7f7f7f7f) + 0x76767676) | digits) & 0x80808080)
		return UINT32_MAX;
	if (n > 1 && first == 0)
		return UINT32_MAX;
	return (digits >> 8 & 0xff) * 100 + (digits >> 16 & 0xff) * 10 +
	       (digits >> 24);
}

static uint64_t
load(const char *p)
{
	uint64_t x;

	memcpy(&x, p, sizeof(x));
	return le64toh(x);
}

/* s, of 7 to 15 bytes, in one number, the first byte lowest. */
static unsigned __int128
load_v4(struct str s)
{
	char few[8] = {0};

	if (s.n < sizeof(few)) {
		memcpy(few, s.p, V4_MIN);
		return load(few);
	}
	/* The upper load overlaps the lower one by 16 - n bytes. */
	return load(s.p) | (unsigned __int128)load(s.p + s.n - 8)
			       << 8 * (s.n - 8);
}

/*
 * Four decimal numbers to 255 without leading zeros: some readers take "010"
 * for 8, so whoever writes it is refused. The dots are found first: a branch
 * for each digit is guessed wrong too often, and every line has an address.
 */
static bool
parse_v4(struct str s, uint8_t ret_b[4])
{
	unsigned __int128 bytes;
	uint32_t all = 0, bad = 0;
	unsigned dots;

	if (s.n < V4_MIN || s.n > V4_MAX)
		return false;
	bytes = load_v4(s);
	dots = dots_of((uint64_t)bytes) |
	       dots_of((uint64_t)(bytes >> 64)) << 8 | 1U << s.n;
	for (int i = 0; i < 4; i++) {
		/* All were taken: 31 digits are too many. */
		unsigned n = (unsigned)__builtin_ctz(dots | 1U << 31);
		uint32_t value;

		if (n - 1 > 2)
			return false;
		value = octet((uint32_t)bytes, n);
		bad |= value;
		all = all << 8 | (value & 0xff);
		bytes >>= 8 * (n + 1);
		dots >>= n + 1;
	}
	if (bad > 255 || dots != 0)
		return false;
	all = htonl(all);
	memcpy(ret_b, &all, sizeof(all));
	return true;
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

		if (n <= GROUPS - 2 && parse_v4(s, b + n * 2)) {
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
	uint8_t v4[4];

	if (parse_v4(s, v4)) {
		memcpy(ret_ip->b, mapped, V4_AT);
		memcpy(ret_ip->b + V4_AT, v4, sizeof(v4));
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
