/* SPDX-License-Identifier: ISC */
/*
 * Dovecot 2.2 to 2.4: who logged in from where, who failed to, and whose
 * vacation answers.
 *
 *	dovecot: imap-login: Login: user=<ana>, method=PLAIN, rip=192.0.2.1, ...
 *	dovecot: imap-login: Logged in: user=<ana>, ...                     2.4
 *	dovecot: imap-login: proxy(ana): started proxying to x:143: user=<ana>, ...
 *	dovecot: imap-login: Disconnected: Connection closed (auth failed, 3
 *	    attempts in 9 secs): user=<ana>, method=PLAIN, rip=192.0.2.1, ...
 *	dovecot: auth: passwd-file(ana,192.0.2.1,<session>): Password mismatch
 *	dovecot: auth(ana,192.0.2.1,sasl:plain)<session>: sql: unknown user  2.4
 *	dovecot: lmtp(ana)<7><id>: sieve: msgid=<m>: sent vacation response to <b>
 *
 * (https://doc.dovecot.org, login_log_format_elements, auth_verbose.) In its
 * own log_path Dovecot puts "Info: " behind the name of the service, which is
 * the program then.
 *
 * One failed password can be said twice: by the login process, or by Postfix's
 * smtpd that asked, and with auth_verbose=yes by auth. The first always says
 * it, so that one is the failure; auth's words are a remark that trace shows
 * and nothing counts. What is lost: the names behind failures of a Postfix
 * before 3.6, which did not write sasl_username.
 *
 * The name of a failed login and a Message-ID are a stranger's: what follows
 * them is looked for from the end of the line.
 */
#include "mta/mta.h"

/* Names that Dovecot gives its processes; "dovecot" is its syslog name. */
static const struct str programs[] = {S0("dovecot"), S0("imap-login"),
    S0("pop3-login"), S0("submission-login"), S0("managesieve-login"),
    S0("auth"), S0("auth-worker"), S0("lmtp"), S0("lda")};

static bool
dovecot_claims(struct str program)
{
	(void)str_eat(&program, S("dovecot/"));
	for (size_t i = 0; i < ARRAY_LEN(programs); i++)
		if (str_eq(program, programs[i]))
			return true;
	return false;
}

/* Position of the last needle in s, s.n when it is not there. */
static size_t
find_last(struct str s, struct str needle)
{
	for (size_t i = s.n; i >= needle.n; i--)
		if (memcmp(s.p + i - needle.n, needle.p, needle.n) == 0)
			return i - needle.n;
	return s.n;
}

static bool
eat_one(struct str *s, const struct str *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eat(s, words[i]))
			return true;
	return false;
}

/* The value up to the next ',' or the end: "PLAIN, rip=..." */
static struct str
value_of(struct str text)
{
	return str_head(text, str_chr(text, ','));
}

/* ---- login processes ---- */

/*
 * "user=<ana>, method=PLAIN, rip=192.0.2.1, lip=...": the elements may stand
 * in any order, and the name may hold any of them. So the address is the one
 * in front of the name or, else, the last one behind it.
 */
static void
read_elements(struct str text, size_t user_at, struct event *e)
{
	struct str before = str_head(text, user_at);
	struct str user = str_skip(text, user_at + 6), behind = user;
	size_t rip = find_last(before, S("rip=")), end, method;

	if (rip < before.n) {
		(void)ip_parse(value_of(str_skip(before, rip + 4)), &e->client);
		end = str_rchr(user, '>');
		method = find_last(before, S("method="));
		e->method = value_of(str_skip(before, method + 7));
		e->account = str_head(user, end);
		return;
	}
	rip = find_last(user, S(" rip="));
	if (rip < user.n)
		(void)ip_parse(value_of(str_skip(user, rip + 5)), &e->client);
	behind = str_head(user, rip);
	end = find_last(behind, S(">,"));
	if (end == behind.n)
		end = str_chr(behind, '>');
	e->account = str_head(behind, end);
	behind = str_skip(behind, end);
	if (str_eat(&behind, S(">, method=")))
		e->method = value_of(behind);
}

