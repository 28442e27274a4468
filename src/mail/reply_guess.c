/* SPDX-License-Identifier: ISC */
/*
 * Replies without a rule. Precise enhanced codes (RFC 3463, RFC 5248, RFC
 * 7372) are believed before words, vague ones (x.0.0, x.1.0, x.7.1) after
 * them: many servers write 5.7.1 into whatever they refuse.
 */
#include "mail/reply_guess.h"

struct word {
	struct str text;
	enum reply_class class;
	char digit; /* only for replies of this class; 0: any */
};

/* In the words of Postfix's own agents: smtp, local, virtual, pipe, error. */
static const struct word local_words[] = {
    {S0("loops back to myself"), REPLY_LOOP, 0},
    {S0("mail forwarding loop"), REPLY_LOOP, 0},
    {S0("too many hops"), REPLY_LOOP, 0},
    {S0("message is looping"), REPLY_LOOP, 0}, /* qmail */
    {S0("loop detected"), REPLY_LOOP, 0},      /* OpenSMTPD */
    {S0("loop broken"), REPLY_LOOP, 0},        /* Sendmail */
    {S0("try again"), REPLY_NETWORK, 0},       /* of a name server */
    {S0("temporary failure in name resolution"), REPLY_NETWORK, 0},
    {S0("host or domain name not found"), REPLY_UNKNOWN_DOMAIN, 0},
    {S0("unable to look up host"), REPLY_UNKNOWN_DOMAIN, 0},
    {S0("nullmx"), REPLY_UNKNOWN_DOMAIN, 0},
    {S0("domain not found"), REPLY_UNKNOWN_DOMAIN, 0},
    {S0("unexpected name server reply"), REPLY_UNKNOWN_DOMAIN, 0},
    {S0("name service error"), REPLY_NETWORK, 0},
    {S0("user unknown"), REPLY_UNKNOWN_USER, 0},
    {S0("unknown user"), REPLY_UNKNOWN_USER, 0},
    {S0("address syntax"), REPLY_UNKNOWN_USER, 0},
    {S0("exceeds size limit"), REPLY_SIZE, 0},
    {S0("exceeds the maximum"), REPLY_SIZE, 0},
    {S0("quota"), REPLY_MAILBOX_FULL, 0},
    {S0("mailbox full"), REPLY_MAILBOX_FULL, 0},
    {S0("mailbox is full"), REPLY_MAILBOX_FULL, 0},
    {S0("file too large"), REPLY_MAILBOX_FULL, 0},
    {S0("message expired"), REPLY_EXPIRED, 0},
    {S0("sasl authentication"), REPLY_LOCAL, 0},
    {S0("configuration error"), REPLY_LOCAL, 0},
    {S0("transport unavailable"), REPLY_LOCAL, 0},
    {S0("transport error"), REPLY_LOCAL, 0},
    {S0("lookup failure"), REPLY_LOCAL, 0},
    {S0("lookup error"), REPLY_LOCAL, 0},
    {S0("database unavailable"), REPLY_LOCAL, 0},
    {S0("command output"), REPLY_LOCAL, 0},
    {S0("command died"), REPLY_LOCAL, 0},
    {S0("command time limit"), REPLY_LOCAL, 0},
    {S0("cannot open"), REPLY_LOCAL, 0},
    {S0("cannot update mailbox"), REPLY_LOCAL, 0},
    {S0("cannot create"), REPLY_LOCAL, 0},
    {S0("unable to create"), REPLY_LOCAL, 0},
    {S0("unable to lock"), REPLY_LOCAL, 0},
    {S0("permission denied"), REPLY_LOCAL, 0},
    {S0("connect to "), REPLY_NETWORK, 0},
    {S0("lost connection"), REPLY_NETWORK, 0},
    {S0("conversation with"), REPLY_NETWORK, 0},
    {S0("connection timed out"), REPLY_NETWORK, 0},
    {S0("connection refused"), REPLY_NETWORK, 0},
    {S0("unreachable"), REPLY_NETWORK, 0},
    {S0("no route to host"), REPLY_NETWORK, 0},
    {S0("tls is required"), REPLY_NETWORK, 0},
    {S0("cannot start tls"), REPLY_NETWORK, 0},
    {S0("server certificate"), REPLY_NETWORK, 0},
    {S0("temporary failure"), REPLY_LOCAL, 0},
};

