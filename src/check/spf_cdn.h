/* SPDX-License-Identifier: ISC */
/* Addresses of web proxies, from which no customer's mail ever comes. */
#ifndef CHECK_SPF_CDN_H
#define CHECK_SPF_CDN_H

#include "base/ip.h"

/* "Cloudflare", or NULL. */
const char *spf_cdn_of(const struct ip *ip);

#endif
