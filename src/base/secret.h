/* SPDX-License-Identifier: ISC */
/*
 * Where a key has its place in a hash table: known to nobody outside of this
 * run. Ids, addresses and names in a log are chosen by strangers; with places
 * that can be worked out at home they would all be chosen to want the same
 * one, and a table would become a list.
 *
 * Keys themselves are the same in every run, so what is counted, sampled or
 * sorted by them is, too: nothing in a report depends on the secret.
 */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include <stdint.h>

struct secret {
	uint64_t mask, odd, second;
	uint64_t log; /* of secret_of_log */
};

/* Written by secret_begin alone, before there are threads. */
extern struct secret secret_of_run;

/* Ask the kernel for it; until then it is the same everywhere (tests). */
void secret_begin(void);

/*
 * What a sketch makes of a hash follows from the log itself: the number it
 * shows is an estimate, which must be the same whenever the same log is read,
 * and nobody who writes to us knows beforehand what the log will begin with.
 * Each head of a log is mixed into what was there; to be called before there
 * are threads. secret_forget_log begins anew.
 */
void secret_of_log(uint64_t hash_of_head);
void secret_forget_log(void);

/* The bits of a hash that are counted by, in its upper half. */
static inline uint64_t
secret_counted(uint64_t hash)
{
	uint64_t x = (hash ^ secret_of_run.log) * UINT64_C(0x9e3779b97f4a7c15);

	x = (x ^ x >> 32) * UINT64_C(0xd6e8feb86659fd93);
	return (x ^ x >> 32) * ((secret_of_run.log << 1) | 1);
}

/*
 * The place wanted by key, in its lower bits. Twice, because a product hands
 * bits upwards only: after one, keys that differ above bit 48 alone would still
 * be alike in the lower bits. What the first leaves is secret, so nobody can
 * choose keys that are bad for the second.
 */
static inline uint64_t
secret_place(uint64_t key)
{
	key = (key ^ secret_of_run.mask) * secret_of_run.odd;
	key = (key ^ key >> 32) * secret_of_run.second;
	return key >> 32;
}

#endif
