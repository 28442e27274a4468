/* SPDX-License-Identifier: ISC */
/*
 * Postfix's queue, 2.3 to 3.10: one file per message, of records
 *
 *	R  \x0f  ana@example.org
 *	|  |     data
 *	|  length, 7 bits a byte, the lowest first
 *	type
 *
 *	C sizes and counts, T arrival, A name=value, S sender, O and R recipient
 *	(D when it is done), M, the message as N lines (L: the line goes on), X,
 *	more of the envelope, E. "p" goes on at another offset, where a milter
 *	or a header check has changed something.
 *
 * and beside it the text of why each recipient waits, defer/A/ID. The types
 * stand in src/global/rec_type.h, the fields of C in src/cleanup/cleanup_final.c
 * and showq.c, the text in src/global/bounce_log.c of Postfix's source; no
 * manual has them. Where the files lie is told by qmgr(8) and, for the
 * subfolders, hash_queue_names in postconf(5).
 *
 * Deliberately not read: bounce/ and trace/ (notices that will be made),
 * saved/ and flush/.
 */
#include "mta/mta.h"

#include <stdio.h>

enum part {
	PART_MESSAGE,
	PART_REASONS,
};

enum {
	ID_MIN = 6,
	ID_MAX = 20,
	/* A chain of pointer records: one per header that was changed. */
	JUMPS_MAX = 256,
	/* Of the message's body: enough to know its like by. */
	BODY_MAX = 8 * 1024,
	/* Owner may execute: the file is complete (mail_queue.h). */
	MODE_READY = 0100,
};

/* ---- names ---- */

/* Of base 52 (Postfix's src/global/mail_queue.h). */
static const char long_digits[] =
    "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";

static const struct queue_place folders[] = {
    {"active", QUEUE_ACTIVE, 4},
    {"deferred", QUEUE_DEFERRED, 4},
    {"hold", QUEUE_HELD, 4},
    {"incoming", QUEUE_INCOMING, 4},
    {"maildrop", QUEUE_INCOMING, 4},
    {"corrupt", QUEUE_CORRUPT, 4},
};

static bool
is_postfix(const struct queue_folder *root)
{
	/* Half a copy will do; OpenSMTPD has incoming/ and corrupt/ too. */
	return queue_has(root, "deferred/") || queue_has(root, "maildrop/") ||
	       (queue_has(root, "active/") && queue_has(root, "incoming/")) ||
	       (queue_has(root, "hold/") && !queue_has(root, "queue/"));
}

static size_t
postfix_folders(const struct queue_folder *root,
    struct queue_place ret_places[QUEUE_PLACES])
{
	(void)root;
	memcpy(ret_places, folders, sizeof(folders));
	return ARRAY_LEN(folders);
}

/* "3F2A1C", or with enable_long_queue_ids "4jZltY3Mpvz1bhDY": seconds and
 * microseconds without vowels, a 'z', the inode. */
static bool
is_id(struct str name)
{
	const char *digits =
	    str_rchr(name, 'z') < name.n ? long_digits : "0123456789ABCDEF";

	if (name.n < ID_MIN || name.n > ID_MAX)
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (strchr(digits, name.p[i]) == NULL)
			return false;
	return true;
}

/*
 * The letter of the subfolder that hash_queue_depth = 1 (the default) puts an
 * id in: the first of a short one; of a long one, the first of its
 * microseconds as five hexadecimal digits (mail_queue.h). These are four
 * digits of base 52, without vowels, in front of the 'z' and the inode.
 */
static char
hash_letter(struct str id)
{
	size_t z = str_rchr(id, 'z');
	uint32_t usec = 0;

	if (z == id.n || z < 10)
		return id.p[0];
	for (size_t i = z - 4; i < z; i++) {
		const char *digit = strchr(long_digits, id.p[i]);

		if (digit == NULL)
			return id.p[0];
		usec = usec * 52 + (uint32_t)(digit - long_digits);
	}
	return "0123456789ABCDEF"[usec >> 16 & 15];
}

