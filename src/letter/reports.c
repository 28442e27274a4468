/* SPDX-License-Identifier: ISC */
/*
 * A report that came whole is counted at once. One that broke off waits until
 * all were read: often the same report came again, whole.
 *
 * A report is known by receiver, id, domain and first day: receivers send one
 * to each address in rua, again after a failure, and mailboxes hold copies.
 */
#include "letter/reports.h"

#include "mail/address.h"

#include <stdlib.h>

enum {
	GAPS_MAX = 200,
	HELD_ROWS = 1000000,
	/* Days that reports may be of: 2012 is before the first of them. */
	DAY_MIN = 15340,
	DAY_MAX = 40000,
};

struct held_report {
	struct dmarc_head head;
	struct report_row *rows;
	size_t n;
};

const char *
sender_name(enum sender sender)
{
	static const char *const names[] = {
	    [SENDER_OURS] = "ours",
	    [SENDER_SERVICE] = "service",
	    [SENDER_PASSING] = "passing",
	    [SENDER_FORWARDER] = "forwarder",
	    [SENDER_UNSURE] = "unsure",
	    [SENDER_STRANGER] = "stranger",
	};

	return names[sender];
}

bool
sender_is_ours(enum sender sender)
{
	return sender == SENDER_OURS || sender == SENDER_SERVICE ||
	       sender == SENDER_PASSING;
}

struct str
reports_name(const struct reports *r, uint32_t number)
{
	return number == COUNTED_NONE ? (struct str){NULL, 0}
				      : r->names.items[number].text;
}

void
reports_gap(struct reports *r, struct str path, const char *sentence)
{
	struct report_gap *gap;

	if (r->gaps_n == GAPS_MAX)
		return;
	VEC_ROOM(r->gaps, r->gaps_n, r->gaps_cap);
	gap = &r->gaps[r->gaps_n++];
	gap->path = str_keep(&r->arena, path);
	gap->sentence = str_keep(&r->arena, str_z(sentence));
}

static uint32_t
name(struct reports *r, struct str text)
{
	return counted_add(&r->names, &r->arena, text);
}

/* The signature for our own domain, and the first of somebody else. */
static void
signatures(
    struct reports *r, const struct dmarc_row *row, struct report_source *s)
{
	struct str from = dmarc_str(&row->header_from);

	s->selector = s->signer = COUNTED_NONE;
	for (size_t i = 0; i < row->signatures_n; i++) {
		const struct dmarc_signature *sig = &row->signatures[i];
		struct str domain = dmarc_str(&sig->domain);

		if (domain.n > 0)
			s->flags |= SOURCE_SIGNED;
		if (!sig->pass)
			continue;
		s->flags |= SOURCE_DKIM_PASS;
		if (domain_same_owner(domain, from)) {
			if (s->selector == COUNTED_NONE)
				s->selector =
				    name(r, dmarc_str(&sig->selector));
		} else if (s->signer == COUNTED_NONE) {
			s->signer = name(r, domain);
		}
	}
}

static void
describe(
    struct reports *r, const struct dmarc_row *row, struct report_source *s)
{
	struct str spf = dmarc_str(&row->spf_domain);

	*s = (struct report_source){.ip = row->source,
	    .from = name(r, dmarc_str(&row->header_from)),
	    .spf = name(r, spf.n > 0 ? spf : dmarc_str(&row->envelope_from)),
	    .include = COUNTED_NONE,
	    .host = COUNTED_NONE,
	    .first = -1,
	    .last = -1};
	if (row->dkim_aligned)
		s->flags |= SOURCE_DKIM_ALIGNED;
	if (row->spf_aligned)
		s->flags |= SOURCE_SPF_ALIGNED;
	if (row->spf_pass)
		s->flags |= SOURCE_SPF_PASS;
	if ((row->reasons & (DMARC_FORWARDED | DMARC_TRUSTED_FORWARDER |
				DMARC_MAILING_LIST)) != 0)
		s->flags |= SOURCE_OVERRIDE;
	signatures(r, row, s);
}

