/* SPDX-License-Identifier: ISC */
/*
 * What Sendmail's configuration says: sendmail.cf for what runs, sendmail.mc
 * for what it was made of (relaying is a handful of FEATUREs there and a page
 * of rules in the other), and the tables beside them:
 *
 *	O DaemonPortOptions=Name=MTA-v4, Family=inet, Port=smtp, Addr=127.0.0.1
 *	FR-o /etc/mail/relay-domains
 *	CRantigua.example nueva.example
 *	DSsmtp.isp.example
 *	FEATURE(`promiscuous_relay')dnl
 *	Connect:192.168.1	RELAY			/etc/mail/access
 *	@tienda.example		info			/etc/mail/virtusertable
 *
 * cf/README and the Operations Guide of Sendmail 8.17.
 */
#include "mta/sendmail_part.h"

#include "setting/logical.h"

static const char me[] = "sendmail";

#define ACCESS  "/etc/mail/access"
#define RELAYED "/etc/mail/relay-domains"
#define VIRTUAL "/etc/mail/virtusertable"
#define LOCAL   "/etc/mail/local-host-names"

struct sendmail_conf {
	struct facts *facts;
	struct files *files;
	struct arena *a;
};

static struct fact
fact_of(enum fact_kind kind, struct str name, struct str value, struct str file,
    uint32_t line)
{
	return (struct fact){.kind = kind,
	    .mta = me,
	    .name = name,
	    .value = value,
	    .whole = value,
	    .file = file,
	    .line = line};
}

/* Each line of a text that is no comment. */
static void
each_line(struct sendmail_conf *conf, struct str path,
    void (*read)(struct sendmail_conf *conf, struct str text, struct str file,
	uint32_t line))
{
	size_t gaps = conf->files->gaps_n;
	struct str text;
	uint32_t line = 0;

	if (!files_text(conf->files, path, &text)) {
		if (conf->files->gaps_n > gaps)
			facts_more_domains(conf->facts);
		return;
	}
	while (text.n > 0) {
		struct str one = str_trim(str_take(&text, '\n'));

		line++;
		if (one.n > 0 && one.p[0] != '#')
			read(conf, one, path, line);
	}
}

/* ---- networks ---- */

/* "10", "192.168.1", "192.0.2.7", "IPv6:2001:db8": octets stand for all that
 * begin so. */
static bool
network_parse(struct arena *a, struct str key, struct ip_prefix *ret)
{
	struct str rest = key;
	size_t octets = 1;

	if (str_starts(key, S("IPv6:")))
		return ip_prefix_parse(str_skip(key, 5), ret);
	if (str_chr(key, '/') < key.n)
		return ip_prefix_parse(key, ret);
	for (size_t i = 0; i < rest.n; i++) {
		if (rest.p[i] != '.' && (rest.p[i] < '0' || rest.p[i] > '9'))
			return false;
		octets += rest.p[i] == '.';
	}
	if (octets > 4)
		return false;
	return ip_prefix_parse(arena_printf(a, "%.*s%s/%zu", STR_ARG(key),
				   &".0.0.0"[(octets - 1) * 2], octets * 8),
	    ret);
}

static void
add_relay(struct sendmail_conf *conf, struct str name, struct str key,
    struct str whole, struct str file, uint32_t line)
{
	struct fact fact = fact_of(FACT_RELAY_NETWORK, name, key, file, line);

	fact.whole = whole;
	fact.has_prefix = network_parse(conf->a, key, &fact.prefix);
	if (!fact.has_prefix)
		fact.kind = FACT_RELAY_NAME;
	if (str_eq(file, S(ACCESS)))
		fact.apply = S("makemap hash " ACCESS " < " ACCESS);
	else
		fact.apply = S("systemctl restart sendmail");
	facts_add(conf->facts, fact);
	/* A name stands for a domain whose mail is passed on, too. */
	if (fact.kind == FACT_RELAY_NAME && !str_starts(whole, S("Connect:"))) {
		fact.kind = FACT_RELAY_DOMAIN;
		facts_add(conf->facts, fact);
	}
}

/* "Connect:10.0  RELAY", "From:partner.example  RELAY" */
static void
read_access(
    struct sendmail_conf *conf, struct str text, struct str file, uint32_t line)
{
	struct str rest = text, key = word_take(&rest, ""), result;
	struct str name = S("access");

