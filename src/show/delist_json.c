/* SPDX-License-Identifier: ISC */
#include "show/delist.h"

#include "base/json.h"
#include "base/lang.h"
#include "show/gaps.h"
#include "show/part_json.h"

static const char *
standing_name(enum standing_state state)
{
	static const char *const names[] = {"unknown", "good", "bad"};

	return names[state];
}

static void
needs_json(
    struct json *j, const struct delist_view *view, const struct petition *x)
{
	json_array(j, "needs");
	for (int i = 0; i < NEEDS; i++) {
		const struct standing *s =
		    footing_of(&view->p->footing, x->target, (enum need)i);
		enum standing_state state =
		    (x->bad & 1U << i) != 0 ? STANDING_BAD : s->state;

		if ((x->way->needs & 1U << i) == 0)
			continue;
		json_object(j, NULL);
		json_str(j, "need", str_z(need_name((enum need)i)));
		json_str(j, "state", str_z(standing_name(state)));
		json_str(j, "sentence", s->sentence);
		if (s->proof != NULL)
			cite_json(j, "proof", s->proof);
		json_end(j);
	}
	json_end(j);
}

static void
draft_json(struct json *j, struct arena *a, const struct delist_view *view,
    const struct petition *x)
{
	struct draft d;

	if (!draft_make(
		a, view->p, x, view->report, view->done, view->done_n, &d)) {
		json_null(j, "draft");
		return;
	}
	json_object(j, "draft");
	json_str(j, "to", d.to);
	json_str(j, "subject", d.subject);
	json_str(j, "body", d.body);
	json_u64(j, "blanks", d.blanks);
	json_end(j);
}

static void
petition_json(struct json *j, struct arena *a, const struct delist_view *view,
    const struct petition *x)
{
	json_object(j, NULL);
	json_str(j, "id", x->id);
	json_str(j, "way", str_z(x->way->id));
	json_str(j, "name", str_z(x->way->name));
	json_str(j, "list", x->list != NULL ? str_z(x->list->id) : S(""));
	json_str(j, "label", x->label);
	json_str(j, "target", x->target);
	json_str(j, "state", str_z(petition_state_name(x->state)));
	json_str(j, "next", petition_next(view->p, a, x));
	json_time(j, "next_at", x->next);
	json_time(j, "first", x->first);
	json_time(j, "last", x->last);
	json_u64(j, "answers", x->answers);
	json_str(j, "said", x->said);
	json_object(j, "request");
	json_str(j, "state", str_z(request_state_name(x->asked)));
	json_time(j, "at", x->asked_at);
	json_u64(j, "times", x->times);
	json_end(j);
	json_str(j, "how", str_z(way_how_name(x->way->how)));
	json_str(j, "to", petition_to(a, x));
	json_u64(j, "expiry_hours", x->way->expiry_hours);
	json_bool(j, "paid_offer_do_not_pay", x->way->paid);
	json_str(j, "note",
	    x->way->note[0] != '\0' ? str_z(_(x->way->note)) : S(""));
	if (x->cite != NULL)
		cite_json(j, "proof", x->cite);
	needs_json(j, view, x);
	draft_json(j, a, view, x);
	json_end(j);
}

static void
escapes_json(struct json *j, struct arena *a, const struct delist_view *view)
{
	const struct footing *f = &view->p->footing;

	json_array(j, "alternatives");
	for (int i = 0; i < ESCAPES; i++) {
		enum escape_what what = (enum escape_what)i;
		const struct escape *e = escape_find(view->mta, what);

		json_object(j, NULL);
		json_str(j, "kind", str_z(escape_name(what)));
		json_str(j, "sentence", str_z(_(escape_title(what))));
		json_str(j, "risk", str_z(_(escape_risk(what))));
		json_str(j, "where", e != NULL ? str_z(e->where) : S(""));
		json_str(j, "lines", e != NULL ? str_z(e->lines) : S(""));
		json_str(j, "spf",
		    f->record.n == 0
			? S("")
			: escape_spf(a, f->record,
			      what == ESCAPE_SOURCE ? "ip4:NEW-ADDRESS"
						    : "include:SPF-OF-RELAY"));
		json_end(j);
	}
	json_end(j);
}

void
delist_json(const struct delist_view *view, FILE *out)
{
	const struct petitions *p = view->p;
	struct arena a = {0};
	struct json j;

	json_init(&j, out);
	json_object(&j, NULL);
	head_json(&j, "sereno/delist/1", view->report);
	json_object(&j, "source");
	json_bool(&j, "known", p->footing.source != NULL);
	json_str(&j, "finding",
	    p->footing.source != NULL ? str_z(p->footing.source->kind->code)
				      : S(""));
	json_time(&j, "last", p->footing.last);
	json_u64(&j, "queued", p->footing.queued);
	json_end(&j);
	json_array(&j, "petitions");
	for (size_t i = 0; i < p->n; i++)
		if (delist_shows(view, p->items[i]))
			petition_json(&j, &a, view, p->items[i]);
	json_end(&j);
	escapes_json(&j, &a, view);
	examined_json(&j, view->report);
	gaps_json(&j, view->report->not_examined, view->report->not_examined_n);
	json_end(&j);
	json_done(&j);
	arena_done(&a);
}
