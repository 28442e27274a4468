/* SPDX-License-Identifier: ISC */
#include "trail/tally.h"

#include "base/heap.h"
#include "base/limits.h"
#include "trail/behind.h"

#include <assert.h>
#include <stdlib.h>

enum {
	/* Origins put together before the holes where they were are given
	 * back. */
	ORIGINS_HOLES = 128
};

void
tally_init(struct tally *tally)
{
	*tally = (struct tally){.first = WALL_NONE, .last = WALL_NONE};
	arena_init(&tally->arena, 0);
}

static void
auth_done(struct auth *auth)
{
	sketch_done(&auth->others);
}

void
tally_done(struct tally *tally)
{
	for (uint32_t i = 0; i < tally->origins_n; i++) {
		origin_done(tally->origins[i]);
		free(tally->origins[i]);
	}
	free(tally->origins);
	map_done(&tally->by_name);
	recipients_done(&tally->recipients);
	map_done(&tally->our_domains);
	map_done(&tally->mailboxes);
	map_done(&tally->passed_on.servers);
	map_done(&tally->passed_on.homes);
	map_done(&tally->auth_by);
	for (uint32_t i = 0; i < tally->auths_n; i++)
		auth_done(&tally->auths[i]);
	free(tally->auths);
	sketch_done(&tally->backscatter.targets);
	for (uint32_t i = 0; i < tally->posts_n; i++)
		sketch_done(&tally->posts[i].clients);
	free(tally->posts);
	arena_done(&tally->arena);
	*tally = (struct tally){0};
}

/* Accounts are the same whatever their case; file names are not. */
static uint64_t
name_key(enum origin_kind kind, struct str name)
{
	uint64_t hash =
	    kind == ORIGIN_SCRIPT ? str_hash(name) : str_hash_fold(name);

	return hash + (uint64_t)kind * UINT64_C(0x9e3779b97f4a7c15);
}

struct origin *
tally_find(const struct tally *tally, enum origin_kind kind, struct str name)
{
	uint32_t *number = map_get(&tally->by_name, name_key(kind, name));

	return number == NULL ? NULL : tally->origins[*number - 1];
}

/* Of kinds that strangers can make any number of: addresses of clients, and
 * addresses here when all of a domain are sent on. */
static bool
is_strangers(enum origin_kind kind)
{
	return kind == ORIGIN_CLIENT || kind == ORIGIN_NETWORK ||
	       kind == ORIGIN_FORWARD;
}

/* Those beyond the cap share one origin. */
static bool
is_crowd(const struct tally *tally, enum origin_kind kind)
{
	return is_strangers(kind) && tally->clients_n >= TALLY_CLIENTS;
}

/* Made of others for a report: "0.0.0.0/0". No address has a slash. */
static bool
is_network(enum origin_kind kind, struct str name)
{
	return kind == ORIGIN_NETWORK && str_chr(name, '/') < name.n;
}

/* Nobody may be blamed for what a crowd of accounts did: those that there is
 * no room for are unknown. */
static bool
is_too_many(const struct tally *tally, enum origin_kind kind)
{
	return !is_strangers(kind) && kind != ORIGIN_UNKNOWN &&
	       kind != ORIGIN_SYSTEM &&
	       tally->origins_n - tally->clients_n >= LIMIT_ORIGINS;
}

/* hash: str_hash_fold of the name. */
static uint64_t
account_key(uint64_t hash)
{
	return hash + ORIGIN_ACCOUNT * UINT64_C(0x9e3779b97f4a7c15);
}

struct origin *
tally_find_account(const struct tally *tally, uint64_t hash)
{
	uint32_t *number = map_get(&tally->by_name, account_key(hash));

	return number == NULL ? NULL : tally->origins[*number - 1];
}

void
tally_expect_account(const struct tally *tally, uint64_t hash)
{
	map_expect(&tally->by_name, account_key(hash));
}

struct origin *
tally_account(struct tally *tally, uint64_t hash, struct str name)
{
	struct origin *origin = tally_find_account(tally, hash);

	return origin != NULL ? origin
			      : tally_origin(tally, ORIGIN_ACCOUNT, name, -1);
}

struct origin *
tally_origin(
    struct tally *tally, enum origin_kind kind, struct str name, int64_t uid)
{
	struct origin *origin = tally_find(tally, kind, name);
	uint32_t *number;
	bool is_new;

