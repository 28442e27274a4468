/* SPDX-License-Identifier: ISC */
/*
 * Webmail and applications hand in mail from an address that is trusted, without
 * a login: Zimbra's mailboxd, SOGo, a shop. When it is spam of one sender of this
 * server, his login to webmail is stolen, or that application sends it; to close
 * the address (proxied_relay.c) would end everybody's webmail.
 *
 * What looks like it: a machine that writes to its customers under one name.
 */
#include "finding/submission.h"

#include "base/text.h"

static void
judge_address(struct judging *j, const struct origin *o, struct str sender)
{
	struct finding *f = submission_weigh(j, &finding_webmail_sender, o);
	const char *word = shell_word(j, sender);

	if (f == NULL)
		return;
	finding_say(j, f,
	    _("mail of %s that comes from %s, an address that this server "
	      "trusts, is spam: of its webmail login, or of a program there"),
	    text_safe(j->arena, sender).p, origin_title(j, o));
	finding_advise_account(j, f, ADVICE_LOGIN, sender,
	    N_("change the password of %s or lock its login, now: that ends "
	       "it when it is its webmail"));
	finding_advise_account(j, f, ADVICE_WEBMAIL, sender, NULL);
	if (word[0] != '\0')
		finding_remedy(j, f,
		    arena_printf(j->arena, "sereno trace %s", word).p,
		    _("look at single messages"));
	(void)finding_add(j, f);
}

static void
judge(struct judging *j)
{
	for (uint32_t i = 0; i < j->tally->origins_n; i++) {
		const struct origin *o = j->tally->origins[i];
		struct str sender;

		if (o->kind != ORIGIN_NETWORK || o->is_sum ||
		    o->counts.messages == 0)
			continue;
		sender = submission_blamed(j, o);
		if (sender.n > 0 &&
		    !finding_accused_by(j, o, &finding_relay_client))
			judge_address(j, o, sender);
	}
}

const struct finding_kind finding_webmail_sender = {
    .code = "webmail-sender",
    .title = N_("spam of one sender by webmail"),
    .help = N_("One sender of this server sends spam through webmail or an "
	       "application, whose address is trusted."),
    .verdict = "sending",
    .prior = -5,
    .judge = judge,
};
