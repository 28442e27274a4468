/* SPDX-License-Identifier: ISC */
/*
 * qmail 1.03, netqmail 1.05 and 1.06, notqmail 1.07 to 1.09, and Plesk's, with
 * what usually stands in front of them (qmail_door.c).
 *
 *	@400000006919014d075bca00 new msg 93869
 *	2026-11-16 10:33:07.123456789 info msg 93869: bytes 2343 from <a@x.example> qp 18695 uid 49491
 *	Nov 16 10:33:07 mx1 qmail: 1794825187.123456 starting delivery 2392: msg 93869 to remote b@y.example
 *
 * One line in three shapes: as multilog writes it, as tai64nlocal turns that
 * into local time, and as splogger hands it to syslog with a stamp of its own.
 * The words are those of qmail-log(5) and qmail-send(8). A message's number is
 * the inode of its file and is used again at once; so is a process.
 *
 * Who handed a message in is never said: "uid" is that of who called
 * qmail-queue, and that is the SMTP server's for all that came by SMTP. What
 * other lines know is joined by trail/links.h.
 */
#include "mta/qmail_part.h"

#include "base/lang.h"
#include "mail/address.h"

enum {
	HEAD_LINES = 200, /* looked at, to know a log by its words */
};

/* ---- replies ---- */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "5.1.1" at the front of s (RFC 3463), or empty. */
static struct str
status_at(struct str s)
{
	size_t n = 0, dots = 0;

	if (s.n < 5 || s.p[0] < '2' || s.p[0] > '5' || s.p[1] != '.')
		return (struct str){NULL, 0};
	while (n < s.n && n < 9 && (is_digit(s.p[n]) || s.p[n] == '.'))
		dots += s.p[n++] == '.';
	while (n > 0 && s.p[n - 1] == '.') {
		n--;
		dots--;
	}
	return dots == 2 ? str_head(s, n) : (struct str){NULL, 0};
}

/* "Remote_host_said:_550_5.1.1_...", or "..._(#5.1.2)/" of our own. */
static void
read_reply(struct str text, struct event *e)
{
	static const struct str said = S0("Remote_host_said:_");
	size_t at = str_find(text, said), mark;
	struct str rest, digits;
	uint64_t code;

	e->reply = text;
	e->has_gaps = true;
	if (at < text.n) {
		rest = str_skip(text, at + said.n);
		e->reply = rest;
		digits = rest;
		if (str_u64(&digits, 3, &code) && rest.n - digits.n == 3 &&
		    code >= 200) {
			e->code = (unsigned)code;
			e->dsn = status_at(str_skip(rest, 4));
		}
		return;
	}
	mark = str_find(text, S("(#"));
	if (mark < text.n)
		e->dsn = status_at(str_skip(text, mark + 2));
	if (e->dsn.n > 0)
		e->code = e->dsn.p[0] == '5'   ? 550
			  : e->dsn.p[0] == '4' ? 450
					       : 250;
}

/* "192.0.2.9_accepted_message./...", "Connected_to_192.0.2.9_but_...". */
static void
read_relay(struct str text, struct event *e)
{
	struct str word;

	(void)str_eat(&text, S("Connected_to_"));
	/* netqmail with IPv6 or TLS patches: "[2001:db8::1]", "(TLS) 1.2..." */
	word = str_head(text, str_chr(text, '_'));
	if (word.n > 2 && word.p[0] == '[' && word.p[word.n - 1] == ']')
		word = (struct str){word.p + 1, word.n - 2};
	if (ip_parse(word, &e->relay_ip))
		e->relay = word;
}

/* "did_1+0+2/", "did_0+1+0/qp_18695/": how many mailboxes, forwards and
 * programs a local delivery went to (qmail-log(5)). */
static void
read_did(struct str text, struct event *e)
{
	uint64_t boxes, forwards, programs;

	if (!str_eat(&text, S("did_")) || !str_u64(&text, 9, &boxes) ||
	    !str_eat(&text, S("+")) || !str_u64(&text, 9, &forwards) ||
	    !str_eat(&text, S("+")) || !str_u64(&text, 9, &programs))
		return;
	e->local = forwards > 0   ? LOCAL_FORWARDED
		   : programs > 0 ? LOCAL_COMMAND
				  : LOCAL_MAILBOX;
	if (str_eat(&text, S("/qp_")))
		(void)qmail_number(&text, &e->process);
}