	if (origin != NULL)
		return origin;
	if (is_crowd(tally, kind) && !str_eq(name, S("*")) &&
	    !is_network(kind, name))
		return tally_origin(tally, kind, S("*"), -1);
	if (is_too_many(tally, kind)) {
		tally->origins_missed++;
		return tally_origin(tally, ORIGIN_UNKNOWN, S(""), -1);
	}
	VEC_ROOM(tally->origins, tally->origins_n, tally->origins_cap);
	origin = xcalloc_lines(1, sizeof(*origin));
	origin->kind = kind;
	origin->number = tally->origins_n;
	origin->name = str_keep(&tally->arena, name);
	origin->uid = uid;
	tally->origins[tally->origins_n++] = origin;
	number = map_put(&tally->by_name, name_key(kind, name), &is_new);
	*number = tally->origins_n;
	if (is_strangers(kind))
		tally->clients_n++;
	return origin;
}

void
tally_expect_auth_key(const struct tally *tally, uint64_t key)
{
	map_expect(&tally->auth_by, key);
}

void
tally_expect_auth(const struct tally *tally, uint64_t key)
{
	const uint32_t *number = map_get(&tally->auth_by, key);

	if (number == NULL)
		return;
	__builtin_prefetch(&tally->auths[*number - 1], 1);
	__builtin_prefetch(&tally->auths[*number - 1].others, 1);
}

struct auth *
tally_auth(
    struct tally *tally, uint64_t key, struct str account, const struct ip *ip)
{
	uint32_t *number = map_get(&tally->auth_by, key);
	struct auth *auth;
	bool is_new;

	if (number != NULL)
		return &tally->auths[*number - 1];
	if (tally->auths_n >= TALLY_AUTHS) {
		tally->auths_missed++;
		return NULL;
	}
	VEC_ROOM(tally->auths, tally->auths_n, tally->auths_cap);
	auth = &tally->auths[tally->auths_n++];
	*auth = (struct auth){0};
	if (account.n > 0)
		auth->name = str_keep(&tally->arena, str_head(account, 255));
	else
		auth->ip = *ip;
	*map_put(&tally->auth_by, key, &is_new) = tally->auths_n;
	return auth;
}

static void
keep_span(
    uint32_t *first, uint32_t *last, uint32_t other_first, uint32_t other_last)
{
	if (*first == 0 || (other_first != 0 && other_first < *first))
		*first = other_first;
	if (other_last > *last)
		*last = other_last;
}

/* Count one more of the key, as long as there is room. */
static void
count_key(struct map *map, uint64_t key, uint32_t count, size_t most)
{
	uint32_t *known = map_get(map, key);
	bool is_new;

	if (known != NULL)
		*known += count;
	else if (map->n < most)
		*map_put(map, key, &is_new) = count;
}

void
tally_mailbox(struct tally *tally, const struct ip *ip)
{
	count_key(&tally->mailboxes, ip_hash(ip), 1, TALLY_SERVERS);
}

/* Of those that there is room for the last one is kept. */
static void
set_key(struct map *map, uint64_t key, uint32_t value, size_t most)
{
	bool is_new;

	if (map->n < most || map_get(map, key) != NULL)
		*map_put(map, key, &is_new) = value;
}

void
tally_passed_to(struct tally *tally, struct str domain, const struct ip *ip)
{
	uint64_t server = ip_hash(ip);

	count_key(&tally->passed_on.servers, server, 1, TALLY_SERVERS);
	set_key(&tally->passed_on.homes, str_hash_fold(domain),
	    (uint32_t)server, TALLY_HOMES);
}

static struct block *
block_of(struct tally *tally, const struct reply_rule *rule)
{
	for (uint32_t i = 0; i < tally->blocks_n; i++)
		if (tally->blocks[i].rule == rule)
			return &tally->blocks[i];
	if (tally->blocks_n == TALLY_BLOCKS)
		return NULL;
	tally->blocks[tally->blocks_n] = (struct block){.rule = rule};
	return &tally->blocks[tally->blocks_n++];
}

void
tally_block(struct tally *tally, const struct reply_rule *rule, uint32_t at,
    struct ref ref, struct str relay)
{
	struct block *block = block_of(tally, rule);

	if (block == NULL)
		return;
	block->n++;
	if (block->ref.segment == 0)
		block->ref = ref;
	keep_span(&block->first, &block->last, at, at);
	relay = str_head(relay, sizeof(block->relay) - 1);
	if (relay.n > 0)
		memcpy(block->relay, relay.p, relay.n);
	block->relay[relay.n] = '\0';
}

static void
map_origins(struct tally *to, const struct tally *from, uint32_t *ret_map)
{
	for (uint32_t i = 0; i < from->origins_n; i++) {
		const struct origin *f = from->origins[i];

		ret_map[i] = tally_origin(to, f->kind, f->name, f->uid)->number;
	}
}

