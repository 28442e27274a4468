/* SPDX-License-Identifier: ISC */
/*
 * Exim 4.90 to 4.98: its main log, and what of it goes to syslog.
 *
 *	2026-11-20 08:15:43 1xWScv-000AmZ-0W <= ana@x H=host (helo) [192.0.2.1]
 *	    P=esmtpsa A=login:ana@x S=3603 id=1@x T="subject" for b@z
 *	2026-11-20 08:15:43 1xWScv-000AmZ-0W => b@z R=dnslookup T=remote_smtp
 *	    H=mx.z [192.0.2.9] C="250 2.0.0 Ok: queued as 4JMhhRknhlGz1x"
 *	2026-11-20 08:15:43 1xWScv-000AmZ-0W Completed
 *
 * (The Exim Specification, "Log files".) It writes /var/log/exim4/mainlog
 * (Debian), /var/log/exim/main.log or mainlog (Red Hat, DirectAdmin),
 * /var/log/exim_mainlog (cPanel), or syslog, where the same stamp stands in
 * the text and long lines are cut: "[1/2] 2026-11-20 ...", "[2\2] ...". With
 * log_selector +millisec and log_timezone the stamp is "2026-11-20
 * 08:15:43.123 +0100"; +pid puts "[4711] " behind it. Message ids have 16
 * bytes, since 4.97 23.
 *
 * The reject log repeats lines of the main log with the header of the message
 * below, without stamps; the panic log is about Exim's own health. Neither
 * tells of mail.
 */
#include "mta/exim_part.h"

#include "base/lang.h"

enum {
	STAMP = 19,    /* "2026-11-20 08:15:43" */
	OWN_LINES = 40 /* of the beginning: enough to know it */
};

static bool
is_digit(char c)
{
	return (unsigned char)(c - '0') < 10;
}

static bool
is_base62(char c)
{
	return is_digit(c) || (unsigned char)((c | 0x20) - 'a') < 26;
}

/* "1xWScu-000AmO-2F", or the first sixteen bytes of a long one: letters and
 * digits, and dashes where these bits are. */
static inline bool
is_id16(const char *p, unsigned dashes)
{
	bytes_lane lane = bytes_load16(p);
	bytes_lane base62 = (bytes_lane)(lane - '0' <= 9) |
			    (bytes_lane)((lane | 0x20) - 'a' <= 25);

	return bytes_mask(base62) == (0xffff & ~dashes) &&
	       bytes_mask((bytes_lane)(lane == '-')) == dashes;
}

size_t
exim_id_length(struct str s)
{
	size_t n = 16;

	if (s.n < n || !is_id16(s.p, 1u << 6 | 1u << 13)) {
		n = 23;
		if (s.n < n || !is_id16(s.p, 1u << 6) ||
		    !is_id16(s.p + n - 16, 1u << (18 - (23 - 16))))
			return 0;
	}
	return s.n == n || !is_base62(s.p[n]) ? n : 0;
}

/* Behind the quote that ends what begins in front of from; the end of the text
 * when none does. */
static size_t
quote_end(struct str text, size_t from)
{
	while (from < text.n) {
		from += bytes_find(bytes_from(text, from), '"', '\\', '"', '"');
		if (from >= text.n || text.p[from] == '"')
			return from + 1;
		from += 2;
	}
	return text.n + 1;
}

/* The length of a word with quotes, the first of which is at n. */
static size_t
quoted_length(struct str text, size_t n)
{
	/* and what is escaped in them */
	while (n < text.n && text.p[n] != ' ') {
		n = quote_end(text, n + 1);
		if (n < text.n)
			n +=
			    bytes_find(bytes_from(text, n), ' ', '"', ' ', ' ');
	}
	return n < text.n ? n : text.n;
}

struct str
exim_long_word(struct str *text)
{
	struct str s = *text;
	size_t n = bytes_find32(s, ' ', '"', ' ', ' ');

	if (n < s.n && s.p[n] != ' ')
		n = quoted_length(s, n);
	*text = n < s.n ? bytes_from(s, n + 1) : (struct str){NULL, 0};
	return (struct str){s.p, n};
}