static uint64_t
source_key(const struct report_source *s)
{
	const uint32_t parts[] = {
	    s->from, s->selector, s->signer, s->spf, s->flags};

	return (ip_hash(&s->ip) * UINT64_C(0x9e3779b97f4a7c15)) ^
	       str_hash((struct str){(const char *)parts, sizeof(parts)});
}

struct report_row
reports_row(struct reports *r, const struct dmarc_row *row)
{
	struct report_row to = {.source = COUNTED_NONE,
	    .disposition = row->disposition,
	    .count = row->count};
	struct report_source s;
	const uint32_t *found;
	bool is_new;

	describe(r, row, &s);
	found = map_get(&r->by_source, source_key(&s));
	if (found != NULL) {
		to.source = *found;
		return to;
	}
	if (r->sources_n == REPORTS_SOURCES)
		return to;
	to.source = (uint32_t)r->sources_n;
	*map_put(&r->by_source, source_key(&s), &is_new) = to.source;
	VEC_ROOM(r->sources, r->sources_n, r->sources_cap);
	r->sources[r->sources_n++] = s;
	return to;
}

bool
reports_is_new(struct reports *r, struct str org, struct str id,
    struct str domain, wall_us begin)
{
	uint64_t key = str_hash_fold(org) ^ str_hash(id) * 3 ^
		       str_hash_fold(domain) * 5 ^
		       (uint64_t)begin * UINT64_C(0x9e3779b97f4a7c15);
	bool is_new;

	(void)map_put(&r->by_id, key | 1, &is_new);
	return is_new;
}

struct report_org *
reports_org(struct reports *r, struct str text)
{
	if (text.n == 0)
		text = S("?");
	for (size_t i = 0; i < r->orgs_n; i++)
		if (str_eq_fold(r->orgs[i].name, text))
			return &r->orgs[i];
	if (r->orgs_n == REPORTS_ORGS)
		return &r->orgs[0];
	VEC_ROOM(r->orgs, r->orgs_n, r->orgs_cap);
	r->orgs[r->orgs_n] =
	    (struct report_org){.name = str_keep(&r->arena, text)};
	return &r->orgs[r->orgs_n++];
}

static void
take_domain(struct reports *r, const struct dmarc_head *head, uint64_t volume)
{
	struct str text = dmarc_str(&head->domain);
	struct report_domain *d = NULL;

	for (size_t i = 0; i < r->domains_n; i++)
		if (str_eq_fold(r->domains[i].name, text))
			d = &r->domains[i];
	if (d == NULL) {
		if (text.n == 0 || r->domains_n == REPORTS_DOMAINS)
			return;
		VEC_ROOM(r->domains, r->domains_n, r->domains_cap);
		d = &r->domains[r->domains_n++];
		*d = (struct report_domain){
		    .name = str_keep(&r->arena, text), .at = WALL_NONE};
	}
	d->messages += volume;
	if (head->policy.n == 0 || head->end < d->at)
		return;
	d->at = head->end;
	d->policy = str_keep(&r->arena, dmarc_str(&head->policy));
	d->sub_policy = str_keep(&r->arena, dmarc_str(&head->sub_policy));
	d->percent = head->percent;
	d->testing = head->testing;
}

static int32_t
day_of(const struct dmarc_head *head)
{
	wall_us day;

	if (head->begin == WALL_NONE)
		return -1;
	/* Days of other zones begin in the evening or morning of ours. */
	day = (head->begin + 12 * US_HOUR) / US_DAY;
	if (head->end != WALL_NONE && head->end - head->begin < 12 * US_HOUR)
		day = head->begin / US_DAY;
	return day < DAY_MIN || day > DAY_MAX ? -1 : (int32_t)day;
}

