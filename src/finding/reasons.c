/* SPDX-License-Identifier: ISC */
#include "finding/reasons.h"

#include "letter/bag.h"
#include "letter/report_evidence.h"
#include "queue/evidence.h"

#include <assert.h>
#include <math.h>

/* Rates of abuse as reported from real incidents: a third of a bought list
 * does not exist, receivers begin to call it spam after minutes; both are set
 * low here, so that a careful spammer is found too. */
#define ABUSE_UNKNOWN 0.05
#define ABUSE_SPAM    0.02
#define ABUSE_FRESH   0.92
#define ABUSE_STRANGE 0.60
#define ABUSE_FOREIGN 0.60
/* Of stolen accounts, those whose thief writes to their address books. */
#define ABUSE_FRIENDS 0.25

double
within(double value, double low, double high)
{
	return value < low ? low : value > high ? high : value;
}

double
weigh_share(double k, double n, double share_abuse, double share_honest)
{
	return k * log(share_abuse / share_honest) +
	       (n - k) * log((1 - share_abuse) / (1 - share_honest));
}

/* Campaigns differ: as likely at the least share of abuse as at 2, 5, 12 or 25
 * times it. */
double
weigh_shares(double k, double n, double share_least, double share_honest)
{
	static const double times[] = {1, 2, 5, 12, 25};
	double best = -INFINITY, sum = 0;
	double w[ARRAY_LEN(times)];
	size_t used = 0;

	for (size_t i = 0; i < ARRAY_LEN(times); i++) {
		double share = share_least * times[i];

		if (share > 0.9)
			break;
		w[used] = weigh_share(k, n, share, share_honest);
		if (w[used] > best)
			best = w[used];
		used++;
	}
	assert(used > 0);
	for (size_t i = 0; i < used; i++)
		sum += exp(w[i] - best);
	return best + log(sum / (double)used);
}

static double
share_of(uint32_t k, uint32_t n)
{
	return n == 0 ? 0 : (double)k / n;
}

/* What is honest for this one: its own rest, when there is enough of it to
 * say, else its peers; never more than half of what abuse shows. */
static double
honest_share(uint32_t k, uint32_t n, double peers, double abuse)
{
	double share = n >= 20 ? share_of(k, n) : peers;

	return within(share > peers ? share : peers, peers, abuse / 2);
}

struct answers
answers_of(const struct origin *o, const struct split *split)
{
	const struct slice *s = &split->part;
	const struct counts *rest = &split->rest.counts;
	double n = s->counts.recipients;
	double listed = within(listed_of(o, s->counts.spam), 0, n);
	/* As the law of succession has it: who saw nothing expects half. */
	double others = (s->peers_listed + 1.0) / (s->peers_tried + 2.0);
	double before = rest->recipients < 20
			    ? 0
			    : listed_of(o, rest->spam) / rest->recipients;
	double share = others > before ? others : before;
	/* Some write to such receivers more than others do. */
	double usual = within(1.5 * share * n, 0, listed);

	return (struct answers){.spam = within(s->counts.spam - usual, 0, n),
	    .n = n - usual,
	    .listed = listed,
	    .others = share_of(s->peers_listed, s->peers_tried)};
}

void
reason_spam(struct judging *j, struct finding *f, const struct split *split)
{
	struct answers a = answers_of(f->origin, split);
	const struct counts *rest = &split->rest.counts;
	double said_rest = rest->spam - listed_of(f->origin, rest->spam);
	double honest = honest_share(
	    (uint32_t)said_rest, rest->recipients, j->peers.spam, ABUSE_SPAM);
	double weight =
	    within(weigh_shares(a.spam, a.n, ABUSE_SPAM, honest), -2, 5);
	uint64_t n = (uint64_t)(a.spam + 0.5);
	const struct ref *marks = f->origin->marks;

	if (n == 0)
		finding_reason(j, f, GROUND_RECEIVERS, weight, (struct ref){0},
		    _("none of %s recipients' servers called it spam"),
		    lang_number(j->arena, split->part.counts.recipients));
	else if (a.listed < 0.5)
		finding_reason(j, f, GROUND_RECEIVERS, weight, marks[MARK_SPAM],
		    _n("%s answer of a receiver calls it spam",
			"%s answers of receivers call it spam", n),
		    lang_number(j->arena, n));
	else
		finding_reason(j, f, GROUND_RECEIVERS, weight,
		    marks[marks[MARK_SPAM].segment != 0 ? MARK_SPAM
							: MARK_LISTED],
		    _n("%s answer of a receiver calls it spam or blames this "
		       "server, beyond what others met (%s)",
			"%s answers of receivers call it spam or blame this "
			"server, beyond what others met (%s)",
			n),
		    lang_number(j->arena, n), lang_percent(j->arena, a.others));
}

