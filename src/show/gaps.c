/* SPDX-License-Identifier: ISC */
#include "show/gaps.h"

#include "base/lang.h"

enum {
	SHOWN = 8
};

void
gaps_json(struct json *j, const struct not_examined *gaps, size_t n)
{
	json_array(j, "not_examined");
	for (size_t i = 0; i < n; i++) {
		json_object(j, NULL);
		json_str(j, "what", gaps[i].what);
		json_str(j, "sentence", gaps[i].sentence);
		json_end(j);
	}
	json_end(j);
}

void
gaps_text(const struct not_examined *gaps, size_t n, const struct screen *s)
{
	for (size_t i = 0; i < n && i < SHOWN; i++) {
		struct str what = str_eq(gaps[i].what, S("-"))
				      ? str_z(_("standard input"))
				      : gaps[i].what;
		size_t used =
		    screen_put(s, STYLE_DIM, str_z(_("not examined:")));

		putc(' ', s->out);
		screen_wrap(s, used + 1, 4,
		    arena_printf(s->arena, "%.*s: %.*s", STR_ARG(what),
			STR_ARG(gaps[i].sentence)));
	}
	if (n > SHOWN)
		screen_wrap(s, 0, 4,
		    arena_printf(s->arena,
			_("... and %zu more things were not examined (--json "
			  "names them all)"),
			n - SHOWN));
}

void
gaps_apart(const struct not_examined *gaps, size_t n, const struct screen *s)
{
	if (n > 0)
		putc('\n', s->out);
	gaps_text(gaps, n, s);
}
