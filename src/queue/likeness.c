/* SPDX-License-Identifier: ISC */
/*
 * A template filled in a thousand times:
 *
 *	Dear {friend|sir}, get your {pills|tablets} at http://x81.pills.example/a9
 *
 * Each text becomes a set: its words of four letters and more, and its pairs of
 * neighbours; what has a digit is one word "#", links and addresses are one
 * word each. Two such sets are compared by a sketch, as Broder did it for web
 * pages (1997): the share of slots in which the smallest hash is the same is
 * an estimate of the share of the sets that is common, with a standard error of
 * 0.06 at 64 slots. Texts of one language that have nothing to do with each
 * other come to 0.1 to 0.2, one template with every third word exchanged to 0.4.
 *
 * The first words count apart: letters of one office have the same long
 * disclaimer below, and different beginnings.
 *
 * Deliberately not done: pictures and attachments are not looked into, letters
 * of other alphabets that look alike are not folded.
 */
#include "queue/likeness.h"

#include <stdint.h>

/* How much must be common, see likeness_alike. */
static const double same_text = 0.4;
static const double most_text = 0.6;
static const double same_opening = 0.4;
static const double same_with_links = 0.2;

static uint64_t
mix(uint64_t h)
{
	h ^= h >> 31;
	h *= 0x9e3779b97f4a7c15;
	h ^= h >> 29;
	h *= 0xbf58476d1ce4e5b9;
	return h ^ h >> 32;
}

/* ---- words ---- */

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return (lower(c) >= 'a' && lower(c) <= 'z') || (c & 0x80) != 0;
}

static bool
ends_link(char c)
{
	return (unsigned char)c <= ' ' || c == '"' || c == '\'' || c == '<' ||
	       c == '>' || c == ')' || c == ']';
}

enum word_kind {
	WORD_PLAIN,
	WORD_NUMBER,  /* has a digit */
	WORD_ADDRESS, /* has an @ */
	WORD_LINK,
};

struct word {
	enum word_kind kind;
	uint64_t hash; /* the same for all that are not plain */
	size_t n;
};

static bool
starts_link(struct str s)
{
	return (lower(s.p[0]) == 'h' &&
		   (str_eq_fold(str_head(s, 7), S("http://")) ||
		       str_eq_fold(str_head(s, 8), S("https://")))) ||
	       (lower(s.p[0]) == 'w' && str_eq_fold(str_head(s, 4), S("www.")));
}

static bool
is_inside(char c)
{
	return is_letter(c) || is_digit(c) || c == '@' || c == '\'' || c == '_';
}

/* The next word off the front of *s, which is changed even if there is none. */
static bool
take_word(struct str *s, struct word *ret_word)
{
	static const uint64_t hashes[] = {
	    [WORD_NUMBER] = 35, [WORD_ADDRESS] = 64, [WORD_LINK] = 47};
	struct word w = {.kind = WORD_PLAIN, .hash = 0xcbf29ce484222325};
	size_t i = 0;

	while (i < s->n && !is_letter(s->p[i]) && !is_digit(s->p[i]))
		i++;
	*s = str_skip(*s, i);
	if (s->n == 0)
		return false;
	i = 0;
	if (starts_link(*s)) {
		w.kind = WORD_LINK;
		while (i < s->n && !ends_link(s->p[i]))
			i++;
	} else {
		for (; i < s->n && is_inside(s->p[i]); i++) {
			w.hash = (w.hash ^ (unsigned char)lower(s->p[i])) *
				 0x100000001b3;
			if (s->p[i] == '@')
				w.kind = WORD_ADDRESS;
			else if (is_digit(s->p[i]) && w.kind == WORD_PLAIN)
				w.kind = WORD_NUMBER;
		}
		/* the domain of an address */
		while (w.kind == WORD_ADDRESS && i < s->n &&
		       (is_inside(s->p[i]) || s->p[i] == '.' || s->p[i] == '-'))
			i++;
	}
	w.n = i;
	if (w.kind != WORD_PLAIN)
		w.hash = hashes[w.kind];
	*s = str_skip(*s, i);
	*ret_word = w;
	return true;
}

