/* SPDX-License-Identifier: ISC */
/* What the halves of the join share; for the files of trail/ only. */
#ifndef TRAIL_STEP_H
#define TRAIL_STEP_H

#include "base/bytes.h"
#include "trail/join.h"

static inline uint32_t
step_second(const struct event *event)
{
	return event->at <= 0 ? 1 : (uint32_t)(event->at / US_SECOND);
}

/* seed and s, mixed. Asked for a short text of every line. */
static inline uint64_t
step_mix(uint64_t seed, struct str s)
{
	uint64_t a, b;

	if (s.n > 16)
		return seed ^ str_hash(s);
	bytes_words(s.p, s.n, &a, &b);
	a = (a ^ seed ^ s.n) * UINT64_C(0x9e3779b97f4a7c15);
	a ^= a >> 32;
	return (a ^ b) * UINT64_C(0xd6e8feb86659fd93);
}

/* mixed: step_mix of 0 and the host. */
static inline uint64_t
step_key_at(uint64_t mixed, struct str queue_id)
{
	uint64_t key = step_mix(mixed, queue_id);

	key ^= key >> 32;
	return key == 0 ? 1 : key;
}

/* step_mix of 0 and a host that is another than before. */
uint64_t step_mix_host(struct join_host *known, struct str host)
    __attribute__((noinline));

/* step_key; the host is mostly that of the event before. Compilers would call
 * it, for each event. */
static inline __attribute__((always_inline)) uint64_t
step_key_here(struct join *join, struct str host, struct str queue_id)
{
	struct join_host *known = &join->host;
	uint64_t mixed = known->mixed;

	if (host.n != known->n || !bytes_is_same(host.p, known->text, host.n))
		mixed = step_mix_host(known, host);
	return step_key_at(mixed, queue_id);
}

/* Queue ids are unique on one host only, and there for some time only. */
static inline uint64_t
step_key(struct str host, struct str queue_id)
{
	return step_key_at(step_mix(0, host), queue_id);
}

/* A login to send mail, of which the mail itself does not tell (links.h)? */
static inline bool
step_is_smtp_login(struct str service)
{
	return str_eq(service, S("smtp")) || str_eq(service, S("smtps")) ||
	       str_eq(service, S("submission")) ||
	       str_eq(service, S("smtp_auth")) || str_eq(service, S("SMTP-IN"));
}

static inline bool
step_is_near(const struct ip *ip)
{
	return ip_is_none(ip) || ip_is_loopback(ip) || ip_is_private(ip);
}

/* A message that a user of this machine handed in. */
static inline bool
step_is_local(const struct event *event)
{
	return event->account.n == 0 && event->parent_id.n == 0 &&
	       (event->user.n > 0 || event->uid >= 0);
}

/* Slots of the tables that a hash alone leads to. */
static inline struct join_sender *
step_sender_slot(struct join *join, uint64_t address)
{
	return &join->senders[(address >> 20) % JOIN_SENDERS];
}

static inline struct join_writer *
step_writer_slot(struct join *join, uint64_t address)
{
	return &join->writers[address % JOIN_WRITERS];
}

static inline struct join_id *
step_id_slot(struct join *join, uint32_t message_id)
{
	return &join->ids[message_id % JOIN_IDS];
}

/* What a message is to one of its recipients, whatever its queue id. */
static inline uint64_t
step_circle_key(uint64_t address, uint32_t message_id)
{
	return address ^ message_id * UINT64_C(0x9e3779b97f4a7c15);
}

static inline struct join_circle *
step_circle_slot(struct join *join, uint64_t key)
{
	return &join->circles[(key >> 20) % JOIN_CIRCLES];
}

/* One event, whose keys are filled in (join.c). */
void step_event(struct join *join, const struct event *event, struct ref ref);
/* A new trail under the event's queue id; an old one there is lost. */
struct trail *step_start(struct join *join, const struct event *event);
/* The open trail of the event, or a new one whose beginning we missed. */
struct trail *step_trail_anywhere(struct join *join, const struct event *event);
static inline struct trail *
step_trail(struct join *join, const struct event *event)
{
	size_t slot = event->keys.slot;

	/* Mostly where it was a moment ago. */
	if (slot < join->trails.size &&
	    join->trails.slots[slot].key == event->keys.trail &&
	    (join->trails.slots[slot].flags & TRAIL_CLOSED) == 0)
		return &join->trails.slots[slot];
	return step_trail_anywhere(join, event);
}
/* "removed" was seen, but not its first half: keep it for a while. */
void step_close(struct join *join, struct trail *trail);
/* It was kept long enough. Moves others. */
void step_evict(struct join *join, struct trail *trail);
/* Nothing more will be known of it: it gets its origin, if it never ended it
 * counts as open. False: the part before knows more, and was left it. What it
 * held is given back; the caller takes it out of the table. */
bool step_give_up(struct join *join, struct trail *trail, uint32_t now);
/* There are LIMIT_OPEN trails: give up the older half (room.c). Moves others. */
void room_make(struct join *join);
/* A key for the session of one smtpd process, as queue ids have theirs. */
static inline uint64_t
step_session(const struct event *event)
{
	uint64_t key = step_key(event->host, S("session")) ^
		       event->pid * UINT64_C(0xd6e8feb86659fd93);

	return key == 0 ? 1 : key;
}

