/* SPDX-License-Identifier: ISC */
/*
 * A file is an mbox when it begins with "From ":
 *
 *	From ana@tienda.example Sat Nov 21 03:41:00 2026
 *	Subject: hello
 *
 *	>From here on the line is quoted (mboxo, mboxrd)
 *
 *	From bob@...          behind an empty line: the next message
 *
 * mboxcl and mboxcl2 have a Content-Length that leads to the next "From "; it
 * is believed when it does and the message fits the buffer, because in mboxcl2
 * no line is quoted. A "From " line must look like one, with a time in it:
 * prose begins lines with "From " too. All else is one message per file.
 * mbox(5); the four dialects: the qmail manual's mbox(5), Rahul Dhesi's.
 */
#include "source/mailbox.h"

#include "base/arena.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	/* The buffer, beyond a message. */
	BEYOND = 2 * FEED_DATA_MAX,
	/* A "From " line; more is no such line. */
	FROM_LINE = 1024,
	IN = FEED_DATA_MAX + FEED_NAME,
};

struct mailbox {
	size_t (*read)(void *arg, char *to, size_t n);
	void *arg;
	void (*gap)(void *arg, struct str path, struct str sentence);
	void *gap_arg;
	int fd; /* of mailbox_open_fd */
	char *in;
	size_t in_at, in_n;
	char path[FEED_NAME];
	size_t path_n;
	uint64_t consumed;
	/* of the file that is open */
	bool open, ended, is_mbox, known;
	bool cut, asked; /* of the message: too large, its length was tried */
	uint64_t number;
	size_t max; /* bytes of a message that are kept */
	char *head; /* of a message that is too large */
	char *buf;
	size_t at, n;   /* the message begins at at */
	size_t scanned; /* from at on: no message ends before it */
};

static size_t
read_fd(void *arg, char *to, size_t n)
{
	const struct mailbox *m = arg;
	ssize_t got;

	do
		got = read(m->fd, to, n);
	while (got < 0 && errno == EINTR);
	return got < 0 ? 0 : (size_t)got;
}

void
mailbox_room(struct mailbox *m, size_t max)
{
	free(m->buf);
	free(m->head);
	m->max = max;
	m->buf = xcalloc(1, max + BEYOND);
	m->head = xcalloc(1, max);
}

struct mailbox *
mailbox_open(size_t (*read)(void *arg, char *to, size_t n), void *arg)
{
	struct mailbox *m = xcalloc(1, sizeof(*m));

	m->read = read;
	m->arg = arg;
	m->in = xcalloc(1, IN);
	mailbox_room(m, MAILBOX_MESSAGE);
	return m;
}

struct mailbox *
mailbox_open_fd(int fd)
{
	struct mailbox *m = mailbox_open(read_fd, NULL);

	m->fd = fd;
	m->arg = m;
	return m;
}

void
mailbox_close(struct mailbox *m)
{
	if (m == NULL)
		return;
	free(m->in);
	free(m->buf);
	free(m->head);
	free(m);
}

void
mailbox_on_gap(struct mailbox *m,
    void (*gap)(void *arg, struct str path, struct str sentence), void *arg)
{
	m->gap = gap;
	m->gap_arg = arg;
}

uint64_t
mailbox_consumed(const struct mailbox *m)
{
	return m->consumed;
}

/* At least n bytes of the feed in the buffer? n is at most IN. */
static bool
want(struct mailbox *m, size_t n)
{
	while (m->in_n - m->in_at < n) {
		size_t got;

		if (m->in_at > 0) {
			memmove(m->in, m->in + m->in_at, m->in_n - m->in_at);
			m->in_n -= m->in_at;
			m->in_at = 0;
		}
		got = m->read(m->arg, m->in + m->in_n, IN - m->in_n);
		if (got == 0)
			return false;
		m->in_n += got;
	}
	return true;
}

static void
begin_file(struct mailbox *m, struct str path)
{
	m->path_n = path.n < FEED_NAME ? path.n : FEED_NAME;
	if (m->path_n > 0)
		memcpy(m->path, path.p, m->path_n);
	m->open = true;
	m->ended = m->is_mbox = m->known = false;
	m->number = 0;
	m->at = m->n = m->scanned = 0;
}

static void
tell_gap(const struct mailbox *m, struct str body)
{
	struct str path = str_take(&body, '\0');

	if (m->gap != NULL)
		m->gap(m->gap_arg, path, body);
}

