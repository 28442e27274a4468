/* SPDX-License-Identifier: ISC */
/* One thing that happened to one message or session, whichever MTA said it. */
#ifndef EVENT_EVENT_H
#define EVENT_EVENT_H

#include "base/ip.h"
#include "event/line.h"

enum event_kind {
	EVENT_NONE,
	EVENT_CONNECT,    /* client */
	EVENT_DISCONNECT, /* client; size: commands not counted */
	EVENT_AUTH_OK,    /* account, client: a login, IMAP or submission */
	EVENT_AUTH_FAIL,  /* account if the server said it, client */
	EVENT_ACCEPT,     /* queue_id, client, account: a message enters by
			     SMTP; origin_id/client if a proxy told them */
	EVENT_PICKUP,     /* queue_id, uid, sender: a local submission */
	EVENT_RECEIVED,   /* ACCEPT or PICKUP (user or uid is told, and no
			     account), MESSAGE_ID and QUEUED in one line;
			     nrcpt 0: the line does not tell it. parent_id
			     if it is a notice about that message; orig_to
			     if an address here sent it on */
	EVENT_SENDER,     /* queue_id, sender, recipient: of a RECEIVED whose
			     line did not have them; once for each recipient */
	EVENT_CALL,       /* script: the folder in which sendmail was called,
			     text: its arguments; sender, recipient if they
			     told them. The EVENT_RECEIVED of the same pid
			     follows, if that is told */
	EVENT_MESSAGE_ID, /* queue_id, message_id */
	EVENT_SUBJECT,    /* queue_id, subject (header_checks, milters) */
	EVENT_QUEUED,     /* queue_id, sender, size, nrcpt: now in the queue;
			     repeated each time the queue is run */
	EVENT_ATTEMPT,    /* queue_id, recipient, handle: a delivery begins;
			     the line about its end names the handle only */
	EVENT_DELIVERY,   /* queue_id, recipient, status, reply, relay; or
			     handle instead of the first two */
	EVENT_HANDED,     /* what another log knows of a message, before it is
			     received from process: pid of the session,
			     client, account, sender; any may be missing */
	EVENT_REJECT,     /* refused before it was queued; client, sender,
			     recipient, helo; queue_id if there was one */
	EVENT_HOLD,       /* queue_id: put on hold or quarantined */
	EVENT_DSN,        /* queue_id: a notice about it was made: child_id */
	EVENT_EXPIRED,    /* queue_id: given up, returned to its sender */
	EVENT_REDIRECTED, /* queue_id: what was for orig_to is for recipient */
	EVENT_REMOVED,    /* queue_id: the end of this trail */
	EVENT_DELETED,    /* queue_id: an administrator removed it */
	EVENT_REQUEUED,   /* queue_id goes on as child_id, if told; without
			     queue_id: a session's mail does (a proxy) */
	EVENT_MOVED,      /* queue_id goes on as child_id, from before it was
			     queued */
	EVENT_SCRIPT,     /* script, recipient, sender (php mail.log) */
	EVENT_POST,       /* client, script: a POST (web access log) */
	EVENT_NOTICE,     /* text worth keeping: a warning, a limit reached */
};

/* What became of one recipient in one attempt. */
enum event_status {
	STATUS_NONE,
	STATUS_SENT,
	STATUS_DEFERRED,
	STATUS_BOUNCED,
	STATUS_EXPIRED,
	STATUS_UNDELIVERABLE, /* probes: address verification */
	STATUS_DELIVERABLE,
};

/* Which kind of agent took the recipient. */
enum event_agent {
	AGENT_NONE,
	AGENT_SMTP,  /* to another host, or to a filter on this one */
	AGENT_LMTP,  /* to a mailbox server */
	AGENT_LOCAL, /* local or virtual: into a mailbox here */
	AGENT_PIPE,  /* into a program */
	AGENT_ERROR, /* refused by our own configuration; never left */
	AGENT_DISCARD,
};

