/* SPDX-License-Identifier: ISC */
#include "queue/filter.h"

#include "base/text.h"
#include "mail/address.h"
#include "queue/campaign.h"

#include <stdio.h>

/* ---- texts ---- */

/* Capital letters as small ones: Latin, Latin-1, Greek, Cyrillic. */
static uint32_t
fold(uint32_t rune)
{
	if ((rune >= 'A' && rune <= 'Z') ||
	    (rune >= 0xc0 && rune <= 0xde && rune != 0xd7) ||
	    (rune >= 0x391 && rune <= 0x3a9) ||
	    (rune >= 0x410 && rune <= 0x42f))
		return rune + 32;
	if (rune >= 0x400 && rune <= 0x40f)
		return rune + 80;
	return rune;
}

/* The next letter off the front of *s, folded. */
static uint32_t
take_letter(struct str *s)
{
	uint32_t rune;
	size_t n = text_rune(*s, &rune);

	if (rune == UINT32_MAX)
		rune = 0x110000 + (unsigned char)s->p[0];
	*s = str_skip(*s, n);
	return fold(rune);
}

bool
pattern_meets(struct str pattern, struct str text)
{
	struct str after_star = {NULL, 0}, retry = {NULL, 0};
	bool star = false;

	while (text.n > 0) {
		struct str next = pattern, rest = text;
		uint32_t want = pattern.n > 0 ? take_letter(&next) : 0;

		if (pattern.n > 0 && want == '*') {
			star = true;
			pattern = after_star = next;
			retry = text;
		} else if (pattern.n > 0 &&
			   (take_letter(&rest) == want || want == '?')) {
			pattern = next;
			text = rest;
		} else if (star) {
			(void)take_letter(&retry);
			text = retry;
			pattern = after_star;
		} else {
			return false;
		}
	}
	while (pattern.n > 0 && pattern.p[0] == '*')
		pattern = str_skip(pattern, 1);
	return pattern.n == 0;
}

static bool
is_pattern(struct str wish)
{
	return str_chr(wish, '*') < wish.n || str_chr(wish, '?') < wish.n;
}

static bool
starts_folded(struct str text, struct str head)
{
	while (head.n > 0) {
		if (text.n == 0 || take_letter(&text) != take_letter(&head))
			return false;
	}
	return true;
}

static bool
stands_in(struct str wish, struct str text)
{
	while (text.n > 0) {
		if (starts_folded(text, wish))
			return true;
		(void)take_letter(&text);
	}
	return wish.n == 0;
}

/* ---- one wish each ---- */

static bool
meets_address(struct str wish, struct str address)
{
	struct str local, domain;

	if (str_eq(wish, S("<>")))
		return address_is_null(address);
	if (is_pattern(wish))
		return pattern_meets(wish, address);
	if (str_chr(wish, '@') < wish.n && wish.p[0] != '@')
		return address_eq(wish, address);
	(void)address_split(address, &local, &domain);
	if (str_eat(&wish, S("@")))
		return str_eq_fold(wish, domain);
	return str_eq_fold(wish, domain) || str_eq_fold(wish, local);
}

static bool
meets_name(struct str wish, struct str name)
{
	return name.n > 0 && (is_pattern(wish) ? pattern_meets(wish, name)
					       : str_eq_fold(wish, name));
}

static bool
meets_origin(struct str wish, const struct waiting *w)
{
	char uid[32], ip[IP_TEXT];
	int n = snprintf(uid, sizeof(uid), "uid=%lld", (long long)w->uid);

	return meets_name(wish, w->origin) || meets_name(wish, w->script) ||
	       (w->uid >= 0 && n > 0 &&
		   meets_name(wish, (struct str){uid, (size_t)n})) ||
	       (!ip_is_none(&w->client) &&
		   meets_name(wish, str_z(ip_text(&w->client, ip)))) ||
	       (w->origin.n == 0 &&
		   meets_name(wish, str_z(origin_kind_name(w->kind))));
}

static bool
meets_subject(struct str wish, const struct waiting *w)
{
	return is_pattern(wish) ? pattern_meets(wish, w->subject)
				: stands_in(wish, w->subject);
}

static bool
meets_sender(struct str wish, const struct waiting *w)
{
	return meets_address(wish, w->sender);
}

static bool
meets_state(struct str wish, const struct waiting *w)
{
	enum queue_state state;

	return queue_state_parse(wish, &state) && state == w->state;
}

static bool
meets_campaign(struct str wish, const struct waiting *w)
{
	return w->campaign != 0 && campaign_id_parse(wish) == w->campaign;
}

/* ---- all of them ---- */

static bool
meets_one(const struct wishes *wishes, const struct waiting *w,
    bool (*meets)(struct str wish, const struct waiting *w))
{
	for (size_t i = 0; i < wishes->n; i++)
		if (meets(wishes->items[i], w))
			return true;
	return wishes->n == 0;
}

bool
filter_is_set(const struct filter *filter)
{
	return filter->sender.n + filter->recipient.n + filter->origin.n +
		       filter->subject.n + filter->state.n +
		       filter->campaign.n >
		   0 ||
	       filter->before != WALL_NONE;
}

bool
filter_meets_rcpts(const struct filter *filter, const struct queue_message *m)
{
	const struct wishes *wishes = &filter->recipient;

	for (size_t i = 0; i < wishes->n; i++)
		for (size_t k = 0; k < m->rcpts_n; k++)
			if (meets_address(
				wishes->items[i], m->rcpts[k].address) ||
			    (m->rcpts[k].original.n > 0 &&
				meets_address(
				    wishes->items[i], m->rcpts[k].original)))
				return true;
	return wishes->n == 0;
}

bool
filter_meets(const struct filter *filter, const struct waiting *w)
{
	return w->rcpt_meant &&
	       (filter->before == WALL_NONE ||
		   (w->arrived != WALL_NONE && w->arrived < filter->before)) &&
	       meets_one(&filter->state, w, meets_state) &&
	       meets_one(&filter->campaign, w, meets_campaign) &&
	       meets_one(&filter->sender, w, meets_sender) &&
	       meets_one(&filter->origin, w, meets_origin) &&
	       meets_one(&filter->subject, w, meets_subject);
}
