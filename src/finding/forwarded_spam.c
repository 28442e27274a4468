/* SPDX-License-Identifier: ISC */
/*
 * An address here forwards all its mail, spam included, to a mailbox at a
 * large provider, which blames the forwarder.
 */
#include "finding/reasons.h"
#include "queue/evidence.h"

#include <stdlib.h>

/* The worst ones; a server with hundreds of forwards needs another setting,
 * not hundreds of sentences. */
enum {
	FORWARDS_SHOWN = 5,
	SPAM_MIN = 3
};

static const char remedy[] =
    N_("let the target collect that mail from here (IMAP), or forward only "
       "what the spam filter lets pass");

/* Not counted is what meets others' mail at that time as well: then it is this
 * server that is not liked, whatever is forwarded. */
static uint32_t
spam_of(const struct judging *j, const struct origin *o)
{
	struct peers_hour all =
	    peers_between(&j->peers, o->first / 3600, o->last / 3600);
	double listed = listed_of(o, o->counts.spam);
	double others = (double)all.tried - o->counts.recipients;
	double usual = others < 50
			   ? 0
			   : within((double)all.listed - listed, 0, others) /
				 others * 1.5 * o->counts.recipients;

	return (uint32_t)(o->counts.spam - within(usual, 0, listed) + 0.5);
}

static void
judge_forward(struct judging *j, const struct origin *o, size_t more)
{
	struct finding *f;
	struct split splits[SPLITS];
	size_t n;
	uint32_t spam = spam_of(j, o);
	struct arena *a = j->arena;

	n = slice_splits(j, o, splits);
	f = finding_new(j, &finding_forwarded_spam, o);
	f->severity = SEVERITY_WARNING;
	f->share = slice_share(&splits[n - 1].part);
	finding_proof(j, f, GROUND_RECEIVERS,
	    within(
		weigh_share(
		    spam < o->counts.recipients ? spam : o->counts.recipients,
		    o->counts.recipients, 0.15, 0.005),
		-2, 6),
	    o->marks[o->marks[MARK_SPAM].segment != 0 ? MARK_SPAM
						      : MARK_LISTED],
	    _("%s of %s forwarded mails were called spam by the target"),
	    lang_number(a, spam), lang_number(a, o->counts.recipients));
	finding_say(j, f, _("mail for %s is forwarded, spam and all"),
	    origin_title(j, o));
	if (more > 0)
		finding_reason(j, f, GROUND_SETTING, 0.1, (struct ref){0},
		    _("and %s more addresses forward spam"),
		    lang_number(a, more));
	finding_remedy(j, f, "", "%s", _(remedy));
	(void)finding_add(j, f);
}

static int
by_spam(const void *left, const void *right)
{
	const struct origin *a = *(const struct origin *const *)left;
	const struct origin *b = *(const struct origin *const *)right;

	if (a->counts.spam != b->counts.spam)
		return a->counts.spam < b->counts.spam ? 1 : -1;
	return a->number < b->number ? -1 : 1;
}

/* One address whose forwarded mail waits because its target calls it spam. */
struct waiting_forward {
	const struct waiting *sample;
	uint64_t messages, spam;
};

static void
judge_waiting(struct judging *j, const struct waiting_forward *w)
{
	struct origin *o =
	    tally_find(j->tally, ORIGIN_FORWARD, w->sample->origin);
	struct finding *f;
	size_t before;

	/* The log tells it better. */
	if (o != NULL && o->counts.spam >= SPAM_MIN)
		return;
	o = tally_origin(j->tally, ORIGIN_FORWARD, w->sample->origin, -1);
	f = finding_new(j, &finding_forwarded_spam, o);
	before = f->reasons_n;
	f->severity = SEVERITY_WARNING;
	f->share = (struct share){.messages = w->messages,
	    .recipients = w->messages,
	    .deferred = w->messages,
	    .queued = w->messages,
	    .refused_spam = w->spam,
	    .first = w->sample->arrived,
	    .last = j->queue->now};
	finding_proof(j, f, GROUND_RECEIVERS,
	    within(
		weigh_share((double)w->spam, (double)w->messages, 0.15, 0.005),
		-2, 6),
	    (struct ref){0},
	    _("%s of %s forwarded mails in the queue were called spam by the "
	      "target"),
	    lang_number(j->arena, w->spam), lang_number(j->arena, w->messages));
	reason_cite_queue(j, f, before, w->sample);
	finding_say(j, f, _("mail for %s is forwarded, spam and all"),
	    origin_title(j, o));
	finding_remedy(j, f, "", "%s", _(remedy));
	(void)finding_add(j, f);
}

static int
by_spam_waiting(const void *left, const void *right)
{
	const struct waiting_forward *a = left, *b = right;

	if (a->spam != b->spam)
		return a->spam < b->spam ? 1 : -1;
	return a->sample < b->sample ? -1 : 1;
}

static void
judge_queue(struct judging *j)
{
	struct waiting_forward *all = NULL;
	struct map numbers = {0};
	size_t n = 0, cap = 0;

	for (size_t i = 0; j->queue != NULL && i < j->queue->n; i++) {
		const struct waiting *w = &j->queue->items[i];
		uint32_t *number;
		bool is_new;

		if (w->kind != ORIGIN_FORWARD)
			continue;
		number = map_put(&numbers, str_hash_fold(w->origin), &is_new);
		if (is_new) {
			*number = (uint32_t)n;
			VEC_ROOM(all, n, cap);
			all[n++] = (struct waiting_forward){.sample = w};
		}
		all[*number].messages++;
		all[*number].spam += waiting_is_spam(w);
	}
	if (n > 0)
		qsort(all, n, sizeof(*all), by_spam_waiting);
	for (size_t i = 0; i < n && i < FORWARDS_SHOWN; i++)
		if (all[i].spam >= SPAM_MIN)
			judge_waiting(j, &all[i]);
	free(all);
	map_done(&numbers);
}

static void
judge(struct judging *j)
{
	const struct origin **bad =
	    xcalloc(j->tally->origins_n + 1, sizeof(*bad));
	size_t n = 0;

	for (uint32_t i = 0; i < j->tally->origins_n; i++)
		if (j->tally->origins[i]->kind == ORIGIN_FORWARD &&
		    spam_of(j, j->tally->origins[i]) >= SPAM_MIN)
			bad[n++] = j->tally->origins[i];
	qsort(bad, n, sizeof(*bad), by_spam);
	for (size_t i = 0; i < n && i < FORWARDS_SHOWN; i++)
		judge_forward(j, bad[i],
		    i + 1 == FORWARDS_SHOWN ? n - FORWARDS_SHOWN : 0);
	free(bad);
	judge_queue(j);
}

const struct finding_kind finding_forwarded_spam = {
    .code = "forwarded-spam",
    .title = N_("forwarded spam"),
    .help = N_("Spam that came in is forwarded, and its target blames this "
	       "server."),
    .verdict = "forwarding",
    .prior = -2,
    .judge = judge,
};
