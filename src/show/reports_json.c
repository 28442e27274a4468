/* SPDX-License-Identifier: ISC */
#include "show/reports.h"

#include "base/lang.h"
#include "show/gaps.h"
#include "show/part_json.h"

#include <stdlib.h>

enum {
	TOP = 1000,
};

static void
day_json(struct json *j, const char *key, int32_t day)
{
	if (day < 0)
		json_null(j, key);
	else
		json_time(j, key, day * US_DAY);
}

static void
group_json(
    struct json *j, const struct reports_view *v, const struct report_group *g)
{
	char country[3];

	json_object(j, NULL);
	json_str(j, "name", g->name);
	if (g->service != NULL)
		json_str(j, "service", str_z(g->service->id));
	if (g->host.n > 0)
		json_str(j, "host", g->host);
	if (v->geo != NULL && geo_country(v->geo, &g->ip, country))
		json_str(j, "country", str_z(country));
	if (g->fault != FAULT_NONE) {
		struct arena scratch = {0};

		json_str(j, "sender", str_z(sender_name(g->sender)));
		json_str(j, "from", g->from);
		json_str(j, "fault", str_z(fault_name(g->fault)));
		json_str(j, "signer", g->signer);
		json_str(j, "spf", g->spf);
		json_bool(j, "spf_pass", g->spf_pass);
		json_str(j, "sentence", fault_words(g, &scratch));
		arena_done(&scratch);
	}
	json_u64(j, "messages", g->messages);
	json_u64(j, "unaligned", g->unaligned);
	json_u64(j, "none", g->done[DMARC_NONE]);
	json_u64(j, "quarantine", g->done[DMARC_QUARANTINE]);
	json_u64(j, "reject", g->done[DMARC_REJECT]);
	json_u64(j, "addresses", g->addresses);
	json_u64(j, "receivers", report_orgs(g->orgs));
	day_json(j, "first", g->first);
	day_json(j, "last", g->last);
	json_end(j);
}

static void
groups_json(struct json *j, const char *key, const struct reports_view *v,
    const struct report_groups *groups)
{
	json_array(j, key);
	for (size_t i = 0; i < groups->n && i < (v->top > 0 ? v->top : TOP);
	     i++)
		group_json(j, v, &groups->items[i]);
	json_end(j);
}

static void
senders_json(struct json *j, const struct reports_view *v)
{
	json_object(j, "senders");
	for (unsigned i = 0; i < SENDERS; i++) {
		struct arena scratch = {0};
		struct report_groups groups;

		report_groups(v->reports, (enum sender)i, &scratch, &groups);
		json_object(j, sender_name((enum sender)i));
		json_u64(j, "messages", v->reports->senders[i]);
		json_u64(j, "unaligned", v->reports->unaligned[i]);
		json_u64(j, "different", groups.n);
		groups_json(j, "top", v, &groups);
		json_end(j);
		arena_done(&scratch);
	}
	json_end(j);
}

static void
faults_json(struct json *j, const struct reports_view *v)
{
	struct arena scratch = {0};
	struct report_groups faults;

	report_faults(v->reports, &scratch, &faults);
	groups_json(j, "faults", v, &faults);
	arena_done(&scratch);
}

static void
domains_json(struct json *j, const struct reports *r)
{
	json_array(j, "domains");
	for (size_t i = 0; i < r->domains_n; i++) {
		const struct report_domain *d = &r->domains[i];
		struct policy_advice v;

		policy_advice(r, d, &v);
		json_object(j, NULL);
		json_str(j, "domain", d->name);
		json_str(j, "policy", d->policy);
		json_str(j, "subdomain_policy", d->sub_policy);
		json_u64(j, "percent", d->percent);
		json_bool(j, "testing", d->testing);
		json_u64(j, "messages", d->messages);
		json_u64(j, "ours", v.ours);
		json_u64(j, "would_hurt", v.hurt);
		json_bool(j, "reject_is_safe", v.safe);
		json_end(j);
	}
	json_end(j);
}

static void
suspects_json(struct json *j, const char *key, const struct report_suspects *s)
{
	json_object(j, key);
	json_u64(j, "messages", s->messages);
	json_u64(j, "on_covered_days", s->on_days);
	json_u64(j, "punished", s->punished);
	json_u64(j, "networks", s->networks);
	json_u64(j, "receivers", s->orgs);
	json_str(j, "network", s->network);
	json_str(j, "selector", s->selector);
	day_json(j, "first", s->first);
	day_json(j, "last", s->last);
	json_end(j);
}

