/* SPDX-License-Identifier: ISC */
/*
 * What receivers said when they refused us, in plain words: which provider,
 * why, what to do; and when it is the receiver who is misconfigured.
 */
#include "finding/judge.h"

#include "base/text.h"
#include "check/dnsbl.h"

#include <math.h>

static bool
is_about_us(const struct reply_rule *rule)
{
	return strcmp(rule->scope, "ip") == 0 ||
	       strcmp(rule->scope, "domain") == 0;
}

/* A range that is not to send at all, or an address without a name, is blocked
 * like a spammer's. */
static bool
is_block(const struct reply_rule *rule)
{
	return rule->class == REPLY_RECEIVER_ERROR ||
	       reply_blames_spam(rule->class) ||
	       ((rule->class == REPLY_POLICY ||
		    rule->class == REPLY_IDENTITY) &&
		   strcmp(rule->scope, "ip") == 0);
}

/* The page of the rule, with our address in it when there is one only. */
static struct str
page_of(struct judging *j, const struct reply_rule *rule)
{
	const struct dnsbl *d = j->listings;
	struct str url = str_z(rule->url), ip = S("IP");
	size_t at = str_find(url, S("{ip}")), n = 0;

	if (at == url.n)
		return url;
	for (size_t i = 0; d != NULL && i < d->targets_n; i++)
		if (d->targets[i].kind != TARGET_DOMAIN && n++ == 0)
			ip = d->targets[i].name;
	return arena_printf(j->arena, "%.*s%.*s%.*s",
	    STR_ARG(str_head(url, at)), STR_ARG(n == 1 ? ip : S("IP")),
	    STR_ARG(str_skip(url, at + 4)));
}

/* "any (Spamhaus)" of the catalogue is whoever asks that list; "any" is known by
 * one who said it. */
static struct str
provider_name(struct arena *a, const struct block *b)
{
	struct str name = str_z(b->rule->provider);
	struct str relay = text_safe(a, str_z(b->relay));

	if (str_eq(name, S("any")) && relay.n > 0)
		return b->n == 1 ? relay
				 : arena_printf(
				       a, _("receivers such as %s"), relay.p);
	if (str_eat(&name, S("any (")) && str_ends(name, S(")")))
		name.n--;
	return name;
}

static void
judge_block(struct judging *j, const struct block *b)
{
	struct finding *f;
	const struct reply_rule *rule = b->rule;
	struct arena *a = j->arena;
	bool theirs = rule->class == REPLY_RECEIVER_ERROR;
	struct str page;

	if (!is_block(rule))
		return;
	f = finding_new(j, &finding_provider_block, NULL);
	f->severity = !theirs && is_about_us(rule) && b->n >= 5
			  ? SEVERITY_WARNING
			  : SEVERITY_INFO;
	f->share.first = wall_of(b->first);
	f->share.last = wall_of(b->last);
	f->share.recipients = b->n;
	finding_proof(j, f, GROUND_RECEIVERS, 4, b->ref,
	    _n("%s answer of %s", "%s answers of %s, one of them", b->n),
	    lang_number(a, b->n), text_safe(a, str_z(b->relay)).p);
	if (theirs)
		finding_say(j, f,
		    _("%s is misconfigured, this server is not listed: %s"),
		    text_safe(a, str_z(b->relay)).p, _(rule->meaning));
	else
		finding_say(j, f, "%.*s: %s", STR_ARG(provider_name(a, b)),
		    _(rule->meaning));
	page = page_of(j, rule);
	finding_remedy(j, f, "", "%s%s%.*s", _(rule->action),
	    page.n == 0 ? "" : " ", STR_ARG(page));
	if (!theirs && is_about_us(rule))
		finding_remedy(j, f, "sereno delist", "%s",
		    _("afterwards: whom to ask, and with which letter"));
	(void)finding_add(j, f);
}

static void
judge(struct judging *j)
{
	for (uint32_t i = 0; i < j->tally->blocks_n; i++)
		judge_block(j, &j->tally->blocks[i]);
}

const struct finding_kind finding_provider_block = {
    .code = "provider-block",
    .title = N_("refused by a provider"),
    .help = N_("A large receiver refuses mail of this server and says why."),
    .prior = 0,
    .judge = judge,
};
