/* SPDX-License-Identifier: ISC */
/*
 * The outer parts of a line. Behind the stamp (stamp.c) stands one of
 *
 *	mx1 postfix/smtpd[12]: text          syslog
 *	postfix/smtpd[12]: text              no host (busybox -S)
 *	mx1 mail.info postfix/smtpd[12]: text     with a facility (busybox)
 *	<mail.info> mx1 postfix/smtpd[12]: text   FreeBSD's syslogd -v
 *	lmtp(ana)<7><x>: Info: text          Dovecot's own file
 *	mx1 smtpd 12 - - text                RFC 5424
 *	stdout F Nov 16 00:04:24 mx1 ...     a second stamp, of a container
 */
#include "event/stamp.h"
#include "event/tag.h"

#include <time.h>

static bool
is_digit(char c)
{
	return (unsigned char)(c - '0') < 10;
}

/* What collectors of logs leave at the end of a line. */
static bool
is_blank(char c)
{
	return c == ' ' || c == '\r' || c == '\t';
}

/* One word up to a blank; *s behind the blank. */
static struct str
take_word(struct str *s)
{
	size_t i = bytes_chr(*s, ' ');
	struct str word = {s->p, i};

	*s = str_skip(*s, i + 1);
	return word;
}

static struct str
nil(struct str word)
{
	return str_eq(word, S("-")) ? (struct str){NULL, 0} : word;
}

/* RFC 5424 6.3: "-", or elements in brackets with quoted values. */
static void
skip_structured_data(struct str *s)
{
	bool quoted = false;
	size_t i = 0;

	if (s->n > 0 && s->p[0] != '[') {
		(void)take_word(s);
		return;
	}
	for (; i < s->n; i++) {
		if (quoted && s->p[i] == '\\')
			i++;
		else if (s->p[i] == '"')
			quoted = !quoted;
		else if (s->p[i] == ' ' && !quoted && s->p[i - 1] == ']')
			break;
	}
	*s = str_skip(*s, i + 1);
}

static void
split_5424(struct str rest, struct line *ret)
{
	struct str pid;

	ret->host = nil(take_word(&rest));
	ret->program = nil(take_word(&rest));
	pid = take_word(&rest);
	if (!str_u64(&pid, 10, &ret->pid))
		ret->pid = 0;
	(void)take_word(&rest); /* MSGID */
	skip_structured_data(&rest);
	(void)str_eat(&rest, S("\xef\xbb\xbf"));
	ret->text = rest;
}

/* An address as host: "2001:db8::" could be taken for a program. */
static bool
is_ip6(struct str s)
{
	size_t colons = 0;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == ':')
			colons++;
		else if (!is_digit(c) && !(c >= 'a' && c <= 'f') &&
			 !(c >= 'A' && c <= 'F'))
			return false;
	}
	return colons >= 2;
}

/*
 * "postfix/smtpd[12]: text", "kernel: text", "lmtp(ana)<7><x>: text". The
 * last one is cut before its '(', so that the number of programs stays small.
 * False when no program stands there.
 */
static bool
take_program(struct str s, struct line *ret)
{
	size_t end = bytes_find(s, '[', ':', ' ', '('), i = end;
	uint64_t pid = 0;

	if (i == 0 || i >= s.n || s.p[i] == ' ')
		return false;
	if (s.p[i] == '[') {
		for (i++; i < s.n && is_digit(s.p[i]) && i < end + 11; i++)
			pid = pid * 10 + (uint64_t)(s.p[i] - '0');
		if (i >= s.n || s.p[i] != ']')
			return false;
		i++;
		/* "cron[12] text" is written by a few. */
		if (i < s.n && s.p[i] != ':' && s.p[i] != ' ')
			return false;
	}
	if (i < s.n && s.p[i] == ':')
		i++;
	if (i < s.n && s.p[i] != ' ' && s.p[i] != '(')
		return false;
	if (i < s.n && s.p[i] == ' ')
		i++;
	ret->program = (struct str){s.p, end};
	ret->pid = pid;
	ret->text = bytes_from(s, i);
	return true;
}

/* "mail.info" and "mail:info", "2.6": facility and priority, as busybox, AIX
 * and others write them. */