/* First-time recipients against the usual; at least 1. Nearly all dead
 * addresses are among them: an honest letter to a new list has that many times
 * more. */
static double
times_fresh(const struct slice *s)
{
	double usual = s->peers_fresh_of >= 20
			   ? share_of(s->peers_fresh, s->peers_fresh_of)
			   : 0.6;

	return within(
	    share_of(s->fresh, s->fresh_of) / within(usual, 0.2, 1), 1, 3);
}

void
reason_unknown(struct judging *j, struct finding *f, const struct split *split)
{
	const struct slice *s = &split->part;
	uint32_t n = s->counts.recipients;
	uint32_t k = s->counts.unknown < n ? s->counts.unknown : n;
	double honest = honest_share(split->rest.counts.unknown,
	    split->rest.counts.recipients, j->peers.unknown, ABUSE_UNKNOWN);
	double weight;

	honest = within(honest * times_fresh(s), 0, ABUSE_UNKNOWN / 2);
	weight = within(weigh_shares(k, n, ABUSE_UNKNOWN, honest), -1.5, 4);
	finding_reason(j, f, GROUND_RECIPIENTS, weight,
	    k == 0 ? (struct ref){0} : f->origin->marks[MARK_UNKNOWN],
	    _("%s of %s recipients do not exist (usual here: %s)"),
	    lang_number(j->arena, k), lang_number(j->arena, n),
	    lang_percent(j->arena, honest));
}

/* How likely none of n recipients is refused; each time as likely as any. */
static double
none_of(double n, double share, const double *times, size_t times_n)
{
	double sum = 0;

	for (size_t i = 0; i < times_n; i++)
		sum += pow(1 - within(share * times[i], 0, 0.9), n);
	return sum / (double)times_n;
}

/*
 * Of 800 new recipients an honest mail loses some, too. So what explains that
 * nobody refuses anything is most often a relay host, or receivers that keep
 * silent, and that is as likely with a thief.
 */
static void
reason_silence(struct judging *j, struct finding *f, const struct split *split)
{
	static const double abuse[] = {1, 2, 5, 12, 25};
	static const double honest[] = {0.1, 0.3, 1};
	double n = answers_of(f->origin, split).n;
	double silence = j->peers.silence;
	double guilty = none_of(n, ABUSE_UNKNOWN, abuse, ARRAY_LEN(abuse)) *
			none_of(n, ABUSE_SPAM, abuse, ARRAY_LEN(abuse));
	double innocent =
	    none_of(n, j->peers.unknown, honest, ARRAY_LEN(honest)) *
	    none_of(n, j->peers.spam, honest, ARRAY_LEN(honest));

	finding_reason(j, f, GROUND_RECEIVERS,
	    log((silence + (1 - silence) * guilty) /
		(silence + (1 - silence) * innocent)),
	    (struct ref){0},
	    _("none of %s recipients was refused as unknown or as spam"),
	    lang_number(j->arena, split->part.counts.recipients));
}

void
reason_answers(struct judging *j, struct finding *f, const struct split *split)
{
	if (split->part.counts.unknown == 0 &&
	    answers_of(f->origin, split).spam < 0.5) {
		reason_silence(j, f, split);
		return;
	}
	reason_spam(j, f, split);
	reason_unknown(j, f, split);
}

