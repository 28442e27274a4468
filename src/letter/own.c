/* SPDX-License-Identifier: ISC */
#include "letter/own.h"

#include <ifaddrs.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	/* Of each kind; a log may bring names. */
	OWN_MAX = 4096,
};

static struct str
bare(struct str name)
{
	while (name.n > 0 && name.p[name.n - 1] == '.')
		name.n--;
	while (name.n > 0 && (name.p[0] == '.' || name.p[0] == '@'))
		name = str_skip(name, 1);
	return name;
}

bool
own_add(struct own *own, struct str word)
{
	struct ip_prefix net;

	if (ip_prefix_parse(word, &net)) {
		if (own->nets_n == OWN_MAX)
			return false;
		VEC_ROOM(own->nets, own->nets_n, own->nets_cap);
		own->nets[own->nets_n++] = net;
		return true;
	}
	word = bare(word);
	if (word.n == 0 || str_chr(word, ' ') < word.n ||
	    str_chr(word, '/') < word.n || own->names_n == OWN_MAX)
		return false;
	if (own_is_name(own, word))
		return true;
	VEC_ROOM(own->names, own->names_n, own->names_cap);
	own->names[own->names_n++] = str_keep(&own->arena, word);
	return true;
}

static void
add_sockaddr(struct own *own, const struct sockaddr *sa)
{
	struct ip_prefix net = {.bits = 128};
	static const uint8_t mapped[12] = {
	    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

	if (sa == NULL)
		return;
	if (sa->sa_family == AF_INET) {
		struct sockaddr_in in;

		memcpy(&in, sa, sizeof(in));
		memcpy(net.net.b, mapped, sizeof(mapped));
		memcpy(net.net.b + 12, &in.sin_addr, 4);
	} else if (sa->sa_family == AF_INET6) {
		struct sockaddr_in6 in6;

		memcpy(&in6, sa, sizeof(in6));
		memcpy(net.net.b, &in6.sin6_addr, 16);
	} else {
		return;
	}
	/* behind NAT the address that others see is not known */
	if (ip_is_loopback(&net.net) || ip_is_private(&net.net) ||
	    own->nets_n == OWN_MAX)
		return;
	VEC_ROOM(own->nets, own->nets_n, own->nets_cap);
	own->nets[own->nets_n++] = net;
}

void
own_ask_machine(struct own *own)
{
	struct ifaddrs *all = NULL;
	char host[256] = "";

	if (getifaddrs(&all) == 0)
		for (struct ifaddrs *i = all; i != NULL; i = i->ifa_next)
			add_sockaddr(own, i->ifa_addr);
	if (all != NULL)
		freeifaddrs(all);
	if (gethostname(host, sizeof(host) - 1) == 0 &&
	    strchr(host, '.') != NULL)
		(void)own_add(own, str_z(host));
}

void
own_done(struct own *own)
{
	free(own->nets);
	free(own->names);
	arena_done(&own->arena);
}

bool
own_has_ip(const struct own *own, const struct ip *ip)
{
	for (size_t i = 0; i < own->nets_n; i++)
		if (ip_in_prefix(ip, &own->nets[i]))
			return true;
	return false;
}

bool
own_is_name(const struct own *own, struct str name)
{
	name = bare(name);
	for (size_t i = 0; i < own->names_n; i++)
		if (str_eq_fold(own->names[i], name))
			return true;
	return false;
}

bool
own_has_name(const struct own *own, struct str name)
{
	name = bare(name);
	while (name.n > 0) {
		if (own_is_name(own, name))
			return true;
		name = str_skip(name, str_chr(name, '.') + 1);
	}
	return false;
}
