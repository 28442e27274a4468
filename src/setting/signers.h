/* SPDX-License-Identifier: ISC */
/*
 * Which domains are signed with which DKIM selector, by the configurations of
 * OpenDKIM, rspamd, Exim, amavis and OpenSMTPD's filter. Keys themselves are
 * not read.
 */
#ifndef SETTING_SIGNERS_H
#define SETTING_SIGNERS_H

#include "setting/files.h"

enum {
	SIGNERS_MAX = 2000,
};

struct signer {
	struct str selector;
	struct str domain; /* empty: whichever is signed */
	struct str file;   /* as this machine calls it */
	uint32_t line;
};

struct signers {
	struct arena *arena;
	struct signer *items;
	size_t n, cap;
};

/* What is there below the files' place. items live in the arena. */
void signers_read(
    struct signers *signers, struct arena *a, struct files *files);

/* ---- one file each; the fuzzer calls them ---- */

/* "mail._domainkey.example.org example.org:mail:/etc/opendkim/mail.private" */
void signers_key_table(
    struct signers *signers, struct str file, struct str text);
/* opendkim.conf: Selector and Domain; *ret_table is the file of KeyTable,
 * empty when there is none. */
void signers_opendkim(struct signers *signers, struct str file, struct str text,
    struct str *ret_table);
/* dkim_signing.conf of rspamd: "selector = x;", "domain { a.b { ... } }",
 * and *ret_map, the file of selector_map. */
void signers_rspamd(struct signers *signers, struct str file, struct str text,
    struct str *ret_map);
/* "example.org selector" of such a map. */
void signers_map(struct signers *signers, struct str file, struct str text);
/* "dkim_selector = x" of Exim, "dkim_key('example.org', 'x', ..." of amavis,
 * "filter-dkimsign -d example.org -s x" of OpenSMTPD. */
void signers_lines(struct signers *signers, struct str file, struct str text);

#endif
