/* SPDX-License-Identifier: ISC */
#include "mail/reply.h"

#include "mail/reply_text.h"

#include <locale.h>
#include <regex.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* A host name that the rule's hint matches, by provider. */
static const struct {
	const char *provider, *relay;
} relays[] = {
    {"Apple iCloud", "mx01.mail.icloud.com"},
    {"AT&T", "al-ip4-mx-vip1.prodigy.net"},
    {"Comcast", "mx1h1.comcast.net"},
    {"Cox", "cxr.mx.a.cloudfilter.cox.net"},
    {"GoDaddy/secureserver", "smtp.secureserver.net"},
    {"Microsoft", "example-com.mail.protection.outlook.com"},
    {"Orange/La Poste/Wanadoo", "smtp-in.orange.fr"},
    {"T-Online", "mx00.t-online.de"},
    {"GMX/WEB.DE/mail.com/IONOS", "mx00.emig.gmx.net"},
    {"Yahoo/AOL", "mta7.am0.yahoodns.net"},
    {"Google", "gmail-smtp-in.l.google.com"},
    {"Mail.ru", "mxs.mail.ru"},
    {"Mimecast", "eu-smtp-inbound-1.mimecast.com"},
    {"Mimecast (Cloudmark CSI data)", "eu-smtp-inbound-1.mimecast.com"},
    {"Spectrum/Charter", "pkvw-mx.msg.pkvw.co.charter.net"},
    {"Free.fr", "mx1.free.fr"},
    {"Tencent QQ", "mx3.qq.com"},
    {"SFR", "smtp-in.sfr.fr"},
    {"NetEase 163/126", "163mx01.mxmail.netease.com"},
    {"i.ua", "mx1.i.ua"},
    {"Yandex", "mx.yandex.ru"},
    {"Zoho", "mx.zoho.com"},
    {"WP.pl", "mx.wp.pl"},
    {"Proofpoint (also Apple and others)", "mx0a-00000.pphosted.com"},
};

static struct str
relay_of(const struct reply_rule *rule)
{
	if (rule->hint[0] == '\0')
		return S("mx.example.org");
	for (size_t i = 0; i < ARRAY_LEN(relays); i++)
		if (strcmp(relays[i].provider, rule->provider) == 0)
			return str_z(relays[i].relay);
	fail_msg("no relay known for the provider of %s", rule->id);
	return S("");
}

/* Every rule must be reachable: its own example is read as itself. */
static void
test_examples(void **state)
{
	struct reply_cache *cache = reply_cache_new();
	const struct reply_rule *rules;
	size_t n;
	int bad = 0;

	(void)state;
	rules = reply_rules(&n);
	assert_true(n >= 160);
	for (int pass = 0; pass < 2; pass++) { /* the second from the cache */
		for (size_t i = 0; i < n; i++) {
			struct reply_reading r = reply_read(cache, 0, S(""),
			    relay_of(&rules[i]), str_z(rules[i].example));

			if (r.rule == &rules[i] && r.class == rules[i].class)
				continue;
			bad++;
			print_error("%s: '%s' is read as %s\n", rules[i].id,
			    rules[i].example,
			    r.rule == NULL ? reply_class_name(r.class)
					   : r.rule->id);
		}
	}
	reply_cache_free(cache);
	assert_int_equal(bad, 0);
}

/* Sentences are shown and translated: none is empty, all end. */
static void
test_sentences(void **state)
{
	const struct reply_rule *rules;
	size_t n;

	(void)state;
	rules = reply_rules(&n);
	for (size_t i = 0; i < n; i++) {
		struct str meaning = str_z(rules[i].meaning);
		struct str action = str_z(rules[i].action);

		assert_true(str_ends(meaning, S(".")) && meaning.n > 10);
		assert_true(str_ends(action, S(".")) && action.n > 10);
		assert_true(rules[i].url[0] == '\0' ||
			    str_starts(str_z(rules[i].url), S("https://")));
		assert_true(rules[i].digits == 0x10 ||
			    rules[i].digits == 0x20 || rules[i].digits == 0x30);
	}
}

