/* SPDX-License-Identifier: ISC */
/*
 * The daemons that take a message into the queue, run it and tidy it up.
 *
 *	pickup     ID: uid=33 from=<www-data>            (orig_id=ID: postsuper -r)
 *	cleanup    ID: message-id=<m@x>                  (resent-message-id=)
 *	           ID: warning: header Subject: s from h[ip]; from=<a> to=<b> ...
 *	           ID: milter-reject: END-OF-MESSAGE from h[ip]: 5.7.1 no; from=...
 *	           ID: removed (canceled)                (3.10)
 *	qmgr       ID: from=<a>, size=1751, nrcpt=1 (queue active)
 *	           ID: from=<a>, status=expired, returned to sender
 *	           ID: removed
 *	bounce     ID: sender non-delivery notification: ID
 *	postsuper  ID: removed | placed on hold | requeued | ...
 *
 * (pickup.c, cleanup_message.c, cleanup_milter.c, qmgr_active.c, qmgr_move.c,
 * bounce_notify_util.c, postsuper.c.) A sender may hold any byte, so qmgr's
 * line is only read when what follows the bracket is all of its end.
 */
#include "mta/postfix_part.h"

#include "base/bytes.h"

/* ---- pickup ---- */

enum line_result
postfix_pickup(struct str text, struct event *e)
{
	uint64_t uid;
	size_t at;

	if (!postfix_eat_id(&text, &e->queue_id))
		return LINE_UNKNOWN;
	if (!str_eat(&text, S("uid=")) || !str_u64(&text, 10, &uid) ||
	    !str_eat(&text, S(" from=")))
		return str_starts(text, S("message ")) ? LINE_SKIP
						       : LINE_UNKNOWN;
	e->kind = EVENT_PICKUP;
	e->uid = (int64_t)uid;
	at = str_find(text, S("> orig_id="));
	if (at < text.n) {
		struct str id = str_skip(text, at + 10);

		e->origin_id = postfix_id_at(id);
		/* It ends the line, or it is part of the sender. */
		if (e->origin_id.n == id.n && id.n > 0)
			text = str_head(text, at + 1);
		else
			e->origin_id = (struct str){NULL, 0};
	}
	e->has_sender = postfix_eat_address(&text, S(""), S(""), &e->sender);
	return e->has_sender ? LINE_EVENT : LINE_UNKNOWN;
}

/* ---- cleanup ---- */

static enum line_result
read_message_id(struct str text, struct event *e)
{
	e->kind = EVENT_MESSAGE_ID;
	if (text.n > 0 && text.p[0] == '<')
		text = (struct str){text.p + 1, text.n - 1};
	if (text.n > 0 && text.p[text.n - 1] == '>')
		text.n--;
	e->message_id = text;
	return LINE_EVENT;
}

/*
 * "header Subject: words from name[ip]; from=<a> to=<b> proto=... helo=<c>:
 * text of the table". The words are the sender's, so they go up to the last
 * " from " in front of the last "; from=<": what an envelope in the subject
 * pretends stays in the subject.
 */
static void
read_subject(struct str text, struct event *e)
{
	size_t end = str_find(text, S("; from=<")), next = end;

	while (next < text.n) {
		end = next;
		next =
		    end + 8 + str_find(str_skip(text, end + 8), S("; from=<"));
	}
	text = str_head(text, end);
	for (end = text.n; end >= 6; end--)
		if (memcmp(text.p + end - 6, " from ", 6) == 0)
			break;
	e->subject = end >= 6 ? str_head(text, end - 6) : text;
}

/* header_checks(5), body_checks and their milter and MIME relatives. */
static bool
eat_class(struct str *text)
{
	static const struct str classes[] = {S0("header "), S0("body "),
	    S0("mime-header "), S0("nested-header "), S0("mime-error ")};

	return postfix_eat_one(text, classes, ARRAY_LEN(classes));
}

