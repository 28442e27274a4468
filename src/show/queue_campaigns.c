/* SPDX-License-Identifier: ISC */
/* Messages of a queue that are alike, and how they differ from the others. */
#include "base/lang.h"
#include "show/gaps.h"
#include "show/head_text.h"
#include "show/part_json.h"
#include "show/queue.h"

enum {
	/* From so many values on none of them tells much. */
	MANY = 5,
};

/* One value of a trait, for people. */
static struct str
value_text(
    struct arena *a, const struct common *common, size_t i, enum trait trait)
{
	const struct waiting *w = common->top[i].sample;
	char ip[IP_TEXT];

	switch (trait) {
	case TRAIT_ORIGIN:
		return waiting_origin(a, w);
	case TRAIT_SENDER:
		return w->sender.n > 0 ? w->sender : str_z(_("<> (bounces)"));
	case TRAIT_SUBJECT:
		return w->subject;
	case TRAIT_LINK:
		return common->top[i].text;
	case TRAIT_CLIENT:
		return str_keep(a, str_z(ip_text(&w->client, ip)));
	case TRAITS:
		break;
	}
	return S("");
}

/* ---- text ---- */

/* "pills.example: in all, in none of the others" */
static struct str
shared_by(struct arena *a, struct str value, const struct campaign *c,
    uint32_t messages, uint32_t others, size_t others_all)
{
	bool all = messages == c->messages;
	const char *n = lang_number(a, messages);

	if (others_all == 0)
		return all ? arena_printf(a, _("%.*s: in all"), STR_ARG(value))
			   : arena_printf(
				 a, _("%.*s: in %s"), STR_ARG(value), n);
	if (others == 0)
		return all ? arena_printf(a,
				 _("%.*s: in all, in none of the others"),
				 STR_ARG(value))
			   : arena_printf(a,
				 _("%.*s: in %s, in none of the others"),
				 STR_ARG(value), n);
	if (all)
		return arena_printf(a,
		    _("%.*s: in all, and in %s of the %s others"),
		    STR_ARG(value), lang_number(a, others),
		    lang_number(a, others_all));
	return arena_printf(a, _("%.*s: in %s, and in %s of the %s others"),
	    STR_ARG(value), n, lang_number(a, others),
	    lang_number(a, others_all));
}

static void
trait_line(const struct campaign *c, enum trait trait, const char *label,
    size_t others, const struct screen *s)
{
	const struct common *common = &c->common[trait];
	struct arena *a = s->arena;
	struct str text;

	if (common->top_n == 0)
		return;
	text = shared_by(a, value_text(a, common, 0, trait), c,
	    common->top[0].messages, common->top[0].others, others);
	if (common->distinct > MANY &&
	    (uint64_t)common->top[0].messages * MANY < c->messages)
		/* TRANSLATORS: senders, subjects, clients */
		text = arena_printf(a, _("%s different ones, such as %.*s"),
		    lang_number(a, common->distinct),
		    STR_ARG(value_text(a, common, 0, trait)));
	else if (common->distinct > 1)
		text = arena_printf(a, _("%.*s; and %s more"), STR_ARG(text),
		    lang_number(a, common->distinct - 1));
	screen_label(s, str_z(label));
	screen_wrap(s, SCREEN_LABEL, SCREEN_LABEL, text);
}

static void
signs(const struct campaign *c, const struct screen *s)
{
	struct arena *a = s->arena;

	if (c->spam > 0) {
		screen_label(s, str_z(_("answers")));
		screen_wrap(s, SCREEN_LABEL, SCREEN_LABEL,
		    arena_printf(a,
			_n("%s waits because its receiver takes it for spam",
			    "%s wait because their receivers take them for "
			    "spam",
			    c->spam),
			lang_number(a, c->spam)));
	}
	if (c->lists > 0) {
		screen_label(s, str_z(_("list")));
		screen_wrap(s, SCREEN_LABEL, SCREEN_LABEL,
		    c->lists == c->messages
			? str_z(_("all say that they are of a mailing list, "
				  "as a newsletter does"))
			: arena_printf(a,
			      _("%s say that they are of a mailing list"),
			      lang_number(a, c->lists)));
	}
}