static bool
is_facility(struct str word)
{
	bool digits = word.n > 0 && is_digit(word.p[0]);
	size_t middle = 0;

	for (size_t i = 0; i < word.n; i++) {
		char c = word.p[i];

		if (c == '.' || c == ':')
			middle = middle == 0 ? i : word.n;
		else if (digits ? !is_digit(c)
				: !(c >= 'a' && c <= 'z') && !is_digit(c))
			return false;
	}
	return middle > 0 && middle + 1 < word.n && word.n <= 16;
}

/* "<mail.info>", as FreeBSD's syslogd -v writes in front of the host. */
static void
skip_bracketed_facility(struct str *s)
{
	size_t n = bytes_chr(str_head(*s, 20), '>');

	if (s->n > n + 2 && s->p[0] == '<' && s->p[n] == '>' &&
	    s->p[n + 1] == ' ' && is_facility((struct str){s->p + 1, n - 1}))
		*s = bytes_from(*s, n + 2);
}

/* "mail.info postfix/smtpd[12]: text", or "mx1 ..." behind a facility that
 * was taken for the host. */
static void
take_behind_facility(struct str rest, struct line *ret)
{
	struct str word = take_word(&rest);

	if (rest.n == 0)
		return;
	if (is_facility(word)) {
		(void)take_program(rest, ret);
	} else if (is_facility(ret->host) && take_program(rest, ret)) {
		ret->host = word;
	}
}

/* "mx1 postfix/smtpd[12]: text", or the same without a host. */
static void
split_3164(struct str rest, struct line *ret)
{
	size_t n;

	if (rest.n > 0 && rest.p[0] == '<')
		skip_bracketed_facility(&rest);
	n = bytes_chr(rest, ' ');
	ret->text = rest;
	if (n > 0 && rest.p[n - 1] == ':' && !is_ip6(str_head(rest, n)) &&
	    take_program(rest, ret))
		return;
	ret->host = str_head(rest, n);
	ret->text = rest = bytes_from(rest, n < rest.n ? n + 1 : n);
	if (!take_program(rest, ret))
		take_behind_facility(rest, ret);
}

/* Could another stamp begin here? A host may, too; then there is none. */
static inline bool
may_be_stamp(struct str s)
{
	if (s.n <= 16)
		return false;
	if (s.p[3] == ' ') /* "Nov 16 ...", "Sun 2025-..." */
		return s.p[0] >= 'A' && s.p[0] <= 'W';
	if (is_digit(s.p[0]))
		return s.p[4] == '-' || s.p[4] == ' ' || s.p[10] == '.';
	return s.p[0] == 's' && s.p[6] == ' ' && s.p[8] == ' ';
}

/* Both halves of the head are kept, or it is none. */
static void
note_head(struct line_clock *clock)
{
	bool both = clock->stamp_at != WALL_NONE && clock->host_mask != 0;

	clock->head_mask = both ? clock->host_mask << LINE_HOST_AT | 0xffff : 0;
	clock->head_n =
	    LINE_HOST_AT + (size_t)__builtin_popcount(clock->host_mask);
}

/* stamp_take_next, for lines of the same second to come. Returns how many bytes
 * it has; 0: none. */
static size_t
take_stamp(struct line_clock *clock, struct str s, struct stamp *ret)
{
	const char *p = s.p;

	if (!stamp_take_next(clock, &s, ret))
		return 0;
	if (clock->form == STAMP_DAY) {
		memcpy(clock->head_text, p, LINE_HOST_AT);
		clock->stamp_at = ret->at;
		note_head(clock);
	}
	return (size_t)(s.p - p);
}

/* The same bytes are a host again, whatever stands behind them: a stamp in that
 * place would have a blank before any '[' and ": ", and take_tag leaves such
 * lines to others. */
static void
keep_host(struct line_clock *clock, struct str host)
{
	if (host.n >= sizeof(clock->head_text) - LINE_HOST_AT)
		return;
	memcpy(clock->head_text + LINE_HOST_AT, host.p, host.n + 1);
	clock->host_mask = (1u << (host.n + 1)) - 1;
	note_head(clock);
}

/* How long the host is, which a blank follows, of a line that is long enough;
 * 0: none. */