static void
merge_origins(struct tally *to, struct tally *from, const uint32_t *origin_map)
{
	for (uint32_t i = 0; i < from->origins_n; i++) {
		struct origin *f = from->origins[i];
		struct origin *t = to->origins[origin_map[i]];

		origin_merge(t, f);
		if (t->kind != f->kind && f->counts.messages > 0)
			to->origins_missed += f->counts.messages - 1;
		origin_done(f); /* at once: both would not fit the limit */
		if (i % ORIGINS_HOLES == 0)
			heap_give_back();
	}
}

static void
merge_auth(struct auth *to, const struct auth *from)
{
	to->failures += from->failures;
	keep_span(&to->first, &to->last, from->first, from->last);
	sketch_merge(&to->others, &from->others);
	if (to->ref.segment == 0)
		to->ref = from->ref;
}

static void
merge_auths(struct tally *to, struct tally *from)
{
	for (uint32_t i = 0; i < from->auths_n; i++) {
		struct auth *f = &from->auths[i];
		struct auth *t = tally_auth(
		    to, tally_auth_key(f->name, &f->ip), f->name, &f->ip);

		if (t != NULL)
			merge_auth(t, f);
		auth_done(f);
	}
	to->auths_missed += from->auths_missed;
}

static void
merge_blocks(struct tally *to, const struct tally *from)
{
	for (uint32_t i = 0; i < from->blocks_n; i++) {
		const struct block *f = &from->blocks[i];
		struct block *t = block_of(to, f->rule);

		if (t == NULL)
			continue;
		t->n += f->n;
		if (t->ref.segment == 0)
			t->ref = f->ref;
		keep_span(&t->first, &t->last, f->first, f->last);
		memcpy(t->relay, f->relay, sizeof(t->relay));
	}
}

struct circle *
tally_circle(struct tally *tally, uint64_t key)
{
	for (uint32_t i = 0; i < tally->circles_n; i++)
		if (tally->circles[i].key == key)
			return &tally->circles[i];
	if (tally->circles_n == TALLY_CIRCLES)
		return NULL;
	tally->circles[tally->circles_n] = (struct circle){.key = key};
	return &tally->circles[tally->circles_n++];
}

static void
merge_circles(
    struct tally *to, const struct tally *from, const uint32_t *origin_map)
{
	for (uint32_t i = 0; i < from->circles_n; i++) {
		const struct circle *f = &from->circles[i];
		struct circle *t = tally_circle(to, f->key);

		if (t == NULL)
			continue;
		if (t->n == 0) {
			*t = *f;
			t->origin = origin_map[f->origin];
			continue;
		}
		t->n += f->n;
		keep_span(&t->first, &t->last, f->first, f->last);
	}
}

static void
merge_backscatter(struct backscatter *to, const struct backscatter *from)
{
	to->made += from->made;
	to->delivered += from->delivered;
	to->refused += from->refused;
	to->waiting += from->waiting;
	sketch_merge(&to->targets, &from->targets);
	keep_span(&to->first, &to->last, from->first, from->last);
	if (to->ref.segment == 0)
		to->ref = from->ref;
	origin_top_merge(&to->causes, &from->causes);
	if (to->cause_ref.segment == 0)
		to->cause_ref = from->cause_ref;
	origin_top_merge(&to->replies, &from->replies);
	if (to->reply_ref.segment == 0)
		to->reply_ref = from->reply_ref;
}

static void
merge_map(struct map *to, const struct map *from, size_t most)
{
	for (size_t i = 0; i < from->size; i++)
		if (from->slots[i].key != 0)
			count_key(
			    to, from->slots[i].key, from->slots[i].value, most);
}

static void
merge_passed_on(struct passed_on *to, const struct passed_on *from)
{
	to->recipients += from->recipients;
	to->free_mail += from->free_mail;
	origin_top_merge(&to->domains, &from->domains);
	merge_map(&to->servers, &from->servers, TALLY_SERVERS);
	for (size_t i = 0; i < from->homes.size; i++)
		if (from->homes.slots[i].key != 0)
			set_key(&to->homes, from->homes.slots[i].key,
			    from->homes.slots[i].value, TALLY_HOMES);
}

static void
merge_posts(struct tally *to, const struct tally *from)
{
	/* Every thread was given the same table of paths. */
	if (to->posts_n != from->posts_n)
		return;
	for (uint32_t i = 0; i < from->posts_n; i++)
		to->posts[i].hits += from->posts[i].hits;
}

