/* SPDX-License-Identifier: ISC */
/*
 * Lines of Postfix that lost the name of their daemon:
 *
 *	<22>1 2026-11-16T00:04:24Z mx1 postfix 12 - -  3F2A1: client=...
 *
 * rsyslog ends a program's name at a slash (parser.permitSlashInProgramname),
 * so in what it writes or forwards as RSYSLOG_SyslogProtocol23Format all
 * daemons are "postfix". The texts of those that we count differ from each
 * other, and whose an agent's line is follows from its relay.
 */
#include "mta/postfix_part.h"

/* Which agent writes "relay=..." and the words behind it so. */
static enum event_agent
agent_of(const struct event *e)
{
	if (str_eq(e->relay, S("local")) || str_eq(e->relay, S("virtual")))
		return AGENT_LOCAL;
	if (str_starts(e->reply, S("delivery temporarily suspended: ")))
		return AGENT_ERROR; /* retry(8) */
	if (str_eq(e->relay, S("none")))
		return e->status == STATUS_SENT ? AGENT_DISCARD : AGENT_SMTP;
	if (!ip_is_none(&e->relay_ip))
		return e->relay_port == 24 ? AGENT_LMTP : AGENT_SMTP;
	/* "mx1.example[private/dovecot-lmtp]", else the name of a transport */
	return e->relay.n > 0 && e->relay.p[e->relay.n] == '[' ? AGENT_LMTP
							       : AGENT_PIPE;
}

static enum line_result
read_agent(struct str text, struct event *e)
{
	struct event as_smtp = *e, as_found = *e;

	as_smtp.agent = AGENT_SMTP;
	if (postfix_agent(text, &as_smtp) != LINE_EVENT)
		return LINE_UNKNOWN;
	as_found.agent = agent_of(&as_smtp);
	*e = as_found;
	return postfix_agent(text, e);
}

enum line_result
postfix_plain(struct str text, struct event *e)
{
	static enum line_result (*const readers[])(
	    struct str text, struct event * e) = {read_agent, postfix_smtpd,
	    postfix_qmgr, postfix_cleanup, postfix_pickup, postfix_bounce,
	    postfix_postscreen, postfix_postsuper};
	enum line_result best = LINE_UNKNOWN;

	/* rsyslog leaves the blank that stood behind the tag. */
	(void)str_eat(&text, S(" "));
	for (size_t i = 0; i < ARRAY_LEN(readers); i++) {
		struct event event = *e;
		enum line_result result = readers[i](text, &event);

		if (result == LINE_EVENT) {
			*e = event;
			return result;
		}
		if (result == LINE_SKIP)
			best = result;
	}
	return best;
}