unsigned
exim_code(struct str words)
{
	if (words.n < 3 || words.p[0] < '2' || words.p[0] > '5' ||
	    !is_digit(words.p[1]) || !is_digit(words.p[2]) ||
	    (words.n > 3 && words.p[3] != ' ' && words.p[3] != '-' &&
		words.p[3] != '\\'))
		return 0;
	return (unsigned)(words.p[0] - '0') * 100 +
	       (unsigned)(words.p[1] - '0') * 10 + (unsigned)(words.p[2] - '0');
}

/* ":5012", if that stands there. */
static void
eat_port(struct str *text, unsigned *ret_port)
{
	struct str s = *text;
	size_t n = 1;
	unsigned port = 0;

	if (s.n == 0 || s.p[0] != ':')
		return;
	for (; n < s.n && is_digit(s.p[n]); n++)
		port = port * 10 + (unsigned)(s.p[n] - '0');
	if (n == 1 || n > 6)
		return;
	*ret_port = port;
	*text = bytes_from(s, n);
}

/* "[192.0.2.1]:5012" */
static bool
eat_address(struct str *text, struct exim_peer *peer)
{
	struct str s = *text;
	size_t close;

	if (!str_eat(&s, S("[")))
		return false;
	close = ip_take_v4(s, ']', &peer->ip);
	if (close == 0) {
		close = bytes_find(s, ']', ' ', ']', ']');
		if (close == s.n || s.p[close] == ' ' ||
		    !ip_parse(str_head(s, close), &peer->ip))
			return false;
	}
	*text = bytes_from(s, close + 1);
	eat_port(text, &peer->port);
	return true;
}

/* Where ") [" begins; s.n: nowhere. */
static size_t
helo_end(struct str s)
{
	size_t n = 0;

	for (;;) {
		n += bytes_chr(bytes_from(s, n), ')');
		if (n + 2 >= s.n)
			return s.n;
		if (s.p[n + 1] == ' ' && s.p[n + 2] == '[')
			return n;
		n++;
	}
}

bool
exim_eat_peer(struct str *text, struct exim_peer *ret_peer)
{
	struct str s = *text;

	*ret_peer = (struct exim_peer){0};
	if (s.n > 0 && s.p[0] != '(' && s.p[0] != '[') {
		size_t n = bytes_chr(s, ' ');

		ret_peer->name = str_head(s, n);
		s = str_skip(s, n + 1);
	}
	if (s.n > 0 && s.p[0] == '(') {
		size_t n = helo_end(s);

		if (n == s.n)
			return false;
		ret_peer->helo = (struct str){s.p + 1, n - 1};
		s = bytes_from(s, n + 2);
	}
	if (!eat_address(&s, ret_peer))
		return false;
	*text = s;
	return true;
}

/* ---- the outer parts ---- */

/* "[4711] " in front of the text (+pid). */
static __attribute__((noinline)) void
eat_bracket(struct str *text, uint64_t *ret_pid)
{
	struct str s = *text;
	uint64_t pid;

	if (str_eat(&s, S("[")) && str_u64(&s, 10, &pid) &&
	    str_eat(&s, S("] "))) {
		*ret_pid = pid;
		*text = s;
	}
}

static inline void
eat_pid(struct str *text, uint64_t *ret_pid)
{
	if (text->n > 0 && text->p[0] == '[')
		eat_bracket(text, ret_pid);
}

static bool
exim_split(struct line_clock *clock, struct str raw, struct line *ret_line)
{
	if (!line_split_stamp(clock, raw, ret_line) ||
	    !str_eat(&ret_line->text, S(" ")))
		return false;
	eat_pid(&ret_line->text, &ret_line->pid);
	return true;
}

/* In syslog, unless syslog_timestamp is off: the same stamp once more. */
struct str
exim_skip_stamp(struct str text)
{
	struct str s = text;

	if (s.n <= STAMP || !is_digit(s.p[0]) || s.p[4] != '-' ||
	    s.p[7] != '-' || s.p[10] != ' ' || s.p[13] != ':')
		return text;
	s = bytes_from(s, STAMP);
	if (s.p[0] == '.')
		s = str_skip(s, str_chr(s, ' '));
	if (s.n > 6 && s.p[0] == ' ' && (s.p[1] == '+' || s.p[1] == '-') &&
	    is_digit(s.p[2]))
		s = str_skip(s, 6);
	return str_eat(&s, S(" ")) ? s : text;
}

