/* SPDX-License-Identifier: ISC */
/*
 * A note from a process that may write nothing to one that may: bytes in a
 * pipe, one slip behind the other.
 *
 *   kind  at                       length of each text        texts
 *   01 .. 40 61 ce 3e 0c 4b 06 00  0c 00 0c 00 03 00 00 00 .. zen203.0.113.25
 *
 * The writer read what strangers sent and may be theirs by now: whoever reads
 * a slip believes nothing but its bounds.
 */
#ifndef STORE_SLIP_H
#define STORE_SLIP_H

#include "base/time.h"

enum slip_kind {
	SLIP_SEEN = 1, /* list, target, labels, words of the list */
	SLIP_ASKED,    /* target: lists were asked about it */
	SLIP_GONE,     /* list, target */
	SLIP_REQUEST,  /* id: there is a reason to ask */
	SLIP_BACK,     /* id: it is off the list */
	SLIP_POLICY,   /* domain, id, hash, age of a policy of MTA-STS */
	SLIP_KINDS,
};

enum {
	SLIP_TEXTS = 8,
	SLIP_TEXT = 1024, /* bytes of one text; longer ones are cut */
	SLIP_HEAD = 32,
	SLIP_MAX = SLIP_HEAD + SLIP_TEXTS * SLIP_TEXT,
};

struct slip {
	enum slip_kind kind;
	wall_us at;
	struct str texts[SLIP_TEXTS];
};

/* Into a buffer; returns its length. */
size_t slip_pack(const struct slip *slip, char buf[SLIP_MAX]);
/* False: the reader is gone. */
bool slip_send(int fd, const struct slip *slip);

enum slip_state {
	SLIP_WHOLE,
	SLIP_PART, /* more is to come */
	SLIP_BAD,  /* no slip: nothing behind it can be read either */
};

/* The next slip off the front of *bytes; its texts are slices of them. */
enum slip_state slip_read(struct str *bytes, struct slip *ret_slip);

#endif
