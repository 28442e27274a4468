/* SPDX-License-Identifier: ISC */
#include "net/dns.h"

#include "base/lang.h"

#include <stdio.h>

static const struct {
	const char *name, *words;
} statuses[DNS_STATUSES] = {
    [DNS_OK] = {"ok", N_("there is an answer")},
    [DNS_NO_DATA] = {"no-data", N_("no such record")},
    [DNS_NO_NAME] = {"no-name", N_("no such name")},
    [DNS_FAILED] = {"failed", N_("no server gave a usable answer")},
    [DNS_REFUSED] = {"refused", N_("the server refused the question")},
    [DNS_TIMEOUT] = {"timeout", N_("no answer in time")},
    [DNS_BOGUS] = {"bogus", N_("the DNSSEC signatures do not fit")},
    [DNS_BAD_NAME] = {"bad-name", N_("no name that could be asked for")},
    [DNS_OFFLINE] = {"offline", N_("there is no network")},
    [DNS_GONE] = {"gone", N_("the process that asks has ended")},
    [DNS_HELD_UP] = {"held-up",
	N_("somebody else answers for the root servers; name a resolver with "
	   "--resolver")},
};

const char *
dns_status_name(enum dns_status status)
{
	return statuses[status].name;
}

const char *
dns_status_words(enum dns_status status)
{
	return statuses[status].words;
}

const char *
dns_type_name(uint16_t type)
{
	static const struct {
		uint16_t type;
		const char *name;
	} types[] = {{DNS_A, "A"}, {DNS_AAAA, "AAAA"}, {DNS_MX, "MX"},
	    {DNS_TXT, "TXT"}, {DNS_PTR, "PTR"}, {DNS_TLSA, "TLSA"},
	    {DNS_SPF, "SPF"}};

	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (types[i].type == type)
			return types[i].name;
	return "";
}

const char *
dns_security_name(enum dns_security security)
{
	static const char *const names[] = {"unchecked", "insecure", "secure"};

	return names[security];
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* One byte off the front of *s, escapes undone (RFC 1035 5.1). */
static bool
take_byte(struct str *s, uint8_t *ret_byte)
{
	unsigned value;

	if (s->p[0] != '\\') {
		*ret_byte = (uint8_t)s->p[0];
		*s = str_skip(*s, 1);
		return true;
	}
	if (s->n < 2)
		return false;
	if (!is_digit(s->p[1])) {
		*ret_byte = (uint8_t)s->p[1];
		*s = str_skip(*s, 2);
		return true;
	}
	if (s->n < 4 || !is_digit(s->p[2]) || !is_digit(s->p[3]))
		return false;
	value = (unsigned)(s->p[1] - '0') * 100 +
		(unsigned)(s->p[2] - '0') * 10 + (unsigned)(s->p[3] - '0');
	if (value > 255)
		return false;
	*ret_byte = (uint8_t)value;
	*s = str_skip(*s, 4);
	return true;
}

bool
dns_name_wire(struct str text, uint8_t ret_wire[DNS_NAME_WIRE], size_t *ret_n)
{
	size_t n = 1, length_at = 0, label = 0;

	if (str_eq(text, S(".")))
		text.n = 0;
	while (text.n > 0) {
		uint8_t byte;

		if (text.p[0] == '.') {
			if (label == 0 || n == DNS_NAME_WIRE)
				return false;
			ret_wire[length_at] = (uint8_t)label;
			length_at = n++;
			label = 0;
			text = str_skip(text, 1);
			continue;
		}
		if (!take_byte(&text, &byte) || ++label > DNS_LABEL ||
		    n == DNS_NAME_WIRE)
			return false;
		ret_wire[n++] = byte;
	}
	ret_wire[length_at] = (uint8_t)label;
	if (label > 0) {
		if (n == DNS_NAME_WIRE)
			return false;
		ret_wire[n++] = 0;
	}
	*ret_n = n;
	return true;
}

/* A byte of a label as text; what a zone file would escape, and more. */
static size_t
put_byte(char *p, uint8_t byte)
{
	if (byte == '.' || byte == '\\') {
		p[0] = '\\';
		p[1] = (char)byte;
		return 2;
	}
	if (byte > ' ' && byte < 0x7f) {
		p[0] = (char)byte;
		return 1;
	}
	p[0] = '\\';
	p[1] = (char)('0' + byte / 100);
	p[2] = (char)('0' + byte / 10 % 10);
	p[3] = (char)('0' + byte % 10);
	return 4;
}

bool
dns_name_read(const uint8_t *message, size_t n, size_t at,
    char ret_text[DNS_NAME_TEXT], size_t *ret_text_n, size_t *ret_next)
{
	size_t text_n = 0, wire_n = 1, next = 0, limit = at;

	for (;;) {
		unsigned length;

		if (at >= n)
			return false;
		length = message[at];
		if (length >= 0xc0) {
			if (at + 1 >= n)
				return false;
			if (next == 0)
				next = at + 2;
			at = (length & 0x3f) << 8 | message[at + 1];
			if (at >= limit)
				return false;
			limit = at;
			continue;
		}
		if (length == 0)
			break;
		wire_n += length + 1;
		if (length > DNS_LABEL || at + 1 + length > n ||
		    wire_n > DNS_NAME_WIRE)
			return false;
		if (text_n > 0)
			ret_text[text_n++] = '.';
		for (size_t i = 1; i <= length; i++)
			text_n += put_byte(ret_text + text_n, message[at + i]);
		at += length + 1;
	}
	ret_text[text_n] = '\0';
	*ret_text_n = text_n;
	*ret_next = next > 0 ? next : at + 1;
	return true;
}

struct str
dns_name_trim(struct str name)
{
	if (str_ends(name, S(".")) && !str_ends(name, S("\\.")))
		name.n--;
	return name;
}

bool
dns_name_eq(struct str a, struct str b)
{
	return str_eq_fold(dns_name_trim(a), dns_name_trim(b));
}

bool
dns_name_within(struct str name, struct str zone)
{
	name = dns_name_trim(name);
	zone = dns_name_trim(zone);
	if (zone.n == 0 || str_eq_fold(name, zone))
		return true;
	/* A dot behind a backslash parts no labels. */
	if (name.n <= zone.n + 1 || name.p[name.n - zone.n - 2] == '\\')
		return false;
	return name.p[name.n - zone.n - 1] == '.' &&
	       str_eq_fold(str_skip(name, name.n - zone.n), zone);
}

struct str
dns_nibbles(const struct ip *ip, char buf[DNS_REVERSE])
{
	static const char hex[] = "0123456789abcdef";
	size_t n = 0;

	for (int i = 15; i >= 0; i--) {
		buf[n++] = hex[ip->b[i] & 15];
		buf[n++] = '.';
		buf[n++] = hex[ip->b[i] >> 4];
		if (i > 0)
			buf[n++] = '.';
	}
	return (struct str){buf, n};
}

struct str
dns_reverse(const struct ip *ip, char buf[DNS_REVERSE])
{
	const uint8_t *b = ip->b + 12;
	int n;

	if (!ip_is_v4(ip))
		return dns_nibbles(ip, buf);
	n = snprintf(buf, DNS_REVERSE, "%u.%u.%u.%u", b[3], b[2], b[1], b[0]);
	return (struct str){buf, (size_t)n};
}

struct str
dns_reverse_name(struct arena *a, const struct ip *ip)
{
	char buf[DNS_REVERSE];
	struct str head = dns_reverse(ip, buf);

	return arena_printf(a, "%.*s.%s", STR_ARG(head),
	    ip_is_v4(ip) ? "in-addr.arpa" : "ip6.arpa");
}
