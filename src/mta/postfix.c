/* SPDX-License-Identifier: ISC */
/*
 * Postfix, 2.11 to 3.10. There is no specification of its log but the source:
 * smtpd.c, cleanup_message.c, qmgr_active.c, log_adhoc.c (DELIVERY), bounce,
 * postsuper.c.
 *
 *	postfix/submission/smtpd[7]: 3F2A1: client=x[192.0.2.1], sasl_method=PLAIN, sasl_username=ana
 *	instance service                  id   fields in the order Postfix writes them
 *
 * The program is NAME/daemon or NAME/service/daemon; NAME (syslog_name) may be
 * anything. Fields are read from left to right in Postfix's own order, each up
 * to the delimiter that Postfix writes behind it, so that a value chosen by a
 * stranger (HELO, Message-ID, a reply) cannot pass for another field.
 *
 * Not read: who connected (the client is said again with the message), TLS
 * details, statistics, lines of programs that Postfix starts for others.
 */
#include "mta/mta.h"

/* What a daemon's lines are about. */
enum role {
	ROLE_NONE,
	ROLE_SMTPD,
	ROLE_CLEANUP,
	ROLE_QMGR,
	ROLE_PICKUP,
	ROLE_DELIVERY,
	ROLE_BOUNCE,
	ROLE_POSTSUPER,
	ROLE_QUIET, /* nothing we count */
};

static const struct daemon {
	struct str name;
	enum role role;
	enum event_agent agent;
} daemons[] = {
    {S0("smtp"), ROLE_DELIVERY, AGENT_SMTP},
    {S0("smtpd"), ROLE_SMTPD, AGENT_NONE},
    {S0("qmgr"), ROLE_QMGR, AGENT_NONE},
    {S0("cleanup"), ROLE_CLEANUP, AGENT_NONE},
    {S0("lmtp"), ROLE_DELIVERY, AGENT_LMTP},
    {S0("local"), ROLE_DELIVERY, AGENT_LOCAL},
    {S0("virtual"), ROLE_DELIVERY, AGENT_LOCAL},
    {S0("pipe"), ROLE_DELIVERY, AGENT_PIPE},
    {S0("pickup"), ROLE_PICKUP, AGENT_NONE},
    {S0("error"), ROLE_DELIVERY, AGENT_ERROR},
    {S0("retry"), ROLE_DELIVERY, AGENT_ERROR},
    {S0("discard"), ROLE_DELIVERY, AGENT_DISCARD},
    {S0("bounce"), ROLE_BOUNCE, AGENT_NONE},
    {S0("trace"), ROLE_BOUNCE, AGENT_NONE},
    {S0("defer"), ROLE_BOUNCE, AGENT_NONE},
    {S0("oqmgr"), ROLE_QMGR, AGENT_NONE},
    {S0("nqmgr"), ROLE_QMGR, AGENT_NONE},
    {S0("postscreen"), ROLE_SMTPD, AGENT_NONE},
    {S0("qmqpd"), ROLE_SMTPD, AGENT_NONE},
    {S0("postsuper"), ROLE_POSTSUPER, AGENT_NONE},
    {S0("anvil"), ROLE_QUIET, AGENT_NONE},
    {S0("scache"), ROLE_QUIET, AGENT_NONE},
    {S0("master"), ROLE_QUIET, AGENT_NONE},
    {S0("tlsmgr"), ROLE_QUIET, AGENT_NONE},
    {S0("tlsproxy"), ROLE_QUIET, AGENT_NONE},
    {S0("dnsblog"), ROLE_QUIET, AGENT_NONE},
    {S0("proxymap"), ROLE_QUIET, AGENT_NONE},
    {S0("trivial-rewrite"), ROLE_QUIET, AGENT_NONE},
    {S0("verify"), ROLE_QUIET, AGENT_NONE},
    {S0("flush"), ROLE_QUIET, AGENT_NONE},
    {S0("showq"), ROLE_QUIET, AGENT_NONE},
    {S0("spawn"), ROLE_QUIET, AGENT_NONE},
    {S0("postlog"), ROLE_QUIET, AGENT_NONE},
    {S0("postlogd"), ROLE_QUIET, AGENT_NONE},
    {S0("postfix-script"), ROLE_QUIET, AGENT_NONE},
    {S0("post-install"), ROLE_QUIET, AGENT_NONE},
    {S0("postmulti"), ROLE_QUIET, AGENT_NONE},
    {S0("postdrop"), ROLE_QUIET, AGENT_NONE},
    {S0("sendmail"), ROLE_QUIET, AGENT_NONE},
    {S0("postqueue"), ROLE_QUIET, AGENT_NONE},
    {S0("postalias"), ROLE_QUIET, AGENT_NONE},
    {S0("postmap"), ROLE_QUIET, AGENT_NONE},
    {S0("postconf"), ROLE_QUIET, AGENT_NONE},
    {S0("postkick"), ROLE_QUIET, AGENT_NONE},
    {S0("postcat"), ROLE_QUIET, AGENT_NONE},
    {S0("sendmail"), ROLE_QUIET, AGENT_NONE},
};