/*
 * What receivers write, the narrow before the wide. Several languages,
 * because many small servers translate their replies; letters outside ASCII
 * are not folded, so words are cut before a letter that has two cases.
 */
static const struct word remote_words[] = {
    {S0("sender address rejected: domain not"), REPLY_IDENTITY, 0},
    {S0("domain of sender address"), REPLY_IDENTITY, 0},
    {S0("sender domain"), REPLY_IDENTITY, 0},
    {S0("sender verify failed"), REPLY_IDENTITY, 0},
    {S0("too many hops"), REPLY_LOOP, 0},
    {S0("hop count"), REPLY_LOOP, 0},
    {S0("message is looping"), REPLY_LOOP, 0},
    {S0("too many \"received\" headers"), REPLY_LOOP, 0},
    {S0("mail loop"), REPLY_LOOP, 0},
    {S0("loop detected"), REPLY_LOOP, 0},
    {S0("loops back"), REPLY_LOOP, 0},
    {S0("greylist"), REPLY_GREYLIST, 0},
    {S0("graylist"), REPLY_GREYLIST, 0},
    {S0("grey list"), REPLY_GREYLIST, 0},
    {S0("message size"), REPLY_SIZE, 0},
    {S0("message too"), REPLY_SIZE, 0},
    {S0("message is too"), REPLY_SIZE, 0},
    {S0("size limit"), REPLY_SIZE, 0},
    {S0("too large"), REPLY_SIZE, 0},
    {S0("mailbox full"), REPLY_MAILBOX_FULL, 0},
    {S0("mailbox is full"), REPLY_MAILBOX_FULL, 0},
    {S0("inbox is full"), REPLY_MAILBOX_FULL, 0},
    {S0("full mailbox"), REPLY_MAILBOX_FULL, 0},
    {S0("account is full"), REPLY_MAILBOX_FULL, 0},
    {S0("quota"), REPLY_MAILBOX_FULL, 0},
    {S0("out of storage"), REPLY_MAILBOX_FULL, 0},
    {S0("exceeded storage"), REPLY_MAILBOX_FULL, 0},
    {S0("mailbox exceeded"), REPLY_MAILBOX_FULL, 0},
    {S0("lleno"), REPLY_MAILBOX_FULL, 0},
    {S0("cuota"), REPLY_MAILBOX_FULL, 0},
    {S0("postfach voll"), REPLY_MAILBOX_FULL, 0},
    {S0("postfach ist voll"), REPLY_MAILBOX_FULL, 0},
    {S0("te pleine"), REPLY_MAILBOX_FULL, 0},
    {S0("casella piena"), REPLY_MAILBOX_FULL, 0},
    {S0("posta piena"), REPLY_MAILBOX_FULL, 0},
    {S0("caixa postal cheia"), REPLY_MAILBOX_FULL, 0},
    {S0("relay access denied"), REPLY_UNKNOWN_DOMAIN, 0},
    {S0("relaying denied"), REPLY_UNKNOWN_DOMAIN, 0},
    {S0("relay denied"), REPLY_UNKNOWN_DOMAIN, 0},
    {S0("relay not permitted"), REPLY_UNKNOWN_DOMAIN, 0},
    {S0("relaying not"), REPLY_UNKNOWN_DOMAIN, 0},
    {S0("permitted to relay"), REPLY_UNKNOWN_DOMAIN, 0},
    {S0("unable to relay"), REPLY_UNKNOWN_DOMAIN, 0},
    {S0("not relay"), REPLY_UNKNOWN_DOMAIN, 0},
    {S0("null mx"), REPLY_UNKNOWN_DOMAIN, 0},
    {S0("nullmx"), REPLY_UNKNOWN_DOMAIN, 0},
    {S0("not one of our domains"), REPLY_UNKNOWN_DOMAIN, 0},
    {S0("user unknown"), REPLY_UNKNOWN_USER, 0},
    {S0("unknown user"), REPLY_UNKNOWN_USER, 0},
    {S0("unknown recipient"), REPLY_UNKNOWN_USER, 0},
    {S0("recipient unknown"), REPLY_UNKNOWN_USER, 0},
    {S0("unknown address"), REPLY_UNKNOWN_USER, 0},
    {S0("unknown local"), REPLY_UNKNOWN_USER, 0},
    {S0("no such "), REPLY_UNKNOWN_USER, 0},
    {S0("no mailbox"), REPLY_UNKNOWN_USER, 0},
    {S0("no account"), REPLY_UNKNOWN_USER, 0},
    {S0("invalid recipient"), REPLY_UNKNOWN_USER, 0},
    {S0("invalid mailbox"), REPLY_UNKNOWN_USER, 0},
    {S0("invalid address"), REPLY_UNKNOWN_USER, 0},
    {S0("not a valid"), REPLY_UNKNOWN_USER, 0},
    {S0("not exist"), REPLY_UNKNOWN_USER, 0},
    {S0("n't exist"), REPLY_UNKNOWN_USER, 0},
    {S0("user not found"), REPLY_UNKNOWN_USER, 0},
    {S0("recipient not found"), REPLY_UNKNOWN_USER, 0},
    {S0("recipientnotfound"), REPLY_UNKNOWN_USER, 0},
    {S0("address not found"), REPLY_UNKNOWN_USER, 0},
    {S0("mailbox not found"), REPLY_UNKNOWN_USER, 0},
    {S0("unrouteable address"), REPLY_UNKNOWN_USER, 0},
    {S0("undeliverable address"), REPLY_UNKNOWN_USER, 0},
    {S0("> unknown"), REPLY_UNKNOWN_USER, 0},
    {S0("not listed in domino"), REPLY_UNKNOWN_USER, 0},
    {S0("not listed in public"), REPLY_UNKNOWN_USER, 0},
    {S0("unverified address"), REPLY_UNKNOWN_USER, 0},
    /* Microsoft's edge, when a directory does not hold the recipient */
    {S0("recipient address rejected: access denied"), REPLY_UNKNOWN_USER, 0},
    {S0("mailbox unavailable"), REPLY_UNKNOWN_USER, '5'},
    {S0("mailbox disabled"), REPLY_UNKNOWN_USER, 0},
    {S0("disabled"), REPLY_UNKNOWN_USER, '5'},
    {S0("inactive"), REPLY_UNKNOWN_USER, '5'},
    {S0("deactivated"), REPLY_UNKNOWN_USER, '5'},
    {S0("unbekannt"), REPLY_UNKNOWN_USER, 0},
    {S0("existiert nicht"), REPLY_UNKNOWN_USER, 0},
    {S0("inconnu"), REPLY_UNKNOWN_USER, 0},
    {S0("existe pas"), REPLY_UNKNOWN_USER, 0},
    {S0("no existe"), REPLY_UNKNOWN_USER, 0},
    {S0("desconocid"), REPLY_UNKNOWN_USER, 0},
    {S0("no encontrad"), REPLY_UNKNOWN_USER, 0},
    {S0("non esiste"), REPLY_UNKNOWN_USER, 0},
    {S0("sconosciut"), REPLY_UNKNOWN_USER, 0},
    {S0("inesistente"), REPLY_UNKNOWN_USER, 0},
    {S0("inexistente"), REPLY_UNKNOWN_USER, 0},
    {S0("o existe"), REPLY_UNKNOWN_USER, 0}, /* "nao", "não" */
    {S0("onbekend"), REPLY_UNKNOWN_USER, 0},
    {S0("bestaat niet"), REPLY_UNKNOWN_USER, 0},
    {S0("nie istnieje"), REPLY_UNKNOWN_USER, 0},
    {S0("nieznany"), REPLY_UNKNOWN_USER, 0},
    {S0("не существует"), REPLY_UNKNOWN_USER, 0},
    {S0("не найден"), REPLY_UNKNOWN_USER, 0},
    {S0("不存在"), REPLY_UNKNOWN_USER, 0},
    {S0("not authorized to send to"), REPLY_RECIPIENT, 0},
    {S0("permission to send to"), REPLY_RECIPIENT, 0},
    {S0("recipient has blocked"), REPLY_RECIPIENT, 0},
    {S0("rejected by recipient"), REPLY_RECIPIENT, 0},
    {S0("resolver.rst"), REPLY_RECIPIENT, 0},
    {S0("blacklist"), REPLY_BLOCKLIST, 0},
    {S0("black list"), REPLY_BLOCKLIST, 0},
    {S0("blocklist"), REPLY_BLOCKLIST, 0},
    {S0("block list"), REPLY_BLOCKLIST, 0},
    {S0("dnsbl"), REPLY_BLOCKLIST, 0},
    {S0("authentication required"), REPLY_LOCAL, 0},
    {S0("must issue a starttls"), REPLY_LOCAL, 0},
    {S0("dmarc"), REPLY_AUTH, 0},
    {S0("dkim"), REPLY_AUTH, 0},
    {S0(" spf"), REPLY_AUTH, 0},
    {S0("unauthenticated"), REPLY_AUTH, 0},
    {S0("reverse dns"), REPLY_IDENTITY, 0},
    {S0("reverse hostname"), REPLY_IDENTITY, 0},
    {S0("rdns"), REPLY_IDENTITY, 0},
    {S0("ptr record"), REPLY_IDENTITY, 0},
    {S0("helo"), REPLY_IDENTITY, 0},
    {S0("too many"), REPLY_RATE, 0},
    {S0("rate limit"), REPLY_RATE, 0},
    {S0("ratelimit"), REPLY_RATE, 0},
    {S0("throttl"), REPLY_RATE, 0},
    {S0("too quickly"), REPLY_RATE, 0},
    {S0("too fast"), REPLY_RATE, 0},
    {S0("slow down"), REPLY_RATE, 0},
    {S0("limit exceeded"), REPLY_RATE, 0},
    {S0("exceeded the"), REPLY_RATE, 0},
    {S0("spam"), REPLY_SPAM, 0},
    {S0("unsolicited"), REPLY_SPAM, 0},
    {S0("junk"), REPLY_SPAM, 0},
    {S0("virus"), REPLY_SPAM, 0},
    {S0("malware"), REPLY_SPAM, 0},
    {S0("phish"), REPLY_SPAM, 0},
    {S0("bad reputation"), REPLY_SPAM, 0},
    {S0("expired"), REPLY_EXPIRED, '5'},
};

