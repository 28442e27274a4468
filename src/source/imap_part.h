/* SPDX-License-Identifier: ISC */
/* A session with an IMAP server: what the files of imap.h share. */
#ifndef SOURCE_IMAP_PART_H
#define SOURCE_IMAP_PART_H

#include "base/time.h"
#include "source/imap.h"
#include "source/imap_reply.h"

#include <curl/curl.h>

struct client {
	int to;
	const struct imap_conf *conf;
	const struct imap_account *account;
	struct arena a;
	CURL *curl;
	curl_socket_t socket;
	char why[CURL_ERROR_SIZE];
	struct imap_in in;
	unsigned tag;
	span_us moved;     /* mono_now(), when it last did what it was told */
	bool silent;       /* it was waited for in vain */
	struct str answer; /* what the server said at the end of a command */
};

/* Of a clock that nobody sets. */
span_us client_now(void);
/* imap_in.read; arg: the client. */
size_t client_receive(void *arg, char *to, size_t n);

/* Send it with a new tag. */
bool client_command(struct client *c, struct str text);
/* Is it the end of the command? *ret_good: and did it succeed? */
bool client_is_end(struct client *c, struct str line, bool *ret_good);
/* Send it, and hand out all lines up to the end; line may be NULL. False: it
 * was refused (answer tells), or the session is over. */
bool client_run(struct client *c, struct str text,
    void (*line)(void *arg, struct client *c, struct str line), void *arg);

/* It did what it was told for so long as a slow line takes for so many bytes. */
void client_moved(struct client *c, uint64_t bytes);

/* A literal that nobody wants. One without end breaks the session off. */
void client_pass_over(struct client *c, uint64_t size);
/* No more than most of one that somebody wants; the rest is passed over. */
void client_feed(struct client *c, uint64_t size, uint64_t most);

#endif
