/* SPDX-License-Identifier: ISC */
/*
 *	{"organization-name":"Company-X",
 *	 "date-range":{"start-datetime":"2026-11-20T00:00:00Z",
 *	               "end-datetime":"2026-11-20T23:59:59Z"},
 *	 "contact-info":"sts@company-x.example", "report-id":"5065427c",
 *	 "policies":[{
 *	   "policy":{"policy-type":"sts","policy-domain":"tienda.example",...},
 *	   "summary":{"total-successful-session-count":5326,
 *	              "total-failure-session-count":303},
 *	   "failure-details":[{"result-type":"certificate-expired",
 *	     "sending-mta-ip":"2001:db8::1","receiving-mx-hostname":"mx1...",
 *	     "failed-session-count":100}]}]}
 *
 * RFC 8460 4.4. Seen besides: null where a text belongs, numbers as texts,
 * policies without an array around them, missing members of all kinds
 * (dmarc-report-viewer's issues 57 and 71). jansson bounds depth at 2048.
 */
#include "mail/tls_report.h"

#include <jansson.h>

/* A member that is a text; else empty. */
static struct str
text_of(struct arena *a, const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	if (!json_is_string(value))
		return (struct str){NULL, 0};
	return str_keep(a, str_head((struct str){json_string_value(value),
					json_string_length(value)},
			       256));
}

static uint64_t
number_of(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	struct str text;
	uint64_t n;

	if (json_is_integer(value))
		return json_integer_value(value) > 0
			   ? (uint64_t)json_integer_value(value)
			   : 0;
	if (!json_is_string(value))
		return 0;
	text = str_z(json_string_value(value));
	return str_u64(&text, 12, &n) ? n : 0;
}

static wall_us
time_of(struct arena *a, const json_t *object, const char *key)
{
	wall_us at;

	return time_parse(text_of(a, object, key), 0, &at) ? at : WALL_NONE;
}

static void
read_failure(struct arena *a, const json_t *from, struct tls_failure *to)
{
	to->type = text_of(a, from, "result-type");
	to->mx = text_of(a, from, "receiving-mx-hostname");
	to->receiving_ip = text_of(a, from, "receiving-ip");
	to->sending_ip = text_of(a, from, "sending-mta-ip");
	to->code = text_of(a, from, "failure-reason-code");
	to->sessions = number_of(from, "failed-session-count");
}

static void
read_policy(struct arena *a, const json_t *from, struct tls_policy *to)
{
	const json_t *policy = json_object_get(from, "policy");
	const json_t *summary = json_object_get(from, "summary");
	const json_t *failures = json_object_get(from, "failure-details");
	size_t n = json_array_size(failures);

	to->type = text_of(a, policy, "policy-type");
	to->domain = text_of(a, policy, "policy-domain");
	to->good = number_of(summary, "total-successful-session-count");
	to->failed = number_of(summary, "total-failure-session-count");
	if (n > TLS_FAILURES)
		n = TLS_FAILURES;
	to->failures = arena_alloc(a, (n + 1) * sizeof(*to->failures));
	for (size_t i = 0; i < n; i++)
		read_failure(a, json_array_get(failures, i),
		    &to->failures[to->failures_n++]);
}

static void
read_policies(struct arena *a, const json_t *from, struct tls_report *to)
{
	const json_t *policies = json_object_get(from, "policies");
	size_t n = json_is_object(policies) ? 1 : json_array_size(policies);

	if (n > TLS_POLICIES)
		n = TLS_POLICIES;
	to->policies = arena_alloc(a, (n + 1) * sizeof(*to->policies));
	for (size_t i = 0; i < n; i++)
		read_policy(a,
		    json_is_object(policies) ? policies
					     : json_array_get(policies, i),
		    &to->policies[to->policies_n++]);
}

bool
tls_report_read(struct arena *a, struct str text, struct tls_report *ret_report)
{
	json_t *root;
	const json_t *range;

	(void)str_eat(&text, S("\xef\xbb\xbf"));
	if (text.n > TLS_REPORT_MAX)
		return false;
	root = json_loadb(text.p, text.n, JSON_DISABLE_EOF_CHECK, NULL);
	if (json_object_get(root, "policies") == NULL) {
		json_decref(root);
		return false;
	}
	range = json_object_get(root, "date-range");
	*ret_report = (struct tls_report){
	    .org = text_of(a, root, "organization-name"),
	    .id = text_of(a, root, "report-id"),
	    .contact = text_of(a, root, "contact-info"),
	    .begin = time_of(a, range, "start-datetime"),
	    .end = time_of(a, range, "end-datetime"),
	};
	read_policies(a, root, ret_report);
	json_decref(root);
	return true;
}
