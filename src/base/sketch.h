/* SPDX-License-Identifier: ISC */
/*
 * How many different things were seen: exact up to SKETCH_EXACT, beyond that
 * a HyperLogLog estimate (Flajolet et al. 2007; standard error 1.04 / sqrt(m),
 * 3.3 % with 1,024 registers of one byte).
 */
#ifndef BASE_SKETCH_H
#define BASE_SKETCH_H

#include "base/str.h"

enum {
	SKETCH_EXACT = 64,
	SKETCH_REGISTERS = 1024,
};

/* Zeroed is a valid empty sketch. Takes no memory while empty. */
struct sketch {
	uint32_t *exact;    /* grows to SKETCH_EXACT, freed when dense */
	uint8_t *registers; /* NULL: still exact */
	uint32_t n, cap;    /* of exact */
};

void sketch_done(struct sketch *s);
/* hash: well mixed bits (str_hash, ip_hash). What is made of them follows from
 * base/secret.h: all that is added to one sketch, or merged, is added under the
 * same log's secret. */
void sketch_add(struct sketch *s, uint64_t hash64);
/* The same with what s has not seen: it is not looked for. */
void sketch_add_new(struct sketch *s, uint64_t hash64);
/* Ask for what sketch_add will look at. */
void sketch_expect(const struct sketch *s, uint64_t hash64);
void sketch_merge(struct sketch *to, const struct sketch *from);
uint64_t sketch_count(const struct sketch *s);

#endif
