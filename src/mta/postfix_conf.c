/* SPDX-License-Identifier: ISC */
/*
 * What Postfix's configuration says. main.cf and master.cf of each instance
 * are read as postconf(5) of 3.7 describes them, with the -o options of each
 * service, and the tables they name, where these are texts.
 *
 *	mynetworks = 127.0.0.0/8 172.18.0.0/16
 *	relay_domains = hash:/etc/postfix/relay_domains
 *
 * Restrictions that only a program could answer are not followed.
 */
#include "mta/postfix_conf.h"

#include "mta/postfix_part.h"
#include "setting/instances.h"
#include "setting/logical.h"

static const char me[] = "postfix";

/* What counts when it is not set; only what is asked for here. */
static const struct {
	struct str name, value;
} defaults[] = {
    {S0("compatibility_level"), S0("0")},
    {S0("inet_interfaces"), S0("all")},
    {S0("inet_protocols"), S0("all")},
    {S0("local_recipient_maps"), S0("proxy:unix:passwd.byname $alias_maps")},
    {S0("mydestination"), S0("$myhostname, localhost.$mydomain, localhost")},
    {S0("mynetworks"), S0("")},
    {S0("relay_recipient_maps"), S0("")},
    {S0("smtpd_recipient_restrictions"), S0("")},
    {S0("smtpd_reject_unlisted_recipient"), S0("yes")},
    {S0("smtpd_relay_restrictions"),
	S0("permit_mynetworks, permit_sasl_authenticated, "
	   "defer_unauth_destination")},
    {S0("virtual_alias_domains"), S0("$virtual_alias_maps")},
    {S0("virtual_alias_maps"), S0("$virtual_maps")},
    {S0("virtual_mailbox_domains"), S0("$virtual_mailbox_maps")},
};

/* ---- single settings ---- */

struct conf_value
conf_get(const struct postfix_conf *conf, const struct service *service,
    struct str name)
{
	const struct main_cf *cf =
	    service != NULL ? &service->over : &conf->main;
	const struct main_cf_entry *entry = main_cf_find(cf, name);
	struct conf_value value = {.name = name, .file = conf->main_file};

	if (entry == NULL)
		return value;
	value.raw = entry->raw;
	value.text = main_cf_expand(conf->a, cf, entry->raw);
	value.line = entry->line;
	value.over = service != NULL && service->over.n > 0 &&
		     entry >= service->over.entries &&
		     entry < service->over.entries + service->over.n;
	if (value.over)
		value.file = conf->master_file;
	return value;
}

bool
conf_yes(const struct postfix_conf *conf, const struct service *service,
    struct str name)
{
	return str_eq_fold(conf_get(conf, service, name).text, S("yes"));
}

uint32_t
conf_line(const struct conf_value *value, struct str word)
{
	struct str rest = value->raw, other;

	if (value->line == 0 || value->over)
		return value->line;
	while ((other = main_cf_word(&rest)).n > 0)
		if (str_eq(other, word))
			return value->line + logical_lines(value->raw, other.p);
	return value->line;
}

struct fact
conf_fact(const struct conf_value *value, enum fact_kind kind, struct str word,
    const struct service *service)
{
	return (struct fact){.kind = kind,
	    .mta = me,
	    .name = value->name,
	    .value = word,
	    .whole = value->text,
	    .scope = value->over ? service->name : (struct str){NULL, 0},
	    .file = value->file,
	    .line = conf_line(value, word)};
}

struct str
conf_without(struct arena *a, const struct conf_value *value, struct str word)
{
	struct str rest = value->text, other;
	char *out = arena_alloc(a, value->text.n + 1);
	size_t n = 0;

	while ((other = main_cf_word(&rest)).n > 0) {
		if (str_eq(other, word))
			continue;
		if (n > 0)
			out[n++] = ' ';
		memcpy(out + n, other.p, other.n);
		n += other.n;
	}
	return (struct str){out, n};
}

/* What postconf changes is lost where others write main.cf: Zimbra by what its
 * directory says (zmconfigd), mailcow from extra.cf when its container starts. */
#define ZIMBRA  "/opt/zimbra/common/sbin/"
#define COMPOSE "docker compose -f /opt/mailcow-dockerized/docker-compose.yml "

static bool
is_zimbra(const struct postfix_conf *conf)
{
	return str_eq(conf->dir, S("/opt/zimbra/common/conf"));
}

static bool
is_mailcow(const struct postfix_conf *conf)
{
	return str_eq(
	    conf->dir, S("/opt/mailcow-dockerized/data/conf/postfix"));
}