/* Does one of the words stand in the text? */
static bool
has_one(const char *needs, struct str low)
{
	struct str rest = str_z(needs);

	while (rest.n > 0)
		if (str_has(low, str_take(&rest, '\n')))
			return true;
	return needs[0] == '\0';
}

/* The words worked out by the build never keep a pattern from its match. */
static void
test_needs(void **state)
{
	const struct reply_rule *rules;
	size_t n, matches = 0, passed = 0;

	(void)state;
	rules = reply_rules(&n);
	for (size_t i = 0; i < n; i++) {
		regex_t re;

		assert_int_equal(
		    regcomp(&re, rules[i].pattern, REG_EXTENDED | REG_NOSUB),
		    0);
		for (size_t k = 0; k < n; k++) {
			char low[REPLY_TEXT_MAX];
			size_t len = reply_normalise(
			    str_z(rules[k].example), 0, S(""), low);
			bool one;

			for (size_t c = 0; c < len; c++)
				if (low[c] >= 'A' && low[c] <= 'Z')
					low[c] = (char)(low[c] | 0x20);
			one = has_one(rules[i].needs, (struct str){low, len});
			passed += one;
			if (regexec(&re, low, 0, NULL, 0) != 0)
				continue;
			matches++;
			if (!one)
				fail_msg("'%s' lacks the words of %s", low,
				    rules[i].id);
		}
		regfree(&re);
	}
	/* and they keep nearly all others from being tried */
	assert_true(matches >= n && passed < n * n / 20);
}

struct sample {
	unsigned code;
	const char *dsn, *relay, *text;
	enum reply_class class;
	const char *rule; /* NULL: none */
};

