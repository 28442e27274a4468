/* SPDX-License-Identifier: ISC */
#include "mta/facts_test.h"

#define SMTP "smtp inet n - y - - smtpd\n"
#define MAIN "/etc/postfix/main.cf"
#define MSTR "/etc/postfix/master.cf"

static const struct conf_row rows[] = {
    {"nothing", {{"/etc/hosts", ""}}, {"-relay-network"}, NULL},
    {"Debian's own",
	{{MAIN, "compatibility_level = 3.6\n"
		"smtpd_relay_restrictions = permit_mynetworks "
		"permit_sasl_authenticated defer_unauth_destination\n"
		"myhostname = mx1.example\n"
		"mydestination = $myhostname, localhost\n"
		"relayhost = \n"
		"mynetworks = 127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128\n"
		"inet_interfaces = all\n"},
	    {MSTR, SMTP}},
	{"relay-network|mynetworks|127.0.0.0/8||" MAIN ":6",
	    "relay-network|mynetworks|[::1]/128||" MAIN ":6",
	    "destination|mydestination|mx1.example||" MAIN ":4",
	    "listener|smtpd|smtp||" MSTR ":1", "-relayhost", "-relay-anybody",
	    "-unchecked-recipients", "-relay-domain"},
	NULL},
    {"for whoever names it in his MX",
	{{MAIN, "smtpd_relay_restrictions = permit_mynetworks, "
		"permit_mx_backup, reject_unauth_destination\n"},
	    {MSTR, SMTP}},
	{"more-relayed", "-relay-anybody"}, NULL},
    {"but not behind the refusal",
	{{MAIN, "smtpd_relay_restrictions = permit_mynetworks, "
		"reject_unauth_destination, permit_mx_backup\n"},
	    {MSTR, SMTP}},
	{"-more-relayed"}, NULL},
    {"recipients in a database",
	{{MAIN, "smtpd_relay_restrictions =\n"
		"smtpd_recipient_restrictions = check_recipient_access "
		"mysql:/etc/postfix/r.cf, reject_unauth_destination\n"},
	    {MSTR, SMTP}},
	{"more-relayed"}, "in a database"},
    {"the world, on a line of its own",
	{{MAIN, "x = 1\nmynetworks = 127.0.0.0/8\n# office\n\n"
		"  192.0.2.0/24,\n\t0.0.0.0/0\n"},
	    {MSTR, SMTP}},
	{"relay-network|mynetworks|127.0.0.0/8||" MAIN ":2",
	    "relay-network|mynetworks|192.0.2.0/24||" MAIN ":5",
	    "relay-network|mynetworks|0.0.0.0/0||" MAIN ":6|"
	    "postconf -e 'mynetworks = 127.0.0.0/8 192.0.2.0/24'"},
	NULL},
    {"alone: what is left is this host", {{MAIN, "mynetworks = 0.0.0.0/0\n"}},
	{"relay-network|mynetworks|0.0.0.0/0||" MAIN ":1|"
	 "postconf -e 'mynetworks = 127.0.0.0/8 [::1]/128'"},
	NULL},
    {"by a variable, with exceptions",
	{{MAIN, "lan = 10.0.0.0/8\nmynetworks = !10.9.0.0/16 $lan\n"},
	    {MSTR, SMTP}},
	{"relay-network|mynetworks|!!10.9.0.0/16||" MAIN ":2|",
	    "relay-network|mynetworks|10.0.0.0/8||" MAIN ":2|"
	    "postconf -e 'mynetworks = !10.9.0.0/16'"},
	NULL},
    {"from a file and from a table",
	{{MAIN, "mynetworks = /etc/postfix/nets cidr:/etc/postfix/more\n"
		" proxy:mysql:/etc/postfix/sql.cf\n"},
	    {"/etc/postfix/nets", "# ours\n127.0.0.1 192.0.2.1\n::/0 # oh\n"},
	    {"/etc/postfix/more", "\n203.0.113.0/24 OK\n"}},
	{"relay-network|mynetworks|192.0.2.1||/etc/postfix/nets:2|",
	    "relay-network|mynetworks|203.0.113.0/24||/etc/postfix/more:2|",
	    "relay-network|mynetworks|::/0||/etc/postfix/nets:3|",
	    "-unchecked-recipients"},
	"is in a database"},
    {"style", {{MAIN, "mynetworks_style = class\n"}},
	{"relay-style|mynetworks_style|class||" MAIN ":1"}, NULL},
    {"style by default, old and new", {{MAIN, "compatibility_level = 2\n"}},
	{"relay-style|mynetworks_style|host||" MAIN ":0"}, NULL},
    {"a service of its own",
	{{MAIN, "mynetworks = 127.0.0.0/8\n"},
	    {MSTR, SMTP "2525 inet n - n - - smtpd -v\n"
			"  -o syslog_name=x\n"
			"  -o mynetworks=0.0.0.0/0,127.0.0.0/8\n"}},
	{"relay-network|mynetworks|127.0.0.0/8||" MAIN ":1",
	    "relay-network|mynetworks|0.0.0.0/0|2525|" MSTR ":4|"
	    "postconf -P '2525/inet/mynetworks=127.0.0.0/8'"},
	NULL},
    {"a filter's way back is not the world's",
	{{MAIN, "mynetworks = 127.0.0.0/8\n"},
	    {MSTR, SMTP "127.0.0.1:10025 inet n - n - - smtpd\n"
			"  -o mynetworks=0.0.0.0/0\n"
			"[::1]:10026 inet n - n - - smtpd\n"
			"  -o smtpd_relay_restrictions=permit\n"}},
	{"-relay-network|mynetworks|0.0.0.0/0", "-relay-anybody",
	    "listener|smtpd|127.0.0.1:10025||" MSTR ":2"},
	NULL},
    {"nobody outside can connect",
	{{MAIN, "mynetworks = 0.0.0.0/0\ninet_interfaces = loopback-only\n"},
	    {MSTR, SMTP}},
	{"-relay-network", "source-address|inet_interfaces|loopback-only"},
	NULL},
    {"mynetworks is not asked",
	{{MAIN, "mynetworks = 0.0.0.0/0\nsmtpd_relay_restrictions = "
		"permit_sasl_authenticated, reject_unauth_destination\n"},
	    {MSTR, SMTP}},
	{"-relay-network"}, NULL},
    {"permit",
	{{MAIN, "smtpd_relay_restrictions = permit_mynetworks,\n"
		"  permit,\n  reject_unauth_destination\n"},
	    {MSTR, SMTP}},
	{"relay-anybody|smtpd_relay_restrictions|permit||" MAIN ":2|"
	 "postconf -e 'smtpd_relay_restrictions = permit_mynetworks, "
	 "permit_sasl_authenticated, reject_unauth_destination'"},
	NULL},
    {"permit, but the other list refuses",
	{{MAIN, "smtpd_relay_restrictions = permit\n"
		"smtpd_recipient_restrictions = permit_mynetworks "
		"reject_unauth_destination\n"},
	    {MSTR, SMTP}},
	{"-relay-anybody"}, NULL},
    {"a refusal that only warns",
	{{MAIN, "smtpd_relay_restrictions = permit_mynetworks\n"
		" warn_if_reject reject_unauth_destination permit\n"},
	    {MSTR, SMTP}},
	{"relay-anybody|smtpd_relay_restrictions|permit||" MAIN ":2"}, NULL},
    {"a class",
	{{MAIN, "smtpd_restriction_classes = open\nopen = permit\n"
		"smtpd_relay_restrictions = open, reject\n"},
	    {MSTR, SMTP}},
	{"relay-anybody|smtpd_relay_restrictions|permit"}, NULL},
    {"who writes this sender",
	{{MAIN, "smtpd_relay_restrictions = permit_mynetworks,\n"
		" check_sender_access hash:/etc/postfix/friends\n"
		" check_client_access inline:{192.168.7=OK}\n"
		" reject_unauth_destination\n"},
	    {MSTR, SMTP},
	    {"/etc/postfix/friends", "# old\nspam.example REJECT\n"
				     "partner.example OK\n"}},
	{"relay-sender|check_sender_access|partner.example||"
	 "/etc/postfix/friends:3",
	    "relay-network|check_client_access|192.168.7||" MAIN ":1",
	    "-relay-sender|check_sender_access|spam.example"},
	NULL},
    {"in the list that does not decide",
	{{MAIN, "smtpd_recipient_restrictions = permit_mynetworks,\n"
		" check_sender_access hash:/etc/postfix/friends\n"},
	    {MSTR, SMTP}, {"/etc/postfix/friends", "partner.example OK\n"}},
	{"-relay-sender"}, NULL},
    {"a table without its text",
	{{MAIN, "smtpd_relay_restrictions = check_client_access "
		"hash:/etc/x, reject\n"},
	    {MSTR, SMTP}},
	{"-relay-name"}, "cannot be read"},
    {"relayed domains without recipients",
	{{MAIN, "compatibility_level = 3.6\nmydestination =\n"
		"relay_domains = antigua.example, nueva.example\n"},
	    {MSTR, SMTP}},
	{"unchecked-recipients|relay_recipient_maps||"
	 "antigua.example, nueva.example|" MAIN ":3",
	    "relay-domain|relay_domains|nueva.example||" MAIN ":3"},
	NULL},
    {"domains in tables, of which one cannot be read",
	{{MAIN, "compatibility_level = 3.6\nmydestination =\n"
		"relay_domains = hash:/etc/postfix/relay mysql:/x a.example\n"},
	    {MSTR, SMTP},
	    {"/etc/postfix/relay", "b.example OK\nc@d.example x\n"}},
	{"unchecked-recipients|relay_recipient_maps||b.example, a.example|" MAIN
	 ":3"},
	"is in a database"},
    {"they are verified",
	{{MAIN, "compatibility_level = 3.6\n"
		"relay_domains = antigua.example\n"
		"smtpd_recipient_restrictions = "
		"reject_unverified_recipient\n"},
	    {MSTR, SMTP}},
	{"-unchecked-recipients"}, NULL},
    {"local and virtual ones",
	{{MAIN, "compatibility_level = 3.6\nlocal_recipient_maps =\n"
		"mydestination = a.example\n"
		"virtual_mailbox_domains = b.example\n"
		"virtual_mailbox_maps = static:all\n"},
	    {MSTR, SMTP}},
	{"unchecked-recipients|local_recipient_maps||a.example|" MAIN ":2",
	    "unchecked-recipients|virtual_mailbox_maps|static:all|b.example|" MAIN
	    ":5"},
	NULL},
    {"nobody is looked up",
	{{MAIN, "compatibility_level=3.6\n"
		"smtpd_reject_unlisted_recipient = no\n"},
	    {MSTR, SMTP}},
	{"unchecked-recipients|smtpd_reject_unlisted_recipient|no||" MAIN
	 ":2|postconf -e 'smtpd_reject_unlisted_recipient = yes'"},
	NULL},
    {"catch-alls and domains of a table",
	{{MAIN, "compatibility_level = 3.6\n"
		"virtual_alias_maps = hash:/etc/postfix/virtual\n"
		"luser_relay = all@a.example\n"},
	    {MSTR, SMTP},
	    {"/etc/postfix/virtual", "tienda.example whatever\n"
				     "ana@tienda.example ana\n"
				     "@tienda.example\n  ana\n"}},
	{"catch-all|virtual_alias_maps|@tienda.example|tienda.example|"
	 "/etc/postfix/virtual:3",
	    "destination|virtual_alias_domains|tienda.example||"
	    "/etc/postfix/virtual:1",
	    "catch-all|luser_relay|all@a.example||" MAIN ":3"},
	NULL},
    {"what else it says",
	{{MAIN, "soft_bounce = yes\nrelayhost = [smtp.isp.example]:587\n"
		"smtpd_milters = unix:/run/opendkim\n"
		"smtp_bind_address = 192.0.2.7\n"
		"smtpd_recipient_restrictions =\n"
		" check_policy_service inet:127.0.0.1:10023\n"},
	    {MSTR, SMTP "submission inet n - y - - smtpd\n"
			" -o smtpd_sasl_auth_enable=yes\n"
			" -o { smtpd_relay_restrictions = "
			"permit_sasl_authenticated, reject }\n"
			"out unix - - n - - smtp\n"
			"  -o smtp_bind_address=192.0.2.9\n"}},
	{"soft-bounce|soft_bounce|yes||" MAIN ":1",
	    "relayhost|relayhost|[smtp.isp.example]:587||" MAIN ":2",
	    "filter|smtpd_milters|unix:/run/opendkim||" MAIN ":3",
	    "filter|smtpd_recipient_restrictions|inet:127.0.0.1:10023||" MAIN
	    ":6",
	    "source-address|smtp_bind_address|192.0.2.7||" MAIN ":4",
	    "source-address|smtp_bind_address|192.0.2.9|out|" MSTR ":6",
	    "submission|smtpd_relay_restrictions|permit_sasl_authenticated, "
	    "reject|submission|" MSTR ":4"},
	NULL},
    {"an instance beside it",
	{{MAIN, "multi_instance_directories = /etc/postfix-out\n"},
	    {"/etc/postfix-out/main.cf", "mynetworks = 0.0.0.0/0 10.0.0.1\n"},
	    {"/etc/postfix-out/master.cf", SMTP}},
	{"relay-network|mynetworks|0.0.0.0/0||/etc/postfix-out/main.cf:1|"
	 "postconf -c '/etc/postfix-out' -e 'mynetworks = 10.0.0.1'"},
	NULL},
    {"no shell word is made of what is not one",
	{{MAIN, "mynetworks = 0.0.0.0/0 10.0.0.1';reboot;'\n"}},
	{"relay-network|mynetworks|0.0.0.0/0||" MAIN ":1|"}, NULL},
    {"postscreen",
	{{MAIN, "mynetworks = 0.0.0.0/0\n"},
	    {MSTR, "smtp inet n - y - 1 postscreen\n"
		   "smtpd pass - - y - - smtpd\n"}},
	{"relay-network|mynetworks|0.0.0.0/0||" MAIN ":1",
	    "listener|postscreen|smtp"},
	NULL},
    {"domains in a database",
	{{MAIN, "virtual_mailbox_domains = a.example,\n"
		" proxy:mysql:/etc/postfix/sql.cf\n"}},
	{"destination|virtual_mailbox_domains|a.example||" MAIN ":1",
	    "more-domains", "-more-relayed"},
	"is in a database"},
    {"domains in a database, and a mailbox server",
	{{MAIN, "virtual_mailbox_domains = mysql:/etc/postfix/sql.cf\n"
		"virtual_transport = lmtp:inet:store.example:24\n"}},
	{"more-domains", "more-relayed"}, "is in a database"},
    {"domains in a database, and a socket of Dovecot",
	{{MAIN, "virtual_mailbox_domains = mysql:/etc/postfix/sql.cf\n"
		"virtual_transport = lmtp:unix:private/dovecot-lmtp\n"}},
	{"more-domains", "-more-relayed"}, "is in a database"},
    {"domains in a database, and ways in another",
	{{MAIN, "virtual_mailbox_domains = mysql:/etc/postfix/sql.cf\n"
		"transport_maps = mysql:/etc/postfix/ways.cf\n"}},
	{"more-domains", "more-relayed"}, "is in a database"},
    {"domains in a table that is gone",
	{{MAIN, "relay_domains = hash:/etc/postfix/none\n"}},
	{"more-domains", "more-relayed"}, "cannot be read"},
    {"domains by pattern",
	{{MAIN, "virtual_alias_domains = regexp:/etc/postfix/re\n"},
	    {"/etc/postfix/re", "/example$/ x\n"}},
	{"more-domains"}, NULL},
    {"domains that another program knows",
	{{MAIN, "virtual_mailbox_domains = socketmap:unix:/run/x:domain\n"}},
	{"more-domains"}, NULL},
    {"domains in a file",
	{{MAIN, "mydestination = a.example /etc/postfix/domains\n"}},
	{"more-domains"}, NULL},
    {"domains that are all there",
	{{MAIN, "mydestination = a.example hash:/etc/postfix/domains\n"
		"mynetworks = mysql:/etc/postfix/sql.cf\n"},
	    {"/etc/postfix/domains", "b.example x\n"}},
	{"destination|mydestination|b.example", "-more-domains"},
	"is in a database"},
};

