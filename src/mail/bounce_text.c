/* SPDX-License-Identifier: ISC */
/*
 * The text of a bounce written for people:
 *
 *	Hi. This is the qmail-send program at mx1.tienda.example.
 *	...
 *	<bob@other.example>:                          a line with an address
 *	198.51.100.7 does not like recipient.         its reply, up to an empty
 *	Remote host said: 550 no such user            line or the next address
 *
 *	--- Below this line is a copy of the message. the original
 *
 * A line names a recipient when the address stands first in it, alone or before
 * one of ": , ( ..." and words that only such lines have. What else has an @
 * in the text is left alone.
 */
#include "mail/address.h"
#include "mail/bounce_form.h"
#include "mail/field.h"

enum {
	/* The opening words of all known forms stand in the first 600. */
	OPENING = 2048,
};

struct lowered {
	char text[OPENING];
	size_t n;
};

static void
lower(struct str s, struct lowered *ret_lowered)
{
	struct lowered *l = ret_lowered;

	l->n = s.n < OPENING ? s.n : OPENING;
	for (size_t i = 0; i < l->n; i++) {
		char c = s.p[i];

		/* a phrase may be folded */
		if (c == '\n' || c == '\r' || c == '\t')
			c = ' ';
		l->text[i] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
	}
}

/* The next of alternatives parted by '|', empty ones left out. */
static bool
next_word(struct str *list, struct str *ret_word)
{
	while (list->n > 0) {
		*ret_word = str_take(list, '|');
		if (ret_word->n > 0)
			return true;
	}
	return false;
}

static bool
has_one(const struct lowered *text, const char *words)
{
	struct str list = str_z(words), word;

	while (next_word(&list, &word))
		if (str_has((struct str){text->text, text->n}, word))
			return true;
	return false;
}

static bool
starts_fold(struct str s, struct str head)
{
	return s.n >= head.n && str_eq_fold(str_head(s, head.n), head);
}

/* The line begins with one of words: how long it is; 0: none. */
static size_t
starts_with_one(struct str line, const char *words)
{
	struct str list = str_z(words != NULL ? words : ""), word;

	while (next_word(&list, &word))
		if (starts_fold(line, word))
			return word.n;
	return 0;
}

static bool
line_has_one(struct str line, const char *words)
{
	struct str list = str_z(words != NULL ? words : ""), word;

	while (next_word(&list, &word))
		if (str_find_fold(line, word) < line.n)
			return true;
	return false;
}

const struct bounce_form *
bounce_form_of(const struct letter *letter)
{
	struct lowered text, from, subject;
	const struct bounce_form *form;

	if (!letter->daemon &&
	    field_find(letter->header, S("X-Failed-Recipients")).p == NULL)
		return NULL;
	lower(letter->text, &text);
	lower(letter->from, &from);
	lower(letter->subject, &subject);
	for (size_t i = 0; (form = bounce_form_at(i)) != NULL; i++) {
		if (form->opening != NULL && !has_one(&text, form->opening))
			continue;
		if (form->from != NULL && !has_one(&from, form->from))
			continue;
		if (form->subject != NULL && !has_one(&subject, form->subject))
			continue;
		if (form->header != NULL &&
		    field_find(letter->header, str_z(form->header)).p == NULL)
			continue;
		return form;
	}
	return NULL;
}

static bool
is_address(struct str s)
{
	struct str local, domain;

	if (s.n > 254 || !address_split(s, &local, &domain) || local.n == 0 ||
	    domain.n < 3)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' ||
		    strchr("<>()[],;:\"", s.p[i]) != NULL)
			return false;
	return str_chr(domain, '.') < domain.n ||
	       str_eq(domain, S("localhost"));
}

