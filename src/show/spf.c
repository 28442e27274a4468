/* SPDX-License-Identifier: ISC */
#include "show/spf.h"

#include "base/lang.h"

int
spf_exit(const struct spf_outcome *outcome)
{
	return outcome->result == SPF_PASS        ? 0
	       : outcome->result == SPF_TEMPERROR ? 3
						  : 1;
}

/* ---- for programs ---- */

static void trace_json(
    struct json *j, const char *key, const struct spf_trace *trace, int depth);

static void
asks_json(struct json *j, const struct spf_ask *ask)
{
	json_array(j, "asked");
	for (; ask != NULL; ask = ask->next) {
		json_object(j, NULL);
		json_str(j, "name", ask->name);
		json_str(j, "type", str_z(dns_type_name((uint16_t)ask->type)));
		json_str(j, "status", str_z(dns_status_name(ask->status)));
		json_u64(j, "records", ask->records);
		json_end(j);
	}
	json_end(j);
}

static void
step_json(struct json *j, const struct spf_step *step, int depth)
{
	json_object(j, NULL);
	json_str(j, "term", step->term);
	json_str(j, "name", step->name);
	json_bool(j, "matched", step->matched);
	json_str(j, "match", step->match);
	json_u64(j, "lookups", step->lookups);
	json_u64(j, "void_lookups", step->voids);
	asks_json(j, step->asks);
	if (step->inner != NULL)
		trace_json(j, "record", step->inner, depth + 1);
	json_end(j);
}

static void
trace_json(
    struct json *j, const char *key, const struct spf_trace *trace, int depth)
{
	json_object(j, key);
	json_str(j, "domain", trace->domain);
	json_str(j, "record", trace->record);
	json_str(j, "result", str_z(spf_result_name(trace->result)));
	asks_json(j, trace->asks);
	json_array(j, "terms");
	/* Each level takes three of the writer's. */
	for (const struct spf_step *step = trace->steps;
	     step != NULL && depth < JSON_DEPTH / 3 - 2; step = step->next)
		step_json(j, step, depth);
	json_end(j);
	json_end(j);
}

void
spf_outcome_json(struct json *j, const struct spf_outcome *o)
{
	struct arena scratch = {0};

	json_str(j, "result", str_z(spf_result_name(o->result)));
	json_str(j, "cause", str_z(spf_cause_name(o->cause)));
	json_str(j, "sentence", spf_outcome_sentence(&scratch, o));
	json_str(j, "record_of", o->domain);
	json_str(j, "term", o->term);
	if (o->cause == SPF_SYNTAX) {
		json_str(j, "fault", str_z(spf_fault_name(o->fault)));
		json_u64(j, "byte", o->at + 1);
	}
	json_str(j, "explanation", o->explanation);
	json_u64(j, "lookups", o->lookups);
	json_u64(j, "void_lookups", o->voids);
	arena_done(&scratch);
}

void
spf_json(const struct spf_view *view, FILE *out)
{
	struct json j;
	char ip[IP_TEXT];

	json_init(&j, out);
	json_object(&j, NULL);
	json_str(&j, "schema", S("sereno/spf/1"));
	json_str(&j, "sereno", S(SERENO_VERSION));
	json_time(&j, "at", view->query->at);
	json_str(&j, "ip", str_z(ip_text(&view->query->ip, ip)));
	json_str(&j, "sender", view->query->sender);
	json_str(&j, "helo", view->query->helo);
	json_str(&j, "domain", spf_query_domain(view->query));
	spf_outcome_json(&j, view->outcome);
	json_object(&j, "resolver");
	json_str(&j, "text", view->resolver);
	json_u64(&j, "questions", view->asked);
	json_end(&j);
	if (view->outcome->trace != NULL)
		trace_json(&j, "trace", view->outcome->trace, 0);
	json_end(&j);
	json_done(&j);
}

/* ---- for people ---- */

enum {
	INDENT = 4,
	INDENT_MAX = 24,
};