/* Bytes of a frame go to the buffer: room for them is there. */
static void
take_data(struct mailbox *m, struct str body)
{
	if (body.n > 0 && m->n + body.n <= m->max + BEYOND) {
		memcpy(m->buf + m->n, body.p, body.n);
		m->n += body.n;
	}
	m->consumed += body.n;
}

/* One frame; false at the end of the feed, or when it is nonsense. */
static bool
take_frame(struct mailbox *m)
{
	struct feed_head head;
	struct str body;

	if (!want(m, sizeof(head)))
		return false;
	memcpy(&head, m->in + m->in_at, sizeof(head));
	if (head.size > FEED_DATA_MAX || !want(m, sizeof(head) + head.size))
		return false;
	body = (struct str){m->in + m->in_at + sizeof(head), head.size};
	m->in_at += sizeof(head) + head.size;
	switch (head.type) {
	case FEED_FILE:
		begin_file(m, body);
		return true;
	case FEED_DATA:
		take_data(m, body);
		return true;
	case FEED_END:
		m->ended = true;
		return true;
	case FEED_GAP:
		tell_gap(m, body);
		return true;
	default:
		return false;
	}
}

/* The buffer begins with the message. */
static void
move_front(struct mailbox *m)
{
	memmove(m->buf, m->buf + m->at, m->n - m->at);
	m->n -= m->at;
	m->at = 0;
}

