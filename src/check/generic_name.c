/* SPDX-License-Identifier: ISC */
/*
 * Two ways to be generic: the numbers of the address are in the name, or a
 * label is a word that providers use for homes. Words of mail ("mail", "mx",
 * "smtp", "static" ...) in front do not help when all four numbers are there,
 * as receivers' own rules go; with two or three they do.
 */
#include "check/reverse.h"

#include <stdio.h>

enum {
	NUMBERS = 32,
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The name without the domain that somebody registered: its last two labels,
 * or three below "co.uk" and the like. */
static struct str
host_part(struct str name)
{
	struct str head = name;

	for (int i = 0; i < 2; i++) {
		size_t dot = str_rchr(head, '.');

		if (dot == head.n)
			return (struct str){name.p, 0};
		head = str_head(head, dot);
	}
	return head;
}

static size_t
numbers_of(struct str host, unsigned numbers[NUMBERS])
{
	size_t n = 0;

	for (size_t i = 0; i < host.n && n < NUMBERS;) {
		unsigned value = 0;
		size_t digits = 0;

		while (i < host.n && is_digit(host.p[i]) && digits < 3) {
			value = value * 10 + (unsigned)(host.p[i++] - '0');
			digits++;
		}
		if (digits > 0)
			numbers[n++] = value;
		else
			i++;
	}
	return n;
}

/* How many of the four stand in the name one behind the other, in either
 * order. */
static size_t
octets_in(struct str host, const uint8_t octets[4])
{
	unsigned numbers[NUMBERS];
	size_t n = numbers_of(host, numbers), best = 0;

	for (size_t i = 0; i < n; i++)
		for (int reverse = 0; reverse < 2; reverse++)
			for (size_t from = 0; from < 4; from++) {
				size_t run = 0;

				while (from + run < 4 && i + run < n &&
				       numbers[i + run] ==
					   octets[reverse ? 3 - from - run
							  : from + run])
					run++;
				if (run > best)
					best = run;
			}
	return best;
}

static struct str
fold(struct str s, char *buf, size_t size)
{
	size_t n = s.n < size ? s.n : size;

	for (size_t i = 0; i < n; i++)
		buf[i] = s.p[i] >= 'A' && s.p[i] <= 'Z'
			     ? (char)(s.p[i] - 'A' + 'a')
			     : s.p[i];
	return (struct str){buf, n};
}

/* The address as one hexadecimal or padded decimal number. */
static bool
has_number_of(struct str host, const struct ip *ip)
{
	char low[DNS_NAME_TEXT], text[40];
	struct str name = fold(host, low, sizeof(low));
	const uint8_t *b = ip->b + 12;

	if (!ip_is_v4(ip)) {
		/* The last four groups, as "1-2-3-4" or in one. */
		(void)snprintf(text, sizeof(text), "%02x%02x%02x%02x",
		    ip->b[12], ip->b[13], ip->b[14], ip->b[15]);
		return (ip->b[12] | ip->b[13] | ip->b[14]) != 0 &&
		       str_has(name, str_z(text));
	}
	(void)snprintf(
	    text, sizeof(text), "%02x%02x%02x%02x", b[0], b[1], b[2], b[3]);
	if (str_has(name, str_z(text)))
		return true;
	(void)snprintf(
	    text, sizeof(text), "%03u%03u%03u%03u", b[0], b[1], b[2], b[3]);
	return str_has(name, str_z(text));
}

/* Parts of labels between dots, dashes and digits. */
static bool
has_word(struct str host, const struct str *words, size_t n)
{
	size_t at = 0;

	while (at < host.n) {
		size_t end = at;

		while (end < host.n && is_alpha(host.p[end]))
			end++;
		for (size_t i = 0; end > at && i < n; i++)
			if (str_eq_fold(
				(struct str){host.p + at, end - at}, words[i]))
				return true;
		at = end == at ? at + 1 : end;
	}
	return false;
}

bool
reverse_is_generic(struct str name, const struct ip *ip)
{
	static const struct str homes[] = {S0("dyn"), S0("dynamic"),
	    S0("dynamicip"), S0("dhcp"), S0("ppp"), S0("pppoe"), S0("pool"),
	    S0("dial"), S0("dialup"), S0("dialin"), S0("dsl"), S0("adsl"),
	    S0("xdsl"), S0("vdsl"), S0("cable"), S0("catv"), S0("docsis"),
	    S0("broadband"), S0("cpe"), S0("cust"), S0("customer"),
	    S0("customers"), S0("clients"), S0("modem"), S0("gprs"), S0("cdma"),
	    S0("wifi"), S0("unused"), S0("unassigned"), S0("kabel"), S0("ftth"),
	    S0("fttb")};
	static const struct str mail[] = {S0("mail"), S0("mx"), S0("smtp"),
	    S0("mta"), S0("out"), S0("outbound"), S0("relay"), S0("static"),
	    S0("fixip"), S0("dedicated")};
	static const struct str clouds[] = {S0("vps"), S0("ec"), S0("ip"),
	    S0("static"), S0("host"), S0("node"), S0("srv"), S0("server"),
	    S0("vm"), S0("ns")};
	struct str host = host_part(name);
	size_t octets = ip_is_v4(ip) ? octets_in(host, ip->b + 12) : 0;

	if (dns_name_within(name, S("in-addr.arpa")) ||
	    dns_name_within(name, S("ip6.arpa")))
		return true;
	if (octets == 4 || has_number_of(host, ip))
		return true;
	if (octets >= 2 && !has_word(host, mail, ARRAY_LEN(mail)))
		return octets == 3 ||
		       has_word(host, clouds, ARRAY_LEN(clouds)) ||
		       has_word(host, homes, ARRAY_LEN(homes));
	return has_word(host, homes, ARRAY_LEN(homes)) &&
	       !has_word(host, mail, ARRAY_LEN(mail));
}
