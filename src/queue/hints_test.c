/* SPDX-License-Identifier: ISC */
/* Which signatures and domains of a queue are this server's, and which are
 * strangers'. */
#include "queue/hints.h"

#include "base/ip.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define AT     1795671903
#define OWN    "Received: from pc by mx1.tienda.example; now\n"
#define BEFORE "Received: from far.example by gate.example; before\n"
#define SIGNED(s, d, t)                                                        \
	"DKIM-Signature: v=1; a=rsa-sha256; d=" d "; s=" s ";\n\tt=" t         \
	"; h=from:to; bh=YQ==;\n\tb=YWJj\n"
#define FROM "From: Ana <ana@tienda.example>\nSubject: x\n"
#define NOW  "1795671900"

static const struct queue_root root = {.path = {"/queue", 6}};

/* mail.tienda.example is known. */
static bool
is_ours(const void *arg, struct str domain)
{
	(void)arg;
	return queue_hints_is_above(domain, S("mail.tienda.example"));
}

struct mail {
	const char *head;
	const char *account, *client, *protocol, *sender;
	int64_t uid;
};

static void
put(struct queue_hints *q, const struct mail *mail)
{
	struct queue_message *m = xcalloc(1, sizeof(*m));
	const struct received received = {.message = m, .root = &root};

	m->arrived = (wall_us)AT * US_SECOND;
	m->uid = mail->uid - 1;
	m->head = str_z(mail->head);
	if (mail->account != NULL)
		m->account = str_z(mail->account);
	if (mail->client != NULL)
		assert_true(ip_parse(str_z(mail->client), &m->client));
	if (mail->protocol != NULL)
		m->protocol = str_z(mail->protocol);
	if (mail->sender != NULL)
		m->sender = str_z(mail->sender);
	queue_hints_take(q, &received);
	free(m);
}

/* "mail@tienda.example 2, other@..." */
static void
said(const struct queue_hints *q, char *to, size_t size)
{
	struct hints *h = xcalloc(1, sizeof(*h));
	size_t n = 0;

	to[0] = '\0';
	queue_hints_tell(q, h);
	for (size_t i = 0; i < h->selectors_n; i++)
		n += (size_t)snprintf(to + n, size - n, "%s%.*s@%.*s %d",
		    n > 0 ? ", " : "", STR_ARG(h->selectors[i].selector),
		    STR_ARG(h->selectors[i].domain), (int)h->selectors[i].n);
	for (size_t i = 0; i < h->senders_n; i++)
		n += (size_t)snprintf(to + n, size - n, "%s%.*s %d",
		    n > 0 ? ", " : "", STR_ARG(h->senders[i].domain),
		    (int)h->senders[i].n);
	hints_done(h);
	free(h);
}

static const struct {
	struct mail mail;
	const char *said;
} rows[] = {
    /* by a login, signed below our Received, and above it */
    {{.head = OWN SIGNED("mail", "tienda.example", NOW) FROM,
	 .account = "ana@tienda.example",
	 .sender = "ana@tienda.example"},
	"mail@tienda.example 1, tienda.example 1"},
    {{.head = SIGNED("mail", "tienda.example", NOW) OWN FROM,
	 .client = "192.0.2.7",
	 .protocol = "ESMTPSA"},
	"mail@tienda.example 1"},
    /* two keys */
    {{.head = OWN SIGNED("rsa", "tienda.example", NOW)
	     SIGNED("ed", "tienda.example", NOW) FROM,
	 .uid = 34},
	"rsa@tienda.example 1, ed@tienda.example 1"},
    /* a program here, a machine beside it */
    {{.head = OWN SIGNED("mail", "tienda.example", NOW) FROM, .uid = 1},
	"mail@tienda.example 1"},
    {{.head = OWN SIGNED("mail", "tienda.example", NOW) FROM,
	 .client = "10.1.2.3"},
	"mail@tienda.example 1"},
    /* without a time */
    {{.head = OWN "DKIM-Signature: v=1; a=rsa-sha256; s=mail; "
		  "d=TIENDA.example; h=from; bh=YQ==; b=YQ==\n" FROM,
	 .uid = 34},
	"mail@TIENDA.example 1"},
    /* the account's own domain, that of an account without one */
    {{.head = OWN SIGNED("k1", "solo.example", NOW) FROM,
	 .account = "eva@mx.solo.example"},
	"k1@solo.example 1"},
    {{.head = OWN SIGNED("k1", "solo.example", NOW) FROM, .account = "eva"},
	""},
    /* From is the account's, whatever the envelope says */
    {{.head = OWN "From: \"<x@y.example>\" <eva@solo.example>\n\n",
	 .account = "eva@solo.example",
	 .sender = "b-17@bounces.example"},
	"solo.example 1"},
    /* a stranger's mail that is passed on */
    {{.head = OWN SIGNED("evil", "tienda.example", NOW) FROM,
	 .client = "192.0.2.7",
	 .protocol = "ESMTPS",
	 .sender = "ana@tienda.example"},
	""},
    /* by a gateway, a list, a redirection of a mailbox */
    {{.head = OWN BEFORE SIGNED("evil", "tienda.example", NOW) FROM,
	 .client = "10.1.2.3"},
	""},
    {{.head = OWN BEFORE SIGNED("evil", "tienda.example", NOW) FROM,
	 .uid = 5001},
	""},
    {{.head = OWN SIGNED("mail", "tienda.example", NOW)
	     BEFORE SIGNED("evil", "tienda.example", NOW) FROM,
	 .uid = 5001},
	"mail@tienda.example 1"},
    /* sent again by its reader: not ours, and what is below it */
    {{.head = OWN SIGNED("s1", "gmail.example", NOW)
	     SIGNED("evil", "tienda.example", NOW) FROM,
	 .account = "ana@tienda.example"},
	"tienda.example 1"},
    /* signed long ago */
    {{.head = OWN SIGNED("old", "tienda.example", "1795571900") FROM,
	 .account = "ana@tienda.example"},
	"tienda.example 1"},
    {{.head = OWN SIGNED("new", "tienda.example", "1795771900") FROM,
	 .account = "ana@tienda.example"},
	"tienda.example 1"},
    /* forged by a thief: no domain of ours, and none below one */
    {{.head = OWN SIGNED("s", "bank.example", NOW) "From: <x@bank.example>\n\n",
	 .account = "ana@tienda.example",
	 .sender = "x@bank.example"},
	""},
    {{.head = OWN SIGNED("s", "a1.tienda.example", NOW) FROM,
	 .account = "ana@tienda.example"},
	"tienda.example 1"},
    {{.head = OWN SIGNED("s", "example", NOW) FROM,
	 .account = "ana@tienda.example"},
	"tienda.example 1"},
    /* odd ones */
    {{.head = OWN "DKIM-Signature: v=1;\r\n a=rsa-sha256;d=tienda."
		  "example\r\n ;\r\n\ts = mail ; h=from:\r\n to; "
		  "bh=YQ==;\r\n b=YQ\r\n ==\r\n" FROM,
	 .uid = 34},
	"mail@tienda.example 1"},
    {{.head = OWN SIGNED("a b", "tienda.example", NOW) FROM, .uid = 34}, ""},
    {{.head = OWN "DKIM-Signature: v=1; s=mail; d=tienda.example\n" FROM,
	 .uid = 34},
	""},
    /* cut where reading ended */
    {{.head = OWN SIGNED("mail", "tienda.example", NOW), .uid = 34}, ""},
    {{.head = "", .uid = 34}, ""},
    {{.head = "DKIM-Signature:", .uid = 34}, ""},
};

