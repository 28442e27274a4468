/* SPDX-License-Identifier: ISC */
/*
 * Dovecot 2.2 to 2.4: who logged in from where, and who failed to.
 *
 *	dovecot: imap-login: Login: user=<ana>, method=PLAIN, rip=192.0.2.1, lip=...
 *	dovecot: imap-login: Disconnected: Connection closed (auth failed, 1 attempts in 2 secs): user=<ana>, method=PLAIN, rip=...
 *	dovecot: auth: passwd-file(ana,192.0.2.1,<session>): Password mismatch
 *	dovecot: lmtp(ana)<7><id>: sieve: msgid=<m>: sent vacation response to <b>
 *
 * https://doc.dovecot.org/ "Logging", login_log_format_elements. The same
 * attempt may be logged by auth and by the login process: only auth's own
 * words are counted when the login process says nothing of the user.
 */
#include "mta/mta.h"

static bool
dovecot_claims(struct str program)
{
	return str_eq(program, S("dovecot")) ||
	       str_ends(program, S("imap-login")) ||
	       str_ends(program, S("pop3-login")) ||
	       str_ends(program, S("submission-login")) ||
	       str_ends(program, S("managesieve-login"));
}

/* The value behind name up to one of ">,": "user=<ana>, rip=192.0.2.1, ". */
static struct str
value_of(struct str text, struct str name)
{
	size_t at = str_find(text, name), end = 0;

	if (at == text.n)
		return (struct str){NULL, 0};
	text = str_skip(text, at + name.n);
	while (end < text.n && text.p[end] != '>' && text.p[end] != ',')
		end++;
	return str_head(text, end);
}

static enum line_result
read_login(struct str text, struct event *e)
{
	struct str rip = value_of(text, S(", rip="));

	e->account = value_of(text, S("user=<"));
	e->method = value_of(text, S("method="));
	(void)ip_parse(rip, &e->client);
	if (str_starts(text, S("Login: ")) ||
	    str_starts(text, S("Logged in: ")))
		e->kind = EVENT_AUTH_OK;
	else if (str_has(text, S("auth failed")))
		e->kind = EVENT_AUTH_FAIL;
	else
		return LINE_SKIP;
	return LINE_EVENT;
}

/* "passwd-file(ana,192.0.2.1,<id>): Password mismatch" */
static enum line_result
read_auth(struct str text, struct event *e)
{
	size_t open = str_chr(text, '('), close = str_find(text, S("): "));
	struct str who, reason;

	if (open >= close || close == text.n)
		return LINE_SKIP;
	who = str_head(str_skip(text, open + 1), close - open - 1);
	reason = str_skip(text, close + 3);
	if (!str_starts(reason, S("Password mismatch")) &&
	    !str_starts(reason, S("unknown user")) &&
	    !str_starts(reason, S("pam_authenticate() failed")) &&
	    !str_starts(reason, S("Invalid password")) &&
	    !str_starts(reason, S("invalid credentials")))
		return LINE_SKIP;
	e->kind = EVENT_AUTH_FAIL;
	e->account = str_take(&who, ',');
	(void)ip_parse(str_take(&who, ','), &e->client);
	return LINE_EVENT;
}

static enum line_result
read_sieve(struct str text, struct event *e)
{
	size_t at = str_find(text, S("sent vacation response to "));
	size_t open = str_chr(text, '(');

	if (at == text.n)
		return LINE_SKIP;
	e->kind = EVENT_NOTICE;
	e->text = str_skip(text, at);
	e->recipient = value_of(e->text, S("<"));
	if (open < at) {
		struct str who = str_skip(text, open + 1);

		e->account = str_head(who, str_chr(who, ')'));
	}
	return LINE_EVENT;
}

static enum line_result
dovecot_line(const struct line *line, struct event *ret_event)
{
	struct str text = line->text, service = line->program;

	*ret_event = event_of(EVENT_NONE, line);
	if (str_eq(service, S("dovecot"))) {
		size_t end = 0;

		while (end < text.n && text.p[end] != ':' && text.p[end] != '(')
			end++;
		service = str_head(text, end);
		if (end + 1 < text.n && text.p[end] == ':')
			text = str_skip(text, end + 2);
	}
	ret_event->service = service;
	if (str_ends(service, S("-login")))
		return read_login(text, ret_event);
	if (str_eq(service, S("auth")) || str_eq(service, S("auth-worker"))) {
		/* auth-worker(7): conn ...: auth-worker<3>: pam(ana,ip): */
		(void)str_eat(&text, S("auth-worker"));
		return read_auth(text, ret_event);
	}
	if (str_eq(service, S("lmtp")) || str_eq(service, S("lda")) ||
	    str_eq(service, S("imap")))
		return read_sieve(text, ret_event);
	return LINE_SKIP;
}

const struct mta mta_dovecot = {
    .name = "dovecot",
    .manual = "https://doc.dovecot.org/",
    .is_server = false,
    .claims = dovecot_claims,
    .line = dovecot_line,
};
