/* SPDX-License-Identifier: ISC */
/*
 * What stands in front of qmail-send and says who is there. Each is a program
 * of its own with a log of its own; none knows the number of the message.
 *
 *	tcpserver: pid 3017 from 192.0.2.1           ucspi-tcp 0.88
 *	tcpserver: ok 3017 mx1:192.0.2.25:25 :192.0.2.1::51234
 *	mail recv: pid 3017 from <a@x.example> qp 3021   (netqmail with qlog)
 *	spamdyke[3017]: ALLOWED from: a@x to: b@y origin_ip: 192.0.2.1
 *		origin_rdns: h auth: ana@x encryption: TLS reason: 250_ok_..._qp_3021
 *	CHKUSER accepted rcpt: from <a@x:ana@x:> remote <helo:host:192.0.2.1> rcpt <b@y> : ...
 *	simscan:[3017]:CLEAN (0.1/5.0):1.2s:subject:192.0.2.1:a@x:b@y
 *	vpopmail[3018]: vchkpw-submission: (PLAIN) login success ana@x:192.0.2.1
 *	smtp_auth: SMTP user ana@x : /var/qmail/mailnames/x/ana logged in from h [192.0.2.1]
 *	relaylock: /var/qmail/bin/relaylock: mail from 192.0.2.1:51234 (h)
 *	qmail-scanner[3020]: Clear:RC:0(192.0.2.1): 0.3 2343 a@x b@y subject ...
 *
 * The first number is a process of SMTP's session, "qp" the one that put the
 * message into the queue. Names that strangers choose stand in front, so lines
 * are read from their end where that helps.
 */
#include "mta/qmail_part.h"

/* Where needle occurs last; s.n: nowhere. */
static size_t
find_last(struct str s, struct str needle)
{
	size_t last = s.n, at = 0;

	for (;;) {
		size_t next = str_find(str_skip(s, at), needle);

		if (at + next >= s.n)
			return last;
		last = at + next;
		at = last + 1;
	}
}

/* What stands behind the last " key: " up to the next blank. */
static struct str
value_of(struct str s, struct str key)
{
	size_t at = find_last(s, key);
	struct str value = str_skip(s, at + key.n);

	return at == s.n ? (struct str){NULL, 0}
			 : str_head(value, str_chr(value, ' '));
}

/* "[192.0.2.1]" at the end of the text. */
static bool
last_brackets(struct str text, struct ip *ret_ip)
{
	size_t open = str_rchr(text, '['), close = str_rchr(text, ']');

	return open < close && close < text.n &&
	       ip_parse(
		   (struct str){text.p + open + 1, close - open - 1}, ret_ip);
}

/* ---- tcpserver ---- */

/* "host:192.0.2.1:info:51234": the first and the last two may be empty, and
 * the address may have colons. */
static bool
read_peer(struct str peer, struct ip *ret_ip)
{
	for (int i = 0; i < 2; i++) {
		size_t colon = str_rchr(peer, ':');

		if (colon == peer.n)
			return false;
		peer = str_head(peer, colon);
	}
	return ip_parse(str_skip(peer, str_chr(peer, ':') + 1), ret_ip);
}

static enum line_result
read_tcpserver(struct str text, struct event *e)
{
	bool denied = false;

	if (str_eat(&text, S("pid "))) {
		e->kind = EVENT_CONNECT;
		return qmail_number(&text, &e->pid) &&
			       str_eat(&text, S(" from ")) &&
			       ip_parse(text, &e->client)
			   ? LINE_EVENT
			   : LINE_SKIP;
	}
	denied = str_eat(&text, S("deny "));
	if (!denied && !str_eat(&text, S("ok ")))
		return LINE_SKIP;
	e->kind = denied ? EVENT_REJECT : EVENT_CONNECT;
	if (!qmail_number(&text, &e->pid) || !str_eat(&text, S(" ")))
		return LINE_SKIP;
	text = str_skip(text, str_chr(text, ' ') + 1);
	return read_peer(text, &e->client) ? LINE_EVENT : LINE_SKIP;
}

/* ---- the message, seen from the session ---- */

