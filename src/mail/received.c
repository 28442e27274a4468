/* SPDX-License-Identifier: ISC */
/*
 * RFC 5321 4.4 gives the grammar, and every program fills it in its own way:
 *
 *	from HELO (RDNS [IP]) (Authenticated sender: ana) by mx1 (Postfix)
 *	    with ESMTPSA id 4jYq for <bob@x>; DATE      Postfix, Sendmail,
 *	                                    OpenSMTPD, Courier, Google, Domino
 *	from RDNS ([IP]:PORT helo=HELO) by mx1 with esmtpsa (Exim 4.96)
 *	    (envelope-from <ana@x>) id 1abcde-000001-2F; DATE             Exim
 *	from RDNS (HELO HELO) (user@IP) by mx1 with SMTP; DATE   qmail, Yahoo
 *	from HELO (IP) by ex1 (IP) with Microsoft SMTP Server id 15.2; DATE
 *	by mx1 (Postfix, from userid 33) id 4jYq; DATE       local submission
 *	(qmail 4711 invoked by uid 33); DATE
 *
 * Read as clauses: a keyword, a word, comments in brackets. What a comment says
 * is known by its own words, so that a form not met before still gives its
 * address and name.
 */
#include "mail/received.h"

#include "mail/date.h"

enum {
	/* RFC 5322 2.1.1 knows no end; a longer one is a trap */
	RECEIVED_MAX = 8192,
};

enum clause {
	CLAUSE_NONE,
	CLAUSE_FROM,
	CLAUSE_BY,
	CLAUSE_VIA,
	CLAUSE_WITH,
	CLAUSE_ID,
	CLAUSE_FOR,
};

static const struct {
	struct str word;
	enum clause clause;
} keywords[] = {
    {S0("from"), CLAUSE_FROM},
    {S0("by"), CLAUSE_BY},
    {S0("via"), CLAUSE_VIA},
    {S0("with"), CLAUSE_WITH},
    {S0("id"), CLAUSE_ID},
    {S0("for"), CLAUSE_FOR},
};

/* How programs are known by what they write, the surest first. */
static const struct {
	struct str mark;
	const char *program;
} programs[] = {
    {S0("(Postfix"), "Postfix"},
    {S0("(Exim "), "Exim"},
    {S0("(OpenSMTPD"), "OpenSMTPD"},
    {S0("(qmail "), "qmail"},
    {S0("Microsoft SMTP"), "Exchange"},
    {S0("with mapi"), "Exchange"},
    {S0("(MDaemon"), "MDaemon"},
    {S0("Domino"), "Domino"},
    {S0("CommuniGate"), "CommuniGate"},
    {S0("(Haraka"), "Haraka"},
    {S0("(amavis"), "amavis"},
    {S0("MailEnable"), "MailEnable"},
    {S0("Kerio"), "Kerio"},
    {S0("hMailServer"), "hMailServer"},
    {S0("PowerMTA"), "PowerMTA"},
    {S0("ecelerity"), "Momentum"},
    {S0("(IceWarp"), "IceWarp"},
    {S0("(Cyrus"), "Cyrus"},
    {S0("(nullmailer"), "nullmailer"},
    {S0("(IMail"), "IMail"},
    {S0("(SMTPD32"), "IMail"},
    {S0(".google.com "), "Google"},
    {S0("/Submit)"), "Sendmail"},
    {S0(" (8.1"), "Sendmail"},
    {S0(" (8.9"), "Sendmail"},
    {S0("(HELO "), "qmail"},
};

struct reader {
	struct str rest;
	struct received_field *out;
	struct str from;   /* the word behind "from" */
	bool from_is_rdns; /* Exim, qmail: the HELO stands elsewhere */
	enum clause clause;
	bool fresh; /* no word of this clause was seen yet */
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Bytes of the comment at the front, brackets included (RFC 5322 3.2.2). */
static size_t
comment_size(struct str s)
{
	int depth = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\\')
			i++;
		else if (s.p[i] == '(')
			depth++;
		else if (s.p[i] == ')' && --depth == 0)
			return i + 1;
	}
	return s.n;
}

static size_t
word_size(struct str s)
{
	size_t n = 0;

	if (s.p[0] == '<' && str_chr(s, '>') < s.n)
		return str_chr(s, '>') + 1;
	while (n < s.n && !is_blank(s.p[n]) && s.p[n] != '(')
		n++;
	return n;
}

/* Without <>, a final dot or comma. */
static struct str
bare(struct str s)
{
	if (s.n >= 2 && s.p[0] == '<' && s.p[s.n - 1] == '>')
		s = (struct str){s.p + 1, s.n - 2};
	while (s.n > 0 && (s.p[s.n - 1] == '.' || s.p[s.n - 1] == ','))
		s.n--;
	return s;
}

