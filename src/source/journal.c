/* SPDX-License-Identifier: ISC */
/*
 * The files of the systemd journal: found below a place, or named one by one.
 * They are opened while we have the rights and read by reader_journal.c.
 */
#include "source/journal.h"

#include "base/fd.h"
#include "base/lang.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

bool
journal_is(struct str head)
{
	return str_starts(head, S("LPKSHHRH"));
}

#ifdef HAVE_JOURNAL

enum {
	MACHINE_ID = 32
};

void
journal_done(struct source *source)
{
	struct journal *journal = source->state;

	if (journal == NULL)
		return;
	for (size_t i = 0; i < journal->n; i++)
		fd_close(&journal->fds[i]);
	free(journal);
	source->state = NULL;
}

void
journal_limit(struct source *source, wall_us since, wall_us until)
{
	struct journal *journal = source->state;

	if (journal == NULL)
		return;
	journal->since = since;
	journal->until = until;
}

static struct journal *
journal_new(void)
{
	struct journal *journal = xcalloc(1, sizeof(*journal));

	journal->since = journal->until = WALL_NONE;
	return journal;
}

/* ---- finding ---- */

struct hunt {
	struct source_set *set;
	const struct place *place;
	struct journal *journal;
	struct source *source;
};

static void
hunt_denied(const struct hunt *h, struct str path)
{
	struct err err = {0};

	if (errno != EACCES && errno != EPERM)
		return;
	(void)err_set(&err, ERR_DENIED,
	    _("cannot read the journal in '%.*s': %s"), STR_ARG(path),
	    strerror(errno));
	(void)snprintf(err.hint, sizeof(err.hint),
	    _("run as root, or add the user to group 'systemd-journal'"));
	source_gap_add(h->set, place_path(h->set, h->place, path), &err);
}

static bool
has_file(const struct journal *journal, const struct stat *st)
{
	struct stat other;

	for (size_t i = 0; i < journal->n; i++)
		if (fstat(journal->fds[i], &other) == 0 &&
		    other.st_ino == st->st_ino && other.st_dev == st->st_dev)
			return true;
	return false;
}

/* Takes fd over, or closes it. */
static void
journal_file(struct source *source, struct journal *journal, int opened)
{
	CLEANUP(fd_close) int fd = opened;
	struct stat st;
	wall_us mtime;

	if (journal->n == JOURNAL_FILES || fstat(fd, &st) != 0 ||
	    !S_ISREG(st.st_mode) || has_file(journal, &st))
		return;
	mtime = st.st_mtim.tv_sec * US_SECOND + st.st_mtim.tv_nsec / 1000;
	journal->fds[journal->n++] = fd_steal(&fd);
	source->size += (uint64_t)st.st_size;
	if (mtime > source->mtime)
		source->mtime = mtime;
}

static void
hunt_file(struct hunt *h, struct str path)
{
	int fd = place_file(h->place, path, O_RDONLY);

	if (fd < 0)
		hunt_denied(h, path);
	else
		journal_file(h->source, h->journal, fd);
}

static bool
is_journal_file(struct str name)
{
	/* With '~': not closed in order, and readable all the same. */
	return str_ends(name, S(".journal")) || str_ends(name, S(".journal~"));
}

/* "0123456789abcdef0123456789abcdef", with a namespace behind it or not. */
static bool
is_machine(struct str name)
{
	for (size_t i = 0; i < MACHINE_ID; i++)
		if (i >= name.n ||
		    memchr("0123456789abcdef", name.p[i], 16) == NULL)
			return false;
	return name.n == MACHINE_ID || name.p[MACHINE_ID] == '.';
}

/* Calls found for each entry of the folder that wanted accepts. */
static void
hunt_folder(struct hunt *h, struct str path, bool (*wanted)(struct str name),
    void (*found)(struct hunt *h, struct str path))
{
	CLEANUP(fd_close)
	int fd = place_file(h->place, path, O_RDONLY | O_DIRECTORY);
	const struct dirent *entry;
	DIR *dir;

	if (fd < 0)
		hunt_denied(h, path);
	dir = fd < 0 ? NULL : fdopendir(fd);
	if (dir == NULL)
		return;
	(void)fd_steal(&fd);
	while ((entry = readdir(dir)) != NULL)
		if (wanted(str_z(entry->d_name)))
			found(h, arena_printf(&h->set->arena, STR_FMT "/%s",
				     STR_ARG(path), entry->d_name));
	(void)closedir(dir);
}

