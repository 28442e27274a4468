/* SPDX-License-Identifier: ISC */
/*
 * libunbound in our own event loop (unbound-event.h): no thread, no process
 * and no pipe of its own, so that the sandbox needs none either. Options are
 * those of unbound.conf(5).
 */
#include "net/asker_part.h"

#include <stdio.h>
#include <stdlib.h>
#include <unbound-event.h>
#include <unbound.h>

enum {
	SECURE = 2,
	BOGUS = 1, /* of the sec of unbound-event.h */
};

/* DS of the root's keys of 2017 and 2024 (IANA, root-anchors.xml). */
static const char *const anchors[] = {
    ". IN DS 20326 8 2 "
    "E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D",
    ". IN DS 38696 8 2 "
    "683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16"};

static const struct {
	const char *option, *value;
} options[] = {
    {"do-not-query-localhost:", "no"},
    /* Lists want the whole name; asking for its parts multiplies the load. */
    {"qname-minimisation:", "no"},
    /* Old servers of lists deny "2.0.192.list" though names are below it. */
    {"harden-below-nxdomain:", "no"},
    {"aggressive-nsec:", "no"},
    {"outgoing-range:", "1024"},
    {"num-queries-per-thread:", "1024"},
    {"msg-cache-size:", "16m"},
    {"rrset-cache-size:", "32m"},
};

static void
set(struct ub_ctx *ub, const char *option, const char *value)
{
	/* An older libunbound that lacks one does without. */
	(void)ub_ctx_set_option(ub, option, value);
}

static const char *
server_text(const struct resolver_server *server, char buf[IP_TEXT + 8])
{
	char ip[IP_TEXT];

	(void)snprintf(
	    buf, IP_TEXT + 8, "%s@%u", ip_text(&server->ip, ip), server->port);
	return buf;
}

/*
 * libunbound answers for names that must not leave the machine itself ("test.",
 * the reverse zones of private networks). Where somebody named a server for
 * them, that one is asked. The zone and all above it; ends the time in which
 * libunbound takes options.
 */
static void
unblock(struct ub_ctx *ub, struct str zone)
{
	char name[DNS_NAME_TEXT + 1];

	zone = dns_name_trim(zone);
	while (zone.n > 0 && zone.n < DNS_NAME_TEXT) {
		(void)snprintf(name, sizeof(name), "%.*s.", STR_ARG(zone));
		(void)ub_ctx_zone_remove(ub, name);
		(void)str_take(&zone, '.');
	}
}

/*
 * A resolver of the house knows the names of the house. The documentation
 * ranges stand for the internet, as everywhere in sereno: an answer that
 * libunbound makes up for them would say that an address has no name.
 */
static void
unblock_all(struct asker *x, struct ub_ctx *ub)
{
	static const struct str outside[] = {S0("2.0.192.in-addr.arpa"),
	    S0("100.51.198.in-addr.arpa"), S0("113.0.203.in-addr.arpa"),
	    S0("8.b.d.0.1.0.0.2.ip6.arpa")};
	static const struct str inside[] = {S0("test"), S0("invalid"),
	    S0("home.arpa"), S0("168.192.in-addr.arpa"), S0("10.in-addr.arpa"),
	    S0("127.in-addr.arpa"), S0("254.169.in-addr.arpa"),
	    S0("d.f.ip6.arpa")};

	for (size_t i = 0; i < x->conf->stubs_n; i++)
		unblock(ub, x->conf->stubs[i].zone);
	for (size_t i = 0; i < ARRAY_LEN(outside); i++)
		unblock(ub, outside[i]);
	for (size_t i = 0; x->conf->servers_n > 0 && i < ARRAY_LEN(inside); i++)
		unblock(ub, inside[i]);
}

static bool
add_anchors(struct asker *x, struct ub_ctx *ub)
{
	bool own_root = false;
	char text[ANCHOR_TEXT];

	for (size_t i = 0; i < x->conf->anchors_n; i++) {
		own_root |= x->conf->anchors[i].zone.n == 0;
		if (ub_ctx_add_ta(
			ub, anchor_text(&x->conf->anchors[i], text)) != 0)
			return false;
	}
	for (size_t i = 0; !own_root && i < ARRAY_LEN(anchors); i++)
		if (ub_ctx_add_ta(ub, anchors[i]) != 0)
			return false;
	return true;
}

