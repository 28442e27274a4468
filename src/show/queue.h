/* SPDX-License-Identifier: ISC */
/* What waits in the queues: `sereno queue`. */
#ifndef SHOW_QUEUE_H
#define SHOW_QUEUE_H

#include "base/json.h"
#include "queue/campaign.h"
#include "queue/shown.h"
#include "queue/summary.h"
#include "show/screen.h"
#include "verdict/verdict.h"

/* What all views of queues have. */
struct queue_seen {
	const struct queue_roots *roots;
	const struct receive_sums *sums; /* per root */
};

struct queue_view {
	struct queue_seen seen;
	struct summary summary;
	const struct waiting *items; /* the oldest first */
	size_t n;
	const struct share_of *domains;
	size_t domains_n;
	size_t top; /* rows of each table */
};

void queue_text(const struct report *report, const struct queue_view *view,
    const struct screen *s);
/* The schema "sereno/queue/1". */
void queue_json(
    const struct report *report, const struct queue_view *view, FILE *out);

/* Single messages: `sereno queue list`. */
struct queue_list_view {
	struct queue_seen seen;
	const struct waiting *const *items; /* that are meant */
	size_t n;
	size_t all; /* in the queue */
	size_t top; /* of them shown */
};

void queue_list_text(const struct report *report,
    const struct queue_list_view *view, const struct screen *s);
/* The schema "sereno/queue-list/1". */
void queue_list_json(
    const struct report *report, const struct queue_list_view *view, FILE *out);

/* Messages that are alike: `sereno queue campaigns`. */
struct queue_campaigns_view {
	struct queue_seen seen;
	const struct campaigns *campaigns;
	const struct campaign *const *items; /* that are meant */
	size_t n;
	size_t all;       /* messages in the queue */
	size_t top;       /* campaigns that are shown */
	struct str again; /* options for another command, in front a blank */
};

void queue_campaigns_text(const struct report *report,
    const struct queue_campaigns_view *view, const struct screen *s);
/* The schema "sereno/queue-campaigns/1". */
void queue_campaigns_json(const struct report *report,
    const struct queue_campaigns_view *view, FILE *out);

/* Whole messages: `sereno queue show ID`. */
struct queue_show_view {
	struct queue_seen seen;
	const struct shown *const *items;
	size_t n;
	size_t top; /* recipients of each that are shown */
};

void queue_show_text(const struct report *report,
    const struct queue_show_view *view, const struct screen *s);
/* The schema "sereno/queue-show/1". */
void queue_show_json(
    const struct report *report, const struct queue_show_view *view, FILE *out);

/* "sereno 0.1, TIME" and "read the Postfix queue DIR". */
void queue_head_text(const struct report *report, const struct queue_seen *seen,
    const struct screen *s);
/* "is put off" */
const char *queue_state_of_one(enum queue_state state);
/* "queues": [...] */
void queue_seen_json(struct json *j, const struct queue_seen *seen);
/* null where text is empty. */
void queue_text_json(struct json *j, const char *key, struct str text);
/* "origin": {kind, name, uid, script} */
void queue_origin_json(struct json *j, enum origin_kind kind, struct str name,
    int64_t uid, struct str script);
/* "reason", "class", "rule" */
void queue_reason_json(struct json *j, const struct waiting *w);

/* An origin as reports name it. */
struct str queue_origin_label(struct arena *a, enum origin_kind kind,
    struct str name, int64_t uid, struct str script);
struct str waiting_origin(struct arena *a, const struct waiting *w);
/* Why it waits, for people: the catalogue's word for it, or what was said. */
struct str waiting_reason(struct arena *a, const struct waiting *w);

#endif
