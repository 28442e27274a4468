/* SPDX-License-Identifier: ISC */
#include "base/text.h"

#include "base/text_width.h"

#include <stdio.h>

/* Longest escape: "\U000e0001". */
enum {
	ESCAPE_MAX = 10
};

/*
 * What has no shape of its own or changes what stands beside it: controls,
 * format characters, fillers, selectors, noncharacters (Unicode 15,
 * Default_Ignorable_Code_Point and Bidi_Control). Sorted.
 */
static const struct rune_range hidden[] = {{0x0000, 0x001f}, {0x007f, 0x009f},
    {0x00ad, 0x00ad}, {0x034f, 0x034f}, {0x0600, 0x0605}, {0x061c, 0x061c},
    {0x06dd, 0x06dd}, {0x070f, 0x070f}, {0x0890, 0x0891}, {0x08e2, 0x08e2},
    {0x115f, 0x1160}, {0x17b4, 0x17b5}, {0x180b, 0x180f}, {0x200b, 0x200f},
    {0x2028, 0x202e}, {0x2060, 0x206f}, {0x3164, 0x3164}, {0xfdd0, 0xfdef},
    {0xfe00, 0xfe0f}, {0xfeff, 0xfeff}, {0xffa0, 0xffa0}, {0xfff0, 0xfffb},
    {0xfffe, 0xffff}, {0x110bd, 0x110bd}, {0x110cd, 0x110cd},
    {0x13430, 0x1343f}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a},
    {0xe0000, 0xe0fff}};

size_t
text_rune(struct str s, uint32_t *ret_rune)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	unsigned char lead;
	uint32_t rune;
	size_t n;

	if (s.n == 0)
		return 0;
	lead = (unsigned char)s.p[0];
	*ret_rune = lead;
	if (lead < 0x80)
		return 1;
	*ret_rune = UINT32_MAX;
	n = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
	if (n == 0 || n > s.n || lead > 0xf4)
		return 1;
	rune = lead & (0x7fU >> n);
	for (size_t i = 1; i < n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((c & 0xc0) != 0x80)
			return 1;
		rune = rune << 6 | (c & 0x3f);
	}
	/* RFC 3629 3: no longer forms, no surrogates */
	if (rune < least[n] || rune > 0x10ffff || rune >> 11 == 0x1b)
		return 1;
	*ret_rune = rune;
	return n;
}

bool
rune_in(const struct rune_range *list, size_t n, uint32_t rune)
{
	size_t low = 0;

	while (low < n) {
		size_t mid = low + (n - low) / 2;

		if (rune > list[mid].last)
			low = mid + 1;
		else if (rune < list[mid].first)
			n = mid;
		else
			return true;
	}
	return false;
}

bool
text_must_show(uint32_t rune)
{
	if (rune < 0x7f)
		return rune < ' ';
	/* Noncharacters end every plane; UINT32_MAX is caught here too. */
	return (rune & 0xfffe) == 0xfffe ||
	       rune_in(hidden, ARRAY_LEN(hidden), rune);
}

static size_t
escape(char out[ESCAPE_MAX + 1], uint32_t rune, unsigned char byte)
{
	int n;

	if (rune == UINT32_MAX || rune < 0x80)
		n = snprintf(out, ESCAPE_MAX + 1, "\\x%02x", byte);
	else
		n = snprintf(out, ESCAPE_MAX + 1,
		    rune > 0xffff ? "\\U%08x" : "\\u%04x", rune);
	return (size_t)n;
}

/* The length of the safe form; writes it when out is not NULL. */
static size_t
make_safe(struct str s, char *out)
{
	size_t n, total = 0;
	uint32_t rune;

	for (; (n = text_rune(s, &rune)) > 0; s = str_skip(s, n)) {
		char shown[ESCAPE_MAX + 1];
		const char *from = s.p;
		size_t len = n;

		if (text_must_show(rune)) {
			len = escape(shown, rune, (unsigned char)s.p[0]);
			from = shown;
		}
		if (out != NULL)
			memcpy(out + total, from, len);
		total += len;
	}
	return total;
}

struct str
text_safe(struct arena *a, struct str s)
{
	size_t n = make_safe(s, NULL);
	char *out = arena_alloc(a, n + 1);

	(void)make_safe(s, out);
	out[n] = '\0';
	return (struct str){out, n};
}

static size_t
rune_width(uint32_t rune)
{
	if (rune < 0x300)
		return 1;
	if (rune_in(text_narrow, text_narrow_n, rune))
		return 0;
	return rune_in(text_wide, text_wide_n, rune) ? 2 : 1;
}

size_t
text_width(struct str safe)
{
	size_t n, width = 0;
	uint32_t rune;

	for (; (n = text_rune(safe, &rune)) > 0; safe = str_skip(safe, n))
		width += rune_width(rune);
	return width;
}

/* The longest front of s that takes at most columns. */
static struct str
front(struct str s, size_t columns)
{
	struct str rest = s;
	size_t n, width = 0;
	uint32_t rune;

	for (; (n = text_rune(rest, &rune)) > 0; rest = str_skip(rest, n)) {
		width += rune_width(rune);
		if (width > columns)
			break;
	}
	return str_head(s, s.n - rest.n);
}

struct str
text_clip(struct arena *a, struct str safe, size_t columns)
{
	static const struct str dots = S0("...");
	struct str head = front(safe, columns);

	if (head.n == safe.n)
		return str_keep(a, safe);
	if (columns <= dots.n)
		return str_keep(a, str_head(dots, columns));
	head = front(safe, columns - dots.n);
	return arena_printf(a, "%.*s...", STR_ARG(head));
}

struct str
text_word(struct arena *a, struct str s)
{
	if (!str_eq(text_safe(a, s), s) || str_has(s, S("'")) ||
	    str_has(s, S("\\")))
		return (struct str){NULL, 0};
	return arena_printf(a, "'%.*s'", STR_ARG(s));
}