/* "asked: MX example.org (1), A mail.example.org (no such name)" */
static struct str
asks_text(struct arena *a, const struct spf_ask *ask)
{
	struct str text = {NULL, 0};

	for (; ask != NULL; ask = ask->next)
		text = arena_printf(a, "%.*s%s%s %.*s (%s)", STR_ARG(text),
		    text.n > 0 ? ", " : "", dns_type_name((uint16_t)ask->type),
		    STR_ARG(ask->name),
		    ask->status == DNS_OK ? lang_number(a, ask->records)
					  : _(dns_status_words(ask->status)));
	return text;
}

static void trace_text(
    const struct screen *s, const struct spf_trace *trace, size_t indent);

static void
step_text(const struct screen *s, const struct spf_step *step, size_t indent)
{
	struct arena *a = s->arena;
	struct str asked = asks_text(a, step->asks);
	size_t used;

	screen_gap(s, indent);
	used = screen_put(s, step->matched ? STYLE_BOLD : STYLE_PLAIN,
	    arena_printf(a, "%u  %.*s", step->lookups, STR_ARG(step->term)));
	screen_gap(s, 2);
	screen_wrap(s, indent + used + 2, indent + INDENT,
	    arena_printf(a, "%s%s%.*s%s%.*s",
		step->matched ? _("matches") : _("does not match"),
		step->match.n > 0 ? ": " : "", STR_ARG(step->match),
		asked.n > 0 ? _("; asked ") : "", STR_ARG(asked)));
	if (step->inner != NULL)
		trace_text(s, step->inner,
		    indent < INDENT_MAX ? indent + INDENT : indent);
}

static void
trace_text(const struct screen *s, const struct spf_trace *trace, size_t indent)
{
	size_t used;

	screen_gap(s, indent);
	used = screen_put(s, STYLE_BOLD, trace->domain);
	screen_gap(s, 2);
	screen_wrap(s, indent + used + 2, indent + INDENT,
	    trace->record.n > 0              ? trace->record
	    : trace->result == SPF_TEMPERROR ? str_z(_("(no answer)"))
					     : str_z(_("(no SPF record)")));
	for (const struct spf_step *step = trace->steps; step != NULL;
	     step = step->next)
		step_text(s, step, indent + INDENT / 2);
}

void
spf_text(const struct spf_view *view, const struct screen *s)
{
	const struct spf_outcome *o = view->outcome;
	struct arena *a = s->arena;
	char ip[IP_TEXT];

	screen_style(s, o->result == SPF_PASS ? STYLE_CALM
			: o->result == SPF_FAIL || o->result == SPF_PERMERROR
			    ? STYLE_ALARM
			    : STYLE_WARN);
	screen_wrap(s, 0, 2,
	    arena_printf(a, _("%s as %.*s: %s, %s"),
		ip_text(&view->query->ip, ip),
		STR_ARG(spf_query_domain(view->query)),
		spf_result_name(o->result), _(spf_result_sentence(o->result))));
	screen_style(s, STYLE_PLAIN);
	screen_label(s, str_z(_("why")));
	screen_wrap(s, SCREEN_LABEL, SCREEN_LABEL, spf_outcome_sentence(a, o));
	if (o->explanation.n > 0) {
		screen_label(s, str_z(_("says")));
		screen_wrap(s, SCREEN_LABEL, SCREEN_LABEL, o->explanation);
	}
	screen_label(s, str_z(_("lookups")));
	screen_wrap(s, SCREEN_LABEL, SCREEN_LABEL,
	    arena_printf(a,
		_("%u of %d, %u of %d without anything (questions: %s, %.*s)"),
		o->lookups, SPF_LOOKUPS_MAX, o->voids, SPF_VOIDS_MAX,
		lang_number(a, view->asked), STR_ARG(view->resolver)));
	if (o->trace == NULL)
		return;
	putc('\n', s->out);
	trace_text(s, o->trace, 0);
}
