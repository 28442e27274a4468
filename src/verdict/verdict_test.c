/* SPDX-License-Identifier: ISC */
/*
 * Who is accused and who is not: days of mail of a small server, and one
 * account in it that behaves in some way.
 */
#include "verdict/verdict.h"

#include "trail/join.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define DAY    86400
#define START  1794787200 /* Monday 16 November 2026, 00:00 UTC */
#define PEOPLE 20
#define DAYS   9
#define SEEDS  12

struct town {
	struct join *join;
	uint32_t line, id;
	uint64_t random;
	struct report report;
};

/* One message to n recipients "TO<number>@PROVIDER", from number on. */
struct mail {
	int64_t at;
	const char *account, *sender; /* sender NULL: the account */
	const char *ip;
	const char *to; /* "friend", "victim" */
	uint32_t number, n;
	uint32_t unknown, spam; /* so many of them are refused */
	const char *id_host;    /* of the Message-ID; NULL: the sender's */
};

static uint32_t
draw(struct town *t, uint32_t below)
{
	t->random ^= t->random << 13;
	t->random ^= t->random >> 7;
	t->random ^= t->random << 17;
	return (uint32_t)(t->random % below);
}

static void
say(struct town *t, struct event *e, enum event_kind kind, int64_t at)
{
	e->kind = kind;
	e->at = at * US_SECOND;
	join_event(t->join, e, (struct ref){1, t->line++});
}

static void
deliver(struct town *t, struct event e, const struct mail *m, uint32_t i)
{
	char to[96];

	(void)snprintf(to, sizeof(to), "%s%u@provider%u.example", m->to,
	    m->number + i, (m->number + i) % 7);
	e.recipient = str_z(to);
	e.agent = AGENT_SMTP;
	e.relay = S("mx.provider.example");
	assert_true(ip_parse(S("203.0.113.25"), &e.relay_ip));
	e.status = i < m->unknown + m->spam ? STATUS_BOUNCED : STATUS_SENT;
	e.code = e.status == STATUS_SENT ? 250 : 550;
	e.dsn = S("2.0.0");
	e.reply = S("250 2.0.0 OK");
	if (i < m->unknown) {
		e.dsn = S("5.1.1");
		e.reply = S("550 5.1.1 user unknown");
	} else if (i < m->unknown + m->spam) {
		e.dsn = S("5.7.1");
		e.reply = S("550 5.7.1 Message rejected as spam");
	}
	say(t, &e, EVENT_DELIVERY, m->at + 2);
}

static void
send_mail(struct town *t, const struct mail *m)
{
	const char *sender = m->sender == NULL ? m->account : m->sender;
	struct event base = {.host = S("mx1"), .uid = -1}, e;
	char id[16], message_id[128];

	(void)snprintf(id, sizeof(id), "%X", 0x3F2A0 + t->id);
	(void)snprintf(message_id, sizeof(message_id), "%u@%s", t->id++,
	    m->id_host != NULL ? m->id_host : strchr(sender, '@') + 1);
	base.queue_id = str_z(id);
	e = base;
	e.account = str_z(m->account);
	assert_true(ip_parse(str_z(m->ip), &e.client));
	say(t, &e, EVENT_ACCEPT, m->at);
	e = base;
	e.message_id = str_z(message_id);
	say(t, &e, EVENT_MESSAGE_ID, m->at);
	e = base;
	e.sender = str_z(sender);
	e.has_sender = true;
	e.size = 3000;
	e.nrcpt = m->n;
	say(t, &e, EVENT_QUEUED, m->at);
	for (uint32_t i = 0; i < m->n; i++)
		deliver(t, base, m, i);
	say(t, &base, EVENT_REMOVED, m->at + 3);
}

static void
fail_login(struct town *t, const char *account, const char *ip, int64_t at)
{
	struct event e = {
	    .host = S("mx1"), .uid = -1, .account = str_z(account)};

	assert_true(ip_parse(str_z(ip), &e.client));
	say(t, &e, EVENT_AUTH_FAIL, at);
}