static void
take_cell(struct reports *r, uint32_t source, int32_t day, uint64_t count)
{
	uint64_t key = ((uint64_t)source << 20 | (uint32_t)day) *
		       UINT64_C(0x9e3779b97f4a7c15);
	const uint32_t *found = map_get(&r->by_cell, key);
	bool is_new;

	if (found != NULL) {
		r->cells[*found].messages += count;
		return;
	}
	if (r->cells_n == REPORTS_CELLS)
		return;
	*map_put(&r->by_cell, key, &is_new) = (uint32_t)r->cells_n;
	VEC_ROOM(r->cells, r->cells_n, r->cells_cap);
	r->cells[r->cells_n++] = (struct report_cell){source, day, count};
}

static void
take_row(struct reports *r, const struct report_row *row, int32_t day,
    uint64_t org_bit)
{
	struct report_source *s;

	r->volume += row->count;
	if (row->source == COUNTED_NONE) {
		r->missed += row->count;
		return;
	}
	s = &r->sources[row->source];
	s->messages += row->count;
	s->done[row->disposition] += row->count;
	s->orgs |= org_bit;
	if (day < 0)
		return;
	if (s->first < 0 || day < s->first)
		s->first = day;
	if (day > s->last)
		s->last = day;
	take_cell(r, row->source, day, row->count);
}

static void
take(struct reports *r, const struct dmarc_head *head,
    const struct report_row *rows, size_t n)
{
	struct report_org *org = reports_org(r, dmarc_str(&head->org));
	uint64_t bit = UINT64_C(1) << ((size_t)(org - r->orgs) % 64);
	uint64_t before = r->volume;
	int32_t day = day_of(head);

	for (size_t i = 0; i < n; i++)
		take_row(r, &rows[i], day, bit);
	org->reports++;
	org->messages += r->volume - before;
	take_domain(r, head, r->volume - before);
	if (day < 0)
		return;
	if (r->first == WALL_NONE || head->begin < r->first)
		r->first = head->begin;
	if (head->end != WALL_NONE && head->end > r->last)
		r->last = head->end;
}

static void
hold(struct reports *r, const struct dmarc_head *head,
    const struct report_row *rows, size_t n)
{
	struct held_report *held;

	r->cut++;
	if (n == 0 || r->held_rows + n > HELD_ROWS)
		return;
	r->held_rows += n;
	VEC_ROOM(r->held, r->held_n, r->held_cap);
	held = &r->held[r->held_n++];
	held->head = *head;
	held->n = n;
	held->rows = xcalloc(n, sizeof(*rows));
	memcpy(held->rows, rows, n * sizeof(*rows));
}

void
reports_take(struct reports *r, const struct dmarc_head *head,
    enum dmarc_status status, const struct report_row *rows, size_t n)
{
	if (status == DMARC_CUT) {
		hold(r, head, rows, n);
		return;
	}
	if (!reports_is_new(r, dmarc_str(&head->org), dmarc_str(&head->id),
		dmarc_str(&head->domain), head->begin)) {
		r->twice++;
		return;
	}
	r->whole++;
	r->mended += status == DMARC_MENDED;
	take(r, head, rows, n);
}

void
reports_release(struct reports *r)
{
	for (size_t i = 0; i < r->held_n; i++) {
		struct held_report *held = &r->held[i];
		const struct dmarc_head *head = &held->head;

		if (reports_is_new(r, dmarc_str(&head->org),
			dmarc_str(&head->id), dmarc_str(&head->domain),
			head->begin))
			take(r, head, held->rows, held->n);
		free(held->rows);
	}
	r->held_n = 0;
}

void
reports_done(struct reports *r)
{
	for (size_t i = 0; i < r->held_n; i++)
		free(r->held[i].rows);
	free(r->held);
	free(r->sources);
	free(r->cells);
	free(r->domains);
	free(r->orgs);
	free(r->tls.items);
	free(r->gaps);
	map_done(&r->by_source);
	map_done(&r->by_cell);
	map_done(&r->by_id);
	map_done(&r->by_tls);
	counted_done(&r->names);
	counted_done(&r->failed_ips);
	arena_done(&r->arena);
}
