/* SPDX-License-Identifier: ISC */
/* Which keys a domain has: those of its signers' configuration, those that
 * were named, and names that are often taken. */
#include "base/lang.h"
#include "check/posture.h"

/* Defaults of OpenDKIM, rspamd, cPanel, DirectAdmin, Plesk, mailcow, iRedMail,
 * and of services that many domains send by. */
static const struct str guesses[] = {S0("default"), S0("mail"), S0("dkim"),
    S0("x"), S0("selector1"), S0("selector2"), S0("google"), S0("k1"), S0("k2"),
    S0("k3"), S0("s1"), S0("s2"), S0("smtp"), S0("mx"), S0("key1"), S0("dkim1"),
    S0("mandrill"), S0("fm1"), S0("fm2"), S0("fm3"), S0("mailjet"), S0("pm"),
    S0("zoho"), S0("everlytickey1"), S0("sig1"), S0("cm"), S0("protonmail"),
    S0("2022"), S0("2023"), S0("2024"), S0("2025"), S0("2026"), S0("rsa"),
    S0("ed25519"), S0("dkim-ed25519"), S0("dkim-rsa")};

static void
read_texts(const struct dns_answer *txt, struct posture_key *key)
{
	key->status = txt->status;
	for (size_t i = 0; i < txt->n; i++) {
		struct str text = txt->records[i].text;

		/* Where it is configured all text there is meant. */
		if (key->guess && !key_record_is(text))
			continue;
		if (key->records++ == 0)
			key->text = text;
	}
	if (key->records > 0)
		key_record_read(key->text, &key->key);
}

static struct posture_key *
find_key(struct posture_domain *d, struct str selector)
{
	for (size_t i = 0; i < d->keys_n; i++)
		if (str_eq_fold(d->keys[i].selector, selector))
			return &d->keys[i];
	return NULL;
}

static void
add_key(struct dns_book *book, struct arena *a, struct posture_domain *d,
    struct str selector, struct str why, bool guess)
{
	struct posture_key key = {
	    .selector = selector, .why = why, .guess = guess};
	const struct dns_answer *txt;

	if (d->keys_n == POSTURE_KEYS || find_key(d, selector) != NULL)
		return;
	key.name = arena_printf(
	    a, "%.*s._domainkey.%.*s", STR_ARG(selector), STR_ARG(d->name));
	d->keys_asked++;
	txt = dns_book_get(book, key.name, DNS_TXT);
	if (txt == NULL)
		return;
	read_texts(txt, &key);
	d->keys_lost += !dns_is_known(txt->status);
	/* A guess that is wrong is nothing. */
	if (guess && key.records == 0)
		return;
	d->keys[d->keys_n++] = key;
}

static void
add_private(struct posture_domain *d, const struct posture_selector *s)
{
	struct posture_key *key = find_key(d, s->selector);

	if (key == NULL || !s->looked || key->privates_n == POSTURE_PRIVATES)
		return;
	key->privates[key->privates_n++] = s;
}

void
posture_keys_read(struct dns_book *book, struct arena *a,
    const struct posture_case *c, struct posture_domain *d, bool guess)
{
	for (size_t i = 0; i < c->selectors_n; i++) {
		const struct posture_selector *s = &c->selectors[i];

		if (s->domain.n > 0 && !dns_name_eq(s->domain, d->name))
			continue;
		add_key(book, a, d, s->selector, s->why, s->domain.n == 0);
		add_private(d, s);
	}
	for (size_t i = 0; i < ARRAY_LEN(guesses) && guess; i++)
		add_key(book, a, d, guesses[i], S(""), true);
}

