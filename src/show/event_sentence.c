/* SPDX-License-Identifier: ISC */
#include "show/trace.h"

#include "base/lang.h"

#include <stddef.h>

/* "mail.example.org [192.0.2.1]" */
static struct str
client_text(struct arena *a, const struct event *event)
{
	char buf[IP_TEXT];

	if (ip_is_none(&event->client))
		return event->client_name;
	if (event->client_name.n == 0)
		return arena_printf(a, "[%s]", ip_text(&event->client, buf));
	return arena_printf(a, "%.*s [%s]", STR_ARG(event->client_name),
	    ip_text(&event->client, buf));
}

static struct str
accept_sentence(struct arena *a, const struct event *event)
{
	struct str client = client_text(a, event);

	if (event->account.n > 0)
		return arena_printf(a, _("taken from %.*s, logged in as %.*s"),
		    STR_ARG(client), STR_ARG(event->account));
	return arena_printf(
	    a, _("taken from %.*s, without login"), STR_ARG(client));
}

static struct str
queued_sentence(struct arena *a, const struct event *event)
{
	unsigned long n = (unsigned long)event->nrcpt;

	return arena_printf(a,
	    _n("in the queue: from <%.*s>, %s, %lu recipient",
		"in the queue: from <%.*s>, %s, %lu recipients", n),
	    STR_ARG(event->sender), lang_bytes(a, event->size), n);
}

/* Entered, named and queued in one line. */
static struct str
received_sentence(struct arena *a, const struct event *event)
{
	struct str who, what;

	if (event->parent_id.n > 0)
		who = arena_printf(
		    a, _("a notice about %.*s"), STR_ARG(event->parent_id));
	else if (event->account.n > 0 || (event->user.n == 0 && event->uid < 0))
		who = accept_sentence(a, event);
	else if (event->user.n > 0)
		who = arena_printf(a, _("handed in by the local user %.*s"),
		    STR_ARG(event->user));
	else
		who = arena_printf(a, _("handed in by the local user uid %lld"),
		    (long long)event->uid);
	what = arena_printf(
	    a, _("%.*s, as <%.*s>"), STR_ARG(who), STR_ARG(event->sender));
	return event->size == 0 ? what
				: arena_printf(a, "%.*s, %s", STR_ARG(what),
				      lang_bytes(a, event->size));
}

static const char *
status_text(const struct event *event)
{
	switch (event->status) {
	case STATUS_SENT:
		if (event->local == LOCAL_FORWARDED)
			return _("forwarded for");
		return event->agent == AGENT_LOCAL || event->agent == AGENT_LMTP
			   ? _("put into the mailbox of")
			   : _("delivered to");
	case STATUS_DEFERRED:
		return _("put off for");
	case STATUS_BOUNCED:
		return _("refused for");
	case STATUS_EXPIRED:
		return _("given up for");
	case STATUS_UNDELIVERABLE:
		return _("probed, cannot be reached:");
	case STATUS_DELIVERABLE:
		return _("probed, can be reached:");
	case STATUS_NONE:
		break;
	}
	return _("tried for");
}

static struct str
delivery_sentence(struct arena *a, const struct event *event)
{
	struct str what;

	what = arena_printf(
	    a, "%s <%.*s>", status_text(event), STR_ARG(event->recipient));
	if (event->relay.n > 0 && !str_eq(event->relay, S("none")))
		what = arena_printf(
		    a, _("%.*s by %.*s"), STR_ARG(what), STR_ARG(event->relay));
	if (event->reply.n > 0)
		what = arena_printf(
		    a, "%.*s: %.*s", STR_ARG(what), STR_ARG(event->reply));
	return what;
}

/* "X Y" in the words of the event, where there is a text of its own. */
static struct str
with(struct arena *a, const char *words, struct str text)
{
	return text.n == 0 ? str_z(words)
			   : arena_printf(a, "%s %.*s", words, STR_ARG(text));
}

/* Words, and the slice of the event that stands behind them. */
struct plain {
	const char *words;
	size_t slice; /* offset in struct event; 0: none */
};

#define BEHIND(field) offsetof(struct event, field)

