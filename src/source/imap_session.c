/* SPDX-License-Identifier: ISC */
/* Lines and bytes of an IMAP server that may be slow, silent or hostile. */
#include "build_config.h"

#ifdef HAVE_CURL

#include "source/feed.h"
#include "source/imap_part.h"

#include <poll.h>
#include <stdio.h>
#include <time.h>

enum {
	/* Without an answer to a command or a byte of a message; that it is
	 * still there says nothing. */
	SILENT_SECONDS = 120,
	/* Bytes a second: whoever is slower is as good as silent. */
	SLOW = 64,
	/* Of a text beyond what was asked for, that old servers send all the
	 * same. */
	EXCESS_MAX = 256 * 1024 * 1024,
};

/* ---- bytes ---- */

span_us
client_now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * US_SECOND + t.tv_nsec / 1000;
}

static bool
wait_for(struct client *c, short events)
{
	struct pollfd fd = {.fd = c->socket, .events = events};
	span_us left = c->moved + SILENT_SECONDS * US_SECOND - client_now();

	if (left > 0 && poll(&fd, 1, (int)(left / 1000) + 1) > 0)
		return true;
	c->silent = true;
	return false;
}

/* A server that talks without end does not make us wait without end. */
static bool
is_late(struct client *c)
{
	c->silent |= client_now() - c->moved > SILENT_SECONDS * US_SECOND;
	return c->silent;
}

size_t
client_receive(void *arg, char *to, size_t n)
{
	struct client *c = arg;
	size_t got = 0;
	CURLcode rc;

	if (is_late(c))
		return 0;
	while ((rc = curl_easy_recv(c->curl, to, n, &got)) == CURLE_AGAIN)
		if (!wait_for(c, POLLIN))
			return 0;
	return rc == CURLE_OK ? got : 0;
}

static bool
send_all(struct client *c, struct str bytes)
{
	while (bytes.n > 0) {
		size_t done = 0;
		CURLcode rc = curl_easy_send(c->curl, bytes.p, bytes.n, &done);

		if (rc == CURLE_AGAIN && wait_for(c, POLLOUT))
			continue;
		if (rc != CURLE_OK)
			return false;
		bytes = str_skip(bytes, done);
	}
	return true;
}

/* ---- commands ---- */

bool
client_command(struct client *c, struct str text)
{
	c->moved = client_now();
	return send_all(
	    c, arena_printf(&c->a, "S%u %.*s\r\n", ++c->tag, STR_ARG(text)));
}

bool
client_is_end(struct client *c, struct str line, bool *ret_good)
{
	char tag[24];

	(void)snprintf(tag, sizeof(tag), "S%u ", c->tag);
	if (!str_eat(&line, str_z(tag)))
		return false;
	*ret_good = str_eq_fold(str_head(line, 3), S("OK ")) ||
		    str_eq_fold(line, S("OK"));
	c->answer = str_keep(&c->a, line);
	return true;
}

void
client_moved(struct client *c, uint64_t bytes)
{
	span_us now = client_now();

	c->moved += (span_us)bytes * (US_SECOND / SLOW);
	if (c->moved > now)
		c->moved = now;
}

void
client_pass_over(struct client *c, uint64_t size)
{
	if (size > EXCESS_MAX)
		c->in.broken = c->in.nonsense = true;
	while (!c->in.broken && imap_bytes(&c->in, &size).n > 0)
		;
}

bool
client_run(struct client *c, struct str text,
    void (*line)(void *arg, struct client *c, struct str line), void *arg)
{
	struct str got;
	uint64_t literal;
	bool good;

	c->answer = (struct str){NULL, 0};
	if (!client_command(c, text))
		return false;
	while (imap_line(&c->in, &got)) {
		if (client_is_end(c, got, &good))
			return good;
		if (line != NULL)
			line(arg, c, got);
		else if (imap_literal(got, &literal))
			client_pass_over(c, literal);
	}
	return false;
}

void
client_feed(struct client *c, uint64_t size, uint64_t most)
{
	uint64_t left = size < most ? size : most, excess = size - left;
	struct str bytes;

	while ((bytes = imap_bytes(&c->in, &left)).n > 0) {
		feed_frame(c->to, FEED_DATA, bytes);
		client_moved(c, bytes.n);
	}
	client_pass_over(c, excess);
}

#endif
