/* SPDX-License-Identifier: ISC */
#include "letter/passed.h"

#include "base/arena.h"

#include <stdlib.h>

enum {
	DAYS_MAX = 4000,
};

static void
count(struct passed *p, int32_t day)
{
	for (size_t i = p->n; i-- > 0;)
		if (p->days[i].day == day) {
			p->days[i].deliveries++;
			return;
		}
	if (p->n == DAYS_MAX)
		return;
	VEC_ROOM(p->days, p->n, p->cap);
	p->days[p->n++] = (struct passed_day){day, 1};
}

static bool
is_away(const struct event *event)
{
	return event->kind == EVENT_DELIVERY && event->status == STATUS_SENT &&
	       event->agent == AGENT_SMTP &&
	       !ip_is_loopback(&event->relay_ip) &&
	       !ip_is_private(&event->relay_ip);
}

static void
on_line(void *arg, const struct event *event, struct str raw, struct ref ref)
{
	struct passed *p = arg;

	(void)raw;
	(void)ref;
	p->lines++;
	if (event->at == WALL_NONE || event->at < 0)
		return;
	if (p->first == WALL_NONE || event->at < p->first)
		p->first = event->at;
	if (p->last == WALL_NONE || event->at > p->last)
		p->last = event->at;
	if (is_away(event))
		count(p, (int32_t)(event->at / US_DAY));
}

void
passed_read(struct reading *reading, struct passed *ret_passed)
{
	*ret_passed = (struct passed){.first = WALL_NONE, .last = WALL_NONE};
	reading_each(reading, on_line, ret_passed);
}

void
passed_done(struct passed *passed)
{
	free(passed->days);
}

bool
passed_days(const struct passed *p, int32_t *ret_from, int32_t *ret_to)
{
	if (p->lines == 0 || p->first == WALL_NONE)
		return false;
	*ret_from = (int32_t)((p->first + US_DAY - 1) / US_DAY);
	*ret_to = (int32_t)(p->last / US_DAY);
	return *ret_from < *ret_to;
}

uint64_t
passed_between(const struct passed *p, int32_t from, int32_t to)
{
	uint64_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		if (p->days[i].day >= from && p->days[i].day < to)
			n += p->days[i].deliveries;
	return n;
}