/* An address off the front of *line, with what is around it. */
static bool
eat_address(struct str *line, struct str *ret_address)
{
	struct str s = *line, address;
	char close = 0;
	size_t n = 0;

	if (str_eat(&s, S("[SMTP:")) || str_eat(&s, S("SMTP:")))
		close = ']';
	else if (str_eat(&s, S("<")))
		close = '>';
	else if (str_eat(&s, S("\"")))
		close = '"';
	else if (str_eat(&s, S("'")))
		close = '\'';
	while (n < s.n && s.p[n] != close && (unsigned char)s.p[n] > ' ' &&
	       s.p[n] != ',' && s.p[n] != ':' && s.p[n] != ';' && s.p[n] != '(')
		n++;
	address = str_head(s, n);
	s = str_skip(s, n);
	if (close != 0 && s.n > 0 && s.p[0] == close)
		s = str_skip(s, 1);
	while (address.n > 0 && address.p[address.n - 1] == '.') {
		/* "bob@other.example... User unknown" of Sendmail */
		address.n--;
		s = (struct str){address.p + address.n,
		    (size_t)(line->p + line->n - (address.p + address.n))};
	}
	if (!is_address(address))
		return false;
	*ret_address = address;
	*line = s;
	return true;
}

/* May this stand behind the address in a line that names a recipient? */
static bool
may_follow(struct str rest)
{
	static const struct str words[] = {S0(":"), S0(" :"), S0(","),
	    S0("..."), S0(" ("), S0("("), S0(" on "), S0(" - "), S0(";"),
	    S0(" am "), S0(">"), S0(" ..."), S0(" ["), S0(" <"), S0("  ")};

	if (str_trim(rest).n == 0)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_starts(rest, words[i]))
			return true;
	return false;
}

/* What is in front of an address in a transcript; asked only when the text
 * names nobody in a better way. */
static const char transcript[] =
    ">>> rcpt to:|rcpt to:|550 |551 |552 |553 |554 ";

/* Does the line name a recipient, behind one of labels or alone? Then *line is
 * what is behind it. */
static bool
recipient_line(const char *labels, struct str *line, struct str *ret_address)
{
	struct str s = str_trim(*line);
	size_t label = starts_with_one(s, labels);

	if (label > 0)
		s = str_trim(str_skip(s, label));
	else if (str_eat(&s, S("* ")) || str_eat(&s, S("- ")))
		s = str_trim(s);
	if (!eat_address(&s, ret_address) || !may_follow(s))
		return false;
	*line = s;
	return true;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Digits at i, at most three. */
static size_t
digits_at(struct str s, size_t i)
{
	size_t n = 0;

	while (n < 4 && i + n < s.n && is_digit(s.p[i + n]))
		n++;
	return n <= 3 ? n : 0;
}

/* "5.1.1" in the text (RFC 3463), no part of an address or a version. */
static struct str
find_status(struct str s)
{
	for (size_t i = 0; i + 5 <= s.n; i++) {
		size_t b, c;

		if ((s.p[i] != '5' && s.p[i] != '4') || s.p[i + 1] != '.' ||
		    (i > 0 && (is_digit(s.p[i - 1]) || s.p[i - 1] == '.')))
			continue;
		b = digits_at(s, i + 2);
		if (b == 0 || i + 2 + b >= s.n || s.p[i + 2 + b] != '.')
			continue;
		c = digits_at(s, i + 3 + b);
		if (c == 0 || (i + 3 + b + c < s.n &&
				  (s.p[i + 3 + b + c] == '.' &&
				      digits_at(s, i + 4 + b + c) > 0)))
			continue;
		return (struct str){s.p + i, 3 + b + c};
	}
	return (struct str){NULL, 0};
}

/* "550" at a word's beginning, with a blank or hyphen behind. */
static unsigned
find_code(struct str s)
{
	for (size_t i = 0; i + 3 <= s.n; i++) {
		if ((s.p[i] != '5' && s.p[i] != '4') || s.p[i + 1] > '5' ||
		    digits_at(s, i) != 3 ||
		    (i > 0 && ((unsigned char)s.p[i - 1] > ' ' &&
				  s.p[i - 1] != ':' && s.p[i - 1] != '(' &&
				  s.p[i - 1] != '\'' && s.p[i - 1] != '"')))
			continue;
		if (i + 3 < s.n && s.p[i + 3] != ' ' && s.p[i + 3] != '-' &&
		    s.p[i + 3] != '\n' && s.p[i + 3] != '\r' &&
		    s.p[i + 3] != ',')
			continue;
		return (unsigned)((s.p[i] - '0') * 100 +
				  (s.p[i + 1] - '0') * 10 + s.p[i + 2] - '0');
	}
	return 0;
}

/* The host that gave the reply, where the text names it. */
static struct str
find_remote(struct str s)
{
	static const struct str marks[] = {S0("while talking to "),
	    S0("SMTP error from remote server for "), S0("host "),
	    S0("recipient domain "), S0("connected to "), S0("Remote Server "),
	    S0("server ")};

	for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
		size_t at = str_find_fold(s, marks[i]), n = 0;
		struct str rest = str_skip(s, at + marks[i].n);

		if (at == s.n)
			continue;
		while (n < rest.n && (unsigned char)rest.p[n] > ' ' &&
		       strchr("[]():,;<>'\"", rest.p[n]) == NULL)
			n++;
		while (n > 0 && rest.p[n - 1] == '.')
			n--;
		if (n > 3 && str_chr(str_head(rest, n), '.') < n)
			return str_head(rest, n);
	}
	return (struct str){NULL, 0};
}