/* The word behind mark: "ana" of "Authenticated sender: ana". */
static struct str
word_behind(struct str text, struct str mark)
{
	size_t at = str_find_fold(text, mark);
	struct str rest;
	size_t n = 0;

	if (at == text.n)
		return (struct str){NULL, 0};
	rest = str_trim(str_skip(text, at + mark.n));
	while (n < rest.n && !is_blank(rest.p[n]) && rest.p[n] != ')' &&
	       rest.p[n] != ',' && rest.p[n] != ';')
		n++;
	return bare(str_head(rest, n));
}

/* Fill *field unless something stands there. */
static void
offer(struct str *field, struct str value)
{
	if (field->n == 0)
		*field = value;
}

/* "[192.0.2.1]", "[192.0.2.1]:25", "192.0.2.1", "user@192.0.2.1" */
static bool
take_ip(struct received_field *out, struct str text)
{
	size_t open = str_chr(text, '[');
	struct ip ip;

	if (open < text.n) {
		text = str_skip(text, open + 1);
		text = str_head(text, str_chr(text, ']'));
	} else {
		size_t at = str_rchr(text, '@');

		if (at < text.n)
			text = str_skip(text, at + 1);
	}
	if (!ip_parse(text, &ip))
		return false;
	if (ip_is_none(&out->ip))
		out->ip = ip;
	return true;
}

/* Not "unknown", which says that there is no name. */
static bool
is_name(struct str s)
{
	return s.n > 0 && s.p[0] != '[' && str_chr(s, '.') < s.n &&
	       str_chr(s, '=') == s.n && str_chr(s, ':') == s.n &&
	       s.p[s.n - 1] != '.';
}

/* What any comment may say, wherever it stands. */
static bool
read_known(struct reader *r, struct str text)
{
	static const struct str accounts[] = {S0("Authenticated sender:"),
	    S0("authenticated as "), S0("Authenticated user:"),
	    S0("AUTH: LOGIN "), S0("AUTH: PLAIN "), S0("AUTH: CRAM-MD5 "),
	    S0("account "), S0("smtp-auth username "), S0("Authenticated:")};
	static const struct str uids[] = {
	    S0("from userid "), S0("invoked by uid ")};
	struct received_field *out = r->out;
	struct str word;
	uint64_t uid;

	for (size_t i = 0; i < ARRAY_LEN(accounts); i++)
		if (str_find_fold(text, accounts[i]) < text.n)
			offer(&out->account, word_behind(text, accounts[i]));
	for (size_t i = 0; i < ARRAY_LEN(uids); i++) {
		word = word_behind(text, uids[i]);
		if (word.n > 0 && str_u64(&word, 9, &uid) && word.n == 0)
			out->uid = (int64_t)uid;
	}
	if (str_find_fold(text, S("envelope-from ")) < text.n)
		offer(&out->sender, word_behind(text, S("envelope-from ")));
	if (str_find_fold(text, S("envelope-sender ")) < text.n)
		offer(&out->sender, word_behind(text, S("envelope-sender ")));
	if (str_find_fold(text, S("may be forged")) < text.n)
		out->rdns_doubtful = true;
	return r->clause == CLAUSE_FROM;
}

/* A comment behind "from": who the client is. */
static void
read_client(struct reader *r, struct str text)
{
	static const struct str helos[] = {
	    S0("helo="), S0("HELO "), S0("EHLO ")};
	struct received_field *out = r->out;
	struct str first = str_head(text, word_size(text));
	struct str behind;

	for (size_t i = 0; i < ARRAY_LEN(helos); i++) {
		size_t at = str_find_fold(text, helos[i]);

		if (at == text.n || (at > 0 && !is_blank(text.p[at - 1])))
			continue;
		offer(&out->helo, word_behind(text, helos[i]));
		r->from_is_rdns = true;
	}
	behind = str_trim(str_skip(text, first.n));
	if (str_starts(behind, S("[")) || behind.n == 0) {
		size_t at = str_rchr(first, '@'); /* ident */

		if (at < first.n && str_chr(first, '[') == first.n)
			first = str_skip(first, at + 1);
		if (behind.n > 0 && is_name(bare(first)))
			offer(&out->rdns, bare(first));
	}
	if (behind.n > 0 && behind.p[0] == '[')
		(void)take_ip(out, behind);
	else
		(void)take_ip(out, first);
}

