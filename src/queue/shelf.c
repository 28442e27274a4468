/* SPDX-License-Identifier: ISC */
#include "queue/shelf.h"

#include "event/shape.h"
#include "mail/address.h"
#include "mail/header.h"
#include "queue/origin.h"
#include "queue/shown.h"

#include <stdlib.h>

enum {
	/* Of subjects and names: what is shown of them, at most. */
	TEXT_MAX = 200,
	REASON_MAX = 400,
	ADDRESS_MAX = 255,
	/* Of the text of a message: what is read to find its like by, and
	 * what is kept of it. */
	BODY_MAX = 8 * 1024,
	BEGINNING_MAX = 160,
	SCRATCH_MAX = 1024 * 1024,
};

/* Texts by their hash, each kept once. What is written in a queue was written by
 * strangers, so the hash is keyed: two texts of their making are not one. */
struct texts {
	struct map numbers;
	struct str *items;
	size_t n, cap;
};

/* What one thread fills. */
struct board {
	struct arena arena, scratch;
	struct texts texts;
	struct texts decoded; /* header values, by the hash of what was read */
	struct waiting *items;
	size_t n, cap;
	struct map domain_numbers;
	struct share_of *domains;
	size_t domains_n, domains_cap;
	struct reply_cache *replies;
};

struct shelf {
	size_t threads;
	bool alike;
	struct waiting *items; /* of all, in order */
	size_t n;
	struct share_of *domains;
	size_t domains_n;
	struct board boards[];
};

struct shelf *
shelf_new(size_t threads, bool alike)
{
	struct shelf *shelf =
	    xcalloc(1, sizeof(*shelf) + threads * sizeof(struct board));

	shelf->threads = threads;
	shelf->alike = alike;
	for (size_t i = 0; i < threads; i++)
		shelf->boards[i].replies = reply_cache_new();
	return shelf;
}

static void
texts_done(struct texts *texts)
{
	map_done(&texts->numbers);
	free(texts->items);
}

void
shelf_free(struct shelf *shelf)
{
	if (shelf == NULL)
		return;
	for (size_t i = 0; i < shelf->threads; i++) {
		struct board *b = &shelf->boards[i];

		arena_done(&b->arena);
		arena_done(&b->scratch);
		texts_done(&b->texts);
		texts_done(&b->decoded);
		free(b->items);
		map_done(&b->domain_numbers);
		free(b->domains);
		reply_cache_free(b->replies);
	}
	free(shelf->items);
	free(shelf->domains);
	free(shelf);
}

/* ---- texts ---- */

/* The slot of what has this hash; new ones are empty. */
static struct str *
texts_slot(struct texts *texts, uint64_t hash, bool *ret_new)
{
	uint32_t *number = map_put(&texts->numbers, hash, ret_new);

	if (*ret_new) {
		VEC_ROOM(texts->items, texts->n, texts->cap);
		texts->items[texts->n++] = (struct str){NULL, 0};
		*number = (uint32_t)texts->n;
	}
	return &texts->items[*number - 1];
}

static struct str
keep(struct board *b, struct str text, size_t max)
{
	struct str *slot;
	bool is_new;

	text = str_head(text, max);
	if (text.n == 0)
		return (struct str){NULL, 0};
	slot = texts_slot(&b->texts, str_hash_keyed(text), &is_new);
	if (is_new)
		*slot = str_keep(&b->arena, text);
	return *slot;
}

/* A header value as people read it. */
static struct str
keep_decoded(struct board *b, struct str value)
{
	struct arena scratch = {0};
	struct str *slot;
	bool is_new;

	if (value.n == 0)
		return (struct str){NULL, 0};
	slot = texts_slot(&b->decoded, str_hash_keyed(value), &is_new);
	if (!is_new)
		return *slot;
	*slot = str_keep(
	    &b->arena, str_head(header_decode(&scratch, value), TEXT_MAX));
	arena_done(&scratch);
	return *slot;
}

/* ---- one message ---- */

static void
count_domain(struct board *b, struct str address, uint32_t n, bool first)
{
	struct str domain = str_head(address_domain(address), ADDRESS_MAX);
	bool is_new;
	uint32_t *number = map_put(&b->domain_numbers,
	    str_hash_fold_keyed(address_domain(address)), &is_new);
	struct share_of *d;

	if (is_new) {
		VEC_ROOM(b->domains, b->domains_n, b->domains_cap);
		b->domains[b->domains_n++] =
		    (struct share_of){.text = str_keep(&b->arena, domain)};
		*number = (uint32_t)b->domains_n;
	}
	d = &b->domains[*number - 1];
	d->recipients += n;
	d->messages += first;
}

