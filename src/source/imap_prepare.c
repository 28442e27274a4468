/* SPDX-License-Identifier: ISC */
#include "base/fd.h"
#include "base/ip.h"
#include "base/lang.h"
#include "source/imap.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	AUTHORITIES_MAX = 4 * 1024 * 1024,
	ADDRESSES = 8,
};

/* Where systems keep the authorities that they trust, in one file. */
static const char *const bundles[] = {
    "/etc/ssl/certs/ca-certificates.crt", /* Debian, Alpine, Arch */
    "/etc/pki/tls/certs/ca-bundle.crt",   /* Red Hat */
    "/etc/ssl/ca-bundle.pem",             /* SUSE */
    "/etc/ssl/cert.pem",
};

static bool
read_file(struct arena *a, const char *path, struct str *ret_text)
{
	CLEANUP(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *p;
	size_t n = 0;
	ssize_t got;

	if (fd < 0)
		return false;
	p = arena_alloc(a, AUTHORITIES_MAX);
	while (n < AUTHORITIES_MAX &&
	       (got = read(fd, p + n, AUTHORITIES_MAX - n)) > 0)
		n += (size_t)got;
	*ret_text = (struct str){p, n};
	return n > 0;
}

bool
imap_read_authorities(
    struct arena *a, struct imap_conf *conf, struct str ca, struct err *err)
{
	if (ca.n > 0) {
		if (read_file(a, str_keep(a, ca).p, &conf->authorities))
			return true;
		return err_set(err, ERR_CONFIG, _("cannot read '%.*s': %s"),
		    STR_ARG(ca), strerror(errno));
	}
	for (size_t i = 0; i < ARRAY_LEN(bundles); i++)
		if (read_file(a, bundles[i], &conf->authorities))
			return true;
	/* Without TLS none is needed; with it libcurl will say so. */
	return true;
}

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
