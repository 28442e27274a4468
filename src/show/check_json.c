/* SPDX-License-Identifier: ISC */
#include "show/check.h"

#include "letter/bag.h"
#include "mta/facts.h"
#include "queue/evidence.h"
#include "show/gaps.h"
#include "show/part_json.h"

static void
culprit_json(struct json *j, const struct culprit *culprit)
{
	json_object(j, NULL);
	origin_json(j, "origin", culprit->origin);
	json_number(j, "confidence", culprit->confidence);
	json_array(j, "findings");
	for (size_t i = 0; i < culprit->findings_n; i++)
		json_str(j, NULL, str_z(culprit->findings[i]->kind->code));
	json_end(j);
	share_json(j, &culprit->share);
	/* The origin's own, abused or not. */
	json_u64(j, "total_messages", culprit->origin->counts.messages);
	json_u64(j, "total_recipients", culprit->origin->counts.recipients);
	json_end(j);
}

static void
unknown_json(struct json *j, const struct report *report)
{
	json_array(j, "unknown");
	for (size_t i = 0; i < report->shapes_n; i++) {
		json_object(j, NULL);
		json_str(j, "shape", report->shapes[i].shape);
		json_u64(j, "lines", report->shapes[i].n);
		cite_json(j, "first", &report->shapes[i].cite);
		json_end(j);
	}
	json_end(j);
}

/* Mail servers and panels, and why we believe that they are there. */
static void
servers_json(struct json *j, const struct servers *servers)
{
	json_array(j, "servers");
	for (size_t i = 0; servers != NULL && i < servers->n; i++) {
		const struct server *server = &servers->items[i];

		json_object(j, NULL);
		json_str(j, "name", server->name);
		json_str(j, "kind", str_z(server_kind_name(server->kind)));
		if (server->mta.n > 0)
			json_str(j, "mta", server->mta);
		else
			json_null(j, "mta");
		if (server->version.n > 0)
			json_str(j, "version", server->version);
		else
			json_null(j, "version");
		json_array(j, "why");
		for (size_t k = 0; k < server->why_n; k++)
			json_str(j, NULL, server->why[k]);
		json_end(j);
		json_end(j);
	}
	json_end(j);
}

/* What the configurations say, of the machine that was examined. */
static void
settings_json(struct json *j, const struct report *report)
{
	const struct facts *facts = report->facts;
	struct arena a = {0};

	json_array(j, "settings");
	for (size_t i = 0; facts != NULL && i < facts->n; i++) {
		const struct fact *fact = &facts->items[i];

		json_object(j, NULL);
		json_str(j, "mta", str_z(fact->mta));
		json_str(j, "kind", str_z(fact_kind_name(fact->kind)));
		json_str(j, "setting", fact->name);
		json_str(j, "value", fact->value);
		if (fact->scope.n > 0)
			json_str(j, "scope", fact->scope);
		if (fact->kind == FACT_LISTENER)
			json_bool(j, "loopback", fact->loopback);
		if (fact->excluded)
			json_bool(j, "excluded", true);
		json_str(j, "source", fact_file(&a, facts, fact));
		json_u64(j, "line", fact->line);
		json_end(j);
	}
	json_end(j);
	arena_done(&a);
}

/* Bounces that came in; nothing when none were named. */
static void
bag_json(struct json *j, const struct bag *bag)
{
	if (bag == NULL)
		return;
	json_object(j, "bounces");
	json_u64(j, "messages", bag->messages);
	json_u64(j, "bytes", bag->bytes);
	json_u64(j, "bounces", bag->records_n + bag->records_missed);
	json_str(j, "verdict", str_z(bag_verdict_name(bag->verdict)));
	for (unsigned i = 0; i < CLAIM_STATES; i++)
		json_u64(
		    j, claim_state_name((enum claim_state)i), bag->states[i]);
	json_end(j);
}

/* What waits in the queues; nothing when none was read. */
static void
queue_evidence_json(struct json *j, const struct queue_evidence *queue)
{
	char id[CAMPAIGN_ID];

	if (queue == NULL)
		return;
	json_object(j, "queue");
	json_u64(j, "messages", queue->n);
	json_u64(j, "recipients", queue->recipients);
	json_u64(j, "last_hour", queue->last_hour);
	json_u64(j, "hour_before", queue->hour_before);
	json_u64(j, "notices", queue->campaigns.notices);
	json_array(j, "campaigns");
	for (size_t i = 0; i < queue->campaigns.n; i++) {
		const struct campaign *c = &queue->campaigns.items[i];

		json_object(j, NULL);
		json_str(j, "id", str_z(campaign_id_text(c->id, id)));
		json_u64(j, "messages", c->messages);
		json_u64(j, "recipients", c->recipients);
		json_end(j);
	}
	json_end(j);
	json_end(j);
}

void
check_json(const struct report *report, FILE *out)
{
	struct json j;

	json_init(&j, out);
	json_object(&j, NULL);
	head_json(&j, "sereno/check/1", report);
	json_array(&j, "verdicts");
	for (size_t i = 0; i < report->verdicts_n; i++) {
		const struct verdict *verdict = &report->verdicts[i];

		json_object(&j, NULL);
		json_str(&j, "kind", str_z(verdict_name(verdict->kind)));
		json_number(&j, "confidence", verdict->confidence);
		json_str(&j, "sentence", verdict->sentence);
		json_end(&j);
	}
	json_end(&j);
	json_array(&j, "culprits");
	for (size_t i = 0; i < report->culprits_n; i++)
		culprit_json(&j, &report->culprits[i]);
	json_end(&j);
	findings_json(&j, report);
	examined_json(&j, report);
	queue_evidence_json(&j, report->queue);
	bag_json(&j, report->bounces);
	servers_json(&j, report->servers);
	settings_json(&j, report);
	gaps_json(&j, report->not_examined, report->not_examined_n);
	unknown_json(&j, report);
	json_end(&j);
	json_done(&j);
}