/* Said about anything; only when the enhanced code tells nothing. */
static const struct word vague_words[] = {
    {S0("policy"), REPLY_POLICY, 0},
    {S0("blocked"), REPLY_POLICY, 0},
    {S0("banned"), REPLY_POLICY, 0},
    {S0("access denied"), REPLY_POLICY, 0},
    {S0("administrative prohibition"), REPLY_POLICY, 0},
    {S0("syntax error"), REPLY_FORMAT, '5'},
    {S0("try again"), REPLY_TEMPORARY, '4'},
    {S0("temporar"), REPLY_TEMPORARY, '4'},
    {S0("unavailable"), REPLY_TEMPORARY, '4'},
    {S0("not available"), REPLY_TEMPORARY, '4'},
};

/*
 * Enhanced codes: subject and detail, detail -1 for any. The precise ones
 * are asked before the words.
 */
struct status {
	int subject, detail;
	enum reply_class class;
	char digit; /* as in struct word */
};

static const struct status precise[] = {
    {1, 1, REPLY_UNKNOWN_USER, 0}, {1, 2, REPLY_UNKNOWN_DOMAIN, 0},
    {1, 3, REPLY_UNKNOWN_USER, 0}, {1, 6, REPLY_UNKNOWN_USER, 0},
    {1, 7, REPLY_IDENTITY, 0}, {1, 8, REPLY_IDENTITY, 0},
    {2, 2, REPLY_MAILBOX_FULL, 0}, {2, 3, REPLY_SIZE, 0}, {3, 4, REPLY_SIZE, 0},
    {4, 6, REPLY_LOOP, 0}, {7, 20, REPLY_AUTH, 0}, /* RFC 7372 */
    {7, 21, REPLY_AUTH, 0}, {7, 22, REPLY_AUTH, 0}, {7, 23, REPLY_AUTH, 0},
    {7, 24, REPLY_AUTH, 0}, {7, 25, REPLY_IDENTITY, 0}, {7, 26, REPLY_AUTH, 0},
    {7, 27, REPLY_IDENTITY, 0}, /* RFC 7505 4.2 */
};