static void
read_comment(struct reader *r, struct str text)
{
	/* without its brackets; the last may be missing */
	text = str_skip(text, 1);
	if (text.n > 0 && text.p[text.n - 1] == ')')
		text.n--;
	text = str_trim(text);
	if (text.n > 0 && read_known(r, text))
		read_client(r, text);
	else if (r->clause == CLAUSE_NONE)
		offer(&r->out->sender, word_behind(text, S("from ")));
}

static void
read_word(struct reader *r, struct str word)
{
	struct received_field *out = r->out;

	/* Microsoft's program and protocol names have several words. */
	if (!r->fresh) {
		struct str *last = r->clause == CLAUSE_WITH  ? &out->with
				   : r->clause == CLAUSE_VIA ? &out->via
							     : NULL;

		struct str whole;

		if (str_eat(&word, S("user="))) {
			offer(&out->account, word);
			return;
		}
		if (last == NULL || last->n == 0)
			return;
		whole =
		    (struct str){last->p, (size_t)(word.p + word.n - last->p)};
		if (str_chr(whole, ')') == whole.n)
			*last = whole;
		return;
	}
	r->fresh = false;
	switch (r->clause) {
	case CLAUSE_FROM:
		offer(&r->from, word);
		break;
	case CLAUSE_BY:
		offer(&out->by, bare(word));
		break;
	case CLAUSE_VIA:
		offer(&out->via, word);
		break;
	case CLAUSE_WITH:
		offer(&out->with, word);
		break;
	case CLAUSE_ID:
		offer(&out->id, bare(word));
		break;
	case CLAUSE_FOR:
		offer(&out->recipient, bare(word));
		break;
	case CLAUSE_NONE:
		break;
	}
}

/* A keyword; the word right behind one never is. */
static bool
read_keyword(struct reader *r, struct str word)
{
	if (r->clause != CLAUSE_NONE && r->fresh)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(keywords); i++) {
		if (!str_eq_fold(word, keywords[i].word))
			continue;
		r->clause = keywords[i].clause;
		r->fresh = true;
		return true;
	}
	return false;
}

/* Where the date begins: behind the last semicolon outside of comments. */
static size_t
date_at(struct str value)
{
	size_t found = value.n;

	for (size_t i = 0; i < value.n; i++) {
		if (value.p[i] == '(')
			i += comment_size(str_skip(value, i)) - 1;
		else if (value.p[i] == ';')
			found = i;
	}
	return found;
}

/* Who the words behind "from" are, when all is read. */
static void
settle_client(struct reader *r)
{
	struct received_field *out = r->out;
	struct str from = bare(r->from);

	if (from.n == 0)
		return;
	if (from.p[0] == '[' && ip_is_none(&out->ip))
		(void)take_ip(out, from);
	if (r->from_is_rdns) {
		if (is_name(from))
			offer(&out->rdns, from);
		return;
	}
	if (out->helo.n == 0)
		out->helo = from;
	/* Exim names the client by its verified name, and tells a HELO only
	 * when that differs. */
	if (out->program != NULL && str_eq(str_z(out->program), S("Exim")) &&
	    is_name(from))
		offer(&out->rdns, from);
}

bool
received_parse(struct str value, struct received_field *ret_received)
{
	struct received_field *out = ret_received;
	struct reader r = {.out = out};
	size_t end;

	*out = (struct received_field){.uid = -1, .at = WALL_NONE};
	value = str_trim(str_head(value, RECEIVED_MAX));
	end = date_at(value);
	if (!date_parse(str_skip(value, end + 1), &out->at, &out->zone))
		out->at = WALL_NONE;
	for (size_t i = 0; i < ARRAY_LEN(programs) && out->program == NULL; i++)
		if (str_has(value, programs[i].mark))
			out->program = programs[i].program;
	r.rest = str_head(value, end);
	while (r.rest.n > 0) {
		size_t n;

		if (is_blank(r.rest.p[0])) {
			r.rest = str_skip(r.rest, 1);
			continue;
		}
		n = r.rest.p[0] == '(' ? comment_size(r.rest)
				       : word_size(r.rest);
		if (r.rest.p[0] == '(')
			read_comment(&r, str_head(r.rest, n));
		else if (!read_keyword(&r, str_head(r.rest, n)))
			read_word(&r, str_head(r.rest, n));
		r.rest = str_skip(r.rest, n);
	}
	settle_client(&r);
	return out->by.n > 0 || r.from.n > 0 || out->uid >= 0 ||
	       out->sender.n > 0;
}

bool
received_is_login(const struct received_field *received)
{
	return received->account.n > 0 ||
	       str_eq_fold(received->with, S("ESMTPA")) ||
	       str_eq_fold(received->with, S("ESMTPSA")) ||
	       str_eq_fold(received->with, S("ASMTP"));
}
