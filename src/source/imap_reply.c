/* SPDX-License-Identifier: ISC */
#include "source/imap_reply.h"

static bool
fill(struct imap_in *in)
{
	if (in->at > 0) {
		memmove(in->buf, in->buf + in->at, in->n - in->at);
		in->n -= in->at;
		in->at = 0;
	}
	if (in->n < sizeof(in->buf)) {
		size_t got = in->broken ? 0
					: in->read(in->arg, in->buf + in->n,
					      sizeof(in->buf) - in->n);

		in->n += got;
		in->broken |= got == 0;
		return got > 0;
	}
	return false;
}

bool
imap_line(struct imap_in *in, struct str *ret_line)
{
	struct str have = {in->buf + in->at, in->n - in->at};
	size_t end = str_chr(have, '\n');

	while (end == have.n) {
		if (have.n >= IMAP_LINE || !fill(in)) {
			in->nonsense |= have.n >= IMAP_LINE;
			in->broken = true;
			return false;
		}
		have = (struct str){in->buf + in->at, in->n - in->at};
		end = str_chr(have, '\n');
	}
	if (end >= IMAP_LINE) {
		in->broken = in->nonsense = true;
		return false;
	}
	memcpy(in->line, in->buf + in->at, end);
	in->at += end + 1;
	while (end > 0 && in->line[end - 1] == '\r')
		end--;
	*ret_line = (struct str){in->line, end};
	return true;
}

bool
imap_literal(struct str line, uint64_t *ret_size)
{
	size_t open = str_rchr(line, '{');
	struct str digits = str_skip(line, open + 1);
	uint64_t size;

	if (open == line.n || !str_u64(&digits, 12, &size))
		return false;
	(void)str_eat(&digits, S("+"));
	if (!str_eq(digits, S("}")))
		return false;
	*ret_size = size;
	return true;
}

struct str
imap_bytes(struct imap_in *in, uint64_t *left)
{
	struct str bytes;

	if (*left == 0 || (in->at == in->n && !fill(in)))
		return (struct str){NULL, 0};
	bytes = (struct str){in->buf + in->at, in->n - in->at};
	if (bytes.n > *left)
		bytes.n = (size_t)*left;
	in->at += bytes.n;
	*left -= bytes.n;
	return bytes;
}

/* "* 12 WORD" */
static bool
numbered(struct str *line, struct str word, uint64_t *ret_n)
{
	if (!str_eat(line, S("* ")) || !str_u64(line, 10, ret_n) ||
	    !str_eat(line, S(" ")) ||
	    !str_eq_fold(str_head(*line, word.n), word))
		return false;
	*line = str_skip(*line, word.n);
	return true;
}

bool
imap_fetch(struct str line, uint64_t *ret_number, uint64_t *ret_uid)
{
	uint64_t uid;
	size_t at;

	if (!numbered(&line, S("FETCH "), ret_number))
		return false;
	at = str_find(line, S("UID "));
	line = str_skip(line, at + 4);
	*ret_uid = str_u64(&line, 10, &uid) ? uid : 0;
	return true;
}

bool
imap_exists(struct str line, uint64_t *ret_n)
{
	return numbered(&line, S("EXISTS"), ret_n) && line.n == 0;
}

/* A word, or text in quotes with \" and \\ in it. */
static struct str
unquote(char *p, size_t n)
{
	size_t to = 0;

	if (n == 0 || p[0] != '"')
		return (struct str){p, n};
	for (size_t i = 1; i < n && p[i] != '"'; i++) {
		if (p[i] == '\\' && i + 1 < n)
			i++;
		p[to++] = p[i];
	}
	return (struct str){p, to};
}

enum imap_body
imap_body(char *line, size_t n, struct str *ret_text, uint64_t *ret_size)
{
	struct str rest = {line, n};
	uint64_t from;

	rest = str_skip(rest, str_find_fold(rest, S("BODY[]")) + 6);
	if (str_eat(&rest, S("<")) &&
	    !(str_u64(&rest, 10, &from) && str_eat(&rest, S(">"))))
		return IMAP_BODY_NONE;
	if (!str_eat(&rest, S(" ")) || rest.n == 0)
		return IMAP_BODY_NONE;
	if (rest.p[0] == '"') {
		*ret_text = unquote(line + (rest.p - line), rest.n);
		return IMAP_BODY_QUOTED;
	}
	if (rest.p[0] == '{' && imap_literal(rest, ret_size))
		return IMAP_BODY_LITERAL;
	return str_eq_fold(str_head(rest, 3), S("NIL")) ? IMAP_BODY_NIL
							: IMAP_BODY_NONE;
}

static bool
has_flag(struct str flags, struct str flag)
{
	while (flags.n > 0)
		if (str_eq_fold(str_take(&flags, ' '), flag))
			return true;
	return false;
}

bool
imap_list(char *line, size_t n, struct str *ret_name, uint64_t *ret_literal)
{
	struct str rest = {line, n};
	struct str flags;

	if (!str_eq_fold(str_head(rest, 8), S("* LIST (")))
		return false;
	rest = str_skip(rest, 8);
	flags = str_take(&rest, ')');
	if (has_flag(flags, S("\\Noselect")) ||
	    has_flag(flags, S("\\NonExistent")))
		return false;
	/* what parts levels: a letter in quotes, or NIL */
	if (!str_eat(&rest, S(" ")))
		return false;
	if (str_starts(rest, S("\"\\")))
		rest = str_skip(rest, 4);
	else
		rest = str_skip(rest, 3);
	if (!str_eat(&rest, S(" ")) || rest.n == 0)
		return false;
	*ret_name = (struct str){NULL, 0};
	if (rest.p[0] == '{')
		return imap_literal(rest, ret_literal);
	*ret_name = unquote(line + (rest.p - line), rest.n);
	return ret_name->n > 0;
}
