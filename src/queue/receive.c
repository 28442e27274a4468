/* SPDX-License-Identifier: ISC */
#include "queue/receive.h"

#include "base/fd.h"
#include "base/fd_pass.h"
#include "queue/wire.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	/* First bytes of a file: nearly all envelopes and headers, and enough
	 * of the body. Most messages of a queue are shorter. */
	FIRST_BYTES = 16 * 1024,
	/* The same for a reader that asks for more: 20,000 recipients. */
	MORE_BYTES = 1024 * 1024,
};

/* One thread. */
struct taker {
	struct usher *usher;
	size_t number;
	void (*visit)(void *arg, const struct received *received);
	void *arg;
	struct receive_sums sums[QUEUE_ROOTS + 1];
	char *buf;
	size_t cap;
	struct queue_parts parts;
	struct queue_message message;
};

static void
add_sums(struct receive_sums *to, const struct receive_sums *from)
{
	to->damaged += from->damaged;
	to->unfinished += from->unfinished;
	to->unreadable += from->unreadable;
	to->bytes += from->bytes;
	/* Each channel says the same. */
	to->older = from->older > to->older ? from->older : to->older;
	to->cut |= from->cut;
	if (to->path[0] == '\0' && from->path[0] != '\0') {
		memcpy(to->path, from->path, sizeof(to->path));
		to->why = from->why;
	}
	if (to->damaged_path[0] == '\0')
		memcpy(to->damaged_path, from->damaged_path,
		    sizeof(to->damaged_path));
}

static void
keep_path(char to[QUEUE_PATH], struct str path)
{
	if (to[0] == '\0')
		(void)snprintf(to, QUEUE_PATH, "%.*s", STR_ARG(path));
}

/* ---- bytes ---- */

static size_t
read_some(int fd, char *to, size_t n)
{
	size_t have = 0;

	while (have < n) {
		ssize_t got = pread(fd, to + have, n - have, (off_t)have);

		if (got <= 0)
			break;
		have += (size_t)got;
	}
	return have;
}

/* Size, times and owner of the i-th file. False: it is no file, and reads as
 * an empty one. */
static bool
look_at(struct queue_part *part, unsigned kind, int fd)
{
	struct stat st;

	*part = (struct queue_part){.kind = kind};
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return false;
	part->size = (uint64_t)st.st_size;
	part->mtime =
	    (wall_us)st.st_mtim.tv_sec * US_SECOND + st.st_mtim.tv_nsec / 1000;
	part->mode = st.st_mode & 07777;
	part->uid = st.st_uid;
	return true;
}

/* The first bytes of each of n files, one behind another, and the room. */
static void
load(struct taker *t, const int *fds, size_t n_fds, size_t most)
{
	struct queue_parts *parts = &t->parts;
	size_t want = 0, used = 0;

	for (size_t i = 0; i < n_fds; i++)
		want +=
		    parts->parts[i].size < most ? parts->parts[i].size : most;
	if (want * 3 >= t->cap) { /* at first even when all are empty */
		t->cap = want * 3 + 1;
		t->buf = xrealloc(t->buf, t->cap, 1);
	}
	for (size_t i = 0; i < n_fds; i++) {
		struct queue_part *part = &parts->parts[i];
		size_t n = part->size < most ? part->size : most;

		part->bytes = (struct str){
		    t->buf + used, read_some(fds[i], t->buf + used, n)};
		part->whole = part->size <= most;
		used += part->bytes.n;
	}
	parts->room = t->buf + used;
	parts->room_n = used * 2;
}

static enum queue_result
read_message(struct taker *t, const struct queue_reader *reader, const int *fds,
    size_t n)
{
	enum queue_result result;

	load(t, fds, n, FIRST_BYTES);
	result = reader->read(&t->parts, false, &t->message);
	if (result != QUEUE_MORE)
		return result;
	load(t, fds, n, MORE_BYTES);
	result = reader->read(&t->parts, true, &t->message);
	return result == QUEUE_MORE ? QUEUE_DAMAGED : result;
}

/* A text that was not opened. */
static uint64_t
add_text(struct taker *t, const struct queue_reader *reader, uint64_t size)
{
	if (t->parts.parts_n == QUEUE_PARTS)
		return 0;
	t->parts.parts[t->parts.parts_n++] =
	    (struct queue_part){.kind = reader->text_kind, .size = size};
	return size;
}

