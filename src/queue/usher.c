/* SPDX-License-Identifier: ISC */
#include "queue/usher.h"

#include "base/fd.h"
#include "base/fd_pass.h"
#include "queue/folder.h"
#include "queue/newest.h"
#include "queue/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A folder that is still to be walked. */
struct task {
	unsigned queue;
	enum queue_state state;
	unsigned depth;  /* how much deeper */
	size_t below_at; /* where the part below the place begins */
	char path[QUEUE_PATH];
};

/* Shared by the threads. */
struct usher_work {
	struct usher *usher;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct task *tasks;
	size_t n, cap;
	size_t busy; /* threads that may add more */
	struct newest newest;
	size_t dated; /* messages offered to it */
	pthread_t threads[LIMIT_JOBS];
	size_t threads_n;
};

/* One thread with its channel, and the folders it opened last: the files of
 * messages lie together. */
struct porter {
	struct usher_work *work;
	int socket; /* the usher's */
	bool gone;  /* nobody listens any more */
	char bytes[FD_PASS_BYTES];
	size_t used;
	int fds[FD_PASS_FDS];
	size_t fds_n;
	struct opened {
		char path[QUEUE_PATH];
		size_t n;
		unsigned queue;
		int fd;  /* -1: it could not be opened, or none yet */
		int why; /* errno then */
		bool set;
	} opened[QUEUE_PARTS];
};

/* ---- sending ---- */

static void
flush(struct porter *p)
{
	if (p->used > 0 && !p->gone)
		p->gone = !fd_pass_send(p->socket,
		    (struct str){p->bytes, p->used}, p->fds, p->fds_n);
	fds_close(p->fds, p->fds_n);
	p->used = p->fds_n = 0;
}

static void
put(struct porter *p, const struct wire *wire, const int *fds, size_t n)
{
	if (p->used + WIRE_MAX > sizeof(p->bytes) || p->fds_n + n > FD_PASS_FDS)
		flush(p);
	p->used += wire_put(p->bytes + p->used, wire);
	for (size_t i = 0; i < n; i++)
		p->fds[p->fds_n++] = fds[i];
}

static void
put_gap(struct porter *p, unsigned queue, const char *path, int why)
{
	/* What is gone has been delivered meanwhile. */
	if (why == ENOENT || why == 0)
		return;
	put(p,
	    &(struct wire){.kind = WIRE_GAP,
		.queue = queue,
		.why = why,
		.path = str_z(path)},
	    NULL, 0);
}

/* ---- opening ---- */

static int
root_fd(const struct porter *p, unsigned queue)
{
	return p->work->usher->roots->items[queue].fd;
}

/* The folder that the i-th file of messages lies in, open. */
static int
open_folder(
    struct porter *p, size_t i, unsigned queue, const char *path, size_t n)
{
	struct opened *o = &p->opened[i];

	if (o->set && o->queue == queue && o->n == n &&
	    memcmp(o->path, path, n) == 0)
		return o->fd;
	fd_close(&o->fd);
	memcpy(o->path, path, n);
	o->path[n] = '\0';
	o->n = n;
	o->queue = queue;
	o->set = true;
	o->fd = folder_open(root_fd(p, queue), o->path);
	o->why = errno;
	return o->fd;
}

/* The same for that file, and the name of it in there. */
static int
folder_of(struct porter *p, size_t i, unsigned queue, const char *path,
    const char **ret_name)
{
	const char *slash = strrchr(path, '/');

	*ret_name = slash == NULL ? path : slash + 1;
	return open_folder(
	    p, i, queue, path, slash == NULL ? 0 : (size_t)(slash - path));
}

