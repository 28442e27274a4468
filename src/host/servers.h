/* SPDX-License-Identifier: ISC */
/*
 * Which mail servers and panels a machine has, and why we believe so: their
 * configuration is there, a process of theirs runs, they wrote a log.
 */
#ifndef HOST_SERVERS_H
#define HOST_SERVERS_H

#include "setting/files.h"

enum server_kind {
	SERVER_MAIL,   /* takes and sends mail */
	SERVER_HELPER, /* Dovecot: its lines tell of logins */
	SERVER_PANEL,  /* Plesk, mailcow: sets the others up */
};

enum {
	SERVER_WHYS = 8,
	SERVERS_MAX = 48
};

struct server {
	enum server_kind kind;
	struct str mta;     /* as in mta_list.h; empty for a panel */
	struct str name;    /* "Postfix", as its makers write it */
	struct str version; /* empty: not known */
	struct str edition; /* all that a panel says of it: "1.7.1 MARIADB
			       edition."; empty: nothing */
	struct str why[SERVER_WHYS];
	size_t why_n;
};

struct servers {
	struct server items[SERVERS_MAX];
	size_t n;
};

/*
 * Look below the files' place; root is put in front of paths that are shown.
 * live: it is this machine, so that processes can be looked at.
 */
void servers_find(
    struct servers *servers, struct files *files, struct str root, bool live);

/* The server that writes as this MTA; added when it is not there. NULL: there
 * is no more room. */
struct server *servers_of(
    struct servers *servers, struct arena *a, struct str mta);
void server_why(struct server *server, struct str why);

const char *server_kind_name(enum server_kind kind); /* "panel" */

#endif
