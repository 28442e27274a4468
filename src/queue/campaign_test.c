/* SPDX-License-Identifier: ISC */
/* Queues that somebody made to be hard to sort. */
#include "queue/campaign.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

enum {
	MAGIC = 5, /* words that decide on an id */
	SETS = 8000,
	BODY = 1024
};

struct box {
	struct arena arena;
	struct shelf *shelf;
	struct campaigns campaigns;
	uint32_t n, random;
};

static void
box_init(struct box *b)
{
	*b = (struct box){.shelf = shelf_new(1, true), .random = 12345};
}

static void
box_done(struct box *b)
{
	shelf_free(b->shelf);
	arena_done(&b->arena);
}

static void
put(struct box *b, const char *subject, struct str body, size_t rcpts)
{
	struct queue_message *m = xcalloc(1, sizeof(*m));
	char head[128], id[16];
	int n = snprintf(head, sizeof(head), "Subject: %s\n", subject);
	int id_n = snprintf(id, sizeof(id), "%08X", b->n);

	m->id = (struct str){id, (size_t)id_n};
	m->arrived = (1800000000 + b->n++) * US_SECOND;
	m->sender = S("a@shop.example");
	m->uid = 1004;
	m->head = (struct str){head, (size_t)n};
	m->body = body;
	queue_rcpt_add(m)->address = S("x@b.example");
	m->rcpts_all = rcpts;
	(void)shelf_put(b->shelf,
	    &(struct received){.message = m, .path = S("deferred/0/1")});
	free(m);
}

static void
word(uint32_t number, char to[8])
{
	to[0] = 'q';
	for (int i = 1; i < 7; i++, number /= 26)
		to[i] = (char)('a' + number % 26);
	to[7] = '\0';
}

static uint32_t
draw(struct box *b)
{
	b->random = b->random * 1664525 + 1013904223;
	return b->random >> 4;
}

/* n words that nobody else has. */
static size_t
put_words(struct box *b, char *to, size_t at, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char w[8];

		word(draw(b), w);
		at += (size_t)snprintf(to + at, BODY - at, "%s ", w);
	}
	return at;
}

/* Words whose hashes are the smallest of their slots nearly always. */
static void
find_magic(char ret_words[MAGIC][8])
{
	bool used[LIKENESS_SLOTS] = {false};
	size_t n = 0;

	for (uint32_t i = 0; n < MAGIC; i++) {
		struct likeness l;
		struct link_names links;
		size_t slot = 0;

		word(i, ret_words[n]);
		likeness_read(
		    S(""), S(""), S(""), str_z(ret_words[n]), &l, &links);
		while (l.slots[slot] == 0)
			slot++;
		if (l.slots[slot] > 20 || used[slot])
			continue;
		used[slot] = true;
		n++;
	}
}

/* Thousands of pairs, each of a text of its own, that want one id. */
static void
test_one_id(void **state)
{
	char magic[MAGIC][8], body[BODY];
	struct map ids = {0};
	struct box b;

	(void)state;
	find_magic(magic);
	box_init(&b);
	for (uint32_t i = 0; i < SETS; i++) {
		size_t n = 0;

		for (size_t k = 0; k < MAGIC; k++) {
			n = put_words(&b, body, n, 5);
			n += (size_t)snprintf(
			    body + n, BODY - n, "%s ", magic[k]);
		}
		for (int k = 0; k < 2; k++)
			put(&b, "an offer", (struct str){body, n},
			    CAMPAIGN_RECIPIENTS);
	}
	(void)alarm(20); /* it takes no second, or hours */
	campaigns_find(&b.campaigns, &b.arena, b.shelf);
	(void)alarm(0);
	assert_int_equal(b.campaigns.n, SETS);
	for (size_t i = 0; i < b.campaigns.n; i++) {
		bool is_new;

		assert_int_not_equal(b.campaigns.items[i].id, 0);
		(void)map_put(&ids, b.campaigns.items[i].id, &is_new);
		assert_true(is_new);
	}
	map_done(&ids);
	box_done(&b);
}

/* No two are alike, although all have one subject. */
static void
test_none(void **state)
{
	char body[BODY];
	struct box b;

	(void)state;
	box_init(&b);
	for (uint32_t i = 0; i < SETS; i++)
		put(&b, "an offer",
		    (struct str){body, put_words(&b, body, 0, 60)}, 1);
	campaigns_find(&b.campaigns, &b.arena, b.shelf);
	assert_int_equal(b.campaigns.n, 0);
	assert_int_equal(b.campaigns.others, SETS);
	box_done(&b);
}

/* A link alone joins nobody: two mails of one shop, each in its words. */
static void
test_shared_link(void **state)
{
	static const char link[] = "http://x.pills.example/ ";
	char bodies[2][BODY];
	size_t n[2];
	struct box b;

	(void)state;
	box_init(&b);
	for (size_t k = 0; k < 2; k++) {
		n[k] = (size_t)snprintf(bodies[k], BODY, "%s", link);
		n[k] = put_words(&b, bodies[k], n[k], 60);
	}
	for (uint32_t i = 0; i < 40; i++) {
		char body[BODY];
		size_t k = i % 2;

		memcpy(body, bodies[k], n[k]);
		put(&b, k == 0 ? "pills" : "watches",
		    (struct str){body, put_words(&b, body, n[k], 4)}, 1);
	}
	campaigns_find(&b.campaigns, &b.arena, b.shelf);
	assert_int_equal(b.campaigns.n, 2);
	for (size_t i = 0; i < 2; i++) {
		const struct common *c =
		    &b.campaigns.items[i].common[TRAIT_LINK];

		assert_int_equal(b.campaigns.items[i].messages, 20);
		assert_int_equal(c->top_n, 1);
		assert_true(str_eq(c->top[0].text, S("pills.example")));
		assert_int_equal(c->top[0].others, 0);
	}
	box_done(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_one_id),
	    cmocka_unit_test(test_none),
	    cmocka_unit_test(test_shared_link),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
