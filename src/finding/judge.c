/* SPDX-License-Identifier: ISC */
#include "finding/judge.h"

#include "base/text.h"
#include "trail/reading.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* A ground speaks clearly from a ratio of 4 to 1 on. */
#define CLEAR 1.386
/* Less than 5 % more or less likely is not worth a sentence. */
#define NEGLIGIBLE 0.05
/* 9 to 1: below that we keep silent. */
#define STANDS 2.197

const struct finding_kind *const finding_kinds[] = {
#define FINDING(name) &finding_##name,
#include "finding/finding_list.h"
#undef FINDING
    NULL,
};

struct finding *
finding_new(struct judging *j, const struct finding_kind *kind,
    const struct origin *origin)
{
	struct finding *f = arena_alloc(j->arena, sizeof(*f));

	f->kind = kind;
	f->origin = origin;
	f->severity = SEVERITY_CRITICAL;
	f->share.first = f->share.last = WALL_NONE;
	return f;
}

__attribute__((format(printf, 2, 0))) static struct str
print_to(struct arena *a, const char *fmt, va_list ap)
{
	char text[1024];
	int n = vsnprintf(text, sizeof(text), fmt, ap);

	if (n < 0)
		n = 0;
	if ((size_t)n >= sizeof(text))
		n = (int)sizeof(text) - 1;
	return str_keep(a, (struct str){text, (size_t)n});
}

__attribute__((format(printf, 4, 0))) static void
add_reason(struct judging *j, struct finding *f, struct reason reason,
    const char *fmt, va_list ap)
{
	if (fabs(reason.weight) < NEGLIGIBLE)
		return;
	assert(f->reasons_n < FINDING_REASONS);
	reason.sentence = print_to(j->arena, fmt, ap);
	reason.cite.at = WALL_NONE;
	f->reasons[f->reasons_n++] = reason;
}

void
finding_weigh(struct finding *f, enum ground ground, double weight)
{
	if (fabs(weight) < NEGLIGIBLE)
		return;
	assert(f->reasons_n < FINDING_REASONS);
	f->reasons[f->reasons_n++] =
	    (struct reason){.ground = ground, .weight = weight};
}

void
finding_explain(struct judging *j, struct finding *f, enum ground ground,
    double weight, struct ref ref, const char *fmt, ...)
{
	struct reason reason = {
	    .ground = ground, .weight = weight, .cite.ref = ref};
	va_list ap;

	va_start(ap, fmt);
	add_reason(j, f, reason, fmt, ap);
	va_end(ap);
}

void
finding_proof(struct judging *j, struct finding *f, enum ground ground,
    double weight, struct ref ref, const char *fmt, ...)
{
	struct reason reason = {
	    .ground = ground, .weight = weight, .proof = true, .cite.ref = ref};
	va_list ap;

	va_start(ap, fmt);
	add_reason(j, f, reason, fmt, ap);
	va_end(ap);
}

void
finding_remedy(struct judging *j, struct finding *f, const char *command,
    const char *fmt, ...)
{
	struct remedy *remedy;
	va_list ap;

	assert(f->remedies_n < FINDING_REMEDIES);
	remedy = &f->remedies[f->remedies_n++];
	remedy->command = str_keep(j->arena, str_z(command));
	va_start(ap, fmt);
	remedy->sentence = print_to(j->arena, fmt, ap);
	va_end(ap);
}

struct str
origin_user(const struct origin *o)
{
	const struct origin_top *top = o->tops[TOP_USER];
	struct str user = {NULL, 0};

	if (o->kind == ORIGIN_SCRIPT && top != NULL)
		return origin_top_most(top);
	/* OpenSMTPD's log has the sender that he writes, and no name. */
	if ((o->kind != ORIGIN_LOCAL_USER && o->kind != ORIGIN_SCRIPT) ||
	    o->is_sum || str_has(o->name, S("@")) || str_has(o->name, S("=")) ||
	    str_has(o->name, S("/")))
		return user;
	return o->name;
}

const char *
user_word(struct judging *j, const struct origin *o)
{
	struct str user;

	if (o == NULL)
		return "";
	if (o->uid >= 0)
		return arena_printf(
		    j->arena, "\"$(id -nu %lld)\"", (long long)o->uid)
		    .p;
	user = origin_user(o);
	return user.n == 0 || user.p[0] == '-' ? "" : shell_word(j, user);
}

/* Of the one line that shows the origin, when several servers wrote its log. */
static const struct mta *
server_of_line(struct judging *j, struct ref ref)
{
	struct cite cite = {.ref = ref}, *cites[] = {&cite};
	struct line_clock clock;
	struct line line;
	const struct mta *mta;

	cite_resolve(j->reading, j->arena, cites, 1);
	line_clock_init(&clock, 0);
	if (!line_split(&clock, cite.excerpt, &line))
		return j->mta;
	mta = mta_of_program(line.program);
	return mta != NULL && mta->is_server ? mta : j->mta;
}

