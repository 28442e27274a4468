/* SPDX-License-Identifier: ISC */
/*
 * The heap in huge pages. The first touch of each page is a fault, which costs
 * as much as reading a hundred lines, and on virtual machines several times
 * that; with 2 MiB pages there are 512 times fewer.
 */
#ifndef BASE_HEAP_H
#define BASE_HEAP_H

#include <stddef.h>

/* From now on: let malloc grow its heap in large steps, in one piece. */
void heap_begin(void);
/* Ask for huge pages where the heap has grown since it was last asked; cheap
 * enough for each block that is read. Any thread may. */
void heap_tend(void);
/* Ask for them for a table of n bytes just allocated, which is so large that
 * it has a mapping of its own and goes back to the system when it is freed. */
void heap_tend_table(void *table, size_t n);
/* The pages of holes go back to the system: for tables that are put together,
 * whose pieces do not fit where the old ones were. */
void heap_give_back(void);

#endif
