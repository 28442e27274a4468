/* SPDX-License-Identifier: ISC */
#include "finding/slice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define HOUR  3600u
#define BEGIN (500000u * HOUR)

struct fixture {
	struct tally tally;
	struct judging j;
	struct origin *origin;
	struct split splits[SPLITS];
	size_t n;
};

static void
set_up(struct fixture *f)
{
	*f = (struct fixture){0};
	tally_init(&f->tally);
	f->tally.first = (wall_us)BEGIN * US_SECOND;
	f->tally.last = (wall_us)(BEGIN + 240 * HOUR) * US_SECOND;
	f->j.tally = &f->tally;
	f->origin =
	    tally_origin(&f->tally, ORIGIN_ACCOUNT, S("ana@a.example"), -1);
}

/* One message from that address in that hour. */
static void
mail(struct fixture *f, uint32_t hour, const char *ip_name, uint32_t unknown)
{
	struct counts c = {.messages = 1, .recipients = 4, .unknown = unknown};
	struct origin *o = f->origin;
	uint32_t at = BEGIN + hour * HOUR, number;
	struct ip ip;

	assert_true(ip_parse(str_z(ip_name), &ip));
	number = origin_ip(o, &ip);
	counts_add(&o->counts, &c);
	counts_add(&origin_hour(o, at / HOUR)->counts, &c);
	counts_add(&o->ips[number].counts, &c);
	if (o->ips[number].first == 0)
		o->ips[number].first = at;
	o->ips[number].last = at;
	if (o->first == 0 || at < o->first)
		o->first = at;
	if (at > o->last)
		o->last = at;
}

static void
split(struct fixture *f)
{
	peers_of(&f->tally, &f->j.peers);
	f->n = slice_splits(&f->j, f->origin, f->splits);
	assert_true(f->n >= 1 && f->n <= SPLITS);
	/* the last is all of it, and parts and rests are the whole */
	assert_int_equal(f->splits[f->n - 1].cut, CUT_NONE);
	for (size_t i = 0; i < f->n; i++)
		assert_int_equal(f->splits[i].part.counts.messages +
				     f->splits[i].rest.counts.messages,
		    f->origin->counts.messages);
}

static const struct split *
find(const struct fixture *f, enum slice_cut cut)
{
	static const struct split none;

	for (size_t i = 0; i < f->n; i++)
		if (f->splits[i].cut == cut)
			return &f->splits[i];
	return &none;
}

static void
tear_down(struct fixture *f)
{
	peers_done(&f->j.peers);
	tally_done(&f->tally);
}

/* The owner from one network, then 40 others in an evening. */
static void
test_networks(void **state)
{
	struct fixture f;
	const struct split *s;
	char ip[32];

	(void)state;
	set_up(&f);
	for (uint32_t h = 0; h < 200; h += 10)
		mail(&f, h, "192.0.2.1", 0);
	for (uint32_t i = 0; i < 40; i++) {
		(void)snprintf(ip, sizeof(ip), "198.18.%u.1", i);
		mail(&f, 220 + i / 20, ip, 1);
		mail(&f, 220 + i / 20, ip, 1);
	}
	mail(&f, 221, "192.0.2.1", 0); /* the owner works on */
	split(&f);
	s = find(&f, CUT_NETWORKS);
	assert_int_equal(s->cut, CUT_NETWORKS);
	assert_int_equal(s->part.counts.messages, 80);
	assert_int_equal(s->part.networks, 40);
	assert_int_equal(s->rest.networks, 1);
	assert_int_equal(s->rest.counts.unknown, 0);
	assert_int_equal(s->part.first, BEGIN + 220 * HOUR);
	tear_down(&f);
}

/* The owner met dead addresses before: he is no stranger for that. */
static void
test_owner_with_dead_addresses(void **state)
{
	struct fixture f;
	const struct split *s;
	char ip[32];

	(void)state;
	set_up(&f);
	for (uint32_t h = 0; h < 150; h += 10)
		mail(&f, h, "192.0.2.1", h < 40 ? 1 : 0);
	for (uint32_t i = 0; i < 40; i++) {
		(void)snprintf(ip, sizeof(ip), "198.18.%u.1", i);
		mail(&f, 220 + i / 20, ip, 1);
	}
	/* 4 of 16 recipients, from another place of his */
	for (uint32_t h = 160; h < 164; h++)
		mail(&f, h, "198.51.100.1", 1);
	split(&f);
	s = find(&f, CUT_NETWORKS);
	assert_int_equal(s->part.networks, 40);
	assert_int_equal(s->part.counts.messages, 40);
	assert_int_equal(s->rest.networks, 2);
	tear_down(&f);
}

/* One foreign address among those of a traveller. */
static void
test_network(void **state)
{
	struct fixture f;
	const struct split *s;

	(void)state;
	set_up(&f);
	for (uint32_t h = 0; h < 200; h += 10)
		mail(&f, h, h % 40 == 0 ? "198.51.100.1" : "192.0.2.1", 0);
	for (uint32_t i = 0; i < 30; i++)
		mail(&f, 210, i % 2 == 0 ? "198.18.7.1" : "198.18.7.99", 2);
	split(&f);
	s = find(&f, CUT_NETWORK);
	assert_int_equal(s->cut, CUT_NETWORK);
	assert_int_equal(s->part.counts.messages, 30);
	assert_int_equal(s->part.networks, 1);
	assert_int_equal(s->part.ips, 2);
	tear_down(&f);
}

/* The same address all the time, but one wild evening. */
static void
test_time(void **state)
{
	struct fixture f;
	const struct split *s;

	(void)state;
	set_up(&f);
	for (uint32_t h = 0; h < 240; h += 5)
		mail(&f, h, "192.0.2.1", 0);
	for (uint32_t i = 0; i < 300; i++)
		mail(&f, 131 + i / 100, "192.0.2.1", 1);
	split(&f);
	s = find(&f, CUT_TIME);
	assert_int_equal(s->cut, CUT_TIME);
	assert_int_equal(s->part.counts.messages, 300);
	assert_int_equal(s->part.first, BEGIN + 131 * HOUR);
	assert_int_equal(s->rest.counts.messages, 48);
	assert_int_equal(slice_share(&s->part).messages, 300);
	assert_int_equal(slice_share(&s->part).recipients, 1200);
	assert_int_equal(find(&f, CUT_NETWORKS)->cut, CUT_NONE);
	tear_down(&f);
}

/* Nothing to split. */
static void
test_one(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f);
	mail(&f, 7, "192.0.2.1", 0);
	split(&f);
	assert_int_equal(f.n, 1);
	assert_int_equal(f.splits[0].part.counts.messages, 1);
	assert_int_equal(f.splits[0].part.networks, 1);
	tear_down(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_networks),
	    cmocka_unit_test(test_owner_with_dead_addresses),
	    cmocka_unit_test(test_network),
	    cmocka_unit_test(test_time),
	    cmocka_unit_test(test_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
