/* SPDX-License-Identifier: ISC */
/*
 *	Received: from pc (dsl.isp.example [203.0.113.7])
 *		by mx1.tienda.example (Postfix) with ESMTPSA id 4jYq
 *	DKIM-Signature: v=1; a=rsa-sha256; d=tienda.example; s=mail;
 *		t=1795671903; ...
 *
 * A signer writes below the first Received, which is this server's (Postfix),
 * or above it (Sendmail). What a gateway, a list or a redirection passed on has
 * a second Received, and whatever strangers wrote stands below that. Exim signs
 * when it delivers, so its queue shows what filters have signed alone.
 *
 * Not done: verifying a signature. The key may be what is missing.
 */
#include "queue/hints.h"

#include "check/suffix.h"
#include "mail/address.h"
#include "mail/dkim.h"
#include "mail/field.h"
#include "queue/origin.h"

#include <pthread.h>
#include <stdlib.h>

enum {
	/* Two keys sign one message (RSA and Ed25519), seldom more. */
	SIGNATURES = 4,
	/* Of a signature and the arrival of its message: a filter with a
	 * queue of its own may take some time. */
	SKEW_MINUTES = 60,
	/* A selector counts with that part of its domain's signatures: what
	 * one account made up is not the server's. */
	PART = 10,
	/* Names that fewer messages have are not worth a sentence. */
	OTHERS_LEAST = 3,
};

struct selector_count {
	struct str selector;
	uint64_t n;
};

/* The signatures of one domain. */
struct signer_count {
	struct str domain, source;
	uint64_t n;
	struct selector_count selectors[QUEUE_HINTS_SELECTORS];
	size_t selectors_n;
};

struct queue_hints {
	bool (*is_ours)(const void *arg, struct str domain);
	const void *arg;
	pthread_mutex_t lock;
	struct arena arena;
	struct signer_count signers[QUEUE_HINTS_DOMAINS];
	size_t signers_n;
	struct hint_sender senders[QUEUE_HINTS_DOMAINS];
	size_t senders_n;
	struct queue_other others[QUEUE_HINTS_OTHERS];
	size_t others_n;
};

struct queue_hints *
queue_hints_new(
    bool (*is_ours)(const void *arg, struct str domain), const void *arg)
{
	struct queue_hints *q = xcalloc(1, sizeof(*q));

	q->is_ours = is_ours;
	q->arg = arg;
	pthread_mutex_init(&q->lock, NULL);
	return q;
}

void
queue_hints_free(struct queue_hints *q)
{
	if (q == NULL)
		return;
	pthread_mutex_destroy(&q->lock);
	arena_done(&q->arena);
	free(q);
}

bool
queue_hints_is_above(struct str domain, struct str name)
{
	if (domain.n == name.n)
		return str_eq_fold(domain, name);
	return domain.n < name.n && name.p[name.n - domain.n - 1] == '.' &&
	       str_eq_fold(str_skip(name, name.n - domain.n), domain) &&
	       domain.n >= suffix_organisation(name).n;
}

/* ---- one message ---- */

/* RFC 3848: "ESMTPSA" and "ESMTPA" are those with a login. Sendmail's queue
 * tells so much, and not whose. */
static bool
with_login(struct str protocol)
{
	return protocol.n > 5 &&
	       str_eq_fold(str_head(protocol, 5), S("ESMTP")) &&
	       (protocol.p[protocol.n - 1] == 'A' ||
		   protocol.p[protocol.n - 1] == 'a');
}

static bool
is_handed_in(const struct queue_message *m, const struct queue_origin *origin)
{
	switch ((int)origin->kind) {
	case ORIGIN_ACCOUNT:
	case ORIGIN_LOCAL_USER:
	case ORIGIN_SCRIPT:
	case ORIGIN_NETWORK:
	case ORIGIN_LIST:
		return true;
	default:
		return with_login(m->protocol);
	}
}

static struct str
account_domain(const struct queue_origin *origin)
{
	return origin->kind == ORIGIN_ACCOUNT ? address_domain(origin->name)
					      : (struct str){NULL, 0};
}

/* What is older was signed somewhere else, or here long ago. */
static bool
is_at_another_time(wall_us signed_at, wall_us arrived)
{
	const span_us skew = SKEW_MINUTES * US_MINUTE;

	if (signed_at == WALL_NONE || arrived == WALL_NONE)
		return false;
	return signed_at - arrived > skew || arrived - signed_at > skew;
}

static bool
is_signed_here(const struct queue_hints *q, const struct queue_message *m,
    const struct dkim_signature *s, struct str account)
{
	if (s->fault != DKIM_READABLE || !hints_is_name(s->domain) ||
	    is_at_another_time(s->at, m->arrived))
		return false;
	return q->is_ours(q->arg, s->domain) ||
	       (account.n > 0 && queue_hints_is_above(s->domain, account));
}

/* ---- counting ---- */

static void
count_selector(struct queue_hints *q, struct signer_count *c, struct str name)
{
	for (size_t i = 0; i < c->selectors_n; i++)
		if (str_eq_fold(c->selectors[i].selector, name)) {
			c->selectors[i].n++;
			return;
		}
	if (c->selectors_n < QUEUE_HINTS_SELECTORS) {
		c->selectors[c->selectors_n++] =
		    (struct selector_count){str_keep(&q->arena, name), 1};
		return;
	}
	/* Misra and Gries: what has a ninth of all is left in the end. */
	for (size_t i = 0; i < c->selectors_n;)
		if (--c->selectors[i].n == 0)
			c->selectors[i] = c->selectors[--c->selectors_n];
		else
			i++;
}