static void
test_one_message(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct queue_hints *q = queue_hints_new(is_ours, NULL);
		char text[200];

		put(q, &rows[i].mail);
		said(q, text, sizeof(text));
		if (strcmp(text, rows[i].said) != 0)
			print_error("row %zu: ", i);
		assert_string_equal(text, rows[i].said);
		queue_hints_free(q);
	}
}

/* 10,000 forged senders and selectors of one stolen account, and three honest
 * letters. */
static void
test_a_flood(void **state)
{
	struct queue_hints *q = queue_hints_new(is_ours, NULL);
	struct queue_other others[5];
	char head[400], sender[64], text[200];
	const struct mail honest = {
	    .head = OWN SIGNED("mail", "tienda.example", NOW) FROM,
	    .account = "luis@solo.example",
	    .sender = "luis@solo.example"};

	(void)state;
	for (int i = 0; i < 10000; i++) {
		(void)snprintf(head, sizeof(head),
		    OWN "DKIM-Signature: v=1; a=rsa-sha256; d=tienda.example; "
			"s=k%d; h=from; bh=YQ==; b=YQ==\nFrom: "
			"<x@f%d.example>\n\n",
		    i, i);
		(void)snprintf(sender, sizeof(sender), "x@f%d.example", i);
		put(q, &(struct mail){.head = head,
			   .account = "ana@tienda.example",
			   .sender = sender});
		if (i % 4 == 0)
			put(q, &honest);
		if (i % 100 == 0)
			put(q, &(struct mail){.head = OWN FROM,
				   .uid = 34,
				   .sender = "web@shop.example"});
	}
	said(q, text, sizeof(text));
	/* counted less those that were struck against forged ones */
	assert_non_null(strstr(text, "mail@tienda.example "));
	assert_null(strstr(text, "k9999"));
	assert_non_null(strstr(text, ", solo.example 2500"));
	assert_int_equal(queue_hints_others(q, others, 5), 0);
	queue_hints_free(q);
}

static void
test_others(void **state)
{
	struct queue_hints *q = queue_hints_new(is_ours, NULL);
	struct queue_other others[2];
	const struct mail mails[] = {
	    {.head = OWN FROM, .uid = 34, .sender = "web@shop.example"},
	    {.head = OWN FROM, .uid = 34, .sender = "web@news.example"},
	    {.head = OWN FROM, .uid = 34, .sender = "web@third.example"},
	    {.head = OWN BEFORE FROM, .uid = 34, .sender = "a@passed.example"},
	    {.head = OWN FROM, .uid = 34, .sender = "a@mail.tienda.example"},
	};

	(void)state;
	for (int i = 0; i < 12; i++)
		for (size_t k = 0; k < ARRAY_LEN(mails); k++)
			if (i < 6 || k != 1)
				put(q, &mails[k]);
	put(q, &mails[2]);
	assert_int_equal(queue_hints_others(q, others, 2), 2);
	assert_true(str_eq(others[0].domain, S("third.example")));
	assert_int_equal(others[0].n, 13);
	assert_true(str_eq(others[1].domain, S("shop.example")));
	queue_hints_free(q);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_one_message),
	    cmocka_unit_test(test_a_flood),
	    cmocka_unit_test(test_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
