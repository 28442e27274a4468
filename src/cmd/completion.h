/* SPDX-License-Identifier: ISC */
/* Completions for shells, printed from the tables. */
#ifndef CMD_COMPLETION_H
#define CMD_COMPLETION_H

#include <stdio.h>

void completion_bash(FILE *out);
void completion_zsh(FILE *out);

#endif
