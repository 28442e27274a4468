/* SPDX-License-Identifier: ISC */
#include "trail/links.h"

#include "base/arena.h"
#include "base/map.h"
#include "mail/address.h"
#include "trail/attempts.h"
#include "trail/envelopes.h"
#include "trail/step.h"
#include "trail/timeline.h"

#include <assert.h>
#include <stdlib.h>

enum {
	MESSAGES = 65536, /* received lately, by hash */
	UIDS = 64,        /* that mail was handed in under */
	FACTS = 1 << 19,  /* of one run: 16 MiB */
	NAMES = 1 << 18,  /* accounts and ids of notices: 25 MiB */
	REPLY = 1024,     /* bytes of a reply that are made readable */
	/* Seconds between two lines about the same thing. */
	PROCESS_NEAR = 120, /* the process that queued it */
	SENDER_NEAR = 30,   /* a filter's line */
	LOGIN_LONG = 900,   /* a login and a mail of its owner */
	LOGIN_SHORT = 60,   /* a login and a mail of anybody */
	/* Strangers' domains that tell an SMTP server from a mail program. */
	STRANGERS_MIN = 3,
};

enum fact_kind {
	FACT_HANDED,  /* in a session: pid, client, name: account */
	FACT_FORWARD, /* by an address here: name */
	FACT_NOTICE,  /* about the message that name is the id of */
	FACT_CONNECT, /* pid, client */
	FACT_LOGIN,   /* client, name: account */
};

struct fact {
	struct ip client;
	uint32_t at;
	uint32_t name : 28, kind : 4; /* 1 + number in names; 0: none */
	uint64_t pid;
};

enum timeline_name {
	BY_PROCESS, /* facts by the process that queued the message */
	BY_SESSION, /* connections, by pid */
	BY_MAIL,    /* facts without such a process, by sender */
	BY_CLIENT,  /* logins by address */
	BY_LOGIN,   /* logins by account */
	BY_TIME,    /* logins */
	SENDERS,    /* messages received, by sender; number: of the uid */
	QUEUERS,    /* messages received, by process; number: of the uid */
	NOTICES,    /* the same of those from <>; number: of the id's name */
	TIMELINES,
};

struct message {
	uint64_t key; /* host and id */
	uint64_t domain;
	uint32_t uid; /* number */
};

struct uid {
	int64_t uid;
	uint32_t n, handed;
	uint64_t strangers; /* of whose domains: one bit for each 64th */
	bool is_smtp;
};

struct links {
	struct arena arena;
	struct fact *facts;
	uint32_t facts_n, facts_cap;
	struct str *names;
	uint32_t names_n, names_cap;
	struct map by_name;
	struct timeline lines[TIMELINES];
	struct attempts *attempts;
	struct message *messages;
	struct uid uids[UIDS];
	uint32_t uids_n;
	uint64_t left_out;
	uint32_t left_from;          /* the oldest of those */
	struct envelopes *envelopes; /* NULL: not needed yet */
	char replies[LINKS_LIVE][REPLY];
	uint32_t replies_n;
};

struct links *
links_new(void)
{
	struct links *l = xcalloc(1, sizeof(*l));

	l->attempts = attempts_new();
	l->messages = xcalloc(MESSAGES, sizeof(*l->messages));
	return l;
}

void
links_free(struct links *links)
{
	if (links == NULL)
		return;
	for (size_t i = 0; i < TIMELINES; i++)
		timeline_done(&links->lines[i]);
	free(links->facts);
	free(links->names);
	attempts_free(links->attempts);
	free(links->messages);
	envelopes_free(links->envelopes);
	map_done(&links->by_name);
	arena_done(&links->arena);
	free(links);
}

/* ---- what is kept ---- */

/* "x.example/ana" of a folder is "ana@x.example". */
static struct str
name_of(struct links *l, struct str name)
{
	size_t slash = str_chr(name, '/');
	struct str user = str_skip(name, slash + 1);

	if (slash == name.n || str_has(name, S("@")))
		return str_keep(&l->arena, str_head(name, 255));
	return arena_printf(&l->arena, "%.*s@%.*s",
	    STR_ARG(str_head(user, 127)),
	    STR_ARG(str_head(name, slash < 127 ? slash : 127)));
}

static void
leave_out(struct links *l, uint32_t at)
{
	if (l->left_out++ == 0 || at < l->left_from)
		l->left_from = at;
}

