/* SPDX-License-Identifier: ISC */
/*
 * Postfix's master.cf, as far as it tells who listens and with which settings.
 *
 *	# service type  private unpriv  chroot  wakeup  maxproc command + args
 *	smtp      inet  n       -       y       -       -       smtpd
 *	submission inet n       -       y       -       -       smtpd
 *	  -o smtpd_sasl_auth_enable=yes
 *	  -o { smtpd_relay_restrictions = permit_sasl_authenticated, reject }
 *
 * master(5) of Postfix 3.7. postscreen hands its clients to "smtpd pass".
 */
#include "mta/postfix_conf.h"

#include "setting/logical.h"

/* "{ a = b }" or a word; the braces are taken off. */
static struct str
take_argument(struct str *rest)
{
	int depth = 0;
	struct str inner;

	while (rest->n > 0 && is_blank(rest->p[0]))
		*rest = str_skip(*rest, 1);
	if (rest->n == 0 || rest->p[0] != '{')
		return word_take(rest, "");
	for (size_t i = 0; i < rest->n; i++) {
		depth += rest->p[i] == '{';
		depth -= rest->p[i] == '}';
		if (depth > 0)
			continue;
		inner = str_trim(str_skip(str_head(*rest, i), 1));
		*rest = str_skip(*rest, i + 1);
		return inner;
	}
	inner = str_skip(*rest, 1);
	*rest = (struct str){NULL, 0};
	return inner;
}

static void
take_options(struct postfix_conf *conf, struct service *service,
    struct logical_line line, struct str rest)
{
	struct str word;

	while ((word = take_argument(&rest)).n > 0) {
		struct str value = word, name;

		if (str_eq(word, S("-o")))
			value = take_argument(&rest);
		else if (!str_eat(&value, S("-o")))
			continue;
		word = value;
		name = str_take(&value, '=');
		if (name.n == word.n)
			continue;
		main_cf_add(conf->a, &service->over,
		    (struct main_cf_entry){str_trim(name), str_trim(value),
			line.line + logical_lines(line.text, name.p)});
	}
}

void
master_parse(struct postfix_conf *conf, struct str text)
{
	struct logical lines = logical_of(conf->a, text);
	struct logical_line line;

	while (conf->services_n < SERVICES_MAX && logical_next(&lines, &line)) {
		struct service *service = &conf->services[conf->services_n];
		struct str rest = line.text;

		*service = (struct service){
		    .line = line.line, .over.below = &conf->main};
		service->name = word_take(&rest, "");
		service->type = word_take(&rest, "");
		for (int i = 0; i < 5; i++)
			(void)word_take(&rest, "");
		service->command = word_take(&rest, "");
		if (service->command.n == 0)
			continue;
		take_options(conf, service, line, rest);
		conf->services_n++;
	}
}

bool
service_is_smtpd(const struct service *service)
{
	return (str_eq(service->type, S("inet")) ||
		   str_eq(service->type, S("pass"))) &&
	       str_eq(service->command, S("smtpd"));
}

static bool
is_loopback_word(struct str word)
{
	struct ip ip;

	if (str_eq(word, S("localhost")) || str_eq(word, S("loopback-only")))
		return true;
	if (word.n > 1 && word.p[0] == '[' && word.p[word.n - 1] == ']')
		word = (struct str){word.p + 1, word.n - 2};
	return ip_parse(word, &ip) && ip_is_loopback(&ip);
}

bool
service_is_local(const struct postfix_conf *conf, const struct service *service)
{
	size_t colon = str_rchr(service->name, ':');
	struct str list, word;
	bool local = false;

	if (!str_eq(service->type, S("inet")))
		return !str_eq(service->type, S("pass"));
	if (colon < service->name.n)
		return is_loopback_word(str_head(service->name, colon));
	list = conf_get(conf, service, S("inet_interfaces")).text;
	while ((word = main_cf_word(&list)).n > 0) {
		if (!is_loopback_word(word))
			return false;
		local = true;
	}
	return local;
}
