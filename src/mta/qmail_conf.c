/* SPDX-License-Identifier: ISC */
/*
 * What qmail's configuration says: control files, one setting each, and the
 * rules of tcpserver, which set RELAYCLIENT for whom may relay.
 *
 *	/var/qmail/control/rcpthosts	domains that are accepted; without the
 *					file qmail-smtpd accepts all
 *	/var/qmail/control/smtproutes	:smtp.isp.example
 *	/etc/tcp.smtp			192.168.1.:allow,RELAYCLIENT=""
 *					10.0.0.1-20:allow,RELAYCLIENT=""
 *					:allow
 *
 * qmail-control(5), qmail-smtpd(8) of netqmail and notqmail, tcprules(1).
 */
#include "mta/qmail_part.h"

#include "setting/logical.h"

static const char me[] = "qmail";

static const struct str controls[] = {
    S0("/var/qmail/control"), S0("/etc/qmail")};

static const struct str rules[] = {
    S0("/etc/tcp.smtp"),
    S0("/etc/tcprules.d/tcp.smtp"),
    S0("/etc/qmail/tcp.smtp"),
    S0("/var/qmail/control/tcp.smtp"),
    S0("/home/vpopmail/etc/tcp.smtp"),
};

struct qmail_conf {
	struct facts *facts;
	struct files *files;
	struct arena *a;
	struct str control; /* its folder */
	bool smtpd;         /* it listens, as far as can be seen */
};

static struct str
control_path(const struct qmail_conf *conf, struct str name)
{
	return arena_printf(
	    conf->a, "%.*s/%.*s", STR_ARG(conf->control), STR_ARG(name));
}

/* "a.example:user", ".a.example:user"; "ana@a.example:user" and ":user" are no
 * domains. */
static struct str
virtual_domain(struct str line)
{
	struct str domain = str_head(line, str_chr(line, ':'));

	return str_chr(domain, '@') < domain.n ? (struct str){NULL, 0} : domain;
}

/* One fact for each line. */
static bool
add_control(struct qmail_conf *conf, enum fact_kind kind, struct str name)
{
	struct str path = control_path(conf, name), text;
	size_t gaps = conf->files->gaps_n;
	uint32_t line = 0;

	if (!files_text(conf->files, path, &text)) {
		if (fact_is_domain(kind) && conf->files->gaps_n > gaps)
			facts_more_domains(conf->facts);
		return false;
	}
	while (text.n > 0) {
		struct str value = str_trim(str_take(&text, '\n'));

		line++;
		if (value.n == 0 || value.p[0] == '#')
			continue;
		if (str_eq(name, S("virtualdomains")))
			value = virtual_domain(value);
		if (value.n == 0)
			continue;
		if (kind == FACT_RELAYHOST && value.p[0] != ':')
			continue; /* a route of one domain */
		facts_add(conf->facts, (struct fact){.kind = kind,
					   .mta = me,
					   .name = name,
					   .value = value,
					   .whole = value,
					   .file = path,
					   .line = line});
	}
	return true;
}

/* ---- tcp.smtp ---- */

/* "192.168.1.", "10.0.0.1-20", "127.", "192.0.2.7", "" for all. A range is
 * the network around it. */
static bool
address_parse(struct arena *a, struct str key, struct ip_prefix *ret)
{
	size_t octets = 0, dash = str_chr(key, '-');
	struct str rest;

	if (key.n == 0)
		return ip_prefix_parse(S("0.0.0.0/0"), ret);
	if (ip_prefix_parse(key, ret))
		return true;
	key = str_head(key, dash);
	if (dash < key.n || (key.n > 0 && key.p[key.n - 1] != '.'))
		key = str_head(key, str_rchr(key, '.') + 1);
	rest = key;
	while (rest.n > 0) {
		struct str octet = str_take(&rest, '.');
		uint64_t number;

		octets++;
		if (!str_u64(&octet, 3, &number) || octet.n > 0)
			return false;
	}
	return octets > 0 && octets < 4 &&
	       ip_prefix_parse(arena_printf(a, "%.*s%s/%zu", STR_ARG(key),
				   &"0.0.0"[(octets - 1) * 2], octets * 8),
		   ret);
}

static void
read_rule(
    struct qmail_conf *conf, struct str text, struct str file, uint32_t line)
{
	struct str whole = text, key = str_take(&text, ':');
	struct fact fact = {.kind = FACT_RELAY_NETWORK,
	    .mta = me,
	    .name = S("RELAYCLIENT"),
	    .value = key,
	    .whole = whole,
	    .file = file,
	    .line = line};

	if (!str_starts(text, S("allow")) ||
	    !str_has(text, S("RELAYCLIENT=")) || str_chr(key, '@') < key.n)
		return;
	if (str_starts(key, S("=")) ||
	    !address_parse(conf->a, key, &fact.prefix))
		fact.kind = FACT_RELAY_NAME; /* "=.example.org" */
	else
		fact.has_prefix = true;
	/* No address in front: whoever no other rule is about. */
	if (key.n == 0) {
		fact.value = S("0.0.0.0/0");
	}
	if (fact_is_shell_safe(file))
		fact.apply = arena_printf(conf->a,
		    "tcprules '%.*s.cdb' '%.*s.tmp' < '%.*s'", STR_ARG(file),
		    STR_ARG(file), STR_ARG(file));
	facts_add(conf->facts, fact);
}