/* Each domain counts a message once: recipients of one stand together mostly,
 * so that looking back a little is enough. */
static void
count_domains(struct board *b, const struct queue_message *m)
{
	enum {
		LOOK_BACK = 16
	};

	for (size_t i = 0; i < m->rcpts_n; i++) {
		struct str domain = address_domain(m->rcpts[i].address);
		bool first = true;

		for (size_t k = i; first && k > 0 && i - k < LOOK_BACK; k--)
			first = !str_eq_fold(
			    address_domain(m->rcpts[k - 1].address), domain);
		count_domain(b, m->rcpts[i].address, 1, first);
	}
}

/* By the catalogue's rule, or by what is left of the words without what
 * varies. */
static uint64_t
reason_key(
    struct board *b, const struct reply_reading *reading, struct str reason)
{
	if (reading->rule != NULL)
		return str_hash_keyed(str_z(reading->rule->id)) | 1;
	if (b->scratch.used > SCRATCH_MAX)
		arena_done(&b->scratch);
	return str_hash_keyed(line_shape(&b->scratch, reason)) | 1;
}

static void
put_reason(struct board *b, struct waiting *w, const struct queue_message *m)
{
	for (size_t i = 0; i < m->rcpts_n; i++) {
		const struct queue_rcpt *rcpt = &m->rcpts[i];
		struct reply_reading reading;

		if (rcpt->reason.n == 0)
			continue;
		reading = reply_read(
		    b->replies, 0, rcpt->dsn, rcpt->relay, rcpt->reason);
		w->class = reading.class;
		w->rule = reading.rule;
		w->reason_key = reason_key(b, &reading, rcpt->reason);
		w->reason = keep(b, rcpt->reason, REASON_MAX);
		return;
	}
}

/* "[192.0.2.7]". Anybody can write such a field: it is believed of what a
 * program of this host or a machine beside it handed in. */
static void
put_writer(struct waiting *w, struct str value)
{
	struct ip ip;

	if (!ip_is_none(&w->client) && !ip_is_private(&w->client) &&
	    !ip_is_loopback(&w->client))
		return;
	value = str_trim(value);
	if (str_eat(&value, S("[")))
		value = str_head(value, str_chr(value, ']'));
	if (ip_parse(value, &ip))
		w->writer = ip;
}

static void
put_origin(struct board *b, struct waiting *w, const struct queue_message *m,
    const struct traits *traits)
{
	struct queue_origin origin;

	queue_origin_of(m, traits, &origin);
	w->kind = origin.kind;
	w->origin = keep(b, origin.name, ADDRESS_MAX);
	w->script = keep(b, origin.script, ADDRESS_MAX);
	w->uid = origin.uid;
	w->client = m->client;
	put_writer(w, traits->originating_ip);
}

/* The first words in one line. */
static struct str
keep_beginning(struct board *b, struct str text)
{
	char line[BEGINNING_MAX];
	size_t n = 0;

	for (size_t i = 0; i < text.n && n < sizeof(line); i++) {
		bool blank = (unsigned char)text.p[i] <= ' ';

		if (blank && (n == 0 || line[n - 1] == ' '))
			continue;
		line[n++] = blank ? ' ' : text.p[i];
	}
	/* not half a letter */
	if (n == sizeof(line)) {
		while (n > 0 && (line[n - 1] & 0xc0) == 0x80)
			n--;
		n -= n > 0 && (line[n - 1] & 0x80) != 0;
	}
	return keep(b, (struct str){line, n}, sizeof(line));
}

static const struct kin *
keep_kin(struct board *b, const struct queue_message *m,
    const struct traits *traits, const struct waiting *w)
{
	struct kin *kin = arena_alloc(&b->arena, sizeof(*kin));
	struct arena scratch = {0};
	struct body_text body;
	struct link_names links;

	body_read(&scratch, m, traits, BODY_MAX, &body);
	likeness_read(address_domain(m->sender), w->subject, body.raw,
	    body.text, &kin->likeness, &links);
	if (w->kind != ORIGIN_UNKNOWN)
		kin->likeness.origin =
		    (uint32_t)(str_hash_fold_keyed(w->origin) + w->kind) | 1;
	for (size_t i = 0; i < links.n; i++)
		kin->links[i] = keep(b, links.items[i], LINK_MAX);
	kin->text = keep_beginning(b, body.text);
	arena_done(&scratch);
	return kin;
}