/* "[1/3] " is the first part of a long line, "[2\3] " another. True: it is no
 * first one. */
static bool
eat_part(struct str *text, bool *ret_cut)
{
	struct str s = *text;
	uint64_t number, all;
	bool first;

	*ret_cut = false;
	if (!str_eat(&s, S("[")) || !str_u64(&s, 4, &number) || s.n == 0)
		return false;
	first = s.p[0] == '/';
	if (!first && s.p[0] != '\\')
		return false;
	s = bytes_from(s, 1);
	if (!str_u64(&s, 4, &all) || !str_eat(&s, S("] ")))
		return false;
	*ret_cut = all > 1;
	*text = s;
	return !first || number != 1;
}

static bool
exim_claims(struct str program)
{
	return str_eq(program, S("exim")) || str_eq(program, S("exim4")) ||
	       str_starts(program, S("exim-"));
}

/* Does a line that begins so come from Exim and nobody else? */
static bool
is_own_text(struct str text)
{
	static const struct str words[] = {S0("cwd=/"), S0("Start queue run: "),
	    S0("End queue run: "), S0("exim 4."), S0("SMTP connection from "),
	    S0("no host name found for IP address "),
	    S0("TLS error on connection from "), S0("H=")};
	size_t id = exim_id_length(text);

	if (id > 0)
		return id < text.n && text.p[id] == ' ';
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_starts(text, words[i]))
			return true;
	return str_has(text, S(" authenticator failed for "));
}

static bool
exim_owns(struct str head)
{
	struct line_clock clock;
	struct line line;

	line_clock_init(&clock, 0);
	for (int i = 0; i < OWN_LINES && head.n > 0; i++) {
		struct str raw = str_take(&head, '\n');

		/* its form of a stamp and no other */
		if (raw.n <= STAMP || !is_digit(raw.p[0]) || raw.p[4] != '-' ||
		    raw.p[10] != ' ' || raw.p[13] != ':' ||
		    !exim_split(&clock, raw, &line))
			continue;
		if (is_own_text(line.text))
			return true;
	}
	return false;
}

/* ---- lines that begin with the id of a message ---- */

/* "removed by root", "removed by mail admin", "frozen by root" (queue.c) */
static enum line_result
read_word(const struct line *line, struct str text, struct event *e)
{
	struct str word = text;

	if (str_starts(text, S("Completed"))) {
		e->kind = EVENT_REMOVED;
		return LINE_EVENT;
	}
	if (str_eat(&word, S("Frozen")) || str_eat(&word, S("*** Frozen")) ||
	    str_eat(&word, S("frozen by "))) {
		e->kind = EVENT_HOLD;
		(void)str_eat(&word, S(" "));
		e->reply = word;
		return LINE_EVENT;
	}
	if (str_starts(text, S("removed by ")) ||
	    str_starts(text, S("cancelled by ")) ||
	    str_starts(text, S("Message removed because older than "))) {
		e->kind = EVENT_DELETED;
		return LINE_EVENT;
	}
	return exim_session(line, text, e);
}

static enum line_result
read_message(const struct line *line, struct str text, struct event *e)
{
	struct str words;

	if (text.n < 3 || text.p[2] != ' ')
		return read_word(line, text, e);
	words = bytes_from(text, 3);
	if (text.p[0] == '<' && text.p[1] == '=')
		return exim_received(words, e);
	if (text.p[1] == '>' &&
	    (text.p[0] == '=' || text.p[0] == '-' || text.p[0] == '>')) {
		e->early = text.p[0] == '>';
		return exim_sent(words, e);
	}
	if (text.p[0] == '*' && text.p[1] == '*')
		return exim_failed(words, e);
	if (text.p[0] == '=' && text.p[1] == '=')
		return exim_deferred(words, e);
	if (text.p[0] == '*' && text.p[1] == '>')
		return LINE_SKIP; /* -N: only as if */
	return read_word(line, text, e);
}

