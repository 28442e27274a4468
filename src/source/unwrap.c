/* SPDX-License-Identifier: ISC */
/*
 * dockerd with "json-file", also below podman and mailcow, Mailu and
 * docker-mailserver; containerd's CRI form (Kubernetes, podman "k8s-file");
 * what "docker compose logs" and "docker logs -t" print:
 *
 *	{"log":"Nov 26 05:41:16 mx1 postfix/qmgr[9]: 4Y: from=\u003ca@b\u003e\n",
 *	    "stream":"stdout","time":"2026-11-26T05:41:16.123456789Z"}
 *	2026-11-26T05:41:16.123456789Z stdout F Nov 26 05:41:16 mx1 postfix...
 *	postfix-mailcow-1  | Nov 26 05:41:16 mx1 postfix...
 *	2026-11-26T05:41:16.123456789Z Nov 26 05:41:16 mx1 postfix...
 *
 * And what grep puts in front of lines that it found in several files, with -n
 * or without:
 *
 *	/var/log/mail.log.1:Nov 26 05:41:16 mx1 postfix...
 *	mail.log.2.gz:12:Nov 26 05:41:16 mx1 postfix...
 *
 * docs.docker.com "JSON File logging driver"; Kubernetes "CRI log format".
 */
#include "source/unwrap.h"

#include "event/line.h"

enum {
	TIME_MAX = 40,
	PATH_LENGTH_MAX = 512,
	/* Lines looked at: an entry point may print a banner first. */
	HEAD_LINES = 20
};

static const struct str docker = S0("{\"log\":\"");

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* ---- stamps ---- */

/* Length of "2026-11-26T05:41:16.123456789Z "; 0: none. */
static size_t
time_length(struct str s)
{
	size_t n = str_chr(str_head(s, TIME_MAX), ' ');

	if (n < 20 || n >= s.n || n >= TIME_MAX || !is_digit(s.p[0]) ||
	    !is_digit(s.p[3]) || s.p[4] != '-' || s.p[7] != '-' ||
	    s.p[10] != 'T' || s.p[13] != ':')
		return 0;
	return n + 1;
}

/* Length of "Nov 26 05:41:16 " or "Nov 26 05:41:16.123456 "; 0: none. */
static size_t
syslog_length(struct str s)
{
	size_t n = 15;

	if (s.n < 17 || s.p[3] != ' ' || s.p[6] != ' ' || s.p[9] != ':' ||
	    s.p[12] != ':' || !is_digit(s.p[5]) || !is_digit(s.p[14]))
		return 0;
	if (s.p[n] == '.')
		for (n++; n < s.n && is_digit(s.p[n]);)
			n++;
	return n < s.n && s.p[n] == ' ' ? n + 1 : 0;
}

/* One of its own, with a year: "2026-11-26 05:41:16" of Exim, TAI64N. */
static bool
has_stamp(struct str s)
{
	struct line_clock clock;
	bool has_year = false;
	int month;

	line_clock_init(&clock, 2000);
	return line_stamp(&clock, s, &has_year, &month) != WALL_NONE &&
	       has_year;
}

/* The keeper's time, without what is below a microsecond, and its length. */
static size_t
time_put(char to[TIME_MAX + 8], struct str time)
{
	size_t n = 0, digits = 0;
	bool fraction = false;

	for (size_t i = 0; i < time.n && n < TIME_MAX; i++) {
		char c = time.p[i];

		if (fraction && is_digit(c) && ++digits > 6)
			continue;
		fraction = c == '.' || (fraction && is_digit(c));
		to[n++] = c;
	}
	to[n++] = ' ';
	return n;
}

/* text behind time, in the n bytes at line; text lies in them, too. */
static struct str
put(char *line, size_t n, struct str time, struct str text)
{
	char stamp[TIME_MAX + 8];
	size_t own = syslog_length(text), used;

	if (has_stamp(text) || time.n == 0 || time.n > TIME_MAX)
		return text;
	used = time_put(stamp, time);
	if (own == 0) {
		/* No stamp: nobody says which host it was. */
		stamp[used++] = '-';
		stamp[used++] = ' ';
	}
	text = str_skip(text, own);
	if (used + text.n > n)
		return text;
	if (text.n > 0)
		memmove(line + used, text.p, text.n);
	memcpy(line, stamp, used);
	return (struct str){line, used + text.n};
}

/* ---- docker's JSON ---- */

