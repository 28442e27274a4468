/* SPDX-License-Identifier: ISC */
/*
 * The SMTP server and what stands in front of it: smtpd.c, smtpd_check.c,
 * smtpd_sasl_glue.c, smtpd_proxy.c, postscreen*.c, qmqpd.c of Postfix.
 *
 *	connect from name[ip]
 *	ID: client=name[ip], sasl_method=PLAIN, sasl_username=ana, sasl_sender=x,
 *	    orig_queue_id=ID, orig_client=name[ip]
 *	NOQUEUE: reject: RCPT from name[ip]: 554 5.7.1 <b>: Relay access denied;
 *	    from=<a> to=<b> proto=ESMTP helo=<c>
 *	warning: name[ip]: SASL LOGIN authentication failed: why, sasl_username=x
 *	proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok: queued as ID; from=<a> ...
 *	disconnect from name[ip] ehlo=1 auth=1 quit=1 commands=3
 *
 * Postfix has no separator that a login name cannot hold. A name goes up to
 * the first ", sasl_sender=", ", orig_queue_id=" or ", orig_client="; the
 * password check has accepted it, so a stranger cannot choose it. sasl_sender
 * (the AUTH= of MAIL FROM) is chosen by whoever is logged in: behind it
 * nothing is read, it could pretend to be orig_client. The name of a failed
 * login is the rest of the line. HELO has "<", ">" and blanks replaced.
 */
#include "mta/postfix_part.h"

#include "base/bytes.h"

/* ---- client= ---- */

/* The login name at the front of *text, up to the next of its fields. */
static struct str
take_login(struct str *text)
{
	static const struct str behind[] = {
	    S0(", sasl_sender="), S0(", orig_queue_id="), S0(", orig_client=")};
	struct str s = *text, login = s;
	size_t i = 0;

	*text = (struct str){NULL, 0};
	while (i < s.n) {
		const char *comma = memchr(s.p + i, ',', s.n - i);

		if (comma == NULL)
			break;
		i = (size_t)(comma - s.p);
		for (size_t k = 0; k < ARRAY_LEN(behind); k++)
			if (str_starts(str_skip(s, i), behind[k])) {
				*text = str_skip(s, i);
				return str_head(s, i);
			}
		i++;
	}
	return login;
}

static enum line_result
read_client(struct str text, struct event *e)
{
	struct postfix_peer peer;

	if (!postfix_eat_peer(&text, &peer))
		return LINE_UNKNOWN;
	e->kind = EVENT_ACCEPT;
	e->client_name = peer.name;
	e->client = peer.ip;
	if (text.n == 0)
		return LINE_EVENT;
	if (bytes_eat(&text, ", sasl_method=")) {
		size_t n = 0;

		while (n < text.n && text.p[n] != ',')
			n++;
		e->method = str_head(text, n);
		text = str_skip(text, n);
	}
	if (bytes_eat(&text, ", sasl_username="))
		e->account = take_login(&text);
	if (text.n == 0) /* as most */
		return LINE_EVENT;
	if (str_starts(text, S(", sasl_sender=")))
		return LINE_EVENT;
	if (str_eat(&text, S(", orig_queue_id="))) {
		e->origin_id = str_head(text, str_chr(text, ','));
		text = str_skip(text, e->origin_id.n);
	}
	if (str_eat(&text, S(", orig_client=")) &&
	    postfix_eat_peer(&text, &peer))
		e->origin_client = peer.ip;
	return text.n == 0 ? LINE_EVENT : LINE_UNKNOWN;
}

/*
 * In front of a content filter that is asked before the message is queued
 * (smtpd_proxy_filter) there is no queue id: only the login is of use.
 */
static enum line_result
read_client_of_proxy(struct str text, struct event *e)
{
	enum line_result result = read_client(text, e);

	if (result == LINE_EVENT)
		e->kind = e->account.n > 0 ? EVENT_AUTH_OK : EVENT_CONNECT;
	return result;
}

