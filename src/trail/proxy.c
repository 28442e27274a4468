/* SPDX-License-Identifier: ISC */
/*
 * Before-queue filters (Postfix SMTPD_PROXY_README): the smtpd that talks to
 * the client has no queue id; what it says of the client is joined by its
 * process to the message that comes back from the filter.
 *
 *	smtpd[7]: NOQUEUE: client=x[192.0.2.1], sasl_method=PLAIN, sasl_username=ana
 *	smtpd[9]: 3F2A1: client=localhost[127.0.0.1]
 *	smtpd[7]: proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok: queued as 3F2A1; ...
 */
#include "trail/apply.h"
#include "trail/bind.h"
#include "trail/step.h"

/* The process begins another session: the last one is forgotten. */
static struct trail *
session_start(struct join *join, const struct event *event)
{
	uint64_t key = step_session(event);
	struct trail *session = trails_find(&join->trails, key);

	if (session != NULL && !join->is_first &&
	    (session->flags & TRAIL_STARTED) == 0)
		step_keep_earlier(join, session);
	else if (session != NULL)
		apply_end(join, session);
	if (session != NULL)
		trails_remove(&join->trails, session);
	session = trails_add(&join->trails, key);
	session->from = step_second(event);
	session->flags = TRAIL_STARTED | TRAIL_SESSION;
	return session;
}

void
proxy_client(struct join *join, const struct event *event)
{
	struct trail *session;
	struct caller *caller;

	if (!str_ends(event->service, S("smtpd")) || event->pid == 0)
		return;
	session = session_start(join, event);
	if (event->account.n > 0) {
		static const struct ip none;
		const struct ip *client =
		    ip_is_none(&event->client) ? &none : &event->client;

		bind_to(join, session,
		    tally_origin(&join->tally, ORIGIN_ACCOUNT,
			str_head(event->account, 255), -1),
		    client);
		return;
	}
	session->caller = pool_take(&join->callers);
	caller = pool_at(&join->callers, session->caller);
	caller->client = event->client;
}

void
proxy_accept(struct join *join, const struct event *event, struct ref ref)
{
	uint64_t key = step_session(event);
	struct trail *session = trails_find(&join->trails, key);
	struct record r = {
	    .kind = RECORD_PROXY, .at = step_second(event), .ref = ref};

	if (event->pid == 0 || event->child_id.n == 0)
		return;
	if (session == NULL && join->is_first)
		return; /* it began before the log */
	if (session == NULL) {
		session = trails_add(&join->trails, key);
		session->from = r.at;
	}
	r.hash = step_key(event->host, event->child_id);
	bind_emit(join, session, &r);
}
