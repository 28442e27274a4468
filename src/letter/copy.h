/* SPDX-License-Identifier: ISC */
/* Is a message the one that our log knows, or does it only bear the lines of
 * that one? */
#ifndef LETTER_COPY_H
#define LETTER_COPY_H

#include "letter/chain.h"
#include "letter/exhibit.h"
#include "letter/passage.h"

enum copy_state {
	COPY_NO,      /* it went where the log says, or was sent on there */
	COPY_PERHAPS, /* copied, or sent on from elsewhere */
	COPY_YES,
	COPY_STATES,
};

/*
 * chain: as chain_read left it, nothing of it confirmed by the log. message_id:
 * of the message in hand. *ret_handed_on: a host that got it brought it to the
 * receiver, and nothing speaks against it, but that host has our lines and may
 * have put another text below them.
 */
enum copy_state copy_judge(const struct own *own, const struct chain *chain,
    const struct exhibit *exhibit, const struct notice *notice,
    const struct passage *passage, struct str message_id, bool *ret_handed_on);

const char *copy_state_name(enum copy_state state);

#endif
