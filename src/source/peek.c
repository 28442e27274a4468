/* SPDX-License-Identifier: ISC */
/*
 * A look at both ends of a source. "Nov 16 00:04:24" means another moment in
 * every year, so a stamp is kept as it stands and read once per year tried.
 */
#include "source/peek.h"

#include "base/fd.h"
#include "base/limits.h"
#include "event/line.h"
#include "source/inner.h"
#include "source/reader.h"
#include "source/unwrap.h"

#include <stdlib.h>
#include <time.h>

enum {
	PEEK_BYTES = 256 * 1024, /* of each end */
	PROBE_BYTES = 16 * 1024, /* a few lines */
	/* Of a log of everything, when its ends hold no mail. */
	SEARCH_BYTES = 64 * 1024 * 1024,
};

static bool
stamp_read(struct str raw, uint64_t at, struct stamp *ret)
{
	struct line_clock clock;
	struct stamp s = {.at = at};

	raw = str_head(raw, sizeof(s.front));
	if (raw.n == 0)
		return false;
	line_clock_init(&clock, 2000);
	if (line_stamp(&clock, raw, &s.has_year, &s.month) == WALL_NONE)
		return false;
	memcpy(s.front, raw.p, raw.n);
	s.n = raw.n;
	*ret = s;
	return true;
}

wall_us
stamp_at(const struct stamp *stamp, int year, int *ret_year)
{
	struct line_clock clock;
	bool has_year;
	int month;
	wall_us at;

	line_clock_init(&clock, year);
	at = line_stamp(
	    &clock, (struct str){stamp->front, stamp->n}, &has_year, &month);
	*ret_year = clock.year;
	return at;
}

static int
year_of(wall_us at)
{
	time_t seconds = (time_t)(at / US_SECOND);
	struct tm tm;

	return localtime_r(&seconds, &tm) == NULL ? 1970 : tm.tm_year + 1900;
}

wall_us
stamp_latest(const struct stamp *stamp, wall_us bound, int *ret_year)
{
	int year = year_of(bound) + 1;

	for (;; year--) {
		wall_us at = stamp_at(stamp, year, ret_year);

		if (stamp->has_year || at == WALL_NONE || at <= bound ||
		    year <= 1970)
			return at;
	}
}

bool
source_is_mail(struct str program)
{
	static const struct str names[] = {S0("postfix"), S0("dovecot"),
	    S0("imap-login"), S0("exim"), S0("sendmail"), S0("sm-mta"),
	    S0("smtpd"), S0("opendkim"), S0("psa-pc-remote"), S0("qmail"),
	    S0("smtp_auth"), S0("vpopmail"), S0("spamdyke")};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (str_starts(program, names[i]))
			return true;
	/* syslog_name may be anything: "mx-out/smtpd". */
	return str_ends(program, S("/smtpd")) ||
	       str_ends(program, S("/qmgr")) ||
	       str_ends(program, S("/cleanup")) ||
	       str_ends(program, S("/smtp"));
}

/* As Windows' programs write text: PowerShell's ">" and Out-File. */
static bool
is_utf16(struct str text)
{
	return str_starts(text, S("\xff\xfe")) ||
	       str_starts(text, S("\xfe\xff")) ||
	       (text.n > 3 && text.p[0] > 0 && text.p[1] == '\0' &&
		   text.p[2] > 0 && text.p[3] == '\0');
}

/* The last line of *text, which is not empty; it is cut off. */
static struct str
take_last(struct str *text)
{
	struct str s = *text;
	size_t at;

	if (s.p[s.n - 1] == '\n')
		s.n--;
	at = str_rchr(s, '\n');
	if (at == s.n) {
		*text = (struct str){NULL, 0};
		return s;
	}
	*text = str_head(s, at + 1);
	return str_skip(s, at + 1);
}

/* Up to the first stamp of a run of lines. */
static void
peek_first(struct str text, uint64_t at, struct peek *ret)
{
	const char *start = text.p;
	struct line_clock clock;

	line_clock_init(&clock, 2000);
	while (text.n > 0 && ret->first.n == 0) {
		struct str raw = str_take(&text, '\n');
		uint64_t here = at + (uint64_t)(raw.p - start);
		struct line line;

		raw = str_head(raw, LIMIT_LINE);
		if (raw.n > 0 && line_split(&clock, raw, &line))
			(void)stamp_read(raw, here, &ret->first);
	}
}

/* What a run of whole lines tells; ret's fields are kept where it tells
 * nothing. Of all its stamps three are wanted, and each costs much: so it is
 * read from its end, too. */
