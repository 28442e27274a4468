/* SPDX-License-Identifier: ISC */
#include "show/screen.h"

#include "base/text.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

size_t
screen_columns(int fd)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	uint64_t n = 0;

	if (columns != NULL) {
		struct str text = str_z(columns);

		if (!str_u64(&text, 5, &n) || text.n > 0)
			n = 0;
	}
	if (n == 0 && ioctl(fd, TIOCGWINSZ, &size) == 0)
		n = size.ws_col;
	if (n == 0)
		n = SCREEN_DEFAULT;
	if (n < SCREEN_MIN)
		n = SCREEN_MIN;
	return n > SCREEN_MAX ? SCREEN_MAX : (size_t)n;
}

/* Does the environment promise UTF-8? What setlocale says is no answer: the
 * locale that is named is often not installed on a server. */
static bool
environment_is_utf8(void)
{
	static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const char *value = getenv(names[i]);

		if (value == NULL || value[0] == '\0')
			continue;
		return strcasestr(value, "utf-8") != NULL ||
		       strcasestr(value, "utf8") != NULL;
	}
	return false;
}

void
screen_init(
    struct screen *s, FILE *out, struct arena *scratch, enum screen_color color)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");
	bool plain = (no_color != NULL && no_color[0] != '\0') ||
		     (term != NULL && strcmp(term, "dumb") == 0);

	*s = (struct screen){.out = out, .arena = scratch};
	s->width = screen_columns(fileno(out));
	s->color = color == COLOR_ALWAYS ||
		   (color == COLOR_AUTO && !plain && isatty(fileno(out)));
	s->unicode = environment_is_utf8();
}

void
screen_style(const struct screen *s, enum style style)
{
	/* ECMA-48 8.3.117 */
	static const char *const codes[] = {[STYLE_PLAIN] = "0",
	    [STYLE_BOLD] = "1",
	    [STYLE_ALARM] = "1;31",
	    [STYLE_WARN] = "1;33",
	    [STYLE_CALM] = "1;32",
	    [STYLE_DIM] = "2"};

	if (s->color)
		fprintf(s->out, "\033[%sm", codes[style]);
}

size_t
screen_put(const struct screen *s, enum style style, struct str text)
{
	struct str safe = text_safe(s->arena, text);

	if (style != STYLE_PLAIN)
		screen_style(s, style);
	fwrite(safe.p, 1, safe.n, s->out);
	if (style != STYLE_PLAIN)
		screen_style(s, STYLE_PLAIN);
	return text_width(safe);
}

void
screen_gap(const struct screen *s, size_t n)
{
	fprintf(s->out, "%*s", (int)n, "");
}

/* A word that is longer than a line is cut into lines of its own. */
static size_t
put_long_word(const struct screen *s, size_t at, size_t hang, size_t width,
    struct str word)
{
	while (word.n > 0) {
		uint32_t rune;
		size_t n = text_rune(word, &rune);
		struct str one = str_head(word, n);
		size_t columns = text_width(one);

		if (at + columns > width) {
			putc('\n', s->out);
			screen_gap(s, hang);
			at = hang;
		}
		fwrite(one.p, 1, one.n, s->out);
		at += columns;
		word = str_skip(word, n);
	}
	return at;
}

size_t
screen_fill(const struct screen *s, size_t at, size_t hang, size_t width,
    struct str text)
{
	struct str rest = text_safe(s->arena, text);
	bool begin = true;

	while (rest.n > 0) {
		struct str word = str_take(&rest, ' ');
		size_t columns = text_width(word);

		if (!begin && at + 1 + columns > width) {
			putc('\n', s->out);
			screen_gap(s, hang);
			at = hang;
		} else if (!begin) {
			putc(' ', s->out);
			at++;
		}
		begin = false;
		if (at + columns > width && hang + columns > width) {
			at = put_long_word(s, at, hang, width, word);
			continue;
		}
		fwrite(word.p, 1, word.n, s->out);
		at += columns;
	}
	return at;
}

void
screen_wrap(const struct screen *s, size_t at, size_t hang, struct str text)
{
	screen_fill(s, at, hang, s->width, text);
	putc('\n', s->out);
}

void
screen_label(const struct screen *s, struct str label)
{
	size_t used = 2;

	screen_gap(s, 2);
	used += screen_put(s, STYLE_BOLD, label);
	screen_gap(s, used + 1 < SCREEN_LABEL ? SCREEN_LABEL - used : 1);
}

void
screen_paragraph(const struct screen *s, size_t at, struct str text)
{
	screen_gap(s, at);
	screen_wrap(s, at, at, text);
}

void
screen_line(const struct screen *s, const char *label, struct str text)
{
	screen_label(s, str_z(label));
	screen_wrap(s, SCREEN_LABEL, SCREEN_LABEL, text);
}