/* "Disconnected: Connection closed (auth failed, 3 attempts in 9 secs)" */
static bool
is_auth_failure(struct str words)
{
	size_t at = str_find(words, S("(auth failed, "));

	/* A fault of the server says nothing of the password. */
	if (str_has(words, S("nternal ")) || str_has(words, S("emporary ")))
		return false;
	/* 2.2 says so of a client that went away before any answer, too */
	return at < words.n || str_has(words, S("(authentication failed, ")) ||
	       str_has(words, S("(auth failed)"));
}

static enum line_result
read_login(struct str text, struct event *e)
{
	size_t user_at = str_find(text, S("user=<"));
	struct str words = str_head(text, user_at);

	if (user_at == text.n)
		return LINE_SKIP;
	if (str_starts(words, S("Login: ")) ||
	    str_starts(words, S("Logged in: ")))
		e->kind = EVENT_AUTH_OK;
	else if (str_starts(words, S("Started proxying to ")) ||
		 (str_starts(words, S("proxy(")) &&
		     str_has(words, S("): started proxying to "))))
		e->kind = EVENT_AUTH_OK;
	else if (is_auth_failure(words))
		e->kind = EVENT_AUTH_FAIL;
	else
		return LINE_SKIP;
	read_elements(text, user_at, e);
	return LINE_EVENT;
}

/* ---- auth ---- */

static const struct str refusals[] = {S0("Password mismatch"),
    S0("password mismatch"), S0("unknown user"), S0("Unknown user"),
    S0("pam_authenticate() failed"), S0("Invalid password"),
    S0("invalid credentials"), S0("invalid password"), S0("CRAM-MD5 mismatch")};

/*
 * "passwd-file(ana,192.0.2.1,<id>): Password mismatch"; in 2.4
 * "(ana,192.0.2.1,sasl:plain)<id>: request [3]: sql: Password mismatch (given
 * password: ...)", of which only the known words are kept. The name has
 * neither ',' nor '(' (auth_username_chars); a line with one is left alone.
 */
static enum line_result
read_auth(struct str text, struct event *e)
{
	size_t open = str_chr(text, '('), close;
	struct str who, words, rest;

	if (open == text.n)
		return LINE_SKIP;
	who = str_skip(text, open + 1);
	close = str_chr(who, ')');
	words = str_skip(who, close + 1);
	who = str_head(who, close);
	if (str_chr(who, '(') < who.n)
		return LINE_SKIP;
	while (str_starts(words, S("<"))) /* 2.4: the worker, the session */
		words = str_skip(words, str_chr(words, '>') + 1);
	if (!str_eat(&words, S(": ")))
		return LINE_SKIP;
	if (str_starts(words, S("request [")))
		words = str_skip(words, str_find(words, S("]: ")) + 3);
	(void)str_eat(&words, S("Info: "));
	rest = words;
	if (!eat_one(&rest, refusals, ARRAY_LEN(refusals))) {
		words = str_skip(words, str_find(words, S(": ")) + 2);
		rest = words;
		if (!eat_one(&rest, refusals, ARRAY_LEN(refusals)))
			return LINE_SKIP;
	}
	if (rest.n > 0 && rest.p[0] != ' ' && rest.p[0] != ':')
		return LINE_SKIP;
	e->kind = EVENT_NOTICE;
	e->text = str_head(words, words.n - rest.n);
	e->account = str_take(&who, ',');
	return who.n == 0 || str_starts(who, S("<")) ||
		       ip_parse(str_take(&who, ','), &e->client)
		   ? LINE_EVENT
		   : LINE_SKIP;
}

/* ---- delivery ---- */

/*
 * "sieve: msgid=<m>: sent vacation response to <b>": the words are the line's
 * end, or they are part of a Message-ID. 2.4 says "vacation action: " first.
 */