/* The daemon of NAME/.../daemon; NULL: not Postfix's. */
static const struct daemon *
daemon_of(struct str program)
{
	size_t slash = str_rchr(program, '/');
	struct str name;

	if (slash == program.n)
		return NULL;
	name = str_skip(program, slash + 1);
	for (size_t i = 0; i < ARRAY_LEN(daemons); i++)
		if (daemons[i].name.n == name.n &&
		    memcmp(daemons[i].name.p, name.p, name.n) == 0)
			return &daemons[i];
	return NULL;
}

static bool
postfix_claims(struct str program)
{
	return daemon_of(program) != NULL;
}

/* ---- fields ---- */

/*
 * A queue id and ": " off the front. Short ids are upper case hexadecimal,
 * long ones (enable_long_queue_ids) base 52 with a 'z' between time and inode
 * (postconf(5)); "warning" and "statistics" are neither.
 */
static bool
eat_queue_id(struct str *text, struct str *ret_id)
{
	size_t n = 0;
	bool hex = true, has_z = false;

	while (n < text->n && n <= 24) {
		unsigned char c = (unsigned char)text->p[n];

		if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'F')) {
			n++;
			continue;
		}
		if ((c < 'a' || c > 'z') && (c < 'G' || c > 'Z'))
			break;
		hex = false;
		has_z |= c == 'z';
		n++;
	}
	if (n < 5 || n > 24 || n + 1 >= text->n || text->p[n] != ':' ||
	    text->p[n + 1] != ' ' || (!hex && (!has_z || n < 10)))
		return false;
	*ret_id = str_head(*text, n);
	*text = str_skip(*text, n + 2);
	return true;
}

/* A queue id inside a text, up to the first byte that is none of its. */
static struct str
id_at(struct str text)
{
	size_t n = 0;

	while (n < text.n && n < 32 &&
	       ((text.p[n] >= '0' && text.p[n] <= '9') ||
		   (text.p[n] >= 'A' && text.p[n] <= 'Z') ||
		   (text.p[n] >= 'a' && text.p[n] <= 'z')))
		n++;
	return n >= 5 ? str_head(text, n) : (struct str){NULL, 0};
}

/* "<address>": the address without its brackets; > inside quotes is its own. */
static bool
eat_address(struct str *text, struct str *ret_address)
{
	bool quoted = false;

	if (text->n == 0 || text->p[0] != '<')
		return false;
	for (size_t i = 1; i < text->n; i++) {
		char c = text->p[i];

		if (c == '\\' && i + 1 < text->n)
			i++;
		else if (c == '"')
			quoted = !quoted;
		else if (c == '>' && !quoted) {
			*ret_address = (struct str){text->p + 1, i - 1};
			*text = str_skip(*text, i + 1);
			return true;
		}
	}
	/* An odd quote: take the last bracket before a delimiter. */
	for (size_t i = 1; i < text->n; i++)
		if (text->p[i] == '>') {
			*ret_address = (struct str){text->p + 1, i - 1};
			*text = str_skip(*text, i + 1);
			return true;
		}
	return false;
}

