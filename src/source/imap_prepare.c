/* SPDX-License-Identifier: ISC */
#include "base/ip.h"
#include "base/lang.h"
#include "source/imap.h"

#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

enum {
	ADDRESSES = 8,
};

static bool
ip_of(const struct addrinfo *from, struct ip *ret_ip)
{
	struct ip ip = {.b = {[10] = 0xff, [11] = 0xff}};

	if (from->ai_family == AF_INET) {
		struct sockaddr_in in;

		memcpy(&in, from->ai_addr, sizeof(in));
		memcpy(ip.b + 12, &in.sin_addr, 4);
	} else if (from->ai_family == AF_INET6) {
		struct sockaddr_in6 in;

		memcpy(&in, from->ai_addr, sizeof(in));
		memcpy(ip.b, &in.sin6_addr, 16);
	} else {
		return false;
	}
	*ret_ip = ip;
	return true;
}

bool
imap_prepare(struct arena *a, struct imap_account *account, struct err *err)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	struct addrinfo *all = NULL;
	int rc = getaddrinfo(account->url.host.p, NULL, &hints, &all);
	size_t n = 0;

	if (rc != 0)
		return err_set(err, ERR_INPUT,
		    _("the host '%.*s' is not known: %s"),
		    STR_ARG(account->url.host), gai_strerror(rc));
	account->loopback = true;
	account->addresses = (struct str){NULL, 0};
	for (const struct addrinfo *i = all; i != NULL && n < ADDRESSES;
	     i = i->ai_next) {
		char text[IP_TEXT];
		struct ip ip;

		if (!ip_of(i, &ip))
			continue;
		account->loopback &= ip_is_loopback(&ip);
		account->addresses =
		    arena_printf(a, "%.*s%s%s", STR_ARG(account->addresses),
			n++ > 0 ? "," : "", ip_text(&ip, text));
	}
	freeaddrinfo(all);
	return n > 0 ||
	       err_set(err, ERR_INPUT, _("the host '%.*s' has no address"),
		   STR_ARG(account->url.host));
}
