/* SPDX-License-Identifier: ISC */
/*
 * Files in a gzip or zip that came by mail, one after the other, in pieces:
 * nothing is held whole but a container in a container. What is made to fill
 * memory or never to end is refused.
 */
#ifndef SOURCE_UNPACK_H
#define SOURCE_UNPACK_H

#include "base/err.h"
#include "base/str.h"

enum {
	/* Bytes that come out of one container, with all that is in it. A
	 * day's report of the largest receivers about a large sender has some
	 * ten millions. */
	UNPACK_MAX = 256 * 1024 * 1024,
	/* Times that it may grow: reports do 10 to 60, deflate can 1,030. */
	UNPACK_RATIO = 250,
	/* ... which is asked beyond so many bytes: small ones do no harm. */
	UNPACK_FREE = 4 * 1024 * 1024,
	UNPACK_FILES = 1000,
	UNPACK_DEPTH = 2,
	UNPACK_INNER = 16 * 1024 * 1024, /* a container in a container */
};

struct unpack_sink {
	void (*begin)(void *arg, struct str name);
	/* False: the rest of this file is not wanted. */
	bool (*bytes)(void *arg, struct str bytes);
	/* whole: it did not break off. */
	void (*end)(void *arg, bool whole);
	void *arg;
};

/* Does it begin as one of them? */
bool unpack_is_container(struct str bytes);

/* False: it was damaged or refused, and err says why; what could be read
 * before was given. */
bool unpack_each(struct str bytes, const struct unpack_sink *sink,
    struct err *err) MUST_CHECK;

#endif
