/* SPDX-License-Identifier: ISC */
/*
 * gettext with our catalogues, and numbers as the language writes them.
 *
 * gettext looks at LANGUAGE only when the locale of messages is not "C", and
 * a fresh server has no other locale generated. C.UTF-8 is built into glibc
 * (2.35 and newer; Debian has had it for longer) and counts as another one:
 * so the locale is always C.UTF-8 here, and LANGUAGE says the language.
 */
#include "base/lang.h"

#include <libintl.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "build_config.h"

/* The variable that decides, as in POSIX 8.2; "" when none is set. */
static const char *
lang_environment(void)
{
	static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const char *value = getenv(names[i]);

		if (value != NULL && value[0] != '\0')
			return value;
	}
	return "";
}

/* What the environment asks for, as a value of LANGUAGE: "es" of
 * "es_ES.UTF-8", "" of "C" and "POSIX". */
static void
lang_of_environment(char *buf, size_t size)
{
	const char *locale = lang_environment();
	const char *wish = getenv("LANGUAGE");
	size_t n = strcspn(locale, ".@");

	buf[0] = '\0';
	if (n == 0 || strncmp(locale, "C", n) == 0 ||
	    strncmp(locale, "POSIX", n) == 0)
		return;
	if (wish != NULL && wish[0] != '\0')
		snprintf(buf, size, "%s", wish);
	else
		snprintf(buf, size, "%.*s", (int)n, locale);
}

/* Catalogues lie beside a binary that was built and not installed. */
static void
lang_bind(void)
{
	char dir[4096];
	ssize_t n = readlink("/proc/self/exe", dir, sizeof(dir) - 8);
	char *slash;

	if (n > 0) {
		dir[n] = '\0';
		slash = strrchr(dir, '/');
		if (slash != NULL) {
			memcpy(slash, "/po", sizeof("/po"));
			if (access(dir, R_OK | X_OK) == 0) {
				bindtextdomain("sereno", dir);
				return;
			}
		}
	}
	bindtextdomain("sereno", SERENO_LOCALEDIR);
}

void
lang_init(const char *language)
{
	static const char *const locales[] = {
	    "C.UTF-8", "C.utf8", "en_US.UTF-8", ""};
	char wish[64];

	if (language != NULL)
		snprintf(wish, sizeof(wish), "%s", language);
	else
		lang_of_environment(wish, sizeof(wish));
	for (size_t i = 0; i < ARRAY_LEN(locales); i++) {
		if (setlocale(LC_MESSAGES, locales[i]) != NULL) {
			setlocale(LC_CTYPE, locales[i]);
			break;
		}
	}
	setenv("LANGUAGE", wish[0] != '\0' ? wish : "en", 1);
	lang_bind();
	textdomain("sereno");
	bind_textdomain_codeset("sereno", "UTF-8");
	/* The first look-up opens the file; later there is no right to. */
	(void)gettext("lang:decimal=.");
}

/* A property of the language, kept in its catalogue: the part behind '='. */
static const char *
lang_property(const char *msgid)
{
	const char *text = gettext(msgid);
	const char *value = strchr(text, '=');

	return value != NULL ? value + 1 : text;
}

const char *
lang_number(struct arena *a, uint64_t n)
{
	/* TRANSLATORS: only the part behind '=' is changed: the sign between
	 * thousands, and from how many digits on it is used. */
	const char *sign = lang_property(N_("lang:thousands=,"));
	size_t from = (size_t)lang_property(N_("lang:group-from=4"))[0] - '0';
	char digits[24], out[48];
	size_t len, o = 0;

	len = (size_t)snprintf(
	    digits, sizeof(digits), "%llu", (unsigned long long)n);
	for (size_t i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0 && len >= from)
			out[o++] = sign[0];
		out[o++] = digits[i];
	}
	return str_keep(a, (struct str){out, o}).p;
}

/* With at most one decimal, written as the language does. */
static const char *
lang_decimal(struct arena *a, double value, int decimals)
{
	char buf[40];
	char *point;

	snprintf(buf, sizeof(buf), "%.*f", decimals, value);
	/* TRANSLATORS: behind '=' the sign before decimals. */
	point = strchr(buf, '.');
	if (point != NULL)
		*point = lang_property(N_("lang:decimal=."))[0];
	return str_keep(a, str_z(buf)).p;
}

