/* SPDX-License-Identifier: ISC */
/*
 * Every option: OPTION(ID, name, value, kind, default, commands, sentence).
 *
 * value     what stands behind it in the help; for a choice its words
 * default   as shown in the help; NULL: none
 * commands  those that know the option; "*" is all of them
 *
 * The parser, --help, the manual page and the completions all read this list,
 * in this order.
 */
OPTION(LOG, "log", "FILE...", OPTION_LIST, NULL,
    "check trace origins bounces headers reports delist",
    N_("Read these log files, in any order, plain or compressed, or files or "
       "folders of the systemd journal, and nothing else of this machine; - "
       "is standard input. Without it the logs of this machine and their "
       "rotations are found."))
OPTION(QUEUE, "queue", "DIR", OPTION_PATH, NULL,
    "check trace origins queue listed delist dns",
    N_("Read this copy of a mail queue, and nothing else of this machine. May "
       "be given several times."))
OPTION(MTA, "mta", "NAME", OPTION_TEXT, NULL,
    "check trace origins bounces headers queue reports delist",
    N_("Read the log or queue as this mail server wrote it, whatever it "
       "looks like."))
OPTION(ROOT, "root", "DIR", OPTION_PATH, NULL,
    "check trace origins queue listed bounces headers reports delist history dns",
    N_("Look for everything below this folder: the mounted disk of another "
       "machine. With --log, for the configuration of the mail server."))
OPTION(PHP_LOG, "php-log", "FILE...", OPTION_LIST, NULL, "check trace origins",
    N_("Log of PHP's mail() calls (mail.log in php.ini): names the script "
       "that sent a message."))
OPTION(WEB_LOG, "web-log", "FILE...", OPTION_LIST, NULL, "check trace origins",
    N_("Access log of the web server: names the request that made a script "
       "send."))
OPTION(GEOIP, "geoip", "FILE...", OPTION_LIST, NULL, "check bounces reports",
    N_("MaxMind DB files (.mmdb) of countries or AS numbers: where the "
       "clients of an account are at home."))
OPTION(OWN, "own", "IP|HOST|DOMAIN...", OPTION_LIST, NULL,
    "check listed bounces headers reports delist dns",
    N_("What belongs to this server, when it is not the machine that sereno "
       "runs on."))
OPTION(IMAP_PASSWORD_FILE, "imap-password-file", "FILE", OPTION_TEXT, NULL,
    "check bounces headers reports",
    N_("The password for imaps:// is the first line of this file. Otherwise "
       "it is taken from $SERENO_IMAP_PASSWORD, or asked for."))
OPTION(IMAP_CA, "imap-ca", "FILE", OPTION_TEXT, NULL,
    "check bounces headers reports",
    N_("Trust these authorities (PEM), not those of the system, when a mail "
       "server shows its certificate."))
OPTION(IMAP_PLAIN, "imap-plain", NULL, OPTION_FLAG, NULL,
    "check bounces headers reports",
    N_("Let imap:// send password and mail without TLS when the server has "
       "none; to this machine itself that is always allowed."))
OPTION(BOUNCES, "bounces", "SRC...", OPTION_LIST, NULL, "check",
    N_("Bounces that came in, as messages in files, folders or mailboxes."))
OPTION(REPORTS, "reports", "SRC...", OPTION_LIST, NULL, "check",
    N_("Reports of receivers (DMARC, TLS) in files, folders or mailboxes, "
       "imaps:// too."))
OPTION(OUTER, "outer", NULL, OPTION_FLAG, NULL, "headers",
    N_("Look at the message itself, not at one that is attached or quoted in "
       "it."))
OPTION(KEY, "key", "FILE...", OPTION_LIST, NULL, "check bounces headers",
    N_("Keys of DKIM signatures: lines with a name and its TXT record, or the "
       "zone file lines that opendkim-genkey writes. Before the DNS is asked."))
OPTION(OFFLINE, "offline", NULL, OPTION_FLAG, NULL,
    "check bounces headers delist reports",
    N_("Ask nothing on the network: no DNS, no block lists."))
OPTION(RESOLVER, "resolver", "HOST[@PORT]...", OPTION_LIST,
    N_("recursion from the root"),
    "check listed spf bounces headers delist dns reports",
    N_("Ask these name servers, by their addresses. The large lists refuse "
       "public ones."))
OPTION(STUB, "stub", "ZONE=HOST[@PORT]...", OPTION_LIST, NULL,
    "check listed spf bounces headers delist dns reports",
    N_("Ask this server about this zone, whatever the world says: for zones "
       "of the house, and for tests."))