struct waiting *
shelf_put(struct shelf *shelf, const struct received *received)
{
	struct board *b = &shelf->boards[received->thread];
	const struct queue_message *m = received->message;
	struct waiting *w;
	struct traits traits;

	VEC_ROOM(b->items, b->n, b->cap);
	w = &b->items[b->n++];
	traits_read(m, &traits);
	*w = (struct waiting){.id = str_keep(&b->arena, m->id),
	    .path = str_keep(&b->arena, received->path),
	    .root = received->root,
	    .state = m->state,
	    .arrived = m->arrived,
	    .tried = m->tried,
	    .size = m->size,
	    .sender = keep(b, m->sender, ADDRESS_MAX),
	    .from = keep_decoded(b, traits.from),
	    .subject = keep_decoded(b, traits.subject),
	    .rcpts =
		m->rcpts_all < UINT32_MAX ? (uint32_t)m->rcpts_all : UINT32_MAX,
	    .is_notice = traits_is_notice(m),
	    .is_list = traits.list.n > 0,
	    .rcpt_meant = true,
	    .rcpts_more = m->rcpts_all > m->rcpts_n};
	if (m->rcpts_n > 0)
		w->rcpt = keep(b, m->rcpts[0].address, ADDRESS_MAX);
	put_origin(b, w, m, &traits);
	put_reason(b, w, m);
	count_domains(b, m);
	if (shelf->alike)
		w->kin = keep_kin(b, m, &traits, w);
	return w;
}

/* ---- all together ---- */

static int
by_text(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n == 0 ? 0 : memcmp(a.p, b.p, n);

	return order != 0 ? order : (a.n > b.n) - (a.n < b.n);
}

static int
by_arrival(const void *left, const void *right)
{
	const struct waiting *a = left, *b = right;
	int order;

	if (a->arrived != b->arrived)
		return a->arrived < b->arrived ? -1 : 1;
	order = by_text(a->id, b->id);
	if (order != 0)
		return order;
	/* Two queues may have one id. */
	if (a->root != b->root)
		return a->root < b->root ? -1 : 1;
	return by_text(a->path, b->path);
}

const struct waiting *
shelf_items(struct shelf *shelf, size_t *ret_n)
{
	size_t n = 0;

	if (shelf->items == NULL) {
		for (size_t i = 0; i < shelf->threads; i++)
			n += shelf->boards[i].n;
		shelf->items = xcalloc(n + 1, sizeof(*shelf->items));
		for (size_t i = 0; i < shelf->threads; i++) {
			struct board *b = &shelf->boards[i];

			if (b->n > 0)
				memcpy(shelf->items + shelf->n, b->items,
				    b->n * sizeof(*b->items));
			shelf->n += b->n;
			free(b->items);
			b->items = NULL;
		}
		qsort(
		    shelf->items, shelf->n, sizeof(*shelf->items), by_arrival);
	}
	*ret_n = shelf->n;
	return shelf->items;
}

void
shelf_mark(struct shelf *shelf, const struct waiting *item, uint32_t campaign)
{
	shelf->items[item - shelf->items].campaign = campaign;
}

static int
by_recipients(const void *left, const void *right)
{
	const struct share_of *a = left, *b = right;

	if (a->recipients != b->recipients)
		return a->recipients > b->recipients ? -1 : 1;
	return by_text(a->text, b->text);
}

const struct share_of *
shelf_domains(struct shelf *shelf, size_t *ret_n)
{
	struct map numbers = {0};
	size_t cap = 0;

	for (size_t i = 0; shelf->domains == NULL && i < shelf->threads; i++)
		cap += shelf->boards[i].domains_n;
	if (shelf->domains == NULL) {
		shelf->domains = xcalloc(cap + 1, sizeof(*shelf->domains));
		for (size_t i = 0; i < shelf->threads; i++)
			for (size_t k = 0; k < shelf->boards[i].domains_n;
			     k++) {
				const struct share_of *d =
				    &shelf->boards[i].domains[k];
				bool is_new;
				uint32_t *number = map_put(&numbers,
				    str_hash_fold_keyed(d->text), &is_new);
				struct share_of *to;

				if (is_new) {
					*number = (uint32_t)++shelf->domains_n;
					shelf->domains[*number - 1].text =
					    d->text;
				}
				to = &shelf->domains[*number - 1];
				to->messages += d->messages;
				to->recipients += d->recipients;
			}
		map_done(&numbers);
		qsort(shelf->domains, shelf->domains_n, sizeof(*shelf->domains),
		    by_recipients);
	}
	*ret_n = shelf->domains_n;
	return shelf->domains;
}
