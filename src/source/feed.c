/* SPDX-License-Identifier: ISC */
#include "source/feed.h"

#include <errno.h>
#include <unistd.h>

enum {
	SENTENCE_MAX = 1500,
};

static void
put(int fd, const void *bytes, size_t n)
{
	const char *p = bytes;

	while (n > 0) {
		ssize_t done = write(fd, p, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			_exit(0);
		p += done;
		n -= (size_t)done;
	}
}

void
feed_frame(int fd, enum feed_type type, struct str body)
{
	struct feed_head head = {type, (uint32_t)body.n};
	char frame[sizeof(head) + 4096];

	/* small ones in one write */
	if (body.n <= sizeof(frame) - sizeof(head)) {
		memcpy(frame, &head, sizeof(head));
		if (body.n > 0)
			memcpy(frame + sizeof(head), body.p, body.n);
		put(fd, frame, sizeof(head) + body.n);
		return;
	}
	put(fd, &head, sizeof(head));
	put(fd, body.p, body.n);
}

void
feed_gap(int fd, struct str path, struct str sentence)
{
	char body[FEED_NAME];
	size_t n;

	path = str_head(path, FEED_NAME - SENTENCE_MAX - 1);
	sentence = str_head(sentence, SENTENCE_MAX);
	n = path.n + 1 + sentence.n;
	if (path.n > 0)
		memcpy(body, path.p, path.n);
	body[path.n] = '\0';
	if (sentence.n > 0)
		memcpy(body + path.n + 1, sentence.p, sentence.n);
	feed_frame(fd, FEED_GAP, (struct str){body, n});
}
