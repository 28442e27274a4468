/* SPDX-License-Identifier: ISC */
#include "letter/bag.h"

#include "base/limits.h"
#include "letter/chain.h"
#include "letter/seal.h"
#include "mail/address.h"
#include "mail/header.h"

#include <stdlib.h>

enum {
	GAPS_MAX = 200,
	/* Mails of a forger come from many networks; a few are a provider's. */
	MANY_NETWORKS = 10,
};

const char *
bag_verdict_name(enum bag_verdict verdict)
{
	static const char *const names[] = {
	    [BAG_NONE] = "none",
	    [BAG_SPOOFED] = "spoofed",
	    [BAG_OURS] = "ours",
	    [BAG_BOTH] = "both",
	    [BAG_UNDETERMINED] = "undetermined",
	};

	return names[verdict];
}

/* When the notice came: what our own side wrote on top, else its Date. */
static wall_us
arrival(const struct bag *bag, const struct notice *notice)
{
	struct chain chain;

	chain_read(notice->header, bag->own, &chain);
	if (chain.n > 0 && chain.hops[0].received.at != WALL_NONE)
		return chain.hops[0].received.at;
	return notice->at;
}

static uint64_t
hash_or_none(struct str s)
{
	return s.n == 0 ? 0 : str_hash(s) | 1;
}

static uint64_t
hash_address(struct str s)
{
	return s.n == 0 ? 0 : str_hash_fold(s) | 1;
}

static uint32_t
network_of(struct bag *bag, const struct ip *ip)
{
	struct ip net;
	char text[IP_TEXT + 8];

	if (ip_is_none(ip))
		return COUNTED_NONE;
	net = ip_network(ip);
	return counted_add(
	    &bag->networks, &bag->arena, str_z(ip_network_text(&net, text)));
}

static uint32_t
country_of(struct bag *bag, const struct ip *ip)
{
	char code[3];

	if (bag->geo == NULL || ip_is_none(ip) ||
	    !geo_country(bag->geo, ip, code))
		return COUNTED_NONE;
	return counted_add(&bag->countries, &bag->arena, str_z(code));
}

/* Accounts and scripts that our own hop or a header names. */
static uint32_t
origin_of(struct bag *bag, const struct claim *claim)
{
	struct str name = claim->account.n > 0 ? claim->account : claim->script;

	return counted_add(&bag->origins, &bag->arena, name);
}

static struct bag_record *
add_record(
    struct bag *bag, const struct notice *notice, const struct claim *claim)
{
	struct bag_record *r;

	if (bag->records_n == BAG_RECORDS) {
		bag->records_missed++;
		return NULL;
	}
	VEC_ROOM(bag->records, bag->records_n, bag->records_cap);
	r = &bag->records[bag->records_n++];
	*r = (struct bag_record){
	    .at = arrival(bag, notice),
	    .sent = claim->sent,
	    .queue_id = hash_or_none(claim->queue_id),
	    .message_id = hash_or_none(claim->message_id),
	    .entry = claim->entry,
	    .signals = claim->signals,
	    .address =
		counted_add(&bag->addresses, &bag->arena, claim->address),
	    .reporter =
		counted_add(&bag->reporters, &bag->arena, notice->reporter),
	    .network = network_of(bag, &claim->entry),
	    .country = country_of(bag, &claim->entry),
	    .origin = COUNTED_NONE,
	    .kind = (uint8_t)notice->kind,
	    .names_us = claim->names_us,
	    .elsewhere = claim->elsewhere,
	    .class = (uint8_t)notice->recipients[0].reading.class,
	};
	if (notice->recipients_n == 1 && notice->recipients_missed == 0) {
		r->recipient = hash_address(notice->recipients[0].address);
		r->recipient_original =
		    hash_address(notice->recipients[0].original);
	}
	if (claim_judge(claim->signals) == CLAIM_OURS)
		r->origin = origin_of(bag, claim);
	return r;
}

static struct str
keep_ip(struct arena *a, const struct ip *ip)
{
	char text[IP_TEXT];

	return ip_is_none(ip) ? (struct str){NULL, 0}
			      : str_keep(a, str_z(ip_text(ip, text)));
}

static void
keep_recipients(
    struct bag *bag, const struct notice *notice, struct bag_item *item)
{
	struct arena *a = &bag->arena;

