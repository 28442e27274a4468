/* SPDX-License-Identifier: ISC */
#include "delist/petition.h"

#include "base/lang.h"
#include "base/text.h"
#include "finding/judge.h"

#include <stdlib.h>

enum {
	WAIT = 48,  /* hours for an answer, where nothing is known */
	WATCH = 7,  /* days after it is gone */
	SAID = 300, /* bytes of their words */
};

static const struct {
	const char *name, *word;
} states[PETITION_STATES] = {
    [PETITION_SENDING] = {"sending", N_("still sending")},
    [PETITION_UNREADY] = {"not-ready", N_("not ready")},
    [PETITION_READY] = {"ready", N_("ask now")},
    [PETITION_WAITING] = {"waiting", N_("asked")},
    [PETITION_OVERDUE] = {"overdue", N_("no answer")},
    [PETITION_REFUSED] = {"refused", N_("refused")},
    [PETITION_EXPIRES] = {"expires", N_("expires")},
    [PETITION_NOTHING] = {"nothing-to-ask", N_("cannot be asked")},
    [PETITION_THEIRS] = {"receiver-error", N_("their mistake")},
    [PETITION_UNSEEN] = {"not-seen", N_("not checked")},
    [PETITION_GONE] = {"delisted", N_("gone")},
};

const char *
petition_state_name(enum petition_state state)
{
	return states[state].name;
}

const char *
petition_state_word(enum petition_state state)
{
	return states[state].word;
}

bool
petition_may_ask(const struct petition *x)
{
	return way_has_letter(x->way->how) &&
	       (x->state == PETITION_READY || x->state == PETITION_WAITING ||
		   x->state == PETITION_OVERDUE ||
		   x->state == PETITION_REFUSED);
}

bool
petition_is_open(const struct petition *x)
{
	return x->state != PETITION_GONE && x->state != PETITION_THEIRS;
}

bool
petition_is(const struct petition *x, struct str word)
{
	return str_eq_fold(x->id, word) || str_eq_fold(x->target, word) ||
	       str_eq_fold(str_z(x->way->id), word) ||
	       (x->list != NULL &&
		   (str_eq_fold(str_z(x->list->id), word) ||
		       str_eq_fold(str_z(x->list->zone), word)));
}

/* ---- how it stands ---- */

static void
weigh_needs(const struct petitions *p, struct petition *x)
{
	for (int i = 0; i < NEEDS; i++) {
		const struct standing *s =
		    footing_of(&p->footing, x->target, (enum need)i);

		if ((x->way->needs & 1U << i) == 0)
			continue;
		if (s->state == STANDING_BAD)
			x->bad |= 1U << i;
		else if (s->state == STANDING_UNKNOWN)
			x->unknown |= 1U << i;
	}
}

static bool
still_sends(const struct petitions *p, const struct petition *x)
{
	const struct footing *f = &p->footing;
	span_us quiet = (span_us)x->way->quiet_hours * US_HOUR;

	if ((x->way->needs & 1U << NEED_QUIET) == 0 || f->source == NULL)
		return false;
	return f->last == WALL_NONE || f->until - f->last < quiet;
}

static enum petition_state
state_of_request(const struct petitions *p, struct petition *x)
{
	span_us wait =
	    (span_us)(x->way->wait_hours > 0 ? x->way->wait_hours : WAIT) *
	    US_HOUR;

	if (x->asked == REQUEST_REFUSED)
		return PETITION_REFUSED;
	if (x->asked == REQUEST_ASKED && p->now - x->asked_at > 2 * wait)
		return PETITION_OVERDUE;
	if (x->asked == REQUEST_ASKED) {
		x->next = x->asked_at + wait;
		return PETITION_WAITING;
	}
	/* Without a log nothing can be said of the source. */
	if (x->bad != 0 || (x->unknown & (1U << NEED_QUIET)) != 0)
		return PETITION_UNREADY;
	return PETITION_READY;
}

static void
judge(const struct petitions *p, struct petition *x)
{
	const struct footing *f = &p->footing;

	x->next = WALL_NONE;
	weigh_needs(p, x);
	if (x->way->how == WAY_THEIRS) {
		x->state = PETITION_THEIRS;
	} else if (still_sends(p, x)) {
		x->state = PETITION_SENDING;
		x->bad |= 1U << NEED_QUIET;
		if (f->last != WALL_NONE)
			x->next =
			    f->last + (span_us)x->way->quiet_hours * US_HOUR;
	} else if (x->way->how == WAY_NONE) {
		x->state = PETITION_NOTHING;
	} else if (x->way->how == WAY_AUTO) {
		x->state = PETITION_EXPIRES;
		/* The last cause is the source's; where none is known, the
		 * list had one when it was first seen there. */
		if (x->way->expiry_hours > 0)
			x->next = (f->last != WALL_NONE ? f->last : x->first) +
				  (span_us)x->way->expiry_hours * US_HOUR;
	} else {
		x->state = state_of_request(p, x);
	}
}