/* "name[ip]" with an optional ":port". The name has no brackets. */
static void
read_peer(struct str peer, struct str *ret_name, struct ip *ret_ip,
    unsigned *ret_port)
{
	size_t open = str_chr(peer, '['), close;
	uint64_t port;
	struct str rest;

	*ret_name = str_head(peer, open);
	if (open == peer.n)
		return;
	rest = str_skip(peer, open + 1);
	close = str_chr(rest, ']');
	(void)ip_parse(str_head(rest, close), ret_ip);
	rest = str_skip(rest, close + 1);
	if (str_eat(&rest, S(":")) && str_u64(&rest, 5, &port))
		*ret_port = (unsigned)port;
}

/* A field up to ", " or the end. */
static struct str
take_field(struct str *text)
{
	struct str field;
	size_t end = str_chr(*text, ',');

	field = str_head(*text, end);
	*text = str_skip(*text, end + 2);
	return field;
}

/* ---- smtpd ---- */

/* What follows "client=": a login name is the last thing but for these. */
static struct str
take_login(struct str *text)
{
	static const struct str behind[] = {
	    S0(", sasl_sender="), S0(", orig_queue_id="), S0(", orig_client=")};
	size_t end = text->n;
	struct str login;

	if (str_chr(*text, ',') == text->n) {
		login = *text;
		*text = (struct str){NULL, 0};
		return login;
	}
	for (size_t i = 0; i < ARRAY_LEN(behind); i++) {
		size_t at = str_find(*text, behind[i]);

		if (at < end)
			end = at;
	}
	login = str_head(*text, end);
	*text = str_skip(*text, end + 2);
	return login;
}

static enum line_result
read_client(struct str text, struct event *e)
{
	unsigned port = 0;

	e->kind = EVENT_ACCEPT;
	read_peer(take_field(&text), &e->client_name, &e->client, &port);
	while (text.n > 0) {
		if (str_eat(&text, S("sasl_method="))) {
			e->method = take_field(&text);
		} else if (str_eat(&text, S("sasl_username="))) {
			e->account = take_login(&text);
		} else if (str_eat(&text, S("orig_queue_id="))) {
			e->origin_id = take_field(&text);
		} else if (str_eat(&text, S("orig_client="))) {
			struct str name = {NULL, 0};

			read_peer(
			    take_field(&text), &name, &e->origin_client, &port);
		} else {
			(void)take_field(&text);
		}
	}
	return LINE_EVENT;
}

/* "...; from=<a> to=<b> proto=ESMTP helo=<c>" behind any refusal. */
static void
read_envelope(struct str text, struct event *e)
{
	size_t at = str_find(text, S("; from=<"));

	if (at == text.n)
		return;
	text = str_skip(text, at + 7);
	e->has_sender = eat_address(&text, &e->sender);
	if (str_eat(&text, S(" to=")))
		(void)eat_address(&text, &e->recipient);
	at = str_find(text, S(" helo=<"));
	if (at == text.n)
		return;
	text = str_skip(text, at + 7);
	e->helo = str_head(text, str_rchr(text, '>'));
}

static const struct str refusals[] = {S0("reject: "), S0("milter-reject: "),
    S0("proxy-reject: "), S0("discard: "), S0("milter-discard: ")};
static const struct str holds[] = {
    S0("hold: "), S0("milter-hold: "), S0("quarantine: ")};