/* ---- refusals ---- */

/*
 * Where the sender begins: at the first "; from=<" that is not in a quoted
 * address, which the reason in front may cite.
 */
static size_t
find_from(struct str s)
{
	struct str mark = S("; from=<");
	size_t i = 0, hit = str_find(s, mark);

	while (hit < s.n) {
		struct str before = {s.p + i, hit - i};
		size_t quote = str_find(before, S("<\""));

		if (quote == before.n)
			return hit;
		quote += i + 1;
		i = postfix_skip_quoted(s, quote);
		if (i == quote)
			i++;
		if (i > hit)
			hit = i + str_find(str_skip(s, i), mark);
	}
	return s.n;
}

/* "name=<value>" at the end of *s, whose value holds no bracket. */
static bool
cut_last(struct str *s, struct str name, struct str *ret_value)
{
	size_t at = str_rchr(*s, '<');
	struct str value;

	if (at == s->n || s->p[s->n - 1] != '>')
		return false;
	value = (struct str){s->p + at + 1, s->n - at - 2};
	if (str_chr(value, '>') < value.n || !str_ends(str_head(*s, at), name))
		return false;
	*ret_value = value;
	s->n = at - name.n;
	/* postscreen has a comma behind each field. */
	if (s->n > 0 && s->p[s->n - 1] == ',')
		s->n--;
	return true;
}

/*
 * "helo=<c> sasl_method=PLAIN sasl_username=ana sasl_sender=x" of 3.8 and
 * later. They are there only for a client that has logged in; the sender is
 * xtext (RFC 3461 4), the name is not.
 */
static void
cut_login(struct str *s, struct event *e)
{
	size_t at = str_find(*s, S("> sasl_method="));
	struct str rest = str_skip(*s, at + 14);

	/* A quoted address that holds these words has its end behind them. */
	if (at == s->n || str_chr(rest, '>') < rest.n)
		return;
	s->n = at + 1;
	e->method = str_head(rest, str_chr(rest, ' '));
	rest = str_skip(rest, e->method.n);
	if (str_eat(&rest, S(" sasl_username=")))
		e->account = str_head(rest, str_find(rest, S(" sasl_sender=")));
}

static void
cut_protocol(struct str *s)
{
	size_t at = str_rchr(*s, ' ');

	if (at == s->n || !str_starts(str_skip(*s, at), S(" proto=")))
		return;
	s->n = at;
	if (s->n > 0 && s->p[s->n - 1] == ',')
		s->n--;
}

/*
 * "; from=<a> to=<b> proto=ESMTP helo=<c> sasl_username=<d>" (3.7), any of them
 * missing, at the end; postscreen writes ", to=". The tail is cut from the
 * right, where HELO and the protocol hold no brackets; then the sender begins
 * as said above, and the recipient is what is left.
 */
void
postfix_cut_envelope(struct str *text, struct event *e)
{
	struct str s = *text;
	size_t at;

	cut_login(&s, e);
	(void)cut_last(&s, S(" sasl_username="), &e->account);
	(void)cut_last(&s, S(" helo="), &e->helo);
	cut_protocol(&s);
	at = find_from(s);
	if (at < s.n) {
		struct str rest = str_skip(s, at + 7);

		*text = str_head(s, at);
		e->has_sender = true;
		if (!postfix_eat_address(
			&rest, S(" to=<"), S(", to=<"), &e->sender)) {
			/* Refused before there was a recipient. */
			e->sender = str_skip(rest, 1);
			e->sender =
			    str_head(e->sender, str_rchr(e->sender, '>'));
			return;
		}
		rest = str_skip(rest, str_chr(rest, '<') + 1);
		e->recipient = str_head(rest, str_rchr(rest, '>'));
		return;
	}
	at = str_find(s, S("; to=<"));
	if (at < s.n) {
		e->recipient = str_skip(s, at + 6);
		e->recipient =
		    str_head(e->recipient, str_rchr(e->recipient, '>'));
	}
	*text = str_head(s, at);
	if (str_ends(*text, S(";")))
		text->n--;
}

