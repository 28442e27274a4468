/* SPDX-License-Identifier: ISC */
/*
 * Where this machine's mail logs are. No program is run: the configuration of
 * each Postfix instance, of Exim (find_exim.c) and of syslog is read, and the
 * usual places are looked at, so that the same code serves a disk that is
 * mounted somewhere.
 *
 * With "maillog_file" (Postfix 3.4) an instance writes its log itself, and so
 * do Exim and qmail's multilog; else the lines go to syslog, and from there to
 * one or several of the files below and to the journal. A container's lines
 * are in a file of its keeper.
 */
#include "base/fd.h"
#include "base/lang.h"
#include "setting/instances.h"
#include "setting/main_cf.h"
#include "setting/syslog_rules.h"
#include "source/inner.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

struct finder {
	struct source_set *set;
	struct place place;
	struct arena arena; /* of the files that were read */
	struct files files;
	int choice; /* of the last log of syslog */
};

struct usual {
	struct str path;
	const char *why; /* N_() */
};

/*
 * What syslog daemons write, those that hold nothing but mail first. A Debian
 * rsyslog writes each line to mail.log and syslog (and, to Debian 11, to
 * mail.info); SUSE to mail and mail.info; Red Hat, cPanel and iRedMail there to
 * maillog; Zimbra to zimbra.log and mail.log; Plesk to its own maillog, mostly
 * a link; docker-mailserver to the folder mail.
 */
static const struct usual syslog_files[] = {
    {S0("/var/log/mail.log"), N_("the usual place")},
    {S0("/var/log/maillog"), N_("the usual place")},
    {S0("/usr/local/psa/var/log/maillog"), N_("where Plesk writes")},
    {S0("/var/log/mail"), N_("the usual place")},
    {S0("/var/log/mail/mail.log"), N_("the usual place")},
    {S0("/var/log/mail.info"), N_("the usual place")},
    {S0("/var/log/zimbra.log"), N_("where Zimbra writes")},
    {S0("/var/log/syslog"), N_("the usual place")},
    {S0("/var/log/messages"), N_("the usual place")},
};

/* Logs that a mail server writes itself. */
static const struct usual own_files[] = {
    {S0("/var/log/exim4/mainlog"), N_("where Exim writes on Debian")},
    {S0("/var/log/exim_mainlog"), N_("where Exim writes under cPanel")},
    {S0("/var/log/exim/mainlog"), N_("where Exim writes under DirectAdmin")},
    {S0("/var/log/exim/main.log"), N_("where Exim writes on Red Hat")},
    {S0("/var/spool/exim/log/mainlog"), N_("where Exim writes by default")},
    {S0("/var/log/qmail.log"), N_("where qmail writes on some systems")},
};

/* Folders of multilog(8): "current", and "@4000..." that were rotated. */
static const struct str multilog_dirs[] = {
    S0("/var/log/qmail"),
    S0("/var/log/qmail/send"),
    S0("/var/log/qmail/smtpd"),
    S0("/var/log/qmail/submission"),
    S0("/var/log/qmail/smtpsd"),
    S0("/var/log/qmail/qmail-send"),
    S0("/var/log/qmail/qmail-smtpd"),
    S0("/var/log/qmail/qmail-submission"),
    S0("/var/log/qmail-send"),
    S0("/var/log/qmail-smtpd"),
    S0("/var/log/qmail-submission"),
    S0("/var/log/multilog/qmail-send"),
    S0("/var/log/multilog/qmail-smtpd"),
    S0("/service/qmail-send/log/main"),
    S0("/service/qmail-smtpd/log/main"),
    S0("/var/qmail/supervise/qmail-send/log/main"),
    S0("/var/qmail/supervise/qmail-smtpd/log/main"),
};

/* ---- Postfix ---- */

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
take_maillog(struct finder *f, const struct instance *instance)
{
	struct arena *a = &f->set->arena;
	struct str log;

	if (!main_cf_get(a, instance->text, S("maillog_file"), &log) ||
	    log.n == 0 || log.p[0] != '/')
		return;
	if (str_starts(log, S("/dev/"))) {
		tell_device(f, instance->dir, log);
		return;
	}
	f->set->why = arena_printf(a, _("maillog_file of %.*s%.*s/main.cf"),
	    STR_ARG(f->place.root), STR_ARG(instance->dir));
	(void)rotations_take(f->set, &f->place, log, SOURCE_MAIL, 0);
}

static void
find_postfix(struct finder *f)
{
	struct instances all;

	instances_find(&f->files, &all);
	for (size_t i = 0; i < all.n; i++)
		if (all.items[i].text.p != NULL)
			take_maillog(f, &all.items[i]);
	for (size_t i = 0; i < f->files.gaps_n; i++) {
		const struct file_gap *gap = &f->files.gaps[i];
		struct err err = {0};

		(void)err_set(&err, ERR_DENIED,
		    _("cannot read '%.*s': %s; the log it names may be "
		      "missing"),
		    STR_ARG(gap->path), strerror(gap->error));
		source_gap_add(
		    f->set, place_path(f->set, &f->place, gap->path), &err);
	}
}

