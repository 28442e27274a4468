/* SPDX-License-Identifier: ISC */
/*
 * A log of any bytes, read in up to four parts. What is counted must add up,
 * and nothing may be held when the log has ended. The first byte says where
 * to cut.
 */
#include "trail/join.h"

#include "mta/mta.h"

#include <assert.h>
#include <stdlib.h>

/* How many events of each kind there were. */
struct seen {
	uint64_t queued, recipients, deliveries;
};

static void
note_seen(struct seen *seen, const struct event *e)
{
	bool queued = e->kind == EVENT_QUEUED || e->kind == EVENT_RECEIVED;

	seen->queued +=
	    queued || (e->kind == EVENT_REQUEUED && e->child_id.n > 0);
	seen->recipients += queued ? (uint32_t)e->nrcpt : 0;
	seen->deliveries += e->kind == EVENT_DELIVERY;
}

static void
read_line(struct join *join, struct line_clock *clock, struct str raw,
    struct ref ref, struct seen *seen)
{
	struct line line;
	struct event event;
	const struct mta *mta;
	enum line_result result;

	if (!line_split(clock, raw, &line))
		return;
	mta = mta_of_program(line.program);
	if (mta == NULL)
		return;
	do {
		result = mta->line(&line, &event);
		if (result != LINE_EVENT && result != LINE_MORE)
			return;
		note_seen(seen, &event);
		join_event(join, &event, ref);
		line.from = event.more;
	} while (result == LINE_MORE);
}

/* The sums of an origin are those of its hours; addresses have a part. */
static void
check_origin(const struct origin *o)
{
	struct counts hours = {0}, ips = {0};

	for (uint32_t i = 0; i < o->hours_n; i++) {
		assert(i == 0 || o->hours[i - 1].hour < o->hours[i].hour);
		counts_add(&hours, &o->hours[i].counts);
	}
	assert(memcmp(&hours, &o->counts, sizeof(hours)) == 0);
	for (uint32_t i = 0; i < o->ips_n; i++)
		counts_add(&ips, &o->ips[i].counts);
	assert(ips.messages <= o->counts.messages);
	assert(ips.accepted <= o->counts.accepted);
	assert(ips.bounced <= o->counts.bounced);
	assert(o->strange <= o->counts.messages);
}

static void
check_tally(const struct tally *t, const struct seen *seen)
{
	uint64_t messages = t->inbound.messages, queued = 0;
	uint64_t done = t->inbound.accepted + t->inbound.bounced;

	for (uint32_t i = 0; i < t->origins_n; i++) {
		const struct origin *o = t->origins[i];

		check_origin(o);
		messages += o->counts.messages;
		queued += o->counts.queued; /* both halves, when open */
		done += (uint64_t)o->counts.accepted + o->counts.bounced;
	}
	assert(messages <= seen->queued && queued <= seen->queued);
	/* one that is given up was put off by a delivery before */
	assert(done <= seen->deliveries);
}

static void
read_parts(struct str text, size_t parts, const struct scripts *scripts)
{
	struct line_clock clock;
	struct join *whole = NULL;
	struct seen seen = {0};
	struct ref ref = {1, 0};
	size_t stretch = text.n / parts + 1;

	line_clock_init(&clock, 2026);
	for (size_t i = 0; i < parts; i++) {
		struct join *join = join_new(i == 0, scripts, BY_ORIGIN);
		size_t rest = text.n > stretch ? text.n - stretch : 0;

		while (text.n > rest) {
			read_line(
			    join, &clock, str_take(&text, '\n'), ref, &seen);
			ref.line++;
		}
		if (whole == NULL)
			whole = join;
		else
			join_append(whole, join);
	}
	join_finish(whole);
	assert(whole->records.used == 0);
	assert(whole->callers.used == 0);
	assert(whole->waits.used == 0);
	check_tally(&whole->tally, &seen);
	join_free(whole);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size};
	struct scripts *scripts = NULL;

	if (size == 0)
		return 0;
	if ((data[0] & 4) != 0) {
		scripts = scripts_new();
		(void)scripts_add_php(scripts,
		    S("[16-Nov-2026 10:00:04 UTC] mail() on [/w/a.php:1]: To: "
		      "x@b.example"),
		    (struct ref){2, 0});
		scripts_ready(scripts);
	}
	read_parts(str_skip(text, 1), data[0] % 4 + 1u, scripts);
	scripts_free(scripts);
	return 0;
}
