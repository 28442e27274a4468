/* SPDX-License-Identifier: ISC */
/*
 * OpenSMTPD 5.4 to 7.6. What it logs is told in smtpd(8) and in the source:
 * smtp_session.c, mta.c, mda.c, queue.c. The words changed three times:
 *
 * 6.4 to 7.6:
 *	smtpd[20]: 0badd7018b105b33 smtp connected address=192.0.2.1 host=x
 *	smtpd[20]: 0badd7018b105b33 smtp authentication user=ana@x result=ok
 *	smtpd[20]: 0badd7018b105b33 smtp message msgid=23e82354 size=691 nrcpt=2
 *	    proto=ESMTP
 *	smtpd[20]: 0badd7018b105b33 smtp envelope evpid=23e823547bbf02be
 *	    from=<ana@x> to=<b@y>
 *	smtpd[20]: 0badd7018b105b33 smtp disconnected reason=quit
 *	smtpd[20]: 0badd706ff541059 mta delivery evpid=... (opensmtpd_delivery.c)
 * 5.9 to 6.3: "smtp event=connected", and for each recipient
 *	smtpd[20]: 0badd7018b105b33 smtp event=message msgid=23e82354 from=<ana@x>
 *	    to=<b@y> size=691 ndest=1 proto=ESMTP
 * 5.7:	smtp-in: session 0badd7018b105b33: connection from host x [192.0.2.1]
 *	    established
 *	smtp-in: session 0badd7018b105b33: authentication successful for user ana@x
 *	smtp-in: session 0badd7018b105b33: msgid=23e82354, status=Ok, from=<ana@x>,
 *	    to=<b@y>, size=691, ndest=1, proto=ESMTP
 * 5.4:	smtp-in: New session 0badd7018b105b33 from host x [192.0.2.1]
 *	smtp-in: Accepted authentication for user ana@x on session 0badd7018b105b33
 *	smtp-in: Accepted message 23e82354 on session 0badd7018b105b33:
 *	    from=<ana@x>, to=<b@y>, size=691, ndest=1, proto=ESMTP
 *
 * The number in front names a connection, or one to a receiver; a message is
 * the first eight digits of its envelopes. Who has no connection by network has
 * the address "local": the server's own notices, and local users, known by
 * their sender only. No line says that a message is done (event.no_end), nor
 * which message a notice is about.
 *
 * The user of a login has no blank (strnvis(3)), nor has an address. Commands
 * that failed are strangers' words.
 */
#include "mta/opensmtpd_part.h"

#include "base/lang.h"

static bool
opensmtpd_claims(struct str program)
{
	return str_eq(program, S("smtpd")) || str_eq(program, S("opensmtpd"));
}

bool
opensmtpd_eat_hex(
    struct str *text, size_t n, struct str *ret_digits, uint64_t *ret_value)
{
	uint64_t value = 0;

