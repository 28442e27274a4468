/* SPDX-License-Identifier: ISC */
/*
 * The catalogue applied. A server that is blocked gets the same reply a
 * million times, with other ids and addresses in it: so the reading is kept
 * by the shape of the reply, and expressions run only for shapes not seen
 * yet. Three of four replies have no ids and one address, the recipient's: they
 * are found as they stand around it.
 */
#include "mail/reply.h"

#include "base/arena.h"
#include "base/bytes.h"
#include "base/ip.h"
#include "mail/reply_guess.h"
#include "mail/reply_text.h"

#include <locale.h>
#include <regex.h>
#include <stdlib.h>

/* The classes of the catalogue in the program's coarser words. */
#define WORD_BLOCKLIST      REPLY_BLOCKLIST
#define WORD_REPUTATION     REPLY_SPAM
#define WORD_CONTENT        REPLY_SPAM
#define WORD_POLICY         REPLY_POLICY
#define WORD_CUSTOMER_BLOCK REPLY_RECIPIENT
#define WORD_AUTH           REPLY_AUTH
#define WORD_DMARC          REPLY_AUTH
#define WORD_PTR            REPLY_IDENTITY
#define WORD_HELO           REPLY_IDENTITY
#define WORD_DNS            REPLY_IDENTITY
#define WORD_TLS            REPLY_IDENTITY
#define WORD_FORMAT         REPLY_FORMAT
#define WORD_RATE           REPLY_RATE
#define WORD_GREYLIST       REPLY_GREYLIST
#define WORD_RECEIVER_ERROR REPLY_RECEIVER_ERROR

#include "mail/rejections_table.h"

enum {
	RULES = ARRAY_LEN(rules),
	HINTS = ARRAY_LEN(hints),
	SHAPES = 4096, /* times 16 bytes: what stays in the L2 cache */
	SAME = 256,    /* texts without ids, of which there are few */
	RELAYS = 8192,
};

_Static_assert(HINTS <= 63, "the hints of a host are bits of 64");

struct reading_slot {
	uint64_t key;  /* hash of a reading_key; 0: free */
	uint16_t rule; /* index + 1; 0: none */
	uint8_t class;
};

struct relay_slot {
	uint64_t key;
	uint64_t hints;
};

struct reply_cache {
	struct reading_slot shapes[SHAPES];
	struct reading_slot same[SAME]; /* by the text around an address */
	struct relay_slot relays[RELAYS];
	/* glibc locks a regex_t while it runs, hence one per thread */
	regex_t rules[RULES];
	bool compiled[RULES];
	regex_t hints[HINTS];
	regex_t any_hint;  /* most hosts match none of them */
	locale_t c_locale; /* NULL: the caller's is used */
};

static const char *const class_names[] = {
    [REPLY_OTHER] = "other",
    [REPLY_ACCEPTED] = "accepted",
    [REPLY_UNKNOWN_USER] = "unknown-user",
    [REPLY_UNKNOWN_DOMAIN] = "unknown-domain",
    [REPLY_MAILBOX_FULL] = "mailbox-full",
    [REPLY_SPAM] = "spam",
    [REPLY_BLOCKLIST] = "blocklist",
    [REPLY_POLICY] = "policy",
    [REPLY_RECIPIENT] = "recipient",
    [REPLY_AUTH] = "auth",
    [REPLY_IDENTITY] = "identity",
    [REPLY_FORMAT] = "format",
    [REPLY_RATE] = "rate",
    [REPLY_GREYLIST] = "greylist",
    [REPLY_RECEIVER_ERROR] = "receiver-error",
    [REPLY_TEMPORARY] = "temporary",
    [REPLY_NETWORK] = "network",
    [REPLY_LOCAL] = "local",
    [REPLY_LOOP] = "loop",
    [REPLY_SIZE] = "size",
    [REPLY_EXPIRED] = "expired",
};
_Static_assert(ARRAY_LEN(class_names) == REPLY_CLASSES, "one name per class");

/*
 * Patterns are ASCII and replies are bytes: in a UTF-8 locale an invalid
 * byte would stop "." from matching, and all of it would be slower.
 */
static bool
compile(const struct reply_cache *cache, regex_t *re, const char *pattern)
{
	locale_t old =
	    cache->c_locale != NULL ? uselocale(cache->c_locale) : NULL;
	int failed = regcomp(re, pattern, REG_EXTENDED | REG_NOSUB);

	if (old != NULL)
		(void)uselocale(old);
	return failed == 0;
}