static enum line_result
exim_line(const struct line *line, struct event *ret_event)
{
	struct str text = line->text;
	uint64_t pid = line->pid;
	enum line_result result;
	bool cut = false;
	size_t id;

	if (line->program.n > 0) { /* by syslog */
		if (eat_part(&text, &cut))
			return LINE_SKIP;
		text = exim_skip_stamp(text);
		eat_pid(&text, &pid);
	}
	if (str_eat(&text, S("cwd=")))
		return exim_called(line, text, pid, ret_event);
	/* To clear an event takes longer than all that such a line needs. */
	if (line->no_sessions && str_starts(text, S("SMTP connection ")))
		return LINE_SKIP;
	event_begin(ret_event, EVENT_NONE, line);
	ret_event->pid = pid;
	id = exim_id_length(text);
	if (id > 0 && id < text.n && text.p[id] == ' ') {
		ret_event->queue_id = str_head(text, id);
		result =
		    read_message(line, bytes_from(text, id + 1), ret_event);
	} else {
		result = exim_session(line, text, ret_event);
	}
	if (cut) /* the rest of the recipients is somewhere else */
		ret_event->nrcpt = 0;
	return result;
}

const struct mta mta_exim = {
    .name = "exim",
    .manual = "https://www.exim.org/exim-html-current/doc/html/spec_html/"
	      "ch-log_files.html",
    .is_server = true,
    .advice =
	{
	    [ADVICE_CLIENT] = {"host_reject_connection = <; {address}",
		N_("a line for the main part of Exim's configuration (or one "
		   "more of the list that is there), then restart it: refuses "
		   "this address and nobody else, until you take it out "
		   "again"),
		NULL},
	    [ADVICE_RELAY] = {"exim -bP config | grep -n hostlist",
		N_("look which list lets them in: it may name only your own "
		   "machines; \"exim -bh 198.51.100.1\" plays a stranger's "
		   "session and names the ACL that says yes"),
		NULL},
	    [ADVICE_SESSIONS] = {"exiwhat",
		N_("look which processes still handle connections of a login "
		   "with the old password, and kill them (kill PID)"),
		NULL},
	    [ADVICE_USER] = {"setfacl -m u:{user}:--- "
			     "\"$(readlink -f /usr/sbin/sendmail)\"",
		NULL,
		"setfacl -x u:{user} "
		"\"$(readlink -f /usr/sbin/sendmail)\""},
	    [ADVICE_FOLDER] = {"deny condition = ${if match{$initial_cwd}"
			       "{\\N^{folder}(/|$)\\N}}",
		N_("a line for Exim's configuration, at the top of the ACL "
		   "that acl_not_smtp names (set one if there is none; its "
		   "last line is accept): refuses what is sent from this "
		   "folder and nothing else, until you take it out again"),
		NULL},
	    [ADVICE_RECIPIENTS] =
		{"exim -bP config | grep -n 'verify = recipient'",
		    N_("refuse unknown recipients at the door: \"require verify "
		       "= recipient\" in the ACL of RCPT, in front of what "
		       "accepts your domains"),
		    NULL},
	},
    .calls = true,
    .claims = exim_claims,
    .owns = exim_owns,
    .split = exim_split,
    .queue = &exim_spool,
    .line = exim_line,
    .facts = exim_facts,
    .details = {[DETAIL_FOLDER] = {"log_selector", "+arguments"},
	[DETAIL_PROCESS] = {"log_selector", "+pid"},
	[DETAIL_RECIPIENTS] = {"log_selector", "+received_recipients"},
	[DETAIL_REPLY] = {"log_selector", "+smtp_confirmation"},
	[DETAIL_SUBJECT] = {"log_selector", "+subject"},
	/* Specification 34: $auth1 for LOGIN and Dovecot's; a PLAIN of Exim's
	 * own has the name in $auth2. */
	[DETAIL_ACCOUNT] = {"server_set_id", "$auth1"}},
};
