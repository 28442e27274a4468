/* SPDX-License-Identifier: ISC */
/* The selectors that this server signs with: those that were named and those
 * of its signers' configurations, with their private keys. */
#ifndef CMD_OWN_KEYS_H
#define CMD_OWN_KEYS_H

#include "cmd/own_case.h"
#include "setting/signers.h"
#include "trail/hints.h"

/* Adds them to the case. root: before the names of files. domains: take the
 * domains that configurations name, too. */
void own_keys_take(struct own_case *o, const struct option_value *named,
    const struct signers *signers, struct str root, bool domains);
/* Selectors that logs tell of: after the configurations', which know the keys.
 */
void own_keys_hints(struct own_case *o, const struct hints *hints);

/* A sentence about keys that are there and were not looked at, or empty. */
struct str own_keys_unlooked(struct arena *a, const struct signers *signers);
/* Keys that could not be looked at, though they are there: how many, why, and
 * the first one's path. 0: none. */
size_t own_keys_unread(
    const struct own_case *o, struct str *ret_path, struct str *ret_why);

#endif
