/* SPDX-License-Identifier: ISC */
/*
 * A mail account in strangers' hands: its password was guessed, phished or
 * taken from an infected computer, and a network of machines sends with it.
 *
 * The account's mail is split in several ways into what may be the strangers'
 * and the owner's; the split that explains most is reported. An owner who
 * travels, writes one evening to a whole school or runs a newsletter has no
 * receivers that call it spam, no dead addresses in number, one network.
 */
#include "finding/reasons.h"

#include <math.h>

/* Addresses of the part that also failed to log in as somebody else. */
static void
reason_guessers(struct judging *j, struct finding *f, const struct split *split)
{
	uint32_t guessers = 0;
	struct ref ref = {0};

	for (uint32_t i = 0; i < f->origin->ips_n; i++) {
		const struct origin_ip *ip = &f->origin->ips[i];
		const uint32_t *number =
		    map_get(&j->tally->auth_by, ip_hash(&ip->ip));
		const struct auth *auth;

		if (number == NULL || ip->first < split->part.first)
			continue;
		auth = &j->tally->auths[*number - 1];
		if (sketch_count(&auth->others) < 2)
			continue;
		guessers++;
		ref = auth->ref;
	}
	if (guessers > 0)
		finding_reason(j, f, GROUND_LOGINS,
		    within(1.5 * guessers, 0, 3), ref,
		    _n("%s of its addresses also tried passwords of other "
		       "accounts",
			"%s of its addresses also tried passwords of other "
			"accounts",
			guessers),
		    lang_number(j->arena, guessers));
}

/*
 * All from where the account was always used from: then it is the owner who
 * sends, whatever he sends. Webmail and proxies on this host hide that.
 */
static bool
is_at_home(const struct origin *o, const struct split *split)
{
	const struct slice *part = &split->part;

	if (split->cut == CUT_NETWORKS || split->cut == CUT_NETWORK)
		return false;
	for (uint32_t i = 0; i < o->ips_n; i++) {
		const struct origin_ip *ip = &o->ips[i];

		if (ip->last < part->first || ip->first > part->last)
			continue;
		if (ip_is_loopback(&ip->ip) || ip_is_private(&ip->ip))
			return false;
		if (o->ips_n > 1 && ip->first + 86400 > part->first)
			return false;
	}
	return o->ips_n > 0;
}

static struct finding *
weigh(struct judging *j, const struct origin *origin, const struct split *split)
{
	struct finding *f = finding_new(j, &finding_stolen_login, origin);

	f->share = slice_share(&split->part);
	reason_networks(j, f, split);
	reason_countries(j, f, split);
	reason_providers(j, f, split);
	reason_answers(j, f, split);
	reason_fresh(j, f, split);
	reason_senders(j, f, split);
	reason_programs(j, f, split);
	reason_helo(j, f, split);
	reason_volume(j, f, split);
	reason_habits(j, f, split);
	reason_guessers(j, f, split);
	if (is_at_home(origin, split))
		finding_reason(j, f, GROUND_COUNTER, -6, (struct ref){0},
		    _("all of it from where the account was always used "
		      "from"));
	if (origin->list_sender * 2 > origin->counts.messages)
		finding_reason(j, f, GROUND_COUNTER, -1.5, (struct ref){0},
		    _("most of its mail is that of a mailing list"));
	return f;
}

/*
 * The split to tell about: the first, in the order of how much it explains,
 * that is not clearly weaker than the strongest.
 */
static struct finding *
weigh_best(struct judging *j, const struct origin *origin)
{
	struct split splits[SPLITS];
	struct finding *found[SPLITS] = {NULL};
	size_t n = slice_splits(j, origin, splits);
	double best = -INFINITY;

	j->quiet = true;
	for (size_t i = 0; i < n; i++) {
		if (splits[i].part.counts.messages == 0)
			continue;
		found[i] = weigh(j, origin, &splits[i]);
		if (finding_sum(found[i]) > best)
			best = finding_sum(found[i]);
	}
	j->quiet = false;
	for (size_t i = 0; i < n; i++)
		if (found[i] != NULL && finding_sum(found[i]) >= best - 3)
			return finding_stands(found[i])
				   ? weigh(j, origin, &splits[i])
				   : NULL;
	return NULL;
}

/* By a form of a web site, a program, webmail: whoever is behind it is not in
 * this log. */
static bool
is_of_this_host(const struct origin *origin)
{
	uint32_t messages = 0, here = 0;

	for (uint32_t i = 0; i < origin->ips_n; i++) {
		const struct origin_ip *ip = &origin->ips[i];

		messages += ip->counts.messages;
		here += ip_is_loopback(&ip->ip) ? ip->counts.messages : 0;
	}
	return here > 0 && here >= messages / 10 * 9;
}

static void
judge_account(struct judging *j, const struct origin *origin)
{
	struct finding *f = weigh_best(j, origin);
	const char *name = origin_title(j, origin);

	if (f == NULL)
		return;
	finding_say(
	    j, f, _("the mail account %s is being used by strangers"), name);
	finding_advise_account(j, f, ADVICE_LOGIN, origin->name,
	    N_("change the password of %s or lock its login, now: that ends "
	       "it"));
	finding_advise(j, f, ADVICE_SESSIONS,
	    N_("end the sessions that are still logged in with the old "
	       "password"));
	if (is_of_this_host(origin))
		finding_remedy(j, f, "",
		    _("it comes from this host itself: see which web form or "
		      "program has that password, or who was in webmail, "
		      "before they are given the new one"));
	if (origin_word(j, origin)[0] != '\0')
		finding_remedy(j, f,
		    arena_printf(
			j->arena, "sereno trace %s", origin_word(j, origin))
			.p,
		    _("look at single messages"));
	(void)finding_add(j, f);
}

/*
 * Most accounts need no arithmetic: without a refusal that speaks of spam,
 * foreign senders or programs, and from three addresses at most of which none
 * failed to log in, all that is left (networks 0.6, recipients 2.5, volume and
 * habits 3) is less than it takes.
 */
static bool
is_harmless(const struct judging *j, const struct origin *o)
{
	if (o->counts.spam > 0 || o->strange > 0 || o->ips_n > 3 ||
	    o->counts.unknown * 50 > o->counts.recipients ||
	    o->foreign_ids * 3 > o->counts.messages || j->geo != NULL)
		return false;
	for (uint32_t i = 0; i < o->ips_n; i++)
		if (map_get(&j->tally->auth_by, ip_hash(&o->ips[i].ip)) != NULL)
			return false;
	return true;
}

static void
judge(struct judging *j)
{
	for (uint32_t i = 0; i < j->tally->origins_n; i++) {
		const struct origin *origin = j->tally->origins[i];

		if (origin->kind == ORIGIN_ACCOUNT &&
		    origin->counts.messages > 0 && !is_harmless(j, origin))
			judge_account(j, origin);
	}
}

const struct finding_kind finding_stolen_login = {
    .code = "stolen-login",
    .title = N_("stolen mail account"),
    .help = N_("Somebody else knows the password of a mail account and sends "
	       "with it."),
    .verdict = "sending",
    .prior = -6,
    .judge = judge,
};