/* As Postfix hands them over; addresses of the documentation ranges. */
static const struct sample samples[] = {
    {550, "5.7.26", "gmail-smtp-in.l.google.com",
	"host gmail-smtp-in.l.google.com[192.0.2.26] said: 550-5.7.26 This "
	"mail has been blocked because the sender is unauthenticated. "
	"550-5.7.26 Gmail requires all senders to authenticate with either "
	"SPF or DKIM. 550-5.7.26  550-5.7.26  Authentication results: "
	"550-5.7.26 DKIM = did not pass 550 5.7.26 "
	"https://support.google.com/mail/answer/81126#authentication "
	"d9443c01a7336-1f9a.123 - gsmtp (in reply to end of DATA command)",
	REPLY_AUTH, "gmail-unauth"},
    {550, "5.7.26", "gmail-smtp-in.l.google.com",
	"host gmail-smtp-in.l.google.com[192.0.2.26] said: 550-5.7.26 The MAIL "
	"FROM domain [example.org] has an SPF record with a hard 550-5.7.26 "
	"fail policy (-all) but it fails to pass SPF checks with the ip: "
	"550 5.7.26 [192.0.2.1]. x-si - gsmtp (in reply to end of DATA "
	"command)",
	REPLY_AUTH, "gmail-spf-hard"},
    {421, "4.7.28", "gmail-smtp-in.l.google.com",
	"host gmail-smtp-in.l.google.com[192.0.2.26] said: 421-4.7.28 Gmail "
	"has detected an unusual rate of unsolicited mail originating from "
	"421-4.7.28 your IP Netblock [192.0.2.0]. To protect our users from "
	"spam, mail 421 4.7.28 has been temporarily rate limited. x-si - gsmtp "
	"(in reply to end of DATA command)",
	REPLY_RATE, "gmail-rate-ip"},
    {550, "5.1.1", "gmail-smtp-in.l.google.com",
	"host gmail-smtp-in.l.google.com[192.0.2.26] said: 550-5.1.1 The email "
	"account that you tried to reach does not exist. Please try 550-5.1.1 "
	"double-checking the recipient's email address for typos or 550 5.1.1 "
	"unnecessary spaces. https://support.google.com/mail/?p=NoSuchUser "
	"a640c23a62f3a-b83.1 - gsmtp (in reply to RCPT TO command)",
	REPLY_UNKNOWN_USER, NULL},
    {452, "4.2.2", "gmail-smtp-in.l.google.com",
	"host gmail-smtp-in.l.google.com[192.0.2.26] said: 452-4.2.2 The "
	"recipient's inbox is out of storage space. (in reply to RCPT TO "
	"command)",
	REPLY_MAILBOX_FULL, NULL},
    {450, "4.2.1", "gmail-smtp-in.l.google.com",
	"host gmail-smtp-in.l.google.com[192.0.2.26] said: 450-4.2.1 The user "
	"you are trying to contact is receiving mail too quickly. Please "
	"450-4.2.1 resend your message at a later time. (in reply to RCPT TO)",
	REPLY_RATE, NULL},
    {550, "5.7.1", "example-com.mail.protection.outlook.com",
	"host example-com.mail.protection.outlook.com[192.0.2.36] said: 550 "
	"5.7.1 Service unavailable, Client host [192.0.2.1] blocked using "
	"Spamhaus. To request removal from this list see "
	"https://www.spamhaus.org/query/ip/192.0.2.1 (AS16012611) "
	"[BN8NAM12FT049.eop-nam12.prod.protection.outlook.com "
	"2026-11-20T19:12:00.123Z 08DE27F0ABCD1234] (in reply to RCPT TO "
	"command)",
	REPLY_BLOCKLIST, "ms-eop-spamhaus"},
    {550, "5.4.1", "example-com.mail.protection.outlook.com",
	"host example-com.mail.protection.outlook.com[192.0.2.36] said: 550 "
	"5.4.1 Recipient address rejected: Access denied. For more "
	"information see https://aka.ms/EXOSmtpErrors [DB1PEPF000009.eurprd02 "
	"2026-11-20T19:12:00.123Z 08DE27F0ABCD1234] (in reply to RCPT TO "
	"command)",
	REPLY_UNKNOWN_USER, NULL},
    {550, "5.5.0", "hotmail-com.olc.protection.outlook.com",
	"host hotmail-com.olc.protection.outlook.com[192.0.2.36] said: 550 "
	"5.5.0 Requested action not taken: mailbox unavailable "
	"(S2017062302). [AM0EUR02FT013] (in reply to RCPT TO command)",
	REPLY_UNKNOWN_USER, NULL},
    {550, "5.7.1", "hotmail-com.olc.protection.outlook.com",
	"host hotmail-com.olc.protection.outlook.com[192.0.2.36] said: 550 "
	"5.7.1 Unfortunately, messages from [192.0.2.1] weren't sent. Please "
	"contact your Internet service provider since part of their network "
	"is on our block list (S3150). You can also refer your provider to "
	"http://mail.live.com/mail/troubleshooting.aspx#errors. (in reply to "
	"MAIL FROM command)",
	REPLY_BLOCKLIST, "ms-olc-s3150"},
    {550, "5.7.1", "hotmail-com.olc.protection.outlook.com",
	"host hotmail-com.olc.protection.outlook.com[192.0.2.36] said: 550 "
	"5.7.1 Unfortunately, messages from [192.0.2.1] weren't sent. Please "
	"contact your Internet service provider since part of their network "
	"is on our block list. (in reply to MAIL FROM command)",
	REPLY_BLOCKLIST, "ms-olc-any"},
    {421, "4.7.0", "none",
	"delivery temporarily suspended: host mta7.am0.yahoodns.net[192.0.2.7] "
	"refused to talk to me: 421 4.7.0 [TSS04] Messages from 192.0.2.1 "
	"temporarily deferred due to unexpected volume or user complaints - "
	"4.16.55.1; see https://postmaster.yahooinc.com/error-codes",
	REPLY_SPAM, "yahoo-tss04"},
    {554, "5.7.1", "mx.example.net",
	"host mx.example.net[198.51.100.7] said: 554 5.7.1 Service "
	"unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org; "
	"Error: open resolver; https://www.spamhaus.org/returnc/pub/192.0.2.9 "
	"(in reply to RCPT TO command)",
	REPLY_RECEIVER_ERROR, "named-spamhaus-refused"},
    {554, "5.7.1", "mx.example.net",
	"host mx.example.net[198.51.100.7] said: 554 5.7.1 Service "
	"unavailable; Client host [192.0.2.10] blocked using zen.spamhaus.org; "
	"https://www.spamhaus.org/query/ip/192.0.2.10 (in reply to RCPT TO)",
	REPLY_BLOCKLIST, "named-spamhaus"},
    {554, "5.7.1", "mx.example.net",
	"host mx.example.net[198.51.100.7] said: 554 5.7.1 Service "
	"unavailable; Client host [192.0.2.1] blocked using bl.example.info "
	"(in reply to RCPT TO command)",
	REPLY_BLOCKLIST, "gen-client-host"},
    {450, "4.2.0", "mx.example.net",
	"host mx.example.net[198.51.100.7] said: 450 4.2.0 <a@example.net>: "
	"Recipient address rejected: Greylisted, see "
	"http://postgrey.example/help/example.net.html (in reply to RCPT TO "
	"command)",
	REPLY_GREYLIST, "gen-grey"},
    {550, "5.1.1", "mx.example.net",
	"host mx.example.net[198.51.100.7] said: 550 5.1.1 <a@example.net>: "
	"Recipient address rejected: User unknown in virtual mailbox table "
	"(in reply to RCPT TO command)",
	REPLY_UNKNOWN_USER, NULL},
    {550, "5.0.0", "mx.example.net",
	"host mx.example.net[198.51.100.7] said: 550 No such user here "
	"\"a\" (in reply to RCPT TO command)",
	REPLY_UNKNOWN_USER, NULL},
    {550, "5.0.0", "mx.example.es",
	"host mx.example.es[198.51.100.7] said: 550 El buz\303\263n no existe "
	"(in reply to RCPT TO command)",
	REPLY_UNKNOWN_USER, NULL},
    {550, "5.0.0", "mx.example.de",
	"host mx.example.de[198.51.100.7] said: 550 Empf\344nger unbekannt (in "
	"reply to RCPT TO command)",
	REPLY_UNKNOWN_USER, NULL},
    {550, "5.0.0", "mx.example.fr",
	"host mx.example.fr[198.51.100.7] said: 550 Destinataire inconnu (in "
	"reply to RCPT TO command)",
	REPLY_UNKNOWN_USER, NULL},
    {552, "5.2.2", "mx.example.net",
	"host mx.example.net[198.51.100.7] said: 552 5.2.2 <a@example.net>: "
	"Quota exceeded (mailbox for user is full) (in reply to end of DATA "
	"command)",
	REPLY_MAILBOX_FULL, NULL},
    {554, "5.7.1", "mx.example.net",
	"host mx.example.net[198.51.100.7] said: 554 5.7.1 <a@example.net>: "
	"Relay access denied (in reply to RCPT TO command)",
	REPLY_UNKNOWN_DOMAIN, NULL},
    {550, "5.1.8", "mx.example.net",
	"host mx.example.net[198.51.100.7] said: 550 5.1.8 <a@example.org>: "
	"Sender address rejected: Domain not found (in reply to RCPT TO)",
	REPLY_IDENTITY, NULL},
    {552, "5.3.4", "mx.example.net",
	"host mx.example.net[198.51.100.7] said: 552 5.3.4 Message size "
	"exceeds fixed limit (in reply to MAIL FROM command)",
	REPLY_SIZE, NULL},
    {554, "5.4.0", "mx.example.net",
	"host mx.example.net[198.51.100.7] said: 554 5.4.0 Error: too many "
	"hops (in reply to end of DATA command)",
	REPLY_LOOP, NULL},
    {550, "5.7.1", "mx.example.net",
	"host mx.example.net[198.51.100.7] said: 550 5.7.1 Blah (in reply to "
	"RCPT TO command)",
	REPLY_POLICY, NULL},
    {451, "4.3.0", "mx.example.net",
	"host mx.example.net[198.51.100.7] said: 451 4.3.0 Internal error (in "
	"reply to RCPT TO command)",
	REPLY_TEMPORARY, NULL},
    {550, "5.1.1", "private/dovecot-lmtp",
	"host mx1.example.org[private/dovecot-lmtp] said: 550 5.1.1 "
	"<a@example.org> User doesn't exist: a@example.org (in reply to RCPT "
	"TO command)",
	REPLY_UNKNOWN_USER, NULL},
    {550, "5.7.1", "mx.example.net",
	"host mx.example.net[198.51.100.7] said: 550 5.7.1 You are not "
	"authorized to send to this group (in reply to RCPT TO command)",
	REPLY_RECIPIENT, NULL},
    /* rules of a provider only for his hosts, or when the host is unknown */
    {554, "", "mx.example.net", "554 5.3.0 refused (BL)", REPLY_OTHER, NULL},
    {554, "", "mx00.t-online.de", "554 5.3.0 refused (BL)", REPLY_BLOCKLIST,
	"tonline-bl"},
    {554, "", "MX00.T-Online.de.", "554 5.3.0 refused (BL)", REPLY_BLOCKLIST,
	"tonline-bl"},
    {554, "", "", "554 5.3.0 refused (BL)", REPLY_BLOCKLIST, "tonline-bl"},
    {554, "", "none",
	"host mx00.t-online.de[192.0.2.5] said: 554 5.3.0 refused (BL)",
	REPLY_BLOCKLIST, "tonline-bl"},
    /* a rule for 5xx is none for 4xx */
    {450, "4.7.1", "mx.example.net", "450 4.7.1 rejected by DMARC policy",
	REPLY_AUTH, NULL},
    /* bytes that are no UTF-8 between the words of a pattern */
    {554, "5.7.1", "mx.example.net",
	"554 5.7.1 spamhaus \344\366\374 excessive queries",
	REPLY_RECEIVER_ERROR, "named-spamhaus-refused"},
    {450, "4.0.0", "mx-ha02.web.de",
	"host mx-ha02.web.de[203.0.113.7] said: 450-Requested mail action not "
	"taken: mailbox unavailable 450 For explanation visit "
	"https://postmaster.gmx.net/en/case?c=r0003&i=ip&v=192.0.2.25 (in "
	"reply to RCPT TO command)",
	REPLY_TEMPORARY, NULL},
    {552, "5.0.0", "mta5.am0.yahoodns.net",
	"host mta5.am0.yahoodns.net[203.0.113.73] said: 552 1 Requested mail "
	"action aborted, mailbox not found (in reply to RCPT TO command)",
	REPLY_UNKNOWN_USER, NULL},
    /* 5.2.2 is made of 552 by the sender's server, not said */
    {552, "5.2.2", "mta5.am0.yahoodns.net",
	"552 1 Requested mail action aborted, mailbox not found",
	REPLY_UNKNOWN_USER, NULL},
    {554, "5.0.0", "mx00.t-online.de",
	"554 IP=192.0.2.25 - A problem occurred. (Ask your postmaster for help "
	"or to contact tobr@rx.t-online.de to clarify.)",
	REPLY_SPAM, "tonline-nowl"},
    /* a text that the parser has already taken out of its frame */
    {550, "5.7.1", "mx.example.net", "Message rejected as spam", REPLY_SPAM,
	"gen-spam"},
    /* our own words */
    {0, "4.4.1", "none",
	"connect to mx.example.net[198.51.100.7]:25: Connection timed out",
	REPLY_NETWORK, NULL},
    {0, "4.4.1", "none",
	"delivery temporarily suspended: connect to "
	"mx.example.net[198.51.100.7]:25: Connection refused",
	REPLY_NETWORK, NULL},
    {0, "5.4.4", "none",
	"Host or domain name not found. Name service error for "
	"name=example.invalid type=AAAA: Host not found",
	REPLY_UNKNOWN_DOMAIN, NULL},
    {0, "4.4.3", "none",
	"Host or domain name not found. Name service error for "
	"name=example.net type=MX: Host not found, try again",
	REPLY_NETWORK, NULL},
    {0, "5.1.0", "none", "Domain example.net does not accept mail (nullMX)",
	REPLY_UNKNOWN_DOMAIN, NULL},
    {0, "5.4.6", "none", "mail for example.net loops back to myself",
	REPLY_LOOP, NULL},
    {0, "5.4.6", "local", "mail forwarding loop for a@example.org", REPLY_LOOP,
	NULL},
    {0, "5.1.1", "local", "unknown user: \"spam.trap\"", REPLY_UNKNOWN_USER,
	NULL},
    {0, "5.1.1", "virtual", "User unknown in virtual mailbox table",
	REPLY_UNKNOWN_USER, NULL},
    {0, "4.4.2", "mx.example.net[198.51.100.7]:25",
	"lost connection with mx.example.net[198.51.100.7] while receiving "
	"the initial server greeting",
	REPLY_NETWORK, NULL},
    {0, "4.4.2", "mx.example.net[198.51.100.7]:25",
	"conversation with mx.example.net[198.51.100.7] timed out while "
	"sending RCPT TO",
	REPLY_NETWORK, NULL},
    {0, "5.3.4", "none",
	"message size 26214401 exceeds size limit 10240000 of server "
	"mx.example.net[198.51.100.7]",
	REPLY_SIZE, NULL},
    {0, "5.2.2", "virtual",
	"maildir delivery failed: Sorry, the user's maildir has overdrawn his "
	"diskspace quota, please try later",
	REPLY_MAILBOX_FULL, NULL},
    {0, "4.3.0", "none", "mail transport unavailable", REPLY_LOCAL, NULL},
    {0, "4.7.0", "mx.example.net",
	"SASL authentication failed; server mx.example.net[198.51.100.7] said: "
	"535 5.7.8 Error: authentication failed",
	REPLY_LOCAL, NULL},
    {250, "2.0.0", "mx.example.net",
	"250 2.0.0 Ok: queued as 3F2A1: spam rejected", REPLY_ACCEPTED, NULL},
    {0, "", "", "", REPLY_OTHER, NULL},
};

