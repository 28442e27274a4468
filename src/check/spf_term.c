/* SPDX-License-Identifier: ISC */
#include "check/spf_term.h"

#include "base/lang.h"
#include "check/spf_macro.h"

/* What a word may have behind it. */
enum takes {
	TAKES_NOTHING,
	TAKES_DOMAIN,          /* ":" domain-spec */
	TAKES_OPTIONAL_DOMAIN, /* [ ":" domain-spec ] */
	TAKES_HOSTS,           /* the same, and prefix lengths */
	TAKES_IP4,
	TAKES_IP6,
	TAKES_EQUALS, /* a modifier */
};

static const struct {
	struct str name;
	enum takes takes;
	bool asks;
} words[] = {
    [SPF_ALL] = {S0("all"), TAKES_NOTHING, false},
    [SPF_INCLUDE] = {S0("include"), TAKES_DOMAIN, true},
    [SPF_A] = {S0("a"), TAKES_HOSTS, true},
    [SPF_MX] = {S0("mx"), TAKES_HOSTS, true},
    [SPF_PTR] = {S0("ptr"), TAKES_OPTIONAL_DOMAIN, true},
    [SPF_IP4] = {S0("ip4"), TAKES_IP4, false},
    [SPF_IP6] = {S0("ip6"), TAKES_IP6, false},
    [SPF_EXISTS] = {S0("exists"), TAKES_DOMAIN, true},
    [SPF_REDIRECT] = {S0("redirect"), TAKES_EQUALS, true},
    [SPF_EXP] = {S0("exp"), TAKES_EQUALS, false},
    [SPF_OTHER] = {S0("other"), TAKES_EQUALS, false},
};

static const struct {
	const char *name, *sentence;
} faults[SPF_FAULTS] = {
    [SPF_FINE] = {"fine", ""},
    [SPF_BAD_WORD] = {"bad-word",
	N_("SPF has no such word; a record is made of all, include, a, mx, "
	   "ip4, ip6, exists and redirect")},
    [SPF_BAD_SEPARATOR] = {"bad-separator",
	N_("redirect and exp have = behind them, not a colon")},
    [SPF_BAD_BYTE] = {"bad-byte",
	N_("it has a character that may not be there; a long dash or a "
	   "curly quote of a word processor, perhaps")},
    [SPF_NEEDS_VALUE] = {"needs-value", N_("a name is missing behind it")},
    [SPF_TAKES_NONE] = {"takes-none",
	N_("something stands before or behind it that cannot; is a blank "
	   "missing?")},
    [SPF_BAD_DOMAIN] = {"bad-domain",
	N_("what is behind it is no complete domain name")},
    [SPF_IP_AS_NAME] = {"ip-as-name",
	N_("an address needs ip4: or ip6:, not a name's word")},
    [SPF_BAD_MACRO] = {"bad-macro",
	N_("it has a percent sign that begins no macro")},
    [SPF_EXP_MACRO] = {"exp-macro",
	N_("the macros c, r and t are for explanations only")},
    [SPF_BAD_IP4] = {"bad-ip4",
	N_("it has no IPv4 address: four numbers up to 255 with dots")},
    [SPF_BAD_IP6] = {"bad-ip6", N_("it has no IPv6 address")},
    [SPF_IP6_IN_IP4] = {"ip6-in-ip4",
	N_("an IPv6 address needs ip6:, not ip4:")},
    [SPF_IP4_IN_IP6] = {"ip4-in-ip6",
	N_("an IPv4 address needs ip4:, not ip6:")},
    [SPF_BAD_PREFIX] = {"bad-prefix",
	N_("the length behind the / must be a number up to 32, for IPv6 up "
	   "to 128, without zeros before it")},
    [SPF_TWICE] = {"twice", N_("it may stand there once only")},
};

bool
spf_asks(enum spf_kind kind)
{
	return words[kind].asks;
}

const char *
spf_fault_name(enum spf_fault fault)
{
	return faults[fault].name;
}

