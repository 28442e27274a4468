/* SPDX-License-Identifier: ISC */
/*
 * One telling of a story after the other: who plays which part, which queue
 * ids and processes are taken, and the lines that come of it.
 */
#ifndef BENCH_STAGE_H
#define BENCH_STAGE_H

#include "cast.h"
#include "truth.h"

#define SEC  UINT64_C(1000000)
#define HOUR (3600 * SEC)

struct options {
	uint64_t bytes, days, accounts, recipients, clients, seed, end;
	bool iso, long_ids;
	const char *recording, *out, *truth;
};

/* A story on stage. */
struct inst {
	const struct story *story;
	uint64_t start, account;
	uint32_t next;    /* line */
	uint8_t *fate;    /* per delivery */
	uint8_t *started; /* per message */
	uint64_t val[];   /* per slot */
};

struct stage {
	struct options o;
	const struct str *progs; /* by slot.prog */
	struct rng rng;
	struct truth truth;
	uint64_t from, to;    /* us since the epoch */
	uint64_t fresh, bots; /* the stolen account's recipients, machines */
	uint32_t *inodes, n_inodes;
	struct {
		uint32_t *v, n;
	} pids[PROGS_MAX];
	uint8_t *pid_uses;
	uint32_t next_pid;
	char *buf;
	size_t n_buf;
	int fd;
	uint64_t stamp_sec;
	char stamp[32];
	size_t stamp_n;
};

/* o, progs, from, to, bots and fd are set by the caller before. */
void stage_init(struct stage *g);
void stage_flush(struct stage *g);

struct inst *inst_new(struct stage *g, const struct story *s, uint64_t at);
/* Counts what became of its mail into the truth and frees it. */
void inst_end(struct stage *g, struct inst *in);

/* Writes the story's next line, or, before g->from, only lets it happen.
 * Returns the length of the line. */
size_t stage_tell(struct stage *g, struct inst *in, uint64_t at);

#endif