	item->recipients = arena_alloc(
	    a, (notice->recipients_n + 1) * sizeof(*item->recipients));
	item->recipients_n = notice->recipients_n;
	item->recipients_missed = notice->recipients_missed;
	for (size_t i = 0; i < notice->recipients_n; i++) {
		const struct notice_recipient *r = &notice->recipients[i];

		item->recipients[i] = (struct bag_recipient){
		    .address = str_keep(a, r->address),
		    .original = str_keep(a, r->original),
		    .action = str_keep(a, r->action),
		    .status = str_keep(a, r->status),
		    .reply = header_decode(a, str_head(r->reply, 1000)),
		    .remote = str_keep(a, r->remote),
		    .code = r->code,
		    .reading = r->reading,
		};
	}
}

static void
keep_item(struct bag *bag, const struct notice *notice,
    const struct claim *claim, const struct letter_place *place,
    uint32_t record)
{
	struct arena *a = &bag->arena;
	struct bag_item *item;

	if (bag->items_n >= bag->items_max)
		return;
	VEC_ROOM(bag->items, bag->items_n, bag->items_cap);
	item = &bag->items[bag->items_n++];
	*item = (struct bag_item){
	    .path = str_keep(a, place->path),
	    .number = place->number,
	    .form = notice->form,
	    .subject = header_decode(a, str_head(notice->subject, 300)),
	    .reporter = str_keep(a, notice->reporter),
	    .from_ip = keep_ip(a, &claim->entry),
	    .from_name = str_keep(a, claim->entry_name),
	    .queue_id = str_keep(a, claim->queue_id),
	    .message_id = str_keep(a, claim->message_id),
	    .address = str_keep(a, claim->address),
	    .original = notice->original,
	    .nested = notice->nested,
	    .cut = notice->cut,
	    .record = record,
	    .kind = notice->kind,
	    .arf = notice->arf,
	};
	item->arf.type = str_keep(a, notice->arf.type);
	item->arf.sender = str_keep(a, notice->arf.sender);
	item->arf.recipient = str_keep(a, notice->arf.recipient);
	item->arf.domain = str_keep(a, notice->arf.domain);
	item->arf.reporter = str_keep(a, notice->arf.reporter);
	item->arf.results = str_keep(a, str_head(notice->arf.results, 300));
	keep_recipients(bag, notice, item);
}

static void
count_classes(struct bag *bag, const struct notice *notice)
{
	for (size_t i = 0; i < notice->recipients_n; i++)
		bag->classes[notice->recipients[i].reading.class]++;
	bag->recipients += notice->recipients_n + notice->recipients_missed;
}

/* Signatures of ours on what came back. */
static void
check_seals(struct bag *bag, const struct notice *notice, struct claim *claim)
{
	const struct sealed sealed = {.header = notice->original_header,
	    .body = notice->original_body,
	    .whole = notice->original == ORIGINAL_WHOLE && !notice->cut &&
		     notice->original_body.n > 0,
	    .at = claim->sent,
	    .address = claim->address,
	    .recipient = notice->recipients_n > 0
			     ? notice->recipients[0].address
			     : S("")};
	struct seals seals;

	if (bag->keys == NULL || notice->original == ORIGINAL_NONE)
		return;
	seals_read(&seals, bag->keys, bag->own, &sealed, true);
	seals_claim(&seals, &sealed, claim);
	bag->unasked += seals_unasked(&seals);
}

static void
take(struct bag *bag, const struct notice *notice,
    const struct letter_place *place)
{
	uint32_t record = UINT32_MAX;
	struct claim claim = {.sent = WALL_NONE};

	bag->kinds[notice->kind]++;
	bag->cut += place->cut;
	switch (notice->kind) {
	case NOTICE_BOUNCE:
	case NOTICE_DELAY:
		claim_read(notice, bag->own, &claim);
		check_seals(bag, notice, &claim);
		if (notice->kind == NOTICE_BOUNCE)
			count_classes(bag, notice);
		(void)counted_add(
		    &bag->forms, &bag->arena, str_z(notice->form));
		if (add_record(bag, notice, &claim) != NULL)
			record = (uint32_t)bag->records_n - 1;
		keep_item(bag, notice, &claim, place, record);
		break;
	case NOTICE_COMPLAINT:
	case NOTICE_FAILURE:
		claim_read(notice, bag->own, &claim);
		check_seals(bag, notice, &claim);
		keep_item(bag, notice, &claim, place, record);
		break;
	case NOTICE_ORDINARY:
	case NOTICE_DELIVERED:
	case NOTICE_AUTOREPLY:
	case NOTICE_CHALLENGE:
	case NOTICE_KINDS:
		break;
	}
}

