/* SPDX-License-Identifier: ISC */
/*
 * qmail's queue, of qmail 1.03, netqmail, notqmail and Plesk: a message is a
 * number, the inode of its file, and a few files of that name (INTERNALS of
 * qmail's source, qmail-queue(8)):
 *
 *	mess/8/93869     the message
 *	info/8/93869     Fana@x.example\0           its time is the arrival
 *	local/8/93869    Tluis@x.example\0          who waits; D: done
 *	remote/8/93869   Tb@y.example\0Dc@z.example\0
 *	bounce/93869     text about those that failed
 *	todo/93869       u1004\0p18695\0Fana@x.example\0Tb@y.example\0
 *	intd/93869       the same, before it is complete
 *
 * The folder is the number modulo conf-split, 23 by default; with the big-todo
 * patch todo and intd have such folders, too. Why a recipient waits is not in
 * the queue. Who handed the message in stands on top of it, in the lines that
 * qmail-queue and qmail-smtpd write themselves:
 *
 *	Received: (qmail 18695 invoked by uid 1004); 16 Nov 2026 10:33:07 -0000
 *	Received: (qmail 18695 invoked from network); 16 Nov 2026 10:33:07 -0000
 *	Received: from unknown (HELO pc) (ana@x.example@192.0.2.1)
 *	  by mx1.x.example with ESMTPA; 16 Nov 2026 10:33:07 -0000
 *
 * A stranger's HELO has no parentheses there: qmail-smtpd writes '?' for them.
 */
#include "mta/qmail_part.h"

#include <stdio.h>

enum part {
	PART_MESSAGE,
	PART_INFO,
	PART_LOCAL,
	PART_REMOTE,
	PART_TODO,
	PART_INTD,
};

enum {
	ID_MAX = 20,
};

/* ---- names ---- */

static bool
is_qmail(const struct queue_folder *root)
{
	return queue_has(root, "mess/") &&
	       (queue_has(root, "info/") || queue_has(root, "remote/") ||
		   queue_has(root, "todo/"));
}

static size_t
qmail_folders(const struct queue_folder *root,
    struct queue_place ret_places[QUEUE_PLACES])
{
	(void)root;
	ret_places[0] = (struct queue_place){"mess", QUEUE_DEFERRED, 1};
	return 1;
}

static bool
add(struct queue_entry *e, enum part kind, const char *top, const char *below,
    struct str name)
{
	char path[QUEUE_PATH];
	int n = snprintf(path, sizeof(path), "%s%s%s", top,
	    below[0] != '\0' ? "/" : "", below);

	return n > 0 && n < QUEUE_PATH &&
	       queue_entry_add(e, kind, path, name, "");
}

static bool
qmail_entry(
    const struct queue_folder *folder, size_t i, struct queue_entry *ret_entry)
{
	struct str name = str_z(folder->names[i]), rest = name;
	const char *below = folder->below;
	uint64_t number;

	if (!str_u64(&rest, ID_MAX - 1, &number) || rest.n > 0)
		return false;
	(void)snprintf(ret_entry->id, QUEUE_ID, "%s", folder->names[i]);
	return add(ret_entry, PART_MESSAGE, "mess", below, name) &&
	       add(ret_entry, PART_INFO, "info", below, name) &&
	       add(ret_entry, PART_LOCAL, "local", below, name) &&
	       add(ret_entry, PART_REMOTE, "remote", below, name) &&
	       add(ret_entry, PART_TODO, "todo", "", name) &&
	       add(ret_entry, PART_TODO, "todo", below, name) &&
	       add(ret_entry, PART_INTD, "intd", "", name) &&
	       add(ret_entry, PART_INTD, "intd", below, name);
}

/* ---- envelopes ---- */

static struct str
sender_of(struct str text)
{
	if (str_ends(text, S("-@[]")))
		text.n -= 4;
	return str_eq(text, S("#@[]")) ? S("") : text;
}

/* Records "Xtext\0"; one that the end of the bytes cuts is left out. */
static void
read_envelope(struct queue_message *m, struct str bytes, enum part kind)
{
	while (bytes.n > 0) {
		size_t end = str_chr(bytes, '\0');
		struct str text = str_head(bytes, end);
		struct queue_rcpt *rcpt;
		uint64_t uid;
		char type;

		if (end == bytes.n)
			return;
		bytes = str_skip(bytes, end + 1);
		if (text.n == 0)
			continue;
		type = text.p[0];
		text = str_skip(text, 1);
		if (type == 'F') {
			m->sender = sender_of(text);
		} else if (type == 'u' && str_u64(&text, 10, &uid)) {
			m->uid = (int64_t)uid;
		} else if (type == 'D') {
			m->rcpts_done++;
		} else if (type == 'T') {
			rcpt = queue_rcpt_add(m);
			if (rcpt != NULL)
				rcpt->address = kind == PART_LOCAL
						    ? qmail_address(text)
						    : text;
		}
	}
}

