/* SPDX-License-Identifier: ISC */
/*
 * Rewritten senders, and where their forms are written down:
 *
 *	SRS0=HHH=TT=example.org=ana@forwarder	libsrs2, pypolicyd: one hop
 *	SRS1=HHH=first.example==HHH=TT=example.org=ana@second	two hops
 *	any+SRS=HHH=TT=example.org=ana@tenant	Exchange Online
 *	ana+caf_=to=other.example@example.org	Gmail, forwarded by ana
 *	prvs=0123456789=ana@example.org		draft-levine-smtp-batv-01
 *	prvs=ana/0123456789@example.org		an older form of it
 *	btv1==tag==ana@example.org		Barracuda's
 *	list-bounces+ana=example.org@lists	VERP, cr.yp.to/proto/verp.txt
 *
 * The separator behind SRS0 may be "=", "+" or "-"; case is not kept by all
 * hosts on the way.
 */
#include "mail/address.h"

#include "base/bytes.h"

static inline struct str
without_brackets(struct str s)
{
	/* Nothing to drop at its ends, as with nearly all. */
	if (s.n > 0 && (unsigned char)s.p[0] > ' ' && s.p[0] != '<' &&
	    (unsigned char)s.p[s.n - 1] > ' ')
		return s;
	s = str_trim(s);
	if (s.n >= 2 && s.p[0] == '<' && s.p[s.n - 1] == '>')
		s = (struct str){s.p + 1, s.n - 2};
	return s;
}

/* The last @ of a text with quotes that is outside of them, or s.n. */
static size_t
find_quoted_at(struct str s)
{
	size_t at = s.n, i = 0;
	bool quoted = false;

	for (; i < s.n; i++) {
		if (quoted && s.p[i] == '\\')
			i++;
		else if (s.p[i] == '"')
			quoted = !quoted;
		else if (s.p[i] == '@' && !quoted)
			at = i;
	}
	return at;
}

/* Sixteen bytes of an address: where an @ stands, whether there is a quote. */
static inline unsigned
look16(const char *p, unsigned *ret_quotes)
{
	bytes_lane lane = bytes_load16(p);

	*ret_quotes |= bytes_mask((bytes_lane)(lane == '"'));
	return bytes_mask((bytes_lane)(lane == '@'));
}

/* Position of the last @ outside of quotes, or s.n. */
static inline size_t
find_at(struct str s)
{
	unsigned quotes = 0, hits;
	size_t at = s.n, i = 0;

	if (s.n < 16) {
		at = str_rchr(s, '@');
		return at == s.n || str_chr(s, '"') == s.n ? at
							   : find_quoted_at(s);
	}
	while (i < s.n) {
		hits = look16(s.p + i, &quotes);
		if (hits != 0)
			at = i + 31 - (size_t)__builtin_clz(hits);
		i += 16;
		if (i < s.n && s.n - i < 16)
			i = s.n - 16; /* some of them once more */
	}
	return quotes == 0 || at == s.n ? at : find_quoted_at(s);
}

bool
address_split(struct str address, struct str *ret_local, struct str *ret_domain)
{
	size_t at;

	address = without_brackets(address);
	at = find_at(address);
	*ret_local = str_head(address, at);
	*ret_domain = (struct str){NULL, 0};
	if (at == address.n)
		return false;
	*ret_domain = str_skip(address, at + 1);
	if (ret_domain->n > 0 && ret_domain->p[ret_domain->n - 1] == '.')
		ret_domain->n--;
	return true;
}

struct str
address_domain(struct str address)
{
	struct str local, domain;

	(void)address_split(address, &local, &domain);
	return domain;
}

uint64_t
address_domain_hash(struct str address)
{
	return str_hash_fold(address_domain(address));
}

struct str
address_in_field(struct str value)
{
	size_t open = str_rchr(value, '<');

	if (open < value.n) {
		value = str_skip(value, open + 1);
		value = str_head(value, str_chr(value, '>'));
	}
	return str_trim(value);
}

uint64_t
address_hash(struct str address)
{
	address = without_brackets(address);
	if (address.n > 1 && address.p[address.n - 1] == '.')
		address.n--;
	return str_hash_fold(address);
}

bool
address_eq(struct str a, struct str b)
{
	a = without_brackets(a);
	b = without_brackets(b);
	if (a.n > 1 && a.p[a.n - 1] == '.')
		a.n--;
	if (b.n > 1 && b.p[b.n - 1] == '.')
		b.n--;
	return str_eq_fold(a, b);
}

bool
address_is_null(struct str address)
{
	struct str local, domain;

	address = without_brackets(address);
	if (address.n == 0)
		return true;
	/* Most senders: without looking for their ends. */
	if (address.p[0] >= 'a' && address.p[0] != 'm')
		return false;
	(void)address_split(address, &local, &domain);
	return str_eq_fold(local, S("MAILER-DAEMON"));
}

