/* SPDX-License-Identifier: ISC */
/* Which lists are asked about which targets. */
#include "check/dnsbl.h"

#include "base/lang.h"

#include <stdlib.h>

enum {
	KINDS = 3,
	LABELS_ABOVE = 3, /* names above one that are asked, too */
};

static const unsigned kinds[KINDS] = {TARGET_IP4, TARGET_IP6, TARGET_DOMAIN};

void
dnsbl_done(struct dnsbl *d)
{
	free(d->targets);
	free(d->probes);
	free(d->entries);
	free(d->cells);
	arena_done(&d->arena);
	*d = (struct dnsbl){0};
}

static bool
has_target(const struct dnsbl *d, unsigned kind, struct str name)
{
	for (size_t i = 0; i < d->targets_n; i++)
		if (d->targets[i].kind == kind &&
		    str_eq_fold(d->targets[i].name, name))
			return true;
	return false;
}

static void
add_target(struct dnsbl *d, const struct dnsbl_target *target)
{
	struct dnsbl_target *t;

	if (has_target(d, target->kind, target->name))
		return;
	VEC_ROOM(d->targets, d->targets_n, d->targets_cap);
	t = &d->targets[d->targets_n++];
	*t = *target;
	t->name = str_keep(&d->arena, target->name);
	t->why = str_keep(&d->arena, target->why);
}

void
dnsbl_add_ip(struct dnsbl *d, const struct ip *ip, struct str why)
{
	char text[IP_TEXT];

	add_target(d, &(struct dnsbl_target){
			  .kind = ip_is_v4(ip) ? TARGET_IP4 : TARGET_IP6,
			  .name = str_z(ip_text(ip, text)),
			  .ip = *ip,
			  .why = why});
}

void
dnsbl_add_domain(struct dnsbl *d, struct str name, struct str why)
{
	uint8_t wire[DNS_NAME_WIRE];
	size_t n;
	struct str whole = dns_name_trim(name);

	if (whole.n == 0 || !dns_name_wire(whole, wire, &n) ||
	    str_chr(whole, '.') == whole.n)
		return;
	add_target(d, &(struct dnsbl_target){
			  .kind = TARGET_DOMAIN, .name = whole, .why = why});
	for (int i = 0; i < LABELS_ABOVE; i++) {
		struct str why_above =
		    arena_printf(&d->arena, _("above %.*s"), STR_ARG(whole));

		(void)str_take(&name, '.');
		name = dns_name_trim(name);
		if (str_chr(name, '.') == name.n)
			return;
		add_target(d,
		    &(struct dnsbl_target){
			.kind = TARGET_DOMAIN, .name = name, .why = why_above});
	}
}

static bool
has_kind(const struct dnsbl *d, unsigned kind)
{
	for (size_t i = 0; i < d->targets_n; i++)
		if (d->targets[i].kind == kind)
			return true;
	return false;
}

/* The zone with its key in place of {NAME}; false: there is no such key. */
static bool
put_key(struct dnsbl *d, const struct list_conf *conf, const struct list *list,
    struct str *ret_zone)
{
	struct str rest = str_z(list->zone), name, key;

	*ret_zone = rest;
	if (!str_eat(&rest, S("{")))
		return true;
	name = str_take(&rest, '}');
	key = list_conf_key(conf, name);
	if (key.n == 0)
		return false;
	*ret_zone =
	    arena_printf(&d->arena, "%.*s%.*s", STR_ARG(key), STR_ARG(rest));
	return true;
}

struct str
dnsbl_hide_key(struct dnsbl *d, const struct dnsbl_probe *p, struct str text)
{
	struct str rest = p->zone, name = p->shown, key = str_take(&rest, '.');
	struct str shown = str_take(&name, '.'), out = {NULL, 0};

	if (str_eq(p->zone, p->shown))
		return str_keep(&d->arena, text);
	for (size_t i = 0; i + key.n <= text.n;) {
		if (!str_eq_fold((struct str){text.p + i, key.n}, key)) {
			i++;
			continue;
		}
		out = arena_printf(&d->arena, "%.*s%.*s%.*s", STR_ARG(out),
		    STR_ARG(str_head(text, i)), STR_ARG(shown));
		text = str_skip(text, i + key.n);
		i = 0;
	}
	return arena_printf(&d->arena, "%.*s%.*s", STR_ARG(out), STR_ARG(text));
}