struct walk {
	const struct bounce_form *form;
	const char *labels; /* in front of an address; or NULL */
	struct str named;   /* the line that named it, with a label */
	struct str above;   /* an answer above all recipients */
	struct notice *out;
	struct notice_recipient *to;    /* whose reply the lines are; or NULL */
	struct notice_recipient *first; /* of those that share one reply */
	bool closed;                    /* an empty line ended the reply */
};

static void
extend(struct notice_recipient *r, struct str line)
{
	line = str_trim(line);
	if (line.n == 0 || (r->reply.n == 0 && str_starts(line, S("---"))))
		return;
	if (r->reply.n == 0)
		r->reply = line;
	else
		r->reply.n = (size_t)(line.p + line.n - r->reply.p);
}

static struct notice_recipient *
known_recipient(struct notice *out, struct str address)
{
	for (size_t i = 0; i < out->recipients_n; i++)
		if (address_eq(out->recipients[i].address, address))
			return &out->recipients[i];
	return NULL;
}

/* A line that can be nothing but an answer: a code, "#5.1.1", "<<< 550". */
static bool
is_answer(struct str line)
{
	line = str_trim(line);
	while (line.n > 0 &&
	       (strchr("<>#' \"", line.p[0]) != NULL || line.p[0] == '-'))
		line = str_skip(line, 1);
	return find_code(str_head(line, 4)) > 0 ||
	       find_status(str_head(line, 11)).p == line.p;
}

/* A line above all recipients: the answer that they share? */
static void
look_above(struct walk *w, struct str line)
{
	if (w->above.n == 0 &&
	    (is_answer(line) ||
		(w->form != NULL && line_has_one(line, w->form->reason))))
		w->above = line;
}

static void
on_line(struct walk *w, struct str line)
{
	const char *mark = w->form != NULL ? w->form->reply : NULL;
	struct str address = {NULL, 0};
	struct notice_recipient *r;

	struct str whole = str_trim(line);

	if (recipient_line(w->labels, &line, &address)) {
		r = known_recipient(w->out, address);
		if (r == NULL)
			r = notice_add(w->out, address);
		w->named = whole.p != address.p ? whole : S("");
		w->to = r;
		w->closed = r != NULL && r->reply.n > 0;
		line = str_trim(line);
		while (line.n > 0 && strchr(":,.-; ", line.p[0]) != NULL)
			line = str_skip(line, 1);
		if (r != NULL && !w->closed)
			extend(r, line);
	} else if (w->to == NULL) {
		look_above(w, whole);
	} else if (line_has_one(line, mark)) {
		size_t colon = str_chr(line, ':');

		/* what stood before was prose */
		w->to->reply = str_trim(str_skip(line, colon + 1));
		w->closed = false;
	} else if (str_trim(line).n == 0) {
		w->closed = w->to->reply.n > 0;
	} else if (!w->closed) {
		extend(w->to, line);
	} else if (is_answer(line) && find_code(w->to->reply) == 0 &&
		   find_status(w->to->reply).n == 0) {
		w->to->reply = str_trim(line);
		w->closed = false;
	}
}

