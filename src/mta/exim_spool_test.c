/* SPDX-License-Identifier: ISC */
/* Messages of an Exim queue, as 4.96 and 4.98 wrote them; what they cannot be
 * made to write (ACL variables that lie, cut files) is changed by hand. */
#include "mta/spool_test.h"

#include <stdio.h>

enum {
	HEAD,
	DATA,
	JOURNAL,
	LOG,
};

#define ID "1xWXVB-0002eo-1U"

/* With a login, to five; three of them are done. */
#define FIRST                                                                  \
	ID "-H\n"                                                              \
	   "Debian-exim 101 103\n"                                             \
	   "<ana@tienda.example>\n"                                            \
	   "1795691937 0\n"                                                    \
	   "-received_time_usec .462802\n"                                     \
	   "-received_time_complete 1795691937.463201\n"                       \
	   "--helo_name odd-helo\n"                                            \
	   "-host_address [198.51.100.7]:39124\n"                              \
	   "-host_auth plain\n"                                                \
	   "-host_auth_pubname PLAIN\n"                                        \
	   "-interface_address [127.0.0.1]:3325\n"                             \
	   "-received_protocol esmtpa\n"
#define REST                                                                   \
	"-body_linecount 1\n"                                                  \
	"-max_received_linelength 13\n"                                        \
	"--auth_id ana@tienda.example\n"                                       \
	"-tls_resumption A\n"                                                  \
	"YY info@tienda.example\n"                                             \
	"YN good@tienda.example\n"                                             \
	"NN bad@far.example\n"                                                 \
	"YN x@far.example\n"                                                   \
	"NN ok@far.example\n"                                                  \
	"5\n"                                                                  \
	"ok@far.example\n"                                                     \
	"grey1@far.example\n"                                                  \
	"info@tienda.example\n"                                                \
	"\"grey two\"@far.example\n"                                           \
	"bad@far.example\n"                                                    \
	"\n"
#define FIELDS                                                                 \
	"053P Received: from [198.51.100.7] (helo=odd-helo)\n"                 \
	"\tby mx\n"                                                            \
	"014  Subject: many\n"                                                 \
	"019* Bcc: b@far.example\n"
#define BODY ID "-D\nhello\n"

static struct queue_message m;

static void
test_waiting(void **state)
{
	struct queue_parts parts = SPOOL_PARTS(ID, QUEUE_DEFERRED);
	struct ip ip;

	(void)state;
	spool_part(&parts, HEAD, S(FIRST REST FIELDS));
	spool_part(&parts, DATA, S(BODY));
	spool_part(&parts, LOG,
	    S("2026-11-26 11:18:57 Received from ana@tienda.example H=(odd) "
	      "[198.51.100.7] P=esmtpa A=plain:ana@tienda.example S=211 "
	      "T=\" R=d grey1@far.example defer (1): lie\"\n"
	      "2026-11-26 11:18:57.658 H=127.0.0.1 [127.0.0.1] SMTP error from "
	      "remote mail server after RCPT TO:<grey1@far.example>: 450 no\n"
	      "2026-11-26 11:18:57.673 info@tienda.example: children all "
	      "complete\n"
	      "2026-11-26 11:18:57.673 +0100 grey1@far.example R=d T=t defer "
	      "(-44) H=mx.far [203.0.113.9]:25 I=[192.0.2.1]:50664 DT=0.0s: "
	      "SMTP error from remote mail server after RCPT "
	      "TO:<grey1@far.example>: 450 4.2.0 Greylisted\n"
	      "2026-11-26 11:18:57 grey two@far.example <\"grey "
	      "two\"@far.example> R=d T=t defer (111): Connection refused\n"));
	assert_int_equal(exim_spool.read(&parts, false, &m), QUEUE_GOOD);
	assert_int_equal(m.state, QUEUE_DEFERRED);
	assert_slice(m.sender, "ana@tienda.example");
	assert_slice(m.account, "ana@tienda.example");
	assert_slice(m.method, "plain");
	assert_slice(m.protocol, "esmtpa");
	assert_slice(m.helo, "odd-helo");
	assert_true(ip_parse(S("198.51.100.7"), &ip) && ip_eq(&ip, &m.client));
	assert_int_equal(m.uid, -1);
	assert_int_equal(m.local_user.n, 0);
	assert_true(m.arrived == 1795691937 * US_SECOND + 462802);
	assert_true(m.tried == 1000 * US_SECOND);
	assert_int_equal(m.rcpts_all, 2);
	assert_int_equal(m.rcpts_done, 3);
	assert_slice(m.rcpts[0].address, "grey1@far.example");
	assert_slice(m.rcpts[0].reason, "450 4.2.0 Greylisted");
	assert_slice(m.rcpts[0].dsn, "4.2.0");
	assert_slice(m.rcpts[0].relay, "mx.far");
	assert_slice(m.rcpts[1].address, "\"grey two\"@far.example");
	assert_slice(m.rcpts[1].reason, "Connection refused");
	assert_slice(m.head, "Received: from [198.51.100.7] (helo=odd-helo)\n"
			     "\tby mx\nSubject: many\n");
	assert_slice(m.body, "hello\n");
	assert_int_equal(m.size, m.head.n + 6);
}

