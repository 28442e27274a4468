/* SPDX-License-Identifier: ISC */
/*
 * Puts the records of each story in order and says what each line means.
 *
 * The recording compresses time: what waited more than PAUSE_US waited for a
 * retry and is stretched by STRETCH, and the delay= of later lines with it.
 */
#include "cut.h"

#include <stdlib.h>

enum {
	PAUSE_US = 2500000,
	STRETCH = 60
};

static uint32_t
prog_number(struct repertoire *all, struct str name)
{
	for (uint32_t i = 0; i < all->n_progs; i++) {
		if (str_eq(all->progs[i], name))
			return i;
	}
	if (all->n_progs == PROGS_MAX)
		die("too many programs");
	all->progs[all->n_progs] = name;
	return all->n_progs++;
}

static bool
is_smtpd(struct str prog)
{
	return prog.n > 5 && memcmp(prog.p + prog.n - 5, "smtpd", 5) == 0;
}

static enum story_class
classify(const struct record *r, const uint32_t *of, uint32_t n,
    struct str *ret_user)
{
	enum story_class class = CLASS_NOISE;

	for (uint32_t i = 0; i < n; i++) {
		struct str t = r[of[i]].text;
		struct str user = cut_after(t, S("sasl_username="), ", ");
		if (r[of[i]].qid.n == 0)
			continue;
		if (class == CLASS_NOISE)
			class = CLASS_INBOUND;
		if (str_eq(r[of[i]].prog, S("postfix/pickup")))
			return cut_has(t, S("uid=33 ")) ? CLASS_SHOP
							: CLASS_LOCAL;
		if (!cut_has(t, S("client=")) || user.n == 0)
			continue;
		*ret_user = user;
		if (str_eq(user, S(STOLEN)))
			return cut_has(t, S("[198.19.")) ? CLASS_STOLEN
							 : CLASS_EARLY;
		return str_eq(user, S(LETTER)) ? CLASS_LETTER : CLASS_HONEST;
	}
	return class;
}

static uint32_t
delivery_get(struct cut *c, uint32_t message, struct str rcpt)
{
	struct story *s = c->s;
	uint32_t i, slot = NO_SLOT;

	for (i = 0; i < s->n_deliveries; i++) {
		if (s->deliveries[i].message == message &&
		    str_eq(s->deliveries[i].rcpt, rcpt))
			return i;
	}
	for (uint32_t k = 0; k < s->n_slots; k++) {
		if ((s->slots[k].kind == SLOT_ADDR ||
			s->slots[k].kind == SLOT_ACCOUNT) &&
		    str_eq(s->slots[k].text, rcpt))
			slot = k;
	}
	s->deliveries = grow(s->deliveries, i, sizeof(*s->deliveries));
	s->deliveries[i] = (struct delivery){message, slot, rcpt};
	return s->n_deliveries++;
}

/* Which message of the story, counted from 1, a queue id carries; 0 for
 * notices and forwards, which the account did not send. */
static uint32_t *
message_of(struct cut *c, struct str qid)
{
	return &c->slot_message[cut_slot(
	    c, (struct slot){.kind = SLOT_QID, .text = qid})];
}

/* The client's address on the line that was just cut. */
static uint32_t
line_client(const struct cut *c)
{
	const struct line *line = &c->s->lines[c->line];

	for (uint32_t i = 0; i < line->segs; i++) {
		const struct seg *seg = &c->s->segs[line->seg + i];
		if (seg->kind == SEG_SLOT &&
		    c->s->slots[seg->slot].kind == SLOT_IP)
			return seg->slot;
	}
	return NO_SLOT;
}

static void
mean_message(struct cut *c, const struct record *r, size_t n_r, struct str qid)
{
	struct line *line = &c->s->lines[c->line];

	*message_of(c, qid) = ++c->s->n_messages;
	line->act = ACT_MESSAGE;
	line->arg = c->s->n_messages - 1;
	line->client = line_client(c);
	for (size_t i = 0; i < n_r; i++) {
		struct str from = cut_after(r[i].text, S(": from=<"), ">");
		if (!str_eq(r[i].qid, qid) || from.n == 0)
			continue;
		line->forged =
		    c->s->class == CLASS_STOLEN && !str_eq(from, S(STOLEN));
		return;
	}
}

static void
mean_delivery(struct cut *c, const struct record *r)
{
	struct line *line = &c->s->lines[c->line];
	struct str rcpt = cut_after(r->text, S(": to=<"), ">");
	struct str status = cut_after(r->text, S("status="), " ");
	uint32_t message = *message_of(c, r->qid), d;
	struct slot *slot;

	if (message != 0 && cut_has(r->text, S("status=expired"))) {
		line->act = ACT_EXPIRED;
		line->arg = message - 1;
	}
	if (rcpt.n == 0 || message == 0 ||
	    cut_has(r->text, S("relay=127.0.0.1[127.0.0.1]:10024")))
		return;
	d = delivery_get(c, message - 1, rcpt);
	line->arg = d;
	line->act = str_eq(status, S("sent"))      ? ACT_SENT
		    : str_eq(status, S("bounced")) ? ACT_BOUNCED
						   : ACT_DEFERRED;
	if (line->act == ACT_BOUNCED && c->s->deliveries[d].slot != NO_SLOT) {
		slot = &c->s->slots[c->s->deliveries[d].slot];
		slot->dead = true;
	}
}

