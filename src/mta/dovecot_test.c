/* SPDX-License-Identifier: ISC */
/*
 * One row per form of a line. "real" rows were written by Dovecot 2.3.19 on a
 * private server with auth_username_chars empty, so that names may hold any
 * byte; the others have the form that their comment names.
 */
#include "mta/row_test.h"

#define TESTED mta_dovecot

static const struct row logins_rows[] = {
    /* real */
    {"dovecot",
	"imap-login: Login: user=<ana@shop.test>, method=PLAIN, "
	"rip=192.0.2.7, lip=192.0.2.1, mpid=9157, secured, "
	"session=<xNv6/gxh3OB/AAAB>",
	LINE_EVENT,
	{.kind = EVENT_AUTH_OK,
	    .account = "ana@shop.test",
	    .method = "PLAIN",
	    .client = "192.0.2.7"}},
    /* real, its own file */
    {"imap-login",
	"Info: Login: user=<ana@shop.test>, method=PLAIN, "
	"rip=2001:db8::7, lip=::1, mpid=9157, secured, session=<xN>",
	LINE_EVENT,
	{.kind = EVENT_AUTH_OK,
	    .account = "ana@shop.test",
	    .method = "PLAIN",
	    .client = "2001:db8::7"}},
    /* 2.4 */
    {"dovecot",
	"submission-login: Logged in: user=<bob>, method=LOGIN, "
	"rip=192.0.2.8, lip=192.0.2.1, mpid=3, TLS, session=<a>",
	LINE_EVENT,
	{.kind = EVENT_AUTH_OK,
	    .account = "bob",
	    .method = "LOGIN",
	    .client = "192.0.2.8"}},
    /* a proxy in front of the mailboxes */
    {"dovecot",
	"imap-login: proxy(bob): started proxying to 10.0.0.2:143: "
	"user=<bob>, method=PLAIN, rip=192.0.2.8, lip=192.0.2.1, TLS",
	LINE_EVENT,
	{.kind = EVENT_AUTH_OK,
	    .account = "bob",
	    .method = "PLAIN",
	    .client = "192.0.2.8"}},
    /* login_log_format_elements in another order */
    {"dovecot", "pop3-login: Login: rip=192.0.2.8, method=PLAIN, user=<bob>",
	LINE_EVENT,
	{.kind = EVENT_AUTH_OK,
	    .account = "bob",
	    .method = "PLAIN",
	    .client = "192.0.2.8"}},
    {"dovecot", "imap-login: Login: user=<bob>", LINE_EVENT,
	{.kind = EVENT_AUTH_OK, .account = "bob"}},
    /* real: no password was tried */
    {"dovecot",
	"imap-login: Disconnected: Connection closed (no auth attempts "
	"in 0 secs): user=<>, rip=127.0.0.1, lip=127.0.0.1, secured, "
	"session=<1CI+AA1hhoh/AAAB>",
	LINE_SKIP, {0}},
    {"dovecot",
	"imap-login: Disconnected: Connection closed (client didn't "
	"finish SASL auth, waited 15 secs): user=<>, method=PLAIN, "
	"rip=127.0.0.1, lip=127.0.0.1, secured, session=<a>",
	LINE_SKIP, {0}},
    {"dovecot", "master: Dovecot v2.3.19.1 starting up for imap", LINE_SKIP,
	{0}},
    {"dovecot", "", LINE_SKIP, {0}},
    {"imap-login", "", LINE_SKIP, {0}},
};

static void
test_logins(void **state)
{
	(void)state;
	CHECK(logins_rows);
}

