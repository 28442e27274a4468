/* SPDX-License-Identifier: ISC */
/* Passwords of many accounts are tried from many addresses: the weather of
 * the internet, worth a line only. */
#include "finding/judge.h"

#include <math.h>

static void
judge(struct judging *j)
{
	uint32_t addresses = 0, accounts = 0, failures = 0;
	struct finding *f;
	struct ref ref = {0};
	struct arena *a = j->arena;

	for (uint32_t i = 0; i < j->tally->auths_n; i++) {
		const struct auth *auth = &j->tally->auths[i];

		if (auth->name.n > 0) {
			accounts++;
			continue;
		}
		failures += auth->failures;
		if (sketch_count(&auth->others) < 3)
			continue;
		addresses++;
		if (ref.segment == 0)
			ref = auth->ref;
	}
	if (addresses < 3 || accounts < 10)
		return;
	f = finding_new(j, &finding_password_spraying, NULL);
	f->severity = SEVERITY_INFO;
	finding_proof(j, f, GROUND_LOGINS, 3 + log(addresses), ref,
	    _("%s addresses tried passwords of several accounts each, %s "
	      "failures in all"),
	    lang_number(a, addresses), lang_number(a, failures));
	finding_say(j, f, _("passwords of %s accounts are being tried"),
	    lang_number(a, accounts));
	finding_remedy(j, f, "",
	    _("refuse addresses after some failures (fail2ban), and weak "
	      "passwords from the start"));
	(void)finding_add(j, f);
}

const struct finding_kind finding_password_spraying = {
    .code = "password-spraying",
    .title = N_("passwords are being tried"),
    .help = N_("Strangers try common passwords on many accounts."),
    .prior = 0,
    .judge = judge,
};
