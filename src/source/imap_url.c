/* SPDX-License-Identifier: ISC */
#include "source/imap_url.h"

#include "base/lang.h"
#include "base/text.h"

enum {
	PORT_TLS = 993,
	PORT_PLAIN = 143,
};

bool
imap_url_is(struct str word)
{
	return (word.n > 7 && str_eq_fold(str_head(word, 7), S("imap://"))) ||
	       (word.n > 8 && str_eq_fold(str_head(word, 8), S("imaps://")));
}

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 32);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* %20 and the like. */
static struct str
decode(struct arena *a, struct str s)
{
	char *out = arena_alloc(a, s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '%' && i + 2 < s.n && hex(s.p[i + 1]) >= 0 &&
		    hex(s.p[i + 2]) >= 0) {
			out[n++] =
			    (char)(hex(s.p[i + 1]) * 16 + hex(s.p[i + 2]));
			i += 2;
		} else {
			out[n++] = s.p[i];
		}
	}
	return (struct str){out, n};
}

static bool
is_clean(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 32 || s.p[i] == 127)
			return false;
	return true;
}

/* "mail.example", "mail.example:993", "[2001:db8::1]:993" */
static bool
parse_host(struct arena *a, struct str s, struct imap_url *url)
{
	size_t colon = str_rchr(s, ':');
	uint64_t port;
	struct str digits;

	if (s.n > 0 && s.p[0] == '[') {
		size_t end = str_chr(s, ']');

		if (end == s.n)
			return false;
		url->host = str_keep(a, str_head(str_skip(s, 1), end - 1));
		s = str_skip(s, end + 1);
		if (s.n == 0)
			return url->host.n > 0;
		colon = 0;
	} else {
		url->host = str_keep(a, str_head(s, colon));
		if (colon == s.n)
			return url->host.n > 0;
	}
	digits = str_skip(s, colon + 1);
	if (s.p[colon] != ':' || !str_u64(&digits, 5, &port) || digits.n > 0 ||
	    port == 0 || port > 65535)
		return false;
	url->port = (uint16_t)port;
	return url->host.n > 0;
}

bool
imap_url_parse(
    struct arena *a, struct str word, struct imap_url *ret_url, struct err *err)
{
	struct imap_url url = {.text = word};
	struct str rest, authority, user;
	size_t at;

	url.tls = word.p[4] == 's' || word.p[4] == 'S';
	url.port = url.tls ? PORT_TLS : PORT_PLAIN;
	rest = str_skip(word, url.tls ? 8 : 7);
	authority = str_take(&rest, '/');
	at = str_rchr(authority, '@');
	if (at == authority.n || at == 0)
		return err_set(err, ERR_CONFIG,
		    _("it names no user: imaps://USER@HOST/FOLDER"));
	user = str_head(authority, at);
	if (str_chr(user, ':') < user.n)
		return err_set(err, ERR_CONFIG,
		    _("a password on the command line is seen by all users of "
		      "this machine: leave it out, and it is asked for"));
	url.user = str_keep(a, decode(a, user));
	if (!parse_host(a, str_skip(authority, at + 1), &url))
		return err_set(err, ERR_CONFIG,
		    _("it names no host, or no port: "
		      "imaps://USER@HOST:PORT/FOLDER"));
	url.folder = str_keep(a, rest.n == 0 ? S("INBOX") : decode(a, rest));
	if (!is_clean(url.user) || !is_clean(url.host) || !is_clean(url.folder))
		return err_set(
		    err, ERR_CONFIG, _("it holds control characters"));
	*ret_url = url;
	return true;
}

/* ---- modified UTF-7: "Entw&APw-rfe" ---- */

