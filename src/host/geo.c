/* SPDX-License-Identifier: ISC */
#include "host/geo.h"
#include "base/lang.h"

#include "base/arena.h"
#include "build_config.h"

#include <stdio.h>
#include <stdlib.h>

#ifdef HAVE_MAXMINDDB

#include <arpa/inet.h>
#include <maxminddb.h>
#include <netinet/in.h>

enum {
	GEO_FILES = 8
};

struct geo {
	MMDB_s files[GEO_FILES];
	size_t n;
};

bool
geo_add(struct geo **geo, struct str path, struct err *err)
{
	char name[4096];
	struct geo *g = *geo;
	int status;

	if (path.n >= sizeof(name))
		return err_set(
		    err, ERR_CONFIG, _("--geoip: the name is too long"));
	memcpy(name, path.p, path.n);
	name[path.n] = '\0';
	if (g == NULL)
		g = xcalloc(1, sizeof(*g));
	if (g->n == GEO_FILES)
		return err_set(err, ERR_CONFIG,
		    _("--geoip: more than %d files"), GEO_FILES);
	status = MMDB_open(name, MMDB_MODE_MMAP, &g->files[g->n]);
	if (status != MMDB_SUCCESS) {
		if (*geo == NULL)
			free(g);
		return err_set(err, ERR_CONFIG, _("cannot use '%s': %s"), name,
		    MMDB_strerror(status));
	}
	g->n++;
	*geo = g;
	return true;
}

void
geo_free(struct geo *geo)
{
	if (geo == NULL)
		return;
	for (size_t i = 0; i < geo->n; i++)
		MMDB_close(&geo->files[i]);
	free(geo);
}

/* The code of country, or of the country the network is registered in. */
static bool
code_of(MMDB_lookup_result_s *found, char ret_code[3])
{
	static const char *const paths[][3] = {
	    {"country", "iso_code", NULL},
	    {"registered_country", "iso_code", NULL},
	    {"country_code", NULL, NULL},
	};
	MMDB_entry_data_s data;

	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		if (MMDB_aget_value(&found->entry, &data, paths[i]) !=
			MMDB_SUCCESS ||
		    !data.has_data || data.type != MMDB_DATA_TYPE_UTF8_STRING ||
		    data.data_size != 2)
			continue;
		memcpy(ret_code, data.utf8_string, 2);
		ret_code[2] = '\0';
		return true;
	}
	return false;
}

/* What file number i says of the address; false: nothing. */
static bool
look_up(const struct geo *geo, size_t i, const struct ip *ip,
    MMDB_lookup_result_s *ret_found)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
	const struct sockaddr *address = (const struct sockaddr *)&v6;
	int status;

	memcpy(&v6.sin6_addr, ip->b, sizeof(ip->b));
	if (ip_is_v4(ip)) {
		memcpy(&v4.sin_addr, ip->b + 12, 4);
		address = (const struct sockaddr *)&v4;
	}
	*ret_found = MMDB_lookup_sockaddr(&geo->files[i], address, &status);
	return status == MMDB_SUCCESS && ret_found->found_entry;
}

bool
geo_country(const struct geo *geo, const struct ip *ip, char ret_code[3])
{
	MMDB_lookup_result_s found;

	for (size_t i = 0; i < geo->n; i++)
		if (look_up(geo, i, ip, &found) && code_of(&found, ret_code))
			return true;
	return false;
}

uint32_t
geo_asn(const struct geo *geo, const struct ip *ip)
{
	static const char *const path[] = {"autonomous_system_number", NULL};
	MMDB_lookup_result_s found;
	MMDB_entry_data_s data;

	for (size_t i = 0; i < geo->n; i++)
		if (look_up(geo, i, ip, &found) &&
		    MMDB_aget_value(&found.entry, &data, path) ==
			MMDB_SUCCESS &&
		    data.has_data && data.type == MMDB_DATA_TYPE_UINT32)
			return data.uint32;
	return 0;
}

#else

bool
geo_add(struct geo **geo, struct str path, struct err *err)
{
	(void)geo;
	(void)path;
	return err_set(err, ERR_CONFIG,
	    _("--geoip: this build has no libmaxminddb ('sereno "
	      "--version')"));
}

void
geo_free(struct geo *geo)
{
	(void)geo;
}

bool
geo_country(const struct geo *geo, const struct ip *ip, char ret_code[3])
{
	(void)geo;
	(void)ip;
	(void)ret_code;
	return false;
}

uint32_t
geo_asn(const struct geo *geo, const struct ip *ip)
{
	(void)geo;
	(void)ip;
	return 0;
}

#endif