static bool
matches(const struct reply_cache *cache, const regex_t *re, const char *text)
{
	locale_t old =
	    cache->c_locale != NULL ? uselocale(cache->c_locale) : NULL;
	int failed = regexec(re, text, 0, NULL, 0);

	if (old != NULL)
		(void)uselocale(old);
	return failed == 0;
}

/* "(first)|(second)|..." */
static void
compile_any_hint(struct reply_cache *cache)
{
	char *pattern;
	size_t size = 1, n = 0;

	for (size_t i = 0; i < HINTS; i++)
		size += strlen(hints[i]) + sizeof("|()") - 1;
	pattern = xcalloc(size, 1);
	for (size_t i = 0; i < HINTS; i++) {
		struct str hint = str_z(hints[i]);

		if (i > 0)
			pattern[n++] = '|';
		pattern[n++] = '(';
		memcpy(pattern + n, hint.p, hint.n);
		n += hint.n;
		pattern[n++] = ')';
	}
	if (!compile(cache, &cache->any_hint, pattern))
		abort();
	free(pattern);
}

struct reply_cache *
reply_cache_new(void)
{
	struct reply_cache *cache = xcalloc(1, sizeof(*cache));

	cache->c_locale = newlocale(LC_ALL_MASK, "C", NULL);
	for (size_t i = 0; i < HINTS; i++)
		if (!compile(cache, &cache->hints[i], hints[i]))
			abort(); /* the build has tried each of them */
	compile_any_hint(cache);
	return cache;
}

void
reply_cache_free(struct reply_cache *cache)
{
	if (cache == NULL)
		return;
	for (size_t i = 0; i < RULES; i++)
		if (cache->compiled[i])
			regfree(&cache->rules[i]);
	for (size_t i = 0; i < HINTS; i++)
		regfree(&cache->hints[i]);
	regfree(&cache->any_hint);
	if (cache->c_locale != NULL)
		freelocale(cache->c_locale);
	free(cache);
}