/* People at work: a mail or two an hour to those they know, now and then to
 * somebody new, one in a hundred mistyped. */
static void
honest(struct town *t)
{
	char who[64], ip[64];

	for (uint32_t day = 0; day < DAYS; day++)
		for (uint32_t hour = 8; hour < 18; hour++)
			for (uint32_t n = 0; n < PEOPLE; n++) {
				bool is_new = draw(t, 3) == 0;

				(void)snprintf(
				    who, sizeof(who), "user%u@a.example", n);
				(void)snprintf(
				    ip, sizeof(ip), "192.0.2.%u", n + 1);
				send_mail(t,
				    &(struct mail){.at = START + day * DAY +
							 hour * 3600 + n * 60,
					.account = who,
					.ip = ip,
					.to = is_new ? "new" : "friend",
					.number = is_new ? draw(t, 1000000)
							 : n * 10 + draw(t, 9),
					.n = 1 + draw(t, 2),
					.unknown = draw(t, 100) == 0});
			}
}

/* The owner's own mail of each day but the last. */
static void
own_days(struct town *t, const char *account)
{
	for (uint32_t day = 0; day + 1 < DAYS; day++)
		for (uint32_t i = 0; i < 4; i++)
			send_mail(t, &(struct mail){.at = START + day * DAY +
							  (9 + i * 2) * 3600,
					 .account = account,
					 .ip = "198.51.100.7",
					 .to = "known",
					 .number = i,
					 .n = 1});
}

#define LAST (START + (DAYS - 1) * DAY + 10 * 3600)

/* ---- innocents ---- */

static void
newsletter(struct town *t)
{
	for (uint32_t week = 0; week < 2; week++)
		for (uint32_t i = 0; i < 60; i++)
			send_mail(t,
			    &(struct mail){.at = START + (1 + week * 7) * DAY +
						 36000 + i * 10,
				.account = "news@a.example",
				.ip = "192.0.2.50",
				.to = "reader",
				.number = i * 50,
				.n = 50,
				.unknown = 1}); /* 2 % */
}

static void
traveller(struct town *t)
{
	char ip[64];

	own_days(t, "ana@a.example");
	for (uint32_t day = 2; day < 8; day++) {
		(void)snprintf(ip, sizeof(ip), "198.18.%u.9", day * 7);
		for (uint32_t i = 0; i < 5; i++)
			send_mail(
			    t, &(struct mail){
				   .at = START + day * DAY + 30000 + i * 4000,
				   .account = "ana@a.example",
				   .ip = ip,
				   .to = i % 2 == 0 ? "known" : "hotel",
				   .number = i % 2 == 0 ? i % 4 : day * 100 + i,
				   .n = 1});
	}
}

static void
shop(struct town *t)
{
	for (uint32_t day = 0; day < DAYS; day++)
		for (uint32_t i = 0; i < 150; i++)
			send_mail(t, &(struct mail){.at = START + day * DAY +
							  25200 + i * 300,
					 .account = "shop@a.example",
					 .ip = "192.0.2.60",
					 .to = "buyer",
					 .number = day * 1000 + i,
					 .n = 1,
					 .unknown = draw(t, 70) == 0});
}

/* Several people behind one address mistype their passwords. */
static void
office(struct town *t)
{
	char who[64];

	own_days(t, "ana@a.example");
	for (uint32_t day = 0; day < DAYS; day++)
		for (uint32_t n = 0; n < 6; n++) {
			(void)snprintf(
			    who, sizeof(who), "office%u@a.example", n);
			for (uint32_t i = 0; i < 3; i++)
				fail_login(t, who, "198.51.100.7",
				    START + day * DAY + 28800 + n * 60 + i);
			send_mail(t, &(struct mail){.at = START + day * DAY +
							  28900 + n * 60,
					 .account = who,
					 .ip = "198.51.100.7",
					 .to = "client",
					 .number = n * 10 + draw(t, 5),
					 .n = 1});
		}
}