/* ---- syslog ---- */

static void
find_syslog(struct finder *f)
{
	struct syslog_rules rules;
	struct arena *a = &f->set->arena;

	syslog_rules_find(&f->files, &rules);
	for (size_t i = 0; i < rules.n; i++) {
		const struct syslog_rule *rule = &rules.items[i];
		struct str file = place_path(f->set, &f->place, rule->file);

		f->set->why = arena_printf(a,
		    rule->mail_only ? _("syslog puts mail there: %.*s line %u")
				    : _("syslog puts all there: %.*s line %u"),
		    STR_ARG(file), rule->line);
		(void)rotations_take(
		    f->set, &f->place, rule->path, SOURCE_MAIL, ++f->choice);
	}
	for (size_t i = 0; i < ARRAY_LEN(syslog_files); i++) {
		f->set->why = str_z(_(syslog_files[i].why));
		(void)rotations_take(f->set, &f->place, syslog_files[i].path,
		    SOURCE_MAIL, ++f->choice);
	}
	f->set->why = str_z(_("the journal of systemd"));
	(void)journal_take(f->set, &f->place, ++f->choice);
}

/* ---- logs of their own ---- */

/* Each entry of dir; false when there is no such folder. */
static bool
each_entry(struct finder *f, struct str dir,
    void (*take)(struct finder *f, struct str dir, struct str name))
{
	struct str names, name;

	if (!files_try(&f->files, FILE_NAMES, dir, &names))
		return false;
	while ((name = files_name(&names)).n > 0)
		take(f, dir, name);
	return true;
}

static void
take_multilog(struct finder *f, struct str dir, struct str name)
{
	if (!str_eq(name, S("current")) && !str_starts(name, S("@4000")))
		return;
	f->set->why = str_z(_("where multilog writes for qmail"));
	(void)place_take(f->set, &f->place,
	    arena_printf(
		&f->set->arena, "%.*s/%.*s", STR_ARG(dir), STR_ARG(name)),
	    SOURCE_MAIL, 0);
}

static void
find_own(struct finder *f)
{
	for (size_t i = 0; i < ARRAY_LEN(own_files); i++) {
		f->set->why = str_z(_(own_files[i].why));
		(void)rotations_take(
		    f->set, &f->place, own_files[i].path, SOURCE_MAIL, 0);
	}
	for (size_t i = 0; i < ARRAY_LEN(multilog_dirs); i++)
		(void)each_entry(f, multilog_dirs[i], take_multilog);
}

/* ---- containers ---- */

/* ID/ID-json.log and its rotations .1, .2.gz (dockerd, "json-file"). */
static void
take_docker(struct finder *f, struct str dir, struct str name)
{
	f->set->why = str_z(_("the log of a container"));
	(void)rotations_take(f->set, &f->place,
	    arena_printf(&f->set->arena, "%.*s/%.*s/%.*s-json.log",
		STR_ARG(dir), STR_ARG(name), STR_ARG(name)),
	    SOURCE_MAIL, SOURCE_IF_MAIL);
}

/* podman with "k8s-file" */
static void
take_podman(struct finder *f, struct str dir, struct str name)
{
	f->set->why = str_z(_("the log of a container"));
	(void)rotations_take(f->set, &f->place,
	    arena_printf(&f->set->arena, "%.*s/%.*s/userdata/ctr.log",
		STR_ARG(dir), STR_ARG(name)),
	    SOURCE_MAIL, SOURCE_IF_MAIL);
}

/* kubelet's names: POD_NAMESPACE_CONTAINER-ID.log */
static void
take_kubelet(struct finder *f, struct str dir, struct str name)
{
	if (!str_ends(name, S(".log")))
		return;
	f->set->why = str_z(_("the log of a container"));
	(void)place_take(f->set, &f->place,
	    arena_printf(
		&f->set->arena, "%.*s/%.*s", STR_ARG(dir), STR_ARG(name)),
	    SOURCE_MAIL, SOURCE_IF_MAIL);
}

static void
find_containers(struct finder *f)
{
	(void)each_entry(f, S("/var/lib/docker/containers"), take_docker);
	(void)each_entry(f, S("/var/lib/containers/storage/overlay-containers"),
	    take_podman);
	(void)each_entry(f, S("/var/log/containers"), take_kubelet);
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
	files_init_place(&f.files, &f.arena, &f.place);
	find_postfix(&f);
	exim_take(set, &f.place);
	find_own(&f);
	find_containers(&f);
	find_syslog(&f);
	set->why = (struct str){NULL, 0};
	if (set->n == before)
		source_gap_none(set);
	arena_done(&f.arena);
	place_done(&f.place);
}
