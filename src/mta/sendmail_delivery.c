/* SPDX-License-Identifier: ISC */
/*
 * What became of recipients: logdelivery() of Sendmail's deliver.c.
 *
 *	<a@x>,<b@x>, [more], ctladdr=<l@y> (8/0), delay=00:00:01, xdelay=00:00:01,
 *	mailer=esmtp, pri=90079, relay=mx.x. [192.0.2.9], dsn=4.2.0,
 *	reply=450 4.2.0 later, stat=Deferred: 450 4.2.0 later
 *
 * A list that is too long is cut into several lines, of which all but the last
 * have "[more]". ctladdr is the alias or list that the address comes from, or
 * the local user. An address without brackets is an alias' too, unless it was
 * typed by a local user. xdelay is missing when nobody was asked: our own
 * tables refused. reply= is there since 8.17, and only when it was no success;
 * so what it says cannot pass for one.
 */
#include "mta/sendmail_part.h"

#include "mail/reply.h"

/* ---- fields ---- */

/* The recipients, up to ", " that no quote hides. */
static bool
eat_recipients(struct str *text, struct str *ret_list)
{
	bool quoted = false;

	for (size_t i = 0; i + 1 < text->n; i++) {
		char c = text->p[i];

		if (c == '\\' && quoted)
			i++;
		else if (c == '"')
			quoted = !quoted;
		else if (c == ',' && !quoted && text->p[i + 1] == ' ') {
			*ret_list = str_head(*text, i);
			*text = str_skip(*text, i + 2);
			return i > 0;
		}
	}
	return false;
}

/* The one of the list that begins at line.from, or the first. True: there is
 * another, at event.more. */
static bool
take_recipient(const struct line *line, struct str list, struct event *e)
{
	size_t from = line->from > (size_t)(list.p - line->text.p)
			  ? line->from - (size_t)(list.p - line->text.p)
			  : 0;
	struct str s = str_skip(list, from);
	bool quoted = false;
	size_t n = 0;

	while (n < s.n && (s.p[n] != ',' || quoted)) {
		if (s.p[n] == '\\' && quoted)
			n++;
		else if (s.p[n] == '"')
			quoted = !quoted;
		n++;
	}
	n = n > s.n ? s.n : n;
	e->recipient = str_head(s, n);
	e->is_alias = !str_starts(s, S("<"));
	if (str_eat(&e->recipient, S("<")) && str_ends(e->recipient, S(">")))
		e->recipient.n--;
	e->more = (uint32_t)(s.p + n + 1 - line->text.p);
	return n + 1 < s.n;
}

/* "<l@y> (8/0), delay=": the address. */
static void
eat_owner(struct str *text, struct event *e)
{
	size_t end = str_find(*text, S(", delay="));
	struct str owner = str_head(*text, end);

	*text = str_skip(*text, end + 2);
	owner = str_head(owner, sendmail_find_last(owner, S(" (")));
	if (str_eat(&owner, S("<")) && str_ends(owner, S(">")))
		owner.n--;
	e->orig_to = owner;
}

static const struct {
	struct str name;
	enum event_agent agent;
} mailers[] = {
    {S0("esmtp"), AGENT_SMTP},
    {S0("smtp"), AGENT_SMTP},
    {S0("smtp8"), AGENT_SMTP},
    {S0("dsmtp"), AGENT_SMTP},
    {S0("relay"), AGENT_SMTP},
    {S0("local"), AGENT_LOCAL},
    {S0("*file*"), AGENT_LOCAL},
    {S0("lmtp"), AGENT_LOCAL},
    {S0("cyrus"), AGENT_LOCAL},
    {S0("cyrusv2"), AGENT_LOCAL},
    {S0("procmail"), AGENT_PIPE},
    {S0("prog"), AGENT_PIPE},
    {S0("discard"), AGENT_DISCARD},
    {S0("error"), AGENT_ERROR},
};

static enum event_agent
agent_of(struct str mailer)
{
	for (size_t i = 0; i < ARRAY_LEN(mailers); i++)
		if (str_eq(mailer, mailers[i].name))
			return mailers[i].agent;
	return AGENT_NONE;
}

/* ---- what was answered ---- */

/* "6AQ5vrQ6000163 Message accepted for delivery"; other servers behind us say
 * "Ok: queued as ID" or "OK id=ID". */
