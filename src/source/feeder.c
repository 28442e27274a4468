/* SPDX-License-Identifier: ISC */
/*
 * A Maildir (maildir(5), and Maildir++ for its folders):
 *
 *	INBOX/cur/1795232460.M1P2.mx1:2,S      a message that was seen
 *	INBOX/new/1795232461.M1P2.mx1          one that was not
 *	INBOX/tmp/...                          half written: left out
 *	INBOX/.Junk/cur/...                    a folder of it
 */
#include "source/feeder.h"

#include "base/fd.h"
#include "base/lang.h"
#include "source/mailbox.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	/* Folders in folders; links cannot make circles. */
	DEPTH = 24,
};

struct walk {
	int to;
	char path[FEED_NAME]; /* of what is open, NUL behind it */
	size_t path_n;
	int depth;
};

/* The other end is gone: so are we. */
static void
put(int fd, const void *bytes, size_t n)
{
	const char *p = bytes;

	while (n > 0) {
		ssize_t done = write(fd, p, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			_exit(0);
		p += done;
		n -= (size_t)done;
	}
}

static void
put_frame(int fd, enum feed_type type, struct str body)
{
	struct feed_head head = {type, (uint32_t)body.n};
	char frame[sizeof(head) + 4096];

	/* small ones in one write */
	if (body.n <= sizeof(frame) - sizeof(head)) {
		memcpy(frame, &head, sizeof(head));
		if (body.n > 0)
			memcpy(frame + sizeof(head), body.p, body.n);
		put(fd, frame, sizeof(head) + body.n);
		return;
	}
	put(fd, &head, sizeof(head));
	put(fd, body.p, body.n);
}

static void
put_gap(const struct walk *w, const char *sentence)
{
	char body[FEED_NAME];
	size_t n = w->path_n < FEED_NAME - 256 ? w->path_n : FEED_NAME - 256;
	struct str text = str_head(str_z(sentence), 250);

	memcpy(body, w->path, n);
	body[n] = '\0';
	memcpy(body + n + 1, text.p, text.n);
	put_frame(w->to, FEED_GAP, (struct str){body, n + 1 + text.n});
}

static void
put_bytes(const struct walk *w, int fd)
{
	char data[FEED_DATA_MAX];
	ssize_t n;

	put_frame(w->to, FEED_FILE, (struct str){w->path, w->path_n});
	for (;;) {
		n = read(fd, data, sizeof(data));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		put_frame(w->to, FEED_DATA, (struct str){data, (size_t)n});
	}
	if (n < 0)
		put_gap(w, strerror(errno));
	put_frame(w->to, FEED_END, S(""));
}

/* Go down to name: how long the path was before. */
static bool
path_push(struct walk *w, const char *name, size_t *ret_before)
{
	size_t n = strlen(name);

	*ret_before = w->path_n;
	if (w->path_n + n + 2 > sizeof(w->path))
		return false;
	if (w->path_n > 0 && w->path[w->path_n - 1] != '/')
		w->path[w->path_n++] = '/';
	memcpy(w->path + w->path_n, name, n + 1);
	w->path_n += n;
	return true;
}

static void
path_pop(struct walk *w, size_t before)
{
	w->path_n = before;
	w->path[before] = '\0';
}

static void feed_fd(struct walk *w, int fd);

static void
feed_entry(struct walk *w, int folder, const char *name)
{
	CLEANUP(fd_close) int fd = -1;
	size_t before;

	if (!path_push(w, name, &before))
		return;
	fd = openat(folder, name,
	    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	if (fd >= 0)
		feed_fd(w, fd);
	else if (errno != ELOOP && errno != ENOENT && errno != ENXIO)
		put_gap(w, strerror(errno));
	path_pop(w, before);
}

static bool
has_folder(int folder, const char *name)
{
	struct stat st;

	return fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISDIR(st.st_mode);
}

/* May this entry of a folder hold messages? */
static bool
is_wanted(int folder, const char *name, bool maildir)
{
	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return false;
	if (!maildir)
		return true;
	return strcmp(name, "cur") == 0 || strcmp(name, "new") == 0 ||
	       (name[0] == '.' && has_folder(folder, name));
}

/* Takes fd. */
static void
feed_folder(struct walk *w, int fd)
{
	bool maildir = has_folder(fd, "cur") && has_folder(fd, "new");
	DIR *folder = fdopendir(fd);
	const struct dirent *entry;

	if (folder == NULL) {
		put_gap(w, strerror(errno));
		close(fd);
		return;
	}
	while ((entry = readdir(folder)) != NULL)
		if (is_wanted(dirfd(folder), entry->d_name, maildir))
			feed_entry(w, dirfd(folder), entry->d_name);
	closedir(folder);
}

/* A file or folder that is open; fd is left to the caller. */
static void
feed_fd(struct walk *w, int fd)
{
	struct stat st;

	if (fstat(fd, &st) != 0) {
		put_gap(w, strerror(errno));
	} else if (!S_ISDIR(st.st_mode)) {
		if (S_ISREG(st.st_mode) || w->depth == 0)
			put_bytes(w, fd);
	} else if (w->depth >= DEPTH) {
		put_gap(w, _("its folders lie too deep"));
	} else {
		int folder = dup(fd);

		w->depth++;
		if (folder >= 0)
			feed_folder(w, folder);
		w->depth--;
	}
}

void
feed_paths(int to, const struct str *paths, size_t n)
{
	struct walk w = {.to = to};

	for (size_t i = 0; i < n; i++) {
		CLEANUP(fd_close) int fd = -1;
		size_t before;

		path_pop(&w, 0);
		if (paths[i].n >= sizeof(w.path) ||
		    !path_push(&w, paths[i].p, &before))
			continue;
		/* what is named may be a link, and may make us wait */
		if (str_eq(paths[i], S("-")))
			fd = dup(STDIN_FILENO);
		else
			fd = open(w.path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
		if (fd < 0)
			put_gap(&w, strerror(errno));
		else
			feed_fd(&w, fd);
	}
}

uint64_t
feeder_size(const struct str *paths, size_t n)
{
	uint64_t total = 0;
	struct stat st;

	for (size_t i = 0; i < n; i++)
		if (stat(paths[i].p, &st) == 0 && S_ISREG(st.st_mode))
			total += (uint64_t)st.st_size;
	return total;
}

bool
feeder_start(
    struct feeder *feeder, const struct str *paths, size_t n, struct err *err)
{
	int ends[2];
	pid_t parent = getpid();

	*feeder = (struct feeder){.fd = -1};
	if (pipe2(ends, O_CLOEXEC) != 0)
		return err_set(err, ERR_AGAIN, _("cannot make a pipe: %s"),
		    strerror(errno));
	/* fewer changes between the two processes; less is no harm */
	(void)fcntl(ends[1], F_SETPIPE_SZ, 1024 * 1024);
	feeder->pid = fork();
	if (feeder->pid == 0) {
		close(ends[0]);
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(0);
		signal(SIGPIPE, SIG_IGN);
		feed_paths(ends[1], paths, n);
		_exit(0);
	}
	close(ends[1]);
	if (feeder->pid < 0) {
		close(ends[0]);
		feeder->pid = 0;
		return err_set(err, ERR_AGAIN,
		    _("cannot start the reading process: %s"), strerror(errno));
	}
	feeder->fd = ends[0];
	return true;
}

void
feeder_stop(struct feeder *feeder)
{
	int status;

	if (feeder->pid == 0)
		return;
	fd_close(&feeder->fd);
	while (waitpid(feeder->pid, &status, 0) < 0 && errno == EINTR)
		;
	feeder->pid = 0;
}
