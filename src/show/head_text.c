/* SPDX-License-Identifier: ISC */
#include "show/head_text.h"

#include "base/lang.h"
#include "letter/bag.h"
#include "queue/evidence.h"
#include "show/sums.h"

struct str
mta_title(struct str name)
{
	static const struct {
		struct str name, title;
	} titles[] = {
	    {S0("postfix"), S0("Postfix")},
	    {S0("dovecot"), S0("Dovecot")},
	    {S0("exim"), S0("Exim")},
	    {S0("sendmail"), S0("Sendmail")},
	    {S0("opensmtpd"), S0("OpenSMTPD")},
	    {S0("mailenable"), S0("MailEnable")},
	    {S0("exchange"), S0("Exchange")},
	};

	for (size_t i = 0; i < ARRAY_LEN(titles); i++)
		if (str_eq(titles[i].name, name))
			return titles[i].title;
	return name;
}

/* "3 Postfix logs (1.2 GB, 9 days) in 0.9 s" */
static struct str
read_line(const struct report *report, struct arena *a)
{
	struct str title, window = {NULL, 0};
	unsigned long logs = report->examined_n;
	struct sums sums;

	sums_make(&sums, report);
	title = mta_title(sums.mta);
	if (report->from != WALL_NONE && report->to != WALL_NONE)
		window = arena_printf(
		    a, ", %s", lang_span(a, report->to - report->from));
	if (title.n == 0 || sums.others_read)
		return arena_printf(a,
		    _n("read %lu log (%s%.*s) in %s s",
			"read %lu logs (%s%.*s) in %s s", logs),
		    logs, lang_bytes(a, sums.bytes), STR_ARG(window),
		    lang_seconds(a, report->took));
	return arena_printf(a,
	    /* TRANSLATORS: "read 3 Postfix logs (1.2 GB, 9 days) in 0.9 s" */
	    _n("read %lu %.*s log (%s%.*s) in %s s",
		"read %lu %.*s logs (%s%.*s) in %s s", logs),
	    logs, STR_ARG(title), lang_bytes(a, sums.bytes), STR_ARG(window),
	    lang_seconds(a, report->took));
}

/* How much waits, and whether it grows. */
static void
queue_line(const struct report *report, const struct screen *s)
{
	const struct queue_evidence *q = report->queue;
	struct arena *a = s->arena;

	if (q == NULL)
		return;
	screen_wrap(s, 0, 2,
	    arena_printf(a,
		_n("%s message waits in the queue; came in within the last "
		   "hour: %s, in the hour before: %s",
		    "%s messages wait in the queue; came in within the last "
		    "hour: %s, in the hour before: %s",
		    q->n),
		lang_number(a, q->n), lang_number(a, q->last_hour),
		lang_number(a, q->hour_before)));
}

/* What mailboxes were read beside the log. */
static void
bounces_line(const struct report *report, const struct screen *s)
{
	const struct bag *bag = report->bounces;
	struct arena *a = s->arena;

	if (bag == NULL)
		return;
	screen_wrap(s, 0, 2,
	    arena_printf(a,
		_("%s bounces came in: %s of forged mail, %s of our own, %s "
		  "unclear"),
		lang_number(a, bag->records_n + bag->records_missed),
		lang_number(a, bag->states[CLAIM_FORGED]),
		lang_number(a, bag->states[CLAIM_OURS]),
		lang_number(a, bag->states[CLAIM_UNKNOWN])));
}

void
head_text(const struct report *report, const struct screen *s)
{
	struct arena *a = s->arena;

	screen_wrap(s, 0, 2,
	    report->host.n > 0
		? arena_printf(a, _("sereno %s on %.*s, %s %s"), SERENO_VERSION,
		      STR_ARG(report->host), lang_time(a, report->at, true),
		      lang_zone(a, report->at))
		: arena_printf(a, "sereno %s, %s %s", SERENO_VERSION,
		      lang_time(a, report->at, true),
		      lang_zone(a, report->at)));
	if (report->examined_n > 0)
		screen_wrap(s, 0, 2, read_line(report, a));
	queue_line(report, s);
	bounces_line(report, s);
	putc('\n', s->out);
}

static struct str
server_line(struct arena *a, const struct server *server)
{
	struct str line = arena_printf(a, "%.*s%s%.*s:", STR_ARG(server->name),
	    server->version.n > 0 ? " " : "", STR_ARG(server->version));

	for (size_t i = 0; i < server->why_n; i++)
		line = arena_printf(a, "%.*s%s %.*s", STR_ARG(line),
		    i > 0 ? ";" : "", STR_ARG(server->why[i]));
	return line;
}

void
servers_text(const struct report *report, const struct screen *s)
{
	const struct servers *servers = report->servers;

	/* One server that wrote the logs named is told at the top. */
	if (servers == NULL || servers->n == 0 ||
	    (servers->n == 1 && servers->items[0].why_n <= 1))
		return;
	for (size_t i = 0; i < servers->n; i++) {
		size_t used = screen_put(s, STYLE_DIM, str_z(_("found:")));

		putc(' ', s->out);
		screen_wrap(
		    s, used + 1, 4, server_line(s->arena, &servers->items[i]));
	}
}

void
unknown_text(const struct report *report, const struct screen *s)
{
	struct arena *a = s->arena;
	struct sums sums;

	sums_make(&sums, report);
	if (report->shapes_n == 0) {
		screen_wrap(s, 0, 2,
		    str_z(sums.mta.n > 0
			      ? _("every line of the log was understood")
			      : _("no line of a mail server was read")));
		return;
	}
	screen_wrap(s, 0, 2,
	    arena_printf(a,
		_n("%s line of %s was not understood:",
		    "%s lines of %s were not understood:", sums.unknown_lines),
		lang_number(a, sums.unknown_lines),
		lang_number(a, sums.lines)));
	for (size_t i = 0; i < report->shapes_n; i++) {
		const struct unknown_shape *shape = &report->shapes[i];
		struct str place = cite_place(a, report, &shape->cite);
		struct str n = str_z(lang_number(a, shape->n));

		screen_gap(s, n.n < 9 ? 9 - n.n : 0);
		screen_put(s, STYLE_BOLD, n);
		screen_gap(s, 2);
		screen_wrap(s, SCREEN_LABEL, SCREEN_LABEL, shape->shape);
		if (place.n > 0) {
			screen_gap(s, SCREEN_LABEL);
			screen_put(s, STYLE_DIM, place);
			putc('\n', s->out);
		}
	}
}