static void
read_rules(struct qmail_conf *conf, struct str path)
{
	struct str text;
	uint32_t line = 0;

	if (!files_text(conf->files, path, &text))
		return;
	conf->smtpd = true;
	while (text.n > 0) {
		struct str one = str_trim(str_take(&text, '\n'));

		line++;
		if (one.n > 0 && one.p[0] != '#')
			read_rule(conf, one, path, line);
	}
}

/* ---- who is accepted ---- */

static bool
is_there(struct qmail_conf *conf, struct str path)
{
	struct str text;

	return files_try(conf->files, FILE_TEXT, path, &text) ||
	       files_try(conf->files, FILE_NAMES, path, &text);
}

/* Without rcpthosts strangers may write to everybody. */
static void
add_open(struct qmail_conf *conf)
{
	static const struct str daemons[] = {S0("/service/qmail-smtpd"),
	    S0("/etc/service/qmail-smtpd"),
	    S0("/var/qmail/supervise/qmail-smtpd")};

	for (size_t i = 0; i < ARRAY_LEN(daemons); i++)
		conf->smtpd |= is_there(conf, daemons[i]);
	if (!conf->smtpd)
		return;
	facts_add(conf->facts, (struct fact){.kind = FACT_RELAY_ANYBODY,
				   .mta = me,
				   .name = S("control/rcpthosts"),
				   .value = S("(missing)"),
				   .file = control_path(conf, S("rcpthosts"))});
}

/* qmail-smtpd asks nobody whether a recipient exists, unless it was patched
 * and given a list. */
static void
add_unchecked(struct qmail_conf *conf)
{
	struct str scope = {NULL, 0};
	const struct fact *first = NULL;

	if (is_there(conf, control_path(conf, S("validrcptto.cdb"))) ||
	    is_there(conf, control_path(conf, S("recipients"))))
		return;
	for (size_t i = 0; i < conf->facts->n && scope.n < 1000; i++) {
		const struct fact *fact = &conf->facts->items[i];

		if (fact->kind != FACT_RELAY_DOMAIN || fact->mta != me)
			continue;
		if (first == NULL)
			first = fact;
		scope = arena_printf(conf->a, "%.*s%s%.*s", STR_ARG(scope),
		    scope.n > 0 ? ", " : "", STR_ARG(fact->value));
	}
	if (first != NULL)
		facts_add(conf->facts, (struct fact){.kind = FACT_UNCHECKED,
					   .mta = me,
					   .name = S("control/rcpthosts"),
					   .value = first->value,
					   .whole = scope,
					   .scope = scope,
					   .file = first->file,
					   .line = first->line});
}

/* /var/qmail/alias/.qmail-default takes what nobody has. */
static void
add_catch_all(struct qmail_conf *conf)
{
	static const struct str path = S0("/var/qmail/alias/.qmail-default");
	struct str text;

	if (!files_try(conf->files, FILE_TEXT, path, &text))
		return;
	text = str_trim(str_take(&text, '\n'));
	if (text.n == 0 || str_has(text, S("bounce")))
		return;
	facts_add(conf->facts, (struct fact){.kind = FACT_CATCH_ALL,
				   .mta = me,
				   .name = S(".qmail-default"),
				   .value = text,
				   .whole = text,
				   .file = path,
				   .line = 1});
}

void
qmail_facts(struct facts *facts, struct files *files)
{
	struct qmail_conf conf = {facts, files, files->arena, {NULL, 0}, false};

	for (size_t i = 0; i < ARRAY_LEN(controls); i++) {
		conf.control = controls[i];
		if (is_there(&conf, control_path(&conf, S("me"))))
			break;
		conf.control.n = 0;
	}
	if (conf.control.n == 0)
		return;
	facts_source(facts, me, control_path(&conf, S("me")));
	for (size_t i = 0; i < ARRAY_LEN(rules); i++)
		read_rules(&conf, rules[i]);
	if (!add_control(&conf, FACT_RELAY_DOMAIN, S("rcpthosts")))
		add_open(&conf);
	/* Made by qmail-newmrh of a text that need not be kept. */
	if (is_there(&conf, control_path(&conf, S("morercpthosts.cdb"))) &&
	    !add_control(&conf, FACT_RELAY_DOMAIN, S("morercpthosts")))
		facts_more_domains(facts);
	(void)add_control(&conf, FACT_DESTINATION, S("locals"));
	(void)add_control(&conf, FACT_DESTINATION, S("virtualdomains"));
	(void)add_control(&conf, FACT_RELAYHOST, S("smtproutes"));
	(void)add_control(&conf, FACT_SOURCE, S("helohost"));
	(void)add_control(&conf, FACT_SOURCE, S("outgoingip"));
	add_unchecked(&conf);
	add_catch_all(&conf);
}