/* "pid 3017 from <a@x.example> qp 3021" */
static enum line_result
read_recv(struct str text, struct event *e)
{
	size_t end = str_rchr(text, '>');
	struct str tail = str_skip(text, end + 1);

	e->kind = EVENT_HANDED;
	if (!str_eat(&text, S("pid ")) || !qmail_number(&text, &e->pid) ||
	    !str_eat(&text, S(" from <")) || !str_eat(&tail, S(" qp ")) ||
	    !qmail_number(&tail, &e->process))
		return LINE_UNKNOWN;
	e->sender = str_head(text, str_rchr(text, '>'));
	e->has_sender = true;
	return LINE_EVENT;
}

static enum line_result
read_spamdyke(struct str text, struct event *e)
{
	struct str word = str_take(&text, ' '), qp, sender;
	size_t to;

	if (!str_eat(&text, S("from: ")))
		return LINE_SKIP;
	if (str_starts(word, S("DENIED")) || str_starts(word, S("TIMEOUT")))
		e->kind = EVENT_REJECT;
	else if (str_eq(word, S("ALLOWED")))
		e->kind = EVENT_HANDED;
	else
		return LINE_SKIP;
	to = find_last(text, S(" to: "));
	sender = str_head(text, to);
	if (!str_eq(sender, S("(unknown)")))
		e->sender = sender;
	e->has_sender = true;
	(void)ip_parse(value_of(text, S(" origin_ip: ")), &e->client);
	e->account = value_of(text, S(" auth: "));
	if (str_starts(e->account, S("(")))
		e->account.n = 0;
	qp = value_of(text, S(" reason: "));
	qp = str_skip(qp, find_last(qp, S("_qp_")) + 4);
	if (!qmail_number(&qp, &e->process))
		e->process = 0;
	return LINE_EVENT;
}

/* "accepted rcpt: from <a@x:ana@x:> remote <helo:host:192.0.2.1> rcpt <b@y>" */
static enum line_result
read_chkuser(struct str text, struct event *e)
{
	size_t remote = find_last(text, S("> remote <"));
	struct str from, peer = str_skip(text, remote + 10);
	size_t at;

	if (str_starts(text, S("rejected ")))
		e->kind = EVENT_REJECT;
	else if (str_starts(text, S("accepted rcpt: from <")))
		e->kind = EVENT_HANDED;
	else
		return LINE_SKIP;
	from = str_head(text, remote);
	from = str_skip(from, str_find(from, S(": from <")) + 8);
	peer = str_head(peer, str_chr(peer, '>'));
	(void)ip_parse(str_skip(peer, str_rchr(peer, ':') + 1), &e->client);
	/* "a@x:account:", both may be empty */
	if (str_ends(from, S(":")))
		from.n--;
	at = str_rchr(from, ':');
	e->account = str_skip(from, at + 1);
	e->sender = str_head(from, at);
	e->has_sender = true;
	return LINE_EVENT;
}

/* "[3017]:CLEAN (0.1/5.0):1.2s:subject:192.0.2.1:a@x:b@y": from the end, for
 * a subject has colons. */
static enum line_result
read_simscan(struct str text, struct event *e)
{
	struct str parts[3];
	bool clean;

	if (!str_eat(&text, S("[")) || !qmail_number(&text, &e->pid) ||
	    !str_eat(&text, S("]:")))
		return LINE_SKIP;
	clean = str_starts(text, S("CLEAN ")) || str_starts(text, S("RELAY")) ||
		str_starts(text, S("PASSTHRU"));
	if (!clean && !str_has(str_head(text, 64), S(" REJECT")) &&
	    !str_starts(text, S("VIRUS:")))
		return LINE_SKIP;
	for (int i = 0; i < 3; i++) {
		size_t colon = str_rchr(text, ':');

		if (colon == text.n)
			return LINE_SKIP;
		parts[i] = str_skip(text, colon + 1);
		text = str_head(text, colon);
	}
	if (!ip_parse(parts[2], &e->client))
		return LINE_SKIP;
	e->kind = clean ? EVENT_HANDED : EVENT_REJECT;
	e->sender = parts[1];
	e->has_sender = true;
	return LINE_EVENT;
}

