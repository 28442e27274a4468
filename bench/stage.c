/* SPDX-License-Identifier: ISC */
#include "stage.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum {
	LETTER_GROUPS = 700, /* of 13 subscribers */
	LETTER_MACHINES = 10,
	SHOP_GROUPS = 115,
	BOOK_STRIDE = 64, /* groups per account, 52.. hold dead addresses */
	INODES = 1 << 18,
	INODE_WINDOW = 2000, /* as a file system reuses low numbers first */
	INODE_BASE = 0x1B0000,
	PIDS = 1 << 20,
	PID_USES = 100, /* Postfix max_use */
	OUT_SIZE = 4 << 20,
	LINE_MAX_BYTES = 8192,
};

/* Where each kind of correspondent's numbers begin. */
#define AT_SHOP   UINT64_C(0)
#define AT_LETTER UINT64_C(10000)
#define AT_VICTIM UINT64_C(100000)
#define AT_BOOKS  UINT64_C(1000000)
#define AT_FRESH  (UINT64_C(1) << 40)

void
stage_flush(struct stage *g)
{
	size_t done = 0;

	while (done < g->n_buf) {
		ssize_t n = write(g->fd, g->buf + done, g->n_buf - done);
		if (n <= 0)
			die("cannot write '%s'", g->o.out);
		done += (size_t)n;
	}
	g->n_buf = 0;
}

static uint64_t
pid_take(struct stage *g, uint32_t prog)
{
	static const char *const single[] = {
	    "postfix/qmgr", "postfix/pickup", "postfix/anvil"};
	struct str name = g->progs[prog];

	for (size_t i = 0; i < ARRAY_LEN(single); i++) {
		if (str_eq(name, str_z(single[i])))
			return 301 + i;
	}
	if (g->pids[prog].n != 0)
		return g->pids[prog].v[--g->pids[prog].n];
	do {
		g->next_pid += 1 + (uint32_t)rng_below(&g->rng, 5);
		if (g->next_pid >= PIDS)
			g->next_pid = 1000;
	} while (g->pid_uses[g->next_pid] != 0);
	g->pid_uses[g->next_pid] = 1;
	return g->next_pid;
}

static void
pid_give(struct stage *g, uint32_t prog, uint64_t pid)
{
	if (pid < 1000)
		return;
	if (++g->pid_uses[pid] > PID_USES) {
		g->pid_uses[pid] = 0;
		return;
	}
	g->pids[prog].v =
	    grow(g->pids[prog].v, g->pids[prog].n, sizeof(uint32_t));
	g->pids[prog].v[g->pids[prog].n++] = (uint32_t)pid;
}

/* seconds since g->from - 1 day, microseconds, inode: 26 + 20 + 18 bits */
static uint64_t
qid_take(struct stage *g, uint64_t at)
{
	uint32_t window =
	    g->n_inodes < INODE_WINDOW ? g->n_inodes : INODE_WINDOW;
	uint32_t i = g->n_inodes - 1 - (uint32_t)rng_below(&g->rng, window);
	uint32_t inode = g->inodes[i];
	uint64_t since = at - g->from + 24 * HOUR, v;

	if (g->n_inodes < 2)
		die("too many open queue files");
	g->inodes[i] = g->inodes[--g->n_inodes];
	v = (since / SEC) << 38 | (since % SEC) << 18 | inode;
	if (at >= g->from) {
		g->truth.qids++;
		if (!set_add(&g->truth.ids,
			g->o.long_ids ? v : v & ((UINT64_C(1) << 38) - 1)))
			g->truth.reused++;
	}
	return v;
}

static void
qid_give(struct stage *g, uint64_t v)
{
	g->inodes[g->n_inodes++] = (uint32_t)(v & (INODES - 1));
}

static char *
qid_put(struct stage *g, char *out, uint64_t v)
{
	uint64_t usec = v >> 18 & 0xfffff,
		 inode = INODE_BASE + (v & (INODES - 1));

	if (!g->o.long_ids)
		return cast_qid_short(out, usec, inode);
	return cast_qid_long(
	    out, g->from / SEC - 86400 + (v >> 38), usec, inode);
}

