/* SPDX-License-Identifier: ISC */
/*
 * The configuration would let strangers relay, and nobody has used it in the
 * time of this log. The evidence is the setting itself; a firewall in front,
 * or a service that nobody reaches, may be what keeps it quiet, so it is a
 * warning and no verdict. Told by open-relay where mail shows it.
 */
#include "base/text.h"
#include "finding/setting.h"

static bool
is_found(const struct judging *j)
{
	for (size_t i = 0; i < j->findings_n; i++)
		if (j->findings[i]->kind == &finding_open_relay)
			return true;
	return false;
}

static void
tell(struct judging *j, const struct fact *fact, const char *who)
{
	struct finding *f = finding_new(j, &finding_relay_weakness, NULL);

	f->severity = SEVERITY_WARNING;
	setting_proof(j, f, 6, fact, "%s", setting_text(j, fact));
	finding_say(j, f,
	    _("%s may send through this server without a password, as %s says; "
	      "no mail in the log has used it, or something else stops it"),
	    who, fact->name.n > 0 ? text_safe(j->arena, fact->name).p : "");
	setting_remedy(j, f, fact,
	    _("close it: '%s' (%s); only your own machines need it"),
	    setting_text(j, fact), setting_place(j, fact));
	(void)finding_add(j, f);
}

static void
judge_fact(struct judging *j, const struct fact *fact)
{
	struct arena *a = j->arena;

	switch ((int)fact->kind) {
	case FACT_RELAY_ANYBODY:
		tell(j, fact, _("everybody"));
		break;
	case FACT_RELAY_NETWORK:
		if (setting_breadth(fact) == BREADTH_WORLD)
			tell(j, fact, _("everybody"));
		else if (setting_breadth(fact) == BREADTH_WIDE)
			tell(j, fact,
			    arena_printf(a, _("everybody in %s"),
				text_safe(a, fact->value).p)
				.p);
		break;
	case FACT_RELAY_SENDER:
		tell(j, fact,
		    arena_printf(a, _("whoever writes the sender '%s'"),
			text_safe(a, fact->value).p)
			.p);
		break;
	}
}

static void
judge(struct judging *j)
{
	enum {
		TOLD = 5 /* a table of a hundred partners is one mistake */
	};
	size_t before = j->findings_n;

	if (j->facts == NULL || is_found(j))
		return;
	for (size_t i = 0; i < j->facts->n && j->findings_n - before < TOLD;
	     i++)
		judge_fact(j, &j->facts->items[i]);
}

const struct finding_kind finding_relay_weakness = {
    .code = "relay-weakness",
    .title = N_("configuration that lets strangers relay"),
    .help = N_("Strangers may send through this server, and none has done it "
	       "yet."),
    .prior = -2,
    .judge = judge,
};
