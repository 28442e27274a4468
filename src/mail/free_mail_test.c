/* SPDX-License-Identifier: ISC */
#include "mail/free_mail.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void
test_names(void **state)
{
	static const struct {
		const char *domain;
		bool is;
	} rows[] = {
	    {"gmail.com", true},
	    {"Gmail.COM", true},
	    {"yahoo.com", true},
	    {"yahoo.com.mx", true},
	    {"yahoo.co.uk", true},
	    {"hotmail.fr", true},
	    {"outlook.es", true},
	    {"live.com", true},
	    {"gmail.com.shop.example", false},
	    {"notgmail.com", false},
	    {"live.example", false},
	    {"live.shop.mx", false},
	    {"yahoo.com.shop", false},
	    {"live.", false},
	    {"", false},
	    {"com", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (free_mail_has(str_z(rows[i].domain)) != rows[i].is)
			fail_msg("%s", rows[i].domain);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