/* One of the columns, which a syslog daemon may have rewritten. */
static struct str
take_column(struct str *s)
{
	static const struct str gaps[] = {
	    S0("\t"), S0(" "), S0("#011"), S0("^I")};
	struct str column;
	size_t n = 0;

	for (bool again = true; again;) {
		again = false;
		for (size_t i = 0; i < ARRAY_LEN(gaps); i++)
			again |= str_eat(s, gaps[i]);
	}
	while (n < s->n && s->p[n] != '\t' && s->p[n] != ' ' &&
	       !str_starts(str_skip(*s, n), gaps[2]) &&
	       !str_starts(str_skip(*s, n), gaps[3]))
		n++;
	column = str_head(*s, n);
	*s = str_skip(*s, n);
	return column;
}

/* "Clear:RC:0(192.0.2.1):SA:0(0.5/5.0): 0.3 2343 a@x b@y subject ..." */
static enum line_result
read_scanner(struct str text, struct event *e)
{
	bool clear = str_starts(text, S("Clear:"));
	size_t at = str_find(text, S(":RC:"));
	struct str ip = str_skip(text, at + 6);

	if (at == text.n || (!clear && !str_has(text, S("): "))))
		return LINE_SKIP;
	e->kind = clear ? EVENT_HANDED : EVENT_REJECT;
	(void)ip_parse(str_head(ip, str_chr(ip, ')')), &e->client);
	text = str_skip(text, str_find(text, S(": ")) + 2);
	(void)take_column(&text); /* seconds */
	(void)take_column(&text); /* bytes */
	e->sender = take_column(&text);
	e->has_sender = true;
	e->pid = 0; /* of the filter, not of the session */
	return LINE_EVENT;
}

/* "local ana@x -> remote b@y (AUTHENTICATED SENDER)" (qmailtoaster) */
static enum line_result
read_policy(struct str text, struct event *e)
{
	if (!str_eat(&text, S("local ")) ||
	    !str_ends(text, S(" (AUTHENTICATED SENDER)")))
		return LINE_SKIP;
	e->kind = EVENT_HANDED;
	e->account = e->sender = str_head(text, str_find(text, S(" -> ")));
	e->has_sender = true;
	return LINE_EVENT;
}

/* ---- passwords ---- */

/* "ana@x:192.0.2.1" at the end. */
static bool
read_login(struct str text, struct event *e)
{
	struct str word = str_skip(text, find_last(text, S(" ")) + 1);

	for (size_t i = 1; i < word.n; i++) {
		if (word.p[i] != ':' ||
		    !ip_parse(str_skip(word, i + 1), &e->client))
			continue;
		e->account = str_head(word, i);
		return true;
	}
	return false;
}

/* "smtp: (PLAIN) login success ana@x:192.0.2.1" behind "vchkpw-" */
static enum line_result
read_vchkpw(struct str text, struct event *e)
{
	struct str service = str_take(&text, ':'), rest = text;

	e->service = service;
	if (str_eat(&rest, S(" ("))) {
		e->method = str_head(rest, str_chr(rest, ')'));
		rest = str_skip(rest, e->method.n);
		if (str_eat(&rest, S(") login success "))) {
			e->kind = EVENT_AUTH_OK;
			return read_login(text, e) ? LINE_EVENT : LINE_UNKNOWN;
		}
		e->method.n = 0;
	}
	if (!str_starts(text, S(" password fail")) &&
	    !str_starts(text, S(" vpopmail user not found")) &&
	    !str_starts(text, S(" null password given")))
		return LINE_SKIP;
	e->kind = EVENT_AUTH_FAIL;
	return read_login(text, e) ? LINE_EVENT : LINE_UNKNOWN;
}

/*
 * "SMTP user ana@x : /var/qmail/mailnames/x/ana logged in from h [192.0.2.1]".
 * Who logs in by a short name is told by his folder: "x/ana".
 */