static struct str
fix_of_panel(const struct postfix_conf *conf, const struct conf_value *value,
    struct str text)
{
	if (value->over)
		return (struct str){NULL, 0};
	if (is_mailcow(conf))
		return arena_printf(conf->a,
		    "echo '%.*s = %.*s' >> %.*s/extra.cf", STR_ARG(value->name),
		    STR_ARG(text), STR_ARG(conf->dir));
	return is_zimbra(conf) && str_eq(value->name, S("mynetworks"))
		   ? arena_printf(conf->a,
			 "su - zimbra -c 'zmprov ms $(zmhostname) "
			 "zimbraMtaMyNetworks \"%.*s\"'",
			 STR_ARG(text))
		   : (struct str){NULL, 0};
}

/* How postconf and postfix are called for this configuration: its folder as
 * their option, and what stands in front. */
static const char *
call_of(const struct postfix_conf *conf, struct str *ret_where)
{
	*ret_where = S("");
	if (is_mailcow(conf))
		return COMPOSE "exec postfix-mailcow ";
	if (is_zimbra(conf))
		return ZIMBRA;
	if (!str_eq(conf->dir, S("/etc/postfix")))
		*ret_where =
		    arena_printf(conf->a, " -c '%.*s'", STR_ARG(conf->dir));
	return "";
}

struct str
conf_fix(const struct postfix_conf *conf, const struct conf_value *value,
    const struct service *service, struct str text)
{
	struct str where, fix;
	const char *call;

	if (!fact_is_shell_safe(text) || !fact_is_shell_safe(conf->dir) ||
	    (service != NULL && !fact_is_shell_safe(service->name)))
		return (struct str){NULL, 0};
	fix = fix_of_panel(conf, value, text);
	if (fix.n > 0)
		return fix;
	call = call_of(conf, &where);
	if (value->over && service != NULL)
		return arena_printf(conf->a,
		    "%spostconf%.*s -P '%.*s/%.*s/%.*s=%.*s'", call,
		    STR_ARG(where), STR_ARG(service->name),
		    STR_ARG(service->type), STR_ARG(value->name),
		    STR_ARG(text));
	return arena_printf(conf->a, "%spostconf%.*s -e '%.*s = %.*s'", call,
	    STR_ARG(where), STR_ARG(value->name), STR_ARG(text));
}

struct str
conf_apply(const struct postfix_conf *conf)
{
	struct str where;

	if (is_zimbra(conf))
		return S("su - zimbra -c 'zmmtactl reload'");
	if (is_mailcow(conf))
		return S(COMPOSE "restart postfix-mailcow");
	if (!fact_is_shell_safe(conf->dir))
		return (struct str){NULL, 0};
	(void)call_of(conf, &where);
	return arena_printf(conf->a, "postfix%.*s reload", STR_ARG(where));
}

/* ---- facts ---- */

/* The setting as a whole, when it is set to anything. */
static void
add_whole(struct postfix_conf *conf, const struct service *service,
    enum fact_kind kind, struct str name)
{
	struct conf_value value = conf_get(conf, service, name);

	if (value.text.n == 0 || value.line == 0)
		return;
	if (service != NULL && !value.over)
		return; /* main.cf's own is there already */
	facts_add(conf->facts, conf_fact(&value, kind, value.text, service));
}

static void
add_policies(struct postfix_conf *conf, const struct service *service)
{
	static const struct str lists[] = {S0("smtpd_client_restrictions"),
	    S0("smtpd_helo_restrictions"), S0("smtpd_sender_restrictions"),
	    S0("smtpd_relay_restrictions"), S0("smtpd_recipient_restrictions"),
	    S0("smtpd_data_restrictions"),
	    S0("smtpd_end_of_data_restrictions")};

	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		struct conf_value value = conf_get(conf, service, lists[i]);
		struct str list = value.text, word;

		while ((word = main_cf_word(&list)).n > 0) {
			struct fact fact;

			if (!str_eq(word, S("check_policy_service")))
				continue;
			fact = conf_fact(&value, FACT_FILTER, word, service);
			fact.value = main_cf_word(&list);
			fact.line = conf_line(&value, fact.value);
			facts_add(conf->facts, fact);
		}
	}
}

static void
add_settings(struct postfix_conf *conf, const struct service *service)
{
	static const struct {
		enum fact_kind kind;
		struct str name;
	} settings[] = {
	    {FACT_FILTER, S0("smtpd_milters")},
	    {FACT_FILTER, S0("non_smtpd_milters")},
	    {FACT_FILTER, S0("content_filter")},
	    {FACT_FILTER, S0("smtpd_proxy_filter")},
	    {FACT_RELAYHOST, S0("relayhost")},
	    {FACT_RELAYHOST, S0("sender_dependent_relayhost_maps")},
	    {FACT_RELAYHOST, S0("default_transport")},
	    {FACT_SOURCE, S0("smtp_bind_address")},
	    {FACT_SOURCE, S0("smtp_bind_address6")},
	    {FACT_SOURCE, S0("smtp_helo_name")},
	    {FACT_SOURCE, S0("inet_interfaces")},
	    {FACT_SOURCE, S0("proxy_interfaces")},
	    {FACT_SOURCE, S0("myhostname")},
	    {FACT_SOURCE, S0("myorigin")},
	};

	for (size_t i = 0; i < ARRAY_LEN(settings); i++)
		add_whole(conf, service, settings[i].kind, settings[i].name);
	if (conf_yes(conf, service, S("soft_bounce")))
		add_whole(conf, service, FACT_SOFT_BOUNCE, S("soft_bounce"));
}