static void
campaign_text(const struct campaign *c, const struct queue_campaigns_view *view,
    const struct screen *s)
{
	size_t others = view->campaigns->others;
	struct arena *a = s->arena;
	char id[CAMPAIGN_ID];

	(void)screen_put(s, STYLE_BOLD, str_z(campaign_id_text(c->id, id)));
	screen_wrap(s, CAMPAIGN_ID - 1, 2,
	    arena_printf(a, _("  %s messages to %s recipients (%s)"),
		lang_number(a, c->messages), lang_number(a, c->recipients),
		lang_bytes(a, c->bytes)));
	if (c->first != WALL_NONE) {
		screen_label(s, str_z(_("came in")));
		screen_wrap(s, SCREEN_LABEL, SCREEN_LABEL,
		    arena_printf(a, _("%s to %s"),
			lang_time(a, c->first, false),
			lang_time(a, c->last, false)));
	}
	trait_line(c, TRAIT_ORIGIN, _("from"), others, s);
	trait_line(c, TRAIT_SENDER, _("sender"), others, s);
	trait_line(c, TRAIT_SUBJECT, _("subject"), others, s);
	trait_line(c, TRAIT_LINK, _("links to"), others, s);
	trait_line(c, TRAIT_CLIENT, _("client"), others, s);
	signs(c, s);
	screen_label(s, str_z(_("sample")));
	screen_wrap(s, SCREEN_LABEL, SCREEN_LABEL,
	    arena_printf(a, "%.*s: %.*s", STR_ARG(c->sample->id),
		STR_ARG(c->sample->kin->text)));
	screen_label(s, str_z(_("all")));
	fprintf(s->out, "sereno queue list --campaign %s%.*s\n", id,
	    STR_ARG(view->again));
}

static void
sums(const struct queue_campaigns_view *view, const struct screen *s)
{
	const struct campaigns *cs = view->campaigns;
	struct arena *a = s->arena;
	size_t in = view->all - cs->others - cs->notices;

	if (view->all == 0) {
		screen_wrap(s, 0, 0, str_z(_("the queue is empty")));
		return;
	}
	screen_style(s, STYLE_BOLD);
	screen_wrap(s, 0, 2,
	    cs->n == 0
		? arena_printf(a,
		      _n("none of %s message is like enough others to be a "
			 "campaign",
			  "none of %s messages is like enough others to be a "
			  "campaign",
			  view->all),
		      lang_number(a, view->all))
		: arena_printf(a,
		      _n("%s campaign: %s of %s messages are alike",
			  "%s campaigns: %s of %s messages are alike", cs->n),
		      lang_number(a, cs->n), lang_number(a, in),
		      lang_number(a, view->all)));
	screen_style(s, STYLE_PLAIN);
	if (cs->n > 0)
		screen_wrap(s, 0, 0,
		    str_z(_("What is alike is not spam for that reason: a "
			    "newsletter and invoices are campaigns, too. Look "
			    "at who put it in and at the sample first.")));
}

static void
others_text(const struct campaigns *cs, const struct screen *s)
{
	struct arena *a = s->arena;

	if (cs->others > 0)
		screen_wrap(s, 0, 2,
		    arena_printf(a,
			_n("%s other message, to %s recipients, is like none",
			    "%s other messages, to %s recipients, are like "
			    "none",
			    cs->others),
			lang_number(a, cs->others),
			lang_number(a, cs->others_recipients)));
	if (cs->notices > 0)
		screen_wrap(s, 0, 2,
		    arena_printf(a,
			_n("%s bounce of this server itself is not compared",
			    "%s bounces of this server itself are not "
			    "compared",
			    cs->notices),
			lang_number(a, cs->notices)));
}

