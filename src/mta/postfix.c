/* SPDX-License-Identifier: ISC */
/*
 * Postfix, 2.11 to 3.10. No text specifies its log but the source, which the
 * files beside this one name with the lines that they read.
 *
 *	postfix/submission/smtpd[7]: 3F2A1C: client=x[192.0.2.1], sasl_method=...
 *	instance service                 id   fields in the order of the source
 *
 * The program is NAME/daemon or NAME/service/daemon; NAME (syslog_name) may be
 * anything. Fields are read from left to right in Postfix's own order, each up
 * to the delimiter that Postfix writes behind it, so that a value chosen by a
 * stranger (HELO, Message-ID, subject, a reply) cannot pass for another field;
 * where a stranger's value stands in front, the line is read from its end.
 *
 * Order of decision: the daemon, then the queue id or first words, then the
 * fields. What is well formed but tells nothing (TLS, statistics, tests) is
 * skipped; a line that fits no form is unknown, never guessed.
 */
#include "mta/postfix_part.h"

#include "base/bytes.h"
#include "base/lang.h"

/* What a daemon's lines are about. */
enum role {
	ROLE_SMTPD,
	ROLE_POSTSCREEN,
	ROLE_CLEANUP,
	ROLE_QMGR,
	ROLE_PICKUP,
	ROLE_DELIVERY,
	ROLE_BOUNCE,
	ROLE_POSTSUPER,
	ROLE_PLAIN, /* whichever it is */
	ROLE_QUIET, /* nothing we count */
};

struct daemon {
	struct str name;
	enum role role;
	enum event_agent agent;
};

/* In runs of the same length, shortest first. */
static const struct daemon daemons[] = {
    {S0("smtp"), ROLE_DELIVERY, AGENT_SMTP},
    {S0("qmgr"), ROLE_QMGR, AGENT_NONE},
    {S0("lmtp"), ROLE_DELIVERY, AGENT_LMTP},
    {S0("pipe"), ROLE_DELIVERY, AGENT_PIPE},
    {S0("smtpd"), ROLE_SMTPD, AGENT_NONE},
    {S0("local"), ROLE_DELIVERY, AGENT_LOCAL},
    {S0("error"), ROLE_DELIVERY, AGENT_ERROR},
    {S0("retry"), ROLE_DELIVERY, AGENT_ERROR},
    {S0("anvil"), ROLE_QUIET, AGENT_NONE},
    {S0("defer"), ROLE_BOUNCE, AGENT_NONE},
    {S0("trace"), ROLE_BOUNCE, AGENT_NONE},
    {S0("oqmgr"), ROLE_QMGR, AGENT_NONE},
    {S0("nqmgr"), ROLE_QMGR, AGENT_NONE},
    {S0("qmqpd"), ROLE_SMTPD, AGENT_NONE},
    {S0("flush"), ROLE_QUIET, AGENT_NONE},
    {S0("showq"), ROLE_QUIET, AGENT_NONE},
    {S0("spawn"), ROLE_QUIET, AGENT_NONE},
    {S0("bounce"), ROLE_BOUNCE, AGENT_NONE},
    {S0("pickup"), ROLE_PICKUP, AGENT_NONE},
    {S0("scache"), ROLE_QUIET, AGENT_NONE},
    {S0("verify"), ROLE_QUIET, AGENT_NONE},
    {S0("master"), ROLE_QUIET, AGENT_NONE},
    {S0("tlsmgr"), ROLE_QUIET, AGENT_NONE},
    {S0("cleanup"), ROLE_CLEANUP, AGENT_NONE},
    {S0("postfix"), ROLE_PLAIN, AGENT_NONE}, /* without a daemon */
    {S0("virtual"), ROLE_DELIVERY, AGENT_LOCAL},
    {S0("discard"), ROLE_DELIVERY, AGENT_DISCARD},
    {S0("dnsblog"), ROLE_QUIET, AGENT_NONE},
    {S0("postlog"), ROLE_QUIET, AGENT_NONE},
    {S0("postmap"), ROLE_QUIET, AGENT_NONE},
    {S0("postcat"), ROLE_QUIET, AGENT_NONE},
    {S0("proxymap"), ROLE_QUIET, AGENT_NONE},
    {S0("tlsproxy"), ROLE_QUIET, AGENT_NONE},
    {S0("sendmail"), ROLE_QUIET, AGENT_NONE},
    {S0("postdrop"), ROLE_QUIET, AGENT_NONE},
    {S0("postlogd"), ROLE_QUIET, AGENT_NONE},
    {S0("postconf"), ROLE_QUIET, AGENT_NONE},
    {S0("postkick"), ROLE_QUIET, AGENT_NONE},
    {S0("postlock"), ROLE_QUIET, AGENT_NONE},
    {S0("postsuper"), ROLE_POSTSUPER, AGENT_NONE},
    {S0("postalias"), ROLE_QUIET, AGENT_NONE},
    {S0("postqueue"), ROLE_QUIET, AGENT_NONE},
    {S0("postmulti"), ROLE_QUIET, AGENT_NONE},
    {S0("postscreen"), ROLE_POSTSCREEN, AGENT_NONE},
    {S0("proxywrite"), ROLE_QUIET, AGENT_NONE},
    {S0("post-install"), ROLE_QUIET, AGENT_NONE},
    {S0("postfix-script"), ROLE_QUIET, AGENT_NONE},
    {S0("trivial-rewrite"), ROLE_QUIET, AGENT_NONE},
    {S0("postfix-wrapper"), ROLE_QUIET, AGENT_NONE},
    {S0("postmulti-script"), ROLE_QUIET, AGENT_NONE},
    {S0("postfix-tls-script"), ROLE_QUIET, AGENT_NONE},
};

