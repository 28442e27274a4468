/* SPDX-License-Identifier: ISC */
#include "cmd/examination.h"

#include "base/lang.h"
#include "mta/mta.h"

/* One who shares a syslog with another, and has none of his own. */
static void
add_other_writer(struct report *report, size_t number)
{
	struct str mta = str_z(mtas[number]->name);
	const struct examined *shared = NULL;
	struct server *server;

	for (size_t i = report->examined_n; i > 0; i--) {
		const struct examined *e = &report->examined[i - 1];

		if (str_eq(e->mta, mta))
			return;
		if ((e->also >> number & 1) != 0)
			shared = e;
	}
	if (shared == NULL)
		return;
	server = servers_of(report->servers, &report->arena, mta);
	if (server != NULL)
		server_why(server, arena_printf(&report->arena,
				       _("it wrote some lines of %.*s"),
				       STR_ARG(shared->source)));
}

/* What a log tells of servers: who wrote it. */
void
examination_writers(struct report *report)
{
	struct arena *a = &report->arena;

	for (size_t i = 0; i < report->examined_n; i++) {
		const struct examined *first = &report->examined[i];
		struct server *server;
		unsigned long more = 0;
		bool told = first->mta.n == 0;

		for (size_t k = 0; k < i; k++)
			told |= str_eq(report->examined[k].mta, first->mta);
		if (told)
			continue;
		for (size_t k = i + 1; k < report->examined_n; k++)
			more += str_eq(report->examined[k].mta, first->mta);
		server = servers_of(report->servers, a, first->mta);
		if (server == NULL)
			return;
		server_why(server,
		    more == 0
			? arena_printf(
			      a, _("it wrote %.*s"), STR_ARG(first->source))
			: arena_printf(a,
			      _n("it wrote %.*s and %lu more log",
				  "it wrote %.*s and %lu more logs", more),
			      STR_ARG(first->source), more));
		if (first->why.n > 0)
			server_why(server, first->why);
	}
	for (size_t k = 0; mtas[k] != NULL; k++)
		add_other_writer(report, k);
}