/* Reasons lie in subfolders even where messages do not: active/ID. */
static bool
postfix_entry(
    const struct queue_folder *folder, size_t i, struct queue_entry *ret_entry)
{
	struct str name = str_z(folder->names[i]);
	char reasons[QUEUE_PATH];
	bool hashed = folder->below[0] != '\0';

	if (!is_id(name))
		return false;
	(void)snprintf(ret_entry->id, QUEUE_ID, "%s", folder->names[i]);
	(void)snprintf(reasons, sizeof(reasons), "defer/%.*s%c",
	    hashed ? QUEUE_ID : 0, hashed ? folder->below : "",
	    hashed ? '\0' : hash_letter(name));
	return queue_entry_add(
		   ret_entry, PART_MESSAGE, folder->path, name, "") &&
	       queue_entry_add(ret_entry, PART_REASONS, reasons, name, "");
}

/* ---- records ---- */

struct record {
	char type;
	bool whole; /* or cut by the end of the bytes */
	size_t at;  /* offset of its type */
	struct str data;
};

/* The record at *at, and *at behind it. False at the end of the bytes. */
static bool
next_record(struct str bytes, size_t *at, struct record *ret_record)
{
	size_t i = *at, n = 0;
	unsigned shift = 0;
	unsigned char c;

	if (i >= bytes.n)
		return false;
	ret_record->type = bytes.p[i];
	ret_record->at = i++;
	do {
		if (i >= bytes.n || shift > 28)
			return false;
		c = (unsigned char)bytes.p[i++];
		n |= (size_t)(c & 0x7f) << shift;
		shift += 7;
	} while ((c & 0x80) != 0);
	ret_record->whole = n <= bytes.n - i;
	ret_record->data = str_head(str_skip(bytes, i), n);
	*at = i + n;
	return true;
}

/* What is read so far of one file. */
struct reading {
	struct queue_message *m;
	struct str bytes;
	size_t at;
	unsigned jumps;
	uint64_t rcpts_said;
	struct str original;
	/* the message */
	bool in_message, in_body, was_message, ended;
	bool cleaned; /* cleanup(8) wrote it; before, it lies in maildrop/ */
	char *room;
	size_t used, cap, head_n;
	size_t
	    offsets[QUEUE_RCPTS]; /* of the recipients' records; not emptied */
};

static uint64_t
number(struct str *data)
{
	uint64_t value = 0;

	while (data->n > 0 && data->p[0] == ' ')
		*data = str_skip(*data, 1);
	(void)str_u64(data, 18, &value);
	return value;
}

static wall_us
arrival(struct str data)
{
	uint64_t seconds = number(&data);
	uint64_t fraction = number(&data);

	if (seconds == 0 || seconds > UINT32_MAX)
		return WALL_NONE;
	return (wall_us)seconds * US_SECOND +
	       (wall_us)(fraction < 1000000 ? fraction : 0);
}

/* "log_" attributes tell of the client in front of a proxy (XFORWARD). */
static void
read_attribute(struct queue_message *m, struct str data)
{
	struct str name = str_take(&data, '=');
	struct ip ip;

	if (str_eq(data, S("unknown")))
		return;
	if (str_eq(name, S("sasl_username")))
		m->account = data;
	else if (str_eq(name, S("sasl_method")))
		m->method = data;
	else if (str_eq(name, S("log_client_name")))
		m->client_name = data;
	else if (str_eq(name, S("log_helo_name")))
		m->helo = data;
	else if (str_eq(name, S("log_protocol_name")))
		m->protocol = data;
	else if (str_eq(name, S("log_client_address")) && ip_parse(data, &ip))
		m->client = ip;
	else if (str_eq(name, S("client_address")) && ip_parse(data, &ip) &&
		 ip_is_none(&m->client))
		m->client = ip;
	else if (str_eq(name, S("client_name")) && m->client_name.n == 0)
		m->client_name = data;
	else if (str_eq(name, S("helo_name")) && m->helo.n == 0)
		m->helo = data;
}

