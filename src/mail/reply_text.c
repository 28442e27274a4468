/* SPDX-License-Identifier: ISC */
/*
 * Replies as Postfix 2.11 to 3.10 logs them behind "status=... (": the lines
 * of the receiver joined by blanks, between words of Postfix (smtp_proto.c
 * has them: "host %s said: %s (in reply to %s)", "host %s refused to talk to
 * me: %s").
 */
#include "mail/reply_text.h"

#include "base/bytes.h"
#include "base/limits.h"

/* Where text may go on growing: a buffer that cuts. */
struct out {
	char *p;
	size_t n;
};

static void
put(struct out *out, char c)
{
	if (out->n + 1 < REPLY_TEXT_MAX)
		out->p[out->n++] = c;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_blank(char c)
{
	return (unsigned char)c <= ' ' || c == 0x7f;
}

static char
fold(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

/* "550", followed by a blank, a hyphen or the end; 0: none. */
static unsigned
code_at(struct str s)
{
	if (s.n < 3 || s.p[0] < '2' || s.p[0] > '5' || !is_digit(s.p[1]) ||
	    !is_digit(s.p[2]))
		return 0;
	if (s.n > 3 && s.p[3] != '-' && !is_blank(s.p[3]))
		return 0;
	return (unsigned)(s.p[0] - '0') * 100 + (unsigned)(s.p[1] - '0') * 10 +
	       (unsigned)(s.p[2] - '0');
}

/* RFC 3463 2: the length of "5.7.26" at the front, 0: none. */
static size_t
dsn_length(struct str s)
{
	size_t i = 1;

	if (s.n < 5 || (s.p[0] != '2' && s.p[0] != '4' && s.p[0] != '5'))
		return 0;
	for (int part = 0; part < 2; part++) {
		size_t digits = 0;

		if (i >= s.n || s.p[i++] != '.')
			return 0;
		while (i < s.n && digits < 3 && is_digit(s.p[i])) {
			i++;
			digits++;
		}
		if (digits == 0)
			return 0;
	}
	if (i < s.n && (is_digit(s.p[i]) || s.p[i] == '.'))
		return 0;
	return i;
}

/* "host X[ip] said: ", "host X[ip] refused to talk to me: ": drop it. */
static bool
eat_host(struct str *s, struct str *ret_host)
{
	struct str rest = *s, host;
	size_t at;

	if (!str_eat(&rest, S("host ")))
		return false;
	at = str_chr(str_head(rest, LIMIT_EXCERPT), ']');
	host = str_head(rest, at);
	rest = str_skip(rest, at + 1);
	if (!str_eat(&rest, S(" said: ")) &&
	    !str_eat(&rest, S(" refused to talk to me: ")))
		return false;
	*s = rest;
	*ret_host = str_head(host, str_chr(host, '['));
	return true;
}

/* "(in reply to RCPT TO command)" at the end: drop it. */
static bool
eat_command(struct str *s)
{
	size_t from = s->n > 80 ? s->n - 80 : 0, at;

	if (s->n == 0 || s->p[s->n - 1] != ')')
		return false;
	at = from + str_rchr(str_skip(*s, from), '(');
	if (!str_starts(str_skip(*s, at), S("(in reply to ")))
		return false;
	s->n = at;
	return true;
}

struct reply_words
reply_words_of(struct str text)
{
	struct reply_words words = {.text = str_trim(text)};

	(void)str_eat(&words.text, S("delivery temporarily suspended: "));
	words.remote = eat_host(&words.text, &words.host);
	words.remote |= eat_command(&words.text);
	words.text = str_trim(words.text);
	words.code = code_at(words.text);
	words.remote |= words.code != 0;
	return words;
}

/*
 * The length of what begins one more line of the same reply: "550-",
 * "550-5.7.26 ", "550 5.7.26 "; "550 " only when lines before it had a
 * hyphen, because it could be a number of the text.
 */
static size_t
line_prefix(struct str s, unsigned code, bool hyphens)
{
	unsigned here = code_at(s);
	size_t dsn;

	if (here < 400 || s.n < 4)
		return 0;
	dsn = dsn_length(str_skip(s, 4));
	if (dsn > 0 && (4 + dsn == s.n || is_blank(s.p[4 + dsn])))
		return 4 + dsn;
	if (here == code && (s.p[3] == '-' || hyphens))
		return 4;
	return 0;
}

static void
put_str(struct out *out, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		put(out, is_blank(s.p[i]) ? ' ' : s.p[i]);
}

/* "550 5.7.26 " and what of it the text itself did not begin with. */
static struct str
put_front(struct out *out, struct str text, unsigned *code, struct str dsn,
    bool *ret_hyphens)
{
	unsigned here = code_at(text);
	size_t n;

	*ret_hyphens = false;
	if (here == 0 && *code >= 200 && *code <= 599) {
		put(out, (char)('0' + *code / 100));
		put(out, (char)('0' + *code / 10 % 10));
		put(out, (char)('0' + *code % 10));
		put(out, ' ');
		if (dsn_length(text) == 0 && dsn_length(dsn) == dsn.n) {
			put_str(out, dsn);
			put(out, ' ');
		}
	}
	if (here == 0)
		return text;
	*code = here;
	*ret_hyphens = text.n > 3 && text.p[3] == '-';
	put_str(out, str_head(text, 3));
	put(out, ' ');
	text = str_skip(text, 4);
	n = dsn_length(text);
	if (n > 0 && (n == text.n || is_blank(text.p[n]))) {
		put_str(out, str_head(text, n));
		put(out, ' ');
		text = str_skip(text, n);
	}
	return text;
}

size_t
reply_normalise(struct str text, unsigned code, struct str dsn,
    char ret_text[REPLY_TEXT_MAX])
{
	struct out out = {ret_text, 0};
	bool hyphens;

	text = put_front(&out, text, &code, dsn, &hyphens);
	while (text.n > 0) {
		bool at_word = out.n == 0 || out.p[out.n - 1] == ' ';
		size_t prefix = at_word ? line_prefix(text, code, hyphens) : 0;

		if (prefix > 0) {
			hyphens |= text.p[3] == '-';
			text = str_skip(text, prefix);
			continue;
		}
		if (!is_blank(text.p[0]))
			put(&out, text.p[0]);
		else if (!at_word)
			put(&out, ' ');
		text = str_skip(text, 1);
	}
	while (out.n > 0 && out.p[out.n - 1] == ' ')
		out.n--;
	out.p[out.n] = '\0';
	return out.n;
}

/* Addresses by which patterns of the catalogue tell two rules apart. */
static const struct str kept_addresses[] = {
    S0("tosa@rx.t-online.de"),
    S0("toda@rx.t-online.de"),
    S0("tobr@rx.t-online.de"),
    S0("delist@messaging.microsoft.com"),
};

/* What bytes may be part of: this sees most of what receivers say. */
enum {
	IN_WORD = 1,    /* letters, digits, all that is no ASCII */
	IN_ADDRESS = 2, /* in front of its @ */
	IN_HOST = 4,    /* behind it */
	IN_ANY = IN_WORD | IN_ADDRESS | IN_HOST,
};

static const uint8_t parts[256] = {
    ['0' ... '9'] = IN_ANY,
    ['A' ... 'Z'] = IN_ANY,
    ['a' ... 'z'] = IN_ANY,
    [0x80 ... 0xff] = IN_ANY,
    ['.'] = IN_ADDRESS | IN_HOST,
    ['-'] = IN_ADDRESS | IN_HOST,
    ['_'] = IN_ADDRESS,
    ['+'] = IN_ADDRESS,
    ['='] = IN_ADDRESS,
    ['#'] = IN_ADDRESS,
    ['!'] = IN_ADDRESS,
    ['%'] = IN_ADDRESS,
    ['&'] = IN_ADDRESS,
    ['/'] = IN_ADDRESS,
    ['~'] = IN_ADDRESS,
};

static inline bool
is_part(char c, unsigned of)
{
	return (parts[(unsigned char)c] & of) != 0;
}

/* The address around the @ at `at`, from byte `from` on. */
static struct str
address_around(struct str chunk, size_t from, size_t at)
{
	size_t begin = at, end = at + 1;

	while (begin > from && is_part(chunk.p[begin - 1], IN_ADDRESS))
		begin--;
	while (end < chunk.n && is_part(chunk.p[end], IN_HOST))
		end++;
	while (end > at + 1 && chunk.p[end - 1] == '.')
		end--;
	return (struct str){chunk.p + begin, end - begin};
}

static bool
is_kept_address(struct str address)
{
	for (size_t i = 0; i < ARRAY_LEN(kept_addresses); i++)
		if (str_eq_fold(address, kept_addresses[i]))
			return true;
	return false;
}

/* The length of "192.0.2.1" or "192-0-2-1" at the front; 0: none. */
static size_t
ip4_length(struct str s)
{
	char sep = '\0';
	size_t i = 0;

	for (int part = 0; part < 4; part++) {
		size_t digits = 0;

		while (i < s.n && digits < 4 && is_digit(s.p[i])) {
			i++;
			digits++;
		}
		if (digits == 0 || digits > 3)
			return 0;
		if (part == 3)
			return i;
		if (i >= s.n || (s.p[i] != '.' && s.p[i] != '-') ||
		    (part > 0 && s.p[i] != sep))
			return 0;
		sep = s.p[i++];
	}
	return 0;
}

/* The length of "2001:db8::1" or "10:20:30" at the front; 0: none. */
static size_t
colons_length(struct str s)
{
	size_t i, colons = 0, digits = 0;

	for (i = 0; i < s.n; i++) {
		char c = fold(s.p[i]);

		if (c == ':')
			colons++;
		else if (is_digit(c))
			digits++;
		else if (c < 'a' || c > 'f')
			break;
	}
	return colons >= 2 && digits > 0 ? i : 0;
}

enum word_kind {
	WORD_KEPT,
	WORD_NUMBER, /* kept, up to some of them in one chunk */
	WORD_ID,     /* differs from mail to mail */
};

/* A word without digits, a short number, a code like "S3150": kept. */
static enum word_kind
word_kind(struct str word, bool alone)
{
	size_t letters = 0, digits = 0;

	while (letters < word.n && !is_digit(word.p[letters]))
		letters++;
	if (letters == word.n)
		return WORD_KEPT;
	while (letters + digits < word.n && is_digit(word.p[letters + digits]))
		digits++;
	if (letters + digits < word.n || letters > 6)
		return WORD_ID;
	if (letters > 0)
		return digits <= 8 ? WORD_KEPT : WORD_ID;
	/* a number between blanks counts something, but "550" is a code */
	if (alone && (digits != 3 || word.p[0] < '4' || word.p[0] > '5'))
		return WORD_ID;
	return digits <= 4 ? WORD_NUMBER : WORD_ID;
}

static size_t
word_length(struct str s)
{
	size_t i = 0;

	while (i < s.n && is_part(s.p[i], IN_WORD))
		i++;
	return i;
}

/* Bytes of which none is a blank, as they are. */
static void
put_run(struct out *out, struct str s)
{
	size_t room = REPLY_TEXT_MAX - 1 - out->n;

	s = str_head(s, room);
	if (s.n > 0)
		memcpy(out->p + out->n, s.p, s.n);
	out->n += s.n;
}

/* A digit or @: the piece around it may differ from mail to mail. */
static bool
varies(char c)
{
	return c == '@' || (unsigned char)(c - '0') <= 9;
}

/* Position of the first of sixteen bytes that varies; 16: none. */
static inline size_t
find_varying16(const char *p)
{
	bytes_lane lane = bytes_load16(p);

	return bytes_first(
	    (bytes_lane)(lane - '0' <= 9) | (bytes_lane)(lane == '@'));
}

/* Position of the first byte that varies, or s.n. */
static size_t
find_varying(struct str s)
{
	size_t i = 0, found;

	for (; i + 16 <= s.n; i += 16) {
		found = find_varying16(s.p + i);
		if (found < 16)
			return i + found;
	}
	while (i < s.n && !varies(s.p[i]))
		i++;
	return i;
}

/* Position of the first blank, or s.n. */
static size_t
find_blank(struct str s)
{
	size_t i = 0, found;

	for (; i + 16 <= s.n; i += 16) {
		bytes_lane lane = bytes_load16(s.p + i);

		found = bytes_first(
		    (bytes_lane)(lane <= ' ') | (bytes_lane)(lane == 0x7f));
		if (found < 16)
			return i + found;
	}
	while (i < s.n && !is_blank(s.p[i]))
		i++;
	return i;
}

/* One piece between blanks, without an address. */
static void
put_chunk(struct out *out, struct str chunk)
{
	enum {
		NUMBERS_MAX = 4
	};
	size_t start = out->n, numbers = 0, i = find_varying(chunk), colon;
	bool colons;

	if (i == chunk.n) {
		put_run(out, chunk);
		return;
	}
	colon = bytes_chr(chunk, ':') + 1;
	colons = colon < chunk.n &&
		 bytes_chr(bytes_from(chunk, colon), ':') < chunk.n - colon;
	if (colons) /* letters may be part of an address of IPv6 */
		i = 0;
	while (i > 0 && is_part(chunk.p[i - 1], IN_WORD))
		i--;
	put_run(out, str_head(chunk, i));
	while (i < chunk.n) {
		struct str rest = str_skip(chunk, i);
		size_t n = word_length(rest), ip = 0;
		enum word_kind kind;

		if (n == 0 && rest.p[0] != ':') {
			put(out, rest.p[0]);
			i++;
			continue;
		}
		if (n > 0 && is_digit(rest.p[0]))
			ip = ip4_length(rest);
		if (ip > 0 && str_starts(rest, S("127."))) {
			put_run(out, str_head(rest, ip));
			i += ip;
			continue;
		}
		if (ip == 0 && colons)
			ip = colons_length(rest);
		if (ip > 0 || n == 0) {
			put(out, ip > 0 ? '#' : ':');
			i += ip > 0 ? ip : 1;
			continue;
		}
		kind = word_kind(str_head(rest, n), n == chunk.n);
		if (kind == WORD_NUMBER && ++numbers > NUMBERS_MAX) {
			out->n = start;
			kind = WORD_ID;
		}
		if (kind == WORD_ID) {
			/* what follows in this piece is part of the id */
			put(out, '#');
			return;
		}
		put_run(out, str_head(rest, n));
		i += n;
	}
}

/* "550", "5.1.1", "550-5.1.1": most pieces that have digits. */
static bool
is_code(struct str chunk)
{
	if (chunk.n == 3)
		return code_at(chunk) >= 400;
	if (chunk.n == 9)
		return code_at(chunk) > 0 &&
		       dsn_length(str_skip(chunk, 4)) == 5;
	return chunk.n == 5 && dsn_length(chunk) == 5;
}

static void
put_chunk_with_address(struct out *out, struct str chunk)
{
	size_t at;

	if (is_code(chunk)) {
		put_run(out, chunk);
		return;
	}
	at = bytes_chr(chunk, '@');
	while (at < chunk.n) {
		struct str address = address_around(chunk, 0, at);
		size_t begin = (size_t)(address.p - chunk.p);

		put_chunk(out, str_head(chunk, begin));
		put(out, '@');
		if (is_kept_address(address))
			put_run(out, address);
		chunk = str_skip(chunk, begin + address.n);
		at = bytes_chr(chunk, '@');
	}
	put_chunk(out, chunk);
}

/* Postgrey's help has a page for the domain of each recipient: "Greylisted, see
 * http://postgrey.schweikert.ch/help/kunde.example.html". */
static struct str
without_page(struct str text)
{
	static const struct str help = S0("postgrey.schweikert.ch/help/");
	size_t at;

	if (!str_ends(text, S(".html")))
		return text;
	at = str_find(text, help);
	return at < text.n ? str_head(text, at + help.n) : text;
}

bool
reply_cut_address(struct str text, struct str *ret_head, struct str *ret_tail)
{
	struct str address;
	size_t at;

	text = without_page(text);
	at = bytes_chr(text, '@');
	*ret_head = text;
	*ret_tail = (struct str){NULL, 0};
	/* Of longer ones a shape holds as much as the address leaves room. */
	if (at == text.n || text.n > REPLY_TEXT_MAX)
		return false;
	address = address_around(text, 0, at);
	if (is_kept_address(address))
		return false;
	*ret_head = str_head(text, (size_t)(address.p - text.p));
	*ret_tail = bytes_from(text, ret_head->n + address.n);
	return true;
}

/*
 * Runs for every refused delivery of a log, so all up to the next digit is
 * copied at once and only the pieces with one are looked at.
 */
size_t
reply_shape(struct str text, char ret_shape[REPLY_TEXT_MAX])
{
	struct out out = {ret_shape, 0};

	text = str_head(without_page(text), 2 * REPLY_TEXT_MAX);
	while (text.n > 0 && out.n + 1 < REPLY_TEXT_MAX) {
		size_t begin = find_varying(text), end = begin;

		while (
		    begin > 0 && begin < text.n && !is_blank(text.p[begin - 1]))
			begin--;
		end += find_blank(bytes_from(text, end));
		put_run(&out, str_head(text, begin));
		text = str_skip(text, begin);
		put_chunk_with_address(&out, str_head(text, end - begin));
		text = str_skip(text, end - begin);
	}
	out.p[out.n] = '\0';
	return out.n;
}