static const struct status vague[] = {
    /* RFC 7505 4.2: null MX. Exchange Online writes it of users. */
    {1, 10, REPLY_UNKNOWN_DOMAIN, 0},
    {1, -1, REPLY_UNKNOWN_USER, '5'},
    {2, 1, REPLY_UNKNOWN_USER, '5'},
    {2, 4, REPLY_UNKNOWN_USER, 0},
    {3, -1, REPLY_TEMPORARY, '4'},
    {4, 7, REPLY_EXPIRED, 0},
    {4, -1, REPLY_NETWORK, '4'},
    {5, 3, REPLY_RATE, 0},
    {5, -1, REPLY_FORMAT, '5'},
    {6, -1, REPLY_FORMAT, 0},
    {7, -1, REPLY_POLICY, 0},
};

static bool
by_words(const struct word *words, size_t n, char digit, struct str low,
    enum reply_class *ret_class)
{
	for (size_t i = 0; i < n; i++) {
		if (words[i].digit != 0 && words[i].digit != digit)
			continue;
		if (str_has(low, words[i].text)) {
			*ret_class = words[i].class;
			return true;
		}
	}
	return false;
}

static bool
by_status(const struct status *table, size_t n, char digit, int subject,
    int detail, enum reply_class *ret_class)
{
	for (size_t i = 0; i < n; i++) {
		if (table[i].digit != 0 && table[i].digit != digit)
			continue;
		if (table[i].subject == subject &&
		    (table[i].detail == detail || table[i].detail == -1)) {
			*ret_class = table[i].class;
			return true;
		}
	}
	return false;
}