/* ---- who handed it in ---- */

/* "from unknown (HELO pc) (ana@x.example@192.0.2.1)" of one header. */
static void
read_from(struct queue_message *m, struct str line, struct str proto)
{
	struct str inner;
	size_t at;

	m->client_name = str_take(&line, ' ');
	if (str_eat(&line, S("(HELO "))) {
		m->helo = str_take(&line, ')');
		(void)str_eat(&line, S(" "));
	}
	if (!str_eat(&line, S("(")))
		return;
	inner = str_head(line, str_chr(line, ')'));
	at = str_rchr(inner, '@');
	(void)ip_parse(
	    at == inner.n ? inner : str_skip(inner, at + 1), &m->client);
	if (at == inner.n)
		return;
	/* What identd says stands there, too; it has no '@'. */
	inner = str_head(inner, at);
	if (str_ends(proto, S("A")) || str_chr(inner, '@') < inner.n)
		m->account = inner;
}

/* "  by mx1.x.example with ESMTPA; 16 Nov 2026 ..." */
static struct str
proto_of(struct str line)
{
	size_t at = str_find(line, S(" with "));
	struct str proto = str_skip(line, at + 6);

	if (str_starts(proto, S("(")) || at == line.n)
		return (struct str){NULL, 0};
	proto = str_head(proto, str_chr(proto, ';'));
	return str_head(proto, str_chr(proto, ' '));
}

static void
read_received(struct queue_message *m)
{
	struct str head = m->head, line = str_take(&head, '\n');
	struct str by = str_skip(line, str_find(line, S(" invoked ")) + 9);
	uint64_t uid;

	if (!str_starts(line, S("Received: (qmail ")))
		return;
	m->uid = -1;
	if (str_eat(&by, S("by uid ")) && str_u64(&by, 10, &uid)) {
		m->uid = (int64_t)uid;
		return;
	}
	if (!str_starts(by, S("from network")))
		return;
	/* A filter on the way (qmail-scanner) wrote lines of its own. */
	line = str_take(&head, '\n');
	if (!str_eat(&line, S("Received: from ")))
		return;
	m->protocol = proto_of(str_take(&head, '\n'));
	read_from(m, line, m->protocol);
}

/* The message: head and body up to what is there. */
static void
read_text(struct queue_message *m, const struct queue_part *part)
{
	size_t end = str_find(part->bytes, S("\n\n"));

	m->size = part->size;
	m->head = str_head(part->bytes, end + 1);
	m->body = str_skip(part->bytes, end + 2);
	read_received(m);
}

static enum queue_result
qmail_read(const struct queue_parts *parts, bool last,
    struct queue_message *ret_message)
{
	static const enum part envelopes[] = {PART_LOCAL, PART_REMOTE};
	const struct queue_part *text = queue_part(parts, PART_MESSAGE),
				*info = queue_part(parts, PART_INFO),
				*todo = queue_part(parts, PART_TODO);

	queue_message_begin(ret_message, parts);
	if (text == NULL || (info == NULL && todo == NULL))
		return QUEUE_YET; /* it has no complete envelope */
	ret_message->arrived = info != NULL ? info->mtime : todo->mtime;
	for (size_t i = 0; i < parts->parts_n; i++)
		if (!parts->parts[i].whole && !last &&
		    parts->parts[i].kind != PART_MESSAGE)
			return QUEUE_MORE;
	/* todo is the whole envelope, and counts until it is taken apart. */
	if (todo != NULL) {
		ret_message->state = QUEUE_INCOMING;
		read_envelope(ret_message, todo->bytes, PART_TODO);
	} else {
		read_envelope(ret_message, info->bytes, PART_INFO);
		for (size_t i = 0; i < ARRAY_LEN(envelopes); i++) {
			const struct queue_part *list =
			    queue_part(parts, envelopes[i]);

			if (list != NULL)
				read_envelope(
				    ret_message, list->bytes, envelopes[i]);
		}
	}
	read_text(ret_message, text);
	return QUEUE_GOOD;
}

static const char *const places[] = {
    "/var/qmail/queue", "/var/lib/qmail/queue", "/var/spool/qmail", NULL};

const struct queue_reader qmail_spool = {
    .places = places,
    .is_queue = is_qmail,
    .folders = qmail_folders,
    .entry = qmail_entry,
    .read = qmail_read,
};