void
reason_fresh(struct judging *j, struct finding *f, const struct split *split)
{
	const struct slice *s = &split->part;
	uint32_t n = s->fresh_of;
	uint32_t k = s->fresh < n ? s->fresh : n;
	double honest = s->peers_fresh_of >= 20
			    ? share_of(s->peers_fresh, s->peers_fresh_of)
			    : 0.6;
	double own = 0, weight;

	if (n == 0)
		return;
	honest = within(honest, 0.2, 0.85);
	/* A shop writes to people it does not know, all the time. */
	if (split->rest.fresh_of >= 20)
		own = share_of(split->rest.fresh, split->rest.fresh_of);
	if (own > honest)
		honest = within(own, 0, 0.99);
	weight = weigh_share(
	    k, n, honest > ABUSE_FRESH ? honest : ABUSE_FRESH, honest);
	weight = within(
	    log(ABUSE_FRIENDS + (1 - ABUSE_FRIENDS) * exp(weight)), -2, 2.5);
	finding_reason(j, f, GROUND_RECIPIENTS, weight, s->ref,
	    _("%s of recipients never written to before (usual: %s)"),
	    lang_percent(j->arena, share_of(k, n)),
	    lang_percent(j->arena, honest));
}

void
reason_senders(struct judging *j, struct finding *f, const struct split *split)
{
	const struct slice *s = &split->part;
	uint32_t n = s->counts.messages;
	double honest = honest_share(split->rest.strange,
	    split->rest.counts.messages, 0.03, ABUSE_STRANGE);
	double abuse = ABUSE_STRANGE;

	if (s->strange == 0 || n == 0)
		return;
	/* Some invent a sender for each mail, others for every other one. */
	if (share_of(s->strange, n) > 3 * honest)
		abuse = within(share_of(s->strange, n), 0.2, ABUSE_STRANGE);
	finding_reason(j, f, GROUND_SENDERS,
	    within(weigh_share(s->strange, n, abuse, honest), -1, 4),
	    f->origin->marks[MARK_STRANGE],
	    _("%s of %s messages under a sender that is not the account's"),
	    lang_number(j->arena, s->strange), lang_number(j->arena, n));
}

void
reason_programs(struct judging *j, struct finding *f, const struct split *split)
{
	const struct slice *s = &split->part;
	uint32_t n = s->counts.messages;
	double honest = honest_share(split->rest.foreign,
	    split->rest.counts.messages, j->peers.foreign, ABUSE_FOREIGN);

	if (s->foreign == 0 || n == 0 || split->cut == CUT_TIME)
		return;
	finding_reason(j, f, GROUND_PROGRAM,
	    within(weigh_share(s->foreign, n, ABUSE_FOREIGN, honest), -0.5, 3),
	    f->origin->marks[MARK_PROGRAM],
	    _("%s Message-IDs made by machines without a domain name"),
	    lang_number(j->arena, s->foreign));
}

/* The busiest hour of the rest, from the origin's hours outside the part. */
static double
busiest_before(const struct origin *origin, const struct slice *part)
{
	uint32_t from = part->first / 3600, to = part->last / 3600, most = 0;

	for (uint32_t i = 0; i < origin->hours_n; i++) {
		const struct origin_hour *h = &origin->hours[i];

		if ((h->hour < from || h->hour > to) &&
		    h->counts.messages > most)
			most = h->counts.messages;
	}
	return most;
}

void
reason_volume(struct judging *j, struct finding *f, const struct split *split)
{
	const struct slice *s = &split->part;
	double rate, usual;

	if (s->hours <= 0)
		return;
	rate = s->counts.messages / s->hours;
	usual = busiest_before(f->origin, s);
	if (usual < j->peers.messages_hour)
		usual = j->peers.messages_hour;
	finding_reason(j, f, GROUND_VOLUME, within(log(rate / usual), -1, 2),
	    s->ref,
	    _("%s messages an hour; most before, here or elsewhere: %s"),
	    lang_number(j->arena, (uint64_t)(rate + 0.5)),
	    lang_number(j->arena, (uint64_t)(usual + 0.5)));
}

