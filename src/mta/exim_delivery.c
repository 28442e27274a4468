/* SPDX-License-Identifier: ISC */
/*
 * What became of a recipient (deliver.c of Exim, string_log_address,
 * delivery_log, post_process_one):
 *
 *	=> b@z <b@old> F=<a@x> R=router T=transport H=mx [192.0.2.1]:25*
 *	    X=TLS... CV=no A=id C="250 OK id=..." QT=5s DT=1s
 *	=> ana <ana@x> R=virtual_user T=virtual_delivery      a mailbox here
 *	=> |/usr/bin/prog -x <ana@x> R=... T=address_pipe     also /file
 *	=> >b@z <ana@x> R=filter T=address_reply              an answer to b@z
 *	=> b@z (c@y, d@y) <ana@x> R=...                       +all_parents
 *	-> b@z ...        the same message, another recipient of one delivery
 *	>> b@z ...        at once, before we took it (cutthrough)
 *	** b@z R=dnslookup T=remote_smtp H=mx [192.0.2.1]: SMTP error from
 *	    remote mail server after RCPT TO:<b@z>: 550-5.1.1 no\n550 user
 *	** b@z: Unrouteable address
 *	== b@z R=dnslookup T=remote_smtp defer (-44) H=mx [192.0.2.1]: SMTP ...
 *	== b@z routing defer (-51): retry time not reached
 *
 * An address with blanks is in quotes. Everything up to the words of a
 * receiver is Exim's own or an address; a reply with a line break has "\n" in
 * its place.
 */
#include "mta/exim_part.h"

enum {
	COMMAND_MAX = 69, /* "pipelined RCPT TO:<" */
};

/* Four letters as bytes_load4 has them. */
#define FOUR(a, b, c, d) ((uint32_t)((a) | (b) << 8 | (c) << 16 | (d) << 24))

/* ---- who ---- */

static bool
is_command(struct str text)
{
	return text.n > 0 &&
	       (text.p[0] == '|' || text.p[0] == '/' || text.p[0] == '>' ||
		   str_starts(text, S("save ")));
}

/* A pipe, a file or a reply may have blanks: it ends where " <top> R=" (or
 * F=, P=) begins. */
static struct str
eat_command(struct str *text)
{
	static const struct str ends[] = {S0("> R="), S0("> F=<"), S0("> P=<")};
	size_t end = text->n, open;
	struct str command;

	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		size_t at = str_find(*text, ends[i]);

		if (at < end)
			end = at;
	}
	if (end == text->n)
		return exim_word(text);
	open = str_rchr(str_head(*text, end), '<');
	if (open == end || open < 2)
		return exim_word(text);
	command = str_head(*text, open - 1);
	*text = bytes_from(*text, open);
	return command;
}

/* "(c@y, d@y) ": the addresses between, nearest first. */
static struct str
eat_parents(struct str *text)
{
	struct str rest = *text, first;

	if (!str_eat(&rest, S("(")))
		return (struct str){NULL, 0};
	first = exim_word(&rest);
	while (first.n > 0 && first.p[first.n - 1] == ',' &&
	       rest.n > 0) { /* more of them */
		struct str next = exim_word(&rest);

		if (next.n > 0 && next.p[next.n - 1] == ')')
			break;
	}
	*text = rest;
	if (first.n > 0 &&
	    (first.p[first.n - 1] == ',' || first.p[first.n - 1] == ')'))
		first.n--;
	return first;
}

/* A word's last colon ends the fields: "b@z: Unrouteable address". */
static bool
eat_colon(struct str *word)
{
	if (word->n == 0 || word->p[word->n - 1] != ':')
		return false;
	word->n--;
	return true;
}

/*
 * "b@z (c@y) <ana@x> ": recipient, and orig_to if it is another. True when a
 * colon ended it: then the words follow.
 */
static bool
eat_recipient(struct str *text, struct event *e)
{
	struct str top = {NULL, 0}, parent;
	bool ended = false;

	if (is_command(*text)) {
		e->agent = text->p[0] == '/' || text->p[0] == 's' ? AGENT_LOCAL
								  : AGENT_PIPE;
		if (e->agent == AGENT_PIPE)
			e->local =
			    text->p[0] == '>' ? LOCAL_REPLY : LOCAL_COMMAND;
		e->recipient = eat_command(text);
	} else {
		e->recipient = exim_word(text);
		ended = eat_colon(&e->recipient);
	}
	if (ended)
		return true;
	parent = eat_parents(text);
	if (text->n > 0 && text->p[0] == '<') {
		top = exim_word(text);
		ended = eat_colon(&top);
		if (top.n >= 2 && top.p[top.n - 1] == '>')
			top = (struct str){top.p + 1, top.n - 2};
	}
	/* Only the local part, a file or a program: not an address. */
	if (e->local != LOCAL_NONE || e->agent == AGENT_LOCAL ||
	    bytes_chr(e->recipient, '@') == e->recipient.n) {
		if (parent.n > 0)
			e->recipient = parent;
		else if (top.n > 0)
			e->recipient = top;
	}
	if (!str_eq(top, e->recipient))
		e->orig_to = top;
	return ended;
}

