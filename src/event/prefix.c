/* SPDX-License-Identifier: ISC */
/*
 * What stands in front of a stamp without being of the line:
 *
 *	<22>Nov 16 ...                       the priority (RFC 3164, RFC 5424)
 *	postfix-1  | Nov 16 ...              docker compose
 *	    Nov 16 ...                       pasted
 */
#include "event/prefix.h"

#include "base/bytes.h"

enum {
	NAME_MAX_COMPOSE = 64, /* with the blanks that align it */
	BLANKS_MAX = 64,
};

bool
prefix_take_priority(struct str *s, bool *ret_is_5424)
{
	struct str rest = *s;
	uint64_t value;

	if (!str_eat(&rest, S("<")) || !str_u64(&rest, 3, &value) ||
	    !str_eat(&rest, S(">")))
		return false;
	*ret_is_5424 = str_eat(&rest, S("1 "));
	*s = rest;
	return true;
}

static bool
skip_container(struct str *s)
{
	struct str head = str_head(*s, NAME_MAX_COMPOSE);
	size_t bar = bytes_chr(head, '|');

	if (bar == head.n || bar + 2 >= s->n || s->p[bar + 1] != ' ')
		return false;
	*s = bytes_from(*s, bar + 2);
	return true;
}

static bool
skip_blanks(struct str *s)
{
	size_t n = 0;

	while (
	    n < s->n && n < BLANKS_MAX && (s->p[n] == ' ' || s->p[n] == '\t'))
		n++;
	*s = bytes_from(*s, n);
	return n > 0;
}

bool
prefix_skip(struct str *s)
{
	return skip_container(s) || skip_blanks(s);
}
