/* SPDX-License-Identifier: ISC */
/* Messages of a qmail queue, composed after INTERNALS of qmail's source. */
#include "mta/spool_test.h"

enum {
	PART_MESSAGE,
	PART_INFO,
	PART_LOCAL,
	PART_REMOTE,
	PART_TODO,
	PART_INTD,
};

#define BY_UID                                                                 \
	"Received: (qmail 18695 invoked by uid 1004); 16 Nov 2026 10:33:07 "   \
	"-0000\n"                                                              \
	"Subject: Offer\n\nBuy.\n"
#define FROM_NETWORK                                                           \
	"Received: (qmail 18695 invoked from network); 16 Nov 2026 10:33:07 "  \
	"-0000\n"

static struct queue_message m;

static void
test_waiting(void **state)
{
	struct queue_parts parts = SPOOL_PARTS("93869", QUEUE_DEFERRED);

	(void)state;
	spool_part(&parts, PART_MESSAGE, S(BY_UID));
	spool_part(&parts, PART_INFO, S("Fana@x.example\0"));
	spool_part(&parts, PART_LOCAL, S("Tx.example-luis@x.example\0"));
	spool_part(&parts, PART_REMOTE, S("Tb@y.example\0Dc@z.example\0Tcut"));
	assert_int_equal(qmail_spool.read(&parts, false, &m), QUEUE_GOOD);
	assert_int_equal(m.state, QUEUE_DEFERRED);
	assert_slice(m.sender, "ana@x.example");
	assert_int_equal(m.uid, 1004);
	assert_int_equal(m.rcpts_all, 2);
	assert_int_equal(m.rcpts_done, 1);
	assert_slice(m.rcpts[0].address, "luis@x.example");
	assert_slice(m.rcpts[1].address, "b@y.example");
	assert_slice(m.body, "Buy.\n");
	assert_int_equal(m.arrived, 1000 * US_SECOND);
	assert_true(m.account.n == 0 && ip_is_none(&m.client));
}

static void
test_not_taken_apart_yet(void **state)
{
	struct queue_parts parts = SPOOL_PARTS("93869", QUEUE_DEFERRED);

	(void)state;
	spool_part(&parts, PART_MESSAGE, S(BY_UID));
	assert_int_equal(qmail_spool.read(&parts, false, &m), QUEUE_YET);
	spool_part(&parts, PART_INTD, S("u1004\0p1\0Fana@x\0"));
	assert_int_equal(qmail_spool.read(&parts, false, &m), QUEUE_YET);
	spool_part(&parts, PART_TODO,
	    S("u1004\0p18695\0Fl-@x.example-@[]\0Tb@y\0Tc@z\0"));
	assert_int_equal(qmail_spool.read(&parts, false, &m), QUEUE_GOOD);
	assert_int_equal(m.state, QUEUE_INCOMING);
	assert_slice(m.sender, "l-@x.example");
	assert_int_equal(m.rcpts_all, 2);
	assert_int_equal(m.uid, 1004);
}

static void
test_long_lists_are_asked_for(void **state)
{
	struct queue_parts parts = SPOOL_PARTS("1", QUEUE_DEFERRED);

	(void)state;
	spool_part(&parts, PART_MESSAGE, S(BY_UID));
	spool_part(&parts, PART_INFO, S("F\0"));
	spool_part(&parts, PART_REMOTE, S("Ta@x\0Tb"));
	parts.parts[2].whole = false;
	assert_int_equal(qmail_spool.read(&parts, false, &m), QUEUE_MORE);
	assert_int_equal(qmail_spool.read(&parts, true, &m), QUEUE_GOOD);
	assert_int_equal(m.rcpts_all, 1);
	assert_int_equal(m.sender.n, 0);
}

static const struct {
	const char *head;
	const char *client, *name, *helo, *account, *protocol;
} origins[] = {
    {"Received: from unknown (HELO pc) (ana@x.example@192.0.2.1)\n"
     "  by mx1.x.example with ESMTPA; 16 Nov 2026\n\n",
	"192.0.2.1", "unknown", "pc", "ana@x.example", "ESMTPA"},
    {"Received: from h.example (192.0.2.1)\n  by mx1 with SMTP; 16 Nov\n\n",
	"192.0.2.1", "h.example", "", "", "SMTP"},
    /* what identd says is no account */
    {"Received: from h.example (HELO a) (root@192.0.2.1)\n"
     "  by mx1 with SMTP; 16 Nov\n\n",
	"192.0.2.1", "h.example", "a", "", "SMTP"},
    {"Received: from unknown (HELO v6) (ana@2001:db8::1)\n"
     "  by mx1 with ESMTPSA; 16 Nov\n\n",
	"2001:db8::1", "unknown", "v6", "ana", "ESMTPSA"},
    /* not on top: somebody else's */
    {"Subject: x\nReceived: from unknown (HELO p) (bob@y@192.0.2.66)\n"
     "  by mx1 with ESMTPA; 16 Nov\n\n",
	NULL, "", "", "", ""},
};

static void
test_origins(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(origins); i++) {
		struct queue_parts parts = SPOOL_PARTS("1", QUEUE_DEFERRED);
		char text[1024] = FROM_NETWORK;
		struct ip ip = {0};

		strncat(
		    text, origins[i].head, sizeof(text) - sizeof(FROM_NETWORK));
		spool_part(&parts, PART_MESSAGE, str_z(text));
		spool_part(&parts, PART_INFO, S("Fa@b\0"));
		assert_int_equal(
		    qmail_spool.read(&parts, false, &m), QUEUE_GOOD);
		if (origins[i].client != NULL)
			assert_true(ip_parse(str_z(origins[i].client), &ip));
		assert_true(ip_eq(&m.client, &ip));
		assert_slice(m.client_name, origins[i].name);
		assert_slice(m.helo, origins[i].helo);
		assert_slice(m.account, origins[i].account);
		assert_slice(m.protocol, origins[i].protocol);
		assert_int_equal(m.uid, -1);
	}
}

static void
test_names(void **state)
{
	static const char *const root[] = {"bounce/", "info/", "intd/",
	    "local/", "lock/", "mess/", "pid/", "remote/", "todo/"};
	static const char *const postfix[] = {"active/", "deferred/"};
	static const char *const names[] = {"93869", "93869x", ".", "core"};
	struct queue_folder folder = {
	    .path = "", .below = "", .names = root, .n = ARRAY_LEN(root)};
	struct queue_entry entry = {0};

	(void)state;
	assert_true(qmail_spool.is_queue(&folder));
	folder.names = postfix;
	folder.n = ARRAY_LEN(postfix);
	assert_false(qmail_spool.is_queue(&folder));
	folder = (struct queue_folder){.path = "mess/8",
	    .below = "8",
	    .names = names,
	    .n = ARRAY_LEN(names)};
	assert_true(qmail_spool.entry(&folder, 0, &entry));
	assert_string_equal(entry.id, "93869");
	assert_string_equal(entry.parts[PART_MESSAGE].path, "mess/8/93869");
	assert_string_equal(entry.parts[PART_REMOTE].path, "remote/8/93869");
	assert_string_equal(entry.parts[PART_TODO].path, "todo/93869");
	for (size_t i = 1; i < ARRAY_LEN(names); i++)
		assert_false(qmail_spool.entry(&folder, i, &entry));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_waiting),
	    cmocka_unit_test(test_not_taken_apart_yet),
	    cmocka_unit_test(test_long_lists_are_asked_for),
	    cmocka_unit_test(test_origins),
	    cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
