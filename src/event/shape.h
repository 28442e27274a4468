/* SPDX-License-Identifier: ISC */
/* The shape of a line: what is left when everything that varies is taken out;
 * lines of the same kind have the same shape. */
#ifndef EVENT_SHAPE_H
#define EVENT_SHAPE_H

#include "base/arena.h"

enum {
	SHAPE_MAX = 120
};

/*
 * text (line.text) with numbers as N, queue ids and hex as ID, addresses in
 * <> as <>, quoted text as "", IP addresses as IP; at most SHAPE_MAX bytes.
 */
struct str line_shape(struct arena *a, struct str text);

#endif
