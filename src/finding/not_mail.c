/* SPDX-License-Identifier: ISC */
/*
 * Lists name this address for something that no mail of it shows: no reverse
 * name, a HELO, an open proxy, attacks, a web site. The innocent twin is an
 * entry whose cause was mended and that has not run out.
 */
#include "finding/blame.h"

static bool
is_elsewhere(enum list_cause cause)
{
	return cause_hint(cause) == HINT_NOT_MAIL;
}

static void
say(struct judging *j, struct finding *f, const char *address)
{
	finding_say(
	    j, f, _("%s is listed for something else than its mail"), address);
	finding_remedy(j, f, "", "%s",
	    _("'sereno listed' tells the cause in words: a reverse name, the "
	      "HELO, a proxy, attacks or a web site; look there, not into the "
	      "queue"));
}

static void
judge(struct judging *j)
{
	blame_judge(j, &finding_not_mail, is_elsewhere, say);
}

const struct finding_kind finding_not_mail = {
    .code = "not-mail",
    .title = N_("listed for something else than mail"),
    .help = N_("Lists name the address of this server for something that is "
	       "not mail."),
    .verdict = "not-mail",
    .prior = -1,
    .judge = judge,
};
