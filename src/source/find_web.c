/* SPDX-License-Identifier: ISC */
/*
 * The logs that tell which web script sent a mail: access logs where Debian
 * and Red Hat write them, today's and yesterday's, and the mail.log that PHP
 * is told to keep (php.ini, FPM pools; it has no usual place).
 */
#include "base/fd.h"
#include "source/inner.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

enum {
	INI_MAX = 256 * 1024
};

static const struct str access_logs[] = {
    S0("/var/log/nginx/access.log"),
    S0("/var/log/apache2/access.log"),
    S0("/var/log/apache2/other_vhosts_access.log"),
    S0("/var/log/httpd/access_log"),
};

struct web_finder {
	struct source_set *set;
	struct place place;
};

/* A log and its last rotation: older mail needs no culprit today. */
static void
take_log(struct web_finder *f, struct str path, enum source_role role)
{
	(void)place_take(f->set, &f->place, path, role, 0);
	(void)place_take(f->set, &f->place,
	    arena_printf(&f->set->arena, STR_FMT ".1", STR_ARG(path)), role, 0);
}

/* "mail.log = /path" and "php_admin_value[mail.log] = /path" */
static void
read_setting(struct web_finder *f, struct str line)
{
	struct str name = str_trim(str_take(&line, '='));
	struct str value = str_trim(line);

	if (!str_eq(name, S("mail.log")) &&
	    !str_eq(name, S("php_admin_value[mail.log]")) &&
	    !str_eq(name, S("php_value[mail.log]")))
		return;
	if (value.n > 1 && value.p[0] == '"' && value.p[value.n - 1] == '"')
		value = (struct str){value.p + 1, value.n - 2};
	if (value.n > 1 && value.p[0] == '/')
		take_log(f, str_keep(&f->set->arena, value), SOURCE_PHP);
}

static void
read_ini(struct web_finder *f, struct str path)
{
	CLEANUP(fd_close) int fd = place_file(&f->place, path, O_RDONLY);
	CLEANUP(mem_free) char *buf = NULL;
	struct str text;
	size_t n = 0;
	ssize_t got;

	if (fd < 0)
		return;
	buf = xrealloc(NULL, INI_MAX, 1);
	while (n < INI_MAX && (got = read(fd, buf + n, INI_MAX - n)) > 0)
		n += (size_t)got;
	text = (struct str){buf, n};
	while (text.n > 0)
		read_setting(f, str_take(&text, '\n'));
}

/* Call each with the path of every entry of dir. */
static void
each_entry(struct web_finder *f, struct str dir,
    void (*each)(struct web_finder *f, struct str path))
{
	CLEANUP(fd_close)
	int fd = place_file(&f->place, dir, O_RDONLY | O_DIRECTORY);
	const struct dirent *entry;
	DIR *open = fd < 0 ? NULL : fdopendir(fd);

	if (open == NULL)
		return;
	(void)fd_steal(&fd);
	while ((entry = readdir(open)) != NULL)
		if (entry->d_name[0] != '.')
			each(f, arena_printf(&f->set->arena, STR_FMT "/%s",
				    STR_ARG(dir), entry->d_name));
	(void)closedir(open);
}

/* /etc/php/8.2/fpm */
static void
read_sapi(struct web_finder *f, struct str dir)
{
	struct arena *a = &f->set->arena;

	read_ini(f, arena_printf(a, STR_FMT "/php.ini", STR_ARG(dir)));
	each_entry(
	    f, arena_printf(a, STR_FMT "/pool.d", STR_ARG(dir)), read_ini);
}

static void
read_version(struct web_finder *f, struct str dir)
{
	each_entry(f, dir, read_sapi);
}

void
source_find_web(struct source_set *set, struct str root)
{
	struct web_finder f = {.set = set};
	struct err err = {0};

	if (!place_open(&f.place, root, &err))
		return; /* source_find has said so */
	for (size_t i = 0; i < ARRAY_LEN(access_logs); i++)
		take_log(&f, access_logs[i], SOURCE_WEB);
	read_ini(&f, S("/etc/php.ini"));
	each_entry(&f, S("/etc/php-fpm.d"), read_ini);
	each_entry(&f, S("/etc/php"), read_version);
	place_done(&f.place);
}
