/* SPDX-License-Identifier: ISC */
/*
 * Seen in reports, and mended:
 *
 *	<email><noreply@example.net></email>      a '<' that is no tag
 *	<extra_contact_info>http://x/?a=1&b=2     a '&' that is no entity
 *	<xs:schema xmlns:xs="...">                never closed
 *	<org_name>Caf\xe9</org_name>              Latin-1 that calls itself UTF-8
 *	<record><row>...</record>                 closed in no order
 *
 * (parsedmarc's issues 18, 69 and 122 describe such senders.)
 */
#include "mail/xml_mend.h"

#include "base/text.h"

enum {
	DEPTH = 32,
	/* A tag of a report is short; a '<' far from its '>' is text. */
	TAG_MAX = 4096,
	/* "&#x10FFFF;" */
	ENTITY_MAX = 12,
};

struct mend {
	char *out;
	size_t n;
	struct str open[DEPTH];
	size_t depth;
	bool (*is_known)(struct str name);
};

struct str
xml_local(struct str name)
{
	size_t colon = str_rchr(name, ':');

	return colon < name.n ? str_skip(name, colon + 1) : name;
}

static void
put(struct mend *m, struct str s)
{
	if (s.n > 0)
		memcpy(m->out + m->n, s.p, s.n);
	m->n += s.n;
}

static bool
is_name(struct str name)
{
	if (name.n == 0 || name.n > 100)
		return false;
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];
		bool letter = (c >= 'a' && c <= 'z') ||
			      (c >= 'A' && c <= 'Z') || c == '_' || c == ':';

		if (!letter && (i == 0 || !((c >= '0' && c <= '9') ||
					      c == '-' || c == '.')))
			return false;
	}
	return true;
}

/* The name in the tag, which is without its angle brackets. */
static struct str
tag_name(struct str tag)
{
	size_t n = 0;

	while (n < tag.n && strchr(" \t\r\n/", tag.p[n]) == NULL)
		n++;
	return str_head(tag, n);
}

static void
close_last(struct mend *m)
{
	struct str name = m->open[--m->depth];

	put(m, S("</"));
	put(m, name);
	put(m, S(">"));
}

static void
close_tag(struct mend *m, struct str name)
{
	size_t at = m->depth;

	while (at > 0 && !str_eq(m->open[at - 1], name))
		at--;
	while (at > 0 && m->depth >= at)
		close_last(m);
}

static void
open_tag(struct mend *m, struct str name, bool empty)
{
	if (m->depth == DEPTH)
		return;
	put(m, S("<"));
	put(m, name);
	put(m, S(">"));
	m->open[m->depth++] = name;
	if (empty)
		close_last(m);
}

/* A tag, comment or the like at the front of text: how long it is; 0: it is
 * none. */
static size_t
take_tag(struct mend *m, struct str text)
{
	struct str tag, name;
	size_t end;

	if (str_starts(text, S("<!--"))) {
		end = str_find(text, S("-->"));
		return end < text.n ? end + 3 : 0;
	}
	end = str_chr(str_head(text, TAG_MAX), '>');
	if (end >= text.n || end >= TAG_MAX || end < 2)
		return 0;
	tag = (struct str){text.p + 1, end - 1};
	if (tag.p[0] == '?' || tag.p[0] == '!')
		return end + 1;
	name = tag_name(str_skip(tag, tag.p[0] == '/'));
	if (!is_name(name))
		return 0;
	name = xml_local(name);
	if (!m->is_known(name))
		return end + 1;
	if (tag.p[0] == '/')
		close_tag(m, name);
	else
		open_tag(m, name, str_ends(tag, S("/")));
	return end + 1;
}

/* "&amp;", "&#233;": one that every parser knows. */
static bool
is_entity(struct str text)
{
	static const struct str known[] = {
	    S0("amp"), S0("lt"), S0("gt"), S0("quot"), S0("apos")};
	struct str name = str_head(str_skip(text, 1), ENTITY_MAX);
	size_t end = str_chr(name, ';');
	uint64_t number;

	if (end == name.n)
		return false;
	name.n = end;
	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (str_eq(name, known[i]))
			return true;
	return str_eat(&name, S("#")) && str_u64(&name, 7, &number) &&
	       name.n == 0 && (number == 9 || number >= 32) && number < 0xd800;
}

/* One letter of text; returns its bytes. */
static size_t
put_letter(struct mend *m, struct str text)
{
	uint32_t rune;
	size_t n = text_rune(text, &rune);

	if (text.p[0] == '<')
		put(m, S("&lt;"));
	else if (text.p[0] == '&' && !is_entity(text))
		put(m, S("&amp;"));
	else if (text.p[0] == '>')
		put(m, S("&gt;"));
	else if (rune == UINT32_MAX || rune == 0xfffe || rune == 0xffff ||
		 (rune < 32 && strchr("\t\r\n", (int)rune) == NULL) ||
		 rune == 0)
		put(m, S("?"));
	else
		put(m, str_head(text, n));
	return n;
}

struct str
xml_mend(struct arena *a, struct str text, bool (*is_known)(struct str name))
{
	/* The worst is "&amp;" of '&', and "<a></a>" of "<a/>". */
	struct mend m = {.is_known = is_known,
	    .out = arena_try(a, text.n * 5 + DEPTH * 128)};

	if (m.out == NULL)
		return (struct str){NULL, 0};
	while (text.n > 0) {
		size_t n = text.p[0] == '<' ? take_tag(&m, text) : 0;

		if (n == 0 && m.depth == 0)
			n = 1; /* between documents */
		else if (n == 0)
			n = put_letter(&m, text);
		text = str_skip(text, n);
	}
	return (struct str){m.out, m.n};
}