OPTION(ANCHOR, "anchor", "DS...", OPTION_LIST, NULL,
    "check listed spf bounces headers delist dns reports",
    N_("Trust the key of this DS record (\"ZONE. DS TAG ALGORITHM TYPE "
       "DIGEST\"): for signed zones of the house, and for tests. One of the "
       "root replaces the root's own."))
OPTION(HELO, "helo", "NAME...", OPTION_LIST, NULL, "check delist dns",
    N_("Names that the server greets with (HELO), when it is not the machine "
       "that sereno runs on."))
OPTION(SELECTOR, "selector", "NAME...", OPTION_LIST, NULL, "dns",
    N_("Selectors of DKIM keys: s= in a DKIM-Signature. Those of OpenDKIM, "
       "rspamd, Exim, amavis and OpenSMTPD are read, frequent ones are "
       "guessed."))
OPTION(STS_CA, "sts-ca", "FILE", OPTION_TEXT, N_("those of the system"),
    "check delist dns",
    N_("Trust these authorities (PEM) when a policy of MTA-STS is fetched."))
OPTION(STS_SERVER, "sts-server", "HOST[@PORT]", OPTION_TEXT, NULL,
    "check delist dns",
    N_("Fetch policies of MTA-STS from this address, whatever the DNS says: "
       "before they are published, and for tests."))
OPTION(LIST, "list", "LIST...", OPTION_LIST, NULL, "listed",
    N_("Ask these lists only: names or zones of the catalogue, or zones of "
       "your own."))
OPTION(EXTENDED, "extended", NULL, OPTION_FLAG, NULL, "listed",
    N_("Ask the small and little known lists, too."))
OPTION(LISTS_CONF, "lists-conf", "FILE", OPTION_TEXT,
    N_("/etc/sereno/lists.conf"), "check listed delist",
    N_("Keys of lists, lists of your own, and which ones to leave out."))
OPTION(RATE, "rate", "N", OPTION_COUNT, N_("20"), "check listed delist",
    N_("Ask each operator of lists at most this often a second, and four "
       "things at the same time; from 1000 on there is no limit."))
OPTION(CACHE, "cache", "FILE", OPTION_TEXT,
    N_("/var/cache/sereno/dns for root"),
    "check listed spf bounces headers delist dns reports",
    N_("Keep answers of the DNS here for as long as they hold."))
OPTION(NO_CACHE, "no-cache", NULL, OPTION_FLAG, NULL,
    "check listed spf bounces headers delist dns reports",
    N_("Keep no answers, and use none that were kept."))
OPTION(STORE, "store", "FILE", OPTION_TEXT, N_("/var/lib/sereno/sereno.db"),
    "check listed delist history dns",
    N_("Remember in this file what is seen, and since when."))
OPTION(NO_STORE, "no-store", NULL, OPTION_FLAG, NULL, "check listed delist dns",
    N_("Remember nothing, and use nothing that was remembered."))
OPTION(MARK, "mark", "asked|refused|done|open", OPTION_CHOICE, NULL, "delist",
    N_("Note what became of the block that is named: it was asked for, it was "
       "refused, it is gone, or nothing of that."))
OPTION(DONE, "done", "TEXT", OPTION_TEXT, NULL, "delist",
    N_("What was done about the cause, in your words, for the letter. May be "
       "given several times."))
OPTION(WATCH, "watch", "TIME", OPTION_TEXT, NULL, "listed",
    N_("Ask again after each such time (90s, 30m, 2h), say what changed, and "
       "end when nothing is listed any more; what became clean is asked of a "
       "second name server first."))
OPTION(SENDER, "sender", "ADDRESS", OPTION_TEXT, NULL, "queue",
    N_("Only messages with this envelope sender: an address, a domain, the "
       "part before the @, or a pattern with * and ?; <> is the sender of "
       "bounces. Filters of several kinds must all be met; of one that is "
       "given several times, one is enough."))
OPTION(RECIPIENT, "recipient", "ADDRESS", OPTION_TEXT, NULL, "queue",
    N_("Only messages that wait for this recipient; ADDRESS as with "
       "--sender."))
OPTION(ORIGIN, "origin", "NAME", OPTION_TEXT, NULL, "queue",
    N_("Only messages that this account, script, uid=N, list or client "
       "address put in; * and ? stand for any text and any letter."))
OPTION(SUBJECT, "subject", "TEXT", OPTION_TEXT, NULL, "queue",
    N_("Only messages with this text in their subject, whatever its case; "
       "with * or ? it is a pattern for the whole of it."))
