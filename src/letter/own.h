/* SPDX-License-Identifier: ISC */
/* What is ours: addresses, hosts and domains, by name or found out. */
#ifndef LETTER_OWN_H
#define LETTER_OWN_H

#include "base/arena.h"
#include "base/ip.h"

/* Zeroed is empty. */
struct own {
	struct arena arena;
	struct ip_prefix *nets;
	size_t nets_n, nets_cap;
	struct str *names; /* hosts and domains, lower or upper case */
	size_t names_n, names_cap;
	bool told; /* by --own: nothing of this machine was asked */
};

/* "192.0.2.0/24", "mx1.tienda.example", "tienda.example". False: neither an
 * address nor a name. */
bool own_add(struct own *own, struct str word);
/* This machine's addresses (no loopback) and its name. */
void own_ask_machine(struct own *own);
void own_done(struct own *own);

bool own_has_ip(const struct own *own, const struct ip *ip);
/* The name itself, or below one of ours. */
bool own_has_name(const struct own *own, struct str name);
/* A name that is exactly one of ours. */
bool own_is_name(const struct own *own, struct str name);

#endif
