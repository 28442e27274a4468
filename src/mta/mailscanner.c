/* SPDX-License-Identifier: ISC */
/*
 * MailScanner, a filter that takes messages out of the hold queue of Postfix
 * and puts them into its incoming queue as new ones:
 *
 *	Requeue: 3BEB2DD6F.A1DFB to 5FD9AD6C9
 *
 * What stands behind the dot is its own. With other servers a message keeps its
 * id, and no such line is written.
 */
#include "mta/mta.h"
#include "mta/postfix_part.h"

static bool
mailscanner_claims(struct str program)
{
	return str_eq(program, S("MailScanner"));
}

static enum line_result
mailscanner_line(const struct line *line, struct event *ret_event)
{
	struct str text = line->text, rest;

	if (!str_eat(&text, S("Requeue: ")))
		return LINE_SKIP;
	*ret_event = event_of(EVENT_MOVED, line);
	ret_event->queue_id = postfix_id_at(text);
	rest = str_skip(text, ret_event->queue_id.n);
	if (str_starts(rest, S(".")))
		rest = str_skip(rest, str_chr(rest, ' '));
	if (ret_event->queue_id.n == 0 || !str_eat(&rest, S(" to ")))
		return LINE_UNKNOWN;
	ret_event->child_id = postfix_id_at(rest);
	return ret_event->child_id.n == 0 || ret_event->child_id.n != rest.n
		   ? LINE_UNKNOWN
		   : LINE_EVENT;
}

const struct mta mta_mailscanner = {
    .name = "mailscanner",
    .manual = "https://www.mailscanner.info/",
    .is_server = false,
    .claims = mailscanner_claims,
    .line = mailscanner_line,
};
