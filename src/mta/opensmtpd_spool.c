/* SPDX-License-Identifier: ISC */
/*
 * OpenSMTPD's queue, 5.x to 7.6: a message is a folder of a file "message" and
 * one text for each recipient (queue_fs.c and envelope.c of its source):
 *
 *	queue/d5/d549b97e/message
 *	queue/d5/d549b97e/d549b97ecbb23e43
 *	incoming/d549b97e/...			not accepted yet
 *
 *	version: 3
 *	type: mta
 *	smtpname: mx1.tienda.example
 *	hostname: pc.isp.example
 *	username: carla@tienda.example		who logged in; 7.x
 *	errorline: 452 4.2.2 mailbox full
 *	sockaddr: 198.51.100.228		"local": handed in here
 *	sender: carla@tienda.example
 *	rcpt: ventas@tienda.example		as it was written to
 *	dest: eva@t-online.de			where it goes
 *	ctime: 1795695995
 *	retry: 8
 *	flags: authenticated
 *
 * The uid of a local user is nowhere: he is known by the sender he writes.
 */
#include "mta/opensmtpd_part.h"

#include "mail/address.h"

#include <stdio.h>

enum part {
	PART_MESSAGE,
	PART_ENVELOPE,
};

enum {
	MSGID = 8,
	EVPID = 16,
};

/* ---- names ---- */

static bool
is_smtpd(const struct queue_folder *root)
{
	return queue_has(root, "queue/") && queue_has(root, "incoming/") &&
	       !queue_has(root, "deferred/");
}

static size_t
smtpd_folders(const struct queue_folder *root,
    struct queue_place ret_places[QUEUE_PLACES])
{
	(void)root;
	ret_places[0] = (struct queue_place){"queue", QUEUE_DEFERRED, 2};
	ret_places[1] = (struct queue_place){"incoming", QUEUE_INCOMING, 1};
	return 2;
}

static bool
is_hex(struct str name, size_t n)
{
	uint64_t value;

	return name.n == n && opensmtpd_eat_hex(&name, n, &name, &value);
}

static bool
smtpd_entry(
    const struct queue_folder *folder, size_t i, struct queue_entry *ret_entry)
{
	struct str path = str_z(folder->path), id;

	id = str_skip(path, str_rchr(path, '/') + 1);
	if (!str_eq(str_z(folder->names[i]), S("message")) ||
	    !is_hex(id, MSGID) ||
	    !queue_entry_add(
		ret_entry, PART_MESSAGE, folder->path, S("message"), ""))
		return false;
	(void)snprintf(ret_entry->id, QUEUE_ID, "%.*s", STR_ARG(id));
	for (size_t k = 0; k < folder->n; k++) {
		struct str name = str_z(folder->names[k]);

		if (is_hex(name, EVPID) && str_starts(name, id) &&
		    !queue_entry_add(
			ret_entry, PART_ENVELOPE, folder->path, name, ""))
			return false;
	}
	return true;
}

/* ---- envelopes ---- */

struct envelope {
	struct str type, helo, hostname, smtpname, username, error, sockaddr,
	    sender, rcpt, dest, flags;
	uint64_t ctime, retry;
	bool has_sender;
};

static void
read_field(struct envelope *e, struct str key, struct str value)
{
	const struct {
		struct str key;
		struct str *value;
	} texts[] = {{S("type"), &e->type}, {S("helo"), &e->helo},
	    {S("hostname"), &e->hostname}, {S("smtpname"), &e->smtpname},
	    {S("username"), &e->username}, {S("errorline"), &e->error},
	    {S("sockaddr"), &e->sockaddr}, {S("sender"), &e->sender},
	    {S("rcpt"), &e->rcpt}, {S("dest"), &e->dest},
	    {S("flags"), &e->flags}};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		if (str_eq(key, texts[i].key))
			*texts[i].value = value;
	if (str_eq(key, S("ctime")))
		(void)str_u64(&value, 12, &e->ctime);
	if (str_eq(key, S("retry")))
		(void)str_u64(&value, 6, &e->retry);
	if (str_eq(key, S("sender")))
		e->has_sender = true;
}

static struct envelope
envelope_of(struct str bytes)
{
	struct envelope e = {.ctime = 0};

	while (bytes.n > 0) {
		struct str value = str_take(&bytes, '\n');
		struct str key = str_take(&value, ':');

		(void)str_eat(&value, S(" "));
		read_field(&e, key, value);
	}
	return e;
}

