/* SPDX-License-Identifier: ISC */
/*
 * What some syslog daemons write around the text of a line:
 *
 *	[ID 197553 mail.info] 3F2A1: client=...          Solaris' msgid(1)
 *	message repeated 4 times: [ warning: ... failed]   rsyslog
 *
 * rsyslog does so with $RepeatedMsgReduction, which Ubuntu switches on: of
 * five failed logins in one session two lines are left. The text is cut at
 * 800 bytes then (rsyslog, tools/omfile's ratelimit.c).
 */
#include "event/line.h"

static bool
eat_message_id(struct str *text)
{
	struct str rest = *text;
	uint64_t id;
	size_t end;

	if (!str_eat(&rest, S("[ID ")) || !str_u64(&rest, 10, &id) ||
	    !str_eat(&rest, S(" ")))
		return false;
	end = str_chr(str_head(rest, 20), ']');
	if (end + 1 >= rest.n || rest.p[end] != ']' || rest.p[end + 1] != ' ')
		return false;
	*text = str_skip(rest, end + 2);
	return true;
}

static bool
eat_repeated(struct str *text, uint32_t *ret_times)
{
	struct str rest = *text;
	uint64_t times;

	if (!str_eat(&rest, S("message repeated ")) ||
	    !str_u64(&rest, 9, &times) || !str_eat(&rest, S(" times: [")))
		return false;
	(void)str_eat(&rest, S(" "));
	if (rest.n > 0 && rest.p[rest.n - 1] == ']')
		rest.n--;
	*text = rest;
	*ret_times = times > LINE_TIMES_MAX ? LINE_TIMES_MAX : (uint32_t)times;
	return true;
}

bool
line_inside(struct line *line, uint32_t *ret_times)
{
	*ret_times = 1;
	return eat_message_id(&line->text) ||
	       eat_repeated(&line->text, ret_times);
}
