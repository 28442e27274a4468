/* SPDX-License-Identifier: ISC */
#include "base/lang.h"
#include "mail/header.h"
#include "show/gaps.h"
#include "show/headers.h"
#include "show/part_json.h"

static void
text_json(struct json *j, struct arena *a, const char *key, struct str value)
{
	json_str(j, key, header_decode(a, str_head(value, 1000)));
}

static void
notice_json(struct json *j, const struct inspection *x)
{
	const struct notice *n = &x->notice;

	json_str(j, "examined_part", str_z(exhibit_how_name(x->exhibit.how)));
	json_object(j, "came_in");
	json_str(j, "kind", str_z(notice_kind_name(n->kind)));
	json_str(j, "form", n->form == NULL ? S("") : str_z(n->form));
	json_str(j, "reporter", n->reporter);
	if (n->kind == NOTICE_COMPLAINT || n->kind == NOTICE_FAILURE) {
		json_str(j, "type", n->arf.type);
		json_ip(j, "source_ip", &n->arf.source);
		json_str(j, "sender", n->arf.sender);
		json_str(j, "recipient", n->arf.recipient);
		json_str(j, "domain", n->arf.domain);
		json_time(j, "arrival", n->arf.arrival);
	}
	json_end(j);
}

static void
message_json(struct json *j, const struct inspection *x, struct arena *a)
{
	json_object(j, "message");
	text_json(j, a, "from", x->from);
	text_json(j, a, "sender", x->sender);
	json_str(j, "return_path", x->return_path);
	text_json(j, a, "to", x->to);
	text_json(j, a, "subject", x->subject);
	json_str(j, "message_id", x->message_id);
	json_time(j, "date", x->date);
	json_bool(j, "whole", x->exhibit.whole);
	json_end(j);
}

static void
hop_json(struct json *j, struct arena *a, const struct chain *c, size_t i)
{
	const struct hop *hop = &c->hops[i];
	const struct received_field *r = &hop->received;

	json_object(j, NULL);
	json_u64(j, "number", i + 1);
	json_bool(j, "believed", hop->trusted);
	json_bool(j, "confirmed", hop->confirmed);
	json_bool(j, "forged", hop_is_forged(hop));
	json_str(j, "by", r->by);
	json_str(j, "program", r->program == NULL ? S("") : str_z(r->program));
	json_str(j, "helo", r->helo);
	json_str(j, "rdns", r->rdns);
	json_bool(j, "rdns_confirmed", r->rdns.n > 0 && !r->rdns_doubtful);
	json_ip(j, "ip", &r->ip);
	text_json(j, a, "with", r->with);
	text_json(j, a, "via", r->via);
	json_str(j, "id", r->id);
	json_str(j, "for", r->recipient);
	json_str(j, "sender", r->sender);
	json_str(j, "account", r->account);
	if (r->uid >= 0)
		json_u64(j, "uid", (uint64_t)r->uid);
	json_time(j, "at", r->at);
	if (i + 1 < c->n && r->at != WALL_NONE &&
	    c->hops[i + 1].received.at != WALL_NONE)
		json_number(j, "delay", (double)hop->delay / (double)US_SECOND);
	else
		json_null(j, "delay");
	json_array(j, "doubts");
	for (unsigned bit = 1; bit <= DOUBT_CLOCK; bit <<= 1) {
		if ((hop->doubts & bit) == 0)
			continue;
		json_object(j, NULL);
		json_str(j, "doubt", str_z(headers_doubt_name(bit)));
		json_str(j, "sentence", str_z(_(headers_doubt(bit))));
		json_end(j);
	}
	json_end(j);
	json_end(j);
}

static void
way_json(struct json *j, const struct inspection *x, struct arena *a)
{
	const struct chain *c = &x->chain;

	json_array(j, "hops");
	for (size_t i = 0; i < c->n; i++)
		hop_json(j, a, c, i);
	json_end(j);
	json_u64(j, "hops_missed", c->missed);
	if (c->n == 0) {
		json_null(j, "boundary");
		return;
	}
	json_object(j, "boundary");
	json_u64(j, "below", c->entry + 1);
	json_bool(j, "end", c->boundary == BOUNDARY_END);
	json_str(j, "sentence", headers_boundary(x, a));
	json_end(j);
}

static void
passage_json(struct json *j, const struct inspection *x)
{
	const struct passage *p = &x->passage;
	static const char *const origins[] = {
	    [PASSAGE_BY_NOBODY] = "unknown",
	    [PASSAGE_BY_ACCOUNT] = "account",
	    [PASSAGE_BY_USER] = "local-user",
	    [PASSAGE_BY_CLIENT] = "client",
	    [PASSAGE_BY_SYSTEM] = "system",
	};

	json_object(j, "log");
	json_str(j, "state", str_z(passage_state_name(p->state)));
	if (p->state == PASSAGE_FOUND) {
		json_bool(j, "by_queue_id", p->by_queue_id);
		json_bool(j, "by_message_id", p->by_message_id);
		json_str(j, "queue_id", p->queue_id);
		json_str(j, "queue_ids", p->queue_ids);
		json_object(j, "origin");
		json_str(j, "kind", str_z(origins[p->origin]));
		json_str(j, "name",
		    p->origin == PASSAGE_BY_ACCOUNT ? p->account : p->user);
		if (p->uid >= 0)
			json_u64(j, "uid", (uint64_t)p->uid);
		json_ip(j, "ip", &p->client);
		json_end(j);
		json_time(j, "at", p->at);
		json_u64(j, "accepted", p->delivered);
		json_u64(j, "bounced", p->bounced);
		json_u64(j, "deferred", p->deferred);
		json_array(j, "recipients");
		for (size_t i = 0; i < p->recipients_n; i++)
			json_str(j, NULL, p->recipients[i]);
		json_end(j);
		json_bool(j, "more_recipients", p->recipients_more);
		json_str(j, "copied", str_z(copy_state_name(x->copy)));
		json_bool(j, "handed_on", x->handed_on);
		cite_json(j, "evidence", &p->cite);
	}
	json_end(j);
}

