/* SPDX-License-Identifier: ISC */
/*
 * Sendmail 8.12 to 8.18. Its log is written down in the Installation and
 * Operation Guide (2.1) and in the source: logsender() of headers.c,
 * logdelivery() of deliver.c, srvrsmtp.c, savemail.c, parseaddr.c.
 *
 *	sm-mta[89]: AUTH=server, relay=x [192.0.2.1], authid=ana, mech=PLAIN, bits=0
 *	sm-mta[89]: ID: from=<ana@x>, size=79, class=0, nrcpts=3, msgid=<m@x>,
 *	    proto=ESMTPSA, daemon=MSP-v4, relay=x [192.0.2.1]
 *	sm-mta[91]: ID: to=<y@z>,<x@z>, delay=00:00:00, xdelay=00:00:00,
 *	    mailer=esmtp, pri=90079, relay=mx.z. [192.0.2.9], dsn=2.0.0, stat=Sent (Ok)
 *	sendmail[160]: ID: from=luis, size=27, class=0, nrcpts=3, msgid=<m@y>,
 *	    relay=luis@localhost
 *	sendmail[160]: ID: to=x@z, ctladdr=luis (1004/1004), ..., mailer=relay, ...,
 *	    relay=[127.0.0.1] [127.0.0.1], dsn=2.0.0,
 *	    stat=Sent (ID2 Message accepted for delivery)
 *	sm-mta[163]: ID: ID2: DSN: User unknown         sender notify, return to
 *	    sender, postmaster notify; "clone: owner=x" for a list's owner
 *	sm-mta[105]: ID: ruleset=check_rcpt, arg1=<x@z>, relay=..., reject=550 ...
 *	sm-mta[105]: ID: AUTH failure (PLAIN): ..., user=ana, relay=x [192.0.2.1]
 *
 * One process serves one connection, so its pid leads from a login to the
 * messages. A local user's mail has two halves: the submission program's and
 * that of the daemon it is handed to. No line says that a message is done
 * (event.no_end). Until 8.16 the receiver's words are not logged when he
 * refuses, only "User unknown" or "Service unavailable".
 *
 * Senders, Message-IDs, names of failed logins and replies are strangers': a
 * value is read up to what Sendmail writes behind it, or from the line's end.
 */
#include "mta/sendmail_part.h"

#include "base/lang.h"

