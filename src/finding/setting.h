/* SPDX-License-Identifier: ISC */
/* Settings as evidence: a reason or a remedy that names one, with its file
 * and line. */
#ifndef FINDING_SETTING_H
#define FINDING_SETTING_H

#include "finding/judge.h"

/* As finding_reason, on GROUND_SETTING, or against when weight is below 0. */
void setting_reason(struct judging *j, struct finding *f, double weight,
    const struct fact *fact, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
/* The same, enough alone. */
void setting_proof(struct judging *j, struct finding *f, double weight,
    const struct fact *fact, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

/* The command that ends it, or the sentence alone where an editor is needed;
 * then the one that makes it count. */
void setting_remedy(struct judging *j, struct finding *f,
    const struct fact *fact, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* "mynetworks = 0.0.0.0/0", for people. */
const char *setting_text(struct judging *j, const struct fact *fact);
/* "/etc/postfix/main.cf line 23" */
const char *setting_place(struct judging *j, const struct fact *fact);

/* How much of the internet a network is. */
enum breadth {
	BREADTH_NAMED, /* somebody's: at most a /24 or a /48 */
	BREADTH_WIDE,  /* of many: at most a /8 or a /16 */
	BREADTH_WORLD,
};
/* Private networks are BREADTH_NAMED. */
enum breadth setting_breadth(const struct fact *fact);

#endif
