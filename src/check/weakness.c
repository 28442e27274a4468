/* SPDX-License-Identifier: ISC */
#include "check/weakness.h"

#include "base/lang.h"

#include <stdarg.h>
#include <stdio.h>

static const struct {
	const char *code;
	enum weakness_level level;
	const char *why;
} kinds[] = {
#define WEAKNESS(id, code, level, why) {code, LEVEL_##level, why},
#include "check/weakness_list.h"
#undef WEAKNESS
};

static const char *const levels[LEVELS] = {
    [LEVEL_BROKEN] = N_("broken"),
    [LEVEL_WEAK] = N_("weak"),
    [LEVEL_HINT] = N_("hint"),
};

const char *
weakness_code(enum weakness_id id)
{
	return kinds[id].code;
}

enum weakness_level
weakness_level(enum weakness_id id)
{
	return kinds[id].level;
}

const char *
weakness_why(enum weakness_id id)
{
	return kinds[id].why;
}

const char *
weakness_level_word(enum weakness_level level)
{
	return levels[level];
}

struct weakness *
weakness_add(struct weaknesses *w, enum weakness_id id, struct str about,
    const char *fmt, ...)
{
	struct weakness *new = arena_alloc(w->arena, sizeof(*new));
	char *text = NULL;
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	n = n < 0 ? 0 : n;
	text = arena_alloc(w->arena, (size_t)n + 1);
	va_start(args, fmt);
	(void)vsnprintf(text, (size_t)n + 1, fmt, args);
	va_end(args);
	*new = (struct weakness){
	    .id = id, .about = about, .sentence = {text, (size_t)n}};
	if (w->end == NULL)
		w->end = &w->first;
	*w->end = new;
	w->end = &new->next;
	w->n[kinds[id].level]++;
	return new;
}
