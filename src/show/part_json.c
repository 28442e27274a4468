/* SPDX-License-Identifier: ISC */
#include "show/part_json.h"

enum {
	IPS = 10
};

/* The addresses with most messages, in that order. */
static size_t
top_ips(const struct origin *origin, const struct origin_ip *top[IPS])
{
	size_t n = 0;

	for (uint32_t i = 0; i < origin->ips_n; i++) {
		const struct origin_ip *ip = &origin->ips[i];
		size_t at = n;

		while (at > 0 &&
		       top[at - 1]->counts.messages < ip->counts.messages)
			at--;
		if (at == IPS)
			continue;
		if (n < IPS)
			n++;
		memmove(&top[at + 1], &top[at], (n - at - 1) * sizeof(top[0]));
		top[at] = ip;
	}
	return n;
}

void
origin_json(struct json *j, const char *key, const struct origin *origin)
{
	const struct origin_ip *top[IPS];
	size_t n;

	if (origin == NULL) {
		json_null(j, key);
		return;
	}
	json_object(j, key);
	json_str(j, "kind", str_z(origin_kind_name(origin->kind)));
	json_str(j, "name", origin->name);
	if (origin->uid >= 0)
		json_u64(j, "uid", (uint64_t)origin->uid);
	json_array(j, "ips");
	n = top_ips(origin, top);
	for (size_t i = 0; i < n; i++) {
		char buf[IP_TEXT];

		json_str(j, NULL, str_z(ip_text(&top[i]->ip, buf)));
	}
	json_end(j);
	json_u64(j, "ips_total", origin->ips_n);
	json_end(j);
}

static void
cite_members(struct json *j, const struct cite *cite)
{
	json_str(j, "source", cite->source);
	json_u64(j, "line", cite->line);
	json_u64(j, "offset", cite->offset);
	json_time(j, "at", cite->at);
	json_str(j, "excerpt", cite->excerpt);
}

static bool
is_cited(const struct cite *cite)
{
	return cite->source.n > 0;
}

void
cite_json(struct json *j, const char *key, const struct cite *cite)
{
	if (!is_cited(cite))
		return;
	json_object(j, key);
	cite_members(j, cite);
	json_end(j);
}

void
share_json(struct json *j, const struct share *share)
{
	json_u64(j, "messages", share->messages);
	json_u64(j, "recipients", share->recipients);
	json_u64(j, "accepted", share->accepted);
	json_u64(j, "deferred", share->deferred);
	json_u64(j, "bounced", share->bounced);
	json_u64(j, "queued", share->queued);
	json_u64(j, "refused_spam", share->refused_spam);
	json_u64(j, "refused_unknown", share->refused_unknown);
	json_u64(j, "ips", share->ips);
	json_u64(j, "networks", share->networks);
	json_time(j, "first", share->first);
	json_time(j, "last", share->last);
}

static const char *
severity_name(enum severity severity)
{
	switch (severity) {
	case SEVERITY_INFO:
		return "info";
	case SEVERITY_WARNING:
		return "warning";
	case SEVERITY_CRITICAL:
		return "critical";
	}
	return "info";
}

void
finding_json(struct json *j, const struct finding *finding)
{
	json_object(j, NULL);
	json_str(j, "code", str_z(finding->kind->code));
	json_str(j, "severity", str_z(severity_name(finding->severity)));
	json_number(j, "confidence", finding->confidence);
	origin_json(j, "origin", finding->origin);
	json_str(j, "sentence", finding->sentence);
	json_number(j, "prior", finding->kind->prior);
	json_array(j, "reasons");
	for (size_t i = 0; i < finding->reasons_n; i++) {
		json_object(j, NULL);
		json_str(j, "sentence", finding->reasons[i].sentence);
		json_number(j, "weight", finding->reasons[i].weight);
		json_bool(j, "proof", finding->reasons[i].proof);
		json_end(j);
	}
	json_end(j);
	json_array(j, "evidence");
	for (size_t i = 0; i < finding->reasons_n; i++) {
		if (!is_cited(&finding->reasons[i].cite))
			continue;
		json_object(j, NULL);
		cite_members(j, &finding->reasons[i].cite);
		json_u64(j, "reason", i); /* its number in "reasons" */
		json_end(j);
	}
	json_end(j);
	json_array(j, "remedies");
	for (size_t i = 0; i < finding->remedies_n; i++) {
		json_object(j, NULL);
		json_str(j, "command", finding->remedies[i].command);
		json_str(j, "sentence", finding->remedies[i].sentence);
		json_end(j);
	}
	json_end(j);
	json_end(j);
}

void
findings_json(struct json *j, const struct report *report)
{
	json_array(j, "findings");
	for (size_t i = 0; i < report->findings_n; i++)
		finding_json(j, report->findings[i]);
	json_end(j);
}

void
examined_json(struct json *j, const struct report *report)
{
	json_array(j, "examined");
	for (size_t i = 0; i < report->examined_n; i++) {
		const struct examined *e = &report->examined[i];

		json_object(j, NULL);
		json_str(j, "source", e->source);
		json_u64(j, "bytes", e->bytes);
		json_u64(j, "lines", e->lines);
		json_u64(j, "unknown_lines", e->unknown_lines);
		if (e->mta.n > 0)
			json_str(j, "mta", e->mta);
		else
			json_null(j, "mta");
		if (e->why.n > 0)
			json_str(j, "why", e->why);
		json_end(j);
	}
	json_end(j);
}

void
head_json(struct json *j, const char *schema, const struct report *report)
{
	json_str(j, "schema", str_z(schema));
	json_str(j, "sereno", S(SERENO_VERSION));
	if (report->host.n > 0)
		json_str(j, "host", report->host);
	else
		json_null(j, "host");
	json_time(j, "at", report->at);
	json_object(j, "window");
	json_time(j, "from", report->from);
	json_time(j, "to", report->to);
	json_end(j);
}