/*
 * The words of the table, which end the line: behind the last ">: ", or, when
 * nobody said HELO, none. What is in front is the sender's own text.
 */
static struct str
reason_of(struct str text)
{
	size_t end = text.n;

	while (end >= 3 && memcmp(text.p + end - 3, ">: ", 3) != 0)
		end--;
	return end >= 3 ? str_skip(text, end) : (struct str){NULL, 0};
}

static enum line_result
read_check(struct str action, struct str text, struct event *e)
{
	static const struct str remarks[] = {S0("warning"), S0("info"),
	    S0("prepend"), S0("replace"), S0("redirect"), S0("filter"),
	    S0("bcc"), S0("strip"), S0("delay"), S0("pass"), S0("warn")};
	struct str words = text;

	e->kind = EVENT_NONE;
	if (str_eat(&words, S("Subject:"))) {
		(void)str_eat(&words, S(" "));
		read_subject(words, e);
		e->kind = EVENT_SUBJECT;
	}
	if (str_ends(action, S("reject")) || str_ends(action, S("discard"))) {
		e->kind = EVENT_REJECT;
		e->reply = reason_of(text);
		return LINE_EVENT;
	}
	if (str_ends(action, S("hold"))) {
		e->kind = EVENT_HOLD;
		return LINE_EVENT;
	}
	for (size_t i = 0; i < ARRAY_LEN(remarks); i++)
		if (str_ends(action, remarks[i]))
			return e->kind == EVENT_SUBJECT ? LINE_EVENT
							: LINE_SKIP;
	return LINE_UNKNOWN;
}

enum line_result
postfix_cleanup(struct str text, struct event *e)
{
	static const struct str noise[] = {S0("enabling VERP "),
	    S0("queue file size limit exceeded"), S0("status=deferred (")};
	struct str rest;
	size_t colon;

	(void)str_eat(&text, S("warning: "));
	if (!postfix_eat_id(&text, &e->queue_id))
		return LINE_UNKNOWN;
	if (bytes_eat(&text, "message-id=") ||
	    bytes_eat(&text, "resent-message-id="))
		return read_message_id(text, e);
	if (str_starts(text, S("removed ("))) {
		e->kind = EVENT_REMOVED; /* 3.10: canceled, never queued */
		e->reply = text;
		return LINE_EVENT;
	}
	if (str_starts(text, S("to=<"))) {
		e->agent = AGENT_ERROR; /* a milter or filter bounced it */
		return postfix_delivery(text, e);
	}
	colon = str_chr(str_head(text, 32), ':');
	rest = str_skip(text, colon + 1);
	if (colon < 32 && str_eat(&rest, S(" ")) && eat_class(&rest))
		return read_check(str_head(text, colon), rest, e);
	if (str_starts(text, S("message rejected: "))) {
		e->kind = EVENT_REJECT; /* "hopcount exceeded": a loop */
		e->reply = str_skip(text, 18);
		return LINE_EVENT;
	}
	if (postfix_eat_one(&text, noise, ARRAY_LEN(noise)))
		return LINE_SKIP;
	return postfix_verb(text, e);
}

/* ---- qmgr ---- */

/* ", size=1751, nrcpt=1 (queue active)", and nothing behind it. */
static bool
read_sizes(struct str rest, struct event *e)
{
	return str_eat(&rest, S(", size=")) &&
	       postfix_eat_number(&rest, &e->size) &&
	       str_eat(&rest, S(", nrcpt=")) &&
	       postfix_eat_number(&rest, &e->nrcpt) && rest.n == 15 &&
	       bytes_starts(rest, " (queue active)");
}

static bool
is_expired(struct str rest)
{
	return str_eq(rest, S(", status=expired, returned to sender")) ||
	       str_eq(rest, S(", status=force-expired, returned to sender"));
}

