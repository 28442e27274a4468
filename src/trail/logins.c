/* SPDX-License-Identifier: ISC */
#include "trail/logins.h"

#include "base/arena.h"
#include "trail/step.h"

#include <stdlib.h>

enum {
	/* Connections that are remembered, by a part of their hash. */
	LOGINS = 8192
};

struct login {
	uint64_t key; /* 0: none */
	struct ip client;
	bool wanted;
	uint8_t account_n;
	char account[128];
};

struct logins {
	struct login items[LOGINS];
};

struct logins *
logins_new(void)
{
	return xcalloc(1, sizeof(struct logins));
}

void
logins_free(struct logins *logins)
{
	free(logins);
}

static void
note(struct login *l, uint64_t key, const struct event *event, bool matched)
{
	struct str account = str_head(event->account, sizeof(l->account));

	if (l->key != key || event->kind == EVENT_CONNECT ||
	    !ip_is_none(&event->client))
		*l = (struct login){.key = key, .client = event->client};
	l->wanted |= matched;
	l->account_n = (uint8_t)account.n;
	if (account.n > 0)
		memcpy(l->account, account.p, account.n);
}

struct event
logins_see(struct logins *logins, const struct event *event, bool matched,
    bool *ret_wanted)
{
	uint64_t key = step_connection(event);
	struct login *l = &logins->items[(key >> 24) % LOGINS];
	struct event e = *event;

	*ret_wanted = false;
	if (event->kind == EVENT_CONNECT || event->kind == EVENT_AUTH_OK)
		note(l, key, event, matched);
	if (l->key != key ||
	    (!ip_is_none(&event->client) && !ip_eq(&event->client, &l->client)))
		return e;
	e.client = l->client;
	if (event->account.n == 0)
		e.account = (struct str){l->account, l->account_n};
	*ret_wanted = l->wanted;
	return e;
}