static const struct row failures_rows[] = {
    /* real */
    {"dovecot",
	"imap-login: Disconnected: Aborted login by logging out (auth "
	"failed, 2 attempts in 9 secs): user=<bob>, method=PLAIN, "
	"rip=192.0.2.9, lip=127.0.0.1, secured, session=<WmcH/w>",
	LINE_EVENT,
	{.kind = EVENT_AUTH_FAIL,
	    .account = "bob",
	    .method = "PLAIN",
	    .client = "192.0.2.9"}},
    /* 2.2 */
    {"dovecot",
	"pop3-login: Aborted login (auth failed, 1 attempts in 17 "
	"secs): user=<dm>, method=PLAIN, rip=192.0.2.9, lip=192.0.2.1",
	LINE_EVENT,
	{.kind = EVENT_AUTH_FAIL,
	    .account = "dm",
	    .method = "PLAIN",
	    .client = "192.0.2.9"}},
    {"dovecot",
	"imap-login: Disconnected: Inactivity (auth failed, 1 attempts "
	"in 180 secs): user=<dm>, method=PLAIN, rip=192.0.2.9, "
	"lip=192.0.2.1, TLS: Disconnected",
	LINE_EVENT,
	{.kind = EVENT_AUTH_FAIL,
	    .account = "dm",
	    .method = "PLAIN",
	    .client = "192.0.2.9"}},
    /* 2.4 */
    {"imap-login",
	"Info: Login aborted: Connection closed (auth failed, 3 "
	"attempts in 16 secs) (auth_failed): user=<info@e.test>, "
	"method=PLAIN, rip=192.0.2.9, lip=192.0.2.1, TLS, session=<C>",
	LINE_EVENT,
	{.kind = EVENT_AUTH_FAIL,
	    .account = "info@e.test",
	    .method = "PLAIN",
	    .client = "192.0.2.9"}},
    /* real: a name that looks like the rest of the line */
    {"dovecot",
	"imap-login: Disconnected: Connection closed (auth failed, 1 "
	"attempts in 4 secs): user=<x>, method=plain, rip=192.0.2.66, "
	"lip=1.2.3.4>, method=PLAIN, rip=127.0.0.1, lip=127.0.0.1, "
	"secured, session=<qlR8/wxhtpZ/AAAB>",
	LINE_EVENT,
	{.kind = EVENT_AUTH_FAIL,
	    .account = "x>, method=plain, rip=192.0.2.66, lip=1.2.3.4",
	    .method = "PLAIN",
	    .client = "127.0.0.1"}},
    /* the server's own fault */
    {"dovecot",
	"imap-login: Disconnected: Connection closed (auth failed, 1 "
	"attempts in 4 secs): Internal error: user=<bob>, rip=::1",
	LINE_SKIP, {0}},
    /* a name cannot make a failure of what is none */
    {"dovecot",
	"imap-login: Disconnected (no auth attempts in 1 secs): "
	"user=<(auth failed, 1 attempts)>, rip=192.0.2.9, lip=::1",
	LINE_SKIP, {0}},
    {"dovecot",
	"imap-login: Disconnected: Connection closed (auth failed, 1 "
	"attempts in 4 secs): user=<Login: ",
	LINE_EVENT, {.kind = EVENT_AUTH_FAIL, .account = "Login: "}},
};

static void
test_failures(void **state)
{
	(void)state;
	CHECK(failures_rows);
}

/* What auth says is shown and not counted: the login process says it again. */
static const struct row auth_rows[] = {
    /* real: asked by Postfix, by imap-login */
    {"dovecot", "auth: passwd-file(ana@shop.test,192.0.2.9): Password mismatch",
	LINE_EVENT,
	{.kind = EVENT_NOTICE,
	    .account = "ana@shop.test",
	    .client = "192.0.2.9",
	    .text = "Password mismatch"}},
    {"auth",
	"Info: passwd-file(bob,2001:db8::9,<WmcH/wxh5OB>): unknown "
	"user",
	LINE_EVENT,
	{.kind = EVENT_NOTICE,
	    .account = "bob",
	    .client = "2001:db8::9",
	    .text = "unknown user"}},
    /* real: names that imitate the line's end; nothing is believed */
    {"auth",
	"Info: passwd-file(x): password mismatch,127.0.0.1,<7fPc/w>): "
	"unknown user",
	LINE_SKIP, {0}},
    {"auth",
	"Info: passwd-file(x,192.0.2.66,<y>): unknown user,127.0.0.1,"
	"<DyENAA>): unknown user",
	LINE_SKIP, {0}},
    {"auth",
	"Info: passwd-file(x>, rip=192.0.2.66, ,127.0.0.1,<soG>): "
	"unknown user",
	LINE_SKIP, {0}},
    /* 2.3 */
    {"dovecot",
	"auth-worker(7): conn unix:auth-worker (pid=1,uid=2): "
	"auth-worker<3>: pam(ana,192.0.2.9,<s>): pam_authenticate() "
	"failed: Authentication failure (Password mismatch?)",
	LINE_EVENT,
	{.kind = EVENT_NOTICE,
	    .account = "ana",
	    .client = "192.0.2.9",
	    .text = "pam_authenticate() failed"}},
    {"dovecot",
	"auth-worker(7): sql(ana,192.0.2.9,<s>): unknown user (SHA1 "
	"of given password: 40bd00)",
	LINE_EVENT,
	{.kind = EVENT_NOTICE,
	    .account = "ana",
	    .client = "192.0.2.9",
	    .text = "unknown user"}},
    /* 2.4: the password is not kept */
    {"auth-worker",
	"(info@e.test,192.0.2.9)<4001084><CvN+E95>: request [12]: "
	"Info: sql: Password mismatch (given password: Xxxx)",
	LINE_EVENT,
	{.kind = EVENT_NOTICE,
	    .account = "info@e.test",
	    .client = "192.0.2.9",
	    .text = "Password mismatch"}},
    {"dovecot",
	"auth(info@e.test,192.0.2.9,sasl:login)<CvN+E95>: sql: "
	"Password mismatch",
	LINE_EVENT,
	{.kind = EVENT_NOTICE,
	    .account = "info@e.test",
	    .client = "192.0.2.9",
	    .text = "Password mismatch"}},
    {"dovecot", "auth: Warning: auth client 0 disconnected", LINE_SKIP, {0}},
};

