/* SPDX-License-Identifier: ISC */
/* Opening files of this machine, or below the folder that stands for one. */
#include "base/place.h"

#include "base/fd.h"
#include "base/lang.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

bool
place_open(struct place *ret_place, struct str root, struct err *err)
{
	char path[4096];

	while (root.n > 0 && root.p[root.n - 1] == '/')
		root.n--;
	*ret_place = (struct place){.root = root, .fd = -1};
	if (root.n == 0)
		return true;
	if (root.n >= sizeof(path))
		return err_set(
		    err, ERR_CONFIG, _("the root's path is too long"));
	memcpy(path, root.p, root.n);
	path[root.n] = '\0';
	ret_place->fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (ret_place->fd < 0)
		return err_set(err, ERR_CONFIG,
		    _("cannot open the root '%s': %s"), path, strerror(errno));
	return true;
}

void
place_done(struct place *place)
{
	fd_close(&place->fd);
}

/*
 * The same for kernels before 5.6 (Red Hat 8): folder by folder, and a link
 * anywhere is refused, since it cannot be told where it leads.
 */
static int
open_unlinked(const struct place *place, char *path, int flags)
{
	CLEANUP(fd_close) int dir = -1;
	char *part = path, *slash;

	while (*part == '/')
		part++;
	while ((slash = strchr(part, '/')) != NULL) {
		int next;

		*slash = '\0';
		if (strcmp(part, "..") == 0) {
			errno = EXDEV;
			return -1;
		}
		next = openat(dir < 0 ? place->fd : dir, part,
		    O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (next < 0)
			return -1;
		fd_close(&dir);
		dir = next;
		for (part = slash + 1; *part == '/';)
			part++;
	}
	if (strcmp(part, "..") == 0) {
		errno = EXDEV;
		return -1;
	}
	return openat(dir < 0 ? place->fd : dir, part, flags | O_NOFOLLOW);
}

/*
 * Below another root a link to "/data/mail.log" must not lead to this
 * machine's own files, so the kernel is told to stay inside (Linux 5.6).
 */
static int
open_below(const struct place *place, char *path, int flags)
{
	struct open_how how = {.flags = (unsigned)flags,
	    .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};
	long fd;

	if (place->fd < 0)
		return open(path, flags);
	fd = syscall(SYS_openat2, place->fd, path, &how, sizeof(how));
	return fd < 0 && errno == ENOSYS ? open_unlinked(place, path, flags)
					 : (int)fd;
}

int
place_file(const struct place *place, struct str path, int flags)
{
	char z[4096];
	int fd;

	if (path.n >= sizeof(z) || memchr(path.p, '\0', path.n) != NULL) {
		errno = path.n >= sizeof(z) ? ENAMETOOLONG : ENOENT;
		return -1;
	}
	/* openat2 refuses what means nothing to a path. */
	flags |= O_CLOEXEC | (flags & O_PATH ? 0 : O_NOCTTY | O_NONBLOCK);
	for (int attempt = 0; attempt < 2; attempt++) {
		memcpy(z, path.p, path.n);
		z[path.n] = '\0';
		fd = open_below(place, z, flags);
		if (fd >= 0 || errno != EMFILE)
			break;
		fds_allow(RLIM_INFINITY);
	}
	return fd;
}
