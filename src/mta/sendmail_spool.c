/* SPDX-License-Identifier: ISC */
/*
 * Sendmail's queue, 8.12 to 8.18: the envelope and the header of a message are
 * one file, its body is another (Operations Guide, appendix B; queueup() and
 * readqf() of queue.c):
 *
 *	qf6AQCRNDP042527	hf: quarantined, Qf: could not be read
 *	df6AQCRNDP042527	the body
 *
 *	V8
 *	T1795696043			arrival
 *	K1795696059			last attempt
 *	N3				attempts
 *	MDeferred: 452 4.2.2 full	why it waits; again in front of a recipient
 *	$_pc.isp.example [192.0.2.1]	client; "luis@localhost" a local user
 *	$rESMTPSA
 *	$spc
 *	S<ana@tienda.example>		sender
 *	Cluis:1004:1004:<luis>		local user behind the recipients
 *	rRFC822; ventas@tienda.example	the recipient as it was written to
 *	RPFD:<eva@t-online.de>		the recipient
 *	qspam				quarantined: why
 *	H??From: <ana@tienda.example>	the header; '?' hides mailers' flags
 *	.
 *
 * A queue may have folders of its own for qf and df, and may be one of several
 * below /var/spool/mqueue (q1, q2). The login is not in it. What a local user
 * hands in comes from 127.0.0.1 with a field that his sendmail wrote.
 */
#include "mta/sendmail_part.h"

#include <stdio.h>

enum part {
	PART_CONTROL,
	PART_BODY,
};

/* ---- names ---- */

/* Letters and digits of an id: "6AQCRNDP042527". */
static bool
is_id(struct str id)
{
	if (id.n < 14 || id.n > 20)
		return false;
	for (size_t i = 0; i < id.n; i++) {
		char c = id.p[i];
		bool digit = c >= '0' && c <= '9';

		if (!digit && (i >= 8 || !((c >= 'A' && c <= 'Z') ||
					     (c >= 'a' && c <= 'z'))))
			return false;
	}
	return true;
}

static bool
is_control(const char *name)
{
	struct str s = str_z(name);

	return (str_starts(s, S("qf")) || str_starts(s, S("hf")) ||
		   str_starts(s, S("Qf"))) &&
	       is_id(str_skip(s, 2));
}

/* "q1/", "qd02/": one of several queues. */
static bool
is_subqueue(const char *name)
{
	struct str s = str_z(name);
	uint64_t number;

	if (!str_eat(&s, S("q")))
		return false;
	(void)str_eat(&s, S("d"));
	return str_u64(&s, 4, &number) && str_eq(s, S("/"));
}

static bool
is_sendmail(const struct queue_folder *root)
{
	if (queue_has(root, "qf/") && queue_has(root, "df/"))
		return true;
	for (size_t i = 0; i < root->n; i++)
		if (is_control(root->names[i]) || is_subqueue(root->names[i]))
			return true;
	return false;
}

static size_t
sendmail_folders(const struct queue_folder *root,
    struct queue_place ret_places[QUEUE_PLACES])
{
	(void)root;
	ret_places[0] = (struct queue_place){"", QUEUE_DEFERRED, 2};
	return 1;
}

static bool
sendmail_entry(
    const struct queue_folder *folder, size_t i, struct queue_entry *ret_entry)
{
	struct str name = str_z(folder->names[i]), path = str_z(folder->path);
	struct str id = str_skip(name, 2);
	char bodies[QUEUE_PATH], data[QUEUE_ID];
	int n;

	if (!is_control(folder->names[i]))
		return false;
	if (name.p[0] == 'h')
		ret_entry->state = QUEUE_HELD;
	if (name.p[0] == 'Q')
		ret_entry->state = QUEUE_CORRUPT;
	(void)snprintf(ret_entry->id, QUEUE_ID, "%.*s", STR_ARG(id));
	(void)snprintf(data, sizeof(data), "df%.*s", STR_ARG(id));
	n = snprintf(bodies, sizeof(bodies), "%s", folder->path);
	if (n < 0 || (size_t)n >= sizeof(bodies))
		return false;
	if (str_eq(path, S("qf")) || str_ends(path, S("/qf")))
		bodies[n - 2] = 'd';
	return queue_entry_add(
		   ret_entry, PART_CONTROL, folder->path, name, "") &&
	       queue_entry_add(ret_entry, PART_BODY, bodies, str_z(data), "");
}

