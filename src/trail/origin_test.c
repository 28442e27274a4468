/* SPDX-License-Identifier: ISC */
#include "base/limits.h"
#include "trail/tally.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct ip
ip_of(uint32_t i)
{
	struct ip ip;
	char text[IP_TEXT];

	(void)snprintf(
	    text, sizeof(text), "198.18.%u.%u", i / 256 % 256, i % 256);
	assert_true(ip_parse(str_z(text), &ip));
	return ip;
}

/* Hours come late when clocks step or lines are late. */
static void
test_hours(void **state)
{
	static const uint32_t order[] = {50, 51, 49, 60, 51, 48, 55, 0, 50, 60};
	static const uint32_t want[] = {0, 48, 49, 50, 51, 55, 60};
	static const uint32_t times[] = {1, 1, 1, 2, 2, 1, 2};
	struct origin o = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(order); i++)
		origin_hour(&o, order[i])->counts.messages++;
	assert_int_equal(o.hours_n, ARRAY_LEN(want));
	for (size_t i = 0; i < ARRAY_LEN(want); i++) {
		assert_int_equal(o.hours[i].hour, want[i]);
		assert_int_equal(o.hours[i].counts.messages, times[i]);
	}
	origin_done(&o);
}

/* A number for each address, the same at each question, whatever their
 * number; beyond the limit they are counted as missed. */
static void
test_ips(void **state)
{
	struct origin o = {0};
	struct ip ip;

	(void)state;
	for (uint32_t i = 0; i < ORIGIN_IPS; i++) {
		ip = ip_of(i);
		assert_int_equal(origin_ip(&o, &ip), i);
		ip = ip_of(i / 2);
		assert_int_equal(origin_ip(&o, &ip), i / 2);
		ip = ip_of(0);
		assert_int_equal(origin_ip(&o, &ip), 0);
	}
	assert_int_equal(o.ips_n, ORIGIN_IPS);
	assert_int_equal(o.ips_missed, 0);
	ip = ip_of(ORIGIN_IPS);
	assert_int_equal(origin_ip(&o, &ip), UINT32_MAX);
	assert_int_equal(origin_ip(&o, &ip), UINT32_MAX);
	assert_int_equal(o.ips_missed, 2);
	ip = ip_of(ORIGIN_IPS - 1);
	assert_int_equal(origin_ip(&o, &ip), ORIGIN_IPS - 1);
	assert_int_equal(o.ips_n, ORIGIN_IPS);
	origin_done(&o);
}

static uint32_t
top_count(const struct origin_top *top, struct str text)
{
	text = str_head(text, ORIGIN_TEXT);
	for (uint32_t i = 0; i < top->n; i++)
		if (str_eq(
			(struct str){top->items[i].text, top->items[i].length},
			text))
			return top->items[i].count;
	return 0;
}

static void
test_top(void **state)
{
	static const char long_text[] =
	    "0123456789012345678901234567890123456789012345678901234567890123"
	    "4567890123456789";
	struct origin_top top = {0};
	char text[32];

	(void)state;
	origin_top_add(&top, S(""), 3);
	origin_top_add(&top, str_z(long_text), 2);
	origin_top_add(&top, str_z(long_text), 2);
	assert_int_equal(top_count(&top, S("")), 3);
	assert_int_equal(top_count(&top, str_z(long_text)), 4);
	/* A text of every other line stays on top of a flood of others. */
	for (uint32_t i = 0; i < 10000; i++) {
		int n = snprintf(text, sizeof(text), "other%u", i);

		origin_top_add(&top, (struct str){text, (size_t)n}, 1);
		origin_top_add(&top, S("often"), 1);
	}
	assert_true(top.n <= ORIGIN_TOP);
	assert_int_equal(top.total, 20007);
	assert_true(top_count(&top, S("often")) >= 10000);
}