OPTION(STATE, "state",
    "incoming|active|deferred|held|corrupt|maildrop|todo|inflight|pending|hold|"
    "frozen|quarantined|suspended|lost",
    OPTION_CHOICE, NULL, "queue",
    N_("Only messages in this state. The servers' own words mean one of the "
       "first five: maildrop (Postfix) and todo (qmail) are incoming, inflight "
       "and pending (OpenSMTPD) active and deferred, hold (Postfix), frozen "
       "(Exim), quarantined (Sendmail) and suspended (OpenSMTPD) held, lost "
       "(Sendmail) corrupt."))
OPTION(OLDER, "older", "TIME", OPTION_TIME, NULL, "queue",
    N_("Only messages that came in longer ago than 90m, 12h, 3d, or before a "
       "time as with --since of check."))
OPTION(CAMPAIGN, "campaign", "ID", OPTION_TEXT, NULL, "queue",
    N_("Only messages of this campaign; queue campaigns tells the ids."))
OPTION(SINCE, "since", "TIME", OPTION_TIME, NULL,
    "check trace origins delist history",
    N_("Leave out what is older: 2026-11-20, \"2026-11-20 18:00\", RFC 3339, "
       "@SECONDS, or 90m, 12h, 3d before the newest line."))
OPTION(UNTIL, "until", "TIME", OPTION_TIME, NULL, "check trace origins delist",
    N_("Leave out what is newer; TIME as with --since."))
OPTION(NOW, "now", "TIME", OPTION_TIME, NULL,
    "check trace origins bounces headers queue reports delist",
    N_("Clock of the case: the year of stamps without one, and what \"still "
       "going\" means. Default: the newest stamp of the log, or the clock "
       "when this machine is examined."))
OPTION(JOBS, "jobs", "N", OPTION_COUNT, N_("processors, at most 16"),
    "check trace origins queue delist",
    N_("Read with this many threads (1 to 16)."))
OPTION(WHY, "why", NULL, OPTION_FLAG, NULL, "check dns",
    N_("Show the sum behind each finding: every reason with its weight."))
OPTION(UNKNOWN, "unknown", NULL, OPTION_FLAG, NULL, "check",
    N_("Show the shapes of log lines that were not understood, the most "
       "frequent first."))
OPTION(BY, "by", "account|ip|sender|script|uid|domain", OPTION_CHOICE, NULL,
    "origins",
    N_("Group by this instead of by who put the mail in; account, script and "
       "uid leave out who has none."))
OPTION(SORT, "sort", "recipients|messages|refused|spam|ips|last|name",
    OPTION_CHOICE, N_("recipients"), "origins", N_("Order of the table."))
OPTION(TOP, "top", "N", OPTION_COUNT, NULL,
    "check trace origins bounces queue reports history",
    N_("Show at most this many culprits (check: 6), rows (origins: 20, queue: "
       "10), messages (trace: 50, queue list: 50), changes (history: 30) or bounces one by one (bounces: 0, with "
       "--json 1000)."))
OPTION(NAGIOS, "nagios", NULL, OPTION_FLAG, NULL, "check listed dns",
    N_("Print one line for Nagios and its like, and exit 0 for OK, 1 for "
       "WARNING, 2 for CRITICAL, 3 for UNKNOWN."))
OPTION(QUIET, "quiet", NULL, OPTION_FLAG, NULL,
    "check trace origins queue listed spf bounces headers reports delist history "
    "dns",
    N_("Print nothing; the exit code is the answer."))
OPTION(JSON, "json", NULL, OPTION_FLAG, NULL,
    "check trace origins queue listed spf bounces headers reports delist history "
    "dns",
    N_("Print one JSON object; its schema only ever gains members."))
OPTION(LANG, "lang", "en|es", OPTION_CHOICE,
    N_("as LC_ALL, LC_MESSAGES or LANG say"), "*",
    N_("Language of sentences. Names in --json are not translated."))
OPTION(COLOR, "color", "auto|always|never", OPTION_CHOICE, N_("auto"), "*",
    N_("Colours: auto means on a terminal, unless NO_COLOR is set."))
OPTION(HELP, "help", NULL, OPTION_FLAG, NULL, "*",
    N_("Explain the command and its options."))
OPTION(VERSION, "version", NULL, OPTION_FLAG, NULL, "*",
    N_("Print the version and the features of this build."))
OPTION(MAN, "man", NULL, OPTION_FLAG, NULL, "config",
    N_("Print the option chapters of the manual page, in mdoc."))
OPTION(BASH, "bash", NULL, OPTION_FLAG, NULL, "config",
    N_("Print the completion for bash."))
OPTION(ZSH, "zsh", NULL, OPTION_FLAG, NULL, "config",
    N_("Print the completion for zsh."))
