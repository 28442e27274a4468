/* SPDX-License-Identifier: ISC */
/*
 * What Exim notes of a message while it waits, in msglog/ of its queue (off
 * with message_logs = false):
 *
 *	2026-11-26 11:18:57 Received from ana@x.example H=... P=esmtpa ...
 *	2026-11-26 11:18:57 H=mx [192.0.2.1] SMTP error from remote ...
 *	2026-11-26 11:18:57 a@z R=dnslookup T=remote_smtp defer (-44) H=mx
 *	    [192.0.2.1]: SMTP error from remote mail server after ...: 451 later
 *	2026-11-26 11:18:57 a@z F=<b@x> R=d T=remote_smtp H=mx ...: ...: 550 no
 *	2026-11-26 11:18:57 routing failed for a@z: Unrouteable address
 *	*** Frozen (delivery error message)
 *
 * (deliver.c of Exim's source, deliver_msglog.) Behind the stamp and an address
 * stands what the main log has behind "==" and "**".
 */
#include "mta/exim_part.h"

/* Of "x@far <info@here> R=..." the one that the message came for. */
static struct str
asked_of(struct str text)
{
	static const struct str ends[] = {S0("> R="), S0("> F=<"), S0("> P=<")};
	size_t end = text.n, open;
	struct str word;

	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		size_t at = str_find(text, ends[i]);

		if (at < end)
			end = at;
	}
	open = str_rchr(str_head(text, end), '<');
	/* or the sender's "F=<" */
	if (end < text.n && open < end && open > 0 && text.p[open - 1] == ' ')
		return (struct str){text.p + open + 1, end - open - 1};
	word = exim_word(&text);
	if (word.n > 0 && word.p[word.n - 1] == ':')
		word.n--;
	return word;
}

/* The latest counts. */
static void
read_event(struct queue_message *m, struct str text, size_t *hint)
{
	struct event e = {0};
	struct queue_rcpt *rcpt;
	enum line_result result;

	if (str_has(text, S(" defer ("))) {
		result = exim_deferred(text, &e);
	} else {
		if (!str_eat(&text, S("routing failed for ")) &&
		    !str_has(text, S(" R=")))
			return;
		result = exim_failed(text, &e);
	}
	rcpt = queue_rcpt_find(m, asked_of(text), hint);
	if (result != LINE_EVENT || rcpt == NULL || e.reply.n == 0)
		return;
	rcpt->reason = e.reply;
	rcpt->dsn = e.dsn;
	rcpt->relay = e.relay;
}

void
exim_read_msglog(struct queue_message *m, struct str log, bool is_frozen)
{
	struct str frozen = {NULL, 0};
	size_t hint = 0;

	while (str_chr(log, '\n') < log.n) {
		struct str text = exim_skip_stamp(str_take(&log, '\n'));

		if (str_eat(&text, S("*** ")))
			frozen = text;
		else if (!str_starts(text, S("Received from ")) &&
			 !str_starts(text, S("H=")))
			read_event(m, text, &hint);
	}
	/* Somebody froze it, or the first attempt did. */
	if (is_frozen && m->rcpts_n > 0 && m->rcpts[0].reason.n == 0)
		m->rcpts[0].reason = frozen;
}
