/* SPDX-License-Identifier: ISC */
#include "cmd/own_keys.h"

#include "base/lang.h"

#include <errno.h>

static struct posture_selector
of_signer(struct arena *a, const struct signer *s, struct str root)
{
	return (struct posture_selector){.selector = s->selector,
	    .domain = s->domain,
	    .why = arena_printf(a, _("%.*s%.*s line %u"), STR_ARG(root),
		STR_ARG(s->file), s->line),
	    .looked = s->looked,
	    .by_key = s->by_key,
	    .path =
		arena_printf(a, "%.*s%.*s", STR_ARG(root), STR_ARG(s->path)),
	    .error = s->error,
	    .file = s->key};
}

void
own_keys_take(struct own_case *o, const struct option_value *named,
    const struct signers *signers, struct str root, bool domains)
{
	struct posture_selector *all =
	    arena_alloc(o->arena, (named->n + signers->n + 1) * sizeof(*all));
	size_t n = 0;

	for (size_t i = 0; i < named->n; i++)
		all[n++] = (struct posture_selector){
		    .selector = named->texts[i], .why = S("--selector")};
	for (size_t i = 0; i < signers->n; i++) {
		const struct signer *s = &signers->items[i];

		all[n++] = of_signer(o->arena, s, root);
		/* A key may outlive the domain's time here by years. */
		if (s->domain.n > 0 && domains && !s->by_key &&
		    own_case_is_domain(s->domain))
			own_case_domain(o, s->domain, all[n - 1].why);
	}
	o->c.selectors = all;
	o->c.selectors_n = n;
}

void
own_keys_hints(struct own_case *o, const struct hints *hints)
{
	size_t n = o->c.selectors_n;
	struct posture_selector *all =
	    arena_alloc(o->arena, (n + hints->selectors_n + 1) * sizeof(*all));

	if (n > 0)
		memcpy(all, o->c.selectors, n * sizeof(*all));
	for (size_t i = 0; i < hints->selectors_n; i++) {
		const struct hint_selector *s = &hints->selectors[i];

		all[n++] = (struct posture_selector){.selector = s->selector,
		    .domain = s->domain,
		    .why = hints_signed_why(o->arena, s)};
	}
	o->c.selectors = all;
	o->c.selectors_n = n;
}

static bool
is_unread(const struct posture_selector *s)
{
	if (!s->looked)
		return false;
	if (s->file != NULL)
		return s->file->state == KEY_FILE_LOST;
	return s->error != ENOENT && s->error != ENOTDIR;
}

size_t
own_keys_unread(
    const struct own_case *o, struct str *ret_path, struct str *ret_why)
{
	size_t n = 0;

	for (size_t i = 0; i < o->c.selectors_n; i++) {
		const struct posture_selector *s = &o->c.selectors[i];

		if (!is_unread(s) || n++ > 0)
			continue;
		*ret_path = s->path;
		*ret_why = str_z(s->file != NULL
				     ? _("the process that reads it failed")
				     : strerror(s->error));
	}
	return n;
}

struct str
own_keys_unlooked(struct arena *a, const struct signers *signers)
{
	size_t n = signers->unlooked;

	if (n == 0)
		return (struct str){NULL, 0};
	return arena_printf(a,
	    _n("%zu more private key was not compared with the published one: "
	       "there are more than %d",
		"%zu more private keys were not compared with the published "
		"ones: there are more than %d",
		n),
	    n, SIGNERS_KEYS);
}
