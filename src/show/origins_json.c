/* SPDX-License-Identifier: ISC */
#include "show/origins.h"

#include "show/gaps.h"
#include "show/part_json.h"

static wall_us
of_seconds(uint32_t at)
{
	return at == 0 ? WALL_NONE : (wall_us)at * US_SECOND;
}

static void
counts_json(struct json *j, const struct counts *counts)
{
	json_u64(j, "messages", counts->messages);
	json_u64(j, "recipients", counts->recipients);
	json_u64(j, "accepted", counts->accepted);
	json_u64(j, "deferred", counts->deferred);
	json_u64(j, "bounced", counts->bounced);
	json_u64(j, "queued", counts->queued);
	json_u64(j, "refused_spam", counts->spam);
	json_u64(j, "refused_unknown", counts->unknown);
}

static void
row_json(struct json *j, const struct origin *origin)
{
	json_object(j, NULL);
	origin_json(j, "origin", origin);
	counts_json(j, &origin->counts);
	json_u64(j, "recipients_distinct", sketch_count(&origin->recipients));
	json_u64(j, "senders_distinct", origin_senders(origin));
	json_u64(j, "ips", (uint64_t)origin->ips_n + origin->ips_missed);
	json_u64(j, "bytes", origin->size);
	json_time(j, "first", of_seconds(origin->first));
	json_time(j, "last", of_seconds(origin->last));
	json_array(j, "hours");
	for (uint32_t i = 0; i < origin->hours_n; i++) {
		const struct origin_hour *hour = &origin->hours[i];

		json_object(j, NULL);
		json_time(j, "from", (wall_us)hour->hour * US_HOUR);
		json_u64(j, "messages", hour->counts.messages);
		json_u64(j, "recipients", hour->counts.recipients);
		json_u64(j, "bounced", hour->counts.bounced);
		json_end(j);
	}
	json_end(j);
	json_end(j);
}

void
origins_json(
    const struct report *report, const struct origins_view *view, FILE *out)
{
	struct json j;

	json_init(&j, out);
	json_object(&j, NULL);
	head_json(&j, "sereno/origins/1", report);
	json_str(&j, "by", str_z(origins_by_name(view->by)));
	json_u64(&j, "total", view->total);
	json_array(&j, "origins");
	for (size_t i = 0; i < view->n; i++)
		row_json(&j, view->rows[i]);
	json_end(&j);
	examined_json(&j, report);
	gaps_json(&j, report->not_examined, report->not_examined_n);
	json_end(&j);
	json_done(&j);
}
