/* SPDX-License-Identifier: ISC */
/*
 * Is there a network at all? Asked of several servers at once before the
 * first question that leaves for the world, so that a machine without one is
 * told so within a second instead of after many timeouts. The same answer
 * tells whether signatures come through: where a resolver or a box on the way
 * strips them, checking them would make every answer look forged.
 *
 * Firewalls, hotspots and some providers answer on port 53 in the name of any
 * server, or refuse to: then recursion of our own only burns its time.
 */
#include "net/asker_part.h"

enum {
	PROBE_TIME = 900 * 1000,  /* microseconds */
	PROBE_AGAIN = 300 * 1000, /* before the end: once more */
	HEADER = 12,
	AUTHORITY = 0x04, /* AA, in the third byte */
	RECURSION = 0x80, /* RA, in the fourth */
	RCODE = 0x0f,
};

/* Some servers of the root zone (IANA, root.hints). */
static const char *const roots[] = {"198.41.0.4", "192.33.4.12",
    "192.203.230.10", "192.5.5.241", "193.0.14.129", "199.7.83.42",
    "2001:503:ba3e::2:30", "2001:500:2f::f", "2001:7fd::1"};

static bool
has_signature(const uint8_t *message, size_t n)
{
	size_t at = HEADER + 5; /* the question is the root, 5 bytes */
	unsigned answers = (unsigned)(message[6] << 8 | message[7]);

	while (answers-- > 0) {
		char name[DNS_NAME_TEXT];
		size_t name_n;

		if (!dns_name_read(message, n, at, name, &name_n, &at) ||
		    n - at < 10)
			return false;
		if (message[at] == 0 && message[at + 1] == DNS_RRSIG)
			return true;
		at += 10 + (size_t)(message[at + 8] << 8 | message[at + 9]);
		if (at > n)
			return false;
	}
	return false;
}

/* Root servers know their zone and recurse for nobody (RFC 7720 3); an answer
 * without authority, or from somebody who would recurse, is another's. */
static bool
is_root(const uint8_t *message, size_t n)
{
	size_t at = HEADER + 5;

	return (message[2] & AUTHORITY) != 0 &&
	       (message[3] & (RECURSION | RCODE)) == 0 &&
	       (message[6] << 8 | message[7]) > 0 && n >= at + 3 &&
	       message[at] == 0 && message[at + 1] == 0 &&
	       message[at + 2] == DNS_SOA;
}

static void
probe_close(struct asker *x, enum probe result)
{
	for (size_t i = 0; i < PROBES; i++) {
		direct_free(x->probes[i]);
		x->probes[i] = NULL;
	}
	x->probe = result;
	asker_probe_over(x);
}

static void
probe_done(struct asker *x, void *arg, const uint8_t *message, size_t n)
{
	(void)arg;
	x->probes_open--;
	if (x->conf->servers_n == 0 && !is_root(message, n)) {
		/* A server that is farther away may still get through. */
		x->probe_strange = true;
		if (x->probes_open == 0)
			x->probe_end = 0;
		asker_wake(x);
		return;
	}
	x->signatures = has_signature(message, n);
	/* Closed by the tick: the socket that called us would be freed. */
	x->probe_end = 0;
	x->probe = PROBE_GOOD;
	asker_wake(x);
}

void
asker_probe_begin(struct asker *x)
{
	const struct resolver_conf *conf = x->conf;
	size_t n = conf->servers_n > 0 ? conf->servers_n : ARRAY_LEN(roots);

	x->probes_open = 0;
	x->probe_strange = false;
	x->probe = PROBE_WAITS;
	x->probe_again = false;
	x->probe_end = asker_now() + PROBE_TIME;
	for (size_t i = 0; i < n && i < PROBES; i++) {
		struct resolver_server to = {.port = RESOLVER_PORT};

		if (conf->servers_n > 0)
			to = conf->servers[i];
		else if (!ip_parse(str_z(roots[i]), &to.ip))
			continue;
		x->probes[i] = direct_ask(x, &to, S("."), DNS_SOA,
		    conf->servers_n > 0, probe_done, NULL);
		x->probes_open += x->probes[i] != NULL;
	}
	if (x->probes_open == 0)
		probe_close(x, PROBE_BAD);
}

void
asker_probe_tick(struct asker *x, span_us now)
{
	if (x->probe == PROBE_GOOD && x->probe_end == 0) {
		x->probe_end = 1; /* told once */
		probe_close(x, PROBE_GOOD);
	} else if (x->probe == PROBE_WAITS && now >= x->probe_end) {
		probe_close(x, x->probe_strange ? PROBE_HELD_UP : PROBE_BAD);
	} else if (x->probe == PROBE_WAITS && !x->probe_again &&
		   now >= x->probe_end - PROBE_AGAIN) {
		x->probe_again = true;
		for (size_t i = 0; i < PROBES; i++)
			if (x->probes[i] != NULL)
				direct_again(x->probes[i]);
	}
}
