/* SPDX-License-Identifier: ISC */
#include "cast.h"

static const char *const first[] = {"anna", "ana", "luis", "maria", "jose",
    "peter", "hans", "julia", "laura", "marta", "paul", "eva", "oskar", "nina",
    "david", "sara", "tom", "ines"};
static const char *const last[] = {"rossi", "garcia", "lopez", "muster",
    "schmidt", "weber", "silva", "martin", "bauer", "vega", "koch", "ruiz",
    "moreno", "klein", "haas", "torres"};
enum {
	FIRST = 18,
	LAST = 16
};

static const char digits52[] =
    "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";
static const char digits16[] = "0123456789ABCDEF";
static const char digits36[] = "0123456789abcdefghijklmnopqrstuvwxyz";

/* splitmix64, by Sebastiano Vigna, public domain */
uint64_t
mix(uint64_t v)
{
	v += 0x9e3779b97f4a7c15u;
	v = (v ^ (v >> 30)) * 0xbf58476d1ce4e5b9u;
	v = (v ^ (v >> 27)) * 0x94d049bb133111ebu;
	return v ^ (v >> 31);
}

uint64_t
rng_next(struct rng *r)
{
	r->s += 0x9e3779b97f4a7c15u;
	return mix(r->s);
}

uint64_t
rng_below(struct rng *r, uint64_t n)
{
	return (uint64_t)(((unsigned __int128)rng_next(r) * n) >> 64);
}

double
rng_unit(struct rng *r)
{
	return (double)(rng_next(r) >> 11) * 0x1p-53;
}

static char *
text(char *out, const char *s)
{
	size_t n = strlen(s);

	memcpy(out, s, n);
	return out + n;
}

static char *
number(char *out, uint64_t v, int width, unsigned base, const char *digits)
{
	char buf[24];
	int n = 0;

	while (v != 0 || n < width) {
		buf[n++] = digits[v % base];
		v /= base;
	}
	while (n > 0)
		*out++ = buf[--n];
	return out;
}

char *
cast_decimal(char *out, uint64_t v, int width)
{
	return number(out, v, width, 10, digits16);
}

char *
cast_account_number(char *out, uint64_t account)
{
	uint64_t n = 1 + account / 3; /* three accounts to a domain */

	if (account == ACCOUNT_STOLEN)
		return text(out, "0666");
	if (account == ACCOUNT_LETTER)
		return text(out, "0000");
	return cast_decimal(out, n < 666 ? n : n + 1, 4);
}

char *
cast_account(char *out, uint64_t account)
{
	if (account == ACCOUNT_STOLEN)
		return text(out, STOLEN);
	if (account == ACCOUNT_LETTER)
		return text(out, LETTER);
	out = text(out, first[account % FIRST]);
	*out++ = '.';
	out = text(out, last[(account * 7 + account / FIRST) % LAST]);
	out = text(out, "@kunde-");
	out = cast_account_number(out, account);
	return text(out, ".example");
}

/* With a hyphen: no mailbox of the providers can be meant. */
char *
cast_local(char *out, uint64_t correspondent)
{
	uint64_t h = mix(correspondent);

	out = text(out, first[h % FIRST]);
	*out++ = '.';
	out = text(out, last[(h >> 20) % LAST]);
	*out++ = '-';
	return number(out, correspondent, 1, 36, digits36);
}

char *
cast_firm(char *out, uint64_t correspondent, bool victim)
{
	return cast_decimal(
	    out, (mix(correspondent) >> 40) % (victim ? 3000 : 6000), 4);
}

static char *
dotted(char *out, uint64_t ip, char dot)
{
	if (ip & IP6) { /* 2001:db8:NET::HOST */
		static const char *const hex = "0123456789abcdef";
		out = text(out, dot == '.' ? "2001:db8:" : "2001-db8-");
		out = number(out, (ip >> 16) & 0xffff, 1, 16, hex);
		out = text(out, dot == '.' ? "::" : "--");
		return number(out, ip & 0xffff, 1, 16, hex);
	}
	for (int shift = 24; shift >= 0; shift -= 8) {
		out = cast_decimal(out, (ip >> shift) & 255, 1);
		if (shift != 0)
			*out++ = dot;
	}
	return out;
}

char *
cast_ip(char *out, uint64_t ip)
{
	return dotted(out, ip, '.');
}

/* An access line has a name, of the rest every second. */
char *
cast_host(char *out, uint64_t ip, struct str recorded)
{
	bool dsl = str_starts(recorded, S("dsl-"));

	if (!dsl && (mix(ip) & 1))
		return text(out, "unknown");
	out = text(out, dsl ? "dsl-" : "host-");
	out = dotted(out, ip, '-');
	return text(out, dsl ? ".isp.example" : ".pool.example");
}

/* Digits and hexadecimal letters change, the shape stays. */
char *
cast_msgid(char *out, uint64_t v, struct str recorded)
{
	uint64_t bits = 0;

	for (size_t i = 0; i < recorded.n; i++) {
		char c = recorded.p[i];
		if (i % 16 == 0)
			bits = mix(v + i);
		if (c >= '0' && c <= '9')
			c = digits16[bits % 10];
		else if (c >= 'a' && c <= 'f')
			c = digits36[bits & 15];
		else if (c >= 'A' && c <= 'F')
			c = digits16[bits & 15];
		bits >>= 4;
		*out++ = c;
	}
	return out;
}

/* postfix-3.7 global/mail_queue.h, "Short queue IDs" */
char *
cast_qid_short(char *out, uint64_t usec, uint64_t inode)
{
	out = number(out, usec, 5, 16, digits16);
	return number(out, inode, 1, 16, digits16);
}

/* The same, "Long queue IDs": time in base 52, z, inode in base 51. */
char *
cast_qid_long(char *out, uint64_t sec, uint64_t usec, uint64_t inode)
{
	out = number(out, sec, 6, 52, digits52);
	out = number(out, usec, 4, 52, digits52);
	*out++ = 'z';
	return number(out, inode, 1, 51, digits52);
}

static uint64_t
ip4(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
	return a << 24 | b << 16 | c << 8 | d;
}

/* Strangers' machines all over 198.19.0.0/16: hardly two in one /24. */
uint64_t
cast_bot(uint64_t n)
{
	return ip4(198, 19, (n * 167 + 13) & 255, 1 + mix(n) % 250);
}

/* The newsletter's own machines; no stranger is put into their network. */
uint64_t
cast_letter(uint64_t n)
{
	return ip4(198, 18, 200, 10 + n % 200);
}

uint64_t
cast_home(uint64_t account, uint64_t n)
{
	uint64_t h = mix(account * 4 + n);

	return ip4(198, 18, h % 160, 1 + (h >> 32) % 254);
}

uint64_t
cast_stranger(uint64_t n)
{
	uint64_t v = (n * 40503 + 12345) & 0xffff;

	if (n % 16 == 15)
		return IP6 | (n & 0xffff) << 16 | (mix(n) & 0xffff);
	if (v >> 8 == 200)
		return ip4(198, 51, 100, v & 255);
	return ip4(198, 18, v >> 8, v & 255);
}

uint64_t
cast_listed(uint64_t n)
{
	return ip4(198, 18, 208 + mix(n) % 48, 1 + (mix(n) >> 32) % 254);
}
