/* SPDX-License-Identifier: ISC */
#include "cmd/keep.h"

#include "base/fd.h"
#include "base/lang.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	UNREAD = 1024 * 1024,
	/* A child that is a stranger's must not fill the disk. */
	SLIPS = 500000,
};

static const char store_path[] = "/var/lib/sereno/sereno.db";

static void
note(struct keep *keep, const struct err *err)
{
	if (err->kind != ERR_NONE && keep->notes_n < KEEP_NOTES)
		keep->notes[keep->notes_n++] = (struct not_examined){
		    S("store"), str_keep(&keep->arena, str_z(err->text))};
}

static void
choose(struct keep *keep, const struct options *o, bool copied)
{
	struct str named = options_text(o, OPT_STORE);
	struct str root = options_text(o, OPT_ROOT);

	keep->off = options_has(o, OPT_NO_STORE);
	if (named.n > 0) {
		keep->path = str_keep(&keep->arena, named);
		return;
	}
	keep->off |= copied;
	keep->path =
	    arena_printf(&keep->arena, "%.*s%s", STR_ARG(root), store_path);
	/* The disk of another machine is looked at and not changed. */
	keep->use = root.n > 0 ? STORE_READ : STORE_OWN;
}

void
keep_open_to_read(struct keep *keep, const struct options *o)
{
	struct store store;

	*keep = (struct keep){.ends = {-1, -1}};
	choose(keep, o, false);
	keep->off = false;
	store_open(&store, keep->path, STORE_READ);
	keep->readable = store.db != NULL;
	listings_load(&keep->listings, &store);
	requests_load(&keep->requests, &store);
	changes_load(&keep->changes, &store, STORE_CHANGES);
	if (!keep->readable && store.err.kind == ERR_NONE)
		err_set(&store.err, ERR_INPUT,
		    _("nothing is remembered yet: there is no database '%.*s'"),
		    STR_ARG(str_head(keep->path, 200)));
	note(keep, &store.err);
	store_close(&store);
}

void
keep_open(struct keep *keep, const struct options *o, bool copied)
{
	struct store store;

	*keep = (struct keep){.ends = {-1, -1}};
	choose(keep, o, copied);
	if (keep->off)
		return;
	store_open(&store, keep->path, keep->use);
	listings_load(&keep->listings, &store);
	requests_load(&keep->requests, &store);
	kept_policies_load(&keep->policies, &store);
	note(keep, &store.moved);
	note(keep, &store.err);
	keep->writable = store.writable;
	/* No descriptor of it may be there in the child. */
	store_close(&store);
}

void
keep_open_policies(struct keep *keep, const struct options *o, bool copied)
{
	struct store store;

	*keep = (struct keep){.ends = {-1, -1}};
	choose(keep, o, copied);
	if (keep->off)
		return;
	keep->writable = (keep->use & STORE_READ) == 0 &&
			 (geteuid() == 0 || options_has(o, OPT_STORE));
	if (access(keep->path.p, F_OK) != 0)
		return;
	store_open(&store, keep->path, keep->writable ? keep->use : STORE_READ);
	kept_policies_load(&keep->policies, &store);
	note(keep, &store.moved);
	note(keep, &store.err);
	keep->writable &= store.writable;
	store_close(&store);
}

void
keep_pipe(struct keep *keep)
{
	if (keep == NULL || !keep->writable ||
	    pipe2(keep->ends, O_CLOEXEC) != 0)
		return;
	(void)fcntl(keep->ends[0], F_SETFL, O_NONBLOCK);
	(void)fcntl(keep->ends[1], F_SETPIPE_SZ, UNREAD);
	keep->unread = xcalloc(1, UNREAD);
}

void
keep_confined(struct keep *keep)
{
	if (keep != NULL)
		fd_close(&keep->ends[0]);
}

void
keep_slip(struct keep *keep, const struct slip *slip)
{
	if (!slip_send(keep->ends[1], slip))
		fd_close(&keep->ends[1]);
}

static void
write_slip(struct store *store, const struct slip *slip)
{
	const struct str *t = slip->texts;

	switch (slip->kind) {
	case SLIP_SEEN:
		listings_seen(store, slip->at, t[0], t[1], t[2], t[3]);
		break;
	case SLIP_ASKED:
		listings_ask(store, slip->at, t[0]);
		break;
	case SLIP_GONE:
		listings_gone(store, slip->at, t[0], t[1]);
		break;
	case SLIP_REQUEST:
		requests_seen(store, slip->at, t[0]);
		break;
	case SLIP_BACK:
		(void)requests_mark(store, slip->at, t[0], REQUEST_DELISTED);
		break;
	case SLIP_POLICY:
		kept_policies_seen(store, slip->at, t[0], t[1], t[2], t[3]);
		break;
	case SLIP_KINDS:
		break;
	}
}

/* All whole slips that were read, in one transaction. */
static void
write_slips(struct keep *keep)
{
	struct str bytes = {keep->unread, keep->unread_n};
	struct store store;
	struct slip slip;
	enum slip_state state;

	store_open(&store, keep->path, keep->use);
	(void)store_begin(&store);
	while ((state = slip_read(&bytes, &slip)) == SLIP_WHOLE &&
	       keep->taken++ < SLIPS)
		write_slip(&store, &slip);
	listings_trim(&store);
	kept_policies_trim(&store);
	if (!store_commit(&store) && store.err.kind != ERR_NONE)
		fprintf(stderr, "sereno: %s\n", store.err.text);
	store_close(&store);
	if (state == SLIP_BAD || keep->taken >= SLIPS) {
		fprintf(stderr,
		    _("sereno: the reading process wrote nonsense to the "
		      "store; nothing more is remembered: please report this "
		      "fault\n"));
		fd_close(&keep->ends[0]);
		bytes.n = 0;
	}
	if (bytes.n > 0)
		memmove(keep->unread, bytes.p, bytes.n);
	keep->unread_n = bytes.n;
}

void
keep_take(struct keep *keep)
{
	ssize_t n;

	if (keep == NULL)
		return;
	/* That end is the child's alone. */
	fd_close(&keep->ends[1]);
	while (keep->ends[0] >= 0 &&
	       (n = read(keep->ends[0], keep->unread + keep->unread_n,
		    UNREAD - keep->unread_n)) > 0) {
		keep->unread_n += (size_t)n;
		write_slips(keep);
	}
}

void
keep_close(struct keep *keep)
{
	keep_take(keep);
	fd_close(&keep->ends[0]);
	fd_close(&keep->ends[1]);
	free(keep->unread);
	listings_done(&keep->listings);
	requests_done(&keep->requests);
	kept_policies_done(&keep->policies);
	changes_done(&keep->changes);
	arena_done(&keep->arena);
}