static void
test_samples(void **state)
{
	struct reply_cache *cache = reply_cache_new();
	int bad = 0;

	(void)state;
	/* the administrator's locale must not change what is matched */
	assert_non_null(setlocale(LC_ALL, "C.UTF-8"));
	for (size_t i = 0; i < 2 * ARRAY_LEN(samples); i++) {
		const struct sample *s = &samples[i % ARRAY_LEN(samples)];
		struct reply_reading r = reply_read(cache, s->code,
		    str_z(s->dsn), str_z(s->relay), str_z(s->text));
		const char *rule = r.rule == NULL ? NULL : r.rule->id;

		if (r.class == s->class &&
		    (s->rule == NULL || rule == NULL
			    ? rule == s->rule
			    : strcmp(rule, s->rule) == 0))
			continue;
		bad++;
		print_error("'%s'\n\tis read as %s, rule %s\n", s->text,
		    reply_class_name(r.class), rule == NULL ? "none" : rule);
	}
	reply_cache_free(cache);
	assert_int_equal(bad, 0);
}

static void
test_normalise(void **state)
{
	static const struct {
		const char *text, *want;
		unsigned code;
		const char *dsn;
	} cases[] = {
	    {"550-5.7.26 a hard 550-5.7.26  fail 550 5.7.26 end",
		"550 5.7.26 "
		"a hard "
		"fail end",
		550, "5.7.26"},
	    {"554-a.example 554-No service 554 listed",
		"554 a.example No service listed", 554, "5.0.0"},
	    {"554 took 554 seconds", "554 took 554 seconds", 554, "5.0.0"},
	    {"no code", "550 5.1.1 no code", 550, "5.1.1"},
	    {"no code", "no code", 0, ""},
	    {"5.1.1 no code", "550 5.1.1 no code", 550, "5.1.1"},
	    {"550", "550", 550, ""},
	    {"550-", "550", 550, ""},
	    {"550 5.7.1", "550 5.7.1", 550, ""},
	    {"  a\t\r\n b  ", "a b", 0, ""},
	    {"", "", 0, ""},
	};
	char text[REPLY_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		size_t n = reply_normalise(str_z(cases[i].text), cases[i].code,
		    str_z(cases[i].dsn), text);

		assert_string_equal(text, cases[i].want);
		assert_int_equal(n, strlen(cases[i].want));
	}
}

