/* SPDX-License-Identifier: ISC */
#include "queue/roots.h"

#include "base/fd.h"
#include "base/lang.h"
#include "queue/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

void
queue_roots_done(struct queue_roots *roots)
{
	for (size_t i = 0; i < roots->n; i++)
		fd_close(&roots->items[i].fd);
	free(roots->gaps);
	arena_done(&roots->arena);
	*roots = (struct queue_roots){0};
}

static struct err *
gap(struct queue_roots *roots, struct str path)
{
	struct source_gap *item;

	VEC_ROOM(roots->gaps, roots->gaps_n, roots->gaps_cap);
	item = &roots->gaps[roots->gaps_n++];
	*item = (struct source_gap){.path = str_keep(&roots->arena, path)};
	return &item->err;
}

/* The server whose queue has such names. */
static const struct mta *
recognise(const struct names *names, const struct mta *only)
{
	const struct queue_folder root = {.path = "",
	    .below = "",
	    .names = (const char *const *)names->items,
	    .n = names->n};

	for (size_t i = 0; mtas[i] != NULL; i++)
		if (mtas[i]->queue != NULL &&
		    (only == NULL || only == mtas[i]) &&
		    mtas[i]->queue->is_queue(&root))
			return mtas[i];
	return NULL;
}

/* The same folder under another name. */
static bool
is_known(const struct queue_roots *roots, int fd)
{
	struct stat a, b;

	if (fstat(fd, &a) != 0)
		return false;
	for (size_t i = 0; i < roots->n; i++)
		if (fstat(roots->items[i].fd, &b) == 0 &&
		    a.st_dev == b.st_dev && a.st_ino == b.st_ino)
			return true;
	return false;
}

static const struct mta *
look(int fd, const struct mta *only)
{
	const struct mta *mta;
	struct names names;
	int folder = folder_open(fd, "");

	if (folder < 0)
		return NULL;
	if (!names_read(folder, &names)) {
		names_done(&names);
		return NULL;
	}
	mta = recognise(&names, only);
	names_done(&names);
	return mta;
}

static int
open_path(struct queue_roots *roots, struct str path)
{
	const char *z = str_keep(&roots->arena, path).p;

	if (memchr(path.p, '\0', path.n) != NULL) {
		errno = ENOENT;
		return -1;
	}
	return open(z, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void
take(struct queue_roots *roots, struct str path, const struct mta *mta, int fd)
{
	roots->items[roots->n++] = (struct queue_root){
	    .path = str_keep(&roots->arena, path), .mta = mta, .fd = fd};
}

bool
queue_roots_add(
    struct queue_roots *roots, struct str path, const struct mta *only)
{
	CLEANUP(fd_close) int fd = open_path(roots, path);
	const struct mta *mta;

	if (fd < 0 && errno == EACCES)
		return err_set(gap(roots, path), ERR_DENIED, "%s",
		    _("the queue cannot be read: run it as root"));
	if (fd < 0)
		return err_set(gap(roots, path), ERR_CONFIG,
		    _("the queue cannot be opened: %s"), strerror(errno));
	if (is_known(roots, fd))
		return true;
	mta = look(fd, only);
	if (mta == NULL)
		return err_set(gap(roots, path), ERR_CONFIG, "%s",
		    _("this folder is not the queue of a mail server that "
		      "sereno knows"));
	if (roots->n == QUEUE_ROOTS)
		return err_set(gap(roots, path), ERR_CONFIG,
		    _("more than %d queues are not read in one run"),
		    QUEUE_ROOTS);
	take(roots, path, mta, fd_steal(&fd));
	return true;
}

/* A place where that server's queue would be. Nothing there is no gap. */
static void
try_place(struct queue_roots *roots, struct str path, const struct mta *mta)
{
	CLEANUP(fd_close) int fd = open_path(roots, path);

	if (fd < 0 && errno == EACCES)
		(void)err_set(gap(roots, path), ERR_DENIED, "%s",
		    _("the queue cannot be read: run it as root"));
	if (fd < 0 || is_known(roots, fd) || roots->n == QUEUE_ROOTS ||
	    look(fd, mta) == NULL)
		return;
	take(roots, path, mta, fd_steal(&fd));
}

static void
try_places(struct queue_roots *roots, struct str root, const struct mta *mta)
{
	for (size_t i = 0; mta->queue->places[i] != NULL; i++) {
		struct str pattern = arena_printf(&roots->arena, STR_FMT "%s",
		    STR_ARG(root), mta->queue->places[i]);
		glob_t found = {0};

		if (glob(pattern.p, 0, NULL, &found) == 0)
			for (size_t k = 0; k < found.gl_pathc; k++)
				try_place(roots, str_z(found.gl_pathv[k]), mta);
		globfree(&found);
	}
}

void
queue_roots_find(
    struct queue_roots *roots, struct str root, const struct mta *only)
{
	while (root.n > 0 && root.p[root.n - 1] == '/')
		root.n--;
	for (size_t i = 0; mtas[i] != NULL; i++)
		if (mtas[i]->queue != NULL && (only == NULL || only == mtas[i]))
			try_places(roots, root, mtas[i]);
}