/* Rank among n, low ranks much more often. */
static uint64_t
zipf(struct stage *g, uint64_t n, double steep)
{
	return (uint64_t)((double)n * pow(rng_unit(&g->rng), steep));
}

static uint64_t
account_pick(struct stage *g)
{
	return zipf(g, g->o.accounts, 1.6);
}

/* How many groups of correspondents an account writes to. */
static uint64_t
book(struct stage *g, uint64_t account)
{
	double mean =
	    (double)g->o.recipients * 0.5 / (double)g->o.accounts / GROUP;
	double rank = (double)account / (double)g->o.accounts;
	uint64_t n = (uint64_t)(mean * (2.2 - 1.8 * sqrt(rank)) + 1);

	return n < 50 ? n : 50;
}

static uint64_t
correspondent(struct stage *g, const struct inst *in, const struct slot *s)
{
	uint64_t in_group =
	    s->provider < FIRMS ? s->provider : FIRMS + rng_below(&g->rng, 7);
	uint64_t owner = in->account < g->o.accounts ? in->account : 666, m;

	if (s->victim)
		return AT_VICTIM + rng_below(&g->rng, 60000);
	switch (in->story->class) {
	case CLASS_STOLEN:
		return AT_FRESH + GROUP * g->fresh++ + in_group;
	case CLASS_LETTER:
		m = s->dead ? LETTER_GROUPS + rng_below(&g->rng, 12)
			    : rng_below(&g->rng, LETTER_GROUPS);
		return AT_LETTER + GROUP * m + in_group;
	case CLASS_SHOP:
		m = s->dead ? SHOP_GROUPS + rng_below(&g->rng, 3)
			    : zipf(g, SHOP_GROUPS, 1.5);
		return AT_SHOP + GROUP * m + in_group;
	case CLASS_EARLY:
	case CLASS_HONEST:
	case CLASS_LOCAL:
	case CLASS_INBOUND:
	case CLASS_NOISE:
	case CLASSES:
		break;
	}
	m = s->dead ? 52 : zipf(g, book(g, owner), 1.5);
	return AT_BOOKS + (owner * BOOK_STRIDE + m) * GROUP + in_group;
}

static uint64_t
client(struct stage *g, const struct inst *in, struct str recorded)
{
	uint64_t owner = in->account < g->o.accounts ? in->account : 666;

	if (in->story->class == CLASS_STOLEN &&
	    str_starts(recorded, S("198.19.")))
		return cast_bot(rng_below(&g->rng, g->bots));
	if (in->story->class == CLASS_LETTER &&
	    str_starts(recorded, S("198.18.200.")))
		return cast_letter(rng_below(&g->rng, LETTER_MACHINES));
	if (str_starts(recorded, S("198.18.250.")) ||
	    str_starts(recorded, S("198.19.")))
		return cast_listed(rng_below(&g->rng, g->o.clients / 8 + 1));
	if (in->story->class == CLASS_HONEST || in->story->class == CLASS_EARLY)
		return cast_home(owner, owner % 3 ? 0 : rng_below(&g->rng, 2));
	return cast_stranger(zipf(g, g->o.clients * 7 / 10 + 1, 1.2));
}

static uint64_t
value(struct stage *g, const struct inst *in, uint32_t i)
{
	const struct slot *s = &in->story->slots[i];

	switch (s->kind) {
	case SLOT_PID:
	case SLOT_QID:
		return 0; /* taken when first told */
	case SLOT_ADDR:
		return correspondent(g, in, s);
	case SLOT_NUMBER:
		return s->owner != NO_SLOT
			   ? in->val[s->owner]
			   : AT_BOOKS + rng_below(&g->rng, 60000);
	case SLOT_IP:
		return client(g, in, s->text);
	case SLOT_ACCOUNT:
		return i == in->story->account ? in->account : account_pick(g);
	case SLOT_MSGID:
		break;
	}
	return rng_next(&g->rng);
}

