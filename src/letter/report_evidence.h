/* SPDX-License-Identifier: ISC */
/* Mail that passes as ours and never passed here: is our key abused? */
#ifndef LETTER_REPORT_EVIDENCE_H
#define LETTER_REPORT_EVIDENCE_H

#include "letter/passed.h"
#include "letter/reports.h"

/* Mail of one kind that is suspected, from whichever addresses. */
struct report_suspects {
	uint64_t messages;
	uint64_t on_days;  /* of these, on the days that the log covers */
	uint64_t punished; /* quarantined or refused though they passed */
	size_t networks;
	unsigned orgs;       /* receivers that counted them */
	int32_t first, last; /* days; -1 */
	uint64_t top;        /* messages of the network with most */
	struct str network;  /* its name */
	struct str selector; /* of most of them */
};

struct report_evidence {
	int32_t first;      /* day of all reports; -1 */
	int32_t from, to;   /* days that the log covers; from == to: none */
	uint64_t delivered; /* on them, by the log, to other hosts */
	uint64_t reported;  /* on them, by receivers, from our addresses */
	uint64_t own;       /* all messages from our addresses */
	/* Signed with a key that our own hosts use, SPF passes too, from
	 * addresses that are not ours. */
	struct report_suspects key;
	/* Signed for our domain with a selector that neither our hosts nor a
	 * known service uses. */
	struct report_suspects other_key;
	/* Signed at home, sent by others who are not known as forwarders. */
	struct report_suspects handed_on;
	uint64_t handed_override; /* the same by those who are known */
};

void report_evidence(const struct reports *r, const struct passed *passed,
    struct arena *a, struct report_evidence *ret_evidence);

/* More left our addresses than the log knows of. */
bool evidence_is_bypassed(const struct report_evidence *e);
/* So much of our signed mail is handed on that nobody's forwarding explains
 * it. */
bool evidence_is_replayed(const struct report_evidence *e);

#endif