static void
signs_json(struct json *j, const struct inspection *x)
{
	json_array(j, "signals");
	for (unsigned i = 0; i < SIGNALS_N; i++) {
		if (!(x->claim.signals & UINT32_C(1) << i))
			continue;
		json_object(j, NULL);
		json_str(j, "signal", str_z(claim_signals[i].code));
		json_number(j, "weight", claim_signals[i].weight);
		json_bool(j, "proof", claim_signals[i].proof);
		json_str(j, "sentence", str_z(_(claim_signals[i].sentence)));
		json_end(j);
	}
	json_end(j);
}

static void
results_json(struct json *j, const struct inspection *x, struct arena *a)
{
	json_array(j, "authentication");
	for (size_t i = 0; i < x->results_n; i++) {
		const struct inspection_result *r = &x->results[i];

		json_object(j, NULL);
		json_str(j, "server", r->server);
		json_str(j, "method", r->result.method);
		json_str(j, "result", r->result.result);
		text_json(j, a, "about", r->result.about);
		json_bool(j, "believed", r->believed);
		json_end(j);
	}
	json_end(j);
}

static void
seals_json(struct json *j, const struct inspection *x)
{
	json_array(j, "dkim");
	for (size_t i = 0; i < x->seals.n; i++) {
		const struct seal *seal = &x->seals.items[i];
		const struct dkim_verdict *v = &seal->verdict;

		json_object(j, NULL);
		json_str(j, "domain", seal->signature.domain);
		json_str(j, "selector", seal->signature.selector);
		json_bool(j, "ours", seal->ours);
		json_str(j, "state", str_z(dkim_state_name(v->state)));
		json_str(j, "sentence", str_z(_(dkim_state_words(v->state))));
		json_str(j, "why", v->why == NULL ? S("") : str_z(_(v->why)));
		json_u64(j, "bits", v->bits);
		json_array(j, "notes");
		for (unsigned bit = 1; dkim_note_name(bit) != NULL; bit <<= 1)
			if ((v->notes & bit) != 0)
				json_str(j, NULL, str_z(dkim_note_name(bit)));
		json_end(j);
		json_time(j, "signed", seal->signature.at);
		json_time(j, "expires", seal->signature.expires);
		json_end(j);
	}
	json_end(j);
	json_u64(j, "dkim_missed", x->seals.missed);
}

static void
imprints_json(struct json *j, const struct inspection *x, struct arena *a)
{
	json_array(j, "fields");
	for (size_t i = 0; i < x->imprints.n; i++) {
		const struct imprint *m = &x->imprints.items[i];

		json_object(j, NULL);
		json_str(j, "field", m->field);
		text_json(j, a, "value", m->value);
		json_str(j, "kind", str_z(imprint_kind_name(m->kind)));
		json_str(j, "reliability", str_z(imprint_trust_name(m->trust)));
		json_str(j, "meaning", str_z(_(m->sentence)));
		json_str(
		    j, "sentence", str_z(_(imprint_trust_words(m->trust))));
		json_end(j);
	}
	json_end(j);
	json_u64(j, "fields_missed", x->imprints.missed);
}

static void
next_json(void *arg, struct str command, struct str sentence)
{
	struct json *j = arg;

	json_object(j, NULL);
	json_str(j, "command", command);
	json_str(j, "sentence", sentence);
	json_end(j);
}

void
headers_json(
    const struct report *report, const struct headers_view *view, FILE *out)
{
	const struct inspection *x = view->x;
	struct arena a = {0};
	struct json j;

	json_init(&j, out);
	json_object(&j, NULL);
	head_json(&j, "sereno/headers/1", report);
	json_str(&j, "source", view->source);
	json_bool(&j, "found", view->found);
	json_str(&j, "verdict", str_z(inspection_verdict_name(x->verdict)));
	json_bool(&j, "proved_by_log", x->by_log);
	json_str(&j, "sentence", headers_sentence(view, &a));
	if (view->found) {
		notice_json(&j, x);
		message_json(&j, x, &a);
		way_json(&j, x, &a);
		passage_json(&j, x);
		signs_json(&j, x);
		results_json(&j, x, &a);
		seals_json(&j, x);
		imprints_json(&j, x, &a);
	}
	json_array(&j, "next");
	headers_next(view, &a, next_json, &j);
	json_end(&j);
	examined_json(&j, report);
	gaps_json(&j, report->not_examined, report->not_examined_n);
	json_end(&j);
	json_done(&j);
	arena_done(&a);
}
