/* SPDX-License-Identifier: ISC */
#include "mta/queue.h"

#include <stdio.h>

const char *
queue_state_name(enum queue_state state)
{
	static const char *const names[QUEUE_STATES] = {
	    [QUEUE_INCOMING] = "incoming",
	    [QUEUE_ACTIVE] = "active",
	    [QUEUE_DEFERRED] = "deferred",
	    [QUEUE_HELD] = "held",
	    [QUEUE_CORRUPT] = "corrupt",
	};

	return names[state];
}

bool
queue_state_parse(struct str word, enum queue_state *ret_state)
{
	/* postqueue(1) -j, exim -bp, mailq of Sendmail, qmail-qread(8) and
	 * INTERNALS, smtpctl show queue. */
	static const struct {
		struct str word;
		enum queue_state state;
	} words[] = {
	    {S0("maildrop"), QUEUE_INCOMING},
	    {S0("todo"), QUEUE_INCOMING},
	    {S0("inflight"), QUEUE_ACTIVE},
	    {S0("pending"), QUEUE_DEFERRED},
	    {S0("hold"), QUEUE_HELD},
	    {S0("frozen"), QUEUE_HELD},
	    {S0("quarantined"), QUEUE_HELD},
	    {S0("suspended"), QUEUE_HELD},
	    {S0("lost"), QUEUE_CORRUPT},
	};

	for (int i = 0; i < QUEUE_STATES; i++)
		if (str_eq(
			word, str_z(queue_state_name((enum queue_state)i)))) {
			*ret_state = (enum queue_state)i;
			return true;
		}
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_eq(word, words[i].word)) {
			*ret_state = words[i].state;
			return true;
		}
	return false;
}

bool
queue_has(const struct queue_folder *folder, const char *name)
{
	for (size_t i = 0; i < folder->n; i++)
		if (strcmp(folder->names[i], name) == 0)
			return true;
	return false;
}

bool
queue_entry_add(struct queue_entry *entry, unsigned kind, const char *folder,
    struct str name, const char *tail)
{
	char *path;
	int n;

	if (entry->parts_n == QUEUE_PARTS) {
		entry->more++;
		return true;
	}
	path = entry->parts[entry->parts_n].path;
	n = snprintf(path, QUEUE_PATH, "%s%s%.*s%s", folder,
	    folder[0] != '\0' ? "/" : "", STR_ARG(name), tail);
	if (n < 0 || n >= QUEUE_PATH)
		return false;
	entry->parts[entry->parts_n++].kind = kind;
	return true;
}

const struct queue_part *
queue_part(const struct queue_parts *parts, unsigned kind)
{
	for (size_t i = 0; i < parts->parts_n; i++)
		if (parts->parts[i].kind == kind)
			return &parts->parts[i];
	return NULL;
}

void
queue_message_begin(struct queue_message *m, const struct queue_parts *parts)
{
	/* Not the recipients: they are emptied as they are added. */
	memset(m, 0, offsetof(struct queue_message, rcpts));
	memset(&m->rcpts_n, 0,
	    sizeof(*m) - offsetof(struct queue_message, rcpts_n));
	m->id = str_z(parts->id);
	m->state = parts->state;
	m->arrived = m->tried = WALL_NONE;
	m->uid = -1;
}

struct queue_rcpt *
queue_rcpt_add(struct queue_message *m)
{
	struct queue_rcpt *rcpt;

	m->rcpts_all++;
	if (m->rcpts_n == QUEUE_RCPTS)
		return NULL;
	rcpt = &m->rcpts[m->rcpts_n++];
	*rcpt = (struct queue_rcpt){0};
	return rcpt;
}

struct queue_rcpt *
queue_rcpt_find(struct queue_message *m, struct str address, size_t *hint)
{
	for (size_t i = 0; i < m->rcpts_n; i++) {
		size_t at = (*hint + i) % m->rcpts_n;

		if (!str_eq(m->rcpts[at].address, address))
			continue;
		*hint = at + 1;
		return &m->rcpts[at];
	}
	return NULL;
}
