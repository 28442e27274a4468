/* SPDX-License-Identifier: ISC */
/* What --help and --version print. Each returns OUTCOME_NOTHING. */
#ifndef CMD_HELP_H
#define CMD_HELP_H

#include "cmd/command.h"

#include <stdio.h>

int help_all(FILE *out);
int help_command(FILE *out, const struct command *command);
int help_version(FILE *out);

#endif