/* ---- the control file ---- */

struct control {
	struct queue_message *m;
	struct str reason, rcpt_reason, original; /* for the next recipient */
	struct str relay;                         /* "$_" */
	bool is_done;
	char *out; /* where the header grows */
};

static struct str
without_brackets(struct str s)
{
	if (str_eat(&s, S("<")) && str_ends(s, S(">")))
		s.n--;
	return s;
}

/* "Deferred: 452 4.2.2 full": its words and its numbers. */
static void
set_reason(struct queue_rcpt *rcpt, struct str reason)
{
	struct str s, dsn, rest;
	uint64_t number;

	(void)str_eat(&reason, S("Deferred: "));
	rcpt->reason = s = reason;
	(void)str_take(&s, ' ');
	dsn = str_head(s, str_chr(s, ' '));
	rest = dsn;
	for (int i = 0; i < 3; i++)
		if ((i > 0 && !str_eat(&rest, S("."))) ||
		    !str_u64(&rest, 3, &number))
			return;
	if (rest.n == 0)
		rcpt->dsn = dsn;
}

/* "PFD:<a@b>", "a@b" of 8.12 and before. */
static void
read_rcpt(struct control *c, struct str text)
{
	size_t colon = str_chr(text, ':');
	struct queue_rcpt *rcpt;
	bool is_flags = colon < text.n;

	for (size_t i = 0; i < colon && is_flags; i++)
		is_flags = text.p[i] >= 'A' && text.p[i] <= 'Z';
	if (is_flags)
		text = str_skip(text, colon + 1);
	rcpt = queue_rcpt_add(c->m);
	if (rcpt != NULL) {
		rcpt->address = without_brackets(text);
		if (!str_eq_fold(c->original, rcpt->address))
			rcpt->original = c->original;
		set_reason(
		    rcpt, c->rcpt_reason.n > 0 ? c->rcpt_reason : c->reason);
	}
	c->original = c->rcpt_reason = (struct str){NULL, 0};
}

/* "luis:1004:1004:<luis>" */
static void
read_user(struct control *c, struct str text)
{
	struct str user = str_take(&text, ':');
	uint64_t uid;

	if (user.n == 0 || !str_u64(&text, 10, &uid))
		return;
	c->m->local_user = user;
	c->m->uid = (int64_t)uid;
}

static void
read_macro(struct control *c, struct str text)
{
	if (str_eat(&text, S("_")))
		c->relay = text;
	else if (str_eat(&text, S("r")))
		c->m->protocol = text;
	else if (str_eat(&text, S("s")))
		c->m->helo = text;
}

static void
add_header(struct control *c, struct str text)
{
	if (text.n > 0)
		memcpy(c->out, text.p, text.n);
	c->out += text.n;
	*c->out++ = '\n';
}

/* "?x?Full-Name: Luis" or "From: x"; "?P?Return-Path: <\201g>" is for mailers
 * that want one, and a macro still. */
static void
read_header(struct control *c, struct str text)
{
	if (str_starts(text, S("?P?")))
		return;
	if (str_eat(&text, S("?")))
		(void)str_take(&text, '?');
	add_header(c, text);
}

