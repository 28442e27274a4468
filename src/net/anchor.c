/* SPDX-License-Identifier: ISC */
#include "net/anchor.h"

#include <stdio.h>

/* The next word; blanks and tabs set words apart. */
static struct str
take_word(struct str *s)
{
	struct str word;
	size_t n = 0;

	*s = str_trim(*s);
	while (n < s->n && s->p[n] != ' ' && s->p[n] != '\t')
		n++;
	word = str_head(*s, n);
	*s = str_skip(*s, n);
	return word;
}

static bool
take_number(struct str *s, uint64_t max, uint64_t *ret_value)
{
	struct str word = take_word(s);

	return str_u64(&word, 10, ret_value) && word.n == 0 &&
	       *ret_value <= max;
}

static bool
is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
	       (c >= 'A' && c <= 'F');
}

static bool
take_digest(struct str s, char ret_digest[ANCHOR_DIGEST + 1])
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == ' ' || s.p[i] == '\t')
			continue;
		if (!is_hex(s.p[i]) || n == ANCHOR_DIGEST)
			return false;
		ret_digest[n++] = s.p[i];
	}
	ret_digest[n] = '\0';
	return n > 0 && n % 2 == 0;
}

/* [TTL] [IN] DS, in the order of RFC 1035 5.1. */
static bool
skip_head(struct str *s)
{
	struct str rest = *s;
	uint64_t ttl;

	if (take_number(&rest, UINT32_MAX, &ttl))
		*s = rest;
	rest = *s;
	if (str_eq_fold(take_word(&rest), S("IN")))
		*s = rest;
	return str_eq_fold(take_word(s), S("DS"));
}

bool
anchor_parse(struct str s, struct anchor *ret_anchor)
{
	struct anchor anchor;
	uint8_t wire[DNS_NAME_WIRE];
	uint64_t tag, algorithm, digest_type;
	size_t n;

	anchor.zone = take_word(&s);
	if (anchor.zone.n == 0 || !dns_name_wire(anchor.zone, wire, &n))
		return false;
	anchor.zone = dns_name_trim(anchor.zone);
	if (!skip_head(&s) || !take_number(&s, UINT16_MAX, &tag) ||
	    !take_number(&s, UINT8_MAX, &algorithm) ||
	    !take_number(&s, UINT8_MAX, &digest_type) ||
	    !take_digest(s, anchor.digest))
		return false;
	anchor.tag = (uint16_t)tag;
	anchor.algorithm = (uint8_t)algorithm;
	anchor.digest_type = (uint8_t)digest_type;
	*ret_anchor = anchor;
	return true;
}

const char *
anchor_text(const struct anchor *anchor, char buf[ANCHOR_TEXT])
{
	(void)snprintf(buf, ANCHOR_TEXT, "%.*s. IN DS %u %u %u %s",
	    STR_ARG(anchor->zone), anchor->tag, anchor->algorithm,
	    anchor->digest_type, anchor->digest);
	return buf;
}
