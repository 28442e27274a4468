/* SPDX-License-Identifier: ISC */
#include "setting/files.h"

#include "base/fd.h"
#include "setting/files_wire.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

void
files_init_place(struct files *f, struct arena *a, const struct place *place)
{
	*f = (struct files){.arena = a, .socket = -1, .place = place};
}

void
files_init_socket(struct files *f, struct arena *a, int socket)
{
	*f = (struct files){.arena = a, .socket = socket};
}

void
files_init_texts(
    struct files *f, struct arena *a, const struct file_text *texts, size_t n)
{
	*f = (struct files){
	    .arena = a, .socket = -1, .texts = texts, .texts_n = n};
}

void
files_done(struct files *f)
{
	if (f->place == NULL && f->socket > 0)
		fd_close(&f->socket);
	f->socket = -1;
	f->place = NULL;
	f->texts_n = 0;
}

/* A packet that must have n bytes. */
static bool
read_packet(int socket, void *to, size_t n)
{
	ssize_t got;

	do
		got = read(socket, to, n);
	while (got < 0 && errno == EINTR);
	return got == (ssize_t)n;
}

static int
ask(struct files *f, enum file_want want, struct str path, struct str *ret)
{
	struct file_question question = {.want = (uint32_t)want};
	struct file_answer answer;
	char *bytes;

	if (path.n >= sizeof(question.path))
		return ENAMETOOLONG;
	memcpy(question.path, path.p, path.n);
	question.path_n = (uint32_t)path.n;
	if (write(f->socket, &question, sizeof(question)) !=
		(ssize_t)sizeof(question) ||
	    !read_packet(f->socket, &answer, sizeof(answer)))
		return EPIPE;
	if (answer.error != 0)
		return answer.error;
	if (answer.n > FILE_BYTES_MAX)
		return EPROTO;
	bytes = arena_alloc(f->arena, answer.n + 1);
	for (size_t done = 0; done < answer.n;) {
		size_t part = answer.n - done;

		if (part > FILE_PACKET)
			part = FILE_PACKET;
		if (!read_packet(f->socket, bytes + done, part))
			return EPIPE;
		done += part;
	}
	*ret = (struct str){bytes, answer.n};
	return 0;
}

static int
get_here(struct files *f, enum file_want want, struct str path, struct str *ret)
{
	CLEANUP(mem_free) char *bytes = NULL;
	size_t n;
	int error = files_read(f->place, want, path, &bytes, &n);

	if (error == 0)
		*ret = str_keep(f->arena, (struct str){bytes, n});
	return error;
}

/* Texts are files; there are no folders around them. */
static int
get_text(struct files *f, enum file_want want, struct str path, struct str *ret)
{
	for (size_t i = 0; i < f->texts_n; i++) {
		struct key_file key = {.mode = 0100600};

		if (!str_eq(f->texts[i].path, path))
			continue;
		if (want == FILE_KEY) {
			key_file_derive(f->texts[i].text, &key);
			*ret = str_keep(f->arena,
			    (struct str){(const char *)&key, sizeof(key)});
			return 0;
		}
		*ret = f->texts[i].text;
		return want == FILE_TEXT ? 0 : ENOENT;
	}
	return ENOENT;
}

static int
get(struct files *f, enum file_want want, struct str path, struct str *ret)
{
	if (path.n == 0 || path.p[0] != '/')
		return ENOENT;
	if (f->asked++ >= FILES_MAX)
		return EMFILE;
	if (f->place != NULL)
		return get_here(f, want, path, ret);
	if (f->texts_n > 0)
		return get_text(f, want, path, ret);
	return f->socket > 0 ? ask(f, want, path, ret) : ENOENT;
}

bool
files_try(struct files *f, enum file_want want, struct str path,
    struct str *ret_bytes)
{
	return get(f, want, path, ret_bytes) == 0;
}

int
files_key(struct files *f, struct str path, struct key_file *ret_key)
{
	struct key_file key;
	struct str bytes;
	int error = get(f, FILE_KEY, path, &bytes);

	if (error != 0)
		return error;
	if (bytes.n != sizeof(key))
		return EPROTO;
	memcpy(&key, bytes.p, sizeof(key));
	if (!key_file_is_sound(&key))
		return EPROTO;
	*ret_key = key;
	return 0;
}

static void
add_gap(struct files *f, struct str path, int error)
{
	size_t cap = f->gaps_cap;

	for (size_t i = 0; i < f->gaps_n; i++)
		if (str_eq(f->gaps[i].path, path))
			return;
	if (f->gaps_n == cap) {
		struct file_gap *more;

		f->gaps_cap = cap * 2 + 4;
		more = arena_alloc(f->arena, f->gaps_cap * sizeof(*more));
		if (cap > 0)
			memcpy(more, f->gaps, cap * sizeof(*more));
		f->gaps = more;
	}
	f->gaps[f->gaps_n++] =
	    (struct file_gap){str_keep(f->arena, path), error};
}

bool
files_get(struct files *f, enum file_want want, struct str path,
    struct str *ret_bytes)
{
	int error = get(f, want, path, ret_bytes);

	if (error != 0 && error != ENOENT && error != ENOTDIR)
		add_gap(f, path, error);
	return error == 0;
}
