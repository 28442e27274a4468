/* SPDX-License-Identifier: ISC */
#include "mta/facts_test.h"

#define CONF "/etc/smtpd.conf"

static const struct conf_row rows[] = {
    {"not set up", {{"/etc/mail/domains", "x\n"}}, {"-destination"}, NULL},
    {"Debian's own",
	{{CONF, "# comment\ntable aliases file:/etc/aliases\n"
		"listen on localhost\n\n"
		"action \"local\" mbox alias <aliases>\n"
		"action \"relay\" relay\n"
		"match from local for local action \"local\"\n"
		"match from local for any action \"relay\"\n"}},
	{"listener|listen on|25|localhost|" CONF ":3", "-relay-anybody",
	    "-relay-network"},
	NULL},
    {"for some recipients, by patterns, for people here",
	{{CONF, "table who { ana@a.example, @b.example }\naction out relay\n"
		"match from any for rcpt-to <who> action out\n"
		"match from any for domain \"*.c.example\" action out\n"
		"match for domain d.example action out\n"
		"match auth from any for domain e.example action out\n"
		"match from any ! for domain f.example action out\n"
		"accept from any for ! domain f.example relay\n"}},
	{"relay-domain|match|a.example||" CONF ":3",
	    "relay-domain|match|b.example||" CONF ":3",
	    "relay-domain|match|*.c.example||" CONF ":4",
	    "-relay-domain|match|d", "-relay-domain|match|d.example",
	    "-relay-domain|match|e.example", "-relay-domain|match|f.example",
	    "-relay-domain|accept|f.example", "-more-domains"},
	NULL},
    {"for a regular expression",
	{{CONF, "action out relay\n"
		"match from any for domain regex { \"^a\" } action out\n"}},
	{"more-relayed", "-relay-domain|match|regex"}, NULL},
    {"for a pattern",
	{{CONF, "action out relay\n"
		"match from any for domain \"a*.example\" action out\n"}},
	{"more-relayed", "-relay-domain|match|a*.example"}, NULL},
    {"open to all",
	{{CONF, "action out relay host smtp://smtp.isp.example \\\n"
		"\tsrc 192.0.2.25\n"
		"match from any for any action out # oh\n"}},
	{"relay-anybody|match|from any for any action out||" CONF ":3",
	    "relayhost|action|smtp://smtp.isp.example||" CONF ":1",
	    "source-address|action|192.0.2.25||" CONF ":1"},
	NULL},
    {"with a login only",
	{{CONF, "action out relay\nlisten on eth0 port 587 tls-require auth\n"
		"match auth from any for any action out\n"
		"match from any auth for any action \"out\"\n"
		"match tag DKIM from any for any action out\n"
		"match from any for any reject\n"
		"match ! from src 192.0.2.0/24 for any action out\n"
		"match from src 192.0.2.0/24 for local action out\n"}},
	{"-relay-anybody", "-relay-network", "listener|listen on|587|eth0",
	    "submission|listen on|listen on eth0 port 587 tls-require "
	    "auth|587|" CONF ":2"},
	NULL},
    {"networks, names and senders",
	{{CONF, "lan = \"192.0.2.0/24\"\ntable near { $lan, 2001:db8::/32 }\n"
		"table far file:/etc/far\naction out relay\n"
		"match from src <near> for any action out\n"
		"match from src <far> for any action out\n"
		"match from rdns \"pc.example\" for any action out\n"
		"match mail-from \"@tienda.example\" from any for any "
		"action out\n"},
	    {"/etc/far", "# partner\n198.51.100.7\n"}},
	{"relay-network|match|192.0.2.0/24||" CONF ":5",
	    "relay-network|match|2001:db8::/32||" CONF ":5",
	    "relay-network|match|198.51.100.7||" CONF ":6",
	    "relay-name|match|pc.example||" CONF ":7",
	    "relay-sender|match|@tienda.example||" CONF ":8", "-relay-anybody"},
	NULL},
    {"domains",
	{{CONF, "table domains file:/etc/domains\n"
		"table boxes file:/etc/boxes\n"
		"filter \"rspamd\" proc-exec \"filter-rspamd\"\n"
		"action in maildir virtual <boxes>\naction out relay\n"
		"match from any for domain <domains> action in\n"
		"match from any for domain { a.example, b.example } "
		"action out\n"},
	    {"/etc/domains", "tienda.example\nescuela.example\n"},
	    {"/etc/boxes", "ana@tienda.example: vmail\n"
			   "@escuela.example: vmail\n"}},
	{"destination|match|tienda.example||" CONF ":6",
	    "destination|match|escuela.example||" CONF ":6",
	    "relay-domain|match|a.example||" CONF ":7",
	    "relay-domain|match|b.example||" CONF ":7",
	    "catch-all|match|@escuela.example||" CONF ":6",
	    "-catch-all|match|ana", "filter|filter|rspamd||" CONF ":3",
	    "-relay-anybody"},
	NULL},
    {"5.x",
	{{"/etc/mail/smtpd.conf",
	     "table v file:/etc/v\ninclude \"/etc/more.conf\"\n"
	     "accept from any for domain x.example virtual <v> deliver to mbox\n"
	     "accept for any relay via smtp://smtp.isp.example\n"
	     "accept from source 192.0.2.0/24 for any relay\n"},
	    {"/etc/v", "@ root\n"},
	    {"/etc/more.conf", "accept from any for any relay\n"}},
	{"relay-anybody|accept|from any for any relay||/etc/more.conf:1",
	    "destination|accept|x.example||/etc/mail/smtpd.conf:3",
	    "catch-all|accept|@||/etc/mail/smtpd.conf:3",
	    "relayhost|relay via|smtp://smtp.isp.example",
	    "relay-network|accept|192.0.2.0/24||/etc/mail/smtpd.conf:5"},
	NULL},
    {"circles",
	{{CONF, "a = $b\nb = $a\ninclude \"/etc/smtpd.conf\"\n"
		"listen on $a\naction out relay\n"
		"match from any for any action $out\n"}},
	{"-relay-anybody"}, NULL},
    {"domains in a database",
	{{CONF, "table d mysql:/etc/mail/mysql.conf\n"
		"table own { a.example }\naction in maildir\n"
		"match from any for domain <d> action in\n"
		"match from any for domain <own> action in\n"}},
	{"destination|match|a.example", "more-domains"}, NULL},
    {"domains that are all there",
	{{CONF, "table own { a.example }\naction in maildir\n"
		"table v mysql:/etc/mail/mysql.conf\n"
		"match from any for domain <own> action in\n"}},
	{"destination|match|a.example", "-more-domains"}, NULL},
};

static void
test_facts(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		conf_check(&mta_opensmtpd, &rows[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_facts)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