static enum line_result
read_from(struct str text, struct event *e)
{
	size_t i = 1;

	if (text.n < 2 || text.p[0] != '<')
		return LINE_UNKNOWN;
	while (i < text.n) {
		const char *hit = memchr(text.p + i, '>', text.n - i);
		struct str rest;

		if (hit == NULL)
			break;
		i = (size_t)(hit - text.p);
		rest = (struct str){hit + 1, text.n - i - 1};
		if (read_sizes(rest, e))
			e->kind = EVENT_QUEUED;
		else if (is_expired(rest))
			e->kind = EVENT_EXPIRED;
		if (e->kind != EVENT_NONE) {
			e->has_sender = true;
			e->sender = (struct str){text.p + 1, i - 1};
			return LINE_EVENT;
		}
		i++;
	}
	e->size = e->nrcpt = 0;
	return LINE_UNKNOWN;
}

enum line_result
postfix_qmgr(struct str text, struct event *e)
{
	if (!postfix_eat_id(&text, &e->queue_id))
		return LINE_UNKNOWN;
	if (str_eq(text, S("removed"))) {
		e->kind = EVENT_REMOVED;
		return LINE_EVENT;
	}
	if (str_eat(&text, S("from=")))
		return read_from(text, e);
	if (str_starts(text, S("to=<"))) {
		e->agent = AGENT_ERROR;
		return postfix_delivery(text, e);
	}
	return str_starts(text, S("skipped, still being delivered")) ||
		       str_starts(text, S("status=deferred (")) ||
		       str_starts(text, S("enabling VERP ")) ||
		       str_starts(text, S("sending defer warning "))
		   ? LINE_SKIP
		   : LINE_UNKNOWN;
}

/* ---- bounce, postsuper ---- */

enum line_result
postfix_bounce(struct str text, struct event *e)
{
	static const struct str notices[] = {
	    S0("sender non-delivery notification: "),
	    S0("sender delivery status notification: "),
	    S0("sender delay notification: "),
	    S0("postmaster non-delivery notification: "),
	    S0("postmaster delay notification: ")};

	if (!postfix_eat_id(&text, &e->queue_id))
		return LINE_UNKNOWN;
	if (str_starts(text, S("to=<"))) {
		e->agent = AGENT_ERROR; /* a probe, sendmail -bv */
		return postfix_delivery(text, e);
	}
	if (!postfix_eat_one(&text, notices, ARRAY_LEN(notices)))
		return str_starts(text, S("not sending ")) ||
			       str_starts(text, S("no trace file ")) ||
			       str_starts(
				   text, S("postmaster notice failed")) ||
			       str_starts(text, S("undeliverable postmaster"))
			   ? LINE_SKIP
			   : LINE_UNKNOWN;
	e->kind = EVENT_DSN;
	e->child_id = postfix_id_at(text);
	return e->child_id.n > 0 ? LINE_EVENT : LINE_UNKNOWN;
}

enum line_result
postfix_postsuper(struct str text, struct event *e)
{
	static const struct str totals[] = {S0("Deleted: "), S0("Requeued: "),
	    S0("Placed on hold: "), S0("Released from hold: "), S0("Expired: "),
	    S0("Force-expired: "), S0("Renamed to match ")};

	if (!postfix_eat_id(&text, &e->queue_id))
		return postfix_eat_one(&text, totals, ARRAY_LEN(totals))
			   ? LINE_SKIP
			   : LINE_UNKNOWN;
	if (str_eq(text, S("removed")))
		e->kind = EVENT_DELETED;
	else if (str_eq(text, S("placed on hold")))
		e->kind = EVENT_HOLD;
	else if (str_eq(text, S("requeued")))
		e->kind = EVENT_REQUEUED;
	else
		return str_eq(text, S("released from hold")) ||
			       str_eq(text, S("expired"))
			   ? LINE_SKIP
			   : LINE_UNKNOWN;
	return LINE_EVENT;
}
