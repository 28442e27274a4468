/* SPDX-License-Identifier: ISC */
/*
 * MailEnable's SMTP Activity log (SMTP-Activity-YYMMDD.log), and of the Debug
 * log what says that relaying was refused; copied from the server.
 *
 *	10/19/18 00:00:35	SMTP-IN	25E7...26F.MAI	908	192.0.2.24	AUTH	MTIz	535 Invalid Username or Password	34	14	ana@x.example
 *	stamp             	way    	message       	socket	other end	command	words	reply      	bytes out, in	mailbox
 *
 * Columns: https://www.mailenable.com/kb/content/article.asp?ID=ME020170;
 * the mailbox stands last once somebody logged in. The message's file has the
 * same name on its way in and out. There is a line for each SMTP command, and
 * none for mail that stays here: trail/links.h puts envelopes together. Mail
 * that goes out and never came in by SMTP was written here (webmail, a script).
 */
#include "mta/mta.h"

#include "base/lang.h"

enum {
	HEAD_LINES = 20,
	RECIPIENTS = 100, /* of one transaction */
};

enum column {
	WAY,
	MESSAGE,
	SOCKET,
	PEER,
	COMMAND,
	WORDS,
	REPLY,
	OUT,
	IN,
	MAILBOX,
	COLUMNS,
};

static bool
mailenable_claims(struct str program)
{
	(void)program;
	return false;
}

static bool
mailenable_split(
    struct line_clock *clock, struct str raw, struct line *ret_line)
{
	if (!line_split_stamp(clock, raw, ret_line) ||
	    !str_eat(&ret_line->text, S("\t")))
		return false;
	ret_line->program = S("mailenable");
	return true;
}

static bool
mailenable_owns(struct str head)
{
	struct line_clock clock;
	struct line line;

	line_clock_init(&clock, 0);
	(void)str_eat(&head, S("\xef\xbb\xbf"));
	for (int i = 0; i < HEAD_LINES && head.n > 0; i++)
		if (mailenable_split(&clock, str_take(&head, '\n'), &line) &&
		    line.raw.n > 2 && line.raw.p[2] == '/')
			return str_starts(line.text, S("SMTP-IN\t")) ||
			       str_starts(line.text, S("SMTP-OU\t")) ||
			       str_starts(line.text, S("ME-I")) ||
			       str_starts(line.text, S("ME-E"));
	return false;
}

static const char *
mailenable_other_log(struct str head)
{
	(void)str_eat(&head, S("\xef\xbb\xbf"));
	return str_starts(head, S("#Software: MailEnable"))
		   ? N_("it is MailEnable's W3C log; its Activity log has the "
			"same and is read (SMTP-Activity-*.log, in the same "
			"folder)")
		   : NULL;
}

/* ---- SMTP ---- */

/* Code and status of a reply. */
static void
read_reply(struct str text, struct event *e)
{
	struct str rest = text;
	uint64_t code;
	size_t n = 0;

	e->reply = text;
	if (!str_u64(&rest, 3, &code) || text.n - rest.n != 3)
		return;
	e->code = (unsigned)code;
	rest = str_skip(rest, 1);
	while (n < rest.n && n < 9 &&
	       (rest.p[n] == '.' || (rest.p[n] >= '0' && rest.p[n] <= '9')))
		n++;
	if (n >= 5 && rest.p[1] == '.')
		e->dsn = str_head(rest, n);
}

/* "MAIL FROM:<a@x.example> SIZE=2343" */
static bool
read_path(struct str words, struct str *ret_path)
{
	size_t open = str_chr(words, ':');
	struct str rest = str_trim(str_skip(words, open + 1));

	if (open == words.n)
		return false;
	if (str_eat(&rest, S("<"))) {
		size_t close = str_chr(rest, '>');

		*ret_path = str_head(rest, close);
		return close < rest.n;
	}
	*ret_path = str_head(rest, str_chr(rest, ' '));
	return true;
}

static enum event_status
status_of(unsigned code)
{
	return code >= 200 && code < 300   ? STATUS_SENT
	       : code >= 400 && code < 500 ? STATUS_DEFERRED
	       : code >= 500 && code < 600 ? STATUS_BOUNCED
					   : STATUS_NONE;
}

/* A client talks to us. */
static enum line_result
read_in(const struct str *columns, struct event *e)
{
	struct str command = columns[COMMAND];
	unsigned code = e->code;

	(void)ip_parse(columns[PEER], &e->client);
	e->account = columns[MAILBOX];
	if (str_eq(command, S("AUTH")) && code == 235) {
		e->kind = EVENT_AUTH_OK;
		e->service = columns[WAY];
		return e->account.n > 0 ? LINE_EVENT : LINE_SKIP;
	}
	if (str_eq(command, S("AUTH")) && code >= 500) {
		e->kind = EVENT_AUTH_FAIL;
		return LINE_EVENT;
	}
	if (code >= 500 &&
	    (str_eq(command, S("MAIL")) || str_eq(command, S("RCPT")))) {
		e->kind = EVENT_REJECT;
		return LINE_EVENT;
	}
	if (str_eq(command, S("MAIL")) && code == 250) {
		e->kind = EVENT_HANDED;
		e->has_sender = true;
		return read_path(columns[WORDS], &e->sender) ? LINE_EVENT
							     : LINE_UNKNOWN;
	}
	if (str_eq(command, S("RCPT")) && (code == 250 || code == 251)) {
		e->kind = EVENT_HANDED;
		return read_path(columns[WORDS], &e->recipient) ? LINE_EVENT
								: LINE_UNKNOWN;
	}
	if (str_eq(command, S("DATA")) && code == 354) {
		e->kind = EVENT_RECEIVED;
		return LINE_EVENT;
	}
	return LINE_SKIP;
}