/* ---- where they come from ---- */

static struct petition *
add(struct petitions *p, const struct way *way, struct str target)
{
	struct petition *x;
	struct str id = arena_printf(
	    p->arena, "%s/%.*s", way->id, STR_ARG(text_safe(p->arena, target)));

	for (size_t i = 0; i < p->n; i++)
		if (str_eq(p->items[i]->id, id))
			return p->items[i];
	VEC_ROOM(p->items, p->n, p->cap);
	x = arena_alloc(p->arena, sizeof(*x));
	*x = (struct petition){.id = id,
	    .way = way,
	    .target = str_keep(p->arena, target),
	    .first = WALL_NONE,
	    .last = WALL_NONE,
	    .next = WALL_NONE,
	    .asked_at = WALL_NONE,
	    .meaning = ""};
	p->items[p->n++] = x;
	return x;
}

static struct petition *
add_listing(struct petitions *p, const struct list *list, struct str label,
    struct str target, const struct listing *before)
{
	struct way made = {0};
	const struct way *way = way_of_list(list, label, &made);
	struct petition *x;

	if (way == &made) {
		struct way *kept = arena_alloc(p->arena, sizeof(*kept));

		*kept = made;
		way = kept;
	}
	x = add(p, way, target);
	x->list = list;
	x->label = label;
	x->first = before != NULL && before->gone == WALL_NONE ? before->first
							       : p->now;
	return x;
}

static void
add_entry(struct petitions *p, const struct dnsbl *d,
    const struct dnsbl_entry *e, const struct listings *known)
{
	const struct list *list = d->probes[e->probe].list;
	struct str target = d->targets[e->target].name;
	const struct listing *before =
	    known == NULL ? NULL
			  : listings_find(known, str_z(list->id), target);

	for (size_t k = 0; k < e->n; k++) {
		const struct list_reading *r = &e->readings[k];
		struct petition *x;

		if (r->kind != READING_BAD)
			continue;
		x = add_listing(p, list, str_z(r->label), target, before);
		x->meaning = cause_sentence(r->cause);
		x->said = str_keep(p->arena, str_head(e->text, SAID));
	}
}

/* Did the list answer about it in this run? */
static bool
was_looked_at(const struct dnsbl *d, const struct listing *item)
{
	for (size_t i = 0; d != NULL && i < d->probes_n; i++)
		for (size_t k = 0; k < d->targets_n; k++) {
			enum dnsbl_cell cell = dnsbl_cell_of(d, i, k);

			if (cell != CELL_NOT_ASKED && cell != CELL_WAITING &&
			    cell != CELL_UNKNOWN &&
			    dnsbl_usable(&d->probes[i]) &&
			    str_eq(str_z(d->probes[i].list->id), item->list) &&
			    str_eq(d->targets[k].name, item->target))
				return true;
		}
	return false;
}

/* What was listed when it was last looked at, and was not looked at now. */
static void
add_remembered(
    struct petitions *p, const struct dnsbl *d, const struct listings *known)
{
	for (size_t i = 0; known != NULL && i < known->n; i++) {
		const struct listing *item = &known->items[i];
		const struct list *list = list_find(item->list);
		struct str rest = item->labels, label;
		struct petition *x;

		if (item->gone != WALL_NONE || list == NULL ||
		    list->kind != LIST_BLOCK || was_looked_at(d, item) ||
		    !footing_owns(&p->footing, item->target))
			continue;
		label = str_take(&rest, ' ');
		x = add_listing(p, list, label, item->target, item);
		x->last = item->last;
	}
}

/* Does the text name the address, and not one that begins or ends with it? */
static bool
names_address(struct str text, struct str ip)
{
	for (size_t i = 0; i + ip.n <= text.n; i++) {
		struct str rest = str_skip(text, i);
		char before = i > 0 ? text.p[i - 1] : ' ';
		char after = rest.n > ip.n ? rest.p[ip.n] : ' ';

		if (str_starts(rest, ip) && (before < '0' || before > '9') &&
		    (after < '0' || after > '9'))
			return true;
	}
	return false;
}

/* The address of ours that the answer names, or the only one that there is. */
static struct str
target_of(const struct petitions *p, struct str said, struct str host)
{
	const struct footing *f = &p->footing;

	for (size_t i = 0; i < f->hosts_n; i++)
		if (names_address(said, f->hosts[i].target))
			return f->hosts[i].target;
	return f->hosts_n > 0 ? f->hosts[0].target : host;
}

