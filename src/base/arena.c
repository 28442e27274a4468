/* SPDX-License-Identifier: ISC */
#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	BLOCK_SIZE = 64 * 1024,
	ALIGN = 16,
};

struct arena_block {
	struct arena_block *prev;
	size_t size;
	size_t used;
	_Alignas(ALIGN) char data[];
};

static _Noreturn void
no_memory(void)
{
	(void)fputs("sereno: out of memory\n", stderr);
	abort();
}

void *
xcalloc(size_t count, size_t size)
{
	void *p = calloc(count == 0 ? 1 : count, size == 0 ? 1 : size);

	if (p == NULL)
		no_memory();
	return p;
}

void *
xcalloc_lines(size_t count, size_t size)
{
	size_t n, line = 64;
	void *p;

	if (__builtin_mul_overflow(count, size, &n) ||
	    __builtin_add_overflow(n, line - 1, &n))
		no_memory();
	n &= ~(line - 1);
	p = aligned_alloc(line, n == 0 ? line : n);
	if (p == NULL)
		no_memory();
	return memset(p, 0, n);
}

void *
xrealloc(void *old, size_t count, size_t size)
{
	void *p = reallocarray(old, count == 0 ? 1 : count, size);

	if (p == NULL)
		no_memory();
	return p;
}

void
arena_init(struct arena *a, size_t cap)
{
	*a = (struct arena){.cap = cap};
}

void
arena_done(struct arena *a)
{
	struct arena_block *b = a->last;

	while (b != NULL) {
		struct arena_block *prev = b->prev;

		free(b);
		b = prev;
	}
	*a = (struct arena){.cap = a->cap};
}

static bool
arena_grow(struct arena *a, size_t n)
{
	size_t size = n > BLOCK_SIZE / 4 ? n : BLOCK_SIZE;
	struct arena_block *b;

	if (a->cap != 0 && (size > a->cap || a->used > a->cap - size))
		return false;
	b = calloc(1, sizeof(*b) + size);
	if (b == NULL)
		no_memory();
	b->size = size;
	a->used += size;
	/* A block made for one large piece goes behind the current one. */
	if (a->last != NULL && size != BLOCK_SIZE) {
		b->prev = a->last->prev;
		a->last->prev = b;
		return true;
	}
	b->prev = a->last;
	a->last = b;
	return true;
}

static void *
block_take(struct arena_block *b, size_t n)
{
	void *p;

	if (b == NULL || b->size - b->used < n)
		return NULL;
	p = b->data + b->used;
	b->used += n;
	return p;
}

void *
arena_try(struct arena *a, size_t n)
{
	void *p;

	if (n > SIZE_MAX / 2)
		return NULL;
	n = n == 0 ? ALIGN : (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	p = block_take(a->last, n);
	if (p != NULL)
		return p;
	if (!arena_grow(a, n))
		return NULL;
	p = block_take(a->last, n);
	return p != NULL ? p : block_take(a->last->prev, n);
}

void *
arena_alloc(struct arena *a, size_t n)
{
	void *p = arena_try(a, n);

	if (p == NULL)
		no_memory();
	return p;
}

struct str
str_keep(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);

	if (s.n > 0)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return (struct str){p, s.n};
}

struct str
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *p;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		return (struct str){"", 0};
	p = arena_alloc(a, (size_t)n + 1);
	va_start(ap, fmt);
	(void)vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return (struct str){p, (size_t)n};
}
