/* SPDX-License-Identifier: ISC */
/*
 * The recording as records, each with the number of the story it belongs to.
 */
#ifndef BENCH_RECORDING_H
#define BENCH_RECORDING_H

#include "base/str.h"

struct record {
	uint64_t at; /* us within the month */
	struct str prog, pid, text;
	struct str qid; /* own queue id, empty without */
	uint32_t story; /* its number, NO_SLOT: none */
};

struct process;

struct recording {
	struct record *records;
	size_t n;
	uint32_t stories;
	/* every queue id, open addressing, and its node */
	struct str *qids;
	uint32_t *qid_node;
	/* union-find over nodes: sessions, queue ids */
	uint32_t *parent, n_nodes;
	struct process *processes;
	size_t n_processes;
};

/* Exits with a sentence when path cannot be read as a recording. */
void recording_read(struct recording *w, const char *path);
bool recording_is_qid(const struct recording *w, struct str word);
bool recording_is_word(char c);

#endif