uint64_t
links_left_out(const struct links *l, uint32_t *ret_from)
{
	*ret_from = l->left_from;
	return l->left_out;
}

/* May something be missing that would be nearer to this second? */
static bool
is_doubtful(const struct links *l, uint32_t at)
{
	return l->left_out > 0 && at + LOGIN_LONG >= l->left_from;
}

static void
note(struct links *l, enum timeline_name name, uint64_t key, uint32_t at,
    uint32_t number)
{
	if (!timeline_add(&l->lines[name], key, at, number))
		leave_out(l, at);
}

static uint32_t
name_number(struct links *l, struct str name, uint32_t at)
{
	uint32_t *number;
	bool is_new;

	if (name.n == 0)
		return 0;
	if (l->names_n >= NAMES &&
	    map_get(&l->by_name, str_hash(name)) == NULL) {
		leave_out(l, at);
		return 0;
	}
	number = map_put(&l->by_name, str_hash(name), &is_new);
	if (is_new) {
		VEC_ROOM(l->names, l->names_n, l->names_cap);
		l->names[l->names_n++] = name_of(l, name);
		*number = l->names_n;
	}
	return *number;
}

static struct str
fact_name(const struct links *l, const struct fact *fact)
{
	return fact->name == 0 ? (struct str){NULL, 0}
			       : l->names[fact->name - 1];
}

/* 1 + its number; 0: there are too many. */
static uint32_t
fact_add(struct links *l, enum fact_kind kind, const struct event *e,
    struct str name)
{
	if (l->facts_n >= FACTS) {
		leave_out(l, step_second(e));
		return 0;
	}
	VEC_ROOM(l->facts, l->facts_n, l->facts_cap);
	l->facts[l->facts_n] = (struct fact){.kind = kind & 15,
	    .at = step_second(e),
	    .client = e->client,
	    .pid = e->pid,
	    .name = name_number(l, name, step_second(e)) & 0xfffffff};
	return ++l->facts_n;
}

/* ---- the first reading ---- */

static struct message *
message_of(struct links *l, const struct event *e)
{
	return &l->messages[step_key(e->host, e->queue_id) % MESSAGES];
}

static void
note_received(struct links *l, const struct event *e)
{
	struct message *m = message_of(l, e);
	uint32_t uid = 0;

	while (uid < l->uids_n && l->uids[uid].uid != e->uid)
		uid++;
	if (uid == UIDS)
		return;
	if (uid == l->uids_n)
		l->uids[l->uids_n++].uid = e->uid;
	l->uids[uid].n++;
	*m = (struct message){.key = step_key(e->host, e->queue_id),
	    .domain = e->sender.n == 0 ? 0 : address_domain_hash(e->sender),
	    .uid = uid};
	note(l, SENDERS, address_hash(e->sender), step_second(e), uid);
	if (e->sender.n == 0)
		note(l, NOTICES, e->process, step_second(e),
		    name_number(l, e->queue_id, step_second(e)));
	note(l, QUEUERS, e->process, step_second(e), uid);
}

/* A fact about the process that will queue a message, or has queued it. */
static void
note_process(struct links *l, enum fact_kind kind, const struct event *e,
    struct str name)
{
	uint32_t fact = fact_add(l, kind, e, name);

	if (fact != 0 && e->process != 0)
		note(l, BY_PROCESS, e->process, step_second(e), fact - 1);
	else if (fact != 0 && e->has_sender)
		note(l, BY_MAIL, address_hash(e->sender), step_second(e),
		    fact - 1);
}

static void
note_delivery(struct links *l, const struct event *event)
{
	struct event e = *event;
	const struct message *m;

	if (!attempts_end(l->attempts, &e) || e.agent != AGENT_LOCAL ||
	    e.status != STATUS_SENT)
		return;
	if (e.local == LOCAL_FORWARDED && e.process != 0) {
		note_process(l, FACT_FORWARD, &e, e.recipient);
	}
	m = message_of(l, &e);
	if (m->key == step_key(e.host, e.queue_id) && m->domain != 0 &&
	    m->domain != address_domain_hash(e.recipient))
		l->uids[m->uid].strangers |= UINT64_C(1) << (m->domain % 64);
}

static void
note_login(struct links *l, const struct event *e)
{
	uint32_t fact, at = step_second(e);

	if (!step_is_smtp_login(e->service) || e->account.n == 0)
		return;
	fact = fact_add(l, FACT_LOGIN, e, e->account);
	if (fact == 0 || l->facts[fact - 1].name == 0)
		return;
	note(l, BY_CLIENT, ip_hash(&e->client), at, fact - 1);
	note(l, BY_LOGIN, address_hash(fact_name(l, &l->facts[fact - 1])), at,
	    fact - 1);
	note(l, BY_TIME, 0, at, fact - 1);
}