static enum line_result
read_smtp_auth(struct str text, struct event *e)
{
	static const struct str folder = S0("/var/qmail/mailnames/");
	size_t at;

	while (str_eat(&text, S("smtp_auth: ")))
		;
	if (!last_brackets(text, &e->client))
		return LINE_SKIP;
	if (str_starts(text, S("SMTP connect from "))) {
		e->kind = EVENT_CONNECT;
		return LINE_EVENT;
	}
	if (str_eat(&text, S("FAILED: "))) {
		e->kind = EVENT_AUTH_FAIL;
		e->account = str_head(text, str_find(text, S(" - ")));
		return LINE_EVENT;
	}
	at = str_find(text, S(" logged in from "));
	if (at == text.n || !str_eat(&text, S("SMTP user ")))
		return LINE_SKIP;
	text = str_head(text, at - S("SMTP user ").n);
	e->kind = EVENT_AUTH_OK;
	e->account = str_head(text, str_chr(text, ' '));
	at = str_find(text, folder);
	if (!str_has(e->account, S("@")) && at < text.n)
		e->account = str_skip(text, at + folder.n);
	return e->account.n > 0 ? LINE_EVENT : LINE_UNKNOWN;
}

/* "/var/qmail/bin/relaylock: mail from 192.0.2.1:51234 (h)" */
static enum line_result
read_relaylock(struct str text, struct event *e)
{
	size_t at = str_find(text, S("mail from "));
	struct str peer = str_skip(text, at + 10);

	peer = str_head(peer, str_chr(peer, ' '));
	e->kind = EVENT_CONNECT;
	return ip_parse(str_head(peer, str_rchr(peer, ':')), &e->client)
		   ? LINE_EVENT
		   : LINE_SKIP;
}

/* ---- all of them ---- */

static enum line_result
read_rejected(struct str text, struct event *e)
{
	(void)text;
	e->kind = EVENT_REJECT;
	return LINE_EVENT;
}

static enum line_result
read_nothing(struct str text, struct event *e)
{
	(void)text;
	(void)e;
	return LINE_SKIP;
}

/* By the words in front of the text, and by the program that syslog names. */
static const struct door {
	struct str words, program;
	enum line_result (*read)(struct str text, struct event *e);
} doors[] = {
    {S0("tcpserver: "), S0("tcpserver"), read_tcpserver},
    {S0("mail recv: "), S0(""), read_recv},
    {S0("CHKUSER "), S0(""), read_chkuser},
    {S0("simscan:"), S0("simscan"), read_simscan},
    {S0("policy_check: "), S0(""), read_policy},
    {S0("vchkpw-"), S0(""), read_vchkpw},
    {S0(""), S0("smtp_auth"), read_smtp_auth},
    {S0("smtp_auth: "), S0(""), read_smtp_auth},
    {S0(""), S0("relaylock"), read_relaylock},
    {S0(""), S0("/var/qmail/bin/relaylock"), read_relaylock},
    {S0(""), S0("spamdyke"), read_spamdyke},
    {S0(""), S0("qmail-scanner"), read_scanner},
    {S0(""), S0("qmail-scanner-queue.pl"), read_scanner},
    {S0("rblsmtpd: "), S0(""), read_rejected},
    {S0("qmail-smtpd: message rejected"), S0(""), read_rejected},
    {S0(""), S0("qmail-queue-handlers"), read_nothing},
    {S0(""), S0("qmail-remote-handlers"), read_nothing},
    {S0(""), S0("qmail-local-handlers"), read_nothing},
    {S0(""), S0("qmail-queue"), read_nothing},
    {S0(""), S0("qmail-smtpd"), read_nothing},
    {S0("qmail-smtpd: "), S0(""), read_nothing},
    {S0("tcpsvd: "), S0(""), read_nothing},
    {S0("sslserver: "), S0(""), read_nothing},
    {S0(""), S0("qmail-pop3d"), read_nothing},
    {S0(""), S0("vpopmail"), read_nothing},
};

enum line_result
qmail_door(struct str text, struct event *e)
{
	/* "spamdyke[3017]: ..." where no syslog took the name off. */
	if (str_eat(&text, S("spamdyke["))) {
		if (!qmail_number(&text, &e->pid) || !str_eat(&text, S("]: ")))
			return LINE_UNKNOWN;
		return read_spamdyke(text, e);
	}
	for (size_t i = 0; i < ARRAY_LEN(doors); i++) {
		struct str rest = text;

		if (doors[i].program.n > 0 &&
		    str_eq(doors[i].program, e->service)) {
			(void)str_eat(&rest, doors[i].words);
			return doors[i].read(rest, e);
		}
		if (doors[i].words.n > 0 && str_eat(&rest, doors[i].words))
			return doors[i].read(rest, e);
	}
	return LINE_UNKNOWN;
}
