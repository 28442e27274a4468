/* SPDX-License-Identifier: ISC */
#include "base/sandbox.h"
#include "base/lang.h"

#include "base/sandbox_part.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum {
	NOBODY = 65534
};

struct who {
	uid_t uid;
	gid_t gid;
};

static struct who
find_nobody(void)
{
	struct who who = {NOBODY, NOBODY};
	struct passwd pw, *found = NULL;
	char buf[4096];

	if (getpwnam_r("nobody", &pw, buf, sizeof(buf), &found) == 0 &&
	    found != NULL && pw.pw_uid != 0 && pw.pw_gid != 0)
		who = (struct who){pw.pw_uid, pw.pw_gid};
	return who;
}

/* What exec could give back: gone as far as we may; NO_NEW_PRIVS is behind. */
static void
drop_bounding(void)
{
	for (unsigned long cap = 0;; cap++)
		if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) != 0)
			break;
	(void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
}

static bool
drop_capabilities(struct err *err)
{
	struct __user_cap_header_struct header = {
	    .version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};

	if (syscall(SYS_capset, &header, none) != 0)
		return err_set(err, ERR_DENIED,
		    _("cannot drop capabilities: %s"), strerror(errno));
	return true;
}

static bool
become_nobody(struct err *err)
{
	struct who who = find_nobody();

	if (setgroups(0, NULL) != 0)
		return err_set(err, ERR_DENIED,
		    _("cannot leave root's groups: %s"), strerror(errno));
	if (setresgid(who.gid, who.gid, who.gid) != 0)
		return err_set(err, ERR_DENIED, _("cannot become group %u: %s"),
		    (unsigned)who.gid, strerror(errno));
	if (setresuid(who.uid, who.uid, who.uid) != 0)
		return err_set(err, ERR_DENIED, _("cannot become user %u: %s"),
		    (unsigned)who.uid, strerror(errno));
	if (setresuid(0, 0, 0) == 0)
		return err_set(err, ERR_BUG,
		    _("the kernel gave root back after it was dropped"));
	return true;
}

bool
sandbox_drop_rights(struct err *err)
{
	uid_t real, effective, saved;
	bool ok = true;

	drop_bounding();
	if (getresuid(&real, &effective, &saved) != 0 || real == 0 ||
	    effective == 0 || saved == 0)
		ok = become_nobody(err);
	/* Also when that failed: root without capabilities is less root. */
	if (!drop_capabilities(err))
		ok = false;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		ok = err_set(err, ERR_DENIED,
		    _("cannot give up gaining rights by exec: %s"),
		    strerror(errno));
	/* No ptrace and no core file with other people's mail in it. */
	if (prctl(PR_SET_DUMPABLE, SANDBOX_SANITIZED, 0, 0, 0) != 0)
		ok = err_set(err, ERR_DENIED,
		    _("cannot forbid being traced: %s"), strerror(errno));
	return ok;
}

static void
enter(
    bool network, const uint16_t *ports, size_t n, struct sandbox *ret_sandbox)
{
	const char *mute = _("this build has a sanitizer that could not report "
			     "behind it");

	*ret_sandbox = (struct sandbox){0};
	/* The zone's file cannot be opened later. */
	tzset();
	ret_sandbox->dropped_uid = sandbox_drop_rights(&ret_sandbox->uid_err);
	if (SANDBOX_SANITIZED) {
		(void)err_set(&ret_sandbox->landlock_err, ERR_CONFIG,
		    "Landlock: %s", mute);
		(void)err_set(
		    &ret_sandbox->seccomp_err, ERR_CONFIG, "seccomp: %s", mute);
		return;
	}
	ret_sandbox->landlock =
	    sandbox_landlock(ports, n, &ret_sandbox->landlock_err);
	ret_sandbox->seccomp =
	    sandbox_seccomp(network, &ret_sandbox->seccomp_err);
}

void
sandbox_enter(struct sandbox *ret_sandbox)
{
	enter(false, NULL, 0, ret_sandbox);
}

void
sandbox_enter_network(
    const uint16_t *ports, size_t n, struct sandbox *ret_sandbox)
{
	enter(true, ports, n, ret_sandbox);
}
