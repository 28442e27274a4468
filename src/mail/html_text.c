/* SPDX-License-Identifier: ISC */
/*
 * <p>Your message to <b>bob@other.example</b> couldn't be delivered.<br>
 *
 * What stands in style and script is dropped. Entities beyond the five of HTML
 * 2 and &nbsp; stay as they are: addresses and replies have no others.
 */
#include "mail/html_text.h"

static const struct {
	struct str entity;
	char c;
} entities[] = {
    {S0("&lt;"), '<'},
    {S0("&gt;"), '>'},
    {S0("&amp;"), '&'},
    {S0("&quot;"), '"'},
    {S0("&#39;"), '\''},
    {S0("&apos;"), '\''},
    {S0("&nbsp;"), ' '},
    {S0("&#64;"), '@'},
};

static bool
name_is(struct str tag, struct str name)
{
	return str_eq_fold(str_head(tag, name.n), name) &&
	       (tag.n == name.n || strchr(" >/\t\r\n", tag.p[name.n]) != NULL);
}

/* Does the tag (without its "<") end a line? */
static bool
breaks(struct str tag)
{
	static const struct str names[] = {S0("br"), S0("p"), S0("div"),
	    S0("tr"), S0("li"), S0("h1"), S0("h2"), S0("h3"), S0("pre"),
	    S0("table"), S0("td"), S0("ul"), S0("hr")};

	(void)str_eat(&tag, S("/"));
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (name_is(tag, names[i]))
			return true;
	return false;
}

/* Bytes of the tag at the front; with its text for style and script. */
static size_t
tag_size(struct str s)
{
	size_t end = str_chr(s, '>');
	struct str tag = str_skip(s, 1), close;

	if (end == s.n)
		return s.n;
	if (name_is(tag, S("style")))
		close = S("</style");
	else if (name_is(tag, S("script")))
		close = S("</script");
	else
		return end + 1;
	for (size_t i = end; i + close.n <= s.n; i++)
		if (s.p[i] == '<' &&
		    str_eq_fold((struct str){s.p + i, close.n}, close))
			return i + str_chr(str_skip(s, i), '>') + 1;
	return s.n;
}

struct str
html_text(struct arena *a, struct str html)
{
	char *out = arena_alloc(a, html.n + 1);
	size_t n = 0;

	while (html.n > 0) {
		size_t size = 1;

		if (html.p[0] == '<') {
			if (breaks(str_skip(html, 1)))
				out[n++] = '\n';
			size = tag_size(html);
			html = str_skip(html, size);
			continue;
		}
		out[n] = html.p[0];
		for (size_t i = 0; html.p[0] == '&' && i < ARRAY_LEN(entities);
		     i++)
			if (str_starts(html, entities[i].entity)) {
				out[n] = entities[i].c;
				size = entities[i].entity.n;
			}
		n++;
		html = str_skip(html, size);
	}
	return (struct str){out, n};
}