/* Another network at nearly each use, from the first day on. */
static void
phone(struct town *t)
{
	char ip[64];

	for (uint32_t day = 0; day < DAYS; day++)
		for (uint32_t i = 0; i < 6; i++) {
			(void)snprintf(ip, sizeof(ip), "198.19.%u.%u",
			    draw(t, 17) * 13, 1 + draw(t, 200));
			send_mail(t, &(struct mail){.at = START + day * DAY +
							  30000 + i * 5000,
					 .account = "eva@a.example",
					 .ip = ip,
					 .to = "pal",
					 .number = draw(t, 15),
					 .n = 1});
		}
}

static void
invitations(struct town *t)
{
	for (uint32_t i = 0; i < 20; i++)
		send_mail(t, &(struct mail){.at = LAST + i * 60,
				 .account = "boda@a.example",
				 .ip = "198.51.100.44",
				 .to = "guest",
				 .number = i * 10,
				 .n = 10,
				 .unknown = i % 5 == 0});
}

/* ---- guilty ---- */

static void
botnet(struct town *t)
{
	char ip[64];

	own_days(t, "ana@a.example");
	for (uint32_t i = 0; i < 400; i++) {
		(void)snprintf(
		    ip, sizeof(ip), "198.18.%u.%u", i % 90 * 2, 1 + i % 7);
		send_mail(t, &(struct mail){.at = LAST + i * 20,
				 .account = "ana@a.example",
				 .ip = ip,
				 .to = "victim",
				 .number = i * 4,
				 .n = 4,
				 .unknown = i % 4 == 0,
				 .spam = i % 6 == 0,
				 .id_host = "WIN-8QK"});
	}
}

static void
one_address(struct town *t)
{
	own_days(t, "ana@a.example");
	for (uint32_t i = 0; i < 150; i++)
		send_mail(t, &(struct mail){.at = LAST + i * 20,
				 .account = "ana@a.example",
				 .ip = "198.18.77.8",
				 .to = "victim",
				 .number = i * 5,
				 .n = 5,
				 .unknown = 1,
				 .spam = i % 5 == 0});
}

/* Never more than a handful an hour, over a week. */
static void
low_and_slow(struct town *t)
{
	char ip[64];

	own_days(t, "ana@a.example");
	for (uint32_t i = 0; i < 24 * 6; i++) {
		(void)snprintf(
		    ip, sizeof(ip), "198.18.%u.%u", i * 5 % 200, 1 + i % 7);
		send_mail(
		    t, &(struct mail){.at = START + 2 * DAY + i * 3600 + 600,
			   .account = "ana@a.example",
			   .ip = ip,
			   .to = "victim",
			   .number = i * 3,
			   .n = 3,
			   .unknown = i % 3 == 0,
			   .spam = i % 8 == 0});
	}
}

static const struct {
	const char *title;
	void (*play)(struct town *t);
	const char *culprit;  /* NULL: nobody */
	uint64_t least, most; /* messages that are held against it */
} rows[] = {
    {"a newsletter with 2 % dead addresses", newsletter, NULL, 0, 0},
    {"an owner who travels", traveller, NULL, 0, 0},
    {"a shop: every recipient is new", shop, NULL, 0, 0},
    {"an office that mistypes its passwords", office, NULL, 0, 0},
    {"a phone with another network each hour", phone, NULL, 0, 0},
    {"200 invitations from a new account", invitations, NULL, 0, 0},
    {"a botnet", botnet, "ana@a.example", 380, 432},
    {"one foreign address", one_address, "ana@a.example", 150, 150},
    {"low and slow", low_and_slow, "ana@a.example", 130, 176},
};

