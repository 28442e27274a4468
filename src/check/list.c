/* SPDX-License-Identifier: ISC */
#include "check/list.h"

#include "base/lang.h"

#include "lists_table.h"

enum {
	LOOPBACK = 127,
	NEVER_A_LISTING = 0x7fffff, /* 127.255.255.0/24 */
	SCORE_GOOD = 80,            /* Sender Score: trouble begins below 70 */
	SCORE_BAD = 70,
};

static const struct {
	const char *name;
	enum reading_kind kind;
	enum cause_hint hint;
	const char *sentence;
} causes[CAUSES] = {
    [CAUSE_LISTED] = {"listed", READING_BAD, HINT_NONE,
	N_("The list does not say why.")},
    [CAUSE_SPAM] = {"spam", READING_BAD, HINT_NONE,
	N_("It sent spam, says the list.")},
    [CAUSE_TRAP] = {"trap", READING_BAD, HINT_NONE,
	N_("It wrote to addresses that belong to nobody (spam traps).")},
    [CAUSE_SNOWSHOE] = {"snowshoe", READING_BAD, HINT_NONE,
	N_("It looks like a spammer's: a low reputation, or a HELO name and "
	   "DNS that do not fit together.")},
    [CAUSE_REPUTATION] = {"reputation", READING_BAD, HINT_NONE,
	N_("Its reputation is bad.")},
    [CAUSE_BOT] = {"bot", READING_BAD, HINT_NEIGHBOUR,
	N_("A machine behind it is infected or abused: this server, or one "
	   "that shares the address.")},
    [CAUSE_HIJACK] = {"hijack", READING_BAD, HINT_NEIGHBOUR,
	N_("The whole network counts as hijacked or run by criminals.")},
    [CAUSE_POLICY] = {"policy", READING_BAD, HINT_NEIGHBOUR,
	N_("The range is for customers and not for mail servers: no "
	   "accusation of spam.")},
    [CAUSE_NOREV] = {"norev", READING_BAD, HINT_NOT_MAIL,
	N_("Its reverse name is missing or looks like a customer's "
	   "connection.")},
    [CAUSE_MISCONF] = {"misconf", READING_BAD, HINT_NOT_MAIL,
	N_("Its HELO name or DNS is set up wrongly.")},
    [CAUSE_BACKSCATTER] = {"backscatter", READING_BAD, HINT_BACKSCATTER,
	N_("It sends bounces, automatic replies or address checks to people "
	   "who never wrote to it.")},
    [CAUSE_PROXY] = {"proxy", READING_BAD, HINT_NOT_MAIL,
	N_("It is an open proxy, a VPN or a Tor exit.")},
    [CAUSE_ATTACK] = {"attack", READING_BAD, HINT_NOT_MAIL,
	N_("It attacks other servers or guesses passwords.")},
    [CAUSE_NEIGHBOURS] = {"neighbours", READING_BAD, HINT_NEIGHBOUR,
	N_("Others in the same network send spam; no accusation of this "
	   "address.")},
    [CAUSE_PROVIDER] = {"provider", READING_BAD, HINT_NEIGHBOUR,
	N_("The provider as a whole sends too much spam; no accusation of "
	   "this address.")},
    [CAUSE_DOMAIN] = {"domain", READING_BAD, HINT_NONE,
	N_("The name was used in spam.")},
    [CAUSE_PHISH] = {"phish", READING_BAD, HINT_NOT_MAIL,
	N_("The name leads to pages that steal passwords.")},
    [CAUSE_MALWARE] = {"malware", READING_BAD, HINT_NOT_MAIL,
	N_("The name leads to malware.")},
    [CAUSE_HACKED] = {"hacked", READING_BAD, HINT_NOT_MAIL,
	N_("An honest web site was broken into and is abused.")},
    [CAUSE_REDIRECT] = {"redirect", READING_BAD, HINT_NOT_MAIL,
	N_("The site forwards visitors to what others name: its redirects "
	   "are abused.")},
    [CAUSE_BULK] = {"bulk", READING_BAD, HINT_NONE,
	N_("Bulk mail without clear consent.")},
    [CAUSE_YOUNG] = {"young", READING_NEUTRAL, HINT_NONE,
	N_("The name is new.")},
    [CAUSE_GOOD] = {"good", READING_GOOD, HINT_NONE,
	N_("Known as a good sender.")},
    [CAUSE_NEUTRAL] = {"neutral", READING_NEUTRAL, HINT_NONE,
	N_("Known, neither good nor bad.")},
    [CAUSE_TEST] = {"test", READING_NEUTRAL, HINT_NONE,
	N_("An entry for tests.")},
};