	result = word_take(&rest, "");
	if (!str_eq_fold(result, S("RELAY")))
		return;
	if (str_eat(&key, S("To:"))) {
		struct fact fact =
		    fact_of(FACT_RELAY_DOMAIN, name, key, file, line);

		facts_add(conf->facts, fact);
	} else if (str_eat(&key, S("From:"))) {
		struct fact fact =
		    fact_of(FACT_RELAY_SENDER, name, key, file, line);

		fact.whole = text;
		facts_add(conf->facts, fact);
	} else {
		(void)str_eat(&key, S("Connect:"));
		add_relay(conf, name, key, text, file, line);
	}
}

static void
read_relayed(
    struct sendmail_conf *conf, struct str text, struct str file, uint32_t line)
{
	struct str word = word_take(&text, "");

	add_relay(conf, S("relay-domains"), word, word, file, line);
}

/* ---- domains ---- */

static void
read_local(
    struct sendmail_conf *conf, struct str text, struct str file, uint32_t line)
{
	facts_add(conf->facts, fact_of(FACT_DESTINATION, S("local-host-names"),
				   word_take(&text, ""), file, line));
}

static void
read_virtual(
    struct sendmail_conf *conf, struct str text, struct str file, uint32_t line)
{
	struct str whole = text, key = word_take(&text, "");
	struct str target = str_trim(text);
	struct fact fact =
	    fact_of(FACT_FORWARD, S("virtusertable"), key, file, line);

	/* "@old.example  error:nouser" refuses. */
	if (key.n < 2 || str_starts(target, S("error:")))
		return;
	fact.whole = whole;
	if (str_chr(key, '@') < key.n && str_chr(target, '@') < target.n)
		facts_add(conf->facts, fact);
	if (key.p[0] != '@')
		return;
	fact.kind = FACT_CATCH_ALL;
	fact.scope = str_skip(key, 1);
	facts_add(conf->facts, fact);
}

/* ---- sendmail.mc ---- */

/* FEATURE(`name') or FEATURE(name, ...): is it that one? */
static bool
is_feature(struct str text, struct str name)
{
	if (!str_eat(&text, S("FEATURE(")))
		return false;
	text = str_trim(text);
	(void)str_eat(&text, S("`"));
	return str_eat(&text, name) &&
	       (text.n == 0 || text.p[0] == '\'' || text.p[0] == ')' ||
		   text.p[0] == ',' || is_blank(text.p[0]));
}

static void
read_mc(
    struct sendmail_conf *conf, struct str text, struct str file, uint32_t line)
{
	static const struct {
		struct str name;
		enum fact_kind kind;
	} features[] = {
	    {S0("promiscuous_relay"), FACT_RELAY_ANYBODY},
	    {S0("relay_local_from"), FACT_RELAY_SENDER},
	    {S0("relay_mail_from"), FACT_RELAY_SENDER},
	};

	for (size_t i = 0; i < ARRAY_LEN(features); i++) {
		struct fact fact;

		if (!is_feature(text, features[i].name))
			continue;
		fact = fact_of(features[i].kind, S("FEATURE"), features[i].name,
		    file, line);
		fact.apply =
		    S("make -C /etc/mail && systemctl restart sendmail");
		facts_add(conf->facts, fact);
	}
}

/* ---- sendmail.cf ---- */

/* "CR a.example b.example", "Cwa.example", "C{VirtHost}a.example" */
static void
read_class(struct sendmail_conf *conf, bool is_relayed, struct str words,
    struct str file, uint32_t line)
{
	struct str word;

	while ((word = word_take(&words, "")).n > 0)
		if (is_relayed)
			add_relay(
			    conf, S("RELAY_DOMAIN"), word, word, file, line);
		else
			facts_add(conf->facts,
			    fact_of(FACT_DESTINATION, S("LOCAL_DOMAIN"), word,
				file, line));
}

/* "FR-o /etc/mail/relay-domains %[^\#]", "Fw/etc/mail/hosts", "FR@LDAP" */
static void
read_class_file(struct sendmail_conf *conf, bool is_relayed, struct str path)
{
	(void)str_eat(&path, S("-o"));
	path = word_take(&path, "");
	if (!str_starts(path, S("/")))
		facts_more_domains(conf->facts);
	else if (!str_eq(path, S(RELAYED)) && !str_eq(path, S(LOCAL)))
		each_line(conf, path, is_relayed ? read_relayed : read_local);
}