static void
on_gap(void *arg, struct str path, struct str sentence)
{
	struct bag *bag = arg;

	if (bag->gaps_n == GAPS_MAX)
		return;
	VEC_ROOM(bag->gaps, bag->gaps_n, bag->gaps_cap);
	bag->gaps[bag->gaps_n++] = (struct bag_gap){
	    str_keep(&bag->arena, path), str_keep(&bag->arena, sentence)};
}

void
bag_read(struct bag *bag, struct mailbox *mailbox, _Atomic uint64_t *progress)
{
	struct reply_cache *cache = reply_cache_new();
	struct notice *notice = xcalloc(1, sizeof(*notice));
	struct letter_place place;
	struct arena scratch = {0};
	struct str message;

	mailbox_on_gap(mailbox, on_gap, bag);
	while (mailbox_next(mailbox, &message, &place)) {
		notice_read(&scratch, cache, message, notice);
		bag->messages++;
		take(bag, notice, &place);
		arena_done(&scratch);
		if (progress != NULL)
			*progress = mailbox_consumed(mailbox);
	}
	bag->bytes = mailbox_consumed(mailbox);
	reply_cache_free(cache);
	free(notice);
}

/* ---- all of them together ---- */

static void
count_item(struct counted *c, uint32_t number, enum claim_state state)
{
	if (number != COUNTED_NONE)
		c->items[number].states[state]++;
}

/* Who does not know what is ours sees it by the number of networks: nobody
 * sends his own mail from dozens. */
static void
mark_many_networks(struct bag *bag)
{
	uint64_t strange = 0, networks = 0;
	uint64_t *by_network =
	    xcalloc(bag->networks.n + 1, sizeof(*by_network));

	for (size_t i = 0; i < bag->records_n; i++) {
		const struct bag_record *r = &bag->records[i];

		if (!(r->signals & UINT32_C(1) << SIGNAL_STRANGE_IP) ||
		    r->network == COUNTED_NONE)
			continue;
		strange++;
		networks += by_network[r->network]++ == 0;
	}
	for (size_t i = 0; i < bag->records_n && networks >= MANY_NETWORKS;
	     i++) {
		struct bag_record *r = &bag->records[i];

		if ((r->signals & UINT32_C(1) << SIGNAL_STRANGE_IP) &&
		    r->network != COUNTED_NONE &&
		    by_network[r->network] * 10 <= strange)
			r->signals |= UINT32_C(1) << SIGNAL_MANY_NETWORKS;
	}
	free(by_network);
}

static void
settle_record(struct bag *bag, struct bag_record *r)
{
	enum claim_state state = claim_judge(r->signals);

	r->state = (uint8_t)state;
	bag->states[state]++;
	for (unsigned i = 0; i < SIGNALS_N; i++)
		if (r->signals & UINT32_C(1) << i)
			bag->signals[state][i]++;
	count_item(&bag->addresses, r->address, state);
	count_item(&bag->reporters, r->reporter, state);
	count_item(&bag->networks, r->network, state);
	count_item(&bag->countries, r->country, state);
	if (state == CLAIM_OURS)
		count_item(&bag->origins, r->origin, state);
	if (r->at == WALL_NONE)
		return;
	if (bag->first == WALL_NONE || r->at < bag->first)
		bag->first = r->at;
	if (bag->last == WALL_NONE || r->at > bag->last)
		bag->last = r->at;
}

static enum bag_verdict
judge(const struct bag *bag, double *ret_share)
{
	double all = (double)bag->records_n;
	uint64_t ours = bag->states[CLAIM_OURS];
	uint64_t forged = bag->states[CLAIM_FORGED];

	*ret_share = 0;
	if (bag->records_n == 0)
		return BAG_NONE;
	*ret_share = (double)(ours + forged) / all;
	if (ours == 0 && forged == 0)
		return BAG_UNDETERMINED;
	if (ours == 0 || forged == 0) {
		/* some cases that are clear do not speak for the others */
		if (*ret_share < 0.1 && bag->records_n >= 20)
			return BAG_UNDETERMINED;
		return ours == 0 ? BAG_SPOOFED : BAG_OURS;
	}
	return BAG_BOTH;
}

void
bag_settle(struct bag *bag)
{
	bag->first = bag->last = WALL_NONE;
	mark_many_networks(bag);
	for (size_t i = 0; i < bag->records_n; i++)
		settle_record(bag, &bag->records[i]);
	bag->verdict = judge(bag, &bag->share);
}

void
bag_done(struct bag *bag)
{
	struct counted *all[] = {&bag->addresses, &bag->reporters,
	    &bag->networks, &bag->countries, &bag->origins, &bag->forms};

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		counted_done(all[i]);
	free(bag->records);
	free(bag->items);
	free(bag->gaps);
	arena_done(&bag->arena);
}