static const struct plain plains[] = {
    [EVENT_ATTEMPT] = {N_("a delivery begins:"), BEHIND(recipient)},
    [EVENT_MESSAGE_ID] = {"Message-ID", BEHIND(message_id)},
    [EVENT_SUBJECT] = {N_("subject:"), BEHIND(subject)},
    [EVENT_HOLD] = {N_("held:"), BEHIND(reply)},
    [EVENT_DSN] = {N_("a notice to the sender was made:"), BEHIND(child_id)},
    [EVENT_EXPIRED] = {N_("given up, returned to the sender"), 0},
    [EVENT_REMOVED] = {N_("done, out of the queue"), 0},
    [EVENT_DELETED] = {N_("removed from the queue by hand"), 0},
    [EVENT_REQUEUED] = {N_("put into the queue again as"), BEHIND(child_id)},
    [EVENT_MOVED] = {N_("goes on in the queue as"), BEHIND(child_id)},
    [EVENT_SCRIPT] = {N_("sent by the script"), BEHIND(script)},
    [EVENT_POST] = {N_("web request to"), BEHIND(script)},
    [EVENT_NOTICE] = {"", BEHIND(text)},
};

static struct str
plain_sentence(struct arena *a, const struct event *event)
{
	const struct plain *p;
	struct str text = {NULL, 0};

	if (event->kind >= ARRAY_LEN(plains) ||
	    plains[event->kind].words == NULL)
		return text;
	p = &plains[event->kind];
	if (p->slice != 0)
		memcpy(&text, (const char *)event + p->slice, sizeof(text));
	return p->words[0] == '\0' ? text : with(a, _(p->words), text);
}

struct str
event_sentence(struct arena *a, const struct event *event)
{
	switch (event->kind) {
	case EVENT_CONNECT:
		return with(a, _("connection of"), client_text(a, event));
	case EVENT_DISCONNECT:
		return with(
		    a, _("end of the connection of"), client_text(a, event));
	case EVENT_AUTH_OK:
		return arena_printf(a, _("%.*s logged in from %.*s"),
		    STR_ARG(event->account), STR_ARG(client_text(a, event)));
	case EVENT_AUTH_FAIL:
		return arena_printf(a, _("wrong password for %.*s from %.*s"),
		    STR_ARG(event->account), STR_ARG(client_text(a, event)));
	case EVENT_ACCEPT:
		return accept_sentence(a, event);
	case EVENT_PICKUP:
		return arena_printf(a,
		    _("handed in by the local user uid %lld, as <%.*s>"),
		    (long long)event->uid, STR_ARG(event->sender));
	case EVENT_REDIRECTED:
		return arena_printf(a, _("what was for <%.*s> goes to <%.*s>"),
		    STR_ARG(event->orig_to), STR_ARG(event->recipient));
	case EVENT_HANDED:
		if (event->recipient.n > 0)
			return with(a, _("a recipient:"), event->recipient);
		return arena_printf(a, _("%.*s, as <%.*s>"),
		    STR_ARG(accept_sentence(a, event)), STR_ARG(event->sender));
	case EVENT_RECEIVED:
		return received_sentence(a, event);
	case EVENT_SENDER:
		return arena_printf(a, _("from <%.*s> to <%.*s>"),
		    STR_ARG(event->sender), STR_ARG(event->recipient));
	case EVENT_CALL:
		return arena_printf(a, _("sendmail called in %.*s: %.*s"),
		    STR_ARG(event->script), STR_ARG(event->text));
	case EVENT_QUEUED:
		return queued_sentence(a, event);
	case EVENT_DELIVERY:
		return delivery_sentence(a, event);
	case EVENT_REJECT:
		return arena_printf(a, _("%.*s refused at the door: %.*s"),
		    STR_ARG(client_text(a, event)), STR_ARG(event->reply));
	case EVENT_NONE:
	case EVENT_ATTEMPT:
	case EVENT_MESSAGE_ID:
	case EVENT_SUBJECT:
	case EVENT_HOLD:
	case EVENT_DSN:
	case EVENT_EXPIRED:
	case EVENT_REMOVED:
	case EVENT_DELETED:
	case EVENT_REQUEUED:
	case EVENT_MOVED:
	case EVENT_SCRIPT:
	case EVENT_POST:
	case EVENT_NOTICE:
		break;
	}
	return plain_sentence(a, event);
}
