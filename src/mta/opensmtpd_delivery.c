/* SPDX-License-Identifier: ISC */
/*
 * What became of one recipient: mta_log() of OpenSMTPD's mta.c, mda_log() of
 * mda.c, log_envelope() of queue.c.
 *
 *	mta delivery evpid=23e823547bbf02be from=<a@x> to=<b@y> rcpt=<->
 *	    source="192.0.2.25" relay="203.0.113.26 (mx.y)" delay=1s result="Ok"
 *	    stat="250 2.0.0 OK"
 *	mda delivery evpid=... from=<a@y> to=<b@x> rcpt=<c@x> user=vmail delay=0s
 *	    result=Ok stat=Delivered
 *	relay: TempFail for 23e823547bbf02be: session=0badd706ff541059, from=<a@x>,
 *	    to=<b@y>, rcpt=<->, source=192.0.2.25, relay=203.0.113.26 (mx.y),
 *	    delay=1s, stat=450 4.2.0 later
 *	relay: Expire for 23e823547bbf02be: from=<a@x>, to=<b@y>, rcpt=<b@y>,
 *	    delay=4d, stat=Envelope expired
 *
 * to is where the envelope goes, rcpt the address that was written to when
 * that is another one. The receiver's words come last.
 */
#include "mta/opensmtpd_part.h"

#include "mail/reply.h"

static const struct {
	struct str name;
	enum event_status status;
} results[] = {
    {S0("Ok"), STATUS_SENT},
    {S0("TempFail"), STATUS_DEFERRED},
    {S0("PermFail"), STATUS_BOUNCED},
    {S0("Loop"), STATUS_BOUNCED},
    {S0("Expire"), STATUS_EXPIRED},
};

static enum event_status
status_of(struct str result)
{
	for (size_t i = 0; i < ARRAY_LEN(results); i++)
		if (str_eq(result, results[i].name))
			return results[i].status;
	return STATUS_NONE;
}

/* "5.1.1 " or "5.1.1: " behind a code. */
static struct str
dsn_of(struct str words)
{
	struct str dsn, s;
	uint64_t number;

	words = str_skip(words, 4);
	dsn = str_head(words, str_chr(words, ' '));
	if (str_ends(dsn, S(":")))
		dsn.n--;
	s = dsn;
	for (int i = 0; i < 3; i++)
		if ((i > 0 && !str_eat(&s, S("."))) || !str_u64(&s, 3, &number))
			return (struct str){NULL, 0};
	return s.n == 0 ? dsn : (struct str){NULL, 0};
}

/* "250 2.0.0: f6e94209 Message accepted for delivery", "... queued as ID":
 * the id that the next server gave it. */
static struct str
next_id(struct str reply)
{
	size_t at = str_find(reply, S(" Message accepted for delivery")), word;
	struct str id = str_head(reply, at);

	if (at == reply.n) {
		at = str_find(reply, S("queued as "));
		id = str_skip(reply, at + 10);
		return str_head(id, str_chr(id, ' '));
	}
	word = str_rchr(id, ' ');
	return word == id.n ? (struct str){NULL, 0} : str_skip(id, word + 1);
}

/* "203.0.113.26 (mx.y)", "mx.y [203.0.113.26]", "[2001:db8::1] (mx.y)". */
static void
read_relay(struct str relay, struct event *e)
{
	size_t open = str_find(relay, S(" ("));
	struct str ip = str_head(relay, open), name = str_skip(relay, open + 2);

	if (open == relay.n && (open = str_find(relay, S(" ["))) < relay.n) {
		name = str_head(relay, open);
		ip = str_skip(relay, open + 1);
	}
	if (str_ends(name, S(")")))
		name.n--;
	opensmtpd_read_ip(ip, &e->relay_ip);
	if (!str_eq(name, ip) && !str_eq(name, S("-")))
		e->relay = name;
}

static void
read_stat(struct str stat, struct event *e)
{
	if (str_starts(stat, S("\"")) && str_ends(stat, S("\"")) && stat.n > 1)
		stat = (struct str){stat.p + 1, stat.n - 2};
	e->reply = stat;
	e->code = reply_code(stat);
	if (e->code != 0)
		e->dsn = dsn_of(stat);
	if (e->status == STATUS_SENT && e->agent == AGENT_SMTP)
		e->child_id = next_id(stat);
}

