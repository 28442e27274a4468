/* SPDX-License-Identifier: ISC */
/*
 * The private key that a signer's configuration names, against the record that
 * the world verifies with. Several signers may name the same selector, one of
 * them left over from a server that was replaced: when one has the right key,
 * the others are worth a hint and no more.
 */
#include "base/lang.h"
#include "check/posture.h"

#include <errno.h>
#include <sys/stat.h>

static bool
is_read(const struct posture_selector *s)
{
	return s->file != NULL && s->file->state == KEY_FILE_READ;
}

bool
posture_private_matches(const struct posture_key *k)
{
	for (size_t i = 0; i < k->privates_n; i++)
		if (is_read(k->privates[i]) &&
		    key_record_matches(k->text, k->privates[i]->file))
			return true;
	return false;
}

struct publish
posture_private_publish(struct arena *a, const struct posture_key *k)
{
	for (size_t i = 0; i < k->privates_n; i++)
		if (is_read(k->privates[i]))
			return (struct publish){k->name, "TXT",
			    key_record_write(a, k->privates[i]->file)};
	return (struct publish){{NULL, 0}, NULL, {NULL, 0}};
}

/* The signer signs nothing, and mostly says so in the log only. */
static bool
find_useless(struct weaknesses *w, const struct posture_domain *d,
    const struct posture_selector *s)
{
	/* What can be wrong with the folder is no word on the key. */
	if (s->file == NULL) {
		if (s->error == ENOENT || s->error == ENOTDIR)
			weakness_add(w, WEAKNESS_DKIM_NO_PRIVATE, d->name,
			    _("%.*s names the private key %.*s, which is not "
			      "there"),
			    STR_ARG(s->why), STR_ARG(s->path))
			    ->advice =
			    str_z(_("Bring the file back, or make a new key "
				    "and publish its public half."));
		return true;
	}
	if (s->file->state == KEY_FILE_NO_KEY)
		(void)weakness_add(w, WEAKNESS_DKIM_NO_PRIVATE, d->name,
		    _("%.*s has no private key in it that a signer could use "
		      "(%.*s)"),
		    STR_ARG(s->path), STR_ARG(s->why));
	else if (s->file->state == KEY_FILE_LOCKED)
		(void)weakness_add(w, WEAKNESS_DKIM_NO_PRIVATE, d->name,
		    _("%.*s can be opened with a passphrase only, which no "
		      "signer has (%.*s)"),
		    STR_ARG(s->path), STR_ARG(s->why));
	return s->file->state != KEY_FILE_READ;
}

static void
find_open(struct weaknesses *w, const struct posture_domain *d,
    const struct posture_selector *s)
{
	if ((s->file->mode & (S_IROTH | S_IWOTH)) == 0)
		return;
	weakness_add(w, WEAKNESS_DKIM_PRIVATE_OPEN, d->name,
	    s->file->mode & S_IWOTH
		? _("every user and script of this server may change the "
		    "private key %.*s (mode %04o)")
		: _("every user and script of this server may read the private "
		    "key %.*s (mode %04o)"),
	    STR_ARG(s->path), s->file->mode & 07777)
	    ->advice =
	    str_z(_("Take that right away (chmod o= FILE); a folder above it "
		    "that only the signer may enter protects it, too. If this "
		    "server was broken into, make a new key."));
}

static void
find_other(struct weaknesses *w, const struct posture_domain *d,
    const struct posture_key *k, const struct posture_selector *s)
{
	struct weakness *found;

	if (key_record_matches(k->text, s->file))
		return;
	if (posture_private_matches(k)) {
		(void)weakness_add(w, WEAKNESS_DKIM_OTHER_LEFT, d->name,
		    _("%.*s names the key %.*s, which is not the published "
		      "one; another signer has that"),
		    STR_ARG(s->why), STR_ARG(s->path));
		return;
	}
	found = weakness_add(w, WEAKNESS_DKIM_OTHER_KEY, d->name,
	    _("%.*s is signed with the private key %.*s (%s %u), and %.*s has "
	      "the public half of another one"),
	    STR_ARG(d->name), STR_ARG(s->path),
	    s->file->type == KEY_FILE_RSA ? "RSA" : "Ed25519", s->file->bits,
	    STR_ARG(k->name));
	/* A weak key is not to be published. */
	if (s->file->type != KEY_FILE_RSA || s->file->bits >= 1024)
		found->publish = (struct publish){
		    k->name, "TXT", key_record_write(w->arena, s->file)};
}

void
posture_private_find(struct posture_domain *d, const struct posture_key *k)
{
	struct weaknesses *w = &d->weaknesses;

	for (size_t i = 0; i < k->privates_n; i++) {
		const struct posture_selector *s = k->privates[i];

		if (find_useless(w, d, s))
			continue;
		find_open(w, d, s);
		find_other(w, d, k, s);
	}
}
