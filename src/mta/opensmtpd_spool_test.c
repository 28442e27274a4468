/* SPDX-License-Identifier: ISC */
/* Files as OpenSMTPD 7.6 wrote them. */
#include "mta/spool_test.h"

static const char envelope[] =
    "version: 3\ndispatcher: outbound\ntype: mta\n"
    "smtpname: mx1.tienda.example\nhelo: smtpclient.apple\n"
    "hostname: <unknown>\nusername: carla.schmidt@tienda.example\n"
    "errorline: 452 4.2.2 mailbox full\nsockaddr: 198.51.100.228\n"
    "sender: carla.schmidt@tienda.example\nrcpt: eva.haas-94@t-online.de\n"
    "dest: eva.haas-94@t-online.de\nctime: 1795695995\nlast-try: 0\n"
    "last-bounce: 1795710395\nttl: 0\nretry: 8\nflags: authenticated\n"
    "dsn-notify: 0\nesc-class: 4\nesc-code: 0\n";

static const char forwarded[] =
    "version: 3\ntype: mta\nsmtpname: mx1.tienda.example\nhelo: mail.y\n"
    "hostname: mail.y.example\nsockaddr: [2001:db8::7]\n"
    "sender: a@y.example\nrcpt: ventas@taller.example\n"
    "dest: eva@firma.example\nctime: 1795695990\nretry: 0\nflags: \n";

static const char local[] =
    "version: 3\ntype: mta\nsmtpname: mx1.tienda.example\nhelo: localhost\n"
    "hostname: mx1.tienda.example\nsockaddr: local\n"
    "sender: luis@mx1.tienda.example\nrcpt: b@y.example\n"
    "dest: b@y.example\nctime: 1795696006\nretry: 0\n";

static const char message[] =
    "Received: from localhost (mx1.tienda.example [local])\n"
    "\tby mx1.tienda.example (OpenSMTPD) with ESMTPA id d549b97e\n"
    "\tfor <b@y.example>;\n\tThu, 26 Nov 2026 12:26:45 +0000 (UTC)\n"
    "Subject: hola\n\nbody\n";

static enum queue_result
read_one(const char *const *envelopes, size_t n, struct queue_message *ret)
{
	struct queue_parts parts = SPOOL_PARTS("d549b97e", QUEUE_DEFERRED);

	spool_part(&parts, 0, str_z(message));
	for (size_t i = 0; i < n; i++)
		spool_part(&parts, 1, str_z(envelopes[i]));
	return opensmtpd_spool.read(&parts, false, ret);
}

static struct queue_message m;

static void
test_login(void **state)
{
	const char *envelopes[] = {envelope};

	(void)state;
	assert_int_equal(read_one(envelopes, 1, &m), QUEUE_GOOD);
	assert_int_equal(m.state, QUEUE_DEFERRED);
	assert_slice(m.account, "carla.schmidt@tienda.example");
	assert_slice(m.sender, "carla.schmidt@tienda.example");
	assert_slice(m.client_name, "");
	assert_slice(m.helo, "smtpclient.apple");
	assert_slice(m.protocol, "ESMTPA");
	assert_false(ip_is_none(&m.client));
	assert_int_equal(m.arrived, 1795695995 * US_SECOND);
	assert_int_equal(m.rcpts_all, 1);
	assert_slice(m.rcpts[0].address, "eva.haas-94@t-online.de");
	assert_slice(m.rcpts[0].original, "");
	assert_slice(m.rcpts[0].reason, "452 4.2.2 mailbox full");
	assert_slice(m.rcpts[0].dsn, "4.2.2");
	assert_slice(m.body, "body\n");
	assert_int_equal(m.local_user.n, 0);
}

static void
test_several(void **state)
{
	const char *envelopes[] = {forwarded, envelope};

	(void)state;
	assert_int_equal(read_one(envelopes, 2, &m), QUEUE_GOOD);
	assert_int_equal(m.rcpts_all, 2);
	assert_int_equal(m.arrived, 1795695990 * US_SECOND);
	assert_slice(m.rcpts[0].address, "eva@firma.example");
	assert_slice(m.rcpts[0].original, "ventas@taller.example");
	assert_slice(m.client_name, "mail.y.example");
	assert_false(ip_is_v4(&m.client));
	assert_int_equal(m.state, QUEUE_DEFERRED);
}

static void
test_local(void **state)
{
	const char *envelopes[] = {local};

	(void)state;
	assert_int_equal(read_one(envelopes, 1, &m), QUEUE_GOOD);
	assert_slice(m.local_user, "luis");
	assert_true(ip_is_none(&m.client));
	assert_int_equal(m.uid, -1);
	assert_int_equal(m.state, QUEUE_ACTIVE); /* not tried yet */
}

static void
test_gone(void **state)
{
	(void)state;
	assert_int_equal(read_one(NULL, 0, &m), QUEUE_YET);
}

static void
test_names(void **state)
{
	static const char *const top[] = {"queue/", "incoming/", "purge/"};
	static const char *const postfix[] = {
	    "incoming/", "deferred/", "active/"};
	static const char *const names[] = {"d549b97e00000001", "message",
	    "d549b97ecbb23e43", "eeeeeeeecbb23e43", "x"};
	struct queue_folder root = {.path = "", .names = top, .n = 3};
	struct queue_folder other = {.path = "", .names = postfix, .n = 3};
	struct queue_folder folder = {.path = "queue/d5/d549b97e",
	    .below = "d5/d549b97e",
	    .names = names,
	    .n = ARRAY_LEN(names)};
	struct queue_entry entry = {.parts_n = 0};
	struct queue_place places[QUEUE_PLACES];

	(void)state;
	assert_true(opensmtpd_spool.is_queue(&root));
	assert_false(opensmtpd_spool.is_queue(&other));
	assert_int_equal(opensmtpd_spool.folders(&root, places), 2);
	assert_false(opensmtpd_spool.entry(&folder, 0, &entry));
	assert_true(opensmtpd_spool.entry(&folder, 1, &entry));
	assert_string_equal(entry.id, "d549b97e");
	assert_int_equal(entry.parts_n, 3);
	assert_string_equal(entry.parts[0].path, "queue/d5/d549b97e/message");
	assert_string_equal(
	    entry.parts[2].path, "queue/d5/d549b97e/d549b97ecbb23e43");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_login),
	    cmocka_unit_test(test_several),
	    cmocka_unit_test(test_local),
	    cmocka_unit_test(test_gone),
	    cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
