/* SPDX-License-Identifier: ISC */
/* What is usual for the accounts of this server, or for its clients. */
#include "finding/judge.h"

#include <stdlib.h>

enum {
	PEERS_MIN = 5,       /* accounts; with fewer the set values hold */
	PEER_RECIPIENTS = 5, /* of an account, to say anything */
	/* Of so many recipients one is always refused, unless a relay host
	 * takes everything first. */
	SILENT_RECIPIENTS = 500,
};

static int
by_value(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return a < b ? -1 : a > b;
}

static double
at_least(double value, double floor)
{
	return value > floor ? value : floor;
}

/* The value below which share of n > 0 lie, or floor if that is more; may sort
 * them. Most are quiet: often enough of them are below it. */
static double
quantile(double *values, size_t n, double share, double floor)
{
	size_t at = (size_t)((double)(n - 1) * share), below = 0;

	for (size_t i = 0; i < n; i++)
		below += values[i] <= floor;
	if (at < below)
		return floor;
	qsort(values, n, sizeof(*values), by_value);
	return at_least(values[at], floor);
}

/* From the sums of each hour to the sums of all before it. */
static void
sum_hours(const struct tally *tally, struct peers *peers)
{
	struct peers_hour sum = {0};

	if (tally->first == WALL_NONE || tally->last < tally->first)
		return;
	peers->hours_from = (uint32_t)(tally->first / US_HOUR);
	peers->hours_n =
	    (uint32_t)(tally->last / US_HOUR) - peers->hours_from + 1;
	peers->hours = xcalloc(peers->hours_n + 1, sizeof(*peers->hours));
	for (uint32_t i = 0; i < tally->origins_n; i++) {
		const struct origin *o = tally->origins[i];

		for (uint32_t k = 0; k < o->hours_n; k++) {
			uint32_t at = o->hours[k].hour - peers->hours_from;

			if (at >= peers->hours_n)
				continue;
			peers->hours[at].listed +=
			    (uint64_t)listed_of(o, o->hours[k].counts.spam);
			peers->hours[at].tried += o->hours[k].counts.recipients;
			if (o->kind != ORIGIN_ACCOUNT)
				continue;
			peers->hours[at].fresh += o->hours[k].fresh;
			peers->hours[at].recipients +=
			    o->hours[k].counts.recipients;
		}
	}
	for (uint32_t i = 0; i <= peers->hours_n; i++) {
		struct peers_hour here = peers->hours[i];

		peers->hours[i] = sum;
		sum.fresh += here.fresh;
		sum.recipients += here.recipients;
		sum.listed += here.listed;
		sum.tried += here.tried;
	}
}

void
peers_done(struct peers *peers)
{
	free(peers->hours);
	*peers = (struct peers){0};
}

struct peers_hour
peers_between(const struct peers *peers, uint32_t from, uint32_t to)
{
	struct peers_hour sum = {0};
	uint32_t low, high;

	if (peers->hours_n == 0 || to < peers->hours_from)
		return sum;
	low = from < peers->hours_from ? 0 : from - peers->hours_from;
	high = to - peers->hours_from + 1;
	if (high > peers->hours_n)
		high = peers->hours_n;
	if (low >= high)
		return sum;
	sum.fresh = peers->hours[high].fresh - peers->hours[low].fresh;
	sum.recipients =
	    peers->hours[high].recipients - peers->hours[low].recipients;
	sum.listed = peers->hours[high].listed - peers->hours[low].listed;
	sum.tried = peers->hours[high].tried - peers->hours[low].tried;
	return sum;
}

static double
silence_of(const struct tally *tally)
{
	uint64_t recipients = 0, refused = 0;

	for (uint32_t i = 0; i < tally->origins_n; i++) {
		const struct counts *c = &tally->origins[i]->counts;

		recipients += c->recipients;
		refused += c->unknown + c->spam;
	}
	return refused == 0 && recipients >= SILENT_RECIPIENTS ? 0.8 : 0.15;
}

void
peers_of_kind(
    const struct tally *tally, enum origin_kind kind, struct peers *peers)
{
	size_t n = 0, room = tally->origins_n + 1;
	double *v = xcalloc(room * 6, sizeof(*v));
	double *unknown = v, *spam = v + room, *foreign = v + room * 2;
	double *nets = v + room * 3, *hour = v + room * 4;
	double *fresh = v + room * 5;
	double days =
	    at_least((double)(tally->last - tally->first) / US_DAY, 1);

	for (uint32_t i = 0; i < tally->origins_n; i++) {
		const struct origin *o = tally->origins[i];

		if (o->kind != kind || o->counts.recipients < PEER_RECIPIENTS)
			continue;
		unknown[n] = (double)o->counts.unknown / o->counts.recipients;
		spam[n] = (o->counts.spam - listed_of(o, o->counts.spam)) /
			  o->counts.recipients;
		foreign[n] = (double)o->foreign_ids / (o->counts.messages + 1);
		nets[n] = o->ips_n / days;
		hour[n] = origin_busiest_hour(o);
		fresh[n] = (double)o->fresh / o->counts.recipients;
		n++;
	}
	peers->accounts = (uint32_t)n;
	peers->unknown = 0.01;
	peers->spam = 0.004;
	peers->foreign = 0.05;
	peers->networks_day = 2;
	peers->messages_hour = 10;
	peers->fresh = 0.6;
	if (n >= PEERS_MIN) {
		peers->unknown = quantile(unknown, n, 0.5, 0.01);
		peers->spam = quantile(spam, n, 0.5, 0.004);
		peers->foreign = quantile(foreign, n, 0.5, 0.03);
		peers->networks_day = quantile(nets, n, 0.9, 1.5);
		peers->fresh = quantile(fresh, n, 0.5, 0.1);
		peers->messages_hour = quantile(hour, n, 0.9, 5);
	}
	free(v);
}

void
peers_of(const struct tally *tally, struct peers *ret_peers)
{
	*ret_peers = (struct peers){.silence = silence_of(tally)};
	peers_of_kind(tally, ORIGIN_ACCOUNT, ret_peers);
	sum_hours(tally, ret_peers);
}
