/* SPDX-License-Identifier: ISC */
/* What other lines tell of a message: by process, session, sender, login. */
#include "trail/links.h"

#include "trail/timeline.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define START INT64_C(1794825000)

/* An event as its module makes it. */
struct step {
	enum event_kind kind;
	unsigned at; /* seconds behind START */
	uint64_t pid, process;
	const char *id, *handle, *ip, *account, *service, *sender, *to;
	int64_t uid;
	enum event_local local;
};

static struct str
text_of(const char *z)
{
	return z == NULL ? S("") : str_z(z);
}

static struct event
event_for(const struct step *s)
{
	static const struct line line = {.host = S0("mx1")};
	struct event e = event_of(s->kind, &line);

	e.at = (START + s->at) * US_SECOND;
	e.pid = s->pid;
	e.process = s->process;
	e.queue_id = text_of(s->id);
	e.handle = text_of(s->handle);
	e.account = text_of(s->account);
	e.service = text_of(s->service);
	e.sender = text_of(s->sender);
	e.has_sender = s->sender != NULL;
	e.recipient = text_of(s->to);
	e.uid = s->kind == EVENT_RECEIVED ? s->uid : -1;
	e.local = s->local;
	e.agent = s->kind == EVENT_ATTEMPT ? AGENT_LOCAL : AGENT_NONE;
	e.status = s->kind == EVENT_DELIVERY ? STATUS_SENT : STATUS_NONE;
	if (s->ip != NULL)
		assert_true(ip_parse(str_z(s->ip), &e.client));
	return e;
}

#define RECEIVED(t, i, qp, from, u)                                            \
	{                                                                      \
		EVENT_RECEIVED, .at = t, .id = i, .process = qp,               \
				.sender = from, .uid = u                       \
	}
#define LOGIN(t, who, from)                                                    \
	{                                                                      \
		EVENT_AUTH_OK, .at = t, .account = who, .ip = from,            \
			       .service = "submission"                         \
	}
/* Ten strangers' messages for mailboxes here: uid 7791 is the SMTP server's. */
#define STRANGER(n)                                                            \
	RECEIVED(n, "9" #n, 900 + n, "a@far" #n ".example", 7791),             \
	    {EVENT_ATTEMPT, .at = n, .id = "9" #n, .handle = "1" #n,           \
		.to = "ana@x.example"},                                        \
	{                                                                      \
		EVENT_DELIVERY, .at = n, .handle = "1" #n                      \
	}
#define STRANGERS STRANGER(1), STRANGER(2), STRANGER(3), STRANGER(4)

static const struct row {
	const char *title;
	struct step steps[24]; /* ends with EVENT_NONE; the last is filled in */
	const char *account, *ip, *orig_to, *parent;
	int64_t uid;
} rows[] = {
    {"a local user", {STRANGERS, RECEIVED(50, "7", 77, "l@x", 1004)}, NULL,
	NULL, NULL, NULL, 1004},
    {"the process is named, and so is its session and its login",
	{{EVENT_CONNECT, .at = 40, .pid = 30, .ip = "192.0.2.7"},
	    LOGIN(41, "ana@x.example", "192.0.2.7"),
	    {EVENT_HANDED, .at = 45, .pid = 30, .process = 77,
		.sender = "s@bank"},
	    RECEIVED(45, "7", 77, "s@bank", 7791)},
	"ana@x.example", "192.0.2.7", NULL, NULL, -1},
    {"the process's number is used again much later",
	{{EVENT_HANDED, .at = 45, .process = 77, .ip = "192.0.2.7",
	     .sender = "s@bank"},
	    RECEIVED(46, "6", 77, "s@bank", 7791),
	    RECEIVED(9000, "7", 77, "l@x", 1004)},
	NULL, NULL, NULL, NULL, 1004},
    {"a login from another session's client is not this one's",
	{{EVENT_CONNECT, .at = 40, .pid = 30, .ip = "192.0.2.7"},
	    LOGIN(41, "ana@x.example", "192.0.2.8"),
	    {EVENT_HANDED, .at = 45, .pid = 30, .process = 77,
		.sender = "s@bank"},
	    RECEIVED(45, "7", 77, "s@bank", 7791)},
	NULL, "192.0.2.7", NULL, NULL, -1},
    {"nothing but logins: the one of the sender",
	{STRANGERS, LOGIN(40, "ana@x.example", "192.0.2.7"),
	    LOGIN(49, "eva@x.example", "192.0.2.8"),
	    RECEIVED(50, "7", 77, "ana@x.example", 7791)},
	"ana@x.example", "192.0.2.7", NULL, NULL, -1},
    {"nothing but logins: the last one that its own mail does not explain",
	{STRANGERS, LOGIN(40, "ana@x.example", "192.0.2.7"),
	    LOGIN(49, "eva@x.example", "192.0.2.8"),
	    RECEIVED(51, "6", 76, "eva@x.example", 7791),
	    RECEIVED(52, "7", 77, "s@bank", 7791)},
	"ana@x.example", "192.0.2.7", NULL, NULL, -1},
    {"a login of an hour ago tells nothing",
	{STRANGERS, LOGIN(40, "ana@x.example", "192.0.2.7"),
	    RECEIVED(4000, "7", 77, "s@bank", 7791)},
	NULL, NULL, NULL, NULL, -1},
    {"Plesk names the folder of who logs in by a short name",
	{STRANGERS,
	    {EVENT_AUTH_OK, .at = 40, .account = "x.example/ana",
		.ip = "192.0.2.7", .service = "smtp_auth"},
	    RECEIVED(41, "7", 77, "ana@x.example", 7791)},
	"ana@x.example", "192.0.2.7", NULL, NULL, -1},
    {"an address here sent it on",
	{{EVENT_ATTEMPT, .at = 40, .id = "6", .handle = "5",
	     .to = "info@x.example"},
	    {EVENT_DELIVERY, .at = 41, .handle = "5", .process = 77,
		.local = LOCAL_FORWARDED},
	    RECEIVED(41, "7", 77, "a@far", 89)},
	NULL, NULL, "info@x.example", NULL, -1},
    {"a notice",
	{{EVENT_DSN, .at = 40, .id = "6", .process = 77},
	    RECEIVED(40, "7", 77, "", 7796)},
	NULL, NULL, NULL, "6", -1},
};

static void
fill_the_last(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct row *row = &rows[i];
		struct links *links = links_new();
		struct event e = {.kind = EVENT_NONE};
		struct ip ip = {0};

		print_message("%s\n", row->title);
		for (size_t k = 0; row->steps[k].kind != EVENT_NONE; k++) {
			e = event_for(&row->steps[k]);
			links_note(links, &e);
		}
		links_ready(links);
		for (size_t k = 0; row->steps[k].kind != EVENT_NONE; k++) {
			e = event_for(&row->steps[k]);
			assert_true(links_fill(links, &e));
		}
		if (row->ip != NULL)
			assert_true(ip_parse(str_z(row->ip), &ip));
		assert_true(ip_eq(&e.client, &ip));
		assert_true(str_eq(e.account, text_of(row->account)));
		assert_true(str_eq(e.orig_to, text_of(row->orig_to)));
		assert_true(str_eq(e.parent_id, text_of(row->parent)));
		assert_int_equal(e.uid, row->uid);
		links_free(links);
	}
}

