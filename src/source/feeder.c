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

#include "base/arena.h"
#include "base/fd.h"
#include "base/lang.h"
#include "base/lifeline.h"
#include "base/map.h"
#include "source/feed.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	/* Folders in folders; links cannot make circles. */
	DEPTH = 24,
	/* Messages of one Maildir that change their names while it is read; of
	 * more it is said that they were missed. */
	MOVED_MAX = 4096,
	/* Of new, whose place is known when they turn up in cur. */
	FRESH_MAX = 65536,
};

/* What stands in front of the flags of a message's name stays the same. */
struct moved {
	bool in_new;
	struct map fresh; /* what was read in new */
	size_t fresh_n;
	uint64_t keys[MOVED_MAX];
	size_t n;
	uint64_t missed;
};

struct walk {
	int to;
	char path[FEED_NAME]; /* of what is open, NUL behind it */
	size_t path_n;
	int depth;
	struct moved *moved; /* of the Maildir that is read; NULL: none */
	uint64_t odd;        /* entries that are neither file nor folder */
};

static void
put_gap(const struct walk *w, const char *sentence)
{
	feed_gap(w->to, (struct str){w->path, w->path_n}, str_z(sentence));
}

/* Links lead out of what was named, pipes and devices may never end. */
static void
say_odd(const struct walk *w, uint64_t n)
{
	struct arena a = {0};

	put_gap(
	    w, arena_printf(&a,
		   _n("%s entry is a link, pipe, socket or device: it was not "
		      "opened",
		       "%s entries are links, pipes, sockets or devices: they "
		       "were not opened",
		       n),
		   lang_number(&a, n))
		   .p);
	arena_done(&a);
}

static void
put_bytes(const struct walk *w, int fd)
{
	char data[FEED_DATA_MAX];
	ssize_t n;

	feed_frame(w->to, FEED_FILE, (struct str){w->path, w->path_n});
	for (;;) {
		n = read(fd, data, sizeof(data));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		feed_frame(w->to, FEED_DATA, (struct str){data, (size_t)n});
	}
	if (n < 0)
		put_gap(w, strerror(errno));
	feed_frame(w->to, FEED_END, S(""));
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

static uint64_t
key_of(const char *name)
{
	struct str s = str_z(name);

	return str_hash(str_head(s, str_chr(s, ':')));
}

/* Its name was read, and is gone: it was moved or got other flags, or was
 * deleted. */
static void
note_moved(struct moved *moved, const char *name)
{
	if (moved == NULL)
		return;
	if (moved->n == MOVED_MAX)
		moved->missed++;
	else
		moved->keys[moved->n++] = key_of(name);
}

/* Was it noted? Only once. */
static bool
take_moved(struct moved *moved, const char *name)
{
	uint64_t key = key_of(name);

	for (size_t i = 0; i < moved->n; i++) {
		if (moved->keys[i] != key)
			continue;
		moved->keys[i] = moved->keys[--moved->n];
		return true;
	}
	return false;
}

/* The same file, whatever its name was: was it read already? */
static bool
was_read(struct moved *moved, int fd)
{
	struct stat st;
	uint64_t key;
	bool is_new;

	if (moved == NULL || fstat(fd, &st) != 0)
		return false;
	key = (uint64_t)st.st_ino;
	if (!moved->in_new)
		return map_get(&moved->fresh, key) != NULL;
	if (moved->fresh_n < FRESH_MAX) {
		(void)map_put(&moved->fresh, key, &is_new);
		moved->fresh_n += is_new;
	}
	return false;
}

static void feed_fd(struct walk *w, int fd);

static void
feed_entry(struct walk *w, int folder, const char *name)
{
	CLEANUP(fd_close) int fd = -1;
	size_t before;
	struct stat st;

	/* Before it is opened: that alone may set a device in motion. */
	if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)) {
		w->odd++;
		return;
	}
	if (!path_push(w, name, &before))
		return;
	fd = openat(folder, name,
	    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	if (fd >= 0) {
		if (!was_read(w->moved, fd))
			feed_fd(w, fd);
		if (w->moved != NULL)
			(void)take_moved(w->moved, name);
	} else if (errno == ENOENT)
		note_moved(w->moved, name);
	else if (errno == ELOOP || errno == ENXIO)
		w->odd++;
	else
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
	return name[0] == '.' && has_folder(folder, name);
}