/* The value of key off the front, without its quotes, up to end. */
static bool
eat_value(
    struct str *text, struct str key, struct str end, struct str *ret_value)
{
	size_t at = str_find(*text, key);
	struct str s = str_skip(*text, at + key.n), value;

	if (at == text->n)
		return false;
	at = str_find(s, end);
	value = str_head(s, at);
	*text = str_skip(s, at);
	if (str_starts(value, S("\"")) && str_ends(value, S("\"")) &&
	    value.n > 1)
		value = (struct str){value.p + 1, value.n - 2};
	*ret_value = value;
	return true;
}

/* "from=<a@x> to=<b@y> rcpt=<c@x>" and what stands between them. */
static bool
eat_addresses(struct str *text, struct event *e)
{
	struct str sender, rcpt, rest;

	if (!opensmtpd_eat_angle(text, S("from=<"), &sender) ||
	    !opensmtpd_eat_angle(text, S(" to=<"), &e->recipient))
		return false;
	rest = *text;
	(void)str_eat(&rest, S(","));
	if (!str_starts(rest, S(" rcpt=<")))
		return true;
	if (!opensmtpd_eat_angle(&rest, S(" rcpt=<"), &rcpt))
		return false;
	*text = rest;
	if (!str_eq(rcpt, S("-")) && !str_eq_fold(rcpt, e->recipient)) {
		e->orig_to = rcpt;
		e->is_alias = true;
	}
	return true;
}

static bool
eat_evpid(struct str *text, struct event *e)
{
	struct str evpid;
	uint64_t number;

	if (!opensmtpd_eat_hex(text, 16, &evpid, &number))
		return false;
	e->queue_id = str_head(evpid, 8);
	return true;
}

enum line_result
opensmtpd_delivery(struct str text, enum event_agent agent, struct event *e)
{
	struct str relay, result;
	size_t at;

	e->kind = EVENT_DELIVERY;
	e->agent = agent;
	if (!str_eat(&text, S("evpid=")) || !eat_evpid(&text, e) ||
	    !eat_addresses(&text, e))
		return LINE_UNKNOWN;
	if (agent == AGENT_SMTP) {
		if (!eat_value(&text, S(" relay="), S(" delay="), &relay))
			return LINE_UNKNOWN;
		read_relay(relay, e);
	} else {
		e->local = LOCAL_MAILBOX;
	}
	if (!eat_value(&text, S(" result="), S(" stat="), &result))
		return LINE_UNKNOWN;
	e->status = status_of(result);
	at = str_find(text, S(" stat="));
	if (e->status == STATUS_NONE || at == text.n)
		return LINE_UNKNOWN;
	read_stat(str_skip(text, at + 6), e);
	return LINE_EVENT;
}

enum line_result
opensmtpd_envelope(struct str text, enum event_agent agent, struct event *e)
{
	size_t at = str_find(text, S(" for "));
	struct str result = str_head(text, at), relay;

	text = str_skip(text, at + 5);
	if (at > 12 || !eat_evpid(&text, e) || !str_eat(&text, S(": ")))
		return LINE_UNKNOWN;
	if (str_starts(result, S("Remove"))) {
		e->kind = EVENT_DELETED;
		return LINE_EVENT;
	}
	e->kind = EVENT_DELIVERY;
	e->agent = agent;
	e->local = agent == AGENT_LOCAL ? LOCAL_MAILBOX : LOCAL_NONE;
	e->status = status_of(result);
	if (e->status == STATUS_NONE || !eat_addresses(&text, e))
		return LINE_UNKNOWN;
	if (eat_value(&text, S(" relay="), S(", delay="), &relay) ||
	    eat_value(&text, S(" relay="), S(" delay="), &relay))
		read_relay(relay, e);
	at = str_find(text, S(", stat="));
	if (at == text.n)
		return LINE_UNKNOWN;
	read_stat(str_skip(text, at + 7), e);
	return LINE_EVENT;
}