static void
find_in_good(struct posture_domain *d, const struct posture_key *k)
{
	const struct key_record *key = &k->key;
	struct weaknesses *w = &d->weaknesses;

	if (key->type == DKIM_KEY_RSA && key->bits < 1024)
		(void)weakness_add(w, WEAKNESS_DKIM_SHORT, d->name,
		    _("the key %.*s has %u bits"), STR_ARG(k->name), key->bits);
	else if (key->type == DKIM_KEY_RSA && key->bits < 2048)
		(void)weakness_add(w, WEAKNESS_DKIM_1024, d->name,
		    _("the key %.*s has %u bits"), STR_ARG(k->name), key->bits);
	if (key->testing)
		(void)weakness_add(w, WEAKNESS_DKIM_TEST, d->name,
		    _("the key %.*s is marked as a test (t=y)"),
		    STR_ARG(k->name));
	if (key->no_sha256)
		(void)weakness_add(w, WEAKNESS_DKIM_SHA1, d->name,
		    _("the key %.*s allows no SHA-256 (h=)"), STR_ARG(k->name));
	if (key->other_service)
		(void)weakness_add(w, WEAKNESS_DKIM_SERVICE, d->name,
		    _("the key %.*s is for another service (s=)"),
		    STR_ARG(k->name));
}

static void
find_missing(struct posture_domain *d, const struct posture_key *k)
{
	struct weakness *found = weakness_add(&d->weaknesses,
	    WEAKNESS_DKIM_MISSING, d->name,
	    _("mail is signed with the selector %.*s (%.*s), but there is no "
	      "key %.*s"),
	    STR_ARG(k->selector), STR_ARG(k->why), STR_ARG(k->name));

	found->publish = posture_private_publish(d->weaknesses.arena, k);
	if (found->publish.name.n == 0)
		found->advice = str_z(
		    _("Publish the public key; the signer wrote it beside the "
		      "private one, or shows it (opendkim-genkey: "
		      "SELECTOR.txt)."));
}

static void
find_in_key(struct posture_domain *d, const struct posture_key *k)
{
	struct weaknesses *w = &d->weaknesses;

	if (!dns_is_known(k->status))
		return;
	if (k->records == 0) {
		find_missing(d, k);
		return;
	}
	if (k->records > 1)
		(void)weakness_add(w, WEAKNESS_DKIM_TWO, d->name,
		    _("%.*s has %zu records"), STR_ARG(k->name), k->records);
	/* An old key that nobody has named and that is withdrawn is as it
	 * should be. */
	if (k->key.revoked && (!k->guess || k->why.n > 0))
		(void)weakness_add(w, WEAKNESS_DKIM_REVOKED, d->name,
		    _("the key %.*s is empty"), STR_ARG(k->name));
	else if (k->key.fault != KEY_FINE)
		(void)weakness_add(w, WEAKNESS_DKIM_SYNTAX, d->name,
		    _("the key %.*s: %s"), STR_ARG(k->name),
		    _(key_fault_sentence(k->key.fault)));
	else if (!k->key.revoked)
		find_in_good(d, k);
	if (k->key.fault == KEY_FINE && !k->key.revoked)
		posture_private_find(d, k);
}

void
posture_keys_find(struct posture_domain *d)
{
	bool rsa = false, ed25519 = false;

	for (size_t i = 0; i < d->keys_n; i++) {
		const struct posture_key *k = &d->keys[i];
		bool good = k->records > 0 && k->key.fault == KEY_FINE &&
			    !k->key.revoked;

		find_in_key(d, k);
		rsa |= good && k->key.type == DKIM_KEY_RSA;
		ed25519 |= good && k->key.type == DKIM_KEY_ED25519;
	}
	if (ed25519 && !rsa)
		(void)weakness_add(&d->weaknesses, WEAKNESS_DKIM_ED25519_ALONE,
		    d->name, _("all keys that were found are Ed25519"));
	if (d->keys_n == 0 && d->keys_asked > 0 && d->keys_lost == 0 &&
	    !d->parked)
		weakness_add(&d->weaknesses, WEAKNESS_DKIM_NONE, d->name,
		    _("no DKIM key was found under %zu names"), d->keys_asked)
		    ->advice =
		    str_z(_("If mail is signed, name the selector with "
			    "--selector (it is s= in DKIM-Signature); else "
			    "switch signing on."));
}
