/* SPDX-License-Identifier: ISC */
#include "queue/folder.h"

#include "base/arena.h"
#include "base/fd.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* One name while the folder is read. */
struct slot {
	ino_t inode;
	size_t at; /* in the text, which moves as it grows */
};

static int
by_inode(const void *left, const void *right)
{
	const struct slot *a = left, *b = right;

	return a->inode < b->inode ? -1 : a->inode > b->inode;
}

static bool
is_folder(int fd, const struct dirent *entry)
{
	struct stat st;

	if (entry->d_type == DT_DIR)
		return true;
	if (entry->d_type != DT_UNKNOWN && entry->d_type != DT_LNK)
		return false;
	return fstatat(fd, entry->d_name, &st, 0) == 0 && S_ISDIR(st.st_mode);
}

struct listing {
	struct slot *slots;
	size_t n, cap;
	char *text;
	size_t used, room;
};

static void
listing_add(struct listing *l, const struct dirent *entry, bool folder)
{
	size_t n = strlen(entry->d_name);

	while (l->room - l->used < n + 2) {
		l->room = l->room * 2 + 4096;
		l->text = xrealloc(l->text, l->room, 1);
	}
	VEC_ROOM(l->slots, l->n, l->cap);
	l->slots[l->n++] = (struct slot){entry->d_ino, l->used};
	memcpy(l->text + l->used, entry->d_name, n);
	if (folder)
		l->text[l->used + n++] = '/';
	l->text[l->used + n] = '\0';
	l->used += n + 1;
}

bool
names_read(int fd, struct names *ret_names)
{
	struct listing l = {0};
	const struct dirent *entry;
	DIR *dir = fdopendir(fd);
	int why;

	*ret_names = (struct names){0};
	if (dir == NULL) {
		fd_close(&fd);
		return false;
	}
	errno = 0;
	while ((entry = readdir(dir)) != NULL)
		if (entry->d_name[0] != '.')
			listing_add(&l, entry, is_folder(fd, entry));
	why = errno;
	(void)closedir(dir);
	if (l.n > 0)
		qsort(l.slots, l.n, sizeof(*l.slots), by_inode);
	ret_names->items = xcalloc(l.n + 1, sizeof(char *));
	ret_names->text = l.text;
	ret_names->n = l.n;
	for (size_t i = 0; i < l.n; i++)
		ret_names->items[i] = l.text + l.slots[i].at;
	free(l.slots);
	errno = why;
	return why == 0;
}

void
names_done(struct names *names)
{
	free(names->items);
	free(names->text);
	*names = (struct names){0};
}

static int
open_one(int fd, const char *name)
{
	enum {
		FLAGS = O_RDONLY | O_DIRECTORY | O_CLOEXEC
	};
	int folder = openat(fd, name, FLAGS | O_NOFOLLOW);
	struct stat st;

	if (folder >= 0 || (errno != ELOOP && errno != ENOTDIR))
		return folder;
	if (fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return -1;
	if (!S_ISLNK(st.st_mode) || st.st_uid != 0) {
		errno = ELOOP;
		return -1;
	}
	return openat(fd, name, FLAGS);
}

int
folder_open(int fd, const char *path)
{
	CLEANUP(fd_close) int folder = -1;
	struct str rest = str_z(path);

	folder = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	while (rest.n > 0 && folder >= 0) {
		struct str part = str_take(&rest, '/');
		char name[256];
		int next;

		if (part.n == 0)
			continue;
		if (part.n >= sizeof(name)) {
			errno = ENAMETOOLONG;
			return -1;
		}
		memcpy(name, part.p, part.n);
		name[part.n] = '\0';
		next = open_one(folder, name);
		fd_close(&folder);
		folder = next;
	}
	return fd_steal(&folder);
}
