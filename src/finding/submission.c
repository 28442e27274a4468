/* SPDX-License-Identifier: ISC */
#include "finding/submission.h"

#include "base/text.h"
#include "mail/address.h"

#include <math.h>

enum {
	CONFIRMS_MIN = 20,
	BLAMED_MIN = 5, /* refusals, to say whose they are */
};

/* One application, one sender; a mailer invents them. */
static void
reason_many_senders(struct judging *j, struct finding *f)
{
	const struct origin *o = f->origin;
	uint64_t senders = origin_senders(o);
	double share = (double)senders / (o->counts.messages + 1);

	if (o->counts.messages < 5)
		return;
	finding_reason(j, f, GROUND_SENDERS,
	    senders <= 3 ? -0.5
			 : within(4 * share + log((double)senders / 4), 0, 3),
	    o->marks[MARK_FIRST], _("%s different senders in %s messages"),
	    lang_number(j->arena, senders),
	    lang_number(j->arena, o->counts.messages));
}

/* Silent for the first day of the log or longer, then this. */
static void
reason_newcomer(struct judging *j, struct finding *f)
{
	wall_us first = wall_of(f->origin->first);

	if (first - j->tally->first < US_DAY)
		return;
	finding_reason(j, f, GROUND_VOLUME, 2, f->origin->marks[MARK_FIRST],
	    _("its first mail was on %s, after %s of log without any"),
	    lang_time(j->arena, first, false),
	    lang_span(j->arena, first - j->tally->first));
}

struct finding *
submission_weigh(struct judging *j, const struct finding_kind *kind,
    const struct origin *origin)
{
	struct split splits[SPLITS];
	size_t n = slice_splits(j, origin, splits);
	struct finding *best = NULL;

	for (size_t i = 0; i < n; i++) {
		struct finding *f;

		if (splits[i].part.counts.messages == 0 ||
		    splits[i].cut == CUT_NETWORKS ||
		    splits[i].cut == CUT_NETWORK)
			continue;
		f = finding_new(j, kind, origin);
		f->share = slice_share(&splits[i].part);
		reason_answers(j, f, &splits[i]);
		reason_fresh(j, f, &splits[i]);
		reason_volume(j, f, &splits[i]);
		reason_many_senders(j, f);
		reason_newcomer(j, f);
		if (best == NULL || finding_sum(f) > finding_sum(best) + 0.5)
			best = f;
	}
	return best;
}

bool
submission_confirms(const struct origin *origin)
{
	return origin->confirms >= CONFIRMS_MIN &&
	       (uint64_t)origin->confirms * 2 > origin->counts.messages &&
	       (uint64_t)origin->counts.spam * 50 <= origin->counts.recipients;
}

bool
submission_is_hidden(struct str path)
{
	static const struct str places[] = {S0("/tmp/"), S0("/dev/shm/"),
	    S0("/uploads/"), S0("/upload/"), S0("/cache/"), S0("/images/"),
	    S0("/img/"), S0("/css/"), S0("/fonts/"), S0("/.")};

	for (size_t i = 0; i < ARRAY_LEN(places); i++)
		if (str_has(path, places[i]))
			return true;
	return false;
}

/* It mailed before the burst, for a tenth of the log at least. */
static bool
was_here_before(const struct judging *j, const struct origin *origin)
{
	struct split splits[SPLITS];
	size_t n = slice_splits(j, origin, splits);
	double log_seconds =
	    (double)(j->tally->last - j->tally->first) / US_SECOND;

	for (size_t i = 0; i < n; i++)
		if (splits[i].cut == CUT_TIME &&
		    splits[i].rest.counts.messages > 0 &&
		    splits[i].part.first > origin->first &&
		    splits[i].part.first - origin->first > log_seconds / 10)
			return true;
	return false;
}

bool
submission_is_application(const struct judging *j, const struct origin *origin)
{
	return sketch_count(&origin->senders) <= 2 &&
	       !submission_is_hidden(origin->name) &&
	       was_here_before(j, origin);
}

void
submission_posts(struct judging *j, struct finding *f)
{
	const struct post *most = NULL;

	for (uint32_t i = 0; i < j->tally->posts_n; i++)
		if (most == NULL || j->tally->posts[i].hits > most->hits)
			most = &j->tally->posts[i];
	if (most == NULL || most->hits * 2 < j->tally->web_submissions ||
	    most->hits == 0)
		return;
	finding_reason(j, f, GROUND_PROGRAM, 1.5, most->ref,
	    _("%s of %s mails of the web server follow a POST to '%s' within "
	      "3 seconds, from %s addresses"),
	    lang_number(j->arena, most->hits),
	    lang_number(j->arena, j->tally->web_submissions),
	    text_safe(j->arena, most->path).p,
	    lang_number(j->arena, sketch_count(&most->clients)));
}

/* A domain with mailboxes or accounts here. */
static bool
is_ours(const struct judging *j, struct str domain)
{
	if (tally_is_ours(j->tally, domain))
		return true;
	for (uint32_t i = 0; i < j->tally->origins_n; i++) {
		const struct origin *o = j->tally->origins[i];

		if (o->kind == ORIGIN_ACCOUNT && o->counts.messages > 0 &&
		    str_eq_fold(address_domain(o->name), domain))
			return true;
	}
	return false;
}

struct str
submission_blamed(const struct judging *j, const struct origin *o)
{
	uint32_t refusals = o->counts.spam + o->counts.unknown;
	struct str sender = {NULL, 0};

	if (refusals >= BLAMED_MIN)
		sender = origin_top_blamed(o->tops[TOP_SENDER], refusals);
	return sender.n > 0 && is_ours(j, address_domain(sender))
		   ? sender
		   : (struct str){NULL, 0};
}
