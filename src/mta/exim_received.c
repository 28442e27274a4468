/* SPDX-License-Identifier: ISC */
/*
 * A message came in (receive.c of Exim, add_host_info_for_log and after):
 *
 *	<= ana@x H=name (helo) [192.0.2.1]:5012 I=[192.0.2.25]:465 U=ident
 *	    P=esmtpsa X=TLS1.3:... CV=no DN="..." SNI="..." A=login:ana@x
 *	    S=3603 M8S=0 RT=0.2s id=1@y T="subject" from <a@x> for b@z c@z
 *	<= www-data@mx1 U=www-data P=local S=491 T="..." for b@z
 *	<= <> R=1xWScu-000AmO-2F U=Debian-exim P=local S=1771 T="..." for a@x
 *
 * in this order, as far as log_selector asks for it. What a stranger chose
 * stands in quotes, parentheses or brackets, or behind P=, X= and A=, which
 * are Exim's own; only an ident answer (U= behind H=, off by default) does
 * not. So the last P= counts, and nothing behind S= is a login any more.
 *
 * And a program was called (+arguments), before it reads any message:
 *
 *	cwd=/var/www/shop 4 args: /usr/sbin/sendmail -t -i -fshop@x
 */
#include "mta/exim_part.h"

/* The line is longer than what Exim logs of one (log.c, LOG_BUFFER_SIZE). */
static const struct str overflow = S0("log string overflowed log buffer");

enum {
	LONG = 8000,
	NOTE = 64,     /* at its end, between stars */
	ARGS_TRIED = 8 /* a line of nothing else must not take minutes */
};

static bool
is_digit(char c)
{
	return (unsigned char)(c - '0') < 10;
}

