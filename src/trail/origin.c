/* SPDX-License-Identifier: ISC */
#include "trail/origin.h"

#include "base/limits.h"
#include "base/secret.h"

#include <assert.h>
#include <stdlib.h>

static const char *const kind_names[ORIGIN_KINDS] = {
    [ORIGIN_UNKNOWN] = "unknown",
    [ORIGIN_ACCOUNT] = "account",
    [ORIGIN_LOCAL_USER] = "local-user",
    [ORIGIN_SCRIPT] = "script",
    [ORIGIN_CLIENT] = "client",
    [ORIGIN_NETWORK] = "relayed-network",
    [ORIGIN_FORWARD] = "forward",
    [ORIGIN_LIST] = "list",
    [ORIGIN_SYSTEM] = "system",
};

bool
origin_is_web_uid(int64_t uid)
{
	/* Debian, Red Hat, SUSE, FreeBSD, Plesk's psaserv */
	static const int64_t uids[] = {33, 48, 30, 80, 498};

	for (size_t i = 0; i < ARRAY_LEN(uids); i++)
		if (uid == uids[i])
			return true;
	return false;
}

const char *
origin_kind_name(enum origin_kind kind)
{
	assert(kind < ORIGIN_KINDS);
	return kind_names[kind];
}

void
counts_add(struct counts *to, const struct counts *from)
{
	to->messages += from->messages;
	to->recipients += from->recipients;
	to->accepted += from->accepted;
	to->bounced += from->bounced;
	to->deferred += from->deferred;
	to->queued += from->queued;
	to->unknown += from->unknown;
	to->spam += from->spam;
}

/* Most texts differ in it. */
static uint32_t
mark_of(struct str text)
{
	uint64_t head = 0, tail = 0;

	if (text.n >= sizeof(head)) {
		memcpy(&head, text.p, sizeof(head));
		memcpy(&tail, text.p + text.n - sizeof(tail), sizeof(tail));
	} else if (text.n > 0) {
		memcpy(&head, text.p, text.n);
	}
	head = (head ^ text.n) * UINT64_C(0x9e3779b97f4a7c15) + tail;
	return (uint32_t)(head * UINT64_C(0xd6e8feb86659fd93) >> 32);
}

static uint32_t
top_find(const struct origin_top *top, struct str text, uint32_t mark)
{
	for (uint32_t i = 0; i < top->n; i++)
		if (top->marks[i] == mark &&
		    str_eq(
			(struct str){top->items[i].text, top->items[i].length},
			text))
			return i;
	return UINT32_MAX;
}

/* The place of a text that is not there: a free one, or the rarest's. */
static uint32_t
top_place(struct origin_top *top)
{
	uint32_t least = 0;

	if (top->n < ORIGIN_TOP) {
		top->items[top->n].count = 0;
		return top->n++;
	}
	for (uint32_t i = 1; i < top->n; i++)
		if (top->items[i].count < top->items[least].count)
			least = i;
	return least;
}

void
origin_top_add(struct origin_top *top, struct str text, uint32_t count)
{
	uint32_t mark, at;

	text = str_head(text, ORIGIN_TEXT);
	mark = mark_of(text);
	at = top_find(top, text, mark);
	top->total += count;
	if (at == UINT32_MAX) {
		at = top_place(top);
		top->marks[at] = mark;
		top->items[at].blamed = 0;
		top->items[at].length = (uint8_t)text.n;
		if (text.n > 0)
			memcpy(top->items[at].text, text.p, text.n);
	}
	top->items[at].count += count;
}

void
origin_top_merge(struct origin_top *to, const struct origin_top *from)
{
	uint32_t total = to->total + from->total;

	for (uint32_t i = 0; i < from->n; i++) {
		struct str text = {from->items[i].text, from->items[i].length};

		origin_top_add(to, text, from->items[i].count);
		to->items[top_find(to, text, from->marks[i])].blamed +=
		    from->items[i].blamed;
	}
	to->total = total;
}

struct str
origin_top_most(const struct origin_top *top)
{
	struct str text = {NULL, 0};
	uint32_t most = 0;

	for (uint32_t i = 0; i < top->n; i++) {
		if (top->items[i].count <= most)
			continue;
		most = top->items[i].count;
		text = (struct str){top->items[i].text, top->items[i].length};
	}
	return text;
}

struct str
origin_top_blamed(const struct origin_top *top, uint32_t refusals)
{
	for (uint32_t i = 0; top != NULL && i < top->n; i++)
		if (top->items[i].blamed > 0 &&
		    (uint64_t)top->items[i].blamed * 10 >=
			(uint64_t)refusals * 7)
			return (struct str){
			    top->items[i].text, top->items[i].length};
	return (struct str){NULL, 0};
}

void
origin_see(struct origin *origin, enum origin_field field, struct str text)
{
	if (origin->tops[field] == NULL)
		origin->tops[field] = xcalloc(1, sizeof(struct origin_top));
	origin_top_add(origin->tops[field], text, 1);
}

