/* SPDX-License-Identifier: ISC */
#include "setting/logical.h"

/* Empty, or a comment: in front of it a logical line goes on. */
static bool
is_nothing(struct str line)
{
	line = str_trim(line);
	return line.n == 0 || line.p[0] == '#';
}

/* The lines that belong to the one that was taken: how many bytes and lines
 * of l->rest; *ret_parts: of them with text. */
static size_t
span(const struct logical *l, uint32_t *ret_lines, uint32_t *ret_parts)
{
	struct str rest = l->rest;
	size_t used = 0;
	uint32_t lines = 0;

	*ret_lines = *ret_parts = 0;
	while (rest.n > 0) {
		struct str line = str_take(&rest, '\n');

		lines++;
		if (is_nothing(line))
			continue;
		if (!is_blank(line.p[0]))
			break;
		used = l->rest.n - rest.n;
		*ret_lines = lines;
		(*ret_parts)++;
	}
	return used;
}

static struct str
join(struct logical *l, struct str first, size_t used, uint32_t lines)
{
	char *buf = arena_alloc(l->arena, first.n + used + lines + 1);
	struct str more = str_head(l->rest, used);
	size_t n = first.n;

	memcpy(buf, first.p, first.n);
	for (uint32_t i = 0; i < lines; i++) {
		struct str line = str_take(&more, '\n');

		buf[n++] = '\n';
		if (is_nothing(line))
			continue;
		line = str_trim(line);
		memcpy(buf + n, line.p, line.n);
		n += line.n;
	}
	return (struct str){buf, n};
}

bool
logical_next(struct logical *l, struct logical_line *ret_line)
{
	while (l->rest.n > 0) {
		struct str line = str_take(&l->rest, '\n');
		uint32_t at = l->line++, lines, parts;
		size_t used;

		if (is_nothing(line) || is_blank(line.p[0]))
			continue;
		line = str_trim(line);
		used = span(l, &lines, &parts);
		if (parts > 0) {
			line = join(l, line, used, lines);
			l->rest = str_skip(l->rest, used);
			l->line += lines;
		}
		*ret_line = (struct logical_line){line, at};
		return true;
	}
	return false;
}

uint32_t
logical_lines(struct str text, const char *p)
{
	uint32_t n = 0;

	for (size_t i = 0; i < text.n && text.p + i < p; i++)
		n += text.p[i] == '\n';
	return n;
}

struct str
word_take(struct str *list, const char *separators)
{
	struct str word;
	size_t n = 0;

	while (list->n > 0 &&
	       (is_blank(list->p[0]) || strchr(separators, list->p[0]) != NULL))
		*list = str_skip(*list, 1);
	while (n < list->n && !is_blank(list->p[n]) &&
	       (list->p[n] == '\0' || strchr(separators, list->p[n]) == NULL))
		n++;
	word = str_head(*list, n);
	*list = str_skip(*list, n);
	return word;
}
