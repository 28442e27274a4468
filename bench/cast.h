/* SPDX-License-Identifier: ISC */
/*
 * Who plays: numbers in, names out. The same number always gives the same
 * name, so a truth computed on numbers holds for the written log.
 */
#ifndef BENCH_CAST_H
#define BENCH_CAST_H

#include "story.h"

#define ACCOUNT_STOLEN (~UINT64_C(0))
#define ACCOUNT_LETTER (~UINT64_C(1))

/* Correspondents: 13 to a group, 6 at the providers and 7 at firms. */
#define GROUP 13

struct rng {
	uint64_t s;
};
uint64_t rng_next(struct rng *r);
uint64_t rng_below(struct rng *r, uint64_t n);
double rng_unit(struct rng *r);
uint64_t mix(uint64_t v);

/* Each writes to out and returns the end; nothing is terminated. */
char *cast_decimal(char *out, uint64_t v, int width);
char *cast_account(char *out, uint64_t account);
char *cast_account_number(char *out, uint64_t account);
char *cast_local(char *out, uint64_t correspondent);
char *cast_firm(char *out, uint64_t correspondent, bool victim);
char *cast_ip(char *out, uint64_t ip);
char *cast_host(char *out, uint64_t ip, struct str recorded);
char *cast_msgid(char *out, uint64_t v, struct str recorded);

/* sec since the epoch, microseconds, inode number */
char *cast_qid_short(char *out, uint64_t usec, uint64_t inode);
char *cast_qid_long(char *out, uint64_t sec, uint64_t usec, uint64_t inode);

#define IP6 (UINT64_C(1) << 63) /* else the low 32 bits are IPv4 */
uint64_t cast_bot(uint64_t n);
uint64_t cast_letter(uint64_t n);
uint64_t cast_home(uint64_t account, uint64_t n);
uint64_t cast_stranger(uint64_t n);
uint64_t cast_listed(uint64_t n);

#endif