/* Its origin's address, counted as used; ret_number: 1 + its number, or 0. */
void step_use_ip(struct origin *origin, const struct ip *ip, uint32_t at,
    struct ref ref, uint32_t *ret_number);

/* The same for a connection that has a name of its own. */
static inline uint64_t
step_connection(const struct event *event)
{
	uint64_t key = step_key(event->host, S("connection")) ^
		       event->session * UINT64_C(0xd6e8feb86659fd93);

	return key == 0 ? 1 : key;
}

/* This server stopped a message because it came round. */
static inline void
step_loop_here(struct join *join, struct ref ref)
{
	join->tally.loops_here++;
	if (join->tally.loop_here_ref.segment == 0)
		join->tally.loop_here_ref = ref;
}

/* The end of trail has come. Moves others. */
void step_end(struct join *join, struct trail *trail, const struct record *r);

/* A trail of next as it is, in to's own table and pools (append.c). */
void step_adopt(struct join *to, const struct join *next,
    const struct trail *source, const uint32_t *origin_map,
    const struct ip *ip);

/* Connections (session.c): who is behind one, and what came by it. */
void session_open(struct join *join, const struct event *event);
void session_close(struct join *join, const struct event *event);
/* The client of the event, or that of its connection, if it is known. */
struct ip session_client(const struct join *join, const struct event *event);
/* A message begins: as its connection says, or, if that was told in the part
 * before, later. */
void session_enter(
    struct join *join, const struct event *event, struct ref ref);
/* The connections that next saw begin or log in, before its messages; order:
 * trails_order of next. */
void session_append(struct join *to, const struct join *next,
    const uint32_t *origin_map, const struct ip *ips, const size_t *order);

/* Is it no recipient of the message, but a notice that found no sender? */
bool step_is_failed_notice(const struct trail *trail, const struct record *r);

/* trail.sender of a sender with this hash. */
static inline uint16_t
step_sender(uint64_t hash)
{
	return (uint16_t)(hash >> 48) | 1;
}

/* Messages whose end no line tells (ending.c). A recipient was settled: */
void ending_settle(struct trail *trail, enum event_status status);
/* After each event of the message with this key: is it done? Moves others. */
void ending_look(struct join *join, uint64_t key, uint32_t at);
bool ending_is_over(const struct trail *trail, uint32_t now);

/* How a message comes in: accepted, picked up, named, queued (enter.c). */
void enter_accept(struct join *join, const struct event *event, struct ref ref);
void enter_pickup(struct join *join, const struct event *event);
void enter_message_id(
    struct join *join, const struct event *event, struct ref ref);
void enter_queued(struct join *join, const struct event *event, struct ref ref);
void enter_sender(struct join *join, const struct event *event, struct ref ref);
/* All of them in one line; what is a notice is linked to its message. */
void enter_received(
    struct join *join, const struct event *event, struct ref ref);
/* parent's notice is the trail with queue id child (join.c). */
void step_link_notice(struct join *join, const struct event *event,
    struct str parent, struct str child, struct ref ref);

/* A trail that began before this part, for the part before (join_append): its
 * records go along; the caller takes it out of the table. */
void step_keep_earlier(struct join *join, struct trail *trail);

/* A session whose mail is filtered before it is queued (proxy.c). */
void proxy_client(struct join *join, const struct event *event);
void proxy_accept(struct join *join, const struct event *event, struct ref ref);

/* A filter that hands in again what it was given (reinject.c). Picked up: key of
 * its trail. */
void reinject_pickup(
    struct join *join, const struct event *event, uint64_t key);
/* Did a filter hand it in? Then it is to be waited for whose it is. */
bool reinject_may_be(const struct join *join, const struct event *event);
/* The Message-ID of such a trail is known. */
void reinject_message_id(struct join *join, struct trail *trail, uint32_t now);
/* A program took it. True: that was a filter, and it is no delivery. */
bool reinject_piped(
    struct join *join, struct trail *trail, const struct event *event);

/* A filter took it out of the hold queue: its lines go on under another id, and
 * none more comes under this one. */
void reinject_moved(struct join *join, const struct event *event);

/* A filter that hands a message back by SMTP and answers in words of its own, a
 * mailbox that sends it on (handback.c). The Message-ID of trail is known: */
void handback_message_id(struct join *join, struct trail *trail);
/* Is what was picked up under the sender of a stranger who just wrote to us? Then
 * it is to be waited for whose it is. */
bool handback_may_be(struct join *join, const struct event *event);
/* trail, a stranger's, was delivered here. */
void handback_taken(
    struct join *join, const struct trail *trail, const struct event *event);
/* The key of the message that trail, which something on this host took, goes on
 * as; 0: it was the end of its way. */
uint64_t handback_of(const struct join *join, const struct trail *trail,
    const struct event *event);
/* trail goes on as another message, which may go to somebody else: by an alias
 * here, that is, or a mailbox. */
void handback_alias(
    struct join *join, const struct trail *trail, const struct event *event);
/* The address here that sends trail on to a recipient with this hash, as its
 * first half told. Empty: none is known. */
struct str handback_name(
    const struct join *join, const struct trail *trail, uint64_t to);
/* The same of one that has left already. */
struct str handback_left(const struct join *join, const struct trail *trail);

/* What becomes of a recipient (deliver.c). */
void deliver_event(
    struct join *join, const struct event *event, struct ref ref);

#endif