static bool
starts_fold(struct str s, struct str head)
{
	return str_eq_fold(str_head(s, head.n), head);
}

/* Take the part up to sep off *s; false when there is no sep. */
static bool
take_part(struct str *s, char sep, struct str *ret_part)
{
	size_t at = str_chr(*s, sep);

	if (at == s->n)
		return false;
	*ret_part = str_head(*s, at);
	*s = str_skip(*s, at + 1);
	return true;
}

/* A domain as it may stand inside a local part: a dot, no odd bytes. */
static bool
is_domain(struct str s)
{
	if (s.n < 3 || str_chr(s, '.') == s.n || s.p[0] == '.')
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if ((c < '0' || c > '9') && (c < 'a' || c > 'z') &&
		    (c < 'A' || c > 'Z') && c != '.' && c != '-' && c != '_')
			return false;
	}
	return true;
}

/* "HHH=TT=example.org=ana": the end of both SRS forms. */
static bool
srs_tail(struct str s, struct str *ret_local, struct str *ret_domain)
{
	struct str hash, stamp, domain;

	if (!take_part(&s, '=', &hash) || !take_part(&s, '=', &stamp) ||
	    !take_part(&s, '=', &domain))
		return false;
	if (s.n == 0 || hash.n == 0 || stamp.n != 2 || !is_domain(domain))
		return false;
	*ret_local = s;
	*ret_domain = domain;
	return true;
}

/* Position of word in s, letters folded; s.n: not there. Its first byte is no
 * letter. */
static size_t
find_fold(struct str s, struct str word)
{
	for (size_t i = 0; i + word.n <= s.n; i++) {
		i += str_chr(str_skip(s, i), word.p[0]);
		if (starts_fold(str_skip(s, i), word))
			return i;
	}
	return s.n;
}

static bool
is_srs_separator(struct str s, size_t at)
{
	return at < s.n && (s.p[at] == '=' || s.p[at] == '+' || s.p[at] == '-');
}

static bool
srs_owner(struct str local, struct str *ret_local, struct str *ret_domain)
{
	struct str rest = str_skip(local, 5), hash, host;
	size_t inner = find_fold(local, S("+SRS="));

	if (inner < local.n)
		return srs_tail(
		    str_skip(local, inner + 5), ret_local, ret_domain);
	if (!is_srs_separator(local, 4))
		return false;
	if (starts_fold(local, S("SRS0")))
		return srs_tail(rest, ret_local, ret_domain);
	if (!starts_fold(local, S("SRS1")))
		return false;
	if (!take_part(&rest, '=', &hash) || !take_part(&rest, '=', &host))
		return false;
	if (!is_srs_separator(rest, 0))
		return false;
	return srs_tail(str_skip(rest, 1), ret_local, ret_domain);
}

/* BATV keeps the domain: only the local part is unpacked. */
static bool
batv_owner(struct str local, struct str *ret_local)
{
	struct str rest = str_skip(local, 5), tag;
	size_t slash;

	if (starts_fold(local, S("btv1=="))) {
		size_t at;

		rest = str_skip(local, 6);
		at = str_find(rest, S("=="));
		if (at == 0 || at + 2 >= rest.n)
			return false;
		*ret_local = str_skip(rest, at + 2);
		return true;
	}
	if (!starts_fold(local, S("prvs=")))
		return false;
	slash = str_chr(rest, '/');
	if (slash > 0 && slash + 1 < rest.n) {
		*ret_local = str_head(rest, slash);
		return true;
	}
	if (!take_part(&rest, '=', &tag) || tag.n == 0 || rest.n == 0)
		return false;
	*ret_local = rest;
	return true;
}

static bool
forward_owner(struct str local, struct str *ret_local)
{
	size_t at = find_fold(local, S("+caf_="));

	if (at == 0 || at == local.n)
		return false;
	*ret_local = str_head(local, at);
	return true;
}

/*
 * The recipient inside "bounces+ana=example.org" or "list-return-12-ana=
 * example.org": what stands behind the last + or, without one, the last
 * hyphen in front of the last "=".
 */
static bool
verp_owner(struct str local, struct str *ret_local, struct str *ret_domain)
{
	size_t equal = str_rchr(local, '='), from;
	struct str head = str_head(local, equal);
	struct str domain = str_skip(local, equal + 1);

	if (equal == local.n || !is_domain(domain))
		return false;
	from = str_rchr(head, '+');
	if (from == head.n)
		from = str_rchr(head, '-');
	if (from == head.n || from == 0 || from + 1 == head.n)
		return false;
	/* "bounces+123-abcd-ana=example.org": numbers stand in front */
	head = str_skip(head, from + 1);
	for (size_t at = str_rchr(head, '-'); at < head.n;
	     at = str_rchr(head, '-')) {
		if (head.p[0] < '0' || head.p[0] > '9' || at + 1 == head.n)
			break;
		head = str_skip(head, at + 1);
	}
	*ret_local = head;
	*ret_domain = domain;
	return true;
}

