/* SPDX-License-Identifier: ISC */
/* What is wrong with a domain's SPF, whoever sends. */
#ifndef CHECK_SPF_FAULTS_H
#define CHECK_SPF_FAULTS_H

#include "check/spf_tree.h"
#include "check/weakness.h"

/* Every mistake in the records that the tree has. */
void spf_faults_find(
    struct dns_book *book, const struct spf_tree *tree, struct weaknesses *w);

#endif
