/* SPDX-License-Identifier: ISC */
#include "show/bounces.h"

#include "base/lang.h"
#include "show/gaps.h"
#include "show/part_json.h"

#include <stdlib.h>

enum {
	TOP = 20,
};

static void
state_json(struct json *j, const struct bag *bag, enum claim_state state)
{
	json_object(j, claim_state_name(state));
	json_u64(j, "bounces", bag->states[state]);
	json_array(j, "signals");
	for (unsigned i = 0; i < SIGNALS_N; i++) {
		const struct signal *signal = &claim_signals[i];

		if (bag->signals[state][i] == 0)
			continue;
		json_object(j, NULL);
		json_str(j, "signal", str_z(signal->code));
		json_u64(j, "bounces", bag->signals[state][i]);
		json_number(j, "weight", signal->weight);
		json_bool(j, "proof", signal->proof);
		json_str(j, "sentence", str_z(_(signal->sentence)));
		json_end(j);
	}
	json_end(j);
	json_end(j);
}

static void
counted_json(struct json *j, const char *key, const struct counted *c,
    enum claim_state state)
{
	uint32_t top[TOP];
	size_t n = counted_top(c, state, TOP, top);

	json_object(j, key);
	json_u64(j, "different", counted_in(c, state));
	json_bool(j, "more", c->missed > 0);
	json_array(j, "top");
	for (size_t i = 0; i < n; i++) {
		json_object(j, NULL);
		json_str(j, "name", c->items[top[i]].text);
		json_u64(j, "bounces", c->items[top[i]].states[state]);
		json_end(j);
	}
	json_end(j);
	json_end(j);
}

static void
recipient_json(struct json *j, const struct bag_recipient *r)
{
	json_object(j, NULL);
	json_str(j, "address", r->address);
	if (r->original.n > 0)
		json_str(j, "original", r->original);
	json_str(j, "action", r->action);
	json_str(j, "status", r->status);
	json_u64(j, "code", r->code);
	json_str(j, "reply", r->reply);
	json_str(j, "reason", str_z(reply_class_name(r->reading.class)));
	if (r->reading.rule != NULL)
		json_str(j, "rule", str_z(r->reading.rule->id));
	json_str(j, "remote", r->remote);
	json_end(j);
}

static void
claim_json(struct json *j, const struct bag *bag, const struct bag_item *item)
{
	const struct bag_record *r;

	json_object(j, "original");
	json_str(j, "from_ip", item->from_ip);
	json_str(j, "from_name", item->from_name);
	json_str(j, "address", item->address);
	json_str(j, "queue_id", item->queue_id);
	json_str(j, "message_id", item->message_id);
	if (item->record != UINT32_MAX) {
		r = &bag->records[item->record];
		json_str(j, "state",
		    str_z(claim_state_name((enum claim_state)r->state)));
		json_number(j, "weight", claim_weight(r->signals));
		json_array(j, "signals");
		for (unsigned i = 0; i < SIGNALS_N; i++)
			if (r->signals & UINT32_C(1) << i)
				json_str(j, NULL, str_z(claim_signals[i].code));
		json_end(j);
		if (r->origin != COUNTED_NONE)
			json_str(
			    j, "origin", bag->origins.items[r->origin].text);
	}
	json_end(j);
}

static void
complaint_json(struct json *j, const struct arf *arf)
{
	char ip[IP_TEXT];

	json_object(j, "complaint");
	json_str(j, "type", arf->type);
	json_str(j, "sender", arf->sender);
	json_str(j, "recipient", arf->recipient);
	json_str(j, "domain", arf->domain);
	json_str(j, "source_ip",
	    ip_is_none(&arf->source) ? S("")
				     : str_z(ip_text(&arf->source, ip)));
	json_u64(j, "incidents", arf->incidents);
	json_end(j);
}

static void
item_json(struct json *j, const struct bag *bag, const struct bag_item *item)
{
	static const char *const originals[] = {
	    [ORIGINAL_NONE] = "none",
	    [ORIGINAL_QUOTED] = "quoted",
	    [ORIGINAL_HEADERS] = "headers",
	    [ORIGINAL_WHOLE] = "whole",
	};

	json_object(j, NULL);
	json_str(j, "source", item->path);
	json_u64(j, "message", item->number);
	json_str(j, "kind", str_z(notice_kind_name(item->kind)));
	json_str(j, "form", str_z(item->form));
	json_str(j, "subject", item->subject);
	json_str(j, "reporter", item->reporter);
	if (item->record != UINT32_MAX)
		json_time(j, "at", bag->records[item->record].at);
	json_bool(j, "nested", item->nested);
	json_bool(j, "cut", item->cut);
	json_str(j, "returned", str_z(originals[item->original]));
	json_array(j, "recipients");
	for (size_t i = 0; i < item->recipients_n; i++)
		recipient_json(j, &item->recipients[i]);
	json_end(j);
	if (item->recipients_missed > 0)
		json_u64(j, "recipients_missed", item->recipients_missed);
	if (item->kind == NOTICE_COMPLAINT || item->kind == NOTICE_FAILURE)
		complaint_json(j, &item->arf);
	claim_json(j, bag, item);
	json_end(j);
}

