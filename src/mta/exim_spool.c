/* SPDX-License-Identifier: ISC */
/*
 * Exim's queue, 4.90 to 4.98 (The Exim Specification, "Format of spool
 * files"): what a message is called, and then
 *
 *	input/1xWXVB-0002eo-1U-H    envelope and header
 *	input/1xWXVB-0002eo-1U-D    body, below a line with the file's own name
 *	input/1xWXVB-0002eo-1U-J    who got it in the delivery that goes on now
 *	msglog/1xWXVB-0002eo-1U     what became of it so far
 *
 * with split_spool_directory in folders named by the sixth byte of the id, with
 * named queues below their names. The first of them:
 *
 *	1xWXVB-0002eo-1U-H
 *	Debian-exim 101 103          who called Exim
 *	<ana@x.example>
 *	1795691937 0                 arrival, warnings sent
 *	--helo_name pc               two dashes: a stranger's word (since 4.93)
 *	-host_address [192.0.2.1]:39124
 *	-aclm 0 12                   so many bytes follow, of any kind
 *	...
 *	YN info@x.example            who got it, a tree in preorder: has it a
 *	NN bad@y.example             left one, a right one?
 *	2                            all recipients, those as well
 *	info@x.example
 *	b@z.example boss@x.example 14,-1#1
 *
 *	014  Subject: many           bytes, kind ('*': not any more), text
 *
 * Not read: the retry database (why a host is not tried), -K, -T and msg* files
 * that are not complete messages.
 */
#include "mta/exim_part.h"

#include "base/bytes.h"

#include <stdio.h>

enum part {
	PART_HEAD,
	PART_DATA,
	PART_JOURNAL,
	PART_LOG,
};

/* ---- names ---- */

/* "W/": with split_spool_directory; Postfix has only those of hexadecimal. */
static bool
is_split(const char *name)
{
	return strlen(name) == 2 && name[1] == '/' &&
	       ((name[0] >= 'G' && name[0] <= 'Z') ||
		   (name[0] >= 'a' && name[0] <= 'z'));
}

/* The id in "1xWXVB-0002eo-1U-H"; empty: it is another file. */
static struct str
id_of(struct str name)
{
	size_t n = exim_id_length(name);

	return str_eq(str_skip(name, n), S("-H")) ? str_head(name, n) : S("");
}

/* Is this the folder input itself? */
static bool
is_input(const struct queue_folder *root)
{
	for (size_t i = 0; i < root->n; i++)
		if (is_split(root->names[i]) ||
		    id_of(str_z(root->names[i])).n > 0)
			return true;
	return false;
}

static bool
is_exim(const struct queue_folder *root)
{
	return queue_has(root, "input/") || is_input(root);
}

/* Folders of named queues, which may have any name. */
static bool
has_named(const struct queue_folder *root)
{
	static const char *const usual[] = {
	    "input/", "msglog/", "db/", "scan/"};

	for (size_t i = 0; i < root->n; i++) {
		const char *name = root->names[i];
		bool known = name[strlen(name) - 1] != '/';

		for (size_t k = 0; k < ARRAY_LEN(usual); k++)
			known |= strcmp(name, usual[k]) == 0;
		if (!known)
			return true;
	}
	return false;
}

static size_t
exim_folders(const struct queue_folder *root,
    struct queue_place ret_places[QUEUE_PLACES])
{
	if (!queue_has(root, "input/"))
		ret_places[0] = (struct queue_place){"", QUEUE_DEFERRED, 1};
	else if (has_named(root))
		ret_places[0] = (struct queue_place){"", QUEUE_DEFERRED, 3};
	else
		ret_places[0] =
		    (struct queue_place){"input", QUEUE_DEFERRED, 1};
	return 1;
}

/* "bulk/input/W" -> "bulk/msglog/W". False: it is below no input. */
static bool
log_folder(const char *path, char ret_path[QUEUE_PATH])
{
	static const struct str input = S0("input");
	struct str all = str_z(path);
	size_t at = str_find(all, input);
	int n;

	if (at == all.n || (at > 0 && path[at - 1] != '/') ||
	    (at + input.n < all.n && path[at + input.n] != '/'))
		return false;
	n = snprintf(ret_path, QUEUE_PATH, "%.*smsglog%s", (int)at, path,
	    path + at + input.n);
	return n > 0 && n < QUEUE_PATH;
}

