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
#include "story.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static struct str *qids; /* open addressing, n_qid slots */
static uint32_t *qid_node;
enum {
	QID_SLOTS = 1 << 15
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
qid_find(struct str word, bool add)
{
	uint64_t h = 1469598103934665603u;

	for (size_t i = 0; i < word.n; i++)
		h = (h ^ (uint8_t)word.p[i]) * 1099511628211u;
	for (h ^= h >> 29;; h++) {
		size_t i = h & (QID_SLOTS - 1);
		if (qids[i].n == 0) {
			if (!add)
				return NULL;
			qids[i] = word;
			qid_node[i] = NO_SLOT;
			return &qid_node[i];
		}
		if (str_eq(qids[i], word))
			return &qid_node[i];
	}
}

bool
recording_is_qid(struct str word)
{
	return word.n >= 12 && word.n <= 17 && qid_find(word, false) != NULL;
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
record_parse(struct str line, struct record *ret_r)
{
	struct record r = {.story = NO_SLOT, .session = NO_SLOT};
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
		qid_find(r.qid, true);
	*ret_r = r;
	return true;
}

static uint32_t *parent; /* union-find over nodes */
static uint32_t n_nodes;

static uint32_t
node_new(void)
{
	parent = grow(parent, n_nodes, sizeof(*parent));
	parent[n_nodes] = n_nodes;
	return n_nodes++;
}

static uint32_t
node_root(uint32_t n)
{
	while (parent[n] != n)
		n = parent[n] = parent[parent[n]];
	return n;
}

static void
node_join(uint32_t a, uint32_t b)
{
	parent[node_root(a)] = node_root(b);
}

static uint32_t
qid_node_of(struct str qid)
{
	uint32_t *node = qid_find(qid, false);

	if (*node == NO_SLOT)
		*node = node_new();
	return *node;
}

static void
join_mentions(struct str text, uint32_t node)
{
	for (size_t i = 0; i < text.n;) {
		size_t n = 0;
		while (i + n < text.n && recording_is_word(text.p[i + n]))
			n++;
		struct str word = {text.p + i, n};
		if (recording_is_qid(word))
			node_join(node, qid_node_of(word));
		i += n + 1;
	}
}

/* A process and what it is doing now. */
struct process {
	struct str prog, pid;
	struct str client; /* "[198.18.0.1]" of the open session */
	uint32_t node;     /* NO_SLOT: idle */
	bool pending;      /* smtp said something before naming its message */
};

static struct process *processes;
static size_t n_processes;

static struct process *
process_find(const struct record *r)
{
	for (size_t i = 0; i < n_processes; i++) {
		if (str_eq(processes[i].pid, r->pid) &&
		    str_eq(processes[i].prog, r->prog))
			return &processes[i];
	}
	processes = grow(processes, n_processes, sizeof(*processes));
	processes[n_processes] =
	    (struct process){.prog = r->prog, .pid = r->pid, .node = NO_SLOT};
	return &processes[n_processes++];
}

static uint32_t
smtpd_node(struct record *r)
{
	struct process *p = process_find(r);

	if (str_starts(r->text, S("connect from "))) {
		const char *b = memchr(r->text.p, '[', r->text.n);
		p->node = node_new();
		if (b != NULL)
			p->client = (struct str){
			    b + 1, (size_t)(r->text.p + r->text.n - b - 2)};
	}
	uint32_t node = p->node;
	if (node == NO_SLOT)
		return NO_SLOT;
	r->session = node;
	if (str_starts(r->text, S("disconnect from ")))
		p->node = NO_SLOT;
	return node;
}

/* dovecot: auth: passwd-file(user,198.18.250.3): Password mismatch */
static uint32_t
dovecot_node(const struct record *r)
{
	for (size_t i = n_processes; i-- > 0;) {
		const struct process *p = &processes[i];
		if (p->node != NO_SLOT && p->client.n != 0 &&
		    memmem(r->text.p, r->text.n, p->client.p, p->client.n))
			return p->node;
	}
	return NO_SLOT;
}

static uint32_t
other_node(const struct record *r)
{
	struct process *p;

	if (r->qid.n != 0) {
		uint32_t node = qid_node_of(r->qid);
		p = process_find(r);
		if (p->pending)
			node_join(p->node, node);
		p->pending = false;
		p->node = NO_SLOT;
		return node;
	}
	if (!str_starts(r->prog, S("postfix/smtp")))
		return NO_SLOT;
	p = process_find(r);
	if (!p->pending)
		p->node = node_new();
	p->pending = true;
	return p->node;
}

static uint32_t
record_node(struct record *r)
{
	uint32_t node;

	if (memmem(r->text.p, r->text.n, "/aliases", 8) ||
	    memmem(r->text.p, r->text.n, "disconnected with", 17) ||
	    str_eq(r->prog, S("postfix/master")) ||
	    str_eq(r->prog, S("postfix/postfix-script")))
		return NO_SLOT;
	if (r->prog.n > 5 && memcmp(r->prog.p + r->prog.n - 5, "smtpd", 5) == 0)
		node = smtpd_node(r);
	else if (str_starts(r->prog, S("dovecot")))
		node = dovecot_node(r);
	else if (str_eq(r->prog, S("postfix/anvil")))
		node = node_new();
	else
		node = other_node(r);
	if (node != NO_SLOT) {
		if (r->qid.n != 0)
			node_join(node, qid_node_of(r->qid));
		join_mentions(r->text, node);
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

uint32_t
recording_read(const char *path, struct record **ret_r, size_t *ret_n)
{
	struct str rest = read_all(path);
	struct record *r = NULL;
	uint32_t *number, stories = 0;
	size_t n = 0;

	qids = calloc(QID_SLOTS, sizeof(*qids));
	qid_node = calloc(QID_SLOTS, sizeof(*qid_node));
	while (rest.n != 0) {
		const char *nl = memchr(rest.p, '\n', rest.n);
		size_t len = nl ? (size_t)(nl - rest.p) : rest.n;
		r = grow(r, n, sizeof(*r));
		if (record_parse((struct str){rest.p, len}, &r[n]))
			n++;
		rest =
		    (struct str){rest.p + len + 1, rest.n - len - (nl != NULL)};
	}
	if (n == 0)
		die("'%s' is not the recording (plain text wanted)", path);
	for (size_t i = 0; i < n; i++)
		r[i].story = record_node(&r[i]);
	number = malloc(n_nodes * sizeof(*number));
	memset(number, 0xff, n_nodes * sizeof(*number));
	for (size_t i = 0; i < n; i++) {
		if (r[i].story == NO_SLOT)
			continue;
		uint32_t root = node_root(r[i].story);
		if (number[root] == NO_SLOT)
			number[root] = stories++;
		r[i].story = number[root];
	}
	free(number);
	*ret_r = r;
	*ret_n = n;
	return stories;
}