/* An ACL's variable may hold anything: it is skipped by its length. */
static void
test_variables(void **state)
{
	struct queue_parts parts = SPOOL_PARTS(ID, QUEUE_DEFERRED);

	(void)state;
	spool_part(&parts, HEAD,
	    S(FIRST "-aclc _foo 3\nbar\n"
		    "--aclm 0 34\n-auth_id boss@x\n-frozen 1795691937\n"
		    "--(lsearch)aclm 1 0\n\n" REST FIELDS));
	spool_part(&parts, DATA, S(BODY));
	assert_int_equal(exim_spool.read(&parts, false, &m), QUEUE_GOOD);
	assert_slice(m.account, "ana@tienda.example");
	assert_int_equal(m.state, QUEUE_DEFERRED);
	assert_int_equal(m.rcpts_all, 2);
}

static void
test_journal(void **state)
{
	struct queue_parts parts = SPOOL_PARTS(ID, QUEUE_DEFERRED);

	(void)state;
	spool_part(&parts, HEAD, S(FIRST REST FIELDS));
	spool_part(&parts, DATA, S(BODY));
	spool_part(&parts, JOURNAL, S("grey1@far.example\nx\n"));
	assert_int_equal(exim_spool.read(&parts, false, &m), QUEUE_GOOD);
	assert_int_equal(m.state, QUEUE_ACTIVE);
	assert_int_equal(m.rcpts_all, 1);
	assert_int_equal(m.rcpts_done, 4);
	assert_slice(m.rcpts[0].address, "\"grey two\"@far.example");
}

/* Who handed it in, and in which state it is. */
#define CALLER(login, sender, options)                                         \
	ID "-H\n" login "\n<" sender ">\n1795691757 0\n" options               \
	   "XX\n1\nz@far.example\n\n015  Subject: local\n"

static const struct {
	struct str head;
	enum queue_state state;
	int64_t uid;
	const char *user, *account, *client;
} callers[] = {
    {S0(CALLER("luis 1004 1004", "luis@mx",
	 "-ident luis\n-received_protocol local\n-auth_id luis\n"
	 "-auth_sender luis@mx\n-local\n")),
	QUEUE_DEFERRED, 1004, "luis", "", NULL},
    {S0(CALLER("www-data 33 33", "www-data@mx",
	 "-ident www-data\n-auth_id www-data\n-deliver_firsttime\n-local\n")),
	QUEUE_INCOMING, 33, "www-data", "", NULL},
    {S0(CALLER("root 0 0", "root@mx",
	 "-ident root\n-deliver_firsttime\n-frozen 1795691760\n-local\n")),
	QUEUE_HELD, 0, "root", "", NULL},
    /* a login with blanks, no ident */
    {S0(CALLER("the boss 1005 1005", "", "-local\n")), QUEUE_DEFERRED, 1005,
	"the boss", "", NULL},
    /* a notice that Exim made, in its queue and in a copy of it */
    {S0(CALLER("Debian-exim 101 103", "",
	 "-ident Debian-exim\n-received_protocol local\n-localerror\n")),
	QUEUE_DEFERRED, -1, "", "", NULL},
    {S0(CALLER("Debian-exim 8 8", "", "-ident Debian-exim\n")), QUEUE_DEFERRED,
	-1, "", "", NULL},
    /* what identd or the client's AUTH= says is no login */
    {S0(CALLER("exim 93 93", "a@b",
	 "-host_address 2001:db8::1.1234\n--ident root\n"
	 "--auth_sender boss@tienda.example\n--auth_id boss\n")),
	QUEUE_DEFERRED, -1, "", "", "2001:db8::1"},
    {S0(CALLER("exim 93 93", "a@b",
	 "-host_address [192.0.2.7]:25\n-host_auth login\n"
	 "--(ldap)auth_id ana\n-manual_thaw\n-N\n")),
	QUEUE_DEFERRED, -1, "", "ana", "192.0.2.7"},
};