/* An origin made of pseudo-random mail. */
static void
make(struct tally *t, uint32_t seed, uint32_t from)
{
	struct origin *o =
	    tally_origin(t, ORIGIN_ACCOUNT, S("ana@a.example"), -1);

	for (uint32_t i = 0; i < 200; i++) {
		uint32_t at = from + i * 97 * seed % 90000;
		struct ip ip = ip_of(i * seed % 23);
		uint32_t number = origin_ip(o, &ip);
		struct origin_ip *use = &o->ips[number];
		uint64_t hash =
		    str_hash((struct str){(char *)&i, 1 + seed % 2});

		origin_hour(o, at / 3600)->counts.messages++;
		use->counts.messages++;
		if (use->first == 0 || at < use->first)
			use->first = at;
		if (at > use->last)
			use->last = at;
		o->counts.messages++;
		o->size += i;
		recipients_add(
		    &t->recipients, hash, at, o->number, &o->recipients);
		if (o->first == 0 || at < o->first)
			o->first = at;
		if (at > o->last)
			o->last = at;
	}
	o->many_rcpts = seed;
	o->refused[REPLY_UNKNOWN_USER] = seed;
	t->rejected = seed;
	t->inbound.accepted = seed * 3;
}

static void
same_origin(const struct origin *a, struct origin *b)
{
	assert_memory_equal(&a->counts, &b->counts, sizeof(a->counts));
	assert_int_equal(a->size, b->size);
	assert_int_equal(a->first, b->first);
	assert_int_equal(a->last, b->last);
	assert_int_equal(a->many_rcpts, b->many_rcpts);
	assert_int_equal(a->fresh, b->fresh);
	assert_memory_equal(a->refused, b->refused, sizeof(a->refused));
	assert_int_equal(
	    sketch_count(&a->recipients), sketch_count(&b->recipients));
	assert_int_equal(a->hours_n, b->hours_n);
	for (uint32_t i = 0; i < a->hours_n; i++) {
		assert_int_equal(a->hours[i].hour, b->hours[i].hour);
		assert_int_equal(
		    a->hours[i].counts.messages, b->hours[i].counts.messages);
		assert_int_equal(a->hours[i].fresh, b->hours[i].fresh);
	}
	assert_int_equal(a->ips_n, b->ips_n);
	for (uint32_t i = 0; i < a->ips_n; i++) {
		const struct origin_ip *x = &a->ips[i];
		uint32_t number = origin_ip(b, &x->ip);
		const struct origin_ip *y = &b->ips[number];

		assert_int_equal(x->counts.messages, y->counts.messages);
		assert_int_equal(x->first, y->first);
		assert_int_equal(x->last, y->last);
	}
}

/* a + b is b + a. */
static void
test_merge(void **state)
{
	struct tally a[2], b[2];
	struct origin *x, *y;
	uint32_t map[4];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		tally_init(&a[i]);
		tally_init(&b[i]);
		make(&a[i], 3, 1700000000);
		/* not number 0 here: the map is needed */
		(void)tally_origin(&b[i], ORIGIN_SYSTEM, S("bounces"), -1);
		make(&b[i], 8, 1700050001);
	}
	tally_merge(&a[0], &b[0], map);
	assert_int_equal(map[1], 0);
	tally_merge(&b[1], &a[1], map);
	assert_int_equal(map[0], 1);
	tally_finish(&a[0]);
	tally_finish(&b[1]);
	x = tally_find(&a[0], ORIGIN_ACCOUNT, S("ANA@a.example"));
	y = tally_find(&b[1], ORIGIN_ACCOUNT, S("ana@A.example"));
	assert_non_null(x);
	assert_non_null(y);
	assert_int_equal(x->counts.messages, 400);
	assert_true(x->fresh > 0);
	same_origin(x, y);
	assert_int_equal(a[0].rejected, 11);
	assert_int_equal(b[1].rejected, 11);
	assert_int_equal(a[0].inbound.accepted, b[1].inbound.accepted);
	tally_done(&a[0]);
	tally_done(&b[1]);
}

/* Accounts are the same whatever their case, files are not; kinds differ. */
static void
test_names(void **state)
{
	struct tally t;
	struct origin *o;

	(void)state;
	tally_init(&t);
	o = tally_origin(&t, ORIGIN_ACCOUNT, S("Ana@A.example"), -1);
	assert_ptr_equal(
	    tally_origin(&t, ORIGIN_ACCOUNT, S("ana@a.EXAMPLE"), -1), o);
	assert_ptr_not_equal(
	    tally_origin(&t, ORIGIN_FORWARD, S("ana@a.example"), -1), o);
	o = tally_origin(&t, ORIGIN_SCRIPT, S("/var/www/A.php"), 33);
	assert_ptr_not_equal(
	    tally_origin(&t, ORIGIN_SCRIPT, S("/var/www/a.php"), 33), o);
	assert_null(tally_find(&t, ORIGIN_ACCOUNT, S("eva@a.example")));
	tally_done(&t);
}