static void
peek_lines(struct str text, uint64_t at, struct peek *ret)
{
	const char *start = text.p;
	bool has_last = false, has_mail = false;
	struct line_clock clock;

	line_clock_init(&clock, 2000);
	ret->is_utf16 |= at == 0 && is_utf16(text);
	ret->has_nul |= memchr(text.p, '\0', text.n) != NULL;
	peek_first(text, at, ret);
	while (text.n > 0 && !(has_last && has_mail)) {
		struct str raw = take_last(&text);
		uint64_t here = at + (uint64_t)(raw.p - start);
		struct line line;

		ret->has_lines |= raw.n > 0;
		raw = str_head(raw, LIMIT_LINE);
		if (raw.n == 0 || !line_split(&clock, raw, &line))
			continue;
		if (!has_last)
			has_last = stamp_read(raw, here, &ret->last);
		if (!has_mail && source_is_mail(line.program))
			has_mail = stamp_read(raw, here, &ret->mail);
	}
}

static void
peek_range(
    const struct source *source, uint64_t from, uint64_t to, struct peek *ret)
{
	struct reader *reader = reader_open(source, from, to);
	struct err err = {0};
	struct str block;
	uint64_t at, seen = 0;

	while (seen < PEEK_BYTES && reader_next(reader, &block, &at, &err)) {
		peek_lines(block, at, ret);
		seen += block.n;
	}
	reader_close(reader);
}

/*
 * A web server that sends a mail an hour has its lines far apart in syslog:
 * look for the names alone, which costs no more than reading.
 */
static void
search_mail(const struct source *source, struct peek *ret)
{
	uint64_t size = source->size;
	struct reader *reader = reader_open(
	    source, size > SEARCH_BYTES ? size - SEARCH_BYTES : 0, size);
	struct err err = {0};
	struct str block;
	uint64_t at;

	while (reader_next(reader, &block, &at, &err)) {
		struct peek here = {.first = ret->first, .last = ret->last};

		if (!str_has(block, S("postfix")) &&
		    !str_has(block, S("dovecot")) &&
		    !str_has(block, S(" qmail: ")))
			continue;
		peek_lines(block, at, &here);
		if (here.mail.n > 0)
			ret->mail = here.mail;
	}
	reader_close(reader);
}

static void
peek_journal(const struct source *source, struct peek *ret)
{
	char front[sizeof(ret->mail.front)];
	struct str raw = {front, journal_newest(source, front, sizeof(front))};

	(void)stamp_read(raw, UINT64_MAX, &ret->last);
	(void)stamp_read(raw, UINT64_MAX, &ret->mail);
}

enum source_wrap
source_wrap_of(const struct source *source)
{
	struct reader *reader;
	struct err err = {0};
	struct str block;
	enum source_wrap wrap = source->wrap;
	uint64_t at;

	if (source->form == SOURCE_JOURNAL || wrap != WRAP_NONE)
		return wrap;
	reader = reader_open(source, 0, PROBE_BYTES);
	if (reader_next(reader, &block, &at, &err))
		wrap = unwrap_find(str_head(block, PROBE_BYTES));
	reader_close(reader);
	return wrap;
}

void
source_peek(const struct source *source, struct peek *ret_peek)
{
	uint64_t size = source->size;

	*ret_peek = (struct peek){0};
	if (source->form != SOURCE_PLAIN) {
		peek_range(source, 0, UINT64_MAX, ret_peek);
		ret_peek->last.n = 0;
		if (source->form == SOURCE_JOURNAL)
			peek_journal(source, ret_peek);
		return;
	}
	peek_range(source, 0, PEEK_BYTES, ret_peek);
	if (size > PEEK_BYTES)
		peek_range(source,
		    size > 2 * PEEK_BYTES ? size - PEEK_BYTES : PEEK_BYTES,
		    UINT64_MAX, ret_peek);
	if (source->choice > 0 && ret_peek->mail.n == 0 && size > PEEK_BYTES)
		search_mail(source, ret_peek);
}

bool
stamp_find(const struct source *source, uint64_t at, uint64_t end,
    struct stamp *ret_stamp)
{
	CLEANUP(mem_free) char *buf = xrealloc(NULL, PROBE_BYTES, 1);
	uint64_t from = at > 0 ? at - 1 : 0;
	struct err err = {0};
	ssize_t got = reader_pread(source, buf, PROBE_BYTES, from, &err);
	struct str text = {buf, got > 0 ? (size_t)got : 0};

	if (at > 0)
		(void)str_take(&text, '\n');
	while (text.n > 0) {
		struct str raw = str_take(&text, '\n');
		uint64_t here = from + (uint64_t)(raw.p - buf);

		if (here >= end)
			return false;
		raw = unwrap_line(source->wrap, buf + (here - from), raw.n);
		if (stamp_read(raw, here, ret_stamp))
			return true;
	}
	return false;
}