const struct list *
list_all(size_t *ret_n)
{
	*ret_n = ARRAY_LEN(lists);
	return lists;
}

const struct list *
list_find(struct str name)
{
	if (str_ends(name, S(".")))
		name.n--;
	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		if (str_eq_fold(str_z(lists[i].id), name) ||
		    str_eq_fold(str_z(lists[i].zone), name))
			return &lists[i];
	return NULL;
}

static bool
is_within(struct str name, struct str zone)
{
	if (name.n <= zone.n)
		return str_eq_fold(name, zone);
	return name.p[name.n - zone.n - 1] == '.' &&
	       str_eq_fold(str_skip(name, name.n - zone.n), zone);
}

const struct dead_list *
list_dead(struct str zone)
{
	if (str_ends(zone, S(".")))
		zone.n--;
	for (size_t i = 0; i < ARRAY_LEN(dead_lists); i++)
		if (is_within(zone, str_z(dead_lists[i].zone)))
			return &dead_lists[i];
	return NULL;
}

const char *
dead_sentence(enum dead_why why)
{
	static const char *const sentences[DEAD_WHYS] = {
	    [DEAD_CLOSED] = N_("closed; an answer means nothing"),
	    [DEAD_WORLD] = N_("closed; it answers \"listed\" for everything"),
	    [DEAD_PARKED] = N_("closed; its domain is for sale"),
	    [DEAD_SILENT] = N_("closed; questions to it time out"),
	    [DEAD_REPLACED] = N_("replaced by another list"),
	    [DEAD_PRIVATE] = N_("for its own customers; others get nonsense"),
	    [DEAD_FRAUD] = N_("made to sell removals; never pay"),
	};

	return sentences[why];
}

const char *
list_kind_name(enum list_kind kind)
{
	static const char *const names[] = {"block", "allow", "score", "info"};

	return names[kind];
}

static const struct {
	const char *name, *word;
} severities[LIST_SEVERITIES] = {
    {"critical", N_("critical")},
    {"high", N_("high")},
    {"medium", N_("medium")},
    {"low", N_("low")},
    {"info", N_("for information")},
};

const char *
list_severity_name(enum list_severity severity)
{
	return severities[severity].name;
}

const char *
list_severity_word(enum list_severity severity)
{
	return severities[severity].word;
}

static const struct {
	const char *name, *sentence;
} removals[REMOVALS] = {
    [REMOVAL_AUTO] = {"auto", N_("Nobody can be asked to take it off.")},
    [REMOVAL_SELF] = {"self",
	N_("Once the cause is gone, anybody can take it off there:")},
    [REMOVAL_FORM] = {"form", N_("Once the cause is gone, use the form:")},
    [REMOVAL_MAIL] = {"mail",
	N_("Once the cause is gone, write to the operator:")},
    [REMOVAL_ACCOUNT] = {"account",
	N_("Once the cause is gone, ask there; it needs an account:")},
    [REMOVAL_OWNER] = {"owner",
	N_("Only the provider of the network can get it off:")},
    [REMOVAL_NONE] = {"none", ""},
};

const char *
list_removal_name(enum list_removal removal)
{
	return removals[removal].name;
}

const char *
list_removal_sentence(enum list_removal removal)
{
	return removals[removal].sentence;
}

const char *
cause_name(enum list_cause cause)
{
	return causes[cause].name;
}

const char *
cause_sentence(enum list_cause cause)
{
	return causes[cause].sentence;
}

const char *
cause_look(enum list_cause cause)
{
	static const char *const looks[] = {
	    [HINT_NONE] = "mail",
	    [HINT_NEIGHBOUR] = "neighbour",
	    [HINT_NOT_MAIL] = "not-mail",
	    [HINT_BACKSCATTER] = "backscatter",
	};

	return looks[causes[cause].hint];
}

enum cause_hint
cause_hint(enum list_cause cause)
{
	return causes[cause].hint;
}