enum {
	/* Where the runs of daemons[] begin, see above. */
	OF_5 = 4,
	OF_6 = 17,
	OF_7 = 23,
	OF_MORE = 31,
};

/* The daemon of NAME/.../daemon; NULL: not Postfix's. */
static const struct daemon *
daemon_of(struct str program)
{
	static const uint8_t runs[] = {0, OF_5, OF_6, OF_7, OF_MORE};
	size_t start = program.n, from = OF_MORE, to = ARRAY_LEN(daemons);

	while (start > 0 && program.p[start - 1] != '/')
		start--;
	program = str_skip(program, start);
	if (program.n < 4 || start == 1 ||
	    (start == 0) != str_eq(program, S("postfix")))
		return NULL;
	if (program.n < 8) {
		from = runs[program.n - 4];
		to = runs[program.n - 3];
	}
	for (; from < to; from++)
		if (str_eq(daemons[from].name, program))
			return &daemons[from];
	return NULL;
}

static bool
postfix_claims(struct str program)
{
	return daemon_of(program) != NULL;
}

enum {
	/* A number holds the daemon in its lower byte, counted from 1, and the
	 * length of the instance's name above. */
	NUMBER_BITS = 8,
};

/* Apart: each program's once. */
static __attribute__((noinline)) uint32_t
postfix_number(struct str program)
{
	const struct daemon *daemon = daemon_of(program);

	if (daemon == NULL)
		return 0;
	return (uint32_t)(daemon - daemons + 1) |
	       (uint32_t)str_chr(program, '/') << NUMBER_BITS;
}

/* Without the instance in front: "submission/smtpd". */
static struct str
service_of(struct str program, uint32_t number)
{
	return str_skip(program, (number >> NUMBER_BITS) + 1);
}

/* What any daemon may say of itself. */
static enum line_result
read_common(struct str text)
{
	static const struct str words[] = {S0("warning: "), S0("fatal: "),
	    S0("panic: "), S0("error: "), S0("statistics: "), S0("table "),
	    S0("using backwards-compatible default "), S0("debug: "),
	    S0("terminating on signal"), S0("reload "), S0("name_mask: "),
	    S0("message repeated "), S0("last message repeated ")};

	return postfix_eat_one(&text, words, ARRAY_LEN(words)) ? LINE_SKIP
							       : LINE_UNKNOWN;
}

