/* SPDX-License-Identifier: ISC */
#include "cmd/password.h"

#include "base/fd.h"
#include "base/lang.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

enum {
	PASSWORD_MAX = 1024,
};

/* The first line of what fd gives; signals: of signalfd(2), it ends there, too;
 * -1: none. */
static bool
read_line(struct arena *a, int fd, int signals, struct str *ret_line)
{
	char *p = arena_alloc(a, PASSWORD_MAX + 1);
	struct pollfd fds[] = {
	    {.fd = fd, .events = POLLIN}, {.fd = signals, .events = POLLIN}};
	size_t n = 0;
	struct str line;

	while (n < PASSWORD_MAX) {
		ssize_t got;

		if (signals >= 0 && poll(fds, ARRAY_LEN(fds), -1) > 0 &&
		    fds[1].revents != 0) {
			explicit_bzero(p, n);
			return false;
		}
		got = read(fd, p + n, PASSWORD_MAX - n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		n += (size_t)got;
		if (memchr(p, '\n', n) != NULL)
			break;
	}
	line = (struct str){p, n};
	line = str_head(line, str_chr(line, '\n'));
	while (line.n > 0 && line.p[line.n - 1] == '\r')
		line.n--;
	p[line.n] = '\0';
	*ret_line = line;
	return line.n > 0;
}

bool
password_read(
    struct arena *a, struct str path, struct str *ret_password, struct err *err)
{
	CLEANUP(fd_close)
	int fd = open(str_keep(a, path).p, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return err_set(err, ERR_CONFIG, _("cannot read '%.*s': %s"),
		    STR_ARG(text_safe(a, str_head(path, 200))),
		    strerror(errno));
	if (!read_line(a, fd, -1, ret_password))
		return err_set(err, ERR_CONFIG,
		    _("the first line of '%.*s' is empty: no password"),
		    STR_ARG(text_safe(a, str_head(path, 200))));
	return true;
}

/* Signals that would leave the terminal mute wait until it is not. */
static void
hold_signals(sigset_t *ret_held, sigset_t *ret_before)
{
	static const int signals[] = {
	    SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};

	sigemptyset(ret_held);
	for (size_t i = 0; i < ARRAY_LEN(signals); i++)
		sigaddset(ret_held, signals[i]);
	sigprocmask(SIG_BLOCK, ret_held, ret_before);
}

bool
password_ask(struct arena *a, struct str user, struct str host,
    struct str *ret_password, struct err *err)
{
	CLEANUP(fd_close) int fd = open("/dev/tty", O_RDWR | O_CLOEXEC);
	CLEANUP(fd_close) int signals = -1;
	struct termios before, mute;
	sigset_t held, unheld;
	bool good;

	if (fd < 0 || tcgetattr(fd, &before) != 0) {
		(void)err_set(err, ERR_CONFIG,
		    _("there is no password for %.*s at %.*s, and no terminal "
		      "to ask on"),
		    STR_ARG(text_safe(a, user)), STR_ARG(text_safe(a, host)));
		(void)snprintf(
		    err->hint, sizeof(err->hint), "--imap-password-file FILE");
		return false;
	}
	hold_signals(&held, &unheld);
	signals = signalfd(-1, &held, SFD_CLOEXEC);
	mute = before;
	mute.c_lflag &= ~(tcflag_t)ECHO;
	(void)tcsetattr(fd, TCSAFLUSH, &mute);
	(void)dprintf(fd, _("password of %.*s at %.*s: "),
	    STR_ARG(text_safe(a, user)), STR_ARG(text_safe(a, host)));
	good = read_line(a, fd, signals, ret_password);
	(void)tcsetattr(fd, TCSAFLUSH, &before);
	(void)dprintf(fd, "\n");
	/* the one that came is delivered now */
	sigprocmask(SIG_SETMASK, &unheld, NULL);
	return good || err_set(err, ERR_CONFIG, _("no password was given"));
}