static int
open_part(struct porter *p, size_t i, unsigned queue, const char *path)
{
	const char *name;
	int folder = folder_of(p, i, queue, path, &name);

	if (folder < 0) {
		errno = p->opened[i].why;
		return -1;
	}
	/* A pipe that somebody laid there must not stop us. */
	return openat(folder, name,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

/* Size of a file that nobody wants to read, + 1; 0: it is not there. */
static uint64_t
size_of_part(struct porter *p, size_t i, unsigned queue, const char *path)
{
	const char *name;
	int folder = folder_of(p, i, queue, path, &name);
	struct stat st;

	return folder >= 0 &&
		       fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		       S_ISREG(st.st_mode)
		   ? (uint64_t)st.st_size + 1
		   : 0;
}

static void
pass(struct porter *p, unsigned queue, const struct queue_entry *entry)
{
	struct wire wire = {.kind = WIRE_MESSAGE,
	    .queue = queue,
	    .state = entry->state,
	    .more = entry->more,
	    .id = str_z(entry->id),
	    .path = str_z(entry->parts[0].path)};
	/* 0: all are opened */
	unsigned text_kind =
	    p->work->usher->texts
		? 0
		: p->work->usher->roots->items[queue].mta->queue->text_kind;
	int fds[QUEUE_PARTS];

	for (size_t i = 0; i < entry->parts_n; i++) {
		int fd;

		if (text_kind != 0 && entry->parts[i].kind == text_kind) {
			wire.text =
			    size_of_part(p, i, queue, entry->parts[i].path);
			continue;
		}
		fd = open_part(p, i, queue, entry->parts[i].path);
		if (fd < 0)
			put_gap(p, queue, entry->parts[i].path, errno);
		if (fd < 0 && i == 0)
			return;
		if (fd < 0)
			continue;
		fds[wire.parts_n] = fd;
		wire.kinds[wire.parts_n++] = entry->parts[i].kind;
	}
	put(p, &wire, fds, wire.parts_n);
}

/* When the first file of a message was made, which is when it came in: Postfix
 * writes the time of the next attempt where others have the last change. */
static bool
made_at(struct porter *p, unsigned queue, const char *path, wall_us *ret_at)
{
	const char *name;
	int folder = folder_of(p, 0, queue, path, &name);
	const struct statx_timestamp *t;
	struct statx st;

	if (folder < 0 || statx(folder, name, AT_SYMLINK_NOFOLLOW,
			      STATX_BTIME | STATX_MTIME, &st) != 0)
		return false;
	t = (st.stx_mask & STATX_BTIME) != 0 ? &st.stx_btime : &st.stx_mtime;
	*ret_at = (wall_us)t->tv_sec * US_SECOND + t->tv_nsec / 1000;
	return true;
}

/* One of those of which only the newest are passed. */
static void
offer(struct porter *p, unsigned queue, const struct queue_entry *entry)
{
	struct usher_work *work = p->work;
	wall_us at = WALL_NONE;
	bool dated;

	pthread_mutex_lock(&work->lock);
	dated = work->dated++ < USHER_DATED;
	work->newest.more += !dated;
	pthread_mutex_unlock(&work->lock);
	if (!dated || !made_at(p, queue, entry->parts[0].path, &at))
		return;
	pthread_mutex_lock(&work->lock);
	newest_offer(&work->newest, at, queue, entry);
	pthread_mutex_unlock(&work->lock);
}

/* When all is walked. */
static void
pass_newest(struct porter *p)
{
	struct usher_work *work = p->work;
	struct queue_entry entry;
	unsigned queue;
	bool any = true;

	while (any && !p->gone) {
		pthread_mutex_lock(&work->lock);
		any = newest_take(&work->newest, &queue, &entry);
		pthread_mutex_unlock(&work->lock);
		if (any)
			pass(p, queue, &entry);
	}
}

/* ---- walking ---- */

static void
add_task(struct usher_work *work, const struct task *task)
{
	pthread_mutex_lock(&work->lock);
	VEC_ROOM(work->tasks, work->n, work->cap);
	work->tasks[work->n++] = *task;
	pthread_cond_signal(&work->changed);
	pthread_mutex_unlock(&work->lock);
}

/* Waits while others may still find folders. False: all is walked. */
static bool
take_task(struct usher_work *work, struct task *ret_task)
{
	bool got;

	pthread_mutex_lock(&work->lock);
	work->busy--;
	while (work->n == 0 && work->busy > 0)
		pthread_cond_wait(&work->changed, &work->lock);
	got = work->n > 0;
	if (got) {
		*ret_task = work->tasks[--work->n];
		work->busy++;
	} else {
		pthread_cond_broadcast(&work->changed);
	}
	pthread_mutex_unlock(&work->lock);
	return got;
}

static void
walk_deeper(struct porter *p, const struct task *task, const char *name)
{
	struct task next = *task;
	int n = snprintf(next.path, sizeof(next.path), "%s%s%.*s", task->path,
	    task->path[0] != '\0' ? "/" : "", (int)strlen(name) - 1, name);

	if (n < 0 || (size_t)n >= sizeof(next.path))
		return;
	next.depth--;
	add_task(p->work, &next);
}

static bool
is_wanted(const struct usher *usher, const char *id)
{
	for (size_t i = 0; i < usher->ids_n; i++)
		if (str_eq(usher->ids[i], str_z(id)))
			return true;
	return usher->ids_n == 0;
}

static void
walk_names(struct porter *p, const struct task *task, const struct names *names)
{
	const struct queue_reader *reader =
	    p->work->usher->roots->items[task->queue].mta->queue;
	const char *below = task->path + task->below_at;
	struct queue_folder folder = {.path = task->path,
	    .below = below[0] == '/' ? below + 1 : below,
	    .state = task->state,
	    .names = (const char *const *)names->items,
	    .n = names->n};
	struct queue_entry entry;

	for (size_t i = 0; i < names->n && !p->gone; i++) {
		size_t n = strlen(names->items[i]);

		if (names->items[i][n - 1] == '/') {
			if (task->depth > 0)
				walk_deeper(p, task, names->items[i]);
			continue;
		}
		entry.state = task->state;
		entry.parts_n = entry.more = 0;
		if (!reader->entry(&folder, i, &entry) ||
		    !is_wanted(p->work->usher, entry.id))
			continue;
		if (p->work->usher->newest > 0)
			offer(p, task->queue, &entry);
		else
			pass(p, task->queue, &entry);
	}
}

static void
walk(struct porter *p, const struct task *task)
{
	struct names names = {0};
	int fd = folder_open(root_fd(p, task->queue), task->path);

	if (fd < 0 || !names_read(fd, &names))
		put_gap(p, task->queue, task->path, errno);
	walk_names(p, task, &names);
	names_done(&names);
}

static void
add_roots(struct usher_work *work)
{
	const struct queue_roots *roots = work->usher->roots;

	for (size_t i = 0; i < roots->n; i++) {
		const struct queue_reader *reader = roots->items[i].mta->queue;
		struct queue_place places[QUEUE_PLACES];
		struct names names = {0};
		struct queue_folder root = {.path = "", .below = ""};
		int fd = folder_open(roots->items[i].fd, "");
		size_t n;

		if (fd < 0 || !names_read(fd, &names)) {
			/* Walked in vain once more, so that it is said. */
			add_task(work, &(struct task){.queue = (unsigned)i});
			names_done(&names);
			continue;
		}
		root.names = (const char *const *)names.items;
		root.n = names.n;
		n = reader->folders(&root, places);
		for (size_t k = 0; k < n; k++) {
			struct task task = {.queue = (unsigned)i,
			    .state = places[k].state,
			    .depth = places[k].depth,
			    .below_at = strlen(places[k].path)};

			(void)snprintf(
			    task.path, sizeof(task.path), "%s", places[k].path);
			add_task(work, &task);
		}
		names_done(&names);
	}
}

static void *
porter_run(void *arg)
{
	struct porter *p = arg;
	struct task task;

	fds_own();
	while (take_task(p->work, &task))
		if (!p->gone)
			walk(p, &task);
	pass_newest(p);
	put(p,
	    &(struct wire){
		.kind = WIRE_END, .more = (size_t)p->work->newest.more},
	    NULL, 0);
	flush(p);
	for (size_t i = 0; i < QUEUE_PARTS; i++)
		if (p->opened[i].set)
			fd_close(&p->opened[i].fd);
	free(p);
	return NULL;
}

/* ---- beginning and end ---- */

bool
usher_init(struct usher *usher, const struct queue_roots *roots, size_t jobs)
{
	*usher = (struct usher){.roots = roots};
	fds_allow(RLIM_INFINITY);
	for (size_t i = 0; i < jobs; i++) {
		int pair[2];

		if (!fd_pass_pair(pair))
			break;
		usher->send[i] = pair[0];
		usher->receive[i] = pair[1];
		usher->jobs++;
	}
	return usher->jobs > 0;
}

static void
close_all(int *fds, size_t n)
{
	for (size_t i = 0; i < n; i++)
		fd_close(&fds[i]);
}

void
usher_confined(struct usher *usher)
{
	close_all(usher->send, usher->jobs);
}

static struct porter *
porter_new(struct usher_work *work, int socket)
{
	struct porter *p = xcalloc(1, sizeof(*p));

	p->work = work;
	p->socket = socket;
	for (size_t i = 0; i < QUEUE_PARTS; i++)
		p->opened[i].fd = -1;
	return p;
}

/* Signals are the business of the thread that waits for the child. */
static void
start_threads(struct usher *usher, struct usher_work *work)
{
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	for (size_t i = 0; i < usher->jobs; i++) {
		struct porter *p = porter_new(work, usher->send[i]);

		if (pthread_create(&work->threads[work->threads_n], NULL,
			porter_run, p) == 0) {
			work->threads_n++;
			continue;
		}
		/* The confined process sees that the end is missing. */
		fd_close(&usher->send[i]);
		free(p);
		pthread_mutex_lock(&work->lock);
		work->busy--;
		pthread_cond_broadcast(&work->changed);
		pthread_mutex_unlock(&work->lock);
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void
usher_start(struct usher *usher)
{
	struct usher_work *work = xcalloc(1, sizeof(*work));

	close_all(usher->receive, usher->jobs);
	work->usher = usher;
	work->newest.max = usher->newest;
	work->busy = usher->jobs;
	pthread_mutex_init(&work->lock, NULL);
	pthread_cond_init(&work->changed, NULL);
	usher->work = work;
	add_roots(work);
	start_threads(usher, work);
}

void
usher_stop(struct usher *usher)
{
	struct usher_work *work = usher->work;

	if (work == NULL)
		return;
	for (size_t i = 0; i < work->threads_n; i++)
		pthread_join(work->threads[i], NULL);
	/* Only now: a thread may have no table of its own (fds_own). */
	close_all(usher->send, usher->jobs);
	pthread_cond_destroy(&work->changed);
	pthread_mutex_destroy(&work->lock);
	newest_done(&work->newest);
	free(work->tasks);
	free(work);
	usher->work = NULL;
}

void
usher_done(struct usher *usher)
{
	close_all(usher->send, usher->jobs);
	close_all(usher->receive, usher->jobs);
	*usher = (struct usher){0};
}
