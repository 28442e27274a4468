/* SPDX-License-Identifier: ISC */
/*
 * The set of sources: files are opened here, while we have the rights, and
 * nothing of their content is looked at but the first bytes that tell how
 * they are compressed. The name is not asked: "mail.log.1" may be gzip.
 */
#include "source/source.h"

#include "base/fd.h"
#include "base/lang.h"
#include "base/limits.h"
#include "source/journal.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void
source_set_done(struct source_set *set)
{
	for (size_t i = 0; i < set->n; i++)
		source_free(&set->items[i]);
	free(set->items);
	free(set->gaps);
	arena_done(&set->arena);
	*set = (struct source_set){0};
}

struct str
place_path(struct source_set *set, const struct place *place, struct str path)
{
	return arena_printf(
	    &set->arena, STR_FMT STR_FMT, STR_ARG(place->root), STR_ARG(path));
}

void
source_gap_add(struct source_set *set, struct str path, const struct err *err)
{
	VEC_ROOM(set->gaps, set->gaps_n, set->gaps_cap);
	set->gaps[set->gaps_n++] = (struct source_gap){
	    .path = str_keep(&set->arena, path), .err = *err};
}

struct source *
source_new(struct source_set *set, struct str path, enum source_role role)
{
	struct source *s;
	struct err err = {0};

	if (set->n >= LIMIT_SOURCES) {
		(void)err_set(&err, ERR_CONFIG,
		    _("more than %d log files: '%.*s' was left out"),
		    LIMIT_SOURCES, STR_ARG(path));
		source_gap_add(set, path, &err);
		return NULL;
	}
	VEC_ROOM(set->items, set->n, set->cap);
	s = &set->items[set->n];
	*s = (struct source){.path = str_keep(&set->arena, path),
	    .why = set->why,
	    .role = role,
	    .fd = -1,
	    .mtime = WALL_NONE,
	    .first = WALL_NONE,
	    .last = WALL_NONE};
	return s;
}

void
source_free(struct source *source)
{
	fd_close(&source->fd);
	journal_done(source);
}

void
source_gap_none(struct source_set *set)
{
	struct err err = {0};

	/* What may not be read is the better answer. */
	for (size_t i = 0; i < set->gaps_n; i++)
		if (set->gaps[i].err.kind == ERR_DENIED)
			return;
	(void)err_set(&err, ERR_CONFIG,
	    _("no log with a line of a mail server was found"));
	(void)snprintf(
	    err.hint, sizeof(err.hint), _("name the log: --log FILE"));
	source_gap_add(set, S("mail log"), &err);
}

/* The first bytes of every compressed form that we read. */
static enum source_form
form_of(int fd)
{
	static const struct {
		struct str magic;
		enum source_form form;
	} forms[] = {
	    {S0("\x1f\x8b\x08"), SOURCE_GZIP}, /* RFC 1952 2.3 */
	    {S0("\xfd"
		"7zXZ\0"),
		SOURCE_ARCHIVE},
	    {S0("\x28\xb5\x2f\xfd"), SOURCE_ARCHIVE}, /* zstd, RFC 8878 */
	    {S0("BZh"), SOURCE_ARCHIVE},
	    {S0("\x04\x22\x4d\x18"), SOURCE_ARCHIVE}, /* lz4 frame */
	};
	char head[8];
	ssize_t n = pread(fd, head, sizeof(head), 0);

	for (size_t i = 0; n > 0 && i < ARRAY_LEN(forms); i++)
		if (str_starts((struct str){head, (size_t)n}, forms[i].magic))
			return forms[i].form;
	return SOURCE_PLAIN;
}

static bool
is_journal(int fd)
{
	char head[8];

	return pread(fd, head, sizeof(head), 0) == (ssize_t)sizeof(head) &&
	       journal_is((struct str){head, sizeof(head)});
}

static const char *
kind_of(mode_t mode)
{
	return S_ISDIR(mode)    ? _("a folder")
	       : S_ISFIFO(mode) ? _("a named pipe")
	       : S_ISSOCK(mode) ? _("a socket")
	       : S_ISCHR(mode)  ? _("a device")
	       : S_ISBLK(mode)  ? _("a device")
				: _("no ordinary file");
}