static bool
is_refusal(const struct list *list, uint32_t code)
{
	if (code >> 8 == NEVER_A_LISTING)
		return true;
	for (size_t i = 0; i < list->refusals_n; i++)
		if (list->refusals[i] == code)
			return true;
	return false;
}

static struct list_reading
reading_of(uint32_t code, const struct list_code *known)
{
	return (struct list_reading){
	    .kind = causes[known->cause].kind,
	    .code = code,
	    .cause = known->cause,
	    .label = known->label,
	    .value = -1,
	    .documented = true,
	};
}

/* One of the codes, or one that the operator never wrote about. */
static struct list_reading
read_exact(const struct list *list, uint32_t code)
{
	const struct list_code unknown = {0, 0, CAUSE_LISTED, ""};
	struct list_reading reading;

	for (size_t i = 0; i < list->codes_n; i++)
		if (code >= list->codes[i].first && code <= list->codes[i].last)
			return reading_of(code, &list->codes[i]);
	reading = reading_of(code, &unknown);
	reading.documented = list->codes_n == 0;
	if (list->kind != LIST_BLOCK)
		reading.kind = READING_NEUTRAL;
	/* RFC 5782 2.1: a host that is not listed, or a refusal */
	if (code == 0x7f000001)
		reading.kind = READING_REFUSED;
	return reading;
}

static size_t
read_bits(const struct list *list, uint32_t code,
    struct list_reading readings[LIST_READINGS])
{
	size_t n = 0;

	for (size_t i = 0; i < list->codes_n && n < LIST_READINGS; i++)
		if (code & list->codes[i].first)
			readings[n++] = reading_of(code, &list->codes[i]);
	if (n == 0)
		readings[n++] = (struct list_reading){.kind = READING_NEUTRAL,
		    .code = code,
		    .cause = CAUSE_NEUTRAL,
		    .label = "",
		    .value = -1};
	return n;
}

/* The number in the answer, and what it makes of the entry. */
static void
read_value(const struct list *list, struct list_reading *reading)
{
	int last = (int)(reading->code & 0xff);

	if (list->decode == DECODE_EXACT)
		return;
	reading->value = last;
	if (list->decode == DECODE_SCORE)
		reading->kind = last < SCORE_BAD    ? READING_BAD
				: last < SCORE_GOOD ? READING_NEUTRAL
						    : READING_GOOD;
	if (list->decode == DECODE_SCORE)
		reading->cause = last < SCORE_BAD    ? CAUSE_REPUTATION
				 : last < SCORE_GOOD ? CAUSE_NEUTRAL
						     : CAUSE_GOOD;
	if (list->decode == DECODE_DNSWL) {
		/* 127.0.10.x: "special", no trust; .255: over the limit */
		bool special = (reading->code >> 8 & 0xff) == 10 || last > 3;

		reading->kind = special ? READING_NEUTRAL : READING_GOOD;
		reading->cause = special ? CAUSE_NEUTRAL : CAUSE_GOOD;
		reading->documented = true;
	}
}

size_t
list_read(const struct list *list, const struct ip *answer,
    struct list_reading ret_readings[LIST_READINGS])
{
	const uint8_t *b = answer->b + 12;
	uint32_t code = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 |
			(uint32_t)b[2] << 8 | b[3];

	ret_readings[0] = (struct list_reading){.code = code,
	    .cause = CAUSE_LISTED,
	    .label = "",
	    .value = -1,
	    .documented = true};
	/* RFC 5782 2.1: all entries lie in 127/8 */
	if (!ip_is_v4(answer) || b[0] != LOOPBACK) {
		ret_readings[0].kind = READING_HIJACKED;
		return 1;
	}
	if (is_refusal(list, code)) {
		ret_readings[0].kind = READING_REFUSED;
		return 1;
	}
	if (list->decode == DECODE_BITS)
		return read_bits(list, code, ret_readings);
	ret_readings[0] = read_exact(list, code);
	read_value(list, &ret_readings[0]);
	return 1;
}

bool
list_text_refuses(struct str text)
{
	static const struct str words[] = {S0("refused"), S0("rate limit"),
	    S0("public resolver"), S0("open resolver"), S0("excessive"),
	    S0("query limit"), S0("not authorized"), S0("unregistered")};

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		for (size_t at = 0; at + words[i].n <= text.n; at++)
			if (str_eq_fold((struct str){text.p + at, words[i].n},
				words[i]))
				return true;
	return false;
}