static char
fold(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

/* Bits of the hints that this host's name matches; all when not known, as in
 * the logs of qmail and MailEnable, which have its address only. */
static uint64_t
relay_hints(struct reply_cache *cache, struct str relay)
{
	char name[256];
	uint64_t key, bits = 0;
	struct relay_slot *slot;
	struct ip ip;

	relay = str_head(relay, bytes_chr(relay, '['));
	if (relay.n > 0 && relay.p[relay.n - 1] == '.')
		relay.n--;
	if (relay.n == 0 || relay.n >= sizeof(name))
		return UINT64_MAX;
	key = str_hash_fold(relay) | 1;
	slot = &cache->relays[(key >> 32) % RELAYS];
	if (slot->key == key)
		return slot->hints;
	if (str_eq(relay, S("none")) || ip_parse(relay, &ip))
		return UINT64_MAX;
	for (size_t i = 0; i < relay.n; i++)
		name[i] = relay.p[i] == '\0' ? ' ' : fold(relay.p[i]);
	name[relay.n] = '\0';
	if (matches(cache, &cache->any_hint, name))
		for (size_t i = 0; i < HINTS; i++)
			if (matches(cache, &cache->hints[i], name))
				bits |= UINT64_C(1) << i;
	*slot = (struct relay_slot){key, bits};
	return bits;
}

/* Does the text hold one of the words without which pattern cannot match? */
static bool
has_needs(const char *needs, struct str low)
{
	struct str rest = str_z(needs);

	if (rest.n == 0)
		return true;
	while (rest.n > 0) {
		struct str word = str_take(&rest, '\n');

		if (word.n > 0 && str_has(low, word))
			return true;
	}
	return false;
}

static const struct reply_rule *
rule_of(struct reply_cache *cache, unsigned code, uint64_t hint_bits,
    struct str low)
{
	for (size_t i = 0; i < RULES; i++) {
		const struct reply_rule *rule = &rules[i];

		if (code >= 400 && (rule->digits & 1u << code / 100) == 0)
			continue;
		if (rule->hint_bit > 0 &&
		    (hint_bits >> (rule->hint_bit - 1) & 1) == 0)
			continue;
		if (!has_needs(rule->needs, low))
			continue;
		if (!cache->compiled[i]) {
			if (!compile(cache, &cache->rules[i], rule->pattern))
				abort(); /* the build has tried each of them */
			cache->compiled[i] = true;
		}
		/* low is a C string, see reply_normalise */
		if (matches(cache, &cache->rules[i], low.p))
			return rule;
	}
	return NULL;
}

static struct reply_reading
read_words(struct reply_cache *cache, const struct reply_words *words,
    unsigned code, struct str dsn, uint64_t hint_bits)
{
	struct reply_reading reading = {REPLY_OTHER, NULL};
	char text[REPLY_TEXT_MAX];
	struct str low = {text, 0};

	low.n = reply_normalise(words->text, code, dsn, text);
	for (size_t i = 0; i < low.n; i++)
		text[i] = fold(text[i]);
	if (!words->remote && code == 0) {
		reading.class = reply_guess_local(low);
		if (reading.class != REPLY_OTHER)
			return reading;
	}
	reading.rule = rule_of(cache, code, hint_bits, low);
	reading.class = reading.rule != NULL ? reading.rule->class
					     : reply_guess(code, dsn, low);
	return reading;
}

/* All that a reading depends on: compared by its hash. */
struct reading_key {
	uint64_t text; /* hash of the words, or of their shape */
	uint64_t tail; /* of what is behind their first address; 0: none */
	uint64_t hints;
	unsigned code, remote;
	char dsn[16];
};

static uint64_t
hash_of(const struct reading_key *key)
{
	return str_hash((struct str){(const char *)key, sizeof(*key)}) | 1;
}

static struct reply_reading
reading_of(const struct reading_slot *slot)
{
	struct reply_reading reading = {(enum reply_class)slot->class, NULL};

	if (slot->rule > 0)
		reading.rule = &rules[slot->rule - 1];
	return reading;
}

/* By the shape of the words. */
static struct reading_slot *
read_shape(struct reply_cache *cache, const struct reply_words *words,
    struct reading_key *key, struct str dsn)
{
	char text[REPLY_TEXT_MAX];
	struct str shape = {text, reply_shape(words->text, text)};
	uint64_t hash;
	struct reading_slot *slot;
	struct reply_reading reading;

	key->text = str_hash(shape);
	key->tail = 0;
	hash = hash_of(key);
	slot = &cache->shapes[(hash >> 32) % SHAPES];
	if (slot->key == hash)
		return slot;
	reading = read_words(cache, words, key->code, dsn, key->hints);
	*slot =
	    (struct reading_slot){.key = hash, .class = (uint8_t)reading.class};
	if (reading.rule != NULL)
		slot->rule = (uint16_t)(reading.rule - rules + 1);
	return slot;
}

struct reply_reading
reply_read(struct reply_cache *cache, unsigned code, struct str dsn,
    struct str relay, struct str text)
{
	struct reply_words words;
	struct str head, tail;
	struct reading_key key = {0};
	struct reading_slot *slot;
	uint64_t hash;

	if (code / 100 == 2 || (code == 0 && str_starts(dsn, S("2."))))
		return (struct reply_reading){REPLY_ACCEPTED, NULL};
	words = reply_words_of(text);
	if (relay.n == 0 || str_eq(relay, S("none")))
		relay = words.host;
	key.hints = relay_hints(cache, relay);
	key.code = code == 0 ? words.code : code;
	key.remote = words.remote;
	if (dsn.n > 0)
		memcpy(key.dsn, dsn.p,
		    dsn.n < sizeof(key.dsn) ? dsn.n : sizeof(key.dsn));
	if (reply_cut_address(words.text, &head, &tail))
		key.tail = str_hash(tail) | 1;
	key.text = str_hash(head);
	hash = hash_of(&key);
	slot = &cache->same[(hash >> 32) % SAME];
	if (slot->key != hash) {
		*slot = *read_shape(cache, &words, &key, dsn);
		slot->key = hash;
	}
	return reading_of(slot);
}

const char *reply_class_name(enum reply_class class)
{
	return class_names[class];
}

bool reply_blames_spam(enum reply_class class)
{
	return class == REPLY_SPAM || class == REPLY_BLOCKLIST;
}

bool
reply_blames_server(enum reply_class class, const struct reply_rule *rule)
{
	if (rule == NULL)
		return class == REPLY_BLOCKLIST;
	return reply_blames_spam(class) && str_eq(str_z(rule->scope), S("ip"));
}

const struct reply_rule *
reply_rules(size_t *ret_n)
{
	*ret_n = RULES;
	return rules;
}

unsigned
reply_code(struct str words)
{
	unsigned code = 0;

	if (words.n < 3 || words.p[0] < '2' || words.p[0] > '5' ||
	    (words.n > 3 && words.p[3] != ' ' && words.p[3] != '-' &&
		words.p[3] != ')'))
		return 0;
	for (size_t i = 0; i < 3; i++) {
		if (words.p[i] < '0' || words.p[i] > '9')
			return 0;
		code = code * 10 + (unsigned)(words.p[i] - '0');
	}
	return code;
}