const char *
lang_bytes(struct arena *a, uint64_t bytes)
{
	static const char *const units[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
	double value = (double)bytes;
	size_t unit = 0;

	if (bytes < 1000)
		return arena_printf(a, _n("%llu byte", "%llu bytes", bytes),
		    (unsigned long long)bytes)
		    .p;
	value /= 1000;
	/* 999.6 kB would be written "1000 kB". */
	while (value >= 999.5 && unit + 1 < ARRAY_LEN(units)) {
		value /= 1000;
		unit++;
	}
	return arena_printf(a, "%s %s",
	    lang_decimal(a, value, value < 9.95 ? 1 : 0), units[unit])
	    .p;
}

const char *
lang_percent(struct arena *a, double share)
{
	double percent = share * 100;

	if (percent <= 0)
		return "0 %";
	if (percent < 0.1)
		return arena_printf(a, "<%s %%", lang_decimal(a, 0.1, 1)).p;
	if (percent < 0.95)
		return arena_printf(a, "%s %%", lang_decimal(a, percent, 1)).p;
	/* "100 %" is said only of all. */
	if (percent < 100 && percent > 99)
		percent = 99;
	return arena_printf(a, "%s %%", lang_decimal(a, percent, 0)).p;
}

static const char *const lang_days[] = {N_("Sun"), N_("Mon"), N_("Tue"),
    N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat")};
static const char *const lang_months[] = {N_("Jan"), N_("Feb"), N_("Mar"),
    N_("Apr"), N_("May"), N_("Jun"), N_("Jul"), N_("Aug"), N_("Sep"), N_("Oct"),
    N_("Nov"), N_("Dec")};

/* Broken down in the local zone; false for what has no date. */
static bool
lang_local(wall_us at, struct tm *ret_tm)
{
	wall_us local;
	time_t seconds;

	if (at == WALL_NONE)
		return false;
	local = at + time_zone_offset(at);
	seconds = (time_t)(local / US_SECOND - (local % US_SECOND < 0));
	return gmtime_r(&seconds, ret_tm) != NULL;
}

const char *
lang_time(struct arena *a, wall_us at, bool year)
{
	struct tm tm;

	if (!lang_local(at, &tm))
		return "-";
	if (year)
		return arena_printf(a, "%s %d %s %d %02d:%02d",
		    _(lang_days[tm.tm_wday]), tm.tm_mday,
		    _(lang_months[tm.tm_mon]), tm.tm_year + 1900, tm.tm_hour,
		    tm.tm_min)
		    .p;
	return arena_printf(a, "%s %d %s %02d:%02d", _(lang_days[tm.tm_wday]),
	    tm.tm_mday, _(lang_months[tm.tm_mon]), tm.tm_hour, tm.tm_min)
	    .p;
}

const char *
lang_moment(struct arena *a, wall_us at)
{
	struct tm tm;

	if (!lang_local(at, &tm))
		return "-";
	return arena_printf(a, "%s %2d %s %02d:%02d:%02d",
	    _(lang_days[tm.tm_wday]), tm.tm_mday, _(lang_months[tm.tm_mon]),
	    tm.tm_hour, tm.tm_min, tm.tm_sec)
	    .p;
}

const char *
lang_span(struct arena *a, span_us span)
{
	unsigned long n;

	if (span < 0)
		span = 0;
	if (span < 2 * US_MINUTE) {
		n = (unsigned long)(span / US_SECOND);
		return arena_printf(a, _n("%lu second", "%lu seconds", n), n).p;
	}
	if (span < 2 * US_HOUR) {
		n = (unsigned long)(span / US_MINUTE);
		return arena_printf(a, _n("%lu minute", "%lu minutes", n), n).p;
	}
	if (span < 2 * US_DAY) {
		n = (unsigned long)(span / US_HOUR);
		return arena_printf(a, _n("%lu hour", "%lu hours", n), n).p;
	}
	n = (unsigned long)((span + US_DAY / 2) / US_DAY);
	return arena_printf(a, _n("%lu day", "%lu days", n), n).p;
}

const char *
lang_seconds(struct arena *a, span_us span)
{
	double seconds = (double)span / (double)US_SECOND;

	return lang_decimal(a, seconds, seconds < 9.95 ? 1 : 0);
}

const char *
lang_zone(struct arena *a, wall_us at)
{
	time_t seconds = (time_t)(at / US_SECOND);
	struct tm tm;

	if (at == WALL_NONE || localtime_r(&seconds, &tm) == NULL)
		return "";
	return str_keep(a, str_z(tm.tm_zone)).p;
}
