/* SPDX-License-Identifier: ISC */
#include "cmd/sends_as.h"

#include "base/fd.h"
#include "base/ip.h"
#include "base/lang.h"
#include "setting/main_cf.h"

#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	MAIN_CF_MAX = 1024 * 1024
};

void
sends_as_done(struct sends_as_set *set)
{
	free(set->items);
	*set = (struct sends_as_set){0};
}

static void
add(struct sends_as_set *set, struct arena *a, struct str text, struct str why)
{
	text = str_trim(text);
	if (text.n == 0)
		return;
	for (size_t i = 0; i < set->n; i++)
		if (str_eq_fold(set->items[i].text, text))
			return;
	VEC_ROOM(set->items, set->n, set->cap);
	set->items[set->n++] = (struct sends_as){str_keep(a, text), why};
}

static bool
ip_of(const struct sockaddr *from, struct ip *ret_ip)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct ip ip = {.b = {[10] = 0xff, [11] = 0xff}};

	if (from == NULL)
		return false;
	if (from->sa_family == AF_INET) {
		memcpy(&v4, from, sizeof(v4));
		memcpy(ip.b + 12, &v4.sin_addr, 4);
	} else if (from->sa_family == AF_INET6) {
		memcpy(&v6, from, sizeof(v6));
		memcpy(ip.b, &v6.sin6_addr, 16);
	} else {
		return false;
	}
	*ret_ip = ip;
	return true;
}

static void
add_interfaces(struct sends_as_set *set, struct arena *a)
{
	struct ifaddrs *all = NULL;
	bool any = false;

	set->private_only = true;
	if (getifaddrs(&all) != 0)
		return;
	for (struct ifaddrs *i = all; i != NULL; i = i->ifa_next) {
		char text[IP_TEXT];
		struct ip ip;

		if ((i->ifa_flags & IFF_UP) == 0 || !ip_of(i->ifa_addr, &ip) ||
		    ip_is_loopback(&ip))
			continue;
		any = true;
		if (ip_is_private(&ip))
			continue;
		set->private_only = false;
		add(set, a, str_z(ip_text(&ip, text)),
		    arena_printf(a, _("interface %s"), i->ifa_name));
	}
	set->private_only &= any;
	freeifaddrs(all);
}

static bool
read_main_cf(struct arena *a, const struct options *o, struct str *ret_text)
{
	struct str root = options_text(o, OPT_ROOT);
	struct str path =
	    arena_printf(a, "%.*s/etc/postfix/main.cf", STR_ARG(root));
	CLEANUP(fd_close) int fd = open(path.p, O_RDONLY | O_CLOEXEC);
	struct stat st;
	char *p;
	ssize_t n;

	if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) ||
	    st.st_size > MAIN_CF_MAX)
		return false;
	p = arena_alloc(a, (size_t)st.st_size + 1);
	n = read(fd, p, (size_t)st.st_size);
	if (n <= 0)
		return false;
	*ret_text = (struct str){p, (size_t)n};
	return true;
}

/* Addresses that mail leaves from or is seen from, and names in HELO. */
static void
add_main_cf(struct sends_as_set *set, struct arena *a, const struct options *o)
{
	static const struct str names[] = {S0("smtp_bind_address"),
	    S0("smtp_bind_address6"), S0("proxy_interfaces"),
	    S0("smtp_helo_name"), S0("myhostname"), S0("mydomain"),
	    S0("myorigin"), S0("virtual_mailbox_domains"),
	    S0("virtual_alias_domains"), S0("relay_domains"),
	    S0("mydestination")};
	struct str text;

	if (!read_main_cf(a, o, &text))
		return;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct str value, word;
		struct str why =
		    arena_printf(a, _("%.*s of main.cf"), STR_ARG(names[i]));

		if (!main_cf_get(a, text, names[i], &value))
			continue;
		while ((word = main_cf_word(&value)).n > 0)
			/* Tables and files are for another reader. */
			if (str_chr(word, ':') == word.n &&
			    str_chr(word, '/') == word.n &&
			    str_chr(word, '$') == word.n)
				add(set, a, word, why);
	}
}

static void
add_host_name(struct sends_as_set *set, struct arena *a)
{
	char name[256] = "";

	if (gethostname(name, sizeof(name) - 1) == 0 &&
	    str_chr(str_z(name), '.') < strlen(name))
		add(set, a, str_z(name), str_z(_("name of this host")));
}

void
sends_as_named(
    struct sends_as_set *set, struct arena *a, const struct options *o)
{
	const struct option_value *own = &o->values[OPT_OWN];

	*set = (struct sends_as_set){0};
	for (size_t i = 0; i < own->n; i++)
		add(set, a, own->texts[i], S("--own"));
}

void
sends_as_find(
    struct sends_as_set *set, struct arena *a, const struct options *o)
{
	sends_as_named(set, a, o);
	if (!options_has(o, OPT_ROOT)) {
		add_interfaces(set, a);
		add_host_name(set, a);
	}
	add_main_cf(set, a, o);
}
