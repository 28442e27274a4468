/* SPDX-License-Identifier: ISC */
/* What we must know about a program to read what it logs. */
#ifndef MTA_MTA_H
#define MTA_MTA_H

#include "event/event.h"
#include "mta/facts.h"
#include "mta/queue.h"

enum line_result {
	LINE_EVENT,   /* *ret_event is filled */
	LINE_MORE,    /* it is, and the line tells of another event: to be read
			 again with ret_event->more in line.from */
	LINE_SKIP,    /* well formed, of no interest to us */
	LINE_UNKNOWN, /* of this program, but newer than our reading of it */
	LINE_FOREIGN, /* not of this program */
};

enum {
	MTA_HEAD = 16 * 1024
};

/* What an administrator of such a server, or of a panel around it, can do. */
enum mta_advice {
	ADVICE_LOGIN,      /* keep an account from logging in: "{account}" is
			      its address, "{domain}" what is behind the @,
			      "{local}" in front, "{pattern}" it as a basic
			      regular expression */
	ADVICE_WEBMAIL,    /* see who was logged in to webmail as {account} */
	ADVICE_RELAY,      /* see which setting lets strangers relay */
	ADVICE_CLIENT,     /* refuse one client: "{address}" is his, "{ipv4}"
			      the same if it is no IPv6 address */
	ADVICE_SESSIONS,   /* end sessions that a changed password left open */
	ADVICE_USER,       /* keep a local user from sending: "{uid}" is his
			      number, "{user}" his name as a word of a shell */
	ADVICE_RECIPIENTS, /* see why unknown recipients are accepted */
	ADVICE_FOLDER,     /* refuse what a program in the folder "{folder}"
			      sends, and nothing else */
	ADVICES,
};

/* Command and sentence (N_); both NULL: nothing to be done there; no sentence:
 * the finding's own will do. undo: the command that takes it back; NULL: it
 * changes nothing. */
struct mta_act {
	const char *command, *sentence, *undo;
};

/* ADVICE_CLIENT where the server itself has no list of its own for that. */
#define MTA_WINDOWS_FIREWALL                                                   \
	{                                                                      \
		"New-NetFirewallRule -DisplayName 'sereno {address}' "         \
		"-Direction Inbound -Protocol TCP -LocalPort 25,587 "          \
		"-RemoteAddress {address} -Action Block",                      \
		    NULL,                                                      \
		    "Remove-NetFirewallRule -DisplayName 'sereno {address}'"   \
	}

/* What some servers log only when they are told to. */
enum mta_detail {
	DETAIL_FOLDER,     /* in which sendmail was called (EVENT_CALL) */
	DETAIL_PROCESS,    /* the pid of each line */
	DETAIL_RECIPIENTS, /* how many, before they are tried */
	DETAIL_REPLY,      /* of receivers that took a message */
	DETAIL_SUBJECT,
	DETAIL_ACCOUNT, /* of a login; else only its method is told */
	DETAILS,
};

struct mta {
	const char *name;   /* in sereno.conf and in every report */
	const char *manual; /* where the log format is written down */
	/* A mail server of its own, or a helper whose lines belong to the
	 * story of one (Dovecot's logins, PHP's mail.log)? */
	bool is_server;

	struct mta_act advice[ADVICES];
	/* Is it a program of another kind of machine, whose logs were copied
	 * here? Then no command of this one helps. */
	bool is_elsewhere;

	/* Do its lines lean on others, of another log even (EVENT_ATTEMPT,
	 * EVENT_HANDED)? Then all is read twice, in order (trail/links.h). */
	bool leans;

	/* Do lines tell of a call to which a message behind them belongs
	 * (EVENT_CALL)? */
	bool calls;

	/* The setting that makes it log each detail, and the words to put into
	 * it. NULL: it logs it always, or never. See FACT_LOG. */
	struct {
		const char *setting, *words;
	} details[DETAILS]; /* mta_has_details: any of them */

	/* Is a line of this program name ours? Asked once per name. */
	bool (*claims)(struct str program);
	/* A number, not 0, that says what this program is. Who reads many lines
	 * asks once per name and puts it into line.number. NULL: no use. */
	uint32_t (*number)(struct str program);
	/*
	 * For a log of its own form, which no syslog wrote: is this one, by its
	 * first bytes (at most MTA_HEAD of them, cut at no particular place)?
	 * It must be sure: text of a syslog never is. NULL: only by syslog.
	 */
	bool (*owns)(struct str head);
	/*
	 * Cut a line of such a log into its outer parts, as line_split does for
	 * syslog; the stamp by line_split's clock, all else as this log has
	 * it. False: no stamp. Set when owns is.
	 */
	bool (*split)(
	    struct line_clock *clock, struct str raw, struct line *ret_line);
	/* For a log of this program that tells of no mail: the sentence (N_)
	 * that says which one to give instead; NULL: it is none of those. The
	 * function is NULL when nobody would mistake them. */
	const char *(*other_log)(struct str head);
	/* How its queue is read; NULL: it has none, or none that we know. */
	const struct queue_reader *queue;
	/* Where such a log's head says its columns are: what line finds in
	 * line.form. NULL: it says nothing, or always the same. */
	void (*form)(struct str head, struct line_form *ret_form);
	/* Read one line. Never allocates, never fails, never logs. Where it is
	 * to go on after LINE_MORE is in line.from, at first 0. */
	enum line_result (*line)(
	    const struct line *line, struct event *ret_event);
	/* What its configuration says. Asks for the files it needs; finds none
	 * where this server is not set up. NULL: it has none we can read. */
	void (*facts)(struct facts *facts, struct files *files);
};

/* What reads queues, each in mta/NAME_spool.c; see mta/queue.h. */
extern const struct queue_reader exim_spool;
extern const struct queue_reader postfix_spool;
extern const struct queue_reader qmail_spool;
extern const struct queue_reader opensmtpd_spool;
extern const struct queue_reader sendmail_spool;

/* One mta_NAME per line of the list; each lives in mta/NAME.c. */
#define MTA(name) extern const struct mta mta_##name;
#include "mta/mta_list.h"
#undef MTA

/* Terminated by NULL, in the order of mta_list.h. */
extern const struct mta *const mtas[];

/* Does it log anything only when it is told to? */
bool mta_has_details(const struct mta *mta);
/* Returns NULL when we do not know that name. */
const struct mta *mta_find(struct str name);
/* The one that wrote a log of its own form that begins so; NULL: none, it is
 * a syslog. */
const struct mta *mta_of_head(struct str head);
/* Which log should have been given instead of one that begins so; NULL: that is
 * not known. */
const char *mta_other_log(struct str head);
/* The one that claims lines of this program; NULL: none does. */
const struct mta *mta_of_program(struct str program);

#endif
