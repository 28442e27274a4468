/* SPDX-License-Identifier: ISC */
#include "trail/calls.h"

#include "base/bytes.h"
#include "mail/address.h"
#include "trail/step.h"

enum {
	PID_SECONDS = 600, /* while a program writes what it sends */
	SECONDS = 30,      /* without a number: longer would be guessing */
	AT_ONCE = 2,       /* calls side by side: the first comes first */
};

/* Does a web server keep programs there? */
static bool
is_web_folder(struct str folder)
{
	static const struct str names[] = {S0("public_html"), S0("htdocs"),
	    S0("httpdocs"), S0("httpsdocs"), S0("www"), S0("wwwroot"),
	    S0("webroot"), S0("web"), S0("html"), S0("public"), S0("cgi-bin"),
	    S0("wp-content"), S0("wp-admin"), S0("wp-includes")};
	struct str rest = folder;

	while (rest.n > 0) {
		struct str name = str_take(&rest, '/');

		for (size_t i = 0; i < ARRAY_LEN(names); i++)
			if (str_eq(name, names[i]))
				return true;
	}
	return false;
}

/* The n-th call before now, newest first. */
static struct call *
call_before(struct calls *calls, uint32_t n)
{
	return &calls->ring[(calls->next + 2 * CALLS - 1 - n) % CALLS];
}

void
calls_add(struct calls *calls, const struct event *event)
{
	struct call *call = &calls->ring[calls->next];
	const struct call *before = call_before(calls, 0);
	struct str folder = str_head(event->script, CALLS_FOLDER);

	calls->next = (calls->next + 1) % CALLS;
	call->pid = event->pid;
	call->at = step_second(event);
	call->sender = event->sender.n > 0 ? address_hash(event->sender) : 0;
	call->recipient =
	    event->recipient.n > 0 ? address_hash(event->recipient) : 0;
	call->is_taken = false;
	/* a script mostly sends more than one */
	call->is_web = str_eq(folder, calls_folder(before))
			   ? before->is_web
			   : is_web_folder(folder);
	call->folder_n = (uint8_t)folder.n;
	if (folder.n > 0)
		memcpy(call->folder, folder.p, folder.n);
}

/* "/home/luis/...": luis' own, or somebody else's? */
static int
weigh_user(struct str folder, struct str user)
{
	struct str rest = folder;
	bool is_home = str_starts(folder, S("/home"));

	while (rest.n > 0) {
		size_t n = bytes_chr(rest, '/');

		if (str_eq(str_head(rest, n), user))
			return 3;
		rest = str_skip(rest, n + 1);
	}
	return is_home ? -3 : 0;
}

/* sender, recipient: the hashes of the event's. */
static int
weigh(const struct call *call, const struct event *event, uint64_t sender,
    uint64_t recipient)
{
	int sum = weigh_user(calls_folder(call), event->user);

	if (call->sender != 0)
		sum += call->sender == sender ? 4 : -2;
	if (call->recipient != 0 && event->recipient.n > 0)
		sum += call->recipient == recipient ? 2 : -2;
	return sum;
}

static struct call *
find_by_pid(struct calls *calls, const struct event *event)
{
	uint32_t at = step_second(event);

	for (uint32_t i = 0; i < CALLS; i++) {
		struct call *call = call_before(calls, i);

		if (call->pid == event->pid && call->at != 0 &&
		    call->at <= at && at - call->at <= PID_SECONDS)
			return call;
	}
	return NULL;
}

/* Of equals the newest, but of those that were called at the same time the
 * first, because nothing tells them apart. */
static struct call *
find_by_time(struct calls *calls, const struct event *event)
{
	uint32_t at = step_second(event);
	uint64_t sender = event->keys.address, recipient = 0;
	struct call *best = NULL;
	int most = 0;

	if (sender == 0) /* in front of the part that is joined */
		sender = address_hash(event->sender);
	for (uint32_t i = 0; i < CALLS; i++) {
		struct call *call = call_before(calls, i);
		int sum;

		if (call->at == 0 || call->at > at || at - call->at > SECONDS)
			break;
		if (call->is_taken || call->pid != 0)
			continue;
		if (call->recipient != 0 && recipient == 0)
			recipient = address_hash(event->recipient);
		sum = weigh(call, event, sender, recipient);
		if (best == NULL || sum > most ||
		    (sum == most && at - call->at <= AT_ONCE)) {
			best = call;
			most = sum;
		}
	}
	return best;
}

const struct call *
calls_take(struct calls *calls, const struct event *event)
{
	struct call *call = event->pid != 0 ? find_by_pid(calls, event)
					    : find_by_time(calls, event);

	if (call != NULL)
		call->is_taken = true;
	return call;
}

void
calls_before(struct calls *calls, const struct event *event)
{
	if (event->kind == EVENT_CALL)
		calls_add(calls, event);
	else if (event->kind == EVENT_RECEIVED && event->orig_to.n == 0 &&
		 step_is_local(event))
		(void)calls_take(calls, event);
}
