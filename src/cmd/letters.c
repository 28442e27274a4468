/* SPDX-License-Identifier: ISC */
#include "cmd/letters.h"

#include "base/fd.h"
#include "base/lang.h"
#include "base/text.h"
#include "net/authorities.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

enum {
	PASSWORD_MAX = 1024,
};

bool
letters_find_own(
    struct own *own, const struct options *o, bool live, struct err *err)
{
	const struct option_value *words = &o->values[OPT_OWN];

	for (size_t i = 0; i < words->n; i++)
		if (!own_add(own, words->texts[i]))
			return err_set(err, ERR_CONFIG,
			    _("--own: '%.*s' is no address, host or domain"),
			    STR_ARG(str_head(words->texts[i], 60)));
	own->told = words->n > 0;
	if (!own->told && live)
		own_ask_machine(own);
	return true;
}

void
letters_say_gaps(struct report *report, const struct bag *bag)
{
	for (size_t i = 0; i < bag->gaps_n; i++)
		report_not_examined(report, bag->gaps[i].path, "%.*s",
		    STR_ARG(bag->gaps[i].sentence));
	if (bag->cut > 0)
		report_not_examined(report, S("messages"),
		    _("of %s large messages only the first part was read"),
		    lang_number(&report->arena, bag->cut));
}

/* The first line of what fd gives. */
static bool
read_line(struct arena *a, int fd, struct str *ret_line)
{
	char *p = arena_alloc(a, PASSWORD_MAX + 1);
	size_t n = 0;
	struct str line;

	while (n < PASSWORD_MAX) {
		ssize_t got = read(fd, p + n, PASSWORD_MAX - n);

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

static bool
read_file(
    struct arena *a, struct str path, struct str *ret_line, struct err *err)
{
	CLEANUP(fd_close)
	int fd = open(str_keep(a, path).p, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return err_set(err, ERR_CONFIG, _("cannot read '%.*s': %s"),
		    STR_ARG(str_head(path, 200)), strerror(errno));
	if (!read_line(a, fd, ret_line))
		return err_set(err, ERR_CONFIG,
		    _("the first line of '%.*s' is empty: no password"),
		    STR_ARG(str_head(path, 200)));
	return true;
}

static bool
ask(struct arena *a, const struct imap_url *url, struct str *ret_line,
    struct err *err)
{
	CLEANUP(fd_close) int fd = open("/dev/tty", O_RDWR | O_CLOEXEC);
	struct termios before, mute;
	bool good;

	if (fd < 0 || tcgetattr(fd, &before) != 0) {
		(void)err_set(err, ERR_CONFIG,
		    _("there is no password for %.*s at %.*s, and no terminal "
		      "to ask on"),
		    STR_ARG(url->user), STR_ARG(url->host));
		(void)snprintf(
		    err->hint, sizeof(err->hint), "--imap-password-file FILE");
		return false;
	}
	mute = before;
	mute.c_lflag &= ~(tcflag_t)ECHO;
	(void)tcsetattr(fd, TCSAFLUSH, &mute);
	(void)dprintf(fd, _("password of %.*s at %.*s: "),
	    STR_ARG(text_safe(a, url->user)), STR_ARG(text_safe(a, url->host)));
	good = read_line(a, fd, ret_line);
	(void)tcsetattr(fd, TCSAFLUSH, &before);
	(void)dprintf(fd, "\n");
	return good || err_set(err, ERR_CONFIG, _("no password was given"));
}

static bool
find_password(struct arena *a, const struct options *o,
    const struct imap_conf *conf, struct imap_account *account, struct err *err)
{
	struct str path = options_text(o, OPT_IMAP_PASSWORD_FILE);
	const char *said = getenv("SERENO_IMAP_PASSWORD");

	for (size_t i = 0; i < conf->n; i++)
		if (str_eq(conf->accounts[i].url.user, account->url.user) &&
		    str_eq(conf->accounts[i].url.host, account->url.host)) {
			account->password = conf->accounts[i].password;
			return true;
		}
	if (path.n > 0)
		return read_file(a, path, &account->password, err);
	if (said != NULL && said[0] != '\0') {
		account->password = str_keep(a, str_z(said));
		return true;
	}
	return ask(a, &account->url, &account->password, err);
}

static bool
find_account(struct arena *a, const struct options *o, struct str word,
    struct imap_conf *conf, struct err *err)
{
	struct imap_account *account = &conf->accounts[conf->n];
	struct err why;

	if (!imap_is_built())
		return err_set(err, ERR_CONFIG,
		    _("this build cannot read IMAP: it was made without "
		      "libcurl"));
	if (!imap_url_parse(a, word, &account->url, &why))
		return err_set(err, ERR_CONFIG, "'%.*s': %s",
		    STR_ARG(text_safe(a, str_head(word, str_chr(word, ':')))),
		    why.text);
	if (conf->authorities.p == NULL &&
	    !authorities_read(
		a, options_text(o, OPT_IMAP_CA), &conf->authorities, err))
		return false;
	if (!imap_prepare(a, account, err) ||
	    !find_password(a, o, conf, account, err))
		return false;
	conf->n++;
	return true;
}

bool
letters_find_accounts(struct arena *a, const struct options *o,
    const struct option_value *words, size_t max, struct imap_conf *ret_conf,
    struct err *err)
{
	struct imap_conf *conf = ret_conf;

	*conf =
	    (struct imap_conf){.accounts = arena_alloc(
				   a, (words->n + 1) * sizeof(*conf->accounts)),
		.plain = options_has(o, OPT_IMAP_PLAIN),
		.max = max};
	for (size_t i = 0; i < words->n; i++)
		if (imap_url_is(words->texts[i]) &&
		    !find_account(a, o, words->texts[i], conf, err))
			return false;
	return true;
}

void
letters_forget(struct imap_conf *conf)
{
	char *said = getenv("SERENO_IMAP_PASSWORD");

	for (size_t i = 0; i < conf->n; i++) {
		struct str *p = &conf->accounts[i].password;

		explicit_bzero((char *)(uintptr_t)p->p, p->n);
		p->n = 0;
	}
	/* the environment keeps it, too */
	if (said != NULL && conf->n > 0) {
		explicit_bzero(said, strlen(said));
		(void)unsetenv("SERENO_IMAP_PASSWORD");
	}
}

void
letters_say_unasked(struct report *report, uint64_t n)
{
	if (n > 0)
		report_not_examined(report, S("network"),
		    _n("the DNS was not asked about %s more address, which "
		       "sent least",
			"the DNS was not asked about %s more addresses, which "
			"sent least",
			n),
		    lang_number(&report->arena, n));
}