static void
add_blocks(struct petitions *p, const struct report *report)
{
	const struct tally *tally = report->tally;

	for (uint32_t i = 0; tally != NULL && i < tally->blocks_n; i++) {
		const struct block *b = &tally->blocks[i];
		const struct way *way;
		const struct cite *cite = NULL;
		struct petition *x;
		struct str said;

		/* The finding about it has the line. */
		for (size_t k = 0; k < report->findings_n; k++) {
			const struct finding *f = report->findings[k];

			if (f->reasons_n > 0 &&
			    f->reasons[0].cite.ref.segment == b->ref.segment &&
			    memcmp(&f->reasons[0].cite.ref, &b->ref,
				sizeof(b->ref)) == 0)
				cite = &f->reasons[0].cite;
		}
		said = cite != NULL ? cite->whole : S("");
		way = way_of_reply(str_z(b->rule->id), said);
		if (way == NULL)
			continue;
		x = add(p, way, target_of(p, said, report->host));
		x->answers += b->n;
		x->meaning = b->rule->meaning;
		if (cite != NULL)
			x->cite = cite;
		if (x->first == WALL_NONE || wall_of(b->first) < x->first)
			x->first = wall_of(b->first);
		if (wall_of(b->last) > x->last)
			x->last = wall_of(b->last);
	}
}

static bool
way_is_of(const struct way *way, struct str list_id)
{
	const struct list *list = list_find(list_id);
	struct way made;

	return list != NULL && (str_has(str_z(way->leads), list_id) ||
				   way_of_list(list, S(""), &made) == way);
}

/*
 * Was that asked for about the same block of a receiver, by another name? The
 * target is the host's name while no address is known, and an address that is
 * ours no more is no block of ours. Another address of ours is.
 */
static bool
is_same_block(const struct petitions *p, const struct petition *x,
    const struct request *r)
{
	struct str target = r->id, way = str_take(&target, '/');
	struct ip ip;

	return x->list == NULL && str_eq(way, str_z(x->way->id)) &&
	       !str_eq(target, x->target) &&
	       (!ip_parse(target, &ip) || !footing_owns(&p->footing, target));
}

/* What is remembered of it; of another name only what was done about it. */
static const struct request *
request_of(const struct petitions *p, const struct petition *x,
    const struct requests *requests)
{
	const struct request *own, *other = NULL;

	if (requests == NULL)
		return NULL;
	own = requests_find(requests, x->id);
	if (own != NULL && (own->state != REQUEST_OPEN || own->times > 0))
		return own;
	for (size_t i = 0; i < requests->n; i++) {
		const struct request *r = &requests->items[i];
		struct str target = r->id;
		struct ip ip;

		(void)str_take(&target, '/');
		if (r->state == REQUEST_OPEN || !is_same_block(p, x, r) ||
		    (ip_parse(target, &ip) && p->footing.hosts_n > 0))
			continue;
		if (other == NULL || r->at > other->at)
			other = r;
	}
	return other != NULL ? other : own;
}

/* What was asked for before and is not there any more. */
static void
add_past(struct petitions *p, const struct report *report,
    const struct listings *known, const struct requests *requests)
{
	size_t now = p->n;

	for (size_t i = 0; requests != NULL && i < requests->n; i++) {
		const struct request *r = &requests->items[i];
		struct str target = r->id;
		const struct way *way = way_find(str_take(&target, '/'));
		struct petition *x;
		size_t k = 0;
		bool off = r->state == REQUEST_DELISTED;

		while (k < now && !str_eq(p->items[k]->id, r->id) &&
		       !is_same_block(p, p->items[k], r))
			k++;
		if (k < now || way == NULL ||
		    (off && p->now - r->at > WATCH * US_DAY))
			continue;
		for (size_t n = 0; known != NULL && n < known->n; n++)
			off |= str_eq(known->items[n].target, target) &&
			       known->items[n].gone != WALL_NONE &&
			       known->items[n].gone > r->seen &&
			       way_is_of(way, known->items[n].list);
		/* A receiver that has said nothing for a day. */
		off |= str_has(str_z(way->leads), S("reply:")) &&
		       !str_has(str_z(way->leads), S("list:")) &&
		       report->to != WALL_NONE && report->to - r->seen > US_DAY;
		x = add(p, way, target);
		x->first = r->first;
		x->last = r->seen;
		x->state = off ? PETITION_GONE : PETITION_UNSEEN;
		x->asked = r->state;
		x->asked_at = r->at;
		x->times = r->times;
		if (off)
			x->next =
			    (r->state == REQUEST_DELISTED ? r->at : p->now) +
			    WATCH * US_DAY;
	}
}