static void
read_recipient(struct reading *r, const struct record *record)
{
	struct queue_rcpt *rcpt = queue_rcpt_add(r->m);

	if (rcpt != NULL) {
		r->offsets[r->m->rcpts_n - 1] = record->at;
		rcpt->address = record->data;
		if (!str_eq(r->original, record->data))
			rcpt->original = r->original;
	}
	r->original = (struct str){NULL, 0};
}

/* Lines lie between records: they are put together. */
static void
read_line(struct reading *r, const struct record *record)
{
	struct str data = record->data;
	size_t room = r->cap - r->used;

	if (!r->in_body && data.n == 0 && record->type == 'N') {
		r->in_body = true;
		r->head_n = r->used;
		return;
	}
	if (data.n + 1 > room)
		data = str_head(data, room > 0 ? room - 1 : 0);
	if (data.n > 0)
		memcpy(r->room + r->used, data.p, data.n);
	r->used += data.n;
	if (record->type == 'N' && record->whole && r->used < r->cap)
		r->room[r->used++] = '\n';
}

static void
read_pointer(struct reading *r, const struct record *record)
{
	struct str data = record->data;
	uint64_t to = number(&data);

	if (to > 0 && to <= SIZE_MAX && r->jumps++ < JUMPS_MAX)
		r->at = (size_t)to;
}

static void
read_record(struct reading *r, const struct record *record)
{
	struct queue_message *m = r->m;
	struct str data = record->data;

	switch (record->type) {
	case 'C':
		r->cleaned = true;
		m->size = number(&data);
		(void)number(&data); /* offset of the message */
		r->rcpts_said = number(&data);
		break;
	case 'T':
		m->arrived = arrival(data);
		break;
	case 'A':
		read_attribute(m, data);
		break;
	case 'S':
		m->sender = data;
		break;
	case 'O':
		r->original = data;
		break;
	case 'R':
		read_recipient(r, record);
		break;
	case 'D':
		m->rcpts_done++;
		r->original = (struct str){NULL, 0};
		break;
	case 'E':
		r->ended = true;
		break;
	default:
		break;
	}
}

/* All that is wanted of the message itself is there. */
static bool
has_enough(const struct reading *r)
{
	return r->was_message &&
	       (r->used == r->cap ||
		   (r->in_body && r->used - r->head_n >= BODY_MAX)) &&
	       r->m->rcpts_all + r->m->rcpts_done >= r->rcpts_said;
}

/* Up to the end, or to what is missing. */
static void
read_records(struct reading *r)
{
	struct record record;

	while (!r->ended && !has_enough(r) &&
	       next_record(r->bytes, &r->at, &record)) {
		if (!record.whole && !r->in_message)
			return;
		if (record.type == 'p' && record.whole)
			read_pointer(r, &record);
		else if (record.type == 'M')
			r->in_message = r->was_message = true;
		else if (record.type == 'X')
			r->in_message = false;
		else if (!r->in_message)
			read_record(r, &record);
		else if (record.type == 'N' || record.type == 'L')
			read_line(r, &record);
	}
}

/*
 * Of a local submission Postfix itself writes the first header:
 *
 *	Received: by mx1.example.org (Postfix, from userid 33)
 */
static void
read_userid(struct queue_message *m)
{
	struct str head = m->head, mark = S(", from userid ");
	size_t end;
	uint64_t uid;

	if (!ip_is_none(&m->client) || !str_eat(&head, S("Received: by ")))
		return;
	head = str_head(head, str_chr(head, '\n'));
	end = str_find(head, mark);
	head = str_skip(head, end + mark.n);
	if (str_u64(&head, 10, &uid) && str_eq(head, S(")")))
		m->uid = (int64_t)uid;
}