	if (text->n < n || n > 16)
		return false;
	for (size_t i = 0; i < n; i++) {
		char c = text->p[i];

		if (c >= '0' && c <= '9')
			value = value << 4 | (uint64_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			value = value << 4 | (uint64_t)(c - 'a' + 10);
		else
			return false;
	}
	*ret_digits = str_head(*text, n);
	*ret_value = value;
	*text = (struct str){text->p + n, text->n - n};
	return true;
}

bool
opensmtpd_eat_angle(struct str *text, struct str key, struct str *ret_value)
{
	size_t at = str_find(*text, key), end;
	struct str s = str_skip(*text, at + key.n);

	if (at == text->n)
		return false;
	end = str_chr(s, '>');
	if (end == s.n)
		return false;
	*ret_value = str_head(s, end);
	*text = str_skip(s, end + 1);
	return true;
}

void
opensmtpd_read_ip(struct str text, struct ip *ret_ip)
{
	while (str_eat(&text, S("[")))
		continue;
	(void)str_eat(&text, S("IPv6:"));
	text = str_head(text, str_chr(text, ']'));
	*ret_ip = (struct ip){0};
	(void)ip_parse(text, ret_ip);
}

/* The value of "key", which stands behind a blank, up to the next blank or
 * comma; empty if it is not there. */
static struct str
value_of(struct str text, struct str key)
{
	struct str value = str_skip(text, str_find(text, key) + key.n);

	value = str_head(value, str_chr(value, ' '));
	if (str_ends(value, S(",")))
		value.n--;
	return value;
}

/* ---- connections ---- */

static enum line_result
read_client(struct str address, struct str host, struct event *e)
{
	e->kind = EVENT_CONNECT;
	opensmtpd_read_ip(address, &e->client);
	if (!ip_is_none(&e->client) && !str_eq(host, S("<unknown>")))
		e->client_name = host;
	return LINE_EVENT;
}

static enum line_result
read_login(struct str user, bool is_ok, struct event *e)
{
	e->kind = is_ok ? EVENT_AUTH_OK : EVENT_AUTH_FAIL;
	e->account = user;
	return user.n > 0 ? LINE_EVENT : LINE_SKIP;
}

/* "RCPT TO:<b@y>", or a message behind "DATA", that was answered so. What fails else is no mail. */
static enum line_result
read_refused(struct str command, struct str result, struct event *e)
{
	e->kind = EVENT_REJECT;
	e->reply = result;
	if (opensmtpd_eat_angle(&command, S("RCPT TO:<"), &e->recipient) ||
	    (str_eq_fold(command, S("DATA")) &&
		!str_starts(result, S("503 ")))) /* not in its order */
		return LINE_EVENT;
	if (!opensmtpd_eat_angle(&command, S("MAIL FROM:<"), &e->sender))
		return LINE_SKIP;
	e->has_sender = true;
	return LINE_EVENT;
}

/* `command="..." result="550 ..."`: the command may hold anything. */
static enum line_result
read_failed(struct str text, struct event *e)
{
	static const struct str mark = S0("\" result=\"");
	size_t at = str_find(text, S("command=\"")), end = text.n;
	struct str result;

	for (size_t i = text.n; i >= mark.n && end == text.n; i--)
		if (memcmp(text.p + i - mark.n, mark.p, mark.n) == 0)
			end = i - mark.n;
	if (end < at || end == text.n)
		return LINE_UNKNOWN;
	result = str_skip(text, end + mark.n);
	if (str_ends(result, S("\"")))
		result.n--;
	return read_refused(str_skip(str_head(text, end), at + 9), result, e);
}

/* ---- messages ---- */

static enum line_result
begin_message(struct str msgid, struct event *e)
{
	uint64_t number;
	struct str size = msgid;

	if (!opensmtpd_eat_hex(&msgid, 8, &e->queue_id, &number))
		return LINE_UNKNOWN;
	size = value_of(msgid, S(" size="));
	(void)str_u64(&size, 19, &e->size);
	e->kind = EVENT_RECEIVED;
	e->no_end = true;
	return LINE_EVENT;
}

/* "23e82354 size=691 nrcpt=2 proto=ESMTP"; its envelopes follow. */
static enum line_result
read_message(struct str text, struct event *e)
{
	struct str count = value_of(text, S(" nrcpt="));

	if (!str_u64(&count, 10, &e->nrcpt) || e->nrcpt == 0)
		return LINE_UNKNOWN;
	return begin_message(text, e);
}

/* "23e82354 from=<a@x> to=<b@y> size=691 ndest=1", once for each recipient, is
 * two events: the message, and this envelope. */
static enum line_result
read_recipient(const struct line *line, struct str text, struct event *e)
{
	struct str rest = text, sender, rcpt = {NULL, 0}, count;

	if (!opensmtpd_eat_angle(&rest, S("from=<"), &sender) ||
	    begin_message(text, e) != LINE_EVENT)
		return LINE_UNKNOWN;
	(void)opensmtpd_eat_angle(&rest, S(" to=<"), &rcpt);
	if (line->from == 0) {
		count = value_of(rest, S(" nrcpts="));
		(void)str_u64(&count, 10, &e->nrcpt);
		e->again = true;
		e->more = 1;
		return LINE_MORE;
	}
	e->kind = EVENT_SENDER;
	e->has_sender = true;
	e->sender = sender;
	e->recipient = rcpt;
	e->no_end = false;
	e->size = 0;
	return LINE_EVENT;
}

static enum line_result
read_envelope(struct str text, struct event *e)
{
	struct str evpid;
	uint64_t number;

	if (!str_eat(&text, S("evpid=")) ||
	    !opensmtpd_eat_hex(&text, 16, &evpid, &number) ||
	    !opensmtpd_eat_angle(&text, S("from=<"), &e->sender) ||
	    !opensmtpd_eat_angle(&text, S(" to=<"), &e->recipient))
		return LINE_UNKNOWN;
	e->queue_id = str_head(evpid, 8);
	e->kind = EVENT_SENDER;
	e->has_sender = true;
	return LINE_EVENT;
}

/* ---- 5.9 to 7.6: "smtp connected address=192.0.2.1 host=x" ---- */

static enum line_result
read_smtp(const struct line *line, struct str text, struct event *e)
{
	struct str what = str_take(&text, ' ');

	if (str_eq(what, S("connected")))
		return str_eat(&text, S("address="))
			   ? read_client(str_head(text, str_chr(text, ' ')),
				 value_of(text, S(" host=")), e)
			   : LINE_UNKNOWN;
	if (str_eq(what, S("authentication")))
		return str_eat(&text, S("user="))
			   ? read_login(str_head(text, str_chr(text, ' ')),
				 str_ends(text, S(" result=ok")), e)
			   : LINE_UNKNOWN;
	if (str_eq(what, S("message"))) {
		size_t at = str_find(text, S("msgid="));

		text = str_skip(text, at + 6);
		return str_has(text, S(" from=<"))
			   ? read_recipient(line, text, e)
			   : read_message(text, e);
	}
	if (str_eq(what, S("envelope")))
		return read_envelope(text, e);
	if (str_eq(what, S("failed-command")))
		return read_failed(text, e);
	if (str_eq(what, S("disconnected")) || str_eq(what, S("closed"))) {
		e->kind = EVENT_DISCONNECT;
		return LINE_EVENT;
	}
	return str_eq(what, S("tls")) || str_eq(what, S("starttls")) ||
		       str_eq(what, S("bad-input")) ||
		       str_eq(what, S("cert-check")) || str_eq(what, S("proxy"))
		   ? LINE_SKIP
		   : LINE_UNKNOWN;
}

static enum line_result
read_modern(const struct line *line, struct str text, struct event *e)
{
	enum event_agent agent = AGENT_SMTP;
	bool is_event;

	if (!str_eat(&text, S(" ")))
		return LINE_UNKNOWN;
	if (str_eat(&text, S("smtp "))) {
		(void)str_eat(&text, S("event="));
		return read_smtp(line, text, e);
	}
	if (str_eat(&text, S("mda ")))
		agent = AGENT_LOCAL;
	else if (!str_eat(&text, S("mta ")))
		return str_starts(text, S("filters ")) ? LINE_SKIP
						       : LINE_UNKNOWN;
	e->session = 0; /* a connection to a receiver */
	is_event = str_eat(&text, S("event="));
	if (str_eat(&text, S("delivery ")))
		return opensmtpd_delivery(text, agent, e);
	return is_event || agent == AGENT_SMTP ? LINE_SKIP : LINE_UNKNOWN;
}

/* ---- 5.x: "smtp-in: ..." ---- */

/* The session's number behind mark; false: it is not told. */
static bool
find_session(struct str text, struct str mark, struct event *e)
{
	struct str digits = str_skip(text, str_find(text, mark) + mark.n);

	return opensmtpd_eat_hex(&digits, 16, &digits, &e->session);
}

/* "x [192.0.2.1]" and more. */
static enum line_result
read_from_host(struct str text, struct event *e)
{
	struct str host = str_take(&text, ' ');

	return read_client(text, host, e);
}

/* Behind the session's number: 5.7. */
static enum line_result
read_of_session(const struct line *line, struct str text, struct event *e)
{
	if (str_eat(&text, S("connection from host "))) {
		if (str_ends(text, S(" established")))
			return read_from_host(text, e);
		e->kind = EVENT_DISCONNECT;
		return str_has(text, S(" closed")) ? LINE_EVENT : LINE_UNKNOWN;
	}
	if (str_eat(&text, S("authentication "))) {
		bool is_ok = str_starts(text, S("successful "));
		size_t at = str_find(text, S("for user "));

		text = str_skip(text, at + 9);
		return read_login(str_head(text, str_chr(text, ' ')), is_ok, e);
	}
	if (str_eat(&text, S("msgid=")))
		return str_has(str_head(text, str_find(text, S("from=<"))),
			   S("status=Ok"))
			   ? read_recipient(line, text, e)
			   : LINE_SKIP;
	return LINE_SKIP;
}

/* "user ana@x on session 0badd7018b105b33" */
static enum line_result
read_user(struct str text, bool is_ok, struct event *e)
{
	return find_session(text, S(" on session "), e)
		   ? read_login(str_head(text, str_chr(text, ' ')), is_ok, e)
		   : LINE_UNKNOWN;
}

static enum line_result
read_smtp_in(const struct line *line, struct str text, struct event *e)
{
	struct str rest;

	if (str_starts(text, S("session ")) &&
	    find_session(text, S("session "), e))
		return read_of_session(line, str_skip(text, 26), e);
	if (str_eat(&text, S("New session ")))
		return find_session(text, S(""), e)
			   ? read_from_host(str_skip(text, 27), e)
			   : LINE_UNKNOWN;
	if (str_eat(&text, S("Accepted message ")))
		return find_session(text, S(" on session "), e)
			   ? read_recipient(line, text, e)
			   : LINE_UNKNOWN;
	if (str_eat(&text, S("Accepted authentication for user ")))
		return read_user(text, true, e);
	if (str_eat(&text, S("Authentication failed for user ")) ||
	    str_eat(&text, S("Authentication temporarily failed for user ")))
		return read_user(text, false, e);
	if (str_eat(&text, S("Closing session ")) ||
	    str_eat(&text, S("Received disconnect from session "))) {
		e->kind = EVENT_DISCONNECT;
		return find_session(text, S(""), e) ? LINE_EVENT : LINE_SKIP;
	}
	if (!str_eat(&text, S("Failed command on session ")) ||
	    !find_session(text, S(""), e))
		return LINE_SKIP;
	rest = str_skip(text, str_find(text, S("\" => ")) + 5);
	return read_refused(text, rest, e);
}

/* ---- the line ---- */

static enum line_result
opensmtpd_line(const struct line *line, struct event *ret_event)
{
	struct str text = line->text, digits;

	*ret_event = event_of(EVENT_NONE, line);
	if (opensmtpd_eat_hex(&text, 16, &digits, &ret_event->session))
		return read_modern(line, text, ret_event);
	if (str_eat(&text, S("smtp-in: ")))
		return read_smtp_in(line, text, ret_event);
	if (str_eat(&text, S("relay: ")))
		return opensmtpd_envelope(text, AGENT_SMTP, ret_event);
	if (str_eat(&text, S("delivery: ")))
		return opensmtpd_envelope(text, AGENT_LOCAL, ret_event);
	/* "info: ...", "warn: ...", "smtp-out: ...", what helpers say. */
	return LINE_SKIP;
}

const struct mta mta_opensmtpd = {
    .name = "opensmtpd",
    .manual = "https://man.openbsd.org/smtpd.8",
    .is_server = true,
    .advice =
	{
	    [ADVICE_CLIENT] = {"match from src \"{address}\" for any reject",
		N_("a line for /etc/smtpd.conf, in front of every other match, "
		   "then restart it: refuses this address and nobody else, "
		   "until you take it out again"),
		NULL},
	    [ADVICE_RELAY] = {"grep -n 'for any' /etc/smtpd.conf",
		N_("look which rule for any lets them in: it must begin with "
		   "'match auth' or 'match from local'"),
		NULL},
	    [ADVICE_SESSIONS] = {"systemctl restart opensmtpd", NULL, NULL},
	    [ADVICE_USER] = {"setfacl -m u:{user}:--- "
			     "\"$(readlink -f /usr/sbin/sendmail)\"",
		NULL,
		"setfacl -x u:{user} "
		"\"$(readlink -f /usr/sbin/sendmail)\""},
	    [ADVICE_RECIPIENTS] = {"", NULL, NULL},
	},
    .claims = opensmtpd_claims,
    .line = opensmtpd_line,
    .facts = opensmtpd_facts,
    .queue = &opensmtpd_spool,
};
