/* SPDX-License-Identifier: ISC */
#include "trail/envelopes.h"

#include "base/arena.h"
#include "trail/step.h"

#include <stdlib.h>

enum {
	INCOMING = 4096, /* messages between MAIL and DATA, by hash */
	OUTGOING = 1024, /* sockets, by number */
	ADDRESS = 127,   /* bytes kept of one; longer ones are cut */
	ID = 63,
	RECIPIENTS = 100, /* of one transaction */
};

struct text {
	uint8_t n;
	char p[ADDRESS];
};

struct incoming {
	uint64_t key; /* host and message; 0: free */
	struct text sender, account;
	uint32_t recipients;
};

struct outgoing {
	uint64_t socket; /* 1 + number; 0: free */
	uint8_t id_n;
	char id[ID];
	uint32_t n;
	struct text to[RECIPIENTS];
};

struct envelopes {
	struct incoming incoming[INCOMING];
	struct outgoing outgoing[OUTGOING];
	/* Events are joined by the batch: what they point to must not be
	 * overwritten by the next line. */
	char live[ENVELOPES_LIVE][2 * ADDRESS];
	uint32_t live_n;
};

struct envelopes *
envelopes_new(void)
{
	return xcalloc(1, sizeof(struct envelopes));
}

void
envelopes_free(struct envelopes *envelopes)
{
	free(envelopes);
}

static void
text_set(struct text *to, struct str from)
{
	from = str_head(from, ADDRESS);
	to->n = (uint8_t)from.n;
	if (from.n > 0)
		memcpy(to->p, from.p, from.n);
}

/* Two texts beside each other in the next place that lives for a while. */
static void
make_live(struct envelopes *v, struct str *a, struct str *b)
{
	char *to = v->live[v->live_n++ % ENVELOPES_LIVE];
	struct str first = str_head(*a, ADDRESS),
		   second = str_head(*b, ADDRESS);

	if (first.n > 0)
		memcpy(to, first.p, first.n);
	if (second.n > 0)
		memcpy(to + first.n, second.p, second.n);
	*a = (struct str){to, first.n};
	*b = (struct str){to + first.n, second.n};
}

static struct incoming *
incoming_of(struct envelopes *v, const struct event *e)
{
	return &v->incoming[step_key(e->host, e->queue_id) % INCOMING];
}

static void
hand_in(struct envelopes *v, const struct event *e)
{
	struct incoming *in = incoming_of(v, e);
	uint64_t key = step_key(e->host, e->queue_id);

	if (e->has_sender) {
		in->key = key;
		in->recipients = 0;
		text_set(&in->sender, e->sender);
		text_set(&in->account, e->account);
	} else if (in->key == key) {
		in->recipients++;
	}
}

static void
receive(struct envelopes *v, struct event *e)
{
	struct incoming *in = incoming_of(v, e);
	struct str sender, account;

	if (in->key != step_key(e->host, e->queue_id))
		return; /* it began before the log */
	sender = (struct str){in->sender.p, in->sender.n};
	account = (struct str){in->account.p, in->account.n};
	make_live(v, &sender, &account);
	e->sender = sender;
	e->has_sender = true;
	if (e->account.n == 0)
		e->account = account;
	e->nrcpt = in->recipients;
	in->key = 0;
}

static struct outgoing *
outgoing_of(struct envelopes *v, const struct event *e, uint64_t *ret_socket)
{
	struct str digits = e->handle;
	uint64_t number = 0;

	(void)str_u64(&digits, 19, &number);
	*ret_socket = number + 1;
	return &v->outgoing[number % OUTGOING];
}

static void
begin(struct envelopes *v, const struct event *e)
{
	uint64_t socket;
	struct outgoing *out = outgoing_of(v, e, &socket);
	struct str id = str_head(e->queue_id, ID);

	out->socket = socket;
	out->n = 0;
	out->id_n = (uint8_t)id.n;
	if (id.n > 0)
		memcpy(out->id, id.p, id.n);
}

static void
attempt(struct envelopes *v, const struct event *e)
{
	uint64_t socket;
	struct outgoing *out = outgoing_of(v, e, &socket);

	if (out->socket != socket || !str_eq(str_head(e->queue_id, ID),
					 (struct str){out->id, out->id_n}))
		begin(v, e); /* its MAIL lies before the log */
	if (out->n < RECIPIENTS)
		text_set(&out->to[out->n++], e->recipient);
}

static bool
deliver(struct envelopes *v, struct event *e)
{
	uint64_t socket;
	struct outgoing *out = outgoing_of(v, e, &socket);
	uint32_t number = e->more - 1;
	struct str id = {out->id, out->id_n}, to;

	if (out->socket != socket || e->more == 0 || number >= out->n) {
		if (out->socket == socket)
			out->n = 0;
		return false;
	}
	to = (struct str){out->to[number].p, out->to[number].n};
	make_live(v, &id, &to);
	e->queue_id = id;
	e->recipient = to;
	return true;
}

bool
envelopes_fill(struct envelopes *v, struct event *e)
{
	bool is_out = e->handle.n > 0;

	if (e->kind == EVENT_HANDED)
		hand_in(v, e);
	else if (e->kind == EVENT_RECEIVED && !e->has_sender)
		receive(v, e);
	else if (is_out && e->kind == EVENT_ATTEMPT)
		attempt(v, e);
	else if (is_out && e->kind == EVENT_DELIVERY)
		return deliver(v, e);
	else if (is_out) /* a transaction begins */
		begin(v, e);
	return true;
}