static void
sums_json(struct json *j, const struct bag *bag)
{
	json_u64(j, "messages", bag->messages);
	json_u64(j, "bytes", bag->bytes);
	json_object(j, "kinds");
	for (unsigned i = 0; i < NOTICE_KINDS; i++)
		json_u64(
		    j, notice_kind_name((enum notice_kind)i), bag->kinds[i]);
	json_end(j);
	json_u64(j, "recipients", bag->recipients);
	json_object(j, "reasons");
	for (unsigned i = 0; i < REPLY_CLASSES; i++)
		if (bag->classes[i] > 0)
			json_u64(j, reply_class_name((enum reply_class)i),
			    bag->classes[i]);
	json_end(j);
	json_u64(j, "only_counted", bag->records_missed);
}

/* Hours with bounces: [{"from","forged","ours","unknown"}] */
static void
hours_json(struct json *j, const struct bag *bag)
{
	size_t hours = 0;
	uint64_t(*sums)[CLAIM_STATES];

	json_array(j, "hours");
	if (bag->first != WALL_NONE)
		hours =
		    (size_t)(bag->last / US_HOUR - bag->first / US_HOUR) + 1;
	/* a forged date must not make a year of hours into gigabytes */
	if (hours == 0 || hours > 24 * 366 * 3) {
		json_end(j);
		return;
	}
	sums = xcalloc(hours, sizeof(*sums));
	for (size_t i = 0; i < bag->records_n; i++) {
		const struct bag_record *r = &bag->records[i];

		if (r->at != WALL_NONE)
			sums[r->at / US_HOUR - bag->first / US_HOUR]
			    [r->state]++;
	}
	for (size_t i = 0; i < hours; i++) {
		if (sums[i][0] + sums[i][1] + sums[i][2] == 0)
			continue;
		json_object(j, NULL);
		json_time(
		    j, "from", (bag->first / US_HOUR + (wall_us)i) * US_HOUR);
		for (unsigned k = 0; k < CLAIM_STATES; k++)
			json_u64(j, claim_state_name((enum claim_state)k),
			    sums[i][k]);
		json_end(j);
	}
	json_end(j);
	free(sums);
}

static void
domains_json(struct json *j, const struct bounces_view *view)
{
	json_array(j, "forged_domains");
	for (size_t i = 0; i < view->domains_n; i++) {
		const struct domain_state *d = &view->domains[i];

		json_object(j, NULL);
		json_str(j, "domain", d->domain);
		json_bool(j, "known", d->known);
		json_bool(j, "spf", d->has_spf);
		json_str(j, "spf_all", (struct str){&d->all, d->all != 0});
		json_str(j, "dmarc", d->policy);
		json_end(j);
	}
	json_end(j);
}

void
bounces_json(
    const struct report *report, const struct bounces_view *view, FILE *out)
{
	const struct bag *bag = view->bag;
	struct json j;

	json_init(&j, out);
	json_object(&j, NULL);
	head_json(&j, "sereno/bounces/1", report);
	json_str(&j, "verdict", str_z(bag_verdict_name(bag->verdict)));
	json_number(&j, "share", bag->share);
	sums_json(&j, bag);
	json_object(&j, "originals");
	for (unsigned i = 0; i < CLAIM_STATES; i++)
		state_json(&j, bag, (enum claim_state)i);
	json_end(&j);
	counted_json(&j, "forged_networks", &bag->networks, CLAIM_FORGED);
	counted_json(&j, "forged_countries", &bag->countries, CLAIM_FORGED);
	domains_json(&j, view);
	counted_json(&j, "forged_addresses", &bag->addresses, CLAIM_FORGED);
	counted_json(&j, "forged_reporters", &bag->reporters, CLAIM_FORGED);
	counted_json(&j, "own_origins", &bag->origins, CLAIM_OURS);
	counted_json(&j, "own_addresses", &bag->addresses, CLAIM_OURS);
	hours_json(&j, bag);
	json_array(&j, "bounces");
	for (size_t i = 0; i < bag->items_n && i < view->top; i++)
		item_json(&j, bag, &bag->items[i]);
	json_end(&j);
	examined_json(&j, report);
	gaps_json(&j, report->not_examined, report->not_examined_n);
	json_end(&j);
	json_done(&j);
}
