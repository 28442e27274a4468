/* SPDX-License-Identifier: ISC */
#include "base/heap.h"

#include <malloc.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
	HUGE_PAGE = 2 * 1024 * 1024,
	STEP = 64 * 1024 * 1024,
	/* As large as this: tables that grow by being built anew. The old ones
	 * would stay in the heap as holes. */
	TABLE = 2 * HUGE_PAGE,
};

static _Atomic uintptr_t tended; /* up to this address */

void
heap_begin(void)
{
	void *volatile grown; /* compilers leave such a pair out */

#if defined(M_TOP_PAD) && defined(M_ARENA_MAX)
	/* All of it in one heap: glibc's own for each thread grow by a page at
	 * a time, at one mprotect() for each. What is freed stays ours. */
	(void)mallopt(M_ARENA_MAX, 1);
	(void)mallopt(M_TOP_PAD, STEP);
	(void)mallopt(M_TRIM_THRESHOLD, INT32_MAX);
	(void)mallopt(M_MMAP_THRESHOLD, TABLE);
#endif
	heap_tend();
	grown = malloc(TABLE / 2); /* never touched */
	free(grown);
	heap_tend();
}

void
heap_tend(void)
{
	uintptr_t end = (uintptr_t)sbrk(0) & ~(uintptr_t)(HUGE_PAGE - 1);
	uintptr_t from = atomic_load(&tended);

	if (end <= from)
		return;
	atomic_store(&tended, end);
	/* What is there at first has its pages already. A kernel that has no
	 * huge ones, or no more of them, refuses: then it is only slower. */
	if (from != 0)
		(void)madvise((void *)from, end - from, MADV_HUGEPAGE);
}

void
heap_tend_table(void *table, size_t n)
{
	uintptr_t mask = HUGE_PAGE - 1;
	uintptr_t from = ((uintptr_t)table + mask) & ~mask;
	uintptr_t end = ((uintptr_t)table + n) & ~mask;

	if (n >= TABLE && end > from)
		(void)madvise((void *)from, end - from, MADV_HUGEPAGE);
}

void
heap_give_back(void)
{
#if defined(M_TOP_PAD)
	(void)malloc_trim(STEP);
#endif
}
