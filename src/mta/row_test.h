/* SPDX-License-Identifier: ISC */
/* Tests of a module of mta/ in rows: a line, and all that is read from it. */
#ifndef MTA_ROW_TEST_H
#define MTA_ROW_TEST_H

#include "mta/mta.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

struct row {
	const char *program;
	const char *text;
	enum line_result result;
	/* All fields that are not said must be empty. */
	struct {
		enum event_kind kind;
		enum event_status status;
		enum event_agent agent;
		enum event_local local;
		const char *queue_id, *child_id, *origin_id;
		const char *client_name, *client, *origin_client, *helo;
		const char *account, *method;
		int64_t uid;        /* 0: not said */
		const char *sender; /* "" is the null sender */
		const char *recipient, *orig_to, *relay, *relay_ip;
		unsigned relay_port, code;
		const char *dsn, *reply, *message_id, *subject, *text;
		const char *user, *parent_id, *script;
		uint64_t pid; /* 0: the line's own */
		uint64_t size, nrcpt, session;
		bool no_end, is_alias;
		uint32_t from; /* given: line.from, for a second event */
	} want;
};

static inline void
same_str(
    const struct row *row, const char *field, struct str got, const char *want)
{
	if (!str_eq(got, str_z(want == NULL ? "" : want)))
		fail_msg("%s: %s\n%s is '" STR_FMT "', not '%s'", row->program,
		    row->text, field, STR_ARG(got), want);
}

static inline void
same_ip(const struct row *row, const char *field, const struct ip *got,
    const char *want)
{
	struct ip ip = {0};

	if (want != NULL)
		assert_true(ip_parse(str_z(want), &ip));
	if (!ip_eq(got, &ip)) {
		char buf[IP_TEXT];

		fail_msg("%s\n%s is %s, not %s", row->text, field,
		    ip_text(got, buf), want);
	}
}

static inline void
same_number(
    const struct row *row, const char *field, uint64_t got, uint64_t want)
{
	if (got != want)
		fail_msg("%s: %s\n%s is %llu, not %llu", row->program,
		    row->text, field, (unsigned long long)got,
		    (unsigned long long)want);
}

static inline void
same_event(const struct row *row, const struct event *e)
{
	same_number(row, "kind", e->kind, row->want.kind);
	same_number(row, "status", e->status, row->want.status);
	same_number(row, "agent", e->agent, row->want.agent);
	same_number(row, "local", e->local, row->want.local);
	same_str(row, "queue_id", e->queue_id, row->want.queue_id);
	same_str(row, "child_id", e->child_id, row->want.child_id);
	same_str(row, "origin_id", e->origin_id, row->want.origin_id);
	same_str(row, "client_name", e->client_name, row->want.client_name);
	same_ip(row, "client", &e->client, row->want.client);
	same_ip(
	    row, "origin_client", &e->origin_client, row->want.origin_client);
	same_str(row, "helo", e->helo, row->want.helo);
	same_str(row, "account", e->account, row->want.account);
	same_str(row, "method", e->method, row->want.method);
	same_number(row, "uid", (uint64_t)(e->uid + 1),
	    row->want.uid == 0 ? 0 : (uint64_t)row->want.uid + 1);
	same_str(row, "sender", e->sender, row->want.sender);
	same_number(row, "has_sender", e->has_sender, row->want.sender != NULL);
	same_str(row, "recipient", e->recipient, row->want.recipient);
	same_str(row, "orig_to", e->orig_to, row->want.orig_to);
	same_str(row, "relay", e->relay, row->want.relay);
	same_ip(row, "relay_ip", &e->relay_ip, row->want.relay_ip);
	same_number(row, "relay_port", e->relay_port, row->want.relay_port);
	same_number(row, "code", e->code, row->want.code);
	same_str(row, "dsn", e->dsn, row->want.dsn);
	same_str(row, "reply", e->reply, row->want.reply);
	same_str(row, "message_id", e->message_id, row->want.message_id);
	same_str(row, "subject", e->subject, row->want.subject);
	same_str(row, "text", e->text, row->want.text);
	same_str(row, "user", e->user, row->want.user);
	same_str(row, "parent_id", e->parent_id, row->want.parent_id);
	same_number(row, "session", e->session, row->want.session);
	same_number(row, "no_end", e->no_end, row->want.no_end);
	same_number(row, "is_alias", e->is_alias, row->want.is_alias);
	same_str(row, "script", e->script, row->want.script);
	same_number(row, "size", e->size, row->want.size);
	same_number(row, "nrcpt", e->nrcpt, row->want.nrcpt);
}

static inline enum line_result
parse_from(const struct mta *mta, const char *program, const char *text,
    uint32_t from, struct event *ret)
{
	struct line line = {.at = 7,
	    .pid = 12,
	    .host = S("mx1"),
	    .from = from,
	    .program = str_z(program),
	    .text = str_z(text)};

	memset(ret, 0xaa, sizeof(*ret));
	return mta->line(&line, ret);
}

static inline enum line_result
parse(const struct mta *mta, const char *program, const char *text,
    struct event *ret)
{
	return parse_from(mta, program, text, 0, ret);
}

static inline void
check(const struct mta *mta, const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct event e;
		enum line_result got = parse_from(
		    mta, rows[i].program, rows[i].text, rows[i].want.from, &e);

		same_number(&rows[i], "result", got, rows[i].result);
		if (got != LINE_EVENT && got != LINE_MORE)
			continue;
		same_event(&rows[i], &e);
		assert_true(str_eq(e.host, S("mx1")));
		same_number(&rows[i], "pid", e.pid,
		    rows[i].want.pid == 0 ? 12 : rows[i].want.pid);
		assert_int_equal(e.at, 7);
	}
}

/* TESTED: the module, defined by the file that includes this. */
#define CHECK(rows) check(&(TESTED), rows, ARRAY_LEN(rows))

#endif
