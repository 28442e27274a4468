/* SPDX-License-Identifier: ISC */
/*
 * A message and the messages in it:
 *
 *	Content-Type: multipart/report; report-type=delivery-status;
 *		boundary="4jYq/mx1"
 *
 *	preamble
 *	--4jYq/mx1                       boundary (RFC 2046 5.1.1)
 *	Content-Type: message/delivery-status
 *
 *	Reporting-MTA: dns; mx1.tienda.example
 *	--4jYq/mx1--                     the last one
 *
 * Written by hand, because two things are wanted that libraries do not give:
 * slices of the raw bytes (a signature is checked over them), and no
 * allocation for each of millions of messages.
 *
 * Bounces are cut by their senders: a missing last boundary is no error, and
 * the parts at the end say that they are cut. A part of a multipart/digest is a
 * message (RFC 2046 5.1.5). External bodies and partial messages are not put
 * together.
 */
#include "mail/mime.h"

#include "mail/base64.h"
#include "mail/field.h"

enum {
	/* RFC 2046 5.1.1 says 70; longer ones are written all the same */
	BOUNDARY_MAX = 250,
};

bool
mime_is(const struct mime_part *part, struct str type)
{
	return str_eq_fold(part->type, type);
}

bool
mime_is_multipart(const struct mime_part *part)
{
	return str_eq_fold(str_head(part->type, 10), S("multipart/"));
}

bool
mime_is_message(const struct mime_part *part)
{
	return mime_is(part, S("message/rfc822")) ||
	       mime_is(part, S("message/global")) ||
	       mime_is(part, S("message/news"));
}

static enum mime_encoding
encoding_of(struct str value)
{
	struct str word = field_word(value);

	if (str_eq_fold(word, S("base64")))
		return MIME_BASE64;
	if (str_eq_fold(word, S("quoted-printable")))
		return MIME_QUOTED;
	return MIME_IDENTITY;
}

/* Header and body of a part that is the whole of bytes. */
static struct mime_part *
add_part(struct mime *mime, struct str bytes, int parent, bool cut)
{
	struct mime_part *part;
	struct str rest = bytes;
	struct field field;

	if (mime->n == MIME_PARTS) {
		mime->more = true;
		return NULL;
	}
	part = &mime->parts[mime->n++];
	*part = (struct mime_part){
	    .parent = parent,
	    .depth = parent < 0 ? 0 : mime->parts[parent].depth + 1,
	    .cut = cut,
	};
	while (field_next(&rest, &field)) {
		if (part->content_type.n == 0 &&
		    str_eq_fold(field.name, S("Content-Type")))
			part->content_type = field.value;
		else if (str_eq_fold(
			     field.name, S("Content-Transfer-Encoding")))
			part->encoding = encoding_of(field.value);
	}
	part->header = str_head(bytes, bytes.n - rest.n);
	part->body = rest;
	part->type = field_word(part->content_type);
	if (part->type.n == 0)
		part->type = S("text/plain");
	return part;
}

struct boundary {
	char text[BOUNDARY_MAX + 2]; /* with its two dashes */
	size_t n;
};

static bool
boundary_of(const struct mime_part *part, struct boundary *ret_boundary)
{
	struct str text = field_param(part->content_type, S("boundary"));

	if (text.n == 0 || text.n > BOUNDARY_MAX)
		return false;
	ret_boundary->text[0] = ret_boundary->text[1] = '-';
	memcpy(ret_boundary->text + 2, text.p, text.n);
	ret_boundary->n = text.n + 2;
	return true;
}

/*
 * The bytes before the next boundary line, off the front of *rest; false when
 * there is no boundary line any more: then they are all of the rest.
 */
static bool
take_piece(struct str *rest, const struct boundary *boundary,
    struct str *ret_piece, bool *ret_last)
{
	struct str mark = {boundary->text, boundary->n};
	size_t from = 0;

