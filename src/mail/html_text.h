/* SPDX-License-Identifier: ISC */
/* The words of an HTML mail: enough to read a bounce, no browser. */
#ifndef MAIL_HTML_TEXT_H
#define MAIL_HTML_TEXT_H

#include "base/arena.h"

/* Tags dropped, breaks and blocks as line ends, the common entities read. In
 * a; never longer than html. */
struct str html_text(struct arena *a, struct str html);

#endif