/* Messages by local hour of the day, before the part began and since. */
struct habits {
	uint32_t before[24], since[24];
	uint32_t before_n, since_n;
};

static struct habits
habits_of(struct time_days *days, const struct origin *origin,
    const struct slice *part)
{
	struct habits h = {0};

	for (uint32_t i = 0; i < origin->hours_n; i++) {
		const struct origin_hour *o = &origin->hours[i];
		wall_us at = wall_of(o->hour * 3600);
		span_us offset = time_zone_offset_kept(days, at);
		uint32_t of_day = (uint32_t)((at + offset) / US_HOUR % 24);
		uint32_t n = o->counts.messages;

		if (o->hour < part->first / 3600) {
			h.before[of_day] += n;
			h.before_n += n;
		} else if (o->hour <= part->last / 3600) {
			h.since[of_day] += n;
			h.since_n += n;
		}
	}
	return h;
}

enum {
	HABIT_MESSAGES = 20
}; /* fewer make no habit */

static void
reason_hours(struct judging *j, struct finding *f, const struct habits *h)
{
	uint32_t odd = 0;

	for (size_t i = 0; i < ARRAY_LEN(h->before); i++)
		if (h->before[i] == 0 && h->before[(i + 1) % 24] == 0 &&
		    h->before[(i + 23) % 24] == 0)
			odd += h->since[i];
	finding_reason(j, f, GROUND_VOLUME,
	    within(2 * (share_of(odd, h->since_n) - 0.3), 0, 0.5),
	    (struct ref){0},
	    _("%s of it at hours of the day when this account never sent"),
	    lang_percent(j->arena, share_of(odd, h->since_n)));
}

void
reason_habits(struct judging *j, struct finding *f, const struct split *split)
{
	const struct counts *part = &split->part.counts;
	const struct counts *rest = &split->rest.counts;
	struct habits h = habits_of(&j->days, f->origin, &split->part);
	double now, before;

	if (h.before_n >= HABIT_MESSAGES && h.since_n > 0)
		reason_hours(j, f, &h);
	if (rest->messages < HABIT_MESSAGES || part->messages == 0)
		return;
	now = (double)part->recipients / part->messages;
	before = (double)rest->recipients / rest->messages;
	finding_reason(j, f, GROUND_VOLUME,
	    within(log(now / (before + 1)), 0, 0.5),
	    f->origin->marks[MARK_MANY],
	    _("%s recipients to a message; before: %s"),
	    lang_number(j->arena, (uint64_t)(now + 0.5)),
	    lang_number(j->arena, (uint64_t)(before + 0.5)));
}

/*
 * So it was as long as the log remembers: a phone, a VPN or a program in a
 * cloud does that for ever, few thieves for days.
 */
static bool
is_steady(const struct judging *j, const struct split *split)
{
	wall_us all;

	if (split->cut != CUT_NONE)
		return false;
	all = j->tally->last - j->tally->first;
	return all >= 3 * US_DAY &&
	       wall_of(split->part.first) - j->tally->first < all / 10 &&
	       j->tally->last - wall_of(split->part.last) < all / 4;
}

void
reason_networks(struct judging *j, struct finding *f, const struct split *split)
{
	const struct slice *s = &split->part;
	double days = (double)(s->last - s->first) / 86400;
	double expected, n = s->networks, weight, most;
	span_us span;

	if (split->cut == CUT_TIME) {
		if (s->networks <= 1)
			finding_reason(j, f, GROUND_NETWORKS, -0.5,
			    (struct ref){0}, _("from the usual network only"));
		return;
	}
	/* At least the travels of a day. */
	days = days < 1 ? 1 : days;
	expected = j->peers.networks_day * days;
	/* A program in a cloud is seen with 30 a day. */
	most = 6 + within(log(n / days / 30), 0, 1.5);
	weight = n <= expected ? 0 : n * log(n / expected) - (n - expected);
	weight = within(weight, 0, is_steady(j, split) ? 2.5 : most);
	if (s->networks == 1)
		weight = split->cut == CUT_NETWORK ? 0.4 : -0.7;
	span = (span_us)(s->last - s->first) * US_SECOND;
	if (s->networks == 1)
		finding_reason(j, f, GROUND_NETWORKS, weight, s->ref,
		    _n("used from %s address within %s; networks before: %s",
			"used from %s addresses in one network within %s; "
			"networks before: %s",
			s->ips),
		    lang_number(j->arena, s->ips), lang_span(j->arena, span),
		    lang_number(j->arena, split->rest.networks));
	else
		finding_reason(j, f, GROUND_NETWORKS, weight, s->ref,
		    _("used from %s addresses in %s networks within %s; "
		      "before: %s"),
		    lang_number(j->arena, s->ips),
		    lang_number(j->arena, s->networks),
		    lang_span(j->arena, span),
		    lang_number(j->arena, split->rest.networks));
}