static void
judge(struct town *t, void (*play)(struct town *t), uint64_t seed)
{
	*t = (struct town){.join = join_new(true, NULL, BY_ORIGIN),
	    .random = UINT64_C(0x2545f4914f6cdd1d) * (seed + 1)};
	honest(t);
	if (play != NULL)
		play(t);
	t->join->tally.first = START * US_SECOND;
	t->join->tally.last = (START + (int64_t)DAYS * DAY) * US_SECOND;
	join_finish(t->join);
	verdict_judge(&t->report, &t->join->tally, NULL);
}

static void
town_done(struct town *t)
{
	arena_done(&t->report.arena);
	join_free(t->join);
}

static void
check_nobody(const char *title, const struct report *r)
{
	for (size_t i = 0; i < r->findings_n; i++)
		for (size_t k = 0; k < r->findings[i]->reasons_n; k++)
			print_message("%s: %s: %.1f " STR_FMT "\n", title,
			    r->findings[i]->kind->code,
			    r->findings[i]->reasons[k].weight,
			    STR_ARG(r->findings[i]->reasons[k].sentence));
	if (r->culprits_n != 0)
		fail_msg("%s: '" STR_FMT "' is accused (%.2f)", title,
		    STR_ARG(r->culprits[0].origin->name),
		    r->culprits[0].confidence);
	assert_int_equal(r->verdicts_n, 1);
	assert_int_equal(r->verdicts[0].kind, VERDICT_CLEAN);
}

static void
test_innocent(void **state)
{
	struct town t;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows) * SEEDS; i++) {
		size_t k = i / SEEDS;

		if (rows[k].culprit != NULL)
			continue;
		judge(&t, rows[k].play, i % SEEDS);
		check_nobody(rows[k].title, &t.report);
		town_done(&t);
	}
	judge(&t, NULL, 0);
	check_nobody("people at work", &t.report);
	town_done(&t);
}

static void
test_guilty(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows) * SEEDS; i++) {
		size_t k = i / SEEDS;
		const struct culprit *c;
		struct town t;

		if (rows[k].culprit == NULL)
			continue;
		judge(&t, rows[k].play, i % SEEDS);
		if (t.report.culprits_n != 1)
			fail_msg("%s: %zu culprits", rows[k].title,
			    t.report.culprits_n);
		c = &t.report.culprits[0];
		if (!str_eq(c->origin->name, str_z(rows[k].culprit)) ||
		    c->share.messages < rows[k].least ||
		    c->share.messages > rows[k].most)
			fail_msg("%s: " STR_FMT " with %llu messages",
			    rows[k].title, STR_ARG(c->origin->name),
			    (unsigned long long)c->share.messages);
		assert_true(c->confidence >= 0.9);
		assert_int_equal(t.report.verdicts[0].kind, VERDICT_SENDING);
		assert_string_equal(c->findings[0]->kind->code, "stolen-login");
		town_done(&t);
	}
}

/* What each verdict and exit code is without any finding. */
static void
test_empty(void **state)
{
	struct town t = {.join = join_new(true, NULL, BY_ORIGIN)};

	(void)state;
	join_finish(t.join);
	verdict_judge(&t.report, &t.join->tally, NULL);
	assert_int_equal(t.report.verdicts_n, 1);
	assert_int_equal(t.report.verdicts[0].kind, VERDICT_UNDETERMINED);
	assert_int_equal(report_exit(&t.report), 3);
	t.report.examined_n = 1;
	assert_int_equal(report_exit(&t.report), 3);
	town_done(&t);
	judge(&t, NULL, 0);
	t.report.examined_n = 1;
	assert_int_equal(report_exit(&t.report), 0);
	town_done(&t);
	judge(&t, botnet, 0);
	t.report.examined_n = 1;
	assert_int_equal(report_exit(&t.report), 1);
	town_done(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_innocent),
	    cmocka_unit_test(test_guilty),
	    cmocka_unit_test(test_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
