/* SPDX-License-Identifier: ISC */
/* What text is laid out on: a terminal, or a file that pretends to be one. */
#ifndef SHOW_SCREEN_H
#define SHOW_SCREEN_H

#include "base/arena.h"

#include <stdio.h>

enum screen_color {
	COLOR_AUTO, /* on a terminal, unless NO_COLOR is set (no-color.org) */
	COLOR_ALWAYS,
	COLOR_NEVER,
};

enum style {
	STYLE_PLAIN,
	STYLE_BOLD,
	STYLE_ALARM, /* bold red */
	STYLE_WARN,  /* bold yellow */
	STYLE_CALM,  /* bold green */
	STYLE_DIM,
};

struct screen {
	FILE *out;
	struct arena *arena; /* scratch: safe copies of foreign text */
	size_t width;        /* columns, at least SCREEN_MIN */
	bool color;
	bool unicode; /* block characters may be shown */
};

enum {
	SCREEN_MIN = 60,
	SCREEN_DEFAULT = 80,
	SCREEN_MAX = 160
};

/* Asks the terminal and the environment. */
void screen_init(struct screen *s, FILE *out, struct arena *scratch,
    enum screen_color color);
/* Columns of the terminal behind fd: COLUMNS, else what it says itself. */
size_t screen_columns(int fd);

void screen_style(const struct screen *s, enum style style);
/* text in a style, plain again behind it; made safe. Returns its columns. */
size_t screen_put(const struct screen *s, enum style style, struct str text);
/* n blanks. */
void screen_gap(const struct screen *s, size_t n);
/*
 * A paragraph with a newline at its end. The cursor stands at column at; all
 * later lines begin at column hang. text is made safe here.
 */
void screen_wrap(
    const struct screen *s, size_t at, size_t hang, struct str text);
/* The same up to column width only, and without the last newline; returns
 * the column where it ends. */
size_t screen_fill(const struct screen *s, size_t at, size_t hang, size_t width,
    struct str text);
/* The same on lines of its own, all of which begin at column at. */
void screen_paragraph(const struct screen *s, size_t at, struct str text);
/* "  label    text", later lines below the text. */
void screen_line(const struct screen *s, const char *label, struct str text);
/* "  label    ", filled to SCREEN_LABEL columns. */
void screen_label(const struct screen *s, struct str label);

enum {
	SCREEN_LABEL = 11
};

#endif
