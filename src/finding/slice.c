/* SPDX-License-Identifier: ISC */
#include "finding/slice.h"

#include "base/map.h"

#include <math.h>
#include <stdlib.h>

/* A network the origin was used from. */
struct network {
	struct ip net;
	uint32_t first, last;
	struct counts counts;
	uint32_t foreign; /* messages */
	double bad;       /* recipients who do not exist, or who call it spam */
	bool is_part;     /* of the split that is being made */
};

/* Recipients who do not exist, and answers that call the mail spam; not those
 * that blame this server, for they meet everybody. */
static double
bad_of(const struct origin *origin, const struct counts *c)
{
	return c->unknown + c->spam - listed_of(origin, c->spam);
}

/* ---- hours: what only they know ---- */

/* First-time recipients of the origin and of all other accounts between two
 * times. */
static void
add_fresh(const struct judging *j, const struct origin *origin, struct slice *s)
{
	uint32_t from = s->first / 3600, to = s->last / 3600;
	struct peers_hour all = peers_between(&j->peers, from, to);

	for (uint32_t k = 0; k < origin->hours_n; k++) {
		const struct origin_hour *h = &origin->hours[k];
		uint64_t listed = (uint64_t)listed_of(origin, h->counts.spam);

		if (h->hour < from || h->hour > to)
			continue;
		/* That of an origin made by summing up is not among them. */
		all.listed -= listed < all.listed ? listed : all.listed;
		all.tried -= h->counts.recipients < all.tried
				 ? h->counts.recipients
				 : all.tried;
		s->fresh += h->fresh;
		s->fresh_of += h->counts.recipients;
		s->hours += h->counts.messages > 0;
	}
	if (origin->kind == ORIGIN_ACCOUNT) {
		all.fresh -= s->fresh;
		all.recipients -= s->fresh_of;
	}
	s->peers_fresh = (uint32_t)all.fresh;
	s->peers_fresh_of = (uint32_t)all.recipients;
	s->peers_listed = (uint32_t)all.listed;
	s->peers_tried = (uint32_t)all.tried;
}

static void
add_ip(struct slice *s, const struct origin_ip *ip)
{
	counts_add(&s->counts, &ip->counts);
	s->strange += ip->strange;
	s->foreign += ip->foreign_ids;
	s->ips++;
	if (s->first == 0 || ip->first < s->first) {
		s->first = ip->first;
		s->ref = ip->ref;
	}
	if (ip->last > s->last)
		s->last = ip->last;
}

static struct slice
whole_of(const struct origin *origin)
{
	struct slice s = {.counts = origin->counts,
	    .strange = origin->strange,
	    .foreign = origin->foreign_ids,
	    .ips = origin->ips_n,
	    .first = origin->first,
	    .last = origin->last,
	    .ref = origin->marks[MARK_FIRST]};

	return s;
}

/*
 * Who was new is known by the hour, and in those of the part the origin's other
 * addresses wrote, too. They are taken to write to new people as everybody does:
 * a thief who keeps to the owner's hours does not hide behind his friends.
 */
static void
leave_theirs(const struct judging *j, struct slice *part)
{
	uint32_t n = part->counts.recipients, theirs;

	if (part->fresh_of <= n)
		return;
	theirs = (uint32_t)(j->peers.fresh * (part->fresh_of - n));
	part->fresh = part->fresh > theirs ? part->fresh - theirs : 0;
	if (part->fresh > n)
		part->fresh = n;
	part->fresh_of = n;
}

/* ---- networks ---- */

static int
by_net(const void *left, const void *right)
{
	return memcmp(left, right, sizeof(struct ip));
}

static int
by_first(const void *left, const void *right)
{
	const struct network *a = left, *b = right;

	return a->first < b->first ? -1 : a->first > b->first;
}

/* The networks of the origin, in order of first use. To be freed. */
static struct network *
networks_of(const struct origin *origin, size_t *ret_n)
{
	struct network *nets = xcalloc(origin->ips_n + 1, sizeof(*nets));
	size_t n = 0;

	for (uint32_t i = 0; i < origin->ips_n; i++) {
		const struct origin_ip *ip = &origin->ips[i];

		nets[i] = (struct network){.net = ip_network(&ip->ip),
		    .first = ip->first,
		    .last = ip->last,
		    .counts = ip->counts,
		    .foreign = ip->foreign_ids,
		    .bad = bad_of(origin, &ip->counts)};
	}
	if (origin->ips_n > 0)
		qsort(nets, origin->ips_n, sizeof(*nets), by_net);
	for (uint32_t i = 0; i < origin->ips_n; i++) {
		if (n == 0 || !ip_eq(&nets[n - 1].net, &nets[i].net)) {
			nets[n++] = nets[i];
			continue;
		}
		counts_add(&nets[n - 1].counts, &nets[i].counts);
		nets[n - 1].foreign += nets[i].foreign;
		nets[n - 1].bad += nets[i].bad;
		if (nets[i].first < nets[n - 1].first)
			nets[n - 1].first = nets[i].first;
		if (nets[i].last > nets[n - 1].last)
			nets[n - 1].last = nets[i].last;
	}
	if (n > 0)
		qsort(nets, n, sizeof(*nets), by_first);
	*ret_n = n;
	return nets;
}

