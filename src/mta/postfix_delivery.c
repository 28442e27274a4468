/* SPDX-License-Identifier: ISC */
/*
 * What became of a recipient: log_adhoc.c of Postfix, used by every delivery
 * agent, the queue manager and the bounce daemon.
 *
 *	to=<b@x>, orig_to=<a@y>, relay=mx.x[192.0.2.1]:25, conn_use=2, delay=1,
 *	delays=0/0/0.5/0.5, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4A)
 *
 * orig_to and conn_use are there when they differ or count. From relay= to
 * status= no value holds a comma or a blank, and all of them stand in front of
 * the receiver's words; so whatever a receiver says stays in the reply. A
 * recipient with "<", ">" or a blank is in quotes since 3.5; before it was
 * not, and one that holds ">, relay=" could be taken for its own end.
 */
#include "mta/postfix_part.h"

#include "base/bytes.h"
#include "mail/reply.h"

enum {
	DSN_MAX = 12 /* "5.123.123" is the longest (RFC 3463 2) */
};

static const struct {
	struct str word;
	enum event_status status;
} statuses[] = {
    {S0("sent"), STATUS_SENT},
    {S0("deferred"), STATUS_DEFERRED},
    {S0("bounced"), STATUS_BOUNCED},
    {S0("expired"), STATUS_EXPIRED},
    {S0("undeliverable"), STATUS_UNDELIVERABLE},
    {S0("deliverable"), STATUS_DELIVERABLE},
    /* soft_bounce=yes: what would bounce stays in the queue */
    {S0("SOFTBOUNCE"), STATUS_DEFERRED},
};

/*
 * The receiver's own words in "host mx[ip] said: 550 ...", "host mx[ip]
 * refused to talk to me: 554 ...", also behind "delivery temporarily
 * suspended: "; the reply itself when it is one.
 */
static struct str
words_of(struct str reply)
{
	struct postfix_peer peer;

	if (reply.n > 0 && reply.p[0] <= '9') /* "250 ...", as most */
		return reply;
	(void)str_eat(&reply, S("delivery temporarily suspended: "));
	if (!str_eat(&reply, S("host ")))
		return reply;
	if (!postfix_eat_peer(&reply, &peer) ||
	    (!str_eat(&reply, S(" said: ")) &&
		!str_eat(&reply, S(" refused to talk to me: "))))
		return (struct str){NULL, 0};
	return reply;
}

/*
 * The id under which the next server queued it: Postfix's and amavisd's
 * "queued as ID", Exim's "250 OK id=ID", Sendmail's "250 2.0.0 ID Message
 * accepted for delivery".
 */
static struct str
next_id(struct str reply)
{
	size_t at;

	if (bytes_eat(&reply, "250 2.0.0 Ok: queued as "))
		return postfix_id_at(reply);
	if (str_eat(&reply, S("250 OK id=")))
		return str_head(reply, str_chr(reply, ' '));
	/* looked for by its first letter, a rare one */
	for (at = 0; at + 10 < reply.n; at++) {
		at += bytes_chr(bytes_from(reply, at), 'q');
		if (reply.n - at > 10 &&
		    memcmp(reply.p + at, "queued as ", 10) == 0)
			return postfix_id_at(bytes_from(reply, at + 10));
	}
	if (str_eat(&reply, S("250 2.0.0 "))) {
		struct str id = str_take(&reply, ' ');

		if (str_starts(reply, S("Message accepted for delivery")))
			return id;
	}
	return (struct str){NULL, 0};
}

static void
read_sent(struct event *e)
{
	struct str reply = e->reply;

	if (e->agent == AGENT_SMTP || e->agent == AGENT_LMTP) {
		e->child_id = next_id(reply);
		return;
	}
	if (str_eat(&reply, S("forwarded as "))) {
		e->local = LOCAL_FORWARDED;
		e->child_id = postfix_id_at(reply);
	} else if (str_starts(reply, S("delivered to command: "))) {
		e->local = LOCAL_COMMAND;
	} else if (str_starts(reply, S("delivered to mailbox")) ||
		   str_starts(reply, S("delivered to maildir")) ||
		   str_starts(reply, S("delivered to file: "))) {
		e->local = LOCAL_MAILBOX;
	}
}

/* A word and the blank behind it. */
static enum event_status
take_status(struct str *text)
{
	size_t n;

	if (str_eat(text, S("sent ")))
		return STATUS_SENT;
	n = str_chr(*text, ' ');
	for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
		struct str word = statuses[i].word;

		if (word.n != n || memcmp(text->p, word.p, n) != 0)
			continue;
		*text = str_skip(*text, n + 1);
		return statuses[i].status;
	}
	return STATUS_NONE;
}

