/* SPDX-License-Identifier: ISC */
/*
 * Which domains are signed with which DKIM selector and which private key, by
 * the configurations of OpenDKIM, dkimpy-milter, rspamd, Exim, amavis and
 * OpenSMTPD's filter. Of the keys themselves only the public part is seen.
 */
#ifndef SETTING_SIGNERS_H
#define SETTING_SIGNERS_H

#include "setting/files.h"

enum {
	SIGNERS_MAX = 2000,
	/* Private keys that are looked at: each takes a process some
	 * milliseconds. */
	SIGNERS_KEYS = 500,
};

struct signer {
	struct str selector;
	struct str domain; /* empty: whichever is signed */
	struct str file;   /* as this machine calls it */
	uint32_t line;
	/* Of the private key; may have "$domain" and "$selector" in it. Empty:
	 * not known, or known while a message is signed only. */
	struct str path;
	/* The domain stands in no configuration: there is a key for it. */
	bool by_key;
	/* Set by signers_keys, where path is the path of a file. */
	bool looked;
	int error; /* 0, or an errno, and then key is NULL */
	const struct key_file *key;
};

struct signers {
	struct arena *arena;
	struct signer *items;
	size_t n, cap;
	size_t unlooked; /* keys above SIGNERS_KEYS */
};

/* What is there below the files' place, keys included. items live in the
 * arena. */
void signers_read(
    struct signers *signers, struct arena *a, struct files *files);

/* ---- one file each; the fuzzer calls them ---- */

/* "mail._domainkey.example.org example.org:mail:/etc/opendkim/mail.private" */
void signers_key_table(
    struct signers *signers, struct str file, struct str text);
/* opendkim.conf and dkimpy-milter.conf: Selector, KeyFile and Domain; *ret_table
 * is the file of KeyTable, empty when there is none. */
void signers_opendkim(struct signers *signers, struct str file, struct str text,
    struct str *ret_table);
/* The files of maps that a dkim_signing.conf names, and the path of all keys
 * that have no other; empty: none. */
struct signers_maps {
	struct str selectors, paths, path;
};
/* dkim_signing.conf of rspamd: "selector = x;", "path = y;",
 * "domain { a.b { ... } }". */
void signers_rspamd(struct signers *signers, struct str file, struct str text,
    struct signers_maps *ret_maps);
/* "example.org selector" of selector_map. */
void signers_map(struct signers *signers, struct str file, struct str text);
/* "example.org /path" of path_map, for those that are there already. */
void signers_path_map(struct signers *signers, struct str text);
/* dkim_selector, dkim_domain and dkim_private_key of a transport of Exim, or
 * Debian's macros of these names. */
void signers_exim(struct signers *signers, struct str file, struct str text);
/* "dkim_key('example.org', 'x', '/path'" of amavis, "filter-dkimsign -d
 * example.org -s x -k /path" of OpenSMTPD. */
void signers_lines(struct signers *signers, struct str file, struct str text);

/* Look at the keys. What has "$domain" in its path becomes a signer for each
 * file that is there. signers_keys.c. */
void signers_keys(struct signers *signers, struct files *files);

/* ---- for the readers ---- */

/* NULL: it is no name, or there is no room. The path may be empty. */
struct signer *signers_add(struct signers *signers, struct str domain,
    struct str selector, struct str file, uint32_t line);
/* The path as it is kept: each of the variables that stand for the domain
 * becomes "$domain". Empty when another is in it. */
struct str signers_path(struct arena *a, struct str path);

#endif
