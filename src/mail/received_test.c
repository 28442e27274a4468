/* SPDX-License-Identifier: ISC */
#include "mail/received.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define DATE "; Sat, 21 Nov 2026 03:41:00 +0000"

/*
 * want: helo rdns ip by with id recipient sender account uid program, those
 * that are there, each with its letter.
 */
static const struct {
	const char *value, *want;
} cases[] = {
    /* Postfix */
    {"from pc (host.isp.example [198.51.100.22])\n"
     "\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))\n"
     "\t(Client did not present a certificate)\n"
     "\t(Authenticated sender: ana@tienda.example)\n"
     "\tby mx1.tienda.example (Postfix) with ESMTPSA id 4jYqNN4wbzz1bY3F\n"
     "\tfor <bob@other.example>" DATE " (UTC)",
	"h=pc r=host.isp.example i=198.51.100.22 b=mx1.tienda.example "
	"w=ESMTPSA q=4jYqNN4wbzz1bY3F f=bob@other.example "
	"a=ana@tienda.example p=Postfix"},
    {"from [192.0.2.7] (unknown [198.51.100.22]) by mx1.x.example (Postfix) "
     "with ESMTP id 9A0B2" DATE,
	"h=[192.0.2.7] i=198.51.100.22 b=mx1.x.example w=ESMTP q=9A0B2 "
	"p=Postfix"},
    {"from pc (unknown [IPv6:2001:db8::7]) by mx1.x.example (Postfix) with "
     "ESMTP id 9A0B2" DATE,
	"h=pc i=2001:db8::7 b=mx1.x.example w=ESMTP q=9A0B2 p=Postfix"},
    {"by web1.x.example (Postfix, from userid 33) id 9A0B2" DATE,
	"b=web1.x.example q=9A0B2 u=33 p=Postfix"},
    /* Exim */
    {"from host.isp.example ([198.51.100.22]:4711 helo=pc) by mx1.x.example "
     "with esmtpsa (TLS1.3) tls TLS_AES_256_GCM_SHA384 (Exim 4.96) "
     "(envelope-from <ana@x.example>) id 1rAbCd-0001Ef-2G for "
     "bob@other.example" DATE,
	"h=pc r=host.isp.example i=198.51.100.22 b=mx1.x.example "
	"w=esmtpsa q=1rAbCd-0001Ef-2G f=bob@other.example s=ana@x.example "
	"p=Exim"},
    {"from [198.51.100.22] (helo=pc) by mx1.x.example with esmtp (Exim 4.96) "
     "id 1rAbCd-0001Ef-2G" DATE,
	"h=pc i=198.51.100.22 b=mx1.x.example w=esmtp q=1rAbCd-0001Ef-2G "
	"p=Exim"},
    {"from host.isp.example ([198.51.100.22]) by mx1.x.example with esmtp "
     "(Exim 4.96) id 1rAbCd-0001Ef-2G" DATE,
	"h=host.isp.example r=host.isp.example i=198.51.100.22 "
	"b=mx1.x.example w=esmtp q=1rAbCd-0001Ef-2G p=Exim"},
    {"from www-data by web1.x.example with local (Exim 4.96) "
     "(envelope-from <www-data@web1.x.example>) id 1rAbCd-0001Ef-2G" DATE,
	"h=www-data b=web1.x.example w=local q=1rAbCd-0001Ef-2G "
	"s=www-data@web1.x.example p=Exim"},
    /* Sendmail */
    {"from pc (host.isp.example [198.51.100.22] (may be forged)) by "
     "mx1.x.example (8.17.1/8.17.1) with ESMTP id 3AL3f0xx012345 for "
     "<bob@other.example>" DATE " (CET)",
	"h=pc r=host.isp.example? i=198.51.100.22 b=mx1.x.example w=ESMTP "
	"q=3AL3f0xx012345 f=bob@other.example p=Sendmail"},
    {"(from www-data@localhost) by web1.x.example (8.17.1/8.17.1/Submit) id "
     "3AL3f0xx012345" DATE,
	"b=web1.x.example q=3AL3f0xx012345 s=www-data@localhost p=Sendmail"},
    {"from pc (IDENT:joe@host.isp.example [198.51.100.22]) by mx1.x.example "
     "(8.9.3/8.9.3) with SMTP id XAA01" DATE,
	"h=pc r=host.isp.example i=198.51.100.22 b=mx1.x.example w=SMTP "
	"q=XAA01 p=Sendmail"},
    /* qmail */
    {"from host.isp.example (HELO pc) (joe@198.51.100.22)\n  by mx1.x.example "
     "with SMTP; 21 Nov 2026 03:41:00 -0000",
	"h=pc r=host.isp.example i=198.51.100.22 b=mx1.x.example w=SMTP "
	"p=qmail"},
    {"from unknown (HELO pc) (198.51.100.22) by mx1.x.example with ESMTPS" DATE,
	"h=pc i=198.51.100.22 b=mx1.x.example w=ESMTPS p=qmail"},
    {"(qmail 4711 invoked by uid 33); 21 Nov 2026 03:41:00 -0000",
	"u=33 p=qmail"},
    /* Exchange */
    {"from A1.prod.outlook.example (2603:10a6:20b::7) by "
     "B2.prod.outlook.example (2603:10a6:20b::8) with Microsoft SMTP Server "
     "(version=TLS1_2, cipher=TLS_X) id 15.20.8000.1 via Frontend "
     "Transport" DATE,
	"h=A1.prod.outlook.example i=2603:10a6:20b::7 "
	"b=B2.prod.outlook.example w=Microsoft SMTP Server v=Frontend "
	"Transport q=15.20.8000.1 p=Exchange"},
    {"from C3.x.example ([fe80::1]) by C3.x.example ([fe80::1%8]) with mapi "
     "id 15.20.8000.1" DATE,
	"h=C3.x.example i=fe80::1 b=C3.x.example w=mapi q=15.20.8000.1 "
	"p=Exchange"},
    {"from pc ([198.51.100.22]) by ex.x.example with Microsoft "
     "SMTPSVC(6.0.3790.4675)" DATE,
	"h=pc i=198.51.100.22 b=ex.x.example w=Microsoft SMTPSVC p=Exchange"},
    /* Google */
    {"from mail.x.example (mail.x.example. [198.51.100.22]) by mx.google.com "
     "with ESMTPS id a1si23 for <bob@other.example> (version=TLS1_3 "
     "cipher=TLS_X bits=256/256)" DATE " (PST)",
	"h=mail.x.example r=mail.x.example i=198.51.100.22 b=mx.google.com "
	"w=ESMTPS q=a1si23 f=bob@other.example p=Google"},
    {"by 2002:a05:6512:1:b0:1:2:3 with SMTP id x1-a" DATE,
	"b=2002:a05:6512:1:b0:1:2:3 w=SMTP q=x1-a"},
    /* OpenSMTPD, Courier, MDaemon, Domino, amavis, Yahoo, Dovecot */
    {"from pc (host.isp.example [198.51.100.22]) by mx1.x.example (OpenSMTPD) "
     "with ESMTPSA id 1f2e3d4c (TLSv1.3:TLS_X:256:NO) auth=yes user=ana for "
     "<bob@other.example>" DATE,
	"h=pc r=host.isp.example i=198.51.100.22 b=mx1.x.example w=ESMTPSA "
	"q=1f2e3d4c f=bob@other.example a=ana p=OpenSMTPD"},
    {"from pc (host.isp.example [::ffff:198.51.100.22])\n  (AUTH: LOGIN "
     "ana@x.example, SSL: TLSv1.3,128bits,AES)\n  by mx1.x.example with "
     "ESMTPSA\n  id 0000001A.5FB8.00001234" DATE,
	"h=pc r=host.isp.example i=198.51.100.22 b=mx1.x.example w=ESMTPSA "
	"q=0000001A.5FB8.00001234 a=ana@x.example"},
    {"from pc by mail.x.example (MDaemon PRO v21.0.2) with ESMTP id "
     "md5001.msg for <bob@other.example>" DATE,
	"h=pc b=mail.x.example w=ESMTP q=md5001.msg f=bob@other.example "
	"p=MDaemon"},
    {"from pc ([198.51.100.22])\n          by mail.x.example (HCL Domino "
     "Release 12.0)\n          with ESMTP id 2026112103410000-12 " DATE,
	"h=pc i=198.51.100.22 b=mail.x.example w=ESMTP "
	"q=2026112103410000-12 p=Domino"},
    {"from mx1.x.example ([127.0.0.1]) by localhost (mx1.x.example "
     "[127.0.0.1]) (amavisd-new, port 10024) with ESMTP id aB1c" DATE,
	"h=mx1.x.example i=127.0.0.1 b=localhost w=ESMTP q=aB1c p=amavis"},
    {"from [198.51.100.22] by web1.mail.yahoo.example via HTTP" DATE,
	"h=[198.51.100.22] i=198.51.100.22 b=web1.mail.yahoo.example v=HTTP"},
    {"from mx1.x.example by mx1.x.example with LMTP id aBc (envelope-from "
     "<ana@x.example>) for <bob@x.example>" DATE,
	"h=mx1.x.example b=mx1.x.example w=LMTP q=aBc f=bob@x.example "
	"s=ana@x.example"},
    /* odd: no date, a HELO that is a keyword, open brackets */
    {"from by (unknown [198.51.100.22]) by mx1 with SMTP id 1",
	"h=by i=198.51.100.22 b=mx1 w=SMTP q=1 d"},
    {"from pc (unknown [198.51.100.22", "h=pc i=198.51.100.22 d"},
    {"from pc (x (y) [198.51.100.22]) by mx1; nonsense", "h=pc b=mx1 d"},
};