/* "sent (250 2.0.0 Ok)": the last field, and all of the reply. */
static enum line_result
read_status(struct str text, struct event *e)
{
	e->status = take_status(&text);
	if (e->status == STATUS_NONE)
		return LINE_UNKNOWN;
	(void)str_eat(&text, S("("));
	/* A line cut by syslog has no end. */
	if (text.n > 0 && text.p[text.n - 1] == ')')
		text.n--;
	e->reply = text;
	if (str_starts(text, S("250 "))) /* as most */
		e->code = 250;
	else
		e->code = reply_code(words_of(text));
	if (e->status == STATUS_SENT)
		read_sent(e);
	return LINE_EVENT;
}

/* "relay=mx[ip]:25, ", "relay=none, ", "relay=mx1[private/lmtp], ". */
static bool
read_relay(struct str *text, struct event *e)
{
	struct postfix_peer peer;
	size_t n = 0;

	if (postfix_eat_peer(text, &peer)) {
		e->relay = peer.name;
		e->relay_ip = peer.ip;
		e->relay_port = peer.port;
		return str_eat(text, S(", "));
	}
	/* "none", "local", or the name of a transport. */
	while (n < text->n && text->p[n] != ',')
		n++;
	e->relay = str_head(*text, n);
	*text = str_skip(*text, n);
	return str_eat(text, S(", "));
}

/* "<b@x>, relay=" as nearly all: postfix_eat_address is for any. */
static inline bool
eat_plain(struct str *text, struct str *ret_address)
{
	struct str s = *text, rest;
	size_t n;

	if (s.n < 2 || s.p[0] != '<' || s.p[1] == '"')
		return false;
	n = bytes_find32(s, '>', '>', '>', '>');
	rest = bytes_from(s, n);
	if (!bytes_starts(rest, ">, relay="))
		return false;
	*ret_address = (struct str){s.p + 1, n - 1};
	*text = bytes_from(rest, 1);
	return true;
}

enum line_result
postfix_delivery(struct str text, struct event *e)
{
	size_t n;

	e->kind = EVENT_DELIVERY;
	if (!str_eat(&text, S("to=")) ||
	    (!eat_plain(&text, &e->recipient) &&
		!postfix_eat_address(
		    &text, S(", relay="), S(", orig_to=<"), &e->recipient)))
		return LINE_UNKNOWN;
	if (text.n > 2 && text.p[2] == 'o') {
		text = str_skip(text, 10);
		if (!postfix_eat_address(
			&text, S(", relay="), S(", relay="), &e->orig_to))
			return LINE_UNKNOWN;
	}
	text = str_skip(text, 8);
	if (!read_relay(&text, e))
		return LINE_UNKNOWN;
	/* conn_use=, delay=, delays= and what later versions put there */
	while (!str_starts(text, S("dsn="))) {
		n = bytes_find32(text, ',', '(', ',', ',');

		if (n + 2 > text.n || text.p[n] == '(' || text.p[n + 1] != ' ')
			return LINE_UNKNOWN;
		text = (struct str){text.p + n + 2, text.n - n - 2};
	}
	text = str_skip(text, 4);
	n = bytes_chr(str_head(text, 16), ',');
	n = n > DSN_MAX ? DSN_MAX : n;
	e->dsn = (struct str){text.p, n};
	text = str_skip(text, n);
	return bytes_eat(&text, ", status=") ? read_status(text, e)
					     : LINE_UNKNOWN;
}

/* Said on the way to a delivery, in front of the line that decides. */
static const struct str noise[] = {S0("host "), S0("connect to "),
    S0("lost connection with "), S0("conversation with "), S0("Untrusted TLS"),
    S0("Trusted TLS"), S0("Verified TLS"), S0("Anonymous TLS"),
    S0("SSL_connect "), S0("setting up TLS"), S0("Cannot start TLS"),
    S0("TLS is required"), S0("TLS-Required"), S0("enabling PIX "),
    S0("breaking line "), S0("Server certificate "), S0("certificate "),
    S0("no shared "), S0("Host offered STARTTLS"), S0("SASL "),
    S0("message dated "), S0("DNSSEC "), S0("status=deferred ("),
    S0("TLSRPT: "), S0("MX name "), S0("warning: "), S0("info: "),
    S0("prepend: "), S0("replace: "), S0("strip: "), S0("ignore: "),
    S0("server certificate "), S0("effective TLS level")};

enum line_result
postfix_agent(struct str text, struct event *e)
{
	if (postfix_eat_id(&text, &e->queue_id) && str_starts(text, S("to=<")))
		return postfix_delivery(text, e);
	return postfix_eat_one(&text, noise, ARRAY_LEN(noise)) ||
		       postfix_is_remark(text)
		   ? LINE_SKIP
		   : LINE_UNKNOWN;
}