static const struct str remarks[] = {S0("warn: "), S0("filter: "),
    S0("redirect: "), S0("info: "), S0("prepend: "), S0("replace: "),
    S0("proxy-accept: "), S0("reject_warning: "), S0("warning: "), S0("bcc: "),
    S0("strip: "), S0("delay: "), S0("dunno: ")};

static bool
eat_one(struct str *text, const struct str *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eat(text, words[i]))
			return true;
	return false;
}

/* "RCPT from name[ip]: 554 5.7.1 <b>: Relay access denied; from=..." */
static enum line_result
read_refusal(struct str text, struct event *e)
{
	size_t at = str_find(text, S(" from "));
	unsigned port = 0;
	uint64_t code;

	e->kind = EVENT_REJECT;
	if (at < text.n) {
		struct str peer = str_skip(text, at + 6);
		size_t close = str_find(peer, S("]"));

		if (close < peer.n) {
			read_peer(str_head(peer, close + 1), &e->client_name,
			    &e->client, &port);
			text = str_skip(peer, str_find(peer, S(": ")) + 2);
		}
	}
	e->reply = text;
	if (str_u64(&text, 3, &code))
		e->code = (unsigned)code;
	read_envelope(text, e);
	return LINE_EVENT;
}

/* "QID or NOQUEUE: verb: ..." as smtpd, cleanup and postscreen write it. */
static enum line_result
read_verb(struct str text, struct event *e)
{
	if (eat_one(&text, refusals, ARRAY_LEN(refusals)))
		return read_refusal(text, e);
	if (eat_one(&text, holds, ARRAY_LEN(holds))) {
		e->kind = EVENT_HOLD;
		e->text = text;
		return LINE_EVENT;
	}
	return eat_one(&text, remarks, ARRAY_LEN(remarks)) ? LINE_SKIP
							   : LINE_UNKNOWN;
}

/* "name[ip]: SASL LOGIN authentication failed: reason, sasl_username=x" */
static enum line_result
read_warning(struct str text, struct event *e)
{
	size_t at = str_find(text, S("]: SASL "));
	unsigned port = 0;

	if (at == text.n)
		return LINE_SKIP;
	read_peer(str_head(text, at + 1), &e->client_name, &e->client, &port);
	text = str_skip(text, at + 8);
	at = str_find(text, S(" authentication failed"));
	if (at == text.n)
		at = str_find(text, S(" authentication aborted"));
	if (at == text.n)
		return LINE_SKIP;
	e->kind = EVENT_AUTH_FAIL;
	e->method = str_head(text, at);
	at = str_find(text, S(", sasl_username="));
	if (at < text.n)
		e->account = str_skip(text, at + 16);
	if (str_eq(e->account, S("(unavailable)")))
		e->account = (struct str){NULL, 0};
	return LINE_EVENT;
}

static const struct str smtpd_noise[] = {S0("connect from "),
    S0("disconnect from "), S0("lost connection after "), S0("timeout after "),
    S0("too many errors after "), S0("Anonymous TLS "), S0("Untrusted TLS "),
    S0("Trusted TLS "), S0("Verified TLS "), S0("setting up TLS "),
    S0("SSL_accept "), S0("improper command pipelining "), S0("statistics: "),
    S0("table "), S0("PASS "), S0("CONNECT "), S0("DISCONNECT "), S0("HANGUP "),
    S0("PREGREET "), S0("DNSBL "), S0("ALLOWLISTED "), S0("WHITELISTED "),
    S0("DENYLISTED "), S0("BLACKLISTED "), S0("WHITELIST VETO "),
    S0("ALLOWLIST VETO "), S0("COMMAND "), S0("BARE NEWLINE "),
    S0("NON-SMTP COMMAND "), S0("cache "), S0("reconnect "), S0("close "),
    S0("refreshing the TLS "), S0("daemon started"), S0("reload "),
    S0("initializing the "), S0("idna_"), S0("xsasl_"), S0("auto_clnt_"),
    S0("entering "), S0("leaving "), S0("discarding EHLO "),
    S0("start interval "), S0("NOQUEUE: ABORT"), S0("sorry, "), S0("client "),
    S0("TLS "), S0("SASL "), S0("milter ")};

