/* SPDX-License-Identifier: ISC */
/* The parts that every JSON report is made of. */
#ifndef SHOW_PART_JSON_H
#define SHOW_PART_JSON_H

#include "base/json.h"
#include "verdict/verdict.h"

/* {"kind","name","ips":[the ten with most messages],"ips_total"} */
void origin_json(struct json *j, const char *key, const struct origin *origin);
/* {"source","line","offset","at","excerpt"}; nothing when no line is cited. */
void cite_json(struct json *j, const char *key, const struct cite *cite);
/* The members of an object that counts, without the object. */
void share_json(struct json *j, const struct share *share);
void finding_json(struct json *j, const struct finding *finding);
/* "findings", "examined": arrays of the report. */
void findings_json(struct json *j, const struct report *report);
void examined_json(struct json *j, const struct report *report);
/* "schema", "sereno", "host", "at", "window" */
void head_json(struct json *j, const char *schema, const struct report *report);

#endif