static void
test_callers(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(callers); i++) {
		struct queue_parts parts = SPOOL_PARTS(ID, QUEUE_DEFERRED);
		struct ip ip = {0};

		spool_part(&parts, HEAD, callers[i].head);
		spool_part(&parts, DATA, S(BODY));
		parts.parts[0].uid = 8;
		assert_int_equal(
		    exim_spool.read(&parts, false, &m), QUEUE_GOOD);
		assert_int_equal(m.state, callers[i].state);
		assert_int_equal(m.uid, callers[i].uid);
		assert_slice(m.local_user, callers[i].user);
		assert_slice(m.account, callers[i].account);
		if (callers[i].client != NULL)
			assert_true(ip_parse(str_z(callers[i].client), &ip));
		assert_true(ip_eq(&ip, &m.client));
	}
}

/* A notice that nobody takes, twice. */
static const struct {
	const char *log, *reason;
} frozen[] = {
    {"2026-11-26 11:18:57 Received from <> R=1xWXVB-0002eo-1V U=Debian-exim\n"
     "2026-11-26 11:18:57.805 z@far.example F=<> P=<> R=d T=t H=127.0.0.1 "
     "[127.0.0.1]:3399 I=[127.0.0.1]:50668: SMTP error from remote mail "
     "server after RCPT TO:<z@far.example>: 550 5.7.1 go away DT=0.000s\n"
     "*** Frozen (delivery error message)\n",
	"550 5.7.1 go away"},
    {"2026-11-26 11:18:57 routing failed for z@far.example F=<>: Unrouteable "
     "address DT=0.000s\n"
     "*** Frozen (delivery error message)\n",
	"Unrouteable address"},
    {"*** Frozen (delivery error message)\n",
	"Frozen (delivery error message)"},
    /* the latest */
    {"2026-11-26 11:18:57 z@far.example R=d T=t defer (-53): retry time not "
     "reached for any host\n"
     "2026-11-26 11:20:57 z@far.example routing defer (-1): lookup failed\n",
	"lookup failed"},
    /* its words name another */
    {"2026-11-26 11:18:57 y@far.example <z@far.example> R=d T=t F=<> H=mx "
     "[192.0.2.1]: SMTP error from remote mail server after RCPT "
     "TO:<y@far.example>: 550 <q@far.example> R=x unknown\n",
	"550 <q@far.example> R=x unknown"},
    {"2026-11-26 11:18:57 z@far.example: t transport succeeded\n", ""},
    {"z@far.example defer (", ""},
};

static void
test_reasons(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(frozen); i++) {
		struct queue_parts parts = SPOOL_PARTS(ID, QUEUE_DEFERRED);

		spool_part(&parts, HEAD,
		    S(CALLER("Debian-exim 101 103", "",
			"-frozen 1795691760\n-localerror\n")));
		spool_part(&parts, DATA, S(BODY));
		spool_part(&parts, LOG, str_z(frozen[i].log));
		assert_int_equal(
		    exim_spool.read(&parts, false, &m), QUEUE_GOOD);
		assert_slice(m.rcpts[0].reason, frozen[i].reason);
	}
}

