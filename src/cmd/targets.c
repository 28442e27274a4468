/* SPDX-License-Identifier: ISC */
#include "cmd/targets.h"

#include "base/lang.h"
#include "base/text.h"

#include <stdio.h>

enum {
	RANGE_MAX = 4096, /* addresses of one range */
};

void
targets_note(struct targets *w, struct str what, const char *sentence)
{
	if (w->notes_n < TARGETS_NOTES)
		w->notes[w->notes_n++] = (struct not_examined){
		    str_keep(&w->arena, what), str_z(sentence)};
}

static void
add_ip(struct targets *w, struct dnsbl *d, const struct ip *ip,
    struct str shown, struct str why)
{
	/* Names of a house are not told to the world. */
	if (ip_is_private(ip) || ip_is_loopback(ip) || ip_is_none(ip))
		targets_note(w, shown,
		    _("a private address is on no list and is not asked"));
	else
		dnsbl_add_ip(d, ip, why);
}

/* The next address; false when it was the last of the 128 bits. */
static bool
ip_next(struct ip *ip, int step_byte)
{
	for (int i = step_byte; i >= 0; i--)
		if (++ip->b[i] != 0)
			return true;
	return false;
}

/* Each address of an IPv4 range; the first of each /64 of an IPv6 one. */
static void
add_range(struct targets *w, struct dnsbl *d, const struct ip_prefix *range,
    struct str shown)
{
	bool v4 = ip_is_v4(&range->net);
	struct ip ip = range->net;
	char text[IP_TEXT];

	for (int n = 0; n < RANGE_MAX && ip_in_prefix(&ip, range); n++) {
		add_ip(w, d, &ip, str_z(ip_text(&ip, text)), shown);
		if (!ip_next(&ip, v4 ? 15 : 7))
			break;
	}
}

static bool
range_fits(const struct ip_prefix *range)
{
	return ip_is_v4(&range->net) ? range->bits >= 128 - 12
				     : range->bits >= 64 - 12;
}

/* A name stands for itself and for the addresses that it has. */
static void
add_name(struct targets *w, struct dnsbl *d, struct str name, struct str why)
{
	static const enum dns_type types[] = {DNS_A, DNS_AAAA};
	bool known = false;

	dnsbl_add_domain(d, name, why);
	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		struct dns_answer answer =
		    resolver_get(d->resolver, &w->arena, name, types[i]);

		known |= dns_is_known(answer.status);
		for (size_t k = 0; k < answer.n; k++)
			add_ip(w, d, &answer.records[k].ip, name,
			    arena_printf(&w->arena, _("address of %.*s"),
				STR_ARG(name)));
	}
	if (!known)
		targets_note(
		    w, name, _("its addresses could not be found out"));
}

static bool
is_name(struct str word)
{
	uint8_t wire[DNS_NAME_WIRE];
	size_t n;

	word = dns_name_trim(word);
	/* "192.0.2.300": no top-level domain is a number (RFC 3696 2). */
	if (word.n > 0 && word.p[word.n - 1] >= '0' &&
	    word.p[word.n - 1] <= '9' && str_rchr(word, '.') < word.n) {
		struct str last = str_skip(word, str_rchr(word, '.') + 1);
		uint64_t number;

		if (str_u64(&last, 19, &number) && last.n == 0)
			return false;
	}
	for (size_t i = 0; i < word.n; i++)
		if (word.p[i] <= ' ' || word.p[i] == '/' || word.p[i] == '@' ||
		    word.p[i] == ':')
			return false;
	return str_chr(word, '.') < word.n && dns_name_wire(word, wire, &n);
}

/* Checked before the child is made, so that it is an error of usage. */
bool
targets_check(struct str word, struct err *err)
{
	struct ip_prefix range;
	struct arena scratch = {0};
	struct str shown = text_safe(&scratch, str_head(word, 80));
	bool good = true;

	if (ip_prefix_parse(word, &range)) {
		if (!range_fits(&range))
			good = err_set(err, ERR_CONFIG,
			    _("'%.*s' has more than %d addresses"),
			    STR_ARG(shown), RANGE_MAX);
	} else if (!is_name(word)) {
		good = err_set(err, ERR_CONFIG,
		    _("'%.*s' is no address, range or name with a dot"),
		    STR_ARG(shown));
	}
	if (!good)
		snprintf(err->hint, sizeof(err->hint),
		    "sereno listed 192.0.2.1 192.0.2.0/24 example.org");
	arena_done(&scratch);
	return good;
}

bool
targets_check_own(const struct options *o, struct err *err)
{
	const struct option_value *own = &o->values[OPT_OWN];

	for (size_t i = 0; i < own->n; i++) {
		if (targets_check(own->texts[i], err))
			continue;
		snprintf(err->hint, sizeof(err->hint),
		    "--own 192.0.2.1 mail.example.org example.org");
		return false;
	}
	return true;
}

void
targets_add(struct targets *w, struct dnsbl *d, struct str word, struct str why)
{
	struct ip_prefix range;

	if (!ip_prefix_parse(word, &range)) {
		if (is_name(word))
			add_name(w, d, dns_name_trim(word), why);
	} else if (range.bits == 128) {
		add_ip(w, d, &range.net, word, why);
	} else {
		add_range(w, d, &range, word);
	}
}
