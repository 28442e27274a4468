/* SPDX-License-Identifier: ISC */
/*
 *	DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/simple; d=tienda.example;
 *		s=mail; t=1763693040; h=From:To:Subject:Date:From;
 *		bh=MTIzNDU2Nzg5MDEyMzQ1Njc4OTA...=;
 *		b=dzdVyOfAKCdLXdJOc9G2q8LoXSlEniSbav+yuU4zGeeruD00lszZ...
 *
 * RFC 6376, with the erratum 5839 of what "simple" does to a body without a
 * last line end. A name that h= has more often than the header ("From" above)
 * signs that there is no second one.
 */
#include "mail/dkim.h"

#include "base/arena.h"
#include "base/lang.h"
#include "mail/field.h"
#include "mail/tag_list.h"

#include <stdlib.h>

enum {
	/* Names in h= and fields of a header that are looked at. Nobody signs
	 * more, and all names are compared with all fields. */
	NAMES_MAX = 256,
	FIELDS_MAX = 2048,
};

const char *
dkim_fault_words(enum dkim_fault fault)
{
	static const char *const words[DKIM_FAULTS] = {
	    [DKIM_READABLE] = N_("it can be read"),
	    [DKIM_NO_LIST] = N_("it is no list of tags"),
	    [DKIM_NO_VERSION] = N_("it is of a version that nobody knows"),
	    [DKIM_NO_TAG] = N_("a tag is missing"),
	    [DKIM_NO_ALGORITHM] = N_("its algorithm is not known"),
	    [DKIM_NO_FORM] = N_("its canonicalisation is not known"),
	    [DKIM_NO_FROM] = N_("it does not sign the From field"),
	    [DKIM_NO_IDENTITY] = N_("its identity is not of its domain"),
	    [DKIM_NO_NUMBER] = N_("a number in it cannot be read"),
	    [DKIM_NO_DNS] = N_("its key is not in the DNS"),
	};

	return words[fault];
}

/* ---- the field ---- */

struct reader {
	struct dkim_signature *out;
	struct str version, algorithm, form, query;
	struct str length, at, expires;
};

static bool
read_tags(struct reader *r, struct str value)
{
	struct dkim_signature *out = r->out;
	const struct {
		struct str name;
		struct str *to;
	} known[] = {
	    {S("v"), &r->version},
	    {S("a"), &r->algorithm},
	    {S("c"), &r->form},
	    {S("q"), &r->query},
	    {S("l"), &r->length},
	    {S("t"), &r->at},
	    {S("x"), &r->expires},
	    {S("d"), &out->domain},
	    {S("s"), &out->selector},
	    {S("i"), &out->identity},
	    {S("h"), &out->fields},
	    {S("b"), &out->signature},
	    {S("bh"), &out->body_hash},
	};
	struct tag tag;

	while (tag_next(&value, &tag))
		for (size_t i = 0; i < ARRAY_LEN(known); i++) {
			if (!str_eq(tag.name, known[i].name))
				continue;
			if (known[i].to->p != NULL)
				return false;
			*known[i].to = tag.value.p == NULL ? S("") : tag.value;
			if (known[i].to == &out->signature)
				out->cut = tag.whole;
		}
	return value.n == 0;
}

static bool
read_algorithm(struct str word, enum dkim_algorithm *ret)
{
	if (str_eq(word, S("rsa-sha256")))
		*ret = DKIM_RSA_SHA256;
	else if (str_eq(word, S("rsa-sha1")))
		*ret = DKIM_RSA_SHA1;
	else if (str_eq(word, S("ed25519-sha256")))
		*ret = DKIM_ED25519_SHA256;
	else
		return false;
	return true;
}

static bool
read_form(struct str word, enum dkim_form *ret)
{
	if (word.n == 0 || str_eq(word, S("simple")))
		*ret = DKIM_SIMPLE;
	else if (str_eq(word, S("relaxed")))
		*ret = DKIM_RELAXED;
	else
		return false;
	return true;
}

/* 3.5 c=: "relaxed" alone leaves the body simple. */
static bool
read_forms(struct dkim_signature *out, struct str form)
{
	struct str header = str_take(&form, '/');

	return read_form(header, &out->header_form) &&
	       read_form(form, &out->body_form);
}

static bool
signs_from(struct str fields)
{
	struct str name;

	while (tag_part(&fields, &name))
		if (str_eq_fold(name, S("From")))
			return true;
	return false;
}