/* What sendmail(1) left in maildrop/ has no line of Postfix's own yet: whoever
 * handed it in may have written such ones. The file is his. */
static void
read_owner(struct queue_message *m, const struct queue_part *file)
{
	m->is_raw = true;
	m->uid = file->uid;
}

/* ---- why recipients wait ---- */

/* Begins to look at *hint, and leaves the next one there: reasons stand in the
 * order of recipients. */
static struct queue_rcpt *
rcpt_at(const struct reading *r, uint64_t offset, size_t *hint)
{
	for (size_t i = 0; i < r->m->rcpts_n; i++) {
		size_t at = (*hint + i) % r->m->rcpts_n;

		if (r->offsets[at] != offset)
			continue;
		*hint = at + 1;
		return &r->m->rcpts[at];
	}
	return NULL;
}

/* One "name=value" of the block about one recipient, which its number in the
 * queue file names; a line with the address stands before it. */
static void
read_reason(const struct reading *r, struct str line, struct queue_rcpt **rcpt,
    size_t *hint)
{
	struct str name = str_take(&line, '=');
	uint64_t offset;

	if (str_eq(name, S("offset")) && str_u64(&line, 18, &offset))
		*rcpt = rcpt_at(r, offset, hint);
	else if (*rcpt == NULL)
		return;
	else if (str_eq(name, S("status")))
		(*rcpt)->dsn = line;
	else if (str_eq(name, S("mta_mname")))
		(*rcpt)->relay = line;
	else if (str_eq(name, S("reason")))
		(*rcpt)->reason = line;
}

static void
read_reasons(const struct reading *r, const struct queue_part *part)
{
	struct str rest = part->bytes;
	struct queue_rcpt *rcpt = NULL;
	size_t hint = 0;

	r->m->tried = part->mtime;
	while (rest.n > 0) {
		struct str line = str_take(&rest, '\n');

		if (line.n == 0)
			rcpt = NULL;
		else
			read_reason(r, line, &rcpt, &hint);
	}
}

static enum queue_result
postfix_read(const struct queue_parts *parts, bool last,
    struct queue_message *ret_message)
{
	const struct queue_part *file = queue_part(parts, PART_MESSAGE);
	const struct queue_part *reasons = queue_part(parts, PART_REASONS);
	struct reading r;

	if (file == NULL)
		return QUEUE_DAMAGED;
	memset(&r, 0, offsetof(struct reading, offsets));
	r.m = ret_message;
	queue_message_begin(ret_message, parts);
	r.bytes = file->bytes;
	r.room = parts->room;
	r.cap = parts->room_n;
	read_records(&r);
	if (!r.ended && !has_enough(&r)) {
		if (!file->whole && !last)
			return QUEUE_MORE;
		if (parts->state == QUEUE_INCOMING && file->whole &&
		    (file->mode & MODE_READY) == 0)
			return QUEUE_YET;
		if (!r.was_message)
			return QUEUE_DAMAGED;
	}
	if (!r.in_body)
		r.head_n = r.used;
	ret_message->head = (struct str){r.room, r.head_n};
	ret_message->body = (struct str){r.room + r.head_n, r.used - r.head_n};
	if (r.cleaned)
		read_userid(ret_message);
	else
		read_owner(ret_message, file);
	if (reasons != NULL)
		read_reasons(&r, reasons);
	return QUEUE_GOOD;
}

/* Debian and others, instances, Zimbra; mailcow's volume and Mailu's folder. */
static const char *const places[] = {"/var/spool/postfix",
    "/var/spool/postfix-*", "/opt/zimbra/data/postfix/spool",
    "/var/lib/docker/volumes/*_postfix-vol-1/_data", "/mailu/mailqueue", NULL};

const struct queue_reader postfix_spool = {
    .places = places,
    .is_queue = is_postfix,
    .folders = postfix_folders,
    .entry = postfix_entry,
    .read = postfix_read,
};
