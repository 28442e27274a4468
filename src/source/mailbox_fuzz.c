/* SPDX-License-Identifier: ISC */
#include "source/mailbox.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The bytes as one file, in frames of sizes that they choose themselves. */
struct feed {
	struct str rest;
	int stage; /* 0: the name, 1: data, 2: the end, 3: nothing */
	size_t step;
};

static size_t
next_frame(void *arg, char *to, size_t n)
{
	struct feed *feed = arg;
	struct feed_head head = {FEED_DATA, 0};
	struct str body = {NULL, 0};

	if (feed->stage == 3 || n < sizeof(head) + 64)
		return 0;
	if (feed->stage == 0) {
		head.type = FEED_FILE;
		body = S("box");
		feed->stage = 1;
	} else if (feed->rest.n > 0) {
		body = str_head(feed->rest, 1 + feed->step);
		feed->rest = str_skip(feed->rest, body.n);
	} else {
		head.type = FEED_END;
		feed->stage = 3;
	}
	head.size = (uint32_t)body.n;
	memcpy(to, &head, sizeof(head));
	if (body.n > 0)
		memcpy(to + sizeof(head), body.p, body.n);
	return sizeof(head) + body.n;
}

static size_t
raw(void *arg, char *to, size_t n)
{
	struct str *rest = arg;
	struct str piece = str_head(*rest, n < 100 ? n : 100);

	if (piece.n > 0)
		memcpy(to, piece.p, piece.n);
	*rest = str_skip(*rest, piece.n);
	return piece.n;
}

static void
drain(struct mailbox *mailbox, size_t size)
{
	struct letter_place place;
	struct str message;
	size_t total = 0;

	while (mailbox_next(mailbox, &message, &place))
		total += message.n;
	assert(total <= size);
	mailbox_close(mailbox);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str bytes = {(const char *)data, size};
	struct feed feed = {.rest = bytes, .step = size % 61};

	drain(mailbox_open(next_frame, &feed), size);
	/* the same bytes as a feed that is nonsense */
	drain(mailbox_open(raw, &bytes), size);
	return 0;
}
