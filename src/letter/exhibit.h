/* SPDX-License-Identifier: ISC */
/*
 * The message that is to be looked at: the one that came, or the one that is
 * in it, because people and programs send on what they complain about.
 */
#ifndef LETTER_EXHIBIT_H
#define LETTER_EXHIBIT_H

#include "mail/notice.h"

enum exhibit_how {
	EXHIBIT_ITSELF,
	EXHIBIT_COMPLAINT, /* behind an ARF report */
	EXHIBIT_RETURNED,  /* by a bounce */
	EXHIBIT_ATTACHED,  /* a message as a part */
	EXHIBIT_PASTED,    /* header lines in the text of a mail */
	EXHIBIT_HOWS,
};

/* Slices of the message or of the arena. */
struct exhibit {
	enum exhibit_how how;
	struct str header, body;
	bool whole; /* the body is there as it was sent, as far as known */
};

/* outer: the message itself, whatever is in it. notice: as notice_read found
 * it for this message. */
void exhibit_find(struct arena *a, struct str message,
    const struct notice *notice, bool outer, struct exhibit *ret_exhibit);

const char *exhibit_how_name(enum exhibit_how how);

#endif