/* "554 5.7.1 " or "5.7.1 " in front of a reason. */
static void
read_codes(struct str text, struct event *e)
{
	uint64_t code;
	size_t n;

	if (text.n > 4 && text.p[3] == ' ' && str_u64(&text, 3, &code)) {
		e->code = (unsigned)code;
		text = str_skip(text, 1);
	}
	n = str_chr(str_head(text, 12), ' ');
	if (n >= 5 && n < 12 && text.p[1] == '.' && text.p[0] >= '2' &&
	    text.p[0] <= '5')
		e->dsn = str_head(text, n);
}

/* "RCPT from name[ip]: 554 5.7.1 ...; from=..." */
static enum line_result
read_refusal(struct str text, enum event_kind kind, struct event *e)
{
	size_t at = str_find(str_head(text, 64), S(" from "));
	struct postfix_peer peer;

	if (at == str_head(text, 64).n)
		return LINE_UNKNOWN;
	text = str_skip(text, at + 6);
	/* "RCPT from [192.0.2.1]:2525: 550 ..." of postscreen */
	if (!postfix_eat_peer(&text, &peer) || !str_eat(&text, S(": ")))
		return LINE_UNKNOWN;
	e->kind = kind;
	e->client_name = peer.name;
	e->client = peer.ip;
	postfix_cut_envelope(&text, e);
	e->reply = text;
	read_codes(text, e);
	return LINE_EVENT;
}

/* How smtpd_check.c and the milter client call what they did. */
static const struct verb {
	struct str word;
	enum event_kind kind; /* EVENT_NONE: the message goes on */
} verbs[] = {
    {S0("reject: "), EVENT_REJECT},
    {S0("milter-reject: "), EVENT_REJECT},
    {S0("discard: "), EVENT_REJECT},
    {S0("milter-discard: "), EVENT_REJECT},
    {S0("hold: "), EVENT_HOLD},
    {S0("milter-hold: "), EVENT_HOLD},
    {S0("milter-quarantine: "), EVENT_HOLD},
    {S0("proxy-reject: "), EVENT_REJECT},
    {S0("reject_warning: "), EVENT_NONE},
    {S0("warn: "), EVENT_NONE},
    {S0("filter: "), EVENT_NONE},
    {S0("redirect: "), EVENT_NONE},
    {S0("info: "), EVENT_NONE},
    {S0("prepend: "), EVENT_NONE},
    {S0("replace: "), EVENT_NONE},
    {S0("bcc: "), EVENT_NONE},
    {S0("delay: "), EVENT_NONE},
    {S0("permit: "), EVENT_NONE},
    {S0("dunno: "), EVENT_NONE},
    {S0("warning: "), EVENT_NONE},
    {S0("milter-header-"), EVENT_NONE},
    {S0("milter-body-"), EVENT_NONE},
    {S0("abort: "), EVENT_NONE},
    {S0("ABORT: "), EVENT_NONE},
    /* 3.10: a session that ends badly, with the id or NOQUEUE in front */
    {S0("lost connection after "), EVENT_NONE},
    {S0("timeout after "), EVENT_NONE},
    {S0("too many errors after "), EVENT_NONE},
};

enum line_result
postfix_verb(struct str text, struct event *e)
{
	for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
		if (!str_eat(&text, verbs[i].word))
			continue;
		if (verbs[i].kind == EVENT_NONE)
			return LINE_SKIP;
		return read_refusal(text, verbs[i].kind, e);
	}
	return LINE_UNKNOWN;
}

