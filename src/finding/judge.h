/* SPDX-License-Identifier: ISC */
/* What the finding kinds share: how a finding is made, weighed and added. */
#ifndef FINDING_JUDGE_H
#define FINDING_JUDGE_H

#include "base/lang.h"
#include "finding/finding.h"
#include "host/geo.h"
#include "mta/facts.h"
#include "mta/mta.h"

struct bag;
struct campaign;
struct dnsbl;
struct posture;
struct queue_evidence;
struct reading;
struct report_evidence;
struct servers;
struct here;

/* What is usual for accounts of this server: medians, so that one abuser does
 * not move them; set values where there are too few accounts. */
struct peers {
	uint32_t accounts;    /* with mail */
	double unknown, spam; /* shares of recipients */
	double foreign;       /* share of messages with such a Message-ID */
	double networks_day;  /* new networks a day, 90th percentile */
	double messages_hour; /* busiest hour of an account, 90th pct. */
	double fresh;         /* share of recipients that were new: of the
				 account in the middle, not of a newsletter */
	/* How likely refusals cannot be seen: a relay host that takes all mail
	 * and throws it away, receivers that put spam into a folder. */
	double silence;
	/* Sums over all accounts, of all hours before this one: */
	uint32_t hours_from, hours_n; /* first hour, number of them */
	struct peers_hour {
		uint64_t fresh, recipients;
		/* Of whoever sends, not of accounts alone: */
		uint64_t listed, tried; /* answers, recipients */
	} * hours;                      /* hours_n + 1 of them */
};

struct judging {
	struct tally *tally;
	struct arena *arena;       /* of the report */
	const struct geo *geo;     /* NULL: none */
	const struct facts *facts; /* of configurations; NULL: none read */
	const struct queue_evidence *queue;     /* NULL: none read */
	const struct report_evidence *reported; /* NULL: none read */
	const struct bag *bounces;              /* NULL: none read */
	const struct dnsbl *listings;           /* NULL: not asked */
	const struct posture *posture;          /* NULL: not asked */
	const struct here *here;                /* set when queue is */
	const struct servers *servers; /* that were found; NULL: none */
	const struct mta *mta; /* that wrote most lines; NULL: unknown */
	const struct reading *reading; /* to look at a line; NULL: none */
	/* Campaigns without a login, of which nothing says whether they are
	 * for people here; and the largest of them. */
	uint64_t unplaced;
	const struct campaign *unplaced_most;
	/* Mail of strangers was passed on as a gateway does it, most of it to
	 * this domain, and nothing tells whether it is ours; empty: none. */
	struct str gateway_of;
	/* By number of origin: may relay, as its neighbours may, and behaves;
	 * customers_n of them. */
	bool *customers;
	uint32_t customers_n;
	struct time_days days; /* for time_zone_offset_kept */
	bool quiet; /* weigh only: most accounts are never spoken of */
	struct peers peers;
	struct finding **findings;
	size_t findings_n, findings_cap;
};

/* Of so many answers to the origin's mail that call it spam: those that blame
 * this server as a whole. Kept per origin only, so in proportion. */
static inline double
listed_of(const struct origin *o, uint32_t spam)
{
	return o->counts.spam == 0 ? 0
				   : (double)spam * o->listed / o->counts.spam;
}

void peers_of(const struct tally *tally, struct peers *ret_peers);
/* The medians alone, of origins of another kind. */
void peers_of_kind(
    const struct tally *tally, enum origin_kind kind, struct peers *peers);
void peers_done(struct peers *peers);
/* First-time and all recipients of all accounts in [from, to], in hours; and
 * what blames this server as a whole. */
struct peers_hour peers_between(
    const struct peers *peers, uint32_t from, uint32_t to);

/* A finding of this kind without reasons yet. Lives in the arena. */
struct finding *finding_new(struct judging *j, const struct finding_kind *kind,
    const struct origin *origin);
/* Add a reason; one of weight near 0 is left out. ref.segment 0: none. While
 * judging is quiet only the weight is kept, and the words are not even made. */
#define finding_reason(j, f, ground, weight, ref, ...)                         \
	((j)->quiet ? finding_weigh((f), (ground), (weight))                   \
		    : finding_explain(                                         \
			  (j), (f), (ground), (weight), (ref), __VA_ARGS__))
void finding_weigh(struct finding *f, enum ground ground, double weight);
void finding_explain(struct judging *j, struct finding *f, enum ground ground,
    double weight, struct ref ref, const char *fmt, ...)
    __attribute__((format(printf, 6, 7)));
/* The same for one that is enough alone. */
void finding_proof(struct judging *j, struct finding *f, enum ground ground,
    double weight, struct ref ref, const char *fmt, ...)
    __attribute__((format(printf, 6, 7)));
void finding_remedy(struct judging *j, struct finding *f, const char *command,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* The server that the finding's mail passed: with several on one host not
 * always that of judging. NULL: unknown. */
const struct mta *finding_server(struct judging *j, const struct finding *f);
/* What the configuration of that server says, and of no other that is left over
 * on the host; NULL: none read. Lives in the arena. */
const struct facts *finding_facts(struct judging *j, const struct finding *f);
/* What the panel around that server advises, or else its module (advice.c);
 * otherwise: the sentence when neither has one of its own. Nothing, when there
 * is nothing to be done on such a server. */
void finding_advise(struct judging *j, struct finding *f, enum mta_advice which,
    const char *otherwise);
/* The same about this account. otherwise has %s for its name; where neither has
 * a command, it is told alone; NULL: nothing is. */
void finding_advise_account(struct judging *j, struct finding *f,
    enum mta_advice which, struct str account, const char *otherwise);
void finding_say(struct judging *j, struct finding *f, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Does any finding so far tell of this origin, or, where both are of local
 * mail whose user no log names, of the sum that it is in? */
bool finding_accused(const struct judging *j, const struct origin *o);
/* Does one of this kind tell of this very origin? */
bool finding_accused_by(const struct judging *j, const struct origin *o,
    const struct finding_kind *kind);
/* Local mail that the log knows by its sender only, or the sum of all such. */
bool origin_is_unnamed(const struct origin *o);

/* Prior and weights, in natural log odds. */
double finding_sum(const struct finding *f);
/* Whether finding_add would keep it. */
bool finding_stands(const struct finding *f);
/*
 * Keep the finding if it stands: confidence of 0.9 and two grounds that each
 * speak clearly for it, or a proof. Returns whether it was kept.
 */
bool finding_add(struct judging *j, struct finding *f);

/* Seconds as kept in origins. */
static inline wall_us
wall_of(uint32_t second)
{
	return second == 0 ? WALL_NONE : (wall_us)second * US_SECOND;
}

/* Text of a stranger as one word of a shell command, quoted; empty when it
 * holds bytes that would not be shown or copied as they are. */
const char *shell_word(struct judging *j, struct str text);
/* The command with that word behind it: "sereno dns 'a.example'"; empty when
 * there is no such word. */
const char *shell_command(
    struct judging *j, const char *command, struct str text);
const char *origin_word(struct judging *j, const struct origin *origin);
/* His name, as the log has it; empty: none, or not known. */
struct str origin_user(const struct origin *o);
/* The local user it is, or who runs the script, as a word of a shell; empty:
 * none, or not known. */
const char *user_word(struct judging *j, const struct origin *origin);

/* The setting that would let exactly these in: the longest prefix they have in
 * common, or all of the internet. */
struct str prefix_text(
    struct arena *a, const struct ip *low, const struct ip *high);

/* The name as it is shown: "ana@example.org", "uid 1004". */
const char *origin_title(struct judging *j, const struct origin *origin);

#endif
