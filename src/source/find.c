/* SPDX-License-Identifier: ISC */
/*
 * Where this machine's mail logs are. No program is run: the configuration of
 * each Postfix instance is read, and the usual places are looked at, so that
 * the same code serves a disk that is mounted somewhere.
 *
 * With "maillog_file" (Postfix 3.4) an instance writes its log itself; else
 * the lines go to syslog, and from there, by configurations that nobody could
 * read all, to one or several of the files below and to the journal.
 */
#include "base/fd.h"
#include "base/lang.h"
#include "setting/main_cf.h"
#include "source/inner.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	INSTANCES_MAX = 256,
	MAIN_CF_MAX = 1024 * 1024,
};

struct finder {
	struct source_set *set;
	struct place place;
	struct str dirs[INSTANCES_MAX]; /* of configuration, each once */
	size_t dirs_n;
};

/* Where Postfix is configured, beside /etc/postfix*. */
static const struct str config_dirs[] = {
    S0("/usr/local/etc/postfix"),   /* FreeBSD, own builds */
    S0("/opt/zimbra/common/conf"),  /* Zimbra 8.7 and later */
    S0("/opt/zimbra/postfix/conf"), /* before */
    S0("/opt/local/etc/postfix"),   /* MacPorts, pkgsrc */
    S0("/opt/csw/etc/postfix"),
};

/*
 * What syslog daemons write, those that hold nothing but mail first. A Debian
 * rsyslog writes each line to mail.log and syslog (and, to Debian 11, to
 * mail.info); SUSE to mail and mail.info; Red Hat to maillog; Zimbra to
 * zimbra.log and mail.log; Plesk to its own maillog, mostly a link.
 */
static const struct str log_files[] = {
    S0("/var/log/mail.log"),
    S0("/var/log/maillog"),
    S0("/usr/local/psa/var/log/maillog"),
    S0("/var/log/mail"),
    S0("/var/log/mail/mail.log"),
    S0("/var/log/mail.info"),
    S0("/var/log/zimbra.log"),
    S0("/var/log/syslog"),
    S0("/var/log/messages"),
};

static void
add_dir(struct finder *f, struct str dir)
{
	while (dir.n > 1 && dir.p[dir.n - 1] == '/')
		dir.n--;
	if (dir.n == 0 || dir.p[0] != '/' || f->dirs_n == INSTANCES_MAX)
		return;
	for (size_t i = 0; i < f->dirs_n; i++)
		if (str_eq(f->dirs[i], dir))
			return;
	f->dirs[f->dirs_n++] = str_keep(&f->set->arena, dir);
}

/* /etc/postfix, /etc/postfix-out: instances that were switched off in
 * multi_instance_directories may have left logs. */
static void
add_etc(struct finder *f)
{
	CLEANUP(fd_close)
	int fd = place_file(&f->place, S("/etc"), O_RDONLY | O_DIRECTORY);
	const struct dirent *entry;
	DIR *dir;

	add_dir(f, S("/etc/postfix"));
	dir = fd < 0 ? NULL : fdopendir(fd);
	if (dir == NULL)
		return;
	(void)fd_steal(&fd);
	while ((entry = readdir(dir)) != NULL)
		if (str_starts(str_z(entry->d_name), S("postfix")))
			add_dir(f, arena_printf(&f->set->arena, "/etc/%s",
				       entry->d_name));
	(void)closedir(dir);
}

/* The text of a small file; false when it cannot be read. */
static bool
read_text(
    struct finder *f, struct str path, char **ret_buf, struct str *ret_text)
{
	CLEANUP(fd_close) int fd = place_file(&f->place, path, O_RDONLY);
	struct stat st;
	size_t n = 0;

	if (fd < 0) {
		struct err err = {0};

		if (errno != EACCES)
			return false;
		(void)err_set(&err, ERR_DENIED,
		    _("cannot read '%.*s': %s; the log it names may be missing"),
		    STR_ARG(path), strerror(errno));
		source_gap_add(
		    f->set, place_path(f->set, &f->place, path), &err);
		return false;
	}
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return false;
	*ret_buf = xrealloc(NULL, MAIN_CF_MAX, 1);
	while (n < MAIN_CF_MAX) {
		ssize_t got = read(fd, *ret_buf + n, MAIN_CF_MAX - n);

		if (got <= 0)
			break;
		n += (size_t)got;
	}
	*ret_text = (struct str){*ret_buf, n};
	return true;
}

/* Postfix in a container writes to a device that only its keeper sees. */
static void
tell_device(struct finder *f, struct str dir, struct str log)
{
	struct err err = {0};

	(void)err_set(&err, ERR_CONFIG,
	    _("Postfix in '%.*s' writes its log to '%.*s'"), STR_ARG(dir),
	    STR_ARG(log));
	(void)snprintf(err.hint, sizeof(err.hint),
	    _("pipe it in: docker logs NAME 2>&1 | sereno check --log -"));
	source_gap_add(f->set, log, &err);
}

static void
read_instance(struct finder *f, struct str dir)
{
	CLEANUP(mem_free) char *buf = NULL;
	struct arena *a = &f->set->arena;
	struct str text, log, list, word;
	struct str path = arena_printf(a, STR_FMT "/main.cf", STR_ARG(dir));

	if (!read_text(f, path, &buf, &text))
		return;
	if (main_cf_get(a, text, S("multi_instance_directories"), &list))
		while ((word = main_cf_word(&list)).n > 0)
			add_dir(f, word);
	if (!main_cf_get(a, text, S("maillog_file"), &log) || log.n == 0 ||
	    log.p[0] != '/')
		return;
	if (str_starts(log, S("/dev/")))
		tell_device(f, dir, log);
	else
		(void)rotations_take(f->set, &f->place, log, SOURCE_MAIL, 0);
}

void
source_find(struct source_set *set, struct str root)
{
	struct finder f = {.set = set};
	struct err err = {0};
	size_t before = set->n;

	if (!place_open(&f.place, root, &err)) {
		source_gap_add(set, root, &err);
		return;
	}
	add_etc(&f);
	for (size_t i = 0; i < ARRAY_LEN(config_dirs); i++)
		add_dir(&f, config_dirs[i]);
	/* Grows while it is read: an instance may name others. */
	for (size_t i = 0; i < f.dirs_n; i++)
		read_instance(&f, f.dirs[i]);
	for (size_t i = 0; i < ARRAY_LEN(log_files); i++)
		(void)rotations_take(
		    set, &f.place, log_files[i], SOURCE_MAIL, (int)i + 1);
	(void)journal_take(set, &f.place, (int)ARRAY_LEN(log_files) + 1);
	if (set->n == before)
		source_gap_none(set);
	place_done(&f.place);
}