/* "accept: END-OF-MESSAGE: 250 2.0.0 Ok: queued as ID; from=<a> to=<b> ..." */
static enum line_result
read_proxy(struct str text, struct event *e)
{
	bool accepted = str_eat(&text, S("accept: "));
	struct postfix_peer peer;
	size_t at;

	if (!accepted && !str_eat(&text, S("reject: ")))
		return LINE_UNKNOWN;
	at = str_chr(text, ':');
	/* Some versions name the client: "END-OF-MESSAGE from name[ip]: ". */
	if (str_has(str_head(text, at), S(" from "))) {
		text = str_skip(text, str_find(text, S(" from ")) + 6);
		if (!postfix_eat_peer(&text, &peer))
			return LINE_UNKNOWN;
		e->client_name = peer.name;
		e->client = peer.ip;
		at = 0;
	}
	text = str_skip(text, at);
	if (!str_eat(&text, S(": ")))
		return LINE_UNKNOWN;
	postfix_cut_envelope(&text, e);
	e->kind = accepted ? EVENT_REQUEUED : EVENT_REJECT;
	e->reply = text;
	read_codes(text, e);
	at = str_find(text, S("queued as "));
	if (accepted && at < text.n)
		e->child_id = postfix_id_at(str_skip(text, at + 10));
	return LINE_EVENT;
}

/* ---- sessions ---- */

/* "from name[ip] ehlo=1 ... commands=3", "from name[ip]". */
static enum line_result
read_session(struct str text, enum event_kind kind, struct event *e)
{
	struct postfix_peer peer;

	if (!postfix_eat_peer(&text, &peer))
		return LINE_UNKNOWN;
	e->kind = kind;
	e->client_name = peer.name;
	e->client = peer.ip;
	return LINE_EVENT;
}

/* Failures of the server's own password service say nothing of the client. */
static bool
is_our_fault(struct str why)
{
	static const struct str ours[] = {
	    S0("Connection lost to authentication server"),
	    S0("Temporary authentication failure"), S0("temporary failure"),
	    S0("generic failure"), S0("no mechanism available"),
	    S0("authentication server")};

	return postfix_eat_one(&why, ours, ARRAY_LEN(ours));
}

/* "SASL LOGIN authentication failed: reason, sasl_username=x" */
static enum line_result
read_sasl(struct str text, struct event *e)
{
	struct str why;
	size_t at = str_chr(text, ' ');

	e->method = str_head(text, at);
	why = str_skip(text, at);
	if (str_starts(why, S(" authentication aborted")))
		return LINE_SKIP; /* the client gave up, no password */
	if (!str_eat(&why, S(" authentication failed:")))
		return LINE_SKIP;
	(void)str_eat(&why, S(" "));
	at = str_find(why, S(", sasl_username="));
	if (is_our_fault(why)) {
		e->kind = EVENT_NOTICE;
		e->text = str_head(why, at);
		return LINE_EVENT;
	}
	e->kind = EVENT_AUTH_FAIL;
	e->reply = str_head(why, at);
	e->account = str_skip(why, at + 16);
	if (str_eq(e->account, S("(unavailable)")))
		e->account = (struct str){NULL, 0};
	return LINE_EVENT;
}

/*
 * "Connection rate limit exceeded: 31 from name[ip] for service smtp": what
 * anvil counts. Other warnings are of the server's own state.
 */
static enum line_result
read_warning(struct str text, struct event *e)
{
	struct str rest = text, id;
	struct postfix_peer peer;
	size_t at;

	if (postfix_eat_peer(&rest, &peer) && str_eat(&rest, S(": SASL "))) {
		e->client_name = peer.name;
		e->client = peer.ip;
		return read_sasl(rest, e);
	}
	at = str_find(str_head(text, 64), S(" limit exceeded: "));
	if (at < str_head(text, 64).n) {
		uint64_t n;

		rest = str_skip(text, at + 17);
		if (str_u64(&rest, 10, &n) && str_eat(&rest, S(" from ")) &&
		    postfix_eat_peer(&rest, &peer)) {
			e->kind = EVENT_NOTICE;
			e->client_name = peer.name;
			e->client = peer.ip;
			e->text = text;
			return LINE_EVENT;
		}
	}
	rest = text;
	if (postfix_eat_id(&rest, &id) &&
	    str_eat(&rest, S("message rejected: "))) {
		e->kind = EVENT_REJECT;
		e->queue_id = id;
		e->reply = rest;
		return LINE_EVENT;
	}
	return LINE_SKIP;
}

