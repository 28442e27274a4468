/* SPDX-License-Identifier: ISC */
/*
 * What is broken in the DNS of this server and of its domains, so that mail is
 * refused or a list does not let the address go. The evidence is the answer of
 * the DNS itself; what had no answer is not here. It says nothing about spam.
 * What is weak is told beside it, hints are left to 'sereno dns'.
 */
#include "finding/judge.h"

#include "base/text.h"
#include "check/posture.h"

enum {
	TOLD = 6,     /* weaknesses of one domain that are told */
	DOMAINS = 10, /* that are told apart */
};

static void
tell(struct judging *j, struct finding *f, const struct weaknesses *w,
    enum weakness_level level)
{
	for (const struct weakness *k = w->first; k != NULL; k = k->next)
		if (weakness_level(k->id) == level && f->reasons_n < TOLD)
			finding_proof(j, f, GROUND_SETTING, 6, (struct ref){0},
			    "%s. %s", text_safe(j->arena, k->sentence).p,
			    _(weakness_why(k->id)));
}

static const struct weakness *
worst_of(const struct weakness *first)
{
	const struct weakness *worst = NULL;

	for (const struct weakness *k = first; k != NULL; k = k->next)
		if (worst == NULL ||
		    weakness_level(k->id) < weakness_level(worst->id))
			worst = k;
	return worst;
}

static void
say(struct judging *j, struct finding *f, const struct weakness *worst,
    size_t more, struct str domain)
{
	const char *what = text_safe(j->arena, worst->sentence).p;
	const char *whose =
	    domain.n == 0 ? _("this server") : text_safe(j->arena, domain).p;

	if (more == 0)
		finding_say(j, f, _("DNS of %s: %s"), whose, what);
	else
		finding_say(
		    j, f, _("DNS of %s: %s (and %zu more)"), whose, what, more);
}

static bool
judge_one(struct judging *j, const struct weaknesses *w, struct str domain)
{
	struct finding *f;
	size_t broken = w->n[LEVEL_BROKEN], weak = w->n[LEVEL_WEAK];
	const struct weakness *worst = worst_of(w->first);

	if (broken + weak == 0 || worst == NULL)
		return false;
	f = finding_new(j, &finding_dns_weakness, NULL);
	f->severity = broken > 0 ? SEVERITY_WARNING : SEVERITY_INFO;
	tell(j, f, w, LEVEL_BROKEN);
	tell(j, f, w, LEVEL_WEAK);
	say(j, f, worst, broken + weak - 1, domain);
	finding_remedy(j, f,
	    domain.n == 0 ? "sereno dns"
			  : shell_command(j, "sereno dns", domain),
	    "%s", _("say which record mends it"));
	return finding_add(j, f);
}

static void
judge(struct judging *j)
{
	const struct posture *p = j->posture;
	size_t told = 0;

	if (p == NULL)
		return;
	(void)judge_one(j, &p->weaknesses, (struct str){NULL, 0});
	for (size_t i = 0; i < p->domains_n && told < DOMAINS; i++)
		told +=
		    judge_one(j, &p->domains[i].weaknesses, p->domains[i].name);
}

const struct finding_kind finding_dns_weakness = {
    .code = "dns-weakness",
    .title = N_("weak in the DNS"),
    .help = N_("Reverse name, greeting, SPF, DKIM or DMARC of this server or "
	       "of a domain of it are wrong, so that its mail is refused."),
    .prior = 0,
    .judge = judge,
};
