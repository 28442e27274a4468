/* SPDX-License-Identifier: ISC */
/*
 * Cuts a line into text and slots.
 *
 * Rewritten: queue ids, process ids, addresses of correspondents and of the
 * server's own accounts, domain numbers, client addresses with their names,
 * message-ids. Kept: everything else, above all the receivers' answers.
 */
#include "cut.h"

#include <stdio.h>
#include <stdlib.h>

static const struct str providers[FIRMS] = {S0("gmail.com"), S0("hotmail.com"),
    S0("outlook.com"), S0("yahoo.com"), S0("gmx.de"), S0("web.de")};
static const struct str numbered[] = {S0("firma-"), S0("opfer-"), S0("kunde-")};
enum {
	OPFER = 1,
	KUNDE = 2
};

bool
cut_has(struct str s, struct str needle)
{
	return memmem(s.p, s.n, needle.p, needle.n) != NULL;
}

struct str
cut_after(struct str s, struct str key, const char *stop)
{
	const char *p = memmem(s.p, s.n, key.p, key.n), *q;

	if (p == NULL)
		return (struct str){NULL, 0};
	p += key.n;
	for (q = p; q < s.p + s.n && strchr(stop, *q) == NULL; q++)
		;
	return (struct str){p, (size_t)(q - p)};
}

uint32_t
cut_slot(struct cut *c, struct slot want)
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
	want.last = c->line;
	c->qid_extra[s->n_slots] = c->extra;
	c->slot_message[s->n_slots] = 0;
	s->slots[s->n_slots] = want;
	return s->n_slots++;
}

void
cut_put(struct cut *c, enum seg_kind kind, uint32_t slot, struct str text)
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
	return recording_is_word(ch) || (ch != 0 && strchr("._+-", ch));
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
	return cut_slot(
	    c, (struct slot){.kind = SLOT_IP, .text = {s.p, run_ip(s)}});
}

/* "host-198-18-3-4.pool.example[198.18.3.4]", "unknown[2001:db8::1]" */
static size_t
cut_host(struct cut *c, struct str s)
{
	size_t n = run_address(s);

	if (n == 0 || n >= s.n || s.p[n] != '[' ||
	    run_ip((struct str){s.p + n + 1, s.n - n - 1}) == 0)
		return 0;
	cut_put(c, SEG_HOST, ip_slot(c, (struct str){s.p + n + 1, s.n - n - 1}),
	    (struct str){s.p, n});
	return n;
}

/* "firma-0012" and its kin: which prefix, or -1. */
static int
numbered_prefix(struct str s)
{
	for (int i = 0; i <= KUNDE; i++) {
		if (str_starts(s, numbered[i]) && s.n >= 10 && s.p[6] >= '0' &&
		    s.p[6] <= '9')
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
			if (cut_has(a->text, text))
				owner = i;
		}
	}
	if (prefix != KUNDE)
		return cut_slot(
		    c, (struct slot){
			   .kind = SLOT_NUMBER, .text = text, .owner = owner});
	if (owner == NO_SLOT)
		owner = cut_slot(
		    c, (struct slot){.kind = SLOT_ACCOUNT, .text = text});
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
	cut_put(c, SEG_TEXT, 0, numbered[prefix]);
	cut_put(c, prefix == KUNDE ? SEG_DOMAIN_NUMBER : SEG_SLOT,
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

	if (n == 0 || n >= s.n || s.p[n] != '@' ||
	    recording_is_qid(c->recording, local))
		return 0;
	m = run_address((struct str){s.p + n + 1, s.n - n - 1});
	domain = (struct str){s.p + n + 1, m};
	whole = (struct str){s.p, n + 1 + m};
	prefix = numbered_prefix(domain);
	if (str_eq(whole, S("shop@kunde-0003.example"))) {
		cut_put(c, SEG_TEXT, 0, whole);
		return whole.n;
	}
	if (prefix == KUNDE && !role_address(local)) {
		want.kind = SLOT_ACCOUNT;
		want.text = whole;
		want.provider = 0;
		cut_put(c, SEG_SLOT, cut_slot(c, want), whole);
		return whole.n;
	}
	want.text = whole;
	want.victim = prefix == OPFER;
	for (uint8_t i = 0; i < FIRMS; i++) {
		if (str_eq(domain, providers[i]))
			want.provider = i;
	}
	if (prefix == KUNDE || (prefix < 0 && want.provider == FIRMS))
		cut_put(c, SEG_TEXT, 0, local);
	else
		cut_put(c, SEG_SLOT, cut_slot(c, want), local);
	cut_put(c, SEG_TEXT, 0, (struct str){s.p + n, 1});
	return n + 1;
}

static size_t
cut_msgid(struct cut *c, struct str s)
{
	struct str key = S("message-id=<"), local, rest;

	if (!str_starts(s, key))
		return 0;
	cut_put(c, SEG_TEXT, 0, (struct str){s.p, key.n});
	rest = (struct str){s.p + key.n, s.n - key.n};
	local = cut_after(rest, S(""), "@>");
	if (recording_is_qid(c->recording, local))
		return key.n;
	if (str_starts((struct str){local.p + local.n, 5}, S("@WIN-")))
		local = cut_after(rest, S(""), ">");
	cut_put(c, SEG_SLOT,
	    cut_slot(c, (struct slot){.kind = SLOT_MSGID, .text = local}),
	    local);
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
	slot = cut_slot(c, (struct slot){.kind = SLOT_QID, .text = qid});
	more = (double)(c->extra - c->qid_extra[slot]) / 1e6;
	if (more < 1)
		return 0;
	total = cut_after(s, key, ",");
	a = cut_after(s, S(", delays="), "/");
	n = asprintf(&made, ", delay=%.0f, delays=%.0f",
	    strtod(total.p, NULL) + more, strtod(a.p, NULL) + more);
	if (n < 0)
		die("out of memory");
	cut_put(c, SEG_TEXT, 0, (struct str){made, (size_t)n});
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
		cut_put(c, SEG_SLOT, ip_slot(c, s), (struct str){s.p, n});
		return n;
	}
	if ((n = cut_number(c, s)) != 0)
		return n;
	while (n < s.n && recording_is_word(s.p[n]))
		n++;
	if (!recording_is_qid(c->recording, (struct str){s.p, n}))
		return 0;
	cut_put(c, SEG_SLOT,
	    cut_slot(c, (struct slot){.kind = SLOT_QID, .text = {s.p, n}}),
	    (struct str){s.p, n});
	return n;
}

void
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
			cut_put(c, SEG_TEXT, 0, (struct str){rest.p, n});
		}
		i += n;
	}
}