/* 3.5 i=: d= or below it. */
static bool
is_of_domain(struct str identity, struct str domain)
{
	struct str host = str_skip(identity, str_rchr(identity, '@') + 1);
	size_t more;

	if (identity.n == 0)
		return true;
	if (host.n < domain.n)
		return false;
	more = host.n - domain.n;
	return str_eq_fold(str_skip(host, more), domain) &&
	       (more == 0 || host.p[more - 1] == '.');
}

static bool
read_time(struct str digits, wall_us *ret_at)
{
	uint64_t seconds;

	*ret_at = WALL_NONE;
	if (digits.n == 0)
		return true;
	if (!str_u64(&digits, 12, &seconds) || digits.n > 0)
		return false;
	*ret_at = (wall_us)seconds * US_SECOND;
	return true;
}

static bool
read_numbers(struct reader *r)
{
	struct dkim_signature *out = r->out;
	uint64_t length;

	out->length = -1;
	if (!read_time(r->at, &out->at) ||
	    !read_time(r->expires, &out->expires))
		return false;
	if (r->length.n == 0)
		return true;
	if (!str_u64(&r->length, 15, &length) || r->length.n > 0)
		return false;
	out->length = (int64_t)length;
	return true;
}

static enum dkim_fault
read_signature(struct reader *r, struct str value)
{
	struct dkim_signature *out = r->out;

	if (!read_tags(r, value))
		return DKIM_NO_LIST;
	if (!str_eq(r->version, S("1")))
		return DKIM_NO_VERSION;
	if (out->domain.n == 0 || out->selector.n == 0 || out->fields.n == 0 ||
	    out->signature.n == 0 || out->body_hash.n == 0)
		return DKIM_NO_TAG;
	if (!read_algorithm(r->algorithm, &out->algorithm))
		return DKIM_NO_ALGORITHM;
	if (!read_forms(out, r->form))
		return DKIM_NO_FORM;
	if (!signs_from(out->fields))
		return DKIM_NO_FROM;
	if (!is_of_domain(out->identity, out->domain))
		return DKIM_NO_IDENTITY;
	if (!read_numbers(r))
		return DKIM_NO_NUMBER;
	if (r->query.n > 0 && !str_has(r->query, S("dns/txt")))
		return DKIM_NO_DNS;
	return DKIM_READABLE;
}

bool
dkim_next(struct str *rest, struct dkim_signature *ret_signature)
{
	struct reader r = {.out = ret_signature};
	struct field f;

	while (field_next(rest, &f)) {
		struct str raw;

		if (!str_eq_fold(f.name, S("DKIM-Signature")))
			continue;
		*ret_signature = (struct dkim_signature){.raw = f.raw};
		/* with its last blanks: 3.7 signs them when simple */
		raw = str_skip(f.raw, str_chr(f.raw, ':') + 1);
		ret_signature->fault = read_signature(&r, raw);
		return true;
	}
	return false;
}

/* ---- canonical bytes ---- */

struct writer {
	dkim_sink *sink;
	void *arg;
	size_t n;
	char buf[1024];
};

static void
flush(struct writer *w)
{
	if (w->n > 0)
		w->sink(w->arg, w->buf, w->n);
	w->n = 0;
}

static inline void
put(struct writer *w, char c)
{
	if (w->n == sizeof(w->buf))
		flush(w);
	w->buf[w->n++] = c;
}

static void
put_line_end(struct writer *w)
{
	put(w, '\r');
	put(w, '\n');
}

/* Does a line end stand there? Its length: 1 or 2. */
static size_t
line_end(struct str s, size_t at)
{
	if (s.p[at] == '\n')
		return 1;
	return s.p[at] == '\r' && at + 1 < s.n && s.p[at + 1] == '\n' ? 2 : 0;
}

/* The field without its last line end. */
static struct str
strip_end(struct str raw)
{
	if (raw.n > 0 && raw.p[raw.n - 1] == '\n')
		raw.n--;
	if (raw.n > 0 && raw.p[raw.n - 1] == '\r')
		raw.n--;
	return raw;
}

static inline bool
is_cut(const char *p, struct str cut)
{
	return cut.n > 0 && p >= cut.p && p < cut.p + cut.n;
}

/* 3.4.1: as it stands. */
static void
put_simple(struct writer *w, struct str raw, struct str cut)
{
	for (size_t i = 0; i < raw.n; i++) {
		size_t end = line_end(raw, i);

		if (is_cut(raw.p + i, cut))
			continue;
		if (end == 0) {
			put(w, raw.p[i]);
			continue;
		}
		put_line_end(w);
		i += end - 1;
	}
}

