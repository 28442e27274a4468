/* SPDX-License-Identifier: ISC */
/*
 * Folders of main.cf: the usual ones, those that "multi_instance_directories"
 * of another names (postmulti(1)), and whatever is called /etc/postfix-*:
 * instances that were switched off may have left logs.
 */
#include "setting/instances.h"

#include "setting/main_cf.h"

static const struct str usual_dirs[] = {
    S0("/etc/postfix"),             /* every distribution, Plesk */
    S0("/usr/local/etc/postfix"),   /* FreeBSD, own builds */
    S0("/opt/zimbra/common/conf"),  /* Zimbra 8.7 and later */
    S0("/opt/zimbra/postfix/conf"), /* before */
    /* mailcow's, mounted into its container */
    S0("/opt/mailcow-dockerized/data/conf/postfix"),
    S0("/opt/local/etc/postfix"), /* MacPorts, pkgsrc */
    S0("/opt/csw/etc/postfix"),
};

static void
add(struct files *files, struct instances *all, struct str dir, bool started)
{
	while (dir.n > 1 && dir.p[dir.n - 1] == '/')
		dir.n--;
	if (dir.n == 0 || dir.p[0] != '/')
		return;
	for (size_t i = 0; i < all->n; i++)
		if (str_eq(all->items[i].dir, dir)) {
			all->items[i].started |= started;
			return;
		}
	if (all->n < INSTANCES_MAX)
		all->items[all->n++] = (struct instance){
		    .dir = str_keep(files->arena, dir), .started = started};
}

static void
add_etc(struct files *files, struct instances *all)
{
	struct str names, name;

	if (!files_get(files, FILE_NAMES, S("/etc"), &names))
		return;
	while ((name = files_name(&names)).n > 0)
		if (str_starts(name, S("postfix")))
			add(files, all,
			    arena_printf(
				files->arena, "/etc/%.*s", STR_ARG(name)),
			    false);
}

void
instances_find(struct files *files, struct instances *ret_instances)
{
	struct instances all = {.items = arena_alloc(files->arena,
				    INSTANCES_MAX * sizeof(*all.items))};
	struct arena *a = files->arena;

	for (size_t i = 0; i < ARRAY_LEN(usual_dirs); i++)
		add(files, &all, usual_dirs[i], true);
	add_etc(files, &all);
	/* Grows while it is read: an instance may name others. */
	for (size_t i = 0; i < all.n; i++) {
		struct instance *one = &all.items[i];
		struct str list, word;

		if (!files_text(files,
			arena_printf(a, "%.*s/main.cf", STR_ARG(one->dir)),
			&one->text))
			continue;
		if (main_cf_get(
			a, one->text, S("multi_instance_directories"), &list))
			while ((word = main_cf_word(&list)).n > 0)
				add(files, &all, word, true);
	}
	*ret_instances = all;
}
