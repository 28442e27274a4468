/* SPDX-License-Identifier: ISC */
/*
 * Complaints and bounces say what is in them. Others write by hand: the spam
 * is attached, or its header stands in the text, as it was copied from a
 * window:
 *
 *	Hello, stop this!
 *
 *	> Received: from mx1.tienda.example (203.0.113.5) by mx.other.example
 *	>	with ESMTP id 1; Sat, 21 Nov 2026 03:41:00 +0000
 *	> From: ana@tienda.example
 *	>
 *	> Buy now
 *
 * A Received line that can be read makes the difference between a header and a
 * reply that quotes "From: ... Subject: ...", which tells nothing.
 */
#include "letter/exhibit.h"

#include "mail/field.h"
#include "mail/html_text.h"
#include "mail/received.h"

enum {
	/* Bytes of a text in which a header is looked for. */
	PASTED_MAX = 256 * 1024,
	/* Of a line in front of a field: "> > > ", "    ", "| ". */
	MARK_MAX = 16,
	/* Received lines that are looked at before a text is given up. */
	TRIES = 20,
};

const char *
exhibit_how_name(enum exhibit_how how)
{
	static const char *const names[EXHIBIT_HOWS] = {
	    [EXHIBIT_ITSELF] = "itself",
	    [EXHIBIT_COMPLAINT] = "complaint",
	    [EXHIBIT_RETURNED] = "returned",
	    [EXHIBIT_ATTACHED] = "attached",
	    [EXHIBIT_PASTED] = "pasted",
	};

	return names[how];
}

static bool
has_received(struct str header)
{
	struct received_field r;
	struct field field;

	while (field_next(&header, &field))
		if (str_eq_fold(field.name, S("Received")) &&
		    received_parse(field.value, &r))
			return true;
	return false;
}

/* ---- attached ---- */

/* A file that was attached as such: its name, or its first line, tells. */
static bool
may_be_message(const struct mime_part *part)
{
	struct str name = field_param(part->content_type, S("name"));

	if (mime_is_message(part) || mime_is(part, S("text/rfc822-headers")))
		return true;
	if (mime_is_multipart(part))
		return false;
	return name.n > 4 &&
	       (str_eq_fold(str_skip(name, name.n - 4), S(".eml")) ||
		   str_eq_fold(str_skip(name, name.n - 4), S(".txt")) ||
		   str_eq_fold(str_skip(name, name.n - 4), S(".msg")));
}

/* The innermost one: who forwards a complaint wants what is in it. */
static bool
find_attached(
    struct arena *a, const struct mime *mime, struct exhibit *ret_exhibit)
{
	const struct mime_part *best = NULL;
	struct str text = {NULL, 0};

	for (size_t i = 1; i < mime->n; i++) {
		const struct mime_part *part = &mime->parts[i];
		struct str body, header, rest;

		if (!may_be_message(part) ||
		    (best != NULL && part->depth <= best->depth))
			continue;
		body = part->encoding == MIME_IDENTITY
			   ? part->body
			   : mime_body(a, part, part->body.n);
		field_split(body, &header, &rest);
		if (!has_received(header))
			continue;
		best = part;
		text = body;
	}
	if (best == NULL)
		return false;
	ret_exhibit->how = EXHIBIT_ATTACHED;
	field_split(text, &ret_exhibit->header, &ret_exhibit->body);
	ret_exhibit->whole = !best->cut && ret_exhibit->body.n > 0 &&
			     !mime_is(best, S("text/rfc822-headers"));
	return true;
}

/* ---- pasted ---- */

/* Bytes of quoting in front of the line. */
static size_t
mark_size(struct str line)
{
	size_t n = 0;

	while (n < line.n && n < MARK_MAX &&
	       (line.p[n] == '>' || line.p[n] == '|' || line.p[n] == ' ' ||
		   line.p[n] == '\t'))
		n++;
	return n;
}

static bool
is_field(struct str line)
{
	size_t colon = str_chr(line, ':');

	if (colon == 0 || colon == line.n || colon > 76)
		return false;
	for (size_t i = 0; i < colon; i++)
		if (line.p[i] <= ' ' || (unsigned char)line.p[i] >= 0x7f)
			return false;
	return true;
}