static double
rate_term(double n, double hours)
{
	return n <= 0 ? 0 : n * log(n / hours);
}

/*
 * When did new networks begin to appear faster? The change point of a Poisson
 * process: the split that makes both sides most likely. Returns the number of
 * the first network behind it; n when there is no such time.
 */
static size_t
change_point(const struct network *nets, size_t n, double begin, double end)
{
	double best = 3, total;
	size_t at = n;

	/* Lines of several hosts in one file are not strictly in order. */
	for (size_t i = 0; i < n; i++)
		if (nets[i].last > end)
			end = nets[i].last;
	if (n > 0 && nets[0].first < begin)
		begin = nets[0].first;
	total = (end - begin) / 3600 + 1;
	for (size_t i = 1; i < n; i++) {
		double before = (nets[i].first - begin) / 3600 + 0.5;
		double after = (end - nets[i].first) / 3600 + 0.5;
		double rate_before = (double)i / before;
		double rate_after = (double)(n - i) / after;
		double gain = rate_term((double)i, before) +
			      rate_term((double)(n - i), after) -
			      rate_term((double)n, total);

		if (rate_after > rate_before * 3 && n - i >= 3 && gain > best) {
			best = gain;
			at = i;
		}
	}
	return at;
}

/* Its mail fails as a stranger's does; an owner meets a dead address, too. */
static bool
fails_alike(const struct network *net)
{
	return net->bad >= 5 && net->bad * 4 >= net->counts.recipients;
}

static bool
is_foreign(uint32_t foreign, uint32_t messages)
{
	return messages > 0 && foreign * 10 >= messages * 8;
}

static bool
is_foreign_net(const struct network *net)
{
	return is_foreign(net->foreign, net->counts.messages);
}

/*
 * Take into the part what is like it although it was used before: a try of the
 * stranger days ahead. His programs tell best, if they are others than the
 * owner's; else how much of his mail fails.
 */
static void
mark_alike(struct network *nets, size_t n)
{
	uint32_t messages = 0, foreign = 0;
	size_t others = 0;

	for (size_t i = 0; i < n; i++) {
		if (nets[i].is_part) {
			messages += nets[i].counts.messages;
			foreign += nets[i].foreign;
		} else {
			others += !is_foreign_net(&nets[i]);
		}
	}
	for (size_t i = 0; i < n; i++) {
		if (is_foreign(foreign, messages) && others > 0)
			nets[i].is_part |= is_foreign_net(&nets[i]);
		else
			nets[i].is_part |= fails_alike(&nets[i]);
	}
}

/* Divide by the marks; false when there is no mail in the part. */
static bool
split_networks(const struct origin *origin, const struct network *nets,
    size_t n, struct split *ret_split)
{
	struct split split = {0};
	struct map numbers = {0};
	bool is_new;

	for (size_t i = 0; i < n; i++) {
		*map_put(&numbers, ip_hash(&nets[i].net), &is_new) =
		    (uint32_t)i;
		if (nets[i].is_part)
			split.part.networks++;
		else
			split.rest.networks++;
	}
	for (uint32_t i = 0; i < origin->ips_n; i++) {
		const struct origin_ip *ip = &origin->ips[i];
		struct ip net = ip_network(&ip->ip);
		uint32_t number = *map_put(&numbers, ip_hash(&net), &is_new);

		add_ip(nets[number].is_part ? &split.part : &split.rest, ip);
	}
	map_done(&numbers);
	if (split.part.counts.messages == 0)
		return false;
	*ret_split = split;
	return true;
}

/* Networks from this number on, and what is like them. */
static bool
split_from(const struct origin *origin, struct network *nets, size_t n,
    size_t from, struct split *ret_split)
{
	if (from >= n)
		return false;
	for (size_t i = 0; i < n; i++)
		nets[i].is_part = i >= from;
	mark_alike(nets, n);
	return split_networks(origin, nets, n, ret_split);
}

/* The network with the most refusals for unknown users or spam, else with the
 * most messages, that was not the first one; alone. */
static bool
split_worst(const struct origin *origin, struct network *nets, size_t n,
    struct split *ret_split)
{
	size_t worst = 0;

	for (size_t i = 1; i < n; i++)
		if (worst == 0 || nets[i].bad > nets[worst].bad ||
		    (nets[i].bad >= nets[worst].bad &&
			nets[i].counts.messages > nets[worst].counts.messages))
			worst = i;
	if (worst == 0)
		return false;
	for (size_t i = 0; i < n; i++)
		nets[i].is_part = i == worst;
	return split_networks(origin, nets, n, ret_split);
}

/* ---- time ---- */

static double
typical_hour(const struct origin *origin)
{
	double sum = 0;

	/* The harmonic mean leans to the quiet hours: a burst hardly moves
	 * it. */
	for (uint32_t i = 0; i < origin->hours_n; i++)
		sum += 1.0 / (origin->hours[i].counts.recipients + 1);
	return origin->hours_n == 0 ? 1 : origin->hours_n / sum;
}