/* Those in cur that were noted, under the names that they have now. */
static void
feed_moved(struct walk *w, int maildir)
{
	struct moved *moved = w->moved;
	int fd = openat(maildir, "cur", O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	size_t before;

	if (folder == NULL) {
		fd_close(&fd);
		return;
	}
	/* one that is gone again is left */
	w->moved = NULL;
	if (path_push(w, "cur", &before)) {
		while (moved->n > 0 && (entry = readdir(folder)) != NULL)
			if (take_moved(moved, entry->d_name))
				feed_entry(w, dirfd(folder), entry->d_name);
		path_pop(w, before);
	}
	closedir(folder);
}

/* Takes fd. */
static void
feed_folder(struct walk *w, int fd)
{
	bool maildir = has_folder(fd, "cur") && has_folder(fd, "new");
	DIR *folder = fdopendir(fd);
	struct moved *outer = w->moved;
	uint64_t odd = w->odd;
	const struct dirent *entry;

	if (folder == NULL) {
		put_gap(w, strerror(errno));
		close(fd);
		return;
	}
	w->odd = 0;
	if (maildir) {
		w->moved = xcalloc(1, sizeof(*w->moved));
		/* in the way that a message goes: none is missed */
		w->moved->in_new = true;
		feed_entry(w, dirfd(folder), "new");
		w->moved->in_new = false;
		feed_entry(w, dirfd(folder), "cur");
	}
	while (errno = 0, (entry = readdir(folder)) != NULL)
		if (is_wanted(dirfd(folder), entry->d_name, maildir))
			feed_entry(w, dirfd(folder), entry->d_name);
	if (errno != 0)
		put_gap(w, strerror(errno));
	if (w->odd > 0)
		say_odd(w, w->odd);
	w->odd = odd;
	if (maildir) {
		struct moved *moved = w->moved;

		if (moved->n > 0)
			feed_moved(w, dirfd(folder));
		if (moved->missed > 0)
			put_gap(w, _("it changed while it was read: some "
				     "messages were missed"));
		map_done(&moved->fresh);
		free(moved);
	}
	w->moved = outer;
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

/* The account of a word that is a URL; NULL: it is none. */
static const struct imap_account *
account_of(const struct imap_conf *imap, struct str path)
{
	for (size_t i = 0; imap != NULL && i < imap->n; i++)
		if (str_eq(imap->accounts[i].url.text, path))
			return &imap->accounts[i];
	return NULL;
}

/* In a process of its own, which gives up what this one keeps. */
static void
feed_account(const struct walk *w, const struct imap_conf *imap,
    const struct imap_account *account)
{
	struct lifeline lifeline;
	int status = 0;
	pid_t pid;

	lifeline_init(&lifeline);
	pid = fork();
	if (pid == 0) {
		lifeline_hang(&lifeline);
		imap_feed(w->to, imap, account);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (pid < 0)
		feed_gap(w->to, account->url.text, str_z(strerror(errno)));
	else if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		feed_gap(w->to, account->url.text,
		    str_z(_("the process that reads the server crashed: "
			    "please report this fault")));
	lifeline_done(&lifeline);
}

void
feed_paths(
    int to, const struct str *paths, size_t n, const struct imap_conf *imap)
{
	struct walk w = {.to = to};

	for (size_t i = 0; i < n; i++) {
		const struct imap_account *account = account_of(imap, paths[i]);
		CLEANUP(fd_close) int fd = -1;
		size_t before;

		path_pop(&w, 0);
		if (account != NULL) {
			feed_account(&w, imap, account);
			continue;
		}
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
feeder_start(struct feeder *feeder, const struct str *paths, size_t n,
    const struct imap_conf *imap, struct err *err)
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
		/* passwords are in it, and in its environment */
		if (imap != NULL && imap->n > 0)
			(void)prctl(PR_SET_DUMPABLE, 0);
		feed_paths(ends[1], paths, n, imap);
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
	/* Nobody listens any more; it may be waiting for a server, or for a
	 * terminal, that says nothing. */
	(void)kill(feeder->pid, SIGKILL);
	while (waitpid(feeder->pid, &status, 0) < 0 && errno == EINTR)
		;
	feeder->pid = 0;
}
