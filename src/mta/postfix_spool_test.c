/* SPDX-License-Identifier: ISC */
#include "mta/spool_test.h"

#include <stdio.h>

/* A queue file that is composed record by record. */
struct file {
	char bytes[16 * 1024];
	size_t n;
};

static void
put(struct file *f, char type, const char *data)
{
	size_t n = strlen(data), left = n;

	assert_true(f->n + n + 4 < sizeof(f->bytes));
	f->bytes[f->n++] = type;
	do {
		unsigned low = left & 0x7f;

		left >>= 7;
		f->bytes[f->n++] = (char)(low | (left > 0 ? 0x80 : 0));
	} while (left > 0);
	memcpy(f->bytes + f->n, data, n);
	f->n += n;
}

static struct str
text(const struct file *f)
{
	return (struct str){f->bytes, f->n};
}

/* The size record is always as long; the rest varies. */
static void
put_size(struct file *f, unsigned rcpts)
{
	char data[128];

	(void)snprintf(data, sizeof(data), "%15d %15d %15u %15d %15d %15d", 458,
	    721, rcpts, 0, 458, 0);
	put(f, 'C', data);
}

static void
put_smtp(struct file *f)
{
	put_size(f, 3);
	put(f, 'T', "1795672037 427282");
	put(f, 'A', "create_time=1795672037");
	put(f, 'A', "sasl_method=LOGIN");
	put(f, 'A', "sasl_username=ana@tienda.example");
	put(f, 'S', "ana@tienda.example");
	put(f, 'A', "log_client_name=unknown");
	put(f, 'A', "log_client_address=203.0.113.9");
	put(f, 'A', "log_helo_name=[10.0.0.7]");
	put(f, 'A', "log_protocol_name=ESMTPSA");
	put(f, 'A', "client_address=127.0.0.1");
	put(f, 'O', "x1@gmail.example");
}

static size_t
put_rcpts(struct file *f)
{
	size_t at = f->n;

	put(f, 'R', "x1@gmail.example");
	put(f, 'O', "info@tienda.example");
	put(f, 'R', "x2@yahoo.example");
	put(f, 'O', "gone@example.org");
	put(f, 'D', "gone@example.org");
	return at;
}

static void
put_text(struct file *f)
{
	put(f, 'M', "");
	put(f, 'N', "Received: from [10.0.0.7] (unknown [203.0.113.9])");
	put(f, 'N', "\tby mx1.tienda.example (Postfix) with ESMTPSA");
	put(f, 'L', "Subject: a long");
	put(f, 'N', " line");
	put(f, 'N', "");
	put(f, 'N', "body");
	put(f, 'N', "");
	put(f, 'N', "more");
	put(f, 'X', "");
	put(f, 'E', "");
}

static void
test_smtp(void **state)
{
	struct file f = {.n = 0};
	struct queue_parts parts =
	    SPOOL_PARTS("4jZltY3Mpvz1bhDY", QUEUE_DEFERRED);
	static struct queue_message m;
	char reasons[1024];
	size_t at;
	struct ip client;

	(void)state;
	put_smtp(&f);
	at = put_rcpts(&f);
	put_text(&f);
	(void)snprintf(reasons, sizeof(reasons),
	    "\n<info@tienda.example>: words\nrecipient=x@y\noffset=%zu\n"
	    "status=4.7.1\nmta_mname=mx.yahoo.example\nreason=second\n\n"
	    "\n<x1>: words\noffset=%zu\nstatus=4.3.0\nreason=first\n\n"
	    "\n<x1>: words\noffset=1\nreason=nobody's\n\n",
	    at + 2 + strlen("x1@gmail.example") + 2 +
		strlen("info@tienda.example"),
	    at);
	spool_part(&parts, 0, text(&f));
	spool_part(&parts, 1, str_z(reasons));
	assert_int_equal(postfix_spool.read(&parts, false, &m), QUEUE_GOOD);
	assert_slice(m.id, "4jZltY3Mpvz1bhDY");
	assert_int_equal(m.state, QUEUE_DEFERRED);
	assert_int_equal(m.arrived, 1795672037 * US_SECOND + 427282);
	assert_int_equal(m.tried, 1000 * US_SECOND);
	assert_int_equal(m.size, 458);
	assert_slice(m.sender, "ana@tienda.example");
	assert_slice(m.account, "ana@tienda.example");
	assert_slice(m.method, "LOGIN");
	/* A proxy's client, not the proxy; "unknown" is no name. */
	assert_true(ip_parse(S("203.0.113.9"), &client));
	assert_true(ip_eq(&client, &m.client));
	assert_slice(m.client_name, "");
	assert_slice(m.helo, "[10.0.0.7]");
	assert_slice(m.protocol, "ESMTPSA");
	assert_int_equal(m.uid, -1);
	assert_int_equal(m.rcpts_all, 2);
	assert_int_equal(m.rcpts_done, 1);
	assert_slice(m.rcpts[0].address, "x1@gmail.example");
	assert_slice(m.rcpts[0].original, "");
	assert_slice(m.rcpts[0].reason, "first");
	assert_slice(m.rcpts[0].dsn, "4.3.0");
	assert_slice(m.rcpts[1].original, "info@tienda.example");
	assert_slice(m.rcpts[1].reason, "second");
	assert_slice(m.rcpts[1].relay, "mx.yahoo.example");
	assert_slice(m.head,
	    "Received: from [10.0.0.7] (unknown [203.0.113.9])\n"
	    "\tby mx1.tienda.example (Postfix) with ESMTPSA\n"
	    "Subject: a long line\n");
	assert_slice(m.body, "body\n\nmore\n");
}