/* ---- sets ---- */

static void
put(uint16_t *slots, uint32_t *smallest, size_t n, uint64_t feature)
{
	uint64_t h = mix(feature);
	size_t slot = (h >> 40) % n;
	uint32_t value = (uint32_t)h | 1;

	if (slots[slot] != 0 && smallest[slot] <= value)
		return;
	smallest[slot] = value;
	slots[slot] = (uint16_t)(value >> 16 | 1);
}

struct filling {
	struct likeness *likeness;
	uint32_t smallest[LIKENESS_SLOTS], opening[LIKENESS_OPENING];
	uint64_t before; /* hash of the last word */
	size_t words;
};

static void
put_feature(struct filling *f, uint64_t feature)
{
	put(f->likeness->slots, f->smallest, LIKENESS_SLOTS, feature);
	if (f->words < LIKENESS_OPENING_WORDS)
		put(f->likeness->opening, f->opening, LIKENESS_OPENING,
		    feature);
	f->likeness->features++;
}

static void
put_word(struct filling *f, const struct word *w)
{
	if (w->kind == WORD_PLAIN && w->n >= 4)
		put_feature(f, w->hash);
	if (f->words > 0)
		put_feature(f, f->before * 31 + w->hash);
	f->before = w->hash;
	f->likeness->text = mix(f->likeness->text + w->hash) | 1;
	f->words++;
}

/* The lines of the writer: neither what is quoted nor the signature. */
static void
read_text(struct likeness *ret, struct str text)
{
	struct filling f = {.likeness = ret};

	while (text.n > 0 && f.words < LIKENESS_WORDS) {
		struct str line = str_take(&text, '\n');
		struct word w;

		if (line.n > 0 && line.p[0] == '>')
			continue;
		if (f.words > 0 &&
		    (str_eq(line, S("-- ")) || str_eq(line, S("-- \r"))))
			break;
		while (f.words < LIKENESS_WORDS && take_word(&line, &w))
			put_word(&f, &w);
	}
}

static void
read_subject(struct likeness *ret, struct str subject)
{
	uint64_t hash = 0;
	struct word w;
	size_t n = 0;

	for (; take_word(&subject, &w); n++)
		hash = mix(hash + w.hash) | 1;
	ret->subject = (uint32_t)(hash >> 32 ^ hash);
	ret->one_word = n == 1;
}

/* ---- links ---- */

static bool
is_host(char c)
{
	return is_letter(c) || is_digit(c) || c == '.' || c == '-';
}

/* Second level names that are given to many: "co.uk", "com.mx". There is no
 * public suffix list; a short name before a country's is taken for one. */
struct str
link_owner(struct str host)
{
	size_t last = str_rchr(host, '.'), second, third;

	if (last == host.n)
		return host;
	second = str_rchr(str_head(host, last), '.');
	if (second == last)
		return host;
	if (host.n - last > 3 || last - second > 4)
		return str_skip(host, second + 1);
	third = str_rchr(str_head(host, second), '.');
	return third == second ? host : str_skip(host, third + 1);
}

static bool
is_number_host(struct str host)
{
	for (size_t i = 0; i < host.n; i++)
		if (!is_digit(host.p[i]) && host.p[i] != '.')
			return false;
	return true;
}

static void
keep_link(struct str host, struct likeness *likeness, struct link_names *links)
{
	uint32_t hash;

	while (host.n > 0 && host.p[host.n - 1] == '.')
		host.n--;
	if (host.n == 0 || host.n > 253)
		return;
	if (!is_number_host(host))
		host = link_owner(host);
	hash = (uint32_t)str_hash_fold_keyed(host) | 1;
	for (size_t i = 0; i < links->n; i++)
		if (likeness->links[i] == hash)
			return;
	if (links->n == LIKENESS_LINKS)
		return;
	likeness->links[links->n] = hash;
	links->items[links->n++] = str_head(host, LINK_MAX);
}