static bool
exim_entry(
    const struct queue_folder *folder, size_t i, struct queue_entry *ret_entry)
{
	struct str id = id_of(str_z(folder->names[i]));
	char log[QUEUE_PATH];

	if (id.n == 0)
		return false;
	(void)snprintf(ret_entry->id, QUEUE_ID, "%.*s", STR_ARG(id));
	if (!queue_entry_add(ret_entry, PART_HEAD, folder->path, id, "-H") ||
	    !queue_entry_add(ret_entry, PART_DATA, folder->path, id, "-D") ||
	    !queue_entry_add(ret_entry, PART_JOURNAL, folder->path, id, "-J"))
		return false;
	return !log_folder(folder->path, log) ||
	       queue_entry_add(ret_entry, PART_LOG, log, id, "");
}

/* ---- who got it: addresses by their hash ---- */

struct room {
	char *p;
	size_t n;
};

/* Slots of a table in the room: 1 + offset in text. */
struct got {
	struct str text;
	uint32_t *slots;
	size_t n;
};

static uint32_t *
got_slot(const struct got *got, struct str address)
{
	size_t at = str_hash(address) % got->n;

	while (got->slots[at] != 0) {
		struct str there = str_skip(got->text, got->slots[at] - 1);

		if (str_starts(there, address) &&
		    (there.n == address.n || there.p[address.n] == '\n'))
			break;
		at = at + 1 == got->n ? 0 : at + 1;
	}
	return &got->slots[at];
}

static bool
got_has(const struct got *got, struct str address)
{
	return got->n > 0 && *got_slot(got, address) != 0;
}

/*
 * Lines, each behind its first skip bytes. Room for the table is taken from
 * *room: two slots a line, where each has at least four bytes (shorter ones are
 * no address), of which there is room for twice as many.
 */
static void
got_fill(struct got *got, struct str text, size_t skip, struct room *room)
{
	size_t lines = 0, align = (size_t)(-(uintptr_t)room->p & 3), need;
	void *slots;

	for (struct str rest = text; rest.n > 0; (void)str_take(&rest, '\n'))
		lines++;
	need = align + (lines * 2 + 1) * sizeof(uint32_t);
	if (lines == 0 || room->n < need)
		return;
	slots = room->p + align;
	*got = (struct got){text, slots, lines * 2 + 1};
	memset(got->slots, 0, got->n * sizeof(*got->slots));
	*room = (struct room){room->p + need, room->n - need};
	for (struct str rest = text; rest.n > 0;) {
		struct str line = str_take(&rest, '\n');
		struct str address = str_skip(line, skip);

		if (address.n > 0)
			*got_slot(got, address) =
			    (uint32_t)(address.p - text.p) + 1;
	}
}

/* ---- the envelope ---- */

/* What is read so far of one message. */
struct reading {
	struct queue_message *m;
	struct str rest; /* of -H */
	struct room room;
	struct str login, ident;
	struct got tree, journal;
	bool frozen, untried, local, notice;
};

/* The next line, without its end. False: the file is cut before that. */
static bool
next_line(struct str *rest, struct str *ret_line)
{
	size_t end = str_chr(*rest, '\n');

	if (end == rest->n)
		return false;
	*ret_line = str_head(*rest, end);
	*rest = str_skip(*rest, end + 1);
	return true;
}

static uint64_t
number_of(struct str text)
{
	uint64_t value = 0;

	(void)str_u64(&text, 18, &value);
	return value;
}

/* "luis 1004 1004"; a name may have blanks. */
static void
read_login(struct reading *r, struct str line)
{
	struct str uid;
	size_t at = str_rchr(line, ' ');

	line = str_head(line, at);
	at = str_rchr(line, ' ');
	uid = str_skip(line, at + 1);
	r->login = str_head(line, at);
	if (uid.n > 0 && uid.p[0] >= '0' && uid.p[0] <= '9')
		r->m->uid = (int64_t)number_of(uid);
}

/* "1795691937 0" */
static void
read_arrival(struct queue_message *m, struct str line)
{
	uint64_t second = number_of(line);

	if (second > 0 && second < UINT32_MAX)
		m->arrived = (wall_us)second * US_SECOND;
}

/* "[192.0.2.1]:39124", before 4.83 "192.0.2.1.39124". */
static void
read_host(struct queue_message *m, struct str value)
{
	if (str_eat(&value, S("[")))
		value = str_head(value, str_chr(value, ']'));
	else
		value = str_head(value, str_rchr(value, '.'));
	(void)ip_parse(value, &m->client);
}

/* "0 12": a value of so many bytes is below. */
static void
skip_value(struct reading *r, struct str value)
{
	uint64_t n = number_of(str_skip(value, str_rchr(value, ' ') + 1));

	r->rest = n < r->rest.n ? str_skip(r->rest, (size_t)n + 1)
				: (struct str){NULL, 0};
}