static inline size_t
take_host(struct line_clock *clock, struct str s)
{
	size_t n;

	if (clock->host_mask != 0 &&
	    (bytes_differ16(s.p, clock->head_text + LINE_HOST_AT) &
		clock->host_mask) == 0)
		return (size_t)__builtin_popcount(clock->host_mask) - 1;
	n = bytes_chr(s, ' ');
	/* '<': a facility (skip_bracketed_facility) */
	if (may_be_stamp(s) || n >= s.n || n == 0 || s.p[n - 1] == ':' ||
	    s.p[0] == '<')
		return 0;
	keep_host(clock, str_head(s, n));
	return n;
}

/* Stamp and host at the front of raw, which tell when and where: how long they
 * are with the blank behind each; 0: another form. Apart, as all is that few
 * lines need: registers would be saved for it at every line. */
static __attribute__((noinline)) size_t
take_head(struct line_clock *clock, struct str raw, struct line *ret)
{
	struct stamp stamp;
	size_t n = take_stamp(clock, raw, &stamp), host;
	struct str rest;

	if (n == 0 || raw.p[n] != ' ')
		return 0;
	rest = bytes_from(raw, n + 1);
	if (rest.n < sizeof(bytes_lane) || (host = take_host(clock, rest)) == 0)
		return 0;
	ret->at = stamp.at;
	ret->precision = stamp.precision;
	ret->host.p = rest.p;
	ret->host.n = host;
	return n + 1 + host + 1;
}

/* In a second with many lines the head is the same again. */
static inline bool
is_same_head(const struct line_clock *clock, struct str raw)
{
	return clock->head_mask != 0 &&
	       bytes_is_same32(raw.p, clock->head_text, clock->head_mask);
}

/* "postfix/smtpd[12]: ", "dovecot: ": how long that is, and how much of it the
 * program's name; 0: none. No stamp that stands in this place has a colon and a
 * blank behind its first word. */
static inline size_t
take_tag(struct str s, size_t *ret_program, uint64_t *ret_pid)
{
	size_t end = bytes_find32(s, '[', ':', ' ', '('), n;

	if (end + 10 > s.n || end == 0)
		return 0;
	*ret_program = end;
	if (s.p[end] == ':' && s.p[end + 1] == ' ') {
		*ret_pid = 0;
		return end + 2;
	}
	if (s.p[end] != '[')
		return 0;
	n = bytes_number(s.p + end + 1, ret_pid);
	end += 1 + n;
	if (end + 4 > s.n || n == 8 ||
	    (bytes_load4(s.p + end) & 0xffffff) != (']' | ':' << 8 | ' ' << 16))
		return 0;
	return end + 3;
}

/* What split_usual does not find in raw. One by one: of an initialiser gcc 12
 * makes a loop, and of a = b = c it reads b and c. */
static inline void
line_begin_usual(struct line *ret, struct str raw)
{
	ret->raw = raw;
	ret->number = 0;
	ret->from = 0;
	ret->tag = 0;
	ret->form = NULL;
	ret->no_sessions = false;
}

/* An empty line. */
static void
line_begin(struct line *ret, struct str raw)
{
	const struct str none = {NULL, 0};

	line_begin_usual(ret, raw);
	ret->at = WALL_NONE;
	ret->precision = 0;
	ret->host = none;
	ret->program = none;
	ret->text = none;
	ret->pid = 0;
}

/* The tag at the front of rest, and the text behind it. False: there is none. */
static __attribute__((noinline)) bool
split_tag(struct line_tags *tags, struct str rest, struct line *ret)
{
	size_t program, n;
	uint64_t pid;

	n = take_tag(rest, &program, &pid);
	if (n == 0)
		return false;
	if (tags != NULL && rest.n >= LINE_TAG_HEAD)
		ret->tag = tag_keep(tags, str_head(rest, n), program, pid);
	ret->program.p = rest.p;
	ret->program.n = program;
	ret->pid = pid;
	ret->text.p = rest.p + n;
	ret->text.n = rest.n - n;
	return true;
}

/*
 * "Nov 16 00:04:24 mx1 postfix/smtpd[12]: text" or the same with a stamp of
 * RFC 3339, in the hour of the line before: nearly every line. False, and
 * nothing that counts changed, when it is any other. Nobody is given the place
 * of a string in here: it would be written in halves and read at once whole,
 * for which a processor waits longer than for all the rest of this.
 */
