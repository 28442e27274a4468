/* SPDX-License-Identifier: ISC */
/*
 * smtpd.conf in lines and words: continuations, comments, includes, macros.
 *
 *	lan = "192.0.2.0/24"
 *	include "/etc/mail/more.conf"
 *	match from src $lan for any \
 *		action "out"	# a comment
 */
#include "mta/opensmtpd_conf.h"

#include "base/lang.h"
#include "setting/logical.h"

enum {
	DEPTH = 8, /* of includes */
	HOPS = 20, /* of macros in one line */
	LINES_MAX = 1000,
};

/* How long the word is that text begins with. */
static size_t
word_length(struct str text)
{
	static const struct str ends = S0(" \t\r\n\v\f,{}=\"");
	size_t n = 0;

	if (str_chr(S("{}!="), text.p[0]) < 4)
		return 1;
	while (n < text.n && str_chr(ends, text.p[n]) == ends.n)
		n++;
	return n;
}

struct smtpd_words
smtpd_words(struct str text)
{
	struct smtpd_words w = {.n = 0};

	while (w.n < SMTPD_WORDS) {
		size_t n;

		while (text.n > 0 && (is_blank(text.p[0]) || text.p[0] == ','))
			text = str_skip(text, 1);
		if (text.n == 0)
			break;
		if (str_eat(&text, S("\""))) {
			w.items[w.n++] = str_take(&text, '"');
			continue;
		}
		n = word_length(text);
		w.items[w.n++] = str_head(text, n);
		text = str_skip(text, n);
	}
	return w;
}

struct str
smtpd_word(const struct smtpd_words *w, size_t i)
{
	return i < w->n ? w->items[i] : (struct str){NULL, 0};
}

/* Length of what stands in front of a comment. */
static size_t
before_comment(struct str line)
{
	bool quoted = false;

	for (size_t i = 0; i < line.n; i++) {
		if (line.p[i] == '"')
			quoted = !quoted;
		else if (line.p[i] == '#' && !quoted)
			return i;
	}
	return line.n;
}

static void
add_line(struct smtpd_conf *c, struct str text, struct str file, uint32_t line)
{
	struct smtpd_line *r;
	struct smtpd_words w = smtpd_words(text);

	if (c->lines++ == LINES_MAX)
		facts_gap(c->facts, file,
		    _("more than %d lines: the rest was not read"), LINES_MAX);
	if (c->lines > LINES_MAX)
		return;
	r = arena_alloc(c->a, sizeof(*r));
	*r = (struct smtpd_line){.text = text,
	    .file = file,
	    .line = line,
	    .is_macro = str_eq(smtpd_word(&w, 1), S("="))};
	*c->last = r;
	c->last = &r->next;
}

void
smtpd_read(struct smtpd_conf *c, struct str path, unsigned depth)
{
	struct str text, whole = {NULL, 0};
	uint32_t number = 0, begin = 0;

	if (depth > DEPTH || !files_text(c->files, path, &text))
		return;
	while (text.n > 0) {
		struct str line = str_take(&text, '\n');
		bool goes_on;

		number++;
		line = str_trim(str_head(line, before_comment(line)));
		goes_on = str_ends(line, S("\\"));
		if (goes_on)
			line = str_trim(str_head(line, line.n - 1));
		if (whole.n == 0)
			begin = number;
		whole = whole.n == 0 ? line
				     : arena_printf(c->a, "%.*s %.*s",
					   STR_ARG(whole), STR_ARG(line));
		if (goes_on && text.n > 0)
			continue;
		if (str_starts(whole, S("include "))) {
			struct smtpd_words w = smtpd_words(whole);

			if (smtpd_word(&w, 1).n > 0 &&
			    smtpd_word(&w, 1).p[0] == '/')
				smtpd_read(c, smtpd_word(&w, 1), depth + 1);
		} else if (whole.n > 0) {
			add_line(c, whole, path, begin);
		}
		whole = (struct str){NULL, 0};
	}
}

struct str
smtpd_expand(struct smtpd_conf *c, struct str text)
{
	for (int hops = 0; hops < HOPS; hops++) {
		size_t at = str_chr(text, '$'), n = at + 1;
		struct str name, value = {NULL, 0};

		while (n < text.n && !is_blank(text.p[n]) && text.p[n] != ',' &&
		       text.p[n] != '}' && text.p[n] != '"' && text.p[n] != '$')
			n++;
		if (at == text.n || n > 4096)
			return text;
		name = str_skip(str_head(text, n), at + 1);
		for (struct smtpd_line *r = c->first; r != NULL; r = r->next) {
			struct smtpd_words w;

			if (!r->is_macro)
				continue;
			w = smtpd_words(r->text);
			if (str_eq(smtpd_word(&w, 0), name))
				value = smtpd_word(&w, 2);
		}
		text = arena_printf(c->a, "%.*s%.*s%.*s",
		    STR_ARG(str_head(text, at)), STR_ARG(value),
		    STR_ARG(str_skip(text, n)));
	}
	return text;
}
