/* SPDX-License-Identifier: ISC */
/* The list of options as people and shells read it. */
#ifndef CONF_OPTIONS_DOC_H
#define CONF_OPTIONS_DOC_H

#include "conf/options.h"

#include <stdio.h>

/* A paragraph filled to width columns, every line behind indent blanks; the
 * first one is already at that column when hang is set. */
void doc_fill(
    FILE *out, struct str text, size_t indent, size_t width, bool hang);

/* The options of a command, for --help. */
void options_print_help(FILE *out, const char *command, size_t width);
/* A paragraph of mdoc(7), a line for each sentence. */
void mdoc_text(FILE *out, const char *text);
/* The same as options_print_help, as a list of mdoc(7). */
void options_print_mdoc(FILE *out, const char *command);

#endif