/* "delivery 2392: success: ..." behind "delivery ". */
static enum line_result
read_delivery(struct str text, struct event *e)
{
	static const struct str given_up = S0("I'm_not_going_to_try_again");

	if (!qmail_digits(&text, &e->handle) || !str_eat(&text, S(": ")))
		return LINE_UNKNOWN;
	e->kind = EVENT_DELIVERY;
	if (str_eat(&text, S("success: ")))
		e->status = STATUS_SENT;
	else if (str_eat(&text, S("deferral: ")))
		e->status = STATUS_DEFERRED;
	else if (str_eat(&text, S("failure: ")))
		e->status =
		    str_has(text, given_up) ? STATUS_EXPIRED : STATUS_BOUNCED;
	else if (str_eat(&text, S("report mangled, will defer")))
		e->status = STATUS_DEFERRED;
	else
		return LINE_UNKNOWN;
	read_relay(text, e);
	read_did(text, e);
	read_reply(text, e);
	return LINE_EVENT;
}

struct str
qmail_address(struct str address)
{
	struct str local, domain, digits = address;
	uint64_t number;

	if (!address_split(address, &local, &domain))
		return address;
	if (local.n > domain.n + 1 && local.p[domain.n] == '-' &&
	    str_eq_fold(str_head(local, domain.n), domain))
		return str_skip(address, domain.n + 1);
	if (str_u64(&digits, 9, &number) && str_eat(&digits, S("-")) &&
	    digits.n > domain.n + 1)
		return digits;
	return address;
}

/* "starting delivery 2392: msg 93869 to remote b@y.example" */
static enum line_result
read_start(struct str text, struct event *e)
{
	if (!qmail_digits(&text, &e->handle) || !str_eat(&text, S(": msg ")) ||
	    !qmail_digits(&text, &e->queue_id) || !str_eat(&text, S(" to ")))
		return LINE_UNKNOWN;
	e->kind = EVENT_ATTEMPT;
	if (str_eat(&text, S("remote "))) {
		e->agent = AGENT_SMTP;
		e->recipient = text;
	} else if (str_eat(&text, S("local "))) {
		e->agent = AGENT_LOCAL;
		e->recipient = qmail_address(text);
	} else {
		return LINE_UNKNOWN;
	}
	return LINE_EVENT;
}

/* "info msg 93869: bytes 2343 from <a@x.example> qp 18695 uid 49491": the
 * sender is a stranger's, so the line's end is looked for from behind. */
static enum line_result
read_info(struct str text, struct event *e)
{
	struct str tail;
	uint64_t uid;
	size_t at;

	if (!qmail_digits(&text, &e->queue_id) ||
	    !str_eat(&text, S(": bytes ")) || !qmail_number(&text, &e->size) ||
	    !str_eat(&text, S(" from <")))
		return LINE_UNKNOWN;
	at = str_rchr(text, '>');
	tail = str_skip(text, at + 1);
	if (!str_eat(&tail, S(" qp ")) || !qmail_number(&tail, &e->process) ||
	    !str_eat(&tail, S(" uid ")) || !str_u64(&tail, 10, &uid))
		return LINE_UNKNOWN;
	e->kind = EVENT_RECEIVED;
	e->sender = str_head(text, at);
	/* VERP (qmail-send(8)): "list-@x.example-@[]" is the list's own. */
	if (str_ends(e->sender, S("-@[]")))
		e->sender.n -= 4;
	else if (str_eq(e->sender, S("#@[]"))) /* a double bounce */
		e->sender.n = 0;
	e->has_sender = true;
	e->uid = (int64_t)uid;
	return LINE_EVENT;
}

static enum line_result
read_bounce(struct str text, struct event *e)
{
	e->kind = EVENT_DSN;
	if (!qmail_digits(&text, &e->queue_id) || !str_eat(&text, S(" qp ")) ||
	    !qmail_number(&text, &e->process))
		return LINE_UNKNOWN;
	return LINE_EVENT;
}

enum line_result
qmail_send(struct str text, struct event *e)
{
	static const struct str quiet[] = {S0("status: "), S0("new msg "),
	    S0("warning: "), S0("alert: "), S0("triple bounce: "),
	    S0("double bounce: "), S0("number of "), S0("local "),
	    S0("cannot "), S0("shutting down"), S0("hangup")};

	if (str_eat(&text, S("info msg ")))
		return read_info(text, e);
	if (str_eat(&text, S("starting delivery ")))
		return read_start(text, e);
	if (str_eat(&text, S("delivery ")))
		return read_delivery(text, e);
	if (str_eat(&text, S("end msg "))) {
		e->kind = EVENT_REMOVED;
		return qmail_digits(&text, &e->queue_id) ? LINE_EVENT
							 : LINE_UNKNOWN;
	}
	if (str_eat(&text, S("bounce msg ")))
		return read_bounce(text, e);
	for (size_t i = 0; i < ARRAY_LEN(quiet); i++)
		if (str_starts(text, quiet[i]))
			return LINE_SKIP;
	return LINE_UNKNOWN;
}

/* ---- which lines are ours ---- */