static struct str
next_id(struct str reply)
{
	size_t at = str_find(reply, S("queued as "));
	struct str id = reply, word;

	word = str_take(&reply, ' ');
	if (str_starts(reply, S("Message accepted for delivery")))
		return word;
	if (at < id.n)
		id = str_skip(id, at + 10);
	else if (!str_eat(&id, S("OK id=")))
		return (struct str){NULL, 0};
	at = 0;
	while (at < id.n && id.p[at] != ' ' && id.p[at] != ')')
		at++;
	return str_head(id, at);
}

static enum event_status
status_of(struct str stat, struct str dsn, bool has_reply)
{
	if (!has_reply && str_starts(stat, S("Sent")) &&
	    !str_starts(dsn, S("5.")) && !str_starts(dsn, S("4.")))
		return STATUS_SENT;
	if (str_starts(dsn, S("4.")) || str_starts(stat, S("Deferred")))
		return STATUS_DEFERRED;
	return STATUS_BOUNCED;
}

/* "reply=550 5.1.1 no, stat=User unknown", "stat=Sent (Ok)" */
static enum line_result
read_stat(struct str text, struct event *e)
{
	bool has_reply = str_eat(&text, S("reply="));
	struct str stat = text;

	if (has_reply) {
		size_t at = str_find(text, S(", stat="));

		e->reply = str_head(text, at);
		stat = str_skip(text, at + 7);
	} else if (!str_eat(&stat, S("stat="))) {
		return LINE_UNKNOWN;
	}
	if (str_eq(stat, S("queued")) || str_starts(stat, S("queued ")))
		return LINE_SKIP; /* for later; nobody was asked */
	if (str_eq(stat, S("quarantined"))) {
		e->kind = EVENT_HOLD;
		return LINE_EVENT;
	}
	e->status = status_of(stat, e->dsn, has_reply);
	if (!has_reply) {
		if (!str_eat(&stat, S("Sent (")))
			(void)str_eat(&stat, S("Deferred: "));
		else if (str_ends(stat, S(")")))
			stat.n--;
		e->reply = stat;
	}
	e->code = reply_code(e->reply);
	if (e->status == STATUS_SENT && e->agent == AGENT_SMTP)
		e->child_id = next_id(e->reply);
	return LINE_EVENT;
}

/* ---- the line ---- */

/* "delay=00:00:01, xdelay=..., mailer=esmtp, ..., dsn=2.0.0, " up to reply= or
 * stat=, which hold a receiver's words. No value in front of them does. */
static bool
eat_fields(struct str *text, struct event *e)
{
	bool was_asked = false;

	while (
	    !str_starts(*text, S("reply=")) && !str_starts(*text, S("stat="))) {
		size_t end = str_find(*text, S(", "));
		struct str value = str_head(*text, end), key;

		if (end == text->n)
			return false;
		*text = str_skip(*text, end + 2);
		key = str_take(&value, '=');
		if (str_eq(key, S("xdelay")))
			was_asked = true;
		else if (str_eq(key, S("mailer")))
			e->agent = agent_of(value);
		else if (str_eq(key, S("relay")))
			sendmail_read_relay(value, &e->relay, &e->relay_ip);
		else if (str_eq(key, S("dsn")))
			e->dsn = value;
	}
	if (e->agent == AGENT_NONE)
		e->agent = ip_is_none(&e->relay_ip) ? AGENT_PIPE : AGENT_SMTP;
	if (!was_asked)
		e->agent = AGENT_ERROR;
	return true;
}

enum line_result
sendmail_delivery(const struct line *line, struct str text, struct event *e)
{
	struct str list;
	enum line_result result;
	bool more;

	e->kind = EVENT_DELIVERY;
	if (!eat_recipients(&text, &list))
		return LINE_UNKNOWN;
	more = take_recipient(line, list, e);
	(void)str_eat(&text, S("[more], "));
	if (str_eat(&text, S("ctladdr=")))
		eat_owner(&text, e);
	if (!eat_fields(&text, e))
		return LINE_UNKNOWN;
	result = read_stat(text, e);
	return more && result == LINE_EVENT && e->kind == EVENT_DELIVERY
		   ? LINE_MORE
		   : result;
}
