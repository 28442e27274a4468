/* SPDX-License-Identifier: ISC */
/* Where a syslog daemon puts what mail servers say. */
#ifndef SETTING_SYSLOG_RULES_H
#define SETTING_SYSLOG_RULES_H

#include "setting/files.h"

struct syslog_rule {
	struct str path; /* "/var/log/mail.log" */
	struct str file; /* that says so */
	uint32_t line;
	bool mail_only; /* else it takes what others say, too */
};

enum {
	SYSLOG_RULES_MAX = 64
};

struct syslog_rules {
	struct syslog_rule items[SYSLOG_RULES_MAX]; /* mail only first */
	size_t n;
};

void syslog_rules_find(struct files *files, struct syslog_rules *ret_rules);

#endif