/* C and F fill classes: R is what is relayed, w is this host. */
static bool
fill_class(
    struct sendmail_conf *conf, struct str text, struct str file, uint32_t line)
{
	static const struct {
		struct str name;
		bool is_relayed;
	} classes[] = {{S0("R"), true}, {S0("{R}"), true}, {S0("w"), false},
	    {S0("{w}"), false}, {S0("{VirtHost}"), false}};
	struct str rest = str_skip(text, 1);

	if (text.p[0] != 'C' && text.p[0] != 'F')
		return false;
	for (size_t i = 0; i < ARRAY_LEN(classes); i++) {
		if (!str_eat(&rest, classes[i].name))
			continue;
		if (text.p[0] == 'C')
			read_class(
			    conf, classes[i].is_relayed, rest, file, line);
		else
			read_class_file(conf, classes[i].is_relayed, rest);
		return true;
	}
	return true;
}

/* "Name=MTA, Port=smtp, Addr=127.0.0.1": the value of one of them. */
static struct str
option_part(struct str options, struct str name)
{
	while (options.n > 0) {
		struct str part = str_trim(str_take(&options, ','));
		struct str value = part;

		if (str_eq_fold(str_trim(str_take(&value, '=')), name))
			return str_trim(value);
	}
	return (struct str){NULL, 0};
}

static void
add_daemon(struct sendmail_conf *conf, struct str options, struct str file,
    uint32_t line)
{
	struct str port = option_part(options, S("Port"));
	struct str address = option_part(options, S("Addr"));
	struct fact fact = fact_of(FACT_LISTENER, S("DaemonPortOptions"),
	    port.n > 0 ? port : S("smtp"), file, line);
	struct ip ip;

	fact.loopback = str_eq(address, S("localhost")) ||
			(ip_parse(address, &ip) && ip_is_loopback(&ip));
	facts_add(conf->facts, fact);
}

static void
read_cf(
    struct sendmail_conf *conf, struct str text, struct str file, uint32_t line)
{
	struct str rest = text;

	if (fill_class(conf, text, file, line))
		return;
	/* FEATURE(`relay_based_on_MX'): whatever names this host in its MX */
	if (str_starts(text, S("Kmxserved "))) {
		facts_more_domains(conf->facts);
	} else if (str_eat(&rest, S("O DaemonPortOptions="))) {
		add_daemon(conf, rest, file, line);
	} else if (str_eat(&rest, S("O ClientPortOptions="))) {
		facts_add(
		    conf->facts, fact_of(FACT_SOURCE, S("ClientPortOptions"),
				     rest, file, line));
	} else if (str_eat(&rest, S("O InputMailFilters="))) {
		if (rest.n > 0)
			facts_add(conf->facts,
			    fact_of(FACT_FILTER, S("InputMailFilters"), rest,
				file, line));
	} else if (str_eat(&rest, S("DS")) || str_eat(&rest, S("Dj"))) {
		bool smart = str_starts(text, S("DS"));

		if (rest.n > 0)
			facts_add(conf->facts,
			    fact_of(smart ? FACT_RELAYHOST : FACT_SOURCE,
				smart ? S("SMART_HOST") : S("confDOMAIN_NAME"),
				rest, file, line));
	}
}

void
sendmail_facts(struct facts *facts, struct files *files)
{
	static const struct str cfs[] = {
	    S0("/etc/mail/sendmail.cf"), S0("/etc/sendmail.cf")};
	struct sendmail_conf conf = {facts, files, files->arena};
	bool found = false;
	struct str text;

	for (size_t i = 0; i < ARRAY_LEN(cfs) && !found; i++) {
		found = files_text(files, cfs[i], &text);
		if (!found)
			continue;
		facts_source(facts, me, cfs[i]);
		each_line(&conf, cfs[i], read_cf);
	}
	if (!found)
		return;
	each_line(&conf, S("/etc/mail/sendmail.mc"), read_mc);
	each_line(&conf, S(ACCESS), read_access);
	each_line(&conf, S(RELAYED), read_relayed);
	each_line(&conf, S(LOCAL), read_local);
	each_line(&conf, S(VIRTUAL), read_virtual);
}