static struct str
quoted(struct str value)
{
	if (value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"')
		return (struct str){value.p + 1, value.n - 2};
	return value;
}

/* "login:ana@x", with smtp_mailauth "login:ana@x:sender@y"; without an id
 * nothing but the authenticator tells who it was. */
static void
read_login(struct str value, struct event *e)
{
	size_t colon = bytes_chr(value, ':'), again;

	e->method = str_head(value, colon);
	e->account = str_skip(value, colon + 1);
	if (e->account.n == 0)
		e->account = e->method;
	again = bytes_chr(e->account, ':');
	if (again < e->account.n &&
	    str_chr(str_skip(e->account, again), '@') < e->account.n - again)
		e->account = str_head(e->account, again);
}

/* "b@z c@z": how many, and the first. */
static void
read_recipients(struct str list, struct event *e)
{
	size_t n = 0;

	if (list.n > LONG ||
	    (str_ends(list, S("*")) &&
		str_has(str_skip(list, list.n > NOTE ? list.n - NOTE : 0),
		    overflow)))
		return;
	while (list.n > 0) {
		struct str one = exim_word(&list);

		if (one.n == 0)
			continue;
		if (n++ == 0)
			e->recipient = one;
	}
	e->nrcpt = n;
}

/* "3603", or 0. */
static uint64_t
number_of(struct str digits)
{
	uint64_t number = 0;

	if (digits.n > 18)
		return 0;
	for (size_t i = 0; i < digits.n; i++) {
		if (!is_digit(digits.p[i]))
			break;
		number = number * 10 + (unsigned char)(digits.p[i] - '0');
	}
	return number;
}

/* A trusted user may say how he got a message (-oMr, specification 5.2). Filters
 * that Exim's pipe runs do, to be told from others: "spam-scanned". So does
 * nobody who hands in a message of his own, which is "local", "local-smtp" ...
 */
static bool
is_handed_back(struct str protocol)
{
	(void)str_eat(&protocol, S("utf8"));
	return protocol.n > 0 && !str_starts(protocol, S("local")) &&
	       !str_starts(protocol, S("smtp")) &&
	       !str_starts(protocol, S("esmtp")) &&
	       !str_starts(protocol, S("lmtp"));
}

/* As if it came by SMTP from here, as from other filters. */
static void
hand_back(struct event *e)
{
	static const struct ip here = {
	    .b = {[10] = 0xff, [11] = 0xff, [12] = 127, [15] = 1}};

	e->user = (struct str){NULL, 0};
	e->client = here;
}

/* One field in front of S=. */
static void
read_early(struct str word, struct event *e)
{
	struct str value = str_skip(word, 2);

	switch (word.p[0]) {
	case 'A':
		read_login(value, e);
		break;
	case 'P':
		e->account = e->method = (struct str){NULL, 0};
		break;
	case 'R':
		if (exim_id_length(value) == value.n)
			e->parent_id = value;
		break;
	case 'U':
		if (ip_is_none(&e->client) && e->helo.n == 0)
			e->user = value;
		break;
	case 'S':
		e->size = number_of(value);
		break;
	default:
		break;
	}
}

/* Behind S=, up to the recipients. */
static void
read_late(struct str text, struct event *e)
{
	while (text.n > 0) {
		struct str word;

		if (str_eat(&text, S("for "))) {
			read_recipients(text, e);
			return;
		}
		word = exim_word(&text);
		if (str_eat(&word, S("id=")))
			e->message_id = word;
		else if (str_eat(&word, S("T=")))
			e->subject = quoted(word);
	}
}

enum line_result
exim_received(struct str text, struct event *e)
{
	struct exim_peer peer;
	bool is_back = false;

	e->kind = EVENT_RECEIVED;
	e->has_sender = true;
	e->sender = exim_word(&text);
	if (str_eq(e->sender, S("<>")))
		e->sender = (struct str){NULL, 0};
	while (text.n > 0) {
		struct str word;

		if (str_eat(&text, S("H="))) {
			if (!exim_eat_peer(&text, &peer))
				return LINE_UNKNOWN;
			e->client_name = peer.name;
			e->client = peer.ip;
			e->helo = peer.helo;
			(void)str_eat(&text, S(" "));
			continue;
		}
		word = exim_word(&text);
		if (word.n < 3 || word.p[1] != '=')
			continue;
		read_early(word, e);
		if (word.p[0] == 'P')
			is_back = e->user.n > 0 && e->parent_id.n == 0 &&
				  is_handed_back(str_skip(word, 2));
		if (word.p[0] == 'S') {
			if (is_back)
				hand_back(e);
			read_late(text, e);
			return LINE_EVENT;
		}
	}
	/* Every version writes S=; a line cut by syslog may have lost it. */
	return e->client.b[15] == 0 && e->user.n == 0 && e->parent_id.n == 0
		   ? LINE_UNKNOWN
		   : LINE_EVENT;
}

/* ---- cwd= ---- */

/* "-Mc", "-q30m", "-bd", "-bp": not to send a message; -E is how Exim itself
 * hands in a notice (specification 5.2). */
static bool
is_other_mode(struct str word)
{
	if (word.n < 2 || word.p[0] != '-')
		return false;
	if (word.p[1] == 'M' || word.p[1] == 'q' || word.p[1] == 'V' ||
	    word.p[1] == 'E')
		return true;
	return word.p[1] == 'b' &&
	       !(word.n == 3 &&
		   (word.p[2] == 'm' || word.p[2] == 's' || word.p[2] == 'S'));
}

/* Options of sendmail that have their value in the next word. */
static bool
has_value(struct str word)
{
	static const bool with_value[256] = {['F'] = true,
	    ['h'] = true,
	    ['L'] = true,
	    ['N'] = true,
	    ['O'] = true,
	    ['R'] = true,
	    ['V'] = true,
	    ['X'] = true,
	    ['C'] = true};
	static const struct str with[] = {S0("-oMa"), S0("-oMt"), S0("-oMs"),
	    S0("-oMi"), S0("-oMm"), S0("-oMas"), S0("-oMai"), S0("-oMaa"),
	    S0("-oP")};

	if (word.n == 2)
		return with_value[(unsigned char)word.p[1]];
	if (word.p[1] != 'o')
		return false;
	for (size_t i = 0; i < ARRAY_LEN(with); i++)
		if (str_eq(word, with[i]))
			return true;
	return false;
}

/* What follows the program. Exim takes the first word without a dash, and all
 * behind it, for recipients (specification 5). */
static enum line_result
read_arguments(struct str args, struct event *e)
{
	bool options = true;

	while (args.n > 0) {
		struct str word = quoted(exim_word(&args));

		if (!options || word.n < 2 || word.p[0] != '-') {
			if (e->recipient.n == 0)
				e->recipient = word;
			options = false;
		} else if (str_eq(word, S("--"))) {
			options = false;
		} else if (is_other_mode(word)) {
			return LINE_SKIP;
		} else if (str_eq(word, S("-oMr"))) {
			if (is_handed_back(quoted(exim_word(&args))))
				return LINE_SKIP;
		} else if (str_eq(word, S("-f")) || str_eq(word, S("-r"))) {
			e->sender = quoted(exim_word(&args));
			e->has_sender = true;
		} else if (word.p[1] == 'f' || word.p[1] == 'r') {
			e->sender = str_skip(word, 2);
			e->has_sender = true;
		} else if (has_value(word)) {
			(void)exim_word(&args);
		}
	}
	if (e->sender.n >= 2 && e->sender.p[0] == '<' &&
	    e->sender.p[e->sender.n - 1] == '>')
		e->sender = (struct str){e->sender.p + 1, e->sender.n - 2};
	return LINE_EVENT;
}

/* One place where a " 4 args: " stands, and what is behind it. */
struct args {
	size_t at;
	uint64_t number;
	struct str words;
};

/* "4 args: " at the front of text. */
static inline bool
is_args(struct str text, struct args *ret_args)
{
	static const struct str mark = S0(" args: ");
	size_t n = 0;

	ret_args->number = 0;
	while (n < 9 && n < text.n && is_digit(text.p[n]))
		ret_args->number =
		    ret_args->number * 10 + (unsigned char)(text.p[n++] - '0');
	if (n == 0 || !str_starts(bytes_from(text, n), mark))
		return false;
	ret_args->words = bytes_from(text, n + mark.n);
	return true;
}

/* The first at *from or behind it, which is left there; false: none. */
static bool
find_args(struct str text, size_t *from, struct args *ret_args)
{
	for (;; (*from)++) {
		*from += bytes_chr(bytes_from(text, *from), ' ');
		if (*from >= text.n)
			return false;
		if (is_args(bytes_from(text, *from + 1), ret_args)) {
			ret_args->at = *from;
			return true;
		}
	}
}

static uint64_t
count_words(struct str words)
{
	uint64_t n = 0;

	for (; words.n > 0; n++)
		(void)exim_word(&words);
	return n;
}

/* A folder may be called "/a 3 args: b": the number tells which is Exim's. */
static bool
find_right_args(struct str text, struct args *ret_args)
{
	struct args more;
	size_t from = 0, next;

	if (!find_args(text, &from, ret_args))
		return false;
	next = from + 1;
	/* few words of a command have a colon: it is sooner looked for */
	if (bytes_chr(ret_args->words, ':') == ret_args->words.n ||
	    !str_has(ret_args->words, S(" args: ")))
		return true;
	if (count_words(ret_args->words) == ret_args->number)
		return true;
	for (int i = 0; i < ARGS_TRIED && find_args(text, &next, &more); i++) {
		if (count_words(more.words) == more.number) {
			*ret_args = more;
			return true;
		}
		next++;
	}
	return true;
}

enum line_result
exim_called(
    const struct line *line, struct str text, uint64_t pid, struct event *e)
{
	struct args args;
	struct str rest;

	if (!find_right_args(text, &args) || args.at == 0)
		return LINE_UNKNOWN;
	rest = args.words;
	(void)exim_word(&rest); /* the program */
	/* Two calls of three are Exim's own, to deliver something. */
	if (is_other_mode(quoted(exim_word(&(struct str){rest.p, rest.n}))))
		return LINE_SKIP;
	event_begin(e, EVENT_CALL, line);
	e->pid = pid;
	e->script = str_head(text, args.at);
	e->text = args.words;
	return read_arguments(rest, e);
}