/* What differs from mail to mail is gone, what tells rules apart stays. */
static void
test_shape(void **state)
{
	static const struct {
		const char *a, *b;
		bool same;
	} cases[] = {
	    {"550 5.1.1 <ana@example.org>: no", "550 5.1.1 <b+1@x.example>: no",
		true},
	    {"x d9443c01a7336-1f9a.123 - gsmtp",
		"x a640c23a62f3a-b83.1 - gsmtp", true},
	    {"from [192.0.2.1] no", "from [198.51.100.77] no", true},
	    {"from 2001:db8::1 no", "from 2001:db8:5::77 no", true},
	    {"in 287 seconds", "in 12 seconds", true},
	    {"at 10:11:12 of", "at 23:59:01 of", true},
	    {"id 4XyZ1abcDE: no", "id 4ZzZ9q1cDE: no", true},
	    {"(S3150)", "(S3140)", false},
	    {"(AS16012611)", "(AS16012609)", false},
	    {"5.7.515 x", "5.7.511 x", false},
	    {"AUP#I-1000", "AUP#I-1210", false},
	    {"127.0.0.10 zen", "127.0.0.2 zen", false},
	    {"OFR006_102 x", "OFR006_103 x", false},
	    {"[TSS04] x", "[TSS09] x", false},
	    {"write tosa@rx.t-online.de", "write tobr@rx.t-online.de", false},
	    {"550 x", "554 x", false},
	    {"550-5.1.1 x", "550-5.1.2 x", false},
	    {"4.2.10 x", "4.2.11 x", false},
	    {"from ab:cd:12::1 no", "from ab:cd:13::1 no", true},
	    {"at ab:cd12 no", "at ab:cd13 no", false},
	    {"550 host a1b2c3:9 no", "550 host a1b2c4:8 no", true},
	    {"450 see http://postgrey.schweikert.ch/help/a.example.html",
		"450 see http://postgrey.schweikert.ch/help/b-2.example.html",
		true},
	    {"450 see http://help.example/a.html",
		"450 see http://help.example/b.html", false},
	};
	char a[REPLY_TEXT_MAX], b[REPLY_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		(void)reply_shape(str_z(cases[i].a), a);
		(void)reply_shape(str_z(cases[i].b), b);
		if ((strcmp(a, b) == 0) != cases[i].same)
			fail_msg("'%s' and '%s'", a, b);
	}
}