/* Is it a mark as wide as this one, blanks at its end aside? */
static bool
has_mark(struct str line, struct str mark)
{
	struct str bare = mark;

	while (bare.n > 0 && bare.p[bare.n - 1] == ' ')
		bare.n--;
	return str_starts(line, bare);
}

/*
 * The block of quoted lines at the front of text, their marks taken off; it
 * ends at a line without the mark. Windows lose the blanks in front of folded
 * lines: what is no field between fields is the rest of one.
 */
static struct str
unquote(char *to, struct str text, struct str mark)
{
	struct str line;
	bool in_header = true;
	size_t n = 0;

	while (field_line(&text, &line) && has_mark(line, mark)) {
		line = str_skip(line, mark.n);
		in_header = in_header && str_trim(line).n > 0;
		if (in_header && n > 0 && !is_field(line) && line.p[0] != ' ' &&
		    line.p[0] != '\t')
			to[n++] = '\t';
		if (line.n > 0)
			memcpy(to + n, line.p, line.n);
		n += line.n;
		to[n++] = '\n';
	}
	return (struct str){to, n};
}

/* Where the run of fields that line is in begins. */
struct run {
	struct str begin; /* the text from there on */
	struct str mark;
	bool open;
};

static void
run_line(struct run *run, struct str text, struct str line)
{
	size_t mark = mark_size(line);
	bool field = is_field(str_skip(line, mark));

	if (run->open && has_mark(line, run->mark) &&
	    (field || str_skip(line, run->mark.n).n > 0))
		return;
	*run = (struct run){text, str_head(line, mark), field};
}

static bool
find_pasted(struct arena *a, struct str text, struct exhibit *ret_exhibit)
{
	struct str rest = str_head(text, PASTED_MAX), line, before = rest;
	char *copy = NULL;
	struct run run = {0};

	for (int tries = 0; tries < TRIES && field_line(&rest, &line);
	     before = rest) {
		struct str header, body;

		run_line(&run, before, line);
		line = str_skip(line, mark_size(line));
		if (!run.open ||
		    !str_eq_fold(str_head(line, 9), S("Received:")))
			continue;
		tries++;
		if (copy == NULL) /* each line may grow by one byte */
			copy = arena_alloc(a, 2 * run.begin.n + 2);
		field_split(unquote(copy, run.begin, run.mark), &header, &body);
		if (!has_received(header))
			continue;
		ret_exhibit->how = EXHIBIT_PASTED;
		ret_exhibit->header = header;
		ret_exhibit->body = body;
		ret_exhibit->whole = false;
		return true;
	}
	return false;
}

static bool
find_in_texts(
    struct arena *a, const struct mime *mime, struct exhibit *ret_exhibit)
{
	for (size_t i = 0; i < mime->n; i++) {
		const struct mime_part *part = &mime->parts[i];

		if (mime_is(part, S("text/plain")) &&
		    find_pasted(a, mime_body(a, part, PASTED_MAX), ret_exhibit))
			return true;
		if (mime_is(part, S("text/html")) &&
		    find_pasted(a, html_text(a, mime_body(a, part, PASTED_MAX)),
			ret_exhibit))
			return true;
		if (mime_is_message(part))
			break;
	}
	return false;
}

void
exhibit_find(struct arena *a, struct str message, const struct notice *notice,
    bool outer, struct exhibit *ret_exhibit)
{
	struct exhibit *out = ret_exhibit;
	struct mime mime;

	*out = (struct exhibit){.how = EXHIBIT_ITSELF, .whole = true};
	field_split(message, &out->header, &out->body);
	if (outer)
		return;
	if (notice->original != ORIGINAL_NONE) {
		out->how = notice->kind == NOTICE_COMPLAINT ||
				   notice->kind == NOTICE_FAILURE
			       ? EXHIBIT_COMPLAINT
			       : EXHIBIT_RETURNED;
		out->header = notice->original_header;
		out->body = notice->original_body;
		out->whole = notice->original == ORIGINAL_WHOLE &&
			     !notice->cut && out->body.n > 0;
		return;
	}
	mime_parse(message, &mime);
	if (!find_attached(a, &mime, out))
		(void)find_in_texts(a, &mime, out);
}
