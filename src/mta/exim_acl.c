/* SPDX-License-Identifier: ISC */
/*
 * The ACL that Exim asks at each RCPT, walked for a stranger who writes to a
 * stranger:
 *
 *	acl_check_rcpt:
 *	  accept  hosts         = +relay_from_hosts
 *	          control       = submission
 *	  accept  authenticated = *
 *	  require message       = relay not permitted
 *	          domains       = +local_domains : +relay_to_domains
 *	  require verify        = recipient
 *	  accept
 *
 * An "accept" that asks for nothing but hosts or senders lets these relay; what
 * stands behind the first refusal counts for nothing. Exim specification 4.98,
 * chapter "Access control lists". Not followed: string expansions, and ACLs
 * that others call.
 */
#include "mta/exim_conf.h"

#include "setting/logical.h"

static bool
is_one_of(struct str word, const struct str *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(word, words[i]))
			return true;
	return false;
}

static bool
is_verb(struct str word)
{
	static const struct str verbs[] = {S0("accept"), S0("deny"),
	    S0("require"), S0("warn"), S0("defer"), S0("drop"), S0("discard")};

	return is_one_of(word, verbs, ARRAY_LEN(verbs));
}

/* Says what to do, not when. */
static bool
is_modifier(struct str word)
{
	static const struct str words[] = {S0("message"), S0("log_message"),
	    S0("log_reject_target"), S0("logwrite"), S0("control"), S0("set"),
	    S0("delay"), S0("endpass"), S0("add_header"), S0("remove_header"),
	    S0("continue"), S0("queue"), S0("udpsend")};

	return is_one_of(word, words, ARRAY_LEN(words));
}

static void
add_anybody(struct exim_conf *conf, const struct exim_setting *at)
{
	facts_add(conf->facts, (struct fact){.kind = FACT_RELAY_ANYBODY,
				   .mta = "exim",
				   .name = S("acl_smtp_rcpt"),
				   .value = at->value,
				   .file = at->file,
				   .line = at->line});
}

static void
add_senders(struct exim_conf *conf, const struct exim_setting *senders)
{
	struct exim_list list =
	    exim_list_of(conf->a, exim_expand(conf, senders->value));
	struct str item;

	while (exim_list_next(&list, &item))
		facts_add(conf->facts, (struct fact){.kind = FACT_RELAY_SENDER,
					   .mta = "exim",
					   .name = senders->name,
					   .value = item,
					   .whole = senders->value,
					   .file = senders->file,
					   .line = senders->line});
}

/* "accept domains = +hubbed", "deny domains = ! +local_domains : ! +hubbed":
 * what strangers may write to. Two lists have facts of their own. */
static void
add_domains(struct exim_conf *conf, const struct exim_acl *acl)
{
	const struct exim_setting *at = &acl->domain;
	bool takes =
	    str_eq(acl->verb, S("accept")) || str_eq(acl->verb, S("require"));
	struct exim_list list =
	    exim_list_of(conf->a, exim_expand(conf, at->value));
	struct str item;

	if (acl->hosts.value.n > 0 || acl->senders || acl->logged_in ||
	    (!takes && acl->others))
		return;
	while (exim_list_next(&list, &item)) {
		bool negated = str_eat(&item, S("!"));

		item = str_trim(item);
		if (item.n == 0 || negated == (takes != acl->not_domain) ||
		    (acl->others && str_eq(item, S("*"))) ||
		    str_eq(item, S("+local_domains")) ||
		    str_eq(item, S("+relay_to_domains")))
			continue;
		exim_domain(conf,
		    (struct fact){.kind = FACT_RELAY_DOMAIN,
			.mta = "exim",
			.name = at->name,
			.whole = at->value,
			.file = at->file,
			.line = at->line},
		    item);
	}
}