/* "http://user@host:80/path", with the host alone kept. */
static void
read_links(struct str raw, struct likeness *likeness, struct link_names *links)
{
	for (;;) {
		size_t at = str_find(raw, S("://")), n = 0;
		struct str host;
		bool is_web =
		    at >= 4 &&
		    (str_eq_fold(
			 str_head(str_skip(raw, at - 4), 4), S("http")) ||
			(at >= 5 &&
			    str_eq_fold(str_head(str_skip(raw, at - 5), 5),
				S("https"))));

		if (at >= raw.n)
			return;
		raw = str_skip(raw, at + 3);
		while (n < raw.n && n < 300 && (is_host(raw.p[n])))
			n++;
		host = str_head(raw, n);
		if (n < raw.n && raw.p[n] == '@') {
			raw = str_skip(raw, n + 1);
			for (n = 0; n < raw.n && n < 300 && is_host(raw.p[n]);)
				n++;
			host = str_head(raw, n);
		}
		if (is_web)
			keep_link(host, likeness, links);
	}
}

void
likeness_read(struct str sender, struct str subject, struct str raw,
    struct str text, struct likeness *ret_likeness,
    struct link_names *ret_links)
{
	*ret_likeness = (struct likeness){0};
	ret_links->n = 0;
	read_subject(ret_likeness, subject);
	read_text(ret_likeness, text);
	read_links(raw, ret_likeness, ret_links);
	for (size_t i = 0; i < ret_links->n; i++)
		ret_likeness->own[i] =
		    str_eq_fold(link_owner(sender), ret_links->items[i]);
}

/* ---- comparing ---- */

static double
share(const uint16_t *a, const uint16_t *b, size_t n)
{
	size_t same = 0, none = 0;

	for (size_t i = 0; i < n; i++) {
		same += a[i] == b[i] && a[i] != 0;
		none += a[i] == 0 && b[i] == 0;
	}
	return none == n ? 0 : (double)same / (double)(n - none);
}

double
likeness_text(const struct likeness *a, const struct likeness *b)
{
	return share(a->slots, b->slots, LIKENESS_SLOTS);
}

double
likeness_opening(const struct likeness *a, const struct likeness *b)
{
	return share(a->opening, b->opening, LIKENESS_OPENING);
}

bool
likeness_shares_link(const struct likeness *a, const struct likeness *b)
{
	for (size_t i = 0; i < LIKENESS_LINKS && a->links[i] != 0; i++)
		for (size_t k = 0; k < LIKENESS_LINKS; k++)
			if (a->links[i] == b->links[k] && !a->own[i] &&
			    !b->own[k])
				return true;
	return false;
}

/*
 * The text alone is not enough: half of it may be a disclaimer. The same
 * subject or the same beginning must go with it, or, where random words stand
 * in front, most of the text, a link to a stranger and the origin; where much
 * of the text is exchanged, the same subject and the same link.
 */
bool
likeness_alike(const struct likeness *a, const struct likeness *b)
{
	bool subject = a->subject != 0 && a->subject == b->subject;
	bool link = likeness_shares_link(a, b);
	double text;

	if (a->features < LIKENESS_FEW || b->features < LIKENESS_FEW)
		return a->text == b->text &&
		       (subject || link || a->features >= LIKENESS_FEW / 2);
	text = likeness_text(a, b);
	if (text >= same_text)
		return (subject && !a->one_word) ||
		       likeness_opening(a, b) >= same_opening ||
		       (link && text >= most_text && a->origin != 0 &&
			   a->origin == b->origin);
	return text >= same_with_links && subject && link;
}
