/* SPDX-License-Identifier: ISC */
/*
 * Lists see a bot behind this address, and the mail of this server is in
 * order: another machine behind the same address, or a program here that sends
 * without the mail server. The innocent twin: an entry whose cause was mended
 * before the log begins; so it is never sure.
 */
#include "finding/blame.h"

static bool
is_bot(enum list_cause cause)
{
	return cause == CAUSE_BOT;
}

static void
say(struct judging *j, struct finding *f, const char *address)
{
	finding_say(j, f,
	    _("%s is listed for a bot, and its mail is in order: another "
	      "machine behind that address sends, or a program here that "
	      "goes around the mail server"),
	    address);
	finding_remedy(j, f, "", "%s",
	    _("let only the mail server connect to port 25 of the world, and "
	      "log who else tries: who it is will show within the hour"));
}

static void
judge(struct judging *j)
{
	blame_judge(j, &finding_neighbour, is_bot, say);
}

const struct finding_kind finding_neighbour = {
    .code = "neighbour",
    .title = N_("a bot behind the same address"),
    .help = N_("Lists see a bot behind the address of this server, whose own "
	       "mail is in order."),
    .verdict = "neighbour",
    .prior = -1,
    .judge = judge,
};