/* The statement is complete: what does it mean to a stranger? */
static void
end_statement(struct exim_conf *conf, struct exim_acl *acl)
{
	bool hosts = acl->hosts.value.n > 0;

	if (acl->closed || acl->verb.n == 0) {
		acl->verb = (struct str){NULL, 0};
		return;
	}
	if (!str_eq(acl->verb, S("warn")))
		add_domains(conf, acl);
	if (str_eq(acl->verb, S("accept"))) {
		if (!acl->any)
			add_anybody(conf, &acl->first);
		else if (acl->others || acl->domains)
			; /* only some mail, or some who logged in */
		else if (hosts)
			exim_relay_hosts(conf, &acl->hosts);
		else if (acl->senders)
			add_senders(conf, &acl->sender);
		acl->closed = !acl->any;
	} else if (str_eq(acl->verb, S("require"))) {
		acl->closed = acl->domains;
	} else if (str_eq(acl->verb, S("deny")) ||
		   str_eq(acl->verb, S("drop"))) {
		/* All, or "domains = ! +local_domains" of all. */
		acl->closed =
		    !acl->any || (acl->domains && !acl->others && !hosts);
	}
	acl->verb = (struct str){NULL, 0};
}

static void
begin_statement(
    struct exim_acl *acl, struct str verb, struct str file, uint32_t line)
{
	acl->verb = verb;
	acl->domains = acl->senders = acl->others = acl->any = false;
	acl->logged_in = false;
	acl->hosts = acl->sender = acl->domain = (struct exim_setting){0};
	acl->first =
	    (struct exim_setting){.value = verb, .file = file, .line = line};
}

static void
add_condition(
    struct exim_acl *acl, struct str text, struct str file, uint32_t line)
{
	struct exim_setting setting = {.file = file, .line = line};
	struct str value = text, name = str_trim(str_take(&value, '='));
	bool negated = str_eat(&name, S("!"));

	name = str_trim(name);
	value = str_trim(value);
	if (name.n == 0 ||
	    is_modifier(word_take(&(struct str){name.p, name.n}, "")))
		return;
	setting.name = name;
	setting.value = value;
	acl->any = true;
	if (str_eq(name, S("verify"))) {
		acl->verifies |= str_starts(value, S("recipient"));
		acl->others = true;
	} else if (str_eq(name, S("hosts")) && !negated) {
		acl->hosts = setting;
	} else if (str_eq(name, S("domains"))) {
		/* deny domains = a: only that one is refused. */
		bool all_others = negated || str_starts(value, S("!"));

		acl->domains |=
		    str_eq(acl->verb, S("deny")) ? all_others : true;
		acl->others |= str_eq(acl->verb, S("deny")) && !all_others;
		acl->domain = setting;
		acl->not_domain = negated;
	} else if ((str_eq(name, S("senders")) ||
		       str_eq(name, S("sender_domains"))) &&
		   !negated && !str_eq(value, S(":"))) {
		acl->senders = true;
		acl->sender = setting;
	} else {
		acl->logged_in |= str_eq(name, S("authenticated"));
		acl->others = true;
	}
}

void
exim_acl_line(struct exim_conf *conf, struct exim_acl *acl, struct str text,
    struct str file, uint32_t line)
{
	struct str rest = text, word;

	if (str_ends(text, S(":")) && str_chr(text, '=') == text.n &&
	    str_chr(text, ' ') == text.n) {
		exim_acl_end(conf, acl);
		acl->inside = str_eq(str_head(text, text.n - 1), acl->name);
		if (acl->inside) {
			acl->seen = true;
			acl->file = file;
			acl->line = line;
		}
		return;
	}
	if (!acl->inside)
		return;
	word = word_take(&rest, "");
	if (is_verb(word)) {
		end_statement(conf, acl);
		begin_statement(acl, word, file, line);
		text = str_trim(rest);
	}
	if (text.n > 0)
		add_condition(acl, text, file, line);
}

void
exim_acl_end(struct exim_conf *conf, struct exim_acl *acl)
{
	if (acl->inside)
		end_statement(conf, acl);
	acl->inside = false;
}
