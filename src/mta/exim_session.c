/* SPDX-License-Identifier: ISC */
/*
 * What Exim says of connections, of those it refuses, and of itself:
 *
 *	SMTP connection from [192.0.2.1]:5012 (TCP/IP connection count = 1)
 *	SMTP connection from host (helo) [192.0.2.1]:5012 closed by QUIT
 *	H=host (helo) [192.0.2.1] F=<a@x> rejected RCPT <b@y>: relay not permitted
 *	H=(helo) [192.0.2.1] sender verify fail for <a@x>: Unrouteable address
 *	1xWS... H=host (helo) [192.0.2.1] F=<a@x> rejected after DATA: spam
 *	rejected from <a@x> H=host (helo) [192.0.2.1]: Too many "Received" headers
 *	login authenticator failed for host (helo) [192.0.2.1]: 535 Incorrect
 *	    authentication data (set_id=ana@x)
 *	no MAIL in SMTP connection from (helo) [192.0.2.1] D=1s A=login:ana@x
 *	    X=TLS... CV=no C=EHLO,AUTH,QUIT
 *	no host name found for IP address 192.0.2.1
 *
 * The name of a failed login is the stranger's: it is what stands between the
 * first "(set_id=" behind Exim's words and the end. An ACL may log anything
 * it likes, mostly behind "H=host ... Warning:".
 */
#include "mta/exim_part.h"

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

/* "<a@x> H=host (helo) [192.0.2.1]: message too big: ...", or U=ana for a local
 * user: refused by what it holds, before an ACL saw it (receive.c). */
static enum line_result
read_rejected_message(struct str text, struct event *e)
{
	struct str sender = exim_word(&text);
	struct exim_peer peer;

	e->kind = EVENT_REJECT;
	if (sender.n >= 2) {
		e->sender = (struct str){sender.p + 1, sender.n - 2};
		e->has_sender = true;
	}
	if (str_eat(&text, S("H=")) && exim_eat_peer(&text, &peer))
		take_peer(e, &peer);
	e->reply = str_skip(text, str_find(text, S(": ")) + 2);
	return LINE_EVENT;
}

/* ---- connections ---- */

/* What log_selector +smtp_no_mail says of a session without a message; A= tells
 * that somebody logged in. What ident answered stands in front of the last D=. */
