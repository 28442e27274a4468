/* SPDX-License-Identifier: ISC */
/* The Public Suffix List, as it is built into libpsl. */
#ifndef CHECK_SUFFIX_H
#define CHECK_SUFFIX_H

#include "base/str.h"

/* "tienda.co.uk" of "mail.shop.tienda.co.uk", a slice of it; the name itself
 * where the list knows no shorter one. */
struct str suffix_organisation(struct str name);

#endif
