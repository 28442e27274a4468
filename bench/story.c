/* SPDX-License-Identifier: ISC */
/*
 * Cuts the records of each story into text and slots.
 *
 * Rewritten: queue ids, process ids, addresses of correspondents and of the
 * server's own accounts, domain numbers, client addresses with their names,
 * message-ids. Kept: everything else, above all the receivers' answers.
 *
 * The recording compresses time: what waited more than PAUSE_US waited for a
 * retry and is stretched by STRETCH, and the delay= of later lines with it.
 */
#include "story.h"

#include <stdio.h>
#include <stdlib.h>

enum { PAUSE_US = 2500000, STRETCH = 60 };

static const struct str providers[FIRMS] = {S0("gmail.com"),
    S0("hotmail.com"), S0("outlook.com"), S0("yahoo.com"), S0("gmx.de"),
    S0("web.de")};
static const struct str numbered[] = {S0("firma-"), S0("opfer-"),
    S0("kunde-")};
enum { OPFER = 1, KUNDE = 2 };

static struct str progs[PROGS_MAX];
static uint32_t n_progs;

struct str
story_prog(uint32_t prog)
{
	return progs[prog];
}

static uint32_t
prog_number(struct str name)
{
	for (uint32_t i = 0; i < n_progs; i++) {
		if (str_eq(progs[i], name))
			return i;
	}
	if (n_progs == PROGS_MAX)
		die("too many programs");
	progs[n_progs] = name;
	return n_progs++;
}

/* State of one story's cutting. */
struct cut {
	struct story *s;
	uint32_t line, era;
	uint64_t extra;          /* us that stretching added up to this line */
	uint64_t *qid_extra;     /* the same at the first line of each slot */
	uint32_t *slot_message;  /* qid slot -> message + 1, 0: none */
};

static bool
has(struct str s, struct str needle)
{
	return memmem(s.p, s.n, needle.p, needle.n) != NULL;
}

/* What follows key up to any of the stop characters; empty when absent. */
static struct str
after(struct str s, struct str key, const char *stop)
{
	const char *p = memmem(s.p, s.n, key.p, key.n), *q;

	if (p == NULL)
		return (struct str){NULL, 0};
	p += key.n;
	for (q = p; q < s.p + s.n && strchr(stop, *q) == NULL; q++)
		;
	return (struct str){p, (size_t)(q - p)};
}

static uint32_t
slot_get(struct cut *c, struct slot want)
{
	struct story *s = c->s;

	for (uint32_t i = 0; i < s->n_slots; i++) {
		if (s->slots[i].kind == want.kind &&
		    s->slots[i].era == want.era &&
		    s->slots[i].prog == want.prog &&
		    str_eq(s->slots[i].text, want.text)) {
			s->slots[i].last = c->line;
			return i;
		}
	}
	s->slots = grow(s->slots, s->n_slots, sizeof(*s->slots));
	c->qid_extra = grow(c->qid_extra, s->n_slots, sizeof(*c->qid_extra));
	c->slot_message =
	    grow(c->slot_message, s->n_slots, sizeof(*c->slot_message));
	want.first = want.last = c->line;
	c->qid_extra[s->n_slots] = c->extra;
	c->slot_message[s->n_slots] = 0;
	s->slots[s->n_slots] = want;
	return s->n_slots++;
}

static void
put(struct cut *c, enum seg_kind kind, uint32_t slot, struct str text)
{
	struct story *s = c->s;
	struct seg *last = s->n_segs ? &s->segs[s->n_segs - 1] : NULL;

	if (kind == SEG_TEXT) {
		if (text.n == 0)
			return;
		if (s->lines[c->line].segs != 0 && last->kind == SEG_TEXT &&
		    last->text.p + last->text.n == text.p) {
			last->text.n += text.n;
			return;
		}
	}
	s->segs = grow(s->segs, s->n_segs, sizeof(*s->segs));
	s->segs[s->n_segs++] = (struct seg){kind, slot, text};
	s->lines[c->line].segs++;
}

static bool
in_address(char ch)
{
	return recording_is_word(ch) || (ch != 0 && strchr("._+=-", ch));
}

static size_t
run_address(struct str s)
{
	size_t n = 0;

	while (n < s.n && in_address(s.p[n]))
		n++;
	return n;
}