static bool
has_probe(const struct dnsbl *d, struct str zone, unsigned kind)
{
	for (size_t i = 0; i < d->probes_n; i++)
		if (d->probes[i].kind == kind &&
		    str_eq_fold(d->probes[i].zone, zone))
			return true;
	return false;
}

static void
add_probes(struct dnsbl *d, const struct dnsbl_probe *like, unsigned targets)
{
	for (size_t i = 0; i < KINDS; i++) {
		struct dnsbl_probe *p;

		if ((targets & kinds[i]) == 0 || !has_kind(d, kinds[i]) ||
		    has_probe(d, like->zone, kinds[i]))
			continue;
		VEC_ROOM(d->probes, d->probes_n, d->probes_cap);
		p = &d->probes[d->probes_n++];
		*p = *like;
		p->kind = kinds[i];
	}
}

static void
add_list(struct dnsbl *d, const struct list_conf *conf, const struct list *list)
{
	struct dnsbl_probe probe = {.list = list, .shown = str_z(list->zone)};

	if (!put_key(d, conf, list, &probe.zone))
		probe.health = HEALTH_NO_KEY;
	add_probes(d, &probe, list->targets);
}

/* A list that the catalogue does not know: each answer in 127/8 is an entry,
 * but for what is a refusal everywhere. */
static void
add_own(struct dnsbl *d, struct str zone, unsigned targets)
{
	struct list *list = arena_alloc(&d->arena, sizeof(*list));
	bool domain = targets == TARGET_DOMAIN;
	struct dnsbl_probe probe;

	zone = str_keep(&d->arena, dns_name_trim(zone));
	*list = (struct list){.id = zone.p,
	    .zone = zone.p,
	    .operator= "",
	    .part_of = "",
	    .test = domain ? "TEST" : "std",
	    .clean = domain ? "INVALID" : "std",
	    .url = "",
	    .note = "",
	    .source = "",
	    .date = "",
	    .kind = LIST_BLOCK,
	    .targets = targets,
	    .severity = LIST_SEVERITY_LOW,
	    .removal = REMOVAL_NONE};
	probe = (struct dnsbl_probe){
	    .list = list, .zone = zone, .shown = zone, .own = true};
	probe.dead = list_dead(zone);
	if (probe.dead != NULL)
		probe.health = HEALTH_DEAD;
	add_probes(d, &probe, targets);
}

static bool
is_chosen(const struct list_conf *conf, const struct list *list, bool extended)
{
	if (list_conf_skips(conf, list))
		return false;
	if (list_conf_uses(conf, list) || list->use == USE_ON)
		return true;
	if (list->use == USE_EXTENDED)
		return extended;
	/* A list with a key in its name is worth a word when it is missing. */
	return list->zone[0] == '{';
}

void
dnsbl_choose(struct dnsbl *d, const struct list_conf *conf, bool extended)
{
	size_t n;
	const struct list *all = list_all(&n);

	for (size_t i = 0; i < n; i++)
		if (is_chosen(conf, &all[i], extended))
			add_list(d, conf, &all[i]);
	for (size_t i = 0; i < conf->zones_n; i++) {
		const struct list *known = list_find(conf->zones[i].zone);

		if (known != NULL)
			add_list(d, conf, known);
		else
			add_own(d, conf->zones[i].zone, conf->zones[i].targets);
	}
}

void
dnsbl_choose_named(struct dnsbl *d, const struct list_conf *conf,
    const struct str *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct list *known = list_find(names[i]);
		unsigned targets = TARGET_IP4 | TARGET_IP6;

		for (size_t k = 0; k < conf->zones_n; k++)
			if (str_eq_fold(conf->zones[k].zone, names[i]))
				targets = conf->zones[k].targets;
		if (known != NULL)
			add_list(d, conf, known);
		else
			add_own(d, names[i], targets);
	}
}

/* Another list that is chosen holds the same entries. */
static bool
is_part(const struct dnsbl *d, const struct dnsbl_probe *probe)
{
	if (probe->list->part_of[0] == '\0')
		return false;
	for (size_t i = 0; i < d->probes_n; i++)
		if (d->probes[i].kind == probe->kind &&
		    dnsbl_usable(&d->probes[i]) &&
		    str_eq(str_z(d->probes[i].list->id),
			str_z(probe->list->part_of)))
			return true;
	return false;
}

bool
dnsbl_counts(const struct dnsbl *d, const struct dnsbl_entry *entry)
{
	return entry->cell == CELL_LISTED &&
	       dnsbl_entry_severity(d, entry) < LIST_SEVERITY_INFO &&
	       !is_part(d, &d->probes[entry->probe]);
}
