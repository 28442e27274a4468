/* SPDX-License-Identifier: ISC */
#include "mail/dmarc_report.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define HEAD                                                                   \
	"<report_metadata><org_name>example.net</org_name>"                    \
	"<report_id>7</report_id><date_range><begin>1795219200</begin>"        \
	"<end>1795305599</end></date_range></report_metadata>"                 \
	"<policy_published><domain>tienda.example</domain><p>quarantine</p>"   \
	"<sp>none</sp><pct>50</pct></policy_published>"
#define RECORD                                                                 \
	"<record><row><source_ip>192.0.2.1</source_ip><count>12</count>"       \
	"<policy_evaluated><disposition>quarantine</disposition>"              \
	"<dkim>pass</dkim><spf>fail</spf><reason><type>forwarded</type>"       \
	"<comment>x</comment></reason></policy_evaluated></row>"               \
	"<identifiers><header_from>tienda.example</header_from></identifiers>" \
	"<auth_results><dkim><domain>tienda.example</domain>"                  \
	"<selector>s1</selector><result>pass</result></dkim>"                  \
	"<dkim><domain>list.example</domain><result>fail</result></dkim>"      \
	"<spf><domain>list.example.</domain><scope>mfrom</scope>"              \
	"<result>pass</result></spf></auth_results></record>"
#define WANTED                                                                 \
	"192.0.2.1 12 quarantine tienda.example dkim fwd "                     \
	"[tienda.example s1 +][list.example  -] list.example +;"

struct seen {
	char log[2048];
	size_t n;
};

static void
on_row(void *arg, const struct dmarc_row *row)
{
	static const char *const done[] = {"none", "quarantine", "reject"};
	struct seen *seen = arg;
	char ip[IP_TEXT];
	char *p = seen->log;
	size_t max = sizeof(seen->log);

	seen->n += (size_t)snprintf(p + seen->n, max - seen->n,
	    "%s %llu %s %.*s%s%s%s ",
	    ip_is_none(&row->source) ? "-" : ip_text(&row->source, ip),
	    (unsigned long long)row->count, done[row->disposition],
	    STR_ARG(dmarc_str(&row->header_from)),
	    row->dkim_aligned ? " dkim" : "", row->spf_aligned ? " spf" : "",
	    (row->reasons & DMARC_FORWARDED) != 0 ? " fwd" : "");
	for (size_t i = 0; i < row->signatures_n; i++)
		seen->n += (size_t)snprintf(p + seen->n, max - seen->n,
		    "[%.*s %.*s %c]",
		    STR_ARG(dmarc_str(&row->signatures[i].domain)),
		    STR_ARG(dmarc_str(&row->signatures[i].selector)),
		    row->signatures[i].pass ? '+' : '-');
	seen->n += (size_t)snprintf(p + seen->n, max - seen->n, " %.*s %c;",
	    STR_ARG(dmarc_str(&row->spf_domain)), row->spf_pass ? '+' : '-');
}

static enum dmarc_status
read_all(struct str text, struct seen *ret_seen, struct dmarc_head *ret_head)
{
	struct dmarc_parser *p = dmarc_parser_new(on_row, ret_seen);
	enum dmarc_status status;
	bool broken;

	*ret_seen = (struct seen){0};
	for (size_t at = 0; at < text.n; at += 1000)
		if (!dmarc_parser_feed(p, str_head(str_skip(text, at), 1000)))
			break;
	status = dmarc_parser_end(p, ret_head, &broken);
	dmarc_parser_free(p);
	if (!broken)
		return status;
	*ret_seen = (struct seen){0};
	return dmarc_report_mend(text, on_row, ret_seen, ret_head);
}

