/* SPDX-License-Identifier: ISC */
#include "mta/facts_test.h"

#define ME    "/var/qmail/control/me"
#define HOSTS "/var/qmail/control/rcpthosts"
#define TCP   "/etc/tcp.smtp"

static const struct conf_row rows[] = {
    {"not set up", {{TCP, ":allow,RELAYCLIENT=\"\"\n"}}, {"-relay-network"},
	NULL},
    {"usual",
	{{ME, "mx1.example\n"}, {HOSTS, "a.example\n.b.example\n"},
	    {TCP, "# here\n127.:allow,RELAYCLIENT=\"\"\n"
		  "192.168.1.:allow,RELAYCLIENT=\"\",QMAILQUEUE=\"x\"\n"
		  "10.0.0.1-20:allow,RELAYCLIENT=\"\"\n192.0.2.7:deny\n"
		  "=.example.org:allow,RELAYCLIENT=\"\"\n"
		  "198.51.100.9:allow,RELAYCLIENT=\"\"\n:allow\n"},
	    {"/var/qmail/control/locals", "mx1.example\n"},
	    {"/var/qmail/control/smtproutes",
		"c.example:inner\n:smtp.isp.example\n"},
	    {"/var/qmail/alias/.qmail-default", "&ana\n"}},
	{"relay-network|RELAYCLIENT|127.||" TCP ":2",
	    "relay-network|RELAYCLIENT|192.168.1.||" TCP ":3",
	    "relay-network|RELAYCLIENT|10.0.0.1-20||" TCP ":4",
	    "relay-name|RELAYCLIENT|=.example.org||" TCP ":6",
	    "relay-network|RELAYCLIENT|198.51.100.9||" TCP ":7",
	    "-relay-network|RELAYCLIENT|0.0.0.0/0",
	    "relay-domain|rcpthosts|.b.example||" HOSTS ":2",
	    "unchecked-recipients|control/rcpthosts|a.example|"
	    "a.example, .b.example|" HOSTS ":1",
	    "destination|locals|mx1.example",
	    "relayhost|smtproutes|:smtp.isp.example||"
	    "/var/qmail/control/smtproutes:2",
	    "catch-all|.qmail-default|&ana", "-relay-anybody"},
	NULL},
    {"everybody by tcp.smtp",
	{{ME, ""}, {HOSTS, "a.example\n"}, {TCP, ":allow,RELAYCLIENT=\"\"\n"}},
	{"relay-network|RELAYCLIENT|0.0.0.0/0||" TCP ":1"}, NULL},
    {"everybody without rcpthosts", {{ME, ""}, {TCP, ":allow\n"}},
	{"relay-anybody|control/rcpthosts|(missing)||" HOSTS ":0"}, NULL},
    {"no rcpthosts, but nothing listens", {{ME, ""}}, {"-relay-anybody"}, NULL},
    {"a list of recipients",
	{{ME, ""}, {HOSTS, "a.example\n"},
	    {"/var/qmail/control/validrcptto.cdb", "x"},
	    {"/var/qmail/alias/.qmail-default", "|bouncesaying 'no'\n"}},
	{"-unchecked-recipients", "-catch-all"}, NULL},
    {"more domains than anybody reads",
	{{ME, ""}, {HOSTS, "a.example\n"},
	    {"/var/qmail/control/morercpthosts.cdb", "x"}},
	{"relay-domain|rcpthosts|a.example", "more-domains"}, NULL},
    {"more domains, and virtual ones",
	{{"/var/qmail/control/me", "mx1\n"},
	    {"/var/qmail/control/rcpthosts", "a.example\n"},
	    {"/var/qmail/control/morercpthosts", "b.example\n"},
	    {"/var/qmail/control/morercpthosts.cdb", "x"},
	    {"/var/qmail/control/virtualdomains",
		"c.example:alias-c\nana@d.example:ana\n:all\n"}},
	{"relay-domain|morercpthosts|b.example||"
	 "/var/qmail/control/morercpthosts:1",
	    "destination|virtualdomains|c.example||"
	    "/var/qmail/control/virtualdomains:1",
	    "-destination|virtualdomains|ana@d.example", "-more-domains"},
	NULL},
    {"domains that are all there", {{ME, ""}, {HOSTS, "a.example\n"}},
	{"-more-domains"}, NULL},
};

static void
read_configurations(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		conf_check(&mta_qmail, &rows[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(read_configurations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