static void
note_connect(struct links *l, const struct event *e)
{
	uint32_t fact;

	if (e->pid == 0)
		return;
	fact = fact_add(l, FACT_CONNECT, e, S(""));
	if (fact != 0)
		note(l, BY_SESSION, e->pid, step_second(e), fact - 1);
}

void
links_note(struct links *l, const struct event *e)
{
	if (e->endless)
		return; /* envelopes.h needs no first reading */
	if (e->kind == EVENT_ATTEMPT)
		attempts_begin(l->attempts, e);
	else if (e->kind == EVENT_DELIVERY && e->handle.n > 0)
		note_delivery(l, e);
	else if (e->kind == EVENT_RECEIVED && e->process != 0)
		note_received(l, e);
	else if (e->kind == EVENT_HANDED)
		note_process(l, FACT_HANDED, e, e->account);
	else if (e->kind == EVENT_DSN && e->process != 0)
		note_process(l, FACT_NOTICE, e, e->queue_id);
	else if (e->kind == EVENT_CONNECT)
		note_connect(l, e);
	else if (e->kind == EVENT_AUTH_OK)
		note_login(l, e);
}

static uint32_t
before(uint32_t at, uint32_t seconds)
{
	return at > seconds ? at - seconds : 0;
}

/* Under which uid others say that mail was handed in. */
static void
count_handed(struct links *l)
{
	const struct timeline *facts = &l->lines[BY_PROCESS];

	for (size_t i = 0; i < facts->n; i++) {
		const struct timeline_item *item = &facts->items[i];
		uint32_t uid;

		if (l->facts[item->number].kind != FACT_HANDED)
			continue;
		uid = timeline_near(&l->lines[QUEUERS], item->key,
		    before(item->at, PROCESS_NEAR), item->at + PROCESS_NEAR,
		    item->at);
		if (uid != UINT32_MAX)
			l->uids[uid].handed++;
	}
}

static void
choose_smtp(struct links *l)
{
	/* of qmaild, which runs the SMTP server: Plesk, Debian, FreeBSD */
	static const int64_t usual[] = {2020, 64011, 82};
	uint32_t best = UINT32_MAX;
	int most = STRANGERS_MIN - 1;
	bool found = false;

	for (uint32_t i = 0; i < l->uids_n; i++) {
		struct uid *u = &l->uids[i];
		int strangers = __builtin_popcountll(u->strangers);

		/* some of its mail was seen at the door, not one by chance */
		u->is_smtp = u->handed > u->n / 10;
		found |= u->is_smtp;
		if (strangers > most) {
			most = strangers;
			best = i;
		}
	}
	if (!found && best != UINT32_MAX)
		found = l->uids[best].is_smtp = true;
	for (uint32_t i = 0; i < l->uids_n && !found; i++)
		for (size_t k = 0; k < ARRAY_LEN(usual); k++)
			l->uids[i].is_smtp |= l->uids[i].uid == usual[k];
}

void
links_ready(struct links *l)
{
	for (size_t i = 0; i < TIMELINES; i++)
		timeline_ready(&l->lines[i]);
	count_handed(l);
	choose_smtp(l);
	attempts_forget(l->attempts);
}

/* ---- the second reading ---- */

static const struct fact *
fact_near(const struct links *l, enum timeline_name name, uint64_t key,
    uint32_t from, uint32_t to, uint32_t at)
{
	uint32_t number = timeline_near(&l->lines[name], key, from, to, at);

	return number == UINT32_MAX ? NULL : &l->facts[number];
}

static void
fill_login(const struct links *l, struct event *e, const struct fact *login)
{
	if (login == NULL)
		return;
	e->account = fact_name(l, login);
	if (ip_is_none(&e->client))
		e->client = login->client;
}

/* The session's client, and who logged in from there in it. */
static void
fill_session(const struct links *l, struct event *e, const struct fact *handed)
{
	uint32_t at = step_second(e), from = before(at, LOGIN_LONG);
	const struct fact *session = NULL;

	e->client = handed->client;
	e->account = fact_name(l, handed);
	if (handed->pid != 0)
		session = fact_near(l, BY_SESSION, handed->pid,
		    before(at, 4 * LOGIN_LONG), at, at);
	if (session != NULL) {
		from = before(session->at, 1);
		if (ip_is_none(&e->client))
			e->client = session->client;
	}
	if (e->account.n == 0 && !ip_is_none(&e->client) && !is_doubtful(l, at))
		fill_login(l, e,
		    fact_near(
			l, BY_CLIENT, ip_hash(&e->client), from, at + 1, at));
}