static const struct {
	const char *received;
	int64_t uid;
} userids[] = {
    {"Received: by mx1.tienda.example (Postfix, from userid 33)", 33},
    {"Received: by mx1.tienda.example (Postfix, from userid 0)", 0},
    {"Received: by mx1.tienda.example (Postfix)", -1},
    {"Received: by mx1 (Postfix, from userid 33) by x", -1},
    {"Subject: Received: by mx1 (Postfix, from userid 33)", -1},
};

static void
test_local(void **state)
{
	static struct queue_message m;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(userids); i++) {
		struct file f = {.n = 0};
		struct queue_parts parts = SPOOL_PARTS("3F2A1C", QUEUE_ACTIVE);

		put_size(&f, 1);
		put(&f, 'T', "1795672037");
		put(&f, 'F', "www-data");
		put(&f, 'S', "www-data@tienda.example");
		put(&f, 'M', "");
		put(&f, 'N', userids[i].received);
		put(&f, 'N', "Subject: x");
		put(&f, 'X', "");
		/* sendmail -t: recipients come behind the message */
		put(&f, 'O', "z@gmail.example");
		put(&f, 'R', "z@gmail.example");
		put(&f, 'E', "");
		spool_part(&parts, 0, text(&f));
		assert_int_equal(
		    postfix_spool.read(&parts, false, &m), QUEUE_GOOD);
		assert_int_equal(m.uid, userids[i].uid);
		assert_int_equal(m.rcpts_n, 1);
		assert_int_equal(m.arrived, 1795672037 * US_SECOND);
		assert_slice(m.body, "");
	}
}

/* A uid that a stranger wrote is none. */
static void
test_forged_userid(void **state)
{
	struct file f = {.n = 0};
	struct queue_parts parts = SPOOL_PARTS("3F2A1C", QUEUE_ACTIVE);
	static struct queue_message m;

	(void)state;
	put_smtp(&f);
	(void)put_rcpts(&f);
	put(&f, 'M', "");
	put(&f, 'N', "Received: by mx1.example (Postfix, from userid 33)");
	put(&f, 'X', "");
	put(&f, 'E', "");
	spool_part(&parts, 0, text(&f));
	assert_int_equal(postfix_spool.read(&parts, false, &m), QUEUE_GOOD);
	assert_int_equal(m.uid, -1);
}

/* A milter put a header in: its records lie at the end, and are jumped to. */
static void
test_pointers(void **state)
{
	struct file f = {.n = 0};
	struct queue_parts parts = SPOOL_PARTS("3F2A1C", QUEUE_ACTIVE);
	static struct queue_message m;
	char to[32];
	size_t hole, back;

	(void)state;
	put_smtp(&f);
	(void)put_rcpts(&f);
	put(&f, 'M', "");
	hole = f.n;
	put(&f, 'p', "             0");
	put(&f, 'N', "Subject: old");
	back = f.n;
	put(&f, 'N', "To: b");
	put(&f, 'X', "");
	put(&f, 'E', "");
	(void)snprintf(to, sizeof(to), "%14zu", f.n);
	memcpy(f.bytes + hole + 2, to, 14);
	put(&f, 'N', "Subject: new");
	(void)snprintf(to, sizeof(to), "%14zu", back);
	put(&f, 'p', to);
	spool_part(&parts, 0, text(&f));
	assert_int_equal(postfix_spool.read(&parts, false, &m), QUEUE_GOOD);
	assert_slice(m.head, "Subject: new\nTo: b\n");
}

/* A ring of pointers ends. */
static void
test_ring(void **state)
{
	struct file f = {.n = 0};
	struct queue_parts parts = SPOOL_PARTS("3F2A1C", QUEUE_ACTIVE);
	static struct queue_message m;

	(void)state;
	put(&f, 'S', "a@b.example");
	put(&f, 'M', "");
	put(&f, 'N', "A: b");
	put(&f, 'p', "             0");
	memcpy(f.bytes + f.n - 14, "             3", 14);
	spool_part(&parts, 0, text(&f));
	(void)postfix_spool.read(&parts, false, &m);
}