static enum line_result
read_of(const struct daemon *daemon, struct str text, struct event *e)
{
	switch (daemon->role) {
	case ROLE_SMTPD:
		return postfix_smtpd(text, e);
	case ROLE_POSTSCREEN:
		return postfix_postscreen(text, e);
	case ROLE_CLEANUP:
		return postfix_cleanup(text, e);
	case ROLE_QMGR:
		return postfix_qmgr(text, e);
	case ROLE_PICKUP:
		return postfix_pickup(text, e);
	case ROLE_DELIVERY:
		e->agent = daemon->agent;
		return postfix_agent(text, e);
	case ROLE_BOUNCE:
		return postfix_bounce(text, e);
	case ROLE_POSTSUPER:
		return postfix_postsuper(text, e);
	case ROLE_PLAIN:
		return postfix_plain(text, e);
	case ROLE_QUIET:
		break;
	}
	return LINE_SKIP;
}

/* Most of what smtpd says is one of these, and is of no use to a check. */
static inline bool
is_session(struct str text)
{
	switch (text.n == 0 ? '\0' : text.p[0]) {
	case 'c':
		return bytes_starts(text, "connect from ");
	case 'd':
		return bytes_starts(text, "disconnect from ");
	case 'A':
		return str_starts(text, S("Anonymous TLS connection "));
	case 'T':
		return bytes_starts(text, "Trusted TLS connection ");
	case 'U':
		return str_starts(text, S("Untrusted TLS connection "));
	default:
		return false;
	}
}

/* A line of daemon that may tell something. Apart, so that one which does not is
 * left before registers are saved. */
static __attribute__((noinline)) enum line_result
read_line(const struct line *line, const struct daemon *daemon, uint32_t number,
    struct event *ret_event)
{
	enum line_result result;

	event_begin(ret_event, EVENT_NONE, line);
	ret_event->service = service_of(line->program, number);
	result = read_of(daemon, line->text, ret_event);
	return result == LINE_UNKNOWN ? read_common(line->text) : result;
}

static enum line_result
postfix_line(const struct line *line, struct event *ret_event)
{
	uint32_t number = line->number;
	const struct daemon *daemon;

	if (number == 0 && (number = postfix_number(line->program)) == 0)
		return LINE_FOREIGN;
	daemon = &daemons[(number & ((1 << NUMBER_BITS) - 1)) - 1];
	if (daemon->role == ROLE_QUIET ||
	    (line->no_sessions && daemon->role == ROLE_SMTPD &&
		is_session(line->text)))
		return LINE_SKIP;
	return read_line(line, daemon, number, ret_event);
}

const struct mta mta_postfix = {
    .name = "postfix",
    .manual = "https://www.postfix.org/postconf.5.html",
    .is_server = true,
    .advice =
	{
	    /* In front of all that may let it in. As above, the next one does
	     * not let this one in again. inline: is of Postfix 3.0. */
	    [ADVICE_CLIENT] =
		{"postconf -e \"smtpd_client_restrictions=check_client_access "
		 "inline:{{address}=REJECT} $(postconf -h "
		 "smtpd_client_restrictions)\" && postfix reload",
		    NULL,
		    "postconf -h smtpd_client_restrictions | sed "
		    "'s/^/smtpd_client_restrictions=/; s/check_client_access "
		    "inline:{{address}=REJECT} *//' | xargs -d '\\n' postconf "
		    "-e && postfix reload"},
	    [ADVICE_RELAY] = {"postconf mynetworks smtpd_relay_restrictions",
		N_("look which setting lets them in; mynetworks may name only "
		   "your own machines"),
		NULL},
	    [ADVICE_SESSIONS] = {"postfix reload", NULL, NULL},
	    /* Added to what is there, so that the next one does not open it
	     * again for this one. The ! stands in single quotes: in others
	     * it means something to bash. */
	    [ADVICE_USER] =
		{"postconf -e 'authorized_submit_users=!'\"$(id -nu {uid}), "
		 "$(postconf -h authorized_submit_users)\"",
		    NULL,
		    "postconf -h authorized_submit_users | sed "
		    "'s/^/authorized_submit_users=/; s/!'\"$(id -nu {uid})\"', "
		    "//' | xargs -d '\\n' postconf -e"},
	    [ADVICE_RECIPIENTS] = {"postconf local_recipient_maps "
				   "relay_recipient_maps virtual_alias_maps",
		NULL, NULL},
	},
    .claims = postfix_claims,
    .number = postfix_number,
    .queue = &postfix_spool,
    .line = postfix_line,
    .facts = postfix_facts,
};