static inline bool
split_usual(struct line_clock *clock, struct str raw, struct line *ret)
{
	struct str rest;
	size_t n;

	line_begin_usual(ret, raw);
	if (raw.n < sizeof(clock->head_text) || is_blank(raw.p[raw.n - 1]))
		return false;
	if (is_same_head(clock, raw)) {
		n = clock->head_n;
		ret->at = clock->stamp_at;
		ret->precision = US_SECOND;
		ret->host.p = raw.p + LINE_HOST_AT;
		ret->host.n = n - LINE_HOST_AT - 1;
	} else {
		n = take_head(clock, raw, ret);
		if (n == 0)
			return false;
	}
	rest = bytes_from(raw, n);
	if (!tag_split_known(clock->tags, rest, ret) &&
	    !split_tag(clock->tags, rest, ret))
		return false;
	clock->last = ret->at;
	return true;
}

/* Between the columns of a table: not a syslog, but stamps must be found. */
static bool
is_column(char c)
{
	return c == '\t' || c == ',';
}

static __attribute__((noinline)) bool
split_any(struct line_clock *clock, struct str raw, struct line *ret_line)
{
	struct str rest = raw;
	struct stamp stamp;

	line_begin(ret_line, raw);
	stamp.is_5424 = false;
	if (!stamp_take(clock, &rest, &stamp) || rest.n == 0 ||
	    (rest.p[0] != ' ' && rest.p[0] != ':' && !is_column(rest.p[0])))
		return false;
	rest = bytes_from(rest, 1);
	while (rest.n > 0 && is_blank(rest.p[rest.n - 1]))
		rest.n--;
	ret_line->at = stamp.at;
	ret_line->precision = stamp.precision;
	clock->last = stamp.at;
	if (stamp.is_5424) {
		split_5424(rest, ret_line);
		return true;
	}
	if (may_be_stamp(rest))
		stamp_skip_second(clock, &rest);
	split_3164(rest, ret_line);
	return true;
}

bool
line_split(struct line_clock *clock, struct str raw, struct line *ret_line)
{
	return split_usual(clock, raw, ret_line) ||
	       split_any(clock, raw, ret_line);
}

static void
end_stamp(struct line_clock *clock, const struct stamp *stamp, struct str rest,
    struct line *ret_line)
{
	while (rest.n > 0 && is_blank(rest.p[rest.n - 1]))
		rest.n--;
	clock->last = stamp->at;
	ret_line->at = stamp->at;
	ret_line->precision = stamp->precision;
	ret_line->text = rest;
}

/* Apart, for its stamp would have to be in memory at every line. */
static __attribute__((noinline)) bool
split_other_stamp(
    struct line_clock *clock, struct str raw, struct line *ret_line)
{
	struct str rest = raw;
	struct stamp stamp;

	if (!stamp_take(clock, &rest, &stamp))
		return false;
	end_stamp(clock, &stamp, rest, ret_line);
	return true;
}

bool
line_split_stamp(
    struct line_clock *clock, struct str raw, struct line *ret_line)
{
	struct str rest = raw;
	struct stamp stamp;

	line_begin(ret_line, raw);
	if (!stamp_take_plain(clock, &rest, &stamp))
		return split_other_stamp(clock, raw, ret_line);
	end_stamp(clock, &stamp, rest, ret_line);
	return true;
}

wall_us
line_stamp(struct line_clock *clock, struct str raw, bool *ret_has_year,
    int *ret_month)
{
	struct stamp stamp = {0};

	if (!stamp_take(clock, &raw, &stamp))
		return WALL_NONE;
	*ret_has_year = stamp.has_year;
	*ret_month = stamp.month;
	return stamp.at;
}

void
line_clock_init(struct line_clock *clock, int year)
{
	*clock = (struct line_clock){
	    .year = year, .last = WALL_NONE, .stamp_at = WALL_NONE};
	if (year == 0) {
		time_t now = time(NULL);
		struct tm tm;

		if (localtime_r(&now, &tm) != NULL)
			clock->year = tm.tm_year + 1900;
	}
}