static enum line_result
read_smtpd(struct str text, struct event *e)
{
	if (eat_queue_id(&text, &e->queue_id)) {
		if (str_eat(&text, S("client=")))
			return read_client(text, e);
		return read_verb(text, e);
	}
	if (eat_one(&text, smtpd_noise, 2))
		return LINE_SKIP;
	if (str_eat(&text, S("NOQUEUE: "))) {
		if (str_starts(text, S("client=")))
			return LINE_SKIP; /* before a proxy filter */
		return read_verb(text, e);
	}
	if (str_eat(&text, S("warning: ")))
		return read_warning(text, e);
	if (str_eat(&text, S("proxy-reject: ")))
		return read_refusal(text, e);
	return eat_one(&text, smtpd_noise, ARRAY_LEN(smtpd_noise))
		   ? LINE_SKIP
		   : LINE_UNKNOWN;
}

/* ---- cleanup, qmgr, pickup ---- */

static enum line_result
read_cleanup(struct str text, struct event *e)
{
	if (!eat_queue_id(&text, &e->queue_id))
		return LINE_UNKNOWN;
	if (str_eat(&text, S("message-id=")) ||
	    str_eat(&text, S("resent-message-id="))) {
		e->kind = EVENT_MESSAGE_ID;
		(void)str_eat(&text, S("<"));
		if (str_ends(text, S(">")))
			text.n--;
		e->message_id = text;
		return LINE_EVENT;
	}
	if (str_starts(text, S("warning: header Subject: ")) ||
	    str_starts(text, S("info: header Subject: "))) {
		size_t end;

		text = str_skip(text, str_find(text, S("Subject: ")) + 9);
		end = str_find(text, S("; from=<"));
		e->kind = EVENT_SUBJECT;
		e->subject = str_head(text, end);
		return LINE_EVENT;
	}
	return read_verb(text, e);
}

static enum line_result
read_active(struct str text, struct event *e)
{
	e->kind = EVENT_QUEUED;
	if (!eat_address(&text, &e->sender))
		return LINE_UNKNOWN;
	e->has_sender = true;
	if (str_eat(&text, S(", status="))) {
		e->kind = EVENT_EXPIRED;
		return str_has(text, S("expired")) ? LINE_EVENT : LINE_UNKNOWN;
	}
	if (!str_eat(&text, S(", size=")) || !str_u64(&text, 19, &e->size) ||
	    !str_eat(&text, S(", nrcpt=")) || !str_u64(&text, 9, &e->nrcpt))
		return LINE_UNKNOWN;
	return LINE_EVENT;
}

static enum line_result read_delivery(
    struct str text, enum event_agent agent, struct event *e);

static enum line_result
read_qmgr(struct str text, struct event *e)
{
	if (!eat_queue_id(&text, &e->queue_id))
		return LINE_UNKNOWN;
	if (str_eq(text, S("removed"))) {
		e->kind = EVENT_REMOVED;
		return LINE_EVENT;
	}
	if (str_eat(&text, S("from=")))
		return read_active(text, e);
	if (str_starts(text, S("to=<")))
		return read_delivery(text, AGENT_ERROR, e);
	return str_starts(text, S("skipped, still being delivered"))
		   ? LINE_SKIP
		   : LINE_UNKNOWN;
}

static enum line_result
read_pickup(struct str text, struct event *e)
{
	uint64_t uid;

	if (!eat_queue_id(&text, &e->queue_id) || !str_eat(&text, S("uid=")) ||
	    !str_u64(&text, 10, &uid))
		return LINE_UNKNOWN;
	e->kind = EVENT_PICKUP;
	e->uid = (int64_t)uid;
	if (str_eat(&text, S(" from=")))
		e->has_sender = eat_address(&text, &e->sender);
	if (str_eat(&text, S(" orig_id=")))
		e->origin_id = id_at(text);
	return LINE_EVENT;
}