static void
hunt_machine(struct hunt *h, struct str path)
{
	hunt_folder(h, path, is_journal_file, hunt_file);
}

bool
journal_take(struct source_set *set, const struct place *place, int choice)
{
	static const struct str folders[] = {
	    S0("/var/log/journal"), S0("/run/log/journal")};
	struct hunt h = {.set = set, .place = place};
	struct str path = {0};

	h.source = source_new(set, S(""), SOURCE_MAIL);
	if (h.source == NULL)
		return false;
	h.journal = journal_new();
	for (size_t i = 0; i < ARRAY_LEN(folders); i++) {
		size_t before = h.journal->n;

		hunt_folder(&h, folders[i], is_machine, hunt_machine);
		if (path.n == 0 && h.journal->n > before)
			path = place_path(set, place, folders[i]);
	}
	if (h.journal->n == 0) {
		free(h.journal);
		return false;
	}
	h.source->path = path;
	h.source->form = SOURCE_JOURNAL;
	h.source->state = h.journal;
	h.source->choice = choice;
	set->n++;
	return true;
}

/* ---- named by the user ---- */

/* The journal that files named for this role go into. */
static struct source *
journal_named(struct source_set *set, struct str path, enum source_role role)
{
	struct source *s;

	for (size_t i = 0; i < set->n; i++)
		if (set->items[i].form == SOURCE_JOURNAL &&
		    set->items[i].role == role && set->items[i].choice == 0)
			return &set->items[i];
	s = source_new(set, path, role);
	if (s == NULL)
		return NULL;
	s->form = SOURCE_JOURNAL;
	s->state = journal_new();
	s->fd = -1;
	set->n++;
	return s;
}

bool
journal_add(
    struct source_set *set, struct str path, enum source_role role, int fd)
{
	struct source *s = journal_named(set, path, role);

	if (s == NULL)
		fd_close(&fd);
	else
		journal_file(s, s->state, fd);
	return s != NULL;
}

static bool
is_any_journal(struct str name)
{
	return is_journal_file(name) || is_machine(name);
}

static void
add_named(struct hunt *h, struct str path)
{
	if (is_journal_file(path))
		hunt_file(h, path);
	else
		hunt_machine(h, path);
}

bool
journal_add_folder(
    struct source_set *set, struct str path, enum source_role role)
{
	static const struct place here = {.fd = -1};
	struct source *s = journal_named(set, path, role);
	struct hunt h = {.set = set, .place = &here, .source = s};
	size_t before;

	if (s == NULL)
		return false;
	h.journal = s->state;
	before = h.journal->n;
	hunt_folder(&h, path, is_any_journal, add_named);
	if (h.journal->n > before)
		return true;
	if (before > 0)
		return false;
	set->n--; /* the last one: made for this */
	free(h.journal);
	s->state = NULL;
	return false;
}

#else /* HAVE_JOURNAL */

void
journal_done(struct source *source)
{
	(void)source;
}

void
journal_limit(struct source *source, wall_us since, wall_us until)
{
	(void)source;
	(void)since;
	(void)until;
}

bool
journal_take(struct source_set *set, const struct place *place, int choice)
{
	CLEANUP(fd_close)
	int fd =
	    place_file(place, S("/var/log/journal"), O_RDONLY | O_DIRECTORY);
	struct err err = {0};

	(void)choice;
	if (fd < 0)
		return false;
	(void)err_set(&err, ERR_CONFIG,
	    _("the journal was not read: this program was built "
	      "without it"));
	(void)snprintf(err.hint, sizeof(err.hint),
	    "journalctl -o short-iso-precise | sereno check --log -");
	source_gap_add(
	    set, place_path(set, place, S("/var/log/journal")), &err);
	return false;
}

bool
journal_add(
    struct source_set *set, struct str path, enum source_role role, int fd)
{
	struct err err = {0};

	(void)role;
	fd_close(&fd);
	(void)err_set(&err, ERR_CONFIG,
	    _("the journal was not read: this program was built "
	      "without it"));
	source_gap_add(set, path, &err);
	return false;
}

bool
journal_add_folder(
    struct source_set *set, struct str path, enum source_role role)
{
	(void)set;
	(void)path;
	(void)role;
	return false;
}

#endif /* HAVE_JOURNAL */
