/* SPDX-License-Identifier: ISC */
#include "queue/shown.h"

#include "mail/field.h"
#include "mail/html_text.h"

enum {
	/* Of the body; what a screen or two show. */
	PREVIEW_MAX = 8 * 1024,
};

/* ---- the text ---- */

static bool
is_text(const struct mime_part *part)
{
	return mime_is(part, S("text/plain")) || mime_is(part, S("text/html"));
}

/* The first text; a plain one that is not empty is the better one. */
static const struct mime_part *
choose(const struct mime *mime)
{
	const struct mime_part *html = NULL;

	for (size_t i = 0; i < mime->n; i++) {
		const struct mime_part *part = &mime->parts[i];

		if (!is_text(part) || str_trim(part->body).n == 0)
			continue;
		if (mime_is(part, S("text/plain")))
			return part;
		if (html == NULL)
			html = part;
	}
	return html;
}

void
body_read(struct arena *a, const struct queue_message *m,
    const struct traits *traits, size_t max, struct body_text *ret_body)
{
	const struct mime_part *part = NULL;
	struct mime mime;

	*ret_body = (struct body_text){.type = S("text/plain")};
	/* Most mail has neither parts nor an encoding. */
	if (traits->content_type.n == 0 && traits->encoding.n == 0) {
		ret_body->text = ret_body->raw = str_head(m->body, max);
		ret_body->cut = m->body.n > max;
		return;
	}
	mime_parse_split(m->head, m->body, &mime);
	part = choose(&mime);
	if (part == NULL) {
		ret_body->type = mime.parts[mime.n > 1 ? 1 : 0].type;
		return;
	}
	ret_body->type = part->type;
	ret_body->text = ret_body->raw = mime_body(a, part, max);
	ret_body->cut = part->body.n > max;
	if (mime_is(part, S("text/html")))
		ret_body->text = html_text(a, ret_body->text);
}

/* ---- kept ---- */

static void
keep(struct arena *a, struct str *s)
{
	if (s->n > 0)
		*s = str_keep(a, *s);
}

static struct queue_message *
keep_message(struct arena *a, const struct queue_message *from)
{
	struct queue_message *m = arena_alloc(a, sizeof(*m));
	struct str *const texts[] = {&m->id, &m->sender, &m->client_name,
	    &m->helo, &m->protocol, &m->account, &m->method, &m->local_user,
	    &m->head, &m->body};

	*m = *from;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		keep(a, texts[i]);
	for (size_t i = 0; i < m->rcpts_n; i++) {
		struct queue_rcpt *rcpt = &m->rcpts[i];

		keep(a, &rcpt->address);
		keep(a, &rcpt->original);
		keep(a, &rcpt->reason);
		keep(a, &rcpt->dsn);
		keep(a, &rcpt->relay);
	}
	return m;
}

/* Sizes count line ends as two bytes, or as one. */
static bool
is_cut(const struct queue_message *m)
{
	uint64_t have = m->head.n + m->body.n + 2;

	for (size_t i = 0; i < m->body.n; i++)
		have += m->body.p[i] == '\n';
	for (size_t i = 0; i < m->head.n; i++)
		have += m->head.p[i] == '\n';
	return m->size > have;
}

void
shown_keep(
    struct arena *a, const struct received *received, struct shown *ret_shown)
{
	struct shown *s = ret_shown;

	*s = (struct shown){.root = received->root,
	    .path = str_keep(a, received->path),
	    .message = keep_message(a, received->message)};
	traits_read(s->message, &s->traits);
	queue_origin_of(s->message, &s->traits, &s->origin);
	/* A text that it made itself moved with the struct. */
	keep(a, &s->origin.name);
	keep(a, &s->origin.script);
	body_read(a, s->message, &s->traits, PREVIEW_MAX, &s->body);
	s->body.cut |= is_cut(s->message);
}
