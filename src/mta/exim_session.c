/* SPDX-License-Identifier: ISC */
/*
 * What Exim says of connections, of those it refuses, and of itself:
 *
 *	SMTP connection from [192.0.2.1]:5012 (TCP/IP connection count = 1)
 *	SMTP connection from host (helo) [192.0.2.1]:5012 closed by QUIT
 *	H=host (helo) [192.0.2.1] F=<a@x> rejected RCPT <b@y>: relay not permitted
 *	H=(helo) [192.0.2.1] sender verify fail for <a@x>: Unrouteable address
 *	1xWS... H=host (helo) [192.0.2.1] F=<a@x> rejected after DATA: spam
 *	login authenticator failed for host (helo) [192.0.2.1]: 535 Incorrect
 *	    authentication data (set_id=ana@x)
 *	no host name found for IP address 192.0.2.1
 *
 * The name of a failed login is the stranger's: it is what stands between the
 * first "(set_id=" behind Exim's words and the end. An ACL may log anything
 * it likes, mostly behind "H=host ... Warning:".
 */
#include "mta/exim_part.h"

#include "event/bytes.h"

static void
take_peer(struct event *e, const struct exim_peer *peer)
{
	e->client_name = peer->name;
	e->client = peer->ip;
	e->helo = peer->helo;
}

/* ---- refused ---- */

/* "F=<a@x> A=login:ana@x temporarily rejected RCPT <b@y>: words" */
static enum line_result
read_rejected(struct str text, struct event *e)
{
	size_t at = str_find(text, S("rejected "));
	struct str fields = str_head(text, at), command, words;

	if (at == text.n)
		return LINE_SKIP; /* a warning, or what an ACL wrote */
	while (fields.n > 0) {
		struct str word = exim_word(&fields);

		if (str_eat(&word, S("F=<")) && word.n > 0) {
			e->sender = str_head(word, word.n - 1);
			e->has_sender = true;
		}
	}
	e->kind = EVENT_REJECT;
	command = str_skip(text, at + 9);
	words = str_skip(command, str_find(command, S(": ")) + 2);
	e->reply = words.n > 0 ? words : str_skip(text, at);
	if (str_eat(&command, S("RCPT "))) {
		struct str to = exim_word(&command);

		if (to.n > 0 && to.p[to.n - 1] == ':')
			to.n--;
		if (str_eat(&to, S("<")) && to.n > 0)
			to.n--;
		e->recipient = to;
	}
	return LINE_EVENT;
}

static enum line_result
read_host(struct str text, struct event *e)
{
	struct exim_peer peer;

	if (!exim_eat_peer(&text, &peer))
		return LINE_SKIP;
	take_peer(e, &peer);
	return read_rejected(text, e);
}

/* "host (helo) [192.0.2.1]:5012: 535 Incorrect ... (set_id=ana@x)" */
static enum line_result
read_failed_login(struct str text, struct str method, struct event *e)
{
	static const struct str mark = S0("(set_id=");
	struct exim_peer peer;
	size_t at;

	if (!exim_eat_peer(&text, &peer))
		return LINE_SKIP;
	take_peer(e, &peer);
	e->kind = EVENT_AUTH_FAIL;
	e->method = method;
	at = str_find(text, mark);
	if (at < text.n) {
		e->account = str_skip(text, at + mark.n);
		if (e->account.n > 0 && e->account.p[e->account.n - 1] == ')')
			e->account.n--;
	}
	return LINE_EVENT;
}

/* ---- connections ---- */

static enum line_result
read_connection(const struct line *line, struct str text, struct event *e)
{
	struct exim_peer peer;

	if (line->no_sessions || !exim_eat_peer(&text, &peer))
		return LINE_SKIP;
	take_peer(e, &peer);
	if (str_starts(text, S(" (TCP/IP connection count")))
		e->kind = EVENT_CONNECT;
	else if (str_starts(text, S(" closed by ")) ||
		 str_starts(text, S(" lost")) || str_starts(text, S(" D=")))
		e->kind = EVENT_DISCONNECT;
	else
		return LINE_SKIP;
	return LINE_EVENT;
}

/* ---- all else ---- */

/* What Exim says that is no story of a message, most frequent first. */
static const struct str noise[] = {S0("Start queue run: "),
    S0("End queue run: "), S0("no host name found for IP address "),
    S0("no IP address found for host "), S0("TLS error on connection "),
    S0("TLS session"), S0("TLS client disconnected "), S0("exim 4."),
    S0("unexpected disconnection "), S0("SMTP protocol "),
    S0("SMTP syntax error "), S0("SMTP data timeout "),
    S0("SMTP command timeout "), S0("SMTP call "), S0("SMTP input "),
    S0("SMTP connection"), S0("Connection from "), S0("SIGHUP received"),
    S0("SIGTERM received"), S0("pid "), S0("daemon "),
    S0("Exim configuration error"), S0("Warning: "), S0("DKIM: "),
    S0("PDKIM: "), S0("host name alias list "), S0("lowest numbered MX "),
    S0("... "), S0("VRFY "), S0("EXPN "), S0("ETRN "), S0("malware "),
    S0("spam acl "), S0("spamd "), S0("socket bind() "), S0("cutthrough "),
    S0("Failed to "), S0("failed to "), S0("Cannot "), S0("Could not "),
    S0("Unable to "), S0("unable to "), S0("getpeername() "),
    S0("refused connection "), S0("ident "), S0("Timeout "),
    S0("DNS list lookup "), S0("dnslists "), S0("dns lookup "),
    S0("Sender identification "), S0("Identified "), S0("Message has been "),
    S0("Message is frozen"), S0("Unfrozen "), S0("Spool file "),
    S0("SMTP error from "), S0("no immediate delivery"), S0("error message "),
    S0("original recipient "), S0("Delivery "), S0("delivery "),
    S0("mail handler "), S0("queue "), S0("Queue "), S0("Remote host "),
    S0("remote host "), S0("host "), S0("marked "), S0("has been "),
    S0("sender "), S0("Greylist"), S0("demime"), S0("SA: "), S0("removed"),
    S0("retry "), S0("sub-run"), S0("LMTP "), S0("rewriting "),
    S0("transport "), S0("router "), S0("ACL "), S0("discarded "),
    S0("temporarily "), S0("Accepted "), S0("quota "),
    S0("[") /* of a host that this message tried */};

static bool
is_noise(struct str text)
{
	char first = text.n > 0 ? text.p[0] : '\0';

	for (size_t i = 0; i < ARRAY_LEN(noise); i++)
		if (noise[i].p[0] == first && str_starts(text, noise[i]))
			return true;
	return false;
}

enum line_result
exim_session(const struct line *line, struct str text, struct event *e)
{
	static const struct str login = S0(" authenticator failed for ");
	struct str rest = text;
	size_t at;

	if (str_eat(&rest, S("H=")))
		return read_host(rest, e);
	if (str_eat(&rest, S("SMTP connection from ")))
		return read_connection(line, rest, e);
	/* "login authenticator failed for ": the name has no blank */
	at = bytes_chr(text, ' ');
	if (str_starts(str_skip(text, at), login))
		return read_failed_login(
		    str_skip(text, at + login.n), str_head(text, at), e);
	if (str_starts(text, S("rejected ")))
		return read_rejected(text, e);
	return is_noise(text) ? LINE_SKIP : LINE_UNKNOWN;
}