	for (;;) {
		size_t at = from + str_find(str_skip(*rest, from), mark);
		struct str behind, line;

		if (at >= rest->n)
			break;
		behind = str_skip(*rest, at + mark.n);
		from = at + mark.n;
		if (at > 0 && rest->p[at - 1] != '\n')
			continue;
		*ret_last = str_starts(behind, S("--"));
		if (!*ret_last && behind.n > 0 &&
		    str_trim(str_head(behind, str_chr(behind, '\n'))).n > 0)
			continue; /* a longer boundary that begins as ours */
		(void)field_line(&behind, &line);
		/* The line end before a boundary belongs to it. */
		at -= at > 0;
		at -= at > 0 && rest->p[at - 1] == '\r';
		*ret_piece = str_head(*rest, at);
		*rest = behind;
		return true;
	}
	*ret_piece = *rest;
	*rest = (struct str){NULL, 0};
	return false;
}

static void open_part(struct mime *mime, int number);

static void
open_multipart(struct mime *mime, int number)
{
	const struct mime_part *part = &mime->parts[number];
	bool digest = mime_is(part, S("multipart/digest"));
	struct str rest = part->body, piece;
	struct boundary boundary;
	bool last = false, whole;

	if (!boundary_of(part, &boundary))
		return;
	if (!take_piece(&rest, &boundary, &piece, &last))
		return; /* only a preamble */
	while (!last && rest.n > 0) {
		struct mime_part *child;

		whole = take_piece(&rest, &boundary, &piece, &last);
		child = add_part(mime, piece, number, !whole);
		if (child == NULL)
			return;
		if (digest && child->content_type.n == 0)
			child->type = S("message/rfc822");
		open_part(mime, (int)mime->n - 1);
		if (!whole)
			return;
	}
}

static void
open_part(struct mime *mime, int number)
{
	const struct mime_part *part = &mime->parts[number];

	if (mime_is_multipart(part) || mime_is_message(part)) {
		if (part->depth + 1 >= MIME_DEPTH) {
			mime->more = true;
			return;
		}
	}
	if (mime_is_multipart(part)) {
		open_multipart(mime, number);
	} else if (mime_is_message(part) && part->encoding == MIME_IDENTITY &&
		   add_part(mime, part->body, number, part->cut) != NULL) {
		open_part(mime, (int)mime->n - 1);
	}
}

void
mime_parse(struct str message, struct mime *ret_mime)
{
	ret_mime->n = 0;
	ret_mime->more = false;
	(void)add_part(ret_mime, message, -1, true);
	open_part(ret_mime, 0);
}

void
mime_parse_split(struct str header, struct str body, struct mime *ret_mime)
{
	ret_mime->n = 0;
	ret_mime->more = false;
	(void)add_part(ret_mime, header, -1, true);
	ret_mime->parts[0].header = header;
	ret_mime->parts[0].body = body;
	open_part(ret_mime, 0);
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Length of "=" + blanks + line end at the front: a soft line break. */
static size_t
soft_break(struct str s)
{
	size_t n = 1;

	while (n < s.n && (s.p[n] == ' ' || s.p[n] == '\t' || s.p[n] == '\r'))
		n++;
	if (n < s.n && s.p[n] == '\n')
		return n + 1;
	return n == s.n ? n : 0;
}

/* RFC 2045 6.7; what is wrong stays as it is. */
static size_t
decode_quoted(struct str in, char *out, size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < in.n && n < max; i++) {
		struct str rest = str_skip(in, i);
		size_t soft = rest.p[0] == '=' ? soft_break(rest) : 0;

		if (soft > 0) {
			i += soft - 1;
			continue;
		}
		out[n] = rest.p[0];
		if (rest.p[0] == '=' && rest.n > 2 &&
		    hex_value(rest.p[1]) >= 0 && hex_value(rest.p[2]) >= 0) {
			out[n] = (char)(hex_value(rest.p[1]) * 16 +
					hex_value(rest.p[2]));
			i += 2;
		}
		n++;
	}
	return n;
}

struct str
mime_body(struct arena *a, const struct mime_part *part, size_t max)
{
	size_t cap = part->body.n < max ? part->body.n : max;
	char *out;

	if (part->encoding == MIME_IDENTITY || cap == 0)
		return str_head(part->body, max);
	out = arena_alloc(a, cap);
	if (part->encoding == MIME_BASE64)
		return (struct str){out, base64_decode(part->body, out, cap)};
	return (struct str){out, decode_quoted(part->body, out, cap)};
}