/* Length of a client's address at the front of s, 0 when there is none. */
static size_t
run_ip(struct str s)
{
	size_t n = 0;

	if (str_starts(s, S("198.18.")) || str_starts(s, S("198.19."))) {
		while (n < s.n &&
		    ((s.p[n] >= '0' && s.p[n] <= '9') || s.p[n] == '.'))
			n++;
		return s.p[n - 1] == '.' ? n - 1 : n;
	}
	if (!str_starts(s, S("2001:db8:")))
		return 0;
	while (n < s.n && (recording_is_word(s.p[n]) || s.p[n] == ':'))
		n++;
	return s.p[n - 1] == ':' ? n - 1 : n;
}

static uint32_t
ip_slot(struct cut *c, struct str s)
{
	return slot_get(c, (struct slot){
	    .kind = SLOT_IP, .text = {s.p, run_ip(s)}});
}

/* "host-198-18-3-4.pool.example[198.18.3.4]", "unknown[2001:db8::1]" */
static size_t
cut_host(struct cut *c, struct str s)
{
	size_t n = run_address(s);

	if (n == 0 || n >= s.n || s.p[n] != '[' ||
	    run_ip((struct str){s.p + n + 1, s.n - n - 1}) == 0)
		return 0;
	put(c, SEG_HOST, ip_slot(c, (struct str){s.p + n + 1, s.n - n - 1}),
	    (struct str){s.p, n});
	return n;
}

/* "firma-0012" and its kin: which prefix, or -1. */
static int
numbered_prefix(struct str s)
{
	for (int i = 0; i <= KUNDE; i++) {
		if (str_starts(s, numbered[i]) && s.n >= 10 &&
		    s.p[6] >= '0' && s.p[6] <= '9')
			return i;
	}
	return -1;
}

static uint32_t
number_slot(struct cut *c, struct str text, int prefix)
{
	struct story *s = c->s;
	uint32_t i, owner = NO_SLOT;

	for (i = 0; i < s->n_slots && owner == NO_SLOT; i++) {
		struct slot *a = &s->slots[i];
		if (prefix == KUNDE ? a->kind == SLOT_ACCOUNT
				    : a->kind == SLOT_ADDR) {
			if (has(a->text, text))
				owner = i;
		}
	}
	if (prefix != KUNDE)
		return slot_get(c, (struct slot){.kind = SLOT_NUMBER,
		    .text = text, .owner = owner});
	if (owner == NO_SLOT)
		owner = slot_get(c, (struct slot){
		    .kind = SLOT_ACCOUNT, .text = text});
	s->slots[owner].last = c->line;
	return owner;
}

static size_t
cut_number(struct cut *c, struct str s)
{
	int prefix = numbered_prefix(s);
	struct str text = {s.p, 10};

	if (prefix < 0)
		return 0;
	put(c, SEG_TEXT, 0, numbered[prefix]);
	put(c, prefix == KUNDE ? SEG_DOMAIN_NUMBER : SEG_SLOT,
	    number_slot(c, text, prefix), (struct str){s.p + 6, 4});
	return 10;
}

static bool
role_address(struct str local)
{
	return str_eq(local, S("info")) || str_eq(local, S("forward")) ||
	    str_eq(local, S("late")) || str_starts(local, S("nobody"));
}

/* local@domain; the domain's number, if any, is cut by the caller's next
 * step. Returns how much was consumed. */
static size_t
cut_address(struct cut *c, struct str s)
{
	size_t n = run_address(s), m;
	struct str local = {s.p, n}, domain, whole;
	struct slot want = {.kind = SLOT_ADDR, .provider = FIRMS};
	int prefix;

	if (n == 0 || n >= s.n || s.p[n] != '@')
		return 0;
	m = run_address((struct str){s.p + n + 1, s.n - n - 1});
	domain = (struct str){s.p + n + 1, m};
	whole = (struct str){s.p, n + 1 + m};
	prefix = numbered_prefix(domain);
	if (str_eq(whole, S("shop@kunde-0003.example"))) {
		put(c, SEG_TEXT, 0, whole);
		return whole.n;
	}
	if (prefix == KUNDE && !role_address(local)) {
		want.kind = SLOT_ACCOUNT;
		want.text = whole;
		want.provider = 0;
		put(c, SEG_SLOT, slot_get(c, want), whole);
		return whole.n;
	}
	want.text = whole;
	want.victim = prefix == OPFER;
	for (uint8_t i = 0; i < FIRMS; i++) {
		if (str_eq(domain, providers[i]))
			want.provider = i;
	}
	if (prefix == KUNDE || (prefix < 0 && want.provider == FIRMS))
		put(c, SEG_TEXT, 0, local);
	else
		put(c, SEG_SLOT, slot_get(c, want), local);
	put(c, SEG_TEXT, 0, (struct str){s.p + n, 1});
	return n + 1;
}