/* ---- delivery agents ---- */

static const struct {
	struct str word;
	enum event_status status;
} statuses[] = {
    {S0("sent "), STATUS_SENT},
    {S0("deferred "), STATUS_DEFERRED},
    {S0("bounced "), STATUS_BOUNCED},
    {S0("expired "), STATUS_EXPIRED},
    {S0("undeliverable "), STATUS_UNDELIVERABLE},
    {S0("deliverable "), STATUS_DELIVERABLE},
    {S0("SOFTBOUNCE "), STATUS_DEFERRED},
    {S0("softbounce "), STATUS_DEFERRED},
};

static void
read_reply(struct event *e)
{
	struct str text = e->reply;
	size_t at;
	uint64_t code;

	if (str_starts(text, S("host "))) {
		at = str_find(text, S(" said: "));
		text = str_skip(text, at == text.n ? text.n : at + 7);
	}
	if (text.n >= 4 && str_u64(&text, 3, &code) && code >= 200)
		e->code = (unsigned)code;
	if (e->status != STATUS_SENT)
		return;
	if (str_starts(e->reply, S("forwarded as "))) {
		e->local = LOCAL_FORWARDED;
		e->child_id = id_at(str_skip(e->reply, 13));
		return;
	}
	if (str_starts(e->reply, S("delivered to mailbox")) ||
	    str_starts(e->reply, S("delivered to maildir")))
		e->local = LOCAL_MAILBOX;
	else if (str_starts(e->reply, S("delivered to command")))
		e->local = LOCAL_COMMAND;
	at = str_find(e->reply, S("queued as "));
	if (at < e->reply.n)
		e->child_id = id_at(str_skip(e->reply, at + 10));
}

static enum line_result
read_status(struct str text, struct event *e)
{
	for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
		if (!str_eat(&text, statuses[i].word))
			continue;
		e->status = statuses[i].status;
		(void)str_eat(&text, S("("));
		if (str_ends(text, S(")")))
			text.n--;
		e->reply = text;
		read_reply(e);
		return LINE_EVENT;
	}
	return LINE_UNKNOWN;
}

static enum line_result
read_delivery(struct str text, enum event_agent agent, struct event *e)
{
	e->kind = EVENT_DELIVERY;
	e->agent = agent;
	if (!str_eat(&text, S("to=")) || !eat_address(&text, &e->recipient) ||
	    !str_eat(&text, S(", ")))
		return LINE_UNKNOWN;
	if (str_eat(&text, S("orig_to=")) &&
	    (!eat_address(&text, &e->orig_to) || !str_eat(&text, S(", "))))
		return LINE_UNKNOWN;
	if (str_eat(&text, S("relay="))) {
		struct str relay = take_field(&text);

		read_peer(relay, &e->relay, &e->relay_ip, &e->relay_port);
	}
	/* conn_use= delay= delays= tls= dsn= status=: none holds a comma. */
	while (text.n > 0 && !str_starts(text, S("status="))) {
		struct str field = take_field(&text);

		if (str_eat(&field, S("dsn=")))
			e->dsn = field;
	}
	return str_eat(&text, S("status=")) ? read_status(text, e)
					    : LINE_UNKNOWN;
}

static const struct str delivery_noise[] = {S0("host "), S0("connect to "),
    S0("lost connection with "), S0("conversation with "), S0("Cannot "),
    S0("TLS is required"), S0("enabling PIX "), S0("breaking line "),
    S0("uid="), S0("skipped"), S0("SASL "), S0("Server certificate "),
    S0("certificate "), S0("warning: "), S0("fatal: "), S0("error: "),
    S0("refused to talk"), S0("Host "), S0("Untrusted TLS"), S0("Trusted TLS"),
    S0("Verified TLS"), S0("Anonymous TLS"), S0("SSL_connect "),
    S0("setting up TLS"), S0("no shared "), S0("TLS "), S0("deferring "),
    S0("panic: ")};

