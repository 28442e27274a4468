/* SPDX-License-Identifier: ISC */
/*
 * Encoded words (RFC 2047):
 *
 *	Subject: =?iso-8859-1?Q?Factura_n=BA_12?= =?utf-8*es?B?w6E=?=
 *	           charset    | text             charset, language (RFC 2231 5)
 *	                      encoding
 *
 * Real mail cuts characters of several bytes between two words (forbidden by
 * section 5, done by many programs): words of the same charset that follow
 * each other are therefore joined before they are converted. Words longer than
 * 75 bytes and with blanks inside are read too. RFC 2231 continuations of
 * parameters are not read here: they stand in no subject and no address.
 */
#include "mail/header.h"

#include "mail/base64.h"

#include <errno.h>
#include <iconv.h>

enum {
	CHARSET_MAX = 40,
	/* RFC 2047 2 says 75; some programs write a whole subject */
	WORD_MAX = 2048,
};

struct encoded_word {
	struct str charset; /* without its language */
	char encoding;      /* 'b' or 'q' */
	struct str text;
};

/* What is written, never more than cap bytes. */
struct out {
	char *p;
	size_t n, cap;
};

static void
put(struct out *out, struct str s)
{
	size_t room = out->cap - out->n;
	size_t n = s.n < room ? s.n : room;

	if (n > 0)
		memcpy(out->p + out->n, s.p, n);
	out->n += n;
}

static void
put_rune(struct out *out, uint32_t rune)
{
	char b[3];
	size_t n = 1;

	if (rune < 0x80) {
		b[0] = (char)rune;
	} else if (rune < 0x800) {
		b[0] = (char)(0xc0 | rune >> 6);
		b[1] = (char)(0x80 | (rune & 0x3f));
		n = 2;
	} else {
		b[0] = (char)(0xe0 | rune >> 12);
		b[1] = (char)(0x80 | (rune >> 6 & 0x3f));
		b[2] = (char)(0x80 | (rune & 0x3f));
		n = 3;
	}
	/* a character is not cut in two */
	if (out->cap - out->n >= n)
		put(out, (struct str){b, n});
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool
is_token(char c)
{
	return c > ' ' && c < 0x7f && strchr("?=()<>@,;:\"/[].", c) == NULL;
}

/* "=?charset*lang?Q?text?=" at the front of *s: take it off. */
static bool
eat_word(struct str *s, struct encoded_word *ret_word)
{
	struct str rest = *s;
	size_t n = 0, end;

	if (!str_eat(&rest, S("=?")))
		return false;
	while (n < rest.n && (is_token(rest.p[n]) || rest.p[n] == '.'))
		n++;
	if (n == 0 || rest.n < n + 3 || rest.p[n] != '?' ||
	    rest.p[n + 2] != '?')
		return false;
	ret_word->charset = str_head(rest, n);
	ret_word->charset.n = str_chr(ret_word->charset, '*');
	if (ret_word->charset.n == 0 || ret_word->charset.n >= CHARSET_MAX)
		return false;
	ret_word->encoding = (char)(rest.p[n + 1] | 0x20);
	if (ret_word->encoding != 'b' && ret_word->encoding != 'q')
		return false;
	rest = str_skip(rest, n + 3);
	end = str_find(str_head(rest, WORD_MAX), S("?="));
	if (end == str_head(rest, WORD_MAX).n)
		return false;
	ret_word->text = str_head(rest, end);
	*s = str_skip(rest, end + 2);
	return true;
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* RFC 2047 4.2 */
static void
decode_q(struct out *out, struct str text)
{
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i] == '_' ? ' ' : text.p[i];
		int high = i + 2 < text.n ? hex_value(text.p[i + 1]) : -1;
		int low = i + 2 < text.n ? hex_value(text.p[i + 2]) : -1;

		if (c == '=' && high >= 0 && low >= 0) {
			c = (char)(high * 16 + low);
			i += 2;
		}
		put(out, (struct str){&c, 1});
	}
}

/* RFC 2045 6.8: what is not of the alphabet is passed over. */
static void
decode_b(struct out *out, struct str text)
{
	uint32_t bits = 0;
	int have = 0;

	for (size_t i = 0; i < text.n && text.p[i] != '='; i++) {
		int value = base64_value(text.p[i]);
		char c;

		if (value < 0)
			continue;
		bits = bits << 6 | (uint32_t)value;
		have += 6;
		if (have < 8)
			continue;
		have -= 8;
		c = (char)(bits >> have & 0xff);
		put(out, (struct str){&c, 1});
	}
}

/* windows-1252 0x80-0x9f; 0: not assigned, taken as ISO 8859-1 does. */
static const uint16_t cp1252[32] = {0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026,
    0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017d, 0, 0,
    0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122,
    0x0161, 0x203a, 0x0153, 0, 0x017e, 0x0178};

/* Where ISO 8859-15 differs from ISO 8859-1. */
static uint32_t
latin9(unsigned char c)
{
	switch (c) {
	case 0xa4:
		return 0x20ac;
	case 0xa6:
		return 0x0160;
	case 0xa8:
		return 0x0161;
	case 0xb4:
		return 0x017d;
	case 0xb8:
		return 0x017e;
	case 0xbc:
		return 0x0152;
	case 0xbd:
		return 0x0153;
	case 0xbe:
		return 0x0178;
	default:
		return c;
	}
}