static size_t
cut_msgid(struct cut *c, struct str s)
{
	struct str key = S("message-id=<"), local, rest;

	if (!str_starts(s, key))
		return 0;
	put(c, SEG_TEXT, 0, (struct str){s.p, key.n});
	rest = (struct str){s.p + key.n, s.n - key.n};
	local = after(rest, S(""), "@>");
	if (recording_is_qid(local))
		return key.n;
	if (str_starts((struct str){local.p + local.n, 5}, S("@WIN-")))
		local = after(rest, S(""), ">");
	put(c, SEG_SLOT, slot_get(c, (struct slot){
	    .kind = SLOT_MSGID, .text = local}), local);
	return key.n + local.n;
}

/* ", delay=8.1, delays=8/0.01/0/0.1": 8 s of ours were minutes. */
static size_t
cut_delay(struct cut *c, struct str s, struct str qid)
{
	struct str key = S(", delay="), total, a;
	uint32_t slot;
	double more;
	char *made;
	int n;

	if (!str_starts(s, key) || qid.n == 0)
		return 0;
	slot = slot_get(c, (struct slot){.kind = SLOT_QID, .text = qid});
	more = (double)(c->extra - c->qid_extra[slot]) / 1e6;
	if (more < 1)
		return 0;
	total = after(s, key, ",");
	a = after(s, S(", delays="), "/");
	n = asprintf(&made, ", delay=%.0f, delays=%.0f",
	    strtod(total.p, NULL) + more, strtod(a.p, NULL) + more);
	if (n < 0)
		die("out of memory");
	put(c, SEG_TEXT, 0, (struct str){made, (size_t)n});
	return (size_t)(a.p + a.n - s.p);
}

/* A word that begins here, if it is one that changes. */
static size_t
cut_word(struct cut *c, struct str s, struct str qid)
{
	size_t n;

	if ((n = cut_msgid(c, s)) || (n = cut_host(c, s)) ||
	    (n = cut_address(c, s)) || (n = cut_delay(c, s, qid)))
		return n;
	if ((n = run_ip(s)) != 0) {
		put(c, SEG_SLOT, ip_slot(c, s), (struct str){s.p, n});
		return n;
	}
	if ((n = cut_number(c, s)) != 0)
		return n;
	while (n < s.n && recording_is_word(s.p[n]))
		n++;
	if (!recording_is_qid((struct str){s.p, n}))
		return 0;
	put(c, SEG_SLOT, slot_get(c, (struct slot){
	    .kind = SLOT_QID, .text = {s.p, n}}), (struct str){s.p, n});
	return n;
}

static void
cut_text(struct cut *c, struct str text, struct str qid)
{
	size_t i = 0;

	while (i < text.n) {
		struct str rest = {text.p + i, text.n - i};
		size_t n = cut_word(c, rest, qid);
		if (n == 0) { /* to the next place where a word may begin */
			n = 1;
			while (n < rest.n && recording_is_word(rest.p[n - 1]) &&
			    recording_is_word(rest.p[n]))
				n++;
			put(c, SEG_TEXT, 0, (struct str){rest.p, n});
		}
		i += n;
	}
}

static bool
is_smtpd(struct str prog)
{
	return prog.n > 5 && memcmp(prog.p + prog.n - 5, "smtpd", 5) == 0;
}

