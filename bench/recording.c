/* SPDX-License-Identifier: ISC */
/*
 * Reads the recording and puts together what belongs together.
 *
 *	2026-11-24T17:21:08.511699+00:00 mx1 postfix/smtpd[407]: 4jYqLw3d8Gz1bY24: client=..
 *	            stamp                host    program    pid       queue id
 *
 * The recording has long queue ids, which never repeat, so a word that is one
 * of them names its message wherever it stands: in `queued as`, in
 * `orig_queue_id=`, in a bounce notice. Groups are joined by union-find.
 */
#include "recording.h"

#include "story.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	QID_SLOTS = 1 << 15
};

/* A process and what it is doing now. */
struct process {
	struct str prog, pid;
	struct str client; /* "[198.18.0.1]" of the open session */
	uint32_t node;     /* NO_SLOT: idle */
	bool pending;      /* smtp said something before naming its message */
};

void
die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fputs("gen: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
	exit(2);
}

/* Room for element n; doubles at each power of two. */
void *
grow(void *array, size_t n, size_t size)
{
	if ((n & (n - 1)) != 0)
		return array;
	array = realloc(array, (n == 0 ? 1 : n * 2) * size);
	if (array == NULL)
		die("out of memory");
	return array;
}

bool
recording_is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	       (c >= 'a' && c <= 'z');
}

static uint32_t *
qid_find(const struct recording *w, struct str word, bool add)
{
	uint64_t h = 1469598103934665603u;

	for (size_t i = 0; i < word.n; i++)
		h = (h ^ (uint8_t)word.p[i]) * 1099511628211u;
	for (h ^= h >> 29;; h++) {
		size_t i = h & (QID_SLOTS - 1);
		if (w->qids[i].n == 0) {
			if (!add)
				return NULL;
			w->qids[i] = word;
			w->qid_node[i] = NO_SLOT;
			return &w->qid_node[i];
		}
		if (str_eq(w->qids[i], word))
			return &w->qid_node[i];
	}
}

bool
recording_is_qid(const struct recording *w, struct str word)
{
	return word.n >= 12 && word.n <= 17 && qid_find(w, word, false) != NULL;
}

/* "4jYqLw3d8Gz1bY24: rest" */
static struct str
own_qid(struct str text)
{
	size_t n = 0;

	while (n < text.n && recording_is_word(text.p[n]))
		n++;
	if (n < 12 || n > 17 || n == text.n || text.p[n] != ':' ||
	    memchr(text.p, 'z', n) == NULL)
		return (struct str){NULL, 0};
	return (struct str){text.p, n};
}

static uint64_t
two(const char *p)
{
	return (uint64_t)(p[0] - '0') * 10 + (uint64_t)(p[1] - '0');
}

/* Microseconds within the month: a recording takes minutes. */
static uint64_t
stamp(const char *p)
{
	uint64_t us = 0;

	for (int i = 20; i < 26; i++)
		us = us * 10 + (uint64_t)(p[i] - '0');
	return (((two(p + 8) * 24 + two(p + 11)) * 60 + two(p + 14)) * 60 +
		   two(p + 17)) *
		   1000000 +
	       us;
}

static bool
record_parse(struct recording *w, struct str line, struct record *ret_r)
{
	struct record r = {.story = NO_SLOT};
	const char *p, *end = line.p + line.n, *colon, *bracket;

	if (line.n < 40 || line.p[19] != '.')
		return false;
	r.at = stamp(line.p);
	p = memchr(line.p + 33, ' ', line.n - 33);
	if (p == NULL)
		return false;
	p++;
	colon = memmem(p, (size_t)(end - p), ": ", 2);
	if (colon == NULL)
		return false;
	bracket = memchr(p, '[', (size_t)(colon - p));
	if (bracket != NULL) {
		r.prog = (struct str){p, (size_t)(bracket - p)};
		r.pid =
		    (struct str){bracket + 1, (size_t)(colon - bracket - 2)};
	} else {
		r.prog = (struct str){p, (size_t)(colon - p)};
	}
	r.text = (struct str){colon + 2, (size_t)(end - colon - 2)};
	r.qid = own_qid(r.text);
	if (r.qid.n != 0)
		qid_find(w, r.qid, true);
	*ret_r = r;
	return true;
}

static uint32_t
node_new(struct recording *w)
{
	w->parent = grow(w->parent, w->n_nodes, sizeof(*w->parent));
	w->parent[w->n_nodes] = w->n_nodes;
	return w->n_nodes++;
}

static uint32_t
node_root(struct recording *w, uint32_t n)
{
	while (w->parent[n] != n)
		n = w->parent[n] = w->parent[w->parent[n]];
	return n;
}

static void
node_join(struct recording *w, uint32_t a, uint32_t b)
{
	w->parent[node_root(w, a)] = node_root(w, b);
}

static uint32_t
qid_node_of(struct recording *w, struct str qid)
{
	uint32_t *node = qid_find(w, qid, false);

	if (*node == NO_SLOT)
		*node = node_new(w);
	return *node;
}

static void
join_mentions(struct recording *w, struct str text, uint32_t node)
{
	for (size_t i = 0; i < text.n;) {
		size_t n = 0;
		while (i + n < text.n && recording_is_word(text.p[i + n]))
			n++;
		struct str word = {text.p + i, n};
		if (recording_is_qid(w, word))
			node_join(w, node, qid_node_of(w, word));
		i += n + 1;
	}
}

