/* SPDX-License-Identifier: ISC */
/*
 * The systemd journal, shown as lines that any of our parsers reads:
 *
 *	2026-11-21T03:41:00.123456Z HOST IDENTIFIER[PID]: MESSAGE
 *
 * Its files are opened while we have the rights; the library opens them only
 * behind the sandbox, by their descriptors (sd_journal_open_files_fd), since
 * it is their content that a stranger may have damaged. Entries of the mail
 * facility are taken and those of mail programs by their name, for Postfix
 * with another syslog_facility. So are those of containers whose name speaks
 * of mail (Docker's and podman's "journald"): their MESSAGE is a whole line of
 * the syslog inside.
 */
#include "base/fd.h"
#include "base/lang.h"
#include "base/limits.h"
#include "source/journal.h"
#include "source/reader.h"
#include "source/unwrap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#ifdef HAVE_JOURNAL

#include <systemd/sd-journal.h>

enum {
	NAMES_MAX = 256, /* identifiers of mail programs */
};

struct log {
	sd_journal *journal;
	wall_us until;
	uint64_t from,
	    to;          /* stamps of the first and last entry, for progress */
	size_t bad;      /* files that cannot be read */
	size_t lost;     /* entries, or parts of them, that are damaged */
	uint64_t usage;  /* bytes of all files that the library holds */
	uint64_t at;     /* of the entry read last */
	wall_us begun;   /* when it was opened */
	size_t n, given; /* bytes of line, and how many were given out */
	char line[LIMIT_LINE];
};

/* The value of a field of this entry; empty when it has none. */
static struct str
log_field(struct log *log, const char *name)
{
	const void *data;
	size_t n, skip = strlen(name) + 1;
	int rc = sd_journal_get_data(log->journal, name, &data, &n);

	if (rc < 0 || n < skip) {
		log->lost += rc != -ENOENT;
		return (struct str){NULL, 0};
	}
	return (struct str){(const char *)data + skip, n - skip};
}

/* Append one word: it must not look like the end of its field. */
static void
line_word(struct log *log, struct str word)
{
	for (size_t i = 0; i < word.n && i < 256; i++) {
		unsigned char c = (unsigned char)word.p[i];

		log->line[log->n++] =
		    c <= ' ' || c == '[' || c == ':' || c == 127 ? '_'
								 : (char)c;
	}
}

/* A message may hold line breaks: it must not be able to make lines of its
 * own, so they are written as rsyslog writes them. */
static void
line_text(struct log *log, struct str text)
{
	for (size_t i = 0; i < text.n && log->n + 8 < sizeof(log->line); i++) {
		char c = text.p[i];

		if (c != '\n') {
			log->line[log->n++] = c;
			continue;
		}
		memcpy(log->line + log->n, "#012", 4);
		log->n += 4;
	}
	log->line[log->n++] = '\n';
}

static void
line_stamp_put(struct log *log, uint64_t at)
{
	time_t seconds = (time_t)(at / 1000000);
	struct tm tm;

	if (gmtime_r(&seconds, &tm) == NULL)
		tm = (struct tm){.tm_mday = 1, .tm_year = 70};
	log->n =
	    strftime(log->line, sizeof(log->line), "%Y-%m-%dT%H:%M:%S", &tm);
	log->n += (size_t)snprintf(
	    log->line + log->n, 16, ".%06uZ ", (unsigned)(at % 1000000));
}

/* The line of a container, as its keeper would have written it to a file;
 * its own stamp has no year. */
static void
line_container(struct log *log)
{
	static const struct str stream = S0("stdout F ");
	struct str text;

	memcpy(log->line + log->n, stream.p, stream.n);
	log->n += stream.n;
	line_text(log, log_field(log, "MESSAGE"));
	text = unwrap_line(WRAP_TIMES, log->line, log->n - 1);
	memmove(log->line, text.p, text.n);
	log->line[text.n] = '\n';
	log->n = text.n + 1;
}

/* The line of the entry that the journal stands at. */
static bool
log_line(struct log *log)
{
	struct str program, pid;
	uint64_t at;

	log->n = log->given = 0;
	if (sd_journal_get_realtime_usec(log->journal, &at) < 0)
		return false;
	line_stamp_put(log, at);
	if (log_field(log, "CONTAINER_NAME").n > 0) {
		line_container(log);
		return true;
	}
	line_word(log, log_field(log, "_HOSTNAME"));
	log->line[log->n++] = ' ';
	program = log_field(log, "SYSLOG_IDENTIFIER");
	if (program.n == 0)
		program = log_field(log, "_COMM");
	line_word(log, program);
	pid = log_field(log, "SYSLOG_PID");
	if (pid.n == 0)
		pid = log_field(log, "_PID");
	if (pid.n > 0) {
		log->line[log->n++] = '[';
		line_word(log, pid);
		log->line[log->n++] = ']';
	}
	log->line[log->n++] = ':';
	log->line[log->n++] = ' ';
	line_text(log, log_field(log, "MESSAGE"));
	return true;
}

