/* SPDX-License-Identifier: ISC */
/*
 * The private keys behind the names. A path with "$domain" stands for a folder
 * of keys: who has one there is signed, whatever domains the server knows, and
 * who has none is not, which is no mistake.
 */
#include "setting/signers_part.h"

#include <errno.h>

static const struct str variable = S0("$domain");

/* The name, which has no '$', in place of the variable. */
static struct str
fill(struct arena *a, struct str path, struct str what, struct str name)
{
	size_t at;

	while ((at = str_find(path, what)) < path.n)
		path = arena_printf(a, "%.*s%.*s%.*s", (int)at, path.p,
		    STR_ARG(name), STR_ARG(str_skip(path, at + what.n)));
	return path;
}

static void
look(struct signers *s, struct files *files, size_t at, size_t *looks)
{
	struct signer *signer = &s->items[at];
	struct key_file key;

	if (*looks == SIGNERS_KEYS) {
		s->unlooked++;
		return;
	}
	/* One file may sign for many domains. */
	for (size_t i = 0; i < at; i++)
		if (s->items[i].looked &&
		    str_eq(s->items[i].path, signer->path)) {
			signer->looked = true;
			signer->error = s->items[i].error;
			signer->key = s->items[i].key;
			return;
		}
	++*looks;
	signer->looked = true;
	signer->error = files_key(files, signer->path, &key);
	if (signer->error == 0) {
		struct key_file *kept = arena_alloc(s->arena, sizeof(*kept));

		*kept = key;
		signer->key = kept;
	}
}

/* "/k/$domain.x.key" -> "/k/", "", ".x.key"; "/v/$domain/key" -> "/v/", "",
 * "", and "/key" behind. */
struct parts {
	struct str folder, before, after, below;
};

static void
cut(struct str path, struct parts *ret_parts)
{
	size_t at = str_find(path, variable), slash;
	struct str rest = str_skip(path, at + variable.n);

	slash = str_rchr(str_head(path, at), '/');
	ret_parts->folder = str_head(path, slash > 0 ? slash : 1);
	ret_parts->before = str_head(str_skip(path, slash + 1), at - slash - 1);
	ret_parts->after = str_head(rest, str_chr(rest, '/'));
	ret_parts->below = str_skip(rest, ret_parts->after.n);
}

static void
look_in_folder(struct signers *s, struct files *files, size_t at, size_t *looks)
{
	struct str template = s->items[at].path, names, name;
	struct parts parts;

	cut(template, &parts);
	s->items[at].path = (struct str){NULL, 0};
	if (!files_try(files, FILE_NAMES, parts.folder, &names))
		return;
	while ((name = files_name(&names)).n > 0) {
		struct signer from = s->items[at], *added;
		struct str domain = name;

		if (!str_starts(name, parts.before) ||
		    !str_ends(name, parts.after) ||
		    name.n <= parts.before.n + parts.after.n)
			continue;
		domain = str_skip(domain, parts.before.n);
		domain = str_head(domain, domain.n - parts.after.n);
		if (str_chr(domain, '.') == domain.n)
			continue;
		added =
		    signers_add(s, domain, from.selector, from.file, from.line);
		if (added == NULL)
			continue;
		added->by_key = true;
		added->path = fill(s->arena, template, variable, domain);
		look(s, files, s->n - 1, looks);
		/* A folder of the name, without the key in it. */
		if (s->items[s->n - 1].error == ENOENT ||
		    s->items[s->n - 1].error == ENOTDIR)
			s->n--;
	}
}

void
signers_keys(struct signers *s, struct files *files)
{
	size_t n = s->n, looks = 0;

	for (size_t i = 0; i < n; i++) {
		struct signer *signer = &s->items[i];

		if (signer->path.n == 0)
			continue;
		signer->path = fill(
		    s->arena, signer->path, S("$selector"), signer->selector);
		if (signer->domain.n > 0)
			signer->path = fill(
			    s->arena, signer->path, variable, signer->domain);
		if (str_has(signer->path, variable))
			look_in_folder(s, files, i, &looks);
		else
			look(s, files, i, &looks);
	}
}