static const struct str noise[] = {S0("Anonymous TLS "), S0("Untrusted TLS "),
    S0("Trusted TLS "), S0("Verified TLS "), S0("lost connection after "),
    S0("timeout after "), S0("too many errors after "), S0("setting up TLS "),
    S0("SSL_accept "), S0("improper command pipelining "), S0("statistics: "),
    S0("discarding EHLO "), S0("TLS handshake "), S0("initializing the "),
    S0("SASL "), S0("xsasl_"), S0("milter-"), S0("Issuing session "),
    S0("non-SMTP command "), S0("Wrapper-mode request "),
    S0("Refusing STARTTLS "), S0("Refusing TLS service "), S0("idle timeout "),
    S0("replacing command "), S0("fingerprint="), S0("Relaying allowed "),
    S0("relay_clientcerts"), S0("action="), S0("improper command "),
    S0("connection closed "), S0("disconnecting "), S0("bare <LF> received "),
    S0("bad ETRN "), S0("Illegal address syntax ")};

enum line_result
postfix_smtpd(struct str text, struct event *e)
{
	if (postfix_eat_id(&text, &e->queue_id)) {
		if (str_eat(&text, S("client=")))
			return read_client(text, e);
		if (str_starts(text, S("status=deferred (")) ||
		    str_starts(text, S("queue file size limit exceeded")))
			return LINE_SKIP;
		return postfix_verb(text, e);
	}
	if (str_eat(&text, S("connect from ")))
		return read_session(text, EVENT_CONNECT, e);
	if (str_eat(&text, S("disconnect from ")))
		return read_session(text, EVENT_DISCONNECT, e);
	if (str_eat(&text, S("NOQUEUE: "))) {
		if (str_eat(&text, S("client=")))
			return read_client_of_proxy(text, e);
		return postfix_verb(text, e);
	}
	if (str_eat(&text, S("warning: ")))
		return read_warning(text, e);
	if (str_eat(&text, S("proxy-")))
		return read_proxy(text, e);
	if (str_starts(text, S("reject: ")))
		return LINE_SKIP; /* "reject: ETRN ... from name[ip]" */
	return postfix_eat_one(&text, noise, ARRAY_LEN(noise)) ||
		       postfix_is_remark(text)
		   ? LINE_SKIP
		   : LINE_UNKNOWN;
}

/* ---- postscreen ---- */

enum line_result
postfix_postscreen(struct str text, struct event *e)
{
	/* CONNECT and what came of its tests; the words are in capitals. */
	static const struct str tests[] = {S0("CONNECT from "), S0("PASS "),
	    S0("DISCONNECT "), S0("HANGUP "), S0("PREGREET "),
	    S0("DNSBL rank "), S0("ALLOWLISTED "), S0("WHITELISTED "),
	    S0("DENYLISTED "), S0("BLACKLISTED "), S0("WHITELIST VETO "),
	    S0("ALLOWLIST VETO "), S0("COMMAND "), S0("BARE NEWLINE "),
	    S0("NON-SMTP COMMAND "), S0("DATA without valid "),
	    S0("BDAT without valid "), S0("DROP "), S0("UNPASS "),
	    S0("UNFAIL "), S0("SKIP "), S0("ENFORCE "), S0("cache "),
	    S0("close database "), S0("reject: connect from "),
	    S0("entering STRESS mode"), S0("leaving STRESS mode"), S0("[")};

	if (str_eat(&text, S("NOQUEUE: ")))
		return postfix_verb(text, e);
	return postfix_eat_one(&text, tests, ARRAY_LEN(tests)) ? LINE_SKIP
							       : LINE_UNKNOWN;
}