static const struct {
	const char *what, *text;
	enum dmarc_status status;
	const char *rows;
} cases[] = {
    {"plain", "<feedback>" HEAD RECORD "</feedback>", DMARC_WHOLE, WANTED},
    {"RFC 9990",
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	"<feedback xmlns=\"urn:ietf:params:xml:ns:dmarc-2.0\" "
	"xmlns:e=\"u\"><version>1.0</version>" HEAD
	"<extension><e:x y='1'>never</e:x></extension>" RECORD "</feedback>",
	DMARC_WHOLE, WANTED},
    {"a prefix that nobody declared",
	"<dmarc:feedback>" HEAD RECORD "</dmarc:feedback>", DMARC_WHOLE,
	WANTED},
    {"blanks and a mark in front",
	"\xef\xbb\xbf\r\n <?xml version=\"1.0\"?><feedback>" HEAD RECORD
	"</feedback>\n\n",
	DMARC_WHOLE, WANTED},
    {"an encoding that it is not in",
	"<?xml version=\"1.0\" encoding=\"windows-1252\"?><feedback>" HEAD
	    RECORD "</feedback>",
	DMARC_WHOLE, WANTED},
    {"DOCTYPE that declares nothing",
	"<!DOCTYPE feedback SYSTEM \"http://x.example/x.dtd\"><feedback>" HEAD
	    RECORD "</feedback>",
	DMARC_WHOLE, WANTED},
    {"two records and rubbish behind",
	"<feedback>" HEAD RECORD RECORD "</feedback><x>", DMARC_WHOLE,
	WANTED WANTED},
    {"Latin-1",
	"<feedback><org_name>Caf\xe9</org_name>" HEAD RECORD "</feedback>",
	DMARC_MENDED, WANTED},
    {"unquoted",
	"<feedback><email><a@b.example></email><extra_contact_info>"
	"http://x?a=1&b=2</extra_contact_info>" HEAD RECORD "</feedback>",
	DMARC_MENDED, WANTED},
    {"a schema never closed",
	"<xs:schema xmlns:xs=\"y\"><feedback>" HEAD RECORD "</feedback>",
	DMARC_WHOLE, WANTED},
    {"cut in its second record",
	"<feedback>" HEAD RECORD "<record><row><source_ip>192.0.2.2", DMARC_CUT,
	WANTED},
    {"no header_from, a hard fail, words in capitals",
	"<feedback>" HEAD "<record><row><source_ip> 2001:db8::1 </source_ip>"
	"<count>3</count><policy_evaluated><disposition>REJECT</disposition>"
	"<dkim>Fail</dkim><spf>PASS</spf></policy_evaluated></row>"
	"<auth_results><spf><domain>a.example</domain>"
	"<result>hardfail</result></spf></auth_results></record></feedback>",
	DMARC_WHOLE, "2001:db8::1 3 reject tienda.example spf  a.example -;"},
    {"no count",
	"<feedback>" HEAD "<record><row><source_ip>192.0.2.1"
	"</source_ip></row></record></feedback>",
	DMARC_WHOLE, ""},
    {"SPF of HELO and MAIL FROM",
	"<feedback>" HEAD "<record><row><source_ip>no address</source_ip>"
	"<count>1</count></row><auth_results><spf><domain>h.example</domain>"
	"<result>fail</result></spf><spf><domain>m.example</domain>"
	"<result>pass</result></spf></auth_results></record></feedback>",
	DMARC_WHOLE, "- 1 none tienda.example  m.example +;"},
    {"a page", "<html><body><p>hello</p></body></html>", DMARC_FOREIGN, ""},
    {"a word", "unused", DMARC_FOREIGN, ""},
    {"nothing", "", DMARC_FOREIGN, ""},
    {"entities",
	"<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]>"
	"<feedback><org_name>&b;</org_name></feedback>",
	DMARC_REFUSED, ""},
    {"an entity that is a file",
	"<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>"
	"<feedback><org_name>&a;</org_name></feedback>",
	DMARC_REFUSED, ""},
};

static void
test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct seen seen;
		struct dmarc_head head;
		enum dmarc_status status =
		    read_all(str_z(cases[i].text), &seen, &head);

		if (status != cases[i].status)
			fail_msg("%s: status %d", cases[i].what, (int)status);
		if (strcmp(seen.log, cases[i].rows) != 0)
			fail_msg("%s: %s", cases[i].what, seen.log);
	}
}

static void
test_head(void **state)
{
	struct seen seen;
	struct dmarc_head head;

	(void)state;
	assert_int_equal(
	    read_all(S("<feedback>" HEAD RECORD "</feedback>"), &seen, &head),
	    DMARC_WHOLE);
	assert_true(str_eq(dmarc_str(&head.org), S("example.net")));
	assert_true(str_eq(dmarc_str(&head.domain), S("tienda.example")));
	assert_true(str_eq(dmarc_str(&head.policy), S("quarantine")));
	assert_true(str_eq(dmarc_str(&head.sub_policy), S("none")));
	assert_int_equal(head.percent, 50);
	assert_int_equal(head.begin, 1795219200 * US_SECOND);
}

/* Deep, or of one endless token, or of ever new names. */
static void
test_bombs(void **state)
{
	static char text[4 * 1024 * 1024];
	struct seen seen;
	struct dmarc_head head;
	size_t n = 0;

	(void)state;
	while (n < 100000)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "<row>");
	assert_int_equal(
	    read_all((struct str){text, n}, &seen, &head), DMARC_REFUSED);
	memset(text, 'a', sizeof(text));
	memcpy(text, "<feedback x='", 13);
	assert_int_equal(
	    read_all((struct str){text, sizeof(text)}, &seen, &head),
	    DMARC_REFUSED);
	n = (size_t)snprintf(text, sizeof(text), "<feedback>");
	for (unsigned i = 0; n < sizeof(text) - 20; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "<x%x/>", i);
	assert_int_equal(
	    read_all((struct str){text, n}, &seen, &head), DMARC_REFUSED);
}

/* As Exchange writes it: every second byte is zero. */
static void
test_utf16(void **state)
{
	const char *text = "<feedback>" HEAD RECORD "</feedback>";
	size_t n = strlen(text);
	char *wide = xcalloc(n + 1, 2);
	struct seen seen;
	struct dmarc_head head;

	(void)state;
	wide[0] = (char)0xff;
	wide[1] = (char)0xfe;
	for (size_t i = 0; i < n; i++)
		wide[2 + 2 * i] = text[i];
	assert_int_equal(
	    read_all((struct str){wide, 2 * n + 2}, &seen, &head), DMARC_WHOLE);
	assert_string_equal(seen.log, WANTED);
	free(wide);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_cases),
	    cmocka_unit_test(test_head),
	    cmocka_unit_test(test_bombs),
	    cmocka_unit_test(test_utf16),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