static void
merge_sums(struct tally *to, const struct tally *from)
{
	counts_add(&to->inbound, &from->inbound);
	to->origins_missed += from->origins_missed;
	to->rejected += from->rejected;
	to->relay_denied += from->relay_denied;
	to->lost_trails += from->lost_trails;
	to->web_submissions += from->web_submissions;
	to->loops_said += from->loops_said;
	to->loops_here += from->loops_here;
	if (to->loop_here_ref.segment == 0)
		to->loop_here_ref = from->loop_here_ref;
	to->vacations += from->vacations;
	if (to->loop_ref.segment == 0)
		to->loop_ref = from->loop_ref;
	if (to->vacation_ref.segment == 0)
		to->vacation_ref = from->vacation_ref;
	origin_top_merge(&to->hosts, &from->hosts);
	if (from->first != WALL_NONE &&
	    (to->first == WALL_NONE || from->first < to->first))
		to->first = from->first;
	if (from->last != WALL_NONE && from->last > to->last)
		to->last = from->last;
}

void
tally_merge(struct tally *to, struct tally *from, uint32_t *ret_map)
{
	recipients_flush(&to->recipients);
	recipients_flush(&from->recipients);
	map_origins(to, from, ret_map);
	/* What needs less afterwards than before leaves room for what needs
	 * more. */
	recipients_merge(&to->recipients, &from->recipients, ret_map);
	merge_auths(to, from);
	merge_map(&to->mailboxes, &from->mailboxes, TALLY_SERVERS);
	merge_origins(to, from, ret_map);
	merge_map(&to->our_domains, &from->our_domains, TALLY_DOMAINS);
	merge_blocks(to, from);
	merge_circles(to, from, ret_map);
	merge_backscatter(&to->backscatter, &from->backscatter);
	merge_passed_on(&to->passed_on, &from->passed_on);
	merge_posts(to, from);
	merge_sums(to, from);
	tally_done(from);
}

/* Where the hours of each origin begin among those of all recipients. */
static uint32_t *
fresh_begins(const struct tally *tally)
{
	uint32_t *begins = xcalloc(tally->origins_n + 1, sizeof(*begins));

	for (size_t i = 0; i < tally->recipients.size; i++)
		if (tally->recipients.slots[i].key != 0)
			begins[tally->recipients.slots[i].origin + 1]++;
	for (uint32_t i = 0; i < tally->origins_n; i++)
		begins[i + 1] += begins[i];
	return begins;
}

/* The hours in which each origin wrote to somebody first, one origin's after
 * another's; begins moves to their ends. */
static uint32_t *
fresh_hours(const struct tally *tally, uint32_t *begins)
{
	uint32_t *hours = xcalloc(tally->recipients.n + 1, sizeof(*hours));

	for (size_t i = 0; i < tally->recipients.size; i++) {
		const struct recipient *r = &tally->recipients.slots[i];

		if (r->key != 0)
			hours[begins[r->origin]++] = r->first / 3600;
	}
	return hours;
}

/* What looked like strangers are servers of our own. */
static void
trust_mailboxes(struct tally *tally)
{
	bool is_new;
	struct ip ip;

	for (uint32_t i = 0; i < tally->origins_n; i++) {
		struct origin *o = tally->origins[i];

		if (o->kind != ORIGIN_CLIENT || !ip_parse(o->name, &ip) ||
		    map_get(&tally->mailboxes, ip_hash(&ip)) == NULL)
			continue;
		o->kind = ORIGIN_NETWORK;
		*map_put(&tally->by_name, name_key(o->kind, o->name), &is_new) =
		    o->number + 1;
	}
}

/* By origin, so that each is taken into the cache once. */
void
tally_finish(struct tally *tally)
{
	uint32_t *ends, *hours, times, at = 0;

	recipients_flush(&tally->recipients);
	times = UINT32_C(1) << tally->recipients.shift;
	ends = fresh_begins(tally);
	hours = fresh_hours(tally, ends);
	for (uint32_t i = 0; i < tally->origins_n; i++) {
		struct origin *origin = tally->origins[i];

		origin->fresh += times * (ends[i] - at);
		for (; at < ends[i]; at++)
			origin_hour(origin, hours[at])->fresh += times;
	}
	free(ends);
	free(hours);
	behind_find(tally);
	trust_mailboxes(tally);
}

bool
tally_is_ours(const struct tally *tally, struct str domain)
{
	return map_get(&tally->our_domains, str_hash_fold(domain)) != NULL;
}