/* However many strangers relay, memory stays small. */
static void
test_crowd(void **state)
{
	struct tally t;
	char text[32];

	(void)state;
	for (enum origin_kind kind = 0; kind < ORIGIN_KINDS; kind++) {
		const struct origin *crowd;

		if (kind != ORIGIN_CLIENT && kind != ORIGIN_NETWORK &&
		    kind != ORIGIN_FORWARD)
			continue;
		tally_init(&t);
		for (uint32_t i = 0; i < TALLY_CLIENTS + 1000; i++) {
			int n = snprintf(text, sizeof(text), "198.18.%u.%u",
			    i / 256, i % 256);

			tally_origin(
			    &t, kind, (struct str){text, (size_t)n}, -1)
			    ->counts.messages++;
		}
		crowd = tally_find(&t, kind, S("*"));
		assert_true(t.origins_n <= TALLY_CLIENTS + 1);
		assert_non_null(crowd);
		assert_int_equal(crowd->counts.messages, 1000);
		tally_done(&t);
	}
}

/* However many hours a log has, each origin keeps so many of them: the last;
 * its sums are those of all. */
static void
test_hours_limit(void **state)
{
	static const uint32_t most = 2 * LIMIT_HOURS;

	(void)state;
	for (int back = 0; back < 2; back++) {
		struct origin o = {0}, merged = {0};

		for (uint32_t i = 1; i <= most; i++)
			origin_hour(&o, back ? most + 1 - i : i)
			    ->counts.messages++;
		assert_in_range(o.hours_n, LIMIT_HOURS * 7 / 8, LIMIT_HOURS);
		assert_true(o.hours_cut);
		assert_int_equal(o.hours[o.hours_n - 1].hour, most);
		for (uint32_t i = 0; i < o.hours_n; i++) {
			assert_int_equal(o.hours[i].counts.messages, 1);
			assert_int_equal(
			    o.hours[i].hour, most - o.hours_n + 1 + i);
		}
		origin_hour(&merged, most + 7)->counts.messages++;
		origin_merge(&merged, &o);
		assert_true(merged.hours_cut);
		assert_in_range(
		    merged.hours_n, LIMIT_HOURS * 7 / 8, LIMIT_HOURS);
		assert_int_equal(
		    merged.hours[merged.hours_n - 1].hour, most + 7);
		origin_done(&o);
		origin_done(&merged);
	}
}

/* However many accounts send, memory stays bounded, and no account is blamed
 * for those that are beyond the limit; in parts as in one. */
static void
test_limit(void **state)
{
	struct tally t[2];
	const struct origin *unknown;
	uint32_t *map = xcalloc(2 * LIMIT_ORIGINS, sizeof(*map));
	char text[32];

	(void)state;
	tally_init(&t[0]);
	tally_init(&t[1]);
	for (uint32_t i = 0; i < 2 * LIMIT_ORIGINS; i++) {
		int n = snprintf(text, sizeof(text), "u%u@a.example", i);

		tally_origin(&t[i % 2], ORIGIN_ACCOUNT,
		    (struct str){text, (size_t)n}, -1)
		    ->counts.messages++;
	}
	assert_int_equal(t[0].origins_n, LIMIT_ORIGINS);
	assert_int_equal(t[0].origins_missed, 0);
	tally_merge(&t[0], &t[1], map);
	unknown = tally_find(&t[0], ORIGIN_UNKNOWN, S(""));
	assert_non_null(unknown);
	assert_int_equal(t[0].origins_n, LIMIT_ORIGINS + 1);
	assert_int_equal(t[0].origins_missed, LIMIT_ORIGINS);
	assert_int_equal(unknown->counts.messages, LIMIT_ORIGINS);
	assert_ptr_equal(
	    tally_origin(&t[0], ORIGIN_ACCOUNT, S("new@a.example"), -1),
	    unknown);
	tally_done(&t[0]);
	free(map);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_hours),
	    cmocka_unit_test(test_ips),
	    cmocka_unit_test(test_top),
	    cmocka_unit_test(test_merge),
	    cmocka_unit_test(test_names),
	    cmocka_unit_test(test_crowd),
	    cmocka_unit_test(test_hours_limit),
	    cmocka_unit_test(test_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