static void
count_signature(
    struct queue_hints *q, const struct dkim_signature *s, struct str source)
{
	struct signer_count *c = NULL;

	for (size_t i = 0; i < q->signers_n && c == NULL; i++)
		if (str_eq_fold(q->signers[i].domain, s->domain))
			c = &q->signers[i];
	if (c == NULL) {
		if (q->signers_n == QUEUE_HINTS_DOMAINS)
			return;
		c = &q->signers[q->signers_n++];
		*c = (struct signer_count){
		    .domain = str_keep(&q->arena, s->domain), .source = source};
	}
	c->n++;
	count_selector(q, c, s->selector);
}

static void
count_own(struct queue_hints *q, struct str domain, struct str source)
{
	for (size_t i = 0; i < q->senders_n; i++)
		if (str_eq_fold(q->senders[i].domain, domain)) {
			q->senders[i].n++;
			return;
		}
	if (q->senders_n < QUEUE_HINTS_DOMAINS)
		q->senders[q->senders_n++] = (struct hint_sender){
		    str_keep(&q->arena, domain), source, 1, true};
}

/* As with selectors: of thousands of forged domains none is left. */
static void
count_other(struct queue_hints *q, struct str domain)
{
	for (size_t i = 0; i < q->others_n; i++)
		if (str_eq_fold(q->others[i].domain, domain)) {
			q->others[i].n++;
			return;
		}
	if (q->others_n < QUEUE_HINTS_OTHERS) {
		q->others[q->others_n++] =
		    (struct queue_other){str_keep(&q->arena, domain), 1};
		return;
	}
	for (size_t i = 0; i < q->others_n;)
		if (--q->others[i].n == 0)
			q->others[i] = q->others[--q->others_n];
		else
			i++;
}

/* passed: what was written somewhere else. */
static void
count_sender(struct queue_hints *q, struct str domain, struct str account,
    struct str source, bool passed)
{
	if (!hints_is_name(domain))
		return;
	if (account.n > 0 && str_eq_fold(domain, account))
		count_own(q, domain, source);
	else if (!passed && !q->is_ours(q->arg, domain))
		count_other(q, domain);
}

/* The header above its second Received, and never its last field, which may be
 * cut where reading ended. */
static struct str
top_of(struct str head)
{
	struct str rest = head, top = str_head(head, 0);
	struct field field;
	unsigned received = 0;

	while (field_next(&rest, &field)) {
		top.n = (size_t)(field.raw.p - head.p);
		if (str_eq_fold(field.name, S("received")) && ++received == 2)
			break;
	}
	return top;
}

/* From the top down to the first that is not ours; each selector once. */
static size_t
signatures_of(const struct queue_hints *q, const struct queue_message *m,
    struct str account, struct dkim_signature ret[SIGNATURES])
{
	struct str head = top_of(m->head);
	size_t n = 0;

	while (n < SIGNATURES && dkim_next(&head, &ret[n]) &&
	       is_signed_here(q, m, &ret[n], account)) {
		size_t twin = 0;

		while (twin < n &&
		       (!str_eq_fold(ret[twin].selector, ret[n].selector) ||
			   !str_eq_fold(ret[twin].domain, ret[n].domain)))
			twin++;
		n += twin == n;
	}
	return n;
}

void
queue_hints_take(struct queue_hints *q, const struct received *received)
{
	const struct queue_message *m = received->message;
	struct str source = received->root->path;
	struct dkim_signature signatures[SIGNATURES];
	struct queue_origin origin;
	struct traits traits;
	struct str account, sender, from;
	bool passed;
	size_t n;

	traits_read(m, &traits);
	queue_origin_of(m, &traits, &origin);
	if (!is_handed_in(m, &origin))
		return;
	account = account_domain(&origin);
	n = signatures_of(q, m, account, signatures);
	sender = address_domain(m->sender);
	from = address_domain(address_in_field(traits.from));
	passed = traits.received[1].n > 0;
	pthread_mutex_lock(&q->lock);
	for (size_t i = 0; i < n; i++)
		count_signature(q, &signatures[i], source);
	count_sender(q, sender, account, source, passed);
	if (!str_eq_fold(from, sender))
		count_sender(q, from, account, source, passed);
	pthread_mutex_unlock(&q->lock);
}

/* ---- all together ---- */

void
queue_hints_tell(const struct queue_hints *q, struct hints *hints)
{
	for (size_t i = 0; i < q->signers_n; i++) {
		const struct signer_count *c = &q->signers[i];

		for (size_t k = 0; k < c->selectors_n; k++)
			if (c->selectors[k].n * PART >= c->n)
				hints_selector(hints, c->selectors[k].selector,
				    c->domain, c->source, c->selectors[k].n);
	}
	for (size_t i = 0; i < q->senders_n; i++)
		hints_sender(hints, q->senders[i].domain, true,
		    q->senders[i].source, q->senders[i].n);
}

static int
by_messages(const void *left, const void *right)
{
	const struct queue_other *a = left, *b = right;

	return (a->n < b->n) - (a->n > b->n);
}

size_t
queue_hints_others(
    const struct queue_hints *q, struct queue_other *ret_others, size_t max)
{
	struct queue_other all[QUEUE_HINTS_OTHERS];
	size_t n = 0;

	for (size_t i = 0; i < q->others_n; i++)
		if (q->others[i].n >= OTHERS_LEAST)
			all[n++] = q->others[i];
	qsort(all, n, sizeof(*all), by_messages);
	n = n < max ? n : max;
	if (n > 0)
		memcpy(ret_others, all, n * sizeof(*all));
	return n;
}