static int
by_urgency(const void *a, const void *b)
{
	static const int rank[PETITION_STATES] = {
	    [PETITION_READY] = 0,
	    [PETITION_OVERDUE] = 1,
	    [PETITION_REFUSED] = 2,
	    [PETITION_UNREADY] = 3,
	    [PETITION_SENDING] = 4,
	    [PETITION_WAITING] = 5,
	    [PETITION_EXPIRES] = 6,
	    [PETITION_NOTHING] = 7,
	    [PETITION_UNSEEN] = 8,
	    [PETITION_THEIRS] = 9,
	    [PETITION_GONE] = 10,
	};
	const struct petition *x = *(struct petition *const *)a;
	const struct petition *y = *(struct petition *const *)b;
	int order = rank[x->state] - rank[y->state];
	size_t n = x->id.n < y->id.n ? x->id.n : y->id.n;

	if (order == 0)
		order = memcmp(x->id.p, y->id.p, n);
	return order != 0 ? order : (x->id.n > y->id.n) - (x->id.n < y->id.n);
}

void
petitions_make(struct petitions *p, const struct report *report,
    const struct listings *known, const struct requests *requests)
{
	const struct dnsbl *d = report->listings;

	for (size_t i = 0; d != NULL && i < d->entries_n; i++)
		if (dnsbl_counts(d, d->entries[i]) &&
		    d->entries[i]->cell == CELL_LISTED)
			add_entry(p, d, d->entries[i], known);
	add_remembered(p, d, known);
	add_blocks(p, report);
	for (size_t i = 0; i < p->n; i++) {
		const struct request *r = request_of(p, p->items[i], requests);

		if (r != NULL) {
			p->items[i]->asked = r->state == REQUEST_DELISTED
						 ? REQUEST_AGAIN
						 : r->state;
			p->items[i]->asked_at = r->at;
			p->items[i]->times = r->times;
			if (r->first < p->items[i]->first)
				p->items[i]->first = r->first;
		}
		judge(p, p->items[i]);
	}
	add_past(p, report, known, requests);
	if (p->n > 0)
		qsort(p->items, p->n, sizeof(*p->items), by_urgency);
}

void
petitions_done(struct petitions *p)
{
	free(p->items);
	p->items = NULL;
	p->n = p->cap = 0;
}

/* ---- words ---- */

struct str
petition_to(struct arena *a, const struct petition *x)
{
	struct str to = str_z(x->way->to);
	size_t at = str_find(to, S("{ip}"));

	if (at == to.n)
		return to;
	return arena_printf(a, "%.*s%.*s%.*s", (int)at, to.p,
	    STR_ARG(text_safe(a, x->target)), STR_ARG(str_skip(to, at + 4)));
}

/* The first thing that is not in order. */
static struct str
first_bad(const struct petitions *p, struct arena *a, const struct petition *x)
{
	unsigned bits = x->bad != 0 ? x->bad : x->unknown;

	for (int i = 0; i < NEEDS; i++)
		if ((bits & 1U << i) != 0)
			return text_safe(
			    a, footing_of(&p->footing, x->target, (enum need)i)
				   ->sentence);
	return S("");
}

struct str
petition_next(
    const struct petitions *p, struct arena *a, const struct petition *x)
{
	struct str to = petition_to(a, x);
	const char *when =
	    x->next == WALL_NONE ? "" : lang_time(a, x->next, false);

	switch (x->state) {
	case PETITION_SENDING:
		return x->next == WALL_NONE
			   ? str_z(_("stop the source first"))
			   : arena_printf(a,
				 _("stop the source; when it stays silent, "
				   "from %s on"),
				 when);
	case PETITION_UNREADY:
		return arena_printf(
		    a, _("first: %.*s"), STR_ARG(first_bad(p, a, x)));
	case PETITION_READY:
		return x->way->how == WAY_OWNER
			   ? str_z(_("have the owner of the network ask"))
			   : arena_printf(a, _("ask: %.*s"), STR_ARG(to));
	case PETITION_WAITING:
		return arena_printf(
		    a, _("wait for the answer, until %s"), when);
	case PETITION_OVERDUE:
		return arena_printf(a,
		    _("ask again, by another way if there is one: %.*s"),
		    STR_ARG(to));
	case PETITION_REFUSED:
		return str_z(_("read why it was refused, mend it, ask again"));
	case PETITION_EXPIRES:
		if (x->next == WALL_NONE)
			return str_z(_("wait; it goes by itself"));
		if (x->next <= p->now)
			return str_z(
			    _("its time is over and it is still there: "
			      "the list is late, or saw another cause"));
		return arena_printf(a, _("wait until %s"), when);
	case PETITION_NOTHING:
		return str_z(_("another way out: see its details"));
	case PETITION_THEIRS:
		return str_z(_("tell the receiver's postmaster"));
	case PETITION_UNSEEN:
		return str_z(_("look again with the network and the logs"));
	case PETITION_GONE:
		return arena_printf(a, _("watch it until %s"), when);
	case PETITION_STATES:
		break;
	}
	return S("");
}