/* What the end of a transaction says of all its recipients, one at a time;
 * links.c knows them, and when there are no more. */
static enum line_result
read_end(struct str socket, const struct line *line, struct event *e)
{
	e->kind = EVENT_DELIVERY;
	e->handle = socket;
	e->more = line->from + 1;
	return e->more < RECIPIENTS ? LINE_MORE : LINE_EVENT;
}

/* We talk to another server. */
static enum line_result
read_out(const struct str *columns, const struct line *line, struct event *e)
{
	static const struct str before[] = {S0("EHLO"), S0("HELO"),
	    S0("STARTTLS"), S0("AUTH"), S0("RSET"), S0("NOOP")};
	struct str command = columns[COMMAND];

	e->agent = AGENT_SMTP;
	e->relay = columns[PEER];
	(void)ip_parse(columns[PEER], &e->relay_ip);
	e->status = status_of(e->code);
	if (str_eq(command, S("MAIL"))) {
		if (!read_path(columns[WORDS], &e->sender))
			return LINE_UNKNOWN;
		e->has_sender = true;
		e->again = true;
		e->kind = e->sender.n > 0 ? EVENT_RECEIVED : EVENT_QUEUED;
		e->user = e->sender;
		e->handle = columns[SOCKET];
		return LINE_EVENT;
	}
	if (str_eq(command, S("RCPT"))) {
		if (!read_path(columns[WORDS], &e->recipient))
			return LINE_UNKNOWN;
		e->kind = EVENT_DELIVERY;
		if (e->status == STATUS_SENT) {
			e->kind = EVENT_ATTEMPT;
			e->handle = columns[SOCKET];
		}
		return e->status == STATUS_NONE ? LINE_SKIP : LINE_EVENT;
	}
	for (size_t i = 0; i < ARRAY_LEN(before); i++)
		if (str_eq(command, before[i]))
			return LINE_SKIP;
	if (e->code == 354 || (e->code == 220 && command.n == 0))
		return LINE_SKIP;
	/* The reply to the message itself, or, when it was not logged, the
	 * goodbye behind it. */
	if (str_eq(command, S("QUIT")))
		e->status = STATUS_SENT;
	return e->status == STATUS_NONE ? LINE_SKIP
					: read_end(columns[SOCKET], line, e);
}

static enum line_result
read_debug(struct str text, struct event *e)
{
	if (!str_has(text, S("Relay Denied")))
		return LINE_SKIP;
	e->kind = EVENT_REJECT;
	e->reply = text;
	return LINE_EVENT;
}

static enum line_result
mailenable_line(const struct line *line, struct event *ret_event)
{
	struct str rest = line->text, columns[COLUMNS];

	*ret_event = event_of(EVENT_NONE, line);
	if (str_starts(rest, S("ME-")))
		return read_debug(rest, ret_event);
	for (size_t i = 0; i < COLUMNS; i++)
		columns[i] = str_trim(str_take(&rest, '\t'));
	ret_event->queue_id = columns[MESSAGE];
	ret_event->endless = true;
	read_reply(columns[REPLY], ret_event);
	if (columns[MESSAGE].n == 0)
		return LINE_SKIP;
	if (str_eq(columns[WAY], S("SMTP-IN")))
		return read_in(columns, ret_event);
	if (str_eq(columns[WAY], S("SMTP-OU")))
		return read_out(columns, line, ret_event);
	return LINE_UNKNOWN;
}

const struct mta mta_mailenable = {
    .name = "mailenable",
    .manual = "https://www.mailenable.com/kb/content/article.asp?ID=ME020170",
    .is_server = true,
    .advice =
	{
	    [ADVICE_CLIENT] = MTA_WINDOWS_FIREWALL,
	    [ADVICE_RELAY] = {"",
		N_("let only authenticated senders relay: MailEnable's SMTP "
		   "connector, Relay"),
		NULL},
	    [ADVICE_USER] = {"",
		N_("look at webmail and at the web sites on the MailEnable "
		   "server: it did not come in by SMTP"),
		NULL},
	    [ADVICE_RECIPIENTS] = {"", NULL, NULL},
	},
    .is_elsewhere = true,
    .leans = true,
    .claims = mailenable_claims,
    .owns = mailenable_owns,
    .split = mailenable_split,
    .other_log = mailenable_other_log,
    .line = mailenable_line,
};