static enum line_result
read_no_mail(struct str text, struct event *e)
{
	struct str login = {NULL, 0};
	struct exim_peer peer;
	size_t at;

	if (!exim_eat_peer(&text, &peer))
		return LINE_SKIP;
	while (text.n > 0) {
		struct str word = exim_word(&text);

		if (str_starts(word, S("D=")))
			login = (struct str){NULL, 0};
		else if (str_eat(&word, S("A=")))
			login = word;
	}
	at = bytes_chr(login, ':');
	if (at + 1 >= login.n)
		return LINE_SKIP;
	take_peer(e, &peer);
	e->kind = EVENT_AUTH_OK;
	e->method = str_head(login, at);
	e->account = str_skip(login, at + 1);
	return LINE_EVENT;
}

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
    S0("no IP address found for host "), S0("TLS error on "), S0("TLS error ("),
    S0("TLS session"), S0("TLS client disconnected "), S0("TLS ALPN "),
    S0("exim 4."), S0("unexpected disconnection "), S0("unexpected EOF "),
    S0("SMTP protocol "), S0("SMTP syntax error "), S0("SMTP data timeout "),
    S0("SMTP command timeout "), S0("SMTP call "), S0("SMTP input "),
    S0("SMTP connection"), S0("SMTP error from "), S0("SMTP timeout "),
    S0("Connection from "), S0("connection from "), S0("SIGHUP received"),
    S0("SIGTERM received"), S0("SIGINT received"), S0("pid "), S0("daemon "),
    S0("listen backlog "), S0("notify triggered queue run"),
    S0("Exim configuration error"), S0("Warning: "), S0("WARNING: "),
    S0("DKIM: "), S0("PDKIM: "), S0("ARC: "), S0("DMARC "), S0("DANE "),
    S0("PRDR "), S0("host name alias list "), S0("lowest numbered MX "),
    S0("... "), S0("VRFY "), S0("EXPN "), S0("ETRN "), S0("malware "),
    S0("spam acl "), S0("spamd "), S0("spf "), S0("regex "),
    S0("socket bind() "), S0("setsockopt("), S0("cutthrough "), S0("Failed "),
    S0("failed "), S0("Cannot "), S0("Could not "), S0("Couldn't "),
    S0("Unable to "), S0("unable to "), S0("getpeername() "),
    S0("getsockname() "), S0("getsockopt() "), S0("refused connection "),
    S0("unqualified "), S0("too many "), S0("ignoring AUTH="), S0("ident "),
    S0("Timeout "), S0("Long "), S0("DNS list lookup "), S0("dnslist"),
    S0("dnssec "), S0("dns lookup "), S0("CNAME loop "), S0("Sender "),
    S0("Domain "), S0("Identified "), S0("Message has been "),
    S0("Message is frozen"), S0("Message abandoned: "), S0("Unfrozen "),
    S0("unfrozen by "), S0("Spool "), S0("spool directory "),
    S0("log directory "), S0("Format error in spool file "),
    S0("Error reading spool file "), S0("Error in "), S0("moved from "),
    S0("no immediate delivery"), S0("error message "), S0("error ignored"),
    S0("original recipient"), S0("Delivery "), S0("delivery "),
    S0("mail handler "), S0("queue "), S0("Queue "), S0("Abandon queue run"),
    S0("Start '"), S0("End '"), S0("Remote host "), S0("remote host "),
    S0("routing loop "), S0("host "), S0("marked "), S0("address <"),
    S0("recipient <"), S0("has been "), S0("sender "), S0("Greylist"),
    S0("demime"), S0("SA: "), S0("SpamAssassin "), S0("removed"), S0("retry "),
    S0("sub-run"), S0("LMTP "), S0("rewriting "), S0("transport "),
    S0("Child process of "), S0("Process "), S0("process "), S0("router "),
    S0("ACL "), S0("discarded "), S0("temporarily "), S0("Accepted "),
    S0("quota "), S0("overlong "), S0("ridiculously long "), S0("peer close "),
    S0("invalid return "), S0("local_scan() "),
    S0("check_mail_permissions could not "), /* cPanel's */
    S0("[") /* of a host that this message tried */};

/* What stands behind a name or an address of its own. */
static const struct str noise_inside[] = {S0(": error ignored"),
    S0(" rewritten as \""), S0(" incomplete transaction ("),
    S0(" transport process "), S0(": remote host address is the local host"),
    S0(" transport output: "), S0(": delivering unencrypted to "),
    S0(" ACL \"warn\" statement skipped"), S0(" router: skipped error: "),
    S0(" authenticator cancelled authentication "),
    S0(" authenticator failed H="), S0(": callout unencrypted to "),
    S0(" verify fail (making "), S0(" verify defer (making "),
    S0(" when checking "), S0(" is on the never_users list")};

static bool
is_noise(struct str text)
{
	char first = text.n > 0 ? text.p[0] : '\0';

	for (size_t i = 0; i < ARRAY_LEN(noise); i++)
		if (noise[i].p[0] == first && str_starts(text, noise[i]))
			return true;
	for (size_t i = 0; i < ARRAY_LEN(noise_inside); i++)
		if (str_has(text, noise_inside[i]))
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
	rest = text;
	if (str_eat(&rest, S("no MAIL in "))) {
		at = str_find(rest, S("SMTP connection from "));
		return read_no_mail(str_skip(rest, at + 21), e);
	}
	if (str_eat(&rest, S("rejected from ")))
		return read_rejected_message(rest, e);
	if (str_starts(text, S("rejected ")) || str_starts(text, S("F=<")))
		return read_rejected(text, e);
	return is_noise(text) ? LINE_SKIP : LINE_UNKNOWN;
}
