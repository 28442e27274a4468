/* SPDX-License-Identifier: ISC */
/* What web scripts and local users have in common: no login, no address of a
 * client; there is only when, to whom, and what the receivers said. */
#ifndef FINDING_SUBMISSION_H
#define FINDING_SUBMISSION_H

#include "finding/reasons.h"

/* A finding of this kind about the worst part of the origin's mail; NULL when
 * there is none. Only the caller adds it. */
struct finding *submission_weigh(struct judging *j,
    const struct finding_kind *kind, const struct origin *origin);

/*
 * Is the script a part of an application that somebody abuses (it mails under
 * one sender, and was here before), rather than a foreign one?
 */
bool submission_is_application(
    const struct judging *j, const struct origin *origin);

/* Does it ask for confirmations, and hardly anybody calls that spam? Then it is
 * for list_bombing.c, whose remedy is another. */
bool submission_confirms(const struct origin *origin);

/* The sender of this server whose mail nearly all refusals of it are about;
 * empty: nobody in particular, or somebody of elsewhere. */
struct str submission_blamed(
    const struct judging *j, const struct origin *origin);

/* Where no application keeps its scripts: uploads, caches, /tmp. */
bool submission_is_hidden(struct str path);

/* The web log's POSTs at the seconds of the mails; adds a reason. */
void submission_posts(struct judging *j, struct finding *f);

#endif
