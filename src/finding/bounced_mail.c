/* SPDX-License-Identifier: ISC */
/*
 * Bounces of mail that really was ours, and who put it in: what --bounces
 * brought. A newsletter has them as well as a thief, so that nobody is accused
 * by them; where a log does not reach they may be all that is known.
 */
#include "base/text.h"
#include "finding/reasons.h"
#include "letter/bag.h"

#include <math.h>

enum {
	TOLD = 3, /* origins with most bounces */
	MIN_BOUNCES = 20,
};

/* What the bounces of one origin say. */
struct returned {
	uint64_t n, unknown, spam;
	wall_us first, last;
};

static struct returned
count(const struct bag *bag, uint32_t origin)
{
	struct returned r = {.first = WALL_NONE, .last = WALL_NONE};

	for (size_t i = 0; i < bag->records_n; i++) {
		const struct bag_record *record = &bag->records[i];

		if (record->origin != origin || record->state != CLAIM_OURS)
			continue;
		r.n++;
		r.unknown += record->class == REPLY_UNKNOWN_USER;
		r.spam += reply_blames_spam((enum reply_class)record->class);
		if (record->at == WALL_NONE)
			continue;
		if (r.first == WALL_NONE || record->at < r.first)
			r.first = record->at;
		if (r.last == WALL_NONE || record->at > r.last)
			r.last = record->at;
	}
	return r;
}

/* The log has told more about it already. */
static bool
is_known(const struct judging *j, const struct origin *o)
{
	for (size_t i = 0; o != NULL && i < j->findings_n; i++)
		if (j->findings[i]->origin == o)
			return true;
	return false;
}

static void
judge_origin(struct judging *j, uint32_t number)
{
	const struct bag *bag = j->bounces;
	struct str name = bag->origins.items[number].text;
	const struct origin *o = tally_find(j->tally, ORIGIN_ACCOUNT, name);
	struct returned r = count(bag, number);
	struct arena *a = j->arena;
	struct finding *f;

	if (r.n < MIN_BOUNCES || is_known(j, o))
		return;
	f = finding_new(j, &finding_bounced_mail, NULL);
	f->severity = SEVERITY_INFO;
	f->share = (struct share){.messages = r.n,
	    .refused_unknown = r.unknown,
	    .refused_spam = r.spam,
	    .first = r.first,
	    .last = r.last};
	finding_proof(j, f, GROUND_LETTERS, 4, (struct ref){0},
	    _("%s bounces; %s say that there is no such user, %s that it is "
	      "spam"),
	    lang_number(a, r.n), lang_number(a, r.unknown),
	    lang_number(a, r.spam));
	reason_cite_bounce(j, f, 0, CLAIM_OURS);
	finding_say(j, f,
	    _("%s bounces that came in are of mail that really left this "
	      "server, put in by %s"),
	    lang_number(a, r.n), text_safe(a, name).p);
	finding_remedy(j, f, shell_command(j, "sereno trace", name),
	    _("what it sent: a newsletter, or somebody with its password?"));
	(void)finding_add(j, f);
}

static void
judge(struct judging *j)
{
	uint32_t top[TOLD];
	size_t n;

	if (j->bounces == NULL)
		return;
	n = counted_top(&j->bounces->origins, CLAIM_OURS, TOLD, top);
	for (size_t i = 0; i < n; i++)
		judge_origin(j, top[i]);
}

const struct finding_kind finding_bounced_mail = {
    .code = "bounced-mail",
    .title = N_("own mail that bounces"),
    .help = N_("Bounces of mail that really left this server came in."),
    .prior = 0,
    .judge = judge,
};