/* How many hours come before the one after hour. */
static uint32_t
hours_up_to(const struct origin *origin, uint32_t hour)
{
	uint32_t low = 0, high = origin->hours_n;

	/* Mostly a new one behind the last. */
	if (high == 0 || origin->hours[high - 1].hour <= hour)
		return high;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (origin->hours[middle].hour <= hour)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* One more, and one behind them for what is not kept. */
static void
hours_room(struct origin *origin)
{
	if (origin->hours_n + 1 < origin->hours_cap)
		return;
	/* By an eighth, not by half: hours are most of our memory. */
	origin->hours_cap += origin->hours_cap / 8 + 4;
	origin->hours =
	    xrealloc(origin->hours, origin->hours_cap, sizeof(*origin->hours));
}

/* The oldest eighth goes. */
static void
hours_cut(struct origin *origin)
{
	uint32_t n = LIMIT_HOURS / 8;

	origin->hours_n -= n;
	memmove(origin->hours, origin->hours + n,
	    origin->hours_n * sizeof(*origin->hours));
	origin->hours_cut = true;
}

struct origin_hour *
origin_hour_find(struct origin *origin, uint32_t hour)
{
	uint32_t at = hours_up_to(origin, hour);

	if (at > 0 && origin->hours[at - 1].hour == hour)
		return &origin->hours[at - 1];
	hours_room(origin);
	if (at == 0 && (origin->hours_cut || origin->hours_n >= LIMIT_HOURS)) {
		struct origin_hour *none = &origin->hours[origin->hours_n];

		origin->hours_cut = true;
		*none = (struct origin_hour){.hour = hour};
		return none;
	}
	if (origin->hours_n >= LIMIT_HOURS) {
		hours_cut(origin);
		at = hours_up_to(origin, hour);
	}
	if (at < origin->hours_n)
		memmove(&origin->hours[at + 1], &origin->hours[at],
		    (origin->hours_n - at) * sizeof(*origin->hours));
	origin->hours[at] = (struct origin_hour){.hour = hour};
	origin->hours_n++;
	return &origin->hours[at];
}

uint32_t
origin_busiest_hour(const struct origin *origin)
{
	uint32_t most = 0;

	for (uint32_t i = 0; i < origin->hours_n; i++)
		if (origin->hours[i].counts.messages > most)
			most = origin->hours[i].counts.messages;
	return most;
}

static void
index_put(struct origin *origin, uint32_t number)
{
	uint32_t mask = origin->ip_index_size - 1;
	uint32_t at =
	    (uint32_t)secret_place(ip_hash(&origin->ips[number].ip)) & mask;

	while (origin->ip_index[at] != 0)
		at = (at + 1) & mask;
	origin->ip_index[at] = number + 1;
}

/* Up to this many addresses are found by looking at each. */
enum {
	IPS_LINEAR = 8
};

static uint32_t
index_find(const struct origin *origin, const struct ip *ip)
{
	uint32_t mask, at;

	if (origin->ips_n <= IPS_LINEAR) {
		for (uint32_t i = 0; i < origin->ips_n; i++)
			if (ip_eq(&origin->ips[i].ip, ip))
				return i;
		return UINT32_MAX;
	}
	mask = origin->ip_index_size - 1;
	at = (uint32_t)secret_place(ip_hash(ip)) & mask;
	while (origin->ip_index[at] != 0) {
		uint32_t number = origin->ip_index[at] - 1;

		if (ip_eq(&origin->ips[number].ip, ip))
			return number;
		at = (at + 1) & mask;
	}
	return UINT32_MAX;
}

/* Keep the index at most half full. */
static void
index_grow(struct origin *origin)
{
	if (origin->ips_n <= IPS_LINEAR)
		return;
	if (origin->ips_n * 2 <= origin->ip_index_size) {
		index_put(origin, origin->ips_n - 1);
		return;
	}
	free(origin->ip_index);
	origin->ip_index_size =
	    origin->ip_index_size == 0 ? 32 : origin->ip_index_size * 2;
	origin->ip_index = xcalloc(origin->ip_index_size, sizeof(uint32_t));
	for (uint32_t i = 0; i < origin->ips_n; i++)
		index_put(origin, i);
}

uint32_t
origin_ip_find(struct origin *origin, const struct ip *ip)
{
	uint32_t number = index_find(origin, ip);

	if (number != UINT32_MAX) {
		origin->ip_last = number;
		return number;
	}
	if (origin->ips_n >= ORIGIN_IPS) {
		origin->ips_missed++;
		return UINT32_MAX;
	}
	VEC_ROOM(origin->ips, origin->ips_n, origin->ips_cap);
	number = origin->ips_n++;
	origin->ips[number] = (struct origin_ip){.ip = *ip};
	origin->ip_last = number;
	index_grow(origin);
	return number;
}

/* "WIN-FA82A94E3C7": eleven letters and digits that the setup draws. */
static bool
is_fresh(struct str name)
{
	if (!str_eq_fold(str_head(name, 4), S("WIN-")) || name.n < 12 ||
	    name.n > 15)
		return false;
	for (size_t i = 4; i < name.n; i++)
		if (!(name.p[i] >= '0' && name.p[i] <= '9') &&
		    !((name.p[i] | 0x20) >= 'a' && (name.p[i] | 0x20) <= 'z'))
			return false;
	return true;
}

uint32_t
origin_helo(struct str name)
{
	uint32_t hash;

	/* Programs that know no name give an address or this. */
	if (name.n == 0 || name.p[0] == '[' || str_has(name, S(".")) ||
	    str_has(name, S(":")) || str_eq_fold(name, S("localhost")))
		return 0;
	hash = (uint32_t)str_hash_fold(name) & ~(uint32_t)HELO_FRESH;
	return (hash == 0 ? 2 : hash) | (is_fresh(name) ? HELO_FRESH : 0);
}

static void
keep_earlier(uint32_t *at, uint32_t other)
{
	if (other != 0 && (*at == 0 || other < *at))
		*at = other;
}

static void
keep_later(uint32_t *at, uint32_t other)
{
	if (other > *at)
		*at = other;
}

static void
merge_ips(struct origin *to, const struct origin *from)
{
	for (uint32_t i = 0; i < from->ips_n; i++) {
		const struct origin_ip *f = &from->ips[i];
		uint32_t number = origin_ip(to, &f->ip);
		struct origin_ip *t;

		if (number == UINT32_MAX)
			continue;
		t = &to->ips[number];
		counts_add(&t->counts, &f->counts);
		t->logins += f->logins;
		t->strange += f->strange;
		t->foreign_ids += f->foreign_ids;
		if (t->helo == 0)
			t->helo = f->helo;
		if (t->ref.segment == 0 ||
		    (f->first != 0 && f->first < t->first))
			t->ref = f->ref;
		keep_earlier(&t->first, f->first);
		keep_later(&t->last, f->last);
	}
	to->ips_missed += from->ips_missed;
}

/* Room for both at once: grown step by step they leave holes of every size. */
static void
hours_room_for_both(struct origin *to, const struct origin *from)
{
	uint32_t cap = to->hours_n + from->hours_n + 2;

	if (from->hours_n == 0 || cap <= to->hours_cap || cap > LIMIT_HOURS)
		return;
	to->hours_cap = cap;
	to->hours = xrealloc(to->hours, cap, sizeof(*to->hours));
}

static void
merge_hours(struct origin *to, const struct origin *from)
{
	hours_room_for_both(to, from);
	for (uint32_t i = 0; i < from->hours_n; i++) {
		const struct origin_hour *f = &from->hours[i];
		struct origin_hour *t = origin_hour(to, f->hour);

		t->fresh += f->fresh;
		t->strange += f->strange;
		counts_add(&t->counts, &f->counts);
	}
	/* Only now: from's hours before to's first are not those cut off. */
	to->hours_cut |= from->hours_cut;
}

static void
merge_texts(struct origin *to, const struct origin *from)
{
	sketch_merge(&to->recipients, &from->recipients);
	sketch_merge(&to->senders, &from->senders);
	for (size_t i = 0; i < ORIGIN_TOPS; i++) {
		if (from->tops[i] == NULL)
			continue;
		if (to->tops[i] == NULL)
			to->tops[i] = xcalloc(1, sizeof(struct origin_top));
		origin_top_merge(to->tops[i], from->tops[i]);
	}
}

static void
merge_marks(struct origin *to, const struct origin *from)
{
	for (size_t i = 0; i < ORIGIN_MARKS; i++) {
		bool earlier = i == MARK_FIRST && from->first != 0 &&
			       from->first < to->first;
		bool more = i == MARK_MANY && from->many_rcpts > to->many_rcpts;

		if (from->marks[i].segment != 0 &&
		    (to->marks[i].segment == 0 || earlier || more))
			to->marks[i] = from->marks[i];
	}
}

void
origin_merge(struct origin *to, const struct origin *from)
{
	merge_marks(to, from); /* before first, last and the like change */
	merge_ips(to, from);
	merge_hours(to, from);
	merge_texts(to, from);
	counts_add(&to->counts, &from->counts);
	to->size += from->size;
	keep_earlier(&to->first, from->first);
	keep_later(&to->last, from->last);
	to->passed += from->passed;
	to->passed_free += from->passed_free;
	to->deferrals += from->deferrals;
	for (size_t i = 0; i < REPLY_CLASSES; i++)
		to->refused[i] += from->refused[i];
	to->strange += from->strange;
	to->null_sender += from->null_sender;
	to->list_sender += from->list_sender;
	to->answers += from->answers;
	to->confirms += from->confirms;
	to->foreign_ids += from->foreign_ids;
	to->listed += from->listed;
	to->fresh += from->fresh;
	if (from->many_rcpts > to->many_rcpts)
		to->many_rcpts = from->many_rcpts;
}

void
origin_done(struct origin *origin)
{
	free(origin->hours);
	free(origin->ips);
	free(origin->ip_index);
	sketch_done(&origin->recipients);
	sketch_done(&origin->senders);
	for (size_t i = 0; i < ORIGIN_TOPS; i++)
		free(origin->tops[i]);
	*origin = (struct origin){0};
}
