/* SPDX-License-Identifier: ISC */
/* What the files of Exim's module share; for mta/exim*.c only. */
#ifndef MTA_EXIM_PART_H
#define MTA_EXIM_PART_H

#include "base/bytes.h"
#include "mta/mta.h"

/* "1xWScu-000AmO-2F" or, since 4.97, "1xWSiM-00000000AmM-0UvQ" at the front
 * of s, with a blank or the end behind it: its length; 0: none. */
size_t exim_id_length(struct str s);

/* Without Exim's own stamp, if there is one at the front. */
struct str exim_skip_stamp(struct str text);

/* exim_word, for any. */
struct str exim_long_word(struct str *text);

/* One word up to a blank; blanks in quotes belong to it. Also drops the blank
 * behind it. A line has ten, most of them short and without quotes: those are
 * cut where they are wanted. */
static inline struct str
exim_word(struct str *text)
{
	struct str s = *text;

	for (size_t at = 0; at < 32 && at + 16 <= s.n; at += 16) {
		unsigned stops = bytes_which(s.p + at, ' ', '"', ' ', ' ');
		size_t n;

		if (stops == 0)
			continue;
		n = at + (size_t)__builtin_ctz(stops);
		if (s.p[n] != ' ')
			break;
		*text = bytes_from(s, n + 1);
		return (struct str){s.p, n};
	}
	return exim_long_word(text);
}

/* The host of "name (helo) [ip]:port", any of the first two missing: the text
 * goes on behind it. False when no address in brackets stands there. */
struct exim_peer {
	struct str name, helo;
	struct ip ip;
	unsigned port;
};
bool exim_eat_peer(struct str *text, struct exim_peer *ret_peer);

/* "550 ..." or "550-..." at the front: 550; 0: none. */
unsigned exim_code(struct str words);

/* What stands behind "<= ", "=> " and the like, "** ", "== ". The event has its
 * outer parts already. */
enum line_result exim_received(struct str text, struct event *e);
enum line_result exim_sent(struct str text, struct event *e);
enum line_result exim_failed(struct str text, struct event *e);
enum line_result exim_deferred(struct str text, struct event *e);

/* Behind "cwd="; fills in the outer parts, too. */
enum line_result exim_called(
    const struct line *line, struct str text, uint64_t pid, struct event *e);

/* A line that is not about a message in the queue, or one of those that begin
 * with its id and say what became of its session. */
enum line_result exim_session(
    const struct line *line, struct str text, struct event *e);

/* Why its recipients wait, by the lines of msglog/ID. */
void exim_read_msglog(struct queue_message *m, struct str log, bool is_frozen);

/* exim_conf.c */
void exim_facts(struct facts *facts, struct files *files);

#endif