static struct process *
process_find(struct recording *w, const struct record *r)
{
	for (size_t i = 0; i < w->n_processes; i++) {
		if (str_eq(w->processes[i].pid, r->pid) &&
		    str_eq(w->processes[i].prog, r->prog))
			return &w->processes[i];
	}
	w->processes =
	    grow(w->processes, w->n_processes, sizeof(*w->processes));
	w->processes[w->n_processes] =
	    (struct process){.prog = r->prog, .pid = r->pid, .node = NO_SLOT};
	return &w->processes[w->n_processes++];
}

static uint32_t
smtpd_node(struct recording *w, struct record *r)
{
	struct process *p = process_find(w, r);

	if (str_starts(r->text, S("connect from "))) {
		const char *b = memchr(r->text.p, '[', r->text.n);
		p->node = node_new(w);
		if (b != NULL)
			p->client = (struct str){
			    b + 1, (size_t)(r->text.p + r->text.n - b - 2)};
	}
	uint32_t node = p->node;
	if (node == NO_SLOT)
		return NO_SLOT;
	if (str_starts(r->text, S("disconnect from ")))
		p->node = NO_SLOT;
	return node;
}

/* dovecot: auth: passwd-file(user,198.18.250.3): Password mismatch */
static uint32_t
dovecot_node(const struct recording *w, const struct record *r)
{
	for (size_t i = w->n_processes; i-- > 0;) {
		const struct process *p = &w->processes[i];
		if (p->node != NO_SLOT && p->client.n != 0 &&
		    memmem(r->text.p, r->text.n, p->client.p, p->client.n))
			return p->node;
	}
	return NO_SLOT;
}

static uint32_t
other_node(struct recording *w, const struct record *r)
{
	struct process *p;

	if (r->qid.n != 0) {
		uint32_t node = qid_node_of(w, r->qid);
		p = process_find(w, r);
		if (p->pending)
			node_join(w, p->node, node);
		p->pending = false;
		p->node = NO_SLOT;
		return node;
	}
	if (!str_starts(r->prog, S("postfix/smtp")))
		return NO_SLOT;
	p = process_find(w, r);
	if (!p->pending)
		p->node = node_new(w);
	p->pending = true;
	return p->node;
}

static uint32_t
record_node(struct recording *w, struct record *r)
{
	uint32_t node;

	if (memmem(r->text.p, r->text.n, "/aliases", 8) ||
	    memmem(r->text.p, r->text.n, "disconnected with", 17) ||
	    str_eq(r->prog, S("postfix/master")) ||
	    str_eq(r->prog, S("postfix/postfix-script")))
		return NO_SLOT;
	if (r->prog.n > 5 && memcmp(r->prog.p + r->prog.n - 5, "smtpd", 5) == 0)
		node = smtpd_node(w, r);
	else if (str_starts(r->prog, S("dovecot")))
		node = dovecot_node(w, r);
	else if (str_eq(r->prog, S("postfix/anvil")))
		node = node_new(w);
	else
		node = other_node(w, r);
	if (node != NO_SLOT) {
		if (r->qid.n != 0)
			node_join(w, node, qid_node_of(w, r->qid));
		join_mentions(w, r->text, node);
	}
	return node;
}

static struct str
read_all(const char *path)
{
	FILE *f = fopen(path, "rb");
	char *data = NULL;
	size_t n = 0, got;

	if (f == NULL)
		die("cannot open '%s'", path);
	do {
		data = realloc(data, n + (1 << 20));
		if (data == NULL)
			die("out of memory");
		got = fread(data + n, 1, 1 << 20, f);
		n += got;
	} while (got != 0);
	fclose(f);
	return (struct str){data, n};
}

static void
number_stories(struct recording *w)
{
	uint32_t *number = malloc(w->n_nodes * sizeof(*number));

	if (number == NULL)
		die("out of memory");
	memset(number, 0xff, w->n_nodes * sizeof(*number));
	for (size_t i = 0; i < w->n; i++) {
		struct record *r = &w->records[i];
		if (r->story == NO_SLOT)
			continue;
		uint32_t root = node_root(w, r->story);
		if (number[root] == NO_SLOT)
			number[root] = w->stories++;
		r->story = number[root];
	}
	free(number);
}

void
recording_read(struct recording *w, const char *path)
{
	struct str rest = read_all(path);

	*w = (struct recording){
	    .qids = calloc(QID_SLOTS, sizeof(*w->qids)),
	    .qid_node = calloc(QID_SLOTS, sizeof(*w->qid_node)),
	};
	if (w->qids == NULL || w->qid_node == NULL)
		die("out of memory");
	while (rest.n != 0) {
		struct str line = str_take(&rest, '\n');
		w->records = grow(w->records, w->n, sizeof(*w->records));
		if (record_parse(w, line, &w->records[w->n]))
			w->n++;
	}
	if (w->n == 0)
		die("'%s' is not the recording (plain text wanted)", path);
	for (size_t i = 0; i < w->n; i++)
		w->records[i].story = record_node(w, &w->records[i]);
	number_stories(w);
}