/* What may stand behind a recipient (errors_to, one_time, ORCPT). */
static const struct {
	const char *line, *address;
} recipients[] = {
    {"b@z.example", "b@z.example"},
    {"b@z.example  0,2#1", "b@z.example"},
    {"b@z.example boss@x.example 14,-1#1", "b@z.example"},
    {"b@z.example rfc822;b@z.example 18,7  0,-1#3", "b@z.example"},
    {"\"b c\"@z rfc822;b 8,7 e@x 3,-1#3", "\"b c\"@z"},
    {"b#c@z", "b#c@z"},
    {"b@z 99,0#1", ""},
    {"#3", ""},
};

static void
test_recipients(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(recipients); i++) {
		struct queue_parts parts = SPOOL_PARTS(ID, QUEUE_DEFERRED);
		char text[512];

		(void)snprintf(text, sizeof(text),
		    ID "-H\na 1 1\n<a@b>\n1795691757 0\nXX\n1\n%s\n\n",
		    recipients[i].line);
		spool_part(&parts, HEAD, str_z(text));
		spool_part(&parts, DATA, S(BODY));
		assert_int_equal(
		    exim_spool.read(&parts, false, &m), QUEUE_GOOD);
		assert_slice(m.rcpts[0].address, recipients[i].address);
	}
}

/* Cut anywhere it is damaged, never something else; and it is asked for more
 * before that. */
static void
test_cut(void **state)
{
	struct str whole = S(FIRST REST FIELDS);

	(void)state;
	for (size_t n = 0; n < whole.n; n++) {
		struct queue_parts parts = SPOOL_PARTS(ID, QUEUE_DEFERRED);
		bool between = n == whole.n -
					sizeof("014  Subject: many\n"
					       "019* Bcc: "
					       "b@far.example\n") +
					1 ||
			       n == whole.n -
					sizeof("019* Bcc: "
					       "b@far.example\n") +
					1 ||
			       n == whole.n - sizeof(FIELDS) + 1;

		spool_part(&parts, HEAD, str_head(whole, n));
		spool_part(&parts, DATA, S(BODY));
		assert_int_equal(exim_spool.read(&parts, false, &m),
		    between ? QUEUE_GOOD : QUEUE_DAMAGED);
		parts.parts[0].whole = false;
		assert_int_equal(
		    exim_spool.read(&parts, false, &m), QUEUE_MORE);
	}
}

/* Many who are done: each is found. */
static void
test_large_tree(void **state)
{
	enum {
		N = 300
	};
	struct queue_parts parts = SPOOL_PARTS(ID, QUEUE_DEFERRED);
	static char text[64 * N];
	size_t used = (size_t)snprintf(
	    text, sizeof(text), ID "-H\na 1 1\n<a@b>\n1795691757 0\n");

	(void)state;
	for (int i = 0; i < N; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
		    "%s r%d@x\n", i + 1 < N ? "YN" : "NN", i);
	used +=
	    (size_t)snprintf(text + used, sizeof(text) - used, "%d\n", N + 1);
	for (int i = 0; i < N + 1; i++)
		used += (size_t)snprintf(
		    text + used, sizeof(text) - used, "r%d@x\n", i);
	used += (size_t)snprintf(text + used, sizeof(text) - used, "\n");
	spool_part(&parts, HEAD, (struct str){text, used});
	spool_part(&parts, DATA, S(BODY));
	assert_int_equal(exim_spool.read(&parts, false, &m), QUEUE_GOOD);
	assert_int_equal(m.rcpts_done, N);
	assert_int_equal(m.rcpts_all, 1);
	assert_slice(m.rcpts[0].address, "r300@x");
}

static void
test_half_there(void **state)
{
	struct queue_parts parts = SPOOL_PARTS(ID, QUEUE_DEFERRED);

	(void)state;
	assert_int_equal(exim_spool.read(&parts, true, &m), QUEUE_DAMAGED);
	spool_part(&parts, HEAD, S(FIRST REST FIELDS));
	/* its other file went while we came */
	assert_int_equal(exim_spool.read(&parts, true, &m), QUEUE_YET);
}