/* By its first word, which -L changes: sm-mta, sm-msp-queue, sm-que. */
static bool
sendmail_claims(struct str program)
{
	return str_eq(program, S("sendmail")) ||
	       str_starts(program, S("sm-mta")) ||
	       str_starts(program, S("sm-msp")) ||
	       str_starts(program, S("sm-que")) ||
	       str_eq(program, S("sendmail-mta")) ||
	       str_eq(program, S("sm-client"));
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool
sendmail_eat_id(struct str *text, struct str *ret_id)
{
	enum {
		DATE = 8,
		PID_MIN = 6,
		PID_MAX = 10
	};
	struct str s = *text;
	size_t n = 0;

	while (n < s.n && n < DATE &&
	       (is_digit(s.p[n]) || (s.p[n] >= 'A' && s.p[n] <= 'Z') ||
		   (s.p[n] >= 'a' && s.p[n] <= 'z')))
		n++;
	if (n != DATE)
		return false;
	while (n < s.n && n < DATE + PID_MAX && is_digit(s.p[n]))
		n++;
	if (n < DATE + PID_MIN || n + 2 > s.n || s.p[n] != ':' ||
	    s.p[n + 1] != ' ')
		return false;
	*ret_id = str_head(s, n);
	*text = str_skip(s, n + 2);
	return true;
}

size_t
sendmail_bracketed(struct str s)
{
	bool quoted = false;

	if (s.n == 0 || s.p[0] != '<')
		return 0;
	for (size_t i = 1; i < s.n; i++) {
		if (s.p[i] == '\\')
			i++;
		else if (s.p[i] == '"')
			quoted = !quoted;
		else if (s.p[i] == '>' && !quoted)
			return i + 1;
	}
	return 0;
}

size_t
sendmail_find_last(struct str s, struct str needle)
{
	for (size_t i = s.n; i >= needle.n; i--)
		if (memcmp(s.p + i - needle.n, needle.p, needle.n) == 0)
			return i - needle.n;
	return s.n;
}

void
sendmail_read_relay(struct str relay, struct str *ret_name, struct ip *ret_ip)
{
	size_t open = str_rchr(relay, '['), at;
	struct str ip = str_skip(relay, open + 1);

	*ret_name = str_trim(str_head(relay, open));
	if (open < relay.n) {
		ip = str_head(ip, str_chr(ip, ']'));
		(void)str_eat(&ip, S("IPv6:"));
		(void)ip_parse(ip, ret_ip);
	}
	/* "[192.0.2.1] [192.0.2.1]"; an identd's "user@" in front */
	if (str_starts(*ret_name, S("[")))
		*ret_name = (struct str){NULL, 0};
	at = str_rchr(*ret_name, '@');
	if (at < ret_name->n && open < relay.n)
		*ret_name = str_skip(*ret_name, at + 1);
	if (str_ends(*ret_name, S(".")))
		ret_name->n--;
}

/* ---- a message comes in ---- */

/* "<a@b>, size=": at most 200 bytes of a sender are logged. */
static bool
eat_sender(struct str *text, struct str *ret_sender)
{
	enum {
		SENDER_MAX = 200
	};
	static const struct str behind = S0(", size=");
	struct str s = *text;
	size_t n = sendmail_bracketed(s);

	if (n == 0 || !str_starts(str_skip(s, n), behind))
		n = str_starts(s, S("<")) ? SENDER_MAX : str_find(s, behind);
	if (!str_starts(str_skip(s, n), behind))
		return false;
	*text = str_skip(s, n + behind.n);
	s = str_head(s, n);
	(void)str_eat(&s, S("<"));
	if (str_ends(s, S(">")))
		s.n--;
	*ret_sender = s;
	return true;
}

/* The value of "key" at the end of *text, which loses it. */
static struct str
take_last(struct str *text, struct str key)
{
	size_t at = sendmail_find_last(*text, key);
	struct str value = str_skip(*text, at + key.n);

	if (at < text->n)
		*text = str_head(*text, at);
	return value;
}

/* Could there be a login in this connection? Since 8.15 the letter A says so
 * (RFC 3848); before, it was ESMTP whatever happened. */
static bool
may_have_login(struct str proto)
{
	return str_eq(proto, S("ESMTP")) || str_eq(proto, S("ESMTPA")) ||
	       str_eq(proto, S("ESMTPSA")) || str_starts(proto, S("UTF8"));
}

/* ", msgid=<m>, bodytype=8BITMIME, proto=ESMTP, daemon=MTA, relay=x [ip]" */
static void
read_came_from(struct str text, struct event *e)
{
	struct str relay = take_last(&text, S(", relay=")), proto;
	struct str who = relay;

	(void)take_last(&text, S(", daemon="));
	proto = take_last(&text, S(", proto="));
	(void)take_last(&text, S(", bodytype="));
	if (str_eat(&text, S(", msgid="))) {
		(void)str_eat(&text, S("<"));
		if (str_ends(text, S(">")))
			text.n--;
		e->message_id = text;
	}
	sendmail_read_relay(relay, &e->client_name, &e->client);
	if (!ip_is_none(&e->client)) {
		e->session = may_have_login(proto) ? e->pid : 0;
		return;
	}
	e->client_name = (struct str){NULL, 0};
	e->user = str_take(&who, '@');
}

static enum line_result
read_from(struct str text, struct event *e)
{
	uint64_t class;

	if (!eat_sender(&text, &e->sender) || !str_u64(&text, 19, &e->size) ||
	    !str_eat(&text, S(", class=")))
		return LINE_UNKNOWN;
	(void)str_eat(&text, S("-"));
	if (!str_u64(&text, 10, &class) || !str_eat(&text, S(", nrcpts=")) ||
	    !str_u64(&text, 10, &e->nrcpt))
		return LINE_UNKNOWN;
	if (e->nrcpt == 0)
		return LINE_SKIP; /* all were refused: it never came in */
	e->kind = EVENT_RECEIVED;
	e->has_sender = e->no_end = true;
	read_came_from(text, e);
	return LINE_EVENT;
}

/* ---- logins ---- */

static enum line_result
read_auth(struct str text, struct event *e)
{
	struct str relay;
	size_t at = str_find(text, S(", authid="));

	relay = str_head(text, at);
	text = str_skip(text, at + 9);
	(void)take_last(&text, S(", bits="));
	e->method = take_last(&text, S(", mech="));
	e->account = text;
	sendmail_read_relay(relay, &e->client_name, &e->client);
	e->kind = EVENT_AUTH_OK;
	e->session = e->pid;
	return text.n > 0 ? LINE_EVENT : LINE_UNKNOWN;
}

/* "PLAIN): authentication failure (-13) SASL(-13): ..., user=ana, relay=x" */
static enum line_result
read_failure(struct str text, struct event *e)
{
	struct str relay = take_last(&text, S(", relay="));
	size_t user = str_find(text, S(", user="));

	e->method = str_head(text, str_chr(text, ')'));
	if (user < text.n)
		e->account = str_skip(text, user + 7);
	sendmail_read_relay(relay, &e->client_name, &e->client);
	e->kind = EVENT_AUTH_FAIL;
	return LINE_EVENT;
}

/* ---- refused at the door ---- */

/* "check_rcpt, arg1=<x@z>, relay=x [ip], reject=550 5.7.1 ..." */
static enum line_result
read_ruleset(struct str text, struct event *e)
{
	struct str ruleset = str_take(&text, ','), arg;
	size_t n;

	if (!str_eat(&text, S(" arg1=")))
		return LINE_UNKNOWN;
	n = sendmail_bracketed(text);
	if (n == 0)
		n = str_find(text, S(", "));
	arg = str_head(text, n);
	text = str_skip(text, n);
	if (str_eat(&arg, S("<")) && str_ends(arg, S(">")))
		arg.n--;
	if (str_ends(ruleset, S("check_rcpt")))
		e->recipient = arg;
	if (str_ends(ruleset, S("check_mail"))) {
		e->sender = arg;
		e->has_sender = true;
	}
	n = str_find(text, S(", relay="));
	arg = str_skip(text, n + 8);
	n = str_find(arg, S("], "));
	if (n < arg.n)
		sendmail_read_relay(
		    str_head(arg, n + 1), &e->client_name, &e->client);
	n = str_find(text, S(", reject="));
	if (n < text.n) {
		e->kind = EVENT_REJECT;
		e->reply = str_skip(text, n + 9);
		return LINE_EVENT;
	}
	if (str_has(text, S(", quarantine="))) {
		e->kind = EVENT_HOLD;
		return LINE_EVENT;
	}
	return str_ends(text, S(", discard")) ? LINE_SKIP : LINE_UNKNOWN;
}

/* "to=<x@z>, reject=550 5.7.1 no", "data, reject=554 ...", "data, discard" */
static enum line_result
read_milter(struct str text, struct event *e)
{
	size_t at = sendmail_find_last(text, S(", reject="));

	if (at == text.n)
		return LINE_SKIP;
	e->kind = EVENT_REJECT;
	e->reply = str_skip(text, at + 9);
	if (str_starts(text, S("to=<")))
		e->recipient = str_head(
		    str_skip(text, 4), str_chr(str_skip(text, 4), '>'));
	return LINE_EVENT;
}

/* "<x@z>... User unknown" */
static enum line_result
read_refused(struct str text, struct event *e)
{
	size_t n = sendmail_bracketed(text);

	if (n < 2 || !str_starts(str_skip(text, n), S("... ")))
		return LINE_UNKNOWN;
	e->kind = EVENT_REJECT;
	e->recipient = (struct str){text.p + 1, n - 2};
	e->reply = str_skip(text, n + 4);
	return LINE_EVENT;
}

/* ---- one message becomes another ---- */

/* "ID2: sender notify: Cannot send message for 5 days" is two events. */
static enum line_result
read_notice(
    const struct line *line, struct str text, struct str child, struct event *e)
{
	if (line->from > 0) {
		e->kind = EVENT_EXPIRED;
		return LINE_EVENT;
	}
	e->kind = EVENT_RECEIVED;
	e->parent_id = e->queue_id;
	e->queue_id = child;
	e->has_sender = e->no_end = true;
	e->nrcpt = 1;
	e->reply = text;
	e->more = 1;
	return str_starts(text, S("Cannot send message ")) ? LINE_MORE
							   : LINE_EVENT;
}

/* "ID2: DSN: User unknown", "ID2: clone: owner=x" */
static enum line_result
read_child(const struct line *line, struct str text, struct event *e)
{
	static const struct str notices[] = {S0("DSN: "), S0("sender notify: "),
	    S0("return to sender: "), S0("postmaster notify: ")};
	struct str child;

	if (!sendmail_eat_id(&text, &child))
		return LINE_UNKNOWN;
	if (str_starts(text, S("clone: "))) {
		e->kind = EVENT_REQUEUED;
		e->child_id = child;
		return LINE_EVENT;
	}
	for (size_t i = 0; i < ARRAY_LEN(notices); i++)
		if (str_eat(&text, notices[i]))
			return read_notice(line, text, child, e);
	return LINE_UNKNOWN;
}

/* ---- all the rest ---- */

/* Said of itself, of TLS, of its queue and configuration. */
static bool
is_remark(struct str text)
{
	static const struct str heads[] = {S0("STARTTLS="), S0("AUTH=client"),
	    S0("AUTH "), S0("AUTH: "), S0("Authentication-Warning: "),
	    S0("gethostbyaddr("), S0("starting daemon"), S0("started as: "),
	    S0("alias database "), S0("/"), S0("SYSERR("), S0("collect: "),
	    S0("timeout waiting for input"), S0("rejecting "), S0("Losing "),
	    S0("lost input channel"), S0("forward "), S0("alias "),
	    S0("connect from "), S0("SMTP "), S0("STARTTLS: "), S0("Milter "),
	    S0("milter="), S0("milter_"), S0("locked"), S0("runqueue"),
	    S0("grew WorkList"), S0("WorkList "), S0("daemon "),
	    S0("restarting "), S0("stopping "),
	    S0("problem creating SMTP socket"), S0("opendaemon"),
	    S0("makeconnection "), S0("---"), S0("<-- "), S0("=== "),
	    S0("tls_"), S0("TLS"), S0("sm_"), S0("queueup"), S0("dropenvelope"),
	    S0("assigned id"), S0("unlock"), S0("sendenvelope"), S0("split: "),
	    S0("SM-"), S0("unquarantine"), S0("low on space"), S0("error: "),
	    S0("Warning: "), S0("header "), S0("headers "), S0("Truncated "),
	    S0("Fixed MIME"), S0("setsender: "), S0("bogus queue file"),
	    S0("delaying="), S0("unable to "), S0("rejected "),
	    S0("unauthorized PIPELINING"), S0("Dropped invalid "),
	    S0("message size "), S0("hash map "), S0("Network "),
	    S0("tcpwrappers "), S0("DIGEST-MD5"), S0("SASL"), S0("Saved "),
	    S0("could not "), S0("cannot "), S0("can't "), S0("invalid domain"),
	    S0("dns_"), S0("MX list "), S0("File descriptors "), S0("timeout "),
	    S0("engine "), S0("removed"), S0("stat="), S0("DaemonPortOptions"),
	    S0("accepting "), S0("SYSERR: "), S0("aliasing/forwarding loop "),
	    S0("possible spam from "), S0("POSSIBLE ATTACK "), S0("smtpquit: "),
	    S0("Timeout."), S0("My unqualified host name "),
	    S0("dangerous permissions"), S0("ownership change "), S0("user "),
	    S0("dns "), S0("ldap="), S0("expand "), S0("hesiod "),
	    S0("include "), S0("deferred: "), S0("x-connect"),
	    S0("global connection rate"), S0("queue "), S0("persistent queue "),
	    S0("rewrite: "), S0("srvfeatures: "), S0("available mech="),
	    S0("hostsignature "), S0("server="), S0("ERROR"), S0("WARNING"),
	    S0("sync_dir: "), S0("sender notify "), S0("FAILED to "),
	    S0("TLSA="), S0("rcpt="), S0("clt_features="), S0("milter ")};
	static const struct str parts[] = {S0(" did not issue MAIL/EXPN/VRFY/"),
	    S0("ossible SMTP "), S0("SMTP violation"), S0("protocol error"),
	    S0("probable open proxy"), S0(" does not match "),
	    S0(" may be forged"), S0(" [rejected]"), S0(": ETRN "),
	    S0(": expn "), S0(": vrfy "), S0("closing connection"),
	    S0("aliases, longest "), S0("Connection rate limit "),
	    S0("Too many "), S0(" too old (require version "),
	    S0(" command from "), S0("... ")};

	for (size_t i = 0; i < ARRAY_LEN(heads); i++)
		if (str_starts(text, heads[i]))
			return true;
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		if (str_has(text, parts[i]))
			return true;
	return false;
}

static enum line_result
read_rest(struct str text, struct event *e)
{
	if (str_eat(&text, S("ruleset=")))
		return read_ruleset(text, e);
	if (str_eat(&text, S("AUTH=server, relay=")))
		return read_auth(text, e);
	if (str_eat(&text, S("AUTH failure (")))
		return read_failure(text, e);
	if (str_eat(&text, S("Milter: ")))
		return read_milter(text, e);
	return is_remark(text) ? LINE_SKIP : LINE_UNKNOWN;
}

/* What is said of a message and is neither from= nor to=. */
static enum line_result
read_of_message(const struct line *line, struct str text, struct event *e)
{
	enum line_result result;

	if (str_starts(text, S("done; ")) || str_eq(text, S("discarded"))) {
		e->kind = EVENT_REMOVED;
		return LINE_EVENT;
	}
	if (str_starts(text, S("quarantine=")) ||
	    (str_starts(text, S("milter=")) &&
		str_has(text, S(", quarantine=")))) {
		e->kind = EVENT_HOLD;
		return LINE_EVENT;
	}
	result = str_starts(text, S("<")) ? read_refused(text, e)
					  : read_child(line, text, e);
	return result == LINE_UNKNOWN ? read_rest(text, e) : result;
}

static enum line_result
sendmail_line(const struct line *line, struct event *ret_event)
{
	struct str text = line->text;

	*ret_event = event_of(EVENT_NONE, line);
	(void)str_eat(&text, S("NOQUEUE: "));
	if (!sendmail_eat_id(&text, &ret_event->queue_id))
		return read_rest(text, ret_event);
	if (str_eat(&text, S("from=")))
		return read_from(text, ret_event);
	if (str_eat(&text, S("to=")))
		return sendmail_delivery(line, text, ret_event);
	return read_of_message(line, text, ret_event);
}

const struct mta mta_sendmail = {
    .name = "sendmail",
    .manual = "https://www.sendmail.org/~ca/email/doc8.12/op.html",
    .is_server = true,
    .advice =
	{
	    [ADVICE_CLIENT] = {"echo 'Connect:{ipv4} REJECT' >> "
			       "/etc/mail/access && makemap hash "
			       "/etc/mail/access < /etc/mail/access",
		NULL,
		"sed -i '/^Connect:{ipv4} REJECT$/d' /etc/mail/access && "
		"makemap hash /etc/mail/access < /etc/mail/access"},
	    [ADVICE_RELAY] = {"grep -nE 'RELAY|promiscuous|relay_' "
			      "/etc/mail/access /etc/mail/relay-domains "
			      "/etc/mail/sendmail.mc",
		N_("look whom these let relay: they may name only your own "
		   "machines"),
		NULL},
	    [ADVICE_SESSIONS] = {"systemctl restart sendmail", NULL, NULL},
	    [ADVICE_USER] = {"setfacl -m u:{user}:--- "
			     "\"$(readlink -f /usr/sbin/sendmail)\"",
		NULL,
		"setfacl -x u:{user} "
		"\"$(readlink -f /usr/sbin/sendmail)\""},
	    [ADVICE_RECIPIENTS] = {"", NULL, NULL},
	},
    .claims = sendmail_claims,
    .line = sendmail_line,
    .facts = sendmail_facts,
    .queue = &sendmail_spool,
};
