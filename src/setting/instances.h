/* SPDX-License-Identifier: ISC */
/* Every Postfix that is set up on a machine, by its folder. */
#ifndef SETTING_INSTANCES_H
#define SETTING_INSTANCES_H

#include "setting/files.h"

enum {
	INSTANCES_MAX = 256
};

struct instance {
	struct str dir;  /* "/etc/postfix" */
	struct str text; /* of its main.cf; p is NULL when there is none */
	/* A usual place, or named by another instance: postfix(1) starts it.
	 * Else its folder merely lies in /etc. */
	bool started;
};

struct instances {
	struct instance *items;
	size_t n;
};

void instances_find(struct files *files, struct instances *ret_instances);

#endif