/* "@domain target" takes what nobody has. */
static void
add_catch_alls(struct postfix_conf *conf)
{
	static const struct str names[] = {
	    S0("virtual_alias_maps"), S0("virtual_mailbox_maps")};
	struct str word, key, result;
	struct table table;
	uint32_t line;

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct conf_value value = conf_get(conf, NULL, names[i]);
		struct str list = value.text;

		while ((word = main_cf_word(&list)).n > 0) {
			if (!table_is_spec(word) ||
			    !table_open(conf, word, names[i], &table))
				continue;
			while (table_next(&table, &key, &result, &line)) {
				struct fact fact = conf_fact(
				    &value, FACT_CATCH_ALL, key, NULL);

				if (key.n < 2 || key.p[0] != '@')
					continue;
				fact.scope = str_skip(key, 1);
				fact.whole = arena_printf(conf->a, "%.*s %.*s",
				    STR_ARG(key), STR_ARG(result));
				if (!table.inlined) {
					fact.file = table.file;
					fact.line = line;
				}
				facts_add(conf->facts, fact);
			}
		}
	}
	add_whole(conf, NULL, FACT_CATCH_ALL, S("luser_relay"));
}

enum {
	SCOPE_MAX = 1000
};

static struct str
list_join(struct arena *a, struct str list, struct str word)
{
	return arena_printf(a, "%.*s%s%.*s", STR_ARG(list),
	    list.n > 0 ? ", " : "", STR_ARG(word));
}

static bool
has_static(struct str list)
{
	struct str word;

	while ((word = main_cf_word(&list)).n > 0)
		if (str_starts(word, S("static:")))
			return true;
	return false;
}

/* Without a list of them, the server behind can be asked: the restrictions
 * that are there, and reject_unverified_recipient for strangers. */
static struct str
fix_unchecked(struct postfix_conf *conf, const struct service *service)
{
	struct conf_value to =
	    conf_get(conf, service, S("smtpd_recipient_restrictions"));

	return conf_fix(conf, &to, service,
	    to.text.n > 0
		? arena_printf(conf->a, "%.*s, reject_unverified_recipient",
		      STR_ARG(to.text))
		: S("permit_mynetworks, permit_sasl_authenticated, "
		    "reject_unverified_recipient"));
}

/* The domains by their names, those in tables included, as far as they can be
 * read: the first of many. */
static struct str
names_of(struct postfix_conf *conf, const struct conf_value *domains)
{
	struct str list = domains->text, all = {NULL, 0}, word, key, result;
	struct table table;
	uint32_t line;

	while ((word = main_cf_word(&list)).n > 0 && all.n < SCOPE_MAX) {
		if (!table_is_spec(word)) {
			if (!domain_is_many(word))
				all = list_join(conf->a, all, word);
			continue;
		}
		if (domain_is_many(word) ||
		    !table_open(conf, word, domains->name, &table))
			continue;
		while (all.n < SCOPE_MAX &&
		       table_next(&table, &key, &result, &line))
			if (!str_has(key, S("@")))
				all = list_join(conf->a, all, key);
	}
	return all;
}

/* What stands for a class of recipients whom nobody looks up. */
static void
add_unchecked(struct postfix_conf *conf, const struct service *service)
{
	static const struct {
		struct str domains, maps;
	} classes[] = {
	    {S0("mydestination"), S0("local_recipient_maps")},
	    {S0("relay_domains"), S0("relay_recipient_maps")},
	    {S0("virtual_mailbox_domains"), S0("virtual_mailbox_maps")},
	};
	struct conf_value all =
	    conf_get(conf, service, S("smtpd_reject_unlisted_recipient"));
	struct conf_value local;

	local = conf_get(conf, service, classes[0].domains);
	if (restrict_verifies(conf, service))
		return;
	for (size_t i = 0; i < ARRAY_LEN(classes); i++) {
		struct conf_value domains =
		    conf_get(conf, service, classes[i].domains);
		struct conf_value maps =
		    conf_get(conf, service, classes[i].maps);
		struct fact fact;

		/* To Postfix 2.11 $mydestination is relayed, too: what is
		 * both is local. */
		if (domains.text.n == 0 ||
		    (maps.text.n > 0 && !has_static(maps.text)) ||
		    (i > 0 && str_eq(domains.text, local.text)))
			continue;
		fact = conf_fact(&maps, FACT_UNCHECKED, maps.text, service);
		fact.whole = maps.text;
		fact.scope = names_of(conf, &domains);
		fact.fix = fix_unchecked(conf, service);
		fact.apply = conf_apply(conf);
		/* Where it would have to be set. */
		if (maps.line == 0) {
			fact.line = domains.line;
			fact.excerpt = arena_printf(conf->a, "%.*s = %.*s",
			    STR_ARG(domains.name), STR_ARG(domains.text));
		}
		facts_add(conf->facts, fact);
	}
	if (str_eq_fold(all.text, S("no"))) {
		struct fact fact =
		    conf_fact(&all, FACT_UNCHECKED, all.text, service);

		fact.fix = conf_fix(conf, &all, service, S("yes"));
		fact.apply = conf_apply(conf);
		facts_add(conf->facts, fact);
	}
}

