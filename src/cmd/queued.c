/* SPDX-License-Identifier: ISC */
#include "cmd/queued.h"

#include "base/ip.h"
#include "base/lang.h"
#include "cmd/examination.h"

#include <errno.h>
#include <stdlib.h>

void
queued_open(struct queued *q, const struct options *o, bool find)
{
	const struct option_value *named = &o->values[OPT_QUEUE];

	*q = (struct queued){0};
	for (size_t i = 0; i < named->n; i++)
		(void)queue_roots_add(&q->roots, named->texts[i], NULL);
	if (find)
		queue_roots_find(&q->roots, options_text(o, OPT_ROOT), NULL);
	if (q->roots.n > 0 &&
	    !usher_init(&q->usher, &q->roots, examination_jobs(o)))
		q->roots.n = 0;
	q->usher.newest = QUEUED_NEWEST;
}

void
queued_close(struct queued *q)
{
	usher_done(&q->usher);
	queue_roots_done(&q->roots);
}

bool
queued_is_ours(const void *set, struct str domain)
{
	const struct sends_as_set *s = set;

	for (size_t i = 0; i < s->n; i++) {
		struct ip ip;

		if (!ip_parse(s->items[i].text, &ip) &&
		    queue_hints_is_above(domain, s->items[i].text))
			return true;
	}
	return false;
}

static void
take(void *arg, const struct received *received)
{
	queue_hints_take(arg, received);
}

/* Messages of people and programs here, under names that nobody knows. */
static void
say_others(struct report *report, const struct queue_hints *hints)
{
	struct queue_other others[QUEUED_OTHERS];
	struct arena *a = &report->arena;
	size_t n = queue_hints_others(hints, others, ARRAY_LEN(others));

	for (size_t i = 0; i < n; i++)
		report_not_examined(report, str_keep(a, others[i].domain),
		    _n("%s message in the queue was written here as this "
		       "domain; nothing else shows that it is this server's, "
		       "so it was not looked at: sereno dns %.*s",
			"%s messages in the queue were written here as this "
			"domain; nothing else shows that it is this server's, "
			"so it was not looked at: sereno dns %.*s",
			others[i].n),
		    lang_number(a, others[i].n), STR_ARG(others[i].domain));
}

void
queued_read(struct queued *q, struct sends_as_set *set, struct arena *a,
    struct hints *hints, struct report *report)
{
	struct receive_sums *sums = xcalloc(QUEUE_ROOTS + 1, sizeof(*sums));
	struct queue_hints *found = queue_hints_new(queued_is_ours, set);

	if (q->usher.jobs > 0)
		receive_run(&q->usher, take, found, sums);
	queue_hints_tell(found, hints);
	sends_as_hints(set, a, hints);
	queued_say(report, &q->roots, sums);
	if (sums[QUEUE_ROOTS].older > 0)
		report_not_examined(report, S("queue"),
		    _n("selectors and domains were looked for in the newest "
		       "%s messages; %s older one was left out",
			"selectors and domains were looked for in the newest "
			"%s messages; %s older ones were left out",
			sums[QUEUE_ROOTS].older),
		    lang_number(&report->arena, QUEUED_NEWEST),
		    lang_number(&report->arena, sums[QUEUE_ROOTS].older));
	say_others(report, found);
	queue_hints_free(found);
	free(sums);
}

/* What may not be opened is no queue that is empty. */
static void
say_unreadable(
    struct report *report, struct str path, const struct receive_sums *s)
{
	const char *n = lang_number(&report->arena, s->unreadable);

	if (s->why == EACCES || s->why == EPERM)
		report_not_examined(report, path,
		    _n("%s file or folder of the queue may not be opened by "
		       "this user, and what is in it was not counted (%s): run "
		       "the same command as root, with sudo",
			"%s files or folders of the queue may not be opened by "
			"this user, and what is in them was not counted (%s): "
			"run the same command as root, with sudo",
			s->unreadable),
		    n, s->path);
	else
		report_not_examined(report, path,
		    _n("%s file or folder of the queue could not be "
		       "opened (%s: %s)",
			"%s files or folders of the queue could not be "
			"opened (%s: %s)",
			s->unreadable),
		    n, s->path, strerror(s->why));
}

void
queued_say(struct report *report, const struct queue_roots *roots,
    const struct receive_sums *sums)
{
	for (size_t i = 0; i < roots->gaps_n; i++) {
		const struct source_gap *gap = &roots->gaps[i];

		report_not_examined(report, gap->path, "%s", gap->err.text);
	}
	for (size_t i = 0; sums != NULL && i < roots->n; i++) {
		const struct receive_sums *s = &sums[i];
		struct str path = roots->items[i].path;

		if (s->unreadable > 0)
			say_unreadable(report, path, s);
		if (s->damaged > 0)
			report_not_examined(report, path,
			    _n("%s message of the queue could not be read: "
			       "its file is damaged, or of a version that "
			       "sereno does not know (%s)",
				"%s messages of the queue could not be read: "
				"their files are damaged, or of a version that "
				"sereno does not know (%s)",
				s->damaged),
			    lang_number(&report->arena, s->damaged),
			    s->damaged_path);
	}
	if (sums != NULL && sums[QUEUE_ROOTS].cut)
		report_not_examined(report, S("queue"), "%s",
		    _("it was not read to its end: too few files may be open "
		      "at the same time"));
}