static bool
refuse_kind(struct source_set *set, struct str path, mode_t mode)
{
	struct err err = {0};

	(void)err_set(&err, ERR_CONFIG, _("'%.*s' is %s, not a log file"),
	    STR_ARG(path), kind_of(mode));
	if (S_ISFIFO(mode) || S_ISCHR(mode))
		(void)snprintf(err.hint, sizeof(err.hint),
		    _("pipe it in: --log - < FILE"));
	source_gap_add(set, path, &err);
	return false;
}

bool
source_take(struct source_set *set, struct str path, enum source_role role,
    int opened, int choice)
{
	CLEANUP(fd_close) int fd = opened;
	struct err err = {0};
	struct source *s;
	struct stat st;

	if (fstat(fd, &st) != 0) {
		(void)err_set(&err, ERR_INPUT, _("cannot examine '%.*s': %s"),
		    STR_ARG(path), strerror(errno));
		source_gap_add(set, path, &err);
		return false;
	}
	/* "/var/log/mail" is a log here and a folder there. */
	if (!S_ISREG(st.st_mode) && choice > 0)
		return false;
	if (S_ISDIR(st.st_mode) && journal_add_folder(set, path, role))
		return true;
	if (!S_ISREG(st.st_mode))
		return refuse_kind(set, path, st.st_mode);
	if (is_journal(fd))
		return journal_add(set, path, role, fd_steal(&fd));
	for (size_t i = 0; i < set->n; i++)
		if (set->items[i].inode == st.st_ino &&
		    set->items[i].device == st.st_dev)
			return true;
	s = source_new(set, path, role);
	if (s == NULL)
		return false;
	s->form = form_of(fd);
	s->fd = fd_steal(&fd);
	s->device = st.st_dev;
	s->inode = st.st_ino;
	s->size = (uint64_t)st.st_size;
	s->mtime = st.st_mtim.tv_sec * US_SECOND + st.st_mtim.tv_nsec / 1000;
	s->choice = choice;
	set->n++;
	return true;
}

static void
refuse_open(struct source_set *set, struct str path, int reason)
{
	struct err err = {0};

	(void)err_set(&err,
	    reason == EACCES || reason == EPERM ? ERR_DENIED : ERR_CONFIG,
	    _("cannot open '%.*s': %s"), STR_ARG(path), strerror(reason));
	if (err.kind == ERR_DENIED)
		(void)snprintf(err.hint, sizeof(err.hint),
		    _("run as root, or add the user to group 'adm'"));
	source_gap_add(set, path, &err);
}

bool
place_take(struct source_set *set, const struct place *place, struct str path,
    enum source_role role, int choice)
{
	struct str shown = place_path(set, place, path);
	int fd = place_file(place, path, O_RDONLY);

	if (fd >= 0)
		return source_take(set, shown, role, fd, choice);
	if (errno != ENOENT && errno != ENOTDIR)
		refuse_open(set, shown, errno);
	return false;
}

static bool
add_stdin(struct source_set *set, enum source_role role)
{
	struct err err = {0};
	int fd;

	for (size_t i = 0; i < set->n; i++)
		if (str_eq(set->items[i].path, S("-")))
			return true;
	fd = spool_stdin(&err);
	if (err.kind != ERR_NONE)
		source_gap_add(set, S("-"), &err);
	return fd >= 0 && source_take(set, S("-"), role, fd, 0);
}

bool
source_add(struct source_set *set, struct str path, enum source_role role)
{
	static const struct place here = {.fd = -1};
	int fd;

	if (str_eq(path, S("-")))
		return add_stdin(set, role);
	fd = place_file(&here, path, O_RDONLY);
	if (fd >= 0)
		return source_take(set, path, role, fd, 0);
	refuse_open(set, path, errno);
	return false;
}

int
source_year_at(const struct source *source, uint64_t at)
{
	int year = source->year;

	for (size_t i = 0; i < source->turns_n; i++)
		if (source->turns[i].at <= at)
			year = source->turns[i].year;
	return year;
}
