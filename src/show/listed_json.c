/* SPDX-License-Identifier: ISC */
#include "show/listed.h"

#include "base/json.h"
#include "base/lang.h"
#include "show/gaps.h"

static const char *
kind_name(unsigned kind)
{
	return kind == TARGET_IP4   ? "ip4"
	       : kind == TARGET_IP6 ? "ip6"
				    : "domain";
}

static void
targets_json(struct json *j, const struct dnsbl *d)
{
	json_array(j, "targets");
	for (size_t i = 0; i < d->targets_n; i++) {
		json_object(j, NULL);
		json_str(j, "target", d->targets[i].name);
		json_str(j, "kind", str_z(kind_name(d->targets[i].kind)));
		json_str(j, "why", d->targets[i].why);
		json_end(j);
	}
	json_end(j);
}

static void
code_json(struct json *j, const struct list_reading *r)
{
	char code[16];

	snprintf(code, sizeof(code), "%u.%u.%u.%u", r->code >> 24,
	    r->code >> 16 & 255, r->code >> 8 & 255, r->code & 255);
	json_object(j, NULL);
	json_str(j, "code", str_z(code));
	json_str(j, "cause", str_z(cause_name(r->cause)));
	json_str(j, "look", str_z(cause_look(r->cause)));
	json_str(j, "label", str_z(r->label));
	json_bool(j, "documented", r->documented);
	if (r->value >= 0)
		json_u64(j, "value", (uint64_t)r->value);
	json_str(j, "sentence", str_z(_(cause_sentence(r->cause))));
	json_end(j);
}

static void
removal_json(struct json *j, const struct list *list)
{
	json_object(j, "removal");
	json_str(j, "kind", str_z(list_removal_name(list->removal)));
	json_str(j, "url", str_z(list->url));
	if (list->expiry_hours > 0)
		json_u64(j, "expiry_hours", list->expiry_hours);
	json_bool(j, "paid_offer_do_not_pay", list->paid);
	if (list->note[0] != '\0')
		json_str(j, "note", str_z(_(list->note)));
	json_end(j);
}

static void
entry_json(
    struct json *j, const struct listed_view *view, const struct dnsbl_entry *e)
{
	const struct dnsbl *d = view->d;
	const struct dnsbl_probe *p = &d->probes[e->probe];
	enum list_severity severity = dnsbl_entry_severity(d, e);

	json_object(j, NULL);
	json_str(j, "target", d->targets[e->target].name);
	json_str(j, "list", str_z(p->list->id));
	json_str(j, "zone", p->shown);
	json_str(j, "severity", str_z(list_severity_name(severity)));
	json_bool(j, "counts", dnsbl_counts(d, e));
	json_array(j, "codes");
	for (size_t i = 0; i < e->n; i++)
		code_json(j, &e->readings[i]);
	json_end(j);
	json_u64(j, "ttl", e->ttl);
	json_str(j, "text", e->text);
	if (e->cell == CELL_LISTED)
		json_time(j, "first_seen", listed_since(view, e));
	if (e->cell == CELL_LISTED)
		removal_json(j, p->list);
	json_end(j);
}

static void
entries_json(struct json *j, const char *key, const struct listed_view *view,
    enum dnsbl_cell cell, bool scores)
{
	const struct dnsbl *d = view->d;

	json_array(j, key);
	for (size_t i = 0; i < d->entries_n; i++) {
		const struct dnsbl_entry *e = d->entries[i];
		enum list_kind kind = d->probes[e->probe].list->kind;

		if (scores ? kind == LIST_SCORE
			   : kind != LIST_SCORE && e->cell == cell)
			entry_json(j, view, e);
	}
	json_end(j);
}