/* Behind the line with the mark stands a message. */
static void
take_original(struct notice *out, struct str rest)
{
	struct str line, before = rest;

	/* empty lines and ornaments in front of the first field */
	while (field_line(&rest, &line)) {
		size_t colon = str_chr(line, ':');

		if (colon > 0 && colon < line.n && str_chr(line, ' ') > colon)
			break;
		before = rest;
	}
	field_split(before, &out->original_header, &out->original_body);
	if (out->original_header.n > 0)
		out->original = ORIGINAL_QUOTED;
}

static void
take_reporter(
    const struct bounce_form *form, struct str line, struct notice *out)
{
	struct str list = str_z(form->host), word;

	while (out->reporter.n == 0 && next_word(&list, &word)) {
		size_t at = str_find_fold(line, word), n = 0;
		struct str rest = str_skip(line, at + word.n);

		if (at == line.n)
			continue;
		while (n < rest.n && (unsigned char)rest.p[n] > ' ' &&
		       rest.p[n] != ',' && rest.p[n] != ':')
			n++;
		while (n > 0 && rest.p[n - 1] == '.')
			n--;
		out->reporter = str_head(rest, n);
	}
}

/* Does it say why? */
static bool
is_telling(struct str reply)
{
	return find_code(reply) > 0 || find_status(reply).n > 0;
}

static void
finish(const struct walk *w, struct notice *out)
{
	struct str shared = w->above;

	/* One reply below a list of recipients is that of them all; one above
	 * it, when nothing better is below. */
	for (size_t i = out->recipients_n; i-- > 0;) {
		struct notice_recipient *r = &out->recipients[i];

		if (r->reply.n == 0 ||
		    (w->above.n > 0 && !is_telling(r->reply)))
			r->reply = shared;
		shared = r->reply;
		if (r->status.n == 0)
			r->status = find_status(r->reply);
		r->code = find_code(r->reply);
		r->remote = find_remote(r->reply);
		if (r->action.n == 0)
			r->action = w->form != NULL && w->form->delay
					? S("delayed")
					: S("failed");
	}
	/* "Unknown user: bob@other.example": all that is said */
	if (out->recipients_n == 1 && out->recipients[0].reply.n == 0)
		out->recipients[0].reply = w->named;
}

static void
walk(struct walk *w, struct str text)
{
	const struct bounce_form *form = w->form;
	struct notice *notice = w->out;
	struct str rest = text, line;

	while (field_line(&rest, &line)) {
		if (form != NULL && form->host != NULL)
			take_reporter(form, line, notice);
		/* "Received: " is itself the first line of the original */
		if (form != NULL &&
		    starts_with_one(line, "received: |return-path: ") > 0 &&
		    line_has_one(line, form->original)) {
			take_original(
			    notice, (struct str){line.p,
					(size_t)(text.p + text.n - line.p)});
			break;
		}
		if (form != NULL && line_has_one(line, form->original)) {
			take_original(notice, rest);
			break;
		}
		on_line(w, line);
	}
}

bool
bounce_form_read(
    const struct bounce_form *form, struct str text, struct notice *notice)
{
	struct walk w = {.form = form,
	    .labels = form != NULL ? form->label : NULL,
	    .out = notice};

	walk(&w, text);
	if (notice->recipients_n == 0 && form != NULL) {
		w.labels = transcript;
		walk(&w, text);
		w.named = (struct str){NULL, 0};
	}
	finish(&w, notice);
	return notice->recipients_n > 0;
}