static void
read_line(struct control *c, struct str line)
{
	struct str text = str_skip(line, 1);
	struct queue_message *m = c->m;
	uint64_t number;

	switch (line.n > 0 ? line.p[0] : '\0') {
	case 'T':
		if (str_u64(&text, 12, &number) && number > 0)
			m->arrived = (wall_us)number * US_SECOND;
		break;
	case 'K':
		if (str_u64(&text, 12, &number) && number > 0)
			m->tried = (wall_us)number * US_SECOND;
		break;
	case 'M':
		if (m->rcpts_all == 0 && c->reason.n == 0)
			c->reason = text;
		else
			c->rcpt_reason = text;
		break;
	case 'S':
		m->sender = without_brackets(text);
		break;
	case 'C':
		read_user(c, text);
		break;
	case 'r':
	case 'Q':
		(void)str_take(&text, ';');
		if (c->original.n == 0)
			c->original = str_trim(text);
		break;
	case 'R':
		read_rcpt(c, text);
		break;
	case 'q':
		m->state = QUEUE_HELD;
		c->reason = text;
		break;
	case '$':
		read_macro(c, text);
		break;
	case 'H':
		read_header(c, text);
		break;
	case '.':
		c->is_done = line.n == 1;
		break;
	default:
		break;
	}
}

/* ---- who handed it in ---- */

/* "Received: (from luis@localhost)\n\tby mx1 (8.17.1/8.17.1) id ...": what the
 * local submission program wrote, behind the daemon's own field. */
static struct str
submitter_of(struct str head)
{
	struct str mark = S("\nReceived: (from ");
	size_t at = str_find(head, mark);
	struct str who = str_skip(head, at + mark.n), user;

	if (str_has(str_head(str_skip(head, 1), at), S("\nReceived: ")))
		return (struct str){NULL, 0};
	who = str_head(who, str_chr(who, '\n'));
	user = str_head(who, str_chr(who, '@'));
	return str_ends(who, S("@localhost)")) ? user : (struct str){NULL, 0};
}

static void
read_relay(struct control *c)
{
	struct queue_message *m = c->m;
	struct str who = c->relay;

	sendmail_read_relay(who, &m->client_name, &m->client);
	if (ip_is_none(&m->client)) {
		m->client_name = (struct str){NULL, 0};
		if (m->local_user.n == 0 && str_has(who, S("@localhost")))
			m->local_user = str_take(&who, '@');
		return;
	}
	m->uid = -1;
	m->local_user = ip_is_loopback(&m->client) ? submitter_of(m->head)
						   : (struct str){NULL, 0};
}

static enum queue_result
sendmail_read(const struct queue_parts *parts, bool last,
    struct queue_message *ret_message)
{
	const struct queue_part *control = queue_part(parts, PART_CONTROL),
				*body = queue_part(parts, PART_BODY);
	struct control c = {.m = ret_message, .out = parts->room};
	struct str rest;

	queue_message_begin(ret_message, parts);
	if (control == NULL)
		return QUEUE_YET;
	if (!control->whole && !last)
		return QUEUE_MORE;
	rest = control->bytes;
	while (rest.n > 0 && !c.is_done) {
		struct str line = str_take(&rest, '\n');

		if (str_starts(line, S("\t")) || str_starts(line, S(" ")))
			add_header(&c, line);
		else
			read_line(&c, line);
	}
	if (!c.is_done && control->whole)
		return control->size == 0 || ret_message->rcpts_all == 0
			   ? QUEUE_YET
			   : QUEUE_DAMAGED;
	ret_message->head =
	    (struct str){parts->room, (size_t)(c.out - parts->room)};
	read_relay(&c);
	if (body != NULL) {
		ret_message->body = body->bytes;
		ret_message->size = body->size;
	}
	ret_message->size += ret_message->head.n;
	if (ret_message->state == QUEUE_DEFERRED &&
	    ret_message->tried == WALL_NONE)
		ret_message->state = QUEUE_INCOMING;
	return QUEUE_GOOD;
}

static const char *const places[] = {"/var/spool/mqueue",
    "/var/spool/mqueue-client", "/var/spool/clientmqueue", NULL};

const struct queue_reader sendmail_spool = {
    .places = places,
    .is_queue = is_sendmail,
    .folders = sendmail_folders,
    .entry = sendmail_entry,
    .read = sendmail_read,
    .text_kind = PART_BODY,
};