bool
address_owner(struct str address, struct str *ret_local, struct str *ret_domain)
{
	struct str local, domain;

	(void)address_split(address, &local, &domain);
	*ret_local = local;
	*ret_domain = domain;
	/* All forms but none of the usual addresses have an "=". */
	if (local.n == 0 || local.p[0] == '"' || str_chr(local, '=') == local.n)
		return false;
	return srs_owner(local, ret_local, ret_domain) ||
	       forward_owner(local, ret_local) ||
	       batv_owner(local, ret_local) ||
	       verp_owner(local, ret_local, ret_domain);
}

/* word, alone or followed by something that is no letter. */
static bool
is_word_at(struct str s, struct str word)
{
	char next;

	if (!starts_fold(s, word))
		return false;
	if (s.n == word.n)
		return true;
	next = s.p[word.n];
	return (next < 'a' || next > 'z') && (next < 'A' || next > 'Z');
}

/* Nothing of what a list's address must have: most people's names. */
static bool
is_plain_name(struct str local)
{
	static const char first[] = "bovmlBOVML";

	if (memchr(first, local.p[0], sizeof(first) - 1) != NULL)
		return false;
	for (size_t i = 1; i < local.n; i++) {
		char c = local.p[i];

		if (c == '-' || c == '+' || c == '=' || c == '_' ||
		    ((c == 'b' || c == 'B') && local.p[i - 1] == '.'))
			return false;
	}
	return true;
}

/* What programs put between a list's name and the rest. */
static bool
has_list_mark(struct str local)
{
	static const struct str marks[] = {S0("-bounces"), S0("-bounce"),
	    S0("-return-"), S0("_bounces"), S0("_bounce"), S0(".bounces"),
	    S0("+bounces")};

	for (size_t at = 0; at + 1 < local.n; at++) {
		char next = local.p[at + 1] | 0x20;

		if (next != 'b' && next != 'r')
			continue;
		for (size_t i = 0; i < ARRAY_LEN(marks); i++)
			if (local.p[at] == marks[i].p[0] &&
			    starts_fold(str_skip(local, at), marks[i]))
				return true;
	}
	return false;
}

bool
address_is_list_sender(struct str address)
{
	/* at the front, or at the end of a name: "owner-x", "x-owner" */
	static const struct str fronts[] = {S0("bounce"), S0("bounces"),
	    S0("owner-"), S0("verp"), S0("msprvs1="), S0("bnc"),
	    S0("listbounce")};
	static const struct str end = S0("-owner");
	struct str local, domain, inner;

	(void)address_split(address, &local, &domain);
	if (local.n == 0 || is_plain_name(local))
		return false;
	if (srs_owner(local, &local, &domain) || batv_owner(local, &inner))
		(void)batv_owner(local, &local);
	for (size_t i = 0; i < ARRAY_LEN(fronts); i++) {
		bool open = fronts[i].p[fronts[i].n - 1] == '-' ||
			    fronts[i].p[fronts[i].n - 1] == '=';

		if ((local.p[0] | 0x20) != fronts[i].p[0])
			continue;
		if (open ? starts_fold(local, fronts[i])
			 : is_word_at(local, fronts[i]))
			return true;
	}
	if (has_list_mark(local))
		return true;
	if (local.n > end.n &&
	    starts_fold(str_skip(local, local.n - end.n), end))
		return true;
	return !forward_owner(local, &inner) &&
	       verp_owner(local, &inner, &domain);
}

/* Is parent a parent of s, or s itself, with two labels or more? */
static bool
is_below(struct str s, struct str parent)
{
	struct str tail;

	if (s.n < parent.n || str_chr(parent, '.') == parent.n)
		return false;
	tail = str_skip(s, s.n - parent.n);
	if (!str_eq_fold(tail, parent))
		return false;
	return s.n == parent.n || s.p[s.n - parent.n - 1] == '.';
}

bool
domain_same_owner(struct str a, struct str b)
{
	if (a.n > 0 && a.p[a.n - 1] == '.')
		a.n--;
	if (b.n > 0 && b.p[b.n - 1] == '.')
		b.n--;
	if (a.n == 0 || b.n == 0)
		return false;
	return str_eq(a, b) || str_eq_fold(a, b) || is_below(a, b) ||
	       is_below(b, a);
}

bool
address_is_strange(struct str account, struct str sender)
{
	struct str local, domain, sender_local, sender_domain;

	if (address_is_null(sender) || !address_split(account, &local, &domain))
		return false;
	(void)address_owner(sender, &sender_local, &sender_domain);
	return !domain_same_owner(domain, sender_domain);
}
