/* SPDX-License-Identifier: ISC */
/*
 * What is in a mail server's queue: one queue_reader per server that keeps one,
 * reached from its struct mta.
 *
 * Two processes share the work. The one that has rights looks at names only:
 * it asks is_queue, folders and entry, which are given names and never a
 * descriptor, and opens the files that they name. The confined one gets the
 * descriptors and calls read with the first bytes of each file, never a path.
 *
 * How to add a reader:
 *
 *   1  mta/NAME_spool.c with `const struct queue_reader NAME_spool = {...}`
 *      (meson takes it in by itself when MTA(NAME) is in mta_list.h) and its
 *      extern in mta/mta.h, beside postfix_spool.
 *   2  `.queue = &NAME_spool` in mta_NAME.
 *   3  mta/NAME_spool_test.c (files composed as bytes) and NAME_spool_fuzz.c:
 *      fuzz_spool() of mta/spool_fuzz.h does all of it.
 *
 * is_queue says whether a folder is such a queue by the names in it; folders
 * says below which of its subfolders messages lie; entry turns one name into
 * the files of one message; read turns their bytes into a queue_message.
 * Files that vanish meanwhile are normal: a message whose first file is gone
 * is left out by the caller, of the others only what is there is passed on.
 * postfix_spool.c is an example of all four.
 */
#ifndef MTA_QUEUE_H
#define MTA_QUEUE_H

#include "base/ip.h"
#include "base/time.h"

enum queue_state {
	QUEUE_INCOMING, /* being taken in, not tried yet */
	QUEUE_ACTIVE,   /* being delivered now */
	QUEUE_DEFERRED, /* tried; waits for the next attempt */
	QUEUE_HELD,     /* held, frozen, quarantined: waits for a person */
	QUEUE_CORRUPT,  /* set aside by the server: it cannot read it */
	QUEUE_STATES,
};
/* "deferred"; as in --state and every report. */
const char *queue_state_name(enum queue_state state);
/* By that name, or by the word that a server's own tools have for it: "frozen"
 * is QUEUE_HELD. False: it is none. */
bool queue_state_parse(struct str word, enum queue_state *ret_state);

enum {
	QUEUE_ID = 64,      /* bytes of an id, with its NUL */
	QUEUE_PATH = 256,   /* of a path below the queue, with its NUL */
	QUEUE_PARTS = 16,   /* files of one message */
	QUEUE_RCPTS = 1024, /* Postfix takes 1,000 in one message by default */
	QUEUE_PLACES = 32,
};

/* ---- names: in the process that has rights ---- */

/* One folder, below the queue or the queue itself. */
struct queue_folder {
	const char *path;       /* "deferred/A"; "" is the queue itself */
	const char *below;      /* "A": the part below the queue_place; or "" */
	enum queue_state state; /* of its queue_place */
	const char *const *names; /* in no order; folders end with '/' */
	size_t n;
};
/* Is that name there? "deferred/" asks for a folder. */
bool queue_has(const struct queue_folder *folder, const char *name);

/* Where messages lie: this folder and those below it, down to depth. */
struct queue_place {
	const char *path; /* "deferred", "" */
	enum queue_state state;
	unsigned depth; /* 0: no subfolders */
};

struct queue_entry {
	char id[QUEUE_ID];      /* as the server's own tools name the message */
	enum queue_state state; /* preset from the folder */
	/* The files of the message. The first must exist; the others may. */
	struct {
		unsigned kind; /* the reader's own numbers, for read */
		char path[QUEUE_PATH];
	} parts[QUEUE_PARTS];
	size_t parts_n;
	size_t more; /* files that there was no room for */
};
/* Add a file: "folder/head" + name + "tail"; false when it is too long. Both
 * folder and tail may be "". */
bool queue_entry_add(struct queue_entry *entry, unsigned kind,
    const char *folder, struct str name, const char *tail);

/* ---- bytes: in the confined process ---- */

