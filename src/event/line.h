/* SPDX-License-Identifier: ISC */
/*
 * One line of a log, cut into its outer parts: when, where, who said what.
 *
 *	<22>Nov 16 00:04:24 mx1 postfix/smtpd[123]: 3F2A1: client=...
 *	pri stamp          host program       pid   text
 *
 * Stamps that are read, mixed in one file: "Nov 16 00:04:24" (RFC 3164, no
 * year, no zone), the same with a year behind or in front ("2013 Jun 10
 * 06:27:30.123"), RFC 3339 with or without fraction and zone, seconds since
 * 1970, TAI64N, MailEnable's "11/16/25 00:04:24", and any of them behind a "<PRI>", the version and fields of RFC 5424,
 * or the name or stamp that a container's log puts in front.
 */
#ifndef EVENT_LINE_H
#define EVENT_LINE_H

#include "base/time.h"

/* Where columns are in a table that tells it in its own head (mta.form): one
 * for each of the module's names, 1 + number; 0: the table has no such. */
struct line_form {
	uint8_t at[32];
};

/* All slices point into the bytes that were given and die with them. */
struct line {
	wall_us at;         /* WALL_NONE: no stamp that we know */
	span_us precision;  /* 1 s for RFC 3164, 1 us for a full fraction */
	struct str host;    /* may be empty */
	struct str program; /* "postfix/smtps/smtpd", "dovecot", "imap-login" */
	uint64_t pid;       /* 0: none */
	struct str text;    /* behind "]: " */
	struct str raw;     /* the whole line, without its newline */
	uint32_t number;    /* mta.number of the program; 0: not asked */
	uint32_t from;      /* for a line of several events (mta.h): whatever
			       tells its module where to go on; at first 0 */
	uint32_t tag;       /* number in line_clock.tags, or 0 */
	const struct line_form *form; /* of its file; NULL: it has none */
	/* Nobody wants EVENT_CONNECT and EVENT_DISCONNECT, a fifth of the
	 * lines of a busy server: they may be skipped unread. */
	bool no_sessions;
};

/*
 * Tags as they stood in front of texts: "postfix/smtpd[12]: ". A process writes
 * many lines, and each of them has the same again. Zeroed at first.
 */
enum {
	LINE_TAG_HEAD = 32,
	LINE_TAG_END = 8,
	/* bytes; longer ones are read each time */
	LINE_TAG_MAX = LINE_TAG_HEAD + LINE_TAG_END,
	LINE_TAGS = 128, /* direct mapped, from number 1 on */
};

struct line_tags {
	struct line_tag {
		char head[LINE_TAG_HEAD];
		uint64_t end; /* the last bytes, of which some may be in head */
		uint32_t mask; /* a bit for each byte of head; 0: none */
		uint8_t n, program_n;
		uint64_t pid;
		const void *known; /* what the caller knows of that program;
				      NULL: nothing yet */
	} at[1 + LINE_TAGS];
};

/*
 * What a run of lines remembers: the year of stamps that have none, and the
 * last stamp and host read, because the next line mostly repeats them.
 * One per part of a file, used by one thread.
 */
struct line_clock {
	int year;       /* for stamps without one; 0: the current year */
	int last_month; /* 1-12 of the last stamp without a year; 0: none */
	wall_us last;   /* of the last line that had a stamp */
	/* private: the hour read last and the text that it is known by */
	int form;
	int hour; /* of the local clock, 0-23 */
	wall_us hour_at;
	uint64_t key[3];
	/* private: the same for any form: hours of the local clock since 1970,
	 * and the instant it began */
	int64_t local_hour;
	wall_us local_at;
	span_us again; /* so much later the same hour began once more, or 0 */
	/* private: a stamp of the first form and a host as they stood there,
	 * with the blank behind each, the host at LINE_HOST_AT */
	char head_text[32];
	wall_us stamp_at;       /* WALL_NONE: no stamp is kept */
	uint32_t host_mask;     /* a bit for each byte of the host; 0: none */
	uint32_t head_mask;     /* the same for both; 0: one is not kept */
	size_t head_n;          /* bytes of both */
	struct line_tags *tags; /* the caller's, or NULL */
};

enum {
	LINE_HOST_AT = 16
};

/*
 * A clock for lines that begin in year (0: the current one). A stamp without
 * a year gets the year in which its month is nearest to the month before:
 * from December to January it turns, small steps back (clock steps, late
 * lines) do not turn it, and a late line of December behind one of January
 * belongs to the year before. Stamps with a year set the clock's.
 */
void line_clock_init(struct line_clock *clock, int year);

/*
 * Cut raw (no newline). False when there is no stamp at its front; then only
 * ret_line->raw is set. A line without host or program still gives text.
 */
bool line_split(
    struct line_clock *clock, struct str raw, struct line *ret_line);

/* The same for a log of its own form: only the stamp is cut off, and text is
 * all that stands behind it, the delimiter included. */
bool line_split_stamp(
    struct line_clock *clock, struct str raw, struct line *ret_line);

enum {
	/* A daemon tells a count now and then; who forges one gains no more
	 * than by as many lines. */
	LINE_TIMES_MAX = 1000,
};

/*
 * For a line whose text nobody understands: what a syslog daemon wrote around
 * it is taken off line->text, *ret_times is how often it was logged. False
 * when nothing is around it.
 */
bool line_inside(struct line *line, uint32_t *ret_times);

/*
 * Only the stamp at the front of raw, for peeking into a file: sets
 * ret_month to 1-12 (0: seconds since 1970 were told) and ret_has_year. Returns WALL_NONE without a stamp.
 */
wall_us line_stamp(struct line_clock *clock, struct str raw, bool *ret_has_year,
    int *ret_month);

#endif