const char *
spf_fault_sentence(enum spf_fault fault)
{
	return faults[fault].sentence;
}

bool
spf_is_record(struct str text)
{
	return str_eq_fold(str_head(text, 6), S("v=spf1")) &&
	       (text.n == 6 || text.p[6] == ' ');
}

struct str
spf_terms(struct str record)
{
	return str_skip(record, 6);
}

static bool
is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "/24" off the front of *s: no zeros in front, at most max. */
static bool
take_prefix(struct str *s, int max, int *ret_bits)
{
	struct str rest = *s;
	uint64_t bits;

	if (!str_eat(&rest, S("/")) || rest.n == 0 ||
	    (rest.p[0] == '0' && rest.n > 1 && is_digit(rest.p[1])) ||
	    !str_u64(&rest, 3, &bits) || bits > (uint64_t)max)
		return false;
	*ret_bits = (int)bits;
	*s = rest;
	return true;
}

/* [ "/" 0-32 ] [ "//" 0-128 ], all of s. */
static bool
read_dual(struct str s, struct spf_term *t)
{
	if (s.n > 0 && !str_starts(s, S("//")) &&
	    !take_prefix(&s, 32, &t->bits4))
		return false;
	if (s.n > 0) {
		s = str_skip(s, 1);
		if (!take_prefix(&s, 128, &t->bits6))
			return false;
	}
	return s.n == 0;
}

/* Where the prefix lengths at the end of "a:host/24//64" begin. */
static size_t
dual_at(struct str s)
{
	size_t at = s.n, slash = s.n;

	while (at > 0 && (is_digit(s.p[at - 1]) || s.p[at - 1] == '/'))
		if (s.p[--at] == '/')
			slash = at;
	return slash;
}

static enum spf_fault
read_domain(struct spf_term *t, struct str value)
{
	enum spf_fault fault = spf_macro_check(value, SPF_IN_DOMAIN);
	struct ip ip;

	t->value = value;
	if (value.n == 0)
		return SPF_NEEDS_VALUE;
	if (fault == SPF_BAD_DOMAIN && ip_parse(value, &ip))
		return SPF_IP_AS_NAME;
	return fault;
}

/* value: from the ':' or '/' on. */
static enum spf_fault
read_hosts(struct spf_term *t, struct str rest)
{
	size_t at = dual_at(rest);
	struct str dual = str_skip(rest, at);
	enum spf_fault fault = SPF_FINE;

	rest = str_head(rest, at);
	if (str_eat(&rest, S(":")))
		fault = read_domain(t, rest);
	else if (rest.n > 0)
		return SPF_BAD_PREFIX; /* "a/x" */
	if (fault != SPF_FINE)
		return fault;
	return read_dual(dual, t) ? SPF_FINE : SPF_BAD_PREFIX;
}

static enum spf_fault
read_ip(struct spf_term *t, struct str rest, bool v4)
{
	struct str address;

	if (!str_eat(&rest, S(":")))
		return SPF_NEEDS_VALUE;
	address = str_head(rest, str_chr(rest, '/'));
	rest = str_skip(rest, address.n);
	/* ip_parse takes "IPv6:..." and "%eth0", which no record may have. */
	if (address.n == 0 || !ip_parse(address, &t->ip) ||
	    address.p[0] == 'I' || address.p[0] == 'i' ||
	    str_chr(address, '%') < address.n)
		return v4 ? SPF_BAD_IP4 : SPF_BAD_IP6;
	if (v4 != (str_chr(address, ':') == address.n))
		return v4 ? SPF_IP6_IN_IP4 : SPF_IP4_IN_IP6;
	if (rest.n > 0 &&
	    (!take_prefix(&rest, v4 ? 32 : 128, v4 ? &t->bits4 : &t->bits6) ||
		rest.n > 0))
		return SPF_BAD_PREFIX;
	return SPF_FINE;
}

