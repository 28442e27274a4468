/* SPDX-License-Identifier: ISC */
/*
 * Countries and autonomous systems of addresses, from MaxMind DB files (GeoLite2, DB-IP and others of
 * that form: https://maxmind.github.io/MaxMind-DB/). Without libmaxminddb in
 * the build, adding one is an error that says so.
 */
#ifndef HOST_GEO_H
#define HOST_GEO_H

#include "base/err.h"
#include "base/ip.h"

struct geo;

/*
 * Open one more file and map it, made new when *geo is NULL. Before the
 * sandbox: lookups need no rights. On failure *geo is as before.
 */
bool geo_add(struct geo **geo, struct str path, struct err *err) MUST_CHECK;
void geo_free(struct geo *geo); /* accepts NULL */

/* Two letters (ISO 3166-1) and a NUL; false when no file knows it. */
bool geo_country(const struct geo *geo, const struct ip *ip, char ret_code[3]);

/* Number of the autonomous system (RFC 4271); 0 when no file knows it. */
uint32_t geo_asn(const struct geo *geo, const struct ip *ip);

#endif