/* ---- by which way ---- */

/* "250 OK id=1xW...": under which the next server queued it, if that is Exim,
 * too; is_filter: a filter here cites it, "250 2.0.0 from MTA(...): 250 OK
 * id=1xW...". */
static struct str
next_id(struct str reply, bool is_filter)
{
	static const struct str said = S0("250 OK id=");

	if (is_filter)
		reply = str_skip(reply, str_find(reply, said));
	if (!str_eat(&reply, S("250 OK id=")))
		return (struct str){NULL, 0};
	return str_head(reply, exim_id_length(reply));
}

static void
read_reply(struct str word, struct event *e)
{
	word = str_skip(word, 2);
	if (word.n >= 2 && word.p[0] == '"' && word.p[word.n - 1] == '"')
		word = (struct str){word.p + 1, word.n - 2};
	e->reply = word;
	e->code = exim_code(word);
	e->child_id = next_id(word, ip_is_loopback(&e->relay_ip));
}

/* "H=mx [192.0.2.1]:25*"; with a socket or without an address only a name. */
static bool
eat_relay(struct str *text, struct event *e)
{
	struct exim_peer peer;
	struct str word;

	if (exim_eat_peer(text, &peer)) {
		e->relay = peer.name;
		e->relay_ip = peer.ip;
		e->relay_port = peer.port;
		e->agent = AGENT_SMTP;
		(void)str_eat(text, S("*"));
		if (str_eat(text, S(":")))
			return true;
		(void)str_eat(text, S(" "));
		return false;
	}
	word = exim_word(text);
	if (eat_colon(&word)) {
		e->relay = word;
		return true;
	}
	e->relay = word;
	return false;
}

/* What a transport's name tells of it. */
enum transport_kind {
	TRANSPORT_OTHER,
	TRANSPORT_LMTP,
	/* Exim's autoreply by the names that its documentation and panels give
	 * such a transport: its line is that of a mailbox. */
	TRANSPORT_REPLY,
};

/* Asked for every delivery, of a name that is too short for what str_find
 * does: four bytes at a time are looked at first. */
static enum transport_kind
transport_kind(struct str name)
{
	/* so it is called where nobody has changed it */
	if (str_eq(name, S("remote_smtp")))
		return TRANSPORT_OTHER;
	for (size_t at = 0; at + 4 <= name.n; at++) {
		uint32_t four = bytes_load4(name.p + at);
		struct str rest = {name.p + at, name.n - at};

		if (four == FOUR('l', 'm', 't', 'p') ||
		    four == FOUR('L', 'M', 'T', 'P'))
			return TRANSPORT_LMTP;
		if (four != FOUR('v', 'a', 'c', 'a') &&
		    four != FOUR('a', 'u', 't', 'o'))
			continue;
		if (str_starts(rest, S("vacation")) ||
		    str_starts(rest, S("autorepl")) ||
		    str_starts(rest, S("autorespon")))
			return str_has(name, S("lmtp")) ||
				       str_has(name, S("LMTP"))
				   ? TRANSPORT_LMTP
				   : TRANSPORT_REPLY;
	}
	return TRANSPORT_OTHER;
}

static void
set_agent(struct event *e, struct str transport)
{
	enum transport_kind kind = transport_kind(transport);

	if (kind == TRANSPORT_LMTP)
		e->agent = AGENT_LMTP;
	else if (e->agent == AGENT_NONE)
		e->agent = transport.n > 0 ? AGENT_LOCAL : AGENT_ERROR;
	if (e->agent == AGENT_LOCAL && e->status == STATUS_SENT)
		e->local =
		    kind == TRANSPORT_REPLY ? LOCAL_REPLY : LOCAL_MAILBOX;
	if (e->agent == AGENT_LOCAL || e->agent == AGENT_LMTP)
		e->orig_to = (struct str){NULL, 0};
}

/*
 * The fields between the address and the words, until one ends with a colon
 * (true) or the text is at its end.
 */
static bool
eat_fields(struct str *text, struct event *e, struct str *ret_transport)
{
	while (text->n > 0) {
		char field = text->n > 1 && text->p[1] == '=' ? text->p[0] : 0;
		struct str word;
		bool ended;

		if (field == 'H') {
			*text = bytes_from(*text, 2);
			if (eat_relay(text, e))
				return true;
			continue;
		}
		if (field == 0 && (str_starts(*text, S("defer (")) ||
				      str_starts(*text, S("routing defer ("))))
			return false;
		word = exim_word(text);
		ended = eat_colon(&word);
		if (field == 'T')
			*ret_transport = str_skip(word, 2);
		else if (field == 'C')
			read_reply(word, e);
		if (ended)
			return true;
	}
	return false;
}