static int
hex_value(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Four digits; what is no character alone (a surrogate) becomes '?'. */
static size_t
put_escape(char *to, struct str hex)
{
	unsigned rune = 0;

	for (size_t i = 0; i < 4; i++) {
		int value = i < hex.n ? hex_value(hex.p[i]) : -1;

		rune = value < 0 ? 0xd800 : rune * 16 + (unsigned)value;
		if (value < 0)
			break;
	}
	if (rune >= 0xd800 && rune < 0xe000)
		rune = '?';
	if (rune < 0x80) {
		/* A line break inside would make two lines of one. */
		to[0] = (char)(rune == '\n' ? ' ' : (int)rune);
		return 1;
	}
	if (rune < 0x800) {
		to[0] = (char)(0xc0 | rune >> 6);
		to[1] = (char)(0x80 | (rune & 0x3f));
		return 2;
	}
	to[0] = (char)(0xe0 | rune >> 12);
	to[1] = (char)(0x80 | (rune >> 6 & 0x3f));
	to[2] = (char)(0x80 | (rune & 0x3f));
	return 3;
}

/* The string that begins at line + from, unescaped in its place; *ret_end is
 * behind its closing quote. */
static struct str
unescape(char *line, size_t n, size_t from, size_t *ret_end)
{
	size_t to = from, i = from;

	while (i < n && line[i] != '"') {
		char c = line[i++];

		if (c != '\\' || i == n) {
			line[to++] = c;
			continue;
		}
		c = line[i++];
		if (c == 'u') {
			to += put_escape(
			    line + to, (struct str){line + i, n - i});
			i += i + 4 <= n ? 4 : n - i;
		} else {
			line[to++] = (char)(c == 't'               ? '\t'
					    : c == 'n' || c == 'r' ? ' '
								   : c);
		}
	}
	*ret_end = i < n ? i + 1 : n;
	return str_trim((struct str){line + from, to - from});
}

static struct str
unwrap_docker(char *line, size_t n)
{
	static const struct str key = S0("\"time\":\"");
	struct str text, rest, time;
	size_t end;

	if (!str_starts((struct str){line, n}, docker))
		return (struct str){line, n};
	text = unescape(line, n, docker.n, &end);
	rest = (struct str){line + end, n - end};
	rest = str_skip(rest, str_find(rest, key));
	if (!str_eat(&rest, key))
		return text;
	time = str_take(&rest, '"');
	return put(line, n, time, text);
}

/* ---- the others ---- */

/* "stdout F " behind a time; 0: not there. */
static size_t
stream_length(struct str s)
{
	struct str rest = s;

	if (!str_eat(&rest, S("stdout ")) && !str_eat(&rest, S("stderr ")))
		return 0;
	return str_eat(&rest, S("F ")) || str_eat(&rest, S("P ")) ? s.n - rest.n
								  : 0;
}

static struct str
unwrap_times(char *line, size_t n)
{
	struct str s = {line, n}, text;
	size_t time = time_length(s), stream;

	if (time == 0)
		return s;
	text = str_skip(s, time);
	stream = stream_length(text);
	/* A syslog line has its host there. */
	if (stream == 0 && syslog_length(text) == 0 && !has_stamp(text))
		return s;
	return put(line, n, str_head(s, time - 1), str_skip(text, stream));
}

/* "postfix-mailcow-1  | "; 0: not there. */
static size_t
name_length(struct str s)
{
	size_t n = 0;

	while (n < s.n && n < 100 && s.p[n] > ' ' && s.p[n] < 0x7f &&
	       s.p[n] != '|' && s.p[n] != '{' && s.p[n] != '[')
		n++;
	if (n == 0)
		return 0;
	while (n < s.n && n < 120 && s.p[n] == ' ')
		n++;
	return n + 1 < s.n && s.p[n] == '|' && s.p[n + 1] == ' ' ? n + 2 : 0;
}

static struct str
unwrap_compose(char *line, size_t n)
{
	size_t name = name_length((struct str){line, n});

	return unwrap_times(line + name, n - name);
}

/* Does a line of a log begin so? */
static bool
is_begin(struct str s)
{
	return s.n > 0 && s.p[0] > ' ' &&
	       (time_length(s) > 0 || syslog_length(s) > 0 || has_stamp(s));
}

/* "12:"; 0: not there. */
static size_t
number_length(struct str s)
{
	size_t n = 0;

	while (n < s.n && n < 19 && is_digit(s.p[n]))
		n++;
	return n > 0 && n < s.n && s.p[n] == ':' ? n + 1 : 0;
}

/* "mail.log.1:" or "mail.log.1:12:", and a stamp behind it; 0: not there. */
static size_t
path_length(struct str s)
{
	size_t colon = str_chr(str_head(s, PATH_LENGTH_MAX), ':'), n;

	if (colon == 0 || colon >= s.n || s.p[colon] != ':' || is_begin(s))
		return 0;
	n = number_length(str_skip(s, colon + 1));
	if (n > 0 && is_begin(str_skip(s, colon + 1 + n)))
		return colon + 1 + n;
	return is_begin(str_skip(s, colon + 1)) ? colon + 1 : 0;
}

struct str
unwrap_line(enum source_wrap wrap, char *line, size_t n)
{
	switch (wrap) {
	case WRAP_DOCKER:
		return unwrap_docker(line, n);
	case WRAP_TIMES:
		return unwrap_times(line, n);
	case WRAP_COMPOSE:
		return unwrap_compose(line, n);
	case WRAP_GREP:
		return str_skip(
		    (struct str){line, n}, path_length((struct str){line, n}));
	case WRAP_NONE:
		break;
	}
	return (struct str){line, n};
}

size_t
unwrap_block(enum source_wrap wrap, char *block, size_t n)
{
	size_t to = 0;

	for (size_t from = 0; from < n;) {
		char *nl = memchr(block + from, '\n', n - from);
		size_t length =
		    nl == NULL ? n - from : (size_t)(nl - block) - from;
		struct str text = unwrap_line(wrap, block + from, length);

		if (text.n > 0)
			memmove(block + to, text.p, text.n);
		to += text.n;
		if (nl != NULL)
			block[to++] = '\n';
		from += length + 1;
	}
	return to;
}

static enum source_wrap
wrap_of(struct str line)
{
	size_t time = time_length(line), name = name_length(line);
	struct str text = str_skip(line, time);

	if (str_starts(line, docker))
		return WRAP_DOCKER;
	if (time > 0 && (stream_length(text) > 0 || syslog_length(text) > 0))
		return WRAP_TIMES;
	if (name > 0 && is_begin(str_skip(line, name)))
		return WRAP_COMPOSE;
	return path_length(line) > 0 ? WRAP_GREP : WRAP_NONE;
}

enum source_wrap
unwrap_find(struct str head)
{
	for (int i = 0; i < HEAD_LINES && head.n > 0; i++) {
		enum source_wrap wrap = wrap_of(str_take(&head, '\n'));

		if (wrap != WRAP_NONE)
			return wrap;
	}
	return WRAP_NONE;
}