static void
test_cut(void **state)
{
	struct file f = {.n = 0};
	static struct queue_message m;
	size_t envelope;

	(void)state;
	put_smtp(&f);
	(void)put_rcpts(&f);
	envelope = f.n;
	put_text(&f);
	for (size_t n = 0; n < f.n; n++) {
		struct queue_parts parts =
		    SPOOL_PARTS("3F2A1C", QUEUE_DEFERRED);
		enum queue_result whole, more;

		spool_part(&parts, 0, (struct str){f.bytes, n});
		whole = postfix_spool.read(&parts, false, &m);
		/* What has no message yet is no message. */
		assert_int_equal(
		    whole, n <= envelope + 1 ? QUEUE_DAMAGED : QUEUE_GOOD);
		parts.parts[0].whole = false;
		more = postfix_spool.read(&parts, false, &m);
		assert_int_equal(more, QUEUE_MORE);
		assert_int_equal(postfix_spool.read(&parts, true, &m), whole);
		/* cleanup is still writing it */
		parts.parts[0].whole = true;
		parts.parts[0].mode = 0600;
		parts.state = QUEUE_INCOMING;
		assert_int_equal(
		    postfix_spool.read(&parts, false, &m), QUEUE_YET);
	}
}

/* ---- names ---- */

static const struct {
	const char *path, *below, *name, *main, *reasons;
} entries[] = {
    {"deferred/A", "A", "4jZlqy4yxSz1bgjQ", "deferred/A/4jZlqy4yxSz1bgjQ",
	"defer/A/4jZlqy4yxSz1bgjQ"},
    {"deferred/3/F", "3/F", "3F2A1C", "deferred/3/F/3F2A1C",
	"defer/3/F/3F2A1C"},
    {"active", "", "3F2A1C", "active/3F2A1C", "defer/3/3F2A1C"},
    /* 618,635 microseconds are 9708B */
    {"active", "", "4jZlr14RwPz1bgjX", "active/4jZlr14RwPz1bgjX",
	"defer/9/4jZlr14RwPz1bgjX"},
    {"hold", "", "4jZlqy6d0Rz1bgjf", "hold/4jZlqy6d0Rz1bgjf",
	"defer/E/4jZlqy6d0Rz1bgjf"},
    {"active", "", "README.txt", NULL, NULL},
    {"active", "", "3F2A", NULL, NULL},
    {"active", "", "core", NULL, NULL},
    {"active", "", "README", NULL, NULL},
    {"active", "", "4jZlqyAd0Rz1bgjf", NULL, NULL},
};

static void
test_entries(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(entries); i++) {
		struct queue_folder folder = {.path = entries[i].path,
		    .below = entries[i].below,
		    .names = &entries[i].name,
		    .n = 1};
		struct queue_entry entry = {.state = QUEUE_HELD};
		bool got = postfix_spool.entry(&folder, 0, &entry);

		assert_int_equal(got, entries[i].main != NULL);
		if (!got)
			continue;
		assert_string_equal(entry.id, entries[i].name);
		assert_int_equal(entry.state, QUEUE_HELD);
		assert_int_equal(entry.parts_n, 2);
		assert_string_equal(entry.parts[0].path, entries[i].main);
		assert_string_equal(entry.parts[1].path, entries[i].reasons);
	}
}

static void
test_is_queue(void **state)
{
	static const char *const full[] = {"active/", "bounce/", "deferred/"};
	static const char *const smtpd[] = {
	    "corrupt/", "hold/", "incoming/", "queue/"};
	static const char *const files[] = {"deferred", "active"};
	struct queue_folder root = {.path = "", .below = ""};

	(void)state;
	root.names = full;
	root.n = ARRAY_LEN(full);
	assert_true(postfix_spool.is_queue(&root));
	root.names = smtpd;
	root.n = ARRAY_LEN(smtpd);
	assert_false(postfix_spool.is_queue(&root));
	root.names = files;
	root.n = ARRAY_LEN(files);
	assert_false(postfix_spool.is_queue(&root));
	root.n = 0;
	assert_false(postfix_spool.is_queue(&root));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_smtp),
	    cmocka_unit_test(test_local),
	    cmocka_unit_test(test_forged_userid),
	    cmocka_unit_test(test_pointers),
	    cmocka_unit_test(test_ring),
	    cmocka_unit_test(test_cut),
	    cmocka_unit_test(test_entries),
	    cmocka_unit_test(test_is_queue),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