struct inst *
inst_new(struct stage *g, const struct story *s, uint64_t at)
{
	size_t n = s->n_slots;
	struct inst *in = malloc(sizeof(*in) + n * sizeof(in->val[0]) +
				 s->n_deliveries + s->n_messages);

	if (in == NULL)
		die("out of memory");
	*in = (struct inst){.story = s, .start = at};
	in->fate = (uint8_t *)&in->val[n];
	in->started = in->fate + s->n_deliveries;
	memset(in->fate, 0, s->n_deliveries + s->n_messages);
	in->account = s->class == CLASS_STOLEN || s->class == CLASS_EARLY
			  ? ACCOUNT_STOLEN
		      : s->class == CLASS_LETTER ? ACCOUNT_LETTER
						 : account_pick(g);
	for (uint32_t i = 0; i < n; i++)
		in->val[i] = value(g, in, i);
	return in;
}

/* The recipient as one number: who, and at which of his domains. */
static uint64_t
recipient_key(const struct inst *in, const struct delivery *d)
{
	const struct slot *s;
	uint64_t domain = 0;

	if (d->slot == NO_SLOT)
		return mix((uint64_t)d->rcpt.n);
	s = &in->story->slots[d->slot];
	if (s->kind == SLOT_ACCOUNT)
		return mix(~in->val[d->slot]);
	if (s->provider == FIRMS) { /* several share the first one's domain */
		for (uint32_t i = 0; i < in->story->n_slots; i++) {
			const struct slot *k = &in->story->slots[i];
			if (k->kind == SLOT_NUMBER && s->text.n > k->text.n &&
			    memmem(s->text.p, s->text.n, k->text.p, k->text.n))
				domain = (mix(in->val[i]) >> 40) % 6000;
		}
	}
	return mix(in->val[d->slot] << 16 ^ domain << 3 ^ s->provider);
}

void
inst_end(struct stage *g, struct inst *in)
{
	const struct story *s = in->story;
	struct tally *y = &g->truth.tally[s->class];

	for (uint32_t i = 0; i < s->n_deliveries; i++) {
		const struct delivery *d = &s->deliveries[i];
		if (!in->started[d->message])
			continue;
		y->fate[in->fate[i]]++;
		if (in->fate[i] != FATE_NONE) {
			set_add(&y->recipients, recipient_key(in, d));
			set_add(&g->truth.correspondents, recipient_key(in, d));
		}
	}
	for (uint32_t i = 0; i < s->n_slots; i++) {
		if (s->slots[i].kind == SLOT_QID && in->val[i] != 0 &&
		    (s->slots[i].last >= in->next || !s->slots[i].removed))
			g->truth.open++;
	}
	free(in);
}

/* Deliveries of a message that began before the log are nobody's. */
static bool
counts(const struct inst *in, const struct line *line)
{
	uint32_t message = line->arg;

	switch (line->act) {
	case ACT_NONE:
		return false;
	case ACT_MESSAGE:
	case ACT_CLIENT:
		return true;
	case ACT_SENT:
	case ACT_DEFERRED:
	case ACT_BOUNCED:
		message = in->story->deliveries[line->arg].message;
		break;
	case ACT_EXPIRED:
		break;
	}
	return in->started[message];
}

static void
act(struct stage *g, struct inst *in, const struct line *line, uint64_t at)
{
	const struct story *s = in->story;

	if (!counts(in, line))
		return;
	truth_act(&g->truth, s->class, line, at);
	switch (line->act) {
	case ACT_NONE:
	case ACT_CLIENT:
		break;
	case ACT_MESSAGE:
		in->started[line->arg] = 1;
		if (line->client != NO_SLOT)
			set_add(&g->truth.tally[s->class].ips,
			    in->val[line->client]);
		break;
	case ACT_SENT:
		in->fate[line->arg] = FATE_SENT;
		break;
	case ACT_DEFERRED:
		in->fate[line->arg] = FATE_DEFERRED;
		break;
	case ACT_BOUNCED:
		in->fate[line->arg] = FATE_BOUNCED;
		break;
	case ACT_EXPIRED:
		for (uint32_t i = 0; i < s->n_deliveries; i++) {
			if (s->deliveries[i].message == line->arg &&
			    in->fate[i] == FATE_DEFERRED)
				in->fate[i] = FATE_EXPIRED;
		}
		break;
	}
}