static enum line_result
read_agent(struct str text, enum event_agent agent, struct event *e)
{
	if (eat_queue_id(&text, &e->queue_id) && str_starts(text, S("to=<")))
		return read_delivery(text, agent, e);
	return eat_one(&text, delivery_noise, ARRAY_LEN(delivery_noise))
		   ? LINE_SKIP
		   : LINE_UNKNOWN;
}

/* ---- bounce, postsuper ---- */

static enum line_result
read_bounce(struct str text, struct event *e)
{
	size_t at;

	if (!eat_queue_id(&text, &e->queue_id))
		return LINE_UNKNOWN;
	at = str_find(text, S(" notification: "));
	if (at == text.n)
		return LINE_UNKNOWN;
	e->kind = EVENT_DSN;
	e->child_id = id_at(str_skip(text, at + 15));
	return LINE_EVENT;
}

static enum line_result
read_postsuper(struct str text, struct event *e)
{
	if (!eat_queue_id(&text, &e->queue_id))
		return LINE_SKIP; /* "Deleted: 5 messages" */
	if (str_eq(text, S("removed")))
		e->kind = EVENT_DELETED;
	else if (str_starts(text, S("placed on hold")))
		e->kind = EVENT_HOLD;
	else if (str_starts(text, S("requeued")))
		e->kind = EVENT_REQUEUED;
	else
		return str_starts(text, S("released from hold")) ||
			       str_starts(text, S("expired"))
			   ? LINE_SKIP
			   : LINE_UNKNOWN;
	return LINE_EVENT;
}

/* What any daemon may say of itself. */
static const struct str any_noise[] = {S0("warning: "), S0("fatal: "),
    S0("panic: "), S0("error: "), S0("statistics: "), S0("table "),
    S0("daemon started"), S0("terminating on signal"), S0("reload"),
    S0("using backwards-compatible default"), S0("debug: "),
    S0("scan_dir_push"), S0("message repeated ")};

static enum line_result
postfix_line(const struct line *line, struct event *ret_event)
{
	const struct daemon *daemon = daemon_of(line->program);
	enum line_result result = LINE_UNKNOWN;
	struct str text = line->text;

	if (daemon == NULL)
		return LINE_FOREIGN;
	*ret_event = event_of(EVENT_NONE, line);
	ret_event->service =
	    str_skip(line->program, str_chr(line->program, '/') + 1);
	switch (daemon->role) {
	case ROLE_SMTPD:
		result = read_smtpd(text, ret_event);
		break;
	case ROLE_CLEANUP:
		result = read_cleanup(text, ret_event);
		break;
	case ROLE_QMGR:
		result = read_qmgr(text, ret_event);
		break;
	case ROLE_PICKUP:
		result = read_pickup(text, ret_event);
		break;
	case ROLE_DELIVERY:
		result = read_agent(text, daemon->agent, ret_event);
		break;
	case ROLE_BOUNCE:
		result = read_bounce(text, ret_event);
		break;
	case ROLE_POSTSUPER:
		result = read_postsuper(text, ret_event);
		break;
	case ROLE_QUIET:
		return LINE_SKIP;
	case ROLE_NONE:
		return LINE_FOREIGN;
	}
	if (result == LINE_UNKNOWN &&
	    eat_one(&text, any_noise, ARRAY_LEN(any_noise)))
		return LINE_SKIP;
	return result;
}

const struct mta mta_postfix = {
    .name = "postfix",
    .manual = "https://www.postfix.org/postconf.5.html",
    .is_server = true,
    .claims = postfix_claims,
    .line = postfix_line,
};