/* A number that is used again leads to the newer delivery. */
static void
deliveries(void **state)
{
	static const struct step first = {EVENT_ATTEMPT, .id = "7",
				     .handle = "1", .to = "a@x"},
				 second = {EVENT_ATTEMPT, .at = 9, .id = "8",
				     .handle = "1", .to = "b@y"},
				 end = {EVENT_DELIVERY, .handle = "1"},
				 other = {EVENT_DELIVERY, .handle = "2"};
	struct links *links = links_new();
	struct event e = event_for(&end);

	(void)state;
	links_ready(links);
	assert_false(links_fill(links, &e));
	e = event_for(&first);
	assert_true(links_fill(links, &e));
	e = event_for(&end);
	assert_true(links_fill(links, &e));
	assert_true(str_eq(e.queue_id, S("7")));
	assert_true(str_eq(e.recipient, S("a@x")));
	e = event_for(&second);
	assert_true(links_fill(links, &e));
	e = event_for(&end);
	assert_true(links_fill(links, &e));
	assert_true(str_eq(e.queue_id, S("8")));
	e = event_for(&other);
	assert_false(links_fill(links, &e));
	links_free(links);
}

static void
nearest_in_time(void **state)
{
	struct timeline line = {0};

	(void)state;
	assert_int_equal(timeline_near(&line, 1, 0, 100, 50), UINT32_MAX);
	(void)timeline_add(&line, 1, 60, 2);
	(void)timeline_add(&line, 2, 50, 9);
	(void)timeline_add(&line, 1, 45, 1);
	(void)timeline_add(&line, 1, 60, 3);
	timeline_ready(&line);
	assert_int_equal(timeline_near(&line, 1, 0, 100, 50), 1);
	assert_int_equal(timeline_near(&line, 1, 0, 100, 55), 3);
	assert_int_equal(timeline_near(&line, 1, 46, 59, 50), UINT32_MAX);
	assert_int_equal(timeline_near(&line, 2, 50, 50, 50), 9);
	assert_int_equal(timeline_near(&line, 3, 0, 100, 50), UINT32_MAX);
	timeline_done(&line);
}

/* A log that has more than there is room for: who is named by the process still
 * is; nobody is named because he alone is left of those who were near. */
static void
too_many(void **state)
{
	struct links *links = links_new();
	const struct step before = {EVENT_AUTH_OK, .at = 100,
			      .account = "ana@x.example", .ip = "192.0.2.7",
			      .service = "submission"},
			  other = {EVENT_AUTH_OK, .at = 5000,
			      .account = "bob@x.example", .ip = "192.0.2.8",
			      .service = "submission"},
			  mail = RECEIVED(110, "71", 7, "ana@x.example", 2020),
			  late = RECEIVED(5010, "72", 8, "ana@x.example", 2020);
	struct event e;
	uint32_t from;
	size_t n = 0;

	(void)state;
	e = event_for(&before);
	links_note(links, &e);
	assert_int_equal(links_left_out(links, &from), 0);
	e = event_for(&other);
	for (; links_left_out(links, &from) == 0; n++)
		links_note(links, &e);
	assert_true(n < 2 * 1000 * 1000);
	assert_int_equal(from, START + 5000);
	e = event_for(&mail);
	links_note(links, &e);
	e = event_for(&late);
	links_note(links, &e);
	links_ready(links);
	e = event_for(&mail);
	assert_true(links_fill(links, &e));
	assert_true(str_eq(e.account, S("ana@x.example")));
	e = event_for(&late);
	assert_true(links_fill(links, &e));
	assert_int_equal(e.account.n, 0);
	assert_int_equal(e.uid, -1);
	links_free(links);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(fill_the_last),
	    cmocka_unit_test(deliveries),
	    cmocka_unit_test(nearest_in_time),
	    cmocka_unit_test(too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