/* 3.4.2: name in small letters, folds opened, blanks made one. */
static void
put_relaxed(struct writer *w, struct str raw, struct str cut)
{
	size_t colon = str_chr(raw, ':');
	bool blank = false, any = false;

	for (size_t i = 0; i < colon; i++) {
		char c = raw.p[i];

		if (c != ' ' && c != '\t')
			put(w, c >= 'A' && c <= 'Z' ? (char)(c + 32) : c);
	}
	put(w, ':');
	for (size_t i = colon + 1; i < raw.n; i++) {
		size_t end = line_end(raw, i);
		char c = raw.p[i];

		if (is_cut(raw.p + i, cut))
			continue;
		if (end > 0) {
			i += end - 1;
			continue;
		}
		if (c == ' ' || c == '\t') {
			blank = true;
			continue;
		}
		if (blank && any)
			put(w, ' ');
		blank = false;
		any = true;
		put(w, c);
	}
}

static void
put_field(struct writer *w, enum dkim_form form, struct str raw, struct str cut)
{
	if (form == DKIM_SIMPLE)
		put_simple(w, strip_end(raw), cut);
	else
		put_relaxed(w, strip_end(raw), cut);
}

/* 5.4.2: of several fields of one name the last one first. */
static void
put_named(struct writer *w, enum dkim_form form, struct str name,
    struct field *fields, size_t n)
{
	while (n-- > 0) {
		if (!str_eq_fold(fields[n].name, name))
			continue;
		put_field(w, form, fields[n].raw, S(""));
		put_line_end(w);
		fields[n].name.n = 0; /* taken */
		return;
	}
}

bool
dkim_header(const struct dkim_signature *signature, struct str header,
    dkim_sink *sink, void *arg)
{
	struct field *fields = xcalloc(FIELDS_MAX, sizeof(*fields));
	struct writer w = {.sink = sink, .arg = arg};
	struct str names = signature->fields, name;
	size_t n = 0, named = 0;
	struct field f;
	bool good = true;

	while (good && field_next(&header, &f)) {
		/* the signature that is checked is not among them */
		if (f.raw.p == signature->raw.p)
			continue;
		good = n < FIELDS_MAX;
		if (good)
			fields[n++] = f;
	}
	while (good && tag_part(&names, &name)) {
		good = named++ < NAMES_MAX;
		if (good && name.n > 0)
			put_named(&w, signature->header_form, name, fields, n);
	}
	put_field(&w, signature->header_form, signature->raw, signature->cut);
	flush(&w);
	free(fields);
	return good;
}

/* What is behind l= is counted and not hashed. */
struct body {
	struct writer w;
	uint64_t left, beyond;
};

static void
body_put(struct body *b, char c)
{
	if (b->left == 0) {
		b->beyond++;
		return;
	}
	b->left--;
	put(&b->w, c);
}

static void
body_lines(struct body *b, size_t lines)
{
	for (; lines > 0; lines--) {
		body_put(b, '\r');
		body_put(b, '\n');
	}
}

/* Empty lines wait until something follows them. */
static void
body_run(struct body *b, struct str body, bool relaxed, bool *ret_any)
{
	size_t lines = 0;
	bool blank = false;

	*ret_any = false;
	for (size_t i = 0; i < body.n; i++) {
		size_t end = line_end(body, i);
		char c = body.p[i];

		if (end > 0) {
			i += end - 1;
			lines++;
			blank = false; /* 3.4.4: blanks at a line's end */
			continue;
		}
		if (relaxed && (c == ' ' || c == '\t')) {
			blank = true;
			continue;
		}
		body_lines(b, lines);
		lines = 0;
		if (blank)
			body_put(b, ' ');
		blank = false;
		*ret_any = true;
		body_put(b, c);
	}
}

uint64_t
dkim_body(const struct dkim_signature *signature, struct str body,
    dkim_sink *sink, void *arg)
{
	bool relaxed = signature->body_form == DKIM_RELAXED, any;
	struct body b = {.w = {.sink = sink, .arg = arg},
	    .left = signature->length < 0 ? UINT64_MAX
					  : (uint64_t)signature->length};

	body_run(&b, body, relaxed, &any);
	/* An empty body is one line end when simple, nothing when relaxed. */
	if (any || !relaxed)
		body_lines(&b, 1);
	flush(&b.w);
	return b.beyond;
}