static void
put_latin(struct out *out, struct str bytes, bool is_latin9)
{
	for (size_t i = 0; i < bytes.n; i++) {
		unsigned char c = (unsigned char)bytes.p[i];
		uint32_t rune = c;

		if (is_latin9)
			rune = latin9(c);
		/* what says iso-8859-1 is windows-1252 in practice; its
		 * 0x80-0x9f would be control characters */
		if (c >= 0x80 && c <= 0x9f && cp1252[c - 0x80] != 0)
			rune = cp1252[c - 0x80];
		put_rune(out, rune);
	}
}

/* By libc; false when it does not know the charset. */
static bool
put_iconv(struct out *out, struct str charset, struct str bytes)
{
	char name[CHARSET_MAX];
	char copy[HEADER_TEXT_MAX];
	char *in = copy;
	iconv_t cd;

	memcpy(name, charset.p, charset.n);
	name[charset.n] = '\0';
	cd = iconv_open("UTF-8", name);
	if (cd == (iconv_t)-1)
		return false;
	bytes = str_head(bytes, sizeof(copy));
	if (bytes.n > 0)
		memcpy(copy, bytes.p, bytes.n);
	while (bytes.n > 0) {
		char *to = out->p + out->n;
		size_t room = out->cap - out->n;
		size_t left = iconv(cd, &in, &bytes.n, &to, &room);
		int why = errno;

		out->n = out->cap - room;
		if (left != (size_t)-1 || why != EILSEQ)
			break; /* done, no room, or cut at the end */
		in++;
		bytes.n--;
		put_rune(out, 0xfffd);
	}
	(void)iconv_close(cd);
	return true;
}

static bool
is_one_of(struct str charset, const struct str *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq_fold(charset, names[i]))
			return true;
	return false;
}

static bool
put_charset(struct out *out, struct str charset, struct str bytes)
{
	static const struct str utf8[] = {
	    S0("utf-8"), S0("utf8"), S0("us-ascii"), S0("ascii")};
	static const struct str latin1[] = {S0("iso-8859-1"), S0("iso8859-1"),
	    S0("latin1"), S0("windows-1252"), S0("cp1252"), S0("cp-1252")};
	static const struct str latin9_names[] = {
	    S0("iso-8859-15"), S0("iso8859-15"), S0("latin9")};

	if (is_one_of(charset, utf8, ARRAY_LEN(utf8)))
		put(out, bytes);
	else if (is_one_of(charset, latin1, ARRAY_LEN(latin1)))
		put_latin(out, bytes, false);
	else if (is_one_of(charset, latin9_names, ARRAY_LEN(latin9_names)))
		put_latin(out, bytes, true);
	else
		return put_iconv(out, charset, bytes);
	return true;
}

/*
 * Encoded words of one charset at the front of *s, with the blanks between
 * them, as one run of bytes. False when there is none.
 */
static bool
eat_words(struct str *s, struct out *bytes, struct str *ret_charset)
{
	struct encoded_word word;

	if (!eat_word(s, &word))
		return false;
	*ret_charset = word.charset;
	for (;;) {
		struct str rest;

		if (word.encoding == 'q')
			decode_q(bytes, word.text);
		else
			decode_b(bytes, word.text);
		rest = str_trim(*s);
		/* RFC 2047 6.2: blanks between encoded words are not shown */
		if (rest.n == s->n && rest.n > 0 && rest.p[0] != '=')
			return true;
		if (!eat_word(&rest, &word) ||
		    !str_eq_fold(word.charset, *ret_charset))
			return true;
		*s = rest;
	}
}

/* Blanks in front of *s that only part it from the next encoded word. */
static void
eat_gap(struct str *s)
{
	struct str rest = *s;
	struct encoded_word word;

	while (rest.n > 0 && is_blank(rest.p[0]))
		rest = str_skip(rest, 1);
	*s = eat_word(&rest, &word)
		 ? (struct str){word.charset.p - 2,
		       (size_t)(s->p + s->n - (word.charset.p - 2))}
		 : *s;
}

/* A folded line is one blank; other control bytes stay for the writer. */
static void
put_plain(struct out *out, struct str *s)
{
	if (s->p[0] != '\r' && s->p[0] != '\n') {
		put(out, str_head(*s, 1));
		*s = str_skip(*s, 1);
		return;
	}
	while (s->n > 0 && is_blank(s->p[0]))
		*s = str_skip(*s, 1);
	if (s->n > 0 && (out->n == 0 || out->p[out->n - 1] != ' '))
		put(out, S(" "));
}

struct str
header_decode(struct arena *a, struct str value)
{
	char text[HEADER_TEXT_MAX], raw[HEADER_TEXT_MAX];
	struct out out = {text, 0, sizeof(text)};
	struct str rest = str_trim(value);

	while (rest.n > 0 && out.n < out.cap) {
		struct out bytes = {raw, 0, sizeof(raw)};
		struct str before = rest, charset;

		if (rest.p[0] != '=' || !eat_words(&rest, &bytes, &charset)) {
			put_plain(&out, &rest);
			continue;
		}
		if (put_charset(&out, charset, (struct str){raw, bytes.n}))
			eat_gap(&rest);
		else /* a charset that nobody knows: as it was written */
			put(&out, str_head(before, before.n - rest.n));
	}
	return str_keep(a, (struct str){text, out.n});
}