/* Same around the address, same shape: then nothing else need be looked at. */
static void
test_cut_address(void **state)
{
	static const struct {
		const char *text, *head, *tail;
	} cases[] = {
	    {"550 <ana@example.org>: no <b@c>", "550 <", ">: no <b@c>"},
	    {"550 no ana+x@example.org.", "550 no ", "."},
	    {"550 o'brien@a.example", "550 o'", ""},
	    {"550 @ @", "550 ", " @"},
	    {"550 write tosa@rx.t-online.de, b@c",
		"550 write tosa@rx.t-online.de, b@c", NULL},
	    {"550 no", "550 no", NULL},
	    {"450 <a@b.example> http://postgrey.schweikert.ch/help/b.html",
		"450 <", "> http://postgrey.schweikert.ch/help/"},
	    {"", "", NULL},
	};
	char big[REPLY_TEXT_MAX + 1];
	struct str head, tail;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		bool cut =
		    reply_cut_address(str_z(cases[i].text), &head, &tail);

		assert_int_equal(cut, cases[i].tail != NULL);
		assert_true(str_eq(head, str_z(cases[i].head)));
		if (cut)
			assert_true(str_eq(tail, str_z(cases[i].tail)));
	}
	memset(big, '@', sizeof(big));
	assert_false(
	    reply_cut_address((struct str){big, sizeof(big)}, &head, &tail));
	assert_int_equal(head.n, sizeof(big));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_examples),
	    cmocka_unit_test(test_sentences),
	    cmocka_unit_test(test_needs),
	    cmocka_unit_test(test_samples),
	    cmocka_unit_test(test_normalise),
	    cmocka_unit_test(test_shape),
	    cmocka_unit_test(test_cut_address),
	};

	return cmocka_run_group_tests_name("mail/reply", tests, NULL, NULL);
}
