/* SPDX-License-Identifier: ISC */
#include "trail/told.h"

enum {
	/* Mail without a subject, and receivers who say nothing, are rare. */
	ENOUGH = 5
};

static void
note(struct told *told, enum mta_detail detail, bool is_told)
{
	told->asked[detail]++;
	told->told[detail] += is_told;
}

static void
note_received(struct told *told, const struct event *event)
{
	/* Notices are of the server's own making, and say less. */
	if (event->parent_id.n > 0 || event->sender.n == 0)
		return;
	note(told, DETAIL_RECIPIENTS, event->nrcpt > 0);
	note(told, DETAIL_SUBJECT, event->subject.n > 0);
	if (event->method.n > 0)
		note(told, DETAIL_ACCOUNT, event->account.p != event->method.p);
	if (event->user.n == 0 || event->account.n > 0)
		return;
	note(told, DETAIL_FOLDER, false);
	note(told, DETAIL_PROCESS, event->pid != 0);
}

void
told_note(struct told *told, const struct event *event)
{
	if (event->kind == EVENT_RECEIVED)
		note_received(told, event);
	else if (event->kind == EVENT_CALL)
		told->told[DETAIL_FOLDER]++;
	else if (event->kind == EVENT_DELIVERY &&
		 event->status == STATUS_SENT && event->agent == AGENT_SMTP)
		note(told, DETAIL_REPLY, event->reply.n > 0);
}

void
told_add(struct told *to, const struct told *more)
{
	for (size_t i = 0; i < DETAILS; i++) {
		to->asked[i] += more->asked[i];
		to->told[i] += more->told[i];
	}
}

bool
told_lacks(const struct told *told, enum mta_detail detail)
{
	uint64_t asked = told->asked[detail];

	/* Each authenticator has a setting of its own. */
	if (detail == DETAIL_ACCOUNT)
		return asked > told->told[detail];
	if (detail == DETAIL_SUBJECT || detail == DETAIL_REPLY)
		return asked >= ENOUGH && told->told[detail] == 0;
	return asked > 0 && told->told[detail] == 0;
}
