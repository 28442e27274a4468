/* SPDX-License-Identifier: ISC */
/* The fast ways to read what stands in nearly every line say the same as the
 * careful ones. */
#include "mta/postfix_part.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* Behind the bracket: sixteen bytes are looked at wherever they end. */
static const char *const tails[] = {
    "", ":25, delay=1", ", sasl_method=PLAIN and more", "]]]]]]]]]]]]]]]]]]"};

static void
test_addresses(void **state)
{
	static const char *const texts[] = {"0.0.0.0", "1.2.3.4", "192.0.2.255",
	    "255.255.255.255", "203.0.113.10", "256.1.1.1", "1.2.3.999",
	    "01.2.3.4", "1.02.3.4", "1.2.3.00", "1.2.3", "1.2.3.", ".1.2.3",
	    "1..2.3", "1.2.3.4.5", "1.2.3.4444", "1234.2.3.4", "1.2.3.a",
	    "1.2.3.4 ", "1,2.3.4", "", ".", "....", "255.255.255.2555",
	    "2001:db8::1", "::ffff:192.0.2.1", "10.0.0.1x"};
	char line[128];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		for (size_t k = 0; k < ARRAY_LEN(tails); k++) {
			int n = snprintf(line, sizeof(line), "mx.x[%s]%s",
			    texts[i], tails[k]);
			/* exactly as long as it is, for ASan */
			char *copy = memcpy(malloc((size_t)n), line, (size_t)n);
			struct str s = {copy, (size_t)n};
			struct postfix_peer peer;
			struct ip want = {0};
			bool found = postfix_eat_peer(&s, &peer);

			if (!ip_parse(str_z(texts[i]), &want))
				want = (struct ip){0};
			if (strchr(texts[i], ' ') != NULL)
				assert_false(found);
			else if (!found || !ip_eq(&peer.ip, &want))
				fail_msg(
				    "'%s' is read as another address", line);
			free(copy);
		}
}

static void
test_ports(void **state)
{
	static const struct {
		const char *text;
		unsigned port;
		const char *rest;
	} rows[] = {
	    {"h[192.0.2.1]:25, delay=0.1", 25, ", delay=0.1"},
	    {"h[192.0.2.1]:25", 25, ""},
	    {"h[192.0.2.1]:2525", 2525, ""},
	    {"h[192.0.2.1]:65535, x=12345", 65535, ", x=12345"},
	    {"h[192.0.2.1]:123456, x=12345", 0, ":123456, x=12345"},
	    {"h[192.0.2.1]:1234567890123", 0, ":1234567890123"},
	    {"h[192.0.2.1]: x=1 y=2 z=3", 0, ": x=1 y=2 z=3"},
	    {"h[192.0.2.1]:x", 0, ":x"},
	    {"h[192.0.2.1]:", 0, ":"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str s = str_z(rows[i].text);
		struct postfix_peer peer;

		if (!postfix_eat_peer(&s, &peer) || peer.port != rows[i].port ||
		    !str_eq(s, str_z(rows[i].rest)))
			fail_msg("%s: port %u, then '" STR_FMT "'",
			    rows[i].text, peer.port, STR_ARG(s));
	}
}

static void
test_ids(void **state)
{
	static const struct {
		const char *text;
		size_t n;
	} rows[] = {
	    {"3F2A1: client=x and more of it", 5},
	    {"3F2A1", 5},
	    {"3F2A", 0},
	    {"4jYqNN1S8hz1bY55) and more text", 16},
	    {"4jYqNN1S8hz1bY55", 16},
	    {"4jYqNN1S8hz1bY55cdfg", 20},
	    {"4jYqNN1S8hz1bY5a) and more text", 0},
	    {"4jYqNN1S) and more text than this", 0},
	    {"DE6D91B071C) and more text here", 11},
	    {"DE6D91B071Cx and more text here", 0},
	    {"DE6D9 is short and then it is no id", 5},
	    {"4jYqNN1S8hz1bY554jYqNN1S", 24},
	    {"4jYqNN1S8hz1bY554jYqNN1S8", 0},
	    /* sixteen bytes are looked at where there are fewer, too */
	    {"4jYqNN1S8hz1bY5", 15},
	    {"4jYqNN1S8hz1b)", 13},
	    {"DE6D91B071C)", 11},
	    {"DE6D91B071Cx", 0},
	    {"", 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str id = postfix_id_at(str_z(rows[i].text));

		if (id.n != rows[i].n)
			fail_msg("%s: %zu bytes, not %zu", rows[i].text, id.n,
			    rows[i].n);
	}
}

/* With ": " behind it, in lines long and short. */
static void
test_eaten_ids(void **state)
{
	static const struct {
		const char *text, *id;
	} rows[] = {
	    {"3F2A1: x", "3F2A1"},
	    {"DE6D91B071C: client=unknown[192.0.2.1]", "DE6D91B071C"},
	    {"DE6D91B071C:client=unknown[192.0.2.1]", NULL},
	    {"DE6D91B071C; client=unknown[192.0.2.1]", NULL},
	    {"DE6D: client=unknown[192.0.2.1]", NULL},
	    {"0123456789ABCDE: sixteen with its colon", "0123456789ABCDE"},
	    {"0123456789ABCDEF: client=unknown[192.0.2.1]", "0123456789ABCDEF"},
	    {"4jYqNN50Ckz1bY3G: client=unknown[192.0.2.1]", "4jYqNN50Ckz1bY3G"},
	    {"4jYqNN50Ckz1bY3: x", "4jYqNN50Ckz1bY3"},
	    {"400Dx: client=unknown[192.0.2.1]", NULL},
	    {"NOQUEUE: reject: RCPT from unknown[192.0.2.1]", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str s = str_z(rows[i].text), id = {NULL, 0};
		bool found = postfix_eat_id(&s, &id);

		if (found != (rows[i].id != NULL) ||
		    (found && (!str_eq(id, str_z(rows[i].id)) ||
				  s.p != rows[i].text + id.n + 2)))
			fail_msg(
			    "%s: '" STR_FMT "'", rows[i].text, STR_ARG(id));
	}
}

static void
test_numbers(void **state)
{
	static const struct {
		const char *text;
		uint64_t value;
		size_t n; /* bytes; 0: none */
	} rows[] = {
	    {"1 (queue active)", 1, 1},
	    {"1", 1, 1},
	    {"12", 12, 2},
	    {"1234567, nrcpt=1", 1234567, 7},
	    {"12345678, nrcpt=1", 12345678, 8},
	    {"12345678901234567890", 0, 0},
	    {"", 0, 0},
	    {"x", 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str s = str_z(rows[i].text);
		uint64_t value = 0;
		bool found = postfix_eat_number(&s, &value);

		if (found != (rows[i].n > 0) || value != rows[i].value ||
		    s.n != strlen(rows[i].text) - rows[i].n)
			fail_msg("%s", rows[i].text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_addresses),
	    cmocka_unit_test(test_ports),
	    cmocka_unit_test(test_ids),
	    cmocka_unit_test(test_eaten_ids),
	    cmocka_unit_test(test_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
