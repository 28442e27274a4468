/* SPDX-License-Identifier: ISC */
#include "mta/facts_test.h"

#define CF "/etc/mail/sendmail.cf"
#define MC "/etc/mail/sendmail.mc"
#define AC "/etc/mail/access"

static const struct conf_row rows[] = {
    {"not set up", {{AC, "Connect:10 RELAY\n"}}, {"-relay-network"}, NULL},
    {"Debian's own",
	{{CF, "DSmail.isp.example\nDjmx1.example\n"
	      "O DaemonPortOptions=Family=inet,  Name=MTA-v4, Port=smtp, "
	      "Addr=127.0.0.1\n"
	      "O DaemonPortOptions=Name=MSP, Port=587, M=Ea\n"
	      "O InputMailFilters=clamav, opendkim\n#O InputMailFilters=x\n"},
	    {MC, "dnl FEATURE(`promiscuous_relay')dnl\n"
		 "FEATURE(`relay_entire_domain')dnl\n"},
	    {AC, "# comment\nConnect:localhost\t\tRELAY\n"
		 "Connect:127\t\tRELAY\nConnect:IPv6:::1\tRELAY\n"
		 "spam.example\tREJECT\n"}},
	{"relay-network|access|127||" AC ":3",
	    "relay-network|access|IPv6:::1||" AC ":4",
	    "relay-name|access|localhost||" AC ":2",
	    "listener|DaemonPortOptions|smtp||" CF ":3",
	    "listener|DaemonPortOptions|587||" CF ":4",
	    "filter|InputMailFilters|clamav, opendkim||" CF ":5",
	    "relayhost|SMART_HOST|mail.isp.example||" CF ":1",
	    "source-address|confDOMAIN_NAME|mx1.example||" CF ":2",
	    "-relay-anybody", "-relay-name|access|spam.example"},
	NULL},
    {"classes",
	{{CF, "Cwlocalhost a.example\nC{VirtHost}b.example\n"
	      "CRc.example 10.1\nC{R}d.example\nCO @ %\n"
	      "FR-o /etc/mail/hubs %[^\\#]\nFw-o /etc/mail/names\n"
	      "FR-o /etc/mail/relay-domains\n"},
	    {"/etc/mail/hubs", "e.example\n"},
	    {"/etc/mail/names", "f.example\n"},
	    {AC, "Connect:g.example RELAY\nh.example RELAY\n"}},
	{"destination|LOCAL_DOMAIN|a.example||" CF ":1",
	    "destination|LOCAL_DOMAIN|b.example||" CF ":2",
	    "relay-domain|RELAY_DOMAIN|c.example||" CF ":3",
	    "relay-network|RELAY_DOMAIN|10.1||" CF ":3",
	    "relay-domain|RELAY_DOMAIN|d.example||" CF ":4",
	    "relay-domain|relay-domains|e.example||/etc/mail/hubs:1",
	    "destination|local-host-names|f.example||/etc/mail/names:1",
	    "relay-name|access|g.example||" AC ":1",
	    "-relay-domain|access|g.example",
	    "relay-domain|access|h.example||" AC ":2", "-more-domains"},
	NULL},
    {"by MX", {{CF, "Kmxserved bestmx -z: -T<TEMP>\n"}}, {"more-relayed"},
	NULL},
    {"from elsewhere", {{CF, "F{R}@LDAP\n"}}, {"more-relayed"}, NULL},
    {"everybody",
	{{CF, ""}, {MC, "FEATURE(`access_db')\nFEATURE(promiscuous_relay)dnl\n"
			"FEATURE(`relay_local_from', `x')dnl\n"
			"FEATURE(`relay_mail_fromage')dnl\n"}},
	{"relay-anybody|FEATURE|promiscuous_relay||" MC ":2",
	    "relay-sender|FEATURE|relay_local_from||" MC ":3",
	    "-relay-sender|FEATURE|relay_mail_from"},
	NULL},
    {"tables",
	{{CF, ""},
	    {AC, "192.168.1 RELAY\nTo:antigua.example RELAY\n"
		 "From:partner.example RELAY\n0.0.0.0/0 relay\n"},
	    {"/etc/mail/relay-domains", "10\nnueva.example\n"},
	    {"/etc/mail/local-host-names", "tienda.example\n"},
	    {"/etc/mail/virtusertable", "info@tienda.example ana\n"
					"@tienda.example ana\n"
					"ventas@tienda.example eva@b.example\n"
					"@old.example error:nouser no\n"}},
	{"relay-network|access|192.168.1||" AC ":1",
	    "relay-domain|access|antigua.example||" AC ":2",
	    "relay-sender|access|partner.example||" AC ":3",
	    "relay-network|access|0.0.0.0/0||" AC ":4",
	    "relay-network|relay-domains|10||/etc/mail/relay-domains:1",
	    "relay-domain|relay-domains|nueva.example||"
	    "/etc/mail/relay-domains:2",
	    "destination|local-host-names|tienda.example",
	    "catch-all|virtusertable|@tienda.example|tienda.example|"
	    "/etc/mail/virtusertable:2",
	    "forward|virtusertable|ventas@tienda.example||"
	    "/etc/mail/virtusertable:3",
	    "-catch-all|virtusertable|@old.example"},
	NULL},
    {"domains in a directory",
	{{"/etc/mail/sendmail.cf", "Fw@LDAP\n"},
	    {"/etc/mail/local-host-names", "a.example\n"}},
	{"destination|local-host-names|a.example", "more-domains"}, NULL},
    {"domains that are all there",
	{{"/etc/mail/sendmail.cf", "Fw/etc/mail/local-host-names\n"},
	    {"/etc/mail/local-host-names", "a.example\n"}},
	{"-more-domains"}, NULL},
};

static void
read_configurations(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		conf_check(&mta_sendmail, &rows[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(read_configurations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