/* More of the file, or its end. */
static void
fill(struct mailbox *m)
{
	if (m->max + BEYOND - m->n < FEED_DATA_MAX)
		move_front(m);
	if (!m->ended && !take_frame(m))
		m->ended = true; /* the feed broke off */
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "From ana@x Sat Nov 21 03:41:00 2026": a time with colons in it. */
static bool
is_from_line(struct str line)
{
	if (!str_starts(line, S("From ")) || line.n > FROM_LINE)
		return false;
	for (size_t i = 5; i + 5 <= line.n; i++)
		if (is_digit(line.p[i]) && is_digit(line.p[i + 1]) &&
		    line.p[i + 2] == ':' && is_digit(line.p[i + 3]) &&
		    is_digit(line.p[i + 4]))
			return true;
	return false;
}

/* Value of Content-Length in the header of text; false: none, or not all of
 * the header is there. ret_end: where it leads. */
static bool
length_end(struct str text, size_t max, size_t *ret_end)
{
	size_t at = 0;
	uint64_t length = 0;
	bool found = false;

	while (at < text.n) {
		struct str rest = str_skip(text, at);
		size_t size = str_chr(rest, '\n') + 1;
		struct str line = str_trim(str_head(rest, size));

		if (size > rest.n)
			return false;
		at += size;
		if (line.n == 0) {
			*ret_end = at + (size_t)length;
			return found && length < max;
		}
		if (line.n > 15 &&
		    str_eq_fold(str_head(line, 15), S("Content-Length:"))) {
			line = str_trim(str_skip(line, 15));
			found = str_u64(&line, 10, &length);
		}
	}
	return false;
}

/* Does a message begin at end, behind empty lines at most? */
static bool
begins_at(struct str text, size_t end, bool is_last)
{
	struct str rest = str_skip(text, end);

	if (end > text.n)
		return false;
	while (rest.n > 0 && (rest.p[0] == '\n' || rest.p[0] == '\r'))
		rest = str_skip(rest, 1);
	if (rest.n == 0)
		return is_last;
	return is_from_line(str_head(rest, str_chr(rest, '\n')));
}

/*
 * Where the message at the front of text ends in an mbox: at a "From " line
 * behind an empty one. *from: nothing ends before it. False: not in text, or
 * more of it is needed to say.
 */
static bool
find_end(struct str text, size_t *from, bool is_last, size_t *ret_end)
{
	for (;;) {
		size_t at =
		    *from + str_find(str_skip(text, *from), S("\nFrom "));
		struct str line = str_skip(text, at + 1);
		bool empty;

		if (at >= text.n) {
			if (text.n > *from + 8)
				*from = text.n - 8;
			return false;
		}
		if (str_chr(line, '\n') == line.n && line.n < FROM_LINE &&
		    !is_last)
			return false;
		line = str_head(line, str_chr(line, '\n'));
		empty = at == 0 || text.p[at - 1] == '\n' ||
			(at > 1 && text.p[at - 1] == '\r' &&
			    text.p[at - 2] == '\n');
		if (empty && is_from_line(line)) {
			*ret_end = at + 1;
			return true;
		}
		*from = at + 1;
	}
}

/* mboxrd: one '>' off each quoted "From ", in place. */
static struct str
unquote(char *p, size_t n)
{
	size_t at = str_find((struct str){p, n}, S("\n>"));
	size_t to = at;

	while (at < n) {
		size_t k = at + 1;

		p[to++] = p[at];
		if (p[at] != '\n') {
			at++;
			continue;
		}
		while (k < n && p[k] == '>')
			k++;
		if (k > at + 1 &&
		    str_starts((struct str){p + k, n - k}, S("From ")))
			at++; /* the first of them is left out */
		at++;
	}
	return (struct str){p, to};
}

/* Is it an mbox? The "From " line is taken off. */
static void
know_form(struct mailbox *m)
{
	struct str text = {m->buf, m->n};

	m->known = true;
	m->is_mbox = is_from_line(str_head(text, str_chr(text, '\n')));
}

static void
skip_from_line(struct mailbox *m)
{
	struct str text;

	/* what a Content-Length left of the empty line in front */
	while (m->at < m->n && (m->buf[m->at] == '\n' || m->buf[m->at] == '\r'))
		m->at++;
	text = (struct str){m->buf + m->at, m->n - m->at};
	if (is_from_line(str_head(text, str_chr(text, '\n')))) {
		m->at += str_chr(text, '\n') + 1;
		if (m->at > m->n)
			m->at = m->n;
	}
}

/* By its Content-Length; false: it has none, or it leads nowhere. */
static bool
ends_by_length(struct mailbox *m, struct str text, size_t *ret_end)
{
	if (m->asked || !length_end(text, m->max, ret_end) ||
	    (*ret_end + FROM_LINE >= text.n && !m->ended))
		return false;
	m->asked = true;
	return begins_at(text, *ret_end, m->ended);
}

/* Where the message at the front of text ends; false: more is needed. */
static bool
message_end(struct mailbox *m, struct str text, size_t *ret_end)
{
	if (m->is_mbox && !m->cut && ends_by_length(m, text, ret_end))
		return true;
	if (m->is_mbox && find_end(text, &m->scanned, m->ended, ret_end))
		return true;
	*ret_end = text.n;
	return m->ended;
}

/* Keep the head of a message that is too large, drop what follows it but what
 * a "From " line may begin in. */
static void
drop_middle(struct mailbox *m)
{
	size_t keep = FROM_LINE + 16;

	if (!m->cut)
		memcpy(m->head, m->buf + m->at, m->max);
	m->cut = true;
	m->at = m->n - keep;
	m->scanned = 0;
}

/* The next message of the file that is open; false: there is none any more. */
static bool
next_here(struct mailbox *m, struct str *ret_message)
{
	struct str text = {m->buf + m->at, m->n - m->at};
	size_t end;

	m->cut = m->asked = false;
	m->scanned = 0;
	while (!message_end(m, text, &end)) {
		if (text.n >= m->max)
			drop_middle(m);
		fill(m);
		text = (struct str){m->buf + m->at, m->n - m->at};
	}
	m->at += end;
	if (m->cut)
		text = (struct str){m->head, end = m->max};
	*ret_message = m->is_mbox ? unquote((char *)(uintptr_t)text.p, end)
				  : str_head(text, end);
	return m->cut || end > 0;
}

/* Look at the beginning of a file until it is known what it is. */
static void
look(struct mailbox *m)
{
	struct str text = {m->buf, m->n};
	bool whole = str_chr(text, '\n') < text.n;

	if (m->ended || text.n >= FROM_LINE ||
	    (text.n > 5 && (whole || !str_starts(text, S("From ")))))
		know_form(m);
	else
		fill(m);
}

bool
mailbox_next(
    struct mailbox *m, struct str *ret_message, struct letter_place *ret_place)
{
	for (;;) {
		while (!m->open)
			if (!take_frame(m))
				return false;
		while (!m->known)
			look(m);
		while (m->is_mbox && !m->ended && m->n - m->at < FROM_LINE)
			fill(m);
		if (m->is_mbox)
			skip_from_line(m);
		if ((m->at < m->n || !m->ended) && next_here(m, ret_message)) {
			ret_place->path = (struct str){m->path, m->path_n};
			ret_place->number = ++m->number;
			ret_place->cut = m->cut;
			return true;
		}
		m->open = !m->ended;
	}
}
