/* SPDX-License-Identifier: ISC */
/*
 * Landlock (landlock(7)): from now on no file can be opened, made, removed or
 * run, no TCP port bound or connected, no process outside signalled. What is
 * open already stays usable. Each newer ABI knows more rights; the numbers
 * stand here because the headers of Linux 6.1 end at ABI 2.
 */
#include "base/lang.h"
#include "base/sandbox_part.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444 /* the same on every architecture */
#define SYS_landlock_restrict_self  446
#endif

#ifndef SYS_landlock_add_rule
#define SYS_landlock_add_rule 445
#endif

enum {
	ASK_VERSION = 1,
	NET_PORT = 2, /* kinds of rules */
	CONNECT_TCP = 2,
};

struct port_rule {
	uint64_t allowed, port;
};

/* As in ABI 6; a kernel that knows less accepts it when the rest is 0. */
struct ruleset {
	uint64_t fs, net, scoped;
};

struct ability {
	int abi;
	struct ruleset adds;
};

static const struct ability abilities[] = {
    {1, {.fs = 0x1fff}},   /* execute, read, write, make, remove */
    {2, {.fs = 1U << 13}}, /* link and rename across folders */
    {3, {.fs = 1U << 14}}, /* truncate */
    {4, {.net = 3}},       /* bind and connect of TCP */
    {5, {.fs = 1U << 15}}, /* ioctl of devices opened from now on */
    {6, {.scoped = 3}},    /* abstract unix sockets, signals */
};

static struct ruleset
ruleset_of(int abi)
{
	struct ruleset rules = {0};

	for (size_t i = 0; i < ARRAY_LEN(abilities); i++) {
		if (abilities[i].abi > abi)
			break;
		rules.fs |= abilities[i].adds.fs;
		rules.net |= abilities[i].adds.net;
		rules.scoped |= abilities[i].adds.scoped;
	}
	return rules;
}

static bool
allow_ports(long fd, const uint16_t *ports, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct port_rule rule = {CONNECT_TCP, ports[i]};

		if (syscall(SYS_landlock_add_rule, fd, NET_PORT, &rule, 0) != 0)
			return false;
	}
	return true;
}

bool
sandbox_landlock(const uint16_t *ports, size_t n, struct err *err)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, ASK_VERSION);
	struct ruleset rules;
	long fd;

	if (abi < 1)
		return err_set(err, ERR_AGAIN,
		    _("this kernel has no Landlock, or it is off: %s"),
		    strerror(errno));
	rules = ruleset_of((int)abi);
	fd = syscall(SYS_landlock_create_ruleset, &rules, sizeof(rules), 0);
	if (fd < 0)
		return err_set(err, ERR_BUG,
		    _("Landlock (ABI %ld) refuses our rules: %s"), abi,
		    strerror(errno));
	/* But for ports no rule is added: nothing of what is handled is
	 * allowed. */
	if ((rules.net != 0 && !allow_ports(fd, ports, n)) ||
	    syscall(SYS_landlock_restrict_self, fd, 0) != 0) {
		(void)err_set(err, ERR_BUG,
		    _("Landlock (ABI %ld) cannot be entered: %s"), abi,
		    strerror(errno));
		(void)close((int)fd);
		return false;
	}
	(void)close((int)fd);
	return true;
}