static enum spf_fault
read_behind(struct spf_term *t, struct str rest)
{
	switch (words[t->kind].takes) {
	case TAKES_NOTHING:
		return rest.n > 0 ? SPF_TAKES_NONE : SPF_FINE;
	case TAKES_OPTIONAL_DOMAIN:
		if (rest.n == 0)
			return SPF_FINE;
		__attribute__((fallthrough));
	case TAKES_DOMAIN:
		if (!str_eat(&rest, S(":")))
			return rest.n == 0 ? SPF_NEEDS_VALUE : SPF_TAKES_NONE;
		return read_domain(t, rest);
	case TAKES_HOSTS:
		return read_hosts(t, rest);
	case TAKES_IP4:
		return read_ip(t, rest, true);
	case TAKES_IP6:
		return read_ip(t, rest, false);
	case TAKES_EQUALS:
		break;
	}
	return SPF_BAD_SEPARATOR;
}

/* How many bytes of the name of a modifier; 0: it is none. */
static size_t
modifier_name(struct str text)
{
	size_t n = 0;

	while (n < text.n &&
	       (is_alpha(text.p[n]) ||
		   (n > 0 && (is_digit(text.p[n]) || text.p[n] == '-' ||
				 text.p[n] == '_' || text.p[n] == '.'))))
		n++;
	return n > 0 && n < text.n && text.p[n] == '=' ? n : 0;
}

static enum spf_fault
read_modifier(struct spf_term *t, size_t name)
{
	t->word = str_head(t->text, name);
	t->value = str_skip(t->text, name + 1);
	t->kind = str_eq_fold(t->word, words[SPF_REDIRECT].name) ? SPF_REDIRECT
		  : str_eq_fold(t->word, words[SPF_EXP].name)    ? SPF_EXP
								 : SPF_OTHER;
	if (t->kind == SPF_OTHER)
		return spf_macro_check(t->value, SPF_IN_MODIFIER);
	return read_domain(t, t->value);
}

static enum spf_fault
read_mechanism(struct spf_term *t)
{
	struct str text = t->text;
	size_t n = 0;

	if (text.n > 0 && str_chr(S("+-?~"), text.p[0]) < 4) {
		t->qualifier = text.p[0];
		text = str_skip(text, 1);
		if (modifier_name(text) > 0)
			return SPF_TAKES_NONE;
	}
	while (n < text.n && text.p[n] != ':' && text.p[n] != '/')
		n++;
	t->word = str_head(text, n);
	for (size_t kind = 0; kind < SPF_OTHER; kind++)
		if (str_eq_fold(t->word, words[kind].name)) {
			t->kind = (enum spf_kind)kind;
			return read_behind(t, str_skip(text, n));
		}
	for (size_t i = 0; i < t->text.n; i++)
		if (t->text.p[i] < '!' || t->text.p[i] > '~')
			return SPF_BAD_BYTE;
	return SPF_BAD_WORD;
}

bool
spf_term_next(struct str *terms, struct spf_term *ret_term)
{
	struct spf_term t = {.qualifier = '+', .bits4 = 32, .bits6 = 128};
	size_t name;

	while (str_eat(terms, S(" ")))
		;
	if (terms->n == 0)
		return false;
	t.text = str_take(terms, ' ');
	name = modifier_name(t.text);
	t.fault = name > 0 ? read_modifier(&t, name) : read_mechanism(&t);
	*ret_term = t;
	return true;
}

bool
spf_find_fault(struct str record, struct spf_term *ret_term)
{
	struct str terms = spf_terms(record);
	bool seen[SPF_OTHER + 1] = {false};
	struct spf_term t;

	while (spf_term_next(&terms, &t)) {
		if (t.fault == SPF_FINE &&
		    (t.kind == SPF_REDIRECT || t.kind == SPF_EXP)) {
			if (seen[t.kind])
				t.fault = SPF_TWICE;
			seen[t.kind] = true;
		}
		if (t.fault != SPF_FINE) {
			*ret_term = t;
			return true;
		}
	}
	return false;
}