static size_t
add(char *to, size_t cap, const char *letter, struct str value)
{
	if (value.n == 0)
		return 0;
	return (size_t)snprintf(
	    to, cap, "%s=" STR_FMT " ", letter, STR_ARG(value));
}

static void
show(const struct received_field *r, char *to, size_t cap)
{
	char ip[IP_TEXT];
	size_t n = 0;

	n += add(to + n, cap - n, "h", r->helo);
	n += add(to + n, cap - n, "r", r->rdns);
	if (r->rdns_doubtful)
		n += (size_t)snprintf(to + n - 1, cap - n, "? ") - 1;
	if (!ip_is_none(&r->ip))
		n += add(to + n, cap - n, "i", str_z(ip_text(&r->ip, ip)));
	n += add(to + n, cap - n, "b", r->by);
	n += add(to + n, cap - n, "w", r->with);
	n += add(to + n, cap - n, "v", r->via);
	n += add(to + n, cap - n, "q", r->id);
	n += add(to + n, cap - n, "f", r->recipient);
	n += add(to + n, cap - n, "s", r->sender);
	n += add(to + n, cap - n, "a", r->account);
	if (r->uid >= 0)
		n += (size_t)snprintf(to + n, cap - n, "u=%d ", (int)r->uid);
	if (r->program != NULL)
		n += add(to + n, cap - n, "p", str_z(r->program));
	if (r->at == WALL_NONE)
		n += (size_t)snprintf(to + n, cap - n, "d ");
	to[n > 0 ? n - 1 : 0] = '\0';
}

static void
test_forms(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct received_field r;
		char got[500];

		assert_true(received_parse(str_z(cases[i].value), &r));
		show(&r, got, sizeof(got));
		assert_string_equal(got, cases[i].want);
	}
}

static void
test_none(void **state)
{
	struct received_field r;

	(void)state;
	assert_false(received_parse(S(""), &r));
	assert_false(received_parse(S("; Sat, 21 Nov 2026 03:41:00"), &r));
	assert_false(received_parse(S("hello world"), &r));
}

static void
test_login(void **state)
{
	struct received_field r;

	(void)state;
	(void)received_parse(S("from a by b with esmtpsa id 1"), &r);
	assert_true(received_is_login(&r));
	(void)received_parse(S("from a by b with esmtps id 1"), &r);
	assert_false(received_is_login(&r));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_forms),
	    cmocka_unit_test(test_none),
	    cmocka_unit_test(test_login),
	};

	return cmocka_run_group_tests_name("mail/received", tests, NULL, NULL);
}