static void
take_message(struct taker *t, const struct wire *wire, const int *fds)
{
	const struct queue_root *root = &t->usher->roots->items[wire->queue];
	struct receive_sums *sums = &t->sums[wire->queue];
	char id[QUEUE_ID];
	struct received received = {.message = &t->message,
	    .root = root,
	    .path = wire->path,
	    .thread = t->number};

	(void)snprintf(id, sizeof(id), "%.*s", STR_ARG(wire->id));
	t->parts.id = id;
	t->parts.state = wire->state;
	t->parts.more = wire->more;
	t->parts.parts_n = wire->parts_n;
	for (size_t i = 0; i < wire->parts_n; i++) {
		/* Without its first file there is no message. */
		if (!look_at(&t->parts.parts[i], wire->kinds[i], fds[i]) &&
		    i == 0)
			return;
		sums->bytes += t->parts.parts[i].size;
	}
	if (wire->text > 0)
		sums->bytes += add_text(t, root->mta->queue, wire->text - 1);
	switch (read_message(t, root->mta->queue, fds, wire->parts_n)) {
	case QUEUE_GOOD:
		t->visit(t->arg, &received);
		break;
	case QUEUE_YET:
		sums->unfinished++;
		break;
	case QUEUE_MORE:
	case QUEUE_DAMAGED:
		sums->damaged++;
		keep_path(sums->damaged_path, wire->path);
	}
}

/* ---- what comes in ---- */

/* One of the things in a message; takes as many of its files as it has. False
 * at the end, or when it makes no sense. */
static bool
take_one(struct taker *t, const struct wire *wire, const int *fds, size_t n)
{
	struct receive_sums *sums;

	if (wire->kind == WIRE_END)
		t->sums[QUEUE_ROOTS].older = wire->more;
	if (wire->kind == WIRE_END || wire->parts_n > n ||
	    wire->queue >= t->usher->roots->n)
		return false;
	sums = &t->sums[wire->queue];
	if (wire->kind == WIRE_MESSAGE) {
		take_message(t, wire, fds);
		return true;
	}
	sums->unreadable++;
	if (sums->path[0] == '\0')
		sums->why = wire->why;
	keep_path(sums->path, wire->path);
	return true;
}

static bool
take_all(struct taker *t, struct str bytes, const int *fds, size_t n,
    bool *ret_ended)
{
	struct wire wire;
	size_t used = 0;

	while (bytes.n > 0) {
		if (!wire_get(&bytes, &wire))
			return false;
		*ret_ended = wire.kind == WIRE_END;
		if (!take_one(t, &wire, fds + used, n - used))
			return false;
		used += wire.parts_n;
	}
	return true;
}

static void *
taker_run(void *arg)
{
	struct taker *t = arg;
	int socket = t->usher->receive[t->number];
	char bytes[FD_PASS_BYTES];
	int fds[FD_PASS_FDS];
	bool ended = false, good = true;
	size_t fds_n, n;

	fds_own();
	while (good && (n = fd_pass_receive(socket, bytes, fds, &fds_n)) > 0) {
		good = take_all(t, (struct str){bytes, n}, fds, fds_n, &ended);
		fds_close(fds, fds_n);
	}
	t->sums[QUEUE_ROOTS].cut |= !ended;
	free(t->buf);
	return NULL;
}

void
receive_run(struct usher *usher,
    void (*visit)(void *arg, const struct received *received), void *arg,
    struct receive_sums ret_sums[QUEUE_ROOTS + 1])
{
	struct taker *takers = xcalloc(usher->jobs, sizeof(*takers));
	pthread_t threads[LIMIT_JOBS];
	bool started[LIMIT_JOBS] = {false};

	memset(ret_sums, 0, (QUEUE_ROOTS + 1) * sizeof(*ret_sums));
	for (size_t i = 0; i < usher->jobs; i++) {
		takers[i].usher = usher;
		takers[i].number = i;
		takers[i].visit = visit;
		takers[i].arg = arg;
		/* The last is this thread itself. */
		started[i] =
		    i + 1 < usher->jobs && pthread_create(&threads[i], NULL,
					       taker_run, &takers[i]) == 0;
	}
	for (size_t i = 0; i < usher->jobs; i++)
		if (!started[i])
			(void)taker_run(&takers[i]);
	for (size_t i = 0; i < usher->jobs; i++) {
		if (started[i])
			pthread_join(threads[i], NULL);
		for (size_t k = 0; k <= QUEUE_ROOTS; k++)
			add_sums(&ret_sums[k], &takers[i].sums[k]);
	}
	free(takers);
}