/* all: every record; at: this one. */
static void
mean(struct cut *c, const struct record *all, size_t n_all, size_t at)
{
	const struct record *r = &all[at];

	if (r->qid.n == 0)
		return;
	if (str_eq(r->prog, S("postfix/pickup"))) {
		mean_message(c, all, n_all, r->qid);
	} else if (is_smtpd(r->prog) && cut_has(r->text, S(": client="))) {
		struct str from = cut_after(r->text, S("orig_queue_id="), ",");
		if (from.n != 0)
			*message_of(c, r->qid) = *message_of(c, from);
		else if (cut_has(r->text, S("sasl_username=")))
			mean_message(c, all, n_all, r->qid);
		else
			c->s->lines[c->line].act = ACT_CLIENT;
	} else {
		mean_delivery(c, r);
	}
}

/* Who logged in, or else the first account that is named. */
static uint32_t
account_slot(const struct story *s, struct str user)
{
	uint32_t found = NO_SLOT;

	for (uint32_t i = 0; i < s->n_slots; i++) {
		if (s->slots[i].kind != SLOT_ACCOUNT)
			continue;
		if (str_eq(s->slots[i].text, user))
			return i;
		if (found == NO_SLOT)
			found = i;
	}
	return found;
}

static void
mark_removed(struct cut *c, struct str qid)
{
	uint32_t slot =
	    cut_slot(c, (struct slot){.kind = SLOT_QID, .text = qid});

	c->s->slots[slot].removed = true;
}

/* "postfix/smtpd[407]: " */
static void
cut_program(struct cut *c, const struct record *r, uint32_t prog)
{
	struct slot pid = {
	    .kind = SLOT_PID, .text = r->pid, .era = c->era, .prog = prog};

	cut_put(c, SEG_TEXT, 0, r->prog);
	if (r->pid.n != 0) {
		cut_put(c, SEG_TEXT, 0, S("["));
		cut_put(c, SEG_SLOT, cut_slot(c, pid), r->pid);
		cut_put(c, SEG_TEXT, 0, S("]"));
	}
	cut_put(c, SEG_TEXT, 0, S(": "));
}

/* us since the line before, as if retries took their usual time */
static uint64_t
stretched(struct cut *c, uint64_t before, uint64_t at)
{
	uint64_t gap = at > before ? at - before : 0;

	if (gap <= PAUSE_US)
		return gap;
	c->extra += gap * (STRETCH - 1);
	c->era++;
	return gap * STRETCH;
}

/* of: which n records are this story's lines */
static void
story_cut(struct repertoire *all, struct story *s, const struct recording *w,
    const uint32_t *of, uint32_t n)
{
	struct cut c = {.recording = w, .s = s};
	struct str user = {NULL, 0};
	uint64_t before = w->records[of[0]].at, dt = 0;

	s->class = classify(w->records, of, n, &user);
	s->lines = calloc(n, sizeof(*s->lines));
	if (s->lines == NULL)
		die("out of memory");
	s->n_lines = n;
	for (uint32_t i = 0; i < n; i++) {
		const struct record *r = &w->records[of[i]];
		dt += stretched(&c, before, r->at);
		before = r->at;
		c.line = i;
		s->lines[i].dt = dt;
		s->lines[i].seg = s->n_segs;
		cut_program(&c, r, prog_number(all, r->prog));
		cut_text(&c, r->text, r->qid);
		mean(&c, w->records, w->n, of[i]);
		if (str_ends(r->text, S(": removed")))
			mark_removed(&c, r->qid);
	}
	s->account = account_slot(s, user);
	free(c.qid_extra);
	free(c.slot_message);
}

void
story_load(const char *path, struct repertoire *ret_all)
{
	struct repertoire all = {0};
	struct recording w;
	uint32_t *of;

	recording_read(&w, path);
	all.n = w.stories;
	all.stories = calloc(all.n, sizeof(*all.stories));
	of = malloc(w.n * sizeof(*of));
	if (all.stories == NULL || of == NULL)
		die("out of memory");
	for (uint32_t i = 0; i < all.n; i++) {
		uint32_t k = 0;
		for (size_t j = 0; j < w.n; j++) {
			if (w.records[j].story == i)
				of[k++] = (uint32_t)j;
		}
		story_cut(&all, &all.stories[i], &w, of, k);
	}
	free(of);
	*ret_all = all;
}
