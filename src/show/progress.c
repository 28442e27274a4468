/* SPDX-License-Identifier: ISC */
#include "show/progress.h"

#include "base/lang.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

/* One page. */
struct shared {
	_Atomic uint64_t done;
	_Atomic bool waits;
};

void
progress_init(struct progress *p, uint64_t total)
{
	struct shared *page = mmap(NULL, sizeof(*page), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	*p = (struct progress){.total = total, .begun = time_now()};
	if (page == MAP_FAILED)
		return;
	p->done = &page->done;
	p->waits = &page->waits;
	p->active = isatty(STDERR_FILENO) == 1;
}

void
progress_tick(struct progress *p)
{
	struct arena a = {0};
	span_us passed = time_now() - p->begun;
	uint64_t done;

	if (!p->active || passed < US_SECOND)
		return;
	if (atomic_load_explicit(p->waits, memory_order_relaxed)) {
		fprintf(stderr, "\r\033[K%s",
		    _("waiting for the block lists (--offline leaves them "
		      "out)"));
		fflush(stderr);
		p->shown = true;
		return;
	}
	done = atomic_load_explicit(p->done, memory_order_relaxed);
	if (done == 0)
		return;
	if (p->total == 0) {
		fprintf(stderr, "\r\033[K");
		fprintf(stderr, _("read %s"), lang_bytes(&a, done));
		fflush(stderr);
		p->shown = true;
		arena_done(&a);
		return;
	}
	if (done > p->total)
		done = p->total;
	fprintf(stderr, "\r\033[K");
	fprintf(stderr, _("read %s of %s (%s), %s left"), lang_bytes(&a, done),
	    lang_bytes(&a, p->total),
	    lang_percent(&a, (double)done / (double)p->total),
	    lang_span(&a, (span_us)((double)passed / (double)done *
				    (double)(p->total - done))));
	fflush(stderr);
	p->shown = true;
	arena_done(&a);
}

void
progress_done(struct progress *p)
{
	if (p->shown)
		fprintf(stderr, "\r\033[K");
	if (p->done != NULL)
		munmap(p->done, sizeof(struct shared));
	*p = (struct progress){0};
}