/* Did a mail of that account follow the login, or come just before? */
static bool
is_explained(const struct links *l, const struct fact *login)
{
	const struct timeline *senders = &l->lines[SENDERS];

	return timeline_near(senders, address_hash(fact_name(l, login)),
		   login->at, login->at + LOGIN_SHORT, login->at) != UINT32_MAX;
}

/* The last login before a mail whose sender is not the account's. */
static const struct fact *
login_before(const struct links *l, uint32_t at)
{
	const struct timeline *logins = &l->lines[BY_TIME];
	size_t i = timeline_find(logins, 0, at + 1);

	while (i-- > 0 && logins->items[i].at + LOGIN_SHORT >= at) {
		const struct fact *login = &l->facts[logins->items[i].number];

		if (!is_explained(l, login))
			return login;
	}
	return NULL;
}

static bool
is_smtp(const struct links *l, int64_t uid)
{
	for (uint32_t i = 0; i < l->uids_n; i++)
		if (l->uids[i].uid == uid)
			return l->uids[i].is_smtp;
	return false;
}

/* By SMTP, and no line names the process. */
static void
fill_by_time(const struct links *l, struct event *e)
{
	uint32_t at = step_second(e);
	uint64_t sender = address_hash(e->sender);
	const struct fact *fact = fact_near(l, BY_MAIL, sender,
	    before(at, SENDER_NEAR), at + SENDER_NEAR / 5, at);

	if (fact != NULL) {
		fill_session(l, e, fact);
		return;
	}
	if (e->sender.n == 0)
		return;
	fact =
	    fact_near(l, BY_LOGIN, sender, before(at, LOGIN_LONG), at + 1, at);
	fill_login(l, e, fact != NULL ? fact : login_before(l, at));
}

static void
fill_received(const struct links *l, struct event *e)
{
	uint32_t at = step_second(e);
	const struct fact *fact = fact_near(l, BY_PROCESS, e->process,
	    before(at, PROCESS_NEAR), at + PROCESS_NEAR, at);

	if (fact == NULL && !is_smtp(l, e->uid))
		return;
	e->uid = -1;
	if (fact == NULL && !is_doubtful(l, at))
		fill_by_time(l, e);
	else if (fact == NULL)
		return;
	else if (fact->kind == FACT_FORWARD)
		e->orig_to = fact_name(l, fact);
	else if (fact->kind == FACT_NOTICE)
		e->parent_id = fact_name(l, fact);
	else
		fill_session(l, e, fact);
}

/* The notice is received after the message that it is about has ended. */
static void
fill_notice(const struct links *l, struct event *e)
{
	uint32_t at = step_second(e);
	uint32_t name = timeline_near(&l->lines[NOTICES], e->process,
	    before(at, 1), at + PROCESS_NEAR, at);

	if (name != UINT32_MAX && name != 0)
		e->child_id = l->names[name - 1];
}

/* "550_5.1.1_user_unknown": for who looks for "user unknown". */
static void
fill_reply(struct links *l, struct event *e)
{
	char *to = l->replies[l->replies_n++ % LINKS_LIVE];

	e->reply = str_head(e->reply, REPLY);
	for (size_t i = 0; i < e->reply.n; i++)
		to[i] = e->reply.p[i] == '_' ? ' ' : e->reply.p[i];
	e->reply.p = to;
}

bool
links_fill(struct links *l, struct event *e)
{
	if (e->endless) {
		if (l->envelopes == NULL)
			l->envelopes = envelopes_new();
		return envelopes_fill(l->envelopes, e);
	}
	if (e->kind == EVENT_ATTEMPT)
		attempts_begin(l->attempts, e);
	else if (e->kind == EVENT_RECEIVED && e->process != 0)
		fill_received(l, e);
	else if (e->kind == EVENT_DSN && e->process != 0)
		fill_notice(l, e);
	if (e->kind != EVENT_DELIVERY)
		return true;
	if (e->handle.n > 0 && !attempts_end(l->attempts, e))
		return false;
	if (e->has_gaps)
		fill_reply(l, e);
	return true;
}