static void
add_listener(struct postfix_conf *conf, const struct service *service)
{
	struct fact fact = {.kind = FACT_LISTENER,
	    .mta = me,
	    .name = service->command,
	    .value = service->name,
	    .file = conf->master_file,
	    .line = service->line,
	    .loopback = service_is_local(conf, service)};
	struct conf_value list;

	facts_add(conf->facts, fact);
	if (!service_is_smtpd(service) ||
	    !conf_yes(conf, service, S("smtpd_sasl_auth_enable")))
		return;
	list = conf_get(conf, service, S("smtpd_relay_restrictions"));
	fact = conf_fact(&list, FACT_SUBMISSION, list.text, service);
	fact.scope = service->name;
	facts_add(conf->facts, fact);
}

static void
add_services(struct postfix_conf *conf)
{
	bool any = false;

	for (size_t i = 0; i < conf->services_n; i++) {
		const struct service *service = &conf->services[i];

		if (str_eq(service->type, S("inet")))
			add_listener(conf, service);
		if (!service_is_smtpd(service)) {
			if (service->over.n > 0)
				add_settings(conf, service);
			continue;
		}
		any = true;
		add_settings(conf, service);
		add_policies(conf, service);
		/* What only this host reaches is a filter's way back. */
		if (service_is_local(conf, service))
			continue;
		restrict_facts(conf, service);
		add_unchecked(conf, service);
	}
	if (any || conf->services_n > 0)
		return;
	/* No master.cf: as main.cf says. */
	add_policies(conf, NULL);
	restrict_facts(conf, NULL);
	add_unchecked(conf, NULL);
}

static void
set_default(struct postfix_conf *conf, struct str name, struct str value)
{
	main_cf_add(conf->a, &conf->defaults,
	    (struct main_cf_entry){.name = name, .raw = value});
}

static void
set_defaults(struct postfix_conf *conf)
{
	struct str level;
	uint64_t number = 0;

	for (size_t i = 0; i < ARRAY_LEN(defaults); i++)
		set_default(conf, defaults[i].name, defaults[i].value);
	set_default(conf, S("config_directory"), conf->dir);
	/* Two defaults changed with Postfix 3.0. */
	level = main_cf_value(conf->a, &conf->main, S("compatibility_level"));
	(void)str_u64(&level, 3, &number);
	set_default(
	    conf, S("mynetworks_style"), number >= 2 ? S("host") : S("subnet"));
	set_default(conf, S("relay_domains"),
	    number >= 2 ? S("") : S("$mydestination"));
}

static void
read_instance(
    struct facts *facts, struct files *files, const struct instance *instance)
{
	struct postfix_conf *conf = arena_alloc(files->arena, sizeof(*conf));
	struct arena *a = files->arena;
	struct str text;

	*conf = (struct postfix_conf){.facts = facts,
	    .files = files,
	    .a = a,
	    .dir = instance->dir,
	    .main_file =
		arena_printf(a, "%.*s/main.cf", STR_ARG(instance->dir)),
	    .master_file =
		arena_printf(a, "%.*s/master.cf", STR_ARG(instance->dir)),
	    .services = arena_alloc(a, SERVICES_MAX * sizeof(struct service)),
	    .main.below = &conf->defaults};
	main_cf_parse(a, instance->text, &conf->main);
	set_defaults(conf);
	facts_source(facts, me, conf->main_file);
	if (files_text(files, conf->master_file, &text))
		master_parse(conf, text);
	add_services(conf);
	add_settings(conf, NULL);
	domain_facts(conf);
	add_catch_alls(conf);
}

void
postfix_facts(struct facts *facts, struct files *files)
{
	struct instances all;

	instances_find(files, &all);
	for (size_t i = 0; i < all.n; i++)
		if (all.items[i].started && all.items[i].text.p != NULL)
			read_instance(facts, files, &all.items[i]);
}