struct queue_part {
	unsigned kind;
	struct str bytes; /* the first of the file, perhaps all */
	bool whole;       /* these are all */
	uint64_t size;    /* of the file */
	wall_us mtime;
	unsigned mode; /* permissions: Postfix marks finished files */
	unsigned uid;  /* owner */
};

struct queue_parts {
	const char *id;
	enum queue_state state;
	struct queue_part parts[QUEUE_PARTS];
	size_t parts_n;
	size_t more; /* as in queue_entry */
	/* Free memory for what must be put together (a header that lies in
	 * pieces): twice as much as all parts have. Slices may point here. */
	char *room;
	size_t room_n;
};
/* The first part of that kind; NULL: it is not there. */
const struct queue_part *queue_part(
    const struct queue_parts *parts, unsigned kind);

/* A recipient that still waits. */
struct queue_rcpt {
	struct str address;  /* without <> */
	struct str original; /* before aliases, when it is another one */
	struct str reason;   /* why it waits: the receiver's words or ours */
	struct str dsn;      /* "4.7.1"; empty: not said */
	struct str relay;    /* host that gave the reason */
};

/* Slices point into the parts and the room, and die with them. */
struct queue_message {
	struct str id;
	enum queue_state state;
	wall_us arrived;   /* WALL_NONE: not said */
	wall_us tried;     /* last attempt */
	uint64_t size;     /* bytes of the message; 0: not said */
	struct str sender; /* envelope, without <>; empty for a bounce */
	/* Who handed it in, as far as the queue says it. */
	struct ip client;
	struct str client_name, helo;
	struct str protocol;        /* "ESMTPSA" */
	struct str account, method; /* SASL */
	int64_t uid;                /* of a local submission; -1: not said */
	struct str local_user;      /* its name */
	struct queue_rcpt rcpts[QUEUE_RCPTS];
	size_t rcpts_n;
	uint64_t rcpts_all;  /* that wait, with those without room in rcpts */
	uint64_t rcpts_done; /* delivered or given up already */
	/* The header is as it was handed in: no line of it is this host's. */
	bool is_raw;
	struct str head; /* header lines as they came, LF or CR LF */
	struct str body; /* first bytes of what follows, the same */
};
/* The next free recipient, emptied; NULL when there is no room: it is counted
 * in rcpts_all all the same. */
struct queue_rcpt *queue_rcpt_add(struct queue_message *m);
/* The recipient of that address; NULL. Begins to look at *hint, and leaves the
 * next one there: reasons stand in the order of recipients. */
struct queue_rcpt *queue_rcpt_find(
    struct queue_message *m, struct str address, size_t *hint);
/* Emptied, with id, state and the unknowns as parts say. */
void queue_message_begin(
    struct queue_message *m, const struct queue_parts *parts);

enum queue_result {
	QUEUE_GOOD,
	QUEUE_MORE, /* needs more bytes of a part that is not whole: called
		     * again with more, or, when there is no more to be had,
		     * with last set: then it must do with what is there */
	QUEUE_YET,  /* not a message yet: still being written */
	QUEUE_DAMAGED,
};

struct queue_reader {
	/* Kind of the files that hold a text and nothing else. Where nobody
	 * looks at texts they are not opened: the part has its size, and no
	 * bytes. 0: there are none such. */
	unsigned text_kind;
	/* Where such queues lie, ends with NULL; '*' as in glob(7). */
	const char *const *places;
	/* Is this folder one? Its names tell. */
	bool (*is_queue)(const struct queue_folder *root);
	/* Where messages lie in it; at most QUEUE_PLACES, returns how many.
	 * Paths are literals. */
	size_t (*folders)(const struct queue_folder *root,
	    struct queue_place ret_places[QUEUE_PLACES]);
	/* The message whose first file is folder->names[i]; false: that name
	 * is not the first file of any. */
	bool (*entry)(const struct queue_folder *folder, size_t i,
	    struct queue_entry *ret_entry);
	/* Read one. Never allocates, never fails, never logs. */
	enum queue_result (*read)(const struct queue_parts *parts, bool last,
	    struct queue_message *ret_message);
};

#endif