static void
test_auth(void **state)
{
	(void)state;
	CHECK(auth_rows);
}

static const struct row vacation_rows[] = {
    {"dovecot",
	"lmtp(ana@shop.test)<12><Ab+c>: sieve: msgid=<m@x.example>: "
	"sent vacation response to <b@y.example>",
	LINE_EVENT,
	{.kind = EVENT_NOTICE,
	    .account = "ana@shop.test",
	    .recipient = "b@y.example",
	    .message_id = "m@x.example",
	    .text = "sent vacation response to <b@y.example>"}},
    /* 2.2; Dovecot's own file */
    {"dovecot",
	"lmtp(7, ana): Ab+c: sieve: msgid=<m@x>: sent vacation "
	"response to <b@y>",
	LINE_EVENT,
	{.kind = EVENT_NOTICE,
	    .account = "ana",
	    .recipient = "b@y",
	    .message_id = "m@x",
	    .text = "sent vacation response to <b@y>"}},
    {"lda",
	"(ana)<7><x>: Info: sieve: msgid=<m@x>: sent vacation response "
	"to <b@y>",
	LINE_EVENT,
	{.kind = EVENT_NOTICE,
	    .account = "ana",
	    .recipient = "b@y",
	    .message_id = "m@x",
	    .text = "sent vacation response to <b@y>"}},
    /* a Message-ID that says so */
    {"dovecot",
	"lmtp(ana)<12><Ab>: sieve: msgid=<x>: sent vacation response "
	"to <b@y>: stored mail into mailbox 'INBOX'",
	LINE_SKIP, {0}},
    {"dovecot",
	"lmtp(ana)<12><Ab>: sieve: msgid=<x>: sent vacation response "
	"to <b@y>: forwarded to <c@z>",
	LINE_EVENT,
	{.kind = EVENT_NOTICE,
	    .account = "ana",
	    .recipient = "c@z",
	    .message_id = "x>: sent vacation response to <b@y",
	    .text = "forwarded to <c@z>"}},
    /* 2.4 */
    {"dovecot",
	"lmtp(ana)<12><Ab>: sieve: msgid=<m@x>: vacation action: sent "
	"vacation response to <b@y>",
	LINE_EVENT,
	{.kind = EVENT_NOTICE,
	    .account = "ana",
	    .recipient = "b@y",
	    .message_id = "m@x",
	    .text = "sent vacation response to <b@y>"}},
    {"dovecot",
	"lmtp(ana)<12><Ab>: save: box=INBOX, from=a: sent vacation "
	"response to <b@y>",
	LINE_SKIP, {0}},
};

static void
test_vacation(void **state)
{
	(void)state;
	CHECK(vacation_rows);
}

static void
test_claims(void **state)
{
	static const struct {
		const char *program;
		bool is_ours;
	} rows[] = {
	    {"dovecot", true},
	    {"dovecot/imap-login", true},
	    {"submission-login", true},
	    {"lmtp", true},
	    {"", false},
	    {"dovecot2", false},
	    {"my-imap-login", false},
	    {"postfix/lmtp", false},
	    {"dovecot/", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (mta_dovecot.claims(str_z(rows[i].program)) !=
		    rows[i].is_ours)
			fail_msg("%s", rows[i].program);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_logins),
	    cmocka_unit_test(test_failures),
	    cmocka_unit_test(test_auth),
	    cmocka_unit_test(test_vacation),
	    cmocka_unit_test(test_claims),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