void
queue_campaigns_text(const struct report *report,
    const struct queue_campaigns_view *view, const struct screen *s)
{
	const struct campaigns *cs = view->campaigns;

	queue_head_text(report, &view->seen, s);
	if (view->seen.roots->n > 0)
		sums(view, s);
	for (size_t i = 0; i < view->n && i < view->top; i++) {
		putc('\n', s->out);
		campaign_text(view->items[i], view, s);
	}
	putc('\n', s->out);
	if (view->n > view->top)
		screen_wrap(s, 0, 2,
		    arena_printf(s->arena, _("and %s more: --top N, or --json"),
			lang_number(s->arena, view->n - view->top)));
	others_text(cs, s);
	gaps_apart(report->not_examined, report->not_examined_n, s);
}

/* ---- JSON ---- */

static const struct {
	const char *many, *one;
} keys[TRAITS] = {
    [TRAIT_ORIGIN] = {"origins", "origin"},
    [TRAIT_SENDER] = {"senders", "sender"},
    [TRAIT_SUBJECT] = {"subjects", "subject"},
    [TRAIT_LINK] = {"links", "domain"},
    [TRAIT_CLIENT] = {"clients", "ip"},
};

static void
common_json(struct json *j, const struct common *common, enum trait trait)
{
	json_object(j, keys[trait].many);
	json_u64(j, "distinct", common->distinct);
	json_array(j, "top");
	for (size_t i = 0; i < common->top_n; i++) {
		const struct waiting *w = common->top[i].sample;
		struct arena scratch = {0};

		json_object(j, NULL);
		if (trait == TRAIT_ORIGIN)
			queue_origin_json(
			    j, w->kind, w->origin, w->uid, w->script);
		else if (trait == TRAIT_SENDER)
			json_str(j, keys[trait].one, w->sender);
		else
			json_str(j, keys[trait].one,
			    value_text(&scratch, common, i, trait));
		json_u64(j, "messages", common->top[i].messages);
		json_u64(j, "others", common->top[i].others);
		json_end(j);
		arena_done(&scratch);
	}
	json_end(j);
	json_end(j);
}

static void
campaign_json(struct json *j, const struct campaign *c)
{
	char id[CAMPAIGN_ID];

	json_object(j, NULL);
	json_str(j, "id", str_z(campaign_id_text(c->id, id)));
	json_u64(j, "messages", c->messages);
	json_u64(j, "recipients", c->recipients);
	json_u64(j, "bytes", c->bytes);
	json_time(j, "first", c->first);
	json_time(j, "last", c->last);
	json_u64(j, "called_spam", c->spam);
	json_u64(j, "list_mail", c->lists);
	json_u64(j, "held", c->held);
	for (int trait = 0; trait < TRAITS; trait++)
		common_json(j, &c->common[trait], (enum trait)trait);
	json_object(j, "sample");
	json_str(j, "id", c->sample->id);
	json_str(j, "queue", c->sample->root->path);
	json_str(j, "path", c->sample->path);
	json_str(j, "sender", c->sample->sender);
	queue_text_json(j, "recipient", c->sample->rcpt);
	queue_text_json(j, "subject", c->sample->subject);
	json_str(j, "text", c->sample->kin->text);
	json_end(j);
	json_end(j);
}

void
queue_campaigns_json(const struct report *report,
    const struct queue_campaigns_view *view, FILE *out)
{
	struct json j;

	json_init(&j, out);
	json_object(&j, NULL);
	head_json(&j, "sereno/queue-campaigns/1", report);
	queue_seen_json(&j, &view->seen);
	json_u64(&j, "queued", view->all);
	json_array(&j, "campaigns");
	for (size_t i = 0; i < view->n && i < view->top; i++)
		campaign_json(&j, view->items[i]);
	json_end(&j);
	json_object(&j, "others");
	json_u64(&j, "messages", view->campaigns->others);
	json_u64(&j, "recipients", view->campaigns->others_recipients);
	json_u64(&j, "notices", view->campaigns->notices);
	json_end(&j);
	gaps_json(&j, report->not_examined, report->not_examined_n);
	json_end(&j);
	json_done(&j);
}