/* A line that begins with a dash, without it. */
static void
read_option(struct reading *r, struct str line)
{
	struct queue_message *m = r->m;
	struct str name;

	/* A stranger's, and for which kind of lookup it is quoted. */
	if (str_eat(&line, S("-")) && str_eat(&line, S("(")))
		line = str_skip(line, str_chr(line, ')') + 1);
	name = str_take(&line, ' ');
	if (str_starts(name, S("acl")))
		skip_value(r, line);
	else if (str_eq(name, S("host_address")))
		read_host(m, line);
	else if (str_eq(name, S("host_name")))
		m->client_name = line;
	else if (str_eq(name, S("helo_name")))
		m->helo = line;
	else if (str_eq(name, S("host_auth")))
		m->method = line;
	else if (str_eq(name, S("auth_id")))
		m->account = line;
	else if (str_eq(name, S("received_protocol")))
		m->protocol = line;
	else if (str_eq(name, S("ident")))
		r->ident = line;
	else if (str_eq(name, S("local")))
		r->local = true;
	else if (str_eq(name, S("localerror")))
		r->notice = true;
	else if (str_eq(name, S("frozen")))
		r->frozen = true;
	else if (str_eq(name, S("deliver_firsttime")))
		r->untried = true;
	else if (str_eq(name, S("received_time_usec")) &&
		 str_eat(&line, S(".")) && m->arrived != WALL_NONE)
		m->arrived += (wall_us)(number_of(str_head(line, 6)));
}

/* The tree of addresses that are done; its first line is given. */
static bool
read_tree(struct reading *r, struct str line)
{
	const char *begin = line.p;
	size_t open = 1;

	if (str_eq(line, S("XX")))
		return true;
	for (;;) {
		if (line.n < 4 || line.p[2] != ' ')
			return false;
		open += line.p[0] == 'Y';
		open += line.p[1] == 'Y';
		if (--open == 0)
			break;
		if (!next_line(&r->rest, &line))
			return false;
	}
	got_fill(&r->tree,
	    (struct str){begin, (size_t)(line.p + line.n - begin)}, 3,
	    &r->room);
	return true;
}

/* Digits, commas and dashes at the end of text go; and a blank before them. */
static struct str
eat_numbers(struct str *text)
{
	size_t n = text->n;
	struct str numbers;

	while (n > 0 && text->p[n - 1] != ' ')
		n--;
	numbers = str_skip(*text, n);
	*text = str_head(*text, n > 0 ? n - 1 : 0);
	return numbers;
}

/* "x@y 3,0" -> a text of three bytes, which may be none, and a blank. */
static void
eat_counted(struct str *text)
{
	uint64_t n = number_of(eat_numbers(text));

	*text = str_head(*text, n < text->n ? text->n - (size_t)n : 0);
	if (text->n > 0 && text->p[text->n - 1] == ' ')
		text->n--;
}

/*
 * "b@z", "b@z boss@x 6,-1#1" (errors_to), "b@z orcpt 5,7 boss@x 6,-1#3" (and
 * RFC 3461's ORCPT before it). An address may have blanks, and what is behind
 * it may be empty: it is read from the end, as Exim does.
 */
static struct str
recipient_of(struct str line)
{
	size_t mark = str_rchr(line, '#');
	struct str flags = str_skip(line, mark + 1);
	uint64_t bits;

	if (mark == line.n || !str_u64(&flags, 2, &bits) || flags.n > 0 ||
	    (bits & 1) == 0)
		return line;
	line = str_head(line, mark);
	eat_counted(&line);
	if ((bits & 2) != 0)
		eat_counted(&line);
	return line;
}

static bool
read_recipients(struct reading *r)
{
	struct str line, address;
	uint64_t n;

	if (!next_line(&r->rest, &line))
		return false;
	for (n = number_of(line); n > 0; n--) {
		struct queue_rcpt *rcpt;

		if (!next_line(&r->rest, &line))
			return false;
		address = recipient_of(line);
		if (got_has(&r->tree, address) ||
		    got_has(&r->journal, address)) {
			r->m->rcpts_done++;
			continue;
		}
		rcpt = queue_rcpt_add(r->m);
		if (rcpt != NULL)
			rcpt->address = address;
	}
	return true;
}

/* Up to the header. False: it is cut, or not what it should be. */
static bool
read_envelope(struct reading *r)
{
	struct queue_message *m = r->m;
	struct str line;

	if (!next_line(&r->rest, &line))
		return false;
	read_login(r, line);
	if (!next_line(&r->rest, &line) || !str_eat(&line, S("<")))
		return false;
	m->sender = str_head(line, str_rchr(line, '>'));
	if (!next_line(&r->rest, &line))
		return false;
	read_arrival(m, line);
	do {
		if (!next_line(&r->rest, &line))
			return false;
		if (line.n > 0 && line.p[0] == '-')
			read_option(r, str_skip(line, 1));
	} while (line.n > 0 && line.p[0] == '-');
	return read_tree(r, line) && read_recipients(r) &&
	       next_line(&r->rest, &line) && line.n == 0;
}