/* "5.7.26" -> '5', 7, 26. */
static bool
dsn_split(struct str dsn, char *ret_digit, int *ret_subject, int *ret_detail)
{
	struct str rest = dsn;
	uint64_t subject, detail;

	if (dsn.n < 5 || (dsn.p[0] != '4' && dsn.p[0] != '5') ||
	    dsn.p[1] != '.')
		return false;
	rest = str_skip(dsn, 2);
	if (!str_u64(&rest, 3, &subject) || !str_eat(&rest, S(".")) ||
	    !str_u64(&rest, 3, &detail))
		return false;
	*ret_digit = dsn.p[0];
	*ret_subject = (int)subject;
	*ret_detail = (int)detail;
	return true;
}

enum reply_class
reply_guess_local(struct str low)
{
	enum reply_class class = REPLY_OTHER;

	(void)by_words(local_words, ARRAY_LEN(local_words), 0, low, &class);
	return class;
}

static enum reply_class
by_code(unsigned code, char digit)
{
	if (code == 552)
		return REPLY_MAILBOX_FULL; /* RFC 5321 4.2.2 */
	if (code == 535 || code == 530)
		return REPLY_LOCAL; /* the relay host wants a login */
	if (digit == '4')
		return REPLY_TEMPORARY;
	return REPLY_OTHER;
}

enum reply_class
reply_guess(unsigned code, struct str dsn, struct str low)
{
	enum reply_class class;
	int subject = 0, detail = 0;
	char digit = '\0';
	struct str own = str_skip(low, 4);

	bool told = dsn_split(own, &digit, &subject, &detail) && subject != 0;

	/* the code in the text is the receiver's; the other one may have
	 * been made up for a receiver that gave none: his words come first,
	 * "552 mailbox not found" is not the 5.2.2 that follows from 552 */
	if (!told)
		(void)dsn_split(dsn, &digit, &subject, &detail);
	if (code >= 400)
		digit = (char)('0' + code / 100);
	if (!told &&
	    by_words(remote_words, ARRAY_LEN(remote_words), digit, low, &class))
		return class;
	if (by_status(
		precise, ARRAY_LEN(precise), digit, subject, detail, &class))
		return class;
	if (by_words(remote_words, ARRAY_LEN(remote_words), digit, low, &class))
		return class;
	if (subject != 0 &&
	    by_status(vague, ARRAY_LEN(vague), digit, subject, detail, &class))
		return class;
	if (by_words(vague_words, ARRAY_LEN(vague_words), digit, low, &class))
		return class;
	return by_code(code, digit);
}
