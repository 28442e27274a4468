/* SPDX-License-Identifier: ISC */
/* What must hold for any line that a module of mta/ reads. */
#ifndef MTA_FUZZ_SLICES_H
#define MTA_FUZZ_SLICES_H

#include "mta/mta.h"

#include <assert.h>

static inline void
fuzz_inside(struct str slice, const struct line *line)
{
	const struct str *outer[] = {&line->text, &line->program, &line->host};

	if (slice.n == 0)
		return;
	for (size_t i = 0; i < ARRAY_LEN(outer); i++)
		if (outer[i]->p != NULL && slice.p >= outer[i]->p &&
		    slice.p + slice.n <= outer[i]->p + outer[i]->n)
			return;
	assert(slice.n == 0); /* it lies outside of the line */
}

/* One event of the line; does it have another? */
static inline bool
fuzz_event(const struct mta *mta, struct line *line)
{
	struct event e, again;
	enum line_result result = mta->line(line, &e);

	if (result != LINE_EVENT && result != LINE_MORE)
		return false;
	assert(e.kind != EVENT_NONE);
	assert(mta->line(line, &again) == result);
	assert(e.kind == again.kind && e.size == again.size);
	assert(str_eq(e.recipient, again.recipient));
	struct str all[] = {e.host, e.service, e.queue_id, e.child_id,
	    e.origin_id, e.parent_id, e.user, e.client_name, e.helo, e.account,
	    e.method, e.sender, e.recipient, e.orig_to, e.relay, e.dsn, e.reply,
	    e.message_id, e.subject, e.script, e.text, e.handle};

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		fuzz_inside(all[i], line);
	assert(result == LINE_EVENT || e.more > line->from);
	line->from = e.more;
	return result == LINE_MORE;
}

static inline void
fuzz_line(const struct mta *mta, struct str program, struct str text)
{
	struct line line = {.program = program, .text = text, .host = S("h")};

	if (!mta->claims(program))
		return;
	while (fuzz_event(mta, &line))
		continue;
}

/* A log of its own form: its head, and each of its lines. */
static inline void
fuzz_log(const struct mta *mta, struct str log)
{
	struct line_form form = {{0}};
	struct line_clock clock;
	struct line line;

	(void)mta->owns(log);
	if (mta->form != NULL)
		mta->form(log, &form);
	line_clock_init(&clock, 2026);
	while (log.n > 0) {
		if (!mta->split(&clock, str_take(&log, '\n'), &line))
			continue;
		line.form = &form;
		while (fuzz_event(mta, &line))
			continue;
	}
}

#endif