static enum line_result
read_sieve(struct str text, struct str user, struct event *e)
{
	static const struct str acts[] = {S0("sent vacation response to <"),
	    S0("forwarded to <"), S0("sent rejection message to <")};

	/* 2.2 names the session in front. */
	if (!str_starts(text, S("sieve: ")))
		text = str_skip(text, str_chr(text, ' ') + 1);
	if (!str_eat(&text, S("sieve: ")))
		return LINE_SKIP;
	for (size_t i = 0; i < ARRAY_LEN(acts); i++) {
		size_t at = find_last(text, acts[i]);
		struct str to = str_skip(text, at + acts[i].n);

		if (at == text.n || to.n < 1 || str_chr(to, '>') != to.n - 1)
			continue;
		e->kind = EVENT_NOTICE;
		e->text = str_skip(text, at);
		e->recipient = str_head(to, to.n - 1);
		e->account = user;
		if (str_eat(&text, S("msgid=<")))
			e->message_id =
			    str_head(text, find_last(text, S(">: ")));
		return LINE_EVENT;
	}
	return LINE_SKIP;
}

/* ---- which process ---- */

static bool
is_in(struct str s, const struct str *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(s, words[i]))
			return true;
	return false;
}

/*
 * "imap-login: ", "lmtp(ana)<7><id>: ", "lmtp(7, ana): " off the front of
 * *text: the service and its user. In Dovecot's own file line.program has
 * taken the name already.
 */
static struct str
take_service(struct str *text, struct str program, struct str *ret_user)
{
	struct str service = program, s = *text;
	size_t end = 0;

	if (str_eq(program, S("dovecot"))) {
		while (end < s.n && s.p[end] != ':' && s.p[end] != '(' &&
		       s.p[end] != ' ')
			end++;
		service = str_head(s, end);
		s = str_skip(s, end);
		(void)str_eat(&s, S(": "));
	}
	if (str_starts(s, S("(")) && !str_starts(service, S("auth"))) {
		struct str user = str_skip(s, 1);

		end = str_find(s, S(": "));
		user = str_head(user, str_chr(user, ')'));
		s = str_skip(s, end + 2);
		end = str_find(user, S(", "));
		if (end < user.n)
			user = str_skip(user, end + 2);
		*ret_user = user;
	}
	if (!str_eat(&s, S("Info: ")) && !str_eat(&s, S("Warning: ")))
		(void)str_eat(&s, S("Error: "));
	*text = s;
	return service;
}

static enum line_result
dovecot_line(const struct line *line, struct event *ret_event)
{
	static const struct str mailbox[] = {
	    S0("lmtp"), S0("lda"), S0("deliver"), S0("imap"), S0("indexer")};
	struct str text = line->text, user = {NULL, 0};
	struct str program = line->program, service;

	(void)str_eat(&program, S("dovecot/"));
	service = take_service(&text, program, &user);
	*ret_event = event_of(EVENT_NONE, line);
	ret_event->service = service;
	if (str_ends(service, S("-login")))
		return read_login(text, ret_event);
	if (str_starts(service, S("auth"))) {
		/* auth-worker(7): conn unix:auth-worker (pid=1,uid=2):
		 * auth-worker<3>: pam(ana,192.0.2.1): ... */
		size_t at = str_find(text, S("): auth-worker<"));
		struct str worker = text;
		uint64_t pid;

		if (str_eat(&worker, S("(")) && str_u64(&worker, 10, &pid) &&
		    str_eat(&worker, S("): ")))
			text = worker;
		if (at < text.n) {
			text = str_skip(text, str_find(text, S("worker<")));
			text = str_skip(text, str_find(text, S(": ")) + 2);
		}
		return read_auth(text, ret_event);
	}
	return is_in(service, mailbox, ARRAY_LEN(mailbox))
		   ? read_sieve(text, user, ret_event)
		   : LINE_SKIP;
}

const struct mta mta_dovecot = {
    .name = "dovecot",
    .manual = "https://doc.dovecot.org/",
    .is_server = false,
    .claims = dovecot_claims,
    .line = dovecot_line,
};