void
reason_cite_queue(struct judging *j, struct finding *f, size_t before,
    const struct waiting *sample)
{
	struct cite *cite;

	if (f->reasons_n == before || sample == NULL)
		return;
	cite = &f->reasons[before].cite;
	cite->source = arena_printf(j->arena, "%.*s/%.*s",
	    STR_ARG(sample->root->path), STR_ARG(sample->path));
	cite->at = sample->arrived;
	cite->excerpt = sample->subject;
}

/* The mailbox's first bounce of that state stands for all. */
void
reason_cite_bounce(
    struct judging *j, struct finding *f, size_t before, unsigned state)
{
	const struct bag *bag = j->bounces;

	if (f->reasons_n == before)
		return;
	for (size_t i = 0; i < bag->items_n; i++) {
		const struct bag_item *item = &bag->items[i];
		struct cite *cite = &f->reasons[before].cite;

		if (item->record == UINT32_MAX ||
		    bag->records[item->record].state != state)
			continue;
		cite->source = arena_printf(j->arena, _("%.*s, message %s"),
		    STR_ARG(item->path), lang_number(j->arena, item->number));
		cite->at = bag->records[item->record].at;
		cite->excerpt = item->subject;
		return;
	}
}

struct share
suspects_share(const struct report_suspects *suspects)
{
	return (struct share){.messages = suspects->messages,
	    .recipients = suspects->messages,
	    .networks = suspects->networks,
	    .first = suspects->first * US_DAY,
	    .last = (suspects->last + 1) * US_DAY};
}

struct share
notices_share(const struct backscatter *b)
{
	return (struct share){.messages = b->made,
	    .recipients = b->delivered + b->refused + b->waiting,
	    .accepted = b->delivered,
	    .bounced = b->refused,
	    .deferred = b->waiting,
	    .first = wall_of(b->first),
	    .last = wall_of(b->last)};
}

uint32_t
strange_messages(const struct judging *j, const struct origin *o)
{
	const struct origin_top *top = o->tops[TOP_SENDER];
	uint32_t strange = 0, known = 0;

	for (uint32_t i = 0; top != NULL && i < top->n; i++) {
		struct str s = {top->items[i].text, top->items[i].length};
		size_t at = str_rchr(s, '@');

		if (at == s.n)
			continue;
		if (tally_is_ours(j->tally, str_skip(s, at + 1)))
			known += top->items[i].count;
		else
			strange += top->items[i].count;
	}
	return strange + known == 0 ? 0
				    : (uint32_t)((uint64_t)o->counts.messages *
						 strange / (strange + known));
}

/* Do we know of any domain of this server? */
static bool
knows_domains(const struct judging *j)
{
	return j->tally->our_domains.n > 0 ||
	       (j->facts != NULL && j->facts->n > 0);
}

void
reason_strange(struct judging *j, struct finding *f, uint32_t strange,
    const struct slice *part)
{
	uint32_t n = part->counts.messages;

	if (!knows_domains(j) || n == 0)
		return;
	finding_reason(j, f, GROUND_SENDERS,
	    within(weigh_share(strange, n, 0.9, 0.2), -2, 4), part->ref,
	    _("%s of %s messages from senders of other domains"),
	    lang_number(j->arena, strange), lang_number(j->arena, n));
}