/* Why a delivery ended on this host: what a local agent says it did. */
enum event_local {
	LOCAL_NONE,
	LOCAL_MAILBOX,
	LOCAL_FORWARDED, /* goes on as child_id */
	LOCAL_COMMAND,   /* "delivered to command: ..." */
	LOCAL_REPLY,     /* an automatic answer was made, for recipient */
};

/* Hashes of what an event names, for who joins events (trail/ahead.c). Each
 * is filled in when the event's kind has use for it. */
struct event_keys {
	uint64_t trail; /* host and queue_id */
	size_t slot;    /* where that trail is likely to be in its table */
	uint64_t account;
	uint64_t address; /* recipient of a delivery, sender of others */
	uint64_t message_id;
};

/* All slices point into the line that was parsed and die with it. */
struct event {
	enum event_kind kind;
	enum event_status status;
	enum event_agent agent;
	enum event_local local;
	wall_us at;
	struct str host;    /* that wrote the line */
	struct str service; /* "smtpd", "submission/smtpd": without the
				instance in front */
	uint64_t pid;
	struct str queue_id;
	struct str child_id;  /* queued as, forwarded as, notification */
	struct str origin_id; /* orig_queue_id of a proxy (XFORWARD) */
	struct str parent_id; /* what this notice is about */
	struct str handle;    /* number of a delivery, while it lasts */
	uint64_t process;     /* that put the message into the queue; of what
				 a delivery or a notice made, too; 0: none */
	struct str client_name;
	struct ip client;        /* none: not said */
	struct ip origin_client; /* orig_client of a proxy (XFORWARD) */
	struct str helo;
	struct str account; /* SASL or login name */
	struct str method;  /* SASL method, or login protocol */
	int64_t uid;        /* -1: not said */
	struct str user;    /* local user, where the log has his name */
	struct str sender;  /* envelope, without <>; empty for a bounce */
	bool has_sender;
	struct str recipient; /* envelope, without <> */
	struct str orig_to;   /* before aliases */
	struct str relay;     /* host name of the receiver; "none", "local" */
	struct ip relay_ip;
	unsigned relay_port;
	unsigned code;         /* 3 digits of the SMTP reply; 0: none */
	struct str dsn;        /* "5.1.1" (RFC 3463) */
	struct str reply;      /* the receiver's words, or ours */
	struct str message_id; /* without <> */
	struct str subject;
	struct str script; /* path, or the folder it was called in, or the
			      request path of a POST */
	struct str text;   /* EVENT_NOTICE */
	uint64_t size;     /* bytes */
	uint64_t nrcpt;
	uint32_t more; /* line.from of the line's next event (LINE_MORE) */
	bool endless;  /* this server does not say when a message is gone */
	bool again;    /* may be another hop of a message known by queue_id */
	bool early;    /* DELIVERY: told just before the message came in */
	bool has_gaps; /* reply has '_' for blanks (qmail) */
	struct event_keys keys;
	/* Names the client's connection, where a log tells of the client or
	 * its login apart from the messages; 0: it does not. */
	uint64_t session;
	/* DELIVERY: recipient is not of the envelope, an alias here leads to
	 * it, which orig_to names if it is known. */
	bool is_alias;
	/* RECEIVED: this server does not log that it is done with a message;
	 * it is when nrcpt recipients are settled. */
	bool no_end;
};

/* An event of this kind, all else empty, with the line's outer parts; in
 * place: a struct of this size is not worth copying. */
static inline void
event_begin(struct event *e, enum event_kind kind, const struct line *line)
{
	memset(e, 0, sizeof(*e));
	e->kind = kind;
	e->at = line->at;
	e->host = line->host;
	e->pid = line->pid;
	e->uid = -1;
}

/* The same as a value. */
static inline struct event
event_of(enum event_kind kind, const struct line *line)
{
	struct event e;

	event_begin(&e, kind, line);
	return e;
}

#endif