static const struct {
	const char *names[6];
	bool is_queue;
	const char *place;
	unsigned depth;
} roots[] = {
    {{"db/", "input/", "msglog/"}, true, "input", 1},
    {{"db/", "input/", "msglog/", "gnutls-params"}, true, "input", 1},
    {{"db/", "input/", "msglog/", "bulk/"}, true, "", 3},
    {{"1xWXVB-0002eo-1U-D", "1xWXVB-0002eo-1U-H"}, true, "", 1},
    {{"1xWXTX-000000001t8-00MG-H"}, true, "", 1},
    {{"W/", "x/"}, true, "", 1},
    {{"A/", "0/"}, false, "", 0},
    {{"active/", "deferred/"}, false, "", 0},
    {{"mess/", "info/", "todo/"}, false, "", 0},
    {{"incoming/", "queue/", "offline/"}, false, "", 0},
    {{"qfABC", "dfABC"}, false, "", 0},
};

static void
test_roots(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(roots); i++) {
		struct queue_folder root = {
		    .path = "", .below = "", .names = roots[i].names};
		struct queue_place places[QUEUE_PLACES];

		while (root.n < 6 && roots[i].names[root.n] != NULL)
			root.n++;
		assert_int_equal(exim_spool.is_queue(&root), roots[i].is_queue);
		if (!roots[i].is_queue)
			continue;
		assert_int_equal(exim_spool.folders(&root, places), 1);
		assert_string_equal(places[0].path, roots[i].place);
		assert_int_equal(places[0].depth, roots[i].depth);
	}
}

static const struct {
	const char *folder, *name;
	const char *id, *data, *log; /* NULL: no message, no log */
} entries[] = {
    {"input", ID "-H", ID, "input/" ID "-D", "msglog/" ID},
    {"input/W", "1xWXTW-000000001sw-37O6-H", "1xWXTW-000000001sw-37O6",
	"input/W/1xWXTW-000000001sw-37O6-D",
	"msglog/W/1xWXTW-000000001sw-37O6"},
    {"bulk/input/W", ID "-H", ID, "bulk/input/W/" ID "-D", "bulk/msglog/W/" ID},
    {"", ID "-H", ID, ID "-D", NULL},
    {"inputs", ID "-H", ID, "inputs/" ID "-D", NULL},
    {"input", ID "-D", NULL, NULL, NULL},
    {"input", ID "-J", NULL, NULL, NULL},
    {"input", ID, NULL, NULL, NULL},
    {"input", "hdr." ID, NULL, NULL, NULL},
    {"input", "1xWXVB-0002eo-1U-HH", NULL, NULL, NULL},
    {"input", "-H", NULL, NULL, NULL},
    {"input", "1xWXVB-0002eo-1-H", NULL, NULL, NULL},
};

static void
test_entries(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(entries); i++) {
		struct queue_folder folder = {.path = entries[i].folder,
		    .below = "",
		    .names = &entries[i].name,
		    .n = 1};
		struct queue_entry entry = {0};
		bool is_message = exim_spool.entry(&folder, 0, &entry);

		assert_int_equal(is_message, entries[i].id != NULL);
		if (!is_message)
			continue;
		assert_string_equal(entry.id, entries[i].id);
		assert_string_equal(entry.parts[DATA].path, entries[i].data);
		assert_int_equal(entry.parts_n, entries[i].log != NULL ? 4 : 3);
		if (entries[i].log != NULL)
			assert_string_equal(
			    entry.parts[LOG].path, entries[i].log);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_waiting),
	    cmocka_unit_test(test_variables),
	    cmocka_unit_test(test_journal),
	    cmocka_unit_test(test_callers),
	    cmocka_unit_test(test_reasons),
	    cmocka_unit_test(test_recipients),
	    cmocka_unit_test(test_cut),
	    cmocka_unit_test(test_large_tree),
	    cmocka_unit_test(test_half_there),
	    cmocka_unit_test(test_roots),
	    cmocka_unit_test(test_entries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