static void
read_configurations(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		conf_check(&mta_postfix, &rows[i]);
}

static void
find_the_network_of_a_client(void **state)
{
	static const struct file_text texts[] = {{S0(MAIN),
	    S0("mynetworks = 127.0.0.0/8 172.18.0.0/16 !172.18.9.0/24"
	       " [::]/0\n")}};
	struct arena a = {0};
	struct facts *facts = arena_alloc(&a, sizeof(*facts));
	const struct fact *fact;
	struct files files;
	struct ip ip;

	(void)state;
	files_init_texts(&files, &a, texts, 1);
	facts_read(facts, &a, &files);
	assert_true(ip_parse(S("172.18.0.1"), &ip));
	fact = facts_relay_of(facts, &ip);
	assert_non_null(fact);
	assert_true(str_eq(fact->value, S("172.18.0.0/16")));
	assert_true(ip_parse(S("203.0.113.1"), &ip));
	assert_null(facts_relay_of(facts, &ip));
	assert_true(ip_parse(S("2001:db8::1"), &ip));
	fact = facts_relay_of(facts, &ip);
	assert_non_null(fact);
	assert_true(str_eq(fact->value, S("[::]/0")));
	arena_done(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(read_configurations),
	    cmocka_unit_test(find_the_network_of_a_client),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