static void
evidence_json(struct json *j, const struct report_evidence *e)
{
	json_object(j, "evidence");
	json_u64(j, "covered_days", (uint64_t)(e->to - e->from));
	json_u64(j, "delivered", e->delivered);
	json_u64(j, "reported", e->reported);
	json_bool(j, "bypassed", evidence_is_bypassed(e));
	json_bool(j, "replayed", evidence_is_replayed(e));
	suspects_json(j, "key_elsewhere", &e->key);
	suspects_json(j, "unknown_key", &e->other_key);
	suspects_json(j, "handed_on", &e->handed_on);
	json_end(j);
}

static int
compare_days(const void *left, const void *right)
{
	const struct report_cell *a = left, *b = right;

	return (a->day > b->day) - (a->day < b->day);
}

/* Messages by day and kind. */
static void
days_json(struct json *j, const struct reports *r)
{
	struct report_cell *cells = xcalloc(r->cells_n + 1, sizeof(*cells));
	size_t i = 0;

	if (r->cells_n > 0) {
		memcpy(cells, r->cells, r->cells_n * sizeof(*cells));
		qsort(cells, r->cells_n, sizeof(*cells), compare_days);
	}
	json_array(j, "days");
	while (i < r->cells_n) {
		uint64_t sums[SENDERS] = {0};
		int32_t day = cells[i].day;

		for (; i < r->cells_n && cells[i].day == day; i++)
			sums[r->sources[cells[i].source].sender] +=
			    cells[i].messages;
		json_object(j, NULL);
		day_json(j, "day", day);
		for (unsigned k = 0; k < SENDERS; k++)
			json_u64(j, sender_name((enum sender)k), sums[k]);
		json_end(j);
	}
	json_end(j);
	free(cells);
}

static void
tls_json(struct json *j, const struct reports *r)
{
	json_object(j, "tls");
	json_u64(j, "reports", r->tls.reports);
	json_u64(j, "good", r->tls.good);
	json_u64(j, "failed", r->tls.failed);
	json_array(j, "failures");
	for (size_t i = 0; i < r->tls.n; i++) {
		const struct report_tls *t = &r->tls.items[i];

		json_object(j, NULL);
		json_str(j, "domain", t->domain);
		json_str(j, "mx", t->mx);
		json_str(j, "type", t->type);
		json_u64(j, "sessions", t->sessions);
		json_u64(j, "receivers", report_orgs(t->orgs));
		json_str(j, "sentence", str_z(tls_failure_words(t->type)));
		json_end(j);
	}
	json_end(j);
	json_end(j);
}

static void
counts_json(struct json *j, const struct reports *r)
{
	json_object(j, "reports");
	json_u64(j, "dmarc", r->whole);
	json_u64(j, "mended", r->mended);
	json_u64(j, "cut", r->cut);
	json_u64(j, "twice", r->twice);
	json_u64(j, "broken", r->broken);
	json_u64(j, "tls", r->tls.reports);
	json_u64(j, "failures", r->failures);
	json_end(j);
	json_u64(j, "letters", r->messages);
	json_u64(j, "letters_without", r->empty);
	json_u64(j, "bytes", r->bytes);
	json_u64(j, "messages", r->volume);
	json_time(j, "from", r->first);
	json_time(j, "to", r->last);
	json_array(j, "receivers");
	for (size_t i = 0; i < r->orgs_n; i++) {
		json_object(j, NULL);
		json_str(j, "name", r->orgs[i].name);
		json_u64(j, "reports", r->orgs[i].reports);
		json_u64(j, "messages", r->orgs[i].messages);
		json_end(j);
	}
	json_end(j);
}

void
reports_json(
    const struct report *report, const struct reports_view *view, FILE *out)
{
	const struct reports *r = view->reports;
	struct json j;

	json_init(&j, out);
	json_object(&j, NULL);
	head_json(&j, "sereno/reports/1", report);
	counts_json(&j, r);
	senders_json(&j, view);
	faults_json(&j, view);
	domains_json(&j, r);
	evidence_json(&j, view->evidence);
	days_json(&j, r);
	tls_json(&j, r);
	examined_json(&j, report);
	gaps_json(&j, report->not_examined, report->not_examined_n);
	json_end(&j);
	json_done(&j);
}
