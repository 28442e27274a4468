/* SPDX-License-Identifier: ISC */
#include "cmd/letters.h"

#include "base/lang.h"
#include "base/text.h"
#include "cmd/password.h"
#include "net/authorities.h"

#include <stdlib.h>
#include <string.h>

bool
letters_find_own(
    struct own *own, const struct options *o, bool live, struct err *err)
{
	const struct option_value *words = &o->values[OPT_OWN];

	for (size_t i = 0; i < words->n; i++) {
		struct arena scratch = {0};

		if (own_add(own, words->texts[i]))
			continue;
		(void)err_set(err, ERR_CONFIG,
		    _("--own: '%.*s' is no address, host or domain"),
		    STR_ARG(
			text_safe(&scratch, str_head(words->texts[i], 60))));
		arena_done(&scratch);
		return false;
	}
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

/* Of an account for which it is known already. */
static bool
known_password(const struct imap_conf *conf, struct imap_account *account)
{
	for (size_t i = 0; conf != NULL && i < conf->n; i++) {
		const struct imap_account *other = &conf->accounts[i];

		if (str_eq(other->url.user, account->url.user) &&
		    str_eq(other->url.host, account->url.host)) {
			account->password = other->password;
			return true;
		}
	}
	return false;
}

static bool
find_password(struct arena *a, const struct options *o,
    struct imap_account *account, struct err *err)
{
	struct str path = options_text(o, OPT_IMAP_PASSWORD_FILE);
	const char *said = getenv("SERENO_IMAP_PASSWORD");

	if (path.n > 0)
		return password_read(a, path, &account->password, err);
	if (said != NULL && said[0] != '\0') {
		account->password = str_keep(a, str_z(said));
		return true;
	}
	return password_ask(
	    a, account->url.user, account->url.host, &account->password, err);
}

static bool
find_account(struct arena *a, const struct options *o, struct str word,
    const struct imap_conf *known, struct imap_conf *conf, struct err *err)
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
	if (!imap_prepare(a, account, err))
		return false;
	if (!known_password(conf, account) && !known_password(known, account) &&
	    !find_password(a, o, account, err))
		return false;
	conf->n++;
	return true;
}

bool
letters_find_accounts(struct arena *a, const struct options *o,
    const struct option_value *words, size_t max, const struct imap_conf *known,
    struct imap_conf *ret_conf, struct err *err)
{
	struct imap_conf *conf = ret_conf;

	*conf =
	    (struct imap_conf){.accounts = arena_alloc(
				   a, (words->n + 1) * sizeof(*conf->accounts)),
		.plain = options_has(o, OPT_IMAP_PLAIN),
		.max = max};
	for (size_t i = 0; i < words->n; i++)
		if (imap_url_is(words->texts[i]) &&
		    !find_account(a, o, words->texts[i], known, conf, err))
			return false;
	return true;
}

/* A register that held a piece of it may have been saved on the stack (by the
 * dynamic linker, for one); a process that is forked later would have it. */
static __attribute__((noinline)) void
wipe_stack(void)
{
	char below[16384];

	explicit_bzero(below, sizeof(below));
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
	if (conf->n > 0)
		wipe_stack();
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
