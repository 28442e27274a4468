/* SPDX-License-Identifier: ISC */
/* Files as Sendmail 8.17.1 wrote them; what is not is said. */
#include "mta/spool_test.h"

#define TOP                                                                    \
	"V8\nT1795696043\nK1795696059\nN3\nP211334\nI0/44/784\n"               \
	"MDeferred: 452 4.2.2 The recipient's mailbox is full\nFbs\n"

static const char local[] =
    TOP "$_localhost [127.0.0.1]\n$rESMTPS\n$smx1.tienda.example\n"
	"${daemon_flags}\nS<luis@mx1.tienda.example>\nA<>\n"
	"MDeferred: 450 4.7.1 later\n"
	"rRFC822; carla.weber-255@hotmail.com\n"
	"RPFD:<carla.weber-255@hotmail.com>\n"
	"rRFC822; ventas@taller.example\nRFD:<eva@firma.example>\n"
	"H?P?Return-Path: <\201g>\n"
	"H??Received: from mx1.tienda.example (localhost [127.0.0.1])\n"
	"\tby mx1.tienda.example (8.17.1.9/8.17.1.9) with ESMTPS id 1\n"
	"H?x?Full-Name: Luis\n"
	"H??Received: (from luis@localhost)\n"
	"\tby mx1.tienda.example (8.17.1.9/8.17.1.9) id 6AQCRNnr042524\n"
	"H??Subject: mensaje\n.\n";

static const char login[] =
    TOP "$_pc.isp.example [198.18.195.101]\n$rESMTPSA\n$swin-7\n"
	"${daemon_flags}EE a s\nS<ana@tienda.example>\n"
	"rRFC822; b@y.example\nRPFD:<b@y.example>\n"
	"H??Received: from win-7 (pc.isp.example [198.18.195.101])\n"
	"\t(authenticated bits=0)\n\tby mx1 with ESMTPSA id 1\n"
	"H??Received: (from root@localhost)\n\tby evil\n"
	"H??Subject: x\n.\n";

/* mqueue-client, after the manual */
static const char client[] =
    "V8\nT1795696043\nK0\nN0\nP1\n$_luis@localhost\nSluis\n"
    "Cluis:1004:1004:luis\nRPFD:<b@y.example>\nH??From: luis\n.\n";

static struct queue_message m;

static enum queue_result
read_one(const char *control, const char *body, enum queue_state state)
{
	struct queue_parts parts = SPOOL_PARTS("6AQCRNDP042527", state);

	spool_part(&parts, 0, str_z(control));
	if (body != NULL)
		spool_part(&parts, 1, str_z(body));
	return sendmail_spool.read(&parts, false, &m);
}

static void
test_local(void **state)
{
	(void)state;
	assert_int_equal(read_one(local, "body\n", QUEUE_DEFERRED), QUEUE_GOOD);
	assert_int_equal(m.state, QUEUE_DEFERRED);
	assert_int_equal(m.arrived, 1795696043 * US_SECOND);
	assert_int_equal(m.tried, 1795696059 * US_SECOND);
	assert_slice(m.sender, "luis@mx1.tienda.example");
	assert_slice(m.local_user, "luis");
	assert_slice(m.protocol, "ESMTPS");
	assert_int_equal(m.rcpts_n, 2);
	assert_slice(m.rcpts[0].address, "carla.weber-255@hotmail.com");
	assert_slice(m.rcpts[0].original, "");
	assert_slice(m.rcpts[0].reason, "450 4.7.1 later");
	assert_slice(m.rcpts[0].dsn, "4.7.1");
	assert_slice(m.rcpts[1].address, "eva@firma.example");
	assert_slice(m.rcpts[1].original, "ventas@taller.example");
	assert_slice(
	    m.rcpts[1].reason, "452 4.2.2 The recipient's mailbox is full");
	assert_slice(m.body, "body\n");
	assert_true(str_starts(m.head, S("Received: from mx1")));
	assert_true(str_ends(m.head, S("Subject: mensaje\n")));
}

/* A stranger's header cannot pass for a local user's. */
static void
test_client(void **state)
{
	(void)state;
	assert_int_equal(read_one(login, "body\n", QUEUE_DEFERRED), QUEUE_GOOD);
	assert_slice(m.local_user, "");
	assert_slice(m.client_name, "pc.isp.example");
	assert_slice(m.helo, "win-7");
	assert_false(ip_is_none(&m.client));
	assert_int_equal(m.uid, -1);
}

static void
test_submission(void **state)
{
	(void)state;
	assert_int_equal(read_one(client, NULL, QUEUE_DEFERRED), QUEUE_GOOD);
	assert_int_equal(m.state, QUEUE_INCOMING);
	assert_slice(m.local_user, "luis");
	assert_int_equal(m.uid, 1004);
	assert_slice(m.rcpts[0].address, "b@y.example");
	assert_int_equal(m.tried, WALL_NONE);
}

static void
test_incomplete(void **state)
{
	(void)state;
	assert_int_equal(
	    read_one("V8\nT1\nS<a@b>\n", NULL, QUEUE_DEFERRED), QUEUE_YET);
	assert_int_equal(read_one("", NULL, QUEUE_DEFERRED), QUEUE_YET);
	assert_int_equal(
	    read_one("V8\nT1\nS<a@b>\nRPFD:<c@d>\n", NULL, QUEUE_DEFERRED),
	    QUEUE_DAMAGED);
}

static void
test_names(void **state)
{
	static const char *const flat[] = {"df6AQCRNDP042527",
	    "hf6AQCRNDP042527", "qfx", "xf6AQCRNDP042527", "qf6AQCRX2u042789",
	    "Qf6AQCRX2u042790"};
	static const char *const several[] = {"q1/", "q2/"};
	static const char *const exim[] = {"input/", "db/", "msglog/"};
	static const struct {
		const char *const *names;
		size_t n;
		bool is_queue;
	} roots[] = {{flat, 6, true}, {several, 2, true}, {exim, 3, false}};
	struct queue_folder folder = {.path = "", .names = flat, .n = 6};
	struct queue_entry entry = {.parts_n = 0, .state = QUEUE_DEFERRED};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(roots); i++) {
		struct queue_folder root = {
		    .path = "", .names = roots[i].names, .n = roots[i].n};

		assert_int_equal(
		    sendmail_spool.is_queue(&root), roots[i].is_queue);
	}
	assert_false(sendmail_spool.entry(&folder, 0, &entry));
	assert_true(sendmail_spool.entry(&folder, 1, &entry));
	assert_int_equal(entry.state, QUEUE_HELD);
	assert_string_equal(entry.id, "6AQCRNDP042527");
	assert_string_equal(entry.parts[1].path, "df6AQCRNDP042527");
	assert_false(sendmail_spool.entry(&folder, 2, &entry));
	entry.parts_n = 0;
	entry.state = QUEUE_DEFERRED;
	folder.path = "q1/qf";
	assert_true(sendmail_spool.entry(&folder, 4, &entry));
	assert_int_equal(entry.state, QUEUE_DEFERRED);
	assert_string_equal(entry.parts[0].path, "q1/qf/qf6AQCRX2u042789");
	assert_string_equal(entry.parts[1].path, "q1/df/df6AQCRX2u042789");
	entry.parts_n = 0;
	assert_true(sendmail_spool.entry(&folder, 5, &entry));
	assert_int_equal(entry.state, QUEUE_CORRUPT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_local),
	    cmocka_unit_test(test_client),
	    cmocka_unit_test(test_submission),
	    cmocka_unit_test(test_incomplete),
	    cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