/* The run of hours with the largest excess (Kadane's algorithm). */
static bool
busiest_run(const struct origin *origin, uint32_t *ret_from, uint32_t *ret_to)
{
	double typical = typical_hour(origin), sum = 0, best = 0;
	uint32_t from = 0;

	for (uint32_t i = 0; i < origin->hours_n; i++) {
		const struct origin_hour *h = &origin->hours[i];

		if (i > 0)
			sum -=
			    typical *
			    (double)(h->hour - origin->hours[i - 1].hour - 1);
		if (sum <= 0) {
			sum = 0;
			from = i;
		}
		sum += h->counts.recipients + 8.0 * bad_of(origin, &h->counts) -
		       3 * typical;
		if (sum > best) {
			best = sum;
			*ret_from = from;
			*ret_to = i;
		}
	}
	return best > 0;
}

/* Only people who were never written to, or answers that blame. */
static bool
is_bad_hour(const struct origin *origin, const struct origin_hour *h)
{
	return h->counts.recipients > 0 &&
	       (h->fresh >= h->counts.recipients ||
		   bad_of(origin, &h->counts) >= 0.5);
}

/* A campaign does not begin on the hour: take in the hours beside it. */
static void
widen_run(const struct origin *origin, uint32_t *from, uint32_t *to)
{
	const struct origin_hour *h = origin->hours;

	while (*from > 0 && h[*from - 1].hour + 1 == h[*from].hour &&
	       is_bad_hour(origin, &h[*from - 1]))
		--*from;
	while (*to + 1 < origin->hours_n &&
	       h[*to].hour + 1 == h[*to + 1].hour &&
	       is_bad_hour(origin, &h[*to + 1]))
		++*to;
}

static bool
split_time(const struct origin *origin, struct split *ret_split)
{
	struct split split = {.cut = CUT_TIME};
	uint32_t from = 0, to = 0;

	if (!busiest_run(origin, &from, &to))
		return false;
	widen_run(origin, &from, &to);
	if (to - from + 1 == origin->hours_n)
		return false;
	for (uint32_t i = 0; i < origin->hours_n; i++) {
		const struct origin_hour *h = &origin->hours[i];
		struct slice *s =
		    i >= from && i <= to ? &split.part : &split.rest;

		counts_add(&s->counts, &h->counts);
		s->strange += h->strange;
	}
	split.part.first = origin->hours[from].hour * 3600;
	split.part.last = origin->hours[to].hour * 3600 + 3599;
	split.rest.first = origin->first;
	split.rest.last = origin->last;
	if (split.part.last > origin->last)
		split.part.last = origin->last;
	if (split.part.first < origin->first)
		split.part.first = origin->first;
	*ret_split = split;
	return true;
}

/* How many networks were used, or came up, in the run of hours. */
static void
count_networks(const struct origin *origin, const struct network *nets,
    size_t n, struct slice *s)
{
	s->networks = s->ips = 0;
	for (size_t i = 0; i < n; i++)
		s->networks +=
		    nets[i].first <= s->last && nets[i].last >= s->first;
	for (uint32_t i = 0; i < origin->ips_n; i++)
		s->ips += origin->ips[i].first <= s->last &&
			  origin->ips[i].last >= s->first;
}

size_t
slice_splits(const struct judging *j, const struct origin *origin,
    struct split ret_splits[SPLITS])
{
	size_t n = 0, nets_n, at;
	struct network *nets = networks_of(origin, &nets_n);
	struct split *s = ret_splits;

	at = change_point(nets, nets_n, (double)j->tally->first / US_SECOND,
	    (double)j->tally->last / US_SECOND);
	if (split_from(origin, nets, nets_n, at, &s[n]))
		s[n++].cut = CUT_NETWORKS;
	if (split_worst(origin, nets, nets_n, &s[n]))
		s[n++].cut = CUT_NETWORK;
	if (split_time(origin, &s[n])) {
		count_networks(origin, nets, nets_n, &s[n].part);
		n++;
	}
	s[n] = (struct split){.cut = CUT_NONE, .part = whole_of(origin)};
	s[n++].part.networks = (uint32_t)nets_n;
	for (size_t i = 0; i < n; i++) {
		add_fresh(j, origin, &s[i].part);
		s[i].rest.fresh = origin->fresh - s[i].part.fresh;
		s[i].rest.fresh_of =
		    origin->counts.recipients - s[i].part.fresh_of;
		leave_theirs(j, &s[i].part);
	}
	free(nets);
	return n;
}

struct share
slice_share(const struct slice *s)
{
	return (struct share){.messages = s->counts.messages,
	    .recipients = s->counts.recipients,
	    .accepted = s->counts.accepted,
	    .bounced = s->counts.bounced,
	    .deferred = s->counts.deferred,
	    .queued = s->counts.queued,
	    .refused_spam = s->counts.spam,
	    .refused_unknown = s->counts.unknown,
	    .ips = s->ips,
	    .networks = s->networks,
	    .first = wall_of(s->first),
	    .last = wall_of(s->last)};
}