/* Does somebody trust a key of the zone, or of one above it? */
static bool
is_anchored(const struct asker *x, struct str zone)
{
	for (size_t i = 0; i < x->conf->anchors_n; i++)
		if (x->conf->anchors[i].zone.n > 0 &&
		    dns_name_within(zone, x->conf->anchors[i].zone))
			return true;
	return false;
}

static bool
add_stubs(struct asker *x, struct ub_ctx *ub)
{
	for (size_t i = 0; i < x->conf->stubs_n; i++) {
		const struct resolver_stub *stub = &x->conf->stubs[i];
		char server[IP_TEXT + 8], zone[DNS_NAME_TEXT + 1];

		(void)snprintf(zone, sizeof(zone), "%.*s", STR_ARG(stub->zone));
		if (!is_anchored(x, stub->zone))
			set(ub, "domain-insecure:", zone);
		if (ub_ctx_set_stub(
			ub, zone, server_text(&stub->server, server), 0) != 0)
			return false;
	}
	return true;
}

static bool
add_servers(struct asker *x, struct ub_ctx *ub)
{
	if (x->conf->servers_n > 0) {
		set(ub, "unblock-lan-zones:", "yes");
		set(ub, "insecure-lan-zones:", "yes");
	}
	for (size_t i = 0; i < x->conf->servers_n; i++) {
		char server[IP_TEXT + 8];

		if (ub_ctx_set_fwd(
			ub, server_text(&x->conf->servers[i], server)) != 0)
			return false;
	}
	return true;
}

static bool
set_up(struct asker *x, struct ub_ctx *ub)
{
	/* Nothing of libunbound reaches the terminal. */
	(void)ub_ctx_debugout(ub, NULL);
	(void)ub_ctx_debuglevel(ub, 0);
	for (size_t i = 0; i < ARRAY_LEN(options); i++)
		set(ub, options[i].option, options[i].value);
	/* A zone with a server of its own may be asked before anybody knows
	 * whether the world hands out signatures. */
	x->validates = x->signatures || x->conf->anchors_n > 0;
	if (!x->validates)
		set(ub, "module-config:", "iterator");
	if (x->validates && !add_anchors(x, ub))
		return false;
	if (!add_stubs(x, ub) || !add_servers(x, ub))
		return false;
	unblock_all(x, ub);
	return true;
}

bool
asker_unbound_open(struct asker *x)
{
	struct ub_ctx *ub = ub_ctx_create_event(x->base);

	if (ub == NULL)
		return false;
	if (!set_up(x, ub)) {
		ub_ctx_delete(ub);
		return false;
	}
	x->ub = ub;
	return true;
}

struct call {
	struct asker *asker;
	struct job *job;
};

static void
answered(struct asker *x, struct job *job, int rcode, const void *packet, int n,
    int sec, const char *why)
{
	enum dns_security security = !x->validates   ? DNS_UNCHECKED
				     : sec == SECURE ? DNS_SECURE
						     : DNS_INSECURE;
	size_t body_n = 0;

	job->ub_id = 0;
	if (sec == BOGUS) {
		asker_finish_status(
		    x, job, DNS_BOGUS, why == NULL ? S("") : str_z(why));
		return;
	}
	if (rcode == 0 && packet != NULL && n > 0)
		body_n = dns_body_of_message(
		    packet, (size_t)n, job->q.type, security, x->body);
	if (body_n > 0)
		asker_finish(x, job, x->body, body_n);
	else
		asker_finish_status(
		    x, job, rcode == 5 ? DNS_REFUSED : DNS_FAILED, S(""));
}

/* The type of ub_event_callback_type. */
static void
callback(
    void *arg, int rcode, void *packet, int n, int sec, char *why, int limited)
{
	struct call call = *(struct call *)arg;

	(void)limited;
	free(arg);
	answered(call.asker, call.job, rcode, packet, n, sec, why);
}

bool
asker_unbound_ask(struct asker *x, struct job *job)
{
	struct call *call = xcalloc(1, sizeof(*call));

	*call = (struct call){x, job};
	if (ub_resolve_event(x->ub, job->text, job->q.type, 1, call, callback,
		&job->ub_id) == 0)
		return true;
	free(call);
	return false;
}

void
asker_unbound_cancel(struct asker *x, struct job *job)
{
	/* libunbound goes on for a while and tells nobody; what it was given
	 * is lost then: some bytes for a question that had no answer. */
	if (job->ub_id != 0)
		(void)ub_cancel(x->ub, job->ub_id);
	job->ub_id = 0;
}