enum line_result
exim_sent(struct str text, struct event *e)
{
	struct str transport = {NULL, 0};

	e->kind = EVENT_DELIVERY;
	e->status = STATUS_SENT;
	if (!eat_recipient(&text, e))
		(void)eat_fields(&text, e, &transport);
	if (e->recipient.n == 0)
		return LINE_UNKNOWN;
	set_agent(e, transport);
	return LINE_EVENT;
}

/* ---- in which words ---- */

/* "1.2.3" at the front, with a blank behind it. */
static struct str
dsn_of(struct str words)
{
	size_t n = 0, dots = 0;

	while (n < words.n && n < 12 &&
	       (words.p[n] == '.' || (words.p[n] >= '0' && words.p[n] <= '9')))
		dots += words.p[n++] == '.';
	if (dots != 2 || n < 5 || n >= words.n || words.p[n] != ' ' ||
	    (words.p[0] != '4' && words.p[0] != '5'))
		return (struct str){NULL, 0};
	return str_head(words, n);
}

/* "DT=0.1s" (+deliver_time) stands at the end of words, too. */
static struct str
without_time(struct str text)
{
	size_t at;

	if (text.n == 0 || text.p[text.n - 1] != 's')
		return text;
	at = str_rchr(text, ' ');
	return str_starts(str_skip(text, at), S(" DT=")) ? str_head(text, at)
							 : text;
}

/* Behind the "defer (-44)", or the address: "H=mx [192.0.2.1]:25 I=[...]
 * DT=0.1s: words". */
static void
eat_to_words(struct str *text, struct event *e)
{
	(void)str_eat(text, S(" "));
	for (;;) {
		struct str word;

		if (str_eat(text, S("H="))) {
			if (eat_relay(text, e))
				return;
			continue;
		}
		if (!str_starts(*text, S("I=")) && !str_starts(*text, S("DT=")))
			break;
		word = exim_word(text);
		if (eat_colon(&word))
			return;
	}
	(void)str_eat(text, S(":"));
}

/*
 * The receiver's words in "SMTP error from remote mail server after RCPT
 * TO:<b@z>: 550 no"; else Exim's own.
 */
static void
read_words(struct str text, struct event *e)
{
	static const struct str said = S0("remote mail server after ");
	size_t at;

	text = without_time(text);
	e->reply = text;
	if (!str_eat(&text, S("SMTP error from remote mail server after "))) {
		at = str_find(text, said);
		if (at == text.n)
			return;
		text = bytes_from(text, at + said.n);
	}
	/* The address may say anything, but we know it. */
	at = str_find(str_head(text, COMMAND_MAX), S(" TO:<")) + 5;
	if (at <= COMMAND_MAX && str_starts(str_skip(text, at), e->recipient))
		text = str_skip(text, at + e->recipient.n);
	for (;;) {
		size_t colon = str_find(text, S(": "));

		if (colon == text.n)
			return;
		text = str_skip(text, colon + 2);
		if (exim_code(text) != 0)
			break;
	}
	e->reply = text;
	e->code = exim_code(text);
	e->dsn = dsn_of(str_skip(text, 4));
}

static bool
was_given_up(struct str words)
{
	return str_has(words, S("retry timeout exceeded")) ||
	       str_has(words, S("been failing for a long time"));
}

enum line_result
exim_failed(struct str text, struct event *e)
{
	struct str transport = {NULL, 0};

	e->kind = EVENT_DELIVERY;
	e->status = STATUS_BOUNCED;
	if (!eat_recipient(&text, e) && !eat_fields(&text, e, &transport))
		text.n = 0;
	if (e->recipient.n == 0)
		return LINE_UNKNOWN;
	(void)str_eat(&text, S(" "));
	read_words(text, e);
	if (e->code == 0 && was_given_up(text))
		e->status = STATUS_EXPIRED;
	set_agent(e, transport);
	if (e->agent == AGENT_LOCAL && e->relay.n == 0 &&
	    str_has(transport, S("smtp")))
		e->agent = AGENT_SMTP; /* it never came to a host */
	return LINE_EVENT;
}

enum line_result
exim_deferred(struct str text, struct event *e)
{
	struct str transport = {NULL, 0};

	e->kind = EVENT_DELIVERY;
	e->status = STATUS_DEFERRED;
	if (!eat_recipient(&text, e))
		(void)eat_fields(&text, e, &transport);
	(void)str_eat(&text, S("routing "));
	if (e->recipient.n == 0 || !str_eat(&text, S("defer (")))
		return LINE_UNKNOWN;
	text = str_skip(text, str_chr(text, ')') + 1);
	eat_to_words(&text, e);
	(void)str_eat(&text, S(" "));
	read_words(text, e);
	set_agent(e, transport);
	if (e->agent == AGENT_LOCAL && e->relay.n == 0 &&
	    str_has(transport, S("smtp")))
		e->agent = AGENT_SMTP;
	return LINE_EVENT;
}