/* "452 4.2.2 mailbox full": the numbers in the middle. */
static struct str
dsn_of(struct str error)
{
	struct str dsn, s;
	uint64_t number;

	(void)str_take(&error, ' ');
	dsn = str_head(error, str_chr(error, ' '));
	s = dsn;
	for (int i = 0; i < 3; i++)
		if ((i > 0 && !str_eat(&s, S("."))) || !str_u64(&s, 3, &number))
			return (struct str){NULL, 0};
	return s.n == 0 ? dsn : (struct str){NULL, 0};
}

static void
add_rcpt(struct queue_message *m, const struct envelope *e)
{
	struct queue_rcpt *rcpt = queue_rcpt_add(m);

	if (rcpt == NULL)
		return;
	rcpt->address = e->dest.n > 0 ? e->dest : e->rcpt;
	if (!address_eq(e->rcpt, rcpt->address))
		rcpt->original = e->rcpt;
	rcpt->reason = e->error;
	rcpt->dsn = dsn_of(e->error);
}

/* Who handed it in, the same in all envelopes of a message. */
static void
read_origin(struct queue_message *m, const struct envelope *e)
{
	struct str local, domain;

	m->sender = str_eq(e->type, S("bounce")) ? S("") : e->sender;
	m->helo = e->helo;
	m->account = e->username;
	opensmtpd_read_ip(e->sockaddr, &m->client);
	if (!str_eq(e->sockaddr, S("local"))) {
		if (!str_eq(e->hostname, S("<unknown>")))
			m->client_name = e->hostname;
		return;
	}
	m->local_user = m->sender;
	if (address_split(m->sender, &local, &domain) &&
	    str_eq_fold(domain, e->smtpname))
		m->local_user = local;
}

static void
read_envelope(struct queue_message *m, struct str bytes)
{
	struct envelope e = envelope_of(bytes);
	wall_us arrived = (wall_us)e.ctime * US_SECOND;

	if (!e.has_sender)
		return;
	if (m->rcpts_all == 0)
		read_origin(m, &e);
	if (e.ctime > 0 && (m->arrived == WALL_NONE || arrived < m->arrived))
		m->arrived = arrived;
	add_rcpt(m, &e);
	if (e.retry > 0 || e.error.n > 0)
		m->state = QUEUE_DEFERRED;
}

/* "with ESMTPSA id": how it came, if its first field tells. */
static struct str
protocol_of(struct str head)
{
	struct str field = str_head(head, str_find(head, S("\n\tfor ")));
	size_t at = str_find(field, S(" with "));
	struct str proto = str_skip(field, at + 6);

	if (!str_starts(head, S("Received: ")) || at == field.n)
		return (struct str){NULL, 0};
	return str_head(proto, str_chr(proto, ' '));
}

static enum queue_result
smtpd_read(const struct queue_parts *parts, bool last,
    struct queue_message *ret_message)
{
	const struct queue_part *text = queue_part(parts, PART_MESSAGE);
	struct queue_message *m = ret_message;
	size_t end;

	queue_message_begin(m, parts);
	if (text == NULL)
		return QUEUE_YET;
	if (m->state == QUEUE_DEFERRED)
		m->state = QUEUE_ACTIVE; /* unless one was tried */
	for (size_t i = 0; i < parts->parts_n; i++) {
		const struct queue_part *part = &parts->parts[i];

		if (part->kind != PART_ENVELOPE)
			continue;
		if (!part->whole && !last)
			return QUEUE_MORE;
		read_envelope(m, part->bytes);
	}
	if (m->rcpts_all == 0)
		return QUEUE_YET; /* the last one was delivered just now */
	m->rcpts_all += parts->more;
	m->size = text->size;
	end = str_find(text->bytes, S("\n\n"));
	m->head = str_head(text->bytes, end + 1);
	m->body = str_skip(text->bytes, end + 2);
	m->protocol = protocol_of(m->head);
	return QUEUE_GOOD;
}

static const char *const places[] = {"/var/spool/smtpd", NULL};

const struct queue_reader opensmtpd_spool = {
    .places = places,
    .is_queue = is_smtpd,
    .folders = smtpd_folders,
    .entry = smtpd_entry,
    .read = smtpd_read,
};
