/* SPDX-License-Identifier: ISC */
/*
 * An address that guesses passwords of many accounts got into one of them, and
 * has not used it yet, or only to try it. Days later comes the burst.
 */
#include "finding/judge.h"

#include "base/text.h"

static void
judge_account(struct judging *j, const struct origin *o)
{
	struct finding *f;
	const struct auth *guesser = NULL;
	const struct origin_ip *use = NULL;
	uint64_t tried = 0;
	char text[IP_TEXT];

	for (uint32_t i = 0; i < o->ips_n; i++) {
		const uint32_t *number =
		    map_get(&j->tally->auth_by, ip_hash(&o->ips[i].ip));
		const struct auth *auth;

		if (number == NULL)
			continue;
		auth = &j->tally->auths[*number - 1];
		if (sketch_count(&auth->others) > tried) {
			tried = sketch_count(&auth->others);
			guesser = auth;
			use = &o->ips[i];
		}
	}
	/* Behind the address of an office stand several people who mistype. */
	if (guesser == NULL || tried < 5 || use->counts.messages > 20)
		return;
	f = finding_new(j, &finding_sleeper_account, o);
	f->severity = SEVERITY_WARNING;
	f->share = (struct share){.messages = use->counts.messages,
	    .recipients = use->counts.recipients,
	    .accepted = use->counts.accepted,
	    .ips = 1,
	    .networks = 1,
	    .first = wall_of(use->first),
	    .last = wall_of(use->last)};
	finding_reason(j, f, GROUND_LOGINS, tried < 10 ? 4 : 5, guesser->ref,
	    _("%s tried passwords of %s accounts"), ip_text(&use->ip, text),
	    lang_number(j->arena, tried));
	finding_reason(j, f, GROUND_NETWORKS,
	    o->ips_n > 1 || use->counts.messages <= 2 ? 2 : 1, use->ref,
	    _("and then logged in as %s"), origin_title(j, o));
	finding_say(j, f,
	    _("the password of %s is known to somebody who has not used it "
	      "much yet"),
	    origin_title(j, o));
	finding_advise_account(j, f, ADVICE_LOGIN, o->name,
	    N_("change the password of %s or lock its login before it is "
	       "used"));
	(void)finding_add(j, f);
}

static void
judge(struct judging *j)
{
	for (uint32_t i = 0; i < j->tally->origins_n; i++) {
		const struct origin *o = j->tally->origins[i];

		if (o->kind == ORIGIN_ACCOUNT && !finding_accused(j, o))
			judge_account(j, o);
	}
}

const struct finding_kind finding_sleeper_account = {
    .code = "sleeper-account",
    .title = N_("guessed account, not used yet"),
    .help = N_("Somebody guessed the password of an account and waits."),
    .prior = -3,
    .judge = judge,
};