static const struct str programs[] = {S0("qmail"), S0("qmail-send"),
    S0("qmail-smtpd"), S0("qmail-queue"), S0("qmail-queue-handlers"),
    S0("qmail-remote-handlers"), S0("qmail-local-handlers"),
    S0("qmail-scanner"), S0("qmail-scanner-queue.pl"), S0("qmail-pop3d"),
    S0("smtp_auth"), S0("relaylock"), S0("/var/qmail/bin/relaylock"),
    S0("vpopmail"), S0("vchkpw-smtp"), S0("vchkpw-smtps"),
    S0("vchkpw-submission"), S0("spamdyke"), S0("tcpserver"), S0("simscan")};

static bool
qmail_claims(struct str program)
{
	for (size_t i = 0; i < ARRAY_LEN(programs); i++)
		if (str_eq(programs[i], program))
			return true;
	return false;
}

/* splogger's own stamp: "1794825187.123456 new msg 1". */
static void
skip_stamp(struct str *text)
{
	struct str rest = *text;
	uint64_t n;

	if (str_u64(&rest, 10, &n) && str_eat(&rest, S(".")) &&
	    str_u64(&rest, 9, &n) && str_eat(&rest, S(" ")))
		*text = rest;
}

static enum line_result
qmail_line(const struct line *line, struct event *ret_event)
{
	struct str text = line->text;
	enum line_result result;

	if (!qmail_claims(line->program))
		return LINE_FOREIGN;
	*ret_event = event_of(EVENT_NONE, line);
	ret_event->service = line->program;
	skip_stamp(&text);
	if (text.n == 0)
		return LINE_SKIP;
	result = LINE_UNKNOWN;
	if (str_starts(line->program, S("qmail")))
		result = qmail_send(text, ret_event);
	if (result == LINE_UNKNOWN) {
		*ret_event = event_of(EVENT_NONE, line);
		ret_event->service = line->program;
		result = qmail_door(text, ret_event);
	}
	return result;
}

/* ---- multilog's files ---- */

static bool
is_ours(struct str text)
{
	static const struct str words[] = {S0("new msg "), S0("info msg "),
	    S0("end msg "), S0("starting delivery "), S0("status: local "),
	    S0("tcpserver: "), S0("mail recv: "), S0("simscan:["),
	    S0("spamdyke["), S0("CHKUSER "), S0("qmail-smtpd: ")};
	struct event e;

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_starts(text, words[i]))
			return true;
	e = (struct event){.kind = EVENT_NONE};
	return str_starts(text, S("delivery ")) &&
	       qmail_send(text, &e) == LINE_EVENT;
}

/* Nanoseconds: no syslog writes them in front of words like ours. */
static bool
qmail_owns(struct str head)
{
	struct line_clock clock;
	struct line line;

	line_clock_init(&clock, 0);
	for (int i = 0; i < HEAD_LINES && head.n > 0; i++) {
		struct str raw = str_take(&head, '\n');
		size_t stamp;

		if (!line_split_stamp(&clock, raw, &line) ||
		    !str_eat(&line.text, S(" ")))
			continue;
		stamp = (size_t)(line.text.p - raw.p) - 1;
		if (raw.p[0] != '@' && (stamp != 29 || raw.p[10] != ' '))
			return false;
		if (is_ours(line.text))
			return true;
	}
	return false;
}

static bool
qmail_split(struct line_clock *clock, struct str raw, struct line *ret_line)
{
	if (!line_split_stamp(clock, raw, ret_line) ||
	    !str_eat(&ret_line->text, S(" ")))
		return false;
	ret_line->program = S("qmail");
	return true;
}

const struct mta mta_qmail = {
    .name = "qmail",
    .manual = "http://www.qmail.org/man/man5/qmail-log.html",
    .is_server = true,
    .advice =
	{
	    [ADVICE_CLIENT] = {"{ipv4}:deny",
		N_("a line for the rules of tcpserver (/etc/tcp.smtp, made "
		   "into its .cdb by tcprules): refuses this address and "
		   "nobody else, until you take it out again"),
		NULL},
	    [ADVICE_RELAY] =
		{"grep -n RELAYCLIENT /etc/tcp.smtp /etc/tcprules.d/*",
		    N_("look whom tcpserver's rules let relay, and that "
		       "control/rcpthosts is there and names only your own "
		       "domains"),
		    NULL},
	    [ADVICE_USER] = {"setfacl -m u:{user}:--- "
			     "/var/qmail/bin/qmail-queue",
		NULL, "setfacl -x u:{user} /var/qmail/bin/qmail-queue"},
	    [ADVICE_RECIPIENTS] = {"",
		N_("refuse unknown recipients at the door: with chkuser or "
		   "validrcptto; under Plesk reject mail for non-existing "
		   "users"),
		NULL},
	},
    .leans = true,
    .claims = qmail_claims,
    .owns = qmail_owns,
    .split = qmail_split,
    .queue = &qmail_spool,
    .line = qmail_line,
    .facts = qmail_facts,
};
