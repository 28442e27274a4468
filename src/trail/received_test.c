/* SPDX-License-Identifier: ISC */
/*
 * Servers whose one line says who handed a message in, under which name and
 * for how many. Each story is also read in two parts, cut at every place.
 */
#include "trail/test_story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* What one event of a story says. */
struct step {
	enum event_kind kind;
	const char *id;
	const char *account, *user, *script, *sender, *parent;
	const char *ip;
	int64_t uid;
	uint64_t nrcpt;
	const char *recipient;
	enum event_status status;
	unsigned code;
};

#define FAR_TO(i, to, what, n)                                                 \
	{                                                                      \
		EVENT_DELIVERY, .id = i, .recipient = to, .status = what,      \
				.code = n, .uid = -1                           \
	}
#define END(i)                                                                 \
	{                                                                      \
		EVENT_REMOVED, .id = i, .uid = -1                              \
	}

struct row {
	const char *title;
	struct step steps[8]; /* ends with EVENT_NONE */
	/* the only origin with counts */
	enum origin_kind kind;
	const char *name;
	struct counts counts;
	uint32_t backscatter;
};

static const struct row rows[] = {
    {"an account; the line does not tell how many recipients",
	{{EVENT_RECEIVED, .id = "1", .account = "ana@a.example",
	     .sender = "ana@a.example", .ip = "198.51.100.7", .uid = -1},
	    FAR_TO("1", "x@b.example", STATUS_DEFERRED, 450),
	    FAR_TO("1", "y@b.example", STATUS_SENT, 250),
	    FAR_TO("1", "x@b.example", STATUS_DEFERRED, 450),
	    FAR_TO("1", "x@b.example", STATUS_SENT, 250), END("1")},
	ORIGIN_ACCOUNT, "ana@a.example", {1, 2, 2, 0, 0, 0, 0, 0}, 0},
    {"a local user by his name",
	{{EVENT_RECEIVED, .id = "1", .user = "luis", .sender = "luis@mx1",
	     .uid = -1, .nrcpt = 1},
	    FAR_TO("1", "x@b.example", STATUS_SENT, 250), END("1")},
	ORIGIN_LOCAL_USER, "luis", {1, 1, 1, 0, 0, 0, 0, 0}, 0},
    {"the web server's user is a script without a name",
	{{EVENT_RECEIVED, .id = "1", .user = "www-data", .sender = "w@mx1",
	     .uid = -1, .nrcpt = 1},
	    FAR_TO("1", "x@b.example", STATUS_SENT, 250), END("1")},
	ORIGIN_SCRIPT, "www-data", {1, 1, 1, 0, 0, 0, 0, 0}, 0},
    {"what the script was called is told",
	{{EVENT_RECEIVED, .id = "1", .user = "web7",
	     .script = "/home/web7/public_html/img", .sender = "w@mx1",
	     .uid = -1, .nrcpt = 1},
	    FAR_TO("1", "x@b.example", STATUS_SENT, 250), END("1")},
	ORIGIN_SCRIPT, "/home/web7/public_html/img", {1, 1, 1, 0, 0, 0, 0, 0},
	0},
    {"in which folder it was called is said in a line of its own",
	{{EVENT_CALL, .script = "/home/web7/public_html/img", .uid = -1},
	    {EVENT_RECEIVED, .id = "1", .user = "web7", .sender = "w@mx1",
		.uid = -1, .nrcpt = 1},
	    FAR_TO("1", "x@b.example", STATUS_SENT, 250), END("1")},
	ORIGIN_SCRIPT, "/home/web7/public_html/img", {1, 1, 1, 0, 0, 0, 0, 0},
	0},
    {"a stranger whose mail leaves",
	{{EVENT_RECEIVED, .id = "1", .ip = "203.0.113.9",
	     .sender = "s@c.example", .uid = -1, .nrcpt = 1},
	    FAR_TO("1", "x@b.example", STATUS_SENT, 250), END("1")},
	ORIGIN_CLIENT, "203.0.113.9", {1, 1, 1, 0, 0, 0, 0, 0}, 0},
    {"a notice about a stranger's mail is the server's own",
	{{EVENT_RECEIVED, .id = "1", .ip = "203.0.113.9",
	     .sender = "s@c.example", .uid = -1, .nrcpt = 1},
	    {EVENT_RECEIVED, .id = "2", .parent = "1", .user = "exim",
		.sender = "", .uid = -1, .nrcpt = 1},
	    END("1"), FAR_TO("2", "s@c.example", STATUS_SENT, 250), END("2")},
	ORIGIN_SYSTEM, "bounces", {1, 1, 1, 0, 0, 0, 0, 0}, 1},
};

static struct str
text_of(const char *z)
{
	return z == NULL ? S("") : str_z(z);
}

static size_t
make_events(const struct row *row, struct event *ret)
{
	size_t n = 0;

	for (; row->steps[n].kind != EVENT_NONE; n++) {
		const struct step *s = &row->steps[n];
		struct line line = {.at = (1800000000 + (wall_us)n) * US_SECOND,
		    .host = S("mx1")};
		struct event *e = &ret[n];

		*e = event_of(s->kind, &line);
		e->queue_id = text_of(s->id);
		e->parent_id = text_of(s->parent);
		e->account = text_of(s->account);
		e->user = text_of(s->user);
		e->script = text_of(s->script);
		e->sender = text_of(s->sender);
		e->has_sender = s->sender != NULL;
		e->recipient = text_of(s->recipient);
		e->uid = s->uid;
		e->nrcpt = s->nrcpt;
		e->status = s->status;
		e->code = s->code;
		e->agent = AGENT_SMTP;
		if (s->ip != NULL)
			assert_true(ip_parse(str_z(s->ip), &e->client));
		if (s->kind == EVENT_DELIVERY)
			assert_true(ip_parse(S("192.0.2.25"), &e->relay_ip));
	}
	return n;
}

static void
check(const struct row *row, const struct tally *tally)
{
	size_t named = 0;

	for (uint32_t i = 0; i < tally->origins_n; i++) {
		const struct origin *o = tally->origins[i];

		if (o->counts.messages == 0)
			continue;
		assert_int_equal(o->kind, row->kind);
		assert_string_equal(o->name.p, row->name);
		assert_memory_equal(
		    &o->counts, &row->counts, sizeof(o->counts));
		named++;
	}
	assert_int_equal(named, 1);
	assert_int_equal(tally->backscatter.made, row->backscatter);
}

static void
read_whole_and_in_two(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct event events[8];
		size_t n = make_events(&rows[i], events);

		print_message("%s\n", rows[i].title);
		for (size_t cut = 0; cut <= n; cut++) {
			struct join *join = join_new(true, NULL, BY_ORIGIN);
			struct join *next = join_new(false, NULL, BY_ORIGIN);

			for (size_t k = 0; k < cut; k++)
				calls_before(&next->calls, &events[k]);
			for (size_t k = 0; k < n; k++)
				join_event(k < cut ? join : next, &events[k],
				    (struct ref){1, (uint32_t)k});
			join_append(join, next);
			join_finish(join);
			check(&rows[i], &join->tally);
			join_free(join);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(read_whole_and_in_two),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