const struct mta *
finding_server(struct judging *j, const struct finding *f)
{
	const struct origin *o = f->origin;
	const struct segment *segment;
	const struct mta *only = NULL;
	struct ref ref;

	if (j->reading == NULL || o == NULL)
		return j->mta;
	ref = o->marks[MARK_FIRST];
	if (ref.segment == 0 || ref.segment > j->reading->segments_n)
		return j->mta;
	segment = &j->reading->segments[ref.segment - 1];
	for (size_t i = 0; mtas[i] != NULL; i++) {
		if (!mtas[i]->is_server || segment->by_mta[i] == 0)
			continue;
		if (only != NULL)
			return server_of_line(j, ref);
		only = mtas[i];
	}
	return only == NULL ? j->mta : only;
}

const struct facts *
finding_facts(struct judging *j, const struct finding *f)
{
	const struct mta *mta = finding_server(j, f);
	struct facts *own;

	if (j->facts == NULL || mta == NULL)
		return j->facts;
	own = arena_alloc(j->arena, sizeof(*own));
	*own = *j->facts;
	own->n = own->cap = 0;
	own->items =
	    arena_alloc(j->arena, (j->facts->n + 1) * sizeof(*own->items));
	for (size_t i = 0; i < j->facts->n; i++)
		if (str_eq(str_z(j->facts->items[i].mta), str_z(mta->name)))
			own->items[own->n++] = j->facts->items[i];
	return own;
}

void
finding_say(struct judging *j, struct finding *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	f->sentence = print_to(j->arena, fmt, ap);
	va_end(ap);
}

double
finding_sum(const struct finding *f)
{
	double sum = f->kind->prior;

	for (size_t i = 0; i < f->reasons_n; i++)
		sum += f->reasons[i].weight;
	return sum;
}

bool
origin_is_unnamed(const struct origin *o)
{
	return o->kind == ORIGIN_LOCAL_USER &&
	       (o->is_sum || str_has(o->name, S("@")));
}

bool
finding_accused(const struct judging *j, const struct origin *o)
{
	for (size_t i = 0; i < j->findings_n; i++) {
		const struct origin *other = j->findings[i]->origin;

		if (other == o ||
		    (other != NULL && other->is_sum != o->is_sum &&
			origin_is_unnamed(other) && origin_is_unnamed(o)))
			return true;
	}
	return false;
}

bool
finding_accused_by(const struct judging *j, const struct origin *o,
    const struct finding_kind *kind)
{
	for (size_t i = 0; i < j->findings_n; i++)
		if (j->findings[i]->kind == kind && j->findings[i]->origin == o)
			return true;
	return false;
}

/* Grounds whose reasons together speak clearly for the finding. */
static int
clear_grounds(const struct finding *f)
{
	double by_ground[GROUND_COUNTER + 1] = {0};
	int clear = 0;

	for (size_t i = 0; i < f->reasons_n; i++)
		by_ground[f->reasons[i].ground] += f->reasons[i].weight;
	for (size_t i = 0; i < GROUND_COUNTER; i++)
		clear += by_ground[i] >= CLEAR;
	return clear;
}

static int
by_weight(const void *left, const void *right)
{
	const struct reason *a = left, *b = right;

	return a->weight < b->weight ? 1 : a->weight > b->weight ? -1 : 0;
}

bool
finding_stands(const struct finding *f)
{
	bool proof = false;

	for (size_t i = 0; i < f->reasons_n; i++)
		proof |= f->reasons[i].proof;
	return finding_sum(f) >= STANDS && (proof || clear_grounds(f) >= 2);
}

bool
finding_add(struct judging *j, struct finding *f)
{
	if (!finding_stands(f))
		return false;
	f->confidence = 1 / (1 + exp(-finding_sum(f)));
	qsort(f->reasons, f->reasons_n, sizeof(f->reasons[0]), by_weight);
	VEC_ROOM(j->findings, j->findings_n, j->findings_cap);
	j->findings[j->findings_n++] = f;
	return true;
}

const char *
shell_word(struct judging *j, struct str text)
{
	struct str word = text_word(j->arena, text);

	return word.n == 0 ? "" : word.p;
}

const char *
shell_command(struct judging *j, const char *command, struct str text)
{
	const char *word = shell_word(j, text);

	return word[0] == '\0'
		   ? ""
		   : arena_printf(j->arena, "%s %s", command, word).p;
}

const char *
origin_word(struct judging *j, const struct origin *origin)
{
	return shell_word(j, origin->name);
}

const char *
origin_title(struct judging *j, const struct origin *origin)
{
	return text_safe(j->arena, origin->name).p;
}

struct str
prefix_text(struct arena *a, const struct ip *low, const struct ip *high)
{
	char text[IP_TEXT];
	struct ip net = *low;
	unsigned bits = 0;

	while (bits < 128 && ((low->b[bits / 8] ^ high->b[bits / 8]) &
				 (0x80 >> bits % 8)) == 0)
		bits++;
	for (unsigned i = bits; i < 128; i++)
		net.b[i / 8] &= (uint8_t) ~(0x80 >> i % 8);
	if (ip_is_v4(low) && ip_is_v4(high))
		return bits < 96 + 8 ? S("0.0.0.0/0")
				     : arena_printf(a, "%s/%u",
					   ip_text(&net, text), bits - 96);
	return bits < 16 ? S("::/0")
			 : arena_printf(a, "%s/%u", ip_text(&net, text), bits);
}
