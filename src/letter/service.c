/* SPDX-License-Identifier: ISC */
#include "letter/service.h"

const struct service services[] = {
#include "services_table.h"
    {NULL, NULL, NULL, NULL, NULL, NULL},
};

static bool
is_below(struct str name, struct str domain)
{
	if (name.n < domain.n ||
	    !str_eq_fold(str_skip(name, name.n - domain.n), domain))
		return false;
	return name.n == domain.n || name.p[name.n - domain.n - 1] == '.';
}

static bool
has_domain(const char *words, struct str name)
{
	struct str rest = str_z(words);

	while (rest.n > 0)
		if (is_below(name, str_take(&rest, ' ')))
			return true;
	return false;
}

const struct service *
service_of_spf(struct str domain)
{
	for (const struct service *s = services; s->id != NULL; s++)
		if (domain.n > 0 && has_domain(s->spf, domain))
			return s;
	return NULL;
}

const struct service *
service_of_dkim(struct str domain)
{
	for (const struct service *s = services; s->id != NULL; s++)
		if (domain.n > 0 && has_domain(s->dkim, domain))
			return s;
	return NULL;
}

const struct service *
service_of_ptr(struct str host)
{
	for (const struct service *s = services; s->id != NULL; s++)
		if (host.n > 0 && has_domain(s->ptr, host))
			return s;
	return NULL;
}

const struct service *
service_of_ip(const struct ip *ip)
{
	for (const struct service *s = services; s->id != NULL; s++) {
		struct str rest = str_z(s->nets);
		struct ip_prefix net;

		while (rest.n > 0)
			if (ip_prefix_parse(str_take(&rest, ' '), &net) &&
			    ip_in_prefix(ip, &net))
				return s;
	}
	return NULL;
}
