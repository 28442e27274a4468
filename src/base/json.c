/* SPDX-License-Identifier: ISC */
#include "base/json.h"

#include "base/text.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>

void
json_init(struct json *j, FILE *out)
{
	*j = (struct json){.out = out};
}

void
json_done(struct json *j)
{
	assert(j->depth == 0);
	(void)fputc('\n', j->out);
}

static void
put_rune(struct json *j, uint32_t rune)
{
	if (rune > 0xffff) {
		rune -= 0x10000;
		(void)fprintf(j->out, "\\u%04x\\u%04x", 0xd800 + (rune >> 10),
		    0xdc00 + (rune & 0x3ff));
		return;
	}
	(void)fprintf(j->out, "\\u%04x", rune);
}

/* What text_safe would have to change is escaped, so that a report can be
 * looked at on a terminal too. */
static void
put_quoted(struct json *j, struct str s)
{
	struct str plain = {s.p, 0};
	uint32_t rune;
	size_t n;

	(void)fputc_unlocked('"', j->out);
	while ((n = text_rune(s, &rune)) > 0) {
		bool quote = rune == '"' || rune == '\\';

		if (!quote && !text_must_show(rune)) {
			plain.n += n;
			s = str_skip(s, n);
			continue;
		}
		if (plain.n > 0)
			(void)fwrite_unlocked(plain.p, 1, plain.n, j->out);
		if (quote)
			(void)fprintf(j->out, "\\%c", (int)rune);
		else
			put_rune(j, rune == UINT32_MAX ? 0xfffd : rune);
		s = str_skip(s, n);
		plain = (struct str){s.p, 0};
	}
	if (plain.n > 0)
		(void)fwrite_unlocked(plain.p, 1, plain.n, j->out);
	(void)fputc_unlocked('"', j->out);
}

static void
new_line(struct json *j)
{
	(void)fprintf(j->out, "\n%*s", 2 * j->depth, "");
}

/* Comma, line and key in front of a value. */
static void
begin(struct json *j, const char *key)
{
	int level = j->depth - 1;

	if (level < 0) {
		assert(key == NULL);
		return;
	}
	assert(j->array[level] == (key == NULL));
	if (j->has[level])
		(void)fputc(',', j->out);
	j->has[level] = true;
	new_line(j);
	if (key != NULL) {
		put_quoted(j, str_z(key));
		(void)fputs(": ", j->out);
	}
}

static void
open_level(struct json *j, const char *key, bool array)
{
	begin(j, key);
	assert(j->depth < JSON_DEPTH);
	j->has[j->depth] = false;
	j->array[j->depth] = array;
	j->depth++;
	(void)fputc(array ? '[' : '{', j->out);
}

void
json_object(struct json *j, const char *key)
{
	open_level(j, key, false);
}

void
json_array(struct json *j, const char *key)
{
	open_level(j, key, true);
}

void
json_end(struct json *j)
{
	assert(j->depth > 0);
	j->depth--;
	if (j->has[j->depth])
		new_line(j);
	(void)fputc(j->array[j->depth] ? ']' : '}', j->out);
}

void
json_str(struct json *j, const char *key, struct str value)
{
	begin(j, key);
	put_quoted(j, value);
}

void
json_u64(struct json *j, const char *key, uint64_t value)
{
	begin(j, key);
	(void)fprintf(j->out, "%" PRIu64, value);
}

void
json_number(struct json *j, const char *key, double value)
{
	double size = fabs(value);
	uint64_t milli;
	unsigned rest, digits = 3;

	if (!isfinite(value)) {
		json_null(j, key);
		return;
	}
	begin(j, key);
	/* From 2^53 on there are no decimals. The ".0" is for readers that
	 * refuse an integer of more than 64 bits. */
	if (size >= 0x1p53) {
		(void)fprintf(j->out, "%.0f.0", value);
		return;
	}
	milli = (uint64_t)(size)*1000 +
		(uint64_t)((size - floor(size)) * 1000 + 0.5);
	rest = (unsigned)(milli % 1000);
	(void)fprintf(j->out, "%s%" PRIu64, value < 0 && milli > 0 ? "-" : "",
	    milli / 1000);
	if (rest == 0)
		return;
	for (; rest % 10 == 0; rest /= 10)
		digits--;
	(void)fprintf(j->out, ".%0*u", (int)digits, rest);
}

void
json_bool(struct json *j, const char *key, bool value)
{
	begin(j, key);
	(void)fputs(value ? "true" : "false", j->out);
}

void
json_ip(struct json *j, const char *key, const struct ip *ip)
{
	char text[IP_TEXT];

	json_str(j, key, ip_is_none(ip) ? S("") : str_z(ip_text(ip, text)));
}

void
json_null(struct json *j, const char *key)
{
	begin(j, key);
	(void)fputs("null", j->out);
}

void
json_time(struct json *j, const char *key, wall_us at)
{
	char buf[TIME_TEXT];

	if (at == WALL_NONE)
		json_null(j, key);
	else
		json_str(j, key, str_z(time_rfc3339(at, buf)));
}