static void
lists_json(struct json *j, const struct dnsbl *d)
{
	json_array(j, "lists");
	for (size_t i = 0; i < d->probes_n; i++) {
		const struct dnsbl_probe *p = &d->probes[i];

		json_object(j, NULL);
		json_str(j, "list", str_z(p->list->id));
		json_str(j, "zone", p->shown);
		json_str(j, "operator", str_z(p->list->operator));
		json_str(j, "kind", str_z(list_kind_name(p->list->kind)));
		json_str(j, "target_kind", str_z(kind_name(p->kind)));
		json_str(j, "severity",
		    str_z(list_severity_name(p->list->severity)));
		json_str(j, "part_of", str_z(p->list->part_of));
		json_bool(j, "usable", dnsbl_usable(p));
		json_str(j, "state", str_z(dnsbl_health_name(p->health)));
		if (p->dead != NULL)
			json_str(j, "sentence",
			    str_z(_(dead_sentence(p->dead->why))));
		else
			json_str(j, "sentence",
			    str_z(p->health == HEALTH_GOOD
				      ? ""
				      : _(dnsbl_health_sentence(p->health))));
		json_str(j, "said", p->said);
		json_str(j, "dnssec", str_z(dns_security_name(p->security)));
		json_u64(j, "asked", p->asked);
		json_u64(j, "clean", p->clean);
		json_u64(j, "unknown", p->unknown);
		json_str(j, "source", str_z(p->list->source));
		json_str(j, "date", str_z(p->list->date));
		json_end(j);
	}
	json_end(j);
}

/* Which questions had no answer: unknown is not clean. */
static void
unknown_json(struct json *j, const struct dnsbl *d)
{
	json_array(j, "unknown");
	for (size_t i = 0; i < d->probes_n; i++)
		for (size_t t = 0; t < d->targets_n; t++) {
			if (dnsbl_cell_of(d, i, t) != CELL_UNKNOWN)
				continue;
			json_object(j, NULL);
			json_str(j, "target", d->targets[t].name);
			json_str(j, "list", str_z(d->probes[i].list->id));
			json_end(j);
		}
	json_end(j);
}

static void
changes_json(struct json *j, const struct listed_view *view)
{
	json_array(j, "changes");
	for (size_t i = 0; i < view->changes_n; i++) {
		const struct listed_change *c = &view->changes[i];

		json_object(j, NULL);
		json_str(j, "change", str_z(listed_what_name(c->what)));
		json_str(j, "target", view->d->targets[c->target].name);
		json_str(j, "list", str_z(view->d->probes[c->probe].list->id));
		json_time(j, "since", c->since);
		json_end(j);
	}
	json_end(j);
}

void
listed_json(const struct listed_view *view, FILE *out)
{
	const struct dnsbl *d = view->d;
	struct arena scratch = {0};
	struct listed_sums sums;
	struct json j;

	listed_sum(view, &sums);
	json_init(&j, out);
	json_object(&j, NULL);
	json_str(&j, "schema", S("sereno/listed/1"));
	json_str(&j, "sereno", S(SERENO_VERSION));
	json_str(&j, "host", view->host);
	json_time(&j, "at", view->at);
	json_object(&j, "resolver");
	json_str(&j, "kind", view->recursion ? S("recursion") : S("servers"));
	json_str(&j, "text", view->resolver);
	json_u64(&j, "questions", view->asked);
	json_number(&j, "seconds", (double)view->took / 1e6);
	json_end(&j);
	json_object(&j, "summary");
	json_u64(&j, "listings", sums.entries);
	json_u64(&j, "listed_targets", sums.targets);
	json_u64(&j, "unconfirmed", sums.unsure);
	json_u64(&j, "lists", sums.lists);
	json_u64(&j, "broken_lists", sums.broken);
	json_u64(&j, "unknown", sums.unknown);
	json_str(&j, "worst",
	    sums.entries > 0 ? str_z(list_severity_name(sums.worst)) : S(""));
	json_str(&j, "sentence", listed_headline(view, &scratch));
	json_end(&j);
	targets_json(&j, d);
	entries_json(&j, "listings", view, CELL_LISTED, false);
	entries_json(&j, "good", view, CELL_GOOD, false);
	entries_json(&j, "neutral", view, CELL_NEUTRAL, false);
	entries_json(&j, "scores", view, CELL_GOOD, true);
	changes_json(&j, view);
	unknown_json(&j, d);
	lists_json(&j, d);
	gaps_json(&j, view->notes, view->notes_n);
	json_end(&j);
	json_done(&j);
	arena_done(&scratch);
}