static enum story_class
classify(const struct record *r, const uint32_t *of, uint32_t n)
{
	enum story_class class = CLASS_NOISE;

	for (uint32_t i = 0; i < n; i++) {
		struct str t = r[of[i]].text;
		struct str user = after(t, S("sasl_username="), ", ");
		if (r[of[i]].qid.n == 0)
			continue;
		if (class == CLASS_NOISE)
			class = CLASS_INBOUND;
		if (str_eq(r[of[i]].prog, S("postfix/pickup")))
			return has(t, S("uid=33 ")) ? CLASS_SHOP : CLASS_LOCAL;
		if (!has(t, S("client=")) || user.n == 0)
			continue;
		if (str_eq(user, S(STOLEN)))
			return has(t, S("[198.19.")) ? CLASS_STOLEN : CLASS_EARLY;
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
	return &c->slot_message[slot_get(c, (struct slot){
	    .kind = SLOT_QID, .text = qid})];
}

static void
mean_message(struct cut *c, const struct record *r, size_t n_r, struct str qid)
{
	struct line *line = &c->s->lines[c->line];

	*message_of(c, qid) = ++c->s->n_messages;
	line->act = ACT_MESSAGE;
	line->arg = c->s->n_messages - 1;
	for (size_t i = 0; i < n_r; i++) {
		struct str from = after(r[i].text, S(": from=<"), ">");
		if (!str_eq(r[i].qid, qid) || from.n == 0)
			continue;
		line->forged = !str_eq(from, S(STOLEN));
		return;
	}
}

static void
mean_delivery(struct cut *c, const struct record *r)
{
	struct line *line = &c->s->lines[c->line];
	struct str rcpt = after(r->text, S(": to=<"), ">");
	struct str status = after(r->text, S("status="), " ");
	uint32_t message = *message_of(c, r->qid), d;
	struct slot *slot;

	if (message != 0 && has(r->text, S("status=expired"))) {
		line->act = ACT_EXPIRED;
		line->arg = message - 1;
	}
	if (rcpt.n == 0 || message == 0 ||
	    has(r->text, S("relay=127.0.0.1[127.0.0.1]:10024")))
		return;
	d = delivery_get(c, message - 1, rcpt);
	line->arg = d;
	line->act = str_eq(status, S("sent")) ? ACT_SENT
	    : str_eq(status, S("bounced")) ? ACT_BOUNCED : ACT_DEFERRED;
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
	} else if (is_smtpd(r->prog) && has(r->text, S(": client="))) {
		struct str from = after(r->text, S("orig_queue_id="), ",");
		if (from.n != 0)
			*message_of(c, r->qid) = *message_of(c, from);
		else if (has(r->text, S("sasl_username=")))
			mean_message(c, all, n_all, r->qid);
	} else {
		mean_delivery(c, r);
	}
}

static void
story_cut(struct story *s, const struct record *r, size_t n_r,
    const uint32_t *of, uint32_t n)
{
	struct cut c = {.s = s};
	uint64_t before = r[of[0]].at, dt = 0;

	s->class = classify(r, of, n);
	s->account = NO_SLOT;
	s->lines = calloc(n, sizeof(*s->lines));
	if (s->lines == NULL)
		die("out of memory");
	s->n_lines = n;
	for (uint32_t i = 0; i < n; i++) {
		const struct record *l = &r[of[i]];
		uint64_t gap = l->at > before ? l->at - before : 0;
		if (gap > PAUSE_US) {
			c.extra += gap * (STRETCH - 1);
			gap *= STRETCH;
			c.era++;
		}
		before = l->at;
		dt += gap;
		c.line = i;
		s->lines[i].dt = dt;
		s->lines[i].seg = s->n_segs;
		put(&c, SEG_TEXT, 0, l->prog);
		if (l->pid.n != 0) {
			put(&c, SEG_TEXT, 0, S("["));
			put(&c, SEG_SLOT, slot_get(&c, (struct slot){
			    .kind = SLOT_PID, .text = l->pid, .era = c.era,
			    .prog = prog_number(l->prog)}), l->pid);
			put(&c, SEG_TEXT, 0, S("]: "));
		} else {
			put(&c, SEG_TEXT, 0, S(": "));
		}
		cut_text(&c, l->text, l->qid);
		mean(&c, r, n_r, of[i]);
		s->bytes += l->prog.n + l->pid.n + l->text.n + 5;
	}
	for (uint32_t i = 0; i < s->n_slots && s->account == NO_SLOT; i++) {
		if (s->slots[i].kind == SLOT_ACCOUNT)
			s->account = i;
	}
	free(c.qid_extra);
	free(c.slot_message);
}

struct story *
story_load(const char *path, uint32_t *ret_n)
{
	struct record *r;
	size_t n_r;
	uint32_t n = recording_read(path, &r, &n_r), *of;
	struct story *s = calloc(n, sizeof(*s));

	of = malloc(n_r * sizeof(*of));
	if (s == NULL || of == NULL)
		die("out of memory");
	for (uint32_t i = 0; i < n; i++) {
		uint32_t k = 0;
		for (size_t j = 0; j < n_r; j++) {
			if (r[j].story == i)
				of[k++] = (uint32_t)j;
		}
		story_cut(&s[i], r, n_r, of, k);
	}
	free(of);
	*ret_n = n;
	return s;
}