static const char digits64[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

struct bits {
	char *out;
	size_t n;
	uint32_t held;
	unsigned count;
};

static void
put_unit(struct bits *b, unsigned unit)
{
	b->held = b->held << 16 | unit;
	b->count += 16;
	while (b->count >= 6) {
		b->count -= 6;
		b->out[b->n++] = digits64[b->held >> b->count & 63];
	}
}

static void
put_rune(struct bits *b, uint32_t rune)
{
	if (rune >= 0x10000) {
		put_unit(b, 0xd800 + ((rune - 0x10000) >> 10));
		put_unit(b, 0xdc00 + ((rune - 0x10000) & 0x3ff));
	} else {
		put_unit(b, rune);
	}
}

static void
end_run(struct bits *b)
{
	if (b->count > 0)
		b->out[b->n++] = digits64[b->held << (6 - b->count) & 63];
	b->held = b->count = 0;
	b->out[b->n++] = '-';
}

struct str
imap_name_encode(struct arena *a, struct str s)
{
	/* the worst: a letter of two bytes alone becomes "&AAA-" */
	struct bits b = {.out = arena_alloc(a, s.n * 6 + 8)};
	bool in_run = false;

	while (s.n > 0) {
		uint32_t rune;
		size_t n = text_rune(s, &rune);
		bool plain = rune == UINT32_MAX || (rune >= 32 && rune < 127);

		if (plain && in_run)
			end_run(&b);
		if (!plain && !in_run)
			b.out[b.n++] = '&';
		in_run = !plain;
		if (!plain)
			put_rune(&b, rune);
		else
			b.out[b.n++] = s.p[0];
		if (plain && s.p[0] == '&')
			b.out[b.n++] = '-';
		s = str_skip(s, n);
	}
	if (in_run)
		end_run(&b);
	return (struct str){b.out, b.n};
}

static size_t
put_utf8(char *out, uint32_t rune)
{
	if (rune < 0x80) {
		out[0] = (char)rune;
		return 1;
	}
	if (rune < 0x800) {
		out[0] = (char)(0xc0 | rune >> 6);
		out[1] = (char)(0x80 | (rune & 63));
		return 2;
	}
	if (rune < 0x10000) {
		out[0] = (char)(0xe0 | rune >> 12);
		out[1] = (char)(0x80 | (rune >> 6 & 63));
		out[2] = (char)(0x80 | (rune & 63));
		return 3;
	}
	out[0] = (char)(0xf0 | rune >> 18);
	out[1] = (char)(0x80 | (rune >> 12 & 63));
	out[2] = (char)(0x80 | (rune >> 6 & 63));
	out[3] = (char)(0x80 | (rune & 63));
	return 4;
}

/* Text between & and -; returns the bytes of UTF-8 written. */
static size_t
decode_run(struct str run, char *out)
{
	uint32_t held = 0, high = 0;
	unsigned count = 0;
	size_t n = 0;

	for (size_t i = 0; i < run.n; i++) {
		const char *digit = strchr(digits64, run.p[i]);
		uint32_t unit;

		if (digit == NULL || run.p[i] == '\0')
			continue;
		held = held << 6 | (uint32_t)(digit - digits64);
		count += 6;
		if (count < 16)
			continue;
		count -= 16;
		unit = held >> count & 0xffff;
		if (unit >= 0xd800 && unit < 0xdc00) {
			high = unit;
			continue;
		}
		if (unit >= 0xdc00 && unit < 0xe000)
			unit = high == 0 ? '?'
					 : 0x10000 + ((high - 0xd800) << 10) +
					       (unit - 0xdc00);
		high = 0;
		n += put_utf8(out + n, unit);
	}
	return n;
}

struct str
imap_name_decode(struct arena *a, struct str s)
{
	/* three digits make a letter of three bytes at most */
	char *out = arena_alloc(a, s.n * 2 + 8);
	size_t n = 0;

	while (s.n > 0) {
		struct str run = str_skip(s, 1);
		size_t end = str_chr(run, '-');

		if (s.p[0] != '&' || end == run.n) {
			out[n++] = s.p[0];
			s = str_skip(s, 1);
			continue;
		}
		if (end == 0)
			out[n++] = '&';
		else
			n += decode_run(str_head(run, end), out + n);
		s = str_skip(s, end + 2);
	}
	return (struct str){out, n};
}