static char *
seg_put(struct stage *g, char *out, struct inst *in, const struct seg *seg,
    uint64_t at)
{
	const struct slot *s = &in->story->slots[seg->slot];
	uint64_t *v = &in->val[seg->slot];

	if (seg->kind == SEG_TEXT) {
		memcpy(out, seg->text.p, seg->text.n);
		return out + seg->text.n;
	}
	if (seg->kind == SEG_HOST)
		return cast_host(out, *v, seg->text);
	if (seg->kind == SEG_DOMAIN_NUMBER)
		return cast_account_number(out, *v);
	switch (s->kind) {
	case SLOT_PID:
		if (*v == 0)
			*v = pid_take(g, s->prog);
		return cast_decimal(out, *v, 1);
	case SLOT_QID:
		if (*v == 0)
			*v = qid_take(g, at);
		return qid_put(g, out, *v);
	case SLOT_ADDR:
		return cast_local(out, *v);
	case SLOT_NUMBER:
		return cast_firm(out, *v, s->text.p[0] == 'o');
	case SLOT_IP:
		return cast_ip(out, *v);
	case SLOT_ACCOUNT:
		return cast_account(out, *v);
	case SLOT_MSGID:
		break;
	}
	return cast_msgid(out, *v, s->text);
}

static char *
stamp_put(struct stage *g, char *out, uint64_t at)
{
	if (at / SEC != g->stamp_sec) {
		time_t t = (time_t)(at / SEC);
		struct tm tm;
		gmtime_r(&t, &tm);
		g->stamp_n = strftime(g->stamp, sizeof(g->stamp),
		    g->o.iso ? "%Y-%m-%dT%H:%M:%S." : "%b %e %H:%M:%S ", &tm);
		g->stamp_sec = at / SEC;
	}
	memcpy(out, g->stamp, g->stamp_n);
	out += g->stamp_n;
	if (g->o.iso) {
		out = cast_decimal(out, at % SEC, 6);
		memcpy(out, "+00:00 ", 7);
		out += 7;
	}
	memcpy(out, "mx1 ", 4);
	return out + 4;
}

/* Gives back what the story mentioned for the last time. */
static void
give_back(struct stage *g, const struct inst *in, uint64_t at)
{
	const struct story *s = in->story;

	for (uint32_t i = 0; i < s->n_slots; i++) {
		if (s->slots[i].last != in->next || in->val[i] == 0)
			continue;
		if (s->slots[i].kind == SLOT_PID)
			pid_give(g, s->slots[i].prog, in->val[i]);
		else if (s->slots[i].kind == SLOT_QID && s->slots[i].removed)
			qid_give(g, in->val[i]);
		else if (s->slots[i].kind == SLOT_IP && at >= g->from)
			set_add(&g->truth.clients, in->val[i]);
	}
}

size_t
stage_tell(struct stage *g, struct inst *in, uint64_t at)
{
	const struct story *s = in->story;
	const struct line *line = &s->lines[in->next];
	char *start, *out;

	if (g->n_buf + LINE_MAX_BYTES > OUT_SIZE)
		stage_flush(g);
	start = out = g->buf + g->n_buf;
	out = stamp_put(g, out, at);
	for (uint32_t i = 0; i < line->segs; i++)
		out = seg_put(g, out, in, &s->segs[line->seg + i], at);
	*out++ = '\n';
	if (at >= g->from) {
		g->n_buf += (size_t)(out - start);
		g->truth.bytes += (uint64_t)(out - start);
		g->truth.lines++;
		act(g, in, line, at);
	}
	give_back(g, in, at);
	in->next++;
	return (size_t)(out - start);
}

void
stage_init(struct stage *g)
{
	g->rng.s = g->o.seed;
	g->buf = malloc(OUT_SIZE);
	g->pid_uses = calloc(PIDS, 1);
	g->inodes = malloc(INODES * sizeof(*g->inodes));
	if (g->buf == NULL || g->pid_uses == NULL || g->inodes == NULL)
		die("out of memory");
	g->next_pid = 1000;
	while (g->n_inodes < INODES) {
		g->inodes[g->n_inodes] = INODES - 1 - g->n_inodes;
		g->n_inodes++;
	}
	g->truth.from = g->from;
	g->truth.to = g->to;
}