static bool
journal_failed(const struct source *source, int rc, struct err *err)
{
	if (rc == -ENODATA || rc == -EBADMSG)
		return err_set(err, ERR_INPUT,
		    _("the journal in '%.*s' is damaged or cut off"),
		    STR_ARG(source->path));
	if (rc == -EPROTONOSUPPORT)
		return err_set(err, ERR_INPUT,
		    _("the journal in '%.*s' is damaged, or of a newer systemd "
		      "than the library here"),
		    STR_ARG(source->path));
	return err_set(err, ERR_INPUT,
	    _("cannot read the journal in '%.*s': %s"), STR_ARG(source->path),
	    strerror(-rc));
}

static int
add_name(struct log *log, struct str name)
{
	char match[512];
	int n = snprintf(match, sizeof(match), STR_FMT, STR_ARG(name));

	if (n < 0 || (size_t)n >= sizeof(match))
		return 0;
	return sd_journal_add_match(log->journal, match, (size_t)n);
}

/* "mailcowdockerized-postfix-mailcow-1", "mailu-smtp-1", "mailserver" */
static bool
is_mail_container(struct str name)
{
	static const struct str words[] = {S0("mail"), S0("postfix"),
	    S0("smtp"), S0("exim"), S0("dovecot"), S0("qmail")};

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_has(name, words[i]))
			return true;
	return false;
}

/* A match for each value of the field that is about mail; an "or" behind. */
static int
add_field(struct log *log, const char *field, bool (*is_mail)(struct str value))
{
	sd_journal *j = log->journal;
	const void *data;
	size_t n, names = 0;
	int rc = sd_journal_query_unique(j, field);

	while (rc >= 0 && names < NAMES_MAX &&
	       (rc = sd_journal_enumerate_unique(j, &data, &n)) > 0) {
		struct str whole = {data, n};

		if (!is_mail(str_skip(whole, strlen(field) + 1)))
			continue;
		rc = add_name(log, whole);
		names++;
	}
	return rc >= 0 && names > 0 ? sd_journal_add_disjunction(j) : rc;
}

/* Facility 2 (RFC 5424 6.2.1), or the name of a mail program or container. */
static int
add_matches(struct log *log)
{
	int rc = add_field(log, "SYSLOG_IDENTIFIER", source_is_mail);

	if (rc >= 0)
		rc = add_field(log, "CONTAINER_NAME", is_mail_container);
	return rc < 0 ? rc : add_name(log, S("SYSLOG_FACILITY=2"));
}

/*
 * The library closes the descriptors together with its journal, and leaves
 * them open when it fails; each reader needs its own.
 */
static int
open_files(const int *files, size_t n, sd_journal **ret_journal)
{
	int fds[JOURNAL_FILES], rc = 0;
	size_t i = 0;

	for (; i < n && rc >= 0; i++) {
		fds[i] = fcntl(files[i], F_DUPFD_CLOEXEC, 3);
		if (fds[i] < 0)
			rc = -errno;
	}
	if (rc >= 0)
		rc = sd_journal_open_files_fd(ret_journal, fds, (unsigned)n, 0);
	while (rc < 0 && i-- > 0)
		fd_close(&fds[i]);
	return rc;
}

/* One damaged file makes the library refuse all: leave out such files. */
static int
open_good_files(const struct journal *journal, struct log *log)
{
	int good[JOURNAL_FILES], rc;
	size_t n = 0;

	rc = open_files(journal->fds, journal->n, &log->journal);
	if (rc >= 0)
		return rc;
	for (size_t i = 0; i < journal->n; i++) {
		sd_journal *alone;

		if (open_files(&journal->fds[i], 1, &alone) < 0)
			continue;
		sd_journal_close(alone);
		good[n++] = journal->fds[i];
	}
	log->bad = journal->n - n;
	return n == 0 ? rc : open_files(good, n, &log->journal);
}

static struct log *
log_open(const struct source *source, struct err *err)
{
	const struct journal *journal = source->state;
	struct log *log = xcalloc(1, sizeof(*log));
	int rc = open_good_files(journal, log);

	log->until = journal->until;
	log->begun = time_now();
	if (rc >= 0)
		rc = sd_journal_set_data_threshold(log->journal, LIMIT_LINE);
	if (rc >= 0) {
		(void)sd_journal_get_cutoff_realtime_usec(
		    log->journal, &log->from, &log->to);
		(void)sd_journal_get_usage(log->journal, &log->usage);
	}
	if (rc >= 0)
		rc = add_matches(log);
	if (rc < 0) {
		(void)journal_failed(source, rc, err);
		sd_journal_close(log->journal);
		free(log);
		return NULL;
	}
	return log;
}

