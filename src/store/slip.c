/* SPDX-License-Identifier: ISC */
#include "store/slip.h"

#include <errno.h>
#include <unistd.h>

/* In front of the texts; both ends are the same program. */
struct head {
	uint32_t kind;
	uint32_t zero;
	int64_t at;
	uint16_t lengths[SLIP_TEXTS];
};

_Static_assert(sizeof(struct head) == SLIP_HEAD, "no holes in it");

size_t
slip_pack(const struct slip *slip, char buf[SLIP_MAX])
{
	struct head head = {.kind = (uint32_t)slip->kind, .at = slip->at};
	size_t n = sizeof(head);

	for (size_t i = 0; i < SLIP_TEXTS; i++) {
		struct str text = str_head(slip->texts[i], SLIP_TEXT);

		head.lengths[i] = (uint16_t)text.n;
		if (text.n > 0)
			memcpy(buf + n, text.p, text.n);
		n += text.n;
	}
	memcpy(buf, &head, sizeof(head));
	return n;
}

bool
slip_send(int fd, const struct slip *slip)
{
	char buf[SLIP_MAX];
	size_t n = slip_pack(slip, buf), sent = 0;

	while (fd >= 0 && sent < n) {
		ssize_t r = write(fd, buf + sent, n - sent);

		if (r < 0 && errno == EINTR)
			continue;
		if (r <= 0)
			return false;
		sent += (size_t)r;
	}
	return fd >= 0;
}

enum slip_state
slip_read(struct str *bytes, struct slip *ret_slip)
{
	struct head head;
	struct str rest;
	struct slip slip = {0};

	if (bytes->n < sizeof(head))
		return SLIP_PART;
	memcpy(&head, bytes->p, sizeof(head));
	if (head.kind < SLIP_SEEN || head.kind >= SLIP_KINDS || head.zero != 0)
		return SLIP_BAD;
	rest = str_skip(*bytes, sizeof(head));
	slip.kind = (enum slip_kind)head.kind;
	slip.at = head.at;
	for (size_t i = 0; i < SLIP_TEXTS; i++) {
		if (head.lengths[i] > SLIP_TEXT)
			return SLIP_BAD;
		if (head.lengths[i] > rest.n)
			return SLIP_PART;
		slip.texts[i] = str_head(rest, head.lengths[i]);
		rest = str_skip(rest, head.lengths[i]);
	}
	*bytes = rest;
	*ret_slip = slip;
	return SLIP_WHOLE;
}
