/* SPDX-License-Identifier: ISC */
#include "net/authorities.h"

#include "base/fd.h"
#include "base/lang.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum {
	AUTHORITIES_MAX = 4 * 1024 * 1024,
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
authorities_read(
    struct arena *a, struct str named, struct str *ret_pem, struct err *err)
{
	*ret_pem = (struct str){NULL, 0};
	if (named.n > 0) {
		if (read_file(a, str_keep(a, named).p, ret_pem))
			return true;
		return err_set(err, ERR_CONFIG, _("cannot read '%.*s': %s"),
		    STR_ARG(named), strerror(errno));
	}
	for (size_t i = 0; i < ARRAY_LEN(bundles); i++)
		if (read_file(a, bundles[i], ret_pem))
			return true;
	/* Without TLS none is needed; with it libcurl will say so. */
	return true;
}
