/* SPDX-License-Identifier: ISC */
#include "event/shape.h"

#include "base/ip.h"

struct out {
	char *p;
	size_t n;
};

static void
put(struct out *out, struct str s)
{
	s = str_head(s, SHAPE_MAX - out->n);
	if (s.n > 0)
		memcpy(out->p + out->n, s.p, s.n);
	out->n += s.n;
}

static bool
is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || c == '.' || c == ':' || c == '-' ||
	       c == '_' || c == '@';
}

/* The first byte behind a run of word characters. */
static size_t
word_end(struct str text, size_t from)
{
	while (from < text.n && is_word(text.p[from]))
		from++;
	while (from > 0 && (text.p[from - 1] == ':' || text.p[from - 1] == '.'))
		from--;
	return from;
}

static struct str
word_shape(struct str word)
{
	bool digits = false, letters = false;
	struct ip ip;

	for (size_t i = 0; i < word.n; i++) {
		if (word.p[i] >= '0' && word.p[i] <= '9')
			digits = true;
		else
			letters = true;
	}
	if (!digits)
		return word;
	if (ip_parse(word, &ip))
		return S("IP");
	return letters ? S("ID") : S("N");
}

struct str
line_shape(struct arena *a, struct str text)
{
	struct out out = {arena_alloc(a, SHAPE_MAX), 0};
	size_t at = 0;

	while (at < text.n && out.n < SHAPE_MAX) {
		char c = text.p[at];
		size_t end;

		if (c == '<' || c == '"') {
			char close = c == '<' ? '>' : '"';

			end = at + 1;
			/* a quoted local part may hold the bracket */
			if (c == '<' && end < text.n && text.p[end] == '"')
				do
					end++;
				while (end < text.n && text.p[end] != '"');
			while (end < text.n && text.p[end] != close)
				end++;
			put(&out, c == '<' ? S("<>") : S("\"\""));
			at = end + 1;
			continue;
		}
		end = word_end(text, at);
		if (end <= at) {
			put(&out, (struct str){text.p + at, 1});
			at++;
			continue;
		}
		put(&out, word_shape((struct str){text.p + at, end - at}));
		at = end;
	}
	return (struct str){out.p, out.n};
}
