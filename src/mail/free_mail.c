/* SPDX-License-Identifier: ISC */
/*
 * The large ones of Europe and the Americas, as their providers' sign-up pages
 * offer them. Which is missing costs evidence and accuses nobody.
 */
#include "mail/free_mail.h"

/* Whole names. */
static const struct str names[] = {S0("126.com"), S0("163.com"), S0("aol.com"),
    S0("bluewin.ch"), S0("btinternet.com"), S0("comcast.net"), S0("free.fr"),
    S0("gmail.com"), S0("googlemail.com"), S0("gmx.at"), S0("gmx.ch"),
    S0("gmx.com"), S0("gmx.de"), S0("gmx.net"), S0("icloud.com"),
    S0("interia.pl"), S0("laposte.net"), S0("libero.it"), S0("mac.com"),
    S0("mail.ru"), S0("me.com"), S0("msn.com"), S0("o2.pl"), S0("orange.fr"),
    S0("proton.me"), S0("protonmail.com"), S0("qq.com"), S0("seznam.cz"),
    S0("sfr.fr"), S0("t-online.de"), S0("telefonica.net"), S0("terra.com.br"),
    S0("tutanota.com"), S0("uol.com.br"), S0("virgilio.it"), S0("wanadoo.fr"),
    S0("web.de"), S0("wp.pl"), S0("yandex.com"), S0("yandex.ru"),
    S0("ymail.com"), S0("zoho.com")};

/* One for each country: "yahoo.com.mx", "hotmail.fr". */
static const struct str families[] = {
    S0("hotmail."), S0("live."), S0("outlook."), S0("yahoo.")};

/* "com", "fr", "co.uk", "com.mx": no more labels than that. */
static bool
is_country(struct str ending)
{
	size_t dot = str_chr(ending, '.');

	if (str_eq_fold(ending, S("com")))
		return true;
	if (dot == ending.n)
		return ending.n == 2;
	return (str_eq_fold(str_head(ending, dot), S("com")) ||
		   str_eq_fold(str_head(ending, dot), S("co"))) &&
	       ending.n == dot + 3;
}

bool
free_mail_has(struct str domain)
{
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (str_eq_fold(domain, names[i]))
			return true;
	for (size_t i = 0; i < ARRAY_LEN(families); i++)
		if (str_eq_fold(str_head(domain, families[i].n), families[i]) &&
		    is_country(str_skip(domain, families[i].n)))
			return true;
	return false;
}