/* Who it was: a local caller, Exim itself (its notices), or a client. */
static void
settle_caller(struct reading *r, const struct queue_part *part)
{
	struct queue_message *m = r->m;

	if (!ip_is_none(&m->client)) {
		m->uid = -1; /* the daemon's own */
		if (m->method.n == 0)
			m->account = (struct str){NULL, 0};
		return;
	}
	/* For a local caller, the name of his login. */
	m->account = (struct str){NULL, 0};
	if (m->sender.n == 0 &&
	    (r->notice || (part->uid != 0 && m->uid == part->uid))) {
		m->uid = -1;
		return;
	}
	m->local_user = r->ident.n > 0 ? r->ident : r->login;
}

/* "014  Subject: many\n" and so on, put together without the numbers. False:
 * the last one is cut. */
static bool
read_header(struct reading *r, uint64_t *ret_size)
{
	size_t used = 0;
	struct str rest = r->rest;
	bool whole = true;

	while (rest.n > 0) {
		struct str text = rest;
		uint64_t n;
		char kind;

		if (!str_u64(&text, 9, &n) || text.n < 3 || text.p[1] != ' ') {
			whole = false;
			break;
		}
		kind = text.p[0];
		whole = n <= text.n - 2;
		text = str_head(str_skip(text, 2), (size_t)n);
		rest = str_skip(rest, (size_t)(text.p - rest.p) + text.n);
		if (kind == '*' || text.n > r->room.n - used)
			continue;
		memcpy(r->room.p + used, text.p, text.n);
		used += text.n;
		*ret_size += text.n;
	}
	r->m->head = (struct str){r->room.p, used};
	return whole;
}

/* Below the line with the file's name. */
static void
read_data(struct queue_message *m, const struct queue_part *data)
{
	size_t first = data->bytes.n > 0 ? str_chr(data->bytes, '\n') + 1
					 : m->id.n + S("-D\n").n;

	m->body = str_skip(data->bytes, first);
	m->size += data->size > first ? data->size - first : 0;
}

static enum queue_state
state_of(const struct reading *r, const struct queue_part *journal)
{
	if (r->frozen)
		return QUEUE_HELD;
	if (journal != NULL)
		return QUEUE_ACTIVE;
	return r->untried ? QUEUE_INCOMING : QUEUE_DEFERRED;
}

static enum queue_result
exim_read(const struct queue_parts *parts, bool last,
    struct queue_message *ret_message)
{
	const struct queue_part *head = queue_part(parts, PART_HEAD),
				*data = queue_part(parts, PART_DATA),
				*journal = queue_part(parts, PART_JOURNAL),
				*log = queue_part(parts, PART_LOG);
	struct reading r = {.m = ret_message};
	uint64_t size = 0;
	struct str line;

	queue_message_begin(ret_message, parts);
	if (head == NULL)
		return QUEUE_DAMAGED;
	if (!head->whole && !last)
		return QUEUE_MORE;
	r.rest = head->bytes;
	r.room = (struct room){parts->room, parts->room_n};
	if (!next_line(&r.rest, &line) || !str_ends(line, S("-H")))
		return QUEUE_DAMAGED;
	if (journal != NULL)
		got_fill(&r.journal, journal->bytes, 0, &r.room);
	if (!read_envelope(&r))
		return QUEUE_DAMAGED;
	settle_caller(&r, head);
	if (!read_header(&r, &size) && head->whole)
		return QUEUE_DAMAGED;
	/* -D goes before -H when all have got it. */
	if (data == NULL)
		return QUEUE_YET;
	ret_message->size = size;
	read_data(ret_message, data);
	ret_message->state = state_of(&r, journal);
	if (log != NULL) {
		if (!r.untried)
			ret_message->tried = log->mtime;
		exim_read_msglog(ret_message, log->bytes, r.frozen);
	}
	return QUEUE_GOOD;
}

/* spool_directory of the configuration may name another one. */
static const char *const places[] = {
    "/var/spool/exim4", "/var/spool/exim", NULL};

const struct queue_reader exim_spool = {
    .places = places,
    .is_queue = is_exim,
    .folders = exim_folders,
    .entry = exim_entry,
    .read = exim_read,
    .text_kind = PART_DATA,
};
