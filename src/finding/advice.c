/* SPDX-License-Identifier: ISC */
/*
 * What an administrator is told to type: the acts of the panel around the
 * server (panel.h), or of the server's own module (mta.h), with the names of
 * the finding filled in. Names are strangers' bytes: one that does not stand in
 * a command as it is leaves the command out.
 */
#include "finding/judge.h"
#include "finding/panel.h"

#include "base/text.h"
#include "mail/address.h"
#include "trail/bind.h"

/* With each mark made word, which may hold marks itself; empty: that is not
 * known. */
static struct str
fill_in(struct judging *j, struct str text, struct str mark, const char *word)
{
	struct str done = {NULL, 0}, rest = text;
	size_t at;

	while ((at = str_find(rest, mark)) < rest.n) {
		if (word[0] == '\0')
			return (struct str){NULL, 0};
		done = arena_printf(j->arena, "%.*s%.*s%s", STR_ARG(done),
		    STR_ARG(str_head(rest, at)), word);
		rest = str_skip(rest, at + mark.n);
	}
	return done.n == 0 ? text
			   : arena_printf(j->arena, "%.*s%.*s", STR_ARG(done),
				 STR_ARG(rest));
}

/* Letters, digits and signs that mean nothing to a shell, to SQL or, but for
 * the dot, in a basic regular expression. */
static bool
is_plain(struct str s, const char *signs)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c | 0x20) >= 'a' && (c | 0x20) <= 'z') &&
		    !(c >= '0' && c <= '9') &&
		    str_chr(str_z(signs), c) == str_z(signs).n)
			return false;
	}
	return s.n > 0 && s.p[0] != '-';
}

/* A folder that means the same in a shell and in a regular expression. */
static const char *
folder_word(struct judging *j, const struct origin *o)
{
	if (o == NULL || o->name.n < 2 || o->name.p[0] != '/' ||
	    !is_plain(o->name, "-./_"))
		return "";
	return str_keep(j->arena, o->name).p;
}

/* An origin that is known by its address alone. */
static const char *
address_word(struct judging *j, const struct origin *o, bool v4_only)
{
	char text[IP_TEXT];
	struct ip ip;

	if (o == NULL ||
	    (o->kind != ORIGIN_CLIENT && o->kind != ORIGIN_NETWORK) ||
	    !ip_parse(o->name, &ip) || (v4_only && !ip_is_v4(&ip)))
		return "";
	return str_keep(j->arena, str_z(ip_text(&ip, text))).p;
}

/* The account in the marks of ADVICE_LOGIN. */
static struct str
fill_account(struct judging *j, struct str text, struct str account)
{
	struct str local, domain, rest, pattern = {NULL, 0};

	if (!address_split(account, &local, &domain) || account.n > 200 ||
	    !is_plain(local, "-._+") || !is_plain(domain, "-."))
		return fill_in(j,
		    fill_in(j, fill_in(j, text, S("{account}"), ""),
			S("{domain}"), ""),
		    S("{pattern}"), "");
	rest = account;
	while (rest.n > 0) {
		struct str part = str_take(&rest, '.');

		pattern = arena_printf(j->arena, "%.*s%.*s%s", STR_ARG(pattern),
		    STR_ARG(part), rest.n > 0 ? "\\." : "");
	}
	text = fill_in(j, text, S("{account}"), str_keep(j->arena, account).p);
	text = fill_in(j, text, S("{domain}"), str_keep(j->arena, domain).p);
	text = fill_in(j, text, S("{local}"), str_keep(j->arena, local).p);
	return fill_in(j, text, S("{pattern}"), pattern.p);
}

static struct str
fill_all(struct judging *j, const struct finding *f, struct str account,
    const char *text)
{
	const struct origin *o = f->origin;
	const char *uid =
	    o == NULL || o->uid < 0
		? ""
		: arena_printf(j->arena, "%lld", (long long)o->uid).p;
	struct str all = fill_in(j, str_z(text), S("{uid}"), uid);

	all = fill_in(j, all, S("{address}"), address_word(j, o, false));
	all = fill_in(j, all, S("{ipv4}"), address_word(j, o, true));
	all = fill_in(j, all, S("{user}"), user_word(j, o));
	all = fill_in(j, all, S("{folder}"), folder_word(j, o));
	return fill_account(j, all, account);
}

/* False: a name in it is not known, or not to be typed. */
static bool
tell(struct judging *j, struct finding *f, const struct mta_act *act,
    struct str account, const char *said)
{
	struct str command = fill_all(j, f, account, act->command);
	struct str sentence = act->sentence == NULL
				  ? str_z(said)
				  : fill_all(j, f, account, _(act->sentence));

	if ((command.n == 0 && act->command[0] != '\0') || sentence.n == 0)
		return false;
	finding_remedy(
	    j, f, command.n == 0 ? "" : command.p, "%.*s", STR_ARG(sentence));
	if (act->undo != NULL)
		finding_remedy(j, f, fill_all(j, f, account, act->undo).p, "%s",
		    _("undoes that, when it is over"));
	return true;
}

/* A panel's customers are its users; the web server's own user is none. */
static bool
is_of_panel(const struct finding *f, enum mta_advice which)
{
	return which != ADVICE_USER || f->origin == NULL ||
	       bind_web_user(origin_user(f->origin)) == 0;
}

static bool
advise(struct judging *j, struct finding *f, enum mta_advice which,
    struct str account, const char *said)
{
	const struct mta *mta = finding_server(j, f);
	const struct mta_act *act = panel_act(j->servers, mta, which);

	if (act != NULL && is_of_panel(f, which) &&
	    tell(j, f, act, account, said))
		return true;
	if (mta == NULL)
		mta = &mta_postfix;
	act = &mta->advice[which];
	return act->command != NULL && tell(j, f, act, account, said);
}

void
finding_advise(struct judging *j, struct finding *f, enum mta_advice which,
    const char *otherwise)
{
	(void)advise(j, f, which, (struct str){NULL, 0},
	    otherwise == NULL ? "" : _(otherwise));
}

void
finding_advise_account(struct judging *j, struct finding *f,
    enum mta_advice which, struct str account, const char *otherwise)
{
	struct str name = text_safe(j->arena, account);
	const char *said = "";

	if (otherwise != NULL)
		said =
		    str_keep(j->arena, fill_in(j, str_z(_(otherwise)), S("%s"),
					   str_keep(j->arena, name).p))
			.p;
	if (!advise(j, f, which, account, said) && said[0] != '\0')
		finding_remedy(j, f, "", "%s", said);
}