size_t
journal_newest(const struct source *source, char *to, size_t n)
{
	struct err err = {0};
	struct log *log = log_open(source, &err);
	size_t have = 0;

	if (log == NULL)
		return 0;
	if (sd_journal_seek_tail(log->journal) >= 0 &&
	    sd_journal_previous(log->journal) > 0 && log_line(log)) {
		have = log->n < n ? log->n : n;
		memcpy(to, log->line, have);
	}
	sd_journal_close(log->journal);
	free(log);
	return have;
}

static bool
journal_open(struct reader *r, struct err *err)
{
	const struct journal *journal = r->source->state;
	struct log *log = log_open(r->source, err);
	int rc;

	r->state = log;
	if (log == NULL)
		return false;
	rc = journal->since == WALL_NONE || journal->since < 0
		 ? sd_journal_seek_head(log->journal)
		 : sd_journal_seek_realtime_usec(
		       log->journal, (uint64_t)journal->since);
	return rc >= 0 || journal_failed(r->source, rc, err);
}

/*
 * Behind damage the library passes over a file silently, and drops it where it
 * cannot go on. Then it holds fewer bytes than at the begin, or an entry is left
 * at the end that was not written only now. What it has no way to any more
 * stays unseen.
 */
static bool
is_cut_short(const struct log *log)
{
	uint64_t usage, at;

	if (log->lost > 0 || (sd_journal_get_usage(log->journal, &usage) >= 0 &&
				 usage < log->usage))
		return true;
	return sd_journal_seek_tail(log->journal) >= 0 &&
	       sd_journal_previous(log->journal) > 0 &&
	       sd_journal_get_realtime_usec(log->journal, &at) >= 0 &&
	       at > log->at && (wall_us)at < log->begun;
}

static bool
log_end(const struct source *source, const struct log *log, struct err *err)
{
	const struct journal *journal = source->state;

	if (log->bad > 0)
		return err_set(err, ERR_INPUT,
		    _("%zu of %zu files of the journal in '%.*s' are damaged "
		      "and were left out"),
		    log->bad, journal->n, STR_ARG(source->path));
	if (is_cut_short(log))
		return err_set(err, ERR_INPUT,
		    _("the journal in '%.*s' is damaged: entries are missing"),
		    STR_ARG(source->path));
	return false;
}

/* To the next entry that can be read. False at the end, or with err. */
static bool
log_go_on(const struct source *source, struct log *log, struct err *err)
{
	int rc;

	while ((rc = sd_journal_next(log->journal)) > 0) {
		if (sd_journal_get_realtime_usec(log->journal, &log->at) >= 0 &&
		    log_line(log))
			return true;
		log->lost++;
	}
	return rc < 0 ? journal_failed(source, rc, err)
		      : log_end(source, log, err);
}

/* The next entry as log->line. False at the end, or with err. */
static bool
log_next(struct reader *r, struct log *log, struct err *err)
{
	if (!log_go_on(r->source, log, err) ||
	    (log->until != WALL_NONE && (wall_us)log->at > log->until)) {
		r->consumed = r->source->size;
		log->n = log->given = 0;
		return false;
	}
	if (log->to > log->from && log->at > log->from && log->at < log->to)
		r->consumed = (uint64_t)((double)r->source->size *
					 (double)(log->at - log->from) /
					 (double)(log->to - log->from));
	return true;
}

static size_t
journal_fill(struct reader *r, char *to, size_t n, struct err *err)
{
	struct log *log = r->state;
	size_t have = 0;

	while (have < n) {
		size_t left = log->n - log->given;

		if (left == 0 && !log_next(r, log, err))
			break;
		left = log->n - log->given;
		if (left > n - have)
			left = n - have;
		memcpy(to + have, log->line + log->given, left);
		log->given += left;
		have += left;
	}
	return have;
}

static void
journal_close(struct reader *r)
{
	struct log *log = r->state;

	if (log == NULL)
		return;
	sd_journal_close(log->journal);
	free(log);
}

#else /* HAVE_JOURNAL */

size_t
journal_newest(const struct source *source, char *to, size_t n)
{
	(void)source;
	(void)to;
	(void)n;
	return 0;
}

static bool
journal_open(struct reader *r, struct err *err)
{
	(void)r;
	return err_set(err, ERR_BUG, _("this program cannot read the journal"));
}

static size_t
journal_fill(struct reader *r, char *to, size_t n, struct err *err)
{
	(void)r;
	(void)to;
	(void)n;
	(void)err;
	return 0;
}

static void
journal_close(struct reader *r)
{
	(void)r;
}

#endif /* HAVE_JOURNAL */

const struct reader_form reader_journal = {
    .open = journal_open,
    .fill = journal_fill,
    .close = journal_close,
};
