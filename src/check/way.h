/* SPDX-License-Identifier: ISC */
/*
 * Ways back from a block (data/delist.tsv): who is asked, how, and what must be
 * in order before.
 */
#ifndef CHECK_WAY_H
#define CHECK_WAY_H

#include "check/list.h"

enum way_how {
	WAY_AUTO,    /* it goes by itself */
	WAY_SELF,    /* at once, by whoever asks */
	WAY_FORM,    /* a form that somebody reads */
	WAY_MAIL,    /* a letter */
	WAY_ACCOUNT, /* a form behind an account */
	WAY_OWNER,   /* the owner of the network must ask */
	WAY_NONE,    /* nobody can be asked */
	WAY_THEIRS,  /* the receiver's mistake */
	WAY_HOWS,
};

/* What must be in order before it makes sense to ask. */
enum need {
	NEED_QUIET, /* the source is silent */
	NEED_QUEUE, /* nothing of it waits */
	NEED_PTR,
	NEED_HELO,
	NEED_SPF,
	NEED_DMARC,
	NEED_RELAY, /* strangers cannot relay here */
	NEEDS,
};

struct way {
	const char *id, *name;
	const char *leads; /* private: what leads here */
	const char *to;    /* page or address, with "{ip}"; may be empty */
	const char *note, *source, *date;
	enum way_how how;
	unsigned needs;        /* bits of enum need */
	unsigned quiet_hours;  /* of the source, before asking */
	unsigned expiry_hours; /* after the last cause; 0: never, or unknown */
	unsigned wait_hours;   /* for an answer; 0: unknown */
	bool english_only, paid;
};

/* label: "SBL", or empty. For a list without a way of its own one is made of
 * what the catalogue says, into ret_made. Never NULL. */
const struct way *way_of_list(
    const struct list *list, struct str label, struct way *ret_made);
/* Of a rule of rejections.tsv and the answer's words; NULL: there is none. */
const struct way *way_of_reply(struct str rule, struct str text);
const struct way *way_find(struct str id);

const char *way_how_name(enum way_how how);     /* "form" */
const char *way_how_sentence(enum way_how how); /* N_() */
const char *need_name(enum need need);          /* "quiet" */
/* Does it end with a letter or words in a form? */
bool way_has_letter(enum way_how how);

#endif
