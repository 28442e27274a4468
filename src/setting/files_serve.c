/* SPDX-License-Identifier: ISC */
/*
 * The side with rights. It opens, reads and sends, and looks at nothing but
 * the name and the mode of a file: should the other side be taken over by what
 * it reads, it must not learn passwords and keys from here.
 */
#include "base/fd.h"
#include "setting/files_wire.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	NAMES_MAX = 64 * 1024
};

/* Names that tell that a file holds a secret, though a group may read it. */
static bool
is_secret(struct str path, const struct stat *st)
{
	static const struct str words[] = {S0("shadow"), S0("/private/"),
	    S0(".key"), S0("/.ssh/"), S0("master.passwd")};

	if (S_ISREG(st->st_mode) && (st->st_mode & 0044) == 0)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_has(path, words[i]))
			return true;
	return false;
}

static int
read_file(const struct place *place, struct str path, char **ret, size_t *ret_n)
{
	CLEANUP(fd_close) int fd = place_file(place, path, O_RDONLY);
	CLEANUP(mem_free) char *buf = NULL;
	struct stat st;
	size_t n = 0, cap = 64 * 1024;
	ssize_t got;

	if (fd < 0 || fstat(fd, &st) != 0)
		return errno;
	if (!S_ISREG(st.st_mode))
		return EISDIR;
	if (is_secret(path, &st))
		return EACCES;
	buf = xrealloc(NULL, cap, 1);
	while ((got = read(fd, buf + n, cap - n)) != 0) {
		if (got < 0)
			return errno;
		n += (size_t)got;
		if (n == FILE_BYTES_MAX)
			break;
		if (n == cap) {
			cap =
			    cap * 4 < FILE_BYTES_MAX ? cap * 4 : FILE_BYTES_MAX;
			buf = xrealloc(buf, cap, 1);
		}
	}
	*ret = buf;
	*ret_n = n;
	buf = NULL;
	return 0;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* So that what is read does not depend on the file system. */
static void
join_names(char **names, size_t count, char *to, size_t *ret_n)
{
	size_t n = 0;

	if (count > 0)
		qsort(names, count, sizeof(*names), by_name);
	for (size_t i = 0; i < count; i++) {
		size_t length = strlen(names[i]) + 1;

		if (n + length <= NAMES_MAX) {
			memcpy(to + n, names[i], length);
			n += length;
		}
		free(names[i]);
	}
	*ret_n = n;
}

static int
read_names(
    const struct place *place, struct str path, char **ret, size_t *ret_n)
{
	CLEANUP(fd_close)
	int fd = place_file(place, path, O_RDONLY | O_DIRECTORY);
	CLEANUP(mem_free) char **names = NULL;
	const struct dirent *entry;
	size_t count = 0, cap = 0;
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (dir == NULL)
		return errno;
	(void)fd_steal(&fd);
	while ((entry = readdir(dir)) != NULL && count < NAMES_MAX / 2) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		VEC_ROOM(names, count, cap);
		names[count++] = strdup(entry->d_name);
		if (names[count - 1] == NULL)
			count--;
	}
	(void)closedir(dir);
	*ret = xrealloc(NULL, NAMES_MAX, 1);
	join_names(names, count, *ret, ret_n);
	return 0;
}

static int
read_link(const struct place *place, struct str path, char **ret, size_t *ret_n)
{
	CLEANUP(fd_close)
	int fd = place_file(place, path, O_PATH | O_NOFOLLOW);
	CLEANUP(mem_free) char *buf = NULL;
	ssize_t n;

	if (fd < 0)
		return errno;
	buf = xrealloc(NULL, FILE_PATH_MAX, 1);
	n = readlinkat(fd, "", buf, FILE_PATH_MAX);
	if (n < 0)
		return errno;
	*ret = buf;
	*ret_n = (size_t)n;
	buf = NULL;
	return 0;
}

static int
read_key(const struct place *place, struct str path, char **ret, size_t *ret_n)
{
	struct key_file *key = xcalloc(1, sizeof(*key));
	int error = key_file_read(place, path, key);

	if (error != 0) {
		free(key);
		return error;
	}
	*ret = (char *)key;
	*ret_n = sizeof(*key);
	return 0;
}

int
files_read(const struct place *place, enum file_want want, struct str path,
    char **ret_bytes, size_t *ret_n)
{
	switch (want) {
	case FILE_TEXT:
		return read_file(place, path, ret_bytes, ret_n);
	case FILE_NAMES:
		return read_names(place, path, ret_bytes, ret_n);
	case FILE_LINK:
		return read_link(place, path, ret_bytes, ret_n);
	case FILE_KEY:
		return read_key(place, path, ret_bytes, ret_n);
	}
	return EINVAL;
}

static bool
send_packet(int socket, const void *bytes, size_t n)
{
	ssize_t sent;

	do
		sent = send(socket, bytes, n, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	return sent == (ssize_t)n;
}

bool
files_serve(int socket, const struct place *place)
{
	CLEANUP(mem_free) char *bytes = NULL;
	struct file_question question;
	struct file_answer answer = {0};
	ssize_t got;
	size_t n = 0;

	do
		got = read(socket, &question, sizeof(question));
	while (got < 0 && errno == EINTR);
	if (got != (ssize_t)sizeof(question) ||
	    question.path_n > sizeof(question.path) || question.path_n == 0 ||
	    question.path[0] != '/')
		return false;
	answer.error = files_read(place, (enum file_want)question.want,
	    (struct str){question.path, question.path_n}, &bytes, &n);
	answer.n = answer.error == 0 ? (uint32_t)n : 0;
	if (!send_packet(socket, &answer, sizeof(answer)))
		return false;
	for (size_t done = 0; done < answer.n;) {
		size_t part = answer.n - done;

		if (part > FILE_PACKET)
			part = FILE_PACKET;
		if (!send_packet(socket, bytes + done, part))
			return false;
		done += part;
	}
	return true;
}
