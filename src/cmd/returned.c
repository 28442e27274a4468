/* SPDX-License-Identifier: ISC */
#include "cmd/returned.h"

#include "cmd/letters.h"

enum {
	ITEMS_KEPT = 200, /* whole, to be cited */
};

bool
returned_open(
    struct returned *ret_returned, struct examination *x, struct err *err)
{
	*ret_returned = (struct returned){.bag.items_max = ITEMS_KEPT};
	return letters_find_own(&ret_returned->own, x->options, x->live, err);
}

void
returned_read(
    struct returned *returned, struct examination *x, struct report *report)
{
	struct returned *r = returned;
	struct mailbox *mailbox;

	r->bag.own = &r->own;
	r->bag.keys = &r->keys;
	examination_keys(x, &r->keys);
	examination_reading(x, BY_ORIGIN, &r->reading);
	match_look(&r->reading, &r->own, &r->match);
	mailbox = mailbox_open_fd(x->letters.fd);
	bag_read(&r->bag, mailbox, x->progress.done);
	mailbox_close(mailbox);
	match_run(&r->match, &r->reading, &r->bag);
	bag_settle(&r->bag);
	letters_say_gaps(report, &r->bag);
	examination_say_keys(report, x, &r->keys, r->bag.unasked);
	report->bounces = &r->bag;
}

void
returned_done(struct returned *returned)
{
	bag_done(&returned->bag);
	reading_done(&returned->reading);
	dkim_keys_done(&returned->keys);
	own_done(&returned->own);
}
